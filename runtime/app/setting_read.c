/* Bodies of the settings till, hours and logo: members, bounds, defaults. */
#include "app/setting_parts.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define CASH_KEY_MAX     10000000 /* fen: no note is worth more */
#define LOCK_SECONDS_MIN 10
#define LOCK_SECONDS_MAX 86400
#define VERIFICATION_MAX 64
#define LARGEST_NOTE     10000 /* in the smallest unit of money: 100.00 yuan, and 10 000 where there are no cents */

/* ---- till ---- */

static const char *const print_names[] = {
    [SP_PRINT_ALWAYS] = "always", [SP_PRINT_ASK] = "ask", [SP_PRINT_NEVER] = "never"};

struct sp_till_setting sp_setting_till_default(void) {
  return (struct sp_till_setting){
      .cash_keys = {500, 1000, 2000, 5000, 10000},
      .cash_key_count = 5,
      .lock_seconds = 300,
      .print = SP_PRINT_ALWAYS,
      .beep = true,
      .tenders = {SP_METHOD_CASH, SP_METHOD_WECHAT, SP_METHOD_ALIPAY, SP_METHOD_CARD},
      .tender_count = 4,
      .change_max = LARGEST_NOTE,
      .weight_manual = true,
      .verification = "",
  };
}

/* A whole number within reach, or 0. */
static int64_t whole(const struct cJSON *item) {
  bool near = cJSON_IsNumber(item) && item->valuedouble > 0 && item->valuedouble <= CASH_KEY_MAX;
  return near && item->valuedouble <= item->valueint ? item->valueint : 0;
}

static int read_cash_keys(const struct cJSON *body, struct sp_till_setting *out, struct sp_error *err) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0;
  int rc = sp_json_get_array(body, "cash_keys", SP_OPTIONAL, SP_CASH_KEYS_MAX, &array, &count, err);
  if (rc != 0 || array == NULL) return rc;
  out->cash_key_count = 0;
  cJSON_ArrayForEach(item, array) {
    int64_t value = whole(item);
    int64_t before = out->cash_key_count > 0 ? out->cash_keys[out->cash_key_count - 1] : 0;
    bool fits = value > before;
    char field[32];
    snprintf(field, sizeof field, "cash_keys[%d]", out->cash_key_count);
    if (!fits) return sp_fail(err, SP_E_INVALID, field, "Cash keys are whole fen, rising, at most %d", CASH_KEY_MAX);
    out->cash_keys[out->cash_key_count++] = value;
  }
  return 0;
}

static int read_tenders(const struct cJSON *body, struct sp_till_setting *out, struct sp_error *err) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0;
  int rc = sp_json_get_array(body, "tenders", SP_OPTIONAL, SP_METHOD_COUNT, &array, &count, err);
  if (rc != 0 || array == NULL) return rc;
  if (count == 0) return sp_fail(err, SP_E_INVALID, "tenders", "A till takes at least one way of paying");
  out->tender_count = 0;
  cJSON_ArrayForEach(item, array) {
    int method = sp_method_parse(cJSON_GetStringValue(item) != NULL ? cJSON_GetStringValue(item) : "");
    char field[32];
    snprintf(field, sizeof field, "tenders[%d]", out->tender_count);
    if (method < 0) return sp_fail(err, SP_E_INVALID, field, "There is no such way of paying");
    for (int32_t i = 0; i < out->tender_count; i++) {
      if ((int)out->tenders[i] == method) return sp_fail(err, SP_E_INVALID, field, "Each way of paying stands once");
    }
    out->tenders[out->tender_count++] = (enum sp_method)method;
  }
  return 0;
}

static int read_print(const struct cJSON *body, struct sp_till_setting *out, struct sp_error *err) {
  const char *name = NULL;
  int rc = sp_json_get_text(body, "print", SP_OPTIONAL, 10, &name, err);
  if (rc != 0 || name == NULL) return rc;
  for (int i = 0; i <= SP_PRINT_NEVER; i++) {
    if (strcmp(print_names[i], name) != 0) continue;
    out->print = (enum sp_setting_print)i;
    return 0;
  }
  return sp_fail(err, SP_E_INVALID, "print", "Receipts are printed always, when asked (\"ask\"), or never");
}

int sp_setting_read_till(const struct cJSON *body, struct sp_till_setting *out, struct sp_error *err) {
  static const char *const known[] = {"cash_keys",     "lock_seconds", "print",      "beep", "tenders",
                                      "weight_manual", "verification", "change_max", NULL};
  int64_t seconds;
  const char *verification = "";
  *out = sp_setting_till_default();
  seconds = out->lock_seconds;
  int rc = sp_json_only(body, known, err);
  if (rc == 0) rc = read_cash_keys(body, out, err);
  if (rc == 0) rc = sp_json_get_int(body, "lock_seconds", SP_OPTIONAL, 0, LOCK_SECONDS_MAX, &seconds, err);
  if (rc == 0 && seconds > 0 && seconds < LOCK_SECONDS_MIN) {
    rc = sp_fail(err, SP_E_INVALID, "lock_seconds", "A till locks after 0 (never) or at least %d seconds",
                 LOCK_SECONDS_MIN);
  }
  if (rc == 0) rc = read_print(body, out, err);
  if (rc == 0) rc = sp_json_get_bool(body, "beep", SP_OPTIONAL, &out->beep, err);
  if (rc == 0) rc = read_tenders(body, out, err);
  if (rc == 0) rc = sp_json_get_int(body, "change_max", SP_OPTIONAL, 0, SP_CHANGE_MAX, &out->change_max, err);
  if (rc == 0) rc = sp_json_get_bool(body, "weight_manual", SP_OPTIONAL, &out->weight_manual, err);
  if (rc == 0) rc = sp_json_get_text(body, "verification", SP_OPTIONAL, VERIFICATION_MAX, &verification, err);
  if (rc != 0) return rc;
  out->lock_seconds = (int32_t)seconds;
  snprintf(out->verification, sizeof out->verification, "%s", verification);
  return 0;
}

void sp_setting_till_json(const struct sp_till_setting *setting, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_key(w, "cash_keys");
  sp_json_open_array(w);
  for (int32_t i = 0; i < setting->cash_key_count; i++)
    sp_json_int(w, setting->cash_keys[i]);
  sp_json_close_array(w);
  sp_json_put_int(w, "lock_seconds", setting->lock_seconds);
  sp_json_put_text(w, "print", print_names[setting->print]);
  sp_json_put_bool(w, "beep", setting->beep);
  sp_json_key(w, "tenders");
  sp_json_open_array(w);
  for (int32_t i = 0; i < setting->tender_count; i++)
    sp_json_text(w, sp_method_name(setting->tenders[i]));
  sp_json_close_array(w);
  sp_json_put_int(w, "change_max", setting->change_max);
  sp_json_put_bool(w, "weight_manual", setting->weight_manual);
  sp_json_put_text(w, "verification", setting->verification);
  sp_json_close_object(w);
}

/* ---- hours ---- */

static int read_period(const struct cJSON *item, const char *field, struct sp_hours_period *out, struct sp_error *err) {
  const char *from = cJSON_GetStringValue(cJSON_GetArrayItem(item, 0));
  const char *to = cJSON_GetStringValue(cJSON_GetArrayItem(item, 1));
  bool pair = cJSON_IsArray(item) && cJSON_GetArraySize(item) == 2 && from != NULL && to != NULL;
  if (pair && sp_hours_parse_minute(from, &out->from) == 0 && sp_hours_parse_minute(to, &out->to) == 0) return 0;
  return sp_fail(err, SP_E_INVALID, field, "A period is written [\"08:00\",\"22:00\"]");
}

static int read_day(const struct cJSON *body, int day, struct sp_hours *out, struct sp_error *err) {
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0;
  int rc = sp_json_get_array(body, sp_hours_days[day], SP_OPTIONAL, SP_HOURS_PERIODS_MAX, &array, &count, err);
  if (rc != 0 || array == NULL) return rc;
  cJSON_ArrayForEach(item, array) {
    char field[16];
    snprintf(field, sizeof field, "%s[%d]", sp_hours_days[day], out->days[day].count);
    rc = read_period(item, field, &out->days[day].periods[out->days[day].count], err);
    if (rc != 0) return rc;
    out->days[day].count++;
  }
  return 0;
}

int sp_setting_read_hours(const struct cJSON *body, struct sp_hours *out, struct sp_error *err) {
  static const char *const known[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
  *out = (struct sp_hours){.always = body->child == NULL};
  int rc = sp_json_only(body, known, err);
  for (int day = 0; rc == 0 && day < 7; day++)
    rc = read_day(body, day, out, err);
  return rc == 0 ? sp_hours_check(out, err) : rc;
}

/* ---- logo ---- */

static int base64_bytes(const char *text, size_t *out) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t len = strlen(text), data = strspn(text, alphabet);
  size_t padding = len - data;
  if (len % 4 != 0 || padding > 2 || strspn(text + data, "=") != padding) return SP_E_INVALID;
  *out = len / 4 * 3 - padding;
  return 0;
}

int sp_setting_read_logo(const struct cJSON *body, struct sp_error *err) {
  static const char *const known[] = {"width", "height", "rows", NULL};
  int64_t width = 0, height = 0;
  const char *rows = NULL;
  size_t len = 0;
  int rc = sp_json_only(body, known, err);
  if (rc != 0 || body->child == NULL) return rc; /* {}: no logo */
  rc = sp_json_get_int(body, "width", SP_REQUIRED, 1, SP_LOGO_WIDTH_MAX, &width, err);
  if (rc == 0) rc = sp_json_get_int(body, "height", SP_REQUIRED, 1, SP_LOGO_HEIGHT_MAX, &height, err);
  if (rc == 0) rc = sp_json_get_text(body, "rows", SP_REQUIRED, SP_SETTING_BODY_MAX, &rows, err);
  if (rc != 0) return rc;
  if (base64_bytes(rows, &len) != 0) return sp_fail(err, SP_E_INVALID, "rows", "The rows are not base64");
  if (len == (size_t)((width + 7) / 8 * height)) return 0;
  return sp_fail(err, SP_E_INVALID, "rows", "The rows hold %lld bytes, a logo of that size has %lld", (long long)len,
                 (long long)((width + 7) / 8 * height));
}
