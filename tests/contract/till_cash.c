/* Cash at the till: what it rounds to, alone and after other tenders, forth and back, and which way the money goes
 * back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"
#include <stdio.h>
#include <string.h>

static int set_up(void **state) {
  int rc = desk_setup(state);
  struct desk *desk = *state;
  desk->counter.node.app.policy.rounding_step = 10;
  return rc;
}

static int set_up_adults(void **state) {
  static struct desk desk;
  desk_open(&desk, "{\"campaigns\":[{\"code\":\"AGE\",\"rule\":\"check.age\",\"params\":{\"tag\":\"drink\"}}]}");
  *state = &desk;
  return 0;
}

static void tender(struct desk *desk, const char *method, int64_t amount, int64_t total) {
  char command[128];
  snprintf(command, sizeof command, "{\"do\":\"tender\",\"method\":\"%s\",\"amount\":%lld,\"total\":%lld}", method,
           (long long)amount, (long long)total);
  desk_ok(desk, command);
}

static void give_back(struct desk *desk, const char *sale, int n, int quantity) {
  char command[256];
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":%d,\"quantity\":%d,\"reason\":\"bad\"}",
           sale, n, quantity);
  desk_ok(desk, command);
}

/* Three waters, 5.97: 2.01 by wallet, 3.96 are left, of which cash pays 3.90. */
static void sell_split(struct desk *desk, char sale[40]) {
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"water\",\"quantity\":3000}");
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.cash_total"), 590);
  tender(desk, "wechat", 201, 597);
  assert_int_equal(desk_int(desk, "sale.total"), 597);
  assert_int_equal(desk_int(desk, "sale.due"), 396);
  assert_int_equal(desk_int(desk, "sale.cash_due"), 390);
  assert_int_equal(desk_int(desk, "sale.cash_total"), 591);
  tender(desk, "cash", 400, 591);
  assert_int_equal(desk_int(desk, "last.total"), 591);
  assert_int_equal(desk_int(desk, "last.change"), 10);
  snprintf(sale, 40, "%s", desk_text(desk, "last.sale"));
  desk_ok(desk, "{\"do\":\"next\"}");
}

static void the_rest_in_cash(void **state) {
  struct desk *desk = *state;
  char sale[40];
  sell_split(desk, sale);
  counter_agrees(&desk->counter);
}

/* As the till offers it so it goes, part by part, without a manager; the drawer is empty at the end. */
static void back_the_way_it_came(void **state) {
  struct desk *desk = *state;
  char sale[40];
  sell_split(desk, sale);
  give_back(desk, sale, 1, 2000); /* 3.94 */
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.pay_back[0].amount"), -201);
  assert_int_equal(desk_int(desk, "sale.pay_back[1].amount"), -200);
  assert_string_equal(desk_text(desk, "sale.pay_back[1].method"), "cash");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":-394}", SP_E_DENIED, "tenders[0].method");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":-394}", SP_E_DENIED, "tenders[0].amount");
  tender(desk, "wechat", -201, desk_int(desk, "sale.total"));
  assert_int_equal(desk_count(desk, "sale.pay_back"), 1);
  assert_int_equal(desk_int(desk, "sale.pay_back[0].amount"), -200);
  tender(desk, "cash", -200, desk_int(desk, "sale.total"));
  assert_int_equal(desk_int(desk, "last.total"), -401);
  give_back(desk, sale, 1, 1000); /* 1.97, and 0.07 went back before */
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.cash_total"), -190);
  assert_int_equal(desk_count(desk, "sale.pay_back"), 1);
  assert_int_equal(desk_int(desk, "sale.pay_back[0].amount"), -190);
  tender(desk, "cash", -190, -190);
  assert_int_equal(desk_scalar(desk, "SELECT SUM(amount) FROM payment WHERE method = 'cash'"), 0);
  assert_int_equal(desk_scalar(desk, "SELECT SUM(amount) FROM payment WHERE method = 'wechat'"), 0);
  counter_agrees(&desk->counter);
}

/* The fen that 抹零 took off the old one are not asked for with the new one. */
static void like_for_like(void **state) {
  struct desk *desk = *state;
  char sale[40];
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"water\",\"quantity\":3000}");
  desk_ok(desk, "{\"do\":\"total\"}");
  tender(desk, "cash", 590, 590);
  snprintf(sale, sizeof sale, "%s", desk_text(desk, "last.sale"));
  give_back(desk, sale, 1, 1000);
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"water\",\"quantity\":1000}");
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.total"), 3);
  assert_int_equal(desk_int(desk, "sale.due"), 0);
  tender(desk, "cash", 0, 0);
  assert_string_equal(desk_text(desk, "last.kind"), "exchange");
  assert_int_equal(desk_int(desk, "last.total"), 0);
  assert_int_equal(desk_scalar(desk, "SELECT cash FROM shift"), 590);
  counter_agrees(&desk->counter);
}

/* Three lines for adults are one question, in a sentence also where it is refused. */
static void asked_once(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\"}");
  assert_int_equal(desk_int(desk, "sale.requirements[0].line"), 1);
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"soda\"}");
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"water\"}");
  assert_int_equal(desk_count(desk, "sale.lines"), 3);
  assert_int_equal(desk_count(desk, "sale.requirements"), 1);
  assert_null(desk_find(desk->view, "sale.requirements[0].line"));
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10000}", SP_E_STATE, "confirmed");
  const char *said = desk->counter.error.message;
  assert_null(strstr(said, "age18"));
  assert_non_null(strstr(said, desk_text(desk, "sale.requirements[0].text")));
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"age18\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10000}");
}

/* The last line is taken out while the total is shown: there is nothing to pay, and the till sells on. */
static void an_emptied_sale(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"water\"}");
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"void\",\"n\":1}");
  assert_string_equal(desk_text(desk, "step"), "tender");
  assert_int_equal(desk_int(desk, "sale.due"), 300);
  desk_ok(desk, "{\"do\":\"void\",\"n\":2}");
  assert_string_equal(desk_text(desk, "step"), "sale");
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"water\"}");
  assert_int_equal(desk_int(desk, "sale.total"), 199);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_rest_in_cash, set_up, desk_teardown),
      cmocka_unit_test_setup_teardown(back_the_way_it_came, set_up, desk_teardown),
      cmocka_unit_test_setup_teardown(like_for_like, set_up, desk_teardown),
      cmocka_unit_test_setup_teardown(asked_once, set_up_adults, desk_teardown),
      cmocka_unit_test_setup_teardown(an_emptied_sale, set_up, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
