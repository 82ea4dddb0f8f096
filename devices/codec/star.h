/* StarPRNT: a printout to the bytes of a Star printer, and what it sends back. Pure functions.
 *
 * ESC @ reset, ESC GS ) U text as UTF-8 with Chinese glyphs first, ESC GS a alignment, ESC E and ESC F bold, ESC i
 * size, ESC GS A position, LF, ESC d feed and cut, BEL drawer, ESC GS y QR, ESC b bar code, ESC GS S picture. A job
 * ends with ETB: the printer counts it when everything before is on paper, and its status carries the count.
 *
 * Star printers look for ESC ACK … in whatever comes in; pictures have a dot changed where they hold 1B 06. Texts hold
 * no byte below 20h, so none can be BEL, which opens the drawer.
 *
 * Sources: Star's StarPRNT command specification as public programs use it (receiptline, receiptio, starcupsdrv).
 */
#ifndef SP_DEVICES_CODEC_STAR_H
#define SP_DEVICES_CODEC_STAR_H

#include "base/buf.h"
#include "base/error.h"
#include "devices/codec/escpos.h"
#include "devices/codec/printer_status.h"
#include "domain/print.h"

#define SP_STAR_STATUS_MAX 33 /* bytes of the longest status */
#define SP_STAR_ETB_COUNTS 32 /* the counter begins again after so many */

/* The options of ESC/POS that mean something here: no_cutter, full_cut, dots, columns, positions, draw_qr,
 * draw_code128, charset (UTF-8, or a code page with `page` as n of ESC GS t). Errors as sp_escpos_encode. */
int sp_star_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                   struct sp_error *err);
/* The drawer on connector 1 or 2. */
int sp_star_kick(int drawer, struct sp_buf *out);
/* ETB: counted when everything before it is printed. */
int sp_star_ask_done(struct sp_buf *out);
/* ESC ACK SOH: the status comes at once, also from a printer that is offline. */
int sp_star_ask_status(struct sp_buf *out);
/* ESC RS a: tell by itself when something changes. */
int sp_star_auto_status(struct sp_buf *out);

struct sp_star_status {
  struct sp_printer_status printer;
  bool has_etb;
  int etb; /* 0 to SP_STAR_ETB_COUNTS − 1 */
};

/* Zero is a fresh reader; zero it again after a reconnect. */
struct sp_star_reader {
  uint8_t held[SP_STAR_STATUS_MAX];
  size_t len;
};

enum sp_star_reply { SP_STAR_NONE, SP_STAR_STATUS, SP_STAR_NOISE };

/* Take bytes until a status is whole, as sp_printer_read does; returns how many were taken. */
size_t sp_star_read(struct sp_star_reader *reader, const void *bytes, size_t len, enum sp_star_reply *reply,
                    struct sp_star_status *status);

#endif
