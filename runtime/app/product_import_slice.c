/* Committing what an import gathered, and telling of it. */
#include "app/import_parts.h"
#include "app/journal.h"
#include "app/stock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One plan of an import. */
struct slice {
  struct sp_task task; /* first: a task is cast back to its slice */
  struct sp_product_job *job;
  const struct sp_import_row *rows;
  int count;
  /* Of the last try. */
  int64_t created, changed, unchanged, opened;
  int64_t failed_row; /* 0: the commit failed, not a row */
};

static struct sp_work make_work(const struct sp_product_job *job, struct sp_worker *worker, struct sp_task *task) {
  task->error.lang = job->options->lang;
  return (struct sp_work){.app = job->options->app,
                          .db = worker->db,
                          .arena = &task->arena,
                          .plan = &task->plan,
                          .actor = job->options->actor,
                          .now = job->options->now,
                          .lang = job->options->lang,
                          .err = &task->error};
}

/* ---- A slice ---- */

/* The document a product's opening stock at the store's location has: the product's id as version 8, its last bytes
 * mixed with the location. Derived, so that it exists once; beginning like the product's id, so that a large import
 * writes the ledgers in order instead of all over. */
static int opening_document(const struct sp_work *work, const struct sp_id *product, struct sp_id *out) {
  uint8_t hash[SP_HASH_LEN];
  const char *location = work->app->store.location;
  int rc = sp_hash(&(struct sp_slice){location, strlen(location)}, 1, hash);
  if (rc != 0) return sp_fail(work->err, rc, "stock", "No id for a stock document");
  *out = *product;
  out->bytes[6] = (uint8_t)((out->bytes[6] & 0x0F) | 0x80);
  for (int i = 10; i < SP_ID_LEN; i++)
    out->bytes[i] ^= hash[i];
  return 0;
}

/* Opening stock, unless this product began at this location before. */
static int open_stock(struct slice *slice, struct sp_work *work, const struct sp_import_row *row,
                      const struct sp_product_saved *saved) {
  const struct sp_field_value *stock = sp_import_value(slice->job, row, "stock");
  if (stock == NULL || stock->integer <= 0) return 0;
  struct sp_stock_line line = {.product = saved->id, .lot = "", .quantity = stock->integer};
  struct sp_stock_document document = {.kind = SP_STOCK_RECEIPT,
                                       .reason = "opening stock",
                                       .reference = "import",
                                       .lines = &line,
                                       .count = 1,
                                       .made_here = true};
  struct sp_rows *rows = NULL;
  int rc = opening_document(work, &saved->id, &document.id);
  if (rc != 0) return rc;
  const struct sp_value key[] = {sp_v_blob(document.id.bytes, SP_ID_LEN)};
  int got = saved->created ? 0 : sp_db_one(work->db, SP_Q_STOCK_DOCUMENT_GET, key, 1, &rows, work->err);
  sp_rows_finish(rows);
  if (got != 0) return got < 0 ? got : 0;
  slice->opened++;
  return sp_stock_post(work, &document, &document.id);
}

static int save_row(struct slice *slice, struct sp_work *work, const struct sp_import_row *row) {
  const struct sp_product_put put = {.resource = slice->job->resource, .values = row->values, .sequence = row->number};
  struct sp_product_saved saved;
  int rc = sp_product_save(work, &put, true, &saved);
  if (rc != 0) return rc;
  *(saved.created ? &slice->created : saved.changed ? &slice->changed : &slice->unchanged) += 1;
  return open_stock(slice, work, row, &saved);
}

static void work_slice(struct sp_worker *worker, struct sp_task *task) {
  struct slice *slice = (struct slice *)(void *)task;
  struct sp_work work = make_work(slice->job, worker, task);
  slice->created = slice->changed = slice->unchanged = slice->opened = slice->failed_row = 0;
  for (int i = 0; task->result == 0 && i < slice->count; i++) {
    task->result = save_row(slice, &work, &slice->rows[i]);
    if (task->result != 0) slice->failed_row = slice->rows[i].number;
  }
}

static int run_slice(struct sp_product_job *job, const struct sp_import_row *rows, int count, int64_t *failed_row,
                     struct sp_error *err) {
  struct slice *slice = calloc(1, sizeof *slice);
  if (slice == NULL) return sp_error_nomem(err, __func__);
  slice->job = job;
  slice->rows = rows;
  slice->count = count;
  slice->task.work = work_slice;
  slice->task.bulk = true;
  slice->task.error.lang = job->options->lang;
  sp_arena_init(&slice->task.arena, SP_IMPORT_ARENA);
  int rc = job->options->commit(job->options->ctx, &slice->task);
  *failed_row = slice->failed_row;
  if (rc == 0) {
    job->report->created += slice->created;
    job->report->changed += slice->changed;
    job->report->unchanged += slice->unchanged;
    job->report->opened += slice->opened;
  } else if (err != NULL) {
    *err = slice->task.error;
  }
  sp_arena_free(&slice->task.arena);
  free(slice);
  return rc;
}

static bool is_row_error(int code) {
  return code == SP_E_INVALID || code == SP_E_EXISTS || code == SP_E_NOT_FOUND || code == SP_E_CONFLICT ||
         code == SP_E_LIMIT;
}

/* A slice that fails although its rows were checked met somebody else's change. With `skip_bad` its rows go in one by
 * one, so that only those are left out that really cannot. */
static int commit_rows(struct sp_product_job *job, const struct sp_import_row *rows, int count, struct sp_error *err) {
  int64_t failed_row = 0;
  int rc = run_slice(job, rows, count, &failed_row, err);
  if (rc == 0) return 0;
  if (!job->options->skip_bad || !is_row_error(rc)) {
    char place[48];
    int64_t last = rows[count - 1].number;
    if (failed_row > 0)
      snprintf(place, sizeof place, "rows[%lld]", (long long)failed_row);
    else
      snprintf(place, sizeof place, "rows[%lld..%lld]", (long long)rows[0].number, (long long)last);
    sp_error_prefix(err, place);
    return rc;
  }
  for (int i = 0; i < count; i++) {
    struct sp_error error = {.lang = job->options->lang};
    rc = run_slice(job, &rows[i], 1, &failed_row, &error);
    if (rc != 0 && !is_row_error(rc)) {
      *err = error;
      return rc;
    }
    if (rc == 0) continue;
    job->report->bad++;
    sp_product_job_note(job, NULL, rows[i].number, error.field, error.message);
  }
  if (err != NULL) *err = (struct sp_error){.lang = err->lang};
  return 0;
}

int sp_product_job_flush(struct sp_product_job *job, struct sp_error *err) {
  int rc = job->gathered > 0 ? commit_rows(job, job->slice, job->gathered, err) : 0;
  job->gathered = 0;
  sp_arena_reset(&job->arena);
  return rc;
}

/* ---- Journal ---- */

/* Body, version 1: what was imported and how it ended. */
static void work_journal(struct sp_worker *worker, struct sp_task *task) {
  struct slice *slice = (struct slice *)(void *)task;
  const struct sp_import_report *report = slice->job->report;
  struct sp_work work = make_work(slice->job, worker, task);
  char digest[SP_HASH_HEX];
  struct sp_buf body;
  struct sp_json_writer w;
  sp_hash_hex(slice->job->digest, digest);
  sp_buf_init(&body, 1024);
  sp_json_start(&w, &body);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "resource", slice->job->resource->name);
  sp_json_put_text(&w, "digest", digest);
  sp_json_put_int(&w, "size", report->table.size);
  sp_json_put_int(&w, "rows", report->rows);
  sp_json_put_int(&w, "created", report->created);
  sp_json_put_int(&w, "changed", report->changed);
  sp_json_put_int(&w, "unchanged", report->unchanged);
  sp_json_put_int(&w, "bad", report->bad);
  sp_json_close_object(&w);
  const char *copy = body.failed != 0 ? NULL : sp_arena_copy(work.arena, body.data, body.len);
  sp_journal_add(&work, "import", 1, copy, body.len, false);
  sp_buf_free(&body);
}

int sp_product_job_journal(struct sp_product_job *job, struct sp_error *err) {
  const struct sp_import_report *report = job->report;
  if (report->created + report->changed + report->opened == 0) return 0;
  struct slice slice = {.job = job};
  slice.task.work = work_journal;
  slice.task.bulk = true;
  slice.task.error.lang = job->options->lang;
  sp_arena_init(&slice.task.arena, SP_IMPORT_ARENA);
  int rc = job->options->commit(job->options->ctx, &slice.task);
  if (rc != 0 && err != NULL) *err = slice.task.error;
  sp_arena_free(&slice.task.arena);
  return rc;
}

/* ---- Report ---- */

void sp_import_report_free(struct sp_import_report *report) {
  sp_import_findings_free(&report->findings);
}

void sp_import_report_json(const struct sp_import_report *report, struct sp_json_writer *w) {
  const char separator[2] = {report->table.separator, '\0'};
  sp_json_open_object(w);
  sp_json_put_text(w, "format", report->table.format);
  sp_json_put_text(w, "encoding", report->table.encoding);
  sp_json_put_text(w, "separator", separator);
  sp_json_put_bool(w, "decimal_comma", report->decimal_comma);
  sp_json_put_text(w, "ignored_columns", report->ignored);
  sp_json_put_bool(w, "dry_run", report->dry_run);
  sp_json_put_int(w, "rows", report->rows);
  sp_json_put_int(w, "created", report->created);
  sp_json_put_int(w, "changed", report->changed);
  sp_json_put_int(w, "unchanged", report->unchanged);
  sp_json_put_int(w, "bad", report->bad);
  sp_json_put_int(w, "opened", report->opened);
  sp_import_findings_json(&report->findings, w);
  sp_json_close_object(w);
}
