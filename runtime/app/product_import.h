/* Import of products from a table (CSV or XLSX): a dry run that reports every bad cell, then slices committed as bulk
 * work.
 *
 * Idempotent: a row equal to the stored product changes nothing, and opening stock is received once per product and
 * file content (the document id is derived from the file's hash and the row's code). Leading zeros are kept, because
 * cells are text.
 */
#ifndef SP_APP_PRODUCT_IMPORT_H
#define SP_APP_PRODUCT_IMPORT_H

#include "app/product.h"
#include "ports/table.h"

#define SP_IMPORT_FINDINGS_MAX 1000
#define SP_IMPORT_SLICE        100 /* rows in one plan: well under 10 ms of writing */

struct sp_import_finding {
  int64_t row;     /* in the file, from 1 */
  char column[64]; /* heading as in the file */
  char value[80];  /* what stood there, cut */
  char message[256];
};

struct sp_import_report {
  struct sp_table_info table;
  int64_t rows, created, changed, unchanged, bad;
  int64_t findings_total;
  struct sp_import_finding *findings; /* the first SP_IMPORT_FINDINGS_MAX; freed by sp_import_report_free */
  int count;
  bool dry_run;
};

struct sp_import_options {
  const char *path;
  const struct sp_table_api *tables;
  bool dry_run;
  bool skip_bad; /* import the good rows; otherwise one bad cell imports nothing */
  struct sp_app *app;
  struct sp_actor actor;
  enum sp_lang lang;
  int64_t now;
  struct sp_db *db; /* a read connection of the job's own, for the dry run */
  /* Commit one slice and wait: run `task` like a worker would. */
  int (*commit)(void *ctx, struct sp_task *task);
  void (*progress)(void *ctx, int64_t done, int64_t total); /* rows; total 0 while unknown. May be null. */
  bool (*cancelled)(void *ctx);                             /* may be null */
  void *ctx;
};

/* Blocks for as long as it takes: run it on a job thread or in a command. The dry run checks every row first, also for
 * duplicates within the file; without `dry_run` the import follows. The report is filled also on failure. */
int sp_product_import(const struct sp_import_options *options, struct sp_import_report *report, struct sp_error *err);
void sp_import_report_free(struct sp_import_report *report);
void sp_import_report_json(const struct sp_import_report *report, struct sp_json_writer *w);

#endif
