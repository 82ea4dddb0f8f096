/* The built-in rules on real baskets: golden cases, and what must hold for any basket. */
#include "kit.h"

static const char *const soda[] = {"soda", NULL};
static const char *const bakery[] = {"bakery", NULL};
static const char *const both[] = {"bakery", "soda", NULL};

static const char *const campaigns =
    "{\"campaigns\": ["
    "{\"code\": \"BREAD20\", \"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"bakery\", \"percent\": "
    "200000},"
    " \"title\": {\"zh\": \"面包八折\", \"en\": \"Bread 20% off\"}},"
    "{\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}, \"title\": {\"zh\": "
    "\"买三付二\"}},"
    "{\"code\": \"SODA7\", \"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"soda\", \"percent\": "
    "70000}},"
    "{\"code\": \"TRUST\", \"rule\": \"stock.block_negative\", \"params\": {\"tag\": \"bakery\"}}]}";

static void open_shop(struct kit *kit) {
  if (kit_open(kit, NULL, NULL, campaigns)) fail_msg("%s", kit->err.message);
}

static int64_t discount_of(const struct kit *kit, int32_t line) {
  return kit->priced.lines[line].discount;
}

static void percent_is_rounded_once(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  kit_line(&kit, "bun", 333, 1, bakery);
  kit_line(&kit, "roll", 333, 2, bakery);
  kit_line(&kit, "milk", 700, 1, NULL);
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.discount, 200); /* 20 % of 9.99 is 1.998 */
  assert_int_equal(discount_of(&kit, 0) + discount_of(&kit, 1), 200);
  assert_int_equal(discount_of(&kit, 2), 0);
  assert_int_equal(kit.priced.allocation_count, 2);
  assert_string_equal(kit.priced.allocations[0].campaign, "BREAD20");
  assert_string_equal(kit.priced.allocations[0].rule, "promotion.percent_off");
  kit_close(&kit);
}

static void multibuy_frees_the_cheapest_of_each_group(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  kit_line(&kit, "cola", 300, 2, soda);
  kit_line(&kit, "beer", 800, 1, soda);
  kit_line(&kit, "water", 200, 2, soda);
  assert_int_equal(kit_price(&kit), 0);
  /* Dearest first: 800 300 (300) are one group and used up by it; then 7 % of what is left: 200 200 → 0.28 */
  assert_int_equal(kit.priced.discount, 300 + 28);
  assert_int_equal(kit.priced.alarms, 0);
  assert_non_null(strstr(kit.priced.trace, "\"campaign\":\"SODA32\""));
  assert_non_null(strstr(kit.priced.trace, "\"phase\":\"price\",\"outcome\":\"applied\""));
  assert_non_null(strstr(kit.priced.trace, "{\"buy\":3,\"code\":\"multibuy\",\"pay\":2}"));
  kit_close(&kit);
}

static void a_given_price_is_kept(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  kit_line(&kit, "bun", 333, 2, NULL)->given_price = 100;
  kit_line(&kit, "gift", 500, 1, NULL)->given_price = 0;
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.lines[0].unit_price, 100);
  assert_int_equal(kit.priced.net, 200);
  kit_close(&kit);
}

static void a_weighed_line_is_one_unit(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  for (int i = 0; i < 3; i++) {
    struct sp_line *line = kit_line(&kit, "nuts", 1000, 1, soda);
    line->weighed = true;
    line->quantity = 1500 - i * 500; /* 15.00, 10.00, 5.00 */
  }
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(discount_of(&kit, 2), 500);
  assert_int_equal(kit.priced.discount, 500); /* the paid ones are used up */
  kit_close(&kit);
}

static void historic_sales_run_no_promotions(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  kit_line(&kit, "bun", 333, 3, bakery);
  kit.context.promotions = false;
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.discount, 0);
  assert_int_equal(kit.priced.net, 999);
  kit_close(&kit);
}

static void trusted_stock_is_blocked(void **state) {
  struct kit kit;
  bool blocked[3] = {true, false, true};
  (void)state;
  open_shop(&kit);
  kit_line(&kit, "cola", 300, 2, soda);
  kit_line(&kit, "bun", 333, 1, bakery);
  kit_line(&kit, "milk", 700, 1, NULL);
  assert_int_equal(
      sp_engine_stock_policy(kit.bundle, kit.vm, &kit.basket, &kit.context, &kit.arena, blocked, NULL, &kit.err), 0);
  assert_false(blocked[0]);
  assert_true(blocked[1]);
  assert_false(blocked[2]);
  kit_close(&kit);
}

static void an_empty_basket_costs_nothing(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.net, 0);
  kit_close(&kit);
}

static void titles_are_found(void **state) {
  struct kit kit;
  (void)state;
  open_shop(&kit);
  assert_string_equal(sp_bundle_campaign_title(kit.bundle, "BREAD20", SP_LANG_ZH), "面包八折");
  assert_string_equal(sp_bundle_campaign_title(kit.bundle, "BREAD20", SP_LANG_EN), "Bread 20% off");
  assert_string_equal(sp_bundle_campaign_title(kit.bundle, "SODA32", SP_LANG_EN), "买三付二");
  assert_string_equal(sp_bundle_campaign_title(kit.bundle, "SODA7", SP_LANG_EN), "SODA7");
  assert_string_equal(sp_bundle_campaign_title(kit.bundle, "GONE", SP_LANG_EN), "GONE");
  kit_close(&kit);
}

/* ---- Any basket ---- */

struct random {
  uint64_t state;
};

static uint64_t roll(struct random *random, uint64_t below) {
  random->state ^= random->state << 13;
  random->state ^= random->state >> 7;
  random->state ^= random->state << 17;
  return random->state % below;
}

static struct random seeded(void) {
  const char *text = getenv("SP_SEED");
  uint64_t seed = text ? strtoull(text, NULL, 10) : 20261122;
  print_message("seed %llu\n", (unsigned long long)seed);
  return (struct random){.state = seed ? seed : 1};
}

static void random_basket(struct kit *kit, struct random *random) {
  static const char *const codes[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  static const int64_t prices[] = {333, 300, 300, 1, 999, 1250, 777, 0};
  static const char *const *const tags[] = {soda, soda, bakery, both, bakery, NULL, both, soda};
  int64_t count = 1 + (int64_t)roll(random, 12);
  kit_clear(kit);
  for (int64_t i = 0; i < count; i++) {
    size_t product = roll(random, 8);
    struct sp_line *line = kit_line(kit, codes[product], prices[product], 1 + (int64_t)roll(random, 5), tags[product]);
    if (product == 4) {
      line->weighed = true;
      line->quantity = 1 + (int64_t)roll(random, 3000);
    }
  }
}

static void renumber(struct kit *kit) {
  for (int32_t i = 0; i < kit->basket.count; i++)
    kit->lines[i].n = i + 1;
}

static void shuffle(struct kit *kit, struct random *random) {
  for (int32_t i = kit->basket.count - 1; i > 0; i--) {
    int32_t other = (int32_t)roll(random, (uint64_t)i + 1);
    struct sp_line line = kit->lines[i];
    kit->lines[i] = kit->lines[other];
    kit->lines[other] = line;
  }
  renumber(kit);
}

/* Every line of k pieces becomes k lines of one, as long as there is room. */
static void scan_singly(struct kit *kit) {
  int32_t count = kit->basket.count;
  for (int32_t i = 0; i < count; i++)
    while (!kit->lines[i].weighed && kit->lines[i].quantity > 1000 && kit->basket.count < KIT_LINES) {
      kit->lines[kit->basket.count] = kit->lines[i];
      kit->lines[kit->basket.count++].quantity = 1000;
      kit->lines[i].quantity -= 1000;
    }
  renumber(kit);
}

static void check_lines(const struct kit *kit) {
  for (int32_t i = 0; i < kit->basket.count; i++)
    assert_true(kit->priced.lines[i].net >= 0 && kit->priced.lines[i].discount >= 0);
  assert_true(kit->priced.discount <= kit->priced.gross);
}

/* Another stacking group, so that a unit sees several campaigns and what one left decides what the next takes. */
static const char *const second_helping =
    "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n"
    "local rule = { name = 'promotion.second', version = '1', api = 1, phase = 'promotion', stacking = 'second',\n"
    "  priority = 300, summary = 'half off every other bakery unit, then a third off all soda', campaign = 'SECOND' }\n"
    "function rule.evaluate(basket)\n"
    "  local offers, units = offer.list(), select.units(basket, { tag = 'bakery' })\n"
    "  for at = 2, #units, 2 do offers:percent(units[at], 500000) end\n"
    "  offers:percent(select.units(basket, { tag = 'soda' }), 333333)\n"
    "  return offers\nend\nreturn rule\n";

/* With two campaigns on soda and both tags on some goods, stacking, ties and odd fen all take part. */
static void scanning_decides_nothing(void **state) {
  struct random random = seeded();
  struct kit kit;
  (void)state;
  if (kit_open(&kit, "rules/promotion/second.lua", second_helping, campaigns)) fail_msg("%s", kit.err.message);
  for (int i = 0; i < 3000; i++) {
    random_basket(&kit, &random);
    assert_int_equal(kit_price(&kit), 0);
    assert_int_equal(kit.priced.alarms, 0);
    check_lines(&kit);
    int64_t net = kit.priced.net;
    shuffle(&kit, &random);
    assert_int_equal(kit_price(&kit), 0);
    if (kit.priced.net != net)
      fail_msg("case %d: shuffled lines cost %lld, not %lld", i, (long long)kit.priced.net, (long long)net);
    scan_singly(&kit);
    assert_int_equal(kit_price(&kit), 0);
    if (kit.priced.net != net)
      fail_msg("case %d: single scans cost %lld, not %lld", i, (long long)kit.priced.net, (long long)net);
    check_lines(&kit);
  }
  kit_close(&kit);
}

static void the_same_basket_has_the_same_trace_on_every_machine(void **state) {
  struct random random = seeded();
  struct kit one;
  struct kit two;
  (void)state;
  open_shop(&one);
  open_shop(&two);
  assert_memory_equal(sp_bundle_hash(one.bundle), sp_bundle_hash(two.bundle), 32);
  for (int i = 0; i < 300; i++) {
    random_basket(&one, &random);
    memcpy(two.lines, one.lines, sizeof two.lines);
    two.basket.count = one.basket.count;
    assert_int_equal(kit_price(&one), 0);
    assert_int_equal(kit_price(&two), 0);
    assert_string_equal(one.priced.trace, two.priced.trace);
  }
  assert_int_equal(one.vm->charged, two.vm->charged);
  kit_close(&one);
  kit_close(&two);
}

/* ---- Cost ---- */

static char *many_campaigns(int others) {
  size_t size = 1024 + (size_t)others * 128;
  char *json = malloc(size);
  int at =
      snprintf(json, size,
               "{\"campaigns\": [{\"code\": \"S\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}}");
  for (int i = 0; i < others; i++)
    at += snprintf(json + at, size - (size_t)at,
                   ", {\"code\": \"X%d\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"other%d\"}}", i,
                   i % 500);
  snprintf(json + at, size - (size_t)at, "]}");
  return json;
}

/* Counted, not timed: evaluations and instructions are the same whatever else the machine does. */
static void campaigns_that_do_not_match_cost_nothing(void **state) {
  static const int others[] = {0, 1000, 10000};
  int64_t evaluations[3];
  int64_t charged[3];
  (void)state;
  for (int i = 0; i < 3; i++) {
    struct kit kit;
    char *json = many_campaigns(others[i]);
    if (kit_open(&kit, NULL, NULL, json)) fail_msg("%s", kit.err.message);
    free(json);
    for (int line = 0; line < 10; line++)
      kit_line(&kit, "cola", 300 + line, 1, soda);
    assert_int_equal(kit_price(&kit), 0);
    evaluations[i] = kit.vm->evaluations;
    charged[i] = kit.vm->charged;
    kit_close(&kit);
  }
  assert_int_equal(evaluations[0], 2);
  for (int i = 1; i < 3; i++) {
    assert_int_equal(evaluations[i], evaluations[0]);
    assert_int_equal(charged[i], charged[0]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(percent_is_rounded_once),
      cmocka_unit_test(multibuy_frees_the_cheapest_of_each_group),
      cmocka_unit_test(a_given_price_is_kept),
      cmocka_unit_test(a_weighed_line_is_one_unit),
      cmocka_unit_test(historic_sales_run_no_promotions),
      cmocka_unit_test(trusted_stock_is_blocked),
      cmocka_unit_test(an_empty_basket_costs_nothing),
      cmocka_unit_test(titles_are_found),
      cmocka_unit_test(scanning_decides_nothing),
      cmocka_unit_test(the_same_basket_has_the_same_trace_on_every_machine),
      cmocka_unit_test(campaigns_that_do_not_match_cost_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
