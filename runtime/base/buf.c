#include "base/buf.h"
#include "base/error.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 128 };

void sp_buf_init(struct sp_buf *buf, size_t max) {
  *buf = (struct sp_buf){.max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
}

void sp_buf_free(struct sp_buf *buf) {
  free(buf->data);
  *buf = (struct sp_buf){.max = buf->max};
}

void sp_buf_reset(struct sp_buf *buf) {
  buf->len = 0;
  buf->failed = 0;
  if (buf->data) buf->data[0] = '\0';
}

static int fail(struct sp_buf *buf, int code) {
  buf->failed = code;
  return code;
}

static int grow(struct sp_buf *buf, size_t len) {
  if (buf->failed) return buf->failed;
  if (len > buf->max - buf->len) return fail(buf, SP_E_LIMIT);
  size_t need = buf->len + len + 1;
  if (need <= buf->cap) return 0;
  size_t cap = buf->cap < FIRST_CAP ? FIRST_CAP : buf->cap * 2;
  if (cap > buf->max + 1) cap = buf->max + 1;
  if (cap < need) cap = need;
  char *data = realloc(buf->data, cap);
  if (!data) return fail(buf, SP_E_NOMEM);
  buf->data = data;
  buf->cap = cap;
  return 0;
}

/* Room for `len` bytes and the NUL; the common case is one comparison. */
static inline int room(struct sp_buf *buf, size_t len) {
  if (!buf->failed && buf->cap > buf->len && len < buf->cap - buf->len) return 0;
  return grow(buf, len);
}

int sp_buf_add(struct sp_buf *buf, const void *bytes, size_t len) {
  int code = room(buf, len);
  if (code) return code;
  if (len > 0) memcpy(buf->data + buf->len, bytes, len);
  buf->len += len;
  buf->data[buf->len] = '\0';
  return 0;
}

int sp_buf_puts(struct sp_buf *buf, const char *text) {
  return sp_buf_add(buf, text, strlen(text));
}

int sp_buf_putc(struct sp_buf *buf, char byte) {
  int code = room(buf, 1);
  if (code) return code;
  buf->data[buf->len++] = byte;
  buf->data[buf->len] = '\0';
  return 0;
}

int sp_buf_vprintf(struct sp_buf *buf, const char *format, va_list args) {
  int code = room(buf, 0);
  if (code) return code;
  va_list again;
  va_copy(again, args);
  size_t left = buf->cap - buf->len;
  int len = vsnprintf(buf->data + buf->len, left, format, args);
  if (len < 0) {
    code = fail(buf, SP_E_LIMIT); /* longer than an int counts */
  } else if ((size_t)len >= left) {
    code = room(buf, (size_t)len);
    if (!code) (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
  }
  va_end(again);
  if (!code) buf->len += (size_t)len;
  buf->data[buf->len] = '\0';
  return code;
}

int sp_buf_printf(struct sp_buf *buf, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int code = sp_buf_vprintf(buf, format, args);
  va_end(args);
  return code;
}

int sp_buf_int(struct sp_buf *buf, int64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (value < 0) digits[--at] = '-';
  return sp_buf_add(buf, digits + at, sizeof digits - at);
}

char *sp_buf_reserve(struct sp_buf *buf, size_t len) {
  if (room(buf, len)) return NULL;
  buf->data[buf->len + len] = '\0';
  return buf->data + buf->len;
}

void sp_buf_drop(struct sp_buf *buf, size_t len) {
  if (!buf->data) return;
  if (len > buf->len) len = buf->len;
  memmove(buf->data, buf->data + len, buf->len - len);
  buf->len -= len;
  buf->data[buf->len] = '\0';
}

const char *sp_buf_text(const struct sp_buf *buf) {
  if (!buf->data) return "";
  if (buf->data[buf->len] != '\0') buf->data[buf->len] = '\0';
  return buf->data;
}

char *sp_buf_take(struct sp_buf *buf, size_t *len) {
  if (room(buf, 0)) return NULL;
  char *data = buf->data;
  data[buf->len] = '\0';
  if (len) *len = buf->len;
  *buf = (struct sp_buf){.max = buf->max};
  return data;
}
