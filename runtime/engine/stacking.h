/* What proposals do to units: one offer a unit and stacking group, the first in order wins, nothing goes below zero.
 *
 * Units of a line that have the same history share one segment, so a line of 80,000 pieces costs what one piece does.
 * The result does not depend on the order of scanning: targets come in an order made of price and product, and a
 * percentage is rounded once over all its units and dealt out by the largest remainder.
 */
#ifndef SP_ENGINE_STACKING_H
#define SP_ENGINE_STACKING_H

#include "base/arena.h"
#include "base/error.h"
#include "domain/basket.h"
#include "ports/rule_vm.h"

struct sp_segment {
  int64_t count;     /* units, > 0 */
  int64_t remaining; /* fen still to pay for each of them, ≥ 0 */
  uint64_t taken;    /* bit a stacking group that has had them */
  struct sp_segment *next;
};

struct sp_stack_line {
  struct sp_segment first;
  int64_t unit_gross;        /* fen of one unit before any offer */
  struct sp_segment *cursor; /* where the last search ended, and … */
  int64_t cursor_start;      /* … the unit it starts at */
  int64_t taken_now;         /* by the campaign that is being applied */
};

struct sp_stack {
  struct sp_arena *arena;
  struct sp_stack_line *lines; /* as the basket's */
  int32_t *touched;            /* lines with taken_now > 0 or about to be */
  int32_t touched_count;
};

/* The units of a line as the engine counts them: sp_line_units, and 1 for a quantity that is no number of pieces. */
int64_t sp_stack_units(const struct sp_line *line);

/* Start from priced lines. SP_E_NOMEM. */
int sp_stack_init(struct sp_stack *stack, const struct sp_basket *basket, const struct sp_line_price *prices,
                  struct sp_arena *arena, struct sp_error *err);

/* Before the offers of one campaign: forget what the one before took. */
void sp_stack_next(struct sp_stack *stack);

/* Apply one offer for the stacking group `bit`: adds to taken_now of its lines, in fen. `*free_units` counts the units
 * it found not taken by its group. SP_E_NOMEM, SP_E_RANGE. */
int sp_stack_apply(struct sp_stack *stack, const struct sp_offer *offer, uint64_t bit, int64_t *free_units,
                   struct sp_error *err);

#endif
