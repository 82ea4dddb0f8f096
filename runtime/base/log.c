#include "base/log.h"
#include "base/clock.h"
#include "base/text.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 1024, OBJECT_MAX = 3072, TAIL_LEN = 3 }; /* the tail is: quote, brace, newline */

/* The one exception to "no mutable globals": a log handed through every call would hide what the calls are about. */
static enum sp_log_level lowest = SP_LOG_INFO;
static int target = STDERR_FILENO;

struct line {
  char text[LINE_MAX_LEN];
  size_t len;
};

void sp_log_init(enum sp_log_level level, int fd) {
  lowest = level;
  target = fd;
}

/* All of it or nothing, so that no escape and no character is ever halved. */
static bool add(struct line *line, const char *bytes, size_t len) {
  if (len > LINE_MAX_LEN - TAIL_LEN - line->len) return false;
  memcpy(line->text + line->len, bytes, len);
  line->len += len;
  return true;
}

static bool add_character(struct line *line, const char *at, int step, uint32_t code) {
  if (step < 0) return add(line, "\xEF\xBF\xBD", 3);
  if (code == '"' || code == '\\') {
    const char escaped[2] = {'\\', (char)code};
    return add(line, escaped, sizeof escaped);
  }
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
    char escaped[8];
    (void)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)code);
    return add(line, escaped, 6);
  }
  return add(line, at, (size_t)step);
}

static void add_escaped(struct line *line, const char *text, size_t len) {
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    if (!add_character(line, text + at, step, code)) return;
    at += step < 0 ? 1 : (size_t)step;
  }
}

static void add_text(struct line *line, const char *text) {
  (void)add(line, text, strlen(text));
}

/* {"t":…,"level":…,"at":… */
static void begin(struct line *line, enum sp_log_level level, const char *at) {
  static const char *const names[] = {"debug", "info", "warn", "error"};
  char when[SP_TIME_TEXT];
  sp_time_format(sp_clock_now_ms(), when);
  line->len = 0;
  add_text(line, "{\"t\":\"");
  add_text(line, when);
  add_text(line, "\",\"level\":\"");
  add_text(line, names[level]);
  add_text(line, "\",\"at\":\"");
  add_escaped(line, at, strnlen(at, 64));
}

void sp_log_json(enum sp_log_level level, const char *at, const char *object, size_t len) {
  if (level < lowest || level > SP_LOG_ERROR || len < 3 || len > OBJECT_MAX) return;
  int cause = errno;
  struct line line;
  begin(&line, level, at);
  add_text(&line, "\",");
  const struct iovec parts[] = {
      {.iov_base = line.text, .iov_len = line.len},
      {.iov_base = (char *)(uintptr_t)(object + 1), .iov_len = len - 1}, /* writev only reads */
      {.iov_base = (char[]){'\n'}, .iov_len = 1},
  };
  while (writev(target, parts, 3) < 0 && errno == EINTR)
    continue;
  errno = cause;
}

void sp_log(enum sp_log_level level, const char *at, const char *format, ...) {
  if (level < lowest || level > SP_LOG_ERROR) return;
  int cause = errno; /* whoever logs an errno may still need it */
  char message[LINE_MAX_LEN];
  va_list args;
  va_start(args, format);
  int len = vsnprintf(message, sizeof message, format, args);
  va_end(args);
  size_t used = len < 0 ? 0 : (size_t)len;
  if (used >= sizeof message) used = sp_utf8_cut(message, sizeof message - 1);
  struct line line;
  begin(&line, level, at);
  add_text(&line, "\",\"msg\":\"");
  add_escaped(&line, message, used);
  memcpy(line.text + line.len, "\"}\n", TAIL_LEN);
  line.len += TAIL_LEN;
  while (write(target, line.text, line.len) < 0 && errno == EINTR)
    continue;
  errno = cause;
}
