/* An open basket: a list of what was done to it, each entry durable before it is answered.
 *
 * Nothing of a basket is kept in memory. A command reads its events in one snapshot, folds them, checks itself against
 * the result and plans one more event; two commands at the same instant meet in `basket.events`, one of them runs
 * again. So a crash of page or node shows the same basket, and any worker serves any till (decisions/0002).
 *
 * open ──park──> parked ──recall──> open ──first tender──> frozen ──commit──> paid
 *   └────cancel, also of a frozen one──> cancelled └──release──> open
 *
 * It is priced by the generation of rules it was opened with, to its end: sp_basket_load pins the work to it.
 *
 * A basket is held by one till; a parked one by none, and any till of the store may recall it. The first tender
 * freezes: prices, allocation and trace are stored and never computed again, and what campaigns with limits gave is
 * taken from them until it is released or cancelled.
 */
#ifndef SP_APP_BASKET_H
#define SP_APP_BASKET_H

#include "app/sale.h"

#define SP_BASKET_EVENTS_MAX 4000

enum sp_basket_state { SP_BASKET_OPEN, SP_BASKET_PARKED, SP_BASKET_FROZEN, SP_BASKET_PAID, SP_BASKET_CANCELLED };

const char *sp_basket_state_name(enum sp_basket_state state);

/* A basket folded from its events. Lives in the arena. */
struct sp_open_basket {
  struct sp_id id;
  struct sp_id holder; /* till, nil when parked or done */
  const char *holder_code;
  enum sp_basket_state state;
  const char *label;
  const char *member;
  int64_t events;
  int64_t opened_at, changed_at;
  struct sp_sale_item *items; /* lines that still stand, ascending n */
  int32_t item_count;
  struct sp_sale_return *returns;
  int32_t return_count;
  const char *reason;          /* of the returns */
  int32_t last_n;              /* highest line number ever given */
  int32_t touched_n;           /* the line changed last, 0 none; it may be gone */
  struct sp_discount discount; /* of the whole basket, by hand; those of lines are with `items` */
  const char **coupons;        /* as presented */
  int32_t coupon_count;
  struct sp_choice *choices;
  int32_t choice_count;
  const char **confirmed;
  int32_t confirmed_count;
  const char **approved; /* those of `confirmed` that a manager confirmed */
  int32_t approved_count;
  struct sp_id approver; /* who did last */
  struct sp_tender *tenders;
  int32_t tender_count;
  const char *frozen; /* the stored computation as JSON while frozen, else null */
  struct sp_id sale;  /* of a paid basket */
  const char *notice; /* a sentence when it had to be priced by other rules than it was opened with, or null */
};

enum sp_basket_kind {
  SP_BASKET_ADD, /* barcode or code, quantity (0: the barcode's own), note, seller, lot, expires, label, label_amount,
                  * computed, weighing */
  SP_BASKET_QUANTITY, /* n, quantity, weighing */
  SP_BASKET_VOID,     /* n, text: why */
  SP_BASKET_NOTE,     /* n, text */
  SP_BASKET_SELLER,   /* n, seller */
  SP_BASKET_MEMBER,   /* text: the member slot, "" empties it */
  SP_BASKET_DISCOUNT, /* n (0: the basket), markdown with the reason, or `remove` */
  SP_BASKET_COUPON,   /* text: a coupon is presented, or with `remove` taken back */
  SP_BASKET_CHOICE,   /* campaign, code: the product that was chosen; none takes the choice away */
  SP_BASKET_CONFIRM,  /* text: a requirement is met ("age18"), or with `remove` not; a manager's approves it */
  SP_BASKET_RETURN,   /* original, n (its line), quantity, text: the reason */
  SP_BASKET_PARK,     /* text: the label, may be "" */
  SP_BASKET_RECALL,
  SP_BASKET_TENDER,  /* tender, expected_total: the first one freezes */
  SP_BASKET_RELEASE, /* forget the tenders and thaw */
  SP_BASKET_CANCEL,
  SP_BASKET_KIND_COUNT
};

/* "add", "quantity", "void" …; −1 when unknown. */
int sp_basket_kind_parse(const char *name);

struct sp_basket_command {
  enum sp_basket_kind kind;
  const char *barcode, *code;
  int32_t n;
  int64_t quantity;
  struct sp_id seller;
  struct sp_id original;
  const char *text;
  const char *lot;
  int32_t expires;                    /* yyyymmdd, or 0 */
  const char *label;                  /* the label it was on, as scanned; or null */
  int64_t label_amount;               /* what that label asks for the whole line, 0 none */
  bool computed;                      /* the quantity only follows from it and from the price */
  const struct sp_weighing *weighing; /* or null */
  const char *campaign;
  bool remove;
  struct sp_markdown markdown;
  struct sp_tender tender;
  int64_t expected_total; /* or SP_NO_TOTAL */
};

/* A new basket held by the actor's till. */
int sp_basket_open(struct sp_work *work, const char *label, struct sp_open_basket *out);
int sp_basket_load(struct sp_work *work, const struct sp_id *id, struct sp_open_basket *out);

/* One command. `out` is the basket after it. SP_E_NOT_FOUND; SP_E_STATE: not in this state, held by another till, or
 * a tender while a requirement is not met (`confirmed`); SP_E_INVALID names the field; SP_E_TOTAL_CHANGED for a tender
 * on a total that is no longer; SP_E_CONFLICT: run again.
 */
int sp_basket_apply(struct sp_work *work, const struct sp_id *id, const struct sp_basket_command *command,
                    struct sp_open_basket *out);

/* The same to a basket that this work has loaded or opened, without reading it again. */
int sp_basket_change(struct sp_work *work, struct sp_open_basket *out, const struct sp_basket_command *command);

/* What it costs: computed for an open or parked basket, as stored for a frozen one. An empty or
 * cancelled basket costs nothing. */
int sp_basket_quote(struct sp_work *work, const struct sp_open_basket *basket, bool cash, struct sp_sale *out);

/* What a quoted basket costs when the next tender is cash: with the rounding of what is left (domain/tender.h). */
int64_t sp_basket_cash_total(const struct sp_work *work, const struct sp_open_basket *basket,
                             const struct sp_sale *quote);

/* Turn a frozen basket whose tenders reach its total into a sale; or, with `tenders`, freeze, tender and commit at
 * once. SP_E_INVALID names what is missing. The sale has the basket's id, so a second commit is SP_E_STATE. */
int sp_basket_commit(struct sp_work *work, const struct sp_id *id, const struct sp_tender *tenders, int32_t count,
                     int64_t expected_total, struct sp_sale *out);
/* The same to a basket that this work has loaded. With `expected_total` the first of `tenders` is checked against it.
 */
int sp_basket_pay(struct sp_work *work, struct sp_open_basket *basket, const struct sp_tender *tenders, int32_t count,
                  int64_t expected_total, struct sp_sale *out);

#endif
