/* Arguments of functions that rules call: integers without floats, texts without guesses, lists of any kind. */
#include "lua/impl.h"

#include "domain/money.h"
#include "lua/sdk.h"

#include <stdlib.h>
#include <string.h>

/* ---- What an argument is called ---- */

static const struct sp_sdk_function *function_in(const struct sp_sdk_function *functions, lua_CFunction call) {
  for (; functions && functions->name; functions++)
    if (functions->call == call) return functions;
  return NULL;
}

/* The entry of the function that is running; a method's first argument is the thing itself. */
static const struct sp_sdk_function *running(lua_State *lua, int *self) {
  static const struct sp_sdk_module *const modules[] = {sp_sdk_modules, sp_sdk_libraries};
  const struct sp_sdk_function *found = NULL;
  lua_Debug ar;
  *self = 1;
  if (!lua_getstack(lua, 0, &ar) || !lua_getinfo(lua, "f", &ar)) return NULL;
  lua_CFunction call = lua_tocfunction(lua, -1);
  lua_pop(lua, 1);
  for (const struct sp_sdk_type *type = sp_sdk_types; type->name && !found; type++)
    found = function_in(type->methods, call);
  if (!found) *self = 0;
  for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++)
    for (const struct sp_sdk_module *module = modules[i]; module->name && !found; module++)
      found = function_in(module->functions, call);
  return found;
}

const char *sp_lua_argument(lua_State *lua, int arg) {
  int self;
  const struct sp_sdk_function *function = running(lua, &self);
  int at = arg - 1 - self;
  if (function && at < 0) return "what stands before the colon";
  for (int i = 0; function && i <= at && i < SP_SDK_TAKES_MAX && function->takes[i].name; i++)
    if (i == at) return lua_pushlstring(lua, function->takes[i].name, strcspn(function->takes[i].name, "?"));
  return lua_pushfstring(lua, "argument %d", arg);
}

int64_t sp_lua_integer(lua_State *lua, int arg, int64_t min, int64_t max) {
  if (!lua_isinteger(lua, arg))
    luaL_error(lua, "%s must be an integer, not %s", sp_lua_argument(lua, arg),
               lua_type(lua, arg) == LUA_TNUMBER ? "a float" : luaL_typename(lua, arg));
  lua_Integer value = lua_tointeger(lua, arg);
  if (value < min || value > max) luaL_error(lua, "%s must be from %I to %I", sp_lua_argument(lua, arg), min, max);
  return value;
}

const char *sp_lua_text(lua_State *lua, int arg, size_t *len) {
  if (lua_type(lua, arg) != LUA_TSTRING)
    luaL_error(lua, "%s must be text, not %s", sp_lua_argument(lua, arg), luaL_typename(lua, arg));
  return lua_tolstring(lua, arg, len);
}

const char *sp_lua_name(lua_State *lua, int arg, size_t max) {
  size_t len = 0;
  const char *text = sp_lua_text(lua, arg, &len);
  if (len == 0 || len > max) luaL_error(lua, "%s must have 1 to %d bytes", sp_lua_argument(lua, arg), (int)max);
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
      luaL_error(lua, "%s must not have control characters", sp_lua_argument(lua, arg));
  return text;
}

enum sp_offer_base sp_lua_base(lua_State *lua, int arg, enum sp_offer_base fallback) {
  if (lua_isnoneornil(lua, arg)) return fallback;
  const char *base = sp_lua_text(lua, arg, NULL);
  if (strcmp(base, "gross") == 0) return SP_BASE_GROSS;
  if (strcmp(base, "remaining") != 0) luaL_error(lua, "%s must be 'gross' or 'remaining'", sp_lua_argument(lua, arg));
  return SP_BASE_REMAINING;
}

int64_t sp_lua_list(lua_State *lua, int arg) {
  int type = lua_type(lua, arg);
  if (type != LUA_TTABLE && type != LUA_TUSERDATA)
    luaL_error(lua, "%s must be a list, not %s", sp_lua_argument(lua, arg), luaL_typename(lua, arg));
  if (type == LUA_TUSERDATA && luaL_getmetafield(lua, arg, "__len") == LUA_TNIL)
    luaL_error(lua, "%s must be a list", sp_lua_argument(lua, arg));
  if (type == LUA_TUSERDATA) lua_pop(lua, 1);
  int64_t count = luaL_len(lua, arg);
  if (count > SP_LUA_LIST_MAX)
    luaL_error(lua, "%s has more than %d entries", sp_lua_argument(lua, arg), SP_LUA_LIST_MAX);
  sp_lua_charge(lua, SP_LUA_CALL + count * 4);
  return count;
}

void *sp_lua_take(lua_State *lua, void *memory) {
  if (memory) return memory;
  sp_lua_machine(lua)->failed = SP_E_NOMEM;
  luaL_error(lua, "out of memory");
  return NULL;
}

const char *sp_lua_copy(lua_State *lua, struct sp_arena *arena, const char *text) {
  return sp_lua_take(lua, sp_arena_text(arena, text));
}

/* ---- Lists of texts ---- */

/* Room for `count` more pointers; what was read before in this call stays where it is. */
static const char **make_room(lua_State *lua, int32_t count) {
  struct sp_machine *machine = sp_lua_machine(lua);
  if (!machine->texts) machine->texts = sp_lua_take(lua, calloc(SP_LUA_TEXTS_MAX, sizeof *machine->texts));
  if (machine->text_count + count > SP_LUA_TEXTS_MAX) luaL_error(lua, "too many texts in one call");
  const char **room = &machine->texts[machine->text_count];
  machine->text_count += count;
  return room;
}

static const char *one_text(lua_State *lua, const char *what) {
  size_t len = 0;
  if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "%s must be text, or a list of texts", what);
  const char *text = lua_tolstring(lua, -1, &len);
  if (len == 0) luaL_error(lua, "%s must not be an empty text", what);
  return text;
}

static void table_texts(lua_State *lua, int index, const char *what, int32_t max, struct sp_lua_texts *out) {
  int64_t count = sp_lua_list(lua, index);
  if (count > max) luaL_error(lua, "%s has more than %d entries", what, (int)max);
  const char **list = make_room(lua, (int32_t)count);
  *out = (struct sp_lua_texts){.list = list, .count = (int32_t)count, .sorted = true};
  for (int32_t i = 0; i < count; i++) {
    lua_geti(lua, index, i + 1);
    list[i] = one_text(lua, what); /* stays alive in its table */
    lua_pop(lua, 1);
    if (i > 0 && strcmp(list[i - 1], list[i]) > 0) out->sorted = false;
  }
}

void sp_lua_texts(lua_State *lua, int index, const char *what, int32_t max, struct sp_lua_texts *out) {
  index = lua_absindex(lua, index);
  const struct sp_value_handle *handle = sp_lua_test(lua, index, SP_KIND_TEXTS);
  if (!handle) handle = sp_lua_test(lua, index, SP_KIND_PRICES);
  if (handle) {
    *out = (struct sp_lua_texts){.list = handle->value->list, .count = handle->value->count, .sorted = true};
  } else if (lua_istable(lua, index)) {
    table_texts(lua, index, what, max, out);
  } else {
    lua_pushvalue(lua, index);
    const char **list = make_room(lua, 1);
    list[0] = one_text(lua, what);
    lua_pop(lua, 1);
    *out = (struct sp_lua_texts){.list = list, .count = 1, .sorted = true};
  }
}

static int by_text(const void *key, const void *item) {
  return strcmp(key, *(const char *const *)item);
}

bool sp_lua_texts_have(const struct sp_lua_texts *texts, const char *text) {
  if (texts->sorted && texts->count > 4)
    return bsearch(text, texts->list, (size_t)texts->count, sizeof *texts->list, by_text) != NULL;
  for (int32_t i = 0; i < texts->count; i++)
    if (strcmp(texts->list[i], text) == 0) return true;
  return false;
}
