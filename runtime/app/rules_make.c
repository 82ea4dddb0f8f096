/* What a generation is built from. */
#include "app/rules_parts.h"

#include <string.h>

#define STORE_FOLDER "stores/"

int sp_rules_files_add(struct sp_work *work, const struct sp_pack_file *file, struct sp_rules_files *files) {
  if (files->count == SP_RULES_FILES_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "files", "A generation of rules has at most %d files", SP_RULES_FILES_MAX);
  }
  if (files->count == files->capacity) {
    int32_t capacity = files->capacity > 0 ? files->capacity * 2 : 64;
    struct sp_pack_file *grown = sp_arena_array(work->arena, (size_t)capacity, sizeof *grown);
    if (grown == NULL) return sp_error_nomem(work->err, __func__);
    if (files->count > 0) memcpy(grown, files->list, (size_t)files->count * sizeof *grown);
    files->list = grown;
    files->capacity = capacity;
  }
  files->list[files->count++] = *file;
  return 0;
}

int sp_rules_part(const char *path) {
  if (strncmp(path, "spec/", 5) == 0) return SP_PART_SPEC;
  if (strncmp(path, "base/", 5) == 0) return SP_PART_BASE;
  return strncmp(path, SP_CAMPAIGN_OWN, strlen(SP_CAMPAIGN_OWN)) == 0 ? SP_PART_OWN : SP_PART_PACK;
}

int sp_rules_files_of(struct sp_work *work, const struct sp_bundle *bundle, int parts, struct sp_rules_files *files) {
  int rc = 0;
  for (int32_t i = 0; rc == 0 && i < sp_bundle_file_count(bundle); i++) {
    const struct sp_pack_file file = sp_bundle_file(bundle, i);
    if ((sp_rules_part(file.path) & parts) != 0) rc = sp_rules_files_add(work, &file, files);
  }
  return rc;
}

static int add_own(struct sp_work *work, const char *code, const char *body, struct sp_rules_files *files) {
  const struct sp_pack_file file = {
      .path = sp_arena_printf(work->arena, "%s%s.json", SP_CAMPAIGN_OWN, code),
      .text = body,
      .len = body != NULL ? strlen(body) : 0,
  };
  if (file.path == NULL || body == NULL) return sp_error_nomem(work->err, __func__);
  return sp_rules_files_add(work, &file, files);
}

int sp_rules_files_own(struct sp_work *work, const char *code, const char *body, struct sp_rules_files *files) {
  struct sp_rows *rows = NULL;
  int rc = sp_db_query(work->db, SP_Q_CAMPAIGN_LIST, NULL, 0, &rows, work->err);
  if (rc != 0) return rc;
  while ((rc = sp_rows_next(rows, work->err)) > 0) {
    const char *stored = sp_work_column(work, rows, 0);
    if (stored == NULL) {
      rc = sp_error_nomem(work->err, __func__);
      break;
    }
    if (code != NULL && strcmp(stored, code) == 0) continue;
    rc = add_own(work, stored, sp_work_column(work, rows, 1), files);
    if (rc != 0) break;
  }
  sp_rows_finish(rows);
  if (rc != 0 || code == NULL || body == NULL) return rc;
  return add_own(work, code, body, files);
}

int sp_rules_build_new(struct sp_work *work, const struct sp_rules_files *files, bool bare, const char *folder,
                       struct sp_bundle **out) {
  struct sp_rules *rules = work->app->rules;
  const struct sp_bundle_options options = {
      .bare = bare,
      .folder = folder,
      .files = files->list,
      .file_count = files->count,
      .store = rules->store,
  };
  int rc = sp_bundle_build(&options, rules->api, out, work->err);
  return rc == 0 ? sp_rules_hold(work, *out) : rc;
}

int sp_rules_check_stores(struct sp_work *work, const struct sp_rules_files *files, bool bare) {
  struct sp_rules *rules = work->app->rules;
  int rc = 0;
  for (int32_t i = 0; rc == 0 && i < files->count; i++) {
    const char *path = files->list[i].path;
    size_t len = strlen(path), ends = strlen(STORE_FOLDER) + strlen(".json");
    struct sp_bundle *bundle = NULL;
    if (strncmp(path, STORE_FOLDER, strlen(STORE_FOLDER)) != 0 || len <= ends) continue;
    const char *code = sp_arena_copy(work->arena, path + strlen(STORE_FOLDER), len - ends);
    if (code == NULL) return sp_error_nomem(work->err, __func__);
    if (rules->store != NULL && strcmp(code, rules->store) == 0) continue;
    const struct sp_bundle_options options = {
        .bare = bare, .files = files->list, .file_count = files->count, .store = code};
    rc = sp_bundle_build(&options, rules->api, &bundle, work->err);
    sp_bundle_release(bundle);
  }
  return rc;
}

int sp_rules_known(struct sp_work *work, struct sp_bundle **bundle) {
  struct sp_bundle *same = sp_rules_find(work->app->rules, sp_bundle_hash(*bundle));
  if (same == NULL) {
    sp_rules_keep(work->app->rules, *bundle);
    return 0;
  }
  *bundle = same;
  return sp_rules_hold(work, same);
}

int sp_rules_build(struct sp_work *work, const struct sp_rules_files *files, bool bare, const char *folder,
                   struct sp_bundle **out) {
  int rc = sp_rules_build_new(work, files, bare, folder, out);
  return rc == 0 ? sp_rules_known(work, out) : rc;
}

int sp_rules_rebase(struct sp_work *work, const struct sp_bundle *base, const char *code, const char *body,
                    struct sp_bundle **out) {
  struct sp_rules_files files = {.list = NULL};
  int rc = sp_rules_files_of(work, base, SP_PART_BASE | SP_PART_PACK, &files);
  if (rc == 0) rc = sp_rules_files_own(work, code, body, &files);
  return rc == 0 ? sp_rules_build(work, &files, true, NULL, out) : rc;
}
