/* What comes back: the stored allocation inverted, refunds without receipt under limits, exchanges in one ticket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/counter.h"
#include <string.h>

static const char campaigns[] =
    "{\"campaigns\": ["
    "{\"code\": \"BREAD20\", \"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"bakery\", \"percent\": "
    "200000}},"
    "{\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}}]}";

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  return counter_start(&counter, campaigns, NULL);
}

/* Sell `quantity` of one kind of goods; the id of the sale. */
static struct sp_id sell(struct counter *counter, const char *code, int64_t quantity, int64_t total) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, code, quantity);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, total);
  return ticket.sale.id;
}

static struct ticket give_back(struct counter *counter, const struct sp_id *sale, int32_t n, int64_t quantity) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_back(&ticket, sale, n, quantity);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  return ticket;
}

static int refuse_back(struct counter *counter, const struct sp_id *sale, int32_t n, int64_t quantity) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_back(&ticket, sale, n, quantity);
  return counter_quote(counter, &ticket);
}

static void test_one_by_one(void **state) {
  struct counter *counter = *state;
  static const int64_t back[] = {266, 266, 267}; /* ⌊799·k/3⌋: 266, 532, 799 */
  static const int64_t tax[] = {22, 22, 22};     /* of 66 */
  struct sp_id sale = sell(counter, "bun", 3000, 799);
  int64_t left = 799;
  for (int i = 0; i < 3; i++) {
    struct ticket ticket = give_back(counter, &sale, 1, 1000);
    left -= back[i];
    assert_string_equal(ticket.sale.kind, "refund");
    assert_int_equal(ticket.sale.total, -back[i]);
    assert_int_equal(ticket.sale.tax, -tax[i]);
    assert_int_equal(ticket.sale.allocation_count, 1);
    assert_string_equal(ticket.sale.allocations[0].campaign, "BREAD20");
    assert_int_equal(ticket.sale.allocations[0].amount, ticket.sale.discount);
    assert_int_equal(ticket.sale.gross, -333); /* what one costs, whatever the odd fen do */
    assert_int_equal(counter_count(counter, "SELECT SUM(amount) FROM payment"), left);
  }
  assert_int_equal(counter_on_hand(counter, "bun"), 0);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
  assert_int_equal(counter_count(counter, "SELECT SUM(amount) FROM sale_allocation"), 0);
  counter_refused(counter, refuse_back(counter, &sale, 1, 1000), SP_E_INVALID, "returns[0].quantity");
}

static void test_all_at_once(void **state) {
  struct counter *counter = *state;
  struct sp_id sale = sell(counter, "bun", 3000, 799);
  struct ticket ticket = give_back(counter, &sale, 1, 3000);
  assert_int_equal(ticket.sale.total, -799);
  assert_int_equal(ticket.sale.gross, -999);
  assert_int_equal(ticket.sale.discount, -200);
  assert_int_equal(ticket.sale.tax, -66);
}

static void test_quantities_refused(void **state) {
  struct counter *counter = *state;
  struct sp_id sale = sell(counter, "cola", 2000, 600);
  counter_refused(counter, refuse_back(counter, &sale, 1, 3000), SP_E_INVALID, "returns[0].quantity");
  counter_refused(counter, refuse_back(counter, &sale, 1, 500), SP_E_INVALID, "returns[0].quantity");
  counter_refused(counter, refuse_back(counter, &sale, 1, 0), SP_E_INVALID, "returns[0].quantity");
  counter_refused(counter, refuse_back(counter, &sale, 1, -1000), SP_E_INVALID, "returns[0].quantity");
  counter_refused(counter, refuse_back(counter, &sale, 2, 1000), SP_E_NOT_FOUND, "returns[0].line");
  counter_refused(counter, refuse_back(counter, &counter->node.admin, 1, 1000), SP_E_NOT_FOUND, "returns[0].line");
  struct ticket back = give_back(counter, &sale, 1, 1000);
  struct sp_id refund = back.sale.id;
  counter_refused(counter, refuse_back(counter, &refund, 1, 1000), SP_E_INVALID, "returns[0].line");
  counter_refused(counter, refuse_back(counter, &sale, 1, 2000), SP_E_INVALID, "returns[0].quantity");
}

static void test_ticket_refused(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  struct sp_id sale = sell(counter, "cola", 2000, 600);
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_INVALID, "returns[1].line");
  ticket.request.return_count = 1;
  ticket.request.reason = "";
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_INVALID, "reason");
  ticket.request.reason = "坏了";
  ticket_pay(&ticket, SP_METHOD_CASH, 300); /* a refund is paid back */
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders[0].amount");
  ticket.tenders[0].tendered = -299;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders");
  ticket.tenders[0].tendered = -301;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders");
  ticket.tenders[0].tendered = -300;
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE reason = '坏了'"), 1);
}

static void test_weighed(void **state) {
  struct counter *counter = *state;
  struct sp_id sale = sell(counter, "apple", 755, 966);
  counter_refused(counter, refuse_back(counter, &sale, 1, 500), SP_E_INVALID, "returns[0].quantity");
  struct ticket ticket = give_back(counter, &sale, 1, 755);
  assert_int_equal(ticket.sale.total, -966);
  assert_int_equal(counter_on_hand(counter, "apple"), 0);
}

static void test_rounding_comes_back(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 10;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 3000); /* 5.97 */
  ticket_item(&ticket, "gum", 1000);   /* 0.15: 6.12 together, 0.02 off */
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.rounding, -2);
  assert_int_equal(ticket.sale.total, 610);
  struct sp_id sale = ticket.sale.id;
  int64_t total = 0, rounding = 0;
  for (int i = 0; i < 3; i++) {
    struct ticket back = give_back(counter, &sale, 1, 1000);
    total += back.sale.total;
    rounding += back.sale.rounding;
    assert_int_equal(back.sale.total, -200); /* 1.98, 1.98, 1.99: what one was rounded by is taken off the next */
  }
  struct ticket back = give_back(counter, &sale, 2, 1000);
  assert_int_equal(back.sale.total, -10);
  assert_int_equal(total + back.sale.total, -610);
  assert_int_equal(rounding + back.sale.rounding, 2);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
}

static void as_cashier(struct counter *counter) {
  counter->node.actor.staff = counter->node.cashier;
  counter->node.actor.role = SP_ROLE_CASHIER;
}

/* 6.12 by wallet, back in cash: no drawer has the fen, and they are the customer's. What went by wallet is exact. */
static void test_cash_back_is_rounded(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 10;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 3000);
  ticket_item(&ticket, "gum", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_WECHAT));
  assert_int_equal(ticket.sale.total, 612);
  struct sp_id sale = ticket.sale.id;
  struct ticket back = give_back(counter, &sale, 1, 1000);
  assert_int_equal(back.sale.total, -200);
  assert_int_equal(back.sale.rounding, -1);
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 2000);
  ticket_back(&ticket, &sale, 2, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_WECHAT));
  assert_int_equal(ticket.sale.total, -412); /* 4.13 less the fen that the first part gave beyond */
  assert_int_equal(counter_count(counter, "SELECT SUM(total) FROM sale"), 0);
}

/* Of what was paid with a wallet and the rest in cash, the parts come back in these ways and are all of it. */
static void test_parts_of_a_split_payment(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 10;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 3000);
  ticket_item(&ticket, "gum", 1000);
  ticket_pay(&ticket, SP_METHOD_WECHAT, 201);
  ticket_pay(&ticket, SP_METHOD_CASH, 500); /* of 4.11: 4.10 */
  ticket.request.expected_total = 612;      /* what the customer saw before cash was rounded */
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(ticket.sale.total, 611);
  assert_int_equal(ticket.sale.rounding, -1);
  assert_int_equal(ticket.sale.tenders[1].change, 90);
  struct sp_id sale = ticket.sale.id;
  as_cashier(counter);
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 2000); /* 3.97 */
  ticket_pay(&ticket, SP_METHOD_WECHAT, -201);
  ticket_pay(&ticket, SP_METHOD_CASH, -200);
  counter_went_well(counter, counter_post(counter, &ticket));
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  ticket_back(&ticket, &sale, 2, 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, -210);
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(counter_count(counter, "SELECT SUM(total) FROM sale"), 0);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
}

/* Wallet money is not turned into cash by whoever stands at the till. */
static void test_no_more_cash_than_came(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 2000);
  ticket_pay(&ticket, SP_METHOD_WECHAT, 397);
  ticket_pay(&ticket, SP_METHOD_CASH, 1);
  counter_went_well(counter, counter_post(counter, &ticket));
  struct sp_id sale = ticket.sale.id;
  as_cashier(counter);
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, -199);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_DENIED, "tenders[0].amount");
  assert_non_null(strstr(counter->error.message, "0.01"));
  ticket.tenders[0].method = SP_METHOD_CARD;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_DENIED, "tenders[0].method");
  ticket.tenders[0] = (struct sp_tender){.method = SP_METHOD_WECHAT, .tendered = -198, .reference = ""};
  ticket_pay(&ticket, SP_METHOD_CASH, -1);
  counter_went_well(counter, counter_post(counter, &ticket));
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  ticket_pay(&ticket, SP_METHOD_WECHAT, -198);
  ticket_pay(&ticket, SP_METHOD_CASH, -1); /* that one went back already */
  counter_refused(counter, counter_post(counter, &ticket), SP_E_DENIED, "tenders[1].amount");
  ticket.request.tender_count = 1;
  ticket.tenders[0].tendered = -199;
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
}

/* What an exchange was paid with came with the goods that were given for it. */
static void test_way_back_through_an_exchange(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_id sale = ticket.sale.id;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.tender_count, 0);
  sale = ticket.sale.id;
  as_cashier(counter);
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  ticket_pay(&ticket, SP_METHOD_WECHAT, -300);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_DENIED, "tenders[0].method");
  ticket.tenders[0].method = SP_METHOD_CASH;
  counter_went_well(counter, counter_post(counter, &ticket));
}

/* Sold for cash, 抹零 taken off, and changed for another of the same: nobody pays the fen. */
static void test_like_for_like(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 10;
  struct sp_id sale = sell(counter, "water", 3000, 590);
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_quote(counter, &ticket));
  assert_int_equal(ticket.sale.total, 3); /* exactly, by wallet */
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(ticket.sale.total, 0);
  assert_int_equal(ticket.sale.lines[0].rounding, -3); /* as much as the old one had been rounded by */
  assert_int_equal(ticket.sale.rounding, 0);
  assert_int_equal(ticket.sale.tender_count, 0);
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, 100); /* 3.00 − 1.97 */
  ticket_new(&ticket);
  ticket_item(&ticket, "gum", 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total,
                   -190); /* 0.15 − 1.97: the new one is cheaper, the old one comes back for its own */
  assert_int_equal(ticket.sale.lines[0].rounding, -8);
  assert_int_equal(ticket.sale.lines[1].paid, -197);
}

static void test_promotions_of_today_do_not_count(void **state) {
  struct counter *counter = *state;
  struct sp_id sale = sell(counter, "cola", 3000, 600); /* one was free */
  counter_went_well(counter, counter_change_goods(counter, "price = 9900"));
  struct ticket ticket = give_back(counter, &sale, 1, 1000);
  assert_int_equal(ticket.sale.total, -200); /* a third of what was paid, not a free one and not today's price */
  ticket = give_back(counter, &sale, 1, 2000);
  assert_int_equal(ticket.sale.total, -400);
}

static void refund_it_first(struct counter *counter) {
  struct ticket ticket;
  struct sp_id sale = counter_goods(50);
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 2000);
  assert_int_equal(counter_sell(counter, &ticket, SP_METHOD_CASH), 0);
}

static void test_two_tills_one_unit(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket.request.id = counter_goods(50);
  ticket_item(&ticket, "cola", 2000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  ticket_new(&ticket);
  struct sp_id sale = counter_goods(50);
  ticket_back(&ticket, &sale, 1, 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, -300);
  counter_meanwhile(counter, refund_it_first);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "returns[0].quantity");
  assert_int_equal(counter->node.reruns, 1);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
}

static struct ticket blind(const char *code, int64_t quantity) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_back(&ticket, NULL, 0, quantity)->code = code;
  return ticket;
}

static void test_blind(void **state) {
  struct counter *counter = *state;
  struct ticket ticket = blind("cola", 2000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, -600);
  assert_int_equal(ticket.sale.tax, -69);
  assert_int_equal(counter_on_hand(counter, "cola"), 2000);
  ticket = blind("cola", 1000);
  ticket.returns[0].price = 250;
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_WECHAT));
  assert_int_equal(ticket.sale.total, -250);
  ticket.returns[0].price = 301;
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_INVALID, "returns[0].price");
  ticket = blind("cola", 1500);
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_INVALID, "returns[0].quantity");
  ticket = blind("nothing", 1000);
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_NOT_FOUND, "returns[0].code");
}

static void test_blind_needs_a_manager(void **state) {
  struct counter *counter = *state;
  struct ticket ticket = blind("cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, -300);
  counter->node.actor.staff = counter->node.cashier;
  counter->node.actor.role = SP_ROLE_CASHIER;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_DENIED, NULL);
  ticket.request.approved_by = counter->node.manager;
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(
      counter_count(counter, "SELECT COUNT(*) FROM sale WHERE approved_by = X'42424242424242424242424242424242'"), 1);
  ticket.request.approved_by = (struct sp_id){{0}};
  counter->node.actor.role = SP_ROLE_MANAGER;
  counter_went_well(counter, counter_post(counter, &ticket));
}

static void test_blind_cap(void **state) {
  struct counter *counter = *state;
  struct ticket ticket = blind("book", 11000); /* 549.89 of at most 500 */
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_DENIED, "returns");
  ticket = blind("book", 10000);
  counter_went_well(counter, counter_quote(counter, &ticket));
  ticket_back(&ticket, NULL, 0, 5000)->code = "water"; /* the cap is on the ticket, not on a line */
  counter_refused(counter, counter_quote(counter, &ticket), SP_E_DENIED, "returns");
}

static void test_exchanges(void **state) {
  struct counter *counter = *state;
  static const struct {
    const char *code;
    int64_t total;
  } cases[] = {{"cola", 0}, {"book", 4699}, {"gum", -285}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_id sale = sell(counter, "cola", 1000, 300);
    struct ticket ticket;
    ticket_new(&ticket);
    ticket_item(&ticket, cases[i].code, 1000);
    ticket_back(&ticket, &sale, 1, 1000);
    counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_ALIPAY));
    assert_string_equal(ticket.sale.kind, "exchange");
    assert_int_equal(ticket.sale.total, cases[i].total);
    assert_int_equal(ticket.sale.tender_count, cases[i].total == 0 ? 0 : 1);
    assert_int_equal(ticket.sale.count, 2);
    assert_false(ticket.sale.lines[0].returned);
    assert_true(ticket.sale.lines[1].returned);
    assert_int_equal(ticket.sale.lines[1].n, 2);
    assert_int_equal(ticket.sale.lines[1].paid, -300);
  }
  assert_int_equal(counter_on_hand(counter, "cola"), -1000);
  assert_int_equal(counter_on_hand(counter, "gum"), -1000);
}

static void test_exchange_rounds_what_is_paid(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 100;
  struct sp_id sale = sell(counter, "cola", 1000, 300);
  ticket_new(&ticket);
  ticket_item(&ticket, "book", 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.rounding, -99);
  assert_int_equal(ticket.sale.total, 4600);
  assert_int_equal(ticket.sale.lines[0].paid, 4900);
  assert_int_equal(ticket.sale.lines[1].paid, -300);
}

static void test_exchange_of_an_exchange(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  struct sp_id sale = sell(counter, "bun", 2000, 533);
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 3000); /* multibuy runs among what is sold now */
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(ticket.sale.total, 600 - 266);
  struct sp_id second = ticket.sale.id;
  counter_refused(counter, refuse_back(counter, &second, 2, 1000), SP_E_INVALID, "returns[0].line");
  ticket = give_back(counter, &second, 1, 3000);
  assert_int_equal(ticket.sale.total, -600);
  ticket = give_back(counter, &sale, 1, 1000);
  assert_int_equal(ticket.sale.total, -267);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, counter_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_one_by_one),
      CASE(test_all_at_once),
      CASE(test_quantities_refused),
      CASE(test_ticket_refused),
      CASE(test_weighed),
      CASE(test_rounding_comes_back),
      CASE(test_cash_back_is_rounded),
      CASE(test_parts_of_a_split_payment),
      CASE(test_no_more_cash_than_came),
      CASE(test_way_back_through_an_exchange),
      CASE(test_like_for_like),
      CASE(test_promotions_of_today_do_not_count),
      CASE(test_two_tills_one_unit),
      CASE(test_blind),
      CASE(test_blind_needs_a_manager),
      CASE(test_blind_cap),
      CASE(test_exchanges),
      CASE(test_exchange_rounds_what_is_paid),
      CASE(test_exchange_of_an_exchange),
  };
  return cmocka_run_group_tests_name("refunds", tests, NULL, NULL);
}
