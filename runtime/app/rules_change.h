/* Changing the rules: the start of a node, its folder, uploads, publishing, rolling back, canary, shadow, campaigns.
 *
 * Each is a use case: it builds and checks first, then plans rows, the state with the revision it saw, and a journal
 * record, and leaves work->rules for the registry. Any failure leaves everything as it was. Building takes from two
 * milliseconds to some hundred for ten thousand campaigns: run these as bulk.
 */
#ifndef SP_APP_RULES_CHANGE_H
#define SP_APP_RULES_CHANGE_H

#include "app/rules.h"
#include "app/rules_count.h"

#define SP_CAMPAIGN_BODY_MAX  262144
#define SP_RULES_KEEP_MS      (3600 * 1000LL)           /* a generation that served stays at least so long */
#define SP_RULES_CANDIDATE_MS (30 * 24 * 3600 * 1000LL) /* one that never did */

/* ---- Start and folder ---- */

/* The generation a node begins with. With a folder: what is in it; when that cannot be built, the one of before goes on
 * and sp_rules_problem says why. Without: the stored one, built anew when the program brings other rules of its own
 * (`built_in`: their hash). Also takes up canary, shadow and their counts again. SP_E_RULE, SP_E_INVALID … : nothing
 * can be built. */
int sp_rules_start(struct sp_work *work, const uint8_t built_in[SP_HASH_LEN]);
/* Read the folder again. An error leaves everything and is kept for sp_rules_problem by the caller. */
int sp_rules_reload(struct sp_work *work);
/* Forget what nothing names any more: generations without a sale or an open basket, files without a generation. */
int sp_rules_sweep(struct sp_work *work);

/* ---- Candidates ---- */

/* A pack to try: built with the campaigns of the database and this store's layer, stored as a candidate with its report
 * {name, version, rules, campaigns, warnings, cases, failed}. Files under "spec/" are kept beside it. */
struct sp_pack_upload {
  const char *name; /* or null: what pack.json says */
  const struct sp_pack_file *files;
  int32_t count;
};
/* `out` is held by the work; `report` lives in the arena. */
int sp_rules_upload(struct sp_work *work, const struct sp_pack_upload *upload, struct sp_bundle **out,
                    const char **report);
/* Run the golden baskets of a bundle. `report` gets a JSON list in the arena. SP_E_STATE when one fails. */
int sp_rules_cases(struct sp_work *work, const struct sp_bundle *bundle, const char **report, int *failed);

/* The files of a stored generation's pack and its specs, in the arena. */
int sp_rules_pack_files(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_pack_file **files,
                        int32_t *count);

/* ---- Serving ---- */

struct sp_publish {
  uint8_t hash[SP_HASH_LEN];
  const char *const *tills; /* codes; none: all tills */
  int till_count;
  struct sp_rules_gate gate; /* of a canary */
  /* What has to hold before; these take long, so publishing is then a job. */
  bool specs;                 /* its specs are green */
  int32_t days;               /* of past sales to price again; 0: none */
  int64_t max_difference_ppm; /* of their turnover; −1: any */
};
/* Add what the pack itself demands (its gate): a request may only ask for more. */
int sp_publish_demands(struct sp_work *work, struct sp_publish *publish);
/* Let a stored generation serve: with the campaigns of the database as they are now, so `out` (held by the work) may
 * have another hash. SP_E_STATE: the rules come from a folder, or its golden baskets fail. */
int sp_rules_publish(struct sp_work *work, const struct sp_publish *publish, struct sp_bundle **out);
/* Back: from a canary to the live generation; else to `hash`, or, null, to the one that was live before. What is left
 * is withdrawn until it is published again or named: going back once more goes further back, never forth to it. The
 * campaigns of the database become those of that generation. `out` is what is live then. SP_E_STATE: nothing is left to
 * go back to. */
int sp_rules_rollback(struct sp_work *work, const uint8_t *hash, struct sp_bundle **out);
/* End the canary because it left its gate. SP_E_STATE when there is none any more. */
int sp_rules_withdraw(struct sp_work *work, const struct sp_verdict *verdict);
/* Try sales that are made under a stored generation too; null ends it. */
int sp_rules_shadow_set(struct sp_work *work, const uint8_t *hash);

/* ---- Campaigns ---- */

struct sp_campaign_put {
  const char *code;
  const char *body; /* JSON with this code, or null: away with it */
  int64_t expected; /* revision that was seen, −1: any */
  bool create;      /* must be new */
};
/* Build what serves with the changed campaign and plan it. `out` (held) is the live generation with it, `revision` the
 * campaign's, 0 when it is gone. With `only_try` nothing is planned. SP_E_INVALID names the field, SP_E_EXISTS,
 * SP_E_NOT_FOUND, SP_E_CONFLICT: another revision. */
int sp_campaign_put(struct sp_work *work, const struct sp_campaign_put *put, bool only_try, struct sp_bundle **out,
                    int64_t *revision);
bool sp_campaign_code_valid(const char *code);

#endif
