/* One attempt to prove by PIN who somebody is: at sign-in (app/people.h) and when a manager signs (app/approval.h).
 *
 * Five failures lock the person for 1, then 5, then 15 minutes, counted in the database. Somebody unknown takes as long
 * as a wrong PIN and gets the same answer.
 */
#ifndef SP_APP_ATTEMPT_H
#define SP_APP_ATTEMPT_H

#include "app/work.h"
#include "base/crypto.h"

/* What is stored of somebody who tries. */
struct sp_attempt {
  struct sp_id id;
  int role; /* enum sp_role, or −1 */
  bool known, active;
  uint8_t salt[SP_PIN_SALT_LEN], hash[SP_PIN_HASH_LEN];
  int64_t failures, locked_until;
};

/* 0 also for somebody unknown. */
int sp_attempt_read(struct sp_work *work, const char *code, struct sp_attempt *out);
/* Is it this PIN? SP_E_UNAUTHENTICATED "pin", with the failure planned: commit the plan although the result is an error
 * (`*commit_anyway`). SP_E_DENIED "staff" while locked. Takes as long as scrypt does (50 ms). */
int sp_attempt_verify(struct sp_work *work, const char *pin, const struct sp_attempt *attempt, bool *commit_anyway);
/* Plan that the PIN was right. It counts only if it was not one guess of many at the same instant. */
void sp_attempt_passed(struct sp_work *work, const struct sp_attempt *attempt);

#endif
