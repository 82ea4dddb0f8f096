/* A scanned code: what it is at this moment of the till, and what follows. */
#include "app/till_parts.h"

#include "domain/gs1.h"
#include "domain/money.h"
#include <stdio.h>
#include <string.h>

#define PRINTED_MAX (2 * SP_GS1_TEXT_MAX) /* bytes of a GS1 code in brackets */
#define LABEL_LONG  18 /* digits of labels that are printed one by one: the same twice is the same packet twice */

/* ---- What every kind needs ---- */

/* Goods are sold and come back on one screen, so there both moments are. */
static unsigned moments_of(const struct sp_till *till) {
  if (till->locked || !till->has_shift) return SP_LABEL_AT_REST;
  return till->step == SP_TILL_AT_TENDER ? SP_LABEL_AT_TENDER : SP_LABEL_AT_SALE | SP_LABEL_AT_RETURN;
}

static int may_sell(struct sp_till_doing *doing) {
  const struct sp_till *till = doing->till;
  struct sp_error *err = doing->work->err;
  if (till->locked) return sp_fail(err, SP_E_STATE, "till", "The till is locked: unlock it first");
  if (!till->has_shift) return sp_fail(err, SP_E_STATE, "shift", "No shift is open at this till: open one first");
  if (till->step != SP_TILL_AT_TENDER) return 0;
  return sp_fail(err, SP_E_STATE, "code", "The total is taken: go back to scan more");
}

static int give_ask(struct sp_till_doing *doing, struct sp_till_text *ask) {
  const char *text = sp_till_text_end(doing->work, ask);
  if (text == NULL) return sp_error_nomem(doing->work->err, __func__);
  sp_till_set_ask(doing->till, text);
  return 0;
}

/* ---- Labels of the shop ---- */

/* The item a label names: as it stands, or without the zeros that fill it up. */
static int find_item(struct sp_till_doing *doing, const struct sp_label *label, const char *text,
                     struct sp_found *out) {
  struct sp_work *work = doing->work;
  int rc = sp_product_find(work, label->code, NULL, NULL, out);
  const char *bare = label->code + strspn(label->code, "0");
  if (rc == SP_E_NOT_FOUND && bare[0] != '\0' && bare != label->code) {
    rc = sp_product_find(work, bare, NULL, NULL, out);
  }
  /* A catalogue may hold such a number as the barcode of one product. */
  return rc == SP_E_NOT_FOUND ? sp_till_find(doing, text, out) : rc;
}

static bool scanned_before(const struct sp_till *till, const char *label) {
  for (int32_t i = 0; till->has_basket && i < till->basket.item_count; i++) {
    const char *other = till->basket.items[i].label;
    if (other != NULL && strcmp(other, label) == 0) return true;
  }
  return false;
}

/* How much a label stands for. Goods sold by weight whose label only says the amount weigh what it buys. */
static int measure(struct sp_till_doing *doing, const struct sp_label *label, const struct sp_found *found,
                   struct sp_till_goods *out) {
  if (label->has_grams && !label->has_amount && !found->weighed) {
    return sp_fail(doing->work->err, SP_E_INVALID, "code", "%s is not sold by weight", found->code);
  }
  out->amount = label->has_amount ? label->amount : 0;
  if (label->has_pieces) out->quantity = label->pieces * SP_QUANTITY_ONE;
  if (label->has_grams && found->weighed) out->quantity = label->grams;
  if (out->quantity != 0) return 0;
  out->quantity = SP_QUANTITY_ONE;
  if (!found->weighed || !label->has_amount) return 0;
  int rc =
      found->price > 0 ? sp_money_muldiv(label->amount, SP_QUANTITY_ONE, found->price, &out->quantity) : SP_E_RANGE;
  if (rc != 0) {
    return sp_fail(doing->work->err, SP_E_INVALID, "code", "%s has no price to find its weight by", found->code);
  }
  if (out->quantity == 0) out->quantity = 1;
  out->computed = true;
  return 0;
}

/* Grams, price and amount of one label contradict each other: somebody decides which is right. */
static int ask_price(struct sp_till_doing *doing, const struct sp_found *found, const struct sp_till_goods *goods) {
  struct sp_till_text ask;
  int64_t weighed = 0;
  int rc = sp_money_amount(found->price, goods->quantity, &weighed);
  if (rc != 0) return sp_fail(doing->work->err, rc, "code", "The price of %s is too large", found->code);
  sp_till_text_start(&ask);
  sp_json_open_object(&ask.w);
  sp_json_put_text(&ask.w, "kind", "price");
  sp_json_put_text(&ask.w, "code", found->code);
  sp_till_put_names(&ask.w, found->name, found->name_en);
  sp_json_put_int(&ask.w, "amount", goods->amount);
  sp_json_put_int(&ask.w, "weighed_amount", weighed);
  sp_json_put_int(&ask.w, "quantity", goods->quantity);
  sp_json_put_text(&ask.w, "label", goods->label);
  sp_json_close_object(&ask.w);
  return give_ask(doing, &ask);
}

static int ask_again(struct sp_till_doing *doing, const struct sp_found *found, const struct sp_till_goods *goods) {
  struct sp_till_text ask;
  sp_till_text_start(&ask);
  sp_json_open_object(&ask.w);
  sp_json_put_text(&ask.w, "kind", "again");
  if (goods->computed) sp_json_put_int(&ask.w, "computed", 1);
  sp_json_put_text(&ask.w, "code", found->code);
  sp_till_put_names(&ask.w, found->name, found->name_en);
  sp_json_put_int(&ask.w, "amount", goods->amount);
  sp_json_put_int(&ask.w, "quantity", goods->quantity);
  sp_json_put_text(&ask.w, "label", goods->label);
  sp_json_close_object(&ask.w);
  return give_ask(doing, &ask);
}

static int scan_item(struct sp_till_doing *doing, const struct sp_label *label, const char *text) {
  struct sp_till_goods goods = {.label = text};
  struct sp_found found;
  int rc = find_item(doing, label, text, &found);
  if (rc == 0) rc = measure(doing, label, &found, &goods);
  if (rc != 0) return rc;
  bool priced = label->has_amount || label->has_grams || label->has_pieces;
  if (!priced) goods.quantity = 0;
  if (found.weighed && label->has_grams && !sp_label_adds_up(label, found.price)) {
    return ask_price(doing, &found, &goods);
  }
  if (strlen(text) == LABEL_LONG && scanned_before(doing->till, text)) return ask_again(doing, &found, &goods);
  return sp_till_add(doing, &found, &goods);
}

static int scan_goods(struct sp_till_doing *doing, const char *text) {
  const struct sp_till_goods goods = {.quantity = 0};
  struct sp_found found;
  int rc = sp_till_find(doing, text, &found);
  return rc == 0 ? sp_till_add(doing, &found, &goods) : rc;
}

/* The answer to "again" and "price": `text` says what to believe. */
static int answer_label(struct sp_till_doing *doing, const char *kind) {
  const struct sp_till_command *command = doing->command;
  bool price = strcmp(kind, "price") == 0;
  bool weight = price && strcmp(command->text, "weight") == 0;
  bool fits = price ? weight || strcmp(command->text, "amount") == 0 : strcmp(command->text, "again") == 0;
  struct sp_found found;
  if (command->remove) {
    sp_till_set_ask(doing->till, "");
    return 0;
  }
  if (!fits) return sp_fail(doing->work->err, SP_E_INVALID, "text", "That does not answer what the till asks");
  int rc = price ? sp_till_attend(doing->work, "label-price") : 0; /* a customer would believe the cheaper one */
  if (rc != 0) return rc;
  const struct sp_till_goods goods = {.quantity = sp_till_ask_int(doing, "quantity"),
                                      .amount = weight ? 0 : sp_till_ask_int(doing, "amount"),
                                      .computed = sp_till_ask_int(doing, "computed") != 0,
                                      .label = sp_till_ask_text(doing, "label")};
  rc = sp_product_find(doing->work, NULL, sp_till_ask_text(doing, "code"), NULL, &found);
  return rc == 0 ? sp_till_add(doing, &found, &goods) : rc;
}

int sp_till_do_confirm(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  const char *kind = sp_till_ask_kind(doing);
  bool label = strcmp(kind, "again") == 0 || strcmp(kind, "price") == 0;
  const struct sp_basket_command confirm = {
      .kind = SP_BASKET_CONFIRM, .text = command->text, .remove = command->remove, .expected_total = SP_NO_TOTAL};
  if (label) return answer_label(doing, kind);
  if (kind[0] != '\0' && command->remove && strcmp(kind, command->text) == 0) { /* never mind */
    sp_till_set_ask(doing->till, "");
    return 0;
  }
  return sp_till_change(doing, &confirm);
}

/* ---- GS1 ---- */

/* The same elements in the one spelling without control characters: what the basket remembers. */
static const char *printed(struct sp_work *work, const struct sp_gs1 *gs1) {
  struct sp_buf text;
  sp_buf_init(&text, PRINTED_MAX);
  const char *copy = sp_gs1_write(gs1, true, &text) == 0 ? sp_arena_copy(work->arena, text.data, text.len) : NULL;
  sp_buf_free(&text);
  return copy;
}

static int read_gs1(struct sp_till_doing *doing, const char *text, const char **label, struct sp_gs1_goods *out) {
  struct sp_work *work = doing->work;
  struct sp_gs1 gs1;
  struct sp_currency currency = sp_work_currency(work);
  int rc = sp_gs1_parse(text, strlen(text), &gs1, work->err);
  if (rc == 0) rc = sp_gs1_goods(&gs1, sp_work_day(work, work->now) / 10000, currency.digits, out, work->err);
  if (rc == 0 && out->currency[0] != '\0' && strcmp(out->currency, "156") != 0) {
    rc = sp_fail(work->err, SP_E_INVALID, "code", "The label is in another currency");
  }
  if (rc == 0 && out->gtin[0] == '\0') rc = sp_fail(work->err, SP_E_INVALID, "code", "The code names no goods");
  if (rc != 0) return rc;
  *label = printed(work, &gs1);
  return *label != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* The last day on which it may be sold, 0 when none is said. */
static int32_t last_day(const struct sp_gs1_goods *goods) {
  const int32_t days[] = {goods->expires, goods->sell_by, goods->best_before};
  int32_t last = 0;
  for (int i = 0; i < 3; i++) {
    if (days[i] != 0 && (last == 0 || days[i] < last)) last = days[i];
  }
  return last;
}

static int scan_gs1(struct sp_till_doing *doing, const char *text) {
  struct sp_work *work = doing->work;
  struct sp_gs1_goods gs1;
  struct sp_found found;
  const char *spelt = NULL;
  int rc = read_gs1(doing, text, &spelt, &gs1);
  if (rc == 0) rc = sp_till_find(doing, gs1.gtin, &found);
  if (rc != 0) return rc;
  int32_t last = last_day(&gs1);
  if (last != 0 && last < sp_work_day(work, work->now)) {
    return sp_fail(work->err, SP_E_STATE, "code", "%s has expired on %04d-%02d-%02d", found.code, last / 10000,
                   last / 100 % 100, last % 100);
  }
  if ((gs1.has_amount && gs1.amount == 0) || (gs1.has_grams && gs1.grams == 0)) {
    return sp_fail(work->err, SP_E_INVALID, "code", "The label says nothing but zero");
  }
  const struct sp_label label = {.has_amount = gs1.has_amount,
                                 .amount = gs1.amount,
                                 .has_grams = gs1.has_grams,
                                 .grams = gs1.grams,
                                 .has_pieces = gs1.count > 0,
                                 .pieces = gs1.count};
  struct sp_till_goods goods = {
      .label = spelt, .lot = gs1.lot[0] != '\0' ? sp_arena_text(work->arena, gs1.lot) : NULL, .expires = last};
  rc = measure(doing, &label, &found, &goods);
  if (!label.has_amount && !label.has_grams && !label.has_pieces) goods.quantity = 0;
  if (rc == 0 && found.weighed && label.has_grams && !sp_label_adds_up(&label, found.price)) {
    return ask_price(doing, &found, &goods);
  }
  return rc == 0 ? sp_till_add(doing, &found, &goods) : rc;
}

/* Elements of a scanner that says nothing of them, unless a product has all of it as its number. */
static bool is_elements(struct sp_till_doing *doing, const char *text) {
  struct sp_found found;
  bool separated = false;
  return sp_gs1_bare(text, strlen(text), &separated) &&
         sp_product_find(doing->work, text, NULL, NULL, &found) == SP_E_NOT_FOUND;
}

/* ---- Payments ---- */

static enum sp_method method_of(const struct sp_label *label) {
  const char *name = label->rule != NULL ? label->rule->name : "";
  if (strncmp(name, "wechat", 6) == 0) return SP_METHOD_WECHAT;
  if (strncmp(name, "alipay", 6) == 0) return SP_METHOD_ALIPAY;
  return SP_METHOD_CARD;
}

/* The code is money for a minute: only its mask is kept, and the cashier says whether the money came. */
static int scan_payment(struct sp_till_doing *doing, const struct sp_label *label, const char *text) {
  char masked[SP_LABEL_TEXT];
  struct sp_till_text ask;
  int64_t due = 0;
  sp_label_mask(text, masked);
  int rc = sp_till_due(doing, false, &due);
  if (rc == 0 && due <= 0) rc = sp_fail(doing->work->err, SP_E_STATE, "code", "There is nothing to pay");
  if (rc != 0) return rc;
  sp_till_text_start(&ask);
  sp_json_open_object(&ask.w);
  sp_json_put_text(&ask.w, "kind", "payment");
  sp_json_put_text(&ask.w, "method", sp_method_name(method_of(label)));
  sp_json_put_int(&ask.w, "amount", due);
  sp_json_put_text(&ask.w, "reference", masked);
  sp_json_close_object(&ask.w);
  return give_ask(doing, &ask);
}

static int refuse_early(struct sp_till_doing *doing, const struct sp_label *label, const char *text) {
  struct sp_work *work = doing->work;
  char masked[SP_LABEL_TEXT];
  if (label->kind != SP_LABEL_PAYMENT) {
    int rc = may_sell(doing);
    return rc != 0 ? rc : sp_fail(work->err, SP_E_STATE, "code", "This code is not taken at this moment");
  }
  sp_label_mask(text, masked);
  struct sp_error early = {.lang = work->lang};
  sp_fail(&early, SP_E_STATE, "code", "The payment code %s came too early: take the total first", masked);
  sp_till_notice(doing, "warn", "early-payment", &early);
  return 0;
}

/* Whatever read it: a scanner of the node gets no answer that the sale could be in, so the till asks what comes back.
 */
static int scan_receipt(struct sp_till_doing *doing, const char *code) {
  struct sp_till_text ask;
  int rc = sp_till_attend(doing->work, "return");
  if (rc == 0) rc = sp_till_find_sale(doing, code);
  if (rc != 0) return rc;
  sp_till_text_start(&ask);
  sp_json_open_object(&ask.w);
  sp_json_put_text(&ask.w, "kind", "receipt");
  sp_json_put_text(&ask.w, "code", code);
  sp_json_close_object(&ask.w);
  return give_ask(doing, &ask);
}

/* ---- Which it is ---- */

static int present(struct sp_till_doing *doing, enum sp_basket_kind kind, const char *code) {
  const struct sp_basket_command command = {
      .kind = kind, .text = sp_arena_text(doing->work->arena, code), .expected_total = SP_NO_TOTAL};
  if (command.text == NULL) return sp_error_nomem(doing->work->err, __func__);
  int rc = sp_till_change(doing, &command);
  if (rc != SP_E_NOT_FOUND || kind != SP_BASKET_COUPON) return rc;
  snprintf(doing->work->err->field, sizeof doing->work->err->field, "code");
  return sp_till_refuse(doing, "unknown-coupon", rc);
}

static int take_label(struct sp_till_doing *doing, const struct sp_label *label, const char *text) {
  switch (label->kind) {
  case SP_LABEL_ITEM:
    return scan_item(doing, label, text);
  case SP_LABEL_COUPON:
    return present(doing, SP_BASKET_COUPON, label->code);
  case SP_LABEL_MEMBER:
    return present(doing, SP_BASKET_MEMBER, label->code);
  case SP_LABEL_STAFF:
    return sp_till_badge(doing, label->code);
  case SP_LABEL_PAYMENT:
    return scan_payment(doing, label, text);
  case SP_LABEL_RECEIPT:
    return scan_receipt(doing, label->code);
  case SP_LABEL_GOODS:
    break;
  }
  /* What tills print on receipts is known whatever the shop's table says. */
  int known = label->rule == NULL && strncmp(text, "R-", 2) == 0 ? sp_till_knows_receipt(doing->work, text) : 0;
  if (known < 0) return known;
  if (known > 0) return scan_receipt(doing, text);
  return label->rule == NULL && is_elements(doing, text) ? scan_gs1(doing, text) : scan_goods(doing, text);
}

/* A badge is read always, the rest where a sale is open. */
static int may_take(struct sp_till_doing *doing, const struct sp_label *label) {
  const struct sp_till *till = doing->till;
  bool closed = till->locked || !till->has_shift;
  switch (label->kind) {
  case SP_LABEL_STAFF:
    return 0;
  case SP_LABEL_COUPON:
  case SP_LABEL_MEMBER:
  case SP_LABEL_PAYMENT:
    return closed ? may_sell(doing) : 0;
  default:
    return may_sell(doing);
  }
}

static int scan_label(struct sp_till_doing *doing, const char *text) {
  struct sp_work *work = doing->work;
  const struct sp_label_table *table = NULL;
  struct sp_label label;
  int rc = sp_setting_labels(work, &table);
  if (rc != 0) return rc;
  rc = sp_label_read(table, text, strlen(text), moments_of(doing->till), &label, work->err);
  if (rc != 0) {
    snprintf(work->err->field, sizeof work->err->field, "code");
    return sp_till_refuse(doing, "bad-label", rc);
  }
  if (label.early) return refuse_early(doing, &label, text);
  rc = may_take(doing, &label);
  return rc == 0 ? take_label(doing, &label, text) : rc;
}

int sp_till_do_scan(struct sp_till_doing *doing) {
  struct sp_work *work = doing->work;
  const struct sp_till_command *command = doing->command;
  const char *text = command->code;
  char upc[13];
  if (command->aim != NULL && command->aim[0] == ']') text = sp_arena_printf(work->arena, "%s%s", command->aim, text);
  if (text == NULL) return sp_error_nomem(work->err, __func__);
  const char *bare = text + sp_barcode_aim(text);
  bool separated = false;
  bool unsigned_elements = sp_gs1_bare(bare, strlen(bare), &separated) && separated;
  if (unsigned_elements || sp_gs1_is(text, strlen(text))) {
    int rc = may_sell(doing);
    return rc == 0 ? scan_gs1(doing, unsigned_elements ? bare : text) : rc;
  }
  bool upce = strncmp(text, "]E0", 3) == 0 && strlen(text) == 11; /* eight digits of that symbology */
  text += sp_barcode_aim(text);
  if (upce && sp_barcode_expand_upce(text, upc)) text = sp_arena_printf(work->arena, "0%s", upc);
  if (text == NULL) return sp_error_nomem(work->err, __func__);
  return scan_label(doing, text);
}
