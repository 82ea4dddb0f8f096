/* Any bytes to the virtual printer: however they are cut the paper and the answers are the same, knobs turned on the
 * way included, and what the page says of itself is valid JSON, UTF-8 and PNG. The first four bytes choose the model,
 * where the bytes are cut and which knob is turned there. */
#include "base/json.h"
#include "base/text.h"
#include "devices/sim/printer.h"
#include <stdlib.h>
#include <string.h>

#define OUT_MAX (64u << 20)

static void expect(int truth) {
  if (!truth) abort();
}

static void feed(struct sp_vprinter *printer, const unsigned char *bytes, size_t len, size_t step) {
  for (size_t at = 0; at < len;) {
    size_t part = len - at < step ? len - at : step;
    size_t taken = sp_vprinter_feed(printer, bytes + at, part);
    expect(taken <= part);
    if (taken < part) return;
    at += part;
  }
}

/* The printer's whole life; the caller frees it. */
static struct sp_vprinter *live(const unsigned char *data, size_t size, size_t step) {
  struct sp_vprinter *printer = NULL;
  struct sp_vprinter_options options = {.width = data[0] & 1 ? 384 : 576,
                                        .buffer = data[0] & 2 ? 64 : 0,
                                        .swallow = data[0] & 4 ? 3 : 0,
                                        .single_byte = data[0] & 8,
                                        .two_byte_only = data[0] & 16,
                                        .no_cutter = data[0] & 32,
                                        .no_asb = data[0] & 64,
                                        .speed = data[0] & 128 ? 2000 : 0};
  size_t middle = 4 + (size - 4) * data[1] / 255;
  enum sp_vprinter_knob knob = (enum sp_vprinter_knob)(data[2] % (SP_VP_BUTTON + 1));
  expect(sp_vprinter_new(&options, &printer, NULL) == 0);
  feed(printer, data + 4, middle - 4, step);
  sp_vprinter_set(printer, knob, data[3] % 3);
  feed(printer, data + middle, size - middle, step);
  sp_vprinter_set(printer, knob, knob == SP_VP_POWER);
  if (knob == SP_VP_PAPER) sp_vprinter_set(printer, knob, -1);
  for (int i = 0; i < 4; i++)
    sp_vprinter_tick(printer, 1000);
  return printer;
}

/* Reading the font takes longer than all the rest, so a few papers only are drawn with it. */
static void check_page(const struct sp_vp_page *page, bool font) {
  struct sp_buf out;
  sp_buf_init(&out, OUT_MAX);
  if (page->failed) return;
  expect(sp_vp_page_text(page, &out) == 0);
  expect(sp_utf8_valid(sp_buf_text(&out), out.len));
  sp_buf_reset(&out);
  int rc = page->height < 1500 ? sp_vp_page_png_in(page, font ? SP_VP_FONT_FILE : NULL, &out) : 0;
  expect(rc == 0);
  sp_buf_free(&out);
  for (size_t i = 0; i < page->item_count; i++) {
    const struct sp_vp_item *item = &page->items[i];
    expect(item->at + item->count <= (item->kind == SP_VP_LINE ? page->cell_count : page->data.len));
    expect(item->y <= page->height);
  }
}

static void put_json(const struct sp_vprinter *printer, struct sp_buf *out) {
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  sp_buf_init(out, OUT_MAX);
  if (page->failed) return;
  expect(sp_vp_page_json(page, out) == 0);
  expect(sp_json_check(out->data, out->len, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
  if (size < 4) return 0;
  struct sp_vprinter *whole = live(data, size, size);
  struct sp_buf want;
  put_json(whole, &want);
  check_page(sp_vprinter_page(whole), data[1] % 32 == 7);
  for (size_t step = 1; step <= 3; step += 2) {
    struct sp_vprinter *parts = live(data, size, step);
    struct sp_buf got;
    struct sp_buf *a = sp_vprinter_replies(whole);
    struct sp_buf *b = sp_vprinter_replies(parts);
    put_json(parts, &got);
    expect(got.len == want.len && (got.len == 0 || memcmp(got.data, want.data, got.len) == 0));
    expect(a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0));
    expect(sp_vprinter_waiting(whole) == sp_vprinter_waiting(parts));
    sp_buf_free(&got);
    sp_vprinter_free(parts);
  }
  sp_buf_free(&want);
  sp_vprinter_free(whole);
  return 0;
}
