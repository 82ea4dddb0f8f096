/* Reconciliation of money and stock: every balance against the ledger it is the sum of. */
#ifndef SP_APP_RECONCILE_H
#define SP_APP_RECONCILE_H

#include "app/journal.h"
#include "app/stock.h"
#include "base/json.h"

struct sp_reconciliation {
  struct sp_stock_proof stock;
  struct sp_journal_proof journal;
  int64_t sales;
  int64_t gross, discount, rounding, total, tax; /* sums over all sales, fen */
  int64_t sold_units, moved_units;               /* thousandths by sale lines; by the stock ledger, turned round */
  int64_t shifts;
  int64_t cash_differences;     /* shifts whose balance is not the sum of their cash ledger: must be 0 */
  int64_t money_differences;    /* sales whose lines or tenders do not sum to their total: must be 0 */
  int64_t campaign_differences; /* balances of limits that are not the sum of their entries: must be 0 */
  int64_t z_reports;
  bool agrees; /* no difference anywhere, all chains verify */
};

/* Read everything and compare. For jobs and commands; a broken chain is SP_E_CORRUPT. */
int sp_reconcile(struct sp_db *db, struct sp_reconciliation *out, struct sp_error *err);
void sp_reconcile_json(const struct sp_reconciliation *result, struct sp_json_writer *w);

#endif
