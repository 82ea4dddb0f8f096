/* The Lua rule machine (ports/rule_vm.h): the only folder that includes <lua.h>.
 *
 * One machine is one lua_State of one worker with the rules of one bundle compiled in it. What keeps a chain's rules
 * apart from each other and from the node:
 * - text chunks only, an allow-listed frozen environment, no pairs, next, pcall, coroutines, patterns, load,
 * metatables, I/O;
 * - only compiled chunks are kept; a file is run anew before every evaluation and that instance is used once;
 * - baskets are read-only userdata that go stale when pricing ends; a rule answers through `suanpan.offer` alone, whose
 *   functions accept integers and handles and check each of them;
 * - budgets: instructions (count hook, step 1000), long strings at 1/32 of their bytes, work done in C by its length; a
 *   memory cap far above them; strings of at most 8 KiB. A trip ends the evaluation and cannot be caught.
 */
#ifndef SP_LUA_MACHINE_H
#define SP_LUA_MACHINE_H

#include "ports/rule_vm.h"

const struct sp_rule_vm_api *sp_lua_api(void);

#endif
