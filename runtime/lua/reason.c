/* Why an offer is made: a small table of the rule as one JSON object, names sorted, the same on every till. */
#include "base/json.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define REASON_FIELDS   16
#define REASON_NAME_MAX 32

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the table at `arg`, sorted: the order of a Lua table differs from process to process. */
static int reason_names(lua_State *lua, int arg, const char *names[REASON_FIELDS]) {
  int count = 0;
  for (lua_pushnil(lua); lua_next(lua, arg); lua_pop(lua, 1)) {
    size_t len = 0;
    if (lua_type(lua, -2) != LUA_TSTRING) luaL_error(lua, "a reason has names, not positions");
    const char *name = lua_tolstring(lua, -2, &len);
    if (len == 0 || len > REASON_NAME_MAX) luaL_error(lua, "a name in a reason has 1 to %d bytes", REASON_NAME_MAX);
    if (count == REASON_FIELDS) luaL_error(lua, "a reason has at most %d fields", REASON_FIELDS);
    names[count++] = name;
  }
  qsort(names, (size_t)count, sizeof *names, by_text);
  return count;
}

static void put_field(lua_State *lua, struct sp_json_writer *w, const char *name) {
  int type = lua_type(lua, -1);
  sp_json_key(w, name);
  if (type == LUA_TBOOLEAN) {
    sp_json_bool(w, lua_toboolean(lua, -1));
  } else if (lua_isinteger(lua, -1)) {
    lua_Integer value = lua_tointeger(lua, -1);
    if (value > SP_JSON_INT_MAX || value < -SP_JSON_INT_MAX) luaL_error(lua, "the reason's %s is too large", name);
    sp_json_int(w, value);
  } else if (type == LUA_TSTRING) {
    size_t len;
    const char *text = lua_tolstring(lua, -1, &len);
    sp_json_text_n(w, text, len);
  } else {
    luaL_error(lua, "the reason's %s must be text, an integer or a boolean", name);
  }
}

/* A rule often gives the same reason for many units. */
static const char *keep(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_buf *made = &machine->reason;
  if (machine->last_reason && machine->last_reason_len == made->len &&
      memcmp(machine->last_reason, made->data, made->len) == 0)
    return machine->last_reason;
  machine->last_reason = sp_lua_take(lua, sp_arena_copy(machine->arena, made->data, made->len));
  machine->last_reason_len = made->len;
  return machine->last_reason;
}

const char *sp_lua_reason(lua_State *lua, int arg) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const char *names[REASON_FIELDS];
  struct sp_json_writer w;
  if (lua_isnoneornil(lua, arg)) return NULL;
  if (!lua_istable(lua, arg))
    luaL_error(lua, "%s must be a reason: a table, not %s", sp_lua_argument(lua, arg), luaL_typename(lua, arg));
  sp_lua_unseal(lua, arg);
  int count = reason_names(lua, arg, names);
  sp_lua_charge(lua, 2 * SP_LUA_CALL + count * 12);
  sp_buf_reset(&machine->reason);
  sp_json_start(&w, &machine->reason);
  sp_json_open_object(&w);
  for (int i = 0; i < count; i++) {
    lua_pushstring(lua, names[i]);
    lua_rawget(lua, arg);
    put_field(lua, &w, names[i]);
    lua_pop(lua, 1);
  }
  sp_json_close_object(&w);
  if (machine->reason.failed == SP_E_NOMEM) (void)sp_lua_take(lua, NULL);
  if (machine->reason.failed) luaL_error(lua, "a reason has at most %d bytes", SP_RULE_REASON_MAX);
  sp_lua_charge(lua, (int64_t)(machine->reason.len / 8));
  return keep(lua);
}
