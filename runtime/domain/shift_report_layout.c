#include "domain/money.h"
#include "domain/shift_report.h"

#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>

#define INDENT      2
#define HASH_PREFIX 16

static void put_count(struct sp_print *print, const char *label, int64_t count) {
  char text[SP_MONEY_TEXT];
  sp_money_text(count, 0, text);
  sp_print_row(print, 0, 0, sp_tr(print->lang, label), text);
}

static void put_number(struct sp_print *print, const char *label, int64_t number) {
  char text[SP_MONEY_TEXT];
  sp_money_text(number, 0, text);
  sp_print_field(print, 0, label, text);
}

static void put_head(struct sp_print *print, const struct sp_shift_report *report) {
  uint8_t heading = SP_PRINT_BOLD | SP_PRINT_CENTRE;
  sp_print_heading(print, report->store_name);
  sp_print_add(print, heading, 0, sp_tr(print->lang, report->final ? "Z report (shift closed)" : "X report (interim)"));
  if (report->copy) sp_print_add(print, heading, 0, sp_tr(print->lang, "*** COPY ***"));
  sp_print_rule(print);
  if (report->final) put_number(print, "Z number", report->number);
  sp_print_field(print, 0, "Till", report->till);
  put_number(print, "Shift", report->shift);
  sp_print_day(print, report->business_day);
  sp_print_field(print, 0, "Opened at", report->opened_at);
  sp_print_field(print, 0, "Opened by", report->opened_by);
  sp_print_field(print, 0, report->final ? "Closed at" : "Printed at", report->closed_at);
  sp_print_field(print, 0, report->final ? "Closed by" : "Printed by", report->closed_by);
  sp_print_field(print, 0, "First receipt", report->first_receipt);
  sp_print_field(print, 0, "Last receipt", report->last_receipt);
}

static void put_sums(struct sp_print *print, const struct sp_shift_report *report) {
  int digits = report->currency.digits;
  sp_print_rule(print);
  put_count(print, "Number of sales", report->sale_count);
  put_count(print, "Number of refunds", report->refund_count);
  if (report->cash_hidden) return;
  sp_print_amount(print, 0, 0, "Sales before discounts", report->gross, digits);
  sp_print_amount(print, 0, 0, "Discounts", -report->discounts, digits);
  sp_print_amount(print, 0, 0, "Paid back", report->refunds, digits);
  sp_print_amount(print, 0, 0, "Small change waived", report->rounding, digits);
  sp_print_amount(print, SP_PRINT_BOLD, 0, "Net takings", report->net, digits);
}

static void put_methods(struct sp_print *print, const struct sp_shift_report *report) {
  if (report->cash_hidden || report->method_count == 0) return;
  sp_print_rule(print);
  for (int32_t i = 0; i < report->method_count; i++) {
    const struct sp_method_total *method = &report->methods[i];
    char amount[SP_MONEY_TEXT];
    sp_money_text(method->amount, report->currency.digits, amount);
    const char *label = sp_arena_printf(print->arena, "%s (%" PRId64 ")",
                                        sp_tr(print->lang, sp_method_label(method->method)), method->count);
    if (!label) print->failed = SP_E_NOMEM;
    sp_print_row(print, 0, 0, label, amount);
  }
}

static void put_move(struct sp_print *print, const struct sp_cash_move *move, int digits) {
  sp_print_amount(print, 0, 0, move->amount < 0 ? "Cash paid out" : "Cash paid in", move->amount, digits);
  const char *time = move->time ? move->time : "";
  const char *why = sp_arena_printf(print->arena, "%s%s%s", time, *time ? " " : "", move->reason ? move->reason : "");
  if (!why) print->failed = SP_E_NOMEM;
  sp_print_add(print, 0, INDENT, why);
}

static void put_drawer(struct sp_print *print, const struct sp_shift_report *report) {
  int digits = report->currency.digits;
  sp_print_rule(print);
  sp_print_amount(print, 0, 0, "Opening float", report->opening_float, digits);
  for (int32_t i = 0; i < report->move_count && !print->failed; i++)
    put_move(print, &report->moves[i], digits);
  if (!report->cash_hidden) sp_print_amount(print, 0, 0, "Expected cash", report->expected, digits);
  if (report->counted_known) sp_print_amount(print, 0, 0, "Counted cash", report->counted, digits);
  if (report->counted_known && !report->cash_hidden)
    sp_print_amount(print, SP_PRINT_BOLD, 0, "Cash difference", report->variance, digits);
}

/* Sixteen characters of a hash are enough to compare by eye. */
static void put_hash(struct sp_print *print, const char *label, const char *hash) {
  char prefix[HASH_PREFIX + 1];
  if (!hash || !*hash) return;
  snprintf(prefix, sizeof prefix, "%.*s", HASH_PREFIX, hash);
  sp_print_field(print, 0, label, prefix);
}

int sp_shift_report_layout(const struct sp_shift_report *report, int columns, enum sp_lang lang, struct sp_arena *arena,
                           struct sp_print *out, struct sp_error *err) {
  int rc = sp_print_init(out, columns, lang, arena, err);
  if (rc) return rc;
  put_head(out, report);
  put_sums(out, report);
  if (!report->cash_hidden && report->tax_count > 0) {
    sp_print_rule(out);
    sp_tax_rows_layout(report->taxes, report->tax_count, report->currency.digits, out);
  }
  put_methods(out, report);
  put_drawer(out, report);
  if (report->hash && *report->hash) sp_print_rule(out);
  put_hash(out, "Hash", report->hash);
  put_hash(out, "Previous hash", report->previous_hash);
  return sp_print_end(out, err);
}
