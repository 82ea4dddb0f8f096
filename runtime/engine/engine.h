/* The rules without Lua: which campaigns are worth asking, in which order, and what their proposals may do.
 *
 * A bundle is one immutable generation: the rules of the packs, the campaigns and the index over them. It is built once
 * (build → verify → swap), shared by every worker and reference-counted; each worker keeps a rule machine
 * (ports/rule_vm.h) for it. Money is decided here in C: a rule only proposes.
 *
 * Order, total and printed by `suanpan check`: phase, campaign priority (higher first), rule name, campaign code. A
 * stacking group whose mode is `best` is settled where its first campaign stands.
 *
 * Packs layer as built-in → chain → store, by the verbs of pack.json (set, enable, disable, replaces, lock), never by
 * merging: every effective value has one origin. The store's layer (stores/<code>.json) is data only.
 */
#ifndef SP_ENGINE_ENGINE_H
#define SP_ENGINE_ENGINE_H

#include "base/buf.h"
#include "domain/basket.h"
#include "ports/rule_vm.h"

#define SP_RULES_MAX     1000
#define SP_CAMPAIGNS_MAX 100000
#define SP_GROUPS_MAX    64 /* stacking groups of one bundle */

struct sp_bundle;

/* ---- Bundles ---- */

/* A file of a pack held in memory: "rules/promotion/mine.lua", "pack.json", "campaigns.json" (a list),
 * "campaigns/X.json" (one), "stores/S1.json", "cases/x.json", "base/…" for a built-in rule of another time. */
#define SP_CAMPAIGN_OWN "campaigns/database:" /* then CODE.json: a campaign made on the node, not by a pack */

struct sp_pack_file {
  const char *path;
  const char *text;
  size_t len;
};

struct sp_bundle_options {
  bool bare;                        /* leave the built-in pack out (tests, generations of the past) */
  const char *folder;               /* the chain's pack on disk; or null */
  const struct sp_pack_file *files; /* in memory, or null; takes the place of a file of the same path in the folder */
  int32_t file_count;
  const char *store;            /* code of the store whose layer counts; null: no store's */
  struct sp_rule_limits limits; /* all zero: the defaults */
};

/* Read, check and index everything; a bad rule or campaign is an error that names its file in the sentence and its
 * field ("campaigns[3].params.buy") in `field`, and nothing is built. Blocks for the disk. The caller owns one
 * reference. SP_E_INVALID, SP_E_RULE, SP_E_IO, SP_E_LIMIT, SP_E_NOMEM. */
int sp_bundle_build(const struct sp_bundle_options *options, const struct sp_rule_vm_api *api, struct sp_bundle **out,
                    struct sp_error *err);
/* The files of the pack in `folder` as sp_bundle_build finds them, and with `specs` what lies in its spec/ (Lua and
 * JSON), in `arena`: to be sent to a node. Blocks for the disk. SP_E_IO, SP_E_INVALID, SP_E_LIMIT, SP_E_NOMEM. */
int sp_pack_read(const char *folder, bool specs, struct sp_arena *arena, struct sp_pack_file **out, int32_t *count,
                 struct sp_error *err);
/* Atomic; any thread. Both accept null. */
struct sp_bundle *sp_bundle_retain(struct sp_bundle *bundle);
void sp_bundle_release(struct sp_bundle *bundle);

/* A machine for one worker, closed with vm->api->close. It reads the bundle's memory: keep a reference as long as it.
 */
int sp_bundle_vm_open(const struct sp_bundle *bundle, struct sp_rule_vm **out, struct sp_error *err);

/* SHA-256 of the generation's manifest: 32 bytes, owned by the bundle; stored with every sale. The manifest is what
 * decides a price: API version, name and version of the pack, stacking groups, the hash of every rule file that is on,
 * and every campaign that is on with its complete parameters, in order; and the campaigns that are off, which come back
 * with their generation. The same however the files were found or the campaigns filed. */
const uint8_t *sp_bundle_hash(const struct sp_bundle *bundle);
/* One JSON object: hash, name, version, store, gate, groups, rules (with their parameters and phrases), campaigns in
 * order and those that are `disabled`, every value with its origin. For `suanpan check`, forms and the office. */
int sp_bundle_describe(const struct sp_bundle *bundle, struct sp_buf *out, struct sp_error *err);
/* Every file a bundle was built from, the built-in ones included, by path: building from them with `bare` and the same
 * store gives the same hash. Owned by the bundle. */
int32_t sp_bundle_file_count(const struct sp_bundle *bundle);
struct sp_pack_file sp_bundle_file(const struct sp_bundle *bundle, int32_t i);
/* What a pack demands before it may be published (pack.json's "gate"). */
struct sp_gate {
  bool specs, cases;          /* its specs and its golden baskets must be green; true when it does not say */
  int64_t max_difference_ppm; /* of the turnover of past sales; −1: any */
  int32_t days;               /* of past sales to look at; 0: none */
};
struct sp_gate sp_bundle_gate(const struct sp_bundle *bundle);
/* Of the chain's pack: pack.json's "name" and "version"; "" when it does not say. */
const char *sp_bundle_name(const struct sp_bundle *bundle);
const char *sp_bundle_version(const struct sp_bundle *bundle);
/* The sentence of a reason in `lang`, from the rule's own texts, placeholders filled from `reason` (a JSON object with
 * a code); false when the rule has none for it. */
bool sp_bundle_sentence(const struct sp_bundle *bundle, const char *rule, const char *reason, enum sp_lang lang,
                        struct sp_buf *out);
/* Is there a campaign, and what is its rule? Null when there is none. */
const char *sp_bundle_campaign_rule(const struct sp_bundle *bundle, const char *code);
/* The texts of a campaign's parameter that is a list; null with `*count` 0 when it has none of that name. Owned by the
 * bundle. */
const char *const *sp_bundle_campaign_list(const struct sp_bundle *bundle, const char *code, const char *param,
                                           int32_t *count);
int32_t sp_bundle_rule_count(const struct sp_bundle *bundle);
int32_t sp_bundle_campaign_count(const struct sp_bundle *bundle);
/* Does an offer of `store` whose time has come and is not over use this coupon: by what it is found by, or as a
 * parameter? Who it is for and the hours of the day are not asked: a member may come later. */
bool sp_bundle_coupon(const struct sp_bundle *bundle, const char *coupon, const char *store, int64_t now);
/* What a receipt prints for a campaign: its title in `lang`, or in the other language, or its code; `code` itself when
 * the bundle has no such campaign. Owned by the bundle (or the caller's own `code`). */
const char *sp_bundle_campaign_title(const struct sp_bundle *bundle, const char *code, enum sp_lang lang);

/* What is allowed but looks wrong, as a JSON array of {kind, campaign?, rule?, file?, message}: "tie" (two campaigns
 * whose order only their codes decide), "dead-rule" (no campaign uses it), "unreachable" (never live, or its units are
 * always taken by one before it), "ended" (told in the offset it was written with), "no-price" (no rule of the price
 * phase is left). Messages in `lang`. For `suanpan check` and the office. */
int sp_bundle_warnings(const struct sp_bundle *bundle, int64_t now, enum sp_lang lang, struct sp_buf *out,
                       struct sp_error *err);

/* ---- Machines of one thread ---- */

#define SP_MACHINES_MAX 4 /* generations one worker keeps warm: live, canary and two of open baskets */

/* A small cache of rule machines by bundle, for one thread. All zero is empty. Keeps a reference to each bundle. */
struct sp_machines {
  struct {
    const struct sp_bundle *bundle;
    struct sp_rule_vm *vm;
    uint64_t used;
  } slots[SP_MACHINES_MAX];
  uint64_t clock;
};

/* The machine of `bundle`, opened when it is not there (2 ms); the one unused for longest makes room. */
int sp_machines_get(struct sp_machines *machines, const struct sp_bundle *bundle, struct sp_rule_vm **out,
                    struct sp_error *err);
void sp_machines_close(struct sp_machines *machines);

/* ---- Pricing ---- */

/* A line that rules want beside the scanned ones. */
struct sp_addition {
  int32_t parent;   /* n of the line it is for */
  const char *code; /* of the product */
  int64_t quantity; /* thousandths, > 0 */
  const char *campaign;
};

struct sp_additions {
  struct sp_addition *list; /* in the arena, in order */
  int32_t count;
};

/* What a phase that is asked by itself says: its part of the trace (engine/trace.h), and how often a rule failed. */
struct sp_aside {
  const char *trace; /* JSON array in the arena, or null when nobody was asked */
  size_t trace_len;
  int32_t alarms;
};

/* The compose phase: what comes along with what was scanned (a deposit for each bottle). The caller looks the products
 * up and appends them as lines with `parent` set before pricing; lines that have a parent add nothing themselves. Costs
 * nothing when no campaign of that phase is live. A rule that fails adds nothing. `aside` may be null. */
int sp_engine_compose(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                      const struct sp_context *context, struct sp_arena *arena, struct sp_additions *out,
                      struct sp_aside *aside, struct sp_error *err);

/* Price a basket: every phase from classify to observe (but compose and stock) in order, promotions and coupons in
 * their total order within stacking groups, limits of campaigns held, invariants enforced, trace written
 * (engine/trace.h). `out` lives in `arena`, except campaign codes and rule names, which belong to the bundle. Lines are
 * priced at list price when no price rule answers. A rule that fails is skipped and counted in out->alarms; the sale
 * goes on at the price without it. `vm` was opened for this bundle and belongs to the calling thread; any number of
 * threads may price on one bundle. Errors: SP_E_RANGE, SP_E_NOMEM, SP_E_LIMIT, and SP_E_INTERNAL for a broken invariant
 * of ours. */
int sp_engine_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                    const struct sp_context *context, struct sp_arena *arena, struct sp_priced *out,
                    struct sp_error *err);

/* The stock policy (phase "stock"): sets blocked[i] for every basket line whose stock may not go below zero. Costs
 * nothing when no campaign of that phase is live. A rule that fails blocks nothing. `aside` may be null. */
int sp_engine_stock_policy(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                           const struct sp_context *context, struct sp_arena *arena, bool *blocked,
                           struct sp_aside *aside, struct sp_error *err);

/* One trace and one count of alarms of all that was asked about a basket: `before` (compose), the price, `after`
 * (stock). Either may be null; nothing is copied when neither has anything. SP_E_NOMEM. */
int sp_engine_join(struct sp_priced *priced, const struct sp_aside *before, const struct sp_aside *after,
                   struct sp_arena *arena, struct sp_error *err);

/* Why campaigns gave nothing to a priced basket, for `explain`: at most `max` of them, those first that have to do with
 * it, as a JSON array of {campaign, rule, why, …} with `why` one of
 *   "silent" (with its note), "lost" (with `because` and `by`), "error"   it was asked: as in the trace
 *   "limit"                                       its budget is used up
 *   "not-yet" (from), "ended" (to), "store" (stores), "channel" (channels), "member", "level" (levels), "weekday"
 *   (weekdays), "day" (days), "hours" (hours, minutes of the day)   it is not live, and what would be
 *   "no-match" (keys: [{tag|category|product|coupon|level}], at most 20)   nothing in the basket leads to it
 * Asks no rule. SP_E_LIMIT when `out` is full, SP_E_NOMEM. */
int sp_engine_why_nothing(const struct sp_bundle *bundle, const struct sp_basket *basket,
                          const struct sp_context *context, const struct sp_priced *priced, int32_t max,
                          struct sp_buf *out, struct sp_error *err);

#endif
