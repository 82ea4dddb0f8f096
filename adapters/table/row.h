/* The row under construction, shared by both readers: cells in one buffer, every bound of ports/table.h checked in one
 * place. */
#ifndef SP_ADAPTERS_TABLE_ROW_H
#define SP_ADAPTERS_TABLE_ROW_H

#include "base/buf.h"
#include "ports/table.h"
#include <stdbool.h>

#define SP_TABLE_PROGRESS_ROWS 4096 /* rows between two reports of progress */

/* Where rows go: what the caller of the port passed in. */
struct sp_table_sink {
  sp_table_row_fn *row;
  sp_table_progress_fn *progress; /* may be null */
  void *ctx;
  struct sp_table_info *info; /* never null inside the adapter */
};

struct sp_table_build {
  const struct sp_table_sink *sink;
  int64_t number; /* of the row being built, from 1 */
  int64_t done;   /* bytes read so far, kept by the reader for progress */
  int64_t total;
  int64_t told;       /* highest `done` reported */
  struct sp_buf text; /* finished cells, each NUL-terminated, and the open one */
  size_t open_at;     /* where the open cell begins in `text` */
  bool blank;         /* only blanks so far */
  int count;          /* finished cells */
  size_t starts[SP_TABLE_COLUMNS_MAX];
  const char *cells[SP_TABLE_COLUMNS_MAX];
};

/* Free with sp_table_build_free on every path. */
void sp_table_build_init(struct sp_table_build *build, const struct sp_table_sink *sink);
void sp_table_build_free(struct sp_table_build *build);

/* Add to the open cell. SP_E_LIMIT when it exceeds SP_TABLE_CELL_MAX. */
int sp_table_build_add(struct sp_table_build *build, const char *bytes, size_t len, struct sp_error *err);
/* Finish the open cell, even an empty one. SP_E_LIMIT after SP_TABLE_COLUMNS_MAX cells. */
int sp_table_build_cell(struct sp_table_build *build, struct sp_error *err);
/* Hand the row over unless it is empty, and start the next one at `number + 1`. Passes on what the row function
 * returns. */
int sp_table_build_row(struct sp_table_build *build, struct sp_error *err);
/* The last report of progress. */
void sp_table_build_end(struct sp_table_build *build);

/* "rows[12]" for the field of an error. */
const char *sp_table_row_field(int64_t number, char out[32]);

#endif
