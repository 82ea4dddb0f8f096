#include "devices/sim/printer_page.h"

#include "base/error.h"
#include "base/text.h"
#include "devices/sim/printer_state.h"
#include "devices/sim/printer_symbol.h"
#include <stdlib.h>
#include <string.h>

/* ---- Recording ---- */

/* Room for `more` elements behind `count`; grows by doubling, which needs no capacity kept: powers of two tell it. */
static void *room_for(void *array, size_t count, size_t more, size_t size, size_t max, int *failed) {
  if (count + more > max) *failed = SP_E_LIMIT;
  if (*failed) return NULL;
  size_t have = 0;
  size_t need = 64;
  if (count > 0)
    for (have = 64; have < count; have *= 2)
      ;
  while (need < count + more)
    need *= 2;
  if (need <= have) return array;
  void *grown = realloc(array, need * size);
  if (!grown) *failed = SP_E_NOMEM;
  return grown;
}

static struct sp_vp_item *add_item(struct sp_vp_page *page, enum sp_vp_kind kind) {
  struct sp_vp_item *items = room_for(page->items, page->item_count, 1, sizeof *items, SP_VP_ITEMS_MAX, &page->failed);
  if (!items) return NULL;
  page->items = items;
  struct sp_vp_item *item = &items[page->item_count++];
  *item = (struct sp_vp_item){.kind = kind, .y = page->height};
  return item;
}

struct sp_vp_item *sp_vp_page_add(struct sp_vp_page *page, enum sp_vp_kind kind, const void *data, size_t len) {
  if (page->failed) return NULL;
  size_t at = page->data.len;
  if (len > 0 && sp_buf_add(&page->data, data, len)) {
    page->failed = page->data.failed;
    return NULL;
  }
  struct sp_vp_item *item = add_item(page, kind);
  if (!item) return NULL;
  item->at = at;
  item->count = len;
  return item;
}

/* ESC $ may have gone back: the cells of a line stand from left to right, one over another in the order they came. */
static void sort_cells(struct sp_vp_cell *cells, size_t count) {
  for (size_t i = 1; i < count; i++) {
    struct sp_vp_cell cell = cells[i];
    size_t to = i;
    for (; to > 0 && cells[to - 1].x > cell.x; to--)
      cells[to] = cells[to - 1];
    cells[to] = cell;
  }
}

struct sp_vp_item *sp_vp_page_add_line(struct sp_vp_page *page, const struct sp_vp_cell *cells, size_t count) {
  if (page->failed) return NULL;
  if (count > 0) {
    struct sp_vp_cell *all =
        room_for(page->cells, page->cell_count, count, sizeof *all, SP_VP_CELLS_MAX, &page->failed);
    if (!all) return NULL;
    page->cells = all;
    memcpy(all + page->cell_count, cells, count * sizeof *cells);
    sort_cells(all + page->cell_count, count);
  }
  struct sp_vp_item *item = add_item(page, SP_VP_LINE);
  if (!item) return NULL;
  item->at = page->cell_count;
  item->count = count;
  page->cell_count += count;
  return item;
}

void sp_vp_page_free(struct sp_vp_page *page) {
  free(page->items);
  free(page->cells);
  sp_buf_free(&page->data);
  page->items = NULL;
  page->cells = NULL;
}

/* ---- As text ---- */

static void put_spaces(struct sp_buf *out, uint32_t dots, uint32_t width) {
  for (; width > 0 && dots >= width; dots -= width)
    sp_buf_putc(out, ' ');
}

/* Dots nobody printed on become spaces as wide as the character before them. */
static void put_line(const struct sp_vp_page *page, const struct sp_vp_item *item, bool bare, struct sp_buf *out) {
  if (!bare) put_spaces(out, item->x, 12);
  uint32_t end = 0;
  for (size_t i = 0; i < item->count; i++) {
    const struct sp_vp_cell *cell = &page->cells[item->at + i];
    if (cell->x > end) put_spaces(out, cell->x - end, 12u * cell->scale_x);
    sp_utf8_put(out, cell->code);
    end = (uint32_t)cell->x + cell->width;
  }
  if (!item->wrapped || !bare) sp_buf_putc(out, '\n');
}

static void put_data(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_buf *out) {
  const char *data = page->data.data ? page->data.data + item->at : "";
  for (size_t at = 0; at < item->count;) {
    uint32_t code = 0;
    int step = sp_utf8_next(data + at, item->count - at, &code);
    if (step > 0 && code >= 0x20 && code != 0x7F)
      sp_buf_add(out, data + at, (size_t)step);
    else
      sp_buf_printf(out, "\\x%02X", (unsigned)(unsigned char)data[at]);
    at += step > 0 ? (size_t)step : 1;
  }
}

static void put_mark(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_buf *out) {
  switch (item->kind) {
  case SP_VP_QR:
    sp_buf_puts(out, "[QR ");
    put_data(page, item, out);
    sp_buf_puts(out, "]\n");
    return;
  case SP_VP_BARCODE:
    sp_buf_printf(out, "[%s ", sp_vp_symbol_name(item->symbol));
    put_data(page, item, out);
    sp_buf_puts(out, "]\n");
    return;
  case SP_VP_IMAGE:
    sp_buf_printf(out, "[image %ux%u]\n", (unsigned)item->width, (unsigned)item->height);
    return;
  case SP_VP_CUT:
    sp_buf_puts(out, "[cut]\n");
    return;
  case SP_VP_PULSE:
    sp_buf_printf(out, "[drawer %d]\n", item->pin);
    return;
  case SP_VP_BUZZER:
    sp_buf_puts(out, "[buzzer]\n");
    return;
  case SP_VP_PDF417:
    sp_buf_puts(out, "[PDF417 ");
    put_data(page, item, out);
    sp_buf_puts(out, "]\n");
    return;
  case SP_VP_UNKNOWN:
    sp_buf_puts(out, "[unknown ");
    put_data(page, item, out);
    sp_buf_puts(out, "]\n");
    return;
  case SP_VP_LINE:
  case SP_VP_FEED:
  default:
    return;
  }
}

static int put_page(const struct sp_vp_page *page, bool bare, struct sp_buf *out) {
  if (page->failed) return page->failed;
  for (size_t i = 0; i < page->item_count && !out->failed; i++) {
    const struct sp_vp_item *item = &page->items[i];
    if (item->kind == SP_VP_LINE)
      put_line(page, item, bare, out);
    else if (!bare)
      put_mark(page, item, out);
  }
  return out->failed;
}

int sp_vp_page_text(const struct sp_vp_page *page, struct sp_buf *out) {
  return put_page(page, false, out);
}

int sp_vp_page_lines(const struct sp_vp_page *page, struct sp_buf *out) {
  return put_page(page, true, out);
}
