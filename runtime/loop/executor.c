#include "base/clock.h"
#include "loop/internal.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define QUEUE_DEFAULT 1024
#define QUEUE_LIMIT   65536
#define BULK_DEFAULT  64

void sp_loop_notify(struct sp_loop_executor *executor, struct sp_loop_wake *wake) {
  if (executor->notified) return;
  executor->notified = true;
  wake->loop = true;
}

void sp_loop_wake_send(struct sp_loop_executor *executor, const struct sp_loop_wake *wake) {
  for (int i = 0; i < wake->workers; i++) {
    pthread_cond_signal(&executor->work_ready);
  }
  if (wake->writer) pthread_cond_signal(&executor->write_ready);
  if (wake->loop) uv_async_send(&executor->async);
}

void sp_loop_enqueue(struct sp_loop_executor *executor, struct sp_task *task, struct sp_loop_wake *wake) {
  task->tries = 0;
  sp_loop_list_push(task->bulk ? &executor->bulk : &executor->tills, task);
  if (executor->idle_workers > 0) wake->workers = 1;
}

void sp_loop_finish(struct sp_loop_executor *executor, struct sp_task *task, struct sp_loop_wake *wake) {
  executor->stats.tasks++;
  struct sp_loop_job *job = task->waiter;
  if (job) {
    job->finished = true;
    pthread_cond_signal(&job->ready);
    return;
  }
  sp_loop_list_push(&executor->done, task);
  sp_loop_notify(executor, wake);
}

static int submit(struct sp_executor *self, struct sp_task *task) {
  struct sp_loop_executor *executor = (struct sp_loop_executor *)self;
  struct sp_loop_stats *stats = &executor->stats;
  struct sp_loop_wake wake = {0};
  int result = 0;
  pthread_mutex_lock(&executor->lock);
  int *taken = task->bulk ? &stats->bulk_taken : &stats->taken;
  if (executor->stopping || *taken >= (task->bulk ? executor->options.bulk_max : executor->options.queue_max)) {
    stats->refused++;
    result = SP_E_BUSY;
  } else {
    ++*taken;
    task->waiter = NULL;
    sp_loop_enqueue(executor, task, &wake);
  }
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, &wake);
  return result;
}

int sp_loop_writer_run(struct sp_loop_executor *executor, struct sp_loop_call *call) {
  struct sp_loop_wake wake = {0};
  int result = 0;
  pthread_mutex_lock(&executor->lock);
  if (executor->stopping || executor->calls_taken >= SP_LOOP_CALLS_MAX) {
    result = SP_E_BUSY;
  } else {
    executor->calls_taken++;
    call->waiter = NULL;
    sp_loop_calls_push(&executor->calls, call);
    wake.writer = executor->writer_idle && !executor->writing;
  }
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, &wake);
  return result;
}

void sp_loop_executor_stats(struct sp_loop_executor *executor, struct sp_loop_stats *out) {
  pthread_mutex_lock(&executor->lock);
  *out = executor->stats;
  out->tills_waiting = executor->tills.count;
  out->bulk_waiting = executor->bulk.count;
  out->plans_waiting = executor->plans.count + executor->bulk_plans.count;
  pthread_mutex_unlock(&executor->lock);
}

/* ---- The end ---- */

static void quit_when_empty(struct sp_loop_executor *executor) {
  const struct sp_loop_stats *stats = &executor->stats;
  pthread_mutex_lock(&executor->lock);
  if (executor->stopping && stats->taken + stats->bulk_taken + stats->jobs + executor->calls_taken == 0) {
    executor->quit = true;
    pthread_cond_broadcast(&executor->work_ready);
    pthread_cond_broadcast(&executor->write_ready);
  }
  pthread_mutex_unlock(&executor->lock);
}

static void on_closed(uv_handle_t *handle) {
  struct sp_loop_executor *executor = handle->data;
  executor->stopped(executor->stopped_ctx);
}

static void join_threads(struct sp_loop_executor *executor, int workers, bool writer) {
  for (int i = 0; i < workers; i++) {
    pthread_join(executor->workers[i].thread, NULL);
  }
  if (writer) pthread_join(executor->writer, NULL);
}

void sp_loop_executor_stop(struct sp_loop_executor *executor, void (*stopped)(void *ctx), void *ctx) {
  pthread_mutex_lock(&executor->lock);
  bool again = executor->stopping;
  executor->stopping = true;
  for (struct sp_loop_job *job = executor->jobs; job; job = job->next) {
    sp_loop_job_cancel(job);
  }
  pthread_mutex_unlock(&executor->lock);
  if (again) return;
  executor->stopped = stopped;
  executor->stopped_ctx = ctx;
  quit_when_empty(executor);
}

static void release(struct sp_loop_executor *executor) {
  pthread_cond_destroy(&executor->work_ready);
  pthread_cond_destroy(&executor->write_ready);
  pthread_mutex_destroy(&executor->lock);
  free(executor);
}

void sp_loop_executor_free(struct sp_loop_executor *executor) {
  if (executor) release(executor);
}

/* ---- The loop's side ---- */

static void on_async(uv_async_t *async) {
  struct sp_loop_executor *executor = async->data;
  pthread_mutex_lock(&executor->lock);
  struct sp_loop_list done = executor->done;
  struct sp_loop_calls calls = executor->calls_done;
  struct sp_loop_job *jobs = executor->jobs_done;
  executor->done = (struct sp_loop_list){0};
  executor->calls_done = (struct sp_loop_calls){0};
  executor->jobs_done = NULL;
  executor->notified = false;
  for (const struct sp_task *task = done.first; task; task = task->next) {
    --*(task->bulk ? &executor->stats.bulk_taken : &executor->stats.taken);
  }
  for (const struct sp_loop_call *call = calls.first; call; call = call->next) {
    executor->calls_taken--;
  }
  for (const struct sp_loop_job *job = jobs; job; job = job->next) {
    executor->stats.jobs--;
  }
  bool gone = executor->writer_gone;
  pthread_mutex_unlock(&executor->lock);
  for (struct sp_task *task = sp_loop_list_pop(&done); task; task = sp_loop_list_pop(&done)) {
    task->done(task);
  }
  for (struct sp_loop_call *call = sp_loop_calls_pop(&calls); call; call = sp_loop_calls_pop(&calls)) {
    call->done(call);
  }
  sp_loop_jobs_reap(jobs);
  if (gone) {
    join_threads(executor, executor->options.workers, true);
    uv_close((uv_handle_t *)async, on_closed);
    return;
  }
  quit_when_empty(executor);
}

/* ---- The beginning ---- */

static int bounded(int value, int fallback, int max, const char *field, int *out, struct sp_error *err) {
  *out = value == 0 ? fallback : value;
  if (*out >= 1 && *out <= max) return 0;
  return sp_fail(err, SP_E_INVALID, field, "%s must be between 1 and %d", field, max);
}

static int take_options(struct sp_loop_executor *executor, const struct sp_loop_options *options,
                        struct sp_error *err) {
  struct sp_loop_options *mine = &executor->options;
  *mine = *options;
  if (!mine->now) mine->now = sp_clock_now_ms;
  int result = bounded(options->workers, 2, SP_LOOP_WORKERS_MAX, "workers", &mine->workers, err);
  if (result == 0) result = bounded(options->queue_max, QUEUE_DEFAULT, QUEUE_LIMIT, "queue_max", &mine->queue_max, err);
  if (result == 0) result = bounded(options->bulk_max, BULK_DEFAULT, QUEUE_LIMIT, "bulk_max", &mine->bulk_max, err);
  if (result == 0)
    result = bounded(options->group_max, SP_LOOP_GROUP_MAX, SP_LOOP_GROUP_MAX, "group_max", &mine->group_max, err);
  return result;
}

static void init_locks(struct sp_loop_executor *executor) {
  pthread_mutex_init(&executor->lock, NULL);
  pthread_cond_init(&executor->work_ready, NULL);
  pthread_cond_init(&executor->write_ready, NULL);
}

static int open_all(struct sp_loop_executor *executor, struct sp_error *err) {
  const struct sp_loop_options *options = &executor->options;
  int result = options->open_writer(options->ctx, &executor->db, err);
  for (int i = 0; i < options->workers && result == 0; i++) {
    struct sp_loop_thread *thread = &executor->workers[i];
    thread->executor = executor;
    thread->worker.index = i;
    result = options->open_worker(options->ctx, &thread->worker, err);
  }
  return result;
}

/* Start the threads and the loop's end of the line; `started` counts the workers that run. */
static int start_all(struct sp_loop_executor *executor, int *started, bool *writer, struct sp_error *err) {
  sigset_t all, before; /* signals are for the loop thread */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int status = 0;
  for (; *started < executor->options.workers && status == 0; ++*started) {
    struct sp_loop_thread *thread = &executor->workers[*started];
    status = pthread_create(&thread->thread, NULL, sp_loop_worker_main, thread);
    if (status != 0) break;
    char name[16];
    snprintf(name, sizeof name, "worker-%d", *started);
    pthread_setname_np(thread->thread, name);
  }
  if (status == 0) status = pthread_create(&executor->writer, NULL, sp_loop_writer_main, executor);
  *writer = status == 0;
  if (*writer) pthread_setname_np(executor->writer, "writer");
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (status == 0) status = -uv_async_init(executor->options.loop, &executor->async, on_async);
  if (status != 0) return sp_fail(err, SP_E_IO, NULL, "The threads could not start: %s", uv_strerror(-status));
  executor->async.data = executor;
  return 0;
}

static void undo_start(struct sp_loop_executor *executor, int started, bool writer) {
  pthread_mutex_lock(&executor->lock);
  int workers = executor->options.workers;
  executor->options.workers = started;
  executor->quit = true;
  pthread_cond_broadcast(&executor->work_ready);
  pthread_cond_broadcast(&executor->write_ready);
  pthread_mutex_unlock(&executor->lock);
  join_threads(executor, started, writer);
  for (int i = started; i < workers; i++) {
    executor->workers[i].worker.index = i;
    executor->options.close_worker(executor->options.ctx, &executor->workers[i].worker);
  }
  if (!writer && executor->db) sp_db_close(executor->db);
}

int sp_loop_executor_new(const struct sp_loop_options *options, struct sp_loop_executor **out, struct sp_error *err) {
  struct sp_loop_executor *executor = calloc(1, sizeof *executor);
  if (!executor) return sp_error_nomem(err, __func__);
  int result = take_options(executor, options, err);
  if (result != 0) {
    free(executor);
    return result;
  }
  init_locks(executor);
  executor->port.submit = submit;
  executor->notified = true; /* nobody calls the loop before its end of the line is there */
  int started = 0;
  bool writer = false;
  result = open_all(executor, err);
  if (result == 0) result = start_all(executor, &started, &writer, err);
  if (result != 0) {
    undo_start(executor, started, writer);
    release(executor);
    return result;
  }
  pthread_mutex_lock(&executor->lock);
  executor->notified = false;
  pthread_mutex_unlock(&executor->lock);
  *out = executor;
  return 0;
}

struct sp_executor *sp_loop_executor_port(struct sp_loop_executor *executor) {
  return &executor->port;
}
