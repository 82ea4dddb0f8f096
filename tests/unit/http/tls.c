/* The server behind TLS, with a certificate made here: versions, large bodies both ways, and what is no TLS at all. */
#include "certificate.h"
#include "http/stream.h"
#include "rig.h"
#include <openssl/ssl.h>

#define HOST "Host: till\r\n"

enum { PARTS = 10, PART = 20000 };

static char part[PART];

/* "/events" goes on for some parts, the rest is echoed. */
static void tell_parts(void *ctx, struct sp_http_exchange *exchange) {
  static const struct sp_http_reply head = {.status = 200, .content_type = "text/event-stream"};
  static const struct sp_http_stream_events events = {.closed = NULL};
  struct sp_http_stream *stream = NULL;
  if (strcmp(sp_http_exchange_request(exchange)->path, "/events") != 0) {
    rig_echo(ctx, exchange);
    return;
  }
  assert_int_equal(sp_http_stream_open(exchange, &head, &events, &stream), 0);
  memset(part, '#', sizeof part);
  for (int i = 0; i < PARTS; i++)
    assert_int_equal(sp_http_stream_write(stream, part, sizeof part), 0);
  sp_http_stream_close(stream);
}

static int start(void **state) {
  struct rig *rig = malloc(sizeof *rig);
  assert_non_null(rig);
  rig_prepare(rig);
  rig->options.cert_file = cert_file;
  rig->options.key_file = key_file;
  rig->options.head_timeout_ms = 200;
  rig->handler = tell_parts;
  rig_start(rig);
  *state = rig;
  return 0;
}

static int stop(void **state) {
  rig_stop(*state);
  free(*state);
  return 0;
}

struct peer {
  SSL_CTX *context;
  SSL *ssl;
  int fd;
};

static bool peer_open(struct peer *peer, const struct rig *rig, int version) {
  peer->context = SSL_CTX_new(TLS_client_method());
  assert_non_null(peer->context);
  SSL_CTX_set_security_level(peer->context, 0);
  assert_int_equal(SSL_CTX_set_min_proto_version(peer->context, version), 1);
  assert_int_equal(SSL_CTX_set_max_proto_version(peer->context, version), 1);
  assert_int_equal(SSL_CTX_load_verify_file(peer->context, cert_file), 1);
  SSL_CTX_set_verify(peer->context, SSL_VERIFY_PEER, NULL);
  peer->ssl = SSL_new(peer->context);
  peer->fd = client_open(rig);
  assert_int_equal(SSL_set_fd(peer->ssl, peer->fd), 1);
  assert_int_equal(SSL_set_alpn_protos(peer->ssl, (const unsigned char *)"\x02h2\x08http/1.1", 12), 0);
  return SSL_connect(peer->ssl) == 1;
}

static void peer_close(struct peer *peer) {
  SSL_free(peer->ssl);
  SSL_CTX_free(peer->context);
  close(peer->fd);
}

static void peer_send(struct peer *peer, const char *bytes, size_t len) {
  size_t sent = 0;
  assert_int_equal(SSL_write_ex(peer->ssl, bytes, len, &sent), 1);
  assert_int_equal(sent, len);
}

/* Read to close_notify. */
static char *peer_read_all(struct peer *peer, size_t *len) {
  char *bytes = malloc(4 * ANSWER_MAX);
  assert_non_null(bytes);
  size_t got = 0;
  *len = 0;
  while (*len < 4 * ANSWER_MAX - 1 && SSL_read_ex(peer->ssl, bytes + *len, 4 * ANSWER_MAX - 1 - *len, &got) == 1)
    *len += got;
  assert_int_equal(SSL_get_error(peer->ssl, 0), SSL_ERROR_ZERO_RETURN);
  bytes[*len] = '\0';
  return bytes;
}

static void speak(const struct rig *rig, int version, const char *name) {
  struct peer peer;
  size_t len = 0;
  assert_true(peer_open(&peer, rig, version));
  assert_string_equal(SSL_get_version(peer.ssl), name);
  const unsigned char *protocol = NULL;
  unsigned protocol_len = 0;
  SSL_get0_alpn_selected(peer.ssl, &protocol, &protocol_len);
  assert_int_equal(protocol_len, 8);
  assert_memory_equal(protocol, "http/1.1", 8);
  peer_send(&peer, RAW("POST /a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi"));
  peer_send(&peer, RAW("GET /b HTTP/1.1\r\n" HOST "\r\nGET /c HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
  char *bytes = peer_read_all(&peer, &len);
  assert_non_null(strstr(bytes, "POST /a hi"));
  assert_non_null(strstr(strstr(bytes, "GET /b"), "GET /c"));
  free(bytes);
  peer_close(&peer);
}

static void both_versions(void **state) {
  speak(*state, TLS1_2_VERSION, "TLSv1.2");
  speak(*state, TLS1_3_VERSION, "TLSv1.3");
}

static void older_versions_are_refused(void **state) {
  struct peer peer;
  assert_false(peer_open(&peer, *state, TLS1_1_VERSION));
  peer_close(&peer);
}

static void large_bodies(void **state) {
  enum { LEN = 1000000 };
  char *body = malloc(LEN);
  assert_non_null(body);
  for (size_t i = 0; i < LEN; i++)
    body[i] = (char)('a' + i % 23);
  struct peer peer;
  assert_true(peer_open(&peer, *state, TLS1_3_VERSION));
  size_t len = 0;
  peer_send(&peer, RAW("POST /a HTTP/1.1\r\n" HOST "Connection: close\r\nContent-Length: 1000000\r\n\r\n"));
  for (size_t at = 0; at < LEN; at += 50000)
    peer_send(&peer, body + at, 50000);
  char *bytes = peer_read_all(&peer, &len);
  assert_true(len > LEN + 100);
  assert_memory_equal(bytes + len - LEN, body, LEN);
  free(bytes);
  free(body);
  peer_close(&peer);
}

static void streams(void **state) {
  struct peer peer;
  size_t len = 0, count = 0;
  assert_true(peer_open(&peer, *state, TLS1_3_VERSION));
  peer_send(&peer, RAW("GET /events HTTP/1.1\r\n" HOST "\r\n"));
  char *bytes = peer_read_all(&peer, &len);
  for (size_t i = 0; i < len; i++)
    count += bytes[i] == '#';
  assert_int_equal(count, PARTS * PART);
  assert_memory_equal(bytes + len - 5, "0\r\n\r\n", 5);
  free(bytes);
  peer_close(&peer);
}

/* The server must wait for a body it asked for, and answer a refusal over TLS too. */
static void continue_and_refusal(void **state) {
  struct peer peer;
  char text[64] = {0};
  size_t got = 0;
  size_t len = 0;
  assert_true(peer_open(&peer, *state, TLS1_3_VERSION));
  peer_send(&peer, RAW("POST /a HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  assert_int_equal(SSL_read_ex(peer.ssl, text, 25, &got), 1);
  assert_string_equal(text, "HTTP/1.1 100 Continue\r\n\r\n");
  peer_send(&peer, RAW("hiGET / HTTP/1.1\r\n\r\n"));
  char *bytes = peer_read_all(&peer, &len);
  assert_non_null(strstr(bytes, "POST /a hi"));
  assert_non_null(strstr(bytes, "HTTP/1.1 400 Bad Request"));
  free(bytes);
  peer_close(&peer);
}

static void what_is_no_tls(void **state) {
  int fd = client_open(*state);
  assert_true(client_send(fd, RAW("GET / HTTP/1.1\r\n" HOST "\r\n")));
  struct answer answer = client_read_all(fd);
  assert_null(strstr(answer.bytes, "HTTP/1.1 200"));
  assert_true(answer.closed || answer.reset);
  free(answer.bytes);
  close(fd);
  fd = client_open(*state); /* a handshake that never comes */
  answer = client_read_all(fd);
  assert_int_equal(answer.len, 0);
  assert_true(answer.closed || answer.reset);
  free(answer.bytes);
  close(fd);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(both_versions, start, stop),
      cmocka_unit_test_setup_teardown(older_versions_are_refused, start, stop),
      cmocka_unit_test_setup_teardown(large_bodies, start, stop),
      cmocka_unit_test_setup_teardown(streams, start, stop),
      cmocka_unit_test_setup_teardown(continue_and_refusal, start, stop),
      cmocka_unit_test_setup_teardown(what_is_no_tls, start, stop),
  };
  return cmocka_run_group_tests(tests, make_certificate, remove_certificate);
}
