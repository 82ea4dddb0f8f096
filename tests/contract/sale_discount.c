/* Rights at the till: what a cashier may take off by hand, what a manager signs for, and what of it is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/approval.h"
#include "app/explain.h"
#include "app/people.h"
#include "app/policy.h"
#include "tests/contract/counter/counter.h"

#include <string.h>

/* The chain of the last tests: three voids a shift, no park, drawers with a word, late refunds never. */
static const char strict[] =
    "{\"campaigns\":["
    "{\"code\":\"VOIDS\",\"rule\":\"till.policy\",\"params\":{\"action\":\"void-line\",\"times\":2,\"ask\":\"nothing\"}"
    "},"
    "{\"code\":\"CUTS\",\"rule\":\"till.policy\",\"params\":{\"action\":\"discount\",\"amount\":500}},"
    "{\"code\":\"BACK\",\"rule\":\"till.policy\",\"params\":{\"action\":\"refund\",\"days\":7,\"ask\":\"nothing\"}}]}";

struct till {
  struct counter counter;
  struct sp_approval approval; /* what the next thing is signed with, when `signs` */
  bool signs;
};

static int start(void **state, const char *campaigns) {
  static struct till till;
  till = (struct till){.signs = false};
  *state = &till;
  int rc = counter_start(&till.counter, campaigns, NULL);
  till.counter.node.actor.staff = till.counter.node.cashier;
  till.counter.node.actor.role = SP_ROLE_CASHIER;
  return rc;
}

static int set_up(void **state) {
  return start(state, NULL);
}

static int set_up_strict(void **state) {
  return start(state, strict);
}

static int agree_and_tear_down(void **state) {
  struct till *till = *state;
  counter_agrees(&till->counter);
  counter_close(&till->counter);
  return 0;
}

static void went_well(struct till *till, int rc) {
  if (rc != 0) fail_msg("%s: %s", till->counter.error.field, till->counter.error.message);
}

/* ---- Doing things, with or without a signature ---- */

struct deed {
  struct till *till;
  struct sp_id basket;
  const struct sp_basket_command *command;
  const struct sp_policy_ask *ask;
  struct sp_sale_request *request;
  int64_t cash;
  struct sp_open_basket out;
  struct sp_sale sale;
};

static int use_deed(struct sp_work *work, void *ctx) {
  struct deed *deed = ctx;
  struct sp_id id;
  if (deed->till->signs) work->approval = &deed->till->approval;
  if (deed->ask != NULL) return sp_policy_check(work, deed->ask);
  if (deed->request != NULL) return sp_sale_post(work, deed->request, &deed->sale);
  if (deed->cash != 0) return sp_shift_move_cash(work, deed->cash, "找零", &id);
  return sp_basket_apply(work, &deed->basket, deed->command, &deed->out);
}

static int do_it(struct till *till, struct deed *deed) {
  deed->till = till;
  int rc = sp_fixture_do(&till->counter.node, use_deed, deed, &till->counter.error);
  till->signs = false;
  return rc;
}

static int apply(struct till *till, struct sp_open_basket *basket, struct sp_basket_command command) {
  command.expected_total = SP_NO_TOTAL;
  struct deed deed = {.basket = basket->id, .command = &command};
  return do_it(till, &deed);
}

static void sign(struct till *till) {
  till->approval =
      (struct sp_approval){.staff = till->counter.node.manager, .role = SP_ROLE_MANAGER, .code = "manager"};
  till->signs = true;
}

static int off(struct till *till, struct sp_open_basket *basket, int32_t n, enum sp_markdown_kind kind, int64_t value) {
  return apply(till, basket,
               (struct sp_basket_command){
                   .kind = SP_BASKET_DISCOUNT, .n = n, .markdown = {.kind = kind, .value = value}, .text = "破损"});
}

static void add(struct till *till, struct sp_open_basket *basket, const char *code, int64_t quantity) {
  went_well(till,
            apply(till, basket, (struct sp_basket_command){.kind = SP_BASKET_ADD, .code = code, .quantity = quantity}));
}

static void refused(struct till *till, int rc, const char *field) {
  assert_int_equal(rc, SP_E_DENIED);
  assert_string_equal(till->counter.error.field, field);
  assert_true(till->counter.error.message[0] != '\0');
}

struct seen {
  struct sp_id basket;
  int64_t total, discount;
};

static int use_quote(struct sp_work *work, void *ctx) {
  struct seen *seen = ctx;
  struct sp_open_basket basket;
  struct sp_sale sale;
  int rc = sp_basket_load(work, &seen->basket, &basket);
  if (rc == 0) rc = sp_basket_quote(work, &basket, false, &sale);
  seen->total = rc == 0 ? sale.total : -1;
  seen->discount = rc == 0 ? sale.discount : -1;
  return rc;
}

static struct seen look(struct till *till, const struct sp_open_basket *basket) {
  struct seen seen = {.basket = basket->id};
  went_well(till, sp_fixture_do(&till->counter.node, use_quote, &seen, &till->counter.error));
  return seen;
}

static int64_t approvals(struct till *till) {
  return sp_fixture_scalar(&till->counter.node, "SELECT COUNT(*) FROM journal WHERE kind = 'approval'");
}

/* ---- The cap ---- */

static void test_within_the_cap(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 10000);
  int64_t full = look(till, &basket).total;
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_PERCENT, 100000));
  assert_int_equal(look(till, &basket).total, full - full / 10);
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_AMOUNT, full / 10));
  assert_int_equal(look(till, &basket).total, full - full / 10);
  went_well(till, apply(till, &basket, (struct sp_basket_command){.kind = SP_BASKET_DISCOUNT, .n = 1, .remove = true}));
  assert_int_equal(look(till, &basket).total, full);
  assert_int_equal(approvals(till), 0);
}

static void test_beyond_the_cap(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 10000);
  int64_t full = look(till, &basket).total;
  refused(till, off(till, &basket, 1, SP_MARKDOWN_PERCENT, 100001), "approval");
  refused(till, off(till, &basket, 1, SP_MARKDOWN_AMOUNT, full / 10 + 1), "approval");
  refused(till, off(till, &basket, 1, SP_MARKDOWN_PRICE, full / 10 * 8 / 10), "approval");
  refused(till, off(till, &basket, 0, SP_MARKDOWN_AMOUNT, full / 10 + 1), "approval");
  assert_int_equal(look(till, &basket).total, full);
  sign(till);
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_PERCENT, 500000));
  assert_int_equal(look(till, &basket).total, full / 2);
  assert_int_equal(approvals(till), 1);
  /* It was for one operation. */
  refused(till, off(till, &basket, 0, SP_MARKDOWN_PERCENT, 500000), "approval");
}

static void test_nonsense(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 1000);
  assert_int_equal(off(till, &basket, 7, SP_MARKDOWN_PERCENT, 1), SP_E_NOT_FOUND);
  assert_int_equal(off(till, &basket, 1, SP_MARKDOWN_NONE, 1), SP_E_INVALID);
  assert_int_equal(off(till, &basket, 1, SP_MARKDOWN_PERCENT, 1000001), SP_E_INVALID);
  assert_int_equal(off(till, &basket, 1, SP_MARKDOWN_AMOUNT, -1), SP_E_INVALID);
  assert_int_equal(off(till, &basket, 0, SP_MARKDOWN_PRICE, 100), SP_E_INVALID);
}

/* Taking goods away must not make a share of a small discount. */
static void test_a_share_that_grows(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 10000);
  int64_t full = look(till, &basket).total;
  went_well(till, off(till, &basket, 0, SP_MARKDOWN_AMOUNT, full / 10));
  went_well(till,
            apply(till, &basket, (struct sp_basket_command){.kind = SP_BASKET_QUANTITY, .n = 1, .quantity = 1000}));
  struct sp_basket_command pay = {.kind = SP_BASKET_TENDER,
                                  .tender = {.method = SP_METHOD_CASH, .tendered = 100, .reference = ""}};
  refused(till, apply(till, &basket, pay), "approval");
  sign(till);
  went_well(till, apply(till, &basket, pay));
}

/* What was signed for is a share and a sum: neither grows without another signature. */
static void test_what_was_signed_for(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  const struct sp_basket_command three = {.kind = SP_BASKET_QUANTITY, .n = 1, .quantity = 3000};
  const struct sp_basket_command one = {.kind = SP_BASKET_QUANTITY, .n = 1, .quantity = 1000};
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 1000);
  sign(till);
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_PERCENT, 300000));
  refused(till, apply(till, &basket, three), "approval");
  sign(till);
  went_well(till, apply(till, &basket, three));
  assert_int_equal(look(till, &basket).discount, 270);
  assert_int_equal(approvals(till), 2);
  sign(till);
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_AMOUNT, 200));
  went_well(till, apply(till, &basket, one));
  struct sp_basket_command pay = {.kind = SP_BASKET_TENDER,
                                  .tender = {.method = SP_METHOD_CASH, .tendered = 100, .reference = ""}};
  refused(till, apply(till, &basket, pay), "approval");
}

/* A price that is changed is changed, up or down. */
static void test_a_price_that_rises(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 2000);
  int64_t full = look(till, &basket).total;
  refused(till, off(till, &basket, 1, SP_MARKDOWN_PRICE, 9999900), "approval");
  refused(till, off(till, &basket, 1, SP_MARKDOWN_PRICE, 331), "approval");
  refused(till, off(till, &basket, 1, SP_MARKDOWN_PRICE, 269), "approval");
  assert_int_equal(look(till, &basket).total, full);
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_PRICE, 330));
  assert_int_equal(look(till, &basket).total, 660);
  assert_int_equal(approvals(till), 0);
  sign(till);
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_PRICE, 400));
  assert_int_equal(look(till, &basket).total, 800);
  assert_int_equal(sp_fixture_scalar(&till->counter.node, "SELECT MAX(json_extract(CAST(body AS TEXT), '$.amount')) "
                                                          "FROM journal WHERE kind = 'approval'"),
                   200);
}

/* ---- A sale in one go ---- */

static void test_sale(void **state) {
  struct till *till = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  struct sp_sale_item *item = ticket_item(&ticket, "cola", 2000);
  item->discount.markdown = (struct sp_markdown){.kind = SP_MARKDOWN_PERCENT, .value = 500000, .reason = "破损"};
  went_well(till, counter_quote(&till->counter, &ticket));
  int64_t total = ticket.sale.total;
  ticket_pay(&ticket, SP_METHOD_CASH, total);
  struct deed deed = {.request = &ticket.request};
  refused(till, do_it(till, &deed), "approval");
  sign(till);
  went_well(till, do_it(till, &deed));
  assert_int_equal(deed.sale.total, total);
  assert_memory_equal(&deed.sale.approved_by, &till->counter.node.manager, sizeof deed.sale.approved_by);
  assert_int_equal(approvals(till), 1);
  assert_int_equal(sp_fixture_scalar(&till->counter.node, "SELECT COUNT(*) FROM sale WHERE trace LIKE "
                                                          "'%\"approver\":\"manager\"%' AND inputs LIKE "
                                                          "'%\"approver\":\"manager\"%'"),
                   1);
  assert_int_equal(sp_fixture_scalar(&till->counter.node, "SELECT COUNT(*) FROM sale_allocation WHERE campaign = "
                                                          "'markdown-line'"),
                   1);
}

/* A program with its maker's role is a cashier at the till. */
static void test_programs_are_cashiers(void **state) {
  struct till *till = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 2000);
  ticket.request.discount.markdown = (struct sp_markdown){.kind = SP_MARKDOWN_PERCENT, .value = 200000};
  went_well(till, counter_quote(&till->counter, &ticket));
  ticket_pay(&ticket, SP_METHOD_CASH, ticket.sale.total);
  till->counter.node.actor.role = SP_ROLE_ADMIN;
  till->counter.node.actor.is_program = true;
  struct deed deed = {.request = &ticket.request};
  refused(till, do_it(till, &deed), "approval");
  till->counter.node.actor.is_program = false;
  went_well(till, do_it(till, &deed));
}

/* ---- Other rights ---- */

static void test_cash_and_drawer(void **state) {
  struct till *till = *state;
  struct deed in = {.cash = 5000}, out = {.cash = -1000};
  went_well(till, do_it(till, &in));
  refused(till, do_it(till, &out), "approval");
  sign(till);
  went_well(till, do_it(till, &out));
  const struct sp_policy_ask drawer = {.action = "open-drawer"};
  struct deed open = {.ask = &drawer};
  refused(till, do_it(till, &open), "approval");
  till->counter.node.actor.role = SP_ROLE_MANAGER;
  went_well(till, do_it(till, &open));
  assert_int_equal(approvals(till), 1);
}

static void test_blind_refund(void **state) {
  struct till *till = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket.returns[0] = (struct sp_sale_return){.code = "cola", .price = SP_NO_PRICE, .quantity = 1000};
  ticket.request.returns = ticket.returns;
  ticket.request.return_count = 1;
  ticket.request.reason = "坏了";
  went_well(till, counter_quote(&till->counter, &ticket));
  ticket_pay(&ticket, SP_METHOD_CASH, ticket.sale.total);
  struct deed deed = {.request = &ticket.request};
  refused(till, do_it(till, &deed), "approval");
  sign(till);
  went_well(till, do_it(till, &deed));
  assert_memory_equal(&deed.sale.approved_by, &till->counter.node.manager, sizeof deed.sale.approved_by);
}

/* ---- What the chain says ---- */

static void test_times_of_a_shift(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  for (int i = 0; i < 4; i++)
    add(till, &basket, "cola", 1000);
  for (int32_t n = 1; n <= 2; n++)
    went_well(till, apply(till, &basket, (struct sp_basket_command){.kind = SP_BASKET_VOID, .n = n}));
  refused(till, apply(till, &basket, (struct sp_basket_command){.kind = SP_BASKET_VOID, .n = 3}), "approval");
  assert_int_equal(sp_fixture_scalar(&till->counter.node, "SELECT times FROM shift_action WHERE action = 'void-line'"),
                   2);
  sign(till);
  went_well(till, apply(till, &basket, (struct sp_basket_command){.kind = SP_BASKET_VOID, .n = 3}));
  went_well(till, counter_shift_close(&till->counter, 0));
  went_well(till, counter_shift_open(&till->counter, 0));
  went_well(till, apply(till, &basket, (struct sp_basket_command){.kind = SP_BASKET_VOID, .n = 4}));
}

static void test_reasons_and_refusals(void **state) {
  struct till *till = *state;
  struct sp_open_basket basket;
  went_well(till, counter_basket(&till->counter, &basket));
  add(till, &basket, "cola", 1000);
  struct sp_basket_command cut = {
      .kind = SP_BASKET_DISCOUNT, .n = 1, .markdown = {.kind = SP_MARKDOWN_AMOUNT, .value = 1}};
  assert_int_equal(apply(till, &basket, cut), SP_E_INVALID);
  assert_string_equal(till->counter.error.field, "reason");
  went_well(till, off(till, &basket, 1, SP_MARKDOWN_PERCENT, 900000)); /* the chain's limit is money, not a share */
  const struct sp_policy_ask late = {.action = "refund", .days = 8};
  struct deed deed = {.ask = &late};
  till->counter.node.actor.role = SP_ROLE_ADMIN;
  refused(till, do_it(till, &deed), "action");
}

/* ---- Who signs ---- */

struct attempt {
  const char *staff, *pin;
  struct sp_approval approval;
  bool commit_anyway;
};

static int use_approval(struct sp_work *work, void *ctx) {
  struct attempt *attempt = ctx;
  int rc = sp_approval_open(work, attempt->staff, attempt->pin, &attempt->approval, &attempt->commit_anyway);
  /* As the api does: what must be kept is kept although it failed. */
  return attempt->commit_anyway ? 0 : rc;
}

static int attempt(struct till *till, const char *staff, const char *pin, struct attempt *out) {
  *out = (struct attempt){.staff = staff, .pin = pin};
  int rc = sp_fixture_do(&till->counter.node, use_approval, out, &till->counter.error);
  return rc == 0 && out->commit_anyway ? till->counter.error.code : rc;
}

static int use_pins(struct sp_work *work, void *ctx) {
  static const char *const codes[] = {"manager", "cashier"};
  struct sp_id id;
  (void)ctx;
  work->actor.role = SP_ROLE_ADMIN;
  for (int i = 0; i < 2; i++) {
    const struct sp_staff_put put = {.code = codes[i], .role = -1, .pin = i == 0 ? "4711" : "1234", .enabled = -1};
    int rc = sp_staff_put(work, &put, &id);
    if (rc != 0) return rc;
  }
  return 0;
}

static void test_who_may_sign(void **state) {
  struct till *till = *state;
  struct attempt tried;
  went_well(till, sp_fixture_do(&till->counter.node, use_pins, NULL, &till->counter.error));
  went_well(till, attempt(till, "manager", "4711", &tried));
  assert_int_equal(tried.approval.role, SP_ROLE_MANAGER);
  assert_memory_equal(&tried.approval.staff, &till->counter.node.manager, SP_ID_LEN);
  assert_int_equal(attempt(till, "cashier", "1234", &tried), SP_E_DENIED);
  assert_string_equal(till->counter.error.field, "approval.staff");
  till->counter.node.actor.staff = till->counter.node.manager;
  assert_int_equal(attempt(till, "manager", "4711", &tried), SP_E_DENIED);
  assert_int_equal(attempt(till, "nobody", "4711", &tried), SP_E_UNAUTHENTICATED);
}

static void test_wrong_pins_lock(void **state) {
  struct till *till = *state;
  struct attempt tried;
  went_well(till, sp_fixture_do(&till->counter.node, use_pins, NULL, &till->counter.error));
  for (int i = 0; i < 5; i++) {
    assert_int_equal(attempt(till, "manager", "0000", &tried), SP_E_UNAUTHENTICATED);
    assert_string_equal(till->counter.error.field, "approval.pin");
    assert_int_equal(sp_fixture_scalar(&till->counter.node, "SELECT failures FROM staff WHERE code = 'manager'"),
                     i + 1);
  }
  assert_int_equal(attempt(till, "manager", "4711", &tried), SP_E_DENIED);
  till->counter.node.now += 61000;
  went_well(till, attempt(till, "manager", "4711", &tried));
  assert_int_equal(sp_fixture_scalar(&till->counter.node, "SELECT failures FROM staff WHERE code = 'manager'"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_within_the_cap, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_beyond_the_cap, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_nonsense, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_a_share_that_grows, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_what_was_signed_for, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_a_price_that_rises, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_sale, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_programs_are_cashiers, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_cash_and_drawer, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_blind_refund, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_times_of_a_shift, set_up_strict, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_reasons_and_refusals, set_up_strict, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_who_may_sign, set_up, agree_and_tear_down),
      cmocka_unit_test_setup_teardown(test_wrong_pins_lock, set_up, agree_and_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
