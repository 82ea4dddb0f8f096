#include "main/tui_grid.h"
#include "base/text.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPELLED_MAX 2048 /* bytes of a text spelled in ASCII */

static int within(int value, int least, int most) {
  return value < least ? least : value > most ? most : value;
}

int sp_tui_grid_start(struct sp_tui_grid *grid, int columns, int rows, bool ascii) {
  columns = within(columns, SP_TUI_COLUMNS_MIN, SP_TUI_COLUMNS_MAX);
  rows = within(rows, SP_TUI_ROWS_MIN, SP_TUI_ROWS_MAX);
  struct sp_tui_cell *cells = calloc((size_t)columns * (size_t)rows, sizeof *cells);
  if (!cells) return SP_E_NOMEM;
  for (int i = 0; i < columns * rows; i++)
    cells[i].width = 1;
  struct sp_tui_cell *before = grid->cells;
  *grid = (struct sp_tui_grid){.columns = columns, .rows = rows, .ascii = ascii, .cells = cells, .cursor_row = -1};
  free(before);
  return 0;
}

void sp_tui_grid_free(struct sp_tui_grid *grid) {
  free(grid->cells);
  *grid = (struct sp_tui_grid){.cells = NULL};
}

void sp_tui_grid_clear(struct sp_tui_grid *grid) {
  if (!grid->cells) return;
  for (int i = 0; i < grid->columns * grid->rows; i++)
    grid->cells[i] = (struct sp_tui_cell){.width = 1};
  grid->cursor_row = -1;
}

/* ---- Spelling ---- */

/* One character in ASCII. */
static void spell(uint32_t code, const char *bytes, size_t len, struct sp_buf *out) {
  static const struct {
    uint32_t code;
    const char *text;
  } known[] = {{0xA5, "Y"},   {0xB7, "-"},   {0xD7, "x"},    {0x2212, "-"},  {0x2013, "-"},   {0x2014, "-"},
               {0x2018, "'"}, {0x2019, "'"}, {0x201C, "\""}, {0x201D, "\""}, {0x2026, "..."}, {0x3000, " "},
               {0x3001, ","}, {0x3002, "."}, {0xFF0C, ","},  {0xFF1A, ":"},  {0xFF1F, "?"},   {0xFF01, "!"},
               {0xFF08, "("}, {0xFF09, ")"}, {0xFFE5, "Y"}};
  size_t before = out->len;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (known[i].code != code) continue;
    sp_buf_puts(out, known[i].text);
    return;
  }
  sp_pinyin_initials(bytes, len, out);
  for (size_t i = before; i < out->len; i++)
    out->data[i] = (char)toupper((unsigned char)out->data[i]);
  if (out->len == before && sp_utf8_columns(bytes, len) > 0) sp_buf_putc(out, '?');
}

static const char *spelled(const char *text, struct sp_buf *out) {
  size_t len = strlen(text);
  while (len > 0) {
    uint32_t code = 0;
    int used = sp_utf8_next(text, len, &code);
    if (used > 0 && code < 0x80) sp_buf_putc(out, (char)code);
    if (used > 0 && code >= 0x80) spell(code, text, (size_t)used, out);
    if (used <= 0) sp_buf_putc(out, '?');
    size_t step = used > 0 ? (size_t)used : 1;
    text += step;
    len -= step;
  }
  return sp_buf_text(out);
}

static int measure(const char *text) {
  int columns = 0;
  for (size_t len = strlen(text); len > 0;) {
    uint32_t code = 0;
    int used = sp_utf8_next(text, len, &code);
    size_t step = used > 0 ? (size_t)used : 1;
    columns += used > 0 ? sp_utf8_columns(text, step) : 1;
    text += step;
    len -= step;
  }
  return columns;
}

int sp_tui_grid_measure(const struct sp_tui_grid *grid, const char *text) {
  struct sp_buf plain;
  if (!grid->ascii) return measure(text);
  sp_buf_init(&plain, SPELLED_MAX);
  int columns = measure(spelled(text, &plain));
  sp_buf_free(&plain);
  return columns;
}

/* ---- Putting ---- */

static struct sp_tui_cell *cell_at(const struct sp_tui_grid *grid, int row, int column) {
  if (row < 0 || row >= grid->rows || column < 0 || column >= grid->columns) return NULL;
  return &grid->cells[row * grid->columns + column];
}

/* A cell is overwritten: the other half of a wide character there becomes a blank. */
static void split(const struct sp_tui_grid *grid, int row, int column) {
  struct sp_tui_cell *cell = cell_at(grid, row, column);
  struct sp_tui_cell *before = cell_at(grid, row, column - 1), *after = cell_at(grid, row, column + 1);
  if (cell && cell->width == 0 && before) *before = (struct sp_tui_cell){.width = 1, .style = before->style};
  if (cell && cell->width == 2 && after) *after = (struct sp_tui_cell){.width = 1, .style = after->style};
}

static void set(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *bytes,
                size_t len) {
  struct sp_tui_cell *cell = cell_at(grid, row, column);
  if (!cell || len > 4 || column + width > grid->columns) return;
  split(grid, row, column);
  if (width == 2) split(grid, row, column + 1);
  *cell = (struct sp_tui_cell){.width = (uint8_t)width, .style = (uint8_t)style};
  memcpy(cell->text, bytes, len);
  if (width == 2) cell[1] = (struct sp_tui_cell){.width = 0, .style = (uint8_t)style};
}

static int put_plain(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *text) {
  int used = 0, all = measure(text);
  int room = all > width ? width - 1 : width;
  for (size_t len = strlen(text); len > 0 && used < room;) {
    uint32_t code = 0;
    int bytes = sp_utf8_next(text, len, &code);
    size_t step = bytes > 0 ? (size_t)bytes : 1;
    int columns = bytes > 0 ? sp_utf8_columns(text, step) : 1;
    if (used + columns > room) break;
    if (columns > 0) set(grid, row, column + used, columns, style, bytes > 0 ? text : "?", step);
    used += columns;
    text += step;
    len -= step;
  }
  if (all > width && width > 0) set(grid, row, column + used++, 1, style, "~", 1);
  return used;
}

int sp_tui_grid_put(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *text) {
  struct sp_buf plain;
  if (!grid->ascii) return put_plain(grid, row, column, width, style, text);
  sp_buf_init(&plain, SPELLED_MAX);
  int used = put_plain(grid, row, column, width, style, spelled(text, &plain));
  sp_buf_free(&plain);
  return used;
}

int sp_tui_grid_right(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *text) {
  int wanted = sp_tui_grid_measure(grid, text);
  int start = wanted < width ? column + width - wanted : column;
  sp_tui_grid_put(grid, row, start, column + width - start, style, text);
  return start;
}

void sp_tui_grid_fill(struct sp_tui_grid *grid, int row, int column, int width, unsigned style) {
  for (int i = 0; i < width; i++)
    set(grid, row, column + i, 1, style, "", 0);
}

static void line_part(struct sp_tui_grid *grid, int row, int column, const char *fine, const char *plain) {
  const char *text = grid->ascii ? plain : fine;
  set(grid, row, column, 1, SP_TUI_DIM, text, strlen(text));
}

void sp_tui_grid_rule(struct sp_tui_grid *grid, int row, int column, int width) {
  for (int i = 0; i < width; i++)
    line_part(grid, row, column + i, "─", "-");
}

void sp_tui_grid_frame(struct sp_tui_grid *grid, int row, int column, int width, int height) {
  int last = column + width - 1, foot = row + height - 1;
  for (int i = row; i <= foot; i++)
    sp_tui_grid_fill(grid, i, column, width, SP_TUI_PLAIN);
  sp_tui_grid_rule(grid, row, column, width);
  sp_tui_grid_rule(grid, foot, column, width);
  for (int i = row + 1; i < foot; i++) {
    line_part(grid, i, column, "│", "|");
    line_part(grid, i, last, "│", "|");
  }
  line_part(grid, row, column, "┌", "+");
  line_part(grid, row, last, "┐", "+");
  line_part(grid, foot, column, "└", "+");
  line_part(grid, foot, last, "┘", "+");
}

/* ---- Large digits ---- */

static const char *const large_rows[3][14] = {
    {" _ ", "   ", " _ ", " _ ", "   ", " _ ", " _ ", " _ ", " _ ", " _ ", "   ", " ", " ", ""},
    {"| |", "  |", " _|", " _|", "|_|", "|_ ", "|_ ", "  |", "|_|", "|_|", " _ ", " ", " ", ""},
    {"|_|", "  |", "|_ ", " _|", "  |", " _|", "|_|", "  |", "|_|", " _|", "   ", ".", ",", ""}};

static int large_of(char sign) {
  static const char signs[] = "0123456789-.,";
  const char *at = strchr(signs, sign);
  return at && sign != '\0' ? (int)(at - signs) : 13;
}

int sp_tui_grid_large_width(const char *number) {
  int width = 0;
  for (const char *at = number; *at != '\0'; at++)
    width += (int)strlen(large_rows[0][large_of(*at)]);
  return width;
}

void sp_tui_grid_large(struct sp_tui_grid *grid, int row, int column, int width, unsigned style, const char *number) {
  int at = column + width - sp_tui_grid_large_width(number);
  for (const char *sign = number; *sign != '\0'; sign++) {
    int which = large_of(*sign);
    for (int i = 0; i < 3; i++)
      sp_tui_grid_put(grid, row + i, at, 3, style, large_rows[i][which]);
    at += (int)strlen(large_rows[0][which]);
  }
}

/* ---- Drawing ---- */

static void draw_style(unsigned style, struct sp_buf *out) {
  sp_buf_puts(out, "\x1b[0");
  if (style & SP_TUI_BOLD) sp_buf_puts(out, ";1");
  if (style & SP_TUI_DIM) sp_buf_puts(out, ";2");
  if (style & SP_TUI_REVERSE) sp_buf_puts(out, ";7");
  if (style & SP_TUI_GOOD) sp_buf_puts(out, ";32");
  if (style & SP_TUI_WARN) sp_buf_puts(out, ";33");
  if (style & SP_TUI_BAD) sp_buf_puts(out, ";31");
  sp_buf_putc(out, 'm');
}

static bool same(const struct sp_tui_cell *a, const struct sp_tui_cell *b) {
  return a->width == b->width && a->style == b->style && strcmp(a->text, b->text) == 0;
}

static void draw_row(const struct sp_tui_grid *before, const struct sp_tui_grid *now, int row, int *style,
                     struct sp_buf *out) {
  int at = -1; /* the column where the terminal stands, −1: elsewhere */
  for (int column = 0; column < now->columns; column++) {
    const struct sp_tui_cell *cell = cell_at(now, row, column);
    if (cell->width == 0) continue;
    bool kept = before && same(cell, cell_at(before, row, column)) &&
                (cell->width == 1 || same(cell + 1, cell_at(before, row, column + 1)));
    bool cleared = !before && cell->style == SP_TUI_PLAIN && cell->text[0] == '\0';
    if (kept || cleared) continue;
    if (at != column) sp_buf_printf(out, "\x1b[%d;%dH", row + 1, column + 1);
    if (*style != cell->style) draw_style(cell->style, out);
    *style = cell->style;
    sp_buf_puts(out, cell->text[0] != '\0' ? cell->text : " ");
    at = column + cell->width;
  }
}

void sp_tui_grid_draw(const struct sp_tui_grid *before, const struct sp_tui_grid *now, struct sp_buf *out) {
  bool fits = before && before->cells && before->columns == now->columns && before->rows == now->rows;
  int style = -1;
  sp_buf_puts(out, "\x1b[?25l");
  if (!fits) sp_buf_puts(out, "\x1b[0m\x1b[2J");
  for (int row = 0; row < now->rows; row++)
    draw_row(fits ? before : NULL, now, row, &style, out);
  sp_buf_puts(out, "\x1b[0m");
  if (now->cursor_row >= 0) sp_buf_printf(out, "\x1b[%d;%dH\x1b[?25h", now->cursor_row + 1, now->cursor_column + 1);
}

int sp_tui_grid_copy(struct sp_tui_grid *to, const struct sp_tui_grid *from) {
  if (to == from) return 0;
  bool fits = to->cells && to->columns == from->columns && to->rows == from->rows;
  struct sp_tui_cell *cells = to->cells;
  if (!fits) {
    struct sp_tui_grid made = {.cells = NULL};
    if (sp_tui_grid_start(&made, from->columns, from->rows, from->ascii) != 0) return SP_E_NOMEM;
    free(cells);
    cells = made.cells;
    *to = made;
  }
  memcpy(cells, from->cells, sizeof *cells * (size_t)from->columns * (size_t)from->rows);
  return 0;
}

void sp_tui_grid_text(const struct sp_tui_grid *grid, struct sp_buf *out) {
  for (int row = 0; row < grid->rows; row++) {
    size_t blank = 0;
    for (int column = 0; column < grid->columns; column++) {
      const struct sp_tui_cell *cell = cell_at(grid, row, column);
      if (cell->width == 0) continue;
      bool empty = cell->text[0] == '\0' || strcmp(cell->text, " ") == 0;
      for (; !empty && blank > 0; blank--)
        sp_buf_putc(out, ' ');
      if (empty) blank++;
      if (!empty) sp_buf_puts(out, cell->text);
    }
    sp_buf_putc(out, '\n');
  }
}
