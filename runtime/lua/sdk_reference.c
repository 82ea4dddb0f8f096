/* The table as a page to read, in English or in Chinese. */
#include "lua/sdk_parts.h"

#include <stdio.h>
#include <string.h>

static const char *pick(enum sp_lang lang, const char *en, const char *zh) {
  return lang == SP_LANG_ZH ? zh : en;
}

/* Text of a cell: a bar would end it. */
static void put_cell(struct sp_buf *out, const char *text) {
  for (; text && *text; text++) {
    if (*text == '|') sp_buf_putc(out, '\\');
    sp_buf_putc(out, *text);
  }
}

static void put_type_of(struct sp_buf *out, const char *type) {
  sp_buf_putc(out, '`');
  for (; *type; type++) {
    if (*type == '|')
      sp_buf_puts(out, "\\|");
    else if (strncmp(type, "suanpan.", 8) == 0)
      type += 7;
    else
      sp_buf_putc(out, *type);
  }
  sp_buf_putc(out, '`');
}

/* ---- Functions ---- */

static void put_arguments(struct sp_buf *out, const struct sp_sdk_function *function) {
  for (int i = 0; i < SP_SDK_TAKES_MAX && function->takes[i].name; i++)
    sp_buf_printf(out, "%s%s", i ? ", " : "", function->takes[i].name);
}

static void put_function(struct sp_buf *out, enum sp_lang lang, const char *owner,
                         const struct sp_sdk_function *function) {
  sp_buf_printf(out, "- `%s%s(", owner, function->name);
  put_arguments(out, function);
  sp_buf_puts(out, ")`");
  for (int i = 0; i < SP_SDK_GIVES_MAX && function->gives[i].type && !function->generic; i++) {
    sp_buf_puts(out, i ? ", " : " → ");
    put_type_of(out, function->gives[i].type);
  }
  sp_buf_printf(out, "%s%s", pick(lang, ": ", "："), pick(lang, function->en, function->zh));
  if (function->need) sp_buf_printf(out, " `needs = { \"%s\" }`", function->need);
  sp_buf_putc(out, '\n');
  for (int i = 0; i < SP_SDK_TAKES_MAX && function->takes[i].name; i++) {
    const struct sp_sdk_value *value = &function->takes[i];
    sp_buf_printf(out, "  - `%.*s` ", sp_sdk_name_len(value->name), value->name);
    put_type_of(out, value->type);
    if (value->en) sp_buf_printf(out, "%s%s", pick(lang, ": ", "："), pick(lang, value->en, value->zh));
    sp_buf_putc(out, '\n');
  }
}

static void put_functions(struct sp_buf *out, enum sp_lang lang, const char *owner,
                          const struct sp_sdk_function *functions) {
  if (functions && functions->name) sp_buf_putc(out, '\n');
  for (; functions && functions->name; functions++)
    put_function(out, lang, owner, functions);
}

static void put_modules(struct sp_buf *out, enum sp_lang lang, const struct sp_sdk_module *modules) {
  char owner[64];
  for (; modules->name; modules++) {
    const char *dot = strchr(modules->name, '.');
    const char *name = dot ? dot + 1 : modules->name;
    if (modules->name[0])
      sp_buf_printf(out, "\n### %s\n\n%s\n", modules->name, pick(lang, modules->en, modules->zh));
    else
      sp_buf_printf(out, "\n### %s\n", pick(lang, modules->en, modules->zh));
    snprintf(owner, sizeof owner, "%s%s", name, name[0] ? "." : "");
    put_functions(out, lang, owner, modules->functions);
    for (const struct sp_sdk_value *value = modules->constants; value && value->name; value++)
      sp_buf_printf(out, "- `%s.%s`%s%s\n", name, value->name, pick(lang, ": ", "："),
                    pick(lang, value->en, value->zh));
  }
}

/* ---- Types ---- */

static void put_fields(struct sp_buf *out, enum sp_lang lang, const struct sp_sdk_value *fields) {
  if (!fields) return;
  sp_buf_printf(out, "\n| %s |\n| --- | --- | --- |\n", pick(lang, "field | type | meaning", "字段 | 类型 | 含义"));
  for (; fields->name; fields++) {
    sp_buf_printf(out, "| `%s` | ", fields->name);
    put_type_of(out, fields->type);
    sp_buf_puts(out, " | ");
    put_cell(out, pick(lang, fields->en, fields->zh));
    if (fields->need) sp_buf_printf(out, " `needs = { \"%s\" }`", fields->need);
    sp_buf_puts(out, " |\n");
  }
}

static void put_types(struct sp_buf *out, enum sp_lang lang, const struct sp_sdk_type *types) {
  char owner[64];
  for (; types->name; types++) {
    const char *name = strchr(types->name, '.') + 1;
    sp_buf_printf(out, "\n### %s\n\n%s\n", name, pick(lang, types->en, types->zh));
    put_fields(out, lang, types->fields);
    snprintf(owner, sizeof owner, "%s:", name);
    put_functions(out, lang, owner, types->methods);
  }
}

/* ---- Notes ---- */

static void put_notes(struct sp_buf *out, enum sp_lang lang, const char *heads, const struct sp_sdk_note *notes) {
  sp_buf_printf(out, "\n| %s |\n| --- | --- | --- |\n", heads);
  for (; notes->name; notes++) {
    sp_buf_printf(out, "| `%s` | ", notes->name);
    if (notes->value[0]) put_type_of(out, notes->value);
    sp_buf_puts(out, " | ");
    put_cell(out, pick(lang, notes->en, notes->zh));
    sp_buf_puts(out, " |\n");
  }
}

static void put_chapter(struct sp_buf *out, enum sp_lang lang, const char *en, const char *zh) {
  sp_buf_printf(out, "\n## %s\n", pick(lang, en, zh));
}

void sp_sdk_reference(struct sp_buf *out, enum sp_lang lang) {
  sp_buf_puts(out,
              pick(lang,
                   "# Reference of rules\n\nMade by `suanpan sdk write`; do not edit. 中文：[REFERENCE.zh.md]"
                   "(REFERENCE.zh.md). How to begin: [README.md](README.md).\n\nMoney is fen, quantities are "
                   "thousandths, rates are parts per million, all of them integers. A name with `?` may be "
                   "left out or be nil.\n",
                   "# 规则参考\n\n由 `suanpan sdk write` 生成，请勿编辑。English: [REFERENCE.md](REFERENCE.md)。"
                   "入门见 [README.md](README.md)。\n\n金额以分为单位，数量以千分之一为单位，比率以百万分之一为单位，"
                   "均为整数。带 `?` 的名称可以省略或为 nil。\n"));
  put_chapter(out, lang, "Phases, in order", "阶段，按顺序");
  put_notes(out, lang, pick(lang, "phase | offers | what for", "阶段 | 提议 | 用途"), sp_sdk_phases);
  put_chapter(out, lang, "What a rule writes", "规则所写");
  put_types(out, lang, sp_sdk_shapes);
  put_chapter(out, lang, "Types of parameters", "参数类型");
  put_notes(out, lang, pick(lang, "type | in Lua | what", "类型 | 在 Lua 中 | 说明"), sp_sdk_param_types);
  put_chapter(out, lang, "What a rule is shown", "规则所见");
  put_types(out, lang, sp_sdk_types);
  put_chapter(out, lang, "Modules", "模块");
  put_modules(out, lang, sp_sdk_modules);
  put_chapter(out, lang, "What there is of Lua", "Lua 自身可用的部分");
  put_modules(out, lang, sp_sdk_libraries);
  sp_sdk_reference_hooks(out, lang);
  put_chapter(out, lang, "Limits", "限制");
  put_notes(out, lang, pick(lang, "limit | number | of what", "限制 | 数值 | 对象"), sp_sdk_limits);
}
