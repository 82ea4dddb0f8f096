#include "adapters/storage/sqlite/connection.h"
#include <string.h>

static int first_complaint(sqlite3 *handle, const char *sql, struct sp_error *err) {
  sqlite3_stmt *stmt = NULL;
  int result = 0;
  int rc = sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(stmt, 0);
    if (!text || strcmp(text, "ok") != 0)
      result = sp_fail(err, SP_E_CORRUPT, NULL, "The database file is damaged: %s", text ? text : "?");
  } else if (rc != SQLITE_DONE) {
    result = sp_sqlite_fault(handle, rc, sql, err);
  }
  sqlite3_finalize(stmt);
  return result;
}

/* Answers a row for each reference that leads nowhere. */
static int references(sqlite3 *handle, struct sp_error *err) {
  sqlite3_stmt *stmt = NULL;
  int result = 0;
  int rc = sqlite3_prepare_v2(handle, "PRAGMA foreign_key_check", -1, &stmt, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW)
    result =
        sp_fail(err, SP_E_CORRUPT, NULL, "The database file is damaged: a row of %s refers to a row of %s that is gone",
                (const char *)sqlite3_column_text(stmt, 0), (const char *)sqlite3_column_text(stmt, 2));
  else if (rc != SQLITE_DONE)
    result = sp_sqlite_fault(handle, rc, "foreign_key_check", err);
  sqlite3_finalize(stmt);
  return result;
}

int sp_sqlite_inspect(sqlite3 *handle, bool full, struct sp_error *err) {
  if (!full) return first_complaint(handle, "PRAGMA quick_check(1)", err);
  int result = first_complaint(handle, "PRAGMA integrity_check(1)", err);
  return result ? result : references(handle, err);
}

int sp_sqlite_check(struct sp_db *db, bool full, struct sp_error *err) {
  return sp_sqlite_inspect(db->handle, full, err);
}
