#include "app/rules.h"

#include "app/rules_parts.h"

#include <stdlib.h>
#include <string.h>

static void lock(struct sp_rules *rules) {
  pthread_mutex_lock(&rules->lock);
}

static void unlock(struct sp_rules *rules) {
  pthread_mutex_unlock(&rules->lock);
}

int sp_rules_new(const struct sp_rule_vm_api *api, const char *store, const char *folder, struct sp_rules **out) {
  struct sp_rules *rules = calloc(1, sizeof *rules);
  if (rules == NULL) return SP_E_NOMEM;
  if (pthread_mutex_init(&rules->lock, NULL) != 0) {
    free(rules);
    return SP_E_NOMEM;
  }
  rules->api = api;
  rules->store = store;
  rules->folder = folder != NULL ? folder : "";
  *out = rules;
  return 0;
}

void sp_rules_free(struct sp_rules *rules) {
  if (rules == NULL) return;
  for (int i = 0; i < SP_RULES_WARM; i++)
    sp_bundle_release(rules->warm[i].bundle);
  sp_bundle_release(rules->live);
  sp_bundle_release(rules->canary);
  sp_bundle_release(rules->shadow);
  sp_shadow_clear(&rules->tried);
  pthread_mutex_destroy(&rules->lock);
  free(rules);
}

const char *sp_rules_folder(const struct sp_rules *rules) {
  return rules->folder;
}

void sp_rules_state(struct sp_rules *rules, struct sp_rules_state *out) {
  lock(rules);
  *out = rules->state;
  unlock(rules);
}

/* ---- Which one ---- */

static bool is_canary_till(const struct sp_rules_state *state, const struct sp_id *till) {
  if (!state->has_canary || till == NULL || sp_id_is_nil(till)) return false;
  for (int i = 0; i < state->till_count; i++) {
    if (sp_id_equal(&state->tills[i], till)) return true;
  }
  return false;
}

struct sp_bundle *sp_rules_current(struct sp_rules *rules, const struct sp_id *till) {
  lock(rules);
  bool canary = rules->canary != NULL && is_canary_till(&rules->state, till);
  struct sp_bundle *bundle = sp_bundle_retain(canary ? rules->canary : rules->live);
  unlock(rules);
  return bundle;
}

struct sp_bundle *sp_rules_live(struct sp_rules *rules) {
  return sp_rules_current(rules, NULL);
}

struct sp_bundle *sp_rules_shadow(struct sp_rules *rules) {
  lock(rules);
  struct sp_bundle *bundle = sp_bundle_retain(rules->shadow);
  unlock(rules);
  return bundle;
}

static bool is(const struct sp_bundle *bundle, const uint8_t hash[SP_HASH_LEN]) {
  return bundle != NULL && memcmp(sp_bundle_hash(bundle), hash, SP_HASH_LEN) == 0;
}

/* Lock held. */
static struct sp_bundle *find(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN]) {
  struct sp_bundle *const serving[] = {rules->live, rules->canary, rules->shadow};
  for (size_t i = 0; i < sizeof serving / sizeof serving[0]; i++) {
    if (is(serving[i], hash)) return serving[i];
  }
  for (int i = 0; i < SP_RULES_WARM; i++) {
    if (!is(rules->warm[i].bundle, hash)) continue;
    rules->warm[i].used = ++rules->clock;
    return rules->warm[i].bundle;
  }
  return NULL;
}

struct sp_bundle *sp_rules_find(struct sp_rules *rules, const uint8_t hash[SP_HASH_LEN]) {
  lock(rules);
  struct sp_bundle *bundle = sp_bundle_retain(find(rules, hash));
  unlock(rules);
  return bundle;
}

/* Lock held. What had to make room is the caller's to release, without the lock: a bundle takes long to free. */
static struct sp_bundle *keep(struct sp_rules *rules, struct sp_bundle *bundle) {
  struct sp_rules_warm *slot = &rules->warm[0];
  if (bundle == NULL || find(rules, sp_bundle_hash(bundle)) != NULL) return NULL;
  for (int i = 1; i < SP_RULES_WARM; i++) {
    if (rules->warm[i].used < slot->used) slot = &rules->warm[i];
  }
  struct sp_bundle *old = slot->bundle;
  *slot = (struct sp_rules_warm){.bundle = sp_bundle_retain(bundle), .used = ++rules->clock};
  return old;
}

void sp_rules_keep(struct sp_rules *rules, struct sp_bundle *bundle) {
  lock(rules);
  struct sp_bundle *old = keep(rules, bundle);
  unlock(rules);
  sp_bundle_release(old);
}

/* ---- Change ---- */

struct removed {
  struct sp_bundle *list[8];
  int count;
};

/* Lock held: `*place` becomes `bundle`; what stood there stays warm for the baskets that were opened with it. */
static void replace(struct sp_rules *rules, struct sp_bundle **place, struct sp_bundle *bundle,
                    struct removed *removed) {
  struct sp_bundle *old = *place;
  if (old == bundle) return;
  *place = sp_bundle_retain(bundle);
  if (old == NULL) return;
  removed->list[removed->count++] = keep(rules, old);
  removed->list[removed->count++] = old;
}

void sp_rules_settle(struct sp_rules *rules, const struct sp_rules_change *change) {
  struct removed removed = {.count = 0};
  if (rules == NULL || change == NULL) return;
  lock(rules);
  const struct sp_rules_state *state = &change->state;
  if (state->revision > rules->state.revision) {
    bool canary_new = state->has_canary && !is(rules->canary, state->canary);
    bool shadow_new = state->has_shadow && !is(rules->shadow, state->shadow);
    rules->state = *state;
    if (change->live != NULL) replace(rules, &rules->live, change->live, &removed);
    if (change->canary != NULL || !state->has_canary) replace(rules, &rules->canary, change->canary, &removed);
    if (change->shadow != NULL || !state->has_shadow) replace(rules, &rules->shadow, change->shadow, &removed);
    if (change->live != NULL || canary_new) sp_counts_reset(rules);
    if (shadow_new) sp_shadow_clear(&rules->tried);
  }
  unlock(rules);
  for (int i = 0; i < removed.count; i++)
    sp_bundle_release(removed.list[i]);
}

/* ---- The folder's last error ---- */

void sp_rules_problem_set(struct sp_rules *rules, int64_t at, const struct sp_error *err) {
  lock(rules);
  rules->has_problem = err != NULL;
  rules->problem_at = at;
  if (err != NULL) rules->problem = *err;
  unlock(rules);
}

bool sp_rules_problem(struct sp_rules *rules, int64_t *at, struct sp_error *out) {
  lock(rules);
  bool has = rules->has_problem;
  *at = rules->problem_at;
  *out = rules->problem;
  unlock(rules);
  return has;
}

bool sp_rules_hash_parse(const char *text, uint8_t out[SP_HASH_LEN]) {
  static const char digits[] = "0123456789abcdef";
  if (text == NULL || strlen(text) != SP_HASH_LEN * 2) return false;
  for (size_t i = 0; i < SP_HASH_LEN; i++) {
    const char *high = strchr(digits, text[i * 2]);
    const char *low = strchr(digits, text[i * 2 + 1]);
    if (high == NULL || low == NULL) return false;
    out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
  }
  return true;
}
