#include "adapters/storage/sqlite/connection.h"
#include "base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct sp_db_api api = {
    .name = "sqlite",
    .open = sp_sqlite_open,
    .close = sp_sqlite_close,
    .begin = sp_sqlite_begin,
    .commit = sp_sqlite_commit,
    .rollback = sp_sqlite_rollback,
    .in_transaction = sp_sqlite_in_transaction,
    .savepoint = sp_sqlite_savepoint,
    .release = sp_sqlite_release,
    .rollback_to = sp_sqlite_rollback_to,
    .exec = sp_sqlite_exec,
    .query = sp_sqlite_query,
    .next = sp_sqlite_next,
    .column_int = sp_sqlite_column_int,
    .column_text = sp_sqlite_column_text,
    .column_blob = sp_sqlite_column_blob,
    .column_null = sp_sqlite_column_null,
    .finish = sp_sqlite_finish,
    .script = sp_sqlite_script,
    .version = sp_sqlite_version,
    .set_version = sp_sqlite_set_version,
    .maintain = sp_sqlite_maintain,
    .backup_begin = sp_sqlite_backup_begin,
    .backup_step = sp_sqlite_backup_step,
    .check = sp_sqlite_check,
};

const struct sp_db_api *sp_sqlite_api(void) {
  return &api;
}

/* Refused values are everyday answers; only what an operator must know is logged. */
static void on_log(void *context, int rc, const char *message) {
  (void)context;
  switch (rc & 0xff) {
  case SQLITE_NOTICE:
    sp_log(SP_LOG_INFO, "sqlite", "%s", message);
    break;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_IOERR:
  case SQLITE_FULL:
  case SQLITE_NOMEM:
    sp_log(SP_LOG_ERROR, "sqlite", "%s", message);
    break;
  default:
    break;
  }
}

void sp_sqlite_init(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_LOG, on_log, NULL);
  sqlite3_initialize();
}

static bool has_content(const char *path, const char *suffix) {
  char name[4096];
  struct stat info;
  int len = snprintf(name, sizeof name, "%s%s", path, suffix);
  return len > 0 && (size_t)len < sizeof name && stat(name, &info) == 0 && info.st_size > 0;
}

bool sp_sqlite_was_unclean(const char *path) {
  return has_content(path, "-wal") || has_content(path, "-journal");
}
