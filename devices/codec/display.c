#include "devices/codec/display.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define AMOUNT_TEXT 48

static const struct {
  const char *name, *line;
} protocols[SP_DISPLAY_PROTOCOLS] = {
    [SP_DISPLAY_CD5220] = {"cd5220", "9600,8,N,1"},
    [SP_DISPLAY_LED8] = {"led8", "2400,8,N,1"},
    [SP_DISPLAY_DMD] = {"dmd", "9600,8,N,1"},
};

const char *sp_display_name(enum sp_display_protocol protocol) {
  return protocols[protocol].name;
}

int sp_display_parse(const char *name) {
  for (int i = 0; i < SP_DISPLAY_PROTOCOLS; i++) {
    if (strcmp(protocols[i].name, name) == 0) return i;
  }
  return -1;
}

const char *sp_display_line(enum sp_display_protocol protocol) {
  return protocols[protocol].line;
}

/* ---- Text ---- */

/* One character as the display takes it: its bytes are also its columns. */
static size_t encode(const char *character, size_t len, bool chinese, char out[4]) {
  struct sp_buf bytes;
  sp_buf_init(&bytes, 8);
  size_t size = 0;
  if (len == 1) {
    out[0] = character[0];
    return (unsigned char)character[0] >= 0x20 && character[0] != 0x7F;
  }
  if (chinese && sp_gb18030_from_utf8(character, len, &bytes) == 0 && bytes.len == 2) {
    memcpy(out, bytes.data, 2);
    size = 2;
  } else {
    out[0] = '?';
    size = 1;
  }
  sp_buf_free(&bytes);
  return size;
}

static size_t character_len(const char *text) {
  unsigned char first = (unsigned char)*text;
  size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return strnlen(text, len);
}

/* Exactly one line: cut, and filled up with blanks so that nothing of the line before stays. */
static void put_line(const char *text, bool chinese, struct sp_buf *out) {
  char line[SP_DISPLAY_COLUMNS];
  size_t used = 0;
  if (!text || !sp_utf8_valid(text, strlen(text))) text = "";
  while (*text != '\0') {
    char bytes[4];
    size_t len = character_len(text), size = encode(text, len, chinese, bytes);
    if (used + size > sizeof line) break;
    memcpy(line + used, bytes, size);
    used += size;
    text += len;
  }
  memset(line + used, ' ', sizeof line - used);
  sp_buf_add(out, line, sizeof line);
}

bool sp_display_can(const char *text, bool chinese) {
  if (!sp_utf8_valid(text, strlen(text))) return false;
  while (*text != '\0') {
    char bytes[4];
    size_t len = character_len(text), size = encode(text, len, chinese, bytes);
    if (len > 1 && size == 1) return false;
    text += len;
  }
  return true;
}

/* ---- Digits ---- */

/* "-12.50". More minor digits than the display has are none. */
static void amount_text(int64_t amount, int digits, char out[AMOUNT_TEXT]) {
  char minor[SP_DISPLAY_DIGITS + 2] = "";
  uint64_t value = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
  if (digits < 0 || digits > SP_DISPLAY_DIGITS) digits = 0;
  for (int i = digits; i > 0; i--, value /= 10)
    minor[i] = (char)('0' + value % 10);
  if (digits > 0) minor[0] = '.';
  snprintf(out, AMOUNT_TEXT, "%s%llu%s", amount < 0 ? "-" : "", (unsigned long long)value, minor);
}

void sp_display_row(const char *label, int64_t amount, int digits, char out[SP_DISPLAY_COLUMNS + 1]) {
  char text[AMOUNT_TEXT];
  amount_text(amount, digits, text);
  size_t len = strlen(text), room = len < SP_DISPLAY_COLUMNS ? SP_DISPLAY_COLUMNS - len : 0;
  size_t shown = room > 0 ? strnlen(label, room - 1) : 0; /* a blank between */
  memset(out, len > SP_DISPLAY_COLUMNS ? '-' : ' ', SP_DISPLAY_COLUMNS);
  memcpy(out, label, shown);
  if (len <= SP_DISPLAY_COLUMNS) memcpy(out + room, text, len);
  out[SP_DISPLAY_COLUMNS] = '\0';
}

/* Eight digits, the point takes none. */
static void put_amount(int64_t amount, int digits, struct sp_buf *out) {
  char text[AMOUNT_TEXT];
  amount_text(amount, digits, text);
  digits = strchr(text, '.') != NULL;
  size_t shown = strlen(text) - (size_t)digits;
  sp_buf_puts(out, shown <= SP_DISPLAY_DIGITS ? text : "--------");
}

int sp_display_write(enum sp_display_protocol protocol, const struct sp_display_text *text, struct sp_buf *out) {
  switch (protocol) {
  case SP_DISPLAY_CD5220:
    sp_buf_puts(out, "\x1B\x51\x41");
    put_line(text->upper, text->chinese, out);
    sp_buf_puts(out, "\r\x1B\x51\x42");
    put_line(text->lower, text->chinese, out);
    sp_buf_putc(out, '\r');
    break;
  case SP_DISPLAY_DMD:
    sp_buf_puts(out, "\x1B\x3D\x02\x1F\x24\x01\x01");
    put_line(text->upper, text->chinese, out);
    sp_buf_puts(out, "\x1F\x24\x01\x02");
    put_line(text->lower, text->chinese, out);
    sp_buf_puts(out, "\x1B\x3D\x01");
    break;
  case SP_DISPLAY_LED8:
  case SP_DISPLAY_PROTOCOLS:
    sp_buf_puts(out, "\x1B\x73");
    sp_buf_putc(out, (char)('0' + text->lamp));
    sp_buf_puts(out, "\x1B\x51\x41");
    put_amount(text->amount, text->digits, out);
    sp_buf_putc(out, '\r');
    break;
  }
  return out->failed;
}
