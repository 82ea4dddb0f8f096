#include "devices/codec/capture.h"

#include <string.h>

#define WRITTEN 512 /* bytes a written line */

int sp_capture_put(int64_t us, bool in, const void *bytes, size_t len, struct sp_buf *out) {
  const uint8_t *at = bytes;
  while (len > 0) {
    size_t part = len < WRITTEN ? len : WRITTEN;
    sp_buf_printf(out, "%lld %c", (long long)us, in ? '<' : '>');
    for (size_t i = 0; i < part; i++)
      sp_buf_printf(out, " %02x", at[i]);
    sp_buf_putc(out, '\n');
    at += part;
    len -= part;
  }
  return out->failed;
}

static int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

struct cursor {
  const char *at, *end;
};

static void skip_blanks(struct cursor *text) {
  while (text->at < text->end && is_blank(*text->at))
    text->at++;
}

static bool take_time(struct cursor *text, int64_t *out) {
  const char *first = text->at;
  *out = 0;
  for (; text->at < text->end && *text->at >= '0' && *text->at <= '9'; text->at++) {
    if (*out > INT64_MAX / 100) return false;
    *out = *out * 10 + (*text->at - '0');
  }
  return text->at > first;
}

static bool take_bytes(struct cursor *text, struct sp_capture_line *out) {
  for (skip_blanks(text); text->at < text->end; skip_blanks(text)) {
    int high = nibble(*text->at), low = text->at + 1 < text->end ? nibble(text->at[1]) : -1;
    if (high < 0 || low < 0 || out->len == SP_CAPTURE_BYTES) return false;
    out->bytes[out->len++] = (uint8_t)(high * 16 + low);
    text->at += 2;
  }
  return out->len > 0;
}

int sp_capture_parse(const char *line, size_t len, struct sp_capture_line *out, struct sp_error *err) {
  struct cursor text = {.at = line, .end = line + len};
  out->len = 0;
  out->us = 0;
  out->in = false;
  skip_blanks(&text);
  if (text.at == text.end || *text.at == '#') return 0;
  bool good = take_time(&text, &out->us);
  skip_blanks(&text);
  good = good && text.at < text.end && (*text.at == '<' || *text.at == '>');
  if (good) out->in = *text.at++ == '<';
  if (good && take_bytes(&text, out)) return 0;
  out->len = 0;
  return sp_fail(err, SP_E_INVALID, NULL, "A line of a recording is MICROSECONDS < HEX or MICROSECONDS > HEX");
}
