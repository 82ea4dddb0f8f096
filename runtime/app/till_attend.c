/* Rights that do not come from a role: of a till without a cashier, and of a shop that is closed. */
#include "app/approval.h"
#include "app/journal.h"
#include "app/till.h"

#include <string.h>

int sp_till_is_self(struct sp_work *work, bool *out) {
  struct sp_rows *rows = NULL;
  *out = false;
  if (sp_id_is_nil(&work->actor.till)) return 0;
  const struct sp_value key[] = {sp_v_blob(work->actor.till.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_MODE, key, 1, &rows, work->err);
  if (got <= 0) return got;
  *out = strcmp(sp_rows_text(rows, 0), "self") == 0;
  sp_rows_finish(rows);
  return 0;
}

int sp_till_attend(struct sp_work *work, const char *action) {
  bool self = false;
  int rc = sp_till_is_self(work, &self);
  if (rc != 0 || !self) return rc;
  if (work->approval == NULL || sp_id_equal(&work->approval->staff, &work->actor.staff)) {
    return sp_fail(work->err, SP_E_DENIED, "approval", "Customers cannot do this themselves: call somebody");
  }
  sp_approval_journal(work, action, 0, "self-till");
  return 0;
}

int sp_till_unlocked(struct sp_work *work) {
  struct sp_rows *rows = NULL;
  if (work->actor.is_program || sp_id_is_nil(&work->actor.till)) return 0;
  const struct sp_value key[] = {sp_v_blob(work->actor.till.bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_TILL_LOCKED, key, 1, &rows, work->err);
  if (got <= 0) return got;
  bool locked = sp_rows_int(rows, 0) != 0;
  sp_rows_finish(rows);
  return locked ? sp_fail(work->err, SP_E_STATE, "till", "The till is locked: unlock it first") : 0;
}

int sp_till_typed(struct sp_work *work) {
  struct sp_till_setting setting;
  if (work->actor.is_program || sp_id_is_nil(&work->actor.till)) return 0;
  int rc = sp_setting_till(work, &setting);
  if (rc != 0 || setting.weight_manual) return rc;
  return sp_fail(work->err, SP_E_DENIED, "quantity", "This till takes weights from its scale only");
}

int sp_till_finished(struct sp_work *work) {
  struct sp_till *till = sp_arena_alloc(work->arena, sizeof *till);
  if (till == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_till_load(work, till);
  bool open = rc == 0 && till->has_basket && till->basket.item_count + till->basket.return_count > 0;
  return open ? sp_fail(work->err, SP_E_STATE, "basket", "Finish, park or cancel the open sale first") : rc;
}

static bool manages(enum sp_role role) {
  return sp_role_rank(role) >= sp_role_rank(SP_ROLE_MANAGER);
}

static void journal_override(struct sp_work *work, const char *what, const struct sp_id *id) {
  char till[SP_ID_TEXT], opened[SP_ID_TEXT], signer[SP_ID_TEXT];
  sp_id_format(&work->actor.till, till);
  sp_id_format(id, opened);
  sp_id_format(work->approval != NULL ? &work->approval->staff : &work->actor.staff, signer);
  const char *body =
      sp_arena_printf(work->arena, "{\"till\":\"%s\",\"%s\":\"%s\",\"approver\":\"%s\"}", till, what, opened, signer);
  sp_journal_add(work, "hours_override", 1, body, body != NULL ? strlen(body) : 0, false);
}

int sp_till_hours(struct sp_work *work, const char *what, const struct sp_id *id) {
  struct sp_hours hours;
  struct sp_hours_now now;
  int rc = sp_setting_hours(work, &hours);
  if (rc != 0) return rc;
  sp_hours_at(&hours, work->app->store.zone, work->now, &now);
  if (now.open) return 0;
  bool allowed = manages(sp_work_till_role(work)) || (work->approval != NULL && manages(work->approval->role));
  if (!allowed) {
    return sp_fail(work->err, SP_E_DENIED, "hours", "The shop is closed: a manager may allow one more sale");
  }
  if (work->approval != NULL) sp_approval_journal(work, "hours", 0, "closed");
  journal_override(work, what, id);
  return 0;
}
