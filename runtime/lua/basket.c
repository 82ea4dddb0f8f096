/* The basket, the member and the moment as rules see them. */
#include "lua/calls.h"
#include "lua/impl.h"

#include <stdio.h>
#include <string.h>

#define SUBJECT_MAX 128

static const struct sp_member *member_of(lua_State *lua) {
  return &sp_lua_machine(lua)->view.basket->member;
}

static bool is_present(const struct sp_member *member) {
  return member->code && member->code[0];
}

static void push_fact(lua_State *lua, bool known, int64_t value) {
  if (known && value != SP_UNKNOWN)
    lua_pushinteger(lua, value);
  else
    lua_pushnil(lua);
}

/* ---- Basket ---- */

static int64_t sum_of(lua_State *lua, bool remaining) {
  const struct sp_rule_view *view = &sp_lua_machine(lua)->view;
  int64_t sum = 0;
  sp_lua_charge(lua, view->basket->count);
  for (int32_t i = 0; view->prices && i < view->basket->count; i++)
    sum += remaining ? view->prices[i].net : view->prices[i].gross;
  return sum;
}

static void push_coupons(lua_State *lua) {
  const struct sp_basket *basket = sp_lua_machine(lua)->view.basket;
  sp_lua_charge(lua, basket->coupon_count * 4);
  lua_createtable(lua, basket->coupon_count, 0);
  for (int32_t i = 0; i < basket->coupon_count; i++) {
    lua_pushstring(lua, basket->coupons[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  sp_lua_freeze(lua, false);
}

void sp_lua_push_markdown(lua_State *lua, const struct sp_markdown *markdown) {
  if (markdown->kind == SP_MARKDOWN_NONE) {
    lua_pushnil(lua);
    return;
  }
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_createtable(lua, 0, 4);
  lua_pushstring(lua, sp_markdown_name(markdown->kind));
  lua_setfield(lua, -2, "kind");
  lua_pushinteger(lua, markdown->value);
  lua_setfield(lua, -2, "value");
  lua_pushstring(lua, markdown->reason ? markdown->reason : "");
  lua_setfield(lua, -2, "reason");
  lua_pushstring(lua, markdown->approver ? markdown->approver : "");
  lua_setfield(lua, -2, "approver");
  sp_lua_freeze(lua, true);
}

void sp_lua_basket_read(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_member *member = member_of(lua);
  (void)handle;
  switch (field) {
  case SP_BASKET_LINES:
    sp_lua_push_all_lines(lua);
    break;
  case SP_BASKET_GROSS:
    lua_pushinteger(lua, sum_of(lua, false));
    break;
  case SP_BASKET_REMAINING:
    lua_pushinteger(lua, sum_of(lua, true));
    break;
  case SP_BASKET_MEMBER:
    lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->member);
    break;
  case SP_BASKET_COUPONS:
    push_coupons(lua);
    break;
  case SP_BASKET_MARKDOWN:
    sp_lua_push_markdown(lua, &machine->view.basket->markdown);
    break;
  case SP_BASKET_MEMBER_LEVEL:
    lua_pushstring(lua, member->level ? member->level : "");
    break;
  default:
    lua_pushboolean(lua, is_present(member));
    break;
  }
}

int sp_lua_basket_has_coupon(lua_State *lua) {
  size_t len = 0;
  (void)sp_lua_check(lua, 1, SP_KIND_BASKET);
  const struct sp_basket *basket = sp_lua_machine(lua)->view.basket;
  const char *code = sp_lua_text(lua, 2, &len);
  sp_lua_charge(lua, SP_LUA_CALL + basket->coupon_count);
  for (int32_t i = 0; i < basket->coupon_count; i++) {
    const char *presented = basket->coupons[i];
    if (!sp_coupon_is(presented, code, len)) continue;
    lua_pushstring(lua, presented);
    return 1;
  }
  return 0;
}

int sp_lua_basket_choice(lua_State *lua) {
  (void)sp_lua_check(lua, 1, SP_KIND_BASKET);
  const struct sp_basket *basket = sp_lua_machine(lua)->view.basket;
  const char *campaign = sp_lua_text(lua, 2, NULL);
  sp_lua_charge(lua, SP_LUA_CALL + basket->choice_count);
  for (int32_t i = 0; i < basket->choice_count; i++) {
    if (strcmp(basket->choices[i].campaign, campaign) != 0) continue;
    lua_pushstring(lua, basket->choices[i].product);
    return 1;
  }
  return 0;
}

/* ---- Member ---- */

void sp_lua_member_read(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_member *member = member_of(lua);
  bool present = is_present(member);
  (void)handle;
  switch (field) {
  case SP_MEMBER_PRESENT:
    lua_pushboolean(lua, present);
    break;
  case SP_MEMBER_LEVEL:
    lua_pushstring(lua, member->level ? member->level : "");
    break;
  case SP_MEMBER_STAFF:
    lua_pushboolean(lua, member->staff);
    break;
  case SP_MEMBER_POINTS:
    push_fact(lua, present, member->points);
    break;
  case SP_MEMBER_BIRTHDAY:
    push_fact(lua, present, member->birthday_days);
    break;
  case SP_MEMBER_JOINED:
    push_fact(lua, present, member->joined_days);
    break;
  default:
    push_fact(lua, present, member->purchases);
    break;
  }
}

int sp_lua_member_has_tag(lua_State *lua) {
  (void)sp_lua_check(lua, 1, SP_KIND_MEMBER);
  sp_lua_require_need(lua, SP_NEED_TAGS, "member.tags");
  const struct sp_member *member = member_of(lua);
  const char *tag = sp_lua_text(lua, 2, NULL);
  bool found = false;
  sp_lua_charge(lua, SP_LUA_CALL + member->tag_count);
  for (int32_t i = 0; i < member->tag_count && !found; i++)
    found = strcmp(member->tags[i], tag) == 0;
  lua_pushboolean(lua, found);
  return 1;
}

/* ---- Context ---- */

static void put_count(lua_State *lua, const char *name, int64_t value) {
  lua_pushinteger(lua, value);
  lua_setfield(lua, -2, name);
}

/* What this member had of this campaign; nil without a member, all zero when nobody counts. */
static void push_used(lua_State *lua, const struct sp_context *context) {
  const struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_member *member = machine->view.basket ? &machine->view.basket->member : NULL;
  struct sp_usage usage = {0};
  char subject[SUBJECT_MAX];
  if (!member || !is_present(member)) {
    lua_pushnil(lua);
    return;
  }
  int len = snprintf(subject, sizeof subject, "m:%s", member->code);
  const char *code = machine->base.program->campaigns[machine->campaign].code;
  if (context->usage && (len < 0 || (size_t)len >= sizeof subject ||
                         context->usage->read(context->usage, code, subject, &usage, NULL) != 0))
    luaL_error(lua, "what the member had of this campaign could not be read");
  lua_createtable(lua, 0, 3);
  put_count(lua, "uses", usage.uses);
  put_count(lua, "amount", usage.amount);
  put_count(lua, "units", usage.units);
  sp_lua_freeze(lua, true);
}

static const char *known_text(const char *text) {
  return text ? text : "";
}

static void push_day(lua_State *lua, const struct sp_context *context, int field) {
  switch (field) {
  case SP_CONTEXT_DATE:
    lua_pushinteger(lua, context->business_date);
    break;
  case SP_CONTEXT_YEAR:
    lua_pushinteger(lua, context->business_date / 10000);
    break;
  case SP_CONTEXT_MONTH:
    lua_pushinteger(lua, context->business_date / 100 % 100);
    break;
  case SP_CONTEXT_DAY:
    lua_pushinteger(lua, context->business_date % 100);
    break;
  case SP_CONTEXT_WEEKDAY:
    lua_pushinteger(lua, context->weekday);
    break;
  default:
    lua_pushinteger(lua, context->minute);
    break;
  }
}

void sp_lua_context_read(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_context *context = machine->view.context;
  (void)handle;
  switch (field) {
  case SP_CONTEXT_STORE:
    lua_pushstring(lua, known_text(context->store));
    break;
  case SP_CONTEXT_CHANNEL:
    lua_pushstring(lua, known_text(context->channel));
    break;
  case SP_CONTEXT_ROLE:
    lua_pushstring(lua, known_text(context->role));
    break;
  case SP_CONTEXT_CAMPAIGN:
    lua_pushstring(lua, known_text(machine->base.program->campaigns[machine->campaign].code));
    break;
  case SP_CONTEXT_USED:
    push_used(lua, context);
    break;
  default:
    push_day(lua, context, field);
    break;
  }
}
