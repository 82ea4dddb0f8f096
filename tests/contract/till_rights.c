/* Who may do what at a till: locked, closed, out of hours, without a cashier, with somebody's signature. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

/* ---- People ---- */

static int use_pin(struct sp_work *work, void *ctx) {
  const char *code = ctx;
  struct sp_id id;
  const struct sp_staff_put put = {.code = code, .name = code, .role = -1, .pin = "4711", .enabled = -1};
  return sp_staff_put(work, &put, &id);
}

static void give_pin(struct desk *desk, const char *code) {
  char text[8];
  snprintf(text, sizeof text, "%s", code);
  desk_actor(desk, SP_ROLE_ADMIN);
  if (sp_fixture_do(&desk->counter.node, use_pin, text, &desk->counter.error))
    fail_msg("%s", desk->counter.error.message);
  desk_actor(desk, SP_ROLE_CASHIER);
}

static void a_locked_till(void **state) {
  struct desk *desk = *state;
  give_pin(desk, "1001");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"lock\"}");
  assert_string_equal(desk_text(desk, "step"), "locked");
  assert_int_equal(desk_int(desk, "sale.total"), 300); /* the cart is kept */
  static const char *const commands[] = {"{\"do\":\"scan\",\"code\":\"6900\"}",
                                         "{\"do\":\"add\",\"code\":\"cola\"}",
                                         "{\"do\":\"void\",\"n\":1}",
                                         "{\"do\":\"total\"}",
                                         "{\"do\":\"park\"}",
                                         "{\"do\":\"search\",\"q\":\"c\"}",
                                         "{\"do\":\"drawer\",\"reason\":\"change\"}",
                                         "{\"do\":\"report\"}",
                                         "{\"do\":\"scan\",\"code\":\"M-12345678\"}",
                                         "{\"do\":\"scan\",\"code\":\"R-T01-000001\"}",
                                         "{\"do\":\"shift_close\",\"counted\":0}"};
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    desk_refused(desk, commands[i], SP_E_STATE, "till");
  desk_refused(desk, "{\"do\":\"unlock\",\"pin\":\"0000\"}", SP_E_UNAUTHENTICATED, "pin");
  assert_true(desk->outcome.commit_anyway);
  desk_ok(desk, "{\"do\":\"unlock\",\"pin\":\"4711\"}");
  assert_string_equal(desk_text(desk, "step"), "sale");
  assert_int_equal(desk->outcome.token[0], '\0');
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
}

static void a_badge_switches(void **state) {
  struct desk *desk = *state;
  give_pin(desk, "1002");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"lock\"}");
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"S-9999\"}", SP_E_NOT_FOUND, "code");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"S-1002\"}");
  assert_string_equal(desk_text(desk, "ask.kind"), "pin");
  assert_string_equal(desk_text(desk, "ask.code"), "1002");
  desk_ok(desk, "{\"do\":\"unlock\",\"staff\":\"1002\",\"pin\":\"4711\"}");
  assert_string_equal(desk_text(desk, "staff.code"), "1002");
  assert_true(desk_null(desk, "ask"));
  assert_int_equal(desk_int(desk, "sale.total"), 300);
  assert_int_equal(strlen(desk->outcome.token), SP_TOKEN_TEXT - 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM credential WHERE kind = 'session'"), 1);
}

/* ---- Closed ---- */

static void without_a_shift(void **state) {
  struct desk *desk = *state;
  desk_at(desk, true);
  desk_look(desk);
  assert_string_equal(desk_text(desk, "step"), "closed");
  assert_true(desk_null(desk, "shift"));
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"6900\"}", SP_E_STATE, "shift");
  desk_refused(desk, "{\"do\":\"add\",\"code\":\"cola\"}", SP_E_STATE, "shift");
  desk_refused(desk, "{\"do\":\"shift_close\",\"counted\":0}", SP_E_STATE, "shift");
  desk_ok(desk, "{\"do\":\"price\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"shift_open\",\"opening_float\":20000}");
  assert_int_equal(desk_int(desk, "shift.opening_float"), 20000);
  assert_string_equal(desk_text(desk, "step"), "sale");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
}

/* 2026-11-22 is a Sunday; 13:00 in the store. */
static void out_of_hours(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  assert_int_equal(desk_setting(desk, "hours", "{\"sun\":[[\"06:00\",\"12:00\"],[\"18:00\",\"02:00\"]]}"), 0);
  desk_look(desk);
  assert_int_equal(desk_int(desk, "hours.open"), 0);
  assert_string_equal(desk_text(desk, "hours.opens"), "18:00");
  /* What is open may be finished. */
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6901\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":550}");
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"6900\"}", SP_E_DENIED, "hours");
  struct sp_open_basket basket;
  counter_refused(&desk->counter, counter_basket(&desk->counter, &basket), SP_E_DENIED, "hours");
  desk->signer = "1002";
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"6900\"}", SP_E_DENIED, "hours");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk->signer = NULL;
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'hours_override'"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'approval'"), 1);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6901\"}");
  desk_ok(desk, "{\"do\":\"cancel\"}");
  /* Six hours on: open until two at night, also after midnight. */
  desk->counter.node.now += (int64_t)6 * 3600 * 1000;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  assert_string_equal(desk_text(desk, "hours.until"), "02:00");
}

/* ---- A till without a cashier ---- */

/* What a customer may not do alone, by commands and by plain routes. */
static void self_refuses(struct desk *desk) {
  static const char *const commands[] = {"{\"do\":\"void\",\"n\":1}",
                                         "{\"do\":\"quantity\",\"n\":1,\"quantity\":1000}",
                                         "{\"do\":\"discount\",\"percent\":10000,\"reason\":\"x\"}",
                                         "{\"do\":\"discount\",\"n\":1,\"price\":1,\"reason\":\"x\"}",
                                         "{\"do\":\"cancel\"}",
                                         "{\"do\":\"park\"}",
                                         "{\"do\":\"cash\",\"amount\":100,\"reason\":\"x\"}",
                                         "{\"do\":\"drawer\",\"reason\":\"x\"}",
                                         "{\"do\":\"confirm\",\"text\":\"age18\"}",
                                         "{\"do\":\"scan\",\"code\":\"R-T01-000001\"}",
                                         "{\"do\":\"note\",\"n\":1,\"text\":\"x\"}",
                                         "{\"do\":\"seller\",\"n\":1,\"seller\":\"1002\"}",
                                         "{\"do\":\"weigh\",\"n\":1,\"quantity\":1,\"text\":\"x\"}",
                                         "{\"do\":\"weigh\",\"n\":1,\"tare\":1}",
                                         "{\"do\":\"tare\"}",
                                         "{\"do\":\"zero\"}",
                                         "{\"do\":\"lock\"}",
                                         "{\"do\":\"report\"}"};
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    desk_refused(desk, commands[i], SP_E_DENIED, "approval");
  /* The plain routes go the same way. */
  struct sp_open_basket basket = {.id = {{0}}};
  assert_int_equal(sp_id_parse(desk_text(desk, "sale.id"), &basket.id), 0);
  const struct sp_basket_command plain[] = {{.kind = SP_BASKET_VOID, .n = 1},
                                            {.kind = SP_BASKET_QUANTITY, .n = 1, .quantity = 2000},
                                            {.kind = SP_BASKET_CONFIRM, .text = "age18"},
                                            {.kind = SP_BASKET_CANCEL},
                                            {.kind = SP_BASKET_PARK, .text = ""}};
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
    counter_refused(&desk->counter, counter_apply(&desk->counter, &basket, &plain[i]), SP_E_DENIED, "approval");
  counter_refused(&desk->counter, counter_shift_close(&desk->counter, 0), SP_E_DENIED, "approval");
}

static void self_pays(struct desk *desk) {
  /* Nobody but the staff can say that money came, and there is no drawer. */
  static const char *const cash = "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":300}";
  static const char *const wechat = "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":300}";
  desk_refused(desk, wechat, SP_E_DENIED, "approval");
  desk->signer = "1001";
  desk_refused(desk, wechat, SP_E_DENIED, "approval");
  desk->signer = "1002";
  desk_refused(desk, cash, SP_E_INVALID, "method");
  desk_ok(desk, wechat);
  assert_string_equal(desk_text(desk, "step"), "paid");
}

static void a_self_till(void **state) {
  struct desk *desk = *state;
  desk_execute(desk, "UPDATE till SET mode = 'self', printer = 'tcp:127.0.0.1:9100' WHERE code = 'T01'");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":3000}");
  assert_string_equal(desk_text(desk, "till.mode"), "self");
  assert_int_equal(desk_int(desk, "sale.total"), 900); /* the same sums */
  self_refuses(desk);
  /* Somebody calls, somebody comes: any of the staff but this session's own. */
  desk_ok(desk, "{\"do\":\"call\",\"on\":true}");
  assert_int_equal(desk_int(desk, "calling"), 1);
  desk_at(desk, true);
  desk_look(desk);
  assert_string_equal(desk_text(desk, "calls[0]"), "T01");
  desk_at(desk, false);
  desk->signer = "1001";
  desk_refused(desk, "{\"do\":\"void\",\"n\":1}", SP_E_DENIED, "approval");
  desk->signer = "1002";
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"age18\"}");
  static const char approved[] = "SELECT COUNT(*) FROM basket_event WHERE kind = 'confirm' AND body LIKE '%approver%'";
  assert_int_equal(desk_scalar(desk, approved), 0); /* somebody looked; that is no manager's approval */
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"cap\"}");
  assert_int_equal(desk_scalar(desk, approved), 1);
  desk->signer = "1002";
  desk_ok(desk, "{\"do\":\"void\",\"n\":1}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"age18\",\"remove\":true}");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'approval' AND CAST(body AS TEXT) LIKE "
                                     "'%\"action\":\"void-line\"%\"why\":\"self-till\"%'"),
                   1);
  desk_ok(desk, "{\"do\":\"call\",\"on\":false}");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  self_pays(desk);
}

/* ---- Signatures ---- */

static void discounts_have_a_cap(void **state) {
  struct desk *desk = *state;
  desk->counter.node.app.policy.discount_max_ppm = 100000;
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":100000,\"reason\":\"old\"}");
  assert_int_equal(desk_int(desk, "sale.total"), 765);
  assert_string_equal(desk_text(desk, "sale.lines[0].markdown.kind"), "percent");
  desk_refused(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":200000,\"reason\":\"old\"}", SP_E_DENIED, "approval");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":200000,\"reason\":\"old\"}");
  desk->signer = NULL;
  assert_int_equal(desk_int(desk, "sale.total"), 680);
  assert_string_equal(desk_text(desk, "sale.lines[0].markdown.approver"), "2001");
  assert_null(desk_find(desk->screen, "sale.lines[0].markdown.approver"));
  desk_ok(desk, "{\"do\":\"discount\",\"n\":1,\"remove\":true}");
  assert_int_equal(desk_int(desk, "sale.total"), 850);
}

struct request {
  const char *command;
  char told[1024];
};

static int tell_asked(struct sp_work *work, void *ctx) {
  struct request *request = ctx;
  struct sp_till_command command;
  struct sp_till till;
  cJSON *body = cJSON_Parse(request->command);
  int rc = sp_till_command_read(work, body, &command);
  cJSON_Delete(body);
  if (rc == 0) rc = sp_till_load(work, &till);
  const char *told = rc == 0 ? sp_till_asked(work, &till, &command) : NULL;
  snprintf(request->told, sizeof request->told, "%s", told != NULL ? told : "");
  return rc;
}

static void is_asked(struct desk *desk, const char *command, const char *wanted) {
  struct request request = {.command = command};
  desk_refused(desk, command, SP_E_DENIED, "approval");
  if (sp_fixture_do(&desk->counter.node, tell_asked, &request, &desk->counter.error) != 0)
    fail_msg("%s", desk->counter.error.message);
  if (strstr(request.told, wanted) == NULL) fail_msg("%s: %s", command, request.told);
  assert_non_null(strstr(request.told, "{\"label\":\"Asked by\",\"value\":\"王 (1001)\"}"));
}

/* Nobody signs for what they do not know. */
static void what_is_signed_for(void **state) {
  struct desk *desk = *state;
  desk->counter.node.app.policy.discount_max_ppm = 100000;
  desk_execute(desk, "UPDATE till SET printer = 'tcp:127.0.0.1:9100' WHERE code = 'T01'");
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
  is_asked(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":200000,\"reason\":\"old\"}",
           "{\"label\":\"Action\",\"value\":\"Discount\"},{\"label\":\"Line\",\"value\":\"1  ");
  is_asked(desk, "{\"do\":\"discount\",\"n\":1,\"percent\":200000,\"reason\":\"old\"}",
           "{\"label\":\"Percent off\",\"value\":\"20 %\"},{\"label\":\"Amount\",\"value\":\"8.50 → 6.80\"},"
           "{\"label\":\"Reason\",\"value\":\"old\"}");
  is_asked(desk, "{\"do\":\"discount\",\"n\":1,\"price\":300,\"reason\":\"old\"}", "\"8.50 → 3.00\"");
  is_asked(desk, "{\"do\":\"discount\",\"amount\":400,\"reason\":\"old\"}",
           "{\"label\":\"Line\",\"value\":\"The whole sale\"},{\"label\":\"Amount\",\"value\":\"8.50 → 4.50\"}");
  is_asked(desk, "{\"do\":\"drawer\",\"reason\":\"change\"}",
           "{\"label\":\"Action\",\"value\":\"Open the drawer\"},{\"label\":\"Reason\",\"value\":\"change\"}");
  desk_execute(desk, "UPDATE till SET mode = 'self' WHERE code = 'T01'");
  is_asked(desk, "{\"do\":\"void\",\"n\":1}", "\"8.50 → 0.00\"");
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":2000}");
  is_asked(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":1000}", "\"2 → 1\"");
  is_asked(desk, "{\"do\":\"cancel\"}", "{\"label\":\"Amount\",\"value\":\"17.00\"}");
}

static void drawer_and_cash(void **state) {
  struct desk *desk = *state;
  desk_refused(desk, "{\"do\":\"drawer\",\"reason\":\"change\"}", SP_E_STATE, "drawer"); /* nobody is called for it */
  desk_refused(desk, "{\"do\":\"cash\",\"amount\":-100,\"reason\":\"bank\"}", SP_E_INVALID, "amount");
  desk_ok(desk, "{\"do\":\"cash\",\"amount\":5000,\"reason\":\"coins\"}");
  assert_int_equal(desk_int(desk, "shift.entries"), 1);
  desk_refused(desk, "{\"do\":\"cash\",\"amount\":-100,\"reason\":\"bank\"}", SP_E_DENIED, "approval");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"cash\",\"amount\":-100,\"reason\":\"bank\"}");
  desk->signer = NULL;
  desk_execute(desk, "UPDATE till SET printer = 'tcp:127.0.0.1:9100' WHERE code = 'T01'");
  desk_refused(desk, "{\"do\":\"drawer\",\"reason\":\"change\"}", SP_E_DENIED, "approval");
  /* Putting in one yuan opens it as well. */
  desk_refused(desk, "{\"do\":\"cash\",\"amount\":100,\"reason\":\"coins\"}", SP_E_DENIED, "approval");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'drawer'"), 0);
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"cash\",\"amount\":100,\"reason\":\"coins\"}");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'drawer'"), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_locked_till, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_badge_switches, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(without_a_shift, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(out_of_hours, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_self_till, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(discounts_have_a_cap, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(what_is_signed_for, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(drawer_and_cash, desk_setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
