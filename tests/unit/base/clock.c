/* Instants and their text, and the calendar beneath them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/calendar.h"
#include "base/clock.h"
#include <stdbool.h>
#include <string.h>

struct time_case {
  const char *text;
  int64_t ms;
};

static void parses_and_formats(void **state) {
  (void)state;
  static const struct time_case cases[] = {
      {"1970-01-01T00:00:00.000Z", 0},
      {"1970-01-01T00:00:00.001Z", 1},
      {"1969-12-31T23:59:59.999Z", -1},
      {"2026-11-22T05:00:00.000Z", 1795323600000},
      {"2000-02-29T12:34:56.789Z", 951827696789},
      {"1900-03-01T00:00:00.000Z", -2203891200000},
      {"2038-01-19T03:14:08.000Z", 2147483648000},
      {"2100-02-28T23:59:59.000Z", 4107542399000},
      {"0000-01-01T00:00:00.000Z", -62167219200000},
      {"9999-12-31T23:59:59.999Z", 253402300799999},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[SP_TIME_TEXT];
    int64_t ms = 0;
    sp_time_format(cases[i].ms, text);
    assert_string_equal(text, cases[i].text);
    assert_int_equal(sp_time_parse(cases[i].text, &ms), 0);
    assert_true(ms == cases[i].ms);
  }
}

static void reads_every_accepted_form(void **state) {
  (void)state;
  static const struct time_case cases[] = {
      {"2026-11-22T13:00:00+08:00", 1795323600000},    {"2026-11-22 05:00:00Z", 1795323600000},
      {"2026-11-22t05:00:00z", 1795323600000},         {"2026-11-21T23:30:00-05:30", 1795323600000},
      {"2026-11-22T05:00:00.5Z", 1795323600500},       {"2026-11-22T05:00:00.04Z", 1795323600040},
      {"2026-11-22T05:00:00.9999999Z", 1795323600999}, {"2026-11-22T05:00:00-00:00", 1795323600000},
      {"2026-11-22T04:59:60Z", 1795323600000},         {"2026-11-22T00:59:00-04:01", 1795323600000},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t ms = 0;
    assert_int_equal(sp_time_parse(cases[i].text, &ms), 0);
    assert_true(ms == cases[i].ms);
  }
}

static void reads_days(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int32_t day;
  } good[] = {{"2026-11-22", 20261122}, {"2024-02-29", 20240229},           {"2000-02-29", 20000229},
              {"0001-01-01", 10101},    {"2026-11-22T05:00:00Z", 20261122}, {"9999-12-31", 99991231}};
  static const char *const bad[] = {"2023-02-29", "1900-02-29", "2026-00-10", "2026-13-10", "2026-04-31",
                                    "2026-11-00", "2026-11-32", "0000-01-01", "2026/11/22", "2026-1-22",
                                    "2026-11-2",  "",           "20261122",   "+026-11-22", "2026-11- 2"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    int32_t day = 0;
    if (!sp_date_read(good[i].text, &day) || day != good[i].day) fail_msg("%s: %d", good[i].text, (int)day);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int32_t day = 7;
    if (sp_date_read(bad[i], &day) || day != 7) fail_msg("%s: %d", bad[i], (int)day);
  }
}

static void refuses_other_forms(void **state) {
  (void)state;
  static const char *const forms[] = {
      "",
      "2026",
      "2026-11-22",
      "2026-11-22T05:00Z",
      "2026-11-22T05:00:00",
      "2026-11-22T05:00:00.Z",
      "2026-11-22T05:00:00ZZ",
      "2026-11-22T05:00:00Z ",
      " 2026-11-22T05:00:00Z",
      "2026-11-22  05:00:00Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T05:60:00Z",
      "2026-11-22T05:00:61Z",
      "2026-00-22T05:00:00Z",
      "2026-13-22T05:00:00Z",
      "2026-11-00T05:00:00Z",
      "2026-11-31T05:00:00Z",
      "2026-02-29T05:00:00Z",
      "2100-02-29T05:00:00Z",
      "2026-11-22T05:00:00+8:00",
      "2026-11-22T05:00:00+0800",
      "2026-11-22T05:00:00+08",
      "2026-11-22T05:00:00+24:00",
      "2026-11-22T05:00:00+08:60",
      "2026/11/22T05:00:00Z",
      "26-11-22T05:00:00Z",
      "-026-11-22T05:00:00Z",
      "2026-1-22T05:00:00Z",
      "2026-11-22T5:00:00Z",
      "2026-11-22T05:00:00 Z",
      "2026-11-22T05:00:00,5Z",
  };
  int64_t ms = 7;
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
    if (sp_time_parse(forms[i], &ms) != SP_E_INVALID) print_error("accepted: %s\n", forms[i]);
    assert_int_equal(sp_time_parse(forms[i], &ms), SP_E_INVALID);
  }
  assert_int_equal(sp_time_parse(NULL, &ms), SP_E_INVALID);
  assert_true(ms == 7);
}

static void shows_the_nearest_of_what_has_no_text(void **state) {
  (void)state;
  char text[SP_TIME_TEXT];
  sp_time_format(INT64_MIN, text);
  assert_string_equal(text, "0000-01-01T00:00:00.000Z");
  sp_time_format(INT64_MAX, text);
  assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

/* Walk every day of two centuries with the calendar everybody learnt at school. */
static void counts_days(void **state) {
  (void)state;
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t days = sp_days_from_date(1899, 1, 1);
  assert_true(days == -25932);
  int weekday = 7; /* 1 January 1899 was a Sunday */
  for (int year = 1899; year <= 2105; year++) {
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; month++) {
      int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
      for (int day = 1; day <= length; day++, days++, weekday = weekday % 7 + 1) {
        struct sp_date date = {.minute = 77};
        sp_date_from_days(days, &date);
        assert_true(date.year == year && date.month == month && date.day == day && date.weekday == weekday);
        assert_true(sp_days_from_date(year, month, day) == days);
        assert_int_equal(date.minute, 77);
      }
    }
  }
}

static void runs(void **state) {
  (void)state;
  int64_t wall = sp_clock_now_ms();
  int64_t start = sp_clock_monotonic_us();
  assert_true(wall > 1700000000000);
  int64_t now = start;
  for (int64_t spins = 0; now == start && spins < 1000000000; spins++)
    now = sp_clock_monotonic_us();
  assert_true(now > start);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parses_and_formats),
      cmocka_unit_test(reads_every_accepted_form),
      cmocka_unit_test(reads_days),
      cmocka_unit_test(refuses_other_forms),
      cmocka_unit_test(shows_the_nearest_of_what_has_no_text),
      cmocka_unit_test(counts_days),
      cmocka_unit_test(runs),
  };
  return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
