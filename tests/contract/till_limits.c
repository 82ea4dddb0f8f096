/* What a till does not let happen by a slip or a trick: sums at the tender, discounts that grow, money that vanishes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

/* ---- Tenders ---- */

/* The code of an article landed in the amount. */
static void change_is_what_a_hand_gives(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":1000300}", SP_E_INVALID, "amount");
  assert_non_null(strstr(desk->counter.error.message, "10000.00"));
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10300}", SP_E_INVALID, "amount");
  assert_string_equal(desk_text(desk, "sale.state"), "open");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":100}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10200}", SP_E_INVALID, "amount");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10000}");
  assert_int_equal(desk_int(desk, "last.change"), 9800);
}

static void change_has_a_setting(void **state) {
  struct desk *desk = *state;
  assert_int_equal(desk_setting(desk, "till", "{\"change_max\":2000}"), 0);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2300}", SP_E_INVALID, "amount");
  assert_int_equal(desk_setting(desk, "till", "{\"change_max\":0}"), 0);
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10000301}", SP_E_INVALID, "amount");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":1000000}");
}

static void a_tender_has_the_sign_of_what_is_due(void **state) {
  struct desk *desk = *state;
  char command[200];
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":-300}", SP_E_INVALID, "amount");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":300}");
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":1,\"quantity\":1000,\"reason\":\"flat\"}",
           desk_text(desk, "last.sale"));
  desk_ok(desk, command);
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.due"), -300);
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":10000}", SP_E_INVALID, "amount");
  assert_string_equal(desk_text(desk, "sale.state"), "open");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":-300}");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(change_is_what_a_hand_gives, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(change_has_a_setting, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_tender_has_the_sign_of_what_is_due, desk_setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
