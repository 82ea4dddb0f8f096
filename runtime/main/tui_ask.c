/* Boxes that follow what the node told: its questions, a locked till, a printout nobody is sure of. */
#include "base/text.h"
#include "domain/money.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_question(enum sp_tui_box_name name) {
  bool form = name >= SP_TUI_BOX_ASK_WEIGHT && name <= SP_TUI_BOX_ASK_OTHER;
  return form || name == SP_TUI_BOX_ASK_PRICE || name == SP_TUI_BOX_ASK_CHOICE;
}

/* ---- Questions ---- */

static enum sp_tui_box_name name_of(const char *kind) {
  static const struct {
    const char *kind;
    enum sp_tui_box_name name;
  } known[] = {{"weight", SP_TUI_BOX_ASK_WEIGHT}, {"quantity", SP_TUI_BOX_ASK_QUANTITY},
               {"again", SP_TUI_BOX_ASK_AGAIN},   {"member", SP_TUI_BOX_ASK_MEMBER},
               {"pin", SP_TUI_BOX_ASK_PIN},       {"payment", SP_TUI_BOX_ASK_PAYMENT},
               {"price", SP_TUI_BOX_ASK_PRICE},   {"choice", SP_TUI_BOX_ASK_CHOICE}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strcmp(known[i].kind, kind) == 0) return known[i].name;
  return SP_TUI_BOX_ASK_OTHER;
}

static void price_ask(struct sp_tui *tui, const cJSON *ask) {
  enum sp_lang lang = tui->options.lang;
  char amount[SP_MONEY_TEXT];
  struct sp_tui_box *box = sp_tui_box_open(tui, SP_TUI_BOX_ASK_PRICE, sp_tr(lang, "The label contradicts itself"));
  if (!box) return;
  snprintf(box->about, sizeof box->about, "%.200s", sp_tui_told(tui, ask, "name"));
  sp_money_text(sp_tui_number(ask, "amount"), 2, amount);
  sp_tui_item_add(box, sp_tr(lang, "The price on the label"), amount, "amount");
  sp_money_text(sp_tui_number(ask, "weighed_amount"), 2, amount);
  sp_tui_item_add(box, sp_tr(lang, "The weight at today's price"), amount, "weight");
}

static void choice_ask(struct sp_tui *tui, const cJSON *ask) {
  const cJSON *option = NULL;
  struct sp_tui_box *box =
      sp_tui_box_open(tui, SP_TUI_BOX_ASK_CHOICE, sp_tr(tui->options.lang, "The customer may choose"));
  if (!box) return;
  snprintf(box->about, sizeof box->about, "%.200s", sp_tui_told(tui, ask, "title"));
  snprintf(box->key, sizeof box->key, "%.63s", sp_tui_word(ask, "campaign"));
  cJSON_ArrayForEach(option, sp_tui_part(ask, "options")) {
    const char *code = cJSON_IsString(option) ? option->valuestring : sp_tui_word(option, "code");
    const char *name = sp_tui_told(tui, option, "name");
    sp_tui_item_add(box, name[0] != '\0' ? name : code, "", code);
  }
}

static void payment_about(struct sp_tui *tui, struct sp_tui_box *box, const cJSON *ask) {
  char amount[SP_MONEY_TEXT];
  const char *method = sp_tui_word(ask, "method");
  box->number = sp_tui_number(ask, "amount");
  sp_money_text(box->number, 2, amount);
  snprintf(box->key, sizeof box->key, "%.40s", method);
  snprintf(box->about, sizeof box->about, "%s  %s", sp_tui_method_name(tui, method), amount);
  snprintf(box->fields[0].text, sizeof box->fields[0].text, "%.64s", sp_tui_word(ask, "reference"));
}

void sp_tui_open_ask(struct sp_tui *tui, const cJSON *ask) {
  enum sp_tui_box_name name = name_of(sp_tui_word(ask, "kind"));
  if (strcmp(sp_tui_word(ask, "kind"), "receipt") == 0) { /* a scanner of the node read it: the answer opens its box */
    if (!sp_tui_box_named(tui, SP_TUI_BOX_RETURN))
      sp_tui_do_text(tui, "find_sale", "receipt", sp_tui_word(ask, "code"));
    return;
  }
  if (name == SP_TUI_BOX_ASK_PRICE) price_ask(tui, ask);
  if (name == SP_TUI_BOX_ASK_CHOICE) choice_ask(tui, ask);
  if (name >= SP_TUI_BOX_FORMS) return;
  struct sp_tui_box *box = sp_tui_form(tui, name);
  if (!box) return;
  const char *about = sp_tui_told(tui, ask, "name"), *code = sp_tui_word(ask, "code");
  if (name == SP_TUI_BOX_ASK_OTHER) about = sp_tui_told(tui, ask, "text");
  snprintf(box->about, sizeof box->about, "%.200s", about[0] != '\0' ? about : code);
  snprintf(box->key, sizeof box->key, "%.63s", code);
  if (name == SP_TUI_BOX_ASK_AGAIN || name == SP_TUI_BOX_ASK_OTHER)
    snprintf(box->key, sizeof box->key, "%.40s", sp_tui_word(ask, "kind"));
  if (name == SP_TUI_BOX_ASK_AGAIN)
    snprintf(box->about, sizeof box->about, sp_tr(tui->options.lang, "%.100s was just scanned. Is this another piece?"),
             about);
  if (name == SP_TUI_BOX_ASK_PAYMENT) payment_about(tui, box, ask);
}

static void follow_ask(struct sp_tui *tui) {
  const cJSON *ask = sp_tui_part(tui->sections[SP_TUI_TILL], "ask");
  char *now = ask ? cJSON_PrintUnformatted(ask) : NULL;
  bool same = now && tui->asked ? strcmp(now, tui->asked) == 0 : !now && !tui->asked;
  if (same) {
    free(now);
    return;
  }
  for (int i = tui->box_count - 1; i >= 0; i--)
    if (is_question(tui->boxes[i].name)) sp_tui_box_close(tui, &tui->boxes[i]);
  free(tui->asked);
  tui->asked = now;
  if (ask) sp_tui_open_ask(tui, ask);
}

/* ---- The rest ---- */

static void follow_lock(struct sp_tui *tui) {
  struct sp_tui_box *box = sp_tui_box_named(tui, SP_TUI_BOX_LOCK);
  bool locked = sp_tui_is_step(tui, "locked");
  if (box && !locked) sp_tui_box_close(tui, box);
  if (box || !locked) return;
  box = sp_tui_form(tui, SP_TUI_BOX_LOCK);
  if (!box) return;
  const char *staff = sp_tui_word(sp_tui_part(tui->sections[SP_TUI_TILL], "staff"), "code");
  snprintf(box->fields[0].text, sizeof box->fields[0].text, "%.20s", staff);
  box->fields[0].fresh = true;
  box->at = staff[0] != '\0';
  box->locked = true;
}

static void follow_paper(struct sp_tui *tui) {
  const cJSON *job = NULL;
  struct sp_tui_box *open = sp_tui_box_named(tui, SP_TUI_BOX_DECIDE);
  bool still = false;
  cJSON_ArrayForEach(job, tui->sections[SP_TUI_PRINT]) {
    const char *id = sp_tui_word(job, "id"), *state = sp_tui_word(job, "state");
    if (open && strcmp(open->key, id) == 0) still = true;
    if (open || strcmp(state, "uncertain") != 0 || strcmp(tui->job_seen, id) == 0 || tui->box_count > 0) continue;
    sp_tui_open_decide(tui, id, sp_tui_word(job, "title"), state);
    return;
  }
  if (open && !still && !open->busy) sp_tui_box_close(tui, open); /* somebody else decided */
}

void sp_tui_follow(struct sp_tui *tui) {
  if (!tui->signed_in) return;
  if (sp_tui_step(tui)[0] != '\0') follow_ask(tui);
  if (sp_tui_step(tui)[0] != '\0') follow_lock(tui);
  if (!sp_tui_is_step(tui, "locked")) follow_paper(tui);
}
