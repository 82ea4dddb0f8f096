/* Limits of campaigns: per campaign, member and coupon, read from a ledger of the test and never passed. */
#include "tests/unit/engine/machine.h"

#define ENTRIES 64

/* What was used, by "campaign/subject". */
struct ledger {
  struct sp_usage_source source;
  struct {
    char key[64];
    struct sp_usage used;
  } entries[ENTRIES];
  int count, reads, failing;
};

static struct sp_usage *find(struct ledger *ledger, const char *campaign, const char *subject) {
  char key[64];
  snprintf(key, sizeof key, "%s/%s", campaign, subject);
  for (int i = 0; i < ledger->count; i++)
    if (strcmp(ledger->entries[i].key, key) == 0) return &ledger->entries[i].used;
  assert_true(ledger->count < ENTRIES);
  snprintf(ledger->entries[ledger->count].key, sizeof key, "%s", key);
  return &ledger->entries[ledger->count++].used;
}

static int read_used(const struct sp_usage_source *self, const char *campaign, const char *subject,
                     struct sp_usage *out, struct sp_error *err) {
  struct ledger *ledger = self->ctx;
  ledger->reads++;
  if (ledger->failing) return sp_fail(err, SP_E_IO, "usage", "the disk is gone");
  *out = *find(ledger, campaign, subject);
  return 0;
}

/* What a sale does with the answer. */
static void consume(struct ledger *ledger, const struct sp_priced *priced) {
  for (int32_t i = 0; i < priced->use_count; i++) {
    const struct sp_campaign_use *use = &priced->uses[i];
    struct sp_usage *used = find(ledger, use->campaign, use->subject);
    used->uses += use->uses;
    used->amount += use->amount;
    used->units += use->units;
    assert_true(use->max_uses == 0 || used->uses <= use->max_uses);
    assert_true(use->max_amount == 0 || used->amount <= use->max_amount);
    assert_true(use->max_units == 0 || used->units <= use->max_units);
  }
}

/* A tenth off every unit of the first line. "COUNT…" counts three units of its own. */
static int tenth(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  (void)err;
  if (strncmp(campaign, "COUNT", 5) == 0) offer(answer, SP_OFFER_COUNT, 3);
  if (strcmp(campaign, "COUNTONLY") == 0) return 0;
  aim(answer, offer(answer, SP_OFFER_PERCENT, 100000), 0, 0, machine->view->basket->lines[0].quantity / 1000);
  return 0;
}

static void start(struct shop *shop, struct ledger *ledger, const char *rule, const char *campaigns) {
  *ledger = (struct ledger){.source = {.read = read_used, .ctx = ledger}};
  shop_start(shop);
  shop_file(shop, "rules/r.lua", rule);
  shop_build(shop, campaigns);
  shop->machine->say = tenth;
  shop->context.usage = &ledger->source;
  shop_line(shop, "a", 1000, 2);
}

static void lost_to_limit(struct shop *shop, int64_t net) {
  shop_expect(shop, net);
  shop_traced(shop, "\"outcome\":\"lost\",\"amount\":0");
  shop_traced(shop, "\"why\":\"limit\"");
  assert_int_equal(shop->priced.spent_count, 1);
  assert_int_equal(shop->priced.use_count, 0);
}

static void each_limit_stops_its_campaign(void **state) {
  static const struct {
    const char *limits;
    int sales; /* before it is reached */
  } cases[] = {{"\"uses\":3", 3},
               {"\"amount\":600", 3},
               {"\"amount\":799", 3},
               {"\"units\":4", 2},
               {"\"units\":5", 2},
               {"\"member_uses\":1", 1},
               {"\"member_amount\":450", 2},
               {"\"member_units\":6", 3},
               {"\"uses\":9,\"member_uses\":2", 2}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct shop shop;
    struct ledger ledger;
    char json[200];
    snprintf(json, sizeof json, "{\"code\":\"L\",\"rule\":\"r\",\"limits\":{%s}}", cases[i].limits);
    start(&shop, &ledger, "promotion item 1", json);
    shop.basket.member.code = "M1";
    for (int sale = 0; sale < cases[i].sales; sale++) {
      shop_expect(&shop, 1800);
      assert_true(shop.priced.use_count > 0);
      assert_int_equal(shop.priced.uses[0].amount, 200);
      assert_int_equal(shop.priced.uses[0].units, 2);
      consume(&ledger, &shop.priced);
    }
    lost_to_limit(&shop, 2000);
    shop_stop(&shop);
  }
}

static void members_have_their_own(void **state) {
  struct shop shop;
  struct ledger ledger;
  (void)state;
  start(&shop, &ledger, "promotion item 1", "{\"code\":\"L\",\"rule\":\"r\",\"limits\":{\"member_uses\":1}}");
  shop_expect(&shop, 2000); /* nobody: nothing to count by */
  assert_int_equal(shop.priced.spent_count, 0);
  shop.basket.member.code = "M1";
  shop_expect(&shop, 1800);
  assert_string_equal(shop.priced.uses[0].subject, "m:M1");
  shop_traced(&shop, "\"used\":[1,200,2]");
  consume(&ledger, &shop.priced);
  shop_expect(&shop, 2000);
  shop.basket.member.code = "M2";
  shop_expect(&shop, 1800);
  shop_stop(&shop);
}

static void coupons_have_their_own(void **state) {
  static const char *const both[] = {"TEN-0001", "TEN-0002"};
  struct shop shop;
  struct ledger ledger;
  (void)state;
  start(&shop, &ledger, "coupon item 1",
        "{\"code\":\"L\",\"rule\":\"r\",\"params\":{\"key\":\"k:TEN\"},\"limits\":{\"coupon_uses\":1}}");
  shop.basket.coupons = both;
  shop.basket.coupon_count = 2;
  shop_expect(&shop, 1800);
  assert_int_equal(shop.priced.use_count, 1);
  assert_string_equal(shop.priced.uses[0].subject, "c:TEN-0001");
  consume(&ledger, &shop.priced);
  shop_expect(&shop, 1800); /* the second one is still good */
  assert_string_equal(shop.priced.uses[0].subject, "c:TEN-0002");
  consume(&ledger, &shop.priced);
  lost_to_limit(&shop, 2000);
  shop_stop(&shop);
}

/* What is written a little differently is no other coupon. */
static void a_used_coupon_has_no_other_spelling(void **state) {
  static const char *const spellings[] = {"TEN-0001 ", "TEN-0001-1", "TEN-", "TEN-0001\t"};
  struct shop shop;
  struct ledger ledger;
  (void)state;
  start(&shop, &ledger, "coupon item 1",
        "{\"code\":\"L\",\"rule\":\"r\",\"params\":{\"key\":\"k:TEN\"},\"limits\":{\"coupon_uses\":1}}");
  shop.basket.coupon_count = 1;
  for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
    shop.basket.coupons = &spellings[i];
    shop_expect(&shop, 2000);
    assert_int_equal(shop.priced.use_count, 0);
  }
  shop_stop(&shop);
}

/* VIP and VIP-GOLD are two coupons: VIP-GOLD is no serial number of VIP, GOLD2 is one. */
static void a_code_of_its_own_is_no_serial_number(void **state) {
  static const char *const presented[] = {"VIP-GOLD", "VIP-GOLD2"};
  struct shop shop;
  struct ledger ledger;
  (void)state;
  start(&shop, &ledger, "coupon item 1",
        "{\"code\":\"L\",\"rule\":\"r\",\"params\":{\"key\":\"k:VIP\"},\"limits\":{\"coupon_uses\":1}},"
        "{\"code\":\"M\",\"rule\":\"r\",\"params\":{\"key\":\"k:VIP-GOLD\"},\"limits\":{\"coupon_uses\":1}}");
  shop.basket.coupon_count = 1;
  for (size_t i = 0; i < sizeof presented / sizeof presented[0]; i++) {
    shop.basket.coupons = &presented[i];
    assert_int_equal(shop_price(&shop), 0);
    assert_int_equal(shop.priced.use_count, 1);
    assert_string_equal(shop.priced.uses[0].campaign, i == 0 ? "M" : "L");
  }
  shop_stop(&shop);
}

static void rules_may_count_units_themselves(void **state) {
  struct shop shop;
  struct ledger ledger;
  (void)state;
  start(&shop, &ledger, "check - 1 used", "{\"code\":\"COUNTONLY\",\"rule\":\"r\"}");
  shop.basket.member.code = "M1";
  shop_expect(&shop, 2000);
  assert_int_equal(shop.priced.use_count, 1); /* the rule wants to know: counted without any limit */
  assert_int_equal(shop.priced.uses[0].units, 3);
  assert_int_equal(shop.priced.uses[0].max_units, 0);
  shop_stop(&shop);
  start(&shop, &ledger, "promotion item 1", "{\"code\":\"COUNT\",\"rule\":\"r\",\"limits\":{\"units\":5}}");
  shop_expect(&shop, 1800);
  consume(&ledger, &shop.priced);
  lost_to_limit(&shop, 2000);
  shop_stop(&shop);
}

/* Whoever is over its limit makes room for the next one, also where the best is chosen. */
static void the_next_one_gets_the_units(void **state) {
  static const char *const modes[] = {"first", "best"};
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct shop shop;
    struct ledger ledger;
    char pack[200];
    snprintf(pack, sizeof pack, "{\"name\":\"t\",\"version\":\"1\",\"groups\":{\"item\":{\"mode\":\"%s\"}}}", modes[i]);
    ledger = (struct ledger){.source = {.read = read_used, .ctx = &ledger}};
    shop_start(&shop);
    shop_file(&shop, "pack.json", pack);
    shop_file(&shop, "rules/r.lua", "promotion item 1");
    shop_build(&shop, "{\"code\":\"A\",\"rule\":\"r\",\"priority\":9,\"limits\":{\"amount\":199}},"
                      "{\"code\":\"B\",\"rule\":\"r\",\"limits\":{\"amount\":200}}");
    shop.machine->say = tenth;
    shop.context.usage = &ledger.source;
    shop_line(&shop, "a", 1000, 2);
    shop_expect(&shop, 1800);
    assert_string_equal(shop.priced.allocations[0].campaign, "B");
    assert_string_equal(shop.priced.spent[0], "A");
    assert_int_equal(ledger.reads, 2);
    shop_stop(&shop);
  }
}

static void a_broken_ledger_stops_the_sale(void **state) {
  struct shop shop;
  struct ledger ledger;
  (void)state;
  start(&shop, &ledger, "promotion item 1", "{\"code\":\"L\",\"rule\":\"r\",\"limits\":{\"uses\":1}}");
  ledger.failing = 1;
  assert_int_equal(shop_price(&shop), SP_E_IO);
  shop_stop(&shop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_limit_stops_its_campaign),         cmocka_unit_test(members_have_their_own),
      cmocka_unit_test(a_code_of_its_own_is_no_serial_number), cmocka_unit_test(coupons_have_their_own),
      cmocka_unit_test(a_used_coupon_has_no_other_spelling),   cmocka_unit_test(rules_may_count_units_themselves),
      cmocka_unit_test(the_next_one_gets_the_units),           cmocka_unit_test(a_broken_ledger_stops_the_sale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
