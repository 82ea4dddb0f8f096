#include "engine/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sp_in_file(struct sp_error *err, int code, const char *file) {
  if (!err) return code;
  char message[sizeof err->message];
  char field[sizeof err->field];
  snprintf(message, sizeof message, "%s", err->message);
  snprintf(field, sizeof field, "%s", err->field);
  return sp_fail(err, code, field, "%s: %s", file, message);
}

/* ---- Rules ---- */

/* "base/promotion/multibuy.lua" and "demo/rules/promotion/multibuy.lua" hold the rule promotion.multibuy. */
static bool name_matches(const char *file, const char *name) {
  const char *inner = strstr(file, "/rules/");
  const char *path = file;
  if (strncmp(file, "base/", 5) == 0)
    path = file + 5;
  else if (strncmp(file, "rules/", 6) == 0)
    path = file + 6;
  else if (inner)
    path = inner + 7;
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
  if (!name_matches(source->file, rule->info.name))
    return sp_fail(err, SP_E_INVALID, "name", "The name %s must be the path of its file", rule->info.name);
  for (int32_t i = 0; i < at; i++)
    if (strcmp(bundle->rules[i].info.name, rule->info.name) == 0)
      return sp_fail(err, SP_E_EXISTS, "name", "The rule %s is already in %s", rule->info.name,
                     bundle->program.rules[i].file);
  struct sp_slice slice = {.bytes = source->text, .len = source->len};
  if (sp_hash(&slice, 1, rule->hash)) return sp_fail(err, SP_E_INTERNAL, NULL, "The hash of a rule failed");
  return find_group(bundle, rule, err);
}

static int describe_rules(struct sp_bundle *bundle, struct sp_rule_vm *vm, struct sp_error *err) {
  int32_t count = bundle->program.rule_count;
  bundle->rules = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bundle->rules);
  if (!bundle->rules) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++) {
    int rc = bundle->api->describe(vm, i, &bundle->arena, &bundle->rules[i].info, err);
    if (rc) return rc;
    rc = check_rule(bundle, i, err);
    if (rc) return sp_in_file(err, rc, bundle->program.rules[i].file);
  }
  return 0;
}

/* ---- Campaigns ---- */

struct sort_key {
  const struct sp_rule *rule;
  struct sp_campaign campaign;
};

static int by_order(const void *a, const void *b) {
  const struct sort_key *x = a;
  const struct sort_key *y = b;
  if (x->rule->info.phase != y->rule->info.phase) return x->rule->info.phase < y->rule->info.phase ? -1 : 1;
  if (x->campaign.priority != y->campaign.priority) return x->campaign.priority > y->campaign.priority ? -1 : 1;
  int order = strcmp(x->rule->info.name, y->rule->info.name);
  return order ? order : strcmp(x->campaign.code, y->campaign.code);
}

static int sort_campaigns(struct sp_bundle *bundle, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  struct sort_key *keys = calloc((size_t)count + 1, sizeof *keys);
  if (!keys) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++)
    keys[i] = (struct sort_key){.rule = &bundle->rules[bundle->campaigns[i].rule], .campaign = bundle->campaigns[i]};
  qsort(keys, (size_t)count, sizeof *keys, by_order);
  for (int32_t i = 0; i < count; i++)
    bundle->campaigns[i] = keys[i].campaign;
  free(keys);
  for (int32_t at = 0, phase = 0; phase < SP_PHASE_COUNT; phase++) {
    while (at < count && (int32_t)bundle->rules[bundle->campaigns[at].rule].info.phase == phase)
      at++;
    bundle->phase_first[phase + 1] = at;
  }
  return 0;
}

static int by_code(const void *a, const void *b, void *ctx) {
  const struct sp_campaign *campaigns = ctx;
  return strcmp(campaigns[*(const int32_t *)a].code, campaigns[*(const int32_t *)b].code);
}

static int sort_codes(struct sp_bundle *bundle, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  bundle->by_code = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bundle->by_code);
  if (!bundle->by_code) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++)
    bundle->by_code[i] = i;
  qsort_r(bundle->by_code, (size_t)count, sizeof *bundle->by_code, by_code, bundle->campaigns);
  for (int32_t i = 1; i < count; i++) {
    const struct sp_campaign *a = &bundle->campaigns[bundle->by_code[i - 1]];
    const struct sp_campaign *b = &bundle->campaigns[bundle->by_code[i]];
    if (strcmp(a->code, b->code) == 0)
      return sp_fail(err, SP_E_EXISTS, "code", "%s: the campaign code %s is used twice", b->file, b->code);
  }
  return 0;
}

static int bind(struct sp_bundle *bundle, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  struct sp_rule_binding *bindings = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bindings);
  if (!bindings) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++)
    bindings[i] = (struct sp_rule_binding){.rule = bundle->campaigns[i].rule,
                                           .params = bundle->campaigns[i].params,
                                           .param_count = bundle->campaigns[i].param_count};
  bundle->program.campaigns = bindings;
  return 0;
}

static int read_all_campaigns(struct sp_bundle *bundle, const struct sp_pack_list *files, struct sp_error *err) {
  int32_t capacity = 0;
  int rc = sp_campaigns_implied(bundle, &capacity, err);
  for (int32_t i = 0; i < files->count && !rc; i++)
    rc = sp_campaigns_parse(bundle, &files->files[i], &capacity, err);
  if (!rc) rc = sort_campaigns(bundle, err);
  if (!rc) rc = sort_codes(bundle, err);
  return rc ? rc : bind(bundle, err);
}

/* ---- Index ---- */

/* What a campaign's rule says about it: its parameters are right, and these are its keys. */
static int ask_rule(struct sp_bundle *bundle, struct sp_rule_vm *vm, int32_t at, struct sp_rule_keys *keys,
                    struct sp_error *err) {
  const struct sp_campaign *campaign = &bundle->campaigns[at];
  int rc = bundle->api->check(vm, at, err);
  if (!rc) rc = bundle->api->applies(vm, at, &bundle->arena, keys, err);
  if (!rc || rc != SP_E_INVALID) return rc;
  char prefix[64];
  if (campaign->number < 0)
    snprintf(prefix, sizeof prefix, "params");
  else
    snprintf(prefix, sizeof prefix, "campaigns[%d].params", campaign->number);
  if (err) err->field[0] = '\0';
  sp_error_prefix(err, prefix);
  return sp_in_file(err, rc, campaign->file);
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

static int build_index(struct sp_bundle *bundle, struct sp_rule_vm *vm, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  struct sp_index_entry *entries = NULL;
  size_t used = 0;
  size_t capacity = 0;
  int rc = 0;
  bool *always = calloc((size_t)count + 1, sizeof *always);
  if (!always) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count && !rc; i++) {
    struct sp_rule_keys keys = {0};
    rc = ask_rule(bundle, vm, i, &keys, err);
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
  struct sp_pack_list campaigns = {0};
  struct sp_rule_vm *vm = NULL;
  int rc = sp_pack_collect(bundle, options, &campaigns, err);
  if (!rc) rc = bundle->api->open(&bundle->program, &bundle->limits, &vm, err);
  if (!rc) rc = describe_rules(bundle, vm, err);
  if (!rc) rc = read_all_campaigns(bundle, &campaigns, err);
  if (!rc) rc = build_index(bundle, vm, err);
  if (!rc) rc = sp_manifest_hash(bundle, err);
  bundle->api->close(vm);
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

const uint8_t *sp_bundle_hash(const struct sp_bundle *bundle) {
  return bundle->hash;
}

int32_t sp_bundle_rule_count(const struct sp_bundle *bundle) {
  return bundle->program.rule_count;
}

int32_t sp_bundle_campaign_count(const struct sp_bundle *bundle) {
  return bundle->program.campaign_count;
}

const char *sp_bundle_campaign_title(const struct sp_bundle *bundle, const char *code, enum sp_lang lang) {
  int32_t low = 0;
  int32_t high = bundle->program.campaign_count;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    const struct sp_campaign *campaign = &bundle->campaigns[bundle->by_code[middle]];
    int order = strcmp(code, campaign->code);
    if (order == 0) {
      const char *first = lang == SP_LANG_ZH ? campaign->title_zh : campaign->title_en;
      const char *second = lang == SP_LANG_ZH ? campaign->title_en : campaign->title_zh;
      if (!first) first = second;
      return first ? first : campaign->code;
    }
    if (order < 0) high = middle;
    if (order > 0) low = middle + 1;
  }
  return code;
}
