#include "base/calendar.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  DAY = 86400,
  NAME_MAX_LEN = 63,
  FILE_MAX_LEN = 1 << 18,
  HEADER_LEN = 44,
  TYPE_LEN = 6,
  FOOTER_MAX_LEN = 127,
  OFFSET_MAX = 25 * 3600 + 59 * 60 + 59 /* RFC 8536 §3.2 */
};

/* When a half of the year begins, as POSIX writes it: "M3.5.0/2", "J60" or "59". */
struct rule {
  char kind; /* 'M', 'J' (1..365, no leap day) or 'N' (0..365) */
  int month;
  int week; /* 5 is the last */
  int day;
  int64_t time; /* seconds after local midnight, may be negative or more than a day */
};

struct footer {
  bool present;
  bool daylight;
  int32_t standard_offset;
  int32_t daylight_offset;
  struct rule start;
  struct rule end;
};

struct sp_zone {
  char name[NAME_MAX_LEN + 1];
  size_t count;
  int64_t *at;      /* ascending seconds UTC */
  int32_t *offsets; /* in effect from at[i] */
  int32_t first;    /* in effect before at[0] */
  struct footer footer;
};

/* ---- The footer: a POSIX TZ string (RFC 8536 §3.3) ---- */

static bool read_number(const char **at, int max, int *out) {
  int value = 0;
  const char *start = *at;
  for (; **at >= '0' && **at <= '9' && *at - start < 4; (*at)++)
    value = value * 10 + (**at - '0');
  *out = value;
  return *at > start && value <= max;
}

static bool skip_name(const char **at) {
  const char *start = *at;
  if (**at == '<') {
    *at += strcspn(*at, ">");
    if (**at != '>') return false;
    (*at)++;
    return *at - start >= 5;
  }
  while ((**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z'))
    (*at)++;
  return *at - start >= 3;
}

/* [+-]hh[:mm[:ss]], hours up to 167 as version 3 allows. */
static bool read_time(const char **at, int max_hours, int64_t *seconds) {
  int sign = **at == '-' ? -1 : 1;
  if (**at == '-' || **at == '+') (*at)++;
  int hours = 0;
  int minutes = 0;
  int rest = 0;
  if (!read_number(at, max_hours, &hours)) return false;
  if (**at == ':') {
    (*at)++;
    if (!read_number(at, 59, &minutes)) return false;
    if (**at == ':') {
      (*at)++;
      if (!read_number(at, 59, &rest)) return false;
    }
  }
  *seconds = sign * (hours * 3600 + minutes * 60 + rest);
  return true;
}

static bool read_rule(const char **at, struct rule *rule) {
  *rule = (struct rule){.kind = 'N', .time = 2 * 3600};
  if (**at == 'M') {
    (*at)++;
    rule->kind = 'M';
    if (!read_number(at, 12, &rule->month) || rule->month == 0 || *(*at)++ != '.' || !read_number(at, 5, &rule->week) ||
        rule->week == 0 || *(*at)++ != '.' || !read_number(at, 6, &rule->day))
      return false;
  } else {
    if (**at == 'J') {
      (*at)++;
      rule->kind = 'J';
    }
    if (!read_number(at, 365, &rule->day) || (rule->kind == 'J' && rule->day == 0)) return false;
  }
  if (**at != '/') return true;
  (*at)++;
  return read_time(at, 167, &rule->time);
}

static bool read_footer(const char *text, struct footer *footer) {
  if (*text == '\0') return true;
  int64_t west = 0;
  if (!skip_name(&text) || !read_time(&text, 24, &west)) return false;
  footer->present = true;
  footer->standard_offset = (int32_t)-west;
  if (*text == '\0') return true;
  footer->daylight = true;
  west -= 3600;
  if (!skip_name(&text) || (*text != ',' && !read_time(&text, 24, &west))) return false;
  footer->daylight_offset = (int32_t)-west;
  return *text++ == ',' && read_rule(&text, &footer->start) && *text++ == ',' && read_rule(&text, &footer->end) &&
         *text == '\0';
}

/* Local seconds since 1970 at which the rule's half of `year` begins. */
static int64_t rule_local(const struct rule *rule, int64_t year) {
  int64_t days = sp_days_from_date(year, 1, 1);
  if (rule->kind == 'N') {
    days += rule->day;
  } else if (rule->kind == 'J') {
    bool leap = sp_days_from_date(year, 3, 1) - days == 60;
    days += rule->day - 1 + (leap && rule->day >= 60 ? 1 : 0);
  } else {
    int64_t first = sp_days_from_date(year, rule->month, 1);
    int64_t next = rule->month == 12 ? sp_days_from_date(year + 1, 1, 1) : sp_days_from_date(year, rule->month + 1, 1);
    int64_t weekday = first + 4 - sp_div_floor(first + 4, 7) * 7; /* 0 is Sunday */
    days = first + (rule->day - weekday + 7) % 7 + (rule->week - 1) * 7;
    while (days >= next)
      days -= 7;
  }
  return days * DAY + rule->time;
}

/* The latest change before or at `second`, looked for in the neighbouring years too because a rule's time may lead out
 * of its year. When one summer ends as the next begins (daylight time all year), the beginning wins. */
static int32_t footer_offset(const struct footer *footer, int64_t second) {
  if (!footer->daylight) return footer->standard_offset;
  struct sp_date date;
  sp_date_from_days(sp_div_floor(second + footer->standard_offset, DAY), &date);
  int64_t latest = INT64_MIN;
  int32_t offset = footer->standard_offset;
  for (int64_t year = (int64_t)date.year - 1; year <= (int64_t)date.year + 1; year++) {
    int64_t end = rule_local(&footer->end, year) - footer->daylight_offset;
    if (end <= second && end > latest) {
      latest = end;
      offset = footer->standard_offset;
    }
    int64_t start = rule_local(&footer->start, year) - footer->standard_offset;
    if (start <= second && start >= latest) {
      latest = start;
      offset = footer->daylight_offset;
    }
  }
  return offset;
}

/* ---- The file (RFC 8536 §3) ---- */

struct header {
  unsigned char version;
  uint32_t isut_count;
  uint32_t isstd_count;
  uint32_t leap_count;
  uint32_t time_count;
  uint32_t type_count;
  uint32_t char_count;
};

static uint64_t big_endian(const unsigned char *at, int len) {
  uint64_t value = 0;
  for (int i = 0; i < len; i++)
    value = value << 8 | at[i];
  return value;
}

static bool read_header(const unsigned char *at, size_t len, struct header *out) {
  if (len < HEADER_LEN || memcmp(at, "TZif", 4) != 0) return false;
  out->version = at[4];
  out->isut_count = (uint32_t)big_endian(at + 20, 4);
  out->isstd_count = (uint32_t)big_endian(at + 24, 4);
  out->leap_count = (uint32_t)big_endian(at + 28, 4);
  out->time_count = (uint32_t)big_endian(at + 32, 4);
  out->type_count = (uint32_t)big_endian(at + 36, 4);
  out->char_count = (uint32_t)big_endian(at + 40, 4);
  return true;
}

/* Cannot overflow: seven products of 32-bit counts and small sizes. */
static uint64_t block_len(const struct header *h, uint64_t time_size) {
  return h->time_count * (time_size + 1) + (uint64_t)h->type_count * TYPE_LEN + h->char_count +
         h->leap_count * (time_size + 4) + h->isstd_count + h->isut_count;
}

static bool read_block(const unsigned char *at, const struct header *h, struct sp_zone *zone) {
  const unsigned char *indexes = at + (size_t)h->time_count * 8;
  const unsigned char *types = indexes + h->time_count;
  for (uint32_t i = 0; i < h->type_count; i++) {
    int64_t offset = (int32_t)big_endian(types + (size_t)i * TYPE_LEN, 4);
    if (offset < -OFFSET_MAX || offset > OFFSET_MAX) return false;
  }
  zone->first = (int32_t)big_endian(types, 4);
  zone->count = h->time_count;
  for (uint32_t i = 0; i < h->time_count; i++) {
    if (indexes[i] >= h->type_count) return false;
    zone->at[i] = (int64_t)big_endian(at + (size_t)i * 8, 8);
    zone->offsets[i] = (int32_t)big_endian(types + (size_t)indexes[i] * TYPE_LEN, 4);
    if (i > 0 && zone->at[i] <= zone->at[i - 1]) return false;
  }
  return true;
}

/* "\n" TZ string "\n" up to the end of the file. */
static bool read_tail(const unsigned char *at, size_t len, struct footer *footer) {
  char text[FOOTER_MAX_LEN + 1];
  if (len < 2 || at[0] != '\n') return false;
  const unsigned char *end = memchr(at + 1, '\n', len - 1);
  if (!end || end - at - 1 > FOOTER_MAX_LEN) return false;
  size_t used = (size_t)(end - at - 1);
  memcpy(text, at + 1, used);
  text[used] = '\0';
  return strlen(text) == used && read_footer(text, footer);
}

static int corrupt(const char *name, struct sp_error *err) {
  return sp_error_set(err, SP_E_CORRUPT, "sp_zone_parse", NULL, "The time zone file of %s is damaged", name);
}

static struct sp_zone *zone_new(const char *name, uint32_t count) {
  struct sp_zone *zone = calloc(1, sizeof *zone);
  if (!zone) return NULL;
  (void)snprintf(zone->name, sizeof zone->name, "%s", name);
  zone->at = calloc((size_t)count + 1, sizeof *zone->at);
  zone->offsets = calloc((size_t)count + 1, sizeof *zone->offsets);
  if (zone->at && zone->offsets) return zone;
  sp_zone_free(zone);
  return NULL;
}

int sp_zone_parse(const char *name, const void *bytes, size_t len, struct sp_zone **out, struct sp_error *err) {
  const unsigned char *at = bytes;
  struct header h;
  if (!read_header(at, len, &h) || h.version < '2' || block_len(&h, 4) > len - HEADER_LEN) return corrupt(name, err);
  size_t skipped = HEADER_LEN + (size_t)block_len(&h, 4);
  at += skipped;
  len -= skipped;
  if (!read_header(at, len, &h) || h.type_count == 0 || block_len(&h, 8) > len - HEADER_LEN) return corrupt(name, err);
  if (h.leap_count > 0)
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The time zone file of %s counts leap seconds", name);
  struct sp_zone *zone = zone_new(name, h.time_count);
  if (!zone) return sp_error_nomem(err, __func__);
  size_t used = HEADER_LEN + (size_t)block_len(&h, 8);
  if (!read_block(at + HEADER_LEN, &h, zone) || !read_tail(at + used, len - used, &zone->footer)) {
    sp_zone_free(zone);
    return corrupt(name, err);
  }
  *out = zone;
  return 0;
}

static bool is_safe_name(const char *name) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  size_t len = strlen(name);
  return len > 0 && len <= NAME_MAX_LEN && name[0] != '/' && name[len - 1] != '/' && !strstr(name, "//") &&
         strspn(name, letters) == len;
}

/* The whole file, or a code. */
static int read_file(const char *path, unsigned char *bytes, size_t cap, size_t *len) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SP_E_NOT_FOUND;
  size_t used = 0;
  ssize_t got = 1;
  while (got != 0 && used < cap) {
    got = read(fd, bytes + used, cap - used);
    if (got < 0 && errno != EINTR) break;
    used += got > 0 ? (size_t)got : 0;
  }
  (void)close(fd);
  *len = used;
  return got < 0 ? SP_E_NOT_FOUND : 0; /* a folder ("Asia") opens but cannot be read */
}

int sp_zone_load(const char *name, struct sp_zone **out, struct sp_error *err) {
  char path[NAME_MAX_LEN + 32];
  if (!name || !is_safe_name(name)) return sp_fail(err, SP_E_NOT_FOUND, NULL, "There is no time zone of this name");
  unsigned char *bytes = malloc(FILE_MAX_LEN);
  if (!bytes) return sp_error_nomem(err, __func__);
  size_t len = 0;
  (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
  int code = read_file(path, bytes, FILE_MAX_LEN, &len);
  if (code)
    code = sp_fail(err, code, NULL, "There is no time zone of this name");
  else
    code = sp_zone_parse(name, bytes, len, out, err);
  free(bytes);
  return code;
}

void sp_zone_free(struct sp_zone *zone) {
  if (!zone) return;
  free(zone->at);
  free(zone->offsets);
  free(zone);
}

/* ---- Use ---- */

const char *sp_zone_name(const struct sp_zone *zone) {
  return zone->name;
}

static int32_t offset_at(const struct sp_zone *zone, int64_t second) {
  if (zone->count == 0 || second >= zone->at[zone->count - 1]) {
    if (zone->footer.present) return footer_offset(&zone->footer, second);
    return zone->count ? zone->offsets[zone->count - 1] : zone->first;
  }
  size_t low = 0; /* the first transition after `second` */
  size_t high = zone->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (zone->at[middle] <= second)
      low = middle + 1;
    else
      high = middle;
  }
  return low ? zone->offsets[low - 1] : zone->first;
}

int32_t sp_zone_offset(const struct sp_zone *zone, int64_t ms) {
  return offset_at(zone, sp_div_floor(ms, 1000));
}

void sp_zone_local(const struct sp_zone *zone, int64_t ms, struct sp_date *out) {
  int64_t second = sp_div_floor(ms, 1000);
  second += offset_at(zone, second);
  int64_t days = sp_div_floor(second, DAY);
  int rest = (int)(second - days * DAY);
  sp_date_from_days(days, out);
  out->minute = (int16_t)(rest / 60);
  out->second = (int8_t)(rest % 60);
}

/* The instant between `low` and `high` at which the offset stops being `offset`. */
static int64_t change_between(const struct sp_zone *zone, int64_t low, int64_t high, int32_t offset) {
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (offset_at(zone, middle) == offset)
      low = middle;
    else
      high = middle;
  }
  return high;
}

int64_t sp_zone_to_utc(const struct sp_zone *zone, const struct sp_date *local) {
  int64_t wall = sp_days_from_date(local->year, local->month, local->day) * DAY + local->minute * 60 + local->second;
  const int64_t most = INT64_MAX / 1000 - 2 * DAY;
  wall = wall > most ? most : wall < -most ? -most : wall;
  int32_t before = offset_at(zone, wall - DAY);
  int32_t after = offset_at(zone, wall + DAY);
  int64_t earlier = wall - before;
  int64_t later = wall - after;
  if (offset_at(zone, earlier) == before && (earlier <= later || offset_at(zone, later) != after))
    return earlier * 1000;
  if (offset_at(zone, later) == after) return later * 1000;
  return change_between(zone, wall - DAY, wall + DAY, before) * 1000;
}

int32_t sp_business_day(const struct sp_zone *zone, int64_t ms, int32_t cutoff_minute) {
  struct sp_date date;
  sp_zone_local(zone, sp_time_clamp(ms), &date);
  int64_t minute = sp_days_from_date(date.year, date.month, date.day) * 1440 + date.minute - cutoff_minute;
  sp_date_from_days(sp_div_floor(minute, 1440), &date);
  return date.year * 10000 + date.month * 100 + date.day;
}
