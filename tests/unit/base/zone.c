/* Time zones by the system files: gaps, overlaps, the far future, damage; and business days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include <string.h>

static struct sp_zone *load(const char *name) {
  struct sp_zone *zone = NULL;
  struct sp_error err = {.lang = SP_LANG_EN};
  int code = sp_zone_load(name, &zone, &err);
  if (code) print_error("%s: %s\n", name, err.message);
  assert_int_equal(code, 0);
  assert_string_equal(sp_zone_name(zone), name);
  return zone;
}

static int64_t utc(const char *text) {
  int64_t ms = 0;
  assert_int_equal(sp_time_parse(text, &ms), 0);
  return ms;
}

struct offset_case {
  const char *zone;
  const char *instant;
  int32_t offset;
};

static void knows_offsets(void **state) {
  (void)state;
  static const struct offset_case cases[] = {
      {"UTC", "2026-07-01T00:00:00Z", 0},
      {"Asia/Shanghai", "2026-11-22T05:00:00Z", 28800},
      {"Asia/Shanghai", "1988-07-01T00:00:00Z", 32400},
      {"Asia/Shanghai", "1900-01-01T00:00:00Z", 29143},
      {"Asia/Shanghai", "1901-01-01T00:00:00Z", 28800},
      {"Asia/Shanghai", "9999-01-01T00:00:00Z", 28800},
      {"Asia/Kathmandu", "2026-01-01T00:00:00Z", 20700},
      {"Europe/London", "2026-03-29T00:59:59Z", 0},
      {"Europe/London", "2026-03-29T01:00:00Z", 3600},
      {"Europe/London", "2026-10-25T00:59:59Z", 3600},
      {"Europe/London", "2026-10-25T01:00:00Z", 0},
      {"America/New_York", "2026-03-08T06:59:59Z", -18000},
      {"America/New_York", "2026-03-08T07:00:00Z", -14400},
      {"America/New_York", "2040-07-01T00:00:00Z", -14400},
      {"America/New_York", "2099-01-01T00:00:00Z", -18000},
      {"America/New_York", "2099-07-01T00:00:00Z", -14400},
      {"America/New_York", "2500-03-14T06:59:59Z", -18000},
      {"America/New_York", "2500-03-14T07:00:00Z", -14400},
      {"America/New_York", "9000-07-01T00:00:00Z", -14400},
      {"Australia/Sydney", "2090-01-01T00:00:00Z", 39600},
      {"Australia/Sydney", "2090-07-01T00:00:00Z", 36000},
      {"Europe/Dublin", "2090-01-01T00:00:00Z", 0},
      {"Europe/Dublin", "2090-07-01T00:00:00Z", 3600},
      {"America/Nuuk", "2090-01-01T00:00:00Z", -7200},
      {"America/Nuuk", "2090-07-01T00:00:00Z", -3600},
      {"Pacific/Apia", "2011-12-30T09:59:59Z", -36000},
      {"Pacific/Apia", "2011-12-30T10:00:00Z", 50400},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_zone *zone = load(cases[i].zone);
    if (sp_zone_offset(zone, utc(cases[i].instant)) != cases[i].offset)
      print_error("%s at %s\n", cases[i].zone, cases[i].instant);
    assert_int_equal(sp_zone_offset(zone, utc(cases[i].instant)), cases[i].offset);
    sp_zone_free(zone);
  }
}

static void shows_local_time(void **state) {
  (void)state;
  struct sp_zone *zone = load("Asia/Shanghai");
  struct sp_date date;
  sp_zone_local(zone, utc("2026-11-21T16:30:59.999Z"), &date);
  assert_true(date.year == 2026 && date.month == 11 && date.day == 22 && date.weekday == 7);
  assert_true(date.minute == 30 && date.second == 59);
  sp_zone_local(zone, -1, &date);
  assert_true(date.year == 1970 && date.month == 1 && date.day == 1 && date.minute == 479 && date.second == 59);
  sp_zone_local(zone, INT64_MIN, &date);
  sp_zone_local(zone, INT64_MAX, &date);
  sp_zone_free(zone);
}

struct wall_case {
  const char *zone;
  struct sp_date wall;
  const char *instant;
};

static void finds_the_instant_of_a_wall_time(void **state) {
  (void)state;
  static const struct wall_case cases[] = {
      {"Asia/Shanghai", {.year = 2026, .month = 11, .day = 22, .minute = 780}, "2026-11-22T05:00:00Z"},
      {"Asia/Shanghai", {.year = 2026, .month = 1, .day = 1}, "2025-12-31T16:00:00Z"},
      /* London, 29 March 2026: 01:00 to 02:00 does not exist */
      {"Europe/London", {.year = 2026, .month = 3, .day = 29, .minute = 59, .second = 59}, "2026-03-29T00:59:59Z"},
      {"Europe/London", {.year = 2026, .month = 3, .day = 29, .minute = 60}, "2026-03-29T01:00:00Z"},
      {"Europe/London", {.year = 2026, .month = 3, .day = 29, .minute = 90}, "2026-03-29T01:00:00Z"},
      {"Europe/London", {.year = 2026, .month = 3, .day = 29, .minute = 120}, "2026-03-29T01:00:00Z"},
      {"Europe/London", {.year = 2026, .month = 3, .day = 29, .minute = 121}, "2026-03-29T01:01:00Z"},
      /* London, 25 October 2026: 01:00 to 02:00 happens twice */
      {"Europe/London", {.year = 2026, .month = 10, .day = 25, .minute = 59}, "2026-10-24T23:59:00Z"},
      {"Europe/London", {.year = 2026, .month = 10, .day = 25, .minute = 60}, "2026-10-25T00:00:00Z"},
      {"Europe/London", {.year = 2026, .month = 10, .day = 25, .minute = 90}, "2026-10-25T00:30:00Z"},
      {"Europe/London", {.year = 2026, .month = 10, .day = 25, .minute = 120}, "2026-10-25T02:00:00Z"},
      /* by the footer */
      {"America/New_York", {.year = 2099, .month = 3, .day = 8, .minute = 150}, "2099-03-08T07:00:00Z"},
      {"America/New_York", {.year = 2099, .month = 11, .day = 1, .minute = 90}, "2099-11-01T05:30:00Z"},
      /* Samoa left out the whole of 30 December 2011 */
      {"Pacific/Apia", {.year = 2011, .month = 12, .day = 30, .minute = 720}, "2011-12-30T10:00:00Z"},
      {"Pacific/Apia", {.year = 2011, .month = 12, .day = 29, .minute = 720}, "2011-12-29T22:00:00Z"},
      {"Pacific/Apia", {.year = 2011, .month = 12, .day = 31, .minute = 0}, "2011-12-30T10:00:00Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_zone *zone = load(cases[i].zone);
    char text[SP_TIME_TEXT];
    char expected[SP_TIME_TEXT];
    sp_time_format(sp_zone_to_utc(zone, &cases[i].wall), text);
    sp_time_format(utc(cases[i].instant), expected);
    assert_string_equal(text, expected);
    sp_zone_free(zone);
  }
}

/* There and back, every seven and a half hours for a century: equal, or an hour apart where the wall clock showed a
 * time twice. */
static void comes_back(void **state) {
  (void)state;
  static const char *const names[] = {"Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    struct sp_zone *zone = load(names[i]);
    int twice = 0;
    for (int64_t ms = 0; ms < 3155760000000; ms += 26999000) {
      struct sp_date date;
      sp_zone_local(zone, ms, &date);
      int64_t back = sp_zone_to_utc(zone, &date);
      assert_true(back == ms || back == ms - 3600000 || back == ms - 1800000);
      twice += back != ms;
    }
    assert_true(twice < 40);
    sp_zone_free(zone);
  }
  struct sp_zone *zone = load("Europe/London");
  struct sp_date extreme = {.year = INT32_MAX, .month = 12, .day = 31};
  assert_true(sp_zone_to_utc(zone, &extreme) > 0);
  extreme.year = INT32_MIN;
  assert_true(sp_zone_to_utc(zone, &extreme) < 0);
  sp_zone_free(zone);
}

static void refuses_names(void **state) {
  (void)state;
  static const char *const names[] = {
      "",
      "Mars/Olympus",
      "/etc/passwd",
      "../../../etc/passwd",
      "Asia/..",
      "Asia",
      "Asia/",
      "Asia//Shanghai",
      "zone.tab",
      "Asia Shanghai",
      "Asia/Shanghai\n",
      "Asia/Shanghai/Asia/Shanghai/Asia/Shanghai/Asia/Shanghai/Asia/Sh",
      "Asia\\Shanghai",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    struct sp_zone *zone = NULL;
    assert_int_equal(sp_zone_load(names[i], &zone, NULL), SP_E_NOT_FOUND);
    assert_null(zone);
  }
  struct sp_zone *zone = NULL;
  struct sp_error err = {.lang = SP_LANG_ZH};
  assert_int_equal(sp_zone_load(NULL, &zone, &err), SP_E_NOT_FOUND);
  assert_string_equal(err.message, "没有这个名称的时区");
  sp_zone_free(NULL);
}

struct day_case {
  const char *zone;
  const char *instant;
  int32_t cutoff;
  int32_t day;
};

static void finds_the_business_day(void **state) {
  (void)state;
  static const struct day_case cases[] = {
      {"Asia/Shanghai", "2026-11-21T15:59:59.999Z", 0, 20261121},
      {"Asia/Shanghai", "2026-11-21T16:00:00Z", 0, 20261122},
      {"Asia/Shanghai", "2026-11-21T18:00:00Z", 240, 20261121}, /* 02:00 */
      {"Asia/Shanghai", "2026-11-21T19:59:59.999Z", 240, 20261121},
      {"Asia/Shanghai", "2026-11-21T20:00:00Z", 240, 20261122}, /* 04:00 */
      {"Asia/Shanghai", "2026-11-22T15:59:59Z", 240, 20261122},
      {"Asia/Shanghai", "2026-12-31T19:59:59Z", 240, 20261231},
      {"Asia/Shanghai", "2024-02-29T19:59:00Z", 240, 20240229},
      {"Asia/Shanghai", "2024-02-29T20:00:00Z", 240, 20240301},
      {"Asia/Shanghai", "2026-11-22T15:58:59Z", 1439, 20261121},
      {"Asia/Shanghai", "2026-11-22T15:59:00Z", 1439, 20261122},
      {"Asia/Shanghai", "2026-11-22T13:59:00Z", -120, 20261122},
      {"Asia/Shanghai", "2026-11-22T14:00:00Z", -120, 20261123}, /* a day that begins at 22:00 the evening before */
      /* the short and the long day begin at 04:00 on the wall all the same */
      {"Europe/London", "2026-03-29T02:59:59Z", 240, 20260328},
      {"Europe/London", "2026-03-29T03:00:00Z", 240, 20260329},
      {"Europe/London", "2026-10-25T03:59:59Z", 240, 20261024},
      {"Europe/London", "2026-10-25T04:00:00Z", 240, 20261025},
      {"UTC", "0000-01-02T00:00:00Z", 0, 102},
      {"UTC", "9999-12-31T23:59:59Z", 0, 99991231},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_zone *zone = load(cases[i].zone);
    int32_t day = sp_business_day(zone, utc(cases[i].instant), cases[i].cutoff);
    if (day != cases[i].day) print_error("%s %s: %d\n", cases[i].zone, cases[i].instant, day);
    assert_int_equal(day, cases[i].day);
    sp_zone_free(zone);
  }
  struct sp_zone *zone = load("UTC");
  assert_int_equal(sp_business_day(zone, INT64_MAX, 0), 99991231);
  assert_int_equal(sp_business_day(zone, INT64_MIN, 0), 101);
  sp_zone_free(zone);
}

/* ---- Files made here, to show what the system's own never hold ---- */

static void put_number(struct sp_buf *file, uint64_t value, int len) {
  for (int i = len - 1; i >= 0; i--)
    sp_buf_putc(file, (char)(value >> (8 * i)));
}

/* A header with one transition at 2026-01-01 from +0 to +1 h, twice over for the two versions, and a footer. */
static void put_file(struct sp_buf *file, char version, uint32_t leaps, const char *footer) {
  for (int size = 4; size <= 8; size += 4) {
    sp_buf_add(file, "TZif", 4);
    sp_buf_putc(file, version);
    sp_buf_add(file, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
    put_number(file, 0, 4);
    put_number(file, 0, 4);
    put_number(file, size == 8 ? leaps : 0, 4);
    put_number(file, 1, 4);
    put_number(file, 2, 4);
    put_number(file, 4, 4);
    put_number(file, 1767225600, size);
    sp_buf_putc(file, 1);
    sp_buf_add(file, "\0\0\0\0\0\0", 6);
    sp_buf_add(file, "\0\0\x0E\x10\1\0", 6);
    sp_buf_add(file, "ABC", 4);
    for (uint32_t i = 0; size == 8 && i < leaps; i++)
      sp_buf_add(file, "\0\0\0\0\1\0\0\0\0\0\0\1", 12);
  }
  sp_buf_printf(file, "\n%s\n", footer);
}

struct footer_case {
  const char *footer;
  int code;
  const char *instant;
  int32_t offset;
};

static void reads_footers(void **state) {
  (void)state;
  static const struct footer_case cases[] = {
      {"", 0, "2030-01-01T00:00:00Z", 3600},
      {"", 0, "2025-01-01T00:00:00Z", 0},
      {"CST-8", 0, "2030-01-01T00:00:00Z", 28800},
      {"<+0545>-5:45", 0, "2030-01-01T00:00:00Z", 20700},
      {"XXX1:02:03", 0, "2030-01-01T00:00:00Z", -3723},
      {"EST5EDT,M3.2.0,M11.1.0", 0, "2030-07-01T00:00:00Z", -14400},
      {"EST5EDT4,M3.2.0/2,M11.1.0/2", 0, "2030-12-01T00:00:00Z", -18000},
      {"EST5EDT,0/0,J365/25", 0, "2030-01-01T05:00:00Z", -14400}, /* daylight time all year (RFC 8536 §3.3.1) */
      {"EST5EDT,0/0,J365/25", 0, "2030-12-31T23:59:59Z", -14400},
      {"EST5EDT,0/0,J365/25", 0, "2028-12-31T12:00:00Z", -14400},
      {"AAA0BBB,J60/0,J61/0", 0, "2028-02-29T12:00:00Z", 0}, /* day 60 is 1 March in leap years too */
      {"AAA0BBB,J60/0,J61/0", 0, "2028-03-01T12:00:00Z", 3600},
      {"AAA0BBB,J60/0,J61/0", 0, "2027-03-01T12:00:00Z", 3600},
      {"AAA0BBB,59/0,60/0", 0, "2028-02-29T12:00:00Z", 3600}, /* counted from 0, leap day included */
      {"AAA0BBB,59/0,60/0", 0, "2027-03-01T12:00:00Z", 3600},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 0, "2030-03-31T01:00:00Z", -3600},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 0, "2030-03-31T00:59:59Z", -7200},
      {"AAA0BBB,M12.5.5/167,M2.1.0", 0, "2031-01-02T22:59:59Z", 0}, /* begins a week after its day, next year */
      {"AAA0BBB,M12.5.5/167,M2.1.0", 0, "2031-01-02T23:00:00Z", 3600},
      {"A1", SP_E_CORRUPT, NULL, 0},
      {"ABC", SP_E_CORRUPT, NULL, 0},
      {"ABC25", SP_E_CORRUPT, NULL, 0},
      {"<AB1", SP_E_CORRUPT, NULL, 0},
      {"ABC1:60", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,M3.2.0", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,M13.2.0,M11.1.0", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,M3.6.0,M11.1.0", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,M3.2.7,M11.1.0", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,M3.2.0/168,M11.1.0", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,J0,J5", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,366,5", SP_E_CORRUPT, NULL, 0},
      {"EST5EDT,M3.2.0,M11.1.0,", SP_E_CORRUPT, NULL, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_buf file;
    struct sp_zone *zone = NULL;
    sp_buf_init(&file, 4096);
    put_file(&file, '3', 0, cases[i].footer);
    int code = sp_zone_parse("Test", file.data, file.len, &zone, NULL);
    if (code != cases[i].code) print_error("%s gave %d\n", cases[i].footer, code);
    assert_int_equal(code, cases[i].code);
    if (!code && sp_zone_offset(zone, utc(cases[i].instant)) != cases[i].offset)
      print_error("%s at %s\n", cases[i].footer, cases[i].instant);
    if (!code) assert_int_equal(sp_zone_offset(zone, utc(cases[i].instant)), cases[i].offset);
    sp_zone_free(zone);
    sp_buf_free(&file);
  }
}

/* Every cut and every flipped byte gives a code or a zone that can be asked, never a read outside. */
static void survives_damage(void **state) {
  (void)state;
  struct sp_buf file;
  sp_buf_init(&file, 4096);
  put_file(&file, '2', 0, "EST5EDT,M3.2.0,M11.1.0");
  struct sp_zone *zone = NULL;
  for (size_t len = 0; len < file.len; len++)
    assert_int_equal(sp_zone_parse("Test", file.data, len, &zone, NULL), SP_E_CORRUPT);
  for (size_t at = 0; at < file.len; at++) {
    for (int bit = 0; bit < 8; bit++) {
      file.data[at] = (char)(file.data[at] ^ (1 << bit));
      if (sp_zone_parse("Test", file.data, file.len, &zone, NULL) == 0) {
        (void)sp_zone_offset(zone, 1795323600000);
        (void)sp_business_day(zone, 1795323600000, 240);
        sp_zone_free(zone);
      }
      file.data[at] = (char)(file.data[at] ^ (1 << bit));
    }
  }
  sp_buf_reset(&file);
  put_file(&file, '\0', 0, "");
  assert_int_equal(sp_zone_parse("Test", file.data, file.len, &zone, NULL), SP_E_CORRUPT);
  sp_buf_reset(&file);
  put_file(&file, '2', 1, "");
  assert_int_equal(sp_zone_parse("Test", file.data, file.len, &zone, NULL), SP_E_UNSUPPORTED);
  sp_buf_free(&file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_offsets),
      cmocka_unit_test(shows_local_time),
      cmocka_unit_test(finds_the_instant_of_a_wall_time),
      cmocka_unit_test(comes_back),
      cmocka_unit_test(refuses_names),
      cmocka_unit_test(finds_the_business_day),
      cmocka_unit_test(reads_footers),
      cmocka_unit_test(survives_damage),
  };
  return cmocka_run_group_tests_name("base/zone", tests, NULL, NULL);
}
