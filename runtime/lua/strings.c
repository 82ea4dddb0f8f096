/* Text for rules: no patterns, no locale, nothing longer than 8 KiB, each function charged by what it reads. */
#include "lua/impl.h"

#include <string.h>

#define CHARGE_BYTES 32

static const char *subject(lua_State *lua, size_t *len) {
  const char *text = sp_lua_text(lua, 1, len);
  sp_lua_charge(lua, (int64_t)(*len / CHARGE_BYTES) + 1);
  return text;
}

static int string_len(lua_State *lua) {
  size_t len;
  (void)sp_lua_text(lua, 1, &len);
  lua_pushinteger(lua, (lua_Integer)len);
  return 1;
}

/* As string.sub: negative positions count from the end. */
static int64_t position(int64_t at, int64_t len) {
  return at >= 0 ? at : at < -len ? 0 : len + at + 1;
}

static int string_sub(lua_State *lua) {
  size_t bytes;
  const char *text = subject(lua, &bytes);
  int64_t len = (int64_t)bytes;
  int64_t first = position(sp_lua_integer(lua, 2, INT64_MIN + 1, INT64_MAX), len);
  int64_t last = lua_isnoneornil(lua, 3) ? len : position(sp_lua_integer(lua, 3, INT64_MIN + 1, INT64_MAX), len);
  if (first < 1) first = 1;
  if (last > len) last = len;
  lua_pushlstring(lua, first <= last ? text + first - 1 : "", first <= last ? (size_t)(last - first + 1) : 0);
  return 1;
}

static int change_case(lua_State *lua, char from, char to) {
  char changed[SP_LUA_STRING_MAX];
  size_t len;
  const char *text = subject(lua, &len);
  if (len > sizeof changed) return luaL_error(lua, "the text is longer than %d bytes", SP_LUA_STRING_MAX);
  for (size_t i = 0; i < len; i++)
    changed[i] = text[i] >= from && text[i] <= from + 25 ? (char)(text[i] - from + to) : text[i];
  lua_pushlstring(lua, changed, len);
  return 1;
}

static int string_upper(lua_State *lua) {
  return change_case(lua, 'a', 'A');
}

static int string_lower(lua_State *lua) {
  return change_case(lua, 'A', 'a');
}

static int string_rep(lua_State *lua) {
  char repeated[SP_LUA_STRING_MAX];
  size_t len;
  const char *text = subject(lua, &len);
  int64_t times = sp_lua_integer(lua, 2, 0, SP_LUA_STRING_MAX);
  if (len * (size_t)times > sizeof repeated)
    return luaL_error(lua, "the text is longer than %d bytes", SP_LUA_STRING_MAX);
  for (int64_t i = 0; i < times && len > 0; i++)
    memcpy(repeated + (size_t)i * len, text, len);
  lua_pushlstring(lua, repeated, len * (size_t)times);
  return 1;
}

static int string_contains(lua_State *lua) {
  size_t len;
  size_t part_len;
  const char *text = subject(lua, &len);
  const char *part = sp_lua_text(lua, 2, &part_len);
  sp_lua_charge(lua, (int64_t)(part_len / CHARGE_BYTES));
  lua_pushboolean(lua, memmem(text, len, part, part_len) != NULL); /* linear in glibc */
  return 1;
}

static int string_starts_with(lua_State *lua) {
  size_t len;
  size_t part_len;
  const char *text = subject(lua, &len);
  const char *part = sp_lua_text(lua, 2, &part_len);
  lua_pushboolean(lua, part_len <= len && memcmp(text, part, part_len) == 0);
  return 1;
}

static int string_ends_with(lua_State *lua) {
  size_t len;
  size_t part_len;
  const char *text = subject(lua, &len);
  const char *part = sp_lua_text(lua, 2, &part_len);
  lua_pushboolean(lua, part_len <= len && memcmp(text + len - part_len, part, part_len) == 0);
  return 1;
}

void sp_lua_strings(lua_State *lua) {
  static const luaL_Reg functions[] = {{"len", string_len},
                                       {"sub", string_sub},
                                       {"upper", string_upper},
                                       {"lower", string_lower},
                                       {"rep", string_rep},
                                       {"contains", string_contains},
                                       {"starts_with", string_starts_with},
                                       {"ends_with", string_ends_with},
                                       {NULL, NULL}};
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
}
