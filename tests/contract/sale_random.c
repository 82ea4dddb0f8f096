/* What must hold for any basket under any campaigns, and for any history of a counter. SP_SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "base/json.h"
#include "domain/money.h"
#include "tests/contract/counter/counter.h"
#include "tests/support/crash_vfs.h"
#include "tests/unit/random.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define WORLDS    50 /* sets of campaigns */
#define LINES_MAX 80000

/* ---- Any basket under any campaigns ---- */

static void random_campaigns(struct random *random, char *out, size_t size) {
  static const char *const tags[] = {"drink", "soda", "bakery", "fruit", "trusted", "nobody"};
  int64_t count = random_between(random, 0, 7);
  int len = snprintf(out, size, "{\"campaigns\": [");
  for (int64_t i = 0; i < count; i++) {
    const char *tag = tags[random_next(random) % 6];
    int64_t buy = random_between(random, 2, 6);
    len +=
        snprintf(out + len, size - (size_t)len, "%s{\"code\": \"C%d\", \"priority\": %d, \"rule\": ", i > 0 ? "," : "",
                 (int)i, (int)random_between(random, 0, 3));
    if (random_next(random) % 2 == 0) {
      len += snprintf(out + len, size - (size_t)len,
                      "\"promotion.percent_off\", \"params\": {\"tag\": \"%s\", \"percent\": %d}}", tag,
                      (int)random_between(random, 1, 1000000));
    } else {
      len += snprintf(out + len, size - (size_t)len,
                      "\"promotion.multibuy\", \"params\": {\"tag\": \"%s\", \"buy\": %d, \"pay\": %d}}", tag, (int)buy,
                      (int)random_between(random, 1, buy - 1));
    }
  }
  snprintf(out + len, size - (size_t)len, "]}");
}

static void random_item(struct random *random, struct ticket *ticket) {
  const struct goods *goods = &counter_shelf[random_next(random) % COUNTER_SOLD];
  int64_t pieces = random_next(random) % 8 == 0 ? random_between(random, 1, 500) : random_between(random, 1, 5);
  ticket_item(ticket, goods->code, goods->weighed ? random_between(random, 1, 3000) : 1000 * pieces);
}

static void random_basket(struct random *random, struct ticket *ticket, int most) {
  ticket_new(ticket);
  int64_t lines = random_between(random, 1, most);
  for (int64_t i = 0; i < lines; i++)
    random_item(random, ticket);
}

static int64_t allocated(const struct sp_sale *sale, int32_t n) {
  int64_t sum = 0;
  for (int32_t i = 0; i < sale->allocation_count; i++) {
    if (sale->allocations[i].line != n) continue;
    assert_true(sale->allocations[i].amount > 0);
    sum += sale->allocations[i].amount;
  }
  return sum;
}

/* What the trace says was taken off. */
static int64_t explained(const struct sp_sale *sale) {
  struct cJSON *tree = NULL;
  const struct cJSON *entry = NULL;
  int64_t sum = 0;
  assert_int_equal(sp_json_parse(sale->trace, sale->trace_len, &tree, NULL), 0);
  cJSON_ArrayForEach(entry, tree) {
    const char *phase = "", *outcome = "";
    int64_t amount = 0;
    sp_json_get_text(entry, "phase", SP_REQUIRED, 40, &phase, NULL);
    sp_json_get_text(entry, "outcome", SP_REQUIRED, 40, &outcome, NULL);
    sp_json_get_int(entry, "amount", SP_OPTIONAL, 0, SP_MONEY_MAX, &amount, NULL);
    if (strcmp(phase, "promotion") == 0 && strcmp(outcome, "applied") == 0) sum += amount;
  }
  sp_json_free(tree);
  return sum;
}

static void check_line(const struct sp_sale *sale, const struct sp_sale_line *line) {
  int64_t gross = 0;
  assert_int_equal(sp_money_amount(line->unit_price, line->facts.quantity, &gross), 0);
  assert_int_equal(line->gross, gross);
  assert_int_equal(line->unit_price, line->facts.list_price);
  assert_true(line->discount >= 0 && line->discount <= line->gross);
  assert_true(line->rounding <= 0 && line->paid >= 0);
  assert_int_equal(line->paid, line->gross - line->discount + line->rounding);
  assert_true(line->tax >= 0 && line->tax <= line->paid);
  assert_int_equal(allocated(sale, line->n), line->discount);
}

static void check_quote(const struct sp_sale *sale, int64_t step) {
  int64_t gross = 0, discount = 0, rounding = 0, total = 0, tax = 0, parts = 0;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    check_line(sale, line);
    gross += line->gross;
    discount += line->discount;
    rounding += line->rounding;
    total += line->paid;
    tax += line->tax;
  }
  for (int32_t i = 0; i < sale->allocation_count; i++)
    parts += sale->allocations[i].amount;
  assert_int_equal(sale->gross, gross);
  assert_int_equal(sale->discount, discount);
  assert_int_equal(sale->rounding, rounding);
  assert_int_equal(sale->total, total);
  assert_int_equal(sale->tax, tax);
  assert_int_equal(parts, discount);
  assert_int_equal(explained(sale), discount);
  assert_int_equal(sale->alarms, 0);
  assert_true(rounding > -step || rounding == 0);
  if (step > 1 && total >= step) assert_int_equal(total % step, 0);
}

/* The same goods scanned in the other order cost the same. */
static void check_order(struct counter *counter, struct ticket *ticket) {
  int64_t total = ticket->sale.total;
  int32_t count = ticket->request.item_count;
  for (int32_t i = 0; i < count / 2; i++) {
    struct sp_sale_item kept = ticket->items[i];
    ticket->items[i] = ticket->items[count - 1 - i];
    ticket->items[count - 1 - i] = kept;
  }
  counter_went_well(counter, counter_quote(counter, ticket));
  assert_int_equal(ticket->sale.total, total);
}

static void test_any_basket(void **state) {
  static const int64_t steps[] = {0, 10, 100};
  struct random random = random_start("any basket under any campaigns");
  int64_t discounted = 0, rounded = 0;
  (void)state;
  for (int world = 0; world < WORLDS; world++) {
    struct counter counter;
    char campaigns[2048];
    struct sp_crash *disk = sp_crash_new("any-basket", 1);
    random_campaigns(&random, campaigns, sizeof campaigns);
    counter_open(&counter, campaigns, "any-basket");
    for (int i = 0; i < CASES / WORLDS; i++) {
      struct ticket ticket;
      random_basket(&random, &ticket, 20);
      ticket.cash = random_next(&random) % 2 == 0;
      counter.node.app.policy.rounding_step = steps[random_next(&random) % 3];
      counter_went_well(&counter, counter_quote(&counter, &ticket));
      check_quote(&ticket.sale, ticket.cash ? counter.node.app.policy.rounding_step : 1);
      discounted += ticket.sale.discount > 0;
      rounded += ticket.sale.rounding < 0;
      if (i % 4 == 0) check_order(&counter, &ticket);
    }
    counter_close(&counter);
    sp_crash_free(disk);
  }
  assert_true(discounted > CASES / 4);
  assert_true(rounded > CASES / 10);
  print_message("%d random baskets under %d sets of campaigns: every sum exact, %lld with discounts, %lld rounded\n",
                CASES, WORLDS, (long long)discounted, (long long)rounded);
}

/* ---- Any history of a counter ---- */

/* A sold line, as a customer with a receipt knows it. */
struct bought {
  struct sp_id sale;
  int32_t n;
  int place; /* on the shelf */
  bool weighed;
  int64_t quantity, paid, returned, refunded;
};

struct history {
  struct counter counter;
  struct random random;
  struct bought lines[LINES_MAX];
  int count;
  int64_t on_hand[COUNTER_SOLD];
  int64_t money; /* Σ totals */
  int64_t sales, refunds, exchanges, documents, moves, shifts, baskets;
  struct sp_id document; /* not yet reversed */
  int document_place;
  int64_t document_quantity; /* 0: none */
};

static int place_of(const struct sp_id *product) {
  for (int i = 0; i < COUNTER_SOLD; i++) {
    const struct sp_id id = counter_goods(i);
    if (sp_id_equal(&id, product)) return i;
  }
  fail_msg("sold what is not on the shelf");
  return 0;
}

/* What the counter did, in our own books. */
static void book(struct history *history, const struct sp_sale *sale) {
  history->money += sale->total;
  for (int32_t i = 0; i < sale->count; i++) {
    const struct sp_sale_line *line = &sale->lines[i];
    int place = place_of(&line->facts.product);
    history->on_hand[place] += line->returned ? line->facts.quantity : -line->facts.quantity;
    if (line->returned || history->count == LINES_MAX) continue;
    history->lines[history->count++] = (struct bought){.sale = sale->id,
                                                       .n = line->n,
                                                       .place = place,
                                                       .weighed = line->facts.weighed,
                                                       .quantity = line->facts.quantity,
                                                       .paid = line->paid};
  }
}

static enum sp_method random_method(struct random *random) {
  return random_next(random) % 2 == 0 ? SP_METHOD_CASH : (enum sp_method)(random_next(random) % SP_METHOD_COUNT);
}

/* A line of which something is left, or null. */
static struct bought *random_bought(struct history *history) {
  for (int tries = 0; tries < 8 && history->count > 0; tries++) {
    struct bought *line = &history->lines[random_next(&history->random) % (uint64_t)history->count];
    if (line->returned < line->quantity) return line;
  }
  return NULL;
}

static void add_return(struct history *history, struct ticket *ticket, const struct bought *line) {
  int64_t left = (line->quantity - line->returned) / 1000;
  int64_t pieces =
      random_next(&history->random) % 3 == 0 ? left : random_between(&history->random, 1, left > 3 ? 3 : left);
  ticket_back(ticket, &line->sale, line->n, line->weighed ? line->quantity : 1000 * pieces);
}

/* What came back of a sale is what the shares of its lines are, in whatever order the pieces come, but for what the
 * cash of the last part was rounded by. */
static void check_return(struct history *history, struct bought *line, const struct sp_sale_line *back) {
  int64_t beyond = 0;
  line->returned += back->facts.quantity;
  line->refunded -= back->paid;
  for (int i = 0; i < history->count; i++) {
    const struct bought *other = &history->lines[i];
    int64_t due = 0;
    if (!sp_id_equal(&other->sale, &line->sale)) continue;
    assert_int_equal(sp_money_share(other->paid, other->returned, other->quantity, &due), 0);
    beyond += other->refunded - due;
  }
  assert_true(beyond > -10 && beyond < 10);
}

static void sell(struct history *history) {
  struct ticket ticket;
  random_basket(&history->random, &ticket, 6);
  counter_went_well(&history->counter, counter_sell(&history->counter, &ticket, random_method(&history->random)));
  book(history, &ticket.sale);
  history->sales++;
}

static void give_back(struct history *history, bool exchange) {
  struct ticket ticket;
  struct bought *line = random_bought(history);
  if (line == NULL) return;
  ticket_new(&ticket);
  if (exchange) random_item(&history->random, &ticket);
  add_return(history, &ticket, line);
  counter_went_well(&history->counter, counter_sell(&history->counter, &ticket, random_method(&history->random)));
  check_return(history, line, &ticket.sale.lines[ticket.sale.count - 1]);
  book(history, &ticket.sale);
  *(exchange ? &history->exchanges : &history->refunds) += 1;
}

struct reversal {
  struct sp_id document, id;
};

static int use_reverse(struct sp_work *work, void *ctx) {
  struct reversal *reversal = ctx;
  return sp_stock_reverse(work, &reversal->document, "录错", &reversal->id);
}

static void stock(struct history *history) {
  struct counter *counter = &history->counter;
  if (history->document_quantity != 0 && random_next(&history->random) % 3 == 0) {
    struct reversal reversal = {.document = history->document};
    counter_went_well(counter, sp_fixture_do(&counter->node, use_reverse, &reversal, &counter->error));
    history->on_hand[history->document_place] -= history->document_quantity;
    history->document_quantity = 0;
    history->documents++;
    return;
  }
  static const enum sp_stock_kind kinds[] = {SP_STOCK_RECEIPT, SP_STOCK_LOSS, SP_STOCK_ADJUSTMENT};
  enum sp_stock_kind kind = kinds[random_next(&history->random) % 3];
  int place = (int)(random_next(&history->random) % COUNTER_SOLD);
  int64_t quantity = random_between(&history->random, 1, 50000);
  if (!counter_shelf[place].weighed) quantity = 1000 * (1 + quantity / 1000);
  if (kind == SP_STOCK_ADJUSTMENT && random_next(&history->random) % 2 == 0) quantity = -quantity;
  counter_went_well(counter, counter_stock(counter, kind, counter_shelf[place].code, quantity, &history->document));
  history->document_place = place;
  history->document_quantity = kind == SP_STOCK_LOSS ? -quantity : quantity;
  history->on_hand[place] += history->document_quantity;
  history->documents++;
}

static int use_move(struct sp_work *work, void *ctx) {
  struct sp_id id;
  return sp_shift_move_cash(work, *(int64_t *)ctx, "零钱", &id);
}

static void shift(struct history *history) {
  struct counter *counter = &history->counter;
  int64_t amount = random_between(&history->random, 1, 100000);
  if (random_next(&history->random) % 3 > 0) {
    counter_went_well(counter, sp_fixture_do(&counter->node, use_move, &amount, &counter->error));
    history->moves++;
    return;
  }
  counter_went_well(counter, counter_shift_close(counter, random_between(&history->random, 0, 100)));
  counter_went_well(counter, counter_shift_open(counter, amount));
  history->shifts++;
}

struct pay {
  struct sp_id basket;
  struct sp_sale sale;
};

static int use_commit(struct sp_work *work, void *ctx) {
  struct pay *pay = ctx;
  return sp_basket_commit(work, &pay->basket, NULL, 0, SP_NO_TOTAL, &pay->sale);
}

struct asked {
  struct sp_id basket;
  int64_t total;
};

static int use_quote(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  struct sp_open_basket open;
  struct sp_sale quote;
  int rc = sp_basket_load(work, &asked->basket, &open);
  if (rc == 0) rc = sp_basket_quote(work, &open, true, &quote);
  if (rc == 0) asked->total = quote.total;
  return rc;
}

/* Notes as a customer gives them: the change stays below a hundred. */
static int64_t notes_for(struct counter *counter, const struct sp_id *basket) {
  struct asked asked = {.basket = *basket};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_quote, &asked, &counter->error));
  return (asked.total + 9999) / 10000 * 10000;
}

static void basket(struct history *history) {
  struct counter *counter = &history->counter;
  struct sp_open_basket open;
  struct ticket ticket;
  struct sp_basket_command command = {.kind = SP_BASKET_ADD, .expected_total = SP_NO_TOTAL};
  random_basket(&history->random, &ticket, 4);
  counter_went_well(counter, counter_basket(counter, &open));
  for (int32_t i = 0; i < ticket.request.item_count; i++) {
    command.code = ticket.items[i].code;
    command.quantity = ticket.items[i].quantity;
    counter_went_well(counter, counter_apply(counter, &open, &command));
  }
  command = (struct sp_basket_command){.kind = SP_BASKET_TENDER, .expected_total = SP_NO_TOTAL};
  command.tender =
      (struct sp_tender){.method = SP_METHOD_CASH, .tendered = notes_for(counter, &open.id), .reference = ""};
  counter_went_well(counter, counter_apply(counter, &open, &command));
  struct pay pay = {.basket = open.id};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_commit, &pay, &counter->error));
  book(history, &pay.sale);
  history->baskets++;
}

static void step(struct history *history) {
  uint64_t what = random_next(&history->random) % 100;
  struct sp_fixture *node = &history->counter.node;
  node->actor.till = random_next(&history->random) % 4 == 0 ? node->other_till : node->till;
  node->now += random_between(&history->random, 1, 30000);
  if (what < 50) {
    sell(history);
  } else if (what < 72) {
    give_back(history, false);
  } else if (what < 82) {
    give_back(history, true);
  } else if (what < 93) {
    stock(history);
  } else if (what < 97) {
    shift(history);
  } else {
    basket(history);
  }
}

/* As the writer does between groups. */
static void tidy(struct history *history) {
  sp_sqlite_api()->maintain(history->counter.node.writer, history->counter.node.now);
}

/* Everything of every second line comes back, in as many parts as it likes. */
static void empty_the_bags(struct history *history) {
  for (int i = 0; i < history->count; i += 2) {
    struct bought *line = &history->lines[i];
    while (line->returned < line->quantity) {
      struct ticket ticket;
      ticket_new(&ticket);
      add_return(history, &ticket, line);
      counter_went_well(&history->counter, counter_sell(&history->counter, &ticket, SP_METHOD_CASH));
      check_return(history, line, &ticket.sale.lines[0]);
      book(history, &ticket.sale);
      history->refunds++;
      tidy(history);
    }
  }
}

static void close_the_books(struct history *history) {
  struct counter *counter = &history->counter;
  struct sp_reconciliation result;
  if (counter_prove(counter, &result) != 0) fail_msg("%s", counter->error.message);
  assert_int_equal(result.total, history->money);
  assert_int_equal(result.z_reports, history->shifts);
  for (int i = 0; i < COUNTER_SOLD; i++)
    assert_int_equal(counter_on_hand(counter, counter_shelf[i].code), history->on_hand[i]);
  print_message(
      "%lld sales, %lld through baskets, %lld refunds, %lld exchanges, %lld stock documents, %lld cash moves, "
      "%lld Z reports: %lld journal records, books agree\n",
      (long long)history->sales, (long long)history->baskets, (long long)history->refunds,
      (long long)history->exchanges, (long long)history->documents, (long long)history->moves,
      (long long)history->shifts, (long long)result.journal.records);
}

static void test_any_history(void **state) {
  static const char campaigns[] =
      "{\"campaigns\": [{\"code\": \"A\", \"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"bakery\", "
      "\"percent\": 333333}}, {\"code\": \"B\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"drink\"}}, "
      "{\"code\": \"C\", \"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"fruit\", \"percent\": "
      "77777}}]}";
  struct history *history = calloc(1, sizeof *history);
  struct sp_crash *disk = sp_crash_new("any-history", 1);
  (void)state;
  assert_non_null(history);
  history->random = random_start("any history of a counter");
  counter_open(&history->counter, campaigns, "any-history");
  history->counter.node.app.policy.rounding_step = 10;
  history->counter.node.actor.till = history->counter.node.other_till;
  counter_went_well(&history->counter, counter_shift_open(&history->counter, 0));
  for (int i = 0; i < CASES; i++) {
    step(history);
    tidy(history);
  }
  empty_the_bags(history);
  close_the_books(history);
  counter_close(&history->counter);
  sp_crash_free(disk);
  free(history);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_basket), cmocka_unit_test(test_any_history)};
  return cmocka_run_group_tests_name("random sales", tests, NULL, NULL);
}
