#include "engine/conflict.h"
#include "base/calendar.h"
#include "engine/hook.h"

#include <string.h>

#define DAY_MS        86400000LL
#define ZONE_MS       (14 * 3600000LL) /* no store's clock is further from UTC */
#define DAYS_LOOKED   800              /* two years hold every weekday, and every day of a month many times */
#define MINUTES_A_DAY 1440

bool sp_conflict_competes(const struct sp_bundle *bundle, int32_t campaign) {
  const struct sp_rule *rule = &bundle->rules[bundle->campaigns[campaign].rule];
  const struct sp_hook *hook = rule->info.hook ? sp_hook_find(rule->info.hook) : NULL;
  if (rule->info.phase == SP_PHASE_PRICE) return true;
  if (hook) return hook->mode == SP_HOOK_FIRST;
  return rule->group >= 0 && bundle->groups[rule->group].mode != SP_GROUP_ALL;
}

/* ---- Parameters ---- */

static int compare(int64_t a, int64_t b) {
  return (a > b) - (a < b);
}

static int compare_many(const struct sp_rule_value *a, const struct sp_rule_value *b) {
  int order = compare(a->count, b->count);
  for (int32_t i = 0; i < a->count && !order; i++) {
    if (a->list) order = strcmp(a->list[i], b->list[i]);
    if (!order && a->prices) order = compare(a->prices[i], b->prices[i]);
    if (!order && a->tiers) order = compare(a->tiers[i].at, b->tiers[i].at);
    if (!order && a->tiers) order = compare(a->tiers[i].value, b->tiers[i].value);
  }
  return order;
}

/* Both of one rule's parameter. */
static int compare_value(const struct sp_rule_value *a, const struct sp_rule_value *b) {
  int order = strcmp(a->name, b->name);
  if (order) return order;
  if (sp_param_form(a->type) == SP_FORM_INTEGER) return compare(a->integer, b->integer);
  if (sp_param_form(a->type) == SP_FORM_TEXT) return strcmp(a->text, b->text);
  return compare_many(a, b);
}

int sp_conflict_params(const struct sp_campaign *a, const struct sp_campaign *b) {
  int order = compare(a->rule, b->rule);
  if (!order) order = compare(a->param_count, b->param_count);
  for (int32_t i = 0; i < a->param_count && !order; i++)
    order = compare_value(&a->params[i], &b->params[i]);
  return order;
}

/* ---- Lists, both sorted; none means all ---- */

static bool lists_meet(const char *const *a, int32_t a_count, const char *const *b, int32_t b_count) {
  if (a_count == 0 || b_count == 0) return true;
  for (int32_t i = 0, k = 0; i < a_count && k < b_count;) {
    int order = strcmp(a[i], b[k]);
    if (order == 0) return true;
    if (order < 0) i++;
    if (order > 0) k++;
  }
  return false;
}

static bool list_covers(const char *const *a, int32_t a_count, const char *const *b, int32_t b_count) {
  int32_t at = 0;
  if (a_count == 0) return true;
  for (int32_t k = 0; k < b_count; k++) {
    while (at < a_count && strcmp(a[at], b[k]) < 0)
      at++;
    if (at == a_count || strcmp(a[at], b[k]) != 0) return false;
  }
  return b_count > 0;
}

static bool days_meet(uint32_t a, uint32_t b) {
  return a == 0 || b == 0 || (a & b) != 0;
}

static bool days_cover(uint32_t a, uint32_t b) {
  return a == 0 || (b != 0 && (b & ~a) == 0);
}

/* ---- Hours ---- */

static bool in_hours(const struct sp_campaign *campaign, int minute) {
  for (int i = 0; i < campaign->hour_count; i++) {
    const struct sp_hours *hours = &campaign->hours[i];
    bool inside = hours->from < hours->to ? minute >= hours->from && minute < hours->to
                                          : minute >= hours->from || minute < hours->to;
    if (inside) return true;
  }
  return campaign->hour_count == 0;
}

static bool hours_meet(const struct sp_campaign *a, const struct sp_campaign *b) {
  if (a->hour_count == 0 || b->hour_count == 0) return true;
  for (int minute = 0; minute < MINUTES_A_DAY; minute++)
    if (in_hours(a, minute) && in_hours(b, minute)) return true;
  return false;
}

static bool hours_cover(const struct sp_campaign *a, const struct sp_campaign *b) {
  for (int minute = 0; a->hour_count > 0 && minute < MINUTES_A_DAY; minute++)
    if (in_hours(b, minute) && !in_hours(a, minute)) return false;
  return true;
}

/* ---- Both together ---- */

bool sp_conflict_meet(const struct sp_campaign *a, const struct sp_campaign *b) {
  return a->from < b->to && b->from < a->to && lists_meet(a->stores, a->store_count, b->stores, b->store_count) &&
         lists_meet(a->levels, a->level_count, b->levels, b->level_count) &&
         lists_meet(a->channels, a->channel_count, b->channels, b->channel_count) &&
         days_meet(a->weekdays, b->weekdays) && days_meet(a->month_days, b->month_days) && hours_meet(a, b);
}

bool sp_conflict_covers(const struct sp_campaign *a, const struct sp_campaign *b) {
  if (a->limits || (a->members && !b->members)) return false;
  return a->from <= b->from && a->to >= b->to && list_covers(a->stores, a->store_count, b->stores, b->store_count) &&
         list_covers(a->levels, a->level_count, b->levels, b->level_count) &&
         list_covers(a->channels, a->channel_count, b->channels, b->channel_count) &&
         days_cover(a->weekdays, b->weekdays) && days_cover(a->month_days, b->month_days) && hours_cover(a, b);
}

/* The offset a time was written with, ms; false when it says nothing of the store's clock: none, or UTC's. */
static bool offset_of(const char *text, int64_t *out) {
  size_t len = text ? strlen(text) : 0;
  const char *sign = len > 6 ? text + len - 6 : "";
  if ((sign[0] != '+' && sign[0] != '-') || sign[3] != ':') return false;
  int64_t minutes = ((sign[1] - '0') * 10 + sign[2] - '0') * 60 + (sign[4] - '0') * 10 + sign[5] - '0';
  *out = (sign[0] == '-' ? -minutes : minutes) * 60000;
  return minutes > 0;
}

static bool crosses_midnight(const struct sp_campaign *campaign) {
  for (int16_t i = 0; i < campaign->hour_count; i++)
    if (campaign->hours[i].from > campaign->hours[i].to) return true;
  return false;
}

/* The days it spans, by the clock it was written for; by any clock when it does not say. */
static void days_of(const struct sp_campaign *campaign, int64_t *first, int64_t *last) {
  int64_t from, to;
  bool known = offset_of(campaign->from_text, &from) && offset_of(campaign->to_text, &to) && from == to;
  *first = sp_div_floor(campaign->from + (known ? from : -ZONE_MS), DAY_MS);
  *last = sp_div_floor(campaign->to - 1 + (known ? to : ZONE_MS), DAY_MS);
  if (known && crosses_midnight(campaign)) (*first)--; /* a night belongs to the day on which it began */
}

bool sp_conflict_never(const struct sp_campaign *campaign) {
  if (campaign->weekdays == 0 && campaign->month_days == 0) return false;
  if (campaign->from == INT64_MIN || campaign->to == INT64_MAX) return false; /* long enough for any day */
  int64_t first, last;
  days_of(campaign, &first, &last);
  if (last - first > DAYS_LOOKED) return false;
  for (int64_t day = first; day <= last; day++) {
    struct sp_date date;
    sp_date_from_days(day, &date);
    bool good = (campaign->weekdays == 0 || campaign->weekdays & 1 << date.weekday) &&
                (campaign->month_days == 0 || campaign->month_days & (uint32_t)1 << date.day);
    if (good) return false;
  }
  return true;
}
