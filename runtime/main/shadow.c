#include "main/shadow.h"
#include "app/replay.h"
#include "app/rules_count.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SALES_MAX 200 /* looked at in one snapshot */
#define ARENA_MAX ((size_t)64 << 20)
#define NICE      10

struct shadow {
  struct sp_node *node;
  struct sp_db *db;
  struct sp_machines machines;
  struct sp_arena arena;
  struct sp_plan plan; /* stays empty */
  uint8_t hash[SP_HASH_LEN];
  int64_t seq; /* of the journal, looked at last */
  struct sp_id sales[SALES_MAX];
  int count;
};

/* ---- Which sales ---- */

/* A sale's record begins {"id":"…". */
static bool record_id(const char *body, struct sp_id *out) {
  static const char begin[] = "{\"id\":\"";
  char text[SP_ID_TEXT];
  size_t len = sizeof begin - 1;
  if (strncmp(body, begin, len) != 0 || strlen(body + len) < SP_ID_TEXT) return false;
  memcpy(text, body + len, SP_ID_TEXT - 1);
  text[SP_ID_TEXT - 1] = '\0';
  return sp_id_parse(text, out) == 0;
}

static int read_head(struct shadow *shadow, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  int got = sp_db_one(shadow->db, SP_Q_JOURNAL_HEAD, NULL, 0, &rows, err);
  if (got > 0) shadow->seq = sp_rows_int(rows, 0);
  sp_rows_finish(rows);
  return got < 0 ? got : 0;
}

static int read_new(struct shadow *shadow, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_int(shadow->seq), sp_v_int(SALES_MAX)};
  shadow->count = 0;
  int result = sp_db_query(shadow->db, SP_Q_JOURNAL_SALES_AFTER, params, 2, &rows, err);
  if (result) return result;
  while ((result = sp_rows_next(rows, err)) > 0) {
    shadow->seq = sp_rows_int(rows, 0);
    if (strcmp(sp_rows_text(rows, 1), "sale") != 0) continue;
    if (record_id(sp_rows_text(rows, 2), &shadow->sales[shadow->count])) shadow->count++;
  }
  sp_rows_finish(rows);
  return result;
}

/* ---- One sale ---- */

static int count_changes(const struct sp_replayed *replayed, struct sp_arena *arena, struct sp_shadow_sale *out) {
  struct sp_shadow_change *changes = sp_arena_array(arena, (size_t)replayed->campaign_count + 1, sizeof *changes);
  if (!changes) return SP_E_NOMEM;
  for (int32_t i = 0; i < replayed->campaign_count; i++) {
    const struct sp_replayed_campaign *campaign = &replayed->campaigns[i];
    if (campaign->candidate == campaign->stored) continue;
    changes[out->count++] =
        (struct sp_shadow_change){.campaign = campaign->campaign, .amount = campaign->candidate - campaign->stored};
  }
  out->changes = changes;
  return 0;
}

static int try_sale(struct shadow *shadow, const struct sp_bundle *bundle, const struct sp_id *id) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_shadow_sale sale = {.id = *id};
  struct sp_replayed replayed = {.id = *id};
  sp_arena_reset(&shadow->arena);
  sp_plan_init(&shadow->plan, &shadow->arena);
  struct sp_work work = {
      .app = &shadow->node->app,
      .db = shadow->db,
      .bundle = bundle,
      .machines = &shadow->machines,
      .arena = &shadow->arena,
      .plan = &shadow->plan,
      .now = sp_clock_now_ms(),
      .err = &error,
  };
  int result = sp_machines_get(&shadow->machines, bundle, &work.vm, &error);
  if (!result) result = sp_replay_sale(&work, id, false, &replayed);
  if (!result && !replayed.historic) {
    sale.difference = replayed.candidate - replayed.stored;
    sale.alarms = replayed.alarms;
    result = count_changes(&replayed, &shadow->arena, &sale);
  }
  sale.failed = result != 0;
  if (result) sp_log(SP_LOG_WARN, "rules", "the shadow cannot price a sale: %s", error.message);
  sp_rules_leave(&work);
  return sp_rules_shadow_add(shadow->node->rules, shadow->hash, &sale);
}

/* What came since the last look, in one snapshot. */
static int look(struct shadow *shadow, const struct sp_bundle *bundle, struct sp_loop_job *job, struct sp_error *err) {
  int result = sp_db_begin(shadow->db, err);
  if (result) return result;
  result = read_new(shadow, err);
  for (int i = 0; i < shadow->count && !result && !sp_loop_job_cancelled(job); i++)
    result = try_sale(shadow, bundle, &shadow->sales[i]);
  sp_db_rollback(shadow->db);
  sp_rules_shadow_at(shadow->node->rules, shadow->hash, shadow->seq);
  return result;
}

static void nap(void) {
  nanosleep(&(struct timespec){.tv_nsec = SP_SHADOW_POLL_MS * 1000000L}, NULL);
}

static int follow(struct shadow *shadow, struct sp_loop_job *job, struct sp_error *err) {
  int result = read_head(shadow, err);
  while (!result && !sp_loop_job_cancelled(job)) {
    struct sp_bundle *bundle = sp_rules_shadow(shadow->node->rules);
    if (!bundle) return 0;
    memcpy(shadow->hash, sp_bundle_hash(bundle), SP_HASH_LEN);
    result = look(shadow, bundle, job, err);
    sp_bundle_release(bundle);
    if (!result && shadow->count == 0) nap();
  }
  return result;
}

int sp_shadow_run(struct sp_node *node, struct sp_loop_job *job, struct sp_error *err) {
  static const size_t size = sizeof(struct shadow);
  struct sp_arena own;
  sp_arena_init(&own, size * 2);
  struct shadow *shadow = sp_arena_alloc(&own, size);
  if (!shadow) return sp_error_nomem(err, __func__);
  *shadow = (struct shadow){.node = node};
  sp_arena_init(&shadow->arena, ARENA_MAX);
  /* Of this thread only (setpriority(2), NOTES): tills get the processor first. */
  (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE);
  int result = sp_node_read(node, &shadow->db, err);
  if (!result) result = follow(shadow, job, err);
  sp_machines_close(&shadow->machines);
  sp_db_close(shadow->db);
  sp_arena_free(&shadow->arena);
  sp_arena_free(&own);
  return result;
}
