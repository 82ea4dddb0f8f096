/* The paper of a virtual printer: what was put on it, in order, and three ways to look at it.
 *
 * Lengths are dots (8 a millimetre). A page is continuous paper: y counts from its beginning through every cut. Items
 * that leave no ink (cut, feed, drawer, buzzer, unknown) stand in the same list, so their order is part of the record.
 */
#ifndef SP_DEVICES_SIM_PRINTER_PAGE_H
#define SP_DEVICES_SIM_PRINTER_PAGE_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_VP_ITEMS_MAX 200000u
#define SP_VP_CELLS_MAX 4000000u
#define SP_VP_DATA_MAX  (32u << 20)
#define SP_VP_ROWS_MAX  120000u /* 15 m: the most a PNG shows */
#define SP_VP_MARGIN    32      /* paper beyond what the head reaches */
#define SP_VP_FONT_FILE "/usr/share/unifont/unifont.hex"

enum sp_vp_kind {
  SP_VP_LINE,    /* cells; count 0 is an empty line */
  SP_VP_QR,      /* data; module, level */
  SP_VP_BARCODE, /* data as sent; symbol, module, bar_height, hri */
  SP_VP_IMAGE,   /* data: rows of (width + 7) / 8 bytes, most significant bit left, 1 is black */
  SP_VP_FEED,    /* paper moved by height dots */
  SP_VP_CUT,     /* full */
  SP_VP_PULSE,   /* the drawer: pin, on_ms, off_ms, realtime */
  SP_VP_BUZZER,
  SP_VP_PDF417, /* data; nobody draws it: a frame stands for it */
  SP_VP_UNKNOWN /* data: the first bytes of a command it does not know, or of a code it cannot draw */
};

enum sp_vp_align { SP_VP_LEFT, SP_VP_CENTRE, SP_VP_RIGHT };

enum sp_vp_style { SP_VP_BOLD = 1, SP_VP_UNDERLINE = 2, SP_VP_REVERSE = 4, SP_VP_SMALL = 8 /* font B */ };

/* One character where it stands. U+FFFD is a byte that means nothing in the printer's character set. */
struct sp_vp_cell {
  uint32_t code;
  uint16_t x, width, height; /* size as printed: 12×24 for ASCII in font A, 24×24 for Chinese, times the scales */
  uint8_t scale_x, scale_y;  /* 1 to 8 */
  uint8_t style;             /* bits of enum sp_vp_style */
};

struct sp_vp_item {
  enum sp_vp_kind kind;
  enum sp_vp_align align;
  uint32_t x, y, width, height; /* of the ink, or of the movement; `height` of a line includes its pitch */
  size_t at, count;             /* of the page's cells (a line) or data (everything else) */
  int symbol;                   /* m of GS k, as function B: 65 UPC-A … 73 CODE128 */
  int module;                   /* dots of the thinnest element */
  int level;                    /* of a QR code: 0 L, 1 M, 2 Q, 3 H */
  int bar_height, hri;          /* hri: 0 no text, 1 above, 2 below, 3 both */
  int pin, on_ms, off_ms;       /* pin 2 or 5 */
  bool realtime;                /* the pulse came by DLE DC4 */
  bool full;                    /* the cut left no point uncut */
  bool wrapped;                 /* the line was full and went on in the next */
};

struct sp_vp_page {
  int width; /* dots */
  struct sp_vp_item *items;
  size_t item_count;
  struct sp_vp_cell *cells;
  size_t cell_count;
  struct sp_buf data;
  uint32_t height; /* dots of paper used */
  int cuts, pulses, unknown;
  int lost_replies;
  int failed; /* sticky: SP_E_LIMIT or SP_E_NOMEM, the record is not complete */
};

/* Lines as UTF-8: alignment and absolute positions become spaces, a QR code "[QR …]", a bar code "[CODE128 …]", a
 * picture "[image 384x96]", a cut "[cut]", a pulse "[drawer 2]"; feeds leave nothing. SP_E_LIMIT or SP_E_NOMEM from
 * `out`, or page->failed. */
int sp_vp_page_text(const struct sp_vp_page *page, struct sp_buf *out);
/* The same with `bare`: only lines, no marks in brackets, no spaces for alignment. */
int sp_vp_page_lines(const struct sp_vp_page *page, struct sp_buf *out);
/* Everything, as one JSON object: width, height, counters, items with runs of equal style. Data of codes is text when
 * it is UTF-8 without NUL and hexadecimal ("hex") when not; pictures are told by size and CRC-32. */
int sp_vp_page_json(const struct sp_vp_page *page, struct sp_buf *out);
/* A 1-bit greyscale PNG, one pixel a dot, SP_VP_MARGIN white around it, a dashed line for a cut. Codes are real
 * symbols: QR by libqrencode, linear codes by our own tables (tests let zbar and ZXing read them); a PDF417 is a frame.
 * Characters are those of GNU Unifont when SP_VP_FONT_FILE (Debian's package unifont) is there, read at each call: this
 * blocks for some milliseconds. A character it lacks, or every one without that file, is a sketch: ASCII in a built-in
 * 5×7 dot font, anything else a box with its code point in hexadecimal, so two different receipts always look
 * different. Deflate is zlib's. SP_E_LIMIT also for more than SP_VP_ROWS_MAX rows. */
int sp_vp_page_png(const struct sp_vp_page *page, struct sp_buf *out);
/* The same with another file of that format; null for the sketch. */
int sp_vp_page_png_in(const struct sp_vp_page *page, const char *font_file, struct sp_buf *out);

#endif
