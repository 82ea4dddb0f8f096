/* The Lua rule machine (ports/rule_vm.h): the only folder that includes <lua.h>.
 *
 * One machine is one lua_State of one worker with the rules of one bundle compiled in it. What keeps a chain's rules
 * apart from each other and from the node:
 * - text chunks only, an allow-listed frozen environment, no pairs, next, pcall, coroutines, patterns, load,
 *   metatables, I/O, no "...";
 * - a file runs once a machine: what it made is read-only from then on, and what its functions hold on to is put back
 *   after every call, so no call leaves anything for the next (seal.c, instance.c);
 * - baskets are read-only userdata that go stale when pricing ends; a rule answers through `suanpan.offer` alone, whose
 *   functions accept integers and handles and check each of them; a hook answers with a plain table;
 * - budgets, the same on every till: instructions (looked at every 500 to 1,500), new tables and closures, long texts
 * by their bytes, joining, work done in C by its length; a memory cap far above them; texts of at most 1 KiB. A trip
 * ends the evaluation and cannot be caught. Whatever a rule does, it is stopped after about what an empty loop costs,
 * four times that at most (tests/unit/lua/sandbox_cost.c).
 */
#ifndef SP_LUA_MACHINE_H
#define SP_LUA_MACHINE_H

#include "ports/rule_vm.h"

const struct sp_rule_vm_api *sp_lua_api(void);

#endif
