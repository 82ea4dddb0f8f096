/* A month of a real retailer through the same path as the till: money and units of the ledgers equal the file's, to the
 * fen and the unit, and a second import adds nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/table.h"
#include "app/reconcile.h"
#include "app/sales_import.h"
#include "tests/support/node_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
  struct sp_fixture node;
  struct sp_sales_report report;
  struct sp_error error;
};

static int set_up(void **state) {
  static struct bench bench;
  bench = (struct bench){.error = {.lang = SP_LANG_EN}};
  if (sp_fixture_open(&bench.node, NULL, &bench.error)) fail_msg("%s", bench.error.message);
  if (sp_fixture_shift(&bench.node, &bench.error)) fail_msg("%s", bench.error.message);
  *state = &bench;
  return 0;
}

static int tear_down(void **state) {
  struct bench *bench = *state;
  sp_sales_report_free(&bench->report);
  sp_fixture_close(&bench->node);
  return 0;
}

static int import(struct bench *bench, const char *path, bool skip_bad, bool dry_run) {
  sp_sales_report_free(&bench->report);
  bench->error = (struct sp_error){.lang = SP_LANG_EN};
  const struct sp_import_options options = {
      .path = path,
      .tables = sp_table_files_api(),
      .dry_run = dry_run,
      .skip_bad = skip_bad,
      .app = &bench->node.app,
      .actor = bench->node.actor,
      .now = bench->node.now,
      .db = bench->node.worker.db,
      .commit = sp_fixture_commit,
      .ctx = &bench->node,
  };
  return sp_sales_import(&options, &bench->report, &bench->error);
}

static void import_text(struct bench *bench, const char *text, bool skip_bad, int expected) {
  char path[] = "/tmp/suanpan-history-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  close(fd);
  int rc = import(bench, path, skip_bad, false);
  unlink(path);
  if (rc != expected) fail_msg("%d, not %d: %s", rc, expected, bench->error.message);
}

#define FILE_MONEY 18066775
#define FILE_UNITS 78286000

static void check_ledgers(struct bench *bench) {
  struct sp_reconciliation proof;
  assert_int_equal(sp_reconcile(bench->node.worker.db, &proof, &bench->error), 0);
  assert_true(proof.agrees);
  assert_int_equal(proof.total, FILE_MONEY);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(amount) FROM payment"), FILE_MONEY);
  int64_t sold =
      sp_fixture_scalar(&bench->node, "SELECT -SUM(quantity) FROM stock_movement WHERE kind IN ('sale', 'return')");
  int64_t adjusted =
      sp_fixture_scalar(&bench->node, "SELECT SUM(quantity) FROM stock_movement WHERE kind = 'adjustment'");
  assert_int_equal(sold + adjusted, FILE_UNITS);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(on_hand) FROM stock"), adjusted - sold);
}

static void test_real_month(void **state) {
  struct bench *bench = *state;
  if (import(bench, SP_TEST_DATA "/online_retail_10k.csv", false, false)) fail_msg("%s", bench->error.message);
  const struct sp_sales_report *report = &bench->report;
  assert_true(report->agrees);
  assert_int_equal(report->rows, 10000);
  assert_int_equal(report->file_money, FILE_MONEY);
  assert_int_equal(report->file_units, FILE_UNITS);
  assert_int_equal(report->findings_total, 0);
  assert_int_equal(report->lines_sold + report->lines_linked + report->lines_unlinked + report->lines_adjusted, 10000);
  assert_true(report->lines_linked > 0 && report->lines_unlinked > 0 && report->lines_adjusted > 0);
  check_ledgers(bench);
  int64_t sales = sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM sale");
  assert_int_equal(sales, report->sales + report->refunds);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM sale WHERE generation IS NULL"), 0);
  /* The first invoice of the file is of 1 December 2010, 08:26 on the store's clock. */
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT business_day FROM sale WHERE reference = '536365'"),
                   20101201);
  print_message("# 10,000 rows: %lld sales, %lld refunds, %lld lines linked, %lld not, %lld adjusted\n",
                (long long)report->sales, (long long)report->refunds, (long long)report->lines_linked,
                (long long)report->lines_unlinked, (long long)report->lines_adjusted);

  if (import(bench, SP_TEST_DATA "/online_retail_10k.csv", false, false)) fail_msg("%s", bench->error.message);
  assert_true(bench->report.agrees);
  assert_int_equal(bench->report.sales + bench->report.refunds + bench->report.adjustments, 0);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM sale"), sales);
  check_ledgers(bench);
}

#define HEAD "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

static void test_cancellation_is_linked(void **state) {
  struct bench *bench = *state;
  import_text(bench,
              HEAD "1,A,Apple,5,13/01/2024 10:00,2.00,7,UK\n"
                   "2,A,Apple,5,13/01/2024 11:00,2.00,7,UK\n"
                   "C3,A,Apple,-2,13/01/2024 12:00,2.00,7,UK\n"
                   "C4,A,Apple,-2,13/01/2024 12:00,2.00,8,UK\n"
                   "C5,A,Apple,-4,13/01/2024 12:30,2.00,7,UK\n",
              false, 0);
  assert_true(bench->report.agrees);
  assert_int_equal(bench->report.lines_linked, 2);
  assert_int_equal(bench->report.lines_unlinked, 1); /* another customer */
  /* The newest with enough left: C3 takes from invoice 2, then 4 more fit only invoice 1. */
  assert_int_equal(sp_fixture_scalar(&bench->node,
                                     "SELECT r.quantity FROM sale_return r JOIN sale s ON s.id = r.sale_id "
                                     "WHERE s.reference = '2'"),
                   2000);
  assert_int_equal(sp_fixture_scalar(&bench->node,
                                     "SELECT r.quantity FROM sale_return r JOIN sale s ON s.id = r.sale_id "
                                     "WHERE s.reference = '1'"),
                   4000);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(total) FROM sale"), 2000 - 1600);
}

static void test_adjustments_and_gifts(void **state) {
  struct bench *bench = *state;
  import_text(bench,
              HEAD "1,A,Apple,5,2024-01-13 10:00,0,7,UK\n"
                   "2,A,damaged,-3,2024-01-13 11:00,0,,UK\n",
              false, 0);
  assert_true(bench->report.agrees);
  assert_int_equal(bench->report.lines_adjusted, 1);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM stock_document WHERE kind = 'adjustment'"), 1);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(on_hand) FROM stock"), -8000);
}

static void test_months_first(void **state) {
  struct bench *bench = *state;
  import_text(bench,
              HEAD "1,A,Apple,1,1/2/2024 10:00,1.00,7,US\n"
                   "2,A,Apple,1,1/13/2024 10:00,1.00,7,US\n",
              false, 0);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT business_day FROM sale WHERE reference = '1'"), 20240102);
}

static void test_bad_rows_are_named(void **state) {
  struct bench *bench = *state;
  const char *text = HEAD "1,A,Apple,5,13/01/2024 10:00,2.00,7,UK\n"
                          "1,B,Berry,five,13/01/2024 10:00,2.00,7,UK\n"
                          "2,C,Cherry,1,13/01/2024 10:00,-2.00,7,UK\n"
                          "3,D,Date,1,31/02/2024 10:00,1.00,7,UK\n";
  import_text(bench, text, false, SP_E_INVALID);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM sale"), 0);
  import_text(bench, text, true, 0);
  assert_int_equal(bench->report.findings_total, 3);
  assert_string_equal(bench->report.findings[0].column, "Quantity");
  assert_int_equal(bench->report.findings[0].row, 3);
  assert_string_equal(bench->report.findings[1].column, "UnitPrice");
  assert_string_equal(bench->report.findings[2].column, "InvoiceDate");
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM sale"), 1);
}

static void test_dry_run_writes_nothing(void **state) {
  struct bench *bench = *state;
  if (import(bench, SP_TEST_DATA "/online_retail_10k.csv", false, true)) fail_msg("%s", bench->error.message);
  assert_int_equal(bench->report.rows, 10000);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM sale"), 0);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM product"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_real_month, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_cancellation_is_linked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_adjustments_and_gifts, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_months_first, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_bad_rows_are_named, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_dry_run_writes_nothing, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
