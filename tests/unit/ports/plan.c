/* Building and running a plan, and the shorthands of the storage port, on an engine that only takes notes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ports/migrate.h"
#include "ports/plan.h"
#include <string.h>

struct sp_db {
  const struct sp_db_api *api;
  int executed;
  struct sp_value last[SP_PARAMS_MAX];
  int last_count;
  int64_t changes; /* what exec says */
  int rows_left, finished;
  int next_result;
  int64_t version;
  int scripts, commits, rollbacks;
  bool fail_script;
};

struct sp_rows {
  struct sp_db *db;
};

static struct sp_rows the_rows;

static int note_exec(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count, int64_t *changed,
                     struct sp_error *err) {
  (void)query;
  (void)err;
  db->executed++;
  db->last_count = count;
  for (int i = 0; i < count; i++)
    db->last[i] = params[i];
  *changed = db->changes;
  return 0;
}

static int note_query(struct sp_db *db, enum sp_query query, const struct sp_value *params, int count,
                      struct sp_rows **out, struct sp_error *err) {
  (void)query;
  (void)params;
  (void)count;
  (void)err;
  the_rows.db = db;
  *out = &the_rows;
  return 0;
}

static int note_next(struct sp_rows *rows, struct sp_error *err) {
  if (rows->db->next_result) return sp_fail(err, rows->db->next_result, NULL, "made to fail");
  return rows->db->rows_left-- > 0;
}

static void note_finish(struct sp_rows *rows) {
  rows->db->finished++;
}

static const void *note_blob(struct sp_rows *rows, int column, size_t *len) {
  (void)rows;
  *len = column == 0 ? SP_ID_LEN : 3;
  return "0123456789abcdef";
}

static int note_begin(struct sp_db *db, struct sp_error *err) {
  (void)db;
  (void)err;
  return 0;
}

static int note_commit(struct sp_db *db, struct sp_error *err) {
  (void)err;
  db->commits++;
  return 0;
}

static void note_rollback(struct sp_db *db) {
  db->rollbacks++;
}

static int note_script(struct sp_db *db, const char *sql, struct sp_error *err) {
  (void)sql;
  db->scripts++;
  return db->fail_script ? sp_fail(err, SP_E_INTERNAL, NULL, "bad sentence") : 0;
}

static int note_version(struct sp_db *db, int64_t *out, struct sp_error *err) {
  (void)err;
  *out = db->version;
  return 0;
}

static int note_set_version(struct sp_db *db, int64_t version, struct sp_error *err) {
  (void)err;
  db->version = version;
  return 0;
}

static const struct sp_db_api note_api = {
    .name = "notes",
    .begin = note_begin,
    .commit = note_commit,
    .rollback = note_rollback,
    .exec = note_exec,
    .query = note_query,
    .next = note_next,
    .finish = note_finish,
    .column_blob = note_blob,
    .script = note_script,
    .version = note_version,
    .set_version = note_set_version,
};

static void test_values(void **state) {
  (void)state;
  struct sp_id id = {{0}};
  assert_int_equal(sp_v_id(&id).kind, SP_VALUE_NULL);
  id.bytes[15] = 1;
  assert_int_equal(sp_v_id(&id).kind, SP_VALUE_BLOB);
  assert_int_equal(sp_v_id(&id).len, SP_ID_LEN);
  assert_int_equal(sp_v_text(NULL).kind, SP_VALUE_NULL);
  assert_int_equal(sp_v_text("").kind, SP_VALUE_TEXT);
  assert_int_equal(sp_v_text("abc").len, 3);
  assert_int_equal(sp_v_text_n("abc", 2).len, 2);
  assert_int_equal(sp_v_blob(NULL, 4).kind, SP_VALUE_NULL);
  assert_int_equal(sp_v_blob("", 0).kind, SP_VALUE_BLOB);
  assert_true(sp_v_int(INT64_MIN).integer == INT64_MIN);
}

static void test_a_plan_keeps_its_own_values(void **state) {
  (void)state;
  struct sp_db db = {.api = &note_api, .changes = 1};
  struct sp_arena arena;
  struct sp_plan plan;
  sp_arena_init(&arena, 1 << 16);
  sp_plan_init(&plan, &arena);
  struct sp_id id = {{7}};
  struct sp_value params[2] = {sp_v_int(5), sp_v_id(&id)};
  sp_plan_add(&plan, SP_Q_NODE_GET, params, 2);
  params[0] = sp_v_int(9);
  id.bytes[0] = 9;
  assert_int_equal(plan.steps, 1);
  assert_int_equal(sp_plan_run(&plan, &db, NULL), 0);
  assert_int_equal(sp_plan_run(&plan, &db, NULL), 0); /* as often as wanted */
  assert_int_equal(db.executed, 2);
  assert_int_equal(db.last_count, 2);
  assert_int_equal(db.last[0].integer, 5);
  assert_int_equal(((const uint8_t *)db.last[1].bytes)[0], 7);
  sp_arena_free(&arena);
}

static void test_an_expectation_fails_in_its_own_words(void **state) {
  (void)state;
  struct sp_db db = {.api = &note_api};
  struct sp_arena arena;
  struct sp_plan plan;
  struct sp_error error = {0};
  sp_arena_init(&arena, 1 << 16);
  sp_plan_init(&plan, &arena);
  sp_plan_add(&plan, SP_Q_NODE_GET, NULL, 0);
  sp_plan_expect(&plan, SP_Q_NODE_GET, NULL, 0, SP_E_STOCK, "lines[2]", "100% gone");
  sp_plan_add(&plan, SP_Q_NODE_GET, NULL, 0);
  for (db.changes = 0; db.changes < 3; db.changes++) {
    db.executed = 0;
    int result = sp_plan_run(&plan, &db, &error);
    assert_int_equal(result, db.changes == 1 ? 0 : SP_E_STOCK);
    assert_int_equal(db.executed, db.changes == 1 ? 3 : 2);
  }
  assert_string_equal(error.field, "lines[2]");
  assert_string_equal(error.message, "100% gone");
  sp_arena_free(&arena);
}

static void test_a_plan_has_bounds(void **state) {
  (void)state;
  struct sp_db db = {.api = &note_api, .changes = 1};
  struct sp_arena arena;
  struct sp_plan plan;
  struct sp_error error = {0};
  sp_arena_init(&arena, 8 << 20);
  sp_plan_init(&plan, &arena);
  for (int i = 0; i <= SP_PLAN_STEPS_MAX; i++) {
    assert_int_equal(plan.failed, 0);
    sp_plan_add(&plan, SP_Q_NODE_GET, NULL, 0);
  }
  assert_int_equal(plan.failed, SP_E_LIMIT);
  assert_int_equal(sp_plan_run(&plan, &db, &error), SP_E_LIMIT);
  assert_int_equal(db.executed, 0);
  struct sp_value many[SP_PARAMS_MAX + 1];
  memset(many, 0, sizeof many);
  sp_plan_init(&plan, &arena);
  sp_plan_add(&plan, SP_Q_NODE_GET, many, SP_PARAMS_MAX + 1);
  assert_int_equal(plan.failed, SP_E_LIMIT);
  sp_arena_free(&arena);
  sp_arena_init(&arena, 16); /* room for nothing */
  sp_plan_init(&plan, &arena);
  sp_plan_expect(&plan, SP_Q_NODE_GET, many, 2, SP_E_CONFLICT, NULL, "?");
  assert_int_equal(plan.failed, SP_E_NOMEM);
  sp_plan_add(&plan, SP_Q_NODE_GET, NULL, 0);
  assert_int_equal(sp_plan_run(&plan, &db, &error), SP_E_NOMEM);
  assert_int_equal(db.executed, 0);
  sp_arena_free(&arena);
}

static void test_one_row_or_none(void **state) {
  (void)state;
  struct sp_db db = {.api = &note_api, .rows_left = 1};
  struct sp_rows *rows = NULL;
  struct sp_id id;
  assert_int_equal(sp_db_one(&db, SP_Q_NODE_GET, NULL, 0, &rows, NULL), 1);
  assert_non_null(rows);
  sp_rows_id(rows, 0, &id);
  assert_memory_equal(id.bytes, "0123456789abcdef", SP_ID_LEN);
  sp_rows_id(rows, 1, &id);
  assert_true(sp_id_is_nil(&id));
  sp_rows_finish(rows);
  assert_int_equal(sp_db_one(&db, SP_Q_NODE_GET, NULL, 0, &rows, NULL), 0);
  assert_null(rows);
  db.next_result = SP_E_IO;
  assert_int_equal(sp_db_one(&db, SP_Q_NODE_GET, NULL, 0, &rows, NULL), SP_E_IO);
  assert_null(rows);
  assert_int_equal(db.finished, 3);
}

static void test_migrations_in_order(void **state) {
  (void)state;
  struct sp_db db = {.api = &note_api, .version = 1};
  const struct sp_migration list[] = {{1, "one", ""}, {2, "two", ""}, {5, "five", ""}, {0, 0, 0}};
  const struct sp_migration jumbled[] = {{2, "two", ""}, {1, "one", ""}, {0, 0, 0}};
  struct sp_error error = {0};
  int64_t from = 0, to = 0;
  assert_int_equal(sp_migrate_list(&db, list, &from, &to, &error), 0);
  assert_int_equal(from, 1);
  assert_int_equal(to, 5);
  assert_int_equal(db.scripts, 2);
  assert_int_equal(db.commits, 2);
  assert_int_equal(sp_migrate_list(&db, list, &from, &to, &error), 0);
  assert_int_equal(db.scripts, 2);
  assert_int_equal(sp_migrate_list(&db, jumbled, NULL, NULL, &error), SP_E_INTERNAL);
  db.version = 6;
  assert_int_equal(sp_migrate_list(&db, list, NULL, NULL, &error), SP_E_UNSUPPORTED);
  assert_int_equal(db.scripts, 2);
  db.version = 0;
  db.fail_script = true;
  assert_int_equal(sp_migrate_list(&db, list, &from, &to, &error), SP_E_INTERNAL);
  assert_int_equal(to, 0);
  assert_int_equal(db.rollbacks, 1);
  assert_string_equal(error.message, "Migration 1 (one) failed: bad sentence");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_a_plan_keeps_its_own_values),
      cmocka_unit_test(test_an_expectation_fails_in_its_own_words),
      cmocka_unit_test(test_a_plan_has_bounds),
      cmocka_unit_test(test_one_row_or_none),
      cmocka_unit_test(test_migrations_in_order),
  };
  return cmocka_run_group_tests_name("plans", tests, NULL, NULL);
}
