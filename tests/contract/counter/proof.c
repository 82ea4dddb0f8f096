/* The ledgers side by side. Each question counts contradictions, so every answer must be 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/counter.h"
#include <stdio.h>

#define SLACK "100" /* fen: the largest step to which cash is rounded */

struct question {
  const char *what, *sql;
};

static const struct question questions[] = {
    {"sales whose head is not the sum of its lines",
     "SELECT COUNT(*) FROM sale s JOIN (SELECT sale_id, SUM(gross) g, SUM(discount) d, SUM(rounding) r, SUM(paid) p, "
     "SUM(tax) t FROM sale_line GROUP BY sale_id) l ON l.sale_id = s.id "
     "WHERE s.gross <> l.g OR s.discount <> l.d OR s.rounding <> l.r OR s.total <> l.p OR s.tax <> l.t"},
    {"sales without lines", "SELECT COUNT(*) FROM sale WHERE id NOT IN (SELECT sale_id FROM sale_line)"},
    {"sales whose tenders are not their total",
     "SELECT COUNT(*) FROM sale s WHERE s.total <> "
     "COALESCE((SELECT SUM(amount) FROM payment p WHERE p.sale_id = s.id), 0)"},
    {"sales whose cash is not in the drawer",
     "SELECT COUNT(*) FROM sale s WHERE COALESCE((SELECT SUM(amount) FROM payment p WHERE p.sale_id = s.id AND "
     "p.method = 'cash'), 0) <> COALESCE((SELECT SUM(amount) FROM cash_entry c WHERE c.document_id = s.id), 0)"},
    {"lines that moved other goods",
     "SELECT COUNT(*) FROM sale_line l LEFT JOIN stock_movement m ON m.document_id = l.sale_id AND m.n = l.n "
     "WHERE m.quantity IS NOT -l.quantity OR m.product_id IS NOT l.product_id"},
    {"lines whose allocations are not their discount",
     "SELECT COUNT(*) FROM sale_line l WHERE l.discount <> COALESCE((SELECT SUM(amount) FROM sale_allocation a WHERE "
     "a.sale_id = l.sale_id AND a.n = l.n), 0)"},
    {"sold lines out of bounds",
     "SELECT COUNT(*) FROM sale_line WHERE quantity > 0 AND (discount < 0 OR discount > gross OR paid < 0 OR tax < 0 "
     "OR tax > paid OR rounding > 0)"},
    {"returned lines out of bounds",
     "SELECT COUNT(*) FROM sale_line WHERE quantity < 0 AND (discount > 0 OR discount < gross OR paid > 0 OR tax > 0 "
     "OR tax < paid OR rounding < -" SLACK
     ")"}, /* the odd fen of rounding down gross, discount and paid apart, and 抹零 */
    {"parts of sales that are not there",
     "SELECT (SELECT COUNT(*) FROM sale_line WHERE sale_id NOT IN (SELECT id FROM sale)) + "
     "(SELECT COUNT(*) FROM payment WHERE sale_id NOT IN (SELECT id FROM sale)) + "
     "(SELECT COUNT(*) FROM sale_allocation WHERE sale_id NOT IN (SELECT id FROM sale)) + "
     "(SELECT COUNT(*) FROM stock_movement WHERE kind IN ('sale', 'return') AND document_id NOT IN (SELECT id FROM "
     "sale)) + (SELECT COUNT(*) FROM stock_movement WHERE kind NOT IN ('sale', 'return') AND document_id NOT IN "
     "(SELECT id FROM stock_document)) + "
     "(SELECT COUNT(*) FROM cash_entry WHERE kind IN ('sale', 'refund') AND document_id NOT IN (SELECT id FROM sale))"},
    {"sales that are not in the journal once",
     "WITH s AS MATERIALIZED (SELECT lower(hex(id)) AS key, total FROM sale), j AS MATERIALIZED (SELECT "
     "replace(json_extract(CAST(body AS TEXT), '$.id'), '-', '') AS key, json_extract(CAST(body AS TEXT), '$.total') "
     "AS "
     "total FROM journal WHERE kind = 'sale') "
     "SELECT ABS((SELECT COUNT(*) FROM s) - (SELECT COUNT(*) FROM j)) + (SELECT COUNT(*) FROM s) - "
     "(SELECT COUNT(DISTINCT s.key) FROM s JOIN j ON j.key = s.key AND j.total = s.total)"},
    {"stock documents that are not in the journal",
     "SELECT ABS((SELECT COUNT(*) FROM stock_document) - (SELECT COUNT(*) FROM journal WHERE kind = 'stock'))"},
    {"balances of returns that are not their lines",
     "SELECT COUNT(*) FROM sale_return r LEFT JOIN (SELECT original_id, original_n, SUM(quantity) q, SUM(paid) p FROM "
     "sale_line WHERE original_id IS NOT NULL GROUP BY original_id, original_n) l ON l.original_id = r.sale_id AND "
     "l.original_n = r.n WHERE l.q IS NOT -r.quantity OR l.p IS NOT -r.paid"},
    {"returned lines without a balance",
     "SELECT COUNT(*) FROM sale_line l LEFT JOIN sale_return r ON r.sale_id = l.original_id AND r.n = l.original_n "
     "WHERE l.original_id IS NOT NULL AND r.sale_id IS NULL"},
    {"lines of which more came back than was sold",
     "SELECT COUNT(*) FROM sale_return r JOIN sale_line l ON l.sale_id = r.sale_id AND l.n = r.n WHERE r.quantity > "
     "l.quantity OR r.paid > l.paid + " SLACK},
    {"sales that came back whole, but not for what was paid",
     "SELECT COUNT(*) FROM (SELECT l.sale_id, SUM(l.paid) sold, SUM(l.quantity) q, SUM(r.paid) p, SUM(r.quantity) b "
     "FROM sale_line l LEFT JOIN sale_return r ON r.sale_id = l.sale_id AND r.n = l.n WHERE l.quantity > 0 GROUP BY "
     "l.sale_id) WHERE q = b AND ABS(p - sold) >= " SLACK},
    {"receipt numbers used twice", "SELECT COUNT(*) - COUNT(DISTINCT hex(till_id) || number) FROM sale"},
};

/* Where cash is not rounded, every line comes back for what it cost. */
static const struct question unrounded[] = {
    {"lines of which more money came back than was paid", "SELECT COUNT(*) FROM sale_return r JOIN sale_line l ON "
                                                          "l.sale_id = r.sale_id AND l.n = r.n WHERE r.paid > l.paid"},
    {"lines that came back whole, but not for what was paid",
     "SELECT COUNT(*) FROM sale_line l JOIN sale_return r ON r.sale_id = l.sale_id AND r.n = l.n AND r.quantity = "
     "l.quantity JOIN (SELECT original_id, original_n, SUM(paid) p, SUM(tax) t, SUM(gross) g, SUM(discount) d, "
     "SUM(rounding) x FROM sale_line WHERE original_id IS NOT NULL GROUP BY original_id, original_n) b ON "
     "b.original_id = l.sale_id AND b.original_n = l.n WHERE b.p <> -l.paid OR b.t <> -l.tax OR b.g <> -l.gross OR "
     "b.d <> -l.discount OR b.x <> -l.rounding"},
};

static int ask(struct counter *counter, const struct question *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int64_t answer = sp_fixture_scalar(&counter->node, list[i].sql);
    if (answer != 0) {
      snprintf(counter->error.message, sizeof counter->error.message, "%lld %s", (long long)answer, list[i].what);
      return SP_E_CORRUPT;
    }
  }
  return 0;
}

static int ask_all(struct counter *counter) {
  bool rounds = counter->node.app.policy.rounding_step > 1;
  int rc = ask(counter, questions, sizeof questions / sizeof questions[0]);
  return rc == 0 && !rounds ? ask(counter, unrounded, sizeof unrounded / sizeof unrounded[0]) : rc;
}

static int use_reconcile(struct sp_work *work, void *ctx) {
  return sp_reconcile(work->db, ctx, work->err);
}

int counter_prove(struct counter *counter, struct sp_reconciliation *out) {
  struct sp_reconciliation own;
  if (out == NULL) out = &own;
  int rc = sp_fixture_do(&counter->node, use_reconcile, out, &counter->error);
  if (rc == 0 && !out->agrees) {
    snprintf(counter->error.message, sizeof counter->error.message,
             "reconciliation: %lld stock, %lld cash, %lld money differences, %lld sold, %lld moved",
             (long long)out->stock.differences, (long long)out->cash_differences, (long long)out->money_differences,
             (long long)out->sold_units, (long long)out->moved_units);
    rc = SP_E_CORRUPT;
  }
  return rc == 0 ? ask_all(counter) : rc;
}

void counter_agrees(struct counter *counter) {
  if (counter_prove(counter, NULL) != 0) fail_msg("%s", counter->error.message);
}

int counter_tear_down(void **state) {
  counter_agrees(*state);
  counter_close(*state);
  return 0;
}
