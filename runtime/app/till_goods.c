/* Goods: found, weighed, put into the basket, and what they cost. */
#include "app/till_parts.h"

#include "app/approval.h"
#include "app/basket_parts.h"
#include "app/journal.h"
#include "app/product.h"
#include "base/text.h"
#include "domain/label.h"
#include "domain/money.h"
#include <stdio.h>
#include <string.h>

#define SEARCH_MAX 30

/* ---- Finding ---- */

static bool all_digits(const char *text) {
  return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* The same GTIN written in another length: UPC-A is an EAN-13 with a zero in front, a case has 14 digits. */
static const char *other_length(struct sp_work *work, const char *code) {
  char text[15];
  size_t len = strlen(code);
  if (!all_digits(code)) return NULL;
  if (len == 12) return sp_arena_printf(work->arena, "0%s", code);
  if (len == 13 && code[0] == '0') return sp_arena_text(work->arena, code + 1);
  if (len == 14 && sp_barcode_from_gtin14(code, text) && strcmp(text, code) != 0) {
    return sp_arena_text(work->arena, text);
  }
  return NULL;
}

int sp_till_find(struct sp_till_doing *doing, const char *code, struct sp_found *out) {
  struct sp_work *work = doing->work;
  int rc = sp_product_find(work, code, NULL, NULL, out);
  const char *other = rc == SP_E_NOT_FOUND ? other_length(work, code) : NULL;
  if (other != NULL) rc = sp_product_find(work, other, NULL, NULL, out);
  if (rc != SP_E_NOT_FOUND) return rc;
  char masked[SP_LABEL_TEXT];
  const char *safe = sp_label_safe(code, masked);
  return sp_till_refuse(doing, "unknown-code",
                        sp_fail(work->err, SP_E_NOT_FOUND, "code", "Nobody knows the code %s", safe));
}

/* ---- Weighing ---- */

/* Thousandths of the product's unit out of thousandths of a kilogram: what is not sold by the kilogram is sold by one
 * of these. */
static int64_t in_unit(const char *unit, int64_t grams) {
  static const struct {
    const char *unit;
    int64_t times;
  } units[] = {{"斤", 2}, {"市斤", 2}, {"两", 20}, {"g", 1000}, {"克", 1000}, {"500g", 2}, {"100g", 10}};
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    if (strcmp(units[i].unit, unit) == 0) return grams * units[i].times;
  }
  return grams;
}

static int net_of(struct sp_till_doing *doing, int64_t gross, int64_t *net) {
  *net = gross - doing->command->tare;
  if (*net > 0) return 0;
  return sp_fail(doing->work->err, SP_E_INVALID, "tare", "The container weighs as much as all of it, or more");
}

/* Goods that lie on the pan since before the node knew the scale, while a basket has goods from it: the same ones? */
static bool may_be_sold_already(const struct sp_till_doing *doing) {
  const struct sp_till *till = doing->till;
  const struct sp_scale_fact *scale = &doing->facts->scale;
  for (int32_t i = 0; scale->untouched && till->has_basket && i < till->basket.item_count; i++) {
    const struct sp_weighing *weighing = till->basket.items[i].weighing;
    if (weighing != NULL && !weighing->manual && strcmp(weighing->scale, scale->scale) == 0) return true;
  }
  return false;
}

static bool sells(const struct sp_till_doing *doing) {
  const struct sp_scale_fact *scale = &doing->facts->scale;
  return scale->there && scale->sellable && scale->grams > 0 && !may_be_sold_already(doing);
}

static int refuse_weight(const struct sp_till_doing *doing) {
  static const struct {
    const char *why, *sentence;
  } rows[] = {
      {"old", "The scale says nothing any more: look whether it is on and plugged in"},
      {"empty", "Nothing lies on the scale"},
      {"light", "This is below the least weight that may be sold from this scale"},
      {"over", "This is more than the scale can weigh: put less on it"},
      {"negative", "The scale shows less than nothing: empty the pan and set it to zero"},
      {"fault", "The scale is not ready: empty the pan and set it to zero"},
      {"unit", "The scale shows neither kilograms nor grams: prices are for those"},
      {"fine", "The scale shows parts of a gram: set it to whole grams"},
      {"taken", "This weight was sold already: empty the pan, or put other goods on it"},
  };
  const char *why = doing->facts->scale.why;
  struct sp_error *err = doing->work->err;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strcmp(rows[i].why, why) == 0)
      return sp_fail(err, SP_E_STATE, "weight", "%s", sp_tr(doing->work->lang, rows[i].sentence));
  }
  if (may_be_sold_already(doing)) {
    return sp_fail(err, SP_E_STATE, "weight",
                   "This may have been sold before the till was started anew: lift it from the scale once");
  }
  return sp_fail(err, SP_E_STATE, "weight", "The scale shows no weight that may be sold: wait until it is still");
}

static bool manages(enum sp_role role) {
  return sp_role_rank(role) >= sp_role_rank(SP_ROLE_MANAGER);
}

/* Below its minimum a scale is not trusted, and a container does not make the goods heavier. */
static int check_least(struct sp_till_doing *doing, int64_t net) {
  struct sp_work *work = doing->work;
  int64_t least = doing->facts->scale.least;
  char goods[SP_MONEY_TEXT], minimum[SP_MONEY_TEXT];
  if (net >= least || manages(sp_work_till_role(work))) return 0;
  if (work->approval != NULL && manages(work->approval->role)) {
    sp_approval_journal(work, "weigh", 0, "least-weight");
    return 0;
  }
  sp_money_text(net, 3, goods);
  sp_money_text(least, 3, minimum);
  return sp_fail(work->err, SP_E_DENIED, "approval",
                 "Without the container this is %s kg, and the scale is good for %s kg or more: a manager may sell it",
                 goods, minimum);
}

/* What the scale says now, or what a person typed. */
static int take_weight(struct sp_till_doing *doing, int64_t typed, struct sp_weighing *out) {
  const struct sp_scale_fact *scale = &doing->facts->scale;
  struct sp_error *err = doing->work->err;
  *out = (struct sp_weighing){.scale = "", .raw = "", .unit = "", .tare = doing->command->tare, .manual = typed > 0};
  if (typed > 0) {
    if (!doing->till->setting.weight_manual) {
      return sp_fail(err, SP_E_DENIED, "quantity", "This till takes weights from its scale only");
    }
    if (doing->command->text == NULL || doing->command->text[0] == '\0') {
      return sp_fail(err, SP_E_INVALID, "text", "A weight that is typed needs a note");
    }
    return net_of(doing, typed, &out->net);
  }
  if (!scale->there) return sp_fail(err, SP_E_STATE, "weight", "No scale answers at this till");
  if (!sells(doing)) return refuse_weight(doing);
  out->scale = sp_arena_text(doing->work->arena, scale->scale);
  out->raw = sp_arena_text(doing->work->arena, scale->raw);
  out->unit = sp_arena_text(doing->work->arena, scale->unit);
  out->value = scale->value;
  out->decimals = scale->decimals;
  if (out->scale == NULL || out->raw == NULL || out->unit == NULL) return sp_error_nomem(err, __func__);
  int rc = net_of(doing, scale->grams, &out->net);
  return rc == 0 ? check_least(doing, out->net) : rc;
}

/* The evidence, beside the basket's own event: it stays when the basket is cancelled. */
static void journal_weight(struct sp_till_doing *doing, const struct sp_found *found, int32_t n,
                           const struct sp_weighing *weighing) {
  struct sp_till_text body;
  sp_till_text_start(&body);
  sp_json_open_object(&body.w);
  sp_json_put_id(&body.w, "till", doing->till->id.bytes);
  sp_json_put_id(&body.w, "basket", doing->till->basket.id.bytes);
  sp_json_put_int(&body.w, "n", n);
  sp_json_put_id(&body.w, "product", found->id.bytes);
  sp_basket_write_weighing(&body.w, weighing);
  sp_json_close_object(&body.w);
  size_t len = body.out.len;
  if (!weighing->manual) doing->out->device = "taken"; /* the same goods are not weighed twice */
  sp_journal_add(doing->work, "weighed", 1, sp_till_text_end(doing->work, &body), len, false);
}

static int ask_weight(struct sp_till_doing *doing, const struct sp_found *found) {
  struct sp_till_text ask;
  sp_till_text_start(&ask);
  sp_json_open_object(&ask.w);
  sp_json_put_text(&ask.w, "kind", "weight");
  sp_json_put_text(&ask.w, "code", found->code);
  sp_till_put_names(&ask.w, found->name, found->name_en);
  sp_json_put_text(&ask.w, "unit", found->unit);
  sp_json_put_int(&ask.w, "price", found->price);
  sp_json_close_object(&ask.w);
  const char *text = sp_till_text_end(doing->work, &ask);
  if (text == NULL) return sp_error_nomem(doing->work->err, __func__);
  sp_till_set_ask(doing->till, text);
  return 0;
}

static int put_weighed(struct sp_till_doing *doing, const struct sp_found *found, const struct sp_weighing *weighing) {
  const struct sp_basket_command add = {.kind = SP_BASKET_ADD,
                                        .code = found->code,
                                        .quantity = in_unit(found->unit, weighing->net),
                                        .text = weighing->manual ? doing->command->text : NULL,
                                        .weighing = weighing,
                                        .expected_total = SP_NO_TOTAL};
  int rc = sp_till_change(doing, &add);
  if (rc == 0) journal_weight(doing, found, doing->till->basket.last_n, weighing);
  return rc;
}

/* ---- Into the basket ---- */

int sp_till_add(struct sp_till_doing *doing, const struct sp_found *found, const struct sp_till_goods *goods) {
  struct sp_till *till = doing->till;
  bool frozen = till->has_basket && till->basket.state == SP_BASKET_FROZEN;
  if (!frozen) sp_till_set_step(till, SP_TILL_AT_SALE);
  sp_till_set_ask(till, "");
  bool known = found->listed && !found->style;
  if (known && found->weighed && goods->quantity == 0) {
    struct sp_weighing *weighing = sp_arena_alloc(doing->work->arena, sizeof *weighing);
    if (weighing == NULL) return sp_error_nomem(doing->work->err, __func__);
    if (!sells(doing)) return ask_weight(doing, found);
    int rc = take_weight(doing, 0, weighing);
    return rc == 0 ? put_weighed(doing, found, weighing) : rc;
  }
  const struct sp_basket_command add = {.kind = SP_BASKET_ADD,
                                        .code = found->code,
                                        .quantity = goods->quantity != 0 ? goods->quantity : found->quantity,
                                        .lot = goods->lot,
                                        .expires = goods->expires,
                                        .label = goods->label,
                                        .label_amount = goods->amount,
                                        .computed = goods->computed,
                                        .expected_total = SP_NO_TOTAL};
  return sp_till_change(doing, &add);
}

int sp_till_do_add(struct sp_till_doing *doing) {
  const struct sp_till_goods goods = {.quantity = doing->command->quantity};
  struct sp_found found;
  int rc = sp_till_find(doing, doing->command->code, &found);
  if (rc == 0 && found.weighed && goods.quantity != 0) {
    rc = sp_fail(doing->work->err, SP_E_INVALID, "quantity", "%s is sold by weight: weigh it", found.code);
  }
  return rc == 0 ? sp_till_add(doing, &found, &goods) : rc;
}

static const struct sp_sale_item *line_of(const struct sp_till *till, int32_t n) {
  for (int32_t i = 0; till->has_basket && i < till->basket.item_count; i++) {
    if (till->basket.items[i].n == n) return &till->basket.items[i];
  }
  return NULL;
}

/* The product of a line that stands. */
static int find_line(struct sp_till_doing *doing, int32_t n, struct sp_found *out) {
  const struct sp_sale_item *item = line_of(doing->till, n);
  if (item == NULL) return sp_fail(doing->work->err, SP_E_NOT_FOUND, "n", "The basket has no line %d", n);
  return sp_product_find(doing->work, NULL, NULL, &item->product, out);
}

int sp_till_do_quantity(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  const struct sp_basket_command change = {
      .kind = SP_BASKET_QUANTITY, .n = command->n, .quantity = command->quantity, .expected_total = SP_NO_TOTAL};
  struct sp_found found;
  int rc = find_line(doing, command->n, &found);
  if (rc == 0 && found.weighed) {
    rc = sp_fail(doing->work->err, SP_E_INVALID, "quantity", "%s is sold by weight: weigh it", found.code);
  }
  return rc == 0 ? sp_till_change(doing, &change) : rc;
}

static int weigh_again(struct sp_till_doing *doing, const struct sp_found *found, const struct sp_weighing *weighing) {
  const struct sp_basket_command change = {.kind = SP_BASKET_QUANTITY,
                                           .n = doing->command->n,
                                           .quantity = in_unit(found->unit, weighing->net),
                                           .text = weighing->manual ? doing->command->text : NULL,
                                           .weighing = weighing,
                                           .expected_total = SP_NO_TOTAL};
  int rc = sp_till_change(doing, &change);
  if (rc == 0) journal_weight(doing, found, doing->command->n, weighing);
  return rc;
}

int sp_till_do_weigh(struct sp_till_doing *doing) {
  const struct sp_till_command *command = doing->command;
  struct sp_weighing *weighing = sp_arena_alloc(doing->work->arena, sizeof *weighing);
  struct sp_found found;
  if (weighing == NULL) return sp_error_nomem(doing->work->err, __func__);
  if ((command->n != 0) == (command->code != NULL)) {
    return sp_fail(doing->work->err, SP_E_INVALID, "code", "Say what is weighed: a line or a code");
  }
  /* What changes the weight beside the scale: a customer alone does not. */
  int rc = command->quantity > 0 || command->tare > 0 ? sp_till_attend(doing->work, "weigh") : 0;
  if (rc != 0) return rc;
  rc = command->n != 0 ? find_line(doing, command->n, &found) : sp_till_find(doing, command->code, &found);
  if (rc == 0 && !found.weighed) {
    rc = sp_fail(doing->work->err, SP_E_INVALID, "code", "%s is not sold by weight", found.code);
  }
  if (rc == 0) rc = take_weight(doing, command->quantity, weighing);
  if (rc == 0) rc = command->n != 0 ? weigh_again(doing, &found, weighing) : put_weighed(doing, &found, weighing);
  if (rc != 0) return rc;
  sp_till_set_ask(doing->till, "");
  if (doing->till->basket.state == SP_BASKET_OPEN) sp_till_set_step(doing->till, SP_TILL_AT_SALE);
  return 0;
}

/* ---- Asking ---- */

void sp_till_put_names(struct sp_json_writer *w, const char *name, const char *name_en) {
  sp_json_put_text(w, "name", name);
  if (name_en != NULL && name_en[0] != '\0') sp_json_put_text(w, "name_en", name_en);
}

void sp_till_put_found(struct sp_json_writer *w, const struct sp_found *found) {
  sp_json_put_text(w, "code", found->code);
  sp_till_put_names(w, found->name, found->name_en);
  if (found->variant[0] != '\0') sp_json_put_text(w, "variant", found->variant);
  sp_json_put_text(w, "unit", found->unit);
  sp_json_put_bool(w, "weighed", found->weighed);
  sp_json_put_bool(w, "listed", found->listed);
  sp_json_put_bool(w, "style", found->style);
  sp_json_put_int(w, "price", found->price);
  sp_json_put_int(w, "quantity", found->quantity);
  if (found->pack[0] != '\0') sp_json_put_text(w, "pack", found->pack);
}

/* What one of it would cost a customer now, alone in a basket; nothing when it cannot be sold. */
static void put_price(struct sp_till_doing *doing, const struct sp_found *found, struct sp_json_writer *w) {
  struct sp_work *work = doing->work;
  struct sp_error lost = {.lang = work->lang}, *kept = work->err;
  const struct sp_sale_item item = {.product = found->id, .quantity = SP_QUANTITY_ONE, .given_price = SP_NO_PRICE};
  const struct sp_sale_request request = {.source = "till",
                                          .reference = "",
                                          .items = &item,
                                          .item_count = 1,
                                          .expected_total = SP_NO_TOTAL,
                                          .member = "",
                                          .promotions = true};
  struct sp_sale quote;
  work->err = &lost;
  int rc = sp_sale_quote(work, &request, false, &quote);
  work->err = kept;
  if (rc != 0) return;
  sp_json_put_int(w, "unit_price", quote.lines[0].unit_price);
  sp_json_put_int(w, "paid", quote.total);
  sp_json_key(w, "offers");
  sp_json_open_array(w);
  for (int32_t i = 0; i < quote.allocation_count; i++) {
    const char *campaign = quote.allocations[i].campaign;
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", campaign);
    sp_json_put_text(w, "title", sp_bundle_campaign_title(work->bundle, campaign, work->lang));
    sp_json_put_int(w, "amount", quote.allocations[i].amount);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static int give_extra(struct sp_till_doing *doing, struct sp_till_text *text) {
  doing->out->extra = sp_till_text_end(doing->work, text);
  return doing->out->extra != NULL ? 0 : sp_error_nomem(doing->work->err, __func__);
}

int sp_till_do_price(struct sp_till_doing *doing) {
  struct sp_till_text extra;
  struct sp_found found;
  int rc = sp_till_find(doing, doing->command->code, &found);
  if (rc != 0) return rc;
  sp_till_text_start(&extra);
  sp_buf_puts(&extra.out, "\"product\":");
  sp_json_open_object(&extra.w);
  sp_till_put_found(&extra.w, &found);
  put_price(doing, &found, &extra.w);
  sp_json_close_object(&extra.w);
  return give_extra(doing, &extra);
}

int sp_till_do_search(struct sp_till_doing *doing) {
  struct sp_found *list = sp_arena_array(doing->work->arena, SEARCH_MAX, sizeof *list);
  struct sp_till_text extra;
  int count = 0;
  if (list == NULL) return sp_error_nomem(doing->work->err, __func__);
  int rc = sp_product_search(doing->work, doing->command->text, SEARCH_MAX, list, &count);
  if (rc != 0) return rc;
  sp_till_text_start(&extra);
  sp_buf_puts(&extra.out, "\"products\":");
  sp_json_open_array(&extra.w);
  for (int i = 0; i < count; i++) {
    sp_json_open_object(&extra.w);
    sp_till_put_found(&extra.w, &list[i]);
    sp_json_close_object(&extra.w);
  }
  sp_json_close_array(&extra.w);
  return give_extra(doing, &extra);
}
