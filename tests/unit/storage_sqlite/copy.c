/* A table from one database to another: every kind of value, keys that are there already, foreign keys at the end only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/connection.h"
#include "adapters/storage/sqlite/sqlite.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char schema[] = "CREATE TABLE parent (id BYTEA NOT NULL PRIMARY KEY, name TEXT NOT NULL);"
                             "CREATE TABLE child (n BIGINT NOT NULL PRIMARY KEY, parent BYTEA REFERENCES parent (id),"
                             "  note TEXT, body BYTEA) /*sqlite: WITHOUT ROWID */;"
                             "CREATE TABLE other (x BIGINT);";

struct room {
  char folder[64];
  struct sp_db *shop, *reader, *copy;
  struct sp_error err;
};

static struct sp_db *open_at(const struct room *room, const char *name, enum sp_db_mode mode) {
  char path[96];
  struct sp_db *db = NULL;
  snprintf(path, sizeof path, "%s/%s", room->folder, name);
  const struct sp_db_options options = {.location = path, .mode = mode, .create = mode == SP_DB_WRITE};
  assert_int_equal(sp_sqlite_api()->open(&options, &db, NULL), 0);
  return db;
}

static void run(struct sp_db *db, const char *sql) {
  assert_int_equal(sqlite3_exec(db->handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t ask(struct sp_db *db, const char *sql) {
  int64_t value = -1;
  assert_int_equal(sp_sqlite_pragma_int(db->handle, sql, &value, NULL), 0);
  return value;
}

static int room_make(void **state) {
  struct room *room = calloc(1, sizeof *room);
  assert_non_null(room);
  snprintf(room->folder, sizeof room->folder, "/tmp/suanpan-copy-XXXXXX");
  assert_non_null(mkdtemp(room->folder));
  room->shop = open_at(room, "shop.db", SP_DB_WRITE);
  room->copy = open_at(room, "copy.db", SP_DB_WRITE);
  run(room->shop, schema);
  run(room->copy, schema);
  run(room->shop, "INSERT INTO parent VALUES (x'01', 'one'), (x'00ff', '第二')");
  run(room->shop, "INSERT INTO child VALUES (9007199254740993, x'00ff', '', x''), (-5, NULL, 'a' || char(0) || 'b', "
                  "zeroblob(9000)), (7, x'01', NULL, NULL)");
  room->reader = open_at(room, "shop.db", SP_DB_READ);
  *state = room;
  return 0;
}

static int room_free(void **state) {
  struct room *room = *state;
  char command[128];
  sp_db_close(room->reader);
  sp_db_close(room->shop);
  sp_db_close(room->copy);
  snprintf(command, sizeof command, "rm -rf '%s'", room->folder);
  assert_int_equal(system(command), 0);
  free(room);
  return 0;
}

static void begin(struct room *room) {
  assert_int_equal(sp_db_begin(room->reader, NULL), 0);
  assert_int_equal(sp_db_begin(room->copy, NULL), 0);
}

static int take(struct room *room, const char *table) {
  return sp_sqlite_copy(room->reader, room->copy, table, &room->err);
}

/* Children first: what they name comes later. */
static void test_every_value_is_the_same(void **state) {
  struct room *room = *state;
  begin(room);
  assert_int_equal(take(room, "child"), 0);
  assert_int_equal(take(room, "parent"), 0);
  assert_int_equal(sp_db_commit(room->copy, NULL), 0);
  sp_db_rollback(room->reader);
  static const char *const questions[] = {
      "SELECT count(*) FROM child",
      "SELECT count(*) FROM child WHERE n = 9007199254740993 AND note = '' AND typeof(body) = 'blob' AND body = x''",
      "SELECT count(*) FROM child WHERE n = -5 AND parent IS NULL AND hex(note) = '610062' AND body = zeroblob(9000)",
      "SELECT count(*) FROM child WHERE n = 7 AND parent = x'01' AND note IS NULL AND body IS NULL",
      "SELECT count(*) FROM parent WHERE id = x'00ff' AND name = '第二'",
  };
  for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
    assert_int_equal(ask(room->copy, questions[i]), i == 0 ? 3 : 1);
    assert_int_equal(ask(room->copy, questions[i]), ask(room->shop, questions[i]));
  }
}

static void test_what_was_there_is_replaced(void **state) {
  struct room *room = *state;
  run(room->copy, "INSERT INTO parent VALUES (x'01', 'before'), (x'09', 'own')");
  begin(room);
  assert_int_equal(take(room, "parent"), 0);
  assert_int_equal(sp_db_commit(room->copy, NULL), 0);
  sp_db_rollback(room->reader);
  assert_int_equal(ask(room->copy, "SELECT count(*) FROM parent"), 3);
  assert_int_equal(ask(room->copy, "SELECT count(*) FROM parent WHERE name = 'one'"), 1);
}

/* What names something that was left behind is not committed. */
static void test_nothing_dangles(void **state) {
  struct room *room = *state;
  begin(room);
  assert_int_equal(take(room, "child"), 0);
  assert_int_not_equal(sp_db_commit(room->copy, &room->err), 0);
  sp_db_rollback(room->copy);
  sp_db_rollback(room->reader);
  assert_int_equal(ask(room->copy, "SELECT count(*) FROM child"), 0);
  run(room->copy, "BEGIN");
  assert_int_not_equal(
      sqlite3_exec(room->copy->handle, "INSERT INTO child VALUES (1, x'77', '', x'')", NULL, NULL, NULL),
      SQLITE_OK); /* at once again: that was for one transaction */
  run(room->copy, "ROLLBACK");
}

/* One moment of the shop, however long it takes, and the shop goes on. */
static void test_it_is_one_moment(void **state) {
  struct room *room = *state;
  begin(room);
  assert_int_equal(take(room, "parent"), 0);
  run(room->shop, "UPDATE child SET note = 'later'; INSERT INTO parent VALUES (x'0a', 'later')");
  assert_int_equal(take(room, "child"), 0);
  assert_int_equal(take(room, "parent"), 0);
  assert_int_equal(sp_db_commit(room->copy, NULL), 0);
  sp_db_rollback(room->reader);
  assert_int_equal(ask(room->copy, "SELECT count(*) FROM child WHERE note = 'later'"), 0);
  assert_int_equal(ask(room->copy, "SELECT count(*) FROM parent"), 2);
}

static void test_mistakes_are_said(void **state) {
  struct room *room = *state;
  begin(room);
  assert_int_equal(take(room, "nothing"), SP_E_INTERNAL);
  assert_int_equal(take(room, "child\" --"), SP_E_INTERNAL);
  assert_int_equal(sp_sqlite_copy(room->copy, room->reader, "child", &room->err), SP_E_INTERNAL);
  run(room->shop, "CREATE TABLE wide (a, b)");
  sp_db_rollback(room->reader);
  assert_int_equal(sp_db_begin(room->reader, NULL), 0);
  assert_int_equal(take(room, "wide"), SP_E_INTERNAL);
  sp_db_rollback(room->reader);
  sp_db_rollback(room->copy);
}

int main(void) {
#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, room_make, room_free)
  const struct CMUnitTest tests[] = {
      IN_ROOM(test_every_value_is_the_same), IN_ROOM(test_what_was_there_is_replaced), IN_ROOM(test_nothing_dangles),
      IN_ROOM(test_it_is_one_moment),        IN_ROOM(test_mistakes_are_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
