/* What a rule file says of itself. Declarations are strict: an unknown field is a misspelled one. */
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES    64
#define SUMMARY_MAX       200
#define PHRASE_MAX        200
#define PHRASE_CODE_MAX   32
#define PRIORITY_MAX      1000000
#define PRIORITY_FALLBACK 500
#define NEEDS_MAX         16

static const char *const rule_fields[] = {"name",     "version", "api",      "phase",  "hook",  "stacking",
                                          "priority", "summary", "campaign", "params", "needs", "phrases",
                                          "applies",  "check",   "evaluate", NULL};
static const char *const phrase_fields[] = {"zh", "en", NULL};

static bool known(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcmp(*names, name) == 0) return true;
  return false;
}

/* ---- Fields of the table on top ---- */

void sp_lua_only(lua_State *lua, const char *what, const char *const *names) {
  const char *unknown = NULL;
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
    const char *name = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : luaL_typename(lua, -2);
    if (lua_type(lua, -2) == LUA_TSTRING && known(name, names)) continue;
    if (!unknown || strcmp(name, unknown) < 0) unknown = name; /* the same one, whatever order the table has */
  }
  if (unknown) luaL_error(lua, "%s has the unknown field '%s'", what, unknown);
}

const char *sp_lua_text_field(lua_State *lua, struct sp_describe *what, const char *in, const char *name, bool required,
                              size_t max) {
  const char *copy = NULL;
  int type = lua_getfield(lua, -1, name);
  if (type == LUA_TSTRING) {
    size_t len;
    const char *text = lua_tolstring(lua, -1, &len);
    if (len == 0 || len > max) luaL_error(lua, "%s.%s must have 1 to %d bytes", in, name, (int)max);
    copy = sp_lua_copy(lua, what->arena, text);
  } else if (type != LUA_TNIL || required) {
    luaL_error(lua, "%s.%s must be text", in, name);
  }
  lua_pop(lua, 1);
  return copy;
}

bool sp_lua_int_field(lua_State *lua, const char *in, const char *name, int64_t min, int64_t max, int64_t *out) {
  bool has = lua_getfield(lua, -1, name) != LUA_TNIL;
  if (has && !lua_isinteger(lua, -1)) luaL_error(lua, "%s.%s must be an integer", in, name);
  if (has) *out = lua_tointeger(lua, -1);
  if (has && (*out < min || *out > max)) luaL_error(lua, "%s.%s must be from %I to %I", in, name, min, max);
  lua_pop(lua, 1);
  return has;
}

bool sp_lua_bool_field(lua_State *lua, const char *in, const char *name) {
  int type = lua_getfield(lua, -1, name);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN) luaL_error(lua, "%s.%s must be true or false", in, name);
  bool yes = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  return yes;
}

bool sp_lua_good_name(const char *name, bool dots) {
  if (name[0] < 'a' || name[0] > 'z') return false;
  for (; *name; name++)
    if (!(*name >= 'a' && *name <= 'z') && !(*name >= '0' && *name <= '9') && *name != '_' && !(dots && *name == '.'))
      return false;
  return true;
}

static bool has_function(lua_State *lua, const char *name, bool required) {
  int type = lua_getfield(lua, -1, name);
  if (type != LUA_TFUNCTION && (type != LUA_TNIL || required)) luaL_error(lua, "%s must be a function", name);
  lua_pop(lua, 1);
  return type == LUA_TFUNCTION;
}

/* ---- Needs ---- */

uint32_t sp_lua_read_needs(lua_State *lua) {
  uint32_t needs = 0;
  int type = lua_getfield(lua, -1, "needs");
  if (type != LUA_TNIL && type != LUA_TTABLE) luaL_error(lua, "rule.needs must be a list of texts");
  int64_t count = type == LUA_TTABLE ? (int64_t)lua_rawlen(lua, -1) : 0;
  if (count > NEEDS_MAX) luaL_error(lua, "rule.needs has more than %d entries", NEEDS_MAX);
  for (int64_t i = 1; i <= count; i++) {
    const char *name = lua_rawgeti(lua, -1, i) == LUA_TSTRING ? lua_tostring(lua, -1) : "";
    uint32_t need = sp_rule_need_parse(name);
    if (!need) luaL_error(lua, "rule.needs[%I] is nothing a rule can need", i);
    needs |= need;
    lua_pop(lua, 1);
  }
  if (type == LUA_TTABLE)
    for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
      count--;
  if (count != 0) luaL_error(lua, "rule.needs must be a list of texts");
  lua_pop(lua, 1);
  return needs;
}

/* ---- Phrases ---- */

static bool good_code(const char *code) {
  size_t len = strlen(code);
  if (len == 0 || len > PHRASE_CODE_MAX) return false;
  for (; *code; code++)
    if (!(*code >= 'a' && *code <= 'z') && !(*code >= '0' && *code <= '9') && *code != '-' && *code != '_')
      return false;
  return true;
}

/* "{buy}", "{off:money}", "{rate:percent}"; returns behind it, or null when it is none. */
static const char *placeholder(const char *at) {
  const char *name = ++at;
  while ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '_')
    at++;
  if (at == name) return NULL;
  if (*at == '}') return at + 1;
  if (strncmp(at, ":money}", 7) == 0) return at + 7;
  return strncmp(at, ":percent}", 9) == 0 ? at + 9 : NULL;
}

static bool good_phrase(const char *text) {
  while (text && *text) {
    if (*text == '}') return false;
    text = *text == '{' ? placeholder(text) : text + 1;
  }
  return text != NULL;
}

static void read_phrase(lua_State *lua, struct sp_describe *what, struct sp_rule_phrase *phrase) {
  const char *in = lua_pushfstring(lua, "phrases.%s", phrase->code);
  lua_insert(lua, -2); /* Stack now: …, in, phrase */
  if (!lua_istable(lua, -1)) luaL_error(lua, "%s must be a table with zh and en", in);
  sp_lua_only(lua, in, phrase_fields);
  phrase->zh = sp_lua_text_field(lua, what, in, "zh", true, PHRASE_MAX);
  phrase->en = sp_lua_text_field(lua, what, in, "en", true, PHRASE_MAX);
  if (!good_phrase(phrase->zh) || !good_phrase(phrase->en))
    luaL_error(lua, "%s has a placeholder that is not {name}, {name:money} or {name:percent}", in);
  lua_remove(lua, -2);
}

static int by_code(const void *a, const void *b) {
  return strcmp(((const struct sp_rule_phrase *)a)->code, ((const struct sp_rule_phrase *)b)->code);
}

static void read_phrases(lua_State *lua, struct sp_describe *what) {
  int type = lua_getfield(lua, -1, "phrases");
  int32_t count = 0;
  if (type != LUA_TNIL && type != LUA_TTABLE) luaL_error(lua, "phrases must be a table");
  struct sp_rule_phrase *phrases = sp_lua_take(lua, sp_arena_array(what->arena, SP_RULE_PHRASES_MAX, sizeof *phrases));
  if (type == LUA_TTABLE) lua_pushnil(lua);
  while (type == LUA_TTABLE && lua_next(lua, -2)) {
    const char *code = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : "";
    if (!good_code(code))
      luaL_error(lua, "phrases has a code that is not [a-z0-9_-] of at most %d bytes", PHRASE_CODE_MAX);
    if (count == SP_RULE_PHRASES_MAX) luaL_error(lua, "a rule has at most %d phrases", SP_RULE_PHRASES_MAX);
    phrases[count].code = sp_lua_copy(lua, what->arena, code);
    read_phrase(lua, what, &phrases[count++]);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  if (count > 0) qsort(phrases, (size_t)count, sizeof *phrases, by_code);
  what->info->phrases = phrases;
  what->info->phrase_count = count;
}

/* ---- Rule ---- */

static void read_phase(lua_State *lua, struct sp_describe *what) {
  struct sp_rule_info *info = what->info;
  int phase = sp_phase_parse(sp_lua_text_field(lua, what, "rule", "phase", true, NAME_MAX_BYTES));
  if (phase < 0)
    luaL_error(lua, "rule.phase must be classify, compose, price, promotion, coupon, tender, check, stock, observe or "
                    "hook");
  info->phase = (enum sp_phase)phase;
  info->stacking = sp_lua_text_field(lua, what, "rule", "stacking", false, NAME_MAX_BYTES);
  if (info->stacking && !sp_phase_stacks(info->phase))
    luaL_error(lua, "rule.stacking belongs to the phases promotion and coupon");
  if (!info->stacking) info->stacking = sp_phase_stacks(info->phase) ? "item" : "";
  info->hook = sp_lua_text_field(lua, what, "rule", "hook", info->phase == SP_PHASE_HOOK, NAME_MAX_BYTES);
  if (info->hook && info->phase != SP_PHASE_HOOK) luaL_error(lua, "rule.hook belongs to the phase hook");
  if (info->hook && !sp_lua_good_name(info->hook, true)) luaL_error(lua, "rule.hook must look like points.earn");
}

void sp_lua_describe(lua_State *lua, struct sp_describe *what) {
  struct sp_rule_info *info = what->info;
  int64_t number = 0;
  sp_lua_only(lua, "the rule", rule_fields);
  info->name = sp_lua_text_field(lua, what, "rule", "name", true, NAME_MAX_BYTES);
  if (!sp_lua_good_name(info->name, true)) luaL_error(lua, "rule.name must look like folder.file");
  info->version = sp_lua_text_field(lua, what, "rule", "version", true, NAME_MAX_BYTES);
  if (!sp_lua_int_field(lua, "rule", "api", SP_RULE_API_VERSION, SP_RULE_API_VERSION, &number))
    luaL_error(lua, "rule.api must be %d", SP_RULE_API_VERSION);
  read_phase(lua, what);
  number = PRIORITY_FALLBACK;
  (void)sp_lua_int_field(lua, "rule", "priority", 0, PRIORITY_MAX, &number);
  info->priority = (int32_t)number;
  info->summary = sp_lua_text_field(lua, what, "rule", "summary", true, SUMMARY_MAX);
  info->campaign = sp_lua_text_field(lua, what, "rule", "campaign", false, NAME_MAX_BYTES);
  info->needs = sp_lua_read_needs(lua);
  info->has_applies = has_function(lua, "applies", false);
  info->has_check = has_function(lua, "check", false);
  (void)has_function(lua, "evaluate", true);
  read_phrases(lua, what);
  sp_lua_describe_params(lua, what);
}
