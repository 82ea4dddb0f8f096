/* Any bytes as a CSV file: no crash, and every row handed over keeps the promises of ports/table.h. */
#include "adapters/table/table.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int check_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  int64_t *last = ctx;
  (void)err;
  if (row->number <= *last || row->count < 1 || row->count > SP_TABLE_COLUMNS_MAX) {
    abort();
  }
  *last = row->number;
  for (int i = 0; i < row->count; i++) {
    size_t len = strlen(row->cells[i]);
    if (len > SP_TABLE_CELL_MAX || !sp_utf8_valid(row->cells[i], len)) {
      abort();
    }
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int64_t last = 0;
  struct sp_error err = {.lang = SP_LANG_ZH};
  struct sp_table_info info;
  int rc = sp_table_read_bytes(data, size, check_row, NULL, &last, &info, &err);
  if (rc != 0 && (err.code != rc || err.message[0] == '\0')) {
    abort();
  }
  return 0;
}
