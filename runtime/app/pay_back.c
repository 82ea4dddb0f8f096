/* How a refund is paid when nobody says: the way the sale was. */
#include "app/sale.h"
#include "domain/money.h"

/* What came back of the sale before, in money. */
static int returned_before(struct sp_work *work, const struct sp_id *sale, int64_t *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(sale->bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_SALE_RETURNED, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  *out = 0;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    rc = sp_money_accumulate(out, sp_rows_int(rows, 0));
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  return rc;
}

int sp_sale_pay_back(struct sp_work *work, const struct sp_sale *original, int64_t amount, struct sp_tender **out,
                     int32_t *count) {
  int64_t before = 0;
  int rc = returned_before(work, &original->id, &before);
  if (rc != 0) return rc;
  struct sp_tender *list = sp_arena_array(work->arena, (size_t)original->tender_count + 1, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  *out = list;
  *count = 0;
  for (int32_t i = 0; i < original->tender_count && amount > 0; i++) {
    const struct sp_tender *paid = &original->tenders[i];
    int64_t left = paid->amount > 0 ? paid->amount : 0;
    int64_t gone = before < left ? before : left;
    before -= gone;
    left -= gone;
    if (left > amount) left = amount;
    if (left == 0) continue;
    list[(*count)++] = (struct sp_tender){.method = paid->method, .tendered = -left, .reference = paid->reference};
    amount -= left;
  }
  /* More than the payments brought: an exchange was paid in goods as well. That part is cash. */
  if (amount > 0) list[(*count)++] = (struct sp_tender){.method = SP_METHOD_CASH, .tendered = -amount, .reference = ""};
  return 0;
}
