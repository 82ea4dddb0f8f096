/* What a hand does to a device that is not there, as a line of text, and what the bystander is told.
 *
 * Pure: a line goes in, an answer comes out; the program around it (`suanpan device simulate`, a test) owns the socket,
 * the clock and the files. Words are separated by blanks; case matters; an end of line is ignored. Switches take `on`,
 * `off`, `1`, `0` and the words below.
 *
 * A printer understands:
 *   power on|off      cover open|closed     paper N|Nmm|endless   heat on|off      cutter jam|free
 *   broken on|off     mechanical on|off     drawer open|closed    button on|off
 *   tick MS           let that much time pass (only a printer with a speed needs it)
 *   tear              take the paper away: the page is empty again
 *   state             one line: what is wrong with it, what waits, how often it cut, opened the drawer …
 *   text|json|png [FILE]
 *
 * A scale understands:
 *   weight G [stable|moving]    G grams lie on the pan; at rest unless it says otherwise
 *   remove    over    under     nothing; more than it can weigh; something it was zeroed with is gone
 *   stable    moving    zero    tare    untare    switched-on (has no zero yet: nothing but `zero` helps)
 *   state
 *
 * Both: help, and empty lines and lines that begin with # are answered with nothing.
 */
#ifndef SP_DEVICES_SIM_CONTROL_H
#define SP_DEVICES_SIM_CONTROL_H

#include "base/buf.h"
#include "devices/sim/printer.h"
#include "devices/sim/scale.h"

/* Do what `line` says and append the answer. Its last line is "ok", or "error: …" when the line means nothing or
 * cannot be done now; before "ok" stand what was asked for: `text` with "| " before each line of the paper, `json` and
 * `state` as one line. Returns 0, SP_E_INVALID (not understood), SP_E_STATE (not now), or the code of what failed:
 * SP_E_LIMIT, SP_E_NOMEM.
 *
 * With a FILE (and `png` always needs one) the answer is the bare content for that file and no "ok"; the caller writes
 * it where sp_vcontrol_file says and answers himself. */
int sp_vcontrol_printer(struct sp_vprinter *printer, const char *line, struct sp_buf *answer);
int sp_vcontrol_scale(struct sp_scale_sim *sim, const char *line, struct sp_buf *answer);

/* Where the FILE of such a line begins, to the end of the line (trailing blanks and the end of line not counted:
 * `len`); null when the line names none. */
const char *sp_vcontrol_file(const char *line, size_t *len);

#endif
