/* suanpan.money: arithmetic on fen that cannot wrap and rounds in one way. */
#include "domain/money.h"
#include "lua/calls.h"
#include "lua/impl.h"

static int give(lua_State *lua, int rc, int64_t value) {
  if (rc) return luaL_error(lua, "the amount is out of range");
  lua_pushinteger(lua, value);
  return 1;
}

static int64_t amount(lua_State *lua, int arg) {
  sp_lua_charge(lua, SP_LUA_CALL);
  return sp_lua_integer(lua, arg, -SP_MONEY_MAX, SP_MONEY_MAX);
}

int sp_lua_money_percent(lua_State *lua) {
  int64_t value = 0;
  int64_t fen = amount(lua, 1);
  int rc = sp_money_muldiv(fen, sp_lua_integer(lua, 2, 0, SP_PPM), SP_PPM, &value);
  return give(lua, rc, value);
}

int sp_lua_money_muldiv(lua_State *lua) {
  int64_t value = 0;
  int64_t a = amount(lua, 1);
  int64_t b = amount(lua, 2);
  int rc = sp_money_muldiv(a, b, amount(lua, 3), &value);
  return give(lua, rc, value);
}

int sp_lua_money_add(lua_State *lua) {
  int64_t value = 0;
  int64_t a = amount(lua, 1);
  int rc = sp_money_add(a, amount(lua, 2), &value);
  return give(lua, rc, value);
}

int sp_lua_money_sub(lua_State *lua) {
  int64_t value = 0;
  int64_t a = amount(lua, 1);
  int rc = sp_money_add(a, -amount(lua, 2), &value);
  return give(lua, rc, value);
}

/* Downwards, below zero too: −1 to steps of 100 is −100. */
int sp_lua_money_floor_to(lua_State *lua) {
  int64_t fen = amount(lua, 1);
  int64_t step = sp_lua_integer(lua, 2, 1, SP_MONEY_MAX);
  int64_t over = fen % step;
  int64_t value = fen - over - (over < 0 ? step : 0);
  return give(lua, value < -SP_MONEY_MAX, value);
}

int sp_lua_money_text(lua_State *lua) {
  char text[SP_MONEY_TEXT];
  int64_t fen = amount(lua, 1);
  int digits = lua_isnoneornil(lua, 2) ? 2 : (int)sp_lua_integer(lua, 2, 0, 4);
  sp_money_text(fen, digits, text);
  sp_lua_charge(lua, 3 * SP_LUA_CALL);
  lua_pushstring(lua, text);
  return 1;
}
