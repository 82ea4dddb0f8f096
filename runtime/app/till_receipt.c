/* A sale of before, found by what its receipt says, and what can still come back of it. */
#include "app/till_parts.h"

#include <string.h>

#define NUMBER_MAX  15 /* digits */
#define SHORT_TILL  3  /* digits of the till in a receipt's EAN-13, */
#define SHORT_SALE  6  /* and of the sale there */
#define TILLS_ALIKE 16 /* tills that may have one number: "T01", "S01" … */

static int64_t value_of(const char *digits, size_t len) {
  int64_t value = 0;
  for (size_t i = 0; i < len; i++)
    value = 10 * value + (digits[i] - '0');
  return value;
}

/* The sale of that number at a till, 1 with the id; 0: there is none. */
static int by_till(struct sp_work *work, const char *till, size_t till_len, int64_t number, struct sp_id *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text_n(till, till_len), sp_v_int(number)};
  int got = sp_db_one(work->db, SP_Q_SALE_BY_NUMBER, key, 2, &rows, work->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, out);
  sp_rows_finish(rows);
  return 1;
}

/* The tills with that number in their code, in the arena: how many, or an error. */
static int tills_of(struct sp_work *work, int64_t number, const char *out[TILLS_ALIKE]) {
  struct sp_rows *rows = NULL;
  int count = 0;
  int rc = sp_db_query(work->db, SP_Q_TILL_LIST, NULL, 0, &rows, work->err);
  while (rc == 0 && count < TILLS_ALIKE && (rc = sp_rows_next(rows, work->err)) > 0) {
    const char *code = sp_rows_text(rows, 1);
    const char *digits = code + strcspn(code, "0123456789");
    size_t len = strspn(digits, "0123456789");
    rc = 0;
    if (len == 0 || len > NUMBER_MAX || value_of(digits, len) != number) continue;
    out[count] = sp_work_column(work, rows, 1);
    if (out[count++] == NULL) rc = sp_error_nomem(work->err, __func__);
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : count;
}

/* "001000042" of an EAN-13 is T01-000042. When two tills have such a number nobody can say which sale it is. */
static int by_digits(struct sp_work *work, const char *text, struct sp_id *out) {
  const char *tills[TILLS_ALIKE];
  int count = tills_of(work, value_of(text, SHORT_TILL), tills), found = 0;
  for (int i = 0; i < count; i++) {
    int got = by_till(work, tills[i], strlen(tills[i]), value_of(text + SHORT_TILL, SHORT_SALE), out);
    if (got < 0) return got;
    found += got;
  }
  if (found > 1) {
    return sp_fail(work->err, SP_E_STATE, "receipt", "Several tills have a receipt %s: type its number", text);
  }
  return count < 0 ? count : found;
}

/* 1 with the id, 0 when nothing has that number: "T01-000042", or the nine digits of an EAN-13. */
static int by_number(struct sp_work *work, const char *text, struct sp_id *out) {
  const char *dash = strrchr(text, '-');
  const char *digits = dash != NULL ? dash + 1 : text;
  size_t len = strspn(digits, "0123456789");
  if (len == 0 || len > NUMBER_MAX || digits[len] != '\0') return 0;
  if (dash != NULL) return by_till(work, text, (size_t)(dash - text), value_of(digits, len), out);
  return len == SHORT_TILL + SHORT_SALE ? by_digits(work, text, out) : 0;
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
  sp_till_put_names(w, line->facts.name, line->facts.name_en);
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

static int find_id(struct sp_work *work, const char *receipt, struct sp_id *out) {
  if (strncmp(receipt, "R-", 2) == 0) receipt += 2;
  return sp_id_parse(receipt, out) == 0 ? 1 : by_number(work, receipt, out);
}

int sp_till_knows_receipt(struct sp_work *work, const char *receipt) {
  struct sp_id id = {{0}};
  return find_id(work, receipt, &id);
}

int sp_till_find_sale(struct sp_till_doing *doing, const char *receipt) {
  struct sp_work *work = doing->work;
  struct sp_id id = {{0}};
  int got = find_id(work, receipt, &id);
  if (got < 0) return got;
  if (got > 0) return give_found(doing, &id);
  return sp_till_refuse(doing, "unknown-receipt",
                        sp_fail(work->err, SP_E_NOT_FOUND, "receipt", "There is no receipt %s", receipt));
}

int sp_till_do_find_sale(struct sp_till_doing *doing) {
  return sp_till_find_sale(doing, doing->command->text);
}
