/* Asking a hook: its contract on both sides, the campaigns that answer, and what is told of it. */
#include "engine/hook.h"

#include "base/json.h"
#include "domain/money.h"
#include "engine/hook_fields.h"
#include "engine/pricing.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX        200
#define LIST_MAX        1000
#define FLAT_FIELDS_MAX 16
#define TIME_MAX        253402300799999LL /* the end of the year 9999 */
#define ANSWERS_MAX     1000
#define ASK_TRACE_MAX   ((size_t)1 << 20)

const struct sp_hook sp_hooks[] = {
    {"commission", SP_HOOK_ALL, "Who earns how much commission on the lines of a sale?", "一笔销售的各行给谁多少提成？",
     sp_hook_commission_in, sp_hook_commission_out},
    {"coupon.check", SP_HOOK_FIRST, "May a presented coupon be used for this basket now?",
     "出示的券现在可否用于这张单？", sp_hook_coupon_check_in, sp_hook_coupon_check_out},
    {"coupon.issue", SP_HOOK_ALL, "Which coupons does a member get for what happened?", "发生的事件应给会员发哪些券？",
     sp_hook_coupon_issue_in, sp_hook_coupon_issue_out},
    {"followup", SP_HOOK_ALL, "What is somebody to do for a member after what happened?",
     "事件之后应为会员安排哪些跟进？", sp_hook_followup_in, sp_hook_followup_out},
    {"forecast", SP_HOOK_FIRST, "How much of a product will be sold on the next days?", "商品未来几天会卖出多少？",
     sp_hook_forecast_in, sp_hook_forecast_out},
    {"member.level", SP_HOOK_FIRST, "Which level does a member have from now on?", "会员从现在起是什么等级？",
     sp_hook_member_level_in, sp_hook_member_level_out},
    {"member.segments", SP_HOOK_FIRST, "Which segment does a member belong to?", "会员属于哪个分层？",
     sp_hook_member_segments_in, sp_hook_member_segments_out},
    {"member.tags", SP_HOOK_ALL, "Which tags does a member get or lose?", "会员应增加或去掉哪些标签？",
     sp_hook_member_tags_in, sp_hook_member_tags_out},
    {"message.route", SP_HOOK_FIRST, "Who answers a message that came in?", "收到的消息由谁回答？",
     sp_hook_message_route_in, sp_hook_message_route_out},
    {"message.timer", SP_HOOK_FIRST, "What happens with a conversation that waits?", "等待中的会话如何处理？",
     sp_hook_message_timer_in, sp_hook_message_timer_out},
    {"pay.run", SP_HOOK_ALL, "What is on the pay slip of one employee for a period?",
     "一名员工一个期间的工资条有哪些项目？", sp_hook_pay_run_in, sp_hook_pay_run_out},
    {"points.earn", SP_HOOK_ALL, "How many points does a sale earn, line by line?", "一笔销售各行获得多少积分？",
     sp_hook_points_earn_in, sp_hook_points_earn_out},
    {"points.expire", SP_HOOK_FIRST, "Which points are gone from today on, and which soon?",
     "哪些积分今天起失效，哪些将失效？", sp_hook_points_expire_in, sp_hook_points_expire_out},
    {"points.redeem", SP_HOOK_FIRST, "What are points worth for this basket?", "积分在这张单上可抵多少？",
     sp_hook_points_redeem_in, sp_hook_points_redeem_out},
    {"receipt.layout", SP_HOOK_FIRST, "What stands on the paper of a receipt?", "小票上印什么？",
     sp_hook_receipt_layout_in, sp_hook_receipt_layout_out},
    {"recommend", SP_HOOK_ALL, "What could be proposed to this customer?", "可以向这位顾客推荐什么？",
     sp_hook_recommend_in, sp_hook_recommend_out},
    {"reorder", SP_HOOK_FIRST, "How much of a product should the store order?", "门店应订多少货？", sp_hook_reorder_in,
     sp_hook_reorder_out},
    {"sale.returned", SP_HOOK_FIRST, "Goods of a campaign come back: what becomes of its discount?",
     "参加活动的商品退货：优惠如何处理？", sp_hook_sale_returned_in, sp_hook_sale_returned_out},
    {"store.alert", SP_HOOK_ALL, "Is something in the store worth telling somebody?", "门店有什么情况需要通知？",
     sp_hook_store_alert_in, sp_hook_store_alert_out},
    {"till.policy", SP_HOOK_FIRST, "May this role do this at the till?", "该岗位可否在收银台做此操作？",
     sp_hook_till_policy_in, sp_hook_till_policy_out},
    {"transfer.source", SP_HOOK_FIRST, "Which stores send what another one needs?", "由哪些门店调货？",
     sp_hook_transfer_source_in, sp_hook_transfer_source_out},
    {"value.topup", SP_HOOK_FIRST, "What is given on top of money that is paid in?", "充值送多少？",
     sp_hook_value_topup_in, sp_hook_value_topup_out},
    {NULL, SP_HOOK_FIRST, NULL, NULL, NULL, NULL}};

const struct sp_hook *sp_hook_find(const char *name) {
  for (const struct sp_hook *hook = sp_hooks; name && hook->name; hook++)
    if (strcmp(hook->name, name) == 0) return hook;
  return NULL;
}

/* ---- One side of a contract ---- */

static void bounds(const struct sp_field *field, int64_t *min, int64_t *max) {
  *min = field->min;
  *max = field->max;
  if (*min != 0 || *max != 0) return;
  *max = SP_JSON_INT_MAX;
  if (field->type == SP_FIELD_INTEGER) *min = -SP_JSON_INT_MAX;
  if (field->type == SP_FIELD_PPM) *max = SP_PPM;
  if (field->type == SP_FIELD_DATE) *max = 99991231;
  if (field->type == SP_FIELD_TIME) *max = TIME_MAX;
  if (field->type == SP_FIELD_TEXT) *max = TEXT_MAX;
  if (field->type == SP_FIELD_LIST) *max = LIST_MAX;
}

static bool is_date(int64_t date) {
  int64_t month = date / 100 % 100;
  int64_t day = date % 100;
  return date >= 10101 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int check_number(const struct sp_field *field, const struct cJSON *object, struct sp_error *err) {
  int64_t min;
  int64_t max;
  int64_t value = 0;
  bounds(field, &min, &max);
  int rc = sp_json_get_int(object, field->name, SP_REQUIRED, min, max, &value, err);
  if (rc || field->type != SP_FIELD_DATE || is_date(value)) return rc;
  return sp_fail(err, SP_E_INVALID, field->name, "%s must be a date like 20261122", field->name);
}

/* Is `text` one of "keep|refuse"? */
static bool is_option(const char *options, const char *text) {
  size_t len = strlen(text);
  for (const char *at = options; *at;) {
    size_t width = strcspn(at, "|");
    if (width == len && memcmp(at, text, len) == 0) return true;
    at += width + (at[width] == '|' ? 1 : 0);
  }
  return false;
}

static int check_text(const struct sp_field *field, const struct cJSON *object, struct sp_error *err) {
  int64_t min;
  int64_t max;
  const char *text = NULL;
  bounds(field, &min, &max);
  int rc = sp_json_get_text(object, field->name, min > 0 ? SP_REQUIRED : SP_OPTIONAL, (size_t)max, &text, err);
  if (rc || !text || !field->options || is_option(field->options, text)) return rc;
  return sp_fail(err, SP_E_INVALID, field->name, "%s must be one of %s", field->name, field->options);
}

/* An object without a shape of its own: a few texts, integers and booleans. */
static int check_flat(const struct sp_field *field, const struct cJSON *object, struct sp_error *err) {
  int count = 0;
  for (const struct cJSON *item = object->child; item; item = item->next) {
    int64_t number = 0;
    bool plain = cJSON_IsBool(item) || (cJSON_IsString(item) && strlen(item->valuestring) <= TEXT_MAX) ||
                 (cJSON_IsNumber(item) && sp_json_get_int(object, item->string, SP_REQUIRED, -SP_JSON_INT_MAX,
                                                          SP_JSON_INT_MAX, &number, NULL) == 0);
    if (!plain || ++count > FLAT_FIELDS_MAX)
      return sp_fail(err, SP_E_INVALID, field->name, "%s holds at most %d texts, integers and booleans", field->name,
                     FLAT_FIELDS_MAX);
  }
  return 0;
}

static int check_entry(const struct sp_field *field, const struct cJSON *item, struct sp_error *err) {
  if (field->fields && cJSON_IsObject(item)) return sp_hook_check(field->fields, item, err);
  if (!field->fields && cJSON_IsString(item) && item->valuestring[0] && strlen(item->valuestring) <= TEXT_MAX) return 0;
  if (field->fields) return sp_fail(err, SP_E_INVALID, "", "An entry of the list must be an object");
  return sp_fail(err, SP_E_INVALID, "", "An entry of the list must be a text of 1 to %d bytes", TEXT_MAX);
}

static int check_list(const struct sp_field *field, const struct cJSON *object, struct sp_error *err) {
  const struct cJSON *array = NULL;
  int64_t min;
  int64_t max;
  int count = 0;
  bounds(field, &min, &max);
  int rc = sp_json_get_array(object, field->name, SP_REQUIRED, (int)max, &array, &count, err);
  if (rc || !array) return rc;
  if (count < min) return sp_fail(err, SP_E_INVALID, field->name, "%s must not be empty", field->name);
  int at = 0;
  for (const struct cJSON *item = array->child; item; item = item->next, at++) {
    rc = check_entry(field, item, err);
    if (!rc) continue;
    char prefix[48];
    snprintf(prefix, sizeof prefix, "%s[%d]", field->name, at);
    sp_error_prefix(err, prefix);
    return rc;
  }
  return 0;
}

static int check_object(const struct sp_field *field, const struct cJSON *object, struct sp_error *err) {
  const struct cJSON *inner = NULL;
  int rc = sp_json_get_object(object, field->name, SP_REQUIRED, &inner, err);
  if (rc || !inner) return rc;
  if (!field->fields) return check_flat(field, inner, err);
  rc = sp_hook_check(field->fields, inner, err);
  if (rc) sp_error_prefix(err, field->name);
  return rc;
}

static int check_field(const struct sp_field *field, const struct cJSON *object, struct sp_error *err) {
  bool yes;
  if (!sp_json_member(object, field->name))
    return field->required ? sp_fail(err, SP_E_INVALID, field->name, "%s is missing", field->name) : 0;
  switch (field->type) {
  case SP_FIELD_BOOLEAN:
    return sp_json_get_bool(object, field->name, SP_REQUIRED, &yes, err);
  case SP_FIELD_TEXT:
    return check_text(field, object, err);
  case SP_FIELD_OBJECT:
    return check_object(field, object, err);
  case SP_FIELD_LIST:
    return check_list(field, object, err);
  default:
    return check_number(field, object, err);
  }
}

int sp_hook_check(const struct sp_field *fields, const struct cJSON *object, struct sp_error *err) {
  if (!cJSON_IsObject(object)) return sp_fail(err, SP_E_INVALID, "", "This must be an object");
  for (const struct cJSON *item = object->child; item; item = item->next) {
    const struct sp_field *field = fields;
    while (field->name && strcmp(field->name, item->string) != 0)
      field++;
    if (!field->name) return sp_fail(err, SP_E_INVALID, item->string, "There is no field %s here", item->string);
  }
  for (const struct sp_field *field = fields; field->name; field++) {
    int rc = check_field(field, object, err);
    if (rc) return rc;
  }
  return 0;
}

/* ---- Asking ---- */

struct asking {
  const struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  const struct sp_hook *hook;
  const struct cJSON *input;
  const struct sp_context *context;
  struct sp_arena *arena;
  struct sp_answers *out;
  int32_t capacity;
  struct sp_buf text;
  struct sp_json_writer trace;
};

static void tell(struct asking *a, int32_t campaign, const char *outcome, const char *why) {
  const struct sp_campaign *made = &a->bundle->campaigns[campaign];
  const struct sp_rule_info *rule = &a->bundle->rules[made->rule].info;
  sp_json_open_object(&a->trace);
  sp_json_put_text(&a->trace, "campaign", made->code);
  sp_json_put_text(&a->trace, "rule", rule->name);
  sp_json_put_text(&a->trace, "version", rule->version);
  sp_json_put_text(&a->trace, "file", a->bundle->program.rules[made->rule].file);
  sp_json_put_text(&a->trace, "outcome", outcome);
  if (why) sp_json_put_text(&a->trace, "why", why);
  sp_json_close_object(&a->trace);
}

static int keep(struct asking *a, int32_t campaign, const char *json, size_t len, struct sp_error *err) {
  const struct sp_campaign *made = &a->bundle->campaigns[campaign];
  struct sp_answers *out = a->out;
  if (out->count == ANSWERS_MAX)
    return sp_fail(err, SP_E_LIMIT, "campaigns", "A hook has at most %d answers", ANSWERS_MAX);
  if (out->count == a->capacity) {
    int32_t capacity = a->capacity > 0 ? a->capacity * 2 : 8;
    struct sp_answer *grown = sp_arena_array(a->arena, (size_t)capacity, sizeof *grown);
    if (!grown) return sp_error_nomem(err, __func__);
    if (out->count > 0) memcpy(grown, out->list, (size_t)out->count * sizeof *grown);
    out->list = grown;
    a->capacity = capacity;
  }
  out->list[out->count++] = (struct sp_answer){
      .campaign = made->code, .rule = a->bundle->rules[made->rule].info.name, .json = json, .len = len};
  tell(a, campaign, "answered", NULL);
  return 0;
}

/* An answer that does not fit is the rule's fault: told and skipped. */
static int judge(struct asking *a, int32_t campaign, const char *json, size_t len, struct sp_error *err) {
  struct sp_error wrong = {.lang = SP_LANG_EN};
  struct cJSON *tree = NULL;
  char why[sizeof wrong.field + sizeof wrong.message + 200];
  int rc = json && len > 0 && len <= SP_RULE_VALUE_MAX ? sp_json_parse(json, len, &tree, &wrong)
                                                       : sp_fail(&wrong, SP_E_INVALID, "", "the answer is too long");
  bool nothing = !rc && (cJSON_IsNull(tree) || (cJSON_IsObject(tree) && !tree->child));
  if (!rc && !nothing) rc = sp_hook_check(a->hook->output, tree, &wrong);
  sp_json_free(tree);
  if (rc == SP_E_NOMEM) return sp_error_nomem(err, __func__);
  if (!rc && !nothing) return keep(a, campaign, json, len, err);
  snprintf(why, sizeof why, "%s: %s: %s", a->bundle->program.rules[a->bundle->campaigns[campaign].rule].file,
           wrong.field[0] ? wrong.field : "answer", wrong.message);
  if (rc) a->out->alarms++;
  tell(a, campaign, rc ? "error" : "silent", rc ? why : NULL);
  return 0;
}

static int ask_one(struct asking *a, int32_t campaign, struct sp_error *err) {
  struct sp_error failure = {.lang = SP_LANG_EN};
  const char *json = NULL;
  size_t len = 0;
  int rc = a->vm->api->decide(a->vm, campaign, a->input, a->context, a->arena, &json, &len, &failure);
  if (!rc) return judge(a, campaign, json, len, err);
  if (rc != SP_E_RULE) return sp_fail(err, rc, failure.field, "%s", failure.message);
  a->out->alarms++;
  tell(a, campaign, "error", failure.message);
  return 0;
}

/* Windows, levels and members hold for hooks too: the member is the one the input speaks of. */
static struct sp_basket basket_of(const struct cJSON *input) {
  const struct cJSON *member = sp_json_member(input, "member");
  const struct cJSON *level = member ? sp_json_member(member, "level") : NULL;
  struct sp_basket basket = {0};
  if (member) basket.member.code = "member";
  if (level) basket.member.level = level->valuestring;
  return basket;
}

static int ask_all(struct asking *a, struct sp_error *err) {
  const struct sp_bundle *bundle = a->bundle;
  struct sp_moment moment = sp_moment_of(a->context);
  struct sp_basket basket = basket_of(a->input);
  int rc = 0;
  for (int32_t i = bundle->phase_first[SP_PHASE_HOOK]; i < bundle->phase_first[SP_PHASE_HOOK + 1] && !rc; i++) {
    const struct sp_campaign *campaign = &bundle->campaigns[i];
    const char *name = bundle->rules[campaign->rule].info.hook;
    if (!name || strcmp(name, a->hook->name) != 0) continue;
    if (sp_campaign_away(campaign, &basket, a->context, &moment)) continue;
    rc = ask_one(a, i, err);
    if (a->hook->mode == SP_HOOK_FIRST && a->out->count > 0) break;
  }
  return rc;
}

static int write_trace(struct asking *a, struct sp_error *err) {
  sp_json_close_array(&a->trace);
  if (a->text.failed) return sp_fail(err, a->text.failed, "trace", "The trace of the hook is too long");
  a->out->trace = sp_arena_copy(a->arena, a->text.data, a->text.len);
  a->out->trace_len = a->text.len;
  return a->out->trace ? 0 : sp_error_nomem(err, __func__);
}

int sp_engine_ask(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const char *hook, const struct cJSON *input,
                  const struct sp_context *context, struct sp_arena *arena, struct sp_answers *out,
                  struct sp_error *err) {
  struct asking a = {.bundle = bundle,
                     .vm = vm,
                     .hook = sp_hook_find(hook),
                     .input = input,
                     .context = context,
                     .arena = arena,
                     .out = out};
  *out = (struct sp_answers){.trace = "[]", .trace_len = 2};
  if (!a.hook) return sp_fail(err, SP_E_NOT_FOUND, "hook", "There is no hook %s", hook ? hook : "");
  if (vm->program != &bundle->program)
    return sp_fail(err, SP_E_INTERNAL, NULL, "The rule machine was opened for another bundle");
  int rc = sp_hook_check(a.hook->input, input, err);
  if (rc) return rc;
  sp_buf_init(&a.text, ASK_TRACE_MAX);
  sp_json_start(&a.trace, &a.text);
  sp_json_open_array(&a.trace);
  rc = ask_all(&a, err);
  if (!rc) rc = write_trace(&a, err);
  sp_buf_free(&a.text);
  return rc;
}
