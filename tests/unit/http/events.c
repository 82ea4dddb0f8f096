/* Answers that go on: who listens gets every byte, who is slow or gone is let go, and nobody's leaving is missed. */
#include "http/stream.h"
#include "rig.h"

enum { STREAMS = 128 };

/* Lives on the loop's thread but for the counters, which are read under the rig's lock. */
struct room {
  struct sp_http_stream *streams[STREAMS];
  int opened, closed, drained, refused;
  int refusal;    /* code of the last */
  bool heads;     /* HEAD was answered: no stream */
  int last_write; /* code */
};

static struct room room;

static void on_closed(void *ctx) {
  struct sp_http_stream **at = ctx;
  *at = NULL;
  room.closed++;
}

static void on_drained(void *ctx) {
  (void)ctx;
  room.drained++;
}

static void listen_to(struct sp_http_exchange *exchange) {
  static const struct sp_http_reply head = {.status = 200, .content_type = "text/event-stream"};
  int i = 0;
  while (i < STREAMS - 1 && room.streams[i])
    i++;
  const struct sp_http_stream_events events = {.closed = on_closed, .drained = on_drained, .ctx = &room.streams[i]};
  int code = sp_http_stream_open(exchange, &head, &events, &room.streams[i]);
  room.refused += code != 0;
  room.refusal = code;
  room.opened += room.streams[i] != NULL;
  room.heads = code == 0 && !room.streams[i];
}

static void handler(void *ctx, struct sp_http_exchange *exchange) {
  struct rig *rig = ctx;
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  if (strcmp(request->path, "/events") != 0) {
    rig_echo(rig, exchange);
    return;
  }
  uv_mutex_lock(&rig->lock);
  listen_to(exchange);
  uv_cond_broadcast(&rig->changed);
  uv_mutex_unlock(&rig->lock);
}

static void begin(struct rig *rig) {
  rig_prepare(rig);
  rig->handler = handler;
  room = (struct room){.opened = 0};
}

static int subscribe(struct rig *rig) {
  int fd = client_open(rig);
  uv_mutex_lock(&rig->lock);
  int before = room.opened;
  uv_mutex_unlock(&rig->lock);
  assert_true(client_send(fd, RAW("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
  rig_wait(rig, &room.opened, before + 1);
  return fd;
}

struct text {
  const char *bytes;
  size_t len;
};

static void write_all(struct rig *rig, void *argument) {
  (void)rig;
  const struct text *text = argument;
  for (int i = 0; i < STREAMS; i++)
    if (room.streams[i]) room.last_write = sp_http_stream_write(room.streams[i], text->bytes, text->len);
}

static void say(struct rig *rig, const char *words) {
  struct text text = {words, strlen(words)};
  rig_call(rig, write_all, &text);
}

static void close_all(struct rig *rig, void *argument) {
  (void)rig;
  (void)argument;
  for (int i = 0; i < STREAMS; i++) {
    if (room.streams[i]) sp_http_stream_close(room.streams[i]);
    room.streams[i] = NULL;
  }
}

static void read_room(struct rig *rig, void *argument) {
  (void)rig;
  *(struct room *)argument = room;
}

static void read_counters(struct rig *rig, void *argument) {
  *(struct sp_http_counters *)argument = *sp_http_server_counters(rig->server);
}

/* Wait for `field` of the room to be at least `least`. */
static struct room wait_closed(struct rig *rig, int least) {
  struct room seen = {.closed = -1};
  for (int i = 0; i < 2000 && seen.closed < least; i++) {
    rig_call(rig, read_room, &seen);
    if (seen.closed < least) (void)usleep(5000);
  }
  assert_int_equal(seen.closed, least);
  return seen;
}

static void chunks_arrive_in_order(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int fd = subscribe(&rig);
  say(&rig, "data: one\n\n");
  say(&rig, "");
  say(&rig, "data: two\n\n");
  rig_call(&rig, close_all, NULL);
  struct answer answer = client_read_all(fd);
  assert_true(answer.closed);
  assert_int_equal(answer_status(&answer), 200);
  assert_non_null(strstr(answer.bytes, "Content-Type: text/event-stream\r\n"));
  assert_non_null(strstr(answer.bytes, "Transfer-Encoding: chunked\r\n"));
  assert_non_null(strstr(answer.bytes, "Cache-Control: no-store\r\n"));
  assert_non_null(strstr(answer.bytes, "X-Accel-Buffering: no\r\n"));
  assert_non_null(strstr(answer.bytes, "Connection: close\r\n"));
  assert_null(strstr(answer.bytes, "Content-Length"));
  assert_string_equal(answer_body(&answer), "b\r\ndata: one\n\n\r\nb\r\ndata: two\n\n\r\n0\r\n\r\n");
  struct room before = wait_closed(&rig, 0);
  assert_true(before.drained >= 1);
  free(answer.bytes);
  close(fd);
  struct sp_http_counters seen;
  rig_call(&rig, read_counters, &seen);
  assert_int_equal(seen.streams, 0);
  assert_int_equal(seen.in_flight, 0);
  assert_int_equal(seen.requests[2], 1);
  rig_stop(&rig);
}

static void old_clients_and_heads(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int fd = client_open(&rig);
  assert_true(client_send(fd, RAW("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n")));
  struct answer head = client_read_all(fd);
  assert_int_equal(answer_status(&head), 200);
  assert_string_equal(answer_body(&head), "");
  assert_true(room.heads);
  free(head.bytes);
  close(fd);
  fd = client_open(&rig);
  assert_true(client_send(fd, RAW("GET /events HTTP/1.0\r\nHost: x\r\n\r\n")));
  rig_wait(&rig, &room.opened, 1);
  say(&rig, "data: plain\n\n");
  rig_call(&rig, close_all, NULL);
  struct answer old = client_read_all(fd);
  assert_true(old.closed);
  assert_null(strstr(old.bytes, "Transfer-Encoding"));
  assert_string_equal(answer_body(&old), "data: plain\n\n");
  free(old.bytes);
  close(fd);
  rig_stop(&rig);
}

static void answer_held(struct rig *rig, void *argument) {
  (void)argument;
  rig_reply_text(rig->held[0], 200, "", 0);
  rig->held[0] = NULL;
}

/* What is asked for behind a stream is dropped; what was asked before it is answered first. */
static void stands_in_its_queue(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int fd = client_open(&rig);
  assert_true(client_send(fd, RAW("GET /hold HTTP/1.1\r\nHost: x\r\n\r\nGET /events HTTP/1.1\r\nHost: x\r\n\r\n"
                                  "GET /after HTTP/1.1\r\nHost: x\r\n\r\n")));
  rig_wait(&rig, &room.opened, 1);
  say(&rig, "early");
  rig_call(&rig, answer_held, NULL);
  say(&rig, "late");
  rig_call(&rig, close_all, NULL);
  struct answer answer = client_read_all(fd);
  assert_non_null(strstr(answer.bytes, "5\r\nearly\r\n4\r\nlate\r\n0\r\n\r\n"));
  assert_null(strstr(answer.bytes, "/after"));
  free(answer.bytes);
  close(fd);
  rig_stop(&rig);
}

static void leaving_is_noticed(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig.options.pipeline_max = 1; /* reading stops behind a request, but not behind a stream */
  rig_start(&rig);
  int gone = subscribe(&rig);
  close(gone);
  (void)wait_closed(&rig, 1);
  int half = subscribe(&rig);
  assert_int_equal(shutdown(half, SHUT_WR), 0);
  (void)wait_closed(&rig, 2);
  close(half);
  int reset = subscribe(&rig);
  const struct linger now = {.l_onoff = 1, .l_linger = 0};
  assert_int_equal(setsockopt(reset, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
  close(reset);
  (void)wait_closed(&rig, 3);
  rig_wait(&rig, &rig.aborted, 3);
  rig_stop(&rig);
}

/* It had left before its stream was opened. */
static void gone_before(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int fd = client_open(&rig);
  assert_true(client_send(fd, RAW("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
  assert_int_equal(shutdown(fd, SHUT_WR), 0);
  struct room seen = {.opened = 0};
  for (int i = 0; i < 1000 && seen.refused + seen.closed < 1; i++) {
    rig_call(&rig, read_room, &seen);
    (void)usleep(2000);
  }
  assert_int_equal(seen.refused + seen.closed, 1);
  if (seen.refused) assert_int_equal(seen.refusal, SP_E_IO);
  close(fd);
  rig_stop(&rig);
}

static void fill(struct rig *rig, void *argument) {
  (void)rig;
  static char block[64 * 1024];
  memset(block, 'x', sizeof block);
  *(int *)argument = room.streams[0] ? sp_http_stream_write(room.streams[0], block, sizeof block) : SP_E_NOT_FOUND;
}

/* Somebody who never reads: the kernel takes some megabytes, then the backlog grows, then the stream is cut. */
static void backlog_is_bounded(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int fd = subscribe(&rig);
  int code = 0, writes = 0;
  while (code == 0 && writes < 4000) {
    rig_call(&rig, fill, &code);
    writes++;
  }
  assert_int_equal(code, SP_E_LIMIT);
  (void)wait_closed(&rig, 1);
  struct sp_http_counters seen;
  rig_call(&rig, read_counters, &seen);
  assert_int_equal((int)seen.streams_cut, 1);
  assert_int_equal(seen.streams, 0);
  close(fd);
  rig_stop(&rig);
}

static void too_much_at_once(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int fd = subscribe(&rig);
  char *much = calloc(1, SP_HTTP_STREAM_WRITE + 1);
  assert_non_null(much);
  struct text text = {much, SP_HTTP_STREAM_WRITE + 1};
  rig_call(&rig, write_all, &text);
  assert_int_equal(room.last_write, SP_E_LIMIT);
  free(much);
  (void)wait_closed(&rig, 1);
  close(fd);
  rig_stop(&rig);
}

/* As much as the kernel takes and one block more. */
static void stuff(struct rig *rig, void *argument) {
  if (room.streams[0] && sp_http_stream_waiting(room.streams[0]) == 0) fill(rig, argument);
}

/* A peer that takes nothing for a whole window goes, long before the backlog would be full. */
static void stalled_reader(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig.options.write_timeout_ms = 200;
  rig_start(&rig);
  int fd = subscribe(&rig);
  struct sp_http_counters seen = {.timed_out = 0};
  for (int i = 0; i < 4000 && seen.timed_out == 0; i++) {
    int code = 0;
    rig_call(&rig, stuff, &code);
    assert_int_equal(code, 0);
    (void)usleep(2000);
    rig_call(&rig, read_counters, &seen);
  }
  assert_int_equal((int)seen.timed_out, 1);
  (void)wait_closed(&rig, 1);
  close(fd);
  rig_stop(&rig);
}

static void idleness_is_fine(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig.options.idle_timeout_ms = 60;
  rig.options.head_timeout_ms = 60;
  rig.options.write_timeout_ms = 60;
  rig_start(&rig);
  int fd = subscribe(&rig);
  assert_true(client_send(fd, RAW("GET /half"))); /* nobody waits for the rest of this head */
  (void)usleep(400 * 1000);
  say(&rig, "still here");
  char bytes[1024] = "";
  size_t len = 0;
  while (len < sizeof bytes - 1 && !strstr(bytes, "still here")) {
    ssize_t got = recv(fd, bytes + len, sizeof bytes - 1 - len, 0);
    assert_true(got > 0);
    len += (size_t)got;
    bytes[len] = '\0';
  }
  (void)wait_closed(&rig, 0);
  close(fd);
  (void)wait_closed(&rig, 1);
  rig_stop(&rig);
}

static void on_drain_done(void *ctx, int open) {
  struct rig *rig = ctx;
  uv_mutex_lock(&rig->lock);
  room.refusal = open;
  room.drained = 1000;
  uv_cond_broadcast(&rig->changed);
  uv_mutex_unlock(&rig->lock);
}

static void do_drain(struct rig *rig, void *argument) {
  (void)argument;
  room.drained = 0;
  sp_http_server_drain(rig->server, 5000, on_drain_done, rig);
}

static void draining_ends_streams(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int one = subscribe(&rig), two = subscribe(&rig);
  say(&rig, "bye");
  rig_call(&rig, do_drain, NULL);
  struct answer first = client_read_all(one), second = client_read_all(two);
  assert_non_null(strstr(first.bytes, "3\r\nbye\r\n0\r\n\r\n"));
  assert_non_null(strstr(second.bytes, "3\r\nbye\r\n0\r\n\r\n"));
  close(one);
  close(two);
  rig_wait(&rig, &room.drained, 1000);
  assert_int_equal(room.refusal, 0);
  assert_int_equal(room.closed, 2);
  free(first.bytes);
  free(second.bytes);
  rig_stop(&rig);
}

/* Freed under open streams: every owner is told. */
static void freeing_tells(void **state) {
  (void)state;
  struct rig rig;
  begin(&rig);
  rig_start(&rig);
  int one = subscribe(&rig), two = subscribe(&rig);
  rig_stop(&rig);
  assert_int_equal(room.closed, 2);
  close(one);
  close(two);
}

static int ask_status(struct rig *rig) {
  int fd = client_open(rig);
  assert_true(client_send(fd, RAW("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
  struct answer answer = client_read_one(fd);
  int status = answer_status(&answer);
  if (status == 503) assert_non_null(strstr(answer.bytes, "Retry-After: "));
  free(answer.bytes);
  close(fd);
  return status;
}

static void numbers_are_bounded(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct rig rig;
    begin(&rig);
    rig.options.streams_max = i == 0 ? 3 : 512;
    rig.options.streams_per_peer_max = i == 0 ? 64 : 3;
    rig_start(&rig);
    int fds[3];
    for (int k = 0; k < 3; k++)
      fds[k] = subscribe(&rig);
    assert_int_equal(ask_status(&rig), 503);
    assert_int_equal(room.refusal, SP_E_BUSY);
    close(fds[1]);
    (void)wait_closed(&rig, 1);
    fds[1] = subscribe(&rig);
    assert_int_equal(ask_status(&rig), 503);
    for (int k = 0; k < 3; k++)
      close(fds[k]);
    rig_stop(&rig);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chunks_arrive_in_order),
      cmocka_unit_test(old_clients_and_heads),
      cmocka_unit_test(stands_in_its_queue),
      cmocka_unit_test(leaving_is_noticed),
      cmocka_unit_test(gone_before),
      cmocka_unit_test(backlog_is_bounded),
      cmocka_unit_test(too_much_at_once),
      cmocka_unit_test(stalled_reader),
      cmocka_unit_test(idleness_is_fine),
      cmocka_unit_test(draining_ends_streams),
      cmocka_unit_test(freeing_tells),
      cmocka_unit_test(numbers_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
