/* The storage port: SQL by name, two engines behind one struct of functions.
 *
 * Every statement lives in schema/queries/ under a name and reaches C as `enum sp_query` (generated/queries.h). A
 * driver exports one accessor (`const struct sp_db_api *sp_sqlite_api(void)`) and keeps one prepared statement per
 * query and connection. A connection belongs to one thread at a time.
 *
 * Errors of every function: SP_E_EXISTS (unique), SP_E_CONFLICT (check or foreign key), SP_E_BUSY, SP_E_FULL, SP_E_IO,
 * SP_E_NOMEM, SP_E_CORRUPT, SP_E_INTERNAL (a statement that does not fit the schema).
 */
#ifndef SP_PORTS_DATABASE_H
#define SP_PORTS_DATABASE_H

#include "base/error.h"
#include "base/id.h"
#include "generated/queries.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_PARAMS_MAX 40

enum sp_value_kind { SP_VALUE_NULL, SP_VALUE_INT, SP_VALUE_TEXT, SP_VALUE_BLOB };

/* A bound parameter. Bytes belong to the caller and must live until the call (or the plan) is over. */
struct sp_value {
  enum sp_value_kind kind;
  int64_t integer;
  const void *bytes;
  size_t len;
};

struct sp_value sp_v_null(void);
struct sp_value sp_v_int(int64_t value);
struct sp_value sp_v_text(const char *text); /* null pointer binds NULL */
struct sp_value sp_v_text_n(const char *text, size_t len);
struct sp_value sp_v_blob(const void *bytes, size_t len);
struct sp_value sp_v_id(const struct sp_id *id); /* nil binds NULL */

struct sp_db;   /* a connection; its first member is `const struct sp_db_api *api` */
struct sp_rows; /* the rows of one running query; its first member is `struct sp_db *db` */

enum sp_db_mode { SP_DB_READ, SP_DB_WRITE };

struct sp_db_options {
  const char *location; /* a file for SQLite */
  enum sp_db_mode mode;
  bool create;     /* make it when it is not there */
  const char *vfs; /* SQLite: name of another VFS (tests); null for the default */
};

struct sp_db_api {
  const char *name; /* "sqlite" */
  int (*open)(const struct sp_db_options *options, struct sp_db **out, struct sp_error *err);
  void (*close)(struct sp_db *db); /* null is allowed */
  /* A read connection begins a snapshot, the write connection takes the write lock. */
  int (*begin)(struct sp_db *db, struct sp_error *err);
  int (*commit)(struct sp_db *db, struct sp_error *err);
  void (*rollback)(struct sp_db *db);       /* never fails; no transaction is fine */
  bool (*in_transaction)(struct sp_db *db); /* false after an error that dropped everything (a full disk does) */
  int (*savepoint)(struct sp_db *db, struct sp_error *err); /* one level, unnamed to callers */
  int (*release)(struct sp_db *db, struct sp_error *err);
  int (*rollback_to)(struct sp_db *db, struct sp_error *err); /* undo to the savepoint and drop it */
  /* Run a statement that returns nothing; `changed` (may be null) gets the rows it touched. */
  int (*exec)(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, int64_t *changed,
              struct sp_error *err);
  /* Start a query. Only one run of the same query at a time on a connection. Close with `finish` on every path. */
  int (*query)(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, struct sp_rows **out,
               struct sp_error *err);
  int (*next)(struct sp_rows *rows, struct sp_error *err); /* 1 a row, 0 the end, < 0 an error */
  /* Columns of the current row, from 0. Bytes live until `next` or `finish`. NULL reads as 0, "" with *len 0. */
  int64_t (*column_int)(struct sp_rows *rows, int column);
  const char *(*column_text)(struct sp_rows *rows, int column, size_t *len); /* len may be null */
  const void *(*column_blob)(struct sp_rows *rows, int column, size_t *len);
  bool (*column_null)(struct sp_rows *rows, int column);
  void (*finish)(struct sp_rows *rows); /* null is allowed */
  /* Run migration text of several statements. Write connection only. */
  int (*script)(struct sp_db *db, const char *sql, struct sp_error *err);
  /* Schema version as stored by the engine (SQLite: user_version). */
  int (*version)(struct sp_db *db, int64_t *out, struct sp_error *err);
  int (*set_version)(struct sp_db *db, int64_t version, struct sp_error *err);
  /* Housekeeping the writer calls between transactions: keeps the WAL bounded. Never fails the caller. */
  void (*maintain)(struct sp_db *db, int64_t now_ms);
  /* A consistent copy, made by the write connection itself in steps, so sales go on between steps: call `backup_step`
   * until it returns 0 (1: more to do). The finished copy has been synced, checked and renamed to `path`. */
  int (*backup_begin)(struct sp_db *db, const char *path, struct sp_error *err);
  int (*backup_step)(struct sp_db *db, int pages, int64_t *remaining, int64_t *total, struct sp_error *err);
  /* Integrity: `full` also compares indexes with tables. SP_E_CORRUPT with what is wrong. Slow: never on the start
   * path. */
  int (*check)(struct sp_db *db, bool full, struct sp_error *err);
};

/* Shorthands over db->api, so that callers read as sentences. */
int sp_db_begin(struct sp_db *db, struct sp_error *err);
int sp_db_commit(struct sp_db *db, struct sp_error *err);
void sp_db_rollback(struct sp_db *db);
void sp_db_close(struct sp_db *db);
int sp_db_exec(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, int64_t *changed,
               struct sp_error *err);
int sp_db_query(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, struct sp_rows **out,
                struct sp_error *err);
int sp_rows_next(struct sp_rows *rows, struct sp_error *err);
int64_t sp_rows_int(struct sp_rows *rows, int column);
const char *sp_rows_text(struct sp_rows *rows, int column);
const void *sp_rows_blob(struct sp_rows *rows, int column, size_t *len);
void sp_rows_id(struct sp_rows *rows, int column, struct sp_id *out); /* nil when NULL or not 16 bytes */
bool sp_rows_null(struct sp_rows *rows, int column);
void sp_rows_finish(struct sp_rows *rows);
/* One row or none: 1 with `*rows` on the row (finish it), 0 with `*rows` null, < 0 an error. */
int sp_db_one(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, struct sp_rows **rows,
              struct sp_error *err);

#endif
