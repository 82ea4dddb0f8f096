/* The order of scanning never changes a total, one scan of three is three scans of one, and the best of a group is at
 * least as good as any of its campaigns alone. Random baskets and campaigns; the rules are written as rules should be:
 * free units, dearest first, then by product. */
#include "tests/unit/engine/machine.h"

#include "domain/money.h"
#include "tests/unit/random.h"

#define BUNDLES    250
#define PER_BUNDLE 40
#define CAMPAIGNS  6
#define RUNS_MAX   512

struct world {
  struct random random;
  char campaigns[4096];
  char pack[400];
  int64_t values[CAMPAIGNS];
};

/* Free units that are alike. */
struct run {
  int64_t remaining;
  const char *code;
  int32_t line;
  int64_t first, count;
};

static int by_value(const void *a, const void *b) {
  const struct run *x = a;
  const struct run *y = b;
  if (x->remaining != y->remaining) return x->remaining > y->remaining ? -1 : 1;
  int order = strcmp(x->code, y->code);
  if (order) return order;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  return (x->first > y->first) - (x->first < y->first);
}

/* A campaign whose second letter is a digit looks at products whose code begins with it or a smaller one. */
static int32_t free_runs(struct machine *machine, const char *campaign, struct run runs[RUNS_MAX]) {
  const struct sp_rule_view *view = machine->view;
  int32_t count = 0;
  for (int32_t line = 0; line < view->basket->count; line++) {
    struct sp_unit_range ranges[32];
    if (view->basket->lines[line].code[0] > campaign[1]) continue;
    int32_t found = view->units->ranges(view->units, line, ranges, 32);
    for (int32_t i = 0; i < found && count < RUNS_MAX; i++)
      runs[count++] = (struct run){.remaining = ranges[i].remaining,
                                   .code = view->basket->lines[line].code,
                                   .line = line,
                                   .first = ranges[i].first,
                                   .count = ranges[i].count};
  }
  qsort(runs, (size_t)count, sizeof *runs, by_value);
  return count;
}

/* Units [first, first + count) of the sorted runs. */
static const struct sp_offer_target *slice(struct answer *answer, const struct run *runs, int32_t count, int64_t first,
                                           int64_t wanted, int32_t *targets) {
  struct sp_offer_target *made = sp_arena_array(answer->arena, (size_t)count + 1, sizeof *made);
  assert_non_null(made);
  *targets = 0;
  for (int32_t i = 0; i < count && wanted > 0; first -= runs[i].count, i++) {
    if (first >= runs[i].count) continue;
    int64_t from = first > 0 ? first : 0;
    int64_t take = runs[i].count - from < wanted ? runs[i].count - from : wanted;
    made[(*targets)++] = (struct sp_offer_target){.line = runs[i].line, .first = runs[i].first + from, .count = take};
    wanted -= take;
  }
  return made;
}

static int64_t total_of(const struct run *runs, int32_t count, int64_t *fen) {
  int64_t units = 0;
  *fen = 0;
  for (int32_t i = 0; i < count; i++) {
    units += runs[i].count;
    *fen += runs[i].count * runs[i].remaining;
  }
  return units;
}

static void multibuy(struct answer *answer, const struct run *runs, int32_t count, int64_t units) {
  for (int64_t last = 3; last <= units; last += 3) {
    struct sp_offer *made = offer(answer, SP_OFFER_FREE, 0);
    made->targets = slice(answer, runs, count, last - 1, 1, &made->target_count);
    made->with = slice(answer, runs, count, last - 3, 2, &made->with_count);
  }
}

static int speak(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  struct world *world = machine->ctx;
  struct run runs[RUNS_MAX];
  int64_t fen;
  int64_t value = world->values[campaign[2] - '0'];
  int32_t count = free_runs(machine, campaign, runs);
  int64_t units = total_of(runs, count, &fen);
  (void)err;
  if (units == 0) return 0;
  if (campaign[0] == 'M') {
    multibuy(answer, runs, count, units);
    return 0;
  }
  enum sp_offer_kind kind = SP_OFFER_PERCENT;
  if (campaign[0] == 'T') kind = SP_OFFER_TOTAL_OFF;
  if (campaign[0] == 'S') kind = SP_OFFER_TOTAL_PRICE;
  if (campaign[0] == 'A') kind = SP_OFFER_AMOUNT;
  if (campaign[0] == 'T' && fen < value * 3) return 0; /* a threshold */
  struct sp_offer *made = offer(answer, kind, campaign[0] == 'P' ? value * 200 : value);
  made->targets = slice(answer, runs, count, 0, campaign[0] == 'S' ? 2 : units, &made->target_count);
  return 0;
}

/* ---- Shops ---- */

static void build(struct shop *shop, struct world *world, const char *mode) {
  static const char kinds[] = "MPTSA";
  size_t len = 0;
  snprintf(world->pack, sizeof world->pack,
           "{\"name\":\"n\",\"version\":\"1\",\"groups\":{\"a\":{\"mode\":\"%s\"},\"b\":{\"mode\":\"first\"}}}", mode);
  shop_file(shop, "pack.json", world->pack);
  shop_file(shop, "rules/a.lua", "promotion a 5");
  shop_file(shop, "rules/b.lua", "coupon b 5");
  for (int i = 0; i < CAMPAIGNS; i++) {
    world->values[i] = random_between(&world->random, 1, 3000);
    len += (size_t)snprintf(world->campaigns + len, sizeof world->campaigns - len,
                            "%s{\"code\":\"%c%d%d\",\"rule\":\"%s\",\"stores\":[\"ALL\",\"S%d\"]}", len ? "," : "",
                            kinds[random_between(&world->random, 0, 4)], (int)random_between(&world->random, 1, 5), i,
                            i < CAMPAIGNS - 2 ? "a" : "b", i);
  }
  shop_build(shop, world->campaigns);
  shop->machine->say = speak;
  shop->machine->ctx = world;
  shop->context.store = "ALL";
}

static void fill_basket(struct shop *shop, struct random *random) {
  static const char *const codes[] = {"1", "2", "3", "4", "5"};
  static const int64_t prices[] = {350, 199, 1000, 350, 2750};
  shop->basket.count = 0;
  int64_t lines = random_between(random, 1, 7);
  for (int64_t i = 0; i < lines; i++) {
    int64_t which = random_between(random, 0, 4);
    struct sp_line *line = shop_line(shop, codes[which], prices[which], random_between(random, 1, 6));
    if (random_between(random, 0, 5) == 0) {
      line->weighed = true;
      line->quantity = random_between(random, 1, 3000);
    }
  }
}

static void number(struct shop *shop) {
  for (int32_t i = 0; i < shop->basket.count; i++)
    shop->lines[i].n = i + 1;
}

static void shuffle(struct shop *shop, struct random *random) {
  for (int32_t i = shop->basket.count; i-- > 1;) {
    int32_t other = (int32_t)random_between(random, 0, i);
    struct sp_line line = shop->lines[i];
    shop->lines[i] = shop->lines[other];
    shop->lines[other] = line;
  }
  number(shop);
}

/* Every piece on a line of its own. */
static void split(struct shop *shop) {
  struct sp_line lines[SHOP_LINES];
  int32_t count = shop->basket.count;
  memcpy(lines, shop->lines, sizeof lines);
  shop->basket.count = 0;
  for (int32_t i = 0; i < count; i++) {
    int64_t pieces = lines[i].weighed ? 1 : lines[i].quantity / 1000;
    for (int64_t p = 0; p < pieces; p++) {
      struct sp_line *line = shop_line(shop, lines[i].code, lines[i].list_price, 1);
      line->weighed = lines[i].weighed;
      if (line->weighed) line->quantity = lines[i].quantity;
    }
  }
}

static void same_total(struct shop *shop, int64_t net, const char *what) {
  assert_int_equal(shop_price(shop), 0);
  if (shop->priced.net != net)
    fail_msg("%s: %lld, not %lld: %s", what, (long long)shop->priced.net, (long long)net, shop->priced.trace);
}

static void scanning_changes_nothing(void **state) {
  static const char *const modes[] = {"first", "best", "all"};
  struct random random = random_start("order of scanning");
  int64_t applied = 0;
  (void)state;
  for (int b = 0; b < BUNDLES; b++) {
    struct world world = {.random = random};
    struct shop shop;
    shop_start(&shop);
    build(&shop, &world, modes[b % 3]);
    random = world.random;
    for (int i = 0; i < PER_BUNDLE; i++) {
      fill_basket(&shop, &random);
      assert_int_equal(shop_price(&shop), 0);
      int64_t net = shop.priced.net;
      applied += shop.priced.allocation_count > 0;
      shuffle(&shop, &random);
      same_total(&shop, net, "shuffled");
      split(&shop);
      same_total(&shop, net, "one by one");
      shuffle(&shop, &random);
      same_total(&shop, net, "one by one, shuffled");
      assert_int_equal(shop.priced.alarms, 0);
    }
    shop_stop(&shop);
  }
  assert_true(applied > BUNDLES * PER_BUNDLE / 2);
}

static void the_best_is_at_least_any_of_them(void **state) {
  struct random random = random_start("best of a group");
  (void)state;
  for (int b = 0; b < BUNDLES; b++) {
    struct world world = {.random = random};
    struct shop shop;
    shop_start(&shop);
    build(&shop, &world, "best");
    random = world.random;
    for (int i = 0; i < PER_BUNDLE; i++) {
      int64_t best = 0;
      fill_basket(&shop, &random);
      shop.context.store = "ALL";
      assert_int_equal(shop_price(&shop), 0);
      for (int32_t a = 0; a < shop.priced.allocation_count; a++)
        if (shop.priced.allocations[a].rule[0] == 'a') best += shop.priced.allocations[a].amount;
      for (int c = 0; c < CAMPAIGNS - 2; c++) {
        char store[16];
        snprintf(store, sizeof store, "S%d", c);
        shop.context.store = store;
        assert_int_equal(shop_price(&shop), 0);
        if (shop.priced.discount > best)
          fail_msg("%lld alone is more than %lld: %s", (long long)shop.priced.discount, (long long)best,
                   shop.priced.trace);
      }
    }
    shop_stop(&shop);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(scanning_changes_nothing),
                                     cmocka_unit_test(the_best_is_at_least_any_of_them)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
