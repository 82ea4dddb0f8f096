#include "main/ledger.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "app/reconcile.h"
#include "main/client.h"
#include "main/progress.h"
#include <cjson/cJSON.h>

#define ASK_WAIT_MS 600000

/* ---- What a proof says ---- */

static int verdict(const struct sp_reconciliation *proof, struct sp_error *err) {
  if (proof->agrees) return 0;
  if (proof->stock.differences != 0)
    return sp_fail(err, SP_E_CORRUPT, "stock", "Stock balances that are not the sum of their movements: %lld",
                   (long long)proof->stock.differences);
  if (proof->cash_differences != 0)
    return sp_fail(err, SP_E_CORRUPT, "cash", "Shifts whose cash is not the sum of its movements: %lld",
                   (long long)proof->cash_differences);
  if (proof->money_differences != 0)
    return sp_fail(err, SP_E_CORRUPT, "sales", "Sales whose lines or tenders do not sum to their total: %lld",
                   (long long)proof->money_differences);
  return sp_fail(err, SP_E_CORRUPT, "stock",
                 "The sales sold %lld thousandths of a unit, the stock ledger moved %lld for them",
                 (long long)proof->sold_units, (long long)proof->moved_units);
}

/* ---- A file ---- */

/* A proof is one long read that reports nothing. */
static int reconcile_shown(struct sp_db *db, const char *what, struct sp_reconciliation *proof, struct sp_error *err) {
  struct sp_ticker ticker;
  sp_ticker_start(&ticker, err->lang, what);
  int result = sp_reconcile(db, proof, err);
  sp_ticker_end(&ticker);
  return result;
}

int sp_ledger_prove(const char *path, const char *what, struct sp_error *err) {
  const struct sp_db_options options = {.location = path, .mode = SP_DB_READ};
  struct sp_reconciliation proof;
  struct sp_db *db = NULL;
  int result = sp_sqlite_api()->open(&options, &db, err);
  if (!result) result = sp_db_begin(db, err);
  if (!result) {
    result = reconcile_shown(db, what, &proof, err);
    sp_db_rollback(db);
    if (!result) result = verdict(&proof, err);
  }
  sp_db_close(db);
  return result;
}

/* ---- A running node ---- */

static int64_t int_of(const struct cJSON *tree, const char *name) {
  int64_t value = 0;
  sp_json_get_int(tree, name, SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL);
  return value;
}

int sp_ledger_ask(const char *socket, enum sp_lang lang, struct sp_error *err) {
  const struct sp_client_request request = {
      .method = "GET", .target = "/v1/reconciliation", .lang = lang, .timeout_ms = ASK_WAIT_MS};
  struct sp_client_reply reply = {0};
  struct cJSON *tree = NULL;
  int result = sp_client_call(socket, &request, &reply, err);
  if (!result && reply.status != 200) result = sp_client_problem(&reply, err);
  if (!result) result = sp_json_parse(sp_buf_text(&reply.body), reply.body.len, &tree, err);
  if (!result) {
    const struct sp_reconciliation proof = {
        .agrees = cJSON_IsTrue(sp_json_member(tree, "agrees")) != 0,
        .stock = {.differences = int_of(tree, "stock_differences")},
        .cash_differences = int_of(tree, "cash_differences"),
        .money_differences = int_of(tree, "money_differences"),
        .sold_units = int_of(tree, "sold_units"),
        .moved_units = int_of(tree, "moved_units"),
    };
    result = verdict(&proof, err);
  }
  sp_json_free(tree);
  sp_buf_free(&reply.body);
  return result;
}
