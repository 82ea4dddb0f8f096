/* What may be done at the till, and by whom: the chain's own answer (hook "till.policy"), else the built-in one.
 *
 * A use case that touches rights or money asks before it plans anything. Three outcomes:
 *   0                           go on; the action is counted for its shift and an approval that was needed is journaled
 *   SP_E_DENIED "approval"      somebody with the role in the sentence must sign: ask again with an approval
 *                               (app/approval.h); the only error of a till right with this field
 *   SP_E_DENIED "action"        nobody may
 *   SP_E_INVALID "reason"       the policy wants to be told why, and ask->reason is empty
 *
 * Built in, when no campaign of the chain answers: a cashier (and every program) may do everything but take off more
 * than `policy.discount_max_ppm` or change a price by more, up or down (actions "discount" and "override-price"), open
 * the drawer without a sale, take cash out, give up a sale of which some is paid by card or wallet, and give money back
 * without a receipt. Managers and admins may do all that the policy does not refuse.
 */
#ifndef SP_APP_POLICY_H
#define SP_APP_POLICY_H

#include "app/work.h"

/* Zero means unknown or none, for every member but `action`. */
struct sp_policy_ask {
  const char *action; /* "void-line", "void-sale", "override-price", "discount", "refund", "open-drawer", "reprint",
                       * "park", "cash-out", "sell-below-zero"; static text */
  int64_t amount;     /* fen it is about, ≥ 0 */
  int64_t ppm;        /* share of the price it would take off, or add; above 1,000,000 counts as that */
  int32_t times;      /* done by this very request before; what the shift did before is counted here */
  int32_t days;       /* since the sale, of a refund */
  bool blind;         /* a refund without receipt */
  bool charged;       /* a sale to void of which some is paid by card or wallet */
  const char *reason; /* what the cashier said, "" or null */
};

/* May the actor do it now? Sets work->signed_for when it took the approval. Reads the shift's counters, asks the rules,
 * writes into the plan. See above for the errors; SP_E_RULE never: a policy that fails is no policy. Repeatable like
 * every use case; call it once an action. */
int sp_policy_check(struct sp_work *work, const struct sp_policy_ask *ask);

#endif
