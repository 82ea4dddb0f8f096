/* The fields of one campaign, and nothing but these: a misspelled one is an error, never ignored. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/money.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define CODE_MAX  64
#define TITLE_MAX 200
#define LIST_MAX  10000
#define HOURS_MAX 24

const char *const sp_campaign_fields[] = {"code",    "rule",   "params",   "priority", "from",  "to",
                                          "stores",  "levels", "channels", "weekdays", "hours", "month_days",
                                          "members", "limits", "title",    "enabled",  NULL};
static const char *const title_fields[] = {"zh", "en", NULL};
static const char *const limit_fields[] = {"uses",          "amount",       "units",       "member_uses",
                                           "member_amount", "member_units", "coupon_uses", NULL};
static const char *const channel_names[] = {"till", "api", "import", NULL};

/* ---- Lists of codes ---- */

static int read_list(struct sp_bundle *bundle, const struct cJSON *object, const char *name, const char *const **out,
                     int32_t *out_count, struct sp_error *err) {
  const struct cJSON *array = NULL;
  int count = 0;
  int rc = sp_json_get_array(object, name, SP_OPTIONAL, LIST_MAX, &array, &count, err);
  if (rc || !array) return rc;
  if (count == 0) return sp_fail(err, SP_E_INVALID, name, "%s must not be empty; leave it out for all", name);
  const char **texts = sp_arena_array(&bundle->arena, (size_t)count, sizeof *texts);
  if (!texts) return sp_error_nomem(err, __func__);
  int at = 0;
  for (const struct cJSON *item = array->child; item; item = item->next, at++) {
    if (!cJSON_IsString(item) || !item->valuestring[0] || strlen(item->valuestring) > CODE_MAX)
      return sp_fail(err, SP_E_INVALID, name, "%s must hold codes of 1 to %d bytes", name, CODE_MAX);
    texts[at] = sp_arena_text(&bundle->arena, item->valuestring);
    if (!texts[at]) return sp_error_nomem(err, __func__);
  }
  *out = texts;
  *out_count = count;
  return sp_texts_sort(texts, count, name, err);
}

static int read_channels(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                         struct sp_error *err) {
  int rc = read_list(bundle, object, "channels", &campaign->channels, &campaign->channel_count, err);
  for (int32_t i = 0; i < campaign->channel_count && !rc; i++) {
    const char *const *known = channel_names;
    while (*known && strcmp(*known, campaign->channels[i]) != 0)
      known++;
    if (!*known)
      rc =
          sp_fail(err, SP_E_INVALID, "channels", "There is no channel %s: till, api and import", campaign->channels[i]);
  }
  return rc;
}

/* ---- When ---- */

static int read_time(struct sp_bundle *bundle, const struct cJSON *object, const char *name, int64_t *out,
                     const char **written, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(object, name, SP_OPTIONAL, 40, &text, err);
  if (rc || !text) return rc;
  if (sp_time_parse(text, out))
    return sp_fail(err, SP_E_INVALID, name, "%s must be a time like 2026-10-01T00:00:00+08:00", name);
  *written = sp_arena_text(&bundle->arena, text);
  return *written ? 0 : sp_error_nomem(err, __func__);
}

int sp_campaign_window(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                       struct sp_error *err) {
  int rc = read_time(bundle, object, "from", &campaign->from, &campaign->from_text, err);
  if (!rc) rc = read_time(bundle, object, "to", &campaign->to, &campaign->to_text, err);
  if (!rc && campaign->to <= campaign->from) rc = sp_fail(err, SP_E_INVALID, "to", "to must be later than from");
  return rc;
}

/* A list of days from 1 to `max` as bits. */
static int read_days(const struct cJSON *object, const char *name, int max, uint32_t *out, struct sp_error *err) {
  const struct cJSON *array = NULL;
  int count = 0;
  int rc = sp_json_get_array(object, name, SP_OPTIONAL, max, &array, &count, err);
  if (rc || !array) return rc;
  if (count == 0) return sp_fail(err, SP_E_INVALID, name, "%s must not be empty; leave it out for all", name);
  for (const struct cJSON *item = array->child; item; item = item->next) {
    int64_t day = 0;
    rc = sp_item_int(item, name, 1, max, &day, err);
    if (rc) return rc;
    if (*out & (uint32_t)1 << day) return sp_fail(err, SP_E_INVALID, name, "%s names %d twice", name, (int)day);
    *out |= (uint32_t)1 << day;
  }
  return 0;
}

static int read_span(const struct cJSON *pair, struct sp_hours *out) {
  const struct cJSON *first = cJSON_IsArray(pair) ? pair->child : NULL;
  const struct cJSON *second = first ? first->next : NULL;
  if (!first || !second || second->next) return SP_E_INVALID;
  if (!cJSON_IsString(first) || !cJSON_IsString(second)) return SP_E_INVALID;
  int from = sp_minute_parse(first->valuestring);
  int to = sp_minute_parse(second->valuestring);
  if (from < 0 || to < 0 || from == to || from == 1440) return SP_E_INVALID;
  *out = (struct sp_hours){.from = (int16_t)from, .to = (int16_t)to};
  return 0;
}

static int read_hours(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                      struct sp_error *err) {
  const struct cJSON *array = NULL;
  char field[24];
  int count = 0;
  int rc = sp_json_get_array(object, "hours", SP_OPTIONAL, HOURS_MAX, &array, &count, err);
  if (rc || !array) return rc;
  if (count == 0) return sp_fail(err, SP_E_INVALID, "hours", "%s must not be empty; leave it out for all", "hours");
  struct sp_hours *hours = sp_arena_array(&bundle->arena, (size_t)count, sizeof *hours);
  if (!hours) return sp_error_nomem(err, __func__);
  int at = 0;
  for (const struct cJSON *item = array->child; item; item = item->next, at++) {
    if (!read_span(item, &hours[at])) continue;
    snprintf(field, sizeof field, "hours[%d]", at);
    return sp_fail(err, SP_E_INVALID, field, "hours must hold pairs of times like [\"08:00\", \"10:30\"]");
  }
  campaign->hours = hours;
  campaign->hour_count = (int16_t)count;
  return 0;
}

static int read_when(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                     struct sp_error *err) {
  uint32_t weekdays = 0;
  int rc = sp_campaign_window(bundle, object, campaign, err);
  if (!rc) rc = read_days(object, "weekdays", 7, &weekdays, err);
  campaign->weekdays = (uint8_t)weekdays;
  if (!rc) rc = read_days(object, "month_days", 31, &campaign->month_days, err);
  return rc ? rc : read_hours(bundle, object, campaign, err);
}

/* ---- Limits and titles ---- */

static int read_limits(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                       struct sp_error *err) {
  const struct cJSON *limits = NULL;
  int rc = sp_json_get_object(object, "limits", SP_OPTIONAL, &limits, err);
  if (rc || !limits) return rc;
  struct sp_campaign_limits *out = sp_arena_alloc(&bundle->arena, sizeof *out);
  if (!out) return sp_error_nomem(err, __func__);
  int64_t *const places[] = {&out->uses,          &out->amount,       &out->units,      &out->member_uses,
                             &out->member_amount, &out->member_units, &out->coupon_uses};
  rc = sp_json_only(limits, limit_fields, err);
  if (!rc && !limits->child) rc = sp_fail(err, SP_E_INVALID, "", "limits needs at least one limit");
  for (int i = 0; limit_fields[i] && !rc; i++)
    rc = sp_json_get_int(limits, limit_fields[i], SP_OPTIONAL, 1, SP_MONEY_MAX, places[i], err);
  if (rc) sp_error_prefix(err, "limits");
  campaign->limits = out;
  return rc;
}

static int read_text(struct sp_bundle *bundle, const struct cJSON *object, const char *name, size_t max,
                     const char **out, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(object, name, SP_OPTIONAL, max, &text, err);
  if (rc || !text) return rc;
  *out = sp_arena_text(&bundle->arena, text);
  return *out ? 0 : sp_error_nomem(err, __func__);
}

static int read_title(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                      struct sp_error *err) {
  const struct cJSON *title = NULL;
  int rc = sp_json_get_object(object, "title", SP_OPTIONAL, &title, err);
  if (rc || !title) return rc;
  rc = sp_json_only(title, title_fields, err);
  if (!rc) rc = read_text(bundle, title, "zh", TITLE_MAX, &campaign->title_zh, err);
  if (!rc) rc = read_text(bundle, title, "en", TITLE_MAX, &campaign->title_en, err);
  if (rc) sp_error_prefix(err, "title");
  return rc;
}

/* ---- All ---- */

static int read_switch(const struct cJSON *object, struct sp_campaign *campaign, struct sp_error *err) {
  bool enabled = true;
  int rc = sp_json_get_bool(object, "enabled", SP_OPTIONAL, &enabled, err);
  if (rc || enabled || campaign->off) return rc;
  campaign->off = true;
  campaign->enabled_origin = campaign->file;
  return 0;
}

int sp_campaign_fields_read(struct sp_reading *reading, const struct cJSON *object, struct sp_campaign *campaign,
                            struct sp_error *err) {
  struct sp_bundle *bundle = reading->bundle;
  const struct cJSON *params = NULL;
  int64_t priority = campaign->priority;
  int rc = sp_json_get_int(object, "priority", SP_OPTIONAL, 0, 1000000, &priority, err);
  campaign->priority = (int32_t)priority;
  if (!rc) rc = read_when(bundle, object, campaign, err);
  if (!rc) rc = read_list(bundle, object, "stores", &campaign->stores, &campaign->store_count, err);
  if (!rc) rc = read_list(bundle, object, "levels", &campaign->levels, &campaign->level_count, err);
  if (!rc) rc = read_channels(bundle, object, campaign, err);
  if (!rc) rc = sp_json_get_bool(object, "members", SP_OPTIONAL, &campaign->members, err);
  if (!rc) rc = read_limits(bundle, object, campaign, err);
  if (!rc) rc = read_title(bundle, object, campaign, err);
  if (!rc) rc = read_switch(object, campaign, err);
  if (!rc) rc = sp_json_get_object(object, "params", SP_OPTIONAL, &params, err);
  if (rc) return rc;
  rc = sp_campaign_give(reading, campaign, params, campaign->file, err);
  if (rc) sp_error_prefix(err, "params");
  return rc;
}
