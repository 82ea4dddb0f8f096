#include "devices/link/sink.h"
#include "base/clock.h"
#include "devices/link/sink_target.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES_MAX 4  /* of a host name, tried one after another */
#define DRAIN_STEP_MS 10 /* between two looks at what the peer has not acknowledged */

struct sending {
  const char *target;
  int64_t deadline_us;
  const char *bytes;
  size_t len;
  size_t sent;
  bool socket;
  struct sp_error *err;
};

/* ---- Deadlines ---- */

static int left_ms(const struct sending *sending) {
  int64_t left = (sending->deadline_us - sp_clock_monotonic_us() + 999) / 1000;
  if (left <= 0) {
    return 0;
  }
  return left > INT_MAX ? INT_MAX : (int)left;
}

/* Wait for `events`. 1: ready (or broken, which the next call tells), 0: the deadline passed, < 0: poll failed. */
static int wait_for(const struct sending *sending, int fd, short events) {
  for (;;) {
    struct pollfd slot = {.fd = fd, .events = events};
    int rc = poll(&slot, 1, left_ms(sending));
    if (rc >= 0 || errno != EINTR) {
      return rc;
    }
  }
}

/* ---- What went wrong ---- */

static int failed(const struct sending *sending, int why) {
  int code = why == ENOSPC || why == EDQUOT ? SP_E_FULL : SP_E_IO;
  return sp_fail(sending->err, code, NULL, "%s failed after %zu of %zu bytes: %s", sending->target, sending->sent,
                 sending->len, strerror(why));
}

static int too_late(const struct sending *sending) {
  return sp_fail(sending->err, SP_E_TIMEOUT, NULL, "%s took only %zu of %zu bytes in time", sending->target,
                 sending->sent, sending->len);
}

static int no_connection(const struct sending *sending, int why) {
  if (why == ETIMEDOUT) {
    return sp_fail(sending->err, SP_E_TIMEOUT, NULL, "%s does not answer", sending->target);
  }
  return sp_fail(sending->err, SP_E_IO, NULL, "%s cannot be reached: %s", sending->target, strerror(why));
}

/* ---- Writing ---- */

static ssize_t write_some(const struct sending *sending, int fd) {
  const char *rest = sending->bytes + sending->sent;
  size_t len = sending->len - sending->sent;
  return sending->socket ? send(fd, rest, len, MSG_NOSIGNAL) : write(fd, rest, len);
}

/* What the peer says must be read: closing with bytes unread resets the connection and may lose what is on its way. */
static void drop_input(const struct sending *sending, int fd) {
  char scrap[512];
  ssize_t got = 0;
  if (!sending->socket) {
    return;
  }
  do {
    got = recv(fd, scrap, sizeof scrap, 0);
  } while (got > 0 && left_ms(sending) > 0);
}

static int write_all(struct sending *sending, int fd) {
  while (sending->sent < sending->len) {
    ssize_t put = write_some(sending, fd);
    if (put >= 0) {
      sending->sent += (size_t)put;
      continue;
    }
    if (errno == EINTR) {
      continue;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      return failed(sending, errno);
    }
    drop_input(sending, fd);
    int rc = wait_for(sending, fd, POLLOUT);
    if (rc <= 0) {
      return rc == 0 ? too_late(sending) : failed(sending, errno);
    }
  }
  return 0;
}

/* ---- TCP ---- */

/* Wait until the peer's machine has acknowledged everything. Returns 0, ETIMEDOUT or why the connection broke. */
static int wait_acknowledged(const struct sending *sending, int fd, int *unsent) {
  for (;;) {
    int why = 0;
    socklen_t size = sizeof why;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) != 0 || why != 0) {
      return why != 0 ? why : errno;
    }
    if (ioctl(fd, SIOCOUTQ, unsent) != 0 || *unsent == 0) {
      return 0;
    }
    if (left_ms(sending) == 0) {
      return ETIMEDOUT;
    }
    drop_input(sending, fd);
    poll(NULL, 0, DRAIN_STEP_MS);
  }
}

static int finish_tcp(struct sending *sending, int fd) {
  int unsent = 0;
  int why = wait_acknowledged(sending, fd, &unsent);
  if (why == 0) {
    shutdown(fd, SHUT_WR);
    drop_input(sending, fd);
    return 0;
  }
  size_t missing = unsent > 0 ? (size_t)unsent : 0;
  sending->sent -= missing < sending->sent ? missing : sending->sent;
  return why == ETIMEDOUT ? too_late(sending) : failed(sending, why);
}

/* A connected socket, or -1 with errno. */
static int connect_one(const struct sending *sending, const struct addrinfo *address) {
  int why = 0;
  socklen_t size = sizeof why;
  int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return -1;
  }
  if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
    return fd;
  }
  why = errno;
  if (why == EINPROGRESS) {
    int ready = wait_for(sending, fd, POLLOUT);
    why = ready == 0 ? ETIMEDOUT : errno;
    if (ready > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) == 0 && why == 0) {
      return fd;
    }
  }
  close(fd);
  errno = why;
  return -1;
}

static int send_tcp(struct sending *sending, const struct sp_sink_target *target) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo *list = NULL;
  int fd = -1;
  int why = EHOSTUNREACH;
  int looked = getaddrinfo(target->host, target->port, &hints, &list);
  if (looked != 0) {
    return sp_fail(sending->err, SP_E_IO, NULL, "%s cannot be reached: %s", sending->target, gai_strerror(looked));
  }
  int tries = 0;
  for (const struct addrinfo *at = list; fd < 0 && at != NULL && tries < ADDRESSES_MAX; at = at->ai_next, tries++) {
    fd = connect_one(sending, at);
    why = fd < 0 ? errno : 0;
  }
  freeaddrinfo(list);
  if (fd < 0) {
    return no_connection(sending, why);
  }
  int rc = write_all(sending, fd);
  rc = rc != 0 ? rc : finish_tcp(sending, fd);
  close(fd);
  return rc;
}

/* ---- Files ---- */

static int send_file(struct sending *sending, const struct sp_sink_target *target) {
  /* 0600: a receipt may name a person. Non-blocking: a pipe without a reader or a printer without paper must not hold
   * us. */
  int fd = open(target->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
  if (fd < 0) {
    return no_connection(sending, errno);
  }
  int rc = write_all(sending, fd);
  if (close(fd) != 0 && rc == 0) {
    rc = failed(sending, errno);
  }
  return rc;
}

int sp_sink_send(const char *target, const void *bytes, size_t len, int timeout_ms, struct sp_error *err) {
  struct sp_sink_target parsed;
  int rc = sp_sink_target_parse(target, &parsed, err);
  if (rc != 0) {
    return rc;
  }
  struct sending sending = {.target = target,
                            .deadline_us = sp_clock_monotonic_us() + (int64_t)timeout_ms * 1000,
                            .bytes = bytes,
                            .len = len,
                            .socket = parsed.kind == SP_SINK_TCP,
                            .err = err};
  return sending.socket ? send_tcp(&sending, &parsed) : send_file(&sending, &parsed);
}
