/* Random streams of good requests, cut at random, answered late and out of order: each is answered once, in order, with
 * its own body. Some peers leave in the middle; nothing may be left behind. */
#include "rig.h"
#include "tests/unit/random.h"

enum { ROUNDS = 300, REQUESTS_MAX = 25, LATER_MAX = 16 };

/* Lives on the loop's thread: exchanges that wait for their turn, given in random order. */
struct later {
  struct random random;
  struct sp_http_exchange *list[LATER_MAX];
  int count;
};

static struct later later;

static void reply_one(void) {
  int i = (int)random_between(&later.random, 0, later.count - 1);
  struct sp_http_exchange *exchange = later.list[i];
  later.list[i] = later.list[--later.count];
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  if (random_next(&later.random) % 2) {
    rig_reply_text(exchange, 200, request->body, request->body_len);
    return;
  }
  struct sp_buf body;
  sp_buf_init(&body, ANSWER_MAX);
  (void)sp_buf_add(&body, request->body, request->body_len);
  struct sp_http_reply reply = {.status = 200, .take = &body};
  assert_int_equal(sp_http_reply(exchange, &reply), 0);
}

static void some_later(void *ctx, struct sp_http_exchange *exchange) {
  (void)ctx;
  later.list[later.count++] = exchange;
  if (later.count == LATER_MAX || random_next(&later.random) % 3 == 0) reply_one();
}

static void reply_rest(struct rig *rig, void *argument) {
  (void)rig;
  (void)argument;
  while (later.count > 0)
    reply_one();
}

static void read_counters(struct rig *rig, void *argument) {
  *(struct sp_http_counters *)argument = *sp_http_server_counters(rig->server);
}

static void put_request(struct random *random, struct sp_buf *stream, struct sp_buf *body, int number) {
  size_t len = (size_t)random_between(random, 0, random_next(random) % 8 ? 300 : 60000);
  sp_buf_reset(body);
  (void)sp_buf_printf(body, "#%d:", number);
  while (body->len < len)
    (void)sp_buf_printf(body, "%d\r\n", (int)(random_next(random) % 100000));
  if (random_next(random) % 2) {
    (void)sp_buf_printf(stream, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", body->len);
    (void)sp_buf_add(stream, body->data, body->len);
    return;
  }
  (void)sp_buf_puts(stream, "PUT /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (size_t at = 0; at < body->len;) {
    size_t part = (size_t)random_between(random, 1, 5000);
    if (part > body->len - at) part = body->len - at;
    (void)sp_buf_printf(stream, "%zX\r\n", part);
    (void)sp_buf_add(stream, body->data + at, part);
    (void)sp_buf_puts(stream, "\r\n");
    at += part;
  }
  (void)sp_buf_puts(stream, "0\r\n\r\n");
}

struct sender {
  struct random random;
  const struct sp_buf *stream;
  size_t len;
  int fd;
};

static void send_in_parts(void *argument) {
  struct sender *sender = argument;
  for (size_t at = 0; at < sender->len;) {
    size_t part = (size_t)random_amount(&sender->random, 20000) + 1;
    if (part > sender->len - at) part = sender->len - at;
    if (!client_send(sender->fd, sender->stream->data + at, part)) return;
    at += part;
  }
}

static void read_answers(struct rig *rig, int fd, struct sp_buf *bodies, const size_t *ends, int count) {
  size_t at = 0;
  for (int i = 0; i < count; i++) {
    struct timeval wait = {.tv_usec = 2000};
    char byte = 0;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    while (recv(fd, &byte, 1, MSG_PEEK) < 0) /* the answer may be one that is held back */
      rig_call(rig, reply_rest, NULL);
    client_times(fd);
    struct answer answer = client_read_one(fd);
    const char *body = answer_body(&answer);
    size_t len = answer.len - (size_t)(body - answer.bytes);
    assert_int_equal(len, ends[i] - at);
    assert_memory_equal(body, bodies->data + at, len);
    at = ends[i];
    free(answer.bytes);
  }
}

static void one_round(struct rig *rig, struct random *random, struct sp_buf *stream, struct sp_buf *bodies) {
  struct sp_buf body;
  size_t ends[REQUESTS_MAX];
  int count = (int)random_between(random, 1, REQUESTS_MAX);
  bool leaves = random_next(random) % 4 == 0;
  sp_buf_init(&body, 1 << 20);
  sp_buf_reset(stream);
  sp_buf_reset(bodies);
  for (int i = 0; i < count; i++) {
    put_request(random, stream, &body, i);
    (void)sp_buf_add(bodies, body.data, body.len);
    ends[i] = bodies->len;
  }
  sp_buf_free(&body);
  struct sender sender = {.random = {random_next(random) | 1}, .stream = stream, .len = stream->len};
  if (leaves) sender.len = (size_t)random_between(random, 1, (int64_t)stream->len);
  sender.fd = client_open(rig);
  uv_thread_t thread;
  assert_int_equal(uv_thread_create(&thread, send_in_parts, &sender), 0);
  if (leaves) {
    (void)usleep((unsigned)random_between(random, 0, 3000));
    (void)shutdown(sender.fd, SHUT_RDWR);
  } else {
    read_answers(rig, sender.fd, bodies, ends, count);
  }
  assert_int_equal(uv_thread_join(&thread), 0);
  close(sender.fd);
  rig_call(rig, reply_rest, NULL);
}

static void streams(void **state) {
  (void)state;
  struct random random = random_start("streams");
  struct rig rig;
  struct sp_buf stream;
  struct sp_buf bodies;
  sp_buf_init(&stream, 8 << 20);
  sp_buf_init(&bodies, 8 << 20);
  rig_prepare(&rig);
  rig.options.pipeline_max = 6;
  rig.options.spool_folder = NULL;
  rig.handler = some_later;
  later = (struct later){.random = {random_next(&random) | 1}};
  rig_start(&rig);
  for (int i = 0; i < ROUNDS; i++)
    one_round(&rig, &random, &stream, &bodies);
  struct sp_http_counters seen = {.connections = 1};
  for (int i = 0; i < 500 && (seen.connections > 0 || seen.in_flight > 0); i++) {
    rig_call(&rig, reply_rest, NULL);
    rig_call(&rig, read_counters, &seen);
    (void)usleep(2000);
  }
  assert_int_equal(seen.connections, 0);
  assert_int_equal(seen.in_flight, 0);
  assert_int_equal(seen.requests[4], 0);
  assert_int_equal(seen.requests[5], 0);
  rig_stop(&rig);
  sp_buf_free(&stream);
  sp_buf_free(&bodies);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(streams)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
