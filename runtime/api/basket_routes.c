#include "api/call.h"
#include "app/basket.h"
#include "app/receipt.h"
#include "domain/basket_json.h"

#include <string.h>

static void write_head(struct sp_call *call, const struct sp_open_basket *basket) {
  struct sp_json_writer *w = &call->w;
  sp_json_open_object(w);
  sp_json_put_id(w, "id", basket->id.bytes);
  sp_json_put_text(w, "state", sp_basket_state_name(basket->state));
  sp_json_put_text(w, "label", basket->label);
  sp_json_put_text(w, "member", sp_member_shown(&call->work, basket->member));
  sp_json_put_int(w, "events", basket->events);
  sp_json_put_time(w, "opened_at", basket->opened_at);
  if (basket->notice != NULL) sp_json_put_text(w, "notice", basket->notice);
}

static void write_codes(struct sp_json_writer *w, const char *name, const char **list, int32_t count) {
  if (count == 0) return;
  sp_json_key(w, name);
  sp_json_open_array(w);
  for (int32_t i = 0; i < count; i++)
    sp_json_text(w, list[i]);
  sp_json_close_array(w);
}

static void write_discount(struct sp_json_writer *w, int32_t n, const struct sp_markdown *markdown) {
  if (markdown->kind == SP_MARKDOWN_NONE) return;
  sp_json_open_object(w);
  if (n > 0) sp_json_put_int(w, "n", n);
  sp_json_put_int(w, sp_markdown_name(markdown->kind), markdown->value);
  if (markdown->reason[0] != '\0') sp_json_put_text(w, "reason", markdown->reason);
  if (markdown->approver[0] != '\0') sp_json_put_text(w, "approver", markdown->approver);
  sp_json_close_object(w);
}

static void write_discounts(struct sp_json_writer *w, const struct sp_open_basket *basket) {
  bool any = basket->discount.markdown.kind != SP_MARKDOWN_NONE;
  for (int32_t i = 0; i < basket->item_count && !any; i++)
    any = basket->items[i].discount.markdown.kind != SP_MARKDOWN_NONE;
  if (!any) return;
  sp_json_key(w, "discounts");
  sp_json_open_array(w);
  for (int32_t i = 0; i < basket->item_count; i++)
    write_discount(w, basket->items[i].n, &basket->items[i].discount.markdown);
  write_discount(w, 0, &basket->discount.markdown);
  sp_json_close_array(w);
}

static void write_presented(struct sp_json_writer *w, const struct sp_open_basket *basket) {
  write_discounts(w, basket);
  write_codes(w, "coupons", basket->coupons, basket->coupon_count);
  write_codes(w, "confirmed", basket->confirmed, basket->confirmed_count);
  write_codes(w, "approved", basket->approved, basket->approved_count);
  if (basket->choice_count == 0) return;
  sp_json_key(w, "choices");
  sp_choices_json(basket->choices, basket->choice_count, w);
}

/* A basket that cannot be priced now (a product was unlisted meanwhile) can still be recalled, and the line voided. */
static int write_unpriced(struct sp_call *call, const struct sp_open_basket *basket) {
  struct sp_json_writer *w = &call->w;
  write_head(call, basket);
  sp_json_put_text(w, "problem", call->work.err->message);
  sp_json_put_text(w, "field", call->work.err->field);
  sp_json_key(w, "lines");
  sp_json_open_array(w);
  for (int32_t i = 0; i < basket->item_count; i++) {
    sp_json_open_object(w);
    sp_json_put_int(w, "n", basket->items[i].n);
    sp_json_put_id(w, "product", basket->items[i].product.bytes);
    sp_json_put_int(w, "quantity", basket->items[i].quantity);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  write_presented(w, basket);
  sp_json_close_object(w);
  *call->work.err = (struct sp_error){.lang = call->work.lang};
  return 0;
}

/* The basket and what it costs: the answer to every command. */
static int write_basket(struct sp_call *call, const struct sp_open_basket *basket) {
  struct sp_sale quote;
  int rc = sp_basket_quote(&call->work, basket, false, &quote);
  bool stale = rc == SP_E_STATE || rc == SP_E_NOT_FOUND || rc == SP_E_INVALID || rc == SP_E_LIMIT;
  if (stale) return write_unpriced(call, basket);
  if (rc != 0) return rc;
  struct sp_json_writer *w = &call->w;
  write_head(call, basket);
  sp_json_put_int(w, "gross", quote.gross);
  sp_json_put_int(w, "discount", quote.discount);
  sp_json_put_int(w, "rounding", quote.rounding);
  sp_json_put_int(w, "total", quote.total);
  sp_json_put_int(w, "tax", quote.tax);
  /* What it costs when the next tender is cash: 抹零 is decided by it. */
  sp_json_put_int(w, "cash_total", sp_basket_cash_total(&call->work, basket, &quote));
  int64_t tendered = 0;
  for (int32_t i = 0; i < basket->tender_count; i++)
    tendered += basket->tenders[i].tendered;
  sp_json_put_int(w, "tendered", tendered);
  sp_write_lines(w, &quote);
  write_presented(w, basket);
  sp_write_asks(call, &quote);
  sp_json_key(w, "trace");
  sp_json_raw(w, quote.trace, quote.trace_len);
  if (!sp_id_is_nil(&basket->sale)) sp_json_put_id(w, "sale", basket->sale.bytes);
  sp_json_close_object(w);
  return 0;
}

int sp_route_basket_open(struct sp_call *call) {
  static const char *const known[] = {"label", NULL};
  struct sp_open_basket basket;
  const char *label = NULL;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_json_get_text(call->body, "label", SP_OPTIONAL, 200, &label, call->work.err);
  if (rc == 0) rc = sp_basket_open(&call->work, sp_arena_text(&call->task.arena, label), &basket);
  if (rc != 0) return rc;
  call->status = 201;
  return write_basket(call, &basket);
}

int sp_route_basket_get(struct sp_call *call) {
  struct sp_open_basket basket;
  struct sp_id id;
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = sp_basket_load(&call->work, &id, &basket);
  return rc == 0 ? write_basket(call, &basket) : rc;
}

static void write_row(struct sp_json_writer *w, struct sp_rows *rows) {
  struct sp_id id;
  sp_rows_id(rows, 0, &id);
  sp_json_open_object(w);
  sp_json_put_id(w, "id", id.bytes);
  sp_json_put_text(w, "state", sp_rows_text(rows, 1));
  sp_json_put_text(w, "label", sp_rows_text(rows, 2));
  sp_json_put_int(w, "events", sp_rows_int(rows, 3));
  sp_json_put_time(w, "opened_at", sp_rows_int(rows, 4));
  sp_json_put_time(w, "changed_at", sp_rows_int(rows, 5));
  sp_json_put_text(w, "till", sp_rows_null(rows, 6) ? NULL : sp_rows_text(rows, 6));
  sp_json_close_object(w);
}

int sp_route_basket_list(struct sp_call *call) {
  return sp_write_rows(call, SP_Q_BASKET_LIST, NULL, 0, write_row);
}

static const char *take_text(struct sp_call *call, const char *name, size_t max, int *rc) {
  const char *text = NULL;
  if (*rc == 0) *rc = sp_json_get_text(call->body, name, SP_OPTIONAL, max, &text, call->work.err);
  return text != NULL ? sp_arena_text(&call->task.arena, text) : NULL;
}

static int64_t take_int(struct sp_call *call, const char *name, int64_t min, int64_t max, int64_t otherwise, int *rc) {
  int64_t value = otherwise;
  if (*rc == 0) *rc = sp_json_get_int(call->body, name, SP_OPTIONAL, min, max, &value, call->work.err);
  return value;
}

static int read_tender(struct sp_call *call, struct sp_tender *out) {
  struct sp_error *err = call->work.err;
  const char *method = NULL;
  int64_t amount = 0;
  int rc = sp_json_get_text(call->body, "method", SP_REQUIRED, 20, &method, err);
  if (rc == 0) rc = sp_json_get_int(call->body, "amount", SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &amount, err);
  const char *reference = take_text(call, "reference", 64, &rc);
  if (rc != 0) return rc;
  int known = sp_method_parse(method);
  if (known < 0) return sp_fail(err, SP_E_INVALID, "method", "There is no tender %s", method);
  *out = (struct sp_tender){.method = (enum sp_method)known, .tendered = amount, .reference = reference};
  return 0;
}

/* {kind, barcode, code, n, quantity, text, seller, lot, expires, campaign, remove, sale, method, amount, reference,
 * total, percent, price, approval}: a kind reads what it uses. */
static int read_command(struct sp_call *call, struct sp_basket_command *out) {
  static const char *const known[] = {"kind",      "barcode", "code",     "n",      "quantity", "text",   "seller",
                                      "lot",       "expires", "campaign", "remove", "sale",     "method", "amount",
                                      "reference", "total",   "percent",  "price",  "approval", NULL};
  struct sp_error *err = call->work.err;
  const char *kind = NULL;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_text(call->body, "kind", SP_REQUIRED, 20, &kind, err);
  if (rc != 0) return rc;
  int parsed = sp_basket_kind_parse(kind);
  if (parsed < 0) return sp_fail(err, SP_E_INVALID, "kind", "A basket knows no command %s", kind);
  *out = (struct sp_basket_command){
      .kind = (enum sp_basket_kind)parsed,
      .barcode = take_text(call, "barcode", 64, &rc),
      .code = take_text(call, "code", 64, &rc),
      .n = (int32_t)take_int(call, "n", 1, INT32_MAX, 0, &rc),
      .quantity = take_int(call, "quantity", 1, SP_QUANTITY_MAX, 0, &rc),
      .text = take_text(call, "text", 200, &rc),
      .campaign = take_text(call, "campaign", 64, &rc),
      .expected_total = take_int(call, "total", -SP_JSON_INT_MAX, SP_JSON_INT_MAX, SP_NO_TOTAL, &rc),
  };
  if (rc == 0) rc = sp_json_get_bool(call->body, "remove", SP_OPTIONAL, &out->remove, err);
  if (rc == 0) rc = sp_read_lot(call, call->body, &out->lot, &out->expires);
  if (rc == 0) rc = sp_read_seller(call, call->body, &out->seller);
  enum sp_need need = out->kind == SP_BASKET_RETURN ? SP_REQUIRED : SP_OPTIONAL;
  if (rc == 0) rc = sp_read_id(call->body, "sale", need, &out->original, err);
  if (rc == 0 && out->kind == SP_BASKET_DISCOUNT && !out->remove) {
    rc = sp_read_markdown(call, call->body, out->n > 0, &out->markdown);
  }
  return rc == 0 && out->kind == SP_BASKET_TENDER ? read_tender(call, &out->tender) : rc;
}

int sp_route_basket_event(struct sp_call *call) {
  struct sp_basket_command command;
  struct sp_open_basket basket;
  struct sp_id id;
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = read_command(call, &command);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_basket_apply(&call->work, &id, &command, &basket);
  /* Parked baskets stand on every till. */
  call->all_tills = rc == 0 && (command.kind == SP_BASKET_PARK || command.kind == SP_BASKET_RECALL ||
                                command.kind == SP_BASKET_CANCEL);
  return rc == 0 ? write_basket(call, &basket) : rc;
}

int sp_route_basket_pay(struct sp_call *call) {
  static const char *const known[] = {"tenders", "total", "approval", NULL};
  struct sp_sale *sale = sp_arena_alloc(&call->task.arena, sizeof *sale);
  struct sp_tender *tenders = NULL;
  int32_t count = 0;
  int64_t total = SP_NO_TOTAL;
  struct sp_id id;
  if (sale == NULL) return sp_error_nomem(call->work.err, __func__);
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0)
    rc = sp_json_get_int(call->body, "total", SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &total, call->work.err);
  if (rc == 0) rc = sp_read_tenders(call, call->body, &tenders, &count);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_basket_commit(&call->work, &id, tenders, count, total, sale);
  if (rc != 0) return rc;
  call->status = 201;
  sp_write_sale(call, sale, false);
  return 0;
}
