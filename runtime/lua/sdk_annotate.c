/* The table as LuaCATS annotations, with which an editor completes and checks a rule. */
#include "engine/hook.h"
#include "lua/sdk_parts.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 128
#define CLASSES_MAX    128

static const char made[] = "-- Made by `suanpan sdk write`; do not edit.\n";

/* ---- Functions ---- */

static void put_value(struct sp_buf *out, const char *word, const struct sp_sdk_value *value) {
  sp_buf_printf(out, "---@%s %s %s", word, value->name, value->type);
  if (value->en) sp_buf_printf(out, " %s", value->en);
  if (value->need) sp_buf_printf(out, "; needs = { \"%s\" }", value->need);
  sp_buf_putc(out, '\n');
}

static void put_arguments(struct sp_buf *out, const struct sp_sdk_function *function) {
  for (int i = 0; i < SP_SDK_TAKES_MAX && function->takes[i].name; i++)
    sp_buf_printf(out, "%s%.*s", i ? ", " : "", sp_sdk_name_len(function->takes[i].name), function->takes[i].name);
}

/* `owner` is "select.", "Line:" or "". */
static void put_function(struct sp_buf *out, const char *owner, const struct sp_sdk_function *function) {
  sp_buf_printf(out, "\n---%s\n", function->en);
  if (function->need) sp_buf_printf(out, "---The rule declares it: needs = { \"%s\" }.\n", function->need);
  if (function->generic) sp_buf_printf(out, "---@generic %s\n", function->generic);
  for (int i = 0; i < SP_SDK_TAKES_MAX && function->takes[i].name; i++)
    put_value(out, "param", &function->takes[i]);
  for (int i = 0; i < SP_SDK_GIVES_MAX && function->gives[i].type; i++) {
    const struct sp_sdk_value *value = &function->gives[i];
    sp_buf_printf(out, "---@return %s%s%s\n", value->type, value->en ? " # " : "", value->en ? value->en : "");
  }
  sp_buf_printf(out, "function %s%s(", owner, function->name);
  put_arguments(out, function);
  sp_buf_puts(out, ") end\n");
}

static void put_functions(struct sp_buf *out, const char *owner, const struct sp_sdk_function *functions) {
  for (; functions && functions->name; functions++)
    put_function(out, owner, functions);
}

void sp_sdk_annotate_module(struct sp_buf *out, const struct sp_sdk_module *module) {
  char owner[NAME_MAX_BYTES];
  const char *name = strchr(module->name, '.') + 1;
  snprintf(owner, sizeof owner, "%s.", name);
  sp_buf_printf(out, "---@meta %s\n%s-- %s\n\nlocal %s = {}\n", module->name, made, module->en, name);
  put_functions(out, owner, module->functions);
  sp_buf_printf(out, "\nreturn %s\n", name);
}

/* ---- What there is of Lua ---- */

void sp_sdk_annotate_library(struct sp_buf *out) {
  char owner[NAME_MAX_BYTES];
  sp_buf_printf(out, "---@meta _\n%s-- What there is of Lua itself; the rest does not exist for rules.\n", made);
  for (const struct sp_sdk_module *library = sp_sdk_libraries; library->name; library++) {
    if (library->name[0]) {
      sp_buf_printf(out, "\n---%s\n---@class %slib\n", library->en, library->name);
      for (const struct sp_sdk_value *value = library->constants; value && value->name; value++)
        put_value(out, "field", value);
      sp_buf_printf(out, "%s = {}\n", library->name);
    }
    snprintf(owner, sizeof owner, "%s%s", library->name, library->name[0] ? "." : "");
    put_functions(out, owner, library->functions);
  }
}

/* ---- Types ---- */

static void put_type(struct sp_buf *out, const struct sp_sdk_type *type) {
  char owner[NAME_MAX_BYTES];
  const char *name = strchr(type->name, '.') + 1;
  sp_buf_printf(out, "\n---%s\n---@class %s\n", type->en, type->name);
  for (const struct sp_sdk_value *field = type->fields; field && field->name; field++)
    put_value(out, "field", field);
  if (type->item) sp_buf_printf(out, "---@field [%s] %s\n", type->key, type->item);
  if (type->len) sp_buf_puts(out, "---@operator len: integer\n");
  if (!type->methods) return;
  sp_buf_printf(out, "local %s = {}\n", name);
  snprintf(owner, sizeof owner, "%s:", name);
  put_functions(out, owner, type->methods);
}

static void put_choices(struct sp_buf *out, const char *name, const struct sp_sdk_note *notes) {
  sp_buf_printf(out, "\n---@alias %s\n", name);
  for (; notes->name; notes++)
    sp_buf_printf(out, "---| \"%s\" # %s\n", notes->name, notes->en);
}

static void put_aliases(struct sp_buf *out) {
  sp_buf_puts(out,
              "\n---Lines or units of the basket.\n"
              "---@alias suanpan.Target suanpan.Line|suanpan.Lines|suanpan.Unit|suanpan.Units\n"
              "\n---Why: at most 16 names with text, integers or booleans, 512 bytes as JSON. `code` names a phrase.\n"
              "---@alias suanpan.Reason table<string, string|integer|boolean>\n"
              "\n---@alias suanpan.Base \"gross\"|\"remaining\"\n"
              "\n---One text, a list of them, or a parameter that is one.\n"
              "---@alias suanpan.Names string|string[]|suanpan.Texts|suanpan.Prices\n"
              "\n---@alias suanpan.List any[]|suanpan.Lines|suanpan.Units|suanpan.Texts\n"
              "\n---@alias suanpan.Need \"member.tags\"|\"member.points\"|\"member.birthday\"|\"member.joined\"|"
              "\"member.purchases\"|\"member.used\"\n");
  put_choices(out, "suanpan.Phase", sp_sdk_phases);
  put_choices(out, "suanpan.ParamType", sp_sdk_param_types);
}

void sp_sdk_annotate_types(struct sp_buf *out) {
  sp_buf_printf(
      out, "---@meta suanpan.types\n%s-- What a rule is, and what it is shown. Everything shown is read-only.\n", made);
  put_aliases(out);
  for (const struct sp_sdk_type *type = sp_sdk_shapes; type->name; type++)
    put_type(out, type);
  for (const struct sp_sdk_type *type = sp_sdk_types; type->name; type++)
    put_type(out, type);
}

/* ---- Hooks ---- */

static const char *simple_type(enum sp_field_type type) {
  return type == SP_FIELD_BOOLEAN ? "boolean" : type == SP_FIELD_TEXT ? "string" : "integer";
}

/* Objects that several hooks share are one class, named by where they were met first. */
struct classes {
  struct {
    const struct sp_field *fields;
    char name[NAME_MAX_BYTES];
  } list[CLASSES_MAX];
  int count, written;
};

static const char *class_of(struct classes *classes, const char *owner, const struct sp_field *field) {
  char name[NAME_MAX_BYTES];
  snprintf(name, sizeof name, "suanpan.hook.%s", field->name);
  for (int i = 0; i < classes->count; i++) {
    if (classes->list[i].fields == field->fields) return classes->list[i].name;
    if (strcmp(classes->list[i].name, name) == 0) name[0] = '\0';
  }
  if (classes->count == CLASSES_MAX) return "table";
  char *kept = classes->list[classes->count].name;
  classes->list[classes->count++].fields = field->fields;
  if (name[0])
    snprintf(kept, NAME_MAX_BYTES, "%s", name);
  else
    snprintf(kept, NAME_MAX_BYTES, "%.60s.%.60s", owner, field->name);
  return kept;
}

static void put_field_type(struct sp_buf *out, struct classes *classes, const char *owner,
                           const struct sp_field *field) {
  bool list = field->type == SP_FIELD_LIST;
  const char *type = simple_type(field->type);
  if (list || field->type == SP_FIELD_OBJECT)
    type = field->fields ? class_of(classes, owner, field) : list ? "string" : "table";
  sp_buf_printf(out, "%s%s", type, list ? "[]" : "");
}

static void put_hook_class(struct sp_buf *out, struct classes *classes, const char *name, const struct sp_field *fields,
                           const char *text) {
  sp_buf_putc(out, '\n');
  if (text) sp_buf_printf(out, "---%s\n", text);
  sp_buf_printf(out, "---@class %s\n", name);
  for (const struct sp_field *field = fields; field && field->name; field++) {
    sp_buf_printf(out, "---@field %s%s ", field->name, field->required ? "" : "?");
    put_field_type(out, classes, name, field);
    sp_buf_printf(out, " %s\n", field->en);
  }
}

static void put_hook_side(struct sp_buf *out, struct classes *classes, const struct sp_hook *hook, bool input) {
  char name[NAME_MAX_BYTES];
  snprintf(name, sizeof name, "suanpan.hook.%.60s.%s", hook->name, input ? "input" : "output");
  put_hook_class(out, classes, name, input ? hook->input : hook->output, input ? hook->en : NULL);
  for (; classes->written < classes->count; classes->written++)
    put_hook_class(out, classes, classes->list[classes->written].name, classes->list[classes->written].fields, NULL);
}

void sp_sdk_annotate_hooks(struct sp_buf *out) {
  struct classes classes = {.count = 0};
  sp_buf_printf(out,
                "---@meta suanpan.hooks\n%s-- What the hooks are shown and give: "
                "evaluate(input, params, context) of a rule whose phase is \"hook\".\n",
                made);
  for (const struct sp_hook *hook = sp_hooks; hook->name; hook++) {
    put_hook_side(out, &classes, hook, true);
    put_hook_side(out, &classes, hook, false);
  }
}
