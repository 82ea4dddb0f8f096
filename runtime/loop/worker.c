/* A worker: take a task, read and decide inside one read transaction, pass the plan on. */
#include "loop/internal.h"

#define TILLS_BEFORE_BULK 32 /* a bulk slice waits for at most so many till tasks */

static struct sp_task *take(struct sp_loop_executor *executor) {
  int bulk_limit = executor->options.workers > 1 ? executor->options.workers - 1 : 1;
  bool bulk = executor->bulk.count > 0 && executor->bulk_running < bulk_limit;
  if (bulk && (executor->tills.count == 0 || executor->tills_in_row >= TILLS_BEFORE_BULK)) {
    executor->tills_in_row = 0;
    executor->bulk_running++;
    return sp_loop_list_pop(&executor->bulk);
  }
  if (bulk) executor->tills_in_row++;
  return sp_loop_list_pop(&executor->tills);
}

static void clear_error(struct sp_error *err) {
  err->code = 0;
  err->field[0] = err->origin[0] = err->message[0] = '\0';
}

static int plan_failure(const struct sp_plan *plan, struct sp_error *err) {
  if (plan->failed == SP_E_NOMEM) return sp_error_nomem(err, __func__);
  return sp_fail(err, plan->failed, NULL, "One request may write at most %d statements", SP_PLAN_STEPS_MAX);
}

/* One try. True when a plan is left to commit. */
static bool attempt(struct sp_loop_executor *executor, struct sp_worker *worker, struct sp_task *task) {
  sp_arena_reset(&task->arena);
  sp_plan_init(&task->plan, &task->arena);
  clear_error(&task->error);
  task->tries++;
  if (executor->options.refresh_worker) executor->options.refresh_worker(executor->options.ctx, worker);
  task->result = sp_db_begin(worker->db, &task->error);
  if (task->result != 0) return false;
  task->work(worker, task);
  /* Only reads: what they saw stays true whatever the end of the transaction says. */
  if (sp_db_commit(worker->db, NULL) != 0) sp_db_rollback(worker->db);
  if (task->result != 0) return false;
  if (task->plan.failed != 0) task->result = plan_failure(&task->plan, &task->error);
  return task->result == 0 && task->plan.steps > 0;
}

/* Commit on this thread when that delays nobody: the connection is free, nothing is queued for it or for us, and
 * another worker is there for the next request. Called and left with the lock held. */
static bool commit_directly(struct sp_loop_executor *executor, struct sp_task *task, struct sp_loop_wake *wake) {
  if (task->bulk || executor->writing || executor->tills.count > 0 || executor->idle_workers == 0) return false;
  if (sp_loop_writer_wanted(executor)) return false;
  executor->writing = true;
  pthread_mutex_unlock(&executor->lock);
  int64_t us = sp_loop_commit(executor, &task, 1);
  pthread_mutex_lock(&executor->lock);
  executor->writing = false;
  executor->stats.direct++;
  executor->unmaintained++;
  sp_loop_settle(executor, &task, 1, us, wake);
  if (executor->writer_idle && sp_loop_writer_wanted(executor)) wake->writer = true;
  return true;
}

/* Where a task goes after a try. Called and left with the lock held. */
static void pass_on(struct sp_loop_executor *executor, struct sp_task *task, bool planned, struct sp_loop_wake *wake) {
  if (task->bulk) executor->bulk_running--;
  if (!planned) {
    sp_loop_finish(executor, task, wake);
    return;
  }
  if (commit_directly(executor, task, wake)) return;
  sp_loop_list_push(task->bulk ? &executor->bulk_plans : &executor->plans, task);
  if (executor->writer_idle && !executor->writing) wake->writer = true;
}

void *sp_loop_worker_main(void *arg) {
  struct sp_loop_thread *self = arg;
  struct sp_loop_executor *executor = self->executor;
  struct sp_loop_wake wake = {0};
  pthread_mutex_lock(&executor->lock);
  for (;;) {
    struct sp_task *task = take(executor);
    if (!task && executor->quit) break;
    if (!task && !wake.loop && !wake.writer && wake.workers == 0) {
      executor->idle_workers++;
      pthread_cond_wait(&executor->work_ready, &executor->lock);
      executor->idle_workers--;
      continue;
    }
    pthread_mutex_unlock(&executor->lock);
    sp_loop_wake_send(executor, &wake);
    wake = (struct sp_loop_wake){0};
    bool planned = task && attempt(executor, &self->worker, task);
    pthread_mutex_lock(&executor->lock);
    if (task) pass_on(executor, task, planned, &wake);
  }
  pthread_mutex_unlock(&executor->lock);
  executor->options.close_worker(executor->options.ctx, &self->worker);
  pthread_mutex_lock(&executor->lock);
  executor->workers_gone++;
  sp_loop_notify(executor, &wake);
  pthread_mutex_unlock(&executor->lock);
  wake.writer = true;
  sp_loop_wake_send(executor, &wake);
  return NULL;
}
