/* Reading a trial: a basket and its moment, as people write them. */
#include "base/calendar.h"
#include "domain/money.h"
#include "engine/cases.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_MAX       64
#define TEXT_MAX       200
#define TAGS_MAX       64
#define USAGE_MAX      1000
#define DAY_MINUTES    1440
#define OFFSET_MINUTES 480 /* of the shop's clock, when nothing else is said */

const char *const sp_trial_fields[] = {"basket", "goods", "member",     "level",    "coupons", "choices", "confirmed",
                                       "when",   "date",  "time",       "weekday",  "minute",  "store",   "channel",
                                       "role",   "usage", "promotions", "markdown", NULL};
static const char *const line_fields[] = {"n",           "item",   "code",     "price", "quantity", "weight",
                                          "weighed",     "unit",   "category", "tags",  "lot",      "expires",
                                          "given_price", "parent", "markdown", NULL};
static const char *const markdown_fields[] = {"percent", "amount", "price", "reason", "approver", NULL};
static const char *const member_fields[] = {"code",        "level",         "tags",  "points", "purchases",
                                            "joined_days", "birthday_days", "staff", NULL};
static const char *const choice_fields[] = {"campaign", "product", NULL};
static const char *const usage_fields[] = {"campaign", "subject", "uses", "amount", "units", NULL};

struct reader {
  struct sp_arena *arena;
  struct sp_trial *trial;
  struct sp_error *err;
};

/* Say which entry of which list an error came from. */
static int within(struct reader *in, const char *list, int at, int rc) {
  char prefix[40];
  if (!rc) return 0;
  snprintf(prefix, sizeof prefix, "%.24s[%d]", list, at);
  sp_error_prefix(in->err, prefix);
  return rc;
}

static int text(struct reader *in, const struct cJSON *json, const char *name, size_t max, const char **out) {
  const char *given = NULL;
  int rc = sp_json_get_text(json, name, SP_OPTIONAL, max, &given, in->err);
  if (rc || !given) return rc;
  *out = sp_arena_text(in->arena, given);
  return *out ? 0 : sp_error_nomem(in->err, __func__);
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list of texts; sorted, but for the coupons, which keep the order they are presented in. */
static int texts(struct reader *in, const struct cJSON *json, const char *name, int max, const char *const **out,
                 int32_t *count) {
  const struct cJSON *list = NULL;
  int total = 0, at = 0;
  int rc = sp_json_get_array(json, name, SP_OPTIONAL, max, &list, &total, in->err);
  if (rc || !list) return rc;
  const char **copy = sp_arena_array(in->arena, (size_t)total + 1, sizeof *copy);
  if (!copy) return sp_error_nomem(in->err, __func__);
  for (const struct cJSON *item = list->child; item; item = item->next, at++) {
    if (!cJSON_IsString(item) || item->valuestring[0] == '\0' || strlen(item->valuestring) > TEXT_MAX)
      return within(in, name, at, sp_fail(in->err, SP_E_INVALID, NULL, "A text of 1 to %d bytes is needed", TEXT_MAX));
    copy[at] = sp_arena_text(in->arena, item->valuestring);
    if (!copy[at]) return sp_error_nomem(in->err, __func__);
  }
  if (strcmp(name, "coupons") != 0 && total > 1) qsort((void *)copy, (size_t)total, sizeof *copy, by_bytes);
  *out = copy;
  *count = total;
  return 0;
}

/* ---- Dates ---- */

/* So many digits, or −1. */
static int digits(const char *from, int count) {
  int value = 0;
  for (int i = 0; i < count; i++) {
    if (from[i] < '0' || from[i] > '9') return -1;
    value = value * 10 + (from[i] - '0');
  }
  return value;
}

static bool time_read(const char *from, int16_t *out) {
  int hour = digits(from, 2);
  if (hour < 0 || hour > 23 || from[2] != ':') return false;
  int minute = digits(from + 3, 2);
  if (minute < 0 || minute > 59) return false;
  *out = (int16_t)(hour * 60 + minute);
  return true;
}

static int date_member(struct reader *in, const struct cJSON *json, const char *name, int32_t *out) {
  const struct cJSON *value = sp_json_member(json, name);
  char shown[16] = "";
  if (!value) return 0;
  if (cJSON_IsString(value)) snprintf(shown, sizeof shown, "%s", value->valuestring);
  if (cJSON_IsNumber(value)) {
    int64_t number = 0;
    int rc = sp_json_get_int(json, name, SP_REQUIRED, 10101, 99991231, &number, in->err);
    if (rc) return rc;
    snprintf(shown, sizeof shown, "%04d-%02d-%02d", (int)(number / 10000), (int)(number / 100 % 100),
             (int)(number % 100));
  }
  if (strlen(shown) == 10 && sp_date_read(shown, out)) return 0;
  return sp_fail(in->err, SP_E_INVALID, name, "%s must be a date like 2026-11-22", name);
}

static int64_t local_days(int32_t date) {
  return sp_days_from_date(date / 10000, date / 100 % 100, date % 100);
}

/* "2026-11-11 10:00", and perhaps seconds and an offset. The written date and time are the shop's. */
static int when_read(struct reader *in, const char *from, bool *has_instant) {
  struct sp_context *context = &in->trial->context;
  size_t len = strlen(from);
  bool good = len >= 16 && sp_date_read(from, &context->business_date) && (from[10] == ' ' || from[10] == 'T') &&
              time_read(from + 11, &context->minute);
  if (good && len > 16) {
    char full[48];
    /* RFC 3339 has seconds; people leave them out. */
    snprintf(full, sizeof full, "%.16s%s%.24s", from, from[16] == ':' ? "" : ":00", from + 16);
    good = sp_time_parse(full, &context->now) == 0;
    *has_instant = true;
  }
  return good ? 0 : sp_fail(in->err, SP_E_INVALID, "when", "%s must be a time like 2026-11-11 10:00", "when");
}

static int moment_read(struct reader *in, const struct cJSON *json) {
  struct sp_context *context = &in->trial->context;
  const char *when = NULL, *time = NULL;
  int64_t minute = -1, weekday = 0;
  bool has_instant = false;
  *context = (struct sp_context){.business_date = 20260715, .minute = 600};
  int rc = sp_json_get_text(json, "when", SP_OPTIONAL, 40, &when, in->err);
  if (!rc && when) rc = when_read(in, when, &has_instant);
  if (!rc) rc = date_member(in, json, "date", &context->business_date);
  if (!rc) rc = sp_json_get_text(json, "time", SP_OPTIONAL, 5, &time, in->err);
  if (!rc && time && !time_read(time, &context->minute))
    rc = sp_fail(in->err, SP_E_INVALID, "time", "%s must be a time of day like 10:00", "time");
  if (!rc) rc = sp_json_get_int(json, "minute", SP_OPTIONAL, 0, DAY_MINUTES - 1, &minute, in->err);
  if (!rc) rc = sp_json_get_int(json, "weekday", SP_OPTIONAL, 1, 7, &weekday, in->err);
  if (rc) return rc;
  if (minute >= 0) context->minute = (int16_t)minute;
  struct sp_date date = {0};
  int64_t days = local_days(context->business_date);
  sp_date_from_days(days, &date);
  context->weekday = weekday > 0 ? (int8_t)weekday : date.weekday;
  if (!has_instant) context->now = (days * DAY_MINUTES + context->minute - OFFSET_MINUTES) * 60000;
  return 0;
}

static int context_read(struct reader *in, const struct cJSON *json) {
  struct sp_context *context = &in->trial->context;
  int rc = moment_read(in, json);
  context->store = "S1";
  context->channel = "till";
  context->role = "cashier";
  context->promotions = true;
  if (!rc) rc = text(in, json, "store", CODE_MAX, &context->store);
  if (!rc) rc = text(in, json, "channel", CODE_MAX, &context->channel);
  if (!rc) rc = text(in, json, "role", CODE_MAX, &context->role);
  if (!rc) rc = sp_json_get_bool(json, "promotions", SP_OPTIONAL, &context->promotions, in->err);
  return rc;
}

/* ---- Lines ---- */

static const struct sp_line *good_find(const struct sp_trial *trial, const char *code) {
  for (int32_t i = 0; i < trial->good_count; i++)
    if (strcmp(trial->goods[i].code, code) == 0) return &trial->goods[i];
  return NULL;
}

static int quantity_read(struct reader *in, const struct cJSON *json, struct sp_line *line) {
  int64_t quantity = line->weighed ? 1000 : 1;
  bool has_weight = sp_json_member(json, "weight") != NULL;
  int rc = sp_json_get_bool(json, "weighed", SP_OPTIONAL, &line->weighed, in->err);
  if (rc) return rc;
  line->weighed = line->weighed || has_weight;
  if (has_weight && sp_json_member(json, "quantity"))
    return sp_fail(in->err, SP_E_INVALID, "weight", "A line has either a weight or a quantity");
  if (line->weighed) {
    quantity = SP_QUANTITY_ONE;
    rc = sp_json_get_int(json, has_weight ? "weight" : "quantity", SP_OPTIONAL, 1, SP_QUANTITY_MAX, &quantity, in->err);
    line->quantity = quantity;
    return rc;
  }
  rc = sp_json_get_int(json, "quantity", SP_OPTIONAL, 1, SP_QUANTITY_MAX / SP_QUANTITY_ONE, &quantity, in->err);
  line->quantity = quantity * SP_QUANTITY_ONE;
  return rc;
}

static int price_read(struct reader *in, const struct cJSON *json, bool known, struct sp_line *line) {
  int64_t parent = 0, number = line->n;
  int rc =
      sp_json_get_int(json, "price", known ? SP_OPTIONAL : SP_REQUIRED, 0, SP_SALE_MAX, &line->list_price, in->err);
  if (!rc) rc = sp_json_get_int(json, "given_price", SP_OPTIONAL, 0, SP_SALE_MAX, &line->given_price, in->err);
  if (!rc) rc = sp_json_get_int(json, "parent", SP_OPTIONAL, 0, 1000000, &parent, in->err);
  if (!rc) rc = sp_json_get_int(json, "n", SP_OPTIONAL, 1, 1000000, &number, in->err);
  line->parent = (int32_t)parent;
  line->n = (int32_t)number;
  return rc;
}

/* One of percent, amount and, of a line, price. */
static int markdown_read(struct reader *in, const struct cJSON *json, bool line, struct sp_markdown *out) {
  const struct cJSON *given = NULL;
  int rc = sp_json_get_object(json, "markdown", SP_OPTIONAL, &given, in->err);
  if (rc || !given) return rc;
  *out = (struct sp_markdown){.reason = "", .approver = ""};
  int said = 0;
  rc = sp_json_only(given, markdown_fields, in->err);
  for (int kind = SP_MARKDOWN_PERCENT; kind <= (line ? SP_MARKDOWN_PRICE : SP_MARKDOWN_AMOUNT) && !rc; kind++) {
    const char *name = sp_markdown_name((enum sp_markdown_kind)kind);
    if (!sp_json_member(given, name)) continue;
    int64_t most = kind == SP_MARKDOWN_PERCENT ? SP_PPM : SP_SALE_MAX;
    rc = sp_json_get_int(given, name, SP_REQUIRED, 0, most, &out->value, in->err);
    out->kind = (enum sp_markdown_kind)kind;
    said++;
  }
  if (!rc && said != 1) rc = sp_fail(in->err, SP_E_INVALID, "", "A markdown is one of percent, amount and price");
  if (!rc) rc = text(in, given, "reason", TEXT_MAX, &out->reason);
  if (!rc) rc = text(in, given, "approver", CODE_MAX, &out->approver);
  if (rc) sp_error_prefix(in->err, "markdown");
  return rc;
}

/* A line, or one of the goods; what it does not say is taken from the goods of the same code. */
static int line_read(struct reader *in, const struct cJSON *json, int32_t n, struct sp_line *line) {
  const char *item = NULL, *code = NULL;
  int rc = sp_json_only(json, line_fields, in->err);
  if (!rc) rc = text(in, json, "item", TEXT_MAX, &item);
  if (!rc) rc = text(in, json, "code", CODE_MAX, &code);
  if (rc) return rc;
  if (!code) code = item;
  if (!code) return sp_fail(in->err, SP_E_INVALID, "code", "A line needs a code or an item");
  const struct sp_line *good = good_find(in->trial, code);
  *line = good ? *good : (struct sp_line){.name = code, .unit = "", .category = "", .lot = ""};
  line->n = n;
  line->code = code;
  line->given_price = SP_NO_PRICE;
  line->note = "";
  if (item) line->name = item;
  line->product = (struct sp_id){0};
  snprintf((char *)line->product.bytes, sizeof line->product.bytes, "%s", code);
  rc = price_read(in, json, good != NULL, line);
  if (!rc) rc = quantity_read(in, json, line);
  if (!rc) rc = text(in, json, "unit", CODE_MAX, &line->unit);
  if (!rc) rc = text(in, json, "category", TEXT_MAX, &line->category);
  if (!rc) rc = text(in, json, "lot", CODE_MAX, &line->lot);
  if (!rc) rc = date_member(in, json, "expires", &line->expires);
  if (!rc) rc = texts(in, json, "tags", TAGS_MAX, &line->tags, &line->tag_count);
  line->markdown = (struct sp_markdown){0};
  if (!rc) rc = markdown_read(in, json, true, &line->markdown);
  if (line->markdown.kind == SP_MARKDOWN_PRICE) line->given_price = line->markdown.value;
  if (line->unit[0] == '\0') line->unit = line->weighed ? "kg" : "个";
  return rc;
}

static int lines_read(struct reader *in, const struct cJSON *json, const char *name, int max,
                      const struct sp_line **out, int32_t *count) {
  const struct cJSON *list = NULL;
  int total = 0, at = 0;
  int rc = sp_json_get_array(json, name, SP_OPTIONAL, max, &list, &total, in->err);
  if (rc || !list) return rc;
  struct sp_line *lines = sp_arena_array(in->arena, (size_t)total + 1, sizeof *lines);
  if (!lines) return sp_error_nomem(in->err, __func__);
  for (const struct cJSON *item = list->child; item && !rc; item = item->next, at++) {
    rc = within(in, name, at, line_read(in, item, at > 0 ? lines[at - 1].n + 1 : 1, &lines[at]));
    if (!rc && at > 0 && lines[at].n <= lines[at - 1].n)
      rc = within(in, name, at, sp_fail(in->err, SP_E_INVALID, "n", "The numbers of lines must ascend"));
  }
  *out = lines;
  *count = total;
  return rc;
}

/* ---- Who and what else ---- */

static int member_number(struct reader *in, const struct cJSON *json, const char *name, int64_t max, int64_t *out) {
  *out = SP_UNKNOWN;
  return sp_json_get_int(json, name, SP_OPTIONAL, 0, max, out, in->err);
}

static int member_facts(struct reader *in, const struct cJSON *json, struct sp_member *member) {
  int64_t joined = SP_UNKNOWN, birthday = SP_UNKNOWN;
  int rc = sp_json_only(json, member_fields, in->err);
  if (!rc) rc = text(in, json, "code", CODE_MAX, &member->code);
  if (!rc) rc = text(in, json, "level", CODE_MAX, &member->level);
  if (!rc) rc = texts(in, json, "tags", TAGS_MAX, &member->tags, &member->tag_count);
  if (!rc) rc = member_number(in, json, "points", SP_MONEY_MAX, &member->points);
  if (!rc) rc = member_number(in, json, "purchases", SP_MONEY_MAX, &member->purchases);
  if (!rc) rc = member_number(in, json, "joined_days", 100000, &joined);
  if (!rc) rc = member_number(in, json, "birthday_days", 366, &birthday);
  if (!rc) rc = sp_json_get_bool(json, "staff", SP_OPTIONAL, &member->staff, in->err);
  member->joined_days = (int32_t)joined;
  member->birthday_days = (int32_t)birthday;
  return rc;
}

static int member_read(struct reader *in, const struct cJSON *json) {
  struct sp_member *member = &in->trial->basket.member;
  const struct cJSON *given = sp_json_member(json, "member");
  const char *level = NULL;
  *member = (struct sp_member){.code = "", .level = ""};
  int rc = text(in, json, "level", CODE_MAX, &level);
  if (rc || (!given && !level)) return rc;
  *member = (struct sp_member){.code = "M1",
                               .level = level ? level : "",
                               .points = SP_UNKNOWN,
                               .purchases = SP_UNKNOWN,
                               .joined_days = SP_UNKNOWN,
                               .birthday_days = SP_UNKNOWN};
  if (cJSON_IsString(given)) {
    rc = text(in, json, "member", CODE_MAX, &member->code);
  } else if (given) {
    rc = sp_json_get_object(json, "member", SP_REQUIRED, &given, in->err);
    if (!rc) rc = member_facts(in, given, member);
    if (rc) sp_error_prefix(in->err, "member");
  }
  snprintf((char *)member->id.bytes, sizeof member->id.bytes, "m-%s", member->code);
  return rc;
}

static int choices_read(struct reader *in, const struct cJSON *json) {
  const struct cJSON *list = NULL;
  int total = 0, at = 0;
  int rc = sp_json_get_array(json, "choices", SP_OPTIONAL, SP_CHOICES_MAX, &list, &total, in->err);
  if (rc || !list) return rc;
  struct sp_choice *choices = sp_arena_array(in->arena, (size_t)total + 1, sizeof *choices);
  if (!choices) return sp_error_nomem(in->err, __func__);
  for (const struct cJSON *item = list->child; item && !rc; item = item->next, at++) {
    choices[at] = (struct sp_choice){.campaign = "", .product = ""};
    rc = sp_json_only(item, choice_fields, in->err);
    if (!rc) rc = text(in, item, "campaign", CODE_MAX, &choices[at].campaign);
    if (!rc) rc = text(in, item, "product", CODE_MAX, &choices[at].product);
    rc = within(in, "choices", at, rc);
  }
  in->trial->basket.choices = choices;
  in->trial->basket.choice_count = total;
  return rc;
}

static int usage_entry(struct reader *in, const struct cJSON *json, struct sp_trial_usage *out) {
  *out = (struct sp_trial_usage){.campaign = "", .subject = ""};
  int rc = sp_json_only(json, usage_fields, in->err);
  if (!rc) rc = text(in, json, "campaign", CODE_MAX, &out->campaign);
  if (!rc) rc = text(in, json, "subject", CODE_MAX + 2, &out->subject);
  if (!rc) rc = sp_json_get_int(json, "uses", SP_OPTIONAL, 0, SP_MONEY_MAX, &out->used.uses, in->err);
  if (!rc) rc = sp_json_get_int(json, "amount", SP_OPTIONAL, 0, SP_MONEY_MAX, &out->used.amount, in->err);
  if (!rc) rc = sp_json_get_int(json, "units", SP_OPTIONAL, 0, SP_MONEY_MAX, &out->used.units, in->err);
  return rc;
}

static int usage_answer(const struct sp_usage_source *self, const char *campaign, const char *subject,
                        struct sp_usage *out, struct sp_error *err) {
  const struct sp_trial *trial = self->ctx;
  (void)err;
  *out = (struct sp_usage){0};
  for (int32_t i = 0; i < trial->usage_count; i++)
    if (strcmp(trial->usage[i].campaign, campaign) == 0 && strcmp(trial->usage[i].subject, subject) == 0)
      *out = trial->usage[i].used;
  return 0;
}

static int usage_read(struct reader *in, const struct cJSON *json) {
  const struct cJSON *list = NULL;
  int total = 0, at = 0;
  int rc = sp_json_get_array(json, "usage", SP_OPTIONAL, USAGE_MAX, &list, &total, in->err);
  in->trial->source = (struct sp_usage_source){.read = usage_answer, .ctx = in->trial};
  in->trial->context.usage = &in->trial->source;
  if (rc || !list) return rc;
  struct sp_trial_usage *usage = sp_arena_array(in->arena, (size_t)total + 1, sizeof *usage);
  if (!usage) return sp_error_nomem(in->err, __func__);
  for (const struct cJSON *item = list->child; item && !rc; item = item->next, at++)
    rc = within(in, "usage", at, usage_entry(in, item, &usage[at]));
  in->trial->usage = usage;
  in->trial->usage_count = total;
  return rc;
}

int sp_trial_read(const struct cJSON *json, struct sp_arena *arena, struct sp_trial *out, struct sp_error *err) {
  struct sp_basket *basket = &out->basket;
  *out = (struct sp_trial){0};
  struct reader in = {.arena = arena, .trial = out, .err = err};
  if (!cJSON_IsObject(json)) return sp_fail(err, SP_E_INVALID, NULL, "A basket is written as an object");
  int rc = lines_read(&in, json, "goods", SP_GOODS_MAX, &out->goods, &out->good_count);
  if (!rc) rc = lines_read(&in, json, "basket", SP_BASKET_LINES_MAX, &basket->lines, &basket->count);
  if (!rc) rc = member_read(&in, json);
  if (!rc) rc = texts(&in, json, "coupons", SP_COUPONS_MAX, &basket->coupons, &basket->coupon_count);
  if (!rc) rc = texts(&in, json, "confirmed", SP_COUPONS_MAX, &basket->confirmed, &basket->confirmed_count);
  if (!rc) rc = markdown_read(&in, json, false, &basket->markdown);
  if (!rc) rc = choices_read(&in, json);
  if (!rc) rc = context_read(&in, json);
  if (!rc) rc = usage_read(&in, json);
  return rc;
}
