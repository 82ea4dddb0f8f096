#include "main/offline.h"
#include "adapters/storage/sqlite/sqlite.h"
#include "lua/machine.h"
#include "ports/migrate.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAX ((size_t)512 << 20)
#define OWN_MAX   100000

/* ---- Opening ---- */

static int schema_check(struct sp_offline *offline, struct sp_error *err) {
  int64_t version = 0;
  int result = sp_sqlite_api()->version(offline->db, &version, err);
  if (result || version == sp_migrate_latest()) return result;
  return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The database has schema %lld, this program knows %lld",
                 (long long)version, (long long)sp_migrate_latest());
}

static int store_read(struct sp_offline *offline, char *zone, size_t zone_size, struct sp_error *err) {
  struct sp_store *store = &offline->app.store;
  struct sp_rows *rows = NULL;
  int got = sp_db_one(offline->db, SP_Q_STORE_GET, NULL, 0, &rows, err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(err, SP_E_STATE, NULL, "The database has no store yet");
  sp_rows_id(rows, 0, &store->id);
  store->code = sp_arena_text(&offline->arena, sp_rows_text(rows, 1));
  store->name = sp_arena_text(&offline->arena, sp_rows_text(rows, 2));
  snprintf(zone, zone_size, "%s", sp_rows_text(rows, 3));
  store->cutoff_minute = (int32_t)sp_rows_int(rows, 4);
  store->currency = sp_arena_text(&offline->arena, sp_rows_text(rows, 5));
  store->address = store->phone = store->location = "";
  sp_rows_finish(rows);
  return store->code && store->name && store->currency ? 0 : sp_error_nomem(err, __func__);
}

int sp_offline_open(const char *path, struct sp_offline *out, struct sp_error *err) {
  char zone[64] = "";
  *out = (struct sp_offline){.path = path};
  sp_arena_init(&out->arena, ARENA_MAX);
  sp_plan_init(&out->plan, &out->arena);
  sp_sqlite_init();
  if (access(path, R_OK) != 0) return sp_fail(err, SP_E_NOT_FOUND, NULL, "There is no database %s", path);
  int result = sp_offline_read(out, &out->db, err);
  if (!result) result = schema_check(out, err);
  if (!result) result = store_read(out, zone, sizeof zone, err);
  if (!result) result = sp_zone_load(zone, &out->zone, err);
  if (!result && sp_rules_new(sp_lua_api(), out->app.store.code, "", &out->rules) != 0)
    result = sp_error_nomem(err, __func__);
  out->app.store.zone = out->zone;
  out->app.rules = out->rules;
  return result;
}

void sp_offline_close(struct sp_offline *offline) {
  sp_machines_close(&offline->machines);
  sp_rules_free(offline->rules);
  sp_zone_free(offline->zone);
  sp_db_close(offline->db);
  sp_arena_free(&offline->arena);
}

int sp_offline_read(void *offline, struct sp_db **out, struct sp_error *err) {
  const struct sp_offline *self = offline;
  const struct sp_db_options options = {.location = self->path, .mode = SP_DB_READ};
  return sp_sqlite_api()->open(&options, out, err);
}

struct sp_work sp_offline_work(struct sp_offline *offline, enum sp_lang lang, struct sp_error *err) {
  return (struct sp_work){
      .app = &offline->app,
      .db = offline->db,
      .machines = &offline->machines,
      .arena = &offline->arena,
      .plan = &offline->plan,
      .actor = {.role = SP_ROLE_ADMIN, .scopes = ""},
      .now = sp_clock_now_ms(),
      .lang = lang,
      .err = err,
  };
}

/* ---- A candidate ---- */

static int own_read(struct sp_offline *offline, struct sp_pack_file **files, int32_t *count, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  int32_t room = 0;
  int result = sp_db_query(offline->db, SP_Q_CAMPAIGN_LIST, NULL, 0, &rows, err);
  while (!result && (result = sp_rows_next(rows, err)) > 0) {
    result = 0;
    if (*count == OWN_MAX) break;
    if (*count == room) {
      room = 2 * room + 64;
      struct sp_pack_file *grown = sp_arena_array(&offline->arena, (size_t)room, sizeof *grown);
      if (!grown) {
        result = sp_error_nomem(err, __func__);
        break;
      }
      if (*files) memcpy(grown, *files, (size_t)*count * sizeof *grown);
      *files = grown;
    }
    const char *path = sp_arena_printf(&offline->arena, "%s%s.json", SP_CAMPAIGN_OWN, sp_rows_text(rows, 0));
    const char *text = sp_arena_text(&offline->arena, sp_rows_text(rows, 1));
    if (!path || !text) {
      result = sp_error_nomem(err, __func__);
      break;
    }
    (*files)[(*count)++] = (struct sp_pack_file){.path = path, .text = text, .len = strlen(text)};
  }
  sp_rows_finish(rows);
  return result;
}

int sp_offline_pack(struct sp_offline *offline, const char *folder, struct sp_bundle **out, struct sp_error *err) {
  struct sp_pack_file *files = NULL;
  int32_t count = 0;
  int result = own_read(offline, &files, &count, err);
  if (result) return result;
  const struct sp_bundle_options options = {
      .folder = folder, .files = files, .file_count = count, .store = offline->app.store.code};
  return sp_bundle_build(&options, sp_lua_api(), out, err);
}
