/* What a handler sees and what a peer gets: fields, order, back-pressure, 100-continue, peers that go away. */
#include "rig.h"

#define HOST "Host: till\r\n"

static int start_with(void **state, void (*adjust)(struct rig *rig)) {
  struct rig *rig = malloc(sizeof *rig);
  assert_non_null(rig);
  rig_prepare(rig);
  if (adjust) adjust(rig);
  rig_start(rig);
  *state = rig;
  return 0;
}

static int start(void **state) {
  return start_with(state, NULL);
}

static int stop(void **state) {
  rig_stop(*state);
  free(*state);
  return 0;
}

/* ---- The request as the handler reads it ---- */

static void put_list(struct sp_buf *text, const char *title, const struct sp_http_field *list, size_t count) {
  (void)sp_buf_printf(text, "%s=", title);
  for (size_t i = 0; i < count; i++)
    (void)sp_buf_printf(text, "(%s|%s)", list[i].name, list[i].value);
}

static void describe(void *ctx, struct sp_http_exchange *exchange) {
  (void)ctx;
  const struct sp_http_request *r = sp_http_exchange_request(exchange);
  const char *q = sp_http_query(r, "q");
  const char *flag = sp_http_query(r, "flag");
  const char *type = sp_http_header(r, "content-TYPE");
  struct sp_buf text;
  sp_buf_init(&text, ANSWER_MAX);
  (void)sp_buf_printf(&text, "%s|%s|%s|q=%s|flag=%s|none=%d|type=%s|len=%zu|body=%s|peer=%s|local=%d|tls=%d|",
                      r->method, r->target, r->path, q ? q : "-", flag ? flag : "-", sp_http_query(r, "none") == NULL,
                      type ? type : "-", r->body_len, r->body, r->peer, r->is_local, r->is_tls);
  put_list(&text, "fields", r->fields, r->field_count);
  put_list(&text, "params", r->params, r->param_count);
  assert_true(r->started_ms > 1600000000000);
  assert_true(strlen(r->id) > 8);
  sp_http_exchange_set_actor(exchange, "staff:7");
  rig_reply_text(exchange, 200, text.data, text.len);
  sp_buf_free(&text);
}

static void use_describe(struct rig *rig) {
  rig->handler = describe;
}

static int start_describe(void **state) {
  return start_with(state, use_describe);
}

/* ---- An application below a prefix ---- */

static void below(void *ctx, struct sp_http_exchange *exchange) {
  const struct sp_http_request *r = sp_http_exchange_request(exchange);
  struct sp_http_request view = {.path = "untouched"};
  bool seen = sp_http_request_rebase(r, "/shop", &view);
  char text[200];
  (void)ctx;
  bool is = sp_http_exchange_rebase(exchange, "/shop");
  bool twice = sp_http_exchange_rebase(exchange, "/deep");
  assert_int_equal(seen, is);
  if (!is) assert_string_equal(view.path, "untouched");
  if (is) assert_true(strstr(view.path, r->path) != NULL);
  snprintf(text, sizeof text, "%d%d|%s|%s", is, twice, r->path, r->target);
  rig_reply_text(exchange, 200, text, strlen(text));
}

static void use_below(struct rig *rig) {
  rig->handler = below;
}

static int start_below(void **state) {
  return start_with(state, use_below);
}

static void a_prefix_is_taken_off(void **state) {
  static const struct {
    const char *target, *said, *logged;
  } list[] = {
      {"/shop/v1/a?x=/shop/", "10|/v1/a|/shop/v1/a?x=/shop/", "/shop/v1/a"},
      {"/shop/", "10|/|/shop/", "/shop/"},
      {"/sh%6Fp/b", "10|/b|/sh%6Fp/b", "/shop/b"},
      {"/shop", "00|/shop|/shop", "/shop"},
      {"/shopping/c", "00|/shopping/c|/shopping/c", "/shopping/c"},
      {"/a/shop/d", "00|/a/shop/d|/a/shop/d", "/a/shop/d"},
      {"/shop/shop/e", "10|/shop/e|/shop/shop/e", "/shop/shop/e"},
      {"/shop/deep/f", "11|/f|/shop/deep/f", "/shop/deep/f"},
      {"/deep/g", "01|/g|/deep/g", "/deep/g"},
  };
  struct rig *rig = *state;
  int fd = client_open(rig);
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    char head[200];
    int len = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\n" HOST "\r\n", list[i].target);
    client_expect(fd, head, (size_t)len, 200, list[i].said);
    rig_wait(rig, &rig->entries, (int)i + 1);
    uv_mutex_lock(&rig->lock);
    assert_string_equal(rig->last_entry.path, list[i].logged);
    uv_mutex_unlock(&rig->lock);
  }
  close(fd);
}

static void request_is_read(void **state) {
  struct rig *rig = *state;
  int fd = client_open(rig);
  client_expect(
      fd,
      RAW("POST /a%20b/%E5%95%86?q=%E5%93%81+1&flag&flag=2&a%26b=c%3Dd HTTP/1.1\r\n" HOST
          "Content-Type:  text/plain \t\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhello"),
      200,
      "POST|/a%20b/%E5%95%86?q=%E5%93%81+1&flag&flag=2&a%26b=c%3Dd|/a b/商|q=品 1|flag=|none=1|type=text/plain|"
      "len=5|body=hello|peer=127.0.0.1|local=0|tls=0|"
      "fields=(Host|till)(Content-Type|text/plain)(Content-Length|5)(X-Empty|)"
      "params=(q|品 1)(flag|)(flag|2)(a&b|c=d)");
  client_expect(fd, RAW("GET /? HTTP/1.1\r\n" HOST "\r\n"), 200, "GET|/?|/|q=-|");
  rig_wait(rig, &rig->entries, 2);
  uv_mutex_lock(&rig->lock);
  assert_string_equal(rig->last_entry.actor, "staff:7");
  assert_string_equal(rig->last_entry.path, "/");
  uv_mutex_unlock(&rig->lock);
  close(fd);
}

/* ---- The answer as the peer reads it ---- */

static void odd_answers(void *ctx, struct sp_http_exchange *exchange) {
  (void)ctx;
  const char *path = sp_http_exchange_request(exchange)->path;
  struct sp_http_field field = {"X-Kind", "value"};
  struct sp_http_reply reply = {.status = 200, .fields = &field, .field_count = 1, .body = "text", .body_len = 4};
  int expected = SP_E_INVALID;
  if (strcmp(path, "/value") == 0)
    field.value = "a\r\nSet-Cookie: b";
  else if (strcmp(path, "/name") == 0)
    field.name = "X: a\r\nY";
  else if (strcmp(path, "/blank") == 0)
    field.name = "X y";
  else if (strcmp(path, "/ours") == 0)
    field.name = "content-length";
  else if (strcmp(path, "/type") == 0)
    reply.content_type = "text/plain\r\nX: y";
  else if (strcmp(path, "/status") == 0)
    reply.status = 99;
  else
    expected = 0;
  if (strcmp(path, "/nothing") == 0) reply.status = 204;
  if (strcmp(path, "/cache") == 0) field = (struct sp_http_field){"Cache-Control", "max-age=60"};
  if (strcmp(path, "/close") == 0) reply.close = true;
  assert_int_equal(sp_http_reply(exchange, &reply), expected);
}

static void use_odd(struct rig *rig) {
  rig->handler = odd_answers;
}

static int start_odd(void **state) {
  return start_with(state, use_odd);
}

static struct answer ask(const struct rig *rig, const char *method, const char *path, const char *more) {
  char text[256];
  int fd = client_open(rig);
  int len = snprintf(text, sizeof text, "%s %s HTTP/1.1\r\n" HOST "%s\r\n", method, path, more);
  assert_true(client_send(fd, text, (size_t)len));
  struct answer answer = client_read_all(fd);
  close(fd);
  return answer;
}

static void injection_is_refused(void **state) {
  static const char *const paths[] = {"/value", "/name", "/blank", "/ours", "/type", "/status"};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    struct answer answer = ask(*state, "GET", paths[i], "");
    assert_int_equal(answer_status(&answer), 500);
    assert_null(strstr(answer.bytes, "Set-Cookie"));
    assert_non_null(strstr(answer.bytes, "Connection: close\r\n"));
    assert_true(answer.closed);
    free(answer.bytes);
  }
}

static void answers_are_dressed(void **state) {
  struct answer answer = ask(*state, "GET", "/", "Connection: close\r\n");
  static const char *const wanted[] = {"HTTP/1.1 200 OK\r\n",
                                       "\r\nDate: ",
                                       " GMT\r\n",
                                       "X-Request-Id: ",
                                       "X-Kind: value\r\n",
                                       "X-Content-Type-Options: nosniff\r\n",
                                       "Cache-Control: no-store\r\n",
                                       "Content-Length: 4\r\n",
                                       "Connection: close\r\n",
                                       "\r\n\r\ntext"};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    assert_non_null(strstr(answer.bytes, wanted[i]));
  free(answer.bytes);
  answer = ask(*state, "GET", "/cache", "Connection: close\r\n");
  assert_non_null(strstr(answer.bytes, "Cache-Control: max-age=60\r\n"));
  assert_null(strstr(answer.bytes, "no-store"));
  free(answer.bytes);
  answer = ask(*state, "HEAD", "/", "Connection: close\r\n");
  assert_non_null(strstr(answer.bytes, "Content-Length: 4\r\n"));
  assert_string_equal(answer_body(&answer), "");
  free(answer.bytes);
  answer = ask(*state, "GET", "/nothing", "Connection: close\r\n");
  assert_int_equal(answer_status(&answer), 204);
  assert_null(strstr(answer.bytes, "Content-Length"));
  assert_string_equal(answer_body(&answer), "");
  free(answer.bytes);
  answer = ask(*state, "GET", "/close", ""); /* the handler closes */
  assert_true(answer.closed);
  assert_non_null(strstr(answer.bytes, "Connection: close\r\n"));
  free(answer.bytes);
}

static void refusals_say_what_is_allowed(void **state) {
  struct answer answer = ask(*state, "TRACE", "/", "");
  assert_int_equal(answer_status(&answer), 405);
  assert_non_null(strstr(answer.bytes, "Allow: GET, "));
  assert_non_null(strstr(answer.bytes, "Content-Language: en\r\n"));
  free(answer.bytes);
  answer = ask(*state, "POST", "/", "Accept-Language: zh-CN\r\nContent-Length: 9999999\r\n");
  assert_int_equal(answer_status(&answer), 413);
  assert_non_null(strstr(answer.bytes, "Content-Language: zh-CN\r\n"));
  assert_non_null(strstr(answer.bytes, "请求正文过长"));
  free(answer.bytes);
}

static void keep_alive(void **state) {
  int fd = client_open(*state);
  for (int i = 0; i < 20; i++)
    client_expect(fd, RAW("POST /a HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi"), 200, "POST /a hi");
  client_expect(fd, RAW("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), 200, "Connection: keep-alive\r\n");
  client_expect(fd, RAW("GET / HTTP/1.1\r\n" HOST "Connection: foo , CLOSE\r\n\r\n"), 200, "Connection: close\r\n");
  struct answer rest = client_read_all(fd);
  assert_true(rest.closed);
  assert_int_equal(rest.len, 0);
  free(rest.bytes);
  close(fd);
}

/* ---- Order ---- */

static void answer_backwards(struct rig *rig, void *argument) {
  (void)argument;
  uv_mutex_lock(&rig->lock);
  int count = rig->held_count;
  rig->held_count = 0;
  uv_mutex_unlock(&rig->lock);
  for (int i = count - 1; i >= 0; i--) {
    const char *path = sp_http_exchange_request(rig->held[i])->path;
    rig_reply_text(rig->held[i], 200, path, strlen(path));
  }
}

static void order_is_kept(void **state) {
  struct rig *rig = *state;
  int fd = client_open(rig);
  struct sp_buf text;
  sp_buf_init(&text, 1 << 16);
  for (int i = 0; i < 10; i++)
    (void)sp_buf_printf(&text, "%s /%s/%d HTTP/1.1\r\n" HOST "\r\n", i % 3 ? "GET" : "POST", i % 4 ? "hold" : "now", i);
  assert_true(client_send(fd, text.data, text.len));
  rig_wait(rig, &rig->held_count, 7);
  rig_call(rig, answer_backwards, NULL);
  for (int i = 0; i < 10; i++) {
    char wanted[32];
    (void)snprintf(wanted, sizeof wanted, "/%s/%d", i % 4 ? "hold" : "now", i);
    struct answer answer = client_read_one(fd);
    assert_non_null(strstr(answer_body(&answer), wanted));
    free(answer.bytes);
  }
  sp_buf_free(&text);
  close(fd);
}

static void few_ahead(struct rig *rig) {
  rig->options.pipeline_max = 4;
}

static int start_few(void **state) {
  return start_with(state, few_ahead);
}

static int held_now(struct rig *rig) {
  uv_mutex_lock(&rig->lock);
  int count = rig->held_count;
  uv_mutex_unlock(&rig->lock);
  return count;
}

static void reading_stops_at_the_bound(void **state) {
  struct rig *rig = *state;
  int fd = client_open(rig);
  for (int i = 0; i < 40; i++)
    assert_true(client_send(fd, RAW("POST /hold HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd")));
  int answered = 0;
  while (answered < 40) {
    rig_wait(rig, &rig->held_count, 1);
    (void)usleep(20000);
    int held = held_now(rig);
    assert_in_range(held, 1, 4);
    rig_call(rig, answer_backwards, NULL);
    for (int i = 0; i < held; i++, answered++) {
      struct answer answer = client_read_one(fd);
      assert_int_equal(answer_status(&answer), 200);
      free(answer.bytes);
    }
  }
  close(fd);
}

/* ---- 100-continue ---- */

static void continues(void **state) {
  struct rig *rig = *state;
  char text[64] = {0};
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("POST /x HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")));
  assert_int_equal(recv(fd, text, 25, MSG_WAITALL), 25);
  assert_string_equal(text, "HTTP/1.1 100 Continue\r\n\r\n");
  client_expect(fd, RAW("abcd"), 200, "POST /x abcd");
  /* Behind an unanswered request it must wait for its turn. */
  assert_true(client_send(fd, RAW("GET /hold/1 HTTP/1.1\r\n" HOST "\r\nPOST /y HTTP/1.1\r\n" HOST
                                  "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n")));
  rig_wait(rig, &rig->held_count, 1);
  (void)usleep(20000);
  assert_int_equal(recv(fd, text, sizeof text, MSG_DONTWAIT), -1);
  rig_call(rig, answer_backwards, NULL);
  struct answer answer = client_read_one(fd);
  assert_string_equal(answer_body(&answer), "/hold/1");
  free(answer.bytes);
  assert_int_equal(recv(fd, text, 25, MSG_WAITALL), 25);
  client_expect(fd, RAW("efgh"), 200, "POST /y efgh");
  /* Too long: the refusal comes instead, and nothing is asked for. */
  client_expect(fd, RAW("POST /x HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"), 413,
                "application/problem+json");
  close(fd);
}

/* ---- Peers that go ---- */

static void look_gone(struct rig *rig, void *argument) {
  bool *gone = argument;
  *gone = sp_http_exchange_gone(rig->held[0]);
}

static void peer_gone_before_reply(void **state) {
  struct rig *rig = *state;
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("POST /hold HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nabcd")));
  rig_wait(rig, &rig->held_count, 1);
  struct linger hard = {.l_onoff = 1};
  assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard), 0);
  close(fd); /* a reset */
  bool gone = false;
  for (int i = 0; i < 500 && !gone; i++) {
    rig_call(rig, look_gone, &gone);
    (void)usleep(2000);
  }
  assert_true(gone);
  rig_call(rig, answer_backwards, NULL);
  rig_wait(rig, &rig->aborted, 1);
  fd = client_open(rig);
  client_expect(fd, RAW("GET /after HTTP/1.1\r\n" HOST "\r\n"), 200, "GET /after");
  close(fd);
}

static void half_closed_peer_is_answered(void **state) {
  struct rig *rig = *state;
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("GET /hold/a HTTP/1.1\r\n" HOST "\r\nGET /b HTTP/1.1\r\n" HOST "\r\nGET /cut")));
  assert_int_equal(shutdown(fd, SHUT_WR), 0);
  rig_wait(rig, &rig->held_count, 1);
  (void)usleep(20000);
  rig_call(rig, answer_backwards, NULL);
  struct answer answer = client_read_all(fd);
  assert_true(answer.closed);
  assert_non_null(strstr(answer.bytes, "/hold/a"));
  assert_non_null(strstr(answer.bytes, "GET /b"));
  assert_null(strstr(answer.bytes, "400"));
  free(answer.bytes);
  close(fd);
}

/* ---- Numbers ---- */

static void copy_counters(struct rig *rig, void *argument) {
  *(struct sp_http_counters *)argument = *sp_http_server_counters(rig->server);
}

static void counters_count(void **state) {
  struct rig *rig = *state;
  struct sp_http_counters seen;
  int fd = client_open(rig);
  client_expect(fd, RAW("GET /a HTTP/1.1\r\n" HOST "\r\n"), 200, "");
  client_expect(fd, RAW("GET /b HTTP/1.1\r\n" HOST "\r\n"), 200, "");
  assert_true(client_send(fd, RAW("GET /hold HTTP/1.1\r\n" HOST "\r\n")));
  rig_wait(rig, &rig->held_count, 1);
  rig_call(rig, copy_counters, &seen);
  assert_int_equal(seen.in_flight, 1);
  assert_int_equal(seen.connections, 1);
  assert_int_equal(seen.requests[2], 2);
  rig_call(rig, answer_backwards, NULL);
  struct answer answer = client_read_one(fd);
  free(answer.bytes);
  client_expect(fd, RAW("nonsense\r\n\r\n"), 400, "");
  close(fd);
  rig_wait(rig, &rig->entries, 4);
  rig_call(rig, copy_counters, &seen);
  assert_int_equal(seen.requests[2], 3);
  assert_int_equal(seen.requests[4], 1);
  assert_int_equal(seen.in_flight, 0);
  assert_int_equal(seen.accepted, 1);
  assert_int_equal(seen.bytes_in, 108);
  assert_true(seen.bytes_out > 600);
  uint64_t all = 0;
  for (int i = 0; i <= SP_HTTP_BUCKETS; i++)
    all += seen.latency[i];
  assert_int_equal(all, 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_prefix_is_taken_off, start_below, stop),
      cmocka_unit_test_setup_teardown(request_is_read, start_describe, stop),
      cmocka_unit_test_setup_teardown(injection_is_refused, start_odd, stop),
      cmocka_unit_test_setup_teardown(answers_are_dressed, start_odd, stop),
      cmocka_unit_test_setup_teardown(refusals_say_what_is_allowed, start, stop),
      cmocka_unit_test_setup_teardown(keep_alive, start, stop),
      cmocka_unit_test_setup_teardown(order_is_kept, start, stop),
      cmocka_unit_test_setup_teardown(reading_stops_at_the_bound, start_few, stop),
      cmocka_unit_test_setup_teardown(continues, start, stop),
      cmocka_unit_test_setup_teardown(peer_gone_before_reply, start, stop),
      cmocka_unit_test_setup_teardown(half_closed_peer_is_answered, start, stop),
      cmocka_unit_test_setup_teardown(counters_count, start, stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
