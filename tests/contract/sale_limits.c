/* Limits of campaigns: never passed, taken with the sale or at the freeze, given back by a release or a cancel,
 * provable from their entries; also when tills race for the last ones and when the machine dies in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "app/number.h"
#include "base/log.h"
#include "tests/contract/counter/counter.h"
#include "tests/unit/random.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TILLS      8
#define ROUND      40 /* attempts of each till */
#define LIMIT      50 /* uses that all of them together get */
#define KILL_LIMIT 600

#define TEN_OFF(limits)                                                                                                \
  "{\"campaigns\": [{\"code\": \"TEN\", \"rule\": \"promotion.percent_off\", \"params\": {\"tag\": \"soda\", "         \
  "\"percent\": 100000}, \"limits\": " limits "}]}"

static const char *campaigns;

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  return counter_start(&counter, campaigns, NULL);
}

static int set_up_two_uses(void **state) {
  campaigns = TEN_OFF("{\"uses\": 2}");
  return set_up(state);
}

static int set_up_members(void **state) {
  campaigns = TEN_OFF("{\"member_uses\": 1}");
  return set_up(state);
}

static int set_up_amount(void **state) {
  campaigns = TEN_OFF("{\"amount\": 70, \"units\": 100}");
  return set_up(state);
}

static int64_t used(struct counter *counter) {
  return counter_count(counter, "SELECT COALESCE(SUM(uses), 0) FROM campaign_use");
}

static int64_t sell_cola(struct counter *counter, const char *member) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket.request.member = member;
  ticket_item(&ticket, "cola", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  return ticket.sale.total;
}

static void test_uses(void **state) {
  struct counter *counter = *state;
  assert_int_equal(sell_cola(counter, ""), 270);
  assert_int_equal(sell_cola(counter, ""), 270);
  assert_int_equal(sell_cola(counter, ""), 300);
  assert_int_equal(used(counter), 2);
  assert_int_equal(counter_count(counter, "SELECT amount FROM campaign_use"), 60);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM campaign_entry"), 2);
  /* A replay learns what was left. */
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE inputs LIKE '%\"spent\":[\"TEN\"]%'"), 1);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE inputs LIKE '%\"uses\":1,%'"), 1);
}

static void test_members(void **state) {
  struct counter *counter = *state;
  assert_int_equal(sell_cola(counter, "M1"), 270);
  assert_int_equal(sell_cola(counter, "M1"), 300);
  assert_int_equal(sell_cola(counter, "M2"), 270);
  assert_int_equal(counter_count(counter, "SELECT uses FROM campaign_use WHERE subject = 'm:M1'"), 1);
}

static void test_amount(void **state) {
  struct counter *counter = *state;
  assert_int_equal(sell_cola(counter, ""), 270);
  assert_int_equal(sell_cola(counter, ""), 270);
  assert_int_equal(sell_cola(counter, ""), 300); /* 30 more would be 90 */
  assert_int_equal(counter_count(counter, "SELECT amount FROM campaign_use"), 60);
  assert_int_equal(counter_count(counter, "SELECT units FROM campaign_use"), 2);
}

static void sell_two_first(struct counter *counter) {
  sell_cola(counter, "");
  sell_cola(counter, "");
}

static void test_another_till_is_faster(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_pay(&ticket, SP_METHOD_CASH, 500);
  ticket.request.expected_total = 270;
  counter_meanwhile(counter, sell_two_first);
  counter_refused(counter, counter_post(counter, &ticket), SP_E_TOTAL_CHANGED, "total");
  ticket.request.expected_total = 300;
  counter_went_well(counter, counter_post(counter, &ticket));
  assert_int_equal(used(counter), 2);
}

/* ---- Baskets ---- */

static int command(struct counter *counter, struct sp_open_basket *basket, enum sp_basket_kind kind) {
  return counter_apply(counter, basket, &(struct sp_basket_command){.kind = kind, .expected_total = SP_NO_TOTAL});
}

static void open_with_cola(struct counter *counter, struct sp_open_basket *basket) {
  counter_went_well(counter, counter_basket(counter, basket));
  counter_went_well(
      counter,
      counter_apply(counter, basket,
                    &(struct sp_basket_command){
                        .kind = SP_BASKET_ADD, .code = "cola", .quantity = 1000, .expected_total = SP_NO_TOTAL}));
}

static int tender(struct counter *counter, struct sp_open_basket *basket, int64_t total) {
  const struct sp_basket_command command = {
      .kind = SP_BASKET_TENDER,
      .tender = {.method = SP_METHOD_CARD, .tendered = 270, .reference = ""},
      .expected_total = total,
  };
  return counter_apply(counter, basket, &command);
}

struct pay {
  struct sp_id basket;
  struct sp_sale sale;
};

static int use_commit(struct sp_work *work, void *ctx) {
  struct pay *pay = ctx;
  return sp_basket_commit(work, &pay->basket, NULL, 0, SP_NO_TOTAL, &pay->sale);
}

static void test_freeze_takes(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket basket;
  open_with_cola(counter, &basket);
  assert_int_equal(used(counter), 0);
  counter_went_well(counter, tender(counter, &basket, 270));
  assert_int_equal(used(counter), 1);
  counter_went_well(counter, command(counter, &basket, SP_BASKET_RELEASE));
  assert_int_equal(used(counter), 0);
  counter_went_well(counter, tender(counter, &basket, 270));
  struct pay pay = {.basket = basket.id};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_commit, &pay, &counter->error));
  assert_int_equal(pay.sale.total, 270);
  assert_int_equal(used(counter), 1); /* not twice */
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM campaign_entry"), 3);
  open_with_cola(counter, &basket);
  counter_went_well(counter, tender(counter, &basket, 270));
  assert_int_equal(used(counter), 2);
  counter_went_well(counter, command(counter, &basket, SP_BASKET_CANCEL));
  assert_int_equal(used(counter), 1);
}

static void test_frozen_ones_count(void **state) {
  struct counter *counter = *state;
  struct sp_open_basket first, second, third;
  open_with_cola(counter, &first);
  open_with_cola(counter, &second);
  open_with_cola(counter, &third);
  counter_went_well(counter, tender(counter, &first, 270));
  counter_went_well(counter, tender(counter, &second, 270));
  counter_refused(counter, tender(counter, &third, 270), SP_E_TOTAL_CHANGED, "total");
  counter_went_well(counter, command(counter, &first, SP_BASKET_CANCEL));
  counter_went_well(counter, tender(counter, &third, 270));
  assert_int_equal(used(counter), 2);
}

static void test_lost_balance_is_found(void **state) {
  struct counter *counter = *state;
  static const char *const touches[] = {"UPDATE campaign_use SET uses = uses + 1", "DELETE FROM campaign_use",
                                        "UPDATE campaign_entry SET amount = amount + 1"};
  sell_cola(counter, "");
  for (size_t i = 0; i < sizeof touches / sizeof touches[0]; i++) {
    struct sp_reconciliation result;
    counter_went_well(counter, sp_db_begin(counter->node.writer, &counter->error));
    counter_went_well(counter, sp_fixture_exec(&counter->node, touches[i], &counter->error));
    int rc = sp_reconcile(counter->node.writer, &result, &counter->error);
    sp_db_rollback(counter->node.writer);
    if (rc != 0 || result.agrees) fail_msg("not found: %s", touches[i]);
  }
}

/* ---- Tills that race: a thread each, with its own connection and machine, and one writer ---- */

struct race {
  struct counter *counter;
  pthread_mutex_t writer;
  int tell; /* hears of each sale: a pipe, or 0 */
  atomic_int failures, sold, given_back;
};

struct till {
  struct race *race;
  struct sp_worker worker;
  struct sp_arena arena;
  struct sp_error error;
  uint64_t seed;
};

typedef int till_use(struct sp_work *work, void *ctx);

/* One request as the executor runs it: snapshot, plan, commit, again after a conflict. */
static int till_do(struct till *till, till_use *use, void *ctx) {
  struct sp_fixture *node = &till->race->counter->node;
  for (int tries = 0; tries < SP_TASK_TRIES; tries++) {
    struct sp_plan plan;
    sp_arena_reset(&till->arena);
    sp_plan_init(&plan, &till->arena);
    till->error = (struct sp_error){.lang = SP_LANG_EN};
    struct sp_work work = sp_fixture_work(node, &till->arena, &plan, &till->error);
    work.db = till->worker.db;
    work.vm = till->worker.vm;
    int rc = sp_db_begin(work.db, &till->error);
    if (rc == 0) rc = use(&work, ctx);
    sp_db_rollback(work.db);
    struct sp_plan_entry entry = {.plan = &plan, .error = {.lang = SP_LANG_EN}};
    if (rc == 0 && plan.steps > 0) {
      pthread_mutex_lock(&till->race->writer);
      sp_plan_commit(node->writer, &entry, 1);
      pthread_mutex_unlock(&till->race->writer);
      rc = entry.result;
      if (rc != 0) till->error = entry.error;
    }
    if (rc != 0 && work.number != 0) sp_numbers_return(node->app.numbers, &work.number_till, work.number);
    if (rc != SP_E_CONFLICT) return rc;
  }
  return SP_E_CONFLICT;
}

static int use_sell(struct sp_work *work, void *ctx) {
  int64_t *total = ctx;
  struct sp_sale_item item = {.code = "cola", .quantity = 1000, .given_price = SP_NO_PRICE};
  struct sp_tender cash = {.method = SP_METHOD_CASH, .tendered = 300, .reference = ""};
  const struct sp_sale_request request = {.source = "till",
                                          .items = &item,
                                          .item_count = 1,
                                          .tenders = &cash,
                                          .tender_count = 1,
                                          .expected_total = SP_NO_TOTAL,
                                          .promotions = true};
  struct sp_sale sale;
  int rc = sp_sale_post(work, &request, &sale);
  *total = sale.total;
  return rc;
}

static int use_open(struct sp_work *work, void *ctx) {
  return sp_basket_open(work, "", ctx);
}

struct step {
  struct sp_id basket;
  struct sp_basket_command command;
};

static int use_step(struct sp_work *work, void *ctx) {
  const struct step *step = ctx;
  struct sp_open_basket basket;
  return sp_basket_apply(work, &step->basket, &step->command, &basket);
}

static int use_pay(struct sp_work *work, void *ctx) {
  struct pay *pay = ctx;
  return sp_basket_commit(work, &pay->basket, NULL, 0, SP_NO_TOTAL, &pay->sale);
}

/* Freeze, then pay or cancel. */
static int race_basket(struct till *till, bool pays) {
  struct sp_open_basket basket;
  int rc = till_do(till, use_open, &basket);
  struct step step = {
      .basket = basket.id,
      .command = {.kind = SP_BASKET_ADD, .code = "cola", .quantity = 1000, .expected_total = SP_NO_TOTAL}};
  if (rc == 0) rc = till_do(till, use_step, &step);
  step.command = (struct sp_basket_command){.kind = SP_BASKET_TENDER, .expected_total = SP_NO_TOTAL};
  step.command.tender = (struct sp_tender){.method = SP_METHOD_CASH, .tendered = 300, .reference = ""};
  if (rc == 0) rc = till_do(till, use_step, &step);
  struct pay pay = {.basket = basket.id};
  if (rc == 0 && pays) return till_do(till, use_pay, &pay);
  step.command = (struct sp_basket_command){.kind = SP_BASKET_CANCEL, .expected_total = SP_NO_TOTAL};
  if (rc == 0) rc = till_do(till, use_step, &step);
  if (rc == 0) atomic_fetch_add(&till->race->given_back, 1);
  return rc;
}

static void *race_on(void *ctx) {
  struct till *till = ctx;
  struct random random = {.state = till->seed};
  for (int i = 0; i < ROUND; i++) {
    int64_t total = 0;
    uint64_t what = random_next(&random) % 4;
    int rc = what == 0   ? race_basket(till, false)
             : what == 1 ? race_basket(till, true)
                         : till_do(till, use_sell, &total);
    if (rc != 0) {
      fprintf(stderr, "till: %s\n", till->error.message);
      atomic_fetch_add(&till->race->failures, 1);
    }
    if (rc != 0 || what == 0) continue;
    atomic_fetch_add(&till->race->sold, 1);
    if (till->race->tell != 0 && write(till->race->tell, "x", 1) != 1) return NULL;
  }
  return NULL;
}

static int till_open(struct till *till, struct race *race, uint64_t seed) {
  struct sp_fixture *node = &race->counter->node;
  const struct sp_db_options options = {.location = node->location, .mode = SP_DB_READ};
  *till = (struct till){.race = race, .seed = seed | 1};
  sp_arena_init(&till->arena, (size_t)16 << 20);
  int rc = sp_sqlite_api()->open(&options, &till->worker.db, &till->error);
  return rc == 0 ? sp_bundle_vm_open(node->bundle, &till->worker.vm, &till->error) : rc;
}

static void till_close(struct till *till) {
  if (till->worker.vm != NULL) till->worker.vm->api->close(till->worker.vm);
  sp_db_close(till->worker.db);
  sp_arena_free(&till->arena);
}

/* All tills at once, to the end. 0 when every one could be opened. */
static int race(struct race *race, uint64_t seed) {
  static struct till tills[TILLS];
  pthread_t threads[TILLS];
  int rc = 0;
  pthread_mutex_init(&race->writer, NULL);
  for (int i = 0; i < TILLS; i++)
    rc |= till_open(&tills[i], race, seed + (uint64_t)i * 7919);
  for (int i = 0; rc == 0 && i < TILLS; i++)
    rc = pthread_create(&threads[i], NULL, race_on, &tills[i]);
  for (int i = 0; rc == 0 && i < TILLS; i++)
    pthread_join(threads[i], NULL);
  for (int i = 0; i < TILLS; i++)
    till_close(&tills[i]);
  pthread_mutex_destroy(&race->writer);
  return rc;
}

static int set_up_race(void **state) {
  campaigns = TEN_OFF("{\"uses\": 50}");
  return set_up(state);
}

static void test_tills_race(void **state) {
  struct counter *counter = *state;
  struct random random = random_start("tills race for the last uses");
  struct race made = {.counter = counter};
  assert_int_equal(race(&made, random_next(&random)), 0);
  assert_int_equal(atomic_load(&made.failures), 0);
  assert_int_equal(used(counter), LIMIT);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale WHERE discount > 0"), LIMIT);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), atomic_load(&made.sold));
  print_message("%d tills, %d sales, %d given back: %d of %d uses\n", TILLS, atomic_load(&made.sold),
                atomic_load(&made.given_back), LIMIT, LIMIT);
}

/* ---- The machine dies ---- */

/* The child: races until somebody ends it. Tells its database through the pipe first. */
static void child(int pipe, uint64_t seed) {
  struct counter counter;
  sp_log_init(SP_LOG_ERROR, STDERR_FILENO);
  if (counter_start(&counter, TEN_OFF("{\"uses\": 600}"), NULL) != 0) _exit(2);
  char path[96] = "";
  snprintf(path, sizeof path, "%s", counter.node.location);
  if (write(pipe, path, sizeof path) != sizeof path) _exit(3);
  struct race made = {.counter = &counter, .tell = pipe};
  for (uint64_t i = 0;; i++)
    if (race(&made, seed + i) != 0) _exit(4);
}

static int64_t ask(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement = NULL;
  int64_t value = INT64_MIN;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return value;
}

static void remove_database(const char *path) {
  static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
  char name[128];
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    snprintf(name, sizeof name, "%s%s", path, ends[i]);
    unlink(name);
  }
  snprintf(name, sizeof name, "%.*s", (int)(strrchr(path, '/') - path), path);
  rmdir(name);
}

/* What the dead machine left. Returns how many uses. */
static int64_t look(const char *path) {
  static const char held[] = "SELECT COUNT(*) FROM basket b WHERE b.state = 'frozen' AND EXISTS (SELECT 1 FROM "
                             "basket_event e WHERE e.basket_id = b.id AND e.kind = 'freeze' AND e.body LIKE "
                             "'%\"uses\":[%')";
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  int64_t uses = ask(db, "SELECT COALESCE(SUM(uses), 0) FROM campaign_use");
  assert_in_range(uses, 0, KILL_LIMIT);
  assert_int_equal(ask(db, "SELECT COALESCE(SUM(uses), 0) FROM campaign_entry"), uses);
  assert_int_equal(ask(db, "SELECT COUNT(*) FROM sale WHERE discount > 0") + ask(db, held), uses);
  sqlite3_close(db);
  return uses;
}

static void test_killed(void **state) {
  struct random random = random_start("killed while tills race");
  int64_t least = KILL_LIMIT, most = 0;
  (void)state;
  for (int i = 0; i < 6; i++) {
    int ends[2];
    char path[96] = "";
    uint64_t seed = random_next(&random);
    assert_int_equal(pipe(ends), 0);
    pid_t process = fork();
    if (process == 0) child(ends[1], seed);
    assert_int_equal(read(ends[0], path, sizeof path), sizeof path);
    char sale;
    for (int64_t sales = random_between(&random, 0, KILL_LIMIT / 2); sales > 0; sales--)
      assert_int_equal(read(ends[0], &sale, 1), 1);
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
    int64_t uses = look(path);
    if (uses < least) least = uses;
    if (uses > most) most = uses;
    remove_database(path);
    close(ends[0]);
    close(ends[1]);
  }
  print_message("6 machines killed after %lld to %lld uses: every balance is its entries\n", (long long)least,
                (long long)most);
}

#define CASE(test, how) cmocka_unit_test_setup_teardown(test, how, counter_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_uses, set_up_two_uses),
      CASE(test_members, set_up_members),
      CASE(test_amount, set_up_amount),
      CASE(test_another_till_is_faster, set_up_two_uses),
      CASE(test_freeze_takes, set_up_two_uses),
      CASE(test_frozen_ones_count, set_up_two_uses),
      CASE(test_lost_balance_is_found, set_up_two_uses),
      CASE(test_tills_race, set_up_race),
      cmocka_unit_test(test_killed),
  };
  return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
