/* Labels, weights and other codes at a till: what each is at which moment, and what a label costs for ever after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/replay.h"
#include "tests/contract/counter/desk.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static const char *scan(const char *code) {
  static char command[256];
  snprintf(command, sizeof command, "{\"do\":\"scan\",\"code\":\"%s\"}", code);
  return command;
}

/* Apples cost 12.80 a kilogram. */
static void labels_of_thirteen_digits(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("2000123008356")); /* 8.35 */
  assert_string_equal(desk_text(desk, "sale.lines[0].code"), "apple");
  assert_int_equal(desk_int(desk, "sale.lines[0].gross"), 835);
  assert_int_equal(desk_int(desk, "sale.lines[0].quantity"), 652);
  desk_ok(desk, scan("2100123006526")); /* 0.652 kg */
  assert_int_equal(desk_int(desk, "sale.lines[1].gross"), 835);
  assert_int_equal(desk_int(desk, "sale.lines[1].quantity"), 652);
  desk_refused(desk, scan("2000123008357"), SP_E_INVALID, "code"); /* check digit */
  assert_string_equal(desk->notice, "bad-label");
  desk_refused(desk, scan("2000123000008"), SP_E_INVALID, "code"); /* zero */
  desk_refused(desk, scan("2000999008351"), SP_E_NOT_FOUND, "code");
  assert_int_equal(desk_int(desk, "sale.count"), 2);
  desk_refused(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":1000}", SP_E_INVALID, "quantity");
}

static void labels_of_eighteen_digits(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("220012300835006527"));
  assert_int_equal(desk_int(desk, "sale.lines[0].gross"), 835);
  assert_int_equal(desk_int(desk, "sale.lines[0].quantity"), 652);
  /* The same packet twice. */
  desk_ok(desk, scan("220012300835006527"));
  assert_string_equal(desk_text(desk, "ask.kind"), "again");
  assert_int_equal(desk_count(desk, "sale.lines"), 1);
  desk_refused(desk, "{\"do\":\"confirm\",\"text\":\"amount\"}", SP_E_INVALID, "text");
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"again\",\"remove\":true}");
  assert_true(desk_null(desk, "ask"));
  desk_ok(desk, scan("220012300835006527"));
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"again\"}");
  assert_int_equal(desk_count(desk, "sale.lines"), 2);
  assert_int_equal(desk_int(desk, "sale.total"), 1670);
  assert_true(desk_null(desk, "ask"));
  /* Amount and weight the other way round disagree with the price: 6.52 for 0.835 kg. */
  desk_ok(desk, scan("220012300652008353"));
  assert_string_equal(desk_text(desk, "ask.kind"), "price");
  assert_int_equal(desk_int(desk, "ask.amount"), 652);
  assert_int_equal(desk_int(desk, "ask.weighed_amount"), 1069);
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"weight\"}");
  assert_int_equal(desk_int(desk, "sale.lines[2].gross"), 1069);
  desk_ok(desk, scan("220012300652008353"));
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"amount\"}");
  assert_int_equal(desk_int(desk, "sale.lines[3].gross"), 652);
}

static int desk_setup_with_coupon(void **state) {
  static struct desk desk;
  desk_open(&desk, desk_coupons);
  *state = &desk;
  return 0;
}

/* 10 of them, at each moment: taken (1), told to be too early (0) or refused (−1). */
static void every_label_at_every_moment(void **state) {
  struct desk *desk = *state;
  static const struct {
    const char *code;
    int sale, tender;
  } cases[] = {
      {"2000123008356", 1, -1},      {"2100123006526", 1, -1},
      {"220012300835006527", 1, -1}, {"6901234567892", 1, -1},
      {"134567890123456789", 0, 1},  {"289012345678901234", 0, 1},
      {"6212345678901234567", 0, 1}, {"C-SPRING24", 1, 1},
      {"M-12345678", 1, 1},          {"S-1002", 1, 1},
      {"R-T01-000077", -1, -1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    for (int tender = 0; tender < 2; tender++) {
      int expected = tender ? cases[i].tender : cases[i].sale;
      desk_ok(desk, scan("6900"));
      if (tender) desk_ok(desk, "{\"do\":\"total\"}");
      int rc = desk_do(desk, scan(cases[i].code));
      bool early = rc == 0 && strcmp(desk->notice, "early-payment") == 0;
      int got = rc != 0 ? -1 : early ? 0 : 1;
      if (got != expected) fail_msg("%s at %s: %d", cases[i].code, tender ? "tender" : "sale", got);
      desk_ok(desk, "{\"do\":\"back\"}");
      desk_ok(desk, "{\"do\":\"cancel\"}");
    }
  }
  /* No payment code in clear anywhere. */
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM till_state WHERE ask LIKE '%123456789012%'"), 0);
}

static void a_payment_code_asks(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("6900"));
  desk_ok(desk, scan("134567890123456789"));
  assert_string_equal(desk->notice, "early-payment");
  assert_true(desk_null(desk, "ask"));
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, scan("134567890123456789"));
  assert_string_equal(desk_text(desk, "ask.kind"), "payment");
  assert_string_equal(desk_text(desk, "ask.method"), "wechat");
  assert_int_equal(desk_int(desk, "ask.amount"), 300);
  assert_string_equal(desk_text(desk, "ask.reference"), "13************6789");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":300,\"reference\":\"13************6789\"}");
  assert_string_equal(desk_text(desk, "step"), "paid");
  assert_true(desk_null(desk, "ask"));
}

/* ---- GS1 ---- */

static void element_strings(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("(01)06901234567892(17)270131(10)A1"));
  assert_string_equal(desk_text(desk, "sale.lines[0].code"), "bread");
  assert_string_equal(desk_text(desk, "sale.lines[0].lot"), "A1");
  assert_string_equal(desk_text(desk, "sale.lines[0].expires"), "2027-01-31");
  desk_refused(desk, scan("(01)06901234567892(17)261121"), SP_E_STATE, "code"); /* yesterday */
  desk_refused(desk, scan("(01)06901234567893"), SP_E_INVALID, NULL);
  desk_refused(desk, scan("(01)06901234567892(3922)000000"), SP_E_INVALID, NULL);
  desk_ok(desk, scan("]C1010690123456789239220500"));
  assert_int_equal(desk_int(desk, "sale.lines[1].gross"), 500); /* what the label asks for */
  assert_int_equal(desk_int(desk, "sale.total"), 850 + 500);
}

/* GS stands for FNC1: many scanners send one in front instead of an AIM prefix, and all send one after what is of no
 * known length. */
static void element_strings_with_separators(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("\\u001d010690123456789210A1\\u001d17270131"));
  assert_string_equal(desk_text(desk, "sale.lines[0].code"), "bread");
  assert_string_equal(desk_text(desk, "sale.lines[0].lot"), "A1");
  assert_string_equal(desk_text(desk, "sale.lines[0].expires"), "2027-01-31");
  desk_ok(desk, scan("]C1010690123456789210A2\\u001d39220500"));
  assert_string_equal(desk_text(desk, "sale.lines[1].lot"), "A2");
  assert_int_equal(desk_int(desk, "sale.lines[1].gross"), 500);
  assert_int_equal(
      desk_scalar(desk, "SELECT COUNT(*) FROM basket_event WHERE body LIKE '%(01)06901234567892(10)A2(3922)0500%'"), 1);
  desk_refused(desk, scan("]C1010690123456789210A2\\u000139220500"), SP_E_INVALID, "code");
  desk_refused(desk, "{\"do\":\"add\",\"code\":\"\\u001d6900\"}", SP_E_INVALID, "code");
}

/* Most scanners are delivered so that they send no AIM prefix. */
static void element_strings_without_a_sign(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("010690123456789210AB\\u001d17270131"));
  assert_string_equal(desk_text(desk, "sale.lines[0].lot"), "AB");
  desk_ok(desk, scan("]C0010690123456789210AC\\u001d17270131\\u001d"));
  assert_string_equal(desk_text(desk, "sale.lines[1].lot"), "AC");
  desk_ok(desk, scan("010690123456789217270131"));
  assert_string_equal(desk_text(desk, "sale.lines[2].code"), "bread");
  assert_string_equal(desk_text(desk, "sale.lines[2].expires"), "2027-01-31");
  desk_refused(desk, scan("010690123456789210AB39220500"), SP_E_NOT_FOUND, "code");
  desk_refused(desk, scan("6900\\u001d"), SP_E_INVALID, "code");
}

/* What was stored before codes were spelt with brackets. */
static void an_old_event_with_a_separator(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("]C1010690123456789210A2\\u001d39220500"));
  desk_execute(desk, "UPDATE basket_event SET body = REPLACE(body, '(01)06901234567892(10)A2(3922)0500', "
                     "']C1010690123456789210A2\\u001d39220500')");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM basket_event WHERE body LIKE '%u001d%'"), 1);
  desk_look(desk);
  assert_string_equal(desk_text(desk, "sale.lines[0].lot"), "A2");
  desk_ok(desk, scan("6900"));
  desk_pay(desk);
}

/* Every number a wallet might show is money for a minute, whether we know the wallet or not. */
static void a_payment_nobody_knows_is_masked(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("6900"));
  desk_ok(desk, scan("511234567890123456")); /* BestPay, early */
  assert_string_equal(desk->notice, "early-payment");
  desk_refused(desk, scan("771234567890123456"), SP_E_NOT_FOUND, "code");
  assert_string_equal(desk->notice, "unknown-code"); /* which says the same sentence */
  assert_non_null(strstr(desk->counter.error.message, "77************3456"));
  desk_refused(desk, scan("6909999999999"), SP_E_NOT_FOUND, "code");
  assert_non_null(strstr(desk->counter.error.message, "6909999999999")); /* goods are named */
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, scan("831234567890123456"));
  assert_string_equal(desk_text(desk, "ask.kind"), "payment");
  assert_string_equal(desk_text(desk, "ask.reference"), "83************3456");
}

/* ---- Receipts ---- */

static void sell_bread(struct desk *desk) {
  desk_ok(desk, scan("6900"));
  desk_pay(desk);
}

static void receipt_is_found(struct desk *desk, const char *code, const char *receipt) {
  desk_ok(desk, scan(code));
  assert_string_equal(desk_text(desk, "ask.kind"), "receipt");
  const cJSON *found = desk_find(desk->extra, "found.receipt");
  assert_non_null(found);
  assert_string_equal(found->valuestring, receipt);
  desk_ok(desk, "{\"do\":\"confirm\",\"text\":\"receipt\",\"remove\":true}");
}

/* What is printed finds the sale: with nothing open, with goods on the screen (an exchange), right after paying. */
static void receipts_of_our_own(void **state) {
  struct desk *desk = *state;
  sell_bread(desk);
  assert_string_equal(desk_text(desk, "last.receipt"), "T01-000001");
  receipt_is_found(desk, "R-T01-000001", "T01-000001");
  receipt_is_found(desk, "]C0R-T01-000001", "T01-000001");
  desk_ok(desk, "{\"do\":\"next\"}");
  receipt_is_found(desk, "R-T01-000001", "T01-000001");
  desk_ok(desk, scan("6900"));
  receipt_is_found(desk, "R-T01-000001", "T01-000001");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, scan("R-T01-000001"), SP_E_STATE, "code"); /* go back first, as for goods */
  desk_ok(desk, "{\"do\":\"back\"}");
  receipt_is_found(desk, "R-T01-000001", "T01-000001");
  desk_refused(desk, scan("R-T01-000009"), SP_E_NOT_FOUND, "receipt");
}

/* The same as thirteen digits: the till's number, the sale's. */
static void receipts_of_thirteen_digits(void **state) {
  struct desk *desk = *state;
  sell_bread(desk);
  receipt_is_found(desk, "9800010000011", "T01-000001");
  desk_refused(desk, scan("9800010000012"), SP_E_INVALID, "code"); /* check digit */
  desk_refused(desk, scan("9800010000028"), SP_E_NOT_FOUND, "receipt");
  desk_refused(desk, scan("9800020000018"), SP_E_NOT_FOUND, "receipt");
  /* A second till of that number, with a sale of that number. */
  desk_execute(desk,
               "INSERT INTO till (id, store_id, code, name, printer, columns, created_at) SELECT "
               "X'70000000000000000000000000000001', store_id, 'S1', 'S1', '', 48, 0 FROM till WHERE code = 'T01'");
  receipt_is_found(desk, "9800010000011", "T01-000001");
  desk_execute(desk, "UPDATE sale SET till_id = X'70000000000000000000000000000001', number = 2");
  sell_bread(desk);
  desk_execute(desk, "UPDATE sale SET number = 7");
  desk_refused(desk, scan("9800010000073"), SP_E_STATE, "receipt");
  receipt_is_found(desk, "R-S1-000007", "S1-000007");
}

/* A shop's own table says nothing of receipts, or only that they are taken when goods come back. */
static void receipts_whatever_the_table_says(void **state) {
  struct desk *desk = *state;
  static const char without[] = "{\"patterns\":[{\"name\":\"w\",\"pattern\":\"27WWWWWNNNNNC\",\"kind\":\"item\"}]}";
  static const char back[] = "{\"patterns\":[{\"name\":\"r\",\"pattern\":\"'Q'X{4-30}\",\"kind\":\"receipt\","
                             "\"moments\":[\"return\"]}]}";
  sell_bread(desk);
  assert_int_equal(desk_setting(desk, "labels", without), 0);
  receipt_is_found(desk, "R-T01-000001", "T01-000001");
  desk_refused(desk, scan("R-T01-000009"), SP_E_NOT_FOUND, "code");
  assert_int_equal(desk_setting(desk, "labels", back), 0);
  receipt_is_found(desk, "QT01-000001", "T01-000001");
}

/* ---- What a label costs ---- */

struct again {
  struct sp_id sale;
  int64_t before, after;
};

static int use_replay(struct sp_work *work, void *ctx) {
  struct again *again = ctx;
  struct sp_replayed replayed;
  int rc = sp_replay_sale(work, &again->sale, true, &replayed);
  if (rc == 0) again->before = replayed.stored;
  if (rc == 0) again->after = replayed.candidate;
  return rc;
}

static void a_label_costs_the_same_for_ever(void **state) {
  struct desk *desk = *state;
  char command[256];
  desk_ok(desk, scan("2000123099996")); /* 99.99 for what weighs 7.812 kg: no price a kilogram gives that */
  assert_int_equal(desk_int(desk, "sale.total"), 9999);
  desk_ok(desk, scan("6900"));
  desk_pay(desk);
  assert_int_equal(desk_int(desk, "last.total"), 9999 + 300);
  assert_int_equal(desk_scalar(desk, "SELECT gross FROM sale_line WHERE n = 1"), 9999);
  assert_int_equal(
      desk_scalar(desk, "SELECT COUNT(*) FROM sale WHERE inputs LIKE '%\"labels\":[{\"n\":1,\"amount\":9999,%'"), 1);
  struct again again;
  assert_int_equal(sp_id_parse(desk_text(desk, "last.sale"), &again.sale), 0);
  assert_int_equal(counter_change_goods(&desk->counter, "price = price + 100"), 0);
  assert_int_equal(sp_fixture_do(&desk->counter.node, use_replay, &again, &desk->counter.error), 0);
  assert_int_equal(again.before, 9999 + 300);
  assert_int_equal(again.after, 9999 + 300);
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":1,\"quantity\":%lld,\"reason\":\"bad\"}",
           desk_text(desk, "last.sale"), (long long)desk_scalar(desk, "SELECT quantity FROM sale_line WHERE n = 1"));
  desk_ok(desk, command);
  assert_int_equal(desk_int(desk, "sale.total"), -9999);
  counter_agrees(&desk->counter);
}

/* ---- The scale ---- */

static void each_weight_that_is_refused_has_its_sentence(void **state) {
  struct desk *desk = *state;
  static const char *const whys[] = {"old",   "moving", "empty", "light", "over", "negative",
                                     "fault", "unit",   "fine",  "taken", NULL};
  char seen[16][sizeof desk->counter.error.message] = {{0}};
  for (int i = 0; whys[i] != NULL; i++) {
    desk_scale(desk, 652, false);
    desk_scale_why(desk, whys[i], false);
    desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\"}", SP_E_STATE, "weight");
    snprintf(seen[i], sizeof seen[i], "%s", desk->counter.error.message);
    for (int other = 0; other < i; other++)
      assert_string_not_equal(seen[i], seen[other]);
  }
}

/* The node was started anew with goods on the pan: those that are in the basket already, perhaps. */
static void what_lay_there_before_the_start_is_not_sold_twice(void **state) {
  struct desk *desk = *state;
  desk_scale(desk, 540, true);
  desk_scale_why(desk, "", true);
  desk_ok(desk, scan("cola"));
  desk_ok(desk, scan("apple")); /* no goods of the scale in the basket yet */
  assert_int_equal(desk_int(desk, "sale.lines[1].quantity"), 540);
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\"}", SP_E_STATE, "weight");
  desk_ok(desk, scan("apple"));
  assert_string_equal(desk_text(desk, "ask.kind"), "weight");
  desk_scale_why(desk, "", false); /* lifted once */
  desk_ok(desk, "{\"do\":\"weigh\",\"code\":\"apple\"}");
  assert_int_equal(desk_int(desk, "sale.lines[2].quantity"), 540);
}

static void weights_from_the_scale(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, scan("apple"));
  assert_string_equal(desk_text(desk, "ask.kind"), "weight");
  assert_true(desk_null(desk, "sale"));
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\"}", SP_E_STATE, "weight"); /* none there */
  desk_scale(desk, 652, false);
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\"}", SP_E_STATE, "weight"); /* moving, or overloaded */
  desk_ok(desk, scan("apple"));
  assert_string_equal(desk_text(desk, "ask.kind"), "weight");
  desk_scale(desk, 652, true);
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":652}", SP_E_INVALID, "tare");
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":99999}", SP_E_INVALID, "tare");
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"cola\"}", SP_E_INVALID, "code");
  desk_refused(desk, "{\"do\":\"weigh\"}", SP_E_INVALID, "code");
  desk_ok(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":52}");
  assert_true(desk_null(desk, "ask"));
  assert_int_equal(desk_int(desk, "sale.lines[0].quantity"), 600);
  assert_int_equal(desk_int(desk, "sale.lines[0].gross"), 768);
  assert_string_equal(desk_text(desk, "sale.lines[0].weight.scale"), "counter");
  assert_int_equal(desk_int(desk, "sale.lines[0].weight.tare"), 52);
  desk_ok(desk, scan("apple")); /* straight from the scale */
  assert_int_equal(desk_int(desk, "sale.lines[1].quantity"), 652);
  desk_scale(desk, 1000, true);
  desk_ok(desk, "{\"do\":\"weigh\",\"n\":1}");
  assert_int_equal(desk_int(desk, "sale.lines[0].quantity"), 1000);
  /* The scale's own words, unedited, in the event and in the journal. */
  static const char raw[] =
      "%\"scale\":\"counter\",\"raw\":\"0230302e363532\",\"unit\":\"kg\",\"value\":652,\"decimals\":3%";
  char sql[256];
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM basket_event WHERE body LIKE '%s'", raw);
  assert_int_equal(desk_scalar(desk, sql), 2);
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM journal WHERE kind = 'weighed' AND CAST(body AS TEXT) LIKE '%s'",
           raw);
  assert_int_equal(desk_scalar(desk, sql), 2);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'weighed'"), 3);
  desk_pay(desk);
  counter_agrees(&desk->counter);
}

static void weights_by_hand(void **state) {
  struct desk *desk = *state;
  static const char typed[] = "{\"do\":\"weigh\",\"code\":\"apple\",\"quantity\":500,\"text\":\"scale is away\"}";
  desk_refused(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"quantity\":500}", SP_E_INVALID, "text");
  desk_refused(desk, "{\"do\":\"add\",\"code\":\"apple\",\"quantity\":500}", SP_E_INVALID, "quantity");
  desk_ok(desk, typed);
  assert_int_equal(desk_int(desk, "sale.lines[0].gross"), 640);
  assert_int_equal(desk_int(desk, "sale.lines[0].weight.manual"), 1);
  desk_refused(desk, "{\"do\":\"quantity\",\"n\":1,\"quantity\":400}", SP_E_INVALID, "quantity");
  assert_int_equal(desk_setting(desk, "till", "{\"weight_manual\":false}"), 0);
  desk_refused(desk, typed, SP_E_DENIED, "quantity");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'weighed'"), 1);
}

/* A shop that labels with another table. */
static void a_table_of_its_own(void **state) {
  struct desk *desk = *state;
  static const char table[] = "{\"patterns\":[{\"name\":\"weight\",\"pattern\":\"27WWWWWNNNNNC\",\"kind\":\"item\"},"
                              "{\"name\":\"vip\",\"pattern\":\"'V'W{6}\",\"kind\":\"member\"}]}";
  assert_int_equal(desk_setting(desk, "labels", table), 0);
  desk_ok(desk, scan("2700123006528"));
  assert_int_equal(desk_int(desk, "sale.lines[0].quantity"), 652);
  desk_ok(desk, scan("V123456"));
  assert_string_equal(desk_text(desk, "sale.member"), "****3456");
  desk_refused(desk, scan("2000123008356"), SP_E_NOT_FOUND, "code");
  static const char wrong[] = "{\"patterns\":[{\"name\":\"a\",\"pattern\":\"27WWWWWNNNNNC\",\"kind\":\"item\"},"
                              "{\"name\":\"b\",\"pattern\":\"27WWWWWEEEEEC\",\"kind\":\"item\"}]}";
  assert_int_equal(desk_setting(desk, "labels", wrong), SP_E_INVALID);
  assert_string_equal(desk->counter.error.field, "patterns");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(labels_of_thirteen_digits, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(labels_of_eighteen_digits, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(every_label_at_every_moment, desk_setup_with_coupon, desk_teardown),
      cmocka_unit_test_setup_teardown(a_payment_code_asks, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(element_strings, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(element_strings_with_separators, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(element_strings_without_a_sign, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(an_old_event_with_a_separator, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_payment_nobody_knows_is_masked, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(receipts_of_our_own, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(receipts_of_thirteen_digits, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(receipts_whatever_the_table_says, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_label_costs_the_same_for_ever, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(weights_from_the_scale, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(each_weight_that_is_refused_has_its_sentence, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(what_lay_there_before_the_start_is_not_sold_twice, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(weights_by_hand, desk_setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_table_of_its_own, desk_setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
