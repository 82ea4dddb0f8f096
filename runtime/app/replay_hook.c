/* Recorded questions of a hook asked again. */
#include "app/replay_parts.h"
#include "engine/hook.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define ARENA_MAX ((size_t)16 << 20)

struct asking {
  struct sp_work *work;
  const struct sp_replay_hook *what;
  struct sp_replay_hook_result *result;
  struct sp_json_writer w;
  struct sp_arena arena;
  int64_t line;
  int32_t shown;
};

/* [{campaign, answer}, …] of what was answered. */
static void put_answers(struct sp_buf *out, const struct sp_answers *answers) {
  struct sp_json_writer w;
  sp_json_start(&w, out);
  sp_json_open_array(&w);
  for (int32_t i = 0; i < answers->count; i++)
    sp_json_raw(&w, answers->list[i].json, answers->list[i].len);
  sp_json_close_array(&w);
}

static int ask(struct asking *a, const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct cJSON *input,
               int64_t at, struct sp_buf *out, int32_t *alarms) {
  struct sp_answers answers = {0};
  const struct sp_context context = sp_work_context(a->work, at, "api");
  int rc = sp_engine_ask(bundle, vm, a->what->hook, input, &context, &a->arena, &answers, a->work->err);
  if (rc != 0) return rc;
  put_answers(out, &answers);
  *alarms += answers.alarms;
  return out->failed != 0 ? sp_fail(a->work->err, out->failed, NULL, "The report of the replay is too long") : 0;
}

/* The same value, whatever the order of its members. */
static bool same(const struct cJSON *a, const struct cJSON *b) {
  return cJSON_Compare(a, b, 1) != 0;
}

static void show(struct asking *a, const struct cJSON *before, const struct sp_buf *candidate) {
  char *text = cJSON_PrintUnformatted(before);
  a->result->differing++;
  if (a->shown++ < SP_REPLAY_TOP_MAX && text != NULL) {
    sp_json_open_object(&a->w);
    sp_json_put_int(&a->w, "line", a->line);
    sp_json_key(&a->w, "before");
    sp_json_raw(&a->w, text, strlen(text));
    sp_json_key(&a->w, "candidate");
    sp_json_raw(&a->w, candidate->data, candidate->len);
    sp_json_close_object(&a->w);
  }
  cJSON_free(text);
}

static int compare(struct asking *a, const struct cJSON *before, const struct sp_buf *candidate) {
  struct cJSON *now = NULL;
  int rc = sp_json_parse(candidate->data, candidate->len, &now, a->work->err);
  if (rc == 0 && before != NULL && !same(before, now)) show(a, before, candidate);
  sp_json_free(now);
  return rc;
}

/* What was answered then: recorded, or given by the other rules. */
static int compare_with_before(struct asking *a, const struct cJSON *record, const struct cJSON *input, int64_t at,
                               const struct sp_buf *candidate) {
  const struct cJSON *recorded = sp_json_member(record, "answers");
  struct cJSON *tree = NULL;
  struct sp_buf before;
  int32_t alarms = 0;
  if (recorded != NULL || a->what->before == NULL) return compare(a, recorded, candidate);
  sp_buf_init(&before, SP_RULE_VALUE_MAX * 4);
  int rc = ask(a, a->what->before, a->what->before_vm, input, at, &before, &alarms);
  if (rc == 0) rc = sp_json_parse(before.data, before.len, &tree, a->work->err);
  if (rc == 0) rc = compare(a, tree, candidate);
  sp_json_free(tree);
  sp_buf_free(&before);
  return rc;
}

static int read_time(const struct cJSON *record, int64_t *at, struct sp_error *err) {
  const char *text = NULL;
  int rc = sp_json_get_text(record, "at", SP_OPTIONAL, 40, &text, err);
  if (rc != 0 || text == NULL) return rc;
  return sp_time_parse(text, at) == 0 ? 0 : sp_fail(err, SP_E_INVALID, "at", "%s is not a time", text);
}

static int replay_record(struct asking *a, const struct cJSON *record) {
  static const char *const known[] = {"input", "at", "answers", NULL};
  const struct cJSON *input = NULL;
  struct sp_buf candidate;
  int64_t at = a->work->now;
  int32_t alarms = 0;
  struct sp_error *err = a->work->err;
  int rc = sp_json_only(record, known, err);
  if (rc == 0) rc = sp_json_get_object(record, "input", SP_REQUIRED, &input, err);
  if (rc == 0) rc = read_time(record, &at, err);
  if (rc != 0) return rc;
  sp_buf_init(&candidate, SP_RULE_VALUE_MAX * 4);
  rc = ask(a, a->work->bundle, a->work->vm, input, at, &candidate, &alarms);
  a->result->asked++;
  a->result->alarms += alarms;
  if (rc == 0) rc = compare_with_before(a, record, input, at, &candidate);
  sp_buf_free(&candidate);
  return rc;
}

static int replay_line(struct asking *a, const char *text, size_t len) {
  struct cJSON *record = NULL;
  char prefix[32];
  if (strspn(text, " \t\r") >= len) return 0;
  int rc = sp_json_parse(text, len, &record, a->work->err);
  if (rc == 0) rc = replay_record(a, record);
  sp_json_free(record);
  sp_arena_reset(&a->arena);
  if (rc == 0) return 0;
  snprintf(prefix, sizeof prefix, "line %lld", (long long)a->line);
  sp_error_prefix(a->work->err, prefix);
  return rc;
}

int sp_replay_hook(struct sp_work *work, const struct sp_replay_hook *what, struct sp_buf *report,
                   struct sp_replay_hook_result *result) {
  struct asking a = {.work = work, .what = what, .result = result};
  int rc = sp_hook_find(what->hook) != NULL ? 0 : SP_E_NOT_FOUND;
  *result = (struct sp_replay_hook_result){.asked = 0};
  if (rc != 0) return sp_fail(work->err, rc, "hook", "There is no hook %s", what->hook);
  sp_arena_init(&a.arena, ARENA_MAX);
  sp_json_start(&a.w, report);
  sp_json_open_object(&a.w);
  sp_json_put_text(&a.w, "hook", what->hook);
  sp_json_key(&a.w, "differing_records");
  sp_json_open_array(&a.w);
  for (const char *at = what->text, *end = what->text + what->len; at < end && rc == 0;) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    size_t len = (size_t)((line_end != NULL ? line_end : end) - at);
    a.line++;
    rc = replay_line(&a, at, len);
    at += len + 1;
  }
  sp_json_close_array(&a.w);
  sp_json_put_int(&a.w, "asked", result->asked);
  sp_json_put_int(&a.w, "differing", result->differing);
  sp_json_put_int(&a.w, "alarms", result->alarms);
  sp_json_close_object(&a.w);
  sp_arena_free(&a.arena);
  return rc;
}
