/* A scanner on a line that is not there: a code goes in, the bytes such a scanner would send come out. Pure. */
#ifndef SP_DEVICES_SIM_SCANNER_H
#define SP_DEVICES_SIM_SCANNER_H

#include "base/buf.h"
#include <stdbool.h>

#define SP_SCANNER_SIM_FIX  16   /* bytes of a prefix, suffix or terminator, and a NUL */
#define SP_SCANNER_SIM_SLOW 60   /* ms between two bytes of a hand that types */
#define SP_SCANNER_SIM_CODE 2000 /* bytes of a code */

struct sp_scanner_sim {
  char prefix[SP_SCANNER_SIM_FIX], suffix[SP_SCANNER_SIM_FIX];
  char terminator[SP_SCANNER_SIM_FIX];
};

/* What to do with the bytes of a control line. */
struct sp_scanner_deed {
  int gap_ms; /* between two bytes; 0: all at once */
  bool cut;   /* the cable is pulled behind them */
};

/* "cr", "lf", "crlf", "etx", "tab" or "none"; false for any other word. */
bool sp_scanner_sim_terminator(struct sp_scanner_sim *sim, const char *word);
/* A prefix or suffix as written on a command line: "\x02" and the like are bytes. False: too long, or no such escape.
 */
bool sp_scanner_sim_fix(const char *text, char out[SP_SCANNER_SIM_FIX]);

/* A line of control:
 *   scan CODE         as fast as the line is
 *   scan-slowly CODE  a byte every 60 ms, as hands type
 *   cut CODE          half of it, then the cable is pulled
 *   terminator cr|lf|crlf|etx|tab|none
 *   help
 * \xHH in a CODE is that byte (\x1d: FNC1), \\ a backslash. Appends the bytes to `bytes` and the answer to `answer`.
 * SP_E_NOT_FOUND, and nothing appended: it is none of these. SP_E_INVALID. */
int sp_vcontrol_scanner(struct sp_scanner_sim *sim, const char *line, struct sp_scanner_deed *deed,
                        struct sp_buf *bytes, struct sp_buf *answer);

#endif
