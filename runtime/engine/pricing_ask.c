/* One campaign being asked, and the ways in which that ends. */
#include "engine/pricing.h"

const struct sp_campaign *sp_pricing_campaign(const struct sp_pricing *p, int32_t campaign) {
  return &p->bundle->campaigns[campaign];
}

const struct sp_rule *sp_pricing_rule(const struct sp_pricing *p, int32_t campaign) {
  return &p->bundle->rules[p->bundle->campaigns[campaign].rule];
}

int64_t sp_asked_units(const struct sp_asked *asked, int64_t otherwise) {
  return asked->counted >= 0 ? asked->counted : otherwise;
}

/* ---- Ends ---- */

/* Count it; its entry of the trace tells the rest. */
static int failed(struct sp_pricing *p, const struct sp_asked *asked, struct sp_error *err) {
  p->out->alarms++;
  return asked->entry.why ? 0 : sp_error_nomem(err, __func__);
}

int sp_pricing_fault(struct sp_pricing *p, struct sp_asked *asked, const char *wrong, struct sp_error *err) {
  const char *file = p->bundle->program.rules[sp_pricing_campaign(p, asked->entry.campaign)->rule].file;
  int at = asked->entry.first ? asked->entry.first->at : asked->wrong_at;
  asked->failed = true;
  asked->entry.outcome = "error";
  asked->entry.line_count = 0;
  asked->entry.first = NULL;
  asked->entry.why = at > 0 ? sp_arena_printf(p->arena, "%s:%d: %s", file, at, wrong)
                            : sp_arena_printf(p->arena, "%s: %s", file, wrong);
  return failed(p, asked, err);
}

int sp_pricing_over_limit(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  asked->entry.outcome = "lost";
  asked->entry.why = "limit";
  asked->entry.line_count = 0;
  return sp_budget_spent(p, asked->entry.campaign, err);
}

int sp_pricing_applied(struct sp_pricing *p, struct sp_asked *asked, int64_t amount, int64_t units,
                       struct sp_error *err) {
  asked->entry.outcome = "applied";
  asked->entry.why = NULL;
  int rc = sp_out_notes(p, asked, err);
  if (rc || asked->budget.count == 0) return rc;
  asked->entry.limited = true;
  asked->entry.used_amount = amount;
  asked->entry.used_units = sp_asked_units(asked, units);
  return sp_budget_use(p, &asked->budget, amount, asked->entry.used_units, err);
}

int sp_pricing_silent(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  asked->entry.outcome = "silent";
  asked->entry.why = "no-offer";
  for (int32_t i = 0; i < asked->result.count && !asked->entry.note; i++)
    if (asked->result.offers[i].kind == SP_OFFER_NOTE) asked->entry.note = asked->result.offers[i].reason;
  return sp_out_notes(p, asked, err);
}

/* ---- The question ---- */

int sp_pricing_begin(struct sp_pricing *p, int32_t campaign, struct sp_asked *asked, bool *go, struct sp_error *err) {
  bool spent = false;
  *asked = (struct sp_asked){.entry = {.bundle = p->bundle, .campaign = campaign, .lines = p->shown}};
  int rc = sp_budget_read(p, campaign, &asked->budget, &spent, err);
  *go = !spent;
  return rc || !spent ? rc : sp_pricing_over_limit(p, asked, err);
}

/* Prices and what a person takes off are about one line each; promotions are about many and say one thing. */
static void hear_each(const struct sp_pricing *p, enum sp_phase phase, struct sp_asked *asked) {
  if (asked->result.count < 2 || (phase != SP_PHASE_PRICE && phase != SP_PHASE_COUPON)) return;
  asked->entry.told = asked->result.offers;
  asked->entry.told_count = asked->result.count;
  asked->entry.basket = p->basket;
}

/* A budget of hundreds of units at most adds up. */
static void look_at(struct sp_asked *asked) {
  for (int32_t i = 0; i < asked->result.count; i++) {
    const struct sp_offer *offer = &asked->result.offers[i];
    if (!asked->entry.first && sp_offer_acts(offer->kind)) asked->entry.first = offer;
    if (offer->kind == SP_OFFER_COUNT) asked->counted = (asked->counted > 0 ? asked->counted : 0) + offer->value;
  }
}

int sp_pricing_ask(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  struct sp_error failure = {.lang = SP_LANG_EN}; /* a trace is read in any language: it keeps the key */
  int32_t campaign = asked->entry.campaign;
  int32_t at;
  asked->entry = (struct sp_trace_entry){.bundle = p->bundle, .campaign = campaign, .lines = p->shown};
  asked->result = (struct sp_rule_result){0};
  asked->counted = -1;
  asked->wrong_at = 0;
  int rc = p->vm->api->evaluate(p->vm, campaign, p->arena, &asked->result, &failure);
  if (rc && rc != SP_E_RULE) return sp_fail(err, rc, failure.field, "%s", failure.message);
  if (rc) {
    asked->failed = true;
    asked->entry.outcome = "error";
    asked->entry.why = sp_arena_text(p->arena, failure.message);
    return failed(p, asked, err);
  }
  const char *wrong = sp_offers_wrong(p, sp_pricing_rule(p, campaign)->info.phase, &asked->result, &at);
  if (!wrong) {
    look_at(asked);
    hear_each(p, sp_pricing_rule(p, campaign)->info.phase, asked);
    return 0;
  }
  asked->wrong_at = at >= 0 ? asked->result.offers[at].at : 0;
  asked->result = (struct sp_rule_result){0};
  return sp_pricing_fault(p, asked, wrong, err);
}

static int ask_one(struct sp_pricing *p, int32_t campaign, sp_settle settle, struct sp_error *err) {
  static const struct sp_stack_group nobody = {0};
  struct sp_asked asked;
  bool go;
  int rc = sp_pricing_begin(p, campaign, &asked, &go, err);
  if (p->stacked) sp_stack_open(&p->stack, &nobody);
  if (!rc && go) rc = sp_pricing_ask(p, &asked, err);
  if (!rc && go && !asked.failed)
    rc = asked.entry.first || asked.counted > 0 ? settle(p, &asked, err) : sp_pricing_silent(p, &asked, err);
  if (!rc) sp_trace_add(&p->trace, &asked.entry);
  return rc;
}

int sp_pricing_each(struct sp_pricing *p, enum sp_phase phase, sp_settle settle, struct sp_error *err) {
  int32_t end = p->bundle->phase_first[phase + 1];
  int rc = 0;
  for (int32_t at = sp_set_next(p->found, p->bundle->phase_first[phase], end); at < end && !rc;
       at = sp_set_next(p->found, at + 1, end))
    if (!sp_campaign_away(sp_pricing_campaign(p, at), p->basket, p->context, &p->moment))
      rc = ask_one(p, at, settle, err);
  return rc;
}
