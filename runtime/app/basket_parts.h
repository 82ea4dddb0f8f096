/* What the basket's files share. */
#ifndef SP_APP_BASKET_PARTS_H
#define SP_APP_BASKET_PARTS_H

#include "app/basket.h"
#include "base/json.h"

/* Events as stored: kind and body. The bodies:
 *   add {n, product, quantity, note?, seller?, lot?, expires?, label?, amount?, weight?}
 *   quantity {n, quantity, weight?, note?}   void {n, text?}   note {n, text}
 *   seller {n, seller}   member {text}   coupon {text, remove?}   choice {campaign, product?}
 *   confirm {text, remove?, approver?}   return {n?, original, line, quantity, text}   park {text}   recall {}
 *   discount {n?, remove | percent | amount | price, text?, granted, allowed?, approver?, approver_code?}
 *   freeze {…}   tender {method, tendered, reference}   release {}   cancel {text?}   paid {sale}
 */

/* Fold one stored event into the basket. SP_E_CORRUPT when it is not one of ours. */
int sp_basket_fold(struct sp_work *work, struct sp_open_basket *basket, const char *kind, const char *body);

/* Plan one event and the basket row with it; `state` and `holder` are the basket's afterwards. Folds it too. */
int sp_basket_record(struct sp_work *work, struct sp_open_basket *basket, const char *kind, const char *body);

/* The member "weight" {scale, raw, unit, value, decimals, net, tare, manual?} of an event and of the journal. */
void sp_basket_write_weighing(struct sp_json_writer *w, const struct sp_weighing *weighing);

/* The basket as a request to price or sell. */
struct sp_sale_request sp_basket_request(const struct sp_open_basket *basket);

/* The holder's check: SP_E_STATE unless the actor's till holds it. */
int sp_basket_held(struct sp_work *work, const struct sp_open_basket *basket);

/* Commands on what goes with the goods: coupon, choice, confirm (basket_present.c), and folding them. */
int sp_basket_present(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command);
int sp_basket_fold_coupon(struct sp_work *work, struct sp_open_basket *basket, const char *code, bool remove);
int sp_basket_fold_choice(struct sp_work *work, struct sp_open_basket *basket, const char *campaign,
                          const char *product);
int sp_basket_fold_confirm(struct sp_work *work, struct sp_open_basket *basket, const char *code, bool remove,
                           const struct sp_id *approver);

/* ---- Rights and what is taken off by hand (basket_rights.c) ---- */

/* May the actor do this now: void a line or part of it, cancel, park? 0 for commands that need no right. */
int sp_basket_right(struct sp_work *work, const struct sp_open_basket *basket, const struct sp_basket_command *command);
/* May the last of the returns of a priced basket be taken back? */
int sp_basket_right_back(struct sp_work *work, const struct sp_open_basket *basket, const struct sp_sale *quote);
int sp_basket_discount(struct sp_work *work, struct sp_open_basket *basket, const struct sp_basket_command *command);
/* Ask again about discounts that have grown, and keep what is granted. */
int sp_basket_discount_again(struct sp_work *work, struct sp_open_basket *basket);
/* The discount of line `n`, or with 0 of the basket; null when there is no such line. */
struct sp_discount *sp_basket_discount_of(struct sp_open_basket *basket, int32_t n);

/* Commands on money (basket_pay.c). */
/* Give back to limited campaigns what a frozen basket took from them; nothing of one that is not frozen. */
int sp_basket_give_up(struct sp_work *work, const struct sp_open_basket *basket);
int sp_basket_tender(struct sp_work *work, struct sp_open_basket *basket, const struct sp_tender *tender,
                     int64_t expected_total);

#endif
