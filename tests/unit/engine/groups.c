/* Phases and stacking groups over a machine made of one C function: who may have which units. */
#include "tests/unit/engine/machine.h"

static int32_t pieces(const struct machine *machine, int32_t line) {
  return (int32_t)(machine->view->basket->lines[line].weighed ? 1 : machine->view->basket->lines[line].quantity / 1000);
}

static void whole_line(struct machine *machine, struct answer *answer, enum sp_offer_kind kind, int64_t value,
                       int32_t line) {
  struct sp_offer *made = offer(answer, kind, value);
  aim(answer, made, line, 0, pieces(machine, line));
}

/* ---- Modes ---- */

/* "P30" takes 30 % off every unit it is shown of the first line. */
static int percent_of_free(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  struct sp_unit_range ranges[16];
  (void)err;
  if (campaign[0] != 'P') return 0;
  int32_t count = machine->view->units->ranges(machine->view->units, 0, ranges, 16);
  for (int32_t i = 0; i < count; i++) {
    struct sp_offer *made = offer(answer, SP_OFFER_PERCENT, strtol(campaign + 1, NULL, 10) * 10000);
    aim(answer, made, 0, ranges[i].first, ranges[i].count);
  }
  return 0;
}

static void mode_is(const char *mode, int64_t net, const char *traced) {
  struct shop shop;
  char pack[200];
  shop_start(&shop);
  snprintf(pack, sizeof pack, "{\"name\":\"t\",\"version\":\"1\",\"groups\":{\"item\":{\"mode\":\"%s\"}}}", mode);
  shop_file(&shop, "pack.json", pack);
  shop_file(&shop, "rules/p.lua", "promotion item 500");
  shop_build(&shop, "{\"code\":\"P10\",\"rule\":\"p\"},{\"code\":\"P20\",\"rule\":\"p\"},"
                    "{\"code\":\"P30\",\"rule\":\"p\"}");
  shop.machine->say = percent_of_free;
  shop_line(&shop, "a", 1000, 2);
  shop_expect(&shop, net);
  shop_traced(&shop, traced);
  shop_stop(&shop);
}

static void modes_share_units_as_they_say(void **state) {
  (void)state;
  mode_is("first", 1800,
          "\"campaign\":\"P20\",\"rule\":\"p\",\"version\":\"1\",\"file\":\"t/rules/p.lua\",\"phase\":\"promotion\","
          "\"outcome\":\"lost\",\"amount\":0,\"why\":\"taken\",\"by\":\"P10\",\"group\":\"item\"");
  mode_is("best", 1400,
          "\"outcome\":\"lost\",\"amount\":0,\"reason\":{\"code\":\"test\"},\"why\":\"taken\",\"by\":\"P30\"");
  mode_is("all", 1008, "\"campaign\":\"P30\",\"rule\":\"p\"");
}

/* A campaign that lost its units is asked again and takes what is left. */
static int fixed_units(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  struct sp_unit_range range;
  (void)err;
  if (strcmp(campaign, "BIG") == 0) {
    if (machine->view->units->ranges(machine->view->units, 0, &range, 1) == 1 && range.count >= 2)
      aim(answer, offer(answer, SP_OFFER_AMOUNT, 500), 0, range.first, 2);
    return 0;
  }
  if (machine->view->units->ranges(machine->view->units, 0, &range, 1) == 1)
    aim(answer, offer(answer, SP_OFFER_AMOUNT, 300), 0, range.first, range.count);
  return 0;
}

static void best_asks_again(void **state) {
  struct shop shop;
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "pack.json", "{\"name\":\"t\",\"version\":\"1\",\"groups\":{\"item\":{\"mode\":\"best\"}}}");
  shop_file(&shop, "rules/r.lua", "promotion item 500");
  shop_build(&shop, "{\"code\":\"ALL\",\"rule\":\"r\"},{\"code\":\"BIG\",\"rule\":\"r\"}");
  shop.machine->say = fixed_units;
  shop_line(&shop, "a", 1000, 3);
  shop_expect(&shop, 3000 - 1000 - 300); /* BIG takes two units, ALL is asked again and has the third */
  assert_int_equal(shop.priced.allocation_count, 2);
  assert_string_equal(shop.priced.allocations[0].campaign, "BIG");
  assert_int_equal(shop.priced.allocations[1].amount, 300);
  assert_int_equal(shop.machine->base.evaluations, 3);
  shop_stop(&shop);
}

/* ---- Exclusions ---- */

static void exclusion(const char *per, const char *campaigns, int64_t net, const char *traced) {
  struct shop shop;
  char pack[200];
  shop_start(&shop);
  snprintf(pack, sizeof pack,
           "{\"name\":\"t\",\"version\":\"1\",\"groups\":{\"item\":{\"excludes\":[\"staff\"],\"per\":\"%s\"}}}", per);
  shop_file(&shop, "pack.json", pack);
  shop_file(&shop, "rules/item.lua", "promotion item 500");
  shop_file(&shop, "rules/staff.lua", "promotion staff 500");
  shop_build(&shop, campaigns);
  shop.machine->say = fixed_units;
  shop_line(&shop, "a", 1000, 3);
  shop_expect(&shop, net);
  if (traced) shop_traced(&shop, traced);
  shop_stop(&shop);
}

static void groups_exclude_each_other_both_ways(void **state) {
  (void)state;
  /* Whoever is first, the other one has only the third unit, or nothing of this basket. */
  exclusion("unit", "{\"code\":\"BIG\",\"rule\":\"item\",\"priority\":900},{\"code\":\"ALL\",\"rule\":\"staff\"}", 1700,
            NULL);
  exclusion("unit", "{\"code\":\"BIG\",\"rule\":\"staff\",\"priority\":900},{\"code\":\"ALL\",\"rule\":\"item\"}", 1700,
            NULL);
  exclusion("basket", "{\"code\":\"BIG\",\"rule\":\"item\",\"priority\":900},{\"code\":\"ALL\",\"rule\":\"staff\"}",
            2000, "\"why\":\"excluded\",\"by\":\"BIG\",\"group\":\"staff\"");
  exclusion("basket", "{\"code\":\"BIG\",\"rule\":\"staff\",\"priority\":900},{\"code\":\"ALL\",\"rule\":\"item\"}",
            2000, "\"why\":\"excluded\",\"by\":\"BIG\",\"group\":\"item\"");
}

/* ---- Offers ---- */

/* Buy two of the first line, get one of the second; "OTHER" wants one of the first. */
static int buy_two(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  (void)machine;
  (void)err;
  if (strcmp(campaign, "OTHER") == 0) {
    aim(answer, offer(answer, SP_OFFER_AMOUNT, 10), 0, 1, 1);
    return 0;
  }
  struct sp_offer *made = offer(answer, SP_OFFER_FREE, 0);
  aim(answer, made, 1, 0, 1);
  aim_with(answer, made, 0, 0, 2);
  return 0;
}

static void companions_hold_whole_or_not_at_all(void **state) {
  static const char *const order[] = {"900", "100"};
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct shop shop;
    char campaigns[200];
    shop_start(&shop);
    shop_file(&shop, "rules/r.lua", "promotion item 500");
    snprintf(campaigns, sizeof campaigns,
             "{\"code\":\"GIFT\",\"rule\":\"r\"},{\"code\":\"OTHER\",\"rule\":\"r\","
             "\"priority\":%s}",
             order[i]);
    shop_build(&shop, campaigns);
    shop.machine->say = buy_two;
    shop_line(&shop, "a", 1000, 2);
    shop_line(&shop, "b", 300, 1);
    /* The companions are used up: OTHER finds none. Once OTHER has one of them, there is no gift. */
    shop_expect(&shop, i == 0 ? 2290 : 2000);
    shop_traced(&shop, i == 0 ? "\"campaign\":\"GIFT\"" : "\"why\":\"taken\",\"by\":\"GIFT\"");
    shop_stop(&shop);
  }
}

static int totals(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  (void)err;
  if (strcmp(campaign, "OFF50") == 0) offer(answer, SP_OFFER_TOTAL_OFF, 5000)->base = SP_BASE_GROSS;
  if (strcmp(campaign, "SET") == 0) {
    struct sp_offer *made = offer(answer, SP_OFFER_TOTAL_PRICE, 1000);
    struct sp_offer_target *both = sp_arena_array(answer->arena, 2, sizeof *both);
    assert_non_null(both);
    both[0] = (struct sp_offer_target){.line = 0, .count = 1};
    both[1] = (struct sp_offer_target){.line = 1, .count = 1};
    made->targets = both;
    made->target_count = 2;
  }
  if (strcmp(campaign, "HALF") == 0) whole_line(machine, answer, SP_OFFER_PERCENT, 500000, 0);
  return 0;
}

static void totals_are_dealt_out_exactly(void **state) {
  struct shop shop;
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "rules/set.lua", "promotion set 900");
  shop_file(&shop, "rules/half.lua", "promotion half 800");
  shop_file(&shop, "rules/off.lua", "coupon basket 500");
  shop_build(&shop, "{\"code\":\"SET\",\"rule\":\"set\"},{\"code\":\"HALF\",\"rule\":\"half\"},"
                    "{\"code\":\"OFF50\",\"rule\":\"off\"}");
  shop.machine->say = totals;
  shop_line(&shop, "a", 700, 1);
  shop_line(&shop, "b", 501, 1);
  struct sp_line *meat = shop_line(&shop, "c", 3333, 1);
  meat->weighed = true;
  meat->quantity = 1500;
  shop_expect(&shop,
              1201 + 5000 - 201 - 292 - 5000); /* a set for 10.00, half of what is left of a, 50.00 off the rest */
  assert_int_equal(shop.priced.discount, 201 + 292 + 5000);
  shop_stop(&shop);
}

/* A coupon sees what promotions left. */
static int coupon_on_rest(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  (void)err;
  if (strcmp(campaign, "SALE") == 0) {
    whole_line(machine, answer, SP_OFFER_PERCENT, 200000, 0);
    return 0;
  }
  assert_int_equal(machine->view->prices[0].net, 800);
  whole_line(machine, answer, SP_OFFER_PERCENT, 500000, 0);
  return 0;
}

static void coupons_come_after_promotions(void **state) {
  struct shop shop;
  static const char *const coupons[] = {"HALF-0001"};
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "rules/sale.lua", "promotion item 1");
  shop_file(&shop, "rules/half.lua", "coupon coupon 900");
  shop_build(&shop, "{\"code\":\"SALE\",\"rule\":\"sale\"},"
                    "{\"code\":\"HALF\",\"rule\":\"half\",\"params\":{\"key\":\"k:HALF\"}},"
                    "{\"code\":\"HALF2\",\"rule\":\"half\",\"params\":{\"key\":\"k:HAL\"}}");
  shop.machine->say = coupon_on_rest;
  shop_line(&shop, "a", 1000, 1);
  shop_expect(&shop, 800);
  shop.basket.coupons = coupons;
  shop.basket.coupon_count = 1;
  shop_expect(&shop, 400);
  shop_traced(&shop, "\"phase\":\"coupon\",\"outcome\":\"applied\",\"amount\":400");
  shop_stop(&shop);
}

/* ---- The other phases ---- */

static int every_phase(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  (void)machine;
  (void)err;
  if (strcmp(campaign, "TAGS") == 0) {
    struct sp_offer *made = offer(answer, SP_OFFER_TAG, 0);
    made->text = "clearance";
    aim(answer, made, 1, 0, 1);
  }
  if (strcmp(campaign, "CLEAR") == 0) {
    assert_int_equal(machine->view->basket->lines[1].tag_count, 1);
    aim(answer, offer(answer, SP_OFFER_PERCENT, 500000), 1, 0, 1);
  }
  if (strcmp(campaign, "BOTTLE") == 0)
    for (int32_t i = 0; i < machine->view->basket->count; i++) {
      struct sp_offer *made = offer(answer, SP_OFFER_ADD, 1000);
      made->text = "deposit";
      aim(answer, made, i, 0, 1);
    }
  if (strcmp(campaign, "POINTS") == 0) offer(answer, SP_OFFER_TENDER, 900)->text = "points";
  if (strcmp(campaign, "MORE") == 0) offer(answer, SP_OFFER_TENDER, 5000)->text = "points";
  if (strcmp(campaign, "AGE") == 0) {
    struct sp_offer *made = offer(answer, SP_OFFER_CONFIRM, 0);
    made->text = "age18";
    aim(answer, made, 0, 0, 1);
    offer(answer, SP_OFFER_APPROVE, 0)->text = "override";
    offer(answer, SP_OFFER_REFUSE, 0)->text = "recalled";
  }
  if (strcmp(campaign, "LOOK") == 0) {
    struct sp_offer *made = offer(answer, SP_OFFER_NOTE, 0);
    made->reason = "{\"code\":\"nearly\",\"missing\":300}";
    aim(answer, made, 1, 0, 1);
  }
  return 0;
}

/* A shop with a campaign of every phase, three lines in the basket, the last added for the first. */
static void phases_start(struct shop *shop) {
  shop_start(shop);
  shop_file(shop, "rules/tags.lua", "classify - 1");
  shop_file(shop, "rules/clear.lua", "promotion item 1");
  shop_file(shop, "rules/add.lua", "compose - 1");
  shop_file(shop, "rules/points.lua", "tender - 1");
  shop_file(shop, "rules/age.lua", "check - 1");
  shop_file(shop, "rules/look.lua", "observe - 1");
  shop_build(shop, "{\"code\":\"TAGS\",\"rule\":\"tags\"},{\"code\":\"BOTTLE\",\"rule\":\"add\"},"
                   "{\"code\":\"CLEAR\",\"rule\":\"clear\",\"params\":{\"key\":\"t:clearance\"}},"
                   "{\"code\":\"POINTS\",\"rule\":\"points\"},{\"code\":\"MORE\",\"rule\":\"points\"},"
                   "{\"code\":\"AGE\",\"rule\":\"age\"},{\"code\":\"LOOK\",\"rule\":\"look\"}");
  shop->machine->say = every_phase;
  shop_line(shop, "a", 1000, 1);
  shop_line(shop, "b", 200, 1);
  shop_line(shop, "c", 10, 1)->parent = 1;
}

static void every_phase_does_its_part(void **state) {
  struct shop shop;
  static const char *const confirmed[] = {"age18"};
  (void)state;
  phases_start(&shop);
  shop_expect(&shop, 1110);
  const struct sp_priced *priced = &shop.priced;
  assert_int_equal(priced->tender_cap_count, 1);
  assert_int_equal(priced->tender_caps[0].amount, 1110);
  assert_string_equal(priced->tender_caps[0].campaign, "MORE");
  assert_int_equal(priced->requirement_count, 3);
  assert_int_equal(priced->requirements[0].line, 1);
  assert_false(priced->requirements[0].met);
  assert_false(priced->requirements[1].met);
  assert_int_equal(priced->note_count, 1);
  assert_int_equal(priced->notes[0].line, 2);
  shop_traced(&shop, "\"outcome\":\"silent\",\"amount\":0,\"why\":\"no-offer\",\"note\":{\"code\":\"nearly\"");
  shop.basket.confirmed = confirmed;
  shop.basket.confirmed_count = 1;
  shop.context.role = "manager";
  shop_expect(&shop, 1110);
  assert_true(priced->requirements[0].met);
  assert_true(priced->requirements[1].met);
  assert_false(priced->requirements[2].met);
  shop.context.promotions = false;
  shop_expect(&shop, 1210);
  shop.context.promotions = shop.context.untraced = true;
  shop_expect(&shop, 1110);
  assert_string_equal(shop.priced.trace, "[]");
  shop_stop(&shop);
}

static void what_is_added_joins_the_trace(void **state) {
  struct shop shop;
  struct sp_additions added;
  struct sp_aside aside;
  (void)state;
  phases_start(&shop);
  shop_expect(&shop, 1110);
  assert_int_equal(sp_engine_compose(shop.bundle, &shop.machine->base, &shop.basket, &shop.context, &shop.arena, &added,
                                     &aside, &shop.err),
                   0);
  assert_int_equal(added.count, 2); /* the third line came along itself */
  assert_int_equal(added.list[1].parent, 2);
  assert_string_equal(added.list[1].code, "deposit");
  assert_string_equal(added.list[1].campaign, "BOTTLE");
  assert_non_null(strstr(aside.trace, "\"phase\":\"compose\",\"outcome\":\"applied\",\"amount\":0,"
                                      "\"added\":[[1,\"deposit\",1000],[2,\"deposit\",1000]]"));
  assert_null(strstr(aside.trace, "TAGS")); /* the price tells of it */
  assert_int_equal(aside.alarms, 0);
  assert_int_equal(sp_engine_join(&shop.priced, &aside, NULL, &shop.arena, &shop.err), 0);
  assert_int_equal(strncmp(shop.priced.trace, "[{\"campaign\":\"BOTTLE\"", 21), 0);
  shop_traced(&shop, "},{\"campaign\":\"TAGS\"");
  assert_int_equal(shop.priced.trace_len, strlen(shop.priced.trace));
  shop_stop(&shop);
}

/* ---- Windows ---- */

static void windows_are_of_the_stores_clock(void **state) {
  static const struct {
    const char *extra;
    int32_t date;
    int8_t weekday;
    int16_t minute;
    bool live;
  } cases[] = {
      {"\"weekdays\":[7]", 20261122, 7, 600, true},
      {"\"weekdays\":[1,6]", 20261122, 7, 600, false},
      {"\"hours\":[[\"08:00\",\"10:30\"]]", 20261122, 7, 480, true},
      {"\"hours\":[[\"08:00\",\"10:30\"]]", 20261122, 7, 629, true},
      {"\"hours\":[[\"08:00\",\"10:30\"]]", 20261122, 7, 630, false},
      {"\"hours\":[[\"08:00\",\"10:30\"],[\"14:00\",\"15:00\"]]", 20261122, 7, 850, true},
      {"\"hours\":[[\"22:00\",\"02:00\"]]", 20261122, 7, 1320, true},
      {"\"hours\":[[\"22:00\",\"02:00\"]]", 20261122, 7, 119, true},
      {"\"hours\":[[\"22:00\",\"02:00\"]]", 20261122, 7, 120, false},
      /* a Friday night lasts into Saturday, and a Friday's early morning is Thursday night */
      {"\"weekdays\":[5],\"hours\":[[\"22:00\",\"02:00\"]]", 20261121, 6, 60, true},
      {"\"weekdays\":[5],\"hours\":[[\"22:00\",\"02:00\"]]", 20261120, 5, 60, false},
      {"\"weekdays\":[5],\"hours\":[[\"22:00\",\"02:00\"]]", 20261120, 5, 1380, true},
      {"\"month_days\":[8,18,22]", 20261122, 7, 600, true},
      {"\"month_days\":[8,18,28]", 20261122, 7, 600, false},
      /* 01:00 of the 23rd, a Monday: the business day is still the 22nd, the calendar's is not */
      {"\"month_days\":[23]", 20261122, 1, 60, true},
      {"\"month_days\":[22]", 20261122, 1, 60, false},
      {"\"month_days\":[22],\"hours\":[[\"22:00\",\"02:00\"]]", 20261122, 1, 60, true},
      {"\"month_days\":[28],\"hours\":[[\"22:00\",\"02:00\"]]", 20270301, 1, 60, true},
      {"\"month_days\":[1]", 20280229, 3, 60, true},
      {"\"channels\":[\"api\",\"till\"]", 20261122, 7, 600, true},
      {"\"channels\":[\"api\"]", 20261122, 7, 600, false},
      {"\"members\":true", 20261122, 7, 600, false},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct shop shop;
    char json[200];
    shop_start(&shop);
    shop_file(&shop, "rules/r.lua", "promotion item 500");
    snprintf(json, sizeof json, "{\"code\":\"P50\",\"rule\":\"r\",%s}", cases[i].extra);
    shop_build(&shop, json);
    shop.machine->say = percent_of_free;
    shop.context.business_date = cases[i].date;
    shop.context.weekday = cases[i].weekday;
    shop.context.minute = cases[i].minute;
    shop_line(&shop, "a", 100, 1);
    assert_int_equal(shop_price(&shop), 0);
    if ((shop.priced.net == 50) != cases[i].live) {
      print_error("%s on %d at %d\n", cases[i].extra, cases[i].date, cases[i].minute);
      wrong++;
    }
    shop_stop(&shop);
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(modes_share_units_as_they_say),       cmocka_unit_test(best_asks_again),
      cmocka_unit_test(groups_exclude_each_other_both_ways), cmocka_unit_test(companions_hold_whole_or_not_at_all),
      cmocka_unit_test(totals_are_dealt_out_exactly),        cmocka_unit_test(coupons_come_after_promotions),
      cmocka_unit_test(every_phase_does_its_part),           cmocka_unit_test(what_is_added_joins_the_trace),
      cmocka_unit_test(windows_are_of_the_stores_clock),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
