/* Candidates: a pack that was sent, built, checked and kept; and its golden baskets. */
#include "app/rules_change.h"
#include "app/rules_parts.h"
#include "engine/cases.h"

#include <string.h>

#define REPORT_MAX ((size_t)4 << 20)

static const char *take(struct sp_work *work, struct sp_buf *buf) {
  const char *copy = buf->failed != 0 ? NULL : sp_arena_copy(work->arena, sp_buf_text(buf), buf->len);
  sp_buf_free(buf);
  return copy;
}

int sp_rules_cases(struct sp_work *work, const struct sp_bundle *bundle, const char **report, int *failed) {
  struct sp_buf out;
  sp_buf_init(&out, REPORT_MAX);
  *failed = 0;
  int rc = sp_cases_run(bundle, work->app->rules->api, &out, failed, work->err);
  if (rc != 0) {
    sp_buf_free(&out);
    return rc;
  }
  *report = take(work, &out);
  return *report != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

static int write_report(struct sp_work *work, const struct sp_bundle *bundle, const char **report) {
  struct sp_buf out, warnings;
  struct sp_json_writer w;
  const char *cases = "[]";
  int failed = 0;
  sp_buf_init(&warnings, REPORT_MAX);
  int rc = sp_rules_cases(work, bundle, &cases, &failed);
  if (rc == 0) rc = sp_bundle_warnings(bundle, work->now, work->lang, &warnings, work->err);
  if (rc != 0) {
    sp_buf_free(&warnings);
    return rc;
  }
  sp_buf_init(&out, REPORT_MAX);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "name", sp_bundle_name(bundle));
  sp_json_put_text(&w, "version", sp_bundle_version(bundle));
  sp_json_put_int(&w, "rules", sp_bundle_rule_count(bundle));
  sp_json_put_int(&w, "campaigns", sp_bundle_campaign_count(bundle));
  sp_json_key(&w, "warnings");
  sp_json_raw(&w, sp_buf_text(&warnings), warnings.len);
  sp_json_key(&w, "cases");
  sp_json_raw(&w, cases, strlen(cases));
  sp_json_put_int(&w, "failed", failed);
  sp_json_close_object(&w);
  sp_buf_free(&warnings);
  *report = take(work, &out);
  return *report != NULL ? 0 : sp_fail(work->err, SP_E_LIMIT, "report", "The report of the pack is too long");
}

static int check_path(struct sp_work *work, const char *path) {
  bool own = strncmp(path, SP_CAMPAIGN_OWN, strlen(SP_CAMPAIGN_OWN)) == 0;
  if (!own && strncmp(path, "base/", 5) != 0) return 0;
  return sp_fail(work->err, SP_E_INVALID, path, "A pack may not bring %s: that is the node's own", path);
}

int sp_rules_upload(struct sp_work *work, const struct sp_pack_upload *upload, struct sp_bundle **out,
                    const char **report) {
  struct sp_rules_files files = {.list = NULL}, specs = {.list = NULL};
  int rc = 0;
  for (int32_t i = 0; rc == 0 && i < upload->count; i++) {
    const struct sp_pack_file *file = &upload->files[i];
    rc = check_path(work, file->path);
    if (rc == 0) rc = sp_rules_files_add(work, file, sp_rules_part(file->path) == SP_PART_SPEC ? &specs : &files);
  }
  if (rc == 0) rc = sp_rules_files_own(work, NULL, NULL, &files);
  if (rc == 0) rc = sp_rules_build_new(work, &files, false, NULL, out);
  if (rc == 0) rc = sp_rules_check_stores(work, &files, false);
  if (rc == 0) rc = write_report(work, *out, report);
  if (rc != 0) return rc;
  const struct sp_generation_about about = {.origin = "upload",
                                            .name = upload->name,
                                            .report = *report,
                                            .specs = specs.list,
                                            .spec_count = specs.count,
                                            .anew = true};
  return sp_rules_store(work, *out, &about);
}

int sp_publish_demands(struct sp_work *work, struct sp_publish *publish) {
  struct sp_rules_files specs = {.list = NULL};
  struct sp_bundle *bundle = NULL;
  int rc = sp_rules_load(work, publish->hash, &bundle);
  if (rc == 0) rc = sp_rules_files_stored(work, publish->hash, SP_PART_SPEC, &specs);
  if (rc != 0) return rc;
  struct sp_gate gate = sp_bundle_gate(bundle);
  publish->specs = (publish->specs || gate.specs) && specs.count > 0;
  if (gate.days > publish->days) publish->days = gate.days;
  bool stricter = gate.max_difference_ppm >= 0 &&
                  (publish->max_difference_ppm < 0 || gate.max_difference_ppm < publish->max_difference_ppm);
  if (stricter) publish->max_difference_ppm = gate.max_difference_ppm;
  return 0;
}

int sp_rules_pack_files(struct sp_work *work, const uint8_t hash[SP_HASH_LEN], struct sp_pack_file **files,
                        int32_t *count) {
  struct sp_rules_files found = {.list = NULL};
  int rc = sp_rules_files_stored(work, hash, SP_PART_PACK | SP_PART_SPEC, &found);
  *files = found.list;
  *count = found.count;
  return rc;
}
