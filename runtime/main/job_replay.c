/* A replay on a job's thread, beside the tills. */
#include "app/replay.h"
#include "app/rules.h"
#include "main/job_parts.h"

/* The registry has it warm from the request; on a restart in between it is built again. */
static int warm(struct sp_work *work, void *ctx) {
  const struct sp_job *job = ctx;
  return sp_rules_use(work, job->replay.generation);
}

static int find_bundle(struct sp_job *job, struct sp_bundle **out, struct sp_error *err) {
  *out = sp_rules_find(job->node->rules, job->replay.generation);
  if (*out) return 0;
  int result = sp_job_step(job, warm, job, err);
  if (result) return result;
  *out = sp_rules_find(job->node->rules, job->replay.generation);
  return *out ? 0 : sp_fail(err, SP_E_BUSY, NULL, "Too many other rules were looked at meanwhile; try again");
}

int sp_job_replay(struct sp_job *job, struct sp_error *err) {
  const struct sp_replay_request *request = &job->replay;
  struct sp_replay_result found;
  struct sp_bundle *bundle = NULL;
  int result = request->own ? 0 : find_bundle(job, &bundle, err);
  if (result) return result;
  const struct sp_replay_options options = {
      .app = &job->node->app,
      .open = sp_job_open_read,
      .bundle = bundle,
      .own = request->own,
      .from = request->from,
      .to = request->to,
      .threads = request->threads > 0 ? request->threads : 1, /* tills go on meanwhile */
      .top = request->top,
      .sample_ppm = request->sample_ppm,
      .seed = (uint64_t)job->started,
      .promotions = request->promotions,
      .max_difference_ppm = request->max_difference_ppm,
      .lang = job->lang,
      .progress = sp_job_progress,
      .cancelled = sp_job_cancelled,
      .ctx = job,
  };
  result = sp_replay_run(&options, &job->report, &found, err);
  sp_bundle_release(bundle);
  return result;
}
