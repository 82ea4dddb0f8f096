#include "app/sale.h"

#include "app/number.h"
#include "app/sale_parts.h"
#include "domain/money.h"

#include <stdio.h>
#include <string.h>

/* 抹零 belongs to a sale of which something is paid in cash, or nothing at all because an exchange is about even. */
static bool in_cash(const struct sp_sale_request *request) {
  if (request->tender_count == 0) return request->item_count > 0 && request->return_count > 0 && !request->given_prices;
  for (int32_t i = 0; i < request->tender_count; i++)
    if (request->tenders[i].method == SP_METHOD_CASH) return true;
  return false;
}

void sp_ticket_begin(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *sale) {
  *sale = (struct sp_sale){
      .id = request->id,
      .till = work->actor.till,
      .staff = work->actor.staff,
      .at = request->at != 0 ? request->at : work->now,
      .source = request->source,
      .reference = request->reference,
      .member = request->member,
      .reason = request->reason,
      .tenders = request->tenders,
      .tender_count = request->tender_count,
  };
  sale->kind = request->return_count == 0 ? "sale" : request->item_count == 0 ? "refund" : "exchange";
  sale->business_day = sp_work_day(work, sale->at);
  sale->priced_at = sale->at;
  sale->approved_by = request->approved_by;
}

static int prepare(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *sale,
                   struct sp_ticket *ticket) {
  int32_t count = request->item_count + request->return_count;
  if (count <= 0) return sp_fail(work->err, SP_E_INVALID, "items", "There is nothing to sell or to give back");
  if (count > SP_BASKET_LINES_MAX + SP_SALE_RETURNS_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "items", "A sale has at most %d lines", SP_BASKET_LINES_MAX);
  }
  sp_ticket_begin(work, request, sale);
  sale->count = count;
  sale->lines = sp_arena_array(work->arena, (size_t)count, sizeof *sale->lines);
  *ticket = (struct sp_ticket){
      .request = request,
      .sale = sale,
      .sold = request->item_count,
      .facts = sp_arena_array(work->arena, (size_t)request->item_count + 1, sizeof *ticket->facts),
      .before = sp_arena_array(work->arena, (size_t)request->return_count + 1, sizeof *ticket->before),
      .blocked = sp_arena_array(work->arena, (size_t)request->item_count + 1, sizeof *ticket->blocked),
  };
  bool whole = sale->lines != NULL && ticket->facts != NULL && ticket->before != NULL && ticket->blocked != NULL;
  return whole ? 0 : sp_error_nomem(work->err, __func__);
}

int sp_ticket_compute(struct sp_work *work, const struct sp_sale_request *request, bool cash, struct sp_sale *sale,
                      struct sp_ticket *ticket) {
  int rc = prepare(work, request, sale, ticket);
  if (rc == 0) rc = sp_ticket_resolve(work, ticket);
  if (rc == 0) rc = sp_ticket_view(work, ticket);
  if (rc == 0) rc = sp_ticket_compose(work, ticket);
  if (rc == 0) rc = sp_ticket_price(work, ticket);
  if (rc == 0) rc = sp_ticket_return(work, ticket);
  if (rc == 0) rc = sp_ticket_total(work, ticket, cash);
  return rc;
}

int sp_sale_quote(struct sp_work *work, const struct sp_sale_request *request, bool cash, struct sp_sale *out) {
  struct sp_ticket ticket;
  return sp_ticket_compute(work, request, cash, out, &ticket);
}

/* The till must exist and have an open shift: every fen belongs to one drawer and one day. */
static int find_shift(struct sp_work *work, struct sp_sale *sale) {
  struct sp_rows *rows = NULL;
  if (sp_id_is_nil(&work->actor.till)) {
    return sp_fail(work->err, SP_E_STATE, "till", "Selling needs a till: sign in at one, or name one in the token");
  }
  const struct sp_value key[] = {sp_v_blob(work->actor.till.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_SHIFT, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "till", "There is no such till");
  bool open = !sp_rows_null(rows, 1);
  sale->till_code = sp_work_column(work, rows, 0);
  sp_rows_id(rows, 1, &sale->shift);
  sp_rows_finish(rows);
  return open ? 0 : sp_fail(work->err, SP_E_STATE, "shift", "No shift is open at this till: open one first");
}

static int check_change(struct sp_work *work, const struct sp_sale *sale) {
  for (int32_t i = 0; i < sale->tender_count; i++) {
    if (sale->tenders[i].change <= SP_CHANGE_MAX) continue;
    char field[40];
    snprintf(field, sizeof field, "tenders[%d].amount", (int)i);
    return sp_fail(work->err, SP_E_INVALID, field, "No drawer gives so much change: look at the amount");
  }
  return 0;
}

/* Money goes back the way it came, no more of it; another way is a manager's decision. */
static int check_way_back(struct sp_work *work, const struct sp_sale_request *request, const struct sp_sale *sale) {
  bool manages = !work->actor.is_program && (work->actor.role == SP_ROLE_MANAGER || work->actor.role == SP_ROLE_ADMIN);
  bool free_choice = request->given_prices || manages || work->approval != NULL || !sp_id_is_nil(&request->approved_by);
  return sale->total >= 0 || free_choice ? 0 : sp_sale_way_back(work, request, sale);
}

static int settle(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *sale) {
  bool known = request->expected_total == sale->total || request->expected_total == sale->total - sale->split_rounding;
  if (request->expected_total != SP_NO_TOTAL && !known) {
    return sp_work_total_changed(work, sale->total, request->expected_total);
  }
  if (request->exact_tender && request->tender_count == 0 && sale->total != 0) {
    sale->tenders = sp_arena_array(work->arena, 1, sizeof *sale->tenders);
    if (sale->tenders == NULL) return sp_error_nomem(work->err, __func__);
    sale->tenders[0] = (struct sp_tender){.method = SP_METHOD_CASH, .tendered = sale->total, .reference = ""};
    sale->tender_count = 1;
  }
  int rc = sp_tender_settle(sale->total, sale->tenders, sale->tender_count, work->err);
  if (rc == 0) rc = check_change(work, sale);
  return rc == 0 ? check_way_back(work, request, sale) : rc;
}

int sp_ticket_finish(struct sp_work *work, struct sp_ticket *ticket) {
  struct sp_sale *sale = ticket->sale;
  int rc = find_shift(work, sale);
  if (rc == 0) rc = settle(work, ticket->request, sale);
  if (rc == 0 && sp_id_is_nil(&sale->id)) {
    rc = sp_id_new(work->now, &sale->id);
    if (rc != 0) rc = sp_fail(work->err, rc, NULL, "No randomness for an id");
  }
  if (rc == 0) rc = sp_numbers_next(work->app->numbers, work->db, &sale->till, &sale->number, work->err);
  if (rc != 0) return rc;
  work->number = sale->number;
  work->number_till = sale->till;
  return sp_ticket_plan(work, ticket);
}

/* What the returned lines are worth. */
static int64_t worth_back(const struct sp_sale *sale) {
  int64_t worth = 0;
  for (int32_t i = 0; i < sale->count; i++)
    worth -= sale->lines[i].returned ? sale->lines[i].paid : 0;
  return worth;
}

int sp_sale_post(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *out) {
  struct sp_ticket ticket;
  int rc = sp_ticket_compute_allowed(work, request, in_cash(request), out, &ticket);
  if (rc == 0 && request->return_count > 0 && !request->given_prices && sp_id_is_nil(&request->approved_by)) {
    rc = sp_refund_allow(work, request, worth_back(out));
    if (rc == 0 && work->approval != NULL) out->approved_by = work->approval->staff;
  }
  if (rc == 0) rc = sp_ticket_permit(work, &ticket);
  return rc == 0 ? sp_ticket_finish(work, &ticket) : rc;
}
