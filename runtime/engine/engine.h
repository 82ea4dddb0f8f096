/* The rules without Lua: which campaigns are worth asking, in which order, and what their proposals may do.
 *
 * A bundle is one immutable generation: the rules of the packs, the campaigns and the index over them. It is built once
 * (build → verify → swap), shared by every worker and reference-counted; each worker keeps a rule machine
 * (ports/rule_vm.h) for it. Money is decided here in C: a rule only proposes.
 *
 * Order, total and printed by `suanpan check`: phase, campaign priority (higher first), rule name, campaign code.
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

/* A file of a pack held in memory: "rules/promotion/mine.lua" or "campaigns.json". */
struct sp_pack_file {
  const char *path;
  const char *text;
  size_t len;
};

struct sp_bundle_options {
  bool bare;          /* leave the built-in pack out (tests) */
  const char *folder; /* the chain's pack on disk: rules/…/x.lua and campaigns.json, both optional; or null */
  const struct sp_pack_file *files; /* a pack in memory, after the folder; or null */
  int32_t file_count;
  struct sp_rule_limits limits; /* all zero: the defaults */
};

/* Read, check and index everything; a bad rule or campaign is an error that names its file in the sentence and its
 * field
 * ("campaigns[3].params.buy") in `field`, and nothing is built. Blocks for the disk. The caller owns one reference.
 * SP_E_INVALID, SP_E_RULE, SP_E_IO, SP_E_LIMIT, SP_E_NOMEM. */
int sp_bundle_build(const struct sp_bundle_options *options, const struct sp_rule_vm_api *api, struct sp_bundle **out,
                    struct sp_error *err);
/* Atomic; any thread. Both accept null. */
struct sp_bundle *sp_bundle_retain(struct sp_bundle *bundle);
void sp_bundle_release(struct sp_bundle *bundle);

/* A machine for one worker, closed with vm->api->close. It reads the bundle's memory: keep a reference as long as it.
 */
int sp_bundle_vm_open(const struct sp_bundle *bundle, struct sp_rule_vm **out, struct sp_error *err);

/* SHA-256 of the generation's manifest: 32 bytes, owned by the bundle; stored with every sale. The manifest is the API
 * version, every rule file's hash and every campaign with its complete parameters, in order. */
const uint8_t *sp_bundle_hash(const struct sp_bundle *bundle);
/* One JSON object: hash, rules (with their parameters) and campaigns, in order. For `suanpan check` and the office. */
int sp_bundle_describe(const struct sp_bundle *bundle, struct sp_buf *out, struct sp_error *err);
int32_t sp_bundle_rule_count(const struct sp_bundle *bundle);
int32_t sp_bundle_campaign_count(const struct sp_bundle *bundle);
/* What a receipt prints for a campaign: its title in `lang`, or in the other language, or its code; `code` itself when
 * the bundle has no such campaign. Owned by the bundle (or the caller's own `code`). */
const char *sp_bundle_campaign_title(const struct sp_bundle *bundle, const char *code, enum sp_lang lang);

/* ---- Pricing ---- */

/* Price a basket: price phase, then promotions in their total order, invariants enforced, trace written
 * (engine/trace.h). `out` lives in `arena`, except campaign codes and rule names, which belong to the bundle. Lines are
 * priced at list price when no price rule answers. A rule that fails is skipped and counted in out->alarms; the sale
 * goes on at the price without it. `vm` was opened for this bundle and belongs to the calling thread; any number of
 * threads may price on one bundle. Errors: SP_E_RANGE, SP_E_NOMEM, SP_E_LIMIT, and SP_E_INTERNAL for a broken invariant
 * of ours. */
int sp_engine_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                    const struct sp_context *context, struct sp_arena *arena, struct sp_priced *out,
                    struct sp_error *err);

/* The stock policy (phase "stock"): sets blocked[i] for every basket line whose stock may not go below zero. Costs
 * nothing when no campaign of that phase is live. A rule that fails blocks nothing. */
int sp_engine_stock_policy(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                           const struct sp_context *context, struct sp_arena *arena, bool *blocked,
                           struct sp_error *err);

#endif
