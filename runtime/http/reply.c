#include "http/internal.h"
#include "http/problem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Small bodies are copied behind their head: one buffer, one write. */
enum { INLINE_BODY = 8 * 1024 };

/* Fields the server alone writes. */
static const char *const ours[] = {
    "Connection", "Content-Length", "Content-Type",           "Date", "Keep-Alive", "Transfer-Encoding", "Trailer",
    "Upgrade",    "X-Request-Id",   "X-Content-Type-Options", NULL};

static bool is_value(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < ' ' ? *text != '\t' : *text == 0x7f) return false;
  return true;
}

static bool is_field(const struct sp_http_field *field) {
  if (!field->name || !field->value || !sp_http_is_token(field->name, strlen(field->name))) return false;
  for (int i = 0; ours[i]; i++)
    if (strcasecmp(field->name, ours[i]) == 0) return false;
  return is_value(field->value);
}

static bool is_good(const struct sp_http_reply *reply) {
  if (reply->status < 200 || reply->status > 599) return false;
  if (reply->content_type && !is_value(reply->content_type)) return false;
  for (size_t i = 0; i < reply->field_count; i++)
    if (!is_field(&reply->fields[i])) return false;
  return true;
}

/* ---- The date (RFC 9110 §5.6.7), made once a second ---- */

static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const char *date_lines(struct sp_http_server *server) {
  uv_timeval64_t now = {0};
  (void)uv_gettimeofday(&now);
  if (now.tv_sec == server->date_second && server->date[0]) return server->date;
  server->date_second = now.tv_sec;
  time_t second = (time_t)now.tv_sec;
  struct tm tm;
  if (!gmtime_r(&second, &tm)) return "";
  (void)snprintf(server->date, sizeof server->date,
                 "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\nX-Content-Type-Options: nosniff\r\n", days[tm.tm_wday],
                 tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
  return server->date;
}

/* ---- The head ---- */

/* Does this answer end its connection? Only the last of the queue can; what was read ahead is answered first. */
static const char *connection_line(struct sp_http_exchange *exchange) {
  if (exchange->conn->last && !STAILQ_NEXT(exchange, link)) return "Connection: close\r\n";
  return exchange->is_http10 ? "Connection: keep-alive\r\n" : "";
}

static void put_field(struct sp_buf *out, const char *name, const char *value) {
  (void)sp_buf_puts(out, name);
  (void)sp_buf_add(out, ": ", 2);
  (void)sp_buf_puts(out, value);
  (void)sp_buf_add(out, "\r\n", 2);
}

/* How the body is framed. A stream of HTTP/1.0 ends with its connection (RFC 9112 §6.3). */
static void write_length(struct sp_http_exchange *exchange, int status, size_t body_len) {
  struct sp_buf *out = &exchange->out;
  if (exchange->is_stream) {
    if (!exchange->is_http10) (void)sp_buf_puts(out, "Transfer-Encoding: chunked\r\n");
    return;
  }
  if (status == 204 || status == 304) return;
  (void)sp_buf_puts(out, "Content-Length: ");
  (void)sp_buf_int(out, (int64_t)body_len);
  (void)sp_buf_add(out, "\r\n", 2);
}

static bool has_field(const struct sp_http_reply *reply, const char *name) {
  for (size_t i = 0; i < reply->field_count; i++)
    if (strcasecmp(reply->fields[i].name, name) == 0) return true;
  return false;
}

static void write_head(struct sp_http_exchange *exchange, const struct sp_http_reply *reply, size_t body_len) {
  struct sp_buf *out = &exchange->out;
  (void)sp_buf_add(out, "HTTP/1.1 ", 9);
  (void)sp_buf_int(out, reply->status);
  (void)sp_buf_putc(out, ' ');
  (void)sp_buf_puts(out, sp_http_reason(reply->status));
  (void)sp_buf_add(out, "\r\n", 2);
  (void)sp_buf_puts(out, date_lines(exchange->server));
  put_field(out, "X-Request-Id", exchange->id);
  if (reply->content_type) put_field(out, "Content-Type", reply->content_type);
  for (size_t i = 0; i < reply->field_count; i++)
    put_field(out, reply->fields[i].name, reply->fields[i].value);
  if (!has_field(reply, "Cache-Control")) (void)sp_buf_puts(out, "Cache-Control: no-store\r\n");
  if (exchange->is_stream && !has_field(reply, "X-Accel-Buffering"))
    (void)sp_buf_puts(out, "X-Accel-Buffering: no\r\n");
  write_length(exchange, reply->status, body_len);
  (void)sp_buf_puts(out, connection_line(exchange));
  (void)sp_buf_add(out, "\r\n", 2);
}

static void write_body(struct sp_http_exchange *exchange, const struct sp_http_reply *reply, const char *body,
                       size_t len) {
  if (exchange->is_head || reply->status == 204 || reply->status == 304 || len == 0) return;
  if (len <= INLINE_BODY || (!reply->take && !reply->body_lasts)) {
    (void)sp_buf_add(&exchange->out, body, len);
    return;
  }
  exchange->tail = body;
  exchange->tail_len = len;
}

static int compose(struct sp_http_exchange *exchange, const struct sp_http_reply *reply) {
  if (!is_good(reply)) return SP_E_INVALID;
  const char *body = reply->body;
  size_t len = reply->body_len;
  if (reply->take) {
    if (reply->take->failed) return reply->take->failed;
    exchange->taken = *reply->take;
    sp_buf_init(reply->take, exchange->taken.max);
    body = exchange->taken.data;
    len = exchange->taken.len;
  }
  if (len > SP_HTTP_REPLY_MAX) return SP_E_LIMIT;
  if (!reply->body_lasts && !reply->take && len > INLINE_BODY) (void)sp_buf_reserve(&exchange->out, len + 1024);
  write_head(exchange, reply, len);
  write_body(exchange, reply, body, len);
  return exchange->out.failed;
}

int sp_http_reply_begin(struct sp_http_exchange *exchange, const struct sp_http_reply *reply) {
  if (!is_good(reply) || reply->status == 204 || reply->status == 304) return SP_E_INVALID;
  exchange->is_stream = true;
  exchange->conn->last = true;
  write_head(exchange, reply, 0);
  int code = exchange->out.failed;
  if (code) {
    sp_buf_free(&exchange->out);
    exchange->is_stream = false;
    return code;
  }
  if (exchange->state == HANDLING) exchange->server->counters.in_flight--;
  exchange->state = READY;
  exchange->status = reply->status;
  exchange->head_micros = (uv_hrtime() - exchange->started_ns) / 1000;
  return 0;
}

int sp_http_reply(struct sp_http_exchange *exchange, const struct sp_http_reply *reply) {
  static const struct sp_http_reply broken = {.status = 500, .close = true};
  struct sp_http_conn *conn = exchange->conn;
  if (exchange->state == HANDLING) exchange->server->counters.in_flight--;
  exchange->state = READY;
  exchange->status = reply->status;
  if (!conn) {
    int code = is_good(reply) ? 0 : SP_E_INVALID;
    if (code) exchange->status = 500;
    if (reply->take) sp_buf_free(reply->take);
    sp_http_exchange_end(exchange, true);
    return code;
  }
  if (reply->close) conn->last = true;
  int code = compose(exchange, reply);
  if (code) {
    sp_buf_free(&exchange->out);
    sp_buf_free(&exchange->taken);
    exchange->tail_len = 0;
    exchange->status = 500;
    conn->last = true;
    int again = compose(exchange, &broken);
    if (again) {
      sp_http_conn_close(conn);
      return again;
    }
    if (reply->take) sp_buf_free(reply->take);
  }
  sp_http_conn_dirty(conn);
  return code;
}
