#include "adapters/table/row.h"
#include <inttypes.h>
#include <stdio.h>

#define ROW_BYTES_MAX ((size_t)SP_TABLE_COLUMNS_MAX * (SP_TABLE_CELL_MAX + 1))

const char *sp_table_row_field(int64_t number, char out[32]) {
  snprintf(out, 32, "rows[%" PRId64 "]", number);
  return out;
}

static void start_row(struct sp_table_build *build) {
  sp_buf_reset(&build->text);
  build->open_at = 0;
  build->count = 0;
  build->blank = true;
}

void sp_table_build_init(struct sp_table_build *build, const struct sp_table_sink *sink) {
  *build = (struct sp_table_build){.sink = sink, .number = 1};
  sp_buf_init(&build->text, ROW_BYTES_MAX);
  start_row(build);
}

void sp_table_build_free(struct sp_table_build *build) {
  sp_buf_free(&build->text);
}

static bool all_blank(const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\n') {
      return false;
    }
  }
  return true;
}

int sp_table_build_add(struct sp_table_build *build, const char *bytes, size_t len, struct sp_error *err) {
  char field[32];
  if (build->text.len - build->open_at + len > SP_TABLE_CELL_MAX) {
    return sp_fail(err, SP_E_LIMIT, sp_table_row_field(build->number, field),
                   "Row %lld, column %d: a cell holds more than %d bytes; is a quotation mark left open?",
                   (long long)build->number, build->count + 1, SP_TABLE_CELL_MAX);
  }
  build->blank = build->blank && all_blank(bytes, len);
  return sp_buf_add(&build->text, bytes, len) == 0 ? 0 : sp_error_nomem(err, __func__);
}

int sp_table_build_cell(struct sp_table_build *build, struct sp_error *err) {
  char field[32];
  if (build->count == SP_TABLE_COLUMNS_MAX) {
    return sp_fail(err, SP_E_LIMIT, sp_table_row_field(build->number, field), "Row %lld has more than %d columns",
                   (long long)build->number, SP_TABLE_COLUMNS_MAX);
  }
  if (sp_buf_putc(&build->text, '\0') != 0) {
    return sp_error_nomem(err, __func__);
  }
  build->starts[build->count++] = build->open_at;
  build->open_at = build->text.len;
  return 0;
}

static void tell(struct sp_table_build *build) {
  int64_t done = build->done < build->total ? build->done : build->total;
  build->told = done > build->told ? done : build->told;
  if (build->sink->progress != NULL) {
    build->sink->progress(build->sink->ctx, build->told, build->total);
  }
}

int sp_table_build_row(struct sp_table_build *build, struct sp_error *err) {
  char field[32];
  int rc = 0;
  if (!build->blank && build->number > SP_TABLE_ROWS_MAX) {
    return sp_fail(err, SP_E_LIMIT, sp_table_row_field(build->number, field), "The table has more than %d rows",
                   SP_TABLE_ROWS_MAX);
  }
  if (!build->blank) {
    for (int i = 0; i < build->count; i++) {
      build->cells[i] = build->text.data + build->starts[i];
    }
    const struct sp_table_row row = {.number = build->number, .cells = build->cells, .count = build->count};
    build->sink->info->rows++;
    rc = build->sink->row(build->sink->ctx, &row, err);
  }
  if (rc == 0 && build->number % SP_TABLE_PROGRESS_ROWS == 0) {
    tell(build);
  }
  build->number++;
  start_row(build);
  return rc;
}

void sp_table_build_end(struct sp_table_build *build) {
  build->done = build->total;
  tell(build);
}
