/* string and suanpan.text: no patterns, no locale, nothing longer than 1 KiB, each function charged by what it reads.
 */
#include "base/text.h"
#include "domain/money.h"
#include "domain/print.h"
#include "lua/calls.h"
#include "lua/impl.h"

#include <string.h>

#define CHARGE_BYTES 16
#define PARTS_MAX    256

static const char *subject(lua_State *lua, size_t *len) {
  const char *text = sp_lua_text(lua, 1, len);
  sp_lua_charge(lua, SP_LUA_CALL * 2 + (int64_t)(*len / CHARGE_BYTES));
  return text;
}

int sp_lua_text_len(lua_State *lua) {
  size_t len;
  (void)sp_lua_text(lua, 1, &len);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_pushinteger(lua, (lua_Integer)len);
  return 1;
}

/* As string.sub: negative positions count from the end. */
static int64_t position(int64_t at, int64_t len) {
  return at >= 0 ? at : at < -len ? 0 : len + at + 1;
}

int sp_lua_text_sub(lua_State *lua) {
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
  sp_lua_charge(lua, (int64_t)(len / 8));
  for (size_t i = 0; i < len; i++)
    changed[i] = text[i] >= from && text[i] <= from + 25 ? (char)(text[i] - from + to) : text[i];
  lua_pushlstring(lua, changed, len);
  return 1;
}

int sp_lua_text_upper(lua_State *lua) {
  return change_case(lua, 'a', 'A');
}

int sp_lua_text_lower(lua_State *lua) {
  return change_case(lua, 'A', 'a');
}

int sp_lua_text_rep(lua_State *lua) {
  char repeated[SP_LUA_STRING_MAX];
  size_t len;
  const char *text = subject(lua, &len);
  int64_t times = sp_lua_integer(lua, 2, 0, SP_LUA_STRING_MAX);
  if (len * (size_t)times > sizeof repeated)
    return luaL_error(lua, "the text is longer than %d bytes", SP_LUA_STRING_MAX);
  sp_lua_charge(lua, len > 0 ? times : 0);
  for (int64_t i = 0; i < times && len > 0; i++)
    memcpy(repeated + (size_t)i * len, text, len);
  lua_pushlstring(lua, repeated, len * (size_t)times);
  return 1;
}

int sp_lua_text_contains(lua_State *lua) {
  size_t len;
  size_t part_len;
  const char *text = subject(lua, &len);
  const char *part = sp_lua_text(lua, 2, &part_len);
  sp_lua_charge(lua, (int64_t)((len + part_len) / 4));
  lua_pushboolean(lua, memmem(text, len, part, part_len) != NULL); /* linear in glibc */
  return 1;
}

int sp_lua_text_starts_with(lua_State *lua) {
  size_t len;
  size_t part_len;
  const char *text = subject(lua, &len);
  const char *part = sp_lua_text(lua, 2, &part_len);
  lua_pushboolean(lua, part_len <= len && memcmp(text, part, part_len) == 0);
  return 1;
}

int sp_lua_text_ends_with(lua_State *lua) {
  size_t len;
  size_t part_len;
  const char *text = subject(lua, &len);
  const char *part = sp_lua_text(lua, 2, &part_len);
  lua_pushboolean(lua, part_len <= len && memcmp(text + len - part_len, part, part_len) == 0);
  return 1;
}

static bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

int sp_lua_text_trim(lua_State *lua) {
  size_t len;
  const char *text = subject(lua, &len);
  sp_lua_charge(lua, (int64_t)(len / 4));
  while (len > 0 && is_space(text[len - 1]))
    len--;
  while (len > 0 && is_space(*text)) {
    text++;
    len--;
  }
  lua_pushlstring(lua, text, len);
  return 1;
}

/* At most `max` parts; the last one holds what is left. */
int sp_lua_text_split(lua_State *lua) {
  size_t len;
  size_t mark_len;
  const char *text = subject(lua, &len);
  const char *mark = sp_lua_text(lua, 2, &mark_len);
  int64_t max = lua_isnoneornil(lua, 3) ? PARTS_MAX : sp_lua_integer(lua, 3, 1, PARTS_MAX);
  if (mark_len == 0) return luaL_error(lua, "argument 2 must not be empty");
  sp_lua_charge(lua, (int64_t)((len + mark_len) / 4));
  lua_newtable(lua);
  int64_t count = 1;
  for (const char *found; count < max && (found = memmem(text, len, mark, mark_len)); count++) {
    sp_lua_charge(lua, 2 * SP_LUA_CALL);
    lua_pushlstring(lua, text, (size_t)(found - text));
    lua_rawseti(lua, -2, count);
    len -= (size_t)(found - text) + mark_len;
    text = found + mark_len;
  }
  lua_pushlstring(lua, text, len);
  lua_rawseti(lua, -2, count);
  return 1;
}

int sp_lua_text_len_utf8(lua_State *lua) {
  size_t len;
  uint32_t code;
  int64_t count = 0;
  const char *text = subject(lua, &len);
  sp_lua_charge(lua, (int64_t)len);
  while (len > 0) {
    int bytes = sp_utf8_next(text, len, &code);
    if (bytes <= 0) return luaL_error(lua, "the text is not UTF-8");
    text += bytes;
    len -= (size_t)bytes;
    count++;
  }
  lua_pushinteger(lua, count);
  return 1;
}

int sp_lua_text_digits(lua_State *lua) {
  char digits[SP_LUA_STRING_MAX];
  size_t len;
  size_t count = 0;
  const char *text = subject(lua, &len);
  if (len > sizeof digits) return luaL_error(lua, "the text is longer than %d bytes", SP_LUA_STRING_MAX);
  sp_lua_charge(lua, (int64_t)(len / 4));
  for (size_t i = 0; i < len; i++)
    if (text[i] >= '0' && text[i] <= '9') digits[count++] = text[i];
  lua_pushlstring(lua, digits, count);
  return 1;
}

int sp_lua_text_columns(lua_State *lua) {
  size_t len;
  const char *text = subject(lua, &len);
  sp_lua_charge(lua, (int64_t)(len / 4));
  lua_pushinteger(lua, sp_print_columns(text, len));
  return 1;
}

int sp_lua_text_quantity(lua_State *lua) {
  char text[SP_MONEY_TEXT];
  sp_quantity_text(sp_lua_integer(lua, 1, -SP_MONEY_MAX, SP_MONEY_MAX), text);
  sp_lua_charge(lua, 4 * SP_LUA_CALL);
  lua_pushstring(lua, text);
  return 1;
}

int sp_lua_text_percent(lua_State *lua) {
  char text[SP_MONEY_TEXT];
  sp_rate_text((int32_t)sp_lua_integer(lua, 1, 0, SP_PPM), text);
  sp_lua_charge(lua, 4 * SP_LUA_CALL);
  lua_pushstring(lua, text);
  return 1;
}
