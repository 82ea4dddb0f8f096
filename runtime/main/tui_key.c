#include "main/tui_key.h"
#include "base/text.h"
#include <string.h>

#define ESC 27

static bool give(struct sp_tui_keys *keys, enum sp_tui_key_kind kind, uint32_t code, struct sp_tui_key *out) {
  keys->len = 0;
  *out = (struct sp_tui_key){.kind = kind, .code = code};
  return kind != SP_TUI_KEY_NONE;
}

/* ---- One byte, or one character ---- */

static bool control(struct sp_tui_keys *keys, unsigned char byte, struct sp_tui_key *out) {
  switch (byte) {
  case '\r':
  case '\n':
    return give(keys, SP_TUI_KEY_ENTER, 0, out);
  case '\t':
    return give(keys, SP_TUI_KEY_TAB, 0, out);
  case 3:
    return give(keys, SP_TUI_KEY_LEAVE, 0, out);
  case 12:
    return give(keys, SP_TUI_KEY_REDRAW, 0, out);
  case 8:
  case 127:
    return give(keys, SP_TUI_KEY_BACKSPACE, 0, out);
  case 29:
    return give(keys, SP_TUI_KEY_CHAR, byte, out);
  default:
    return give(keys, SP_TUI_KEY_NONE, 0, out);
  }
}

static size_t character_length(unsigned char first) {
  if (first < 0xC2) return 1;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 1;
}

static bool character(struct sp_tui_keys *keys, struct sp_tui_key *out) {
  uint32_t code = 0;
  unsigned char last = keys->bytes[keys->len - 1];
  if (keys->len > 1 && (last & 0xC0) != 0x80) { /* broken off: what came instead begins anew */
    keys->len = 0;
    return sp_tui_keys_feed(keys, last, out);
  }
  if (keys->len < character_length(keys->bytes[0])) return false;
  int used = sp_utf8_next((const char *)keys->bytes, keys->len, &code);
  return give(keys, used > 0 ? SP_TUI_KEY_CHAR : SP_TUI_KEY_NONE, code, out);
}

/* ---- Sequences ---- */

/* "ESC [ 15 ~", by number. */
static bool numbered(struct sp_tui_keys *keys, unsigned number, struct sp_tui_key *out) {
  static const enum sp_tui_key_kind low[] = {
      [1] = SP_TUI_KEY_HOME,      [3] = SP_TUI_KEY_DELETE, [4] = SP_TUI_KEY_END, [5] = SP_TUI_KEY_PAGE_UP,
      [6] = SP_TUI_KEY_PAGE_DOWN, [7] = SP_TUI_KEY_HOME,   [8] = SP_TUI_KEY_END};
  static const uint32_t high[] = {[11] = 1, [12] = 2, [13] = 3, [14] = 4,  [15] = 5,  [17] = 6,
                                  [18] = 7, [19] = 8, [20] = 9, [21] = 10, [23] = 11, [24] = 12};
  if (number < sizeof low / sizeof low[0]) return give(keys, low[number], 0, out);
  if (number < sizeof high / sizeof high[0] && high[number] > 0) return give(keys, SP_TUI_KEY_F, high[number], out);
  return give(keys, SP_TUI_KEY_NONE, 0, out);
}

/* "ESC [ A", "ESC O A": by the last letter. */
static bool lettered(struct sp_tui_keys *keys, unsigned char letter, struct sp_tui_key *out) {
  static const char letters[] = "ABCDHF";
  static const enum sp_tui_key_kind kinds[] = {SP_TUI_KEY_UP,   SP_TUI_KEY_DOWN, SP_TUI_KEY_RIGHT,
                                               SP_TUI_KEY_LEFT, SP_TUI_KEY_HOME, SP_TUI_KEY_END};
  const char *at = strchr(letters, letter);
  if (letter >= 'P' && letter <= 'S') return give(keys, SP_TUI_KEY_F, letter - 'P' + 1u, out);
  if (letter == 'M') return give(keys, SP_TUI_KEY_ENTER, 0, out); /* of the number pad */
  return give(keys, at != NULL && letter != '\0' ? kinds[at - letters] : SP_TUI_KEY_NONE, 0, out);
}

static bool sequence(struct sp_tui_keys *keys, struct sp_tui_key *out) {
  unsigned char last = keys->bytes[keys->len - 1];
  bool console = keys->len > 2 && keys->bytes[2] == '['; /* the Linux console's F1 to F5: ESC [ [ A */
  if (keys->len == 2 || (keys->len == 3 && console)) return false;
  if (console) return give(keys, last >= 'A' && last <= 'E' ? SP_TUI_KEY_F : SP_TUI_KEY_NONE, last - 'A' + 1u, out);
  if (last < 0x40 || last > 0x7E) return false;
  if (last != '~') return lettered(keys, last, out);
  unsigned number = 0;
  for (size_t i = 2; i < keys->len && keys->bytes[i] >= '0' && keys->bytes[i] <= '9' && number < 1000; i++)
    number = number * 10 + (unsigned)(keys->bytes[i] - '0');
  return numbered(keys, number, out);
}

static bool with_alt(struct sp_tui_keys *keys, unsigned char byte, struct sp_tui_key *out) {
  static const char row[] = "1234567890-=";
  const char *at = byte != '\0' ? strchr(row, byte) : NULL;
  if (byte == ESC) { /* Escape twice */
    keys->len = 1;
    *out = (struct sp_tui_key){.kind = SP_TUI_KEY_ESCAPE};
    return true;
  }
  if (byte == 'O' || byte == '[') return false;
  return give(keys, at != NULL ? SP_TUI_KEY_F : SP_TUI_KEY_NONE, at != NULL ? (uint32_t)(at - row) + 1 : 0, out);
}

/* A sequence ends with a letter or "~", however long it is. */
static bool drop(struct sp_tui_keys *keys, unsigned char byte) {
  if (byte >= 0x40 && byte <= 0x7E) *keys = (struct sp_tui_keys){.len = 0};
  return false;
}

bool sp_tui_keys_feed(struct sp_tui_keys *keys, unsigned char byte, struct sp_tui_key *out) {
  *out = (struct sp_tui_key){.kind = SP_TUI_KEY_NONE};
  if (keys->dropping) return drop(keys, byte);
  if (keys->len == SP_TUI_KEY_MAX) {
    keys->dropping = true;
    return drop(keys, byte);
  }
  keys->bytes[keys->len++] = byte;
  if (keys->bytes[0] == ESC) {
    if (keys->len == 1) return false;
    if (keys->len == 2) return with_alt(keys, byte, out);
    if (keys->bytes[1] == 'O') return lettered(keys, byte, out);
    return sequence(keys, out);
  }
  if (keys->len == 1 && (byte < ' ' || byte == 127)) return control(keys, byte, out);
  return character(keys, out);
}

bool sp_tui_keys_waits(const struct sp_tui_keys *keys) {
  return keys->len > 0 || keys->dropping;
}

bool sp_tui_keys_flush(struct sp_tui_keys *keys, struct sp_tui_key *out) {
  bool alone = keys->len == 1 && keys->bytes[0] == ESC;
  *keys = (struct sp_tui_keys){.len = 0};
  *out = (struct sp_tui_key){.kind = alone ? SP_TUI_KEY_ESCAPE : SP_TUI_KEY_NONE};
  return alone;
}
