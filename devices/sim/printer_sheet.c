/* Page mode: what is printed is laid out on a sheet first, anywhere, and goes to the paper in one piece. */
#include "base/error.h"
#include "devices/sim/printer_state.h"
#include <stdlib.h>
#include <string.h>

#define FIRST_BASE 24 /* dots from the top of the area to the foot of its first line */
#define TALLEST    32767

static int least(int a, int b) {
  return a < b ? a : b;
}

static int most(int a, int b) {
  return a > b ? a : b;
}

static int word(const unsigned char *bytes) {
  return bytes[0] | bytes[1] << 8;
}

/* Turned by a quarter, lines run along the height of the area. */
int sp_vp_sheet_width(const struct sp_vprinter *printer) {
  const struct sp_vp_sheet *sheet = &printer->sheet;
  return sheet->direction & 1 ? sheet->height : sheet->width;
}

static void go_to_start(struct sp_vprinter *printer) {
  printer->sheet.base = FIRST_BASE;
  printer->line_len = printer->x = printer->tallest = 0;
  printer->graphic = false;
}

static void forget_ink(struct sp_vprinter *printer) {
  struct sp_vp_page *ink = &printer->sheet.ink;
  ink->item_count = ink->cell_count = 0;
  ink->failed = 0;
  sp_buf_reset(&ink->data);
  printer->sheet.bottom = 0;
}

void sp_vp_sheet_leave(struct sp_vprinter *printer) {
  struct sp_vp_sheet *sheet = &printer->sheet;
  if (sheet->on) go_to_start(printer);
  forget_ink(printer);
  sheet->on = false;
}

void sp_vp_sheet_enter(struct sp_vprinter *printer) {
  struct sp_vp_sheet *sheet = &printer->sheet;
  if (sheet->on || printer->line_len > 0 || printer->x > 0) return; /* only at the beginning of a line */
  sheet->on = true;
  sheet->direction = 0;
  sheet->left = sheet->top = 0;
  sheet->width = printer->options.width;
  sheet->height = TALLEST;
  go_to_start(printer);
}

/* ---- Putting ink on it ---- */

struct sp_vp_page *sp_vp_sheet_take(struct sp_vprinter *printer, int height, uint32_t *y) {
  struct sp_vp_sheet *sheet = &printer->sheet;
  int top = sheet->top + most(sheet->base - height, 0);
  *y = (uint32_t)top;
  sheet->bottom = most(sheet->bottom, top + height);
  return &sheet->ink;
}

/* What stands in the line goes on the sheet; where the next character goes is not changed. */
static void put_line(struct sp_vprinter *printer) {
  if (printer->line_len == 0) return;
  uint32_t y = 0;
  int height = printer->tallest;
  struct sp_vp_page *ink = sp_vp_sheet_take(printer, height, &y);
  struct sp_vp_item *item = sp_vp_page_add_line(ink, printer->line, (size_t)printer->line_len);
  if (item) {
    item->x = (uint32_t)printer->sheet.left;
    item->y = y;
    item->width = (uint32_t)printer->x;
    item->height = (uint32_t)height;
  }
  printer->line_len = printer->tallest = 0;
}

void sp_vp_sheet_feed(struct sp_vprinter *printer, int dots) {
  put_line(printer);
  printer->sheet.base = least(printer->sheet.base + dots, TALLEST);
  printer->x = 0;
  printer->graphic = false;
}

void sp_vp_sheet_move(struct sp_vprinter *printer, const unsigned char *bytes) {
  if (!printer->sheet.on) return;
  put_line(printer);
  int to = bytes[1] == '$' ? word(bytes + 2) : printer->sheet.base + (int16_t)word(bytes + 2);
  printer->sheet.base = most(0, least(to, TALLEST));
}

void sp_vp_sheet_area(struct sp_vprinter *printer, const unsigned char *bytes) {
  struct sp_vp_sheet *sheet = &printer->sheet;
  int width = printer->options.width;
  if (!sheet->on || word(bytes + 6) == 0 || word(bytes + 8) == 0 || word(bytes + 2) >= width) return;
  put_line(printer);
  sheet->left = word(bytes + 2);
  sheet->top = least(word(bytes + 4), TALLEST);
  sheet->width = least(word(bytes + 6), width - sheet->left);
  sheet->height = least(word(bytes + 8), TALLEST - sheet->top);
  sheet->bottom = most(sheet->bottom, sheet->top + sheet->height);
  go_to_start(printer);
}

void sp_vp_sheet_turn(struct sp_vprinter *printer, unsigned char n) {
  if (n >= 48) n = (unsigned char)(n - 48);
  if (n > 3 || !printer->sheet.on) return;
  put_line(printer);
  printer->sheet.direction = n;
  go_to_start(printer);
}

void sp_vp_sheet_cancel(struct sp_vprinter *printer) {
  forget_ink(printer);
  go_to_start(printer);
}

/* ---- Onto the paper ---- */

/* Text is sorted by its foot, so that words of two sizes stay one line. */
static uint32_t depth(const struct sp_vp_item *item) {
  uint32_t foot = item->y + item->height;
  return item->kind == SP_VP_LINE ? (foot > FIRST_BASE ? foot - FIRST_BASE : 0) : item->y;
}

static int compare_items(const void *a, const void *b) {
  const struct sp_vp_item *one = a;
  const struct sp_vp_item *two = b;
  if (depth(one) != depth(two)) return depth(one) < depth(two) ? -1 : 1;
  if ((one->kind == SP_VP_LINE) != (two->kind == SP_VP_LINE)) return one->kind == SP_VP_LINE ? -1 : 1;
  if (one->kind != SP_VP_LINE && one->x != two->x) return one->x < two->x ? -1 : 1;
  return one->at < two->at ? -1 : one->at > two->at;
}

/* Lines `from` to `to` have one foot: they become one. */
static void print_lines(struct sp_vprinter *printer, size_t from, size_t to, uint32_t above) {
  const struct sp_vp_page *ink = &printer->sheet.ink;
  struct sp_vp_cell cells[SP_VP_LINE_CELLS];
  const struct sp_vp_item *last = &ink->items[to - 1];
  size_t count = 0;
  uint32_t height = 0;
  uint32_t width = 0;
  for (size_t i = from; i < to; i++) {
    const struct sp_vp_item *item = &ink->items[i];
    if (item->height > height) height = item->height;
    for (size_t k = 0; k < item->count && count < SP_VP_LINE_CELLS; k++) {
      cells[count] = ink->cells[item->at + k];
      cells[count].x = (uint16_t)(cells[count].x + item->x);
      if (cells[count].x + (uint32_t)cells[count].width > width) width = cells[count].x + (uint32_t)cells[count].width;
      count++;
    }
  }
  struct sp_vp_item *line = sp_vp_page_add_line(&printer->page, cells, count);
  if (!line) return;
  line->y = above + last->y + last->height - height;
  line->width = width;
  line->height = height;
}

static void print_other(struct sp_vprinter *printer, const struct sp_vp_item *from, uint32_t above) {
  const char *data = printer->sheet.ink.data.data;
  struct sp_vp_item *item =
      sp_vp_page_add(&printer->page, from->kind, data ? data + from->at : NULL, data ? from->count : 0);
  if (!item) return;
  size_t at = item->at;
  *item = *from;
  item->at = at;
  item->y += above;
}

bool sp_vp_sheet_print(struct sp_vprinter *printer) {
  struct sp_vp_page *ink = &printer->sheet.ink;
  put_line(printer);
  uint32_t above = printer->page.height;
  if (printer->sheet.bottom > 0 && !sp_vp_advance(printer, printer->sheet.bottom)) return false;
  if (ink->failed) printer->page.failed = ink->failed;
  if (ink->item_count > 1) qsort(ink->items, ink->item_count, sizeof *ink->items, compare_items);
  for (size_t i = 0; i < ink->item_count && !printer->page.failed;) {
    size_t end = i + 1;
    bool text = ink->items[i].kind == SP_VP_LINE;
    while (text && end < ink->item_count && ink->items[end].kind == SP_VP_LINE &&
           depth(&ink->items[end]) == depth(&ink->items[i]))
      end++;
    if (text)
      print_lines(printer, i, end, above);
    else
      print_other(printer, &ink->items[i], above);
    i = end;
  }
  return true;
}
