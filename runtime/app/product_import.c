/* The passes over the file: how it writes numbers, whether it is good, and then the import. */
#include "app/import_parts.h"
#include "base/text.h"
#include "domain/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STYLE_ROWS     20000 /* rows looked at to tell how numbers are written */
#define LOOKED_ENOUGH  1     /* stops the read; no error code */
#define OVERHANGS_TOLD 100   /* rows longer than the header, listed one by one */

static const char *cell_at(const struct sp_table_row *row, int column) {
  return column >= 0 && column < row->count ? row->cells[column] : "";
}

/* ---- Findings ---- */

void sp_product_job_note(struct sp_product_job *job, const struct sp_table_row *cells, int64_t row, const char *field,
                         const char *message) {
  int about = sp_resource_field(job->resource, field);
  bool headed = about >= 0 && job->column_of[about] >= 0;
  const char *value = headed && cells != NULL ? cell_at(cells, job->column_of[about]) : "";
  sp_import_findings_add(&job->report->findings, row, headed ? job->headings[about] : field, value, message);
}

/* ---- Header and style ---- */

static bool is_blank(const char *text) {
  return text[strspn(text, " ")] == '\0';
}

/* A mistyped heading would give every product the default: it is told, but does not stop anything. */
static void ignore_column(struct sp_product_job *job, int64_t row, const char *heading) {
  char *list = job->report->ignored;
  size_t len = strlen(list);
  if (is_blank(heading)) return;
  sp_product_job_note(job, NULL, row, heading, sp_tr(job->options->lang, "no such field; the column was not imported"));
  if (len + strlen(heading) + 3 > sizeof job->report->ignored) return;
  snprintf(list + len, sizeof job->report->ignored - len, "%s%s", len > 0 ? ", " : "", heading);
}

static int read_header(struct sp_product_job *job, const struct sp_table_row *row, struct sp_error *err) {
  for (int i = 0; i < SP_FIELDS_MAX; i++)
    job->column_of[i] = -1;
  job->report->ignored[0] = '\0';
  job->width = row->count;
  while (job->width > 0 && is_blank(row->cells[job->width - 1]))
    job->width--;
  for (int column = 0; column < row->count; column++) {
    int field = sp_resource_column(job->resource, row->cells[column]);
    if (field < 0) {
      ignore_column(job, row->number, row->cells[column]);
      continue;
    }
    if (job->column_of[field] >= 0) {
      return sp_fail(err, SP_E_INVALID, job->resource->fields[field].name, "The columns %s and %s mean the same",
                     job->headings[field], row->cells[column]);
    }
    job->column_of[field] = column;
    sp_text_copy(job->headings[field], sizeof job->headings[field], row->cells[column]);
  }
  int key = sp_resource_field(job->resource, job->resource->key);
  if (job->column_of[key] >= 0) return 0;
  return sp_fail(err, SP_E_INVALID, job->resource->key, "The table has no column for %s", job->resource->key);
}

static int look(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct sp_product_job *job = ctx;
  if (!job->headed) {
    job->headed = true;
    return read_header(job, row, err);
  }
  for (int i = 0; i < job->resource->count; i++) {
    if (job->resource->fields[i].type != SP_FIELD_INT) continue;
    int hint = sp_decimal_hint(cell_at(row, job->column_of[i]));
    if (hint > 0) job->commas++;
    if (hint < 0) job->points++;
  }
  return row->number > STYLE_ROWS ? LOOKED_ENOUGH : 0;
}

/* Which numbers there are more of; without any, a file separated by semicolons comes from where the comma is decimal.
 */
static int find_style(struct sp_product_job *job, struct sp_error *err) {
  int rc = job->options->tables->read(job->options->path, look, NULL, job, &job->report->table, err);
  if (rc < 0) return rc;
  bool told = job->commas != job->points;
  job->report->decimal_comma = told ? job->commas > job->points : job->report->table.separator == ';';
  if (!job->headed) return sp_fail(err, SP_E_INVALID, NULL, "The table is empty");
  job->headed = false;
  return 0;
}

/* ---- Check ---- */

int sp_product_job_read(struct sp_product_job *job, const struct sp_table_row *cells, struct sp_import_row *out) {
  struct sp_error error = {.lang = job->options->lang};
  bool bad = false;
  *out = (struct sp_import_row){.number = cells->number};
  for (int i = 0; i < job->resource->count; i++) {
    out->values[i].text = "";
    if (job->column_of[i] < 0) continue;
    int rc = sp_resource_read_cell(job->resource, i, cell_at(cells, job->column_of[i]), job->report->decimal_comma,
                                   &job->arena, &out->values[i], &error);
    if (rc == SP_E_NOMEM) return rc;
    if (rc != 0) sp_product_job_note(job, cells, cells->number, error.field, error.message);
    bad = bad || rc != 0;
  }
  return bad ? SP_E_INVALID : 0;
}

const struct sp_field_value *sp_import_value(const struct sp_product_job *job, const struct sp_import_row *row,
                                             const char *name) {
  int field = sp_resource_field(job->resource, name);
  return field >= 0 && row->values[field].given ? &row->values[field] : NULL;
}

static int check_once(struct sp_product_job *job, struct sp_row_set *set, const char *text,
                      const struct sp_table_row *cells, const char *field) {
  int64_t first = 0;
  int got = sp_row_set_add(set, text, cells->number, &first);
  if (got != 0) return got < 0 ? got : 0;
  struct sp_error error = {.lang = job->options->lang};
  sp_fail(&error, SP_E_INVALID, field, "%s stands in row %lld already", text, (long long)first);
  sp_product_job_note(job, cells, cells->number, field, error.message);
  return SP_E_INVALID;
}

static int check_duplicates(struct sp_product_job *job, const struct sp_table_row *cells,
                            const struct sp_import_row *row) {
  static const char *const fields[] = {"barcode", "inner_barcode", "pack_barcode"};
  char one[SP_BARCODE_MAX + 1];
  const struct sp_field_value *code = sp_import_value(job, row, job->resource->key);
  int rc = code != NULL ? check_once(job, &job->codes, code->text, cells, job->resource->key) : 0;
  for (size_t i = 0; rc == 0 && i < sizeof fields / sizeof fields[0]; i++) {
    const struct sp_field_value *list = sp_import_value(job, row, fields[i]);
    for (const char *at = list != NULL ? list->text : ""; rc == 0 && *at != '\0';) {
      size_t len = strcspn(at, " ");
      memcpy(one, at, len); /* its length was checked with the cell */
      one[len] = '\0';
      rc = check_once(job, &job->barcodes, one, cells, fields[i]);
      at += len + (at[len] == ' ' ? 1 : 0);
    }
  }
  return rc;
}

/* The style of a variant is stored, or stands in a row above. */
static int check_parent(struct sp_product_job *job, struct sp_work *work, const struct sp_import_row *row) {
  struct sp_product_row style;
  const struct sp_field_value *parent = sp_import_value(job, row, "parent");
  if (parent == NULL || parent->text[0] == '\0' || sp_row_set_has(&job->codes, parent->text)) return 0;
  int got = sp_product_row_load(work, parent->text, &style);
  if (got != 0) return got < 0 ? got : 0;
  return sp_fail(work->err, SP_E_INVALID, "parent", "The style %s is neither stored nor in a row above", parent->text);
}

/* What the import would do with the row, found out by planning it and throwing the plan away. */
static int rehearse(struct sp_product_job *job, const struct sp_import_row *row, struct sp_product_saved *saved,
                    struct sp_error *err) {
  struct sp_plan plan;
  sp_plan_init(&plan, &job->arena);
  struct sp_work work = {.app = job->options->app,
                         .db = job->options->db,
                         .arena = &job->arena,
                         .plan = &plan,
                         .actor = job->options->actor,
                         .now = job->options->now,
                         .lang = job->options->lang,
                         .err = err};
  const struct sp_product_put put = {.resource = job->resource, .values = row->values};
  int rc = check_parent(job, &work, row);
  return rc == 0 ? sp_product_save(&work, &put, true, saved) : rc;
}

static bool is_finding(int code) {
  return code == SP_E_INVALID || code == SP_E_EXISTS || code == SP_E_NOT_FOUND || code == SP_E_LIMIT;
}

/* Cells that no heading stands over, which a comma too many in a name makes too. */
static void note_overhang(struct sp_product_job *job, const struct sp_table_row *cells) {
  const char *first = NULL;
  for (int i = job->width; first == NULL && i < cells->count; i++) {
    if (!is_blank(cells->cells[i])) first = cells->cells[i];
  }
  if (first == NULL) return;
  job->overhangs++;
  if (job->overhangs > OVERHANGS_TOLD) {
    job->report->findings.total++; /* the list is for what is bad */
    return;
  }
  sp_import_findings_add(&job->report->findings, cells->number, "", first,
                         sp_tr(job->options->lang, "the row has more cells than the header; they were not imported"));
}

/* What a product begins with is whole pieces, unless it is weighed. */
static int check_opening(const struct sp_product_job *job, const struct sp_import_row *row,
                         const struct sp_product_saved *saved, struct sp_error *err) {
  const struct sp_field_value *stock = sp_import_value(job, row, "stock");
  const struct sp_field_value *code = sp_import_value(job, row, job->resource->key);
  if (stock == NULL || code == NULL || saved->weighed || stock->integer % SP_QUANTITY_ONE == 0) return 0;
  return sp_fail(err, SP_E_INVALID, "stock", "%s is sold by the piece, not in parts", code->text);
}

static int check_row(struct sp_product_job *job, const struct sp_table_row *cells, struct sp_error *err) {
  struct sp_import_report *report = job->report;
  struct sp_import_row row;
  struct sp_product_saved saved;
  struct sp_error error = {.lang = job->options->lang};
  sp_arena_reset(&job->arena);
  int rc = sp_product_job_read(job, cells, &row);
  if (rc == 0) rc = check_duplicates(job, cells, &row);
  if (rc == SP_E_NOMEM) return sp_error_nomem(err, __func__);
  if (rc == 0) {
    rc = rehearse(job, &row, &saved, &error);
    if (rc == 0) rc = check_opening(job, &row, &saved, &error);
    if (rc != 0 && !is_finding(rc)) {
      *err = error;
      return rc;
    }
    if (rc != 0) sp_product_job_note(job, cells, cells->number, error.field, error.message);
  }
  if (rc != 0) {
    report->bad++;
    return sp_row_bits_set(&job->bad, cells->number) == 0 ? 0 : sp_error_nomem(err, __func__);
  }
  *(saved.created ? &report->created : saved.changed ? &report->changed : &report->unchanged) += 1;
  return 0;
}

static int report_progress(const struct sp_product_job *job, int64_t done, int64_t total, struct sp_error *err) {
  const struct sp_import_options *options = job->options;
  if (done % SP_IMPORT_SLICE != 0) return 0;
  if (options->progress != NULL) options->progress(options->ctx, done, total);
  if (options->cancelled == NULL || !options->cancelled(options->ctx)) return 0;
  return sp_fail(err, SP_E_TIMEOUT, NULL, "The import was stopped");
}

static int check(void *ctx, const struct sp_table_row *cells, struct sp_error *err) {
  struct sp_product_job *job = ctx;
  if (!job->headed) {
    job->headed = true;
    return 0;
  }
  note_overhang(job, cells);
  int rc = check_row(job, cells, err);
  job->report->rows++;
  return rc == 0 ? report_progress(job, job->report->rows, 0, err) : rc;
}

static int check_all(struct sp_product_job *job, struct sp_error *err) {
  int rc = job->options->tables->read(job->options->path, check, NULL, job, &job->report->table, err);
  job->headed = false;
  job->total = job->report->rows;
  sp_row_set_free(&job->codes);
  sp_row_set_free(&job->barcodes);
  if (rc != 0 || job->report->bad == 0 || job->options->skip_bad || job->options->dry_run) return rc;
  return sp_fail(err, SP_E_INVALID, NULL, "Rows with bad cells: %lld; nothing was imported",
                 (long long)job->report->bad);
}

/* ---- Import ---- */

static int gather(void *ctx, const struct sp_table_row *cells, struct sp_error *err) {
  struct sp_product_job *job = ctx;
  if (!job->headed) {
    job->headed = true;
    return 0;
  }
  job->report->rows++;
  if (!sp_row_bits_get(&job->bad, cells->number)) {
    int rc = sp_product_job_read(job, cells, &job->slice[job->gathered]);
    if (rc == SP_E_NOMEM) return sp_error_nomem(err, __func__);
    if (rc != 0) return sp_fail(err, SP_E_CONFLICT, NULL, "The file changed while it was read");
    job->gathered++;
  }
  if (job->gathered == SP_IMPORT_SLICE) {
    int rc = sp_product_job_flush(job, err);
    if (rc != 0) return rc;
  }
  return report_progress(job, job->report->rows, job->total, err);
}

static int import_all(struct sp_product_job *job, struct sp_error *err) {
  struct sp_import_report *report = job->report;
  report->rows = report->created = report->changed = report->unchanged = 0;
  sp_arena_reset(&job->arena);
  int rc = sp_file_digest(job->options->path, job->digest, err);
  if (rc == 0) rc = job->options->tables->read(job->options->path, gather, NULL, job, &report->table, err);
  if (rc == 0) rc = sp_product_job_flush(job, err);
  int told = sp_product_job_journal(job, rc == 0 ? err : NULL); /* also of what a stopped import has done */
  return rc != 0 ? rc : told;
}

int sp_product_import(const struct sp_import_options *options, struct sp_import_report *report, struct sp_error *err) {
  *report = (struct sp_import_report){.dry_run = options->dry_run};
  struct sp_product_job *job = calloc(1, sizeof *job);
  if (job == NULL) return sp_error_nomem(err, __func__);
  job->options = options;
  job->report = report;
  sp_arena_init(&job->arena, SP_IMPORT_ARENA);
  job->slice = calloc(SP_IMPORT_SLICE, sizeof *job->slice);
  int rc = job->slice != NULL ? 0 : sp_error_nomem(err, __func__);
  if (rc == 0) rc = sp_import_findings_init(&report->findings, err);
  if (rc == 0) rc = sp_resource_load("product", &job->resource, err);
  if (rc == 0) rc = find_style(job, err);
  if (rc == 0) rc = check_all(job, err);
  if (rc == 0 && !options->dry_run) rc = import_all(job, err);
  sp_resource_free(job->resource);
  sp_arena_free(&job->arena);
  sp_row_set_free(&job->codes);
  sp_row_set_free(&job->barcodes);
  free(job->bad.bytes);
  free(job->slice);
  free(job);
  return rc;
}
