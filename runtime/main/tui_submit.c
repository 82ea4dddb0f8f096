/* What Enter means in a box, and what Escape takes back. */
#include "base/text.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t amount_of(const struct sp_tui_field *field, int64_t scale) {
  return field->text[0] == '\0' ? 0 : sp_tui_parse(field->text, scale);
}

static int64_t current_n(const struct sp_tui *tui) {
  return sp_tui_number(sp_tui_current(tui), "n");
}

/* ---- People ---- */

static void submit_sign_in(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 1024);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "staff", box->fields[0].text);
  sp_json_put_text(&w, "pin", box->fields[1].text);
  if (tui->till[0] != '\0') sp_json_put_text(&w, "till", tui->till);
  sp_json_close_object(&w);
  box->busy = true;
  box->wrong[0] = '\0';
  sp_tui_ask(tui, SP_TUI_TAG_SIGN_IN, "POST", "/v1/sessions", sp_buf_text(&out), false);
  if (out.data) explicit_bzero(out.data, out.len);
  sp_buf_free(&out);
}

/* A till was chosen: the form below is sent again with it. */
static void submit_till(struct sp_tui *tui, struct sp_tui_box *box) {
  snprintf(tui->till, sizeof tui->till, "%.20s", box->items[box->at].key);
  sp_tui_box_close(tui, box);
  struct sp_tui_box *form = sp_tui_box_named(tui, SP_TUI_BOX_SIGN_IN);
  if (form) submit_sign_in(tui, form);
}

static void submit_unlock(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  bool badge = box->name == SP_TUI_BOX_ASK_PIN;
  struct sp_json_writer *w = sp_tui_say(&command, "unlock");
  const char *staff = badge ? box->key : box->fields[0].text;
  if (staff[0] != '\0') sp_json_put_text(w, "staff", staff);
  sp_json_put_text(w, "pin", box->fields[badge ? 0 : 1].text);
  sp_tui_box_send(tui, box, &command);
}

/* The same command with somebody who answers for it. */
static void submit_approval(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_buf out;
  struct sp_json_writer w;
  size_t len = box->memo ? strlen(box->memo) : 0;
  if (len < 2) return;
  sp_buf_init(&out, SP_TUI_REQUEST_MAX);
  sp_buf_add(&out, box->memo, len - 1);
  sp_buf_puts(&out, ",\"approval\":");
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "staff", box->fields[0].text);
  sp_json_put_text(&w, "pin", box->fields[1].text);
  sp_json_close_object(&w);
  sp_buf_putc(&out, '}');
  box->busy = true;
  box->wrong[0] = '\0';
  sp_tui_ask(tui, SP_TUI_TAG_APPROVAL, "POST", box->key, sp_buf_text(&out), true);
  if (out.data) explicit_bzero(out.data, out.len);
  sp_buf_free(&out);
}

/* ---- Goods ---- */

static void submit_weight(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  int64_t typed = amount_of(&box->fields[0], 1000);
  struct sp_json_writer *w = sp_tui_say(&command, "weigh");
  if (box->name == SP_TUI_BOX_WEIGH)
    sp_json_put_int(w, "n", box->number);
  else
    sp_json_put_text(w, "code", box->key);
  if (typed > 0) sp_json_put_int(w, "quantity", typed);
  if (typed > 0) sp_json_put_text(w, "text", sp_tr(tui->options.lang, "Typed by hand"));
  sp_tui_box_send(tui, box, &command);
}

static void submit_quantity(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  bool asked = box->name == SP_TUI_BOX_ASK_QUANTITY;
  int64_t pieces = amount_of(&box->fields[0], 1);
  struct sp_json_writer *w = sp_tui_say(&command, asked ? "add" : "quantity");
  if (asked)
    sp_json_put_text(w, "code", box->key);
  else
    sp_json_put_int(w, "n", box->number);
  sp_json_put_int(w, "quantity", 1000 * pieces);
  sp_tui_box_send(tui, box, &command);
}

/* Percent travels as parts per million: 15 is 150000. */
static void submit_discount(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  int64_t value = amount_of(&box->fields[0], 100);
  bool percent = box->name == SP_TUI_BOX_PERCENT;
  struct sp_json_writer *w = sp_tui_say(&command, "discount");
  if (box->number > 0) sp_json_put_int(w, "n", box->number);
  sp_json_put_int(w,
                  percent                          ? "percent"
                  : box->name == SP_TUI_BOX_AMOUNT ? "amount"
                                                   : "price",
                  percent ? value * 100 : value);
  sp_json_put_text(w, "reason", box->fields[1].text);
  sp_tui_box_send(tui, box, &command);
}

static void discount_form(struct sp_tui *tui, enum sp_tui_box_name name, int64_t n) {
  struct sp_tui_box *box = sp_tui_form(tui, name);
  const cJSON *line = sp_tui_current(tui);
  if (!box) return;
  box->number = n;
  snprintf(box->about, sizeof box->about, "%.200s",
           n > 0 ? sp_tui_told(tui, line, "name") : sp_tr(tui->options.lang, "The whole sale"));
}

static void submit_discount_kind(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  int64_t kind = box->items[box->at].number, n = current_n(tui);
  sp_tui_box_close(tui, box);
  if (kind == 0) discount_form(tui, SP_TUI_BOX_PERCENT, n);
  if (kind == 1) discount_form(tui, SP_TUI_BOX_AMOUNT, n);
  if (kind == 2) discount_form(tui, SP_TUI_BOX_NEW_PRICE, n);
  if (kind == 3) discount_form(tui, SP_TUI_BOX_PERCENT, 0);
  if (kind == 4) discount_form(tui, SP_TUI_BOX_AMOUNT, 0);
  if (kind < 5) return;
  struct sp_json_writer *w = sp_tui_say(&command, "discount");
  if (kind == 5) sp_json_put_int(w, "n", n);
  sp_json_put_bool(w, "remove", true);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

/* ---- What comes back ---- */

void sp_tui_return_next(struct sp_tui *tui) {
  struct sp_tui_box *list = sp_tui_box_named(tui, SP_TUI_BOX_RETURN);
  struct sp_tui_command command;
  for (int i = 0; list && i < list->item_count; i++) {
    struct sp_tui_item *item = &list->items[i];
    if (item->chosen == 0) continue;
    struct sp_json_writer *w = sp_tui_say(&command, "return");
    sp_json_put_text(w, "sale", list->key);
    sp_json_put_int(w, "n", strtoll(item->key, NULL, 10));
    sp_json_put_int(w, "quantity", item->chosen);
    sp_json_put_text(w, "reason", list->memo ? list->memo : "");
    item->chosen = 0;
    sp_tui_send(tui, &command, SP_TUI_TAG_RETURN);
    return;
  }
  sp_tui_box_close(tui, list);
}

static void submit_return_reason(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_box *list = sp_tui_box_named(tui, SP_TUI_BOX_RETURN);
  if (list) {
    free(list->memo);
    list->memo = strdup(box->fields[0].text);
    list->busy = true;
  }
  sp_tui_box_close(tui, box);
  sp_tui_return_next(tui);
}

static void submit_return(struct sp_tui *tui, const struct sp_tui_box *box) {
  bool some = false;
  for (int i = 0; i < box->item_count; i++)
    some = some || box->items[i].chosen > 0;
  if (some) sp_tui_form(tui, SP_TUI_BOX_RETURN_REASON);
}

/* ---- Money ---- */

static void submit_cash(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  int64_t amount = amount_of(&box->fields[0], 100);
  struct sp_json_writer *w = sp_tui_say(&command, "cash");
  sp_json_put_int(w, "amount", box->name == SP_TUI_BOX_CASH_OUT ? -amount : amount);
  sp_json_put_text(w, "reason", box->fields[1].text);
  sp_tui_box_send(tui, box, &command);
}

static void submit_close_shift(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  sp_json_put_int(sp_tui_say(&command, "shift_close"), "counted", amount_of(&box->fields[0], 100));
  sp_tui_box_send(tui, box, &command);
}

/* The money has come, says the cashier. */
static void submit_received(struct sp_tui *tui, struct sp_tui_box *box) {
  char method[64], reference[SP_TUI_TEXT_MAX];
  int64_t amount = box->number;
  snprintf(method, sizeof method, "%s", box->key);
  snprintf(reference, sizeof reference, "%.64s", box->fields[0].text);
  sp_tui_box_close(tui, box);
  sp_tui_tender(tui, method, amount, reference);
}

/* ---- One text, or one pick ---- */

static void submit_text(struct sp_tui *tui, struct sp_tui_box *box, const char *name, const char *member) {
  struct sp_tui_command command;
  struct sp_json_writer *w = sp_tui_say(&command, name);
  if (box->number > 0) sp_json_put_int(w, "n", box->number);
  sp_json_put_text(w, member, box->fields[0].text);
  sp_tui_box_send(tui, box, &command);
}

static void confirm(struct sp_tui *tui, struct sp_tui_box *box, const char *word) {
  struct sp_tui_command command;
  sp_json_put_text(sp_tui_say(&command, "confirm"), "text", word);
  sp_tui_box_send(tui, box, &command);
}

static void submit_choice(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_command command;
  struct sp_json_writer *w = sp_tui_say(&command, "choice");
  sp_json_put_text(w, "campaign", box->key);
  sp_json_put_text(w, "code", box->items[box->at].key);
  sp_tui_box_send(tui, box, &command);
}

static void submit_decision(struct sp_tui *tui, struct sp_tui_box *box) {
  char path[96], body[64];
  snprintf(path, sizeof path, "/v1/print-jobs/%.40s/decision", box->key);
  snprintf(body, sizeof body, "{\"answer\":\"%.20s\"}", box->items[box->at].key);
  box->busy = true;
  sp_tui_ask(tui, SP_TUI_TAG_BOX, "POST", path, body, true);
}

static void pick(struct sp_tui *tui, struct sp_tui_box *box, const char *name, const char *member) {
  char key[64];
  snprintf(key, sizeof key, "%s", box->items[box->at].key);
  sp_tui_box_close(tui, box);
  tui->picked = 0;
  sp_tui_do_text(tui, name, member, key);
}

static void submit_list(struct sp_tui *tui, struct sp_tui_box *box) {
  struct sp_tui_item item = box->items[box->at];
  switch (box->name) {
  case SP_TUI_BOX_TILLS:
    submit_till(tui, box);
    return;
  case SP_TUI_BOX_ASK_PRICE:
    confirm(tui, box, item.key);
    return;
  case SP_TUI_BOX_ASK_CHOICE:
    submit_choice(tui, box);
    return;
  case SP_TUI_BOX_DISCOUNT:
    submit_discount_kind(tui, box);
    return;
  case SP_TUI_BOX_RECALL:
    pick(tui, box, "recall", "id");
    return;
  case SP_TUI_BOX_RETURN:
    submit_return(tui, box);
    return;
  case SP_TUI_BOX_FOUND:
    pick(tui, box, "add", "code");
    return;
  case SP_TUI_BOX_NEEDS:
    pick(tui, box, "confirm", "text");
    return;
  case SP_TUI_BOX_ALARMS:
    pick(tui, box, "ack_alarm", "id");
    return;
  case SP_TUI_BOX_MENU:
    sp_tui_box_close(tui, box);
    sp_tui_pick_menu(tui, item.number);
    return;
  case SP_TUI_BOX_JOBS:
    sp_tui_box_close(tui, box);
    sp_tui_open_decide(tui, item.key, item.text, item.right);
    return;
  default:
    submit_decision(tui, box);
    return;
  }
}

static void submit_question(struct sp_tui *tui, struct sp_tui_box *box) {
  switch (box->name) {
  case SP_TUI_BOX_ASK_WEIGHT:
    submit_weight(tui, box);
    return;
  case SP_TUI_BOX_ASK_QUANTITY:
    submit_quantity(tui, box);
    return;
  case SP_TUI_BOX_ASK_MEMBER:
    submit_text(tui, box, "member", "text");
    return;
  case SP_TUI_BOX_ASK_PIN:
    submit_unlock(tui, box);
    return;
  case SP_TUI_BOX_ASK_PAYMENT:
    submit_received(tui, box);
    return;
  default:
    confirm(tui, box, box->key);
    return;
  }
}

static void submit_simple(struct sp_tui *tui, struct sp_tui_box *box) {
  static const struct {
    enum sp_tui_box_name box;
    const char *name, *member;
  } texts[] = {{SP_TUI_BOX_NOTE, "note", "text"},      {SP_TUI_BOX_SELLER, "seller", "seller"},
               {SP_TUI_BOX_MEMBER, "member", "text"},  {SP_TUI_BOX_COUPON, "coupon", "text"},
               {SP_TUI_BOX_PARK, "park", "text"},      {SP_TUI_BOX_RECEIPT, "find_sale", "receipt"},
               {SP_TUI_BOX_SEARCH, "search", "q"},     {SP_TUI_BOX_PRICE, "price", "code"},
               {SP_TUI_BOX_DRAWER, "drawer", "reason"}};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (texts[i].box == box->name) submit_text(tui, box, texts[i].name, texts[i].member);
  if (box->name == SP_TUI_BOX_LEAVE) tui->left = true;
  if (box->name != SP_TUI_BOX_CANCEL) return;
  sp_tui_box_close(tui, box);
  sp_tui_do(tui, "cancel");
}

void sp_tui_submit(struct sp_tui *tui, struct sp_tui_box *box) {
  if (box->kind == SP_TUI_LIST) {
    submit_list(tui, box);
    return;
  }
  switch (box->name) {
  case SP_TUI_BOX_SIGN_IN:
    submit_sign_in(tui, box);
    return;
  case SP_TUI_BOX_LOCK:
    submit_unlock(tui, box);
    return;
  case SP_TUI_BOX_APPROVAL:
    submit_approval(tui, box);
    return;
  case SP_TUI_BOX_QUANTITY:
    submit_quantity(tui, box);
    return;
  case SP_TUI_BOX_WEIGH:
    submit_weight(tui, box);
    return;
  case SP_TUI_BOX_PERCENT:
  case SP_TUI_BOX_AMOUNT:
  case SP_TUI_BOX_NEW_PRICE:
    submit_discount(tui, box);
    return;
  case SP_TUI_BOX_RETURN_REASON:
    submit_return_reason(tui, box);
    return;
  case SP_TUI_BOX_CASH_IN:
  case SP_TUI_BOX_CASH_OUT:
    submit_cash(tui, box);
    return;
  case SP_TUI_BOX_CLOSE_SHIFT:
    submit_close_shift(tui, box);
    return;
  case SP_TUI_BOX_RECEIVED:
    submit_received(tui, box);
    return;
  default:
    break;
  }
  bool asked = box->name >= SP_TUI_BOX_ASK_WEIGHT && box->name <= SP_TUI_BOX_ASK_OTHER;
  if (asked)
    submit_question(tui, box);
  else
    submit_simple(tui, box);
}

/* ---- Escape ---- */

static void take_back(struct sp_tui *tui, const char *kind) {
  struct sp_tui_command command;
  struct sp_json_writer *w = sp_tui_say(&command, "confirm");
  sp_json_put_text(w, "text", kind);
  sp_json_put_bool(w, "remove", true);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

void sp_tui_forgo(struct sp_tui *tui, struct sp_tui_box *box) {
  enum sp_tui_box_name name = box->name;
  bool form = name >= SP_TUI_BOX_ASK_WEIGHT && name <= SP_TUI_BOX_ASK_OTHER;
  bool asked = form || name == SP_TUI_BOX_ASK_PRICE || name == SP_TUI_BOX_ASK_CHOICE;
  if (name == SP_TUI_BOX_DECIDE) snprintf(tui->job_seen, sizeof tui->job_seen, "%.39s", box->key);
  sp_tui_box_close(tui, box);
  if (asked) take_back(tui, sp_tui_word(sp_tui_part(tui->sections[SP_TUI_TILL], "ask"), "kind"));
  for (int i = 0; i < tui->box_count && name == SP_TUI_BOX_APPROVAL; i++)
    tui->boxes[i].busy = false; /* what waited for the approval */
}
