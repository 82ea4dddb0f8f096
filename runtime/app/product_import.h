/* Import of products from a table (CSV or XLSX): a check of every cell, then slices committed as bulk work.
 *
 * The first row names the columns; sp_resource_column knows their names. A column it does not know is not read, and so
 * are cells beyond the header: both are findings that count as nothing bad and stop nothing. An empty cell says
 * nothing: it leaves a stored product as it is and takes the default for a new one.
 *
 * Idempotent: a row equal to the stored product changes nothing. Opening stock is what a product begins with, so it is
 * received once for a product and location, whatever file says it (the document's id follows from both): importing a
 * corrected file does not receive the goods again. Leading zeros are kept, because cells are text.
 *
 * Memory does not grow with the file, but for 16 bytes a code and barcode (to find them twice) and a bit a row.
 */
#ifndef SP_APP_PRODUCT_IMPORT_H
#define SP_APP_PRODUCT_IMPORT_H

#include "app/import_findings.h"
#include "app/product.h"
#include "ports/table.h"

#define SP_IMPORT_SLICE 100 /* rows in one plan: well under 10 ms of writing */

struct sp_import_report {
  struct sp_table_info table;
  bool decimal_comma; /* "2,55" was read as 2.55 */
  char ignored[256];  /* headings that no field has, separated by ", " */
  int64_t rows, created, changed, unchanged, bad;
  int64_t opened;                     /* products whose opening stock was received */
  struct sp_import_findings findings; /* freed by sp_import_report_free */
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

/* Blocks for as long as it takes: run it on a job thread or in a command. Every row is checked first, also for
 * duplicates within the file; without `dry_run` the import follows. The report is filled also on failure. SP_E_INVALID
 * when a cell is bad (and `skip_bad` is not set), SP_E_DENIED, SP_E_TIMEOUT when it was cancelled (what was committed
 * stays, and the same file goes on from there), and every error of the table and of the commit. */
int sp_product_import(const struct sp_import_options *options, struct sp_import_report *report, struct sp_error *err);
void sp_import_report_free(struct sp_import_report *report);
void sp_import_report_json(const struct sp_import_report *report, struct sp_json_writer *w);

#endif
