/* The setting `labels`: a shop's table of patterns, and what its self-test says. */
#include "app/setting_parts.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define UNIT_MAX 10000

static const char *const kind_names[] = {
    [SP_LABEL_GOODS] = "goods",    [SP_LABEL_ITEM] = "item",   [SP_LABEL_COUPON] = "coupon",
    [SP_LABEL_MEMBER] = "member",  [SP_LABEL_STAFF] = "staff", [SP_LABEL_PAYMENT] = "payment",
    [SP_LABEL_RECEIPT] = "receipt"};

static int read_kind(const struct cJSON *item, enum sp_label_kind *out, struct sp_error *err) {
  const char *name = NULL;
  int rc = sp_json_get_text(item, "kind", SP_REQUIRED, 20, &name, err);
  if (rc != 0) return rc;
  for (int i = 0; i <= SP_LABEL_RECEIPT; i++) {
    if (strcmp(kind_names[i], name) != 0) continue;
    *out = (enum sp_label_kind)i;
    return 0;
  }
  return sp_fail(err, SP_E_INVALID, "kind", "There is no kind of code %s", name);
}

static int read_moments(const struct cJSON *item, unsigned *out, struct sp_error *err) {
  static const char *const names[] = {"sale", "tender", "return", "rest"};
  static const unsigned bits[] = {SP_LABEL_AT_SALE, SP_LABEL_AT_TENDER, SP_LABEL_AT_RETURN, SP_LABEL_AT_REST};
  const struct cJSON *array = NULL, *entry = NULL;
  int count = 0;
  int rc = sp_json_get_array(item, "moments", SP_OPTIONAL, 4, &array, &count, err);
  if (rc != 0 || array == NULL) return rc;
  cJSON_ArrayForEach(entry, array) {
    const char *name = cJSON_GetStringValue(entry);
    int at = 0;
    while (at < 4 && (name == NULL || strcmp(names[at], name) != 0))
      at++;
    if (at == 4) return sp_fail(err, SP_E_INVALID, "moments", "The moments are sale, tender, return and rest");
    *out |= bits[at];
  }
  return 0;
}

static int read_pattern(const struct cJSON *item, struct sp_label_pattern *out, struct sp_error *err) {
  static const char *const known[] = {"name", "pattern", "kind", "moments", "amount_unit", "gram_unit", "sample", NULL};
  int64_t amount_unit = 0, gram_unit = 0;
  *out = (struct sp_label_pattern){.name = NULL};
  int rc = sp_json_only(item, known, err);
  if (rc == 0) rc = sp_json_get_text(item, "name", SP_REQUIRED, SP_LABEL_NAME_MAX, &out->name, err);
  if (rc == 0) rc = sp_json_get_text(item, "pattern", SP_REQUIRED, SP_LABEL_PATTERN_MAX, &out->pattern, err);
  if (rc == 0) rc = read_kind(item, &out->kind, err);
  if (rc == 0) rc = read_moments(item, &out->moments, err);
  if (rc == 0) rc = sp_json_get_int(item, "amount_unit", SP_OPTIONAL, 1, UNIT_MAX, &amount_unit, err);
  if (rc == 0) rc = sp_json_get_int(item, "gram_unit", SP_OPTIONAL, 1, UNIT_MAX, &gram_unit, err);
  if (rc == 0) rc = sp_json_get_text(item, "sample", SP_OPTIONAL, SP_BARCODE_MAX, &out->sample, err);
  out->amount_unit = (int32_t)amount_unit;
  out->gram_unit = (int32_t)gram_unit;
  return rc;
}

static void write_finding(void *ctx, const struct sp_label_finding *finding) {
  static const char *const names[] = {[SP_LABEL_BY_MOMENT] = "by-moment",
                                      [SP_LABEL_BY_ORDER] = "by-order",
                                      [SP_LABEL_BY_NAME] = "by-name",
                                      [SP_LABEL_SAMPLE_LOST] = "sample-lost",
                                      [SP_LABEL_SAMPLE_BAD] = "sample-bad"};
  struct sp_json_writer *w = ctx;
  sp_json_open_object(w);
  sp_json_put_bool(w, "mistake", finding->verdict >= SP_LABEL_BY_NAME);
  sp_json_put_text(w, "verdict", names[finding->verdict]);
  sp_json_put_text(w, "winner", finding->winner != NULL ? finding->winner->name : NULL);
  sp_json_put_text(w, "other", finding->other != NULL ? finding->other->name : NULL);
  sp_json_put_text(w, "code", finding->code);
  sp_json_close_object(w);
}

static int test(const struct sp_label_table *table, struct sp_buf *findings, struct sp_error *err) {
  struct sp_json_writer w;
  sp_json_start(&w, findings);
  sp_json_open_array(&w);
  int mistakes = sp_label_test(table, write_finding, &w);
  sp_json_close_array(&w);
  if (findings->failed != 0) return sp_fail(err, findings->failed, "patterns", "There is too much to say about it");
  if (mistakes == 0) return 0;
  return sp_fail(err, SP_E_INVALID, "patterns", "The table of labels contradicts itself in %d places", mistakes);
}

int sp_setting_read_labels(const struct cJSON *body, struct sp_label_table *out, struct sp_buf *findings,
                           struct sp_error *err) {
  static const char *const known[] = {"patterns", NULL};
  struct sp_label_pattern patterns[SP_LABEL_PATTERNS_MAX];
  const struct cJSON *array = NULL, *item = NULL;
  int count = 0, i = 0;
  int rc = sp_json_only(body, known, err);
  if (rc == 0) rc = sp_json_get_array(body, "patterns", SP_REQUIRED, SP_LABEL_PATTERNS_MAX, &array, &count, err);
  bool none = findings != NULL && count == 0; /* only when it is put: what is stored is read as it is */
  if (rc == 0 && none) rc = sp_fail(err, SP_E_INVALID, "patterns", "A table of labels has at least one pattern");
  if (rc != 0) return rc;
  cJSON_ArrayForEach(item, array) {
    char prefix[32];
    rc = read_pattern(item, &patterns[i], err);
    snprintf(prefix, sizeof prefix, "patterns[%d]", i++);
    if (rc != 0) sp_error_prefix(err, prefix);
    if (rc != 0) return rc;
  }
  rc = sp_label_table_make(out, patterns, (size_t)count, err);
  return rc == 0 && findings != NULL ? test(out, findings, err) : rc;
}
