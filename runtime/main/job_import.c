/* Imports: the use cases of app/ on a job's thread, their slices committed as bulk work behind the tills. */
#include "adapters/table/table.h"
#include "app/sales_import.h"
#include "app/shift.h"
#include "main/job_parts.h"
#include <string.h>

static int commit(void *ctx, struct sp_task *task) {
  const struct sp_job *job = ctx;
  return sp_loop_job_commit(job->self, task);
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
      .progress = sp_job_progress,
      .cancelled = sp_job_cancelled,
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
      sp_v_int(0),
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
