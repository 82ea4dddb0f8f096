/* What a rule's file made, so that nothing a call does to it is there for the next call.
 *
 * From the rule's table everything is walked that code of the rule could ever reach: tables, functions and the
 * variables that functions hold on to. Each table becomes read-only where it stands, for other variables may name it
 * too: what it held moves behind it. Each variable is noted with its value, unless no statement of the source ever
 * writes to its name, and that value is put back after every call (instance.c). A table or a function made during a
 * call is reachable through one of these variables only, and so is gone with it.
 *
 * Nothing else lasts: rules have no metatables, no coroutines, no debug library, and what the SDK hands out is frozen.
 */
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define OBJECTS_MAX   256  /* tables and functions of one file */
#define ENTRIES_MAX   2048 /* of all its tables */
#define VARIABLES_MAX 512

/* What lies behind a sealed table, in its metatable under the address of this. */
static const char behind;

/* Indices of the stack, and what was found. */
struct walk {
  const struct sp_lua_source *source;
  int seen, queue, variables;
  int32_t objects, entries, count;
  bool fits;
  uint8_t places[VARIABLES_MAX];
};

/* ---- Walking ---- */

static bool has_metatable(lua_State *lua, int index) {
  if (!lua_getmetatable(lua, index)) return false;
  lua_pop(lua, 1);
  return true;
}

/* The value on top is reachable. Tables of the SDK are frozen; a handle belongs to one call, so a file that keeps one
 * runs anew. [-1, e] */
static void reach(lua_State *lua, struct walk *walk) {
  int type = lua_type(lua, -1);
  bool is_new = false;
  if (type == LUA_TUSERDATA || type == LUA_TLIGHTUSERDATA || type == LUA_TTHREAD) walk->fits = false;
  if (type == LUA_TFUNCTION || (type == LUA_TTABLE && !has_metatable(lua, -1))) {
    lua_pushvalue(lua, -1);
    is_new = lua_rawget(lua, walk->seen) == LUA_TNIL;
    lua_pop(lua, 1);
  }
  if (is_new) {
    if (++walk->objects > OBJECTS_MAX) walk->fits = false;
    lua_pushvalue(lua, -1);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, walk->seen);
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, walk->queue, walk->objects);
  }
  lua_pop(lua, 1);
}

/* The table on top. [0, e] */
static void walk_table(lua_State *lua, struct walk *walk) {
  lua_pushnil(lua);
  while (lua_next(lua, -2)) {
    if (++walk->entries > ENTRIES_MAX) walk->fits = false;
    reach(lua, walk);
    lua_pushvalue(lua, -1);
    reach(lua, walk);
    if (walk->fits) continue;
    lua_pop(lua, 1);
    return;
  }
}

/* The function on top holds on to the variable whose value is above it; two functions may share it. [-1, e] */
static void note_variable(lua_State *lua, struct walk *walk, int place) {
  if (walk->count == VARIABLES_MAX) walk->fits = false;
  bool known = lua_rawgetp(lua, walk->seen, lua_upvalueid(lua, -2, place)) != LUA_TNIL;
  lua_pop(lua, 1);
  if (known || !walk->fits) return;
  lua_pushboolean(lua, 1);
  lua_rawsetp(lua, walk->seen, lua_upvalueid(lua, -3, place));
  lua_pushvalue(lua, -2);
  lua_rawseti(lua, walk->variables, SP_LUA_ENTRIES + walk->count * 2 + 1);
  lua_pushvalue(lua, -1);
  lua_rawseti(lua, walk->variables, SP_LUA_ENTRIES + walk->count * 2 + 2);
  walk->places[walk->count++] = (uint8_t)place;
}

/* The function on top. One of C has no variables in this sandbox; if it had, nobody could tell what it does to them.
 * [0, e] */
static void walk_function(lua_State *lua, struct walk *walk) {
  const char *name;
  bool of_c = lua_iscfunction(lua, -1);
  for (int place = 1; walk->fits && (name = lua_getupvalue(lua, -1, place)) != NULL; place++) {
    if (of_c) walk->fits = false;
    if (sp_lua_source_writes(walk->source, name)) note_variable(lua, walk, place);
    reach(lua, walk);
  }
}

/* The queue grows while it is walked. */
static void walk_all(lua_State *lua, struct walk *walk) {
  for (int32_t at = 1; at <= walk->objects && walk->fits; at++) {
    if (lua_rawgeti(lua, walk->queue, at) == LUA_TTABLE)
      walk_table(lua, walk);
    else
      walk_function(lua, walk);
    lua_pop(lua, 1);
  }
}

/* ---- Sealing ---- */

static int refuse_write(lua_State *lua) {
  return luaL_error(lua, SP_LUA_SEALED);
}

/* Move what the table on top holds into another one. [+1, e] */
static void move_content(lua_State *lua) {
  lua_newtable(lua);
  lua_pushnil(lua);
  while (lua_next(lua, -3)) {
    lua_pushvalue(lua, -2);
    lua_insert(lua, -2); /* Stack now: …, table, content, key, key, value */
    lua_rawset(lua, -4);
    lua_pushvalue(lua, -1);
    lua_pushnil(lua);
    lua_rawset(lua, -5); /* a walk may empty the entry it stands on */
  }
}

/* The table on top. [0, e] */
static void seal(lua_State *lua) {
  lua_Integer len = (lua_Integer)lua_rawlen(lua, -1);
  move_content(lua);
  sp_lua_push_guard(lua, len, refuse_write);
  lua_insert(lua, -2);
  lua_rawsetp(lua, -2, &behind); /* Stack now: …, table, metatable */
  lua_setmetatable(lua, -2);
}

/* Stack: …, rule's table, variables, seen, queue. */
static void start(lua_State *lua, struct walk *walk) {
  for (int i = 0; i < 3; i++)
    lua_newtable(lua);
  walk->queue = lua_gettop(lua);
  walk->seen = walk->queue - 1;
  walk->variables = walk->queue - 2;
  lua_pushvalue(lua, walk->variables - 1);
  reach(lua, walk);
}

bool sp_lua_seal(lua_State *lua, const struct sp_lua_source *source, struct sp_lua_kept *kept) {
  struct walk walk = {.source = source, .fits = true};
  start(lua, &walk);
  walk_all(lua, &walk);
  for (int32_t at = 1; at <= walk.objects && walk.fits; at++) {
    if (lua_rawgeti(lua, walk.queue, at) == LUA_TTABLE) seal(lua);
    lua_pop(lua, 1);
  }
  lua_settop(lua, walk.fits ? walk.variables : walk.variables - 1);
  if (!walk.fits) return false;
  kept->places = sp_lua_take(lua, realloc(kept->places, (size_t)walk.count + 1));
  memcpy(kept->places, walk.places, (size_t)walk.count);
  kept->count = walk.count;
  return true;
}

bool sp_lua_is_sealed(lua_State *lua, int index) {
  if (!lua_istable(lua, index) || !lua_getmetatable(lua, index)) return false;
  bool sealed = lua_rawgetp(lua, -1, &behind) == LUA_TTABLE;
  lua_pop(lua, 2);
  return sealed;
}

void sp_lua_unseal(lua_State *lua, int index) {
  index = lua_absindex(lua, index);
  if (!lua_istable(lua, index) || !lua_getmetatable(lua, index)) return;
  if (lua_rawgetp(lua, -1, &behind) == LUA_TTABLE)
    lua_replace(lua, index);
  else
    lua_pop(lua, 1);
  lua_pop(lua, 1);
}
