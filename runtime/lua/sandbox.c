#include "lua/impl.h"

#include "lua/calls.h"

#include <lualib.h>
#include <string.h>

/* ---- Frozen tables ---- */

static int refuse_write(lua_State *lua) {
  return luaL_error(lua, "this table is read-only");
}

static int refuse_name(lua_State *lua) {
  const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : luaL_typename(lua, 2);
  return luaL_error(lua, "there is no '%s' for rules", name);
}

static int frozen_len(lua_State *lua) {
  lua_pushvalue(lua, lua_upvalueindex(1));
  return 1;
}

void sp_lua_push_guard(lua_State *lua, lua_Integer len, lua_CFunction refuse) {
  lua_createtable(lua, 0, 5);
  lua_pushvalue(lua, -2);
  lua_setfield(lua, -2, "__index");
  lua_pushinteger(lua, len);
  lua_pushcclosure(lua, frozen_len, 1);
  lua_setfield(lua, -2, "__len");
  lua_pushcfunction(lua, refuse);
  lua_setfield(lua, -2, "__newindex");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
}

/* Stack: …, index → …, proxy. */
static void make_proxy(lua_State *lua, lua_Integer len) {
  sp_lua_push_guard(lua, len, refuse_write);
  lua_newtable(lua);
  lua_insert(lua, -2);
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

void sp_lua_freeze(lua_State *lua, bool strict) {
  lua_Integer len = (lua_Integer)lua_rawlen(lua, -1);
  if (strict) {
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, refuse_name);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
  }
  make_proxy(lua, len);
}

void sp_lua_freeze_with(lua_State *lua, lua_CFunction index, const void *second, lua_Integer len) {
  lua_pushlightuserdata(lua, (void *)second);
  lua_pushcclosure(lua, index, 2);
  make_proxy(lua, len);
}

/* ---- Base functions of our own: none tells an address or reads more than it is charged for ---- */

int sp_lua_base_assert(lua_State *lua) {
  sp_lua_charge(lua, SP_LUA_CALL);
  if (lua_toboolean(lua, 1)) return lua_gettop(lua);
  luaL_checkany(lua, 1);
  if (lua_isnoneornil(lua, 2)) return luaL_error(lua, "assertion failed!");
  lua_settop(lua, 2);
  return lua_error(lua);
}

/* The message gets its place, as the second argument of Lua's own `error` says by default. */
int sp_lua_base_error(lua_State *lua) {
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_settop(lua, 1);
  if (lua_type(lua, 1) == LUA_TSTRING) {
    luaL_where(lua, 1);
    lua_pushvalue(lua, 1);
    lua_concat(lua, 2);
  }
  return lua_error(lua);
}

int sp_lua_base_type(lua_State *lua) {
  luaL_checkany(lua, 1);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_pushstring(lua, luaL_typename(lua, 1));
  return 1;
}

int sp_lua_base_tostring(lua_State *lua) {
  luaL_checkany(lua, 1);
  int type = lua_type(lua, 1);
  sp_lua_charge(lua, type == LUA_TNUMBER && !lua_isinteger(lua, 1) ? 20 * SP_LUA_CALL : 4 * SP_LUA_CALL);
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
int sp_lua_base_tonumber(lua_State *lua) {
  luaL_checkany(lua, 1);
  sp_lua_charge(lua, 2 * SP_LUA_CALL);
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

int sp_lua_base_require(lua_State *lua) {
  (void)sp_lua_text(lua, 1, NULL);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, sp_lua_machine(lua)->modules);
  lua_pushvalue(lua, 1);
  if (lua_rawget(lua, -2) != LUA_TNIL) return 1;
  return luaL_error(lua, "there is no module '%s'", lua_tostring(lua, 1));
}

/* One entry and its number, or nil at the end: of a table, a frozen one, or a list of the basket. */
static int next_entry(lua_State *lua) {
  lua_Integer at = lua_tointeger(lua, 2) + 1;
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_settop(lua, 1);
  lua_pushinteger(lua, at);
  return lua_geti(lua, 1, at) == LUA_TNIL ? 1 : 2;
}

static int next_line(lua_State *lua) {
  const struct sp_handle *lines = sp_lua_check(lua, 1, SP_KIND_LINES);
  lua_Integer at = lua_tointeger(lua, 2) + 1;
  sp_lua_charge(lua, SP_LUA_CALL);
  if (at < 1 || at > sp_lua_lines_len(lines)) return 0;
  lua_pushinteger(lua, at);
  sp_lua_lines_at(lua, lines, at);
  return 2;
}

int sp_lua_base_ipairs(lua_State *lua) {
  int type = lua_type(lua, 1);
  sp_lua_charge(lua, SP_LUA_CALL);
  if (type != LUA_TTABLE && type != LUA_TUSERDATA)
    return luaL_error(lua, "argument 1 must be a list, not %s", luaL_typename(lua, 1));
  lua_pushcfunction(lua, sp_lua_test(lua, 1, SP_KIND_LINES) ? next_line : next_entry);
  lua_pushvalue(lua, 1);
  lua_pushinteger(lua, 0);
  return 3;
}

/* ---- math: integers only ---- */

static int math_pick(lua_State *lua, bool largest) {
  int count = lua_gettop(lua);
  int64_t best = sp_lua_integer(lua, 1, INT64_MIN, INT64_MAX);
  for (int arg = 2; arg <= count; arg++) {
    int64_t value = sp_lua_integer(lua, arg, INT64_MIN, INT64_MAX);
    if (largest ? value > best : value < best) best = value;
  }
  sp_lua_charge(lua, SP_LUA_CALL + count);
  lua_pushinteger(lua, best);
  return 1;
}

int sp_lua_math_max(lua_State *lua) {
  return math_pick(lua, true);
}

int sp_lua_math_min(lua_State *lua) {
  return math_pick(lua, false);
}

int sp_lua_math_abs(lua_State *lua) {
  int64_t value = sp_lua_integer(lua, 1, -INT64_MAX, INT64_MAX);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_pushinteger(lua, value < 0 ? -value : value);
  return 1;
}

/* ---- The environment, from the table ---- */

/* Nothing of the base library stays: what rules may call of it is ours, under the same names. */
static void forget_globals(lua_State *lua) {
  lua_newtable(lua);
  lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushnil(lua);
  lua_setfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}

static void add_functions(lua_State *lua, const struct sp_sdk_function *functions) {
  for (; functions && functions->name; functions++) {
    lua_pushcfunction(lua, functions->call);
    lua_setfield(lua, -2, functions->name);
  }
}

static void push_module(lua_State *lua, const struct sp_sdk_module *module) {
  lua_newtable(lua);
  add_functions(lua, module->functions);
  if (module->constants) { /* of math: the only ones there are */
    lua_pushinteger(lua, LUA_MAXINTEGER);
    lua_setfield(lua, -2, "maxinteger");
    lua_pushinteger(lua, LUA_MININTEGER);
    lua_setfield(lua, -2, "mininteger");
  }
  sp_lua_freeze(lua, true);
}

/* The frozen string library on top is also where methods of strings are looked up. */
static void give_methods(lua_State *lua) {
  lua_pushliteral(lua, "");
  lua_createtable(lua, 0, 2);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
  lua_pop(lua, 1);
}

void sp_lua_sandbox(struct sp_machine *machine) {
  lua_State *lua = machine->lua;
  forget_globals(lua);
  lua_newtable(lua);
  for (const struct sp_sdk_module *library = sp_sdk_libraries; library->name; library++) {
    if (!library->name[0]) {
      add_functions(lua, library->functions);
      continue;
    }
    push_module(lua, library);
    if (strcmp(library->name, "string") == 0) give_methods(lua);
    lua_setfield(lua, -2, library->name);
  }
  sp_lua_freeze(lua, true);
  machine->env = luaL_ref(lua, LUA_REGISTRYINDEX);
  lua_newtable(lua);
  for (const struct sp_sdk_module *module = sp_sdk_modules; module->name; module++) {
    push_module(lua, module);
    lua_setfield(lua, -2, module->name);
  }
  machine->modules = luaL_ref(lua, LUA_REGISTRYINDEX);
}
