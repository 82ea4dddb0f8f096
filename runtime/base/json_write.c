#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_scan.h"
#include "base/text.h"

/* `started` has a bit for each depth from 0 to 63. */
enum { WRITER_DEPTH_MAX = 63 };

void sp_json_start(struct sp_json_writer *w, struct sp_buf *out) {
  *w = (struct sp_json_writer){.out = out};
}

/* Does a comma stand before the next value? Nothing does after a key or an opening bracket. */
static inline bool wants_comma(struct sp_json_writer *w) {
  uint64_t bit = (uint64_t)1 << w->depth;
  bool comma = !w->after_key && (w->started & bit);
  w->after_key = false;
  w->started |= bit;
  return comma;
}

static inline void begin_value(struct sp_json_writer *w) {
  if (wants_comma(w)) sp_buf_putc(w->out, ',');
}

static void open_container(struct sp_json_writer *w, char bracket) {
  begin_value(w);
  sp_buf_putc(w->out, bracket);
  if (w->depth == WRITER_DEPTH_MAX) {
    w->out->failed = w->out->failed ? w->out->failed : SP_E_LIMIT;
    return;
  }
  w->depth++;
  w->started &= ~((uint64_t)1 << w->depth);
}

static void close_container(struct sp_json_writer *w, char bracket) {
  if (w->depth > 0) w->depth--;
  sp_buf_putc(w->out, bracket);
}

void sp_json_open_object(struct sp_json_writer *w) {
  open_container(w, '{');
}

void sp_json_close_object(struct sp_json_writer *w) {
  close_container(w, '}');
}

void sp_json_open_array(struct sp_json_writer *w) {
  open_container(w, '[');
}

void sp_json_close_array(struct sp_json_writer *w) {
  close_container(w, ']');
}

/* How many of the first bytes can be copied as they are. */
static size_t clean_run(const char *text, size_t len) {
  size_t at = 0;
  while (at < len) {
    at += sp_json_plain(text + at, len - at);
    if (at == len) break;
    unsigned char byte = (unsigned char)text[at];
    if (byte < 0x20 || byte == '"' || byte == '\\') break;
    uint32_t code = 0;
    int step = byte < 0x80 ? 1 : sp_utf8_next(text + at, len - at, &code);
    if (step < 0) break;
    at += (size_t)step;
  }
  return at;
}

static void escape(struct sp_buf *out, unsigned char byte) {
  static const char hex[] = "0123456789abcdef";
  static const char from[] = "\"\\\b\f\n\r\t";
  static const char to[] = "\"\\bfnrt";
  if (byte >= 0x80) {
    sp_buf_add(out, "\xEF\xBF\xBD", 3);
    return;
  }
  const char *known = byte ? strchr(from, byte) : NULL;
  if (known) {
    const char pair[2] = {'\\', to[known - from]};
    sp_buf_add(out, pair, sizeof pair);
    return;
  }
  const char code[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 0x0F]};
  sp_buf_add(out, code, sizeof code);
}

static void escaped(struct sp_buf *out, const char *text, size_t len) {
  sp_buf_putc(out, '"');
  for (;;) {
    size_t run = clean_run(text, len);
    sp_buf_add(out, text, run);
    if (run == len) break;
    escape(out, (unsigned char)text[run]);
    text += run + 1;
    len -= run + 1;
  }
  sp_buf_putc(out, '"');
}

/* A text as the next value, or a key with its colon. */
static void quoted(struct sp_json_writer *w, const char *text, size_t len, bool key) {
  bool comma = wants_comma(w);
  if (clean_run(text, len) < len) {
    if (comma) sp_buf_putc(w->out, ',');
    escaped(w->out, text, len);
    if (key) sp_buf_putc(w->out, ':');
    return;
  }
  char *start = sp_buf_reserve(w->out, len + 2 + comma + key);
  char *to = start;
  if (!to) return;
  if (comma) *to++ = ',';
  *to++ = '"';
  if (len > 0) memcpy(to, text, len);
  to += len;
  *to++ = '"';
  if (key) *to++ = ':';
  w->out->len += (size_t)(to - start);
}

void sp_json_key(struct sp_json_writer *w, const char *name) {
  quoted(w, name, strlen(name), true);
  w->after_key = true;
}

void sp_json_int(struct sp_json_writer *w, int64_t value) {
  begin_value(w);
  sp_buf_int(w->out, value);
}

void sp_json_bool(struct sp_json_writer *w, bool value) {
  begin_value(w);
  sp_buf_add(w->out, value ? "true" : "false", value ? 4 : 5);
}

void sp_json_null(struct sp_json_writer *w) {
  begin_value(w);
  sp_buf_add(w->out, "null", 4);
}

void sp_json_text(struct sp_json_writer *w, const char *text) {
  if (text)
    sp_json_text_n(w, text, strlen(text));
  else
    sp_json_null(w);
}

void sp_json_text_n(struct sp_json_writer *w, const char *text, size_t len) {
  quoted(w, text, len, false);
}

void sp_json_raw(struct sp_json_writer *w, const char *json, size_t len) {
  begin_value(w);
  sp_buf_add(w->out, json, len);
}

void sp_json_put_int(struct sp_json_writer *w, const char *name, int64_t value) {
  sp_json_key(w, name);
  sp_json_int(w, value);
}

void sp_json_put_text(struct sp_json_writer *w, const char *name, const char *value) {
  sp_json_key(w, name);
  sp_json_text(w, value);
}

void sp_json_put_bool(struct sp_json_writer *w, const char *name, bool value) {
  sp_json_key(w, name);
  sp_json_bool(w, value);
}

void sp_json_put_id(struct sp_json_writer *w, const char *name, const uint8_t id[16]) {
  struct sp_id copy;
  char text[SP_ID_TEXT];
  memcpy(copy.bytes, id, SP_ID_LEN);
  sp_id_format(&copy, text);
  sp_json_key(w, name);
  sp_json_text_n(w, text, SP_ID_TEXT - 1);
}

void sp_json_put_time(struct sp_json_writer *w, const char *name, int64_t ms) {
  char text[SP_TIME_TEXT];
  sp_time_format(ms, text);
  sp_json_key(w, name);
  sp_json_text_n(w, text, SP_TIME_TEXT - 1);
}
