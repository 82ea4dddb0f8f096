#include "app/idempotency.h"

#include <string.h>

/* Whose keys: a person's, whatever session; of programs each has its own, whoever made their tokens. */
static struct sp_value owner(const struct sp_work *work) {
  const struct sp_actor *actor = &work->actor;
  return sp_v_blob(actor->is_program ? actor->credential.bytes : actor->staff.bytes, SP_ID_LEN);
}

int sp_idempotency_find(struct sp_work *work, const char *key, const uint8_t request[SP_HASH_LEN],
                        struct sp_stored_answer *out) {
  struct sp_rows *rows = NULL;
  size_t len = 0;
  const struct sp_value params[] = {owner(work), sp_v_text(key)};
  int got = sp_db_one(work->db, SP_Q_IDEMPOTENCY_GET, params, 2, &rows, work->err);
  if (got <= 0) return got;
  const void *stored = sp_rows_blob(rows, 0, &len);
  bool same = len == SP_HASH_LEN && memcmp(stored, request, SP_HASH_LEN) == 0;
  out->status = (int)sp_rows_int(rows, 1);
  out->body = sp_work_column(work, rows, 2);
  sp_rows_finish(rows);
  if (!same) {
    return sp_fail(work->err, SP_E_REUSED_KEY, "Idempotency-Key",
                   "This Idempotency-Key was used for a different request");
  }
  return out->body != NULL ? 1 : sp_error_nomem(work->err, __func__);
}

void sp_idempotency_store(struct sp_work *work, const char *key, const uint8_t request[SP_HASH_LEN], int status,
                          const char *body) {
  const char *kept = sp_arena_text(work->arena, key);
  if (kept == NULL || body == NULL) {
    work->plan->failed = SP_E_NOMEM;
    return;
  }
  const struct sp_value params[] = {
      owner(work),      sp_v_text(kept), sp_v_blob(request, SP_HASH_LEN),
      sp_v_int(status), sp_v_text(body), sp_v_int(work->now),
  };
  sp_plan_expect(work->plan, SP_Q_IDEMPOTENCY_INSERT, params, 6, SP_E_CONFLICT, "Idempotency-Key",
                 "The same request is being answered at this moment");
}

void sp_idempotency_purge(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  const struct sp_value before[] = {sp_v_int(work->now - work->app->policy.idempotency_ms)};
  if (sp_db_query(work->db, SP_Q_IDEMPOTENCY_OLD, before, 1, &rows, work->err) != 0) return;
  while (sp_rows_next(rows, work->err) > 0) {
    size_t len = 0;
    const void *actor = sp_rows_blob(rows, 0, &len);
    const char *key = sp_work_column(work, rows, 1);
    if (key == NULL) break;
    const struct sp_value params[] = {sp_v_blob(actor, len), sp_v_text(key)};
    sp_plan_add(work->plan, SP_Q_IDEMPOTENCY_DELETE, params, 2);
  }
  sp_rows_finish(rows);
}
