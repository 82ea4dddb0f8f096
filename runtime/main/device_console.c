#include "main/device_console.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX     (64u << 20)
#define PATIENCE_S     2  /* with a program that does not read its answer */
#define TELL_PATIENCE  10 /* s */
#define CONSOLE_LISTEN SP_CONSOLE_PEERS

/* ---- The socket ---- */

static int address_of(const char *path, struct sockaddr_un *out, struct sp_error *err) {
  *out = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (strlen(path) == 0 || strlen(path) >= sizeof out->sun_path)
    return sp_fail(err, SP_E_INVALID, "--control", "The path of a control socket has 1 to %d bytes",
                   (int)sizeof out->sun_path - 1);
  memcpy(out->sun_path, path, strlen(path) + 1);
  return 0;
}

static int connect_to(const struct sockaddr_un *where) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (const struct sockaddr *)where, sizeof *where) == 0) return fd;
  int why = errno;
  if (fd >= 0) close(fd);
  errno = why;
  return -1;
}

static int listen_on(struct sp_console *console, const char *path, struct sp_error *err) {
  struct sockaddr_un where;
  struct stat there;
  int rc = address_of(path, &where, err);
  if (rc) return rc;
  int other = connect_to(&where);
  if (other >= 0) {
    close(other);
    return sp_fail(err, SP_E_BUSY, "--control", "Another device is told its lines at %s", path);
  }
  if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode)) unlink(path);
  console->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (console->listener >= 0 && bind(console->listener, (const struct sockaddr *)&where, sizeof where) == 0 &&
      listen(console->listener, 4) == 0) {
    console->path = path;
    return 0;
  }
  return sp_fail(err, SP_E_IO, "--control", "%s cannot be made: %s", path, strerror(errno));
}

int sp_console_open(struct sp_console *console, const char *path, struct sp_error *err) {
  struct stat in;
  console->listener = -1;
  for (int i = 0; i < SP_CONSOLE_PEERS; i++)
    console->peers[i] = (struct sp_console_peer){.fd = -1};
  console->peers[0].fd = STDIN_FILENO;
  console->ends = fstat(STDIN_FILENO, &in) == 0 && (S_ISFIFO(in.st_mode) || S_ISSOCK(in.st_mode));
  signal(SIGTTIN, SIG_IGN); /* in the background of a shell there is nothing to read, and no reason to stop */
  return path ? listen_on(console, path, err) : 0;
}

void sp_console_close(struct sp_console *console) {
  for (int i = 1; i < SP_CONSOLE_PEERS; i++)
    if (console->peers[i].fd >= 0) close(console->peers[i].fd);
  if (console->listener >= 0) close(console->listener);
  if (console->path) unlink(console->path);
}

/* ---- Lines ---- */

void sp_console_polls(const struct sp_console *console, struct pollfd polls[SP_CONSOLE_POLLS]) {
  for (int i = 0; i < SP_CONSOLE_PEERS; i++)
    polls[i] = (struct pollfd){.fd = console->peers[i].fd, .events = POLLIN};
  polls[CONSOLE_LISTEN] = (struct pollfd){.fd = console->listener, .events = POLLIN};
}

static void send_all(int fd, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    bytes += sent;
    len -= (size_t)sent;
  }
}

static void do_line(struct sp_console *console, const struct sp_console_peer *peer, const char *line) {
  struct sp_buf answer;
  sp_buf_init(&answer, ANSWER_MAX);
  console->obey(console->ctx, line, &answer);
  if (answer.len > 0 && peer->fd == STDIN_FILENO) {
    (void)fwrite(answer.data, 1, answer.len, stdout);
    (void)fflush(stdout);
  } else if (answer.len > 0) {
    send_all(peer->fd, answer.data, answer.len);
  }
  sp_buf_free(&answer);
}

/* False when nothing will come any more. */
static bool take_lines(struct sp_console *console, struct sp_console_peer *peer) {
  ssize_t got = read(peer->fd, peer->line + peer->len, sizeof peer->line - 1 - peer->len);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  peer->len += (size_t)got;
  if (got == 0 && peer->len > 0) peer->line[peer->len++] = '\n';
  for (char *end; (end = memchr(peer->line, '\n', peer->len)) != NULL;) {
    *end = '\0';
    do_line(console, peer, peer->line);
    size_t used = (size_t)(end + 1 - peer->line);
    peer->len -= used;
    memmove(peer->line, peer->line + used, peer->len);
  }
  return got > 0 && peer->len < sizeof peer->line - 1;
}

static void welcome(struct sp_console *console) {
  struct timeval patience = {.tv_sec = PATIENCE_S};
  int fd = accept4(console->listener, NULL, NULL, SOCK_CLOEXEC);
  for (int i = 1; i < SP_CONSOLE_PEERS && fd >= 0; i++) {
    if (console->peers[i].fd >= 0) continue;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    console->peers[i].fd = fd;
    console->peers[i].len = 0;
    fd = -1;
  }
  if (fd >= 0) close(fd);
}

bool sp_console_hear(struct sp_console *console, const struct pollfd polls[SP_CONSOLE_POLLS]) {
  for (int i = 0; i < SP_CONSOLE_PEERS; i++) {
    struct sp_console_peer *peer = &console->peers[i];
    if (peer->fd < 0 || polls[i].fd != peer->fd || !polls[i].revents || take_lines(console, peer)) continue;
    if (i > 0) close(peer->fd);
    peer->fd = -1;
    if (i == 0 && console->ends) return false;
  }
  if (polls[CONSOLE_LISTEN].revents) welcome(console);
  return true;
}

/* ---- The other side ---- */

static bool is_whole(const struct sp_buf *answer) {
  const char *text = sp_buf_text(answer);
  if (answer->len == 0 || text[answer->len - 1] != '\n') return false;
  const char *last = text + answer->len - 1;
  while (last > text && last[-1] != '\n')
    last--;
  return strcmp(last, "ok\n") == 0 || strncmp(last, "error: ", 7) == 0;
}

int sp_console_tell(const char *path, const char *line, struct sp_buf *answer, struct sp_error *err) {
  struct sockaddr_un where;
  struct timeval patience = {.tv_sec = TELL_PATIENCE};
  char bytes[4096];
  ssize_t got = 1;
  int rc = address_of(path, &where, err);
  if (rc) return rc;
  int fd = connect_to(&where);
  if (fd < 0) return sp_fail(err, SP_E_NOT_FOUND, NULL, "No simulated device is told its lines at %s", path);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  send_all(fd, line, strlen(line));
  send_all(fd, "\n", 1);
  while (!is_whole(answer) && got > 0 && !answer->failed) {
    got = recv(fd, bytes, sizeof bytes, 0);
    if (got > 0) sp_buf_add(answer, bytes, (size_t)got);
  }
  if (answer->failed) rc = sp_fail(err, answer->failed, NULL, "The answer is too long");
  if (!rc && got < 0) rc = sp_fail(err, SP_E_TIMEOUT, NULL, "The simulated device does not answer");
  if (!rc && got == 0) rc = sp_fail(err, SP_E_IO, NULL, "The simulated device is gone");
  close(fd);
  return rc;
}
