/* The chapter of hooks: what each is shown, what it gives, and its limits. */
#include "engine/hook.h"
#include "lua/sdk_parts.h"

#include <string.h>

#define DEPTH_MAX 8

static const char *pick(enum sp_lang lang, const char *en, const char *zh) {
  return lang == SP_LANG_ZH ? zh : en;
}

static const char *type_name(const struct sp_field *field, enum sp_lang lang) {
  switch (field->type) {
  case SP_FIELD_BOOLEAN:
    return "boolean";
  case SP_FIELD_MONEY:
    return pick(lang, "integer, fen", "integer，分");
  case SP_FIELD_PPM:
    return "integer, ppm";
  case SP_FIELD_DATE:
    return "integer, yyyymmdd";
  case SP_FIELD_TIME:
    return pick(lang, "integer, UTC ms", "integer，UTC 毫秒");
  case SP_FIELD_TEXT:
    return "string";
  case SP_FIELD_OBJECT:
    return "table";
  case SP_FIELD_LIST:
    return pick(lang, field->fields ? "list of tables" : "list of strings", field->fields ? "表的列表" : "文本列表");
  default:
    return "integer";
  }
}

static void put_bounds(struct sp_buf *out, const struct sp_field *field, enum sp_lang lang) {
  if (field->min == 0 && field->max == 0) return;
  const char *what = field->type == SP_FIELD_TEXT   ? pick(lang, " bytes", " 字节")
                     : field->type == SP_FIELD_LIST ? pick(lang, " entries", " 项")
                                                    : "";
  sp_buf_printf(out, "%s%lld%s%lld%s", pick(lang, ", ", "，"), (long long)field->min, pick(lang, " to ", " 到 "),
                (long long)field->max, what);
}

static void put_fields(struct sp_buf *out, const struct sp_field *fields, enum sp_lang lang, int depth) {
  for (; fields && fields->name && depth < DEPTH_MAX; fields++) {
    sp_buf_printf(out, "%*s- `%s%s` (%s", depth * 2, "", fields->name, fields->required ? "" : "?",
                  type_name(fields, lang));
    put_bounds(out, fields, lang);
    sp_buf_printf(out, ")%s%s\n", pick(lang, ": ", "："), pick(lang, fields->en, fields->zh));
    put_fields(out, fields->fields, lang, depth + 1);
  }
}

void sp_sdk_reference_hooks(struct sp_buf *out, enum sp_lang lang) {
  sp_buf_puts(
      out,
      pick(lang,
           "\n## Hooks\n\nA rule with `phase = \"hook\"` and `hook = \"…\"` has `evaluate(input, params, context)`: "
           "the input is read-only, a name that is not in its contract raises, an optional one that nobody told "
           "is nil. It gives a table that fits the contract, or nothing.\n",
           "\n## 钩子\n\n`phase = \"hook\"` 且 `hook = \"…\"` 的规则实现 `evaluate(input, params, context)`："
           "输入只读，读取约定之外的名称会报错，未提供的可选项为 nil。返回符合约定的表，或不返回。\n"));
  for (const struct sp_hook *hook = sp_hooks; hook->name; hook++) {
    sp_buf_printf(out, "\n### %s\n\n%s %s\n\n", hook->name, pick(lang, hook->en, hook->zh),
                  hook->mode == SP_HOOK_FIRST
                      ? pick(lang, "The first campaign that answers decides.", "首个作答的活动决定。")
                      : pick(lang, "Every answer counts.", "所有回答都算数。"));
    sp_buf_printf(out, "%s\n\n", pick(lang, "Input:", "输入："));
    put_fields(out, hook->input, lang, 0);
    sp_buf_printf(out, "\n%s\n\n", pick(lang, "Output:", "输出："));
    put_fields(out, hook->output, lang, 0);
  }
}
