/* Inside the virtual printer: its state and what its files do for one another. Nobody else includes this, but
 * control_printer.c to read it.
 *
 * printer.c receives, waits and answers; printer_parse.c finds where a command ends; printer_run.c does what it says;
 * printer_text.c turns bytes into characters; printer_sheet.c is page mode; printer_page.c keeps the paper.
 */
#ifndef SP_DEVICES_SIM_PRINTER_STATE_H
#define SP_DEVICES_SIM_PRINTER_STATE_H

#include "devices/sim/printer.h"

#define SP_VP_COMMAND_MAX (4u << 20) /* the longest picture; a longer one is skipped */
#define SP_VP_LINE_CELLS  256
#define SP_VP_QR_MAX      7089 /* digits of the largest QR code */
#define SP_VP_PDF417_MAX  2710 /* digits of the largest PDF417 */
#define SP_VP_PITCH       30   /* dots a line, ESC 2 */

enum { SP_VP_DLE = 0x10, SP_VP_ESC = 0x1B, SP_VP_FS = 0x1C, SP_VP_GS = 0x1D };

/* What ESC @ sets back. */
struct sp_vp_modes {
  bool chinese, utf8;
  uint8_t code_page;
  uint8_t style; /* bits of enum sp_vp_style */
  bool underline_chinese;
  uint8_t scale_x, scale_y;
  enum sp_vp_align align;
  int pitch, spacing;
  int left, area; /* printing area: margin and width in dots */
  int qr_module, qr_level;
  int bar_height, bar_module, hri;
  int tabs[32], tab_count; /* columns */
};

/* Page mode: the area being written to, in dots of the sheet, and what stands on it. */
struct sp_vp_sheet {
  bool on;
  unsigned char direction; /* n of ESC T; kept for the length of lines, the ink stays upright */
  int left, top, width, height;
  int base;   /* foot of what comes next, from the top of the area */
  int bottom; /* of all ink and all areas */
  struct sp_vp_page ink;
};

struct sp_vprinter {
  struct sp_vprinter_options options;
  struct sp_vp_page page;
  struct sp_vp_modes modes;
  struct sp_buf replies;

  /* Receiving */
  unsigned char recent[10]; /* the beginning of a real-time command, perhaps */
  int recent_len;
  int swallow;
  unsigned char *queue; /* ring of options.buffer bytes */
  size_t head, queued;

  /* The command being collected, then run. It stays until it could be run. */
  struct sp_buf command;
  size_t wanted; /* its length, 0 while not known */
  size_t skip;   /* rest of a command too long to keep */

  /* The line being filled */
  struct sp_vp_cell line[SP_VP_LINE_CELLS];
  int line_len;
  int x;        /* dots from the left of the printing area */
  int tallest;  /* of what stands in the line */
  bool graphic; /* a column picture stands in the line */
  struct sp_buf qr;
  struct sp_buf stored; /* GS ( L: picture waiting for function 50 */
  int stored_width;
  struct sp_buf pdf417;
  struct sp_vp_sheet sheet;

  /* The machine */
  bool off, cover, hot, mechanical, broken, jammed, drawer, button;
  bool cutter_error, mechanical_error, broken_error;
  int64_t paper;  /* dots, -1 endless */
  int64_t budget; /* thousandths of a dot it may print before the next tick; may be in debt */
  uint8_t asb;    /* n of GS a */
  unsigned char told[4];
};

/* printer.c */
bool sp_vp_ready(const struct sp_vprinter *printer); /* may take a command from the buffer */
void sp_vp_reply(struct sp_vprinter *printer, const void *bytes, size_t len);
void sp_vp_asb_start(struct sp_vprinter *printer, uint8_t mask);
int sp_vp_paper_bits(const struct sp_vprinter *printer); /* 0, 1 near end, 2 end */
/* Move the paper; false, with nothing moved, when it cannot move now: the command is run again later. */
bool sp_vp_advance(struct sp_vprinter *printer, int64_t dots);
void sp_vp_pulse(struct sp_vprinter *printer, int pin, int on_ms, int off_ms, bool realtime);

/* printer_parse.c: the length of the command or character at the start of `bytes`, 0 when more is needed to know.
 * A length above `len` means: come back with that much. */
size_t sp_vp_measure(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len);

/* printer_run.c: false when it has to wait. */
bool sp_vp_run(struct sp_vprinter *printer, const unsigned char *bytes, size_t len);
void sp_vp_reset_modes(struct sp_vprinter *printer);
bool sp_vp_print_line(struct sp_vprinter *printer, bool wrapped);

/* Where ink of that height goes: the paper, which moves, or the sheet of page mode. Null, and nothing moved, when it
 * cannot move now. */
struct sp_vp_page *sp_vp_take_place(struct sp_vprinter *printer, int height, uint32_t *y);

/* printer_sheet.c: page mode. */
int sp_vp_sheet_width(const struct sp_vprinter *printer); /* the length of its lines */
struct sp_vp_page *sp_vp_sheet_take(struct sp_vprinter *printer, int height, uint32_t *y);
void sp_vp_sheet_enter(struct sp_vprinter *printer);                            /* ESC L */
void sp_vp_sheet_leave(struct sp_vprinter *printer);                            /* ESC S, ESC @ */
void sp_vp_sheet_cancel(struct sp_vprinter *printer);                           /* CAN */
void sp_vp_sheet_feed(struct sp_vprinter *printer, int dots);                   /* LF, ESC J, ESC d */
void sp_vp_sheet_move(struct sp_vprinter *printer, const unsigned char *bytes); /* GS $, GS \ */
void sp_vp_sheet_area(struct sp_vprinter *printer, const unsigned char *bytes); /* ESC W */
void sp_vp_sheet_turn(struct sp_vprinter *printer, unsigned char n);            /* ESC T */
bool sp_vp_sheet_print(struct sp_vprinter *printer); /* ESC FF, FF; false when it has to wait */

/* printer_graphic.c: pictures and codes. */
bool sp_vp_run_raster(struct sp_vprinter *printer, const unsigned char *bytes, size_t len);
bool sp_vp_run_columns(struct sp_vprinter *printer, const unsigned char *bytes, size_t len);
bool sp_vp_run_barcode(struct sp_vprinter *printer, const unsigned char *bytes, size_t len);
bool sp_vp_run_symbol(struct sp_vprinter *printer, const unsigned char *bytes, size_t len);
bool sp_vp_run_graphics(struct sp_vprinter *printer, const unsigned char *bytes, size_t len);

/* printer_text.c */
size_t sp_vp_text_length(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len);
/* The code point of a whole character, U+FFFD when it has none; `*wide` when it takes a Chinese cell. */
uint32_t sp_vp_text_decode(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len, bool *wide);

/* printer_page.c: record one thing. Failure is kept in the page. The item returned may be null. */
struct sp_vp_item *sp_vp_page_add(struct sp_vp_page *page, enum sp_vp_kind kind, const void *data, size_t len);
struct sp_vp_item *sp_vp_page_add_line(struct sp_vp_page *page, const struct sp_vp_cell *cells, size_t count);
void sp_vp_page_free(struct sp_vp_page *page);

#endif
