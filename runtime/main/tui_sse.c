#include "main/tui_sse.h"
#include <stdio.h>
#include <string.h>

static const char mark[] = "\xEF\xBB\xBF"; /* a byte order mark may stand before everything */

static void forget(struct sp_sse *sse) {
  snprintf(sse->name, sizeof sse->name, "message");
  sp_buf_reset(&sse->data);
  sse->has_data = sse->given = false;
}

void sp_sse_init(struct sp_sse *sse, size_t max) {
  *sse = (struct sp_sse){.begun = false};
  sp_buf_init(&sse->data, max);
  sp_buf_init(&sse->line, max);
  forget(sse);
}

void sp_sse_free(struct sp_sse *sse) {
  sp_buf_free(&sse->data);
  sp_buf_free(&sse->line);
}

void sp_sse_reset(struct sp_sse *sse) {
  forget(sse);
  sp_buf_reset(&sse->line);
  sse->begun = sse->after_cr = false;
}

static int copy(char *out, size_t size, const char *value, size_t len) {
  if (len >= size) return SP_E_LIMIT;
  memcpy(out, value, len);
  out[len] = '\0';
  return 0;
}

static int take_field(struct sp_sse *sse, const char *name, size_t name_len, const char *value, size_t len) {
  if (name_len == 4 && memcmp(name, "data", 4) == 0) {
    if (sse->has_data) sp_buf_putc(&sse->data, '\n');
    sse->has_data = true;
    return sp_buf_add(&sse->data, value, len);
  }
  if (name_len == 5 && memcmp(name, "event", 5) == 0)
    return copy(sse->name, sizeof sse->name, len > 0 ? value : "message", len > 0 ? len : 7);
  bool id = name_len == 2 && memcmp(name, "id", 2) == 0;
  return id && !memchr(value, '\0', len) ? copy(sse->id, sizeof sse->id, value, len) : 0;
}

/* 1: the line was empty and an event is complete. */
static int take_line(struct sp_sse *sse) {
  const char *text = sp_buf_text(&sse->line);
  size_t len = sse->line.len;
  if (!sse->begun && len >= 3 && memcmp(text, mark, 3) == 0) {
    text += 3;
    len -= 3;
  }
  sse->begun = true;
  if (len == 0 && sse->has_data) return 1;
  if (len == 0) forget(sse);
  if (len == 0 || text[0] == ':') return 0;
  const char *colon = memchr(text, ':', len);
  size_t name_len = colon ? (size_t)(colon - text) : len;
  const char *value = colon ? colon + 1 : "";
  size_t value_len = colon ? len - name_len - 1 : 0;
  if (value_len > 0 && value[0] == ' ') {
    value++;
    value_len--;
  }
  return take_field(sse, text, name_len, value, value_len);
}

int sp_sse_feed(struct sp_sse *sse, const char *bytes, size_t len, size_t *used) {
  size_t at = 0;
  int result = 0;
  if (sse->given) forget(sse);
  while (at < len && result == 0) {
    if (sse->after_cr && bytes[at] == '\n') {
      sse->after_cr = false;
      at++;
      continue;
    }
    size_t piece = 0;
    while (at + piece < len && bytes[at + piece] != '\n' && bytes[at + piece] != '\r')
      piece++;
    if (piece > 0) {
      sse->after_cr = false;
      result = sp_buf_add(&sse->line, bytes + at, piece);
      at += piece;
      continue;
    }
    sse->after_cr = bytes[at++] == '\r';
    result = take_line(sse);
    sp_buf_reset(&sse->line);
  }
  sse->given = result == 1;
  *used = at;
  return result;
}
