#include "app/receipt.h"

#include "domain/money.h"
#include <string.h>

#define TAX_RATES_MAX 32

static int fill_lines(struct sp_work *work, const struct sp_sale *sale, struct sp_receipt *out) {
  struct sp_receipt_line *lines = sp_arena_array(work->arena, (size_t)sale->count + 1, sizeof *lines);
  if (lines == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    lines[i] = (struct sp_receipt_line){
        .n = line->n,
        .code = line->facts.code,
        .name = line->facts.name,
        .name_en = line->facts.name_en,
        .unit = line->facts.unit,
        .quantity = line->facts.quantity,
        .weighed = line->facts.weighed,
        .returned = line->returned,
        .computed = line->computed,
        .tare = line->tare,
        .unit_price = line->unit_price,
        .gross = line->gross,
        .discount = line->discount,
        .net = line->gross - line->discount,
        .note = line->facts.note,
    };
  }
  out->lines = lines;
  out->line_count = sale->count;
  return 0;
}

/* One row a rate, in the order in which the rates first appear. */
static int fill_taxes(struct sp_work *work, const struct sp_sale *sale, struct sp_receipt *out) {
  struct sp_tax_row *rows = sp_arena_array(work->arena, TAX_RATES_MAX, sizeof *rows);
  if (rows == NULL) return sp_error_nomem(work->err, __func__);
  int32_t count = 0;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    int32_t at = 0;
    while (at < count && rows[at].ppm != line->facts.tax_ppm)
      at++;
    if (at == TAX_RATES_MAX)
      return sp_fail(work->err, SP_E_LIMIT, NULL, "More than %d tax rates in a sale", TAX_RATES_MAX);
    if (at == count) rows[count++].ppm = line->facts.tax_ppm;
    int rc = sp_money_accumulate(&rows[at].tax, line->tax);
    if (rc == 0) rc = sp_money_accumulate(&rows[at].net, line->paid - line->tax);
    if (rc != 0) return rc;
  }
  out->taxes = rows;
  out->tax_count = count;
  return 0;
}

static int fill_discounts(struct sp_work *work, const struct sp_sale *sale, struct sp_receipt *out) {
  struct sp_receipt_discount *list = sp_arena_array(work->arena, (size_t)sale->allocation_count + 1, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  int32_t count = 0;
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    const struct sp_allocation *allocation = &sale->allocations[i];
    int32_t at = 0;
    while (at < count && strcmp(list[at].campaign, allocation->campaign) != 0)
      at++;
    if (at == count) {
      list[count++] = (struct sp_receipt_discount){
          .campaign = allocation->campaign,
          .title = sp_bundle_campaign_title(work->bundle, allocation->campaign, work->lang),
      };
    }
    int rc = sp_money_accumulate(&list[at].amount, allocation->amount);
    if (rc != 0) return rc;
  }
  out->discounts = list;
  out->discount_count = count;
  return 0;
}

static const char *code_of(struct sp_work *work, enum sp_query query, const struct sp_id *id, int column) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  if (sp_id_is_nil(id) || sp_db_one(work->db, query, key, 1, &rows, NULL) <= 0) return "";
  const char *code = sp_work_column(work, rows, column);
  sp_rows_finish(rows);
  return code != NULL ? code : "";
}

/* A member number or phone as a receipt may show it: "138****5678". */
static const char *masked(struct sp_work *work, const char *member) {
  size_t len = member != NULL ? strlen(member) : 0;
  if (len < 7 || strspn(member, "0123456789+- ") != len) return member;
  int shown = len > 8 ? (int)len - 8 : 0;
  return sp_arena_printf(work->arena, "%.*s****%s", shown, member, member + len - 4);
}

const char *sp_member_shown(struct sp_work *work, const char *member) {
  bool whole = work->actor.is_program || sp_role_rank(work->actor.role) >= sp_role_rank(SP_ROLE_MANAGER);
  const char *shown = whole ? member : masked(work, member);
  return shown != NULL ? shown : "";
}

/* The number on the receipt that is being given back from: of the first linked line. */
static const char *original_number(struct sp_work *work, const struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_id *original = &sale->lines[i].original;
    if (sp_id_is_nil(original)) continue;
    struct sp_rows *rows = NULL;
    struct sp_id till;
    const struct sp_value key[] = {sp_v_blob(original->bytes, SP_ID_LEN)};
    if (sp_db_one(work->db, SP_Q_SALE_GET, key, 1, &rows, NULL) <= 0) return NULL;
    sp_rows_id(rows, 0, &till);
    int64_t number = sp_rows_int(rows, 1);
    sp_rows_finish(rows);
    return sp_work_receipt_number(work, code_of(work, SP_Q_TILL_GET, &till, 1), number);
  }
  return NULL;
}

int sp_receipt_make(struct sp_work *work, const struct sp_sale *sale, bool copy, struct sp_receipt *out) {
  const struct sp_store *store = &work->app->store;
  const char *till = code_of(work, SP_Q_TILL_GET, &sale->till, 1);
  *out = (struct sp_receipt){
      .kind = strcmp(sale->kind, "refund") == 0     ? SP_RECEIPT_REFUND
              : strcmp(sale->kind, "exchange") == 0 ? SP_RECEIPT_EXCHANGE
                                                    : SP_RECEIPT_SALE,
      .copy = copy,
      .training = work->app->training,
      .currency = sp_work_currency(work),
      .store_name = store->name,
      .address = store->address,
      .phone = store->phone,
      .till = till,
      .number = sp_work_receipt_number(work, till, sale->number),
      .original = original_number(work, sale),
      .cashier = code_of(work, SP_Q_STAFF_CODE, &sale->staff, 0),
      .time = sp_work_local_time(work, sale->at),
      .business_day = sale->business_day,
      .member = masked(work, sale->member),
      .gross = sale->gross,
      .discount = sale->discount,
      .rounding = sale->rounding,
      .total = sale->total,
      .tenders = sale->tenders,
      .tender_count = sale->tender_count,
      .note = sale->reason,
  };
  if (sale->count > 0) out->seller = code_of(work, SP_Q_STAFF_CODE, &sale->lines[0].facts.seller, 0);
  if (out->number == NULL || out->time == NULL) return sp_error_nomem(work->err, __func__);
  int rc = fill_lines(work, sale, out);
  if (rc == 0) rc = fill_taxes(work, sale, out);
  if (rc == 0) rc = fill_discounts(work, sale, out);
  return rc;
}
