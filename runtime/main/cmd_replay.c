/* suanpan replay PACK: past sales priced again by a candidate. Read beside the running node. */
#include "app/replay.h"
#include "base/text.h"
#include "lua/machine.h"
#include "main/command.h"
#include "main/node.h"
#include "main/offline.h"
#include "main/progress.h"
#include "main/replay_text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORT_MAX (16u << 20)
#define INPUT_MAX  ((long)256 << 20)
#define DAY_MS     86400000LL
#define SELF_PPM   10000 /* one in a hundred */

struct replaying {
  const struct sp_args *args;
  struct sp_offline offline;
  struct sp_bundle *bundle;
  struct sp_progress progress;
  struct sp_buf report;
};

/* ---- What was asked for ---- */

/* "2026-11-22" is that day in the store, from its first moment, or with `whole` to its last; else a time. */
static int moment_read(const struct sp_zone *zone, const char *name, const char *text, bool whole, int64_t *out,
                       struct sp_error *err) {
  char midnight[32];
  int64_t utc = 0;
  if (!text) return 0;
  if (sp_time_parse(text, out) == 0) return 0;
  snprintf(midnight, sizeof midnight, "%.11sT00:00:00Z", text);
  if (strlen(text) != 10 || sp_time_parse(midnight, &utc) != 0)
    return sp_fail(err, SP_E_INVALID, name, "Write %s as 2026-11-22 or 2026-11-22T08:00:00+08:00", name);
  if (whole) utc += DAY_MS;
  int64_t near = utc - sp_zone_offset(zone, utc) * 1000LL; /* the offset of that midnight, not of UTC's */
  *out = utc - sp_zone_offset(zone, near) * 1000LL;
  return 0;
}

static int options_read(struct replaying *r, struct sp_replay_options *options, struct sp_error *err) {
  const struct sp_args *args = r->args;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  int64_t threads = cores > 0 ? cores : 1, top = 0, sample = args->self ? SELF_PPM : 0;
  if (threads > SP_REPLAY_THREADS_MAX) threads = SP_REPLAY_THREADS_MAX;
  options->max_difference_ppm = args->self ? 0 : -1;
  int result = moment_read(r->offline.zone, "--from", args->from, false, &options->from, err);
  if (!result) result = moment_read(r->offline.zone, "--to", args->to, true, &options->to, err);
  if (!result) result = sp_command_number("--threads", args->threads, 1, SP_REPLAY_THREADS_MAX, &threads, err);
  if (!result) result = sp_command_number("--top", args->top, 1, SP_REPLAY_TOP_MAX, &top, err);
  if (!result) result = sp_command_number("--sample", args->sample, 1, 1000000, &sample, err);
  if (!result)
    result =
        sp_command_number("--max-difference", args->max_difference, 0, 1000000000, &options->max_difference_ppm, err);
  options->threads = (int)threads;
  options->top = (int32_t)top;
  options->sample_ppm = (int32_t)sample;
  return result;
}

/* ---- Running ---- */

static int open_read(void *ctx, struct sp_db **out, struct sp_error *err) {
  struct replaying *r = ctx;
  return sp_offline_read(&r->offline, out, err);
}

static void show_progress(void *ctx, int64_t so_far, int64_t total) {
  struct replaying *r = ctx;
  sp_progress_show(&r->progress, so_far, total);
}

static int report_write(const struct replaying *r, struct sp_error *err) {
  const char *path = r->args->json;
  if (!path) return 0;
  FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
  if (!file) return sp_fail(err, SP_E_IO, "--json", "%s cannot be written: %s", path, strerror(errno));
  bool written = fwrite(r->report.data, 1, r->report.len, file) == r->report.len && fputc('\n', file) != EOF;
  if (file != stdout) written = fclose(file) == 0 && written;
  return written ? 0 : sp_fail(err, SP_E_IO, "--json", "%s cannot be written: %s", path, strerror(errno));
}

static int sales(struct replaying *r, bool *within, struct sp_error *err) {
  struct sp_replay_result found;
  struct sp_replay_options options = {.app = &r->offline.app,
                                      .open = open_read,
                                      .own = r->args->self,
                                      .seed = (uint64_t)sp_clock_now_ms(),
                                      .promotions = r->args->promotions,
                                      .lang = r->args->lang,
                                      .progress = show_progress,
                                      .ctx = r};
  int result = options_read(r, &options, err);
  if (!result && !options.own) result = sp_offline_pack(&r->offline, r->args->words[0], &r->bundle, err);
  if (result) return result;
  options.bundle = r->bundle;
  sp_progress_start(&r->progress, r->args->lang, sp_tr(r->args->lang, "Replay"));
  result = sp_replay_run(&options, &r->report, &found, err);
  sp_progress_end(&r->progress);
  if (!result) result = report_write(r, err);
  *within = !result && found.within;
  return result;
}

/* ---- Hooks ---- */

static int input_read(const char *path, struct sp_buf *out, struct sp_error *err) {
  FILE *file = fopen(path, "r");
  size_t got;
  if (!file) return sp_fail(err, SP_E_NOT_FOUND, "--input", "There is no file %s", path);
  do {
    char *room = sp_buf_reserve(out, 65536);
    got = room ? fread(room, 1, 65536, file) : 0;
    out->len += got;
  } while (got > 0);
  bool failed = ferror(file) != 0 || out->failed != 0;
  fclose(file);
  return failed ? sp_fail(err, SP_E_IO, "--input", "The file %s cannot be read", path) : 0;
}

/* The candidate beside the rules of the configuration. */
static int ask(struct replaying *r, const struct sp_config *config, const struct sp_buf *input, bool *same,
               struct sp_error *err) {
  struct sp_replay_hook_result found = {.differing = 0};
  struct sp_bundle *before = NULL;
  struct sp_replay_hook what = {.hook = r->args->hook, .text = sp_buf_text(input), .len = input->len};
  struct sp_work work = sp_offline_work(&r->offline, r->args->lang, err);
  int result = sp_offline_pack(&r->offline, r->args->words[0], &r->bundle, err);
  if (!result)
    result = sp_offline_pack(&r->offline, config->rules_folder[0] != '\0' ? config->rules_folder : NULL, &before, err);
  if (!result) result = sp_machines_get(&r->offline.machines, r->bundle, &work.vm, err);
  if (!result) result = sp_machines_get(&r->offline.machines, before, &what.before_vm, err);
  work.bundle = r->bundle;
  what.before = before;
  if (!result) result = sp_replay_hook(&work, &what, &r->report, &found);
  if (!result) result = report_write(r, err);
  *same = !result && found.differing == 0 && found.alarms == 0;
  sp_bundle_release(before);
  return result;
}

static int hook(struct replaying *r, const struct sp_config *config, bool *same, struct sp_error *err) {
  struct sp_buf input;
  sp_buf_init(&input, INPUT_MAX);
  int result = input_read(r->args->input, &input, err);
  if (!result) result = ask(r, config, &input, same, err);
  sp_buf_free(&input);
  return result;
}

/* ---- The command ---- */

static int usage(const struct sp_args *args, struct sp_error *err) {
  bool pack = args->word_count == 1, both = (args->hook != NULL) == (args->input != NULL);
  if (args->self && args->word_count == 0 && !args->hook) return 0;
  if (!args->self && pack && both) return 0;
  return sp_fail(err, SP_E_INVALID, NULL,
                 "Write suanpan replay PACK, suanpan replay --self, or suanpan replay PACK --hook NAME --input FILE");
}

static int finish(struct replaying *r, int result, bool good, const struct sp_error *error) {
  struct sp_buf out;
  if (result) return sp_command_fail(error);
  bool json = r->args->json && strcmp(r->args->json, "-") == 0;
  if (!json) {
    sp_buf_init(&out, REPORT_MAX);
    sp_replay_text(sp_buf_text(&r->report), r->report.len, r->args->lang, &out);
    fputs(sp_buf_text(&out), stdout);
    sp_buf_free(&out);
  }
  fflush(stdout);
  return good ? SP_EXIT_GOOD : SP_EXIT_BAD;
}

int sp_command_replay(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  char path[SP_FOLDER_PATH_MAX + 64];
  bool good = false;
  struct replaying r = {.args = args};
  if (usage(args, &error)) return sp_command_misuse(args, &error);
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  snprintf(path, sizeof path, "%s/%s", config.data, SP_NODE_DATABASE);
  sp_buf_init(&r.report, REPORT_MAX);
  int result = sp_offline_open(args->database ? args->database : path, &r.offline, &error);
  if (!result) result = args->hook ? hook(&r, &config, &good, &error) : sales(&r, &good, &error);
  status = finish(&r, result, good, &error);
  sp_bundle_release(r.bundle);
  sp_offline_close(&r.offline);
  sp_buf_free(&r.report);
  sp_config_free(&config);
  return status;
}
