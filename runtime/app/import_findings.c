#include "app/import_findings.h"

#include "base/text.h"
#include <stdlib.h>

int sp_import_findings_init(struct sp_import_findings *findings, struct sp_error *err) {
  *findings = (struct sp_import_findings){.list = calloc(SP_IMPORT_FINDINGS_MAX, sizeof *findings->list)};
  return findings->list != NULL ? 0 : sp_error_nomem(err, __func__);
}

void sp_import_findings_free(struct sp_import_findings *findings) {
  free(findings->list);
  findings->list = NULL;
}

void sp_import_findings_add(struct sp_import_findings *findings, int64_t row, const char *column, const char *value,
                            const char *message) {
  findings->total++;
  if (findings->list == NULL || findings->count == SP_IMPORT_FINDINGS_MAX) return;
  struct sp_import_finding *finding = &findings->list[findings->count++];
  finding->row = row;
  sp_text_copy(finding->column, sizeof finding->column, column);
  sp_text_copy(finding->value, sizeof finding->value, value);
  sp_text_copy(finding->message, sizeof finding->message, message);
}

void sp_import_findings_json(const struct sp_import_findings *findings, struct sp_json_writer *w) {
  sp_json_put_int(w, "findings_total", findings->total);
  sp_json_key(w, "findings");
  sp_json_open_array(w);
  for (int i = 0; i < findings->count; i++) {
    const struct sp_import_finding *finding = &findings->list[i];
    sp_json_open_object(w);
    sp_json_put_int(w, "row", finding->row);
    sp_json_put_text(w, "column", finding->column);
    sp_json_put_text(w, "value", finding->value);
    sp_json_put_text(w, "message", finding->message);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
}
