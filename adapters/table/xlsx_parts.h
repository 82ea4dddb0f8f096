/* The parts of a workbook, each read by its own file: book, strings, styles, sheet, and how a stored number becomes
 * text. */
#ifndef SP_ADAPTERS_TABLE_XLSX_PARTS_H
#define SP_ADAPTERS_TABLE_XLSX_PARTS_H

#include "adapters/table/row.h"
#include "adapters/table/xlsx_xml.h"

#define SP_XLSX_STRINGS_MAX 2000000  /* shared texts */
#define SP_XLSX_TEXT_MAX    67108864 /* bytes of all shared texts: 64 MiB */
#define SP_XLSX_STYLES_MAX  65536    /* cell styles (Excel allows 65,490) */
#define SP_XLSX_CELLS_MAX   50000000 /* cells of a sheet, empty ones counted */
#define SP_XLSX_NUMBER_MAX  64  /* characters of a stored number that is looked into; longer ones stay as they are */
#define SP_XLSX_NUMBER_TEXT 128 /* room for a number as text */

/* ---- Book: where the parts are ---- */

struct sp_xlsx_book {
  char sheet[SP_XLSX_NAME_MAX];
  char strings[SP_XLSX_NAME_MAX]; /* "" when the workbook has none */
  char styles[SP_XLSX_NAME_MAX];  /* "" when the workbook has none */
  bool base1904;                  /* days count from 1904-01-01 */
};

/* Follows the relationships from the archive's root to the first visible sheet. SP_E_INVALID, SP_E_UNSUPPORTED (.xlsb,
 * .ods). */
int sp_xlsx_book_read(struct zip *zip, struct sp_xlsx_book *out, struct sp_error *err);

/* ---- Shared strings ---- */

struct sp_xlsx_strings {
  struct sp_buf text;
  uint32_t *ends; /* where each text ends in `text` */
  size_t count;
  size_t room;
};

/* `part` "" gives none. Free with sp_xlsx_strings_free on every path. A text longer than a cell is kept one byte too
 * long, so that its use is an error and its mere presence is not. */
int sp_xlsx_strings_read(struct zip *zip, const char *part, struct sp_xlsx_strings *out, struct sp_error *err);
const char *sp_xlsx_string(const struct sp_xlsx_strings *strings, size_t index, size_t *len); /* null: no such index */
void sp_xlsx_strings_free(struct sp_xlsx_strings *strings);

/* In place: "_x000D_" escapes (part 1 §22.9.2.19) become their characters, CR and CRLF become LF. Returns the new
 * length. */
size_t sp_xlsx_unescape(char *text, size_t len);

/* ---- Styles ---- */

struct sp_xlsx_styles {
  uint8_t *dates; /* per cell style: is it a date? */
  size_t count;
};

int sp_xlsx_styles_read(struct zip *zip, const char *part, struct sp_xlsx_styles *out, struct sp_error *err);
void sp_xlsx_styles_free(struct sp_xlsx_styles *styles);
/* Does a format code show a date or a time of day? Durations ("[h]:mm") do not count. */
bool sp_xlsx_format_is_date(const char *code);

/* ---- Numbers ---- */

/* The text of a stored number. What is no number stays as it is (cut at the room). */
void sp_xlsx_number_text(const char *stored, char out[SP_XLSX_NUMBER_TEXT]);
/* The same for a cell with a date format; false when the number is no date. */
bool sp_xlsx_date_text(const char *stored, bool base1904, char out[SP_XLSX_NUMBER_TEXT]);

/* ---- Sheet ---- */

struct sp_xlsx_sheet_input {
  const struct sp_xlsx_strings *strings;
  const struct sp_xlsx_styles *styles;
  bool base1904;
};

int sp_xlsx_sheet_read(struct zip *zip, const char *part, const struct sp_xlsx_sheet_input *input,
                       const struct sp_table_sink *sink, struct sp_error *err);

#endif
