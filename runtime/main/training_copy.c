#include "main/training_copy.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "ports/migrate.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_SUFFIX ".new"

/* What the shop sells, at which prices and by which rules; who sells it, and where. A table that is not here stays
 * empty: what happened, who is signed in, what is plugged in. */
static const char *const taken[] = {
    "store",    "location",  "till",         "staff",     "category",   "product",     "product_card", "barcode",
    "campaign", "catalogue", "product_term", "rule_file", "generation", "rules_state", "setting",      NULL,
};

struct copy {
  struct sp_db *from, *to, *old; /* the shop's; the new one; the copy of before, or null */
  struct sp_loop_job *job;
  struct sp_error *err;
  char path[SP_FOLDER_PATH_MAX + 64]; /* of the copy */
  char made[SP_FOLDER_PATH_MAX + 80]; /* while it is made */
};

/* ---- Files ---- */

static int system_fail(const char *path, struct sp_error *err) {
  int code = errno == ENOSPC || errno == EDQUOT ? SP_E_FULL : SP_E_IO;
  return sp_fail(err, code, NULL, "%s cannot be written: %s", path, strerror(errno));
}

/* The log beside a database goes first: one that was left behind would be read into the next file of that name. */
static void logs_remove(const char *path) {
  static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
  char name[SP_FOLDER_PATH_MAX + 96];
  for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
    snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
    unlink(name);
  }
}

static int path_sync(const char *path, int flags, struct sp_error *err) {
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) return system_fail(path, err);
  int result = fsync(fd) == 0 ? 0 : system_fail(path, err);
  close(fd);
  return result;
}

static int put_in_place(const struct copy *copy, const char *folder) {
  int result = path_sync(copy->made, O_RDONLY, copy->err);
  if (result) return result;
  logs_remove(copy->path);
  if (rename(copy->made, copy->path) != 0) return system_fail(copy->path, copy->err);
  return path_sync(folder, O_RDONLY | O_DIRECTORY, copy->err);
}

/* ---- Locked PINs ---- */

struct lock {
  struct sp_id id;
  int64_t failures, until;
};

/* 1 when the database knows that person. */
static int lock_read(struct sp_db *db, const char *code, struct lock *out, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(code)};
  int got = sp_db_one(db, SP_Q_STAFF_BY_CODE, key, 1, &rows, err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, &out->id);
  out->failures = sp_rows_int(rows, 6);
  out->until = sp_rows_int(rows, 7);
  sp_rows_finish(rows);
  return 1;
}

static int lock_keep(const struct copy *copy, const char *code, const struct lock *before) {
  struct lock now = {.failures = 0};
  int got = lock_read(copy->to, code, &now, copy->err);
  if (got <= 0 || (before->failures <= now.failures && before->until <= now.until)) return got < 0 ? got : 0;
  const struct sp_value params[] = {
      sp_v_id(&now.id),
      sp_v_int(before->failures > now.failures ? before->failures : now.failures),
      sp_v_int(before->until > now.until ? before->until : now.until),
      sp_v_int(now.failures),
  };
  return sp_db_exec(copy->to, SP_Q_STAFF_FAILED, params, 4, NULL, copy->err);
}

/* What the old copy cannot tell, because it is damaged, is not asked for. */
static int locks_keep(const struct copy *copy) {
  struct sp_rows *rows = NULL;
  struct sp_error ignored = {.lang = SP_LANG_EN};
  int result = 0;
  if (!copy->old || sp_db_query(copy->old, SP_Q_STAFF_LIST, NULL, 0, &rows, &ignored) != 0) return 0;
  while (!result && sp_rows_next(rows, &ignored) > 0) {
    struct lock before = {.failures = 0};
    const char *code = sp_rows_text(rows, 1);
    if (lock_read(copy->old, code, &before, &ignored) > 0) result = lock_keep(copy, code, &before);
  }
  sp_rows_finish(rows);
  return result;
}

/* ---- Copying ---- */

static int tables_copy(const struct copy *copy) {
  int result = 0;
  for (const char *const *table = taken; *table && !result; table++) {
    result = sp_sqlite_copy(copy->from, copy->to, *table, copy->err);
    if (!result && copy->job && sp_loop_job_cancelled(copy->job))
      result = sp_fail(copy->err, SP_E_STATE, NULL, "The node is stopping");
  }
  return result ? result : locks_keep(copy);
}

/* Everything in one transaction, whose commit checks that nothing names what was left behind. */
static int fill(const struct copy *copy) {
  int result = sp_db_begin(copy->from, copy->err);
  if (result) return result;
  result = sp_db_begin(copy->to, copy->err);
  if (!result) result = tables_copy(copy);
  if (!result) result = sp_db_commit(copy->to, copy->err);
  if (result) sp_db_rollback(copy->to);
  sp_db_rollback(copy->from);
  return result;
}

/* A copy of before that cannot be read has nothing to say. */
static struct sp_db *old_open(const struct copy *copy) {
  const struct sp_db_options options = {.location = copy->path, .mode = SP_DB_READ};
  struct sp_error ignored = {.lang = SP_LANG_EN};
  struct sp_db *db = NULL;
  struct stat info;
  if (stat(copy->path, &info) != 0 || info.st_size == 0) return NULL;
  return sp_sqlite_api()->open(&options, &db, &ignored) == 0 ? db : NULL;
}

static int make(struct copy *copy, const struct sp_node *shop) {
  const struct sp_db_options options = {.location = copy->made, .mode = SP_DB_WRITE, .create = true};
  int result = sp_sqlite_api()->open(&options, &copy->to, copy->err);
  if (!result) result = sp_migrate(copy->to, NULL, NULL, copy->err);
  if (!result) result = sp_node_read(shop, &copy->from, copy->err);
  if (!result) copy->old = old_open(copy);
  if (!result) result = fill(copy);
  sp_db_close(copy->old);
  sp_db_close(copy->from);
  sp_db_close(copy->to); /* the last one: its log becomes part of the file */
  return result;
}

int sp_training_copy(const struct sp_node *shop, const char *folder, struct sp_loop_job *job, struct sp_error *err) {
  struct copy copy = {.job = job, .err = err};
  snprintf(copy.path, sizeof copy.path, "%s/%s", folder, SP_NODE_DATABASE);
  snprintf(copy.made, sizeof copy.made, "%s" NEW_SUFFIX, copy.path);
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) return system_fail(folder, err);
  logs_remove(copy.made);
  unlink(copy.made);
  int result = make(&copy, shop);
  if (!result && sp_sqlite_was_unclean(copy.made))
    result = sp_fail(err, SP_E_IO, NULL, "%s was not closed in order", copy.made);
  if (!result) result = put_in_place(&copy, folder);
  if (!result) return 0;
  logs_remove(copy.made);
  unlink(copy.made);
  return result;
}
