/* A database of the first schema with sales in it becomes one of today: no line is lost, and every one keeps the name
 * it was sold under. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "ports/migrate.h"
#include "tests/support/crash_vfs.h"

#include <sqlite3.h>
#include <string.h>

static const char history[] =
    "INSERT INTO category (id, name, path) VALUES (X'c1', '饮料', 'drink');"
    "INSERT INTO product (id, code, name, category_id, unit, price, tax_ppm, tags, revision, updated_at) VALUES "
    "(X'a1', 'cola', '可乐', X'c1', '瓶', 300, 130000, 'soda', 7, 0), (X'a2', 'tea', '茶', NULL, '包', 900, 0, '', 1, "
    "0);"
    "INSERT INTO sale_line (sale_id, n, product_id, code, name, unit, weighed, quantity, list_price, unit_price, "
    "gross, "
    "discount, rounding, paid, tax_ppm, tax, seller_id, note, original_id, original_n) VALUES "
    "(X'51', 1, X'a1', 'cola', '可乐', '瓶', 0, 2000, 300, 300, 600, 60, 0, 540, 130000, 62, X'41', '冰', NULL, NULL),"
    "(X'51', 2, X'a2', 'tea', '茶', '包', 0, 1000, 900, 900, 900, 0, 0, 900, 0, 0, NULL, '', NULL, NULL),"
    "(X'52', 1, X'a1', 'cola', '老可乐', '瓶', 0, 1000, 250, 250, 250, 0, 0, 250, 130000, 29, NULL, '', NULL, NULL),"
    "(X'52', 2, X'a1', 'cola', '老可乐', '听', 0, 1000, 250, 250, 250, 0, 0, 250, 130000, 29, NULL, '', NULL, NULL),"
    "(X'53', 1, X'a1', 'cola', '可乐', '瓶', 0, -2000, 300, 300, -600, -60, 0, -540, 130000, -62, NULL, '', X'51', 1);";

static int64_t ask(const char *vfs, const char *sql) {
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  int64_t value = INT64_MIN;
  assert_int_equal(sqlite3_open_v2("old.db", &db, SQLITE_OPEN_READWRITE, vfs), SQLITE_OK);
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  } else {
    print_message("%s: %s\n", sql, sqlite3_errmsg(db));
  }
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return value;
}

#define LINES "FROM sale_line l JOIN product_card c ON c.product_id = l.product_id AND c.revision = l.revision "

static void test_lines_keep_their_names(void **state) {
  static const char vfs[] = "upgrade";
  struct sp_crash *disk = sp_crash_new(vfs, 1);
  const struct sp_db_options options = {.location = "old.db", .mode = SP_DB_WRITE, .create = true, .vfs = vfs};
  const struct sp_migration first[] = {sp_migrations[0], {0}};
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_db *db = NULL;
  int64_t from = 0, to = 0;
  (void)state;
  assert_int_equal(sp_sqlite_api()->open(&options, &db, &error), 0);
  assert_int_equal(sp_migrate_list(db, first, &from, &to, &error), 0);
  assert_int_equal(to, 1);
  if (sp_sqlite_api()->script(db, history, &error) != 0) fail_msg("%s", error.message);
  if (sp_migrate(db, &from, &to, &error) != 0) fail_msg("%s", error.message);
  assert_int_equal(from, 1);
  assert_int_equal(to, sp_migrate_latest());
  sp_db_close(db);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) FROM sale_line"), 5);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) " LINES), 5);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) " LINES "WHERE l.sale_id = X'51' AND l.n = 1 AND c.name = '可乐' AND "
                            "c.unit = '瓶' AND c.tags = 'soda' AND c.category = 'drink' AND "
                            "c.revision = 7 AND l.note = '冰' AND l.seller_id = X'41' AND "
                            "l.paid = 540 AND l.tax = 62 AND l.parent IS NULL"),
                   1);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) " LINES "WHERE c.name = '老可乐' AND c.unit = '瓶' AND c.revision < 0"),
                   1);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) " LINES "WHERE c.name = '老可乐' AND c.unit = '听' AND c.revision < 0"),
                   1);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) " LINES "WHERE l.original_id = X'51' AND l.original_n = 1"), 1);
  assert_int_equal(ask(vfs, "SELECT COUNT(*) FROM product_card"), 4);
  sp_crash_free(disk);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines_keep_their_names)};
  return cmocka_run_group_tests_name("upgrade of sales", tests, NULL, NULL);
}
