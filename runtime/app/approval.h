/* A manager signs for one operation at somebody else's till, by staff code and PIN: nobody is signed in by it, nothing
 * of it is kept, and the next request needs its own.
 *
 * The PIN is checked like at sign-in (app/people.h): the same lock after wrong ones, the same time for unknown people.
 * The approver has a manager's role or more (any, at a till of mode "self") and is not the requester. What was approved
 * is journaled with both ids.
 */
#ifndef SP_APP_APPROVAL_H
#define SP_APP_APPROVAL_H

#include "app/work.h"

/* Check who signs; `out` is the work's to point to (work->approval) for this request. Blocks for scrypt (50 ms).
 * SP_E_UNAUTHENTICATED "approval.pin": wrong, and the failure is planned; SP_E_DENIED "approval.staff": locked, the
 * requester's own, or not a manager. `*commit_anyway`: the plan must be committed although the result is an error. */
int sp_approval_open(struct sp_work *work, const char *staff_code, const char *pin, struct sp_approval *out,
                     bool *commit_anyway);

/* The operation failed after the PIN was right: forget what it planned but for the attempt itself, so that a right
 * guess is told from a wrong one no sooner than at sign-in. Commit the plan although the result is an error. */
void sp_approval_keep(struct sp_work *work);

/* Journal that the work's approval was used: kind "approval" {requester, approver, action, amount, why}. `why` is a
 * code ("policy-amount"), never a person's text. Nothing without an approval. */
void sp_approval_journal(struct sp_work *work, const char *action, int64_t amount, const char *why);

#endif
