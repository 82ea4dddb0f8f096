#include "base/json.h"
#include "base/text.h"
#include "devices/sim/printer_page.h"
#include "devices/sim/printer_symbol.h"
#include <string.h>
#include <zlib.h>

#define LINE_MAX_BYTES 4096

static const char *const kinds[] = {
    [SP_VP_LINE] = "line",     [SP_VP_QR] = "qr",           [SP_VP_BARCODE] = "barcode", [SP_VP_IMAGE] = "image",
    [SP_VP_FEED] = "feed",     [SP_VP_CUT] = "cut",         [SP_VP_PULSE] = "drawer",    [SP_VP_BUZZER] = "buzzer",
    [SP_VP_PDF417] = "pdf417", [SP_VP_UNKNOWN] = "unknown",
};
static const char *const aligns[] = {[SP_VP_LEFT] = "left", [SP_VP_CENTRE] = "centre", [SP_VP_RIGHT] = "right"};
static const char *const levels[] = {"L", "M", "Q", "H"};

static bool same_run(const struct sp_vp_cell *a, const struct sp_vp_cell *b) {
  return a->style == b->style && a->scale_x == b->scale_x && a->scale_y == b->scale_y && a->x + a->width == b->x;
}

static void put_style(const struct sp_vp_cell *cell, struct sp_json_writer *w) {
  if (cell->style & SP_VP_BOLD) sp_json_put_bool(w, "bold", true);
  if (cell->style & SP_VP_UNDERLINE) sp_json_put_bool(w, "underline", true);
  if (cell->style & SP_VP_REVERSE) sp_json_put_bool(w, "reverse", true);
  if (cell->style & SP_VP_SMALL) sp_json_put_bool(w, "small", true);
  if (cell->scale_x > 1) sp_json_put_int(w, "wide", cell->scale_x);
  if (cell->scale_y > 1) sp_json_put_int(w, "tall", cell->scale_y);
}

static void put_runs(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_json_writer *w) {
  struct sp_buf text;
  sp_buf_init(&text, LINE_MAX_BYTES);
  sp_json_key(w, "runs");
  sp_json_open_array(w);
  for (size_t i = 0; i < item->count;) {
    const struct sp_vp_cell *first = &page->cells[item->at + i];
    const struct sp_vp_cell *last = first;
    sp_buf_reset(&text);
    sp_utf8_put(&text, first->code);
    for (i++; i < item->count && same_run(last, last + 1); i++) {
      last++;
      sp_utf8_put(&text, last->code);
    }
    sp_json_open_object(w);
    sp_json_put_int(w, "x", first->x);
    sp_json_put_text(w, "text", sp_buf_text(&text));
    put_style(first, w);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_buf_free(&text);
}

static void put_data(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_json_writer *w) {
  static const char digits[] = "0123456789abcdef";
  const char *data = page->data.data ? page->data.data + item->at : "";
  if (sp_utf8_valid(data, item->count) && !memchr(data, 0, item->count)) { /* our JSON has no NUL */
    sp_json_key(w, "data");
    sp_json_text_n(w, data, item->count);
    return;
  }
  struct sp_buf hex;
  sp_buf_init(&hex, 2 * item->count);
  for (size_t i = 0; i < item->count; i++) {
    sp_buf_putc(&hex, digits[(unsigned char)data[i] >> 4]);
    sp_buf_putc(&hex, digits[(unsigned char)data[i] & 15]);
  }
  if (hex.failed && !w->out->failed) w->out->failed = hex.failed;
  sp_json_put_text(w, "hex", sp_buf_text(&hex));
  sp_buf_free(&hex);
}

static void put_place(const struct sp_vp_item *item, struct sp_json_writer *w) {
  sp_json_put_text(w, "align", aligns[item->align]);
  sp_json_put_int(w, "x", item->x);
  sp_json_put_int(w, "width", item->width);
  sp_json_put_int(w, "height", item->height);
}

static void put_code(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_json_writer *w) {
  put_place(item, w);
  sp_json_put_int(w, "module", item->module);
  if (item->kind == SP_VP_QR) {
    sp_json_put_text(w, "level", levels[item->level & 3]);
  } else {
    sp_json_put_text(w, "symbol", sp_vp_symbol_name(item->symbol));
    sp_json_put_int(w, "hri", item->hri);
  }
  put_data(page, item, w);
}

static void put_image(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_json_writer *w) {
  const unsigned char *data = page->data.data ? (const unsigned char *)page->data.data + item->at : NULL;
  put_place(item, w);
  sp_json_put_int(w, "crc32", (int64_t)crc32(0, data, (uInt)item->count));
}

static void put_item(const struct sp_vp_page *page, const struct sp_vp_item *item, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_text(w, "kind", kinds[item->kind]);
  sp_json_put_int(w, "y", item->y);
  switch (item->kind) {
  case SP_VP_LINE:
    put_place(item, w);
    if (item->wrapped) sp_json_put_bool(w, "wrapped", true);
    put_runs(page, item, w);
    break;
  case SP_VP_QR:
  case SP_VP_BARCODE:
    put_code(page, item, w);
    break;
  case SP_VP_IMAGE:
    put_image(page, item, w);
    break;
  case SP_VP_FEED:
    sp_json_put_int(w, "height", item->height);
    break;
  case SP_VP_CUT:
    sp_json_put_bool(w, "full", item->full);
    break;
  case SP_VP_PULSE:
    sp_json_put_int(w, "pin", item->pin);
    sp_json_put_int(w, "on_ms", item->on_ms);
    sp_json_put_int(w, "off_ms", item->off_ms);
    sp_json_put_bool(w, "realtime", item->realtime);
    break;
  case SP_VP_PDF417:
    put_place(item, w);
    put_data(page, item, w);
    break;
  case SP_VP_UNKNOWN:
    put_data(page, item, w);
    break;
  case SP_VP_BUZZER:
  default:
    break;
  }
  sp_json_close_object(w);
}

int sp_vp_page_json(const struct sp_vp_page *page, struct sp_buf *out) {
  struct sp_json_writer w;
  if (page->failed) return page->failed;
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  sp_json_put_int(&w, "width", page->width);
  sp_json_put_int(&w, "height", page->height);
  sp_json_put_int(&w, "cuts", page->cuts);
  sp_json_put_int(&w, "pulses", page->pulses);
  sp_json_put_int(&w, "unknown", page->unknown);
  sp_json_put_int(&w, "lost_replies", page->lost_replies);
  sp_json_key(&w, "items");
  sp_json_open_array(&w);
  for (size_t i = 0; i < page->item_count && !out->failed; i++)
    put_item(page, &page->items[i], &w);
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  return out->failed;
}
