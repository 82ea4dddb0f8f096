#include "engine/pricing.h"

#include <stdlib.h>
#include <string.h>

/* ---- The moment ---- */

static int32_t days_in(int32_t year, int32_t month) {
  static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month < 1 || month > 12) return 31;
  return month == 2 && leap ? 29 : days[month - 1];
}

/* 1 Monday .. 7 Sunday of a yyyymmdd, by Sakamoto's table of month offsets. */
static int32_t weekday_of(int32_t date) {
  static const int8_t offsets[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  int32_t month = date / 100 % 100;
  int32_t year = date / 10000 - (month < 3 ? 1 : 0);
  if (month < 1 || month > 12) return 1;
  int32_t sunday_is_0 = (year + year / 4 - year / 100 + year / 400 + offsets[month - 1] + date % 100) % 7;
  return sunday_is_0 == 0 ? 7 : sunday_is_0;
}

static int32_t day_after(int32_t date) {
  bool last = date % 100 >= days_in(date / 10000, date / 100 % 100);
  return last ? 1 : date % 100 + 1;
}

static int32_t day_before(int32_t date) {
  int32_t month = date / 100 % 100;
  if (date % 100 > 1) return date % 100 - 1;
  return month == 1 ? 31 : days_in(date / 10000, month - 1);
}

/* The context has the business date, which after midnight may still be yesterday's; the weekday tells. */
struct sp_moment sp_moment_of(const struct sp_context *context) {
  int32_t date = context->business_date;
  int32_t weekday = context->weekday >= 1 && context->weekday <= 7 ? context->weekday : 1;
  bool next = date > 0 && weekday_of(date) % 7 + 1 == weekday;
  int32_t day = next ? day_after(date) : date % 100;
  int32_t before = next ? date % 100 : day_before(date);
  return (struct sp_moment){.now = context->now,
                            .minute = context->minute,
                            .weekday = (uint8_t)(1U << weekday),
                            .weekday_before = (uint8_t)(1U << (weekday == 1 ? 7 : weekday - 1)),
                            .day = (uint32_t)1 << day,
                            .day_before = (uint32_t)1 << before};
}

/* ---- One campaign ---- */

static int by_text(const void *key, const void *item) {
  return strcmp(key, *(const char *const *)item);
}

static bool listed(const char *text, const char *const *list, int32_t count) {
  if (count == 0) return true;
  return bsearch(text ? text : "", list, (size_t)count, sizeof *list, by_text) != NULL;
}

static bool is_day(const struct sp_campaign *campaign, const struct sp_moment *moment, bool before) {
  uint8_t weekday = before ? moment->weekday_before : moment->weekday;
  uint32_t day = before ? moment->day_before : moment->day;
  return (campaign->weekdays == 0 || (campaign->weekdays & weekday)) &&
         (campaign->month_days == 0 || (campaign->month_days & day));
}

static bool in_hours(const struct sp_campaign *campaign, const struct sp_moment *moment) {
  for (int16_t i = 0; i < campaign->hour_count; i++) {
    const struct sp_hours *hours = &campaign->hours[i];
    bool over = hours->to < hours->from;
    if (moment->minute >= hours->from && (over || moment->minute < hours->to) && is_day(campaign, moment, false))
      return true;
    if (over && moment->minute < hours->to && is_day(campaign, moment, true)) return true;
  }
  return false;
}

/* Why a window is shut: the day, or only the hour of it? */
static const char *shut(const struct sp_campaign *campaign, const struct sp_moment *moment) {
  if (campaign->weekdays && !(campaign->weekdays & moment->weekday)) return "weekday";
  if (campaign->month_days && !(campaign->month_days & moment->day)) return "day";
  return "hours";
}

static bool needs_member(const struct sp_campaign *campaign) {
  const struct sp_campaign_limits *limits = campaign->limits;
  return campaign->members ||
         (limits && (limits->member_uses > 0 || limits->member_amount > 0 || limits->member_units > 0));
}

const char *sp_campaign_away(const struct sp_campaign *campaign, const struct sp_basket *basket,
                             const struct sp_context *context, const struct sp_moment *moment) {
  if (moment->now < campaign->from) return "not-yet";
  if (moment->now >= campaign->to) return "ended";
  if (!listed(context->store, campaign->stores, campaign->store_count)) return "store";
  if (!listed(context->channel, campaign->channels, campaign->channel_count)) return "channel";
  if (needs_member(campaign) && (!basket->member.code || !basket->member.code[0])) return "member";
  if (!listed(basket->member.level, campaign->levels, campaign->level_count)) return "level";
  bool open = campaign->hour_count > 0 ? in_hours(campaign, moment) : is_day(campaign, moment, false);
  return open ? NULL : shut(campaign, moment);
}

static bool names_coupon(const struct sp_campaign *campaign, const char *coupon) {
  for (int32_t i = 0; i < campaign->param_count; i++) {
    const struct sp_rule_value *value = &campaign->params[i];
    if (value->type == SP_PARAM_COUPON && value->text && sp_coupon_is(coupon, value->text, strlen(value->text)))
      return true;
  }
  return false;
}

bool sp_bundle_coupon(const struct sp_bundle *bundle, const char *coupon, const char *store, int64_t now) {
  for (int32_t i = 0; i < bundle->phase_first[SP_PHASE_HOOK]; i++) {
    const struct sp_campaign *campaign = &bundle->campaigns[i];
    if (now < campaign->from || now >= campaign->to) continue;
    if (!listed(store, campaign->stores, campaign->store_count)) continue;
    if (names_coupon(campaign, coupon) || sp_index_coupon(&bundle->index, coupon, i)) return true;
  }
  return false;
}

int32_t sp_set_next(const uint64_t *set, int32_t at, int32_t end) {
  while (at < end) {
    uint64_t word = set[at / 64] >> (at % 64);
    if (word) {
      at += __builtin_ctzll(word);
      return at < end ? at : end;
    }
    at = (at / 64 + 1) * 64;
  }
  return end;
}
