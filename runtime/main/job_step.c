/* What the work of a job asks of its node: a use case run behind the tills, and the callbacks of use cases that take
 * long. */
#include "app/rules.h"
#include "main/job_parts.h"

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

/* ---- Callbacks; `ctx` is the job ---- */

int sp_job_open_read(void *ctx, struct sp_db **out, struct sp_error *err) {
  const struct sp_job *job = ctx;
  return sp_node_read(job->node, out, err);
}

void sp_job_progress(void *ctx, int64_t so_far, int64_t total) {
  const struct sp_job *job = ctx;
  sp_loop_job_report(job->self, so_far, total);
}

bool sp_job_cancelled(void *ctx) {
  const struct sp_job *job = ctx;
  return sp_loop_job_cancelled(job->self);
}
