/* The shipped data is what tests/data/README.md says it is, read by our own reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/table/table.h"
#include "domain/barcode.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 4096

/* A set of texts, looked through from end to end: the files are small. */
struct set {
  char *names[NAMES_MAX];
  int count;
};

static bool has(const struct set *set, const char *name) {
  for (int i = 0; i < set->count; i++) {
    if (strcmp(set->names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

static void add_new(struct set *set, const char *name) {
  assert_false(has(set, name));
  assert_true(set->count < NAMES_MAX);
  set->names[set->count] = strdup(name);
  assert_non_null(set->names[set->count++]);
}

static void empty(struct set *set) {
  while (set->count > 0) {
    free(set->names[--set->count]);
  }
}

static void read_data(const char *name, sp_table_row_fn *row, void *ctx, struct sp_table_info *info) {
  char path[1024];
  struct sp_error err = {0};
  snprintf(path, sizeof path, "%s/%s", SP_TEST_DATA, name);
  int rc = sp_table_files_api()->read(path, row, NULL, ctx, info, &err);
  assert_string_equal(err.message, "");
  assert_int_equal(rc, 0);
}

/* ---- Product lists ---- */

struct list {
  struct set codes;
  struct set barcodes;
  int columns;
  int barcode_column;
  int pack_column; /* -1: none */
};

static void add_barcodes(struct list *list, const char *cell) {
  char text[256];
  char *rest = text;
  char *word = NULL;
  snprintf(text, sizeof text, "%s", cell);
  while ((word = strsep(&rest, " ")) != NULL) {
    if (*word != '\0') {
      assert_true(sp_barcode_is_gtin(word));
      add_new(&list->barcodes, word);
    }
  }
}

static int product_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct list *list = ctx;
  (void)err;
  if (row->number == 1) {
    assert_string_equal(row->cells[0], "code");
    assert_string_equal(row->cells[list->barcode_column], "barcode");
    list->columns = row->count;
    return 0;
  }
  assert_int_equal(row->count, list->columns);
  assert_string_not_equal(row->cells[0], "");
  assert_string_not_equal(row->cells[1], "");
  add_new(&list->codes, row->cells[0]);
  add_barcodes(list, row->cells[list->barcode_column]);
  if (list->pack_column >= 0) {
    add_barcodes(list, row->cells[list->pack_column]);
  }
  return 0;
}

/* ---- Sales ---- */

struct sales {
  const struct set *codes;
  int64_t pence;
  int64_t units;
  int64_t lines;
};

/* "-2,5" is -250. */
static int64_t pence_of(const char *text) {
  char *end = NULL;
  int64_t value = strtoll(text, &end, 10) * 100;
  if (*end == ',') {
    size_t digits = strlen(end + 1);
    assert_true(digits == 1 || digits == 2);
    value += strtoll(end + 1, NULL, 10) * (digits == 1 ? 10 : 1);
  }
  return value;
}

static int sales_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct sales *sales = ctx;
  (void)err;
  assert_int_equal(row->count, 8);
  if (row->number == 1) {
    assert_string_equal(row->cells[0], "InvoiceNo");
    return 0;
  }
  int64_t quantity = strtoll(row->cells[3], NULL, 10);
  assert_true(has(sales->codes, row->cells[1]));
  sales->lines++;
  sales->units += quantity;
  sales->pence += quantity * pence_of(row->cells[5]);
  return 0;
}

static void the_sales_and_their_products_fit(void **state) {
  struct list list = {.barcode_column = 2, .pack_column = -1};
  struct sp_table_info info;
  (void)state;
  read_data("products.csv", product_row, &list, &info);
  assert_int_equal(list.codes.count, 2015);
  assert_int_equal(list.barcodes.count, 2015);
  assert_string_equal(info.encoding, "utf-8");
  struct sales sales = {.codes = &list.codes};
  read_data("online_retail_10k.csv", sales_row, &sales, &info);
  assert_string_equal(info.encoding, "utf-8-bom");
  assert_int_equal(info.separator, ';');
  assert_int_equal(sales.lines, 10000);
  assert_int_equal(sales.units, 78286);
  assert_int_equal(sales.pence, 18066775);
  empty(&list.codes);
  empty(&list.barcodes);
}

static void the_chinese_grocery_is_sound(void **state) {
  struct list list = {.barcode_column = 3, .pack_column = 4};
  struct sp_table_info info;
  (void)state;
  read_data("products_cn.csv", product_row, &list, &info);
  assert_int_equal(list.codes.count, 45);
  assert_true(list.barcodes.count > 50);
  assert_int_equal(info.separator, ',');
  empty(&list.codes);
  empty(&list.barcodes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_sales_and_their_products_fit),
      cmocka_unit_test(the_chinese_grocery_is_sound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
