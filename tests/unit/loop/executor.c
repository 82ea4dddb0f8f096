/* The executor: errors, bounds, order, groups and shutdown, one at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/internal.h"
#include "rig.h"
#include <stdlib.h>

/* ---- One thing at a time ---- */

static void stop_after(struct number *number) {
  rig_stop(number->rig);
}

static void run_one(struct number *number, struct rig *rig) {
  struct sp_error err = {0};
  assert_int_equal(rig_start(rig, (struct sp_loop_options){.workers = 2}, &err), 0);
  number->then = stop_after;
  assert_int_equal(number_submit(number), 0);
  rig_end(rig);
  assert_int_equal(number->done, 1);
  sp_arena_free(&number->task.arena);
}

static void test_lost_race_is_worked_out_again(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = -1};
  struct number number;
  number_init(&number, &rig, 5, true);
  number.conflicts = SP_TASK_TRIES - 1;
  run_one(&number, &rig);
  assert_int_equal(number.task.result, 0);
  assert_int_equal(number.works, SP_TASK_TRIES);
  assert_int_equal(rig.store->durable[5], 1);
  free(rig.store);
}

static void test_lost_races_are_bounded(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = -1};
  struct number number;
  number_init(&number, &rig, 5, true);
  number.conflicts = 1000;
  number.task.error.lang = SP_LANG_ZH;
  run_one(&number, &rig);
  assert_int_equal(number.task.result, SP_E_CONFLICT);
  assert_int_equal(number.task.error.lang, SP_LANG_ZH);
  assert_string_equal(number.task.error.field, "revision");
  assert_int_equal(number.works, SP_TASK_TRIES);
  assert_int_equal(rig.store->durable[5], 0);
  free(rig.store);
}

static void too_much_work(struct sp_worker *worker, struct sp_task *task) {
  (void)worker;
  task->plan.failed = SP_E_LIMIT;
}

static void test_overfull_plan_is_an_error(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = -1};
  struct number number;
  number_init(&number, &rig, 5, true);
  number.task.work = too_much_work;
  run_one(&number, &rig);
  assert_int_equal(number.task.result, SP_E_LIMIT);
  assert_int_equal(rig.store->commits, 0);
  free(rig.store);
}

static void refuse_work(struct sp_worker *worker, struct sp_task *task) {
  number_work(worker, task);
  task->result = sp_fail(&task->error, SP_E_DENIED, NULL, "not you");
}

static void test_refused_work_writes_nothing(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = -1};
  struct number number;
  number_init(&number, &rig, 5, true);
  number.task.work = refuse_work;
  run_one(&number, &rig);
  assert_int_equal(number.task.result, SP_E_DENIED);
  assert_int_equal(rig.store->commits, 0);
  free(rig.store);
}

static void test_no_snapshot_no_work(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = -1};
  rig.store = calloc(1, sizeof *rig.store);
  assert_non_null(rig.store);
  rig.store->refuse_begin = true;
  struct number number;
  number_init(&number, &rig, 5, true);
  run_one(&number, &rig);
  assert_int_equal(number.task.result, SP_E_BUSY);
  assert_int_equal(number.works, 0);
  free(rig.store);
}

static void test_failed_open_leaves_nothing(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = 1};
  struct sp_error err = {0};
  assert_int_equal(rig_start(&rig, (struct sp_loop_options){.workers = 3}, &err), SP_E_CORRUPT);
  assert_int_equal(rig.store->open_readers, 0);
  assert_int_equal(rig.store->open_writers, 0);
  assert_int_equal(sp_loop_free(rig.loop), 0);
  free(rig.store);
}

static void test_bounds_are_checked(void **state) {
  (void)state;
  const struct sp_loop_options wrong[] = {{.workers = 17}, {.workers = -1}, {.queue_max = 1 << 20}, {.group_max = 65}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct rig rig = {.worker_to_fail = -1};
    struct sp_error err = {0};
    assert_int_equal(rig_start(&rig, wrong[i], &err), SP_E_INVALID);
    assert_int_equal(sp_loop_free(rig.loop), 0);
    free(rig.store);
  }
}

/* ---- Order and bounds, with a worker held at a gate ---- */

#define LINE 300

struct gate {
  struct rig rig;
  struct number first; /* holds the only worker until `open` */
  struct number numbers[LINE];
  sem_t open;
  int seen[LINE], count; /* numbers in the order of done */
};

static void gate_work(struct sp_worker *worker, struct sp_task *task) {
  (void)worker;
  struct gate *gate = (struct gate *)(void *)((struct number *)task)->rig;
  fake_wait(&gate->open);
}

static void gate_seen(struct number *number) {
  struct gate *gate = (struct gate *)(void *)number->rig;
  gate->seen[gate->count++] = number->number;
}

static void gate_start(struct gate *gate, struct sp_loop_options options, bool writes) {
  *gate = (struct gate){.rig = {.worker_to_fail = -1}};
  struct sp_error err = {0};
  sem_init(&gate->open, 0, 0);
  assert_int_equal(rig_start(&gate->rig, options, &err), 0);
  number_init(&gate->first, &gate->rig, 0, false);
  gate->first.task.work = gate_work;
  assert_int_equal(number_submit(&gate->first), 0);
  for (int i = 0; i < LINE; i++) {
    number_init(&gate->numbers[i], &gate->rig, i, writes);
    gate->numbers[i].then = gate_seen;
  }
}

static void gate_end(struct gate *gate) {
  sem_post(&gate->open);
  rig_stop(&gate->rig); /* while everything is still queued */
  rig_end(&gate->rig);
  sem_destroy(&gate->open);
  sp_arena_free(&gate->first.task.arena);
  for (int i = 0; i < LINE; i++) {
    sp_arena_free(&gate->numbers[i].task.arena);
  }
}

static void check_order(bool writes) {
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1}, writes);
  for (int i = 0; i < LINE; i++) {
    assert_int_equal(number_submit(&gate->numbers[i]), 0);
  }
  gate_end(gate);
  assert_int_equal(gate->count, LINE);
  for (int i = 0; i < LINE; i++) {
    assert_int_equal(gate->seen[i], i);
    if (writes) assert_int_equal(gate->rig.store->order[i], i);
  }
  free(gate->rig.store);
  free(gate);
}

static void test_one_worker_keeps_the_order_of_plans(void **state) {
  (void)state;
  check_order(true);
}

static void test_one_worker_keeps_the_order_of_reads(void **state) {
  (void)state;
  check_order(false);
}

static void test_full_queue_takes_nothing(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1, .queue_max = 10, .bulk_max = 2}, true);
  for (int i = 0; i < 12; i++) {
    assert_int_equal(number_submit(&gate->numbers[i]), i < 9 ? 0 : SP_E_BUSY);
  }
  for (int i = 12; i < 16; i++) {
    gate->numbers[i].task.bulk = true;
    assert_int_equal(number_submit(&gate->numbers[i]), i < 14 ? 0 : SP_E_BUSY);
  }
  struct sp_loop_stats stats;
  sp_loop_executor_stats(gate->rig.executor, &stats);
  assert_int_equal(stats.refused, 5);
  assert_int_equal(stats.taken, 10);
  assert_int_equal(stats.bulk_taken, 2);
  gate_end(gate);
  assert_int_equal(gate->count, 11);
  assert_int_equal(gate->numbers[9].done, 0);
  assert_int_equal(gate->numbers[9].works, 0);
  free(gate->rig.store);
  free(gate);
}

static void test_tills_pass_bulk(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1}, false);
  for (int i = 0; i < 50; i++) {
    gate->numbers[i].task.bulk = i < 40;
    assert_int_equal(number_submit(&gate->numbers[i]), 0);
  }
  gate_end(gate);
  assert_int_equal(gate->count, 50);
  for (int i = 0; i < 50; i++) {
    assert_int_equal(gate->seen[i], i < 10 ? 40 + i : i - 10);
  }
  free(gate->rig.store);
  free(gate);
}

static void test_bulk_does_not_starve(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1}, true);
  for (int i = 0; i < LINE; i++) {
    gate->numbers[i].task.bulk = i == 0;
    assert_int_equal(number_submit(&gate->numbers[i]), 0);
  }
  gate_end(gate);
  int place = 0;
  while (gate->rig.store->order[place] != 0) {
    place++;
  }
  assert_in_range(place, 1, LINE - 10);
  free(gate->rig.store);
  free(gate);
}

static void test_submit_after_stop_is_refused(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 2}, true);
  for (int i = 0; i < LINE - 1; i++) {
    assert_int_equal(number_submit(&gate->numbers[i]), 0);
  }
  rig_stop(&gate->rig);
  assert_int_equal(number_submit(&gate->numbers[LINE - 1]), SP_E_BUSY);
  gate_end(gate);
  assert_int_equal(gate->count, LINE - 1);
  for (int i = 0; i < LINE - 1; i++) {
    assert_int_equal(gate->rig.store->durable[i], 1);
  }
  assert_int_equal(gate->rig.store->durable[LINE - 1], 0);
  free(gate->rig.store);
  free(gate);
}

static void test_counters_add_up(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1, .group_max = 8}, true);
  gate->numbers[3].conflicts = 2;
  gate->numbers[4].act = FAKE_EXISTS;
  for (int i = 0; i < LINE; i++) {
    assert_int_equal(number_submit(&gate->numbers[i]), 0);
  }
  sem_post(&gate->open);
  rig_stop(&gate->rig);
  sp_loop_run(gate->rig.loop);
  struct sp_loop_stats stats;
  sp_loop_executor_stats(gate->rig.executor, &stats);
  assert_int_equal(stats.tasks, LINE + 1);
  assert_int_equal(stats.plans, LINE + 2);
  assert_int_equal(stats.conflicts, 2);
  assert_int_equal(stats.failures, 3);
  assert_in_range(stats.max_group, 1, 8);
  assert_int_equal(stats.taken + stats.bulk_taken + stats.jobs + stats.plans_waiting, 0);
  int64_t groups = 0;
  for (int i = 0; i < SP_LOOP_BUCKETS; i++) {
    groups += stats.commit_buckets[i];
  }
  assert_int_equal(groups, stats.groups);
  assert_in_range(stats.groups, (LINE + 2) / 8, LINE + 2);
  gate_end(gate);
  free(gate->rig.store);
  free(gate);
}

/* ---- Groups, with the writer held until all plans are there ---- */

struct hold {
  struct sp_loop_call call; /* first */
  sem_t held, open;
};

static int hold_run(struct sp_db *db, struct sp_loop_call *call) {
  (void)db;
  struct hold *hold = (struct hold *)call;
  sem_post(&hold->held);
  fake_wait(&hold->open);
  return 0;
}

static void hold_done(struct sp_loop_call *call) {
  (void)call;
}

/* Let the worker plan the first `count` numbers while the writer is held, then let go and run to the end. */
static void gate_plan_then_write(struct gate *gate, int count) {
  struct hold hold = {.call = {.run = hold_run, .done = hold_done}};
  sem_init(&hold.held, 0, 0);
  sem_init(&hold.open, 0, 0);
  assert_int_equal(sp_loop_writer_run(gate->rig.executor, &hold.call), 0);
  fake_wait(&hold.held);
  sem_post(&gate->open);
  for (int i = 0; i < count; i++) {
    assert_int_equal(number_submit(&gate->numbers[i]), 0);
  }
  struct sp_loop_stats stats;
  do {
    fake_pause(1000);
    sp_loop_executor_stats(gate->rig.executor, &stats);
  } while (stats.plans_waiting < count);
  sem_post(&hold.open);
  gate_end(gate);
  sem_destroy(&hold.held);
  sem_destroy(&hold.open);
}

static void wait_for_idle_workers(struct sp_loop_executor *executor, int count) {
  int idle = 0;
  while (idle < count) {
    fake_pause(1000);
    pthread_mutex_lock(&executor->lock);
    idle = executor->idle_workers;
    pthread_mutex_unlock(&executor->lock);
  }
}

/* A worker is committing its own plan: others and calls must wait for it, whatever wakes the writer, and then be
 * written without another push. */
static void test_writer_follows_a_direct_commit(void **state) {
  (void)state;
  struct rig rig = {.worker_to_fail = -1, .store = calloc(1, sizeof *rig.store)};
  assert_non_null(rig.store);
  sem_t held, open;
  sem_init(&held, 0, 0);
  sem_init(&open, 0, 0);
  rig.store->held = &held;
  rig.store->open = &open;
  struct sp_error err = {0};
  assert_int_equal(rig_start(&rig, (struct sp_loop_options){.workers = 4}, &err), 0);
  wait_for_idle_workers(rig.executor, 4);
  struct sp_loop_stats stats;
  struct number numbers[3];
  for (int i = 0; i < 3; i++) {
    number_init(&numbers[i], &rig, i, true);
  }
  assert_int_equal(number_submit(&numbers[0]), 0);
  fake_wait(&held);
  assert_int_equal(number_submit(&numbers[1]), 0);
  assert_int_equal(number_submit(&numbers[2]), 0);
  do {
    fake_pause(1000);
    pthread_cond_signal(&rig.executor->write_ready); /* a wake-up for nothing */
    sp_loop_executor_stats(rig.executor, &stats);
  } while (stats.plans_waiting < 2);
  fake_pause(20000);
  for (int i = 0; i < 3; i++) {
    sem_post(&open);
  }
  rig_stop(&rig);
  sp_loop_run(rig.loop);
  sp_loop_executor_stats(rig.executor, &stats);
  rig_end(&rig);
  assert_int_equal(stats.direct, 1);
  assert_int_equal(rig.store->count, 3);
  for (int i = 0; i < 3; i++) {
    sp_arena_free(&numbers[i].task.arena);
  }
  sem_destroy(&held);
  sem_destroy(&open);
  free(rig.store);
}

static void test_groups_are_bounded(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1, .group_max = 10}, true);
  gate_plan_then_write(gate, 100);
  assert_int_equal(gate->rig.store->commits, 10);
  assert_int_equal(gate->rig.store->count, 100);
  assert_true(gate->rig.store->maintained > 0);
  free(gate->rig.store);
  free(gate);
}

static void test_losers_keep_their_order(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1}, true);
  for (int i = 0; i < 50; i++) {
    gate->numbers[i].conflicts = 1;
  }
  gate_plan_then_write(gate, 50);
  for (int i = 0; i < 50; i++) {
    assert_int_equal(gate->rig.store->order[i], i);
  }
  free(gate->rig.store);
  free(gate);
}

static void test_a_bulk_plan_is_a_group_of_its_own(void **state) {
  (void)state;
  struct gate *gate = calloc(1, sizeof *gate);
  assert_non_null(gate);
  gate_start(gate, (struct sp_loop_options){.workers = 1, .group_max = 10}, true);
  for (int i = 0; i < 3; i++) {
    gate->numbers[i].task.bulk = true;
  }
  gate_plan_then_write(gate, 3 + 50);
  const struct fake_store *store = gate->rig.store;
  assert_int_equal(store->commits, 5 + 3);
  for (int i = 0; i < 40; i++) {
    assert_int_equal(store->order[i], 3 + i); /* four groups of tills, then one slice of bulk */
  }
  assert_int_equal(store->order[40], 0);
  assert_int_equal(store->order[51], 1);
  assert_int_equal(store->order[52], 2);
  free(gate->rig.store);
  free(gate);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lost_race_is_worked_out_again),
      cmocka_unit_test(test_lost_races_are_bounded),
      cmocka_unit_test(test_overfull_plan_is_an_error),
      cmocka_unit_test(test_refused_work_writes_nothing),
      cmocka_unit_test(test_no_snapshot_no_work),
      cmocka_unit_test(test_failed_open_leaves_nothing),
      cmocka_unit_test(test_bounds_are_checked),
      cmocka_unit_test(test_one_worker_keeps_the_order_of_plans),
      cmocka_unit_test(test_one_worker_keeps_the_order_of_reads),
      cmocka_unit_test(test_full_queue_takes_nothing),
      cmocka_unit_test(test_tills_pass_bulk),
      cmocka_unit_test(test_bulk_does_not_starve),
      cmocka_unit_test(test_submit_after_stop_is_refused),
      cmocka_unit_test(test_counters_add_up),
      cmocka_unit_test(test_writer_follows_a_direct_commit),
      cmocka_unit_test(test_groups_are_bounded),
      cmocka_unit_test(test_losers_keep_their_order),
      cmocka_unit_test(test_a_bulk_plan_is_a_group_of_its_own),
  };
  return cmocka_run_group_tests_name("loop/executor", tests, NULL, NULL);
}
