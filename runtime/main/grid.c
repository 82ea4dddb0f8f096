#include "base/text.h"
#include "main/report.h"
#include <string.h>

#define TEXT_MAX (1u << 20)

void sp_grid_start(struct sp_grid *grid, int columns) {
  *grid = (struct sp_grid){.columns = columns};
  sp_buf_init(&grid->text, TEXT_MAX);
}

/* Control and format characters: what would move the cursor, ring, or turn the rest of the line round. */
static bool is_unprintable(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

void sp_report_text(struct sp_buf *out, const char *text) {
  size_t len = strlen(text);
  while (len > 0) {
    uint32_t code = 0;
    int step = sp_utf8_next(text, len, &code);
    if (step <= 0 || is_unprintable(code))
      sp_buf_putc(out, '?');
    else
      sp_buf_add(out, text, (size_t)step);
    text += step > 0 ? step : 1;
    len -= step > 0 ? (size_t)step : 1;
  }
}

void sp_grid_cell(struct sp_grid *grid, const char *text) {
  struct sp_buf clean;
  sp_buf_init(&clean, TEXT_MAX);
  sp_report_text(&clean, text);
  const char *shown = sp_buf_text(&clean);
  size_t len = sp_utf8_fit(shown, strlen(shown), SP_GRID_CELL_MAX);
  int width = sp_utf8_columns(shown, len);
  int column = grid->rows % grid->columns;
  sp_buf_add(&grid->text, shown, len);
  sp_buf_putc(&grid->text, '\0');
  if (width > grid->widths[column]) grid->widths[column] = width;
  grid->rows++;
  sp_buf_free(&clean);
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
