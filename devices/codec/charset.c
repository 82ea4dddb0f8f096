#include "devices/codec/charset.h"

#include "base/text.h"
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#define CHARACTER_MAX 8 /* bytes of one character in any set */

static const char *iconv_name(const struct sp_charset *set) {
  switch (set->kind) {
  case SP_CHARSET_GBK:
  case SP_CHARSET_GB2312: /* the same codes; the C library's own table of it has other middle dots and dashes */
    return "GBK";
  case SP_CHARSET_PAGE:
    return set->page ? set->page : "CP437";
  default:
    return "GB18030";
  }
}

static bool is_chinese(const struct sp_charset *set) {
  return set->kind == SP_CHARSET_GB18030 || set->kind == SP_CHARSET_GBK || set->kind == SP_CHARSET_GB2312;
}

static int open_converter(const char *to, const char *from, void **out, struct sp_error *err) {
  iconv_t converter = iconv_open(to, from);
  if (converter != (iconv_t)-1) {
    *out = converter;
    return 0;
  }
  if (errno == ENOMEM) return sp_error_nomem(err, __func__);
  return sp_fail(err, SP_E_UNSUPPORTED, "", "This machine cannot write %s", to);
}

int sp_charset_open(struct sp_charset_writer *writer, const struct sp_charset *set, struct sp_error *err) {
  *writer = (struct sp_charset_writer){.set = set};
  if (set->kind == SP_CHARSET_UTF8) return 0;
  int rc = open_converter(iconv_name(set), "UTF-8", &writer->converter, err);
  if (!rc && set->kind == SP_CHARSET_GB2312) rc = open_converter("UTF-8", "GB2312", &writer->member, err);
  if (rc) sp_charset_close(writer);
  return rc;
}

void sp_charset_close(struct sp_charset_writer *writer) {
  if (writer->converter) (void)iconv_close(writer->converter);
  if (writer->member) (void)iconv_close(writer->member);
  writer->converter = writer->member = NULL;
}

/* ---- One character ---- */

static bool run(void *converter, const char *from, size_t len, char to[CHARACTER_MAX], size_t *count) {
  char *in = (char *)(uintptr_t)from; /* iconv takes char ** but does not write through it */
  size_t left = len;
  size_t room = CHARACTER_MAX;
  (void)iconv(converter, NULL, NULL, NULL, NULL);
  bool good = iconv(converter, &in, &left, &to, &room) != (size_t)-1 && left == 0;
  *count = CHARACTER_MAX - room;
  return good;
}

/* The bytes of the character at `text` in the set; 0 when the font has no glyph, −1 when the set has no place for it.
 */
static int convert(struct sp_charset_writer *writer, const char *text, size_t len, char to[CHARACTER_MAX]) {
  char back[CHARACTER_MAX];
  size_t len_back = 0;
  size_t len_to = 0;
  if (!run(writer->converter, text, len, to, &len_to)) return -1;
  if (writer->member && !run(writer->member, to, len_to, back, &len_back)) return 0;
  int count = (int)len_to;
  if (count == 1 && ((unsigned char)to[0] < 0x20 || to[0] == 0x7F)) return 0;
  if (count == 1 && is_chinese(writer->set) && (unsigned char)to[0] >= 0x80) return 0; /* € of some, no glyph of most */
  if (count == 4 && !writer->set->four_byte) return 0;
  return count;
}

static const char *replacement(const struct sp_charset *set, const char *text, size_t len) {
  for (size_t i = 0; i < set->replace_count; i++)
    if (strlen(set->replace[i].from) == len && memcmp(set->replace[i].from, text, len) == 0) return set->replace[i].to;
  return NULL;
}

/* What many code pages lack, in ASCII and no wider than the two columns that a layout counts. */
static const char *plain(uint32_t code) {
  static const struct {
    uint32_t code;
    const char *text;
  } plains[] = {{0xA0, " "},   {0xA5, "Y"},    {0xB7, "."},   {0xD7, "x"},    {0x2013, "-"},
                {0x2014, "-"}, {0x2018, "'"},  {0x2019, "'"}, {0x201C, "\""}, {0x201D, "\""},
                {0x2022, "*"}, {0x2026, ".."}, {0x20AC, "E"}, {0x2103, "C"},  {0x2212, "-"},
                {0x3000, " "}, {0x3001, ","},  {0x3002, "."}, {0xFFE5, "Y"},  {0x2460, "1"}};
  for (size_t i = 0; i < sizeof plains / sizeof *plains; i++)
    if (plains[i].code == code) return plains[i].text;
  return NULL;
}

static int put_missing(const struct sp_charset *set, uint32_t code, bool no_place, struct sp_buf *out) {
  if (is_chinese(set) && !(no_place && set->kind == SP_CHARSET_GB18030)) {
    sp_buf_add(out, "\xA1\xFE", 2); /* 〓, the sign for a missing glyph */
    return 2;
  }
  char half = (char)(code - 0xFF01 + 0x21); /* full-width ASCII */
  if (!is_chinese(set) && code >= 0xFF01 && code <= 0xFF5E) {
    sp_buf_putc(out, half);
    return 1;
  }
  const char *text = is_chinese(set) ? NULL : plain(code);
  sp_buf_puts(out, text ? text : "?");
  return text ? (int)strlen(text) : 1;
}

static int put_utf8(const char *text, size_t len, uint32_t code, struct sp_buf *out) {
  if (code == 0xA5) return put_utf8("￥", strlen("￥"), 0xFFE5, out);
  sp_buf_add(out, text, len);
  return sp_utf8_columns(text, len);
}

static int put_character(struct sp_charset_writer *writer, const char *text, size_t len, uint32_t code,
                         struct sp_buf *out) {
  char bytes[CHARACTER_MAX];
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return 0;
  if (code < 0x80) {
    sp_buf_putc(out, (char)code);
    return 1;
  }
  if (sp_utf8_columns(text, len) == 0) return 0;
  if (writer->set->kind == SP_CHARSET_UTF8) return put_utf8(text, len, code, out);
  if (code == 0xA5 && is_chinese(writer->set)) return put_character(writer, "￥", strlen("￥"), 0xFFE5, out);
  int count = convert(writer, text, len, bytes);
  if (count <= 0) return put_missing(writer->set, code, count < 0, out);
  sp_buf_add(out, bytes, (size_t)count);
  return count == 1 ? 1 : 2;
}

int sp_charset_put(struct sp_charset_writer *writer, const char *text, struct sp_buf *out) {
  int columns = 0;
  size_t len = strlen(text);
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    size_t bytes = step > 0 ? (size_t)step : 1;
    const char *other = step > 0 ? replacement(writer->set, text + at, bytes) : "?";
    for (const char *next = other; next && *next;) { /* once only: what stands in is not replaced again */
      int part = sp_utf8_next(next, strlen(next), &code);
      if (part <= 0) break;
      columns += put_character(writer, next, (size_t)part, code, out);
      next += part;
    }
    if (!other) columns += put_character(writer, text + at, bytes, code, out);
    at += bytes;
  }
  return columns;
}
