#include "ports/migrate.h"

static const struct sp_db_api *api_of(struct sp_db *db) {
  return *(const struct sp_db_api *const *)(const void *)db; /* the first member, by database.h */
}

/* The last version of a list, or −1 when it does not ascend. */
static int64_t latest_of(const struct sp_migration *list) {
  int64_t version = 0;
  for (; list->version; list++) {
    if (list->version <= version) return -1;
    version = list->version;
  }
  return version;
}

static int statements_run(struct sp_db *db, const struct sp_migration *migration, struct sp_error *err) {
  struct sp_error cause = {.lang = err ? err->lang : SP_LANG_EN};
  int result = api_of(db)->script(db, migration->sql, &cause);
  if (!result) result = api_of(db)->set_version(db, migration->version, &cause);
  if (!result) result = sp_db_commit(db, &cause);
  if (!result) return 0;
  return sp_fail(err, result, NULL, "Migration %d (%s) failed: %s", migration->version, migration->name, cause.message);
}

static int apply(struct sp_db *db, const struct sp_migration *migration, struct sp_error *err) {
  int result = sp_db_begin(db, err);
  if (result) return result;
  result = statements_run(db, migration, err);
  if (result) sp_db_rollback(db);
  return result;
}

int sp_migrate_list(struct sp_db *db, const struct sp_migration *list, int64_t *from, int64_t *to,
                    struct sp_error *err) {
  int64_t version = 0;
  int64_t latest = latest_of(list);
  if (latest < 0) return sp_fail(err, SP_E_INTERNAL, NULL, "The migrations are not in ascending order");
  int result = api_of(db)->version(db, &version, err);
  if (result) return result;
  if (from) *from = version;
  if (version > latest)
    result = sp_fail(err, SP_E_UNSUPPORTED, "version",
                     "The database has version %lld and this program knows %lld: start the newer program",
                     (long long)version, (long long)latest);
  for (; !result && list->version; list++) {
    if (list->version <= version) continue;
    result = apply(db, list, err);
    if (!result) version = list->version;
  }
  if (to) *to = version;
  return result;
}

int sp_migrate(struct sp_db *db, int64_t *from, int64_t *to, struct sp_error *err) {
  return sp_migrate_list(db, sp_migrations, from, to, err);
}

int64_t sp_migrate_latest(void) {
  return latest_of(sp_migrations);
}
