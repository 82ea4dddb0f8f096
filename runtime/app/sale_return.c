/* What comes back: the stored allocation of the original line inverted, or a refund without receipt under limits. */
#include "app/sale_parts.h"
#include "domain/money.h"
#include "domain/refund.h"

#include <stdio.h>
#include <string.h>

/* A sold line as it is stored, with what came back of it so far. */
struct original {
  struct sp_line facts;
  struct sp_sold_line sold;
  int64_t unit_price, gross, discount, rounding, revision;
};

static int read_original(struct sp_work *work, const struct sp_sale_return *back, struct original *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(back->original.bytes, SP_ID_LEN), sp_v_int(back->original_n)};
  int got = sp_db_one(work->db, SP_Q_SALE_LINE_ORIGINAL, key, 2, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "line", "That sale has no line %d", back->original_n);
  *out = (struct original){
      .facts =
          {
              .code = sp_work_column(work, rows, 1),
              .name = sp_work_column(work, rows, 2),
              .name_en = sp_work_column(work, rows, 18),
              .unit = sp_work_column(work, rows, 3),
              .category = "",
              .weighed = sp_rows_int(rows, 4) != 0,
              .list_price = sp_rows_int(rows, 6),
              .given_price = SP_NO_PRICE,
              .tax_ppm = (int32_t)sp_rows_int(rows, 12),
              .note = "",
              .lot = sp_work_column(work, rows, 17),
          },
      .sold =
          {
              .quantity = sp_rows_int(rows, 5),
              .weighed = sp_rows_int(rows, 4) != 0,
              .paid = sp_rows_int(rows, 11),
              .tax = sp_rows_int(rows, 13),
              .returned = sp_rows_int(rows, 14),
          },
      .unit_price = sp_rows_int(rows, 7),
      .gross = sp_rows_int(rows, 8),
      .discount = sp_rows_int(rows, 9),
      .rounding = sp_rows_int(rows, 10),
      .revision = sp_rows_int(rows, 16),
  };
  sp_rows_id(rows, 0, &out->facts.product);
  sp_rows_finish(rows);
  if (out->facts.code == NULL || out->facts.name == NULL || out->facts.unit == NULL || out->facts.lot == NULL) {
    return sp_error_nomem(work->err, __func__);
  }
  if (out->sold.quantity <= 0) {
    return sp_fail(work->err, SP_E_INVALID, "line", "Line %d of that sale was itself a return", back->original_n);
  }
  return 0;
}

/* Room for one more allocation; doubles, so that many returns stay linear. */
static struct sp_allocation *next_allocation(struct sp_work *work, struct sp_ticket *ticket) {
  struct sp_sale *sale = ticket->sale;
  if (sale->allocation_count >= ticket->allocation_room) {
    int32_t room = 2 * sale->allocation_count + 16;
    struct sp_allocation *grown = sp_arena_array(work->arena, (size_t)room, sizeof *grown);
    if (grown == NULL) return NULL;
    if (sale->allocation_count > 0) {
      memcpy(grown, sale->allocations, (size_t)sale->allocation_count * sizeof *grown);
    }
    sale->allocations = grown;
    ticket->allocation_room = room;
  }
  return &sale->allocations[sale->allocation_count++];
}

/* Add one inverted amount a campaign; `*discount` becomes their sum. */
static int invert_allocations(struct sp_work *work, struct sp_ticket *ticket, const struct sp_sale_return *back,
                              const struct original *original, int32_t n, int64_t *discount) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(back->original.bytes, SP_ID_LEN), sp_v_int(back->original_n)};
  int rc = sp_db_query(work->db, SP_Q_SALE_LINE_ALLOCATIONS, key, 2, &rows, work->err);
  if (rc != 0) return rc;
  *discount = 0;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    int64_t amount = 0;
    rc = sp_refund_amount(&original->sold, back->quantity, sp_rows_int(rows, 2), &amount);
    if (rc != 0) break;
    if (amount == 0) continue;
    struct sp_allocation *allocation = next_allocation(work, ticket);
    if (allocation == NULL) {
      rc = sp_error_nomem(work->err, __func__);
      break;
    }
    *allocation = (struct sp_allocation){
        .line = n, .campaign = sp_work_column(work, rows, 0), .rule = sp_work_column(work, rows, 1), .amount = -amount};
    *discount += amount;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

static int return_sold(struct sp_work *work, struct sp_ticket *ticket, const struct sp_sale_return *back,
                       struct sp_sale_line *line, struct sp_sold_before *before) {
  struct original original;
  struct sp_refund_part part;
  int64_t discount = 0, gross = 0;
  int rc = read_original(work, back, &original);
  if (rc == 0) rc = sp_refund_line(&original.sold, back->quantity, &part, work->err);
  if (rc == 0) rc = invert_allocations(work, ticket, back, &original, line->n, &discount);
  if (rc == 0) rc = sp_refund_amount(&original.sold, back->quantity, original.gross, &gross);
  if (rc != 0) return rc;
  before->quantity = original.sold.returned;
  line->facts = original.facts;
  line->facts.n = line->n;
  line->facts.quantity = back->quantity;
  line->revision = original.revision;
  line->unit_price = original.unit_price;
  line->paid = -part.paid;
  line->tax = -part.tax;
  line->discount = -discount;
  line->gross = -gross;
  /* The share of 抹零, and the odd fen that rounding down each of the other amounts leaves until the last unit is back.
   */
  line->rounding = line->paid - line->gross + line->discount;
  return 0;
}

static int return_blind(struct sp_work *work, struct sp_ticket *ticket, const struct sp_sale_return *back,
                        struct sp_sale_line *line) {
  const struct sp_sale_request *request = ticket->request;
  struct sp_found found;
  int64_t amount = 0;
  int rc = sp_product_find(work, NULL, back->code, &back->product, &found);
  if (rc != 0) return rc;
  int64_t price = back->price != SP_NO_PRICE ? back->price : found.price;
  if (price < 0 || (price > found.price && !request->given_prices)) {
    return sp_fail(work->err, SP_E_INVALID, "price", "Without its receipt %s is worth at most today's price",
                   found.code);
  }
  bool whole = found.weighed || back->quantity % SP_QUANTITY_ONE == 0;
  if (back->quantity <= 0 || back->quantity > SP_QUANTITY_MAX || !whole) {
    return sp_fail(work->err, SP_E_INVALID, "quantity", "A returned quantity must be positive and in whole pieces");
  }
  rc = sp_money_amount(price, back->quantity, &amount);
  if (rc != 0) return sp_fail(work->err, rc, "quantity", "The refund is too large to add up");
  line->facts = sp_found_line(&found, back->quantity);
  line->facts.n = line->n;
  line->facts.given_price = price;
  line->revision = found.revision;
  line->unit_price = price;
  line->gross = -amount;
  line->paid = -amount;
  return 0;
}

/* Refunds without receipt are no program's and stay under the chain's cap; who may is the till's policy. */
static int check_blind(struct sp_work *work, const struct sp_ticket *ticket) {
  const struct sp_sale_request *request = ticket->request;
  int64_t sum = 0;
  bool any = false;
  for (int32_t i = 0; i < request->return_count; i++) {
    if (!sp_id_is_nil(&request->returns[i].original)) continue;
    any = true;
    int rc = sp_money_accumulate(&sum, -ticket->sale->lines[ticket->sold + i].paid);
    if (rc != 0) return rc;
  }
  if (!any || request->given_prices) return 0;
  if (work->actor.is_program && sp_id_is_nil(&request->approved_by)) {
    return sp_fail(work->err, SP_E_DENIED, "returns", "A program needs the receipt to give money back");
  }
  int64_t cap = work->app->policy.blind_refund_max;
  if (sum > cap) {
    char most[SP_MONEY_TEXT];
    sp_money_text(cap, sp_work_currency(work).digits, most);
    return sp_fail(work->err, SP_E_DENIED, "returns", "A refund without receipt may give back at most %s", most);
  }
  return 0;
}

static bool named_before(const struct sp_sale_request *request, int32_t i) {
  const struct sp_sale_return *back = &request->returns[i];
  if (sp_id_is_nil(&back->original)) return false;
  for (int32_t j = 0; j < i; j++) {
    const struct sp_sale_return *other = &request->returns[j];
    if (sp_id_equal(&back->original, &other->original) && back->original_n == other->original_n) return true;
  }
  return false;
}

static int return_one(struct sp_work *work, struct sp_ticket *ticket, int32_t i, int32_t n) {
  const struct sp_sale_request *request = ticket->request;
  const struct sp_sale_return *back = &request->returns[i];
  struct sp_sale_line *line = &ticket->sale->lines[ticket->sold + i];
  *line = (struct sp_sale_line){.n = n, .returned = true, .original = back->original, .original_n = back->original_n};
  if (named_before(request, i)) {
    return sp_fail(work->err, SP_E_INVALID, "line", "Each line of a sale can be named once");
  }
  if (sp_id_is_nil(&back->original)) return return_blind(work, ticket, back, line);
  return return_sold(work, ticket, back, line, &ticket->before[i]);
}

int sp_ticket_return(struct sp_work *work, struct sp_ticket *ticket) {
  const struct sp_sale_request *request = ticket->request;
  if (request->return_count == 0) return 0;
  if (request->return_count < 0 || request->return_count > SP_SALE_RETURNS_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "returns", "At most %d lines can come back at once", SP_SALE_RETURNS_MAX);
  }
  if (request->reason == NULL || request->reason[0] == '\0') {
    return sp_fail(work->err, SP_E_INVALID, "reason", "A refund needs a reason");
  }
  /* Behind the scanned lines; what rules added is numbered far above. */
  int32_t last = request->item_count > 0 ? ticket->facts[request->item_count - 1].n : 0;
  for (int32_t i = 0; i < request->return_count; i++) {
    int rc = return_one(work, ticket, i, request->returns[i].n != 0 ? request->returns[i].n : last + i + 1);
    if (rc != 0) {
      char text[32];
      snprintf(text, sizeof text, "returns[%d]", i);
      sp_error_prefix(work->err, text);
      return rc;
    }
  }
  return check_blind(work, ticket);
}
