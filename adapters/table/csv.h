/* The CSV reader: RFC 4180 with what spreadsheets really write.
 *
 * Fields are separated by , ; tab or |, told from the first rows (or an Excel line "sep=;"); rows end with CR, LF or
 * CRLF. A field that begins with a quotation mark ends with one, doubled marks inside stand for one, line breaks inside
 * become "\n". A mark inside an unquoted field is an ordinary character (12" ruler). Nothing may follow a closing mark
 * but a separator.
 */
#ifndef SP_ADAPTERS_TABLE_CSV_H
#define SP_ADAPTERS_TABLE_CSV_H

#include "adapters/table/row.h"
#include <stdbool.h>
#include <stdio.h>

/* Reads a seekable file from its start; the caller closes it. `sink->info->size` is set already. */
int sp_csv_read(FILE *file, const struct sp_table_sink *sink, struct sp_error *err);

/* The separator that cuts the first rows of `text` most evenly; ',' when none does. With `complete` the text is the
 * whole file, else its last row is cut off and not looked at. */
char sp_csv_guess(const char *text, size_t len, bool complete);

#endif
