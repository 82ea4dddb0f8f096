/* Customer displays: what is to be seen, as bytes. Pure functions.
 *
 *   cd5220  two lines of 20 characters. 1B 51 41 text 0D upper line, 1B 51 42 text 0D lower line, 0C clear
 *           (Partner CD5220 and POS-X XP8200 manuals; most two-line poles have this command set)
 *   led8    eight digits and four lamps, most Chinese poles. 1B 51 41 digits 0D, where digits, '.' and '-' are all it
 *           takes and a comma shows rubbish; 1B 73 n lamps: 30h none, 31h price, 32h total, 33h paid, 34h change
 *           (LED8N manual)
 *   dmd     Epson DM-D: 1B 40, 1F 24 x y cursor, 0C clear, text (DM-D reference)
 *
 * Texts are cut to the line, control characters left out; what is not ASCII goes out as GB18030 where the display has
 * Chinese, else as '?'.
 */
#ifndef SP_DEVICES_CODEC_DISPLAY_H
#define SP_DEVICES_CODEC_DISPLAY_H

#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_DISPLAY_COLUMNS 20
#define SP_DISPLAY_DIGITS  8

enum sp_display_protocol { SP_DISPLAY_CD5220, SP_DISPLAY_LED8, SP_DISPLAY_DMD, SP_DISPLAY_PROTOCOLS };

const char *sp_display_name(enum sp_display_protocol protocol); /* "cd5220" … */
int sp_display_parse(const char *name);                         /* −1 */
/* "2400,8,N,1": the line as delivered. */
const char *sp_display_line(enum sp_display_protocol protocol);

/* A label and an amount at the right edge of one line, NUL-terminated. No digit of an amount is ever left out: the
 * label gives way, and an amount longer than the line is dashes. `label` is ASCII, `digits` are minor ones. */
void sp_display_row(const char *label, int64_t amount, int digits, char out[SP_DISPLAY_COLUMNS + 1]);

/* Can such a display show all of this, or would there be question marks in it? */
bool sp_display_can(const char *text, bool chinese);

struct sp_display_text {
  const char *upper, *lower; /* UTF-8; null is "" */
  int64_t amount;            /* minor units: what a display of digits shows */
  int digits;                /* minor digits of the currency: 2 */
  int lamp;                  /* 0 none, 1 price, 2 total, 3 paid, 4 change */
  bool chinese;              /* it has GB18030 characters */
};

/* Everything it takes to show this, whatever was there before. An amount too long for the digits is shown as dashes. 0
 * or the sticky code of `out`. */
int sp_display_write(enum sp_display_protocol protocol, const struct sp_display_text *text, struct sp_buf *out);

#endif
