#include "base/text.h"
#include "main/job_parts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sp_jobs {
  struct sp_node *node;
  const char *scratch;
  struct sp_job list[SP_JOBS_KEPT];
};

static const struct {
  const char *kind;
  int (*run)(struct sp_job *job, struct sp_error *err);
} kinds[] = {
    {"products", sp_job_products},   {"sales", sp_job_sales},     {"backup", sp_job_backup},
    {"reconcile", sp_job_reconcile}, {"publish", sp_job_publish}, {"replay", sp_job_replay},
};

int sp_jobs_new(struct sp_node *node, const char *scratch, struct sp_jobs **out) {
  struct sp_jobs *jobs = calloc(1, sizeof *jobs);
  if (!jobs) return SP_E_NOMEM;
  jobs->node = node;
  jobs->scratch = scratch;
  *out = jobs;
  return 0;
}

void sp_jobs_free(struct sp_jobs *jobs) {
  if (!jobs) return;
  for (int i = 0; i < SP_JOBS_KEPT; i++)
    sp_buf_free(&jobs->list[i].report);
  free(jobs);
}

/* ---- Running ---- */

static int run(struct sp_loop_job *running, void *ctx, struct sp_error *err) {
  struct sp_job *job = ctx;
  job->self = running;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(kinds[i].kind, job->kind) == 0) return kinds[i].run(job, err);
  return sp_fail(err, SP_E_INTERNAL, NULL, "There is no job %s", job->kind);
}

static void done(void *ctx, int result, const struct sp_error *err) {
  struct sp_job *job = ctx;
  sp_loop_job_progress(job->running, &job->done, &job->total);
  job->running = NULL;
  job->ended = sp_clock_now_ms();
  job->state = result == 0 ? SP_JOB_DONE : SP_JOB_FAILED;
  if (result != 0) job->error = *err;
  if (result != 0 && job->error.code == 0) sp_fail(&job->error, result, NULL, "The job failed");
  if (job->remove) unlink(job->path);
  sp_log(result == 0 ? SP_LOG_INFO : SP_LOG_WARN, "jobs", "%s ended after %lld ms: %s", job->kind,
         (long long)(job->ended - job->started), result == 0 ? "ok" : sp_code_name(result));
}

static bool is_known(const char *kind) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strcmp(kinds[i].kind, kind) == 0) return true;
  return false;
}

/* A free place, or the one that ended longest ago. */
static struct sp_job *place(struct sp_jobs *jobs) {
  struct sp_job *oldest = NULL;
  for (int i = 0; i < SP_JOBS_KEPT; i++) {
    struct sp_job *job = &jobs->list[i];
    if (job->state == SP_JOB_FREE) return job;
    if (job->state != SP_JOB_RUNNING && (!oldest || job->ended < oldest->ended)) oldest = job;
  }
  return oldest;
}

static bool is_running(const struct sp_jobs *jobs, const char *kind) {
  for (int i = 0; i < SP_JOBS_KEPT; i++)
    if (jobs->list[i].state == SP_JOB_RUNNING && strcmp(jobs->list[i].kind, kind) == 0) return true;
  return false;
}

static int take_file(struct sp_jobs *jobs, struct sp_job *job, const struct sp_job_request *request,
                     struct sp_error *err) {
  char id[SP_ID_TEXT];
  const char *path = request->path ? request->path : "";
  if (strlen(path) >= sizeof job->path) return sp_fail(err, SP_E_LIMIT, "path", "The file name is too long");
  snprintf(job->path, sizeof job->path, "%s", path);
  if (!request->remove) return 0;
  sp_id_format(&job->id, id);
  snprintf(job->path, sizeof job->path, "%s/job-%s", jobs->scratch, id);
  if (rename(path, job->path) == 0) return 0;
  return sp_fail(err, SP_E_IO, NULL, "The uploaded file cannot be kept: %s", strerror(errno));
}

static void take_publish(struct sp_job *job, const struct sp_publish *publish) {
  if (!publish) return;
  job->publish = *publish;
  for (int i = 0; i < publish->till_count && i < SP_RULES_TILLS_MAX; i++) {
    snprintf(job->till_codes[i], sizeof job->till_codes[i], "%s", publish->tills[i]);
    job->tills[i] = job->till_codes[i];
  }
  job->publish.tills = job->tills;
}

int sp_jobs_start(struct sp_jobs *jobs, const struct sp_job_request *request, struct sp_id *id, struct sp_error *err) {
  if (!is_known(request->kind)) return sp_fail(err, SP_E_INVALID, "kind", "There is no job %s", request->kind);
  if (is_running(jobs, request->kind)) return sp_fail(err, SP_E_BUSY, "kind", "A job of this kind is running already");
  struct sp_job *job = place(jobs);
  if (!job) return sp_fail(err, SP_E_BUSY, NULL, "Too many long jobs are running; try again when one has finished");
  sp_buf_free(&job->report);
  *job = (struct sp_job){
      .jobs = jobs,
      .node = jobs->node,
      .dry_run = request->dry_run,
      .skip_bad = request->skip_bad,
      .remove = request->remove,
      .actor = request->actor,
      .lang = request->lang,
      .started = sp_clock_now_ms(),
  };
  job->actor.scopes = ""; /* the request's text does not live as long as the job; it was authorised already */
  job->actor.is_program = false;
  sp_buf_init(&job->report, SP_JOB_REPORT_MAX);
  snprintf(job->kind, sizeof job->kind, "%s", request->kind);
  if (sp_id_new(job->started, &job->id) != 0) return sp_fail(err, SP_E_IO, NULL, "The system gives no random bytes");
  int result = take_file(jobs, job, request, err);
  if (result) return result;
  take_publish(job, request->publish);
  if (request->replay) job->replay = *request->replay;
  const struct sp_loop_job_options options = {
      .name = job->kind, .run = run, .done = done, .ctx = job, .lang = job->lang};
  job->state = SP_JOB_RUNNING;
  result = sp_loop_job_start(jobs->node->executor, &options, &job->running, err);
  if (result) {
    job->state = SP_JOB_FREE;
    if (job->remove) unlink(job->path);
    return result;
  }
  *id = job->id;
  return 0;
}

/* ---- Asking ---- */

static const struct sp_job *find(const struct sp_jobs *jobs, const struct sp_id *id) {
  for (int i = 0; i < SP_JOBS_KEPT; i++)
    if (jobs->list[i].state != SP_JOB_FREE && sp_id_equal(&jobs->list[i].id, id)) return &jobs->list[i];
  return NULL;
}

static void problem_write(const struct sp_error *error, struct sp_json_writer *w) {
  char type[96];
  snprintf(type, sizeof type, "/problems/%s", sp_code_name(error->code));
  sp_json_key(w, "problem");
  sp_json_open_object(w);
  sp_json_put_text(w, "type", type);
  sp_json_put_text(w, "detail", error->message);
  if (error->field[0] != '\0') sp_json_put_text(w, "field", error->field);
  sp_json_close_object(w);
}

int sp_jobs_status(struct sp_jobs *jobs, const struct sp_id *id, struct sp_json_writer *w, struct sp_error *err) {
  static const char *const states[] = {"free", "running", "done", "failed"};
  const struct sp_job *job = find(jobs, id);
  if (!job) return sp_fail(err, SP_E_NOT_FOUND, "id", "There is no such job, or it was long ago");
  int64_t so_far = job->done, total = job->total;
  if (job->running) sp_loop_job_progress(job->running, &so_far, &total);
  sp_json_open_object(w);
  sp_json_put_id(w, "id", job->id.bytes);
  sp_json_put_text(w, "kind", job->kind);
  sp_json_put_text(w, "state", states[job->state]);
  sp_json_put_time(w, "started_at", job->started);
  if (job->state != SP_JOB_RUNNING) sp_json_put_time(w, "ended_at", job->ended);
  sp_json_put_int(w, "done", so_far);
  sp_json_put_int(w, "total", total);
  if (job->state != SP_JOB_RUNNING && job->report.len > 0 && job->report.failed == 0) {
    sp_json_key(w, "report");
    sp_json_raw(w, job->report.data, job->report.len);
  }
  if (job->state == SP_JOB_FAILED) problem_write(&job->error, w);
  sp_json_close_object(w);
  return 0;
}
