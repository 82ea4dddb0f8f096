/* Who stands at the till: lock, unlock, badges, and another person without signing out. */
#include "app/till_parts.h"

#include "app/attempt.h"
#include <string.h>

int sp_till_do_lock(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  till->changed = till->changed || !till->locked;
  till->locked = true;
  return 0;
}

/* The same person goes on in the same session. */
static int prove(struct sp_till_doing *doing, const char *code) {
  struct sp_work *work = doing->work;
  struct sp_attempt attempt;
  int rc = sp_attempt_read(work, code, &attempt);
  if (rc == 0) rc = sp_attempt_verify(work, doing->command->pin, &attempt, &doing->out->commit_anyway);
  if (rc == 0) sp_attempt_passed(work, &attempt);
  return rc;
}

static int read_person(struct sp_till_doing *doing, const char *code) {
  struct sp_work *work = doing->work;
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(work->db, SP_Q_STAFF_BY_CODE, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "staff", "Nobody here has the code %s", code);
  int role = sp_role_parse(sp_rows_text(rows, 2));
  doing->till->staff_name = sp_work_column(work, rows, 1);
  doing->till->staff_code = code;
  doing->till->staff_role = role >= 0 ? (enum sp_role)role : SP_ROLE_CASHIER;
  sp_rows_finish(rows);
  return doing->till->staff_name != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* Somebody else takes over: a session of their own at this till, and the end of the one before. */
static int take_over(struct sp_till_doing *doing, const char *code) {
  struct sp_till_outcome *out = doing->out;
  const struct sp_login login = {.staff = code, .pin = doing->command->pin, .till = doing->till->code};
  int rc = sp_session_open(doing->work, &login, out->token, &out->expires_at, &out->commit_anyway);
  if (rc != 0) {
    out->token[0] = '\0';
    return rc;
  }
  if (!sp_id_is_nil(&doing->work->actor.credential)) rc = sp_session_close(doing->work);
  if (rc == 0) rc = read_person(doing, code);
  doing->work->actor.role = doing->till->staff_role;
  return rc;
}

int sp_till_do_unlock(struct sp_till_doing *doing) {
  struct sp_till *till = doing->till;
  const char *code = doing->command->staff;
  bool other = code != NULL && code[0] != '\0' && strcmp(code, till->staff_code) != 0;
  if (doing->work->actor.is_program) {
    return sp_fail(doing->work->err, SP_E_DENIED, "staff", "Only people unlock a till");
  }
  int rc = other ? take_over(doing, code) : prove(doing, till->staff_code);
  if (rc != 0) return rc;
  /* One person stands at a till: what others left open there ends with their turn. The actor is who unlocked by now. */
  if (other || till->locked) sp_session_alone(doing->work, &doing->work->actor.staff);
  till->changed = till->changed || till->locked;
  till->locked = false;
  if (strcmp(sp_till_ask_kind(doing), "pin") == 0) sp_till_set_ask(till, "");
  return 0;
}

int sp_till_badge(struct sp_till_doing *doing, const char *code) {
  struct sp_work *work = doing->work;
  struct sp_rows *rows = NULL;
  struct sp_till_text ask;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(work->db, SP_Q_STAFF_BY_CODE, key, 1, &rows, work->err);
  if (got < 0) return got;
  bool active = got > 0 && strcmp(sp_rows_text(rows, 5), "active") == 0;
  const char *name = active ? sp_work_column(work, rows, 1) : "";
  sp_rows_finish(rows);
  if (!active) {
    return sp_till_refuse(doing, "unknown-code",
                          sp_fail(work->err, SP_E_NOT_FOUND, "code", "Nobody knows the code %s", code));
  }
  sp_till_text_start(&ask);
  sp_json_open_object(&ask.w);
  sp_json_put_text(&ask.w, "kind", "pin");
  sp_json_put_text(&ask.w, "code", code);
  sp_json_put_text(&ask.w, "name", name);
  sp_json_close_object(&ask.w);
  const char *text = sp_till_text_end(work, &ask);
  if (text == NULL) return sp_error_nomem(work->err, __func__);
  sp_till_set_ask(doing->till, text);
  return 0;
}
