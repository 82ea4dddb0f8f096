/* A virtual ESC/POS printer: bytes go in, paper and answers come out. No sockets, no threads, no clock.
 *
 * It is made to find our faults, so it shares nothing with devices/codec and behaves as the manuals say printers do,
 * also where that hurts:
 * - Real-time commands (DLE EOT 1–4, DLE ENQ 1–2, DLE DC4 1 and 8) act the moment they arrive, in the middle of a text,
 *   a picture or a QR code as well, because real printers search the raw stream for them.
 * - Everything else waits its turn in a receive buffer. While the cover is open, the paper is out, the head is hot or
 *   the knife is stuck nothing is taken from it; when it is full nothing more is accepted (back-pressure), except
 *   real-time commands. GS r and the process ID are such waiting commands: their answer means "printed up to here".
 * - Cover, paper and heat mend themselves: printing goes on where it stopped. After a cutter or mechanical error
 *   somebody has to remove the cause and then send DLE ENQ 1 (go on with the line) or 2 (forget what is buffered). Only
 *   switching off mends a broken printer, and that forgets buffers, modes and ASB, but not the paper.
 * - The paper sensor sits before the head: what has begun is finished, the next line waits.
 *
 * Understood: text in GB18030, in UTF-8 (FS C FF, Sunmi) and in code pages (ESC t by Epson's numbers); ESC @ ! $ \ - 2
 * 3 * B D E G J M R a d i m p t SP; FS & . ! - C W; GS ! B H L V W a f h k r v w; GS ( k (QR; PDF417 without a
 * picture), GS ( H, GS ( L and GS 8 L (pictures), GS I. Other known commands are skipped by their length; unknown ones
 * are kept as an item of the page. Page mode: ESC L S T W FF, FF, CAN, GS $ and GS \. What stands on one height becomes
 * one line, left to right; the sheet is as long as its areas, or as its ink when no area was set. Directions (ESC T)
 * turn the area, not the ink. Not modelled: rotation (ESC V), user-defined characters, NV pictures, international sets
 * (ESC R).
 *
 * Sources: Epson's ESC/POS reference (DLE EOT, GS a, GS r, GS ( H function 48, GS ( k, page mode), the programmer
 * manuals of HPRT TP80K and XP-80 (real-time commands inside data), Sunmi's instruction-set page (UTF-8 mode).
 */
#ifndef SP_DEVICES_SIM_PRINTER_H
#define SP_DEVICES_SIM_PRINTER_H

#include "base/buf.h"
#include "base/error.h"
#include "devices/sim/printer_page.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero is a good 80 mm printer with endless paper that prints in no time. */
struct sp_vprinter_options {
  int width;           /* dots: 576 (80 mm, 48 columns) when 0, 384 for 58 mm; 96 to 1024 */
  size_t buffer;       /* receive buffer in bytes, 4096 when 0 */
  int speed;           /* dots a second, 250 mm/s is 2000; 0 needs no sp_vprinter_tick */
  int near_dots;       /* the near-end sensor reports when no more than this is left; 160 mm (1280) when 0 */
  int swallow;         /* clones: this many bytes after a real-time command get lost */
  bool single_byte;    /* starts without Chinese mode, as models for other markets do */
  bool two_byte_only;  /* clones: no four-byte GB18030; it prints as rubbish */
  bool no_cutter;      /* GS V only feeds */
  bool no_asb;         /* GS a is taken and ignored */
  bool no_process_id;  /* GS ( H is taken and ignored */
  bool no_identity;    /* GS I is taken and ignored */
  bool no_paper_reply; /* GS r is taken and ignored */
  bool no_open_kick;   /* no pulse for the drawer while the cover is open */
};

enum sp_vprinter_knob {
  SP_VP_POWER,      /* 0 drops everything buffered and answers nothing; 1 starts afresh */
  SP_VP_COVER,      /* 1 open */
  SP_VP_PAPER,      /* dots left, -1 endless */
  SP_VP_CUTTER_JAM, /* 1: the next cut fails and is a cutter error */
  SP_VP_HEAT,       /* 1 head too hot, ends by itself: 0 */
  SP_VP_MECHANICAL, /* 1: an error that stays until it is 0 again and DLE ENQ came */
  SP_VP_BROKEN,     /* 1: an error that only switching off ends, and only when it is 0 by then */
  SP_VP_DRAWER,     /* 1 open: pin 3 is high. A pulse opens it, somebody closes it */
  SP_VP_BUTTON      /* 1 the feed button is held */
};

struct sp_vprinter;

/* SP_E_INVALID (field of the option), SP_E_NOMEM. The caller frees `*out`. */
int sp_vprinter_new(const struct sp_vprinter_options *options, struct sp_vprinter **out, struct sp_error *err);
void sp_vprinter_free(struct sp_vprinter *printer);

/* Offer bytes; returns how many were accepted, fewer than `len` when the buffer is full, 0 when it is off. However the
 * bytes are cut into calls, the paper and the answers are the same. */
size_t sp_vprinter_feed(struct sp_vprinter *printer, const void *bytes, size_t len);
/* Let `ms` milliseconds pass: a printer with a speed prints as much as it can in them. */
void sp_vprinter_tick(struct sp_vprinter *printer, int ms);
/* Turn a knob; what follows (ASB, printing on) happens before this returns. */
void sp_vprinter_set(struct sp_vprinter *printer, enum sp_vprinter_knob knob, int value);

/* What the printer sent back and nobody took yet; take it with sp_buf_drop or sp_buf_reset. At most 4 KB: then whole
 * answers are lost, as on a wire nobody reads. */
struct sp_buf *sp_vprinter_replies(struct sp_vprinter *printer);
/* The paper so far. Valid until the next call that is not const. */
const struct sp_vp_page *sp_vprinter_page(const struct sp_vprinter *printer);
/* Tear the paper off: the page is empty again, its counters too. */
void sp_vprinter_tear(struct sp_vprinter *printer);
/* Bytes accepted and not processed yet. */
size_t sp_vprinter_waiting(const struct sp_vprinter *printer);
/* Has it power? */
bool sp_vprinter_is_on(const struct sp_vprinter *printer);
/* Would it print now? False while off, offline or in error. */
bool sp_vprinter_online(const struct sp_vprinter *printer);

#endif
