/* What one campaign proposes for a trial, before stacking has its say. */
#include "engine/bundle.h"
#include "engine/cases.h"

#include <string.h>

static const char *const kind_names[] = {
    [SP_OFFER_PERCENT] = "percent", [SP_OFFER_AMOUNT] = "amount_off",   [SP_OFFER_PRICE] = "price",
    [SP_OFFER_FREE] = "free",       [SP_OFFER_TOTAL_OFF] = "total_off", [SP_OFFER_TOTAL_PRICE] = "total_price",
    [SP_OFFER_LISTED] = "listed",   [SP_OFFER_BLOCK] = "block",         [SP_OFFER_TAG] = "tag",
    [SP_OFFER_ADD] = "add",         [SP_OFFER_CONFIRM] = "confirm",     [SP_OFFER_APPROVE] = "approve",
    [SP_OFFER_REFUSE] = "refuse",   [SP_OFFER_TENDER] = "tender",       [SP_OFFER_COUNT] = "count",
    [SP_OFFER_NOTE] = "note",
};

static bool has_base(enum sp_offer_kind kind) {
  return kind == SP_OFFER_PERCENT || kind == SP_OFFER_TOTAL_OFF;
}

static bool has_value(enum sp_offer_kind kind) {
  switch (kind) {
  case SP_OFFER_FREE:
  case SP_OFFER_LISTED:
  case SP_OFFER_BLOCK:
  case SP_OFFER_TAG:
  case SP_OFFER_CONFIRM:
  case SP_OFFER_APPROVE:
  case SP_OFFER_REFUSE:
  case SP_OFFER_NOTE:
    return false;
  default:
    return true;
  }
}

/* [[n, first unit from 1, how many] …] */
static void targets_put(struct sp_json_writer *w, const char *name, const struct sp_basket *basket,
                        const struct sp_offer_target *targets, int32_t count) {
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++) {
    sp_json_open_array(w);
    sp_json_int(w, basket->lines[targets[i].line].n);
    sp_json_int(w, targets[i].first + 1);
    sp_json_int(w, targets[i].count);
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

static void offer_put(struct sp_json_writer *w, const struct sp_basket *basket, const struct sp_offer *offer) {
  int64_t units = 0;
  for (int32_t i = 0; i < offer->target_count; i++)
    units += offer->targets[i].count;
  sp_json_open_object(w);
  sp_json_put_text(w, "kind", kind_names[offer->kind]);
  if (has_value(offer->kind)) sp_json_put_int(w, "value", offer->value);
  if (has_base(offer->kind)) sp_json_put_text(w, "base", offer->base == SP_BASE_GROSS ? "gross" : "remaining");
  if (offer->text) sp_json_put_text(w, "text", offer->text);
  targets_put(w, "targets", basket, offer->targets, offer->target_count);
  if (offer->with_count > 0) targets_put(w, "with", basket, offer->with, offer->with_count);
  sp_json_put_int(w, "units", units);
  sp_json_put_int(w, "line", offer->at);
  if (offer->reason) {
    sp_json_key(w, "reason");
    sp_json_raw(w, offer->reason, strlen(offer->reason));
  }
  sp_json_close_object(w);
}

/* Prices as the price phase leaves them, with nothing taken off yet. */
static int prices_make(const struct sp_bundle *bundle, struct sp_rule_vm *vm, struct sp_trial *trial,
                       struct sp_arena *arena, struct sp_line_price **out, struct sp_error *err) {
  struct sp_priced priced;
  struct sp_context context = trial->context;
  context.promotions = false;
  int rc = sp_engine_price(bundle, vm, &trial->basket, &context, arena, &priced, err);
  if (rc) return rc;
  for (int32_t i = 0; i < priced.count; i++) {
    priced.lines[i].discount = 0;
    priced.lines[i].net = priced.lines[i].gross;
  }
  *out = priced.lines;
  return 0;
}

int sp_trial_offers(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const char *campaign, struct sp_trial *trial,
                    struct sp_arena *arena, struct sp_json_writer *w, struct sp_error *err) {
  int32_t at = sp_bundle_find(bundle, campaign);
  struct sp_rule_result result = {0};
  struct sp_line_price *prices = NULL;
  if (at < 0) return sp_fail(err, SP_E_NOT_FOUND, "campaign", "There is no campaign %s", campaign);
  enum sp_phase phase = bundle->rules[bundle->campaigns[at].rule].info.phase;
  if (phase == SP_PHASE_HOOK)
    return sp_fail(err, SP_E_INVALID, "campaign", "The rule of %s answers a hook, not a basket", campaign);
  if (phase > SP_PHASE_PRICE && phase != SP_PHASE_STOCK) {
    int rc = prices_make(bundle, vm, trial, arena, &prices, err);
    if (rc) return rc;
  }
  struct sp_rule_view view = {.basket = &trial->basket, .prices = prices, .context = &trial->context};
  bundle->api->begin(vm, &view);
  int rc = bundle->api->evaluate(vm, at, arena, &result, err);
  bundle->api->end(vm);
  if (rc) return rc;
  sp_json_open_array(w);
  for (int32_t i = 0; i < result.count; i++)
    offer_put(w, &trial->basket, &result.offers[i]);
  sp_json_close_array(w);
  return 0;
}
