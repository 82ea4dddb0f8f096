/* The total order of a bundle's campaigns, and the ways to find one. */
#include "engine/bundle.h"

#include <stdlib.h>
#include <string.h>

struct sort_key {
  const struct sp_rule *rule;
  const struct sp_campaign *campaign;
};

static int by_code(const void *a, const void *b) {
  return strcmp(((const struct sort_key *)a)->campaign->code, ((const struct sort_key *)b)->campaign->code);
}

static int by_order(const void *a, const void *b) {
  const struct sort_key *x = a;
  const struct sort_key *y = b;
  if (x->rule->info.phase != y->rule->info.phase) return x->rule->info.phase < y->rule->info.phase ? -1 : 1;
  if (x->campaign->priority != y->campaign->priority) return x->campaign->priority > y->campaign->priority ? -1 : 1;
  int order = strcmp(x->rule->info.name, y->rule->info.name);
  return order ? order : strcmp(x->campaign->code, y->campaign->code);
}

/* `keys` come by code and keep the campaigns that run; those that are off go to bundle->off. The same code twice is an
 * error also when one of them is off: switching it on must not break the pack. */
static int part(struct sp_bundle *bundle, struct sort_key *keys, int32_t count, struct sp_error *err) {
  const struct sp_campaign *before = NULL;
  int32_t live = 0;
  bundle->off = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bundle->off);
  if (!bundle->off) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++) {
    const struct sp_campaign *campaign = keys[i].campaign;
    if (before && strcmp(before->code, campaign->code) == 0)
      return sp_fail(err, SP_E_EXISTS, "code", "%s: the campaign code %s is used twice, also in %s", campaign->file,
                     campaign->code, before->file);
    if (campaign->off)
      bundle->off[bundle->off_count++] = *campaign;
    else
      keys[live++] = keys[i];
    before = campaign;
  }
  bundle->program.campaign_count = live;
  return 0;
}

static int place(struct sp_bundle *bundle, const struct sort_key *keys, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  struct sp_rule_binding *bindings = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bindings);
  bundle->campaigns = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bundle->campaigns);
  if (!bindings || !bundle->campaigns) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++) {
    const struct sp_campaign *campaign = keys[i].campaign;
    bundle->campaigns[i] = *campaign;
    bindings[i] = (struct sp_rule_binding){.code = campaign->code,
                                           .rule = campaign->rule,
                                           .params = campaign->params,
                                           .param_count = campaign->param_count};
  }
  bundle->program.campaigns = bindings;
  for (int32_t at = 0, phase = 0; phase < SP_PHASE_COUNT; phase++) {
    while (at < count && (int32_t)bundle->rules[bundle->campaigns[at].rule].info.phase == phase)
      at++;
    bundle->phase_first[phase + 1] = at;
  }
  return 0;
}

static int code_order(const void *a, const void *b, void *ctx) {
  const struct sp_campaign *campaigns = ctx;
  return strcmp(campaigns[*(const int32_t *)a].code, campaigns[*(const int32_t *)b].code);
}

static int sort_codes(struct sp_bundle *bundle, struct sp_error *err) {
  int32_t count = bundle->program.campaign_count;
  bundle->by_code = sp_arena_array(&bundle->arena, (size_t)count + 1, sizeof *bundle->by_code);
  if (!bundle->by_code) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++)
    bundle->by_code[i] = i;
  qsort_r(bundle->by_code, (size_t)count, sizeof *bundle->by_code, code_order, bundle->campaigns);
  return 0;
}

int sp_bundle_order(struct sp_bundle *bundle, struct sp_reading *reading, struct sp_error *err) {
  int32_t count = reading->count;
  struct sort_key *keys = calloc((size_t)count + 1, sizeof *keys);
  if (!keys) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < count; i++)
    keys[i] = (struct sort_key){.rule = &bundle->rules[reading->list[i].rule], .campaign = &reading->list[i]};
  qsort(keys, (size_t)count, sizeof *keys, by_code);
  int rc = part(bundle, keys, count, err);
  if (!rc) qsort(keys, (size_t)bundle->program.campaign_count, sizeof *keys, by_order);
  if (!rc) rc = place(bundle, keys, err);
  free(keys);
  return rc ? rc : sort_codes(bundle, err);
}

int32_t sp_bundle_find(const struct sp_bundle *bundle, const char *code) {
  int32_t low = 0;
  int32_t high = bundle->program.campaign_count;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    int order = strcmp(code, bundle->campaigns[bundle->by_code[middle]].code);
    if (order == 0) return bundle->by_code[middle];
    if (order < 0) high = middle;
    if (order > 0) low = middle + 1;
  }
  return -1;
}
