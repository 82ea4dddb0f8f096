/* X and Z reports: what a till took between opening and closing its shift, as data and as a printout.
 *
 * An X report is a look in between and has no number; a Z report closes the shift and has the next number of its till,
 * tied to the one before by a hash. Times come formatted in the store's zone; texts are borrowed, may be null, need not
 * be clean.
 *
 * Signs: gross ≥ 0 is what the goods of sales cost before discounts, discounts ≥ 0 what was taken off, refunds ≤ 0 what
 * went back, rounding what 抹零 changed (≤ 0 for sales); net = gross − discounts + refunds + rounding is the sum over
 * all ways of paying. Expected cash = opening float + cash taken + Σ moves. variance = counted − expected.
 */
#ifndef SP_DOMAIN_SHIFT_REPORT_H
#define SP_DOMAIN_SHIFT_REPORT_H

#include "domain/receipt.h"

/* Cash put into the drawer (> 0) or taken out of it (< 0) without a sale. */
struct sp_cash_move {
  int64_t amount;
  const char *reason;
  const char *time;
};

struct sp_method_total {
  enum sp_method method;
  int64_t count;  /* tenders */
  int64_t amount; /* less change and what was paid back */
};

struct sp_shift_report {
  bool final; /* Z; else X */
  bool copy;
  bool cash_hidden;   /* a blind count is still to come: takings, expected cash and variance are left out */
  bool counted_known; /* `counted` and `variance` mean something */
  struct sp_currency currency;
  const char *store_name;
  const char *till;
  int64_t shift;  /* number of the shift at this till */
  int64_t number; /* Z number, 0 for X */
  int32_t business_day;
  const char *opened_at, *opened_by;
  const char *closed_at, *closed_by; /* for X: when and by whom it was printed */
  const char *first_receipt, *last_receipt;
  int64_t sale_count, refund_count; /* receipts on which something was sold, came back; an exchange is one of each */
  int64_t gross, discounts, refunds, rounding, net;
  const struct sp_tax_row *taxes;
  int32_t tax_count;
  const struct sp_method_total *methods;
  int32_t method_count;
  int64_t opening_float;
  const struct sp_cash_move *moves;
  int32_t move_count;
  int64_t expected, counted, variance;
  const char *hash; /* hex of this report's hash; the printout shows the first 16 characters */
  const char *previous_hash;
};

void sp_shift_report_json(const struct sp_shift_report *report, struct sp_json_writer *w);
/* Bounds and errors as sp_receipt_layout. */
int sp_shift_report_layout(const struct sp_shift_report *report, int columns, enum sp_lang lang, struct sp_arena *arena,
                           struct sp_print *out, struct sp_error *err);

#endif
