/* The basket on the screen and what it costs, as both screens show it. */
#include "app/till_parts.h"

#include "engine/engine.h"
#include <stdio.h>
#include <string.h>

#define OPTIONS_MAX 32 /* of one choice */

/* Whose sale is shown, and to whom. */
struct view {
  struct sp_work *work;
  struct sp_till *till;
  struct sp_json_writer *w;
  bool customer;
};

const char *sp_till_masked(struct sp_work *work, const char *member) {
  size_t len = strlen(member);
  if (len < 5) return "****";
  int shown = len > 10 ? 3 : len > 7 ? 2 : 0;
  return sp_arena_printf(work->arena, "%.*s****%s", shown, member, member + len - 4);
}

/* ---- Lines ---- */

static const struct sp_sale_item *item_of(const struct sp_till *till, int32_t n) {
  for (int32_t i = 0; i < till->basket.item_count; i++) {
    if (till->basket.items[i].n == n) return &till->basket.items[i];
  }
  return NULL;
}

static void put_offers(const struct view *v, int32_t n) {
  const struct sp_sale *sale = &v->till->quote;
  sp_json_key(v->w, "offers");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    const struct sp_allocation *allocation = &sale->allocations[i];
    if (allocation->line != n) continue;
    sp_json_open_object(v->w);
    sp_json_put_text(v->w, "campaign", allocation->campaign);
    sp_json_put_text(v->w, "title", sp_bundle_campaign_title(v->work->bundle, allocation->campaign, v->work->lang));
    sp_json_put_int(v->w, "amount", allocation->amount);
    sp_json_close_object(v->w);
  }
  sp_json_close_array(v->w);
}

static void put_weight(struct sp_json_writer *w, const struct sp_weighing *weighing) {
  if (weighing == NULL) return;
  sp_json_key(w, "weight");
  sp_json_open_object(w);
  sp_json_put_text(w, "scale", weighing->scale);
  sp_json_put_int(w, "net", weighing->net);
  sp_json_put_int(w, "tare", weighing->tare);
  sp_json_put_text(w, "unit", weighing->unit);
  if (weighing->manual) sp_json_put_bool(w, "manual", true);
  sp_json_close_object(w);
}

static void put_markdown(const struct view *v, const struct sp_markdown *markdown) {
  if (markdown->kind == SP_MARKDOWN_NONE) return;
  sp_json_key(v->w, "markdown");
  sp_json_open_object(v->w);
  sp_json_put_text(v->w, "kind", sp_markdown_name(markdown->kind));
  sp_json_put_int(v->w, "value", markdown->value);
  bool said = markdown->reason != NULL && markdown->reason[0] != '\0';
  if (said && !v->customer) sp_json_put_text(v->w, "reason", markdown->reason);
  bool signs = markdown->approver != NULL && markdown->approver[0] != '\0';
  if (signs && !v->customer) sp_json_put_text(v->w, "approver", markdown->approver);
  sp_json_close_object(v->w);
}

static void put_seller(const struct view *v, const struct sp_id *seller) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(seller->bytes, SP_ID_LEN)};
  if (sp_id_is_nil(seller) || v->customer) return;
  if (sp_db_one(v->work->db, SP_Q_STAFF_CODE, key, 1, &rows, NULL) <= 0) return;
  sp_json_put_text(v->w, "seller", sp_rows_text(rows, 0));
  sp_rows_finish(rows);
}

/* What was scanned, not computed. */
static void put_item(const struct view *v, const struct sp_sale_item *item) {
  struct sp_json_writer *w = v->w;
  if (item->note != NULL && item->note[0] != '\0') sp_json_put_text(w, "note", item->note);
  put_seller(v, &item->seller);
  if (item->lot != NULL && item->lot[0] != '\0') sp_json_put_text(w, "lot", item->lot);
  if (item->expires != 0) {
    char date[16];
    snprintf(date, sizeof date, "%04d-%02d-%02d", item->expires / 10000, item->expires / 100 % 100,
             item->expires % 100);
    sp_json_put_text(w, "expires", date);
  }
  if (item->label_amount != 0) sp_json_put_int(w, "label_amount", item->label_amount);
  if (item->computed) sp_json_put_bool(w, "computed", true);
  put_weight(w, item->weighing);
  put_markdown(v, &item->discount.markdown);
}

static void put_line(const struct view *v, const struct sp_sale_line *line) {
  const struct sp_line *facts = &line->facts;
  const struct sp_sale_item *item = line->returned ? NULL : item_of(v->till, line->n);
  struct sp_json_writer *w = v->w;
  sp_json_open_object(w);
  sp_json_put_int(w, "n", line->n);
  sp_json_put_text(w, "code", facts->code);
  sp_till_put_names(w, facts->name, facts->name_en);
  sp_json_put_text(w, "unit", facts->unit);
  sp_json_put_bool(w, "weighed", facts->weighed);
  sp_json_put_int(w, "quantity", line->returned ? -facts->quantity : facts->quantity);
  sp_json_put_int(w, "list_price", facts->list_price);
  sp_json_put_int(w, "unit_price", line->unit_price);
  sp_json_put_int(w, "gross", line->gross);
  sp_json_put_int(w, "discount", line->discount);
  sp_json_put_int(w, "paid", line->paid);
  if (facts->parent != 0) sp_json_put_int(w, "parent", facts->parent);
  if (line->returned) sp_json_put_bool(w, "returned", true);
  if (line->returned && !sp_id_is_nil(&line->original)) {
    sp_json_put_id(w, "original", line->original.bytes);
    sp_json_put_int(w, "original_line", line->original_n);
  }
  if (item != NULL) put_item(v, item);
  put_offers(v, line->n);
  sp_json_close_object(w);
}

/* Pieces to count in the bag: a weighed line is one. */
static int64_t pieces(const struct sp_sale *sale) {
  int64_t count = 0;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    if (line->returned || line->facts.parent != 0) continue;
    count += line->facts.weighed ? 1 : line->facts.quantity / 1000;
  }
  return count;
}

/* ---- What comes with the goods ---- */

static void put_codes(struct sp_json_writer *w, const char *name, const char **list, int32_t count) {
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++)
    sp_json_text(w, list[i]);
  sp_json_close_array(w);
}

static void put_reason(const struct view *v, const char *campaign, const char *reason) {
  struct sp_buf text;
  sp_json_put_text(v->w, "campaign", campaign);
  sp_json_put_text(v->w, "title", sp_bundle_campaign_title(v->work->bundle, campaign, v->work->lang));
  if (reason == NULL) return;
  const char *rule = sp_bundle_campaign_rule(v->work->bundle, campaign);
  sp_buf_init(&text, 4096);
  if (rule != NULL && sp_bundle_sentence(v->work->bundle, rule, reason, v->work->lang, &text)) {
    sp_json_put_text(v->w, "text", sp_buf_text(&text));
  }
  sp_buf_free(&text);
}

/* Was it asked of a line before, and is it asked of another one behind? */
static void count_same(const struct sp_sale *sale, int32_t i, bool *before, bool *several) {
  *before = *several = false;
  for (int32_t k = 0; k < sale->requirement_count; k++) {
    bool same = k != i && sp_requirement_same(&sale->requirements[k], &sale->requirements[i]);
    *before = *before || (same && k < i);
    *several = *several || same;
  }
}

/* Each question once, however many lines it is about; with its line when that is one. */
static void put_requirements(const struct view *v) {
  static const char *const kinds[] = {
      [SP_REQUIRE_CONFIRM] = "confirm", [SP_REQUIRE_APPROVE] = "approve", [SP_REQUIRE_REFUSE] = "refuse"};
  const struct sp_sale *sale = &v->till->quote;
  sp_json_key(v->w, "requirements");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < sale->requirement_count; i++) {
    const struct sp_requirement *asked = &sale->requirements[i];
    bool before, several;
    count_same(sale, i, &before, &several);
    if (before) continue;
    sp_json_open_object(v->w);
    sp_json_put_text(v->w, "kind", kinds[asked->kind]);
    sp_json_put_text(v->w, "code", asked->code);
    sp_json_put_bool(v->w, "met", asked->met);
    if (asked->line != 0 && !several) sp_json_put_int(v->w, "line", asked->line);
    put_reason(v, asked->campaign, asked->reason);
    sp_json_close_object(v->w);
  }
  sp_json_close_array(v->w);
}

static void put_notes(const struct view *v) {
  const struct sp_sale *sale = &v->till->quote;
  sp_json_key(v->w, "notes");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < sale->note_count; i++) {
    sp_json_open_object(v->w);
    if (sale->notes[i].line != 0) sp_json_put_int(v->w, "line", sale->notes[i].line);
    put_reason(v, sale->notes[i].campaign, sale->notes[i].reason);
    sp_json_close_object(v->w);
  }
  sp_json_close_array(v->w);
}

/* ---- Choices ---- */

static void put_option(const struct view *v, const char *code) {
  struct sp_error lost = {.lang = v->work->lang}, *err = v->work->err;
  struct sp_found found;
  v->work->err = &lost;
  int rc = sp_product_find(v->work, NULL, code, NULL, &found);
  v->work->err = err;
  if (rc != 0 || !found.listed) return;
  sp_json_open_object(v->w);
  sp_json_put_text(v->w, "code", code);
  sp_till_put_names(v->w, found.name, found.name_en);
  sp_json_close_object(v->w);
}

/* A rule that waits for a choice says so in a note, whose reason names the parameter with the goods: "choose". */
static void put_open_choice(const struct view *v, const char *campaign, const char *reason) {
  struct sp_error lost = {.lang = v->work->lang};
  struct cJSON *tree = NULL;
  const char *param = NULL;
  int32_t count = 0;
  if (reason == NULL || sp_json_parse(reason, strlen(reason), &tree, &lost) != 0) return;
  (void)sp_json_get_text(tree, "choose", SP_OPTIONAL, 64, &param, &lost);
  const char *const *codes = param != NULL ? sp_bundle_campaign_list(v->work->bundle, campaign, param, &count) : NULL;
  sp_json_free(tree);
  if (codes == NULL) return;
  sp_json_open_object(v->w);
  put_reason(v, campaign, reason);
  sp_json_key(v->w, "options");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < count && i < OPTIONS_MAX; i++)
    put_option(v, codes[i]);
  sp_json_close_array(v->w);
  sp_json_close_object(v->w);
}

/* Those that are made, then those that are still to be made. */
static void put_choices(const struct view *v) {
  const struct sp_open_basket *basket = &v->till->basket;
  const struct sp_sale *sale = &v->till->quote;
  sp_json_key(v->w, "choices");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < basket->choice_count; i++) {
    sp_json_open_object(v->w);
    sp_json_put_text(v->w, "campaign", basket->choices[i].campaign);
    sp_json_put_text(v->w, "code", basket->choices[i].product);
    sp_json_close_object(v->w);
  }
  for (int32_t i = 0; v->till->quoted && !v->customer && i < sale->note_count; i++)
    put_open_choice(v, sale->notes[i].campaign, sale->notes[i].reason);
  sp_json_close_array(v->w);
}

static void put_presented(const struct view *v) {
  const struct sp_open_basket *basket = &v->till->basket;
  struct sp_json_writer *w = v->w;
  if (basket->member[0] != '\0') sp_json_put_text(w, "member", sp_till_masked(v->work, basket->member));
  put_codes(w, "coupons", basket->coupons, basket->coupon_count);
  put_codes(w, "confirmed", basket->confirmed, basket->confirmed_count);
  put_choices(v);
}

/* ---- Money ---- */

static void put_tenders(const struct view *v, int64_t *sum) {
  const struct sp_open_basket *basket = &v->till->basket;
  *sum = 0;
  sp_json_key(v->w, "tenders");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < basket->tender_count; i++) {
    const struct sp_tender *tender = &basket->tenders[i];
    bool said = tender->reference != NULL && tender->reference[0] != '\0';
    *sum += tender->tendered;
    sp_json_open_object(v->w);
    sp_json_put_text(v->w, "method", sp_method_name(tender->method));
    sp_json_put_int(v->w, "amount", tender->tendered);
    if (said) sp_json_put_text(v->w, "reference", tender->reference);
    sp_json_close_object(v->w);
  }
  sp_json_close_array(v->w);
}

/* The way back for what is left to pay back: the way it was paid. */
static int put_way_back(const struct view *v, int64_t amount) {
  const struct sp_open_basket *basket = &v->till->basket;
  const struct sp_way_back asked = {.returns = basket->returns,
                                    .return_count = basket->return_count,
                                    .given = basket->tenders,
                                    .given_count = basket->tender_count,
                                    .amount = amount,
                                    .exchange = basket->item_count > 0};
  struct sp_tender *list = NULL;
  int32_t count = 0;
  if (amount <= 0 || basket->return_count == 0 || v->till->step != SP_TILL_AT_TENDER || v->customer) return 0;
  int rc = sp_sale_pay_back(v->work, &asked, &list, &count);
  if (rc != 0) return rc;
  sp_json_key(v->w, "pay_back");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < count; i++) {
    sp_json_open_object(v->w);
    sp_json_put_text(v->w, "method", sp_method_name(list[i].method));
    sp_json_put_int(v->w, "amount", list[i].tendered);
    if (list[i].reference != NULL) sp_json_put_text(v->w, "reference", list[i].reference);
    sp_json_close_object(v->w);
  }
  sp_json_close_array(v->w);
  return 0;
}

static int put_money(const struct view *v) {
  const struct sp_sale *sale = &v->till->quote;
  struct sp_json_writer *w = v->w;
  bool frozen = v->till->basket.frozen != NULL;
  int64_t cash_total = sp_basket_cash_total(v->work, &v->till->basket, sale);
  int64_t tendered = 0;
  sp_json_put_int(w, "gross", sale->gross);
  sp_json_put_int(w, "discount", sale->discount);
  sp_json_put_int(w, "rounding", sale->rounding);
  sp_json_put_int(w, "total", sale->total);
  sp_json_put_int(w, "cash_total", cash_total);
  sp_json_put_int(w, "tax", sale->tax);
  sp_json_put_int(w, "count", pieces(sale));
  put_tenders(v, &tendered);
  sp_json_put_int(w, "tendered", tendered);
  sp_json_put_int(w, "due", (frozen ? sale->total : cash_total) - tendered);
  sp_json_put_int(w, "cash_due", cash_total - tendered);
  return put_way_back(v, -(sale->total - tendered));
}

/* ---- All of it ---- */

/* A basket that cannot be priced now (a product was unlisted) is shown, so that the line can be voided. */
static void put_unpriced(const struct view *v) {
  struct sp_json_writer *w = v->w;
  struct sp_error *err = v->work->err;
  const struct sp_open_basket *basket = &v->till->basket;
  sp_json_put_text(w, "problem", err->message);
  *err = (struct sp_error){.lang = v->work->lang};
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < basket->item_count; i++) {
    struct sp_found found;
    struct sp_error lost = {.lang = v->work->lang};
    v->work->err = &lost;
    int rc = sp_product_find(v->work, NULL, NULL, &basket->items[i].product, &found);
    v->work->err = err;
    sp_json_open_object(w);
    sp_json_put_int(w, "n", basket->items[i].n);
    sp_json_put_text(w, "code", rc == 0 ? found.code : "");
    sp_till_put_names(w, rc == 0 ? found.name : "", rc == 0 ? found.name_en : "");
    sp_json_put_text(w, "unit", rc == 0 ? found.unit : "");
    sp_json_put_bool(w, "weighed", rc == 0 && found.weighed);
    sp_json_put_int(w, "quantity", basket->items[i].quantity);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}

static int put_priced(const struct view *v) {
  const struct sp_sale *sale = &v->till->quote;
  sp_json_key(v->w, "lines");
  sp_json_open_array(v->w);
  for (int32_t i = 0; i < sale->count; i++)
    put_line(v, &sale->lines[i]);
  sp_json_close_array(v->w);
  put_requirements(v);
  put_notes(v);
  return put_money(v);
}

static bool unpriceable(int rc) {
  return rc == SP_E_STATE || rc == SP_E_NOT_FOUND || rc == SP_E_INVALID || rc == SP_E_LIMIT;
}

int sp_till_view_sale(struct sp_work *work, struct sp_till *till, bool customer, struct sp_json_writer *w) {
  const struct view v = {.work = work, .till = till, .w = w, .customer = customer};
  sp_json_key(w, "sale");
  if (!till->has_basket) {
    sp_json_null(w);
    return 0;
  }
  int rc = sp_till_quote(work, till);
  if (rc != 0 && !unpriceable(rc)) return rc;
  sp_json_open_object(w);
  sp_json_put_id(w, "id", till->basket.id.bytes);
  sp_json_put_text(w, "state", sp_basket_state_name(till->basket.state));
  put_presented(&v);
  put_markdown(&v, &till->basket.discount.markdown);
  if (till->basket.notice != NULL && !customer) sp_json_put_text(w, "notice", till->basket.notice);
  if (till->basket.touched_n != 0) sp_json_put_int(w, "last_n", till->basket.touched_n);
  if (rc != 0) put_unpriced(&v);
  rc = rc == 0 ? put_priced(&v) : 0;
  sp_json_close_object(w);
  return rc;
}
