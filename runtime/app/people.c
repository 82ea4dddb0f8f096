/* Staff: who may work here. */
#include "app/people.h"

#include "app/journal.h"
#include <ctype.h>
#include <string.h>

#define CODE_MAX 20
#define NAME_MAX 60

/* A person as stored. */
struct person {
  struct sp_id id;
  const char *name;
  int role;
  const void *salt, *hash;
  size_t salt_len, hash_len;
  bool enabled;
};

static bool code_valid(const char *code) {
  if (code == NULL || code[0] == '\0' || strlen(code) > CODE_MAX) return false;
  for (const char *c = code; *c != '\0'; c++) {
    if (!isgraph((unsigned char)*c) || (unsigned char)*c > 126) return false;
  }
  return true;
}

static bool pin_valid(const char *pin) {
  size_t len = strlen(pin);
  return len >= 4 && len <= 8 && strspn(pin, "0123456789") == len;
}

static int check(struct sp_work *work, const struct sp_staff_put *put, const struct person *stored) {
  struct sp_error *err = work->err;
  if (!code_valid(put->code)) {
    return sp_fail(err, SP_E_INVALID, "code", "A staff code has 1 to %d printable characters without spaces", CODE_MAX);
  }
  if (stored == NULL && (put->name == NULL || put->name[0] == '\0')) {
    return sp_fail(err, SP_E_INVALID, "name", "A person needs a name");
  }
  if (put->name != NULL && strlen(put->name) > NAME_MAX) {
    return sp_fail(err, SP_E_INVALID, "name", "A name has at most %d bytes", NAME_MAX);
  }
  if (stored == NULL && put->role < 0) return sp_fail(err, SP_E_INVALID, "role", "A person needs a role");
  if (put->pin != NULL && !pin_valid(put->pin)) {
    return sp_fail(err, SP_E_INVALID, "pin", "A PIN has 4 to 8 digits");
  }
  /* A manager or a program looks after cashiers only, and nobody raises a role above what admins give. */
  bool about_cashier =
      (stored == NULL || stored->role == SP_ROLE_CASHIER) && (put->role < 0 || put->role == SP_ROLE_CASHIER);
  if (!about_cashier && work->actor.is_program) {
    return sp_fail(err, SP_E_DENIED, "role", "A program may create and change cashiers only");
  }
  return sp_work_require(work, about_cashier ? SP_ROLE_MANAGER : SP_ROLE_ADMIN);
}

static int find(struct sp_work *work, const char *code, struct person *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(work->db, SP_Q_STAFF_BY_CODE, key, 1, &rows, work->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, &out->id);
  out->name = sp_work_column(work, rows, 1);
  out->role = sp_role_parse(sp_rows_text(rows, 2));
  const void *salt = sp_rows_blob(rows, 3, &out->salt_len);
  const void *hash = sp_rows_blob(rows, 4, &out->hash_len);
  out->salt = sp_arena_copy(work->arena, salt, out->salt_len);
  out->hash = sp_arena_copy(work->arena, hash, out->hash_len);
  out->enabled = strcmp(sp_rows_text(rows, 5), "active") == 0;
  sp_rows_finish(rows);
  return out->name != NULL && out->salt != NULL && out->hash != NULL ? 1 : sp_error_nomem(work->err, __func__);
}

static int set_pin(struct sp_work *work, const char *pin, struct person *person) {
  uint8_t *salt = sp_arena_alloc(work->arena, SP_PIN_SALT_LEN), *hash = sp_arena_alloc(work->arena, SP_PIN_HASH_LEN);
  if (salt == NULL || hash == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_random(salt, SP_PIN_SALT_LEN);
  if (rc == 0) rc = sp_pin_hash(pin, salt, hash);
  if (rc != 0) return sp_fail(work->err, rc, "pin", "The PIN cannot be hashed now");
  person->salt = salt;
  person->salt_len = SP_PIN_SALT_LEN;
  person->hash = hash;
  person->hash_len = SP_PIN_HASH_LEN;
  return 0;
}

static void journal(struct sp_work *work, const struct person *person) {
  char id[SP_ID_TEXT];
  sp_id_format(&person->id, id);
  const char *body = sp_arena_printf(work->arena, "{\"staff\":\"%s\",\"role\":\"%s\",\"enabled\":%s}", id,
                                     sp_role_name((enum sp_role)person->role), person->enabled ? "true" : "false");
  sp_journal_add(work, "staff", 1, body, body != NULL ? strlen(body) : 0, false);
}

static void plan(struct sp_work *work, const struct sp_staff_put *put, const struct person *person, bool create) {
  struct sp_value salt = person->salt_len > 0 ? sp_v_blob(person->salt, person->salt_len) : sp_v_null();
  struct sp_value hash = person->hash_len > 0 ? sp_v_blob(person->hash, person->hash_len) : sp_v_null();
  struct sp_value id = sp_v_blob(person->id.bytes, SP_ID_LEN);
  struct sp_value name = sp_v_text(sp_arena_text(work->arena, person->name));
  struct sp_value role = sp_v_text(sp_role_name((enum sp_role)person->role));
  struct sp_value status = sp_v_text(person->enabled ? "active" : "disabled");
  if (create) {
    const struct sp_value params[] = {
        id, sp_v_text(sp_arena_text(work->arena, put->code)), name, role, salt, hash, status, sp_v_int(work->now)};
    sp_plan_add(work->plan, SP_Q_STAFF_INSERT, params, 8);
    return;
  }
  const struct sp_value params[] = {id, name, role, salt, hash, status};
  sp_plan_expect(work->plan, SP_Q_STAFF_UPDATE, params, 6, SP_E_CONFLICT, "code", "The person was changed meanwhile");
  if (person->enabled && put->pin == NULL) return;
  const struct sp_value sessions[] = {id, sp_v_int(work->now)};
  sp_plan_add(work->plan, SP_Q_CREDENTIAL_REVOKE_STAFF, sessions, 2);
  if (put->pin != NULL) sp_plan_add(work->plan, SP_Q_STAFF_PASSED, sessions, 1);
}

int sp_staff_put(struct sp_work *work, const struct sp_staff_put *put, struct sp_id *id) {
  struct person person = {.role = SP_ROLE_CASHIER, .enabled = true, .name = ""};
  int got = put->code != NULL ? find(work, put->code, &person) : 0;
  if (got < 0) return got;
  int rc = check(work, put, got > 0 ? &person : NULL);
  if (rc != 0) return rc;
  if (got == 0) rc = sp_id_new(work->now, &person.id);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "No randomness for an id");
  if (put->name != NULL && put->name[0] != '\0') person.name = put->name;
  if (put->role >= 0) person.role = put->role;
  if (put->enabled >= 0) person.enabled = put->enabled != 0;
  if (put->pin != NULL) rc = set_pin(work, put->pin, &person);
  if (rc != 0) return rc;
  plan(work, put, &person, got == 0);
  journal(work, &person);
  *id = person.id;
  return 0;
}

int sp_staff_list_json(struct sp_work *work, struct sp_json_writer *w) {
  struct sp_rows *rows = NULL;
  struct sp_id id;
  int rc = sp_db_query(work->db, SP_Q_STAFF_LIST, NULL, 0, &rows, work->err);
  if (rc != 0) return rc;
  sp_json_open_array(w);
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    sp_rows_id(rows, 0, &id);
    sp_json_open_object(w);
    sp_json_put_id(w, "id", id.bytes);
    sp_json_put_text(w, "code", sp_rows_text(rows, 1));
    sp_json_put_text(w, "name", sp_rows_text(rows, 2));
    sp_json_put_text(w, "role", sp_rows_text(rows, 3));
    sp_json_put_text(w, "status", sp_rows_text(rows, 4));
    sp_json_put_bool(w, "locked", sp_rows_int(rows, 5) > work->now);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_rows_finish(rows);
  return rc;
}
