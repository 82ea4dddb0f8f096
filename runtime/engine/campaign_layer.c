/* Whose word counts for a campaign: the store's layer over the chain's over its own file over the rule's defaults. */
#include "base/json.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <string.h>

static const struct sp_rule *rule_of(const struct sp_reading *reading, const struct sp_campaign *campaign) {
  return &reading->bundle->rules[campaign->rule];
}

int sp_campaign_give(struct sp_reading *reading, const struct sp_campaign *campaign, const struct cJSON *params,
                     const char *origin, struct sp_error *err) {
  const struct sp_rule *rule = rule_of(reading, campaign);
  for (const struct cJSON *item = params ? params->child : NULL; item; item = item->next) {
    int32_t at = sp_param_find(&rule->info, item->string);
    if (at < 0)
      return sp_fail(err, SP_E_INVALID, item->string, "The rule %s has no parameter %s", rule->info.name, item->string);
    if (rule->locks[at])
      return sp_fail(err, SP_E_INVALID, item->string, "The rule %s locks %s in %s", rule->info.name, item->string,
                     rule->locks[at]);
    int rc = sp_param_read(reading->bundle, params, &rule->info.params[at], &reading->values[at], err);
    if (rc) return rc;
    reading->origins[at] = origin;
  }
  return 0;
}

/* ---- Locks of the chain on one campaign ---- */

static bool locks(const struct cJSON *lock, const char *name) {
  for (const struct cJSON *item = lock ? lock->child : NULL; item; item = item->next)
    if (strcmp(item->valuestring, name) == 0) return true;
  return false;
}

static int check_names(const struct sp_reading *reading, const struct sp_campaign *campaign, const struct cJSON *lock,
                       struct sp_error *err) {
  const struct sp_rule_info *rule = &rule_of(reading, campaign)->info;
  for (const struct cJSON *item = lock ? lock->child : NULL; item; item = item->next)
    if (sp_param_find(rule, item->valuestring) < 0)
      return sp_fail(err, SP_E_INVALID, "lock", "The rule %s has no parameter %s", rule->name, item->valuestring);
  return 0;
}

static int locked(const struct sp_reading *reading, const struct sp_campaign *campaign, const char *name,
                  struct sp_error *err) {
  return sp_fail(err, SP_E_INVALID, name, "The campaign %s locks %s in %s", campaign->code, name,
                 reading->layers->chain.file);
}

/* The store may not change a locked value by the rule's default either. */
static int check_defaults(const struct sp_reading *reading, const struct sp_campaign *campaign,
                          const struct cJSON *lock, struct sp_error *err) {
  const struct sp_rule *rule = rule_of(reading, campaign);
  for (const struct cJSON *item = lock ? lock->child : NULL; item; item = item->next) {
    int32_t at = sp_param_find(&rule->info, item->valuestring);
    if (at < 0 || reading->origins[at] || !rule->origins[at] || rule->origins[at] != reading->layers->store.file)
      continue;
    int rc = locked(reading, campaign, item->valuestring, err);
    sp_error_prefix(err, "set");
    sp_error_prefix(err, rule->info.name);
    sp_error_prefix(err, "rules");
    return sp_in_file(err, rc, reading->layers->store.file);
  }
  return 0;
}

/* ---- Verbs ---- */

static void switch_it(const struct sp_reading *reading, const struct cJSON *object, const char *file,
                      struct sp_campaign *campaign) {
  const struct cJSON *enabled = sp_json_member(object, "enabled");
  if (!enabled || rule_of(reading, campaign)->off) return;
  campaign->off = !cJSON_IsTrue(enabled);
  campaign->enabled_origin = file;
}

static int give_set(struct sp_reading *reading, struct sp_campaign *campaign, const struct cJSON *object,
                    const char *file, struct sp_error *err) {
  int rc = sp_campaign_give(reading, campaign, sp_json_member(object, "set"), file, err);
  if (rc) sp_error_prefix(err, "set");
  return rc;
}

static int apply_chain(struct sp_reading *reading, struct sp_campaign *campaign, const struct cJSON *object,
                       struct sp_error *err) {
  const char *file = reading->layers->chain.file;
  int rc = check_names(reading, campaign, sp_json_member(object, "lock"), err);
  if (!rc) rc = give_set(reading, campaign, object, file, err);
  if (!rc) switch_it(reading, object, file, campaign);
  return rc;
}

static int apply_store(struct sp_reading *reading, struct sp_campaign *campaign, const struct cJSON *object,
                       const struct cJSON *lock, struct sp_error *err) {
  const char *file = reading->layers->store.file;
  const struct cJSON *set = sp_json_member(object, "set");
  for (const struct cJSON *item = set ? set->child : NULL; item; item = item->next) {
    if (!locks(lock, item->string)) continue;
    int rc = locked(reading, campaign, item->string, err);
    sp_error_prefix(err, "set");
    return rc;
  }
  int rc = give_set(reading, campaign, object, file, err);
  if (!rc) rc = sp_campaign_window(reading->bundle, object, campaign, err);
  if (!rc && (sp_json_member(object, "from") || sp_json_member(object, "to"))) campaign->window_origin = file;
  if (!rc) switch_it(reading, object, file, campaign);
  return rc;
}

static int blame(int code, const struct sp_verb *verb, const char *file, struct sp_error *err) {
  if (!code) return 0;
  sp_error_prefix(err, verb->name);
  sp_error_prefix(err, "campaigns");
  return sp_in_file(err, code, file);
}

int sp_campaign_layer(struct sp_reading *reading, struct sp_campaign *campaign, struct sp_error *err) {
  struct sp_layers *layers = reading->layers;
  const struct sp_verb *chain = sp_verb_find(layers->chain.campaigns, layers->chain.campaign_count, campaign->code);
  const struct sp_verb *store = sp_verb_find(layers->store.campaigns, layers->store.campaign_count, campaign->code);
  const struct cJSON *lock = chain ? sp_json_member(chain->object, "lock") : NULL;
  int rc = 0;
  if (chain) rc = blame(apply_chain(reading, campaign, chain->object, err), chain, layers->chain.file, err);
  if (!rc && store)
    rc = blame(apply_store(reading, campaign, store->object, lock, err), store, layers->store.file, err);
  return rc ? rc : check_defaults(reading, campaign, lock, err);
}

/* ---- Defaults ---- */

int sp_campaign_finish(struct sp_reading *reading, struct sp_campaign *campaign, struct sp_error *err) {
  struct sp_arena *arena = &reading->bundle->arena;
  const struct sp_rule *rule = rule_of(reading, campaign);
  const struct sp_rule_info *info = &rule->info;
  struct sp_rule_value *values = sp_arena_array(arena, (size_t)info->param_count + 1, sizeof *values);
  const char **origins = sp_arena_array(arena, (size_t)info->param_count + 1, sizeof *origins);
  if (!values || !origins) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < info->param_count; i++) {
    const struct sp_param *param = &info->params[i];
    bool given = reading->origins[i] != NULL;
    if (!given && !param->has_default && param->required) {
      int rc = sp_fail(err, SP_E_INVALID, param->name, "The rule %s needs the parameter %s", info->name, param->name);
      sp_error_prefix(err, "params");
      return rc;
    }
    if (!given && !param->has_default) continue; /* optional and left out */
    values[campaign->param_count] = given ? reading->values[i] : param->fallback;
    origins[campaign->param_count] = given ? reading->origins[i] : rule->origins[i];
    campaign->param_count++;
  }
  campaign->params = values;
  campaign->origins = origins;
  return 0;
}
