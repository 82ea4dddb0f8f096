#include "domain/money.h"
#include "engine/bundle.h"
#include "engine/stacking.h"
#include "engine/trace.h"

#include <stdlib.h>
#include <string.h>

/* One basket on its way through the phases. */
struct pricing {
  const struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  const struct sp_basket *basket;
  const struct sp_context *context;
  struct sp_arena *arena;
  struct sp_priced *out;
  uint64_t *found; /* campaigns the index found */
  bool *decided;   /* lines the price phase has a price for */
  struct sp_trace trace;
  struct sp_trace_line *shown; /* lines of one trace entry */
  struct sp_stack stack;
  struct allocation *list; /* in the order in which they applied */
  int32_t count, capacity;
};

struct allocation {
  int32_t line; /* index */
  int32_t campaign;
  int64_t amount;
};

/* ---- Which campaigns ---- */

static int by_text(const void *key, const void *item) {
  return strcmp(key, *(const char *const *)item);
}

static bool listed(const char *text, const char *const *list, int32_t count) {
  if (count == 0) return true;
  return bsearch(text ? text : "", list, (size_t)count, sizeof *list, by_text) != NULL;
}

static bool is_live(const struct sp_campaign *campaign, const struct sp_basket *basket,
                    const struct sp_context *context) {
  return context->now >= campaign->from && context->now < campaign->to &&
         listed(context->store, campaign->stores, campaign->store_count) &&
         listed(basket->member.level, campaign->levels, campaign->level_count);
}

/* The first found campaign at or after `at` and before `end`; `end` when there is none. */
static int32_t next_found(const uint64_t *found, int32_t at, int32_t end) {
  while (at < end) {
    uint64_t word = found[at / 64] >> (at % 64);
    if (word) {
      at += __builtin_ctzll(word);
      return at < end ? at : end;
    }
    at = (at / 64 + 1) * 64;
  }
  return end;
}

static int find_campaigns(const struct sp_bundle *bundle, const struct sp_basket *basket, struct sp_arena *arena,
                          uint64_t **found, struct sp_error *err) {
  *found = sp_arena_array(arena, (size_t)bundle->index.words + 1, sizeof **found);
  if (!*found) return sp_error_nomem(err, __func__);
  sp_index_find(&bundle->index, basket, *found);
  return 0;
}

/* ---- Price phase ---- */

static int set_price(struct pricing *p, int32_t i, int64_t unit_price) {
  struct sp_line_price *line = &p->out->lines[i];
  int64_t gross;
  int rc = sp_money_amount(unit_price, p->basket->lines[i].quantity, &gross);
  if (rc) return rc;
  *line = (struct sp_line_price){.n = p->basket->lines[i].n, .unit_price = unit_price, .gross = gross, .net = gross};
  return 0;
}

static int64_t known_price(const struct sp_line *line) {
  return line->given_price >= 0 ? line->given_price : line->list_price;
}

/* What holds when no price rule answers. */
static int set_known_prices(struct pricing *p, struct sp_error *err) {
  for (int32_t i = 0; i < p->basket->count; i++) {
    const struct sp_line *line = &p->basket->lines[i];
    if (set_price(p, i, known_price(line)))
      return sp_fail(err, SP_E_RANGE, "lines", "The price of line %d is too large", line->n);
  }
  return 0;
}

/* Every offer is looked at before any is applied: a rule that is wrong in one place changes nothing. */
static const char *wrong_price(const struct pricing *p, const struct sp_rule_result *result) {
  for (int32_t i = 0; i < result->count; i++) {
    const struct sp_offer *offer = &result->offers[i];
    int64_t gross;
    if (offer->kind == SP_OFFER_LISTED) continue; /* what set_known_prices has looked at */
    if (offer->kind != SP_OFFER_PRICE) return "a rule of the price phase may only offer prices";
    for (int32_t t = 0; t < offer->target_count; t++)
      if (sp_money_amount(offer->value, p->basket->lines[offer->targets[t].line].quantity, &gross))
        return "a price is too large";
  }
  return NULL;
}

static const char *wrong_promotion(const struct sp_rule_result *result) {
  for (int32_t i = 0; i < result->count; i++) {
    enum sp_offer_kind kind = result->offers[i].kind;
    if (kind != SP_OFFER_PERCENT && kind != SP_OFFER_AMOUNT && kind != SP_OFFER_PRICE && kind != SP_OFFER_FREE)
      return "a rule of the promotion phase may only take money off";
  }
  return NULL;
}

static void show(struct sp_trace_entry *entry, struct sp_trace_line *lines, int32_t n, int64_t amount) {
  lines[entry->line_count++] = (struct sp_trace_line){.n = n, .amount = amount};
}

/* First in order wins a line; a price that was given at the till or by history is kept. */
static int apply_prices(struct pricing *p, const struct sp_rule_result *result, struct sp_trace_entry *entry,
                        struct sp_error *err) {
  bool kept = false, priced = false;
  for (int32_t i = 0; i < result->count; i++) {
    const struct sp_offer *offer = &result->offers[i];
    for (int32_t t = 0; t < offer->target_count; t++) {
      int32_t at = offer->targets[t].line;
      const struct sp_line *line = &p->basket->lines[at];
      int64_t price = offer->kind == SP_OFFER_LISTED ? known_price(line) : offer->value;
      if (p->decided[at]) continue;
      if (line->given_price >= 0 && line->given_price != price) {
        kept = true;
        continue;
      }
      p->decided[at] = priced = true;
      if (set_price(p, at, price) || sp_money_accumulate(&entry->amount, p->out->lines[at].gross))
        return sp_fail(err, SP_E_RANGE, "lines", "The sum of the basket is too large");
      if (price != line->list_price) show(entry, p->shown, line->n, price);
    }
  }
  if (!priced) entry->why = kept ? "given-price" : "taken";
  return 0;
}

/* ---- Promotion phase ---- */

static int by_line(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static int remember(struct pricing *p, int32_t line, int32_t campaign, int64_t amount, struct sp_error *err) {
  if (p->count == p->capacity) {
    int32_t capacity = p->capacity ? p->capacity * 2 : 32;
    struct allocation *grown = sp_arena_array(p->arena, (size_t)capacity, sizeof *grown);
    if (!grown) return sp_error_nomem(err, __func__);
    if (p->count > 0) memcpy(grown, p->list, (size_t)p->count * sizeof *grown);
    p->list = grown;
    p->capacity = capacity;
  }
  p->list[p->count++] = (struct allocation){.line = line, .campaign = campaign, .amount = amount};
  return 0;
}

/* Who had the units: the last campaign of the same stacking group that took from one of the wanted lines. */
static const char *find_winner(const struct pricing *p, int32_t campaign, const struct sp_rule_result *result) {
  const struct sp_bundle *bundle = p->bundle;
  int32_t group = bundle->rules[bundle->campaigns[campaign].rule].group;
  for (int32_t i = p->count; i-- > 0;) {
    const struct sp_campaign *other = &bundle->campaigns[p->list[i].campaign];
    if (bundle->rules[other->rule].group != group) continue;
    for (int32_t o = 0; o < result->count; o++)
      for (int32_t t = 0; t < result->offers[o].target_count; t++)
        if (result->offers[o].targets[t].line == p->list[i].line) return other->code;
  }
  return NULL;
}

static int apply_promotion(struct pricing *p, const struct sp_rule_result *result, struct sp_trace_entry *entry,
                           struct sp_error *err) {
  int32_t group = p->bundle->rules[p->bundle->campaigns[entry->campaign].rule].group;
  int64_t free_units = 0;
  int rc = 0;
  sp_stack_next(&p->stack);
  for (int32_t i = 0; i < result->count && !rc; i++)
    rc = sp_stack_apply(&p->stack, &result->offers[i], (uint64_t)1 << group, &free_units, err);
  qsort(p->stack.touched, (size_t)p->stack.touched_count, sizeof *p->stack.touched, by_line);
  for (int32_t i = 0; i < p->stack.touched_count && !rc; i++) {
    int32_t line = p->stack.touched[i];
    int64_t amount = p->stack.lines[line].taken_now;
    if (amount == 0) continue;
    show(entry, p->shown, p->basket->lines[line].n, amount);
    entry->amount += amount; /* at most the gross of the basket */
    rc = remember(p, line, entry->campaign, amount, err);
  }
  if (rc || entry->line_count > 0) return rc;
  entry->why = free_units > 0 ? "no-effect" : "taken";
  if (free_units == 0) entry->by = find_winner(p, entry->campaign, result);
  return 0;
}

/* ---- A phase ---- */

static bool is_rule_fault(int rc) {
  return rc == SP_E_RULE;
}

static int settle(struct pricing *p, enum sp_phase phase, const struct sp_rule_result *result,
                  struct sp_trace_entry *entry, struct sp_error *err) {
  const char *wrong = phase == SP_PHASE_PRICE ? wrong_price(p, result) : wrong_promotion(result);
  if (wrong) {
    entry->outcome = "error";
    entry->why = wrong;
    p->out->alarms++;
    return 0;
  }
  entry->outcome = "silent";
  entry->why = "no-offer";
  if (result->count == 0) return 0;
  entry->why = NULL;
  entry->first = &result->offers[0];
  int rc = phase == SP_PHASE_PRICE ? apply_prices(p, result, entry, err) : apply_promotion(p, result, entry, err);
  entry->outcome = entry->why == NULL ? "applied" : "lost";
  return rc;
}

static int ask(struct pricing *p, enum sp_phase phase, int32_t campaign, struct sp_error *err) {
  struct sp_error failure = {.lang = SP_LANG_EN}; /* a trace is read in any language: it keeps the key */
  struct sp_rule_result result = {0};
  struct sp_trace_entry entry = {.bundle = p->bundle, .campaign = campaign, .lines = p->shown};
  int rc = p->vm->api->evaluate(p->vm, campaign, p->arena, &result, &failure);
  if (rc && !is_rule_fault(rc)) return sp_fail(err, rc, failure.field, "%s", failure.message);
  if (rc) {
    p->out->alarms++;
    entry.outcome = "error";
    entry.why = failure.message;
    rc = 0;
  } else {
    rc = settle(p, phase, &result, &entry, err);
  }
  sp_trace_add(&p->trace, &entry);
  return rc;
}

static int run_phase(struct pricing *p, enum sp_phase phase, struct sp_error *err) {
  int32_t end = p->bundle->phase_first[phase + 1];
  int rc = 0;
  for (int32_t at = next_found(p->found, p->bundle->phase_first[phase], end); at < end && !rc;
       at = next_found(p->found, at + 1, end))
    if (is_live(&p->bundle->campaigns[at], p->basket, p->context)) rc = ask(p, phase, at, err);
  return rc;
}

/* ---- The result ---- */

/* By line, and within a line in the order in which they applied: a counting sort. */
static int write_allocations(struct pricing *p, struct sp_error *err) {
  struct sp_priced *out = p->out;
  if (p->count == 0) return 0;
  int32_t *place = sp_arena_array(p->arena, (size_t)p->basket->count + 1, sizeof *place);
  out->allocations = sp_arena_array(p->arena, (size_t)p->count, sizeof *out->allocations);
  if (!place || !out->allocations) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < p->count; i++)
    place[p->list[i].line + 1]++;
  for (int32_t i = 0; i < p->basket->count; i++)
    place[i + 1] += place[i];
  for (int32_t i = 0; i < p->count; i++) {
    const struct allocation *from = &p->list[i];
    const struct sp_campaign *campaign = &p->bundle->campaigns[from->campaign];
    struct sp_line_price *line = &out->lines[from->line];
    out->allocations[place[from->line]++] = (struct sp_allocation){.line = line->n,
                                                                   .campaign = campaign->code,
                                                                   .rule = p->bundle->rules[campaign->rule].info.name,
                                                                   .amount = from->amount};
    line->discount += from->amount;
    line->net -= from->amount;
  }
  out->allocation_count = p->count;
  return 0;
}

static int prepare(struct pricing *p, struct sp_error *err) {
  size_t count = (size_t)p->basket->count;
  *p->out = (struct sp_priced){.count = p->basket->count, .trace = "[]", .trace_len = 2};
  p->out->lines = sp_arena_array(p->arena, count, sizeof *p->out->lines);
  p->decided = sp_arena_array(p->arena, count, sizeof *p->decided);
  p->shown = sp_arena_array(p->arena, count, sizeof *p->shown);
  if (count > 0 && (!p->out->lines || !p->decided || !p->shown)) return sp_error_nomem(err, __func__);
  int rc = set_known_prices(p, err);
  return rc ? rc : find_campaigns(p->bundle, p->basket, p->arena, &p->found, err);
}

static int run(struct pricing *p, struct sp_error *err) {
  int rc = run_phase(p, SP_PHASE_PRICE, err);
  if (!rc && p->context->promotions) {
    rc = sp_stack_init(&p->stack, p->basket, p->out->lines, p->arena, err);
    if (!rc) rc = run_phase(p, SP_PHASE_PROMOTION, err);
  }
  if (!rc) rc = write_allocations(p, err);
  if (!rc) rc = sp_trace_finish(&p->trace, p->arena, &p->out->trace, &p->out->trace_len, err);
  return rc ? rc : sp_priced_check(p->basket, p->out, err);
}

static int check_input(const struct sp_bundle *bundle, const struct sp_rule_vm *vm, const struct sp_basket *basket,
                       struct sp_error *err) {
  if (vm->program != &bundle->program)
    return sp_fail(err, SP_E_INTERNAL, NULL, "The rule machine was opened for another bundle");
  if (basket->count > SP_BASKET_LINES_MAX)
    return sp_fail(err, SP_E_LIMIT, "lines", "A basket holds at most %d lines", SP_BASKET_LINES_MAX);
  return 0;
}

int sp_engine_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                    const struct sp_context *context, struct sp_arena *arena, struct sp_priced *out,
                    struct sp_error *err) {
  struct pricing p = {.bundle = bundle, .vm = vm, .basket = basket, .context = context, .arena = arena, .out = out};
  int rc = check_input(bundle, vm, basket, err);
  if (!rc) rc = prepare(&p, err);
  if (rc) return rc;
  sp_trace_start(&p.trace);
  vm->api->begin(vm, &(struct sp_rule_view){.basket = basket, .prices = out->lines, .context = context});
  rc = run(&p, err);
  vm->api->end(vm);
  sp_trace_free(&p.trace);
  return rc;
}

/* ---- Stock policy ---- */

static int ask_stock(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, bool *blocked,
                     struct sp_error *err) {
  struct sp_error failure = {.lang = SP_LANG_EN};
  struct sp_rule_result result = {0};
  int rc = vm->api->evaluate(vm, campaign, arena, &result, &failure);
  if (is_rule_fault(rc)) return 0;
  if (rc) return sp_fail(err, rc, failure.field, "%s", failure.message);
  for (int32_t i = 0; i < result.count; i++)
    for (int32_t t = 0; result.offers[i].kind == SP_OFFER_BLOCK && t < result.offers[i].target_count; t++)
      blocked[result.offers[i].targets[t].line] = true;
  return 0;
}

int sp_engine_stock_policy(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                           const struct sp_context *context, struct sp_arena *arena, bool *blocked,
                           struct sp_error *err) {
  int32_t at = bundle->phase_first[SP_PHASE_STOCK];
  int32_t end = bundle->phase_first[SP_PHASE_STOCK + 1];
  uint64_t *found;
  for (int32_t i = 0; i < basket->count; i++)
    blocked[i] = false;
  if (at == end) return 0;
  int rc = check_input(bundle, vm, basket, err);
  if (!rc) rc = find_campaigns(bundle, basket, arena, &found, err);
  if (rc) return rc;
  vm->api->begin(vm, &(struct sp_rule_view){.basket = basket, .context = context});
  for (at = next_found(found, at, end); at < end && !rc; at = next_found(found, at + 1, end))
    if (is_live(&bundle->campaigns[at], basket, context)) rc = ask_stock(vm, at, arena, blocked, err);
  vm->api->end(vm);
  return rc;
}
