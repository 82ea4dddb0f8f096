/* The parameters of a campaign, frozen: made once a machine, shared by all its evaluations. */
#include "lua/impl.h"

#include <string.h>

static void push_tiers(lua_State *lua, const struct sp_rule_value *value) {
  lua_createtable(lua, value->count, 0);
  for (int32_t i = 0; i < value->count; i++) {
    lua_createtable(lua, 0, 2);
    lua_pushinteger(lua, value->tiers[i].at);
    lua_setfield(lua, -2, "at");
    lua_pushinteger(lua, value->tiers[i].value);
    lua_setfield(lua, -2, "value");
    sp_lua_freeze(lua, true);
    lua_rawseti(lua, -2, i + 1);
  }
  sp_lua_freeze(lua, false);
}

static void push_handle(lua_State *lua, const struct sp_rule_value *value, enum sp_kind kind) {
  struct sp_value_handle *handle = sp_lua_new(lua, kind, sizeof *handle);
  handle->handle.generation = 0; /* good for every basket */
  handle->value = value;
}

static void push_value(lua_State *lua, const struct sp_rule_value *value) {
  switch (sp_param_form(value->type)) {
  case SP_FORM_TEXT:
    lua_pushstring(lua, value->text);
    break;
  case SP_FORM_LIST:
    push_handle(lua, value, SP_KIND_TEXTS);
    break;
  case SP_FORM_PRICES:
    push_handle(lua, value, SP_KIND_PRICES);
    break;
  case SP_FORM_TIERS:
    push_tiers(lua, value);
    break;
  default:
    if (value->type == SP_PARAM_BOOLEAN)
      lua_pushboolean(lua, value->integer != 0);
    else
      lua_pushinteger(lua, value->integer);
    break;
  }
}

void sp_lua_push_params(struct sp_machine *machine, int32_t campaign) {
  lua_State *lua = machine->lua;
  const struct sp_rule_binding *binding = &machine->base.program->campaigns[campaign];
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->params);
  if (lua_rawgeti(lua, -1, campaign + 1) == LUA_TNIL) {
    lua_pop(lua, 1);
    lua_createtable(lua, 0, binding->param_count);
    for (int32_t i = 0; i < binding->param_count; i++) {
      push_value(lua, &binding->params[i]);
      lua_setfield(lua, -2, binding->params[i].name);
    }
    sp_lua_freeze(lua, false);
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, campaign + 1);
  }
}

/* ---- Lists and prices ---- */

static const struct sp_rule_value *value_of(const struct sp_handle *handle) {
  return ((const struct sp_value_handle *)handle)->value;
}

int64_t sp_lua_value_len(const struct sp_handle *handle) {
  return value_of(handle)->count;
}

void sp_lua_texts_at(lua_State *lua, const struct sp_handle *handle, int64_t at) {
  const struct sp_rule_value *value = value_of(handle);
  lua_pushstring(lua, at <= value->count ? value->list[at - 1] : NULL);
}

/* By binary search: ten thousand prices cost fourteen comparisons. */
void sp_lua_price_read(lua_State *lua, const struct sp_handle *handle, const char *code) {
  const struct sp_rule_value *value = value_of(handle);
  int32_t low = 0;
  for (int32_t high = value->count; low < high;) {
    int32_t middle = low + (high - low) / 2;
    int order = strcmp(value->list[middle], code);
    if (order == 0) {
      lua_pushinteger(lua, value->prices[middle]);
      return;
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  lua_pushnil(lua);
}
