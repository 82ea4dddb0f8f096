/* What the files of the till share. */
#ifndef SP_APP_TILL_PARTS_H
#define SP_APP_TILL_PARTS_H

#include "app/lookup.h"
#include "app/till.h"

/* A command on its way. */
struct sp_till_doing {
  struct sp_work *work;
  struct sp_till *till;
  const struct sp_till_command *command;
  const struct sp_till_facts *facts;
  struct sp_till_outcome *out;
};

typedef int sp_till_handler(struct sp_till_doing *doing);

/* ---- State (till_state.c) ---- */

/* Plan till_state when it has changed. */
void sp_till_save(struct sp_work *work, struct sp_till *till);
void sp_till_set_step(struct sp_till *till, enum sp_till_step step);
/* A question, as a finished JSON object in the arena, or "" for none. */
void sp_till_set_ask(struct sp_till *till, const char *ask);
/* What the screens show of a stored sale. */
int sp_till_load_last(struct sp_work *work, struct sp_till *till);
/* The same of one that is in the plan. */
int sp_till_keep_last(struct sp_work *work, struct sp_till *till, const struct sp_sale *sale);

/* The kind of the question that is open: "again", …; "" for none. In the arena. */
const char *sp_till_ask_kind(struct sp_till_doing *doing);
/* A text or number of the question; "" and 0 when it has none. */
const char *sp_till_ask_text(struct sp_till_doing *doing, const char *name);
int64_t sp_till_ask_int(struct sp_till_doing *doing, const char *name);

/* ---- Saying (till.c) ---- */

/* `code` and `level` are static; the sentence is the error's. */
void sp_till_notice(struct sp_till_doing *doing, const char *level, const char *code, const struct sp_error *err);
/* The same of the work's error, which is `rc`: returned. */
int sp_till_refuse(struct sp_till_doing *doing, const char *code, int rc);

/* An object under construction, for `ask` and `extra`. */
struct sp_till_text {
  struct sp_buf out;
  struct sp_json_writer w;
};
void sp_till_text_start(struct sp_till_text *text);
/* In the arena, or null: SP_E_NOMEM. The buffer is freed. */
const char *sp_till_text_end(struct sp_work *work, struct sp_till_text *text);

/* ---- Sale (till_sale.c) ---- */

/* One basket command; opens a basket when there is none and the command may begin one. */
int sp_till_change(struct sp_till_doing *doing, const struct sp_basket_command *command);
/* What the basket costs, once. */
int sp_till_quote(struct sp_work *work, struct sp_till *till);
/* What is still to be paid, by that tender: 抹零 is only decided by the first. */
int sp_till_due(struct sp_till_doing *doing, bool cash, int64_t *out);

int sp_till_do_line(struct sp_till_doing *doing);
int sp_till_do_present(struct sp_till_doing *doing);
int sp_till_do_park(struct sp_till_doing *doing);
int sp_till_do_recall(struct sp_till_doing *doing);
int sp_till_do_cancel(struct sp_till_doing *doing);
int sp_till_do_total(struct sp_till_doing *doing);
int sp_till_do_back(struct sp_till_doing *doing);
int sp_till_do_release(struct sp_till_doing *doing);
int sp_till_do_return(struct sp_till_doing *doing);
int sp_till_do_next(struct sp_till_doing *doing);

/* ---- Money (till_pay.c) ---- */

int sp_till_do_tender(struct sp_till_doing *doing);

/* ---- Goods (till_goods.c, till_scan.c) ---- */

int sp_till_do_scan(struct sp_till_doing *doing);
int sp_till_do_add(struct sp_till_doing *doing);
int sp_till_do_quantity(struct sp_till_doing *doing);
int sp_till_do_weigh(struct sp_till_doing *doing);
int sp_till_do_price(struct sp_till_doing *doing);
int sp_till_do_search(struct sp_till_doing *doing);
int sp_till_do_confirm(struct sp_till_doing *doing);

/* How much, from where, and what a label says of it. */
struct sp_till_goods {
  int64_t quantity; /* 0: one, or what the scale says */
  int64_t amount;   /* of its label, 0 none */
  bool computed;    /* the quantity only follows from that amount: nobody weighed it */
  const char *label;
  const char *lot;
  int32_t expires;
};
/* How a till finds goods: by barcode as scanned or in another length of the same GTIN, else by code. SP_E_NOT_FOUND
 * "code", with a notice. */
int sp_till_find(struct sp_till_doing *doing, const char *code, struct sp_found *out);
/* A product into the basket, weighed when it must be: from the scale when it shows a weight, else the till asks. */
int sp_till_add(struct sp_till_doing *doing, const struct sp_found *found, const struct sp_till_goods *goods);
void sp_till_put_found(struct sp_json_writer *w, const struct sp_found *found);
/* "name", and "name_en" when there is one. */
void sp_till_put_names(struct sp_json_writer *w, const char *name, const char *name_en);

/* ---- Receipts (till_receipt.c) ---- */

int sp_till_do_find_sale(struct sp_till_doing *doing);

/* Extra "found": the sale of "T01-000042", "R-T01-000042", an id, or the nine digits of a receipt's EAN-13.
 * SP_E_NOT_FOUND "receipt", with a notice; SP_E_STATE: it might be several. */
int sp_till_find_sale(struct sp_till_doing *doing, const char *receipt);
/* 1 when there is one, 0, or an error. */
int sp_till_knows_receipt(struct sp_work *work, const char *receipt);

/* ---- The rest (till_office.c, till_people.c) ---- */

int sp_till_do_shift_open(struct sp_till_doing *doing);
int sp_till_do_shift_close(struct sp_till_doing *doing);
int sp_till_do_cash(struct sp_till_doing *doing);
int sp_till_do_report(struct sp_till_doing *doing);
int sp_till_do_print(struct sp_till_doing *doing);
int sp_till_do_drawer(struct sp_till_doing *doing);
int sp_till_do_lock(struct sp_till_doing *doing);
int sp_till_do_unlock(struct sp_till_doing *doing);
int sp_till_do_call(struct sp_till_doing *doing);
int sp_till_do_scale(struct sp_till_doing *doing);
int sp_till_do_alarm(struct sp_till_doing *doing);

/* Print what a sale that was just planned asks for, and open the drawer when cash moved. */
int sp_till_print_sale(struct sp_till_doing *doing, const struct sp_sale *sale);
/* Somebody shows a badge: the till asks for the PIN. */
int sp_till_badge(struct sp_till_doing *doing, const char *code);

/* ---- Showing (till_view_sale.c) ---- */

/* The member "sale": the basket and what it costs, or null. `customer`: without what is only the cashier's. */
int sp_till_view_sale(struct sp_work *work, struct sp_till *till, bool customer, struct sp_json_writer *w);
/* "138****5678", in the arena. */
const char *sp_till_masked(struct sp_work *work, const char *member);

#endif
