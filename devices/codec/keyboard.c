#include "devices/codec/keyboard.h"

#include <stddef.h>

enum { LEFT_SHIFT = 1, RIGHT_SHIFT = 2, LEFT_CTRL = 4, RIGHT_CTRL = 8, LEFT_ALT = 16, RIGHT_ALT = 32 };
enum { SHIFT = LEFT_SHIFT | RIGHT_SHIFT, CTRL = LEFT_CTRL | RIGHT_CTRL, ALT = LEFT_ALT | RIGHT_ALT };

/* From key code 2 on, '\0' for a key that prints nothing; 55 and 71 to 83 are the keypad's. */
static const char characters[2][57] = {
    "1234567890-=\0\0qwertyuiop[]\0\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ",
    "!@#$%^&*()_+\0\0QWERTYUIOP{}\0\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ",
};
static const char keypad[] = "789-456+1230.";

enum { KEYPAD_SLASH = 98, FIRST = 2 };

_Static_assert(sizeof characters[0] == SP_KEY_SPACE - FIRST + 2, "a character a key");
_Static_assert(sizeof keypad == SP_KEY_KP_DOT - SP_KEY_KP_7 + 2, "a character a key");

char sp_keyboard_character(int code, bool shift) {
  if (code >= SP_KEY_KP_7 && code <= SP_KEY_KP_DOT) return keypad[code - SP_KEY_KP_7];
  if (code == KEYPAD_SLASH) return '/';
  if (code < FIRST || code > SP_KEY_SPACE) return '\0';
  return characters[shift][code - FIRST];
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static unsigned modifier_of(int code) {
  switch (code) {
  case SP_KEY_LEFT_SHIFT:
    return LEFT_SHIFT;
  case SP_KEY_RIGHT_SHIFT:
    return RIGHT_SHIFT;
  case SP_KEY_LEFT_CTRL:
    return LEFT_CTRL;
  case SP_KEY_RIGHT_CTRL:
    return RIGHT_CTRL;
  case SP_KEY_LEFT_ALT:
    return LEFT_ALT;
  case SP_KEY_RIGHT_ALT:
    return RIGHT_ALT;
  default:
    return 0;
  }
}

void sp_keyboard_start(struct sp_keyboard *keyboard, const struct sp_scan_options *options) {
  *keyboard = (struct sp_keyboard){0};
  sp_scan_frame_start(&keyboard->frame, options);
}

/* A control character, however it was typed. */
static enum sp_scan_status control(struct sp_keyboard *keyboard, int byte, int64_t now_us, struct sp_scan *out) {
  enum { STX = 2, ETX = 3 };
  switch (byte) {
  case '\t':
  case '\n':
  case '\r':
    return sp_scan_frame_end(&keyboard->frame, out);
  case SP_SCAN_SEPARATOR:
    sp_scan_frame_add(&keyboard->frame, SP_SCAN_SEPARATOR, now_us);
    break;
  case STX:
  case ETX:
    break;
  default:
    sp_scan_frame_spoil(&keyboard->frame, now_us);
  }
  return SP_SCAN_NONE;
}

/* Alt went up: the number typed on the keypad is a character. */
static enum sp_scan_status end_alt(struct sp_keyboard *keyboard, int64_t now_us, struct sp_scan *out) {
  int number = keyboard->alt_number;
  bool typed = keyboard->alt_digits > 0;
  keyboard->alt_digits = keyboard->alt_number = 0;
  if (!typed) return SP_SCAN_NONE;
  if (number < ' ') return control(keyboard, number, now_us, out);
  if (number < 127)
    sp_scan_frame_add(&keyboard->frame, (char)number, now_us);
  else
    sp_scan_frame_spoil(&keyboard->frame, now_us); /* which code page was meant, nobody knows */
  return SP_SCAN_NONE;
}

static void type_alt(struct sp_keyboard *keyboard, int code, int64_t now_us) {
  char c = sp_keyboard_character(code, false);
  bool digit = code >= SP_KEY_KP_7 && code <= SP_KEY_KP_DOT && c >= '0' && c <= '9';
  if (!digit || keyboard->alt_digits == 4) {
    if (c) sp_scan_frame_spoil(&keyboard->frame, now_us);
    return;
  }
  keyboard->alt_number = keyboard->alt_number * 10 + (c - '0');
  keyboard->alt_digits++;
}

static enum sp_scan_status press(struct sp_keyboard *keyboard, int code, int64_t now_us, struct sp_scan *out) {
  bool shift = (keyboard->held & SHIFT) != 0;
  if (code == SP_KEY_CAPS_LOCK) keyboard->caps = !keyboard->caps;
  if (code == SP_KEY_ENTER || code == SP_KEY_KP_ENTER || code == SP_KEY_TAB)
    return sp_scan_frame_end(&keyboard->frame, out);
  if (code == SP_KEY_F8) return control(keyboard, SP_SCAN_SEPARATOR, now_us, out);
  if (keyboard->held & ALT) {
    type_alt(keyboard, code, now_us);
    return SP_SCAN_NONE;
  }
  char c = sp_keyboard_character(code, shift);
  if (!c) return SP_SCAN_NONE;
  /* Ctrl takes the lower five bits: ] is 5Dh and gives GS. */
  if (keyboard->held & CTRL) return control(keyboard, c & 31, now_us, out);
  if (keyboard->caps && is_letter(c)) c = sp_keyboard_character(code, !shift);
  sp_scan_frame_add(&keyboard->frame, c, now_us);
  return SP_SCAN_NONE;
}

enum sp_scan_status sp_keyboard_key(struct sp_keyboard *keyboard, int code, int value, int64_t now_us,
                                    struct sp_scan *out) {
  enum { UP = 0, DOWN = 1 };
  enum sp_scan_status before = sp_scan_frame_tick(&keyboard->frame, now_us, out);
  enum sp_scan_status status = SP_SCAN_NONE;
  struct sp_scan ignored = {0}; /* a frame that has just begun cannot end with its first key */
  struct sp_scan *target = before == SP_SCAN_NONE ? out : &ignored;
  unsigned modifier = modifier_of(code);
  if (modifier && value == DOWN) keyboard->held |= modifier;
  if (modifier && value == UP) {
    keyboard->held &= ~modifier;
    if ((modifier & ALT) && !(keyboard->held & ALT)) status = end_alt(keyboard, now_us, target);
  }
  if (!modifier && value == DOWN) status = press(keyboard, code, now_us, target);
  return before == SP_SCAN_NONE ? status : before;
}

enum sp_scan_status sp_keyboard_tick(struct sp_keyboard *keyboard, int64_t now_us, struct sp_scan *out) {
  return sp_scan_frame_tick(&keyboard->frame, now_us, out);
}

void sp_keyboard_dropped(struct sp_keyboard *keyboard, int64_t now_us) {
  keyboard->held = 0;
  keyboard->alt_digits = keyboard->alt_number = 0;
  sp_scan_frame_spoil(&keyboard->frame, now_us);
}
