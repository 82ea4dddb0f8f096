#include "adapters/storage/sqlite/connection.h"
#include <stdlib.h>
#include <string.h>

#define BUSY_MS 1000 /* even a lone writer meets a lock now and then */

/* Kibibytes of page cache. Four readers and a writer stay below 8 MiB; the system caches the file anyway. */
static const char pragmas_write[] = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
                                    "PRAGMA cell_size_check = ON; PRAGMA cache_size = -4096;";
static const char pragmas_read[] = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
                                   "PRAGMA cell_size_check = ON; PRAGMA cache_size = -1024; PRAGMA query_only = ON;";

static int settings_apply(sqlite3 *handle, enum sp_db_mode mode) {
  const struct {
    int option, value;
  } options[] = {
      {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == SP_DB_READ},
  };
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    int rc = sqlite3_db_config(handle, options[i].option, options[i].value, NULL);
    if (rc != SQLITE_OK) return rc;
  }
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0); /* a transaction over two WAL files is not atomic */
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
  int rc = sqlite3_busy_timeout(handle, BUSY_MS);
  if (rc == SQLITE_OK) rc = sqlite3_wal_autocheckpoint(handle, 0);
  return rc;
}

static int wal_enter(sqlite3 *handle, const char *location, struct sp_error *err) {
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(handle, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
  int result = 0;
  if (rc != SQLITE_ROW)
    result = sp_sqlite_fault(handle, rc, location, err);
  else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") != 0)
    result = sp_fail(err, SP_E_IO, NULL, "%s: this folder cannot hold the database, a local disk can", location);
  sqlite3_finalize(stmt);
  if (result) return result;
  rc = sqlite3_exec(handle, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216", NULL, NULL, NULL);
  return rc == SQLITE_OK ? 0 : sp_sqlite_fault(handle, rc, location, err);
}

/* A new file gets our mark; a file with another program's mark, or tables and no mark, is not ours to write. */
static int owner_check(sqlite3 *handle, enum sp_db_mode mode, const char *location, struct sp_error *err) {
  int64_t id = 0, tables = 0;
  int result = sp_sqlite_pragma_int(handle, "PRAGMA application_id", &id, err);
  if (result || id == SP_SQLITE_APPLICATION_ID) return result;
  result = sp_sqlite_pragma_int(handle, "SELECT count(*) FROM sqlite_schema", &tables, err);
  if (result) return result;
  if (id != 0 || tables != 0)
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "%s is the database of another program", location);
  if (mode == SP_DB_READ) return 0;
  char *sql = sqlite3_mprintf("PRAGMA application_id = %d", SP_SQLITE_APPLICATION_ID);
  int rc = sql ? sqlite3_exec(handle, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  return rc == SQLITE_OK ? 0 : sp_sqlite_fault(handle, rc, location, err);
}

static int connection_prepare(struct sp_db *db, const char *location, struct sp_error *err) {
  int rc = settings_apply(db->handle, db->mode);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(db->handle, db->mode == SP_DB_WRITE ? pragmas_write : pragmas_read, NULL, NULL, NULL);
  if (rc != SQLITE_OK) return sp_sqlite_fault(db->handle, rc, location, err);
  int result = db->mode == SP_DB_WRITE ? wal_enter(db->handle, location, err) : 0;
  if (!result) result = owner_check(db->handle, db->mode, location, err);
  if (!result) result = sp_sqlite_controls_prepare(db, err);
  return result;
}

int sp_sqlite_open(const struct sp_db_options *options, struct sp_db **out, struct sp_error *err) {
  *out = NULL;
  if (!options->location || options->location[0] == '\0')
    return sp_fail(err, SP_E_INVALID, "database", "The database needs a file name");
  struct sp_db *db = calloc(1, sizeof *db);
  if (!db) return sp_error_nomem(err, __func__);
  db->api = sp_sqlite_api();
  db->mode = options->mode;
  /* A reader of a WAL file writes its shared memory, so it opens for writing too and is held back by query_only. */
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  if (options->create && options->mode == SP_DB_WRITE) flags |= SQLITE_OPEN_CREATE;
  int rc = sqlite3_open_v2(options->location, &db->handle, flags, options->vfs);
  int result = rc == SQLITE_OK ? connection_prepare(db, options->location, err)
                               : sp_sqlite_fault(db->handle, rc, options->location, err);
  if (result) {
    sp_sqlite_close(db);
    return result;
  }
  if (db->mode == SP_DB_WRITE) sp_sqlite_maintain_start(db);
  *out = db;
  return 0;
}

void sp_sqlite_close(struct sp_db *db) {
  if (!db) return;
  sp_sqlite_backup_abandon(db);
  for (int i = 0; i < SP_QUERY_COUNT; i++)
    sqlite3_finalize(db->statements[i].rows.stmt);
  for (int i = 0; i < SP_SQLITE_CONTROLS; i++)
    sqlite3_finalize(db->controls[i]);
  sqlite3_close(db->handle);
  free(db);
}
