#include "domain/refund.h"

#include "domain/money.h"

static int check_stored(const struct sp_sold_line *line, struct sp_error *err) {
  if (line->quantity <= 0 || line->quantity > SP_MONEY_MAX || line->returned < 0 || line->returned > line->quantity)
    return sp_fail(err, SP_E_CORRUPT, "quantity", "More of this line came back than was sold");
  if (line->paid < 0 || line->tax < 0 || line->tax > line->paid)
    return sp_fail(err, SP_E_CORRUPT, "paid", "The stored amounts of this line contradict each other");
  return 0;
}

static int check_quantity(const struct sp_sold_line *line, int64_t quantity, struct sp_error *err) {
  if (quantity <= 0) return sp_fail(err, SP_E_INVALID, "quantity", "The quantity to return must be positive");
  if (quantity > line->quantity - line->returned) {
    char left[SP_MONEY_TEXT];
    sp_quantity_text(line->quantity - line->returned, left);
    return sp_fail(err, SP_E_INVALID, "quantity", "Only %s of this line can still be returned", left);
  }
  if (line->weighed && quantity != line->quantity)
    return sp_fail(err, SP_E_INVALID, "quantity", "A weighed line can only be returned whole");
  if (!line->weighed && quantity % SP_QUANTITY_ONE != 0)
    return sp_fail(err, SP_E_INVALID, "quantity", "Only whole pieces of this line can be returned");
  return 0;
}

/* In thousandths the ratio is the same as in units, and a weighed line needs no case of its own. */
static int difference(const struct sp_sold_line *line, int64_t quantity, int64_t amount, int64_t *out) {
  int64_t before, after;
  int rc = sp_money_share(amount, line->returned, line->quantity, &before);
  if (!rc) rc = sp_money_share(amount, line->returned + quantity, line->quantity, &after);
  if (!rc) *out = after - before;
  return rc;
}

int sp_refund_line(const struct sp_sold_line *line, int64_t quantity, struct sp_refund_part *out,
                   struct sp_error *err) {
  int rc = check_stored(line, err);
  if (!rc) rc = check_quantity(line, quantity, err);
  if (rc) return rc;
  rc = difference(line, quantity, line->paid, &out->paid);
  if (!rc) rc = difference(line, quantity, line->tax, &out->tax);
  return rc ? sp_fail(err, rc, "paid", "The amount of this line is too large") : 0;
}

int sp_refund_amount(const struct sp_sold_line *line, int64_t quantity, int64_t amount, int64_t *out) {
  if (check_stored(line, 0) || check_quantity(line, quantity, 0)) return SP_E_INVALID;
  return difference(line, quantity, amount, out);
}
