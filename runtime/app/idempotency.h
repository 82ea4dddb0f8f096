/* Idempotency-Key: a retry gets the answer the first attempt got.
 *
 * The answer is stored in the same plan as its effect, keyed by (person or program, key), with the SHA-256 of
 * the request. Failures
 * are not stored: nothing happened, so a retry may succeed.
 */
#ifndef SP_APP_IDEMPOTENCY_H
#define SP_APP_IDEMPOTENCY_H

#include "app/work.h"
#include "base/hash.h"

#define SP_IDEMPOTENCY_KEY_MAX 128

struct sp_stored_answer {
  int status;
  const char *body; /* in the arena */
};

/* 1: answered before, `out` filled. 0: not yet. SP_E_REUSED_KEY: the key belongs to a different request. */
int sp_idempotency_find(struct sp_work *work, const char *key, const uint8_t request[SP_HASH_LEN],
                        struct sp_stored_answer *out);
/* Plan the answer beside its effect. A second attempt at the same instant makes the plan fail with SP_E_CONFLICT: run
 * again, and the first answer is found. `body` lives in the arena. */
void sp_idempotency_store(struct sp_work *work, const char *key, const uint8_t request[SP_HASH_LEN], int status,
                          const char *body);
/* Plan the removal of answers older than the policy's time, at most 500 at once. */
void sp_idempotency_purge(struct sp_work *work);

#endif
