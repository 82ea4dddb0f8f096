/* Golden baskets: reading their files, building their campaigns on, running them, reporting. */
#include "engine/cases.h"
#include "base/text.h"
#include "engine/bundle.h"
#include "engine/cases_parts.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_MAX ((size_t)16 << 20)
#define CODE_MAX   64

static const char *const file_fields[] = {"title", "campaigns", "cases", NULL};
static const char *const title_fields[] = {"zh", "en", NULL};

/* One case at work. */
struct run {
  struct sp_cases *cases;
  const struct sp_pack_file *file;
  int number;
  const struct cJSON *json, *outer; /* the case, and the file around it; or null */
  const struct sp_bundle *bundle;   /* the pack's, or the file's own */
  struct sp_arena arena;
  struct sp_trial trial;
  struct sp_priced priced;
  struct sp_buf result, differences;
  struct cJSON *tree; /* of the result */
  int difference_count;
  struct sp_error err; /* why the case could not be held to anything */
};

/* ---- Campaigns of a case ---- */

/* campaigns/CODE.json */
static int campaign_file(const struct cJSON *json, struct sp_arena *arena, struct sp_pack_file *out,
                         struct sp_error *err) {
  struct sp_buf text;
  struct sp_json_writer w;
  const char *code = NULL;
  int rc = cJSON_IsObject(json) ? sp_json_get_text(json, "code", SP_REQUIRED, CODE_MAX, &code, err)
                                : sp_fail(err, SP_E_INVALID, "campaigns", "A campaign is written as an object");
  if (!rc && (strchr(code, '/') || strstr(code, "..")))
    rc = sp_fail(err, SP_E_INVALID, "code", "The campaign %s cannot be a file", code);
  if (rc) return rc;
  sp_buf_init(&text, SP_CASES_FILE_MAX);
  sp_json_start(&w, &text);
  sp_case_value(&w, json);
  out->path = sp_arena_printf(arena, "campaigns/%s.json", code);
  out->text = sp_arena_copy(arena, sp_buf_text(&text), text.len);
  out->len = text.len;
  rc = text.failed || !out->path || !out->text ? sp_error_nomem(err, __func__) : 0;
  sp_buf_free(&text);
  return rc;
}

/* The same files, and those of the case in place of others of their name or beside them. */
static int build_onto(const struct sp_cases *cases, const struct sp_pack_file *campaigns, int32_t count,
                      struct sp_bundle **out, struct sp_error *err) {
  const struct sp_bundle *bundle = cases->bundle;
  int32_t own = sp_bundle_file_count(bundle);
  struct sp_pack_file *files = calloc((size_t)own + (size_t)count + 1, sizeof *files);
  if (!files) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < own; i++)
    files[i] = sp_bundle_file(bundle, i);
  for (int32_t i = 0; i < count; i++)
    files[own + i] = campaigns[i];
  const struct sp_bundle_options options = {.bare = true,
                                            .files = files,
                                            .file_count = own + count,
                                            .store = bundle->store && bundle->store[0] ? bundle->store : NULL,
                                            .limits = bundle->limits};
  int rc = sp_bundle_build(&options, cases->api ? cases->api : bundle->api, out, err);
  free(files);
  return rc;
}

/* The pack with the campaigns of both lists (either may be null). */
static int campaigns_build(struct sp_cases *cases, const struct cJSON *list, const struct cJSON *more,
                           struct sp_bundle **out, struct sp_error *err) {
  const struct cJSON *const lists[] = {list, more};
  struct sp_arena arena;
  int32_t count = 0;
  int rc = 0;
  sp_arena_init(&arena, SP_TRIAL_MEMORY);
  size_t room = (size_t)cJSON_GetArraySize(list) + (size_t)cJSON_GetArraySize(more);
  struct sp_pack_file *files = sp_arena_array(&arena, room + 1, sizeof *files);
  for (size_t i = 0; i < 2 && files; i++)
    for (const struct cJSON *item = lists[i] ? lists[i]->child : NULL; item && !rc; item = item->next)
      rc = campaign_file(item, &arena, &files[count++], err);
  if (!files) rc = sp_error_nomem(err, __func__);
  if (!rc) rc = build_onto(cases, files, count, out, err);
  sp_arena_free(&arena);
  return rc;
}

/* ---- Running one ---- */

static int fields_check(const struct cJSON *json, struct sp_error *err) {
  for (const struct cJSON *item = json->child; item; item = item->next) {
    bool known = strcmp(item->string, "title") == 0 || strcmp(item->string, "campaigns") == 0 ||
                 strcmp(item->string, "campaign") == 0 || strcmp(item->string, "expect") == 0;
    for (const char *const *name = sp_trial_fields; *name && !known; name++)
      known = strcmp(item->string, *name) == 0;
    if (!known) return sp_fail(err, SP_E_INVALID, item->string, "A golden basket has no field %s", item->string);
  }
  const struct cJSON *title = sp_json_member(json, "title");
  int rc = title ? sp_json_only(title, title_fields, err) : 0;
  if (!rc && !sp_json_member(json, "expect"))
    rc = sp_fail(err, SP_E_INVALID, "expect", "A golden basket says what it expects");
  return rc;
}

static int price(struct run *run, const struct sp_bundle *bundle) {
  struct sp_rule_vm *vm = NULL;
  struct sp_json_writer w;
  int rc = sp_trial_read(run->json, &run->arena, &run->trial, &run->err);
  if (!rc) rc = sp_bundle_vm_open(bundle, &vm, &run->err);
  if (!rc) rc = sp_trial_price(bundle, vm, &run->trial, &run->arena, &run->priced, &run->err);
  sp_json_start(&w, &run->result);
  if (!rc) rc = sp_trial_result(bundle, vm, &run->trial, &run->priced, &run->arena, &w, &run->err);
  if (vm) vm->api->close(vm);
  if (!rc && run->result.failed) rc = sp_error_nomem(&run->err, __func__);
  return rc ? rc : sp_json_parse(sp_buf_text(&run->result), run->result.len, &run->tree, &run->err);
}

/* A rule that failed, or the campaign of the case that did not apply, whatever the numbers say. */
static int outcomes_check(struct run *run) {
  const struct cJSON *trace = sp_json_member(run->tree, "trace");
  const struct cJSON *campaign = sp_json_member(run->json, "campaign");
  for (const struct cJSON *entry = trace ? trace->child : NULL; entry; entry = entry->next) {
    const struct cJSON *outcome = sp_json_member(entry, "outcome");
    const struct cJSON *why = sp_json_member(entry, "why");
    if (cJSON_IsString(outcome) && strcmp(outcome->valuestring, "error") == 0)
      return sp_fail(&run->err, SP_E_RULE, NULL, "%s", cJSON_IsString(why) ? why->valuestring : "");
  }
  if (!cJSON_IsString(campaign)) return 0;
  const char *outcome = sp_case_outcome(run->tree, campaign->valuestring);
  if (strcmp(outcome, "applied") == 0) return 0;
  return sp_fail(&run->err, SP_E_STATE, "campaign", "The campaign %s did not apply: %s", campaign->valuestring,
                 outcome);
}

static int run_case(struct run *run) {
  const struct cJSON *own = sp_json_member(run->json, "campaigns");
  struct sp_bundle *built = NULL;
  struct sp_json_writer w;
  int rc = fields_check(run->json, &run->err);
  if (!rc && own) rc = campaigns_build(run->cases, own, sp_json_member(run->outer, "campaigns"), &built, &run->err);
  if (!rc) rc = price(run, built ? built : run->bundle);
  if (!rc) {
    sp_json_start(&w, &run->differences);
    rc = sp_case_compare(sp_json_member(run->json, "expect"), run->tree, &w, &run->difference_count, &run->err);
  }
  if (!rc && run->difference_count == 0) rc = outcomes_check(run);
  sp_bundle_release(built);
  return rc;
}

/* ---- Reporting ---- */

/* {"zh": …, "en": …}; a case without a title has its file's, or its file's name. */
static void title_put(struct sp_json_writer *w, const struct run *run) {
  const struct cJSON *title = sp_json_member(run->json, "title");
  if (!title) title = sp_json_member(run->outer, "title");
  const struct cJSON *zh = sp_json_member(title, "zh");
  const struct cJSON *en = sp_json_member(title, "en");
  if (!cJSON_IsString(zh)) zh = en;
  if (!cJSON_IsString(en)) en = zh;
  sp_json_key(w, "title");
  sp_json_open_object(w);
  sp_json_put_text(w, "zh", zh ? zh->valuestring : run->file->path);
  sp_json_put_text(w, "en", en ? en->valuestring : run->file->path);
  sp_json_close_object(w);
}

static void codes_put(struct sp_json_writer *w, const struct cJSON *list) {
  for (const struct cJSON *item = list ? list->child : NULL; item; item = item->next) {
    const struct cJSON *code = sp_json_member(item, "code");
    if (cJSON_IsString(code)) sp_json_text(w, code->valuestring);
  }
}

static void error_put(struct sp_json_writer *w, const struct sp_error *err) {
  char text[sizeof err->field + sizeof err->message + 4];
  bool named = err->field[0] != '\0' && !strstr(err->message, err->field);
  snprintf(text, sizeof text, "%s%s%s", named ? err->field : "", named ? ": " : "", err->message);
  sp_json_put_text(w, "error", text);
}

static void report(struct run *run, struct sp_json_writer *w, int rc) {
  bool good = !rc && run->difference_count == 0;
  if (good)
    run->cases->good++;
  else
    run->cases->failed++;
  sp_json_open_object(w);
  sp_json_put_text(w, "file", run->file->path);
  sp_json_put_int(w, "number", run->number);
  title_put(w, run);
  sp_json_put_bool(w, "good", good);
  if (rc) error_put(w, &run->err);
  sp_json_key(w, "differences");
  if (!rc && run->differences.len > 0)
    sp_json_raw(w, sp_buf_text(&run->differences), run->differences.len);
  else
    sp_json_raw(w, "[]", 2);
  sp_json_key(w, "campaigns");
  sp_json_open_array(w);
  codes_put(w, sp_json_member(run->outer, "campaigns"));
  codes_put(w, sp_json_member(run->json, "campaigns"));
  sp_json_close_array(w);
  if (run->tree) {
    sp_json_key(w, "input");
    sp_case_value(w, run->json);
    sp_json_key(w, "result");
    sp_json_raw(w, sp_buf_text(&run->result), run->result.len);
  }
  sp_json_close_object(w);
}

static void one(struct sp_cases *cases, const struct sp_pack_file *file, const struct sp_bundle *bundle, int number,
                const struct cJSON *json, const struct cJSON *outer, struct sp_json_writer *w) {
  struct run run = {.cases = cases,
                    .file = file,
                    .number = number,
                    .json = json,
                    .outer = outer,
                    .bundle = bundle,
                    .err.lang = cases->lang};
  sp_arena_init(&run.arena, SP_TRIAL_MEMORY);
  sp_buf_init(&run.result, RESULT_MAX);
  sp_buf_init(&run.differences, RESULT_MAX);
  int rc = cJSON_IsObject(json) ? run_case(&run)
                                : sp_fail(&run.err, SP_E_INVALID, NULL, "A golden basket is written as an object");
  report(&run, w, rc);
  sp_json_free(run.tree);
  sp_buf_free(&run.result);
  sp_buf_free(&run.differences);
  sp_arena_free(&run.arena);
}

/* ---- Files ---- */

static void file_failed(struct sp_cases *cases, const struct sp_pack_file *file, struct sp_json_writer *w,
                        const struct sp_error *why) {
  struct run run = {.cases = cases, .file = file, .err = *why};
  report(&run, w, SP_E_INVALID);
}

static void list_run(struct sp_cases *cases, const struct sp_pack_file *file, const struct sp_bundle *bundle,
                     const struct cJSON *list, const struct cJSON *outer, struct sp_json_writer *w) {
  int number = 1;
  for (const struct cJSON *item = list->child; item && number <= SP_CASES_MAX; item = item->next)
    one(cases, file, bundle, number++, item, outer, w);
}

/* {"title", "campaigns", "cases"}: one bundle for all of them. */
static int file_of_cases(struct sp_cases *cases, const struct sp_pack_file *file, const struct cJSON *tree,
                         struct sp_json_writer *w, struct sp_error *err) {
  const struct cJSON *list = NULL;
  const struct cJSON *campaigns = sp_json_member(tree, "campaigns");
  struct sp_bundle *built = NULL;
  int count = 0;
  int rc = sp_json_only(tree, file_fields, err);
  if (!rc) rc = sp_json_get_array(tree, "cases", SP_REQUIRED, SP_CASES_MAX, &list, &count, err);
  if (!rc && campaigns) rc = campaigns_build(cases, campaigns, NULL, &built, err);
  if (!rc) list_run(cases, file, built ? built : cases->bundle, list, tree, w);
  sp_bundle_release(built);
  return rc;
}

int sp_cases_file_run(struct sp_cases *cases, const struct sp_pack_file *file, struct sp_json_writer *w,
                      struct sp_error *err) {
  struct cJSON *tree = NULL;
  struct sp_error why = {.lang = cases->lang};
  int rc = 0;
  if (file->len > SP_CASES_FILE_MAX)
    rc = sp_fail(&why, SP_E_LIMIT, NULL, "%s is larger than %zu bytes", file->path, SP_CASES_FILE_MAX);
  if (!rc) rc = sp_json_parse(file->text, file->len, &tree, &why);
  if (!rc && cJSON_IsArray(tree) && cJSON_GetArraySize(tree) > SP_CASES_MAX)
    rc = sp_fail(&why, SP_E_LIMIT, NULL, "A file holds at most %d golden baskets", SP_CASES_MAX);
  else if (!rc && cJSON_IsArray(tree))
    list_run(cases, file, cases->bundle, tree, NULL, w);
  else if (!rc && sp_json_member(tree, "cases"))
    rc = file_of_cases(cases, file, tree, w, &why);
  else if (!rc)
    one(cases, file, cases->bundle, 1, tree, NULL, w);
  sp_json_free(tree);
  if (rc) file_failed(cases, file, w, &why);
  return w->out->failed ? sp_fail(err, w->out->failed, "cases", "The report of golden baskets became too large") : 0;
}

/* ---- All of a bundle ---- */

static bool is_case_file(const char *path) {
  size_t len = strlen(path);
  return strncmp(path, "cases/", 6) == 0 && len > 11 && strcmp(path + len - 5, ".json") == 0;
}

int sp_cases_run(const struct sp_bundle *bundle, const struct sp_rule_vm_api *api, struct sp_buf *report_json,
                 int *failed, struct sp_error *err) {
  struct sp_cases cases = {.bundle = bundle, .api = api, .lang = err ? err->lang : SP_LANG_EN};
  struct sp_json_writer w;
  int rc = 0;
  sp_json_start(&w, report_json);
  sp_json_open_array(&w);
  for (int32_t i = 0; i < sp_bundle_file_count(bundle) && !rc; i++) {
    struct sp_pack_file file = sp_bundle_file(bundle, i);
    if (is_case_file(file.path)) rc = sp_cases_file_run(&cases, &file, &w, err);
  }
  sp_json_close_array(&w);
  *failed = cases.failed;
  return rc;
}
