/* Read-only userdata: one metatable a type, made from the table of the SDK; handles go stale as soon as pricing ends.
 */
#include "lua/impl.h"

#include <string.h>

void *sp_lua_new(lua_State *lua, enum sp_kind kind, size_t size) {
  struct sp_machine *machine = sp_lua_machine(lua);
  struct sp_handle *handle = lua_newuserdatauv(lua, size, 0);
  memset(handle, 0, size);
  *handle = (struct sp_handle){.kind = kind, .generation = machine->generation};
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->metatables[kind]);
  lua_setmetatable(lua, -2);
  return handle;
}

void *sp_lua_test(lua_State *lua, int arg, enum sp_kind kind) {
  /* Every full userdata a rule can get hold of begins with a handle: no library of others is open. */
  struct sp_handle *handle = lua_type(lua, arg) == LUA_TUSERDATA ? lua_touserdata(lua, arg) : NULL;
  if (!handle || handle->kind != kind) return NULL;
  if (handle->generation != sp_lua_machine(lua)->generation && handle->generation != 0)
    luaL_error(lua, "this belongs to another basket");
  return handle;
}

void *sp_lua_check(lua_State *lua, int arg, enum sp_kind kind) {
  static const char *const names[SP_KIND_COUNT] = {"the basket", "the context", "the member",    "lines",  "a line",
                                                   "units",      "a unit",      "an offer list", "a list", "prices"};
  void *handle = sp_lua_test(lua, arg, kind);
  if (!handle)
    luaL_error(lua, "%s must be %s, not a %s", sp_lua_argument(lua, arg), names[kind], luaL_typename(lua, arg));
  return handle;
}

void sp_lua_require_need(lua_State *lua, uint32_t need, const char *name) {
  const struct sp_machine *machine = sp_lua_machine(lua);
  if (machine->rule >= 0 && (machine->kept[machine->rule].needs & need)) return;
  luaL_error(lua, "the rule has not declared that it needs '%s': needs = { \"%s\" }", name, name);
}

/* ---- Metatables ---- */

static int refuse_write(lua_State *lua) {
  return luaL_error(lua, "a basket is read-only");
}

static const struct sp_sdk_type *type_of(lua_State *lua) {
  return lua_touserdata(lua, lua_upvalueindex(2));
}

/* Upvalues: names (field → its place, method → function), the type. */
static int read_field(lua_State *lua) {
  const struct sp_sdk_type *type = type_of(lua);
  const struct sp_handle *handle = sp_lua_check(lua, 1, type->kind);
  sp_lua_charge(lua, SP_LUA_FIELD);
  lua_pushvalue(lua, 2);
  switch (lua_rawget(lua, lua_upvalueindex(1))) {
  case LUA_TFUNCTION:
    return 1;
  case LUA_TNUMBER:
    break;
  default:
    return luaL_error(lua, "there is no field '%s' here",
                      lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : luaL_typename(lua, 2));
  }
  int field = (int)lua_tointeger(lua, -1);
  const struct sp_sdk_value *value = &type->fields[field];
  if (value->need) sp_lua_require_need(lua, sp_rule_need_parse(value->need), value->need);
  type->read(lua, handle, field);
  return 1;
}

static int read_item(lua_State *lua) {
  const struct sp_sdk_type *type = type_of(lua);
  const struct sp_handle *handle = sp_lua_check(lua, 1, type->kind);
  sp_lua_charge(lua, SP_LUA_FIELD);
  if (lua_isinteger(lua, 2)) {
    lua_Integer at = lua_tointeger(lua, 2);
    if (at < 1) return 0;
    type->at(lua, handle, at);
    return 1;
  }
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) == LUA_TFUNCTION) return 1;
  return luaL_error(lua, "a list is counted from 1 and has no '%s'; use ipairs",
                    lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : luaL_typename(lua, 2));
}

static int read_by_name(lua_State *lua) {
  const struct sp_sdk_type *type = type_of(lua);
  const struct sp_handle *handle = sp_lua_check(lua, 1, type->kind);
  sp_lua_charge(lua, 4 * SP_LUA_CALL);
  type->by_name(lua, handle, sp_lua_text(lua, 2, NULL));
  return 1;
}

static int count_items(lua_State *lua) {
  const struct sp_sdk_type *type = lua_touserdata(lua, lua_upvalueindex(1));
  const struct sp_handle *handle = sp_lua_check(lua, 1, type->kind);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_pushinteger(lua, type->len(handle));
  return 1;
}

/* A type that has methods only is looked up without a call; an unknown name still raises. */
static int refuse_method(lua_State *lua) {
  return luaL_error(lua, "an offer list has no '%s'", lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?");
}

static void push_names(lua_State *lua, const struct sp_sdk_type *type) {
  lua_newtable(lua);
  for (int i = 0; type->fields && type->fields[i].name; i++) {
    lua_pushinteger(lua, i);
    lua_setfield(lua, -2, type->fields[i].name);
  }
  for (const struct sp_sdk_function *method = type->methods; method && method->name; method++) {
    lua_pushcfunction(lua, method->call);
    lua_setfield(lua, -2, method->name);
  }
}

static void push_index(lua_State *lua, const struct sp_sdk_type *type) {
  push_names(lua, type);
  if (!type->read && !type->at && !type->by_name) {
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, refuse_method);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    return;
  }
  lua_pushlightuserdata(lua, (void *)type);
  lua_pushcclosure(lua, type->at ? read_item : type->by_name ? read_by_name : read_field, 2);
}

static int make_metatable(lua_State *lua, const struct sp_sdk_type *type) {
  lua_createtable(lua, 0, 4);
  push_index(lua, type);
  lua_setfield(lua, -2, "__index");
  if (type->len) {
    lua_pushlightuserdata(lua, (void *)type);
    lua_pushcclosure(lua, count_items, 1);
    lua_setfield(lua, -2, "__len");
  }
  lua_pushcfunction(lua, refuse_write);
  lua_setfield(lua, -2, "__newindex");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  return luaL_ref(lua, LUA_REGISTRYINDEX);
}

/* A handle that serves every basket in turn. */
static int keep_one(lua_State *lua, enum sp_kind kind, size_t size, struct sp_handle **out) {
  *out = sp_lua_new(lua, kind, size);
  return luaL_ref(lua, LUA_REGISTRYINDEX);
}

void sp_lua_types(struct sp_machine *machine) {
  lua_State *lua = machine->lua;
  for (const struct sp_sdk_type *type = sp_sdk_types; type->name; type++)
    machine->metatables[type->kind] = make_metatable(lua, type);
  machine->basket = keep_one(lua, SP_KIND_BASKET, sizeof(struct sp_handle), &machine->basket_handle);
  machine->context = keep_one(lua, SP_KIND_CONTEXT, sizeof(struct sp_handle), &machine->context_handle);
  machine->member = keep_one(lua, SP_KIND_MEMBER, sizeof(struct sp_handle), &machine->member_handle);
  machine->no_units = keep_one(lua, SP_KIND_UNITS, sizeof(struct sp_units_handle), &machine->no_units_handle);
  machine->first_list = keep_one(lua, SP_KIND_OFFERS, sizeof(struct sp_handle), &machine->first_list_handle);
  machine->first_list_handle->line = 1;
  lua_newtable(lua);
  machine->handles = luaL_ref(lua, LUA_REGISTRYINDEX);
}
