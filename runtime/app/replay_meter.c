/* A rule machine around another one that counts what each rule costs. The engine knows nothing of it. */
#include "app/replay_parts.h"

#include <stdlib.h>

static struct sp_meter *meter_of(struct sp_rule_vm *vm) {
  return (struct sp_meter *)vm;
}

static void meter_begin(struct sp_rule_vm *vm, const struct sp_rule_view *view) {
  struct sp_rule_vm *inner = meter_of(vm)->inner;
  inner->api->begin(inner, view);
}

static void meter_end(struct sp_rule_vm *vm) {
  struct sp_rule_vm *inner = meter_of(vm)->inner;
  inner->api->end(inner);
}

static void count(struct sp_meter *meter, int32_t campaign, int64_t before) {
  int64_t used = meter->inner->charged - before;
  struct sp_rule_cost *rule = &meter->rules[meter->base.program->campaigns[campaign].rule];
  rule->evaluations++;
  rule->instructions += used;
  if (used > rule->most) rule->most = used;
  meter->asked[campaign]++;
  meter->base.evaluations++;
  meter->base.charged += used;
}

static int meter_evaluate(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_result *out,
                          struct sp_error *err) {
  struct sp_meter *meter = meter_of(vm);
  int64_t before = meter->inner->charged;
  int rc = meter->inner->api->evaluate(meter->inner, campaign, arena, out, err);
  count(meter, campaign, before);
  return rc;
}

static int meter_decide(struct sp_rule_vm *vm, int32_t campaign, const struct cJSON *input,
                        const struct sp_context *context, struct sp_arena *arena, const char **json, size_t *len,
                        struct sp_error *err) {
  struct sp_meter *meter = meter_of(vm);
  int64_t before = meter->inner->charged;
  int rc = meter->inner->api->decide(meter->inner, campaign, input, context, arena, json, len, err);
  count(meter, campaign, before);
  return rc;
}

static void meter_close(struct sp_rule_vm *vm) {
  sp_meter_close(meter_of(vm));
}

int sp_meter_open(const struct sp_bundle *bundle, struct sp_meter **out, struct sp_error *err) {
  struct sp_meter *meter = calloc(1, sizeof *meter);
  *out = NULL;
  if (meter == NULL) return sp_error_nomem(err, __func__);
  int rc = sp_bundle_vm_open(bundle, &meter->inner, err);
  if (rc != 0) {
    free(meter);
    return rc;
  }
  meter->base.program = meter->inner->program;
  meter->api = *meter->inner->api;
  meter->api.close = meter_close;
  meter->api.begin = meter_begin;
  meter->api.evaluate = meter_evaluate;
  meter->api.end = meter_end;
  meter->api.decide = meter_decide;
  meter->base.api = &meter->api;
  meter->rules = calloc((size_t)meter->base.program->rule_count + 1, sizeof *meter->rules);
  meter->asked = calloc((size_t)meter->base.program->campaign_count + 1, sizeof *meter->asked);
  if (meter->rules == NULL || meter->asked == NULL) {
    sp_meter_close(meter);
    return sp_error_nomem(err, __func__);
  }
  *out = meter;
  return 0;
}

void sp_meter_close(struct sp_meter *meter) {
  if (meter == NULL) return;
  if (meter->inner != NULL) meter->inner->api->close(meter->inner);
  free(meter->rules);
  free(meter->asked);
  free(meter);
}
