/* A sale of before, found by what its receipt says, and what can still come back of it. */
#include "app/till_parts.h"

#include <string.h>

#define NUMBER_MAX 15 /* digits */

/* 1 with the id, 0 when nothing has that number: "T01-000042". */
static int by_number(struct sp_work *work, const char *text, struct sp_id *out) {
  struct sp_rows *rows = NULL;
  const char *dash = strrchr(text, '-');
  size_t len = dash != NULL ? strspn(dash + 1, "0123456789") : 0;
  int64_t number = 0;
  if (len == 0 || len > NUMBER_MAX || dash[1 + len] != '\0') return 0;
  for (const char *digit = dash + 1; *digit != '\0'; digit++)
    number = 10 * number + (*digit - '0');
  const struct sp_value key[] = {sp_v_text_n(text, (size_t)(dash - text)), sp_v_int(number)};
  int got = sp_db_one(work->db, SP_Q_SALE_BY_NUMBER, key, 2, &rows, work->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return 1;
}

/* What came back so far, by line; `*left` starts as what was sold. */
static int take_returned(struct sp_work *work, const struct sp_sale *sale, int64_t *left) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(sale->id.bytes, SP_ID_LEN)};
  int rc = sp_db_query(work->db, SP_Q_TILL_RETURNED, key, 1, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    for (int32_t i = 0; i < sale->count; i++) {
      if (sale->lines[i].n == sp_rows_int(rows, 0)) left[i] -= sp_rows_int(rows, 1);
    }
  }
  sp_rows_finish(rows);
  return rc;
}

/* What the basket on the screen gives back of it already. */
static void take_open(const struct sp_till *till, const struct sp_sale *sale, int64_t *left) {
  for (int32_t r = 0; till->has_basket && r < till->basket.return_count; r++) {
    const struct sp_sale_return *back = &till->basket.returns[r];
    if (!sp_id_equal(&back->original, &sale->id)) continue;
    for (int32_t i = 0; i < sale->count; i++) {
      if (sale->lines[i].n == back->original_n) left[i] -= back->quantity;
    }
  }
}

static void put_line(struct sp_json_writer *w, const struct sp_sale_line *line, int64_t left) {
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  sp_json_put_text(w, "code", line->facts.code);
  sp_json_put_text(w, "name", line->facts.name);
  sp_json_put_text(w, "unit", line->facts.unit);
  sp_json_put_bool(w, "weighed", line->facts.weighed);
  sp_json_put_int(w, "quantity", line->returned ? -line->facts.quantity : line->facts.quantity);
  sp_json_put_int(w, "unit_price", line->unit_price);
  sp_json_put_int(w, "paid", line->paid);
  sp_json_put_int(w, "left", line->returned || left < 0 ? 0 : left);
  sp_json_close_object(w);
}

static void put_sale(struct sp_work *work, const struct sp_sale *sale, const int64_t *left, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_id(w, "sale", sale->id.bytes);
  sp_json_put_text(w, "receipt", sp_work_receipt_number(work, sale->till_code, sale->number));
  sp_json_put_text(w, "kind", sale->kind);
  sp_json_put_time(w, "at", sale->at);
  sp_json_put_int(w, "total", sale->total);
  if (sale->member[0] != '\0') sp_json_put_text(w, "member", sp_till_masked(work, sale->member));
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->count; i++)
    put_line(w, &sale->lines[i], left[i]);
  sp_json_close_array(w);
  sp_json_key(w, "tenders");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->tender_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "method", sp_method_name(sale->tenders[i].method));
    sp_json_put_int(w, "amount", sale->tenders[i].amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_close_object(w);
}

static int give_found(struct sp_till_doing *doing, const struct sp_id *id) {
  struct sp_work *work = doing->work;
  struct sp_till_text extra;
  struct sp_sale sale;
  int rc = sp_sale_load(work, id, &sale);
  if (rc != 0) return rc;
  int64_t *left = sp_arena_array(work->arena, (size_t)sale.count + 1, sizeof *left);
  if (left == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < sale.count; i++)
    left[i] = sale.lines[i].facts.quantity;
  rc = take_returned(work, &sale, left);
  if (rc != 0) return rc;
  take_open(doing->till, &sale, left);
  sp_till_text_start(&extra);
  sp_buf_puts(&extra.out, "\"found\":");
  put_sale(work, &sale, left, &extra.w);
  doing->out->extra = sp_till_text_end(work, &extra);
  return doing->out->extra != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_till_find_sale(struct sp_till_doing *doing, const char *receipt) {
  struct sp_work *work = doing->work;
  struct sp_id id = {{0}};
  if (strncmp(receipt, "R-", 2) == 0) receipt += 2;
  int got = sp_id_parse(receipt, &id) == 0 ? 1 : by_number(work, receipt, &id);
  if (got < 0) return got;
  if (got > 0) return give_found(doing, &id);
  return sp_till_refuse(doing, "unknown-receipt",
                        sp_fail(work->err, SP_E_NOT_FOUND, "receipt", "There is no receipt %s", receipt));
}

int sp_till_do_find_sale(struct sp_till_doing *doing) {
  return sp_till_find_sale(doing, doing->command->text);
}
