/* What layers say of rules and stacking groups: the verbs set, lock, enabled and replaces, with the origin of each
 * value. */
#include "base/json.h"
#include "engine/bundle.h"

#include <cjson/cJSON.h>
#include <string.h>

/* ---- Defaults and locks ---- */

static int no_param(const struct sp_rule_info *rule, const char *name, struct sp_error *err) {
  return sp_fail(err, SP_E_INVALID, name, "The rule %s has no parameter %s", rule->name, name);
}

static int set_default(struct sp_bundle *bundle, struct sp_rule *rule, const struct cJSON *set, const char *name,
                       const char *file, struct sp_error *err) {
  int32_t at = sp_param_find(&rule->info, name);
  if (at < 0) return no_param(&rule->info, name, err);
  if (rule->locks[at])
    return sp_fail(err, SP_E_INVALID, name, "The rule %s locks %s in %s", rule->info.name, name, rule->locks[at]);
  size_t count = (size_t)rule->info.param_count;
  struct sp_param *params = sp_arena_array(&bundle->arena, count, sizeof *params);
  const char **origins = sp_arena_array(&bundle->arena, count, sizeof *origins);
  if (!params || !origins) return sp_error_nomem(err, __func__);
  memcpy(params, rule->info.params, count * sizeof *params);
  memcpy(origins, rule->origins, count * sizeof *origins);
  int rc = sp_param_read(bundle, set, &params[at], &params[at].fallback, err);
  if (rc) return rc;
  params[at].has_default = true;
  params[at].required = false;
  origins[at] = file;
  rule->info.params = params;
  rule->origins = origins;
  return 0;
}

static int set_defaults(struct sp_bundle *bundle, struct sp_rule *rule, const struct cJSON *object, const char *file,
                        struct sp_error *err) {
  const struct cJSON *set = sp_json_member(object, "set");
  int rc = 0;
  for (const struct cJSON *item = set ? set->child : NULL; item && !rc; item = item->next)
    rc = set_default(bundle, rule, set, item->string, file, err);
  if (rc) sp_error_prefix(err, "set");
  return rc;
}

static int lock_params(struct sp_bundle *bundle, struct sp_rule *rule, const struct cJSON *object, const char *file,
                       struct sp_error *err) {
  const struct cJSON *lock = sp_json_member(object, "lock");
  if (!lock) return 0;
  const char **locks = sp_arena_array(&bundle->arena, (size_t)rule->info.param_count + 1, sizeof *locks);
  if (!locks) return sp_error_nomem(err, __func__);
  for (const struct cJSON *item = lock->child; item; item = item->next) {
    int32_t at = sp_param_find(&rule->info, item->valuestring);
    if (at < 0) {
      int rc = no_param(&rule->info, item->valuestring, err);
      sp_error_prefix(err, "lock");
      return rc;
    }
    locks[at] = file;
  }
  rule->locks = locks;
  return 0;
}

/* ---- Enabled and replaces ---- */

static int check_replaced(const struct sp_bundle *bundle, int32_t by, int32_t old, const char *name,
                          struct sp_error *err) {
  const struct sp_rule_info *a = &bundle->rules[by].info;
  if (old < 0) return sp_fail(err, SP_E_INVALID, "replaces", "There is no rule %s", name);
  const struct sp_rule *rule = &bundle->rules[old];
  if (by == old) return sp_fail(err, SP_E_INVALID, "replaces", "The rule %s cannot replace itself", name);
  if (rule->instead >= 0)
    return sp_fail(err, SP_E_INVALID, "replaces", "The rule %s is replaced twice: by %s and %s", name,
                   bundle->rules[rule->instead].info.name, a->name);
  if (rule->replaces >= 0 || bundle->rules[by].instead >= 0)
    return sp_fail(err, SP_E_INVALID, "replaces", "A rule that replaces another cannot be replaced itself: %s",
                   rule->replaces >= 0 ? name : a->name);
  bool same = a->phase == rule->info.phase && (!a->hook || !rule->info.hook || !strcmp(a->hook, rule->info.hook));
  if (!same)
    return sp_fail(err, SP_E_INVALID, "replaces", "The rule %s cannot replace %s: it is of another phase", a->name,
                   name);
  return 0;
}

static int replace(struct sp_bundle *bundle, int32_t by, const struct cJSON *object, const char *file,
                   struct sp_error *err) {
  const struct cJSON *member = sp_json_member(object, "replaces");
  if (!member) return 0;
  int32_t old = sp_bundle_find_rule(bundle, member->valuestring);
  int rc = check_replaced(bundle, by, old, member->valuestring, err);
  if (rc) return rc;
  if (bundle->rules[by].off)
    return sp_fail(err, SP_E_INVALID, "enabled", "A rule that is disabled cannot replace another");
  bundle->rules[old].instead = by;
  bundle->rules[old].off = true;
  bundle->rules[old].off_by = file;
  bundle->rules[by].replaces = old;
  return 0;
}

static int apply_chain(struct sp_bundle *bundle, const struct sp_verb *verb, const char *file, struct sp_error *err) {
  int32_t at = sp_bundle_find_rule(bundle, verb->name);
  bool enabled = true;
  if (at < 0) return sp_fail(err, SP_E_INVALID, "", "There is no rule %s", verb->name);
  struct sp_rule *rule = &bundle->rules[at];
  int rc = sp_json_get_bool(verb->object, "enabled", SP_OPTIONAL, &enabled, err);
  if (!enabled) {
    rule->off = true;
    rule->off_by = file;
  }
  if (!rc) rc = set_defaults(bundle, rule, verb->object, file, err);
  if (!rc) rc = lock_params(bundle, rule, verb->object, file, err);
  return rc ? rc : replace(bundle, at, verb->object, file, err);
}

static int apply_store(struct sp_bundle *bundle, const struct sp_verb *verb, const char *file, struct sp_error *err) {
  int32_t at = sp_bundle_find_rule(bundle, verb->name);
  if (at < 0) return sp_fail(err, SP_E_INVALID, "", "There is no rule %s", verb->name);
  return set_defaults(bundle, &bundle->rules[at], verb->object, file, err);
}

typedef int apply_verb(struct sp_bundle *bundle, const struct sp_verb *verb, const char *file, struct sp_error *err);

static int apply_layer(struct sp_bundle *bundle, const struct sp_layer *layer, apply_verb *apply,
                       struct sp_error *err) {
  for (int32_t i = 0; i < layer->rule_count; i++) {
    int rc = apply(bundle, &layer->rules[i], layer->file, err);
    if (!rc) continue;
    sp_error_prefix(err, layer->rules[i].name);
    sp_error_prefix(err, "rules");
    return sp_in_file(err, rc, layer->file);
  }
  return 0;
}

int sp_layers_rules(struct sp_bundle *bundle, struct sp_layers *layers, struct sp_error *err) {
  int rc = apply_layer(bundle, &layers->chain, apply_chain, err);
  return rc ? rc : apply_layer(bundle, &layers->store, apply_store, err);
}

/* ---- Groups ---- */

static int32_t find_group(const struct sp_bundle *bundle, const char *name) {
  for (int32_t i = 0; i < bundle->group_count; i++)
    if (strcmp(bundle->groups[i].name, name) == 0) return i;
  return -1;
}

static int parse_mode(const char *text, enum sp_group_mode *out, struct sp_error *err) {
  if (strcmp(text, "first") == 0)
    *out = SP_GROUP_FIRST;
  else if (strcmp(text, "best") == 0)
    *out = SP_GROUP_BEST;
  else if (strcmp(text, "all") == 0)
    *out = SP_GROUP_ALL;
  else
    return sp_fail(err, SP_E_INVALID, "mode", "mode must be first, best or all");
  return 0;
}

/* One that no rule names is allowed: another may exclude it before its rules are written. */
static int declare_group(struct sp_bundle *bundle, const struct cJSON *item, const char *file, struct sp_error *err) {
  static const char *const fields[] = {"mode", "excludes", "per", NULL};
  const char *mode = "first";
  const char *per = "unit";
  int32_t at = find_group(bundle, item->string);
  int rc = sp_json_only(item, fields, err);
  if (!rc) rc = sp_json_get_text(item, "mode", SP_OPTIONAL, 16, &mode, err);
  if (!rc) rc = sp_json_get_text(item, "per", SP_OPTIONAL, 16, &per, err);
  if (!rc && strcmp(per, "unit") != 0 && strcmp(per, "basket") != 0)
    rc = sp_fail(err, SP_E_INVALID, "per", "per must be unit or basket");
  if (!rc && at < 0 && bundle->group_count == SP_GROUPS_MAX)
    rc = sp_fail(err, SP_E_LIMIT, "", "A bundle holds at most %d stacking groups", SP_GROUPS_MAX);
  if (rc) return rc;
  if (at < 0) {
    at = bundle->group_count;
    bundle->groups[at] = (struct sp_group){.name = sp_arena_text(&bundle->arena, item->string)};
    if (!bundle->groups[at].name) return sp_error_nomem(err, __func__);
    bundle->group_count++;
  }
  bundle->groups[at].per_basket = strcmp(per, "basket") == 0;
  bundle->groups[at].origin = file;
  return parse_mode(mode, &bundle->groups[at].mode, err);
}

static int exclude(struct sp_bundle *bundle, const struct cJSON *item, const char *file, struct sp_error *err) {
  const struct cJSON *array = NULL;
  int count = 0;
  int32_t at = find_group(bundle, item->string);
  int rc = sp_json_get_array(item, "excludes", SP_OPTIONAL, SP_GROUPS_MAX, &array, &count, err);
  (void)file;
  if (rc || at < 0) return rc;
  for (const struct cJSON *each = array ? array->child : NULL; each; each = each->next) {
    const char *name = cJSON_IsString(each) ? each->valuestring : "";
    int32_t other = find_group(bundle, name);
    if (other < 0) return sp_fail(err, SP_E_INVALID, "excludes", "There is no stacking group %s", name);
    if (other == at) return sp_fail(err, SP_E_INVALID, "excludes", "The group %s cannot exclude itself", name);
    bundle->groups[at].excludes |= (uint64_t)1 << other;
    bundle->groups[other].excludes |= (uint64_t)1 << at;
  }
  return 0;
}

typedef int group_step(struct sp_bundle *bundle, const struct cJSON *item, const char *file, struct sp_error *err);

static int each_group(struct sp_bundle *bundle, const struct sp_layer *chain, group_step *step, struct sp_error *err) {
  const struct cJSON *groups = sp_json_member(chain->tree, "groups");
  for (const struct cJSON *item = groups ? groups->child : NULL; item; item = item->next) {
    int rc = step(bundle, item, chain->file, err);
    if (!rc) continue;
    sp_error_prefix(err, item->string);
    sp_error_prefix(err, "groups");
    return sp_in_file(err, rc, chain->file);
  }
  return 0;
}

int sp_layers_groups(struct sp_bundle *bundle, const struct sp_layers *layers, struct sp_error *err) {
  int rc = each_group(bundle, &layers->chain, declare_group, err);
  return rc ? rc : each_group(bundle, &layers->chain, exclude, err); /* when all are known */
}
