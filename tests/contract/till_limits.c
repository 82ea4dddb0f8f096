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
  assert_int_equal(desk_int(desk, "settings.change_max"), 10000); /* the page asks by it before it sends */
  assert_int_equal(desk_setting(desk, "till", "{\"change_max\":2000}"), 0);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  assert_int_equal(desk_int(desk, "settings.change_max"), 2000);
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

/* Cash is only told and journaled: it never left the counter. */
static void cash_that_is_given_up_is_told(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":500}");
  desk_ok(desk, "{\"do\":\"cancel\"}");
  assert_string_equal(desk->notice, "give-back");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'tender.released'"), 1);
}

/* ---- Discounts ---- */

/* Signed for one piece is not signed for fifty, and what was off three is a larger share of one. */
static void a_signed_discount_does_not_grow(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":300000,\"reason\":\"old\"}");
  desk->signer = NULL;
  desk_refused(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":50000}", SP_E_DENIED, "approval");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":3000}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":2000}");
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":3000}"); /* so much was signed for */
  assert_int_equal(desk_int(desk, "sale.total"), 1785);
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"amount\":800,\"reason\":\"old\"}");
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":1000}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2000}", SP_E_DENIED, "approval");
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":3000}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2000}");
}

/* What was signed for all that lay there is not signed for what comes afterwards. */
static void a_signed_basket_does_not_grow(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"discount\",\"percent\":500000,\"reason\":\"old\"}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2000}", SP_E_DENIED, "approval");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2000}");
}

/* A tenth of the line and a tenth of everything is more than a tenth. */
static void the_cap_does_not_stack(void **state) {
  struct desk *desk = *state;
  desk->counter.node.app.policy.discount_max_ppm = 100000;
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":100000,\"reason\":\"old\"}");
  desk_refused(desk, "{\"do\":\"discount\",\"percent\":100000,\"reason\":\"old\"}", SP_E_DENIED, "approval");
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"remove\":true}");
  desk_ok(desk, "{\"do\":\"discount\",\"percent\":60000,\"reason\":\"old\"}");
  desk_refused(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":50000,\"reason\":\"old\"}", SP_E_DENIED, "approval");
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":40000,\"reason\":\"old\"}");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":500000,\"reason\":\"old\"}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2000}");
}

/* ---- Lines ---- */

/* A line that comes back has its own number, and can be taken back. */
static void a_returned_line_keeps_its_number(void **state) {
  struct desk *desk = *state;
  char command[200];
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":300}");
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":1,\"quantity\":1000,\"reason\":\"flat\"}",
           desk_text(desk, "last.sale"));
  desk_ok(desk, command);
  assert_int_equal(desk_int(desk, "sale.lines[0].n"), 1);
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
  assert_int_equal(desk_int(desk, "sale.lines[0].n"), 2);
  assert_int_equal(desk_int(desk, "sale.lines[1].n"), 1);
  assert_int_equal(desk_int(desk, "sale.lines[1].returned"), 1);
  assert_int_equal(desk_int(desk, "sale.total"), 550);
  desk_ok(desk, "{\"do\":\"void\",\"n\":1}");
  assert_int_equal(desk_count(desk, "sale.lines"), 1);
  assert_int_equal(desk_int(desk, "sale.total"), 850);
  desk_refused(desk, "{\"do\":\"void\",\"n\":1}", SP_E_NOT_FOUND, "n");
  desk_ok(desk, command);
  assert_int_equal(desk_int(desk, "sale.lines[1].n"), 3);
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":550}");
  counter_agrees(&desk->counter);
}

/* Why a weight was typed stands with the weight that counts. */
static void the_note_of_the_second_weight_is_kept(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"quantity\":1000,\"text\":\"scale broken\"}");
  desk_ok(desk, "{\"do\":\"weigh\",\"n\":1,\"quantity\":1200,\"text\":\"bag was wet\"}");
  assert_string_equal(desk_text(desk, "sale.lines[0].note"), "bag was wet");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(change_is_what_a_hand_gives, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(change_has_a_setting, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_tender_has_the_sign_of_what_is_due, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(cash_that_is_given_up_is_told, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_signed_discount_does_not_grow, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_signed_basket_does_not_grow, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(the_cap_does_not_stack, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_returned_line_keeps_its_number, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(the_note_of_the_second_weight_is_kept, desk_setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
