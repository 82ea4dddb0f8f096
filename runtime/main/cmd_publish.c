/* suanpan publish PACK: a folder of rules to the running node, what it changes, and then live. */
#include "base/json.h"
#include "base/text.h"
#include "engine/engine.h"
#include "main/ask.h"
#include "main/command.h"
#include "main/pack_text.h"
#include "main/report.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACK_MEMORY    ((size_t)64 << 20)
#define BODY_MAX       ((size_t)64 << 20)
#define TEXT_MAX       ((size_t)16 << 20)
#define TILLS_MAX      64
#define NAME_MAX_BYTES 60
#define DAYS_MAX       366
#define DAYS_USUAL     7
#define HASH_DIGITS    64

struct publishing {
  const struct sp_args *args;
  struct sp_ask ask;
  struct sp_arena arena;
  int64_t max_difference, days, max_alarms, min_sales; /* −1: not asked */
  char hash[HASH_DIGITS + 1];                          /* of the candidate, then of what was published */
};

/* ---- What was asked for ---- */

static int options_read(struct publishing *p, struct sp_error *err) {
  const struct sp_args *args = p->args;
  p->max_difference = p->days = p->max_alarms = p->min_sales = -1;
  int result = sp_command_number("--max-difference", args->max_difference, 0, 1000000000, &p->max_difference, err);
  if (!result) result = sp_command_number("--days", args->days, 1, DAYS_MAX, &p->days, err);
  if (!result) result = sp_command_number("--max-alarms", args->max_alarms, 0, 1000000000, &p->max_alarms, err);
  if (!result) result = sp_command_number("--min-sales", args->min_sales, 0, 1000000000, &p->min_sales, err);
  if (result) return result;
  int ways = (args->shadow ? 1 : 0) + (args->check_only ? 1 : 0) + (args->tills ? 1 : 0);
  bool gate = p->max_difference >= 0 || p->days >= 0;
  if (ways > 1) return sp_fail(err, SP_E_INVALID, NULL, "Of --check-only, --shadow and --tills only one can be had");
  if (gate && (args->shadow || args->check_only))
    return sp_fail(err, SP_E_INVALID, NULL, "--max-difference and --days are asked when it is published");
  if (!args->tills && (p->max_alarms >= 0 || p->min_sales >= 0))
    return sp_fail(err, SP_E_INVALID, NULL, "--max-alarms and --min-sales go with --tills");
  if (p->min_sales >= 0 && p->max_alarms < 0)
    return sp_fail(err, SP_E_INVALID, NULL, "--min-sales goes with --max-alarms");
  if (p->max_difference >= 0 && p->days < 0) p->days = DAYS_USUAL;
  return 0;
}

/* ---- The pack ---- */

/* What pack.json says that the sender needs; what is wrong with it the node tells. */
static void about_read(struct publishing *p, const struct sp_pack_file *files, int32_t count, bool *specs,
                       const char **name) {
  char *full = NULL;
  *specs = true;
  *name = NULL;
  for (int32_t i = 0; i < count; i++) {
    struct cJSON *tree = NULL;
    const char *own = NULL;
    if (strcmp(files[i].path, "pack.json") != 0 || sp_json_parse(files[i].text, files[i].len, &tree, NULL) != 0)
      continue;
    *specs = cJSON_IsFalse(sp_json_member(sp_json_member(tree, "gate"), "specs")) == 0;
    if (sp_json_get_text(tree, "name", SP_OPTIONAL, NAME_MAX_BYTES, &own, NULL) == 0)
      *name = sp_arena_text(&p->arena, own);
    sp_json_free(tree);
  }
  if (p->args->as) *name = p->args->as;
  if (!*name) full = realpath(p->args->words[0], NULL);
  if (full && strlen(strrchr(full, '/') + 1) <= NAME_MAX_BYTES)
    *name = sp_arena_text(&p->arena, strrchr(full, '/') + 1);
  free(full);
}

static int file_put(struct sp_json_writer *w, const struct sp_pack_file *file, struct sp_error *err) {
  if (memchr(file->text, '\0', file->len) || !sp_utf8_valid(file->text, file->len))
    return sp_fail(err, SP_E_INVALID, file->path, "%s is not text in UTF-8", file->path);
  sp_json_open_object(w);
  sp_json_put_text(w, "path", file->path);
  sp_json_key(w, "text");
  sp_json_text_n(w, file->text, file->len);
  sp_json_close_object(w);
  return 0;
}

static int body_make(struct publishing *p, struct sp_buf *out, int32_t *sent, struct sp_error *err) {
  struct sp_pack_file *files = NULL;
  struct sp_json_writer w;
  int32_t count = 0;
  int result = sp_pack_read(p->args->words[0], true, &p->arena, &files, &count, err);
  bool specs = true;
  const char *name = NULL;
  about_read(p, files, count, &specs, &name);
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  if (name) sp_json_put_text(&w, "name", name);
  sp_json_key(&w, "files");
  sp_json_open_array(&w);
  for (int32_t i = 0; i < count && !result; i++) {
    if (!specs && strncmp(files[i].path, "spec/", 5) == 0) continue;
    result = file_put(&w, &files[i], err);
    (*sent)++;
  }
  sp_json_close_array(&w);
  sp_json_close_object(&w);
  if (!result && out->failed) result = sp_fail(err, out->failed, NULL, "The pack is too large to be sent");
  return result;
}

/* ---- Sent and looked at ---- */

static void show(struct sp_buf *text) {
  fputs(sp_buf_text(text), stdout);
  fflush(stdout);
  sp_buf_reset(text);
}

static int hash_take(struct publishing *p, const struct cJSON *answer, struct sp_error *err) {
  const char *hash = "";
  int result = sp_json_get_text(answer, "hash", SP_REQUIRED, HASH_DIGITS, &hash, err);
  if (!result) snprintf(p->hash, sizeof p->hash, "%s", hash);
  return result;
}

/* The pack becomes a candidate; `failed` counts its golden baskets that cost something else. */
static int pack_send(struct publishing *p, struct sp_buf *out, int *failed, struct sp_error *err) {
  struct cJSON *answer = NULL;
  struct sp_buf body;
  int32_t sent = 0;
  sp_buf_init(&body, BODY_MAX);
  int result = body_make(p, &body, &sent, err);
  if (!result) result = sp_ask_node(&p->ask, "/v1/bundles", &body, &answer, err);
  if (!result) result = hash_take(p, answer, err);
  if (!result) {
    sp_buf_printf(out, sp_tr(p->args->lang, "%s: %d files, generation %s\n"), p->args->words[0], (int)sent, p->hash);
    *failed = sp_pack_report_text(sp_json_member(answer, "report"), p->args->lang, out);
  }
  sp_json_free(answer);
  sp_buf_free(&body);
  return result;
}

/* --days without --max-difference looks at more days for what the pack itself allows. */
static int days_check(const struct publishing *p, const struct cJSON *candidate, struct sp_error *err) {
  const struct cJSON *gate = sp_json_member(candidate, "gate");
  if (p->days < 0 || p->max_difference >= 0 || sp_json_member(gate, "max_difference_ppm")) return 0;
  return sp_fail(err, SP_E_INVALID, "--days", "--days needs --max-difference: the pack's own gate allows any");
}

static int changes_show(struct publishing *p, struct sp_buf *out, struct sp_error *err) {
  struct cJSON *live = NULL, *candidate = NULL;
  char target[40 + HASH_DIGITS];
  snprintf(target, sizeof target, "/v1/rules?generation=%s", p->hash);
  int result = sp_ask_node(&p->ask, "/v1/rules", NULL, &live, err);
  if (!result) result = sp_ask_node(&p->ask, target, NULL, &candidate, err);
  if (!result) {
    (void)sp_pack_changes_text(live, candidate, p->args->lang, out);
    result = days_check(p, candidate, err);
  }
  sp_json_free(live);
  sp_json_free(candidate);
  return result;
}

/* ---- Let it serve ---- */

static int tills_put(struct sp_json_writer *w, const char *tills, struct sp_error *err) {
  int count = 0;
  sp_json_key(w, "tills");
  sp_json_open_array(w);
  for (const char *at = tills; *at != '\0'; at += strspn(at, ",")) {
    size_t len = strcspn(at, ",");
    if (len > 0) sp_json_text_n(w, at, len);
    count += len > 0;
    at += len;
  }
  sp_json_close_array(w);
  if (count == 0 || count > TILLS_MAX)
    return sp_fail(err, SP_E_INVALID, "--tills", "Name 1 to %d tills: --tills T01,T02", TILLS_MAX);
  return 0;
}

static void gate_put(struct sp_json_writer *w, const char *name, int64_t value) {
  if (value >= 0) sp_json_put_int(w, name, value);
}

static int order_make(const struct publishing *p, struct sp_buf *out, struct sp_error *err) {
  struct sp_json_writer w;
  sp_json_start(&w, out);
  sp_json_open_object(&w);
  int result = p->args->tills ? tills_put(&w, p->args->tills, err) : 0;
  sp_json_key(&w, "gate");
  sp_json_open_object(&w);
  gate_put(&w, "max_alarm_ppm", p->max_alarms);
  gate_put(&w, "min_sales", p->min_sales);
  gate_put(&w, "max_difference_ppm", p->max_difference);
  gate_put(&w, "days", p->days);
  sp_json_close_object(&w);
  sp_json_close_object(&w);
  return result;
}

/* The report of a job that failed says why in the words of busted or of the replay. */
static int job_end(struct publishing *p, const struct cJSON *job, struct sp_buf *out, struct sp_error *err) {
  const char *state = "", *detail = "", *field = "", *specs = "";
  const struct cJSON *report = sp_json_member(job, "report"), *problem = sp_json_member(job, "problem");
  int result = sp_json_get_text(job, "state", SP_REQUIRED, 20, &state, err);
  if (result) return result;
  if (strcmp(state, "done") == 0) return hash_take(p, report, err);
  sp_json_get_text(problem, "detail", SP_OPTIONAL, 1000, &detail, NULL);
  sp_json_get_text(problem, "field", SP_OPTIONAL, 200, &field, NULL);
  const struct cJSON *said = sp_json_member(report, "specs");
  if (cJSON_IsString(said)) specs = said->valuestring;
  for (const char *line = specs; *line != '\0' && strcmp(field, "specs") == 0;) {
    size_t len = strcspn(line, "\n");
    char *copy = sp_arena_copy(&p->arena, line, len);
    if (copy) sp_report_text(out, copy);
    sp_buf_putc(out, '\n');
    line += len + (line[len] == '\n');
  }
  return sp_fail(err, SP_E_STATE, field, "%s", detail);
}

static int serve(struct publishing *p, struct sp_buf *out, struct sp_error *err) {
  struct cJSON *answer = NULL, *job = NULL;
  struct sp_buf body;
  char target[40 + HASH_DIGITS];
  snprintf(target, sizeof target, "/v1/bundles/%s/%s", p->hash, p->args->shadow ? "shadow" : "publish");
  sp_buf_init(&body, 65536);
  int result = p->args->shadow ? 0 : order_make(p, &body, err);
  if (!result) result = sp_ask_node(&p->ask, target, &body, &answer, err);
  if (!result && sp_json_member(answer, "job")) {
    result = sp_ask_job(&p->ask, answer, &job, err);
    if (!result) result = job_end(p, job, out, err);
  } else if (!result && !p->args->shadow) {
    result = hash_take(p, answer, err);
  }
  sp_json_free(answer);
  sp_json_free(job);
  sp_buf_free(&body);
  return result;
}

/* ---- The command ---- */

static void verdict_put(const struct publishing *p, struct sp_buf *out) {
  const struct sp_args *args = p->args;
  sp_buf_putc(out, '\n');
  if (args->check_only)
    sp_buf_printf(out, sp_tr(args->lang, "Only checked: generation %s is a candidate\n"), p->hash);
  else if (args->shadow)
    sp_buf_printf(out, sp_tr(args->lang, "Shadow: generation %s is tried beside the live rules\n"), p->hash);
  else if (args->tills)
    sp_buf_printf(out, sp_tr(args->lang, "Canary: generation %s sells at %s\n"), p->hash, args->tills);
  else
    sp_buf_printf(out, sp_tr(args->lang, "Live: generation %s\n"), p->hash);
}

static int publish(struct publishing *p, struct sp_buf *out, struct sp_error *err) {
  int failed = 0;
  int result = pack_send(p, out, &failed, err);
  if (!result) result = changes_show(p, out, err);
  show(out);
  if (!result && failed > 0)
    result = sp_fail(err, SP_E_STATE, "cases", "%d golden baskets of the pack cost something else", failed);
  if (!result && !p->args->check_only) result = serve(p, out, err);
  if (!result) verdict_put(p, out);
  show(out);
  return result;
}

int sp_command_publish(const struct sp_args *args) {
  struct publishing p = {.args = args};
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct sp_buf out;
  char socket[SP_FOLDER_PATH_MAX + 64];
  int result = options_read(&p, &error);
  if (!result && args->word_count != 1) result = sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan publish PACK");
  if (result) return sp_command_misuse(args, &error);
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  sp_command_socket(&config, socket);
  p.ask = (struct sp_ask){.socket = socket, .what = sp_tr(args->lang, "Publish"), .lang = args->lang};
  sp_arena_init(&p.arena, PACK_MEMORY);
  sp_buf_init(&out, TEXT_MAX);
  result = publish(&p, &out, &error);
  sp_buf_free(&out);
  sp_arena_free(&p.arena);
  sp_config_free(&config);
  return result ? sp_command_fail(&error) : SP_EXIT_GOOD;
}
