/* A counter in a test: a node with goods on the shelf and an open shift, tickets in a few words, and the proof that
 * every ledger tells the same story.
 *
 *   struct counter counter;
 *   struct ticket ticket;
 *   counter_open(&counter, NULL, NULL);
 *   ticket_new(&ticket);
 *   ticket_item(&ticket, "cola", 2000);
 *   ticket_pay(&ticket, SP_METHOD_CASH, 1000);
 *   assert_int_equal(counter_post(&counter, &ticket), 0);
 *   assert_int_equal(ticket.sale.total, 600);
 *   counter_agrees(&counter);
 *   counter_close(&counter);
 *
 * What a ticket's `sale` points to lives until the next thing the counter does.
 */
#ifndef SP_TESTS_CONTRACT_COUNTER_H
#define SP_TESTS_CONTRACT_COUNTER_H

#include "app/basket.h"
#include "app/reconcile.h"
#include "app/sale.h"
#include "app/shift.h"
#include "tests/support/node_fixture.h"

#define TICKET_LINES 40

/* On the shelf. Prices in fen, tax in ppm; a null code ends the list. The first COUNTER_SOLD are plain goods that may
 * be sold by anybody at any time; what follows is special. */
struct goods {
  const char *code, *name, *unit, *tags, *status;
  int64_t price, tax_ppm;
  bool weighed, style;
};
extern const struct goods counter_shelf[];
#define COUNTER_SOLD 8

struct counter {
  struct sp_fixture node;
  struct sp_error error; /* of the last thing done */
  void (*meanwhile)(struct counter *counter);
  struct sp_id marked; /* for `meanwhile` */
};

/* A node with the shelf and an open shift at T01 (empty drawer). `campaigns` is the text of a campaigns.json, or null;
 * `vfs` as in sp_fixture_options. On a VFS whose file is there already nothing is added to it. 0 or an error. */
int counter_start(struct counter *counter, const char *campaigns, const char *vfs);
/* The same with a whole pack in memory. */
int counter_start_pack(struct counter *counter, const struct sp_pack_file *files, int32_t count, const char *vfs);
/* The same, and the test fails when it cannot be had. */
void counter_open(struct counter *counter, const char *campaigns, const char *vfs);
void counter_close(struct counter *counter);

/* The id of goods by its place on the shelf or its code. */
struct sp_id counter_goods(int place);
struct sp_id counter_product(const char *code);

/* Change all goods, as a catalogue that came from above would: "price = 400". */
int counter_change_goods(struct counter *counter, const char *assignments);

struct ticket {
  struct sp_sale_item items[TICKET_LINES];
  struct sp_sale_return returns[TICKET_LINES];
  struct sp_tender tenders[SP_TENDERS_MAX];
  struct sp_sale_request request;
  struct sp_sale sale; /* out */
  bool cash;           /* of a quote */
};

void ticket_new(struct ticket *ticket);
struct sp_sale_item *ticket_item(struct ticket *ticket, const char *code, int64_t quantity);
struct sp_sale_return *ticket_back(struct ticket *ticket, const struct sp_id *original, int32_t n, int64_t quantity);
void ticket_pay(struct ticket *ticket, enum sp_method method, int64_t amount);

int counter_quote(struct counter *counter, struct ticket *ticket);
int counter_post(struct counter *counter, struct ticket *ticket);
/* Quote it, then post it paid exactly by one tender (none when nothing is due). */
int counter_sell(struct counter *counter, struct ticket *ticket, enum sp_method method);

/* A basket's command; `basket` is the basket before (its id) and after. */
int counter_basket(struct counter *counter, struct sp_open_basket *basket);
int counter_apply(struct counter *counter, struct sp_open_basket *basket, const struct sp_basket_command *command);

/* Post a stock document of one line. `*id` names it. */
int counter_stock(struct counter *counter, enum sp_stock_kind kind, const char *code, int64_t quantity,
                  struct sp_id *id);
int64_t counter_on_hand(struct counter *counter, const char *code);

/* Close the shift with what should be in the drawer less `missing`; open the next one. */
int counter_shift_close(struct counter *counter, int64_t missing);
int counter_shift_open(struct counter *counter, int64_t opening_float);

/* sp_reconcile, and beyond it: heads, lines, allocations, tenders, stock, cash, journal and what came back, each beside
 * the others. 0, or SP_E_CORRUPT with the first contradiction in `error`. */
int counter_prove(struct counter *counter, struct sp_reconciliation *out);
/* The test fails when it does not hold. */
void counter_agrees(struct counter *counter);

/* A cmocka teardown for a test whose state is its counter: counter_agrees, then counter_close. */
int counter_tear_down(void **state);

/* The one integer of a SELECT on what is committed. */
int64_t counter_count(struct counter *counter, const char *sql);

/* The last thing done gave `rc`: the test fails with what it said unless that is 0. */
void counter_went_well(struct counter *counter, int rc);
/* The last thing done gave `rc`: the test fails unless that is `code`, at `field`, with a sentence, in a plan that left
 * nothing behind (`field` null: any). */
void counter_refused(struct counter *counter, int rc, int code, const char *field);

/* Run `meanwhile` when the next plan is complete and not yet committed, once: another till is faster. */
void counter_meanwhile(struct counter *counter, void (*meanwhile)(struct counter *counter));

#endif
