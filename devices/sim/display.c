#include "devices/sim/display.h"
#include "base/text.h"
#include <string.h>

enum { ESC = 0x1B, US = 0x1F };

static void clear(struct sp_vdisplay *display) {
  memset(display->lines[0], ' ', SP_VDISPLAY_COLUMNS);
  memset(display->lines[1], ' ', SP_VDISPLAY_COLUMNS);
  display->line = display->column = 0;
}

void sp_vdisplay_init(struct sp_vdisplay *display, bool digits) {
  *display = (struct sp_vdisplay){.digits = digits};
  clear(display);
}

/* ---- Commands: the bytes of one at the start of what is held, 0 while it is not whole ---- */

static size_t take_line(struct sp_vdisplay *display, const uint8_t *bytes, size_t len) {
  const uint8_t *end = memchr(bytes + 3, '\r', len - 3);
  if (!end) return 0;
  size_t size = (size_t)(end - bytes) - 3;
  char *line = display->lines[bytes[2] == 'B' ? 1 : 0];
  memset(line, ' ', SP_VDISPLAY_COLUMNS);
  for (size_t i = 0; i < size && i < SP_VDISPLAY_COLUMNS; i++) {
    bool fits =
        !display->digits || (bytes[3 + i] >= '0' && bytes[3 + i] <= '9') || bytes[3 + i] == '.' || bytes[3 + i] == '-';
    display->rubbish += !fits;
    line[i] = fits ? (char)bytes[3 + i] : '#';
  }
  return size + 4;
}

static size_t take_escape(struct sp_vdisplay *display, const uint8_t *bytes, size_t len) {
  if (len < 2) return 0;
  if (bytes[1] == '@') {
    clear(display);
    return 2;
  }
  if (len < 3) return 0;
  if (bytes[1] == 'Q' && (bytes[2] == 'A' || bytes[2] == 'B')) return take_line(display, bytes, len);
  if (bytes[1] == 's' && display->digits && bytes[2] >= '0' && bytes[2] <= '4') {
    display->lamp = bytes[2] - '0';
    return 3;
  }
  if (bytes[1] == '=' && !display->digits) return 3; /* which device is meant */
  display->rubbish++;
  return 1;
}

static size_t take_cursor(struct sp_vdisplay *display, const uint8_t *bytes, size_t len) {
  if (len < 4) return 0;
  bool good = bytes[1] == '$' && bytes[2] >= 1 && bytes[2] <= SP_VDISPLAY_COLUMNS && bytes[3] >= 1 && bytes[3] <= 2;
  if (!good || display->digits) {
    display->rubbish++;
    return 1;
  }
  display->column = bytes[2] - 1;
  display->line = bytes[3] - 1;
  return 4;
}

static size_t take_character(struct sp_vdisplay *display, uint8_t byte) {
  if (byte == 0x0C) {
    clear(display);
  } else if (byte < 0x20 || byte == 0x7F || display->digits) {
    display->rubbish++;
  } else if (display->column < SP_VDISPLAY_COLUMNS) {
    display->lines[display->line][display->column++] = (char)byte;
  }
  return 1;
}

static size_t take(struct sp_vdisplay *display) {
  const uint8_t *bytes = display->held;
  if (bytes[0] == ESC) return take_escape(display, bytes, display->held_len);
  if (bytes[0] == US) return take_cursor(display, bytes, display->held_len);
  return take_character(display, bytes[0]);
}

void sp_vdisplay_feed(struct sp_vdisplay *display, const uint8_t *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    display->held[display->held_len++] = bytes[i];
    size_t used = take(display);
    if (used == 0 && display->held_len == sizeof display->held) {
      display->rubbish++;
      used = 1;
    }
    display->held_len -= used;
    memmove(display->held, display->held + used, display->held_len);
  }
}

/* ---- What a customer reads ---- */

static void put_line(const char *line, struct sp_buf *out) {
  size_t len = SP_VDISPLAY_COLUMNS;
  while (len > 0 && line[len - 1] == ' ')
    len--;
  if (sp_gb18030_to_utf8(line, len, out) != 0) sp_buf_puts(out, "?");
  sp_buf_putc(out, '\n');
}

int sp_vdisplay_text(const struct sp_vdisplay *display, struct sp_buf *out) {
  static const char *const lamps[] = {"", "price", "total", "paid", "change"};
  put_line(display->lines[0], out);
  if (display->digits)
    sp_buf_printf(out, "%s\n", lamps[display->lamp]);
  else
    put_line(display->lines[1], out);
  return out->failed;
}
