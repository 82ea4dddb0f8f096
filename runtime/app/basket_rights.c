/* What the till's policy is asked about a basket, and what a person takes off it by hand. */
#include "app/basket_parts.h"
#include "app/journal.h"
#include "app/policy.h"
#include "app/sale_parts.h"
#include "base/json.h"
#include "domain/money.h"

#include <string.h>

#define TEXT_MAX 200

/* ---- Rights ---- */

/* What line `n` of the basket costs, or with 0 all of it; 0 when that is not known: a basket that cannot be priced may
 * still be voided. */
static int64_t worth(struct sp_work *work, const struct sp_open_basket *basket, int32_t n) {
  struct sp_error ignored = {.lang = work->lang}, *err = work->err;
  struct sp_sale quote;
  int64_t amount = 0;
  work->err = &ignored;
  int rc = sp_basket_quote(work, basket, false, &quote);
  work->err = err;
  for (int32_t i = 0; rc == 0 && i < quote.count; i++) {
    const struct sp_sale_line *line = &quote.lines[i];
    if (!line->returned && (n == 0 || line->n == n)) amount += line->paid;
  }
  return amount;
}

static const struct sp_sale_item *line_of(const struct sp_open_basket *basket, int32_t n) {
  for (int32_t i = 0; i < basket->item_count; i++) {
    if (basket->items[i].n == n) return &basket->items[i];
  }
  return NULL;
}

/* Less of a line is a part of it voided. */
static int lessen(struct sp_work *work, const struct sp_open_basket *basket, const struct sp_basket_command *command) {
  const struct sp_sale_item *item = line_of(basket, command->n);
  int64_t amount = 0;
  if (item == NULL || command->quantity >= item->quantity) return 0;
  int64_t whole = worth(work, basket, command->n);
  if (sp_money_muldiv(whole, item->quantity - command->quantity, item->quantity, &amount) != 0) amount = whole;
  const struct sp_policy_ask ask = {.action = "void-line", .amount = amount, .reason = command->text};
  return sp_policy_check(work, &ask);
}

static void journal_given_up(struct sp_work *work, const struct sp_open_basket *basket, const char *reason) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, 8192);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "till", work->actor.till.bytes);
  sp_json_put_id(&w, "basket", basket->id.bytes);
  sp_json_put_id(&w, "staff", work->actor.staff.bytes);
  if (reason != NULL && reason[0] != '\0') sp_json_put_text(&w, "reason", reason);
  sp_json_key(&w, "tenders");
  sp_json_open_array(&w);
  for (int32_t i = 0; i < basket->tender_count; i++) {
    const struct sp_tender *tender = &basket->tenders[i];
    sp_json_open_object(&w);
    sp_json_put_text(&w, "method", sp_method_name(tender->method));
    sp_json_put_int(&w, "amount", tender->tendered);
    if (tender->reference != NULL && tender->reference[0] != '\0') sp_json_put_text(&w, "reference", tender->reference);
    sp_json_close_object(&w);
  }
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  sp_journal_add(work, "tender.released", 1, copy, body.len, false);
  sp_buf_free(&body);
}

/* What was taken must be given back, or was given back and must be taken: somebody signs when it was not cash alone. */
static int give_up_money(struct sp_work *work, const struct sp_open_basket *basket, struct sp_policy_ask *ask) {
  int64_t sum = 0;
  if (basket->tender_count == 0) return 0;
  for (int32_t i = 0; i < basket->tender_count; i++) {
    const struct sp_tender *tender = &basket->tenders[i];
    sum += tender->tendered < 0 ? -tender->tendered : tender->tendered;
    ask->charged = ask->charged || tender->method != SP_METHOD_CASH;
  }
  ask->action = "void-sale";
  ask->amount = sum;
  int rc = sp_policy_check(work, ask);
  if (rc == 0) journal_given_up(work, basket, ask->reason);
  return rc;
}

int sp_basket_right(struct sp_work *work, const struct sp_open_basket *basket,
                    const struct sp_basket_command *command) {
  struct sp_policy_ask ask = {.reason = command->text};
  switch (command->kind) {
  case SP_BASKET_RELEASE:
    return give_up_money(work, basket, &ask);
  case SP_BASKET_QUANTITY:
    return lessen(work, basket, command);
  case SP_BASKET_VOID:
    ask.action = "void-line";
    ask.amount = worth(work, basket, command->n);
    break;
  case SP_BASKET_CANCEL:
    if (basket->tender_count > 0) return give_up_money(work, basket, &ask);
    ask.action = "void-sale";
    ask.amount = worth(work, basket, 0);
    break;
  case SP_BASKET_PARK:
    ask.action = "park";
    ask.amount = worth(work, basket, 0);
    break;
  default:
    return 0;
  }
  bool empty = basket->item_count + basket->return_count == 0;
  return empty ? 0 : sp_policy_check(work, &ask);
}

int sp_basket_right_back(struct sp_work *work, const struct sp_open_basket *basket, const struct sp_sale *quote) {
  struct sp_sale_request request = sp_basket_request(basket);
  const struct sp_sale_line *last = NULL;
  for (int32_t i = 0; i < quote->count; i++)
    if (quote->lines[i].returned) last = &quote->lines[i];
  if (last == NULL) return 0;
  request.returns = &basket->returns[basket->return_count - 1];
  request.return_count = 1;
  return sp_refund_allow(work, &request, -last->paid);
}

/* ---- Discounts ---- */

struct sp_discount *sp_basket_discount_of(struct sp_open_basket *basket, int32_t n) {
  if (n == 0) return &basket->discount;
  for (int32_t i = 0; i < basket->item_count; i++) {
    if (basket->items[i].n == n) return &basket->items[i].discount;
  }
  return NULL;
}

static const char *body_of(struct sp_work *work, int32_t n, bool remove, const struct sp_discount *discount) {
  struct sp_buf out;
  struct sp_json_writer w;
  const struct sp_markdown *markdown = &discount->markdown;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  if (n > 0) sp_json_put_int(&w, "n", n);
  if (remove) {
    sp_json_put_bool(&w, "remove", true);
  } else {
    sp_json_put_int(&w, sp_markdown_name(markdown->kind), markdown->value);
    if (markdown->reason != NULL && markdown->reason[0] != '\0') sp_json_put_text(&w, "text", markdown->reason);
    sp_json_put_int(&w, "granted", discount->granted);
    sp_json_put_int(&w, "allowed", discount->allowed);
    if (!sp_id_is_nil(&discount->approver)) {
      sp_json_put_id(&w, "approver", discount->approver.bytes);
      sp_json_put_text(&w, "approver_code", markdown->approver);
    }
  }
  sp_json_close_object(&w);
  const char *copy = out.failed != 0 ? NULL : sp_arena_copy(work->arena, out.data, out.len);
  sp_buf_free(&out);
  return copy;
}

/* Another grant than the one that is kept? Of line `n`, 0 the basket. */
static int keep(struct sp_work *work, struct sp_open_basket *basket, int32_t n, const struct sp_discount *asked,
                bool fresh) {
  const struct sp_discount *kept = sp_basket_discount_of(basket, n);
  bool changed = kept != NULL && (kept->granted != asked->granted || kept->allowed != asked->allowed);
  return fresh || changed ? sp_basket_record(work, basket, "discount", body_of(work, n, false, asked)) : 0;
}

/* Price the basket and ask about what has grown; the event of line `fresh` (0: the basket, −1: none) is always made. */
static int allow(struct sp_work *work, struct sp_open_basket *basket, int32_t fresh) {
  struct sp_sale_request request = sp_basket_request(basket);
  struct sp_sale sale;
  struct sp_ticket ticket;
  int rc = sp_ticket_compute_allowed(work, &request, false, &sale, &ticket);
  if (rc != 0) return rc;
  /* What was asked about stands in the ticket's own copy of the request. */
  const struct sp_sale_request *asked = ticket.request;
  for (int32_t i = 0; rc == 0 && i < basket->item_count; i++)
    rc = keep(work, basket, basket->items[i].n, &asked->items[i].discount, basket->items[i].n == fresh);
  return rc == 0 ? keep(work, basket, 0, &asked->discount, fresh == 0) : rc;
}

static bool marked_down(const struct sp_open_basket *basket) {
  bool any = basket->discount.markdown.kind != SP_MARKDOWN_NONE;
  for (int32_t i = 0; i < basket->item_count && !any; i++)
    any = basket->items[i].discount.markdown.kind != SP_MARKDOWN_NONE;
  return any;
}

int sp_basket_discount_again(struct sp_work *work, struct sp_open_basket *basket) {
  struct sp_error ignored = {.lang = work->lang}, *err = work->err;
  struct sp_sale quote;
  if (!marked_down(basket)) return 0;
  work->err = &ignored;
  int rc = sp_basket_quote(work, basket, false, &quote);
  work->err = err;
  return rc == 0 ? allow(work, basket, -1) : 0; /* what cannot be priced is asked about when it is paid */
}

int sp_basket_discount(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct sp_discount *discount = sp_basket_discount_of(basket, command->n);
  if (discount == NULL) return sp_fail(work->err, SP_E_NOT_FOUND, "n", "The basket has no line %d", command->n);
  if (command->text != NULL && strlen(command->text) > TEXT_MAX) {
    return sp_fail(work->err, SP_E_INVALID, "text", "A text has at most %d bytes", TEXT_MAX);
  }
  if (command->remove) return sp_basket_record(work, basket, "discount", body_of(work, command->n, true, discount));
  if (command->markdown.kind == SP_MARKDOWN_NONE) {
    return sp_fail(work->err, SP_E_INVALID, "discount", "A discount is one of percent, amount and price");
  }
  *discount = (struct sp_discount){.markdown = command->markdown};
  discount->markdown.reason = command->text != NULL ? command->text : "";
  discount->markdown.approver = "";
  return allow(work, basket, command->n);
}
