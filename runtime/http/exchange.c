#include "base/text.h"
#include "http/internal.h"
#include "http/scan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const uint32_t sp_http_bucket_us[SP_HTTP_BUCKETS] = {100,   250,   500,    1000,   2500,   5000,    10000,
                                                     25000, 50000, 100000, 250000, 500000, 1000000, 2500000};

/* ---- What a handler reads ---- */

const char *sp_http_header(const struct sp_http_request *request, const char *name) {
  for (size_t i = 0; i < request->field_count; i++)
    if (strcasecmp(request->fields[i].name, name) == 0) return request->fields[i].value;
  return NULL;
}

const char *sp_http_query(const struct sp_http_request *request, const char *name) {
  for (size_t i = 0; i < request->param_count; i++)
    if (strcmp(request->params[i].name, name) == 0) return request->params[i].value;
  return NULL;
}

const struct sp_http_request *sp_http_exchange_request(const struct sp_http_exchange *exchange) {
  return &exchange->request;
}

bool sp_http_exchange_gone(const struct sp_http_exchange *exchange) {
  return exchange->conn == NULL;
}

bool sp_http_request_rebase(const struct sp_http_request *request, const char *prefix, struct sp_http_request *out) {
  size_t len = strlen(prefix);
  if (strncmp(request->path, prefix, len) != 0 || request->path[len] != '/') return false;
  *out = *request;
  out->path = request->path + len;
  return true;
}

bool sp_http_exchange_rebase(struct sp_http_exchange *exchange, const char *prefix) {
  const char *whole = exchange->whole_path ? exchange->whole_path : exchange->request.path;
  if (!sp_http_request_rebase(&exchange->request, prefix, &exchange->request)) return false;
  exchange->whole_path = whole;
  return true;
}

void sp_http_exchange_set_actor(struct sp_http_exchange *exchange, const char *actor) {
  (void)snprintf(exchange->actor, sizeof exchange->actor, "%s", actor ? actor : "");
}

/* ---- Making and ending ---- */

static struct sp_http_exchange *pool_take(struct sp_http_server *server) {
  struct sp_http_exchange *exchange = STAILQ_FIRST(&server->pool);
  if (exchange) {
    STAILQ_REMOVE_HEAD(&server->pool, link);
    server->pooled--;
    return exchange;
  }
  exchange = calloc(1, sizeof *exchange);
  if (!exchange) return NULL;
  sp_arena_init(&exchange->arena, ARENA_MAX);
  sp_buf_init(&exchange->body, server->options.body_max);
  sp_buf_init(&exchange->out, SP_HTTP_REPLY_MAX);
  sp_buf_init(&exchange->taken, SP_HTTP_REPLY_MAX);
  exchange->server = server;
  return exchange;
}

struct sp_http_exchange *sp_http_exchange_new(struct sp_http_conn *conn) {
  struct sp_http_server *server = conn->server;
  struct sp_http_exchange *exchange = pool_take(server);
  if (!exchange) return NULL;
  exchange->conn = conn;
  exchange->state = RECEIVING;
  exchange->started_ns = uv_hrtime();
  memcpy(exchange->peer, conn->peer, sizeof exchange->peer);
  (void)snprintf(exchange->id, sizeof exchange->id, "%08x-%llx", server->salt, (unsigned long long)++server->requests);
  exchange->request = (struct sp_http_request){
      .method = "",
      .target = "",
      .path = "",
      .body = "",
      .peer = exchange->peer,
      .peer_uid = conn->peer_uid,
      .is_local = conn->is_local,
      .is_tls = conn->tls != NULL,
      .id = exchange->id,
  };
  STAILQ_INSERT_TAIL(&conn->queue, exchange, link);
  conn->queued++;
  server->exchanges++;
  return exchange;
}

/* Everything a request used, given back but for small buffers. */
static void recycle(struct sp_http_exchange *exchange) {
  struct sp_http_server *server = exchange->server;
  if (exchange->spool) sp_http_spool_drop(exchange->spool);
  if (exchange->body.cap > KEEP_BYTES) sp_buf_free(&exchange->body);
  if (exchange->out.cap > KEEP_BYTES) sp_buf_free(&exchange->out);
  sp_buf_free(&exchange->taken);
  if (exchange->arena.used > KEEP_BYTES) sp_arena_free(&exchange->arena);
  if (server->pooled >= POOL_MAX || server->freed) {
    sp_buf_free(&exchange->body);
    sp_buf_free(&exchange->out);
    sp_arena_free(&exchange->arena);
    free(exchange);
    return;
  }
  struct sp_arena arena = exchange->arena;
  struct sp_buf body = exchange->body;
  struct sp_buf out = exchange->out;
  sp_arena_reset(&arena);
  sp_buf_reset(&body);
  sp_buf_reset(&out);
  *exchange = (struct sp_http_exchange){.server = server, .arena = arena, .body = body, .out = out};
  sp_buf_init(&exchange->taken, SP_HTTP_REPLY_MAX);
  STAILQ_INSERT_HEAD(&server->pool, exchange, link);
  server->pooled++;
}

static void count(struct sp_http_exchange *exchange, bool aborted) {
  struct sp_http_server *server = exchange->server;
  struct sp_http_counters *counters = &server->counters;
  uint64_t micros = (uv_hrtime() - exchange->started_ns) / 1000;
  uint64_t latency = exchange->is_stream ? exchange->head_micros : micros;
  int bucket = 0;
  while (bucket < SP_HTTP_BUCKETS && latency > sp_http_bucket_us[bucket])
    bucket++;
  counters->latency[bucket]++;
  counters->latency_us += latency;
  counters->requests[exchange->status / 100]++;
  if (!server->options.access) return;
  struct sp_http_access entry = {
      .method = exchange->request.method,
      .path = exchange->whole_path ? exchange->whole_path : exchange->request.path,
      .peer = exchange->peer,
      .request_id = exchange->id,
      .actor = exchange->actor,
      .status = exchange->status,
      .bytes = exchange->sent_before + exchange->sent,
      .micros = micros,
      .aborted = aborted,
  };
  server->options.access(server->ctx, &entry);
}

void sp_http_exchange_end(struct sp_http_exchange *exchange, bool aborted) {
  struct sp_http_server *server = exchange->server;
  struct sp_http_conn *conn = exchange->conn;
  sp_http_stream_over(exchange);
  if (conn) {
    if (STAILQ_FIRST(&conn->queue) == exchange)
      STAILQ_REMOVE_HEAD(&conn->queue, link);
    else
      STAILQ_REMOVE(&conn->queue, exchange, sp_http_exchange, link);
    conn->queued--;
    if (conn->receiving == exchange) conn->receiving = NULL;
    if (STAILQ_EMPTY(&conn->queue) && !conn->partial) conn->since = uv_now(server->loop);
  }
  /* A request that never was complete is no request; one that was refused is. */
  if (exchange->status > 0) count(exchange, aborted);
  recycle(exchange);
  sp_http_server_release(server);
}

/* ---- Reading the head into a request ---- */

/* The copy is cut into texts in place: a NUL falls on the colon and on the CR or blank behind a value. */
static bool read_fields(struct sp_http_exchange *exchange, char *copy, const struct sp_http_head *head) {
  struct sp_http_field *fields = sp_arena_array(&exchange->arena, (size_t)head->field_count + 1, sizeof *fields);
  if (!fields) return false;
  for (int i = 0; i < head->field_count; i++) {
    struct sp_http_span name = head->fields[i].name;
    struct sp_http_span value = head->fields[i].value;
    copy[name.at + name.len] = '\0';
    copy[value.at + value.len] = '\0';
    fields[i] = (struct sp_http_field){.name = copy + name.at, .value = copy + value.at};
  }
  exchange->request.fields = fields;
  exchange->request.field_count = (size_t)head->field_count;
  return true;
}

int sp_http_exchange_read(struct sp_http_exchange *exchange, const char *bytes, const struct sp_http_head *head,
                          struct sp_error *err) {
  struct sp_http_request *request = &exchange->request;
  uv_timeval64_t now = {0};
  (void)uv_gettimeofday(&now);
  request->started_ms = now.tv_sec * 1000 + now.tv_usec / 1000;
  request->method = head->method;
  exchange->is_head = strcmp(head->method, "HEAD") == 0;
  exchange->is_http10 = head->is_http10;
  char *copy = sp_arena_copy(&exchange->arena, bytes, head->len);
  if (!copy || !read_fields(exchange, copy, head)) return sp_http_refused(503, sp_error_nomem(err, __func__));
  err->lang = sp_lang_from(sp_http_header(request, "Accept-Language"));
  copy[head->target.at + head->target.len] = '\0';
  request->target = copy + head->target.at;
  int status = sp_http_path_decode(request->target, head->target.len, &exchange->arena, &request->path, err);
  if (status) return status;
  return sp_http_query_decode(request->target, head->target.len, &exchange->arena, &request->params,
                              &request->param_count, err);
}

void sp_http_exchange_dispatch(struct sp_http_exchange *exchange) {
  struct sp_http_server *server = exchange->server;
  struct sp_http_request *request = &exchange->request;
  if (exchange->spool)
    request->body_path = sp_http_spool_path(exchange->spool);
  else
    request->body = sp_buf_text(&exchange->body);
  if (!exchange->spool) request->body_len = exchange->body.len;
  exchange->state = HANDLING;
  server->counters.in_flight++;
  server->handler(server->ctx, exchange);
}
