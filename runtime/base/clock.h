/* Time: UTC milliseconds inside, RFC 3339 at the borders, a store's own days by its IANA zone.
 *
 * Only main and loop read the machine's clock; everything else is handed `now`. Zones are read from the system's TZif
 * files (RFC 8536) without localtime(), so two stores of different zones live in one process.
 */
#ifndef SP_BASE_CLOCK_H
#define SP_BASE_CLOCK_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_TIME_TEXT 25 /* "2026-11-22T05:00:00.000Z" and a NUL */

int64_t sp_clock_now_ms(void);       /* wall clock, UTC */
int64_t sp_clock_monotonic_us(void); /* for durations only */

/* Instants outside the years 0000 to 9999 are shown as the nearest one inside. */
void sp_time_format(int64_t ms, char out[SP_TIME_TEXT]);
/* Date, 'T' or space, time, optional fraction (cut to milliseconds), and 'Z' or an offset. Second 60 is the first of
 * the next minute. SP_E_INVALID otherwise. */
int sp_time_parse(const char *text, int64_t *ms);

struct sp_date {
  int32_t year;
  int8_t month;   /* 1..12 */
  int8_t day;     /* 1..31 */
  int8_t weekday; /* 1 Monday .. 7 Sunday */
  int16_t minute; /* of the local day, 0..1439 */
  int8_t second;
};

struct sp_zone; /* immutable after load: share it between threads */

/* Load `name` ("Asia/Shanghai") from the system's zoneinfo folder. Names with "..", a leading "/" or odd characters
 * are refused. SP_E_NOT_FOUND, SP_E_CORRUPT, SP_E_NOMEM. Free with sp_zone_free. */
int sp_zone_load(const char *name, struct sp_zone **out, struct sp_error *err);
/* The same from the bytes of a TZif file of version 2 or later; files that count leap seconds are SP_E_UNSUPPORTED. */
int sp_zone_parse(const char *name, const void *bytes, size_t len, struct sp_zone **out, struct sp_error *err);
void sp_zone_free(struct sp_zone *zone);
const char *sp_zone_name(const struct sp_zone *zone);
/* Seconds east of UTC at `ms`, daylight saving included (also past the last stored transition, by the TZ footer). */
int32_t sp_zone_offset(const struct sp_zone *zone, int64_t ms);
void sp_zone_local(const struct sp_zone *zone, int64_t ms, struct sp_date *out);
/* Local wall time to UTC; `weekday` is not read. In a gap the first instant after it, in an overlap the earlier one. */
int64_t sp_zone_to_utc(const struct sp_zone *zone, const struct sp_date *local);

/* The business day, as yyyymmdd, of an instant in a store whose day begins `cutoff_minute` after local midnight: a sale
 * at 02:00 belongs to yesterday when the cut-off is 04:00 (240). Reckoned on the wall clock, so a day of 23 or 25 hours
 * still begins at its cut-off. For the years 0000 to 9999. */
int32_t sp_business_day(const struct sp_zone *zone, int64_t ms, int32_t cutoff_minute);

#endif
