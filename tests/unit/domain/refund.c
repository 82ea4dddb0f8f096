#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/money.h"
#include "domain/refund.h"
#include "tests/unit/random.h"
#include <string.h>

#define LINES       6
#define ALLOCATIONS 3

static void test_three_for_ten(void **state) {
  (void)state;
  struct sp_sold_line line = {.quantity = 3000, .paid = 1000, .tax = 115};
  static const int64_t paid[] = {333, 333, 334};
  static const int64_t tax[] = {38, 38, 39};
  for (int i = 0; i < 3; i++) {
    struct sp_refund_part part;
    assert_int_equal(sp_refund_line(&line, 1000, &part, NULL), 0);
    assert_int_equal(part.paid, paid[i]);
    assert_int_equal(part.tax, tax[i]);
    line.returned += 1000;
  }
}

static void refuse(struct sp_sold_line line, int64_t quantity, int code, const char *field,
                   const char *part_of_message) {
  struct sp_refund_part part;
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_refund_line(&line, quantity, &part, &err), code);
  assert_string_equal(err.field, field);
  assert_non_null(strstr(err.message, part_of_message));
  int64_t out = 0;
  assert_int_equal(sp_refund_amount(&line, quantity, 1, &out), SP_E_INVALID);
}

static void test_refused(void **state) {
  (void)state;
  struct sp_sold_line pieces = {.quantity = 3000, .paid = 1000, .tax = 115, .returned = 1000};
  refuse(pieces, 0, SP_E_INVALID, "quantity", "positive");
  refuse(pieces, -1000, SP_E_INVALID, "quantity", "positive");
  refuse(pieces, 3000, SP_E_INVALID, "quantity", "Only 2 ");
  refuse(pieces, INT64_MAX, SP_E_INVALID, "quantity", "Only 2 ");
  refuse(pieces, 500, SP_E_INVALID, "quantity", "whole pieces");
  struct sp_sold_line weighed = {.quantity = 1235, .weighed = true, .paid = 1000};
  refuse(weighed, 1000, SP_E_INVALID, "quantity", "weighed");
  struct sp_sold_line gone = {.quantity = 1235, .weighed = true, .paid = 1000, .returned = 1235};
  refuse(gone, 1235, SP_E_INVALID, "quantity", "Only 0 ");
  refuse((struct sp_sold_line){.quantity = 1000, .paid = 5, .returned = 2000}, 1000, SP_E_CORRUPT, "quantity", "sold");
  refuse((struct sp_sold_line){.quantity = 1000, .paid = 5, .tax = 6}, 1000, SP_E_CORRUPT, "paid", "contradict");
}

static void test_weighed(void **state) {
  (void)state;
  struct sp_sold_line line = {.quantity = 1235, .weighed = true, .paid = 1581, .tax = 131};
  struct sp_refund_part part;
  assert_int_equal(sp_refund_line(&line, 1235, &part, NULL), 0);
  assert_int_equal(part.paid, 1581);
  assert_int_equal(part.tax, 131);
}

struct sold {
  struct sp_sold_line line;
  int64_t allocations[ALLOCATIONS];
  int64_t back_paid, back_tax;
  int64_t back[ALLOCATIONS];
};

static struct sold random_sold(struct random *random) {
  struct sold sold = {0};
  sold.line.weighed = random_next(random) % 4 == 0;
  sold.line.quantity =
      sold.line.weighed ? random_between(random, 1, 50000) : random_between(random, 1, 40) * SP_QUANTITY_ONE;
  sold.line.paid = random_amount(random, 1000000000);
  sold.line.tax = random_between(random, 0, sold.line.paid);
  for (int i = 0; i < ALLOCATIONS; i++)
    sold.allocations[i] = random_amount(random, 1000000);
  return sold;
}

/* Give some of it back. Every step is ≥ 0: a refund never asks the customer for money. */
static void give_back(struct random *random, struct sold *sold) {
  int64_t left = sold->line.quantity - sold->line.returned;
  int64_t quantity = sold->line.weighed ? left : random_between(random, 1, left / SP_QUANTITY_ONE) * SP_QUANTITY_ONE;
  struct sp_refund_part part;
  assert_int_equal(sp_refund_line(&sold->line, quantity, &part, NULL), 0);
  assert_true(part.paid >= 0 && part.tax >= 0);
  sold->back_paid += part.paid;
  sold->back_tax += part.tax;
  for (int i = 0; i < ALLOCATIONS; i++) {
    int64_t amount = -1;
    assert_int_equal(sp_refund_amount(&sold->line, quantity, sold->allocations[i], &amount), 0);
    assert_true(amount >= 0);
    sold->back[i] += amount;
  }
  sold->line.returned += quantity;
  assert_true(sold->back_paid <= sold->line.paid);
}

static void property_every_order(void **state) {
  (void)state;
  struct random random = random_start("partial refunds in any order return exactly what was paid");
  for (int i = 0; i < CASES; i++) {
    struct sold sale[LINES];
    int lines = (int)random_between(&random, 1, LINES);
    for (int k = 0; k < lines; k++)
      sale[k] = random_sold(&random);
    int open = lines;
    while (open > 0) {
      struct sold *sold = &sale[random_next(&random) % (uint64_t)lines];
      if (sold->line.returned == sold->line.quantity) continue;
      give_back(&random, sold);
      open -= sold->line.returned == sold->line.quantity;
    }
    for (int k = 0; k < lines; k++) {
      assert_int_equal(sale[k].back_paid, sale[k].line.paid);
      assert_int_equal(sale[k].back_tax, sale[k].line.tax);
      assert_memory_equal(sale[k].back, sale[k].allocations, sizeof sale[k].back);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_three_for_ten),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_weighed),
      cmocka_unit_test(property_every_order),
  };
  return cmocka_run_group_tests_name("refund", tests, NULL, NULL);
}
