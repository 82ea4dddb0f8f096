/* Every profile loads, is strict, and encodes what the virtual printer of its kind shows as it was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "devices/driver/profile.h"
#include "devices/sim/printer.h"
#include "tests/unit/random.h"
#include <string.h>

#define ARENA_MAX (4u << 20)
#define BYTES_MAX (4u << 20)

static const char good[] =
    "{\"id\":\"x\",\"name\":\"X\",\"language\":\"escpos\",\"dots\":576,\"dpi\":203,\"columns\":{\"a\":48,\"b\":64},"
    "\"charset\":\"gbk\",\"codepages\":{\"cp437\":0},\"raster\":\"gs_v\",\"slice\":255,\"qr\":true,\"code128\":true,"
    "\"abs_pos\":false,\"cut\":\"full\",\"drawer\":true,\"completion\":\"gs_r\",\"asb\":true,\"rt_safe\":false,"
    "\"resume\":true,\"mute\":false,\"first_packet_delay_ms\":100,\"replace\":{\"•\":\"·\"}}";

static int parse(const char *json, const char *charset, struct sp_error *err) {
  struct sp_profile profile;
  return sp_profile_parse("x", json, strlen(json), charset, &profile, err);
}

/* `good` with its first `from` changed to `to`. */
static void expect(const char *from, const char *to, const char *field) {
  char json[2048];
  struct sp_error err = {0};
  const char *at = strstr(good, from);
  assert_non_null(at);
  (void)snprintf(json, sizeof json, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
  int rc = parse(json, NULL, &err);
  if (rc != SP_E_INVALID || strcmp(err.field, field) != 0)
    fail_msg("%s: %d, \"%s\", %s", to, rc, err.field, err.message);
}

static void test_strict(void **state) {
  (void)state;
  struct sp_error err = {0};
  assert_int_equal(parse(good, NULL, &err), 0);
  assert_int_equal(parse(good, "cp437", &err), 0);
  assert_int_equal(parse(good, "gb18030_4b", &err), 0);
  assert_int_equal(parse(good, "cp866", &err), SP_E_INVALID);
  assert_string_equal(err.field, "charset");
  assert_int_equal(parse(good, "utf8", &err), SP_E_INVALID);
  expect("\"qr\"", "\"qq\"", "qq");
  expect("\"dots\":576", "\"dots\":5760", "dots");
  expect("\"a\":48", "\"a\":4", "a");
  expect("\"a\":48", "\"c\":1,\"a\":48", "c");
  expect("\"gbk\"", "\"big5\"", "charset");
  expect("\"gs_v\"", "\"gs_w\"", "raster");
  expect("\"gs_v\"", "\"star\"", "raster");
  expect("\"full\"", "\"half\"", "cut");
  expect("\"gs_r\"", "\"star_etb\"", "completion");
  expect("\"mute\":false", "\"mute\":true", "mute");
  expect("\"resume\":true,", "", "resume");
  expect("{\"cp437\":0}", "{\"cp437\":256}", "cp437");
  expect("{\"•\":\"·\"}", "{\"•\":1}", "replace");
  expect("\"id\":\"x\"", "\"id\":\"y\"", "id");
  struct sp_profile profile;
  assert_int_equal(sp_profile_load("no-such", NULL, &profile, &err), SP_E_INVALID);
  assert_string_equal(err.field, "profile");
}

static struct sp_vprinter *printer_of(const struct sp_profile *profile) {
  struct sp_vprinter *printer = NULL;
  const struct sp_vprinter_options options = {.width = profile->options.dots < 400 ? 384 : 576,
                                              .two_byte_only = !profile->charset.four_byte,
                                              .single_byte = profile->charset.kind == SP_CHARSET_PAGE,
                                              .no_cutter = profile->options.no_cutter};
  assert_int_equal(sp_vprinter_new(&options, &printer, NULL), 0);
  return printer;
}

static void print_on(struct sp_vprinter *printer, const struct sp_print *print, const struct sp_profile *profile) {
  struct sp_buf bytes;
  struct sp_error err = {0};
  sp_buf_init(&bytes, BYTES_MAX);
  if (sp_escpos_encode(print, &profile->options, &bytes, &err)) fail_msg("%s: %s", profile->id, err.message);
  assert_int_equal(sp_escpos_audit(bytes.data, bytes.len), bytes.len);
  assert_int_equal(sp_vprinter_feed(printer, bytes.data, bytes.len), bytes.len);
  sp_buf_free(&bytes);
}

static void test_every_profile(void **state) {
  (void)state;
  char id[SP_PROFILE_ID_MAX + 1];
  size_t count = 0;
  for (; sp_profile_id(count, id); count++) {
    struct sp_profile profile;
    struct sp_error err = {0};
    struct sp_arena arena;
    struct sp_print print;
    struct sp_buf text;
    if (sp_profile_load(id, NULL, &profile, &err)) fail_msg("%s: %s: %s", id, err.field, err.message);
    assert_string_equal(profile.id, id);
    if (profile.star) continue;
    sp_arena_init(&arena, ARENA_MAX);
    sp_buf_init(&text, BYTES_MAX);
    assert_int_equal(sp_print_init(&print, profile.columns, SP_LANG_ZH, &arena, NULL), 0);
    sp_print_heading(&print, "Receipt");
    sp_print_row(&print, 0, 0, "cola", "3.50");
    sp_print_qr(&print, SP_PRINT_CENTRE, "https://example.com/r/1", 0);
    sp_print_code128(&print, SP_PRINT_CENTRE, "T01-000001", 0, 0);
    sp_print_cut(&print);
    sp_print_add(&print, 0, 0, "second");
    struct sp_vprinter *printer = printer_of(&profile);
    print_on(printer, &print, &profile);
    const struct sp_vp_page *page = sp_vprinter_page(printer);
    assert_int_equal(page->unknown, 0);
    assert_int_equal(page->pulses, 0);
    assert_int_equal(page->cuts, profile.options.no_cutter ? 0 : 2);
    assert_int_equal(sp_vp_page_lines(page, &text), 0);
    if (!strstr(sp_buf_text(&text), "Receipt") || !strstr(sp_buf_text(&text), "second"))
      fail_msg("%s: %s", id, sp_buf_text(&text));
    sp_vprinter_free(printer);
    sp_buf_free(&text);
    sp_arena_free(&arena);
  }
  assert_in_range(count, 13, 100);
}

/* ---- P2 and P6: nothing in a text can become a command, nothing is wider than the paper ---- */

static const char *const bits[] = {"\x10\x14\x01\x01\x01",
                                   "\x1Bp",
                                   "\x1B@",
                                   "\x1DV",
                                   "\x10\x04\x01",
                                   "\x10\x05\x02",
                                   "\x1C.",
                                   "\x1Bt\x10",
                                   "中",
                                   "国龘",
                                   "㐂",
                                   "𠀀",
                                   "é",
                                   "¥",
                                   "￥",
                                   "€",
                                   "•",
                                   "Ж",
                                   "abc",
                                   "%d",
                                   "1604",
                                   "0120",
                                   "\x7F",
                                   "\xFF",
                                   "\xC3",
                                   "\n",
                                   "\t",
                                   "\xC2\x9B",
                                   "{",
                                   " ",
                                   "\x07",
                                   "\x1A",
                                   "\x17",
                                   "خ",
                                   "…",
                                   "①"};

static void random_text(struct random *random, char *to, size_t max) {
  to[0] = '\0';
  for (int64_t parts = random_between(random, 1, 12); parts > 0; parts--) {
    const char *part = bits[random_between(random, 0, (int64_t)(sizeof bits / sizeof *bits) - 1)];
    if (strlen(to) + strlen(part) < max) memcpy(to + strlen(to), part, strlen(part) + 1);
  }
}

static void random_picture(struct random *random, uint8_t *rows, struct sp_print_picture *picture) {
  static const uint8_t evil[] = {0x10, 0x14, 0x01, 0x00, 0x01, 0x10, 0x04, 0x10, 0x05, 0x1B, 0x06, 0x07};
  picture->width = (int32_t)random_between(random, 1, 700);
  picture->height = (int32_t)random_between(random, 1, 40);
  picture->rows = rows;
  size_t len = ((size_t)picture->width + 7) / 8 * (size_t)picture->height;
  for (size_t i = 0; i < len; i++)
    rows[i] = random_next(random) % 2 ? evil[random_next(random) % sizeof evil] : (uint8_t)random_next(random);
}

/* Lines put together by hand, past the layout that cleans them. */
static void random_print(struct random *random, struct sp_print *print, struct sp_print_line *lines,
                         char (*texts)[2][128], struct sp_print_picture *picture) {
  static const uint8_t kinds[] = {SP_PRINT_TEXT,    SP_PRINT_TEXT,    SP_PRINT_TEXT, SP_PRINT_QR,
                                  SP_PRINT_CODE128, SP_PRINT_PICTURE, SP_PRINT_CUT};
  print->count = (int32_t)random_between(random, 1, 8);
  for (int32_t i = 0; i < print->count; i++) {
    random_text(random, texts[i][0], sizeof texts[i][0]);
    random_text(random, texts[i][1], sizeof texts[i][1]);
    lines[i] = (struct sp_print_line){.text = texts[i][0],
                                      .style = (uint8_t)(random_next(random) & 15),
                                      .kind = kinds[random_next(random) % sizeof kinds],
                                      .module = (uint8_t)(random_next(random) % 17),
                                      .height = (uint8_t)random_next(random)};
    if (lines[i].kind == SP_PRINT_TEXT && random_next(random) % 2) lines[i].right = texts[i][1];
    if (lines[i].kind == SP_PRINT_PICTURE) lines[i].picture = picture;
  }
  print->lines = lines;
}

static void test_no_text_is_a_command(void **state) {
  (void)state;
  struct random random = random_start("no_text_is_a_command");
  static struct sp_print_line lines[8];
  static char texts[8][2][128];
  static uint8_t rows[88 * 40];
  char id[SP_PROFILE_ID_MAX + 1];
  for (size_t p = 0; sp_profile_id(p, id); p++) {
    struct sp_profile profile;
    assert_int_equal(sp_profile_load(id, NULL, &profile, NULL), 0);
    for (int round = 0; round < 300 && !profile.star; round++) {
      struct sp_print print = {.columns = profile.columns};
      struct sp_print_picture picture;
      int cuts = 1;
      random_picture(&random, rows, &picture);
      random_print(&random, &print, lines, texts, &picture);
      for (int32_t i = 0; i < print.count; i++)
        cuts += lines[i].kind == SP_PRINT_CUT;
      struct sp_vprinter *printer = printer_of(&profile);
      print_on(printer, &print, &profile);
      const struct sp_vp_page *page = sp_vprinter_page(printer);
      if (page->pulses || page->unknown || page->cuts != (profile.options.no_cutter ? 0 : cuts))
        fail_msg("%s, round %d: %d pulses, %d unknown, %d cuts", id, round, page->pulses, page->unknown, page->cuts);
      assert_int_equal(sp_vprinter_replies(printer)->len, 0);
      for (size_t i = 0; i < page->item_count; i++)
        if (page->items[i].kind == SP_VP_IMAGE) assert_true(page->items[i].width <= (uint32_t)page->width);
      sp_vprinter_free(printer);
    }
  }
}

/* P2: what the layout made stays within the paper and no character is torn, in every character set. */
static void test_no_line_is_too_wide(void **state) {
  (void)state;
  struct random random = random_start("no_line_is_too_wide");
  static const char *const ids[] = {"generic-58",         "generic-80",       "generic-80-gb18030",
                                    "epson-tm-t82iii-ch", "sunmi-80-network", "generic-80-latin"};
  for (int round = 0; round < 3000; round++) {
    struct sp_profile profile;
    struct sp_arena arena;
    struct sp_print print;
    char left[128];
    char right[128];
    assert_int_equal(sp_profile_load(ids[round % 6], NULL, &profile, NULL), 0);
    sp_arena_init(&arena, ARENA_MAX);
    assert_int_equal(sp_print_init(&print, profile.columns, SP_LANG_ZH, &arena, NULL), 0);
    random_text(&random, left, sizeof left);
    random_text(&random, right, 20);
    sp_print_row(&print, (uint8_t)(random_next(&random) & 7), (int)random_between(&random, 0, 4), left, right);
    struct sp_vprinter *printer = printer_of(&profile);
    print_on(printer, &print, &profile);
    const struct sp_vp_page *page = sp_vprinter_page(printer);
    int shown = 0;
    for (size_t i = 0; i < page->item_count; i++) {
      if (page->items[i].kind != SP_VP_LINE) continue;
      shown++;
      if (page->items[i].wrapped) fail_msg("%s: a line of \"%s\" \"%s\" is too wide", profile.id, left, right);
      for (size_t c = 0; c < page->items[i].count; c++)
        if (page->cells[page->items[i].at + c].code == 0xFFFD)
          fail_msg("%s: \"%s\" \"%s\" has a torn character", profile.id, left, right);
    }
    assert_int_equal(shown, print.count);
    sp_vprinter_free(printer);
    sp_arena_free(&arena);
  }
}

/* P9: a receipt of 60 lines. */
static void test_speed(void **state) {
  (void)state;
  struct sp_profile profile;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf bytes;
  char text[64];
  assert_int_equal(sp_profile_load("epson-tm-t82iii-ch", NULL, &profile, NULL), 0);
  sp_arena_init(&arena, ARENA_MAX);
  sp_buf_init(&bytes, BYTES_MAX);
  assert_int_equal(sp_print_init(&print, 48, SP_LANG_ZH, &arena, NULL), 0);
  sp_print_heading(&print, "算盘超市");
  for (int i = 0; print.count < 60; i++) {
    (void)snprintf(text, sizeof text, "康师傅红烧牛肉面 %d 袋装", i);
    sp_print_row(&print, i % 7 ? 0 : SP_PRINT_BOLD, 0, text, "¥12.50");
  }
  int64_t best = INT64_MAX;
  for (int i = 0; i < 200; i++) {
    struct timespec from;
    struct timespec to;
    sp_buf_reset(&bytes);
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    assert_int_equal(sp_escpos_encode(&print, &profile.options, &bytes, NULL), 0);
    (void)clock_gettime(CLOCK_MONOTONIC, &to);
    int64_t us = (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
    if (us < best) best = us;
  }
  printf("# 60 lines: %zu bytes, encoded in %d us\n", bytes.len, (int)best);
  assert_in_range(bytes.len, 1000, 4096);
  sp_buf_free(&bytes);
  sp_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strict),
      cmocka_unit_test(test_every_profile),
      cmocka_unit_test(test_no_text_is_a_command),
      cmocka_unit_test(test_no_line_is_too_wide),
      cmocka_unit_test(test_speed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
