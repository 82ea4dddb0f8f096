/* What all of it comes to: 抹零 of what is paid in cash, tax of each line and the sums. */
#include "app/sale_parts.h"
#include "domain/money.h"
#include "domain/tax.h"

#include <stdlib.h>

static int sum_lines(struct sp_work *work, struct sp_sale *sale) {
  sale->gross = sale->discount = sale->rounding = sale->total = sale->tax = 0;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    int rc = sp_money_accumulate(&sale->gross, line->gross);
    if (rc == 0) rc = sp_money_accumulate(&sale->discount, line->discount);
    if (rc == 0) rc = sp_money_accumulate(&sale->rounding, line->rounding);
    if (rc == 0) rc = sp_money_accumulate(&sale->total, line->paid);
    if (rc == 0) rc = sp_money_accumulate(&sale->tax, line->tax);
    if (rc != 0) return sp_fail(work->err, rc, "items", "The sale is too large to add up");
  }
  bool fits = llabs(sale->gross) <= SP_SALE_MAX && llabs(sale->total) <= SP_SALE_MAX;
  return fits ? 0
              : sp_fail(work->err, SP_E_INVALID, "items", "A sale is worth at most a billion: look at the quantities");
}

/* ---- Rounding ---- */

/* Which lines take a rounding: the sold ones, the returned ones, or those that return a part of one sale. */
struct share {
  bool returned;
  const struct sp_id *original; /* or null: of any, or none */
};

static bool takes(const struct share *share, const struct sp_sale_line *line) {
  if (line->returned != share->returned) return false;
  return share->original == NULL || sp_id_equal(share->original, &line->original);
}

/* Split it over lines in proportion to what they cost, so that Σ paid is the total and a refund can invert it. */
static int spread(struct sp_work *work, struct sp_sale *sale, const struct share *share, int64_t rounding) {
  if (rounding == 0) return 0;
  int64_t *weights = sp_arena_array(work->arena, (size_t)sale->count, sizeof *weights);
  int64_t *parts = sp_arena_array(work->arena, (size_t)sale->count, sizeof *parts);
  if (weights == NULL || parts == NULL) return sp_error_nomem(work->err, __func__);
  size_t count = 0;
  for (int32_t i = 0; i < sale->count; i++)
    if (takes(share, &sale->lines[i])) weights[count++] = llabs(sale->lines[i].paid);
  if (count == 0) return 0;
  int rc = sp_money_split(rounding, weights, count, parts);
  if (rc != 0) return rc;
  count = 0;
  for (int32_t i = 0; i < sale->count; i++) {
    struct sp_sale_line *line = &sale->lines[i];
    if (!takes(share, line)) continue;
    line->rounding += parts[count];
    line->paid += parts[count++];
  }
  return 0;
}

/* What earlier returns of a sale gave beyond what the goods had cost, because cash was rounded; below 0: less. */
static int given_beyond(struct sp_work *work, const struct sp_id *sale, int64_t *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(sale->bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_SALE_RETURNED, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  *out = 0;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    int64_t worth = 0;
    rc = sp_money_share(sp_rows_int(rows, 3), sp_rows_int(rows, 1), sp_rows_int(rows, 2), &worth);
    if (rc == 0) rc = sp_money_accumulate(out, sp_rows_int(rows, 0) - worth);
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  return rc;
}

/* So a sale that comes back in parts comes back for what was paid, however the cash of each part was rounded. */
static int even_out(struct sp_work *work, struct sp_ticket *ticket) {
  struct sp_sale *sale = ticket->sale;
  for (int32_t i = ticket->sold; i < sale->count; i++) {
    const struct sp_id *original = &sale->lines[i].original;
    const struct share share = {.returned = true, .original = original};
    int64_t beyond = 0, worth = 0;
    if (sp_id_is_nil(original)) continue;
    bool before = false;
    for (int32_t k = ticket->sold; k < i && !before; k++)
      before = sp_id_equal(&sale->lines[k].original, original);
    if (before) continue;
    int rc = given_beyond(work, original, &beyond);
    if (rc != 0) return rc;
    for (int32_t k = i; k < sale->count; k++)
      if (takes(&share, &sale->lines[k])) worth -= sale->lines[k].paid;
    rc = spread(work, sale, &share, beyond < worth ? beyond : worth);
    if (rc != 0) return rc;
  }
  return 0;
}

/* ---- All of it ---- */

static int tax_lines(struct sp_work *work, struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->count; i++) {
    struct sp_sale_line *line = &sale->lines[i];
    if (line->returned && !sp_id_is_nil(&line->original)) { /* inverted, not computed anew */
      if (line->tax < line->paid) line->tax = line->paid;
      continue;
    }
    int rc = sp_tax_included(line->paid, line->facts.tax_ppm, &line->tax);
    if (rc != 0) return sp_fail(work->err, rc, "items", "The tax of line %d cannot be computed", line->n);
  }
  return 0;
}

/* What is taken off for the customer is taken off what is sold, so that what comes back comes back for its share; only
 * where nothing is sold, or less than that, or where a difference in his favour is waived, by what comes back. */
static bool by_returned(const struct sp_ticket *ticket, int64_t off) {
  int64_t room = 0;
  for (int32_t i = 0; i < ticket->sold; i++)
    room += ticket->sale->lines[i].paid; /* a part of what sum_lines has added up */
  return off > 0 || room + off < 0;
}

int sp_ticket_round(struct sp_work *work, struct sp_ticket *ticket, int64_t paid) {
  struct sp_sale *sale = ticket->sale;
  bool exchange = ticket->sold > 0 && sale->count > ticket->sold;
  int64_t off = sp_tender_cash_rounding(sale->total, paid, work->app->policy.rounding_step, exchange);
  const struct share share = {.returned = by_returned(ticket, off)};
  int rc = spread(work, sale, &share, off);
  if (paid != 0) sale->split_rounding = off;
  if (rc == 0) rc = tax_lines(work, sale);
  return rc == 0 ? sum_lines(work, sale) : rc;
}

/* What is paid in other ways before the first cash. */
static int64_t before_cash(const struct sp_sale_request *request) {
  int64_t sum = 0;
  for (int32_t i = 0; i < request->tender_count && request->tenders[i].method != SP_METHOD_CASH; i++)
    sum += request->tenders[i].tendered;
  return sum;
}

int sp_ticket_total(struct sp_work *work, struct sp_ticket *ticket, bool cash) {
  int rc = sum_lines(work, ticket->sale);
  if (rc == 0 && !ticket->request->given_prices) rc = even_out(work, ticket);
  if (rc == 0) rc = sum_lines(work, ticket->sale);
  if (rc == 0 && cash) return sp_ticket_round(work, ticket, before_cash(ticket->request));
  if (rc == 0) rc = tax_lines(work, ticket->sale);
  return rc == 0 ? sum_lines(work, ticket->sale) : rc;
}
