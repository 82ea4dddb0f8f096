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
};

/* One offer, unit by unit, a percentage by the split of the domain. Adds to sums a line. */
static void apply_plain(struct plain *plain, const struct sp_offer *offer, uint64_t bit, int64_t *sums) {
  int64_t weights[LINES * UNITS];
  int64_t parts[LINES * UNITS];
  int64_t *places[LINES * UNITS];
  int32_t lines[LINES * UNITS];
  size_t count = 0;
  int64_t sum = 0;
  int64_t total = 0;
  for (int32_t t = 0; t < offer->target_count; t++) {
    const struct sp_offer_target *target = &offer->targets[t];
    for (int64_t u = target->first; u < target->first + target->count; u++) {
      int32_t line = target->line;
      if (plain->taken[line][u] & bit) continue;
      plain->taken[line][u] |= bit;
      weights[count] = offer->base == SP_BASE_GROSS ? plain->gross[line] : plain->remaining[line][u];
      places[count] = &plain->remaining[line][u];
      lines[count] = line;
      sum += weights[count++];
    }
  }
  assert_int_equal(sp_money_muldiv(sum, offer->value, SP_PPM, &total), 0);
  if (offer->kind == SP_OFFER_PERCENT && sum > 0) assert_int_equal(sp_money_split(total, weights, count, parts), 0);
  for (size_t i = 0; i < count; i++) {
    int64_t off = *places[i];
    if (offer->kind == SP_OFFER_PERCENT) off = sum > 0 ? parts[i] : 0;
    if (offer->kind == SP_OFFER_AMOUNT) off = offer->value;
    if (offer->kind == SP_OFFER_PRICE) off = *places[i] > offer->value ? *places[i] - offer->value : 0;
    if (off > *places[i]) off = *places[i];
    *places[i] -= off;
    sums[lines[i]] += off;
  }
}

static void random_offer(const struct plain *plain, struct sp_offer *offer, struct sp_offer_target *targets) {
  static const enum sp_offer_kind kinds[] = {SP_OFFER_PERCENT, SP_OFFER_PERCENT, SP_OFFER_AMOUNT, SP_OFFER_PRICE,
                                             SP_OFFER_FREE};
  enum sp_offer_kind kind = kinds[roll(5)];
  *offer = (struct sp_offer){.kind = kind, .base = roll(2) ? SP_BASE_GROSS : SP_BASE_REMAINING, .targets = targets};
  offer->value = kind == SP_OFFER_PERCENT ? roll(SP_PPM + 1) : roll(600);
  offer->target_count = 1 + (int32_t)roll(5);
  for (int32_t t = 0; t < offer->target_count; t++) {
    int32_t line = (int32_t)roll(LINES);
    int64_t first = roll(plain->units[line]);
    targets[t] = (struct sp_offer_target){.line = line, .first = first, .count = 1 + roll(plain->units[line] - first)};
  }
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
  for (int campaign = 0; campaign < 8; campaign++) {
    int64_t sums[LINES] = {0};
    int64_t free_units = 0;
    uint64_t bit = (uint64_t)1 << roll(4);
    sp_stack_next(&stack);
    for (int64_t offers = 1 + roll(4); offers > 0; offers--) {
      struct sp_offer offer;
      struct sp_offer_target targets[5];
      random_offer(&plain, &offer, targets);
      apply_plain(&plain, &offer, bit, sums);
      assert_int_equal(sp_stack_apply(&stack, &offer, bit, &free_units, NULL), 0);
    }
    for (int i = 0; i < LINES; i++)
      assert_int_equal(stack.lines[i].taken_now, sums[i]);
  }
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

/* A line of 80,000 pieces takes as many segments as it has histories, not units. */
static void long_lines_are_short(void **state) {
  struct sp_arena arena;
  struct sp_line line = {.quantity = (int64_t)80000 * SP_QUANTITY_ONE};
  struct sp_line_price price = {.unit_price = 3, .gross = 240000};
  struct sp_basket basket = {.lines = &line, .count = 1};
  struct sp_stack stack;
  struct sp_offer_target all = {.count = 80000};
  struct sp_offer offer = {.kind = SP_OFFER_PERCENT, .value = 100000, .targets = &all, .target_count = 1};
  int64_t free_units = 0;
  (void)state;
  sp_arena_init(&arena, 8192);
  assert_int_equal(sp_stack_init(&stack, &basket, &price, &arena, NULL), 0);
  assert_int_equal(sp_stack_apply(&stack, &offer, 1, &free_units, NULL), 0);
  assert_int_equal(stack.lines[0].taken_now, 24000);
  assert_int_equal(free_units, 80000);
  assert_int_equal(stack.lines[0].first.count, 24000);
  assert_int_equal(stack.lines[0].first.remaining, 2);
  assert_null(stack.lines[0].first.next->next);
  sp_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(segments_are_units), cmocka_unit_test(long_lines_are_short)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
