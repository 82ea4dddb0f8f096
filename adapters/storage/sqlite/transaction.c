#include "adapters/storage/sqlite/connection.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *control_text(enum sp_sqlite_control control, enum sp_db_mode mode) {
  switch (control) {
  case SP_SQLITE_BEGIN:
    return mode == SP_DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN";
  case SP_SQLITE_COMMIT:
    return "COMMIT";
  case SP_SQLITE_ROLLBACK:
    return "ROLLBACK";
  case SP_SQLITE_SAVEPOINT:
    return "SAVEPOINT one";
  case SP_SQLITE_RELEASE:
    return "RELEASE one";
  case SP_SQLITE_ROLLBACK_TO:
    return "ROLLBACK TO one";
  case SP_SQLITE_CONTROLS:
    break;
  }
  return "";
}

int sp_sqlite_controls_prepare(struct sp_db *db, struct sp_error *err) {
  for (int i = 0; i < SP_SQLITE_CONTROLS; i++) {
    const char *sql = control_text((enum sp_sqlite_control)i, db->mode);
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &db->controls[i], NULL);
    if (rc != SQLITE_OK) return sp_sqlite_fault(db->handle, rc, sql, err);
  }
  return 0;
}

static int control_run(struct sp_db *db, enum sp_sqlite_control control, struct sp_error *err) {
  sqlite3_stmt *stmt = db->controls[control];
  int rc = sqlite3_step(stmt);
  int result = rc == SQLITE_DONE ? 0 : sp_sqlite_fault(db->handle, rc, control_text(control, db->mode), err);
  sqlite3_reset(stmt);
  return result;
}

int sp_sqlite_begin(struct sp_db *db, struct sp_error *err) {
  return control_run(db, SP_SQLITE_BEGIN, err);
}

int sp_sqlite_commit(struct sp_db *db, struct sp_error *err) {
  return control_run(db, SP_SQLITE_COMMIT, err);
}

void sp_sqlite_rollback(struct sp_db *db) {
  /* A step can fail for want of memory (the statement is compiled anew after a schema change); then once more. */
  for (int tries = 0; tries < 3 && !sqlite3_get_autocommit(db->handle); tries++)
    control_run(db, SP_SQLITE_ROLLBACK, NULL);
}

bool sp_sqlite_in_transaction(struct sp_db *db) {
  return !sqlite3_get_autocommit(db->handle);
}

int sp_sqlite_savepoint(struct sp_db *db, struct sp_error *err) {
  return control_run(db, SP_SQLITE_SAVEPOINT, err);
}

int sp_sqlite_release(struct sp_db *db, struct sp_error *err) {
  return control_run(db, SP_SQLITE_RELEASE, err);
}

int sp_sqlite_rollback_to(struct sp_db *db, struct sp_error *err) {
  int result = control_run(db, SP_SQLITE_ROLLBACK_TO, err);
  return result ? result : control_run(db, SP_SQLITE_RELEASE, err);
}

/* Migrations are portable; what only this engine should read stands in a comment that begins with "sqlite:". */
static char *overlay_open(const char *sql) {
  static const char opening[] = "/*sqlite:";
  char *copy = strdup(sql);
  for (char *at = copy; at && (at = strstr(at, opening));) {
    char *end = strstr(at, "*/");
    if (!end) break;
    memset(at, ' ', sizeof opening - 1);
    memset(end, ' ', 2);
    at = end;
  }
  return copy;
}

int sp_sqlite_script(struct sp_db *db, const char *sql, struct sp_error *err) {
  if (db->mode != SP_DB_WRITE) return sp_fail(err, SP_E_INTERNAL, NULL, "A read connection runs no script");
  char *text = overlay_open(sql);
  if (!text) return sp_error_nomem(err, __func__);
  int rc = sqlite3_exec(db->handle, text, NULL, NULL, NULL);
  free(text);
  return rc == SQLITE_OK ? 0 : sp_sqlite_fault(db->handle, rc, "script", err);
}

int sp_sqlite_pragma_int(sqlite3 *handle, const char *sql, int64_t *out, struct sp_error *err) {
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
  int result = 0;
  if (rc == SQLITE_ROW)
    *out = sqlite3_column_int64(stmt, 0);
  else
    result = sp_sqlite_fault(handle, rc, sql, err);
  sqlite3_finalize(stmt);
  return result;
}

int sp_sqlite_version(struct sp_db *db, int64_t *out, struct sp_error *err) {
  return sp_sqlite_pragma_int(db->handle, "PRAGMA user_version", out, err);
}

int sp_sqlite_set_version(struct sp_db *db, int64_t version, struct sp_error *err) {
  if (version < 0 || version > INT32_MAX)
    return sp_fail(err, SP_E_INTERNAL, "version", "A schema version must fit 31 bits");
  char sql[64];
  snprintf(sql, sizeof sql, "PRAGMA user_version = %" PRId64, version); /* a pragma takes no parameter */
  return sp_sqlite_script(db, sql, err);
}
