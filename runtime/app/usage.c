#include "app/usage.h"

#include <string.h>

static struct sp_campaign_use *next_seen(struct sp_usage_reader *reader) {
  if (reader->count == reader->room) {
    int32_t room = 2 * reader->room + 8;
    struct sp_campaign_use *grown = sp_arena_array(reader->work->arena, (size_t)room, sizeof *grown);
    if (grown == NULL) return NULL;
    if (reader->count > 0) memcpy(grown, reader->seen, (size_t)reader->count * sizeof *grown);
    reader->seen = grown;
    reader->room = room;
  }
  return &reader->seen[reader->count++];
}

static bool is_seen(const struct sp_usage_reader *reader, const char *campaign, const char *subject) {
  for (int32_t i = 0; i < reader->count; i++) {
    const struct sp_campaign_use *seen = &reader->seen[i];
    if (strcmp(seen->campaign, campaign) == 0 && strcmp(seen->subject, subject) == 0) return true;
  }
  return false;
}

static int remember(struct sp_usage_reader *reader, const char *campaign, const char *subject,
                    const struct sp_usage *usage) {
  bool used = usage->uses != 0 || usage->amount != 0 || usage->units != 0;
  if (!used || is_seen(reader, campaign, subject)) return 0;
  struct sp_arena *arena = reader->work->arena;
  struct sp_campaign_use *seen = next_seen(reader);
  if (seen == NULL) return SP_E_NOMEM;
  *seen = (struct sp_campaign_use){.campaign = sp_arena_text(arena, campaign),
                                   .subject = sp_arena_text(arena, subject),
                                   .uses = usage->uses,
                                   .amount = usage->amount,
                                   .units = usage->units};
  return seen->campaign != NULL && seen->subject != NULL ? 0 : SP_E_NOMEM;
}

static int read_usage(const struct sp_usage_source *self, const char *campaign, const char *subject,
                      struct sp_usage *out, struct sp_error *err) {
  struct sp_usage_reader *reader = self->ctx;
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(campaign), sp_v_text(subject)};
  *out = (struct sp_usage){.uses = 0};
  int got = sp_db_one(reader->work->db, SP_Q_CAMPAIGN_USE_GET, key, 2, &rows, err);
  if (got <= 0) return got;
  *out = (struct sp_usage){.uses = sp_rows_int(rows, 0), .amount = sp_rows_int(rows, 1), .units = sp_rows_int(rows, 2)};
  sp_rows_finish(rows);
  return remember(reader, campaign, subject, out) == 0 ? 0 : sp_error_nomem(err, __func__);
}

void sp_usage_open(struct sp_work *work, struct sp_usage_reader *reader) {
  *reader = (struct sp_usage_reader){.source = {.read = read_usage, .ctx = reader}, .work = work};
}

/* ---- The plan ---- */

static void plan_entry(struct sp_work *work, const struct sp_id *document, int64_t n, const struct sp_campaign_use *use,
                       int64_t sign) {
  const struct sp_value params[] = {
      sp_v_blob(document->bytes, SP_ID_LEN),
      sp_v_int(n),
      sp_v_text(use->campaign),
      sp_v_text(use->subject),
      sp_v_int(sign * use->uses),
      sp_v_int(sign * use->amount),
      sp_v_int(sign * use->units),
  };
  sp_plan_add(work->plan, SP_Q_CAMPAIGN_ENTRY_INSERT, params, 7);
}

void sp_usage_take(struct sp_work *work, const struct sp_id *document, int64_t first,
                   const struct sp_campaign_use *uses, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    const struct sp_campaign_use *use = &uses[i];
    const struct sp_value params[] = {
        sp_v_text(use->campaign), sp_v_text(use->subject), sp_v_int(use->uses),       sp_v_int(use->amount),
        sp_v_int(use->units),     sp_v_int(use->max_uses), sp_v_int(use->max_amount), sp_v_int(use->max_units),
    };
    sp_plan_expect(work->plan, SP_Q_CAMPAIGN_USE_TAKE, params, 8, SP_E_CONFLICT, "campaign",
                   "The last of a limited offer went to somebody else at the same moment");
    plan_entry(work, document, first + i, use, 1);
  }
}

void sp_usage_give(struct sp_work *work, const struct sp_id *document, int64_t first,
                   const struct sp_campaign_use *uses, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    const struct sp_campaign_use *use = &uses[i];
    const struct sp_value params[] = {
        sp_v_text(use->campaign), sp_v_text(use->subject), sp_v_int(use->uses),
        sp_v_int(use->amount),    sp_v_int(use->units),
    };
    sp_plan_add(work->plan, SP_Q_CAMPAIGN_USE_GIVE, params, 5);
    plan_entry(work, document, first + i, use, -1);
  }
}

int sp_usage_prove(struct sp_db *db, int64_t *differences, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  *differences = 0;
  int rc = sp_db_query(db, SP_Q_CAMPAIGN_PROOF, NULL, 0, &rows, err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, err)) > 0)
    (*differences)++;
  sp_rows_finish(rows);
  return rc;
}
