#include "domain/money.h"
#include "engine/stacking.h"

#include <stdlib.h>

__extension__ typedef __int128 wide;

static int by_rest(const void *a, const void *b) {
  const struct sp_piece *x = a;
  const struct sp_piece *y = b;
  if (x->rest != y->rest) return x->rest > y->rest ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* Σ weight · units, or Σ remaining · units. */
static int add_up(const struct sp_piece *pieces, int32_t count, bool remaining, int64_t *sum) {
  int rc = 0;
  *sum = 0;
  for (int32_t i = 0; i < count && !rc; i++) {
    int64_t part;
    rc = sp_money_muldiv(remaining ? pieces[i].segment->remaining : pieces[i].weight, pieces[i].segment->count, 1,
                         &part);
    if (!rc) rc = sp_money_accumulate(sum, part);
  }
  return rc;
}

/* The whole part and the rest of a unit's share: its units share one weight, so they share both. */
static int divide(struct sp_piece *piece, int64_t total, int64_t sum) {
  int rc = sp_money_share(piece->weight, total, sum, &piece->each);
  /* Both products wrap alike, and their difference is below `sum`, so the difference is exact. */
  piece->rest = (uint64_t)piece->weight * (uint64_t)total - (uint64_t)piece->each * (uint64_t)sum;
  return rc;
}

/* The largest remainder over units, worked out per piece, for the pieces that are not full. */
static int deal_out(struct sp_piece *pieces, int32_t count, int64_t total, int64_t sum) {
  int64_t left = total;
  for (int32_t i = 0; i < count; i++) {
    if (pieces[i].full) continue;
    int rc = divide(&pieces[i], total, sum);
    if (rc) return rc;
    left -= pieces[i].each * pieces[i].segment->count;
  }
  if (left > 0 && count > 1) qsort(pieces, (size_t)count, sizeof *pieces, by_rest);
  for (int32_t i = 0; i < count && left > 0; i++) {
    struct sp_piece *piece = &pieces[i];
    if (piece->full) continue;
    piece->extra = left < piece->segment->count ? left : piece->segment->count;
    left -= piece->extra;
  }
  return 0;
}

/* Those first that are full first: the least remaining for their weight. */
static int by_room(const void *a, const void *b) {
  const struct sp_piece *x = a;
  const struct sp_piece *y = b;
  if (x->full || y->full) return x->full - y->full;
  wide room_x = (wide)x->segment->remaining * y->weight;
  wide room_y = (wide)y->segment->remaining * x->weight;
  if (room_x != room_y) return room_x < room_y ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* A unit whose share is more than what remains of it gives all it has, and the others share what is still wanted: the
 * more are full, the larger the shares of the rest, so nothing is ever taken back. */
static int fill(struct sp_piece *pieces, int32_t count, int64_t *total, int64_t *sum) {
  bool needed = false;
  for (int32_t i = 0; i < count; i++) {
    needed = needed || pieces[i].segment->remaining < pieces[i].weight;
    pieces[i].full = pieces[i].weight == 0;
  }
  if (!needed) return 0;
  qsort(pieces, (size_t)count, sizeof *pieces, by_room);
  for (int32_t i = 0; i < count && !pieces[i].full && *sum > 0 && *total > 0; i++) {
    struct sp_piece *piece = &pieces[i];
    int64_t remaining = piece->segment->remaining;
    int rc = divide(piece, *total, *sum);
    if (rc || piece->each < remaining) return rc;
    *total -= remaining * piece->segment->count;
    *sum -= piece->weight * piece->segment->count;
    piece->full = true;
    piece->each = remaining;
    piece->rest = 0;
  }
  return 0;
}

/* `wanted` fen off all pieces together, at most what remains. */
static int share_total(struct sp_piece *pieces, int32_t count, int64_t wanted) {
  int64_t sum;
  int64_t remaining;
  int rc = add_up(pieces, count, false, &sum);
  if (!rc) rc = add_up(pieces, count, true, &remaining);
  if (!rc && wanted > remaining) wanted = remaining;
  if (rc || wanted <= 0) return rc;
  rc = fill(pieces, count, &wanted, &sum);
  return rc || sum == 0 || wanted == 0 ? rc : deal_out(pieces, count, wanted, sum);
}

static int share_price(struct sp_piece *pieces, int32_t count, int64_t price) {
  int64_t remaining;
  int rc = add_up(pieces, count, true, &remaining);
  if (rc || remaining <= price) return rc;
  return share_total(pieces, count, remaining - price);
}

static int share_percent(struct sp_piece *pieces, int32_t count, int64_t ppm) {
  int64_t sum;
  int64_t total;
  int rc = add_up(pieces, count, false, &sum);
  if (!rc) rc = sp_money_muldiv(sum, ppm, SP_PPM, &total);
  return rc || sum == 0 ? rc : deal_out(pieces, count, total, sum);
}

int sp_share(const struct sp_offer *offer, struct sp_piece *pieces, int32_t count) {
  if (offer->kind == SP_OFFER_PERCENT) return share_percent(pieces, count, offer->value);
  if (offer->kind == SP_OFFER_TOTAL_OFF) return share_total(pieces, count, offer->value);
  if (offer->kind == SP_OFFER_TOTAL_PRICE) return share_price(pieces, count, offer->value);
  for (int32_t i = 0; i < count; i++) {
    int64_t remaining = pieces[i].segment->remaining;
    if (offer->kind == SP_OFFER_AMOUNT) pieces[i].each = offer->value;
    if (offer->kind == SP_OFFER_PRICE) pieces[i].each = remaining > offer->value ? remaining - offer->value : 0;
    if (offer->kind == SP_OFFER_FREE) pieces[i].each = remaining;
  }
  return 0;
}
