/* A basket's life: commands, the holder, freezing at the first tender, paying once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/counter.h"
#include <string.h>

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  return counter_start(&counter, NULL, NULL);
}

static int command(struct counter *counter, struct sp_open_basket *basket, enum sp_basket_kind kind) {
  return counter_apply(counter, basket, &(struct sp_basket_command){.kind = kind, .expected_total = SP_NO_TOTAL});
}

static int add(struct counter *counter, struct sp_open_basket *basket, const char *code, int64_t quantity) {
  const struct sp_basket_command command = {
      .kind = SP_BASKET_ADD, .barcode = code, .quantity = quantity, .expected_total = SP_NO_TOTAL};
  return counter_apply(counter, basket, &command);
}

static int on_line(struct counter *counter, struct sp_open_basket *basket, enum sp_basket_kind kind, int32_t n,
                   int64_t quantity) {
  const struct sp_basket_command command = {
      .kind = kind, .n = n, .quantity = quantity, .text = "少冰", .seller = counter->node.cashier};
  return counter_apply(counter, basket, &command);
}

static int tender(struct counter *counter, struct sp_open_basket *basket, enum sp_method method, int64_t amount,
                  int64_t total) {
  const struct sp_basket_command command = {.kind = SP_BASKET_TENDER,
                                            .tender = {.method = method, .tendered = amount, .reference = ""},
                                            .expected_total = total};
  return counter_apply(counter, basket, &command);
}

struct pay {
  struct sp_id basket;
  struct sp_tender tenders[2];
  int32_t count;
  int64_t total;
  struct sp_sale sale;
};

static int use_commit(struct sp_work *work, void *ctx) {
  struct pay *pay = ctx;
  return sp_basket_commit(work, &pay->basket, pay->tenders, pay->count, pay->total, &pay->sale);
}

static int commit(struct counter *counter, const struct sp_open_basket *basket, struct pay *pay) {
  *pay = (struct pay){.basket = basket->id, .total = SP_NO_TOTAL};
  return sp_fixture_do(&counter->node, use_commit, pay, &counter->error);
}

static int pay_now(struct counter *counter, const struct sp_open_basket *basket, int64_t cash, int64_t total) {
  struct pay pay = {.basket = basket->id, .count = 1, .total = total};
  pay.tenders[0] = (struct sp_tender){.method = SP_METHOD_CASH, .tendered = cash, .reference = ""};
  return sp_fixture_do(&counter->node, use_commit, &pay, &counter->error);
}

struct quote {
  struct sp_id basket;
  bool cash;
  struct sp_sale sale;
};

static int use_quote(struct sp_work *work, void *ctx) {
  struct quote *quote = ctx;
  struct sp_open_basket basket;
  int rc = sp_basket_load(work, &quote->basket, &basket);
  return rc == 0 ? sp_basket_quote(work, &basket, quote->cash, &quote->sale) : rc;
}

static int64_t total_of(struct counter *counter, const struct sp_open_basket *basket) {
  struct quote quote = {.basket = basket->id};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_quote, &quote, &counter->error));
  return quote.sale.total;
}

static int use_load(struct sp_work *work, void *ctx) {
  struct sp_open_basket *basket = ctx;
  const struct sp_id id = basket->id;
  return sp_basket_load(work, &id, basket);
}

static int load(struct counter *counter, struct sp_open_basket *basket) {
  const struct sp_id id = basket->id;
  int rc = sp_fixture_do(&counter->node, use_load, basket, &counter->error);
  basket->id = id;
  return rc;
}

static void go_to(struct counter *counter, const struct sp_id *till) {
  counter->node.actor.till = *till;
}

static void test_lines(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  counter_went_well(counter, counter_basket(counter, &basket));
  assert_int_equal(total_of(counter, &basket), 0);
  counter_went_well(counter, add(counter, &basket, "cola", 0));
  counter_went_well(counter, add(counter, &basket, "6900024", 0));
  counter_went_well(counter, add(counter, &basket, "apple", 500));
  assert_int_equal(basket.item_count, 3);
  assert_int_equal(basket.items[1].quantity, 24000);
  assert_int_equal(total_of(counter, &basket), 300 + 7200 + 640);
  counter_went_well(counter, on_line(counter, &basket, SP_BASKET_VOID, 2, 0));
  counter_went_well(counter, add(counter, &basket, "gum", 2000));
  assert_int_equal(basket.items[2].n, 4); /* a number is never used again */
  counter_went_well(counter, on_line(counter, &basket, SP_BASKET_QUANTITY, 1, 3000));
  counter_went_well(counter, on_line(counter, &basket, SP_BASKET_NOTE, 1, 0));
  counter_went_well(counter, on_line(counter, &basket, SP_BASKET_SELLER, 1, 0));
  assert_int_equal(total_of(counter, &basket), 900 + 640 + 30);
  counter_went_well(counter, load(counter, &basket)); /* the same after a crash of everything */
  assert_int_equal(basket.item_count, 3);
  assert_int_equal(basket.items[0].quantity, 3000);
  assert_string_equal(basket.items[0].note, "少冰");
  assert_true(sp_id_equal(&basket.items[0].seller, &counter->node.cashier));
  assert_int_equal(basket.events, 8);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM basket_event"), 8);
  counter_went_well(counter, pay_now(counter, &basket, 2000, 1570));
  assert_int_equal(counter_count(counter, "SELECT SUM(n) FROM sale_line"), 1 + 3 + 4);
  assert_int_equal(
      counter_count(counter, "SELECT COUNT(*) FROM sale_line WHERE note = '少冰' AND seller_id IS NOT NULL"), 1);
}

static void test_commands_refused(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_refused(counter, add(counter, &basket, "nothing", 0), SP_E_NOT_FOUND, "barcode");
  counter_refused(counter, add(counter, &basket, "old", 0), SP_E_STATE, "barcode");
  counter_refused(counter, add(counter, &basket, "shirt", 0), SP_E_INVALID, "barcode");
  counter_refused(counter, add(counter, &basket, "apple", 0), SP_E_INVALID, "quantity");
  counter_refused(counter, add(counter, &basket, "cola", 1500), SP_E_INVALID, "quantity");
  counter_refused(counter, on_line(counter, &basket, SP_BASKET_VOID, 1, 0), SP_E_NOT_FOUND, "n");
  counter_went_well(counter, add(counter, &basket, "cola", 0));
  counter_refused(counter, on_line(counter, &basket, SP_BASKET_QUANTITY, 1, 0), SP_E_INVALID, "quantity");
  counter_refused(counter, on_line(counter, &basket, SP_BASKET_QUANTITY, 1, 100), SP_E_INVALID, "quantity");
  counter_refused(counter, command(counter, &basket, SP_BASKET_RECALL), SP_E_STATE, "basket");
  counter_refused(counter, command(counter, &basket, SP_BASKET_RELEASE), SP_E_STATE, "basket");
  struct sp_open_basket other = {.id = counter->node.admin};
  counter_refused(counter, add(counter, &other, "cola", 0), SP_E_NOT_FOUND, "basket");
  counter_went_well(counter, load(counter, &basket));
  assert_int_equal(basket.events, 1);
  assert_int_equal(sp_basket_kind_parse("void"), SP_BASKET_VOID);
  assert_int_equal(sp_basket_kind_parse("vanish"), -1);
}

/* The way of the issue: open, add, void, park, recall at another till, tender, release, tender, pay. */
static void test_whole_life(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "book", 0));
  counter_went_well(counter, add(counter, &basket, "cola", 2000));
  counter_went_well(counter, on_line(counter, &basket, SP_BASKET_VOID, 1, 0));
  counter_went_well(counter, command(counter, &basket, SP_BASKET_PARK));
  assert_int_equal(basket.state, SP_BASKET_PARKED);
  assert_true(sp_id_is_nil(&basket.holder));
  counter_refused(counter, add(counter, &basket, "gum", 0), SP_E_STATE, "basket");
  go_to(counter, &counter->node.other_till);
  counter_went_well(counter, counter_shift_open(counter, 0));
  counter_went_well(counter, command(counter, &basket, SP_BASKET_RECALL));
  assert_true(sp_id_equal(&basket.holder, &counter->node.other_till));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 500, 600));
  assert_int_equal(basket.state, SP_BASKET_FROZEN);
  counter_refused(counter, add(counter, &basket, "gum", 0), SP_E_STATE, "basket");
  counter_refused(counter, commit(counter, &basket, &pay), SP_E_INVALID, "tenders"); /* 1.00 is missing */
  counter_went_well(counter, command(counter, &basket, SP_BASKET_RELEASE));
  assert_int_equal(basket.state, SP_BASKET_OPEN);
  assert_int_equal(basket.tender_count, 0);
  counter_went_well(counter, add(counter, &basket, "gum", 0));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_WECHAT, 600, 615));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 100, SP_NO_TOTAL));
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_int_equal(pay.sale.total, 615);
  assert_int_equal(pay.sale.tenders[1].change, 85);
  assert_true(sp_id_equal(&pay.sale.till, &counter->node.other_till));
  assert_true(sp_id_equal(&pay.sale.id, &basket.id));
  counter_went_well(counter, load(counter, &basket));
  assert_int_equal(basket.state, SP_BASKET_PAID);
  assert_true(sp_id_equal(&basket.sale, &basket.id));
  counter_refused(counter, commit(counter, &basket, &pay), SP_E_STATE, "basket");
  counter_refused(counter, pay_now(counter, &basket, 615, 615), SP_E_STATE, "basket");
  counter_refused(counter, command(counter, &basket, SP_BASKET_CANCEL), SP_E_STATE, "basket");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 1);
}

static void test_frozen_is_never_priced_again(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "cola", 2000));
  counter_refused(counter, tender(counter, &basket, SP_METHOD_CASH, 600, 599), SP_E_TOTAL_CHANGED, "total");
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 600, 600));
  counter_went_well(counter, counter_change_goods(counter, "price = 1, name = 'x', status = 'unlisted'"));
  assert_int_equal(total_of(counter, &basket), 600);
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_int_equal(pay.sale.total, 600);
  assert_int_equal(counter_count(counter,
                                 "SELECT COUNT(*) FROM sale_line l JOIN product_card c ON c.product_id = l.product_id "
                                 "AND c.revision = l.revision WHERE c.name = '可乐' AND l.paid = 600"),
                   1);
}

/* What the cashier saw counts for a frozen basket too. */
static void test_total_of_a_frozen_basket(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "cola", 2000));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_WECHAT, 100, 600));
  counter_refused(counter, tender(counter, &basket, SP_METHOD_CASH, 500, 900), SP_E_TOTAL_CHANGED, "total");
  counter_refused(counter, pay_now(counter, &basket, 500, 900), SP_E_TOTAL_CHANGED, "total");
  counter_went_well(counter, pay_now(counter, &basket, 500, 600));
}

static void test_price_changed_before_the_tender(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "cola", 2000));
  assert_int_equal(total_of(counter, &basket), 600);
  counter_went_well(counter, counter_change_goods(counter, "price = 400"));
  counter_refused(counter, pay_now(counter, &basket, 600, 600), SP_E_TOTAL_CHANGED, "total");
  counter_went_well(counter, pay_now(counter, &basket, 800, 800));
}

static void test_rounding_is_decided_by_the_first_tender(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter->node.app.policy.rounding_step = 10;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "gum", 0));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CARD, 5, 15));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 10, SP_NO_TOTAL));
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_int_equal(pay.sale.rounding, 0);
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "gum", 0));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 10, 10));
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_int_equal(pay.sale.rounding, -5);
}

/* A wallet pays exactly; of what is left cash pays what coins there are for. */
static void test_rounding_of_the_rest(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter->node.app.policy.rounding_step = 10;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "water", 3000));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_WECHAT, 200, 597));
  counter_refused(counter, tender(counter, &basket, SP_METHOD_CASH, 390, 580), SP_E_TOTAL_CHANGED, "total");
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 390, 590));
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_int_equal(pay.sale.total, 590);
  assert_int_equal(pay.sale.rounding, -7);
  assert_int_equal(pay.sale.tenders[1].change, 0);
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "water", 3000));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_WECHAT, 200, 597));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, 500, 597));
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_int_equal(pay.sale.total, 590);
  assert_int_equal(pay.sale.tenders[1].change, 110);
}

static void test_holder(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "cola", 0));
  go_to(counter, &counter->node.other_till);
  counter_went_well(counter, counter_shift_open(counter, 0));
  counter_refused(counter, add(counter, &basket, "gum", 0), SP_E_STATE, "basket");
  assert_non_null(strstr(counter->error.message, "T01"));
  counter_refused(counter, command(counter, &basket, SP_BASKET_PARK), SP_E_STATE, "basket");
  counter_refused(counter, tender(counter, &basket, SP_METHOD_CASH, 300, 300), SP_E_STATE, "basket");
  counter_refused(counter, commit(counter, &basket, &pay), SP_E_STATE, "basket");
  go_to(counter, &(struct sp_id){{0}});
  counter_refused(counter, add(counter, &basket, "gum", 0), SP_E_STATE, "till");
  counter_refused(counter, counter_basket(counter, &basket), SP_E_STATE, "till");
}

static void recall_it_first(struct counter *counter) {
  struct sp_open_basket basket = {.id = counter->marked};
  struct sp_id till = counter->node.actor.till;
  go_to(counter, &counter->node.other_till);
  assert_int_equal(command(counter, &basket, SP_BASKET_RECALL), 0);
  go_to(counter, &till);
}

static void test_one_recalls_it(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, add(counter, &basket, "cola", 0));
  counter_went_well(counter, command(counter, &basket, SP_BASKET_PARK));
  counter->marked = basket.id;
  counter_meanwhile(counter, recall_it_first);
  counter_refused(counter, command(counter, &basket, SP_BASKET_RECALL), SP_E_STATE, "basket");
  assert_int_equal(counter->node.reruns, 1);
  counter_went_well(counter, load(counter, &basket));
  assert_true(sp_id_equal(&basket.holder, &counter->node.other_till));
  assert_string_equal(basket.holder_code, "T02");
}

static void test_exchange_in_a_basket(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct ticket ticket;
  struct pay pay;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 3000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_basket_command back = {
      .kind = SP_BASKET_RETURN, .original = ticket.sale.id, .n = 1, .quantity = 4000, .text = "换"};
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_refused(counter, counter_apply(counter, &basket, &back), SP_E_INVALID, NULL);
  back.quantity = 1000;
  back.text = "";
  counter_refused(counter, counter_apply(counter, &basket, &back), SP_E_INVALID, "text");
  back.text = "换";
  counter_went_well(counter, counter_apply(counter, &basket, &back));
  assert_int_equal(total_of(counter, &basket), -300);
  counter_went_well(counter, add(counter, &basket, "cola", 0));
  assert_int_equal(total_of(counter, &basket), 0);
  counter_went_well(counter, commit(counter, &basket, &pay)); /* an even exchange needs no tender */
  assert_string_equal(pay.sale.kind, "exchange");
  assert_int_equal(pay.sale.tender_count, 0);
}

/* The original comes back elsewhere while the basket is frozen: no unit is paid back twice. */
static void test_frozen_return_goes_stale(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct ticket ticket, refund;
  struct pay pay;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_id sale = ticket.sale.id;
  const struct sp_basket_command back = {
      .kind = SP_BASKET_RETURN, .original = sale, .n = 1, .quantity = 1000, .text = "换"};
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(counter, counter_apply(counter, &basket, &back));
  counter_went_well(counter, tender(counter, &basket, SP_METHOD_CASH, -300, -300));
  ticket_new(&refund);
  ticket_back(&refund, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &refund, SP_METHOD_CASH));
  counter_refused(counter, commit(counter, &basket, &pay), SP_E_CONFLICT, "returns");
  counter_went_well(counter, command(counter, &basket, SP_BASKET_CANCEL));
  assert_int_equal(total_of(counter, &basket), 0); /* and can be shown, whatever became of its lines */
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
}

static void test_cancelled(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_refused(counter, commit(counter, &basket, &pay), SP_E_INVALID, "items"); /* nothing in it */
  counter_went_well(counter, add(counter, &basket, "cola", 0));
  counter_went_well(counter, counter_change_goods(counter, "status = 'unlisted'"));
  counter_went_well(counter, command(counter, &basket, SP_BASKET_CANCEL));
  assert_int_equal(basket.state, SP_BASKET_CANCELLED);
  assert_int_equal(total_of(counter, &basket), 0);
  counter_refused(counter, commit(counter, &basket, &pay), SP_E_STATE, "basket");
  counter_refused(counter, command(counter, &basket, SP_BASKET_PARK), SP_E_STATE, "basket");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 0);
}

static void test_member(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  struct pay pay;
  counter_went_well(counter, counter_basket(counter, &basket));
  counter_went_well(
      counter, counter_apply(counter, &basket, &(struct sp_basket_command){.kind = SP_BASKET_MEMBER, .text = "M-7"}));
  counter_went_well(counter, add(counter, &basket, "gift", 0));
  counter_went_well(counter, commit(counter, &basket, &pay));
  assert_string_equal(pay.sale.member, "M-7");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE member = 'M-7'"), 1);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM journal WHERE instr(CAST(body AS TEXT), 'M-7') > 0"),
                   0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, counter_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_lines),
      CASE(test_commands_refused),
      CASE(test_whole_life),
      CASE(test_frozen_is_never_priced_again),
      CASE(test_total_of_a_frozen_basket),
      CASE(test_price_changed_before_the_tender),
      CASE(test_rounding_is_decided_by_the_first_tender),
      CASE(test_rounding_of_the_rest),
      CASE(test_holder),
      CASE(test_one_recalls_it),
      CASE(test_exchange_in_a_basket),
      CASE(test_frozen_return_goes_stale),
      CASE(test_cancelled),
      CASE(test_member),
  };
  return cmocka_run_group_tests_name("baskets", tests, NULL, NULL);
}
