#include "app/sales_import.h"

#include "app/sales_import_parts.h"
#include "base/hash.h"
#include "base/text.h"
#include "domain/money.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX (64u * 1024u * 1024u)

#define DAY_MS (24LL * 60 * 60 * 1000)

/* A read of the file. The first pass settles how it writes numbers and dates, the second finds what is bad, the third
 * imports (or, in a dry run, counts what an import would take). */
struct run {
  const struct sp_import_options *options;
  struct sp_sales_report *report;
  struct sp_resource *product;
  struct sp_links *links;
  struct sp_sales_style style;
  bool headed;
  bool checking; /* second pass: names what is bad */
  struct sp_invoices *invoices;
  int64_t bad_rows, others; /* found by the second pass: rows, invoices stored with other content */
  /* First pass. */
  bool day_first_proof, month_first_proof;
  /* The invoice being gathered. */
  struct sp_arena arena;
  char invoice[64], date[40];
  struct sp_sales_row *rows;
  int32_t count;
  int64_t first_row, serial;
};

static const char *cell(const struct run *run, const struct sp_table_row *row, enum sp_sales_column column) {
  int at = run->style.columns[column];
  return at >= 0 && at < row->count ? row->cells[at] : "";
}

static void note(struct run *run, int64_t row, const char *column, const char *value, const char *message) {
  sp_import_findings_add(&run->report->findings, row, column, value, message);
}

/* ---- First pass: decimal comma, and whether 1/12 is January or December ---- */

/* The number `text` begins with, at most four digits. */
static int leading_number(const char *text) {
  int value = 0;
  for (int i = 0; i < 4 && text[i] >= '0' && text[i] <= '9'; i++)
    value = 10 * value + (text[i] - '0');
  return value;
}

static int look(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct run *run = ctx;
  if (!run->headed) {
    run->headed = true;
    return sp_sales_header(row, &run->style, err);
  }
  const char *date = cell(run, row, SP_SALES_DATE);
  int first = leading_number(date), second = 0;
  const char *slash = strpbrk(date, "/-.");
  if (slash != NULL) second = leading_number(slash + 1);
  if (first > 12 && first <= 31) run->day_first_proof = true;
  if (first <= 12 && second > 12 && second <= 31) run->month_first_proof = true;
  if (strchr(cell(run, row, SP_SALES_PRICE), ',') != NULL) run->style.decimal_comma = true;
  return 0;
}

/* ---- Second pass: gather an invoice, sort its rows into what they mean, commit ---- */

static void derive_id(const char *what, const char *invoice, int64_t part, const struct sp_sales_row *rows,
                      int32_t count, struct sp_id *out) {
  uint8_t hash[SP_HASH_LEN];
  struct sp_buf text;
  sp_buf_init(&text, 4u * 1024u * 1024u);
  sp_buf_printf(&text, "%s\n%s\n%lld\n", what, invoice, (long long)part);
  for (int32_t i = 0; i < count; i++) {
    sp_buf_printf(&text, "%s\t%lld\t%lld\n", rows[i].code, (long long)rows[i].quantity, (long long)rows[i].price);
  }
  const struct sp_slice slice = {sp_buf_text(&text), text.len};
  if (sp_hash(&slice, 1, hash) != 0) memset(hash, 0, sizeof hash);
  sp_buf_free(&text);
  memcpy(out->bytes, hash, SP_ID_LEN);
  /* RFC 9562 version 8: an id made from content. */
  out->bytes[6] = (uint8_t)((out->bytes[6] & 0x0f) | 0x80);
  out->bytes[8] = (uint8_t)((out->bytes[8] & 0x3f) | 0x80);
}

static int sort_row(struct run *run, struct sp_invoice *invoice, const struct sp_sales_row *row) {
  struct sp_sales_report *report = run->report;
  if (row->quantity > 0) {
    struct sp_sale_item *item = &invoice->items[invoice->item_count++];
    *item = (struct sp_sale_item){.code = row->code, .quantity = row->quantity, .given_price = row->price, .note = ""};
    report->lines_sold++;
    return sp_links_add(run->links, row, &invoice->id, invoice->item_count);
  }
  if (!invoice->cancelled && row->price == 0) {
    struct sp_stock_line *line = &invoice->adjustments[invoice->adjustment_count++];
    *line = (struct sp_stock_line){.lot = row->code, .quantity = row->quantity};
    report->lines_adjusted++;
    return 0;
  }
  struct sp_sale_return *back = &invoice->returns[invoice->return_count++];
  *back = (struct sp_sale_return){.code = row->code, .price = row->price, .quantity = -row->quantity};
  bool linked = sp_links_take(run->links, row, -row->quantity, run->serial, &back->original, &back->original_n);
  *(linked ? &report->lines_linked : &report->lines_unlinked) += 1;
  return 0;
}

/* What the ledgers hold of it now, read back from the database. */
static int read_back(struct run *run, const struct sp_invoice *invoice, struct sp_error *err) {
  const struct sp_id *documents[] = {&invoice->id, &invoice->adjustment_id};
  for (size_t i = 0; i < 2; i++) {
    static const enum sp_query queries[] = {SP_Q_IMPORT_SALE_MONEY, SP_Q_IMPORT_UNITS};
    for (size_t q = 0; q < 2; q++) {
      struct sp_rows *rows = NULL;
      const struct sp_value key[] = {sp_v_blob(documents[i]->bytes, SP_ID_LEN)};
      int got = sp_db_one(run->options->db, queries[q], key, 1, &rows, err);
      if (got < 0) return got;
      int64_t *sum = q == 0 ? &run->report->ledger_money : &run->report->ledger_units;
      *sum += got > 0 ? sp_rows_int(rows, 0) : 0;
      sp_rows_finish(rows);
    }
  }
  return 0;
}

static void count_document(struct run *run, const struct sp_invoice *invoice, bool known) {
  struct sp_sales_report *report = run->report;
  if (known) report->known++;
  if (known) return;
  if (invoice->item_count > 0) report->sales++;
  if (invoice->item_count == 0 && invoice->return_count > 0) report->refunds++;
  if (invoice->adjustment_count > 0) report->adjustments++;
}

/* The same rows under the same number further down are another document: they count as further parts of it. */
static int derive_ids(struct run *run, struct sp_invoice *invoice, int64_t part) {
  int made = 0;
  for (int64_t n = part; made == 0; n += SP_INVOICE_ROWS_MAX) {
    derive_id("sale", invoice->reference, n, invoice->rows, invoice->count, &invoice->id);
    derive_id("adjustment", invoice->reference, n, invoice->rows, invoice->count, &invoice->adjustment_id);
    made = sp_invoices_make(run->invoices, &invoice->id, invoice->at);
  }
  return made < 0 ? made : sp_invoices_make(run->invoices, &invoice->adjustment_id, invoice->at) < 0 ? SP_E_NOMEM : 0;
}

/* Rows [first, first + count) of the gathered invoice as one document. */
static int commit_part(struct run *run, int64_t at, int32_t first, int32_t count, int64_t part, struct sp_error *err) {
  struct sp_arena *arena = &run->arena;
  struct sp_invoice invoice = {
      .reference = run->invoice,
      .at = at,
      .cancelled = run->invoice[0] == 'C' || run->invoice[0] == 'c',
      .rows = run->rows + first,
      .count = count,
      .items = sp_arena_array(arena, (size_t)count, sizeof *invoice.items),
      .returns = sp_arena_array(arena, (size_t)count, sizeof *invoice.returns),
      .adjustments = sp_arena_array(arena, (size_t)count, sizeof *invoice.adjustments),
  };
  if (invoice.items == NULL || invoice.returns == NULL || invoice.adjustments == NULL) {
    return sp_error_nomem(err, __func__);
  }
  int made = derive_ids(run, &invoice, part);
  if (made != 0) return sp_error_nomem(err, __func__);
  if (run->checking) return 0;
  for (int32_t i = 0; i < count; i++) {
    int rc = sort_row(run, &invoice, &invoice.rows[i]);
    if (rc != 0) return sp_fail(err, rc, NULL, "The file has more sales than the import can link");
  }
  struct sp_invoice_result result = {.known = false};
  int rc = run->options->dry_run ? 0 : sp_invoice_commit(run->options, run->product, &invoice, &result, err);
  if (rc != 0) return rc;
  run->report->products_created += result.products;
  run->report->lines_linked -= result.unlinked;
  run->report->lines_unlinked += result.unlinked;
  count_document(run, &invoice, result.known);
  return run->options->dry_run ? 0 : read_back(run, &invoice, err);
}

/* Take the gathered rows out of the file's sums. */
static int forget_money(struct run *run, struct sp_error *err) {
  for (int32_t i = 0; i < run->count; i++) {
    int64_t money = 0;
    int rc = sp_money_amount(run->rows[i].price, run->rows[i].quantity, &money);
    if (rc != 0) return sp_fail(err, rc, "UnitPrice", "The file's money does not add up within bounds");
    run->report->file_money -= money;
    run->report->file_units -= run->rows[i].quantity;
  }
  return 0;
}

/* An invoice that the till's own path refuses: named, and with skip_bad passed over. */
static int invoice_failed(struct run *run, int code, struct sp_error *err) {
  bool refused = code == SP_E_INVALID || code == SP_E_NOT_FOUND || code == SP_E_STOCK || code == SP_E_LIMIT;
  note(run, run->first_row, "InvoiceNo", run->invoice, err->message);
  if (!refused || !run->options->skip_bad) return code;
  run->report->skipped += run->count;
  return forget_money(run, err);
}

/* When the gathered invoice was. SP_E_INVALID also for the future, which a swapped day and month make. */
static int read_time(const struct run *run, int64_t *at, struct sp_error *err) {
  int rc = sp_sales_time(run->date, run->style.month_first, run->options->app->store.zone, at, err);
  if (rc != 0 || *at <= run->options->now + DAY_MS) return rc;
  return sp_fail(err, SP_E_INVALID, "InvoiceDate", "%s lies in the future", run->date);
}

static int refuse(struct run *run, const char *number) {
  struct sp_invoice_seen *seen = sp_invoices_see(run->invoices, number, run->first_row);
  if (seen != NULL) seen->refused = true;
  run->bad_rows++;
  return seen != NULL ? 0 : SP_E_NOMEM;
}

static int flush(struct run *run, struct sp_error *err) {
  struct sp_sales_report *report = run->report;
  int64_t at = 0, part = 0;
  int rc = 0;
  if (run->count == 0) return 0;
  run->serial++;
  report->invoices++;
  rc = read_time(run, &at, err);
  if (rc == SP_E_INVALID && run->checking) {
    /* Without its time an invoice has no place. */
    note(run, run->first_row, "InvoiceDate", run->date, err->message);
    rc = refuse(run, run->invoice) == 0 ? 0 : sp_error_nomem(err, __func__);
  } else if (rc == 0) {
    for (int32_t first = 0; rc == 0 && first < run->count; first += SP_BASKET_LINES_MAX) {
      int32_t left = run->count - first;
      rc = commit_part(run, at, first, left < SP_BASKET_LINES_MAX ? left : SP_BASKET_LINES_MAX, part++, err);
    }
    if (rc != 0 && !run->checking) rc = invoice_failed(run, rc, err);
  }
  run->count = 0;
  sp_arena_reset(&run->arena);
  run->rows = sp_arena_array(&run->arena, SP_INVOICE_ROWS_MAX, sizeof *run->rows);
  return rc == 0 && run->rows == NULL ? sp_error_nomem(err, __func__) : rc;
}

/* A bad row: named in the second pass, which sees to it that its invoice is passed over in the third. */
static int leave_out(struct run *run, const struct sp_table_row *row, const char *column, const char *message) {
  const char *value = "";
  for (int i = 0; i < SP_SALES_COLUMNS; i++) {
    if (strcmp(sp_sales_column_name((enum sp_sales_column)i), column) == 0)
      value = cell(run, row, (enum sp_sales_column)i);
  }
  if (!run->checking) return 0;
  note(run, row->number, column, value, message);
  return refuse(run, run->invoice) == 0 ? 0 : SP_E_NOMEM;
}

/* What the till would refuse, found before anything is written: the code is one a product may have, and parts of a
 * piece are only of goods that are weighed. */
static int check_goods(struct run *run, const struct sp_sales_row *row, struct sp_error *err) {
  struct sp_field_value value;
  struct sp_rows *rows = NULL;
  struct sp_error error = {.lang = run->options->lang};
  int field = sp_resource_field(run->product, "code");
  int rc = sp_resource_read_cell(run->product, field, row->code, false, &run->arena, &value, &error);
  if (rc == 0 && strcmp(value.text, row->code) != 0)
    rc = sp_fail(&error, SP_E_INVALID, NULL, "A code begins and ends without blanks");
  if (rc != 0) return sp_fail(err, rc, sp_sales_column_name(SP_SALES_CODE), "%s", error.message);
  const struct sp_value key[] = {sp_v_text(row->code)};
  int got = sp_db_one(run->options->db, SP_Q_PRODUCT_BY_CODE, key, 1, &rows, err);
  bool weighed = got > 0 && sp_rows_int(rows, 4) != 0, style = got > 0 && sp_rows_int(rows, 9) != 0;
  sp_rows_finish(rows);
  if (got < 0) return got;
  if (style) {
    return sp_fail(err, SP_E_INVALID, sp_sales_column_name(SP_SALES_CODE), "%s comes in variants: choose one",
                   row->code);
  }
  if (row->quantity > SP_QUANTITY_MAX || row->quantity < -SP_QUANTITY_MAX) {
    return sp_fail(err, SP_E_INVALID, sp_sales_column_name(SP_SALES_QUANTITY),
                   "A quantity must be positive and at most a million");
  }
  if (weighed || row->quantity % SP_QUANTITY_ONE == 0) return 0;
  return sp_fail(err, SP_E_INVALID, sp_sales_column_name(SP_SALES_QUANTITY), "%s is sold by the piece, not in parts",
                 row->code);
}

static int gather(struct run *run, const struct sp_table_row *row, struct sp_error *err) {
  struct sp_sales_report *report = run->report;
  struct sp_sales_row *out = &run->rows[run->count];
  int64_t money = 0;
  if (run->count == SP_INVOICE_ROWS_MAX) {
    return sp_fail(err, SP_E_LIMIT, "InvoiceNo", "An invoice has more than %d rows", SP_INVOICE_ROWS_MAX);
  }
  int rc = sp_sales_row_read(row, &run->style, &run->arena, out, err);
  if (rc == 0 && run->checking) rc = check_goods(run, out, err);
  if (rc == SP_E_INVALID) return leave_out(run, row, err->field, err->message);
  if (rc != 0) return rc;
  run->count++;
  report->file_units += out->quantity;
  rc = sp_money_amount(out->price, out->quantity, &money);
  if (rc == 0) rc = sp_money_accumulate(&report->file_money, money);
  return rc == 0 ? 0 : sp_fail(err, rc, "UnitPrice", "The file's money does not add up within bounds");
}

static int take(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct run *run = ctx;
  if (!run->headed) {
    run->headed = true;
    return 0;
  }
  if (run->options->cancelled != NULL && run->options->cancelled(run->options->ctx)) {
    return sp_fail(err, SP_E_TIMEOUT, NULL, "The import was stopped");
  }
  const char *invoice = cell(run, row, SP_SALES_INVOICE);
  if (run->count > 0 && strcmp(invoice, run->invoice) != 0) {
    int rc = flush(run, err);
    if (rc != 0) return rc;
  }
  if (run->count == 0) {
    snprintf(run->invoice, sizeof run->invoice, "%s", invoice);
    snprintf(run->date, sizeof run->date, "%s", cell(run, row, SP_SALES_DATE));
    run->first_row = row->number;
  }
  run->report->rows++;
  struct sp_invoice_seen *seen = sp_invoices_see(run->invoices, run->invoice, row->number);
  if (seen == NULL) return sp_error_nomem(err, __func__);
  if (run->checking) seen->rows++;
  if (!run->checking && (seen->refused || seen->other)) {
    run->report->skipped++;
    return 0;
  }
  if (invoice[0] == '\0' || strlen(invoice) >= sizeof run->invoice) {
    return leave_out(run, row, "InvoiceNo", sp_tr(run->options->lang, "An invoice number has 1 to 63 bytes"));
  }
  return gather(run, row, err);
}

static void hear(void *ctx, int64_t done, int64_t total) {
  const struct run *run = ctx;
  if (run->checking) return; /* quick, next to what follows */
  if (run->options->progress != NULL) run->options->progress(run->options->ctx, done, total);
}

static int prepare(struct run *run, struct sp_error *err) {
  run->rows = sp_arena_array(&run->arena, SP_INVOICE_ROWS_MAX, sizeof *run->rows);
  int rc = run->rows != NULL ? 0 : sp_error_nomem(err, __func__);
  if (rc == 0) rc = sp_import_findings_init(&run->report->findings, err);
  if (rc == 0) rc = sp_resource_load("product", &run->product, err);
  if (rc == 0) rc = run->options->tables->read(run->options->path, look, NULL, run, &run->report->table, err);
  /* Without proof the rest of the world's order is taken: the day first. */
  run->style.month_first = run->month_first_proof && !run->day_first_proof;
  run->report->month_first = run->style.month_first;
  run->report->date_assumed = !run->month_first_proof && !run->day_first_proof;
  return rc;
}

/* One pass over all invoices. What it counts is counted anew. */
static int pass(struct run *run, bool checking, struct sp_error *err) {
  struct sp_sales_report *report = run->report;
  const struct sp_sales_report kept = *report;
  *report = (struct sp_sales_report){.table = kept.table,
                                     .month_first = kept.month_first,
                                     .date_assumed = kept.date_assumed,
                                     .findings = kept.findings};
  run->checking = checking;
  sp_invoices_forget_made(run->invoices);
  run->headed = false;
  run->count = 0;
  run->serial = 0;
  sp_links_free(run->links);
  run->links = NULL;
  int rc = sp_links_new(&run->links);
  if (rc != 0) return sp_error_nomem(err, __func__);
  rc = run->options->tables->read(run->options->path, take, hear, run, &report->table, err);
  return rc == 0 ? flush(run, err) : rc;
}

/* Everything that can be wrong, before anything is written. */
static int check(struct run *run, struct sp_error *err) {
  if (sp_invoices_new(&run->invoices) != 0) return sp_error_nomem(err, __func__);
  int rc = pass(run, true, err);
  if (rc == 0) rc = sp_invoices_compare(run->invoices, run->options->db, err);
  if (rc != 0) return rc;
  struct sp_invoice_seen *seen = NULL;
  for (int32_t i = 0; (seen = sp_invoices_at(run->invoices, i)) != NULL; i++) {
    if (seen->refused || seen->other) run->report->skipped += seen->rows;
    if (!seen->other) continue;
    run->others++;
    note(run, seen->row, "InvoiceNo", seen->number,
         sp_tr(run->options->lang, "this invoice was imported before with other content"));
  }
  if (run->options->dry_run || run->options->skip_bad) return 0;
  if (run->bad_rows > 0) {
    return sp_fail(err, SP_E_INVALID, NULL, "Rows with bad cells: %lld; nothing was imported",
                   (long long)run->bad_rows);
  }
  if (run->others == 0) return 0;
  return sp_fail(err, SP_E_INVALID, NULL, "Invoices imported before with other content: %lld; nothing was imported",
                 (long long)run->others);
}

int sp_sales_import(const struct sp_import_options *options, struct sp_sales_report *report, struct sp_error *err) {
  struct run run = {.options = options, .report = report};
  *report = (struct sp_sales_report){.rows = 0};
  sp_arena_init(&run.arena, ARENA_MAX);
  int rc = prepare(&run, err);
  if (rc == 0) rc = check(&run, err);
  if (rc == 0) rc = pass(&run, false, err);
  report->agrees = rc == 0 && report->findings.total == 0 && !options->dry_run &&
                   report->file_money == report->ledger_money && report->file_units == report->ledger_units;
  sp_links_free(run.links);
  sp_invoices_free(run.invoices);
  sp_resource_free(run.product);
  sp_arena_free(&run.arena);
  return rc;
}

void sp_sales_report_free(struct sp_sales_report *report) {
  sp_import_findings_free(&report->findings);
}

void sp_sales_report_json(const struct sp_sales_report *report, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_json_put_text(w, "format", report->table.format);
  sp_json_put_text(w, "encoding", report->table.encoding);
  sp_json_put_text(w, "dates",
                   report->month_first    ? "month-first"
                   : report->date_assumed ? "day-first (assumed)"
                                          : "day-first");
  sp_json_put_int(w, "rows", report->rows);
  sp_json_put_int(w, "invoices", report->invoices);
  sp_json_put_int(w, "sales", report->sales);
  sp_json_put_int(w, "refunds", report->refunds);
  sp_json_put_int(w, "adjustments", report->adjustments);
  sp_json_put_int(w, "known", report->known);
  sp_json_put_int(w, "skipped", report->skipped);
  sp_json_put_int(w, "lines_sold", report->lines_sold);
  sp_json_put_int(w, "lines_linked", report->lines_linked);
  sp_json_put_int(w, "lines_unlinked", report->lines_unlinked);
  sp_json_put_int(w, "lines_adjusted", report->lines_adjusted);
  sp_json_put_int(w, "products_created", report->products_created);
  sp_json_put_int(w, "file_money", report->file_money);
  sp_json_put_int(w, "ledger_money", report->ledger_money);
  sp_json_put_int(w, "file_units", report->file_units);
  sp_json_put_int(w, "ledger_units", report->ledger_units);
  sp_json_put_bool(w, "agrees", report->agrees);
  sp_import_findings_json(&report->findings, w);
  sp_json_close_object(w);
}
