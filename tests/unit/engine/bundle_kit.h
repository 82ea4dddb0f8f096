/* Bundles over a machine that is no machine: a rule file says in a few words what a rule would declare, so that packs,
 * layers and campaigns are tested without Lua. One statement a line, words between bars:
 *
 *   phase|promotion   stacking|item   priority|500   campaign|CODE   need|member.tags
 *   param|buy|integer|2|99|3          name, type, least, most, default ("-": none, "!": required)
 *   options|a,b                       of the parameter before
 *   phrase|code|zh|en
 *
 * The name is the path. A campaign is found by its parameter `tag`; parameters buy and pay must not be equal. Header
 * only, so that each test stays one program. */
#ifndef SP_TEST_ENGINE_BUNDLE_KIT_H
#define SP_TEST_ENGINE_BUNDLE_KIT_H

#include "base/json.h"
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIT_FILES 32
#define KIT_WORDS 8

/* ---- The machine ---- */

static inline int32_t kit_words(struct sp_arena *arena, const char **text, char separator, const char **words) {
  int32_t count = 0;
  const char *end = strchr(*text, '\n');
  size_t len = end ? (size_t)(end - *text) : strlen(*text);
  char *line = sp_arena_copy(arena, *text, len);
  *text += len + (end ? 1 : 0);
  while (line && count < KIT_WORDS) {
    char *bar = strchr(line, separator);
    words[count++] = line;
    if (bar) *bar = '\0';
    line = bar ? bar + 1 : NULL;
  }
  return count;
}

static inline void kit_param(struct sp_arena *arena, struct sp_param *param, const char *const *words) {
  param->name = words[1];
  param->type = (enum sp_param_type)sp_param_type_parse(words[2]);
  param->min = strtoll(words[3], NULL, 10);
  param->max = strtoll(words[4], NULL, 10);
  param->required = words[5][0] == '!';
  param->has_default = words[5][0] != '!' && words[5][0] != '-';
  param->doc = "a parameter";
  param->fallback = (struct sp_rule_value){.name = param->name, .type = param->type};
  if (!param->has_default) return;
  if (sp_param_form(param->type) == SP_FORM_INTEGER) param->fallback.integer = strtoll(words[5], NULL, 10);
  if (sp_param_form(param->type) == SP_FORM_TEXT) param->fallback.text = words[5];
  if (sp_param_form(param->type) != SP_FORM_LIST) return;
  const char **list = sp_arena_array(arena, 1, sizeof *list);
  list[0] = words[5];
  param->fallback.list = list;
  param->fallback.count = 1;
}

static inline void kit_options(struct sp_arena *arena, struct sp_param *param, const char *text) {
  const char **options = sp_arena_array(arena, KIT_WORDS, sizeof *options);
  param->option_count = kit_words(arena, &text, ',', options);
  param->options = options;
}

static inline int kit_by_param(const void *a, const void *b) {
  return strcmp(((const struct sp_param *)a)->name, ((const struct sp_param *)b)->name);
}

static inline const char *kit_name(const struct sp_rule_source *source, struct sp_arena *arena) {
  const char *inner = strstr(source->file, "rules/");
  const char *path = inner ? inner + 6 : source->file + 5;
  char *name = sp_arena_copy(arena, path, strlen(path) - strlen(".lua"));
  for (char *at = name; *at; at++)
    if (*at == '/') *at = '.';
  return name;
}

static inline int kit_describe(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena, struct sp_rule_info *out,
                               struct sp_error *err) {
  const struct sp_rule_source *source = &vm->program->rules[rule];
  struct sp_param *params = sp_arena_array(arena, SP_RULE_PARAMS_MAX, sizeof *params);
  struct sp_rule_phrase *phrases = sp_arena_array(arena, SP_RULE_PHRASES_MAX, sizeof *phrases);
  const char *words[KIT_WORDS];
  (void)err;
  *out = (struct sp_rule_info){.name = kit_name(source, arena),
                               .version = "1.0.0",
                               .summary = "a rule",
                               .stacking = "",
                               .priority = 500,
                               .phase = SP_PHASE_PROMOTION,
                               .has_check = true,
                               .has_applies = true,
                               .params = params,
                               .phrases = phrases};
  for (const char *text = source->text; *text;) {
    kit_words(arena, &text, '|', words);
    if (strcmp(words[0], "phase") == 0) out->phase = (enum sp_phase)sp_phase_parse(words[1]);
    if (strcmp(words[0], "stacking") == 0) out->stacking = words[1];
    if (strcmp(words[0], "priority") == 0) out->priority = (int32_t)strtol(words[1], NULL, 10);
    if (strcmp(words[0], "campaign") == 0) out->campaign = words[1];
    if (strcmp(words[0], "need") == 0) out->needs |= sp_rule_need_parse(words[1]);
    if (strcmp(words[0], "phrase") == 0)
      phrases[out->phrase_count++] =
          (struct sp_rule_phrase){.code = words[1], .zh = words[2][0] ? words[2] : NULL, .en = words[3]};
    if (strcmp(words[0], "options") == 0) kit_options(arena, &params[out->param_count - 1], words[1]);
    if (strcmp(words[0], "param") == 0) kit_param(arena, &params[out->param_count++], words);
  }
  if (!out->stacking[0] && sp_phase_stacks(out->phase)) out->stacking = "item";
  qsort(params, (size_t)out->param_count, sizeof *params, kit_by_param);
  return 0;
}

static inline const struct sp_rule_value *kit_value(const struct sp_rule_vm *vm, int32_t campaign, const char *name) {
  const struct sp_rule_binding *binding = &vm->program->campaigns[campaign];
  for (int32_t i = 0; i < binding->param_count; i++)
    if (strcmp(binding->params[i].name, name) == 0) return &binding->params[i];
  return NULL;
}

static inline int kit_check(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err) {
  const struct sp_rule_value *buy = kit_value(vm, campaign, "buy");
  const struct sp_rule_value *pay = kit_value(vm, campaign, "pay");
  if (buy && pay && buy->integer == pay->integer)
    return sp_error_set(err, SP_E_INVALID, "check", "params", "%s", "pay must be lower than buy");
  return 0;
}

static inline int kit_applies(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_keys *out,
                              struct sp_error *err) {
  const struct sp_rule_value *tag = kit_value(vm, campaign, "tag");
  (void)err;
  *out = (struct sp_rule_keys){.always = !tag};
  if (!tag) return 0;
  struct sp_rule_key *key = sp_arena_alloc(arena, sizeof *key);
  *key = (struct sp_rule_key){.kind = 't', .text = tag->text};
  out->keys = key;
  out->count = 1;
  return 0;
}

static inline int kit_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                           struct sp_rule_vm **out, struct sp_error *err);

static inline void kit_close(struct sp_rule_vm *vm) {
  free(vm);
}

static const struct sp_rule_vm_api kit_api = {.name = "kit",
                                              .open = kit_open,
                                              .close = kit_close,
                                              .describe = kit_describe,
                                              .check = kit_check,
                                              .applies = kit_applies};

static inline int kit_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                           struct sp_rule_vm **out, struct sp_error *err) {
  (void)limits;
  (void)err;
  *out = calloc(1, sizeof **out);
  if (!*out) return SP_E_NOMEM;
  **out = (struct sp_rule_vm){.api = &kit_api, .program = program};
  return 0;
}

/* ---- A pack ---- */

struct kit {
  struct sp_pack_file files[KIT_FILES];
  int32_t count;
  const char *store;
  struct sp_bundle *bundle;
  struct sp_error err;
  struct sp_buf text;
  cJSON *tree; /* of the description */
};

#define KIT_MULTIBUY                                                                                                   \
  "priority|500\nparam|tag|tag|1|40|-\nparam|buy|integer|2|99|3\nparam|pay|integer|1|98|2\n"                           \
  "phrase|multibuy|买{buy}付{pay}|Buy {buy}, pay for {pay}"

static inline void kit_add(struct kit *kit, const char *path, const char *text) {
  assert_true(kit->count < KIT_FILES);
  kit->files[kit->count++] = (struct sp_pack_file){.path = path, .text = text, .len = strlen(text)};
}

/* A built-in multibuy and a built-in list price, nothing of a chain. */
static inline void kit_start(struct kit *kit) {
  memset(kit, 0, sizeof *kit);
  sp_buf_init(&kit->text, (size_t)16 << 20);
  kit_add(kit, "base/promotion/multibuy.lua", KIT_MULTIBUY);
  kit_add(kit, "base/price/list.lua", "phase|price\npriority|0\ncampaign|list-price");
}

static inline int kit_build(struct kit *kit) {
  const struct sp_bundle_options options = {
      .bare = true, .files = kit->files, .file_count = kit->count, .store = kit->store};
  return sp_bundle_build(&options, &kit_api, &kit->bundle, &kit->err);
}

static inline void kit_stop(struct kit *kit) {
  sp_json_free(kit->tree);
  sp_buf_free(&kit->text);
  sp_bundle_release(kit->bundle);
}

/* Build and describe. */
static inline void kit_describe_all(struct kit *kit) {
  if (kit_build(kit)) fail_msg("[%s] %s", kit->err.field, kit->err.message);
  assert_int_equal(sp_bundle_describe(kit->bundle, &kit->text, &kit->err), 0);
  if (sp_json_parse(kit->text.data, kit->text.len, &kit->tree, &kit->err)) fail_msg("%s", kit->err.message);
}

/* The entry of a list of the description whose `key` is `value`. */
static inline const cJSON *kit_entry(const struct kit *kit, const char *list, const char *key, const char *value) {
  const cJSON *array = sp_json_member(kit->tree, list);
  for (const cJSON *item = array ? array->child : NULL; item; item = item->next) {
    const cJSON *member = sp_json_member(item, key);
    if (cJSON_IsString(member) && strcmp(member->valuestring, value) == 0) return item;
  }
  return NULL;
}

/* The value at a path like "params.buy" as JSON, "" when there is none. Valid until the next call. */
static inline const char *kit_at(struct kit *kit, const cJSON *item, const char *path) {
  while (item && *path) {
    char name[64] = "";
    size_t len = strcspn(path, ".");
    assert_true(len < sizeof name);
    memcpy(name, path, len);
    item = sp_json_member(item, name);
    path += len + (path[len] == '.' ? 1 : 0);
  }
  char *text = item ? cJSON_PrintUnformatted(item) : NULL;
  sp_buf_reset(&kit->text);
  sp_buf_puts(&kit->text, text ? text : "");
  cJSON_free(text);
  return sp_buf_text(&kit->text);
}

static inline void kit_expect(struct kit *kit, const char *list, const char *key, const char *value, const char *path,
                              const char *expected) {
  const char *got = kit_at(kit, kit_entry(kit, list, key, value), path);
  if (strcmp(got, expected) != 0) fail_msg("%s %s: %s is %s, not %s", list, value, path, got, expected);
}

static inline void kit_campaign(struct kit *kit, const char *code, const char *path, const char *expected) {
  kit_expect(kit, "campaigns", "code", code, path, expected);
}

/* The pack must not build, for a reason that names these. */
static inline void kit_refuses(struct kit *kit, const char *file, const char *field, const char *said) {
  int rc = kit_build(kit);
  bool right = rc != 0 && strncmp(kit->err.message, file, strlen(file)) == 0 && strcmp(kit->err.field, field) == 0 &&
               strstr(kit->err.message, said);
  if (!right) fail_msg("expected %s [%s] %s, got %d [%s] %s", file, field, said, rc, kit->err.field, kit->err.message);
  assert_null(kit->bundle);
}

#endif
