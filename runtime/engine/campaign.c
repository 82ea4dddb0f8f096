/* Campaigns are data: a rule with parameters, dates, stores and levels. Everything about them is checked here, before a
 * till can see them. */
#include "base/clock.h"
#include "base/json.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_MAX  64
#define TITLE_MAX 200
#define LIST_MAX  10000

static const char *const campaign_fields[] = {"code", "rule",   "params", "priority", "from",
                                              "to",   "stores", "levels", "title",    NULL};
static const char *const title_fields[] = {"zh", "en", NULL};

/* ---- Parameters ---- */

static const struct sp_param *find_param(const struct sp_rule_info *rule, const char *name) {
  for (int32_t i = 0; i < rule->param_count; i++)
    if (strcmp(rule->params[i].name, name) == 0) return &rule->params[i];
  return NULL;
}

static int read_value(struct sp_bundle *bundle, const struct cJSON *params, const struct sp_param *param,
                      struct sp_rule_value *out, struct sp_error *err) {
  const char *text = NULL;
  bool yes = false;
  int rc;
  out->name = param->name;
  out->type = param->type;
  if (param->type == SP_PARAM_BOOLEAN) {
    rc = sp_json_get_bool(params, param->name, SP_REQUIRED, &yes, err);
    out->integer = yes;
    return rc;
  }
  if (!sp_param_is_text(param->type))
    return sp_json_get_int(params, param->name, SP_REQUIRED, param->min, param->max, &out->integer, err);
  rc = sp_json_get_text(params, param->name, SP_REQUIRED, (size_t)param->max, &text, err);
  if (rc) return rc;
  if ((int64_t)strlen(text) < param->min)
    return sp_fail(err, SP_E_INVALID, param->name, "%s must have at least %lld bytes", param->name,
                   (long long)param->min);
  out->text = sp_arena_text(&bundle->arena, text);
  return out->text ? 0 : sp_error_nomem(err, __func__);
}

static int check_names(const struct cJSON *params, const struct sp_rule_info *rule, struct sp_error *err) {
  for (const struct cJSON *item = params ? params->child : NULL; item; item = item->next)
    if (!find_param(rule, item->string))
      return sp_fail(err, SP_E_INVALID, item->string, "The rule %s has no parameter %s", rule->name, item->string);
  return 0;
}

/* Every parameter of the rule, in its order: given, or its default, or left out when it is optional. */
static int read_params(struct sp_bundle *bundle, const struct cJSON *params, struct sp_campaign *campaign,
                       struct sp_error *err) {
  const struct sp_rule_info *rule = &bundle->rules[campaign->rule].info;
  int rc = check_names(params, rule, err);
  if (rc) return rc;
  struct sp_rule_value *values = sp_arena_array(&bundle->arena, (size_t)rule->param_count + 1, sizeof *values);
  if (!values) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < rule->param_count; i++) {
    const struct sp_param *param = &rule->params[i];
    struct sp_rule_value *value = &values[campaign->param_count];
    bool given = params && sp_json_member(params, param->name);
    if (!given && param->required)
      return sp_fail(err, SP_E_INVALID, param->name, "The rule %s needs the parameter %s", rule->name, param->name);
    if (!given && !param->has_default) continue;
    if (!given) *value = param->fallback;
    if (given && (rc = read_value(bundle, params, param, value, err)) != 0) return rc;
    campaign->param_count++;
  }
  campaign->params = values;
  return 0;
}

/* ---- The rest ---- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

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
  qsort(texts, (size_t)count, sizeof *texts, by_text);
  *out = texts;
  *out_count = count;
  return 0;
}

static int read_time(const struct cJSON *object, const char *name, int64_t *out, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(object, name, SP_OPTIONAL, 40, &text, err);
  if (rc || !text) return rc;
  if (sp_time_parse(text, out))
    return sp_fail(err, SP_E_INVALID, name, "%s must be a time like 2026-10-01T00:00:00+08:00", name);
  return 0;
}

static int read_text(struct sp_bundle *bundle, const struct cJSON *object, const char *name, enum sp_need need,
                     size_t max, const char **out, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(object, name, need, max, &text, err);
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
  if (!rc) rc = read_text(bundle, title, "zh", SP_OPTIONAL, TITLE_MAX, &campaign->title_zh, err);
  if (!rc) rc = read_text(bundle, title, "en", SP_OPTIONAL, TITLE_MAX, &campaign->title_en, err);
  if (rc) sp_error_prefix(err, "title.");
  return rc;
}

static int check_code(const char *code, struct sp_error *err) {
  for (const char *byte = code; byte && *byte; byte++)
    if (*byte <= ' ' || *byte > '~')
      return sp_fail(err, SP_E_INVALID, "code", "A campaign code holds printable ASCII characters without spaces");
  return 0;
}

static int find_rule(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                     struct sp_error *err) {
  const char *name = NULL;
  int rc = sp_json_get_text(object, "rule", SP_REQUIRED, CODE_MAX, &name, err);
  if (rc) return rc;
  for (int32_t i = 0; i < bundle->program.rule_count; i++) {
    if (strcmp(bundle->rules[i].info.name, name) != 0) continue;
    campaign->rule = i;
    campaign->priority = bundle->rules[i].info.priority;
    return 0;
  }
  return sp_fail(err, SP_E_INVALID, "rule", "There is no rule %s", name);
}

static int read_campaign(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                         struct sp_error *err) {
  const struct cJSON *params = NULL;
  if (!cJSON_IsObject(object)) return sp_fail(err, SP_E_INVALID, "", "A campaign must be an object");
  int rc = sp_json_only(object, campaign_fields, err);
  if (!rc) rc = read_text(bundle, object, "code", SP_REQUIRED, CODE_MAX, &campaign->code, err);
  if (!rc) rc = check_code(campaign->code, err);
  if (!rc) rc = find_rule(bundle, object, campaign, err);
  int64_t priority = campaign->priority;
  if (!rc) rc = sp_json_get_int(object, "priority", SP_OPTIONAL, 0, 1000000, &priority, err);
  campaign->priority = (int32_t)priority;
  if (!rc) rc = read_time(object, "from", &campaign->from, err);
  if (!rc) rc = read_time(object, "to", &campaign->to, err);
  if (!rc && campaign->to <= campaign->from) rc = sp_fail(err, SP_E_INVALID, "to", "to must be later than from");
  if (!rc) rc = read_list(bundle, object, "stores", &campaign->stores, &campaign->store_count, err);
  if (!rc) rc = read_list(bundle, object, "levels", &campaign->levels, &campaign->level_count, err);
  if (!rc) rc = read_title(bundle, object, campaign, err);
  if (!rc) rc = sp_json_get_object(object, "params", SP_OPTIONAL, &params, err);
  if (rc) return rc;
  rc = read_params(bundle, params, campaign, err);
  if (rc) sp_error_prefix(err, "params.");
  return rc;
}

static int make_room(struct sp_bundle *bundle, int32_t *capacity, int32_t more, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  if (count + more > SP_CAMPAIGNS_MAX)
    return sp_fail(err, SP_E_LIMIT, "campaigns", "A bundle holds at most %d campaigns", SP_CAMPAIGNS_MAX);
  if (count + more <= *capacity) return 0;
  struct sp_campaign *grown = sp_arena_array(&bundle->arena, (size_t)count + (size_t)more, sizeof *grown);
  if (!grown) return sp_error_nomem(err, __func__);
  if (count > 0) memcpy(grown, bundle->campaigns, (size_t)count * sizeof *grown);
  bundle->campaigns = grown;
  *capacity = count + more;
  return 0;
}

static int read_campaigns(struct sp_bundle *bundle, const struct cJSON *tree, const char *file, int32_t *capacity,
                          struct sp_error *err) {
  static const char *const fields[] = {"campaigns", NULL};
  const struct cJSON *array = NULL;
  int count = 0;
  if (!cJSON_IsObject(tree)) return sp_fail(err, SP_E_INVALID, "", "The file must hold one object");
  int rc = sp_json_only(tree, fields, err);
  if (!rc) rc = sp_json_get_array(tree, "campaigns", SP_REQUIRED, SP_CAMPAIGNS_MAX, &array, &count, err);
  if (!rc) rc = make_room(bundle, capacity, count, err);
  if (rc) return rc;
  int32_t number = 0;
  for (const struct cJSON *item = array->child; item; item = item->next, number++) {
    struct sp_campaign *campaign = &bundle->campaigns[bundle->program.campaign_count];
    *campaign = (struct sp_campaign){.from = INT64_MIN, .to = INT64_MAX, .file = file, .number = number};
    rc = read_campaign(bundle, item, campaign, err);
    if (rc) {
      char prefix[40];
      snprintf(prefix, sizeof prefix, "campaigns[%d]%s", number, err && err->field[0] ? "." : "");
      sp_error_prefix(err, prefix);
      return rc;
    }
    bundle->program.campaign_count++;
  }
  return 0;
}

int sp_campaigns_parse(struct sp_bundle *bundle, const struct sp_pack_file *file, int32_t *capacity,
                       struct sp_error *err) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(file->text, file->len, &tree, err);
  if (!rc) rc = read_campaigns(bundle, tree, file->path, capacity, err);
  sp_json_free(tree);
  return rc ? sp_in_file(err, rc, file->path) : 0;
}

int sp_campaigns_implied(struct sp_bundle *bundle, int32_t *capacity, struct sp_error *err) {
  for (int32_t i = 0; i < bundle->program.rule_count; i++) {
    const struct sp_rule_info *rule = &bundle->rules[i].info;
    const char *file = bundle->program.rules[i].file;
    if (!rule->campaign) continue;
    int rc = make_room(bundle, capacity, 1, err);
    if (rc) return rc;
    struct sp_campaign *campaign = &bundle->campaigns[bundle->program.campaign_count];
    *campaign = (struct sp_campaign){.code = rule->campaign,
                                     .rule = i,
                                     .priority = rule->priority,
                                     .from = INT64_MIN,
                                     .to = INT64_MAX,
                                     .file = file,
                                     .number = -1};
    rc = read_params(bundle, NULL, campaign, err);
    if (rc) return sp_in_file(err, rc, file);
    bundle->program.campaign_count++;
  }
  return 0;
}
