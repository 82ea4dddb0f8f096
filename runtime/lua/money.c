/* suanpan.money: arithmetic on fen that cannot wrap and rounds in one way. */
#include "domain/money.h"
#include "lua/impl.h"

static int give(lua_State *lua, int rc, int64_t value) {
  if (rc) return luaL_error(lua, "the amount is out of range");
  lua_pushinteger(lua, value);
  return 1;
}

static int64_t amount(lua_State *lua, int arg) {
  return sp_lua_integer(lua, arg, -SP_MONEY_MAX, SP_MONEY_MAX);
}

static int money_percent(lua_State *lua) {
  int64_t value = 0;
  int64_t fen = amount(lua, 1);
  int rc = sp_money_muldiv(fen, sp_lua_integer(lua, 2, 0, SP_PPM), SP_PPM, &value);
  return give(lua, rc, value);
}

static int money_muldiv(lua_State *lua) {
  int64_t value = 0;
  int64_t a = amount(lua, 1);
  int64_t b = amount(lua, 2);
  int rc = sp_money_muldiv(a, b, amount(lua, 3), &value);
  return give(lua, rc, value);
}

static int money_add(lua_State *lua) {
  int64_t value = 0;
  int64_t a = amount(lua, 1);
  int rc = sp_money_add(a, amount(lua, 2), &value);
  return give(lua, rc, value);
}

static int money_text(lua_State *lua) {
  char text[SP_MONEY_TEXT];
  sp_money_text(amount(lua, 1), 2, text);
  lua_pushstring(lua, text);
  return 1;
}

void sp_lua_money(lua_State *lua) {
  static const luaL_Reg functions[] = {
      {"add", money_add}, {"percent", money_percent}, {"muldiv", money_muldiv}, {"text", money_text}, {NULL, NULL}};
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
}
