/* What every change of the rules begins and ends with; publishing, rolling back, canary and shadow. */
#include "app/rules_change.h"
#include "app/journal.h"
#include "app/rules_parts.h"

#include <cjson/cJSON.h>
#include <string.h>

#define RECORD_MAX 65536
#define BACK_MAX   1000 /* generations looked at for the next way back */

static struct sp_value hash_value(const uint8_t hash[SP_HASH_LEN]) {
  return sp_v_blob(hash, SP_HASH_LEN);
}

static bool same(const uint8_t a[SP_HASH_LEN], const uint8_t b[SP_HASH_LEN]) {
  return memcmp(a, b, SP_HASH_LEN) == 0;
}

/* ---- Journal ---- */

void sp_record_begin(struct sp_record *record) {
  sp_buf_init(&record->out, RECORD_MAX);
  sp_json_start(&record->w, &record->out);
  sp_json_open_object(&record->w);
}

void sp_record_hash(struct sp_record *record, const char *name, bool has, const uint8_t hash[SP_HASH_LEN]) {
  char hex[SP_HASH_HEX];
  if (!has) return;
  sp_hash_hex(hash, hex);
  sp_json_put_text(&record->w, name, hex);
}

void sp_record_end(struct sp_work *work, struct sp_record *record, const char *kind) {
  sp_json_close_object(&record->w);
  size_t len = record->out.len;
  const char *body = record->out.failed != 0 ? NULL : sp_arena_copy(work->arena, record->out.data, len);
  sp_buf_free(&record->out);
  sp_journal_add(work, kind, 1, body, len, false);
}

/* ---- Begin and end ---- */

int sp_change_begin(struct sp_work *work, struct sp_changing *changing) {
  struct sp_rules_change *change = sp_arena_alloc(work->arena, sizeof *change);
  if (change == NULL) {
    (void)sp_error_nomem(work->err, __func__);
    return SP_E_NOMEM;
  }
  *change = (struct sp_rules_change){.live = NULL};
  changing->change = change;
  int rc = sp_rules_state_read(work, &changing->before);
  change->state = changing->before;
  if (rc == 0) rc = sp_rules_load(work, change->state.live, &change->live);
  if (rc == 0 && change->state.has_canary) rc = sp_rules_load(work, change->state.canary, &change->canary);
  if (rc == 0 && change->state.has_shadow) rc = sp_rules_load(work, change->state.shadow, &change->shadow);
  return rc;
}

static void plan_serve(struct sp_work *work, const uint8_t hash[SP_HASH_LEN]) {
  const struct sp_value params[] = {hash_value(hash)};
  sp_plan_add(work->plan, SP_Q_GENERATION_SERVE, params, 1);
}

static void plan_retire(struct sp_work *work, const uint8_t hash[SP_HASH_LEN]) {
  const struct sp_value params[] = {hash_value(hash), sp_v_int(work->now)};
  sp_plan_add(work->plan, SP_Q_GENERATION_RETIRE, params, 2);
}

static void plan_withdraw(struct sp_work *work, const uint8_t hash[SP_HASH_LEN]) {
  const struct sp_value params[] = {hash_value(hash), sp_v_int(work->now)};
  sp_plan_add(work->plan, SP_Q_GENERATION_WITHDRAW, params, 2);
}

static void switch_live(struct sp_work *work, struct sp_changing *changing, struct sp_bundle *bundle) {
  struct sp_rules_state *state = &changing->change->state;
  changing->change->live = bundle;
  plan_retire(work, changing->before.live);
  plan_serve(work, sp_bundle_hash(bundle));
  memcpy(state->live, sp_bundle_hash(bundle), SP_HASH_LEN);
  state->live_since = work->now;
}

void sp_change_live(struct sp_work *work, struct sp_changing *changing, struct sp_bundle *bundle) {
  struct sp_rules_change *change = changing->change;
  struct sp_rules_state *state = &change->state;
  const uint8_t *hash = sp_bundle_hash(bundle);
  change->live = bundle;
  if (same(state->live, hash)) return;
  const struct sp_value params[] = {hash_value(hash), hash_value(changing->before.live)};
  memcpy(state->previous, state->live, SP_HASH_LEN);
  state->has_previous = true;
  switch_live(work, changing, bundle);
  sp_plan_add(work->plan, SP_Q_GENERATION_PUBLISH, params, 2);
}

void sp_change_canary(struct sp_work *work, struct sp_changing *changing, struct sp_bundle *bundle) {
  struct sp_rules_change *change = changing->change;
  struct sp_rules_state *state = &change->state;
  const uint8_t *before = changing->before.canary;
  bool other = bundle == NULL || !same(before, sp_bundle_hash(bundle));
  if (changing->before.has_canary && other && !same(before, state->live)) plan_retire(work, before);
  change->canary = bundle;
  state->has_canary = bundle != NULL;
  if (bundle == NULL) {
    state->till_count = 0;
    state->gate = (struct sp_rules_gate){.max_alarm_ppm = -1, .max_discount_change_ppm = -1};
    return;
  }
  plan_serve(work, sp_bundle_hash(bundle));
  memcpy(state->canary, sp_bundle_hash(bundle), SP_HASH_LEN);
  if (other) state->canary_since = work->now;
}

int sp_change_end(struct sp_work *work, struct sp_changing *changing) {
  int rc = sp_rules_state_plan(work, &changing->change->state);
  if (rc == 0) work->rules = changing->change;
  return rc;
}

static int need_no_folder(struct sp_work *work) {
  if (sp_rules_folder(work->app->rules)[0] == '\0') return 0;
  return sp_fail(work->err, SP_E_STATE, "folder",
                 "This node takes its rules from a folder (rules.folder): change the files there");
}

/* ---- Publish ---- */

static int find_tills(struct sp_work *work, const struct sp_publish *publish, struct sp_rules_state *state) {
  state->till_count = 0;
  for (int i = 0; i < publish->till_count; i++) {
    struct sp_rows *rows = NULL;
    const char *code = publish->tills[i];
    const struct sp_value key[] = {sp_v_text(code)};
    if (state->till_count == SP_RULES_TILLS_MAX) {
      return sp_fail(work->err, SP_E_LIMIT, "tills", "At most %d tills try new rules", SP_RULES_TILLS_MAX);
    }
    int got = sp_db_one(work->db, SP_Q_TILL_BY_CODE, key, 1, &rows, work->err);
    if (got < 0) return got;
    if (got == 0 || strlen(code) >= sizeof state->till_codes[0]) {
      sp_rows_finish(rows);
      return sp_fail(work->err, SP_E_NOT_FOUND, "tills", "There is no till %s", code);
    }
    sp_rows_id(rows, 0, &state->tills[state->till_count]);
    sp_rows_finish(rows);
    memcpy(state->till_codes[state->till_count++], code, strlen(code) + 1);
  }
  return 0;
}

static void journal_publish(struct sp_work *work, const struct sp_changing *changing, const struct sp_bundle *bundle,
                            const struct sp_publish *publish) {
  struct sp_record record;
  sp_record_begin(&record);
  sp_record_hash(&record, "generation", true, sp_bundle_hash(bundle));
  sp_record_hash(&record, "previous", true, changing->before.live);
  sp_json_put_text(&record.w, "name", sp_bundle_name(bundle));
  sp_json_key(&record.w, "tills");
  sp_json_open_array(&record.w);
  for (int i = 0; i < publish->till_count; i++)
    sp_json_text(&record.w, publish->tills[i]);
  sp_json_close_array(&record.w);
  sp_record_end(work, &record, "rules.published");
}

static int check_cases(struct sp_work *work, const struct sp_bundle *bundle) {
  const char *report = NULL;
  int failed = 0;
  int rc = sp_rules_cases(work, bundle, &report, &failed);
  if (rc != 0 || failed == 0) return rc;
  return sp_fail(work->err, SP_E_STATE, "cases", "%d golden baskets of the pack cost something else", failed);
}

/* As it is stored, with the campaigns of now. From the database, because golden baskets are no part of a hash: those in
 * memory may be of an earlier upload. */
static int build_stored(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_bundle **out) {
  struct sp_rules_files files = {.list = NULL};
  int rc = sp_rules_files_stored(work, hash, SP_PART_BASE | SP_PART_PACK, &files);
  if (rc == 0) rc = sp_rules_files_own(work, NULL, NULL, &files);
  if (rc == 0) rc = sp_rules_build_new(work, &files, true, NULL, out);
  if (rc == 0) rc = sp_rules_check_stores(work, &files, true);
  if (rc == 0) rc = check_cases(work, *out);
  return rc == 0 ? sp_rules_known(work, out) : rc;
}

int sp_rules_publish(struct sp_work *work, const struct sp_publish *publish, struct sp_bundle **out) {
  struct sp_changing changing;
  int rc = need_no_folder(work);
  if (rc == 0) rc = sp_change_begin(work, &changing);
  if (rc == 0) rc = build_stored(work, publish->hash, out);
  if (rc != 0) return rc;
  const struct sp_generation_about about = {.origin = "publish"};
  struct sp_rules_state *state = &changing.change->state;
  if (publish->till_count > 0) {
    if (same(sp_bundle_hash(*out), state->live)) {
      return sp_fail(work->err, SP_E_STATE, "tills", "These rules serve every till already");
    }
    rc = find_tills(work, publish, state);
    state->gate = publish->gate;
  }
  if (rc == 0) rc = sp_rules_store(work, *out, &about);
  if (rc != 0) return rc;
  if (publish->till_count == 0) sp_change_live(work, &changing, *out);
  sp_change_canary(work, &changing, publish->till_count > 0 ? *out : NULL);
  journal_publish(work, &changing, *out, publish);
  return sp_change_end(work, &changing);
}

/* ---- Back ---- */

static void journal_back(struct sp_work *work, const uint8_t *from, const uint8_t *to, bool canary,
                         const struct sp_verdict *verdict) {
  struct sp_record record;
  sp_record_begin(&record);
  sp_record_hash(&record, "from", true, from);
  sp_record_hash(&record, "to", true, to);
  sp_json_put_bool(&record.w, "canary", canary);
  if (verdict != NULL) {
    sp_json_put_text(&record.w, "why", verdict->why);
    sp_json_put_int(&record.w, "rate_ppm", verdict->rate);
    sp_json_put_int(&record.w, "bound_ppm", verdict->bound);
  }
  sp_record_end(work, &record, "rules.rolled_back");
}

static int end_canary(struct sp_work *work, struct sp_changing *changing, const struct sp_verdict *verdict) {
  if (!same(changing->before.canary, changing->before.live)) plan_withdraw(work, changing->before.canary);
  sp_change_canary(work, changing, NULL);
  journal_back(work, changing->before.canary, changing->before.live, true, verdict);
  return sp_change_end(work, changing);
}

int sp_rules_withdraw(struct sp_work *work, const struct sp_verdict *verdict) {
  struct sp_changing changing;
  int rc = sp_change_begin(work, &changing);
  if (rc != 0) return rc;
  if (!changing.before.has_canary) return sp_fail(work->err, SP_E_STATE, NULL, "No till tries new rules");
  return end_canary(work, &changing, verdict);
}

/* What was live before `hash`, and whether it has been withdrawn since. 1: known, 0: not, < 0: an error. */
static int read_before(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], uint8_t out[SP_HASH_LEN],
                       bool *withdrawn) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {hash_value(hash)};
  size_t len = 0;
  int got = sp_db_one(work->db, SP_Q_GENERATION_BEFORE, key, 1, &rows, work->err);
  const void *before = got > 0 ? sp_rows_blob(rows, 0, &len) : NULL;
  *withdrawn = got > 0 && !sp_rows_null(rows, 1);
  memset(out, 0, SP_HASH_LEN);
  if (len == SP_HASH_LEN) memcpy(out, before, SP_HASH_LEN);
  sp_rows_finish(rows);
  return got;
}

/* The next way back from `state->live`: the nearest before it that is kept and was not withdrawn. */
static int find_previous(struct sp_work *work, const uint8_t left[SP_HASH_LEN], struct sp_rules_state *state) {
  static const uint8_t nothing[SP_HASH_LEN] = {0};
  uint8_t at[SP_HASH_LEN], before[SP_HASH_LEN];
  bool withdrawn = false;
  state->has_previous = false;
  int got = read_before(work, state->live, at, &withdrawn);
  for (int i = 0; i < BACK_MAX && got > 0 && !same(at, nothing) && !same(at, state->live); i++) {
    got = read_before(work, at, before, &withdrawn);
    if (got <= 0) break;
    if (!withdrawn && !same(at, left)) {
      memcpy(state->previous, at, SP_HASH_LEN);
      state->has_previous = true;
      return 0;
    }
    memcpy(at, before, SP_HASH_LEN);
  }
  return got < 0 ? got : 0;
}

/* The live generation is withdrawn, and `bundle` takes its place. */
static int go_back(struct sp_work *work, struct sp_changing *changing, struct sp_bundle *bundle) {
  const struct sp_value key[] = {hash_value(sp_bundle_hash(bundle))};
  switch_live(work, changing, bundle);
  plan_withdraw(work, changing->before.live);
  sp_plan_add(work->plan, SP_Q_GENERATION_RETURN, key, 1);
  return find_previous(work, changing->before.live, &changing->change->state);
}

int sp_rules_rollback(struct sp_work *work, const uint8_t *hash, struct sp_bundle **out) {
  struct sp_changing changing;
  int rc = need_no_folder(work);
  if (rc == 0) rc = sp_change_begin(work, &changing);
  if (rc != 0) return rc;
  struct sp_rules_state *state = &changing.change->state;
  *out = changing.change->live;
  if (hash == NULL && state->has_canary) return end_canary(work, &changing, NULL);
  if (hash == NULL && !state->has_previous) {
    return sp_fail(work->err, SP_E_STATE, NULL,
                   "There is nothing to go back to: no other rules were live before, or they were withdrawn");
  }
  uint8_t target[SP_HASH_LEN];
  memcpy(target, hash != NULL ? hash : state->previous, SP_HASH_LEN);
  if (same(target, state->live)) return sp_fail(work->err, SP_E_STATE, "generation", "These rules are live already");
  rc = sp_rules_load(work, target, out);
  if (rc == 0) rc = sp_campaigns_restore(work, *out, changing.before.revision + 1);
  if (rc == 0) rc = go_back(work, &changing, *out);
  if (rc != 0) return rc;
  sp_change_canary(work, &changing, NULL);
  journal_back(work, changing.before.live, target, false, NULL);
  return sp_change_end(work, &changing);
}

/* ---- Shadow ---- */

int sp_rules_shadow_set(struct sp_work *work, const uint8_t *hash) {
  struct sp_changing changing;
  struct sp_record record;
  struct sp_bundle *bundle = NULL;
  int rc = sp_change_begin(work, &changing);
  if (rc == 0 && hash != NULL) rc = sp_rules_load(work, hash, &bundle);
  if (rc != 0) return rc;
  struct sp_rules_state *state = &changing.change->state;
  if (hash == NULL && !state->has_shadow) return 0;
  changing.change->shadow = bundle;
  state->has_shadow = bundle != NULL;
  state->shadow_since = work->now;
  if (bundle != NULL) memcpy(state->shadow, hash, SP_HASH_LEN);
  sp_record_begin(&record);
  sp_record_hash(&record, "generation", bundle != NULL, state->shadow);
  sp_record_end(work, &record, "rules.shadowed");
  return sp_change_end(work, &changing);
}
