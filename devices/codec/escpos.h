/* ESC/POS: a printout (domain/print.h) to the bytes of a receipt printer. Pure functions, no device.
 *
 * Only the commands every maker understands are used (Epson's ESC/POS reference; Chinese-market models agree): ESC @
 * reset, FS & and FS . Chinese mode, ESC t code page, ESC a alignment, ESC E bold, GS ! size, ESC $ position, LF, GS V
 * feed and cut, ESC p drawer; codes and pictures by escpos_ask.h. What a model lacks its options say: codes are drawn
 * as pictures, and on printers without pictures their text is printed. Styles are sent only when they change.
 *
 * Safety: no byte below 20h and no 7Fh ever comes from a text, so a product name cannot open the drawer or cut the
 * paper, and no printer finds a real-time command (DLE EOT, DLE ENQ, DLE DC4) in it: GB18030's second bytes begin at
 * 30h. Everything below 20h in the output was put there by this file, and in pictures such a pair has a dot changed.
 */
#ifndef SP_DEVICES_CODEC_ESCPOS_H
#define SP_DEVICES_CODEC_ESCPOS_H

#include "base/buf.h"
#include "base/error.h"
#include "devices/codec/charset.h"
#include "devices/codec/escpos_ask.h"
#include "domain/print.h"
#include <stdbool.h>
#include <stdint.h>

enum sp_escpos_pictures { SP_ESCPOS_GS_V, SP_ESCPOS_GS_L, SP_ESCPOS_NO_PICTURES };

/* Zero is a Chinese 80 mm printer with GB18030 glyphs of two bytes that draws codes itself and cuts. */
struct sp_escpos_options {
  bool four_byte;                   /* without `charset`: the printer has glyphs for four-byte GB18030 */
  bool no_cutter;                   /* a hand-held without a knife: paper is fed far enough to be torn off */
  bool full_cut;                    /* leave no point uncut */
  const struct sp_charset *charset; /* null: GB18030 */
  uint8_t page;                     /* n of ESC t, for a code page */
  int dots;                         /* what the head reaches, 576 when 0 */
  int columns;                      /* of font A, 48 when 0 */
  int columns_b;                    /* of font B, for printouts too wide for font A; 0: there is none to use */
  bool positions;                   /* ESC $ may be used for the right text; otherwise spaces */
  bool draw_qr, draw_code128;       /* the printer cannot */
  enum sp_escpos_pictures pictures;
  int slice; /* rows of one picture command, 255 when 0 */
};

/* The whole job: reset, character set, every line, feed and cut. `options` may be null. A 60-line receipt is about 2
 * KB. A code that cannot be printed becomes its text, a picture wider than the paper loses its right side. SP_E_LIMIT
 * or SP_E_NOMEM from `out`, SP_E_UNSUPPORTED when the C library does not know the character set. */
int sp_escpos_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                     struct sp_error *err);

enum sp_escpos_pin { SP_ESCPOS_PIN_2 = 0, SP_ESCPOS_PIN_5 = 1 };

/* Open the drawer on that pin of the printer's connector: on for 50 ms, off for 500 ms, once. A job of its own, sent
 * before the receipt: the cashier waits for the drawer, not for paper. SP_E_LIMIT or SP_E_NOMEM from `out`. */
int sp_escpos_kick(enum sp_escpos_pin pin, struct sp_buf *out);

#endif
