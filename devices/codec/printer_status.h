/* What a receipt printer sends back: from bytes to meaning. Pure functions; a reader keeps what is not whole yet.
 *
 * Answers of different kinds share one stream and carry no length, but their fixed bits tell them apart (Epson's
 * ESC/POS reference, "transmission status identification"):
 *   b & 93h = 12h   one byte, the answer to DLE EOT; which question it answers the byte does not say
 *   b & 93h = 10h   the first of four bytes of automatic status (GS a); the others have b & 90h = 0
 *   b & 90h = 0     one byte, the answer to GS r or to GS I 1 to 3
 *   37h 22h … 00h   a process ID came back (GS ( H)
 *   37h, 35h, 3Bh, 3Dh, 5Fh … 00h   other blocks; 5Fh is an identity (GS I 65 to 68)
 * XON and XOFF and anything else is noise.
 */
#ifndef SP_DEVICES_CODEC_PRINTER_STATUS_H
#define SP_DEVICES_CODEC_PRINTER_STATUS_H

#include "devices/codec/escpos_ask.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_PRINTER_BLOCK_MAX 84 /* bytes between the first and the NUL; what is longer is noise */

/* What is known of a printer. Zero is "nothing known to be wrong"; each answer sets only its own part. */
struct sp_printer_status {
  bool offline;
  bool cover_open;
  bool paper_near_end;
  bool paper_end;
  bool drawer_high; /* pin 3; whether that means open is the drawer's wiring */
  bool feed_button; /* somebody holds it */
  bool waiting;     /* for DLE ENQ */
  bool error;       /* one of those below, or one the printer does not tell apart */
  bool mechanical;  /* mended by hand */
  bool cutter;      /* mended by hand */
  bool broken;      /* switch it off and on; then a technician */
  bool recovers;    /* hot head, open cover: ends by itself */
};

/* May it print now? */
bool sp_printer_can_print(const struct sp_printer_status *status);
/* The byte that answered DLE EOT `which`. SP_E_INVALID, and nothing changed, when it is no such byte. */
int sp_printer_status_realtime(struct sp_printer_status *status, enum sp_escpos_status which, uint8_t byte);
/* Automatic status: everything at once. SP_E_INVALID when the bytes are none. */
int sp_printer_status_auto(struct sp_printer_status *status, const uint8_t bytes[4]);
/* The byte that answered GS r 1. */
int sp_printer_status_paper(struct sp_printer_status *status, uint8_t byte);

enum sp_printer_reply_kind {
  SP_PRINTER_NONE,     /* everything was taken, nothing is whole */
  SP_PRINTER_REALTIME, /* bytes[0] */
  SP_PRINTER_AUTO,     /* bytes[0..3] */
  SP_PRINTER_WAITING,  /* bytes[0]: GS r, GS I 1 to 3 */
  SP_PRINTER_DONE,     /* bytes[0..3]: the mark of sp_escpos_ask_done */
  SP_PRINTER_IDENTITY, /* bytes[0..len-1]: text, and a NUL */
  SP_PRINTER_BLOCK,    /* bytes[0..len-1]: another block without its NUL */
  SP_PRINTER_NOISE     /* bytes[0] */
};

struct sp_printer_reply {
  enum sp_printer_reply_kind kind;
  uint8_t bytes[SP_PRINTER_BLOCK_MAX + 2]; /* and a NUL */
  size_t len;
};

/* Zero is a fresh reader; zero it again after a reconnect. */
struct sp_printer_reader {
  uint8_t held[SP_PRINTER_BLOCK_MAX + 2];
  size_t len;
};

/* Take bytes until an answer is whole; returns how many were taken. Call again with the rest until `reply->kind` is
 * SP_PRINTER_NONE, then everything was taken. However a stream is cut, the same answers come out. An answer whose rest
 * never comes is held back; a driver that waited long enough zeroes the reader. */
size_t sp_printer_read(struct sp_printer_reader *reader, const void *bytes, size_t len, struct sp_printer_reply *reply);

#endif
