/* The Gregorian calendar as plain arithmetic, shared by the parts of base that turn days into dates and back. */
#ifndef SP_BASE_CALENDAR_H
#define SP_BASE_CALENDAR_H

#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

/* 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what four digits of a year can say. */
#define SP_TIME_FIRST_MS (-62167219200000LL)
#define SP_TIME_LAST_MS  253402300799999LL

static inline int64_t sp_time_clamp(int64_t ms) {
  return ms < SP_TIME_FIRST_MS ? SP_TIME_FIRST_MS : ms > SP_TIME_LAST_MS ? SP_TIME_LAST_MS : ms;
}

/* Days since 1970-01-01 of a date, any year. A day past its month's end counts on into the next month. */
int64_t sp_days_from_date(int64_t year, int month, int day);
/* Fill year, month, day and weekday; leave the time of day as it is. */
void sp_date_from_days(int64_t days, struct sp_date *out);
/* "2026-11-22…" → 20261122, from the first ten characters; false when they are no day of the years 1 to 9999. */
bool sp_date_read(const char *text, int32_t *yyyymmdd);

/* Division that rounds down, so that instants before 1970 fall into the right day. `by` is positive. */
static inline int64_t sp_div_floor(int64_t value, int64_t by) {
  return value / by - (value % by < 0);
}

#endif
