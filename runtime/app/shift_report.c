/* X and Z reports out of the ledgers of a shift. Cost grows with the shift, not with the history. */
#include "app/shift.h"
#include "base/text.h"
#include "domain/money.h"

#include <string.h>

#define ROWS_MAX 256 /* tax rates, methods or cash moves of one shift */

/* Run a query keyed by the shift and hand each row to `read`. */
static int each_row(struct sp_work *work, enum sp_query query, const struct sp_shift *shift,
                    int (*read)(struct sp_work *work, struct sp_rows *rows, struct sp_shift_report *out),
                    struct sp_shift_report *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(shift->id.bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, query, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    rc = read(work, rows, out);
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  return rc;
}

static int read_sales(struct sp_work *work, struct sp_rows *rows, struct sp_shift_report *out) {
  (void)work;
  const char *kind = sp_rows_text(rows, 0);
  if (strcmp(kind, "refund") != 0) out->sale_count += sp_rows_int(rows, 1);
  if (strcmp(kind, "sale") != 0) out->refund_count += sp_rows_int(rows, 1);
  return sp_money_accumulate(&out->net, sp_rows_int(rows, 5));
}

static int read_lines(struct sp_work *work, struct sp_rows *rows, struct sp_shift_report *out) {
  (void)work;
  if (sp_rows_int(rows, 0) > 0) {
    out->gross = sp_rows_int(rows, 2);
    out->discounts = sp_rows_int(rows, 3);
    return sp_money_accumulate(&out->rounding, sp_rows_int(rows, 4));
  }
  out->refunds = sp_rows_int(rows, 5); /* their rounding share came back with them */
  return 0;
}

static int read_tax(struct sp_work *work, struct sp_rows *rows, struct sp_shift_report *out) {
  if (out->tax_count == ROWS_MAX)
    return sp_fail(work->err, SP_E_LIMIT, NULL, "More than %d tax rates in a shift", ROWS_MAX);
  struct sp_tax_row *row = (struct sp_tax_row *)&out->taxes[out->tax_count++];
  row->ppm = (int32_t)sp_rows_int(rows, 0);
  row->tax = sp_rows_int(rows, 2);
  row->net = sp_rows_int(rows, 1) - row->tax;
  return 0;
}

static int read_method(struct sp_work *work, struct sp_rows *rows, struct sp_shift_report *out) {
  (void)work;
  int method = sp_method_parse(sp_rows_text(rows, 0));
  if (method < 0 || out->method_count == SP_METHOD_COUNT) return SP_E_CORRUPT;
  struct sp_method_total *total = (struct sp_method_total *)&out->methods[out->method_count++];
  *total = (struct sp_method_total){(enum sp_method)method, sp_rows_int(rows, 1), sp_rows_int(rows, 2)};
  return 0;
}

static int read_move(struct sp_work *work, struct sp_rows *rows, struct sp_shift_report *out) {
  if (out->move_count == ROWS_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, NULL, "More than %d cash moves in a shift", ROWS_MAX);
  }
  struct sp_cash_move *move = (struct sp_cash_move *)&out->moves[out->move_count++];
  *move = (struct sp_cash_move){.amount = sp_rows_int(rows, 1),
                                .reason = sp_work_column(work, rows, 2),
                                .time = sp_work_local_time(work, sp_rows_int(rows, 3))};
  return move->reason != NULL && move->time != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static const char *staff_code(struct sp_work *work, const struct sp_id *staff) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(staff->bytes, SP_ID_LEN)};
  if (sp_db_one(work->db, SP_Q_STAFF_CODE, key, 1, &rows, NULL) <= 0) return "";
  const char *code = sp_work_column(work, rows, 0);
  sp_rows_finish(rows);
  return code != NULL ? code : "";
}

static int read_numbers(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(shift->id.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_SHIFT_NUMBERS, key, 1, &rows, work->err);
  if (got <= 0) return got;
  int64_t first = sp_rows_int(rows, 0), last = sp_rows_int(rows, 1);
  sp_rows_finish(rows);
  out->first_receipt = first > 0 ? sp_work_receipt_number(work, shift->till_code, first) : NULL;
  out->last_receipt = last > 0 ? sp_work_receipt_number(work, shift->till_code, last) : NULL;
  return 0;
}

static int fill_head(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *out) {
  bool closed = shift->closed_at != 0;
  *out = (struct sp_shift_report){
      .final = closed,
      .counted_known = closed,
      .cash_hidden = !closed && work->actor.role == SP_ROLE_CASHIER,
      .currency = sp_work_currency(work),
      .store_name = work->app->store.name,
      .till = shift->till_code,
      .shift = shift->number,
      .business_day = shift->business_day,
      .opened_at = sp_work_local_time(work, shift->opened_at),
      .opened_by = staff_code(work, &shift->opened_by),
      .closed_at = sp_work_local_time(work, closed ? shift->closed_at : work->now),
      .closed_by = staff_code(work, closed ? &shift->closed_by : &work->actor.staff),
      .opening_float = shift->opening_float,
      .expected = shift->cash,
      .counted = shift->counted,
      .variance = closed ? shift->counted - shift->cash : 0,
      .taxes = sp_arena_array(work->arena, ROWS_MAX, sizeof(struct sp_tax_row)),
      .methods = sp_arena_array(work->arena, SP_METHOD_COUNT, sizeof(struct sp_method_total)),
      .moves = sp_arena_array(work->arena, ROWS_MAX, sizeof(struct sp_cash_move)),
  };
  bool whole = out->taxes != NULL && out->methods != NULL && out->moves != NULL && out->opened_at != NULL &&
               out->closed_at != NULL;
  return whole ? 0 : sp_error_nomem(work->err, __func__);
}

/* A closed shift has its Z number and hashes; a shift being closed gets them from the writer. */
static int fill_z(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *out) {
  struct sp_z z;
  struct sp_error unused = {.code = 0};
  struct sp_error *kept = work->err;
  work->err = &unused;
  int rc = sp_z_of_shift(work, &shift->id, &z);
  work->err = kept;
  if (rc == SP_E_NOT_FOUND) return 0;
  if (rc != 0) return sp_fail(kept, rc, unused.field, "%s", unused.message);
  char *hash = sp_arena_alloc(work->arena, SP_HASH_HEX), *previous = sp_arena_alloc(work->arena, SP_HASH_HEX);
  if (hash == NULL || previous == NULL) return sp_error_nomem(kept, __func__);
  sp_hash_hex(z.hash, hash);
  sp_hash_hex(z.previous, previous);
  out->number = z.number;
  out->hash = hash;
  out->previous_hash = previous;
  return 0;
}

int sp_shift_report_make(struct sp_work *work, const struct sp_shift *shift, struct sp_shift_report *out) {
  int rc = fill_head(work, shift, out);
  if (rc == 0) rc = each_row(work, SP_Q_SHIFT_SALES, shift, read_sales, out);
  if (rc == 0) rc = each_row(work, SP_Q_SHIFT_LINES, shift, read_lines, out);
  if (rc == 0) rc = each_row(work, SP_Q_SHIFT_TAXES, shift, read_tax, out);
  if (rc == 0) rc = each_row(work, SP_Q_SHIFT_PAYMENTS, shift, read_method, out);
  if (rc == 0) rc = each_row(work, SP_Q_CASH_ENTRIES_OF, shift, read_move, out);
  if (rc == 0) rc = read_numbers(work, shift, out);
  if (rc == 0 && shift->closed_at != 0) rc = fill_z(work, shift, out);
  return rc;
}

int sp_shift_report_print(struct sp_work *work, const struct sp_shift_report *report, int columns,
                          struct sp_print *out) {
  int rc = sp_shift_report_layout(report, columns, work->lang, work->arena, out, work->err);
  if (rc != 0) return rc;
  if (work->app->training) sp_print_mark(out, sp_tr(work->lang, "*** TRAINING: NO SALE ***"));
  return sp_print_end(out, work->err);
}
