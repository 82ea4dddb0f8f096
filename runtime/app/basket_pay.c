/* A basket and its money: quote, freeze, tender, commit. */
#include "app/basket_parts.h"
#include "app/frozen.h"
#include "app/payment_code.h"
#include "app/setting.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/money.h"

#include <string.h>

struct sp_sale_request sp_basket_request(const struct sp_open_basket *basket) {
  return (struct sp_sale_request){
      .id = basket->id,
      .source = "till",
      .items = basket->items,
      .item_count = basket->item_count,
      .returns = basket->returns,
      .return_count = basket->return_count,
      .tenders = basket->tenders,
      .tender_count = basket->tender_count,
      .expected_total = SP_NO_TOTAL,
      .member = basket->member,
      .coupons = (const char *const *)basket->coupons,
      .coupon_count = basket->coupon_count,
      .choices = basket->choices,
      .choice_count = basket->choice_count,
      .confirmed = (const char *const *)basket->confirmed,
      .confirmed_count = basket->confirmed_count,
      .approved = (const char *const *)basket->approved,
      .approved_count = basket->approved_count,
      .approver = basket->approver,
      .discount = basket->discount,
      .reason = basket->reason,
      .promotions = true,
  };
}

static int thaw(struct sp_work *work, const struct sp_open_basket *basket, const struct sp_sale_request *request,
                struct sp_sale *sale, struct sp_ticket *ticket) {
  sp_ticket_begin(work, request, sale);
  *ticket = (struct sp_ticket){.request = request, .sale = sale};
  int rc = sp_frozen_read(work, basket->frozen, sale, ticket);
  int32_t scanned = 0;
  for (int32_t i = 0; rc == 0 && i < ticket->sold; i++)
    scanned += sale->lines[i].facts.parent == 0;
  bool whole = scanned == request->item_count && sale->count - ticket->sold == request->return_count;
  if (rc == 0 && !whole) return sp_fail(work->err, SP_E_CORRUPT, "basket", "The frozen basket is damaged");
  /* Frozen by another tender, it was exact; what cash pays of the rest is not. */
  int64_t paid = 0;
  int32_t first = 0;
  while (first < basket->tender_count && basket->tenders[first].method != SP_METHOD_CASH)
    paid += basket->tenders[first++].tendered;
  return rc == 0 && first > 0 && first < basket->tender_count ? sp_ticket_round(work, ticket, paid) : rc;
}

int sp_basket_quote(struct sp_work *work, const struct sp_open_basket *basket, bool cash, struct sp_sale *out) {
  struct sp_sale_request request = sp_basket_request(basket);
  struct sp_ticket ticket;
  bool costs = basket->state != SP_BASKET_CANCELLED && request.item_count + request.return_count > 0;
  if (basket->frozen != NULL) return thaw(work, basket, &request, out, &ticket);
  if (costs) return sp_sale_quote(work, &request, cash, out);
  *out = (struct sp_sale){.id = basket->id, .kind = "sale", .source = "till", .at = work->now, .trace = "[]"};
  out->trace_len = 2;
  return 0;
}

int64_t sp_basket_cash_total(const struct sp_work *work, const struct sp_open_basket *basket,
                             const struct sp_sale *quote) {
  bool exchange = basket->item_count > 0 && basket->return_count > 0;
  int64_t paid = 0;
  for (int32_t i = 0; i < basket->tender_count; i++) {
    if (basket->tenders[i].method == SP_METHOD_CASH) return quote->total;
    paid += basket->tenders[i].tendered;
  }
  return quote->total + sp_tender_cash_rounding(quote->total, paid, work->app->policy.rounding_step, exchange);
}

static int check_total(struct sp_work *work, const struct sp_sale *sale, int64_t expected_total) {
  if (expected_total == SP_NO_TOTAL || expected_total == sale->total) return 0;
  return sp_work_total_changed(work, sale->total, expected_total);
}

static int64_t first_entry(const struct sp_open_basket *basket) {
  return (basket->events + 1) * SP_USAGE_EACH;
}

int sp_basket_give_up(struct sp_work *work, const struct sp_open_basket *basket) {
  struct sp_campaign_use *uses = NULL;
  int32_t count = 0;
  if (basket->frozen == NULL) return 0;
  int rc = sp_frozen_uses(work, basket->frozen, &uses, &count);
  if (rc == 0) sp_usage_give(work, &basket->id, first_entry(basket), uses, count);
  return rc;
}

/* Store the computation: from here on nothing is priced again. */
static int freeze(struct sp_work *work, struct sp_open_basket *basket, bool cash, int64_t expected_total,
                  struct sp_sale *sale) {
  struct sp_sale_request request = sp_basket_request(basket);
  struct sp_ticket ticket;
  int rc = sp_ticket_compute_allowed(work, &request, cash, sale, &ticket);
  if (rc == 0) rc = check_total(work, sale, expected_total);
  if (rc == 0) rc = sp_ticket_permit(work, &ticket);
  if (rc != 0) return rc;
  sp_usage_take(work, &basket->id, first_entry(basket), ticket.priced.uses, ticket.priced.use_count);
  return sp_basket_record(work, basket, "freeze", sp_frozen_write(work, &ticket));
}

static const char *tender_body(struct sp_work *work, const struct sp_tender *tender) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "method", sp_method_name(tender->method));
  sp_json_put_int(&w, "tendered", tender->tendered);
  sp_json_put_text(&w, "reference", tender->reference != NULL ? tender->reference : "");
  sp_json_close_object(&w);
  const char *copy = out.failed != 0 ? NULL : sp_arena_copy(work->arena, out.data, out.len);
  sp_buf_free(&out);
  return copy;
}

/* The change that a person may hand out by hand: more is a code that landed in the amount. */
static int check_change(struct sp_work *work, int64_t change) {
  struct sp_till_setting setting;
  char text[SP_MONEY_TEXT];
  if (change <= 0 || work->actor.is_program) return 0;
  int rc = sp_setting_till(work, &setting);
  if (rc != 0) return rc;
  int64_t most = setting.change_max > 0 ? setting.change_max : SP_CHANGE_MAX + 1;
  if (change < most) return 0;
  sp_money_text(change, 2, text);
  return sp_fail(work->err, SP_E_INVALID, "amount", "That would be %s change: is the amount right?", text);
}

/* Its sign is that of what is left to be paid, and what is given back of it can be. */
static int check_tender(struct sp_work *work, const struct sp_open_basket *basket, int64_t total,
                        const struct sp_tender *tender) {
  int64_t due = total;
  for (int32_t i = 0; i < basket->tender_count; i++)
    due -= basket->tenders[i].tendered;
  if (due < 0 && tender->tendered > 0) {
    return sp_fail(work->err, SP_E_INVALID, "amount", "Money goes back here: the amount must be negative");
  }
  if (due > 0 && tender->tendered < 0) {
    return sp_fail(work->err, SP_E_INVALID, "amount", "Money comes in here: the amount must be positive");
  }
  return tender->method == SP_METHOD_CASH && due >= 0 ? check_change(work, tender->tendered - due) : 0;
}

/* What a frozen basket costs with one tender more; the customer saw that, or what it cost before. */
static int quote_with(struct sp_work *work, const struct sp_open_basket *basket, const struct sp_tender *tender,
                      int64_t expected_total, struct sp_sale *out) {
  struct sp_open_basket next = *basket;
  struct sp_sale before;
  next.tenders = sp_arena_array(work->arena, SP_TENDERS_MAX, sizeof *next.tenders);
  if (next.tenders == NULL) return sp_error_nomem(work->err, __func__);
  for (int32_t i = 0; i < basket->tender_count; i++)
    next.tenders[i] = basket->tenders[i];
  next.tenders[next.tender_count++] = *tender;
  int rc = sp_basket_quote(work, &next, false, out);
  if (rc != 0 || expected_total == out->total) return rc;
  rc = sp_basket_quote(work, basket, false, &before);
  return rc == 0 ? check_total(work, &before, expected_total) : rc;
}

int sp_basket_tender(struct sp_work *work, struct sp_open_basket *basket, const struct sp_tender *tender,
                     int64_t expected_total) {
  struct sp_tender kept = *tender;
  struct sp_sale sale = {.total = 0};
  int rc = 0;
  if (tender->tendered == 0) return sp_fail(work->err, SP_E_INVALID, "amount", "A tender must not be zero");
  if (basket->tender_count == SP_TENDERS_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "tenders", "A sale takes at most %d tenders", SP_TENDERS_MAX);
  }
  if (basket->state == SP_BASKET_OPEN) {
    /* 抹零 is decided here: it belongs to a basket whose first tender is cash. */
    rc = freeze(work, basket, tender->method == SP_METHOD_CASH, expected_total, &sale);
  } else {
    rc = quote_with(work, basket, tender, expected_total, &sale);
  }
  if (rc == 0) rc = check_tender(work, basket, sale.total, tender);
  if (rc == 0) rc = sp_payment_code_mask(work, &kept.reference);
  return rc == 0 ? sp_basket_record(work, basket, "tender", tender_body(work, &kept)) : rc;
}

static int commit(struct sp_work *work, struct sp_open_basket *basket, int64_t expected_total, struct sp_sale *out) {
  struct sp_sale_request *request = sp_arena_alloc(work->arena, sizeof *request);
  struct sp_ticket ticket;
  if (request == NULL) return sp_error_nomem(work->err, __func__);
  *request = sp_basket_request(basket);
  request->expected_total = expected_total;
  int rc = thaw(work, basket, request, out, &ticket);
  if (rc == 0) rc = sp_sale_inputs_at(work, out);
  if (rc == 0) rc = sp_ticket_finish(work, &ticket);
  if (rc != 0) return rc;
  char id[SP_ID_TEXT];
  sp_id_format(&out->id, id);
  return sp_basket_record(work, basket, "paid", sp_arena_printf(work->arena, "{\"sale\":\"%s\"}", id));
}

int sp_basket_commit(struct sp_work *work, const struct sp_id *id, const struct sp_tender *tenders, int32_t count,
                     int64_t expected_total, struct sp_sale *out) {
  struct sp_open_basket basket;
  int rc = sp_basket_load(work, id, &basket);
  return rc == 0 ? sp_basket_pay(work, &basket, tenders, count, expected_total, out) : rc;
}

int sp_basket_pay(struct sp_work *work, struct sp_open_basket *basket, const struct sp_tender *tenders, int32_t count,
                  int64_t expected_total, struct sp_sale *out) {
  bool fits = basket->state == SP_BASKET_FROZEN || (basket->state == SP_BASKET_OPEN && count >= 0);
  if (!fits) {
    return sp_fail(work->err, SP_E_STATE, "basket", "The basket is %s",
                   sp_tr(work->lang, sp_basket_state_name(basket->state)));
  }
  int rc = sp_basket_held(work, basket);
  for (int32_t i = 0; rc == 0 && i < count; i++)
    rc = sp_basket_tender(work, basket, &tenders[i], i == 0 ? expected_total : SP_NO_TOTAL);
  if (rc != 0) return rc;
  if (basket->state == SP_BASKET_OPEN) {
    /* Nothing to pay: a gift, or an exchange of what is worth the same but for what no cash can pay. */
    struct sp_sale sale;
    rc = freeze(work, basket, basket->item_count > 0 && basket->return_count > 0, expected_total, &sale);
    if (rc != 0) return rc;
  }
  return commit(work, basket, count > 0 ? SP_NO_TOTAL : expected_total, out);
}
