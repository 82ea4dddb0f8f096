#include "engine/stacking.h"

#include "domain/money.h"
#include <stdlib.h>
#include <string.h>

int64_t sp_stack_units(const struct sp_line *line) {
  int64_t units = sp_line_units(line);
  return units > 0 ? units : 1;
}

int sp_stack_init(struct sp_stack *stack, const struct sp_basket *basket, const struct sp_line_price *prices,
                  struct sp_arena *arena, struct sp_error *err) {
  size_t count = (size_t)basket->count;
  *stack = (struct sp_stack){.arena = arena, .basket = basket, .missed = -1};
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

/* ---- A try ---- */

void sp_stack_open(struct sp_stack *stack, const struct sp_stack_group *group) {
  stack->group = *group;
  stack->stamp++;
  stack->touched_count = 0;
  stack->units = stack->amount = stack->work = 0;
  stack->missed = -1;
}

void sp_stack_keep(struct sp_stack *stack) {
  if (stack->touched_count > 0) stack->used |= stack->group.bit;
}

void sp_stack_undo(struct sp_stack *stack) {
  for (int32_t i = 0; i < stack->touched_count; i++) {
    struct sp_segment *segment = &stack->lines[stack->touched[i]].first;
    for (; segment; segment = segment->next) {
      if (segment->stamp != stack->stamp) continue;
      segment->remaining = segment->remaining_before;
      segment->taken = segment->taken_before;
      segment->stamp = 0;
    }
  }
}

static void touch(struct sp_stack *stack, int32_t at) {
  struct sp_stack_line *line = &stack->lines[at];
  if (line->stamp == stack->stamp) return;
  line->stamp = stack->stamp;
  line->taken_now = 0;
  stack->touched[stack->touched_count++] = at;
}

static bool is_free(const struct sp_stack *stack, const struct sp_segment *segment) {
  return segment->stamp != stack->stamp && !(segment->taken & stack->group.units) &&
         !(stack->used & stack->group.baskets);
}

static void miss(struct sp_stack *stack, int32_t line, const struct sp_segment *segment) {
  if (stack->missed < 0 && segment->stamp != stack->stamp) stack->missed = line;
}

bool sp_stack_has_free(struct sp_stack *stack) {
  for (int32_t i = 0; i < stack->basket->count; i++)
    for (const struct sp_segment *segment = &stack->lines[i].first; segment; segment = segment->next) {
      if (segment->remaining > 0 && is_free(stack, segment)) return true;
      if ((segment->taken & stack->group.units) || (stack->used & stack->group.baskets)) miss(stack, i, segment);
    }
  return false;
}

int32_t sp_stack_ranges(struct sp_stack *stack, int32_t line, struct sp_unit_range *out, int32_t max) {
  int64_t first = 0;
  int32_t count = 0;
  for (const struct sp_segment *segment = &stack->lines[line].first; segment; segment = segment->next) {
    int64_t start = first;
    first += segment->count;
    if (!is_free(stack, segment)) {
      miss(stack, line, segment);
      continue;
    }
    struct sp_unit_range *last = count > 0 ? &out[count - 1] : NULL;
    if (last && last->first + last->count == start && last->remaining == segment->remaining) {
      last->count += segment->count;
      continue;
    }
    if (count == max) break;
    out[count] = (struct sp_unit_range){.first = start, .count = segment->count, .remaining = segment->remaining};
    count++;
  }
  return count;
}

/* ---- Segments ---- */

/* Cut `segment` so that it keeps `keep` units; the rest becomes the next one. */
static int cut(struct sp_stack *stack, struct sp_segment *segment, int64_t keep) {
  if (keep <= 0 || keep >= segment->count) return 0;
  struct sp_segment *rest = sp_arena_alloc(stack->arena, sizeof *rest);
  if (!rest) return SP_E_NOMEM;
  *rest = *segment;
  rest->count = segment->count - keep;
  segment->count = keep;
  segment->next = rest;
  return 0;
}

/* The segment that starts at `unit`, cutting one if need be; null past the end. Searches walk forwards from the last.
 */
static int seek(struct sp_stack *stack, struct sp_stack_line *line, int64_t unit, struct sp_segment **out) {
  if (unit < line->cursor_start) {
    line->cursor = &line->first;
    line->cursor_start = 0;
  }
  while (line->cursor->next && line->cursor_start + line->cursor->count <= unit) {
    line->cursor_start += line->cursor->count;
    line->cursor = line->cursor->next;
    stack->work++;
  }
  int64_t inside = unit - line->cursor_start;
  *out = NULL;
  if (inside >= line->cursor->count) return 0;
  if (cut(stack, line->cursor, inside)) return SP_E_NOMEM;
  *out = inside > 0 ? line->cursor->next : line->cursor;
  return 0;
}

/* Cut the line at both ends of a target; `*out` starts it, `*count` segments are in it, `*whole` turns false when the
 * try may not have them all. */
static int find(struct sp_stack *stack, const struct sp_offer_target *target, struct sp_segment **out, int32_t *count,
                bool *whole) {
  int64_t left = target->count;
  int rc = seek(stack, &stack->lines[target->line], target->first, out);
  for (struct sp_segment *segment = *out; segment && left > 0 && !rc; segment = segment->next) {
    rc = cut(stack, segment, left);
    left -= segment->count;
    *count += 1;
    if (is_free(stack, segment)) continue;
    *whole = false;
    miss(stack, target->line, segment);
  }
  stack->work += *count + 1;
  if (rc) return rc;
  return stack->work > SP_STACK_WORK_MAX ? SP_E_LIMIT : 0;
}

/* ---- Offers ---- */

/* Dearest first; the product comes before the line, so that the order of scanning decides nothing. */
static int by_price(const void *a, const void *b, void *ctx) {
  const struct sp_stack *stack = ctx;
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  int64_t gross_x = stack->lines[x].unit_gross;
  int64_t gross_y = stack->lines[y].unit_gross;
  if (gross_x != gross_y) return gross_x > gross_y ? -1 : 1;
  int order = strcmp(stack->basket->lines[x].code, stack->basket->lines[y].code);
  return order ? order : (x > y) - (x < y);
}

static int sort_lines(struct sp_stack *stack) {
  size_t count = (size_t)stack->basket->count;
  if (stack->order || count == 0) return 0;
  stack->order = sp_arena_array(stack->arena, count, sizeof *stack->order);
  if (!stack->order) return SP_E_NOMEM;
  for (size_t i = 0; i < count; i++)
    stack->order[i] = (int32_t)i;
  qsort_r(stack->order, count, sizeof *stack->order, by_price, stack);
  return 0;
}

/* An offer that names nothing is for every unit of the basket. */
static int32_t target_count(const struct sp_stack *stack, const struct sp_offer *offer) {
  return offer->target_count > 0 ? offer->target_count : stack->basket->count;
}

static struct sp_offer_target target_at(const struct sp_stack *stack, const struct sp_offer *offer, int32_t i) {
  if (offer->target_count > 0) return offer->targets[i];
  int32_t line = stack->order[i];
  return (struct sp_offer_target){.line = line, .count = sp_stack_units(&stack->basket->lines[line])};
}

/* How many segments the targets have at most, and may the try have them all, the companions too? */
static int measure(struct sp_stack *stack, const struct sp_offer *offer, int32_t *most, bool *whole) {
  struct sp_segment *ignored;
  int32_t unused = 0;
  int rc = offer->target_count > 0 ? 0 : sort_lines(stack);
  for (int32_t i = 0; i < target_count(stack, offer) && !rc; i++) {
    struct sp_offer_target target = target_at(stack, offer, i);
    int32_t count = 0;
    rc = find(stack, &target, &ignored, &count, whole);
    *most += count;
  }
  for (int32_t i = 0; i < offer->with_count && !rc; i++)
    rc = find(stack, &offer->with[i], &ignored, &unused, whole);
  return rc;
}

static int make_room(struct sp_stack *stack, int32_t need) {
  if (need <= stack->piece_capacity) return 0;
  int32_t capacity = need < 32 ? 64 : need * 2;
  struct sp_piece *grown = sp_arena_array(stack->arena, (size_t)capacity, sizeof *grown);
  if (!grown) return SP_E_NOMEM;
  stack->pieces = grown;
  stack->piece_capacity = capacity;
  return 0;
}

/* Claim the units of a target that are free; as pieces when `pieces` is there. */
static void claim(struct sp_stack *stack, const struct sp_offer *offer, const struct sp_offer_target *target,
                  int32_t *pieces) {
  struct sp_stack_line *line = &stack->lines[target->line];
  struct sp_segment *segment = NULL;
  int64_t left = target->count;
  bool gross = offer->base == SP_BASE_GROSS && offer->kind != SP_OFFER_TOTAL_PRICE;
  if (seek(stack, line, target->first, &segment)) return; /* cut already: cannot fail */
  for (; segment && left > 0; segment = segment->next) {
    left -= segment->count;
    if (!is_free(stack, segment)) continue;
    segment->remaining_before = segment->remaining;
    segment->taken_before = segment->taken;
    segment->stamp = stack->stamp;
    segment->taken |= stack->group.bit;
    touch(stack, target->line);
    if (!pieces) continue;
    stack->units += segment->count;
    stack->pieces[*pieces] = (struct sp_piece){.segment = segment,
                                               .line = target->line,
                                               .index = *pieces,
                                               .weight = gross ? line->unit_gross : segment->remaining};
    *pieces += 1;
  }
}

/* Take `each` fen, at most what remains, off every unit of a segment. */
static int take(struct sp_stack *stack, int32_t line, struct sp_segment *segment, int64_t each) {
  int64_t amount;
  if (each > segment->remaining) each = segment->remaining;
  if (each <= 0) return 0;
  int rc = sp_money_muldiv(each, segment->count, 1, &amount);
  if (!rc) rc = sp_money_accumulate(&stack->lines[line].taken_now, amount);
  if (!rc) rc = sp_money_accumulate(&stack->amount, amount);
  if (!rc) segment->remaining -= each;
  return rc;
}

static int take_piece(struct sp_stack *stack, const struct sp_piece *piece) {
  struct sp_segment *segment = piece->segment;
  if (piece->extra == 0 || piece->extra == segment->count)
    return take(stack, piece->line, segment, piece->each + (piece->extra > 0 ? 1 : 0));
  if (cut(stack, segment, piece->extra)) return SP_E_NOMEM;
  struct sp_segment *rest = segment->next;
  int rc = take(stack, piece->line, segment, piece->each + 1);
  return rc ? rc : take(stack, piece->line, rest, piece->each);
}

int sp_stack_apply(struct sp_stack *stack, const struct sp_offer *offer) {
  bool whole = true;
  int32_t most = 0;
  int32_t count = 0;
  int rc = measure(stack, offer, &most, &whole);
  if (!rc) rc = make_room(stack, most);
  if (rc) return rc;
  if (!whole && (offer->with_count > 0 || offer->kind == SP_OFFER_TOTAL_PRICE)) return 0;
  for (int32_t i = 0; i < target_count(stack, offer); i++) {
    struct sp_offer_target target = target_at(stack, offer, i);
    claim(stack, offer, &target, &count);
  }
  for (int32_t i = 0; i < offer->with_count; i++)
    claim(stack, offer, &offer->with[i], NULL);
  rc = sp_share(offer, stack->pieces, count);
  for (int32_t i = 0; i < count && !rc; i++)
    rc = take_piece(stack, &stack->pieces[i]);
  return rc;
}
