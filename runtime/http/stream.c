#include "http/internal.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { CHUNK_HEAD = 12 };

/* An exchange's `stream` while it is open. */
struct sp_http_stream {
  struct sp_http_exchange *exchange;
  struct sp_http_stream_events events;
  bool failed; /* its connection is about to be closed */
};

/* ---- The end ---- */

/* Let go without a word. */
static void detach(struct sp_http_exchange *exchange) {
  struct sp_http_stream *stream = exchange->stream;
  exchange->stream = NULL;
  exchange->server->streams--;
  exchange->server->counters.streams--;
  if (exchange->conn) exchange->conn->streams--;
  free(stream);
}

void sp_http_stream_over(struct sp_http_exchange *exchange) {
  if (!exchange->stream) return;
  struct sp_http_stream_events events = exchange->stream->events;
  detach(exchange);
  if (events.closed) events.closed(events.ctx);
}

void sp_http_stream_drained(struct sp_http_exchange *exchange) {
  struct sp_http_stream_events events = exchange->stream->events;
  if (events.drained && !exchange->stream->failed) events.drained(events.ctx);
}

static void put_end(struct sp_http_exchange *exchange) {
  if (!exchange->is_http10) (void)sp_buf_puts(&exchange->taken, "0\r\n\r\n");
  sp_http_conn_dirty(exchange->conn);
}

void sp_http_stream_end_all(struct sp_http_conn *conn) {
  struct sp_http_exchange *exchange = NULL;
  STAILQ_FOREACH(exchange, &conn->queue, link) {
    if (!exchange->stream) continue;
    put_end(exchange);
    sp_http_stream_over(exchange);
    if (sp_http_conn_is_closing(conn)) return; /* the owner may have freed the server */
  }
}

void sp_http_stream_close(struct sp_http_stream *stream) {
  struct sp_http_exchange *exchange = stream->exchange;
  if (!stream->failed) put_end(exchange);
  detach(exchange);
}

/* ---- The beginning ---- */

static int refuse(struct sp_http_exchange *exchange, int status, int code) {
  static const struct sp_http_field later = {"Retry-After", "5"};
  const struct sp_http_reply reply = {.status = status, .fields = &later, .field_count = status == 503, .close = true};
  (void)sp_http_reply(exchange, &reply);
  return code;
}

static bool has_room(const struct sp_http_exchange *exchange) {
  const struct sp_http_server *server = exchange->server;
  const struct sp_http_options *options = &server->options;
  if (server->draining || server->streams >= options->streams_max) return false;
  /* Without chunks only the connection's end tells where the answer ends: nothing may follow it. */
  if (exchange->is_http10 && STAILQ_NEXT(exchange, link)) return false;
  if (exchange->conn->is_local || options->streams_per_peer_max == 0) return true;
  return sp_http_conn_peer_streams(exchange->conn) < options->streams_per_peer_max;
}

/* A peer that vanished without a word answers nothing: what it does not acknowledge in two windows ends the connection,
 * not only in the quarter of an hour that TCP would wait (tcp(7), RFC 5482). */
static void hurry(struct sp_http_conn *conn) {
  unsigned most = 2 * (unsigned)conn->server->options.write_timeout_ms;
  uv_os_fd_t fd = -1;
  if (conn->is_local || uv_fileno(&conn->io.handle, &fd) != 0) return;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof most);
}

int sp_http_stream_open(struct sp_http_exchange *exchange, const struct sp_http_reply *head,
                        const struct sp_http_stream_events *events, struct sp_http_stream **out) {
  struct sp_http_conn *conn = exchange->conn;
  *out = NULL;
  if (!conn || conn->eof) return refuse(exchange, 503, SP_E_IO);
  if (!has_room(exchange)) return refuse(exchange, 503, SP_E_BUSY);
  struct sp_http_stream *stream = exchange->is_head ? NULL : calloc(1, sizeof *stream);
  if (!stream && !exchange->is_head) return refuse(exchange, 500, SP_E_NOMEM);
  int code = sp_http_reply_begin(exchange, head);
  if (code) {
    free(stream);
    return refuse(exchange, 500, code);
  }
  sp_http_conn_dirty(conn);
  if (!stream) return 0;
  *stream = (struct sp_http_stream){.exchange = exchange, .events = *events};
  exchange->stream = stream;
  exchange->server->streams++;
  exchange->server->counters.streams++;
  conn->streams++;
  conn->partial = false;
  hurry(conn);
  *out = stream;
  return 0;
}

/* ---- Between ---- */

size_t sp_http_stream_waiting(const struct sp_http_stream *stream) {
  const struct sp_http_exchange *exchange = stream->exchange;
  return exchange->out.len - exchange->sent + exchange->taken.len;
}

/* Closed when the loop turns, so that `closed` is never told from inside a write. */
static int cut(struct sp_http_stream *stream, int code) {
  struct sp_http_conn *conn = stream->exchange->conn;
  if (code == SP_E_LIMIT && !stream->failed) stream->exchange->server->counters.streams_cut++;
  stream->failed = true;
  conn->cut = true;
  sp_http_conn_dirty(conn);
  return code;
}

int sp_http_stream_write(struct sp_http_stream *stream, const void *bytes, size_t len) {
  struct sp_http_exchange *exchange = stream->exchange;
  struct sp_buf *to = &exchange->taken;
  if (stream->failed) return SP_E_LIMIT;
  if (len == 0) return 0;
  if (len > SP_HTTP_STREAM_WRITE || sp_http_stream_waiting(stream) > SP_HTTP_STREAM_BACKLOG)
    return cut(stream, SP_E_LIMIT);
  char size[CHUNK_HEAD];
  (void)snprintf(size, sizeof size, "%zx\r\n", len);
  if (!exchange->is_http10) (void)sp_buf_puts(to, size);
  (void)sp_buf_add(to, bytes, len);
  if (!exchange->is_http10) (void)sp_buf_add(to, "\r\n", 2);
  if (to->failed) return cut(stream, to->failed);
  sp_http_conn_dirty(exchange->conn);
  return 0;
}
