/* What names a generation (its hash) and what people read of it (its description): the same facts, written twice. */
#include "base/clock.h"
#include "base/json.h"
#include "engine/bundle.h"

#include <stdlib.h>
#include <string.h>

#define MANIFEST_MAX ((size_t)256 << 20)

static void put_value(struct sp_json_writer *w, const struct sp_rule_value *value) {
  if (sp_param_is_text(value->type))
    sp_json_put_text(w, value->name, value->text);
  else if (value->type == SP_PARAM_BOOLEAN)
    sp_json_put_bool(w, value->name, value->integer != 0);
  else
    sp_json_put_int(w, value->name, value->integer);
}

static void put_list(struct sp_json_writer *w, const char *name, const char *const *texts, int32_t count) {
  if (count == 0) return;
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++)
    sp_json_text(w, texts[i]);
  sp_json_close_array(w);
}

static void put_title(struct sp_json_writer *w, const struct sp_campaign *campaign) {
  if (!campaign->title_zh && !campaign->title_en) return;
  sp_json_key(w, "title");
  sp_json_open_object(w);
  if (campaign->title_zh) sp_json_put_text(w, "zh", campaign->title_zh);
  if (campaign->title_en) sp_json_put_text(w, "en", campaign->title_en);
  sp_json_close_object(w);
}

static void put_campaign(struct sp_json_writer *w, const struct sp_bundle *bundle, const struct sp_campaign *campaign) {
  const struct sp_rule_info *rule = &bundle->rules[campaign->rule].info;
  sp_json_open_object(w);
  sp_json_put_text(w, "code", campaign->code);
  sp_json_put_text(w, "rule", rule->name);
  sp_json_put_text(w, "phase", sp_phase_name(rule->phase));
  sp_json_put_int(w, "priority", campaign->priority);
  if (rule->stacking[0]) sp_json_put_text(w, "stacking", rule->stacking);
  if (campaign->from != INT64_MIN) sp_json_put_time(w, "from", campaign->from);
  if (campaign->to != INT64_MAX) sp_json_put_time(w, "to", campaign->to);
  put_list(w, "stores", campaign->stores, campaign->store_count);
  put_list(w, "levels", campaign->levels, campaign->level_count);
  put_title(w, campaign);
  sp_json_key(w, "params");
  sp_json_open_object(w);
  for (int32_t i = 0; i < campaign->param_count; i++)
    put_value(w, &campaign->params[i]);
  sp_json_close_object(w);
  sp_json_close_object(w);
}

static void put_param(struct sp_json_writer *w, const struct sp_param *param) {
  sp_json_open_object(w);
  sp_json_put_text(w, "name", param->name);
  sp_json_put_text(w, "type", sp_param_type_name(param->type));
  sp_json_put_bool(w, "required", param->required);
  if (param->type != SP_PARAM_BOOLEAN) {
    sp_json_put_int(w, "min", param->min);
    sp_json_put_int(w, "max", param->max);
  }
  if (param->has_default) {
    struct sp_rule_value value = param->fallback;
    value.name = "default";
    put_value(w, &value);
  }
  sp_json_put_text(w, "doc", param->doc);
  sp_json_close_object(w);
}

static void put_rule(struct sp_json_writer *w, const struct sp_bundle *bundle, int32_t at) {
  const struct sp_rule_info *rule = &bundle->rules[at].info;
  char hex[SP_HASH_HEX];
  sp_hash_hex(bundle->rules[at].hash, hex);
  sp_json_open_object(w);
  sp_json_put_text(w, "name", rule->name);
  sp_json_put_text(w, "version", rule->version);
  sp_json_put_text(w, "file", bundle->program.rules[at].file);
  sp_json_put_text(w, "hash", hex);
  sp_json_put_text(w, "phase", sp_phase_name(rule->phase));
  if (rule->stacking[0]) sp_json_put_text(w, "stacking", rule->stacking);
  sp_json_put_int(w, "priority", rule->priority);
  sp_json_put_text(w, "summary", rule->summary);
  sp_json_key(w, "params");
  sp_json_open_array(w);
  for (int32_t i = 0; i < rule->param_count; i++)
    put_param(w, &rule->params[i]);
  sp_json_close_array(w);
  sp_json_close_object(w);
}

/* Rules by name, so that the hash does not depend on the order in which packs were read. */
static int by_name(const void *a, const void *b, void *ctx) {
  const struct sp_rule *rules = ctx;
  return strcmp(rules[*(const int32_t *)a].info.name, rules[*(const int32_t *)b].info.name);
}

static void put_rules(struct sp_json_writer *w, const struct sp_bundle *bundle, int32_t *order) {
  int32_t count = bundle->program.rule_count;
  for (int32_t i = 0; i < count; i++)
    order[i] = i;
  qsort_r(order, (size_t)count, sizeof *order, by_name, bundle->rules);
  sp_json_key(w, "rules");
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++)
    put_rule(w, bundle, order[i]);
  sp_json_close_array(w);
}

static int put_bundle(const struct sp_bundle *bundle, const char *hex, struct sp_buf *out, struct sp_error *err) {
  struct sp_json_writer w;
  int32_t *order = calloc((size_t)bundle->program.rule_count + 1, sizeof *order);
  if (!order) return sp_error_nomem(err, __func__);
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  sp_json_put_int(&w, "api", SP_RULE_API_VERSION);
  if (hex) sp_json_put_text(&w, "hash", hex);
  put_rules(&w, bundle, order);
  sp_json_key(&w, "campaigns");
  sp_json_open_array(&w);
  for (int32_t i = 0; i < bundle->program.campaign_count; i++)
    put_campaign(&w, bundle, &bundle->campaigns[i]);
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  free(order);
  return out->failed ? sp_fail(err, out->failed, NULL, "The description of the bundle is too long") : 0;
}

int sp_manifest_hash(struct sp_bundle *bundle, struct sp_error *err) {
  struct sp_buf text;
  sp_buf_init(&text, MANIFEST_MAX);
  int rc = put_bundle(bundle, NULL, &text, err);
  struct sp_slice slice = {.bytes = text.data, .len = text.len};
  if (!rc && sp_hash(&slice, 1, bundle->hash)) rc = sp_fail(err, SP_E_INTERNAL, NULL, "The hash of the bundle failed");
  sp_buf_free(&text);
  return rc;
}

int sp_bundle_describe(const struct sp_bundle *bundle, struct sp_buf *out, struct sp_error *err) {
  char hex[SP_HASH_HEX];
  sp_hash_hex(bundle->hash, hex);
  return put_bundle(bundle, hex, out, err);
}
