#include "lua/impl.h"

#include <lualib.h>
#include <string.h>

#define JOIN_MAX SP_LUA_STRING_MAX

/* ---- Frozen tables ---- */

static int refuse_write(lua_State *lua) {
  return luaL_error(lua, "this table is read-only");
}

static int refuse_name(lua_State *lua) {
  const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : luaL_typename(lua, 2);
  return luaL_error(lua, "there is no '%s' for rules", name);
}

void sp_lua_freeze(lua_State *lua, bool strict) {
  if (strict) {
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, refuse_name);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
  }
  lua_newtable(lua);
  lua_createtable(lua, 0, 4);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, refuse_write);
  lua_setfield(lua, -2, "__newindex");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

/* ---- Arguments ---- */

int64_t sp_lua_integer(lua_State *lua, int arg, int64_t min, int64_t max) {
  if (!lua_isinteger(lua, arg))
    luaL_error(lua, "argument %d must be an integer, not %s", arg,
               lua_type(lua, arg) == LUA_TNUMBER ? "a float" : luaL_typename(lua, arg));
  lua_Integer value = lua_tointeger(lua, arg);
  if (value < min || value > max) luaL_error(lua, "argument %d must be from %I to %I", arg, min, max);
  return value;
}

const char *sp_lua_text(lua_State *lua, int arg, size_t *len) {
  if (lua_type(lua, arg) != LUA_TSTRING)
    luaL_error(lua, "argument %d must be text, not %s", arg, luaL_typename(lua, arg));
  return lua_tolstring(lua, arg, len);
}

/* ---- Base functions of our own: none tells an address or reads more than it is charged for ---- */

static int base_tostring(lua_State *lua) {
  luaL_checkany(lua, 1);
  int type = lua_type(lua, 1);
  if (type == LUA_TBOOLEAN)
    lua_pushstring(lua, lua_toboolean(lua, 1) ? "true" : "false");
  else if (type == LUA_TNUMBER || type == LUA_TSTRING) {
    lua_pushvalue(lua, 1);
    (void)lua_tolstring(lua, -1, NULL);
  } else
    lua_pushstring(lua, lua_typename(lua, type));
  return 1;
}

/* Decimal integers only; nil for anything else. */
static int base_tonumber(lua_State *lua) {
  luaL_checkany(lua, 1);
  if (lua_type(lua, 1) == LUA_TNUMBER) {
    lua_settop(lua, 1);
    return 1;
  }
  size_t len = 0;
  const char *text = lua_type(lua, 1) == LUA_TSTRING ? lua_tolstring(lua, 1, &len) : "";
  size_t at = text[0] == '-' ? 1 : 0;
  int64_t value = 0;
  if (len == at || len > at + 18) return 0;
  for (; at < len; at++) {
    if (text[at] < '0' || text[at] > '9') return 0;
    value = value * 10 + (text[at] - '0');
  }
  lua_pushinteger(lua, text[0] == '-' ? -value : value);
  return 1;
}

static int base_require(lua_State *lua) {
  (void)sp_lua_text(lua, 1, NULL);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, sp_lua_machine(lua)->modules);
  lua_pushvalue(lua, 1);
  if (lua_rawget(lua, -2) != LUA_TNIL) return 1;
  return luaL_error(lua, "there is no module '%s'", lua_tostring(lua, 1));
}

/* ---- math: integers only ---- */

static int math_pick(lua_State *lua, bool largest) {
  int count = lua_gettop(lua);
  int64_t best = sp_lua_integer(lua, 1, INT64_MIN, INT64_MAX);
  for (int arg = 2; arg <= count; arg++) {
    int64_t value = sp_lua_integer(lua, arg, INT64_MIN, INT64_MAX);
    if (largest ? value > best : value < best) best = value;
  }
  sp_lua_charge(lua, count);
  lua_pushinteger(lua, best);
  return 1;
}

static int math_max(lua_State *lua) {
  return math_pick(lua, true);
}

static int math_min(lua_State *lua) {
  return math_pick(lua, false);
}

static int math_abs(lua_State *lua) {
  int64_t value = sp_lua_integer(lua, 1, -INT64_MAX, INT64_MAX);
  lua_pushinteger(lua, value < 0 ? -value : value);
  return 1;
}

/* ---- table ---- */

/* A plain table of the rule's own: a frozen one has a metatable, and raw writes would go around it. */
static int64_t own_table(lua_State *lua) {
  if (!lua_istable(lua, 1)) luaL_error(lua, "argument 1 must be a table, not %s", luaL_typename(lua, 1));
  if (lua_getmetatable(lua, 1)) luaL_error(lua, "this table is read-only");
  return (int64_t)lua_rawlen(lua, 1);
}

static int table_insert(lua_State *lua) {
  int64_t count = own_table(lua);
  int64_t at = count + 1;
  luaL_checkany(lua, 2);
  if (lua_gettop(lua) > 2) at = sp_lua_integer(lua, 2, 1, count + 1);
  lua_settop(lua, lua_gettop(lua) > 2 ? 3 : 2);
  sp_lua_charge(lua, count + 1 - at);
  for (int64_t i = count; i >= at; i--) {
    lua_rawgeti(lua, 1, i);
    lua_rawseti(lua, 1, i + 1);
  }
  lua_rawseti(lua, 1, at);
  return 0;
}

static int table_remove(lua_State *lua) {
  int64_t count = own_table(lua);
  if (count == 0) return 0;
  int64_t at = lua_isnoneornil(lua, 2) ? count : sp_lua_integer(lua, 2, 1, count);
  sp_lua_charge(lua, count - at);
  lua_rawgeti(lua, 1, at);
  for (int64_t i = at; i < count; i++) {
    lua_rawgeti(lua, 1, i + 1);
    lua_rawseti(lua, 1, i);
  }
  lua_pushnil(lua);
  lua_rawseti(lua, 1, count);
  return 1;
}

static void add_text(lua_State *lua, char *joined, size_t *len, const char *text, size_t text_len) {
  if (*len + text_len > JOIN_MAX) luaL_error(lua, "the text is longer than %d bytes", JOIN_MAX);
  memcpy(joined + *len, text, text_len);
  *len += text_len;
}

static int table_concat(lua_State *lua) {
  char joined[JOIN_MAX];
  size_t len = 0;
  size_t between_len = 0;
  int64_t count = own_table(lua);
  const char *between = lua_isnoneornil(lua, 2) ? "" : sp_lua_text(lua, 2, &between_len);
  sp_lua_charge(lua, count);
  for (int64_t i = 1; i <= count; i++) {
    size_t text_len = 0;
    lua_rawgeti(lua, 1, i);
    if (!lua_isinteger(lua, -1) && lua_type(lua, -1) != LUA_TSTRING)
      return luaL_error(lua, "item %I must be text or an integer", i);
    const char *text = lua_tolstring(lua, -1, &text_len);
    if (i > 1) add_text(lua, joined, &len, between, between_len);
    add_text(lua, joined, &len, text, text_len);
    lua_pop(lua, 1);
  }
  lua_pushlstring(lua, joined, len);
  return 1;
}

void sp_lua_tables(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"insert", table_insert}, {"remove", table_remove}, {"concat", table_concat}, {NULL, NULL}};
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
}

/* ---- The environment ---- */

/* What a rule may call of Lua's base library; the rest never existed for it. */
static void copy_base(lua_State *lua) {
  static const char *const names[] = {"assert", "error", "ipairs", "select", "type"};
  luaL_requiref(lua, LUA_GNAME, luaopen_base, 0); /* Stack now: env, globals */
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    lua_getfield(lua, -1, names[i]);
    lua_setfield(lua, -3, names[i]);
  }
  lua_pop(lua, 1);
  lua_newtable(lua);
  lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushnil(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}

static void add_math(lua_State *lua) {
  static const luaL_Reg functions[] = {{"max", math_max}, {"min", math_min}, {"abs", math_abs}, {NULL, NULL}};
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
  lua_pushinteger(lua, LUA_MAXINTEGER);
  lua_setfield(lua, -2, "maxinteger");
  lua_pushinteger(lua, LUA_MININTEGER);
  lua_setfield(lua, -2, "mininteger");
  sp_lua_freeze(lua, true);
  lua_setfield(lua, -2, "math");
}

/* One frozen string library, which is also where methods of strings are looked up. */
static void add_strings(lua_State *lua) {
  sp_lua_strings(lua);
  sp_lua_freeze(lua, true);
  lua_pushliteral(lua, "");
  lua_createtable(lua, 0, 2);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_pop(lua, 1);
  lua_setfield(lua, -2, "string");
}

static void add_module(lua_State *lua, const char *name, void (*make)(lua_State *lua)) {
  make(lua);
  sp_lua_freeze(lua, true);
  lua_setfield(lua, -2, name);
}

void sp_lua_sandbox(struct sp_machine *machine) {
  static const luaL_Reg functions[] = {
      {"tostring", base_tostring}, {"tonumber", base_tonumber}, {"require", base_require}, {NULL, NULL}};
  lua_State *lua = machine->lua;
  lua_newtable(lua);
  copy_base(lua);
  luaL_setfuncs(lua, functions, 0);
  add_math(lua);
  add_strings(lua);
  sp_lua_tables(lua);
  sp_lua_freeze(lua, true);
  lua_setfield(lua, -2, "table");
  sp_lua_freeze(lua, true);
  machine->env = luaL_ref(lua, LUA_REGISTRYINDEX);
  lua_newtable(lua);
  add_module(lua, "suanpan.select", sp_lua_select);
  add_module(lua, "suanpan.offer", sp_lua_offer);
  add_module(lua, "suanpan.money", sp_lua_money);
  machine->modules = luaL_ref(lua, LUA_REGISTRYINDEX);
}
