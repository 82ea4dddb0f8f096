#include "adapters/table/xlsx.h"
#include "adapters/table/xlsx_parts.h"

int sp_xlsx_read(FILE *file, const void *bytes, size_t len, const struct sp_table_sink *sink, struct sp_error *err) {
  struct zip *zip = NULL;
  struct sp_xlsx_book book = {0};
  struct sp_xlsx_strings strings = {0};
  struct sp_xlsx_styles styles = {0};
  int rc = sp_xlsx_zip_open(file, bytes, len, &zip, err);
  if (rc != 0) {
    return rc;
  }
  snprintf(sink->info->format, sizeof sink->info->format, "xlsx");
  snprintf(sink->info->encoding, sizeof sink->info->encoding, "utf-8");
  rc = sp_xlsx_book_read(zip, &book, err);
  if (rc == 0) {
    rc = sp_xlsx_strings_read(zip, book.strings, &strings, err);
  }
  if (rc == 0) {
    rc = sp_xlsx_styles_read(zip, book.styles, &styles, err);
  }
  if (rc == 0) {
    const struct sp_xlsx_sheet_input input = {.strings = &strings, .styles = &styles, .base1904 = book.base1904};
    rc = sp_xlsx_sheet_read(zip, book.sheet, &input, sink, err);
  }
  sp_xlsx_styles_free(&styles);
  sp_xlsx_strings_free(&strings);
  sp_xlsx_zip_close(zip);
  return rc;
}
