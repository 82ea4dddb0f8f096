/* A virtual customer display: bytes go in, what a customer would read comes out. Written from the makers' command lists
 * (see devices/codec/display.h) and sharing no code with the codec. Pure.
 *
 * It is as narrow as the real ones: what it does not know is counted and shows as rubbish would, a line of digits takes
 * only digits, points and minus signs.
 */
#ifndef SP_DEVICES_SIM_DISPLAY_H
#define SP_DEVICES_SIM_DISPLAY_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_VDISPLAY_COLUMNS 20

struct sp_vdisplay {
  bool digits;                            /* led8: one line of eight digits; else two lines of characters */
  char lines[2][SP_VDISPLAY_COLUMNS + 1]; /* as bytes (ASCII or GB18030), padded with blanks; of digits: the first */
  int lamp;                               /* 0 to 4 */
  int rubbish;                            /* bytes that meant nothing */
  uint8_t held[SP_VDISPLAY_COLUMNS * 2];  /* a command that is not whole yet */
  size_t held_len;
  int line, column; /* the cursor of a dmd */
};

void sp_vdisplay_init(struct sp_vdisplay *display, bool digits);
void sp_vdisplay_feed(struct sp_vdisplay *display, const uint8_t *bytes, size_t len);
/* What is to be read, as UTF-8: two lines, or the digits and the lamp's name. */
int sp_vdisplay_text(const struct sp_vdisplay *display, struct sp_buf *out);

#endif
