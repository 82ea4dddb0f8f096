/* suanpan.offer: the only way a rule answers. Every argument is checked here, so a wrong one names the rule's own line;
 * what an offer does to money is the engine's business. */
#include "base/json.h"
#include "domain/money.h"
#include "engine/stacking.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define CALL_CHARGE     10
#define REASON_FIELDS   16
#define OFFERS_GROWTH   4
#define REASON_NAME_MAX 32

/* ---- Reasons ---- */

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
    if (len == 0 || len > REASON_NAME_MAX || strlen(name) != len) luaL_error(lua, "a name in a reason is too long");
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
    if (strlen(text) != len) luaL_error(lua, "the reason's %s holds a zero byte", name);
    sp_json_text_n(w, text, len);
  } else {
    luaL_error(lua, "the reason's %s must be text, an integer or a boolean", name);
  }
}

static void *take_memory(lua_State *lua, void *memory) {
  if (memory) return memory;
  sp_lua_machine(lua)->failed = SP_E_NOMEM;
  luaL_error(lua, "out of memory");
  return NULL;
}

static const char *read_reason(lua_State *lua, int arg) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const char *names[REASON_FIELDS];
  struct sp_json_writer w;
  if (lua_isnoneornil(lua, arg)) return NULL;
  if (!lua_istable(lua, arg))
    luaL_error(lua, "argument %d must be a reason: a table, not %s", arg, luaL_typename(lua, arg));
  int count = reason_names(lua, arg, names);
  sp_buf_reset(&machine->reason);
  sp_json_start(&w, &machine->reason);
  sp_json_open_object(&w);
  for (int i = 0; i < count; i++) {
    lua_getfield(lua, arg, names[i]);
    put_field(lua, &w, names[i]);
    lua_pop(lua, 1);
  }
  sp_json_close_object(&w);
  if (machine->reason.failed == SP_E_NOMEM) (void)take_memory(lua, NULL);
  if (machine->reason.failed) luaL_error(lua, "a reason has at most %d bytes", SP_RULE_REASON_MAX);
  sp_lua_charge(lua, count);
  return take_memory(lua, sp_arena_copy(machine->arena, machine->reason.data, machine->reason.len));
}

/* ---- Targets ---- */

static struct sp_offer_target *new_targets(lua_State *lua, int32_t count) {
  struct sp_machine *machine = sp_lua_machine(lua);
  machine->target_count += count;
  if (machine->target_count > SP_LUA_TARGETS_MAX)
    luaL_error(lua, "one evaluation has at most %d targets", SP_LUA_TARGETS_MAX);
  sp_lua_charge(lua, count);
  return take_memory(lua, sp_arena_array(machine->arena, (size_t)count, sizeof(struct sp_offer_target)));
}

static int64_t units_in(lua_State *lua, int32_t line) {
  return sp_stack_units(&sp_lua_machine(lua)->view.basket->lines[line]);
}

static void target_lines(lua_State *lua, const struct sp_lines_handle *lines, struct sp_offer *offer) {
  if (lines->count == 0) return;
  struct sp_offer_target *targets = new_targets(lua, lines->count);
  for (int32_t i = 0; i < lines->count; i++)
    targets[i] = (struct sp_offer_target){.line = lines->lines[i], .count = units_in(lua, lines->lines[i])};
  offer->targets = targets;
  offer->target_count = lines->count;
}

static void target_units(lua_State *lua, const struct sp_units_handle *units, struct sp_offer *offer) {
  if (units->count == 0) return;
  struct sp_offer_target *targets = new_targets(lua, units->count);
  for (int32_t i = 0; i < units->count; i++)
    targets[i] = (struct sp_offer_target){.line = units->runs[i].line, .count = units->runs[i].count};
  offer->targets = targets;
  offer->target_count = units->count;
}

/* Argument 2: a line, a unit, lines or units. Nothing at all is a mistake; an empty list is no offer. */
static void read_targets(lua_State *lua, struct sp_offer *offer) {
  const struct sp_handle *line = sp_lua_test(lua, 2, SP_KIND_LINE);
  const struct sp_unit_handle *unit = sp_lua_test(lua, 2, SP_KIND_UNIT);
  const struct sp_lines_handle *lines = sp_lua_test(lua, 2, SP_KIND_LINES);
  const struct sp_units_handle *units = sp_lua_test(lua, 2, SP_KIND_UNITS);
  struct sp_offer_target *target = line || unit ? new_targets(lua, 1) : NULL;
  if (line && target) *target = (struct sp_offer_target){.line = line->line, .count = units_in(lua, line->line)};
  if (unit && target) *target = (struct sp_offer_target){.line = unit->handle.line, .first = unit->unit, .count = 1};
  if (target) {
    offer->targets = target;
    offer->target_count = 1;
  }
  if (lines) target_lines(lua, lines, offer);
  if (units) target_units(lua, units, offer);
  if (!target && !lines && !units)
    luaL_error(lua, "argument 2 must be a line, a unit, or a list of them from the basket, not %s",
               luaL_typename(lua, 2));
}

/* ---- Offers ---- */

static void append(lua_State *lua, int32_t list, const struct sp_offer *offer) {
  struct sp_machine *machine = sp_lua_machine(lua);
  if (offer->target_count == 0) return;
  if (machine->offer_count == SP_RULE_OFFERS_MAX)
    luaL_error(lua, "one evaluation has at most %d offers", SP_RULE_OFFERS_MAX);
  if (machine->offer_count == machine->offer_capacity) {
    int32_t capacity = machine->offer_capacity * OFFERS_GROWTH;
    machine->offers = take_memory(lua, realloc(machine->offers, (size_t)capacity * sizeof *machine->offers));
    machine->offer_capacity = capacity;
  }
  machine->offers[machine->offer_count++] = (struct sp_listed_offer){.offer = *offer, .list = list};
}

static int32_t calling_line(lua_State *lua) {
  lua_Debug ar;
  if (!lua_getstack(lua, 1, &ar) || !lua_getinfo(lua, "l", &ar)) return 0;
  return ar.currentline > 0 ? ar.currentline : 0;
}

static int add(lua_State *lua, struct sp_offer offer, int reason) {
  const struct sp_handle *list = sp_lua_check(lua, 1, SP_KIND_OFFERS);
  sp_lua_charge(lua, CALL_CHARGE);
  read_targets(lua, &offer);
  offer.reason = read_reason(lua, reason);
  offer.at = calling_line(lua);
  append(lua, list->line, &offer);
  return 0;
}

static int offers_free(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_FREE}, 3);
}

static int offers_block(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_BLOCK}, 3);
}

static int offers_listed(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_LISTED}, 3);
}

static int offers_price(lua_State *lua) {
  int64_t value = sp_lua_integer(lua, 3, 0, SP_MONEY_MAX);
  return add(lua, (struct sp_offer){.kind = SP_OFFER_PRICE, .value = value}, 4);
}

static int offers_amount_off(lua_State *lua) {
  int64_t value = sp_lua_integer(lua, 3, 0, SP_MONEY_MAX);
  return add(lua, (struct sp_offer){.kind = SP_OFFER_AMOUNT, .value = value}, 4);
}

static int offers_percent(lua_State *lua) {
  struct sp_offer offer = {
      .kind = SP_OFFER_PERCENT, .base = SP_BASE_REMAINING, .value = sp_lua_integer(lua, 3, 0, SP_PPM)};
  const char *base = lua_isnoneornil(lua, 5) ? "remaining" : sp_lua_text(lua, 5, NULL);
  if (strcmp(base, "gross") == 0)
    offer.base = SP_BASE_GROSS;
  else if (strcmp(base, "remaining") != 0)
    return luaL_error(lua, "argument 5 must be 'gross' or 'remaining'");
  return add(lua, offer, 4);
}

static int offers_index(lua_State *lua) {
  (void)sp_lua_check(lua, 1, SP_KIND_OFFERS);
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) == LUA_TFUNCTION) return 1;
  return luaL_error(lua, "an offer list has no '%s'", lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?");
}

static int offer_list(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  struct sp_handle *list = sp_lua_new(lua, SP_KIND_OFFERS, sizeof *list);
  list->line = ++machine->lists;
  return 1;
}

void sp_lua_offer_types(struct sp_machine *machine) {
  static const luaL_Reg methods[] = {{"free", offers_free},
                                     {"block", offers_block},
                                     {"listed", offers_listed},
                                     {"price", offers_price},
                                     {"amount_off", offers_amount_off},
                                     {"percent", offers_percent},
                                     {NULL, NULL}};
  sp_lua_type(machine, SP_KIND_OFFERS, offers_index, NULL, methods, NULL);
}

void sp_lua_offer(lua_State *lua) {
  static const luaL_Reg functions[] = {{"list", offer_list}, {NULL, NULL}};
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
}
