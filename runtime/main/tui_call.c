#include "main/tui_call.h"
#include "http/client.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define PIECE 16384

/* ---- Where ---- */

int sp_tui_place_url(const char *url, struct sp_tui_place *out, struct sp_error *err) {
  struct sp_http_url parsed;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
  char port[8];
  int result = sp_http_url_parse(url, &parsed, err);
  if (result) return result;
  if (parsed.tls)
    return sp_fail(err, SP_E_UNSUPPORTED, "url",
                   "The terminal speaks to a node on this machine: name its data folder with --data");
  if (strcmp(parsed.target, "/") != 0) return sp_fail(err, SP_E_INVALID, "url", "The url of a node has no path");
  snprintf(port, sizeof port, "%d", parsed.port);
  if (getaddrinfo(parsed.host, port, &hints, &list) != 0 || !list)
    return sp_fail(err, SP_E_NOT_FOUND, "url", "There is no host %s", parsed.host);
  *out = (struct sp_tui_place){.len = list->ai_addrlen};
  memcpy(&out->address, list->ai_addr, list->ai_addrlen);
  snprintf(out->host, sizeof out->host, parsed.six ? "[%s]:%d" : "%s:%d", parsed.host, parsed.port);
  freeaddrinfo(list);
  return 0;
}

int sp_tui_place_socket(const char *path, struct sp_tui_place *out, struct sp_error *err) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path)
    return sp_fail(err, SP_E_LIMIT, "data", "The path of the node's socket is too long: %s", path);
  memcpy(address.sun_path, path, strlen(path) + 1);
  *out = (struct sp_tui_place){.len = sizeof address, .host = "localhost"};
  memcpy(&out->address, &address, sizeof address);
  return 0;
}

/* ---- The call ---- */

void sp_tui_call_init(struct sp_tui_call *call, size_t request_max) {
  *call = (struct sp_tui_call){.fd = -1};
  sp_buf_init(&call->out, request_max);
}

void sp_tui_call_stop(struct sp_tui_call *call) {
  if (call->fd >= 0) close(call->fd);
  if (call->out.data) explicit_bzero(call->out.data, call->out.len); /* it may hold a PIN */
  sp_buf_reset(&call->out);
  call->fd = -1;
  call->state = SP_TUI_CALL_IDLE;
}

void sp_tui_call_free(struct sp_tui_call *call) {
  sp_tui_call_stop(call);
  sp_buf_free(&call->out);
}

int sp_tui_call_start(struct sp_tui_call *call, const struct sp_tui_place *place) {
  int family = place->address.ss_family, yes = 1;
  call->sent = 0;
  sp_tui_answer_start(&call->answer);
  call->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (call->fd < 0) return SP_E_IO;
  if (family != AF_UNIX) setsockopt(call->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  int done = connect(call->fd, (const struct sockaddr *)&place->address, place->len);
  if (done != 0 && errno != EINPROGRESS) {
    sp_tui_call_stop(call);
    return SP_E_IO;
  }
  call->state = done == 0 ? SP_TUI_CALL_SENDING : SP_TUI_CALL_CONNECTING;
  return 0;
}

short sp_tui_call_events(const struct sp_tui_call *call) {
  return call->state == SP_TUI_CALL_HEARING ? POLLIN : POLLOUT | POLLIN;
}

static int finish_connect(struct sp_tui_call *call) {
  int cause = 0;
  socklen_t len = sizeof cause;
  if (getsockopt(call->fd, SOL_SOCKET, SO_ERROR, &cause, &len) != 0 || cause != 0) return SP_E_IO;
  call->state = SP_TUI_CALL_SENDING;
  return 0;
}

/* A node that refuses a request may answer before it has read it: then what it says is heard all the same. */
static int push(struct sp_tui_call *call) {
  while (call->sent < call->out.len) {
    ssize_t sent = send(call->fd, call->out.data + call->sent, call->out.len - call->sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (sent < 0) break;
    call->sent += (size_t)sent;
  }
  call->state = SP_TUI_CALL_HEARING;
  return 0;
}

static int take(struct sp_tui_call *call, const char *bytes, size_t len, const struct sp_tui_call_taker *taker) {
  while (len > 0) {
    const char *body = NULL;
    size_t used = 0, body_len = 0;
    int result = sp_tui_answer_feed(&call->answer, bytes, len, &used, &body, &body_len);
    if (result == 0 && body_len > 0) result = taker->piece(taker->ctx, &call->answer, body, body_len);
    if (result) return result;
    bytes += used;
    len -= used;
  }
  return call->answer.done;
}

static int pull(struct sp_tui_call *call, const struct sp_tui_call_taker *taker) {
  char bytes[PIECE];
  for (;;) {
    ssize_t got = recv(call->fd, bytes, sizeof bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (got < 0) return SP_E_IO;
    if (got == 0) return sp_tui_answer_end(&call->answer) ? 1 : SP_E_IO;
    int result = take(call, bytes, (size_t)got, taker);
    if (result) return result;
  }
}

int sp_tui_call_turn(struct sp_tui_call *call, const struct sp_tui_call_taker *taker) {
  int result = call->state == SP_TUI_CALL_CONNECTING ? finish_connect(call) : 0;
  if (result == 0 && call->state == SP_TUI_CALL_SENDING) result = push(call);
  if (result == 0 && call->state != SP_TUI_CALL_IDLE) result = pull(call, taker);
  if (result != 0) sp_tui_call_stop(call);
  return result;
}
