/* One job; private to jobs.c and job_*.c. */
#ifndef SP_MAIN_JOB_PARTS_H
#define SP_MAIN_JOB_PARTS_H

#include "app/replay.h"
#include "main/jobs.h"

enum sp_job_state { SP_JOB_FREE, SP_JOB_RUNNING, SP_JOB_DONE, SP_JOB_FAILED };

struct sp_job {
  struct sp_jobs *jobs;
  struct sp_node *node;
  struct sp_id id;
  char kind[16];
  char path[SP_FOLDER_PATH_MAX * 2];
  bool dry_run, skip_bad, remove;
  struct sp_actor actor;
  enum sp_lang lang;
  int64_t started, ended;
  enum sp_job_state state;     /* the loop's */
  struct sp_loop_job *running; /* the loop's; null when it is not */
  struct sp_loop_job *self;    /* the same, the thread's: it may run before the loop knows */
  int64_t done, total;         /* as of its end */
  struct sp_publish publish;   /* of "publish"; its tills are `tills` */
  char till_codes[SP_RULES_TILLS_MAX][24];
  const char *tills[SP_RULES_TILLS_MAX];
  struct sp_replay_request replay; /* of "replay" */
  struct sp_buf report;            /* the thread's until `state` says it ended; JSON, or empty */
  struct sp_error error;
};

/* The work of each kind, on the job's thread: writes the report, which may be there on failure too. */
int sp_job_products(struct sp_job *job, struct sp_error *err);
int sp_job_sales(struct sp_job *job, struct sp_error *err);
int sp_job_backup(struct sp_job *job, struct sp_error *err);
int sp_job_reconcile(struct sp_job *job, struct sp_error *err);
int sp_job_publish(struct sp_job *job, struct sp_error *err);
int sp_job_replay(struct sp_job *job, struct sp_error *err);

/* Run `use` as a use case on a worker, as bulk, and wait until what it planned is on disk. */
typedef int sp_job_use(struct sp_work *work, void *ctx);
int sp_job_step(struct sp_job *job, sp_job_use *use, void *ctx, struct sp_error *err);
/* Callbacks for the options of imports and replays whose `ctx` is the job: a read connection of its own, and what its
 * thread says and hears of the loop. */
int sp_job_open_read(void *ctx, struct sp_db **out, struct sp_error *err);
void sp_job_progress(void *ctx, int64_t so_far, int64_t total);
bool sp_job_cancelled(void *ctx);

#endif
