/* Publishing that has to prove something first: the pack's specs, and what past sales would have cost. */
#include "app/replay.h"
#include "app/rules_change.h"
#include "main/job_parts.h"
#include "main/specs.h"
#include <string.h>

#define DAY_MS        86400000LL
#define PACK_MAX      ((size_t)64 << 20)
#define THREADS_TRIED 1 /* tills go on meanwhile */

/* ---- Specs ---- */

/* The pack as it was sent, with its specs. Read here: a worker's snapshot is not for minutes. */
static int read_pack(struct sp_job *job, struct sp_arena *arena, struct sp_pack_file **files, int32_t *count,
                     struct sp_error *err) {
  struct sp_plan plan;
  struct sp_db *db = NULL;
  sp_plan_init(&plan, arena);
  struct sp_work work = {.app = &job->node->app, .arena = arena, .plan = &plan, .lang = job->lang, .err = err};
  int result = sp_node_read(job->node, &db, err);
  work.db = db;
  if (!result) result = sp_rules_pack_files(&work, job->publish.hash, files, count);
  sp_db_close(db);
  return result;
}

static int run_specs(struct sp_job *job, struct sp_json_writer *w, struct sp_error *err) {
  struct sp_arena arena;
  struct sp_pack_file *files = NULL;
  struct sp_buf output;
  int32_t count = 0;
  if (!job->publish.specs) return 0;
  sp_arena_init(&arena, PACK_MAX);
  sp_buf_init(&output, SP_SPECS_OUTPUT_MAX);
  int result = read_pack(job, &arena, &files, &count, err);
  if (!result) result = sp_specs_run(files, count, job->self, &output, err);
  sp_json_put_text(w, "specs", sp_buf_text(&output));
  sp_buf_free(&output);
  sp_arena_free(&arena);
  return result;
}

/* ---- Past sales ---- */

static int find_bundle(struct sp_work *work, void *ctx) {
  struct sp_job *job = ctx;
  return sp_rules_use(work, job->publish.hash); /* kept warm by the registry */
}

static int replay(struct sp_job *job, struct sp_bundle *bundle, struct sp_json_writer *w, struct sp_error *err) {
  struct sp_replay_result found = {.sales = 0};
  struct sp_buf report;
  const int64_t now = sp_clock_now_ms();
  const struct sp_replay_options options = {
      .app = &job->node->app,
      .open = sp_job_open_read,
      .bundle = bundle,
      .from = now - job->publish.days * DAY_MS,
      .to = now + DAY_MS,
      .threads = THREADS_TRIED,
      .top = 100,
      .max_difference_ppm = job->publish.max_difference_ppm,
      .lang = job->lang,
      .progress = sp_job_progress,
      .cancelled = sp_job_cancelled,
      .ctx = job,
  };
  sp_buf_init(&report, SP_JOB_REPORT_MAX / 2);
  int result = sp_replay_run(&options, &report, &found, err);
  if (!result && report.failed == 0) {
    sp_json_key(w, "replay");
    sp_json_raw(w, report.data, report.len);
  }
  sp_buf_free(&report);
  if (result || found.within) return result;
  return sp_fail(err, SP_E_STATE, "max_difference_ppm",
                 "Past sales would differ by %lld ppm, at most %lld are allowed (failed: %lld, alarms: %lld)",
                 (long long)found.difference_ppm, (long long)job->publish.max_difference_ppm, (long long)found.failed,
                 (long long)found.alarms);
}

static int run_replay(struct sp_job *job, struct sp_json_writer *w, struct sp_error *err) {
  if (job->publish.days <= 0 || job->publish.max_difference_ppm < 0) return 0;
  int result = sp_job_step(job, find_bundle, job, err);
  if (result) return result;
  struct sp_bundle *bundle = sp_rules_find(job->node->rules, job->publish.hash);
  if (!bundle) return sp_fail(err, SP_E_BUSY, NULL, "Too many other rules were looked at meanwhile; try again");
  result = replay(job, bundle, w, err);
  sp_bundle_release(bundle);
  return result;
}

/* ---- All of it ---- */

struct published {
  struct sp_job *job;
  char hash[SP_HASH_HEX];
};

static int publish(struct sp_work *work, void *ctx) {
  struct published *published = ctx;
  struct sp_bundle *bundle = NULL;
  int result = sp_rules_publish(work, &published->job->publish, &bundle);
  if (!result) sp_hash_hex(sp_bundle_hash(bundle), published->hash);
  return result;
}

int sp_job_publish(struct sp_job *job, struct sp_error *err) {
  struct published published = {.job = job};
  struct sp_json_writer w;
  sp_json_start(&w, &job->report);
  sp_json_open_object(&w);
  int result = run_specs(job, &w, err);
  if (!result) result = run_replay(job, &w, err);
  if (!result) result = sp_job_step(job, publish, &published, err);
  if (!result) {
    sp_json_put_text(&w, "hash", published.hash);
    sp_json_put_text(&w, "status", job->publish.till_count > 0 ? "canary" : "live");
  }
  sp_json_close_object(&w);
  return result;
}
