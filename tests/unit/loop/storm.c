/* Ten thousand random tasks with random failures: each is answered once, and the store agrees with every answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"
#include <stdlib.h>

#define TASKS 10000

static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static uint64_t seed_of_run(void) {
  const char *given = getenv("SP_SEED");
  uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 2654435761U;
  if (seed == 0) seed = 1;
  print_message("# SP_SEED=%llu\n", (unsigned long long)seed);
  return seed;
}

struct storm {
  struct rig rig;
  struct number *numbers;
  uint64_t random;
  int submitted, answered, wanted, refused;
  int window, window_max; /* tasks kept in flight */
};

static struct storm *storm_of(struct number *number) {
  return (struct storm *)(void *)number->rig; /* the rig is the storm's first member */
}

static void storm_feed(struct storm *storm) {
  while (storm->submitted < storm->wanted && storm->submitted - storm->answered < storm->window) {
    if (number_submit(&storm->numbers[storm->submitted]) != 0) {
      storm->refused++;
      return;
    }
    storm->submitted++;
  }
}

static void storm_answered(struct number *number) {
  struct storm *storm = storm_of(number);
  storm->answered++;
  if (storm->answered % 97 == 0) storm->window = 1 + (int)(next_random(&storm->random) % (uint64_t)storm->window_max);
  storm_feed(storm);
  if (storm->answered == storm->wanted) rig_stop(&storm->rig);
}

static void storm_make(struct storm *storm, int count) {
  storm->wanted = count;
  storm->window = storm->window_max;
  storm->numbers = calloc((size_t)count, sizeof *storm->numbers);
  assert_non_null(storm->numbers);
  for (int i = 0; i < count; i++) {
    struct number *number = &storm->numbers[i];
    uint64_t dice = next_random(&storm->random);
    number_init(number, &storm->rig, i, dice % 4 != 0);
    number->then = storm_answered;
    number->task.bulk = dice / 4 % 8 == 0;
    if (dice / 32 % 8 == 0) number->conflicts = (int)(dice / 256 % 8);
    if (dice / 2048 % 16 == 0) number->act = dice / 32768 % 2 ? FAKE_EXISTS : FAKE_FULL;
    if (dice / 65536 % 50 == 0) number->pause_us = (int)(dice / 1048576 % 300);
  }
}

static void check_number(const struct number *number, const struct fake_store *store, bool commits_fail) {
  const struct sp_task *task = &number->task;
  assert_int_equal(number->done, 1);
  assert_false(number->dirty);
  assert_in_range(task->tries, 1, SP_TASK_TRIES);
  assert_int_equal(store->durable[number->number], number->writes && task->result == 0 ? 1 : 0);
  int expected = 0;
  if (number->writes && number->act == FAKE_EXISTS) expected = SP_E_EXISTS;
  if (number->writes && number->act == FAKE_FULL) expected = SP_E_FULL;
  if (number->writes && number->conflicts >= SP_TASK_TRIES) expected = SP_E_CONFLICT;
  if (task->result != expected) assert_true(commits_fail && task->result == SP_E_IO);
  if (task->result != 0) assert_int_equal(task->error.code, task->result);
  if (task->result != 0) assert_true(task->error.message[0] != '\0');
  if (task->result == expected && number->writes)
    assert_int_equal(task->tries, number->conflicts >= SP_TASK_TRIES ? SP_TASK_TRIES : number->conflicts + 1);
}

/* Returns how many commits a worker did itself. */
static int64_t run_storm(struct sp_loop_options options, int fail_every, int window) {
  struct storm storm = {.rig = {.worker_to_fail = -1}, .random = seed_of_run(), .window_max = window};
  struct sp_error err = {0};
  storm.rig.store = calloc(1, sizeof *storm.rig.store);
  assert_non_null(storm.rig.store);
  storm.rig.store->fail_every = fail_every;
  storm.rig.store->slow_us = 50;
  assert_int_equal(rig_start(&storm.rig, options, &err), 0);
  storm_make(&storm, TASKS);
  storm_feed(&storm);
  sp_loop_run(storm.rig.loop);
  struct sp_loop_stats stats;
  sp_loop_executor_stats(storm.rig.executor, &stats);
  rig_end(&storm.rig);
  assert_int_equal(storm.answered, TASKS);
  assert_int_equal(stats.tasks, TASKS);
  for (int i = 0; i < TASKS; i++) {
    check_number(&storm.numbers[i], storm.rig.store, fail_every > 0);
    sp_arena_free(&storm.numbers[i].task.arena);
  }
  free(storm.numbers);
  free(storm.rig.store);
  return stats.direct;
}

static void test_storm(void **state) {
  (void)state;
  run_storm((struct sp_loop_options){.workers = 3}, 0, 300);
}

static void test_storm_with_failing_commits(void **state) {
  (void)state;
  run_storm((struct sp_loop_options){.workers = 2, .group_max = 16}, 7, 300);
}

static void test_storm_with_a_full_queue(void **state) {
  (void)state;
  run_storm((struct sp_loop_options){.workers = 1, .queue_max = 20, .bulk_max = 3}, 50, 300);
}

/* A few at a time: workers commit themselves, side by side with the writer. */
static void test_storm_of_a_quiet_shop(void **state) {
  (void)state;
  assert_true(run_storm((struct sp_loop_options){.workers = 4}, 30, 4) > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_storm),
      cmocka_unit_test(test_storm_with_failing_commits),
      cmocka_unit_test(test_storm_with_a_full_queue),
      cmocka_unit_test(test_storm_of_a_quiet_shop),
  };
  return cmocka_run_group_tests_name("loop/storm", tests, NULL, NULL);
}
