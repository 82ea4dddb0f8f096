/* Backup and reconciliation. */
#include "adapters/storage/sqlite/sqlite.h"
#include "app/reconcile.h"
#include "main/job_parts.h"
#include <sys/stat.h>

#define STEP_PAGES 256 /* a mebibyte between two groups of tills' plans: a millisecond or two */

/* ---- Backup: a few pages at a time between two commits ---- */

struct copy {
  struct sp_loop_call call; /* first: a call is cast back to its copy */
  const char *path;
  int64_t remaining, total; /* pages */
  bool more;
};

static int copy_begin(struct sp_db *db, struct sp_loop_call *call) {
  struct copy *copy = (struct copy *)call;
  copy->more = true;
  return sp_sqlite_api()->backup_begin(db, copy->path, &call->error);
}

static int copy_step(struct sp_db *db, struct sp_loop_call *call) {
  struct copy *copy = (struct copy *)call;
  int result = sp_sqlite_api()->backup_step(db, STEP_PAGES, &copy->remaining, &copy->total, &call->error);
  copy->more = result > 0;
  return result > 0 ? 0 : result;
}

static int copy_run(struct sp_job *job, struct copy *copy, struct sp_error *err) {
  copy->call.run = copy_begin;
  int result = sp_loop_job_write(job->self, &copy->call);
  copy->call.run = copy_step;
  while (!result && copy->more) {
    if (sp_loop_job_cancelled(job->self)) return sp_fail(err, SP_E_STATE, NULL, "The node is stopping");
    result = sp_loop_job_write(job->self, &copy->call);
    sp_loop_job_report(job->self, copy->total - copy->remaining, copy->total);
  }
  if (result && copy->call.error.code == 0) sp_fail(&copy->call.error, result, NULL, "The node is stopping");
  if (result && err) *err = copy->call.error;
  return result;
}

int sp_job_backup(struct sp_job *job, struct sp_error *err) {
  struct copy copy = {.path = job->path, .call = {.error = {.lang = job->lang}}};
  struct sp_json_writer w;
  struct stat info = {.st_size = 0};
  int result = copy_run(job, &copy, err);
  if (result) return result;
  (void)stat(job->path, &info);
  sp_json_start(&w, &job->report);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "path", job->path);
  sp_json_put_int(&w, "bytes", (int64_t)info.st_size);
  sp_json_close_object(&w);
  return 0;
}

/* ---- Reconciliation: one long read ---- */

int sp_job_reconcile(struct sp_job *job, struct sp_error *err) {
  struct sp_db *db = NULL;
  struct sp_reconciliation result = {0};
  struct sp_json_writer w;
  int rc = sp_node_read(job->node, &db, err);
  if (!rc) rc = sp_db_begin(db, err);
  if (!rc) rc = sp_reconcile(db, &result, err);
  if (!rc) {
    sp_json_start(&w, &job->report);
    sp_reconcile_json(&result, &w);
  }
  if (db) sp_db_rollback(db);
  sp_db_close(db);
  return rc;
}
