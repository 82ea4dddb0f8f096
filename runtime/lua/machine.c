#include "lua/machine.h"

#include "base/text.h"
#include "lua/impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFERS_START 64

/* ---- Errors ---- */

/* Runs where the error was raised, so the line is still known. Error objects other than text are not for people. */
static int on_error(lua_State *lua) {
  sp_lua_note(sp_lua_machine(lua));
  if (lua_type(lua, 1) == LUA_TSTRING) return 1;
  lua_pushfstring(lua, "the error is a %s value", luaL_typename(lua, 1));
  return 1;
}

/* What a rule said, made fit for a sentence. */
static void clean(char *text) {
  bool valid = sp_utf8_valid(text, strlen(text));
  for (char *byte = text; *byte; byte++) {
    unsigned char code = (unsigned char)*byte;
    if (code < 0x20 || code == 0x7f || (!valid && code >= 0x80)) *byte = '?';
  }
}

static const char *rule_file(const struct sp_machine *machine) {
  int32_t rule = machine->rule;
  return rule >= 0 && rule < machine->base.program->rule_count ? machine->base.program->rules[rule].file : "sandbox";
}

static int rule_error(struct sp_machine *machine, const char *said, struct sp_error *err) {
  const char *file = rule_file(machine);
  const char *where = machine->where;
  char prefix[200];
  char text[256];
  if (!where[0]) {
    snprintf(prefix, sizeof prefix, "%s:", file);
    where = prefix;
  }
  if (machine->failed) return sp_error_nomem(err, __func__);
  if (machine->trip == SP_TRIP_BUDGET)
    return sp_fail(err, SP_E_RULE, file, "%s the rule used more instructions than it may", where);
  if (machine->trip == SP_TRIP_MEMORY)
    return sp_fail(err, SP_E_RULE, file, "%s the rule used more memory than it may", where);
  snprintf(text, sizeof text, "%s", said ? said : "not enough memory");
  clean(text);
  if (strncmp(text, where, strlen(where)) == 0 || strncmp(text, file, strlen(file)) == 0)
    return sp_fail(err, SP_E_RULE, file, "%s", text);
  return sp_fail(err, SP_E_RULE, file, "%s %s", where, text);
}

/* Everything that can raise runs here. `body` gets `argument` as a light userdata. */
static int protect(struct sp_machine *machine, lua_CFunction body, void *argument, int32_t rule, struct sp_error *err) {
  lua_State *lua = machine->lua;
  machine->trip = SP_TRIP_NONE;
  machine->failed = 0;
  machine->starved = false;
  machine->rule = rule;
  machine->where[0] = '\0';
  lua_pushcfunction(lua, body);
  lua_pushlightuserdata(lua, argument);
  int status = lua_pcall(lua, 1, 0, 1);
  machine->metered = false;
  machine->compiling = false;
  if (status == LUA_OK) return 0;
  /* The machine's memory is not the rule's fault: the sale fails, rather than cost what it does without the rule. */
  if (status == LUA_ERRMEM && machine->starved) machine->failed = SP_E_NOMEM;
  lua_sethook(lua, NULL, 0, 0);
  int rc = rule_error(machine, lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : NULL, err);
  lua_settop(lua, 1);
  lua_gc(lua, LUA_GCCOLLECT); /* a failed rule may have left megabytes */
  return rc;
}

/* ---- Running a file ---- */

/* Run the file of `rule` anew and leave its table on the stack. The chunk may have replaced its own _ENV the last time,
 * so that is put back first. [+1, e] */
static void instantiate(struct sp_machine *machine, int32_t rule) {
  lua_State *lua = machine->lua;
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->chunks);
  lua_rawgeti(lua, -1, rule + 1);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->env);
  lua_setupvalue(lua, -2, 1);
  lua_call(lua, 0, 1);
  if (!lua_istable(lua, -1)) luaL_error(lua, "a rule file must return one table");
  lua_remove(lua, -2);
}

static int compile_all(lua_State *lua) {
  struct sp_machine *machine = lua_touserdata(lua, 1);
  const struct sp_rule_program *program = machine->base.program;
  lua_createtable(lua, program->rule_count, 0);
  for (int32_t i = 0; i < program->rule_count; i++) {
    const struct sp_rule_source *source = &program->rules[i];
    char name[256];
    machine->rule = i;
    snprintf(name, sizeof name, "@%s", source->file);
    machine->compiling = true;
    int status = luaL_loadbufferx(lua, source->text, source->len, name, "t");
    machine->compiling = false;
    if (status != LUA_OK) return lua_error(lua); /* the message begins with file and line */
    lua_rawseti(lua, -2, i + 1);
  }
  machine->chunks = luaL_ref(lua, LUA_REGISTRYINDEX);
  return 0;
}

static int set_up(lua_State *lua) {
  struct sp_machine *machine = lua_touserdata(lua, 1);
  luaL_checkstack(lua, 100, NULL); /* makes a larger stack, which is the newest block now */
  machine->stack = machine->newest;
  sp_lua_basket_types(machine);
  sp_lua_offer_types(machine);
  sp_lua_sandbox(machine);
  lua_newtable(lua);
  machine->params = luaL_ref(lua, LUA_REGISTRYINDEX);
  lua_newtable(lua);
  machine->handles = luaL_ref(lua, LUA_REGISTRYINDEX);
  return 0;
}

/* ---- Campaigns ---- */

struct call {
  struct sp_machine *machine;
  int32_t campaign;
  struct sp_arena *arena;
  struct sp_rule_keys *keys;
  struct sp_rule_result *result;
  struct sp_error *err;
  int rc;
};

static void push_value(lua_State *lua, const struct sp_rule_value *value) {
  if (sp_param_is_text(value->type))
    lua_pushstring(lua, value->text);
  else if (value->type == SP_PARAM_BOOLEAN)
    lua_pushboolean(lua, value->integer != 0);
  else
    lua_pushinteger(lua, value->integer);
}

/* The frozen parameters of a campaign, made when it is first asked. [+1, e] */
static void push_params(struct sp_machine *machine, int32_t campaign) {
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
  lua_remove(lua, -2);
}

/* An instance of the campaign's rule, its function `name` (nil when it has none) and the parameters. [+3, e] */
static void push_call(struct call *call, const char *name) {
  struct sp_machine *machine = call->machine;
  lua_State *lua = machine->lua;
  push_params(machine, call->campaign);
  sp_lua_meter(machine, machine->limits.load_budget);
  instantiate(machine, machine->base.program->campaigns[call->campaign].rule);
  machine->base.charged += machine->limits.load_budget - machine->left;
  machine->left = machine->limits.call_budget;
  lua_getfield(lua, -1, name);
  lua_rotate(lua, -3, 2); /* Stack now: …, instance, function, params */
}

static void end_call(struct sp_machine *machine) {
  machine->base.charged += machine->limits.call_budget - machine->left;
  sp_lua_meter_stop(machine);
}

static int check_body(lua_State *lua) {
  struct call *call = lua_touserdata(lua, 1);
  push_call(call, "check");
  if (lua_isnil(lua, -2)) {
    end_call(call->machine);
    return 0;
  }
  lua_call(lua, 1, 2);
  end_call(call->machine);
  if (lua_isboolean(lua, -2) && lua_toboolean(lua, -2)) return 0;
  if (lua_toboolean(lua, -2) || lua_type(lua, -1) != LUA_TSTRING)
    return luaL_error(lua, "check must return true, or nil and a sentence");
  char text[200];
  snprintf(text, sizeof text, "%s", lua_tostring(lua, -1));
  clean(text);
  call->rc = sp_fail(call->err, SP_E_INVALID, "params", "%s", text);
  return 0;
}

const char *sp_lua_copy(lua_State *lua, struct sp_machine *machine, struct sp_arena *arena, const char *text) {
  const char *copy = sp_arena_text(arena, text);
  if (copy) return copy;
  machine->failed = SP_E_NOMEM;
  luaL_error(lua, "out of memory");
  return NULL;
}

static void add_key(lua_State *lua, struct call *call, struct sp_rule_key *keys, char kind) {
  size_t len;
  if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "applies must give text, or lists of text");
  const char *text = lua_tolstring(lua, -1, &len);
  if (len == 0 || strlen(text) != len) luaL_error(lua, "applies gave an empty key");
  if (call->keys->count == SP_RULE_KEYS_MAX) luaL_error(lua, "applies gave more than %d keys", SP_RULE_KEYS_MAX);
  keys[call->keys->count++] =
      (struct sp_rule_key){.kind = kind, .text = sp_lua_copy(lua, call->machine, call->arena, text)};
}

/* The table on top: { tag = "x", category = { "a", "b" } }. */
static void read_keys(lua_State *lua, struct call *call, struct sp_rule_key *keys) {
  static const struct {
    const char *name;
    char kind;
  } kinds[] = {{"tag", 't'}, {"category", 'c'}, {"product", 'p'}};
  int32_t fields = 0;
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    lua_getfield(lua, -1, kinds[k].name);
    if (!lua_isnil(lua, -1)) fields++;
    if (lua_istable(lua, -1)) {
      lua_Integer count = (lua_Integer)lua_rawlen(lua, -1);
      for (lua_Integer i = 1; i <= count; i++, lua_pop(lua, 1)) {
        lua_rawgeti(lua, -1, i);
        add_key(lua, call, keys, kinds[k].kind);
      }
    } else if (!lua_isnil(lua, -1)) {
      add_key(lua, call, keys, kinds[k].kind);
    }
    lua_pop(lua, 1);
  }
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
    fields--;
  if (fields != 0) luaL_error(lua, "applies may name tag, category and product only");
  if (call->keys->count == 0) luaL_error(lua, "applies must name a tag, a category or a product");
}

static int applies_body(lua_State *lua) {
  struct call *call = lua_touserdata(lua, 1);
  push_call(call, "applies");
  *call->keys = (struct sp_rule_keys){.always = true};
  if (lua_isnil(lua, -2)) {
    end_call(call->machine);
    return 0;
  }
  lua_call(lua, 1, 1);
  end_call(call->machine);
  if (lua_isnil(lua, -1)) return 0;
  if (!lua_istable(lua, -1)) return luaL_error(lua, "applies must return a table or nil");
  struct sp_rule_key *keys = sp_arena_array(call->arena, SP_RULE_KEYS_MAX, sizeof *keys);
  if (!keys) {
    call->machine->failed = SP_E_NOMEM;
    return luaL_error(lua, "out of memory");
  }
  call->keys->always = false;
  call->keys->keys = keys;
  read_keys(lua, call, keys);
  return 0;
}

/* ---- Evaluation ---- */

/* Only what the returned list holds counts; offers of other lists were thrown away by the rule. */
static void give_result(lua_State *lua, struct call *call, int32_t list) {
  struct sp_machine *machine = call->machine;
  struct sp_offer *offers = sp_arena_array(call->arena, (size_t)machine->offer_count + 1, sizeof *offers);
  if (!offers) {
    machine->failed = SP_E_NOMEM;
    luaL_error(lua, "out of memory");
    return;
  }
  int32_t count = 0;
  for (int32_t i = 0; i < machine->offer_count; i++)
    if (machine->offers[i].list == list) offers[count++] = machine->offers[i].offer;
  *call->result = (struct sp_rule_result){.offers = offers, .count = count};
}

static int evaluate_body(lua_State *lua) {
  struct call *call = lua_touserdata(lua, 1);
  struct sp_machine *machine = call->machine;
  push_call(call, "evaluate");
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->basket);
  lua_insert(lua, -2);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->context);
  lua_call(lua, 3, 1); /* Stack now: …, instance, result */
  end_call(machine);
  *call->result = (struct sp_rule_result){0};
  if (lua_isnil(lua, -1)) return 0;
  const struct sp_handle *handle = sp_lua_test(lua, -1, SP_KIND_OFFERS);
  if (!handle || handle->line <= 0)
    return luaL_error(lua, "evaluate must return the list made by offer.list(), or nothing");
  give_result(lua, call, handle->line);
  return 0;
}

static int describe_body(lua_State *lua) {
  struct sp_describe *what = lua_touserdata(lua, 1);
  struct sp_machine *machine = what->machine;
  sp_lua_meter(machine, machine->limits.load_budget);
  instantiate(machine, what->rule);
  sp_lua_meter_stop(machine);
  sp_lua_describe(lua, what);
  return 0;
}

/* ---- The port ---- */

static void machine_close(struct sp_rule_vm *vm) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  if (!machine) return;
  if (machine->lua) lua_close(machine->lua);
  sp_buf_free(&machine->reason);
  free(machine->offers);
  free(machine);
}

static int machine_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                        struct sp_rule_vm **out, struct sp_error *err) {
  *out = NULL;
  struct sp_machine *machine = calloc(1, sizeof *machine);
  if (!machine) return sp_error_nomem(err, __func__);
  machine->base.api = sp_lua_api();
  machine->base.program = program;
  machine->limits = *limits;
  sp_buf_init(&machine->reason, SP_RULE_REASON_MAX);
  machine->offers = calloc(OFFERS_START, sizeof *machine->offers);
  machine->offer_capacity = OFFERS_START;
  lua_State *lua = machine->offers ? lua_newstate(sp_lua_allocate, machine) : NULL;
  if (!lua) {
    machine_close(&machine->base);
    return sp_error_nomem(err, __func__);
  }
  *(struct sp_machine **)lua_getextraspace(lua) = machine;
  machine->lua = lua;
  lua_pushcfunction(lua, on_error); /* stays at index 1 for the life of the machine */
  int rc = protect(machine, set_up, machine, -1, err);
  if (!rc) rc = protect(machine, compile_all, machine, -1, err);
  if (rc) {
    machine_close(&machine->base);
    return rc;
  }
  *out = &machine->base;
  return 0;
}

static int machine_describe(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena, struct sp_rule_info *out,
                            struct sp_error *err) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  *out = (struct sp_rule_info){0};
  struct sp_describe what = {.machine = machine, .rule = rule, .arena = arena, .info = out};
  return protect(machine, describe_body, &what, rule, err);
}

static int run_call(struct call *call, lua_CFunction body, struct sp_error *err) {
  struct sp_machine *machine = call->machine;
  call->err = err;
  int rc = protect(machine, body, call, machine->base.program->campaigns[call->campaign].rule, err);
  return rc ? rc : call->rc;
}

static int machine_check(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err) {
  return run_call(&(struct call){.machine = (struct sp_machine *)vm, .campaign = campaign}, check_body, err);
}

static int machine_applies(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_keys *out,
                           struct sp_error *err) {
  return run_call(&(struct call){.machine = (struct sp_machine *)vm, .campaign = campaign, .arena = arena, .keys = out},
                  applies_body, err);
}

static void machine_begin(struct sp_rule_vm *vm, const struct sp_rule_view *view) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  machine->view = *view;
  machine->showing = true;
  machine->handles_fresh = false;
  machine->generation++;
  machine->basket_handle->generation = machine->generation;
  machine->context_handle->generation = machine->generation;
}

static void machine_end(struct sp_rule_vm *vm) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  machine->view = (struct sp_rule_view){0};
  machine->showing = false;
  machine->generation++;
}

static int machine_evaluate(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_result *out,
                            struct sp_error *err) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  if (!machine->showing) return sp_fail(err, SP_E_INTERNAL, NULL, "The rule machine has no basket");
  machine->arena = arena;
  machine->offer_count = 0;
  machine->target_count = 0;
  machine->lists = 0;
  machine->base.evaluations++;
  struct call call = {.machine = machine, .campaign = campaign, .arena = arena, .result = out};
  int rc = run_call(&call, evaluate_body, err);
  if (rc) *out = (struct sp_rule_result){0};
  return rc;
}

static const struct sp_rule_vm_api lua_api = {.name = "lua",
                                              .open = machine_open,
                                              .close = machine_close,
                                              .describe = machine_describe,
                                              .check = machine_check,
                                              .applies = machine_applies,
                                              .begin = machine_begin,
                                              .evaluate = machine_evaluate,
                                              .end = machine_end};

const struct sp_rule_vm_api *sp_lua_api(void) {
  return &lua_api;
}
