/* Each operation of the disk and each allocation of a sale fails, once and from then on: the till hears a clear error
 * or a success, nothing is lost or sold twice, and the same counter sells again as soon as the machine is well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "base/log.h"
#include "tests/contract/counter/power.h"
#include "tests/support/alloc_fail.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VFS "faults-sales"

static const char campaigns[] = "{\"campaigns\": [{\"code\": \"BREAD20\", \"rule\": \"promotion.percent_off\", "
                                "\"params\": {\"tag\": \"bakery\", "
                                "\"percent\": 200000}}, {\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\", "
                                "\"params\": {\"tag\": \"soda\"}}]}";

struct scene {
  struct counter counter;
  struct sp_crash *disk;
  struct power_template shut, busy; /* closed in order; with a log that is written back after the sale */
  struct sp_id old;                 /* a sale something comes back of */
  uint32_t serial;
  int64_t sold, refused; /* attempts with a fault */
};

static int scene_make(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  struct ticket ticket;
  *state = scene;
  if (scene == NULL) return -1;
  scene->disk = sp_crash_new(VFS, 1);
  if (scene->disk == NULL || counter_start(&scene->counter, campaigns, VFS) != 0) return -1;
  ticket_new(&ticket);
  ticket_item(&ticket, "gum", 9000000); /* each of them is worth 0.15 */
  if (counter_sell(&scene->counter, &ticket, SP_METHOD_CASH) != 0) return -1;
  scene->old = ticket.sale.id;
  power_off(&scene->counter);
  if (power_template(scene->disk, &scene->shut) != 0 || power_on(&scene->counter) != 0) return -1;
  for (int i = 0; i < 20; i++) {
    ticket_new(&ticket);
    ticket_item(&ticket, "gum", 1000);
    if (counter_sell(&scene->counter, &ticket, SP_METHOD_CARD) != 0) return -1;
  }
  int rc = power_template(scene->disk, &scene->busy);
  power_off(&scene->counter);
  return rc;
}

static int scene_free(void **state) {
  struct scene *scene = *state;
  power_template_free(&scene->shut);
  power_template_free(&scene->busy);
  counter_close(&scene->counter);
  sp_crash_free(scene->disk);
  free(scene);
  return 0;
}

/* The sale that is tried: two promotions, a weighed line, an exchange, 抹零. Each has an id of its own. */
static void the_sale(struct scene *scene, struct ticket *ticket) {
  ticket_new(ticket);
  ticket_item(ticket, "bun", 3000);
  ticket_item(ticket, "cola", 3000);
  ticket_item(ticket, "apple", 755);
  ticket_back(ticket, &scene->old, 1, 1000);
  ticket->request.id = counter_goods(80);
  scene->serial++;
  memcpy(ticket->request.id.bytes, &scene->serial, sizeof scene->serial);
  ticket_pay(ticket, SP_METHOD_CASH, 3000);
  ticket->request.expected_total = SP_NO_TOTAL;
  scene->counter.node.app.policy.rounding_step = 100;
}

/* A fault is either not felt, or said in a sentence under its own name. */
static int judge(struct scene *scene, int rc, int wanted, long k) {
  const struct sp_error *error = &scene->counter.error;
  if (rc == 0) return 0;
  if (rc != wanted || error->code != wanted || error->message[0] == '\0')
    fail_msg("the fault at %ld was called %s: %s", k, sp_code_name(rc), error->message);
  return rc;
}

static bool total_is_right(const struct ticket *ticket) {
  return ticket->sale.total == 2300 && ticket->sale.rounding == -50 && ticket->sale.alarms == 0;
}

/* Quote and post. True when the sale was acknowledged. */
static bool attempt(struct scene *scene, struct ticket *ticket, int wanted, long k) {
  ticket->cash = true;
  int rc = judge(scene, counter_quote(&scene->counter, ticket), wanted, k);
  if (rc == 0 && !total_is_right(ticket)) fail_msg("the fault at %ld changed the price", k);
  rc = judge(scene, counter_post(&scene->counter, ticket), wanted, k);
  if (rc == 0 && !total_is_right(ticket)) fail_msg("the fault at %ld changed the price", k);
  *(rc == 0 ? &scene->sold : &scene->refused) += 1;
  return rc == 0;
}

static int64_t times_sold(struct scene *scene, const struct ticket *ticket) {
  char sql[128];
  int len = snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM sale WHERE id = X'");
  for (int i = 0; i < SP_ID_LEN; i++)
    len += snprintf(sql + len, sizeof sql - (size_t)len, "%02x", (unsigned)ticket->request.id.bytes[i]);
  snprintf(sql + len, sizeof sql - (size_t)len, "'");
  return sp_fixture_scalar(&scene->counter.node, sql);
}

/* The machine is well: the same counter repeats the sale, which is refused only when it was acknowledged. */
static void sell_again(struct scene *scene, struct ticket *ticket, bool acknowledged, long k) {
  int rc = counter_post(&scene->counter, ticket);
  if (rc != (acknowledged ? SP_E_EXISTS : 0))
    fail_msg("after the fault at %ld (%s) the counter says %s: %s", k, acknowledged ? "sold" : "not sold",
             sp_code_name(rc), scene->counter.error.message);
  if (times_sold(scene, ticket) != 1) fail_msg("after the fault at %ld the sale is not there once", k);
}

/* After a power cut on top of it everything is there once, and all ledgers agree. */
static void prove(struct scene *scene, const struct ticket *ticket, long k) {
  struct counter *counter = &scene->counter;
  power_off(counter);
  if (sp_crash_restart(scene->disk) != 0 || power_on(counter) != 0 ||
      sp_sqlite_api()->check(counter->node.writer, true, &counter->error) != 0 || counter_prove(counter, NULL) != 0)
    fail_msg("after the fault at %ld: %s", k, counter->error.message);
  if (times_sold(scene, ticket) != 1) fail_msg("after the fault at %ld and a power cut the sale is not there once", k);
}

/* ---- The disk ---- */

/* One life with one fault at the kth operation. False when there were fewer. */
static bool life(struct scene *scene, const struct power_template *from, enum sp_crash_fault fault, long k,
                 bool forever) {
  struct counter *counter = &scene->counter;
  struct ticket ticket;
  if (power_load(scene->disk, from, (uint64_t)k) != 0 || power_on(counter) != 0) fail_msg("%s", counter->error.message);
  the_sale(scene, &ticket);
  sp_crash_arm(scene->disk, fault, k, forever);
  bool acknowledged = attempt(scene, &ticket, fault == SP_CRASH_EIO ? SP_E_IO : SP_E_FULL, k);
  if (from == &scene->busy) power_checkpoint(counter, k % 2 == 0 ? "RESTART" : "PASSIVE");
  bool struck = sp_crash_struck(scene->disk);
  sp_crash_arm(scene->disk, SP_CRASH_NONE, 0, false);
  sell_again(scene, &ticket, acknowledged, k);
  prove(scene, &ticket, k);
  power_off(counter);
  return struck;
}

static void sweep(struct scene *scene, const struct power_template *from, enum sp_crash_fault fault, const char *what) {
  for (int forever = 0; forever < 2; forever++) {
    long k = 1;
    scene->sold = scene->refused = 0;
    while (life(scene, from, fault, k, forever))
      k++;
    assert_true(k > 20 && scene->refused > 10);
    print_message("%s, %s: a fault at each of %ld operations of a sale, %lld sold all the same, %lld refused; "
                  "nothing lost, nothing twice\n",
                  what, forever ? "from then on" : "once", k - 1, (long long)scene->sold, (long long)scene->refused);
  }
}

static void test_disk_errors(void **state) {
  struct scene *scene = *state;
  sweep(scene, &scene->shut, SP_CRASH_EIO, "I/O error");
}

static void test_full_disk(void **state) {
  struct scene *scene = *state;
  sweep(scene, &scene->shut, SP_CRASH_FULL, "full disk");
}

static void test_disk_errors_with_a_checkpoint(void **state) {
  struct scene *scene = *state;
  sweep(scene, &scene->busy, SP_CRASH_EIO, "I/O error with a checkpoint");
}

static void test_full_disk_with_a_checkpoint(void **state) {
  struct scene *scene = *state;
  sweep(scene, &scene->busy, SP_CRASH_FULL, "full disk with a checkpoint");
}

/* ---- Memory ---- */

static bool poor_sale(struct scene *scene, long k, bool forever) {
  struct ticket ticket;
  the_sale(scene, &ticket);
  sp_alloc_fail_at(k, forever);
  ticket.cash = true;
  int quoted = counter_quote(&scene->counter, &ticket);
  struct sp_error said = scene->counter.error;
  bool quote_right = quoted != 0 || total_is_right(&ticket);
  int posted = counter_post(&scene->counter, &ticket);
  bool reached = sp_alloc_fail_stop();
  bool post_right = posted != 0 || total_is_right(&ticket);
  if (!quote_right || !post_right)
    fail_msg("allocation %ld changed the price to %lld (quote %s, post %s, %d alarms)", k, (long long)ticket.sale.total,
             sp_code_name(quoted), sp_code_name(posted), ticket.sale.alarms);
  judge(scene, posted, SP_E_NOMEM, k);
  scene->counter.error = said;
  judge(scene, quoted, SP_E_NOMEM, k);
  *(posted == 0 ? &scene->sold : &scene->refused) += 1;
  sell_again(scene, &ticket, posted == 0, k);
  return reached;
}

/* The counter has sold before: its statements are there, its machine is warm. Every allocation of a sale. */
static void test_memory_of_a_warm_counter(void **state) {
  struct scene *scene = *state;
  struct counter *counter = &scene->counter;
  for (int forever = 0; forever < 2; forever++) {
    long k = 1;
    if (power_load(scene->disk, &scene->shut, 1) != 0 || power_on(counter) != 0) fail_msg("%s", counter->error.message);
    scene->sold = scene->refused = 0;
    for (; poor_sale(scene, k, forever); k++) {
      sp_sqlite_api()->maintain(counter->node.writer, counter->node.now += 1000);
      if (k % 100 == 0 && counter_prove(counter, NULL) != 0) fail_msg("%ld: %s", k, counter->error.message);
    }
    if (counter_prove(counter, NULL) != 0) fail_msg("%s", counter->error.message);
    assert_true(k > 50);
    print_message("out of memory, %s: each of %ld allocations of a sale, %lld sold all the same, %lld refused; nothing "
                  "lost, nothing twice\n",
                  forever ? "from then on" : "once", k - 1, (long long)scene->sold, (long long)scene->refused);
    power_off(counter);
  }
}

/* And of a counter that has just been started. */
static void test_memory_of_a_cold_counter(void **state) {
  struct scene *scene = *state;
  struct counter *counter = &scene->counter;
  for (int forever = 0; forever < 2; forever++) {
    long k = 1;
    for (bool reached = true; reached; k += k < 100 || getenv("SP_LONG") != NULL ? 1 : 17) {
      if (power_load(scene->disk, &scene->shut, 1) != 0 || power_on(counter) != 0)
        fail_msg("%s", counter->error.message);
      reached = poor_sale(scene, k, forever);
      if (counter_prove(counter, NULL) != 0) fail_msg("%ld: %s", k, counter->error.message);
      power_off(counter);
    }
    print_message("out of memory after a start, %s: %ld allocations\n", forever ? "from then on" : "once", k);
  }
}

/* ---- A basket, from its opening to its payment ---- */

enum { OPEN, ADD_BUN, ADD_COLA, MEMBER, CASH, PAY, STEPS };

struct life_of_basket {
  struct sp_open_basket basket;
  struct sp_sale sale;
};

static int use_commit(struct sp_work *work, void *ctx) {
  struct life_of_basket *life = ctx;
  const struct sp_id id = life->basket.id;
  return sp_basket_commit(work, &id, NULL, 0, SP_NO_TOTAL, &life->sale);
}

static int basket_step(struct counter *counter, struct life_of_basket *life, int step) {
  const struct sp_basket_command commands[STEPS] = {
      [ADD_BUN] = {.kind = SP_BASKET_ADD, .code = "bun", .quantity = 3000, .text = "加热"},
      [ADD_COLA] = {.kind = SP_BASKET_ADD, .barcode = "6900", .quantity = 3000, .seller = counter->node.cashier},
      [MEMBER] = {.kind = SP_BASKET_MEMBER, .text = "M-1"},
      [CASH] = {.kind = SP_BASKET_TENDER,
                .tender = {.method = SP_METHOD_CASH, .tendered = 2000, .reference = "r"},
                .expected_total = 1300},
  };
  if (step == OPEN) return counter_basket(counter, &life->basket);
  if (step == PAY) return sp_fixture_do(&counter->node, use_commit, life, &counter->error);
  return counter_apply(counter, &life->basket, &commands[step]);
}

static int64_t whole_sales(struct scene *scene) {
  return sp_fixture_scalar(
      &scene->counter.node,
      "SELECT COUNT(*) FROM sale s JOIN payment p ON p.sale_id = s.id JOIN sale_line a ON "
      "a.sale_id = s.id AND a.n = 1 JOIN sale_line b ON b.sale_id = s.id AND b.n = 2 JOIN basket k "
      "ON k.id = s.id WHERE s.total = 1300 AND s.member = 'M-1' AND a.note = '加热' AND "
      "b.seller_id IS NOT NULL AND p.reference = 'r' AND k.state = 'paid'");
}

/* A step that fails is repeated when there is memory again. False when the whole life needs fewer allocations. */
static bool poor_basket(struct scene *scene, long k, bool forever) {
  struct life_of_basket life = {.sale = {.total = 0}};
  bool reached = false;
  sp_alloc_fail_at(k, forever);
  for (int step = OPEN; step < STEPS; step++) {
    int rc = basket_step(&scene->counter, &life, step);
    if (rc == 0) continue;
    reached = sp_alloc_fail_stop();
    judge(scene, rc, SP_E_NOMEM, k);
    rc = basket_step(&scene->counter, &life, step);
    if (rc != 0) fail_msg("allocation %ld, step %d again: %s", k, step, scene->counter.error.message);
  }
  return sp_alloc_fail_stop() || reached;
}

static void test_memory_of_a_basket(void **state) {
  struct scene *scene = *state;
  struct counter *counter = &scene->counter;
  for (int forever = 0; forever < 2; forever++) {
    long k = 1;
    if (power_load(scene->disk, &scene->shut, 1) != 0 || power_on(counter) != 0) fail_msg("%s", counter->error.message);
    counter->node.app.policy.rounding_step = 100;
    for (; poor_basket(scene, k, forever); k++) {
      if (whole_sales(scene) != k) fail_msg("allocation %ld: %lld whole sales", k, (long long)whole_sales(scene));
      sp_sqlite_api()->maintain(counter->node.writer, counter->node.now += 1000);
    }
    if (counter_prove(counter, NULL) != 0) fail_msg("%s", counter->error.message);
    assert_true(k > 200);
    print_message("out of memory, %s: each of %ld allocations of a basket's life, every one paid once and whole\n",
                  forever ? "until it is said" : "once", k - 1);
    power_off(counter);
  }
}

/* ---- The bound of a request's memory: every place that takes from the arena is refused once ---- */

#define ARENA_STEP 24

static bool narrow_sale(struct scene *scene, size_t max) {
  struct sp_arena *arena = &scene->counter.node.arena;
  struct ticket ticket;
  the_sale(scene, &ticket);
  const size_t full = arena->max;
  arena->max = max;
  bool acknowledged = attempt(scene, &ticket, SP_E_NOMEM, (long)max);
  arena->max = full;
  sell_again(scene, &ticket, acknowledged, (long)max);
  return acknowledged;
}

static bool narrow_basket(struct scene *scene, size_t max) {
  struct sp_arena *arena = &scene->counter.node.arena;
  struct life_of_basket life = {.sale = {.total = 0}};
  const size_t full = arena->max;
  bool wide = true;
  for (int step = OPEN; step < STEPS; step++) {
    arena->max = max;
    int rc = judge(scene, basket_step(&scene->counter, &life, step), SP_E_NOMEM, (long)max);
    arena->max = full;
    wide = wide && rc == 0;
    if (rc != 0 && basket_step(&scene->counter, &life, step) != 0)
      fail_msg("%zu bytes, step %d again: %s", max, step, scene->counter.error.message);
  }
  return wide;
}

static void test_bounded_memory(void **state) {
  struct scene *scene = *state;
  struct counter *counter = &scene->counter;
  size_t max = 0;
  if (power_load(scene->disk, &scene->shut, 1) != 0 || power_on(counter) != 0) fail_msg("%s", counter->error.message);
  while (!narrow_sale(scene, max))
    max += ARENA_STEP;
  print_message("a sale needs %zu bytes; with less, in steps of %d, it is refused as a whole\n", max, ARENA_STEP);
  int64_t before = whole_sales(scene), lives = 1;
  for (max = 0; !narrow_basket(scene, max); max += ARENA_STEP) {
    if (whole_sales(scene) != before + lives++) fail_msg("%zu bytes: a basket was not paid whole", max);
    sp_sqlite_api()->maintain(counter->node.writer, counter->node.now += 1000);
  }
  print_message("a basket's largest command needs %zu bytes\n", max);
  if (counter_prove(counter, NULL) != 0) fail_msg("%s", counter->error.message);
  power_off(counter);
}

int main(void) {
  if (!sp_alloc_fail_init()) return 1;
  sp_log_init(SP_LOG_ERROR, open("/dev/null", O_WRONLY)); /* a checkpoint that fails complains, rightly */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_disk_errors),
      cmocka_unit_test(test_full_disk),
      cmocka_unit_test(test_disk_errors_with_a_checkpoint),
      cmocka_unit_test(test_full_disk_with_a_checkpoint),
      cmocka_unit_test(test_memory_of_a_warm_counter),
      cmocka_unit_test(test_memory_of_a_cold_counter),
      cmocka_unit_test(test_memory_of_a_basket),
      cmocka_unit_test(test_bounded_memory),
  };
  return cmocka_run_group_tests_name("faults while selling", tests, scene_make, scene_free);
}
