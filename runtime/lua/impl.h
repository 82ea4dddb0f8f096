/* Inside of the machine: shared by the files of this folder and nobody else.
 *
 * Functions marked [e] may raise a Lua error and therefore run only under the one lua_pcall of machine.c.
 */
#ifndef SP_LUA_IMPL_H
#define SP_LUA_IMPL_H

#include "base/buf.h"
#include "engine/hook.h"
#include "lua/machine.h"
#include "lua/pool.h"
#include "lua/sdk.h"

#include <lauxlib.h>
#include <lua.h>

#define SP_LUA_STRING_MAX  1024  /* bytes of one text a rule makes: comparing two costs as much as a few instructions */
#define SP_LUA_INPUT_MAX   4096  /* bytes of one text a rule is given */
#define SP_LUA_HOOK_STEP   1000  /* any step costs the same on 5.4; this one is precise enough */
#define SP_LUA_TARGETS_MAX 65536 /* targets of one evaluation */
#define SP_LUA_RUNS_MAX    4096  /* runs of equal units in one list */
#define SP_LUA_LIST_MAX    10000 /* entries of a list that a function reads */
#define SP_LUA_TEXTS_MAX   4096  /* texts in the lists of one call */
#define SP_LUA_CALL        6     /* what calling a function of C costs, in instructions */
#define SP_LUA_FIELD       8     /* what reading a field of the basket costs */

enum sp_trip { SP_TRIP_NONE, SP_TRIP_BUDGET, SP_TRIP_MEMORY };

/* What every userdata of a machine begins with. */
struct sp_handle {
  enum sp_kind kind;
  int32_t line;        /* index of a line or a unit's line; the list of an offers handle */
  uint64_t generation; /* a handle of another basket is stale; 0: it belongs to none */
};

struct sp_unit_handle {
  struct sp_handle handle;
  int64_t unit;
  int64_t amount, remaining;
};

/* Lines chosen by a filter, in the order of the basket. */
struct sp_lines_handle {
  struct sp_handle handle;
  int32_t count;
  int32_t lines[];
};

/* Units chosen by a filter: dearest first, ties by product code, line and unit. */
struct sp_unit_run {
  int64_t amount;    /* fen of one unit before promotions */
  int64_t remaining; /* fen of one unit still to pay */
  int64_t first;     /* unit of the line */
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

/* A parameter that is a list or a table of prices. */
struct sp_value_handle {
  struct sp_handle handle;
  const struct sp_rule_value *value; /* of the program, which outlives the machine */
};

struct sp_listed_offer {
  struct sp_offer offer;
  int32_t list;
};

/* What a look at a source found that has to be known when it runs (source.c). */
#define SP_LUA_WRITTEN_WORDS 4
struct sp_lua_source {
  int32_t *joins; /* lines with a "..", ascending */
  int32_t join_count;
  bool floats;                            /* it can make numbers that are no integers */
  uint64_t written[SP_LUA_WRITTEN_WORDS]; /* bits of the names that some statement may write to */
};

/* What is worked out once of a line, for a basket is asked about hundreds of times. A mask has the bits of texts
 * (sp_lua_bit): without a text's bit the line does not have it. */
enum sp_lua_mask { SP_LUA_MASK_CODE, SP_LUA_MASK_CATEGORY, SP_LUA_MASK_TAG, SP_LUA_MASKS };
struct sp_lua_fact {
  int64_t units;   /* as the engine counts them */
  int64_t ordered; /* fen of one unit when the lines were last put in order */
  uint64_t masks[SP_LUA_MASKS];
};

enum sp_lua_entry { SP_LUA_CHECK, SP_LUA_APPLIES, SP_LUA_EVALUATE, SP_LUA_ENTRIES };

/* What a rule's file left when it ran (instance.c). */
struct sp_lua_kept {
  bool ready; /* it is kept … */
  bool anew;  /* … or cannot be */
  int record; /* registry reference: the entries, then function and value of each variable */
  int32_t count;
  uint8_t *places;            /* of the variables in their functions */
  const struct sp_hook *hook; /* it answers, or null */
  uint32_t needs;             /* it declared */
};

struct sp_machine {
  struct sp_rule_vm base; /* first: the port hands out its address */
  lua_State *lua;
  struct sp_rule_limits limits;
  struct sp_pool pool;
  size_t used;        /* bytes of the Lua state */
  bool metered;       /* a rule is running: allocations are charged */
  void *stack;        /* the block that is Lua's stack */
  void *newest;       /* the last block that is no object of its own: node part, array part or stack … */
  size_t newest_size; /* … and its bytes */
  bool compiling;     /* strings are capped, nothing is charged */
  int64_t left;       /* of the budget */
  int32_t step;       /* instructions until the hook looks again */
  uint32_t dice;      /* the same sequence in every evaluation */
  enum sp_trip trip;
  int32_t rule;     /* the rule at work, −1 for none */
  int32_t campaign; /* the campaign at work */
  int failed;       /* error of ours met on the way (SP_E_NOMEM), which is not the rule's fault */
  bool starved;     /* the system refused memory since the call began; Lua may have found some after a collection */
  char where[160];  /* "file:line:" of the failure, or "" */

  struct sp_lua_source *sources; /* as the program's rules */
  struct sp_lua_kept *kept;      /* likewise */

  int chunks, modules, params, env; /* registry references */
  int metatables[SP_KIND_COUNT];
  int basket, context, member, handles;
  int no_units, first_list; /* what is given most often, made once */
  struct sp_handle *basket_handle, *context_handle, *member_handle, *no_units_handle, *first_list_handle;

  struct sp_rule_view view;
  bool showing;
  bool handles_fresh; /* the table of handles belongs to this basket */
  bool facts_fresh;   /* so do the facts … */
  bool order_fresh;   /* … and `order` */
  uint64_t generation;
  struct sp_lua_fact facts[SP_BASKET_LINES_MAX];
  int32_t order[SP_BASKET_LINES_MAX]; /* lines, dearest unit first */

  struct sp_arena *arena; /* of the evaluation */
  struct sp_listed_offer *offers;
  int32_t offer_count, offer_capacity, target_count;
  int32_t lists; /* offer lists made in this evaluation */
  struct sp_buf reason;
  struct sp_buf value;     /* what a hook gave */
  const char *last_reason; /* of this evaluation: equal reasons share their bytes */
  size_t last_reason_len;
  struct sp_unit_run *runs; /* where units are gathered */
  int32_t run_count, run_capacity;
  const char **texts; /* where the lists of texts of one call are gathered */
  int32_t text_count;
};

static inline struct sp_machine *sp_lua_machine(lua_State *lua) {
  return *(struct sp_machine **)lua_getextraspace(lua);
}

/* ---- budget.c ---- */

/* Count instructions against `budget` from here, and stop counting. */
void sp_lua_meter(struct sp_machine *machine, int64_t budget);
void sp_lua_meter_stop(struct sp_machine *machine);
/* The allocator of a machine (lua_Alloc), given as its context. */
void *sp_lua_allocate(void *ctx, void *ptr, size_t osize, size_t nsize);
void sp_lua_over(lua_State *lua); /* [e] always: the budget is used up */
/* Remember the innermost rule line as the place of a failure. */
void sp_lua_note(struct sp_machine *machine);

/* Take `amount` from the budget. [e] */
static inline void sp_lua_charge(lua_State *lua, int64_t amount) {
  struct sp_machine *machine = sp_lua_machine(lua);
  machine->left -= amount;
  if (machine->left < 0 || machine->trip != SP_TRIP_NONE) sp_lua_over(lua);
}

/* ---- source.c: a look at a source before it is compiled ---- */

/* SP_E_RULE for what rules may not say at all, with its line. Free with sp_lua_source_free. */
int sp_lua_source_read(const struct sp_rule_source *source, struct sp_lua_source *out, struct sp_error *err);
void sp_lua_source_free(struct sp_lua_source *source);
/* Does a function of these lines join texts? `last` < 0: the whole file. */
bool sp_lua_source_joins(const struct sp_lua_source *source, int first, int last);
/* May a statement write to a variable of that name? False only when none does. */
bool sp_lua_source_writes(const struct sp_lua_source *source, const char *name);

/* ---- instance.c: a file runs once, and no call leaves anything for the next ---- */

/* Run the rule's file within the load budget, as if it never had; leaves the rule's table. [+1, e] */
void sp_lua_run_file(struct sp_machine *machine, int32_t rule);
/* One of the rule's functions, nil when it has none, with something of no interest below it. [+2, e] */
void sp_lua_push_entry(struct sp_machine *machine, int32_t rule, enum sp_lua_entry entry);
/* After every call, however it ended: its variables are again what the file made them. */
void sp_lua_restore(struct sp_machine *machine, int32_t rule);

/* ---- seal.c ---- */

#define SP_LUA_SEALED "what a rule's file makes at its top level is read-only once it ran"

/* Make everything reachable from the rule's table on top read-only and note the variables of its functions that the
 * source may write to: the record is pushed, with room for the entries. False, and nothing is changed or pushed: it is
 * too much, or holds what cannot be kept. [+0 or +1, e] */
bool sp_lua_seal(lua_State *lua, const struct sp_lua_source *source, struct sp_lua_kept *kept);
bool sp_lua_is_sealed(lua_State *lua, int index);
/* A sealed table in this place of the stack is replaced by what it holds, to be read raw and never given to the rule.
 */
void sp_lua_unseal(lua_State *lua, int index);

/* ---- sandbox.c: the environment rules see. [e] ---- */

void sp_lua_sandbox(struct sp_machine *machine);
/* Replace the table on top by a read-only view of it; reading an unknown name raises when `strict`. [-1, +1, e] */
void sp_lua_freeze(lua_State *lua, bool strict);
/* A metatable that reads from the value on top, says `len` and refuses to be written. [+1, e] */
void sp_lua_push_guard(lua_State *lua, lua_Integer len, lua_CFunction refuse);
/* The same with a closure as __index: the table on top becomes its first upvalue. [-1, +1, e] */
void sp_lua_freeze_with(lua_State *lua, lua_CFunction index, const void *second, lua_Integer len);

/* ---- args.c: arguments. [e] ---- */

/* What the running function calls its argument `arg`, for a message: its name in the SDK, else "argument 2". [+1] */
const char *sp_lua_argument(lua_State *lua, int arg);
/* An integer (no float, no text) within bounds. */
int64_t sp_lua_integer(lua_State *lua, int arg, int64_t min, int64_t max);
const char *sp_lua_text(lua_State *lua, int arg, size_t *len);
/* 1 to `max` bytes without control characters. */
const char *sp_lua_name(lua_State *lua, int arg, size_t max);
/* "gross" or "remaining"; `fallback` when absent. */
enum sp_offer_base sp_lua_base(lua_State *lua, int arg, enum sp_offer_base fallback);
/* A list of any kind (table, frozen table, parameter, lines, units): how many entries, at most SP_LUA_LIST_MAX. The
 * entries are charged. */
int64_t sp_lua_list(lua_State *lua, int arg);
void *sp_lua_take(lua_State *lua, void *memory); /* `memory`, or raise when it is null: it was not to be had */
/* Copy text into the arena or raise. */
const char *sp_lua_copy(lua_State *lua, struct sp_arena *arena, const char *text);

struct sp_lua_texts {
  const char *const *list;
  int32_t count;
  bool sorted;
};
/* The texts at `index`: one text, a list of them, or a parameter. They live as long as the value stays where it is, and
 * until machine->text_count is set back. `what` names it in errors. */
void sp_lua_texts(lua_State *lua, int index, const char *what, int32_t max, struct sp_lua_texts *out);
bool sp_lua_texts_have(const struct sp_lua_texts *texts, const char *text);

/* ---- handles.c: read-only userdata. [e] ---- */

void sp_lua_types(struct sp_machine *machine);
void *sp_lua_new(lua_State *lua, enum sp_kind kind, size_t size); /* [+1] a handle of this generation */
/* The handle at `arg` when it is of this kind and basket, or raise. */
void *sp_lua_check(lua_State *lua, int arg, enum sp_kind kind);
void *sp_lua_test(lua_State *lua, int arg, enum sp_kind kind); /* null when of another kind; raises when stale */
/* Raise unless the rule at work has declared that it needs `need`. */
void sp_lua_require_need(lua_State *lua, uint32_t need, const char *name);
void sp_lua_push_line(lua_State *lua, int32_t line); /* [+1] */
void sp_lua_push_all_lines(lua_State *lua);          /* [+1] */
/* A frozen table, or nil when nothing was taken off. [+1, e] */
void sp_lua_push_markdown(lua_State *lua, const struct sp_markdown *markdown);
/* [+1] the entry at `at` ≥ 1, nil behind the end */
void sp_lua_lines_at(lua_State *lua, const struct sp_handle *handle, int64_t at);
void sp_lua_units_at(lua_State *lua, const struct sp_handle *handle, int64_t at);
void sp_lua_texts_at(lua_State *lua, const struct sp_handle *handle, int64_t at);
int64_t sp_lua_lines_len(const struct sp_handle *handle);
int64_t sp_lua_units_len(const struct sp_handle *handle);
int64_t sp_lua_value_len(const struct sp_handle *handle);
/* [+1] the field, by its place in the type's table (enums below) */
void sp_lua_basket_read(lua_State *lua, const struct sp_handle *handle, int field);
void sp_lua_member_read(lua_State *lua, const struct sp_handle *handle, int field);
void sp_lua_context_read(lua_State *lua, const struct sp_handle *handle, int field);
void sp_lua_line_read(lua_State *lua, const struct sp_handle *handle, int field);
void sp_lua_unit_read(lua_State *lua, const struct sp_handle *handle, int field);
void sp_lua_price_read(lua_State *lua, const struct sp_handle *handle, const char *code);
/* One of 64 bits, the same for the same text. */
uint64_t sp_lua_bit(const char *text, size_t len);
/* What is known of every line of this basket. */
const struct sp_lua_fact *sp_lua_facts(struct sp_machine *machine);
/* Fen of one unit of a line: its price, or the whole line when it is one unit. */
int64_t sp_lua_unit_amount(struct sp_machine *machine, int32_t line);
bool sp_lua_line_tagged(const struct sp_line *line, const char *tag);
bool sp_lua_line_within(const struct sp_line *line, const char *category, size_t len);
/* Days from the business date to the last day of the line's lot; false when that is unknown. */
bool sp_lua_line_expires_in(const struct sp_machine *machine, const struct sp_line *line, int64_t *days);
/* yyyymmdd → days since 1970; false when there is no such day. */
bool sp_lua_date_days(int64_t date, int64_t *days);

enum sp_basket_field {
  SP_BASKET_LINES,
  SP_BASKET_GROSS,
  SP_BASKET_REMAINING,
  SP_BASKET_MEMBER,
  SP_BASKET_COUPONS,
  SP_BASKET_MARKDOWN,
  SP_BASKET_MEMBER_LEVEL,
  SP_BASKET_HAS_MEMBER
};
enum sp_member_field {
  SP_MEMBER_PRESENT,
  SP_MEMBER_LEVEL,
  SP_MEMBER_STAFF,
  SP_MEMBER_POINTS,
  SP_MEMBER_BIRTHDAY,
  SP_MEMBER_JOINED,
  SP_MEMBER_PURCHASES
};
enum sp_context_field {
  SP_CONTEXT_DATE,
  SP_CONTEXT_YEAR,
  SP_CONTEXT_MONTH,
  SP_CONTEXT_DAY,
  SP_CONTEXT_WEEKDAY,
  SP_CONTEXT_MINUTE,
  SP_CONTEXT_STORE,
  SP_CONTEXT_CHANNEL,
  SP_CONTEXT_ROLE,
  SP_CONTEXT_CAMPAIGN,
  SP_CONTEXT_USED
};
enum sp_line_field {
  SP_LINE_N,
  SP_LINE_CODE,
  SP_LINE_UNIT,
  SP_LINE_CATEGORY,
  SP_LINE_QUANTITY,
  SP_LINE_UNITS,
  SP_LINE_WEIGHED,
  SP_LINE_LIST_PRICE,
  SP_LINE_GIVEN_PRICE,
  SP_LINE_PRICE,
  SP_LINE_GROSS,
  SP_LINE_REMAINING,
  SP_LINE_LOT,
  SP_LINE_EXPIRES,
  SP_LINE_EXPIRES_IN,
  SP_LINE_PARENT,
  SP_LINE_MARKDOWN
};
enum sp_unit_field { SP_UNIT_LINE, SP_UNIT_PRICE, SP_UNIT_REMAINING };

/* ---- filter.c ---- */

/* Arguments 1 and 2 of a function of suanpan.select: bit i of `found` for every line that matches. Returns how many.
 * Charged. [e] */
#define SP_LUA_LINE_WORDS ((SP_BASKET_LINES_MAX + 63) / 64)
int32_t sp_lua_find_lines(lua_State *lua, uint64_t found[SP_LUA_LINE_WORDS]);

/* ---- reason.c ---- */

/* A table of names with text, integers or booleans as JSON in the arena; null when there is none at `arg`. [e] */
const char *sp_lua_reason(lua_State *lua, int arg);

/* ---- params.c ---- */

/* The frozen parameters of a campaign, made when it is first asked, with something of no interest below. [+2, e] */
void sp_lua_push_params(struct sp_machine *machine, int32_t campaign);

/* ---- describe.c, describe_param.c: [-1, 0, e] read the rule table on top ---- */

struct sp_describe {
  struct sp_machine *machine;
  int32_t rule;
  struct sp_arena *arena;
  struct sp_rule_info *info;
};
void sp_lua_describe(lua_State *lua, struct sp_describe *what);
void sp_lua_describe_params(lua_State *lua, struct sp_describe *what);
uint32_t sp_lua_read_needs(lua_State *lua); /* [0] of the rule table on top */

/* Fields of the table on top. [0, e] */
void sp_lua_only(lua_State *lua, const char *what, const char *const *names);
/* A text, or null when absent and not required. */
const char *sp_lua_text_field(lua_State *lua, struct sp_describe *what, const char *in, const char *name, bool required,
                              size_t max);
bool sp_lua_int_field(lua_State *lua, const char *in, const char *name, int64_t min, int64_t max, int64_t *out);
bool sp_lua_bool_field(lua_State *lua, const char *in, const char *name);
/* [a-z][a-z0-9_]*, with dots when `dots`. */
bool sp_lua_good_name(const char *name, bool dots);

/* ---- applies.c ---- */

/* The table on top, which applies returned: { tag = "x", category = { "a", "b" } }. [0, e] */
void sp_lua_read_keys(lua_State *lua, struct sp_arena *arena, struct sp_rule_keys *keys);

/* ---- decide.c ---- */

/* [+1, e] JSON as frozen tables. `fields` says which names exist beside those that are there; or null. */
void sp_lua_push_json(lua_State *lua, const struct cJSON *json, const struct sp_field *fields);
/* The value on top as JSON, keys sorted, in machine->value, at most SP_RULE_VALUE_MAX bytes. [0, e] */
const char *sp_lua_give_json(lua_State *lua, const struct sp_field *fields, size_t *len);

#endif
