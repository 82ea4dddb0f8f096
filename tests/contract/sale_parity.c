/* One price, whichever way a basket takes: any goods under any campaigns of all phases cost to the fen the same in a
 * quote, in a basket before and after its first tender, as a sale, as that sale is stored, and by the engine alone; and
 * what was paid comes back as a whole. 10,000 baskets, 100,000 with SP_LONG=1. SP_SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "tests/contract/counter/counter.h"
#include "tests/contract/counter/rules.h"
#include "tests/support/crash_vfs.h"
#include "tests/unit/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLDS   50
#define LINES    8
#define TEXT_MAX 8192

struct world {
  struct counter counter;
  struct random random;
  bool limited;
  int64_t discounted, added, refunded, frozen;
};

static void went_well(struct counter *counter, int rc) {
  if (rc != 0) fail_msg("%s: %s", counter->error.field, counter->error.message);
}

/* ---- Any campaigns ---- */

static const char *any_tag(struct random *random) {
  static const char *const tags[] = {"drink", "soda", "bakery", "fruit", "special"};
  return tags[random_next(random) % 5];
}

static int any_rule(struct random *random, char *out, size_t size) {
  const char *tag = any_tag(random);
  switch (random_next(random) % 9) {
  case 0:
    return snprintf(out, size, "\"rule\": \"test.tag\", \"params\": {\"tag\": \"%s\", \"as\": \"special\"}", tag);
  case 1:
    return snprintf(out, size, "\"rule\": \"test.deposit\", \"params\": {\"tag\": \"%s\", \"product\": \"gum\"}",
                    tag[0] == 'f' ? "soda" : tag);
  case 2:
    return snprintf(out, size, "\"rule\": \"test.price\", \"params\": {\"tag\": \"%s\", \"price\": %d}", tag,
                    (int)random_between(random, 0, 2000));
  case 3:
    return snprintf(out, size, "\"rule\": \"test.steps\", \"params\": {\"at\": %d, \"off\": %d}",
                    (int)random_between(random, 1, 5000), (int)random_between(random, 1, 1500));
  case 4:
    return snprintf(out, size, "\"rule\": \"test.choice\"");
  case 5:
    return snprintf(out, size, "\"rule\": \"test.coupon\", \"params\": {\"coupon\": \"SAVE\"}");
  case 6:
    return snprintf(out, size, "\"rule\": \"test.everything\", \"levels\": [\"gold\"]");
  case 7:
    return snprintf(out, size, "\"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"%s\", \"percent\": %d}",
                    tag, (int)random_between(random, 1, 1000000));
  default:
    return snprintf(out, size, "\"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"%s\", \"buy\": %d}", tag,
                    (int)random_between(random, 3, 6));
  }
}

/* Everywhere the same: points, an age, a remark. */
static void any_campaigns(struct world *world, char *out, size_t size) {
  int64_t count = random_between(&world->random, 1, 10);
  int len = snprintf(out, size,
                     "{\"campaigns\": [{\"code\": \"POINTS\", \"rule\": \"test.points\"}, {\"code\": "
                     "\"REMARK\", \"rule\": \"test.remark\"}, {\"code\": \"AGE\", \"rule\": \"test.ask\", "
                     "\"params\": {\"tag\": \"fruit\", \"how\": \"confirm\"}}, {\"code\": \"COUPON\", \"rule\": "
                     "\"test.coupon\", \"params\": {\"coupon\": \"SAVE\"}}");
  for (int64_t i = 0; i < count; i++) {
    char rule[256];
    bool limit = world->limited && random_next(&world->random) % 2 == 0;
    any_rule(&world->random, rule, sizeof rule);
    len += snprintf(out + len, size - (size_t)len, ", {\"code\": \"C%d\", \"priority\": %d, %s", (int)i,
                    (int)random_between(&world->random, 0, 3), rule);
    bool money = strstr(rule, "promotion.") != NULL || strstr(rule, "steps") != NULL;
    len += snprintf(out + len, size - (size_t)len, "%s}",
                    limit && money ? ", \"limits\": {\"uses\": 40, \"member_uses\": 2}" : "");
  }
  snprintf(out + len, size - (size_t)len, "]}");
}

/* ---- Any basket ---- */

static const char *const any_coupons[] = {"SAVE-1", "SAVE-2"};
static const char *const any_confirmed[] = {"age18"};
static const struct sp_choice any_choices[] = {{"C0", "cola"}, {"C3", "bread"}};

/* By hand, off a line or all of it, as an admin may. */
static struct sp_markdown any_markdown(struct random *random, bool line) {
  int64_t kind = random_between(random, SP_MARKDOWN_PERCENT, line ? SP_MARKDOWN_PRICE : SP_MARKDOWN_AMOUNT);
  int64_t most = kind == SP_MARKDOWN_PERCENT ? 1000000 : 1500;
  return (struct sp_markdown){.kind = (enum sp_markdown_kind)kind,
                              .value = random_between(random, 0, most),
                              .reason = random_next(random) % 2 == 0 ? "破损" : "",
                              .approver = ""};
}

static void any_discounts(struct random *random, struct ticket *ticket) {
  if (random_next(random) % 3 != 0) return;
  for (int32_t i = 0; i < ticket->request.item_count; i++)
    if (random_next(random) % 2 == 0) ticket->items[i].discount.markdown = any_markdown(random, true);
  if (random_next(random) % 2 == 0) ticket->request.discount.markdown = any_markdown(random, false);
}

static void any_basket(struct world *world, struct ticket *ticket) {
  struct random *random = &world->random;
  int64_t lines = random_between(random, 1, LINES);
  ticket_new(ticket);
  for (int64_t i = 0; i < lines; i++) {
    const struct goods *goods = &counter_shelf[random_next(random) % COUNTER_SOLD];
    ticket_item(ticket, goods->code,
                goods->weighed ? random_between(random, 1, 3000) : 1000 * random_between(random, 1, 5));
  }
  ticket->request.confirmed = any_confirmed;
  ticket->request.confirmed_count = 1;
  if (random_next(random) % 3 == 0) {
    ticket->request.coupons = any_coupons;
    ticket->request.coupon_count = 2;
  }
  if (random_next(random) % 3 == 0) {
    ticket->request.choices = any_choices;
    ticket->request.choice_count = 2;
  }
  if (random_next(random) % 3 == 0) ticket->request.member = random_next(random) % 2 == 0 ? "M1" : "M2";
  ticket->cash = random_next(random) % 2 == 0;
  any_discounts(random, ticket);
}

/* ---- What was computed, kept beyond the arena ---- */

struct kept_line {
  int32_t n, parent;
  int64_t quantity, unit_price, gross, discount, rounding, paid, tax;
};

struct kept {
  int32_t lines, allocations;
  struct kept_line line[4 * LINES];
  int64_t amount[32 * LINES];
  int64_t gross, discount, rounding, total, tax;
  size_t trace_len;
  char trace[65536];
};

/* `scanned` false: lines by n only, as they are stored. */
static void keep(const struct sp_sale *sale, struct kept *out) {
  memset(out, 0, sizeof *out);
  assert_true(sale->count <= 4 * LINES && sale->allocation_count <= 32 * LINES);
  assert_true(sale->trace_len < sizeof out->trace);
  out->lines = sale->count;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    out->line[i] = (struct kept_line){.n = line->n,
                                      .parent = line->facts.parent,
                                      .quantity = line->facts.quantity,
                                      .unit_price = line->unit_price,
                                      .gross = line->gross,
                                      .discount = line->discount,
                                      .rounding = line->rounding,
                                      .paid = line->paid,
                                      .tax = line->tax};
  }
  out->allocations = sale->allocation_count;
  int64_t sum = 0;
  for (int32_t i = 0; i < sale->allocation_count; i++)
    sum += sale->allocations[i].amount * (1 + sale->allocations[i].line % 1000);
  out->amount[0] = sum; /* stored ones come in another order */
  out->gross = sale->gross;
  out->discount = sale->discount;
  out->rounding = sale->rounding;
  out->total = sale->total;
  out->tax = sale->tax;
  out->trace_len = sale->trace_len;
  memcpy(out->trace, sale->trace, sale->trace_len);
}

static void same(const struct kept *a, const struct kept *b, const char *where) {
  for (int32_t i = 0; i < a->lines && i < b->lines; i++) {
    if (memcmp(&a->line[i], &b->line[i], sizeof a->line[i]) != 0) {
      fail_msg("%s: line %d is %lld fen with %lld off instead of %lld with %lld", where, a->line[i].n,
               (long long)b->line[i].paid, (long long)b->line[i].discount, (long long)a->line[i].paid,
               (long long)a->line[i].discount);
    }
  }
  if (strcmp(a->trace, b->trace) != 0) fail_msg("%s: another trace\n%s\n%s", where, a->trace, b->trace);
  if (memcmp(a, b, sizeof *a) != 0)
    fail_msg("%s: %lld instead of %lld", where, (long long)b->total, (long long)a->total);
}

/* ---- The ways ---- */

/* The engine without any of the counter: the same lines, the same moment. */
struct alone {
  const struct ticket *ticket;
  const struct kept *quote;
  int differences;
};

static int use_engine(struct sp_work *work, void *ctx) {
  struct alone *alone = ctx;
  const struct sp_sale_request *request = &alone->ticket->request;
  const struct kept *quote = alone->quote;
  struct sp_sale sale;
  /* The facts of the lines come from another quote, so that they live in this arena. */
  int rc = sp_sale_quote(work, request, alone->ticket->cash, &sale);
  if (rc != 0) return rc;
  struct sp_line *lines = sp_arena_array(work->arena, (size_t)sale.count, sizeof *lines);
  if (lines == NULL) return SP_E_NOMEM;
  for (int32_t i = 0; i < sale.count; i++)
    lines[i] = sale.lines[i].facts;
  const char *member = request->member;
  struct sp_basket basket = {.lines = lines,
                             .count = sale.count,
                             .coupons = request->coupons,
                             .coupon_count = request->coupon_count,
                             .choices = request->choices,
                             .choice_count = request->choice_count,
                             .confirmed = request->confirmed,
                             .confirmed_count = request->confirmed_count,
                             .markdown = request->discount.markdown};
  if (request->facts != NULL) basket.member = *request->facts;
  basket.member.code = member != NULL ? member : "";
  if (basket.member.level == NULL) basket.member.level = "";
  struct sp_context context = sp_work_context(work, sale.at, "till");
  context.role = sp_role_name(work->actor.role);
  struct sp_priced priced;
  rc = sp_engine_price(work->bundle, work->vm, &basket, &context, work->arena, &priced, work->err);
  if (rc != 0) return rc;
  for (int32_t i = 0; i < priced.count; i++) {
    const struct kept_line *line = &quote->line[i];
    bool equal = priced.lines[i].unit_price == line->unit_price && priced.lines[i].gross == line->gross &&
                 priced.lines[i].discount == line->discount && priced.lines[i].net == line->paid - line->rounding;
    alone->differences += !equal;
  }
  /* Before it the counter tells who added lines. */
  bool same = quote->trace_len >= priced.trace_len && quote->trace[0] == '[' &&
              strcmp(priced.trace + 1, quote->trace + quote->trace_len - priced.trace_len + 1) == 0;
  alone->differences += !same;
  return 0;
}

static void say(struct world *world, struct sp_open_basket *basket, struct sp_basket_command command) {
  command.expected_total = SP_NO_TOTAL;
  went_well(&world->counter, counter_apply(&world->counter, basket, &command));
}

struct asked {
  struct sp_id basket;
  struct sp_sale sale;
  bool cash;
};

static int use_quote(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  struct sp_open_basket basket;
  int rc = sp_basket_load(work, &asked->basket, &basket);
  return rc == 0 ? sp_basket_quote(work, &basket, asked->cash, &asked->sale) : rc;
}

static int use_commit(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  return sp_basket_commit(work, &asked->basket, NULL, 0, SP_NO_TOTAL, &asked->sale);
}

static int use_load(struct sp_work *work, void *ctx) {
  struct sp_sale *sale = ctx;
  const struct sp_id id = sale->id;
  return sp_sale_load(work, &id, sale);
}

static void take_off(struct world *world, struct sp_open_basket *basket, int32_t n,
                     const struct sp_markdown *markdown) {
  if (markdown->kind == SP_MARKDOWN_NONE) return;
  say(world, basket,
      (struct sp_basket_command){.kind = SP_BASKET_DISCOUNT, .n = n, .markdown = *markdown, .text = markdown->reason});
}

static void fill_basket(struct world *world, const struct ticket *ticket, struct sp_open_basket *basket) {
  const struct sp_sale_request *request = &ticket->request;
  went_well(&world->counter, counter_basket(&world->counter, basket));
  for (int32_t i = 0; i < request->item_count; i++) {
    say(world, basket,
        (struct sp_basket_command){
            .kind = SP_BASKET_ADD, .code = ticket->items[i].code, .quantity = ticket->items[i].quantity});
  }
  for (int32_t i = 0; i < request->item_count; i++)
    take_off(world, basket, i + 1, &ticket->items[i].discount.markdown);
  take_off(world, basket, 0, &request->discount.markdown);
  for (int32_t i = 0; i < request->coupon_count; i++)
    say(world, basket, (struct sp_basket_command){.kind = SP_BASKET_COUPON, .text = request->coupons[i]});
  for (int32_t i = 0; i < request->choice_count; i++) {
    say(world, basket,
        (struct sp_basket_command){
            .kind = SP_BASKET_CHOICE, .campaign = request->choices[i].campaign, .code = request->choices[i].product});
  }
  say(world, basket, (struct sp_basket_command){.kind = SP_BASKET_CONFIRM, .text = "age18"});
  if (request->member != NULL && request->member[0] != '\0')
    say(world, basket, (struct sp_basket_command){.kind = SP_BASKET_MEMBER, .text = request->member});
}

static void through_basket(struct world *world, const struct ticket *ticket, const struct kept *quote,
                           struct sp_id *sold) {
  static struct kept seen;
  struct counter *counter = &world->counter;
  struct sp_open_basket basket;
  fill_basket(world, ticket, &basket);
  struct asked asked = {.basket = basket.id, .cash = ticket->cash};
  went_well(counter, sp_fixture_do(&counter->node, use_quote, &asked, &counter->error));
  keep(&asked.sale, &seen);
  same(quote, &seen, "an open basket");
  if (quote->total == 0) return;
  struct sp_basket_command tender = {.kind = SP_BASKET_TENDER};
  tender.tender = (struct sp_tender){
      .method = ticket->cash ? SP_METHOD_CASH : SP_METHOD_CARD, .tendered = quote->total, .reference = ""};
  say(world, &basket, tender);
  asked = (struct asked){.basket = basket.id};
  went_well(counter, sp_fixture_do(&counter->node, use_quote, &asked, &counter->error));
  keep(&asked.sale, &seen);
  same(quote, &seen, "a frozen basket");
  world->frozen++;
  if (world->limited || random_next(&world->random) % 2 == 0) {
    say(world, &basket, (struct sp_basket_command){.kind = SP_BASKET_CANCEL});
    return;
  }
  went_well(counter, sp_fixture_do(&counter->node, use_commit, &asked, &counter->error));
  keep(&asked.sale, &seen);
  same(quote, &seen, "a paid basket");
  *sold = asked.sale.id;
}

static int by_number(const void *a, const void *b) {
  const struct kept_line *first = a, *second = b;
  return (first->n > second->n) - (first->n < second->n);
}

static void stored(struct world *world, const struct sp_id *id, const struct kept *quote) {
  static struct kept seen, sorted;
  struct counter *counter = &world->counter;
  struct sp_sale sale = {.id = *id};
  went_well(counter, sp_fixture_do(&counter->node, use_load, &sale, &counter->error));
  keep(&sale, &seen);
  sorted = *quote;
  qsort(sorted.line, (size_t)sorted.lines, sizeof sorted.line[0], by_number);
  same(&sorted, &seen, "a stored sale");
}

/* All of it comes back, as a preview says and as it is done: nothing of it is left, on any line. */
static void refunded(struct world *world, const struct sp_id *id, const struct kept *quote) {
  struct counter *counter = &world->counter;
  struct ticket ticket;
  ticket_new(&ticket);
  for (int32_t i = 0; i < quote->lines; i++)
    ticket_back(&ticket, id, quote->line[i].n, quote->line[i].quantity);
  went_well(counter, counter_quote(counter, &ticket));
  assert_int_equal(ticket.sale.total, -quote->total);
  went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CARD));
  assert_int_equal(ticket.sale.total, -quote->total);
  assert_int_equal(ticket.sale.tax, -quote->tax);
  assert_int_equal(ticket.sale.gross, -quote->gross);
  assert_int_equal(ticket.sale.discount, -quote->discount);
  for (int32_t i = 0; i < quote->lines; i++) {
    assert_int_equal(ticket.sale.lines[i].paid, -quote->line[i].paid);
    assert_int_equal(ticket.sale.lines[i].rounding, -quote->line[i].rounding);
  }
  world->refunded++;
}

static void one_basket(struct world *world) {
  static struct kept quote, seen;
  struct counter *counter = &world->counter;
  struct ticket ticket;
  struct sp_id sold = {{0}};
  any_basket(world, &ticket);
  went_well(counter, counter_quote(counter, &ticket));
  keep(&ticket.sale, &quote);
  world->discounted += quote.discount > 0;
  world->added += quote.lines > ticket.request.item_count;
  struct alone alone = {.ticket = &ticket, .quote = &quote};
  if (!world->limited) {
    went_well(counter, sp_fixture_do(&counter->node, use_engine, &alone, &counter->error));
    if (alone.differences != 0) fail_msg("the engine alone: %d differences", alone.differences);
  }
  through_basket(world, &ticket, &quote, &sold);
  if (sp_id_is_nil(&sold)) {
    ticket.request.expected_total = quote.total;
    if (quote.total > 0) ticket_pay(&ticket, ticket.cash ? SP_METHOD_CASH : SP_METHOD_CARD, quote.total);
    if (quote.total == 0 && quote.rounding != 0) return; /* 抹零 to nothing needs a cash tender, and there is none */
    went_well(counter, counter_post(counter, &ticket));
    keep(&ticket.sale, &seen);
    same(&quote, &seen, "a sale");
    sold = ticket.sale.id;
  }
  stored(world, &sold, &quote);
  if (random_next(&world->random) % 3 == 0) refunded(world, &sold, &quote);
}

static int64_t cases(void) {
  const char *more = getenv("SP_LONG");
  return more != NULL && more[0] == '1' ? 100000 : 10000;
}

static void test_parity(void **state) {
  static const int64_t steps[] = {0, 10, 100};
  struct random random = random_start("one price whichever way");
  struct world sum = {.discounted = 0};
  int64_t all = cases();
  (void)state;
  for (int i = 0; i < WORLDS; i++) {
    static struct world world;
    char campaigns[TEXT_MAX];
    struct sp_crash *disk = sp_crash_new("parity", 1);
    world = (struct world){.random = {.state = random_next(&random) | 1}, .limited = i % 3 == 0};
    any_campaigns(&world, campaigns, sizeof campaigns);
    if (counter_start_rules(&world.counter, campaigns, "parity") != 0) {
      fail_msg("%s: %s\n%s", world.counter.error.field, world.counter.error.message, campaigns);
    }
    world.counter.node.app.policy.rounding_step = steps[i % 3];
    for (int64_t n = 0; n < all / WORLDS; n++) {
      world.counter.node.now += 1000;
      one_basket(&world);
      sp_sqlite_api()->maintain(world.counter.node.writer, world.counter.node.now);
    }
    counter_agrees(&world.counter);
    counter_close(&world.counter);
    sp_crash_free(disk);
    sum.discounted += world.discounted;
    sum.added += world.added;
    sum.refunded += world.refunded;
    sum.frozen += world.frozen;
  }
  assert_true(sum.discounted > all / 4 && sum.added > all / 10);
  print_message(
      "%lld baskets under %d sets of campaigns, %lld with discounts, %lld with added lines, %lld frozen, %lld "
      "given back: 0 differences\n",
      (long long)all, WORLDS, (long long)sum.discounted, (long long)sum.added, (long long)sum.frozen,
      (long long)sum.refunded);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_parity)};
  return cmocka_run_group_tests_name("parity", tests, NULL, NULL);
}
