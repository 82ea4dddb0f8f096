/* The sale: its lines, its totals, paying, and the change. */
#include "base/text.h"
#include "domain/money.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <string.h>

#define NARROW 60 /* columns */

/* ---- Lines ---- */

struct columns {
  int name, name_width, quantity, price, amount;
};

static struct columns columns_of(int width) {
  struct columns c = {.name = 4};
  c.amount = width - 11;
  c.price = c.amount - 11;
  c.quantity = c.price - 10;
  c.name_width = c.quantity - c.name - 1;
  return c;
}

static int rows_of(const cJSON *line, bool narrow) {
  int offers = cJSON_GetArraySize(sp_tui_part(line, "offers"));
  int rows = 1 + offers + (sp_tui_word(line, "note")[0] != '\0');
  return narrow ? rows + 1 : rows;
}

static void paint_offers(const struct sp_tui *tui, const cJSON *line, struct sp_tui_grid *grid, int row, int end,
                         int width) {
  const cJSON *offer = NULL;
  char text[SP_MONEY_TEXT], note[240];
  cJSON_ArrayForEach(offer, sp_tui_part(line, "offers")) {
    if (row >= end) return;
    sp_money_text(-sp_tui_number(offer, "amount"), 2, text);
    int start = sp_tui_grid_right(grid, row, 0, width, SP_TUI_GOOD, text);
    const char *title = sp_tui_told(tui, offer, "title");
    sp_tui_grid_put(grid, row++, 6, start - 7, SP_TUI_GOOD, title[0] != '\0' ? title : sp_tui_word(offer, "campaign"));
  }
  if (sp_tui_word(line, "note")[0] == '\0' || row >= end) return;
  snprintf(note, sizeof note, "\"%.200s\"", sp_tui_word(line, "note"));
  sp_tui_grid_put(grid, row, 6, width - 6, SP_TUI_DIM, note);
}

/* What a line costs before its offers, which stand below it. */
static int64_t gross_of(const cJSON *line) {
  return sp_tui_number(line, "gross");
}

static void paint_wide(const struct sp_tui *tui, const cJSON *line, struct sp_tui_grid *grid, int row, int width,
                       unsigned style) {
  struct columns c = columns_of(width);
  char text[SP_MONEY_TEXT];
  snprintf(text, sizeof text, "%lld", (long long)sp_tui_number(line, "n"));
  if (style) sp_tui_grid_fill(grid, row, 0, width, style);
  sp_tui_grid_right(grid, row, 0, 3, style, text);
  sp_tui_grid_put(grid, row, c.name, c.name_width, style, sp_tui_told(tui, line, "name"));
  sp_quantity_text(sp_tui_number(line, "quantity"), text);
  sp_tui_grid_right(grid, row, c.quantity, 9, style, text);
  sp_money_text(sp_tui_number(line, "unit_price"), 2, text);
  sp_tui_grid_right(grid, row, c.price, 10, style, text);
  sp_money_text(gross_of(line), 2, text);
  sp_tui_grid_right(grid, row, c.amount, 11, style, text);
}

static void paint_narrow(const struct sp_tui *tui, const cJSON *line, struct sp_tui_grid *grid, int row, int end,
                         int width, unsigned style) {
  char text[120], quantity[SP_MONEY_TEXT], price[SP_MONEY_TEXT];
  if (style) sp_tui_grid_fill(grid, row, 0, width, style);
  snprintf(text, sizeof text, "%lld", (long long)sp_tui_number(line, "n"));
  sp_tui_grid_right(grid, row, 0, 3, style, text);
  sp_money_text(gross_of(line), 2, price);
  int start = sp_tui_grid_right(grid, row, 0, width, style, price);
  sp_tui_grid_put(grid, row, 4, start - 5, style, sp_tui_told(tui, line, "name"));
  if (row + 1 >= end) return;
  sp_quantity_text(sp_tui_number(line, "quantity"), quantity);
  sp_money_text(sp_tui_number(line, "unit_price"), 2, price);
  snprintf(text, sizeof text, "%s x %s", quantity, price);
  sp_tui_grid_put(grid, row + 1, 6, width - 6, SP_TUI_DIM, text);
}

static void paint_heads(const struct sp_tui *tui, struct sp_tui_grid *grid, int row, int width) {
  enum sp_lang lang = tui->options.lang;
  struct columns c = columns_of(width);
  sp_tui_grid_put(grid, row, c.name, c.name_width, SP_TUI_DIM, sp_tr(lang, "Goods on the line"));
  sp_tui_grid_right(grid, row, c.quantity, 9, SP_TUI_DIM, sp_tr(lang, "Quantity"));
  sp_tui_grid_right(grid, row, c.price, 10, SP_TUI_DIM, sp_tr(lang, "Price"));
  sp_tui_grid_right(grid, row, c.amount, 11, SP_TUI_DIM, sp_tr(lang, "Amount"));
}

/* The first line to show, so that the current one and what follows from it is to be seen. */
static const cJSON *first_of(const struct sp_tui *tui, int height, bool narrow) {
  const cJSON *line = NULL, *current = sp_tui_current(tui), *first = NULL;
  int rows = 0;
  cJSON_ArrayForEach(line, sp_tui_lines(tui)) {
    if (!first) first = line;
    rows += rows_of(line, narrow);
    for (; rows > height && first != line; first = first->next)
      rows -= rows_of(first, narrow);
    if (line == current) return first;
  }
  return first;
}

void sp_tui_paint_lines(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area) {
  bool narrow = area.width < NARROW;
  const cJSON *current = sp_tui_current(tui);
  int row = area.row, end = area.row + area.height;
  if (!narrow) paint_heads(tui, grid, row++, area.width);
  for (const cJSON *line = first_of(tui, end - row, narrow); line && row < end; line = line->next) {
    unsigned style = line == current ? SP_TUI_REVERSE : SP_TUI_PLAIN;
    if (sp_tui_true(line, "returned")) style |= SP_TUI_BAD;
    if (narrow)
      paint_narrow(tui, line, grid, row, end, area.width, style);
    else
      paint_wide(tui, line, grid, row, area.width, style);
    paint_offers(tui, line, grid, row + (narrow ? 2 : 1), end, area.width);
    row += rows_of(line, narrow);
  }
}

/* ---- Totals ---- */

/* As large as it fits: three rows of large digits, else one bold bar. */
static void paint_large(struct sp_tui_grid *grid, struct sp_tui_area area, const char *label, int64_t amount) {
  char text[SP_MONEY_TEXT], bar[SP_MONEY_TEXT + 2];
  sp_money_text(amount, 2, text);
  int label_width = sp_tui_grid_put(grid, area.row, area.column, area.width, SP_TUI_BOLD, label);
  bool large = area.height >= 3 && sp_tui_grid_large_width(text) + label_width + 2 <= area.width;
  snprintf(bar, sizeof bar, " %s ", text);
  if (large)
    sp_tui_grid_large(grid, area.row, area.column, area.width, SP_TUI_BOLD, text);
  else
    sp_tui_grid_right(grid, area.row, area.column, area.width, SP_TUI_BOLD | SP_TUI_REVERSE, bar);
}

/* Who buys, what was presented, what is asked: one row. */
static void paint_buyer(const struct sp_tui *tui, struct sp_tui_grid *grid, int row, int column, int width) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *sale = sp_tui_sale(tui), *need = NULL;
  const char *member = sp_tui_word(sale, "member"), *problem = sp_tui_word(sale, "problem");
  char text[300];
  int open = 0;
  cJSON_ArrayForEach(need, sp_tui_part(sale, "requirements")) {
    open += !sp_tui_true(need, "met");
  }
  if (problem[0] != '\0') {
    sp_tui_grid_put(grid, row, column, width, SP_TUI_BAD, problem);
    return;
  }
  if (open > 0) {
    sp_tui_grid_put(grid, row, column, width, SP_TUI_WARN | SP_TUI_BOLD, sp_tr(lang, "Tab: to be answered first"));
    return;
  }
  int coupons = cJSON_GetArraySize(sp_tui_part(sale, "coupons"));
  int used = 0;
  text[0] = '\0';
  if (member[0] != '\0') used = snprintf(text, sizeof text, "%s %.60s  ", sp_tr(lang, "Member"), member);
  if (coupons > 0) snprintf(text + used, sizeof text - (size_t)used, "%s %d", sp_tr(lang, "Coupon"), coupons);
  sp_tui_grid_put(grid, row, column, width, SP_TUI_PLAIN, text);
}

void sp_tui_paint_totals(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *sale = sp_tui_sale(tui);
  char text[120];
  int64_t discount = sp_tui_number(sale, "discount");
  snprintf(text, sizeof text, sp_tr(lang, "%lld pieces"), (long long)sp_tui_number(sale, "count"));
  if (area.height < 4) {
    paint_large(grid, (struct sp_tui_area){area.row, area.column, area.width, 1}, sp_tr(lang, "Total"),
                sp_tui_number(sale, "total"));
    sp_tui_grid_put(grid, area.row, 10, 12, SP_TUI_PLAIN, text);
    if (discount != 0) sp_tui_paint_amount(grid, area, area.row + 1, SP_TUI_GOOD, sp_tr(lang, "Saved"), discount);
    if (discount == 0) paint_buyer(tui, grid, area.row + 1, 0, area.width);
    return;
  }
  struct sp_tui_area left = {area.row, area.column, area.width / 2 - 4, area.height};
  sp_tui_paint_amount(grid, left, area.row, SP_TUI_PLAIN, sp_tr(lang, "Goods"), sp_tui_number(sale, "gross"));
  if (discount != 0) sp_tui_paint_amount(grid, left, area.row + 1, SP_TUI_GOOD, sp_tr(lang, "Saved"), discount);
  sp_tui_grid_put(grid, area.row + 2, area.column, left.width, SP_TUI_PLAIN, text);
  paint_buyer(tui, grid, area.row + 3, area.column, area.width);
  paint_large(grid, (struct sp_tui_area){area.row, area.width / 2, area.width - area.width / 2, 3},
              sp_tr(lang, "Total"), sp_tui_number(sale, "total"));
}

/* ---- Paying ---- */

static int paint_notes(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area, int row) {
  int64_t keys[5];
  char text[80], amount[SP_MONEY_TEXT];
  int column = area.column, count = sp_tui_cash_keys(tui, keys);
  const char *typed = tui->typed;
  for (int i = 0; i <= count; i++) {
    int number = i < count ? i + 1 : 6;
    sp_money_text(i < count ? keys[i] : 0, 2, amount);
    snprintf(text, sizeof text, " %d %s ", number, i < count ? amount : sp_tr(tui->options.lang, "Exact"));
    bool armed = typed[0] == '0' + number && typed[1] == '\0';
    int width = sp_tui_grid_measure(grid, text);
    if (column + width > area.width) {
      column = area.column;
      row++;
    }
    column += sp_tui_grid_put(grid, row, column, width, armed ? SP_TUI_REVERSE | SP_TUI_BOLD : SP_TUI_PLAIN, text) + 1;
  }
  return row + 1;
}

static int paint_methods(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area, int row) {
  const char *methods[8];
  char text[80];
  int column = area.column, count = sp_tui_methods(tui, methods);
  for (int i = 0; i < count; i++) {
    snprintf(text, sizeof text, " F%d %.40s ", i + 1, sp_tui_method_name(tui, methods[i]));
    int width = sp_tui_grid_measure(grid, text);
    if (column + width > area.width) {
      column = area.column;
      row++;
    }
    column += sp_tui_grid_put(grid, row, column, width, SP_TUI_PLAIN, text) + 1;
  }
  return row + 1;
}

/* `member` of each tender: what it paid, or what was handed over for it. */
static int paint_tenders(const struct sp_tui *tui, const cJSON *list, const char *member, struct sp_tui_grid *grid,
                         struct sp_tui_area area, int row) {
  const cJSON *tender = NULL;
  char text[120];
  cJSON_ArrayForEach(tender, list) {
    snprintf(text, sizeof text, "%s %.60s", sp_tui_method_name(tui, sp_tui_word(tender, "method")),
             sp_tui_word(tender, "reference"));
    sp_tui_paint_amount(grid, area, row++, SP_TUI_PLAIN, text, sp_tui_number(tender, member));
  }
  return row;
}

void sp_tui_paint_tender(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *tenders = sp_tui_part(sp_tui_sale(tui), "tenders");
  int64_t due = sp_tui_due(tui, "cash"), given = sp_tui_given(tui);
  bool tall = area.height >= 16;
  struct sp_tui_area inner = {area.row + 1, 2, area.width - 4, area.height - 1};
  struct sp_tui_area large = {inner.row, inner.column, inner.width, tall ? 3 : 1};
  bool part = cJSON_GetArraySize(tenders) > 0;
  paint_large(grid, large,
              due < 0 ? sp_tr(lang, "To give back")
              : part  ? sp_tr(lang, "Still to pay")
                      : sp_tr(lang, "To pay"),
              due);
  int row = paint_tenders(tui, tenders, "amount", grid, inner, inner.row + large.height + 1);
  if (due > 0 && given >= 0) {
    sp_tui_paint_amount(grid, inner, row++, SP_TUI_PLAIN, sp_tr(lang, "Cash given"), given);
    large.row = row;
    paint_large(grid, large, given < due ? sp_tr(lang, "Still to pay") : sp_tr(lang, "Change"),
                given < due ? due - given : given - due);
    row += large.height;
  }
  if (tall) row++;
  if (due > 0) row = paint_notes(tui, grid, inner, row);
  row = paint_methods(tui, grid, inner, row);
  if (row < area.row + area.height) paint_buyer(tui, grid, row, inner.column, inner.width);
}

void sp_tui_paint_paid(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *last = sp_tui_part(tui->sections[SP_TUI_TILL], "last");
  int64_t total = sp_tui_number(last, "total");
  struct sp_tui_area inner = {area.row + 1, 2, area.width - 4, area.height - 1};
  struct sp_tui_area large = {inner.row, inner.column, inner.width, area.height >= 10 ? 3 : 1};
  char text[160];
  paint_large(grid, large, total < 0 ? sp_tr(lang, "Given back") : sp_tr(lang, "Change"),
              total < 0 ? -total : sp_tui_number(last, "change"));
  int row = inner.row + large.height + 1;
  sp_tui_paint_amount(grid, inner, row++, SP_TUI_BOLD, sp_tr(lang, "Total"), total);
  row = paint_tenders(tui, sp_tui_part(last, "tenders"), "tendered", grid, inner, row) + 1;
  snprintf(text, sizeof text, "%.40s  %s", sp_tui_word(last, "receipt"),
           sp_tui_print_word(lang, sp_tui_word(last, "print")));
  sp_tui_grid_put(grid, row, inner.column, inner.width, SP_TUI_PLAIN, text);
  sp_tui_grid_put(grid, row + 2, inner.column, inner.width, SP_TUI_DIM,
                  sp_tr(lang, "The next scan begins the next sale."));
}
