#include "adapters/storage/sqlite/connection.h"
#include <string.h>

int sp_sqlite_code(int rc) {
  switch (rc) {
  case SQLITE_CONSTRAINT_UNIQUE:
  case SQLITE_CONSTRAINT_PRIMARYKEY:
  case SQLITE_CONSTRAINT_ROWID:
    return SP_E_EXISTS;
  case SQLITE_IOERR_NOMEM:
    return SP_E_NOMEM;
  case SQLITE_READONLY: /* a statement that writes, on a read connection */
    return SP_E_INTERNAL;
  default:
    break;
  }
  switch (rc & 0xff) {
  case SQLITE_CONSTRAINT:
    return SP_E_CONFLICT;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_PROTOCOL:
    return SP_E_BUSY;
  case SQLITE_FULL:
    return SP_E_FULL;
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN:
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return SP_E_IO;
  case SQLITE_NOMEM:
    return SP_E_NOMEM;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return SP_E_CORRUPT;
  case SQLITE_INTERRUPT:
    return SP_E_TIMEOUT;
  case SQLITE_TOOBIG:
    return SP_E_LIMIT;
  default:
    return SP_E_INTERNAL;
  }
}

/* "UNIQUE constraint failed: till.store, till.code" names the columns; the last one is the one a person typed. */
static const char *column_of(const char *detail) {
  static const char marker[] = "constraint failed: ";
  const char *at = strstr(detail, marker);
  if (!at) return NULL;
  const char *dot = strrchr(at + sizeof marker - 1, '.');
  return dot ? dot + 1 : NULL;
}

int sp_sqlite_fault(sqlite3 *handle, int rc, const char *name, struct sp_error *err) {
  int code = sp_sqlite_code(rc);
  const char *detail = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(rc);
  switch (code) {
  case SP_E_EXISTS:
    return sp_fail(err, code, column_of(detail), "%s: a value that must be unique is already stored (%s)", name,
                   detail);
  case SP_E_CONFLICT:
    return sp_fail(err, code, column_of(detail), "%s: the stored data refuse this value (%s)", name, detail);
  case SP_E_BUSY:
    return sp_fail(err, code, NULL, "%s: the database is busy, try again (%s)", name, detail);
  case SP_E_FULL:
    return sp_fail(err, code, NULL, "%s: the disk is full (%s)", name, detail);
  case SP_E_IO:
    return sp_fail(err, code, NULL, "%s: the database file cannot be read or written (%s)", name, detail);
  case SP_E_NOMEM:
    return sp_fail(err, code, NULL, "%s: memory ran out (%s)", name, detail);
  case SP_E_CORRUPT:
    return sp_fail(err, code, NULL, "%s: the database file is damaged (%s)", name, detail);
  case SP_E_TIMEOUT:
    return sp_fail(err, code, NULL, "%s: stopped before its end (%s)", name, detail);
  case SP_E_LIMIT:
    return sp_fail(err, code, NULL, "%s: too large for the database (%s)", name, detail);
  default:
    return sp_fail(err, SP_E_INTERNAL, NULL, "%s: the statement does not fit the database (%s)", name, detail);
  }
}
