#include "domain/hours.h"

#include "base/calendar.h"
#include <stdio.h>
#include <string.h>

#define LOOK_BACK  1 /* days: a period that began yesterday may still run */
#define LOOK_AHEAD 8
#define SPANS_MAX  ((LOOK_BACK + LOOK_AHEAD + 1) * SP_HOURS_PERIODS_MAX)

const char *const sp_hours_days[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct span {
  int64_t from, to; /* UTC ms, to not included */
};

static int digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : -1;
}

int sp_hours_parse_minute(const char *text, int16_t *out) {
  if (text == NULL || strlen(text) != 5 || text[2] != ':') return SP_E_INVALID;
  int parts[4] = {digit(text[0]), digit(text[1]), digit(text[3]), digit(text[4])};
  for (int i = 0; i < 4; i++) {
    if (parts[i] < 0) return SP_E_INVALID;
  }
  int hour = 10 * parts[0] + parts[1], minute = 10 * parts[2] + parts[3];
  if (hour > 24 || minute > 59 || (hour == 24 && minute != 0)) return SP_E_INVALID;
  *out = (int16_t)(60 * hour + minute);
  return 0;
}

/* The end on the clock of the day it begins: past SP_HOURS_DAY when it runs into the next. */
static int end_of(const struct sp_hours_period *period) {
  return period->to < period->from ? period->to + SP_HOURS_DAY : period->to;
}

static bool overlap(const struct sp_hours_period *a, const struct sp_hours_period *b) {
  return a->from < end_of(b) && b->from < end_of(a);
}

static int check_day(const struct sp_hours *hours, int day, struct sp_error *err) {
  for (int i = 0; i < hours->days[day].count; i++) {
    const struct sp_hours_period *period = &hours->days[day].periods[i];
    char field[16];
    snprintf(field, sizeof field, "%s[%d]", sp_hours_days[day], i);
    bool inside = period->from >= 0 && period->from < SP_HOURS_DAY && period->to >= 0 && period->to <= SP_HOURS_DAY;
    if (!inside) return sp_fail(err, SP_E_INVALID, field, "A period begins from 00:00 to 23:59 and ends by 24:00");
    if (period->from == period->to) return sp_fail(err, SP_E_INVALID, field, "A period ends when it begins");
    for (int j = 0; j < i; j++) {
      if (!overlap(period, &hours->days[day].periods[j])) continue;
      return sp_fail(err, SP_E_INVALID, field, "Two periods of a day overlap");
    }
  }
  return 0;
}

int sp_hours_check(const struct sp_hours *hours, struct sp_error *err) {
  for (int day = 0; day < 7; day++) {
    if (hours->days[day].count < 0 || hours->days[day].count > SP_HOURS_PERIODS_MAX) {
      return sp_fail(err, SP_E_INVALID, sp_hours_days[day], "A day has at most %d periods", SP_HOURS_PERIODS_MAX);
    }
    int rc = check_day(hours, day, err);
    if (rc != 0) return rc;
  }
  return 0;
}

static int64_t instant(const struct sp_zone *zone, int64_t days, int minute) {
  struct sp_date date = {.minute = (int16_t)(minute % SP_HOURS_DAY)};
  sp_date_from_days(days + minute / SP_HOURS_DAY, &date);
  return sp_zone_to_utc(zone, &date);
}

/* Every period around `now`, in UTC. */
static int list_spans(const struct sp_hours *hours, const struct sp_zone *zone, int64_t now, struct span *spans) {
  struct sp_date local;
  int count = 0;
  sp_zone_local(zone, now, &local);
  int64_t today = sp_days_from_date(local.year, local.month, local.day);
  for (int64_t days = today - LOOK_BACK; days <= today + LOOK_AHEAD; days++) {
    struct sp_date date;
    sp_date_from_days(days, &date);
    int at = date.weekday - 1;
    for (int i = 0; i < hours->days[at].count; i++) {
      const struct sp_hours_period *period = &hours->days[at].periods[i];
      const struct span span = {instant(zone, days, period->from), instant(zone, days, end_of(period))};
      if (span.from < span.to) spans[count++] = span;
    }
  }
  return count;
}

/* The latest end of a period that `at` lies in, or `at`. */
static int64_t extend(const struct span *spans, int count, int64_t at) {
  for (int64_t before = -1; before != at;) {
    before = at;
    for (int i = 0; i < count; i++) {
      if (spans[i].from <= at && at < spans[i].to) at = spans[i].to;
    }
  }
  return at;
}

void sp_hours_at(const struct sp_hours *hours, const struct sp_zone *zone, int64_t now, struct sp_hours_now *out) {
  struct span spans[SPANS_MAX];
  *out = (struct sp_hours_now){.open = hours->always};
  if (hours->always) return;
  int count = list_spans(hours, zone, now, spans);
  int64_t until = extend(spans, count, now);
  out->open = until > now;
  if (out->open) {
    const int64_t week = (int64_t)7 * 24 * 3600 * 1000;
    out->until = until - now <= week ? until : 0;
    return;
  }
  for (int i = 0; i < count; i++) {
    if (spans[i].from > now && (out->opens == 0 || spans[i].from < out->opens)) out->opens = spans[i].from;
  }
}

void sp_hours_text(const struct sp_zone *zone, int64_t at, char out[SP_HOURS_TEXT]) {
  struct sp_date local;
  sp_zone_local(zone, at, &local);
  unsigned minute = (unsigned)local.minute % SP_HOURS_DAY;
  snprintf(out, SP_HOURS_TEXT, "%02u:%02u", minute / 60 % 24, minute % 60);
}
