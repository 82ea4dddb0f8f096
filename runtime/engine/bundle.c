#include "engine/bundle.h"
#include "engine/hook.h"
#include "engine/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sp_in_file(struct sp_error *err, int code, const char *file) {
  if (!err) return code;
  char message[sizeof err->message];
  char field[sizeof err->field];
  snprintf(message, sizeof message, "%s", err->message);
  snprintf(field, sizeof field, "%s", err->field);
  const char *own = strstr(file, SP_CAMPAIGN_OWN); /* made on the node: whoever made it knows no file */
  size_t len = own ? strlen(own) - strlen(SP_CAMPAIGN_OWN) : 0;
  if (len > strlen(".json"))
    return sp_fail(err, code, field, "campaign %.*s: %s", (int)(len - strlen(".json")), own + strlen(SP_CAMPAIGN_OWN),
                   message);
  return sp_fail(err, code, field, "%s: %s", file, message);
}

/* ---- Rules ---- */

/* "base/promotion/multibuy.lua" and "rules/promotion/multibuy.lua" hold the rule promotion.multibuy. */
static bool name_matches(const char *path, const char *name) {
  path = strchr(path, '/') + 1;
  for (; *name; path++, name++)
    if (*path != (*name == '.' ? '/' : *name)) return false;
  return strcmp(path, ".lua") == 0;
}

static int find_group(struct sp_bundle *bundle, struct sp_rule *rule, struct sp_error *err) {
  rule->group = -1;
  if (!sp_phase_stacks(rule->info.phase)) return 0;
  for (rule->group = 0; rule->group < bundle->group_count; rule->group++)
    if (strcmp(bundle->groups[rule->group].name, rule->info.stacking) == 0) return 0;
  if (bundle->group_count == SP_GROUPS_MAX)
    return sp_fail(err, SP_E_LIMIT, "stacking", "A bundle holds at most %d stacking groups", SP_GROUPS_MAX);
  bundle->groups[bundle->group_count++] = (struct sp_group){.name = rule->info.stacking};
  return 0;
}

static int check_rule(struct sp_bundle *bundle, int32_t at, struct sp_error *err) {
  struct sp_rule *rule = &bundle->rules[at];
  const struct sp_rule_source *source = &bundle->program.rules[at];
  const char **origins = sp_arena_array(&bundle->arena, (size_t)rule->info.param_count + 1, sizeof *origins);
  rule->locks = sp_arena_array(&bundle->arena, (size_t)rule->info.param_count + 1, sizeof *rule->locks);
  if (!origins || !rule->locks) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < rule->info.param_count; i++)
    if (rule->info.params[i].has_default) origins[i] = source->file;
  rule->origins = origins;
  if (!name_matches(rule->path, rule->info.name))
    return sp_fail(err, SP_E_INVALID, "name", "The name %s must be the path of its file", rule->info.name);
  if (rule->info.phase == SP_PHASE_HOOK && !sp_hook_find(rule->info.hook))
    return sp_fail(err, SP_E_INVALID, "hook", "There is no hook %s", rule->info.hook ? rule->info.hook : "\"\"");
  struct sp_slice slice = {.bytes = source->text, .len = source->len};
  if (sp_hash(&slice, 1, rule->hash)) return sp_fail(err, SP_E_INTERNAL, NULL, "The hash of a rule failed");
  return find_group(bundle, rule, err);
}

static int by_name(const void *a, const void *b, void *ctx) {
  const struct sp_rule *rules = ctx;
  return strcmp(rules[*(const int32_t *)a].info.name, rules[*(const int32_t *)b].info.name);
}

static int sort_rules(struct sp_bundle *bundle, struct sp_error *err) {
  int32_t count = bundle->program.rule_count;
  int32_t *order = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *order);
  if (!order) return sp_error_nomem(err, __func__);
  bundle->rules_by_name = order;
  for (int32_t i = 0; i < count; i++)
    order[i] = i;
  qsort_r(order, (size_t)count, sizeof *order, by_name, bundle->rules);
  for (int32_t i = 1; i < count; i++) {
    int rc;
    if (by_name(&order[i - 1], &order[i], bundle->rules) != 0) continue;
    rc = sp_fail(err, SP_E_EXISTS, "name", "The rule %s is already in %s", bundle->rules[order[i]].info.name,
                 bundle->program.rules[order[i - 1]].file);
    return sp_in_file(err, rc, bundle->program.rules[order[i]].file);
  }
  return 0;
}

static int describe_rules(struct sp_bundle *bundle, struct sp_rule_vm *vm, struct sp_error *err) {
  for (int32_t i = 0; i < bundle->program.rule_count; i++) {
    int rc = bundle->api->describe(vm, i, &bundle->arena, &bundle->rules[i].info, err);
    if (rc) return rc;
    rc = check_rule(bundle, i, err);
    if (rc) return sp_in_file(err, rc, bundle->program.rules[i].file);
  }
  return sort_rules(bundle, err);
}

int32_t sp_bundle_find_rule(const struct sp_bundle *bundle, const char *name) {
  int32_t low = 0;
  int32_t high = bundle->program.rule_count;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    int order = strcmp(name, bundle->rules[bundle->rules_by_name[middle]].info.name);
    if (order == 0) return bundle->rules_by_name[middle];
    if (order < 0) high = middle;
    if (order > 0) low = middle + 1;
  }
  return -1;
}

/* ---- Index ---- */

/* The file to blame for parameters that do not fit together: the last layer that set one of them. */
static const char *who_set(const struct sp_campaign *campaign, const struct sp_layers *layers) {
  const char *blamed = NULL;
  for (int32_t i = 0; i < campaign->param_count; i++) {
    if (campaign->origins[i] == layers->store.file) return layers->store.file;
    if (campaign->origins[i] == layers->chain.file) blamed = layers->chain.file;
  }
  return blamed;
}

/* Do a campaign's parameters fit together? A rule may answer with the code of one of its phrases. */
static int check_params(struct sp_bundle *bundle, struct sp_rule_vm *vm, int32_t at, struct sp_error *err) {
  const struct sp_rule_info *info = &bundle->rules[bundle->campaigns[at].rule].info;
  int rc = info->has_check ? bundle->api->check(vm, at, err) : 0;
  if (rc != SP_E_INVALID || !err) return rc;
  const char *phrase = sp_rule_phrase_find(info, err->message, err->lang);
  return phrase ? sp_fail(err, rc, NULL, "%s", phrase) : rc;
}

/* What a campaign's rule says about it: its parameters are right, and these are its keys. */
static int ask_rule(struct sp_bundle *bundle, struct sp_rule_vm *vm, int32_t at, const struct sp_layers *layers,
                    struct sp_rule_keys *keys, struct sp_error *err) {
  const struct sp_campaign *campaign = &bundle->campaigns[at];
  const struct sp_rule_info *info = &bundle->rules[campaign->rule].info;
  int rc = check_params(bundle, vm, at, err); /* each runs the rule's file: twice 10,000 times */
  keys->always = !info->has_applies;
  if (!rc && info->has_applies) rc = bundle->api->applies(vm, at, &bundle->arena, keys, err);
  if (!rc || rc != SP_E_INVALID) return rc;
  const char *layer = who_set(campaign, layers);
  char prefix[64];
  if (layer)
    snprintf(prefix, sizeof prefix, "campaigns.%.40s", campaign->code);
  else if (campaign->number < 0)
    snprintf(prefix, sizeof prefix, "params");
  else
    snprintf(prefix, sizeof prefix, "campaigns[%d].params", campaign->number);
  if (err) err->field[0] = '\0';
  sp_error_prefix(err, prefix);
  return sp_in_file(err, rc, layer ? layer : campaign->file);
}

static int grow_entries(struct sp_index_entry **entries, size_t *capacity, size_t need) {
  if (need <= *capacity) return 0;
  size_t more = need * 2 + 64;
  struct sp_index_entry *grown = realloc(*entries, more * sizeof *grown);
  if (!grown) return SP_E_NOMEM;
  *entries = grown;
  *capacity = more;
  return 0;
}

static int build_index(struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_layers *layers,
                       struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  struct sp_index_entry *entries = NULL;
  size_t used = 0;
  size_t capacity = 0;
  int rc = 0;
  bool *always = calloc((size_t)count + 1, sizeof *always);
  if (!always) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count && !rc; i++) {
    struct sp_rule_keys keys = {0};
    rc = ask_rule(bundle, vm, i, layers, &keys, err);
    if (rc) break;
    always[i] = keys.always;
    rc = grow_entries(&entries, &capacity, used + (size_t)keys.count);
    if (rc) {
      (void)sp_error_nomem(err, __func__);
      break;
    }
    for (int32_t k = 0; k < keys.count && entries; k++)
      entries[used++] = (struct sp_index_entry){.kind = keys.keys[k].kind, .text = keys.keys[k].text, .campaign = i};
  }
  if (!rc) rc = sp_index_build(&bundle->index, entries, (int32_t)used, always, count, &bundle->arena, err);
  free(entries);
  free(always);
  return rc;
}

/* ---- Life ---- */

static int build(struct sp_bundle *bundle, const struct sp_bundle_options *options, struct sp_error *err) {
  struct sp_layers layers = {0};
  struct sp_reading reading = {.bundle = bundle, .layers = &layers};
  struct sp_rule_vm *vm = NULL;
  int rc = sp_pack_collect(bundle, options, err);
  if (!rc) rc = sp_layers_read(bundle, options->store, &layers, err);
  if (!rc) rc = sp_pack_sources(bundle, err);
  if (!rc) rc = bundle->api->open(&bundle->program, &bundle->limits, &vm, err);
  if (!rc) rc = describe_rules(bundle, vm, err);
  if (!rc) rc = sp_layers_groups(bundle, &layers, err);
  if (!rc) rc = sp_layers_rules(bundle, &layers, err);
  if (!rc) rc = sp_campaigns_read(&reading, err);
  if (!rc) rc = sp_bundle_order(bundle, &reading, err);
  if (!rc) rc = build_index(bundle, vm, &layers, err);
  if (!rc) rc = sp_trace_prepare(bundle, err);
  if (!rc) rc = sp_manifest_hash(bundle, err);
  bundle->api->close(vm);
  free(reading.list);
  sp_layers_close(&layers);
  return rc;
}

int sp_bundle_build(const struct sp_bundle_options *options, const struct sp_rule_vm_api *api, struct sp_bundle **out,
                    struct sp_error *err) {
  *out = NULL;
  struct sp_bundle *bundle = calloc(1, sizeof *bundle);
  if (!bundle) return sp_error_nomem(err, __func__);
  atomic_init(&bundle->references, 1);
  sp_arena_init(&bundle->arena, SP_BUNDLE_MEMORY);
  bundle->api = api;
  bundle->limits = options->limits.call_budget > 0 ? options->limits : sp_rule_limits_default();
  int rc = build(bundle, options, err);
  if (rc) {
    sp_bundle_release(bundle);
    return rc;
  }
  *out = bundle;
  return 0;
}

struct sp_bundle *sp_bundle_retain(struct sp_bundle *bundle) {
  if (bundle) atomic_fetch_add_explicit(&bundle->references, 1, memory_order_relaxed);
  return bundle;
}

void sp_bundle_release(struct sp_bundle *bundle) {
  if (!bundle || atomic_fetch_sub_explicit(&bundle->references, 1, memory_order_acq_rel) != 1) return;
  sp_arena_free(&bundle->arena);
  free(bundle);
}

int sp_bundle_vm_open(const struct sp_bundle *bundle, struct sp_rule_vm **out, struct sp_error *err) {
  return bundle->api->open(&bundle->program, &bundle->limits, out, err);
}
