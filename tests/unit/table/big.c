/* 100,000 rows: every one arrives, and what is allocated does not grow with them. Counted in bytes, not in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/table.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define ROWS 100000
#define MIB  1048576

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Bytes allocated by this program right now. */
static size_t allocated(void) {
  if (__sanitizer_get_current_allocated_bytes != NULL) {
    return __sanitizer_get_current_allocated_bytes();
  }
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

struct watch {
  size_t before;  /* before the read */
  size_t early;   /* at row 1,000 */
  size_t highest; /* later */
  int64_t rows;
  int64_t units; /* sum of the third column */
  int reports;
};

static int watch_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct watch *watch = ctx;
  (void)err;
  watch->rows++;
  assert_int_equal(row->number, watch->rows);
  assert_int_equal(row->count, 4);
  watch->units += strtoll(row->cells[2], NULL, 10);
  if (row->number == 1000) {
    watch->early = allocated();
  }
  if (row->number > 1000 && row->number % 100 == 0) {
    size_t now = allocated();
    watch->highest = now > watch->highest ? now : watch->highest;
  }
  return 0;
}

static void watch_progress(void *ctx, int64_t done, int64_t total) {
  struct watch *watch = ctx;
  assert_true(done <= total);
  watch->reports++;
}

/* Reads the file; the whole read may take `most` bytes, the last 99,000 rows hardly any. */
static void expect_flat(const char *path, size_t most) {
  struct watch watch = {.before = allocated()};
  struct sp_table_info info;
  struct sp_error err = {0};
  int rc = sp_table_files_api()->read(path, watch_row, watch_progress, &watch, &info, &err);
  assert_string_equal(err.message, "");
  assert_int_equal(rc, 0);
  assert_int_equal(watch.rows, ROWS);
  assert_int_equal(watch.units, (int64_t)ROWS * (ROWS - 1) / 2);
  assert_true(watch.reports > 20);
  print_message("%s: %lld bytes, %zu allocated, %zu more at the end\n", info.format, (long long)info.size,
                watch.early - watch.before, watch.highest - watch.early);
  assert_true(watch.early - watch.before < most);
  assert_true(watch.highest < watch.early + MIB / 8);
  assert_true(allocated() <= watch.before + MIB / 8);
}

static void temp_path(char *out, size_t size, const char *ending) {
  snprintf(out, size, "/tmp/sp_big_%d.%s", (int)getpid(), ending);
}

static void csv_memory_does_not_grow(void **state) {
  char path[64];
  (void)state;
  temp_path(path, sizeof path, "csv");
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  for (int i = 0; i < ROWS; i++) {
    fprintf(file, "%08d;\"商品 \"\"%d\"\"\";%d;12,50\r\n", i, i, i);
  }
  assert_int_equal(fclose(file), 0);
  expect_flat(path, MIB);
  unlink(path);
}

static void write_book(const char *path, uint8_t constant_memory, int texts) {
  lxw_workbook_options options = {.constant_memory = constant_memory};
  lxw_workbook *book = workbook_new_opt(path, &options);
  lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
  for (int i = 0; i < ROWS; i++) {
    char code[16];
    char name[32];
    snprintf(code, sizeof code, "%08d", i % texts);
    snprintf(name, sizeof name, "商品 %d", i % texts);
    worksheet_write_string(sheet, (lxw_row_t)i, 0, code, NULL);
    worksheet_write_string(sheet, (lxw_row_t)i, 1, name, NULL);
    worksheet_write_number(sheet, (lxw_row_t)i, 2, i, NULL);
    worksheet_write_number(sheet, (lxw_row_t)i, 3, 12.5, NULL);
  }
  assert_int_equal(workbook_close(book), LXW_NO_ERROR);
}

static void xlsx_memory_does_not_grow(void **state) {
  char path[64];
  (void)state;
  temp_path(path, sizeof path, "xlsx");
  write_book(path, 1, ROWS); /* every text in its cell */
  expect_flat(path, 2 * MIB);
  write_book(path, 0, ROWS); /* 200,000 shared texts of 8 and 12 bytes stay in memory, and little beside them */
  expect_flat(path, 10 * MIB);
  write_book(path, 0, 1000);
  expect_flat(path, 2 * MIB);
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(csv_memory_does_not_grow),
      cmocka_unit_test(xlsx_memory_does_not_grow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
