/* suanpan.offer: the only way a rule answers. Every argument is checked here, so a wrong one names the rule's own line;
 * what an offer does to money is the engine's business. */
#include "domain/money.h"
#include "lua/calls.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define CALL_CHARGE   20
#define OFFERS_GROWTH 4
#define CODE_MAX      64
#define UNITS_MAX     1000000 /* what one call of count() may say */

/* ---- Targets ---- */

static struct sp_offer_target *new_targets(lua_State *lua, int32_t count) {
  struct sp_machine *machine = sp_lua_machine(lua);
  machine->target_count += count;
  if (machine->target_count > SP_LUA_TARGETS_MAX)
    luaL_error(lua, "one evaluation has at most %d targets", SP_LUA_TARGETS_MAX);
  sp_lua_charge(lua, count * 4);
  return sp_lua_take(lua, sp_arena_array(machine->arena, (size_t)count + 1, sizeof(struct sp_offer_target)));
}

static int64_t units_in(lua_State *lua, int32_t line) {
  return sp_lua_facts(sp_lua_machine(lua))[line].units;
}

static int32_t line_targets(lua_State *lua, const struct sp_lines_handle *lines, const struct sp_offer_target **out) {
  struct sp_offer_target *targets = new_targets(lua, lines->count);
  for (int32_t i = 0; i < lines->count; i++)
    targets[i] = (struct sp_offer_target){.line = lines->lines[i], .count = units_in(lua, lines->lines[i])};
  *out = targets;
  return lines->count;
}

static int32_t unit_targets(lua_State *lua, const struct sp_units_handle *units, const struct sp_offer_target **out) {
  struct sp_offer_target *targets = new_targets(lua, units->count);
  for (int32_t i = 0; i < units->count; i++)
    targets[i] = (struct sp_offer_target){
        .line = units->runs[i].line, .first = units->runs[i].first, .count = units->runs[i].count};
  *out = targets;
  return units->count;
}

/* A line, a unit, lines or units. Nothing at all is a mistake. */
static int32_t read_targets(lua_State *lua, int arg, const struct sp_offer_target **out) {
  const struct sp_handle *handle = lua_type(lua, arg) == LUA_TUSERDATA ? lua_touserdata(lua, arg) : NULL;
  enum sp_kind kind = handle ? handle->kind : SP_KIND_NONE;
  if (kind != SP_KIND_LINE && kind != SP_KIND_UNIT && kind != SP_KIND_LINES && kind != SP_KIND_UNITS)
    luaL_error(lua, "%s must be a line, a unit, or a list of them from the basket, not %s", sp_lua_argument(lua, arg),
               luaL_typename(lua, arg));
  handle = sp_lua_check(lua, arg, kind); /* raises when it is stale */
  if (kind == SP_KIND_LINES) return line_targets(lua, (const struct sp_lines_handle *)handle, out);
  if (kind == SP_KIND_UNITS) return unit_targets(lua, (const struct sp_units_handle *)handle, out);
  struct sp_offer_target *target = new_targets(lua, 1);
  *target = (struct sp_offer_target){.line = handle->line, .count = 1};
  if (kind == SP_KIND_UNIT) target->first = ((const struct sp_unit_handle *)handle)->unit;
  if (kind == SP_KIND_LINE) target->count = units_in(lua, handle->line);
  *out = target;
  return 1;
}

/* ---- Offers ---- */

static void append(lua_State *lua, int32_t list, const struct sp_offer *offer) {
  struct sp_machine *machine = sp_lua_machine(lua);
  if (machine->offer_count == SP_RULE_OFFERS_MAX)
    luaL_error(lua, "one evaluation has at most %d offers", SP_RULE_OFFERS_MAX);
  if (machine->offer_count == machine->offer_capacity) {
    int32_t capacity = machine->offer_capacity * OFFERS_GROWTH;
    machine->offers = sp_lua_take(lua, realloc(machine->offers, (size_t)capacity * sizeof *machine->offers));
    machine->offer_capacity = capacity;
  }
  machine->offers[machine->offer_count++] = (struct sp_listed_offer){.offer = *offer, .list = list};
}

static int32_t calling_line(lua_State *lua) {
  lua_Debug ar;
  if (!lua_getstack(lua, 1, &ar) || !lua_getinfo(lua, "l", &ar)) return 0;
  return ar.currentline > 0 ? ar.currentline : 0;
}

/* Which arguments an offer has; 0: none of that kind. */
struct shape {
  int target, reason, with;
  bool whole; /* without a target it is for the whole basket */
};

/* An empty list of targets is no offer. */
static int add(lua_State *lua, struct sp_offer offer, struct shape shape) {
  const struct sp_handle *list = sp_lua_check(lua, 1, SP_KIND_OFFERS);
  sp_lua_charge(lua, CALL_CHARGE);
  bool whole = shape.target == 0 || (shape.whole && lua_isnoneornil(lua, shape.target));
  if (!whole) offer.target_count = read_targets(lua, shape.target, &offer.targets);
  if (!whole && offer.target_count == 0) return 0;
  if (shape.with && !lua_isnoneornil(lua, shape.with)) offer.with_count = read_targets(lua, shape.with, &offer.with);
  if (shape.reason) offer.reason = sp_lua_reason(lua, shape.reason);
  offer.at = calling_line(lua);
  append(lua, list->line, &offer);
  return 0;
}

int sp_lua_offers_free(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_FREE}, (struct shape){.target = 2, .reason = 3, .with = 4});
}

int sp_lua_offers_percent(lua_State *lua) {
  struct sp_offer offer = {.kind = SP_OFFER_PERCENT, .value = sp_lua_integer(lua, 3, 0, SP_PPM)};
  offer.base = sp_lua_base(lua, 5, SP_BASE_REMAINING);
  return add(lua, offer, (struct shape){.target = 2, .reason = 4, .with = 6});
}

static int add_amount(lua_State *lua, enum sp_offer_kind kind) {
  int64_t value = sp_lua_integer(lua, 3, 0, SP_MONEY_MAX);
  return add(lua, (struct sp_offer){.kind = kind, .value = value}, (struct shape){.target = 2, .reason = 4, .with = 5});
}

int sp_lua_offers_amount_off(lua_State *lua) {
  return add_amount(lua, SP_OFFER_AMOUNT);
}

int sp_lua_offers_price(lua_State *lua) {
  return add_amount(lua, SP_OFFER_PRICE);
}

int sp_lua_offers_total_price(lua_State *lua) {
  return add_amount(lua, SP_OFFER_TOTAL_PRICE);
}

int sp_lua_offers_total_off(lua_State *lua) {
  struct sp_offer offer = {.kind = SP_OFFER_TOTAL_OFF, .value = sp_lua_integer(lua, 3, 0, SP_MONEY_MAX)};
  offer.base = sp_lua_base(lua, 5, SP_BASE_REMAINING);
  return add(lua, offer, (struct shape){.target = 2, .reason = 4, .with = 6});
}

int sp_lua_offers_listed(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_LISTED}, (struct shape){.target = 2, .reason = 3});
}

int sp_lua_offers_block(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_BLOCK}, (struct shape){.target = 2, .reason = 3});
}

/* A text of the rule, kept as long as the offers. */
static const char *kept_code(lua_State *lua, int arg) {
  return sp_lua_copy(lua, sp_lua_machine(lua)->arena, sp_lua_name(lua, arg, CODE_MAX));
}

int sp_lua_offers_tag(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_TAG, .text = kept_code(lua, 3)}, (struct shape){.target = 2});
}

int sp_lua_offers_add(lua_State *lua) {
  (void)sp_lua_check(lua, 2, SP_KIND_LINE);
  struct sp_offer offer = {.kind = SP_OFFER_ADD, .text = kept_code(lua, 3)};
  offer.value = sp_lua_integer(lua, 4, 1, SP_QUANTITY_MAX);
  return add(lua, offer, (struct shape){.target = 2, .reason = 5});
}

static int add_requirement(lua_State *lua, enum sp_offer_kind kind) {
  return add(lua, (struct sp_offer){.kind = kind, .text = kept_code(lua, 2)},
             (struct shape){.target = 4, .reason = 3, .whole = true});
}

int sp_lua_offers_confirm(lua_State *lua) {
  return add_requirement(lua, SP_OFFER_CONFIRM);
}

int sp_lua_offers_approve(lua_State *lua) {
  return add_requirement(lua, SP_OFFER_APPROVE);
}

int sp_lua_offers_refuse(lua_State *lua) {
  return add_requirement(lua, SP_OFFER_REFUSE);
}

int sp_lua_offers_tender(lua_State *lua) {
  struct sp_offer offer = {.kind = SP_OFFER_TENDER, .text = kept_code(lua, 2)};
  offer.value = sp_lua_integer(lua, 3, 0, SP_MONEY_MAX);
  return add(lua, offer, (struct shape){.reason = 4});
}

int sp_lua_offers_count(lua_State *lua) {
  return add(lua, (struct sp_offer){.kind = SP_OFFER_COUNT, .value = sp_lua_integer(lua, 2, 0, UNITS_MAX)},
             (struct shape){0});
}

int sp_lua_offers_note(lua_State *lua) {
  if (!lua_istable(lua, 2))
    return luaL_error(lua, "%s must be a reason: a table, not %s", sp_lua_argument(lua, 2), luaL_typename(lua, 2));
  return add(lua, (struct sp_offer){.kind = SP_OFFER_NOTE}, (struct shape){.target = 3, .reason = 2, .whole = true});
}

/* A remark with a value is not told at the till. */
int sp_lua_offers_nothing(lua_State *lua) {
  if (!lua_istable(lua, 2))
    return luaL_error(lua, "%s must be a reason: a table, not %s", sp_lua_argument(lua, 2), luaL_typename(lua, 2));
  return add(lua, (struct sp_offer){.kind = SP_OFFER_NOTE, .value = 1}, (struct shape){.reason = 2});
}

int sp_lua_offer_list(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  sp_lua_charge(lua, 3 * SP_LUA_CALL);
  if (++machine->lists == 1) { /* hardly a rule makes a second one */
    lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->first_list);
    return 1;
  }
  struct sp_handle *list = sp_lua_new(lua, SP_KIND_OFFERS, sizeof *list);
  list->line = machine->lists;
  return 1;
}
