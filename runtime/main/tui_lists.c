/* Boxes made of what the node told: menus, found goods, parked sales, printouts, questions. */
#include "base/text.h"
#include "domain/money.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The menu: everything that is not done at every sale ---- */

static struct sp_tui_item *add_entry(struct sp_tui_box *box, bool when, int64_t number, const char *text) {
  struct sp_tui_item *item = when ? sp_tui_item_add(box, text, "", "") : NULL;
  if (item) item->number = number;
  return item;
}

struct menu_entry {
  char cap; /* its key, whatever else is shown: that of the page (devices/till/src/dialogs/menu.jsx) */
  const char *label;
  /* Shown when the till is in this state. */
  enum {
    ALWAYS,
    ON_SHIFT,
    AFTER_SALE, /* of this shift */
    BETWEEN_SALES,
    WITH_LINES, /* also while they are paid */
    SELLING,
    SELF_CHECKOUT
  } when;
  void (*open)(struct sp_tui *tui);                                 /* what it does, … */
  void (*pick)(struct sp_tui *tui, const struct menu_entry *entry); /* … or, with what follows, this */
  enum sp_tui_box_name form;
  const char *word;
};

static void open_form(struct sp_tui *tui, const struct menu_entry *entry) {
  sp_tui_form(tui, entry->form);
}

/* A form about the line that is chosen, filled with the member `word` it has. */
static void open_line_form(struct sp_tui *tui, const struct menu_entry *entry) {
  const cJSON *line = sp_tui_current(tui);
  struct sp_tui_box *box = sp_tui_form(tui, entry->form);
  if (!box) return;
  box->number = sp_tui_number(line, "n");
  snprintf(box->about, sizeof box->about, "%.200s", sp_tui_told(tui, line, "name"));
  snprintf(box->fields[0].text, sizeof box->fields[0].text, "%.200s", sp_tui_word(line, entry->word));
}

static void send_word(struct sp_tui *tui, const struct menu_entry *entry) {
  sp_tui_do(tui, entry->word);
}

static void print_again(struct sp_tui *tui, const struct menu_entry *entry) {
  struct sp_tui_command command;
  sp_json_put_bool(sp_tui_say(&command, "print"), entry->word, true);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

static void call_attendant(struct sp_tui *tui) {
  struct sp_tui_command command;
  sp_json_put_bool(sp_tui_say(&command, "call"), "on", !sp_tui_true(tui->sections[SP_TUI_TILL], "calling"));
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

static const struct menu_entry menu[] = {
    {'1', "Price check", ON_SHIFT, .pick = open_form, .form = SP_TUI_BOX_PRICE},
    {'2', "Print the last receipt again", AFTER_SALE, .pick = print_again, .word = "copy"},
    {'3', "Gift receipt without prices", AFTER_SALE, .pick = print_again, .word = "gift"},
    {'4', "Open the drawer", ON_SHIFT, .pick = open_form, .form = SP_TUI_BOX_DRAWER},
    {'5', "Put cash in", ON_SHIFT, .pick = open_form, .form = SP_TUI_BOX_CASH_IN},
    {'6', "Take cash out", ON_SHIFT, .pick = open_form, .form = SP_TUI_BOX_CASH_OUT},
    {'7', "Report of the shift (X)", ON_SHIFT, .pick = send_word, .word = "report"},
    {'8', "Close the shift", BETWEEN_SALES, .pick = open_form, .form = SP_TUI_BOX_CLOSE_SHIFT},
    {'9', "Throw this sale away", WITH_LINES, .pick = open_form, .form = SP_TUI_BOX_CANCEL},
    {'0', "Note on the line", SELLING, .pick = open_line_form, .form = SP_TUI_BOX_NOTE, .word = "note"},
    {'a', "Who sold the line", SELLING, .pick = open_line_form, .form = SP_TUI_BOX_SELLER, .word = "seller"},
    {'b', "Printouts", ALWAYS, .open = sp_tui_open_jobs},
    {'c', "Devices", ALWAYS, .open = sp_tui_open_devices},
    {'d', "Alarms", ALWAYS, .open = sp_tui_open_alarms},
    {'f', "Lock or change person", ON_SHIFT, .pick = send_word, .word = "lock"},
    {'g', "Keys", ALWAYS, .open = sp_tui_open_help},
    {'k', "Sign out", ALWAYS, .open = sp_tui_sign_out},
    {'y', "Call for help", SELF_CHECKOUT, .open = call_attendant},
    {'z', "Leave the terminal", ALWAYS, .pick = open_form, .form = SP_TUI_BOX_LEAVE},
};

enum { MENU_ENTRIES = sizeof menu / sizeof menu[0] };

void sp_tui_open_menu(struct sp_tui *tui) {
  const cJSON *till = tui->sections[SP_TUI_TILL];
  bool open = sp_tui_part(till, "shift") != NULL, some = sp_tui_line_count(tui) > 0;
  const bool holds[] = {
      [ALWAYS] = true,
      [ON_SHIFT] = open,
      [AFTER_SALE] = open && sp_tui_part(till, "last") != NULL,
      [BETWEEN_SALES] = open && !some,
      [WITH_LINES] = some,
      [SELLING] = some && sp_tui_is_step(tui, "sale"),
      [SELF_CHECKOUT] = strcmp(sp_tui_word(sp_tui_part(till, "till"), "mode"), "self") == 0,
  };
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_MENU, sp_tr(tui->options.lang, "More"));
  if (!box) return;
  for (int i = 0; i < MENU_ENTRIES; i++) {
    struct sp_tui_item *item = add_entry(box, holds[menu[i].when], i, sp_tr(tui->options.lang, menu[i].label));
    if (item) item->cap = menu[i].cap;
  }
}

void sp_tui_pick_menu(struct sp_tui *tui, int64_t number) {
  if (number < 0 || number >= MENU_ENTRIES) return;
  const struct menu_entry *entry = &menu[number];
  if (entry->open)
    entry->open(tui);
  else
    entry->pick(tui, entry);
}

/* ---- Sales and goods ---- */

void sp_tui_open_discount(struct sp_tui *tui) {
  static const char *const kinds[] = {"Percent off", "Amount off", "New price"};
  enum sp_lang lang = tui->options.lang;
  const cJSON *line = sp_tui_current(tui);
  char text[200];
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_DISCOUNT, sp_tr(lang, "Discount"));
  if (!box) return;
  for (int i = 0; i < 5; i++) {
    snprintf(text, sizeof text, "%s: %.100s", sp_tr(lang, kinds[i % 3]),
             i < 3 ? sp_tui_told(tui, line, "name") : sp_tr(lang, "The whole sale"));
    add_entry(box, i > 2 || line, i, text);
  }
  snprintf(text, sizeof text, "%s: %.100s", sp_tr(lang, "Take the discount away"), sp_tui_told(tui, line, "name"));
  add_entry(box, line != NULL, 5, text);
  snprintf(text, sizeof text, "%s: %s", sp_tr(lang, "Take the discount away"), sp_tr(lang, "The whole sale"));
  add_entry(box, true, 6, text);
}

void sp_tui_open_recall(struct sp_tui *tui) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *one = NULL;
  char right[40];
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_RECALL, sp_tr(lang, "Parked sales"));
  if (!box) return;
  cJSON_ArrayForEach(one, sp_tui_part(tui->sections[SP_TUI_TILL], "parked")) {
    const char *label = sp_tui_word(one, "label");
    snprintf(right, sizeof right, "%.20s %lld", sp_tui_word(one, "till"), (long long)sp_tui_number(one, "lines"));
    sp_tui_item_add(box, label[0] != '\0' ? label : sp_tr(lang, "Without a name"), right, sp_tui_word(one, "id"));
  }
  if (box->item_count == 0) snprintf(box->about, sizeof box->about, "%s", sp_tr(lang, "Nothing is parked."));
}

void sp_tui_open_found(struct sp_tui *tui, const cJSON *products) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *one = NULL;
  char text[200], price[SP_MONEY_TEXT];
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_FOUND, sp_tr(lang, "Found goods"));
  if (!box) return;
  bool many = cJSON_IsArray(products);
  for (one = many ? products->child : products; one; one = many ? one->next : NULL) {
    bool offered = sp_json_member(one, "paid") != NULL;
    sp_money_text(sp_tui_number(one, offered ? "paid" : "price"), 2, price);
    snprintf(text, sizeof text, "%.110s  %.30s", sp_tui_told(tui, one, "name"), sp_tui_word(one, "code"));
    sp_tui_item_add(box, text, price, sp_tui_word(one, "code"));
  }
  if (box->item_count == 0) snprintf(box->about, sizeof box->about, "%s", sp_tr(lang, "Nothing is called that"));
}

void sp_tui_open_return(struct sp_tui *tui, const cJSON *found) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *line = NULL;
  char text[200], left[SP_MONEY_TEXT], n[24];
  sp_tui_box_close(tui, sp_tui_box_named(tui, SP_TUI_BOX_RETURN)); /* asked twice: by the scan, and by its question */
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_RETURN, sp_tr(lang, "Return or exchange"));
  if (!box) return;
  snprintf(box->key, sizeof box->key, "%.40s", sp_tui_word(found, "sale"));
  snprintf(box->about, sizeof box->about, "%.40s  %s", sp_tui_word(found, "receipt"),
           sp_tr(lang, "1…9 take a line, + and - a piece, F2 everything. Enter takes them back."));
  cJSON_ArrayForEach(line, sp_tui_part(found, "lines")) {
    int64_t most = sp_tui_number(line, "left");
    sp_quantity_text(most, left);
    snprintf(text, sizeof text, "%.120s", sp_tui_told(tui, line, "name"));
    snprintf(n, sizeof n, "%lld", (long long)sp_tui_number(line, "n"));
    struct sp_tui_item *item = sp_tui_item_add(box, text, left, n);
    if (!item) break;
    item->most = most;
    item->number = sp_tui_true(line, "weighed") ? most : 1000;
  }
}

void sp_tui_open_tills(struct sp_tui *tui, const cJSON *tills) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *one = NULL;
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_TILLS, sp_tr(lang, "Which till is this?"));
  if (!box) return;
  cJSON_ArrayForEach(one, tills) {
    sp_tui_item_add(box, sp_tui_word(one, "code"), sp_tui_word(one, "name"), sp_tui_word(one, "code"));
  }
  if (box->item_count == 0)
    snprintf(box->about, sizeof box->about, "%s", sp_tr(lang, "There is no till yet: make one first"));
}

/* What must be answered before the sale can be paid. */
void sp_tui_open_needs(struct sp_tui *tui) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *need = NULL;
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_NEEDS, sp_tr(lang, "To be answered first"));
  if (!box) return;
  cJSON_ArrayForEach(need, sp_tui_part(sp_tui_sale(tui), "requirements")) {
    const char *text = sp_tui_word(need, "text"), *kind = sp_tui_word(need, "kind");
    if (text[0] == '\0') text = sp_tui_told(tui, need, "title");
    if (text[0] == '\0') text = sp_tui_word(need, "code");
    bool approve = strcmp(kind, "approve") == 0;
    if (sp_tui_true(need, "met") || strcmp(kind, "refuse") == 0) continue;
    sp_tui_item_add(box, text, approve ? sp_tr(lang, "A manager signs") : sp_tr(lang, "Checked"),
                    sp_tui_word(need, "code"));
  }
  if (box->item_count == 0) sp_tui_box_close(tui, box);
}

/* ---- Paper, devices, alarms ---- */

void sp_tui_open_jobs(struct sp_tui *tui) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *job = NULL;
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_JOBS, sp_tr(lang, "Printouts"));
  if (!box) return;
  cJSON_ArrayForEach(job, tui->sections[SP_TUI_PRINT]) {
    const char *title = sp_tui_word(job, "title"), *state = sp_tui_word(job, "state");
    if (strcmp(state, "held") != 0 && strcmp(state, "uncertain") != 0) continue;
    sp_tui_item_add(box, title[0] != '\0' ? title : sp_tui_word(job, "kind"), state, sp_tui_word(job, "id"));
  }
  if (box->item_count == 0) snprintf(box->about, sizeof box->about, "%s", sp_tr(lang, "Everything is printed."));
}

void sp_tui_open_decide(struct sp_tui *tui, const char *job, const char *title, const char *state) {
  enum sp_lang lang = tui->options.lang;
  bool held = strcmp(state, "held") == 0;
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_DECIDE,
                                           held ? sp_tr(lang, "Waits for the printer")
                                                : sp_tr(lang, "The receipt is perhaps printed already"));
  if (!box) return;
  snprintf(box->key, sizeof box->key, "%.40s", job);
  snprintf(box->about, sizeof box->about, "%.100s  %s", title,
           held ? "" : sp_tr(lang, "The printer was cut off in the middle. Look at the paper."));
  if (held) {
    sp_tui_item_add(box, sp_tr(lang, "Try now"), "", "retry");
    sp_tui_item_add(box, sp_tr(lang, "Do not print"), "", "cancel");
    return;
  }
  sp_tui_item_add(box, sp_tr(lang, "It is there"), "", "printed");
  sp_tui_item_add(box, sp_tr(lang, "Print it again, marked as a copy"), "", "reprint");
}

static const char *alarm_text(const struct sp_tui *tui, const cJSON *alarm) {
  const char *text = sp_tui_told(tui, alarm, "text");
  return text[0] != '\0' ? text : sp_tui_fault_word(tui->options.lang, sp_tui_word(alarm, "fault"));
}

void sp_tui_open_alarms(struct sp_tui *tui) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *alarm = NULL;
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_ALARMS, sp_tr(lang, "Alarms"));
  if (!box) return;
  cJSON_ArrayForEach(alarm, tui->sections[SP_TUI_ALARMS]) {
    if (strcmp(sp_tui_word(alarm, "state"), "cleared") == 0) continue;
    const char *device = sp_tui_word(alarm, "device");
    sp_tui_item_add(box, alarm_text(tui, alarm), device[0] != '\0' ? device : sp_tui_word(alarm, "dev"),
                    sp_tui_word(alarm, "id"));
  }
  snprintf(box->about, sizeof box->about, "%s",
           box->item_count > 0 ? sp_tr(lang, "Enter says that somebody has seen it.") : sp_tr(lang, "No alarms"));
}

void sp_tui_open_devices(struct sp_tui *tui) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *device = NULL;
  struct sp_buf text;
  sp_buf_init(&text, 65536);
  cJSON_ArrayForEach(device, tui->sections[SP_TUI_DEVICES]) {
    sp_buf_printf(&text, "%s  %s: %s\n", sp_tui_class_word(lang, sp_tui_word(device, "class")),
                  sp_tui_word(device, "id"), sp_tui_device_word(lang, device));
    sp_buf_printf(&text, "  %s  %s\n  %s\n", sp_tui_word(device, "model"), sp_tui_word(device, "link"),
                  sp_tui_word(device, "detail"));
  }
  if (text.len == 0) sp_buf_puts(&text, sp_tr(lang, "No device belongs to this till."));
  sp_tui_text_open(tui, sp_tr(lang, "Devices"), sp_buf_text(&text));
  sp_buf_free(&text);
}

void sp_tui_open_help(struct sp_tui *tui) {
  enum sp_lang lang = tui->options.lang;
  sp_tui_text_open(tui, sp_tr(lang, "Keys"),
                   sp_tr(lang, "Enter      add what was typed; with nothing typed: total\n"
                               "*          what was typed as the quantity of the line\n"
                               "+ and -    one piece more, one less\n"
                               "Up, Down   choose a line\n"
                               "Delete     void the line\n"
                               "Tab        what must be answered before paying\n"
                               "F1         these keys\n"
                               "F2         search by initials, name or code\n"
                               "F3         quantity, or weigh again\n"
                               "F4         discount\n"
                               "F5         member\n"
                               "F6         coupon\n"
                               "F7, F8     park, recall\n"
                               "F9         return or exchange\n"
                               "F10        everything else\n"
                               "F11        why this price\n"
                               "F12        total\n"
                               "Esc        back\n"
                               "Ctrl-L     draw the screen again\n"
                               "Ctrl-C     leave; the sale stays at the node\n"
                               "\n"
                               "Paying: 1 to 5 a note, 6 exactly, or an amount, then Enter;\n"
                               "F1 to F4 the ways to pay.\n"
                               "Paid: P prints the receipt, or a copy of it.\n"
                               "\n"
                               "A terminal that keeps its F keys: Alt with 1 to 9, 0, - and =.\n"));
}
