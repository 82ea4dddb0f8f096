#include "adapters/table/xlsx_parts.h"
#include <string.h>

enum cell_kind { CELL_NUMBER, CELL_SHARED, CELL_BOOLEAN, CELL_TEXT };

struct sheet_reading {
  struct sp_table_build build;
  const struct sp_xlsx_sheet_input *input;
  int64_t cells;
  bool in_row;
  bool in_cell;
  bool in_value;   /* inside <v>, or <t> of an inline text */
  int in_phonetic; /* depth of <rPh> */
  bool has_formula;
  enum cell_kind kind;
  int column; /* of the open cell, from 0 */
  int next;   /* lowest column the next cell may have */
  size_t style;
  struct sp_buf value;
};

static int damaged_row(const struct sheet_reading *reading, struct sp_error *err, const char *what) {
  char field[32];
  return sp_fail(err, SP_E_INVALID, sp_table_row_field(reading->build.number, field),
                 "Row %lld of the sheet is damaged: %s", (long long)reading->build.number, what);
}

/* "AB12" is 27. -1 when it does not begin with one to three letters. */
static int column_of(const char *reference) {
  int column = 0;
  int letters = 0;
  for (; reference[letters] >= 'A' && reference[letters] <= 'Z' && letters < 4; letters++) {
    column = column * 26 + (reference[letters] - 'A' + 1);
  }
  return letters >= 1 && letters <= 3 ? column - 1 : -1;
}

static enum cell_kind kind_of(const char *type) {
  if (type == NULL || strcmp(type, "n") == 0) {
    return CELL_NUMBER;
  }
  if (strcmp(type, "s") == 0) {
    return CELL_SHARED;
  }
  return strcmp(type, "b") == 0 ? CELL_BOOLEAN : CELL_TEXT;
}

/* ---- Start ---- */

static int start_row(struct sheet_reading *reading, const char *const *attributes, struct sp_error *err) {
  const char *reference = sp_xml_attribute(attributes, "r");
  int64_t number = reference == NULL ? reading->build.number : sp_xml_number(reference, INT32_MAX, -1);
  if (reading->in_row || number < reading->build.number) {
    return damaged_row(reading, err, "rows out of order");
  }
  reading->build.number = number;
  reading->in_row = true;
  reading->next = 0;
  return 0;
}

static int start_cell(struct sheet_reading *reading, const char *const *attributes, struct sp_error *err) {
  const char *reference = sp_xml_attribute(attributes, "r");
  reading->column = reference == NULL ? reading->next : column_of(reference);
  if (reading->in_cell || reading->column < reading->next) {
    return damaged_row(reading, err, "cells out of order");
  }
  if (++reading->cells > SP_XLSX_CELLS_MAX) {
    return sp_fail(err, SP_E_LIMIT, NULL, "The sheet has more than %d cells", SP_XLSX_CELLS_MAX);
  }
  reading->in_cell = true;
  reading->has_formula = false;
  reading->in_phonetic = 0;
  reading->next = reading->column + 1;
  reading->kind = kind_of(sp_xml_attribute(attributes, "t"));
  reading->style = (size_t)sp_xml_number(sp_xml_attribute(attributes, "s"), SP_XLSX_STYLES_MAX, 0);
  sp_buf_reset(&reading->value);
  return 0;
}

static int on_start(void *ctx, const char *name, const char *const *attributes, struct sp_error *err) {
  struct sheet_reading *reading = ctx;
  if (strcmp(name, "row") == 0) {
    return start_row(reading, attributes, err);
  }
  if (!reading->in_row) {
    return 0;
  }
  if (strcmp(name, "c") == 0) {
    return start_cell(reading, attributes, err);
  }
  reading->in_phonetic += strcmp(name, "rPh") == 0 ? 1 : 0;
  reading->has_formula = reading->has_formula || strcmp(name, "f") == 0;
  bool value = strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && reading->in_phonetic == 0);
  reading->in_value = reading->in_cell && value;
  return 0;
}

static int on_text(void *ctx, const char *bytes, size_t len, struct sp_error *err) {
  struct sheet_reading *reading = ctx;
  char field[32];
  if (!reading->in_value) {
    return 0;
  }
  int rc = sp_buf_add(&reading->value, bytes, len);
  if (rc == SP_E_LIMIT) {
    return sp_fail(err, SP_E_LIMIT, sp_table_row_field(reading->build.number, field),
                   "Row %lld, column %d: a cell holds more than %d bytes", (long long)reading->build.number,
                   reading->column + 1, SP_TABLE_CELL_MAX);
  }
  return rc == 0 ? 0 : sp_error_nomem(err, __func__);
}

/* ---- End ---- */

static int put_cell(struct sheet_reading *reading, const char *text, size_t len, struct sp_error *err) {
  int rc = 0;
  while (rc == 0 && reading->build.count < reading->column) {
    rc = sp_table_build_cell(&reading->build, err);
  }
  rc = rc != 0 ? rc : sp_table_build_add(&reading->build, text, len, err);
  return rc != 0 ? rc : sp_table_build_cell(&reading->build, err);
}

static int put_number(struct sheet_reading *reading, struct sp_error *err) {
  const struct sp_xlsx_styles *styles = reading->input->styles;
  char text[SP_XLSX_NUMBER_TEXT];
  const char *stored = sp_buf_text(&reading->value);
  bool date = reading->style < styles->count && styles->dates[reading->style] != 0;
  if (reading->value.len > SP_XLSX_NUMBER_MAX) {
    return put_cell(reading, stored, reading->value.len, err);
  }
  if (!date || !sp_xlsx_date_text(stored, reading->input->base1904, text)) {
    sp_xlsx_number_text(stored, text);
  }
  return put_cell(reading, text, strlen(text), err);
}

static int put_shared(struct sheet_reading *reading, struct sp_error *err) {
  int64_t index = sp_xml_number(sp_buf_text(&reading->value), SP_XLSX_STRINGS_MAX, SP_XLSX_STRINGS_MAX);
  size_t len = 0;
  const char *text = sp_xlsx_string(reading->input->strings, (size_t)index, &len);
  if (text == NULL) {
    return damaged_row(reading, err, "a text that is not in the workbook");
  }
  return len == 0 ? 0 : put_cell(reading, text, len, err);
}

static int put_text(struct sheet_reading *reading, struct sp_error *err) {
  size_t len = sp_xlsx_unescape(reading->value.data, reading->value.len);
  return len == 0 ? 0 : put_cell(reading, reading->value.data, len, err);
}

static int end_cell(struct sheet_reading *reading, struct sp_error *err) {
  char field[32];
  reading->in_cell = false;
  if (reading->value.len == 0 && reading->has_formula && reading->kind == CELL_NUMBER) {
    return sp_fail(err, SP_E_INVALID, sp_table_row_field(reading->build.number, field),
                   "Row %lld, column %d: a formula without a result; open the file in a spreadsheet and save it again",
                   (long long)reading->build.number, reading->column + 1);
  }
  if (reading->value.len == 0) {
    return 0;
  }
  switch (reading->kind) {
  case CELL_NUMBER:
    return put_number(reading, err);
  case CELL_SHARED:
    return put_shared(reading, err);
  case CELL_BOOLEAN:
    return sp_xml_true(sp_buf_text(&reading->value)) ? put_cell(reading, "TRUE", 4, err)
                                                     : put_cell(reading, "FALSE", 5, err);
  case CELL_TEXT:
    return put_text(reading, err);
  }
  return SP_E_INTERNAL;
}

static int on_end(void *ctx, const char *name, struct sp_error *err) {
  struct sheet_reading *reading = ctx;
  reading->in_value = false;
  if (reading->in_cell && strcmp(name, "c") == 0) {
    return end_cell(reading, err);
  }
  if (reading->in_row && strcmp(name, "row") == 0) {
    reading->in_row = false;
    return sp_table_build_row(&reading->build, err);
  }
  reading->in_phonetic -= reading->in_phonetic > 0 && strcmp(name, "rPh") == 0 ? 1 : 0;
  return 0;
}

static void on_piece(void *ctx, int64_t done, int64_t claimed) {
  struct sheet_reading *reading = ctx;
  reading->build.done = done;
  reading->build.total = claimed > done ? claimed : done;
}

int sp_xlsx_sheet_read(struct zip *zip, const char *part, const struct sp_xlsx_sheet_input *input,
                       const struct sp_table_sink *sink, struct sp_error *err) {
  struct sheet_reading reading = {.input = input};
  const struct sp_xml_handler handler = {
      .start = on_start, .end = on_end, .text = on_text, .piece = on_piece, .ctx = &reading};
  sp_table_build_init(&reading.build, sink);
  sp_buf_init(&reading.value, SP_TABLE_CELL_MAX);
  int rc = sp_xml_read(zip, part, &handler, err);
  if (rc == 0) {
    sp_table_build_end(&reading.build);
  }
  sp_buf_free(&reading.value);
  sp_table_build_free(&reading.build);
  return rc;
}
