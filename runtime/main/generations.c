#include "main/generations.h"
#include "loop/watch.h"
#include "main/shadow.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)64 << 20)

/* One use case that runs as bulk now and then, once at a time. */
struct errand {
  struct sp_task task; /* first: a task is cast back to its errand */
  struct sp_generations *generations;
  int (*use)(struct sp_work *work, struct sp_generations *generations);
  void (*ended)(struct errand *errand);
  struct sp_work work; /* of the last try */
  bool running, again;
};

struct sp_generations {
  struct sp_node *node;
  struct sp_loop_watch *watch;
  struct sp_loop_job *shadow;
  struct errand reload, withdraw, sweep;
  struct sp_verdict verdict;
  bool stopping;
};

/* ---- Errands ---- */

static void errand_work(struct sp_worker *worker, struct sp_task *task) {
  struct errand *errand = (struct errand *)task;
  struct sp_node *node = errand->generations->node;
  sp_rules_leave(&errand->work);
  errand->work = (struct sp_work){
      .app = &node->app,
      .db = worker->db,
      .arena = &task->arena,
      .plan = &task->plan,
      .actor = {.staff = node->system, .role = SP_ROLE_ADMIN, .scopes = ""},
      .now = sp_clock_now_ms(),
      .lang = node->config->language,
      .err = &task->error,
  };
  task->error = (struct sp_error){.lang = errand->work.lang};
  task->result = sp_rules_enter(&errand->work, worker);
  if (task->result == 0) task->result = errand->use(&errand->work, errand->generations);
}

static void errand_start(struct errand *errand);

static void errand_done(struct sp_task *task) {
  struct errand *errand = (struct errand *)task;
  struct sp_generations *generations = errand->generations;
  bool changed = task->result == 0 && errand->work.rules != NULL;
  if (changed) sp_rules_settle(generations->node->rules, errand->work.rules);
  errand->ended(errand);
  sp_rules_leave(&errand->work);
  sp_arena_free(&task->arena);
  errand->running = false;
  if (changed) sp_generations_changed(generations);
  if (errand->again) errand_start(errand);
}

/* One that runs already runs once more. */
static void errand_start(struct errand *errand) {
  struct sp_executor *executor = sp_loop_executor_port(errand->generations->node->executor);
  if (errand->generations->stopping) return;
  errand->again = errand->running;
  if (errand->running) return;
  errand->task = (struct sp_task){.work = errand_work, .done = errand_done, .bulk = true};
  sp_arena_init(&errand->task.arena, ARENA_MAX);
  errand->running = executor->submit(executor, &errand->task) == 0;
}

/* ---- The folder ---- */

static int reload_use(struct sp_work *work, struct sp_generations *generations) {
  (void)generations;
  return sp_rules_reload(work);
}

static void reload_ended(struct errand *errand) {
  struct sp_rules *rules = errand->generations->node->rules;
  char hex[SP_HASH_HEX];
  if (errand->task.result != 0) {
    sp_rules_problem_set(rules, sp_clock_now_ms(), &errand->task.error);
    sp_log(SP_LOG_ERROR, "rules", "the folder's rules are not used, those of before go on: %s",
           errand->task.error.message);
    return;
  }
  sp_rules_problem_set(rules, 0, NULL);
  if (errand->work.rules == NULL) return;
  sp_hash_hex(errand->work.rules->state.live, hex);
  sp_log(SP_LOG_INFO, "rules", "generation %.12s is live: the folder has changed", hex);
}

static void on_folder(void *ctx) {
  struct sp_generations *generations = ctx;
  errand_start(&generations->reload);
}

/* ---- The canary ---- */

static int withdraw_use(struct sp_work *work, struct sp_generations *generations) {
  return sp_rules_withdraw(work, &generations->verdict);
}

static void withdraw_ended(struct errand *errand) {
  const struct sp_verdict *verdict = &errand->generations->verdict;
  if (errand->task.result == SP_E_STATE) return; /* somebody was faster */
  if (errand->task.result != 0) {
    sp_log(SP_LOG_ERROR, "rules", "the canary cannot be taken back: %s", errand->task.error.message);
    return;
  }
  sp_log(SP_LOG_WARN, "rules", "the canary is taken back: %s %lld ppm, at most %lld were allowed", verdict->why,
         (long long)verdict->rate, (long long)verdict->bound);
}

void sp_generations_withdraw(struct sp_generations *generations, const struct sp_verdict *verdict) {
  if (generations->withdraw.running) return;
  generations->verdict = *verdict;
  errand_start(&generations->withdraw);
}

/* ---- Forgetting ---- */

static int sweep_use(struct sp_work *work, struct sp_generations *generations) {
  (void)generations;
  return sp_rules_sweep(work);
}

static void sweep_ended(struct errand *errand) {
  if (errand->task.result != 0) sp_log(SP_LOG_WARN, "rules", "old generations: %s", errand->task.error.message);
}

void sp_generations_sweep(struct sp_generations *generations) {
  if (!generations->sweep.running) errand_start(&generations->sweep);
}

/* ---- The shadow ---- */

static int shadow_run(struct sp_loop_job *job, void *ctx, struct sp_error *err) {
  struct sp_generations *generations = ctx;
  return sp_shadow_run(generations->node, job, err);
}

static void shadow_done(void *ctx, int result, const struct sp_error *err) {
  struct sp_generations *generations = ctx;
  generations->shadow = NULL;
  if (result != 0) sp_log(SP_LOG_ERROR, "rules", "the shadow stopped: %s", err->message);
  if (result == 0) sp_generations_changed(generations); /* another one may have come while it ended */
}

void sp_generations_changed(struct sp_generations *generations) {
  const struct sp_loop_job_options options = {
      .name = "shadow", .run = shadow_run, .done = shadow_done, .ctx = generations};
  struct sp_rules_state state;
  struct sp_error error = {.lang = SP_LANG_EN};
  sp_rules_state(generations->node->rules, &state);
  if (generations->stopping || generations->shadow != NULL || !state.has_shadow) return;
  if (sp_loop_job_start(generations->node->executor, &options, &generations->shadow, &error) != 0) {
    sp_log(SP_LOG_ERROR, "rules", "the shadow cannot start: %s", error.message);
  }
}

/* ---- Life ---- */

static void watch_start(struct sp_generations *generations) {
  struct sp_node *node = generations->node;
  struct sp_error error = {.lang = SP_LANG_EN};
  const char *folder = sp_rules_folder(node->rules);
  if (folder[0] == '\0') return;
  if (sp_loop_watch_new(node->loop, folder, SP_GENERATIONS_QUIET_MS, on_folder, generations, &generations->watch,
                        &error) != 0) {
    sp_log(SP_LOG_WARN, "rules", "changes are not seen: %s", error.message);
    return;
  }
  errand_start(&generations->reload); /* what changed between the first look and the watch */
}

int sp_generations_new(struct sp_node *node, struct sp_generations **out, struct sp_error *err) {
  struct sp_generations *generations = calloc(1, sizeof *generations);
  if (!generations) return sp_error_nomem(err, __func__);
  generations->node = node;
  generations->reload = (struct errand){.generations = generations, .use = reload_use, .ended = reload_ended};
  generations->withdraw = (struct errand){.generations = generations, .use = withdraw_use, .ended = withdraw_ended};
  generations->sweep = (struct errand){.generations = generations, .use = sweep_use, .ended = sweep_ended};
  watch_start(generations);
  sp_generations_changed(generations);
  *out = generations;
  return 0;
}

void sp_generations_stop(struct sp_generations *generations) {
  if (!generations || generations->stopping) return;
  generations->stopping = true;
  sp_loop_watch_close(generations->watch);
  generations->watch = NULL;
}

void sp_generations_free(struct sp_generations *generations) {
  free(generations);
}
