#include "main/pack_text.h"
#include "base/json.h"
#include "base/text.h"
#include "main/report.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX  200 /* of the table; the numbers below it count all */
#define CASES_MAX 20

static const char *text_of(const cJSON *object, const char *name) {
  const cJSON *member = sp_json_member(object, name);
  return cJSON_IsString(member) ? member->valuestring : "";
}

static int int_of(const cJSON *object, const char *name) {
  int64_t value = 0;
  sp_json_get_int(object, name, SP_OPTIONAL, 0, INT32_MAX, &value, NULL);
  return (int)value;
}

static const cJSON *first_of(const cJSON *object, const char *name) {
  const cJSON *member = sp_json_member(object, name);
  return member ? member->child : NULL;
}

/* ---- The report ---- */

static void warnings_put(const cJSON *report, enum sp_lang lang, struct sp_buf *out) {
  const cJSON *first = first_of(report, "warnings");
  if (first) sp_buf_printf(out, "\n%s\n", sp_tr(lang, "Warnings:"));
  for (const cJSON *each = first; each; each = each->next) {
    const char *file = text_of(each, "file");
    sp_report_text(out, file);
    sp_buf_puts(out, file[0] != '\0' ? ": " : "");
    sp_report_text(out, text_of(each, "message"));
    sp_buf_printf(out, " [%s]\n", text_of(each, "kind"));
  }
}

static void value_put(const cJSON *value, struct sp_buf *out) {
  char *text = value ? cJSON_PrintUnformatted(value) : NULL;
  sp_report_text(out, text ? text : "-");
  cJSON_free(text);
}

static void case_put(const cJSON *one, enum sp_lang lang, struct sp_buf *out) {
  const char *error = text_of(one, "error");
  sp_report_text(out, text_of(one, "file"));
  sp_buf_puts(out, ": ");
  sp_report_text(out, text_of(sp_json_member(one, "title"), lang == SP_LANG_ZH ? "zh" : "en"));
  sp_buf_putc(out, '\n');
  if (error[0] != '\0') {
    sp_buf_puts(out, "  ");
    sp_report_text(out, error);
    sp_buf_putc(out, '\n');
  }
  for (const cJSON *each = first_of(one, "differences"); each; each = each->next) {
    sp_buf_puts(out, "  ");
    sp_report_text(out, text_of(each, "at"));
    sp_buf_printf(out, "  %s ", sp_tr(lang, "expected"));
    value_put(sp_json_member(each, "expected"), out);
    sp_buf_printf(out, "  %s ", sp_tr(lang, "got"));
    value_put(sp_json_member(each, "actual"), out);
    sp_buf_putc(out, '\n');
  }
}

int sp_pack_report_text(const cJSON *report, enum sp_lang lang, struct sp_buf *out) {
  int failed = int_of(report, "failed"), shown = 0;
  sp_buf_printf(out, sp_tr(lang, "rules: %d, campaigns: %d, golden baskets: %d, failed: %d\n"), int_of(report, "rules"),
                int_of(report, "campaigns"), cJSON_GetArraySize(sp_json_member(report, "cases")), failed);
  warnings_put(report, lang, out);
  if (failed > 0) sp_buf_printf(out, "\n%s\n", sp_tr(lang, "Golden baskets that cost something else:"));
  for (const cJSON *each = first_of(report, "cases"); each && shown < CASES_MAX; each = each->next) {
    if (cJSON_IsTrue(sp_json_member(each, "good"))) continue;
    case_put(each, lang, out);
    shown++;
  }
  if (failed > shown) sp_buf_printf(out, sp_tr(lang, "… and %d more\n"), failed - shown);
  return failed;
}

/* ---- What changes ---- */

struct changes {
  enum sp_lang lang;
  struct sp_grid grid;
  const char *kind; /* rule, group, campaign: already in words */
  const char *key;  /* the member that names one */
  const char *const *fields;
  const char *const *nested; /* objects, or lists of objects with a name, whose members are compared one by one */
  int rows, added, changed, removed;
};

static void row_put(struct changes *c, const char *change, const char *name, const char *field, const cJSON *before,
                    const cJSON *after) {
  char *was = before ? cJSON_PrintUnformatted(before) : NULL, *is = after ? cJSON_PrintUnformatted(after) : NULL;
  if (++c->rows <= ROWS_MAX) {
    sp_grid_cell(&c->grid, sp_tr(c->lang, change));
    sp_grid_cell(&c->grid, c->kind);
    sp_grid_cell(&c->grid, name);
    sp_grid_cell(&c->grid, field);
    sp_grid_cell(&c->grid, was ? was : "");
    sp_grid_cell(&c->grid, is ? is : "");
  }
  cJSON_free(was);
  cJSON_free(is);
}

/* One that is there on one side only: a campaign with its parameters, a rule with its version. */
static void whole_put(struct changes *c, const cJSON *before, const cJSON *after) {
  const cJSON *any = after ? after : before;
  const char *rule = text_of(any, "rule"), *value = rule[0] != '\0' ? "params" : "version";
  row_put(c, after ? "added" : "removed", text_of(any, c->key), rule, sp_json_member(before, value),
          sp_json_member(after, value));
  c->added += after != NULL;
  c->removed += after == NULL;
}

static bool same(const cJSON *a, const cJSON *b) {
  if (!a || !b) return a == b;
  return cJSON_Compare(a, b, 1) != 0;
}

/* What `holder`, an object or a list of objects with names, has under the name of `like`. */
static const cJSON *inner(const cJSON *holder, const cJSON *like) {
  if (!holder) return NULL;
  if (!cJSON_IsArray(holder)) return sp_json_member(holder, like->string);
  for (const cJSON *each = holder->child; each; each = each->next)
    if (strcmp(text_of(each, "name"), text_of(like, "name")) == 0) return each;
  return NULL;
}

static void part_compare(struct changes *c, const char *of, const char *prefix, const char *part, const cJSON *before,
                         const cJSON *after) {
  char field[120];
  if (same(before, after)) return;
  snprintf(field, sizeof field, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", part);
  row_put(c, "changed", of, field, before, after);
}

/* `before` and `after` are the values of one name of `holder`; either may be missing. */
static void inner_compare(struct changes *c, const char *of, const char *prefix, const cJSON *before,
                          const cJSON *after) {
  static const char *const parts[] = {"default", "min", "max", "options", "locked_by"};
  const cJSON *any = after ? after : before;
  char name[120];
  if (any->string) { /* a plain value */
    part_compare(c, of, prefix, any->string, before, after);
    return;
  }
  snprintf(name, sizeof name, "%s.%s", prefix, text_of(any, "name"));
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    part_compare(c, of, name, parts[i], sp_json_member(before, parts[i]), sp_json_member(after, parts[i]));
}

static void nested_compare(struct changes *c, const char *of, const char *name, const cJSON *before,
                           const cJSON *after) {
  for (const cJSON *each = after ? after->child : NULL; each; each = each->next)
    inner_compare(c, of, name, inner(before, each), each);
  for (const cJSON *each = before ? before->child : NULL; each; each = each->next)
    if (!inner(after, each)) inner_compare(c, of, name, each, NULL);
}

static void one_compare(struct changes *c, const cJSON *before, const cJSON *after) {
  const char *name = text_of(after, c->key);
  int rows = c->rows;
  for (const char *const *field = c->fields; *field; field++)
    part_compare(c, name, "", *field, sp_json_member(before, *field), sp_json_member(after, *field));
  for (const char *const *field = c->nested; *field; field++)
    nested_compare(c, name, *field, sp_json_member(before, *field), sp_json_member(after, *field));
  if (c->rows > rows) c->changed++;
}

/* ---- Two lists, by name ---- */

struct named {
  const char *name;
  const cJSON *object;
};

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* Objects of up to two lists of a tree, in the order of their names. Null: none, or no memory. */
static struct named *sorted(const cJSON *tree, const char *key, const char *const lists[2], int *count) {
  int room = 0;
  *count = 0;
  for (int i = 0; i < 2 && lists[i]; i++)
    room += cJSON_GetArraySize(sp_json_member(tree, lists[i]));
  struct named *list = calloc((size_t)room + 1, sizeof *list);
  for (int i = 0; list && i < 2 && lists[i]; i++)
    for (const cJSON *each = first_of(tree, lists[i]); each; each = each->next)
      list[(*count)++] = (struct named){text_of(each, key), each};
  if (list) qsort(list, (size_t)*count, sizeof *list, by_name);
  return list;
}

static void lists_compare(struct changes *c, const cJSON *before, const cJSON *after, const char *const lists[2]) {
  int old_count = 0, new_count = 0, i = 0, k = 0;
  struct named *old = sorted(before, c->key, lists, &old_count), *new = sorted(after, c->key, lists, &new_count);
  while (old && new && (i < old_count || k < new_count)) {
    int order = i == old_count ? 1 : k == new_count ? -1 : strcmp(old[i].name, new[k].name);
    if (order == 0) one_compare(c, old[i].object, new[k].object);
    if (order < 0) whole_put(c, old[i].object, NULL);
    if (order > 0) whole_put(c, NULL, new[k].object);
    i += order <= 0;
    k += order >= 0;
  }
  free(old);
  free(new);
}

static void compare(struct changes *c, const char *title, const cJSON *before, const cJSON *after,
                    const char *const lists[2], struct sp_buf *sums) {
  c->added = c->changed = c->removed = 0;
  c->kind = sp_tr(c->lang, title);
  lists_compare(c, before, after, lists);
  if (c->added + c->changed + c->removed > 0)
    sp_buf_printf(sums, sp_tr(c->lang, "%s: %d added, %d changed, %d removed\n"), c->kind, c->added, c->changed,
                  c->removed);
}

int sp_pack_changes_text(const cJSON *before, const cJSON *after, enum sp_lang lang, struct sp_buf *out) {
  static const char *const heads[] = {"change", "of", "name", "what", "before", "after"};
  static const char *const rule_fields[] = {"version",  "hash",     "enabled", "replaced_by",
                                            "replaces", "stacking", "phase",   NULL};
  static const char *const group_fields[] = {"mode", "per", "excludes", NULL};
  static const char *const campaign_fields[] = {"rule",   "enabled", "priority", "from",     "to",
                                                "stores", "levels",  "channels", "weekdays", "month_days",
                                                "hours",  "members", "limits",   "title",    NULL};
  static const char *const params[] = {"params", NULL}, *const none[] = {NULL};
  static const char *const rules[] = {"rules", NULL}, *const groups[] = {"groups", NULL};
  static const char *const campaigns[] = {"campaigns", "disabled"};
  struct sp_buf sums;
  struct changes c = {.lang = lang, .key = "name", .fields = rule_fields, .nested = params};
  sp_buf_init(&sums, 4096);
  sp_grid_start(&c.grid, sizeof heads / sizeof heads[0]);
  for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
    sp_grid_cell(&c.grid, sp_tr(lang, heads[i]));
  compare(&c, "rule", before, after, rules, &sums);
  c.fields = group_fields;
  c.nested = none;
  compare(&c, "group", before, after, groups, &sums);
  c.key = "code";
  c.fields = campaign_fields;
  c.nested = params;
  compare(&c, "campaign", before, after, campaigns, &sums);
  if (c.rows > 0) {
    sp_buf_printf(out, "\n%s\n", sp_tr(lang, "What changes against what is live:"));
    sp_grid_print(&c.grid, out);
    if (c.rows > ROWS_MAX) sp_buf_printf(out, sp_tr(lang, "… and %d more\n"), c.rows - ROWS_MAX);
    sp_buf_add(out, sums.data, sums.len);
  } else {
    sp_buf_printf(out, "\n%s\n", sp_tr(lang, "Nothing changes against what is live."));
  }
  sp_buf_free(&c.grid.text);
  sp_buf_free(&sums);
  return c.rows;
}
