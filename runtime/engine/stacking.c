#include "engine/stacking.h"

#include "domain/money.h"
#include <stdlib.h>

/* Units an offer reaches, all alike: one segment of one line. */
struct piece {
  struct sp_segment *segment;
  int32_t line;
  int32_t index;  /* place among the targets: breaks ties */
  int64_t weight; /* fen of one unit that a percentage is taken of */
  int64_t each;   /* fen off each unit */
  int64_t extra;  /* units that get one fen more */
  uint64_t rest;  /* what the division left over for each unit */
};

struct pieces {
  struct piece *list;
  int32_t count;
  int64_t units;
};

int64_t sp_stack_units(const struct sp_line *line) {
  int64_t units = sp_line_units(line);
  return units > 0 ? units : 1;
}

int sp_stack_init(struct sp_stack *stack, const struct sp_basket *basket, const struct sp_line_price *prices,
                  struct sp_arena *arena, struct sp_error *err) {
  size_t count = (size_t)basket->count;
  *stack = (struct sp_stack){.arena = arena};
  stack->lines = sp_arena_array(arena, count, sizeof *stack->lines);
  stack->touched = sp_arena_array(arena, count, sizeof *stack->touched);
  if (count > 0 && (!stack->lines || !stack->touched)) return sp_error_nomem(err, __func__);
  for (size_t i = 0; i < count; i++) {
    struct sp_stack_line *line = &stack->lines[i];
    int64_t units = sp_stack_units(&basket->lines[i]);
    line->unit_gross = units == 1 ? prices[i].gross : prices[i].unit_price;
    line->first = (struct sp_segment){.count = units, .remaining = line->unit_gross};
    line->cursor = &line->first;
  }
  return 0;
}

void sp_stack_next(struct sp_stack *stack) {
  for (int32_t i = 0; i < stack->touched_count; i++)
    stack->lines[stack->touched[i]].taken_now = 0;
  stack->touched_count = 0;
}

/* Cut `segment` so that it keeps `keep` units; the rest becomes the next one. */
static int cut(struct sp_arena *arena, struct sp_segment *segment, int64_t keep) {
  if (keep <= 0 || keep >= segment->count) return 0;
  struct sp_segment *rest = sp_arena_alloc(arena, sizeof *rest);
  if (!rest) return SP_E_NOMEM;
  *rest = *segment;
  rest->count = segment->count - keep;
  segment->count = keep;
  segment->next = rest;
  return 0;
}

/* The segment that starts at `unit`, cutting one if need be; null past the end. Searches walk forwards from the last.
 */
static int seek(struct sp_arena *arena, struct sp_stack_line *line, int64_t unit, struct sp_segment **out) {
  if (unit < line->cursor_start) {
    line->cursor = &line->first;
    line->cursor_start = 0;
  }
  while (line->cursor->next && line->cursor_start + line->cursor->count <= unit) {
    line->cursor_start += line->cursor->count;
    line->cursor = line->cursor->next;
  }
  int64_t inside = unit - line->cursor_start;
  *out = NULL;
  if (inside >= line->cursor->count) return 0;
  if (cut(arena, line->cursor, inside)) return SP_E_NOMEM;
  *out = inside > 0 ? line->cursor->next : line->cursor;
  return 0;
}

/* Cut the line at both ends of a target. */
static int cut_ends(struct sp_stack *stack, const struct sp_offer_target *target) {
  struct sp_stack_line *line = &stack->lines[target->line];
  struct sp_segment *ignored;
  int rc = seek(stack->arena, line, target->first, &ignored);
  return rc ? rc : seek(stack->arena, line, target->first + target->count, &ignored);
}

static int32_t count_segments(struct sp_stack *stack, const struct sp_offer_target *target) {
  struct sp_segment *segment = NULL;
  int32_t count = 0;
  int64_t left = target->count;
  if (seek(stack->arena, &stack->lines[target->line], target->first, &segment)) return 0;
  for (; segment && left > 0; segment = segment->next, count++)
    left -= segment->count;
  return count;
}

/* Claim what the group has not had yet; a unit named twice is claimed once. */
static void claim(struct sp_stack *stack, const struct sp_offer *offer, const struct sp_offer_target *target,
                  uint64_t bit, struct pieces *pieces) {
  struct sp_stack_line *line = &stack->lines[target->line];
  struct sp_segment *segment = NULL;
  int64_t left = target->count;
  if (seek(stack->arena, line, target->first, &segment)) return;
  for (; segment && left > 0; segment = segment->next) {
    left -= segment->count;
    if (segment->taken & bit) continue;
    segment->taken |= bit;
    pieces->list[pieces->count] =
        (struct piece){.segment = segment,
                       .line = target->line,
                       .index = pieces->count,
                       .weight = offer->base == SP_BASE_GROSS ? line->unit_gross : segment->remaining};
    pieces->count++;
    pieces->units += segment->count;
  }
}

static int collect(struct sp_stack *stack, const struct sp_offer *offer, uint64_t bit, struct pieces *pieces) {
  int64_t most = 0;
  for (int32_t i = 0; i < offer->target_count; i++)
    if (cut_ends(stack, &offer->targets[i])) return SP_E_NOMEM;
  for (int32_t i = 0; i < offer->target_count; i++)
    most += count_segments(stack, &offer->targets[i]);
  *pieces = (struct pieces){.list = sp_arena_array(stack->arena, (size_t)most, sizeof *pieces->list)};
  if (most > 0 && !pieces->list) return SP_E_NOMEM;
  for (int32_t i = 0; i < offer->target_count; i++)
    claim(stack, offer, &offer->targets[i], bit, pieces);
  return 0;
}

static int by_rest(const void *a, const void *b) {
  const struct piece *x = a;
  const struct piece *y = b;
  if (x->rest != y->rest) return x->rest > y->rest ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* The largest remainder over units, worked out per piece: its units share one weight, so they share floor and rest. */
static int share_percent(struct pieces *pieces, int64_t ppm) {
  int64_t sum = 0;
  int64_t total;
  int rc = 0;
  for (int32_t i = 0; i < pieces->count && !rc; i++) {
    int64_t weight;
    rc = sp_money_muldiv(pieces->list[i].weight, pieces->list[i].segment->count, 1, &weight);
    if (!rc) rc = sp_money_accumulate(&sum, weight);
  }
  if (!rc) rc = sp_money_muldiv(sum, ppm, SP_PPM, &total);
  if (rc || sum == 0) return rc;
  int64_t left = total;
  for (int32_t i = 0; i < pieces->count; i++) {
    struct piece *piece = &pieces->list[i];
    rc = sp_money_share(piece->weight, total, sum, &piece->each);
    if (rc) return rc;
    /* Both products wrap alike, and their difference is below `sum`, so the difference is exact. */
    piece->rest = (uint64_t)piece->weight * (uint64_t)total - (uint64_t)piece->each * (uint64_t)sum;
    left -= piece->each * piece->segment->count;
  }
  if (left > 0 && pieces->count > 1) qsort(pieces->list, (size_t)pieces->count, sizeof *pieces->list, by_rest);
  for (int32_t i = 0; i < pieces->count && left > 0; i++) {
    struct piece *piece = &pieces->list[i];
    piece->extra = left < piece->segment->count ? left : piece->segment->count;
    left -= piece->extra;
  }
  return 0;
}

static int share(const struct sp_offer *offer, struct pieces *pieces) {
  if (offer->kind == SP_OFFER_PERCENT) return share_percent(pieces, offer->value);
  for (int32_t i = 0; i < pieces->count; i++) {
    struct piece *piece = &pieces->list[i];
    int64_t remaining = piece->segment->remaining;
    if (offer->kind == SP_OFFER_AMOUNT) piece->each = offer->value;
    if (offer->kind == SP_OFFER_PRICE) piece->each = remaining > offer->value ? remaining - offer->value : 0;
    if (offer->kind == SP_OFFER_FREE) piece->each = remaining;
  }
  return 0;
}

static void touch(struct sp_stack *stack, int32_t line) {
  for (int32_t i = stack->touched_count; i-- > 0;)
    if (stack->touched[i] == line) return;
  stack->touched[stack->touched_count++] = line;
}

/* Take `each` fen, at most what remains, off every unit of a segment. */
static int take(struct sp_stack *stack, int32_t line, struct sp_segment *segment, int64_t each) {
  int64_t amount;
  if (each > segment->remaining) each = segment->remaining;
  if (each <= 0) return 0;
  int rc = sp_money_muldiv(each, segment->count, 1, &amount);
  if (rc) return rc;
  segment->remaining -= each;
  touch(stack, line);
  return sp_money_accumulate(&stack->lines[line].taken_now, amount);
}

static int take_piece(struct sp_stack *stack, const struct piece *piece) {
  struct sp_segment *segment = piece->segment;
  if (piece->extra == 0 || piece->extra == segment->count)
    return take(stack, piece->line, segment, piece->each + (piece->extra > 0 ? 1 : 0));
  if (cut(stack->arena, segment, piece->extra)) return SP_E_NOMEM;
  struct sp_segment *rest = segment->next;
  int rc = take(stack, piece->line, segment, piece->each + 1);
  return rc ? rc : take(stack, piece->line, rest, piece->each);
}

int sp_stack_apply(struct sp_stack *stack, const struct sp_offer *offer, uint64_t bit, int64_t *free_units,
                   struct sp_error *err) {
  struct pieces pieces;
  if (collect(stack, offer, bit, &pieces)) return sp_error_nomem(err, __func__);
  *free_units += pieces.units;
  int rc = share(offer, &pieces);
  for (int32_t i = 0; i < pieces.count && !rc; i++)
    rc = take_piece(stack, &pieces.list[i]);
  if (rc == SP_E_NOMEM) return sp_error_nomem(err, __func__);
  return rc ? sp_fail(err, rc, "lines", "The sum of the basket is too large") : 0;
}
