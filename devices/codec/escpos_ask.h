/* ESC/POS beyond a receipt's text: questions to the printer, codes, pictures. Pure functions that append bytes.
 *
 * Printers search everything they receive for real-time commands, also inside pictures and QR codes ("if the print data
 * contains the same data as this command, the data will be executed as if it were the command", XP-80 programmer
 * manual): 10 04 (DLE EOT), 10 05 (DLE ENQ) and 10 14 (DLE DC4, which opens the drawer). No function here but the four
 * that say so in their name puts such a pair out: texts of codes may not hold one, pictures have a dot changed.
 * sp_escpos_audit finds them in bytes from anywhere.
 *
 * Sources: Epson's ESC/POS reference (DLE EOT, DLE ENQ, GS a, GS r, GS I, GS ( H function 48, GS ( k, GS k, GS v 0).
 */
#ifndef SP_DEVICES_CODEC_ESCPOS_ASK_H
#define SP_DEVICES_CODEC_ESCPOS_ASK_H

#include "base/buf.h"
#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_ESCPOS_CODE_MAX     1024 /* bytes in a QR code; stays clear of lengths that look like 10 04 */
#define SP_ESCPOS_BARCODE_MAX  96   /* characters of a CODE128 */
#define SP_ESCPOS_PICTURE_WIDE 1024 /* dots */
#define SP_ESCPOS_PICTURE_TALL 2048

/* All return 0 or the sticky code of `out`, and more where they say so. */

/* ---- Real-time: answered even when the printer is offline. Between jobs only, unless the profile trusts it. ---- */

enum sp_escpos_status { SP_ESCPOS_PRINTER = 1, SP_ESCPOS_OFFLINE, SP_ESCPOS_ERROR, SP_ESCPOS_PAPER };
/* DLE EOT: one byte comes back, see printer_status.h. */
int sp_escpos_realtime_status(enum sp_escpos_status which, struct sp_buf *out);
/* DLE ENQ 1: after a mended error, go on with the line. */
int sp_escpos_realtime_resume(struct sp_buf *out);
/* DLE ENQ 2: after a mended error, forget everything buffered. */
int sp_escpos_realtime_forget(struct sp_buf *out);
/* DLE DC4 1: the drawer, in the middle of whatever is printing: pulse of 100 ms. `pin` is 2 or 5. */
int sp_escpos_realtime_kick(int pin, struct sp_buf *out);

/* ---- In the queue with the text ---- */

enum { SP_ESCPOS_ASB_DRAWER = 1, SP_ESCPOS_ASB_ONLINE = 2, SP_ESCPOS_ASB_ERROR = 4, SP_ESCPOS_ASB_PAPER = 8 };
/* GS a: tell on every change of these (0: stop). Four bytes come at once and on each change. */
int sp_escpos_auto_status(uint8_t changes, struct sp_buf *out);
/* GS r 1: one byte comes when everything before was processed. For clones this is "it is printed". */
int sp_escpos_ask_paper(struct sp_buf *out);
/* GS ( H 48: the mark comes back when everything before is on paper. `mark` is four characters of 20h to 7Eh, else
 * SP_E_INVALID. */
int sp_escpos_ask_done(const char mark[4], struct sp_buf *out, struct sp_error *err);
/* A number as such a mark, four digits of base 62: the same again after 14,776,336 numbers. */
void sp_escpos_mark(uint32_t number, char mark[4]);
enum sp_escpos_identity { SP_ESCPOS_FIRMWARE = 65, SP_ESCPOS_MAKER, SP_ESCPOS_MODEL, SP_ESCPOS_SERIAL };
/* GS I: the text comes back as a block; many clones stay silent. */
int sp_escpos_ask_identity(enum sp_escpos_identity which, struct sp_buf *out);

/* ---- Codes ---- */

/* A QR code (model 2), `module` dots a module (1 to 16), `level` 'L', 'M', 'Q' or 'H'. The bytes go into the code as
 * they are. SP_E_INVALID: empty, a bound, or bytes that are a real-time command. */
int sp_escpos_qr(const void *bytes, size_t len, int module, char level, struct sp_buf *out, struct sp_error *err);
/* A CODE128 of printable ASCII (20h to 7Eh), `height` dots tall (1 to 255), `module` 2 to 6, the text below it. Pairs
 * of digits take one symbol where that is shorter and no real-time command (1604 would be 10 04). SP_E_INVALID
 * otherwise. */
int sp_escpos_code128(const char *text, int height, int module, struct sp_buf *out, struct sp_error *err);

/* ---- Pictures ---- */

struct sp_escpos_picture {
  const uint8_t *rows; /* (width + 7) / 8 bytes a row, most significant bit left, 1 is black */
  int width, height;   /* dots */
};

/* GS v 0 in slices of at most `slice` rows (1 to 255; another number: 255), then the line pitch set back. Where two
 * bytes would be a real-time command one dot is made black. SP_E_INVALID outside the bounds above. */
int sp_escpos_raster(const struct sp_escpos_picture *picture, int slice, struct sp_buf *out, struct sp_error *err);
/* The same by GS 8 L (function 112, store) and GS ( L (function 50, print), as Epson's newer models have it. */
int sp_escpos_graphics(const struct sp_escpos_picture *picture, int slice, struct sp_buf *out, struct sp_error *err);

/* ---- Audit ---- */

/* Where the first 10 04, 10 05 or 10 14 begins, `len` when there is none. */
size_t sp_escpos_audit(const void *bytes, size_t len);

#endif
