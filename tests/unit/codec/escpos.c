#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/escpos.h"
#include "tests/support/random_text.h"
#include "tests/support/receipt_fixture.h"
#include "tests/unit/codec/escpos_decoder.h"
#include "tests/unit/golden.h"

#define ARENA_MAX (8 * 1024 * 1024)
#define BYTES_MAX (1024 * 1024)

static void start(struct sp_print *print, struct sp_arena *arena, int columns) {
  sp_arena_init(arena, ARENA_MAX);
  assert_int_equal(sp_print_init(print, columns, SP_LANG_EN, arena, NULL), 0);
}

static void encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out) {
  sp_buf_init(out, BYTES_MAX);
  assert_int_equal(sp_print_end(print, NULL), 0);
  assert_int_equal(sp_escpos_encode(print, options, out, NULL), 0);
}

static void expect(const struct sp_buf *out, const char *want, size_t len) {
  assert_int_equal(out->len, len);
  assert_memory_equal(out->data, want, len);
}

/* Every byte by hand: reset, Chinese mode, styles only where they change, columns, feed and cut. */
static void test_bytes(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf out;
  start(&print, &arena, 24);
  sp_print_heading(&print, "店");
  sp_print_add(&print, SP_PRINT_CENTRE, 0, "a");
  sp_print_row(&print, SP_PRINT_BOLD | SP_PRINT_TALL, 0, "应付", "¥1.00");
  sp_print_add(&print, 0, 0, "z");
  encode(&print, NULL, &out);
  static const char want[] = "\x1B@\x1C&"
                             "\x1B"
                             "a\x01\x1B"
                             "E\x01\x1D!\x11\xB5\xEA\n"
                             "\x1B"
                             "E\x00\x1D!\x00"
                             "a\n"
                             "\x1B"
                             "a\x00\x1B"
                             "E\x01\x1D!\x01\xD3\xA6\xB8\xB6              \xA3\xA4"
                             "1.00\n"
                             "\x1B"
                             "E\x00\x1D!\x00z\n"
                             "\x1DV\x42\x00";
  expect(&out, want, sizeof want - 1);
  sp_buf_free(&out);
  sp_arena_free(&arena);
}

static void test_options(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf out;
  start(&print, &arena, 24);
  sp_print_add(&print, 0, 0, "㐂x");
  encode(&print, &(struct sp_escpos_options){.no_cutter = true}, &out);
  expect(&out,
         "\x1B@\x1C&\xA1\xFEx\n\x1B"
         "d\x05",
         11);
  sp_buf_free(&out);
  encode(&print, &(struct sp_escpos_options){.no_cutter = true, .four_byte = true}, &out);
  expect(&out,
         "\x1B@\x1C&\x81\x39\xEF\x31x\n\x1B"
         "d\x05",
         13);
  sp_buf_free(&out);
  sp_arena_free(&arena);
}

/* Characters whose bytes differ between tables, by the facts of the GB18030 standard and the policy for ¥. */
static void test_characters(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *bytes;
  } cases[] = {
      {"¥", "\xA3\xA4"}, {"￥", "\xA3\xA4"}, {"×", "\xA1\xC1"}, {"—", "\xA1\xAA"},  {"…", "\xA1\xAD"},
      {"℃", "\xA1\xE6"}, {"㎏", "\xA9\x4B"}, {"①", "\xA2\xD9"}, {"·", "\xA1\xA4"},  {"€", "\xA2\xE3"},
      {"é", "\xA8\xA6"}, {"龘", "\xFD\x93"}, {"ñ", "\xA1\xFE"}, {"e\xCC\x81", "e"}, {"😀", "\xA1\xFE"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_arena arena;
    struct sp_print print;
    struct sp_buf out;
    start(&print, &arena, 24);
    sp_print_add(&print, 0, 0, cases[i].text);
    encode(&print, NULL, &out);
    size_t len = strlen(cases[i].bytes);
    assert_int_equal(out.len, 4 + len + 1 + 4);
    assert_memory_equal(out.data + 4, cases[i].bytes, len);
    sp_buf_free(&out);
    sp_arena_free(&arena);
  }
}

static void test_kick(void **state) {
  (void)state;
  struct sp_buf out;
  sp_buf_init(&out, 64);
  assert_int_equal(sp_escpos_kick(SP_ESCPOS_PIN_2, &out), 0);
  expect(&out, "\x1Bp\x00\x19\xFA", 5);
  sp_buf_reset(&out);
  assert_int_equal(sp_escpos_kick(SP_ESCPOS_PIN_5, &out), 0);
  expect(&out, "\x1Bp\x01\x19\xFA", 5);
  sp_buf_free(&out);
}

/* A printout made by hand, past the layout that cleans its texts: the encoder lets no command through by itself. */
static void test_injection(void **state) {
  (void)state;
  struct sp_print_line lines[] = {
      {.text = "cola\x1Bp\x01\x19\xFA\x10\x14\x01\x01\x01 \x1DV\x01\x7F end", .right = "\x1B@9.00\x05"},
  };
  struct sp_print print = {.lines = lines, .count = 1, .columns = 32};
  struct sp_buf out;
  struct decoded decoded;
  sp_buf_init(&out, BYTES_MAX);
  assert_int_equal(sp_escpos_encode(&print, NULL, &out, NULL), 0);
  decode(&out, &decoded);
  assert_false(decoded.refused);
  assert_int_equal(decoded.kicks, 0);
  assert_int_equal(decoded.cuts, 1);
  assert_string_equal(decoded.text.data, "colap? V end               @9.00\n");
  sp_buf_free(&decoded.text);
  sp_buf_free(&out);
}

static void test_bound(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_error err = {.lang = SP_LANG_EN};
  sp_arena_init(&arena, ARENA_MAX);
  assert_int_equal(fixture_layout(0, 48, SP_LANG_ZH, &arena, &print), 0);
  struct sp_buf whole;
  encode(&print, NULL, &whole);
  assert_true(whole.len < 4096);
  for (size_t max = 0; max < whole.len; max += 7) {
    struct sp_buf out;
    sp_buf_init(&out, max);
    assert_int_equal(sp_escpos_encode(&print, NULL, &out, &err), SP_E_LIMIT);
    assert_true(out.len <= max);
    sp_buf_free(&out);
  }
  sp_buf_free(&whole);
  sp_arena_free(&arena);
}

/* ---- Golden bytes, and the same text on paper as on the screen ---- */

/* Runs of spaces become one, ends are trimmed, ¥ is ￥: what is left must be equal on every medium. */
static void squeeze(const char *text, struct sp_buf *out) {
  sp_buf_init(out, BYTES_MAX);
  for (const char *at = text; *at; at++) {
    char last = out->len ? out->data[out->len - 1] : '\n';
    if (*at == ' ' && (last == ' ' || last == '\n')) continue;
    if (*at == '\n' && last == ' ') out->len--;
    if (strncmp(at, "¥", 2) == 0) {
      sp_buf_puts(out, "￥");
      at++;
    } else {
      sp_buf_putc(out, *at);
    }
  }
}

static void same_text(const char *a, const char *b) {
  struct sp_buf left;
  struct sp_buf right;
  squeeze(a, &left);
  squeeze(b, &right);
  assert_string_equal(sp_buf_text(&left), sp_buf_text(&right));
  sp_buf_free(&left);
  sp_buf_free(&right);
}

static void check_decoded(const struct sp_buf *bytes, const struct sp_print *print, bool compare) {
  struct decoded decoded;
  struct sp_buf text;
  decode(bytes, &decoded);
  assert_false(decoded.refused);
  assert_int_equal(decoded.kicks, 0);
  assert_int_equal(decoded.cuts, 1);
  assert_true(decoded.columns <= print->columns);
  sp_buf_init(&text, BYTES_MAX);
  assert_int_equal(sp_print_text(print, &text), 0);
  if (compare) same_text(decoded.text.data, text.data);
  sp_buf_free(&text);
  sp_buf_free(&decoded.text);
}

static void test_golden(void **state) {
  (void)state;
  for (int index = 0; index < FIXTURE_COUNT; index++) {
    for (int k = 0; k < 4; k++) {
      struct sp_arena arena;
      struct sp_print print;
      struct sp_buf out;
      char name[64];
      sp_arena_init(&arena, ARENA_MAX);
      assert_int_equal(fixture_layout(index, k & 2 ? 48 : 32, k & 1 ? SP_LANG_ZH : SP_LANG_EN, &arena, &print), 0);
      encode(&print, &(struct sp_escpos_options){.four_byte = true}, &out);
      check_decoded(&out, &print, true);
      snprintf(name, sizeof name, "%s_%d_%s.escpos", fixture_names[index], k & 2 ? 48 : 32, k & 1 ? "zh" : "en");
      check_golden(name, out.data, out.len);
      sp_buf_free(&out);
      sp_arena_free(&arena);
    }
  }
}

/* ---- Any text ---- */

/* No command that we did not send, no line wider than the paper. */
static void property_any_text(void **state) {
  (void)state;
  struct random random = random_start("no text reaches the printer as a command");
  struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  for (int i = 0; i < CASES; i++) {
    struct sp_print print;
    struct sp_buf out;
    sp_arena_reset(&arena);
    assert_int_equal(sp_print_init(&print, random_next(&random) & 1 ? 32 : 48, SP_LANG_ZH, &arena, NULL), 0);
    for (int line = 0; line < 6; line++) {
      uint8_t style = (uint8_t)(random_next(&random) % 16);
      if (random_next(&random) & 1)
        sp_print_add(&print, style, 0, random_text(&random, &arena, 100));
      else
        sp_print_row(&print, style, 2, random_text(&random, &arena, 100), random_text(&random, &arena, 100));
    }
    encode(&print, &(struct sp_escpos_options){.four_byte = random_next(&random) & 1}, &out);
    check_decoded(&out, &print, false);
    sp_buf_free(&out);
  }
  sp_arena_free(&arena);
}

/* What GB18030 can carry comes back as it was, for text of every two-byte character and ASCII. */
static void property_round_trip(void **state) {
  (void)state;
  struct random random = random_start("bytes decode to the text of the printout");
  struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  for (int i = 0; i < CASES; i++) {
    struct sp_print print;
    struct sp_buf out;
    struct sp_buf text;
    sp_arena_reset(&arena);
    sp_buf_init(&text, 4096);
    for (int64_t left = random_between(&random, 1, 60); left > 0; left--)
      sp_utf8_put(&text, random_next(&random) & 1 ? (uint32_t)random_between(&random, 0x4E00, 0x9FA5)
                                                  : (uint32_t)random_between(&random, 0x20, 0x7E));
    assert_int_equal(sp_print_init(&print, 32, SP_LANG_ZH, &arena, NULL), 0);
    sp_print_row(&print, 0, 0, text.data, "-12.34");
    sp_buf_free(&text);
    encode(&print, NULL, &out);
    check_decoded(&out, &print, true);
    sp_buf_free(&out);
  }
  sp_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bytes),  cmocka_unit_test(test_options),      cmocka_unit_test(test_characters),
      cmocka_unit_test(test_kick),   cmocka_unit_test(test_injection),    cmocka_unit_test(test_bound),
      cmocka_unit_test(test_golden), cmocka_unit_test(property_any_text), cmocka_unit_test(property_round_trip),
  };
  return cmocka_run_group_tests_name("escpos", tests, NULL, NULL);
}
