/* The stored allocation inverted: what comes back when units of a sold line come back.
 *
 * After k of n units the refunded total of every stored amount a is floor(a · k / n), so any order of partial refunds
 * ends at exactly a. A weighed line is one unit: all of it or nothing. Today's rules are never asked.
 */
#ifndef SP_DOMAIN_REFUND_H
#define SP_DOMAIN_REFUND_H

#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

struct sp_sold_line {
  int64_t quantity; /* thousandths sold */
  bool weighed;
  int64_t paid;     /* fen, rounding share included */
  int64_t tax;      /* fen inside paid */
  int64_t returned; /* thousandths that came back before */
};

struct sp_refund_part {
  int64_t paid; /* fen to give back, ≥ 0 */
  int64_t tax;  /* of it, tax */
};

/* What `quantity` more of the line is worth. SP_E_INVALID (field "quantity"): not positive, more than is left, part of
 * a weighed line, or not whole units. SP_E_CORRUPT when the stored amounts contradict each other. */
int sp_refund_line(const struct sp_sold_line *line, int64_t quantity, struct sp_refund_part *out, struct sp_error *err);

/* The same for any one stored amount ≥ 0 of the line (an allocation): floor(a(k+q)/n) − floor(ak/n). SP_E_INVALID when
 * sp_refund_line refuses the quantity, SP_E_RANGE. */
int sp_refund_amount(const struct sp_sold_line *line, int64_t quantity, int64_t amount, int64_t *out);

#endif
