#include "domain/print.h"

#include "base/text.h"
#include <stdbool.h>
#include <string.h>

int sp_print_init(struct sp_print *print, int columns, enum sp_lang lang, struct sp_arena *arena,
                  struct sp_error *err) {
  *print = (struct sp_print){.arena = arena, .columns = columns, .lang = lang};
  if (columns < SP_PRINT_COLUMNS_MIN || columns > SP_PRINT_COLUMNS_MAX)
    return sp_fail(err, SP_E_INVALID, "columns", "A printout is between %d and %d columns wide", SP_PRINT_COLUMNS_MIN,
                   SP_PRINT_COLUMNS_MAX);
  return 0;
}

int sp_print_end(const struct sp_print *print, struct sp_error *err) {
  if (print->failed == SP_E_LIMIT)
    return sp_fail(err, SP_E_LIMIT, "lines", "A printout has at most %d lines", SP_PRINT_LINES_MAX);
  return print->failed ? sp_error_nomem(err, __func__) : 0;
}

/* ---- Characters ---- */

/* What would move the print head, forge a line or turn the reading direction around. */
static bool is_unsafe(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0xAD || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0x061C || code == 0xFEFF ||
         (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F);
}

static bool is_space(uint32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029 || code == 0x85;
}

/* A clean copy in the arena, without spaces at its end; never longer than the original. Null when memory or the arena's
 * bound is reached. */
static char *clean(struct sp_print *print, const char *text) {
  size_t len = strlen(text);
  char *copy = sp_arena_alloc(print->arena, len + 1);
  if (!copy) {
    print->failed = SP_E_NOMEM;
    return NULL;
  }
  size_t used = 0;
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    if (step <= 0) {
      copy[used++] = '?';
      at++;
      continue;
    }
    if (is_space(code)) {
      copy[used++] = ' ';
    } else if (!is_unsafe(code)) {
      memcpy(copy + used, text + at, (size_t)step);
      used += (size_t)step;
    }
    at += (size_t)step;
  }
  while (used > 0 && copy[used - 1] == ' ')
    used--;
  copy[used] = '\0';
  return copy;
}

bool sp_print_is_clean(const char *text) {
  size_t len = strlen(text);
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    if (step <= 0 || is_unsafe(code)) return false;
    at += (size_t)step;
  }
  return true;
}

/* Bytes and printer columns of the character at `text`, which is valid UTF-8. */
static size_t measure(const char *text, size_t len, int *columns) {
  uint32_t code = 0;
  int step = sp_utf8_next(text, len, &code);
  size_t bytes = step > 0 ? (size_t)step : 1;
  int terminal = sp_utf8_columns(text, bytes);
  *columns = terminal == 0 ? 0 : code < 0x80 ? 1 : 2;
  return bytes;
}

int sp_print_columns(const char *text, size_t len) {
  int sum = 0;
  int columns = 0;
  for (size_t at = 0; at < len; sum += columns)
    at += measure(text + at, len - at, &columns);
  return sum;
}

static int columns_of(const char *text, uint8_t style) {
  return sp_print_columns(text, strlen(text)) * (style & SP_PRINT_WIDE ? 2 : 1);
}

/* The longest prefix of `text` within `columns`. */
static size_t fit(const char *text, size_t len, int columns) {
  size_t at = 0;
  while (at < len) {
    int one = 0;
    size_t step = measure(text + at, len - at, &one);
    if (one > columns) break;
    columns -= one;
    at += step;
  }
  return at;
}

/* ---- Lines ---- */

static void grow(struct sp_print *print) {
  int32_t capacity = print->capacity ? print->capacity * 2 : 64;
  struct sp_print_line *lines = sp_arena_array(print->arena, (size_t)capacity, sizeof *lines);
  if (!lines) {
    print->failed = SP_E_NOMEM;
    return;
  }
  if (print->lines) memcpy(lines, print->lines, (size_t)print->count * sizeof *lines);
  print->lines = lines;
  print->capacity = capacity;
}

void sp_print_put(struct sp_print *print, const struct sp_print_line *line) {
  if (!print->failed && print->count == SP_PRINT_LINES_MAX) print->failed = SP_E_LIMIT;
  if (!print->failed && print->count == print->capacity) grow(print);
  if (print->failed || !print->lines) return;
  print->lines[print->count++] = *line;
}

static void push(struct sp_print *print, uint8_t style, const char *text, const char *right) {
  sp_print_put(print, &(const struct sp_print_line){.text = text, .right = right, .style = style});
}

/* Where to break a text that is cut at `cut`: after the last space of its second half, else right there. */
static size_t break_at(const char *text, size_t len, size_t cut) {
  if (cut >= len || text[cut] == ' ') return cut;
  for (size_t at = cut; at > cut / 2; at--)
    if (text[at - 1] == ' ') return at;
  return cut;
}

/* One line of `len` bytes of `text`, `indent` spaces before and `tail` behind it. */
static void push_part(struct sp_print *print, uint8_t style, int indent, const char *text, size_t len,
                      const char *tail) {
  while (len > 0 && text[len - 1] == ' ')
    len--;
  char *line = sp_arena_printf(print->arena, "%*s%.*s%s", indent, "", (int)len, text, tail);
  if (!line) {
    print->failed = SP_E_NOMEM;
    return;
  }
  push(print, style, line, NULL);
}

static void wrap(struct sp_print *print, uint8_t style, int indent, const char *text) {
  int columns = print->columns / (style & SP_PRINT_WIDE ? 2 : 1) - indent;
  for (int line = 0; *text && !print->failed; line++) {
    size_t len = strlen(text);
    size_t cut = fit(text, len, columns);
    if (cut < len && line == SP_PRINT_WRAP_MAX - 1) {
      push_part(print, style, indent, text, fit(text, len, columns - 3), "...");
      return;
    }
    cut = break_at(text, len, cut);
    push_part(print, style, indent, text, cut, "");
    text += cut;
    while (*text == ' ')
      text++;
  }
}

void sp_print_add(struct sp_print *print, uint8_t style, int indent, const char *text) {
  if (!text || print->failed) return;
  const char *copy = clean(print, text);
  if (!copy) return;
  while (*copy == ' ')
    copy++;
  wrap(print, style, indent, copy);
}

void sp_print_row(struct sp_print *print, uint8_t style, int indent, const char *left, const char *right) {
  if (print->failed) return;
  int32_t before = print->count;
  sp_print_add(print, style, indent, left);
  char *end = clean(print, right ? right : "");
  if (!end || !*end || print->failed) return;
  int width = columns_of(end, style);
  int scale = style & SP_PRINT_WIDE ? 2 : 1;
  if (width > print->columns) {
    wrap(print, style, 0, end);
    return;
  }
  struct sp_print_line *last = print->count > before ? &print->lines[print->count - 1] : NULL;
  if (last && columns_of(last->text, style) + scale + width <= print->columns)
    last->right = end;
  else
    push(print, style, "", end);
}

void sp_print_field(struct sp_print *print, int indent, const char *label, const char *value) {
  if (!value || !*value || print->failed) return;
  char *line = sp_arena_printf(print->arena, "%s: %s", sp_tr(print->lang, label), value);
  if (!line) print->failed = SP_E_NOMEM;
  sp_print_add(print, 0, indent, line);
}

void sp_print_heading(struct sp_print *print, const char *text) {
  uint8_t style = SP_PRINT_BOLD | SP_PRINT_TALL | SP_PRINT_WIDE | SP_PRINT_CENTRE;
  if (text && columns_of(text, style) > print->columns) style &= (uint8_t)~SP_PRINT_WIDE;
  sp_print_add(print, style, 0, text);
}

void sp_print_rule(struct sp_print *print) {
  char dashes[SP_PRINT_COLUMNS_MAX + 1];
  memset(dashes, '-', sizeof dashes);
  dashes[print->columns] = '\0';
  sp_print_add(print, 0, 0, dashes);
}

void sp_print_blank(struct sp_print *print) {
  if (!print->failed) push(print, 0, "", NULL);
}

void sp_print_cut(struct sp_print *print) {
  if (!print->failed) sp_print_put(print, &(const struct sp_print_line){.text = "", .kind = SP_PRINT_CUT});
}

void sp_print_mark(struct sp_print *print, const char *text) {
  int32_t before = print->count;
  sp_print_add(print, SP_PRINT_CENTRE | SP_PRINT_BOLD, 0, text);
  int32_t added = print->count - before;
  if (print->failed || added == 0 || before == 0) return;
  struct sp_print_line top[SP_PRINT_WRAP_MAX];
  memcpy(top, print->lines + before, (size_t)added * sizeof top[0]);
  memmove(print->lines + added, print->lines, (size_t)before * sizeof top[0]);
  memcpy(print->lines, top, (size_t)added * sizeof top[0]);
  sp_print_add(print, SP_PRINT_CENTRE | SP_PRINT_BOLD, 0, text);
}

/* ---- Codes and pictures ---- */

static uint8_t bounded(int value, int max) {
  return (uint8_t)(value < 0 ? 0 : value > max ? max : value);
}

static void push_code(struct sp_print *print, enum sp_print_kind kind, uint8_t style, const char *data, int module,
                      int height) {
  const char *copy = sp_arena_text(print->arena, data);
  if (!copy) {
    print->failed = SP_E_NOMEM;
    return;
  }
  sp_print_put(print, &(const struct sp_print_line){.text = copy,
                                                    .style = style & SP_PRINT_CENTRE,
                                                    .kind = (uint8_t)kind,
                                                    .module = bounded(module, SP_PRINT_MODULE_MAX),
                                                    .height = bounded(height, SP_PRINT_HEIGHT_MAX)});
}

void sp_print_qr(struct sp_print *print, uint8_t style, const char *data, int module) {
  size_t len = data ? strlen(data) : 0;
  if (print->failed || len == 0 || len > SP_PRINT_QR_MAX || !sp_print_is_clean(data)) return;
  push_code(print, SP_PRINT_QR, style, data, module, 0);
}

void sp_print_code128(struct sp_print *print, uint8_t style, const char *data, int module, int height) {
  size_t len = data ? strlen(data) : 0;
  if (print->failed || len == 0 || len > SP_PRINT_CODE128_MAX) return;
  for (size_t i = 0; i < len; i++)
    if (data[i] < 0x20 || data[i] > 0x7E) return;
  push_code(print, SP_PRINT_CODE128, style, data, module, height);
}

void sp_print_picture(struct sp_print *print, uint8_t style, const struct sp_print_picture *picture) {
  if (print->failed || !picture || !picture->rows || picture->width < 1 || picture->height < 1 ||
      picture->width > SP_PRINT_PICTURE_WIDTH || picture->height > SP_PRINT_PICTURE_HEIGHT)
    return;
  size_t pitch = ((size_t)picture->width + 7) / 8;
  struct sp_print_picture *copy = sp_arena_alloc(print->arena, sizeof *copy);
  uint8_t *rows = sp_arena_alloc(print->arena, pitch * (size_t)picture->height);
  if (!copy || !rows) {
    print->failed = SP_E_NOMEM;
    return;
  }
  memcpy(rows, picture->rows, pitch * (size_t)picture->height);
  if (picture->width % 8 != 0) {
    for (int32_t y = 0; y < picture->height; y++)
      rows[pitch * (size_t)(y + 1) - 1] &= (uint8_t)(0xFF << (8 - picture->width % 8));
  }
  *copy = (struct sp_print_picture){.width = picture->width, .height = picture->height, .rows = rows};
  sp_print_put(print, &(const struct sp_print_line){
                          .text = "", .style = style & SP_PRINT_CENTRE, .kind = SP_PRINT_PICTURE, .picture = copy});
}

/* ---- Plain text ---- */

static void pad(struct sp_buf *out, int columns) {
  for (int i = 0; i < columns; i++)
    sp_buf_putc(out, ' ');
}

static void put_text_line(const struct sp_print *print, const struct sp_print_line *line, struct sp_buf *out) {
  int width = sp_utf8_columns(line->text, strlen(line->text));
  if (line->style & SP_PRINT_CENTRE && !line->right) pad(out, (print->columns - width) / 2);
  sp_buf_puts(out, line->text);
  if (!line->right) return;
  pad(out, print->columns - width - sp_utf8_columns(line->right, strlen(line->right)));
  sp_buf_puts(out, line->right);
}

static void put_dashes(const struct sp_print *print, struct sp_buf *out) {
  for (int i = 0; i < print->columns; i++)
    sp_buf_putc(out, i % 2 == 0 ? '-' : ' ');
  if (print->columns % 2 == 0) out->len -= out->len > 0 ? 1 : 0; /* no space at the end */
}

int sp_print_text(const struct sp_print *print, struct sp_buf *out) {
  for (int32_t i = 0; i < print->count; i++) {
    const struct sp_print_line *line = &print->lines[i];
    switch ((enum sp_print_kind)line->kind) {
    case SP_PRINT_TEXT:
      put_text_line(print, line, out);
      break;
    case SP_PRINT_QR:
      sp_buf_printf(out, "[QR] %s", line->text);
      break;
    case SP_PRINT_CODE128:
      sp_buf_printf(out, "[CODE128] %s", line->text);
      break;
    case SP_PRINT_PICTURE:
      sp_buf_printf(out, "[picture %dx%d]", (int)line->picture->width, (int)line->picture->height);
      break;
    case SP_PRINT_CUT:
      put_dashes(print, out);
      break;
    }
    sp_buf_putc(out, '\n');
  }
  return out->failed;
}
