#include "base/crypto.h"
#include "base/log.h"
#include "http/internal.h"
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKLOG = 511 };

/* ---- Options ---- */

void sp_http_options_init(struct sp_http_options *options) {
  *options = (struct sp_http_options){
      .target_max = 4096,
      .field_max = 8192,
      .head_max = 16384,
      .fields_max = SP_HTTP_FIELDS_MAX,
      .body_max = 1024 * 1024,
      .connections_max = 2000,
      .per_peer_max = 200,
      .pipeline_max = 32,
      .streams_max = 512,
      .streams_per_peer_max = 64,
      .head_timeout_ms = 10000,
      .body_window_ms = 10000,
      .idle_timeout_ms = 30000,
      .write_timeout_ms = 10000,
      .linger_ms = 1000,
      .tick_ms = 250,
      .rate_min = 1024,
  };
}

static int bad_option(const char *name, struct sp_error *err) {
  return sp_fail(err, SP_E_INVALID, name, "The option %s of the HTTP server is out of bounds", name);
}

static int check_options(const struct sp_http_options *o, struct sp_error *err) {
  const struct {
    const char *name;
    long long value, min, max;
  } bounds[] = {
      {"target_max", (long long)o->target_max, 1, SP_HTTP_HEAD_MAX},
      {"field_max", (long long)o->field_max, 1, SP_HTTP_HEAD_MAX},
      {"head_max", (long long)o->head_max, 64, SP_HTTP_HEAD_MAX},
      {"fields_max", o->fields_max, 1, SP_HTTP_FIELDS_MAX},
      {"body_max", (long long)o->body_max, 0, 1 << 30},
      {"connections_max", o->connections_max, 1, 1000000},
      {"per_peer_max", o->per_peer_max, 0, 1000000},
      {"pipeline_max", o->pipeline_max, 1, 1000},
      {"streams_max", o->streams_max, 0, 1000000},
      {"streams_per_peer_max", o->streams_per_peer_max, 0, 1000000},
      {"head_timeout_ms", o->head_timeout_ms, 1, 3600000},
      {"body_window_ms", o->body_window_ms, 1, 3600000},
      {"idle_timeout_ms", o->idle_timeout_ms, 1, 86400000},
      {"write_timeout_ms", o->write_timeout_ms, 1, 3600000},
      {"linger_ms", o->linger_ms, 0, 60000},
      {"tick_ms", o->tick_ms, 1, 60000},
      {"rate_min", o->rate_min, 0, 1 << 30},
  };
  for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
    if (bounds[i].value < bounds[i].min || bounds[i].value > bounds[i].max) return bad_option(bounds[i].name, err);
  if (!o->cert_file != !o->key_file) return bad_option(o->cert_file ? "key_file" : "cert_file", err);
  return 0;
}

/* ---- Life ---- */

static void destroy(struct sp_http_server *server) {
  while (!STAILQ_EMPTY(&server->pool)) {
    struct sp_http_exchange *exchange = STAILQ_FIRST(&server->pool);
    STAILQ_REMOVE_HEAD(&server->pool, link);
    sp_buf_free(&exchange->body);
    sp_buf_free(&exchange->out);
    sp_arena_free(&exchange->arena);
    free(exchange);
  }
  sp_http_tls_unload(server->tls);
  free(server);
}

void sp_http_server_unref(struct sp_http_server *server) {
  server->handles--;
  if (server->freed && server->handles == 0 && server->exchanges == 0) destroy(server);
}

void sp_http_server_release(struct sp_http_server *server) {
  server->exchanges--;
  if (server->freed && server->handles == 0 && server->exchanges == 0) destroy(server);
}

static void on_own_closed(uv_handle_t *handle) {
  sp_http_server_unref(handle->data);
}

static void on_listener_closed(uv_handle_t *handle) {
  struct sp_http_listener *listener = handle->data;
  struct sp_http_server *server = listener->server;
  free(listener);
  sp_http_server_unref(server);
}

static void flush_all(struct sp_http_server *server) {
  while (!LIST_EMPTY(&server->dirty))
    sp_http_conn_flush(LIST_FIRST(&server->dirty));
}

static void on_before(uv_prepare_t *handle) {
  flush_all(handle->data);
}

static void on_after(uv_check_t *handle) {
  flush_all(handle->data);
}

/* ---- The tick: one timer looks at every connection ---- */

static bool end_drain(struct sp_http_server *server, bool now) {
  void (*drained)(void *ctx, int open) = server->drained;
  bool over = server->counters.connections == 0 && server->counters.in_flight == 0;
  if (!drained || (!over && !now)) return false;
  server->drained = NULL;
  drained(server->drained_ctx, server->counters.in_flight);
  return true;
}

static void on_tick(uv_timer_t *tick) {
  struct sp_http_server *server = tick->data;
  uint64_t now = uv_now(server->loop);
  struct sp_http_conn *next = NULL;
  bool cut = server->draining && server->drained && now >= server->drain_until;
  for (struct sp_http_conn *conn = LIST_FIRST(&server->conns); conn; conn = next) {
    next = LIST_NEXT(conn, all);
    if (cut)
      sp_http_conn_close(conn);
    else
      sp_http_conn_tick(conn, now);
  }
  (void)end_drain(server, cut);
}

/* After the last callback of a close: the place is free. */
void sp_http_server_room(struct sp_http_server *server) {
  if (server->freed) return;
  for (int i = 0; i < server->listener_count; i++) {
    struct sp_http_listener *listener = server->listeners[i];
    if (!listener->waiting || server->counters.connections >= server->options.connections_max) continue;
    listener->waiting = false;
    sp_http_conn_open(listener);
  }
  (void)end_drain(server, false);
}

/* ---- Making one ---- */

/* libuv writes without MSG_NOSIGNAL: a peer that left would end the process. A handler somebody else has set is kept.
 */
static void ignore_sigpipe(void) {
  struct sigaction now;
  if (sigaction(SIGPIPE, NULL, &now) != 0 || now.sa_handler != SIG_DFL) return;
  const struct sigaction ignore = {.sa_handler = SIG_IGN};
  (void)sigaction(SIGPIPE, &ignore, NULL);
}

static void start_handles(struct sp_http_server *server) {
  uv_loop_t *loop = server->loop;
  const uint64_t grain = (uint64_t)server->options.tick_ms;
  (void)uv_timer_init(loop, &server->tick);
  (void)uv_prepare_init(loop, &server->before);
  (void)uv_check_init(loop, &server->after);
  server->tick.data = server->before.data = server->after.data = server;
  (void)uv_timer_start(&server->tick, on_tick, grain, grain);
  (void)uv_prepare_start(&server->before, on_before);
  (void)uv_check_start(&server->after, on_after);
  uv_unref((uv_handle_t *)&server->tick);
  uv_unref((uv_handle_t *)&server->before);
  uv_unref((uv_handle_t *)&server->after);
  server->handles = 3;
}

int sp_http_server_new(struct uv_loop_s *loop, const struct sp_http_options *options, sp_http_handler *handler,
                       void *ctx, struct sp_http_server **out, struct sp_error *err) {
  int code = check_options(options, err);
  if (code) return code;
  struct sp_http_server *server = calloc(1, sizeof *server);
  if (!server) return sp_error_nomem(err, __func__);
  server->loop = loop;
  server->options = *options;
  server->limits = (struct sp_http_limits){.target = options->target_max,
                                           .field = options->field_max,
                                           .head = options->head_max,
                                           .fields = options->fields_max,
                                           .hosts = options->hosts};
  server->handler = handler;
  server->ctx = ctx;
  LIST_INIT(&server->conns);
  LIST_INIT(&server->dirty);
  STAILQ_INIT(&server->pool);
  if (options->cert_file) code = sp_http_tls_load(options->cert_file, options->key_file, &server->tls, err);
  if (!code && sp_random(&server->salt, sizeof server->salt) != 0)
    code = sp_fail(err, SP_E_IO, NULL, "The kernel gave no random bytes");
  if (code) {
    sp_http_tls_unload(server->tls);
    free(server);
    return code;
  }
  ignore_sigpipe();
  start_handles(server);
  *out = server;
  return 0;
}

const struct sp_http_counters *sp_http_server_counters(const struct sp_http_server *server) {
  return &server->counters;
}

int sp_http_server_port(const struct sp_http_server *server) {
  return server->port;
}

/* ---- Listening ---- */

static void on_connection(uv_stream_t *stream, int status) {
  struct sp_http_listener *listener = stream->data;
  struct sp_http_server *server = listener->server;
  if (status < 0) {
    sp_log(SP_LOG_WARN, "http", "cannot accept a connection: %s", uv_strerror(status));
    return;
  }
  /* A connection that is not accepted makes libuv stop asking for more: the rest waits in the kernel. */
  if (server->counters.connections >= server->options.connections_max)
    listener->waiting = true;
  else
    sp_http_conn_open(listener);
}

static int listen_failed(int code, const char *where, struct sp_error *err) {
  if (code == UV_EADDRINUSE) return sp_fail(err, SP_E_EXISTS, "address", "%s is taken by another program", where);
  if (code == UV_EACCES || code == UV_EPERM)
    return sp_fail(err, SP_E_DENIED, "address", "This program may not listen on %s", where);
  return sp_fail(err, SP_E_IO, "address", "Cannot listen on %s: %s", where, uv_strerror(code));
}

static struct sp_http_listener *listener_new(struct sp_http_server *server, bool local) {
  if (server->listener_count >= SP_HTTP_LISTEN_MAX) return NULL;
  struct sp_http_listener *listener = calloc(1, sizeof *listener);
  if (!listener) return NULL;
  listener->server = server;
  listener->is_local = local;
  int code = local ? uv_pipe_init(server->loop, &listener->io.pipe, 0) : uv_tcp_init(server->loop, &listener->io.tcp);
  if (code < 0) {
    free(listener);
    return NULL;
  }
  listener->io.handle.data = listener;
  server->handles++;
  return listener;
}

static int listener_start(struct sp_http_listener *listener, int code, const char *where, struct sp_error *err) {
  struct sp_http_server *server = listener->server;
  if (code == 0) code = uv_listen(&listener->io.stream, BACKLOG, on_connection);
  if (code < 0) {
    uv_close(&listener->io.handle, on_listener_closed);
    return listen_failed(code, where, err);
  }
  server->listeners[server->listener_count++] = listener;
  return 0;
}

static void learn_port(struct sp_http_server *server, const struct sp_http_listener *listener) {
  struct sockaddr_storage bound = {0};
  int len = sizeof bound;
  if (server->port || uv_tcp_getsockname(&listener->io.tcp, (struct sockaddr *)&bound, &len) < 0) return;
  server->port = bound.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&bound)->sin6_port)
                                             : ntohs(((struct sockaddr_in *)&bound)->sin_port);
}

int sp_http_server_listen(struct sp_http_server *server, const char *address, int port, struct sp_error *err) {
  union {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
  } at = {0};
  if (port < 0 || port > 65535) return sp_fail(err, SP_E_INVALID, "port", "%d is not a port", port);
  if (uv_ip4_addr(address, port, &at.four) != 0 && uv_ip6_addr(address, port, &at.six) != 0)
    return sp_fail(err, SP_E_INVALID, "address", "%s is not a numeric address", address);
  struct sp_http_listener *listener = listener_new(server, false);
  if (!listener) return sp_fail(err, SP_E_LIMIT, "address", "The HTTP server cannot listen on more addresses");
  char where[80];
  bool six = at.any.sa_family == AF_INET6;
  snprintf(where, sizeof where, "%s%.60s%s:%d", six ? "[" : "", address, six ? "]" : "", port);
  int code = listener_start(listener, uv_tcp_bind(&listener->io.tcp, &at.any, 0), where, err);
  if (code == 0) learn_port(server, listener);
  return code;
}

int sp_http_server_listen_unix(struct sp_http_server *server, const char *path, struct sp_error *err) {
  struct stat found;
  if (lstat(path, &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) return listen_failed(UV_EADDRINUSE, path, err);
    if (unlink(path) != 0) return listen_failed(-errno, path, err);
  }
  struct sp_http_listener *listener = listener_new(server, true);
  if (!listener) return sp_fail(err, SP_E_LIMIT, "address", "The HTTP server cannot listen on more addresses");
  int code = uv_pipe_bind(&listener->io.pipe, path);
  /* Nobody can connect before listen(), so there is no moment at which others may. */
  if (code == 0 && chmod(path, 0600) != 0) code = -errno;
  return listener_start(listener, code, path, err);
}

/* ---- Ending ---- */

static void close_listeners(struct sp_http_server *server) {
  for (int i = 0; i < server->listener_count; i++)
    uv_close(&server->listeners[i]->io.handle, on_listener_closed);
  server->listener_count = 0;
}

void sp_http_server_drain(struct sp_http_server *server, int timeout_ms, void (*done)(void *ctx, int open), void *ctx) {
  server->draining = true;
  server->drained = done;
  server->drained_ctx = ctx;
  server->drain_until = uv_now(server->loop) + (uint64_t)(timeout_ms > 0 ? timeout_ms : 0);
  uv_ref((uv_handle_t *)&server->tick); /* the loop lives until `done` was told */
  close_listeners(server);
  struct sp_http_conn *next = NULL;
  for (struct sp_http_conn *conn = LIST_FIRST(&server->conns); conn; conn = next) {
    next = LIST_NEXT(conn, all);
    if (sp_http_conn_is_idle(conn))
      sp_http_conn_finish(conn);
    else if (!conn->partial)
      conn->last = true;
    sp_http_stream_end_all(conn);
  }
}

void sp_http_server_free(struct sp_http_server *server) {
  if (!server || server->freed) return;
  server->freed = true;
  server->drained = NULL;
  close_listeners(server);
  while (!LIST_EMPTY(&server->conns))
    sp_http_conn_close(LIST_FIRST(&server->conns));
  uv_close((uv_handle_t *)&server->tick, on_own_closed);
  uv_close((uv_handle_t *)&server->before, on_own_closed);
  uv_close((uv_handle_t *)&server->after, on_own_closed);
}
