#include "domain/money.h"
#include "domain/receipt.h"

#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define INDENT 2 /* what belongs to the line above */

static const char *const method_labels[SP_METHOD_COUNT] = {
    [SP_METHOD_CASH] = "Cash",
    [SP_METHOD_CARD] = "Bank card",
    [SP_METHOD_WECHAT] = "WeChat Pay",
    [SP_METHOD_ALIPAY] = "Alipay",
};

const char *sp_method_label(enum sp_method method) {
  return (int)method >= 0 && method < SP_METHOD_COUNT ? method_labels[method] : "Other payment";
}

/* A catalogue label with an amount at the right edge. */
void sp_print_amount(struct sp_print *print, uint8_t style, int indent, const char *label, int64_t amount, int digits) {
  char text[SP_MONEY_TEXT];
  sp_money_text(amount, digits, text);
  sp_print_row(print, style, indent, sp_tr(print->lang, label), text);
}

void sp_print_day(struct sp_print *print, int32_t day) {
  char text[40];
  if (day <= 0) return;
  snprintf(text, sizeof text, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
  sp_print_field(print, 0, "Business day", text);
}

/* ---- Head ---- */

const char *sp_receipt_copy_mark(int64_t number, enum sp_lang lang, struct sp_arena *arena) {
  if (number <= 0) return sp_tr(lang, "*** COPY ***");
  return sp_arena_printf(arena, sp_tr(lang, "*** COPY no. %lld ***"), (long long)number);
}

static void put_title(struct sp_print *print, const struct sp_receipt *receipt) {
  static const char *const titles[] = {
      [SP_RECEIPT_SALE] = "Sales receipt",
      [SP_RECEIPT_REFUND] = "Refund receipt",
      [SP_RECEIPT_EXCHANGE] = "Exchange receipt",
  };
  sp_print_heading(print, receipt->store_name);
  sp_print_add(print, SP_PRINT_CENTRE, 0, receipt->address);
  sp_print_add(print, SP_PRINT_CENTRE, 0, receipt->phone);
  const char *title = receipt->gift ? "Gift receipt" : titles[receipt->kind];
  bool usual = receipt->kind == SP_RECEIPT_SALE && !receipt->gift;
  uint8_t style = SP_PRINT_CENTRE | SP_PRINT_BOLD | (usual ? 0 : SP_PRINT_TALL);
  sp_print_add(print, style, 0, sp_tr(print->lang, title));
  if (!receipt->copy) return;
  const char *mark = sp_receipt_copy_mark(receipt->copy_number, print->lang, print->arena);
  if (!mark) print->failed = SP_E_NOMEM;
  sp_print_add(print, SP_PRINT_CENTRE | SP_PRINT_BOLD, 0, mark);
}

/* Till and cashier share a line. */
static void put_place(struct sp_print *print, const struct sp_receipt *receipt) {
  if (!receipt->till || !*receipt->till || !receipt->cashier || !*receipt->cashier) {
    sp_print_field(print, 0, "Till", receipt->till);
    sp_print_field(print, 0, "Cashier", receipt->cashier);
    return;
  }
  const char *till = sp_arena_printf(print->arena, "%s: %s", sp_tr(print->lang, "Till"), receipt->till);
  const char *cashier = sp_arena_printf(print->arena, "%s: %s", sp_tr(print->lang, "Cashier"), receipt->cashier);
  if (!till || !cashier) print->failed = SP_E_NOMEM;
  sp_print_row(print, 0, 0, till, cashier);
}

/* Does the time begin with that date? A shop may be open beyond midnight. */
static bool says_day(const char *time, int32_t day) {
  char text[40];
  snprintf(text, sizeof text, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
  return time && strncmp(time, text, strlen(text)) == 0;
}

static void put_head(struct sp_print *print, const struct sp_receipt *receipt) {
  put_title(print, receipt);
  sp_print_rule(print);
  sp_print_field(print, 0, "Receipt no.", receipt->number);
  sp_print_field(print, 0, "Original receipt", receipt->original);
  sp_print_field(print, 0, "Time", receipt->time);
  if (!says_day(receipt->time, receipt->business_day)) sp_print_day(print, receipt->business_day);
  put_place(print, receipt);
  sp_print_field(print, 0, "Sales assistant", receipt->seller);
  sp_print_field(print, 0, "Member", receipt->member);
  sp_print_field(print, 0, "Member level", receipt->member_level);
}

/* ---- Lines ---- */

/* "2 个 x 3.50"; a weight has three decimals, as its scale shows it. Where a label said what to pay, nobody knows what
 * was weighed: "label price (≈0.698 kg)". */
static const char *quantity_of(struct sp_print *print, const struct sp_receipt_line *line, int digits, bool gift) {
  char quantity[SP_MONEY_TEXT], price[SP_MONEY_TEXT];
  if (line->weighed)
    sp_money_text(line->quantity, 3, quantity);
  else
    sp_quantity_text(line->quantity, quantity);
  sp_money_text(line->unit_price, digits, price);
  const char *unit = line->unit ? line->unit : "";
  const char *gap = *unit ? " " : "";
  if (line->computed)
    return sp_arena_printf(print->arena, "%s (≈%s%s%s)", sp_tr(print->lang, "label price"), quantity, gap, unit);
  return sp_arena_printf(print->arena, "%s%s%s%s%s", quantity, gap, unit, gift ? "" : " x ", gift ? "" : price);
}

/* "6901234567892  2 个 x 3.50" with the amount on the right; the code gets a line of its own where paper is narrow. */
static void put_quantity(struct sp_print *print, const struct sp_receipt_line *line, int digits, bool gift) {
  char gross[SP_MONEY_TEXT];
  sp_money_text(line->gross, digits, gross);
  const char *code = line->code && *line->code ? line->code : "";
  const char *many = quantity_of(print, line, digits, gift);
  const char *both = sp_arena_printf(print->arena, "%s%s%s", code, *code ? "  " : "", many ? many : "");
  if (!many || !both) {
    print->failed = SP_E_NOMEM;
    return;
  }
  int width = INDENT + sp_print_columns(both, strlen(both)) + (gift ? 0 : 1 + (int)strlen(gross));
  if (width > print->columns) {
    sp_print_add(print, 0, INDENT, code);
    both = many;
  }
  sp_print_row(print, 0, INDENT, both, gift ? NULL : gross);
}

static void put_line(struct sp_print *print, const struct sp_receipt_line *line, int digits, bool gift) {
  const char *name = sp_receipt_line_name(line, print->lang);
  if (line->returned) {
    name = sp_arena_printf(print->arena, "[%s] %s", sp_tr(print->lang, "Returned item"), name ? name : "");
    if (!name) print->failed = SP_E_NOMEM;
  }
  sp_print_add(print, 0, 0, name);
  put_quantity(print, line, digits, gift);
  if (line->tare) {
    char tare[SP_MONEY_TEXT];
    sp_money_text(line->tare, 3, tare);
    const char *text = sp_arena_printf(print->arena, "%s kg", tare);
    if (!text) print->failed = SP_E_NOMEM;
    sp_print_field(print, INDENT, "Tare weight", text);
  }
  sp_print_add(print, 0, INDENT, line->pack);
  if (line->discount && !gift) sp_print_amount(print, 0, INDENT, "Line discount", -line->discount, digits);
  sp_print_field(print, INDENT, "Sales assistant", line->seller);
  sp_print_field(print, INDENT, "Note", line->note);
}

/* ---- Totals ---- */

static void put_discounts(struct sp_print *print, const struct sp_receipt *receipt) {
  int digits = receipt->currency.digits;
  if (receipt->discount) sp_print_amount(print, 0, 0, "Discounts", -receipt->discount, digits);
  for (int32_t i = 0; i < receipt->discount_count; i++) {
    const struct sp_receipt_discount *discount = &receipt->discounts[i];
    char amount[SP_MONEY_TEXT];
    sp_money_text(-discount->amount, digits, amount);
    const char *title = discount->title && *discount->title ? discount->title : discount->campaign;
    sp_print_row(print, 0, INDENT, title, amount);
  }
}

static void put_totals(struct sp_print *print, const struct sp_receipt *receipt) {
  int digits = receipt->currency.digits;
  if (receipt->discount || receipt->rounding) sp_print_amount(print, 0, 0, "Goods", receipt->gross, digits);
  put_discounts(print, receipt);
  if (receipt->rounding) sp_print_amount(print, 0, 0, "Small change waived", receipt->rounding, digits);
  char amount[SP_MONEY_TEXT];
  sp_money_text(receipt->total, digits, amount);
  const char *sign = amount[0] == '-' ? "-" : "";
  const char *symbol = receipt->currency.symbol ? receipt->currency.symbol : "";
  const char *total = sp_arena_printf(print->arena, "%s%s%s", sign, symbol, amount + strlen(sign));
  if (!total) print->failed = SP_E_NOMEM;
  const char *label = receipt->total < 0 ? "Total to give back" : "Total to pay";
  sp_print_row(print, SP_PRINT_BOLD | SP_PRINT_TALL, 0, sp_tr(print->lang, label), total);
}

static void put_tenders(struct sp_print *print, const struct sp_receipt *receipt) {
  int digits = receipt->currency.digits;
  int64_t change = 0;
  for (int32_t i = 0; i < receipt->tender_count; i++) {
    const struct sp_tender *tender = &receipt->tenders[i];
    sp_print_amount(print, 0, 0, sp_method_label(tender->method), tender->tendered, digits);
    sp_print_field(print, INDENT, "Trade no.", tender->reference);
    (void)sp_money_accumulate(&change, tender->change); /* at most the cash given, which settling has proved */
  }
  if (change) sp_print_amount(print, SP_PRINT_BOLD | SP_PRINT_TALL, 0, "Change", change, digits);
}

/* Three columns: what ends at five eighths of the paper stands between the edges. */
static void put_columns(struct sp_print *print, const char *left, const char *middle, const char *right) {
  int gap = print->columns * 5 / 8 - sp_print_columns(left, strlen(left)) - sp_print_columns(middle, strlen(middle));
  const char *both = sp_arena_printf(print->arena, "%s%*s%s", left, gap > 1 ? gap : 1, "", middle);
  if (!both) print->failed = SP_E_NOMEM;
  sp_print_row(print, 0, 0, both, right);
}

void sp_tax_rows_layout(const struct sp_tax_row *rows, int32_t count, int digits, struct sp_print *print) {
  if (count > 0)
    put_columns(print, sp_tr(print->lang, "VAT rate"), sp_tr(print->lang, "Net of tax"), sp_tr(print->lang, "VAT"));
  for (int32_t i = 0; i < count; i++) {
    char rate[SP_MONEY_TEXT], net[SP_MONEY_TEXT], tax[SP_MONEY_TEXT];
    sp_rate_text(rows[i].ppm, rate);
    sp_money_text(rows[i].net, digits, net);
    sp_money_text(rows[i].tax, digits, tax);
    put_columns(print, rate, net, tax);
  }
}

static void put_money(struct sp_print *print, const struct sp_receipt *receipt) {
  sp_print_rule(print);
  put_totals(print, receipt);
  put_tenders(print, receipt);
  if (receipt->tax_count > 0) sp_print_rule(print);
  sp_tax_rows_layout(receipt->taxes, receipt->tax_count, receipt->currency.digits, print);
}

int sp_receipt_layout(const struct sp_receipt *receipt, int columns, enum sp_lang lang, struct sp_arena *arena,
                      struct sp_print *out, struct sp_error *err) {
  int rc = sp_print_init(out, columns, lang, arena, err);
  if (rc) return rc;
  put_head(out, receipt);
  sp_print_rule(out);
  for (int32_t i = 0; i < receipt->line_count && !out->failed; i++)
    put_line(out, &receipt->lines[i], receipt->currency.digits, receipt->gift);
  if (!receipt->gift) put_money(out, receipt);
  if (receipt->note && *receipt->note) sp_print_rule(out);
  sp_print_field(out, 0, "Note", receipt->note);
  if (receipt->footer_count > 0) sp_print_rule(out);
  for (int32_t i = 0; i < receipt->footer_count; i++)
    sp_print_add(out, SP_PRINT_CENTRE, 0, receipt->footer[i]);
  return sp_print_end(out, err);
}
