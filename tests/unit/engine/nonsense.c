/* Rules that say anything at all: wrong kinds, lines that are not there, negative and huge numbers, broken lists, texts
 * and reasons. Nothing wrong reaches the answer, the sale goes on, and the alarm names the rule. */
#include "tests/unit/engine/machine.h"

#include "base/json.h"
#include "domain/money.h"
#include "tests/unit/random.h"

#include <cjson/cJSON.h>

#define BUNDLES       200
#define PER_BUNDLE    50
#define RULES         12
#define LIMIT_ENTRIES 256

struct world {
  struct random random;
  struct sp_usage_source source;
  struct {
    char key[64];
    struct sp_usage used;
  } ledger[LIMIT_ENTRIES];
  int ledger_count;
};

static int64_t roll(struct world *world, int64_t below) {
  return random_between(&world->random, 0, below - 1);
}

/* ---- Nonsense ---- */

static int64_t any_number(struct world *world) {
  static const int64_t odd[] = {-1, INT64_MIN, INT64_MAX, SP_MONEY_MAX, SP_MONEY_MAX + 1, 0, 1, SP_PPM, SP_PPM + 1};
  if (roll(world, 12) == 0) return odd[roll(world, 9)];
  return random_amount(&world->random, roll(world, 3) ? 2000 : SP_MONEY_MAX);
}

static const char *any_text(struct world *world) {
  static const char *const odd[] = {
      NULL, "", "a\nb", "\xff\xfe",
      "much too long to be the name of anything that a shop would ever want to have confirmed"};
  static const char *const fine[] = {"age18", "points", "soda", "voucher", "deposit"};
  return roll(world, 20) == 0 ? odd[roll(world, 5)] : fine[roll(world, 5)];
}

static const char *any_reason(struct world *world) {
  static const char *const odd[] = {"", "[]", "{\"code\":", "{\"a\":1,\"a\":2}", "null", "{\"x\":\"\xc3\"}"};
  if (roll(world, 30) == 0) return odd[roll(world, 6)];
  return roll(world, 4) ? "{\"code\":\"x\"}" : NULL;
}

static struct sp_offer_target *any_targets(struct world *world, struct machine *machine, struct sp_arena *arena,
                                           int32_t *count) {
  const struct sp_basket *basket = machine->view->basket;
  *count = (int32_t)roll(world, 6);
  if (*count == 0) return NULL;
  struct sp_offer_target *made = sp_arena_array(arena, (size_t)*count, sizeof *made);
  assert_non_null(made);
  for (int32_t i = 0; i < *count; i++) {
    int32_t line = (int32_t)roll(world, basket->count);
    int64_t units = basket->lines[line].weighed ? 1 : basket->lines[line].quantity / 1000;
    int64_t first = roll(world, units);
    made[i] = (struct sp_offer_target){.line = line, .first = first, .count = 1 + roll(world, units - first)};
    if (roll(world, 3) == 0) made[i] = (struct sp_offer_target){.line = line, .count = units};
    if (roll(world, 60) == 0) made[i].line = (int32_t)any_number(world);
    if (roll(world, 60) == 0) made[i].first = any_number(world);
    if (roll(world, 60) == 0) made[i].count = any_number(world);
  }
  if (roll(world, 200) == 0) *count = -1;
  if (roll(world, 200) == 0) return NULL;
  return made;
}

static int speak(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  struct world *world = machine->ctx;
  if (roll(world, 20) == 0) return sp_fail(err, SP_E_RULE, "x", "rules/x.lua:1: it broke");
  int64_t offers = roll(world, 5);
  enum sp_offer_kind usual = (enum sp_offer_kind)(campaign[0] - 'A');
  for (int64_t i = 0; i < offers; i++) {
    struct sp_offer *made = offer(answer, usual, any_number(world));
    if (roll(world, 8) == 0) made->kind = (enum sp_offer_kind)roll(world, 18);
    if (usual == SP_OFFER_PERCENT && roll(world, 20)) made->value = roll(world, SP_PPM);
    if (roll(world, 8) == 0) made->kind = roll(world, 2) ? SP_OFFER_COUNT : SP_OFFER_NOTE;
    made->base = (enum sp_offer_base)roll(world, roll(world, 30) ? 2 : 4);
    made->text = any_text(world);
    made->reason = any_reason(world);
    made->targets = any_targets(world, machine, answer->arena, &made->target_count);
    if (roll(world, 5) == 0) made->with = any_targets(world, machine, answer->arena, &made->with_count);
  }
  if (roll(world, 200) == 0) answer->count = roll(world, 2) ? -3 : SP_RULE_OFFERS_MAX + 1;
  if (roll(world, 200) == 0) answer->offers = NULL;
  return 0;
}

/* ---- A shop of nonsense ---- */

static int read_used(const struct sp_usage_source *self, const char *campaign, const char *subject,
                     struct sp_usage *out, struct sp_error *err) {
  struct world *world = self->ctx;
  char key[64];
  (void)err;
  snprintf(key, sizeof key, "%s/%s", campaign, subject);
  for (int i = 0; i < world->ledger_count; i++)
    if (strcmp(world->ledger[i].key, key) == 0) {
      *out = world->ledger[i].used;
      return 0;
    }
  *out = (struct sp_usage){0};
  return 0;
}

static void consume(struct world *world, const struct sp_campaign_use *use) {
  char key[64];
  int at = 0;
  snprintf(key, sizeof key, "%s/%s", use->campaign, use->subject);
  while (at < world->ledger_count && strcmp(world->ledger[at].key, key) != 0)
    at++;
  assert_true(at < LIMIT_ENTRIES);
  if (at == world->ledger_count) snprintf(world->ledger[world->ledger_count++].key, sizeof key, "%s", key);
  struct sp_usage *used = &world->ledger[at].used;
  used->uses += use->uses;
  used->amount += use->amount;
  used->units += use->units;
  assert_true(use->max_uses == 0 || used->uses <= use->max_uses);
  assert_true(use->max_amount == 0 || used->amount <= use->max_amount);
  assert_true(use->max_units == 0 || used->units <= use->max_units);
}

static char usual_of(const char *phase, struct world *world) {
  if (strcmp(phase, "classify") == 0) return 'A' + SP_OFFER_TAG;
  if (strcmp(phase, "price") == 0) return (char)('A' + (roll(world, 3) ? SP_OFFER_PRICE : SP_OFFER_LISTED));
  if (strcmp(phase, "tender") == 0) return 'A' + SP_OFFER_TENDER;
  if (strcmp(phase, "check") == 0) return (char)('A' + SP_OFFER_CONFIRM + roll(world, 3));
  if (strcmp(phase, "observe") == 0) return 'A' + SP_OFFER_NOTE;
  return (char)('A' + roll(world, SP_OFFER_TOTAL_PRICE + 1));
}

static void build(struct shop *shop, struct world *world, char texts[RULES][64], char paths[RULES][32]) {
  static const char *const phases[] = {"classify",  "price",     "price",  "promotion", "promotion", "promotion",
                                       "promotion", "promotion", "coupon", "tender",    "check",     "observe"};
  static const char *const modes[] = {"first", "best", "all"};
  static char pack[400];
  static char campaigns[8192];
  size_t len = 0;
  snprintf(pack, sizeof pack,
           "{\"name\":\"n\",\"version\":\"1\",\"groups\":{\"a\":{\"mode\":\"%s\",\"excludes\":[\"b\"],\"per\":\"%s\"},"
           "\"b\":{\"mode\":\"%s\"},\"c\":{\"mode\":\"%s\"}}}",
           modes[roll(world, 3)], roll(world, 2) ? "unit" : "basket", modes[roll(world, 3)], modes[roll(world, 3)]);
  shop_file(shop, "pack.json", pack);
  for (int i = 0; i < RULES; i++) {
    bool stacks = strcmp(phases[i], "promotion") == 0 || strcmp(phases[i], "coupon") == 0;
    snprintf(texts[i], sizeof texts[i], "%s %c %d%s", phases[i], stacks ? (char)('a' + roll(world, 3)) : '-', i,
             roll(world, 4) ? "" : " used");
    snprintf(paths[i], sizeof paths[i], "rules/r%d.lua", i);
    shop_file(shop, paths[i], texts[i]);
    for (int c = 0; c < 2; c++)
      len += (size_t)snprintf(campaigns + len, sizeof campaigns - len, "%s{\"code\":\"%c%d-%d\",\"rule\":\"r%d\"%s}",
                              len ? "," : "", usual_of(phases[i], world), i, c, i,
                              roll(world, 3) ? "" : ",\"limits\":{\"uses\":20,\"amount\":5000,\"member_units\":30}");
  }
  shop_build(shop, campaigns);
  shop->machine->say = speak;
  shop->machine->ctx = world;
}

static void fill_basket(struct shop *shop, struct world *world) {
  static const char *const codes[] = {"a", "b", "c", "d", "e"};
  shop->basket.count = 0;
  int64_t lines = 1 + roll(world, 6);
  for (int64_t i = 0; i < lines; i++) {
    struct sp_line *line = shop_line(shop, codes[roll(world, 5)], roll(world, 3000), 1 + roll(world, 9));
    line->n += (int32_t)(i * 2);
    line->weighed = roll(world, 4) == 0;
    if (line->weighed) line->quantity = 1 + roll(world, 4000);
    if (roll(world, 6) == 0) line->given_price = roll(world, 3000);
    if (roll(world, 30) == 0 && !line->weighed) line->quantity = SP_QUANTITY_MAX;
  }
  shop->basket.member.code = roll(world, 2) ? "M1" : "";
}

/* ---- What must hold ---- */

static void check_money(const struct shop *shop) {
  const struct sp_priced *priced = &shop->priced;
  int64_t gross = 0;
  int64_t net = 0;
  int32_t next = 0;
  for (int32_t i = 0; i < priced->count; i++) {
    const struct sp_line_price *line = &priced->lines[i];
    int64_t off = 0;
    int64_t value;
    assert_int_equal(sp_money_amount(line->unit_price, shop->lines[i].quantity, &value), 0);
    assert_int_equal(line->gross, value);
    assert_true(line->net >= 0 && line->discount >= 0);
    assert_int_equal(line->gross - line->discount, line->net);
    if (shop->lines[i].given_price >= 0) assert_int_equal(line->unit_price, shop->lines[i].given_price);
    for (; next < priced->allocation_count && priced->allocations[next].line == line->n; next++) {
      assert_true(priced->allocations[next].amount > 0);
      off += priced->allocations[next].amount;
    }
    assert_int_equal(off, line->discount);
    gross += line->gross;
    net += line->net;
  }
  assert_int_equal(next, priced->allocation_count);
  assert_int_equal(priced->gross, gross);
  assert_int_equal(priced->net, net);
}

static int64_t integer(const struct cJSON *entry, const char *name) {
  const struct cJSON *item = sp_json_member(entry, name);
  assert_non_null(item);
  return (int64_t)item->valuedouble;
}

static const struct sp_line *line_of(const struct shop *shop, int64_t n) {
  for (int32_t i = 0; i < shop->basket.count; i++)
    if (shop->lines[i].n == n) return &shop->lines[i];
  fail_msg("the trace names line %lld", (long long)n);
  return NULL;
}

/* Every fen between the list and what is paid is in the trace. */
static void check_trace(const struct shop *shop) {
  struct cJSON *trace = NULL;
  struct sp_error err = {0};
  int64_t listed = 0;
  int64_t explained = 0;
  int32_t alarms = 0;
  if (sp_json_parse(shop->priced.trace, shop->priced.trace_len, &trace, &err)) fail_msg("%s", err.message);
  for (int32_t i = 0; i < shop->basket.count; i++) {
    const struct sp_line *line = &shop->lines[i];
    int64_t value;
    assert_int_equal(
        sp_money_amount(line->given_price >= 0 ? line->given_price : line->list_price, line->quantity, &value), 0);
    listed += value;
  }
  for (const struct cJSON *entry = trace->child; entry; entry = entry->next) {
    const char *phase = sp_json_member(entry, "phase")->valuestring;
    const char *outcome = sp_json_member(entry, "outcome")->valuestring;
    const struct cJSON *lines = sp_json_member(entry, "lines");
    int64_t sum = 0;
    if (strcmp(outcome, "error") == 0) {
      alarms++;
      const char *why = sp_json_member(entry, "why")->valuestring;
      if (strncmp(why, "rules/", 6) != 0 && !strstr(why, "/rules/")) fail_msg("no file in %s", why);
    }
    if (strcmp(outcome, "applied") != 0) assert_null(lines);
    for (const struct cJSON *pair = lines ? lines->child : NULL; pair; pair = pair->next) {
      const struct sp_line *line = line_of(shop, (int64_t)pair->child->valuedouble);
      int64_t amount = (int64_t)pair->child->next->valuedouble;
      int64_t before;
      int64_t after;
      if (strcmp(phase, "price") == 0 && line->given_price < 0) {
        assert_int_equal(sp_money_amount(line->list_price, line->quantity, &before), 0);
        assert_int_equal(sp_money_amount(amount, line->quantity, &after), 0);
        explained += before - after;
      }
      if (strcmp(phase, "promotion") == 0 || strcmp(phase, "coupon") == 0) sum += amount;
    }
    if (strcmp(phase, "promotion") == 0 || strcmp(phase, "coupon") == 0) {
      assert_int_equal(integer(entry, "amount"), sum);
      explained += sum;
    }
  }
  if (listed - shop->priced.net != explained)
    fail_msg("%lld is not %lld: %s", (long long)(listed - shop->priced.net), (long long)explained, shop->priced.trace);
  assert_int_equal(alarms, shop->priced.alarms);
  sp_json_free(trace);
}

static void check_rest(const struct shop *shop) {
  const struct sp_priced *priced = &shop->priced;
  for (int32_t i = 0; i < priced->requirement_count; i++)
    assert_true(priced->requirements[i].line == 0 || line_of(shop, priced->requirements[i].line));
  for (int32_t i = 0; i < priced->note_count; i++) {
    assert_int_equal(sp_json_check(priced->notes[i].reason, strlen(priced->notes[i].reason), NULL), 0);
    assert_true(priced->notes[i].line == 0 || line_of(shop, priced->notes[i].line));
  }
  for (int32_t i = 0; i < priced->tender_cap_count; i++)
    assert_true(priced->tender_caps[i].amount > 0 && priced->tender_caps[i].amount <= priced->net);
}

static void nothing_wrong_reaches_the_answer(void **state) {
  (void)state;
  struct world world = {.random = random_start("nonsense")};
  int64_t applied = 0;
  int64_t alarms = 0;
  world.source = (struct sp_usage_source){.read = read_used, .ctx = &world};
  for (int b = 0; b < BUNDLES; b++) {
    struct shop shop;
    char texts[RULES][64];
    char paths[RULES][32];
    world.ledger_count = 0;
    memset(world.ledger, 0, sizeof world.ledger);
    shop_start(&shop);
    build(&shop, &world, texts, paths);
    shop.context.usage = &world.source;
    for (int i = 0; i < PER_BUNDLE; i++) {
      fill_basket(&shop, &world);
      if (shop_price(&shop)) fail_msg("[%s] %s", shop.err.field, shop.err.message);
      check_money(&shop);
      check_trace(&shop);
      check_rest(&shop);
      for (int32_t u = 0; u < shop.priced.use_count; u++)
        consume(&world, &shop.priced.uses[u]);
      applied += shop.priced.allocation_count;
      alarms += shop.priced.alarms;
    }
    shop_stop(&shop);
  }
  print_message("# %lld allocations, %lld alarms\n", (long long)applied, (long long)alarms);
  assert_true(applied > BUNDLES * PER_BUNDLE / 2); /* it was not all nonsense */
  assert_true(alarms > BUNDLES * PER_BUNDLE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_wrong_reaches_the_answer)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
