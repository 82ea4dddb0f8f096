/* Values of parameters as JSON writes them. Whatever passes here is complete and within the bounds its rule declared,
 * so a rule never checks a type. */
#include "base/calendar.h"
#include "base/json.h"
#include "domain/money.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_MAX  200 /* bytes of one text in a list */
#define MINUTE_MAX 1440

int32_t sp_param_find(const struct sp_rule_info *rule, const char *name) {
  for (int32_t i = 0; i < rule->param_count; i++)
    if (strcmp(rule->params[i].name, name) == 0) return i;
  return -1;
}

/* By an object of this member alone: searching thousands for each name would be slow. */
int sp_item_int(const struct cJSON *item, const char *name, int64_t min, int64_t max, int64_t *out,
                struct sp_error *err) {
  char key[ENTRY_MAX + 1];
  struct cJSON member = *item;
  snprintf(key, sizeof key, "%s", name);
  member.next = NULL;
  member.string = key;
  const struct cJSON object = {.type = cJSON_Object, .child = &member};
  return sp_json_get_int(&object, key, SP_REQUIRED, min, max, out, err);
}

/* ---- Times of day and dates ---- */

static int digits(const char *text, int count) {
  int value = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

int sp_minute_parse(const char *text) {
  if (strlen(text) != 5 || text[2] != ':') return -1;
  int hour = digits(text, 2);
  int minute = digits(text + 3, 2);
  if (hour < 0 || minute < 0 || minute > 59) return -1;
  return hour * 60 + minute <= MINUTE_MAX ? hour * 60 + minute : -1;
}

static void put_digits(char *at, int64_t value, int count) {
  for (int i = count; i-- > 0; value /= 10)
    at[i] = (char)('0' + value % 10);
}

void sp_minute_text(int64_t minute, char out[SP_MINUTE_TEXT]) {
  memcpy(out, "00:00", SP_MINUTE_TEXT);
  if (minute < 0 || minute > MINUTE_MAX) return;
  put_digits(out, minute / 60, 2);
  put_digits(out + 3, minute % 60, 2);
}

/* yyyymmdd of a day that exists, −1 otherwise. */
static int32_t parse_date(const char *text) {
  struct sp_date back;
  if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return -1;
  int year = digits(text, 4);
  int month = digits(text + 5, 2);
  int day = digits(text + 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1) return -1;
  sp_date_from_days(sp_days_from_date(year, month, day), &back);
  return back.year == year && back.month == month && back.day == day ? year * 10000 + month * 100 + day : -1;
}

void sp_date_text(int64_t date, char out[SP_DATE_TEXT]) {
  memcpy(out, "0000-00-00", SP_DATE_TEXT);
  if (date < 0 || date > 99991231) return;
  put_digits(out, date / 10000, 4);
  put_digits(out + 5, date / 100 % 100, 2);
  put_digits(out + 8, date % 100, 2);
}

static int read_minute(const struct cJSON *params, const struct sp_param *param, int64_t *out, struct sp_error *err) {
  const char *text = NULL;
  char from[SP_MINUTE_TEXT], to[SP_MINUTE_TEXT];
  int rc = sp_json_get_text(params, param->name, SP_REQUIRED, ENTRY_MAX, &text, err);
  if (rc) return rc;
  *out = sp_minute_parse(text);
  if (*out >= 0 && *out >= param->min && *out <= param->max) return 0;
  sp_minute_text(param->min, from);
  sp_minute_text(param->max, to);
  return sp_fail(err, SP_E_INVALID, param->name, "%s must be a time of day like 08:30, from %s to %s", param->name,
                 from, to);
}

static int read_date(const struct cJSON *params, const struct sp_param *param, int64_t *out, struct sp_error *err) {
  const char *text = NULL;
  char from[SP_DATE_TEXT], to[SP_DATE_TEXT];
  int rc = sp_json_get_text(params, param->name, SP_REQUIRED, ENTRY_MAX, &text, err);
  if (rc) return rc;
  *out = parse_date(text);
  if (*out >= 0 && *out >= param->min && *out <= param->max) return 0;
  sp_date_text(param->min, from);
  sp_date_text(param->max, to);
  return sp_fail(err, SP_E_INVALID, param->name, "%s must be a date like 2026-10-01, from %s to %s", param->name, from,
                 to);
}

static int read_number(const struct cJSON *params, const struct sp_param *param, int64_t *out, struct sp_error *err) {
  bool yes = false;
  if (param->type == SP_PARAM_MINUTE) return read_minute(params, param, out, err);
  if (param->type == SP_PARAM_DATE) return read_date(params, param, out, err);
  if (param->type != SP_PARAM_BOOLEAN)
    return sp_json_get_int(params, param->name, SP_REQUIRED, param->min, param->max, out, err);
  int rc = sp_json_get_bool(params, param->name, SP_REQUIRED, &yes, err);
  *out = yes;
  return rc;
}

/* ---- Texts ---- */

static int check_choice(const struct sp_param *param, const char *text, struct sp_error *err) {
  char all[200] = "";
  size_t used = 0;
  if (param->type != SP_PARAM_CHOICE) return 0;
  for (int32_t i = 0; i < param->option_count; i++) {
    if (strcmp(param->options[i], text) == 0) return 0;
    if (used < sizeof all)
      used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", param->options[i]);
  }
  return sp_fail(err, SP_E_INVALID, param->name, "%s must be one of: %s", param->name, all);
}

static int read_text(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                     const char **out, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(params, param->name, SP_REQUIRED, (size_t)param->max, &text, err);
  if (rc) return rc;
  if ((int64_t)strlen(text) < param->min)
    return sp_fail(err, SP_E_INVALID, param->name, "%s must have at least %lld bytes", param->name,
                   (long long)param->min);
  rc = check_choice(param, text, err);
  if (rc) return rc;
  *out = sp_arena_text(&bundle->arena, text);
  return *out ? 0 : sp_error_nomem(err, __func__);
}

/* ---- Lists ---- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int sp_texts_sort(const char **texts, int32_t count, const char *name, struct sp_error *err) {
  if (count > 1) qsort(texts, (size_t)count, sizeof *texts, by_text);
  for (int32_t i = 1; i < count; i++)
    if (strcmp(texts[i - 1], texts[i]) == 0)
      return sp_fail(err, SP_E_INVALID, name, "%s names %s twice", name, texts[i]);
  return 0;
}

static int check_entries(const struct sp_param *param, int count, struct sp_error *err) {
  if (count >= param->min && count <= param->max) return 0;
  return sp_fail(err, SP_E_INVALID, param->name, "%s must have from %lld to %lld entries", param->name,
                 (long long)param->min, (long long)param->max);
}

static int wrong_entry(const char *name, int at, struct sp_error *err) {
  char field[64];
  snprintf(field, sizeof field, "%s[%d]", name, at);
  return sp_fail(err, SP_E_INVALID, field, "%s must hold texts of 1 to %d bytes", name, ENTRY_MAX);
}

static int read_list(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                     struct sp_rule_value *out, struct sp_error *err) {
  const struct cJSON *array = NULL;
  int count = 0;
  int rc = sp_json_get_array(params, param->name, SP_REQUIRED, SP_RULE_LIST_MAX, &array, &count, err);
  if (!rc) rc = check_entries(param, count, err);
  if (rc) return rc;
  const char **texts = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *texts);
  if (!texts) return sp_error_nomem(err, __func__);
  int at = 0;
  for (const struct cJSON *item = array->child; item; item = item->next, at++) {
    if (!cJSON_IsString(item) || !item->valuestring[0] || strlen(item->valuestring) > ENTRY_MAX)
      return wrong_entry(param->name, at, err);
    texts[at] = sp_arena_text(&bundle->arena, item->valuestring);
    if (!texts[at]) return sp_error_nomem(err, __func__);
  }
  out->list = texts;
  out->count = count;
  return sp_texts_sort(texts, count, param->name, err);
}

/* ---- Tiers and prices ---- */

static int read_tier(const struct cJSON *item, const struct sp_param *param, struct sp_tier *out,
                     struct sp_error *err) {
  static const char *const fields[] = {"at", "value", NULL};
  int rc = sp_json_only(item, fields, err);
  if (!rc) rc = sp_json_get_int(item, "at", SP_REQUIRED, 0, SP_MONEY_MAX, &out->at, err);
  if (!rc) rc = sp_json_get_int(item, "value", SP_REQUIRED, param->min, param->max, &out->value, err);
  return rc;
}

static int read_tiers(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                      struct sp_rule_value *out, struct sp_error *err) {
  const struct cJSON *array = NULL;
  char place[64];
  int count = 0;
  int rc = sp_json_get_array(params, param->name, SP_REQUIRED, SP_RULE_TIERS_MAX, &array, &count, err);
  if (rc) return rc;
  if (count == 0) return sp_fail(err, SP_E_INVALID, param->name, "%s needs at least one tier", param->name);
  struct sp_tier *tiers = sp_arena_array(&bundle->arena, (size_t)count, sizeof *tiers);
  if (!tiers) return sp_error_nomem(err, __func__);
  int at = 0;
  for (const struct cJSON *item = array->child; item && !rc; item = item->next, at++) {
    snprintf(place, sizeof place, "%s[%d]", param->name, at);
    rc = read_tier(item, param, &tiers[at], err);
    if (!rc && at > 0 && tiers[at].at <= tiers[at - 1].at)
      rc = sp_fail(err, SP_E_INVALID, "at", "The tiers of %s must ascend", param->name);
    if (rc) sp_error_prefix(err, place);
  }
  out->tiers = tiers;
  out->count = count;
  return rc;
}

struct price {
  const char *code;
  int64_t fen;
};

static int by_price_code(const void *a, const void *b) {
  return strcmp(((const struct price *)a)->code, ((const struct price *)b)->code);
}

static int collect_prices(const struct cJSON *object, const struct sp_param *param, struct price *list,
                          struct sp_error *err) {
  int32_t at = 0;
  for (const struct cJSON *item = object->child; item; item = item->next, at++) {
    size_t len = strlen(item->string);
    list[at].code = item->string;
    if (len == 0 || len > ENTRY_MAX)
      return sp_fail(err, SP_E_INVALID, param->name, "%s must hold codes of 1 to %d bytes", param->name, ENTRY_MAX);
    int rc = sp_item_int(item, item->string, 0, SP_MONEY_MAX, &list[at].fen, err);
    if (rc) {
      sp_error_prefix(err, param->name);
      return rc;
    }
  }
  return 0;
}

static int copy_prices(struct sp_bundle *bundle, const struct price *list, int count, struct sp_rule_value *out,
                       struct sp_error *err) {
  const char **codes = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *codes);
  int64_t *prices = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *prices);
  if (!codes || !prices) return sp_error_nomem(err, __func__);
  for (int i = 0; i < count; i++) {
    codes[i] = sp_arena_text(&bundle->arena, list[i].code);
    prices[i] = list[i].fen;
    if (!codes[i]) return sp_error_nomem(err, __func__);
  }
  out->list = codes;
  out->prices = prices;
  out->count = count;
  return 0;
}

static int read_prices(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                       struct sp_rule_value *out, struct sp_error *err) {
  const struct cJSON *object = NULL;
  int rc = sp_json_get_object(params, param->name, SP_REQUIRED, &object, err);
  if (rc || !object) return rc;
  int count = cJSON_GetArraySize(object);
  if (count > SP_RULE_PRICES_MAX)
    return sp_fail(err, SP_E_LIMIT, param->name, "%s must not have more than %d entries", param->name,
                   SP_RULE_PRICES_MAX);
  rc = check_entries(param, count, err);
  if (rc) return rc;
  struct price *list = calloc((size_t)count + 1, sizeof *list);
  if (!list) return sp_error_nomem(err, __func__);
  rc = collect_prices(object, param, list, err);
  if (!rc) qsort(list, (size_t)count, sizeof *list, by_price_code);
  if (!rc) rc = copy_prices(bundle, list, count, out, err);
  free(list);
  return rc;
}

int sp_param_read(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                  struct sp_rule_value *out, struct sp_error *err) {
  *out = (struct sp_rule_value){.name = param->name, .type = param->type};
  switch (sp_param_form(param->type)) {
  case SP_FORM_INTEGER:
    return read_number(params, param, &out->integer, err);
  case SP_FORM_TEXT:
    return read_text(bundle, params, param, &out->text, err);
  case SP_FORM_LIST:
    return read_list(bundle, params, param, out, err);
  case SP_FORM_TIERS:
    return read_tiers(bundle, params, param, out, err);
  case SP_FORM_PRICES:
    return read_prices(bundle, params, param, out, err);
  }
  return sp_fail(err, SP_E_INTERNAL, param->name, "The type of parameter %s is unknown", param->name);
}

/* ---- Out ---- */

static void put_number(struct sp_json_writer *w, const struct sp_rule_value *value) {
  char text[SP_DATE_TEXT];
  if (value->type == SP_PARAM_BOOLEAN) {
    sp_json_bool(w, value->integer != 0);
  } else if (value->type == SP_PARAM_MINUTE) {
    sp_minute_text(value->integer, text);
    sp_json_text(w, text);
  } else if (value->type == SP_PARAM_DATE) {
    sp_date_text(value->integer, text);
    sp_json_text(w, text);
  } else {
    sp_json_int(w, value->integer);
  }
}

static void put_many(struct sp_json_writer *w, const struct sp_rule_value *value, enum sp_param_form form) {
  if (form == SP_FORM_PRICES)
    sp_json_open_object(w);
  else
    sp_json_open_array(w);
  for (int32_t i = 0; i < value->count; i++) {
    if (form == SP_FORM_LIST) sp_json_text(w, value->list[i]);
    if (form == SP_FORM_PRICES) sp_json_put_int(w, value->list[i], value->prices[i]);
    if (form != SP_FORM_TIERS) continue;
    sp_json_open_object(w);
    sp_json_put_int(w, "at", value->tiers[i].at);
    sp_json_put_int(w, "value", value->tiers[i].value);
    sp_json_close_object(w);
  }
  if (form == SP_FORM_PRICES)
    sp_json_close_object(w);
  else
    sp_json_close_array(w);
}

void sp_param_put(struct sp_json_writer *w, const struct sp_rule_value *value) {
  enum sp_param_form form = sp_param_form(value->type);
  if (form == SP_FORM_INTEGER)
    put_number(w, value);
  else if (form == SP_FORM_TEXT)
    sp_json_text(w, value->text);
  else
    put_many(w, value, form);
}
