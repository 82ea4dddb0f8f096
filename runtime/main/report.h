/* Reports of imports and backups as people read them. */
#ifndef SP_MAIN_REPORT_H
#define SP_MAIN_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>

struct cJSON;

/* A table in columns as wide as their texts, East Asian width reckoned with. */
#define SP_GRID_COLUMNS_MAX 8
#define SP_GRID_CELL_MAX    60 /* columns; longer texts are cut */

struct sp_grid {
  int columns;
  int rows;
  struct sp_buf text; /* cells, each ended by a NUL */
  int widths[SP_GRID_COLUMNS_MAX];
};

void sp_grid_start(struct sp_grid *grid, int columns);
/* Printed as by sp_report_text. */
void sp_grid_cell(struct sp_grid *grid, const char *text);
/* The first row is the head. Frees the grid. */
void sp_grid_print(struct sp_grid *grid, struct sp_buf *out);

/* Text from a file, for a terminal: control and format characters (Unicode Cc, the bidirectional and the invisible
 * ones) and bytes that are not UTF-8 become '?'. */
void sp_report_text(struct sp_buf *out, const char *text);

struct sp_report_options {
  bool sales;   /* or products */
  bool dry_run; /* as the import was asked for */
  enum sp_lang lang;
};

/* The job of an import (its JSON) as a report. `good` is false when it failed, or found something bad. */
void sp_report_import(const struct cJSON *job, const struct sp_report_options *options, struct sp_buf *out, bool *good);

#endif
