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

struct cJSON;

#define SP_RULE_API_VERSION  1
#define SP_RULE_PARAMS_MAX   32
#define SP_RULE_KEYS_MAX     64     /* index keys of one campaign */
#define SP_RULE_SOURCE_MAX   65536  /* bytes of one rule file */
#define SP_RULE_OFFERS_MAX   4096   /* proposals of one evaluation */
#define SP_RULE_REASON_MAX   512    /* bytes of a reason as JSON */
#define SP_RULE_PRICES_MAX   10000  /* entries of one parameter of type "prices" */
#define SP_RULE_LIST_MAX     1000   /* entries of one parameter that is a list */
#define SP_RULE_TIERS_MAX    32     /* steps of one parameter of type "tiers" */
#define SP_RULE_PHRASES_MAX  32     /* sentences of one rule */
#define SP_RULE_HOOK_BUDGETS 4      /* a hook's evaluation may use so many times the budget of another */
#define SP_RULE_VALUE_MAX    262144 /* bytes of what a hook gives, as JSON: a receipt of 500 lines */

/* What a campaign with limits has used so far, for one subject (struct sp_campaign_use). */
struct sp_usage {
  int64_t uses, amount, units;
};

/* Where the engine reads it; `read` may block on the reader's own snapshot. Null source: nothing was ever used. */
struct sp_usage_source {
  int (*read)(const struct sp_usage_source *self, const char *campaign, const char *subject, struct sp_usage *out,
              struct sp_error *err);
  void *ctx;
};

/* What a rule may know of the moment: frozen at the last command, the same at every till. */
struct sp_context {
  int64_t now;                         /* UTC ms: picks the campaigns that are live */
  int32_t business_date;               /* yyyymmdd */
  int8_t weekday;                      /* 1 Monday .. 7 Sunday, of the store's clock */
  int16_t minute;                      /* of the store's day */
  const char *store;                   /* store code; null reads as "" */
  const char *channel;                 /* "till", "api", "import"; null reads as "" */
  const char *role;                    /* of who sells: "cashier", "manager" …; null reads as "" */
  bool promotions;                     /* false: only the price phase runs (historic sales) */
  const struct sp_usage_source *usage; /* or null */
  bool untraced;                       /* leave the trace out: for the bench, to tell what tracing costs */
};

/* ---- What a rule declares ---- */

/* In the order in which they run. */
enum sp_phase {
  SP_PHASE_CLASSIFY,  /* tags for lines */
  SP_PHASE_COMPOSE,   /* lines that belong to others: deposits, gifts that are handed out */
  SP_PHASE_PRICE,     /* what one unit costs */
  SP_PHASE_PROMOTION, /* what is taken off */
  SP_PHASE_COUPON,    /* the same for what the customer presents: sees what promotions left */
  SP_PHASE_TENDER,    /* how much may be paid with what is no money */
  SP_PHASE_CHECK,     /* what must be confirmed, approved or refused */
  SP_PHASE_STOCK,     /* lines that may not go below zero */
  SP_PHASE_OBSERVE,   /* remarks; changes nothing */
  SP_PHASE_HOOK,      /* answers a question of another module (struct sp_rule_info's `hook`), not about a basket */
  SP_PHASE_COUNT
};

/* How a parameter is written in campaigns.json and read by the rule:
 *   boolean, integer, money (fen), ppm, minute (of the day, "HH:MM" in JSON), date (yyyymmdd, "YYYY-MM-DD" in JSON)
 *   text and what texts may mean: choice (one of `options`), tag, category, product, level, coupon
 *   texts, tags, categories, products, levels   a list of them, sorted, no entry twice
 *   tiers                                       a list of {at, value}, ascending `at`: 满减 steps, quantity prices
 *   prices                                      an object of product code → fen, sorted by code */
enum sp_param_type {
  SP_PARAM_BOOLEAN,
  SP_PARAM_INTEGER,
  SP_PARAM_MONEY, /* fen */
  SP_PARAM_PPM,   /* parts per million: 200000 is 20 % */
  SP_PARAM_MINUTE,
  SP_PARAM_DATE,
  SP_PARAM_TEXT,
  SP_PARAM_CHOICE,
  SP_PARAM_TAG,
  SP_PARAM_CATEGORY, /* path of codes from the root */
  SP_PARAM_PRODUCT,  /* SKU code */
  SP_PARAM_LEVEL,
  SP_PARAM_COUPON,
  SP_PARAM_TEXTS,
  SP_PARAM_TAGS,
  SP_PARAM_CATEGORIES,
  SP_PARAM_PRODUCTS,
  SP_PARAM_LEVELS,
  SP_PARAM_TIERS,
  SP_PARAM_PRICES,
  SP_PARAM_TYPE_COUNT
};

/* How the value of a parameter is held. */
enum sp_param_form { SP_FORM_INTEGER, SP_FORM_TEXT, SP_FORM_LIST, SP_FORM_TIERS, SP_FORM_PRICES };
enum sp_param_form sp_param_form(enum sp_param_type type);

struct sp_tier {
  int64_t at, value;
};

/* One value of a parameter; which member holds it says sp_param_form (booleans are 0 or 1). */
struct sp_rule_value {
  const char *name;
  enum sp_param_type type;
  int64_t integer;
  const char *text;
  const char *const *list;     /* of texts; of codes for prices */
  const struct sp_tier *tiers; /* of tiers */
  const int64_t *prices;       /* beside the codes in `list` */
  int32_t count;               /* of list, tiers or prices */
};

struct sp_param {
  const char *name; /* [a-z][a-z0-9_]*, at most 31 bytes */
  enum sp_param_type type;
  bool required;
  bool has_default;
  struct sp_rule_value fallback; /* the default, when there is one */
  int64_t min, max;              /* of the number, the bytes of a text, the entries of a list, a tier's value */
  const char *const *options;    /* of a choice */
  int32_t option_count;
  const char *label_zh, *label_en; /* for forms; null: the name */
  const char *doc;
};

/* A sentence of a rule: what a reason with this code means to people. Placeholders name fields of the reason: "{buy}";
 * "{off:money}" prints fen as yuan, "{rate:percent}" ppm as a percentage. */
struct sp_rule_phrase {
  const char *code;
  const char *zh, *en;
};

/* What a rule must declare before it may read it. */
enum sp_rule_need {
  SP_NEED_TAGS = 1 << 0,      /* "member.tags" */
  SP_NEED_POINTS = 1 << 1,    /* "member.points" */
  SP_NEED_BIRTHDAY = 1 << 2,  /* "member.birthday" */
  SP_NEED_JOINED = 1 << 3,    /* "member.joined" */
  SP_NEED_PURCHASES = 1 << 4, /* "member.purchases" */
  SP_NEED_USED = 1 << 5       /* "member.used": what this member had of this campaign: context.used */
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
  const char *hook; /* of the hook phase: "points.earn"; else null */
  uint32_t needs;   /* bits of enum sp_rule_need */
  bool has_check, has_applies;
  const struct sp_rule_phrase *phrases; /* by code */
  int32_t phrase_count;
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
  const char *code; /* of the campaign: context.campaign */
  int32_t rule;     /* index into rules */
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

/* Told of every line of a rule that runs, for the coverage of specs; only the test host has one, for it slows every
 * machine down. `rule` is an index into the program's rules. */
struct sp_rule_watch {
  void (*line)(const struct sp_rule_watch *self, const struct sp_rule_program *program, int32_t rule, int32_t line);
  void *ctx;
};

struct sp_rule_limits {
  int64_t load_budget; /* instructions of one run of a file's top level */
  int64_t call_budget; /* instructions of one evaluation; long strings and work done in C are charged too */
  size_t memory;       /* bytes of one machine */
  const struct sp_rule_watch *watch; /* or null */
  bool anew; /* run files before every evaluation, as if nothing could be kept: what one looks like is compared with */
};

/* 20,000 and 250,000 instructions (a tight loop is stopped after about 2 ms), 32 MiB. */
struct sp_rule_limits sp_rule_limits_default(void);

/* ---- Evaluation ---- */

/* A run of equal units of a line that are still free for the campaign being asked. */
struct sp_unit_range {
  int64_t first, count;
  int64_t remaining; /* fen still to pay for each */
};

/* Tells the free units of a line in order; returns how many ranges it wrote, at most `max` (the rest is then not
 * free to the rule). */
struct sp_unit_source {
  int32_t (*ranges)(const struct sp_unit_source *self, int32_t line, struct sp_unit_range *out, int32_t max);
  void *ctx;
};

/* The basket as the phase before left it; borrowed from begin to end. `prices` may be null before the price phase.
 * `units` may change its answers between evaluations, and null means that every unit is free at its price: a rule is
 * only shown units that its stacking group may still take. */
struct sp_rule_view {
  const struct sp_basket *basket;
  const struct sp_line_price *prices;
  const struct sp_context *context;
  const struct sp_unit_source *units;
};

enum sp_offer_kind {
  /* price, promotion and coupon phases */
  SP_OFFER_PERCENT, /* value: ppm of the base, 0 .. 1,000,000 */
  SP_OFFER_AMOUNT,  /* value: fen off each unit, ≥ 0 */
  SP_OFFER_PRICE,   /* value: fen for each unit, ≥ 0; in the price phase for one whole unit of quantity */
  SP_OFFER_FREE,
  SP_OFFER_TOTAL_OFF,   /* value: fen off all targets together, dealt out in proportion to the base */
  SP_OFFER_TOTAL_PRICE, /* value: fen for all targets together */
  SP_OFFER_LISTED,      /* price phase: the price given at the till, else the catalogue's */
  /* the other phases */
  SP_OFFER_BLOCK,   /* stock phase: the line may not go below zero */
  SP_OFFER_TAG,     /* classify: text is a tag for the target lines */
  SP_OFFER_ADD,     /* compose: text is a product code, value a quantity in thousandths, for the one target line */
  SP_OFFER_CONFIRM, /* check: text is what the cashier confirms */
  SP_OFFER_APPROVE, /* check: text is what a manager approves */
  SP_OFFER_REFUSE,  /* check: text is why it cannot be sold */
  SP_OFFER_TENDER,  /* tender: text is the method, value the most fen */
  SP_OFFER_COUNT,   /* any phase: value units count against the campaign's limits */
  SP_OFFER_NOTE     /* any phase: a remark for the trace and the till: why nothing was offered, what is missing; with a
                     * value above 0 for the trace alone */
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
  const char *text;                      /* see the kind; or null */
  const struct sp_offer_target *targets; /* in the order in which odd fen are dealt out; none: the whole basket */
  int32_t target_count;
  const struct sp_offer_target *with; /* units that make the offer possible and are used up by it: the paid ones of a
                                       * 买二送一. An offer with companions holds for all its units or not at all. */
  int32_t with_count;
  int32_t at;         /* line of the rule file that proposed it, 0 when unknown */
  const char *reason; /* one JSON object, keys sorted; or null */
};

struct sp_rule_result {
  const struct sp_offer *offers;
  int32_t count;
};

/* Index keys: a campaign is worth asking for a basket with a line that matches any of them. */
struct sp_rule_key {
  char kind; /* 't' tag, 'c' category or below it, 'p' product code, 'k' coupon presented (the code itself, or
              * with "-" and a serial number behind it), 'l' level of the member, 'm' a
              * markdown by hand: "price" of a line, "line" (anything else off one) or "basket" */
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
  int64_t charged;     /* budget used by them and by checks, in instructions; running a file is not in it */
};

struct sp_rule_vm_api {
  const char *name;
  bool writes_json; /* reasons are JSON objects within their bound by how they are made: no second look is needed */
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
  /* Ask a campaign of the hook phase: `input` (JSON) is shown as frozen tables, what the rule gives comes back as JSON
   * in the arena, keys sorted, integers, texts, booleans, lists and objects only; "null" when it gave nothing. Its
   * shape is the engine's to check (engine/hook.h). Outside of begin and end. */
  int (*decide)(struct sp_rule_vm *vm, int32_t campaign, const struct cJSON *input, const struct sp_context *context,
                struct sp_arena *arena, const char **json, size_t *len, struct sp_error *err);
};

/* Stable names: "classify", "compose", "price", "promotion", "coupon", "tender", "check", "stock", "observe", "hook";
 * the types as written above; "member.tags" … −1 (0 for a need) when unknown. */
const char *sp_phase_name(enum sp_phase phase);
int sp_phase_parse(const char *name);
const char *sp_param_type_name(enum sp_param_type type);
int sp_param_type_parse(const char *name);
/* Does a phase take money off units? Only these have stacking groups. */
bool sp_phase_stacks(enum sp_phase phase);
uint32_t sp_rule_need_parse(const char *name);

#endif
