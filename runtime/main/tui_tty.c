#include "main/tui_tty.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* The alternate screen without a cursor; and all of it back. */
static const char enter[] = "\x1b[?1049h\x1b[2J\x1b[?25l";
static const char leave[] = "\x1b[0m\x1b[?25h\x1b[?1049l";

static const int polite[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGWINCH};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

#define POLITE (sizeof polite / sizeof polite[0])
#define FATAL  (sizeof fatal / sizeof fatal[0])

static struct {
  struct termios before;
  struct sigaction polite[POLITE], fatal[FATAL];
  sigset_t mask; /* of before: what comes in while polling */
  bool registered;
} tty;

static volatile sig_atomic_t is_open, was_resized, is_ended;

/* Only what may be called in a signal's handler. */
static void restore(void) {
  if (!is_open) return;
  is_open = 0;
  ssize_t sent = write(STDOUT_FILENO, leave, sizeof leave - 1);
  (void)sent;
  tcsetattr(STDIN_FILENO, TCSANOW, &tty.before);
}

static void on_polite(int number) {
  if (number == SIGWINCH)
    was_resized = 1;
  else
    is_ended = 1;
}

/* What was there before goes on with it, a core or a sanitizer's report: a fault happens again by itself, what somebody
 * sent does not. */
static void on_fatal(int number, siginfo_t *info, void *context) {
  (void)context;
  restore();
  for (size_t i = 0; i < FATAL; i++)
    if (fatal[i] == number) sigaction(number, &tty.fatal[i], NULL);
  if (info->si_code <= 0) raise(number);
}

static void catch (void) {
  struct sigaction action = {.sa_handler = on_polite};
  sigset_t blocked;
  sigemptyset(&action.sa_mask);
  sigemptyset(&blocked);
  for (size_t i = 0; i < POLITE; i++) {
    sigaddset(&blocked, polite[i]);
    sigaction(polite[i], &action, &tty.polite[i]);
  }
  sigprocmask(SIG_BLOCK, &blocked, &tty.mask);
  action = (struct sigaction){.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < FATAL; i++)
    sigaction(fatal[i], &action, &tty.fatal[i]);
}

int sp_tui_tty_open(struct sp_error *err) {
  if (is_open) return sp_fail(err, SP_E_STATE, NULL, "The terminal is in use already");
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The till needs a terminal on standard input and output");
  if (tcgetattr(STDIN_FILENO, &tty.before) != 0)
    return sp_fail(err, SP_E_IO, NULL, "The terminal does not answer: %s", strerror(errno));
  if (!tty.registered && atexit(restore) != 0) return sp_error_nomem(err, __func__);
  tty.registered = true;
  struct termios raw = tty.before;
  raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
  raw.c_oflag &= ~(tcflag_t)OPOST;
  raw.c_cflag |= CS8;
  raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  catch ();
  is_ended = was_resized = 0;
  is_open = 1;
  if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) != 0) {
    sp_tui_tty_close();
    return sp_fail(err, SP_E_IO, NULL, "The terminal does not answer: %s", strerror(errno));
  }
  return sp_tui_tty_write(enter, sizeof enter - 1);
}

void sp_tui_tty_close(void) {
  if (!is_open) return;
  restore();
  for (size_t i = 0; i < FATAL; i++)
    sigaction(fatal[i], &tty.fatal[i], NULL);
  for (size_t i = 0; i < POLITE; i++)
    sigaction(polite[i], &tty.polite[i], NULL);
  sigprocmask(SIG_SETMASK, &tty.mask, NULL);
}

bool sp_tui_tty_size(int *columns, int *rows) {
  struct winsize size = {0};
  bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
  *columns = told ? size.ws_col : 80;
  *rows = told ? size.ws_row : 24;
  return told;
}

int sp_tui_tty_poll(struct pollfd *list, size_t count, int timeout_ms) {
  const struct timespec wait = {.tv_sec = timeout_ms / 1000, .tv_nsec = (long)(timeout_ms % 1000) * 1000000L};
  int ready = ppoll(list, (nfds_t)count, timeout_ms < 0 ? NULL : &wait, &tty.mask);
  if (ready >= 0) return ready;
  for (size_t i = 0; i < count; i++)
    list[i].revents = 0;
  return errno == EINTR ? 0 : -1;
}

bool sp_tui_tty_resized(void) {
  bool so = was_resized != 0;
  was_resized = 0;
  return so;
}

bool sp_tui_tty_ended(void) {
  return is_ended != 0;
}

int sp_tui_tty_write(const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t sent = write(STDOUT_FILENO, bytes, len);
    if (sent > 0) {
      bytes += sent;
      len -= (size_t)sent;
      continue;
    }
    struct pollfd wait = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (sent == 0 || (errno != EAGAIN && errno != EINTR) || poll(&wait, 1, 5000) <= 0) return SP_E_IO;
  }
  return 0;
}
