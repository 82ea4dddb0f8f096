#include "main/report.h"
#include "base/json.h"
#include "base/text.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FINDINGS_SHOWN 20

static int64_t int_of(const cJSON *object, const char *name) {
  int64_t value = 0;
  sp_json_get_int(object, name, SP_OPTIONAL, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, NULL);
  return value;
}

static const char *text_of(const cJSON *object, const char *name) {
  const cJSON *member = sp_json_member(object, name);
  return cJSON_IsString(member) ? member->valuestring : "";
}

static bool flag_of(const cJSON *object, const char *name) {
  return cJSON_IsTrue(sp_json_member(object, name)) != 0;
}

/* -12345 with 2 digits is "-123.45". */
static void decimal_put(struct sp_buf *out, int64_t value, int digits) {
  long long unit = digits == 3 ? 1000 : 100;
  long long whole = llabs((long long)value);
  sp_buf_printf(out, "%s%lld.%0*lld", value < 0 ? "-" : "", whole / unit, digits, whole % unit);
}

static void findings_put(const cJSON *report, enum sp_lang lang, struct sp_buf *out) {
  const cJSON *findings = sp_json_member(report, "findings");
  int64_t total = int_of(report, "findings_total");
  int shown = 0;
  if (total == 0) return;
  struct sp_grid grid;
  sp_grid_start(&grid, 4);
  sp_grid_cell(&grid, sp_tr(lang, "row"));
  sp_grid_cell(&grid, sp_tr(lang, "column"));
  sp_grid_cell(&grid, sp_tr(lang, "value"));
  sp_grid_cell(&grid, sp_tr(lang, "what is wrong"));
  for (const cJSON *each = findings ? findings->child : NULL; each && shown < FINDINGS_SHOWN; each = each->next) {
    char row[24];
    snprintf(row, sizeof row, "%lld", (long long)int_of(each, "row"));
    sp_grid_cell(&grid, row);
    sp_grid_cell(&grid, text_of(each, "column"));
    sp_grid_cell(&grid, text_of(each, "value"));
    sp_grid_cell(&grid, text_of(each, "message"));
    shown++;
  }
  sp_buf_putc(out, '\n');
  sp_grid_print(&grid, out);
  if (total > shown) sp_buf_printf(out, sp_tr(lang, "… and %lld more\n"), (long long)(total - shown));
}

static void products_put(const cJSON *report, enum sp_lang lang, struct sp_buf *out) {
  sp_buf_printf(out, sp_tr(lang, "rows: %lld; created: %lld, changed: %lld, unchanged: %lld, bad: %lld\n"),
                (long long)int_of(report, "rows"), (long long)int_of(report, "created"),
                (long long)int_of(report, "changed"), (long long)int_of(report, "unchanged"),
                (long long)int_of(report, "bad"));
}

static void sales_put(const cJSON *report, enum sp_lang lang, struct sp_buf *out) {
  sp_buf_printf(out,
                sp_tr(lang, "rows: %lld, invoices: %lld; sales: %lld, refunds: %lld, adjustments: %lld, known before: "
                            "%lld, bad rows: %lld\n"),
                (long long)int_of(report, "rows"), (long long)int_of(report, "invoices"),
                (long long)int_of(report, "sales"), (long long)int_of(report, "refunds"),
                (long long)int_of(report, "adjustments"), (long long)int_of(report, "known"),
                (long long)int_of(report, "skipped"));
  sp_buf_printf(out,
                sp_tr(lang,
                      "lines sold: %lld, returned to their sale: %lld, returned without one: %lld, adjusted: %lld; "
                      "products made: %lld\n"),
                (long long)int_of(report, "lines_sold"), (long long)int_of(report, "lines_linked"),
                (long long)int_of(report, "lines_unlinked"), (long long)int_of(report, "lines_adjusted"),
                (long long)int_of(report, "products_created"));
}

/* What the file says beside what the books say. */
static void proof_put(const cJSON *report, enum sp_lang lang, struct sp_buf *out) {
  static const struct {
    const char *file, *ledger;
    int digits;
  } pairs[] = {{"file_money", "ledger_money", 2}, {"file_units", "ledger_units", 3}};
  struct sp_grid grid;
  sp_grid_start(&grid, 4);
  sp_grid_cell(&grid, "");
  sp_grid_cell(&grid, sp_tr(lang, "file"));
  sp_grid_cell(&grid, sp_tr(lang, "ledger"));
  sp_grid_cell(&grid, "");
  for (int i = 0; i < 2; i++) {
    int64_t file = int_of(report, pairs[i].file), ledger = int_of(report, pairs[i].ledger);
    struct sp_buf text;
    sp_buf_init(&text, 128);
    sp_grid_cell(&grid, i == 0 ? sp_tr(lang, "money") : sp_tr(lang, "units"));
    decimal_put(&text, file, pairs[i].digits);
    sp_grid_cell(&grid, sp_buf_text(&text));
    sp_buf_reset(&text);
    decimal_put(&text, ledger, pairs[i].digits);
    sp_grid_cell(&grid, sp_buf_text(&text));
    sp_grid_cell(&grid, file == ledger ? "=" : "≠");
    sp_buf_free(&text);
  }
  sp_buf_putc(out, '\n');
  sp_grid_print(&grid, out);
}

static void verdict_put(const cJSON *report, const struct sp_report_options *options, struct sp_buf *out) {
  int64_t left_out = int_of(report, "skipped");
  bool equal = int_of(report, "file_money") == int_of(report, "ledger_money") &&
               int_of(report, "file_units") == int_of(report, "ledger_units");
  if (options->dry_run)
    sp_buf_puts(out, sp_tr(options->lang, "Dry run: nothing was imported.\n"));
  else if (!options->sales)
    return;
  else if (!equal)
    sp_buf_puts(out, sp_tr(options->lang, "The ledger does not equal the file.\n"));
  else if (left_out > 0)
    sp_buf_printf(out, sp_tr(options->lang, "Rows left out: %lld; what was imported equals the ledger.\n"),
                  (long long)left_out);
  else
    sp_buf_puts(out, sp_tr(options->lang, "The ledger equals the file, to the fen and the unit.\n"));
}

void sp_report_import(const cJSON *job, const struct sp_report_options *options, struct sp_buf *out, bool *good) {
  const cJSON *report = sp_json_member(job, "report");
  const cJSON *problem = sp_json_member(job, "problem");
  *good = strcmp(text_of(job, "state"), "done") == 0;
  if (report) {
    if (options->sales)
      sales_put(report, options->lang, out);
    else
      products_put(report, options->lang, out);
    findings_put(report, options->lang, out);
    if (options->sales && !problem && !options->dry_run) proof_put(report, options->lang, out);
    if (!problem) verdict_put(report, options, out);
    bool agrees = !options->sales || options->dry_run || flag_of(report, "agrees");
    *good = *good && agrees && int_of(report, "findings_total") == 0;
  }
  if (!problem) return;
  const char *field = text_of(problem, "field");
  sp_report_text(out, field);
  if (field[0] != '\0') sp_buf_puts(out, ": ");
  sp_report_text(out, text_of(problem, "detail"));
  sp_buf_putc(out, '\n');
}
