/* Promotions and coupons: campaigns of a stacking group share units as its mode says. */
#include "domain/money.h"
#include "engine/pricing.h"

#include <stdlib.h>

#define ASKS_PER_CANDIDATE 8
#define ASKS_AT_LEAST      64

/* Whose units the campaigns of a group may have. An exclusion between two groups holds for the whole basket when either
 * of them says so. */
static struct sp_stack_group group_of(const struct sp_bundle *bundle, int32_t at) {
  const struct sp_group *group = &bundle->groups[at];
  struct sp_stack_group out = {.bit = (uint64_t)1 << at};
  if (group->mode != SP_GROUP_ALL) out.units |= out.bit;
  for (uint64_t left = group->excludes; left; left &= left - 1) {
    uint64_t bit = left & (~left + 1);
    bool basket = group->per_basket || bundle->groups[__builtin_ctzll(left)].per_basket;
    *(basket ? &out.baskets : &out.units) |= bit;
  }
  return out;
}

static void open_try(struct sp_pricing *p, int32_t campaign) {
  struct sp_stack_group group = group_of(p->bundle, sp_pricing_rule(p, campaign)->group);
  sp_stack_open(&p->stack, &group);
}

/* ---- One campaign ---- */

/* Units are only ever taken: once a group finds none that costs something, its campaigns need not be asked. Opens a
 * try, so that the winner can be named. */
static bool comes_too_late(struct sp_pricing *p, int32_t campaign) {
  open_try(p, campaign);
  if (sp_stack_has_free(&p->stack)) return false;
  p->exhausted |= p->stack.group.bit;
  return true;
}

/* Who has the units that the open try missed: the last campaign of a group that keeps it from them. */
static void name_winner(const struct sp_pricing *p, struct sp_trace_entry *entry) {
  const struct sp_stack_group *group = &p->stack.group;
  entry->outcome = "lost";
  entry->why = "taken";
  for (int32_t i = p->taking_count; i-- > 0;) {
    const struct sp_taking *taking = &p->takings[i];
    uint64_t bit = (uint64_t)1 << sp_pricing_rule(p, taking->campaign)->group;
    if (!(bit & group->baskets) && (!(bit & group->units) || taking->line != p->stack.missed)) continue;
    if (bit != group->bit) entry->why = "excluded";
    entry->by = sp_pricing_campaign(p, taking->campaign)->code;
    return;
  }
}

/* Apply the offers within the open try. A rule whose offers cannot be worked out is at fault: asked->failed. */
static int try_offers(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  int rc = 0;
  for (int32_t i = 0; i < asked->result.count && !rc; i++)
    if (sp_offer_takes_money(asked->result.offers[i].kind)) rc = sp_stack_apply(&p->stack, &asked->result.offers[i]);
  if (rc == SP_E_NOMEM) return sp_error_nomem(err, __func__);
  if (!rc) return 0;
  sp_stack_undo(&p->stack);
  return sp_pricing_fault(p, asked, rc == SP_E_LIMIT ? "the offers have too many parts" : "an offer is too large", err);
}

static int by_line(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* What the try took is taken: the prices of its lines, and who took it. */
static int keep(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  struct sp_stack *stack = &p->stack;
  struct sp_trace_entry *entry = &asked->entry;
  sp_stack_keep(stack);
  if (stack->touched_count > 1) qsort(stack->touched, (size_t)stack->touched_count, sizeof *stack->touched, by_line);
  for (int32_t i = 0; i < stack->touched_count; i++) {
    int32_t at = stack->touched[i];
    int64_t amount = stack->lines[at].taken_now;
    struct sp_line_price *line = &p->out->lines[at];
    p->takings = sp_pricing_room(p, p->takings, p->taking_count, &p->taking_capacity, sizeof *p->takings);
    if (!p->takings) return sp_error_nomem(err, __func__);
    p->takings[p->taking_count++] = (struct sp_taking){.line = at, .campaign = entry->campaign, .amount = amount};
    if (amount == 0) continue;
    line->discount += amount;
    line->net -= amount;
    p->shown[entry->line_count++] = (struct sp_trace_line){.n = line->n, .amount = amount};
  }
  entry->amount = stack->amount;
  return sp_pricing_applied(p, asked, stack->amount, stack->units, err);
}

/* Nothing came off: say why. */
static int gave_nothing(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  bool reached = p->stack.units > 0;
  sp_stack_undo(&p->stack);
  if (!asked->entry.first && p->stack.missed < 0) return sp_pricing_silent(p, asked, err);
  if (!reached && p->stack.missed >= 0) {
    name_winner(p, &asked->entry);
    return 0;
  }
  asked->entry.outcome = "lost";
  asked->entry.why = "no-effect";
  return 0;
}

/* The open try has been made: keep it, or say why not. */
static int settle(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  if (p->stack.amount == 0) return gave_nothing(p, asked, err);
  if (sp_budget_allows(&asked->budget, p->stack.amount, sp_asked_units(asked, p->stack.units)))
    return keep(p, asked, err);
  sp_stack_undo(&p->stack);
  return sp_pricing_over_limit(p, asked, err);
}

static int ask_and_try(struct sp_pricing *p, struct sp_asked *asked, struct sp_error *err) {
  open_try(p, asked->entry.campaign);
  int rc = sp_pricing_ask(p, asked, err);
  return rc || asked->failed ? rc : try_offers(p, asked, err);
}

/* Not asked: the first few say who was before them (engine/whynot.c tells it of all). */
static void tell_late(struct sp_pricing *p, int32_t campaign) {
  struct sp_trace_entry entry = {.bundle = p->bundle, .campaign = campaign, .outcome = "lost", .why = "no-effect"};
  p->unasked++;
  if (p->stack.missed >= 0) name_winner(p, &entry);
  sp_trace_add(&p->trace, &entry);
}

static int ask_one(struct sp_pricing *p, int32_t campaign, struct sp_error *err) {
  struct sp_asked asked;
  bool go;
  if (comes_too_late(p, campaign)) {
    tell_late(p, campaign);
    return 0;
  }
  int rc = sp_pricing_begin(p, campaign, &asked, &go, err);
  if (!rc && go) rc = ask_and_try(p, &asked, err);
  if (!rc && go && !asked.failed) rc = settle(p, &asked, err);
  if (!rc) sp_trace_add(&p->trace, &asked.entry);
  return rc;
}

/* ---- Best of a group ---- */

struct candidate {
  struct sp_asked asked;
  int64_t benefit; /* when it was last asked */
  int64_t units;   /* it then reached */
  bool done;       /* nothing more to gain from it: its entry says why */
};

struct contest {
  struct candidate *list;
  int32_t count;
  int32_t asks; /* that are left */
};

/* Ask a candidate what it would give now. */
static int sound_out(struct sp_pricing *p, struct contest *contest, struct candidate *candidate, struct sp_error *err) {
  struct sp_asked *asked = &candidate->asked;
  contest->asks--;
  if (comes_too_late(p, asked->entry.campaign)) {
    candidate->done = true;
    name_winner(p, &asked->entry);
    return 0;
  }
  int rc = ask_and_try(p, asked, err);
  if (rc) return rc;
  candidate->benefit = p->stack.amount;
  candidate->units = p->stack.units;
  candidate->done = asked->failed;
  if (asked->failed) return 0;
  if (p->stack.amount == 0 ||
      !sp_budget_allows(&asked->budget, p->stack.amount, sp_asked_units(asked, p->stack.units))) {
    candidate->done = true;
    return settle(p, asked, err);
  }
  sp_stack_undo(&p->stack);
  return 0;
}

static struct candidate *leader(struct contest *contest) {
  struct candidate *best = NULL;
  for (int32_t i = 0; i < contest->count; i++) {
    struct candidate *candidate = &contest->list[i];
    if (!candidate->done && (!best || candidate->benefit > best->benefit)) best = candidate;
  }
  return best;
}

/* The leader wins when it still gets what it was promised; else it is asked again, or is out when there were enough
 * questions. */
static int challenge(struct sp_pricing *p, struct contest *contest, struct candidate *candidate, struct sp_error *err) {
  struct sp_asked *asked = &candidate->asked;
  open_try(p, asked->entry.campaign);
  int rc = try_offers(p, asked, err);
  if (rc) return rc;
  candidate->done = true;
  if (asked->failed) return 0;
  if (p->stack.units == candidate->units && p->stack.amount == candidate->benefit) {
    rc = keep(p, asked, err);
    if (!rc) sp_trace_add(&p->trace, &asked->entry); /* now: its lines are shown in a buffer that all entries share */
    asked->written = true;
    return rc;
  }
  sp_stack_undo(&p->stack);
  if (contest->asks > 0) return sound_out(p, contest, candidate, err);
  name_winner(p, &asked->entry);
  return 0;
}

static bool is_candidate(const struct sp_pricing *p, int32_t campaign, int32_t group) {
  return sp_pricing_rule(p, campaign)->group == group &&
         !sp_campaign_away(sp_pricing_campaign(p, campaign), p->basket, p->context, &p->moment);
}

static int enter(struct sp_pricing *p, struct contest *contest, int32_t at, int32_t end, int32_t group,
                 struct sp_error *err) {
  int32_t most = 0;
  for (int32_t i = at; i < end; i = sp_set_next(p->found, i + 1, end))
    most += is_candidate(p, i, group);
  contest->list = sp_arena_array(p->arena, (size_t)most, sizeof *contest->list);
  contest->asks = most * ASKS_PER_CANDIDATE + ASKS_AT_LEAST;
  if (!contest->list) return sp_error_nomem(err, __func__);
  for (int32_t i = at; i < end; i = sp_set_next(p->found, i + 1, end)) {
    struct candidate *candidate = &contest->list[contest->count];
    bool go;
    if (!is_candidate(p, i, group)) continue;
    contest->count++;
    int rc = sp_pricing_begin(p, i, &candidate->asked, &go, err);
    candidate->done = !go;
    if (!rc && go) rc = sound_out(p, contest, candidate, err);
    if (rc) return rc;
  }
  return 0;
}

/* Greedy: the one that takes most off first, ties in the total order, until nobody gains any more. */
static int settle_best(struct sp_pricing *p, int32_t at, int32_t end, int32_t group, struct sp_error *err) {
  struct contest contest = {0};
  int rc = enter(p, &contest, at, end, group, err);
  for (struct candidate *next; !rc && (next = leader(&contest)) != NULL;)
    rc = challenge(p, &contest, next, err);
  for (int32_t i = 0; i < contest.count && !rc; i++)
    if (!contest.list[i].asked.written) sp_trace_add(&p->trace, &contest.list[i].asked.entry);
  return rc;
}

/* ---- The phase ---- */

int sp_phase_promotion(struct sp_pricing *p, enum sp_phase phase, struct sp_error *err) {
  int32_t end = p->bundle->phase_first[phase + 1];
  int rc = 0;
  p->settled = 0;
  for (int32_t at = sp_set_next(p->found, p->bundle->phase_first[phase], end); at < end && !rc;
       at = sp_set_next(p->found, at + 1, end)) {
    int32_t group = sp_pricing_rule(p, at)->group;
    uint64_t bit = (uint64_t)1 << group;
    if ((p->exhausted & bit) && p->unasked >= SP_UNASKED_MAX) continue;
    if ((p->settled & bit) || !is_candidate(p, at, group)) continue;
    if (p->bundle->groups[group].mode != SP_GROUP_BEST) {
      rc = ask_one(p, at, err);
      continue;
    }
    p->settled |= bit;
    rc = settle_best(p, at, end, group, err);
  }
  return rc;
}
