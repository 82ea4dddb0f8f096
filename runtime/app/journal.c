#include "app/journal.h"

#include <string.h>

/* What the writer needs to append; lives in the arena of the work that planned it. */
struct record {
  const char *kind;
  int64_t version;
  int64_t at;
  struct sp_id actor;
  struct sp_id epoch;
  const uint8_t *generation; /* null when the rules took no part */
  const char *body;
  size_t len;
};

struct head {
  int64_t seq;
  uint8_t hash[SP_HASH_LEN];
};

static void put_int(uint8_t out[8], int64_t value) {
  uint64_t rest = (uint64_t)value;
  for (int i = 7; i >= 0; i--) {
    out[i] = (uint8_t)(rest & 0xff);
    rest >>= 8;
  }
}

static int chain(const struct head *previous, int64_t seq, const struct record *record, uint8_t out[SP_HASH_LEN]) {
  uint8_t number[8], version[8], at[8], generation_len[8];
  size_t generation = record->generation != NULL ? SP_HASH_LEN : 0;
  put_int(number, seq);
  put_int(version, record->version);
  put_int(at, record->at);
  put_int(generation_len, (int64_t)generation);
  const struct sp_slice parts[] = {
      {previous->hash, SP_HASH_LEN},
      {record->epoch.bytes, SP_ID_LEN},
      {number, sizeof number},
      {record->kind, strlen(record->kind) + 1},
      {version, sizeof version},
      {at, sizeof at},
      {record->actor.bytes, SP_ID_LEN},
      {generation_len, sizeof generation_len},
      {record->generation != NULL ? (const void *)record->generation : "", generation},
      {record->body, record->len},
  };
  return sp_hash(parts, sizeof parts / sizeof parts[0], out);
}

static int read_head(struct sp_db *db, struct head *head, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  *head = (struct head){.seq = 0};
  int got = sp_db_one(db, SP_Q_JOURNAL_HEAD, NULL, 0, &rows, err);
  if (got <= 0) return got;
  size_t len = 0;
  head->seq = sp_rows_int(rows, 0);
  const void *hash = sp_rows_blob(rows, 1, &len);
  if (len == SP_HASH_LEN) memcpy(head->hash, hash, SP_HASH_LEN);
  sp_rows_finish(rows);
  if (len != SP_HASH_LEN) return sp_fail(err, SP_E_CORRUPT, "journal", "The journal's last hash is damaged");
  return 0;
}

static int append(struct sp_db *db, void *argument, struct sp_error *err) {
  const struct record *record = argument;
  struct head head;
  uint8_t hash[SP_HASH_LEN];
  int rc = read_head(db, &head, err);
  if (rc != 0) return rc;
  int64_t seq = head.seq + 1;
  rc = chain(&head, seq, record, hash);
  if (rc != 0) return rc;
  const struct sp_value params[] = {
      sp_v_int(seq),
      sp_v_id(&record->epoch),
      sp_v_text(record->kind),
      sp_v_int(record->version),
      sp_v_int(record->at),
      sp_v_blob(record->actor.bytes, SP_ID_LEN),
      record->generation != NULL ? sp_v_blob(record->generation, SP_HASH_LEN) : sp_v_null(),
      sp_v_blob(record->body, record->len),
      sp_v_blob(hash, sizeof hash),
  };
  return sp_db_exec(db, SP_Q_JOURNAL_INSERT, params, 9, NULL, err);
}

void sp_journal_add(struct sp_work *work, const char *kind, int version, const char *body, size_t len,
                    bool generation) {
  struct record *record = sp_arena_alloc(work->arena, sizeof *record);
  if (record == NULL || body == NULL) {
    work->plan->failed = SP_E_NOMEM;
    return;
  }
  if (len > SP_JOURNAL_BODY_MAX) {
    work->plan->failed = SP_E_LIMIT;
    return;
  }
  *record = (struct record){
      .kind = kind,
      .version = version,
      .at = work->now,
      .actor = work->actor.staff,
      .epoch = work->app->epoch,
      .generation = generation ? sp_bundle_hash(work->bundle) : NULL,
      .body = body,
      .len = len,
  };
  sp_plan_call_add(work->plan, append, record);
}

static int verify_row(struct sp_rows *rows, struct head *head, struct sp_error *err) {
  size_t epoch_len = 0, actor_len = 0, generation_len = 0, body_len = 0, hash_len = 0;
  int64_t seq = sp_rows_int(rows, 0);
  const void *epoch = sp_rows_blob(rows, 1, &epoch_len);
  const void *actor = sp_rows_blob(rows, 5, &actor_len);
  const void *generation = sp_rows_blob(rows, 6, &generation_len);
  const void *body = sp_rows_blob(rows, 7, &body_len);
  const void *stored = sp_rows_blob(rows, 8, &hash_len);
  bool shaped = epoch_len == SP_ID_LEN && actor_len == SP_ID_LEN && hash_len == SP_HASH_LEN &&
                (generation_len == 0 || generation_len == SP_HASH_LEN);
  if (!shaped || seq != head->seq + 1) {
    return sp_fail(err, SP_E_CORRUPT, "journal", "Journal record %lld does not follow record %lld", (long long)seq,
                   (long long)head->seq);
  }
  struct record record = {
      .kind = sp_rows_text(rows, 2),
      .version = sp_rows_int(rows, 3),
      .at = sp_rows_int(rows, 4),
      .generation = generation_len > 0 ? generation : NULL,
      .body = body_len > 0 ? body : "",
      .len = body_len,
  };
  memcpy(record.epoch.bytes, epoch, SP_ID_LEN);
  memcpy(record.actor.bytes, actor, SP_ID_LEN);
  uint8_t hash[SP_HASH_LEN];
  int rc = chain(head, seq, &record, hash);
  if (rc != 0) return rc;
  if (memcmp(hash, stored, SP_HASH_LEN) != 0) {
    return sp_fail(err, SP_E_CORRUPT, "journal", "Journal record %lld was changed after it was written",
                   (long long)seq);
  }
  head->seq = seq;
  memcpy(head->hash, hash, SP_HASH_LEN);
  return 0;
}

int sp_journal_verify(struct sp_db *db, struct sp_journal_proof *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  struct head head = {.seq = 0};
  *out = (struct sp_journal_proof){.records = 0};
  int rc = sp_db_query(db, SP_Q_JOURNAL_WALK, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0) {
    rc = verify_row(rows, &head, err);
    if (rc != 0) break;
    out->records++;
  }
  sp_rows_finish(rows);
  out->head = head.seq;
  memcpy(out->hash, head.hash, SP_HASH_LEN);
  return rc;
}
