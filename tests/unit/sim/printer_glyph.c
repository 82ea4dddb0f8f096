/* Glyphs of Unifont: found in a file of that format, stretched evenly, and missed without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/sim/printer.h"
#include "devices/sim/printer_glyph.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PNG_MAX (1u << 20)

static const char letters[] = "0041:0000000018242442427E424242420000\n"
                              "00A5:00000000412214087F087F0808080000\n"
                              "4E00:0000000000000000000000000000FFFE00000000000000000000000000000000\n"
                              "FFE5:000000000000000060061818066001807FFE01807FFE01800180018000000000\n"
                              "1F9FE:FFFF000000000000000000000000000000000000000000000000000000000001\n";

/* The path stays until the caller unlinks it. */
static void write_font(const char *text, char path[32]) {
  memcpy(path, "/tmp/suanpan-font-XXXXXX", 25);
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), strlen(text));
  assert_int_equal(close(file), 0);
}

static bool find(const char *text, uint32_t code, struct sp_vp_glyph *glyph) {
  char path[32];
  struct sp_vp_glyphs glyphs;
  write_font(text, path);
  sp_vp_glyphs_open(path, &glyphs);
  assert_int_equal(unlink(path), 0);
  bool found = sp_vp_glyphs_find(&glyphs, code, glyph);
  sp_vp_glyphs_close(&glyphs);
  assert_null(glyphs.text);
  return found;
}

static void test_find(void **state) {
  (void)state;
  struct sp_vp_glyph glyph;
  assert_true(find(letters, 0x41, &glyph));
  assert_int_equal(glyph.width, 8);
  assert_int_equal(glyph.rows[4], 0x18);
  assert_int_equal(glyph.rows[9], 0x7E);
  assert_true(find(letters, 0xA5, &glyph));
  assert_true(find(letters, 0x4E00, &glyph));
  assert_int_equal(glyph.width, 16);
  assert_int_equal(glyph.rows[7], 0xFFFE);
  assert_true(find(letters, 0xFFE5, &glyph));
  assert_true(find(letters, 0x1F9FE, &glyph));
  assert_int_equal(glyph.rows[0], 0xFFFF);
  assert_int_equal(glyph.rows[15], 1);
  static const uint32_t missing[] = {0, 0x40, 0x42, 0x4E01, 0xFFE6, 0x1F9FF, UINT32_MAX};
  for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
    assert_false(find(letters, missing[i], &glyph));
}

/* A file that is something else has no glyphs. */
static void test_rubbish(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "\n",
                                      "\n\n\n",
                                      "0041",
                                      "0041:",
                                      "0041:00",
                                      "0041:ZZ000000182424424242424242420000\n",
                                      ":0000000018242442427E424242420000\n",
                                      "not a font at all\nand more\n",
                                      "0041:0000000018242442427E4242424200001\n"};
  struct sp_vp_glyph glyph;
  struct sp_vp_glyphs glyphs;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    assert_false(find(texts[i], 0x41, &glyph));
  sp_vp_glyphs_open("/nowhere/unifont.hex", &glyphs);
  assert_false(sp_vp_glyphs_find(&glyphs, 0x41, &glyph));
  sp_vp_glyphs_open(NULL, &glyphs);
  assert_false(sp_vp_glyphs_find(&glyphs, 0x41, &glyph));
  sp_vp_glyphs_open("/tmp", &glyphs);
  assert_false(sp_vp_glyphs_find(&glyphs, 0x41, &glyph));
}

/* At one and a half times: a stroke is two dots wherever it stands, and a gap of one dot stays open. */
static void test_stretch(void **state) {
  (void)state;
  for (int at = 0; at < 16; at++) {
    struct sp_vp_glyph glyph = {.width = 16};
    for (int row = 0; row < SP_VP_GLYPH_ROWS; row++)
      glyph.rows[row] = (uint16_t)(1u << (15 - at));
    int dots = 0;
    for (int x = 0; x < 24; x++)
      dots += sp_vp_glyph_dot(&glyph, x, 5, 24, 24);
    assert_int_equal(dots, 2);
    for (int row = 0; row < SP_VP_GLYPH_ROWS; row++)
      glyph.rows[row] = (uint16_t) ~(1u << (15 - at));
    dots = 0;
    for (int x = 0; x < 24; x++)
      dots += !sp_vp_glyph_dot(&glyph, x, 5, 24, 24);
    assert_int_equal(dots, 1);
  }
}

static void draw(const struct sp_vp_page *page, const char *font, struct sp_buf *out) {
  sp_buf_reset(out);
  assert_int_equal(sp_vp_page_png_in(page, font, out), 0);
}

static bool same(const struct sp_buf *a, const struct sp_buf *b) {
  return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* The font is used where it has the letter, and only there; without one the sketch is drawn. */
static void test_paper(void **state) {
  (void)state;
  static const char known[] = "A\xD2\xBB\n";   /* 一 */
  static const char unknown[] = "B\xB6\xFE\n"; /* 二 */
  char path[32];
  struct sp_buf with;
  struct sp_buf without;
  struct sp_vprinter *printer = NULL;
  write_font(letters, path);
  sp_buf_init(&with, PNG_MAX);
  sp_buf_init(&without, PNG_MAX);
  assert_int_equal(sp_vprinter_new(&(struct sp_vprinter_options){.width = 384}, &printer, NULL), 0);
  assert_int_equal(sp_vprinter_feed(printer, unknown, 4), 4);
  draw(sp_vprinter_page(printer), path, &with);
  draw(sp_vprinter_page(printer), "/nowhere/unifont.hex", &without);
  assert_true(same(&with, &without));
  assert_int_equal(sp_vprinter_feed(printer, known, 4), 4);
  draw(sp_vprinter_page(printer), path, &with);
  draw(sp_vprinter_page(printer), NULL, &without);
  assert_false(same(&with, &without));
  assert_int_equal(unlink(path), 0);
  sp_vprinter_free(printer);
  sp_buf_free(&with);
  sp_buf_free(&without);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_rubbish),
      cmocka_unit_test(test_stretch),
      cmocka_unit_test(test_paper),
  };
  return cmocka_run_group_tests_name("printer_glyph", tests, NULL, NULL);
}
