/* Payment codes of phones, recognised by the shop's table of labels (setting `labels`, kind "payment"): whoever has one
 * can take money with it for a minute, so none is ever stored, whatever member of a request it came in. */
#ifndef SP_APP_PAYMENT_CODE_H
#define SP_APP_PAYMENT_CODE_H

#include "app/work.h"

/* The reference of a tender, which may be a payment code: then `*reference` becomes its mask, in the arena ("28**1234",
 * see sp_label_mask). Null and "" stay. One indexed read when there is something to look at. */
int sp_payment_code_mask(struct sp_work *work, const char **reference);
/* SP_E_INVALID `field` when a text that is to be stored as it stands, a member's number, is a payment code. */
int sp_payment_code_refuse(struct sp_work *work, const char *field, const char *text);

#endif
