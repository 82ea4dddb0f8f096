/* A basket through the phases. */
#include "engine/pricing.h"

#include "domain/money.h"

/* ---- Before ---- */

static int set_known_price(struct sp_pricing *p, int32_t i) {
  const struct sp_line *line = &p->basket->lines[i];
  struct sp_line_price *price = &p->out->lines[i];
  price->n = line->n;
  price->unit_price = line->given_price >= 0 ? line->given_price : line->list_price;
  int rc = sp_line_gross(line, price->unit_price, &price->gross);
  price->net = price->gross;
  return rc;
}

/* What holds when no price rule answers. */
static int set_known_prices(struct sp_pricing *p, struct sp_error *err) {
  for (int32_t i = 0; i < p->basket->count; i++) {
    if (set_known_price(p, i))
      return sp_fail(err, SP_E_RANGE, "lines", "The price of line %d is too large", p->basket->lines[i].n);
    if (sp_money_accumulate(&p->value, p->out->lines[i].gross))
      return sp_fail(err, SP_E_RANGE, "lines", "The sum of the basket is too large");
  }
  return 0;
}

static int check_input(const struct sp_pricing *p, struct sp_error *err) {
  if (p->vm->program != &p->bundle->program)
    return sp_fail(err, SP_E_INTERNAL, NULL, "The rule machine was opened for another bundle");
  if (p->basket->count > SP_BASKET_LINES_MAX)
    return sp_fail(err, SP_E_LIMIT, "lines", "A basket holds at most %d lines", SP_BASKET_LINES_MAX);
  if (p->basket->coupon_count > SP_COUPONS_MAX)
    return sp_fail(err, SP_E_LIMIT, "coupons", "A basket holds at most %d coupons", SP_COUPONS_MAX);
  return 0;
}

/* Units as rules see them before anything is taken off. */
static int32_t list_ranges(const struct sp_unit_source *self, int32_t line, struct sp_unit_range *out, int32_t max) {
  struct sp_pricing *p = self->ctx;
  if (line < 0 || line >= p->basket->count || max < 1) return 0;
  if (p->stacked) return sp_stack_ranges(&p->stack, line, out, max);
  int64_t units = sp_stack_units(&p->basket->lines[line]);
  const struct sp_line_price *price = &p->out->lines[line];
  *out = (struct sp_unit_range){.count = units, .remaining = units == 1 ? price->gross : price->unit_price};
  return 1;
}

static int prepare(struct sp_pricing *p, struct sp_error *err) {
  size_t count = (size_t)p->basket->count;
  int rc = check_input(p, err);
  if (rc) return rc;
  *p->out = (struct sp_priced){.count = p->basket->count, .trace = "[]", .trace_len = 2};
  p->moment = sp_moment_of(p->context);
  p->units = (struct sp_unit_source){.ranges = list_ranges, .ctx = p};
  p->found = sp_arena_array(p->arena, (size_t)p->bundle->index.words + 1, sizeof *p->found);
  p->out->lines = sp_arena_array(p->arena, count + 1, sizeof *p->out->lines);
  p->decided = sp_arena_array(p->arena, count + 1, sizeof *p->decided);
  p->wants = sp_arena_array(p->arena, count + 1, sizeof *p->wants);
  p->shown = sp_arena_array(p->arena, count + 1, sizeof *p->shown);
  if (!p->found || !p->out->lines || !p->decided || !p->wants || !p->shown) return sp_error_nomem(err, __func__);
  sp_index_find(&p->bundle->index, p->basket, p->found);
  return set_known_prices(p, err);
}

static bool found_any(const struct sp_pricing *p, enum sp_phase phase) {
  int32_t end = p->bundle->phase_first[phase + 1];
  return sp_set_next(p->found, p->bundle->phase_first[phase], end) < end;
}

static void show(struct sp_pricing *p) {
  p->view =
      (struct sp_rule_view){.basket = p->basket, .prices = p->out->lines, .context = p->context, .units = &p->units};
  p->vm->api->begin(p->vm, &p->view);
}

static void hide(struct sp_pricing *p) {
  p->vm->api->end(p->vm);
}

/* Tags may lead to campaigns that nothing led to before. */
static int classify(struct sp_pricing *p, struct sp_error *err) {
  if (!p->context->promotions || !found_any(p, SP_PHASE_CLASSIFY)) return 0;
  show(p);
  int rc = sp_phase_classify(p, err);
  hide(p);
  if (!rc && p->retagged) sp_index_find(&p->bundle->index, p->basket, p->found);
  return rc;
}

/* ---- Pricing ---- */

static int run_offers(struct sp_pricing *p, struct sp_error *err) {
  if (!found_any(p, SP_PHASE_PROMOTION) && !found_any(p, SP_PHASE_COUPON)) return 0;
  int rc = sp_stack_init(&p->stack, p->basket, p->out->lines, p->arena, err);
  p->stacked = rc == 0;
  if (!rc) rc = sp_phase_promotion(p, SP_PHASE_PROMOTION, err);
  if (!rc) rc = sp_phase_promotion(p, SP_PHASE_COUPON, err);
  return rc;
}

static int run_phases(struct sp_pricing *p, struct sp_error *err) {
  int rc = sp_phase_price(p, err);
  if (rc || !p->context->promotions) return rc;
  rc = run_offers(p, err);
  if (!rc && found_any(p, SP_PHASE_TENDER)) rc = sp_phase_tender(p, err);
  if (!rc) rc = sp_phase_check(p, err);
  if (!rc) rc = sp_phase_observe(p, err);
  return rc;
}

static int run(struct sp_pricing *p, struct sp_error *err) {
  int rc = classify(p, err);
  if (rc) return rc;
  show(p);
  rc = run_phases(p, err);
  hide(p);
  if (!rc) rc = sp_out_allocations(p, err);
  if (!rc) rc = sp_trace_finish(&p->trace, p->arena, &p->out->trace, &p->out->trace_len, err);
  return rc ? rc : sp_priced_check(p->basket, p->out, err);
}

int sp_engine_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                    const struct sp_context *context, struct sp_arena *arena, struct sp_priced *out,
                    struct sp_error *err) {
  struct sp_pricing p = {.bundle = bundle, .vm = vm, .basket = basket, .context = context, .arena = arena, .out = out};
  int rc = prepare(&p, err);
  if (rc) return rc;
  sp_trace_start(&p.trace, context->untraced);
  rc = run(&p, err);
  sp_trace_free(&p.trace);
  return rc;
}

/* ---- One phase by itself ---- */

/* Classify, then `phase`: nothing but its own output is wanted. */
static int run_alone(struct sp_pricing *p, int (*phase)(struct sp_pricing *p, struct sp_error *err),
                     struct sp_aside *aside, struct sp_error *err) {
  int rc = prepare(p, err);
  if (rc) return rc;
  sp_trace_start(&p->trace, true); /* the price tells of the classify phase */
  rc = classify(p, err);
  int32_t alarms = p->out->alarms;
  sp_trace_free(&p->trace);
  sp_trace_start(&p->trace, !aside || p->context->untraced);
  if (!rc) {
    show(p);
    rc = phase(p, err);
    hide(p);
  }
  if (!rc && aside) {
    aside->alarms = p->out->alarms - alarms;
    rc = sp_trace_finish(&p->trace, p->arena, &aside->trace, &aside->trace_len, err);
  }
  sp_trace_free(&p->trace);
  return rc;
}

static bool has_phase(const struct sp_bundle *bundle, enum sp_phase phase) {
  return bundle->phase_first[phase] < bundle->phase_first[phase + 1];
}

int sp_engine_compose(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                      const struct sp_context *context, struct sp_arena *arena, struct sp_additions *out,
                      struct sp_aside *aside, struct sp_error *err) {
  struct sp_priced unused;
  struct sp_pricing p = {
      .bundle = bundle, .vm = vm, .basket = basket, .context = context, .arena = arena, .out = &unused};
  *out = (struct sp_additions){0};
  if (aside) *aside = (struct sp_aside){0};
  if (!has_phase(bundle, SP_PHASE_COMPOSE) || !context->promotions) return 0;
  int rc = run_alone(&p, sp_phase_compose, aside, err);
  if (!rc) *out = (struct sp_additions){.list = p.additions, .count = p.addition_count};
  return rc;
}

int sp_engine_stock_policy(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                           const struct sp_context *context, struct sp_arena *arena, bool *blocked,
                           struct sp_aside *aside, struct sp_error *err) {
  struct sp_priced unused;
  struct sp_pricing p = {.bundle = bundle,
                         .vm = vm,
                         .basket = basket,
                         .context = context,
                         .arena = arena,
                         .out = &unused,
                         .blocked = blocked};
  for (int32_t i = 0; i < basket->count; i++)
    blocked[i] = false;
  if (aside) *aside = (struct sp_aside){0};
  return has_phase(bundle, SP_PHASE_STOCK) ? run_alone(&p, sp_phase_stock, aside, err) : 0;
}
