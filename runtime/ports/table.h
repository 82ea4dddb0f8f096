/* A table of text cells from a file: what CSV and XLSX readers give an import. */
#ifndef SP_PORTS_TABLE_H
#define SP_PORTS_TABLE_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_TABLE_COLUMNS_MAX 256
#define SP_TABLE_CELL_MAX    32767      /* bytes of UTF-8 in a cell */
#define SP_TABLE_ROWS_MAX    2000000    /* highest row number */
#define SP_TABLE_FILE_MAX    1073741824 /* bytes of a file: 1 GiB */

struct sp_table_row {
  int64_t number; /* row in the file, from 1, header and empty rows counted: what a person sees in a spreadsheet */
  const char *const *cells; /* valid UTF-8, NUL-terminated, leading and trailing spaces kept, line breaks as "\n" */
  int count; /* cells up to the last one the file names; a row may be shorter or longer than the header */
};

/* Called for every row that is not empty (a row of blanks is empty), in file order. The row lives until it returns. A
 * non-zero result stops the read and is returned by it. */
typedef int sp_table_row_fn(void *ctx, const struct sp_table_row *row, struct sp_error *err);

/* Hears every few thousand rows, and once at the end, how much of the work is done, in bytes: of the file for CSV, of
 * the unpacked sheet for XLSX. `done` never shrinks and never exceeds `total`. Called on the reading thread. */
typedef void sp_table_progress_fn(void *ctx, int64_t done, int64_t total);

/* How a file was understood, for the report. Complete but for `rows` before the first row is handed over. */
struct sp_table_info {
  char format[8];    /* "csv" or "xlsx" */
  char encoding[16]; /* "utf-8", "utf-8-bom", "gb18030", "utf-16le", "utf-16be" */
  char separator;    /* ',', ';', '\t' or '|'; 0 for xlsx */
  int64_t rows;      /* rows handed over so far */
  int64_t size;      /* bytes of the file */
};

/* Reads `path`, deciding by content what it is. Streams: memory does not grow with the number of rows; of an XLSX file
 * the distinct texts stay in memory, within a bound. Blocks for as long as it takes: a job thread's work. `progress`
 * and `info` may be null; `ctx` goes to both functions. Errors, with "rows[N]" as the field where a row is to blame:
 * SP_E_NOT_FOUND, SP_E_IO, SP_E_INVALID (not a table; damaged; a quote never closed), SP_E_LIMIT (a bound above, or a
 * file that unpacks beyond reason), SP_E_UNSUPPORTED (old .xls, .ods, a password), SP_E_NOMEM. */
struct sp_table_api {
  int (*read)(const char *path, sp_table_row_fn *row, sp_table_progress_fn *progress, void *ctx,
              struct sp_table_info *info, struct sp_error *err);
};

#endif
