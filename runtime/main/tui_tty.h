/* The terminal itself: raw while we use it, and as it was before whatever ends us.
 *
 * There is one terminal a process: between open and close, ends by exit(), SIGTERM, SIGINT, SIGHUP, SIGQUIT, abort and
 * crashes give it back its echo and its screen. Signals that end us politely only set a flag.
 */
#ifndef SP_MAIN_TUI_TTY_H
#define SP_MAIN_TUI_TTY_H

#include "base/error.h"
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/* Standard input and output become the screen. SP_E_UNSUPPORTED when they are no terminal, SP_E_IO, SP_E_STATE when it
 * is open already. */
int sp_tui_tty_open(struct sp_error *err);
void sp_tui_tty_close(void);
/* Columns and rows; false (and 80×24) when the terminal does not say. */
bool sp_tui_tty_size(int *columns, int *rows);
/* poll(2) in which alone signals come in; see the flags below afterwards. Returns what poll returns, 0 when a signal
 * came. */
int sp_tui_tty_poll(struct pollfd *list, size_t count, int timeout_ms);
bool sp_tui_tty_resized(void); /* since it was asked last */
bool sp_tui_tty_ended(void);   /* somebody wants us to end */
/* All bytes go out, or the terminal is gone: SP_E_IO. */
int sp_tui_tty_write(const char *bytes, size_t len);

#endif
