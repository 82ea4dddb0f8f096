/* The basket as rules see it: read-only userdata over the C structs, stale as soon as pricing ends. */
#include "engine/stacking.h"
#include "lua/impl.h"

#include <string.h>

/* ---- Handles ---- */

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
  /* Every full userdata of this state begins with a handle: no library of others is open. */
  struct sp_handle *handle = lua_type(lua, arg) == LUA_TUSERDATA ? lua_touserdata(lua, arg) : NULL;
  if (!handle || handle->kind != kind) return NULL;
  if (handle->generation != sp_lua_machine(lua)->generation) luaL_error(lua, "this belongs to another basket");
  return handle;
}

void *sp_lua_check(lua_State *lua, int arg, enum sp_kind kind) {
  static const char *const names[SP_KIND_COUNT] = {"the basket", "the context", "lines",        "a line",
                                                   "units",      "a unit",      "an offer list"};
  void *handle = sp_lua_test(lua, arg, kind);
  if (!handle) luaL_error(lua, "argument %d must be %s, not a %s", arg, names[kind], luaL_typename(lua, arg));
  return handle;
}

static int refuse_write(lua_State *lua) {
  return luaL_error(lua, "a basket is read-only");
}

void sp_lua_type(struct sp_machine *machine, enum sp_kind kind, lua_CFunction index, lua_CFunction len,
                 const luaL_Reg *methods, const char *const *fields) {
  lua_State *lua = machine->lua;
  lua_createtable(lua, 0, 4);
  lua_newtable(lua); /* name → number of a field, or method */
  for (int i = 0; fields && fields[i]; i++) {
    lua_pushinteger(lua, i);
    lua_setfield(lua, -2, fields[i]);
  }
  if (methods) luaL_setfuncs(lua, methods, 0);
  lua_pushcclosure(lua, index, 1);
  lua_setfield(lua, -2, "__index");
  if (len) {
    lua_pushcfunction(lua, len);
    lua_setfield(lua, -2, "__len");
  }
  lua_pushcfunction(lua, refuse_write);
  lua_setfield(lua, -2, "__newindex");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  machine->metatables[kind] = luaL_ref(lua, LUA_REGISTRYINDEX);
}

/* The number of the field named by argument 2, or −1 with the method pushed; unknown names raise. */
static int field(lua_State *lua) {
  lua_pushvalue(lua, 2);
  int type = lua_rawget(lua, lua_upvalueindex(1));
  if (type == LUA_TNUMBER) return (int)lua_tointeger(lua, -1);
  if (type == LUA_TFUNCTION) return -1;
  const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : luaL_typename(lua, 2);
  return luaL_error(lua, "there is no field '%s' here", name);
}

/* ---- Money of the view ---- */

int64_t sp_lua_unit_amount(const struct sp_machine *machine, int32_t line) {
  const struct sp_line_price *price = machine->view.prices ? &machine->view.prices[line] : NULL;
  if (!price) return 0;
  return sp_stack_units(&machine->view.basket->lines[line]) == 1 ? price->gross : price->unit_price;
}

/* ---- Line ---- */

/* Handles of a basket are made once and kept in a table of that basket. [+1, e] */
static void push_handles(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  if (!machine->handles_fresh) {
    lua_createtable(lua, machine->view.basket->count, 1);
    lua_rawseti(lua, LUA_REGISTRYINDEX, machine->handles);
    machine->handles_fresh = true;
  }
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->handles);
}

void sp_lua_push_line(lua_State *lua, int32_t line) {
  push_handles(lua);
  if (lua_rawgeti(lua, -1, line + 1) == LUA_TNIL) {
    lua_pop(lua, 1);
    struct sp_handle *handle = sp_lua_new(lua, SP_KIND_LINE, sizeof *handle);
    handle->line = line;
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, line + 1);
  }
  lua_remove(lua, -2);
}

static int line_has_tag(lua_State *lua) {
  const struct sp_handle *handle = sp_lua_check(lua, 1, SP_KIND_LINE);
  const struct sp_line *line = &sp_lua_machine(lua)->view.basket->lines[handle->line];
  const char *tag = sp_lua_text(lua, 2, NULL);
  bool found = false;
  sp_lua_charge(lua, line->tag_count);
  for (int32_t i = 0; i < line->tag_count && !found; i++)
    found = strcmp(line->tags[i], tag) == 0;
  lua_pushboolean(lua, found);
  return 1;
}

enum line_field {
  LINE_N,
  LINE_CODE,
  LINE_UNIT,
  LINE_CATEGORY,
  LINE_QUANTITY,
  LINE_UNITS,
  LINE_WEIGHED,
  LINE_LIST_PRICE,
  LINE_GIVEN_PRICE,
  LINE_PRICE,
  LINE_GROSS
};

static const char *const line_fields[] = {"n",       "code",       "unit",        "category", "quantity", "units",
                                          "weighed", "list_price", "given_price", "price",    "gross",    NULL};

static void push_optional(lua_State *lua, bool has, int64_t value) {
  if (has)
    lua_pushinteger(lua, value);
  else
    lua_pushnil(lua);
}

static int line_index(lua_State *lua) {
  const struct sp_handle *handle = sp_lua_check(lua, 1, SP_KIND_LINE);
  const struct sp_rule_view *view = &sp_lua_machine(lua)->view;
  const struct sp_line *line = &view->basket->lines[handle->line];
  const struct sp_line_price *price = view->prices ? &view->prices[handle->line] : NULL;
  int number = field(lua);
  switch (number) {
  case LINE_N:
    lua_pushinteger(lua, line->n);
    break;
  case LINE_CODE:
    lua_pushstring(lua, line->code);
    break;
  case LINE_UNIT:
    lua_pushstring(lua, line->unit);
    break;
  case LINE_CATEGORY:
    lua_pushstring(lua, line->category);
    break;
  case LINE_QUANTITY:
    lua_pushinteger(lua, line->quantity);
    break;
  case LINE_UNITS:
    lua_pushinteger(lua, sp_stack_units(line));
    break;
  case LINE_WEIGHED:
    lua_pushboolean(lua, line->weighed);
    break;
  case LINE_LIST_PRICE:
    lua_pushinteger(lua, line->list_price);
    break;
  case LINE_GIVEN_PRICE:
    push_optional(lua, line->given_price >= 0, line->given_price);
    break;
  case LINE_PRICE:
    push_optional(lua, price != NULL, price ? price->unit_price : 0);
    break;
  case LINE_GROSS:
    push_optional(lua, price != NULL, price ? price->gross : 0);
    break;
  default:
    break; /* a method is on the stack */
  }
  return 1;
}

/* ---- Lines ---- */

static int lines_index(lua_State *lua) {
  const struct sp_lines_handle *lines = sp_lua_check(lua, 1, SP_KIND_LINES);
  if (!lua_isinteger(lua, 2)) return luaL_error(lua, "lines are counted from 1; use ipairs");
  lua_Integer at = lua_tointeger(lua, 2);
  if (at < 1 || at > lines->count) return 0;
  sp_lua_push_line(lua, lines->lines[at - 1]);
  return 1;
}

static int lines_len(lua_State *lua) {
  const struct sp_lines_handle *lines = sp_lua_check(lua, 1, SP_KIND_LINES);
  lua_pushinteger(lua, lines->count);
  return 1;
}

static void push_all_lines(lua_State *lua) {
  int32_t count = sp_lua_machine(lua)->view.basket->count;
  push_handles(lua);
  if (lua_rawgeti(lua, -1, 0) == LUA_TNIL) {
    lua_pop(lua, 1);
    struct sp_lines_handle *lines =
        sp_lua_new(lua, SP_KIND_LINES, sizeof *lines + (size_t)count * sizeof lines->lines[0]);
    lines->count = count;
    for (int32_t i = 0; i < count; i++)
      lines->lines[i] = i;
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, 0);
  }
  lua_remove(lua, -2);
}

/* ---- Basket and context ---- */

enum basket_field { BASKET_LINES, BASKET_LEVEL, BASKET_MEMBER, BASKET_GROSS };
static const char *const basket_fields[] = {"lines", "member_level", "has_member", "gross", NULL};

static int64_t gross_of(const struct sp_rule_view *view) {
  int64_t sum = 0;
  for (int32_t i = 0; view->prices && i < view->basket->count; i++)
    sum += view->prices[i].gross;
  return sum;
}

static int basket_index(lua_State *lua) {
  (void)sp_lua_check(lua, 1, SP_KIND_BASKET);
  const struct sp_rule_view *view = &sp_lua_machine(lua)->view;
  switch (field(lua)) {
  case BASKET_LINES:
    push_all_lines(lua);
    break;
  case BASKET_LEVEL:
    lua_pushstring(lua, view->basket->member.level ? view->basket->member.level : "");
    break;
  case BASKET_MEMBER:
    lua_pushboolean(lua, view->basket->member.code && view->basket->member.code[0]);
    break;
  case BASKET_GROSS:
    sp_lua_charge(lua, view->basket->count);
    lua_pushinteger(lua, gross_of(view));
    break;
  default:
    break;
  }
  return 1;
}

enum context_field { CONTEXT_DATE, CONTEXT_WEEKDAY, CONTEXT_MINUTE, CONTEXT_STORE, CONTEXT_CHANNEL };
static const char *const context_fields[] = {"business_date", "weekday", "minute", "store", "channel", NULL};

static int context_index(lua_State *lua) {
  (void)sp_lua_check(lua, 1, SP_KIND_CONTEXT);
  const struct sp_context *context = sp_lua_machine(lua)->view.context;
  switch (field(lua)) {
  case CONTEXT_DATE:
    lua_pushinteger(lua, context->business_date);
    break;
  case CONTEXT_WEEKDAY:
    lua_pushinteger(lua, context->weekday);
    break;
  case CONTEXT_MINUTE:
    lua_pushinteger(lua, context->minute);
    break;
  case CONTEXT_STORE:
    lua_pushstring(lua, context->store ? context->store : "");
    break;
  case CONTEXT_CHANNEL:
    lua_pushstring(lua, context->channel ? context->channel : "");
    break;
  default:
    break;
  }
  return 1;
}

void sp_lua_basket_types(struct sp_machine *machine) {
  static const luaL_Reg line_methods[] = {{"has_tag", line_has_tag}, {NULL, NULL}};
  sp_lua_type(machine, SP_KIND_LINE, line_index, NULL, line_methods, line_fields);
  sp_lua_type(machine, SP_KIND_LINES, lines_index, lines_len, NULL, NULL);
  sp_lua_type(machine, SP_KIND_BASKET, basket_index, NULL, NULL, basket_fields);
  sp_lua_type(machine, SP_KIND_CONTEXT, context_index, NULL, NULL, context_fields);
  machine->basket_handle = sp_lua_new(machine->lua, SP_KIND_BASKET, sizeof(struct sp_handle));
  machine->basket = luaL_ref(machine->lua, LUA_REGISTRYINDEX);
  machine->context_handle = sp_lua_new(machine->lua, SP_KIND_CONTEXT, sizeof(struct sp_handle));
  machine->context = luaL_ref(machine->lua, LUA_REGISTRYINDEX);
}
