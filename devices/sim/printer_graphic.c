#include "devices/sim/printer_state.h"
#include "devices/sim/printer_symbol.h"
#include <string.h>

#define HRI_HEIGHT    24
#define PDF417_WIDTH  264
#define PDF417_HEIGHT 72

static size_t word(const unsigned char *bytes) {
  return (size_t)bytes[0] | (size_t)bytes[1] << 8;
}

static uint32_t aligned_x(const struct sp_vprinter *printer, size_t width) {
  const struct sp_vp_modes *modes = &printer->modes;
  if (printer->sheet.on) return (uint32_t)(printer->sheet.left + printer->x);
  int area = printer->options.width - modes->left;
  if (area > modes->area) area = modes->area;
  int slack = area > (int)width ? area - (int)width : 0;
  return (uint32_t)(modes->left + (modes->align == SP_VP_CENTRE ? slack / 2 : modes->align == SP_VP_RIGHT ? slack : 0));
}

static void place(struct sp_vprinter *printer, struct sp_vp_item *item, uint32_t y, size_t width, size_t height) {
  item->align = printer->modes.align;
  item->x = aligned_x(printer, width);
  item->y = y;
  item->width = (uint32_t)width;
  item->height = (uint32_t)height;
  if (printer->sheet.on) printer->x += (int)width;
}

struct sp_vp_page *sp_vp_take_place(struct sp_vprinter *printer, int height, uint32_t *y) {
  if (printer->sheet.on) return sp_vp_sheet_take(printer, height, y);
  *y = printer->page.height;
  return sp_vp_advance(printer, height) ? &printer->page : NULL;
}

/* Text before a picture or a code is printed first; in page mode it may stand beside it. */
static bool flush_line(struct sp_vprinter *printer) {
  if (printer->sheet.on) return true;
  bool text = printer->line_len > 0 || printer->graphic;
  return !text || sp_vp_print_line(printer, false);
}

static void note_unknown(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  (void)sp_vp_page_add(&printer->page, SP_VP_UNKNOWN, bytes, len < 8 ? len : 8);
  printer->page.unknown++;
}

/* ---- Pictures ---- */

/* A picture of rows; its dots may be doubled both ways. Wider than the paper means cut off, as printers do. */
static bool put_picture(struct sp_vprinter *printer, const unsigned char *rows, size_t row_bytes, size_t count,
                        int double_x, int double_y) {
  size_t width = row_bytes * 8 * (size_t)(double_x ? 2 : 1);
  size_t height = count * (size_t)(double_y ? 2 : 1);
  if (!flush_line(printer)) return false;
  uint32_t y = 0;
  struct sp_vp_page *page = sp_vp_take_place(printer, (int)height, &y);
  if (!page) return false;
  if (width > (size_t)printer->options.width) width = (size_t)printer->options.width;
  struct sp_buf dots;
  sp_buf_init(&dots, SP_VP_COMMAND_MAX * 2u);
  size_t out_bytes = (width + 7) / 8;
  for (size_t row = 0; row < height && !dots.failed; row++) {
    const unsigned char *from = rows + row / (double_y ? 2 : 1) * row_bytes;
    for (size_t i = 0; i < out_bytes; i++) {
      unsigned char byte = from[double_x ? i / 2 : i];
      if (double_x) { /* each of four dots twice */
        unsigned half = i & 1 ? byte & 0x0Fu : byte >> 4;
        unsigned spread = (half & 8) << 3 | (half & 4) << 2 | (half & 2) << 1 | (half & 1);
        byte = (unsigned char)(spread | spread << 1);
      }
      sp_buf_putc(&dots, (char)byte);
    }
  }
  struct sp_vp_item *item = sp_vp_page_add(page, SP_VP_IMAGE, dots.data, dots.failed ? 0 : dots.len);
  if (dots.failed) printer->page.failed = dots.failed;
  if (item) place(printer, item, y, width, height);
  sp_buf_free(&dots);
  return true;
}

bool sp_vp_run_raster(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  size_t row_bytes = word(bytes + 4);
  size_t rows = word(bytes + 6);
  if (bytes[2] != '0' || row_bytes == 0 || rows == 0 || len != 8 + row_bytes * rows) {
    note_unknown(printer, bytes, len);
    return true;
  }
  return put_picture(printer, bytes + 8, row_bytes, rows, bytes[3] & 1, bytes[3] & 2);
}

/* ESC *: columns of 8 or 24 dots that stand in the line like a character; the line feed moves on. Modes 0 and 1 have
 * dots three times as tall, 0 and 32 twice as wide. */
bool sp_vp_run_columns(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  unsigned char mode = bytes[2];
  size_t column_bytes = mode >= 32 ? 3 : 1;
  size_t columns = word(bytes + 3);
  size_t across = mode & 1 ? 1 : 2;
  size_t down = mode >= 32 ? 1 : 3;
  unsigned char dots[24 * 128] = {0};
  if (columns == 0 || len != 5 + columns * column_bytes) return true;
  size_t width = columns * across;
  if (width > (size_t)printer->options.width) width = (size_t)printer->options.width;
  size_t row_bytes = (width + 7) / 8;
  for (size_t x = 0; x < width; x++) {
    const unsigned char *column = bytes + 5 + x / across * column_bytes;
    for (size_t y = 0; y < 24; y++) {
      size_t bit = y / down;
      if (column[bit / 8] >> (7 - bit % 8) & 1) dots[y * row_bytes + x / 8] |= (unsigned char)(0x80 >> x % 8);
    }
  }
  uint32_t y = printer->page.height;
  struct sp_vp_page *page = printer->sheet.on ? sp_vp_sheet_take(printer, 24, &y) : &printer->page;
  struct sp_vp_item *item = sp_vp_page_add(page, SP_VP_IMAGE, dots, row_bytes * 24);
  if (item) {
    place(printer, item, y, width, 24);
    if (!printer->sheet.on) item->x += (uint32_t)printer->x;
  }
  printer->x += (int)width;
  printer->graphic = true;
  if (printer->tallest < 24) printer->tallest = 24;
  return true;
}

/* GS ( L and GS 8 L, from m on: function 112 keeps a picture, 50 (or 2) prints it. */
bool sp_vp_run_graphics(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  if (len < 2 || bytes[0] != 48) return true;
  if (bytes[1] == 112 && len > 10) {
    size_t width = word(bytes + 6);
    size_t rows = word(bytes + 8);
    size_t row_bytes = (width + 7) / 8;
    if (width == 0 || rows == 0 || len != 10 + row_bytes * rows) {
      note_unknown(printer, bytes, len);
      return true;
    }
    sp_buf_reset(&printer->stored);
    if (sp_buf_add(&printer->stored, bytes + 10, row_bytes * rows)) printer->page.failed = printer->stored.failed;
    printer->stored_width = (int)row_bytes;
  } else if ((bytes[1] == 50 || bytes[1] == 2) && printer->stored.len > 0) {
    size_t row_bytes = (size_t)printer->stored_width;
    const unsigned char *rows = (const unsigned char *)printer->stored.data;
    if (!put_picture(printer, rows, row_bytes, printer->stored.len / row_bytes, 0, 0)) return false;
    sp_buf_reset(&printer->stored);
  }
  return true;
}

/* ---- Codes ---- */

/* Function A (m 0 to 6, NUL at the end) and B (m 65 to 73, counted) mean the same symbols. */
bool sp_vp_run_barcode(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  const struct sp_vp_modes *modes = &printer->modes;
  bool old = bytes[2] <= 6;
  int symbol = old ? bytes[2] + 65 : bytes[2];
  const unsigned char *data = bytes + (old ? 3 : 4);
  size_t count = len - 4; /* without the NUL, or without the count */
  struct sp_buf bars;
  sp_buf_init(&bars, 4096);
  bool drawable = sp_vp_symbol_bars(symbol, data, count, &bars) == 0;
  size_t width = bars.len * (size_t)modes->bar_module;
  sp_buf_free(&bars);
  if (!drawable) {
    note_unknown(printer, bytes, len);
    return true;
  }
  int texts = (modes->hri & 1) + (modes->hri >> 1 & 1);
  size_t height = (size_t)modes->bar_height + (size_t)texts * HRI_HEIGHT;
  if (!flush_line(printer)) return false;
  uint32_t y = 0;
  struct sp_vp_page *page = sp_vp_take_place(printer, (int)height, &y);
  if (!page) return false;
  struct sp_vp_item *item = sp_vp_page_add(page, SP_VP_BARCODE, data, count);
  if (!item) return true;
  place(printer, item, y, width, height);
  item->symbol = symbol;
  item->module = modes->bar_module;
  item->bar_height = modes->bar_height;
  item->hri = modes->hri;
  return true;
}

static bool print_qr(struct sp_vprinter *printer) {
  const struct sp_vp_modes *modes = &printer->modes;
  const unsigned char *data = (const unsigned char *)printer->qr.data;
  struct sp_buf modules;
  int side = 0;
  if (printer->qr.len == 0) return true;
  sp_buf_init(&modules, 177 * 177);
  int rc = sp_vp_symbol_qr(data, printer->qr.len, modes->qr_level, &modules, &side);
  sp_buf_free(&modules);
  if (rc) {
    note_unknown(printer, data, printer->qr.len);
    return true;
  }
  size_t size = (size_t)side * (size_t)modes->qr_module;
  if (!flush_line(printer)) return false;
  uint32_t y = 0;
  struct sp_vp_page *page = sp_vp_take_place(printer, (int)size, &y);
  if (!page) return false;
  struct sp_vp_item *item = sp_vp_page_add(page, SP_VP_QR, data, printer->qr.len);
  if (!item) return true;
  place(printer, item, y, size, size);
  item->module = modes->qr_module;
  item->level = modes->qr_level;
  return true;
}

/* PDF417 is known by name only: what it would hold is kept, and a frame of a fixed size stands for it. */
static bool run_pdf417(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  if (bytes[1] == 80) {
    sp_buf_reset(&printer->pdf417);
    if (sp_buf_add(&printer->pdf417, bytes + 3, len - 3)) sp_buf_reset(&printer->pdf417);
  }
  if (bytes[1] != 81 || printer->pdf417.len == 0) return true;
  if (!flush_line(printer)) return false;
  uint32_t y = 0;
  struct sp_vp_page *page = sp_vp_take_place(printer, PDF417_HEIGHT, &y);
  if (!page) return false;
  struct sp_vp_item *item = sp_vp_page_add(page, SP_VP_PDF417, printer->pdf417.data, printer->pdf417.len);
  if (item) place(printer, item, y, PDF417_WIDTH, PDF417_HEIGHT);
  return true;
}

/* GS ( k, from cn on: 48 is PDF417, 49 is QR with the functions 65 model, 67 module, 69 level, 80 store, 81 print. */
bool sp_vp_run_symbol(struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  struct sp_vp_modes *modes = &printer->modes;
  if (len >= 3 && bytes[0] == 48) return run_pdf417(printer, bytes, len);
  if (len < 3 || bytes[0] != 49) {
    note_unknown(printer, bytes, len);
    return true;
  }
  switch (bytes[1]) {
  case 67:
    if (bytes[2] >= 1 && bytes[2] <= 16) modes->qr_module = bytes[2];
    return true;
  case 69:
    if (bytes[2] >= 48 && bytes[2] <= 51) modes->qr_level = bytes[2] - 48;
    return true;
  case 80:
    sp_buf_reset(&printer->qr);
    if (sp_buf_add(&printer->qr, bytes + 3, len - 3)) sp_buf_reset(&printer->qr);
    return true;
  case 81:
    return print_qr(printer);
  default:
    return true;
  }
}
