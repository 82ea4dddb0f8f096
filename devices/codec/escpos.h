/* ESC/POS: a printout (domain/print.h) to the bytes of a receipt printer. Pure functions, no device.
 *
 * Only the commands every maker understands are used (Epson's ESC/POS reference; Chinese-market models agree): ESC @
 * reset, FS & Chinese mode, ESC a alignment, ESC E bold, GS ! size, LF, GS V 66 feed and partial cut, ESC p drawer.
 * Text is GB18030: one column a byte for ASCII, two columns for anything else. Styles are sent only when they change.
 *
 * Safety: no byte below 20h and no 7Fh ever comes from a text, so a product name cannot open the drawer or cut the
 * paper, and no printer finds a real-time command (DLE EOT, DLE ENQ, DLE DC4) in it: GB18030's second bytes begin at
 * 30h. Everything below 20h in the output was put there by this file.
 */
#ifndef SP_DEVICES_CODEC_ESCPOS_H
#define SP_DEVICES_CODEC_ESCPOS_H

#include "base/buf.h"
#include "base/error.h"
#include "domain/print.h"
#include <stdbool.h>
#include <stdint.h>

struct sp_escpos_options {
  bool four_byte; /* the printer has glyphs for four-byte GB18030; otherwise those characters print as 〓 */
  bool no_cutter; /* a hand-held without a knife: paper is fed far enough to be torn off */
};

/* The whole job: reset, Chinese mode, every line, feed and cut. ¥ (U+00A5) goes out as A3 A4, the two-byte ￥ every
 * Chinese font has, not as its own four-byte code. `options` may be null (two-byte glyphs, partial cut). A 60-line
 * receipt is about 2 KB. SP_E_LIMIT or SP_E_NOMEM from `out`, SP_E_UNSUPPORTED when the C library has no GB18030. */
int sp_escpos_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                     struct sp_error *err);

enum sp_escpos_pin { SP_ESCPOS_PIN_2 = 0, SP_ESCPOS_PIN_5 = 1 };

/* Open the drawer on that pin of the printer's connector: on for 50 ms, off for 500 ms, once. A job of its own, sent
 * before the receipt: the cashier waits for the drawer, not for paper. SP_E_LIMIT or SP_E_NOMEM from `out`. */
int sp_escpos_kick(enum sp_escpos_pin pin, struct sp_buf *out);

#endif
