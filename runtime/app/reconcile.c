#include "app/reconcile.h"

#include "app/shift.h"
#include "app/usage.h"

static int cash(struct sp_db *db, struct sp_reconciliation *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  int rc = sp_db_query(db, SP_Q_CASH_PROOF, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0) {
    out->shifts++;
    if (sp_rows_int(rows, 1) != sp_rows_int(rows, 2)) out->cash_differences++;
  }
  sp_rows_finish(rows);
  return rc;
}

static int money(struct sp_db *db, struct sp_reconciliation *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  int rc = sp_db_query(db, SP_Q_MONEY_PROOF, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0)
    out->money_differences++;
  sp_rows_finish(rows);
  return rc;
}

static int totals(struct sp_db *db, struct sp_reconciliation *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  int got = sp_db_one(db, SP_Q_MONEY_TOTALS, NULL, 0, &rows, err);
  if (got < 0) return got;
  if (got > 0) {
    out->sales = sp_rows_int(rows, 0);
    out->gross = sp_rows_int(rows, 1);
    out->discount = sp_rows_int(rows, 2);
    out->rounding = sp_rows_int(rows, 3);
    out->total = sp_rows_int(rows, 4);
    out->tax = sp_rows_int(rows, 5);
  }
  sp_rows_finish(rows);
  got = sp_db_one(db, SP_Q_UNITS_TOTALS, NULL, 0, &rows, err);
  if (got < 0) return got;
  if (got > 0) {
    out->sold_units = sp_rows_int(rows, 0);
    out->moved_units = -sp_rows_int(rows, 1);
  }
  sp_rows_finish(rows);
  return 0;
}

int sp_reconcile(struct sp_db *db, struct sp_reconciliation *out, struct sp_error *err) {
  *out = (struct sp_reconciliation){.sales = 0};
  int rc = sp_stock_prove(db, &out->stock, err);
  if (rc == 0) rc = cash(db, out, err);
  if (rc == 0) rc = money(db, out, err);
  if (rc == 0) rc = totals(db, out, err);
  if (rc == 0) rc = sp_usage_prove(db, &out->campaign_differences, err);
  if (rc == 0) rc = sp_journal_verify(db, &out->journal, err);
  if (rc == 0) rc = sp_z_verify(db, &out->z_reports, err);
  out->agrees = rc == 0 && out->stock.differences == 0 && out->cash_differences == 0 && out->money_differences == 0 &&
                out->campaign_differences == 0 && out->sold_units == out->moved_units;
  return rc;
}

void sp_reconcile_json(const struct sp_reconciliation *result, struct sp_json_writer *w) {
  char hash[SP_HASH_HEX];
  sp_hash_hex(result->journal.hash, hash);
  sp_json_open_object(w);
  sp_json_put_bool(w, "agrees", result->agrees);
  sp_json_put_int(w, "sales", result->sales);
  sp_json_put_int(w, "gross", result->gross);
  sp_json_put_int(w, "discount", result->discount);
  sp_json_put_int(w, "rounding", result->rounding);
  sp_json_put_int(w, "total", result->total);
  sp_json_put_int(w, "tax", result->tax);
  sp_json_put_int(w, "money_differences", result->money_differences);
  sp_json_put_int(w, "shifts", result->shifts);
  sp_json_put_int(w, "cash_differences", result->cash_differences);
  sp_json_put_int(w, "campaign_differences", result->campaign_differences);
  sp_json_put_int(w, "z_reports", result->z_reports);
  sp_json_put_int(w, "stock_balances", result->stock.balances);
  sp_json_put_int(w, "stock_movements", result->stock.movements);
  sp_json_put_int(w, "stock_differences", result->stock.differences);
  sp_json_put_int(w, "sold_units", result->sold_units);
  sp_json_put_int(w, "moved_units", result->moved_units);
  sp_json_put_int(w, "journal_records", result->journal.records);
  sp_json_put_text(w, "journal_head", hash);
  sp_json_close_object(w);
}
