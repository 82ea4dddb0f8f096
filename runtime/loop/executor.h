/* The executor of a node: worker threads that read, one writer that commits, and jobs that take long.
 *
 *   loop ── submit ──> workers ── plan ──> writer ── commit ──> loop ── done
 *
 * Tills come first everywhere: a worker takes bulk work only when no till waits (now and then one slice between, so
 * that an import ends), all workers but one may be busy with bulk, and a bulk plan is committed in a group of its own.
 * So a till waits at most for one slice of bulk, which its maker keeps under 10 ms.
 *
 * Whatever is queued when the writer is free becomes one group of up to `group_max` plans; nobody waits for company.
 * When nothing else is queued and another worker is free, a worker commits its own plan and saves a thread switch: the
 * write connection always has exactly one holder.
 *
 * Everything taken is answered, also during shutdown. Threads: unless said otherwise call from the loop thread.
 */
#ifndef SP_LOOP_EXECUTOR_H
#define SP_LOOP_EXECUTOR_H

#include "ports/executor.h"
#include <stdbool.h>
#include <stdint.h>

struct uv_loop_s;

#define SP_LOOP_WORKERS_MAX 16
#define SP_LOOP_GROUP_MAX   64
#define SP_LOOP_CALLS_MAX   16 /* writer calls waiting at once */
#define SP_LOOP_JOBS_MAX    8  /* jobs running at once */

struct sp_loop_options {
  struct uv_loop_s *loop;
  int workers;   /* 1..SP_LOOP_WORKERS_MAX; 0 means 2 */
  int queue_max; /* till tasks taken and not yet done, 1..65536; 0 means 1024 */
  int bulk_max;  /* the same for bulk tasks; 0 means 64 */
  int group_max; /* plans in one commit, 1..SP_LOOP_GROUP_MAX; 0 means all of it */
  void *ctx;     /* handed to the functions below */
  /* Give a worker its database and rule machine (its `index` is set). Called by sp_loop_executor_new, on its thread. */
  int (*open_worker)(void *ctx, struct sp_worker *worker, struct sp_error *err);
  /* Take them back; what is still null was never opened. On the worker's thread, or on new's when that failed. */
  void (*close_worker)(void *ctx, struct sp_worker *worker);
  /* May be null. On the worker's thread before every try, outside of any transaction: swap the rule machine here when a
   * new generation is active. Keep it cheap. */
  void (*refresh_worker)(void *ctx, struct sp_worker *worker);
  /* Open the one write connection. The executor closes it (sp_db_close), after the workers closed theirs. */
  int (*open_writer)(void *ctx, struct sp_db **db, struct sp_error *err);
  int64_t (*now)(void); /* UTC milliseconds for housekeeping; null means sp_clock_now_ms */
};

struct sp_loop_executor;

/* Open everything and start the threads, all signals blocked in them. On failure nothing is left behind. SP_E_INVALID
 * (a bound), SP_E_NOMEM, SP_E_IO (no more threads), or what the open functions returned. The options are copied. */
int sp_loop_executor_new(const struct sp_loop_options *options, struct sp_loop_executor **out, struct sp_error *err);
/* The port that use cases are given; lives as long as the executor. */
struct sp_executor *sp_loop_executor_port(struct sp_loop_executor *executor);
/* Take nothing more (submit and the others answer SP_E_BUSY), ask jobs to stop, finish what was taken, end the threads,
 * close the connections; then call `stopped` on the loop, which may free. A second call changes nothing. */
void sp_loop_executor_stop(struct sp_loop_executor *executor, void (*stopped)(void *ctx), void *ctx);
/* Only after `stopped` was called. Null is allowed. */
void sp_loop_executor_free(struct sp_loop_executor *executor);

/* ---- The write connection, for more than plans ---- */

/* Something to do with the write connection between two groups: a step of a backup, a check. Tills wait meanwhile. */
struct sp_loop_call {
  /* On the thread that writes, no transaction open; must leave none open. 0 done, < 0 an error, > 0 run again later,
   * after the tills that came meanwhile. */
  int (*run)(struct sp_db *db, struct sp_loop_call *call);
  void (*done)(struct sp_loop_call *call); /* on the loop */
  int result;                              /* of the last run */
  struct sp_error error;                   /* for `run` to fill */
  struct sp_loop_call *next;               /* the executor's */
  void *waiter;                            /* the executor's */
};

/* Takes the call until `done`. SP_E_BUSY when SP_LOOP_CALLS_MAX wait already: nothing was taken. */
int sp_loop_writer_run(struct sp_loop_executor *executor, struct sp_loop_call *call);

/* ---- Jobs ---- */

struct sp_loop_job;

struct sp_loop_job_options {
  const char *name; /* of the thread, at most 15 bytes */
  /* On a thread of its own, for as long as it takes. */
  int (*run)(struct sp_loop_job *job, void *ctx, struct sp_error *err);
  /* On the loop, once. The job is gone afterwards. */
  void (*done)(void *ctx, int result, const struct sp_error *err);
  void *ctx;
  enum sp_lang lang; /* of the error */
};

/* SP_E_BUSY (SP_LOOP_JOBS_MAX running, or stopping), SP_E_NOMEM, SP_E_IO. */
int sp_loop_job_start(struct sp_loop_executor *executor, const struct sp_loop_job_options *options,
                      struct sp_loop_job **out, struct sp_error *err);
/* Ask it to end early; it decides when. */
void sp_loop_job_cancel(struct sp_loop_job *job);

/* From any thread while the job lives. `total` is 0 while unknown. */
void sp_loop_job_progress(const struct sp_loop_job *job, int64_t *done, int64_t *total);

/* The rest is for the job's own thread. */
bool sp_loop_job_cancelled(const struct sp_loop_job *job);
void sp_loop_job_report(struct sp_loop_job *job, int64_t done, int64_t total);
/* Run `task` as bulk and wait until it is committed or failed; `task->done` is not called. Returns task->result, or
 * SP_E_BUSY when the executor is stopping: nothing was taken. */
int sp_loop_job_commit(struct sp_loop_job *job, struct sp_task *task);
/* The same for a writer call. */
int sp_loop_job_write(struct sp_loop_job *job, struct sp_loop_call *call);

/* ---- Counters ---- */

#define SP_LOOP_BUCKETS 11

/* Upper bounds of the commit-time buckets in microseconds; the last is everything above. */
extern const int64_t sp_loop_commit_bounds[SP_LOOP_BUCKETS - 1];

struct sp_loop_stats {
  /* now */
  int tills_waiting; /* for a worker */
  int bulk_waiting;
  int plans_waiting; /* for the writer, tills and bulk */
  int taken;         /* till tasks taken and not yet done */
  int bulk_taken;
  int jobs;
  int storage; /* SP_E_FULL or SP_E_IO when the last commit failed so, 0 since one succeeded */
  /* since the start */
  int64_t refused;   /* submits answered SP_E_BUSY */
  int64_t tasks;     /* tasks finished, well or badly */
  int64_t groups;    /* commits */
  int64_t direct;    /* of these, done by the worker itself */
  int64_t plans;     /* plans in these commits */
  int64_t failures;  /* plans that did not commit, conflicts included */
  int64_t conflicts; /* plans that lost a race; each was worked out again or gave up after SP_TASK_TRIES */
  int64_t max_group;
  int64_t commit_us;                       /* sum */
  int64_t commit_buckets[SP_LOOP_BUCKETS]; /* not cumulative */
};

/* One consistent picture. From any thread. */
void sp_loop_executor_stats(struct sp_loop_executor *executor, struct sp_loop_stats *out);

#endif
