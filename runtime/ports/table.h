/* A table of text cells from a file: what CSV and XLSX readers give an import. */
#ifndef SP_PORTS_TABLE_H
#define SP_PORTS_TABLE_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_TABLE_COLUMNS_MAX 256
#define SP_TABLE_CELL_MAX    32767      /* bytes of UTF-8 in a cell (what a spreadsheet cell holds) */
#define SP_TABLE_ROWS_MAX    2000000

struct sp_table_row {
  int64_t number;           /* row in the file, from 1, header and empty rows counted: what a person sees in a spreadsheet */
  const char *const *cells; /* UTF-8, NUL-terminated, leading and trailing spaces kept */
  int count;
};

/* Called for every row that is not empty, in file order. The row lives until it returns. A non-zero result stops the read
 * and is returned by it. */
typedef int sp_table_row_fn(void *ctx, const struct sp_table_row *row, struct sp_error *err);

/* How a file was understood, for the report. */
struct sp_table_info {
  char format[8];    /* "csv" or "xlsx" */
  char encoding[16]; /* "utf-8", "utf-8-bom", "gb18030", "utf-16le", "utf-16be" */
  char separator;    /* ',', ';', '\t' or '|'; 0 for xlsx */
  int64_t rows;
  int64_t size;      /* bytes of the file */
};

/* Reads `path`, deciding by content what it is. Streams: memory does not grow with the file. Errors: SP_E_IO, SP_E_INVALID
 * (not a table; a quote never closed; names the row), SP_E_LIMIT (a bound above, or a file that inflates beyond reason),
 * SP_E_UNSUPPORTED (old .xls), SP_E_NOMEM. `progress` (may be null) hears of bytes read of total every few thousand rows. */
struct sp_table_api {
  int (*read)(const char *path, sp_table_row_fn *row, void *ctx, struct sp_table_info *info, struct sp_error *err);
};

#endif
