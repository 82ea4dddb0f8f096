/* table and suanpan.list: plain tables of the rule's own, and lists of any kind. Sorting is stable and ours, so that a
 * tie is decided in the same way on every till. */
#include "lua/calls.h"
#include "lua/impl.h"

#include "domain/money.h"

#include <stdlib.h>
#include <string.h>

/* ---- table ---- */

/* A plain table of the rule's own: a frozen one has a metatable, and raw writes would go around it. */
static int64_t own_table(lua_State *lua) {
  if (!lua_istable(lua, 1)) luaL_error(lua, "argument 1 must be a table, not %s", luaL_typename(lua, 1));
  if (sp_lua_is_sealed(lua, 1)) luaL_error(lua, SP_LUA_SEALED);
  if (lua_getmetatable(lua, 1)) luaL_error(lua, "this table is read-only");
  return (int64_t)lua_rawlen(lua, 1);
}

int sp_lua_table_insert(lua_State *lua) {
  int64_t count = own_table(lua);
  int64_t at = count + 1;
  luaL_checkany(lua, 2);
  if (lua_gettop(lua) > 2) at = sp_lua_integer(lua, 2, 1, count + 1);
  lua_settop(lua, lua_gettop(lua) > 2 ? 3 : 2);
  sp_lua_charge(lua, SP_LUA_CALL + (count + 1 - at) * 4);
  for (int64_t i = count; i >= at; i--) {
    lua_rawgeti(lua, 1, i);
    lua_rawseti(lua, 1, i + 1);
  }
  lua_rawseti(lua, 1, at);
  return 0;
}

int sp_lua_table_remove(lua_State *lua) {
  int64_t count = own_table(lua);
  sp_lua_charge(lua, SP_LUA_CALL);
  if (count == 0) return 0;
  int64_t at = lua_isnoneornil(lua, 2) ? count : sp_lua_integer(lua, 2, 1, count);
  sp_lua_charge(lua, (count - at) * 4);
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
  if (*len + text_len > SP_LUA_STRING_MAX) luaL_error(lua, "the text is longer than %d bytes", SP_LUA_STRING_MAX);
  memcpy(joined + *len, text, text_len);
  *len += text_len;
}

int sp_lua_table_concat(lua_State *lua) {
  char joined[SP_LUA_STRING_MAX];
  size_t len = 0;
  size_t between_len = 0;
  int64_t count = sp_lua_list(lua, 1);
  const char *between = lua_isnoneornil(lua, 2) ? "" : sp_lua_text(lua, 2, &between_len);
  for (int64_t i = 1; i <= count; i++) {
    size_t text_len = 0;
    lua_geti(lua, 1, i);
    if (!lua_isinteger(lua, -1) && lua_type(lua, -1) != LUA_TSTRING)
      return luaL_error(lua, "item %I must be text or an integer", i);
    sp_lua_charge(lua, lua_type(lua, -1) == LUA_TNUMBER ? 12 : 2);
    const char *text = lua_tolstring(lua, -1, &text_len);
    if (i > 1) add_text(lua, joined, &len, between, between_len);
    add_text(lua, joined, &len, text, text_len);
    lua_pop(lua, 1);
  }
  lua_pushlstring(lua, joined, len);
  return 1;
}

/* ---- suanpan.list ---- */

struct entry {
  int64_t number;
  const char *text; /* null: the key is the number */
  int64_t at;       /* where it was */
};

static bool not_above(const struct entry *a, const struct entry *b) {
  return a->text ? strcmp(a->text, b->text) <= 0 : a->number <= b->number;
}

static void merge(struct entry *entries, struct entry *spare, int64_t count) {
  if (count < 2) return;
  int64_t half = count / 2;
  int64_t left = 0;
  int64_t right = half;
  merge(entries, spare, half);
  merge(entries + half, spare, count - half);
  for (int64_t i = 0; i < count; i++)
    spare[i] = right == count || (left < half && not_above(&entries[left], &entries[right])) ? entries[left++]
                                                                                             : entries[right++];
  memcpy(entries, spare, (size_t)count * sizeof *entries);
}

/* The key on top of the stack; all keys of a list are of one kind. */
static void read_key(lua_State *lua, struct entry *entry, const struct entry *first) {
  if (lua_isinteger(lua, -1))
    entry->number = lua_tointeger(lua, -1);
  else if (lua_type(lua, -1) == LUA_TSTRING)
    entry->text = lua_tostring(lua, -1);
  else
    luaL_error(lua, "entry %I has no integer or text to sort by", entry->at);
  if (!entry->text != !first->text) luaL_error(lua, "a list is sorted by integers or by texts, not by both");
}

/* Stack: list, function or nil, keys (a table that keeps their texts alive). */
static void read_entries(lua_State *lua, struct entry *entries, int64_t count) {
  bool by_function = !lua_isnil(lua, 2);
  for (int64_t i = 0; i < count; i++) {
    entries[i] = (struct entry){.at = i + 1};
    if (by_function) lua_pushvalue(lua, 2);
    lua_geti(lua, 1, i + 1);
    if (by_function) lua_call(lua, 1, 1);
    read_key(lua, &entries[i], &entries[0]);
    lua_rawseti(lua, 3, i + 1);
  }
}

static int64_t sort_charge(int64_t count) {
  int64_t charge = 0;
  for (int64_t width = 1; width < count; width *= 2)
    charge += count * 3;
  return charge;
}

int sp_lua_list_sort(lua_State *lua) {
  lua_settop(lua, 2);
  int64_t count = sp_lua_list(lua, 1);
  if (!lua_isnil(lua, 2) && !lua_isfunction(lua, 2))
    return luaL_error(lua, "argument 2 must be a function, not %s", luaL_typename(lua, 2));
  sp_lua_charge(lua, sort_charge(count) + count * 8);
  lua_createtable(lua, (int)count, 0);
  /* No handle: it never reaches the rule. */
  struct entry *entries = lua_newuserdatauv(lua, ((size_t)count * 2 + 1) * sizeof *entries, 0);
  read_entries(lua, entries, count);
  merge(entries, entries + count, count);
  lua_createtable(lua, (int)count, 0);
  for (int64_t i = 0; i < count; i++) {
    lua_geti(lua, 1, entries[i].at);
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

int sp_lua_list_reverse(lua_State *lua) {
  int64_t count = sp_lua_list(lua, 1);
  sp_lua_charge(lua, count * 4);
  lua_createtable(lua, (int)count, 0);
  for (int64_t i = 0; i < count; i++) {
    lua_geti(lua, 1, count - i);
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

int sp_lua_list_sum(lua_State *lua) {
  lua_settop(lua, 2);
  int64_t count = sp_lua_list(lua, 1);
  int64_t sum = 0;
  if (!lua_isnil(lua, 2) && !lua_isfunction(lua, 2))
    return luaL_error(lua, "argument 2 must be a function, not %s", luaL_typename(lua, 2));
  for (int64_t i = 1; i <= count; i++) {
    if (!lua_isnil(lua, 2)) lua_pushvalue(lua, 2);
    lua_geti(lua, 1, i);
    if (!lua_isnil(lua, 2)) lua_call(lua, 1, 1);
    if (!lua_isinteger(lua, -1)) return luaL_error(lua, "entry %I is no integer", i);
    int64_t number = lua_tointeger(lua, -1);
    if (number < -SP_MONEY_MAX || number > SP_MONEY_MAX || sp_money_accumulate(&sum, number))
      return luaL_error(lua, "the sum is out of range");
    lua_pop(lua, 1);
  }
  lua_pushinteger(lua, sum);
  return 1;
}
