/* What the files of the SQLite driver share. Nobody else includes this. */
#ifndef SP_ADAPTERS_STORAGE_SQLITE_CONNECTION_H
#define SP_ADAPTERS_STORAGE_SQLITE_CONNECTION_H

#include "adapters/storage/sqlite/sqlite.h"
#include <sqlite3.h>

/* Goes into the file's header, so that a stranger's database is refused: "SPN1". */
#define SP_SQLITE_APPLICATION_ID 0x53504E31

struct sp_rows {
  struct sp_db *db; /* first: ports/database.h */
  sqlite3_stmt *stmt;
  enum sp_query query;
  bool running;
};

/* A query of this connection; prepared at its first use. */
struct sp_sqlite_statement {
  struct sp_rows rows;          /* its one run; rows.stmt is the prepared statement or null */
  uint8_t index[SP_PARAMS_MAX]; /* SQLite's number of "$1", "$2" …; it numbers names by first appearance */
};

enum sp_sqlite_control {
  SP_SQLITE_BEGIN,
  SP_SQLITE_COMMIT,
  SP_SQLITE_ROLLBACK,
  SP_SQLITE_SAVEPOINT,
  SP_SQLITE_RELEASE,
  SP_SQLITE_ROLLBACK_TO,
  SP_SQLITE_CONTROLS
};

struct sp_sqlite_backup;

struct sp_db {
  const struct sp_db_api *api; /* first: ports/database.h */
  sqlite3 *handle;
  enum sp_db_mode mode;
  sqlite3_stmt *controls[SP_SQLITE_CONTROLS]; /* prepared at open: a rollback must not need memory */
  struct sp_sqlite_statement statements[SP_QUERY_COUNT];
  int frames;                      /* in the WAL after the last commit */
  int tried;                       /* frames at the last checkpoint that could not restart the WAL */
  int64_t passive_until;           /* ms: until then checkpoints do not wait for readers */
  bool warned;                     /* that the WAL has grown past reason */
  struct sp_sqlite_backup *backup; /* the running one, or null */
};

/* Turn a result code of SQLite into ours; `name` is the query or command that met it. Returns the code. */
int sp_sqlite_fault(sqlite3 *handle, int rc, const char *name, struct sp_error *err);
/* Only the code. */
int sp_sqlite_code(int rc);

int sp_sqlite_open(const struct sp_db_options *options, struct sp_db **out, struct sp_error *err);
void sp_sqlite_close(struct sp_db *db);

int sp_sqlite_begin(struct sp_db *db, struct sp_error *err);
int sp_sqlite_commit(struct sp_db *db, struct sp_error *err);
void sp_sqlite_rollback(struct sp_db *db);
bool sp_sqlite_in_transaction(struct sp_db *db);
int sp_sqlite_savepoint(struct sp_db *db, struct sp_error *err);
int sp_sqlite_release(struct sp_db *db, struct sp_error *err);
int sp_sqlite_rollback_to(struct sp_db *db, struct sp_error *err);
int sp_sqlite_script(struct sp_db *db, const char *sql, struct sp_error *err);
int sp_sqlite_version(struct sp_db *db, int64_t *out, struct sp_error *err);
int sp_sqlite_set_version(struct sp_db *db, int64_t version, struct sp_error *err);
/* Prepare the control statements of a fresh connection. */
int sp_sqlite_controls_prepare(struct sp_db *db, struct sp_error *err);
/* The integer a pragma answers with. */
int sp_sqlite_pragma_int(sqlite3 *handle, const char *sql, int64_t *out, struct sp_error *err);

int sp_sqlite_exec(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, int64_t *changed,
                   struct sp_error *err);
int sp_sqlite_query(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count,
                    struct sp_rows **out, struct sp_error *err);
int sp_sqlite_next(struct sp_rows *rows, struct sp_error *err);
int64_t sp_sqlite_column_int(struct sp_rows *rows, int column);
const char *sp_sqlite_column_text(struct sp_rows *rows, int column, size_t *len);
const void *sp_sqlite_column_blob(struct sp_rows *rows, int column, size_t *len);
bool sp_sqlite_column_null(struct sp_rows *rows, int column);
void sp_sqlite_finish(struct sp_rows *rows);

/* Count frames from now on; the write connection only. */
void sp_sqlite_maintain_start(struct sp_db *db);
void sp_sqlite_maintain(struct sp_db *db, int64_t now_ms);

int sp_sqlite_backup_begin(struct sp_db *db, const char *path, struct sp_error *err);
int sp_sqlite_backup_step(struct sp_db *db, int pages, int64_t *remaining, int64_t *total, struct sp_error *err);
/* Give up a running backup and remove its unfinished copy; none is fine. */
void sp_sqlite_backup_abandon(struct sp_db *db);

int sp_sqlite_check(struct sp_db *db, bool full, struct sp_error *err);
/* The same on a bare handle (the copy of a backup). */
int sp_sqlite_inspect(sqlite3 *handle, bool full, struct sp_error *err);

#endif
