#include "base/error.h"
#include "devices/sim/printer_font.h"
#include "devices/sim/printer_glyph.h"
#include "devices/sim/printer_page.h"
#include "devices/sim/printer_symbol.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* 1 is black; each row begins with PNG's filter byte 0. */
struct raster {
  unsigned char *bytes;
  size_t row_bytes;
  uint32_t width, height; /* with the margin */
  const struct sp_vp_glyphs *glyphs;
};

static void dot(struct raster *raster, uint32_t x, uint32_t y) {
  x += SP_VP_MARGIN;
  y += SP_VP_MARGIN;
  if (x >= raster->width || y >= raster->height) return;
  raster->bytes[y * raster->row_bytes + 1 + x / 8] |= (unsigned char)(0x80u >> x % 8);
}

static void flip(struct raster *raster, uint32_t x, uint32_t y) {
  x += SP_VP_MARGIN;
  y += SP_VP_MARGIN;
  if (x >= raster->width || y >= raster->height) return;
  raster->bytes[y * raster->row_bytes + 1 + x / 8] ^= (unsigned char)(0x80u >> x % 8);
}

static void box(struct raster *raster, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  for (uint32_t dy = 0; dy < height; dy++)
    for (uint32_t dx = 0; dx < width; dx++)
      dot(raster, x + dx, y + dy);
}

/* ---- Characters ---- */

/* The font's 6×8 grid (5×7 and a gap) stretched over the cell; bold is one dot to the right as well. */
static void draw_ascii(struct raster *raster, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
                       const uint8_t *rows, bool bold) {
  for (uint32_t dy = 0; dy < height; dy++) {
    uint32_t row = dy * 8 / height;
    for (uint32_t dx = 0; row < 7 && dx < width; dx++) {
      uint32_t column = dx * 6 / width;
      if (column > 4 || !(rows[row] >> (4 - column) & 1)) continue;
      dot(raster, x + dx, y + dy);
      if (bold) dot(raster, x + dx + 1, y + dy);
    }
  }
}

/* A frame with the code point: four digits in a Chinese cell, the last two in a narrow one. */
static void draw_unknown(struct raster *raster, uint32_t x, uint32_t y, const struct sp_vp_cell *cell) {
  static const char digits[] = "0123456789ABCDEF";
  uint32_t across = cell->scale_x;
  uint32_t down = cell->scale_y;
  bool wide = cell->width / across >= 24;
  box(raster, x + across, y + down, cell->width - 2 * across, down);
  box(raster, x + across, y + cell->height - 2 * down, cell->width - 2 * across, down);
  box(raster, x + across, y + down, across, cell->height - 3 * down);
  box(raster, x + cell->width - 2 * across, y + down, across, cell->height - 3 * down);
  for (uint32_t i = 0; i < (wide ? 4u : 2u); i++) {
    uint32_t value = cell->code >> (wide ? 12 - 4 * i : 4 - 4 * i) & 15;
    uint32_t column = wide ? 4 + i % 2 * 9 : 4;
    uint32_t row = wide ? 4 + i / 2 * 9 : 3 + i * 9;
    draw_ascii(raster, x + column * across, y + row * down, 6 * across, 8 * down,
               sp_vp_font_rows((unsigned char)digits[value]), false);
  }
}

/* A character of Unifont in its cell: 24 dots high (17 in font B) and then as often as it is enlarged. Narrow ones
 * stand in the middle of a Chinese cell, except lines of tables, which have to meet. Bold is a dot more to the right
 * where that closes no gap. */
static void draw_glyph(struct raster *raster, uint32_t x, uint32_t y, const struct sp_vp_cell *cell,
                       const struct sp_vp_glyph *glyph) {
  uint32_t across = cell->scale_x;
  uint32_t down = cell->scale_y;
  int wide = (int)(cell->width / across);
  int tall = (int)(cell->height / down);
  bool middle = glyph->width == 8 && wide >= 24 && !(cell->code >= 0x2500 && cell->code <= 0x259F);
  int width = middle ? wide / 2 : wide;
  int left = (wide - width) / 2;
  for (int row = 0; row < tall; row++) {
    bool before = false;
    for (int column = 0; column < width; column++) {
      bool ink = sp_vp_glyph_dot(glyph, column, row, width, tall);
      bool room = column + 2 >= width || !sp_vp_glyph_dot(glyph, column + 1, row, width, tall);
      bool thick = cell->style & SP_VP_BOLD && before && room;
      if (ink || thick) box(raster, x + (uint32_t)(left + column) * across, y + (uint32_t)row * down, across, down);
      before = ink;
    }
  }
}

/* One character at (x, y), by the best there is: Unifont, the built-in font, a frame with its number. */
static void draw_character(struct raster *raster, uint32_t x, uint32_t y, const struct sp_vp_cell *cell) {
  struct sp_vp_glyph glyph;
  const uint8_t *rows = sp_vp_font_rows(cell->code);
  if (sp_vp_glyphs_find(raster->glyphs, cell->code, &glyph))
    draw_glyph(raster, x, y, cell, &glyph);
  else if (rows)
    draw_ascii(raster, x, y, cell->width, cell->height, rows, cell->style & SP_VP_BOLD);
  else if (cell->code > 0x7F && cell->code != 0x3000 && cell->height >= 24)
    draw_unknown(raster, x, y, cell);
}

/* `foot`: where the characters of a line end, whatever their sizes. */
static void draw_cell(struct raster *raster, const struct sp_vp_item *item, const struct sp_vp_cell *cell,
                      uint32_t foot) {
  uint32_t x = item->x + cell->x;
  uint32_t y = foot - cell->height;
  draw_character(raster, x, y, cell);
  if (cell->style & SP_VP_UNDERLINE) box(raster, x, foot - 1u, cell->width, 1);
  if (!(cell->style & SP_VP_REVERSE)) return;
  for (uint32_t dy = 0; dy < cell->height; dy++)
    for (uint32_t dx = 0; dx < cell->width; dx++)
      flip(raster, x + dx, y + dy);
}

static void draw_line(struct raster *raster, const struct sp_vp_page *page, const struct sp_vp_item *item) {
  const struct sp_vp_cell *cells = page->cells + item->at;
  uint32_t tallest = 0;
  for (size_t i = 0; i < item->count; i++)
    if (cells[i].height > tallest) tallest = cells[i].height;
  for (size_t i = 0; i < item->count; i++)
    draw_cell(raster, item, &cells[i], item->y + tallest);
}

static void draw_text(struct raster *raster, uint32_t x, uint32_t y, const char *text) {
  struct sp_vp_cell cell = {.width = 12, .height = 24, .scale_x = 1, .scale_y = 1};
  for (; *text; text++, x += cell.width) {
    cell.code = (unsigned char)*text;
    draw_character(raster, x, y, &cell);
  }
}

/* ---- Pictures and codes ---- */

static const unsigned char *data_of(const struct sp_vp_page *page, const struct sp_vp_item *item) {
  return (const unsigned char *)page->data.data + item->at;
}

static void draw_image(struct raster *raster, const struct sp_vp_page *page, const struct sp_vp_item *item) {
  const unsigned char *rows = data_of(page, item);
  size_t row_bytes = (item->width + 7) / 8;
  for (uint32_t y = 0; y < item->height; y++)
    for (uint32_t x = 0; x < item->width; x++)
      if (rows[y * row_bytes + x / 8] >> (7 - x % 8) & 1) dot(raster, item->x + x, item->y + y);
}

static int draw_barcode(struct raster *raster, const struct sp_vp_page *page, const struct sp_vp_item *item) {
  struct sp_buf bars;
  struct sp_buf text;
  sp_buf_init(&bars, 4096);
  sp_buf_init(&text, 600);
  int rc = sp_vp_symbol_bars(item->symbol, data_of(page, item), item->count, &bars);
  if (!rc) rc = sp_vp_symbol_text(item->symbol, data_of(page, item), item->count, &text);
  uint32_t y = item->y + (item->hri & 1 ? 24 : 0);
  uint32_t module = (uint32_t)item->module;
  for (size_t i = 0; !rc && i < bars.len; i++)
    if (bars.data[i] == '1') box(raster, item->x + (uint32_t)i * module, y, module, (uint32_t)item->bar_height);
  uint32_t wide = (uint32_t)text.len * 12;
  uint32_t x = item->x + (item->width > wide ? (item->width - wide) / 2 : 0);
  if (item->hri & 1) draw_text(raster, x, item->y, sp_buf_text(&text));
  if (item->hri & 2) draw_text(raster, x, y + (uint32_t)item->bar_height, sp_buf_text(&text));
  sp_buf_free(&bars);
  sp_buf_free(&text);
  return rc;
}

static int draw_qr(struct raster *raster, const struct sp_vp_page *page, const struct sp_vp_item *item) {
  struct sp_buf modules;
  int side = 0;
  sp_buf_init(&modules, 177 * 177);
  int rc = sp_vp_symbol_qr(data_of(page, item), item->count, item->level, &modules, &side);
  uint32_t module = (uint32_t)item->module;
  for (size_t i = 0; !rc && i < modules.len; i++) {
    uint32_t column = (uint32_t)(i % (size_t)side);
    uint32_t row = (uint32_t)(i / (size_t)side);
    if (modules.data[i]) box(raster, item->x + column * module, item->y + row * module, module, module);
  }
  sp_buf_free(&modules);
  return rc;
}

/* For a code nobody here can draw. */
static void draw_frame(struct raster *raster, const struct sp_vp_item *item, const char *name) {
  uint32_t middle = (item->width - (uint32_t)strlen(name) * 12) / 2;
  box(raster, item->x, item->y, item->width, 2);
  box(raster, item->x, item->y + item->height - 2, item->width, 2);
  box(raster, item->x, item->y, 2, item->height);
  box(raster, item->x + item->width - 2, item->y, 2, item->height);
  draw_text(raster, item->x + middle, item->y + item->height / 2 - 12, name);
}

static int draw(struct raster *raster, const struct sp_vp_page *page) {
  int rc = 0;
  for (size_t i = 0; i < page->item_count && !rc; i++) {
    const struct sp_vp_item *item = &page->items[i];
    if (item->kind == SP_VP_LINE && item->count > 0) draw_line(raster, page, item);
    if (item->kind == SP_VP_PDF417) draw_frame(raster, item, "PDF417");
    if (item->kind == SP_VP_IMAGE) draw_image(raster, page, item);
    if (item->kind == SP_VP_BARCODE) rc = draw_barcode(raster, page, item);
    if (item->kind == SP_VP_QR) rc = draw_qr(raster, page, item);
    for (uint32_t x = 0; item->kind == SP_VP_CUT && x < (uint32_t)page->width; x += 16)
      box(raster, x, item->y, 8, 1);
  }
  return rc;
}

/* ---- PNG (ISO/IEC 15948) ---- */

static void put_u32(unsigned char *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++)
    bytes[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void put_chunk(struct sp_buf *out, const char *type, const unsigned char *data, uint32_t len) {
  unsigned char word[4];
  uLong crc = crc32(0, (const unsigned char *)type, 4);
  if (len > 0) crc = crc32(crc, data, len);
  put_u32(word, len);
  sp_buf_add(out, word, 4);
  sp_buf_add(out, type, 4);
  if (len > 0) sp_buf_add(out, data, len);
  put_u32(word, (uint32_t)crc);
  sp_buf_add(out, word, 4);
}

static int write_png(const struct raster *raster, struct sp_buf *out) {
  unsigned char head[13] = {[8] = 1}; /* 1 bit, greyscale, deflate, no interlace */
  uLong len = (uLong)(raster->row_bytes * raster->height);
  uLongf packed_len = compressBound(len);
  unsigned char *packed = malloc(packed_len);
  if (!packed) return SP_E_NOMEM;
  int rc = compress2(packed, &packed_len, raster->bytes, len, 6) == Z_OK ? 0 : SP_E_NOMEM;
  put_u32(head, raster->width);
  put_u32(head + 4, raster->height);
  sp_buf_add(out, "\x89PNG\r\n\x1A\n", 8);
  put_chunk(out, "IHDR", head, sizeof head);
  put_chunk(out, "IDAT", packed, (uint32_t)packed_len);
  put_chunk(out, "IEND", NULL, 0);
  free(packed);
  return rc ? rc : out->failed;
}

int sp_vp_page_png(const struct sp_vp_page *page, struct sp_buf *out) {
  return sp_vp_page_png_in(page, SP_VP_FONT_FILE, out);
}

int sp_vp_page_png_in(const struct sp_vp_page *page, const char *font_file, struct sp_buf *out) {
  struct sp_vp_glyphs glyphs;
  struct raster raster = {.width = (uint32_t)page->width + 2 * SP_VP_MARGIN, .height = page->height + 2 * SP_VP_MARGIN};
  if (page->failed) return page->failed;
  if (page->height > SP_VP_ROWS_MAX) return SP_E_LIMIT;
  raster.row_bytes = 1 + (raster.width + 7) / 8;
  raster.bytes = calloc(raster.height, raster.row_bytes);
  if (!raster.bytes) return SP_E_NOMEM;
  sp_vp_glyphs_open(font_file, &glyphs);
  raster.glyphs = &glyphs;
  int rc = draw(&raster, page);
  sp_vp_glyphs_close(&glyphs);
  for (size_t i = 0; i < raster.row_bytes * raster.height; i++) /* in PNG 1 is white */
    if (i % raster.row_bytes) raster.bytes[i] = (unsigned char)~raster.bytes[i];
  if (!rc) rc = write_png(&raster, out);
  free(raster.bytes);
  return rc;
}
