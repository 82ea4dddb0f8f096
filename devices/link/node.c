#include "devices/link/node.h"
#include "base/buf.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <uv.h>

#define READ_MAX  4096
#define READS_MAX 16 /* in one turn of the loop, so that one device does not keep the others waiting */

struct node_link {
  struct sp_link link; /* first: a link is cast back */
  const struct sp_node_kind *kind;
  struct sp_link_config config;
  struct sp_link_events events;
  uv_timer_t timer; /* opens on the next turn; tells `drained` of a plain file */
  uv_poll_t poll;
  bool polling; /* the poll handle was made */
  bool up, down, closed;
  int handles; /* not closed yet */
  struct sp_buf out;
  struct sp_node_open opened;
};

static struct node_link *node_of(struct sp_link *link) {
  return (struct node_link *)(void *)link;
}

const char *sp_link_path(const char *address) {
  const char *colon = strchr(address, ':');
  return colon ? colon + 1 : address;
}

static int open_failed(const char *path, int why, struct sp_error *err) {
  switch (why) {
  case ENOENT:
  case ENXIO:
  case ENODEV:
    return sp_fail(err, SP_E_NOT_FOUND, "link", "%s is not there", path);
  case EACCES:
  case EPERM:
    return sp_fail(err, SP_E_DENIED, "link",
                   "%s may not be opened: the node's user must be in the group of that device", path);
  case EBUSY:
    return sp_fail(err, SP_E_BUSY, "link", "%s is in use by another program", path);
  default:
    return sp_fail(err, SP_E_IO, "link", "%s cannot be opened: %s", path, strerror(why));
  }
}

int sp_node_open_file(const char *path, int flags, int *fd, struct sp_error *err) {
  *fd = open(path, flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600);
  if (*fd < 0) return open_failed(path, errno, err);
  if (flock(*fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return 0;
  close(*fd);
  *fd = -1;
  return open_failed(path, EBUSY, err);
}

/* ---- Going down ---- */

static void stop(struct node_link *node) {
  node->up = false;
  if (node->polling) uv_poll_stop(&node->poll);
  uv_timer_stop(&node->timer);
}

static void tell_down(struct node_link *node, const struct sp_error *why) {
  if (node->down || node->closed) return;
  node->down = true;
  stop(node);
  node->events.down(node->events.ctx, why);
}

static void lost(struct node_link *node, int why) {
  struct sp_error error = {.lang = SP_LANG_EN};
  const char *path = sp_link_path(node->config.address);
  if (why == 0 || why == EIO || why == ENXIO || why == ENODEV)
    sp_fail(&error, SP_E_IO, "link", "%s is gone", path);
  else
    sp_fail(&error, SP_E_IO, "link", "%s failed: %s", path, strerror(why));
  tell_down(node, &error);
}

/* ---- Bytes ---- */

static void read_some(struct node_link *node) {
  uint8_t bytes[READ_MAX];
  for (int i = 0; i < READS_MAX && node->up && !node->closed; i++) {
    ssize_t got = read(node->opened.fd, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0 || (got == 0 && node->kind->zero_is_end)) {
      lost(node, got < 0 ? errno : 0);
      return;
    }
    if (got == 0) return;
    node->events.bytes(node->events.ctx, bytes, (size_t)got, sp_clock_monotonic_us());
  }
}

static void write_some(struct node_link *node) {
  while (node->out.len > 0) {
    ssize_t put = write(node->opened.fd, node->out.data, node->out.len);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (put < 0) {
      lost(node, errno);
      return;
    }
    sp_buf_drop(&node->out, (size_t)put);
  }
}

static void on_poll(uv_poll_t *handle, int status, int events);

static void poll_for(struct node_link *node) {
  int events = UV_READABLE | (node->out.len > 0 ? UV_WRITABLE : 0);
  if (node->up && !node->closed) uv_poll_start(&node->poll, events, on_poll);
}

static void on_poll(uv_poll_t *handle, int status, int events) {
  struct node_link *node = handle->data;
  if (status < 0) {
    lost(node, 0);
    return;
  }
  bool had = node->out.len > 0;
  if ((events & UV_WRITABLE) != 0) write_some(node);
  if (node->up && had && node->out.len == 0) {
    poll_for(node);
    node->events.drained(node->events.ctx);
  }
  if (node->up && !node->closed && (events & UV_READABLE) != 0) read_some(node);
}

/* ---- Opening ---- */

static void on_plain(uv_timer_t *timer) {
  struct node_link *node = timer->data;
  write_some(node);
  if (node->up && node->out.len == 0) node->events.drained(node->events.ctx);
}

static void on_start(uv_timer_t *timer) {
  struct node_link *node = timer->data;
  struct sp_error error = {.lang = SP_LANG_EN};
  if (node->kind->open(&node->config, &node->opened, &error) != 0) {
    node->opened.fd = -1;
    tell_down(node, &error);
    return;
  }
  node->up = true;
  if (!node->kind->plain) {
    if (uv_poll_init(timer->loop, &node->poll, node->opened.fd) != 0) {
      lost(node, EIO);
      return;
    }
    node->poll.data = node;
    node->polling = true;
    node->handles++;
    poll_for(node);
  }
  node->events.up(node->events.ctx);
}

int sp_node_open_link(struct uv_loop_s *loop, const struct sp_node_kind *kind, const struct sp_link_config *config,
                      const struct sp_link_events *events, struct sp_link **out, struct sp_error *err) {
  struct node_link *node = calloc(1, sizeof *node);
  if (!node) return sp_error_nomem(err, __func__);
  node->link.ops = &kind->ops;
  node->kind = kind;
  node->config = *config;
  node->events = *events;
  node->opened.fd = -1;
  node->handles = 1;
  sp_buf_init(&node->out, SP_LINK_OUT_MAX);
  uv_timer_init(loop, &node->timer);
  node->timer.data = node;
  uv_timer_start(&node->timer, on_start, 0, 0);
  *out = &node->link;
  return 0;
}

/* ---- What every kind can do ---- */

int sp_node_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  struct node_link *node = node_of(link);
  if (!node->up) return sp_fail(err, SP_E_STATE, "link", "The device is not connected");
  if (len > SP_LINK_OUT_MAX - node->out.len) {
    return sp_fail(err, SP_E_BUSY, "link", "The device does not take what it is sent");
  }
  if (sp_buf_add(&node->out, bytes, len) != 0) return sp_error_nomem(err, __func__);
  if (node->kind->plain)
    uv_timer_start(&node->timer, on_plain, 0, 0);
  else
    poll_for(node);
  return 0;
}

size_t sp_node_waiting(const struct sp_link *link) {
  return ((const struct node_link *)(const void *)link)->out.len;
}

const uint8_t *sp_node_descriptor(const struct sp_link *link, size_t *len) {
  const struct node_link *node = (const struct node_link *)(const void *)link;
  *len = node->opened.descriptor_len;
  return node->opened.descriptor_len > 0 ? node->opened.descriptor : NULL;
}

int sp_node_discard(struct sp_link *link) {
  struct node_link *node = node_of(link);
  sp_buf_reset(&node->out);
  poll_for(node);
  return 0;
}

int sp_node_fd(const struct sp_link *link) {
  const struct node_link *node = (const struct node_link *)(const void *)link;
  return node->up ? node->opened.fd : -1;
}

static void on_closed(uv_handle_t *handle) {
  struct node_link *node = handle->data;
  if (--node->handles > 0) return;
  if (node->opened.fd >= 0) close(node->opened.fd);
  sp_buf_free(&node->out);
  free(node);
}

void sp_node_close(struct sp_link *link) {
  struct node_link *node = node_of(link);
  if (node->closed) return;
  node->closed = true;
  stop(node);
  uv_close((uv_handle_t *)&node->timer, on_closed);
  if (node->polling) uv_close((uv_handle_t *)&node->poll, on_closed);
}
