/* TLS towards somebody else: the certificate must be good for the host, always. */
#include "http/client_parts.h"
#include "http/internal.h"
#include "http/tls_parts.h"
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

int sp_http_tls_trust(const char *ca_file, struct ssl_ctx_st **out, struct sp_error *err) {
  bool own = ca_file && ca_file[0] != '\0';
  int code = 0;
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  bool made = context && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
  if (made && !own) made = SSL_CTX_set_default_verify_paths(context) == 1;
  if (!made)
    code = sp_error_nomem(err, __func__);
  else if (own && SSL_CTX_load_verify_file(context, ca_file) != 1)
    code = sp_fail(err, SP_E_INVALID, "ca_file", "%s holds no certificate that can be read", ca_file);
  ERR_clear_error();
  if (code) {
    SSL_CTX_free(context);
    return code;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  *out = context;
  return 0;
}

static bool expect_host(SSL *ssl, const char *host) {
  unsigned char bytes[16];
  if (inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1)
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

struct sp_http_tls *sp_http_tls_connect(struct ssl_ctx_st *context, const char *host) {
  struct sp_http_tls *tls = sp_http_tls_new(context);
  if (!tls) return NULL;
  SSL_set_connect_state(tls->ssl);
  if (expect_host(tls->ssl, host)) return tls;
  sp_http_tls_free(tls);
  return NULL;
}

int sp_http_tls_shake(struct sp_http_tls *tls) {
  ERR_clear_error();
  int done = SSL_do_handshake(tls->ssl);
  if (done == 1) return 1;
  bool more = SSL_get_error(tls->ssl, done) == SSL_ERROR_WANT_READ;
  ERR_clear_error();
  return more ? 0 : -1;
}

const char *sp_http_tls_doubt(const struct sp_http_tls *tls) {
  long verdict = SSL_get_verify_result(tls->ssl);
  return verdict == X509_V_OK ? NULL : X509_verify_cert_error_string(verdict);
}
