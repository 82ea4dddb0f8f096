#include "app/setting.h"

#include "app/journal.h"
#include "app/setting_parts.h"
#include <cjson/cJSON.h>
#include <string.h>

#define FINDINGS_MAX 262144

static const char *const names[SP_SETTING_COUNT] = {[SP_SETTING_LABELS] = "labels",
                                                    [SP_SETTING_HOURS] = "hours",
                                                    [SP_SETTING_TILL] = "till",
                                                    [SP_SETTING_LOGO] = "logo"};

int sp_setting_parse(const char *name) {
  for (int i = 0; name != NULL && i < SP_SETTING_COUNT; i++) {
    if (strcmp(names[i], name) == 0) return i;
  }
  return -1;
}

/* 1 with the stored body in the arena, 0 when there is none or it was taken away: its revision stays. */
static int read_row(struct sp_work *work, enum sp_setting setting, const char **body, int64_t *revision) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_text(names[setting])};
  *revision = 0;
  int got = sp_db_one(work->db, SP_Q_SETTING_GET, key, 1, &rows, work->err);
  if (got <= 0) return got;
  *body = sp_work_column(work, rows, 0);
  *revision = sp_rows_int(rows, 1);
  sp_rows_finish(rows);
  if (*body == NULL) return sp_error_nomem(work->err, __func__);
  return (*body)[0] != '\0' ? 1 : 0;
}

/* 1 with the parsed body, the caller's to free; 0 when there is none. */
static int read_tree(struct sp_work *work, enum sp_setting setting, struct cJSON **out) {
  const char *body = NULL;
  int64_t revision = 0;
  int got = read_row(work, setting, &body, &revision);
  if (got <= 0) return got;
  int rc = sp_json_parse(body, strlen(body), out, work->err);
  return rc == 0 ? 1 : rc;
}

int sp_setting_till(struct sp_work *work, struct sp_till_setting *out) {
  struct cJSON *tree = NULL;
  *out = sp_setting_till_default();
  int rc = read_tree(work, SP_SETTING_TILL, &tree);
  if (rc > 0) rc = sp_setting_read_till(tree, out, work->err);
  sp_json_free(tree);
  return rc;
}

int sp_setting_hours(struct sp_work *work, struct sp_hours *out) {
  struct cJSON *tree = NULL;
  *out = (struct sp_hours){.always = true};
  int rc = read_tree(work, SP_SETTING_HOURS, &tree);
  if (rc > 0) rc = sp_setting_read_hours(tree, out, work->err);
  sp_json_free(tree);
  return rc;
}

int sp_setting_labels(struct sp_work *work, const struct sp_label_table **out) {
  struct cJSON *tree = NULL;
  struct sp_label_table *table = sp_arena_alloc(work->arena, sizeof *table);
  if (table == NULL) return sp_error_nomem(work->err, __func__);
  int rc = read_tree(work, SP_SETTING_LABELS, &tree);
  if (rc > 0)
    rc = sp_setting_read_labels(tree, table, NULL, work->err);
  else if (rc == 0) {
    size_t count = 0;
    const struct sp_label_pattern *patterns = sp_label_defaults(&count);
    rc = sp_label_table_make(table, patterns, count, work->err);
  }
  sp_json_free(tree);
  *out = table;
  return rc;
}

/* ---- Put ---- */

static int check_labels(struct sp_work *work, const struct cJSON *body, const char **findings) {
  struct sp_label_table *table = sp_arena_alloc(work->arena, sizeof *table);
  struct sp_buf out;
  if (table == NULL) return sp_error_nomem(work->err, __func__);
  sp_buf_init(&out, FINDINGS_MAX);
  int rc = sp_setting_read_labels(body, table, &out, work->err);
  if (out.failed == 0 && out.len > 0) *findings = sp_arena_copy(work->arena, out.data, out.len);
  sp_buf_free(&out);
  return *findings != NULL ? rc : sp_error_nomem(work->err, __func__);
}

static int check(struct sp_work *work, enum sp_setting setting, const struct cJSON *body, const char **findings) {
  struct sp_till_setting till;
  struct sp_hours hours;
  *findings = "[]";
  switch (setting) {
  case SP_SETTING_LABELS:
    return check_labels(work, body, findings);
  case SP_SETTING_HOURS:
    return sp_setting_read_hours(body, &hours, work->err);
  case SP_SETTING_TILL:
    return sp_setting_read_till(body, &till, work->err);
  case SP_SETTING_LOGO:
    return sp_setting_read_logo(body, work->err);
  default:
    return sp_fail(work->err, SP_E_NOT_FOUND, "setting", "There is no such setting");
  }
}

static void plan_row(struct sp_work *work, enum sp_setting setting, const char *text, int64_t before) {
  const int64_t after = before + 1;
  const struct sp_value row[] = {
      sp_v_text(names[setting]),   sp_v_text(text),     sp_v_int(after),
      sp_v_id(&work->actor.staff), sp_v_int(work->now), sp_v_int(before),
  };
  sp_plan_expect(work->plan, SP_Q_SETTING_PUT, row, 6, SP_E_CONFLICT, "setting",
                 "Somebody else changed this setting at the same moment");
  const char *body =
      sp_arena_printf(work->arena, "{\"setting\":\"%s\",\"revision\":%lld}", names[setting], (long long)after);
  sp_journal_add(work, "setting", 1, body, body != NULL ? strlen(body) : 0, false);
}

int sp_setting_put(struct sp_work *work, enum sp_setting setting, const struct cJSON *body, int64_t expected_revision,
                   int64_t *revision, const char **findings) {
  const char *stored = NULL;
  int64_t before = 0;
  *findings = "[]";
  int rc = sp_work_require(work, SP_ROLE_MANAGER);
  if (rc == 0) rc = check(work, setting, body, findings);
  if (rc != 0) return rc;
  rc = read_row(work, setting, &stored, &before);
  if (rc < 0) return rc;
  if (expected_revision >= 0 && expected_revision != before) {
    return sp_fail(work->err, SP_E_STALE, "If-Match", "The setting has revision %lld by now", (long long)before);
  }
  char *printed = cJSON_PrintUnformatted(body);
  const char *text = printed != NULL ? sp_arena_text(work->arena, printed) : NULL;
  cJSON_free(printed);
  if (text == NULL) return sp_error_nomem(work->err, __func__);
  if (strlen(text) > SP_SETTING_BODY_MAX) {
    return sp_fail(work->err, SP_E_LIMIT, "setting", "A setting has at most %d bytes", SP_SETTING_BODY_MAX);
  }
  plan_row(work, setting, text, before);
  *revision = before + 1;
  return 0;
}

int sp_setting_reset(struct sp_work *work, enum sp_setting setting, int64_t expected_revision, int64_t *revision) {
  const char *stored = NULL;
  int rc = sp_work_require(work, SP_ROLE_MANAGER);
  if (rc != 0) return rc;
  int got = read_row(work, setting, &stored, revision);
  if (got < 0) return got;
  if (expected_revision >= 0 && expected_revision != *revision) {
    return sp_fail(work->err, SP_E_STALE, "If-Match", "The setting has revision %lld by now", (long long)*revision);
  }
  if (got == 0) return 0;
  plan_row(work, setting, "", *revision);
  *revision += 1;
  return 0;
}

/* ---- Show ---- */

static const char *moment_names(unsigned moments, int i) {
  static const char *const list[] = {"sale", "tender", "return", "rest"};
  return (moments & 1u << i) != 0 ? list[i] : NULL;
}

static void write_default_labels(struct sp_json_writer *w) {
  static const char *const kinds[] = {"goods", "item", "coupon", "member", "staff", "payment", "receipt"};
  size_t count = 0;
  const struct sp_label_pattern *patterns = sp_label_defaults(&count);
  sp_json_open_object(w);
  sp_json_key(w, "patterns");
  sp_json_open_array(w);
  for (size_t i = 0; i < count; i++) {
    unsigned moments = patterns[i].moments != 0 ? patterns[i].moments : sp_label_moments(patterns[i].kind);
    sp_json_open_object(w);
    sp_json_put_text(w, "name", patterns[i].name);
    sp_json_put_text(w, "pattern", patterns[i].pattern);
    sp_json_put_text(w, "kind", kinds[patterns[i].kind]);
    sp_json_key(w, "moments");
    sp_json_open_array(w);
    for (int bit = 0; bit < 4; bit++) {
      if (moment_names(moments, bit) != NULL) sp_json_text(w, moment_names(moments, bit));
    }
    sp_json_close_array(w);
    if (patterns[i].amount_unit != 0) sp_json_put_int(w, "amount_unit", patterns[i].amount_unit);
    if (patterns[i].gram_unit != 0) sp_json_put_int(w, "gram_unit", patterns[i].gram_unit);
    if (patterns[i].sample != NULL) sp_json_put_text(w, "sample", patterns[i].sample);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_close_object(w);
}

int sp_setting_json(struct sp_work *work, enum sp_setting setting, struct sp_json_writer *w, int64_t *revision) {
  const char *body = NULL;
  int got = read_row(work, setting, &body, revision);
  if (got < 0) return got;
  const struct sp_till_setting till = sp_setting_till_default();
  if (got > 0)
    sp_json_raw(w, body, strlen(body));
  else if (setting == SP_SETTING_LABELS)
    write_default_labels(w);
  else if (setting == SP_SETTING_TILL)
    sp_setting_till_json(&till, w);
  else
    sp_json_raw(w, "{}", 2);
  return 0;
}
