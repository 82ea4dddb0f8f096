#include "main/replay_text.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/money.h"
#include "main/report.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define SHOWN  20
#define FEWER  10
#define DIGITS 2

struct text {
  const cJSON *tree;
  enum sp_lang lang;
  struct sp_buf *out;
};

static int64_t number(const cJSON *object, const char *name) {
  int64_t value = 0;
  (void)sp_json_get_int(object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL);
  return value;
}

static const char *text_of(const cJSON *object, const char *name) {
  const char *value = cJSON_GetStringValue(sp_json_member(object, name));
  return value ? value : "";
}

static void cell_number(struct sp_grid *grid, int64_t value) {
  char digits[32];
  snprintf(digits, sizeof digits, "%lld", (long long)value);
  sp_grid_cell(grid, digits);
}

static void cell_money(struct sp_grid *grid, int64_t value) {
  char amount[SP_MONEY_TEXT];
  sp_money_text(value, DIGITS, amount);
  sp_grid_cell(grid, amount);
}

static void cell_label(struct text *t, struct sp_grid *grid, const char *label) {
  sp_grid_cell(grid, sp_tr(t->lang, label));
}

static void title(struct text *t, const char *label, int count, int shown) {
  sp_buf_printf(t->out, "\n%s", sp_tr(t->lang, label));
  if (count > shown) sp_buf_printf(t->out, sp_tr(t->lang, " (the first %d of %d)"), shown, count);
  sp_buf_puts(t->out, "\n");
}

/* ---- Sections; each a list of the report ---- */

static void change_cells(struct sp_grid *grid, const cJSON *item) {
  cell_money(grid, number(item, "stored"));
  cell_money(grid, number(item, "candidate"));
  cell_money(grid, number(item, "difference"));
}

static void change_heads(struct text *t, struct sp_grid *grid) {
  cell_label(t, grid, "stored");
  cell_label(t, grid, "candidate");
  cell_label(t, grid, "difference");
}

static void sales_put(struct text *t) {
  const cJSON *list = sp_json_member(t->tree, "sales_differing"), *item;
  int count = cJSON_GetArraySize(list), shown = 0;
  struct sp_grid grid;
  if (count == 0) return;
  title(t, "Sales that differ most", count, SHOWN);
  sp_grid_start(&grid, 5);
  cell_label(t, &grid, "receipt");
  change_heads(t, &grid);
  cell_label(t, &grid, "sale");
  cJSON_ArrayForEach(item, list) {
    char receipt[64];
    if (shown++ == SHOWN) break;
    snprintf(receipt, sizeof receipt, "%s-%06lld", text_of(item, "till"), (long long)number(item, "number"));
    sp_grid_cell(&grid, receipt);
    change_cells(&grid, item);
    sp_grid_cell(&grid, sp_json_member(item, "failed") ? text_of(item, "failed") : text_of(item, "sale"));
  }
  sp_grid_print(&grid, t->out);
}

static void products_put(struct text *t) {
  const cJSON *list = sp_json_member(t->tree, "products"), *item;
  int count = cJSON_GetArraySize(list), shown = 0;
  struct sp_grid grid;
  if (count == 0) return;
  title(t, "Products that differ most", count, FEWER);
  sp_grid_start(&grid, 5);
  change_heads(t, &grid);
  cell_label(t, &grid, "code");
  cell_label(t, &grid, "name");
  cJSON_ArrayForEach(item, list) {
    if (shown++ == FEWER) break;
    change_cells(&grid, item);
    sp_grid_cell(&grid, text_of(item, "code"));
    sp_grid_cell(&grid, text_of(item, "name"));
  }
  sp_grid_print(&grid, t->out);
}

static void campaigns_put(struct text *t) {
  const cJSON *list = sp_json_member(t->tree, "campaigns"), *item;
  int count = cJSON_GetArraySize(list), shown = 0;
  struct sp_grid grid;
  if (count == 0) return;
  title(t, "What campaigns take off", count, SHOWN);
  sp_grid_start(&grid, 6);
  change_heads(t, &grid);
  cell_label(t, &grid, "sales");
  cell_label(t, &grid, "campaign");
  cell_label(t, &grid, "rule");
  cJSON_ArrayForEach(item, list) {
    if (shown++ == SHOWN) break;
    change_cells(&grid, item);
    cell_number(&grid, number(item, "candidate_sales"));
    sp_grid_cell(&grid, text_of(item, "campaign"));
    sp_grid_cell(&grid, text_of(item, "rule"));
  }
  sp_grid_print(&grid, t->out);
}

static void pairs_put(struct text *t) {
  const cJSON *list = sp_json_member(t->tree, "pairs"), *item;
  int count = cJSON_GetArraySize(list), shown = 0;
  struct sp_grid grid;
  if (count == 0) return;
  title(t, "Campaigns that take from the same goods", count, FEWER);
  sp_grid_start(&grid, 5);
  cell_label(t, &grid, "new");
  cell_label(t, &grid, "together");
  cell_label(t, &grid, "sales");
  cell_label(t, &grid, "campaign");
  cell_label(t, &grid, "and");
  cJSON_ArrayForEach(item, list) {
    const cJSON *codes = sp_json_member(item, "campaigns");
    const char *first = cJSON_GetStringValue(cJSON_GetArrayItem(codes, 0));
    const char *second = cJSON_GetStringValue(cJSON_GetArrayItem(codes, 1));
    if (shown++ == FEWER) break;
    cell_money(&grid, number(item, "extra"));
    cell_money(&grid, number(item, "joint"));
    cell_number(&grid, number(item, "sales"));
    sp_grid_cell(&grid, first ? first : "");
    sp_grid_cell(&grid, second ? second : "");
  }
  sp_grid_print(&grid, t->out);
}

static void failing_put(struct text *t) {
  const cJSON *list = sp_json_member(t->tree, "failing_rules"), *item;
  if (cJSON_GetArraySize(list) == 0) return;
  title(t, "Rules that fail", 0, 0);
  cJSON_ArrayForEach(item, list) {
    sp_buf_printf(t->out, "  %lld × %s (%s): ", (long long)number(item, "count"), text_of(item, "rule"),
                  text_of(item, "campaign"));
    sp_report_text(t->out, text_of(item, "why"));
    sp_buf_puts(t->out, "\n");
  }
}

static void dead_put(struct text *t, const char *list_name, const char *name, const char *label) {
  const cJSON *list = sp_json_member(t->tree, list_name), *item;
  int count = cJSON_GetArraySize(list), shown = 0;
  if (count == 0) return;
  title(t, label, count, SHOWN);
  cJSON_ArrayForEach(item, list) {
    const char *why = text_of(item, "why");
    if (shown++ == SHOWN) break;
    sp_buf_printf(t->out, "  %s: %s\n", text_of(item, name), sp_tr(t->lang, why));
  }
}

static void costs_put(struct text *t) {
  const cJSON *list = sp_json_member(t->tree, "costs"), *item;
  int count = cJSON_GetArraySize(list), shown = 0;
  struct sp_grid grid;
  if (count == 0) return;
  title(t, "What rules cost, in instructions", count, FEWER);
  sp_grid_start(&grid, 5);
  cell_label(t, &grid, "all");
  cell_label(t, &grid, "asked");
  cell_label(t, &grid, "mean");
  cell_label(t, &grid, "most");
  cell_label(t, &grid, "rule");
  cJSON_ArrayForEach(item, list) {
    if (shown++ == FEWER) break;
    cell_number(&grid, number(item, "instructions"));
    cell_number(&grid, number(item, "evaluations"));
    cell_number(&grid, number(item, "mean"));
    cell_number(&grid, number(item, "most"));
    sp_grid_cell(&grid, text_of(item, "rule"));
  }
  sp_grid_print(&grid, t->out);
}

/* ---- The whole ---- */

static void head_put(struct text *t) {
  char stored[SP_MONEY_TEXT], candidate[SP_MONEY_TEXT], difference[SP_MONEY_TEXT];
  sp_money_text(number(t->tree, "stored"), DIGITS, stored);
  sp_money_text(number(t->tree, "candidate"), DIGITS, candidate);
  sp_money_text(number(t->tree, "difference"), DIGITS, difference);
  if (sp_json_member(t->tree, "generation"))
    sp_buf_printf(t->out, sp_tr(t->lang, "Rules of generation %.12s\n"), text_of(t->tree, "generation"));
  sp_buf_printf(t->out, sp_tr(t->lang, "%lld sales with %lld lines in %lld ms\n"), (long long)number(t->tree, "sales"),
                (long long)number(t->tree, "lines"), (long long)number(t->tree, "ms"));
  sp_buf_printf(t->out, sp_tr(t->lang, "They cost %s, by these rules %s: %s (%lld ppm)\n"), stored, candidate,
                difference, (long long)number(t->tree, "difference_ppm"));
  sp_buf_printf(t->out,
                sp_tr(t->lang, "Sales that differ: %lld; that cannot be priced: %lld; failures of rules: %lld\n"),
                (long long)number(t->tree, "differing"), (long long)number(t->tree, "failed"),
                (long long)number(t->tree, "alarms"));
}

static void hook_put(struct text *t) {
  const cJSON *item;
  int shown = 0;
  sp_buf_printf(t->out, sp_tr(t->lang, "Hook %s: asked %lld, different %lld, failures of rules %lld\n"),
                text_of(t->tree, "hook"), (long long)number(t->tree, "asked"), (long long)number(t->tree, "differing"),
                (long long)number(t->tree, "alarms"));
  cJSON_ArrayForEach(item, sp_json_member(t->tree, "differing_records")) {
    char *before = cJSON_PrintUnformatted(sp_json_member(item, "before"));
    char *candidate = cJSON_PrintUnformatted(sp_json_member(item, "candidate"));
    if (shown++ < SHOWN)
      sp_buf_printf(t->out, "  %lld: %s → %s\n", (long long)number(item, "line"), before ? before : "",
                    candidate ? candidate : "");
    cJSON_free(before);
    cJSON_free(candidate);
  }
}

void sp_replay_text(const char *json, size_t len, enum sp_lang lang, struct sp_buf *out) {
  struct cJSON *tree = NULL;
  if (sp_json_parse(json, len, &tree, NULL) != 0) return;
  struct text t = {.tree = tree, .lang = lang, .out = out};
  if (sp_json_member(tree, "hook")) {
    hook_put(&t);
  } else {
    head_put(&t);
    sales_put(&t);
    products_put(&t);
    campaigns_put(&t);
    pairs_put(&t);
    failing_put(&t);
    dead_put(&t, "dead_rules", "rule", "Rules that never did anything");
    dead_put(&t, "dead_campaigns", "campaign", "Campaigns that never did anything");
    costs_put(&t);
  }
  sp_json_free(tree);
}
