/* Checking a PIN: the lock after wrong ones, and the same time for everybody. */
#include "app/attempt.h"

#include "base/text.h"

#include <string.h>

#define LOCK_AFTER 5
#define MINUTE_MS  60000LL

int sp_attempt_read(struct sp_work *work, const char *code, struct sp_attempt *out) {
  struct sp_rows *rows = NULL;
  size_t salt_len = 0, hash_len = 0;
  *out = (struct sp_attempt){.known = false};
  const struct sp_value key[] = {sp_v_text(code != NULL ? code : "")};
  int got = sp_db_one(work->db, SP_Q_STAFF_BY_CODE, key, 1, &rows, work->err);
  if (got <= 0) return got;
  const void *salt = sp_rows_blob(rows, 3, &salt_len), *hash = sp_rows_blob(rows, 4, &hash_len);
  out->known = salt_len == SP_PIN_SALT_LEN && hash_len == SP_PIN_HASH_LEN;
  if (out->known) {
    memcpy(out->salt, salt, salt_len);
    memcpy(out->hash, hash, hash_len);
  }
  sp_rows_id(rows, 0, &out->id);
  out->role = sp_role_parse(sp_rows_text(rows, 2));
  out->active = strcmp(sp_rows_text(rows, 5), "active") == 0;
  out->failures = sp_rows_int(rows, 6);
  out->locked_until = sp_rows_int(rows, 7);
  sp_rows_finish(rows);
  return 0;
}

/* The fifth failure and every one after it locks: 1, 5, then 15 minutes each. The count is re-checked by the writer, so
 * parallel guesses cannot share one failure. */
static void plan_failure(struct sp_work *work, const struct sp_attempt *attempt) {
  int64_t failures = attempt->failures + 1;
  int64_t minutes = failures < LOCK_AFTER ? 0 : failures == LOCK_AFTER ? 1 : failures == LOCK_AFTER + 1 ? 5 : 15;
  const struct sp_value params[] = {
      sp_v_blob(attempt->id.bytes, SP_ID_LEN),
      sp_v_int(failures),
      sp_v_int(minutes == 0 ? 0 : work->now + minutes * MINUTE_MS),
      sp_v_int(attempt->failures),
  };
  sp_plan_expect(work->plan, SP_Q_STAFF_FAILED, params, 4, SP_E_CONFLICT, "pin", "Another attempt was made meanwhile");
}

/* A right PIN counts only if it was not one guess of many at the same instant. */
void sp_attempt_passed(struct sp_work *work, const struct sp_attempt *attempt) {
  const struct sp_value params[] = {
      sp_v_blob(attempt->id.bytes, SP_ID_LEN),
      sp_v_int(attempt->failures),
      sp_v_blob(attempt->hash, SP_PIN_HASH_LEN),
  };
  sp_plan_expect(work->plan, SP_Q_STAFF_LET_IN, params, 3, SP_E_CONFLICT, "pin", "Another attempt was made meanwhile");
}

int sp_attempt_verify(struct sp_work *work, const char *pin, const struct sp_attempt *attempt, bool *commit_anyway) {
  uint8_t hash[SP_PIN_HASH_LEN];
  if (attempt->locked_until > work->now) {
    return sp_fail(work->err, SP_E_DENIED, "staff", "Too many wrong PINs: locked for %lld seconds more",
                   (long long)((attempt->locked_until - work->now + 999) / 1000));
  }
  /* Hash also for somebody unknown, so that the time does not tell who works here. */
  int rc = sp_pin_hash(pin != NULL ? pin : "", attempt->salt, hash);
  if (rc != 0) return sp_fail(work->err, rc, "pin", "The PIN cannot be checked now");
  bool right = attempt->known && attempt->active && sp_equal_secret(hash, attempt->hash, sizeof hash);
  if (right) return 0;
  if (attempt->known) {
    plan_failure(work, attempt);
    *commit_anyway = true;
  }
  return sp_fail(work->err, SP_E_UNAUTHENTICATED, "pin", "The staff code or the PIN is wrong");
}
