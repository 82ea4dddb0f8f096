/* Jobs and writer calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"
#include <stdlib.h>

#define SLICES 200

struct import {
  struct rig rig;
  struct sp_loop_job *job;
  struct number numbers[SLICES];
  int committed; /* by the job's own count */
  bool endless;  /* until cancelled */
  int finished;  /* calls of done */
  int result;
  struct sp_error error;
  int64_t seen_done, seen_total;
};

static int import_run(struct sp_loop_job *job, void *ctx, struct sp_error *err) {
  struct import *import = ctx;
  for (int i = 0; import->endless || i < SLICES; i++) {
    struct number *number = &import->numbers[i % SLICES];
    number->works = 0;
    int result = sp_loop_job_commit(job, &number->task);
    if (result != 0) return sp_fail(err, result, NULL, "slice %d failed", i);
    import->committed++;
    sp_loop_job_report(job, i + 1, SLICES);
    if (sp_loop_job_cancelled(job)) return sp_fail(err, SP_E_STATE, NULL, "cancelled");
  }
  return 0;
}

static void import_done(void *ctx, int result, const struct sp_error *err) {
  struct import *import = ctx;
  import->finished++;
  import->result = result;
  import->error = *err;
  import->job = NULL;
  rig_stop(&import->rig);
}

static struct import *import_new(struct sp_loop_options options) {
  struct import *import = calloc(1, sizeof *import);
  assert_non_null(import);
  import->rig.worker_to_fail = -1;
  struct sp_error err = {0};
  assert_int_equal(rig_start(&import->rig, options, &err), 0);
  for (int i = 0; i < SLICES; i++) {
    number_init(&import->numbers[i], &import->rig, i, true);
  }
  return import;
}

static void import_start(struct import *import) {
  const struct sp_loop_job_options options = {
      .name = "import", .run = import_run, .done = import_done, .ctx = import, .lang = SP_LANG_ZH};
  struct sp_error err = {0};
  assert_int_equal(sp_loop_job_start(import->rig.executor, &options, &import->job, &err), 0);
}

static void import_free(struct import *import) {
  for (int i = 0; i < SLICES; i++) {
    sp_arena_free(&import->numbers[i].task.arena);
  }
  free(import->rig.store);
  free(import);
}

static void test_job_commits_and_waits(void **state) {
  (void)state;
  struct import *import = import_new((struct sp_loop_options){.workers = 2});
  import->numbers[7].conflicts = 3;
  import_start(import);
  rig_end(&import->rig);
  assert_int_equal(import->finished, 1);
  assert_int_equal(import->result, 0);
  assert_int_equal(import->committed, SLICES);
  assert_int_equal(import->rig.store->count, SLICES);
  for (int i = 0; i < SLICES; i++) {
    assert_int_equal(import->rig.store->order[i], i);
    assert_int_equal(import->numbers[i].done, 0); /* the job waits instead */
  }
  assert_int_equal(import->numbers[7].task.tries, 4);
  import_free(import);
}

static void test_job_hears_of_failure(void **state) {
  (void)state;
  struct import *import = import_new((struct sp_loop_options){.workers = 1});
  import->numbers[3].act = FAKE_FULL;
  import_start(import);
  rig_end(&import->rig);
  assert_int_equal(import->result, SP_E_FULL);
  assert_int_equal(import->error.lang, SP_LANG_ZH);
  assert_int_equal(import->committed, 3);
  assert_int_equal(import->rig.store->count, 3);
  import_free(import);
}

static void look_at_progress(void *ctx) {
  struct import *import = ctx;
  if (!import->job) return;
  sp_loop_job_progress(import->job, &import->seen_done, &import->seen_total);
  if (import->seen_done > 20) rig_stop(&import->rig);
}

static void test_stop_cancels_a_job(void **state) {
  (void)state;
  struct import *import = import_new((struct sp_loop_options){.workers = 2});
  import->endless = true;
  import_start(import);
  struct sp_loop_timer *timer = NULL;
  struct sp_error err = {0};
  assert_int_equal(sp_loop_timer_new(import->rig.loop, 1, look_at_progress, import, &timer, &err), 0);
  sp_loop_run(import->rig.loop);
  sp_loop_timer_close(timer);
  rig_end(&import->rig);
  assert_int_equal(import->finished, 1);
  assert_true(import->result == SP_E_STATE || import->result == SP_E_BUSY);
  assert_true(import->seen_done > 20);
  assert_int_equal(import->seen_total, SLICES);
  int durable = 0;
  for (int i = 0; i < SLICES; i++) {
    durable += import->rig.store->durable[i];
  }
  assert_int_equal(durable, import->committed);
  import_free(import);
}

static void test_jobs_are_bounded(void **state) {
  (void)state;
  struct import *import = import_new((struct sp_loop_options){.workers = 2});
  const struct sp_loop_job_options options = {.run = import_run, .done = import_done, .ctx = import};
  struct sp_error err = {0};
  struct import *others[SP_LOOP_JOBS_MAX];
  for (int i = 0; i < SP_LOOP_JOBS_MAX; i++) {
    others[i] = calloc(1, sizeof *others[i]);
    assert_non_null(others[i]);
    others[i]->rig = import->rig;
    others[i]->endless = true;
    for (int k = 0; k < SLICES; k++) {
      number_init(&others[i]->numbers[k], &import->rig, k, false);
    }
    struct sp_loop_job_options mine = options;
    mine.ctx = others[i];
    assert_int_equal(sp_loop_job_start(import->rig.executor, &mine, &others[i]->job, &err), 0);
  }
  assert_int_equal(sp_loop_job_start(import->rig.executor, &options, NULL, &err), SP_E_BUSY);
  rig_stop(&import->rig);
  rig_end(&import->rig);
  for (int i = 0; i < SP_LOOP_JOBS_MAX; i++) {
    assert_int_equal(others[i]->finished, 1);
    for (int k = 0; k < SLICES; k++) {
      sp_arena_free(&others[i]->numbers[k].task.arena);
    }
    free(others[i]);
  }
  import_free(import);
}

/* ---- The write connection between groups ---- */

struct steps {
  struct sp_loop_call call; /* first */
  struct rig *rig;
  int left, ran, done;
  bool inside; /* a transaction was open */
};

static int steps_run(struct sp_db *db, struct sp_loop_call *call) {
  struct steps *steps = (struct steps *)call;
  if (fake_of(db)->open || !fake_of(db)->writes) steps->inside = true;
  fake_enter(fake_of(db));
  steps->ran++;
  fake_pause(100);
  fake_leave(fake_of(db));
  if (steps->left < 0) return sp_fail(&call->error, SP_E_CORRUPT, NULL, "page 7 is bad");
  return steps->left-- > 0 ? 1 : 0;
}

static void steps_done(struct sp_loop_call *call) {
  struct steps *steps = (struct steps *)call;
  steps->done++;
}

static void test_calls_run_between_groups(void **state) {
  (void)state;
  struct import *import = import_new((struct sp_loop_options){.workers = 2});
  struct steps calls[SP_LOOP_CALLS_MAX + 1];
  memset(calls, 0, sizeof calls);
  for (int i = 0; i <= SP_LOOP_CALLS_MAX; i++) {
    calls[i] = (struct steps){.call = {.run = steps_run, .done = steps_done}, .rig = &import->rig, .left = i - 1};
    assert_int_equal(sp_loop_writer_run(import->rig.executor, &calls[i].call), i < SP_LOOP_CALLS_MAX ? 0 : SP_E_BUSY);
  }
  for (int i = 0; i < SLICES; i++) {
    assert_int_equal(number_submit(&import->numbers[i]), 0);
  }
  rig_stop(&import->rig);
  rig_end(&import->rig);
  for (int i = 0; i < SP_LOOP_CALLS_MAX; i++) {
    assert_int_equal(calls[i].done, 1);
    assert_int_equal(calls[i].ran, i == 0 ? 1 : i);
    assert_int_equal(calls[i].call.result, i == 0 ? SP_E_CORRUPT : 0);
    assert_false(calls[i].inside);
  }
  assert_int_equal(calls[SP_LOOP_CALLS_MAX].done, 0);
  assert_int_equal(import->rig.store->count, SLICES);
  import_free(import);
}

struct backup {
  struct rig rig;
  struct steps steps;
  int result;
};

static int backup_run(struct sp_loop_job *job, void *ctx, struct sp_error *err) {
  struct backup *backup = ctx;
  int result = sp_loop_job_write(job, &backup->steps.call);
  if (result != 0) *err = backup->steps.call.error;
  return result;
}

static void backup_done(void *ctx, int result, const struct sp_error *err) {
  (void)err;
  struct backup *backup = ctx;
  backup->result = result;
  rig_stop(&backup->rig);
}

static void check_backup(int left, int expected, int ran) {
  struct backup backup = {.rig = {.worker_to_fail = -1}, .result = 99};
  backup.steps = (struct steps){.call = {.run = steps_run, .done = steps_done}, .rig = &backup.rig, .left = left};
  struct sp_error err = {0};
  assert_int_equal(rig_start(&backup.rig, (struct sp_loop_options){.workers = 1}, &err), 0);
  const struct sp_loop_job_options options = {.name = "backup", .run = backup_run, .done = backup_done, .ctx = &backup};
  assert_int_equal(sp_loop_job_start(backup.rig.executor, &options, NULL, &err), 0);
  rig_end(&backup.rig);
  assert_int_equal(backup.result, expected);
  assert_int_equal(backup.steps.ran, ran);
  assert_int_equal(backup.steps.done, 0); /* the job waits instead */
  free(backup.rig.store);
}

static void test_job_uses_the_write_connection(void **state) {
  (void)state;
  check_backup(9, 0, 10);
  check_backup(-1, SP_E_CORRUPT, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_job_commits_and_waits),    cmocka_unit_test(test_job_hears_of_failure),
      cmocka_unit_test(test_stop_cancels_a_job),       cmocka_unit_test(test_jobs_are_bounded),
      cmocka_unit_test(test_calls_run_between_groups), cmocka_unit_test(test_job_uses_the_write_connection),
  };
  return cmocka_run_group_tests_name("loop/job", tests, NULL, NULL);
}
