/* The rule machine: what the engine needs from whatever runs rules. The Lua one is runtime/lua; no other folder knows
 * Lua.
 *
 * A program is the immutable input of every machine of one generation: rule sources and campaigns with complete, valid
 * parameters. Each worker opens its own machine for it; a machine belongs to one thread at a time and keeps nothing
 * from one evaluation to the next. A rule proposes in terms of lines and units; it never adds, rounds or allocates.
 *
 * Errors of a rule itself (it raised, overran a limit or returned nonsense) are SP_E_RULE with "file:line: what" in the
 * sentence and the file in `field`. No function here blocks or reads anything but its arguments.
 */
#ifndef SP_PORTS_RULE_VM_H
#define SP_PORTS_RULE_VM_H

#include "base/arena.h"
#include "base/error.h"
#include "domain/basket.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_RULE_API_VERSION 1
#define SP_RULE_PARAMS_MAX  32
#define SP_RULE_KEYS_MAX    64    /* index keys of one campaign */
#define SP_RULE_SOURCE_MAX  65536 /* bytes of one rule file */
#define SP_RULE_OFFERS_MAX  4096  /* proposals of one evaluation */
#define SP_RULE_REASON_MAX  512   /* bytes of a reason as JSON */

/* What a rule may know of the moment: frozen at the last command, the same at every till. */
struct sp_context {
  int64_t now;           /* UTC ms: picks the campaigns that are live */
  int32_t business_date; /* yyyymmdd */
  int8_t weekday;        /* 1 Monday .. 7 Sunday, of the store's clock */
  int16_t minute;        /* of the store's day */
  const char *store;     /* store code; null reads as "" */
  const char *channel;   /* "till", "api", "import"; null reads as "" */
  bool promotions;       /* false: only the price phase runs (historic sales) */
};

/* ---- What a rule declares ---- */

/* In the order in which they run. */
enum sp_phase { SP_PHASE_PRICE, SP_PHASE_PROMOTION, SP_PHASE_STOCK, SP_PHASE_COUNT };

enum sp_param_type {
  SP_PARAM_BOOLEAN,
  SP_PARAM_INTEGER,
  SP_PARAM_MONEY, /* fen */
  SP_PARAM_PPM,   /* parts per million: 200000 is 20 % */
  SP_PARAM_TEXT,
  SP_PARAM_TAG,
  SP_PARAM_CATEGORY, /* path of codes from the root */
  SP_PARAM_PRODUCT,  /* SKU code */
  SP_PARAM_TYPE_COUNT
};

/* One value of a parameter; `text` for text, tag, category and product, `integer` for the others (booleans 0 or 1). */
struct sp_rule_value {
  const char *name;
  enum sp_param_type type;
  int64_t integer;
  const char *text;
};

struct sp_param {
  const char *name; /* [a-z][a-z0-9_]*, at most 31 bytes */
  enum sp_param_type type;
  bool required;
  bool has_default;
  struct sp_rule_value fallback; /* the default, when there is one */
  int64_t min, max;              /* of the number, or of the bytes of a text */
  const char *doc;
};

/* What a rule file says of itself. Texts live in the arena given to `describe`. */
struct sp_rule_info {
  const char *name;    /* "promotion.multibuy" */
  const char *version; /* "1.0.0" */
  const char *summary;
  const char *stacking; /* stacking group; "" outside the promotion phase */
  const char *campaign; /* runs without a campaign of its own, under this code and its defaults; null: it does not */
  enum sp_phase phase;
  int32_t priority;
  bool has_check, has_applies;
  const struct sp_param *params; /* by name */
  int32_t param_count;
};

/* ---- Program ---- */

struct sp_rule_source {
  const char *file; /* as people read it: "base/promotion/multibuy.lua" */
  const char *text;
  size_t len;
};

/* A campaign as the machine needs it: a rule and its complete, valid parameters. */
struct sp_rule_binding {
  int32_t rule; /* index into rules */
  const struct sp_rule_value *params;
  int32_t param_count;
};

/* Owned by the bundle; outlives every machine opened for it. */
struct sp_rule_program {
  const struct sp_rule_source *rules;
  int32_t rule_count;
  const struct sp_rule_binding *campaigns;
  int32_t campaign_count;
};

struct sp_rule_limits {
  int64_t load_budget; /* instructions of one run of a file's top level (it runs before every evaluation) */
  int64_t call_budget; /* instructions of one evaluation; long strings and work done in C are charged too */
  size_t memory;       /* bytes of one machine */
};

/* 20,000 and 1,000,000 instructions, 32 MiB. */
struct sp_rule_limits sp_rule_limits_default(void);

/* ---- Evaluation ---- */

/* The basket as the phase before left it; borrowed from begin to end. `prices` may be null before the price phase. */
struct sp_rule_view {
  const struct sp_basket *basket;
  const struct sp_line_price *prices;
  const struct sp_context *context;
};

enum sp_offer_kind {
  SP_OFFER_PERCENT, /* value: ppm of the base, 0 .. 1,000,000 */
  SP_OFFER_AMOUNT,  /* value: fen off each unit, ≥ 0 */
  SP_OFFER_PRICE,   /* value: fen for each unit, ≥ 0; in the price phase for one whole unit of quantity */
  SP_OFFER_FREE,
  SP_OFFER_LISTED, /* price phase: the price given at the till, else the catalogue's */
  SP_OFFER_BLOCK   /* stock phase: the line may not go below zero */
};

enum sp_offer_base { SP_BASE_GROSS, SP_BASE_REMAINING };

/* Units [first, first + count) of a basket line. A weighed line has one unit. */
struct sp_offer_target {
  int32_t line; /* index in the basket, not n */
  int64_t first, count;
};

struct sp_offer {
  enum sp_offer_kind kind;
  enum sp_offer_base base;
  int64_t value;
  const struct sp_offer_target *targets; /* in the order in which odd fen are dealt out */
  int32_t target_count;
  int32_t at;         /* line of the rule file that proposed it, 0 when unknown */
  const char *reason; /* one JSON object, keys sorted */
};

struct sp_rule_result {
  const struct sp_offer *offers;
  int32_t count;
};

/* Index keys: a campaign is worth asking for a basket with a line that matches any of them. */
struct sp_rule_key {
  char kind; /* 't' tag, 'c' category or below it, 'p' product code */
  const char *text;
};

struct sp_rule_keys {
  bool always; /* no keys: always worth asking */
  const struct sp_rule_key *keys;
  int32_t count;
};

struct sp_rule_vm_api;

/* What every machine begins with; the rest is its own. */
struct sp_rule_vm {
  const struct sp_rule_vm_api *api;
  const struct sp_rule_program *program;
  int64_t evaluations; /* since open */
  int64_t charged;     /* budget used by them, in instructions */
};

struct sp_rule_vm_api {
  const char *name;
  /* Compile every rule of `program`. Campaigns may still be added to the program after it and before they are used.
   * SP_E_RULE, SP_E_NOMEM. */
  int (*open)(const struct sp_rule_program *program, const struct sp_rule_limits *limits, struct sp_rule_vm **out,
              struct sp_error *err);
  void (*close)(struct sp_rule_vm *vm); /* null is allowed */
  /* Run rule `rule` once and read what it declares; unknown fields, types and bounds are SP_E_RULE naming the field. */
  int (*describe)(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena, struct sp_rule_info *out,
                  struct sp_error *err);
  /* The rule's own check of a campaign's parameters: SP_E_INVALID with the rule's sentence when it says no. */
  int (*check)(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err);
  int (*applies)(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_keys *out,
                 struct sp_error *err);
  /* Show a basket; `view` and what it points to stay unchanged during evaluations, and prices may change between them.
   */
  void (*begin)(struct sp_rule_vm *vm, const struct sp_rule_view *view);
  /* Ask one campaign. Offers live in `arena`; every target is inside the basket and every value within its bounds. */
  int (*evaluate)(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_result *out,
                  struct sp_error *err);
  void (*end)(struct sp_rule_vm *vm); /* handles given to rules are stale from here */
};

/* Stable names: "price", "promotion", "stock"; "boolean", "integer", "money", "ppm", "text", "tag", "category",
 * "product". −1 when unknown. */
const char *sp_phase_name(enum sp_phase phase);
int sp_phase_parse(const char *name);
const char *sp_param_type_name(enum sp_param_type type);
int sp_param_type_parse(const char *name);
bool sp_param_is_text(enum sp_param_type type);

#endif
