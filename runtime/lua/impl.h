/* Inside of the machine: shared by the files of this folder and nobody else.
 *
 * Functions marked [e] may raise a Lua error and therefore run only under the one lua_pcall of machine.c.
 */
#ifndef SP_LUA_IMPL_H
#define SP_LUA_IMPL_H

#include "base/buf.h"
#include "lua/machine.h"

#include <lauxlib.h>
#include <lua.h>

#define SP_LUA_STRING_MAX  8192  /* bytes of one string: comparing two costs less than a microsecond */
#define SP_LUA_HOOK_STEP   1000  /* any step costs the same on 5.4; this one is precise enough */
#define SP_LUA_TARGETS_MAX 65536 /* targets of one evaluation */

enum sp_trip { SP_TRIP_NONE, SP_TRIP_BUDGET, SP_TRIP_MEMORY };

enum sp_kind {
  SP_KIND_BASKET,
  SP_KIND_CONTEXT,
  SP_KIND_LINES,
  SP_KIND_LINE,
  SP_KIND_UNITS,
  SP_KIND_UNIT,
  SP_KIND_OFFERS,
  SP_KIND_COUNT
};

/* What every userdata of a machine begins with. */
struct sp_handle {
  enum sp_kind kind;
  int32_t line;        /* index of a line or a unit's line; the list of an offers handle */
  uint64_t generation; /* a handle of another basket is stale */
};

struct sp_unit_handle {
  struct sp_handle handle;
  int64_t unit;
};

/* Lines chosen by a filter, in the order of the basket. */
struct sp_lines_handle {
  struct sp_handle handle;
  int32_t count;
  int32_t lines[];
};

/* Units chosen by a filter: dearest first, ties by product code, line and unit. */
struct sp_unit_run {
  int64_t amount; /* fen of one unit */
  int64_t count;
  int64_t start; /* units before this run */
  int32_t line;
};

struct sp_units_handle {
  struct sp_handle handle;
  int64_t total;
  int32_t count;
  struct sp_unit_run runs[];
};

struct sp_listed_offer {
  struct sp_offer offer;
  int32_t list;
};

struct sp_machine {
  struct sp_rule_vm base; /* first: the port hands out its address */
  lua_State *lua;
  struct sp_rule_limits limits;
  size_t used;        /* bytes of the Lua state */
  bool metered;       /* a rule is running: allocations are charged */
  void *stack;        /* the block that is Lua's stack */
  void *newest;       /* the last block that is no object of its own: node part, array part or stack … */
  size_t newest_size; /* … and its bytes */
  bool compiling;     /* strings are capped, nothing is charged */
  int64_t left;       /* of the budget */
  enum sp_trip trip;
  int32_t rule;    /* the rule at work, −1 for none */
  int failed;      /* error of ours met on the way (SP_E_NOMEM), which is not the rule's fault */
  bool starved;    /* the system refused memory since the call began; Lua may have found some after a collection */
  char where[160]; /* "file:line:" of the failure, or "" */

  int chunks, modules, params, env; /* registry references */
  int metatables[SP_KIND_COUNT];
  int basket, context, handles;
  struct sp_handle *basket_handle, *context_handle;

  struct sp_rule_view view;
  bool showing;
  bool handles_fresh; /* the table of handles belongs to this basket */
  uint64_t generation;

  struct sp_arena *arena; /* of the evaluation */
  struct sp_listed_offer *offers;
  int32_t offer_count, offer_capacity, target_count;
  int32_t lists; /* offer lists made in this evaluation */
  struct sp_buf reason;
};

struct sp_machine *sp_lua_machine(lua_State *lua);

/* budget.c */

/* Count instructions against `budget` from here, and stop counting. */
void sp_lua_meter(struct sp_machine *machine, int64_t budget);
void sp_lua_meter_stop(struct sp_machine *machine);
/* The allocator of a machine (lua_Alloc), given as its context. */
void *sp_lua_allocate(void *ctx, void *ptr, size_t osize, size_t nsize);
/* Take `amount` from the budget. [e] */
void sp_lua_charge(lua_State *lua, int64_t amount);
/* Remember the innermost rule line as the place of a failure. */
void sp_lua_note(struct sp_machine *machine);

/* sandbox.c: the environment rules see. [e] */
void sp_lua_sandbox(struct sp_machine *machine);
/* Replace the table on top by a read-only view of it; reading an unknown name raises when `strict`. [-1, +1, e] */
void sp_lua_freeze(lua_State *lua, bool strict);
/* An argument that must be an integer (no float, no text) within bounds. [e] */
int64_t sp_lua_integer(lua_State *lua, int arg, int64_t min, int64_t max);
const char *sp_lua_text(lua_State *lua, int arg, size_t *len);
void sp_lua_strings(lua_State *lua); /* [+1, e] the string library, also for methods of strings */
void sp_lua_tables(lua_State *lua);  /* [+1, e] */

/* basket.c: read-only userdata. [e] */
void sp_lua_basket_types(struct sp_machine *machine);
void *sp_lua_new(lua_State *lua, enum sp_kind kind, size_t size); /* [+1, e] a handle of this generation */
void sp_lua_type(struct sp_machine *machine, enum sp_kind kind, lua_CFunction index, lua_CFunction len,
                 const luaL_Reg *methods, const char *const *fields); /* [0, e] register a metatable */
/* The handle at `arg` when it is of this kind and basket, or raise. */
void *sp_lua_check(lua_State *lua, int arg, enum sp_kind kind);
void *sp_lua_test(lua_State *lua, int arg, enum sp_kind kind); /* null when of another kind; raises when stale */
void sp_lua_push_line(lua_State *lua, int32_t line);           /* [+1, e] */
/* Fen of one unit of a line: its price, or the whole line when it is one unit. */
int64_t sp_lua_unit_amount(const struct sp_machine *machine, int32_t line);

/* select.c, offer.c, money.c: the SDK modules. [+1, e] */
void sp_lua_select(lua_State *lua);
void sp_lua_offer(lua_State *lua);
void sp_lua_money(lua_State *lua);
void sp_lua_offer_types(struct sp_machine *machine);

/* describe.c: [-1, 0, e] read the rule table on top. */
struct sp_describe {
  struct sp_machine *machine;
  int32_t rule;
  struct sp_arena *arena;
  struct sp_rule_info *info;
};
void sp_lua_describe(lua_State *lua, struct sp_describe *what);

/* Copy text at `index` into the arena or raise. */
const char *sp_lua_copy(lua_State *lua, struct sp_machine *machine, struct sp_arena *arena, const char *text);

#endif
