/* Business hours: the periods of a week in which a shop sells, on the store's own clock.
 *
 * Up to SP_HOURS_PERIODS_MAX periods a day; one whose end lies before its start runs past midnight and belongs to the
 * day on which it begins. Pure functions; the clock is handed in. A wall time that daylight saving skips begins at the
 * first instant after the gap; one that it repeats means the earlier of the two.
 */
#ifndef SP_DOMAIN_HOURS_H
#define SP_DOMAIN_HOURS_H

#include "base/clock.h"
#include <stdbool.h>

#define SP_HOURS_PERIODS_MAX 4
#define SP_HOURS_TEXT        6 /* "22:00" and a NUL */
#define SP_HOURS_DAY         1440

/* Minutes of the local day: from 0…1439, to 1…1440 ("24:00"), or to < from: until then on the next day. */
struct sp_hours_period {
  int16_t from, to;
};

struct sp_hours {
  bool always; /* nobody said any hours: never closed */
  struct {
    struct sp_hours_period periods[SP_HOURS_PERIODS_MAX];
    int8_t count; /* 0: closed all day */
  } days[7];      /* Monday first */
};

struct sp_hours_now {
  bool open;
  int64_t until; /* UTC ms of the closing to come; 0: closed now, or no closing within a week */
  int64_t opens; /* UTC ms of the opening to come; 0: open now, or none within a week */
};

/* "mon" … "sun" */
extern const char *const sp_hours_days[7];

/* "08:00", "24:00" to minutes. SP_E_INVALID (no sentence). */
int sp_hours_parse_minute(const char *text, int16_t *out);

/* SP_E_INVALID names day and period ("tue[1]"): out of range, of no length, or two of one day that overlap. */
int sp_hours_check(const struct sp_hours *hours, struct sp_error *err);

/* Is the shop open at `now`, and for how long? Periods that touch or overlap, also over midnight, are one. */
void sp_hours_at(const struct sp_hours *hours, const struct sp_zone *zone, int64_t now, struct sp_hours_now *out);

/* An instant as people of the store say it: "22:00". */
void sp_hours_text(const struct sp_zone *zone, int64_t at, char out[SP_HOURS_TEXT]);

#endif
