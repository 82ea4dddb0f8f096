#include "devices/link/fd.h"
#include "base/buf.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define READ_MAX      4096
#define LEAVE_STEP_MS 40
#define LEAVE_STILL   5  /* steps in which nothing left: nothing will */
#define READS_MAX     16 /* in one turn of the loop, so that one device does not keep the others waiting */

struct fd_link {
  struct sp_link link; /* first: a link is cast back */
  const struct sp_fd_kind *kind;
  struct sp_link_config config;
  struct sp_link_events events;
  uv_timer_t timer; /* opens on the next turn; tells `drained` of a plain file */
  uv_poll_t poll;
  bool polling; /* the poll handle was made */
  bool up, down, closed;
  int handles;              /* not closed yet */
  int unsent, still, steps; /* while it is being closed */
  struct sp_buf out;
  struct sp_fd_opened opened;
};

static struct fd_link *fd_of(struct sp_link *link) {
  return (struct fd_link *)(void *)link;
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

int sp_fd_open(const char *path, int flags, int *fd, struct sp_error *err) {
  *fd = open(path, flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600);
  if (*fd < 0) return open_failed(path, errno, err);
  if (flock(*fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return 0;
  close(*fd);
  *fd = -1;
  return open_failed(path, EBUSY, err);
}

int sp_fd_open_device(const char *path, int flags, int *fd, struct sp_error *err) {
  struct stat node;
  int rc = sp_fd_open(path, flags, fd, err);
  if (rc != 0 || (fstat(*fd, &node) == 0 && S_ISCHR(node.st_mode))) return rc;
  close(*fd);
  *fd = -1;
  return sp_fail(err, SP_E_INVALID, "link", "%s is a file, not a device", path);
}

/* ---- Going down ---- */

static void stop(struct fd_link *fd) {
  fd->up = false;
  if (fd->polling) uv_poll_stop(&fd->poll);
  uv_timer_stop(&fd->timer);
}

static void tell_down(struct fd_link *fd, const struct sp_error *why) {
  if (fd->down || fd->closed) return;
  fd->down = true;
  stop(fd);
  fd->events.down(fd->events.ctx, why);
}

static void lost(struct fd_link *fd, int why) {
  struct sp_error error = {.lang = SP_LANG_EN};
  const char *path = sp_link_path(fd->config.address);
  if (why == 0 || why == EIO || why == ENXIO || why == ENODEV)
    sp_fail(&error, SP_E_IO, "link", "%s is gone", path);
  else
    sp_fail(&error, SP_E_IO, "link", "%s failed: %s", path, strerror(why));
  tell_down(fd, &error);
}

/* ---- Bytes ---- */

static void read_some(struct fd_link *fd) {
  uint8_t bytes[READ_MAX];
  for (int i = 0; i < READS_MAX && fd->up && !fd->closed; i++) {
    ssize_t got = read(fd->opened.fd, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got < 0 || (got == 0 && fd->kind->zero_is_end)) {
      lost(fd, got < 0 ? errno : 0);
      return;
    }
    if (got == 0) return;
    fd->events.bytes(fd->events.ctx, bytes, (size_t)got, sp_clock_monotonic_us());
  }
}

static void write_some(struct fd_link *fd) {
  while (fd->out.len > 0) {
    ssize_t put = write(fd->opened.fd, fd->out.data, fd->out.len);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (put < 0) {
      lost(fd, errno);
      return;
    }
    sp_buf_drop(&fd->out, (size_t)put);
  }
}

static void on_poll(uv_poll_t *handle, int status, int events);

static void poll_for(struct fd_link *fd) {
  int events = UV_READABLE | (fd->out.len > 0 ? UV_WRITABLE : 0);
  if (fd->up && !fd->closed) uv_poll_start(&fd->poll, events, on_poll);
}

static void on_poll(uv_poll_t *handle, int status, int events) {
  struct fd_link *fd = handle->data;
  if (status < 0) {
    lost(fd, 0);
    return;
  }
  bool had = fd->out.len > 0;
  if ((events & UV_WRITABLE) != 0) write_some(fd);
  if (fd->up && had && fd->out.len == 0) {
    poll_for(fd);
    fd->events.drained(fd->events.ctx);
  }
  if (fd->up && !fd->closed && (events & UV_READABLE) != 0) read_some(fd);
}

/* ---- Opening ---- */

static void on_plain(uv_timer_t *timer) {
  struct fd_link *fd = timer->data;
  write_some(fd);
  if (fd->up && fd->out.len == 0) fd->events.drained(fd->events.ctx);
}

static void on_start(uv_timer_t *timer) {
  struct fd_link *fd = timer->data;
  struct sp_error error = {.lang = SP_LANG_EN};
  if (fd->kind->open(&fd->config, &fd->opened, &error) != 0) {
    fd->opened.fd = -1;
    tell_down(fd, &error);
    return;
  }
  fd->up = true;
  if (!fd->kind->plain) {
    if (uv_poll_init(timer->loop, &fd->poll, fd->opened.fd) != 0) {
      lost(fd, EIO);
      return;
    }
    fd->poll.data = fd;
    fd->polling = true;
    fd->handles++;
    poll_for(fd);
  }
  fd->events.up(fd->events.ctx);
}

int sp_fd_link(struct uv_loop_s *loop, const struct sp_fd_kind *kind, const struct sp_link_config *config,
               const struct sp_link_events *events, struct sp_link **out, struct sp_error *err) {
  struct fd_link *fd = calloc(1, sizeof *fd);
  if (!fd) return sp_error_nomem(err, __func__);
  fd->link.ops = &kind->ops;
  fd->kind = kind;
  fd->config = *config;
  fd->events = *events;
  fd->opened.fd = -1;
  fd->handles = 1;
  sp_buf_init(&fd->out, SP_LINK_OUT_MAX);
  uv_timer_init(loop, &fd->timer);
  fd->timer.data = fd;
  uv_timer_start(&fd->timer, on_start, 0, 0);
  *out = &fd->link;
  return 0;
}

/* ---- What every kind can do ---- */

int sp_fd_write(struct sp_link *link, const void *bytes, size_t len, struct sp_error *err) {
  struct fd_link *fd = fd_of(link);
  if (!fd->up) return sp_fail(err, SP_E_STATE, "link", "The device is not connected");
  if (len > SP_LINK_OUT_MAX - fd->out.len) {
    return sp_fail(err, SP_E_BUSY, "link", "The device does not take what it is sent");
  }
  if (sp_buf_add(&fd->out, bytes, len) != 0) return sp_error_nomem(err, __func__);
  if (fd->kind->plain)
    uv_timer_start(&fd->timer, on_plain, 0, 0);
  else
    poll_for(fd);
  return 0;
}

size_t sp_fd_waiting(const struct sp_link *link) {
  return ((const struct fd_link *)(const void *)link)->out.len;
}

const uint8_t *sp_fd_descriptor(const struct sp_link *link, size_t *len) {
  const struct fd_link *fd = (const struct fd_link *)(const void *)link;
  *len = fd->opened.descriptor_len;
  return fd->opened.descriptor_len > 0 ? fd->opened.descriptor : NULL;
}

int sp_fd_discard(struct sp_link *link) {
  struct fd_link *fd = fd_of(link);
  sp_buf_reset(&fd->out);
  poll_for(fd);
  return 0;
}

int sp_fd_number(const struct sp_link *link) {
  const struct fd_link *fd = (const struct fd_link *)(const void *)link;
  return fd->up ? fd->opened.fd : -1;
}

/* ---- Closing ---- */

static int unsent(const struct fd_link *fd) {
  return fd->kind->unsent && fd->opened.fd >= 0 ? fd->kind->unsent(fd->opened.fd) : 0;
}

static void on_closed(uv_handle_t *handle) {
  struct fd_link *fd = handle->data;
  if (--fd->handles > 0) return;
  if (fd->opened.fd >= 0 && unsent(fd) > 0) fd->kind->discard(fd->opened.fd);
  if (fd->opened.fd >= 0) close(fd->opened.fd);
  sp_buf_free(&fd->out);
  free(fd);
}

/* The end of a receipt may still be on its way at 960 bytes a second. */
static void on_leave(uv_timer_t *timer) {
  struct fd_link *fd = timer->data;
  int now = unsent(fd);
  fd->still = now < fd->unsent ? 0 : fd->still + 1;
  fd->unsent = now;
  bool over = now == 0 || fd->still == LEAVE_STILL || ++fd->steps * LEAVE_STEP_MS >= SP_FD_LEAVE_MS;
  if (over) uv_close((uv_handle_t *)timer, on_closed);
}

void sp_fd_close(struct sp_link *link) {
  struct fd_link *fd = fd_of(link);
  if (fd->closed) return;
  fd->closed = true;
  stop(fd);
  if (fd->polling) uv_close((uv_handle_t *)&fd->poll, on_closed);
  fd->unsent = fd->down ? 0 : unsent(fd);
  if (fd->unsent > 0)
    uv_timer_start(&fd->timer, on_leave, LEAVE_STEP_MS, LEAVE_STEP_MS);
  else
    uv_close((uv_handle_t *)&fd->timer, on_closed);
}
