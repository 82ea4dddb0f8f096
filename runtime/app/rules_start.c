/* The generation a node begins with, and the folder of its development. */
#include "app/journal.h"
#include "app/rules_change.h"
#include "app/rules_parts.h"
#include "base/log.h"

#include <string.h>

static bool is_bundle(const struct sp_bundle *bundle, const uint8_t hash[SP_HASH_LEN]) {
  return memcmp(sp_bundle_hash(bundle), hash, SP_HASH_LEN) == 0;
}

static void forget_error(struct sp_work *work) {
  *work->err = (struct sp_error){.lang = work->err->lang};
}

/* The folder's pack and the campaigns of the database. */
static int build_folder(struct sp_work *work, struct sp_bundle **out) {
  struct sp_rules_files files = {.list = NULL};
  const char *folder = sp_rules_folder(work->app->rules);
  int rc = sp_rules_files_own(work, NULL, NULL, &files);
  return rc == 0 ? sp_rules_build(work, &files, false, folder[0] != '\0' ? folder : NULL, out) : rc;
}

/* The stored pack and campaigns with the rules this program brings. */
static int build_upgrade(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_bundle **out) {
  struct sp_rules_files files = {.list = NULL};
  int rc = sp_rules_files_stored(work, hash, SP_PART_PACK, &files);
  if (rc == 0) rc = sp_rules_files_own(work, NULL, NULL, &files);
  return rc == 0 ? sp_rules_build(work, &files, false, NULL, out) : rc;
}

/* ---- The first start ---- */

static int start_first(struct sp_work *work, const uint8_t built_in[SP_HASH_LEN]) {
  const bool folder = sp_rules_folder(work->app->rules)[0] != '\0';
  const struct sp_generation_about about = {.origin = folder ? "folder" : "start"};
  struct sp_rules_change *change = sp_arena_alloc(work->arena, sizeof *change);
  if (change == NULL) return sp_error_nomem(work->err, __func__);
  *change = (struct sp_rules_change){.state = {.revision = 1,
                                               .made = 1,
                                               .live_since = work->now,
                                               .gate = {.max_alarm_ppm = -1, .max_discount_change_ppm = -1}}};
  int rc = build_folder(work, &change->live);
  if (rc == 0) rc = sp_rules_store(work, change->live, &about);
  if (rc != 0) return rc;
  memcpy(change->state.live, sp_bundle_hash(change->live), SP_HASH_LEN);
  memcpy(change->state.built_in, built_in, SP_HASH_LEN);
  const struct sp_value hash[] = {sp_v_blob(change->state.live, SP_HASH_LEN)};
  const struct sp_value row[] = {sp_v_blob(change->state.live, SP_HASH_LEN), sp_v_int(work->now),
                                 sp_v_blob(built_in, SP_HASH_LEN)};
  sp_plan_add(work->plan, SP_Q_RULES_STATE_INSERT, row, 3);
  sp_plan_add(work->plan, SP_Q_GENERATION_SERVE, hash, 1);
  work->rules = change;
  return 0;
}

/* ---- Later starts ---- */

/* What should be live: the folder's, the stored one, or the stored one with this program's rules. `origin` gets null
 * when the stored one goes on because the new one cannot be built: the next start tries again. */
static int choose(struct sp_work *work, const struct sp_rules_state *state, const uint8_t built_in[SP_HASH_LEN],
                  const char **origin, struct sp_bundle **out) {
  bool folder = sp_rules_folder(work->app->rules)[0] != '\0';
  bool other = memcmp(state->built_in, built_in, SP_HASH_LEN) != 0;
  int rc = SP_E_STATE;
  *origin = folder ? "folder" : "upgrade";
  if (folder) rc = build_folder(work, out);
  if (!folder && other) rc = build_upgrade(work, state->live, out);
  if (rc == 0 || rc == SP_E_NOMEM) return rc;
  if (folder || other) {
    sp_log(SP_LOG_ERROR, "rules", "the rules of before go on, the new ones cannot be used: %s", work->err->message);
    sp_rules_problem_set(work->app->rules, work->now, work->err);
    forget_error(work);
    *origin = NULL;
  }
  rc = sp_rules_load(work, state->live, out);
  if (rc == 0 || rc == SP_E_NOMEM || other) return rc;
  sp_log(SP_LOG_ERROR, "rules", "the stored rules cannot be used as they were: %s", work->err->message);
  struct sp_error first = *work->err;
  forget_error(work);
  rc = build_upgrade(work, state->live, out);
  if (rc != 0 && state->has_previous) rc = sp_rules_load(work, state->previous, out);
  if (rc != 0) *work->err = first; /* that one says what is wrong */
  return rc == 0 ? 0 : first.code;
}

/* One that cannot be loaded ends; nothing of it is lost, it can be named again. */
static struct sp_bundle *load_other(struct sp_work *work, bool has, const uint8_t hash[SP_HASH_LEN], const char *what) {
  struct sp_bundle *bundle = NULL;
  if (!has || sp_rules_load(work, hash, &bundle) == 0) return bundle;
  sp_log(SP_LOG_ERROR, "rules", "the %s ends, it cannot be loaded: %s", what, work->err->message);
  forget_error(work);
  return NULL;
}

int sp_rules_start(struct sp_work *work, const uint8_t built_in[SP_HASH_LEN]) {
  struct sp_changing changing;
  struct sp_bundle *live = NULL;
  struct sp_generation_about about = {.origin = "upgrade"};
  int rc = sp_rules_state_read(work, &changing.before);
  if (rc == SP_E_NOT_FOUND) {
    forget_error(work);
    return start_first(work, built_in);
  }
  if (rc == 0) rc = choose(work, &changing.before, built_in, &about.origin, &live);
  if (rc != 0) return rc;
  struct sp_rules_change *change = sp_arena_alloc(work->arena, sizeof *change);
  if (change == NULL) return sp_error_nomem(work->err, __func__);
  *change = (struct sp_rules_change){.state = changing.before, .live = live};
  changing.change = change;
  change->canary = load_other(work, changing.before.has_canary, changing.before.canary, "canary");
  change->shadow = load_other(work, changing.before.has_shadow, changing.before.shadow, "shadow");
  change->state.has_shadow = change->shadow != NULL;
  if (about.origin != NULL)
    memcpy(change->state.built_in, built_in, SP_HASH_LEN);
  else
    about.origin = "upgrade";
  work->rules = change;
  bool changed = !is_bundle(live, changing.before.live) || changing.before.has_canary != (change->canary != NULL) ||
                 changing.before.has_shadow != change->state.has_shadow ||
                 memcmp(changing.before.built_in, change->state.built_in, SP_HASH_LEN) != 0;
  if (!changed) return 0;
  rc = sp_rules_store(work, live, &about);
  if (rc != 0) return rc;
  sp_change_live(work, &changing, live);
  if (changing.before.has_canary && change->canary == NULL) sp_change_canary(work, &changing, NULL);
  return sp_change_end(work, &changing);
}

/* ---- The folder ---- */

int sp_rules_reload(struct sp_work *work) {
  const struct sp_generation_about about = {.origin = "folder"};
  struct sp_changing changing;
  struct sp_record record;
  struct sp_bundle *live = NULL;
  int rc = sp_change_begin(work, &changing);
  if (rc == 0) rc = build_folder(work, &live);
  if (rc != 0 || is_bundle(live, changing.before.live)) return rc;
  rc = sp_rules_store(work, live, &about);
  if (rc != 0) return rc;
  sp_change_live(work, &changing, live);
  sp_record_begin(&record);
  sp_record_hash(&record, "generation", true, sp_bundle_hash(live));
  sp_record_hash(&record, "previous", true, changing.before.live);
  sp_json_put_text(&record.w, "name", sp_bundle_name(live));
  sp_json_put_bool(&record.w, "folder", true);
  sp_record_end(work, &record, "rules.published");
  return sp_change_end(work, &changing);
}
