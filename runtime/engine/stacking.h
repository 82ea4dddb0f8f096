/* What proposals do to units: who may have a unit, what is taken off it, nothing below zero.
 *
 * Units of a line that have the same history share one segment, so a line of a million pieces costs what one piece
 * does. The offers of one campaign are one try between sp_stack_open and either sp_stack_keep or sp_stack_undo, so that
 * a campaign is applied whole or not at all, and `best` may try every campaign of a group before it chooses.
 *
 * The result does not depend on the order of scanning: targets come in an order made of price and product, and amounts
 * are rounded once over all their units and dealt out by the largest remainder. A unit that one campaign names twice
 * counts once, whatever the mode of its group. An offer with companions holds for all its units or not at all, and so
 * does a price for several units together.
 */
#ifndef SP_ENGINE_STACKING_H
#define SP_ENGINE_STACKING_H

#include "base/arena.h"
#include "base/error.h"
#include "domain/basket.h"
#include "ports/rule_vm.h"

/* Segments that the offers of one campaign may walk over: a rule that names the same units again and again is wrong. */
#define SP_STACK_WORK_MAX 262144

struct sp_segment {
  int64_t count;     /* units, > 0 */
  int64_t remaining; /* fen still to pay for each of them, ≥ 0 */
  uint64_t taken;    /* bit a stacking group that has had them */
  uint32_t stamp;    /* the try that last claimed them … */
  int64_t remaining_before;
  uint64_t taken_before; /* … and what they were before it */
  struct sp_segment *next;
};

struct sp_stack_line {
  struct sp_segment first;
  int64_t unit_gross;        /* fen of one unit before any offer */
  struct sp_segment *cursor; /* where the last search ended, and … */
  int64_t cursor_start;      /* … the unit it starts at */
  uint32_t stamp;            /* the try that last touched the line */
  int64_t taken_now;         /* fen taken by that try */
};

/* Whose units a campaign may have. */
struct sp_stack_group {
  uint64_t bit;     /* its own group; 0 outside of the phases that stack */
  uint64_t units;   /* groups whose units it may not have: its own but in mode `all`, and those it excludes */
  uint64_t baskets; /* groups that keep it away from the whole basket */
};

struct sp_piece;

struct sp_stack {
  struct sp_arena *arena;
  const struct sp_basket *basket;
  struct sp_stack_line *lines; /* as the basket's */
  int32_t *order;              /* lines, dearest unit first; made when first needed */
  uint64_t used;               /* groups that have had units of this basket */
  struct sp_piece *pieces;     /* reused from offer to offer */
  int32_t piece_capacity;
  /* The try that is open. */
  struct sp_stack_group group;
  uint32_t stamp;
  int32_t *touched; /* lines with units claimed by it */
  int32_t touched_count;
  int64_t units;  /* claimed as targets */
  int64_t amount; /* fen taken off */
  int64_t work;
  int32_t missed; /* the first line that hid units from it (sp_stack_ranges, offers), −1: none */
};

/* The units of a line as the engine counts them: sp_line_units, and 1 for a quantity that is no number of pieces. */
int64_t sp_stack_units(const struct sp_line *line);

/* Start from priced lines. SP_E_NOMEM. */
int sp_stack_init(struct sp_stack *stack, const struct sp_basket *basket, const struct sp_line_price *prices,
                  struct sp_arena *arena, struct sp_error *err);

/* Begin the try of one campaign. */
void sp_stack_open(struct sp_stack *stack, const struct sp_stack_group *group);

/* Apply one offer: adds to taken_now of its lines, and to `units` and `amount` of the try. Targets lie inside the
 * basket and the kind takes money off. SP_E_NOMEM; SP_E_RANGE for a sum that is too large and SP_E_LIMIT for too much
 * work are the rule's fault: undo the try. */
int sp_stack_apply(struct sp_stack *stack, const struct sp_offer *offer);

/* End the try: what it took is taken, or was never touched. Both leave `touched` and taken_now to be read. */
void sp_stack_keep(struct sp_stack *stack);
void sp_stack_undo(struct sp_stack *stack);

/* May the open try have any unit that still costs something? Without one no offer takes anything off; `missed` is then
 * the first line. Costs the lines at most. */
bool sp_stack_has_free(struct sp_stack *stack);

/* The units of a line that the open try may have, as runs of equal units: struct sp_unit_source. */
int32_t sp_stack_ranges(struct sp_stack *stack, int32_t line, struct sp_unit_range *out, int32_t max);

/* ---- Shares: stacking_share.c ---- */

/* Units an offer reaches, all alike: one segment of one line. */
struct sp_piece {
  struct sp_segment *segment;
  int32_t line;
  int32_t index;  /* place among the targets: breaks ties */
  int64_t weight; /* fen of one unit by which an amount is dealt out */
  int64_t each;   /* out: fen off each unit, never more than remains */
  int64_t extra;  /* out: units that get one fen more */
  uint64_t rest;  /* what the division left over for each unit */
  bool full;      /* nothing remains after its share */
};

/* Work out what an offer takes off its pieces; may reorder them. SP_E_RANGE. */
int sp_share(const struct sp_offer *offer, struct sp_piece *pieces, int32_t count);

#endif
