/* Generations over time: starts, crashes between commit and memory, what is forgotten and what never is, the canary's
 * gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/basket.h"
#include "app/rules_change.h"
#include "lua/machine.h"
#include "tests/support/node_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR (3600 * 1000LL)

static const char rule_text[] = "local offer = require 'suanpan.offer'\n"
                                "local select = require 'suanpan.select'\n"
                                "local rule = { name = 'promotion.own', version = '1.0.0', api = 1,\n"
                                "  phase = 'promotion', summary = 'Test', campaign = 'OWN' }\n"
                                "function rule.evaluate(basket)\n"
                                "  local offers = offer.list()\n"
                                "  for _, line in ipairs(select.lines(basket)) do\n"
                                "    offers:percent(line, %d, { code = 'own' })\n"
                                "  end\n"
                                "  return offers\n"
                                "end\n"
                                "return rule\n";

struct shop {
  struct sp_fixture node;
  struct sp_machines machines;
  struct sp_rules *rules;
  struct sp_work work; /* of the last act */
  struct sp_error err;
  uint8_t built_in[SP_HASH_LEN];
};

/* ---- Acts: a use case with a generation, as the api runs one ---- */

struct act {
  struct shop *shop;
  int (*use)(struct sp_work *work, void *ctx);
  void *ctx;
  bool starts; /* there is no generation yet */
};

static int act_use(struct sp_work *work, void *ctx) {
  struct act *act = ctx;
  struct shop *shop = act->shop;
  sp_rules_leave(&shop->work);
  int rc = act->starts ? 0 : sp_rules_enter(work, &shop->node.worker);
  if (rc == 0) rc = act->use(work, act->ctx);
  shop->work = *work;
  return rc;
}

/* Without `settles` the process dies after the commit. */
static int act(struct shop *shop, int (*use)(struct sp_work *, void *), void *ctx, bool starts, bool settles) {
  struct act act = {.shop = shop, .use = use, .ctx = ctx, .starts = starts};
  int rc = sp_fixture_do(&shop->node, act_use, &act, &shop->err);
  if (rc == 0 && settles) sp_rules_settle(shop->rules, shop->work.rules);
  sp_rules_leave(&shop->work);
  return rc;
}

static int start_use(struct sp_work *work, void *ctx) {
  return sp_rules_start(work, ctx);
}

/* A new process on the same database. */
static void restart(struct shop *shop) {
  sp_machines_close(&shop->machines);
  sp_rules_free(shop->rules);
  shop->rules = NULL;
  assert_int_equal(sp_rules_new(sp_lua_api(), "S1", "", &shop->rules), 0);
  shop->node.app.rules = shop->rules;
  shop->node.app.bundle = NULL;
  shop->node.worker.machines = &shop->machines;
  int rc = act(shop, start_use, shop->built_in, true, true);
  if (rc != 0) fail_msg("start: %s", shop->err.message);
}

static void shop_open(struct shop *shop) {
  *shop = (struct shop){.rules = NULL};
  int rc = sp_fixture_open(&shop->node, NULL, &shop->err);
  if (rc != 0) fail_msg("fixture: %s", shop->err.message);
  restart(shop);
}

static void shop_close(struct shop *shop) {
  sp_machines_close(&shop->machines);
  sp_rules_free(shop->rules);
  sp_fixture_close(&shop->node);
}

struct upload {
  int ppm;
  uint8_t hash[SP_HASH_LEN];
};

static int upload_use(struct sp_work *work, void *ctx) {
  struct upload *upload = ctx;
  const char *text = sp_arena_printf(work->arena, rule_text, upload->ppm);
  const struct sp_pack_file file = {"rules/promotion/own.lua", text, strlen(text)};
  const struct sp_pack_upload pack = {.name = "own", .files = &file, .count = 1};
  struct sp_bundle *bundle = NULL;
  const char *report = NULL;
  int rc = sp_rules_upload(work, &pack, &bundle, &report);
  if (rc == 0) memcpy(upload->hash, sp_bundle_hash(bundle), SP_HASH_LEN);
  return rc;
}

static int publish_use(struct sp_work *work, void *ctx) {
  struct sp_bundle *bundle = NULL;
  return sp_rules_publish(work, ctx, &bundle);
}

static int rollback_use(struct sp_work *work, void *ctx) {
  struct sp_bundle *bundle = NULL;
  return sp_rules_rollback(work, ctx, &bundle);
}

static int sweep_use(struct sp_work *work, void *ctx) {
  (void)ctx;
  return sp_rules_sweep(work);
}

static struct upload upload(struct shop *shop, int ppm) {
  struct upload upload = {.ppm = ppm};
  int rc = act(shop, upload_use, &upload, false, true);
  if (rc != 0) fail_msg("upload: %s", shop->err.message);
  return upload;
}

static void publish(struct shop *shop, const uint8_t hash[SP_HASH_LEN]) {
  struct sp_publish publish = {.max_difference_ppm = -1};
  memcpy(publish.hash, hash, SP_HASH_LEN);
  int rc = act(shop, publish_use, &publish, false, true);
  if (rc != 0) fail_msg("publish: %s", shop->err.message);
}

static void sweep(struct shop *shop) {
  int rc = act(shop, sweep_use, NULL, false, true);
  if (rc != 0) fail_msg("sweep: %s", shop->err.message);
}

static bool is_kept(struct shop *shop, const uint8_t hash[SP_HASH_LEN]) {
  char hex[SP_HASH_HEX], sql[160];
  sp_hash_hex(hash, hex);
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM generation WHERE hash = X'%s'", hex);
  return sp_fixture_scalar(&shop->node, sql) == 1;
}

static int64_t files(struct shop *shop) {
  return sp_fixture_scalar(&shop->node, "SELECT COUNT(*) FROM rule_file");
}

static void assert_live(struct shop *shop, const uint8_t hash[SP_HASH_LEN]) {
  struct sp_bundle *bundle = sp_rules_live(shop->rules);
  assert_memory_equal(sp_bundle_hash(bundle), hash, SP_HASH_LEN);
  sp_bundle_release(bundle);
}

/* ---- Starts ---- */

static void starts_again_with_the_same(void **state) {
  struct shop shop;
  struct sp_rules_state before, after;
  (void)state;
  shop_open(&shop);
  assert_int_equal(sp_fixture_scalar(&shop.node, "SELECT COUNT(*) FROM rules_state"), 1);
  sp_rules_state(shop.rules, &before);
  const int64_t stored = files(&shop);
  assert_true(stored > 0);
  restart(&shop);
  sp_rules_state(shop.rules, &after);
  assert_int_equal(after.revision, before.revision);
  assert_memory_equal(after.live, before.live, SP_HASH_LEN);
  assert_int_equal(files(&shop), stored);
  shop_close(&shop);
}

static void a_program_with_other_rules_of_its_own_builds_anew(void **state) {
  struct shop shop;
  struct sp_rules_state after;
  (void)state;
  shop_open(&shop);
  struct upload own = upload(&shop, 100000);
  publish(&shop, own.hash);
  memset(shop.built_in, 7, sizeof shop.built_in);
  restart(&shop);
  sp_rules_state(shop.rules, &after);
  assert_memory_equal(after.built_in, shop.built_in, SP_HASH_LEN);
  assert_live(&shop, own.hash); /* the same rules give the same hash */
  shop_close(&shop);
}

static void dies_between_the_disk_and_memory(void **state) {
  struct shop shop;
  struct sp_publish request = {.max_difference_ppm = -1};
  (void)state;
  shop_open(&shop);
  struct upload own = upload(&shop, 100000);
  memcpy(request.hash, own.hash, SP_HASH_LEN);
  assert_int_equal(act(&shop, publish_use, &request, false, false), 0);
  struct sp_bundle *live = sp_rules_live(shop.rules);
  assert_memory_not_equal(sp_bundle_hash(live), own.hash, SP_HASH_LEN); /* memory does not know yet */
  sp_bundle_release(live);
  restart(&shop);
  assert_live(&shop, own.hash);
  shop_close(&shop);
}

static void an_older_change_does_not_undo_a_newer(void **state) {
  struct shop shop;
  (void)state;
  shop_open(&shop);
  struct upload one = upload(&shop, 100000);
  publish(&shop, one.hash);
  struct sp_rules_change old = {.live = sp_rules_live(shop.rules)};
  sp_rules_state(shop.rules, &old.state);
  struct upload two = upload(&shop, 200000);
  publish(&shop, two.hash);
  sp_rules_settle(shop.rules, &old);
  assert_live(&shop, two.hash);
  sp_bundle_release(old.live);
  shop_close(&shop);
}

static void damage(struct shop *shop) {
  assert_int_equal(
      sp_fixture_exec(&shop->node,
                      "UPDATE rule_file SET body = CAST(replace(CAST(body AS TEXT), '100000', '100001') AS "
                      "BLOB) WHERE instr(CAST(body AS TEXT), 'promotion.own') > 0",
                      &shop->err),
      0);
}

static void a_damaged_file_is_never_priced_with(void **state) {
  struct shop shop;
  struct sp_rules_state first, after;
  (void)state;
  shop_open(&shop);
  sp_rules_state(shop.rules, &first);
  struct upload own = upload(&shop, 100000);
  publish(&shop, own.hash);
  damage(&shop);
  restart(&shop); /* with the rules of before */
  sp_rules_state(shop.rules, &after);
  assert_memory_equal(after.live, first.live, SP_HASH_LEN);
  shop_close(&shop);
}

static void without_a_sound_generation_it_does_not_start(void **state) {
  struct shop shop;
  (void)state;
  shop_open(&shop);
  struct upload own = upload(&shop, 100000);
  publish(&shop, own.hash);
  damage(&shop);
  assert_int_equal(sp_fixture_exec(&shop.node, "UPDATE rules_state SET previous = NULL", &shop.err), 0);
  sp_machines_close(&shop.machines);
  sp_rules_free(shop.rules);
  assert_int_equal(sp_rules_new(sp_lua_api(), "S1", "", &shop.rules), 0);
  shop.node.app.rules = shop.rules;
  assert_int_equal(act(&shop, start_use, shop.built_in, true, true), SP_E_CORRUPT);
  assert_non_null(strstr(shop.err.message, "rules/promotion/own.lua"));
  shop_close(&shop);
}

/* ---- What is forgotten ---- */

static void forgets_what_nobody_names(void **state) {
  struct shop shop;
  (void)state;
  shop_open(&shop);
  const int64_t own = files(&shop);
  struct upload unsold = upload(&shop, 100000), next = upload(&shop, 200000), last = upload(&shop, 300000);
  publish(&shop, unsold.hash);
  publish(&shop, next.hash);
  publish(&shop, last.hash);
  assert_int_equal(files(&shop), own + 3);
  sweep(&shop);
  assert_true(is_kept(&shop, unsold.hash)); /* not so soon */
  shop.node.now += 2 * HOUR;
  sweep(&shop);
  assert_false(is_kept(&shop, unsold.hash));
  assert_true(is_kept(&shop, next.hash)); /* the way back */
  assert_true(is_kept(&shop, last.hash));
  sweep(&shop);
  assert_int_equal(files(&shop), own + 2);
  restart(&shop);
  assert_live(&shop, last.hash);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), 0);
  assert_live(&shop, next.hash);
  shop_close(&shop);
}

/* Two presses on "back" go two steps back, never forth to what was withdrawn. */
static void back_twice_goes_further_back(void **state) {
  struct shop shop;
  struct sp_rules_state first, after;
  (void)state;
  shop_open(&shop);
  sp_rules_state(shop.rules, &first);
  struct upload one = upload(&shop, 100000), two = upload(&shop, 200000), bad = upload(&shop, 300000);
  publish(&shop, one.hash);
  publish(&shop, two.hash);
  publish(&shop, bad.hash);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), 0);
  assert_live(&shop, two.hash);
  sp_rules_state(shop.rules, &after);
  assert_memory_equal(after.previous, one.hash, SP_HASH_LEN);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), 0);
  assert_live(&shop, one.hash);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), 0);
  assert_live(&shop, first.live);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), SP_E_STATE);
  assert_live(&shop, first.live);
  assert_int_equal(sp_fixture_scalar(&shop.node, "SELECT COUNT(*) FROM generation WHERE withdrawn_at IS NOT NULL"), 3);
  publish(&shop, bad.hash); /* meant: it is withdrawn no more */
  assert_int_equal(sp_fixture_scalar(&shop.node, "SELECT COUNT(*) FROM generation WHERE withdrawn_at IS NOT NULL"), 2);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), 0);
  assert_live(&shop, first.live);
  assert_int_equal(act(&shop, rollback_use, bad.hash, false, true), 0); /* by name it may serve again */
  assert_live(&shop, bad.hash);
  shop_close(&shop);
}

/* Two versions and back: the one that is left is withdrawn, and nothing older is there. */
static void back_after_going_round_finds_nothing(void **state) {
  struct shop shop;
  (void)state;
  shop_open(&shop);
  struct upload one = upload(&shop, 100000), two = upload(&shop, 200000);
  publish(&shop, one.hash);
  publish(&shop, two.hash);
  publish(&shop, one.hash);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), 0);
  assert_live(&shop, two.hash);
  assert_int_equal(act(&shop, rollback_use, NULL, false, true), SP_E_STATE);
  assert_live(&shop, two.hash);
  shop_close(&shop);
}

static int stores_use(struct sp_work *work, void *ctx) {
  const char *store = ctx;
  const struct sp_pack_file file = {"stores/S9.json", store, strlen(store)};
  const struct sp_pack_upload pack = {.name = "own", .files = &file, .count = 1};
  struct sp_bundle *bundle = NULL;
  const char *report = NULL;
  return sp_rules_upload(work, &pack, &bundle, &report);
}

/* This node is S1; what is wrong with the layer of S9 shows here all the same. */
static void every_stores_layer_is_built(void **state) {
  static char wrong[] = "{\"campaigns\":{\"NOWHERE\":{\"enabled\":false}}}", right[] = "{\"campaigns\":{}}";
  struct shop shop;
  (void)state;
  shop_open(&shop);
  assert_int_equal(act(&shop, stores_use, wrong, false, true), SP_E_INVALID);
  assert_string_equal(shop.err.message, "stores/S9.json: There is no campaign NOWHERE");
  assert_string_equal(shop.err.field, "campaigns.NOWHERE");
  assert_int_equal(act(&shop, stores_use, right, false, true), 0);
  shop_close(&shop);
}

static void candidates_wait_a_month(void **state) {
  struct shop shop;
  (void)state;
  shop_open(&shop);
  struct upload candidate = upload(&shop, 100000);
  shop.node.now += 29 * 24 * HOUR;
  sweep(&shop);
  assert_true(is_kept(&shop, candidate.hash));
  shop.node.now += 2 * 24 * HOUR;
  sweep(&shop);
  assert_false(is_kept(&shop, candidate.hash));
  shop_close(&shop);
}

static int basket_use(struct sp_work *work, void *ctx) {
  struct sp_open_basket basket;
  int rc = sp_basket_open(work, "", &basket);
  *(struct sp_id *)ctx = basket.id;
  return rc;
}

static int cancel_use(struct sp_work *work, void *ctx) {
  const struct sp_basket_command command = {.kind = SP_BASKET_CANCEL, .expected_total = SP_NO_TOTAL};
  struct sp_open_basket basket;
  return sp_basket_apply(work, ctx, &command, &basket);
}

static void an_open_basket_keeps_its_rules(void **state) {
  struct shop shop;
  struct sp_id id;
  (void)state;
  shop_open(&shop);
  struct upload pinned = upload(&shop, 100000), next = upload(&shop, 200000), last = upload(&shop, 300000);
  publish(&shop, pinned.hash);
  assert_int_equal(act(&shop, basket_use, &id, false, true), 0);
  publish(&shop, next.hash);
  publish(&shop, last.hash);
  shop.node.now += 100 * 24 * HOUR;
  sweep(&shop);
  assert_true(is_kept(&shop, pinned.hash));
  assert_int_equal(act(&shop, cancel_use, &id, false, true), 0);
  sweep(&shop);
  assert_false(is_kept(&shop, pinned.hash));
  shop_close(&shop);
}

static void what_was_sold_is_kept_for_ever(void **state) {
  struct shop shop;
  char hex[SP_HASH_HEX], sql[700];
  (void)state;
  shop_open(&shop);
  struct upload sold = upload(&shop, 100000), next = upload(&shop, 200000), last = upload(&shop, 300000);
  publish(&shop, sold.hash);
  sp_hash_hex(sold.hash, hex);
  /* A record of a sale, as the journal has it. */
  snprintf(sql, sizeof sql,
           "INSERT INTO journal (seq, epoch, kind, version, at, actor_id, generation, body, hash) "
           "SELECT MAX(seq) + 1, X'00', 'sale', 1, 0, X'00', X'%s', X'00', X'%s' FROM journal",
           hex, hex);
  assert_int_equal(sp_fixture_exec(&shop.node, sql, &shop.err), 0);
  publish(&shop, next.hash);
  publish(&shop, last.hash);
  for (int i = 0; i < 3; i++) {
    shop.node.now += 1000 * 24 * HOUR;
    sweep(&shop);
    assert_true(is_kept(&shop, sold.hash));
  }
  shop_close(&shop);
}

/* ---- The gate ---- */

static void count(struct shop *shop, bool canary, int64_t sales, int64_t alarms, int64_t discount) {
  struct sp_rules_state state;
  sp_rules_state(shop->rules, &state);
  struct sp_bundle *bundle = sp_rules_find(shop->rules, canary ? state.canary : state.live);
  assert_non_null(bundle);
  const struct sp_counts counts = {.sales = sales, .alarms = alarms, .gross = sales * 1000, .discount = discount};
  sp_rules_count(shop->rules, bundle, &counts);
  sp_bundle_release(bundle);
}

static void the_gate_judges_what_it_was_told_to(void **state) {
  static const char *const tills[] = {"T02"};
  struct shop shop;
  struct sp_verdict verdict;
  struct sp_publish request = {
      .tills = tills,
      .till_count = 1,
      .gate = {.max_alarm_ppm = 100000, .max_discount_change_ppm = 50000, .min_sales = 10},
      .max_difference_ppm = -1,
  };
  (void)state;
  shop_open(&shop);
  struct upload own = upload(&shop, 100000);
  memcpy(request.hash, own.hash, SP_HASH_LEN);
  assert_int_equal(act(&shop, publish_use, &request, false, true), 0);
  assert_false(sp_rules_judge(shop.rules, &verdict)); /* nothing sold */
  count(&shop, true, 9, 9, 9000);
  assert_false(sp_rules_judge(shop.rules, &verdict)); /* too few */
  count(&shop, true, 1, 0, 0);
  assert_true(sp_rules_judge(shop.rules, &verdict));
  assert_string_equal(verdict.why, "alarms");
  assert_int_equal(verdict.rate, 900000);
  count(&shop, true, 990, 0, 51000);                  /* 60000 of 1000000 */
  assert_false(sp_rules_judge(shop.rules, &verdict)); /* nothing to compare with */
  count(&shop, false, 1000, 0, 10000);                /* 10000 ppm: just within */
  assert_false(sp_rules_judge(shop.rules, &verdict));
  count(&shop, false, 1000, 0, 0);
  assert_true(sp_rules_judge(shop.rules, &verdict));
  assert_string_equal(verdict.why, "discount");
  assert_int_equal(verdict.rate, 55000);
  shop_close(&shop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(starts_again_with_the_same),
      cmocka_unit_test(a_program_with_other_rules_of_its_own_builds_anew),
      cmocka_unit_test(dies_between_the_disk_and_memory),
      cmocka_unit_test(an_older_change_does_not_undo_a_newer),
      cmocka_unit_test(a_damaged_file_is_never_priced_with),
      cmocka_unit_test(without_a_sound_generation_it_does_not_start),
      cmocka_unit_test(forgets_what_nobody_names),
      cmocka_unit_test(back_twice_goes_further_back),
      cmocka_unit_test(back_after_going_round_finds_nothing),
      cmocka_unit_test(every_stores_layer_is_built),
      cmocka_unit_test(candidates_wait_a_month),
      cmocka_unit_test(an_open_basket_keeps_its_rules),
      cmocka_unit_test(what_was_sold_is_kept_for_ever),
      cmocka_unit_test(the_gate_judges_what_it_was_told_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
