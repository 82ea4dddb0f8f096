/* The storage port's contract, run on every driver of the table below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "ports/migrate.h"
#include "ports/plan.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct driver {
  const char *name;
  const struct sp_db_api *(*api)(void);
};

static const struct driver drivers[] = {
    {"sqlite", sp_sqlite_api},
};
#define DRIVERS (sizeof drivers / sizeof drivers[0])

struct bench {
  const struct sp_db_api *api;
  char folder[64];
  char location[96];
  struct sp_db *writer, *reader;
};

static int bench_open(struct bench *bench, enum sp_db_mode mode, struct sp_db **out) {
  const struct sp_db_options options = {.location = bench->location, .mode = mode, .create = mode == SP_DB_WRITE};
  return bench->api->open(&options, out, NULL);
}

static void bench_make(struct bench *bench, const struct driver *driver) {
  *bench = (struct bench){.api = driver->api(), .folder = "/tmp/suanpan-contract-XXXXXX"};
  assert_non_null(mkdtemp(bench->folder));
  snprintf(bench->location, sizeof bench->location, "%s/node.db", bench->folder);
  assert_int_equal(bench_open(bench, SP_DB_WRITE, &bench->writer), 0);
  struct sp_error error = {0};
  int64_t from = -1, to = -1;
  if (sp_migrate(bench->writer, &from, &to, &error)) fail_msg("%s", error.message);
  assert_int_equal(from, 0);
  assert_int_equal(to, sp_migrate_latest());
  assert_int_equal(bench_open(bench, SP_DB_READ, &bench->reader), 0);
}

static void bench_free(struct bench *bench) {
  sp_db_close(bench->reader);
  sp_db_close(bench->writer);
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", bench->folder);
  assert_int_equal(system(command), 0);
}

/* A record of the journal: a table without references. */
struct record {
  struct sp_value values[9];
};

static struct record record_make(int64_t seq, const char *kind, const void *body, size_t len) {
  return (struct record){{sp_v_int(seq), sp_v_blob("epoch", 5), sp_v_text(kind), sp_v_int(1), sp_v_int(1000),
                          sp_v_blob("actor", 5), sp_v_null(), sp_v_blob(body, len), sp_v_blob("hash", 4)}};
}

static int record_insert(struct sp_db *db, int64_t seq, const char *kind, struct sp_error *err) {
  struct record record = record_make(seq, kind, "{}", 2);
  return sp_db_exec(db, SP_Q_JOURNAL_INSERT, record.values, 9, NULL, err);
}

static int64_t journal_count(struct sp_db *db) {
  struct sp_rows *rows = NULL;
  int64_t count = 0;
  assert_int_equal(sp_db_query(db, SP_Q_JOURNAL_WALK, NULL, 0, &rows, NULL), 0);
  while (sp_rows_next(rows, NULL) == 1)
    count++;
  sp_rows_finish(rows);
  return count;
}

static void every_statement_fits_the_schema(struct bench *bench) {
  struct sp_value params[SP_PARAMS_MAX];
  for (int i = 0; i < SP_PARAMS_MAX; i++)
    params[i] = sp_v_null();
  for (int i = 0; i < SP_QUERY_COUNT; i++) {
    struct sp_rows *rows = NULL;
    struct sp_error error = {0};
    if (sp_db_query(bench->writer, (enum sp_query)i, params, sp_query_texts[i].params, &rows, &error))
      fail_msg("%s", error.message);
    sp_rows_finish(rows);
  }
}

static void values_come_back_as_they_went_in(struct bench *bench) {
  static const char body[] = "a\0b\xff";
  struct record record = record_make(INT64_MAX, "甲", body, sizeof body);
  record.values[5] = sp_v_blob("", 0);
  record.values[4] = sp_v_int(INT64_MIN);
  int64_t changed = 0;
  assert_int_equal(sp_db_exec(bench->writer, SP_Q_JOURNAL_INSERT, record.values, 9, &changed, NULL), 0);
  assert_int_equal(changed, 1);
  struct sp_rows *rows = NULL;
  assert_int_equal(sp_db_one(bench->reader, SP_Q_JOURNAL_WALK, NULL, 0, &rows, NULL), 1);
  assert_true(sp_rows_int(rows, 0) == INT64_MAX);
  assert_string_equal(sp_rows_text(rows, 2), "甲");
  assert_true(sp_rows_int(rows, 4) == INT64_MIN);
  size_t len = 9;
  assert_non_null(sp_rows_blob(rows, 5, &len));
  assert_int_equal(len, 0);
  assert_false(sp_rows_null(rows, 5));
  assert_true(sp_rows_null(rows, 6));
  assert_int_equal(sp_rows_int(rows, 6), 0);
  assert_string_equal(sp_rows_text(rows, 6), "");
  const void *bytes = sp_rows_blob(rows, 7, &len);
  assert_int_equal(len, sizeof body);
  assert_memory_equal(bytes, body, len);
  struct sp_id id;
  sp_rows_id(rows, 7, &id); /* not 16 bytes */
  assert_true(sp_id_is_nil(&id));
  assert_int_equal(sp_rows_next(rows, NULL), 0);
  sp_rows_finish(rows);
}

static void errors_have_their_code(struct bench *bench) {
  struct sp_error error = {0};
  assert_int_equal(record_insert(bench->writer, 1, "a", NULL), 0);
  assert_int_equal(record_insert(bench->writer, 1, "a", &error), SP_E_EXISTS);
  assert_string_equal(error.field, "seq");
  assert_non_null(strstr(error.message, "journal_insert"));
  assert_int_equal(record_insert(bench->writer, 2, NULL, &error), SP_E_CONFLICT);
  assert_string_equal(error.field, "kind");
  struct sp_value params[8] = {sp_v_text("no-such")};
  assert_int_equal(sp_db_exec(bench->writer, SP_Q_JOURNAL_INSERT, params, 1, NULL, &error), SP_E_INTERNAL);
  struct sp_value location[3] = {sp_v_text("shelf"), sp_v_blob("0123456789abcdef", 16), sp_v_text("Shelf")};
  assert_int_equal(sp_db_exec(bench->writer, SP_Q_LOCATION_INSERT, location, 3, NULL, &error), SP_E_CONFLICT);
  error.lang = SP_LANG_ZH;
  assert_int_equal(record_insert(bench->writer, 1, "a", &error), SP_E_EXISTS);
  assert_non_null(strstr(error.message, "唯一"));
  assert_int_equal(record_insert(bench->reader, 3, "a", &error), SP_E_INTERNAL);
  assert_int_equal(bench->api->script(bench->reader, "DELETE FROM journal", &error), SP_E_INTERNAL);
  assert_int_equal(bench->api->script(bench->writer, "no such sentence", &error), SP_E_INTERNAL);
  assert_int_equal(journal_count(bench->reader), 1);
}

static void one_run_of_a_query_at_a_time(struct bench *bench) {
  for (int64_t i = 1; i <= 3; i++)
    assert_int_equal(record_insert(bench->writer, i, "a", NULL), 0);
  struct sp_rows *first = NULL, *second = NULL;
  assert_int_equal(sp_db_query(bench->reader, SP_Q_JOURNAL_WALK, NULL, 0, &first, NULL), 0);
  assert_int_equal(sp_rows_next(first, NULL), 1);
  assert_int_equal(sp_db_query(bench->reader, SP_Q_JOURNAL_WALK, NULL, 0, &second, NULL), SP_E_INTERNAL);
  assert_null(second);
  sp_rows_finish(first);
  sp_rows_finish(NULL);
  assert_int_equal(journal_count(bench->reader), 3);
  char text[] = "shelf"; /* the bytes may go before the rows are read */
  struct sp_value name = sp_v_text(text);
  assert_int_equal(sp_db_query(bench->reader, SP_Q_PRODUCT_BY_CODE, &name, 1, &first, NULL), 0);
  memset(text, 'x', sizeof text - 1);
  assert_int_equal(sp_rows_next(first, NULL), 0);
  sp_rows_finish(first);
}

static void a_reader_sees_one_moment(struct bench *bench) {
  assert_int_equal(record_insert(bench->writer, 1, "a", NULL), 0);
  assert_int_equal(sp_db_begin(bench->reader, NULL), 0);
  assert_int_equal(journal_count(bench->reader), 1);
  assert_int_equal(sp_db_begin(bench->writer, NULL), 0);
  assert_true(bench->api->in_transaction(bench->writer));
  assert_int_equal(record_insert(bench->writer, 2, "a", NULL), 0);
  assert_int_equal(journal_count(bench->reader), 1);
  assert_int_equal(sp_db_commit(bench->writer, NULL), 0);
  assert_false(bench->api->in_transaction(bench->writer));
  assert_int_equal(journal_count(bench->reader), 1);
  sp_db_rollback(bench->reader);
  sp_db_rollback(bench->reader); /* none open is fine */
  assert_int_equal(journal_count(bench->reader), 2);
}

static void a_savepoint_undoes_only_itself(struct bench *bench) {
  struct sp_db *db = bench->writer;
  assert_int_equal(sp_db_begin(db, NULL), 0);
  assert_int_equal(record_insert(db, 1, "a", NULL), 0);
  assert_int_equal(bench->api->savepoint(db, NULL), 0);
  assert_int_equal(record_insert(db, 2, "a", NULL), 0);
  assert_int_equal(bench->api->rollback_to(db, NULL), 0);
  assert_int_equal(bench->api->savepoint(db, NULL), 0);
  assert_int_equal(record_insert(db, 3, "a", NULL), 0);
  assert_int_equal(bench->api->release(db, NULL), 0);
  assert_int_equal(sp_db_commit(db, NULL), 0);
  assert_int_equal(journal_count(bench->reader), 2);
  assert_int_equal(sp_db_begin(db, NULL), 0);
  assert_int_equal(record_insert(db, 4, "a", NULL), 0);
  sp_db_rollback(db);
  assert_int_equal(journal_count(bench->reader), 2);
}

/* Reads the journal's head of its own moment, as the real one will. */
static int append_call(struct sp_db *db, void *argument, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  int result = sp_db_one(db, SP_Q_JOURNAL_HEAD, NULL, 0, &rows, err);
  if (result < 0) return result;
  int64_t seq = result ? sp_rows_int(rows, 0) + 1 : 1;
  sp_rows_finish(rows);
  return record_insert(db, seq, argument, err);
}

static void a_group_keeps_the_good_plans(struct bench *bench) {
  static char kind[] = "call";
  struct sp_arena arena;
  struct sp_plan plans[5];
  struct sp_plan_entry entries[5] = {0};
  sp_arena_init(&arena, 1 << 20);
  for (int i = 0; i < 5; i++) {
    sp_plan_init(&plans[i], &arena);
    sp_plan_call_add(&plans[i], append_call, kind);
    entries[i].plan = &plans[i];
  }
  struct record taken = record_make(1, "dup", "", 0);
  sp_plan_add(&plans[1], SP_Q_JOURNAL_INSERT, taken.values, 9);
  struct sp_value none[4] = {sp_v_blob("p", 1), sp_v_text("shelf"), sp_v_text(""), sp_v_int(1)};
  sp_plan_expect(&plans[3], SP_Q_STOCK_TAKE, none, 4, SP_E_STOCK, "lines[0]", "There is not enough of it");
  sp_plan_commit(bench->writer, entries, 5);
  const int expected[5] = {0, SP_E_EXISTS, 0, SP_E_STOCK, 0};
  for (int i = 0; i < 5; i++)
    assert_int_equal(entries[i].result, expected[i]);
  assert_string_equal(entries[3].error.field, "lines[0]");
  assert_string_equal(entries[3].error.message, "There is not enough of it");
  assert_int_equal(journal_count(bench->reader), 3);
  sp_plan_commit(bench->writer, &entries[3], 1);
  assert_int_equal(entries[3].result, SP_E_STOCK);
  sp_plan_commit(bench->writer, &entries[4], 1);
  assert_int_equal(entries[4].result, 0);
  sp_plan_commit(bench->writer, entries, 0);
  assert_false(bench->api->in_transaction(bench->writer));
  assert_int_equal(journal_count(bench->reader), 4);
  sp_arena_free(&arena);
}

static void migrations_stop_at_the_bad_one(struct bench *bench) {
  int64_t base = sp_migrate_latest();
  const struct sp_migration list[] = {
      {(int)base, "base", ""},
      {(int)base + 1, "good", "CREATE TABLE extra (id BIGINT NOT NULL PRIMARY KEY) /*sqlite: WITHOUT ROWID */;"},
      {(int)base + 2, "bad", "CREATE TABLE more (id BIGINT); INSERT INTO nowhere VALUES (1);"},
      {0, 0, 0},
  };
  int64_t from = 0, to = 0;
  struct sp_error error = {0};
  assert_int_equal(sp_migrate_list(bench->writer, list, &from, &to, &error), SP_E_INTERNAL);
  assert_int_equal(from, base);
  assert_int_equal(to, base + 1);
  assert_non_null(strstr(error.message, "(bad)"));
  assert_false(bench->api->in_transaction(bench->writer));
  assert_int_equal(bench->api->script(bench->writer, "INSERT INTO extra VALUES (1)", NULL), 0);
  assert_int_not_equal(bench->api->script(bench->writer, "INSERT INTO more VALUES (1)", NULL), 0);
  assert_int_equal(sp_migrate(bench->writer, &from, &to, &error), SP_E_UNSUPPORTED); /* newer than this build */
  assert_int_equal(to, base + 1);
  int64_t version = 0;
  assert_int_equal(bench->api->version(bench->reader, &version, NULL), 0);
  assert_int_equal(version, base + 1);
}

static void a_copy_is_whole_while_sales_go_on(struct bench *bench) {
  static char padding[2000];
  struct sp_error error = {0};
  for (int64_t i = 1; i <= 200; i++) {
    struct record record = record_make(i, "a", padding, sizeof padding);
    assert_int_equal(sp_db_exec(bench->writer, SP_Q_JOURNAL_INSERT, record.values, 9, NULL, NULL), 0);
  }
  char path[128];
  snprintf(path, sizeof path, "%s/copy.db", bench->folder);
  assert_int_equal(bench->api->backup_begin(bench->writer, path, NULL), 0);
  assert_int_equal(bench->api->backup_begin(bench->writer, path, NULL), SP_E_BUSY);
  int64_t seq = 200, remaining = 0, total = 0;
  int more = 1;
  while ((more = bench->api->backup_step(bench->writer, 10, &remaining, &total, &error)) == 1)
    if (remaining > 0) assert_int_equal(record_insert(bench->writer, ++seq, "during", NULL), 0);
  if (more) fail_msg("%s", error.message);
  assert_true(seq > 205);
  assert_true(total > 100);
  assert_int_equal(bench->api->backup_step(bench->writer, 10, NULL, NULL, NULL), SP_E_INTERNAL);
  struct sp_db *copy = NULL;
  const struct sp_db_options options = {.location = path, .mode = SP_DB_READ};
  assert_int_equal(bench->api->open(&options, &copy, NULL), 0);
  assert_int_equal(bench->api->check(copy, true, NULL), 0);
  assert_int_equal(journal_count(copy), seq);
  sp_db_close(copy);
  /* One given up leaves nothing behind. */
  snprintf(path, sizeof path, "%s/other.db", bench->folder);
  assert_int_equal(bench->api->backup_begin(bench->writer, path, NULL), 0);
  assert_int_equal(bench->api->backup_step(bench->writer, 1, NULL, NULL, NULL), 1);
  sp_db_close(bench->writer);
  bench->writer = NULL;
  assert_int_not_equal(access(path, F_OK), 0);
  snprintf(path, sizeof path, "%s/other.db.part", bench->folder);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void reopening_finds_everything(struct bench *bench) {
  assert_int_equal(record_insert(bench->writer, 1, "a", NULL), 0);
  sp_db_close(bench->reader);
  sp_db_close(bench->writer);
  bench->reader = bench->writer = NULL;
  assert_int_equal(bench_open(bench, SP_DB_WRITE, &bench->writer), 0);
  assert_int_equal(bench_open(bench, SP_DB_READ, &bench->reader), 0);
  int64_t from = 0;
  assert_int_equal(sp_migrate(bench->writer, &from, NULL, NULL), 0);
  assert_int_equal(from, sp_migrate_latest());
  assert_int_equal(journal_count(bench->reader), 1);
  assert_int_equal(bench->api->check(bench->reader, false, NULL), 0);
  assert_int_equal(bench->api->check(bench->reader, true, NULL), 0);
  bench->api->maintain(bench->writer, 0);
}

static void run_on_all(void (*body)(struct bench *bench)) {
  for (size_t i = 0; i < DRIVERS; i++) {
    struct bench bench;
    bench_make(&bench, &drivers[i]);
    assert_string_equal(bench.api->name, drivers[i].name);
    body(&bench);
    bench_free(&bench);
  }
}

static void test_body(void **state) {
  void (*const *body)(struct bench *) = (void (*const *)(struct bench *)) * state;
  run_on_all(*body);
}

#define CASE(name)                                                                                                     \
  {                                                                                                                    \
#name, test_body, NULL, NULL, (void *)&(void (*[1])(struct bench *)) {                                             \
      name                                                                                                             \
    }                                                                                                                  \
  }

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(every_statement_fits_the_schema),
      CASE(values_come_back_as_they_went_in),
      CASE(errors_have_their_code),
      CASE(one_run_of_a_query_at_a_time),
      CASE(a_reader_sees_one_moment),
      CASE(a_savepoint_undoes_only_itself),
      CASE(a_group_keeps_the_good_plans),
      CASE(migrations_stop_at_the_bad_one),
      CASE(a_copy_is_whole_while_sales_go_on),
      CASE(reopening_finds_everything),
  };
  return cmocka_run_group_tests_name("storage contract", tests, NULL, NULL);
}
