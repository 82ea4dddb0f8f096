/* What a computed sale writes: itself, its lines, stock, cash and one journal record. */
#include "app/journal.h"
#include "app/sale_parts.h"
#include "app/stock.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>

#define BODY_USUAL 2048 /* bytes of a journal body that are taken at once */

static struct sp_value id_or_null(const struct sp_id *id) {
  return sp_id_is_nil(id) ? sp_v_null() : sp_v_blob(id->bytes, SP_ID_LEN);
}

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

static void plan_head(struct sp_work *work, const struct sp_sale_request *request, const struct sp_sale *sale) {
  const struct sp_value params[] = {
      sp_v_blob(sale->id.bytes, SP_ID_LEN),
      sp_v_blob(sale->till.bytes, SP_ID_LEN),
      sp_v_int(sale->number),
      sp_v_blob(sale->shift.bytes, SP_ID_LEN),
      sp_v_text(sale->kind),
      sp_v_text(request->source),
      sp_v_text(or_empty(request->reference)),
      sp_v_blob(sale->staff.bytes, SP_ID_LEN),
      id_or_null(&sale->approved_by),
      sp_v_text(or_empty(request->member)),
      sp_v_text(or_empty(request->reason)),
      sp_v_int(sale->business_day),
      sp_v_int(sale->at),
      sp_v_int(sale->gross),
      sp_v_int(sale->discount),
      sp_v_int(sale->rounding),
      sp_v_int(sale->total),
      sp_v_int(sale->tax),
      sp_v_blob(sp_bundle_hash(work->bundle), SP_HASH_LEN),
      sp_v_text_n(sale->trace, sale->trace_len),
      sp_v_text(sale->inputs),
  };
  sp_plan_add(work->plan, SP_Q_SALE_INSERT, params, 21);
}

/* Columns that most lines have nothing for are NULL: a byte each. */
static struct sp_value int_or_null(int64_t value, int64_t none) {
  return value != none ? sp_v_int(value) : sp_v_null();
}

static struct sp_value text_or_null(const char *text) {
  return text != NULL && text[0] != '\0' ? sp_v_text(text) : sp_v_null();
}

static void plan_line(struct sp_work *work, const struct sp_sale *sale, const struct sp_sale_line *line) {
  const struct sp_line *facts = &line->facts;
  bool linked = !sp_id_is_nil(&line->original);
  const struct sp_value params[] = {
      sp_v_blob(sale->id.bytes, SP_ID_LEN),
      sp_v_int(line->n),
      sp_v_blob(facts->product.bytes, SP_ID_LEN),
      sp_v_int(line->revision),
      sp_v_int(facts->weighed ? 1 : 0),
      sp_v_int(line->returned ? -facts->quantity : facts->quantity),
      sp_v_int(facts->list_price),
      sp_v_int(line->unit_price),
      sp_v_int(line->gross),
      sp_v_int(line->discount),
      sp_v_int(line->rounding),
      sp_v_int(line->paid),
      sp_v_int(facts->tax_ppm),
      sp_v_int(line->tax),
      int_or_null(facts->given_price, SP_NO_PRICE),
      text_or_null(facts->lot),
      int_or_null(facts->expires, 0),
      int_or_null(facts->parent, 0),
      id_or_null(&facts->seller),
      sp_v_text(or_empty(facts->note)),
      linked ? sp_v_blob(line->original.bytes, SP_ID_LEN) : sp_v_null(),
      linked ? sp_v_int(line->original_n) : sp_v_null(),
  };
  sp_plan_add(work->plan, SP_Q_SALE_LINE_INSERT, params, 22);
}

static void plan_stock(struct sp_work *work, const struct sp_ticket *ticket, int32_t i) {
  const struct sp_sale_line *line = &ticket->sale->lines[i];
  bool blocked = !line->returned && ticket->blocked[i];
  const struct sp_movement movement = {
      .document = ticket->sale->id,
      .n = line->n,
      .kind = line->returned ? SP_STOCK_RETURN : SP_STOCK_SALE,
      .product = line->facts.product,
      .lot = line->facts.lot,
      .quantity = line->returned ? line->facts.quantity : -line->facts.quantity,
      .blocked = blocked,
      .field = blocked ? sp_arena_printf(work->arena, "items[%d].quantity", i) : NULL,
  };
  sp_stock_move(work, &movement, ticket->sale->at);
}

/* The balance of what came back, re-checked: two tills cannot refund the same unit. */
static void plan_return(struct sp_work *work, const struct sp_ticket *ticket, int32_t i) {
  const struct sp_sale_line *line = &ticket->sale->lines[ticket->sold + i];
  if (sp_id_is_nil(&line->original)) return;
  const struct sp_value params[] = {
      sp_v_blob(line->original.bytes, SP_ID_LEN),
      sp_v_int(line->original_n),
      sp_v_int(line->facts.quantity),
      sp_v_int(-line->paid),
      sp_v_int(ticket->before[i].quantity),
  };
  sp_plan_expect(work->plan, SP_Q_SALE_RETURN_ADD, params, 5, SP_E_CONFLICT, "returns",
                 "More of this sale came back in the meantime");
}

static void plan_allocations(struct sp_work *work, const struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    const struct sp_allocation *allocation = &sale->allocations[i];
    const struct sp_value params[] = {
        sp_v_blob(sale->id.bytes, SP_ID_LEN), sp_v_int(allocation->line),   sp_v_text(allocation->campaign),
        sp_v_text(allocation->rule),          sp_v_int(allocation->amount), sp_v_int(i),
    };
    sp_plan_add(work->plan, SP_Q_SALE_ALLOCATION_INSERT, params, 6);
  }
}

/* Tenders, the cash ledger and the shift's balance. The last also proves that the shift is still open. */
static void plan_money(struct sp_work *work, const struct sp_sale *sale) {
  int64_t cash = 0;
  for (int32_t i = 0; i < sale->tender_count; i++) {
    const struct sp_tender *tender = &sale->tenders[i];
    const struct sp_value params[] = {
        sp_v_blob(sale->id.bytes, SP_ID_LEN),
        sp_v_int(i + 1),
        sp_v_text(sp_method_name(tender->method)),
        sp_v_int(tender->amount),
        sp_v_int(tender->tendered),
        sp_v_int(tender->change),
        sp_v_text(or_empty(tender->reference)),
    };
    sp_plan_add(work->plan, SP_Q_PAYMENT_INSERT, params, 7);
    if (tender->method == SP_METHOD_CASH) cash += tender->amount;
  }
  const struct sp_value entry[] = {
      sp_v_blob(sale->id.bytes, SP_ID_LEN),    sp_v_int(1),        sp_v_blob(sale->shift.bytes, SP_ID_LEN),
      sp_v_text(cash < 0 ? "refund" : "sale"), sp_v_int(cash),     sp_v_text(""),
      sp_v_blob(sale->staff.bytes, SP_ID_LEN), sp_v_int(sale->at),
  };
  if (cash != 0) sp_plan_add(work->plan, SP_Q_CASH_ENTRY_INSERT, entry, 8);
  const struct sp_value balance[] = {sp_v_blob(sale->shift.bytes, SP_ID_LEN), sp_v_int(cash)};
  sp_plan_expect(work->plan, SP_Q_SHIFT_CASH_ADD, balance, 2, SP_E_CONFLICT, "shift",
                 "The shift was closed in the meantime");
}

int sp_ticket_plan(struct sp_work *work, struct sp_ticket *ticket) {
  const struct sp_sale *sale = ticket->sale;
  if (ticket->request->return_count == 0) {
    work->sold =
        (struct sp_counts){.sales = 1, .alarms = sale->alarms > 0, .gross = sale->gross, .discount = sale->discount};
  }
  plan_head(work, ticket->request, sale);
  for (int32_t i = 0; i < sale->count; i++) {
    plan_line(work, sale, &sale->lines[i]);
    plan_stock(work, ticket, i);
  }
  for (int32_t i = 0; i < ticket->request->return_count; i++)
    plan_return(work, ticket, i);
  plan_allocations(work, sale);
  /* Of a basket that was frozen there are none here: its freeze has taken them. */
  sp_usage_take(work, &sale->id, 1, ticket->priced.uses, ticket->priced.use_count);
  plan_money(work, sale);
  size_t len = 0;
  const char *body = sp_sale_journal_body(work, ticket->request, sale, &len);
  sp_journal_add(work, "sale", 1, body, len, true);
  return work->plan->failed != 0 ? sp_fail(work->err, work->plan->failed, NULL, "The sale does not fit one transaction")
                                 : 0;
}

/* ---- Journal body, version 1: arrays in a fixed order, because every node of a chain stores it again. ---- */

static void body_lines(struct sp_json_writer *w, const struct sp_sale *sale) {
  sp_json_key(
      w, "lines"); /* [n, code, quantity, list, unit, gross, discount, rounding, paid, tax ppm, tax, original?, n?] */
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    char original[SP_ID_TEXT];
    sp_json_open_array(w);
    sp_json_int(w, line->n);
    sp_json_text(w, line->facts.code);
    sp_json_int(w, line->returned ? -line->facts.quantity : line->facts.quantity);
    sp_json_int(w, line->facts.list_price);
    sp_json_int(w, line->unit_price);
    sp_json_int(w, line->gross);
    sp_json_int(w, line->discount);
    sp_json_int(w, line->rounding);
    sp_json_int(w, line->paid);
    sp_json_int(w, line->facts.tax_ppm);
    sp_json_int(w, line->tax);
    if (!sp_id_is_nil(&line->original)) {
      sp_id_format(&line->original, original);
      sp_json_text(w, original);
      sp_json_int(w, line->original_n);
    }
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

static void body_allocations(struct sp_json_writer *w, const struct sp_sale *sale) {
  if (sale->allocation_count == 0) return;
  sp_json_key(w, "allocations"); /* [n, campaign, amount] */
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    sp_json_open_array(w);
    sp_json_int(w, sale->allocations[i].line);
    sp_json_text(w, sale->allocations[i].campaign);
    sp_json_int(w, sale->allocations[i].amount);
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

static void body_tenders(struct sp_json_writer *w, const struct sp_sale *sale) {
  sp_json_key(w, "tenders"); /* [method, amount, tendered, change] */
  sp_json_open_array(w);
  for (int32_t i = 0; i < sale->tender_count; i++) {
    sp_json_open_array(w);
    sp_json_text(w, sp_method_name(sale->tenders[i].method));
    sp_json_int(w, sale->tenders[i].amount);
    sp_json_int(w, sale->tenders[i].tendered);
    sp_json_int(w, sale->tenders[i].change);
    sp_json_close_array(w);
  }
  sp_json_close_array(w);
}

const char *sp_sale_journal_body(struct sp_work *work, const struct sp_sale_request *request,
                                 const struct sp_sale *sale, size_t *len) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, SP_JOURNAL_BODY_MAX);
  (void)sp_buf_reserve(&body, BODY_USUAL);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "id", sale->id.bytes);
  sp_json_put_text(&w, "kind", sale->kind);
  sp_json_put_id(&w, "till", sale->till.bytes);
  sp_json_put_int(&w, "number", sale->number);
  sp_json_put_id(&w, "shift", sale->shift.bytes);
  sp_json_put_int(&w, "at", sale->at);
  sp_json_put_int(&w, "day", sale->business_day);
  sp_json_put_text(&w, "source", request->source);
  if (request->reference != NULL && request->reference[0] != '\0')
    sp_json_put_text(&w, "reference", request->reference);
  sp_json_put_int(&w, "total", sale->total);
  sp_json_put_int(&w, "tax", sale->tax);
  body_lines(&w, sale);
  body_allocations(&w, sale);
  body_tenders(&w, sale);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  *len = body.len;
  sp_buf_free(&body);
  return copy;
}
