/* A scanner that types (keyboard wedge): Linux key events to codes, as on a US keyboard.
 *
 * Pure. The driver reads struct input_event from a grabbed evdev device and hands on each EV_KEY event (type 1): its
 * code, its value (1 down, 0 up, 2 repeat) and its time. Key codes are those of <linux/input-event-codes.h>; the map is
 * fixed, so neither the desktop's layout nor an input method can change a code. Shift, Caps Lock, the keypad and
 * Alt + keypad numbers are understood. FNC1 comes as Ctrl+], F8 or Alt+029: all of them are GS (1Dh). Enter, keypad
 * Enter, Tab, Ctrl+J, Ctrl+M and Ctrl+I end a code; Ctrl+B and Ctrl+C (STX, ETX around a code) are skipped; any other
 * control character spoils it. Keys that print nothing (arrows, media keys) are skipped.
 */
#ifndef SP_DEVICES_CODEC_KEYBOARD_H
#define SP_DEVICES_CODEC_KEYBOARD_H

#include "devices/codec/scan.h"

enum sp_key {
  SP_KEY_1 = 2, /* to SP_KEY_0 = 11 */
  SP_KEY_0 = 11,
  SP_KEY_MINUS = 12,
  SP_KEY_EQUAL = 13,
  SP_KEY_TAB = 15,
  SP_KEY_Q = 16, /* qwertyuiop to 25 */
  SP_KEY_LEFT_BRACE = 26,
  SP_KEY_RIGHT_BRACE = 27,
  SP_KEY_ENTER = 28,
  SP_KEY_LEFT_CTRL = 29,
  SP_KEY_A = 30, /* asdfghjkl to 38 */
  SP_KEY_J = 36,
  SP_KEY_LEFT_SHIFT = 42,
  SP_KEY_Z = 44, /* zxcvbnm to 50 */
  SP_KEY_M = 50,
  SP_KEY_RIGHT_SHIFT = 54,
  SP_KEY_LEFT_ALT = 56,
  SP_KEY_SPACE = 57,
  SP_KEY_CAPS_LOCK = 58,
  SP_KEY_F8 = 66,
  SP_KEY_KP_7 = 71, /* 789-456+1230. to 83 */
  SP_KEY_KP_DOT = 83,
  SP_KEY_KP_ENTER = 96,
  SP_KEY_RIGHT_CTRL = 97,
  SP_KEY_RIGHT_ALT = 100,
};

/* The caller's memory. */
struct sp_keyboard {
  struct sp_scan_frame frame;
  unsigned held; /* modifiers that are down, a bit each */
  bool caps;
  int alt_digits, alt_number; /* typed on the keypad while Alt is down */
};

void sp_keyboard_start(struct sp_keyboard *keyboard, const struct sp_scan_options *options); /* null: all 0 */

/* One key event. SP_SCAN_DONE fills `out`; SP_SCAN_LOST tells of a code that was dropped. Silence before this key ends
 * the frame before it, so a key ends at most one. */
enum sp_scan_status sp_keyboard_key(struct sp_keyboard *keyboard, int code, int value, int64_t now_us,
                                    struct sp_scan *out);

/* Time passes: call it when no key came for gap_us. */
enum sp_scan_status sp_keyboard_tick(struct sp_keyboard *keyboard, int64_t now_us, struct sp_scan *out);

/* SYN_DROPPED (type 0, code 3): the kernel lost events. The code under way is lost up to its terminator, modifiers are
 * taken for released. */
void sp_keyboard_dropped(struct sp_keyboard *keyboard, int64_t now_us);

/* The character of a key with and without shift, 0 for none. The whole map, for tests and for simulators that type. */
char sp_keyboard_character(int code, bool shift);

#endif
