/* Segments against the plain way: one array entry a unit. Any offers, the same fen. */
#include "engine/stacking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/money.h"

#include <stdlib.h>
#include <string.h>

#define LINES 6
#define UNITS 12

static uint64_t state_of_random;

static int64_t roll(int64_t below) {
  state_of_random ^= state_of_random << 13;
  state_of_random ^= state_of_random >> 7;
  state_of_random ^= state_of_random << 17;
  return (int64_t)(state_of_random % (uint64_t)below);
}

struct plain {
  int64_t gross[LINES], units[LINES];
  int64_t remaining[LINES][UNITS];
  uint64_t taken[LINES][UNITS];
  bool mine[LINES][UNITS]; /* of the campaign that is being applied */
  uint64_t used;
};

/* The units of one offer that are free, in order. */
struct reach {
  int64_t weights[LINES * UNITS * 6];
  int64_t parts[LINES * UNITS * 6];
  int64_t *places[LINES * UNITS * 6];
  int32_t lines[LINES * UNITS * 6];
  size_t count;
};

static bool is_free(const struct plain *plain, const struct sp_stack_group *group, int32_t line, int64_t unit) {
  return !(plain->taken[line][unit] & group->units) && !(plain->used & group->baskets) && !plain->mine[line][unit];
}

static bool all_free(const struct plain *plain, const struct sp_stack_group *group,
                     const struct sp_offer_target *targets, int32_t count) {
  for (int32_t t = 0; t < count; t++)
    for (int64_t u = targets[t].first; u < targets[t].first + targets[t].count; u++)
      if (!is_free(plain, group, targets[t].line, u)) return false;
  return true;
}

static void claim(struct plain *plain, const struct sp_stack_group *group, const struct sp_offer *offer,
                  const struct sp_offer_target *target, struct reach *reach) {
  int32_t line = target->line;
  bool gross = offer->base == SP_BASE_GROSS && offer->kind != SP_OFFER_TOTAL_PRICE;
  for (int64_t u = target->first; u < target->first + target->count; u++) {
    if (!is_free(plain, group, line, u)) continue;
    plain->mine[line][u] = true;
    plain->taken[line][u] |= group->bit;
    if (!reach) continue;
    reach->weights[reach->count] = gross ? plain->gross[line] : plain->remaining[line][u];
    reach->places[reach->count] = &plain->remaining[line][u];
    reach->lines[reach->count++] = line;
  }
}

/* `total` fen over units that may each give what they have: those that would give more are emptied, and the rest share
 * again. */
static void deal_out(struct reach *reach, int64_t total) {
  bool full[LINES * UNITS * 6] = {false};
  for (bool again = true; again;) {
    int64_t sum = 0;
    again = false;
    for (size_t i = 0; i < reach->count; i++)
      if (!full[i]) sum += reach->weights[i];
    int64_t wanted = total;
    for (size_t i = 0; i < reach->count && sum > 0; i++) {
      if (full[i] || reach->weights[i] * wanted <= *reach->places[i] * sum) continue;
      full[i] = again = true;
      reach->parts[i] = *reach->places[i];
      total -= reach->parts[i];
    }
  }
  int64_t weights[LINES * UNITS * 6];
  int64_t parts[LINES * UNITS * 6];
  for (size_t i = 0; i < reach->count; i++)
    weights[i] = full[i] ? 0 : reach->weights[i];
  assert_int_equal(sp_money_split(total, weights, reach->count, parts), 0);
  for (size_t i = 0; i < reach->count; i++)
    if (!full[i]) reach->parts[i] = parts[i];
}

static void work_out(struct reach *reach, const struct sp_offer *offer) {
  int64_t sum = 0;
  int64_t remaining = 0;
  int64_t total = 0;
  for (size_t i = 0; i < reach->count; i++) {
    sum += reach->weights[i];
    remaining += *reach->places[i];
  }
  if (offer->kind == SP_OFFER_TOTAL_OFF) total = offer->value < remaining ? offer->value : remaining;
  if (offer->kind == SP_OFFER_TOTAL_PRICE) total = offer->value < remaining ? remaining - offer->value : 0;
  if (total > 0) deal_out(reach, total);
  if (offer->kind != SP_OFFER_PERCENT || sum == 0) return;
  assert_int_equal(sp_money_muldiv(sum, offer->value, SP_PPM, &total), 0);
  assert_int_equal(sp_money_split(total, reach->weights, reach->count, reach->parts), 0);
}

/* One offer, unit by unit, amounts by the split of the domain. Adds to sums a line. */
static void apply_plain(struct plain *plain, const struct sp_offer *offer, const struct sp_stack_group *group,
                        int64_t *sums) {
  struct reach reach = {.count = 0};
  bool whole = all_free(plain, group, offer->targets, offer->target_count) &&
               all_free(plain, group, offer->with, offer->with_count);
  if (!whole && (offer->with_count > 0 || offer->kind == SP_OFFER_TOTAL_PRICE)) return;
  for (int32_t t = 0; t < offer->target_count; t++)
    claim(plain, group, offer, &offer->targets[t], &reach);
  for (int32_t t = 0; t < offer->with_count; t++)
    claim(plain, group, offer, &offer->with[t], NULL);
  work_out(&reach, offer);
  for (size_t i = 0; i < reach.count; i++) {
    int64_t off = reach.parts[i];
    if (offer->kind == SP_OFFER_FREE) off = *reach.places[i];
    if (offer->kind == SP_OFFER_AMOUNT) off = offer->value;
    if (offer->kind == SP_OFFER_PRICE) off = *reach.places[i] > offer->value ? *reach.places[i] - offer->value : 0;
    if (off > *reach.places[i]) off = *reach.places[i];
    *reach.places[i] -= off;
    sums[reach.lines[i]] += off;
  }
}

static void random_targets(const struct plain *plain, struct sp_offer_target *targets, int32_t count) {
  for (int32_t t = 0; t < count; t++) {
    int32_t line = (int32_t)roll(LINES);
    int64_t first = roll(plain->units[line]);
    targets[t] = (struct sp_offer_target){.line = line, .first = first, .count = 1 + roll(plain->units[line] - first)};
  }
}

static void random_offer(const struct plain *plain, struct sp_offer *offer, struct sp_offer_target targets[5],
                         struct sp_offer_target with[2]) {
  static const enum sp_offer_kind kinds[] = {SP_OFFER_PERCENT, SP_OFFER_PERCENT,   SP_OFFER_AMOUNT,     SP_OFFER_PRICE,
                                             SP_OFFER_FREE,    SP_OFFER_TOTAL_OFF, SP_OFFER_TOTAL_PRICE};
  enum sp_offer_kind kind = kinds[roll(7)];
  *offer = (struct sp_offer){.kind = kind, .base = roll(2) ? SP_BASE_GROSS : SP_BASE_REMAINING, .targets = targets};
  offer->value = kind == SP_OFFER_PERCENT ? roll(SP_PPM + 1) : roll(600);
  if (kind == SP_OFFER_TOTAL_OFF || kind == SP_OFFER_TOTAL_PRICE) offer->value = roll(roll(2) ? 10000 : 100);
  offer->target_count = 1 + (int32_t)roll(5);
  random_targets(plain, targets, offer->target_count);
  if (roll(4)) return;
  offer->with = with;
  offer->with_count = 1 + (int32_t)roll(2);
  random_targets(plain, with, offer->with_count);
}

/* What a rule would be shown is what is free. */
static void compare_ranges(struct sp_stack *stack, const struct plain *plain, const struct sp_stack_group *group) {
  for (int32_t line = 0; line < LINES; line++) {
    struct sp_unit_range ranges[UNITS];
    int32_t count = sp_stack_ranges(stack, line, ranges, UNITS);
    int32_t at = 0;
    for (int64_t u = 0; u < plain->units[line]; u++) {
      if (at < count && u >= ranges[at].first + ranges[at].count) at++;
      bool shown = at < count && u >= ranges[at].first;
      assert_int_equal(shown, is_free(plain, group, line, u));
      if (shown) assert_int_equal(ranges[at].remaining, plain->remaining[line][u]);
    }
  }
}

/* Groups: 0 first, 1 all, 2 and 3 exclude each other by unit, 4 and 5 by basket. */
static struct sp_stack_group random_group(void) {
  static const struct sp_stack_group groups[] = {{1, 1, 0},  {2, 0, 0},    {4, 12, 0},
                                                 {8, 12, 0}, {16, 16, 32}, {32, 32, 16}};
  return groups[roll(6)];
}

static void one_campaign(struct sp_stack *stack, struct plain *plain) {
  struct plain before = *plain;
  struct sp_stack_group group = random_group();
  int64_t sums[LINES] = {0};
  int64_t amount = 0;
  memset(plain->mine, 0, sizeof plain->mine);
  sp_stack_open(stack, &group);
  compare_ranges(stack, plain, &group);
  for (int64_t offers = 1 + roll(4); offers > 0; offers--) {
    struct sp_offer offer;
    struct sp_offer_target targets[5];
    struct sp_offer_target with[2];
    random_offer(plain, &offer, targets, with);
    apply_plain(plain, &offer, &group, sums);
    assert_int_equal(sp_stack_apply(stack, &offer), 0);
  }
  for (int i = 0; i < LINES; i++) {
    assert_int_equal(stack->lines[i].stamp == stack->stamp ? stack->lines[i].taken_now : 0, sums[i]);
    amount += sums[i];
  }
  assert_int_equal(stack->amount, amount);
  if (roll(3) == 0) {
    sp_stack_undo(stack);
    *plain = before;
    return;
  }
  sp_stack_keep(stack);
  for (int i = 0; i < LINES; i++)
    for (int u = 0; u < UNITS; u++)
      if (plain->mine[i][u]) plain->used |= group.bit;
}

static void one_case(struct sp_arena *arena) {
  struct plain plain = {0};
  struct sp_line lines[LINES] = {0};
  struct sp_line_price prices[LINES] = {0};
  struct sp_basket basket = {.lines = lines, .count = LINES};
  struct sp_stack stack;
  for (int i = 0; i < LINES; i++) {
    plain.units[i] = 1 + roll(UNITS);
    plain.gross[i] = roll(1000);
    lines[i].quantity = plain.units[i] * SP_QUANTITY_ONE;
    prices[i] = (struct sp_line_price){.unit_price = plain.gross[i], .gross = plain.gross[i] * plain.units[i]};
    for (int64_t u = 0; u < plain.units[i]; u++)
      plain.remaining[i][u] = plain.gross[i];
  }
  assert_int_equal(sp_stack_init(&stack, &basket, prices, arena, NULL), 0);
  for (int campaign = 0; campaign < 8; campaign++)
    one_campaign(&stack, &plain);
}

static void segments_are_units(void **state) {
  struct sp_arena arena;
  const char *text = getenv("SP_SEED");
  (void)state;
  state_of_random = text ? strtoull(text, NULL, 10) : 20261122;
  if (state_of_random == 0) state_of_random = 1;
  print_message("seed %llu\n", (unsigned long long)state_of_random);
  sp_arena_init(&arena, (size_t)8 << 20);
  for (int i = 0; i < 10000; i++) {
    one_case(&arena);
    sp_arena_reset(&arena);
  }
  sp_arena_free(&arena);
}

static const struct sp_stack_group only = {.bit = 1, .units = 1};

/* A line of 80,000 pieces takes as many segments as it has histories, not units. */
static void long_lines_are_short(void **state) {
  struct sp_arena arena;
  struct sp_line line = {.quantity = (int64_t)80000 * SP_QUANTITY_ONE};
  struct sp_line_price price = {.unit_price = 3, .gross = 240000};
  struct sp_basket basket = {.lines = &line, .count = 1};
  struct sp_stack stack;
  struct sp_offer_target all = {.count = 80000};
  struct sp_offer offer = {.kind = SP_OFFER_PERCENT, .value = 100000, .targets = &all, .target_count = 1};
  (void)state;
  sp_arena_init(&arena, 16384);
  assert_int_equal(sp_stack_init(&stack, &basket, &price, &arena, NULL), 0);
  sp_stack_open(&stack, &only);
  assert_int_equal(sp_stack_apply(&stack, &offer), 0);
  assert_int_equal(stack.lines[0].taken_now, 24000);
  assert_int_equal(stack.units, 80000);
  assert_int_equal(stack.lines[0].first.count, 24000);
  assert_int_equal(stack.lines[0].first.remaining, 2);
  assert_null(stack.lines[0].first.next->next);
  sp_arena_free(&arena);
}

/* A rule that names the same units again and again is stopped. */
static void work_is_bounded(void **state) {
  enum { PIECES = 1000 };
  static struct sp_offer_target all[PIECES * 2];
  struct sp_arena arena;
  struct sp_line line = {.quantity = (int64_t)PIECES * SP_QUANTITY_ONE};
  struct sp_line_price price = {.unit_price = 7, .gross = 7 * PIECES};
  struct sp_basket basket = {.lines = &line, .count = 1};
  struct sp_stack stack;
  (void)state;
  for (int i = 0; i < PIECES; i++) {
    all[i] = (struct sp_offer_target){.first = i, .count = 1};
    all[PIECES + i] = (struct sp_offer_target){.count = PIECES};
  }
  struct sp_offer offer = {.kind = SP_OFFER_AMOUNT, .value = 1, .targets = all, .target_count = PIECES};
  sp_arena_init(&arena, (size_t)32 << 20);
  assert_int_equal(sp_stack_init(&stack, &basket, &price, &arena, NULL), 0);
  sp_stack_open(&stack, &only);
  assert_int_equal(sp_stack_apply(&stack, &offer), 0);
  assert_int_equal(stack.amount, PIECES);
  offer.target_count = PIECES * 2;
  assert_int_equal(sp_stack_apply(&stack, &offer), SP_E_LIMIT);
  sp_stack_undo(&stack);
  sp_stack_open(&stack, &only);
  struct sp_unit_range range;
  assert_int_equal(sp_stack_ranges(&stack, 0, &range, 1), 1);
  assert_int_equal(range.count, PIECES);
  assert_int_equal(range.remaining, 7);
  sp_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(segments_are_units), cmocka_unit_test(long_lines_are_short),
                                     cmocka_unit_test(work_is_bounded)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
