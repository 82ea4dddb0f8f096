/* Calling a rule: one of its functions with what that function is told. */
#include "lua/call.h"

#include <stdio.h>
#include <string.h>

struct call {
  struct sp_machine *machine;
  int32_t campaign;
  struct sp_arena *arena;
  struct sp_rule_keys *keys;
  struct sp_rule_result *result;
  const struct cJSON *input;
  const char *json;
  size_t json_len;
  struct sp_error *err;
  int rc;
};

/* What a body finds on its stack; what is between is of no interest. */
enum { AT_CALL = 1, AT_PARAMS = 3, AT_FUNCTION = 5 };

/* What an entry may use. Hooks are not asked for every basket, and may be shown and give a receipt of 500 lines. */
static int64_t budget_of(const struct sp_machine *machine, const struct call *call) {
  return machine->limits.call_budget * (call->input ? SP_RULE_HOOK_BUDGETS : 1);
}

/* Fill the stack of a body: the parameters and a function of the rule, nil when it has none. Its budget begins. [e] */
static struct call *open_call(lua_State *lua, enum sp_lua_entry entry) {
  struct call *call = lua_touserdata(lua, AT_CALL);
  struct sp_machine *machine = call->machine;
  sp_lua_push_params(machine, call->campaign);
  sp_lua_push_entry(machine, machine->base.program->campaigns[call->campaign].rule, entry);
  sp_lua_meter(machine, budget_of(machine, call));
  return call;
}

static void end_call(struct sp_machine *machine, const struct call *call) {
  machine->base.charged += budget_of(machine, call) - machine->left;
  sp_lua_meter_stop(machine);
}

static int run_call(struct call *call, lua_CFunction body, struct sp_error *err) {
  struct sp_machine *machine = call->machine;
  call->err = err;
  machine->campaign = call->campaign;
  int32_t rule = machine->base.program->campaigns[call->campaign].rule;
  int rc = sp_lua_protect(machine, body, call, rule, err);
  sp_lua_restore(machine, rule);
  return rc ? rc : call->rc;
}

/* ---- check and applies ---- */

static int check_body(lua_State *lua) {
  struct call *call = open_call(lua, SP_LUA_CHECK);
  if (lua_isnil(lua, AT_FUNCTION)) {
    end_call(call->machine, call);
    return 0;
  }
  lua_pushvalue(lua, AT_PARAMS);
  lua_call(lua, 1, 2);
  end_call(call->machine, call);
  if (lua_isboolean(lua, -2) && lua_toboolean(lua, -2)) return 0;
  if (lua_toboolean(lua, -2) || lua_type(lua, -1) != LUA_TSTRING)
    return luaL_error(lua, "check must return true, or nil and a sentence");
  char text[200];
  snprintf(text, sizeof text, "%s", lua_tostring(lua, -1));
  sp_lua_clean(text);
  call->rc = sp_fail(call->err, SP_E_INVALID, "params", "%s", text);
  return 0;
}

static int applies_body(lua_State *lua) {
  struct call *call = open_call(lua, SP_LUA_APPLIES);
  *call->keys = (struct sp_rule_keys){.always = true};
  if (!lua_isnil(lua, AT_FUNCTION)) {
    lua_pushvalue(lua, AT_PARAMS);
    lua_call(lua, 1, 1);
    if (lua_istable(lua, -1))
      sp_lua_read_keys(lua, call->arena, call->keys);
    else if (!lua_isnil(lua, -1))
      return luaL_error(lua, "applies must return a table or nil");
  }
  end_call(call->machine, call);
  return 0;
}

int sp_lua_call_check(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err) {
  return run_call(&(struct call){.machine = (struct sp_machine *)vm, .campaign = campaign}, check_body, err);
}

int sp_lua_call_applies(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_keys *out,
                        struct sp_error *err) {
  return run_call(&(struct call){.machine = (struct sp_machine *)vm, .campaign = campaign, .arena = arena, .keys = out},
                  applies_body, err);
}

/* ---- evaluate ---- */

/* Only what the returned list holds counts; offers of other lists were thrown away by the rule. */
static void give_result(lua_State *lua, struct call *call, int32_t list) {
  struct sp_machine *machine = call->machine;
  size_t room = (size_t)machine->offer_count;
  if (room == 0) return;
  struct sp_offer *offers = sp_lua_take(lua, sp_arena_array(call->arena, room, sizeof *offers));
  int32_t count = 0;
  for (int32_t i = 0; i < machine->offer_count; i++)
    if (machine->offers[i].list == list) offers[count++] = machine->offers[i].offer;
  *call->result = (struct sp_rule_result){.offers = offers, .count = count};
}

static int evaluate_body(lua_State *lua) {
  struct call *call = open_call(lua, SP_LUA_EVALUATE);
  struct sp_machine *machine = call->machine;
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->basket);
  lua_pushvalue(lua, AT_PARAMS);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->context);
  lua_call(lua, 3, 1);
  end_call(machine, call);
  *call->result = (struct sp_rule_result){0};
  if (lua_isnil(lua, -1)) return 0;
  const struct sp_handle *handle = sp_lua_test(lua, -1, SP_KIND_OFFERS);
  if (!handle || handle->line <= 0)
    return luaL_error(lua, "evaluate must return the list made by offer.list(), or nothing");
  give_result(lua, call, handle->line);
  return 0;
}

/* Nothing of the evaluation before. */
static void forget(struct sp_machine *machine, struct sp_arena *arena) {
  machine->arena = arena;
  machine->offer_count = 0;
  machine->target_count = 0;
  machine->lists = 0;
  machine->last_reason = NULL;
  machine->base.evaluations++;
}

/* From here on only handles of this generation are good. */
static void show(struct sp_machine *machine, const struct sp_rule_view *view) {
  machine->view = *view;
  machine->handles_fresh = false;
  machine->facts_fresh = false;
  machine->order_fresh = false;
  machine->generation++;
  machine->basket_handle->generation = machine->generation;
  machine->context_handle->generation = machine->generation;
  machine->member_handle->generation = machine->generation;
  machine->no_units_handle->generation = machine->generation;
  machine->first_list_handle->generation = machine->generation;
}

void sp_lua_call_begin(struct sp_rule_vm *vm, const struct sp_rule_view *view) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  show(machine, view);
  machine->showing = true;
}

void sp_lua_call_end(struct sp_rule_vm *vm) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  machine->view = (struct sp_rule_view){0};
  machine->showing = false;
  machine->generation++;
}

int sp_lua_call_evaluate(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_result *out,
                         struct sp_error *err) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  if (!machine->showing) return sp_fail(err, SP_E_INTERNAL, NULL, "The rule machine has no basket");
  forget(machine, arena);
  struct call call = {.machine = machine, .campaign = campaign, .arena = arena, .result = out};
  int rc = run_call(&call, evaluate_body, err);
  if (rc) *out = (struct sp_rule_result){0};
  return rc;
}

/* ---- decide ---- */

static int decide_body(lua_State *lua) {
  struct call *call = open_call(lua, SP_LUA_EVALUATE);
  struct sp_machine *machine = call->machine;
  const struct sp_hook *hook = machine->kept[machine->rule].hook;
  machine->metered = false; /* what a rule is given costs it nothing */
  sp_lua_push_json(lua, call->input, hook ? hook->input : NULL);
  machine->metered = true;
  lua_pushvalue(lua, AT_PARAMS);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->context);
  lua_call(lua, 3, 1);
  call->json = sp_lua_give_json(lua, hook ? hook->output : NULL, &call->json_len);
  end_call(machine, call);
  return 0;
}

int sp_lua_call_decide(struct sp_rule_vm *vm, int32_t campaign, const struct cJSON *input,
                       const struct sp_context *context, struct sp_arena *arena, const char **json, size_t *len,
                       struct sp_error *err) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  *json = NULL;
  *len = 0;
  if (machine->showing) return sp_fail(err, SP_E_INTERNAL, NULL, "The rule machine has a basket open");
  forget(machine, arena);
  show(machine, &(struct sp_rule_view){.context = context});
  struct call call = {.machine = machine, .campaign = campaign, .arena = arena, .input = input};
  int rc = run_call(&call, decide_body, err);
  sp_lua_call_end(vm);
  if (rc) return rc;
  *json = call.json;
  *len = call.json_len;
  return 0;
}

/* ---- describe ---- */

static int describe_body(lua_State *lua) {
  struct sp_describe *what = lua_touserdata(lua, 1);
  sp_lua_run_file(what->machine, what->rule);
  sp_lua_describe(lua, what);
  return 0;
}

int sp_lua_call_describe(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena, struct sp_rule_info *out,
                         struct sp_error *err) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  *out = (struct sp_rule_info){0};
  struct sp_describe what = {.machine = machine, .rule = rule, .arena = arena, .info = out};
  return sp_lua_protect(machine, describe_body, &what, rule, err);
}
