#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/money.h"
#include "domain/tender.h"
#include "tests/unit/random.h"
#include <string.h>

static struct sp_tender of(enum sp_method method, int64_t tendered) {
  return (struct sp_tender){.method = method, .tendered = tendered, .reference = ""};
}

static void test_names(void **state) {
  (void)state;
  for (int method = 0; method < SP_METHOD_COUNT; method++)
    assert_int_equal(sp_method_parse(sp_method_name((enum sp_method)method)), method);
  assert_int_equal(sp_method_parse("cheque"), -1);
  assert_int_equal(sp_method_parse(""), -1);
  assert_string_equal(sp_method_name((enum sp_method)77), "unknown");
}

static void test_change(void **state) {
  (void)state;
  struct sp_tender tenders[] = {of(SP_METHOD_CASH, 500), of(SP_METHOD_WECHAT, 300), of(SP_METHOD_CASH, 300)};
  assert_int_equal(sp_tender_settle(700, tenders, 3, NULL), 0);
  assert_int_equal(tenders[0].change, 100); /* more than the last cash holds: the rest from the one before */
  assert_int_equal(tenders[0].amount, 400);
  assert_int_equal(tenders[1].change, 0);
  assert_int_equal(tenders[2].change, 300);
  assert_int_equal(tenders[2].amount, 0);
}

static void test_exact(void **state) {
  (void)state;
  struct sp_tender card = of(SP_METHOD_CARD, 700);
  assert_int_equal(sp_tender_settle(700, &card, 1, NULL), 0);
  assert_int_equal(card.amount, 700);
  assert_int_equal(card.change, 0);
  assert_int_equal(sp_tender_settle(0, NULL, 0, NULL), 0);
}

static void refuse(int64_t due, struct sp_tender *tenders, int32_t count, int code, const char *field,
                   const char *part_of_message) {
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_tender_settle(due, tenders, count, &err), code);
  assert_string_equal(err.field, field);
  assert_non_null(strstr(err.message, part_of_message));
}

static void test_refused(void **state) {
  (void)state;
  struct sp_tender few[] = {of(SP_METHOD_CASH, 300), of(SP_METHOD_CARD, 100)};
  refuse(1234, few, 2, SP_E_INVALID, "tenders", "8.34");
  refuse(1, NULL, 0, SP_E_INVALID, "tenders", "0.01");
  struct sp_tender excess[] = {of(SP_METHOD_CARD, 600), of(SP_METHOD_CASH, 900), of(SP_METHOD_ALIPAY, 500)};
  refuse(1000, excess, 3, SP_E_INVALID, "tenders[2].amount", "cash");
  struct sp_tender nothing[] = {of(SP_METHOD_CASH, 100), of(SP_METHOD_CASH, 0)};
  refuse(100, nothing, 2, SP_E_INVALID, "tenders[1].amount", "positive");
  struct sp_tender back = of(SP_METHOD_CASH, 100);
  refuse(-100, &back, 1, SP_E_INVALID, "tenders[0].amount", "negative");
  struct sp_tender short_back = of(SP_METHOD_CASH, -99);
  refuse(-100, &short_back, 1, SP_E_INVALID, "tenders", "-1.00");
  struct sp_tender unknown = of((enum sp_method)SP_METHOD_COUNT, 100);
  refuse(100, &unknown, 1, SP_E_INVALID, "tenders[0].method", "known");
  struct sp_tender many[SP_TENDERS_MAX + 1];
  for (int i = 0; i <= SP_TENDERS_MAX; i++)
    many[i] = of(SP_METHOD_CASH, 1);
  refuse(1, many, SP_TENDERS_MAX + 1, SP_E_LIMIT, "tenders", "16");
  struct sp_tender huge[] = {of(SP_METHOD_CASH, SP_MONEY_MAX), of(SP_METHOD_CASH, 1)};
  refuse(1, huge, 2, SP_E_RANGE, "tenders[1].amount", "large");
}

static void test_refund(void **state) {
  (void)state;
  struct sp_tender back[] = {of(SP_METHOD_CASH, -300), of(SP_METHOD_WECHAT, -400)};
  assert_int_equal(sp_tender_settle(-700, back, 2, NULL), 0);
  assert_int_equal(back[0].amount, -300);
  assert_int_equal(back[1].amount, -400);
  assert_int_equal(back[0].change + back[1].change, 0);
}

/* What counts adds up to what is due, change is cash's alone and never more than the cash. */
static void check_settled(int64_t due, const struct sp_tender *tenders, int32_t count) {
  int64_t sum = 0;
  for (int32_t i = 0; i < count; i++) {
    sum += tenders[i].amount;
    assert_int_equal(tenders[i].amount + tenders[i].change, tenders[i].tendered);
    assert_true(tenders[i].change >= 0 && tenders[i].change <= tenders[i].tendered);
    if (tenders[i].method != SP_METHOD_CASH) assert_int_equal(tenders[i].change, 0);
  }
  assert_int_equal(sum, due);
}

static void property_change(void **state) {
  (void)state;
  struct random random = random_start("change");
  int settled = 0;
  int refused = 0;
  for (int i = 0; i < CASES; i++) {
    struct sp_tender tenders[SP_TENDERS_MAX];
    int32_t count = (int32_t)random_between(&random, 1, SP_TENDERS_MAX);
    int64_t total = 0;
    int64_t cashless = 0;
    for (int32_t k = 0; k < count; k++) {
      tenders[k] = of((enum sp_method)(random_next(&random) % SP_METHOD_COUNT), random_amount(&random, 100000) + 1);
      total += tenders[k].tendered;
      if (tenders[k].method != SP_METHOD_CASH) cashless += tenders[k].tendered;
    }
    int64_t due = random_between(&random, cashless - 50 > 0 ? cashless - 50 : 0, total + 50);
    int rc = sp_tender_settle(due, tenders, count, NULL);
    assert_int_equal(rc == 0, cashless <= due && due <= total);
    if (rc == 0) check_settled(due, tenders, count);
    settled += rc == 0;
    refused += rc != 0;
  }
  assert_true(settled > CASES / 10 && refused > CASES / 100); /* both kinds were really tried */
}

static void test_rounding(void **state) {
  (void)state;
  assert_int_equal(sp_tender_rounding(1234, 10), -4);
  assert_int_equal(sp_tender_rounding(1234, 100), -34);
  assert_int_equal(sp_tender_rounding(1230, 10), 0);
  assert_int_equal(sp_tender_rounding(1234, 1), 0);
  assert_int_equal(sp_tender_rounding(1234, 0), 0);
  assert_int_equal(sp_tender_rounding(-1234, 10), -6); /* for the customer too */
  assert_int_equal(sp_tender_rounding(-1234, 100), -66);
  assert_int_equal(sp_tender_rounding(-1230, 10), 0);
  assert_int_equal(sp_tender_rounding(-1234, 1), 0);
  assert_int_equal(sp_tender_rounding(0, 10), 0);
  assert_int_equal(sp_tender_rounding(7, 10), 0); /* never free */
  assert_int_equal(sp_tender_rounding(-7, 10), 0);
}

static void test_cash_rounding(void **state) {
  (void)state;
  assert_int_equal(sp_tender_cash_rounding(2444, 0, 10, false), -4);
  assert_int_equal(sp_tender_cash_rounding(2444, 1800, 10, false), -4); /* 6.44 are left: 6.40 */
  assert_int_equal(sp_tender_cash_rounding(2444, 1801, 10, false), -3);
  assert_int_equal(sp_tender_cash_rounding(2444, 1804, 10, false), 0);
  assert_int_equal(sp_tender_cash_rounding(2444, 2440, 10, false), 0); /* less than a step is left */
  assert_int_equal(sp_tender_cash_rounding(2444, 2444, 10, false), 0);
  assert_int_equal(sp_tender_cash_rounding(2444, 3000, 10, false), 0);
  assert_int_equal(sp_tender_cash_rounding(-2413, 0, 10, false), -7);
  assert_int_equal(sp_tender_cash_rounding(-2413, -2000, 10, false), -7);
  assert_int_equal(sp_tender_cash_rounding(2, 0, 10, false), 0);
  assert_int_equal(sp_tender_cash_rounding(2, 0, 10, true), -2); /* like for like */
  assert_int_equal(sp_tender_cash_rounding(-9, 0, 10, true), 9);
  assert_int_equal(sp_tender_cash_rounding(-13, 0, 10, true), -7);
  assert_int_equal(sp_tender_cash_rounding(13, 0, 10, true), -3);
  assert_int_equal(sp_tender_cash_rounding(13, 8, 10, true), 0);
  assert_int_equal(sp_tender_cash_rounding(2, 0, 0, true), 0);
}

static void property_rounding(void **state) {
  (void)state;
  struct random random = random_start("rounding bounds");
  for (int i = 0; i < CASES; i++) {
    int64_t total = random_amount(&random, SP_MONEY_MAX) - 1000;
    int64_t step = random_next(&random) & 1 ? (random_next(&random) & 1 ? 10 : 100) : random_between(&random, -5, 5000);
    int64_t off = sp_tender_rounding(total, step);
    assert_true(off <= 0 && off > -(step > 1 ? step : 1));
    if (total > 0) assert_true(total + off > 0);
    if (step > 1 && total >= step) assert_int_equal((total + off) % step, 0);
    int64_t back = sp_tender_rounding(-total, step);
    assert_true(back <= 0 && back > -(step > 1 ? step : 1));
    if (step > 1 && total >= step) assert_int_equal((total - back) % step, 0);
    if (total == 0 || step <= 1) assert_int_equal(off, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),    cmocka_unit_test(test_change),        cmocka_unit_test(test_exact),
      cmocka_unit_test(test_refused),  cmocka_unit_test(test_refund),        cmocka_unit_test(property_change),
      cmocka_unit_test(test_rounding), cmocka_unit_test(test_cash_rounding), cmocka_unit_test(property_rounding),
  };
  return cmocka_run_group_tests_name("tender", tests, NULL, NULL);
}
