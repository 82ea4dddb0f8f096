#include "http/internal.h"

enum { GATHER_MAX = 64, RESUME_SHARE = 2 };

void sp_http_conn_dirty(struct sp_http_conn *conn) {
  if (conn->is_dirty || sp_http_conn_is_closing(conn)) return;
  conn->is_dirty = true;
  LIST_INSERT_HEAD(&conn->server->dirty, conn, dirty);
}

void sp_http_conn_clean(struct sp_http_conn *conn) {
  if (!conn->is_dirty) return;
  conn->is_dirty = false;
  LIST_REMOVE(conn, dirty);
}

/* ---- Plain: straight from the answers' buffers ---- */

static size_t left_of(const struct sp_http_exchange *exchange) {
  return exchange->out.len + exchange->tail_len - exchange->sent;
}

/* Nothing is under way: what was written to a stream meanwhile may follow. */
static void turn(struct sp_http_exchange *exchange) {
  if (!exchange->is_stream || exchange->sent < exchange->out.len || exchange->taken.len == 0) return;
  struct sp_buf sent = exchange->out;
  exchange->sent_before += exchange->sent;
  exchange->sent = 0;
  exchange->out = exchange->taken;
  exchange->taken = sent;
  sp_buf_reset(&exchange->taken);
  if (exchange->taken.cap > KEEP_BYTES) sp_buf_free(&exchange->taken);
}

static uv_buf_t slice(const char *bytes, size_t len) {
  /* uv_buf_t is not const, but writing only reads. Answers are at most SP_HTTP_REPLY_MAX, which fits an unsigned. */
  union {
    const char *from;
    char *to;
  } bytes_of = {.from = bytes};
  return uv_buf_init(bytes_of.to, (unsigned)len);
}

/* What may leave now: the answers at the front of the queue. */
static unsigned gather(struct sp_http_conn *conn, uv_buf_t *bufs, size_t *total) {
  unsigned count = 0;
  *total = 0;
  struct sp_http_exchange *exchange = NULL;
  STAILQ_FOREACH(exchange, &conn->queue, link) {
    if (exchange->state != READY || count + 2 > GATHER_MAX) break;
    turn(exchange);
    size_t sent = exchange->sent;
    if (sent < exchange->out.len) bufs[count++] = slice(exchange->out.data + sent, exchange->out.len - sent);
    size_t tail_sent = sent > exchange->out.len ? sent - exchange->out.len : 0;
    if (tail_sent < exchange->tail_len)
      bufs[count++] = slice(exchange->tail + tail_sent, exchange->tail_len - tail_sent);
    *total += left_of(exchange);
    if (exchange->is_stream) break;
  }
  return count;
}

/* `bytes` left: end the answers they complete. */
static void advance(struct sp_http_conn *conn, size_t bytes) {
  conn->server->counters.bytes_out += bytes;
  while (!STAILQ_EMPTY(&conn->queue)) {
    struct sp_http_exchange *exchange = STAILQ_FIRST(&conn->queue);
    if (exchange->state != READY) return;
    size_t left = left_of(exchange);
    size_t part = bytes < left ? bytes : left;
    exchange->sent += part;
    bytes -= part;
    if (part < left || (exchange->is_stream && exchange->taken.len > 0)) return;
    if (exchange->stream) {
      if (part > 0) sp_http_stream_drained(exchange);
      return;
    }
    sp_http_exchange_end(exchange, false);
  }
}

static void on_written(uv_write_t *write, int status) {
  struct sp_http_conn *conn = write->data;
  conn->sending = false;
  if (sp_http_conn_is_closing(conn)) return;
  if (status < 0) {
    sp_http_conn_close(conn);
    return;
  }
  if (conn->tls)
    sp_buf_drop(sp_http_tls_out(conn->tls), conn->send_len);
  else
    advance(conn, conn->send_len);
  sp_http_conn_flush(conn);
}

/* Write what the kernel did not take at once. False when the connection is lost. */
static bool write_rest(struct sp_http_conn *conn, const uv_buf_t *bufs, unsigned count, size_t total) {
  conn->write.data = conn;
  if (uv_write(&conn->write, &conn->io.stream, bufs, count, on_written) < 0) {
    sp_http_conn_close(conn);
    return false;
  }
  conn->sending = true;
  conn->send_len = total;
  conn->send_since = uv_now(conn->server->loop);
  conn->send_mark = total;
  return true;
}

/* Bytes the kernel took at once, or −1 when the connection is lost (and closed here). */
static long try_write(struct sp_http_conn *conn, const uv_buf_t *bufs, unsigned count) {
  int sent = uv_try_write(&conn->io.stream, bufs, count);
  if (sent == UV_EAGAIN) return 0;
  if (sent >= 0) return sent;
  sp_http_conn_close(conn);
  return -1;
}

static void flush_plain(struct sp_http_conn *conn) {
  uv_buf_t bufs[GATHER_MAX];
  size_t total = 0;
  unsigned count = 0;
  while ((count = gather(conn, bufs, &total)) > 0) {
    long sent = try_write(conn, bufs, count);
    if (sent < 0) return;
    advance(conn, (size_t)sent);
    if ((size_t)sent == total) continue;
    if (sp_http_conn_is_closing(conn)) return; /* an access callback may close everything */
    count = gather(conn, bufs, &total);
    (void)write_rest(conn, bufs, count, total);
    return;
  }
}

/* ---- TLS: a record at a time, at most TLS_AHEAD encrypted bytes before the kernel takes them ---- */

static bool encrypt(struct sp_http_conn *conn) {
  while (sp_http_tls_ready(conn->tls) && sp_http_tls_out(conn->tls)->len < TLS_AHEAD) {
    uv_buf_t bufs[GATHER_MAX];
    size_t total = 0;
    if (gather(conn, bufs, &total) == 0) return true;
    size_t part = bufs[0].len < TLS_RECORD ? bufs[0].len : TLS_RECORD;
    if (sp_http_tls_write(conn->tls, bufs[0].base, (int)part) != 0) return false;
    advance(conn, part);
  }
  return true;
}

static void flush_tls(struct sp_http_conn *conn) {
  for (;;) {
    if (!encrypt(conn)) {
      sp_http_conn_close(conn);
      return;
    }
    struct sp_buf *out = sp_http_tls_out(conn->tls);
    if (out->failed) {
      sp_http_conn_close(conn);
      return;
    }
    if (out->len == 0) {
      if (out->cap > TLS_RECORD) sp_buf_free(out); /* an idle connection holds little */
      return;
    }
    uv_buf_t buf = uv_buf_init(out->data, (unsigned)out->len);
    long sent = try_write(conn, &buf, 1);
    if (sent < 0) return;
    sp_buf_drop(out, (size_t)sent);
    if (out->len == 0) continue;
    buf = uv_buf_init(out->data, (unsigned)out->len);
    (void)write_rest(conn, &buf, 1, out->len);
    return;
  }
}

/* ---- Both ---- */

/* A peer that waits for "100 Continue" gets it once all before it is answered. It is only a courtesy: when the kernel
 * has no room the peer sends its body anyway after a while (RFC 9110 §10.1.1). */
static void send_continue(struct sp_http_conn *conn) {
  static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
  struct sp_http_exchange *front = STAILQ_FIRST(&conn->queue);
  if (!front || front != conn->receiving || !front->want_continue || conn->sending) return;
  front->want_continue = false;
  if (conn->body.len > 0) return;
  if (conn->tls) {
    (void)sp_http_tls_write(conn->tls, text, sizeof text - 1);
    flush_tls(conn);
    return;
  }
  uv_buf_t buf = slice(text, sizeof text - 1);
  long sent = try_write(conn, &buf, 1);
  if (sent > 0 && (size_t)sent < sizeof text - 1) sp_http_conn_close(conn);
}

void sp_http_conn_flush(struct sp_http_conn *conn) {
  sp_http_conn_clean(conn);
  if (conn->cut) sp_http_conn_close(conn);
  if (conn->sending || sp_http_conn_is_closing(conn)) return;
  advance(conn, 0); /* a stream that ended with nothing left to send */
  if (sp_http_conn_is_closing(conn)) return;
  if (conn->tls)
    flush_tls(conn);
  else
    flush_plain(conn);
  if (!sp_http_conn_is_closing(conn)) send_continue(conn);
  if (conn->sending || sp_http_conn_is_closing(conn)) return;
  if (STAILQ_EMPTY(&conn->queue) && conn->last) {
    sp_http_conn_finish(conn);
    return;
  }
  bool room = conn->queued <= conn->server->options.pipeline_max / RESUME_SHARE;
  if (!conn->reading && (room || conn->streams > 0)) sp_http_conn_resume(conn);
}
