/* What a rule may use: instructions, memory, strings, stack. All limits end the evaluation, and nothing in the sandbox
 * catches them. */
#include "lua/impl.h"

#include <stdio.h>
#include <stdlib.h>

#define SMALL_BYTES   1024               /* an error message still gets its memory after a trip */
#define LARGE_BYTES   4096               /* tables from here on are charged when they are rebuilt */
#define STACK_MAX     ((size_t)96 << 10) /* about 6,000 slots: `...` is copied whole behind one instruction */
#define SLACK_BYTES   65536
#define STRING_HEADER 64 /* bytes of a string object beside its content, at most */

struct sp_machine *sp_lua_machine(lua_State *lua) {
  return *(struct sp_machine **)lua_getextraspace(lua);
}

void sp_lua_note(struct sp_machine *machine) {
  lua_Debug ar;
  if (machine->where[0] || !machine->lua) return;
  for (int level = 0; level < 50 && lua_getstack(machine->lua, level, &ar); level++) {
    if (!lua_getinfo(machine->lua, "Sl", &ar) || ar.currentline <= 0) continue;
    snprintf(machine->where, sizeof machine->where, "%s:%d:", ar.short_src, ar.currentline);
    return;
  }
}

static void trip(struct sp_machine *machine, enum sp_trip what) {
  if (machine->trip != SP_TRIP_NONE) return;
  machine->trip = what;
  sp_lua_note(machine);
}

/* Once over, every further instruction raises again: nothing a rule can do swallows it. */
static void count_hook(lua_State *lua, lua_Debug *ar) {
  struct sp_machine *machine = sp_lua_machine(lua);
  if (ar->event == LUA_HOOKLINE) {
    machine->limits.watch->line(machine->limits.watch, machine->base.program, machine->rule, ar->currentline);
    return;
  }
  machine->left -= SP_LUA_HOOK_STEP;
  if (machine->left >= 0 && machine->trip == SP_TRIP_NONE) return;
  trip(machine, SP_TRIP_BUDGET);
  lua_sethook(lua, count_hook, LUA_MASKCOUNT, 1);
  luaL_error(lua, "over budget");
}

void sp_lua_charge(lua_State *lua, int64_t amount) {
  struct sp_machine *machine = sp_lua_machine(lua);
  machine->left -= amount;
  if (machine->left >= 0 && machine->trip == SP_TRIP_NONE) return;
  trip(machine, SP_TRIP_BUDGET);
  luaL_error(lua, "over budget");
}

/* What an allocation costs in instructions. Long strings are copied by the byte behind a single instruction, and their
 * allocations are the same in every run; a table of many entries is rebuilt behind one assignment (a fresh node part,
 * or an array part that keeps its size), which a rule could repeat at will. */
static int64_t allocation_charge(const void *ptr, size_t osize, size_t nsize) {
  if (!ptr && osize == LUA_TSTRING && nsize > 65) return (int64_t)(nsize / 32);
  if (!ptr && osize == 0 && nsize >= LARGE_BYTES) return (int64_t)(nsize / 8);
  if (ptr && osize == nsize && nsize >= LARGE_BYTES) return (int64_t)(nsize / 16);
  return 0;
}

/* May this allocation be made? A trip is for good: a collection that would make room again is no way out. */
static bool admit(struct sp_machine *machine, const void *ptr, size_t osize, size_t nsize) {
  size_t old = ptr ? osize : 0;
  bool is_string = !ptr && osize == LUA_TSTRING;
  if (machine->used - old + nsize > machine->limits.memory + (machine->trip ? SLACK_BYTES : 0)) {
    trip(machine, SP_TRIP_MEMORY);
    return false;
  }
  if (machine->compiling) return !is_string || nsize <= SP_LUA_STRING_MAX + STRING_HEADER;
  if (!machine->metered) return true;
  if (is_string && nsize > SP_LUA_STRING_MAX + STRING_HEADER) {
    trip(machine, SP_TRIP_MEMORY);
    return false;
  }
  if (machine->trip) return nsize <= SMALL_BYTES;
  machine->left -= allocation_charge(ptr, osize, nsize);
  if (machine->left < 0) trip(machine, SP_TRIP_BUDGET);
  return machine->left >= 0 || nsize <= SMALL_BYTES;
}

/* Lua's stack has moved into a block of `size` bytes. Its growth depends on what ran before, so it is not charged, but
 * `...` is copied whole behind one instruction, so it stays small: the hook fires at the next instruction. */
static void stack_moved(struct sp_machine *machine, void *block, size_t size) {
  machine->stack = block;
  if (!machine->metered) return;
  machine->left += allocation_charge(NULL, 0, size);
  if (size <= STACK_MAX) return;
  trip(machine, SP_TRIP_MEMORY);
  lua_sethook(machine->lua, count_hook, LUA_MASKCOUNT, 1);
}

static void *release(struct sp_machine *machine, void *ptr, size_t size) {
  bool is_stack = ptr && ptr == machine->stack;
  free(ptr);
  if (ptr) machine->used -= size;
  if (is_stack) stack_moved(machine, machine->newest, machine->newest_size); /* a new one is made before the old goes */
  return NULL;
}

void *sp_lua_allocate(void *ctx, void *ptr, size_t osize, size_t nsize) {
  struct sp_machine *machine = ctx;
  size_t old = ptr ? osize : 0;
  if (nsize == 0) return release(machine, ptr, osize);
  bool grows = nsize > old;
  if ((grows || nsize == old) && !admit(machine, ptr, osize, nsize) && grows) return NULL;
  void *bytes = realloc(ptr, nsize);
  if (!bytes) {
    machine->starved = true;
    return grows ? NULL : ptr;
  }
  machine->used += nsize;
  machine->used -= old;
  if (!ptr && osize == 0) {
    machine->newest = bytes;
    machine->newest_size = nsize;
  }
  return bytes;
}

void sp_lua_meter(struct sp_machine *machine, int64_t budget) {
  machine->left = budget;
  machine->metered = true;
  int lines = machine->limits.watch ? LUA_MASKLINE : 0;
  lua_sethook(machine->lua, count_hook, LUA_MASKCOUNT | lines, SP_LUA_HOOK_STEP);
}

void sp_lua_meter_stop(struct sp_machine *machine) {
  machine->metered = false;
  lua_sethook(machine->lua, NULL, 0, 0);
}
