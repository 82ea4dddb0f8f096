/* Stock: typed movements in an append-only ledger, and the on-hand balance maintained in the same transaction.
 *
 * on hand = Σ movements, per product, location and lot, at all times. A posted document is never edited, only reversed
 * by another one.
 */
#ifndef SP_APP_STOCK_H
#define SP_APP_STOCK_H

#include "app/work.h"

#define SP_STOCK_LINES_MAX 1000

enum sp_stock_kind { SP_STOCK_RECEIPT, SP_STOCK_SALE, SP_STOCK_RETURN, SP_STOCK_ADJUSTMENT, SP_STOCK_LOSS };

/* "receipt", "sale", "return", "adjustment", "loss"; −1 when unknown. */
int sp_stock_kind_parse(const char *name);
const char *sp_stock_kind_name(enum sp_stock_kind kind);

struct sp_movement {
  struct sp_id document;
  int32_t n;
  enum sp_stock_kind kind;
  struct sp_id product;
  const char *lot;  /* "" when none */
  int64_t quantity; /* thousandths; what on-hand changes by */
  bool blocked;     /* the policy refuses to go below zero: SP_E_STOCK, field `field` */
  const char *field;
};

/* Add one movement and its balance to the plan. */
void sp_stock_move(struct sp_work *work, const struct sp_movement *movement, int64_t at);

struct sp_stock_line {
  struct sp_id product;
  const char *lot;
  int64_t quantity; /* receipt > 0, loss > 0 (taken off), adjustment ≠ 0 */
};

/* A document of several movements: goods received, counted or thrown away. */
struct sp_stock_document {
  struct sp_id id;         /* nil: the node makes one */
  enum sp_stock_kind kind; /* RECEIPT, ADJUSTMENT or LOSS */
  const char *reason;      /* required for ADJUSTMENT and LOSS */
  const char *reference;
  int64_t at; /* 0: now */
  const struct sp_stock_line *lines;
  int32_t count;
  bool made_here; /* the products are made by this very plan, so they cannot be looked up yet (imports) */
};

/* Post it: movements, balances, journal "stock". `out` gets the id. Needs manager or more (an
 * integrator may too). SP_E_INVALID and SP_E_NOT_FOUND (no such product) name the line. */
int sp_stock_post(struct sp_work *work, const struct sp_stock_document *document, struct sp_id *out);
/* Post the exact opposite of a document, once. SP_E_NOT_FOUND, SP_E_EXISTS when it was reversed before. */
int sp_stock_reverse(struct sp_work *work, const struct sp_id *document, const char *reason, struct sp_id *out);

/* What is on hand of a product at the store's location, lots summed. */
int sp_stock_on_hand(struct sp_work *work, const struct sp_id *product, int64_t *out);

struct sp_stock_proof {
  int64_t balances; /* rows compared */
  int64_t movements;
  int64_t differences; /* balances that are not the sum of their movements: must be 0 */
};
/* Compare every balance with the sum of its movements. Reads everything: for jobs and commands. */
int sp_stock_prove(struct sp_db *db, struct sp_stock_proof *out, struct sp_error *err);

#endif
