/* A server on its own loop thread and blocking clients on the test's thread. */
#ifndef TESTS_UNIT_HTTP_RIG_H
#define TESTS_UNIT_HTTP_RIG_H

#include "http/problem.h"
#include "http/server.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#define RAW(text) (text), sizeof(text) - 1

enum { HELD_MAX = 64, ANSWER_MAX = 1 << 20 };

struct rig {
  uv_loop_t loop;
  uv_thread_t thread;
  uv_async_t wake;
  uv_sem_t called;
  uv_mutex_t lock;
  uv_cond_t changed;
  struct sp_http_options options;
  struct sp_http_server *server;
  sp_http_handler *handler;
  const char *unix_path; /* null: TCP only */
  void (*call)(struct rig *rig, void *argument);
  void *argument;
  int port;
  struct sp_http_exchange *held[HELD_MAX];
  int held_count; /* under lock */
  int entries;    /* access log lines, under lock */
  int aborted;    /* of them */
  struct {
    char method[8], path[64], actor[64];
    int status;
  } last_entry;
};

static inline void rig_on_access(void *ctx, const struct sp_http_access *entry) {
  struct rig *rig = ctx;
  uv_mutex_lock(&rig->lock);
  rig->entries++;
  rig->aborted += entry->aborted;
  (void)snprintf(rig->last_entry.method, sizeof rig->last_entry.method, "%s", entry->method);
  (void)snprintf(rig->last_entry.path, sizeof rig->last_entry.path, "%s", entry->path);
  (void)snprintf(rig->last_entry.actor, sizeof rig->last_entry.actor, "%s", entry->actor);
  rig->last_entry.status = entry->status;
  uv_cond_broadcast(&rig->changed);
  uv_mutex_unlock(&rig->lock);
}

static inline void rig_reply_text(struct sp_http_exchange *exchange, int status, const char *text, size_t len) {
  struct sp_http_reply reply = {.status = status, .content_type = "text/plain", .body = text, .body_len = len};
  assert_int_equal(sp_http_reply(exchange, &reply), 0);
}

/* "/hold…" is kept for later, everything else is answered with its method, path and body. */
static inline void rig_echo(void *ctx, struct sp_http_exchange *exchange) {
  struct rig *rig = ctx;
  const struct sp_http_request *request = sp_http_exchange_request(exchange);
  if (strncmp(request->path, "/hold", 5) == 0) {
    uv_mutex_lock(&rig->lock);
    rig->held[rig->held_count++] = exchange;
    uv_cond_broadcast(&rig->changed);
    uv_mutex_unlock(&rig->lock);
    return;
  }
  struct sp_buf text;
  sp_buf_init(&text, ANSWER_MAX);
  (void)sp_buf_printf(&text, "%s %s ", request->method, request->path);
  (void)sp_buf_add(&text, request->body, request->body_path ? 0 : request->body_len);
  rig_reply_text(exchange, 200, text.data, text.len);
  sp_buf_free(&text);
}

static inline void rig_on_wake(uv_async_t *wake) {
  struct rig *rig = wake->data;
  if (!rig->call) return;
  rig->call(rig, rig->argument);
  rig->call = NULL;
  uv_sem_post(&rig->called);
}

/* Run `call` on the loop's thread and wait for it. */
static inline void rig_call(struct rig *rig, void (*call)(struct rig *rig, void *argument), void *argument) {
  rig->call = call;
  rig->argument = argument;
  uv_async_send(&rig->wake);
  uv_sem_wait(&rig->called);
}

static inline void rig_thread(void *argument) {
  struct rig *rig = argument;
  (void)uv_run(&rig->loop, UV_RUN_DEFAULT);
}

static inline void rig_prepare(struct rig *rig) {
  *rig = (struct rig){.handler = rig_echo};
  sp_http_options_init(&rig->options);
  rig->options.tick_ms = 10;
  rig->options.linger_ms = 300;
  rig->options.access = rig_on_access;
}

static inline void rig_start(struct rig *rig) {
  struct sp_error err = {0};
  assert_int_equal(uv_loop_init(&rig->loop), 0);
  assert_int_equal(uv_sem_init(&rig->called, 0), 0);
  assert_int_equal(uv_mutex_init(&rig->lock), 0);
  assert_int_equal(uv_cond_init(&rig->changed), 0);
  assert_int_equal(uv_async_init(&rig->loop, &rig->wake, rig_on_wake), 0);
  rig->wake.data = rig;
  int code = sp_http_server_new(&rig->loop, &rig->options, rig->handler, rig, &rig->server, &err);
  if (code) print_error("%s\n", err.message);
  assert_int_equal(code, 0);
  assert_int_equal(sp_http_server_listen(rig->server, "127.0.0.1", 0, &err), 0);
  if (rig->unix_path) assert_int_equal(sp_http_server_listen_unix(rig->server, rig->unix_path, &err), 0);
  rig->port = sp_http_server_port(rig->server);
  assert_true(rig->port > 0);
  assert_int_equal(uv_thread_create(&rig->thread, rig_thread, rig), 0);
}

static inline void rig_do_free(struct rig *rig, void *argument) {
  (void)argument;
  sp_http_server_free(rig->server);
  for (int i = 0; i < rig->held_count; i++)
    if (rig->held[i]) rig_reply_text(rig->held[i], 200, "late", 4);
  uv_close((uv_handle_t *)&rig->wake, NULL);
}

static inline void rig_stop(struct rig *rig) {
  rig_call(rig, rig_do_free, NULL);
  assert_int_equal(uv_thread_join(&rig->thread), 0);
  assert_int_equal(uv_loop_close(&rig->loop), 0);
  uv_sem_destroy(&rig->called);
  uv_mutex_destroy(&rig->lock);
  uv_cond_destroy(&rig->changed);
}

/* Wait until `*value`, which the loop's thread changes under the lock, is at least `least`. */
static inline void rig_wait(struct rig *rig, const int *value, int least) {
  uv_mutex_lock(&rig->lock);
  while (*value < least)
    if (uv_cond_timedwait(&rig->changed, &rig->lock, 10ull * 1000000000ull) != 0) break;
  int seen = *value;
  uv_mutex_unlock(&rig->lock);
  assert_true(seen >= least);
}

/* ---- A client ---- */

static inline void client_times(int fd) {
  struct timeval wait = {.tv_sec = 10};
  int on = 1;
  assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static inline int client_open(const struct rig *rig) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rig->port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(fd >= 0);
  client_times(fd);
  assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
  return fd;
}

/* The server may refuse and close before all was sent: that is not an error here. */
static inline bool client_send(int fd, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    len -= (size_t)sent;
  }
  return true;
}

struct answer {
  char *bytes; /* NUL-terminated */
  size_t len;
  bool closed; /* the server closed, orderly */
  bool reset;  /* it reset */
};

/* Read until the server closes. */
static inline struct answer client_read_all(int fd) {
  struct answer answer = {.bytes = malloc(ANSWER_MAX + 1)};
  assert_non_null(answer.bytes);
  while (answer.len < ANSWER_MAX) {
    ssize_t got = recv(fd, answer.bytes + answer.len, ANSWER_MAX - answer.len, 0);
    if (got == 0) answer.closed = true;
    if (got < 0 && errno == ECONNRESET) answer.reset = true;
    if (got <= 0) break;
    answer.len += (size_t)got;
  }
  answer.bytes[answer.len] = '\0';
  return answer;
}

static inline int answer_status(const struct answer *answer) {
  if (answer->len < 12 || memcmp(answer->bytes, "HTTP/1.1 ", 9) != 0) return 0;
  return (int)strtol(answer->bytes + 9, NULL, 10);
}

/* Read one whole answer with a body of the length it names; the connection stays open. */
static inline struct answer client_read_one(int fd) {
  struct answer answer = {.bytes = malloc(ANSWER_MAX + 1)};
  assert_non_null(answer.bytes);
  size_t want = 0;
  while (want == 0 || answer.len < want) {
    ssize_t got = recv(fd, answer.bytes + answer.len, want ? want - answer.len : 1, 0);
    if (got <= 0) break;
    answer.len += (size_t)got;
    answer.bytes[answer.len] = '\0';
    if (want || answer.len < 4 || memcmp(answer.bytes + answer.len - 4, "\r\n\r\n", 4) != 0) continue;
    const char *length = strstr(answer.bytes, "Content-Length: ");
    want = answer.len + (length ? strtoul(length + 16, NULL, 10) : 0);
    if (want == answer.len) break;
  }
  return answer;
}

static inline const char *answer_body(const struct answer *answer) {
  const char *end = strstr(answer->bytes, "\r\n\r\n");
  return end ? end + 4 : "";
}

/* Send, half-close nothing, read one answer, and expect its status and that its body holds `text`. */
static inline void client_expect(int fd, const char *bytes, size_t len, int status, const char *text) {
  assert_true(client_send(fd, bytes, len));
  struct answer answer = client_read_one(fd);
  if (answer_status(&answer) != status || !strstr(answer.bytes, text))
    print_error("wanted %d with \"%s\", got:\n%s\n", status, text, answer.bytes);
  assert_int_equal(answer_status(&answer), status);
  assert_non_null(strstr(answer.bytes, text));
  free(answer.bytes);
}

#endif
