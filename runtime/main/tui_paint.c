/* The frame of every screen: header, what goes on, entry, message, state of the till, keys. */
#include "base/text.h"
#include "domain/money.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <string.h>

#define NARROW    60 /* columns */
#define PIECE_MAX 320

void sp_tui_paint_amount(struct sp_tui_grid *grid, struct sp_tui_area area, int row, unsigned style, const char *label,
                         int64_t amount) {
  char text[SP_MONEY_TEXT];
  sp_money_text(amount, 2, text);
  int start = sp_tui_grid_right(grid, row, area.column, area.width, style, text);
  sp_tui_grid_put(grid, row, area.column, start - area.column - 1, style & ~(unsigned)SP_TUI_REVERSE, label);
}

/* How much of `text` goes on a row; a row breaks at a blank or beside a wide character. */
static size_t row_of(const struct sp_tui_grid *grid, const char *text, size_t len, int width) {
  char piece[PIECE_MAX];
  size_t best = 0, at = 0;
  while (at < len && at < sizeof piece - 5) {
    uint32_t code = 0;
    int used = sp_utf8_next(text + at, len - at, &code);
    size_t step = used > 0 ? (size_t)used : 1;
    memcpy(piece, text, at + step);
    piece[at + step] = '\0';
    if (sp_tui_grid_measure(grid, piece) > width) break;
    at += step;
    if (code == ' ' || code > 0x2E80 || at == len) best = at;
  }
  return best > 0 ? best : at > 0 ? at : len;
}

int sp_tui_paint_words(struct sp_tui_grid *grid, struct sp_tui_area area, unsigned style, const char *text) {
  char piece[PIECE_MAX];
  int row = 0;
  while (*text != '\0' && row < area.height) {
    size_t line = strcspn(text, "\n");
    size_t take = line == 0 ? 0 : row_of(grid, text, line, area.width);
    snprintf(piece, sizeof piece, "%.*s", (int)take, text);
    sp_tui_grid_put(grid, area.row + row++, area.column, area.width, style, piece);
    text += take;
    while (*text == ' ' && take > 0)
      text++;
    if (take == line && *text == '\n') text++;
  }
  return row;
}

/* ---- Header ---- */

static void clock_text(const struct sp_tui_state *state, char out[24]) {
  struct sp_date date = {0};
  if (state->zone) {
    sp_zone_local(state->zone, state->now_ms, &date);
    snprintf(out, 24, "%02d:%02d", date.minute / 60, date.minute % 60);
    return;
  }
  char text[SP_TIME_TEXT];
  sp_time_format(state->now_ms, text);
  snprintf(out, 24, "%.5sZ", text + 11);
}

static unsigned line_word(const struct sp_tui *tui, const struct sp_tui_state *state, char *out, size_t size) {
  enum sp_lang lang = tui->options.lang;
  int unsynced = (int)sp_tui_number(sp_tui_part(tui->sections[SP_TUI_TILL], "unsynced"), "count");
  if (state->stuck || state->line == SP_TUI_LINE_LOST) unsynced += state->waiting;
  const char *word = state->line == SP_TUI_LINE_LIVE   ? sp_tr(lang, "Online")
                     : state->line == SP_TUI_LINE_LOST ? sp_tr(lang, "Reconnecting…")
                                                       : sp_tr(lang, "Connecting");
  if (state->line == SP_TUI_LINE_LIVE && state->stuck) word = sp_tr(lang, "Reconnecting…");
  int used = snprintf(out, size, "%s", word);
  if (unsynced > 0) snprintf(out + used, size - (size_t)used, sp_tr(lang, "  Unsynced %d"), unsynced);
  return state->line == SP_TUI_LINE_LIVE && unsynced == 0 ? SP_TUI_REVERSE : SP_TUI_REVERSE | SP_TUI_WARN;
}

/* One row, two on a narrow screen. Returns how many. */
static int paint_header(const struct sp_tui *tui, const struct sp_tui_state *state, struct sp_tui_grid *grid) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *section = tui->sections[SP_TUI_TILL], *till = sp_tui_part(section, "till");
  const cJSON *staff = sp_tui_part(section, "staff");
  char left[256], right[96], line[64], clock[24];
  bool narrow = grid->columns < NARROW;
  int rows = narrow ? 2 : 1;
  for (int i = 0; i < rows; i++)
    sp_tui_grid_fill(grid, i, 0, grid->columns, SP_TUI_REVERSE);
  clock_text(state, clock);
  unsigned style = line_word(tui, state, line, sizeof line);
  snprintf(right, sizeof right, "%s  %s ", line, clock);
  int start = sp_tui_grid_right(grid, rows - 1, 0, grid->columns, style, tui->signed_in ? right : clock);
  const char *store = sp_tui_word(sp_tui_part(section, "store"), "name");
  snprintf(left, sizeof left, " %.80s  %.20s%s%s", store[0] != '\0' ? store : sp_tr(lang, "Suanpan"), tui->till,
           sp_tui_true(till, "training") ? "  " : "",
           sp_tui_true(till, "training") ? sp_tr(lang, "Training: nothing is real") : "");
  sp_tui_grid_put(grid, 0, 0, narrow ? grid->columns : start - 1, SP_TUI_REVERSE | SP_TUI_BOLD, left);
  if (!staff) return rows;
  snprintf(left, sizeof left, "%.60s (%.20s)", sp_tui_word(staff, "name"), sp_tui_word(staff, "code"));
  int column = narrow ? 1 : 40;
  sp_tui_grid_put(grid, rows - 1, column, start - column - 1, SP_TUI_REVERSE, left);
  return rows;
}

/* ---- Foot ---- */

static void paint_entry(const struct sp_tui *tui, struct sp_tui_grid *grid, int row) {
  enum sp_lang lang = tui->options.lang;
  const char *prompt = sp_tui_is_step(tui, "tender")   ? sp_tr(lang, "Cash given")
                       : sp_tui_is_step(tui, "closed") ? sp_tr(lang, "Change in the drawer")
                                                       : sp_tr(lang, "Code");
  char shown[SP_TUI_TYPED_MAX];
  snprintf(shown, sizeof shown, "%s", tui->typed);
  for (char *at = shown; *at != '\0'; at++)
    if (*at == 29) *at = '^'; /* what a scanner sends between GS1 elements */
  int column = sp_tui_grid_put(grid, row, 0, grid->columns / 2, SP_TUI_BOLD, prompt);
  column += sp_tui_grid_put(grid, row, column, 3, SP_TUI_BOLD, " > ");
  int room = grid->columns - column - 1;
  const char *from = shown;
  while (sp_tui_grid_measure(grid, from) > room) {
    uint32_t code = 0;
    int used = sp_utf8_next(from, strlen(from), &code);
    from += used > 0 ? used : 1;
  }
  column += sp_tui_grid_put(grid, row, column, room, SP_TUI_PLAIN, from);
  if (tui->box_count > 0) return;
  grid->cursor_row = row;
  grid->cursor_column = column;
}

static void paint_message(const struct sp_tui *tui, struct sp_tui_grid *grid, int row) {
  const cJSON *notice = sp_tui_last_notice(tui);
  const char *level = sp_tui_word(notice, "level");
  char text[600];
  if (tui->complaint[0] != '\0') {
    snprintf(text, sizeof text, "! %s", tui->complaint);
    sp_tui_grid_put(grid, row, 0, grid->columns, SP_TUI_BAD | SP_TUI_BOLD, text);
    return;
  }
  if (!notice) return;
  bool info = strcmp(level, "info") == 0;
  snprintf(text, sizeof text, "%s%.500s", info ? "" : "! ", sp_tui_told(tui, notice, "text"));
  unsigned style = info ? SP_TUI_PLAIN : strcmp(level, "warn") == 0 ? SP_TUI_WARN : SP_TUI_BAD | SP_TUI_BOLD;
  sp_tui_grid_put(grid, row, 0, grid->columns, style, text);
}

/* One word of the strip; returns the column behind it. */
static int chip(struct sp_tui_grid *grid, int row, int column, unsigned style, const char *text) {
  if (column >= grid->columns) return column;
  return column + sp_tui_grid_put(grid, row, column, grid->columns - column, style, text) + 2;
}

static unsigned device_style(const char *state) {
  if (strcmp(state, "ready") == 0) return SP_TUI_GOOD;
  if (strcmp(state, "fault") == 0 || strcmp(state, "offline") == 0) return SP_TUI_BAD;
  return strcmp(state, "degraded") == 0 ? SP_TUI_WARN : SP_TUI_DIM;
}

static int paint_paper(const struct sp_tui *tui, struct sp_tui_grid *grid, int row, int column) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *job = NULL;
  int held = 0, uncertain = 0;
  char text[80];
  cJSON_ArrayForEach(job, tui->sections[SP_TUI_PRINT]) {
    held += strcmp(sp_tui_word(job, "state"), "held") == 0;
    uncertain += strcmp(sp_tui_word(job, "state"), "uncertain") == 0;
  }
  snprintf(text, sizeof text, sp_tr(lang, "%d wait for the printer"), held);
  if (uncertain > 0) return chip(grid, row, column, SP_TUI_BAD, sp_tr(lang, "A printout is uncertain"));
  return held > 0 ? chip(grid, row, column, SP_TUI_WARN, text) : column;
}

static void paint_strip(const struct sp_tui *tui, struct sp_tui_grid *grid, int row) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *one = NULL, *calls = sp_tui_part(tui->sections[SP_TUI_TILL], "calls");
  char text[160];
  int column = 0, alarms = 0;
  cJSON_ArrayForEach(one, calls) {
    if (!cJSON_IsString(one)) continue;
    snprintf(text, sizeof text, sp_tr(lang, "%.20s needs help"), one->valuestring);
    column = chip(grid, row, column, SP_TUI_WARN | SP_TUI_BOLD, text);
  }
  cJSON_ArrayForEach(one, tui->sections[SP_TUI_ALARMS]) {
    alarms += strcmp(sp_tui_word(one, "state"), "cleared") != 0;
  }
  snprintf(text, sizeof text, sp_tr(lang, "Alarms %d"), alarms);
  if (alarms > 0) column = chip(grid, row, column, SP_TUI_BAD, text);
  column = paint_paper(tui, grid, row, column);
  cJSON_ArrayForEach(one, tui->sections[SP_TUI_DEVICES]) {
    snprintf(text, sizeof text, "%s: %s", sp_tui_class_word(lang, sp_tui_word(one, "class")),
             sp_tui_device_word(lang, one));
    column = chip(grid, row, column, device_style(sp_tui_word(one, "state")), text);
  }
  const cJSON *parked = sp_tui_part(tui->sections[SP_TUI_TILL], "parked");
  snprintf(text, sizeof text, sp_tr(lang, "Parked %d"), cJSON_GetArraySize(parked));
  if (cJSON_GetArraySize(parked) > 0) column = chip(grid, row, column, SP_TUI_PLAIN, text);
  if (column == 0) chip(grid, row, 0, SP_TUI_DIM, sp_tr(lang, "No alarms"));
}

static const char *keys_text(const struct sp_tui *tui, bool narrow) {
  enum sp_lang lang = tui->options.lang;
  if (sp_tui_is_step(tui, "tender"))
    return narrow ? sp_tr(lang, "Enter pay  Esc back  F10 more")
                  : sp_tr(lang, "1-5 notes  6 exactly  Enter pay  F1-F4 ways to pay  Esc back  F10 more");
  if (sp_tui_is_step(tui, "paid"))
    return narrow ? sp_tr(lang, "Enter next  P print  F10 more")
                  : sp_tr(lang, "Enter or a scan: next customer  P print  F9 return  F10 more");
  if (sp_tui_is_step(tui, "closed")) return sp_tr(lang, "Enter opens the shift  F10 more  F1 keys");
  return narrow ? sp_tr(lang, "F1 keys  F2 search  F10 more  F12 pay")
                : sp_tr(lang, "F1 keys F2 find F4 disc. F5 member F7 park F8 recall F9 return F10 more F12 pay");
}

/* ---- All of it ---- */

static void paint_middle(const struct sp_tui *tui, struct sp_tui_grid *grid, struct sp_tui_area area) {
  enum sp_lang lang = tui->options.lang;
  struct sp_tui_area words = {area.row + area.height / 3, 2, area.width - 4, area.height - area.height / 3};
  if (sp_tui_is_step(tui, "tender")) {
    sp_tui_paint_tender(tui, grid, area);
  } else if (sp_tui_is_step(tui, "paid")) {
    sp_tui_paint_paid(tui, grid, area);
  } else if (sp_tui_is_step(tui, "closed")) {
    words.row += 1 + sp_tui_paint_words(grid, words, SP_TUI_BOLD, sp_tr(lang, "Open the shift"));
    sp_tui_paint_words(grid, words, SP_TUI_PLAIN, sp_tr(lang, "Count the change in the drawer first."));
  } else if (sp_tui_line_count(tui) == 0) {
    words.row += 1 + sp_tui_paint_words(grid, words, SP_TUI_BOLD, sp_tr(lang, "Ready for the next customer"));
    sp_tui_paint_words(grid, words, SP_TUI_PLAIN, sp_tr(lang, "The first scan opens a sale."));
  } else {
    int foot = area.height >= 14 && area.width >= NARROW ? 5 : 3;
    struct sp_tui_area lines = {area.row, 0, area.width, area.height - foot};
    sp_tui_paint_lines(tui, grid, lines);
    sp_tui_grid_rule(grid, area.row + lines.height, 0, area.width);
    sp_tui_paint_totals(tui, grid, (struct sp_tui_area){area.row + lines.height + 1, 0, area.width, foot - 1});
  }
}

void sp_tui_paint(const struct sp_tui *tui, const struct sp_tui_state *state, struct sp_tui_grid *grid) {
  enum sp_lang lang = tui->options.lang;
  sp_tui_grid_clear(grid);
  int head = paint_header(tui, state, grid), last = grid->rows - 1;
  struct sp_tui_area area = {head, 0, grid->columns, grid->rows - head - 4};
  if (sp_tui_step(tui)[0] != '\0') {
    paint_middle(tui, grid, area);
    paint_entry(tui, grid, last - 3);
    paint_message(tui, grid, last - 2);
    paint_strip(tui, grid, last - 1);
    sp_tui_grid_put(grid, last, 0, grid->columns, SP_TUI_DIM, keys_text(tui, grid->columns < NARROW));
  } else if (tui->signed_in) {
    sp_tui_grid_put(grid, head + 2, 2, grid->columns - 4, SP_TUI_PLAIN, sp_tr(lang, "Looking for the node…"));
  }
  bool waits = !tui->signed_in && state->stuck;
  if (waits) sp_tui_grid_put(grid, last, 0, grid->columns, SP_TUI_WARN, sp_tr(lang, "The node does not answer yet"));
  sp_tui_paint_boxes(tui, grid);
  if (grid->cursor_row >= grid->rows || grid->cursor_column >= grid->columns) grid->cursor_row = -1;
}
