/* Campaigns are data: a rule with parameters, dates, stores and levels. Everything about them is checked before a till
 * can see them. Here: the files they come from, one by one; campaign_fields.c reads the fields of one. */
#include "base/json.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_MAX 64

static int check_code(const char *code, struct sp_error *err) {
  for (const char *byte = code; byte && *byte; byte++)
    if (*byte <= ' ' || *byte > '~')
      return sp_fail(err, SP_E_INVALID, "code", "A campaign code holds printable ASCII characters without spaces");
  return 0;
}

/* A replaced rule hands its campaigns to the one that replaces it. */
static void use_rule(const struct sp_bundle *bundle, int32_t rule, struct sp_campaign *campaign) {
  if (bundle->rules[rule].instead >= 0) rule = bundle->rules[rule].instead;
  campaign->rule = rule;
  campaign->priority = bundle->rules[rule].info.priority;
  if (!bundle->rules[rule].off) return;
  campaign->off = true;
  campaign->enabled_origin = bundle->rules[rule].off_by;
}

static int read_heading(struct sp_bundle *bundle, const struct cJSON *object, struct sp_campaign *campaign,
                        struct sp_error *err) {
  const char *code = NULL;
  const char *name = NULL;
  if (!cJSON_IsObject(object)) return sp_fail(err, SP_E_INVALID, "", "A campaign must be an object");
  int rc = sp_json_only(object, sp_campaign_fields, err);
  if (!rc) rc = sp_json_get_text(object, "code", SP_REQUIRED, CODE_MAX, &code, err);
  if (!rc) rc = check_code(code, err);
  if (!rc) rc = sp_json_get_text(object, "rule", SP_REQUIRED, CODE_MAX, &name, err);
  if (rc) return rc;
  campaign->code = sp_arena_text(&bundle->arena, code);
  if (!campaign->code) return sp_error_nomem(err, __func__);
  int32_t rule = sp_bundle_find_rule(bundle, name);
  if (rule < 0) return sp_fail(err, SP_E_INVALID, "rule", "There is no rule %s", name);
  use_rule(bundle, rule, campaign);
  return 0;
}

static int make_room(struct sp_reading *reading, struct sp_error *err) {
  if (reading->count == SP_CAMPAIGNS_MAX)
    return sp_fail(err, SP_E_LIMIT, "campaigns", "A bundle holds at most %d campaigns", SP_CAMPAIGNS_MAX);
  if (reading->count < reading->capacity) return 0;
  int32_t capacity = reading->capacity ? reading->capacity * 2 : 64;
  struct sp_campaign *grown = realloc(reading->list, (size_t)capacity * sizeof *grown);
  if (!grown) return sp_error_nomem(err, __func__);
  reading->list = grown;
  reading->capacity = capacity;
  return 0;
}

static struct sp_campaign *begin(struct sp_reading *reading, const char *file, int32_t number) {
  struct sp_campaign *campaign = &reading->list[reading->count];
  *campaign = (struct sp_campaign){.from = INT64_MIN, .to = INT64_MAX, .file = file, .number = number};
  memset(reading->origins, 0, sizeof reading->origins);
  return campaign;
}

/* An error of the campaign's own file. */
static int blame(const struct sp_campaign *campaign, int code, struct sp_error *err) {
  char prefix[40];
  if (!code) return 0;
  snprintf(prefix, sizeof prefix, "campaigns[%d]", campaign->number);
  if (campaign->number >= 0) sp_error_prefix(err, prefix);
  return sp_in_file(err, code, campaign->file);
}

/* The campaign is read: find its place among the layers, check it as a whole and keep it. */
static int keep(struct sp_reading *reading, struct sp_campaign *campaign, struct sp_error *err) {
  int rc = sp_campaign_layer(reading, campaign, err);
  if (rc) return rc;
  rc = sp_campaign_finish(reading, campaign, err);
  if (rc) return blame(campaign, rc, err);
  reading->count++;
  return 0;
}

static int read_one(struct sp_reading *reading, const struct cJSON *object, const char *file, int32_t number,
                    const char *expected, struct sp_error *err) {
  int rc = make_room(reading, err);
  if (rc) return rc;
  struct sp_campaign *campaign = begin(reading, file, number);
  rc = read_heading(reading->bundle, object, campaign, err);
  if (!rc && expected && strcmp(expected, campaign->code) != 0)
    rc = sp_fail(err, SP_E_INVALID, "code", "The code %s must be the name of its file", campaign->code);
  if (!rc) rc = sp_campaign_fields_read(reading, object, campaign, err);
  return rc ? blame(campaign, rc, err) : keep(reading, campaign, err);
}

static int read_list(struct sp_reading *reading, const struct cJSON *tree, const char *file, struct sp_error *err) {
  static const char *const fields[] = {"campaigns", NULL};
  const struct cJSON *array = NULL;
  int count = 0;
  int rc = cJSON_IsObject(tree) ? 0 : sp_fail(err, SP_E_INVALID, "", "The file must hold one object");
  if (!rc) rc = sp_json_only(tree, fields, err);
  if (!rc) rc = sp_json_get_array(tree, "campaigns", SP_REQUIRED, SP_CAMPAIGNS_MAX, &array, &count, err);
  if (rc) return sp_in_file(err, rc, file);
  int32_t number = 0;
  for (const struct cJSON *item = array->child; item && !rc; item = item->next)
    rc = read_one(reading, item, file, number++, NULL, err);
  return rc;
}

/* "campaigns/SODA32.json", "campaigns/database:SODA32.json" → "SODA32" */
static int read_single(struct sp_reading *reading, const struct cJSON *tree, const char *path, const char *file,
                       struct sp_error *err) {
  char code[CODE_MAX + 1] = "";
  bool own = strncmp(path, SP_CAMPAIGN_OWN, strlen(SP_CAMPAIGN_OWN)) == 0;
  const char *name = path + (own ? strlen(SP_CAMPAIGN_OWN) : strlen("campaigns/"));
  size_t len = strlen(name) - strlen(".json");
  if (len <= CODE_MAX) memcpy(code, name, len);
  return read_one(reading, tree, file, -1, code, err);
}

static int read_file(struct sp_reading *reading, const struct sp_pack_file *file, struct sp_error *err) {
  enum sp_pack_kind kind = sp_pack_kind(file->path);
  struct cJSON *tree = NULL;
  if (kind != SP_PACK_LIST && kind != SP_PACK_CAMPAIGN) return 0;
  const char *shown = sp_pack_shown(reading->bundle, file->path);
  if (!shown) return sp_error_nomem(err, __func__);
  int rc = sp_json_parse(file->text, file->len, &tree, err);
  if (rc) return sp_in_file(err, rc, shown);
  rc = kind == SP_PACK_LIST ? read_list(reading, tree, shown, err) : read_single(reading, tree, file->path, shown, err);
  sp_json_free(tree);
  return rc;
}

/* The campaign of a rule that runs without one. A rule that replaces it takes the campaign over, unless it brings its
 * own. A phrase that is named like the campaign is its title. */
static int imply(struct sp_reading *reading, int32_t at, struct sp_error *err) {
  const struct sp_bundle *bundle = reading->bundle;
  const struct sp_rule *rule = &bundle->rules[at];
  if (!rule->info.campaign || (rule->instead >= 0 && bundle->rules[rule->instead].info.campaign)) return 0;
  int rc = make_room(reading, err);
  if (rc) return rc;
  struct sp_campaign *campaign = begin(reading, bundle->program.rules[at].file, -1);
  campaign->code = rule->info.campaign;
  campaign->title_zh = sp_rule_phrase_find(&rule->info, campaign->code, SP_LANG_ZH);
  campaign->title_en = sp_rule_phrase_find(&rule->info, campaign->code, SP_LANG_EN);
  use_rule(bundle, at, campaign);
  return keep(reading, campaign, err);
}

int sp_campaigns_read(struct sp_reading *reading, struct sp_error *err) {
  const struct sp_bundle *bundle = reading->bundle;
  int rc = 0;
  for (int32_t i = 0; i < bundle->program.rule_count && !rc; i++)
    rc = imply(reading, i, err);
  for (int32_t i = 0; i < bundle->file_count && !rc; i++)
    rc = read_file(reading, &bundle->files[i], err);
  return rc ? rc : sp_layers_unused(reading->layers, err);
}
