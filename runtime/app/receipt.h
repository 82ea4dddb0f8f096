/* The receipt of a stored sale, as data for domain/receipt.h. */
#ifndef SP_APP_RECEIPT_H
#define SP_APP_RECEIPT_H

#include "app/sale.h"

/* Everything lives in the arena or the sale. `copy` marks a reprint. Titles of campaigns come from the live bundle in
 * work->lang; everything else from what was stored at commit. */
int sp_receipt_make(struct sp_work *work, const struct sp_sale *sale, bool copy, struct sp_receipt *out);

/* The member's code as who asks may see it: managers, admins and programs all of it, others a number that may be a
 * telephone's as on the receipt, "138****5678". In the arena, or `member`; "" for none. */
const char *sp_member_shown(struct sp_work *work, const char *member);

/* The printout of a receipt as the chain's rules lay it out: hook receipt.layout of the work's generation, in
 * work->lang. Where no rule answers, where one fails (an alarm) or is not shown what it would need (a receipt beyond
 * the hook's bounds), sp_receipt_layout does it. Marks of copies and of training stand on the paper whatever a rule
 * leaves out. Errors as sp_receipt_layout's. */
int sp_receipt_print(struct sp_work *work, const struct sp_receipt *receipt, int columns, struct sp_print *out);

#endif
