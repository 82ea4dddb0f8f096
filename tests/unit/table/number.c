/* Stored numbers, dates, format codes and escapes of a workbook as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/xlsx_parts.h"
#include <string.h>

static void numbers_read_as_people_see_them(void **state) {
  static const char *const pairs[][2] = {
      {"2.5499999999999998", "2.55"},
      {"0.10000000000000001", "0.1"},
      {"19.989999999999998", "19.99"},
      {"6901234567892", "6901234567892"},
      {"123456789012345678", "123456789012345678"},
      {"007", "007"},
      {"0", "0"},
      {"-0.0", "0"},
      {"1.0", "1"},
      {"-3.50", "-3.5"},
      {"6.9012345678919999E+12", "6901234567892"},
      {"6.9012345678920000E12", "6901234567892"},
      {"1E3", "1000"},
      {"1.5e-3", "0.0015"},
      {"-1E-2", "-0.01"},
      {"0.99999999999999999", "1"},
      {"99.9999999999999999", "100"},
      {"0.05", "0.05"},
      {".5", "0.5"},
      {"5.", "5"},
      {"12.25", "12.25"},
      {"1E+300", "1E+300"},
      {"1E-99999999999", "1E-99999999999"},
      {"1.2.3", "1.2.3"},
      {"abc", "abc"},
      {"1e", "1e"},
      {".", "."},
      {"", ""},
      {"-", "-"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    char out[SP_XLSX_NUMBER_TEXT];
    sp_xlsx_number_text(pairs[i][0], out);
    assert_string_equal(out, pairs[i][1]);
  }
}

static void expect_date(const char *stored, bool base1904, const char *want) {
  char out[SP_XLSX_NUMBER_TEXT];
  assert_true(sp_xlsx_date_text(stored, base1904, out));
  assert_string_equal(out, want);
}

static void dates_are_iso(void **state) {
  char out[SP_XLSX_NUMBER_TEXT];
  (void)state;
  expect_date("45658", false, "2025-01-01 00:00:00");
  expect_date("45658.5", false, "2025-01-01 12:00:00");
  expect_date("44562.351388888892", false, "2022-01-01 08:26:00");
  expect_date("45657.999999999", false, "2025-01-01 00:00:00");
  expect_date("4.5658E4", false, "2025-01-01 00:00:00");
  expect_date("1", false, "1900-01-01 00:00:00");
  expect_date("59", false, "1900-02-28 00:00:00");
  expect_date("60", false, "1900-02-29 00:00:00");
  expect_date("61", false, "1900-03-01 00:00:00");
  expect_date("36585", false, "2000-02-29 00:00:00");
  expect_date("2958465", false, "9999-12-31 00:00:00");
  expect_date("0.75", false, "18:00:00");
  expect_date("0.00001", false, "00:00:01");
  expect_date("0", true, "1904-01-01 00:00:00");
  expect_date("44196", true, "2025-01-01 00:00:00");
  assert_false(sp_xlsx_date_text("2958466", false, out));
  assert_false(sp_xlsx_date_text("-1", false, out));
  assert_false(sp_xlsx_date_text("1E30", false, out));
  assert_false(sp_xlsx_date_text("soon", false, out));
}

static void format_codes_are_told_apart(void **state) {
  static const char *const dates[] = {
      "yyyy-mm-dd", "d/m/yy h:mm", "[$-409]mmm d", "hh:mm AM/PM", "yyyy\"年\"m\"月\"d\"日\"", "[Red]yyyy", "h:mm;@"};
  static const char *const others[] = {"General", "0.00",   "#,##0.00", "\"day\" 0",   "[Red]0.00",
                                       "0\\d",    "[h]:mm", "[mm]:ss",  "_(* #,##0_)", "0.00E+00",
                                       "@",       "0;yyyy", "\"open",   "[open",       ""};
  (void)state;
  for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
    assert_true(sp_xlsx_format_is_date(dates[i]));
  }
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_false(sp_xlsx_format_is_date(others[i]));
  }
}

static void escapes_become_characters(void **state) {
  static const char *const pairs[][2] = {
      {"a_x000D_\nb", "a\nb"}, {"a_x0041_b", "aAb"},     {"_x005F_x0041_", "_x0041_"},
      {"_x4E2D_", "中"},       {"_x00e9_", "é"},         {"_x0000_", "_x0000_"},
      {"_xD83D_", "_xD83D_"},  {"_x12_", "_x12_"},       {"_", "_"},
      {"plain", "plain"},      {"a\r\nb\rc", "a\nb\nc"}, {"under_score_x", "under_score_x"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    char text[64];
    snprintf(text, sizeof text, "%s", pairs[i][0]);
    size_t len = sp_xlsx_unescape(text, strlen(text));
    assert_int_equal(len, strlen(pairs[i][1]));
    assert_memory_equal(text, pairs[i][1], len);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_read_as_people_see_them),
      cmocka_unit_test(dates_are_iso),
      cmocka_unit_test(format_codes_are_told_apart),
      cmocka_unit_test(escapes_become_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
