/* Sales priced again: by the same rules nothing differs, by others every fen is told and by whom. SP_SEED repeats a
 * run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "app/replay.h"
#include "lua/machine.h"
#include "tests/contract/counter/counter.h"
#include "tests/unit/random.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define SALES 300

/* Two promotions that usually do not meet, and one that nobody's goods concern. */
static const char campaigns_then[] =
    "{\"campaigns\":["
    "{\"code\":\"SODA3\",\"rule\":\"promotion.multibuy\",\"params\":{\"tag\":\"soda\",\"buy\":3,\"pay\":2}},"
    "{\"code\":\"BREAD\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"bakery\",\"percent\":150000}},"
    "{\"code\":\"AWAY\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"nobody\",\"percent\":1}}]}";

struct replayed {
  struct counter counter;
  struct sp_replay_result result;
  struct sp_buf report;
  cJSON *tree;
};

static int open_db(void *ctx, struct sp_db **out, struct sp_error *err) {
  const struct sp_fixture *node = ctx;
  const struct sp_db_options options = {.location = node->location, .mode = SP_DB_READ, .vfs = node->vfs};
  return sp_sqlite_api()->open(&options, out, err);
}

static struct sp_bundle *candidate(const char *campaigns, const char *rule_path, const char *rule) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_bundle *bundle = NULL;
  const struct sp_pack_file files[] = {{.path = "campaigns.json", .text = campaigns, .len = strlen(campaigns)},
                                       {.path = rule_path, .text = rule, .len = rule ? strlen(rule) : 0}};
  const struct sp_bundle_options options = {.files = files, .file_count = rule ? 2 : 1};
  if (sp_bundle_build(&options, sp_lua_api(), &bundle, &error)) fail_msg("%s: %s", error.field, error.message);
  return bundle;
}

static void run(struct replayed *r, const struct sp_bundle *bundle, int threads, bool promotions) {
  struct sp_error error = {.lang = SP_LANG_EN};
  const struct sp_replay_options options = {.app = &r->counter.node.app,
                                            .open = open_db,
                                            .bundle = bundle,
                                            .threads = threads,
                                            .promotions = promotions,
                                            .max_difference_ppm = 1000,
                                            .ctx = &r->counter.node};
  sp_buf_reset(&r->report);
  cJSON_Delete(r->tree);
  if (sp_replay_run(&options, &r->report, &r->result, &error)) fail_msg("%s: %s", error.field, error.message);
  r->tree = cJSON_Parse(sp_buf_text(&r->report));
  assert_non_null(r->tree);
}

/* What somebody took off, let pass already. */
static struct sp_discount by_hand(struct random *random, bool line) {
  int64_t kind = random_between(random, SP_MARKDOWN_PERCENT, line ? SP_MARKDOWN_PRICE : SP_MARKDOWN_AMOUNT);
  struct sp_discount discount = {.passed = true, .granted = 1000000, .allowed = SP_SALE_MAX};
  discount.markdown = (struct sp_markdown){.kind = (enum sp_markdown_kind)kind,
                                           .value = random_between(random, 0, 900),
                                           .reason = "旧包装",
                                           .approver = random_next(random) % 2 == 0 ? "9001" : ""};
  return discount;
}

static void random_sales(struct counter *counter, int count, bool discounts) {
  struct random random = random_start("replay");
  for (int i = 0; i < count; i++) {
    struct ticket ticket;
    ticket_new(&ticket);
    int64_t lines = random_between(&random, 1, 8);
    for (int64_t l = 0; l < lines; l++) {
      const struct goods *goods = &counter_shelf[random_next(&random) % COUNTER_SOLD];
      int64_t pieces = random_between(&random, 1, 7);
      struct sp_sale_item *item =
          ticket_item(&ticket, goods->code, goods->weighed ? random_between(&random, 1, 3000) : 1000 * pieces);
      if (discounts && random_next(&random) % 2 == 0) item->discount = by_hand(&random, true);
    }
    if (discounts && random_next(&random) % 2 == 0) ticket.request.discount = by_hand(&random, false);
    counter->node.now += random_between(&random, 1, 200000);
    counter->node.actor.role = (enum sp_role)(random_next(&random) % SP_ROLE_COUNT);
    if (counter_sell(counter, &ticket, SP_METHOD_CASH)) fail_msg("%s", counter->error.message);
  }
  counter->node.actor.role = SP_ROLE_ADMIN;
}

static int setup(void **state) {
  struct replayed *r = calloc(1, sizeof *r);
  if (!r) return -1;
  sp_buf_init(&r->report, (size_t)16 << 20);
  counter_open(&r->counter, campaigns_then, NULL);
  random_sales(&r->counter, SALES, false);
  *state = r;
  return 0;
}

static int teardown(void **state) {
  struct replayed *r = *state;
  cJSON_Delete(r->tree);
  sp_buf_free(&r->report);
  counter_close(&r->counter);
  free(r);
  return 0;
}

static int64_t number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItem(object, name);
  if (!cJSON_IsNumber(item)) fail_msg("no number %s", name);
  return (int64_t)item->valuedouble;
}

static const char *text(const cJSON *object, const char *name) {
  const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));
  if (!value) fail_msg("no text %s", name);
  return value;
}

static const cJSON *list(const struct replayed *r, const char *name) {
  const cJSON *array = cJSON_GetObjectItem(r->tree, name);
  assert_true(cJSON_IsArray(array));
  return array;
}

static const cJSON *named(const struct replayed *r, const char *array, const char *member, const char *value) {
  const cJSON *item;
  cJSON_ArrayForEach(item, list(r, array)) {
    if (strcmp(text(item, member), value) == 0) return item;
  }
  return NULL;
}

/* ---- The same rules ---- */

static void same_rules_differ_by_nothing(void **state) {
  struct replayed *r = *state;
  run(r, r->counter.node.bundle, 1, false);
  assert_int_equal(r->result.sales, SALES);
  assert_int_equal(r->result.differing, 0);
  assert_int_equal(r->result.difference, 0);
  assert_int_equal(r->result.alarms + r->result.failed, 0);
  assert_true(r->result.within);
  int64_t sold = sp_fixture_scalar(&r->counter.node, "SELECT SUM(gross - discount) FROM sale");
  assert_int_equal(r->result.stored, sold);
  assert_int_equal(r->result.lines, sp_fixture_scalar(&r->counter.node, "SELECT COUNT(*) FROM sale_line"));
  assert_int_equal(cJSON_GetArraySize(list(r, "sales_differing")), 0);
  assert_int_equal(cJSON_GetArraySize(list(r, "products")), 0);
  assert_non_null(named(r, "dead_campaigns", "campaign", "AWAY"));
  assert_null(named(r, "dead_campaigns", "campaign", "SODA3"));
  assert_true(number(named(r, "costs", "rule", "promotion.multibuy"), "evaluations") > 0);
  assert_int_equal(number(named(r, "campaigns", "campaign", "BREAD"), "difference"), 0);
}

/* What somebody took off by hand is an input like any other, also of a sale whose goods have changed since. */
static void discounts_by_hand_differ_by_nothing(void **state) {
  struct replayed *r = *state;
  random_sales(&r->counter, SALES, true);
  int64_t off = sp_fixture_scalar(
      &r->counter.node, "SELECT COUNT(DISTINCT campaign) FROM sale_allocation WHERE campaign LIKE 'markdown-%'");
  assert_int_equal(off, 2);
  assert_int_equal(counter_change_goods(&r->counter, "price = price + 100, revision = revision + 1"), 0);
  run(r, r->counter.node.bundle, 2, false);
  assert_int_equal(r->result.sales, 2 * SALES);
  assert_int_equal(r->result.differing, 0);
  assert_int_equal(r->result.alarms + r->result.failed, 0);
}

/* What came back inverts a sale: a replay does not look at it. */
static void refunds_are_left_out(void **state) {
  struct replayed *r = *state;
  struct ticket bought, back;
  ticket_new(&bought);
  ticket_item(&bought, "cola", 3000);
  assert_int_equal(counter_sell(&r->counter, &bought, SP_METHOD_CASH), 0);
  struct sp_id id = bought.sale.id;
  run(r, r->counter.node.bundle, 1, false);
  int64_t before = r->result.stored, sales = r->result.sales;
  ticket_new(&back);
  ticket_back(&back, &id, 1, 2000);
  assert_int_equal(counter_sell(&r->counter, &back, SP_METHOD_CASH), 0);
  run(r, r->counter.node.bundle, 1, false);
  assert_int_equal(r->result.sales, sales);
  assert_int_equal(r->result.stored, before);
  assert_int_equal(r->result.difference, 0);
}

/* Goods that were renamed, retagged and repriced since do not change what happened. */
static void a_changed_catalogue_changes_no_past(void **state) {
  struct replayed *r = *state;
  assert_int_equal(counter_change_goods(&r->counter, "price = price + 100, tags = 'nobody', revision = revision + 1"),
                   0);
  run(r, r->counter.node.bundle, 1, false);
  assert_int_equal(r->result.differing, 0);
  assert_int_equal(r->result.difference, 0);
}

static char *without_time(struct replayed *r) {
  cJSON_DeleteItemFromObject(r->tree, "ms");
  return cJSON_PrintUnformatted(r->tree);
}

static void threads_change_nothing(void **state) {
  struct replayed *r = *state;
  static const char other[] = "{\"campaigns\":[{\"code\":\"BREAD\",\"rule\":\"promotion.percent_off\",\"params\":"
                              "{\"tag\":\"drink\",\"percent\":330000}}]}";
  struct sp_bundle *bundle = candidate(other, NULL, NULL);
  run(r, bundle, 1, false);
  assert_true(r->result.differing > 0);
  char *one = without_time(r);
  run(r, bundle, 5, false);
  char *five = without_time(r);
  assert_string_equal(one, five);
  cJSON_free(one);
  cJSON_free(five);
  sp_bundle_release(bundle);
}

/* ---- Other rules ---- */

/* The built-in multibuy, but each group costs a fen more. */
static const char one_fen_rule[] =
    "local offer = require \"suanpan.offer\"\n"
    "local select = require \"suanpan.select\"\n"
    "local multibuy = { name = \"promotion.mine\", version = \"1\", api = 1, phase = \"promotion\", priority = 500,\n"
    "  summary = \"a fen too little\" }\n"
    "multibuy.params = { tag = { type = \"tag\", required = true, doc = \"d\" },\n"
    "  buy = { type = \"integer\", default = 3, doc = \"d\" }, pay = { type = \"integer\", default = 2, doc = \"d\" } "
    "}\n"
    "function multibuy.applies(params) return { tag = params.tag } end\n"
    "function multibuy.evaluate(basket, params)\n"
    "  local units, offers = select.units(basket, { tag = params.tag }), offer.list()\n"
    "  for last = params.buy, #units, params.buy do\n"
    "    offers:amount_off(units[last], units[last].price - (last == params.buy and 1 or 0))\n"
    "  end\n"
    "  return offers\n"
    "end\n"
    "return multibuy\n";

static void one_fen_is_found_with_its_sales(void **state) {
  struct replayed *r = *state;
  static const char campaigns[] =
      "{\"campaigns\":["
      "{\"code\":\"SODA3\",\"rule\":\"promotion.mine\",\"params\":{\"tag\":\"soda\",\"buy\":3,\"pay\":2}},"
      "{\"code\":\"BREAD\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"bakery\",\"percent\":150000}}]"
      "}";
  struct sp_bundle *bundle = candidate(campaigns, "rules/promotion/mine.lua", one_fen_rule);
  run(r, bundle, 2, false);
  int64_t with = sp_fixture_scalar(&r->counter.node,
                                   "SELECT COUNT(DISTINCT sale_id) FROM sale_allocation WHERE campaign = 'SODA3'");
  assert_true(with > 10);
  assert_int_equal(r->result.differing, with);
  assert_int_equal(r->result.difference, with);
  assert_int_equal(cJSON_GetArraySize(list(r, "sales_differing")), with);
  const cJSON *sale;
  cJSON_ArrayForEach(sale, list(r, "sales_differing")) {
    assert_int_equal(number(sale, "difference"), 1);
  }
  assert_int_equal(number(named(r, "campaigns", "campaign", "SODA3"), "difference"), -with);
  assert_string_equal(text(named(r, "campaigns", "campaign", "SODA3"), "rule"), "promotion.mine");
  assert_non_null(named(r, "dead_rules", "rule", "promotion.multibuy"));
  sp_bundle_release(bundle);
}

/* A second discount on goods that have one: the pair that now meets is named first. */
static void a_double_stack_is_named_first(void **state) {
  struct replayed *r = *state;
  static const char campaigns[] =
      "{\"campaigns\":["
      "{\"code\":\"SODA3\",\"rule\":\"promotion.multibuy\",\"params\":{\"tag\":\"soda\",\"buy\":3,\"pay\":2}},"
      "{\"code\":\"BREAD\",\"rule\":\"promotion.percent_off\",\"params\":{\"tag\":\"bakery\",\"percent\":150000}},"
      "{\"code\":\"STACK\",\"rule\":\"promotion.mine\",\"params\":{\"tag\":\"bakery\"}}]}";
  static const char rule[] =
      "local offer = require \"suanpan.offer\"\n"
      "local select = require \"suanpan.select\"\n"
      "local mine = { name = \"promotion.mine\", version = \"1\", api = 1, phase = \"promotion\", stacking = "
      "\"other\",\n"
      "  summary = \"on top\", params = { tag = { type = \"tag\", required = true, doc = \"d\" } } }\n"
      "function mine.evaluate(basket, params)\n"
      "  local offers = offer.list()\n"
      "  offers:percent(select.units(basket, { tag = params.tag }), 500000)\n"
      "  return offers\n"
      "end\n"
      "return mine\n";
  struct sp_bundle *bundle = candidate(campaigns, "rules/promotion/mine.lua", rule);
  run(r, bundle, 2, false);
  const cJSON *first = cJSON_GetArrayItem(list(r, "pairs"), 0);
  const cJSON *codes = cJSON_GetObjectItem(first, "campaigns");
  assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(codes, 0)), "BREAD");
  assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(codes, 1)), "STACK");
  assert_int_equal(number(first, "extra"), -r->result.difference);
  assert_true(number(first, "joint") > number(first, "extra"));
  assert_false(r->result.within);
  sp_bundle_release(bundle);
}

static void a_failing_rule_is_an_alarm(void **state) {
  struct replayed *r = *state;
  static const char campaigns[] = "{\"campaigns\":[{\"code\":\"BAD\",\"rule\":\"promotion.mine\",\"params\":{}}]}";
  static const char rule[] = "return { name = \"promotion.mine\", version = \"1\", api = 1, phase = \"promotion\",\n"
                             "  summary = \"fails\", evaluate = function(basket) return basket.nothing end }\n";
  struct sp_bundle *bundle = candidate(campaigns, "rules/promotion/mine.lua", rule);
  run(r, bundle, 2, false);
  assert_int_equal(r->result.alarms, r->result.sales);
  assert_false(r->result.within);
  const cJSON *failing = named(r, "failing_rules", "rule", "promotion.mine");
  assert_non_null(failing);
  assert_int_equal(number(failing, "count"), r->result.sales);
  assert_non_null(strstr(text(failing, "why"), "mine.lua:2"));
  sp_bundle_release(bundle);
}

/* ---- One sale ---- */

struct one {
  struct sp_id id;
  bool promotions;
  struct sp_replayed replayed;
};

static int replay_one(struct sp_work *work, void *ctx) {
  struct one *one = ctx;
  return sp_replay_sale(work, &one->id, one->promotions, &one->replayed);
}

static void one_sale_tells_its_lines(void **state) {
  struct replayed *r = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 3000);
  ticket_item(&ticket, "bread", 1000);
  assert_int_equal(counter_sell(&r->counter, &ticket, SP_METHOD_CASH), 0);
  struct one one = {.id = ticket.sale.id};
  int64_t total = ticket.sale.gross - ticket.sale.discount;
  assert_int_equal(sp_fixture_do(&r->counter.node, replay_one, &one, &r->counter.error), 0);
  assert_int_equal(one.replayed.count, 2);
  assert_int_equal(one.replayed.stored, total);
  assert_int_equal(one.replayed.candidate, total);
  assert_int_equal(one.replayed.campaign_count, 2);
  assert_string_equal(one.replayed.campaigns[0].campaign, "BREAD");
  assert_int_equal(one.replayed.campaigns[0].stored, one.replayed.campaigns[0].candidate);
  assert_string_equal(one.replayed.context.role, "admin");
  assert_memory_equal(one.replayed.generation, sp_bundle_hash(r->counter.node.bundle), SP_HASH_LEN);
  one.id.bytes[15] ^= 1;
  assert_int_equal(sp_fixture_do(&r->counter.node, replay_one, &one, &r->counter.error), SP_E_NOT_FOUND);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_rules_differ_by_nothing),  cmocka_unit_test(one_fen_is_found_with_its_sales),
      cmocka_unit_test(a_double_stack_is_named_first), cmocka_unit_test(a_failing_rule_is_an_alarm),
      cmocka_unit_test(threads_change_nothing),        cmocka_unit_test(one_sale_tells_its_lines),
      cmocka_unit_test(refunds_are_left_out),          cmocka_unit_test(a_changed_catalogue_changes_no_past),
  };
  const struct CMUnitTest by_hand_tests[] = {cmocka_unit_test(discounts_by_hand_differ_by_nothing)};
  int failed = cmocka_run_group_tests_name("replay", tests, setup, teardown);
  return failed + cmocka_run_group_tests_name("replay by hand", by_hand_tests, setup, teardown);
}
