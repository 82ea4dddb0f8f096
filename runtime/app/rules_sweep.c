/* Forgetting generations and files that nothing names any more. */
#include "app/rules_change.h"
#include "app/rules_parts.h"

#include <stdlib.h>
#include <string.h>

#define OLD_MAX    100    /* generations looked at in one go; the query says so too */
#define DELETE_MAX 4000   /* files deleted in one go */
#define HASHES_MAX 400000 /* file hashes told apart: more are left alone */

struct old {
  uint8_t hash[SP_HASH_LEN];
  int64_t since;
  bool served;
};

struct hashes {
  uint8_t (*list)[SP_HASH_LEN];
  size_t count, capacity;
};

/* ---- Generations ---- */

static int read_old(struct sp_work *work, struct old *list, int *count) {
  struct sp_rows *rows = NULL;
  const struct sp_value before[] = {sp_v_int(work->now - SP_RULES_KEEP_MS),
                                    sp_v_int(work->now - SP_RULES_CANDIDATE_MS)};
  int rc = sp_db_query(work->db, SP_Q_GENERATION_OLD, before, 2, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0 && *count < OLD_MAX) {
    size_t len = 0;
    const void *hash = sp_rows_blob(rows, 0, &len);
    if (len != SP_HASH_LEN) continue;
    struct old *old = &list[(*count)++];
    memcpy(old->hash, hash, SP_HASH_LEN);
    old->since = sp_rows_int(rows, 1);
    old->served = sp_rows_int(rows, 2) != 0;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

static bool serves(const struct sp_rules_state *state, const uint8_t hash[SP_HASH_LEN]) {
  if (memcmp(state->live, hash, SP_HASH_LEN) == 0) return true;
  if (state->has_previous && memcmp(state->previous, hash, SP_HASH_LEN) == 0) return true;
  if (state->has_canary && memcmp(state->canary, hash, SP_HASH_LEN) == 0) return true;
  return state->has_shadow && memcmp(state->shadow, hash, SP_HASH_LEN) == 0;
}

/* 1 a row, 0 none, < 0 an error. */
static int asks(struct sp_work *work, enum sp_query query, const struct sp_value *params, int count) {
  struct sp_rows *rows = NULL;
  int got = sp_db_one(work->db, query, params, count, &rows, work->err);
  sp_rows_finish(rows);
  return got;
}

static int sweep_one(struct sp_work *work, const struct sp_rules_state *state, const struct old *old) {
  const struct sp_value hash[] = {sp_v_blob(old->hash, SP_HASH_LEN), sp_v_int(old->since)};
  if (serves(state, old->hash)) return 0;
  int sold = old->served ? asks(work, SP_Q_GENERATION_FIRST_USE, hash, 2) : 0;
  if (sold < 0) return sold;
  if (sold > 0) {
    sp_plan_add(work->plan, SP_Q_GENERATION_KEEP, hash, 1);
    return 0;
  }
  int pinned = asks(work, SP_Q_GENERATION_PINNED, hash, 1);
  if (pinned < 0) return pinned;
  if (pinned == 0) sp_plan_add(work->plan, SP_Q_GENERATION_DELETE, hash, 1);
  return 0;
}

/* ---- Files ---- */

static int hashes_add(struct hashes *hashes, const uint8_t hash[SP_HASH_LEN]) {
  if (hashes->count == HASHES_MAX) return SP_E_LIMIT;
  if (hashes->count == hashes->capacity) {
    size_t capacity = hashes->capacity * 2 + 256;
    uint8_t(*grown)[SP_HASH_LEN] = realloc(hashes->list, capacity * sizeof *grown);
    if (grown == NULL) return SP_E_NOMEM;
    hashes->list = grown;
    hashes->capacity = capacity;
  }
  memcpy(hashes->list[hashes->count++], hash, SP_HASH_LEN);
  return 0;
}

static int by_bytes(const void *a, const void *b) {
  return memcmp(a, b, SP_HASH_LEN);
}

static int add_list(struct hashes *hashes, const char *text) {
  int rc = 0;
  while (rc == 0 && *text != '\0') {
    uint8_t hash[SP_HASH_LEN];
    char hex[SP_HASH_HEX] = "";
    size_t len = strcspn(text, "\n");
    if (len > SP_HASH_LEN * 2) memcpy(hex, text, SP_HASH_LEN * 2);
    if (sp_rules_hash_parse(hex, hash)) rc = hashes_add(hashes, hash);
    text += len + (text[len] == '\n');
  }
  return rc;
}

static int read_named(struct sp_work *work, struct hashes *hashes) {
  struct sp_rows *rows = NULL;
  int rc = sp_db_query(work->db, SP_Q_GENERATION_FILES_LIST, NULL, 0, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    int added = add_list(hashes, sp_rows_text(rows, 0));
    if (added == 0) continue;
    rc = added;
    break;
  }
  sp_rows_finish(rows);
  if (rc == 0 && hashes->count > 0) qsort(hashes->list, hashes->count, SP_HASH_LEN, by_bytes);
  return rc;
}

static int sweep_files(struct sp_work *work, const struct hashes *named) {
  struct sp_rows *rows = NULL;
  int deleted = 0;
  int rc = sp_db_query(work->db, SP_Q_RULE_FILE_LIST, NULL, 0, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0 && deleted < DELETE_MAX) {
    size_t len = 0;
    const void *hash = sp_rows_blob(rows, 0, &len);
    if (len != SP_HASH_LEN) continue;
    if (named->count > 0 && bsearch(hash, named->list, named->count, SP_HASH_LEN, by_bytes) != NULL) continue;
    const struct sp_value params[] = {sp_v_blob(hash, SP_HASH_LEN)};
    sp_plan_add(work->plan, SP_Q_RULE_FILE_DELETE, params, 1);
    deleted++;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_rules_sweep(struct sp_work *work) {
  struct sp_rules_state state;
  struct hashes named = {.list = NULL};
  int count = 0;
  struct old *list = sp_arena_array(work->arena, OLD_MAX, sizeof *list);
  if (list == NULL) return sp_error_nomem(work->err, __func__);
  int rc = sp_rules_state_read(work, &state);
  if (rc == 0) rc = read_old(work, list, &count);
  for (int i = 0; rc == 0 && i < count; i++)
    rc = sweep_one(work, &state, &list[i]);
  /* Files of what is deleted now are found the next time. */
  if (rc == 0) rc = read_named(work, &named);
  if (rc == 0) rc = sweep_files(work, &named);
  free(named.list);
  if (rc == SP_E_LIMIT) return 0;
  if (rc != 0 || work->plan->steps == 0) return rc;
  const struct sp_value made[] = {sp_v_int(state.made)};
  sp_plan_expect(work->plan, SP_Q_RULES_MADE_RAISE, made, 1, SP_E_CONFLICT, "rules",
                 "Somebody else changed the rules at the same moment");
  return 0;
}
