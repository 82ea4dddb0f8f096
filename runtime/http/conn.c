#include "http/internal.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

bool sp_http_conn_is_closing(const struct sp_http_conn *conn) {
  return conn->state == CLOSING;
}

bool sp_http_conn_is_idle(const struct sp_http_conn *conn) {
  return conn->state == IN_HEAD && STAILQ_EMPTY(&conn->queue) && !conn->partial;
}

/* ---- Closing ---- */

static void on_closed(uv_handle_t *handle) {
  struct sp_http_conn *conn = handle->data;
  struct sp_http_server *server = conn->server;
  sp_buf_free(&conn->in);
  sp_http_tls_free(conn->tls);
  free(conn);
  server->counters.connections--;
  sp_http_server_room(server);
  sp_http_server_unref(server);
}

void sp_http_conn_close(struct sp_http_conn *conn) {
  if (conn->state == CLOSING) return;
  conn->state = CLOSING;
  sp_http_conn_clean(conn);
  LIST_REMOVE(conn, all);
  LIST_REMOVE(conn, same_peer);
  while (!STAILQ_EMPTY(&conn->queue)) {
    struct sp_http_exchange *exchange = STAILQ_FIRST(&conn->queue);
    if (exchange->state != HANDLING) {
      sp_http_exchange_end(exchange, true);
      continue;
    }
    STAILQ_REMOVE_HEAD(&conn->queue, link);
    exchange->conn = NULL;
  }
  uv_close(&conn->io.handle, on_closed);
}

static void on_shut(uv_shutdown_t *shutdown, int status) {
  struct sp_http_conn *conn = shutdown->data;
  if (sp_http_conn_is_closing(conn)) return;
  if (status < 0 || conn->eof) sp_http_conn_close(conn);
}

/* A close() with unread bytes would send a reset that can overtake the answer (RFC 9112 §9.6), so our end is shut
 * first. */
void sp_http_conn_finish(struct sp_http_conn *conn) {
  if (conn->shut || sp_http_conn_is_closing(conn)) return;
  conn->last = true;
  if (conn->sending) return; /* the flush behind that write comes back here */
  if (conn->tls && !conn->said_bye) sp_http_tls_bye(conn->tls);
  conn->said_bye = true;
  if (conn->tls && sp_http_tls_out(conn->tls)->len > 0) {
    sp_http_conn_flush(conn); /* comes back here when that has left */
    return;
  }
  conn->shut = true;
  conn->since = uv_now(conn->server->loop);
  sp_buf_free(&conn->in);
  conn->shutdown.data = conn;
  if (uv_shutdown(&conn->shutdown, &conn->io.stream, on_shut) < 0) {
    sp_http_conn_close(conn);
    return;
  }
  sp_http_conn_resume(conn);
}

/* ---- Reading ---- */

bool sp_http_conn_paused(const struct sp_http_conn *conn) {
  if (conn->shut) return false;
  if (conn->spooling) return true;
  /* Beside a stream everything is read and dropped: that is how the peer's leaving is seen. */
  return conn->streams == 0 && conn->state == IN_HEAD && conn->queued >= conn->server->options.pipeline_max;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf) {
  (void)suggested;
  struct sp_http_conn *conn = handle->data;
  *buf = uv_buf_init(conn->server->read_buffer, READ_CHUNK);
}

/* The peer will send no more; what it asked for completely is still answered. */
static void end_of_input(struct sp_http_conn *conn) {
  conn->eof = true;
  conn->last = true;
  conn->partial = false;
  conn->reading = false;
  if (conn->receiving && !conn->spooling) {
    conn->state = IN_HEAD;
    sp_http_exchange_end(conn->receiving, true);
  }
  /* Who listens to a stream and closes its own end has gone. */
  if (conn->shut || conn->streams > 0 || STAILQ_EMPTY(&conn->queue)) sp_http_conn_close(conn);
}

static void pump_tls(struct sp_http_conn *conn) {
  struct sp_http_server *server = conn->server;
  int count = 0;
  while (!sp_http_conn_is_closing(conn) && !sp_http_conn_paused(conn)) {
    count = sp_http_tls_read(conn->tls, server->plain, (int)sizeof server->plain);
    if (count <= 0) break;
    if (!conn->shut) sp_http_conn_input(conn, server->plain, (size_t)count);
  }
  if (sp_http_conn_is_closing(conn)) return;
  sp_http_conn_dirty(conn);
  if (count == -1 && !conn->eof) end_of_input(conn);
  if (count != -2) return;
  sp_http_conn_flush(conn); /* the alert */
  sp_http_conn_close(conn);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf) {
  struct sp_http_conn *conn = stream->data;
  if (count == 0 || sp_http_conn_is_closing(conn)) return;
  if (count == UV_EOF) {
    end_of_input(conn);
    return;
  }
  if (count < 0) {
    sp_http_conn_close(conn);
    return;
  }
  conn->server->counters.bytes_in += (uint64_t)count;
  if (conn->shut) return;
  if (!conn->tls) {
    sp_http_conn_input(conn, buf->base, (size_t)count);
  } else if (sp_http_tls_put(conn->tls, buf->base, (size_t)count) != 0) {
    sp_http_conn_close(conn);
    return;
  } else {
    pump_tls(conn);
  }
  if (sp_http_conn_is_closing(conn) || !sp_http_conn_paused(conn)) return;
  conn->reading = false;
  (void)uv_read_stop(&conn->io.stream);
}

void sp_http_conn_resume(struct sp_http_conn *conn) {
  if (sp_http_conn_is_closing(conn) || sp_http_conn_paused(conn)) return;
  if (!conn->shut && conn->in.len > 0) sp_http_conn_input(conn, NULL, 0);
  if (!conn->shut && conn->tls) pump_tls(conn);
  if (sp_http_conn_is_closing(conn) || sp_http_conn_paused(conn) || conn->reading || conn->eof) return;
  conn->reading = true;
  if (uv_read_start(&conn->io.stream, on_alloc, on_read) < 0) sp_http_conn_close(conn);
}

/* ---- Times ---- */

static void time_out(struct sp_http_conn *conn) {
  struct sp_error err = {0};
  conn->server->counters.timed_out++;
  (void)sp_fail(&err, SP_E_TIMEOUT, NULL, "The request did not arrive in time");
  sp_http_conn_refuse(conn, 408, &err);
}

/* Is `gained` bytes since `since` too little? A window that was good begins anew. */
static bool too_slow(uint64_t now, uint64_t *since, int window_ms, size_t gained, int rate_min) {
  if (now - *since < (uint64_t)window_ms) return false;
  uint64_t need = (uint64_t)rate_min * (now - *since) / 1000;
  *since = now;
  return gained < need;
}

static void check_sending(struct sp_http_conn *conn, uint64_t now) {
  const struct sp_http_options *options = &conn->server->options;
  size_t left = uv_stream_get_write_queue_size(&conn->io.stream);
  size_t gained = conn->send_mark - left;
  bool whole = now - conn->send_since >= (uint64_t)options->write_timeout_ms;
  if (too_slow(now, &conn->send_since, options->write_timeout_ms, gained, options->rate_min)) {
    conn->server->counters.timed_out++;
    sp_http_conn_close(conn);
    return;
  }
  if (whole) conn->send_mark = left;
}

static void check_body(struct sp_http_conn *conn, uint64_t now) {
  const struct sp_http_options *options = &conn->server->options;
  bool whole = now - conn->since >= (uint64_t)options->body_window_ms;
  if (too_slow(now, &conn->since, options->body_window_ms, conn->body.len - conn->mark, options->rate_min)) {
    time_out(conn);
    return;
  }
  if (whole) conn->mark = conn->body.len;
}

void sp_http_conn_tick(struct sp_http_conn *conn, uint64_t now) {
  const struct sp_http_options *options = &conn->server->options;
  if (sp_http_conn_is_closing(conn)) return; /* an access callback may have closed it since the tick began */
  uint64_t age = now - conn->since;
  if (conn->sending) check_sending(conn, now);
  if (sp_http_conn_is_closing(conn)) return;
  if (conn->shut) {
    if (age >= (uint64_t)options->linger_ms) sp_http_conn_close(conn);
    return;
  }
  if (conn->tls && !sp_http_tls_ready(conn->tls)) {
    if (age < (uint64_t)options->head_timeout_ms) return;
    conn->server->counters.timed_out++;
    sp_http_conn_close(conn);
    return;
  }
  if (conn->skipped || sp_http_conn_paused(conn)) return;
  if (conn->state == IN_BODY)
    check_body(conn, now);
  else if (conn->partial && age >= (uint64_t)options->head_timeout_ms)
    time_out(conn);
  else if (sp_http_conn_is_idle(conn) && age >= (uint64_t)options->idle_timeout_ms)
    sp_http_conn_finish(conn);
}

/* ---- Opening ---- */

/* Who it is: the text for people and the key that counts as one peer. */
static void know_peer(struct sp_http_conn *conn) {
  struct sockaddr_storage address = {0};
  int len = sizeof address;
  if (uv_tcp_getpeername(&conn->io.tcp, (struct sockaddr *)&address, &len) < 0) return;
  if (address.ss_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)&address;
    (void)uv_ip4_name(four, conn->peer, sizeof conn->peer);
    memcpy(conn->key + 12, &four->sin_addr, 4);
    return;
  }
  const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&address;
  (void)uv_ip6_name(six, conn->peer, sizeof conn->peer);
  bool mapped = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);
  if (mapped)
    memcpy(conn->key + 12, six->sin6_addr.s6_addr + 12, 4);
  else
    memcpy(conn->key, six->sin6_addr.s6_addr, 8);
}

static void know_local(struct sp_http_conn *conn) {
  struct ucred who = {.uid = (uid_t)-1};
  socklen_t len = sizeof who;
  uv_os_fd_t fd = -1;
  if (uv_fileno(&conn->io.handle, &fd) == 0) (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len);
  conn->peer_uid = who.uid;
  conn->is_local = true;
  memcpy(conn->peer, "unix", 5);
}

static struct sp_http_conns *bucket_of(const struct sp_http_conn *conn) {
  uint32_t hash = conn->server->salt | 1u;
  for (size_t i = 0; i < sizeof conn->key; i++)
    hash = (hash ^ conn->key[i]) * 16777619u; /* FNV-1a with a secret start */
  return &conn->server->peers[(hash >> 16) % PEER_BUCKETS];
}

int sp_http_conn_peer_streams(const struct sp_http_conn *conn) {
  int count = 0;
  const struct sp_http_conn *other = NULL;
  LIST_FOREACH(other, bucket_of(conn), same_peer) {
    if (memcmp(other->key, conn->key, sizeof conn->key) == 0) count += other->streams;
  }
  return count;
}

static bool enter_peer(struct sp_http_conn *conn) {
  struct sp_http_server *server = conn->server;
  struct sp_http_conns *bucket = bucket_of(conn);
  int same = 0;
  struct sp_http_conn *other = NULL;
  LIST_FOREACH(other, bucket, same_peer) {
    same += memcmp(other->key, conn->key, sizeof conn->key) == 0;
  }
  LIST_INSERT_HEAD(bucket, conn, same_peer);
  LIST_INSERT_HEAD(&server->conns, conn, all);
  return conn->is_local || server->options.per_peer_max == 0 || same < server->options.per_peer_max;
}

static struct sp_http_conn *conn_new(struct sp_http_listener *listener) {
  struct sp_http_server *server = listener->server;
  struct sp_http_conn *conn = calloc(1, sizeof *conn);
  if (!conn) return NULL;
  conn->server = server;
  conn->since = uv_now(server->loop);
  STAILQ_INIT(&conn->queue);
  sp_buf_init(&conn->in, SP_HTTP_HEAD_MAX + 2 * READ_CHUNK);
  if (server->tls && !listener->is_local && !(conn->tls = sp_http_tls_new(server->tls))) goto failed;
  int code =
      listener->is_local ? uv_pipe_init(server->loop, &conn->io.pipe, 0) : uv_tcp_init(server->loop, &conn->io.tcp);
  if (code < 0) goto failed;
  conn->io.handle.data = conn;
  return conn;
failed:
  sp_http_tls_free(conn->tls);
  free(conn);
  return NULL;
}

void sp_http_conn_open(struct sp_http_listener *listener) {
  struct sp_http_server *server = listener->server;
  struct sp_http_conn *conn = conn_new(listener);
  if (!conn) {
    listener->waiting = true; /* tried again when a connection goes */
    return;
  }
  server->handles++;
  server->counters.connections++;
  server->counters.accepted++;
  bool accepted = uv_accept(&listener->io.stream, &conn->io.stream) == 0;
  if (accepted && listener->is_local)
    know_local(conn);
  else if (accepted)
    know_peer(conn);
  bool welcome = enter_peer(conn);
  if (accepted && !welcome) server->counters.turned_away++;
  if (!accepted || !welcome) {
    sp_http_conn_close(conn);
    return;
  }
  if (!listener->is_local) (void)uv_tcp_nodelay(&conn->io.tcp, 1);
  sp_http_conn_resume(conn);
}
