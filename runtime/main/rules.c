/* The rules a node begins with. */
#include "generated/rules.h"
#include "app/rules_change.h"
#include "main/node.h"
#include <string.h>

#define ARENA_MAX ((size_t)256 << 20)
#define PARTS_MAX 2048

/* What the program brings itself, and for which store: when either is another, the live generation is built anew. */
static int built_in_hash(const struct sp_node *node, uint8_t out[SP_HASH_LEN]) {
  struct sp_slice parts[PARTS_MAX];
  size_t count = 0;
  const char *store = node->config->store.code;
  parts[count++] = (struct sp_slice){store, strlen(store) + 1};
  for (const struct sp_rule_text *text = sp_rule_texts; text->path && count + 2 < PARTS_MAX; text++) {
    if (strncmp(text->path, "base/", 5) != 0) continue;
    parts[count++] = (struct sp_slice){text->path, strlen(text->path) + 1};
    parts[count++] = (struct sp_slice){text->text, text->len};
  }
  return sp_hash(parts, count, out);
}

/* The canary was counted by the process before: its sales are known, its alarms are not. */
static int count_again(const struct sp_work *work, const uint8_t hash[SP_HASH_LEN], int64_t since,
                       struct sp_counts *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_blob(hash, SP_HASH_LEN), sp_v_int(since)};
  int got = sp_db_one(work->db, SP_Q_GENERATION_TOTALS, params, 2, &rows, work->err);
  if (got <= 0) return got;
  out->sales = sp_rows_int(rows, 0);
  out->gross = sp_rows_int(rows, 1);
  out->discount = sp_rows_int(rows, 2);
  sp_rows_finish(rows);
  return 0;
}

static int counts_load(struct sp_work *work) {
  struct sp_counts live = {.sales = 0}, canary = {.sales = 0};
  struct sp_rules_state state;
  sp_rules_state(work->app->rules, &state);
  if (!state.has_canary) return 0;
  int result = count_again(work, state.live, state.canary_since, &live);
  if (!result) result = count_again(work, state.canary, state.canary_since, &canary);
  if (!result) sp_rules_counts_set(work->app->rules, &live, &canary);
  return result;
}

static int start(struct sp_work *work, const uint8_t built_in[SP_HASH_LEN]) {
  int result = sp_db_begin(work->db, work->err);
  if (result) return result;
  result = sp_rules_start(work, built_in);
  if (!result && work->plan->failed) result = sp_error_nomem(work->err, __func__);
  if (!result) result = sp_plan_run(work->plan, work->db, work->err);
  if (!result) return sp_db_commit(work->db, work->err);
  sp_db_rollback(work->db);
  return result;
}

int sp_node_rules(struct sp_node *node, struct sp_db *db, struct sp_error *err) {
  uint8_t built_in[SP_HASH_LEN];
  struct sp_error own = {.lang = node->config->language};
  struct sp_arena arena;
  struct sp_plan plan;
  sp_arena_init(&arena, ARENA_MAX);
  sp_plan_init(&plan, &arena);
  struct sp_work work = {
      .app = &node->app,
      .db = db,
      .arena = &arena,
      .plan = &plan,
      .actor = {.staff = node->system, .role = SP_ROLE_ADMIN, .scopes = ""},
      .now = sp_clock_now_ms(),
      .lang = own.lang,
      .err = err ? err : &own,
  };
  int result = built_in_hash(node, built_in);
  if (!result) result = start(&work, built_in);
  if (!result) {
    sp_rules_settle(node->rules, work.rules);
    result = counts_load(&work);
  }
  sp_rules_leave(&work);
  sp_arena_free(&arena);
  return result;
}
