/* The receipt of a stored sale, as data for domain/receipt.h. */
#ifndef SP_APP_RECEIPT_H
#define SP_APP_RECEIPT_H

#include "app/sale.h"

/* Everything lives in the arena or the sale. `copy` marks a reprint. Titles of campaigns come from the live bundle in
 * work->lang; everything else from what was stored at commit. */
int sp_receipt_make(struct sp_work *work, const struct sp_sale *sale, bool copy, struct sp_receipt *out);

#endif
