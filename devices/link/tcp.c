#include "devices/link/tcp.h"
#include "base/clock.h"
#include "devices/link/fd.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#define READ_MAX 4096

struct tcp_link {
  struct sp_link link; /* first: a link is cast back */
  struct sp_link_events events;
  char address[SP_LINK_ADDRESS_MAX + 1];
  char host[SP_LINK_ADDRESS_MAX + 1], port[6];
  uv_tcp_t socket;
  uv_timer_t timer;
  uv_getaddrinfo_t lookup;
  uv_connect_t connect;
  bool looking; /* the lookup has not come back: it holds the memory */
  bool up, down, closed;
  int handles;
  char bytes[READ_MAX];
};

struct piece {
  uv_write_t request; /* first */
  char bytes[];
};

static struct tcp_link *tcp_of(struct sp_link *link) {
  return (struct tcp_link *)(void *)link;
}

/* ---- The address ---- */

static int address_bad(const char *address, struct sp_error *err) {
  return sp_fail(err, SP_E_INVALID, "link", "%s is not tcp:HOST:PORT", address);
}

int sp_tcp_address(const char *address, char host[SP_LINK_ADDRESS_MAX + 1], char port[6], struct sp_error *err) {
  const char *text = sp_link_path(address), *colon = strrchr(text, ':');
  bool six = *text == '[';
  if (strncmp(address, "tcp:", 4) != 0 || !colon || colon == text) return address_bad(address, err);
  size_t len = (size_t)(colon - text), digits = strlen(colon + 1);
  if (six && (len < 4 || colon[-1] != ']')) return address_bad(address, err);
  if (!six && memchr(text, ':', len)) return address_bad(address, err);
  if (digits < 1 || digits > 5 || strspn(colon + 1, "0123456789") != digits) return address_bad(address, err);
  long number = strtol(colon + 1, NULL, 10);
  if (number < 1 || number > 65535 || len > SP_LINK_ADDRESS_MAX) return address_bad(address, err);
  if (six) {
    text++;
    len -= 2;
  }
  memcpy(host, text, len);
  host[len] = '\0';
  memcpy(port, colon + 1, digits + 1);
  return 0;
}

/* ---- Going down ---- */

static void tell_down(struct tcp_link *tcp, int code, const char *why) {
  struct sp_error error = {.lang = SP_LANG_EN};
  if (tcp->down || tcp->closed) return;
  tcp->down = true;
  tcp->up = false;
  uv_timer_stop(&tcp->timer);
  if (code == SP_E_TIMEOUT)
    sp_fail(&error, SP_E_TIMEOUT, "link", "%s does not answer", tcp->address);
  else
    sp_fail(&error, code, "link", "%s cannot be reached: %s", tcp->address, why);
  tcp->events.down(tcp->events.ctx, &error);
}

static void down_uv(struct tcp_link *tcp, int status) {
  if (status == UV_EOF) {
    tell_down(tcp, SP_E_IO, "the device closed the connection");
    return;
  }
  tell_down(tcp, status == UV_ETIMEDOUT ? SP_E_TIMEOUT : SP_E_IO, uv_strerror(status));
}

/* ---- Bytes ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
  struct tcp_link *tcp = handle->data;
  (void)suggested;
  *out = uv_buf_init(tcp->bytes, sizeof tcp->bytes);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf) {
  struct tcp_link *tcp = stream->data;
  if (tcp->closed || tcp->down || got == 0) return;
  if (got < 0) {
    down_uv(tcp, (int)got);
    return;
  }
  tcp->events.bytes(tcp->events.ctx, (const uint8_t *)buf->base, (size_t)got, sp_clock_monotonic_us());
}

static void on_written(uv_write_t *request, int status) {
  struct tcp_link *tcp = request->handle->data;
  free(request);
  if (tcp->closed || tcp->down) return;
  if (status < 0)
    down_uv(tcp, status);
  else if (uv_stream_get_write_queue_size((const uv_stream_t *)&tcp->socket) == 0)
    tcp->events.drained(tcp->events.ctx);
}

static int write_tcp(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  struct tcp_link *tcp = tcp_of(link);
  if (!tcp->up) return sp_fail(err, SP_E_STATE, "link", "The device is not connected");
  if (len > SP_LINK_OUT_MAX - uv_stream_get_write_queue_size((const uv_stream_t *)&tcp->socket)) {
    return sp_fail(err, SP_E_BUSY, "link", "The device does not take what it is sent");
  }
  struct piece *piece = malloc(sizeof *piece + len);
  if (!piece) return sp_error_nomem(err, __func__);
  memcpy(piece->bytes, bytes, len);
  uv_buf_t buf = uv_buf_init(piece->bytes, (unsigned)len);
  int status = uv_write(&piece->request, (uv_stream_t *)&tcp->socket, &buf, 1, on_written);
  if (status == 0) return 0;
  free(piece);
  return sp_fail(err, SP_E_IO, "link", "%s cannot be reached: %s", tcp->address, uv_strerror(status));
}

/* ---- Connecting ---- */

static void on_connect(uv_connect_t *request, int status) {
  struct tcp_link *tcp = request->data;
  uv_os_fd_t fd = -1;
  unsigned silent = SP_TCP_SILENT_MS;
  if (tcp->closed || tcp->down) return;
  if (status < 0) {
    down_uv(tcp, status);
    return;
  }
  uv_timer_stop(&tcp->timer);
  uv_tcp_nodelay(&tcp->socket, 1);
  uv_tcp_keepalive(&tcp->socket, 1, 15);
  if (uv_fileno((const uv_handle_t *)&tcp->socket, &fd) == 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof silent);
  }
  tcp->up = true;
  uv_read_start((uv_stream_t *)&tcp->socket, on_alloc, on_read);
  tcp->events.up(tcp->events.ctx);
}

static void link_free(struct tcp_link *tcp) {
  if (tcp->handles == 0 && !tcp->looking) free(tcp);
}

static void on_looked(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
  struct tcp_link *tcp = request->data;
  tcp->looking = false;
  if (tcp->closed || tcp->down) {
    uv_freeaddrinfo(found);
    if (tcp->closed) link_free(tcp);
    return;
  }
  if (status == 0) status = uv_tcp_connect(&tcp->connect, &tcp->socket, found->ai_addr, on_connect);
  uv_freeaddrinfo(found);
  if (status < 0) down_uv(tcp, status);
}

static void on_late(uv_timer_t *timer) {
  tell_down(timer->data, SP_E_TIMEOUT, "");
}

static int begin(struct tcp_link *tcp, struct uv_loop_s *loop) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
  tcp->lookup.data = tcp;
  tcp->connect.data = tcp;
  int status = uv_getaddrinfo(loop, &tcp->lookup, on_looked, tcp->host, tcp->port, &hints);
  tcp->looking = status == 0;
  return status;
}

/* ---- Closing ---- */

static void on_closed(uv_handle_t *handle) {
  struct tcp_link *tcp = handle->data;
  tcp->handles--;
  link_free(tcp);
}

static void close_tcp(struct sp_link *link) {
  struct tcp_link *tcp = tcp_of(link);
  if (tcp->closed) return;
  tcp->closed = true;
  tcp->up = false;
  if (tcp->looking) uv_cancel((uv_req_t *)&tcp->lookup);
  uv_close((uv_handle_t *)&tcp->timer, on_closed);
  uv_close((uv_handle_t *)&tcp->socket, on_closed);
}

static int control_tcp(struct sp_link *link, enum sp_link_control what, int value, struct sp_error *err) {
  (void)link, (void)what, (void)value;
  return sp_fail(err, SP_E_UNSUPPORTED, "link", "This kind of link has no modem lines");
}

static size_t waiting_tcp(const struct sp_link *link) {
  const struct tcp_link *tcp = (const struct tcp_link *)(const void *)link;
  return uv_stream_get_write_queue_size((const uv_stream_t *)&tcp->socket);
}

static const uint8_t *descriptor_tcp(const struct sp_link *link, size_t *len) {
  (void)link;
  *len = 0;
  return NULL;
}

static const struct sp_link_ops ops = {.scheme = "tcp",
                                       .write = write_tcp,
                                       .control = control_tcp,
                                       .waiting = waiting_tcp,
                                       .descriptor = descriptor_tcp,
                                       .close = close_tcp};

int sp_tcp_open(struct uv_loop_s *loop, const struct sp_link_config *config, const struct sp_link_events *events,
                struct sp_link **out, struct sp_error *err) {
  struct tcp_link *tcp = calloc(1, sizeof *tcp);
  if (!tcp) return sp_error_nomem(err, __func__);
  int rc = sp_tcp_address(config->address, tcp->host, tcp->port, err);
  if (rc) {
    free(tcp);
    return rc;
  }
  tcp->link.ops = &ops;
  tcp->events = *events;
  memcpy(tcp->address, config->address, sizeof tcp->address);
  uv_tcp_init(loop, &tcp->socket);
  uv_timer_init(loop, &tcp->timer);
  tcp->socket.data = tcp;
  tcp->timer.data = tcp;
  tcp->handles = 2;
  uv_timer_start(&tcp->timer, on_late, SP_TCP_CONNECT_MS, 0);
  int status = begin(tcp, loop);
  if (status == 0) {
    *out = &tcp->link;
    return 0;
  }
  close_tcp(&tcp->link);
  return sp_fail(err, SP_E_IO, "link", "%s cannot be reached: %s", config->address, uv_strerror(status));
}
