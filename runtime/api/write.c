/* Sales and rows as JSON. */
#include "api/call.h"
#include "app/receipt.h"

#include "domain/basket_json.h"

#include <stdio.h>
#include <string.h>

static void write_line(struct sp_json_writer *w, const struct sp_sale_line *line) {
  const struct sp_line *facts = &line->facts;
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  sp_json_put_id(w, "product", facts->product.bytes);
  sp_json_put_text(w, "code", facts->code);
  sp_json_put_text(w, "name", facts->name);
  sp_json_put_text(w, "unit", facts->unit);
  sp_json_put_bool(w, "weighed", facts->weighed);
  sp_json_put_int(w, "quantity", line->returned ? -facts->quantity : facts->quantity);
  if (line->computed) sp_json_put_bool(w, "computed", true);
  if (line->tare != 0) sp_json_put_int(w, "tare", line->tare);
  sp_json_put_int(w, "list_price", facts->list_price);
  sp_json_put_int(w, "unit_price", line->unit_price);
  sp_json_put_int(w, "gross", line->gross);
  sp_json_put_int(w, "discount", line->discount);
  sp_json_put_int(w, "rounding", line->rounding);
  sp_json_put_int(w, "paid", line->paid);
  sp_json_put_int(w, "tax_ppm", facts->tax_ppm);
  sp_json_put_int(w, "tax", line->tax);
  if (facts->note != NULL && facts->note[0] != '\0') sp_json_put_text(w, "note", facts->note);
  if (!sp_id_is_nil(&facts->seller)) sp_json_put_id(w, "seller", facts->seller.bytes);
  if (facts->lot != NULL && facts->lot[0] != '\0') sp_json_put_text(w, "lot", facts->lot);
  if (facts->expires != 0) {
    char date[16];
    snprintf(date, sizeof date, "%04d-%02d-%02d", facts->expires / 10000, facts->expires / 100 % 100,
             facts->expires % 100);
    sp_json_put_text(w, "expires", date);
  }
  if (facts->parent != 0) sp_json_put_int(w, "parent", facts->parent);
  if (!sp_id_is_nil(&line->original)) {
    sp_json_put_id(w, "original", line->original.bytes);
    sp_json_put_int(w, "original_line", line->original_n);
  }
  sp_json_close_object(w);
}

void sp_write_lines(struct sp_json_writer *w, const struct sp_sale *sale) {
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->count; i++)
    write_line(w, &sale->lines[i]);
  sp_json_close_array(w);
  sp_json_key(w, "allocations");
  sp_allocations_json(sale->allocations, sale->allocation_count, w);
}

static void write_tenders(struct sp_json_writer *w, const struct sp_sale *sale) {
  sp_json_key(w, "tenders");
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->tender_count; i++) {
    const struct sp_tender *tender = &sale->tenders[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "method", sp_method_name(tender->method));
    sp_json_put_int(w, "amount", tender->amount);
    sp_json_put_int(w, "tendered", tender->tendered);
    sp_json_put_int(w, "change", tender->change);
    if (tender->reference != NULL && tender->reference[0] != '\0') {
      sp_json_put_text(w, "reference", tender->reference);
    }
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

void sp_write_sale(struct sp_call *call, const struct sp_sale *sale, bool full) {
  struct sp_json_writer *w = &call->w;
  int64_t change = 0;
  for (int32_t i = 0; i < sale->tender_count; i++)
    change += sale->tenders[i].change;
  sp_json_open_object(w);
  sp_json_put_id(w, "id", sale->id.bytes);
  sp_json_put_int(w, "number", sale->number);
  if (sale->till_code != NULL) {
    char receipt[64];
    snprintf(receipt, sizeof receipt, "%s-%06lld", sale->till_code, (long long)sale->number);
    sp_json_put_text(w, "receipt", receipt);
  }
  sp_json_put_text(w, "kind", sale->kind);
  sp_json_put_time(w, "at", sale->at);
  sp_json_put_int(w, "business_day", sale->business_day);
  sp_json_put_int(w, "gross", sale->gross);
  sp_json_put_int(w, "discount", sale->discount);
  sp_json_put_int(w, "rounding", sale->rounding);
  sp_json_put_int(w, "total", sale->total);
  sp_json_put_int(w, "tax", sale->tax);
  sp_json_put_int(w, "change", change);
  if (sale->alarms > 0) sp_json_put_int(w, "alarms", sale->alarms);
  if (full) {
    sp_json_put_text(w, "source", sale->source);
    sp_json_put_text(w, "reference", sale->reference);
    sp_json_put_text(w, "member", sp_member_shown(&call->work, sale->member));
    sp_json_put_text(w, "reason", sale->reason);
    sp_write_lines(w, sale);
    write_tenders(w, sale);
    if (sale->inputs != NULL) {
      sp_json_key(w, "inputs");
      sp_json_raw(w, sale->inputs, strlen(sale->inputs));
    }
  }
  sp_write_asks(call, sale);
  sp_json_close_object(w);
}

int sp_write_rows(struct sp_call *call, enum sp_query query, const struct sp_value *params, int count,
                  void (*put)(struct sp_json_writer *w, struct sp_rows *rows)) {
  struct sp_rows *rows = NULL;
  int rc = sp_db_query(call->work.db, query, params, count, &rows, call->work.err);
  if (rc != 0) return rc;
  sp_json_open_array(&call->w);
  while ((rc = sp_rows_next(rows, call->work.err)) > 0)
    put(&call->w, rows);
  sp_json_close_array(&call->w);
  sp_rows_finish(rows);
  return rc;
}
