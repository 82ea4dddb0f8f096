/* The Gregorian calendar as plain arithmetic, shared by the parts of base that turn days into dates and back. */
#ifndef SP_BASE_CALENDAR_H
#define SP_BASE_CALENDAR_H

#include "base/clock.h"
#include <stdint.h>

/* Days since 1970-01-01 of a date, any year. A day past its month's end counts on into the next month. */
int64_t sp_days_from_date(int64_t year, int month, int day);
/* Fill year, month, day and weekday; leave the time of day as it is. */
void sp_date_from_days(int64_t days, struct sp_date *out);

/* Division that rounds down, so that instants before 1970 fall into the right day. `by` is positive. */
static inline int64_t sp_div_floor(int64_t value, int64_t by) {
  return value / by - (value % by < 0);
}

#endif
