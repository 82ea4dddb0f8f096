/* What a rule file says of itself. Declarations are strict: an unknown field is a misspelled one. */
#include "domain/money.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES    64
#define PARAM_NAME_MAX    31
#define SUMMARY_MAX       200
#define TEXT_MAX          200
#define PRIORITY_MAX      1000000
#define PRIORITY_FALLBACK 500

static const char *const rule_fields[] = {"name",   "version",  "api",     "phase", "stacking", "priority", "summary",
                                          "params", "campaign", "applies", "check", "evaluate", NULL};
static const char *const param_fields[] = {"type", "required", "default", "min", "max", "doc", NULL};

static bool known(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcmp(*names, name) == 0) return true;
  return false;
}

/* The table on top has no field but these. */
static void only(lua_State *lua, const char *what, const char *const *names) {
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
    if (lua_type(lua, -2) != LUA_TSTRING || !known(lua_tostring(lua, -2), names))
      luaL_error(lua, "%s has the unknown field '%s'", what,
                 lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : luaL_typename(lua, -2));
}

/* A text field of the table on top, or null when absent and not required. */
static const char *text_field(lua_State *lua, struct sp_describe *what, const char *in, const char *name, bool required,
                              size_t max) {
  const char *copy = NULL;
  int type = lua_getfield(lua, -1, name);
  if (type == LUA_TSTRING) {
    size_t len;
    const char *text = lua_tolstring(lua, -1, &len);
    if (len == 0 || len > max || strlen(text) != len)
      luaL_error(lua, "%s.%s must have 1 to %d bytes", in, name, (int)max);
    copy = sp_lua_copy(lua, what->machine, what->arena, text);
  } else if (type != LUA_TNIL || required) {
    luaL_error(lua, "%s.%s must be text", in, name);
  }
  lua_pop(lua, 1);
  return copy;
}

static bool int_field(lua_State *lua, const char *in, const char *name, int64_t min, int64_t max, int64_t *out) {
  bool has = lua_getfield(lua, -1, name) != LUA_TNIL;
  if (has && !lua_isinteger(lua, -1)) luaL_error(lua, "%s.%s must be an integer", in, name);
  if (has) *out = lua_tointeger(lua, -1);
  if (has && (*out < min || *out > max)) luaL_error(lua, "%s.%s must be from %I to %I", in, name, min, max);
  lua_pop(lua, 1);
  return has;
}

static bool bool_field(lua_State *lua, const char *in, const char *name) {
  int type = lua_getfield(lua, -1, name);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN) luaL_error(lua, "%s.%s must be true or false", in, name);
  bool yes = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  return yes;
}

static bool has_function(lua_State *lua, const char *name, bool required) {
  int type = lua_getfield(lua, -1, name);
  if (type != LUA_TFUNCTION && (type != LUA_TNIL || required)) luaL_error(lua, "%s must be a function", name);
  lua_pop(lua, 1);
  return type == LUA_TFUNCTION;
}

/* ---- Parameters ---- */

static void set_bounds(lua_State *lua, const char *in, struct sp_param *param) {
  int64_t min = 0;
  int64_t max = SP_MONEY_MAX;
  if (param->type == SP_PARAM_INTEGER) min = -SP_MONEY_MAX;
  if (param->type == SP_PARAM_PPM) max = SP_PPM;
  if (param->type == SP_PARAM_BOOLEAN) max = 1;
  if (sp_param_is_text(param->type)) {
    min = 1;
    max = TEXT_MAX;
  }
  param->min = min;
  param->max = max;
  bool bounded = int_field(lua, in, "min", min, max, &param->min);
  bounded = int_field(lua, in, "max", min, max, &param->max) || bounded;
  if (param->min > param->max) luaL_error(lua, "%s.min must not be above max", in);
  if (bounded && param->type == SP_PARAM_BOOLEAN) luaL_error(lua, "%s is a boolean and has no bounds", in);
}

static void set_default(lua_State *lua, struct sp_describe *what, const char *in, struct sp_param *param) {
  param->fallback = (struct sp_rule_value){.name = param->name, .type = param->type};
  param->has_default = lua_getfield(lua, -1, "default") != LUA_TNIL;
  lua_pop(lua, 1);
  if (!param->has_default) return;
  if (param->required) luaL_error(lua, "%s is required and has no use for a default", in);
  if (sp_param_is_text(param->type)) {
    param->fallback.text = text_field(lua, what, in, "default", true, (size_t)param->max);
    if ((int64_t)strlen(param->fallback.text) < param->min) luaL_error(lua, "%s.default is too short", in);
  } else if (param->type == SP_PARAM_BOOLEAN) {
    param->fallback.integer = bool_field(lua, in, "default");
  } else {
    (void)int_field(lua, in, "default", param->min, param->max, &param->fallback.integer);
  }
}

static bool good_name(const char *name, bool dots) {
  if (name[0] < 'a' || name[0] > 'z') return false;
  for (; *name; name++)
    if (!(*name >= 'a' && *name <= 'z') && !(*name >= '0' && *name <= '9') && *name != '_' && !(dots && *name == '.'))
      return false;
  return true;
}

/* The declaration of one parameter is on top. */
static void read_param(lua_State *lua, struct sp_describe *what, struct sp_param *param) {
  const char *in = lua_pushfstring(lua, "params.%s", param->name);
  lua_insert(lua, -2); /* Stack now: …, in, declaration */
  if (!lua_istable(lua, -1)) luaL_error(lua, "%s must be a table", in);
  only(lua, in, param_fields);
  int type = sp_param_type_parse(text_field(lua, what, in, "type", true, NAME_MAX_BYTES));
  if (type < 0) luaL_error(lua, "%s.type is not a type of parameter", in);
  param->type = (enum sp_param_type)type;
  param->required = bool_field(lua, in, "required");
  param->doc = text_field(lua, what, in, "doc", true, SUMMARY_MAX);
  set_bounds(lua, in, param);
  set_default(lua, what, in, param);
  lua_remove(lua, -2);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct sp_param *)a)->name, ((const struct sp_param *)b)->name);
}

static void read_params(lua_State *lua, struct sp_describe *what) {
  struct sp_param *params = sp_arena_array(what->arena, SP_RULE_PARAMS_MAX, sizeof *params);
  int32_t count = 0;
  if (!params) {
    what->machine->failed = SP_E_NOMEM;
    luaL_error(lua, "out of memory");
    return;
  }
  int type = lua_getfield(lua, -1, "params");
  if (type != LUA_TNIL && type != LUA_TTABLE) luaL_error(lua, "params must be a table");
  if (type == LUA_TTABLE) lua_pushnil(lua);
  while (type == LUA_TTABLE && lua_next(lua, -2)) {
    const char *name = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : "";
    if (!good_name(name, false) || strlen(name) > PARAM_NAME_MAX)
      luaL_error(lua, "params has a name that is not [a-z][a-z0-9_]* of at most %d bytes", PARAM_NAME_MAX);
    if (count == SP_RULE_PARAMS_MAX) luaL_error(lua, "a rule has at most %d parameters", SP_RULE_PARAMS_MAX);
    params[count].name = sp_lua_copy(lua, what->machine, what->arena, name);
    read_param(lua, what, &params[count++]);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  if (count > 0) qsort(params, (size_t)count, sizeof *params, by_name);
  what->info->params = params;
  what->info->param_count = count;
}

/* ---- Rule ---- */

static void read_phase(lua_State *lua, struct sp_describe *what) {
  struct sp_rule_info *info = what->info;
  int phase = sp_phase_parse(text_field(lua, what, "rule", "phase", true, NAME_MAX_BYTES));
  if (phase < 0) luaL_error(lua, "rule.phase must be price, promotion or stock");
  info->phase = (enum sp_phase)phase;
  info->stacking = text_field(lua, what, "rule", "stacking", false, NAME_MAX_BYTES);
  if (info->stacking && info->phase != SP_PHASE_PROMOTION)
    luaL_error(lua, "rule.stacking belongs to the promotion phase");
  if (!info->stacking) info->stacking = info->phase == SP_PHASE_PROMOTION ? "item" : "";
}

void sp_lua_describe(lua_State *lua, struct sp_describe *what) {
  struct sp_rule_info *info = what->info;
  int64_t number = 0;
  only(lua, "the rule", rule_fields);
  info->name = text_field(lua, what, "rule", "name", true, NAME_MAX_BYTES);
  if (!good_name(info->name, true)) luaL_error(lua, "rule.name must look like folder.file");
  info->version = text_field(lua, what, "rule", "version", true, NAME_MAX_BYTES);
  if (!int_field(lua, "rule", "api", SP_RULE_API_VERSION, SP_RULE_API_VERSION, &number))
    luaL_error(lua, "rule.api must be %d", SP_RULE_API_VERSION);
  read_phase(lua, what);
  number = PRIORITY_FALLBACK;
  (void)int_field(lua, "rule", "priority", 0, PRIORITY_MAX, &number);
  info->priority = (int32_t)number;
  info->summary = text_field(lua, what, "rule", "summary", true, SUMMARY_MAX);
  info->campaign = text_field(lua, what, "rule", "campaign", false, NAME_MAX_BYTES);
  info->has_applies = has_function(lua, "applies", false);
  info->has_check = has_function(lua, "check", false);
  (void)has_function(lua, "evaluate", true);
  read_params(lua, what);
}
