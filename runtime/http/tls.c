#include "http/internal.h"
#include "http/tls_parts.h"
#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

/* ---- The context ---- */

/* Clients that offer HTTP/2 as well are told that it is HTTP/1.1 here (RFC 7301). */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
                           unsigned in_len, void *ctx) {
  static const unsigned char ours[] = "\x08http/1.1";
  (void)ssl;
  (void)ctx;
  for (unsigned at = 0; at < in_len; at += in[at] + 1u) {
    if (at + 9 > in_len || memcmp(in + at, ours, 9) != 0) continue;
    *out = in + at + 1;
    *out_len = 8;
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

/* TLS 1.2 with forward secrecy and authenticated ciphers only, or 1.3. No tickets and no resumption: nothing to rotate.
 */
static bool harden(SSL_CTX *context) {
  static const char ciphers[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, ciphers) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1;
}

int sp_http_tls_load(const char *cert_file, const char *key_file, SSL_CTX **out, struct sp_error *err) {
  int code = 0;
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  if (!context || !harden(context))
    code = sp_error_nomem(err, __func__);
  else if (SSL_CTX_use_certificate_chain_file(context, cert_file) != 1)
    code = sp_fail(err, SP_E_INVALID, "cert_file", "%s holds no certificate that can be read", cert_file);
  else if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1)
    code = sp_fail(err, SP_E_INVALID, "key_file", "%s holds no key of that certificate", key_file);
  ERR_clear_error();
  if (code) {
    SSL_CTX_free(context);
    return code;
  }
  *out = context;
  return 0;
}

void sp_http_tls_unload(SSL_CTX *context) {
  SSL_CTX_free(context);
}

/* ---- A connection ---- */

struct sp_http_tls *sp_http_tls_new(SSL_CTX *context) {
  struct sp_http_tls *tls = calloc(1, sizeof *tls);
  if (!tls) return NULL;
  sp_buf_init(&tls->gathered, 4 * TLS_AHEAD);
  tls->ssl = SSL_new(context);
  tls->in = BIO_new(BIO_s_mem());
  tls->out = BIO_new(BIO_s_mem());
  if (!tls->ssl || !tls->in || !tls->out) {
    BIO_free(tls->in);
    BIO_free(tls->out);
    SSL_free(tls->ssl);
    free(tls);
    return NULL;
  }
  SSL_set_bio(tls->ssl, tls->in, tls->out);
  SSL_set_accept_state(tls->ssl);
  return tls;
}

void sp_http_tls_free(struct sp_http_tls *tls) {
  if (!tls) return;
  SSL_free(tls->ssl);
  sp_buf_free(&tls->gathered);
  free(tls);
}

bool sp_http_tls_ready(const struct sp_http_tls *tls) {
  return SSL_is_init_finished(tls->ssl);
}

int sp_http_tls_put(struct sp_http_tls *tls, const char *bytes, size_t len) {
  if (len > INT_MAX) return -1;
  return BIO_write(tls->in, bytes, (int)len) == (int)len ? 0 : -1;
}

int sp_http_tls_read(struct sp_http_tls *tls, char *out, int room) {
  ERR_clear_error();
  int count = SSL_read(tls->ssl, out, room);
  if (count > 0) return count;
  switch (SSL_get_error(tls->ssl, count)) {
  case SSL_ERROR_WANT_READ:
    return 0;
  case SSL_ERROR_ZERO_RETURN:
    return -1;
  default:
    ERR_clear_error();
    return -2;
  }
}

int sp_http_tls_write(struct sp_http_tls *tls, const char *bytes, int len) {
  ERR_clear_error();
  return SSL_write(tls->ssl, bytes, len) == len ? 0 : -1; /* memory takes all of it */
}

void sp_http_tls_bye(struct sp_http_tls *tls) {
  ERR_clear_error();
  if (SSL_is_init_finished(tls->ssl)) (void)SSL_shutdown(tls->ssl);
}

struct sp_buf *sp_http_tls_out(struct sp_http_tls *tls) {
  size_t pending = BIO_ctrl_pending(tls->out);
  if (pending > 0 && pending <= INT_MAX) {
    char *room = sp_buf_reserve(&tls->gathered, pending);
    int count = room ? BIO_read(tls->out, room, (int)pending) : 0;
    if (count > 0) tls->gathered.len += (size_t)count;
  }
  return &tls->gathered;
}
