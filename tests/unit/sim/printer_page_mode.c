/* Page mode, and commands that are only stepped over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/sim/printer.h"
#include "tests/unit/random.h"
#include <string.h>

#define TEXT_MAX (1 << 20)

#define FEED(printer, bytes)                                                                                           \
  assert_int_equal(sp_vprinter_feed((printer), (bytes), sizeof(bytes) - 1), sizeof(bytes) - 1)

static struct sp_vprinter *start(void) {
  struct sp_vprinter *printer = NULL;
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 576}, &printer, NULL), 0);
  return printer;
}

static void expect_text(const struct sp_vprinter *printer, const char *want) {
  struct sp_buf text;
  sp_buf_init(&text, TEXT_MAX);
  assert_int_equal(sp_vp_page_text(sp_vprinter_page(printer), &text), 0);
  assert_string_equal(sp_buf_text(&text), want);
  sp_buf_free(&text);
}

/* Written in any order, printed from top to bottom and from left to right; what stands on one height is one line. */
static void test_order(void **state) {
  (void)state;
  struct sp_vprinter *printer = start();
  FEED(printer, "before\n\x1BL"
                "\x1BW\x00\x00\x00\x00\x40\x02\x2C\x01"
                "\x1D$\xC8\x00lowest\n"
                "\x1D$\x28\x00\x1B$\x78\x00right\n"
                "\x1D$\x28\x00left\n"
                "\x1D$\x50\x00\x1D!\x11"
                "big\x1D!\x00small\n");
  expect_text(printer, "before\n"); /* nothing moves until FF */
  assert_int_equal(sp_vprinter_page(printer)->height, 30);
  FEED(printer, "\x0C"
                "after\n");
  expect_text(printer, "before\nleft      right\nbigsmall\nlowest\nafter\n");
  assert_int_equal(sp_vprinter_page(printer)->height, 30 + 300 + 30);
  sp_vprinter_free(printer);
}

static void test_moves(void **state) {
  (void)state;
  struct sp_vprinter *printer = start();
  FEED(printer, "\x1BL"
                "one\ntwo\x1D\\\xE2\xFFup\n" /* GS \ by -30: back on the first line, after "two" */
                "\x0C");
  expect_text(printer, "oneup\ntwo\n");
  sp_vprinter_free(printer);
}

/* ESC FF prints and stays, CAN forgets, ESC S and ESC @ leave without printing. */
static void test_leaving(void **state) {
  (void)state;
  struct sp_vprinter *printer = start();
  FEED(printer, "\x1BLtwice\n\x1B\x0C\x0C");
  expect_text(printer, "twice\ntwice\n");
  sp_vprinter_tear(printer);
  FEED(printer, "\x1BLgone\n\x18kept\n\x0C");
  expect_text(printer, "kept\n");
  sp_vprinter_tear(printer);
  FEED(printer, "\x1BLgone\n\x1BSstandard\n\x1BLgone\n\x1B@standard\n\x0C");
  expect_text(printer, "standard\nstandard\n");
  sp_vprinter_tear(printer);
  FEED(printer, "text\x1BL is not at the beginning of a line\n");
  expect_text(printer, "text is not at the beginning of a line\n");
  sp_vprinter_tear(printer);
  FEED(printer, "\x1BLno knife\n\x1Bm\x1DV\x42\x00\x0C");
  expect_text(printer, "no knife\n");
  sp_vprinter_free(printer);
}

/* Two areas beside one another, one of them turned; a code at its place. */
static void test_areas(void **state) {
  (void)state;
  struct sp_vprinter *printer = start();
  FEED(printer, "\x1BL\x1BW\x2C\x01\x00\x00\x0C\x01\x78\x00\x1BT\x00right\nside\n"
                "\x1BW\x00\x00\x00\x00\x2C\x01\x78\x00left\nhand\n"
                "\x1BW\x00\x00\xC8\x00\x40\x02\xC8\x00\x1D$\xC8\x00"
                "\x1D(k\x03\x00\x31\x43\x04\x1D(k\x07\x00\x31\x50\x30"
                "code\x1D(k\x03\x00\x31\x51\x30\x0C");
  expect_text(printer, "left                     right\nhand                     side\n[QR code]\n");
  const struct sp_vp_page *page = sp_vprinter_page(printer);
  assert_int_equal(page->height, 400);
  assert_int_equal(page->items[2].y, 200 + 200 - 21 * 4);
  sp_vprinter_free(printer);
}

static void test_waits_for_paper(void **state) {
  (void)state;
  struct sp_vprinter *printer = start();
  FEED(printer, "\x1BLpage\n");
  sp_vprinter_set(printer, SP_VP_COVER, 1);
  FEED(printer, "\x0Cx\n");
  expect_text(printer, "");
  sp_vprinter_set(printer, SP_VP_COVER, 0);
  expect_text(printer, "page\nx\n");
  FEED(printer, "\x1BLlost\n");
  sp_vprinter_set(printer, SP_VP_POWER, 0);
  sp_vprinter_set(printer, SP_VP_POWER, 1);
  FEED(printer, "\x0Cy\n");
  expect_text(printer, "page\nx\ny\n");
  sp_vprinter_free(printer);
}

/* Rotation, glyphs of one's own, macros, NV pictures: their bytes are no text, whatever they look like. */
static void test_stepped_over(void **state) {
  (void)state;
  static const char glyph[] = "\x1B&\x03"
                              "AB\x02"
                              "abcdef\x01ghi";
  struct sp_vprinter *printer = start();
  FEED(printer, "\x1BV\x01"
                "a\x1BV\x30");
  assert_int_equal(sp_vprinter_feed(printer, glyph, sizeof glyph - 1), sizeof glyph - 1);
  FEED(printer, "\x1B%\x01"
                "b\x1B%\x00\x1B?A"
                "c\x1B{\x01"
                "d\x1DP\x40\x40"
                "e\x1C?\x77\x21"
                "f\x1Cq\x01\x01\x00\x01\x00zzzzzzzz"
                "g\n");
  expect_text(printer, "abcdefg\n");
  assert_int_equal(sp_vprinter_page(printer)->unknown, 0);
  sp_vprinter_free(printer);
}

static void test_pdf417(void **state) {
  (void)state;
  struct sp_buf json;
  struct sp_vprinter *printer = start();
  FEED(printer, "\x1D(k\x03\x00\x30\x41\x00\x1D(k\x08\x00\x30\x50\x30"
                "\n\x10\x14\x01z"
                "\x1D(k\x03\x00\x30\x51\x30"
                "end\n");
  expect_text(printer, "[PDF417 \\x0A\\x10\\x14\\x01z]\nend\n");
  sp_buf_init(&json, TEXT_MAX);
  assert_int_equal(sp_vp_page_json(sp_vprinter_page(printer), &json), 0);
  assert_non_null(strstr(sp_buf_text(&json), "\"kind\":\"pdf417\""));
  sp_buf_reset(&json);
  assert_int_equal(sp_vp_page_png(sp_vprinter_page(printer), &json), 0);
  sp_buf_free(&json);
  sp_vprinter_free(printer);
}

/* However a page is built up, nothing of it is on the paper before FF, everything after, and every letter once. */
static void property_letters(void **state) {
  (void)state;
  struct random random = random_start("page mode prints every letter once");
  for (int i = 0; i < 500; i++) {
    struct sp_vprinter *printer = start();
    int wanted = 0;
    int seen = 0;
    FEED(printer, "\x1BL");
    for (int k = (int)random_between(&random, 1, 40); k > 0; k--) {
      unsigned char bytes[16] = {0x1D, '$', (unsigned char)random_next(&random),
                                 (unsigned char)(random_next(&random) % 3)};
      unsigned char x[4] = {0x1B, '$', (unsigned char)random_next(&random), (unsigned char)(random_next(&random) % 3)};
      assert_int_equal(sp_vprinter_feed(printer, bytes, 4), 4);
      assert_int_equal(sp_vprinter_feed(printer, x, 4), 4);
      for (int letters = (int)random_between(&random, 0, 60); letters > 0; letters--, wanted++)
        FEED(printer, "x");
      if (random_next(&random) % 3 == 0) FEED(printer, "\n");
    }
    assert_int_equal(sp_vprinter_page(printer)->item_count, 0);
    FEED(printer, "\x0C");
    const struct sp_vp_page *page = sp_vprinter_page(printer);
    uint32_t foot = 0;
    for (size_t k = 0; k < page->item_count; k++) {
      assert_true(page->items[k].y + page->items[k].height >= foot);
      foot = page->items[k].y + page->items[k].height;
      seen += (int)page->items[k].count;
    }
    assert_true(foot <= page->height);
    assert_int_equal(seen, wanted);
    sp_vprinter_free(printer);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order),  cmocka_unit_test(test_moves),           cmocka_unit_test(test_leaving),
      cmocka_unit_test(test_areas),  cmocka_unit_test(test_waits_for_paper), cmocka_unit_test(test_stepped_over),
      cmocka_unit_test(test_pdf417), cmocka_unit_test(property_letters),
  };
  return cmocka_run_group_tests_name("printer_page_mode", tests, NULL, NULL);
}
