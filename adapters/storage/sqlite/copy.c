/* A table from one database to another, row by row over two connections: ATTACH would put two write-ahead logs into one
 * transaction, which is not atomic. */
#include "adapters/storage/sqlite/connection.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "base/buf.h"
#include <string.h>

static int prepare(struct sp_db *db, const char *sql, sqlite3_stmt **out, struct sp_error *err) {
  int rc = sqlite3_prepare_v2(db->handle, sql, -1, out, NULL);
  return rc == SQLITE_OK ? 0 : sp_sqlite_fault(db->handle, rc, "copy", err);
}

static int insert_prepare(struct sp_db *to, const char *table, int columns, sqlite3_stmt **out, struct sp_error *err) {
  struct sp_buf sql;
  sp_buf_init(&sql, 4096);
  sp_buf_printf(&sql, "INSERT OR REPLACE INTO \"%s\" VALUES (", table);
  for (int i = 0; i < columns; i++)
    sp_buf_puts(&sql, i > 0 ? ",?" : "?");
  sp_buf_putc(&sql, ')');
  int result = sql.failed ? sp_fail(err, sql.failed, NULL, "The table %s is too wide", table)
                          : prepare(to, sp_buf_text(&sql), out, err);
  sp_buf_free(&sql);
  return result;
}

static int row_put(struct sp_db *to, sqlite3_stmt *row, sqlite3_stmt *insert, struct sp_error *err) {
  int rc = SQLITE_OK;
  for (int i = 0; i < sqlite3_column_count(row) && rc == SQLITE_OK; i++)
    rc = sqlite3_bind_value(insert, i + 1, sqlite3_column_value(row, i));
  if (rc == SQLITE_OK) rc = sqlite3_step(insert);
  int result = rc == SQLITE_DONE ? 0 : sp_sqlite_fault(to->handle, rc, "copy", err);
  sqlite3_reset(insert);
  return result;
}

int sp_sqlite_copy(struct sp_db *from, struct sp_db *to, const char *table, struct sp_error *err) {
  sqlite3_stmt *rows = NULL, *insert = NULL;
  int rc = SQLITE_ROW;
  if (to->mode != SP_DB_WRITE || strchr(table, '"'))
    return sp_fail(err, SP_E_INTERNAL, NULL, "The table %s cannot be copied", table);
  char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
  if (!sql) return sp_error_nomem(err, __func__);
  int result = prepare(from, sql, &rows, err);
  sqlite3_free(sql);
  if (!result) result = insert_prepare(to, table, sqlite3_column_count(rows), &insert, err);
  /* Only until the transaction ends. */
  if (!result && sqlite3_exec(to->handle, "PRAGMA defer_foreign_keys = ON", NULL, NULL, NULL) != SQLITE_OK)
    result = sp_sqlite_fault(to->handle, sqlite3_extended_errcode(to->handle), "copy", err);
  while (!result && (rc = sqlite3_step(rows)) == SQLITE_ROW)
    result = row_put(to, rows, insert, err);
  if (!result && rc != SQLITE_DONE) result = sp_sqlite_fault(from->handle, rc, "copy", err);
  sqlite3_finalize(rows);
  sqlite3_finalize(insert);
  return result;
}
