/* What stands on a terminal, as cells: drawn into by the screens, compared with what stood there before, and sent as
 * the bytes that make the difference. Pure but for memory.
 *
 * A wide character takes two cells: its own, and one of width 0 behind it. Characters without a width of their own
 * (combining, control) are left out. Everything is clipped; nothing ever writes outside.
 */
#ifndef SP_MAIN_TUI_GRID_H
#define SP_MAIN_TUI_GRID_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

#define SP_TUI_COLUMNS_MIN 20
#define SP_TUI_COLUMNS_MAX 300
#define SP_TUI_ROWS_MIN    8
#define SP_TUI_ROWS_MAX    150

enum sp_tui_style {
  SP_TUI_PLAIN = 0,
  SP_TUI_BOLD = 1,
  SP_TUI_DIM = 2,
  SP_TUI_REVERSE = 4,
  SP_TUI_GOOD = 8,  /* green */
  SP_TUI_WARN = 16, /* yellow */
  SP_TUI_BAD = 32   /* red; never alone: the words say it too */
};

struct sp_tui_cell {
  char text[5];  /* one character, NUL-terminated; "" is a blank */
  uint8_t width; /* 1 or 2; 0: the right half of the one before */
  uint8_t style;
};

struct sp_tui_grid {
  int columns, rows;
  bool ascii; /* texts are spelled in ASCII: Hanzi by the initials of their pinyin */
  struct sp_tui_cell *cells;
  int cursor_row, cursor_column; /* where the cursor is shown; row −1: nowhere */
};

/* A blank grid; sizes are brought into the bounds above. SP_E_NOMEM. Starts again when it had cells. */
int sp_tui_grid_start(struct sp_tui_grid *grid, int columns, int rows, bool ascii);
void sp_tui_grid_free(struct sp_tui_grid *grid);
void sp_tui_grid_clear(struct sp_tui_grid *grid);

/* Columns that `text` takes on this grid. */
int sp_tui_grid_measure(const struct sp_tui_grid *grid, const char *text);
/* At most `width` columns of `text` from (row, column); a text that is longer ends in "~". The columns used. */
int sp_tui_grid_put(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *text);
/* The same so that it ends before column + width; the column where it begins. */
int sp_tui_grid_right(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *text);
/* A bar: `width` blanks of a style. */
void sp_tui_grid_fill(struct sp_tui_grid *grid, int row, int column, int width, unsigned style);
/* A line across, and a frame with nothing in it. */
void sp_tui_grid_rule(struct sp_tui_grid *grid, int row, int column, int width);
void sp_tui_grid_frame(struct sp_tui_grid *grid, int row, int column, int width, int height);
/* An amount as three rows of large digits that end before column + width: digits, '.', ',' and '-'. */
void sp_tui_grid_large(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *number);
int sp_tui_grid_large_width(const char *number);

/* The bytes that turn what shows `before` into `now`; with `before` null or of another size, everything. Failure is
 * sticky in `out`. */
void sp_tui_grid_draw(const struct sp_tui_grid *before, const struct sp_tui_grid *now, struct sp_buf *out);
/* `now` becomes what stands there. SP_E_NOMEM. */
int sp_tui_grid_copy(struct sp_tui_grid *to, const struct sp_tui_grid *from);
/* Every row as text without blanks at its end: for tests. */
void sp_tui_grid_text(const struct sp_tui_grid *grid, struct sp_buf *out);

#endif
