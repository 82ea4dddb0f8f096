/* Generations of rules: which one prices a request, where they are kept, how they change.
 *
 * A generation is an immutable bundle and its hash. Its files are kept in the database by their own hash for as long as
 * a sale or an open basket names it, so any of them can be built again. One is live; a canary may serve some tills
 * beside it; a shadow is only tried on sales that were made. Which is which stands in one row (rules_state); the
 * registry is that row in memory with its bundles.
 *
 * A request takes one generation when it begins and keeps it to its end (sp_rules_enter, sp_rules_leave). Whoever
 * changes the rules plans the row with the revision it saw and leaves a struct sp_rules_change; when the plan is on
 * disk the registry takes it over (sp_rules_settle). A process that dies in between finds the row at its next start.
 */
#ifndef SP_APP_RULES_H
#define SP_APP_RULES_H

#include "app/work.h"
#include "base/hash.h"
#include "base/json.h"

#define SP_RULES_WARM      8  /* generations kept in memory beside those that serve */
#define SP_RULES_TILLS_MAX 64 /* of a canary */
#define SP_RULES_FILES_MAX 20000

/* What a canary must keep to; −1: not asked. Rates are parts per million. */
struct sp_rules_gate {
  int64_t max_alarm_ppm;           /* rules that failed, per sale */
  int64_t max_discount_change_ppm; /* of its discount ratio against the live one's, either way */
  int64_t min_sales;               /* of the canary, before anything is judged */
};

/* The row of rules_state. */
struct sp_rules_state {
  int64_t revision, made;
  uint8_t live[SP_HASH_LEN], previous[SP_HASH_LEN], canary[SP_HASH_LEN], shadow[SP_HASH_LEN];
  bool has_previous, has_canary, has_shadow;
  int64_t live_since, canary_since, shadow_since;
  struct sp_id tills[SP_RULES_TILLS_MAX]; /* of the canary */
  char till_codes[SP_RULES_TILLS_MAX][24];
  int till_count;
  struct sp_rules_gate gate;
  uint8_t built_in[SP_HASH_LEN]; /* the program's own rules when the live generation was made */
};

/* What the registry takes over when the plan that says so is on disk. In the work's arena; the bundles are held by the
 * work. Null: as it was. */
struct sp_rules_change {
  struct sp_rules_state state;
  struct sp_bundle *live, *canary, *shadow;
};

/* ---- The registry. Any thread unless said otherwise. ---- */

struct sp_rules;

/* `api` makes machines, `store` is the code whose layer counts; both outlive the registry. SP_E_NOMEM. */
int sp_rules_new(const struct sp_rule_vm_api *api, const char *store, const char *folder, struct sp_rules **out);
void sp_rules_free(struct sp_rules *rules); /* null is allowed */

/* The configured folder (development), or "". */
const char *sp_rules_folder(const struct sp_rules *rules);
void sp_rules_state(struct sp_rules *rules, struct sp_rules_state *out);
/* What prices at this till (nil: at none); the caller's reference. Null before the first change. */
struct sp_bundle *sp_rules_current(struct sp_rules *rules, const struct sp_id *till);
struct sp_bundle *sp_rules_live(struct sp_rules *rules);
struct sp_bundle *sp_rules_shadow(struct sp_rules *rules); /* or null */
/* One that is in memory, with a reference, or null; keep one there. */
struct sp_bundle *sp_rules_find(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN]);
void sp_rules_keep(struct sp_rules *rules, struct sp_bundle *bundle);
/* Take over a change that is on disk. An older one than what is there does nothing. Null is allowed. */
void sp_rules_settle(struct sp_rules *rules, const struct sp_rules_change *change);

/* The last thing that went wrong with the folder: null clears it. */
void sp_rules_problem_set(struct sp_rules *rules, int64_t at, const struct sp_error *err);
/* False when there is none. */
bool sp_rules_problem(struct sp_rules *rules, int64_t *at, struct sp_error *out);

/* ---- Of one request ---- */

/* Give the work the generation of its actor's till and a machine of `worker` for it. Without a registry (tests) it is
 * app->bundle and worker->vm. SP_E_STATE: there is none yet; SP_E_NOMEM. */
int sp_rules_enter(struct sp_work *work, struct sp_worker *worker);
/* Give back what the work held; after the plan is on disk, or failed, because plans name texts of the bundle. */
void sp_rules_leave(struct sp_work *work);
/* Hold a reference as long as the work; takes over the caller's. SP_E_LIMIT lets it go. */
int sp_rules_hold(struct sp_work *work, struct sp_bundle *bundle);
/* Price with another generation from here on. SP_E_NOT_FOUND: nothing of that hash is kept; what building it says. */
int sp_rules_use(struct sp_work *work, const uint8_t hash[SP_HASH_LEN]);
/* The same for a bundle the work holds. */
int sp_rules_use_bundle(struct sp_work *work, const struct sp_bundle *bundle);
/* An open basket's own generation. One that can no longer be loaded leaves the current one and says so in `notice` (a
 * sentence in the work's language, in the arena), else null there. SP_E_NOMEM and errors of the database. */
int sp_rules_pin(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], const char **notice);

/* 64 hexadecimal digits. False when it is none. */
bool sp_rules_hash_parse(const char *text, uint8_t out[SP_HASH_LEN]);

#endif
