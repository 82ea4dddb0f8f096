/* A computed sale as JSON and back: what the first tender stores, so that commit never re-prices. */
#ifndef SP_APP_FROZEN_H
#define SP_APP_FROZEN_H

#include "app/sale_parts.h"

/* In the arena. Null when it does not fit or memory ran out. */
const char *sp_frozen_write(struct sp_work *work, const struct sp_ticket *ticket);
/* Fill `sale` (lines, allocations, sums, trace, remarks) and the ticket's re-checks. SP_E_CORRUPT when it is not what
 * was written. */
int sp_frozen_read(struct sp_work *work, const char *json, struct sp_sale *sale, struct sp_ticket *ticket);
/* What it took from campaigns with limits. */
int sp_frozen_uses(struct sp_work *work, const char *json, struct sp_campaign_use **out, int32_t *count);

#endif
