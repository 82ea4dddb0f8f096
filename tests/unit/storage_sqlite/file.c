/* What the driver does with its file: settings, ownership, damage, an unclean stop, the size of the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/connection.h"
#include "ports/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct room {
  char folder[64];
  char path[96], other[96];
  struct sp_db *writer;
};

static int open_at(const char *path, enum sp_db_mode mode, bool create, struct sp_db **out, struct sp_error *err) {
  const struct sp_db_options options = {.location = path, .mode = mode, .create = create};
  return sp_sqlite_api()->open(&options, out, err);
}

static int room_make(void **state) {
  struct room *room = calloc(1, sizeof *room);
  assert_non_null(room);
  snprintf(room->folder, sizeof room->folder, "/tmp/suanpan-sqlite-XXXXXX");
  assert_non_null(mkdtemp(room->folder));
  snprintf(room->path, sizeof room->path, "%s/node.db", room->folder);
  snprintf(room->other, sizeof room->other, "%s/other.db", room->folder);
  assert_int_equal(open_at(room->path, SP_DB_WRITE, true, &room->writer, NULL), 0);
  assert_int_equal(sp_migrate(room->writer, NULL, NULL, NULL), 0);
  *state = room;
  return 0;
}

static int room_free(void **state) {
  struct room *room = *state;
  char command[128];
  sp_db_close(room->writer);
  snprintf(command, sizeof command, "rm -rf '%s'", room->folder);
  assert_int_equal(system(command), 0);
  free(room);
  return 0;
}

static int64_t pragma(struct sp_db *db, const char *sql) {
  int64_t value = -1;
  assert_int_equal(sp_sqlite_pragma_int(db->handle, sql, &value, NULL), 0);
  return value;
}

static int64_t size_of(const char *path, const char *suffix) {
  char name[256];
  struct stat info;
  int len = snprintf(name, sizeof name, "%s%s", path, suffix);
  assert_in_range(len, 1, (int)sizeof name - 1);
  return stat(name, &info) == 0 ? (int64_t)info.st_size : -1;
}

static int record_insert(struct sp_db *db, int64_t seq, size_t len) {
  static const char body[5000];
  const struct sp_value values[9] = {
      sp_v_int(seq),         sp_v_blob("e", 1), sp_v_text("a"),       sp_v_int(1),       sp_v_int(1),
      sp_v_blob("actor", 5), sp_v_null(),       sp_v_blob(body, len), sp_v_blob("h", 1),
  };
  return sp_db_exec(db, SP_Q_JOURNAL_INSERT, values, 9, NULL, NULL);
}

static void test_settings_hold(void **state) {
  struct room *room = *state;
  struct sp_db *reader = NULL;
  assert_int_equal(open_at(room->path, SP_DB_READ, false, &reader, NULL), 0);
  struct sp_db *both[] = {room->writer, reader};
  for (int i = 0; i < 2; i++) {
    assert_int_equal(pragma(both[i], "PRAGMA foreign_keys"), 1);
    assert_int_equal(pragma(both[i], "PRAGMA temp_store"), 2);
    assert_int_equal(pragma(both[i], "PRAGMA mmap_size"), 0);
    assert_int_equal(pragma(both[i], "PRAGMA cell_size_check"), 1);
    assert_int_equal(pragma(both[i], "PRAGMA trusted_schema"), 0);
    assert_int_equal(pragma(both[i], "PRAGMA wal_autocheckpoint"), 0);
    assert_int_equal(pragma(both[i], "PRAGMA busy_timeout"), 1000);
    assert_int_equal(sqlite3_exec(both[i]->handle, "SELECT \"zzz\"", NULL, NULL, NULL), SQLITE_ERROR);
    assert_int_not_equal(sqlite3_exec(both[i]->handle, "ATTACH ':memory:' AS x", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(both[i]->handle, "SELECT load_extension('x')", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(
        sqlite3_exec(both[i]->handle, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema", NULL, NULL, NULL),
        SQLITE_OK);
  }
  assert_int_equal(pragma(room->writer, "PRAGMA synchronous"), 2);
  assert_int_equal(pragma(reader, "PRAGMA query_only"), 1);
  assert_true(pragma(reader, "PRAGMA cache_size") >= -1024); /* KiB, as a negative number */
  sp_db_close(reader);
}

static void test_strangers_are_refused(void **state) {
  struct room *room = *state;
  struct sp_db *db = NULL;
  struct sp_error error = {0};
  assert_int_equal(open_at(room->other, SP_DB_READ, true, &db, &error), SP_E_IO); /* a reader makes no file */
  assert_int_equal(open_at(room->other, SP_DB_WRITE, false, &db, &error), SP_E_IO);
  assert_int_equal(size_of(room->other, ""), -1);
  assert_int_equal(open_at("", SP_DB_WRITE, true, &db, &error), SP_E_INVALID);
  assert_int_equal(open_at(":memory:", SP_DB_WRITE, true, &db, &error), SP_E_IO);
  sqlite3 *stranger = NULL;
  assert_int_equal(sqlite3_open(room->other, &stranger), SQLITE_OK);
  assert_int_equal(sqlite3_exec(stranger, "CREATE TABLE theirs (a)", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(stranger), SQLITE_OK);
  assert_int_equal(open_at(room->other, SP_DB_WRITE, true, &db, &error), SP_E_UNSUPPORTED);
  assert_non_null(strstr(error.message, "another program"));
  FILE *file = fopen(room->other, "w");
  assert_non_null(file);
  for (int i = 0; i < 500; i++)
    fputs("This is not a database. ", file);
  fclose(file);
  assert_int_equal(open_at(room->other, SP_DB_WRITE, true, &db, &error), SP_E_CORRUPT);
  assert_null(db);
}

static void test_an_unclean_stop_shows(void **state) {
  struct room *room = *state;
  char command[512];
  assert_false(sp_sqlite_was_unclean(room->other));
  assert_int_equal(record_insert(room->writer, 1, 100), 0);
  /* What a killed process leaves: both files as they are at this moment. */
  snprintf(command, sizeof command, "cp '%s' '%s' && cp '%s-wal' '%s-wal'", room->path, room->other, room->path,
           room->other);
  assert_int_equal(system(command), 0);
  assert_true(sp_sqlite_was_unclean(room->other));
  struct sp_db *db = NULL;
  assert_int_equal(open_at(room->other, SP_DB_WRITE, false, &db, NULL), 0);
  assert_int_equal(sp_sqlite_api()->check(db, false, NULL), 0);
  assert_int_equal(pragma(db, "SELECT count(*) FROM journal"), 1);
  sp_db_close(db);
  assert_false(sp_sqlite_was_unclean(room->other));
  /* A reader that closes last leaves the log alone: only the writer folds it in. */
  struct sp_db *reader = NULL;
  assert_int_equal(open_at(room->path, SP_DB_READ, false, &reader, NULL), 0);
  assert_int_equal(pragma(reader, "SELECT count(*) FROM journal"), 1);
  sp_db_close(room->writer);
  room->writer = NULL;
  sp_db_close(reader);
  assert_true(sp_sqlite_was_unclean(room->path));
}

static void test_damage_is_found(void **state) {
  struct room *room = *state;
  struct sp_error error = {0};
  for (int64_t i = 1; i <= 300; i++)
    assert_int_equal(record_insert(room->writer, i, 900), 0);
  sp_db_close(room->writer);
  room->writer = NULL;
  int64_t size = size_of(room->path, "");
  FILE *file = fopen(room->path, "r+");
  assert_non_null(file);
  assert_int_equal(fseek(file, (long)(size / 4096 / 2 * 4096), SEEK_SET), 0);
  for (int i = 0; i < 1024; i++)
    fputs("\xff\x01\x80?", file);
  fclose(file);
  assert_int_equal(open_at(room->path, SP_DB_WRITE, false, &room->writer, &error), 0);
  assert_int_equal(sp_sqlite_api()->check(room->writer, false, &error), SP_E_CORRUPT);
  assert_int_equal(sp_sqlite_api()->check(room->writer, true, &error), SP_E_CORRUPT);
  char copy[128];
  snprintf(copy, sizeof copy, "%s/copy.db", room->folder);
  assert_int_equal(sp_sqlite_api()->backup_begin(room->writer, copy, &error), 0);
  int step = 1;
  while ((step = sp_sqlite_api()->backup_step(room->writer, 100, NULL, NULL, &error)) == 1)
    continue;
  assert_int_equal(step, SP_E_CORRUPT); /* a damaged copy is not called a backup */
  assert_int_equal(size_of(copy, ""), -1);
  assert_int_equal(size_of(copy, ".part"), -1);
}

static void test_a_dangling_reference_is_damage(void **state) {
  struct room *room = *state;
  struct sp_error error = {0};
  static const char dangling[] = "PRAGMA foreign_keys = OFF;"
                                 "INSERT INTO barcode (barcode, product_id) VALUES ('1', x'00');"
                                 "PRAGMA foreign_keys = ON";
  assert_int_equal(sp_sqlite_api()->script(room->writer, dangling, NULL), 0);
  assert_int_equal(sp_sqlite_api()->check(room->writer, true, &error), SP_E_CORRUPT);
  assert_non_null(strstr(error.message, "barcode"));
}

static void test_a_copy_needs_a_place(void **state) {
  struct room *room = *state;
  struct sp_error error = {0};
  char path[128];
  snprintf(path, sizeof path, "%s/no/such/copy.db", room->folder);
  assert_int_equal(sp_sqlite_api()->backup_begin(room->writer, path, &error), SP_E_IO);
  char endless[5000];
  memset(endless, 'x', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  assert_int_equal(sp_sqlite_api()->backup_begin(room->writer, endless, &error), SP_E_LIMIT);
}

static void test_reals_do_not_pass(void **state) {
  struct room *room = *state;
  struct sp_error error = {0};
  struct sp_rows *rows = NULL;
  static const char overflown[] = "PRAGMA foreign_keys = OFF;"
                                  "INSERT INTO stock (product_id, location, lot, on_hand)"
                                  " VALUES (x'01', 'shelf', '', 9223372036854775807);"
                                  "UPDATE stock SET on_hand = on_hand + 1";
  assert_int_equal(sp_sqlite_api()->script(room->writer, overflown, NULL), 0);
  const struct sp_value params[2] = {sp_v_blob("\x01", 1), sp_v_text("shelf")};
  assert_int_equal(sp_db_one(room->writer, SP_Q_STOCK_LOTS, params, 2, &rows, &error), SP_E_RANGE);
  assert_string_equal(error.field, "on_hand");
  assert_null(rows);
}

/* Two readers that come and go: the log stays near 4 MiB. */
static void test_the_log_stays_small(void **state) {
  struct room *room = *state;
  struct sp_db *readers[2];
  struct sp_rows *rows[2] = {NULL, NULL};
  int64_t largest = 0, seq = 0;
  for (int i = 0; i < 2; i++)
    assert_int_equal(open_at(room->path, SP_DB_READ, false, &readers[i], NULL), 0);
  for (int round = 0; round < 800; round++) {
    struct sp_db *reader = readers[round % 2];
    sp_rows_finish(rows[round % 2]);
    sp_db_rollback(reader);
    assert_int_equal(sp_db_begin(reader, NULL), 0);
    assert_int_equal(sp_db_query(reader, SP_Q_JOURNAL_HEAD, NULL, 0, &rows[round % 2], NULL), 0);
    assert_true(sp_rows_next(rows[round % 2], NULL) >= 0);
    if (round % 8 == 7) { /* now and then nobody reads */
      sp_rows_finish(rows[1 - round % 2]);
      rows[1 - round % 2] = NULL;
      sp_db_rollback(readers[1 - round % 2]);
      sp_rows_finish(rows[round % 2]);
      rows[round % 2] = NULL;
      sp_db_rollback(reader);
    }
    assert_int_equal(sp_db_begin(room->writer, NULL), 0);
    for (int i = 0; i < 20; i++)
      assert_int_equal(record_insert(room->writer, ++seq, 5000), 0);
    assert_int_equal(sp_db_commit(room->writer, NULL), 0);
    sp_sqlite_api()->maintain(room->writer, round * 40);
    int64_t size = size_of(room->path, "-wal");
    largest = size > largest ? size : largest;
  }
  assert_true(size_of(room->path, "") > 60 << 20); /* what was written is several times … */
  assert_true(largest < 20 << 20);                 /* … what the log ever held */
  for (int i = 0; i < 2; i++) {
    sp_rows_finish(rows[i]);
    sp_db_close(readers[i]);
  }
}

/* A reader that stays: the log grows, the writer does not wait 20 ms at every commit, and it recovers afterwards. */
static void test_a_long_reader_costs_no_sales(void **state) {
  struct room *room = *state;
  struct sp_db *reader = NULL;
  int64_t seq = 0;
  assert_int_equal(open_at(room->path, SP_DB_READ, false, &reader, NULL), 0);
  assert_int_equal(sp_db_begin(reader, NULL), 0);
  assert_int_equal(pragma(reader, "SELECT count(*) FROM journal"), 0);
  int waits = 0;
  for (int round = 0; round < 200; round++) {
    assert_int_equal(sp_db_begin(room->writer, NULL), 0);
    for (int i = 0; i < 30; i++)
      assert_int_equal(record_insert(room->writer, ++seq, 5000), 0);
    assert_int_equal(sp_db_commit(room->writer, NULL), 0);
    int64_t before = room->writer->passive_until;
    sp_sqlite_api()->maintain(room->writer, 1000 + round * 5); /* one second in all */
    waits += room->writer->passive_until != before;
  }
  assert_in_range(waits, 1, 5);
  assert_true(room->writer->frames > 6000);
  sp_db_rollback(reader);
  sp_sqlite_api()->maintain(room->writer, 10000);
  assert_int_equal(room->writer->frames, 0);
  assert_int_equal(record_insert(room->writer, ++seq, 10), 0);
  assert_true(room->writer->frames < 10);      /* the log began anew */
  room->writer->passive_until = INT64_MAX / 2; /* a clock that was far ahead does not stop checkpoints */
  for (int i = 0; i < 2000; i++)
    assert_int_equal(record_insert(room->writer, ++seq, 5000), 0);
  sp_sqlite_api()->maintain(room->writer, 5);
  assert_int_equal(room->writer->frames, 0);
  sp_db_close(reader);
}

static void test_codes(void **state) {
  (void)state;
  const struct {
    int rc, code;
  } table[] = {
      {SQLITE_CONSTRAINT_UNIQUE, SP_E_EXISTS},
      {SQLITE_CONSTRAINT_PRIMARYKEY, SP_E_EXISTS},
      {SQLITE_CONSTRAINT_CHECK, SP_E_CONFLICT},
      {SQLITE_CONSTRAINT_FOREIGNKEY, SP_E_CONFLICT},
      {SQLITE_CONSTRAINT_NOTNULL, SP_E_CONFLICT},
      {SQLITE_FULL, SP_E_FULL},
      {SQLITE_IOERR_FSYNC, SP_E_IO},
      {SQLITE_IOERR_NOMEM, SP_E_NOMEM},
      {SQLITE_CANTOPEN_ISDIR, SP_E_IO},
      {SQLITE_BUSY_SNAPSHOT, SP_E_BUSY},
      {SQLITE_LOCKED_SHAREDCACHE, SP_E_BUSY},
      {SQLITE_NOMEM, SP_E_NOMEM},
      {SQLITE_CORRUPT_INDEX, SP_E_CORRUPT},
      {SQLITE_NOTADB, SP_E_CORRUPT},
      {SQLITE_INTERRUPT, SP_E_TIMEOUT},
      {SQLITE_TOOBIG, SP_E_LIMIT},
      {SQLITE_READONLY, SP_E_INTERNAL},
      {SQLITE_READONLY_DBMOVED, SP_E_IO},
      {SQLITE_ERROR, SP_E_INTERNAL},
      {SQLITE_MISUSE, SP_E_INTERNAL},
  };
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    assert_int_equal(sp_sqlite_code(table[i].rc), table[i].code);
}

#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, room_make, room_free)

int main(void) {
  sp_sqlite_init();
  const struct CMUnitTest tests[] = {
      IN_ROOM(test_settings_hold),
      IN_ROOM(test_strangers_are_refused),
      IN_ROOM(test_an_unclean_stop_shows),
      IN_ROOM(test_damage_is_found),
      IN_ROOM(test_a_dangling_reference_is_damage),
      IN_ROOM(test_a_copy_needs_a_place),
      IN_ROOM(test_reals_do_not_pass),
      IN_ROOM(test_the_log_stays_small),
      IN_ROOM(test_a_long_reader_costs_no_sales),
      cmocka_unit_test(test_codes),
  };
  return cmocka_run_group_tests_name("sqlite file", tests, NULL, NULL);
}
