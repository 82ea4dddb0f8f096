/* A sale: priced by the rules or given back by the stored allocation, and committed with its stock, cash and journal in
 * one transaction. POST /v1/sales, a paid basket and an imported invoice all pass through sp_sale_post.
 */
#ifndef SP_APP_SALE_H
#define SP_APP_SALE_H

#include "app/work.h"
#include "domain/tender.h"

#define SP_SALE_RETURNS_MAX 500

/* Taken off by hand, and how much of it somebody has allowed already. */
struct sp_discount {
  struct sp_markdown markdown;
  bool passed;           /* the till's policy has let it pass … */
  int64_t granted;       /* … as so many ppm of the price, SP_PPM: any share, it was done by somebody who may … */
  int64_t allowed;       /* … and so many fen: beyond either it is asked about again */
  struct sp_id approver; /* who signed, or nil */
};

/* A weight as it was taken: evidence. `raw` and `value` are the scale's own frame and number, unedited. */
struct sp_weighing {
  const char *scale; /* name of the scale, "" when a person typed the weight */
  const char *raw;   /* hex digits, "" when typed */
  const char *unit;  /* as the scale says */
  int64_t value;     /* in that unit, with `decimals` */
  int32_t decimals;
  int64_t net, tare; /* thousandths of a kilogram; `tare` is of the container, taken off beside the scale's own */
  bool manual;
};

/* A line to sell: a product by id, and how much. Filled with catalogue facts by sp_sale_resolve. */
struct sp_sale_item {
  const char *barcode; /* one of barcode, code, product */
  const char *code;
  struct sp_id product;
  int32_t n;           /* line number, or 0: its place */
  int64_t quantity;    /* thousandths; 0 takes the barcode's own (one piece, or the pack's size) */
  int64_t given_price; /* SP_NO_PRICE, or fen: only where `given_prices` allows it */
  struct sp_id seller;
  const char *note;
  const char *lot; /* of the goods scanned, null or "" when unknown */
  int32_t expires; /* yyyymmdd, 0 when unknown */
  struct sp_discount discount;
  int64_t label_amount; /* fen its label asks for all of it, which is what it costs; 0 none. Of baskets only */
  bool computed;        /* the quantity only follows from that amount and the price: nobody weighed it */
  const char *label;    /* the label as scanned, "" or null when there was none */
  const struct sp_weighing *weighing; /* how its weight was found, or null */
};

/* A line to give back. */
struct sp_sale_return {
  struct sp_id original; /* the sale, or nil: without receipt */
  int32_t original_n;    /* its line */
  int32_t n;             /* the number of the line in the sale; 0: behind the sold ones */
  struct sp_id product;  /* without receipt: what came back … */
  const char *code;
  int64_t price;    /* … and what one unit is worth, or SP_NO_PRICE: today's list price */
  int64_t quantity; /* thousandths, > 0 */
};

struct sp_sale_request {
  struct sp_id id;       /* nil: the node makes one. A sale posted twice under one id is SP_E_EXISTS */
  const char *source;    /* "till", "api", "import" */
  const char *reference; /* the caller's own number, "" when none */
  const struct sp_sale_item *items;
  int32_t item_count;
  const struct sp_sale_return *returns;
  int32_t return_count;
  struct sp_tender *tenders; /* settled in place */
  int32_t tender_count;
  int64_t expected_total;        /* what the cashier saw, or SP_NO_TOTAL: SP_E_TOTAL_CHANGED when it differs */
  const char *member;            /* code, "" when none: what limits per member count by */
  const struct sp_member *facts; /* what the rules may know of that member, or null: nothing but the code */
  const char *const *coupons;    /* as presented */
  int32_t coupon_count;
  const struct sp_choice *choices;
  int32_t choice_count;
  const char *const *confirmed; /* requirements the cashier has confirmed: "age18" */
  int32_t confirmed_count;
  const char *const *approved; /* requirements somebody with a manager's role has approved */
  int32_t approved_count;
  struct sp_id approver;       /* who, of `approved` */
  struct sp_discount discount; /* of the whole basket */
  const char *store;           /* of a quote: as if in another store; null: this one */
  int role;                    /* of a quote: as if sold by this enum sp_role plus one; 0: the actor's own */
  const char *reason;          /* required when something comes back */
  struct sp_id approved_by;    /* who allowed a refund without receipt, nil when the actor may */
  int64_t at;                  /* 0: now */
  bool promotions;             /* run all phases, not only the one of prices */
  bool given_prices;           /* items may bring their price: imports, price override */
  bool exact_tender;           /* no tenders given: paid in full by one cash tender (imports) */
};

#define SP_NO_TOTAL INT64_MIN

/* A sale as computed: what is stored, what the receipt shows. Everything lives in the work's arena. */
struct sp_sale_line {
  int32_t n;        /* scanned lines, then returned ones; a line that a rule added has a number of SP_SALE_ADDED on */
  int64_t revision; /* of the product when it was sold; 0 unknown */
  struct sp_line facts; /* product, code, name, unit, quantity (always > 0 here), weighed, prices, tax rate */
  bool returned;
  struct sp_id original;
  int32_t original_n;
  bool computed; /* its label said only what it costs; the quantity follows from that and the price of the day */
  int64_t tare;  /* of the container it was weighed in, thousandths of a kilogram; 0 none */
  /* Signed: negative on a returned line. gross − discount + rounding = paid. */
  int64_t unit_price, gross, discount, rounding, paid, tax;
};

struct sp_sale {
  struct sp_id id;
  int64_t number; /* receipt number of its till, 0 for a quote */
  struct sp_id till, shift, staff;
  const char *till_code; /* null for a quote */
  const char *kind;      /* "sale", "refund", "exchange" */
  const char *source, *reference, *member, *reason;
  int64_t at;
  int32_t business_day;
  struct sp_sale_line *lines;
  int32_t count;
  struct sp_allocation *allocations; /* amounts signed like their line */
  int32_t allocation_count;
  struct sp_tender *tenders;
  int32_t tender_count;
  int64_t gross, discount, rounding, total, tax;
  int64_t split_rounding; /* of `rounding`: what cash took off that came after other tenders. Not stored apart */
  const char *trace;
  size_t trace_len;
  int32_t alarms;
  const char *inputs; /* what else the price depended on, as JSON (app/sale_inputs.c), or null: nothing */
  int64_t priced_at;  /* when; `at` is when it was paid */
  struct sp_id approved_by;
  const struct sp_requirement *requirements; /* `met` tells which are not */
  int32_t requirement_count;
  const struct sp_note *notes;
  int32_t note_count;
  const struct sp_tender_cap *tender_caps;
  int32_t tender_cap_count;
};

/* The line that a rule added as k-th (from 0) for line n has the number SP_SALE_ADDED + SP_SALE_ADDED_EACH · n + k: it
 * follows from the line it belongs to, so it stays while that line stands and no scanned line ever gets it. */
#define SP_SALE_ADDED      1000000
#define SP_SALE_ADDED_EACH 100

/* Look up the items and price them without selling: the quote. `out->total` carries no 抹零 unless `cash` says that
 * what the request's tenders leave is paid in cash. Needs no shift, writes nothing. */
int sp_sale_quote(struct sp_work *work, const struct sp_sale_request *request, bool cash, struct sp_sale *out);

/* Everything: look up, price, give back, round, settle, number, and plan the writing. Nothing is durable until the plan
 * is committed. SP_E_INVALID and SP_E_NOT_FOUND name the item ("items[2].barcode"), SP_E_STATE: no open shift, unlisted
 * product, or a requirement that is not met (`confirmed`); SP_E_STOCK, SP_E_TOTAL_CHANGED, SP_E_DENIED, SP_E_CONFLICT
 * (run again). */
int sp_sale_post(struct sp_work *work, const struct sp_sale_request *request, struct sp_sale *out);

/* Do two requirements ask the same of the same people? A rule asks it of every line it is about; people answer once. */
bool sp_requirement_same(const struct sp_requirement *a, const struct sp_requirement *b);

/* What is to be paid back for what comes back. */
struct sp_way_back {
  const struct sp_sale_return *returns;
  int32_t return_count;
  const struct sp_tender *given; /* what was tendered for it already, or null */
  int32_t given_count;
  int64_t amount; /* > 0: what is left beyond these, not rounded */
  bool exchange;
};

/* How that is paid back when nobody says: along the tenders with which the goods were paid, in their order, less what
 * went back in each way before, so that no way gives back more than it brought; what is cash of it is rounded (抹零).
 * The rest, if nobody knows how it was paid, is cash. In the arena. */
int sp_sale_pay_back(struct sp_work *work, const struct sp_way_back *asked, struct sp_tender **out, int32_t *count);

/* A stored sale with lines, allocations and tenders. SP_E_NOT_FOUND. */
int sp_sale_load(struct sp_work *work, const struct sp_id *id, struct sp_sale *out);

#endif
