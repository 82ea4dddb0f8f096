/* Importing historical invoices: the real file to the fen, and each rule on a small one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/table.h"
#include "app/journal.h"
#include "app/sale.h"
#include "app/sales_import.h"
#include "app/stock.h"
#include "tests/support/node_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

struct bench {
  struct sp_fixture node;
  struct sp_import_options options;
  struct sp_sales_report report;
  struct sp_error error;
  char path[128];
};

static int commit(void *ctx, struct sp_task *task) {
  struct bench *bench = ctx;
  assert_true(task->bulk);
  return sp_fixture_commit(&bench->node, task);
}

static int set_up(void **state) {
  static struct bench bench;
  bench = (struct bench){.error = {.lang = SP_LANG_EN}};
  if (sp_fixture_open(&bench.node, NULL, &bench.error)) fail_msg("%s", bench.error.message);
  if (sp_fixture_shift(&bench.node, &bench.error)) fail_msg("%s", bench.error.message);
  snprintf(bench.path, sizeof bench.path, "%s/file", bench.node.directory);
  bench.options = (struct sp_import_options){.path = bench.path,
                                             .tables = sp_table_files_api(),
                                             .app = &bench.node.app,
                                             .actor = bench.node.actor,
                                             .now = bench.node.now,
                                             .db = bench.node.worker.db,
                                             .commit = commit,
                                             .ctx = &bench};
  *state = &bench;
  return 0;
}

static int tear_down(void **state) {
  struct bench *bench = *state;
  sp_sales_report_free(&bench->report);
  remove(bench->path);
  sp_fixture_close(&bench->node);
  return 0;
}

static int run(struct bench *bench) {
  sp_sales_report_free(&bench->report);
  return sp_sales_import(&bench->options, &bench->report, &bench->error);
}

static int run_text(struct bench *bench, const char *text) {
  FILE *file = fopen(bench->path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
  return run(bench);
}

static void run_well(struct bench *bench, const char *text) {
  if (run_text(bench, text) != 0) fail_msg("%s: %s", bench->error.field, bench->error.message);
  if (bench->report.findings.total > 0) fail_msg("%s", bench->report.findings.list[0].message);
  assert_true(bench->report.agrees);
}

static int64_t scalar(struct bench *bench, const char *sql) {
  return sp_fixture_scalar(&bench->node, sql);
}

static void check_ledgers(struct bench *bench) {
  struct sp_journal_proof journal;
  struct sp_stock_proof stock;
  assert_int_equal(sp_journal_verify(bench->node.worker.db, &journal, &bench->error), 0);
  assert_int_equal(sp_stock_prove(bench->node.worker.db, &stock, &bench->error), 0);
  assert_int_equal(stock.differences, 0);
  assert_int_equal(scalar(bench, "SELECT cash - (SELECT SUM(amount) FROM cash_entry) FROM shift"), 0);
  assert_int_equal(scalar(bench, "SELECT SUM(total) - (SELECT SUM(amount) FROM payment) FROM sale"), 0);
}

/* ---- The real file ---- */

/* Its sums, found without any of the import's code. */
struct sums {
  int64_t rows, money, sold, back, adjusted; /* units in pieces */
};

static int64_t fen_of(const char *text) {
  int64_t value = 0;
  int decimals = -1;
  for (; *text != '\0'; text++) {
    if (*text == ',') {
      decimals = 0;
      continue;
    }
    value = 10 * value + (*text - '0');
    if (decimals >= 0) decimals++;
  }
  for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
    value *= 10;
  return value;
}

static int add_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct sums *sums = ctx;
  (void)err;
  if (row->number == 1) return 0;
  char *end = NULL;
  long long pieces = strtoll(row->cells[3], &end, 10);
  assert_int_equal(*end, '\0');
  int64_t price = fen_of(row->cells[5]);
  sums->rows++;
  sums->money += pieces * price;
  if (row->cells[0][0] == 'C')
    sums->back -= pieces;
  else if (pieces < 0)
    sums->adjusted += pieces;
  else
    sums->sold += pieces;
  return 0;
}

static void test_retail(void **state) {
  struct bench *bench = *state;
  struct sums sums = {.rows = 0};
  bench->options.path = SP_TEST_DATA "/online_retail_10k.csv";
  assert_int_equal(sp_table_files_api()->read(bench->options.path, add_row, NULL, &sums, NULL, NULL), 0);
  int64_t begin = sp_clock_monotonic_us();
  if (run(bench) != 0) fail_msg("%s: %s", bench->error.field, bench->error.message);
  const struct sp_sales_report *report = &bench->report;
  print_message("# %lld rows in %lld ms\n", (long long)report->rows,
                (long long)(sp_clock_monotonic_us() - begin) / 1000);
  assert_int_equal(report->findings.total, 0);
  assert_true(report->agrees);
  assert_int_equal(report->rows, 10000);
  assert_int_equal(report->invoices, 512);
  assert_int_equal(report->products_created, 2015);
  assert_int_equal(report->file_money, sums.money);
  /* The tables themselves say the same. */
  assert_int_equal(scalar(bench, "SELECT SUM(paid) FROM sale_line"), sums.money);
  assert_int_equal(scalar(bench, "SELECT SUM(amount) FROM payment"), sums.money);
  assert_int_equal(scalar(bench, "SELECT cash FROM shift"), sums.money);
  assert_int_equal(scalar(bench, "SELECT -SUM(quantity) FROM stock_movement WHERE kind = 'sale'"), sums.sold * 1000);
  assert_int_equal(scalar(bench, "SELECT SUM(quantity) FROM stock_movement WHERE kind = 'return'"), sums.back * 1000);
  assert_int_equal(scalar(bench, "SELECT SUM(quantity) FROM stock_movement WHERE kind = 'adjustment'"),
                   sums.adjusted * 1000);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale_line") +
                       scalar(bench, "SELECT COUNT(*) FROM stock_movement WHERE kind = 'adjustment'"),
                   sums.rows);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale_line WHERE original_id IS NOT NULL"), report->lines_linked);
  assert_true(report->lines_linked > 0);
  assert_int_equal(report->lines_linked + report->lines_unlinked + report->lines_sold + report->lines_adjusted, 10000);
  check_ledgers(bench);

  int64_t journal = scalar(bench, "SELECT COUNT(*) FROM journal");
  if (run(bench) != 0) fail_msg("%s: %s", bench->error.field, bench->error.message);
  assert_true(report->agrees);
  assert_int_equal(report->sales + report->refunds + report->adjustments + report->products_created, 0);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM journal"), journal);
}

/* ---- One rule at a time ---- */

static void test_links(void **state) {
  struct bench *bench = *state;
  run_well(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n"
                       "2,A,Apple,3,2010-12-01 09:00,1.00,7,X\n"
                       "3,A,Apple,9,2010-12-01 09:30,1.00,8,X\n"
                       "C4,A,Apple,-2,2010-12-01 10:00,1.00,7,X\n"  /* invoice 2, the newest */
                       "C5,A,Apple,-4,2010-12-01 11:00,1.00,7,X\n"  /* invoice 1: 2 has one left */
                       "C6,A,Apple,-4,2010-12-01 12:00,1.00,7,X\n"  /* nobody has four left */
                       "C7,A,Apple,-1,2010-12-01 13:00,0.90,7,X\n"  /* another price */
                       "C8,A,Apple,-1,2010-12-01 14:00,1.00,,X\n"); /* nobody known */
  assert_int_equal(bench->report.lines_linked, 2);
  assert_int_equal(bench->report.lines_unlinked, 3);
  assert_int_equal(scalar(bench,
                          "SELECT COUNT(*) FROM sale b JOIN sale_line l ON l.sale_id = b.id JOIN sale o ON o.id = "
                          "l.original_id WHERE (b.reference = 'C4' AND o.reference = '2') OR (b.reference = 'C5' "
                          "AND o.reference = '1')"),
                   2);
  assert_int_equal(scalar(bench, "SELECT SUM(quantity) FROM sale_return"), 6000);
  check_ledgers(bench);
}

static void test_one_cancellation_twice_on_a_line(void **state) {
  struct bench *bench = *state;
  run_well(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n"
                       "C2,A,Apple,-2,2010-12-01 10:00,1.00,7,X\nC2,A,Apple,-2,2010-12-01 10:00,1.00,7,X\n");
  assert_int_equal(scalar(bench, "SELECT SUM(total) FROM sale"), 100);
  check_ledgers(bench);
}

static int use_refund(struct sp_work *work, void *ctx) {
  struct sp_rows *rows = NULL;
  struct sp_sale sale;
  struct sp_sale_return back = {.original_n = 1, .quantity = 4000, .price = SP_NO_PRICE};
  (void)ctx;
  const struct sp_value page[] = {sp_v_int(INT64_MAX), sp_v_blob(back.original.bytes, SP_ID_LEN), sp_v_int(1000)};
  if (sp_db_query(work->db, SP_Q_SALE_LIST, page, 3, &rows, work->err) != 0) return SP_E_IO;
  while (sp_rows_next(rows, work->err) > 0) {
    if (strcmp(sp_rows_text(rows, 7), "1") == 0) sp_rows_id(rows, 0, &back.original);
  }
  sp_rows_finish(rows);
  if (sp_id_is_nil(&back.original)) return SP_E_NOT_FOUND;
  const struct sp_sale_request request = {.source = "till",
                                          .reference = "",
                                          .returns = &back,
                                          .return_count = 1,
                                          .reason = "broken",
                                          .expected_total = SP_NO_TOTAL,
                                          .exact_tender = true};
  return sp_sale_post(work, &request, &sale);
}

/* What came back at a till in between cannot come back again: the cancellation is an unlinked refund then. */
static void test_refunded_meanwhile(void **state) {
  struct bench *bench = *state;
  run_well(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n");
  if (sp_fixture_do(&bench->node, use_refund, NULL, &bench->error)) fail_msg("%s", bench->error.message);
  run_well(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\nC2,A,Apple,-2,2010-12-01 10:00,1.00,7,X\n");
  assert_int_equal(bench->report.known, 1);
  assert_int_equal(bench->report.refunds, 1);
  assert_int_equal(bench->report.lines_linked, 0);
  assert_int_equal(bench->report.lines_unlinked, 1);
  assert_int_equal(scalar(bench, "SELECT SUM(total) FROM sale"), 500 - 400 - 200);
  check_ledgers(bench);
}

static void test_kinds(void **state) {
  struct bench *bench = *state;
  run_well(bench, HEAD "1,A,Apple,5,1/12/2010 08:26,1.25,7,X\n"
                       "1,B,,2,1/12/2010 08:26,0,7,X\n"   /* given away: a line at price 0 */
                       "2,A,,-3,2/12/2010 08:26,0,,X\n"); /* written off */
  assert_int_equal(bench->report.sales, 1);
  assert_int_equal(bench->report.adjustments, 1);
  assert_int_equal(scalar(bench, "SELECT total FROM sale"), 625);
  assert_int_equal(scalar(bench, "SELECT SUM(on_hand) FROM stock"), -10000);
  assert_int_equal(scalar(bench, "SELECT business_day FROM sale"), 20101201);
  assert_int_equal(scalar(bench, "SELECT at FROM sale"), 1291163160000); /* 00:26 UTC, 08:26 in Shanghai */
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM product WHERE code = 'B' AND name = 'Item B' AND price = 0"), 1);
}

static void test_month_first(void **state) {
  struct bench *bench = *state;
  run_well(bench, HEAD "1,A,Apple,1,12/1/2010 08:26,1.00,7,X\n2,A,Apple,1,12/31/2010 08:26,1.00,7,X\n");
  assert_int_equal(scalar(bench, "SELECT MIN(business_day) FROM sale"), 20101201);
}

static void test_long_invoice(void **state) {
  struct bench *bench = *state;
  struct sp_buf text;
  sp_buf_init(&text, 1 << 20);
  sp_buf_puts(&text, HEAD);
  for (int i = 0; i < 1200; i++)
    sp_buf_printf(&text, "1,P%d,Thing,1,2010-12-01 08:00,0.0%d,7,X\n", i % 70, i % 10);
  run_well(bench, sp_buf_text(&text));
  run_well(bench, sp_buf_text(&text)); /* its parts are known again */
  sp_buf_free(&text);
  assert_int_equal(bench->report.known, 3);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale_line"), 1200);
  assert_int_equal(scalar(bench, "SELECT COUNT(DISTINCT reference) FROM sale"), 1);
  assert_int_equal(scalar(bench, "SELECT SUM(total) FROM sale"), 120 * 45);
}

static void check_refused(struct bench *bench, const char *row, const char *column) {
  char text[512];
  snprintf(text, sizeof text, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n%s\n3,A,Apple,5,2010-12-01 09:00,1.00,7,X\n",
           row);
  bench->options.skip_bad = false;
  assert_int_not_equal(run_text(bench, text), 0);
  assert_int_equal(bench->report.findings.total, 1);
  assert_int_equal(bench->report.findings.list[0].row, 3);
  assert_string_equal(bench->report.findings.list[0].column, column);
  assert_false(bench->report.agrees);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale"), 0); /* one bad cell imports nothing */
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM product"), 0);
}

static void test_refused(void **state) {
  struct bench *bench = *state;
  check_refused(bench, "2,A,Bad debt,1,2010-12-01 08:30,-11062.06,,X", "UnitPrice");
  check_refused(bench, "2,A,Apple,many,2010-12-01 08:30,1.00,,X", "Quantity");
  check_refused(bench, "2,A,Apple,0,2010-12-01 08:30,1.00,,X", "Quantity");
  check_refused(bench, "2,A,Apple,1.5,2010-12-01 08:30,1.00,,X", "Quantity");
  check_refused(bench, "2, A,Apple,1,2010-12-01 08:30,1.00,,X", "StockCode");
  check_refused(bench, "2,A,Apple,1,2010-12-01 08:30,1.005,,X", "UnitPrice");
  check_refused(bench, "2,A,Apple,1,31/31/2010 08:30,1.00,,X", "InvoiceDate");
  check_refused(bench, "2,,Apple,1,2010-12-01 08:30,1.00,,X", "StockCode");
  check_refused(bench, ",A,Apple,1,2010-12-01 08:30,1.00,,X", "InvoiceNo");
  check_refused(bench,
                "2,  一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十,Apple,1,2010-12-01 08:30,1.00,,X",
                "StockCode");
  assert_string_equal(bench->report.findings.list[0].value, "  一二三四五六七八九十一二三四五六七八九十一二三四五");
  bench->options.skip_bad = true;
  assert_int_equal(run_text(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n2,A,Bad debt,1,2010-12-01 "
                                        "08:30,-11062.06,,X\n3,A,Apple,5,2010-12-01 09:00,1.00,7,X\n"),
                   0);
  assert_int_equal(bench->report.findings.total, 1);
  assert_int_equal(bench->report.skipped, 1);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale"), 2);
}

static int64_t count_sales(struct bench *bench) {
  return scalar(bench, "SELECT COUNT(*) FROM sale") + scalar(bench, "SELECT COUNT(*) FROM stock_document");
}

static void check_other(struct bench *bench, const char *text, int64_t row, const char *invoice, const char *says) {
  int64_t stored = count_sales(bench);
  bench->options.skip_bad = false;
  assert_int_equal(run_text(bench, text), SP_E_INVALID);
  assert_int_equal(bench->report.findings.total, 1);
  assert_int_equal(bench->report.findings.list[0].row, row);
  assert_string_equal(bench->report.findings.list[0].value, invoice);
  assert_non_null(strstr(bench->report.findings.list[0].message, says));
  assert_false(bench->report.agrees);
  assert_int_equal(count_sales(bench), stored);
}

/* A corrected file never books an invoice twice, whatever it corrects. */
static void test_other_content(void **state) {
  struct bench *bench = *state;
  static const char says[] = "imported before with other content";
  run_well(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n2,A,Apple,-3,2010-12-01 09:00,0,,X\n");
  check_other(bench, HEAD "0,A,Apple,5,2010-12-01 08:00,1.00,7,X\n1,A,Apple,5,2010-12-01 08:00,1.10,7,X\n", 3, "1",
              says);
  check_other(bench, HEAD "1,A,Apple,6,2010-12-01 08:00,1.00,7,X\n", 2, "1", says);
  check_other(bench, HEAD "1,A,Apple,5,2010-12-02 08:00,1.00,7,X\n", 2, "1", says);
  check_other(bench, HEAD "2,A,Apple,-2,2010-12-01 09:00,0,,X\n", 2, "2", says);
  check_other(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n1,B,Bun,5,2010-12-01 08:00,1.00,7,X\n", 2, "1", says);
  check_other(bench, HEAD "3,A,Apple,5,2999-12-01 08:00,1.00,7,X\n", 2, "2999-12-01 08:00", "future");
  /* With skip_bad the others come in. */
  bench->options.skip_bad = true;
  assert_int_equal(run_text(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.10,7,X\n3,A,Apple,1,2010-12-01 "
                                        "08:00,1.00,7,X\n2,A,Apple,-3,2010-12-01 09:00,0,,X\n"),
                   0);
  assert_int_equal(bench->report.skipped, 1);
  assert_int_equal(bench->report.sales, 1);
  assert_int_equal(bench->report.known, 1);
  assert_int_equal(scalar(bench, "SELECT SUM(total) FROM sale"), 600);
  check_ledgers(bench);
}

/* A number that comes again further down, once more with the very same row. */
static void test_repeated_number(void **state) {
  struct bench *bench = *state;
  static const char text[] = HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n2,A,Apple,1,2010-12-01 08:00,1.00,7,X\n"
                                  "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n2,B,Bun,1,2010-12-01 08:00,1.00,7,X\n";
  for (int i = 0; i < 2; i++) {
    run_well(bench, text);
    assert_int_equal(bench->report.sales, i == 0 ? 4 : 0);
    assert_int_equal(bench->report.known, i == 0 ? 0 : 4);
    assert_int_equal(scalar(bench, "SELECT SUM(total) FROM sale"), 1200);
  }
  check_ledgers(bench);
}

/* One bad row leaves out all rows of its invoice, also those above and those further down. */
static void test_whole_invoices(void **state) {
  struct bench *bench = *state;
  bench->options.skip_bad = true;
  assert_int_equal(run_text(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n1,B,Bun,many,2010-12-01 "
                                        "08:00,1.00,7,X\n2,A,Apple,1,2010-12-01 08:00,1.00,7,X\n"
                                        "1,C,Cake,1,2010-12-01 08:00,1.00,7,X\n"),
                   0);
  assert_int_equal(bench->report.skipped, 3);
  assert_int_equal(bench->report.file_money, 100);
  assert_int_equal(bench->report.ledger_money, 100);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale WHERE reference = '2'"), 1);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale"), 1);
  /* The corrected file brings in what was left out. */
  run_well(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n1,B,Bun,2,2010-12-01 08:00,1.00,7,X\n"
                       "2,A,Apple,1,2010-12-01 08:00,1.00,7,X\n");
  assert_int_equal(scalar(bench, "SELECT SUM(total) FROM sale"), 800);
}

static void test_dry_run(void **state) {
  struct bench *bench = *state;
  int64_t commits = bench->node.commits;
  bench->options.dry_run = true;
  assert_int_equal(
      run_text(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\nC2,A,Apple,-1,2010-12-01 09:00,1.00,7,X\n"), 0);
  assert_int_equal(bench->report.invoices, 2);
  assert_int_equal(bench->report.file_money, 400);
  assert_int_equal(bench->report.lines_linked, 1);
  assert_int_equal(bench->node.commits, commits);
}

static void test_no_shift(void **state) {
  struct bench *bench = *state;
  bench->options.actor.till = bench->node.other_till;
  assert_int_equal(run_text(bench, HEAD "1,A,Apple,5,2010-12-01 08:00,1.00,7,X\n"), SP_E_STATE);
  assert_int_equal(scalar(bench, "SELECT COUNT(*) FROM sale"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv) {
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  const struct CMUnitTest tests[] = {
      TEST(test_retail),
      TEST(test_links),
      TEST(test_one_cancellation_twice_on_a_line),
      TEST(test_refunded_meanwhile),
      TEST(test_kinds),
      TEST(test_month_first),
      TEST(test_long_invoice),
      TEST(test_refused),
      TEST(test_other_content),
      TEST(test_repeated_number),
      TEST(test_whole_invoices),
      TEST(test_dry_run),
      TEST(test_no_shift),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
