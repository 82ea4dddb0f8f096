/* Campaigns of the database: each change is a new generation. */
#include "app/rules_change.h"
#include "app/rules_parts.h"

#include <string.h>

bool sp_campaign_code_valid(const char *code) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  size_t len = strspn(code, allowed);
  return len > 0 && len <= SP_CAMPAIGN_CODE_MAX && code[len] == '\0' && strstr(code, "..") == NULL;
}

/* Its revision, 0 when there is none, or an error. */
static int find(struct sp_work *work, const char *code, int64_t *revision) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  *revision = 0;
  int got = sp_db_one(work->db, SP_Q_CAMPAIGN_GET, key, 1, &rows, work->err);
  if (got > 0) *revision = sp_rows_int(rows, 2);
  sp_rows_finish(rows);
  return got < 0 ? got : 0;
}

static int check(struct sp_work *work, const struct sp_campaign_put *put, int64_t revision) {
  if (!sp_campaign_code_valid(put->code)) {
    return sp_fail(work->err, SP_E_INVALID, "code", "A campaign code has 1 to %d letters, digits, dots, _ or -",
                   SP_CAMPAIGN_CODE_MAX);
  }
  if (put->create && revision > 0) {
    return sp_fail(work->err, SP_E_EXISTS, "code", "There is a campaign %s already", put->code);
  }
  if (put->body == NULL && revision == 0) {
    return sp_fail(work->err, SP_E_NOT_FOUND, "code", "There is no campaign %s in the database", put->code);
  }
  if (put->expected >= 0 && put->expected != revision) {
    return sp_fail(work->err, SP_E_STALE, "If-Match", "The campaign has changed: it is at revision %lld",
                   (long long)revision);
  }
  return 0;
}

/* Revisions are those of the rules, so a code that comes again never has one that somebody saw before. */
static void plan_put(struct sp_work *work, const char *code, const char *body, int64_t revision, int64_t next) {
  const struct sp_value put[] = {
      sp_v_text(code),     sp_v_text(body),    sp_v_int(next), sp_v_blob(work->actor.staff.bytes, SP_ID_LEN),
      sp_v_int(work->now), sp_v_int(revision),
  };
  const struct sp_value away[] = {sp_v_text(code), sp_v_int(revision)};
  if (body != NULL) {
    sp_plan_expect(work->plan, SP_Q_CAMPAIGN_PUT, put, 6, SP_E_CONFLICT, "code",
                   "Somebody else changed the campaign at the same moment");
  } else {
    sp_plan_expect(work->plan, SP_Q_CAMPAIGN_DELETE, away, 2, SP_E_CONFLICT, "code",
                   "Somebody else changed the campaign at the same moment");
  }
}

static void journal(struct sp_work *work, const char *code, int64_t revision, const struct sp_bundle *bundle) {
  struct sp_record record;
  sp_record_begin(&record);
  sp_json_put_text(&record.w, "code", code);
  if (revision > 0)
    sp_json_put_int(&record.w, "revision", revision);
  else
    sp_json_put_bool(&record.w, "deleted", true);
  sp_record_hash(&record, "generation", true, sp_bundle_hash(bundle));
  sp_record_end(work, &record, "campaign.changed");
}

/* What else serves gets the campaign too: a canary that did not know it would price without. */
static int rebase_others(struct sp_work *work, struct sp_changing *changing, const struct sp_campaign_put *put) {
  const struct sp_generation_about about = {.origin = "campaign"};
  struct sp_rules_change *change = changing->change;
  struct sp_bundle *bundle = NULL;
  int rc = 0;
  if (change->canary != NULL) {
    rc = sp_rules_rebase(work, change->canary, put->code, put->body, &bundle);
    if (rc == 0) rc = sp_rules_store(work, bundle, &about);
    if (rc == 0) sp_change_canary(work, changing, bundle);
  }
  if (rc != 0 || change->shadow == NULL) return rc;
  rc = sp_rules_rebase(work, change->shadow, put->code, put->body, &bundle);
  if (rc == 0) rc = sp_rules_store(work, bundle, &about);
  if (rc != 0) return rc;
  change->shadow = bundle;
  memcpy(change->state.shadow, sp_bundle_hash(bundle), SP_HASH_LEN);
  return 0;
}

int sp_campaign_put(struct sp_work *work, const struct sp_campaign_put *put, bool only_try, struct sp_bundle **out,
                    int64_t *revision) {
  struct sp_changing changing;
  const struct sp_generation_about about = {.origin = "campaign"};
  int rc = find(work, put->code, revision);
  if (rc == 0) rc = check(work, put, *revision);
  if (rc == 0) rc = sp_change_begin(work, &changing);
  if (rc == 0) rc = sp_rules_rebase(work, changing.change->live, put->code, put->body, out);
  if (rc != 0 || only_try) return rc;
  rc = sp_rules_store(work, *out, &about);
  if (rc != 0) return rc;
  sp_change_live(work, &changing, *out);
  rc = rebase_others(work, &changing, put);
  if (rc != 0) return rc;
  int64_t next = changing.before.revision + 1;
  plan_put(work, put->code, put->body, *revision, next);
  *revision = put->body != NULL ? next : 0;
  journal(work, put->code, *revision, *out);
  return sp_change_end(work, &changing);
}

/* ---- As a generation has them ---- */

/* "campaigns/database:SODA.json" → "SODA" in the arena. */
static const char *code_of(struct sp_work *work, const char *path) {
  const char *code = path + strlen(SP_CAMPAIGN_OWN);
  size_t len = strlen(code);
  return len > 5 ? sp_arena_copy(work->arena, code, len - 5) : NULL;
}

static const struct sp_pack_file *find_file(const struct sp_rules_files *files, const char *path) {
  for (int32_t i = 0; i < files->count; i++) {
    if (strcmp(files->list[i].path, path) == 0) return &files->list[i];
  }
  return NULL;
}

static int restore_one(struct sp_work *work, const struct sp_pack_file *file, const struct sp_rules_files *now,
                       int64_t next) {
  const struct sp_pack_file *stored = find_file(now, file->path);
  if (stored != NULL && stored->len == file->len && memcmp(stored->text, file->text, file->len) == 0) return 0;
  const char *code = code_of(work, file->path);
  int64_t revision = 0;
  if (code == NULL) return sp_error_nomem(work->err, __func__);
  int rc = find(work, code, &revision);
  if (rc == 0) plan_put(work, code, sp_arena_copy(work->arena, file->text, file->len), revision, next);
  return rc;
}

static int drop_one(struct sp_work *work, const char *path) {
  const char *code = code_of(work, path);
  int64_t revision = 0;
  if (code == NULL) return sp_error_nomem(work->err, __func__);
  int rc = find(work, code, &revision);
  if (rc == 0) plan_put(work, code, NULL, revision, 0);
  return rc;
}

int sp_campaigns_restore(struct sp_work *work, const struct sp_bundle *bundle, int64_t next) {
  struct sp_rules_files then = {.list = NULL}, now = {.list = NULL};
  int rc = sp_rules_files_of(work, bundle, SP_PART_OWN, &then);
  if (rc == 0) rc = sp_rules_files_own(work, NULL, NULL, &now);
  for (int32_t i = 0; rc == 0 && i < then.count; i++)
    rc = restore_one(work, &then.list[i], &now, next);
  for (int32_t i = 0; rc == 0 && i < now.count; i++) {
    if (find_file(&then, now.list[i].path) == NULL) rc = drop_one(work, now.list[i].path);
  }
  return rc;
}
