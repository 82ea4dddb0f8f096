#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "domain/money.h"
#include "tests/unit/random.h"

__extension__ typedef __int128 wide;

static wide magnitude(wide value) {
  return value < 0 ? -value : value;
}

static void test_add(void **state) {
  (void)state;
  int64_t sum = 0;
  assert_int_equal(sp_money_add(2, -5, &sum), 0);
  assert_int_equal(sum, -3);
  assert_int_equal(sp_money_add(SP_MONEY_MAX, 0, &sum), 0);
  assert_int_equal(sp_money_add(SP_MONEY_MAX, 1, &sum), SP_E_RANGE);
  assert_int_equal(sp_money_add(-SP_MONEY_MAX, -1, &sum), SP_E_RANGE);
  assert_int_equal(sp_money_add(INT64_MAX, INT64_MAX, &sum), SP_E_RANGE);
  assert_int_equal(sp_money_add(INT64_MIN, INT64_MIN, &sum), SP_E_RANGE);
  sum = SP_MONEY_MAX - 1;
  assert_int_equal(sp_money_accumulate(&sum, 1), 0);
  assert_int_equal(sp_money_accumulate(&sum, 1), SP_E_RANGE);
  assert_int_equal(sum, SP_MONEY_MAX); /* a failed sum leaves the old one */
}

static void test_muldiv(void **state) {
  (void)state;
  static const struct {
    int64_t a, b, c, want;
  } cases[] = {
      {1, 1, 2, 1},     {-1, 1, 2, -1},
      {1, -1, 2, -1},   {1, 1, -2, -1},
      {-1, -1, 2, 1},   {1, 1, 3, 0},
      {2, 1, 3, 1},     {-2, 1, 3, -1},
      {5, 1, 2, 3},     {-5, 1, 2, -3},
      {0, 7, 3, 0},     {350, 1235, 1000, 432},
      {10, 10, 10, 10}, {SP_MONEY_MAX, SP_MONEY_MAX, SP_MONEY_MAX, SP_MONEY_MAX},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t got = 99;
    assert_int_equal(sp_money_muldiv(cases[i].a, cases[i].b, cases[i].c, &got), 0);
    assert_int_equal(got, cases[i].want);
  }
  int64_t out = 0;
  assert_int_equal(sp_money_muldiv(1, 1, 0, &out), SP_E_RANGE);
  assert_int_equal(sp_money_muldiv(SP_MONEY_MAX, 2, 1, &out), SP_E_RANGE);
  assert_int_equal(sp_money_muldiv(INT64_MIN, INT64_MIN, 1, &out), SP_E_RANGE);
  assert_int_equal(sp_money_muldiv(INT64_MIN, INT64_MIN, INT64_MIN, &out), SP_E_RANGE);
  assert_int_equal(sp_money_muldiv(INT64_MIN, 1, INT64_MIN, &out), 0);
  assert_int_equal(out, 1);
}

/* The result is the nearest integer, and of two nearest the one away from zero. */
static void property_muldiv(void **state) {
  (void)state;
  struct random random = random_start("muldiv is nearest, half away from zero");
  for (int i = 0; i < CASES; i++) {
    int64_t a = random_amount(&random, SP_MONEY_MAX) * (random_next(&random) & 1 ? 1 : -1);
    int64_t b = random_amount(&random, 100000000) * (random_next(&random) & 1 ? 1 : -1);
    int64_t c = (random_amount(&random, 100000000) + 1) * (random_next(&random) & 1 ? 1 : -1);
    int64_t got = 0;
    int rc = sp_money_muldiv(a, b, c, &got);
    wide exact = (wide)a * b;
    if (rc == SP_E_RANGE) {
      assert_true(magnitude(exact) / magnitude(c) >= SP_MONEY_MAX);
      continue;
    }
    assert_int_equal(rc, 0);
    wide off = exact - (wide)got * c;
    assert_true(2 * magnitude(off) <= magnitude(c));
    if (2 * magnitude(off) == magnitude(c)) assert_true(magnitude((wide)got * c) > magnitude(exact));
  }
}

static void property_share(void **state) {
  (void)state;
  struct random random = random_start("share is the floor");
  for (int i = 0; i < CASES; i++) {
    int64_t a = random_amount(&random, SP_MONEY_MAX);
    int64_t c = random_amount(&random, 1000000) + 1;
    int64_t b = random_between(&random, 0, c);
    int64_t got = -1;
    assert_int_equal(sp_money_share(a, b, c, &got), 0);
    assert_true((wide)got * c <= (wide)a * b && (wide)a * b < ((wide)got + 1) * c);
  }
  int64_t out = 0;
  assert_int_equal(sp_money_share(-1, 1, 1, &out), SP_E_RANGE);
  assert_int_equal(sp_money_share(1, -1, 1, &out), SP_E_RANGE);
  assert_int_equal(sp_money_share(1, 1, 0, &out), SP_E_RANGE);
}

static void test_amount(void **state) {
  (void)state;
  int64_t out = 0;
  assert_int_equal(sp_money_amount(350, 2000, &out), 0);
  assert_int_equal(out, 700);
  assert_int_equal(sp_money_amount(1280, 1235, &out), 0); /* 15.808 */
  assert_int_equal(out, 1581);
  assert_int_equal(sp_money_amount(1, 500, &out), 0); /* half a fen goes up */
  assert_int_equal(out, 1);
}

static void check_split(int64_t total, const int64_t *weights, size_t count, const int64_t *want) {
  int64_t parts[8];
  assert_in_range(count, 1, 8);
  assert_int_equal(sp_money_split(total, weights, count, parts), 0);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(parts[i], want[i]);
}

static void test_split(void **state) {
  (void)state;
  check_split(100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 33, 33});
  check_split(-100, (int64_t[]){1, 1, 1}, 3, (int64_t[]){-34, -33, -33});
  check_split(2, (int64_t[]){1, 1, 1}, 3, (int64_t[]){1, 1, 0});
  check_split(10, (int64_t[]){5, 3, 2}, 3, (int64_t[]){5, 3, 2});
  check_split(1, (int64_t[]){1, 2, 1}, 3, (int64_t[]){0, 1, 0}); /* the largest remainder, not the first */
  check_split(7, (int64_t[]){0, 0, 0}, 3, (int64_t[]){7, 0, 0});
  check_split(7, (int64_t[]){0, 4, 0}, 3, (int64_t[]){0, 7, 0});
  check_split(0, (int64_t[]){3, 4}, 2, (int64_t[]){0, 0});
  check_split(SP_MONEY_MAX, (int64_t[]){INT64_MAX, INT64_MAX}, 2, (int64_t[]){SP_MONEY_MAX / 2 + 1, SP_MONEY_MAX / 2});
  int64_t parts[2] = {0};
  assert_int_equal(sp_money_split(0, NULL, 0, NULL), 0);
  assert_int_equal(sp_money_split(1, NULL, 0, NULL), SP_E_INVALID);
  assert_int_equal(sp_money_split(1, (int64_t[]){2, -1}, 2, parts), SP_E_INVALID);
  assert_int_equal(sp_money_split(SP_MONEY_MAX + 1, (int64_t[]){1, 1}, 2, parts), SP_E_RANGE);
  assert_int_equal(sp_money_split(INT64_MIN, (int64_t[]){1, 1}, 2, parts), SP_E_RANGE);
}

static void check_one_split(int64_t total, const int64_t *weights, const int64_t *parts, size_t count) {
  wide weight_sum = 0;
  wide sum = 0;
  for (size_t i = 0; i < count; i++) {
    weight_sum += weights[i];
    sum += parts[i];
  }
  assert_true(sum == total);
  if (weight_sum == 0) return;
  for (size_t i = 0; i < count; i++) {
    assert_true(magnitude((wide)parts[i] * weight_sum - (wide)total * weights[i]) < weight_sum);
    if (weights[i] == 0) assert_int_equal(parts[i], 0);
    for (size_t k = i + 1; k < count && k < i + 4; k++)
      if (weights[i] == weights[k]) assert_true(magnitude(parts[i]) >= magnitude(parts[k]));
  }
}

static void property_split(void **state) {
  (void)state;
  struct random random = random_start("a split is exact and fair");
  int64_t weights[200];
  int64_t parts[200];
  for (int i = 0; i < CASES; i++) {
    size_t count = (size_t)random_between(&random, 1, random_next(&random) % 8 == 0 ? 200 : 12);
    int64_t high = random_next(&random) % 4 == 0 ? 3 : SP_MONEY_MAX;
    for (size_t k = 0; k < count; k++)
      weights[k] = random_amount(&random, high);
    int64_t total = random_amount(&random, SP_MONEY_MAX) * (random_next(&random) & 1 ? 1 : -1);
    assert_int_equal(sp_money_split(total, weights, count, parts), 0);
    check_one_split(total, weights, parts, count);
  }
}

static void test_text(void **state) {
  (void)state;
  char text[SP_MONEY_TEXT];
  sp_money_text(1234, 2, text);
  assert_string_equal(text, "12.34");
  sp_money_text(-5, 2, text);
  assert_string_equal(text, "-0.05");
  sp_money_text(0, 2, text);
  assert_string_equal(text, "0.00");
  sp_money_text(700, 0, text);
  assert_string_equal(text, "700");
  sp_money_text(INT64_MIN, 4, text);
  assert_string_equal(text, "-922337203685477.5808");
  sp_quantity_text(1235, text);
  assert_string_equal(text, "1.235");
  sp_quantity_text(2000, text);
  assert_string_equal(text, "2");
  sp_quantity_text(10500, text);
  assert_string_equal(text, "10.5");
  sp_quantity_text(-100000, text);
  assert_string_equal(text, "-100");
  sp_rate_text(130000, text);
  assert_string_equal(text, "13%");
  sp_rate_text(65000, text);
  assert_string_equal(text, "6.5%");
  sp_rate_text(0, text);
  assert_string_equal(text, "0%");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_add),       cmocka_unit_test(test_muldiv), cmocka_unit_test(property_muldiv),
      cmocka_unit_test(property_share), cmocka_unit_test(test_amount), cmocka_unit_test(test_split),
      cmocka_unit_test(property_split), cmocka_unit_test(test_text),
  };
  return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
