/* Which campaigns are worth asking: found by the products, categories and tags of a basket, by the coupons presented
 * with it and the level of its member, not by looking at them all. */
#ifndef SP_ENGINE_INDEX_H
#define SP_ENGINE_INDEX_H

#include "base/arena.h"
#include "base/error.h"
#include "domain/basket.h"
#include <stdint.h>

struct sp_index_entry {
  char kind;        /* as struct sp_rule_key */
  const char *text; /* outlives the index */
  int32_t campaign; /* position in the total order */
};

struct sp_index_slot {
  const char *text; /* null: empty */
  size_t len;
  uint32_t hash;
  char kind;
  int32_t first, count; /* of the postings */
};

struct sp_index {
  struct sp_index_slot *slots;
  size_t mask;
  int32_t *postings; /* positions, ascending within a slot */
  uint64_t *always;  /* bit a campaign that has no keys */
  int32_t words;     /* of a set of campaigns */
};

/* Build over `campaigns` positions; `entries` is sorted in place. Everything lives in `arena`. */
int sp_index_build(struct sp_index *index, struct sp_index_entry *entries, int32_t entry_count, const bool *always,
                   int32_t campaigns, struct sp_arena *arena, struct sp_error *err);

/* Is the campaign one that a presented coupon leads to: by its code, or by what stands before a "-" and a serial
 * number?
 */
bool sp_index_coupon(const struct sp_index *index, const char *coupon, int32_t campaign);
/* Is the campaign among those of a slot? */
bool sp_index_holds(const struct sp_index *index, const struct sp_index_slot *slot, int32_t campaign);

/* Set in `set` (index->words long) the bit of every campaign that may have something to say about `basket`. Costs the
 * number of the basket's tags, categories and coupons plus the campaigns found. */
void sp_index_find(const struct sp_index *index, const struct sp_basket *basket, uint64_t *set);

#endif
