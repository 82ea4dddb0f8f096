#include "base/text.h"
#include "main/report.h"
#include <string.h>

#define TEXT_MAX (1u << 20)

void sp_grid_start(struct sp_grid *grid, int columns) {
  *grid = (struct sp_grid){.columns = columns};
  sp_buf_init(&grid->text, TEXT_MAX);
}

void sp_grid_cell(struct sp_grid *grid, const char *text) {
  size_t len = sp_utf8_fit(text, strlen(text), SP_GRID_CELL_MAX);
  int width = sp_utf8_columns(text, len);
  int column = grid->rows % grid->columns;
  sp_buf_add(&grid->text, text, len);
  sp_buf_putc(&grid->text, '\0');
  if (width > grid->widths[column]) grid->widths[column] = width;
  grid->rows++;
}

static void line_put(const struct sp_grid *grid, struct sp_buf *out) {
  for (int i = 0; i < grid->columns; i++) {
    if (i > 0) sp_buf_puts(out, "  ");
    for (int n = 0; n < grid->widths[i]; n++)
      sp_buf_putc(out, '-');
  }
  sp_buf_putc(out, '\n');
}

void sp_grid_print(struct sp_grid *grid, struct sp_buf *out) {
  const char *at = sp_buf_text(&grid->text);
  for (int cell = 0; cell < grid->rows && grid->text.failed == 0; cell++) {
    int column = cell % grid->columns;
    size_t len = strlen(at);
    sp_buf_add(out, at, len);
    bool last = column == grid->columns - 1;
    for (int n = sp_utf8_columns(at, len); n < grid->widths[column] + 2 && !last; n++)
      sp_buf_putc(out, ' ');
    if (last) sp_buf_putc(out, '\n');
    if (cell == grid->columns - 1) line_put(grid, out);
    at += len + 1;
  }
  sp_buf_free(&grid->text);
}
