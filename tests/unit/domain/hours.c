/* Business hours: periods, midnight, daylight saving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/hours.h"

static struct sp_zone *zone_of(const char *name) {
  struct sp_zone *zone = NULL;
  struct sp_error err = {.lang = SP_LANG_EN};
  if (sp_zone_load(name, &zone, &err) != 0) fail_msg("%s", err.message);
  return zone;
}

static int64_t utc(const char *text) {
  int64_t ms = 0;
  assert_int_equal(sp_time_parse(text, &ms), 0);
  return ms;
}

static void add(struct sp_hours *hours, int day, const char *from, const char *to) {
  struct sp_hours_period *period = &hours->days[day].periods[hours->days[day].count++];
  assert_int_equal(sp_hours_parse_minute(from, &period->from), 0);
  assert_int_equal(sp_hours_parse_minute(to, &period->to), 0);
}

static void every_day(struct sp_hours *hours, const char *from, const char *to) {
  for (int day = 0; day < 7; day++)
    add(hours, day, from, to);
}

/* Null texts: 0. */
static void check(const struct sp_hours *hours, const struct sp_zone *zone, const char *now, bool open,
                  const char *until, const char *opens) {
  struct sp_hours_now at;
  sp_hours_at(hours, zone, utc(now), &at);
  if (at.open != open) fail_msg("%s: open is %d", now, at.open);
  assert_int_equal(at.until, until != NULL ? utc(until) : 0);
  assert_int_equal(at.opens, opens != NULL ? utc(opens) : 0);
}

static void test_minutes(void **state) {
  (void)state;
  int16_t out = 0;
  assert_int_equal(sp_hours_parse_minute("00:00", &out), 0);
  assert_int_equal(out, 0);
  assert_int_equal(sp_hours_parse_minute("23:59", &out), 0);
  assert_int_equal(out, 1439);
  assert_int_equal(sp_hours_parse_minute("24:00", &out), 0);
  assert_int_equal(out, 1440);
  static const char *const wrong[] = {"24:01", "25:00", "8:00", "08:60", "08-00", "", "08:0x", "008:00", "-1:00"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(sp_hours_parse_minute(wrong[i], &out), SP_E_INVALID);
  assert_int_equal(sp_hours_parse_minute(NULL, &out), SP_E_INVALID);
}

static void test_two_periods(void **state) {
  (void)state;
  struct sp_zone *zone = zone_of("Asia/Shanghai");
  struct sp_hours hours = {.always = false};
  every_day(&hours, "08:00", "12:00");
  for (int day = 0; day < 7; day++)
    add(&hours, day, "14:00", "22:00");
  check(&hours, zone, "2026-11-22T07:59:59+08:00", false, NULL, "2026-11-22T08:00:00+08:00");
  check(&hours, zone, "2026-11-22T08:00:00+08:00", true, "2026-11-22T12:00:00+08:00", NULL);
  check(&hours, zone, "2026-11-22T11:59:59+08:00", true, "2026-11-22T12:00:00+08:00", NULL);
  check(&hours, zone, "2026-11-22T12:00:00+08:00", false, NULL, "2026-11-22T14:00:00+08:00");
  check(&hours, zone, "2026-11-22T21:00:00+08:00", true, "2026-11-22T22:00:00+08:00", NULL);
  check(&hours, zone, "2026-11-22T22:00:00+08:00", false, NULL, "2026-11-23T08:00:00+08:00");
  sp_zone_free(zone);
}

/* 2026-11-22 is a Sunday. */
static void test_past_midnight(void **state) {
  (void)state;
  struct sp_zone *zone = zone_of("Asia/Shanghai");
  struct sp_hours hours = {.always = false};
  add(&hours, 5, "18:00", "02:00"); /* Saturday */
  add(&hours, 6, "10:00", "20:00");
  check(&hours, zone, "2026-11-21T23:30:00+08:00", true, "2026-11-22T02:00:00+08:00", NULL);
  check(&hours, zone, "2026-11-22T01:59:00+08:00", true, "2026-11-22T02:00:00+08:00", NULL);
  check(&hours, zone, "2026-11-22T02:00:00+08:00", false, NULL, "2026-11-22T10:00:00+08:00");
  check(&hours, zone, "2026-11-22T20:00:00+08:00", false, NULL, "2026-11-28T18:00:00+08:00");
  /* Friday night belongs to nobody. */
  check(&hours, zone, "2026-11-21T01:00:00+08:00", false, NULL, "2026-11-21T18:00:00+08:00");
  sp_zone_free(zone);
}

static void test_joined_at_midnight(void **state) {
  (void)state;
  struct sp_zone *zone = zone_of("Asia/Shanghai");
  struct sp_hours hours = {.always = false};
  add(&hours, 0, "20:00", "24:00");
  add(&hours, 1, "00:00", "06:00");
  check(&hours, zone, "2026-11-23T21:00:00+08:00", true, "2026-11-24T06:00:00+08:00", NULL);
  struct sp_hours round = {.always = false};
  every_day(&round, "00:00", "24:00");
  check(&round, zone, "2026-11-23T21:00:00+08:00", true, NULL, NULL);
  sp_zone_free(zone);
}

static void test_always_and_never(void **state) {
  (void)state;
  struct sp_zone *zone = zone_of("Asia/Shanghai");
  const struct sp_hours always = {.always = true}, never = {.always = false};
  check(&always, zone, "2026-11-23T21:00:00+08:00", true, NULL, NULL);
  check(&never, zone, "2026-11-23T21:00:00+08:00", false, NULL, NULL);
  sp_zone_free(zone);
}

/* Berlin 2026: 02:00 → 03:00 on March 29, 03:00 → 02:00 on October 25. */
static void test_daylight_saving(void **state) {
  (void)state;
  struct sp_zone *zone = zone_of("Europe/Berlin");
  struct sp_hours hours = {.always = false};
  every_day(&hours, "22:00", "04:00");
  check(&hours, zone, "2026-03-29T00:30:00Z", true, "2026-03-29T02:00:00Z", NULL); /* five hours long */
  check(&hours, zone, "2026-03-28T20:59:59Z", false, NULL, "2026-03-28T21:00:00Z");
  check(&hours, zone, "2026-10-25T02:59:59Z", true, "2026-10-25T03:00:00Z", NULL); /* seven hours long */
  check(&hours, zone, "2026-10-25T03:00:00Z", false, NULL, "2026-10-25T21:00:00Z");
  /* Begins in the gap: when it is over. Ends in the gap: at once. */
  struct sp_hours gap = {.always = false};
  every_day(&gap, "02:30", "05:00");
  check(&gap, zone, "2026-03-29T00:59:59Z", false, NULL, "2026-03-29T01:00:00Z");
  check(&gap, zone, "2026-03-29T01:00:00Z", true, "2026-03-29T03:00:00Z", NULL);
  /* All of it inside the gap: there is no such period that day. */
  struct sp_hours lost = {.always = false};
  every_day(&lost, "02:10", "02:50");
  check(&lost, zone, "2026-03-29T01:00:00Z", false, NULL, "2026-03-30T00:10:00Z");
  sp_zone_free(zone);
}

static void check_mistake(const struct sp_hours *hours, const char *field) {
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_hours_check(hours, &err), SP_E_INVALID);
  assert_string_equal(err.field, field);
}

static void test_check(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_EN};
  struct sp_hours hours = {.always = false};
  every_day(&hours, "08:00", "12:00");
  add(&hours, 2, "12:00", "24:00");
  assert_int_equal(sp_hours_check(&hours, &err), 0);
  add(&hours, 2, "11:00", "11:30");
  check_mistake(&hours, "wed[2]");
  struct sp_hours empty = {.always = false};
  add(&empty, 6, "09:00", "09:00");
  check_mistake(&empty, "sun[0]");
  struct sp_hours late = {.always = false};
  add(&late, 0, "22:00", "02:00");
  add(&late, 0, "23:00", "24:00");
  check_mistake(&late, "mon[1]");
  struct sp_hours wild = {.always = false};
  wild.days[1].count = 1;
  wild.days[1].periods[0] = (struct sp_hours_period){1440, 60};
  check_mistake(&wild, "tue[0]");
  wild.days[1].count = SP_HOURS_PERIODS_MAX + 1;
  check_mistake(&wild, "tue");
}

static void test_text(void **state) {
  (void)state;
  struct sp_zone *zone = zone_of("Asia/Shanghai");
  char text[SP_HOURS_TEXT];
  sp_hours_text(zone, utc("2026-11-22T14:00:00Z"), text);
  assert_string_equal(text, "22:00");
  sp_hours_text(zone, utc("2026-11-22T16:00:00Z"), text);
  assert_string_equal(text, "00:00");
  sp_zone_free(zone);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_minutes),
      cmocka_unit_test(test_two_periods),
      cmocka_unit_test(test_past_midnight),
      cmocka_unit_test(test_joined_at_midnight),
      cmocka_unit_test(test_always_and_never),
      cmocka_unit_test(test_daylight_saving),
      cmocka_unit_test(test_check),
      cmocka_unit_test(test_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
