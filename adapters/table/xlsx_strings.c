#include "adapters/table/xlsx_parts.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

struct strings_reading {
  struct sp_xlsx_strings *out;
  size_t open_at;  /* where the open text begins */
  bool in_item;    /* inside <si> */
  bool in_text;    /* inside <t> */
  int in_phonetic; /* depth of <rPh>: how a word is read, not part of the text */
};

/* ---- Escapes ---- */

static int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  if (digit >= 'A' && digit <= 'F') {
    return digit - 'A' + 10;
  }
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The code in "_xHHHH_" at `text`, or -1. */
static int escape_code(const char *text, size_t len) {
  int code = 0;
  if (len < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_') {
    return -1;
  }
  for (int i = 2; i < 6; i++) {
    int digit = hex_digit(text[i]);
    if (digit < 0) {
      return -1;
    }
    code = code * 16 + digit;
  }
  return code;
}

/* A code point below U+10000 as UTF-8: at most 3 bytes, shorter than its escape. */
static size_t put_code(char *out, int code) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  out[0] = (char)(0xE0 | code >> 12);
  out[1] = (char)(0x80 | (code >> 6 & 0x3F));
  out[2] = (char)(0x80 | (code & 0x3F));
  return 3;
}

static size_t unescape_codes(char *text, size_t len) {
  size_t to = 0;
  for (size_t at = 0; at < len;) {
    int code = escape_code(text + at, len - at);
    if (code > 0 && (code < 0xD800 || code > 0xDFFF)) {
      at += 7;
      to += put_code(text + to, code);
    } else {
      text[to++] = text[at++];
    }
  }
  return to;
}

size_t sp_xlsx_unescape(char *text, size_t len) {
  if (len == 0) {
    return 0;
  }
  len = memchr(text, '_', len) != NULL ? unescape_codes(text, len) : len;
  if (memchr(text, '\r', len) == NULL) {
    return len;
  }
  size_t to = 0;
  for (size_t at = 0; at < len; at++) {
    if (text[at] == '\r') {
      text[to++] = '\n';
      at += at + 1 < len && text[at + 1] == '\n' ? 1 : 0;
    } else {
      text[to++] = text[at];
    }
  }
  return to;
}

/* ---- Reading ---- */

static int on_start(void *ctx, const char *name, const char *const *attributes, struct sp_error *err) {
  struct strings_reading *reading = ctx;
  (void)attributes;
  (void)err;
  if (strcmp(name, "si") == 0) {
    reading->in_item = true;
    reading->in_phonetic = 0;
    reading->open_at = reading->out->text.len;
  } else if (strcmp(name, "rPh") == 0) {
    reading->in_phonetic++;
  }
  reading->in_text = reading->in_item && reading->in_phonetic == 0 && strcmp(name, "t") == 0;
  return 0;
}

static int on_text(void *ctx, const char *bytes, size_t len, struct sp_error *err) {
  struct strings_reading *reading = ctx;
  struct sp_buf *text = &reading->out->text;
  size_t has = text->len - reading->open_at;
  size_t room = has > SP_TABLE_CELL_MAX ? 0 : SP_TABLE_CELL_MAX + 1 - has;
  if (!reading->in_text || room == 0) {
    return 0;
  }
  int rc = sp_buf_add(text, bytes, len < room ? len : room);
  if (rc == SP_E_LIMIT) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook holds more than %d MiB of texts", SP_XLSX_TEXT_MAX >> 20);
  }
  return rc == 0 ? 0 : sp_error_nomem(err, __func__);
}

static int keep(struct sp_xlsx_strings *strings, struct sp_error *err) {
  if (strings->count == SP_XLSX_STRINGS_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The workbook holds more than %d different texts", SP_XLSX_STRINGS_MAX);
  }
  if (strings->count == strings->room) {
    size_t room = strings->room == 0 ? 1024 : strings->room * 2;
    uint32_t *ends = realloc(strings->ends, room * sizeof *ends);
    if (ends == NULL) {
      return sp_error_nomem(err, __func__);
    }
    strings->ends = ends;
    strings->room = room;
  }
  strings->ends[strings->count++] = (uint32_t)strings->text.len;
  return 0;
}

static int on_end(void *ctx, const char *name, struct sp_error *err) {
  struct strings_reading *reading = ctx;
  struct sp_buf *text = &reading->out->text;
  reading->in_text = false;
  if (strcmp(name, "rPh") == 0 && reading->in_phonetic > 0) {
    reading->in_phonetic--;
  }
  if (strcmp(name, "si") != 0 || !reading->in_item) {
    return 0;
  }
  reading->in_item = false;
  if (text->len > reading->open_at) {
    text->len = reading->open_at + sp_xlsx_unescape(text->data + reading->open_at, text->len - reading->open_at);
  }
  return keep(reading->out, err);
}

int sp_xlsx_strings_read(struct zip *zip, const char *part, struct sp_xlsx_strings *out, struct sp_error *err) {
  struct strings_reading reading = {.out = out};
  const struct sp_xml_handler handler = {.start = on_start, .end = on_end, .text = on_text, .ctx = &reading};
  *out = (struct sp_xlsx_strings){0};
  sp_buf_init(&out->text, SP_XLSX_TEXT_MAX);
  return part[0] == '\0' ? 0 : sp_xml_read(zip, part, &handler, err);
}

const char *sp_xlsx_string(const struct sp_xlsx_strings *strings, size_t index, size_t *len) {
  if (index >= strings->count) {
    return NULL;
  }
  size_t begin = index == 0 ? 0 : strings->ends[index - 1];
  *len = strings->ends[index] - begin;
  return sp_buf_text(&strings->text) + begin;
}

void sp_xlsx_strings_free(struct sp_xlsx_strings *strings) {
  sp_buf_free(&strings->text);
  free(strings->ends);
  strings->ends = NULL;
}
