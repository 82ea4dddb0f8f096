/* Imports: the use cases of app/ on a job's thread, their slices committed as bulk work behind the tills. */
#include "adapters/table/table.h"
#include "app/rules.h"
#include "app/sales_import.h"
#include "app/shift.h"
#include "main/job_parts.h"
#include <string.h>

#define STEP_ARENA_MAX (64u << 20)

/* ---- A use case as one bulk task ---- */

struct step {
  struct sp_task task; /* first: a task is cast back to its step */
  struct sp_job *job;
  sp_job_use *use;
  void *ctx;
  struct sp_work work; /* of the last try */
};

static void step_work(struct sp_worker *worker, struct sp_task *task) {
  struct step *step = (struct step *)task;
  sp_rules_leave(&step->work);
  step->work = (struct sp_work){
      .app = &step->job->node->app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .actor = step->job->actor,
      .now = sp_clock_now_ms(),
      .lang = step->job->lang,
      .err = &task->error,
  };
  task->error = (struct sp_error){.lang = step->work.lang};
  task->result = sp_rules_enter(&step->work, worker);
  if (task->result == 0) task->result = step->use(&step->work, step->ctx);
}

int sp_job_step(struct sp_job *job, sp_job_use *use, void *ctx, struct sp_error *err) {
  struct step step = {.task = {.work = step_work, .error = {.lang = job->lang}}, .job = job, .use = use, .ctx = ctx};
  sp_arena_init(&step.task.arena, STEP_ARENA_MAX);
  int result = sp_loop_job_commit(job->self, &step.task);
  if (result && step.task.error.code == 0) sp_fail(&step.task.error, result, NULL, "The node is stopping");
  if (result && err) *err = step.task.error;
  if (!result) sp_rules_settle(job->node->rules, step.work.rules);
  sp_rules_leave(&step.work);
  sp_arena_free(&step.task.arena);
  return result;
}

/* ---- What imports ask back ---- */

static int commit(void *ctx, struct sp_task *task) {
  const struct sp_job *job = ctx;
  return sp_loop_job_commit(job->self, task);
}

static void progress(void *ctx, int64_t so_far, int64_t total) {
  const struct sp_job *job = ctx;
  sp_loop_job_report(job->self, so_far, total);
}

static bool cancelled(void *ctx) {
  const struct sp_job *job = ctx;
  return sp_loop_job_cancelled(job->self);
}

static struct sp_import_options import_options(struct sp_job *job, struct sp_db *db) {
  return (struct sp_import_options){
      .path = job->path,
      .tables = sp_table_files_api(),
      .dry_run = job->dry_run,
      .skip_bad = job->skip_bad,
      .app = &job->node->app,
      .actor = job->actor,
      .lang = job->lang,
      .now = sp_clock_now_ms(),
      .db = db,
      .commit = commit,
      .progress = progress,
      .cancelled = cancelled,
      .ctx = job,
  };
}

int sp_job_products(struct sp_job *job, struct sp_error *err) {
  struct sp_db *db = NULL;
  struct sp_import_report report = {0};
  struct sp_json_writer w;
  int result = sp_node_read(job->node, &db, err);
  if (result) return result;
  const struct sp_import_options options = import_options(job, db);
  result = sp_product_import(&options, &report, err);
  sp_json_start(&w, &job->report);
  sp_import_report_json(&report, &w);
  sp_import_report_free(&report);
  sp_db_close(db);
  return result;
}

/* ---- Sales: a till of their own, a shift around them ---- */

static int till_use(struct sp_work *work, void *ctx) {
  struct sp_id *till = ctx;
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(SP_JOB_IMPORT_TILL)};
  int got = sp_db_one(work->db, SP_Q_TILL_BY_CODE, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got > 0) {
    sp_rows_id(rows, 0, till);
    sp_rows_finish(rows);
    return 0;
  }
  if (sp_id_new(work->now, till) != 0) return sp_fail(work->err, SP_E_IO, NULL, "The system gives no random bytes");
  const struct sp_value params[] = {
      sp_v_blob(till->bytes, SP_ID_LEN),
      sp_v_blob(work->app->store.id.bytes, SP_ID_LEN),
      sp_v_text(SP_JOB_IMPORT_TILL),
      sp_v_text(SP_JOB_IMPORT_TILL),
      sp_v_text(""),
      sp_v_int(48),
      sp_v_int(work->now),
  };
  sp_plan_add(work->plan, SP_Q_TILL_INSERT, params, 7);
  return 0;
}

/* A shift that an import left open when the node was killed goes on. */
static int open_use(struct sp_work *work, void *ctx) {
  struct sp_shift shift;
  (void)ctx;
  if (sp_shift_current(work, &shift) == 0) return 0;
  *work->err = (struct sp_error){.lang = work->lang};
  return sp_shift_open(work, 0, &shift);
}

/* Nobody counts an import's drawer: what should be in it is in it. */
static int close_use(struct sp_work *work, void *ctx) {
  struct sp_shift shift;
  (void)ctx;
  int result = sp_shift_current(work, &shift);
  return result ? result : sp_shift_close(work, shift.cash > 0 ? shift.cash : 0, &shift);
}

int sp_job_sales(struct sp_job *job, struct sp_error *err) {
  struct sp_db *db = NULL;
  struct sp_sales_report report = {0};
  struct sp_json_writer w;
  int result = sp_node_read(job->node, &db, err);
  if (!result) result = sp_job_step(job, till_use, &job->actor.till, err);
  if (!result && !job->dry_run) result = sp_job_step(job, open_use, NULL, err);
  if (result) {
    sp_db_close(db);
    return result;
  }
  const struct sp_import_options options = import_options(job, db);
  result = sp_sales_import(&options, &report, err);
  struct sp_error closing = {.lang = job->lang};
  int closed = job->dry_run ? 0 : sp_job_step(job, close_use, NULL, &closing);
  if (!result && closed) {
    result = closed;
    if (err) *err = closing;
  }
  sp_json_start(&w, &job->report);
  sp_sales_report_json(&report, &w);
  sp_sales_report_free(&report);
  sp_db_close(db);
  return result;
}
