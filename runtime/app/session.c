/* Sessions of people and tokens of programs. */
#include "app/people.h"

#include "app/attempt.h"
#include "app/journal.h"
#include "base/hash.h"
#include <string.h>

#define MINUTE_MS 60000LL
#define DAY_MS    (24 * 60 * MINUTE_MS)

const char *const sp_scope_names[] = {
    "sales:write",  "sales:read",  "products:read", "products:write", "stock:read",  "stock:write", "shifts:write",
    "reports:read", "staff:write", "import",        "rules:read",     "rules:write", NULL};

bool sp_actor_has_scope(const struct sp_actor *actor, const char *scope) {
  if (!actor->is_program) return true;
  size_t len = strlen(scope);
  for (const char *at = actor->scopes; *at != '\0';) {
    size_t word = strcspn(at, " ");
    if (word == len && memcmp(at, scope, len) == 0) return true;
    at += word + (at[word] == ' ' ? 1 : 0);
  }
  return false;
}

static int hash_token(const char *token, uint8_t out[SP_HASH_LEN]) {
  const struct sp_slice slice = {token, strlen(token)};
  return sp_hash(&slice, 1, out);
}

int sp_credential_find(struct sp_work *work, const char *token, struct sp_actor *out) {
  struct sp_rows *rows = NULL;
  uint8_t hash[SP_HASH_LEN];
  if (token == NULL || strlen(token) != SP_TOKEN_TEXT - 1) {
    return sp_fail(work->err, SP_E_UNAUTHENTICATED, NULL, "Sign in first");
  }
  int rc = hash_token(token, hash);
  if (rc != 0) return rc;
  const struct sp_value key[] = {sp_v_blob(hash, sizeof hash)};
  int got = sp_db_one(work->db, SP_Q_CREDENTIAL_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_UNAUTHENTICATED, NULL, "Sign in first");
  bool alive =
      sp_rows_int(rows, 5) > work->now && sp_rows_int(rows, 6) == 0 && strcmp(sp_rows_text(rows, 8), "active") == 0;
  *out = (struct sp_actor){
      .is_program = strcmp(sp_rows_text(rows, 1), "token") == 0,
      .scopes = sp_work_column(work, rows, 4),
  };
  int role = sp_role_parse(sp_rows_text(rows, 7));
  sp_rows_id(rows, 0, &out->credential);
  sp_rows_id(rows, 2, &out->staff);
  sp_rows_id(rows, 3, &out->till);
  sp_rows_finish(rows);
  if (!alive || role < 0) return sp_fail(work->err, SP_E_UNAUTHENTICATED, NULL, "This session is over: sign in again");
  out->role = (enum sp_role)role;
  return out->scopes != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* What a credential is made of besides its secret. */
struct grant {
  const char *kind; /* "session" or "token" */
  const char *name;
  struct sp_id staff, till;
  const char *scopes;
  int64_t expires_at;
};

/* Plan a credential; `token` is the only copy of the secret. */
static int issue(struct sp_work *work, const struct grant *grant, char token[SP_TOKEN_TEXT], struct sp_id *id) {
  uint8_t hash[SP_HASH_LEN];
  int rc = sp_token_new(token);
  if (rc == 0) rc = hash_token(token, hash);
  if (rc == 0) rc = sp_id_new(work->now, id);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for a token");
  const struct sp_value params[] = {
      sp_v_blob(hash, SP_HASH_LEN),
      sp_v_blob(id->bytes, SP_ID_LEN),
      sp_v_text(grant->kind),
      sp_v_text(sp_arena_text(work->arena, grant->name)),
      sp_v_blob(grant->staff.bytes, SP_ID_LEN),
      sp_id_is_nil(&grant->till) ? sp_v_null() : sp_v_blob(grant->till.bytes, SP_ID_LEN),
      sp_v_text(sp_arena_text(work->arena, grant->scopes)),
      sp_v_int(work->now),
      sp_v_int(grant->expires_at),
  };
  sp_plan_add(work->plan, SP_Q_CREDENTIAL_INSERT, params, 9);
  return 0;
}

int sp_session_open(struct sp_work *work, const struct sp_login *login, char token[SP_TOKEN_TEXT], int64_t *expires_at,
                    bool *commit_anyway) {
  struct sp_attempt attempt;
  struct sp_id till, id;
  *commit_anyway = false;
  int rc = sp_attempt_read(work, login->staff, &attempt);
  if (rc == 0) rc = sp_attempt_verify(work, login->pin, &attempt, commit_anyway);
  if (rc == 0) rc = sp_work_till_or_none(work, login->till, &till);
  if (rc != 0) return rc;
  *expires_at = work->now + work->app->policy.session_ms;
  sp_attempt_passed(work, &attempt);
  const struct grant grant = {
      .kind = "session", .name = "", .staff = attempt.id, .till = till, .scopes = "", .expires_at = *expires_at};
  rc = issue(work, &grant, token, &id);
  if (rc != 0) return rc;
  work->actor.staff = attempt.id;
  char text[SP_ID_TEXT];
  sp_id_format(&id, text);
  const char *body = sp_arena_printf(work->arena, "{\"session\":\"%s\"}", text);
  sp_journal_add(work, "sign_in", 1, body, body != NULL ? strlen(body) : 0, false);
  return 0;
}

int sp_session_close(struct sp_work *work) {
  if (work->actor.is_program) {
    return sp_fail(work->err, SP_E_STATE, NULL, "A program's token is revoked, not signed out");
  }
  const struct sp_value params[] = {sp_v_blob(work->actor.credential.bytes, SP_ID_LEN), sp_v_int(work->now)};
  sp_plan_add(work->plan, SP_Q_CREDENTIAL_REVOKE, params, 2);
  return 0;
}

void sp_session_alone(struct sp_work *work, const struct sp_id *staff) {
  const struct sp_value params[] = {sp_v_id(&work->actor.till), sp_v_id(staff), sp_v_int(work->now)};
  sp_plan_add(work->plan, SP_Q_CREDENTIAL_REVOKE_TILL, params, 3);
}

static bool known_scope(const char *word, size_t len) {
  for (const char *const *name = sp_scope_names; *name != NULL; name++) {
    if (strlen(*name) == len && memcmp(*name, word, len) == 0) return true;
  }
  return false;
}

static int check_scopes(struct sp_work *work, const char *scopes) {
  bool any = false;
  for (const char *at = scopes; *at != '\0';) {
    size_t word = strcspn(at, " ");
    if (word > 0 && !known_scope(at, word)) {
      return sp_fail(work->err, SP_E_INVALID, "scopes", "There is no scope %.*s", (int)word, at);
    }
    any = any || word > 0;
    at += word + (at[word] == ' ' ? 1 : 0);
  }
  return any ? 0 : sp_fail(work->err, SP_E_INVALID, "scopes", "A token needs at least one scope");
}

int sp_token_create(struct sp_work *work, const struct sp_token_put *put, char token[SP_TOKEN_TEXT], struct sp_id *id) {
  struct sp_id till;
  int rc = sp_work_require(work, SP_ROLE_ADMIN);
  if (rc != 0) return rc;
  if (put->name == NULL || put->name[0] == '\0' || strlen(put->name) > 60) {
    return sp_fail(work->err, SP_E_INVALID, "name", "A token needs a name of at most 60 bytes");
  }
  if (put->days < 1 || put->days > 3650)
    return sp_fail(work->err, SP_E_INVALID, "days", "A token lives 1 to 3650 days");
  rc = check_scopes(work, put->scopes != NULL ? put->scopes : "");
  if (rc == 0) rc = sp_work_till_or_none(work, put->till, &till);
  if (rc != 0) return rc;
  const struct grant grant = {.kind = "token",
                              .name = put->name,
                              .staff = work->actor.staff,
                              .till = till,
                              .scopes = put->scopes,
                              .expires_at = work->now + put->days * DAY_MS};
  rc = issue(work, &grant, token, id);
  if (rc != 0) return rc;
  char text[SP_ID_TEXT];
  sp_id_format(id, text);
  const char *body = sp_arena_printf(work->arena, "{\"token\":\"%s\"}", text);
  sp_journal_add(work, "token", 1, body, body != NULL ? strlen(body) : 0, false);
  return 0;
}

int sp_token_revoke(struct sp_work *work, const struct sp_id *id) {
  int rc = sp_work_require(work, SP_ROLE_ADMIN);
  if (rc != 0) return rc;
  const struct sp_value params[] = {sp_v_blob(id->bytes, SP_ID_LEN), sp_v_int(work->now)};
  sp_plan_expect(work->plan, SP_Q_CREDENTIAL_REVOKE, params, 2, SP_E_NOT_FOUND, "token", "There is no such token");
  return 0;
}
