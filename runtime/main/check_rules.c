#include "main/check_rules.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/engine.h"
#include "lua/machine.h"
#include "main/report.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define DESCRIBE_MAX (256u << 20)
#define ROWS_MAX     5000 /* of one table; a pack of 100,000 campaigns is not read on a terminal */

struct shown {
  const struct sp_rules_check *check;
  struct sp_buf *out;
  const cJSON *tree; /* what the bundle says of itself */
};

static const char *text_of(const cJSON *object, const char *name) {
  const cJSON *member = sp_json_member(object, name);
  return cJSON_IsString(member) ? member->valuestring : "";
}

static const cJSON *first_of(const cJSON *object, const char *name) {
  const cJSON *member = sp_json_member(object, name);
  return member ? member->child : NULL;
}

static void number_put(const cJSON *object, const char *name, char out[24]) {
  int64_t number = 0;
  sp_json_get_int(object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &number, NULL);
  snprintf(out, 24, "%lld", (long long)number);
}

static void heads_put(const struct shown *shown, struct sp_grid *grid, const char *const *heads) {
  int count = 0;
  while (heads[count])
    count++;
  sp_grid_start(grid, count);
  for (int i = 0; i < count; i++)
    sp_grid_cell(grid, sp_tr(shown->check->lang, heads[i]));
}

/* Nothing when there is only the head. */
static void grid_put(const struct shown *shown, struct sp_grid *grid, const char *title, int more) {
  if (grid->rows > grid->columns) {
    sp_buf_printf(shown->out, "\n%s\n", sp_tr(shown->check->lang, title));
    sp_grid_print(grid, shown->out);
    if (more > 0) sp_buf_printf(shown->out, sp_tr(shown->check->lang, "… and %d more\n"), more);
  }
  sp_buf_free(&grid->text);
}

/* ---- Rules ---- */

static bool is_used(const cJSON *tree, const char *rule) {
  for (const cJSON *each = first_of(tree, "campaigns"); each; each = each->next)
    if (strcmp(text_of(each, "rule"), rule) == 0) return true;
  return false;
}

static const char *state_of(const struct shown *shown, const cJSON *rule) {
  static const char *const states[] = {"in use", "not used", "disabled", "replaced"};
  int state = is_used(shown->tree, text_of(rule, "name")) ? 0 : 1;
  if (cJSON_IsFalse(sp_json_member(rule, "enabled"))) state = text_of(rule, "replaced_by")[0] != '\0' ? 3 : 2;
  return sp_tr(shown->check->lang, states[state]);
}

/* Rules of the chain, and those built in that are used or changed; the rest is only counted. */
static void rules_put(const struct shown *shown) {
  static const char *const heads[] = {"rule", "version", "phase", "state", "file", NULL};
  struct sp_grid grid;
  int unused = 0;
  heads_put(shown, &grid, heads);
  for (const cJSON *rule = first_of(shown->tree, "rules"); rule; rule = rule->next) {
    const char *hook = text_of(rule, "hook");
    bool built_in = strncmp(text_of(rule, "path"), "base/", 5) == 0;
    if (built_in && !sp_json_member(rule, "enabled") && !is_used(shown->tree, text_of(rule, "name"))) {
      unused++;
      continue;
    }
    sp_grid_cell(&grid, text_of(rule, "name"));
    sp_grid_cell(&grid, text_of(rule, "version"));
    sp_grid_cell(&grid, hook[0] != '\0' ? hook : text_of(rule, "phase"));
    sp_grid_cell(&grid, state_of(shown, rule));
    sp_grid_cell(&grid, text_of(rule, "file"));
  }
  grid_put(shown, &grid, "Rules:", 0);
  if (unused > 0)
    sp_buf_printf(shown->out, sp_tr(shown->check->lang, "Built-in rules that no campaign uses: %d\n"), unused);
}

static void order_put(const struct shown *shown) {
  static const char *const heads[] = {"phase", "priority", "rule", "campaign", "stacking", NULL};
  struct sp_grid grid;
  int rows = 0;
  heads_put(shown, &grid, heads);
  for (const cJSON *each = first_of(shown->tree, "campaigns"); each; each = each->next) {
    char priority[24];
    if (++rows > ROWS_MAX) continue;
    number_put(each, "priority", priority);
    sp_grid_cell(&grid, text_of(each, "phase"));
    sp_grid_cell(&grid, priority);
    sp_grid_cell(&grid, text_of(each, "rule"));
    sp_grid_cell(&grid, text_of(each, "code"));
    sp_grid_cell(&grid, text_of(each, "stacking"));
  }
  grid_put(shown, &grid, "Campaigns in the order they are asked:", rows - ROWS_MAX);
}

static void groups_put(const struct shown *shown) {
  static const char *const heads[] = {"group", "mode", "per", "excludes", "from", NULL};
  struct sp_grid grid;
  heads_put(shown, &grid, heads);
  for (const cJSON *each = first_of(shown->tree, "groups"); each; each = each->next) {
    struct sp_buf excluded;
    sp_buf_init(&excluded, 8192);
    for (const cJSON *other = first_of(each, "excludes"); other; other = other->next)
      sp_buf_printf(&excluded, "%s%s", excluded.len > 0 ? ", " : "", other->valuestring);
    const char *origin = text_of(each, "origin");
    sp_grid_cell(&grid, text_of(each, "name"));
    sp_grid_cell(&grid, text_of(each, "mode"));
    sp_grid_cell(&grid, text_of(each, "per"));
    sp_grid_cell(&grid, sp_buf_text(&excluded));
    sp_grid_cell(&grid, origin[0] != '\0' ? origin : sp_tr(shown->check->lang, "default"));
    sp_buf_free(&excluded);
  }
  grid_put(shown, &grid, "Stacking groups:", 0);
}

/* ---- What layers changed ---- */

/* Is `file` a layer's: pack.json or a file of stores/? */
static bool is_layer(const char *file) {
  const char *last = strrchr(file, '/');
  last = last ? last + 1 : file;
  return strcmp(last, "pack.json") == 0 || strncmp(file, "stores/", 7) == 0 || strstr(file, "/stores/");
}

static void change_put(struct sp_grid *grid, const char *of, const char *name, const cJSON *value, const char *file,
                       int *rows) {
  char *text = value ? cJSON_PrintUnformatted(value) : NULL;
  if (++*rows <= ROWS_MAX) {
    sp_grid_cell(grid, of);
    sp_grid_cell(grid, name);
    sp_grid_cell(grid, text ? text : "");
    sp_grid_cell(grid, file);
  }
  cJSON_free(text);
}

static void rule_changes(struct sp_grid *grid, const cJSON *rule, int *rows) {
  const char *name = text_of(rule, "name");
  if (cJSON_IsFalse(sp_json_member(rule, "enabled"))) {
    const cJSON *by = sp_json_member(rule, "replaced_by");
    change_put(grid, name, by ? "replaced_by" : "enabled", by ? by : sp_json_member(rule, "enabled"),
               text_of(rule, "enabled_origin"), rows);
  }
  for (const cJSON *param = first_of(rule, "params"); param; param = param->next) {
    const char *origin = text_of(param, "origin");
    const char *lock = text_of(param, "locked_by");
    if (is_layer(origin))
      change_put(grid, name, text_of(param, "name"), sp_json_member(param, "default"), origin, rows);
    if (lock[0] != '\0') change_put(grid, name, "lock", sp_json_member(param, "name"), lock, rows);
  }
}

/* A value that comes from the rule's default is told with the rule. */
static bool is_default(const cJSON *tree, const cJSON *campaign, const cJSON *origin) {
  const cJSON *value = sp_json_member(sp_json_member(campaign, "params"), origin->string);
  const cJSON *rule = first_of(tree, "rules");
  while (rule && strcmp(text_of(rule, "name"), text_of(campaign, "rule")) != 0)
    rule = rule->next;
  for (const cJSON *param = first_of(rule, "params"); param; param = param->next)
    if (strcmp(text_of(param, "name"), origin->string) == 0)
      return strcmp(text_of(param, "origin"), origin->valuestring) == 0 &&
             cJSON_Compare(sp_json_member(param, "default"), value, 1);
  return false;
}

static void campaign_changes(const cJSON *tree, struct sp_grid *grid, const cJSON *campaign, int *rows) {
  const char *code = text_of(campaign, "code");
  const cJSON *off = sp_json_member(campaign, "enabled");
  const cJSON on = {.type = cJSON_True};
  const char *window = text_of(campaign, "window_origin");
  const char *enabled = text_of(campaign, "enabled_origin");
  if (enabled[0] != '\0') change_put(grid, code, "enabled", off ? off : &on, enabled, rows);
  if (window[0] != '\0') {
    change_put(grid, code, "from", sp_json_member(campaign, "from"), window, rows);
    change_put(grid, code, "to", sp_json_member(campaign, "to"), window, rows);
  }
  const cJSON *params = sp_json_member(campaign, "params");
  for (const cJSON *origin = first_of(campaign, "origins"); origin; origin = origin->next)
    if (is_layer(origin->valuestring) && !is_default(tree, campaign, origin))
      change_put(grid, code, origin->string, sp_json_member(params, origin->string), origin->valuestring, rows);
}

static void changes_put(const struct shown *shown) {
  static const char *const heads[] = {"of", "what", "value", "set by", NULL};
  struct sp_grid grid;
  int rows = 0;
  heads_put(shown, &grid, heads);
  for (const cJSON *each = first_of(shown->tree, "rules"); each; each = each->next)
    rule_changes(&grid, each, &rows);
  for (const cJSON *each = first_of(shown->tree, "campaigns"); each; each = each->next)
    campaign_changes(shown->tree, &grid, each, &rows);
  for (const cJSON *each = first_of(shown->tree, "disabled"); each; each = each->next)
    campaign_changes(shown->tree, &grid, each, &rows);
  grid_put(shown, &grid, "What differs from the defaults:", rows - ROWS_MAX);
}

/* ---- Warnings ---- */

/* Sentences, so not in columns. */
static int warnings_put(const struct shown *shown, const struct sp_bundle *bundle, struct sp_error *err) {
  struct cJSON *list = NULL;
  struct sp_buf text;
  int count = 0;
  sp_buf_init(&text, DESCRIBE_MAX);
  int result = sp_bundle_warnings(bundle, shown->check->now, shown->check->lang, &text, err);
  if (!result) result = sp_json_parse(sp_buf_text(&text), text.len, &list, err);
  sp_buf_free(&text);
  if (result) return 0;
  if (list->child) sp_buf_printf(shown->out, "\n%s\n", sp_tr(shown->check->lang, "Warnings:"));
  for (const cJSON *each = list->child; each; each = each->next, count++) {
    const char *file = text_of(each, "file");
    sp_buf_printf(shown->out, "%s%s", file, file[0] != '\0' ? ": " : "");
    sp_report_text(shown->out, text_of(each, "message"));
    sp_buf_printf(shown->out, " [%s]\n", text_of(each, "kind"));
  }
  sp_json_free(list);
  return count;
}

/* ---- All ---- */

static int build(const struct sp_rules_check *check, const char *store, struct sp_bundle **out, struct sp_error *err) {
  const struct sp_bundle_options options = {.folder = check->folder[0] != '\0' ? check->folder : NULL, .store = store};
  return sp_bundle_build(&options, sp_lua_api(), out, err);
}

/* Stores whose layer is not the one that is shown. */
static void stores_check(const struct sp_rules_check *check, const struct sp_bundle *bundle,
                         struct sp_problems *problems, struct sp_buf *out) {
  int count = 0;
  for (int32_t i = 0; i < sp_bundle_file_count(bundle); i++) {
    struct sp_bundle *other = NULL;
    struct sp_error error = {.lang = check->lang};
    char code[256] = "";
    const char *path = sp_bundle_file(bundle, i).path;
    if (strncmp(path, "stores/", 7) != 0) continue;
    snprintf(code, sizeof code, "%.*s", (int)(strlen(path) - strlen("stores/.json")), path + 7);
    count++;
    if (strcmp(code, check->store) == 0) continue;
    if (build(check, code, &other, &error)) *sp_problems_add(problems, check->folder) = error;
    sp_bundle_release(other);
  }
  if (count > 0) sp_buf_printf(out, sp_tr(check->lang, "\nLayers of stores: %d\n"), count);
}

static int show(const struct sp_rules_check *check, const struct sp_bundle *bundle, struct sp_buf *out,
                struct sp_error *err, int *warnings) {
  struct shown shown = {.check = check, .out = out};
  struct cJSON *tree = NULL;
  struct sp_buf text;
  sp_buf_init(&text, DESCRIBE_MAX);
  int result = sp_bundle_describe(bundle, &text, err);
  if (!result) result = sp_json_parse(sp_buf_text(&text), text.len, &tree, err);
  sp_buf_free(&text);
  if (result) return result;
  shown.tree = tree;
  if (sp_bundle_name(bundle)[0] != '\0')
    sp_buf_printf(out, sp_tr(check->lang, "\nPack %s, version %s\n"), sp_bundle_name(bundle),
                  sp_bundle_version(bundle)[0] != '\0' ? sp_bundle_version(bundle) : "-");
  sp_buf_printf(out, sp_tr(check->lang, "\nRules: %d, campaigns in the order they are asked: %d, generation %.12s\n"),
                (int)sp_bundle_rule_count(bundle), (int)sp_bundle_campaign_count(bundle), text_of(tree, "hash"));
  rules_put(&shown);
  order_put(&shown);
  groups_put(&shown);
  changes_put(&shown);
  *warnings = warnings_put(&shown, bundle, err);
  sp_json_free(tree);
  return 0;
}

int sp_check_rules(const struct sp_rules_check *check, struct sp_problems *problems, struct sp_buf *out) {
  struct sp_bundle *bundle = NULL;
  struct sp_error error = {.lang = check->lang};
  int warnings = 0;
  int result = build(check, check->store, &bundle, &error);
  if (!result) result = show(check, bundle, out, &error, &warnings);
  if (result)
    *sp_problems_add(problems, check->folder[0] != '\0' ? check->folder : sp_tr(check->lang, "rules")) = error;
  if (bundle) stores_check(check, bundle, problems, out);
  sp_bundle_release(bundle);
  return warnings;
}
