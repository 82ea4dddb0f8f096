/* The parameters a rule declares: types, bounds, defaults, and what forms show of them. */
#include "domain/money.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define PARAM_NAME_MAX 31
#define DOC_MAX        200
#define LABEL_MAX      60
#define TEXT_MAX       200
#define ENTRY_MAX      200 /* bytes of an entry of a list */
#define OPTIONS_MAX    32
#define OPTION_MAX     64
#define MINUTE_MAX     1440 /* the end of a day */
#define DATE_MIN       101
#define DATE_MAX       99991231

static const char *const param_fields[] = {"type",    "required", "default", "min", "max",
                                           "options", "label",    "doc",     NULL};
static const char *const label_fields[] = {"zh", "en", NULL};
static const char *const tier_fields[] = {"at", "value", NULL};

/* ---- Bounds ---- */

/* What a parameter of a type may be at all. */
static void type_bounds(enum sp_param_type type, int64_t *min, int64_t *max) {
  *min = 0;
  *max = SP_MONEY_MAX;
  switch (type) {
  case SP_PARAM_BOOLEAN:
    *max = 1;
    return;
  case SP_PARAM_INTEGER:
    *min = -SP_MONEY_MAX;
    return;
  case SP_PARAM_PPM:
    *max = SP_PPM;
    return;
  case SP_PARAM_MINUTE:
    *max = MINUTE_MAX;
    return;
  case SP_PARAM_DATE:
    *min = DATE_MIN;
    *max = DATE_MAX;
    return;
  default:
    break;
  }
  enum sp_param_form form = sp_param_form(type);
  if (form == SP_FORM_TEXT) *max = TEXT_MAX;
  if (form == SP_FORM_LIST) *max = SP_RULE_LIST_MAX;
  if (form == SP_FORM_PRICES) *max = SP_RULE_PRICES_MAX;
}

static void set_bounds(lua_State *lua, const char *in, struct sp_param *param) {
  int64_t min;
  int64_t max;
  enum sp_param_form form = sp_param_form(param->type);
  type_bounds(param->type, &min, &max);
  param->min = form == SP_FORM_TEXT || form == SP_FORM_LIST || form == SP_FORM_PRICES ? 1 : min;
  if (form == SP_FORM_TEXT) min = 1;
  param->max = max;
  bool bounded = sp_lua_int_field(lua, in, "min", min, max, &param->min);
  bounded = sp_lua_int_field(lua, in, "max", min, max, &param->max) || bounded;
  if (param->min > param->max) luaL_error(lua, "%s.min must not be above max", in);
  if (bounded && (param->type == SP_PARAM_BOOLEAN || param->type == SP_PARAM_CHOICE))
    luaL_error(lua, "%s is a %s and has no bounds", in, sp_param_type_name(param->type));
}

/* ---- Lists of texts ---- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The list on top, copied: each entry 1 to `max` bytes, no entry twice; in order when `sorted`. */
static const char *const *read_list(lua_State *lua, struct sp_describe *what, const char *in, int64_t most, size_t max,
                                    bool sorted, int32_t *count) {
  if (!lua_istable(lua, -1)) luaL_error(lua, "%s must be a list of texts", in);
  int64_t len = (int64_t)lua_rawlen(lua, -1);
  if (len > most) luaL_error(lua, "%s has more than %I entries", in, most);
  const char **list = sp_lua_take(lua, sp_arena_array(what->arena, (size_t)len + 1, sizeof *list));
  for (int64_t i = 0; i < len; i++, lua_pop(lua, 1)) {
    size_t bytes = 0;
    const char *text = lua_rawgeti(lua, -1, i + 1) == LUA_TSTRING ? lua_tolstring(lua, -1, &bytes) : NULL;
    if (!text || bytes == 0 || bytes > max)
      luaL_error(lua, "%s[%I] must be text of 1 to %d bytes", in, i + 1, (int)max);
    list[i] = sp_lua_copy(lua, what->arena, text);
    for (int64_t j = 0; j < i && !sorted; j++)
      if (strcmp(list[j], list[i]) == 0) luaL_error(lua, "%s names %s twice", in, list[i]);
  }
  if (sorted && len > 1) qsort((void *)list, (size_t)len, sizeof *list, by_text);
  for (int64_t i = 1; i < len && sorted; i++)
    if (strcmp(list[i - 1], list[i]) == 0) luaL_error(lua, "%s names %s twice", in, list[i]);
  *count = (int32_t)len;
  return list;
}

static void read_options(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  int type = lua_getfield(lua, -1, "options");
  if (type != LUA_TNIL && param->type != SP_PARAM_CHOICE) luaL_error(lua, "%s.options belongs to a choice", in);
  if (param->type == SP_PARAM_CHOICE) {
    const char *name = lua_pushfstring(lua, "%s.options", in);
    lua_insert(lua, -2);
    param->options = read_list(lua, what, name, OPTIONS_MAX, OPTION_MAX, false, &param->option_count);
    if (param->option_count == 0) luaL_error(lua, "%s must not be empty", name);
    lua_remove(lua, -2);
  }
  lua_pop(lua, 1);
}

/* ---- Defaults. The declaration is on top; the default is there. ---- */

static void default_text(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  const char *text = sp_lua_text_field(lua, what, in, "default", true, (size_t)param->max);
  if ((int64_t)strlen(text) < param->min) luaL_error(lua, "%s.default is too short", in);
  bool listed = param->type != SP_PARAM_CHOICE;
  for (int32_t i = 0; i < param->option_count && !listed; i++)
    listed = strcmp(param->options[i], text) == 0;
  if (!listed) luaL_error(lua, "%s.default is none of the options", in);
  param->fallback.text = text;
}

static void default_tiers(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  lua_getfield(lua, -1, "default");
  int64_t count = lua_istable(lua, -1) ? (int64_t)lua_rawlen(lua, -1) : 0;
  if (count < 1 || count > SP_RULE_TIERS_MAX)
    luaL_error(lua, "%s.default must be a list of 1 to %d steps", in, SP_RULE_TIERS_MAX);
  struct sp_tier *tiers = sp_lua_take(lua, sp_arena_array(what->arena, (size_t)count, sizeof *tiers));
  for (int64_t i = 0; i < count; i++, lua_pop(lua, 2)) {
    const char *step = lua_pushfstring(lua, "%s.default[%I]", in, i + 1);
    if (lua_rawgeti(lua, -2, i + 1) != LUA_TTABLE) luaL_error(lua, "%s must be a table with at and value", step);
    sp_lua_only(lua, step, tier_fields);
    if (!sp_lua_int_field(lua, step, "at", 0, SP_MONEY_MAX, &tiers[i].at) ||
        !sp_lua_int_field(lua, step, "value", param->min, param->max, &tiers[i].value))
      luaL_error(lua, "%s must have at and value", step);
    if (i > 0 && tiers[i].at <= tiers[i - 1].at) luaL_error(lua, "%s.at must be above the step before", step);
  }
  lua_pop(lua, 1);
  param->fallback.tiers = tiers;
  param->fallback.count = (int32_t)count;
}

static void default_list(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  lua_getfield(lua, -1, "default");
  const char *name = lua_pushfstring(lua, "%s.default", in);
  lua_insert(lua, -2);
  param->fallback.list = read_list(lua, what, name, param->max, ENTRY_MAX, true, &param->fallback.count);
  if (param->fallback.count < param->min) luaL_error(lua, "%s has too few entries", name);
  lua_pop(lua, 2);
}

struct priced {
  const char *code;
  int64_t fen;
};

static int by_code(const void *a, const void *b) {
  return strcmp(((const struct priced *)a)->code, ((const struct priced *)b)->code);
}

static int32_t read_priced(lua_State *lua, struct sp_describe *what, const char *in, const struct sp_param *param,
                           struct priced *list) {
  int32_t count = 0;
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
    size_t len = 0;
    const char *code = lua_type(lua, -2) == LUA_TSTRING ? lua_tolstring(lua, -2, &len) : NULL;
    int64_t fen = lua_isinteger(lua, -1) ? lua_tointeger(lua, -1) : -1;
    if (!code || len == 0 || len > ENTRY_MAX) luaL_error(lua, "%s.default must name products by their codes", in);
    if (fen < 0 || fen > SP_MONEY_MAX) luaL_error(lua, "%s.default has a price that is no amount in fen", in);
    if (count == param->max) luaL_error(lua, "%s.default has more than %I entries", in, param->max);
    list[count++] = (struct priced){.code = sp_lua_copy(lua, what->arena, code), .fen = fen};
  }
  if (count > 1) qsort(list, (size_t)count, sizeof *list, by_code);
  return count;
}

static void default_prices(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  if (lua_getfield(lua, -1, "default") != LUA_TTABLE) luaL_error(lua, "%s.default must be a table of prices", in);
  size_t room = (size_t)param->max + 1;
  struct priced *list = sp_lua_take(lua, sp_arena_array(what->arena, room, sizeof *list));
  int32_t count = read_priced(lua, what, in, param, list);
  if (count < param->min) luaL_error(lua, "%s.default has too few entries", in);
  const char **codes = sp_lua_take(lua, sp_arena_array(what->arena, (size_t)count + 1, sizeof *codes));
  int64_t *prices = sp_lua_take(lua, sp_arena_array(what->arena, (size_t)count + 1, sizeof *prices));
  for (int32_t i = 0; i < count; i++) {
    codes[i] = list[i].code;
    prices[i] = list[i].fen;
  }
  lua_pop(lua, 1);
  param->fallback.list = codes;
  param->fallback.prices = prices;
  param->fallback.count = count;
}

static void default_number(lua_State *lua, const char *in, struct sp_param *param) {
  int64_t days = 0;
  if (param->type == SP_PARAM_BOOLEAN) {
    param->fallback.integer = sp_lua_bool_field(lua, in, "default");
    return;
  }
  (void)sp_lua_int_field(lua, in, "default", param->min, param->max, &param->fallback.integer);
  if (param->type == SP_PARAM_DATE && !sp_lua_date_days(param->fallback.integer, &days))
    luaL_error(lua, "%s.default must be a date as yyyymmdd", in);
}

static void set_default(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  param->fallback = (struct sp_rule_value){.name = param->name, .type = param->type};
  param->has_default = lua_getfield(lua, -1, "default") != LUA_TNIL;
  lua_pop(lua, 1);
  if (!param->has_default) return;
  if (param->required) luaL_error(lua, "%s is required and has no use for a default", in);
  switch (sp_param_form(param->type)) {
  case SP_FORM_TEXT:
    default_text(lua, what, in, param);
    break;
  case SP_FORM_LIST:
    default_list(lua, what, in, param);
    break;
  case SP_FORM_TIERS:
    default_tiers(lua, what, in, param);
    break;
  case SP_FORM_PRICES:
    default_prices(lua, what, in, param);
    break;
  default:
    default_number(lua, in, param);
    break;
  }
}

/* ---- Declarations ---- */

static void read_label(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  int type = lua_getfield(lua, -1, "label");
  if (type != LUA_TNIL) {
    const char *name = lua_pushfstring(lua, "%s.label", in);
    lua_insert(lua, -2);
    if (type != LUA_TTABLE) luaL_error(lua, "%s must be a table with zh and en", name);
    sp_lua_only(lua, name, label_fields);
    param->label_zh = sp_lua_text_field(lua, what, name, "zh", true, LABEL_MAX);
    param->label_en = sp_lua_text_field(lua, what, name, "en", true, LABEL_MAX);
    lua_remove(lua, -2);
  }
  lua_pop(lua, 1);
}

/* The declaration of one parameter is on top. */
static void read_param(lua_State *lua, struct sp_describe *what, struct sp_param *param) {
  const char *in = lua_pushfstring(lua, "params.%s", param->name);
  lua_insert(lua, -2); /* Stack now: …, in, declaration */
  if (!lua_istable(lua, -1)) luaL_error(lua, "%s must be a table", in);
  sp_lua_only(lua, in, param_fields);
  int type = sp_param_type_parse(sp_lua_text_field(lua, what, in, "type", true, OPTION_MAX));
  if (type < 0) luaL_error(lua, "%s.type is not a type of parameter", in);
  param->type = (enum sp_param_type)type;
  param->required = sp_lua_bool_field(lua, in, "required");
  param->doc = sp_lua_text_field(lua, what, in, "doc", true, DOC_MAX);
  read_label(lua, what, in, param);
  read_options(lua, what, in, param);
  set_bounds(lua, in, param);
  set_default(lua, what, in, param);
  lua_remove(lua, -2);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct sp_param *)a)->name, ((const struct sp_param *)b)->name);
}

void sp_lua_describe_params(lua_State *lua, struct sp_describe *what) {
  struct sp_param *params = sp_lua_take(lua, sp_arena_array(what->arena, SP_RULE_PARAMS_MAX, sizeof *params));
  int32_t count = 0;
  int type = lua_getfield(lua, -1, "params");
  if (type != LUA_TNIL && type != LUA_TTABLE) luaL_error(lua, "params must be a table");
  if (type == LUA_TTABLE) lua_pushnil(lua);
  while (type == LUA_TTABLE && lua_next(lua, -2)) {
    const char *name = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : "";
    if (!sp_lua_good_name(name, false) || strlen(name) > PARAM_NAME_MAX)
      luaL_error(lua, "params has a name that is not [a-z][a-z0-9_]* of at most %d bytes", PARAM_NAME_MAX);
    if (count == SP_RULE_PARAMS_MAX) luaL_error(lua, "a rule has at most %d parameters", SP_RULE_PARAMS_MAX);
    params[count].name = sp_lua_copy(lua, what->arena, name);
    read_param(lua, what, &params[count++]);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  if (count > 0) qsort(params, (size_t)count, sizeof *params, by_name);
  what->info->params = params;
  what->info->param_count = count;
}
