/* A till's commands: goods, lines, paying, parking, giving back, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

/* ---- Selling ---- */

static void a_cash_sale(void **state) {
  struct desk *desk = *state;
  assert_string_equal(desk_text(desk, "step"), "sale");
  assert_true(desk_null(desk, "sale"));
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\",\"aim\":\"]E0\"}");
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\",\"quantity\":2000}");
  assert_int_equal(desk_count(desk, "sale.lines"), 3);
  assert_int_equal(desk_int(desk, "sale.total"), 300 + 850 + 600);
  assert_int_equal(desk_int(desk, "sale.count"), 4);
  assert_int_equal(desk_int(desk, "sale.last_n"), 3);
  desk_ok(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":3000}");
  assert_int_equal(desk_int(desk, "sale.total"), 900 + 850 + 600);
  desk_ok(desk, "{\"do\":\"void\",\"n\":3}");
  assert_int_equal(desk_int(desk, "sale.total"), 1750);
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_string_equal(desk_text(desk, "step"), "tender");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":2000,\"total\":1750}");
  assert_string_equal(desk_text(desk, "step"), "paid");
  assert_true(desk_null(desk, "sale"));
  assert_string_equal(desk_text(desk, "last.receipt"), "T01-000001");
  assert_int_equal(desk_int(desk, "last.change"), 250);
  assert_int_equal(desk_int(desk, "last.total"), 1750);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM sale"), 1);
  /* The next scan opens the next sale by itself. */
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6901\"}");
  assert_string_equal(desk_text(desk, "step"), "sale");
  assert_int_equal(desk_int(desk, "sale.total"), 250);
  counter_agrees(&desk->counter);
}

static void tenders_are_split(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":850}", SP_E_STATE, "basket");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":500,\"reference\":\"77\",\"total\":850}");
  assert_string_equal(desk_text(desk, "sale.state"), "frozen");
  assert_int_equal(desk_int(desk, "sale.due"), 350);
  desk_refused(desk, "{\"do\":\"back\"}", SP_E_STATE, "basket");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":351}", SP_E_INVALID, NULL);
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":350,\"total\":900}", SP_E_TOTAL_CHANGED, NULL);
  desk_refused(desk, "{\"do\":\"release\"}", SP_E_DENIED, "approval"); /* the card was charged */
  desk_refused(desk, "{\"do\":\"cancel\"}", SP_E_DENIED, "approval");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"release\"}");
  desk->signer = NULL;
  assert_string_equal(desk->notice, "give-back");
  assert_int_equal(desk_scalar(desk,
                               "SELECT COUNT(*) FROM journal WHERE kind = 'tender.released' AND CAST(body AS TEXT) "
                               "LIKE '%\"method\":\"card\",\"amount\":500,\"reference\":\"77\"%'"),
                   1);
  assert_int_equal(desk_int(desk, "sale.due"), 850);
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":100}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"alipay\",\"amount\":200}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":600}");
  assert_int_equal(desk_int(desk, "last.change"), 50);
  assert_int_equal(desk_count(desk, "last.tenders"), 3);
  desk_ok(desk, "{\"do\":\"next\"}");
  assert_string_equal(desk_text(desk, "step"), "sale");
  counter_agrees(&desk->counter);
}

static void codes_nobody_knows(void **state) {
  struct desk *desk = *state;
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"4711\"}", SP_E_NOT_FOUND, "code");
  assert_string_equal(desk->notice, "unknown-code");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"4711\"}", SP_E_NOT_FOUND, "code");
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"old\"}", SP_E_STATE, NULL);
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"shirt\"}", SP_E_INVALID, NULL);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  assert_int_equal(desk_int(desk, "sale.total"), 600);
  /* The same goods under the other lengths of their number. */
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"06901234567892\"}");
  assert_int_equal(desk_int(desk, "sale.total"), 1450);
}

static void commands_are_checked(void **state) {
  struct desk *desk = *state;
  desk_refused(desk, "{\"do\":\"fly\"}", SP_E_INVALID, "do");
  desk_refused(desk, "{\"do\":\"scan\"}", SP_E_INVALID, "code");
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"6900\",\"n\":1}", SP_E_INVALID, "n");
  desk_refused(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":0}", SP_E_INVALID, "quantity");
  desk_refused(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":1000}", SP_E_NOT_FOUND, "n");
  desk_refused(desk, "{\"do\":\"void\",\"n\":1}", SP_E_STATE, "basket");
  desk_refused(desk, "{\"do\":\"discount\",\"percent\":1,\"amount\":1}", SP_E_INVALID, "percent");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"gold\",\"amount\":1}", SP_E_INVALID, "method");
  desk_refused(desk, "{\"do\":\"recall\",\"id\":\"x\"}", SP_E_INVALID, "id");
  desk_refused(desk, "{\"do\":\"park\"}", SP_E_STATE, "basket");
  desk_refused(desk, "{\"do\":\"total\"}", SP_E_STATE, "basket");
  desk_refused(desk, "{\"do\":\"call\"}", SP_E_INVALID, "on");
  desk_refused(desk, "{\"do\":\"tare\"}", SP_E_STATE, "weight");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM basket"), 0);
}

static void what_goes_with_the_goods(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"member\",\"text\":\"13812345678\"}");
  assert_string_equal(desk_text(desk, "sale.member"), "138****5678");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"note\",\"n\":1,\"text\":\"cold\"}");
  assert_string_equal(desk_text(desk, "sale.lines[0].note"), "cold");
  desk_ok(desk, "{\"do\":\"seller\",\"n\":1,\"seller\":\"1002\"}");
  assert_string_equal(desk_text(desk, "sale.lines[0].seller"), "1002");
  desk_refused(desk, "{\"do\":\"seller\",\"n\":1,\"seller\":\"nobody\"}", SP_E_NOT_FOUND, "seller");
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"age18\"}");
  assert_string_equal(desk_text(desk, "sale.confirmed[0]"), "age18");
  desk_ok(desk, "{\"do\":\"choice\",\"campaign\":\"GIFT\",\"code\":\"gum\"}");
  assert_string_equal(desk_text(desk, "sale.choices[0].code"), "gum");
  desk_ok(desk, "{\"do\":\"cancel\",\"reason\":\"left\"}");
  assert_true(desk_null(desk, "sale"));
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM basket WHERE state = 'cancelled'"), 1);
  /* The customer's screen shows nobody's name. */
  assert_null(desk_find(desk->screen, "staff"));
  assert_null(desk_find(desk->screen, "parked"));
}

/* ---- Parking ---- */

static void two_tills_at_one_parked_basket(void **state) {
  struct desk *desk = *state;
  char recall[128];
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"park\",\"text\":\"red hat\"}");
  assert_int_equal(desk_count(desk, "parked"), 1);
  assert_string_equal(desk_text(desk, "parked[0].label"), "red hat");
  assert_int_equal(desk_int(desk, "parked[0].lines"), 1);
  snprintf(recall, sizeof recall, "{\"do\":\"recall\",\"id\":\"%s\"}", desk_text(desk, "parked[0].id"));
  desk_at(desk, true);
  assert_int_equal(counter_shift_open(&desk->counter, 0), 0);
  desk_ok(desk, recall);
  assert_int_equal(desk_count(desk, "parked"), 0);
  assert_int_equal(desk_int(desk, "sale.total"), 300);
  desk_at(desk, false);
  desk_refused(desk, recall, SP_E_STATE, "basket");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6901\"}");
  desk_refused(desk, recall, SP_E_STATE, "basket");
  desk_at(desk, true);
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":300}");
  assert_string_equal(desk_text(desk, "last.receipt"), "T02-000001");
  desk_at(desk, false);
  desk_look(desk);
  assert_int_equal(desk_int(desk, "sale.total"), 250);
}

static struct {
  struct desk *desk;
  char recall[128];
  int rc;
} race;

/* The other till, between this one's plan and its commit. */
static void recall_elsewhere(struct counter *counter) {
  const struct sp_actor actor = counter->node.actor;
  desk_at(race.desk, true);
  race.rc = desk_do(race.desk, race.recall);
  counter->node.actor = actor;
}

static void two_tills_in_the_same_instant(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"park\"}");
  snprintf(race.recall, sizeof race.recall, "{\"do\":\"recall\",\"id\":\"%s\"}", desk_text(desk, "parked[0].id"));
  desk_at(desk, true);
  assert_int_equal(counter_shift_open(&desk->counter, 0), 0);
  desk_at(desk, false);
  race.desk = desk;
  race.rc = -1;
  counter_meanwhile(&desk->counter, recall_elsewhere);
  desk->remakes = false;
  int rc = desk_do(desk, race.recall);
  assert_int_equal(race.rc, 0);
  assert_int_equal(rc, SP_E_STATE);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM basket_event WHERE kind = 'recall'"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM till_state WHERE basket_id IS NOT NULL"), 1);
}

/* ---- Giving back ---- */

static void sell_two(struct desk *desk, char sale[40]) {
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\",\"quantity\":2000}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":600}");
  snprintf(sale, 40, "%s", desk_text(desk, "last.sale"));
}

static void a_refund_from_the_receipt(void **state) {
  struct desk *desk = *state;
  char sale[40], command[256];
  sell_two(desk, sale);
  desk_refused(desk, "{\"do\":\"find_sale\",\"receipt\":\"T01-000009\"}", SP_E_NOT_FOUND, "receipt");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"R-T01-000001\"}");
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "found.sale")), sale);
  assert_int_equal(desk_find(desk->extra, "found.lines[0].left")->valueint, 2000);
  assert_string_equal(desk_text(desk, "ask.kind"), "receipt");
  assert_string_equal(desk_text(desk, "ask.code"), "T01-000001");
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"receipt\",\"remove\":true}");
  assert_true(desk_null(desk, "ask"));
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"R-T01-000001\"}");
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":1,\"quantity\":1000,\"reason\":\"bad\"}",
           sale);
  desk_ok(desk, command);
  assert_true(desk_null(desk, "ask"));
  assert_int_equal(desk_int(desk, "sale.total"), -300);
  assert_int_equal(desk_int(desk, "sale.lines[0].returned"), 1);
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_string_equal(desk_text(desk, "sale.pay_back[0].method"), "wechat");
  assert_int_equal(desk_int(desk, "sale.pay_back[0].amount"), -300);
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":-300}");
  assert_string_equal(desk_text(desk, "last.kind"), "refund");
  assert_int_equal(desk_int(desk, "last.total"), -300);
  desk_ok(desk, "{\"do\":\"find_sale\",\"receipt\":\"T01-000001\"}");
  assert_int_equal(desk_find(desk->extra, "found.lines[0].left")->valueint, 1000);
  counter_agrees(&desk->counter);
}

static void an_exchange(void **state) {
  struct desk *desk = *state;
  char sale[40], command[256];
  sell_two(desk, sale);
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":1,\"quantity\":2000,\"reason\":\"bad\"}",
           sale);
  desk_ok(desk, command);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.due"), 250);
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":250}");
  assert_string_equal(desk_text(desk, "last.kind"), "exchange");
  desk_refused(desk, command, SP_E_INVALID, NULL); /* nothing is left of it */
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\",\"quantity\":2000}");
  counter_agrees(&desk->counter);
}

/* Nothing to pay: even exchange. */
static void an_even_exchange(void **state) {
  struct desk *desk = *state;
  char sale[40], command[256];
  sell_two(desk, sale);
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":1,\"quantity\":2000,\"reason\":\"bad\"}",
           sale);
  desk_ok(desk, command);
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\",\"quantity\":2000}");
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_int_equal(desk_int(desk, "sale.due"), 0);
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":0}");
  assert_string_equal(desk_text(desk, "step"), "paid");
  counter_agrees(&desk->counter);
}

/* ---- Asking ---- */

static void prices_and_words(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"price\",\"code\":\"6900\"}");
  assert_int_equal(desk_find(desk->extra, "product.paid")->valueint, 300);
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "product.code")), "cola");
  desk_refused(desk, "{\"do\":\"price\",\"code\":\"4711\"}", SP_E_NOT_FOUND, "code");
  desk_ok(desk, "{\"do\":\"search\",\"q\":\"6903\"}");
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "products[0].code")), "bread");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM basket"), 0);
}

static int desk_setup_with_coupon(void **state) {
  static struct desk desk;
  desk_open(&desk, desk_coupons);
  *state = &desk;
  return 0;
}

/* One that no offer knows is refused by name, whoever reads it, and nothing else is lost. */
static void coupons(void **state) {
  struct desk *desk = *state;
  desk_refused(desk, "{\"do\":\"coupon\",\"text\":\"SUMMER\"}", SP_E_NOT_FOUND, "text");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM basket"), 0);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\"}");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"C-SPRING24\"}");
  assert_string_equal(desk_text(desk, "sale.coupons[0]"), "SPRING24");
  assert_int_equal(desk_int(desk, "sale.total"), 750);
  desk_refused(desk, "{\"do\":\"scan\",\"code\":\"C-SUMMER24\"}", SP_E_NOT_FOUND, "code");
  assert_string_equal(desk->notice, "unknown-coupon");
  desk_refused(desk, "{\"do\":\"coupon\",\"text\":\"SPRING\"}", SP_E_NOT_FOUND, "text");
  desk_refused(desk, "{\"do\":\"coupon\",\"text\":\"WINTER23\"}", SP_E_NOT_FOUND, "text");
  desk_refused(desk, "{\"do\":\"coupon\",\"text\":\"FAR24\"}", SP_E_NOT_FOUND, "text");
  assert_int_equal(desk_count(desk, "sale.coupons"), 1);
  assert_int_equal(desk_int(desk, "sale.total"), 750);
  desk_ok(desk, "{\"do\":\"coupon\",\"text\":\"SPRING24-0007\"}"); /* one of many of a kind */
  assert_int_equal(desk_count(desk, "sale.coupons"), 2);
  desk_ok(desk, "{\"do\":\"coupon\",\"text\":\"SPRING24\",\"remove\":true}");
  desk_ok(desk, "{\"do\":\"coupon\",\"text\":\"NEVER-THERE\",\"remove\":true}");
  assert_int_equal(desk_count(desk, "sale.coupons"), 1);
}

/* Who reads English is told so, where there is an English name. */
static void names_in_english(void **state) {
  struct desk *desk = *state;
  desk_execute(desk, "UPDATE product SET name_en = 'Loaf' WHERE code = 'bread'");
  desk_execute(desk, "UPDATE product SET name_en = 'Apple' WHERE code = 'apple'");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\"}");
  assert_null(desk_find(desk->view, "sale.lines[0].name_en"));
  assert_string_equal(desk_text(desk, "sale.lines[1].name_en"), "Loaf");
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->screen, "sale.lines[1].name_en")), "Loaf");
  desk_ok(desk, "{\"do\":\"price\",\"code\":\"6903\"}");
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "product.name_en")), "Loaf");
  desk_ok(desk, "{\"do\":\"search\",\"q\":\"6903\"}");
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "products[0].name_en")), "Loaf");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"apple\"}");
  assert_string_equal(desk_text(desk, "ask.name_en"), "Apple");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":100}"); /* what is frozen too */
  assert_string_equal(desk_text(desk, "sale.lines[1].name_en"), "Loaf");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":1050}");
  desk_ok(desk, "{\"do\":\"find_sale\",\"receipt\":\"T01-000001\"}");
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "found.lines[1].name_en")), "Loaf");
}

static const char choice[] = "{\"campaigns\":[{\"code\":\"GIFT\",\"rule\":\"promotion.free_choice\","
                             "\"params\":{\"products\":[\"cola\",\"nothing\",\"water\"],\"minimum\":800},"
                             "\"title\":{\"zh\":\"任选\",\"en\":\"One free\"}}]}";

static int desk_setup_with_choice(void **state) {
  static struct desk desk;
  desk_open(&desk, choice);
  *state = &desk;
  return 0;
}

/* What may be chosen is offered while nothing is chosen: what the shop sells of it, by name. */
static void a_choice_is_offered(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  assert_int_equal(desk_count(desk, "sale.choices"), 0);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6903\"}");
  assert_int_equal(desk_count(desk, "sale.choices"), 1);
  assert_string_equal(desk_text(desk, "sale.choices[0].campaign"), "GIFT");
  assert_string_equal(desk_text(desk, "sale.choices[0].options[0].code"), "cola");
  assert_int_equal(desk_count(desk, "sale.choices[0].options"), 2);
  assert_null(desk_find(desk->screen, "sale.choices[0]"));
  desk_ok(desk, "{\"do\":\"choice\",\"campaign\":\"GIFT\",\"code\":\"cola\"}");
  assert_int_equal(desk_count(desk, "sale.choices"), 1);
  assert_string_equal(desk_text(desk, "sale.choices[0].code"), "cola");
  assert_int_equal(desk_int(desk, "sale.total"), 850);
  desk_ok(desk, "{\"do\":\"choice\",\"campaign\":\"GIFT\",\"code\":\"bread\"}");
  assert_int_equal(desk_count(desk, "sale.choices"), 2); /* that is not among them: choose again */
}

/* ---- Crash ---- */

/* Every desk_ok compares memory with disk; here the process forgets everything in between too. */
static void a_basket_survives(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":100}");
  desk_look(desk);
  assert_string_equal(desk_text(desk, "step"), "tender");
  assert_int_equal(desk_int(desk, "sale.due"), 200);
  assert_int_equal(desk_int(desk, "sale.tendered"), 100);
  /* Paid by another request: the till's screen follows. */
  assert_int_equal(sp_fixture_exec(&desk->counter.node, "UPDATE basket SET holder_id = NULL", &desk->counter.error), 0);
  desk_look(desk);
  assert_true(desk_null(desk, "sale"));
  assert_string_equal(desk_text(desk, "step"), "sale");
}

/* ---- Bounds ---- */

/* Every command in too little memory is refused whole, whatever it was about to do. */
static void too_little_memory(void **state) {
  struct desk *desk = *state;
  static const char *const commands[] = {
      "{\"do\":\"scan\",\"code\":\"6900\"}",
      "{\"do\":\"scan\",\"code\":\"220012300835006527\"}",
      "{\"do\":\"scan\",\"code\":\"220012300835006527\"}",
      "{\"do\":\"confirm\",\"text\":\"again\"}",
      "{\"do\":\"scan\",\"code\":\"(01)06901234567892(17)270131(10)A1\"}",
      "{\"do\":\"weigh\",\"code\":\"apple\"}",
      "{\"do\":\"price\",\"code\":\"6900\"}",
      "{\"do\":\"total\"}",
      "{\"do\":\"tender\",\"method\":\"card\",\"amount\":100}",
      "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":5000}",
      "{\"do\":\"find_sale\",\"receipt\":\"T01-000001\"}",
      "{\"do\":\"report\"}",
  };
  const size_t full = desk->counter.node.arena.max;
  desk_scale(desk, 652, true);
  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
    int rc = SP_E_NOMEM;
    for (size_t max = 0; rc != 0; max += 1000) {
      desk->counter.node.arena.max = max;
      desk->remakes = false;
      rc = desk_do(desk, commands[i]);
      desk->counter.node.arena.max = full;
      if (rc != 0 && rc != SP_E_NOMEM) fail_msg("%s in %zu: %s", commands[i], max, desk->counter.error.message);
      if (max > full) fail_msg("%s never fits", commands[i]);
    }
  }
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM sale"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM sale_line"), 5);
  counter_agrees(&desk->counter);
}

static void a_long_basket(void **state) {
  struct desk *desk = *state;
  desk->remakes = false;
  int64_t last = 0;
  for (int i = 0; i < 100; i++) {
    int64_t before = sp_clock_monotonic_us();
    desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
    last = sp_clock_monotonic_us() - before;
  }
  print_message("the hundredth scan took %lld us, commit and two screens included\n", (long long)last);
  assert_int_equal(desk_int(desk, "sale.total"), 30000);
  assert_int_equal(desk_count(desk, "sale.lines"), 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_cash_sale, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(tenders_are_split, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(codes_nobody_knows, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(commands_are_checked, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(what_goes_with_the_goods, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(coupons, desk_setup_with_coupon, desk_teardown),
      cmocka_unit_test_setup_teardown(names_in_english, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(two_tills_at_one_parked_basket, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(two_tills_in_the_same_instant, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_refund_from_the_receipt, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(an_exchange, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(an_even_exchange, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(prices_and_words, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_choice_is_offered, desk_setup_with_choice, desk_teardown),
      cmocka_unit_test_setup_teardown(a_basket_survives, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(too_little_memory, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_long_basket, desk_setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
