#include "lua/machine.h"

#include "base/text.h"
#include "lua/call.h"
#include "lua/impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFERS_START 64
#define KEPT_BYTES   ((size_t)4 << 20)

/* ---- Errors ---- */

/* Runs where the error was raised, so the line is still known. Error objects other than text are not for people. */
static int on_error(lua_State *lua) {
  sp_lua_note(sp_lua_machine(lua));
  if (lua_type(lua, 1) == LUA_TSTRING) return 1;
  lua_pushfstring(lua, "the error is a %s value", luaL_typename(lua, 1));
  return 1;
}

/* What a rule said, made fit for a sentence. */
void sp_lua_clean(char *text) {
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
  sp_lua_clean(text);
  if (strncmp(text, where, strlen(where)) == 0 || strncmp(text, file, strlen(file)) == 0)
    return sp_fail(err, SP_E_RULE, file, "%s", text);
  return sp_fail(err, SP_E_RULE, file, "%s %s", where, text);
}

/* Everything that can raise runs here. `body` gets `argument` as a light userdata. */
int sp_lua_protect(struct sp_machine *machine, lua_CFunction body, void *argument, int32_t rule, struct sp_error *err) {
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
  if (machine->used > KEPT_BYTES) lua_gc(lua, LUA_GCCOLLECT); /* a failed rule may have left megabytes */
  return rc;
}

/* ---- Opening ---- */

/* The chunk of a source; the message of an error begins with file and line. [+1, e] */
static void compile(lua_State *lua, const struct sp_rule_source *source) {
  struct sp_machine *machine = sp_lua_machine(lua);
  char name[256];
  snprintf(name, sizeof name, "@%s", source->file);
  machine->compiling = true;
  int status = luaL_loadbufferx(lua, source->text, source->len, name, "t");
  machine->compiling = false;
  if (status != LUA_OK) lua_error(lua);
}

static int compile_all(lua_State *lua) {
  struct sp_machine *machine = lua_touserdata(lua, 1);
  const struct sp_rule_program *program = machine->base.program;
  lua_createtable(lua, program->rule_count, 0);
  for (int32_t i = 0; i < program->rule_count; i++) {
    machine->rule = i;
    compile(lua, &program->rules[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  machine->chunks = luaL_ref(lua, LUA_REGISTRYINDEX);
  return 0;
}

static int set_up(lua_State *lua) {
  struct sp_machine *machine = lua_touserdata(lua, 1);
  luaL_checkstack(lua, 100, NULL); /* makes a larger stack, which is the newest block now */
  machine->stack = machine->newest;
  sp_lua_types(machine);
  sp_lua_sandbox(machine);
  lua_newtable(lua);
  machine->params = luaL_ref(lua, LUA_REGISTRYINDEX);
  return 0;
}

/* The words of every source, before Lua sees any. */
static int read_sources(struct sp_machine *machine, struct sp_error *err) {
  const struct sp_rule_program *program = machine->base.program;
  machine->sources = calloc((size_t)program->rule_count + 1, sizeof *machine->sources);
  machine->kept = calloc((size_t)program->rule_count + 1, sizeof *machine->kept);
  if (!machine->sources || !machine->kept) return sp_error_nomem(err, __func__);
  for (int32_t i = 0; i < program->rule_count; i++) {
    int rc = sp_lua_source_read(&program->rules[i], &machine->sources[i], err);
    if (rc) return rc;
  }
  return 0;
}

static void machine_close(struct sp_rule_vm *vm) {
  struct sp_machine *machine = (struct sp_machine *)vm;
  if (!machine) return;
  if (machine->lua) lua_close(machine->lua);
  sp_pool_free(&machine->pool);
  for (int32_t i = 0; machine->sources && machine->kept && i < machine->base.program->rule_count; i++) {
    sp_lua_source_free(&machine->sources[i]);
    free(machine->kept[i].places);
  }
  free(machine->sources);
  free(machine->kept);
  sp_buf_free(&machine->reason);
  sp_buf_free(&machine->value);
  free(machine->offers);
  free(machine->runs);
  free((void *)machine->texts);
  free(machine);
}

static int start(struct sp_machine *machine, struct sp_error *err) {
  machine->lua = machine->offers ? lua_newstate(sp_lua_allocate, machine) : NULL;
  if (!machine->lua) return sp_error_nomem(err, __func__);
  *(struct sp_machine **)lua_getextraspace(machine->lua) = machine;
  lua_pushcfunction(machine->lua, on_error); /* stays at index 1 for the life of the machine */
  int rc = read_sources(machine, err);
  if (!rc) rc = sp_lua_protect(machine, set_up, machine, -1, err);
  if (!rc) rc = sp_lua_protect(machine, compile_all, machine, -1, err);
  return rc;
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
  sp_buf_init(&machine->value, SP_RULE_VALUE_MAX);
  machine->offers = calloc(OFFERS_START, sizeof *machine->offers);
  machine->offer_capacity = OFFERS_START;
  int rc = start(machine, err);
  if (rc)
    machine_close(&machine->base);
  else
    *out = &machine->base;
  return rc;
}

static const struct sp_rule_vm_api lua_api = {.name = "lua",
                                              .writes_json = true,
                                              .open = machine_open,
                                              .close = machine_close,
                                              .describe = sp_lua_call_describe,
                                              .check = sp_lua_call_check,
                                              .applies = sp_lua_call_applies,
                                              .begin = sp_lua_call_begin,
                                              .evaluate = sp_lua_call_evaluate,
                                              .end = sp_lua_call_end,
                                              .decide = sp_lua_call_decide};

const struct sp_rule_vm_api *sp_lua_api(void) {
  return &lua_api;
}
