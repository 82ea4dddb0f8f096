#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "devices/codec/escpos.h"
#include "devices/codec/escpos_ask.h"
#include "devices/sim/printer.h"
#include "tests/support/random_text.h"
#include "tests/support/receipt_fixture.h"
#include <string.h>

#define ARENA_MAX (8 * 1024 * 1024)
#define BYTES_MAX (1024 * 1024)
#define ROUNDS    1000

/* ---- What the paper must show for a text, said without the encoder ---- */

/* What a printer shows for a character outside ASCII: itself, 〓 for one it has no glyph for, ? for one without a place
 * in GB18030 (some of the private ones). */
static uint32_t shown(const char *character, size_t len, uint32_t code, bool four_byte) {
  struct sp_buf bytes;
  sp_buf_init(&bytes, 8);
  assert_int_equal(sp_gb18030_from_utf8(character, len, &bytes), 0);
  if (bytes.len == 1) code = '?';
  if (bytes.len == 4 && !four_byte) code = 0x3013;
  sp_buf_free(&bytes);
  return code;
}

/* Append the characters that leave ink, and blanks between them, as code points. */
static void expect_characters(const char *text, bool four_byte, uint32_t *codes, size_t *count) {
  size_t len = strlen(text);
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    assert_true(step > 0);
    if (code == 0xA5)
      codes[(*count)++] = 0xFFE5;
    else if (sp_utf8_columns(text + at, (size_t)step) > 0)
      codes[(*count)++] = code < 0x80 ? code : shown(text + at, (size_t)step, code, four_byte);
    at += (size_t)step;
  }
}

static uint32_t edge(const struct sp_vp_page *page, const struct sp_vp_item *item) {
  const struct sp_vp_cell *last = &page->cells[item->at + item->count - 1];
  return item->x + last->x + last->width;
}

/* The printer's line is the printout's line: characters, style, size, place. */
static void check_line(const struct sp_vp_page *page, const struct sp_vp_item *item, const struct sp_print_line *line,
                       bool four_byte) {
  static uint32_t want[8192];
  size_t count = 0;
  expect_characters(line->text, four_byte, want, &count);
  size_t left = count;
  if (line->right) expect_characters(line->right, four_byte, want, &count);
  assert_int_equal(item->kind, SP_VP_LINE);
  assert_false(item->wrapped);
  assert_true(line->right ? item->count >= count : item->count == count);
  for (size_t i = 0; i < item->count; i++) {
    const struct sp_vp_cell *cell = &page->cells[item->at + i];
    size_t gap = item->count - count;
    uint32_t code = i < left ? want[i] : i < left + gap ? ' ' : want[i - gap];
    assert_int_equal(cell->code, code);
    assert_int_equal(cell->style & SP_VP_BOLD, line->style & SP_PRINT_BOLD ? SP_VP_BOLD : 0);
    assert_int_equal(cell->scale_x, line->style & SP_PRINT_WIDE ? 2 : 1);
    assert_int_equal(cell->scale_y, line->style & SP_PRINT_TALL ? 2 : 1);
  }
  if (item->count == 0) return;
  assert_true(edge(page, item) <= (uint32_t)page->width);
  if (line->right && count > left && !(line->style & SP_PRINT_WIDE)) assert_int_equal(edge(page, item), page->width);
  if (!line->right) assert_int_equal(item->align, line->style & SP_PRINT_CENTRE ? SP_VP_CENTRE : SP_VP_LEFT);
}

static void check_print(const struct sp_print *print, bool four_byte) {
  struct sp_vprinter *printer = NULL;
  struct sp_buf bytes;
  sp_buf_init(&bytes, BYTES_MAX);
  assert_int_equal(sp_print_end(print, NULL), 0);
  assert_int_equal(sp_escpos_encode(print, &(struct sp_escpos_options){.four_byte = four_byte}, &bytes, NULL), 0);
  assert_int_equal(sp_escpos_audit(bytes.data, bytes.len), bytes.len);
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = print->columns * 12}, &printer, NULL), 0);
  assert_int_equal(sp_vprinter_feed(printer, bytes.data, bytes.len), bytes.len);
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  assert_int_equal(page->failed, 0);
  assert_int_equal(page->unknown, 0);
  assert_int_equal(page->pulses, 0);
  assert_int_equal(page->cuts, 1);
  assert_int_equal(page->item_count, print->count + 1);
  for (int32_t i = 0; i < print->count; i++)
    check_line(page, &page->items[i], &print->lines[i], four_byte);
  assert_int_equal(sp_vprinter_replies(printer)->len, 0);
  assert_int_equal(sp_vprinter_waiting(printer), 0);
  sp_vprinter_free(printer);
  sp_buf_free(&bytes);
}

/* Every receipt and report of the fixtures, on both papers, in both languages. */
static void test_fixtures(void **state) {
  (void)state;
  for (int index = 0; index < FIXTURE_COUNT; index++) {
    for (int k = 0; k < 8; k++) {
      struct sp_arena arena;
      struct sp_print print;
      sp_arena_init(&arena, ARENA_MAX);
      assert_int_equal(fixture_layout(index, k & 2 ? 48 : 32, k & 1 ? SP_LANG_ZH : SP_LANG_EN, &arena, &print), 0);
      check_print(&print, k & 4);
      sp_arena_free(&arena);
    }
  }
}

/* ---- Random receipts ---- */

static void property_receipts(void **state) {
  (void)state;
  struct random random = random_start("a random receipt comes out of the printer as it went in");
  struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  for (int i = 0; i < ROUNDS; i++) {
    struct sp_print print;
    struct sp_receipt receipt = fixture_sale();
    struct sp_receipt_line lines[6];
    sp_arena_reset(&arena);
    for (int k = 0; k < 6; k++) {
      lines[k] = receipt.lines[0];
      lines[k].name = random_text(&random, &arena, 60);
      lines[k].note = random_text(&random, &arena, 60);
      lines[k].net = random_amount(&random, 100000000);
    }
    receipt.store_name = random_text(&random, &arena, 60);
    receipt.note = random_text(&random, &arena, 60);
    receipt.member = random_text(&random, &arena, 60);
    receipt.lines = lines;
    receipt.line_count = (int32_t)random_between(&random, 1, 6);
    receipt.total = random_amount(&random, 100000000);
    int columns = random_next(&random) & 1 ? 32 : 48;
    enum sp_lang lang = random_next(&random) & 1 ? SP_LANG_ZH : SP_LANG_EN;
    assert_int_equal(sp_receipt_layout(&receipt, columns, lang, &arena, &print, NULL), 0);
    check_print(&print, random_next(&random) & 1);
  }
  sp_arena_free(&arena);
}

/* A printout made by hand, past the layout that cleans its texts: no trap reaches the printer. */
static void property_injection(void **state) {
  (void)state;
  struct random random = random_start("no text is a command to the printer");
  struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  for (int i = 0; i < ROUNDS; i++) {
    struct sp_vprinter *printer = NULL;
    struct sp_buf bytes;
    sp_arena_reset(&arena);
    struct sp_print_line lines[] = {
        {.text = random_text(&random, &arena, 60), .right = random_text(&random, &arena, 60)},
        {.text = random_text(&random, &arena, 60)}};
    struct sp_print print = {.lines = lines, .count = 2, .columns = 48};
    sp_buf_init(&bytes, BYTES_MAX);
    assert_int_equal(sp_escpos_encode(&print, NULL, &bytes, NULL), 0);
    assert_int_equal(sp_escpos_audit(bytes.data, bytes.len), bytes.len);
    assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 576}, &printer, NULL), 0);
    assert_int_equal(sp_vprinter_feed(printer, bytes.data, bytes.len), bytes.len);
    const struct sp_vp_page *page = sp_vprinter_page(printer);
    assert_int_equal(page->pulses, 0);
    assert_int_equal(page->unknown, 0);
    assert_int_equal(page->cuts, 1);
    assert_int_equal(sp_vprinter_replies(printer)->len, 0);
    for (size_t k = 0; k < page->cell_count; k++)
      assert_true(page->cells[k].code >= 0x20 && page->cells[k].code != 0x7F);
    sp_vprinter_free(printer);
    sp_buf_free(&bytes);
  }
  sp_arena_free(&arena);
}

/* However a job is cut on its way, the paper is the same: JSON tells everything. */
static void test_cut_anywhere(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf bytes;
  struct sp_buf whole;
  sp_arena_init(&arena, ARENA_MAX);
  sp_buf_init(&bytes, BYTES_MAX);
  sp_buf_init(&whole, BYTES_MAX);
  assert_int_equal(fixture_layout(0, 32, SP_LANG_ZH, &arena, &print), 0);
  assert_int_equal(sp_escpos_encode(&print, NULL, &bytes, NULL), 0);
  for (size_t cut = 0; cut <= bytes.len; cut += cut < 100 ? 1 : 17) {
    struct sp_vprinter *printer = NULL;
    struct sp_buf json;
    sp_buf_init(&json, BYTES_MAX);
    assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 384}, &printer, NULL), 0);
    assert_int_equal(sp_vprinter_feed(printer, bytes.data, cut), cut);
    assert_int_equal(sp_vprinter_feed(printer, bytes.data + cut, bytes.len - cut), bytes.len - cut);
    assert_int_equal(sp_vp_page_json(sp_vprinter_page(printer), &json), 0);
    assert_int_equal(sp_json_check(json.data, json.len, NULL), 0);
    if (cut == 0) sp_buf_add(&whole, json.data, json.len);
    assert_string_equal(json.data, whole.data);
    sp_buf_free(&json);
    sp_vprinter_free(printer);
  }
  sp_buf_free(&whole);
  sp_buf_free(&bytes);
  sp_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fixtures),
      cmocka_unit_test(test_cut_anywhere),
      cmocka_unit_test(property_receipts),
      cmocka_unit_test(property_injection),
  };
  return cmocka_run_group_tests_name("printer_receipts", tests, NULL, NULL);
}
