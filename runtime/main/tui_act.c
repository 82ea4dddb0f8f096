/* What the keys of the screens do; the same ones as on the page of the till. */
#include "base/text.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <string.h>

#define AMOUNT_MAX 9 /* characters of an amount; what is longer is a code */

static void forget_typed(struct sp_tui *tui) {
  tui->typed[0] = '\0';
}

static const cJSON *need_line(struct sp_tui *tui) {
  const cJSON *line = sp_tui_current(tui);
  if (!line) sp_tui_complain(tui, sp_tr(tui->options.lang, "Choose a line first"));
  return line;
}

/* ---- Typing and scanning ---- */

static void scan(struct sp_tui *tui) {
  char code[SP_TUI_TYPED_MAX];
  snprintf(code, sizeof code, "%s", tui->typed);
  forget_typed(tui);
  tui->picked = 0;
  sp_tui_do_text(tui, "scan", "code", code);
}

void sp_tui_search(struct sp_tui *tui, const char *text) {
  struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_SEARCH);
  if (!box || text[0] == '\0') return;
  snprintf(box->fields[0].text, sizeof box->fields[0].text, "%.200s", text);
  sp_tui_submit(tui, box);
}

static void total(struct sp_tui *tui) {
  if (sp_tui_line_count(tui) > 0)
    sp_tui_do(tui, "total");
  else
    sp_tui_complain(tui, sp_tr(tui->options.lang, "There is nothing to pay yet"));
}

/* The nearest thing goes, one at a time. */
static bool put_away(struct sp_tui *tui) {
  const cJSON *notice = sp_tui_last_notice(tui);
  if (tui->typed[0] != '\0') {
    forget_typed(tui);
    return true;
  }
  if (tui->complaint[0] != '\0') {
    tui->complaint[0] = '\0';
    return true;
  }
  if (notice) tui->notice_seen = sp_tui_number(notice, "id");
  return notice != NULL;
}

/* ---- The line ---- */

static void weigh(struct sp_tui *tui, const cJSON *line) {
  struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_WEIGH);
  if (!box) return;
  box->number = sp_tui_number(line, "n");
  snprintf(box->about, sizeof box->about, "%.200s", sp_tui_told(tui, line, "name"));
}

static void quantity_set(struct sp_tui *tui, int64_t n, int64_t quantity) {
  struct sp_tui_command command;
  struct sp_json_writer *w = sp_tui_say(&command, "quantity");
  sp_json_put_int(w, "n", n);
  sp_json_put_int(w, "quantity", quantity);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

static void change(struct sp_tui *tui, int64_t by) {
  const cJSON *line = need_line(tui);
  if (!line) return;
  int64_t quantity = sp_tui_number(line, "quantity") + by, n = sp_tui_number(line, "n");
  if (sp_tui_true(line, "weighed"))
    weigh(tui, line);
  else if (quantity > 0)
    quantity_set(tui, n, quantity);
  else
    sp_tui_do_n(tui, "void", n);
}

static void quantity_form(struct sp_tui *tui) {
  const cJSON *line = need_line(tui);
  if (!line) return;
  if (sp_tui_true(line, "weighed")) {
    weigh(tui, line);
    return;
  }
  struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_QUANTITY);
  if (!box) return;
  box->number = sp_tui_number(line, "n");
  snprintf(box->about, sizeof box->about, "%.200s", sp_tui_told(tui, line, "name"));
  snprintf(box->fields[0].text, sizeof box->fields[0].text, "%lld",
           (long long)(sp_tui_number(line, "quantity") / 1000));
  box->fields[0].fresh = true;
}

static void times(struct sp_tui *tui) {
  int64_t pieces = sp_tui_parse(tui->typed, 1);
  if (tui->typed[0] == '\0') {
    quantity_form(tui);
    return;
  }
  forget_typed(tui);
  const cJSON *line = pieces > 0 ? need_line(tui) : NULL;
  if (line) quantity_set(tui, sp_tui_number(line, "n"), 1000 * pieces);
}

static void move(struct sp_tui *tui, int by) {
  const cJSON *lines = sp_tui_lines(tui), *current = sp_tui_current(tui), *line = NULL;
  int at = 0, here = 0, count = sp_tui_line_count(tui);
  cJSON_ArrayForEach(line, lines) {
    if (line == current) here = at;
    at++;
  }
  int to = here + by;
  if (count == 0 || to < 0 || to >= count) return;
  tui->picked = sp_tui_number(cJSON_GetArrayItem(lines, to), "n");
}

static void void_line(struct sp_tui *tui) {
  const cJSON *line = need_line(tui);
  tui->picked = 0;
  if (line) sp_tui_do_n(tui, "void", sp_tui_number(line, "n"));
}

void sp_tui_why(struct sp_tui *tui) {
  char path[96];
  const char *id = sp_tui_word(sp_tui_sale(tui), "id");
  if (id[0] == '\0') return;
  snprintf(path, sizeof path, "/v1/baskets/%.40s/explain?format=text", id);
  sp_tui_ask(tui, SP_TUI_TAG_EXPLAIN, "GET", path, NULL, false);
}

/* ---- The screens ---- */

/* Signs are keys of their own only while nothing is typed: codes have them too. */
static void sale_char(struct sp_tui *tui, uint32_t code) {
  bool empty = tui->typed[0] == '\0';
  bool number = !empty && strspn(tui->typed, "0123456789") == strlen(tui->typed);
  if (code == '*' && (empty || number))
    times(tui);
  else if (code == '+' && empty)
    change(tui, 1000);
  else if (code == '-' && empty)
    change(tui, -1000);
  else
    sp_tui_type(tui->typed, sizeof tui->typed, code);
}

static void sale_f(struct sp_tui *tui, uint32_t number) {
  char typed[SP_TUI_TYPED_MAX];
  switch (number) {
  case 2:
    snprintf(typed, sizeof typed, "%s", tui->typed);
    forget_typed(tui);
    sp_tui_search(tui, typed);
    return;
  case 3:
    quantity_form(tui);
    return;
  case 4:
    if (sp_tui_sale(tui)) sp_tui_open_discount(tui);
    return;
  case 5:
    sp_tui_form(tui, SP_TUI_BOX_MEMBER);
    return;
  case 6:
    sp_tui_form(tui, SP_TUI_BOX_COUPON);
    return;
  case 7:
    if (sp_tui_line_count(tui) > 0) sp_tui_form(tui, SP_TUI_BOX_PARK);
    return;
  case 8:
    sp_tui_open_recall(tui);
    return;
  case 9:
    sp_tui_form(tui, SP_TUI_BOX_RECEIPT);
    return;
  case 12:
    total(tui);
    return;
  default:
    return;
  }
}

static void sale_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  if (key->kind == SP_TUI_KEY_CHAR) sale_char(tui, key->code);
  if (key->kind == SP_TUI_KEY_F) sale_f(tui, key->code);
  if (key->kind == SP_TUI_KEY_UP) move(tui, -1);
  if (key->kind == SP_TUI_KEY_DOWN) move(tui, 1);
  if (key->kind == SP_TUI_KEY_DELETE) void_line(tui);
  if (key->kind == SP_TUI_KEY_TAB) sp_tui_open_needs(tui);
  if (key->kind == SP_TUI_KEY_ESCAPE) (void)put_away(tui);
  if (key->kind != SP_TUI_KEY_ENTER) return;
  if (tui->typed[0] != '\0')
    scan(tui);
  else
    total(tui);
}

/* Money goes back the way it came, as the node says. */
static void pay_back(struct sp_tui *tui) {
  const cJSON *way = NULL, *ways = sp_tui_part(sp_tui_sale(tui), "pay_back");
  cJSON_ArrayForEach(way, ways) {
    sp_tui_tender(tui, sp_tui_word(way, "method"), sp_tui_number(way, "amount"), sp_tui_word(way, "reference"));
  }
  if (!ways) sp_tui_tender(tui, "cash", sp_tui_due(tui, "cash"), NULL);
}

static void tender_enter(struct sp_tui *tui) {
  bool code = strlen(tui->typed) > AMOUNT_MAX || strspn(tui->typed, "0123456789.") != strlen(tui->typed);
  int64_t given = sp_tui_given(tui), due = sp_tui_due(tui, "cash");
  if (code) {
    scan(tui);
    return;
  }
  bool back = due < 0 && tui->typed[0] == '\0';
  forget_typed(tui);
  if (back)
    pay_back(tui);
  else if (given >= 0)
    sp_tui_tender(tui, "cash", due < 0 ? -given : given, NULL);
}

static void tender_by(struct sp_tui *tui, const char *method) {
  char amount[SP_TUI_TEXT_MAX];
  int64_t typed = sp_tui_parse(tui->typed, 100);
  if (strcmp(method, "cash") == 0) {
    tender_enter(tui);
    return;
  }
  int64_t pays = typed > 0 ? typed : sp_tui_due(tui, method);
  snprintf(amount, sizeof amount, "%lld.%02lld", (long long)(pays / 100), (long long)(pays < 0 ? -pays : pays) % 100);
  forget_typed(tui);
  if (pays < 0) {
    sp_tui_tender(tui, method, pays, NULL);
    return;
  }
  struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_RECEIVED);
  if (!box) return;
  box->number = pays;
  snprintf(box->key, sizeof box->key, "%.40s", method);
  snprintf(box->about, sizeof box->about, "%s  %s", sp_tui_method_name(tui, method), amount);
}

static void tender_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  const char *methods[8];
  int count = sp_tui_methods(tui, methods);
  const cJSON *paid = sp_tui_part(sp_tui_sale(tui), "tenders");
  if (key->kind == SP_TUI_KEY_CHAR) sp_tui_type(tui->typed, sizeof tui->typed, key->code);
  if (key->kind == SP_TUI_KEY_ENTER) tender_enter(tui);
  if (key->kind == SP_TUI_KEY_TAB) sp_tui_open_needs(tui);
  if (key->kind == SP_TUI_KEY_F && key->code <= (uint32_t)count) tender_by(tui, methods[key->code - 1]);
  if (key->kind == SP_TUI_KEY_ESCAPE && !put_away(tui))
    sp_tui_do(tui, cJSON_GetArraySize(paid) > 0 ? "release" : "back");
}

static void paid_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  const cJSON *last = sp_tui_part(tui->sections[SP_TUI_TILL], "last");
  bool print = key->kind == SP_TUI_KEY_CHAR && (key->code == 'p' || key->code == 'P') && tui->typed[0] == '\0';
  bool next = key->kind == SP_TUI_KEY_ESCAPE || key->kind == SP_TUI_KEY_ENTER;
  bool done = key->kind == SP_TUI_KEY_F && key->code == 12;
  if (print) {
    struct sp_tui_command command;
    struct sp_json_writer *w = sp_tui_say(&command, "print");
    if (strcmp(sp_tui_word(last, "print"), "none") != 0) sp_json_put_bool(w, "copy", true);
    sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
  } else if (key->kind == SP_TUI_KEY_F && key->code == 9) {
    struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_RECEIPT);
    if (box) snprintf(box->fields[0].text, sizeof box->fields[0].text, "%.60s", sp_tui_word(last, "receipt"));
    if (box) box->fields[0].fresh = true;
  } else if (done || (next && tui->typed[0] == '\0' && (key->kind == SP_TUI_KEY_ENTER || !put_away(tui)))) {
    sp_tui_do(tui, "next");
  } else {
    sale_press(tui, key);
  }
}

/* No shift is open: what is typed is the change in the drawer. */
static void closed_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  struct sp_tui_command command;
  if (key->kind == SP_TUI_KEY_CHAR) sp_tui_type(tui->typed, sizeof tui->typed, key->code);
  if (key->kind == SP_TUI_KEY_ESCAPE) (void)put_away(tui);
  if (key->kind != SP_TUI_KEY_ENTER) return;
  int64_t amount = tui->typed[0] == '\0' ? 0 : sp_tui_parse(tui->typed, 100);
  bool code = amount < 0 || strlen(tui->typed) > AMOUNT_MAX;
  if (code) { /* a badge, or goods at the wrong moment: the node says what it is */
    scan(tui);
    return;
  }
  forget_typed(tui);
  sp_json_put_int(sp_tui_say(&command, "shift_open"), "opening_float", amount);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

void sp_tui_screen_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  bool tender = sp_tui_is_step(tui, "tender");
  if (key->kind == SP_TUI_KEY_BACKSPACE) {
    sp_tui_erase(tui->typed);
  } else if (key->kind == SP_TUI_KEY_F && key->code == 1 && !tender) {
    sp_tui_open_help(tui);
  } else if (key->kind == SP_TUI_KEY_F && key->code == 10) {
    sp_tui_open_menu(tui);
  } else if (key->kind == SP_TUI_KEY_F && key->code == 11) {
    sp_tui_why(tui);
  } else if (sp_tui_is_step(tui, "closed")) {
    closed_press(tui, key);
  } else if (tender) {
    tender_press(tui, key);
  } else if (sp_tui_is_step(tui, "paid")) {
    paid_press(tui, key);
  } else {
    sale_press(tui, key);
  }
}
