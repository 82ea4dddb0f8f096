/* Resources: the embedded schema, JSON bodies, and the numbers people write into cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/resource.h"
#include "base/json.h"
#include "domain/money.h"
#include "tests/unit/random.h"
#include <string.h>

static void test_schema(void **state) {
  (void)state;
  struct sp_resource *product = NULL;
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_resource_load("product", &product, &error), 0);
  assert_string_equal(product->key, "code");
  assert_int_equal(product->read, SP_ROLE_CASHIER);
  assert_int_equal(product->write, SP_ROLE_MANAGER);
  int price = sp_resource_field(product, "price");
  assert_true(price >= 0);
  assert_int_equal(product->fields[price].format, SP_FORMAT_MONEY);
  assert_true(product->fields[price].required);
  assert_int_equal(sp_resource_field(product, "Price"), -1);
  static const char *const headings[] = {"price", "PRICE", " Price ", "售价", "零售价", "UnitPrice", "ＰＲＩＣＥ"};
  for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
    assert_int_equal(sp_resource_column(product, headings[i]), price);
  assert_int_equal(sp_resource_column(product, "prices"), -1);
  assert_int_equal(sp_resource_column(product, ""), -1);
  sp_resource_free(product);
  assert_int_equal(sp_resource_load("nothing", &product, &error), SP_E_NOT_FOUND);
}

static void check_decimal(const char *cell, int digits, bool comma, int expected_rc, int64_t expected) {
  int64_t value = -77;
  int rc = sp_cell_decimal(cell, digits, comma, &value);
  if (rc != expected_rc || (rc == 0 && value != expected)) fail_msg("'%s': %d, %lld", cell, rc, (long long)value);
}

static void test_decimals(void **state) {
  (void)state;
  static const struct {
    const char *cell;
    bool comma;
    int rc;
    int64_t fen;
  } cases[] = {
      {"2.55", false, 0, 255},
      {"2,55", true, 0, 255},
      {"2", false, 0, 200},
      {" 2.5 ", false, 0, 250},
      {".5", false, 0, 50},
      {"5.", false, 0, 500},
      {"-1.20", false, 0, -120},
      {"+1.20", false, 0, 120},
      {"¥1,299.00", false, 0, 129900},
      {"-¥ 3", false, 0, -300},
      {"￥-3", false, 0, -300},
      {"1.299,00", true, 0, 129900},
      {"1,000,000", false, 0, 100000000},
      {"2.500", false, 0, 250},
      {"１２．５", false, 0, 1250},
      {"007", false, 0, 700},
      {"0", false, 0, 0},
      {"90071992547409.91", false, 0, 9007199254740991},
      {"2,55", false, SP_E_INVALID, 0},
      {"2.55", true, SP_E_INVALID, 0},
      {"2.555", false, SP_E_INVALID, 0},
      {"", false, SP_E_INVALID, 0},
      {".", false, SP_E_INVALID, 0},
      {"-", false, SP_E_INVALID, 0},
      {"1.2.3", false, SP_E_INVALID, 0},
      {"1e3", false, SP_E_INVALID, 0},
      {"1 000", false, SP_E_INVALID, 0},
      {"--1", false, SP_E_INVALID, 0},
      {"1,00,000", false, SP_E_INVALID, 0},
      {",100", false, SP_E_INVALID, 0},
      {"1234,567", false, SP_E_INVALID, 0},
      {"abc", false, SP_E_INVALID, 0},
      {"12元", false, SP_E_INVALID, 0},
      {"99999999999999999999", false, SP_E_RANGE, 0},
      {"90071992547409.99", false, SP_E_RANGE, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    check_decimal(cases[i].cell, 2, cases[i].comma, cases[i].rc, cases[i].fen);
  check_decimal("1.235", 3, false, 0, 1235);
  check_decimal("12", 0, false, 0, 12);
  check_decimal("12.5", 0, false, SP_E_INVALID, 0);
}

/* What the program prints as an amount or a quantity, it reads back as the same. */
static void test_decimals_read_what_is_printed(void **state) {
  (void)state;
  struct random random = random_start("decimals");
  for (int i = 0; i < CASES; i++) {
    char text[SP_MONEY_TEXT];
    int64_t value = (int64_t)(random_next(&random) % (2 * (uint64_t)SP_MONEY_MAX - 20)) - SP_MONEY_MAX + 10;
    value >>= random_next(&random) % 50;
    sp_money_text(value, 2, text);
    check_decimal(text, 2, false, 0, value);
    sp_quantity_text(value, text);
    check_decimal(text, 3, false, 0, value);
    char *point = strchr(text, '.');
    if (point != NULL) *point = ',';
    check_decimal(text, 3, true, 0, value);
  }
}

struct table {
  struct sp_resource *product;
  struct sp_arena arena;
  struct sp_error error;
};

static void check_cell(struct table *table, const char *field, const char *cell, int64_t integer, const char *text) {
  struct sp_field_value value;
  int rc = sp_resource_read_cell(table->product, sp_resource_field(table->product, field), cell, false, &table->arena,
                                 &value, &table->error);
  if (rc != 0) fail_msg("%s: %s", cell, table->error.message);
  assert_true(value.given);
  assert_int_equal(value.integer, integer);
  if (text != NULL) assert_string_equal(value.text, text);
}

static void check_bad_cell(struct table *table, const char *field, const char *cell) {
  struct sp_field_value value;
  int rc = sp_resource_read_cell(table->product, sp_resource_field(table->product, field), cell, false, &table->arena,
                                 &value, &table->error);
  if (rc != SP_E_INVALID) fail_msg("%s was taken for %s", cell, field);
  assert_string_equal(table->error.field, field);
}

static void test_cells(void **state) {
  (void)state;
  struct table table = {.error = {.lang = SP_LANG_EN}};
  sp_arena_init(&table.arena, 1 << 20);
  assert_int_equal(sp_resource_load("product", &table.product, &table.error), 0);
  check_cell(&table, "tax_rate", "13%", 130000, NULL);
  check_cell(&table, "tax_rate", "13％", 130000, NULL);
  check_cell(&table, "tax_rate", "6.5 %", 65000, NULL);
  check_cell(&table, "tax_rate", "13", 130000, NULL);
  check_cell(&table, "tax_rate", "1%", 10000, NULL);
  check_cell(&table, "tax_rate", "1.5", 15000, NULL);
  check_cell(&table, "tax_rate", "0.5", 500000, NULL);
  check_bad_cell(&table, "tax_rate", "1");
  check_bad_cell(&table, "tax_rate", "1.00");
  check_cell(&table, "tax_rate", "0.13", 130000, NULL);
  check_cell(&table, "tax_rate", "130000", 130000, NULL);
  check_cell(&table, "tax_rate", "0", 0, NULL);
  check_cell(&table, "tax_rate", "100", 1000000, NULL);
  check_bad_cell(&table, "tax_rate", "101%");
  check_bad_cell(&table, "tax_rate", "0.00001%");
  check_bad_cell(&table, "tax_rate", "-5%");
  check_bad_cell(&table, "tax_rate", "%");
  check_bad_cell(&table, "tax_rate", "1300000");
  check_cell(&table, "weighed", "是", 1, NULL);
  check_cell(&table, "weighed", "ＹＥＳ", 1, NULL);
  check_cell(&table, "weighed", "否", 0, NULL);
  check_bad_cell(&table, "weighed", "2");
  check_cell(&table, "pack_quantity", "24", 24000, NULL);
  check_bad_cell(&table, "pack_quantity", "0.5");
  check_cell(&table, "code", " 0012 ", 0, "0012");
  check_bad_cell(&table, "code", "a\tb");
  check_bad_cell(&table, "code", "12345678901234567890123456789012345678901");
  check_cell(&table, "tags", "a   b　c ", 0, "a b c");
  check_cell(&table, "category", " 食品 / 饮料 ", 0, "食品/饮料");
  check_bad_cell(&table, "category", "/food");
  check_bad_cell(&table, "category", "food/");
  check_cell(&table, "barcode", " 111  222 ", 0, "111 222");
  check_bad_cell(&table, "barcode", "条码");
  check_cell(&table, "status", "Active", 0, "active");
  check_bad_cell(&table, "status", "on");
  struct sp_field_value value = {.given = true};
  assert_int_equal(sp_resource_read_cell(table.product, 0, "  　", false, &table.arena, &value, &table.error), 0);
  assert_false(value.given);
  sp_resource_free(table.product);
  sp_arena_free(&table.arena);
}

static int read(struct table *table, const char *json, bool partial, struct sp_field_value *values) {
  struct cJSON *object = NULL;
  assert_int_equal(sp_json_parse(json, strlen(json), &object, NULL), 0);
  int rc = sp_resource_read_json(table->product, object, partial, &table->arena, values, &table->error);
  sp_json_free(object);
  return rc;
}

static void test_json(void **state) {
  (void)state;
  struct table table = {.error = {.lang = SP_LANG_EN}};
  struct sp_field_value values[SP_FIELDS_MAX];
  sp_arena_init(&table.arena, 1 << 20);
  assert_int_equal(sp_resource_load("product", &table.product, &table.error), 0);
  int unit = sp_resource_field(table.product, "unit"), name_en = sp_resource_field(table.product, "name_en");
  assert_int_equal(read(&table, "{\"code\":\"1\",\"name\":\" x \",\"price\":1}", false, values), 0);
  assert_string_equal(values[sp_resource_field(table.product, "name")].text, "x");
  assert_true(values[unit].given);
  assert_string_equal(values[unit].text, "个");
  assert_false(values[name_en].given);
  assert_int_equal(read(&table, "{\"name_en\":\"\"}", true, values), 0);
  assert_true(values[name_en].given);
  assert_false(values[unit].given);
  assert_int_equal(read(&table, "{\"name\":\"   \"}", true, values), SP_E_INVALID);
  assert_int_equal(read(&table, "{\"weighed\":1}", true, values), SP_E_INVALID);
  assert_int_equal(read(&table, "{\"price\":\"1\"}", true, values), SP_E_INVALID);
  assert_int_equal(read(&table, "{\"stock\":1}", true, values), SP_E_INVALID);
  assert_int_equal(read(&table, "{\"code\":\"1\"}", false, values), SP_E_INVALID);
  assert_string_equal(table.error.field, "name");
  sp_resource_free(table.product);
  sp_arena_free(&table.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_schema),
      cmocka_unit_test(test_decimals),
      cmocka_unit_test(test_decimals_read_what_is_printed),
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
