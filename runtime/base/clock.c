#include "base/clock.h"
#include "base/calendar.h"
#include <stdbool.h>
#include <time.h>

enum { DAY_SECONDS = 86400 };

int64_t sp_clock_now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sp_clock_monotonic_us(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Days since 1970-01-01, counted in years that begin in March so that the leap day is the last of its year. */
int64_t sp_days_from_date(int64_t year, int month, int day) {
  int64_t shifted = month <= 2 ? year - 1 : year;
  int64_t era = sp_div_floor(shifted, 400);
  int64_t of_era = shifted - era * 400;
  int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void sp_date_from_days(int64_t days, struct sp_date *out) {
  int64_t shifted = days + 719468;
  int64_t era = sp_div_floor(shifted, 146097);
  int64_t of_era = shifted - era * 146097;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t month = (5 * of_year + 2) / 153;
  out->day = (int8_t)(of_year - (153 * month + 2) / 5 + 1);
  out->month = (int8_t)(month < 10 ? month + 3 : month - 9);
  out->year = (int32_t)(year + era * 400 + (out->month <= 2 ? 1 : 0));
  out->weekday = (int8_t)(days + 3 - sp_div_floor(days + 3, 7) * 7 + 1);
}

bool sp_date_read(const char *text, int32_t *yyyymmdd) {
  static const char shape[] = "yyyy-mm-dd";
  int year = 0, month = 0, day = 0;
  struct sp_date back = {0};
  for (int i = 0; shape[i] != '\0'; i++) {
    if (shape[i] == '-' && text[i] == '-') continue;
    if (shape[i] == '-' || text[i] < '0' || text[i] > '9') return false;
    int *part = shape[i] == 'y' ? &year : shape[i] == 'm' ? &month : &day;
    *part = 10 * *part + (text[i] - '0');
  }
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  sp_date_from_days(sp_days_from_date(year, month, day), &back);
  if (back.month != month || back.day != day) return false; /* 30 February comes back as another day */
  *yyyymmdd = year * 10000 + month * 100 + day;
  return true;
}

static char *digits_put(char *at, int value, int width) {
  for (int i = width - 1; i >= 0; i--) {
    at[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return at + width;
}

void sp_time_format(int64_t ms, char out[SP_TIME_TEXT]) {
  int64_t shown = sp_time_clamp(ms);
  int64_t days = sp_div_floor(shown, (int64_t)DAY_SECONDS * 1000);
  int rest = (int)(shown - days * DAY_SECONDS * 1000);
  struct sp_date date;
  sp_date_from_days(days, &date);
  char *at = digits_put(out, date.year, 4);
  *at++ = '-';
  at = digits_put(at, date.month, 2);
  *at++ = '-';
  at = digits_put(at, date.day, 2);
  *at++ = 'T';
  at = digits_put(at, rest / 3600000, 2);
  *at++ = ':';
  at = digits_put(at, rest / 60000 % 60, 2);
  *at++ = ':';
  at = digits_put(at, rest / 1000 % 60, 2);
  *at++ = '.';
  at = digits_put(at, rest % 1000, 3);
  *at++ = 'Z';
  *at = '\0';
}

/* Exactly `width` digits that make a number from `low` to `high`. */
static bool number(const char **at, int width, int low, int high, int *out) {
  int value = 0;
  for (int i = 0; i < width; i++, (*at)++) {
    if (**at < '0' || **at > '9') return false;
    value = value * 10 + (**at - '0');
  }
  *out = value;
  return value >= low && value <= high;
}

static bool letter(const char **at, const char *choices) {
  for (; *choices != '\0'; choices++) {
    if (**at == *choices) {
      (*at)++;
      return true;
    }
  }
  return false;
}

static bool parse_date(const char **at, int64_t *days) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!number(at, 4, 0, 9999, &year) || !letter(at, "-") || !number(at, 2, 1, 12, &month) || !letter(at, "-") ||
      !number(at, 2, 1, 31, &day))
    return false;
  *days = sp_days_from_date(year, month, day);
  struct sp_date back;
  sp_date_from_days(*days, &back);
  return back.day == day; /* 30 February comes back as another day */
}

static bool parse_clock(const char **at, int *ms) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!number(at, 2, 0, 23, &hour) || !letter(at, ":") || !number(at, 2, 0, 59, &minute) || !letter(at, ":") ||
      !number(at, 2, 0, 60, &second))
    return false;
  *ms = (hour * 3600 + minute * 60 + second) * 1000;
  if (!letter(at, ".")) return true;
  if (**at < '0' || **at > '9') return false;
  for (int unit = 100; **at >= '0' && **at <= '9'; unit /= 10, (*at)++)
    *ms += (**at - '0') * unit;
  return true;
}

static bool parse_offset(const char **at, int *minutes) {
  *minutes = 0;
  if (letter(at, "Zz")) return true;
  bool west = **at == '-';
  int hour = 0;
  int minute = 0;
  if (!letter(at, "+-") || !number(at, 2, 0, 23, &hour) || !letter(at, ":") || !number(at, 2, 0, 59, &minute))
    return false;
  *minutes = (hour * 60 + minute) * (west ? -1 : 1);
  return true;
}

int sp_time_parse(const char *text, int64_t *ms) {
  const char *at = text;
  int64_t days = 0;
  int of_day = 0;
  int offset = 0;
  if (!text || !parse_date(&at, &days) || !letter(&at, "Tt ") || !parse_clock(&at, &of_day) ||
      !parse_offset(&at, &offset) || *at != '\0')
    return SP_E_INVALID;
  *ms = days * DAY_SECONDS * 1000 + of_day - (int64_t)offset * 60000;
  return 0;
}
