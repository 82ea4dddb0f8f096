/* The client against servers that answer, fail, hang, reset and lie, and against certificates good and bad. */
#include "http/client.h"
#include "base/clock.h"
#include "certificate.h"
#include "http/webhook.h"
#include "rig.h"
#include <stdatomic.h>

enum manner { CLOSE, HANG, RESET, DRIP };

/* Takes one connection after another, reads a request and answers with these bytes. */
struct peer {
  uv_thread_t thread;
  int listener, port;
  const char *answer;
  enum manner manner;
  char request[65536];
  atomic_bool stop;  /* written last of what a test sets, read first by the thread */
  atomic_int served; /* raised when a request is read and nothing here is looked at for it any more */
};

static void peer_read(struct peer *peer, int fd) {
  size_t len = 0;
  long body = 0;
  const char *head = NULL;
  while (len + 1 < sizeof peer->request) {
    ssize_t got = recv(fd, peer->request + len, sizeof peer->request - 1 - len, 0);
    if (got <= 0) return;
    len += (size_t)got;
    peer->request[len] = '\0';
    head = strstr(peer->request, "\r\n\r\n");
    const char *length = strstr(peer->request, "Content-Length: ");
    if (length) body = strtol(length + 16, NULL, 10);
    if (head && len >= (size_t)(head - peer->request) + 4 + (size_t)body) return;
  }
}

static void peer_serve(struct peer *peer, int fd) {
  const enum manner manner = peer->manner; /* the test goes on to the next when it has its answer */
  const char *answer = peer->answer;
  const struct linger hard = {.l_onoff = 1};
  peer_read(peer, fd);
  peer->served++;
  size_t len = strlen(answer), piece = manner == DRIP ? 1 : len;
  for (size_t at = 0; at < len && !peer->stop; at += piece) {
    (void)send(fd, answer + at, piece, MSG_NOSIGNAL);
    if (manner == DRIP) uv_sleep(2);
  }
  while (manner == HANG && !peer->stop)
    uv_sleep(10);
  if (manner == RESET) (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(fd);
}

/* The test has its answer; now it knows what the thread knew when it gave it. */
static void peer_settled(struct peer *peer) {
  (void)atomic_load(&peer->served);
}

static void peer_run(void *argument) {
  struct peer *peer = argument;
  while (!peer->stop) {
    int fd = accept(peer->listener, NULL, NULL);
    if (fd < 0) return;
    if (!peer->stop)
      peer_serve(peer, fd);
    else
      close(fd);
  }
}

static int peer_open(void **state) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof address;
  struct peer *peer = calloc(1, sizeof *peer);
  assert_non_null(peer);
  peer->listener = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(peer->listener, 8), 0);
  assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&address, &len), 0);
  peer->port = ntohs(address.sin_port);
  peer->answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  assert_int_equal(uv_thread_create(&peer->thread, peer_run, peer), 0);
  *state = peer;
  return 0;
}

static int peer_close(void **state) {
  struct peer *peer = *state;
  peer->stop = true;
  (void)shutdown(peer->listener, SHUT_RDWR);
  assert_int_equal(uv_thread_join(&peer->thread), 0);
  close(peer->listener);
  free(peer);
  return 0;
}

static char body_text[70000];

static int ask(const struct peer *peer, int timeout_ms, struct sp_http_client_answer *answer, struct sp_error *err) {
  static const struct sp_http_field fields[] = {{"Content-Type", "application/json"}};
  char url[64];
  (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/hook?key=secret", peer->port);
  const struct sp_http_client_request request = {.url = url,
                                                 .fields = fields,
                                                 .field_count = 1,
                                                 .body = "{\"v\":1}",
                                                 .body_len = 7,
                                                 .timeout_ms = timeout_ms,
                                                 .answer_max = 1000};
  *err = (struct sp_error){.lang = SP_LANG_EN};
  int result = sp_http_client_send(&request, answer, err);
  assert_int_equal(result, err->code);
  assert_null(strstr(err->message, "secret"));
  if (result != 0) assert_null(answer->body.data);
  return result;
}

/* ---- Answers ---- */

static const struct {
  const char *answer;
  enum manner manner;
  int result, status;
  const char *body;
} answers[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", CLOSE, 0, 200, "ok"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", HANG, 0, 200, "ok"}, /* it need not close */
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", DRIP, 0, 200, "ok"},
    {"HTTP/1.1 204 No Content\r\n\r\n", CLOSE, 0, 204, ""},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3\r\nay!\r\n0\r\n\r\n", CLOSE, 0, 200, "okay!"},
    {"HTTP/1.1 200 OK\r\n\r\nuntil the end", CLOSE, 0, 200, "until the end"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", CLOSE, 0, 202, ""},
    {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", CLOSE, 0, 302, ""},
    {"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops", CLOSE, 0, 500, "oops"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", CLOSE, SP_E_IO, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", HANG, SP_E_TIMEOUT, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", CLOSE, SP_E_IO, 0, NULL},
    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", CLOSE, SP_E_IO, 0, NULL},
    {"SSH-2.0-OpenSSH_9.2\r\n", CLOSE, SP_E_IO, 0, NULL},
    {"", CLOSE, SP_E_IO, 0, NULL},
    {"", RESET, SP_E_IO, 0, NULL},
    {"", HANG, SP_E_TIMEOUT, 0, NULL},
    {"HTTP/1.1 200 OK\r\n", RESET, SP_E_IO, 0, NULL},
    {body_text, CLOSE, SP_E_LIMIT, 0, NULL},
};

static void test_answers(void **state) {
  struct peer *peer = *state;
  (void)snprintf(body_text, sizeof body_text, "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n%060000d", 0);
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    struct sp_http_client_answer answer;
    struct sp_error err;
    peer_settled(peer);
    peer->answer = answers[i].answer;
    peer->manner = answers[i].manner;
    peer->stop = false;
    int result = ask(peer, answers[i].result == SP_E_TIMEOUT ? 300 : 5000, &answer, &err);
    if (result != answers[i].result) fail_msg("%zu: %d, not %d: %s", i, result, answers[i].result, err.message);
    if (peer->manner == HANG) { /* let it go */
      void *again = peer;
      (void)peer_close(&again);
      (void)peer_open(&again);
      peer = *state = again;
    }
    if (result != 0) continue;
    assert_int_equal(answer.status, answers[i].status);
    assert_string_equal(sp_buf_text(&answer.body), answers[i].body);
    sp_buf_free(&answer.body);
  }
}

static void test_request(void **state) {
  struct peer *peer = *state;
  struct sp_http_client_answer answer;
  struct sp_error err;
  char host[64];
  assert_int_equal(ask(peer, 5000, &answer, &err), 0);
  sp_buf_free(&answer.body);
  (void)snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%d\r\n", peer->port);
  peer_settled(peer);
  assert_ptr_equal(strstr(peer->request, "POST /hook?key=secret HTTP/1.1\r\n"), peer->request);
  assert_non_null(strstr(peer->request, host));
  assert_non_null(strstr(peer->request, "\r\nContent-Type: application/json\r\n"));
  assert_non_null(strstr(peer->request, "\r\n\r\n{\"v\":1}"));
}

static void test_unsafe_field(void **state) {
  const struct peer *peer = *state;
  static const struct sp_http_field fields[] = {{"X-A", "b\r\nX-C: d"}};
  char url[64];
  (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/", peer->port);
  const struct sp_http_client_request request = {.url = url, .fields = fields, .field_count = 1};
  struct sp_http_client_answer answer;
  assert_int_equal(sp_http_client_send(&request, &answer, NULL), SP_E_INVALID);
}

static void test_nobody_there(void **state) {
  struct peer *peer = *state;
  struct sp_http_client_answer answer;
  struct sp_error err = {.lang = SP_LANG_EN};
  int port = peer->port;
  void *gone = peer;
  (void)peer_close(&gone);
  struct peer nobody = {.port = port};
  assert_int_equal(ask(&nobody, 2000, &answer, &err), SP_E_IO);
  const struct sp_http_client_request named = {.url = "http://no-such-host.invalid/", .timeout_ms = 8000};
  int result = sp_http_client_send(&named, &answer, &err);
  assert_true(result == SP_E_NOT_FOUND || result == SP_E_TIMEOUT);
  (void)peer_open(state);
}

static bool at_once(void *ctx) {
  int *asked = ctx;
  return ++*asked > 1;
}

static void test_cancelled(void **state) {
  struct peer *peer = *state;
  struct sp_http_client_answer answer;
  char url[64];
  int asked = 0;
  peer_settled(peer);
  peer->manner = HANG;
  peer->answer = "";
  (void)snprintf(url, sizeof url, "http://localhost:%d/", peer->port);
  const struct sp_http_client_request request = {.url = url, .timeout_ms = 20000, .cancelled = at_once, .ctx = &asked};
  int64_t began = sp_clock_monotonic_us();
  assert_int_equal(sp_http_client_send(&request, &answer, NULL), SP_E_BUSY);
  assert_true(sp_clock_monotonic_us() - began < 5000000);
}

/* ---- TLS ---- */

static int send_tls(const struct rig *rig, const char *host, const char *ca, const char *body, size_t len,
                    struct sp_http_client_answer *answer) {
  struct sp_error err = {.lang = SP_LANG_EN};
  char url[64];
  (void)snprintf(url, sizeof url, "https://%s:%d/hook", host, rig->port);
  const struct sp_http_client_request request = {
      .url = url, .ca_file = ca, .body = body, .body_len = len, .answer_max = 1 << 20, .timeout_ms = 10000};
  return sp_http_client_send(&request, answer, &err);
}

static void test_tls(void **state) {
  struct sp_http_client_answer answer;
  struct rig rig;
  char *large = malloc(300000);
  (void)state;
  assert_non_null(large);
  memset(large, 'x', 300000);
  rig_prepare(&rig);
  rig.options.cert_file = cert_file;
  rig.options.key_file = key_file;
  rig_start(&rig);
  assert_int_equal(send_tls(&rig, "localhost", cert_file, large, 300000, &answer), 0);
  assert_int_equal(answer.status, 200);
  assert_int_equal(answer.body.len, strlen("POST /hook ") + 300000);
  sp_buf_free(&answer.body);
  assert_int_equal(send_tls(&rig, "localhost", NULL, "", 0, &answer), SP_E_DENIED);      /* nobody vouches for it */
  assert_int_equal(send_tls(&rig, "127.0.0.1", cert_file, "", 0, &answer), SP_E_DENIED); /* another host's */
  assert_int_equal(send_tls(&rig, "localhost", key_file, "", 0, &answer), SP_E_INVALID); /* no certificate */
  rig_stop(&rig);
  free(large);
}

static void test_tls_with_a_plain_peer(void **state) {
  const struct peer *peer = *state;
  struct sp_http_client_answer answer;
  char url[64];
  (void)snprintf(url, sizeof url, "https://127.0.0.1:%d/", peer->port);
  const struct sp_http_client_request request = {.url = url, .timeout_ms = 500};
  int result = sp_http_client_send(&request, &answer, NULL);
  assert_true(result == SP_E_IO || result == SP_E_TIMEOUT);
}

/* ---- Addresses, signatures ---- */

static void test_urls(void **state) {
  static const struct {
    const char *url, *host, *target;
    int port;
    bool tls;
  } good[] = {
      {"https://example.com", "example.com", "/", 443, true},
      {"http://example.com:8080/a/b?c=d", "example.com", "/a/b?c=d", 8080, false},
      {"https://[::1]:7443/", "::1", "/", 7443, true},
      {"http://[fe80::1]/x", "fe80::1", "/x", 80, false},
  };
  static const char *const bad[] = {
      "",
      "ftp://a/",
      "https://",
      "https:///x",
      "https://a b/",
      "https://u:p@a/",
      "http://a:/",
      "http://a:0/",
      "http://a:65536/",
      "http://a:80x/",
      "http://[::1/",
      "http://[::1]x/",
      "http://[a]/",
      "http://a/\r\nX",
      "http://a/#b",
      "http://a?b",
      "http://\xe4\xb8\xad/",
      "HTTP://a/",
  };
  struct sp_http_url url;
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    assert_int_equal(sp_http_url_parse(good[i].url, &url, NULL), 0);
    assert_string_equal(url.host, good[i].host);
    assert_string_equal(url.target, good[i].target);
    assert_int_equal(url.port, good[i].port);
    assert_int_equal(url.tls, good[i].tls);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (sp_http_url_parse(bad[i], &url, NULL) != SP_E_INVALID) fail_msg("taken: %s", bad[i]);
}

/* The message, key and signature of the specification's own example. */
static void test_signature(void **state) {
  static const char body[] = "{\"test\": 2432232314}";
  struct sp_webhook_key key;
  char signature[SP_WEBHOOK_SIGNATURE];
  (void)state;
  assert_int_equal(sp_webhook_key_parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &key, NULL), 0);
  assert_int_equal(key.len, 24);
  assert_int_equal(sp_webhook_sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, sizeof body - 1, signature),
                   0);
  assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  assert_int_equal(sp_webhook_key_parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &key, NULL), SP_E_INVALID);
  assert_int_equal(sp_webhook_key_parse("whsec_MfKQ", &key, NULL), SP_E_INVALID);
  assert_int_equal(sp_webhook_key_parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!w", &key, NULL), SP_E_INVALID);
  assert_int_equal(sp_webhook_key_parse("", &key, NULL), SP_E_INVALID);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_answers, peer_open, peer_close),
      cmocka_unit_test_setup_teardown(test_request, peer_open, peer_close),
      cmocka_unit_test_setup_teardown(test_unsafe_field, peer_open, peer_close),
      cmocka_unit_test_setup_teardown(test_nobody_there, peer_open, peer_close),
      cmocka_unit_test_setup_teardown(test_cancelled, peer_open, peer_close),
      cmocka_unit_test_setup_teardown(test_tls_with_a_plain_peer, peer_open, peer_close),
      cmocka_unit_test(test_tls),
      cmocka_unit_test(test_urls),
      cmocka_unit_test(test_signature),
  };
  return cmocka_run_group_tests_name("client", tests, make_certificate, remove_certificate);
}
