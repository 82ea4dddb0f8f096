/* What a rule may use: instructions, memory, strings, stack. All limits end the evaluation, and nothing in the sandbox
 * catches them.
 *
 * The budget is the same in every run on every till: instructions, plus what stock Lua does behind a single instruction
 * (new tables, closures and long texts, by the allocator; joining texts, by the function the hook finds at work), plus
 * what our own functions take. What depends on the history of a machine (short texts that are there already, the stack,
 * garbage) is not counted. */
#include "lua/impl.h"

#include <stdio.h>

#define SMALL_BYTES   1024               /* an error message still gets its memory after a trip */
#define PART_BYTES    128                /* parts of tables from here on are charged when they are made */
#define REBUILT_BYTES 4096               /* and from here on when they are rebuilt at their size */
#define STACK_MAX     ((size_t)96 << 10) /* about 6,000 slots */
#define SLACK_BYTES   65536
#define STRING_HEADER 64 /* bytes of a string object beside its content, at most */
#define SHORT_STRING  65 /* a string of more bytes, header included, is copied and hashed for itself */
#define OBJECT_CHARGE 16 /* of a table or a closure: made, and collected some day */
#define JOIN_CHARGE   5  /* more for an instruction of a function that joins texts: numbers become texts there … */
#define FLOAT_CHARGE  60 /* … and a float costs as much as this many instructions */

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

static void count_hook(lua_State *lua, lua_Debug *ar);

/* The next look comes after 500 to 1,500 instructions, so that no loop runs in step with it. */
static void next_look(struct sp_machine *machine) {
  machine->dice = machine->dice * 1664525u + 1013904223u;
  machine->step = SP_LUA_HOOK_STEP / 2 + (int32_t)((machine->dice >> 16) % SP_LUA_HOOK_STEP);
  int lines = machine->limits.watch ? LUA_MASKLINE : 0;
  lua_sethook(machine->lua, count_hook, LUA_MASKCOUNT | lines, machine->step);
}

/* What the last step costs beside its instructions: joining turns numbers into texts behind one instruction, and stock
 * Lua tells nobody. */
static int64_t join_charge(struct sp_machine *machine, lua_Debug *ar) {
  const struct sp_lua_source *source = machine->rule >= 0 ? &machine->sources[machine->rule] : NULL;
  if (!source || source->join_count == 0 || !lua_getinfo(machine->lua, "S", ar)) return 0;
  bool whole = ar->linedefined <= 0;
  if (!sp_lua_source_joins(source, ar->linedefined, whole ? -1 : ar->lastlinedefined)) return 0;
  return machine->step * (int64_t)(source->floats ? FLOAT_CHARGE : JOIN_CHARGE);
}

/* Once over, every further instruction raises again: nothing a rule can do swallows it. */
static void count_hook(lua_State *lua, lua_Debug *ar) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_rule_watch *watch = machine->limits.watch;
  if (watch && ar->event == LUA_HOOKLINE) {
    watch->line(watch, machine->base.program, machine->rule, ar->currentline);
    return;
  }
  machine->left -= machine->step + join_charge(machine, ar);
  if (machine->left >= 0 && machine->trip == SP_TRIP_NONE) {
    next_look(machine);
    return;
  }
  trip(machine, SP_TRIP_BUDGET);
  lua_sethook(lua, count_hook, LUA_MASKCOUNT, 1);
  luaL_error(lua, "over budget");
}

void sp_lua_over(lua_State *lua) {
  trip(sp_lua_machine(lua), SP_TRIP_BUDGET);
  luaL_error(lua, "over budget");
}

/* What an allocation costs in instructions. Without a block to grow, Lua says in `osize` what the new one is for; 0 is
 * no object of its own: a part of a table, or the stack. */
static int64_t allocation_charge(const void *ptr, size_t osize, size_t nsize) {
  if (ptr) return osize == nsize && nsize >= REBUILT_BYTES ? (int64_t)(nsize / 8) : 0;
  switch (osize) {
  case LUA_TSTRING:
    return nsize > SHORT_STRING ? (int64_t)(nsize / 6) : 0;
  case LUA_TTABLE:
  case LUA_TFUNCTION:
    return OBJECT_CHARGE;
  case LUA_NUMTYPES: /* a variable that outlives its function */
    return OBJECT_CHARGE / 2;
  default:
    return osize == 0 && nsize >= PART_BYTES ? (int64_t)(nsize / 8) : 0;
  }
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
 * it stays small: the hook fires at the next instruction. */
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
  sp_pool_give(&machine->pool, ptr, size);
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
  void *bytes = sp_pool_resize(&machine->pool, ptr, old, nsize);
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
  machine->dice = 0;
  next_look(machine);
}

void sp_lua_meter_stop(struct sp_machine *machine) {
  machine->metered = false;
  lua_sethook(machine->lua, NULL, 0, 0);
}
