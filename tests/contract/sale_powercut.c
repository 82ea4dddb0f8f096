/* The power goes while a counter sells, takes back, receives goods and closes shifts, at any change of the disk, also
 * in a checkpoint and while the next start recovers. Everything acknowledged is there once, nothing is there in part,
 * and the next customer is served. SP_CUTS=… sets how many, SP_SEED=… which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "app/number.h"
#include "base/clock.h"
#include "base/log.h"
#include "tests/contract/counter/power.h"
#include "tests/unit/random.h"

#include <fcntl.h>
#include <stdlib.h>

#define VFS       "powercut-sales"
#define GROUP     4
#define GROUPS    40
#define DONE_MAX  (GROUP * GROUPS)
#define TEMPLATES 2
#define SELDOM    40 /* one life of so many begins with a log as long as it gets: it is large */

enum deed { DEED_SALE, DEED_STOCK, DEED_CLOSE, DEED_OPEN };

/* One plan of this run and what it would have done. */
struct done {
  enum deed deed;
  struct sp_id id;
  int64_t total;
  int32_t lines, tenders;
  bool acknowledged;
};

struct totals {
  int64_t cuts, at_work, at_start, acknowledged, unsure, lost, torn, damaged, stuck, in_checkpoint;
};

struct run {
  struct counter counter;
  struct sp_crash *disk;
  struct random random;
  struct sp_id old[16]; /* sales of the template: something can come back of them */
  int old_count;
  struct sp_arena arenas[GROUP];
  struct done done[DONE_MAX];
  int count;
  struct totals totals;
  bool quiet; /* losses are what is wanted */
};

static const char campaigns[] = "{\"campaigns\": [{\"code\": \"BREAD20\", \"rule\": \"promotion.percent_off\", "
                                "\"params\": {\"tag\": \"bakery\", "
                                "\"percent\": 200000}}, {\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\", "
                                "\"params\": {\"tag\": \"soda\"}}]}";

/* ---- What a till does ---- */

static void random_ticket(struct run *run, struct ticket *ticket) {
  ticket_new(ticket);
  if (random_next(&run->random) % 6 == 0) {
    ticket_back(ticket, &run->old[random_next(&run->random) % (uint64_t)run->old_count], 1, 1000);
  } else {
    int64_t lines = random_between(&run->random, 1, 5);
    for (int64_t i = 0; i < lines; i++) {
      const struct goods *goods = &counter_shelf[random_next(&run->random) % COUNTER_SOLD];
      ticket_item(ticket, goods->code, goods->weighed ? 755 : 1000 * random_between(&run->random, 1, 4));
    }
  }
  ticket->request.items = ticket->items;
  ticket->request.returns = ticket->returns;
  ticket->request.tenders = ticket->tenders;
  ticket->request.exact_tender = true;
}

static int plan_sale(struct run *run, struct sp_work *work, struct done *done) {
  struct ticket *ticket = sp_arena_alloc(work->arena, sizeof *ticket);
  if (ticket == NULL) return SP_E_NOMEM;
  random_ticket(run, ticket);
  int rc = sp_sale_post(work, &ticket->request, &ticket->sale);
  *done = (struct done){.deed = DEED_SALE,
                        .id = ticket->sale.id,
                        .total = ticket->sale.total,
                        .lines = ticket->sale.count,
                        .tenders = ticket->sale.tender_count};
  return rc;
}

static int plan_stock(struct run *run, struct sp_work *work, struct done *done) {
  struct sp_stock_line *lines = sp_arena_array(work->arena, 3, sizeof *lines);
  if (lines == NULL) return SP_E_NOMEM;
  for (int i = 0; i < 3; i++)
    lines[i] = (struct sp_stock_line){.product = counter_goods(i), .lot = "", .quantity = 1000};
  const struct sp_stock_document document = {.kind = SP_STOCK_RECEIPT, .lines = lines, .count = 3};
  (void)run;
  *done = (struct done){.deed = DEED_STOCK, .lines = 3};
  return sp_stock_post(work, &document, &done->id);
}

static int plan_shift(struct sp_work *work, struct done *done) {
  struct sp_shift shift;
  int rc = sp_shift_current(work, &shift);
  *done = (struct done){.deed = rc == 0 ? DEED_CLOSE : DEED_OPEN};
  rc = rc == 0 ? sp_shift_close(work, 100, &shift) : sp_shift_open(work, 5000, &shift);
  done->id = shift.id;
  return rc;
}

/* Plan one thing in a read transaction, as a worker does. False when it was refused. */
static bool plan_one(struct run *run, int slot, struct sp_plan *plan, struct done *done) {
  struct sp_error error = {.lang = SP_LANG_EN};
  sp_arena_reset(&run->arenas[slot]);
  sp_plan_init(plan, &run->arenas[slot]);
  struct sp_work work = sp_fixture_work(&run->counter.node, &run->arenas[slot], plan, &error);
  if (sp_db_begin(work.db, &error) != 0) return false;
  uint64_t what = random_next(&run->random) % 20;
  struct sp_shift shift;
  bool open = sp_shift_current(&work, &shift) == 0;
  int rc = what == 0 || !open ? plan_shift(&work, done)
           : what == 1        ? plan_stock(run, &work, done)
                              : plan_sale(run, &work, done);
  if (sp_db_commit(work.db, NULL) != 0) sp_db_rollback(work.db);
  if (rc != 0 && work.number != 0) sp_numbers_return(work.app->numbers, &work.number_till, work.number);
  return rc == 0;
}

/* A group as the writer commits it. */
static void sell_group(struct run *run, int size) {
  struct sp_plan plans[GROUP];
  struct sp_plan_entry entries[GROUP] = {{.plan = NULL}};
  int count = 0, first = run->count;
  while (count < size && plan_one(run, count, &plans[count], &run->done[first + count])) {
    entries[count].plan = &plans[count];
    count++;
  }
  if (count == 0) return;
  sp_plan_commit(run->counter.node.writer, entries, count);
  for (int i = 0; i < count; i++)
    run->done[first + i].acknowledged = entries[i].result == 0;
  run->count += count;
  bool lit = !sp_crash_struck(run->disk);
  sp_sqlite_api()->maintain(run->counter.node.writer, run->counter.node.now += 1000);
  if (random_next(&run->random) % 8 == 0)
    power_checkpoint(&run->counter, random_next(&run->random) % 2 == 0 ? "PASSIVE" : "RESTART");
  run->totals.in_checkpoint += lit && sp_crash_struck(run->disk);
}

static void sell_until_dark(struct run *run) {
  run->count = 0;
  for (int group = 0; group < GROUPS && !sp_crash_struck(run->disk); group++)
    sell_group(run, (int)random_between(&run->random, 1, GROUP));
}

/* ---- What is there afterwards ---- */

static int use_load(struct sp_work *work, void *ctx) {
  struct sp_sale *sale = ctx;
  const struct sp_id id = sale->id;
  return sp_sale_load(work, &id, sale);
}

static int64_t rows_of(struct counter *counter, const char *table, const char *key, const struct sp_id *id) {
  char sql[128];
  int len = snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s WHERE %s = X'", table, key);
  for (int i = 0; i < SP_ID_LEN; i++)
    len += snprintf(sql + len, sizeof sql - (size_t)len, "%02x", (unsigned)id->bytes[i]);
  snprintf(sql + len, sizeof sql - (size_t)len, "'");
  return sp_fixture_scalar(&counter->node, sql);
}

/* 1: there as it was planned; 0: not there; −1: something else is. */
static int look_for(struct run *run, const struct done *done) {
  struct counter *counter = &run->counter;
  struct sp_sale sale = {.id = done->id};
  if (done->deed == DEED_CLOSE) return rows_of(counter, "z_report", "shift_id", &done->id) == 1;
  if (done->deed == DEED_OPEN) return rows_of(counter, "shift", "id", &done->id) == 1;
  if (done->deed == DEED_STOCK) {
    int64_t rows = rows_of(counter, "stock_movement", "document_id", &done->id);
    return rows == done->lines ? 1 : rows == 0 ? 0 : -1;
  }
  int rc = sp_fixture_do(&counter->node, use_load, &sale, &counter->error);
  if (rc == SP_E_NOT_FOUND) return 0;
  bool same = rc == 0 && sale.total == done->total && sale.count == done->lines && sale.tender_count == done->tenders;
  return same ? 1 : -1;
}

static void look_for_all(struct run *run, uint64_t seed) {
  for (int i = 0; i < run->count; i++) {
    const struct done *done = &run->done[i];
    int there = look_for(run, done);
    run->totals.acknowledged += done->acknowledged;
    run->totals.unsure += !done->acknowledged && there > 0;
    bool lost = done->acknowledged && there == 0;
    if ((lost || there < 0) && !run->quiet)
      print_error("seed %llu: plan %d %s\n", (unsigned long long)seed, i, lost ? "lost" : "torn");
    run->totals.lost += lost;
    run->totals.torn += there < 0;
  }
}

/* Integrity of the file, every ledger beside the others, and the next customer. */
static void prove(struct run *run, uint64_t seed) {
  struct counter *counter = &run->counter;
  struct ticket ticket;
  if (sp_sqlite_api()->check(counter->node.writer, true, &counter->error) != 0) {
    run->totals.damaged++;
    print_error("seed %llu: %s\n", (unsigned long long)seed, counter->error.message);
    return;
  }
  if (counter_prove(counter, NULL) != 0) {
    run->totals.torn++;
    print_error("seed %llu: %s\n", (unsigned long long)seed, counter->error.message);
  }
  look_for_all(run, seed);
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  int rc = counter_sell(counter, &ticket, SP_METHOD_CASH);
  if (rc == SP_E_STATE) rc = counter_shift_open(counter, 0); /* it went between closing and opening */
  if (rc != 0) print_error("seed %llu: %s\n", (unsigned long long)seed, counter->error.message);
  run->totals.stuck += rc != 0;
}

/* Start again; now and then the power goes while the start recovers. */
static int light_again(struct run *run) {
  power_off(&run->counter);
  int rc = sp_crash_restart(run->disk);
  if (rc == 0 && random_next(&run->random) % 4 == 0) {
    sp_crash_arm(run->disk, SP_CRASH_CUT, random_between(&run->random, 1, 40), false);
    if (power_on(&run->counter) == 0) {
      int before = run->count;
      if (before < DONE_MAX) sell_group(run, 1);
      power_off(&run->counter);
    }
    run->totals.at_start += sp_crash_struck(run->disk);
    rc = sp_crash_restart(run->disk);
  }
  return rc == 0 ? power_on(&run->counter) : rc;
}

static void one_cut(struct run *run, const struct power_template *template, uint64_t seed, const char *weaker) {
  struct counter *counter = &run->counter;
  run->random = (struct random){.state = seed * 2 + 1};
  if (power_load(run->disk, template, seed) != 0 || power_on(counter) != 0) fail_msg("%s", counter->error.message);
  if (weaker != NULL) assert_int_equal(sp_fixture_exec(&counter->node, weaker, NULL), 0);
  sp_crash_arm(run->disk, SP_CRASH_CUT, random_between(&run->random, 1, 500), false);
  sell_until_dark(run);
  run->totals.at_work += sp_crash_struck(run->disk);
  run->totals.cuts++;
  if (light_again(run) == 0) {
    prove(run, seed);
  } else {
    run->totals.damaged++;
    print_error("seed %llu: %s\n", (unsigned long long)seed, counter->error.message);
  }
  power_off(counter);
}

/* ---- Templates: a few sales and a Z report, closed in order; and one whose log the writer is about to write back ----
 */

static void fill(struct run *run) {
  struct counter *counter = &run->counter;
  for (run->old_count = 0; run->old_count < 16; run->old_count++) {
    struct ticket ticket;
    ticket_new(&ticket);
    ticket_item(&ticket, counter_shelf[run->old_count % 6].code, 3000);
    ticket_item(&ticket, "apple", 500);
    if (counter_sell(counter, &ticket, SP_METHOD_CASH) != 0) fail_msg("%s", counter->error.message);
    run->old[run->old_count] = ticket.sale.id;
    if (run->old_count != 3) continue;
    assert_int_equal(counter_shift_close(counter, 0), 0);
    assert_int_equal(counter_shift_open(counter, 10000), 0);
  }
}

static void make_templates(struct run *run, struct power_template templates[TEMPLATES]) {
  struct counter *counter = &run->counter;
  counter_open(counter, campaigns, VFS);
  fill(run);
  power_off(counter);
  assert_int_equal(power_template(run->disk, &templates[0]), 0);
  assert_int_equal(power_on(counter), 0);
  if (power_template_long(counter, run->disk, &templates[1]) != 0) fail_msg("%s", counter->error.message);
  assert_true(templates[1].log_len > (size_t)1 << 20);
  power_off(counter);
}

static int cuts_wanted(int usual) {
  const char *given = getenv("SP_CUTS");
  long cuts = given != NULL ? strtol(given, NULL, 10) : 0;
  if (cuts > 0 && cuts < 100000000) return (int)cuts;
  return getenv("SP_LONG") != NULL ? 10 * usual : usual;
}

static uint64_t seed_of_run(void) {
  const char *given = getenv("SP_SEED");
  return given != NULL ? strtoull(given, NULL, 10) : 20260101;
}

static struct totals many_cuts(int cuts, const char *weaker) {
  struct power_template templates[TEMPLATES];
  struct run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  run->quiet = weaker != NULL;
  run->disk = sp_crash_new(VFS, 1);
  assert_non_null(run->disk);
  for (int i = 0; i < GROUP; i++)
    sp_arena_init(&run->arenas[i], (size_t)4 << 20);
  make_templates(run, templates);
  int64_t start = sp_clock_monotonic_us();
  uint64_t seed = seed_of_run();
  for (int i = 0; i < cuts; i++)
    one_cut(run, &templates[i % SELDOM == 0], seed + (uint64_t)i, weaker);
  struct totals totals = run->totals;
  print_message("%s, SP_SEED=%llu: %lld lives, the power went %lld times at work (%lld in a checkpoint) and %lld times "
                "while starting again: "
                "%lld plans acknowledged, %lld lost, %lld doubled or in part, %lld files damaged, %lld counters stuck; "
                "%lld came through unacknowledged; %.1f ms each\n",
                weaker != NULL ? weaker : "full sync", (unsigned long long)seed, (long long)totals.cuts,
                (long long)totals.at_work, (long long)totals.in_checkpoint, (long long)totals.at_start,
                (long long)totals.acknowledged, (long long)totals.lost, (long long)totals.torn,
                (long long)totals.damaged, (long long)totals.stuck, (long long)totals.unsure,
                (double)(sp_clock_monotonic_us() - start) / 1000.0 / cuts);
  for (int i = 0; i < TEMPLATES; i++)
    power_template_free(&templates[i]);
  for (int i = 0; i < GROUP; i++)
    sp_arena_free(&run->arenas[i]);
  counter_close(&run->counter);
  sp_crash_free(run->disk);
  free(run);
  return totals;
}

static void test_nothing_acknowledged_is_lost(void **state) {
  (void)state;
  struct totals totals = many_cuts(cuts_wanted(10000), NULL);
  assert_true(totals.at_work > totals.cuts * 99 / 100);
  assert_true(totals.in_checkpoint > totals.cuts / 100);
  assert_true(totals.acknowledged > totals.cuts);
  assert_int_equal(totals.lost, 0);
  assert_int_equal(totals.torn, 0);
  assert_int_equal(totals.damaged, 0);
  assert_int_equal(totals.stuck, 0);
  print_message("%lld power cuts: 0 acknowledged sales lost, 0 doubled, integrity ok\n",
                (long long)totals.at_work + (long long)totals.at_start);
}

/* The proof would see it: the same cuts with a weaker sync do lose sales. */
static void test_the_proof_sees_a_loss(void **state) {
  (void)state;
  struct totals totals = many_cuts(100, "PRAGMA synchronous = NORMAL");
  assert_true(totals.lost > 0);
}

int main(void) {
  sp_log_init(SP_LOG_ERROR, open("/dev/null", O_WRONLY)); /* a checkpoint in the dark complains, rightly */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing_acknowledged_is_lost),
      cmocka_unit_test(test_the_proof_sees_a_loss),
  };
  return cmocka_run_group_tests_name("power cuts while selling", tests, NULL, NULL);
}
