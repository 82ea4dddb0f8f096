/* Selling, case by case: what it costs to the fen, how it is paid, and what is refused. Real database, real rules. */
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
    "{\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}},"
    "{\"code\": \"TRUST\", \"rule\": \"stock.block_negative\", \"params\": {\"tag\": \"trusted\"}}]}";

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  return counter_start(&counter, campaigns, NULL);
}

static void sold(struct counter *counter, struct ticket *ticket) {
  counter_went_well(counter, counter_post(counter, ticket));
}

static void test_list_price(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 2000);
  ticket_item(&ticket, "water", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 1000);
  sold(counter, &ticket);
  assert_string_equal(ticket.sale.kind, "sale");
  assert_int_equal(ticket.sale.number, 1);
  assert_int_equal(ticket.sale.gross, 799);
  assert_int_equal(ticket.sale.discount, 0);
  assert_int_equal(ticket.sale.total, 799);
  assert_int_equal(ticket.sale.lines[0].tax, 69); /* 600 · 13/113 = 69.03 */
  assert_int_equal(ticket.sale.lines[1].tax, 23); /* 199 · 13/113 = 22.89 */
  assert_int_equal(ticket.sale.tax, 92);
  assert_int_equal(ticket.sale.tenders[0].amount, 799);
  assert_int_equal(ticket.sale.tenders[0].change, 201);
  assert_int_equal(ticket.sale.business_day, 20261122);
  assert_int_equal(counter_on_hand(counter, "cola"), -2000);
  assert_int_equal(counter_on_hand(counter, "water"), -1000);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 799);
}

static void test_percent_off(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "bun", 3000);
  ticket_pay(&ticket, SP_METHOD_WECHAT, 799);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.gross, 999);
  assert_int_equal(ticket.sale.discount, 200); /* 20 % of 9.99 is 1.998 */
  assert_int_equal(ticket.sale.total, 799);
  assert_int_equal(ticket.sale.tax, 66); /* 799 · 9/109 = 65.97 */
  assert_int_equal(ticket.sale.allocation_count, 1);
  assert_string_equal(ticket.sale.allocations[0].campaign, "BREAD20");
  assert_string_equal(ticket.sale.allocations[0].rule, "promotion.percent_off");
  assert_int_equal(ticket.sale.allocations[0].amount, 200);
  assert_non_null(strstr(ticket.sale.trace, "BREAD20"));
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE instr(trace, 'BREAD20') > 0"), 1);
}

static void test_multibuy(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "soda", 2000);
  ticket_item(&ticket, "cola", 2000);
  ticket_item(&ticket, "water", 1000); /* no soda */
  ticket_pay(&ticket, SP_METHOD_CARD, 1049);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.discount, 250); /* 3.00 3.00 2.50: the last of the three is free; 2.50 stays alone */
  assert_int_equal(ticket.sale.lines[0].discount, 250);
  assert_int_equal(ticket.sale.lines[1].discount, 0);
  assert_int_equal(ticket.sale.total, 1049);
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 7000);
  ticket_pay(&ticket, SP_METHOD_CARD, 1500);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.discount, 600); /* two groups of three, one over */
}

static void test_without_promotions(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket.request.promotions = false;
  ticket_item(&ticket, "cola", 3000);
  ticket_pay(&ticket, SP_METHOD_CASH, 900);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.discount, 0);
  assert_int_equal(ticket.sale.total, 900);
}

static void test_weighed_goods(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "apple", 755);
  ticket_pay(&ticket, SP_METHOD_CASH, 966);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.total, 966); /* 0.755 kg · 12.80 = 9.664 */
  assert_int_equal(ticket.sale.tax, 80);    /* 79.76 */
  assert_int_equal(counter_on_hand(counter, "apple"), -755);
  ticket_new(&ticket);
  ticket_item(&ticket, "apple", 0);
  ticket_pay(&ticket, SP_METHOD_CASH, 1280);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "items[0].quantity");
}

static void test_barcodes(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, NULL, 0)->barcode = "6900024"; /* a case of 24 */
  ticket_item(&ticket, NULL, 0)->barcode = "6902";
  ticket_item(&ticket, NULL, 2000)->barcode = "gum"; /* typed, not scanned */
  ticket_pay(&ticket, SP_METHOD_CASH, 5029);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.lines[0].facts.quantity, 24000);
  assert_int_equal(ticket.sale.lines[0].gross, 7200);
  assert_int_equal(ticket.sale.lines[0].paid, 4800); /* eight of 24 are free */
  assert_int_equal(ticket.sale.lines[1].paid, 199);
  assert_int_equal(ticket.sale.lines[2].paid, 30);
  assert_int_equal(counter_on_hand(counter, "cola"), -24000);
}

static void test_rounding_is_its_own_amount(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 10;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  ticket_item(&ticket, "gum", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 300);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.gross, 214);
  assert_int_equal(ticket.sale.discount, 0);
  assert_int_equal(ticket.sale.rounding, -4);
  assert_int_equal(ticket.sale.total, 210);
  assert_int_equal(ticket.sale.lines[0].rounding, -4); /* 3.72 and 0.28: the larger remainder */
  assert_int_equal(ticket.sale.lines[1].rounding, 0);
  assert_int_equal(ticket.sale.tenders[0].change, 90);
  assert_int_equal(ticket.sale.tax, 24); /* of 195 and of 15, as paid: 22.43 and 1.73 */
  ticket.request.tender_count = 0;
  ticket_pay(&ticket, SP_METHOD_CARD, 214);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.rounding, 0);
  ticket.request.tender_count = 0;
  ticket_pay(&ticket, SP_METHOD_CASH, 10);
  ticket_pay(&ticket, SP_METHOD_CARD, 200);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.total, 210);
}

static void test_split_tender(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "book", 1000);
  ticket_pay(&ticket, SP_METHOD_WECHAT, 1500);
  ticket_pay(&ticket, SP_METHOD_CASH, 3000);
  ticket_pay(&ticket, SP_METHOD_ALIPAY, 1000);
  ticket.tenders[0].reference = "wx-1";
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.tenders[0].amount, 1500);
  assert_int_equal(ticket.sale.tenders[1].amount, 2499);
  assert_int_equal(ticket.sale.tenders[1].change, 501);
  assert_int_equal(ticket.sale.tenders[2].amount, 1000);
  assert_int_equal(ticket.sale.tax, 0); /* books carry none here */
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 2499);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM payment WHERE reference = 'wx-1'"), 1);
}

static void test_tenders_refused(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CARD, 500);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders[0].amount");
  ticket.request.tender_count = 0;
  ticket_pay(&ticket, SP_METHOD_CASH, 299);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders");
  ticket.request.tender_count = 0;
  ticket_pay(&ticket, SP_METHOD_CASH, 500);
  ticket_pay(&ticket, SP_METHOD_CARD, 301); /* change would come from the card */
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders[1].amount");
  ticket.request.tender_count = 0;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders");
  ticket_pay(&ticket, SP_METHOD_CASH, -300);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "tenders[0].amount");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 0);
  assert_int_equal(counter_on_hand(counter, "cola"), 0);
}

static void refuse_item(struct counter *counter, const char *code, int64_t quantity, int wanted, const char *field) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 1000);
  ticket_item(&ticket, code, quantity);
  ticket_pay(&ticket, SP_METHOD_CASH, 1000000);
  counter_refused(counter, counter_post(counter, &ticket), wanted, field);
  counter_refused(counter, counter_quote(counter, &ticket), wanted, field);
}

static void test_items_refused(void **state) {
  struct counter *counter = *state;
  refuse_item(counter, "old", 1000, SP_E_STATE, "items[1].code");
  refuse_item(counter, "shirt", 1000, SP_E_INVALID, "items[1].code");
  refuse_item(counter, "nothing", 1000, SP_E_NOT_FOUND, "items[1].code");
  refuse_item(counter, NULL, 1000, SP_E_INVALID, "items[1].barcode");
  refuse_item(counter, "cola", 1500, SP_E_INVALID, "items[1].quantity");
  refuse_item(counter, "cola", -1000, SP_E_INVALID, "items[1].quantity");
  refuse_item(counter, "book", 9007199254740000, SP_E_INVALID, "items[1].quantity");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 0);
}

static void test_bounds_refused(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_pay(&ticket, SP_METHOD_CASH, 1000);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "items");
  ticket_item(&ticket, "cola", 1000)->n = 3;
  ticket_item(&ticket, "cola", 1000)->n = 3;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "items[1].n");
  ticket.request.item_count = SP_BASKET_LINES_MAX + 1; /* counted before it is read */
  counter_refused(counter, counter_post(counter, &ticket), SP_E_LIMIT, "items");
}

static void test_needs_a_shift_and_a_till(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 300);
  counter->node.actor.till = counter->node.other_till;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "shift");
  assert_int_equal(counter_quote(counter, &ticket), 0); /* a price needs no shift */
  counter->node.actor.till = (struct sp_id){{0}};
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "till");
  counter->node.actor.till = counter->node.cashier;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_NOT_FOUND, "till");
  counter->node.actor.till = counter->node.till;
  sold(counter, &ticket);
}

static void test_total_changed(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 300);
  ticket.request.expected_total = 290;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_TOTAL_CHANGED, "total");
  assert_non_null(strstr(counter->error.message, "3.00"));
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 0);
  ticket.request.expected_total = 300;
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.number, 1); /* the refused one took none */
}

static void test_one_id_one_sale(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 300);
  ticket.request.id = counter_goods(50);
  sold(counter, &ticket);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_EXISTS, NULL);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 1);
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 300);
  ticket.request.id = (struct sp_id){{0}};
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.number, 2);
}

static void test_given_prices(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "old", 2000)->given_price = 77;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "items[0].code");
  ticket.items[0].code = "cola";
  counter_refused(counter, counter_post(counter, &ticket), SP_E_DENIED, "items[0].price");
  ticket.request.given_prices = true;
  ticket.request.exact_tender = true;
  ticket.items[0].given_price = -2;
  counter_refused(counter, counter_post(counter, &ticket), SP_E_INVALID, "items[0].price");
  ticket.items[0].given_price = 77;
  ticket.items[0].code = "old"; /* history may sell what is no longer listed */
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.total, 154);
  assert_int_equal(ticket.sale.lines[0].facts.list_price, 100);
  assert_int_equal(ticket.sale.tenders[0].amount, 154);
}

static void test_nothing_to_pay(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "gift", 2000);
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.total, 0);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM payment"), 0);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM cash_entry"), 0);
  assert_int_equal(counter_on_hand(counter, "gift"), -2000);
}

static int use_load(struct sp_work *work, void *ctx) {
  struct sp_sale *sale = ctx;
  const struct sp_id id = sale->id;
  return sp_sale_load(work, &id, sale);
}

static void test_stored_as_sold(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "bun", 3000)->note = "加热";
  ticket_item(&ticket, "cola", 3000)->seller = counter->node.cashier;
  ticket_pay(&ticket, SP_METHOD_CASH, 2000);
  ticket.request.member = "M-1";
  ticket.request.reference = "order-9";
  sold(counter, &ticket);
  struct sp_sale sale = {.id = ticket.sale.id};
  assert_int_equal(sp_fixture_do(&counter->node, use_load, &sale, &counter->error), 0);
  assert_int_equal(sale.number, 1);
  assert_string_equal(sale.kind, "sale");
  assert_string_equal(sale.source, "till");
  assert_string_equal(sale.member, "M-1");
  assert_string_equal(sale.reference, "order-9");
  assert_true(sp_id_equal(&sale.staff, &counter->node.admin));
  assert_true(sp_id_equal(&sale.till, &counter->node.till));
  assert_int_equal(sale.gross, 1899);
  assert_int_equal(sale.discount, 500);
  assert_int_equal(sale.total, 1399);
  assert_int_equal(sale.count, 2);
  assert_string_equal(sale.lines[0].facts.name, "小餐包");
  assert_string_equal(sale.lines[0].facts.note, "加热");
  assert_true(sp_id_equal(&sale.lines[1].facts.seller, &counter->node.cashier));
  assert_int_equal(sale.lines[1].paid, 600);
  assert_int_equal(sale.allocation_count, 2);
  assert_int_equal(sale.tender_count, 1);
  assert_int_equal(sale.tenders[0].change, 601);
  assert_int_equal(sale.at, counter->node.now);
  sale.id = counter->node.admin;
  counter_refused(counter, sp_fixture_do(&counter->node, use_load, &sale, &counter->error), SP_E_NOT_FOUND, "sale");
}

static void test_business_day(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 300);
  ticket.request.at = 1795291140000; /* 03:59 of the 22nd in Shanghai: still the 21st */
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.business_day, 20261121);
  ticket.request.at = 1795291200000;
  sold(counter, &ticket);
  assert_int_equal(ticket.sale.business_day, 20261122);
}

static void take_the_last(struct counter *counter) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "trusted", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 99900);
  assert_int_equal(counter_post(counter, &ticket), 0);
}

static void test_trusted_stock(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_item(&ticket, "trusted", 2000);
  ticket_pay(&ticket, SP_METHOD_CARD, 200100);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STOCK, "items[1].quantity");
  assert_int_equal(counter_on_hand(counter, "cola"), 0); /* all or nothing */
  assert_int_equal(counter_stock(counter, SP_STOCK_RECEIPT, "trusted", 2000, NULL), 0);
  counter_meanwhile(counter, take_the_last); /* another till sells one of the two first */
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STOCK, "items[1].quantity");
  assert_int_equal(counter_on_hand(counter, "trusted"), 1000);
  ticket.items[1].quantity = 1000;
  ticket.tenders[0].tendered = 100200;
  sold(counter, &ticket);
  assert_int_equal(counter_on_hand(counter, "trusted"), 0);
  assert_int_equal(counter_on_hand(counter, "cola"), -1000);
}

static void close_the_shift(struct counter *counter) {
  assert_int_equal(counter_shift_close(counter, 0), 0);
}

static void test_shift_closed_meanwhile(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 300);
  counter_meanwhile(counter, close_the_shift);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_STATE, "shift");
  assert_int_equal(counter->node.reruns, 1); /* it was tried on the world as it is now */
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, counter_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_list_price),
      CASE(test_percent_off),
      CASE(test_multibuy),
      CASE(test_without_promotions),
      CASE(test_weighed_goods),
      CASE(test_barcodes),
      CASE(test_rounding_is_its_own_amount),
      CASE(test_split_tender),
      CASE(test_tenders_refused),
      CASE(test_items_refused),
      CASE(test_bounds_refused),
      CASE(test_needs_a_shift_and_a_till),
      CASE(test_total_changed),
      CASE(test_one_id_one_sale),
      CASE(test_given_prices),
      CASE(test_nothing_to_pay),
      CASE(test_stored_as_sold),
      CASE(test_business_day),
      CASE(test_trusted_stock),
      CASE(test_shift_closed_meanwhile),
  };
  return cmocka_run_group_tests_name("sales", tests, NULL, NULL);
}
