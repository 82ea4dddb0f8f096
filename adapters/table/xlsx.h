/* The XLSX reader: the first visible sheet of a workbook (ECMA-376 part 1) as rows of text.
 *
 * Texts come as they are, leading zeros included. Whole numbers come as stored; other numbers as the decimal a person
 * sees, rounded to the 15 digits a spreadsheet keeps (2.5499999999999998 is 2.55), without exponent. Truth values are
 * TRUE and FALSE, error values their text (#N/A). A number in a cell with a date format is "yyyy-mm-dd hh:mm:ss", a
 * time of day without a date is "hh:mm:ss". Formulas give their stored result; a formula that has none is an error, not
 * an empty cell.
 */
#ifndef SP_ADAPTERS_TABLE_XLSX_H
#define SP_ADAPTERS_TABLE_XLSX_H

#include "adapters/table/row.h"
#include <stdio.h>

/* Takes `file` over and closes it; with `file` null it reads `bytes`. `sink->info->size` is set already. */
int sp_xlsx_read(FILE *file, const void *bytes, size_t len, const struct sp_table_sink *sink, struct sp_error *err);

#endif
