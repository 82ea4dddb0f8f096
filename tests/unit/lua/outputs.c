/* Rules that answer nonsense: floats, NaN, negatives, lines of nowhere, lists without end. Nothing wrong gets through:
 * either the whole campaign is an alarm and the price stays, or what it said is legal and the invariants hold. */
#include "kit.h"

static const char *const soda[] = {"soda", NULL};

static const char *const frame =
    "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n"
    "local rule = { name = 'promotion.wrong', version = '1', api = 1, phase = '%s', summary = 'wrong', campaign = "
    "'WRONG' }\n"
    "function rule.evaluate(basket, params, context)\n  local o = offer.list()\n  local line = basket.lines[1]\n"
    "  local units = select.units(basket)\n  %s\nend\nreturn rule\n";

static void open_rule(struct kit *kit, const char *phase, const char *body) {
  char text[4096];
  snprintf(text, sizeof text, frame, phase, body);
  if (kit_open(kit, "rules/promotion/wrong.lua", text, NULL)) fail_msg("%s: %s", body, kit->err.message);
  kit_line(kit, "cola", 333, 3, soda);
  kit_line(kit, "bread", 1250, 1, NULL);
}

struct mutation {
  const char *body;
  const char *said;
};

static const struct mutation refused[] = {
    {"o:percent(line, 10.0) return o", "a float"},
    {"o:percent(line, 0/0) return o", "a float"},
    {"o:percent(line, 1/0) return o", "a float"},
    {"o:percent(line, -1) return o", "from 0 to 1000000"},
    {"o:percent(line, 1000001) return o", "from 0 to 1000000"},
    {"o:percent(line, '10') return o", "must be an integer"},
    {"o:percent(line) return o", "must be an integer"},
    {"o:percent(line, 1, nil, 'net') return o", "'gross' or 'remaining'"},
    {"o:amount_off(line, 1.5) return o", "a float"},
    {"o:amount_off(line, -5) return o", "from 0"},
    {"o:amount_off(line, math.maxinteger) return o", "from 0"},
    {"o:price(line, -1) return o", "from 0"},
    {"o:price(line, 0.1 + 0.2) return o", "a float"},
    {"o:price(line, 2^53) return o", "a float"},
    {"o:free() return o", "must be a line"},
    {"o:free(nil) return o", "must be a line"},
    {"o:free(1) return o", "must be a line"},
    {"o:free('1') return o", "must be a line"},
    {"o:free({ line = 1 }) return o", "must be a line"},
    {"o:free(basket) return o", "must be a line"},
    {"o:free(basket.lines[3]) return o", "must be a line"},
    {"o:free(basket.lines[0]) return o", "must be a line"},
    {"o:free(units[5]) return o", "must be a line"},
    {"o:free(line, 'because') return o", "a table"},
    {"o:free(line, { 'because' }) return o", "names"},
    {"o:free(line, { amount = 1.5 }) return o", "an integer"},
    {"o:free(line, { amount = math.maxinteger }) return o", "too large"},
    {"o.free(line, line) return o", "offer list"},
    {"o:gift(line) return o", "no 'gift'"},
    {"o.total = -100 return o", "read-only"},
    {"return 100", "list made by offer.list"},
    {"return { { line = 1, amount = 100 } }", "list made by offer.list"},
    {"return basket", "list made by offer.list"},
    {"return true", "list made by offer.list"},
    {"return function() end", "list made by offer.list"},
    {"for i = 1, 5000 do o:free(units[1]) end return o", "4096 offers"},
    {"for i = 1, 4096 do o:free(units) o:free(basket.lines) end return o", "offers"},
    {"o:block(line) return o", "may not make this offer"},
};

static int check_refused(const char *phase, const struct mutation *mutation) {
  struct kit kit;
  open_rule(&kit, phase, mutation->body);
  int rc = kit_price(&kit);
  bool right = rc == 0 && kit.priced.alarms == 1 && kit.priced.gross == 2249 && kit.priced.net == 2249 &&
               kit.priced.allocation_count == 0 && strstr(kit.priced.trace, mutation->said);
  if (!right) print_error("%s: %d %s\n", mutation->body, rc, kit.priced.trace);
  kit_close(&kit);
  return !right;
}

static void wrong_answers_change_nothing(void **state) {
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
    wrong += check_refused("promotion", &refused[i]);
  assert_int_equal(wrong, 0);
}

static void wrong_prices_change_nothing(void **state) {
  static const struct mutation cases[] = {
      {"o:free(line) return o", "may not make this offer"},
      {"o:price(line, 1) o:percent(line, 1) return o", "may not make this offer"},
      {"o:price(line, 9007199254740991) return o", "too large"},
      {"o:price(line, 9.5) return o", "a float"},
      {"o:price(line, -1) return o", "from 0"},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    wrong += check_refused("price", &cases[i]);
  assert_int_equal(wrong, 0);
}

/* Greedy but legal: C keeps every line between zero and its price. */
static void greed_ends_at_zero(void **state) {
  static const struct {
    const char *body;
    int64_t net;
  } cases[] = {
      {"o:free(units) o:free(units) o:free(line) return o", 0},
      {"o:amount_off(units, 9007199254740991) return o", 0},
      {"o:percent(units, 1000000) o:percent(units, 1000000) return o", 0},
      {"o:percent(line, 1000000, nil, 'gross') return o", 1250},
      {"o:price(units, 9007199254740991) return o", 2249},
      {"o:price(units, 0) return o", 0},
      {"o:amount_off(units, 0) return o", 2249},
      {"o:free(select.units(basket, { tag = 'nobody' })) return o", 2249},
      {"offer.list():free(units) return o", 2249}, /* a list thrown away says nothing */
      {"o:free(units[1]) o:free(units[2]) return o", 666},
      {"o:amount_off(units, 334) return o", 916},
      {"o:percent(units, 100000) return o", 2024},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kit kit;
    open_rule(&kit, "promotion", cases[i].body);
    assert_int_equal(kit_price(&kit), 0);
    if (kit.priced.alarms || kit.priced.net != cases[i].net)
      fail_msg("%s: net %lld: %s", cases[i].body, (long long)kit.priced.net, kit.priced.trace);
    kit_close(&kit);
  }
}

static void a_stock_rule_that_fails_blocks_nothing(void **state) {
  struct kit kit;
  bool blocked[2] = {true, true};
  (void)state;
  open_rule(&kit, "stock", "o:block(line) o:block(line + 1) return o");
  assert_int_equal(
      sp_engine_stock_policy(kit.bundle, kit.vm, &kit.basket, &kit.context, &kit.arena, blocked, NULL, &kit.err), 0);
  assert_false(blocked[0] || blocked[1]);
  kit_close(&kit);
}

/* What a rule may read, spelled out: if one of these changes, every integrator's rule does. */
static const char *const facts[] = {
    "line.n == 1",
    "line.code == 'cola'",
    "line.unit == '个'",
    "line.category == ''",
    "line.quantity == 3000",
    "line.units == 3",
    "line.weighed == false",
    "line.list_price == 333",
    "line.given_price == nil",
    "line.price == 333",
    "line.gross == 999",
    "line:has_tag('soda')",
    "not line:has_tag('sod')",
    "#basket.lines == 2",
    "basket.lines[2].code == 'bread'",
    "basket.lines[3] == nil",
    "basket.member_level == ''",
    "basket.has_member == false",
    "basket.gross == 2249",
    "basket.lines[1] == line",
    "#units == 4",
    "units[1].price == 1250",
    "units[1].line.code == 'bread'",
    "units[4].line.n == 1",
    "#select.units(basket, { tag = 'soda' }) == 3",
    "#select.lines(basket, { product = 'bread' }) == 1",
    "#select.units(basket, { tag = 'soda', product = 'bread' }) == 0",
    "context.business_date == 20261122",
    "context.weekday == 7",
    "context.minute == 780",
    "context.store == 'S1'",
    "context.channel == 'till'",
    "require('suanpan.money').percent(999, 100000) == 100",
    "require('suanpan.money').muldiv(10, 1, 4) == 3",
    "require('suanpan.money').text(1205) == '12.05'",
    "require('suanpan.money').text(-1205, 0) == '-1205'",
    "require('suanpan.text').columns('a￥é') == 5",
    "require('suanpan.text').quantity(1500) == '1.5'",
    "require('suanpan.text').percent(130000) == '13%'",
    "require('suanpan.money').add(1, 2) == 3",
    "('Ab'):upper() == 'AB' and ('Ab'):lower() == 'ab'",
    "('abc'):sub(2) == 'bc' and ('abc'):sub(-2, -2) == 'b'",
    "('ab'):rep(3) == 'ababab'",
    "('abc'):contains('bc') and not ('abc'):contains('bd')",
    "('abc'):starts_with('ab') and ('abc'):ends_with('bc')",
    "tonumber('12') == 12 and tonumber('1x') == nil",
    "tostring(12) == '12' and tostring(nil) == 'nil' and tostring({}) == 'table'",
    "math.max(1, 3, 2) == 3 and math.min(4, 2) == 2 and math.abs(-3) == 3",
    "made() == 'a-b'",
    "(function() local t = { 1, 2, 3 } return table.remove(t, 1) == 1 and #t == 2 end)()",
};

static void rules_read_what_the_reference_says(void **state) {
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
    struct kit kit;
    char body[512];
    snprintf(body, sizeof body,
             "local function made() local t = {} table.insert(t, 'b') table.insert(t, 1, 'a') return table.concat(t, "
             "'-') end "
             "if %s then o:free(line) end return o",
             facts[i]);
    open_rule(&kit, "promotion", body);
    assert_int_equal(kit_price(&kit), 0);
    if (kit.priced.net != 1250) print_error("not so: %s: %s\n", facts[i], kit.priced.trace);
    wrong += kit.priced.net != 1250;
    kit_close(&kit);
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wrong_answers_change_nothing),
      cmocka_unit_test(wrong_prices_change_nothing),
      cmocka_unit_test(greed_ends_at_zero),
      cmocka_unit_test(a_stock_rule_that_fails_blocks_nothing),
      cmocka_unit_test(rules_read_what_the_reference_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
