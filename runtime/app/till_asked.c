/* What a manager signs for, said before the PIN is typed. */
#include "app/till_parts.h"

#include "base/text.h"
#include "domain/money.h"
#include <stdio.h>
#include <string.h>

#define VALUE_MAX 200

struct asked {
  struct sp_work *work;
  struct sp_till *till;
  const struct sp_till_command *command;
  struct sp_json_writer *w;
};

static const char *action_of(const struct sp_till_command *command) {
  static const char *const names[SP_TILL_DO_COUNT] = {
      [SP_TILL_SCAN] = "Scanned code",
      [SP_TILL_QUANTITY] = "Less of a line",
      [SP_TILL_VOID] = "Take a line away",
      [SP_TILL_WEIGH] = "Weight by hand",
      [SP_TILL_DISCOUNT] = "Discount",
      [SP_TILL_CONFIRM] = "Confirm a check",
      [SP_TILL_NOTE] = "Note on the line",
      [SP_TILL_SELLER] = "Who sold the line",
      [SP_TILL_PARK] = "Park this sale",
      [SP_TILL_RECALL] = "Recall a parked sale",
      [SP_TILL_CANCEL] = "Throw this sale away",
      [SP_TILL_TENDER] = "Payment",
      [SP_TILL_RELEASE] = "Give up the payments",
      [SP_TILL_RETURN] = "Take goods back",
      [SP_TILL_FIND_SALE] = "Look up a receipt",
      [SP_TILL_SHIFT_OPEN] = "Open the shift",
      [SP_TILL_SHIFT_CLOSE] = "Close the shift",
      [SP_TILL_CASH] = "Put cash in",
      [SP_TILL_REPORT] = "Report of the shift (X)",
      [SP_TILL_PRINT] = "Print a receipt again",
      [SP_TILL_DRAWER] = "Open the drawer",
      [SP_TILL_LOCK] = "Lock or change person",
      [SP_TILL_TARE] = "Tare the scale",
      [SP_TILL_ZERO] = "Zero the scale",
      [SP_TILL_ACK_ALARM] = "Somebody has seen the alarm",
  };
  if (command->kind == SP_TILL_CASH && command->amount < 0) return "Take cash out";
  if (command->kind == SP_TILL_DISCOUNT && command->markdown.kind == SP_MARKDOWN_PRICE && !command->remove)
    return "New price";
  return names[command->kind] != NULL ? names[command->kind] : sp_till_do_name(command->kind);
}

static void put(const struct asked *asked, const char *label, const char *value) {
  if (value == NULL || value[0] == '\0') return;
  sp_json_open_object(asked->w);
  sp_json_put_text(asked->w, "label", sp_tr(asked->work->lang, label));
  sp_json_put_text(asked->w, "value", value);
  sp_json_close_object(asked->w);
}

static void money(const struct asked *asked, int64_t amount, char out[SP_MONEY_TEXT]) {
  sp_money_text(amount, sp_work_currency(asked->work).digits, out);
}

static void put_change(const struct asked *asked, const char *label, int64_t before, int64_t after) {
  char text[VALUE_MAX], from[SP_MONEY_TEXT], to[SP_MONEY_TEXT];
  money(asked, before, from);
  money(asked, after, to);
  snprintf(text, sizeof text, "%s → %s", from, to);
  put(asked, label, text);
}

static void put_amount(const struct asked *asked, const char *label, int64_t amount) {
  char text[SP_MONEY_TEXT];
  money(asked, amount, text);
  put(asked, label, text);
}

/* ---- Lines ---- */

static const struct sp_sale_line *line_of(const struct asked *asked) {
  const struct sp_sale *quote = &asked->till->quote;
  for (int32_t i = 0; asked->till->quoted && asked->command->n != 0 && i < quote->count; i++) {
    if (!quote->lines[i].returned && quote->lines[i].n == asked->command->n) return &quote->lines[i];
  }
  return NULL;
}

static void put_line(const struct asked *asked, const struct sp_sale_line *line) {
  char text[VALUE_MAX];
  const char *english = asked->work->lang == SP_LANG_EN ? line->facts.name_en : NULL;
  snprintf(text, sizeof text, "%d  %.150s", line->n,
           english != NULL && english[0] != '\0' ? english : line->facts.name);
  put(asked, "Line", text);
}

/* What goods of this price cost with it taken off by hand; offers are not reckoned with. */
static int64_t marked(const struct sp_markdown *markdown, int64_t quantity, int64_t gross) {
  int64_t off = 0, price = 0;
  switch (markdown->kind) {
  case SP_MARKDOWN_PERCENT:
    return sp_money_muldiv(gross, markdown->value, SP_PPM, &off) == 0 ? gross - off : gross;
  case SP_MARKDOWN_AMOUNT:
    return gross > markdown->value ? gross - markdown->value : 0;
  default:
    return sp_money_amount(markdown->value, quantity, &price) == 0 ? price : gross;
  }
}

static void put_discount(const struct asked *asked, const struct sp_sale_line *line) {
  const struct sp_till_command *command = asked->command;
  char text[SP_MONEY_TEXT + 4];
  int64_t gross = line != NULL ? line->gross : asked->till->quote.total;
  if (command->remove || !asked->till->quoted) return;
  if (line == NULL) put(asked, "Line", sp_tr(asked->work->lang, "The whole sale"));
  if (command->markdown.kind == SP_MARKDOWN_PERCENT) {
    sp_money_text(command->markdown.value, 4, text);
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '0')
      len--;
    if (len > 0 && text[len - 1] == '.') len--;
    snprintf(text + len, sizeof text - len, " %%");
    put(asked, "Percent off", text);
  }
  put_change(asked, "Amount", gross, marked(&command->markdown, line != NULL ? line->facts.quantity : 0, gross));
}

static void put_less(const struct asked *asked, const struct sp_sale_line *line) {
  char text[VALUE_MAX], from[SP_MONEY_TEXT], to[SP_MONEY_TEXT];
  int64_t after = 0;
  sp_quantity_text(line->facts.quantity, from);
  sp_quantity_text(asked->command->quantity, to);
  snprintf(text, sizeof text, "%s → %s", from, to);
  put(asked, "Quantity", text);
  if (sp_money_muldiv(line->paid, asked->command->quantity, line->facts.quantity, &after) == 0)
    put_change(asked, "Amount", line->paid, after);
}

/* ---- The rest ---- */

static void put_amounts(const struct asked *asked) {
  const struct sp_till_command *command = asked->command;
  const struct sp_sale_line *line = line_of(asked);
  if (line != NULL) put_line(asked, line);
  switch (command->kind) {
  case SP_TILL_DISCOUNT:
    put_discount(asked, line);
    return;
  case SP_TILL_QUANTITY:
    if (line != NULL) put_less(asked, line);
    return;
  case SP_TILL_VOID:
    if (line != NULL) put_change(asked, "Amount", line->paid, 0);
    return;
  case SP_TILL_CANCEL:
  case SP_TILL_RELEASE:
  case SP_TILL_PARK:
    if (asked->till->quoted) put_amount(asked, "Amount", asked->till->quote.total);
    return;
  case SP_TILL_CASH:
  case SP_TILL_SHIFT_OPEN:
    put_amount(asked, "Amount", command->amount);
    return;
  case SP_TILL_TENDER:
    put(asked, "By", sp_tr(asked->work->lang, sp_method_name(command->method)));
    put_amount(asked, "Amount", command->amount);
    return;
  default:
    return;
  }
}

static void put_words(const struct asked *asked) {
  const struct sp_till_command *command = asked->command;
  const struct sp_till *till = asked->till;
  char who[VALUE_MAX], quantity[SP_MONEY_TEXT];
  bool back = command->kind == SP_TILL_RETURN || command->kind == SP_TILL_WEIGH;
  sp_quantity_text(command->quantity, quantity);
  if (back && command->quantity > 0) put(asked, "Quantity", quantity);
  if (command->kind == SP_TILL_CONFIRM || command->kind == SP_TILL_FIND_SALE) put(asked, "Code", command->text);
  put(asked, "Reason", command->reason);
  snprintf(who, sizeof who, "%.120s (%.20s)", till->staff_name, till->staff_code);
  if (till->staff_code[0] != '\0') put(asked, "Asked by", who);
}

const char *sp_till_asked(struct sp_work *work, struct sp_till *till, const struct sp_till_command *command) {
  struct sp_till_text text;
  const struct asked asked = {.work = work, .till = till, .command = command, .w = &text.w};
  if (till->has_basket && sp_till_quote(work, till) != 0) till->quoted = false; /* it can be signed for all the same */
  sp_till_text_start(&text);
  sp_buf_puts(&text.out, "\"approval\":");
  sp_json_open_object(&text.w);
  sp_json_key(&text.w, "what");
  sp_json_open_array(&text.w);
  put(&asked, "Action", sp_tr(work->lang, action_of(command)));
  put_amounts(&asked);
  put_words(&asked);
  sp_json_close_array(&text.w);
  sp_json_close_object(&text.w);
  return sp_till_text_end(work, &text);
}
