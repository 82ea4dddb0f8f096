/* What generations do: counters of the two that serve, the canary's gate, and what a shadow would have changed. */
#ifndef SP_APP_RULES_COUNT_H
#define SP_APP_RULES_COUNT_H

#include "app/work.h"
#include "base/hash.h"
#include "base/json.h"
#include <pthread.h>

#define SP_SHADOW_SALES_MAX     100 /* differing sales kept by id */
#define SP_SHADOW_CAMPAIGNS_MAX 256 /* campaigns counted one by one */
#define SP_CAMPAIGN_CODE_MAX    64

struct sp_rules;
struct sp_rules_gate;

/* ---- Counters: lock-free, any thread ---- */

/* A sale that is on disk, priced by `bundle` (struct sp_counts: app/work.h; refunds are not counted). Only the live
 * generation and the canary are counted. */
void sp_rules_count(struct sp_rules *rules, const struct sp_bundle *bundle, const struct sp_counts *sale);
/* Since both serve; a restart counts the canary's sales again from what is stored, without alarms. */
void sp_rules_counts(struct sp_rules *rules, struct sp_counts *live, struct sp_counts *canary);
void sp_rules_counts_set(struct sp_rules *rules, const struct sp_counts *live, const struct sp_counts *canary);

/* Does the canary leave its gate? `why` gets "alarms" or "discount" with the two rates in parts per million. */
struct sp_verdict {
  const char *why;
  int64_t rate, bound;
};
bool sp_rules_judge(struct sp_rules *rules, struct sp_verdict *out);

/* JSON: {"max_alarm_ppm", "max_discount_change_ppm", "min_sales"}, absent ones are not asked. */
void sp_rules_gate_write(const struct sp_rules_gate *gate, struct sp_json_writer *w);
int sp_rules_gate_read(const struct cJSON *object, struct sp_rules_gate *out, struct sp_error *err);
void sp_counts_write(const struct sp_counts *counts, struct sp_json_writer *w);

/* ---- The shadow: what a candidate would have charged ---- */

/* One sale tried again. Amounts are fen. */
struct sp_shadow_change {
  const char *campaign;
  int64_t amount; /* what it takes off more than it did; < 0: less */
};

struct sp_shadow_sale {
  struct sp_id id;
  int64_t difference; /* of the total: candidate − stored */
  int32_t alarms;
  bool failed; /* it could not be priced again */
  const struct sp_shadow_change *changes;
  int32_t count;
};

struct sp_shadow_campaign {
  char code[SP_CAMPAIGN_CODE_MAX + 1];
  int64_t sales, amount;
};

struct sp_shadow {
  int64_t sales, differing, alarms, failed;
  int64_t more, less;   /* fen the candidate would have taken more and less, both ≥ 0 */
  struct sp_id *differ; /* ring of SP_SHADOW_SALES_MAX */
  struct sp_shadow_campaign *campaigns;
  int campaign_count;
  bool overflow; /* more campaigns differ than are counted */
  int64_t at;    /* journal number looked at last */
};

/* The shadow of `hash` tried a sale; one that is no longer the shadow is not counted. SP_E_NOMEM. */
int sp_rules_shadow_add(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN], const struct sp_shadow_sale *sale);
void sp_rules_shadow_at(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN], int64_t seq);
/* Members: sales, differing, failed, alarms, more, less, journal, campaigns [{code, sales, amount}], sales_differing
 * [id]. */
void sp_rules_shadow_write(struct sp_rules *rules, struct sp_json_writer *w);

#endif
