#include "main/device_line.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#define RECEIVE_BUFFER 4096 /* small: what the device does not take is felt by the sender */

static void shut(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* ---- TCP ---- */

static int listen_again(struct sp_line_end *line, struct sp_error *err) {
  int one = 1, size = RECEIVE_BUFFER;
  socklen_t len = sizeof line->where;
  line->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  bool good = line->listener >= 0;
  if (good) setsockopt(line->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (good) setsockopt(line->listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  good = good && bind(line->listener, (struct sockaddr *)&line->where, len) == 0 && listen(line->listener, 8) == 0 &&
         getsockname(line->listener, (struct sockaddr *)&line->where, &len) == 0;
  if (good) return 0;
  int why = errno;
  shut(&line->listener);
  return sp_fail(err, SP_E_IO, "--listen", "Nobody can listen there: %s", strerror(why));
}

int sp_line_listen(struct sp_line_end *line, const char *text, struct sp_error *err) {
  char host[64], *end = NULL;
  const char *colon = strrchr(text, ':');
  long port = colon ? strtol(colon + 1, &end, 10) : -1;
  size_t len = colon ? (size_t)(colon - text) : 0;
  *line = (struct sp_line_end){.listener = -1, .fd = -1, .name = -1, .where = {.sin_family = AF_INET}};
  if (!colon || end == colon + 1 || *end != '\0' || port < 0 || port > 65535 || len >= sizeof host)
    return sp_fail(err, SP_E_INVALID, "--listen", "Write 127.0.0.1:PORT, not \"%s\"", text);
  memcpy(host, text, len);
  host[len] = '\0';
  line->where.sin_port = htons((uint16_t)port);
  bool known = inet_pton(AF_INET, host, &line->where.sin_addr) == 1;
  if (!known || ntohl(line->where.sin_addr.s_addr) >> 24 != 127)
    return sp_fail(err, SP_E_INVALID, "--listen", "Write 127.0.0.1:PORT, not \"%s\"", text);
  int rc = listen_again(line, err);
  if (!rc) snprintf(line->address, sizeof line->address, "tcp:%s:%d", host, ntohs(line->where.sin_port));
  return rc;
}

/* ---- A pseudo-terminal ---- */

/* A name of the kernel's that is gone with the process: two devices never share a link, and a dead one keeps none. */
static int take_name(struct sp_line_end *line, struct sp_error *err) {
  struct sockaddr_un where = {.sun_family = AF_UNIX};
  char folder[PATH_MAX];
  struct stat there;
  const char *slash = strrchr(line->link, '/'), *base = slash ? slash + 1 : line->link;
  if (line->link[0] == '\0') return 0;
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - line->link) + 1 : 1, slash ? line->link : ".");
  if (stat(folder, &there) != 0)
    return sp_fail(err, SP_E_IO, "--pty", "%s cannot be made: %s", line->link, strerror(errno));
  int len = snprintf(where.sun_path + 1, sizeof where.sun_path - 1, "suanpan-line-%llx-%llx-%s",
                     (unsigned long long)there.st_dev, (unsigned long long)there.st_ino, base);
  if (len >= (int)sizeof where.sun_path - 1) return sp_fail(err, SP_E_INVALID, "--pty", "The name is too long");
  line->name = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
  if (line->name >= 0 && bind(line->name, (struct sockaddr *)&where, size) == 0) return 0;
  int why = errno;
  shut(&line->name);
  if (why == EADDRINUSE)
    return sp_fail(err, SP_E_EXISTS, "--pty", "%s belongs to another simulated device that runs", line->link);
  return sp_fail(err, SP_E_IO, "--pty", "%s cannot be made: %s", line->link, strerror(why));
}

static int link_to(struct sp_line_end *line, const char *path, struct sp_error *err) {
  struct stat there;
  if (line->link[0] == '\0') return 0;
  if (lstat(line->link, &there) == 0 && S_ISLNK(there.st_mode)) unlink(line->link);
  line->linked = symlink(path, line->link) == 0;
  if (line->linked) return 0;
  return sp_fail(err, SP_E_IO, "--pty", "%s cannot be made: %s", line->link, strerror(errno));
}

static void unlink_ours(struct sp_line_end *line) {
  if (line->linked) unlink(line->link);
  line->linked = false;
}

/* Raw from the beginning: a program that sets nothing must not get its own bytes back. */
static bool make_raw(const char *path) {
  struct termios settings;
  int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  bool good = fd >= 0 && tcgetattr(fd, &settings) == 0;
  if (good) cfmakeraw(&settings);
  good = good && tcsetattr(fd, TCSANOW, &settings) == 0;
  shut(&fd);
  return good;
}

static int pty_again(struct sp_line_end *line, struct sp_error *err) {
  char path[64];
  line->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  bool good = line->fd >= 0 && grantpt(line->fd) == 0 && unlockpt(line->fd) == 0 &&
              ptsname_r(line->fd, path, sizeof path) == 0 && make_raw(path);
  int rc = good ? link_to(line, path, err) : sp_fail(err, SP_E_IO, "--pty", "No pty can be had: %s", strerror(errno));
  if (rc) {
    shut(&line->fd);
    return rc;
  }
  snprintf(line->address, sizeof line->address, "serial:%s", line->link[0] != '\0' ? line->link : path);
  return 0;
}

int sp_line_pty(struct sp_line_end *line, const char *name, struct sp_error *err) {
  *line = (struct sp_line_end){.pty = true, .listener = -1, .fd = -1, .name = -1};
  if (strlen(name) >= sizeof line->link) return sp_fail(err, SP_E_INVALID, "--pty", "The name is too long");
  memcpy(line->link, name, strlen(name) + 1);
  int rc = take_name(line, err);
  return rc ? rc : pty_again(line, err);
}

/* ---- Both ---- */

bool sp_line_accept(struct sp_line_end *line) {
  struct pollfd state = {.fd = line->fd, .events = POLLIN};
  if (line->up || line->refuse) return false;
  if (line->pty) {
    line->up = line->fd >= 0 && poll(&state, 1, 0) >= 0 && (state.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
    return line->up;
  }
  line->fd = accept4(line->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  line->up = line->fd >= 0;
  return line->up;
}

static ssize_t result_of(ssize_t result) {
  return result >= 0 || (errno != EAGAIN && errno != EINTR) ? result : 0;
}

ssize_t sp_line_read(struct sp_line_end *line, void *bytes, size_t len) {
  ssize_t got = read(line->fd, bytes, len);
  return got == 0 ? -1 : result_of(got);
}

ssize_t sp_line_write(struct sp_line_end *line, const void *bytes, size_t len) {
  return result_of(line->pty ? write(line->fd, bytes, len) : send(line->fd, bytes, len, MSG_NOSIGNAL));
}

void sp_line_left(struct sp_line_end *line) {
  line->up = false;
  if (!line->pty) shut(&line->fd);
}

void sp_line_drop(struct sp_line_end *line) {
  line->up = false;
  shut(&line->fd);
  if (line->pty && !line->refuse) (void)pty_again(line, NULL);
}

void sp_line_refuse(struct sp_line_end *line, bool refuse) {
  if (refuse == line->refuse) return;
  line->refuse = refuse;
  if (refuse && line->pty) {
    sp_line_drop(line);
    unlink_ours(line);
  }
  if (refuse) shut(&line->listener);
  if (!refuse) (void)(line->pty ? pty_again(line, NULL) : listen_again(line, NULL));
}

void sp_line_close(struct sp_line_end *line) {
  shut(&line->fd);
  shut(&line->listener);
  unlink_ours(line);
  shut(&line->name);
}
