#include "domain/shift_report.h"

static void put_some(struct sp_json_writer *w, const char *name, const char *text) {
  if (text && *text) sp_json_put_text(w, name, text);
}

static void put_methods(struct sp_json_writer *w, const struct sp_shift_report *report) {
  sp_json_key(w, "methods");
  sp_json_open_array(w);
  for (int32_t i = 0; i < report->method_count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "method", sp_method_name(report->methods[i].method));
    sp_json_put_int(w, "count", report->methods[i].count);
    sp_json_put_int(w, "amount", report->methods[i].amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static void put_drawer(struct sp_json_writer *w, const struct sp_shift_report *report) {
  sp_json_put_int(w, "opening_float", report->opening_float);
  sp_json_key(w, "moves");
  sp_json_open_array(w);
  for (int32_t i = 0; i < report->move_count; i++) {
    sp_json_open_object(w);
    sp_json_put_int(w, "amount", report->moves[i].amount);
    put_some(w, "reason", report->moves[i].reason);
    put_some(w, "time", report->moves[i].time);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  if (!report->cash_hidden) sp_json_put_int(w, "expected_cash", report->expected);
  if (report->counted_known) sp_json_put_int(w, "counted_cash", report->counted);
  if (report->counted_known && !report->cash_hidden) sp_json_put_int(w, "variance", report->variance);
}

static void put_head(struct sp_json_writer *w, const struct sp_shift_report *report) {
  sp_json_put_text(w, "kind", report->final ? "z" : "x");
  sp_json_put_bool(w, "copy", report->copy);
  if (report->number > 0) sp_json_put_int(w, "number", report->number); /* a shift being closed has none yet */
  put_some(w, "store_name", report->store_name);
  put_some(w, "till", report->till);
  sp_json_put_int(w, "shift", report->shift);
  if (report->business_day) sp_json_put_int(w, "business_day", report->business_day);
  put_some(w, "opened_at", report->opened_at);
  put_some(w, "opened_by", report->opened_by);
  put_some(w, "closed_at", report->closed_at);
  put_some(w, "closed_by", report->closed_by);
  put_some(w, "first_receipt", report->first_receipt);
  put_some(w, "last_receipt", report->last_receipt);
  sp_json_key(w, "currency");
  sp_currency_json(&report->currency, w);
}

/* A blind count hides cash taken as well: with the float and the moves it would give the expected cash away. */
static void put_sums(struct sp_json_writer *w, const struct sp_shift_report *report) {
  sp_json_put_int(w, "sale_count", report->sale_count);
  sp_json_put_int(w, "refund_count", report->refund_count);
  if (report->cash_hidden) return;
  sp_json_put_int(w, "gross", report->gross);
  sp_json_put_int(w, "discounts", report->discounts);
  sp_json_put_int(w, "refunds", report->refunds);
  sp_json_put_int(w, "rounding", report->rounding);
  sp_json_put_int(w, "net", report->net);
  sp_json_key(w, "taxes");
  sp_tax_rows_json(report->taxes, report->tax_count, w);
  put_methods(w, report);
}

void sp_shift_report_json(const struct sp_shift_report *report, struct sp_json_writer *w) {
  sp_json_open_object(w);
  put_head(w, report);
  put_sums(w, report);
  put_drawer(w, report);
  put_some(w, "hash", report->hash);
  put_some(w, "previous_hash", report->previous_hash);
  sp_json_close_object(w);
}
