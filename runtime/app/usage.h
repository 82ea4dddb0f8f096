/* What campaigns with limits have used: read while pricing, consumed with the sale.
 *
 * A limit counts by subject: "" the campaign itself, "m:CODE" a member, "c:CODE" a coupon. The engine reads the balance
 * from the request's own snapshot; the sale's plan takes from it and checks again, so that two tills at the same
 * instant never pass a limit: the second is computed again (SP_E_CONFLICT). A basket takes when it freezes and gives
 * back when it is released or cancelled. A refund gives nothing back: a use stays used. Every balance is the sum of its
 * entries.
 */
#ifndef SP_APP_USAGE_H
#define SP_APP_USAGE_H

#include "app/work.h"

/* The engine's view of it for one request. */
struct sp_usage_reader {
  struct sp_usage_source source; /* give the engine a pointer to this */
  struct sp_work *work;
  struct sp_campaign_use *seen; /* what was read and was not zero, once each: a replay needs it. In the arena */
  int32_t count, room;
};

/* `reader` must not move while the source is used. */
void sp_usage_open(struct sp_work *work, struct sp_usage_reader *reader);

#define SP_USAGE_EACH 100000 /* entries of one document at one time */

/* Plan what a document (a sale, or a basket with the same id) takes, as its entries from `first` on. `uses` must live
 * as long as the plan. */
void sp_usage_take(struct sp_work *work, const struct sp_id *document, int64_t first,
                   const struct sp_campaign_use *uses, int32_t count);
/* Plan to give the same back. */
void sp_usage_give(struct sp_work *work, const struct sp_id *document, int64_t first,
                   const struct sp_campaign_use *uses, int32_t count);

/* Balances that are not the sum of their entries: must be 0. Reads everything. */
int sp_usage_prove(struct sp_db *db, int64_t *differences, struct sp_error *err);

#endif
