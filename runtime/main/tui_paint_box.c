/* Boxes: forms, lists and texts over the screen. */
#include "base/text.h"
#include "domain/money.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <string.h>

#define FORM_WIDTH 56
#define LIST_WIDTH 66
#define TEXT_WIDTH 78

static int rows_of_text(struct sp_tui_grid *grid, int width, const char *text) {
  struct sp_tui_area nowhere = {grid->rows, 0, width, grid->rows};
  return text[0] != '\0' ? sp_tui_paint_words(grid, nowhere, SP_TUI_PLAIN, text) : 0;
}

static int rows_of_lines(const char *text) {
  int rows = 0;
  for (const char *at = text; at && *at != '\0'; at++)
    rows += *at == '\n' || at[1] == '\0';
  return rows;
}

/* The frame in the middle with its title; what is left inside. */
static struct sp_tui_area frame(struct sp_tui_grid *grid, const struct sp_tui_box *box, int width, int height) {
  char title[200];
  int wide = width > grid->columns ? grid->columns : width;
  int high = height > grid->rows - 2 ? grid->rows - 2 : height;
  int row = (grid->rows - high) / 2, column = (grid->columns - wide) / 2;
  sp_tui_grid_frame(grid, row, column, wide, high);
  snprintf(title, sizeof title, " %s ", box->title);
  sp_tui_grid_put(grid, row, column + 2, wide - 4, SP_TUI_BOLD | SP_TUI_REVERSE, title);
  return (struct sp_tui_area){row + 1, column + 2, wide - 4, high - 2};
}

/* ---- Forms ---- */

static void live_weight(const struct sp_tui *tui, char *out, size_t size) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *weight = tui->sections[SP_TUI_WEIGHT];
  bool there = cJSON_IsObject(weight) && sp_tui_true(weight, "told");
  bool steady = sp_tui_true(weight, "sellable") || sp_tui_true(weight, "stable");
  int64_t value = sp_tui_number(weight, "value"), decimals = sp_tui_number(weight, "decimals");
  char number[SP_MONEY_TEXT];
  if (!there || decimals < 0 || decimals > SP_MONEY_DIGITS_MAX) {
    snprintf(out, size, "%s", sp_tr(lang, "No scale answers"));
    return;
  }
  sp_money_text(value, (int)decimals, number);
  snprintf(out, size, "%s %s  %s", number, sp_tui_word(weight, "unit"),
           steady ? sp_tr(lang, "Stable") : sp_tr(lang, "Moving"));
}

static void paint_field(const struct sp_tui_box *box, int which, struct sp_tui_grid *grid, struct sp_tui_area area,
                        int row, bool top) {
  const struct sp_tui_field *field = &box->fields[which];
  bool here = which == box->at;
  char shown[SP_TUI_TEXT_MAX + 8];
  sp_tui_grid_put(grid, row, area.column, area.width, here ? SP_TUI_BOLD : SP_TUI_PLAIN, field->label);
  snprintf(shown, sizeof shown, "%s", field->text);
  if (field->kind == SP_TUI_PIN) memset(shown, '*', strlen(shown));
  sp_tui_grid_fill(grid, row + 1, area.column, area.width, here ? SP_TUI_REVERSE : SP_TUI_DIM);
  int used = sp_tui_grid_put(grid, row + 1, area.column, area.width - 1, here ? SP_TUI_REVERSE : SP_TUI_PLAIN, shown);
  if (!here || !top) return;
  grid->cursor_row = row + 1;
  grid->cursor_column = area.column + used;
}

static void paint_form(const struct sp_tui *tui, const struct sp_tui_box *box, struct sp_tui_grid *grid, bool top) {
  enum sp_lang lang = tui->options.lang;
  bool weighs = box->name == SP_TUI_BOX_ASK_WEIGHT || box->name == SP_TUI_BOX_WEIGH;
  char weight[120];
  int width = grid->columns < FORM_WIDTH ? grid->columns : FORM_WIDTH;
  int about = rows_of_text(grid, width - 4, box->about), wrong = rows_of_text(grid, width - 4, box->wrong);
  int height = 2 + about + wrong + (weighs ? 1 : 0) + 2 * box->field_count + 2;
  struct sp_tui_area area = frame(grid, box, width, height), at = area;
  int room = area.height - 1 - 2 * box->field_count; /* fields come before words */
  at.height = wrong < room ? room - wrong : 0;
  at.row += sp_tui_paint_words(grid, at, SP_TUI_PLAIN, box->about);
  at.height = area.row + room - at.row;
  at.row += sp_tui_paint_words(grid, at, SP_TUI_BAD | SP_TUI_BOLD, box->wrong);
  live_weight(tui, weight, sizeof weight);
  if (weighs) sp_tui_grid_put(grid, at.row++, at.column, at.width, SP_TUI_BOLD, weight);
  for (int i = 0; i < box->field_count; i++, at.row += 2)
    if (at.row + 1 < area.row + area.height) paint_field(box, i, grid, at, at.row, top);
  const char *keys = box->busy     ? sp_tr(lang, "One moment…")
                     : weighs      ? sp_tr(lang, "Enter takes the weight  F2 tare  F3 zero  Esc back")
                     : box->locked ? sp_tr(lang, "Enter goes on  Ctrl-C leaves")
                                   : sp_tr(lang, "Enter goes on  Esc back");
  sp_tui_grid_put(grid, area.row + area.height - 1, area.column, area.width, SP_TUI_DIM, keys);
}

/* ---- Lists ---- */

static void paint_item(const struct sp_tui_box *box, int which, struct sp_tui_grid *grid, struct sp_tui_area area,
                       int row) {
  const struct sp_tui_item *item = &box->items[which];
  unsigned style = which == box->at ? SP_TUI_REVERSE : SP_TUI_PLAIN;
  char text[240], right[96], chosen[SP_MONEY_TEXT];
  bool back = box->name == SP_TUI_BOX_RETURN;
  sp_quantity_text(item->chosen, chosen);
  snprintf(right, sizeof right, back ? "%s / %s" : "%.0s%s", back ? chosen : "", item->right);
  snprintf(text, sizeof text, "%c%s %s", item->cap != '\0' ? item->cap : ' ', item->chosen > 0 ? " *" : " ",
           item->text);
  sp_tui_grid_fill(grid, row, area.column, area.width, style);
  int start = sp_tui_grid_right(grid, row, area.column, area.width, style, right);
  sp_tui_grid_put(grid, row, area.column, start - area.column - 1, style, text);
}

static void paint_list(const struct sp_tui *tui, const struct sp_tui_box *box, struct sp_tui_grid *grid) {
  enum sp_lang lang = tui->options.lang;
  int width = grid->columns < LIST_WIDTH ? grid->columns : LIST_WIDTH;
  int about = rows_of_text(grid, width - 4, box->about), wrong = rows_of_text(grid, width - 4, box->wrong);
  struct sp_tui_area area = frame(grid, box, width, 3 + about + wrong + box->item_count), at = area;
  at.row += sp_tui_paint_words(grid, at, SP_TUI_PLAIN, box->about);
  at.row += sp_tui_paint_words(grid, at, SP_TUI_BAD | SP_TUI_BOLD, box->wrong);
  int room = area.row + area.height - 1 - at.row;
  int top = box->at >= room ? box->at - room + 1 : 0;
  for (int i = top; i < box->item_count && i < top + room; i++)
    paint_item(box, i, grid, area, at.row + i - top);
  sp_tui_grid_put(grid, area.row + area.height - 1, area.column, area.width, SP_TUI_DIM,
                  box->busy ? sp_tr(lang, "One moment…") : sp_tr(lang, "Up, Down, Enter  Esc back"));
}

/* ---- Texts ---- */

static void paint_pager(const struct sp_tui *tui, const struct sp_tui_box *box, struct sp_tui_grid *grid) {
  int width = grid->columns < TEXT_WIDTH ? grid->columns : TEXT_WIDTH;
  const char *text = box->text ? box->text : "";
  struct sp_tui_area area = frame(grid, box, width, rows_of_lines(text) + 3);
  int row = area.row, last = area.row + area.height - 1;
  for (int i = 0; i < box->top && *text != '\0'; i++)
    text += strcspn(text, "\n") + (text[strcspn(text, "\n")] == '\n');
  while (*text != '\0' && row < last) {
    char line[600];
    size_t len = strcspn(text, "\n");
    snprintf(line, sizeof line, "%.*s", (int)(len < 590 ? len : 590), text);
    struct sp_tui_area at = {row, area.column, area.width, last - row};
    int used = sp_tui_grid_measure(grid, line) <= area.width
                   ? (sp_tui_grid_put(grid, row, area.column, area.width, SP_TUI_PLAIN, line), 1)
                   : sp_tui_paint_words(grid, at, SP_TUI_PLAIN, line);
    row += used > 0 ? used : 1;
    text += len + (text[len] == '\n');
  }
  sp_tui_grid_put(grid, last, area.column, area.width, SP_TUI_DIM,
                  *text != '\0' ? sp_tr(tui->options.lang, "Page Down for more  Enter closes")
                                : sp_tr(tui->options.lang, "Enter closes"));
}

void sp_tui_paint_boxes(const struct sp_tui *tui, struct sp_tui_grid *grid) {
  for (int i = 0; i < tui->box_count; i++) {
    const struct sp_tui_box *box = &tui->boxes[i];
    if (box->kind == SP_TUI_FORM) paint_form(tui, box, grid, i == tui->box_count - 1);
    if (box->kind == SP_TUI_LIST) paint_list(tui, box, grid);
    if (box->kind == SP_TUI_PAGER) paint_pager(tui, box, grid);
  }
}
