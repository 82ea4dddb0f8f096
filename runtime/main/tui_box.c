/* Boxes over the screen: forms, lists and texts, and the keys inside them. */
#include "base/text.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 10

/* ---- The stack ---- */

struct sp_tui_box *sp_tui_top(struct sp_tui *tui) {
  return tui->box_count > 0 ? &tui->boxes[tui->box_count - 1] : NULL;
}

struct sp_tui_box *sp_tui_box_named(struct sp_tui *tui, enum sp_tui_box_name name) {
  for (int i = tui->box_count - 1; i >= 0; i--)
    if (tui->boxes[i].name == name) return &tui->boxes[i];
  return NULL;
}

struct sp_tui_box *sp_tui_box_open(struct sp_tui *tui, enum sp_tui_box_name name, const char *title) {
  if (tui->box_count == SP_TUI_BOXES_MAX) return NULL;
  struct sp_tui_box *box = &tui->boxes[tui->box_count++];
  *box = (struct sp_tui_box){.name = name, .kind = name < SP_TUI_BOX_FORMS ? SP_TUI_FORM : SP_TUI_LIST};
  if (name == SP_TUI_BOX_TEXT) box->kind = SP_TUI_PAGER;
  snprintf(box->title, sizeof box->title, "%.150s", title);
  return box;
}

void sp_tui_box_close(struct sp_tui *tui, struct sp_tui_box *box) {
  if (!box) return;
  free(box->items);
  free(box->text);
  if (box->memo) explicit_bzero(box->memo, strlen(box->memo));
  free(box->memo);
  explicit_bzero(box->fields, sizeof box->fields); /* a PIN may stand there */
  int at = (int)(box - tui->boxes);
  memmove(box, box + 1, sizeof *box * (size_t)(tui->box_count - at - 1));
  tui->box_count--;
}

void sp_tui_boxes_close(struct sp_tui *tui) {
  while (tui->box_count > 0)
    sp_tui_box_close(tui, sp_tui_top(tui));
}

struct sp_tui_item *sp_tui_item_add(struct sp_tui_box *box, const char *text, const char *right, const char *key) {
  if (!box->items) box->items = calloc(SP_TUI_ITEMS_MAX, sizeof *box->items);
  if (!box->items || box->item_count == SP_TUI_ITEMS_MAX) return NULL;
  struct sp_tui_item *item = &box->items[box->item_count];
  item->cap = box->item_count < (int)sizeof SP_TUI_CAPS - 1 ? SP_TUI_CAPS[box->item_count] : '\0';
  box->item_count++;
  snprintf(item->text, sizeof item->text, "%.150s", text);
  snprintf(item->right, sizeof item->right, "%.39s", right);
  snprintf(item->key, sizeof item->key, "%.63s", key);
  return item;
}

void sp_tui_text_open(struct sp_tui *tui, const char *title, const char *text) {
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_TEXT, title);
  if (box) box->text = strdup(text);
}

/* ---- Typing ---- */

void sp_tui_type(char *text, size_t size, uint32_t code) {
  struct sp_buf bytes;
  size_t len = strlen(text);
  sp_buf_init(&bytes, 8);
  sp_utf8_put(&bytes, code);
  if (bytes.failed == 0 && len + bytes.len < size) memcpy(text + len, sp_buf_text(&bytes), bytes.len + 1);
  sp_buf_free(&bytes);
}

void sp_tui_erase(char *text) {
  size_t len = strlen(text);
  if (len > 0) text[sp_utf8_cut(text, len - 1)] = '\0';
}

static bool fits(enum sp_tui_field_kind kind, const char *text) {
  static const int64_t scales[] = {[SP_TUI_MONEY] = 100, [SP_TUI_WHOLE] = 1, [SP_TUI_KILOGRAMS] = 1000};
  if (kind == SP_TUI_WORDS) return true;
  if (kind == SP_TUI_PIN) return strspn(text, "0123456789") == strlen(text) && strlen(text) <= 8;
  return strcmp(text, ".") == 0 || sp_tui_parse(text, scales[kind]) >= 0;
}

static void type_into(struct sp_tui_field *field, uint32_t code) {
  char next[SP_TUI_TEXT_MAX];
  snprintf(next, sizeof next, "%s", field->fresh ? "" : field->text);
  sp_tui_type(next, sizeof next, code);
  if (!fits(field->kind, next)) return;
  memcpy(field->text, next, sizeof next);
  field->fresh = false;
}

static bool is_filled(const struct sp_tui_field *field) {
  if (field->may_be_empty && field->text[0] == '\0') return true;
  if (field->kind == SP_TUI_PIN) return strlen(field->text) >= 4;
  if (field->kind == SP_TUI_WORDS) return field->text[strspn(field->text, " ")] != '\0';
  return field->text[0] != '\0' && strcmp(field->text, ".") != 0;
}

/* Enter: the next field that is empty, else all of it is meant. */
static void form_enter(struct sp_tui *tui, struct sp_tui_box *box) {
  if (box->at + 1 < box->field_count && is_filled(&box->fields[box->at])) {
    box->at++;
    return;
  }
  for (int i = 0; i < box->field_count; i++) {
    if (is_filled(&box->fields[i])) continue;
    box->at = i;
    return;
  }
  if (!box->busy) sp_tui_submit(tui, box);
}

static void form_press(struct sp_tui *tui, struct sp_tui_box *box, const struct sp_tui_key *key) {
  struct sp_tui_field *field = box->field_count > 0 ? &box->fields[box->at] : NULL;
  bool weighs = box->name == SP_TUI_BOX_ASK_WEIGHT || box->name == SP_TUI_BOX_WEIGH;
  switch (key->kind) {
  case SP_TUI_KEY_CHAR:
    if (field && key->code >= ' ' && !box->busy) type_into(field, key->code);
    return;
  case SP_TUI_KEY_BACKSPACE:
  case SP_TUI_KEY_DELETE:
    if (!field || box->busy) return;
    if (field->fresh) field->text[0] = '\0';
    field->fresh = false;
    sp_tui_erase(field->text);
    return;
  case SP_TUI_KEY_UP:
    if (box->at > 0) box->at--;
    return;
  case SP_TUI_KEY_DOWN:
  case SP_TUI_KEY_TAB:
    if (box->field_count > 0) box->at = (box->at + 1) % box->field_count;
    return;
  case SP_TUI_KEY_F:
    if (weighs && key->code == 2) sp_tui_do(tui, "tare");
    if (weighs && key->code == 3) sp_tui_do(tui, "zero");
    return;
  case SP_TUI_KEY_ENTER:
    form_enter(tui, box);
    return;
  default:
    return;
  }
}

/* ---- Lists ---- */

static void adjust(struct sp_tui_item *item, int64_t by) {
  int64_t unit = item->number; /* of weighed goods all of it */
  item->chosen += by * unit;
  if (item->chosen < 0) item->chosen = 0;
  if (item->chosen > item->most) item->chosen = item->most;
}

/* What comes back is chosen before it is meant: a digit takes all of a line, + and − one piece. */
static bool choose(struct sp_tui_box *box, uint32_t code) {
  if (box->name != SP_TUI_BOX_RETURN) return false;
  if (code == '+' || code == '-') {
    adjust(&box->items[box->at], code == '+' ? 1 : -1);
    return true;
  }
  int which = code == ' ' ? box->at : code >= '1' && code <= '9' ? (int)(code - '1') : -1;
  if (which < 0 || which >= box->item_count) return true;
  struct sp_tui_item *item = &box->items[which];
  item->chosen = item->chosen > 0 ? 0 : item->most;
  box->at = which;
  return true;
}

static void list_char(struct sp_tui *tui, struct sp_tui_box *box, uint32_t code) {
  if (box->item_count == 0 || choose(box, code)) return;
  if (code >= 'A' && code <= 'Z') code += 'a' - 'A';
  int at = 0;
  while (at < box->item_count && (code == 0 || (uint32_t)box->items[at].cap != code))
    at++;
  if (at == box->item_count || box->busy) return;
  box->at = at;
  sp_tui_submit(tui, box);
}

static void list_press(struct sp_tui *tui, struct sp_tui_box *box, const struct sp_tui_key *key) {
  int last = box->item_count - 1, to = box->at;
  if (key->kind == SP_TUI_KEY_CHAR) {
    list_char(tui, box, key->code);
    return;
  }
  if (key->kind == SP_TUI_KEY_F && key->code == 2 && box->name == SP_TUI_BOX_RETURN) {
    for (int i = 0; i <= last; i++)
      box->items[i].chosen = box->items[i].most;
  }
  if (key->kind == SP_TUI_KEY_UP) to--;
  if (key->kind == SP_TUI_KEY_DOWN || key->kind == SP_TUI_KEY_TAB) to++;
  if (key->kind == SP_TUI_KEY_PAGE_UP) to -= PAGE;
  if (key->kind == SP_TUI_KEY_PAGE_DOWN) to += PAGE;
  if (key->kind == SP_TUI_KEY_HOME) to = 0;
  if (key->kind == SP_TUI_KEY_END) to = last;
  box->at = to > last ? last : to;
  if (box->at < 0) box->at = 0;
  if (key->kind == SP_TUI_KEY_ENTER && box->item_count == 0)
    sp_tui_box_close(tui, box);
  else if (key->kind == SP_TUI_KEY_ENTER && !box->busy)
    sp_tui_submit(tui, box);
}

/* ---- Texts ---- */

static void pager_press(struct sp_tui *tui, struct sp_tui_box *box, const struct sp_tui_key *key) {
  int lines = 0;
  for (const char *at = box->text; at && *at != '\0'; at++)
    lines += *at == '\n';
  if (key->kind == SP_TUI_KEY_UP) box->top--;
  if (key->kind == SP_TUI_KEY_DOWN) box->top++;
  if (key->kind == SP_TUI_KEY_PAGE_UP) box->top -= PAGE;
  if (key->kind == SP_TUI_KEY_PAGE_DOWN || (key->kind == SP_TUI_KEY_CHAR && key->code == ' ')) box->top += PAGE;
  if (key->kind == SP_TUI_KEY_HOME) box->top = 0;
  if (key->kind == SP_TUI_KEY_END) box->top = lines;
  if (box->top > lines - 1) box->top = lines - 1;
  if (box->top < 0) box->top = 0;
  if (key->kind == SP_TUI_KEY_ENTER) sp_tui_box_close(tui, box);
}

void sp_tui_box_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  struct sp_tui_box *box = sp_tui_top(tui);
  if (key->kind == SP_TUI_KEY_ESCAPE) {
    if (!box->locked) sp_tui_forgo(tui, box);
    return;
  }
  if (box->kind == SP_TUI_FORM) form_press(tui, box, key);
  if (box->kind == SP_TUI_LIST) list_press(tui, box, key);
  if (box->kind == SP_TUI_PAGER) pager_press(tui, box, key);
}
