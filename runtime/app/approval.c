#include "app/approval.h"

#include "app/attempt.h"
#include "app/journal.h"
#include "app/till.h"
#include "base/json.h"

#include <string.h>

#define BODY_MAX 1024

/* Who may sign at all. The PIN was right: told by the same plan that lets them in, so that many guesses at the same
 * instant are no way around the lock. */
static int may_sign(struct sp_work *work, const struct sp_attempt *attempt) {
  if (sp_id_equal(&attempt->id, &work->actor.staff)) {
    return sp_fail(work->err, SP_E_DENIED, "staff", "Somebody else must approve this, not who asks for it");
  }
  bool manages = attempt->role >= 0 && sp_role_rank((enum sp_role)attempt->role) >= sp_role_rank(SP_ROLE_MANAGER);
  bool self = false; /* where nobody stands at the till, whoever comes signs */
  int rc = sp_till_is_self(work, &self);
  if (rc != 0) return rc;
  if (self && attempt->role >= 0) return 0;
  return manages ? 0 : sp_fail(work->err, SP_E_DENIED, "staff", "Only a manager may approve this");
}

int sp_approval_open(struct sp_work *work, const char *staff_code, const char *pin, struct sp_approval *out,
                     bool *commit_anyway) {
  struct sp_attempt attempt;
  *commit_anyway = false;
  int rc = sp_attempt_read(work, staff_code, &attempt);
  if (rc == 0) rc = sp_attempt_verify(work, pin, &attempt, commit_anyway);
  if (rc == 0) {
    sp_attempt_passed(work, &attempt);
    rc = may_sign(work, &attempt);
    *commit_anyway = rc != 0;
  }
  if (rc != 0) {
    sp_error_prefix(work->err, "approval");
    return rc;
  }
  *out = (struct sp_approval){
      .staff = attempt.id, .role = (enum sp_role)attempt.role, .code = sp_arena_text(work->arena, staff_code)};
  struct sp_attempt *kept = sp_arena_alloc(work->arena, sizeof *kept);
  if (kept != NULL) *kept = attempt;
  out->attempt = kept;
  return out->code != NULL && out->attempt != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

void sp_approval_keep(struct sp_work *work) {
  sp_plan_init(work->plan, work->arena);
  work->rules = NULL;
  work->sold = (struct sp_counts){.sales = 0};
  sp_attempt_passed(work, work->approval->attempt);
}

void sp_approval_journal(struct sp_work *work, const char *action, int64_t amount, const char *why) {
  struct sp_buf body;
  struct sp_json_writer w;
  if (work->approval == NULL) return;
  sp_buf_init(&body, BODY_MAX);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "requester", work->actor.staff.bytes);
  sp_json_put_id(&w, "approver", work->approval->staff.bytes);
  sp_json_put_text(&w, "action", action);
  sp_json_put_int(&w, "amount", amount);
  sp_json_put_text(&w, "why", why);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  sp_journal_add(work, "approval", 1, copy, body.len, false);
  sp_buf_free(&body);
}
