/* What a person changes by hand: how much that is, whether they may, and who signed for it. The money itself is the
 * rules' (rules/base/price/override.lua, rules/base/promotion/markdown_*.lua). */
#include "app/policy.h"
#include "app/sale_parts.h"
#include "domain/money.h"

#include <string.h>

#define REASON_MAX 200

int sp_discount_check(struct sp_work *work, const struct sp_markdown *markdown, bool line) {
  struct sp_error *err = work->err;
  int64_t most = markdown->kind == SP_MARKDOWN_PERCENT ? SP_PPM : SP_SALE_MAX;
  if (markdown->kind == SP_MARKDOWN_NONE) return 0;
  if (!line && markdown->kind == SP_MARKDOWN_PRICE) {
    return sp_fail(err, SP_E_INVALID, "discount.price", "Only a line has a price of its own");
  }
  if (markdown->value < 0 || markdown->value > most) {
    return sp_fail(err, SP_E_INVALID, "discount", "A discount is not below zero and at most everything");
  }
  if (markdown->reason == NULL || strlen(markdown->reason) <= REASON_MAX) return 0;
  return sp_fail(err, SP_E_INVALID, "discount.reason", "A text has at most %d bytes", REASON_MAX);
}

/* ---- How much ---- */

/* Of nothing everything is all of it. */
static int64_t share(int64_t part, int64_t whole) {
  int64_t ppm = 0;
  if (part <= 0) return 0;
  if (part >= whole || sp_money_muldiv(part, SP_PPM, whole, &ppm) != 0) return SP_PPM;
  return ppm;
}

static int64_t apart(int64_t a, int64_t b) {
  return a < b ? b - a : a - b;
}

static int64_t part_of(int64_t whole, int64_t ppm) {
  int64_t amount = 0;
  return sp_money_muldiv(whole, ppm, SP_PPM, &amount) == 0 ? amount : whole;
}

void sp_discount_measure(const struct sp_ticket *ticket, int32_t i, struct sp_discount_size *out) {
  const struct sp_markdown *markdown = i < 0 ? &ticket->basket.markdown : &ticket->facts[i].markdown;
  int64_t whole = 0, listed = 0, value = markdown->value;
  *out = (struct sp_discount_size){.amount = 0};
  for (int32_t k = 0; k < ticket->sold; k++) {
    bool counts = i < 0 ? ticket->facts[k].parent == 0 : k == i;
    if (counts) whole += ticket->sale->lines[k].gross;
  }
  if (markdown->kind == SP_MARKDOWN_PERCENT) {
    *out = (struct sp_discount_size){.amount = part_of(whole, value), .ppm = value};
  } else if (markdown->kind == SP_MARKDOWN_AMOUNT) {
    *out = (struct sp_discount_size){.amount = value < whole ? value : whole, .ppm = share(value, whole)};
  } else if (markdown->kind == SP_MARKDOWN_PRICE && i >= 0) {
    /* A rise is as much of a change as a cut: whoever may not give away may not overcharge either. */
    int64_t list = ticket->facts[i].list_price;
    if (value == list || sp_money_amount(list, ticket->facts[i].quantity, &listed) != 0) return;
    *out = (struct sp_discount_size){.amount = apart(listed, whole), .ppm = share(apart(list, value), list)};
  }
}

/* ---- May they? ---- */

/* It was let pass: so much of it, or for good when somebody did it who may. */
static void grant(const struct sp_work *work, struct sp_discount *discount, int64_t ppm, int64_t amount) {
  bool manages = sp_role_rank(sp_work_till_role(work)) >= sp_role_rank(SP_ROLE_MANAGER);
  discount->passed = true;
  discount->granted = manages ? SP_PPM : ppm;
  discount->allowed = amount;
  if (!work->signed_for) return;
  discount->markdown.approver = work->approval->code;
  discount->approver = work->approval->staff;
}

/* Did somebody decide it who may? For what nobody did the cap holds together with what else is taken off the same
 * goods. */
static bool decided(const struct sp_discount *discount) {
  return discount->passed && (discount->granted >= SP_PPM || !sp_id_is_nil(&discount->approver));
}

static bool stacks(const struct sp_discount *discount) {
  return discount->markdown.kind != SP_MARKDOWN_NONE && !decided(discount);
}

/* What stands beside discount `i` (below 0: the basket's) on the goods where that is most. */
static int64_t beside(const struct sp_sale_request *request, const struct sp_ticket *ticket, int32_t i) {
  struct sp_discount_size size;
  int64_t most = 0;
  if (i >= 0 && !stacks(&request->discount)) return 0;
  if (i >= 0) sp_discount_measure(ticket, -1, &size);
  if (i >= 0) return size.ppm;
  for (int32_t k = 0; k < request->item_count; k++) {
    if (!stacks(&request->items[k].discount)) continue;
    sp_discount_measure(ticket, k, &size);
    if (size.ppm > most) most = size.ppm;
  }
  return most;
}

static int ask(struct sp_work *work, const struct sp_sale_request *request, const struct sp_ticket *ticket, int32_t i,
               struct sp_discount *discount, int32_t before, bool *asked) {
  struct sp_discount_size size;
  sp_discount_measure(ticket, i, &size);
  if (stacks(discount)) size.ppm += beside(request, ticket, i);
  /* Who signs half off one damaged piece has not signed half off fifty. */
  bool grown = size.ppm > discount->granted || size.amount > discount->allowed;
  *asked = discount->markdown.kind != SP_MARKDOWN_NONE && (!discount->passed || grown);
  if (!*asked) return 0;
  const struct sp_policy_ask asking = {
      .action = discount->markdown.kind == SP_MARKDOWN_PRICE ? "override-price" : "discount",
      .amount = size.amount,
      .ppm = size.ppm,
      .times = before,
      .reason = discount->markdown.reason,
  };
  int rc = sp_policy_check(work, &asking);
  if (rc == 0) grant(work, discount, size.ppm, size.amount);
  return rc;
}

/* Ask about one; `*any` when it was signed for. */
static int allow_one(struct sp_work *work, const struct sp_sale_request *request, const struct sp_ticket *ticket,
                     int32_t i, struct sp_discount *discount, int32_t *asked, bool *any) {
  bool was = work->signed_for, one = false;
  work->signed_for = false;
  int rc = ask(work, request, ticket, i, discount, *asked, &one);
  *any = *any || (rc == 0 && work->signed_for);
  work->signed_for = work->signed_for || was;
  *asked += one;
  return rc;
}

static int allow_all(struct sp_work *work, struct sp_sale_request *request, struct sp_sale_item *items,
                     const struct sp_ticket *ticket, bool *any) {
  int32_t asked = 0;
  for (int32_t i = 0; i < request->item_count; i++) {
    int rc = allow_one(work, request, ticket, i, &items[i].discount, &asked, any);
    if (rc != 0) return rc;
  }
  return allow_one(work, request, ticket, -1, &request->discount, &asked, any);
}

static bool has_discount(const struct sp_sale_request *request) {
  bool any = request->discount.markdown.kind != SP_MARKDOWN_NONE;
  for (int32_t i = 0; i < request->item_count && !any; i++)
    any = request->items[i].discount.markdown.kind != SP_MARKDOWN_NONE;
  return any;
}

/* Who signed for something of the request, when nobody is named yet. */
static void name_approver(const struct sp_sale_request *request, struct sp_sale *sale) {
  const struct sp_id *found = &request->discount.approver;
  for (int32_t i = 0; i < request->item_count && sp_id_is_nil(found); i++)
    found = &request->items[i].discount.approver;
  if (sp_id_is_nil(&sale->approved_by)) sale->approved_by = *found;
}

int sp_ticket_compute_allowed(struct sp_work *work, const struct sp_sale_request *request, bool cash,
                              struct sp_sale *sale, struct sp_ticket *ticket) {
  bool any = false;
  int rc = sp_ticket_compute(work, request, cash, sale, ticket);
  if (rc != 0 || !has_discount(request)) return rc;
  struct sp_sale_request *own = sp_arena_alloc(work->arena, sizeof *own);
  struct sp_sale_item *items = sp_arena_array(work->arena, (size_t)request->item_count + 1, sizeof *items);
  if (own == NULL || items == NULL) return sp_error_nomem(work->err, __func__);
  *own = *request;
  if (request->item_count > 0) memcpy(items, request->items, (size_t)request->item_count * sizeof *items);
  own->items = items;
  rc = allow_all(work, own, items, ticket, &any);
  if (rc == 0 && any) rc = sp_ticket_compute(work, own, cash, sale, ticket);
  if (rc == 0) name_approver(own, sale);
  return rc;
}

/* ---- Giving back ---- */

/* Business days since the oldest sale of which something comes back. */
static int days_since(struct sp_work *work, const struct sp_sale_request *request, int32_t *days) {
  int64_t oldest = work->now;
  const struct sp_id *last = NULL;
  for (int32_t i = 0; i < request->return_count; i++) {
    const struct sp_id *original = &request->returns[i].original;
    struct sp_rows *rows = NULL;
    if (sp_id_is_nil(original) || (last != NULL && sp_id_equal(last, original))) continue;
    last = original;
    const struct sp_value key[] = {sp_v_blob(original->bytes, SP_ID_LEN)};
    int got = sp_db_one(work->db, SP_Q_SALE_AT, key, 1, &rows, work->err);
    if (got < 0) return got;
    if (got > 0 && sp_rows_int(rows, 0) < oldest) oldest = sp_rows_int(rows, 0);
    sp_rows_finish(rows);
  }
  *days = (int32_t)((work->now - oldest) / 86400000);
  return 0;
}

int sp_refund_allow(struct sp_work *work, const struct sp_sale_request *request, int64_t worth) {
  struct sp_policy_ask asking = {.action = "refund", .amount = worth, .reason = request->reason};
  for (int32_t i = 0; i < request->return_count; i++)
    asking.blind = asking.blind || sp_id_is_nil(&request->returns[i].original);
  int rc = days_since(work, request, &asking.days);
  return rc == 0 ? sp_policy_check(work, &asking) : rc;
}
