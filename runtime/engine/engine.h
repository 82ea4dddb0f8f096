/* The rules without Lua: which campaigns are worth asking, in which order, and what their proposals may do.
 *
 * A bundle is one immutable generation: the rules of the packs, the campaigns and the index over them. It is built once
 * (build → verify → swap), shared by every worker and reference-counted; each worker keeps a rule machine
 * (ports/rule_vm.h) for it. Money is decided here in C: a rule only proposes.
 */
#ifndef SP_ENGINE_ENGINE_H
#define SP_ENGINE_ENGINE_H

#include "domain/basket.h"
#include "ports/rule_vm.h"

/* What a rule may know of the moment: frozen at the last command, the same at every till. */
struct sp_context {
  int64_t now;             /* UTC ms: picks the campaigns that are live */
  int32_t business_date;   /* yyyymmdd */
  int8_t weekday;          /* 1 Monday .. 7 Sunday, of the store's clock */
  int16_t minute;          /* of the store's day */
  const char *store;       /* store code */
  const char *channel;     /* "till", "api", "import" */
  bool promotions;         /* false: only the price phase runs (historic sales) */
};

struct sp_bundle;

/* Price a basket: price phase, then promotions in their total order, invariants enforced, trace written. `out` lives in
 * `arena`. A rule that fails is skipped and counted in out->alarms; the sale goes on at the price without it. Errors:
 * SP_E_RANGE, SP_E_NOMEM, SP_E_LIMIT, and SP_E_INTERNAL for a broken invariant of ours. */
int sp_engine_price(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                    const struct sp_context *context, struct sp_arena *arena, struct sp_priced *out,
                    struct sp_error *err);

/* The stock policy (phase "stock"): sets blocked[i] for every basket line whose stock may not go below zero. Costs nothing
 * when no campaign of that phase is live. */
int sp_engine_stock_policy(const struct sp_bundle *bundle, struct sp_rule_vm *vm, const struct sp_basket *basket,
                           const struct sp_context *context, struct sp_arena *arena, bool *blocked,
                           struct sp_error *err);

/* SHA-256 of the generation's manifest: 32 bytes, owned by the bundle; stored with every sale. */
const uint8_t *sp_bundle_hash(const struct sp_bundle *bundle);

#endif
