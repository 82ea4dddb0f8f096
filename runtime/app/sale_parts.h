/* The steps of a sale, shared between its files and seen by nobody else. */
#ifndef SP_APP_SALE_PARTS_H
#define SP_APP_SALE_PARTS_H

#include "app/sale.h"

/* What a ticket is made of while it is computed. */
struct sp_ticket {
  const struct sp_sale_request *request;
  struct sp_sale *sale;          /* lines: first the items, then the returns */
  struct sp_line *facts;         /* the items as a basket */
  struct sp_sold_before *before; /* per return: what the balance was when read */
  struct sp_priced priced;
  int32_t allocation_room; /* allocations that fit sale->allocations */
  bool *blocked;           /* per item: its stock may not go below zero */
};

struct sp_sold_before {
  int64_t quantity; /* came back before this ticket */
};

/* The steps of sp_ticket_compute. Look up every item; check quantities. Fills sale->lines and facts. */
int sp_ticket_resolve(struct sp_work *work, struct sp_ticket *ticket);
/* Price the items through the rules and copy the result into the lines. */
int sp_ticket_price(struct sp_work *work, struct sp_ticket *ticket);
/* Invert the stored allocation for every return. */
int sp_ticket_return(struct sp_work *work, struct sp_ticket *ticket);
/* 抹零, tax of each line and the sums. */
int sp_ticket_total(struct sp_work *work, struct sp_ticket *ticket, bool cash);
/* All of the above in order: everything up to the total, the same for a quote, a freeze and a sale. */
int sp_ticket_compute(struct sp_work *work, const struct sp_sale_request *request, bool cash, struct sp_sale *sale,
                      struct sp_ticket *ticket);
/* From a computed ticket to its plan: shift, tenders, id and receipt number. */
int sp_ticket_finish(struct sp_work *work, struct sp_ticket *ticket);
/* An empty sale with what the request and the moment say of it; lines are the caller's. */
void sp_ticket_begin(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *sale);
/* Statements, stock, cash and journal into the work's plan. */
int sp_ticket_plan(struct sp_work *work, struct sp_ticket *ticket);
/* The journal's body of a sale, in the arena. Null when it does not fit. */
const char *sp_sale_journal_body(struct sp_work *work, const struct sp_sale_request *request,
                                 const struct sp_sale *sale, size_t *len);

#endif
