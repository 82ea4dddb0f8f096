#include "adapters/storage/sqlite/connection.h"
#include <stdio.h>
#include <string.h>

static const char *name_of(enum sp_query query) {
  return sp_query_texts[query].name;
}

/* SQLite takes "$2" as a name and numbers names by first appearance, so each is looked up once. */
static int names_resolve(struct sp_sqlite_statement *statement, sqlite3_stmt *stmt, enum sp_query query,
                         struct sp_error *err) {
  int params = sp_query_texts[query].params;
  int found = 0;
  for (int i = 0; i < params; i++) {
    char name[16];
    snprintf(name, sizeof name, "$%d", i + 1);
    int index = sqlite3_bind_parameter_index(stmt, name);
    statement->index[i] = (uint8_t)index;
    found += index > 0;
  }
  /* "$1::text" would be a parameter of that very name and bind NULL in silence. */
  if (found != sqlite3_bind_parameter_count(stmt))
    return sp_fail(err, SP_E_INTERNAL, NULL, "%s has a parameter that is not $1 to $%d", name_of(query), params);
  return 0;
}

static int statement_prepare(struct sp_db *db, enum sp_query query, struct sp_error *err) {
  struct sp_sqlite_statement *statement = &db->statements[query];
  sqlite3_stmt *stmt = NULL;
  if (sp_query_texts[query].params > SP_PARAMS_MAX)
    return sp_fail(err, SP_E_INTERNAL, NULL, "%s takes more than %d values", name_of(query), SP_PARAMS_MAX);
  int rc = sqlite3_prepare_v3(db->handle, sp_query_texts[query].sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (rc != SQLITE_OK) return sp_sqlite_fault(db->handle, rc, name_of(query), err);
  if (!stmt) return sp_fail(err, SP_E_INTERNAL, NULL, "%s is empty", name_of(query));
  int result = names_resolve(statement, stmt, query, err);
  if (result) {
    sqlite3_finalize(stmt);
    return result;
  }
  statement->rows = (struct sp_rows){.db = db, .stmt = stmt, .query = query};
  return 0;
}

static int value_bind(sqlite3_stmt *stmt, int index, const struct sp_value *value, sqlite3_destructor_type keep) {
  switch (value->kind) {
  case SP_VALUE_NULL:
    return sqlite3_bind_null(stmt, index);
  case SP_VALUE_INT:
    return sqlite3_bind_int64(stmt, index, value->integer);
  case SP_VALUE_TEXT:
    return sqlite3_bind_text64(stmt, index, value->bytes, value->len, keep, SQLITE_UTF8);
  case SP_VALUE_BLOB:
    return sqlite3_bind_blob64(stmt, index, value->bytes, value->len, keep);
  }
  return SQLITE_MISUSE;
}

/* Prepare at first use, refuse a second run, bind. `keep`: whether SQLite copies the bytes. */
static int statement_ready(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count,
                           sqlite3_destructor_type keep, struct sp_error *err) {
  if ((int)query < 0 || query >= SP_QUERY_COUNT)
    return sp_fail(err, SP_E_INTERNAL, NULL, "There is no query %d", (int)query);
  if (count != sp_query_texts[query].params)
    return sp_fail(err, SP_E_INTERNAL, NULL, "%s takes %d values, not %d", name_of(query), sp_query_texts[query].params,
                   count);
  struct sp_sqlite_statement *statement = &db->statements[query];
  if (statement->rows.running)
    return sp_fail(err, SP_E_INTERNAL, NULL, "%s already runs on this connection", name_of(query));
  int result = statement->rows.stmt ? 0 : statement_prepare(db, query, err);
  if (result) return result;
  for (int i = 0; i < count; i++) {
    if (statement->index[i] == 0) continue; /* a number the text skips */
    int rc = value_bind(statement->rows.stmt, statement->index[i], &params[i], keep);
    if (rc != SQLITE_OK) {
      result = sp_sqlite_fault(db->handle, rc, name_of(query), err);
      sqlite3_clear_bindings(statement->rows.stmt);
      return result;
    }
  }
  return 0;
}

int sp_sqlite_exec(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, int64_t *changed,
                   struct sp_error *err) {
  int result = statement_ready(db, query, params, count, SQLITE_STATIC, err);
  if (result) return result;
  sqlite3_stmt *stmt = db->statements[query].rows.stmt;
  int rc = SQLITE_ROW;
  while (rc == SQLITE_ROW) /* RETURNING changes rows only when stepped to its end */
    rc = sqlite3_step(stmt);
  if (rc != SQLITE_DONE)
    result = sp_sqlite_fault(db->handle, rc, name_of(query), err);
  else if (changed)
    *changed = sqlite3_stmt_readonly(stmt) ? 0 : sqlite3_changes64(db->handle);
  sqlite3_reset(stmt); /* the bindings stay: nobody reads them before the next run has bound all of them anew */
  return result;
}

int sp_sqlite_query(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count,
                    struct sp_rows **out, struct sp_error *err) {
  *out = NULL;
  /* Copied: the caller's bytes may be gone before the last row is read. */
  int result = statement_ready(db, query, params, count, SQLITE_TRANSIENT, err);
  if (result) return result;
  *out = &db->statements[query].rows;
  (*out)->running = true;
  return 0;
}

int sp_sqlite_next(struct sp_rows *rows, struct sp_error *err) {
  int rc = sqlite3_step(rows->stmt);
  if (rc == SQLITE_DONE) return 0;
  if (rc != SQLITE_ROW) return sp_sqlite_fault(rows->db->handle, rc, name_of(rows->query), err);
  int columns = sqlite3_data_count(rows->stmt);
  for (int i = 0; i < columns; i++)
    if (sqlite3_column_type(rows->stmt, i) == SQLITE_FLOAT)
      return sp_fail(err, SP_E_RANGE, sqlite3_column_name(rows->stmt, i), "%s: a sum left the range of whole numbers",
                     name_of(rows->query));
  return 1;
}

int64_t sp_sqlite_column_int(struct sp_rows *rows, int column) {
  return sqlite3_column_int64(rows->stmt, column);
}

const char *sp_sqlite_column_text(struct sp_rows *rows, int column, size_t *len) {
  const unsigned char *text = sqlite3_column_text(rows->stmt, column);
  if (len) *len = text ? (size_t)sqlite3_column_bytes(rows->stmt, column) : 0;
  return text ? (const char *)text : "";
}

const void *sp_sqlite_column_blob(struct sp_rows *rows, int column, size_t *len) {
  const void *bytes = sqlite3_column_blob(rows->stmt, column);
  if (len) *len = bytes ? (size_t)sqlite3_column_bytes(rows->stmt, column) : 0;
  return bytes ? bytes : "";
}

bool sp_sqlite_column_null(struct sp_rows *rows, int column) {
  return sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}

void sp_sqlite_finish(struct sp_rows *rows) {
  if (!rows) return;
  rows->running = false;
  sqlite3_reset(rows->stmt);
  sqlite3_clear_bindings(rows->stmt);
}
