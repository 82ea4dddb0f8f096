#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/basket.h"
#include "domain/money.h"
#include "tests/unit/random.h"
#include <string.h>

#define LINES       20
#define ALLOCATIONS (LINES * 3)

/* A basket with a right answer. */
struct scene {
  struct sp_line lines[LINES];
  struct sp_line_price prices[LINES];
  struct sp_allocation allocations[ALLOCATIONS];
  struct sp_basket basket;
  struct sp_priced priced;
  int64_t gross, discount, net;
};

static void add_allocations(struct random *random, struct scene *scene, struct sp_line_price *price) {
  int64_t left = price->gross;
  for (int i = 0; i < 3 && left > 0; i++) {
    if (random_next(random) & 1) continue;
    int64_t amount = random_between(random, 1, left);
    scene->allocations[scene->priced.allocation_count++] =
        (struct sp_allocation){.line = price->n, .campaign = "c", .rule = "r", .amount = amount};
    price->discount += amount;
    left -= amount;
  }
  price->net = price->gross - price->discount;
}

static void make_scene(struct random *random, struct scene *scene) {
  *scene = (struct scene){0};
  int32_t count = (int32_t)random_between(random, 0, LINES);
  scene->basket = (struct sp_basket){.lines = scene->lines, .count = count, .member.level = ""};
  scene->priced = (struct sp_priced){.lines = scene->prices, .count = count, .allocations = scene->allocations};
  int32_t n = 0;
  for (int32_t i = 0; i < count; i++) {
    n += (int32_t)random_between(random, 1, 3);
    struct sp_line *line = &scene->lines[i];
    struct sp_line_price *price = &scene->prices[i];
    line->n = price->n = n;
    line->weighed = random_next(random) % 4 == 0;
    line->quantity = line->weighed ? random_between(random, 1, 99999) : random_between(random, 1, 99) * 1000;
    price->unit_price = random_amount(random, 1000000);
    assert_int_equal(sp_money_amount(price->unit_price, line->quantity, &price->gross), 0);
    add_allocations(random, scene, price);
    scene->gross += price->gross;
    scene->discount += price->discount;
    scene->net += price->net;
  }
}

static void property_line_sums(void **state) {
  (void)state;
  struct random random = random_start("line sums");
  struct scene scene;
  for (int i = 0; i < CASES; i++) {
    make_scene(&random, &scene);
    scene.priced.gross = scene.priced.net = 12345; /* what was there before must not matter */
    assert_int_equal(sp_priced_check(&scene.basket, &scene.priced, NULL), 0);
    assert_int_equal(scene.priced.gross, scene.gross);
    assert_int_equal(scene.priced.discount, scene.discount);
    assert_int_equal(scene.priced.net, scene.net);
    assert_int_equal(scene.priced.net, scene.priced.gross - scene.priced.discount);
  }
}

/* Change one number of a right answer and it is no longer accepted. */
static void property_wrong_answers(void **state) {
  (void)state;
  struct random random = random_start("one wrong number is refused");
  struct scene scene;
  for (int i = 0; i < CASES; i++) {
    do
      make_scene(&random, &scene);
    while (scene.basket.count == 0);
    struct sp_line_price *price = &scene.prices[random_next(&random) % (uint64_t)scene.basket.count];
    int64_t off = random_between(&random, 1, 1000) * (random_next(&random) & 1 ? 1 : -1);
    switch (random_next(&random) % 6) {
    case 0:
      price->gross += off;
      break;
    case 1:
      price->discount += off;
      break;
    case 2:
      price->net += off;
      break;
    case 3:
      price->n += LINES * 4;
      break;
    case 4:
      scene.priced.count--;
      break;
    default:
      scene.allocations[scene.priced.allocation_count++] =
          (struct sp_allocation){.line = price->n, .campaign = "x", .rule = "r", .amount = off};
    }
    assert_int_equal(sp_priced_check(&scene.basket, &scene.priced, NULL), SP_E_INTERNAL);
  }
}

/* One right answer of everything that is not money of a line, broken in one place at a time. */
static void test_the_rest(void **state) {
  (void)state;
  for (int broken = -1; broken < 16; broken++) {
    struct sp_line line = {.n = 7, .quantity = 2000};
    struct sp_line_price price = {.n = 7, .unit_price = 350, .gross = 700, .net = 700};
    struct sp_basket basket = {.lines = &line, .count = 1};
    struct sp_requirement required = {.kind = SP_REQUIRE_REFUSE, .code = "age18", .campaign = "A", .line = 7};
    struct sp_note note = {.campaign = "N", .reason = "{}", .line = 0};
    struct sp_tender_cap caps[2] = {{.method = "points", .campaign = "P", .amount = 700},
                                    {.method = "voucher", .campaign = "P", .amount = 1}};
    struct sp_campaign_use use = {.campaign = "U", .subject = "", .uses = 1, .amount = 20, .max_amount = 20};
    const char *spent = "S";
    struct sp_priced priced = {.lines = &price,
                               .count = 1,
                               .requirements = &required,
                               .requirement_count = 1,
                               .notes = &note,
                               .note_count = 1,
                               .tender_caps = caps,
                               .tender_cap_count = 2,
                               .uses = &use,
                               .use_count = 1,
                               .spent = &spent,
                               .spent_count = 1};
    if (broken == 0) required.met = true;
    if (broken == 1) required.line = 8;
    if (broken == 2) required.code = "";
    if (broken == 3) required.campaign = NULL;
    if (broken == 4) required.kind = (enum sp_requirement_kind)3;
    if (broken == 5) note.reason = NULL;
    if (broken == 6) note.line = -1;
    if (broken == 7) caps[0].amount = 701;
    if (broken == 8) caps[0].amount = 0;
    if (broken == 9) caps[1].method = "points";
    if (broken == 10) use.amount = 21;
    if (broken == 11) use.uses = 0;
    if (broken == 12) use.units = -1;
    if (broken == 13) use.subject = NULL;
    if (broken == 14) spent = "";
    if (broken == 15) caps[1].campaign = "";
    if (sp_priced_check(&basket, &priced, NULL) != (broken < 0 ? 0 : SP_E_INTERNAL)) fail_msg("case %d", broken);
  }
}

static void test_named_line(void **state) {
  (void)state;
  struct sp_line line = {.n = 7, .quantity = 2000};
  struct sp_line_price price = {.n = 7, .unit_price = 350, .gross = 700, .discount = 701, .net = -1};
  struct sp_basket basket = {.lines = &line, .count = 1};
  struct sp_priced priced = {.lines = &price, .count = 1};
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_priced_check(&basket, &priced, &err), SP_E_INTERNAL);
  assert_string_equal(err.message, "Line 7 has a discount outside its price");
  price = (struct sp_line_price){.n = 7, .unit_price = -1, .gross = -2, .net = -2};
  assert_int_equal(sp_priced_check(&basket, &priced, &err), SP_E_INTERNAL);
  assert_string_equal(err.message, "Line 7 has a negative price");
}

static void test_too_large(void **state) {
  (void)state;
  struct sp_line lines[2] = {{.n = 1, .quantity = 1000}, {.n = 2, .quantity = 1000}};
  struct sp_line_price prices[2];
  for (int i = 0; i < 2; i++)
    prices[i] =
        (struct sp_line_price){.n = i + 1, .unit_price = SP_MONEY_MAX, .gross = SP_MONEY_MAX, .net = SP_MONEY_MAX};
  struct sp_basket basket = {.lines = lines, .count = 2};
  struct sp_priced priced = {.lines = prices, .count = 2};
  assert_int_equal(sp_priced_check(&basket, &priced, NULL), SP_E_RANGE);
}

static void test_units(void **state) {
  (void)state;
  assert_int_equal(sp_line_units(&(struct sp_line){.quantity = 3000}), 3);
  assert_int_equal(sp_line_units(&(struct sp_line){.quantity = 500}), 0);
  assert_int_equal(sp_line_units(&(struct sp_line){.quantity = 1500}), 0);
  assert_int_equal(sp_line_units(&(struct sp_line){.quantity = 1500, .weighed = true}), 1);
}

/* A label's amount is what its line costs, whatever price and weight make of it. */
static void test_given_amount(void **state) {
  (void)state;
  struct sp_line line = {.n = 1, .weighed = true, .quantity = 7000, .given_price = 1280, .given_amount = 9999};
  struct sp_line_price price = {.n = 1, .unit_price = 1280, .gross = 9999, .net = 9999};
  const struct sp_basket basket = {.lines = &line, .count = 1};
  struct sp_priced priced = {.lines = &price, .count = 1};
  int64_t gross = 0;
  assert_int_equal(sp_line_gross(&line, 1280, &gross), 0);
  assert_int_equal(gross, 9999);
  assert_int_equal(sp_priced_check(&basket, &priced, NULL), 0);
  price.gross = price.net = 10000;
  assert_int_equal(sp_priced_check(&basket, &priced, NULL), SP_E_INTERNAL);
  line.given_amount = SP_SALE_MAX + 1;
  assert_int_equal(sp_line_gross(&line, 1280, &gross), SP_E_RANGE);
  line.given_amount = 0;
  assert_int_equal(sp_line_gross(&line, 1280, &gross), 0);
  assert_int_equal(gross, 8960); /* 7 × 12.80 */
}

static void test_coupons(void **state) {
  static const struct {
    const char *presented, *code;
    bool is;
  } cases[] = {
      {"VIP", "VIP", true},         {"VIP-0001", "VIP", true},        {"VIP-a1B", "VIP", true},
      {"VIP-GOLD-1", "VIP", false}, {"VIP-GOLD-1", "VIP-GOLD", true}, {"VIP-0001 ", "VIP", false},
      {"VIP-", "VIP", false},       {"VIP-00-01", "VIP", false},      {"VIP-0001\xc2\xa0", "VIP", false},
      {"VIP ", "VIP", false},       {"VIPX", "VIP", false},           {"VI", "VIP", false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    bool is = sp_coupon_is(cases[i].presented, cases[i].code, strlen(cases[i].code));
    if (is != cases[i].is) fail_msg("'%s' as %s", cases[i].presented, cases[i].code);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(property_line_sums), cmocka_unit_test(property_wrong_answers),
      cmocka_unit_test(test_named_line),    cmocka_unit_test(test_too_large),
      cmocka_unit_test(test_units),         cmocka_unit_test(test_the_rest),
      cmocka_unit_test(test_coupons),       cmocka_unit_test(test_given_amount),
  };
  return cmocka_run_group_tests_name("basket", tests, NULL, NULL);
}
