/* The steps of a sale, shared between its files and seen by nobody else. */
#ifndef SP_APP_SALE_PARTS_H
#define SP_APP_SALE_PARTS_H

#include "app/lookup.h"
#include "app/sale.h"
#include "app/usage.h"

/* What a ticket is made of while it is computed. */
struct sp_ticket {
  const struct sp_sale_request *request;
  struct sp_sale *sale;          /* lines: first the items, then what rules added to them, then the returns */
  int32_t sold;                  /* lines before the returns */
  struct sp_line *facts;         /* these lines as a basket */
  struct sp_sold_before *before; /* per return: what the balance was when read */
  struct sp_basket basket;       /* what the rules are shown */
  struct sp_context context;
  struct sp_usage_reader usage;
  struct sp_aside composed; /* the compose phase's part of the trace */
  struct sp_priced priced;
  int32_t allocation_room; /* allocations that fit sale->allocations */
  bool *blocked;           /* per sold line: its stock may not go below zero */
};

struct sp_sold_before {
  int64_t quantity; /* came back before this ticket */
};

/* The steps of sp_ticket_compute. Look up every item; check quantities. Fills sale->lines and facts. */
int sp_ticket_resolve(struct sp_work *work, struct sp_ticket *ticket);
/* What the rules are shown of it: basket, moment, member, what was presented, chosen and confirmed (sale_view.c). */
int sp_ticket_view(struct sp_work *work, struct sp_ticket *ticket);
/* The lines that rules add to the scanned ones (sale_compose.c). What they ask for and is not sold is left out, and an
 * error in the trace. */
int sp_ticket_compose(struct sp_work *work, struct sp_ticket *ticket);
/* Price the sold lines through the rules and copy the result into the lines. */
int sp_ticket_price(struct sp_work *work, struct sp_ticket *ticket);
/* Invert the stored allocation for every return. */
int sp_ticket_return(struct sp_work *work, struct sp_ticket *ticket);
/* 抹零, tax of each line and the sums (sale_total.c). `cash`: the first tender, or the first after those of the request
 * that are no cash, is cash. What earlier returns of a sale were rounded by is taken off, so that all of it together
 * comes back for what was paid. */
int sp_ticket_total(struct sp_work *work, struct sp_ticket *ticket, bool cash);
/* The same 抹零 of a ticket that was computed without, when `paid` of it was paid in other ways and now comes cash. */
int sp_ticket_round(struct sp_work *work, struct sp_ticket *ticket, int64_t paid);
/* All of the above in order: everything up to the total, the same for a quote, a freeze and a sale. */
int sp_ticket_compute(struct sp_work *work, const struct sp_sale_request *request, bool cash, struct sp_sale *sale,
                      struct sp_ticket *ticket);
/* What is taken off by hand (sale_discount.c). Is it a whole one? SP_E_INVALID "discount". */
int sp_discount_check(struct sp_work *work, const struct sp_markdown *markdown, bool line);
/* What a discount of a priced ticket is about: of line `i`, or with −1 of the basket. */
struct sp_discount_size {
  int64_t amount; /* fen off; of a price by hand also fen on: how far it is from the list's */
  int64_t ppm;    /* of the price without any discount */
};
void sp_discount_measure(const struct sp_ticket *ticket, int32_t i, struct sp_discount_size *out);
/* sp_ticket_compute for what will be sold: every discount that was not let pass yet is asked about (app/policy.h), and
 * what was signed for says by whom. `request` may be replaced by a copy in the arena: ticket->request. */
int sp_ticket_compute_allowed(struct sp_work *work, const struct sp_sale_request *request, bool cash,
                              struct sp_sale *sale, struct sp_ticket *ticket);
/* May these goods come back now? Asks the policy about a refund. `returns` is what they are worth, > 0. */
int sp_refund_allow(struct sp_work *work, const struct sp_sale_request *request, int64_t worth);
/* Which requirements of the rules are met, by whom (sale_ask.c). */
void sp_ticket_meet(struct sp_work *work, struct sp_ticket *ticket);
/* SP_E_STATE with the codes of the requirements that are not met. A quote does not ask. */
int sp_ticket_permit(struct sp_work *work, const struct sp_ticket *ticket);
/* Does every tender of a sale that pays back stay within what came in its way and did not go back before (pay_back.c)?
 * SP_E_DENIED "tenders[i].method" or "tenders[i].amount". */
int sp_sale_way_back(struct sp_work *work, const struct sp_sale_request *request, const struct sp_sale *sale);
/* From a computed ticket to its plan: shift, tenders, id and receipt number. */
int sp_ticket_finish(struct sp_work *work, struct sp_ticket *ticket);
/* An empty sale with what the request and the moment say of it; lines are the caller's. */
void sp_ticket_begin(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *sale);
/* Statements, stock, cash and journal into the work's plan. */
int sp_ticket_plan(struct sp_work *work, struct sp_ticket *ticket);
/* The journal's body of a sale, in the arena. Null when it does not fit. */
const char *sp_sale_journal_body(struct sp_work *work, const struct sp_sale_request *request,
                                 const struct sp_sale *sale, size_t *len);
/* What the price of a computed ticket depended on beside its lines and its moment, as JSON in the arena; `*out` is null
 * when nothing did. SP_E_NOMEM, SP_E_LIMIT. (sale_inputs.c) */
int sp_ticket_inputs(struct sp_work *work, const struct sp_ticket *ticket, const char **out);
/* The same inputs with the moment added at which a basket was priced, when it is another minute than `sale->at`. */
int sp_sale_inputs_at(struct sp_work *work, struct sp_sale *sale);
/* What the inputs say of lines, into them: `computed`, `tare`. */
void sp_sale_inputs_lines(struct sp_sale *sale);

#endif
