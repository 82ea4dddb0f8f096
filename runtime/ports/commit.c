/* Group commit: what sp_plan_commit promises, engine by engine. */
#include "ports/plan.h"

static const struct sp_db_api *api_of(struct sp_db *db) {
  return *(const struct sp_db_api *const *)(const void *)db; /* the first member, by database.h */
}

/* One plan, one transaction: the rollback of the transaction is the undoing of the plan, so no savepoint. */
static int commit_alone(struct sp_db *db, const struct sp_plan *plan, struct sp_error *err) {
  int result = sp_db_begin(db, err);
  if (result) return result;
  result = sp_plan_run(plan, db, err);
  if (!result) result = sp_db_commit(db, err);
  if (result) sp_db_rollback(db);
  return result;
}

/* Run one plan of a group. False when the group is gone or can no longer be trusted. */
static bool entry_run(struct sp_db *db, struct sp_plan_entry *entry) {
  const struct sp_db_api *api = api_of(db);
  entry->result = api->savepoint(db, &entry->error);
  if (entry->result) return api->in_transaction(db);
  entry->result = sp_plan_run(entry->plan, db, &entry->error);
  if (!entry->result) {
    entry->result = api->release(db, &entry->error);
    return entry->result == 0;
  }
  /* A full disk or an I/O error may have dropped every plan of the group, not only this one. */
  return api->in_transaction(db) && api->rollback_to(db, NULL) == 0;
}

/* The plan that broke the group keeps its error. All others run again, those that failed too: what they met may have
 * been written by a plan that is now undone. */
static void rerun(struct sp_db *db, struct sp_plan_entry *entries, int count, int culprit) {
  for (int i = 0; i < count; i++) {
    if (i == culprit) continue;
    entries[i].error = (struct sp_error){.lang = entries[i].error.lang};
    entries[i].result = commit_alone(db, entries[i].plan, &entries[i].error);
  }
}

/* Begin, or tell every plan that it was not written. */
static bool group_begin(struct sp_db *db, struct sp_plan_entry *entries, int count) {
  struct sp_error error = {.lang = entries[0].error.lang};
  int result = sp_db_begin(db, &error);
  if (result == 0) return true;
  for (int i = 0; i < count; i++)
    entries[i].result = sp_fail(&entries[i].error, result, NULL, "Nothing was written (%s)", error.message);
  return false;
}

static void group_finish(struct sp_db *db, struct sp_plan_entry *entries, int count) {
  if (sp_db_commit(db, NULL) == 0) return;
  sp_db_rollback(db);
  rerun(db, entries, count, -1);
}

/* Nearly every plan succeeds, and a savepoint copies every page its plan touches (measured: a tenth of the group's
 * time), so the first attempt takes none. False when a plan failed: nothing was written. */
static bool group_hopeful(struct sp_db *db, struct sp_plan_entry *entries, int count) {
  for (int i = 0; i < count; i++) {
    entries[i].result = sp_plan_run(entries[i].plan, db, &entries[i].error);
    if (entries[i].result == 0) continue;
    sp_db_rollback(db);
    for (int done = 0; done <= i; done++)
      entries[done].error = (struct sp_error){.lang = entries[done].error.lang};
    return false;
  }
  return true;
}

static void group_careful(struct sp_db *db, struct sp_plan_entry *entries, int count) {
  for (int i = 0; i < count; i++) {
    if (entry_run(db, &entries[i])) continue;
    sp_db_rollback(db);
    rerun(db, entries, count, i);
    return;
  }
  group_finish(db, entries, count);
}

void sp_plan_commit(struct sp_db *db, struct sp_plan_entry *entries, int count) {
  if (count == 1) entries[0].result = commit_alone(db, entries[0].plan, &entries[0].error);
  if (count <= 1 || !group_begin(db, entries, count)) return;
  if (group_hopeful(db, entries, count))
    group_finish(db, entries, count);
  else if (group_begin(db, entries, count))
    group_careful(db, entries, count);
}
