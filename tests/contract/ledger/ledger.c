#include "tests/contract/ledger/ledger.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "ports/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX 3000

static const char file_name[] = "node.db";
static const char log_name[] = "node.db-wal";

/* One record of one plan. */
struct entry {
  int plan, part;
  size_t body; /* bytes */
};

static uint64_t draw(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* Reads the head at its own moment, so a plan may run again and land elsewhere. */
static int append(struct sp_db *db, void *argument, struct sp_error *err) {
  static const char body[BODY_MAX];
  const struct entry *entry = argument;
  struct sp_rows *rows = NULL;
  int result = sp_db_one(db, SP_Q_JOURNAL_HEAD, NULL, 0, &rows, err);
  if (result < 0) return result;
  int64_t seq = result ? sp_rows_int(rows, 0) + 1 : 1;
  sp_rows_finish(rows);
  char kind[32];
  snprintf(kind, sizeof kind, "%d/%d", entry->plan, entry->part);
  const struct sp_value values[9] = {
      sp_v_int(seq),     sp_v_blob("e", 1),     sp_v_text(kind), sp_v_int(1),
      sp_v_int(1),       sp_v_blob("actor", 5), sp_v_null(),     sp_v_blob(body, entry->body),
      sp_v_blob("h", 1),
  };
  return sp_db_exec(db, SP_Q_JOURNAL_INSERT, values, 9, NULL, err);
}

static void plan_fill(struct ledger *ledger, struct sp_plan *plan, int number) {
  sp_plan_init(plan, &ledger->arena);
  for (int part = 0; part < LEDGER_PARTS; part++) {
    struct entry *entry = sp_arena_alloc(&ledger->arena, sizeof *entry);
    if (!entry) {
      plan->failed = SP_E_NOMEM;
      return;
    }
    *entry = (struct entry){.plan = number, .part = part, .body = draw(&ledger->random) % BODY_MAX};
    sp_plan_call_add(plan, append, entry);
  }
}

int ledger_commit(struct ledger *ledger, int count, int *results) {
  struct sp_plan plans[LEDGER_GROUP];
  struct sp_plan_entry entries[LEDGER_GROUP] = {0};
  int first = ledger->plans, good = 0;
  sp_arena_reset(&ledger->arena);
  for (int i = 0; i < count; i++) {
    plan_fill(ledger, &plans[i], first + i);
    entries[i].plan = &plans[i];
  }
  sp_plan_commit(ledger->db, entries, count);
  for (int i = 0; i < count; i++) {
    ledger->acknowledged[first + i] = entries[i].result == 0;
    good += entries[i].result == 0;
    if (results) results[i] = entries[i].result;
  }
  ledger->plans += count;
  return good;
}

int ledger_open(struct ledger *ledger, struct sp_error *err) {
  const struct sp_db_options options = {.location = file_name, .mode = SP_DB_WRITE, .create = true, .vfs = ledger->vfs};
  return sp_sqlite_api()->open(&options, &ledger->db, err);
}

void ledger_close(struct ledger *ledger) {
  sp_db_close(ledger->db);
  ledger->db = NULL;
}

int ledger_begin(struct ledger *ledger, struct sp_crash *disk, const char *vfs, const struct ledger_template *template,
                 uint64_t seed) {
  *ledger = (struct ledger){.disk = disk, .vfs = vfs, .random = seed * 2 + 1};
  sp_arena_init(&ledger->arena, 1 << 16);
  sp_crash_reset(disk, seed);
  int result = sp_crash_load(disk, file_name, template->database, template->database_len);
  if (!result && template->log) result = sp_crash_load(disk, log_name, template->log, template->log_len);
  return result;
}

void ledger_end(struct ledger *ledger) {
  ledger_close(ledger);
  sp_arena_free(&ledger->arena);
}

static unsigned char *image_copy(struct sp_crash *disk, const char *name, size_t *len) {
  const void *bytes = sp_crash_image(disk, name, len);
  unsigned char *copy = bytes && *len ? malloc(*len) : NULL;
  return copy ? memcpy(copy, bytes, *len) : NULL;
}

int ledger_template_make(struct sp_crash *disk, const char *vfs, int frames, struct ledger_template *out,
                         struct sp_error *err) {
  struct ledger ledger;
  struct ledger_template empty = {0};
  *out = empty;
  int result = ledger_begin(&ledger, disk, vfs, &empty, 1);
  if (!result) result = ledger_open(&ledger, err);
  if (!result) result = sp_migrate(ledger.db, NULL, NULL, err);
  if (result) goto done;
  if (frames == 0) ledger_close(&ledger);
  for (size_t len = 0; frames > 0 && len < (size_t)frames * 4096;) {
    ledger.plans = LEDGER_PLANS - LEDGER_GROUP; /* numbers the runs never use and the proof passes over */
    ledger_commit(&ledger, LEDGER_GROUP, NULL);
    sp_crash_image(disk, log_name, &len);
  }
  out->database = image_copy(disk, file_name, &out->database_len);
  out->log = image_copy(disk, log_name, &out->log_len);
done:
  ledger_end(&ledger);
  return result;
}

void ledger_template_free(struct ledger_template *template) {
  free(template->database);
  free(template->log);
}

int ledger_prove(struct ledger *ledger, struct ledger_proof *out, struct sp_error *err) {
  int parts[LEDGER_PLANS] = {0};
  struct sp_rows *rows = NULL;
  int64_t expected = 1;
  *out = (struct ledger_proof){0};
  int result = sp_sqlite_api()->check(ledger->db, true, err);
  if (!result) result = sp_db_query(ledger->db, SP_Q_JOURNAL_WALK, NULL, 0, &rows, err);
  if (result) return result;
  while ((result = sp_rows_next(rows, err)) == 1) {
    const char *kind = sp_rows_text(rows, 2);
    char *end = NULL;
    long plan = strtol(kind, &end, 10);
    long part = strtol(end + 1, NULL, 10);
    bool known = plan >= 0 && plan < LEDGER_PLANS;
    bool whole = known && (plan >= LEDGER_PLANS - LEDGER_GROUP || parts[plan]++ == part);
    out->broken += !whole || sp_rows_int(rows, 0) != expected;
    expected++;
  }
  sp_rows_finish(rows);
  for (int i = 0; i < ledger->plans; i++) {
    out->lost += ledger->acknowledged[i] && parts[i] != LEDGER_PARTS;
    out->broken += parts[i] != 0 && parts[i] != LEDGER_PARTS;
  }
  return result;
}
