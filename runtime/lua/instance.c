/* A rule's file and what it leaves: run once a machine, then used by every call (seal.c says why that is sound). A file
 * that makes too much, or something that cannot be kept, runs anew for every call. */
#include "lua/impl.h"

static const char *const names[SP_LUA_ENTRIES] = {"check", "applies", "evaluate"};

void sp_lua_run_file(struct sp_machine *machine, int32_t rule) {
  lua_State *lua = machine->lua;
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->chunks);
  lua_rawgeti(lua, -1, rule + 1);
  lua_remove(lua, -2);
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->env); /* the chunk may have replaced its own the last time */
  lua_setupvalue(lua, -2, 1);
  sp_lua_meter(machine, machine->limits.load_budget);
  lua_call(lua, 0, 1);
  sp_lua_meter_stop(machine);
  if (!lua_istable(lua, -1)) luaL_error(lua, "a rule file must return one table");
}

/* What is only there to be read by describe: no call needs it, and kept it would be most of what a file makes. The
 * rule's table is on top. [0, e] */
static void forget_declarations(lua_State *lua) {
  static const char *const fields[] = {"params", "phrases"};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, fields[i]);
  }
}

/* What every call has to know of the rule's table on top. [0, e] */
static void learn(struct sp_machine *machine, int32_t rule) {
  lua_State *lua = machine->lua;
  machine->kept[rule].needs = sp_lua_read_needs(lua);
  machine->kept[rule].hook = NULL;
  if (lua_getfield(lua, -1, "hook") == LUA_TSTRING) machine->kept[rule].hook = sp_hook_find(lua_tostring(lua, -1));
  lua_pop(lua, 1);
}

/* Stack: …, rule's table, record of the variables its functions hold on to; its functions are noted there too. [-1, e]
 */
static void keep(struct sp_machine *machine, struct sp_lua_kept *kept) {
  lua_State *lua = machine->lua;
  if (machine->limits.anew) {
    lua_pop(lua, 1);
    return;
  }
  for (int entry = 0; entry < SP_LUA_ENTRIES; entry++) {
    lua_getfield(lua, -2, names[entry]);
    lua_rawseti(lua, -2, entry + 1);
  }
  kept->record = luaL_ref(lua, LUA_REGISTRYINDEX);
  kept->ready = true;
}

void sp_lua_push_entry(struct sp_machine *machine, int32_t rule, enum sp_lua_entry entry) {
  struct sp_lua_kept *kept = &machine->kept[rule];
  lua_State *lua = machine->lua;
  if (kept->ready) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, kept->record);
    lua_rawgeti(lua, -1, (lua_Integer)entry + 1);
  } else {
    sp_lua_run_file(machine, rule);
    forget_declarations(lua);
    learn(machine, rule);
    if (!kept->anew && sp_lua_seal(lua, &machine->sources[rule], kept))
      keep(machine, kept);
    else
      kept->anew = true;
    lua_getfield(lua, -1, names[entry]);
  }
}

void sp_lua_restore(struct sp_machine *machine, int32_t rule) {
  const struct sp_lua_kept *kept = &machine->kept[rule];
  lua_State *lua = machine->lua;
  if (!kept->ready || kept->count == 0) return;
  lua_rawgeti(lua, LUA_REGISTRYINDEX, kept->record);
  for (int32_t i = 0; i < kept->count; i++) {
    lua_rawgeti(lua, -1, SP_LUA_ENTRIES + i * 2 + 1);
    lua_rawgeti(lua, -2, SP_LUA_ENTRIES + i * 2 + 2);
    lua_setupvalue(lua, -2, kept->places[i]);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
}
