/* What the executor's files share. Everything in the struct below `lock` is guarded by it; what is above is constant
 * after sp_loop_executor_new. One lock is enough: it is held for a few list operations, never around SQL, Lua or a
 * callback. */
#ifndef SP_LOOP_INTERNAL_H
#define SP_LOOP_INTERNAL_H

#include "loop/executor.h"
#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

struct sp_loop_list {
  struct sp_task *first, *last;
  int count;
};

struct sp_loop_calls {
  struct sp_loop_call *first, *last;
};

struct sp_loop_job {
  struct sp_loop_executor *executor;
  struct sp_loop_job_options options;
  pthread_t thread;
  pthread_cond_t ready; /* with the executor's lock: what the job waits for is finished */
  bool finished;
  _Atomic bool cancelled;
  _Atomic int64_t done, total;
  int result;
  struct sp_error error;
  struct sp_loop_job *next;
};

struct sp_loop_thread {
  struct sp_loop_executor *executor;
  struct sp_worker worker;
  pthread_t thread;
};

struct sp_loop_executor {
  struct sp_executor port; /* first: the port is the executor */
  struct sp_loop_options options;
  struct sp_loop_thread workers[SP_LOOP_WORKERS_MAX];
  pthread_t writer;
  struct sp_db *db;                                /* used by the holder of `writing` only */
  struct sp_plan_entry entries[SP_LOOP_GROUP_MAX]; /* the same */
  uv_async_t async;
  void (*stopped)(void *ctx);
  void *stopped_ctx;

  pthread_mutex_t lock;
  pthread_cond_t work_ready, write_ready;
  struct sp_loop_list tills, bulk;       /* for a worker */
  struct sp_loop_list plans, bulk_plans; /* for the writer */
  struct sp_loop_list done;              /* for the loop */
  struct sp_loop_calls calls, calls_done;
  struct sp_loop_job *jobs, *jobs_done; /* running; to be joined */
  int calls_taken;
  int idle_workers; /* waiting for work_ready */
  int bulk_running; /* bulk tasks inside `work` */
  int tills_in_row; /* tasks a worker took while bulk waited */
  int till_groups;  /* groups committed while a bulk plan waited */
  int unmaintained; /* direct commits since the last housekeeping */
  bool writing;     /* somebody holds the write connection */
  bool writer_idle; /* waiting for write_ready */
  bool notified;    /* the loop was woken and has not looked yet */
  bool stopping;    /* nothing more is taken */
  bool quit;        /* nothing is left: threads end */
  int workers_gone;
  bool writer_gone;
  struct sp_loop_stats stats;
};

/* Who has to be woken once the lock is free: a thread woken earlier would only run into it. */
struct sp_loop_wake {
  int workers;
  bool writer;
  bool loop;
};

/* ---- queue.c: lists; the caller holds the lock ---- */

void sp_loop_list_push(struct sp_loop_list *list, struct sp_task *task);
void sp_loop_list_push_front(struct sp_loop_list *list, struct sp_task *task);
struct sp_task *sp_loop_list_pop(struct sp_loop_list *list);
void sp_loop_calls_push(struct sp_loop_calls *calls, struct sp_loop_call *call);
struct sp_loop_call *sp_loop_calls_pop(struct sp_loop_calls *calls);

/* ---- executor.c ---- */

/* Queue a task for a worker. Lock held. */
void sp_loop_enqueue(struct sp_loop_executor *executor, struct sp_task *task, struct sp_loop_wake *wake);
/* A task has its final result: to the loop, or to the job that waits. Lock held. */
void sp_loop_finish(struct sp_loop_executor *executor, struct sp_task *task, struct sp_loop_wake *wake);
void sp_loop_notify(struct sp_loop_executor *executor, struct sp_loop_wake *wake);
/* Wake them. Lock not held. */
void sp_loop_wake_send(struct sp_loop_executor *executor, const struct sp_loop_wake *wake);

/* ---- writer.c ---- */

/* Run a group through the database. By the holder of `writing`, lock not held. Returns its time in microseconds. */
int64_t sp_loop_commit(struct sp_loop_executor *executor, struct sp_task **tasks, int count);
/* Count the group and pass its tasks on: finished, or back to a worker. Lock held. */
void sp_loop_settle(struct sp_loop_executor *executor, struct sp_task **tasks, int count, int64_t us,
                    struct sp_loop_wake *wake);
/* Is there something for the writer? Lock held. */
bool sp_loop_writer_wanted(const struct sp_loop_executor *executor);
void *sp_loop_writer_main(void *arg); /* the executor */

/* ---- worker.c ---- */

void *sp_loop_worker_main(void *arg); /* a struct sp_loop_thread */

/* ---- job.c ---- */

/* Join and answer jobs that ended. On the loop, lock not held. */
void sp_loop_jobs_reap(struct sp_loop_job *ended);

#endif
