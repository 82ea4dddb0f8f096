#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "domain/money.h"
#include "tests/support/random_text.h"
#include "tests/support/receipt_fixture.h"
#include "tests/unit/golden.h"

#define ARENA_MAX (8 * 1024 * 1024)
#define TEXT_MAX  (1024 * 1024)

static const int widths[] = {SP_PRINT_COLUMNS_58, SP_PRINT_COLUMNS_80};
static const char *const languages[] = {[SP_LANG_EN] = "en", [SP_LANG_ZH] = "zh"};

/* Clean UTF-8 in lines no wider than the paper, for a terminal and for a printer. */
static void check_lines(const struct sp_print *print) {
  for (int32_t i = 0; i < print->count; i++) {
    const struct sp_print_line *line = &print->lines[i];
    int scale = line->style & SP_PRINT_WIDE ? 2 : 1;
    int width = sp_print_columns(line->text, strlen(line->text)) * scale;
    if (line->right) width += scale + sp_print_columns(line->right, strlen(line->right)) * scale;
    int slack = line->right && !*line->text ? scale : 0; /* nothing on the left: no space is needed */
    assert_true(width <= print->columns + slack);
  }
}

static void check_text(const struct sp_buf *text, int columns) {
  assert_true(sp_utf8_valid(text->data, text->len));
  const char *at = text->data;
  const char *end = text->data + text->len;
  while (at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    assert_non_null(stop);
    assert_true(sp_utf8_columns(at, (size_t)(stop - at)) <= columns);
    assert_true(stop == at || stop[-1] != ' ');
    for (; at < stop; at++)
      assert_true((unsigned char)*at >= 0x20 && *at != 0x7F);
    at++;
  }
}

/* Kept as JSON and read again, a printout is the same. */
static void check_kept(const struct sp_print *print) {
  struct sp_buf first, second;
  struct sp_json_writer w;
  struct sp_print again;
  struct sp_arena arena;
  struct sp_error err = {.lang = SP_LANG_EN};
  sp_arena_init(&arena, ARENA_MAX);
  sp_buf_init(&first, SP_PRINT_JSON_MAX);
  sp_buf_init(&second, SP_PRINT_JSON_MAX);
  sp_json_start(&w, &first);
  sp_print_json(print, &w);
  if (sp_print_parse(sp_buf_text(&first), first.len, &arena, &again, &err)) fail_msg("%s: %s", err.field, err.message);
  sp_json_start(&w, &second);
  sp_print_json(&again, &w);
  assert_int_equal(first.failed | second.failed, 0);
  assert_string_equal(sp_buf_text(&first), sp_buf_text(&second));
  sp_buf_free(&first);
  sp_buf_free(&second);
  sp_arena_free(&arena);
}

static void render(const struct sp_print *print, struct sp_buf *text) {
  check_kept(print);
  sp_buf_init(text, TEXT_MAX);
  assert_int_equal(sp_print_text(print, text), 0);
  check_lines(print);
  check_text(text, print->columns);
}

static void test_golden(void **state) {
  (void)state;
  for (int index = 0; index < FIXTURE_COUNT; index++) {
    for (int k = 0; k < 4; k++) {
      struct sp_arena arena;
      struct sp_print print;
      struct sp_buf text;
      char name[64];
      enum sp_lang lang = k & 1 ? SP_LANG_ZH : SP_LANG_EN;
      sp_arena_init(&arena, ARENA_MAX);
      assert_int_equal(fixture_layout(index, widths[k / 2], lang, &arena, &print), 0);
      render(&print, &text);
      snprintf(name, sizeof name, "%s_%d_%s.txt", fixture_names[index], widths[k / 2], languages[lang]);
      check_golden(name, text.data, text.len);
      sp_buf_free(&text);
      sp_arena_free(&arena);
    }
  }
}

static void test_json(void **state) {
  (void)state;
  struct sp_buf text;
  struct sp_json_writer w;
  sp_buf_init(&text, TEXT_MAX);
  struct sp_receipt receipts[] = {fixture_sale(), fixture_refund(), fixture_exchange()};
  struct sp_shift_report reports[] = {fixture_z(), fixture_x()};
  for (int index = 0; index < FIXTURE_COUNT; index++) {
    char name[64];
    sp_buf_reset(&text);
    sp_json_start(&w, &text);
    if (index < 3)
      sp_receipt_json(&receipts[index], &w);
    else
      sp_shift_report_json(&reports[index - 3], &w);
    assert_int_equal(text.failed, 0);
    assert_int_equal(sp_json_check(text.data, text.len, NULL), 0);
    snprintf(name, sizeof name, "%s.json", fixture_names[index]);
    check_golden(name, text.data, text.len);
  }
  sp_buf_free(&text);
}

/* A blind count stays blind on paper and in data. */
static void test_blind(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf text;
  sp_arena_init(&arena, ARENA_MAX);
  assert_int_equal(fixture_layout(4, 48, SP_LANG_EN, &arena, &print), 0);
  render(&print, &text);
  assert_null(strstr(text.data, "540.45"));
  assert_null(strstr(text.data, "175.95"));
  assert_null(strstr(text.data, "1179.80"));
  assert_non_null(strstr(text.data, "300.00"));
  sp_buf_free(&text);
  sp_arena_free(&arena);
}

/* ---- Any data at all ---- */

/* Now and then there is none. */
static const char *any_text(struct random *random, struct sp_arena *arena) {
  return random_next(random) % 6 == 0 ? NULL : random_text(random, arena, 150);
}

static int64_t signed_amount(struct random *random) {
  return random_amount(random, SP_MONEY_MAX) * (random_next(random) & 1 ? 1 : -1);
}

static void random_lines(struct random *random, struct sp_arena *arena, struct sp_receipt *receipt) {
  int32_t count = (int32_t)random_between(random, 0, 4);
  struct sp_receipt_line *lines = sp_arena_array(arena, 4, sizeof *lines);
  struct sp_receipt_discount *discounts = sp_arena_array(arena, 4, sizeof *discounts);
  struct sp_tender *tenders = sp_arena_array(arena, 4, sizeof *tenders);
  struct sp_tax_row *taxes = sp_arena_array(arena, 4, sizeof *taxes);
  const char **footer = sp_arena_array(arena, 4, sizeof *footer);
  for (int32_t i = 0; i < count; i++) {
    lines[i] = (struct sp_receipt_line){.n = i + 1,
                                        .code = any_text(random, arena),
                                        .name = any_text(random, arena),
                                        .pack = any_text(random, arena),
                                        .unit = any_text(random, arena),
                                        .quantity = random_amount(random, SP_MONEY_MAX),
                                        .returned = random_next(random) & 1,
                                        .unit_price = signed_amount(random),
                                        .gross = signed_amount(random),
                                        .discount = signed_amount(random),
                                        .net = signed_amount(random),
                                        .seller = any_text(random, arena),
                                        .note = any_text(random, arena)};
    discounts[i] = (struct sp_receipt_discount){
        .campaign = any_text(random, arena), .title = any_text(random, arena), .amount = signed_amount(random)};
    tenders[i] = (struct sp_tender){.method = (enum sp_method)(random_next(random) % SP_METHOD_COUNT),
                                    .tendered = signed_amount(random),
                                    .change = signed_amount(random),
                                    .reference = any_text(random, arena)};
    taxes[i] = (struct sp_tax_row){
        .ppm = (int32_t)random_between(random, 0, SP_PPM), .net = signed_amount(random), .tax = signed_amount(random)};
    footer[i] = any_text(random, arena);
  }
  receipt->lines = lines;
  receipt->discounts = discounts;
  receipt->tenders = tenders;
  receipt->taxes = taxes;
  receipt->footer = footer;
  receipt->line_count = receipt->discount_count = receipt->tender_count = receipt->tax_count = receipt->footer_count =
      count;
}

static struct sp_receipt random_receipt(struct random *random, struct sp_arena *arena) {
  struct sp_receipt receipt = {
      .kind = (enum sp_receipt_kind)(random_next(random) % 3),
      .copy = random_next(random) & 1,
      .currency = {.code = "CNY",
                   .symbol = random_next(random) & 1 ? "¥" : NULL,
                   .digits = (int)(random_next(random) % 4)},
      .store_name = any_text(random, arena),
      .address = any_text(random, arena),
      .phone = any_text(random, arena),
      .till = any_text(random, arena),
      .number = any_text(random, arena),
      .original = any_text(random, arena),
      .cashier = any_text(random, arena),
      .seller = any_text(random, arena),
      .time = any_text(random, arena),
      .business_day = (int32_t)random_between(random, 0, 20991231),
      .member = any_text(random, arena),
      .member_level = any_text(random, arena),
      .note = any_text(random, arena),
      .gross = signed_amount(random),
      .discount = signed_amount(random),
      .rounding = signed_amount(random),
      .total = signed_amount(random),
  };
  random_lines(random, arena, &receipt);
  return receipt;
}

static void property_any_text(void **state) {
  (void)state;
  struct random random = random_start("any text fits the paper");
  struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  for (int i = 0; i < CASES; i++) {
    struct sp_print print;
    struct sp_buf text;
    sp_arena_reset(&arena);
    struct sp_receipt receipt = random_receipt(&random, &arena);
    int columns = random_next(&random) & 1 ? widths[random_next(&random) & 1] : (int)random_between(&random, 24, 80);
    enum sp_lang lang = random_next(&random) & 1 ? SP_LANG_ZH : SP_LANG_EN;
    assert_int_equal(sp_receipt_layout(&receipt, columns, lang, &arena, &print, NULL), 0);
    render(&print, &text);
    struct sp_json_writer w;
    sp_buf_reset(&text);
    sp_json_start(&w, &text);
    sp_receipt_json(&receipt, &w);
    assert_int_equal(sp_json_check(sp_buf_text(&text), text.len, NULL), 0);
    sp_buf_free(&text);
  }
  sp_arena_free(&arena);
}

/* ---- Bounds ---- */

static void test_columns(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_receipt receipt = fixture_sale();
  struct sp_error err = {.lang = SP_LANG_EN};
  sp_arena_init(&arena, ARENA_MAX);
  assert_int_equal(sp_receipt_layout(&receipt, 23, SP_LANG_EN, &arena, &print, &err), SP_E_INVALID);
  assert_string_equal(err.field, "columns");
  assert_int_equal(sp_receipt_layout(&receipt, 81, SP_LANG_EN, &arena, &print, NULL), SP_E_INVALID);
  sp_arena_free(&arena);
}

static void test_small_arena(void **state) {
  (void)state;
  struct sp_receipt receipt = fixture_sale();
  struct sp_shift_report report = fixture_z();
  for (size_t max = 0; max < 12000; max += 61) {
    struct sp_arena arena;
    struct sp_print print;
    sp_arena_init(&arena, max);
    int rc = sp_receipt_layout(&receipt, 32, SP_LANG_ZH, &arena, &print, NULL);
    assert_true(rc == SP_E_NOMEM || (rc == 0 && max > 1000));
    sp_arena_free(&arena);
    sp_arena_init(&arena, max);
    rc = sp_shift_report_layout(&report, 32, SP_LANG_ZH, &arena, &print, NULL);
    assert_true(rc == SP_E_NOMEM || (rc == 0 && max > 1000));
    sp_arena_free(&arena);
  }
}

static void test_too_many_lines(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_error err = {.lang = SP_LANG_EN};
  sp_arena_init(&arena, ARENA_MAX);
  assert_int_equal(sp_print_init(&print, 32, SP_LANG_EN, &arena, NULL), 0);
  for (int i = 0; i < SP_PRINT_LINES_MAX; i++)
    sp_print_add(&print, 0, 0, "x");
  assert_int_equal(sp_print_end(&print, &err), 0);
  sp_print_add(&print, 0, 0, "x");
  assert_int_equal(sp_print_end(&print, &err), SP_E_LIMIT);
  assert_int_equal(print.count, SP_PRINT_LINES_MAX);
  sp_arena_free(&arena);
}

static void test_wrap(void **state) {
  (void)state;
  struct sp_arena arena;
  struct sp_print print;
  struct sp_buf text;
  sp_arena_init(&arena, ARENA_MAX);
  assert_int_equal(sp_print_init(&print, 24, SP_LANG_EN, &arena, NULL), 0);
  sp_print_add(&print, 0, 0, "one two three four five six seven");
  sp_print_add(&print, 0, 2, "一二三四五六七八九十一二三四");
  sp_print_row(&print, 0, 0, "a left part that is too long", "12.00");
  sp_print_row(&print, 0, 0, "exactly nineteen ch", "12.00");
  sp_print_row(&print, 0, 0, "exactly eighteen c", "12.00");
  sp_print_row(&print, 0, 0, "", "12.00");
  sp_print_add(&print, SP_PRINT_CENTRE, 0, "mid");
  render(&print, &text);
  assert_string_equal(text.data, "one two three four five\nsix seven\n"
                                 "  一二三四五六七八九十一\n  二三四\n"
                                 "a left part that is too\nlong               12.00\n"
                                 "exactly nineteen ch\n                   12.00\n"
                                 "exactly eighteen c 12.00\n"
                                 "                   12.00\n"
                                 "          mid\n");
  sp_buf_free(&text);
  sp_print_init(&print, 24, SP_LANG_EN, &arena, NULL);
  char endless[2000];
  memset(endless, 'x', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  sp_print_add(&print, 0, 0, endless);
  assert_int_equal(print.count, SP_PRINT_WRAP_MAX);
  assert_string_equal(print.lines[SP_PRINT_WRAP_MAX - 1].text, "xxxxxxxxxxxxxxxxxxxxx...");
  sp_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_golden),         cmocka_unit_test(test_json),    cmocka_unit_test(test_blind),
      cmocka_unit_test(property_any_text),   cmocka_unit_test(test_columns), cmocka_unit_test(test_small_arena),
      cmocka_unit_test(test_too_many_lines), cmocka_unit_test(test_wrap),
  };
  return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
