/* Importing product tables into a real database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/table.h"
#include "app/journal.h"
#include "app/product_import.h"
#include "app/stock.h"
#include "base/text.h"
#include "tests/support/node_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define MANY 100000

struct bench {
  struct sp_fixture node;
  struct sp_import_options options;
  struct sp_import_report report;
  struct sp_error error;
  char path[128];     /* of the file a test wrote */
  int64_t stop_after; /* rows, then cancelled; 0: never */
  int64_t done;
};

static void hear(void *ctx, int64_t done, int64_t total) {
  struct bench *bench = ctx;
  assert_true(total == 0 || done <= total);
  if (total > 0) bench->done = done;
}

static bool stop(void *ctx) {
  const struct bench *bench = ctx;
  return bench->stop_after > 0 && bench->done >= bench->stop_after;
}

static int commit(void *ctx, struct sp_task *task) {
  struct bench *bench = ctx;
  assert_true(task->bulk);
  return sp_fixture_commit(&bench->node, task);
}

static int set_up(void **state) {
  static struct bench bench;
  bench = (struct bench){.error = {.lang = SP_LANG_EN}};
  if (sp_fixture_open(&bench.node, NULL, &bench.error)) fail_msg("%s", bench.error.message);
  snprintf(bench.path, sizeof bench.path, "%s/file", bench.node.directory);
  bench.options = (struct sp_import_options){.path = bench.path,
                                             .tables = sp_table_files_api(),
                                             .app = &bench.node.app,
                                             .actor = bench.node.actor,
                                             .now = bench.node.now,
                                             .db = bench.node.worker.db,
                                             .commit = commit,
                                             .progress = hear,
                                             .cancelled = stop,
                                             .ctx = &bench};
  *state = &bench;
  return 0;
}

static int tear_down(void **state) {
  struct bench *bench = *state;
  sp_import_report_free(&bench->report);
  remove(bench->path);
  sp_fixture_close(&bench->node);
  return 0;
}

static void write_bytes(struct bench *bench, const void *bytes, size_t len) {
  FILE *file = fopen(bench->path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, len, file), len);
  assert_int_equal(fclose(file), 0);
}

static int run(struct bench *bench) {
  sp_import_report_free(&bench->report);
  return sp_product_import(&bench->options, &bench->report, &bench->error);
}

static int run_text(struct bench *bench, const char *text) {
  write_bytes(bench, text, strlen(text));
  return run(bench);
}

static void run_well(struct bench *bench, const char *text) {
  if (run_text(bench, text) != 0) fail_msg("%s: %s", bench->error.field, bench->error.message);
  if (bench->report.findings.total > 0) fail_msg("%s", bench->report.findings.list[0].message);
}

static void check_counts(const struct bench *bench, int64_t created, int64_t changed, int64_t unchanged, int64_t bad) {
  assert_int_equal(bench->report.created, created);
  assert_int_equal(bench->report.changed, changed);
  assert_int_equal(bench->report.unchanged, unchanged);
  assert_int_equal(bench->report.bad, bad);
}

static void check_finding(const struct bench *bench, int i, int64_t row, const char *column, const char *value,
                          const char *says) {
  assert_true(i < bench->report.findings.count);
  const struct sp_import_finding *finding = &bench->report.findings.list[i];
  assert_int_equal(finding->row, row);
  assert_string_equal(finding->column, column);
  assert_string_equal(finding->value, value);
  if (strstr(finding->message, says) == NULL) fail_msg("'%s' does not say '%s'", finding->message, says);
}

static int64_t count_products(struct bench *bench) {
  return sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM product");
}

static void check_ledgers(struct bench *bench) {
  struct sp_journal_proof journal;
  struct sp_stock_proof stock;
  assert_int_equal(sp_journal_verify(bench->node.worker.db, &journal, &bench->error), 0);
  assert_int_equal(sp_stock_prove(bench->node.worker.db, &stock, &bench->error), 0);
  assert_int_equal(stock.differences, 0);
}

/* ---- The lists that ship ---- */

static void test_grocery(void **state) {
  struct bench *bench = *state;
  struct sp_fixture *node = &bench->node;
  bench->options.path = SP_TEST_DATA "/products_cn.csv";
  bench->options.dry_run = true;
  if (run(bench) != 0) fail_msg("%s", bench->error.message);
  check_counts(bench, 45, 0, 0, 0);
  assert_string_equal(bench->report.table.encoding, "utf-8");
  assert_int_equal(count_products(bench), 0);
  assert_int_equal(node->commits, 0);

  bench->options.dry_run = false;
  if (run(bench) != 0) fail_msg("%s", bench->error.message);
  check_counts(bench, 45, 0, 0, 0);
  assert_int_equal(sp_fixture_scalar(node, "SELECT style FROM product WHERE code = '10700'"), 1);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM product WHERE parent_id IS NOT NULL"), 3);
  assert_int_equal(sp_fixture_scalar(node, "SELECT quantity FROM barcode WHERE pack = '箱' AND product_id = (SELECT id "
                                           "FROM product WHERE code = '10001')"),
                   24000);
  assert_int_equal(sp_fixture_scalar(node, "SELECT on_hand FROM stock WHERE product_id = (SELECT id FROM product WHERE "
                                           "code = '10001')"),
                   480000);
  assert_int_equal(bench->report.opened, sp_fixture_scalar(node, "SELECT COUNT(*) FROM stock_document"));
  assert_true(bench->report.opened > 40);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM journal WHERE kind = 'import'"), 1);
  int64_t journal = sp_fixture_scalar(node, "SELECT COUNT(*) FROM journal");

  if (run(bench) != 0) fail_msg("%s", bench->error.message);
  check_counts(bench, 0, 0, 45, 0);
  assert_int_equal(bench->report.opened, 0);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM journal"), journal);
  check_ledgers(bench);
}

/* The same list as an old spreadsheet writes it: GB18030, and nothing changes. */
static void test_gb18030(void **state) {
  struct bench *bench = *state;
  static char text[65536];
  struct sp_buf encoded;
  FILE *file = fopen(SP_TEST_DATA "/products_cn.csv", "rb");
  assert_non_null(file);
  size_t len = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[len] = '\0';
  run_well(bench, text);
  sp_buf_init(&encoded, sizeof text);
  assert_int_equal(sp_gb18030_from_utf8(text, len, &encoded), 0);
  write_bytes(bench, encoded.data, encoded.len);
  sp_buf_free(&encoded);
  assert_int_equal(run(bench), 0);
  assert_string_equal(bench->report.table.encoding, "gb18030");
  check_counts(bench, 0, 0, 45, 0);
}

static void test_retail(void **state) {
  struct bench *bench = *state;
  bench->options.path = SP_TEST_DATA "/products.csv";
  if (run(bench) != 0) fail_msg("%s", bench->error.message);
  check_counts(bench, 2015, 0, 0, 0);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT price FROM product WHERE code = '10002'"), 85);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT tax_ppm FROM product WHERE code = '10002'"), 200000);
  assert_int_equal(run(bench), 0);
  check_counts(bench, 0, 0, 2015, 0);
}

/* ---- Cells ---- */

static void test_leading_zeros(void **state) {
  struct bench *bench = *state;
  run_well(bench, "code,name,price,barcode\n00123,Zero,1.00,0012345678905\n123,None,1.00,\n");
  assert_int_equal(count_products(bench), 2);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM barcode WHERE barcode = '0012345678905'"), 1);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM product WHERE code = '00123'"), 1);
}

/* What is not read is told, and stops nothing. */
static void test_notes(void **state) {
  struct bench *bench = *state;
  static const char text[] = "code,name,price,税律,\n1,One,1.00,9%,\n2,Two,2.00,9%,,left over\n3,Three,1.00,,,\n";
  assert_int_equal(run_text(bench, text), 0);
  check_counts(bench, 3, 0, 0, 0);
  check_finding(bench, 0, 1, "税律", "", "no such field");
  check_finding(bench, 1, 3, "", "left over", "more cells than the header");
  assert_int_equal(bench->report.findings.total, 2);
}

static void check_parts(struct bench *bench, const char *text, const char *column) {
  assert_int_equal(run_text(bench, text), SP_E_INVALID);
  assert_int_equal(bench->report.findings.total, 1);
  assert_string_equal(bench->report.findings.list[0].column, column);
  assert_int_equal(count_products(bench), 0);
}

static int receive_half(struct sp_work *work, void *ctx) {
  struct sp_stock_line line = {.lot = "", .quantity = 1500};
  struct sp_rows *rows = NULL;
  struct sp_id id;
  const struct sp_value key[] = {sp_v_text(ctx)};
  if (sp_db_one(work->db, SP_Q_PRODUCT_BY_CODE, key, 1, &rows, work->err) != 1) return SP_E_NOT_FOUND;
  sp_rows_id(rows, 0, &line.product);
  sp_rows_finish(rows);
  const struct sp_stock_document document = {.kind = SP_STOCK_RECEIPT, .lines = &line, .count = 1};
  return sp_stock_post(work, &document, &id);
}

static void test_parts_of_a_piece(void **state) {
  struct bench *bench = *state;
  check_parts(bench, "code,name,price,pack_barcode,pack_quantity\n1,One,1.00,99,2.5\n", "pack_quantity");
  check_parts(bench, "code,name,price,stock\n1,One,1.00,2.5\n", "stock");
  check_parts(bench, "code,name,price,tax_rate\n1,One,1.00,1\n", "tax_rate");
  run_well(bench, "code,name,price,weighed,pack_barcode,pack_quantity,stock\n1,One,1.00,yes,99,2.5,2.5\n");
  check_counts(bench, 1, 0, 0, 0);
  assert_int_equal(run_text(bench, "code,weighed\n1,no\n"), SP_E_INVALID); /* its pack holds parts */
  run_well(bench, "code,name,price\n2,Two,1.00\n");
  assert_int_equal(sp_fixture_do(&bench->node, receive_half, "1", &bench->error), 0);
  assert_int_equal(sp_fixture_do(&bench->node, receive_half, "2", &bench->error), SP_E_INVALID);
  assert_string_equal(bench->error.field, "lines[0].quantity");
}

static void test_spellings(void **state) {
  struct bench *bench = *state;
  struct sp_fixture *node = &bench->node;
  int rc = run_text(bench, "货号,品名,零售价,税率,称重,库存,备注\n"
                           "1,一,\"¥1,299.00\",13%,是,1.5,x\n2,二,￥2.5,0.09,否,,\n3,三,３．０５,13,,,\n"
                           "4,四,.5,130000,no,0,\n5,五,7,6.5%,√,2,\n");
  assert_int_equal(rc, 0);
  check_finding(bench, 0, 1, "备注", "", "no such field");
  assert_int_equal(bench->report.findings.total, 1);
  assert_string_equal(bench->report.ignored, "备注");
  assert_int_equal(
      sp_fixture_scalar(node, "SELECT price FROM product WHERE code = '1' AND tax_ppm = 130000 AND weighed"), 129900);
  assert_int_equal(sp_fixture_scalar(node, "SELECT price FROM product WHERE code = '2' AND tax_ppm = 90000"), 250);
  assert_int_equal(sp_fixture_scalar(node, "SELECT price FROM product WHERE code = '3' AND tax_ppm = 130000"), 305);
  assert_int_equal(sp_fixture_scalar(node, "SELECT price FROM product WHERE code = '4' AND tax_ppm = 130000"), 50);
  assert_int_equal(sp_fixture_scalar(node, "SELECT price FROM product WHERE code = '5' AND tax_ppm = 65000"), 700);
  assert_int_equal(sp_fixture_scalar(node, "SELECT SUM(on_hand) FROM stock"), 3500);
}

static void test_decimal_comma(void **state) {
  struct bench *bench = *state;
  run_well(bench, "code;name;price;tax_rate\na;A;2,55;6,5%\nb;B;1.299,00;20%\nc;C;3;\n");
  assert_true(bench->report.decimal_comma);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT price FROM product WHERE code = 'a' AND tax_ppm = 65000"),
                   255);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT price FROM product WHERE code = 'b'"), 129900);
  run_well(bench, "code;name;price\na;A;2.55\nb;B;1,299.00\n"); /* semicolons, but points */
  assert_false(bench->report.decimal_comma);
  check_counts(bench, 0, 0, 2, 0); /* the same prices; the tax rate is not named */
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT price FROM product WHERE code = 'a'"), 255);
}

static void test_xlsx(void **state) {
  struct bench *bench = *state;
  char path[160];
  snprintf(path, sizeof path, "%s.xlsx", bench->path);
  lxw_workbook *book = workbook_new(path);
  lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
  static const char *const head[] = {"编码", "名称", "售价", "条码"};
  for (uint16_t i = 0; i < 4; i++)
    worksheet_write_string(sheet, 0, i, head[i], NULL);
  worksheet_write_string(sheet, 1, 0, "0042", NULL);
  worksheet_write_string(sheet, 1, 1, "答案", NULL);
  worksheet_write_number(sheet, 1, 2, 2.55, NULL);
  worksheet_write_number(sheet, 1, 3, 6901234567892.0, NULL);
  assert_int_equal(workbook_close(book), LXW_NO_ERROR);
  bench->options.path = path;
  if (run(bench) != 0) fail_msg("%s", bench->error.message);
  remove(path);
  assert_string_equal(bench->report.table.format, "xlsx");
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT price FROM product WHERE code = '0042'"), 255);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM barcode WHERE barcode = '6901234567892'"), 1);
}

/* ---- What is wrong with a table ---- */

static const char bad_table[] = "Code,Name,Price,Barcode,税率,Category,Status,Weighed\n"
                                "1,Good,1.00,11,13%,a/b,active,no\n"
                                "2,,1.00,12,13%,,,\n"
                                "3,Dear,1.005,13,13%,,,\n"
                                "4,Free?,abc,14,200%,,gone,maybe\n"
                                "5,Spaced,1,1 5é,,a//b,,\n"
                                "\n"
                                "1,Again,1.00,16,,,,\n"
                                "7,Same barcode,1.00,17 11,,,,\n"
                                "8,Good too,0,,,,unlisted,\n"
                                ",No code,1,,,,,\n"
                                "9,Less,-1,,,,,\n";

static void check_bad_findings(const struct bench *bench) {
  check_finding(bench, 0, 3, "Name", "", "required");
  check_finding(bench, 1, 4, "Price", "1.005", "two decimals");
  check_finding(bench, 2, 5, "Weighed", "maybe", "yes or no");
  check_finding(bench, 3, 5, "Price", "abc", "amount");
  check_finding(bench, 4, 5, "税率", "200%", "outside");
  check_finding(bench, 5, 5, "Status", "gone", "not one of");
  check_finding(bench, 6, 6, "Barcode", "1 5é", "barcode");
  check_finding(bench, 7, 6, "Category", "a//b", "path");
  check_finding(bench, 8, 8, "Code", "1", "row 2 already");
  check_finding(bench, 9, 9, "Barcode", "17 11", "row 2 already");
  check_finding(bench, 10, 11, "Code", "", "required");
  check_finding(bench, 11, 12, "Price", "-1", "outside");
  assert_int_equal(bench->report.findings.total, 12);
}

static void test_bad_cells(void **state) {
  struct bench *bench = *state;
  bench->options.dry_run = true;
  assert_int_equal(run_text(bench, bad_table), 0);
  check_bad_findings(bench);
  check_counts(bench, 2, 0, 0, 8);
  assert_int_equal(bench->report.rows, 10);

  bench->options.dry_run = false;
  assert_int_equal(run_text(bench, bad_table), SP_E_INVALID);
  check_bad_findings(bench);
  assert_int_equal(count_products(bench), 0);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM journal"), 0);

  bench->options.skip_bad = true;
  assert_int_equal(run_text(bench, bad_table), 0);
  check_bad_findings(bench);
  check_counts(bench, 2, 0, 0, 8);
  assert_int_equal(count_products(bench), 2);
}

static void test_findings_are_bounded(void **state) {
  struct bench *bench = *state;
  struct sp_buf text;
  sp_buf_init(&text, 1 << 20);
  sp_buf_puts(&text, "code,name,price\n");
  for (int i = 0; i < SP_IMPORT_FINDINGS_MAX + 500; i++)
    sp_buf_printf(&text, "%d,x,bad\n", i);
  bench->options.dry_run = true;
  assert_int_equal(run_text(bench, sp_buf_text(&text)), 0);
  sp_buf_free(&text);
  assert_int_equal(bench->report.findings.count, SP_IMPORT_FINDINGS_MAX);
  assert_int_equal(bench->report.findings.total, SP_IMPORT_FINDINGS_MAX + 500);
}

static void check_no_table(struct bench *bench, const char *text, const char *field) {
  assert_int_equal(run_text(bench, text), SP_E_INVALID);
  assert_string_equal(bench->error.field, field);
  assert_int_equal(count_products(bench), 0);
}

static void test_no_table(void **state) {
  struct bench *bench = *state;
  check_no_table(bench, "name,price\nx,1\n", "code");
  check_no_table(bench, "code,sku,name,price\n1,1,x,1\n", "code");
  check_no_table(bench, "code,name\n1,\"x\n", "rows[2]");
  bench->options.path = "/nowhere/at/all.csv";
  assert_int_equal(run(bench), SP_E_NOT_FOUND);
}

static void test_denied(void **state) {
  struct bench *bench = *state;
  bench->options.actor.role = SP_ROLE_CASHIER;
  assert_int_equal(run_text(bench, "code,name,price\n1,x,1\n"), SP_E_DENIED);
  assert_int_equal(count_products(bench), 0);
}

static void test_report_in_chinese(void **state) {
  struct bench *bench = *state;
  struct sp_buf text;
  struct sp_json_writer w;
  bench->options.lang = SP_LANG_ZH;
  bench->options.dry_run = true;
  assert_int_equal(run_text(bench, "code,name,price\n1,x,bad\n"), 0);
  assert_non_null(strstr(bench->report.findings.list[0].message, "金额"));
  sp_buf_init(&text, 65536);
  sp_json_start(&w, &text);
  sp_import_report_json(&bench->report, &w);
  assert_int_equal(sp_json_check(sp_buf_text(&text), text.len, NULL), 0);
  assert_non_null(strstr(sp_buf_text(&text), "\"row\":2,\"column\":\"price\",\"value\":\"bad\""));
  sp_buf_free(&text);
}

/* ---- Meeting what is stored ---- */

static void test_changes(void **state) {
  struct bench *bench = *state;
  struct sp_fixture *node = &bench->node;
  run_well(bench, "code,name,price,barcode,category,stock\n1,One,1.00,11 12,a,5\n2,Two,2.00,21,a/b,5\n");
  assert_int_equal(bench->report.opened, 2);
  run_well(bench, "code,price\n1,1.50\n2,2.00\n"); /* other columns stay */
  check_counts(bench, 0, 1, 1, 0);
  assert_int_equal(
      sp_fixture_scalar(node, "SELECT price FROM product WHERE code = '1' AND name = 'One' AND revision = 2"), 150);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM barcode"), 3);
  run_well(bench, "code,barcode,stock\n1,12 13,9\n2,,\n"); /* an empty cell says nothing; stock was opened before */
  check_counts(bench, 0, 1, 1, 0);
  assert_int_equal(bench->report.opened, 0);
  assert_int_equal(sp_fixture_scalar(node, "SELECT SUM(barcode) FROM barcode"), 12 + 13 + 21);
  assert_int_equal(sp_fixture_scalar(node, "SELECT SUM(on_hand) FROM stock"), 10000);
  assert_int_equal(run_text(bench, "code,name,price,barcode\n3,Three,1,21\n"), SP_E_INVALID);
  check_finding(bench, 0, 2, "barcode", "21", "product 2");
  check_ledgers(bench);
}

static void test_variants(void **state) {
  struct bench *bench = *state;
  run_well(bench,
           "code,name,price,parent,variant\nU,Umbrella,39,,\nU1,Umbrella red,39,U,red\nU2,Umbrella blue,39,U,blue\n");
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM product WHERE parent_id IS NOT NULL"), 2);
  assert_int_equal(run_text(bench, "code,name,price,parent\nV1,x,1,V\nV,x,1,\n"), SP_E_INVALID);
  check_finding(bench, 0, 2, "parent", "V", "nor in a row above");
  /* A variant of a variant is found out by the commit. */
  bench->options.skip_bad = true;
  assert_int_equal(run_text(bench, "code,name,price,parent\nW,x,1,\nU3,x,1,U1\nX,x,1,\n"), 0);
  assert_int_equal(bench->report.created, 2);
  assert_int_equal(bench->report.bad, 1);
  check_finding(bench, 0, 3, "parent", "", "itself a variant");
}

/* ---- Size ---- */

static void write_many(struct bench *bench, int count) {
  static const char *const nouns[] = {"可口可乐", "清泉矿泉水", "薄荷牙膏", "洁净洗洁精", "晴雨折叠伞"};
  FILE *file = fopen(bench->path, "wb");
  assert_non_null(file);
  fputs("code,name,barcode,price,tax_rate,category,unit,stock\n", file);
  for (int i = 0; i < count; i++) {
    fprintf(file, "P%06d,%s %d号,69%011d,%d.%02d,13%%,食品/第%d类,瓶,%d\n", i, nouns[i % 5], i, i, i % 900, i % 100,
            i % 97, i % 50);
  }
  assert_int_equal(fclose(file), 0);
}

static void test_cancel_and_go_on(void **state) {
  struct bench *bench = *state;
  write_many(bench, 1050);
  bench->stop_after = 500;
  assert_int_equal(run(bench), SP_E_TIMEOUT);
  assert_int_equal(count_products(bench), 500);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM journal WHERE kind = 'import'"), 1);
  bench->stop_after = 0;
  assert_int_equal(run(bench), 0);
  check_counts(bench, 550, 0, 500, 0);
  assert_int_equal(count_products(bench), 1050);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(on_hand) FROM stock"), 1050 / 50 * 1225 * 1000);
  check_ledgers(bench);
}

static void test_many(void **state) {
  struct bench *bench = *state;
  write_many(bench, MANY);
  int64_t begin = sp_clock_monotonic_us();
  if (run(bench) != 0) fail_msg("%s", bench->error.message);
  int64_t middle = sp_clock_monotonic_us();
  check_counts(bench, MANY, 0, 0, 0);
  assert_int_equal(count_products(bench), MANY);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(on_hand) FROM stock"), (int64_t)MANY / 50 * 1225 * 1000);
  assert_int_equal(run(bench), 0);
  int64_t end = sp_clock_monotonic_us();
  check_counts(bench, 0, 0, MANY, 0);
  print_message("# %d rows in %lld ms, again in %lld ms\n", MANY, (long long)(middle - begin) / 1000,
                (long long)(end - middle) / 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv) {
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  const struct CMUnitTest tests[] = {
      TEST(test_grocery),
      TEST(test_gb18030),
      TEST(test_retail),
      TEST(test_leading_zeros),
      TEST(test_notes),
      TEST(test_parts_of_a_piece),
      TEST(test_spellings),
      TEST(test_decimal_comma),
      TEST(test_xlsx),
      TEST(test_bad_cells),
      TEST(test_findings_are_bounded),
      TEST(test_no_table),
      TEST(test_denied),
      TEST(test_report_in_chinese),
      TEST(test_changes),
      TEST(test_variants),
      TEST(test_cancel_and_go_on),
      TEST(test_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
