#include "domain/receipt.h"

static const char *const kind_names[] = {
    [SP_RECEIPT_SALE] = "sale",
    [SP_RECEIPT_REFUND] = "refund",
    [SP_RECEIPT_EXCHANGE] = "exchange",
};

/* Optional texts are left out rather than written as null: a reader asks only whether a member is there. */
static void put_some(struct sp_json_writer *w, const char *name, const char *text) {
  if (text && *text) sp_json_put_text(w, name, text);
}

const char *sp_receipt_line_name(const struct sp_receipt_line *line, enum sp_lang lang) {
  bool english = lang == SP_LANG_EN && line->name_en && *line->name_en;
  return english ? line->name_en : line->name;
}

static void put_line(struct sp_json_writer *w, const struct sp_receipt_line *line) {
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  put_some(w, "code", line->code);
  sp_json_put_text(w, "name", line->name ? line->name : "");
  put_some(w, "name_en", line->name_en);
  put_some(w, "pack", line->pack);
  put_some(w, "unit", line->unit);
  sp_json_put_int(w, "quantity", line->quantity);
  sp_json_put_bool(w, "weighed", line->weighed);
  if (line->computed) sp_json_put_bool(w, "computed", true);
  if (line->tare) sp_json_put_int(w, "tare", line->tare);
  sp_json_put_bool(w, "returned", line->returned);
  sp_json_put_int(w, "unit_price", line->unit_price);
  sp_json_put_int(w, "gross", line->gross);
  sp_json_put_int(w, "discount", line->discount);
  sp_json_put_int(w, "net", line->net);
  put_some(w, "seller", line->seller);
  put_some(w, "note", line->note);
  sp_json_close_object(w);
}

static void put_discounts(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  sp_json_key(w, "discounts");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->discount_count; i++) {
    const struct sp_receipt_discount *discount = &receipt->discounts[i];
    sp_json_open_object(w);
    put_some(w, "campaign", discount->campaign);
    sp_json_put_text(w, "title", discount->title ? discount->title : "");
    sp_json_put_int(w, "amount", discount->amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void put_tenders(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  sp_json_key(w, "tenders");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->tender_count; i++) {
    const struct sp_tender *tender = &receipt->tenders[i];
    sp_json_open_object(w);
    sp_json_put_text(w, "method", sp_method_name(tender->method));
    sp_json_put_int(w, "tendered", tender->tendered);
    sp_json_put_int(w, "amount", tender->amount);
    sp_json_put_int(w, "change", tender->change);
    put_some(w, "reference", tender->reference);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

void sp_tax_rows_json(const struct sp_tax_row *rows, int32_t count, struct sp_json_writer *w) {
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++) {
    sp_json_open_object(w);
    sp_json_put_int(w, "rate_ppm", rows[i].ppm);
    sp_json_put_int(w, "net", rows[i].net);
    sp_json_put_int(w, "tax", rows[i].tax);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

void sp_currency_json(const struct sp_currency *currency, struct sp_json_writer *w) {
  sp_json_open_object(w);
  put_some(w, "code", currency->code);
  put_some(w, "symbol", currency->symbol);
  sp_json_put_int(w, "digits", currency->digits);
  sp_json_close_object(w);
}

static void put_head(struct sp_json_writer *w, const struct sp_receipt *receipt) {
  sp_json_put_text(w, "kind", kind_names[receipt->kind]);
  sp_json_put_bool(w, "copy", receipt->copy);
  sp_json_put_text(w, "number", receipt->number ? receipt->number : "");
  put_some(w, "original", receipt->original);
  sp_json_key(w, "store");
  sp_json_open_object(w);
  sp_json_put_text(w, "name", receipt->store_name ? receipt->store_name : "");
  put_some(w, "address", receipt->address);
  put_some(w, "phone", receipt->phone);
  sp_json_close_object(w);
  put_some(w, "till", receipt->till);
  put_some(w, "cashier", receipt->cashier);
  put_some(w, "seller", receipt->seller);
  put_some(w, "time", receipt->time);
  if (receipt->business_day) sp_json_put_int(w, "business_day", receipt->business_day);
  put_some(w, "member", receipt->member);
  put_some(w, "member_level", receipt->member_level);
  sp_json_key(w, "currency");
  sp_currency_json(&receipt->currency, w);
}

void sp_receipt_json(const struct sp_receipt *receipt, struct sp_json_writer *w) {
  sp_json_open_object(w);
  put_head(w, receipt);
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->line_count; i++)
    put_line(w, &receipt->lines[i]);
  sp_json_close_array(w);
  put_discounts(w, receipt);
  sp_json_put_int(w, "gross", receipt->gross);
  sp_json_put_int(w, "discount", receipt->discount);
  sp_json_put_int(w, "rounding", receipt->rounding);
  sp_json_put_int(w, "total", receipt->total);
  sp_json_key(w, "taxes");
  sp_tax_rows_json(receipt->taxes, receipt->tax_count, w);
  put_tenders(w, receipt);
  put_some(w, "note", receipt->note);
  sp_json_key(w, "footer");
  sp_json_open_array(w);
  for (int32_t i = 0; i < receipt->footer_count; i++)
    sp_json_text(w, receipt->footer[i]);
  sp_json_close_array(w);
  sp_json_close_object(w);
}
