/* What rules do to a sale beside its price: lines they add, what they ask for, what they remark, and what of all that
 * is kept so that the price can be computed again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/alarms.h"
#include "base/log.h"
#include "tests/contract/counter/counter.h"
#include "tests/contract/counter/rules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char campaigns[] =
    "{\"campaigns\": ["
    "{\"code\": \"DEPOSIT\", \"rule\": \"test.deposit\", \"params\": {\"tag\": \"soda\", \"product\": \"gum\"}},"
    "{\"code\": \"CRATE\", \"rule\": \"test.broken_deposit\", \"params\": {\"tag\": \"bakery\"}},"
    "{\"code\": \"AGE\", \"rule\": \"test.ask\", \"params\": {\"tag\": \"trusted\", \"how\": \"confirm\"}},"
    "{\"code\": \"BOSS\", \"rule\": \"test.ask\", \"params\": {\"tag\": \"fruit\", \"how\": \"approve\"}},"
    "{\"code\": \"NEVER\", \"rule\": \"test.ask\", \"params\": {\"product\": \"book\", \"how\": \"refuse\"}},"
    "{\"code\": \"SAVE\", \"rule\": \"test.coupon\", \"params\": {\"coupon\": \"SAVE\"}, \"limits\": {\"coupon_uses\": "
    "1}},"
    "{\"code\": \"GOLD\", \"rule\": \"test.everything\", \"levels\": [\"gold\"]},"
    "{\"code\": \"REMARK\", \"rule\": \"test.remark\"},"
    "{\"code\": \"POINTS\", \"rule\": \"test.points\"},"
    "{\"code\": \"BROKEN\", \"rule\": \"test.broken\", \"params\": {\"tag\": \"bakery\"}}]}";

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  int rc = counter_start_rules(&counter, campaigns, NULL);
  if (rc != 0) print_message("%s: %s\n", counter.error.field, counter.error.message);
  counter.node.actor.role = SP_ROLE_CASHIER;
  return rc;
}

static int agree_and_tear_down(void **state) {
  struct counter *counter = *state;
  counter->node.actor.role = SP_ROLE_ADMIN;
  return counter_tear_down(state);
}

static int use_load(struct sp_work *work, void *ctx) {
  struct sp_sale *sale = ctx;
  const struct sp_id id = sale->id;
  return sp_sale_load(work, &id, sale);
}

static void load(struct counter *counter, struct sp_sale *sale) {
  counter_went_well(counter, sp_fixture_do(&counter->node, use_load, sale, &counter->error));
}

/* ---- Lines that rules add ---- */

static void test_added_lines(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 2000);
  ticket_item(&ticket, "water", 1000);
  ticket_item(&ticket, "soda", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.count, 5);
  assert_int_equal(ticket.sale.total, 600 + 199 + 250 + 30 + 15);
  assert_int_equal(ticket.sale.lines[3].n, 1000100);
  assert_int_equal(ticket.sale.lines[3].facts.parent, 1);
  assert_string_equal(ticket.sale.lines[3].facts.code, "gum");
  assert_int_equal(ticket.sale.lines[4].n, 1000300);
  assert_int_equal(counter_on_hand(counter, "gum"), -3000);
  struct sp_sale stored = {.id = ticket.sale.id};
  load(counter, &stored);
  assert_int_equal(stored.count, 5);
  assert_int_equal(stored.lines[3].facts.parent, 1);
  assert_int_equal(stored.lines[0].facts.parent, 0);
  assert_int_equal(strncmp(stored.trace, "[{\"campaign\":\"DEPOSIT\",\"rule\":\"test.deposit\"", 44), 0);
  assert_non_null(strstr(stored.trace, "\"added\":[[1,\"gum\",2000],[3,\"gum\",1000]]"));
  const struct sp_id id = stored.id;
  ticket_new(&ticket);
  ticket_back(&ticket, &id, 1000100, 2000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, -30);
  assert_int_equal(counter_on_hand(counter, "gum"), -1000);
}

/* In an exchange what comes back is numbered behind what was scanned, what is added far above. */
static void test_added_in_an_exchange(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  const struct sp_id id = ticket.sale.id;
  ticket_new(&ticket);
  ticket_item(&ticket, "soda", 1000);
  ticket_back(&ticket, &id, 1, 1000);
  ticket_back(&ticket, &id, 1000100, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, 250 + 15 - 300 - 15);
  assert_int_equal(ticket.sale.lines[1].n, 1000100);
  assert_int_equal(ticket.sale.lines[2].n, 2);
  assert_int_equal(ticket.sale.lines[3].n, 3);
}

static void test_unknown_addition(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  struct sp_alarms *alarms = NULL;
  assert_int_equal(sp_alarms_new(&alarms), 0);
  counter->node.app.alarms = alarms;
  counter_went_well(counter, sp_fixture_exec(&counter->node,
                                             "UPDATE product SET style = 1 WHERE code = 'gum'; UPDATE catalogue "
                                             "SET revision = revision + 1",
                                             &counter->error));
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, 300);
  assert_int_equal(ticket.sale.alarms, 1);
  assert_int_equal(sp_alarms_count(alarms, "test.deposit"), 2); /* the quote and the sale */
  struct sp_sale stored = {.id = ticket.sale.id};
  load(counter, &stored);
  assert_non_null(strstr(stored.trace, "\"phase\":\"compose\",\"outcome\":\"error\",\"amount\":0,"
                                       "\"why\":\"it adds gum, which comes in variants\""));
  counter->node.app.alarms = NULL;
  sp_alarms_free(alarms);
}

/* ---- Baskets ---- */

static int add(struct counter *counter, struct sp_open_basket *basket, const char *code) {
  const struct sp_basket_command command = {.kind = SP_BASKET_ADD,
                                            .code = code,
                                            .quantity = 1000,
                                            .lot = "L7",
                                            .expires = 20261201,
                                            .expected_total = SP_NO_TOTAL};
  return counter_apply(counter, basket, &command);
}

static int say(struct counter *counter, struct sp_open_basket *basket, enum sp_basket_kind kind, const char *text,
               bool remove) {
  const struct sp_basket_command command = {
      .kind = kind, .text = text, .remove = remove, .expected_total = SP_NO_TOTAL};
  return counter_apply(counter, basket, &command);
}

static int tender(struct counter *counter, struct sp_open_basket *basket, int64_t amount) {
  const struct sp_basket_command command = {.kind = SP_BASKET_TENDER,
                                            .tender = {.method = SP_METHOD_CARD, .tendered = amount, .reference = ""},
                                            .expected_total = amount};
  return counter_apply(counter, basket, &command);
}

struct asked {
  struct sp_id basket;
  struct sp_sale sale;
};

static int use_quote(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  struct sp_open_basket basket;
  int rc = sp_basket_load(work, &asked->basket, &basket);
  return rc == 0 ? sp_basket_quote(work, &basket, false, &asked->sale) : rc;
}

static int use_commit(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  return sp_basket_commit(work, &asked->basket, NULL, 0, SP_NO_TOTAL, &asked->sale);
}

static void quote(struct counter *counter, const struct sp_open_basket *basket, struct asked *asked) {
  *asked = (struct asked){.basket = basket->id};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_quote, asked, &counter->error));
}

static void commit(struct counter *counter, const struct sp_open_basket *basket, struct asked *asked) {
  *asked = (struct asked){.basket = basket->id};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_commit, asked, &counter->error));
}

static void test_added_in_a_basket(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct asked asked;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "cola"));
  counter_went_well(counter, add(counter, &basket, "soda"));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.count, 4);
  counter_went_well(counter, counter_apply(counter, &basket,
                                           &(struct sp_basket_command){
                                               .kind = SP_BASKET_VOID, .n = 1, .expected_total = SP_NO_TOTAL}));
  counter_went_well(counter, add(counter, &basket, "water"));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.count, 3);
  assert_int_equal(asked.sale.lines[1].n, 3);
  assert_int_equal(asked.sale.lines[2].n, 1000200); /* as before */
  counter_went_well(counter, tender(counter, &basket, 250 + 199 + 15));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.count, 3);
  commit(counter, &basket, &asked);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale_line WHERE parent = 2"), 1);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale_line WHERE lot = 'L7' AND expires = 20261201"), 2);
  assert_int_equal(counter_count(counter, "SELECT on_hand FROM stock WHERE lot = 'L7' AND on_hand = -1000 LIMIT 1"),
                   -1000);
}

/* ---- What rules ask for ---- */

static void test_confirm(void **state) {
  struct counter *counter = *state;
  static const char *const confirmed[] = {"other", "age18"};
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "trusted", 1000);
  counter_went_well(counter, counter_quote(counter, &ticket));
  assert_int_equal(ticket.sale.requirement_count, 1);
  assert_string_equal(ticket.sale.requirements[0].code, "age18");
  assert_false(ticket.sale.requirements[0].met);
  ticket_pay(&ticket, SP_METHOD_CARD, 99900);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "confirmed");
  assert_null(strstr(counter->error.message, "age18"));
  assert_non_null(strstr(counter->error.message, "18")); /* the rule's own sentence */
  ticket.request.confirmed = confirmed;
  ticket.request.confirmed_count = 2;
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(
      counter_count(counter, "SELECT COUNT(*) FROM sale WHERE inputs = '{\"confirmed\":[\"age18\",\"other\"]}'"), 1);
}

static void test_refuse(void **state) {
  struct counter *counter = *state;
  static const char *const confirmed[] = {"never"};
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "book", 1000);
  ticket_pay(&ticket, SP_METHOD_CARD, 4999);
  ticket.request.confirmed = confirmed;
  ticket.request.confirmed_count = 1;
  counter->node.actor.role = SP_ROLE_ADMIN;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "confirmed");
}

static void test_approve(void **state) {
  struct counter *counter = *state;
  static const char *const confirmed[] = {"boss"};
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "apple", 1000);
  ticket_pay(&ticket, SP_METHOD_CARD, 1280);
  ticket.request.confirmed = confirmed; /* a cashier's word is not enough */
  ticket.request.confirmed_count = 1;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "confirmed");
  ticket.request.approved_by = counter->node.manager;
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE approved_by IS NOT NULL"), 1);
  ticket.request.approved_by = (struct sp_id){{0}};
  counter->node.actor.role = SP_ROLE_MANAGER;
  counter_went_well(counter, counter_post(counter, &ticket));
  counter->node.actor.is_program = true;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "confirmed");
  counter->node.actor.is_program = false;
}

/* The cashier rings it up, a manager signs in at the same till and confirms, the cashier goes on. */
static void test_approve_in_a_basket(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct asked asked;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "apple"));
  counter_went_well(counter, say(counter, &basket, SP_BASKET_CONFIRM, "boss", false));
  counter_refused(counter, tender(counter, &basket, 1280), SP_E_STATE, "confirmed");
  counter->node.actor.role = SP_ROLE_MANAGER;
  counter->node.actor.staff = counter->node.manager;
  counter_went_well(counter, say(counter, &basket, SP_BASKET_CONFIRM, "boss", false));
  counter->node.actor.role = SP_ROLE_CASHIER;
  counter->node.actor.staff = counter->node.cashier;
  counter_went_well(counter, say(counter, &basket, SP_BASKET_CONFIRM, "boss", true));
  counter_refused(counter, tender(counter, &basket, 1280), SP_E_STATE, "confirmed");
  counter->node.actor.role = SP_ROLE_MANAGER;
  counter->node.actor.staff = counter->node.manager;
  counter_went_well(counter, say(counter, &basket, SP_BASKET_CONFIRM, "boss", false));
  counter->node.actor.role = SP_ROLE_CASHIER;
  counter->node.actor.staff = counter->node.cashier;
  counter_went_well(counter, tender(counter, &basket, 1280));
  counter->node.now += 120000;
  commit(counter, &basket, &asked);
  assert_true(sp_id_equal(&asked.sale.approved_by, &counter->node.manager));
  assert_int_equal(counter_count(counter,
                                 "SELECT COUNT(*) FROM sale s JOIN staff p ON p.id = s.approved_by WHERE p.code = "
                                 "'manager' AND s.inputs LIKE '%\"priced_at\":%'"),
                   1);
}

/* ---- Coupons, members, remarks ---- */

static void test_coupon(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct asked asked;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "water"));
  counter_went_well(counter, say(counter, &basket, SP_BASKET_COUPON, "SAVE-0001", false));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.total, 99);
  counter_went_well(counter, say(counter, &basket, SP_BASKET_COUPON, "SAVE-0001", true));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.total, 199);
  counter_went_well(counter, say(counter, &basket, SP_BASKET_COUPON, "SAVE-0001", false));
  counter_went_well(counter, tender(counter, &basket, 99));
  assert_int_equal(counter_count(counter, "SELECT uses FROM campaign_use WHERE subject = 'c:SAVE-0001'"), 1);
  commit(counter, &basket, &asked);
  assert_int_equal(
      counter_count(counter, "SELECT COUNT(*) FROM sale WHERE inputs LIKE '{\"coupons\":[\"SAVE-0001\"]%'"), 1);
  /* The same piece of paper a second time. */
  static const char *const again[] = {"SAVE-0001"};
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  ticket.request.coupons = again;
  ticket.request.coupon_count = 1;
  counter_went_well(counter, counter_quote(counter, &ticket));
  assert_int_equal(ticket.sale.total, 199);
  ticket.request.coupon_count = SP_COUPONS_MAX + 1;
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_LIMIT, "coupons");
}

static void test_member(void **state) {
  struct counter *counter = *state;
  const char *const tags[] = {"vip", "early"};
  const struct sp_member facts = {.level = "gold",
                                  .tags = tags,
                                  .tag_count = 2,
                                  .points = 700,
                                  .purchases = SP_UNKNOWN,
                                  .joined_days = 3,
                                  .birthday_days = SP_UNKNOWN};
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  ticket.request.member = "M1";
  counter_went_well(counter, counter_quote(counter, &ticket));
  assert_int_equal(ticket.sale.total, 199);
  assert_int_equal(ticket.sale.tender_cap_count, 0);
  ticket.request.facts = &facts;
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CARD));
  assert_int_equal(ticket.sale.total, 159);
  assert_int_equal(ticket.sale.tender_cap_count, 1);
  assert_int_equal(ticket.sale.tender_caps[0].amount, 159); /* no more than there is to pay */
  assert_int_equal(counter_count(counter,
                                 "SELECT COUNT(*) FROM sale WHERE member = 'M1' AND inputs = '{\"member\":{\"level\":"
                                 "\"gold\",\"tags\":[\"early\",\"vip\"],\"points\":700,\"joined_days\":3}}'"),
                   1);
}

static void test_remark(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct asked asked;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "water"));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.note_count, 1);
  assert_string_equal(asked.sale.notes[0].reason, "{\"code\":\"missing\",\"fen\":801}");
  counter_went_well(counter, tender(counter, &basket, 199));
  quote(counter, &basket, &asked);
  assert_int_equal(asked.sale.note_count, 1);
  assert_string_equal(asked.sale.notes[0].campaign, "REMARK");
  assert_string_equal(asked.sale.notes[0].reason, "{\"code\":\"missing\",\"fen\":801}");
}

/* ---- A rule that fails ---- */

static void test_alarm_names_the_rule(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  struct sp_alarms *alarms = NULL;
  struct sp_buf text;
  assert_int_equal(sp_alarms_new(&alarms), 0);
  counter->node.app.alarms = alarms;
  for (int i = 0; i < 5; i++) {
    ticket_new(&ticket);
    ticket_item(&ticket, "bread", 1000);
    counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
    assert_int_equal(ticket.sale.total, 850);
    assert_int_equal(ticket.sale.alarms, 2);
  }
  assert_int_equal(sp_alarms_count(alarms, "test.broken"), 10);
  assert_int_equal(sp_alarms_count(alarms, "test.broken_deposit"), 10);
  assert_non_null(strstr(ticket.sale.trace, "\"rule\":\"test.broken_deposit\""));
  sp_buf_init(&text, 65536);
  sp_alarms_metrics(alarms, &text);
  assert_non_null(strstr(sp_buf_text(&text), "suanpan_rule_failures_total{rule=\"test.broken\"} 10\n"));
  sp_buf_free(&text);
  counter->node.app.alarms = NULL;
  sp_alarms_free(alarms);
}

static void test_alarms_are_bounded(void **state) {
  struct sp_alarms *alarms = NULL;
  struct sp_buf text;
  (void)state;
  assert_int_equal(sp_alarms_new(&alarms), 0);
  for (int i = 0; i < 2 * SP_ALARM_RULES; i++) {
    char rule[32];
    snprintf(rule, sizeof rule, "rule.%d", i);
    sp_alarms_add(alarms, rule, "C", "x.lua:1: no", 1000);
    sp_alarms_add(alarms, rule, "C", "x.lua:1: no", 2000);
  }
  assert_int_equal(sp_alarms_count(alarms, "rule.0"), 2);
  assert_int_equal(sp_alarms_count(alarms, "rule.100"), -1);
  sp_buf_init(&text, 65536);
  sp_alarms_metrics(alarms, &text);
  assert_non_null(strstr(sp_buf_text(&text), "{rule=\"other\"} 128\n"));
  sp_buf_free(&text);
  sp_alarms_free(alarms);
}

/* ---- What is kept ---- */

static int64_t line_facts(struct counter *counter, const char *what) {
  char sql[256];
  snprintf(sql, sizeof sql,
           "SELECT COUNT(*) FROM sale_line l JOIN product_card c ON c.product_id = l.product_id AND c.revision = "
           "l.revision WHERE %s",
           what);
  return counter_count(counter, sql);
}

/* A receipt of last year shows the name of last year, and a replay its tags. */
static void test_cards(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_sale first = {.id = ticket.sale.id};
  counter_went_well(counter, counter_change_goods(counter, "name = '泉水', tags = 'spring'"));
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_sale second = {.id = ticket.sale.id};
  load(counter, &first);
  assert_string_equal(first.lines[0].facts.name, "矿泉水");
  assert_int_equal(first.lines[0].revision, 1);
  load(counter, &second);
  assert_string_equal(second.lines[0].facts.name, "泉水");
  assert_int_equal(second.lines[0].revision, 2);
  assert_int_equal(line_facts(counter, "c.tags = 'drink'"), 1);
  assert_int_equal(line_facts(counter, "c.tags = 'spring'"), 1);
}

/* A plain sale of a cashier keeps nothing beside its lines. */
static void test_plain(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  /* sale, line, movement, balance, payment, cash entry, shift, journal: not one statement more */
  assert_int_equal(counter->node.plan.steps, 8);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE inputs IS NULL"), 1);
  assert_int_equal(counter_count(counter,
                                 "SELECT COUNT(*) FROM sale_line WHERE given_price IS NULL AND lot IS NULL AND expires "
                                 "IS NULL AND parent IS NULL"),
                   1);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM campaign_entry"), 0);
}

/* What a node before this one froze can still be paid. */
static void test_frozen_before(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct asked asked;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "water"));
  counter_went_well(counter, tender(counter, &basket, 199));
  counter_went_well(counter, sp_fixture_exec(&counter->node,
                                             "UPDATE basket_event SET body = json_remove(body, '$.priced_at', "
                                             "'$.lines[0].revision', '$.notes') WHERE kind = 'freeze'",
                                             &counter->error));
  commit(counter, &basket, &asked);
  assert_int_equal(asked.sale.total, 199);
  struct sp_sale stored = {.id = asked.sale.id};
  load(counter, &stored);
  assert_string_equal(stored.lines[0].facts.name, "矿泉水");
}

/* A quote as if: another role, another level, another moment, another store. */
static void test_as_if(void **state) {
  struct counter *counter = *state;
  const struct sp_member gold = {.level = "gold",
                                 .points = SP_UNKNOWN,
                                 .purchases = SP_UNKNOWN,
                                 .joined_days = SP_UNKNOWN,
                                 .birthday_days = SP_UNKNOWN};
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "apple", 1000);
  ticket.request.facts = &gold;
  ticket.request.at = 1900000000000;
  ticket.request.store = "S9";
  counter_went_well(counter, counter_quote(counter, &ticket));
  assert_int_equal(ticket.sale.total, 1024);
  assert_int_equal(ticket.sale.at, 1900000000000);
  assert_false(ticket.sale.requirements[0].met);
  ticket.request.role = SP_ROLE_MANAGER + 1;
  counter_went_well(counter, counter_quote(counter, &ticket));
  assert_true(ticket.sale.requirements[0].met);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, agree_and_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_added_lines),
      CASE(test_added_in_an_exchange),
      CASE(test_unknown_addition),
      CASE(test_added_in_a_basket),
      CASE(test_confirm),
      CASE(test_refuse),
      CASE(test_approve),
      CASE(test_approve_in_a_basket),
      CASE(test_coupon),
      CASE(test_member),
      CASE(test_remark),
      CASE(test_alarm_names_the_rule),
      cmocka_unit_test(test_alarms_are_bounded),
      CASE(test_cards),
      CASE(test_plain),
      CASE(test_frozen_before),
      CASE(test_as_if),
  };
  sp_log_init(SP_LOG_ERROR, STDERR_FILENO);
  return cmocka_run_group_tests_name("rules at the counter", tests, NULL, NULL);
}
