/* The way back: how much of what goods were paid with came in which way, and what of it went back already. */
#include "app/sale_parts.h"
#include "base/text.h"
#include "domain/money.h"

#include <stdio.h>

#define FAMILY_MAX 32

/* The sales goods come back of, and those whose goods were given for them in exchanges: together they say how the
 * money came. */
struct ways {
  struct sp_id family[FAMILY_MAX];
  int32_t count;
  struct sp_tender *tenders; /* what came in, in order */
  int32_t tender_count;
  int64_t back[SP_METHOD_COUNT]; /* what went back */
};

static void join(struct ways *ways, const struct sp_id *sale) {
  if (sp_id_is_nil(sale) || ways->count == FAMILY_MAX) return;
  for (int32_t i = 0; i < ways->count; i++)
    if (sp_id_equal(&ways->family[i], sale)) return;
  ways->family[ways->count++] = *sale;
}

static int read_came(struct sp_work *work, const struct sp_id *sale, struct ways *ways) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(sale->bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_PAYMENTS_GET, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    int method = sp_method_parse(sp_rows_text(rows, 0));
    int64_t amount = sp_rows_int(rows, 1);
    if (method < 0 || amount <= 0 || ways->tender_count == FAMILY_MAX * SP_TENDERS_MAX) continue;
    struct sp_tender *tender = &ways->tenders[ways->tender_count++];
    *tender = (struct sp_tender){
        .method = (enum sp_method)method, .amount = amount, .reference = sp_work_column(work, rows, 4)};
    if (tender->reference == NULL) rc = sp_error_nomem(work->err, __func__);
    if (rc < 0) break;
  }
  sp_rows_finish(rows);
  return rc;
}

/* Of money that went back for goods of several sales each has the part of its goods. */
static int read_back(struct sp_work *work, const struct sp_id *sale, struct ways *ways) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(sale->bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_PAYMENTS_BACK, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    int method = sp_method_parse(sp_rows_text(rows, 0));
    int64_t part = 0, mine = -sp_rows_int(rows, 2), every = -sp_rows_int(rows, 3);
    if (method < 0 || mine <= 0 || every < mine) continue;
    rc = sp_money_share(-sp_rows_int(rows, 1), mine, every, &part);
    if (rc == 0) rc = sp_money_accumulate(&ways->back[method], part);
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  return rc;
}

static int read_family(struct sp_work *work, const struct sp_id *sale, struct ways *ways) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(sale->bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_SALE_ORIGINALS, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    struct sp_id original;
    sp_rows_id(rows, 0, &original);
    join(ways, &original);
  }
  sp_rows_finish(rows);
  return rc;
}

static int read_ways(struct sp_work *work, const struct sp_sale_return *returns, int32_t count, struct ways **out) {
  struct ways *ways = sp_arena_alloc(work->arena, sizeof *ways);
  if (ways == NULL) return sp_error_nomem(work->err, __func__);
  *ways =
      (struct ways){.tenders = sp_arena_array(work->arena, (size_t)FAMILY_MAX * SP_TENDERS_MAX, sizeof *ways->tenders)};
  if (ways->tenders == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < count; i++)
    join(ways, &returns[i].original);
  for (int32_t i = 0; i < ways->count; i++) {
    int rc = read_came(work, &ways->family[i], ways);
    if (rc == 0) rc = read_back(work, &ways->family[i], ways);
    if (rc == 0) rc = read_family(work, &ways->family[i], ways);
    if (rc != 0) return rc;
  }
  *out = ways;
  return 0;
}

/* ---- How it is offered ---- */

struct list {
  struct sp_tender *tenders;
  int32_t count;
};

static void offer(struct list *list, const struct sp_tender *way, int64_t amount) {
  for (int32_t i = 0; i < list->count; i++) {
    struct sp_tender *known = &list->tenders[i];
    if (known->method != SP_METHOD_CASH || way->method != SP_METHOD_CASH) continue;
    known->tendered -= amount;
    return;
  }
  list->tenders[list->count++] =
      (struct sp_tender){.method = way->method, .tendered = -amount, .reference = way->reference};
}

static void allot(const struct ways *ways, int64_t amount, struct list *list) {
  static const struct sp_tender cash = {.method = SP_METHOD_CASH, .reference = ""};
  int64_t back[SP_METHOD_COUNT];
  for (int m = 0; m < SP_METHOD_COUNT; m++)
    back[m] = ways->back[m];
  list->count = 0;
  for (int32_t i = 0; i < ways->tender_count && amount > 0 && list->count < SP_TENDERS_MAX - 1; i++) {
    const struct sp_tender *paid = &ways->tenders[i];
    int64_t left = paid->amount, gone = back[paid->method] < left ? back[paid->method] : left;
    back[paid->method] -= gone;
    left -= gone;
    if (left > amount) left = amount;
    if (left > 0) offer(list, paid, left);
    amount -= left;
  }
  /* More than came in, as of an imported sale: somebody has to sign for that. */
  if (amount > 0) offer(list, &cash, amount);
}

/* What goes back in other ways before the first cash; `*any`: there is cash. */
static int64_t before_cash(const struct list *list, bool *any) {
  int64_t sum = 0;
  *any = false;
  for (int32_t i = 0; i < list->count && !*any; i++) {
    *any = list->tenders[i].method == SP_METHOD_CASH;
    if (!*any) sum += list->tenders[i].tendered;
  }
  return sum;
}

int sp_sale_pay_back(struct sp_work *work, const struct sp_way_back *asked, struct sp_tender **out, int32_t *count) {
  struct ways *ways = NULL;
  bool cash = false, given = false;
  int rc = read_ways(work, asked->returns, asked->return_count, &ways);
  if (rc != 0 || ways == NULL) return rc;
  int64_t paid = 0;
  for (int32_t i = 0; i < asked->given_count; i++) {
    const struct sp_tender *tender = &asked->given[i];
    given = given || tender->method == SP_METHOD_CASH;
    if (tender->tendered < 0) ways->back[tender->method] -= tender->tendered;
    paid += tender->tendered;
  }
  struct list list = {.tenders = sp_arena_array(work->arena, SP_TENDERS_MAX, sizeof *list.tenders)};
  if (list.tenders == NULL) return sp_error_nomem(work->err, __func__);
  allot(ways, asked->amount, &list);
  paid += before_cash(&list, &cash);
  int64_t total = -asked->amount;
  for (int32_t i = 0; i < asked->given_count; i++)
    total += asked->given[i].tendered;
  int64_t step = work->app->policy.rounding_step;
  if (cash && !given) allot(ways, asked->amount - sp_tender_cash_rounding(total, paid, step, asked->exchange), &list);
  *out = list.tenders;
  *count = list.count;
  return 0;
}

/* ---- What may go back ---- */

/* Cash that is rounded may go back rounded. */
static int64_t room(const struct sp_work *work, const struct ways *ways, enum sp_method method) {
  int64_t sum = -ways->back[method];
  for (int32_t i = 0; i < ways->tender_count; i++)
    if (ways->tenders[i].method == method) sum += ways->tenders[i].amount;
  if (sum <= 0) return 0;
  return method == SP_METHOD_CASH ? sum - sp_tender_rounding(-sum, work->app->policy.rounding_step) : sum;
}

static bool came(const struct ways *ways, enum sp_method method) {
  bool any = false;
  for (int32_t i = 0; i < ways->tender_count && !any; i++)
    any = ways->tenders[i].method == method;
  return any;
}

int sp_sale_way_back(struct sp_work *work, const struct sp_sale_request *request, const struct sp_sale *sale) {
  struct ways *ways = NULL;
  int64_t asked[SP_METHOD_COUNT] = {0};
  int rc = read_ways(work, request->returns, request->return_count, &ways);
  if (rc != 0 || ways == NULL) return rc;
  for (int32_t i = 0; i < sale->tender_count; i++) {
    enum sp_method method = sale->tenders[i].method;
    const char *name = sp_tr(work->lang, sp_method_name(method));
    char field[40], most[SP_MONEY_TEXT];
    if (!came(ways, method)) {
      snprintf(field, sizeof field, "tenders[%d].method", (int)i);
      return sp_fail(work->err, SP_E_DENIED, field, "It was not paid by %s: a manager may pay it back that way", name);
    }
    asked[method] -= sale->tenders[i].tendered;
    int64_t left = room(work, ways, method);
    if (asked[method] <= left) continue;
    snprintf(field, sizeof field, "tenders[%d].amount", (int)i);
    sp_money_text(left, sp_work_currency(work).digits, most);
    return sp_fail(work->err, SP_E_DENIED, field,
                   "Only %s of it is left of what came by %s: a manager may pay more that way", most, name);
  }
  return 0;
}
