#include "base/text.h"
#include "http/internal.h"
#include "http/problem.h"
#include <string.h>

/* ---- Refusing ---- */

void sp_http_conn_refuse(struct sp_http_conn *conn, int status, const struct sp_error *err) {
  struct sp_http_exchange *exchange = conn->receiving ? conn->receiving : sp_http_exchange_new(conn);
  conn->receiving = NULL;
  conn->skipped = true;
  conn->last = true;
  conn->partial = false;
  conn->state = IN_HEAD;
  if (!exchange) {
    sp_http_conn_close(conn);
    return;
  }
  static const struct sp_http_field allow = {"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"};
  (void)sp_http_reply_problem(exchange, err, status, &allow, status == 405); /* RFC 9110 §15.5.6 wants it */
}

/* ---- Bodies ---- */

static int to_memory(void *ctx, const char *bytes, size_t len) {
  struct sp_http_exchange *exchange = ctx;
  return sp_buf_add(&exchange->body, bytes, len);
}

static int to_file(void *ctx, const char *bytes, size_t len) {
  struct sp_http_exchange *exchange = ctx;
  return sp_http_spool_add(exchange->spool, bytes, len);
}

static void complete(struct sp_http_conn *conn) {
  struct sp_http_exchange *exchange = conn->receiving;
  conn->receiving = NULL;
  sp_http_exchange_dispatch(exchange);
}

/* A file write ended: refuse, hand over, or go on reading. */
static void on_spooled(void *ctx, int code) {
  struct sp_http_conn *conn = ctx;
  conn->spooling = false;
  conn->since = uv_now(conn->server->loop);
  conn->mark = conn->body.len;
  if (code) {
    struct sp_error err = {0};
    (void)sp_fail(&err, code, NULL, "The request's body could not be stored");
    sp_http_conn_refuse(conn, 0, &err);
  } else if (conn->body.done) {
    complete(conn);
  }
  sp_http_conn_resume(conn);
}

static void spool(struct sp_http_conn *conn, struct sp_http_exchange *exchange) {
  conn->spooling = true;
  sp_http_spool_flush(exchange->spool, conn->body.done);
}

static bool take_body(struct sp_http_conn *conn, const char *bytes, size_t len, size_t *used) {
  struct sp_http_exchange *exchange = conn->receiving;
  if (!exchange) return false;
  struct sp_error err = {.lang = sp_lang_from(sp_http_header(&exchange->request, "Accept-Language"))};
  int status = sp_http_body_feed(&conn->body, bytes, len, used, &err);
  if (status == SP_HTTP_MORE) {
    if (exchange->spool && sp_http_spool_is_full(exchange->spool)) spool(conn, exchange);
    return true;
  }
  if (status) {
    sp_http_conn_refuse(conn, status, &err);
    return false;
  }
  conn->state = IN_HEAD;
  if (!exchange->spool) {
    complete(conn);
    return true;
  }
  exchange->request.body_len = conn->body.len;
  spool(conn, exchange);
  return true;
}

/* Where the body goes and how long it may be. 0 or the status to refuse it with. */
static int plan_body(struct sp_http_exchange *exchange, const struct sp_http_head *head, size_t *max,
                     struct sp_error *err) {
  struct sp_http_server *server = exchange->server;
  const struct sp_http_options *options = &server->options;
  struct sp_http_body_plan plan = {.max = options->body_max};
  if (options->body_plan && !options->body_plan(server->ctx, &exchange->request, &plan)) {
    (void)sp_fail(err, SP_E_NOT_FOUND, NULL, "There is nothing at this address");
    return 404;
  }
  if (head->content_length > plan.max) {
    (void)sp_fail(err, SP_E_LIMIT, NULL, "The request's body is too long");
    return 413;
  }
  *max = plan.max;
  if (plan.spool) {
    exchange->spool = sp_http_spool_new(server, options->spool_folder, on_spooled, exchange->conn);
    if (exchange->spool) return 0;
    (void)sp_error_nomem(err, __func__);
    return 503;
  }
  exchange->body.max = plan.max;
  size_t first = head->content_length < READ_CHUNK ? (size_t)head->content_length : READ_CHUNK;
  if (first > 0) (void)sp_buf_reserve(&exchange->body, first);
  return 0;
}

static void start_body(struct sp_http_conn *conn, struct sp_http_exchange *exchange, const struct sp_http_head *head,
                       size_t max) {
  conn->state = IN_BODY;
  conn->receiving = exchange;
  conn->since = uv_now(conn->server->loop);
  conn->mark = 0;
  sp_http_body_start(&conn->body, head, max, exchange->spool ? to_file : to_memory, exchange);
  if (!head->expect_continue) return;
  exchange->want_continue = true;
  sp_http_conn_dirty(conn);
}

/* ---- Heads ---- */

static void begin(struct sp_http_conn *conn, const char *bytes, const struct sp_http_head *head) {
  struct sp_error err = {0};
  struct sp_http_exchange *exchange = sp_http_exchange_new(conn);
  if (!exchange) {
    sp_http_conn_close(conn);
    return;
  }
  conn->receiving = exchange;
  if (!head->keep_alive || conn->server->draining) conn->last = true;
  size_t max = 0;
  int status = sp_http_exchange_read(exchange, bytes, head, &err);
  if (!status && sp_http_head_has_body(head)) status = plan_body(exchange, head, &max, &err);
  if (status)
    sp_http_conn_refuse(conn, status, &err);
  else if (sp_http_head_has_body(head))
    start_body(conn, exchange, head, max);
  else
    complete(conn);
}

static bool take_head(struct sp_http_conn *conn, const char *bytes, size_t len, size_t *used) {
  struct sp_http_head head;
  struct sp_error err = {0};
  int status = sp_http_head_parse(bytes, len, &conn->server->limits, &head, &err);
  if (status == SP_HTTP_MORE) return false;
  if (status) {
    sp_http_conn_refuse(conn, status, &err);
    return false;
  }
  *used = head.len;
  conn->partial = false;
  begin(conn, bytes, &head);
  return true;
}

/* ---- Bytes ---- */

static size_t consume(struct sp_http_conn *conn, const char *bytes, size_t len) {
  size_t used = 0;
  while (used < len && !sp_http_conn_is_closing(conn) && !conn->skipped && !sp_http_conn_paused(conn)) {
    size_t part = 0;
    if (conn->state == IN_HEAD && conn->last) break;
    bool going = conn->state == IN_BODY ? take_body(conn, bytes + used, len - used, &part)
                                        : take_head(conn, bytes + used, len - used, &part);
    used += part;
    if (!going) break;
  }
  return used;
}

/* A head that dribbles in is read again only when a line has ended or it grew long: the work stays linear in its lines.
 */
static bool worth_reading(const struct sp_http_conn *conn, const char *bytes, size_t len) {
  if (!conn->partial || len == 0) return true;
  return memchr(bytes, '\n', len) || conn->in.len > conn->server->limits.target;
}

void sp_http_conn_input(struct sp_http_conn *conn, const char *bytes, size_t len) {
  bool waiting = conn->in.len > 0;
  if (waiting && len > 0 && sp_buf_add(&conn->in, bytes, len) != 0) {
    sp_http_conn_close(conn);
    return;
  }
  if (!worth_reading(conn, bytes, len)) return;
  const char *from = waiting ? conn->in.data : bytes;
  size_t have = waiting ? conn->in.len : len;
  size_t used = consume(conn, from, have);
  if (sp_http_conn_is_closing(conn)) return;
  if (conn->skipped || (conn->last && conn->state == IN_HEAD && !conn->spooling)) used = have;
  if (!waiting && used < have && sp_buf_add(&conn->in, from + used, have - used) != 0) {
    sp_http_conn_close(conn);
    return;
  }
  if (waiting) sp_buf_drop(&conn->in, used);
  if (conn->in.len == 0) sp_buf_free(&conn->in);
  bool was = conn->partial;
  conn->partial = conn->state == IN_HEAD && conn->in.len > 0 && !sp_http_conn_paused(conn);
  if (conn->partial && !was) conn->since = uv_now(conn->server->loop);
}
