/* Keys out of the bytes a terminal sends. Pure: no terminal, no clock.
 *
 * A key that is more than one byte begins with ESC, and so does the Escape key itself: after a lone ESC the caller
 * waits SP_TUI_ESCAPE_MS and then asks sp_tui_keys_flush. Sequences as xterm, the Linux console, tmux and screen send
 * them (xterm's ctlseqs, console_codes(4)); one that nobody knows is swallowed whole. Where a terminal keeps its
 * function keys for itself, Alt with 1 … 9, 0, - and = are F1 … F12.
 */
#ifndef SP_MAIN_TUI_KEY_H
#define SP_MAIN_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_TUI_ESCAPE_MS 60
#define SP_TUI_KEY_MAX   24 /* bytes of the longest sequence that is read; a longer one is dropped */

enum sp_tui_key_kind {
  SP_TUI_KEY_NONE,
  SP_TUI_KEY_CHAR, /* a character: `code`; GS (1Dh) is one, scanners send it */
  SP_TUI_KEY_ENTER,
  SP_TUI_KEY_ESCAPE,
  SP_TUI_KEY_BACKSPACE,
  SP_TUI_KEY_DELETE,
  SP_TUI_KEY_TAB,
  SP_TUI_KEY_UP,
  SP_TUI_KEY_DOWN,
  SP_TUI_KEY_LEFT,
  SP_TUI_KEY_RIGHT,
  SP_TUI_KEY_HOME,
  SP_TUI_KEY_END,
  SP_TUI_KEY_PAGE_UP,
  SP_TUI_KEY_PAGE_DOWN,
  SP_TUI_KEY_LEAVE,  /* Ctrl-C */
  SP_TUI_KEY_REDRAW, /* Ctrl-L */
  SP_TUI_KEY_F       /* `code` 1 … 12 */
};

struct sp_tui_key {
  enum sp_tui_key_kind kind;
  uint32_t code;
};

struct sp_tui_keys {
  unsigned char bytes[SP_TUI_KEY_MAX];
  size_t len;
  bool dropping; /* the rest of a sequence that was too long */
};

/* One byte more. True when a key is complete in `*out`. */
bool sp_tui_keys_feed(struct sp_tui_keys *keys, unsigned char byte, struct sp_tui_key *out);
/* Is something begun that may be a whole key already? */
bool sp_tui_keys_waits(const struct sp_tui_keys *keys);
/* Nothing came any more: a lone ESC is the Escape key, anything else begun is forgotten. True when there is a key. */
bool sp_tui_keys_flush(struct sp_tui_keys *keys, struct sp_tui_key *out);

#endif
