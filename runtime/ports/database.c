#include "ports/database.h"
#include <string.h>

/* A driver's connection and rows begin with these (database.h). */
struct db_head {
  const struct sp_db_api *api;
};
struct rows_head {
  struct sp_db *db;
};

static const struct sp_db_api *api_of(struct sp_db *db) {
  return ((const struct db_head *)(const void *)db)->api;
}

static const struct sp_db_api *rows_api(struct sp_rows *rows) {
  return api_of(((const struct rows_head *)(const void *)rows)->db);
}

struct sp_value sp_v_null(void) {
  return (struct sp_value){.kind = SP_VALUE_NULL};
}

struct sp_value sp_v_int(int64_t value) {
  return (struct sp_value){.kind = SP_VALUE_INT, .integer = value};
}

struct sp_value sp_v_text(const char *text) {
  return text ? sp_v_text_n(text, strlen(text)) : sp_v_null();
}

struct sp_value sp_v_text_n(const char *text, size_t len) {
  return text ? (struct sp_value){.kind = SP_VALUE_TEXT, .bytes = text, .len = len} : sp_v_null();
}

struct sp_value sp_v_blob(const void *bytes, size_t len) {
  return bytes ? (struct sp_value){.kind = SP_VALUE_BLOB, .bytes = bytes, .len = len} : sp_v_null();
}

struct sp_value sp_v_id(const struct sp_id *id) {
  return sp_id_is_nil(id) ? sp_v_null() : sp_v_blob(id->bytes, SP_ID_LEN);
}

int sp_db_begin(struct sp_db *db, struct sp_error *err) {
  return api_of(db)->begin(db, err);
}

int sp_db_commit(struct sp_db *db, struct sp_error *err) {
  return api_of(db)->commit(db, err);
}

void sp_db_rollback(struct sp_db *db) {
  api_of(db)->rollback(db);
}

void sp_db_close(struct sp_db *db) {
  if (db) api_of(db)->close(db);
}

int sp_db_exec(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, int64_t *changed,
               struct sp_error *err) {
  return api_of(db)->exec(db, query, params, count, changed, err);
}

int sp_db_query(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, struct sp_rows **out,
                struct sp_error *err) {
  return api_of(db)->query(db, query, params, count, out, err);
}

int sp_rows_next(struct sp_rows *rows, struct sp_error *err) {
  return rows_api(rows)->next(rows, err);
}

int64_t sp_rows_int(struct sp_rows *rows, int column) {
  return rows_api(rows)->column_int(rows, column);
}

const char *sp_rows_text(struct sp_rows *rows, int column) {
  return rows_api(rows)->column_text(rows, column, NULL);
}

const void *sp_rows_blob(struct sp_rows *rows, int column, size_t *len) {
  return rows_api(rows)->column_blob(rows, column, len);
}

void sp_rows_id(struct sp_rows *rows, int column, struct sp_id *out) {
  size_t len = 0;
  const void *bytes = sp_rows_blob(rows, column, &len);
  memset(out, 0, sizeof *out);
  if (len == SP_ID_LEN) memcpy(out->bytes, bytes, SP_ID_LEN);
}

bool sp_rows_null(struct sp_rows *rows, int column) {
  return rows_api(rows)->column_null(rows, column);
}

void sp_rows_finish(struct sp_rows *rows) {
  if (rows) rows_api(rows)->finish(rows);
}

int sp_db_one(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, struct sp_rows **rows,
              struct sp_error *err) {
  int result = sp_db_query(db, query, params, count, rows, err);
  if (result) return result;
  result = sp_rows_next(*rows, err);
  if (result <= 0) {
    sp_rows_finish(*rows);
    *rows = NULL;
  }
  return result;
}
