/* Tenders, change and 抹零 (rounding the small change away). */
#ifndef SP_DOMAIN_TENDER_H
#define SP_DOMAIN_TENDER_H

#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_TENDERS_MAX 16
#define SP_CHANGE_MAX  10000000LL /* fen: more change than that is a barcode in the amount field */

enum sp_method { SP_METHOD_CASH, SP_METHOD_CARD, SP_METHOD_WECHAT, SP_METHOD_ALIPAY, SP_METHOD_COUNT };

/* "cash", "card", "wechat", "alipay"; −1 when unknown. */
int sp_method_parse(const char *name);
const char *sp_method_name(enum sp_method method);

struct sp_tender {
  enum sp_method method;
  int64_t tendered;      /* what the customer gave, > 0; for a refund what is given back, < 0 */
  int64_t amount;        /* out: what counts towards the total (tendered − change) */
  int64_t change;        /* out: given back; only cash gives change */
  const char *reference; /* trade number of a card or wallet, "" when none */
};

/* Settle `due` with `count` tenders. Sums must reach `due` exactly, but cash may exceed it: the excess is change, and
 * is never more than the cash itself. A wallet or card above what is due is refused (SP_E_INVALID, field
 * "tenders[i].amount"). `due` < 0 is a refund: tenders are negative, exact and without change. `due` = 0 needs no
 * tender. SP_E_INVALID when too little was given, naming the missing amount. */
int sp_tender_settle(int64_t due, struct sp_tender *tenders, int32_t count, struct sp_error *err);

/* 抹零: what is added to `total` so that it becomes a multiple of `step` (10 takes the fen, 100 the jiao), for the
 * customer: what is paid goes down, what is paid back (a negative total) goes up. Result ≤ 0 and > −step; 0 for
 * step ≤ 1 and for less than a step: nothing is free, and nothing is paid back for it. */
int64_t sp_tender_rounding(int64_t total, int64_t step);

/* The same of what is left when cash comes after `paid` (of the sign of `total`) in other ways. Those are exact: only
 * what cash must pay is rounded. In an exchange that nothing was paid for yet a difference below one step, either way,
 * is waived: −total. */
int64_t sp_tender_cash_rounding(int64_t total, int64_t paid, int64_t step, bool exchange);

#endif
