#include "tests/bench/switches.h"

#include "engine/trace.h"
#include <lua.h>
#include <stdatomic.h>

/* The wrapped functions take no context of ours, so this cannot live anywhere else. */
static atomic_bool trace_off, budget_off;

void __real_sp_trace_add(struct sp_trace *trace, const struct sp_trace_entry *entry);
void __wrap_sp_trace_add(struct sp_trace *trace, const struct sp_trace_entry *entry);
void __real_lua_sethook(lua_State *lua, lua_Hook hook, int mask, int count);
void __wrap_lua_sethook(lua_State *lua, lua_Hook hook, int mask, int count);

void sp_bench_trace(bool on) {
  atomic_store(&trace_off, !on);
}

void sp_bench_budget(bool on) {
  atomic_store(&budget_off, !on);
}

void __wrap_sp_trace_add(struct sp_trace *trace, const struct sp_trace_entry *entry) {
  if (!atomic_load_explicit(&trace_off, memory_order_relaxed)) __real_sp_trace_add(trace, entry);
}

void __wrap_lua_sethook(lua_State *lua, lua_Hook hook, int mask, int count) {
  if (hook == NULL || !atomic_load_explicit(&budget_off, memory_order_relaxed)) {
    __real_lua_sethook(lua, hook, mask, count);
  }
}
