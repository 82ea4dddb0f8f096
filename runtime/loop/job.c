/* Jobs: threads for what takes long. They hold no connection; they write like everybody else, as bulk. */
#include "loop/internal.h"
#include <signal.h>
#include <stdlib.h>

static void *job_main(void *arg) {
  struct sp_loop_job *job = arg;
  struct sp_loop_executor *executor = job->executor;
  job->result = job->options.run(job, job->options.ctx, &job->error);
  struct sp_loop_wake wake = {0};
  pthread_mutex_lock(&executor->lock);
  struct sp_loop_job **link = &executor->jobs;
  while (*link != job) {
    link = &(*link)->next;
  }
  *link = job->next;
  job->next = executor->jobs_done;
  executor->jobs_done = job;
  sp_loop_notify(executor, &wake);
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, &wake);
  return NULL;
}

void sp_loop_jobs_reap(struct sp_loop_job *ended) {
  while (ended) {
    struct sp_loop_job *job = ended;
    ended = job->next;
    pthread_join(job->thread, NULL);
    job->options.done(job->options.ctx, job->result, &job->error);
    pthread_cond_destroy(&job->ready);
    free(job);
  }
}

static int start_thread(struct sp_loop_job *job) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int status = pthread_create(&job->thread, NULL, job_main, job);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

/* The executor's lock keeps the new thread from ending before it is counted. */
static int enlist(struct sp_loop_executor *executor, struct sp_loop_job *job, struct sp_error *err) {
  int result = 0;
  pthread_mutex_lock(&executor->lock);
  if (executor->stopping || executor->stats.jobs >= SP_LOOP_JOBS_MAX) {
    result = sp_fail(err, SP_E_BUSY, NULL, "Too many long jobs are running; try again when one has finished");
    goto done;
  }
  int status = start_thread(job);
  if (status != 0) {
    result = sp_fail(err, SP_E_IO, NULL, "The threads could not start: %s", uv_strerror(-status));
    goto done;
  }
  job->next = executor->jobs;
  executor->jobs = job;
  executor->stats.jobs++;
done:
  pthread_mutex_unlock(&executor->lock);
  return result;
}

int sp_loop_job_start(struct sp_loop_executor *executor, const struct sp_loop_job_options *options,
                      struct sp_loop_job **out, struct sp_error *err) {
  struct sp_loop_job *job = calloc(1, sizeof *job);
  if (!job) return sp_error_nomem(err, __func__);
  job->executor = executor;
  job->options = *options;
  job->error.lang = options->lang;
  pthread_cond_init(&job->ready, NULL);
  int result = enlist(executor, job, err);
  if (result != 0) {
    pthread_cond_destroy(&job->ready);
    free(job);
    return result;
  }
  if (options->name) pthread_setname_np(job->thread, options->name);
  if (out) *out = job;
  return 0;
}

void sp_loop_job_cancel(struct sp_loop_job *job) {
  atomic_store(&job->cancelled, true);
}

bool sp_loop_job_cancelled(const struct sp_loop_job *job) {
  return atomic_load(&job->cancelled);
}

void sp_loop_job_report(struct sp_loop_job *job, int64_t done, int64_t total) {
  atomic_store(&job->total, total);
  atomic_store(&job->done, done);
}

void sp_loop_job_progress(const struct sp_loop_job *job, int64_t *done, int64_t *total) {
  *done = atomic_load(&job->done);
  *total = atomic_load(&job->total);
}

/* Take the lock to queue something for this job. False, and the lock is not taken: the executor is stopping. */
static bool begin_queue(struct sp_loop_job *job) {
  pthread_mutex_lock(&job->executor->lock);
  job->finished = false;
  if (!job->executor->stopping) return true;
  pthread_mutex_unlock(&job->executor->lock);
  return false;
}

/* It is queued: give the lock back, wake whoever does it and wait until it is done. */
static void await_done(struct sp_loop_job *job, const struct sp_loop_wake *wake) {
  struct sp_loop_executor *executor = job->executor;
  pthread_mutex_unlock(&executor->lock);
  sp_loop_wake_send(executor, wake);
  pthread_mutex_lock(&executor->lock);
  while (!job->finished) {
    pthread_cond_wait(&job->ready, &executor->lock);
  }
  pthread_mutex_unlock(&executor->lock);
}

int sp_loop_job_commit(struct sp_loop_job *job, struct sp_task *task) {
  struct sp_loop_wake wake = {0};
  if (!begin_queue(job)) return SP_E_BUSY;
  task->bulk = true;
  task->waiter = job;
  sp_loop_enqueue(job->executor, task, &wake);
  await_done(job, &wake);
  return task->result;
}

int sp_loop_job_write(struct sp_loop_job *job, struct sp_loop_call *call) {
  struct sp_loop_executor *executor = job->executor;
  struct sp_loop_wake wake = {0};
  if (!begin_queue(job)) return SP_E_BUSY;
  call->waiter = job;
  sp_loop_calls_push(&executor->calls, call);
  wake.writer = executor->writer_idle && !executor->writing;
  await_done(job, &wake);
  return call->result;
}
