/* A basket as the rules see it, and what pricing makes of it.
 *
 * `sp_basket` holds facts (what was scanned, what the catalogue says of it) and never changes while it is priced.
 * `sp_priced` holds the answer: per line a unit price and a discount, per line and campaign one stored amount, and the
 * trace that explains every fen. Both live in the caller's arena.
 */
#ifndef SP_DOMAIN_BASKET_H
#define SP_DOMAIN_BASKET_H

#include "base/arena.h"
#include "base/error.h"
#include "base/id.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_BASKET_LINES_MAX 500
#define SP_QUANTITY_MAX     1000000000LL   /* thousandths on one line: a million pieces */
#define SP_SALE_MAX         100000000000LL /* fen of one sale: 90,000 of the largest still add up within ±(2^53 − 1) */
#define SP_NO_PRICE         (-1)

struct sp_line {
  int32_t n; /* given by the node, from 1, never reused in a basket */
  struct sp_id product;
  const char *code; /* SKU code */
  const char *name;
  const char *unit;     /* 个, kg … */
  const char *category; /* path of codes from the root, "food/drink/cola", "" when none */
  const char *const *tags;
  int32_t tag_count;
  int64_t quantity;    /* thousandths, > 0 */
  bool weighed;        /* sold by weight: the line is one unit, whatever its quantity */
  int64_t list_price;  /* fen for one whole unit, from the catalogue, ≥ 0 */
  int64_t given_price; /* fen, or SP_NO_PRICE: an override or a historic price; the price phase keeps it */
  int32_t tax_ppm;     /* tax included in the price */
  struct sp_id seller; /* nil when none */
  const char *note;    /* "" when none */
};

struct sp_basket {
  const struct sp_line *lines; /* ascending n */
  int32_t count;
  const char *member_level; /* "" when no member */
  struct sp_id member;      /* nil when none */
};

/* Money of one line after pricing. Invariants, held whatever a rule says:
 * 0 ≤ discount ≤ gross, net = gross − discount, Σ allocations of the line = discount. */
struct sp_line_price {
  int32_t n;
  int64_t unit_price; /* what the price phase decided */
  int64_t gross;      /* unit_price × quantity, rounded once */
  int64_t discount;
  int64_t net;
};

/* One amount a line and campaign: what a refund inverts. */
struct sp_allocation {
  int32_t line;         /* n of the line */
  const char *campaign; /* unique campaign code */
  const char *rule;     /* rule name */
  int64_t amount;       /* > 0, taken off the line */
};

struct sp_priced {
  struct sp_line_price *lines; /* as many as the basket's, same order */
  int32_t count;
  struct sp_allocation *allocations; /* by line, then the order in which they applied */
  int32_t allocation_count;
  int64_t gross, discount, net; /* sums */
  const char *trace;            /* JSON array, "[]" when nothing fired; see engine/trace.h */
  size_t trace_len;
  int32_t alarms; /* rules that failed and were skipped */
};

/* How many units a line is made of: 1 for a weighed line, quantity / 1000 otherwise (0 when that is not a whole number
 * of pieces, which the checks of a basket refuse). */
int64_t sp_line_units(const struct sp_line *line);

/* Recompute sums and prove the invariants above; SP_E_INTERNAL names the first line that breaks one, SP_E_RANGE says
 * that a sum is too large. Linear in lines and allocations. */
int sp_priced_check(const struct sp_basket *basket, struct sp_priced *priced, struct sp_error *err);

#endif
