#include "main/tui.h"
#include "base/text.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool code_valid(const char *code) {
  size_t len = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  return len <= 20 && code[len] == '\0';
}

int sp_tui_open(const struct sp_tui_options *options, struct sp_tui **out, struct sp_error *err) {
  if (!code_valid(options->till)) return sp_fail(err, SP_E_INVALID, "till", "There is no till %s", options->till);
  struct sp_tui *tui = calloc(1, sizeof *tui);
  if (!tui) return sp_error_nomem(err, __func__);
  tui->options = *options;
  snprintf(tui->till, sizeof tui->till, "%.20s", options->till);
  sp_tui_begin(tui, NULL);
  sp_tui_ask(tui, SP_TUI_TAG_HEALTH, "GET", "/healthz", NULL, false);
  *out = tui;
  return 0;
}

void sp_tui_close(struct sp_tui *tui) {
  if (!tui) return;
  sp_tui_sections_free(tui);
  sp_tui_boxes_close(tui);
  free(tui->asked);
  free(tui);
}

bool sp_tui_left(const struct sp_tui *tui) {
  return tui->left;
}

bool sp_tui_rings(struct sp_tui *tui) {
  bool rings = tui->rings;
  const cJSON *settings = sp_tui_part(tui->sections[SP_TUI_TILL], "settings");
  tui->rings = false;
  return rings && (!settings || sp_tui_true(settings, "beep"));
}

/* ---- Sections ---- */

void sp_tui_event(struct sp_tui *tui, const char *name, const char *json, size_t len) {
  static const char *const names[SP_TUI_SECTIONS] = {"till", "devices", "weight", "alarms", "print", "notice"};
  cJSON *tree = NULL;
  if (strcmp(name, "open") == 0) tui->anew = true;
  for (int i = 0; i < SP_TUI_SECTIONS; i++) {
    if (strcmp(names[i], name) != 0 || sp_json_parse(json, len, &tree, NULL) != 0) continue;
    bool anew = tui->anew && i == SP_TUI_TILL;
    if (anew) {
      sp_json_free(tui->sections[SP_TUI_TILL]);
      tui->sections[SP_TUI_TILL] = NULL;
      tui->anew = false;
    }
    sp_tui_section_take(tui, (enum sp_tui_section)i, tree);
    sp_tui_follow(tui);
    return;
  }
}

void sp_tui_refused(struct sp_tui *tui, int status) {
  bool mine = status != 403 && status != 404;
  if (!mine && tui->options.till[0] == '\0') tui->till[0] = '\0';
  sp_tui_begin(tui, mine ? sp_tr(tui->options.lang, "The session has ended: sign in again")
                         : sp_tr(tui->options.lang, "This is another till"));
}

/* ---- Answers ---- */

struct problem {
  int status;
  const char *detail, *field;
  const cJSON *what; /* the list of what somebody is asked to sign for, or null */
};

static struct sp_tui_box *busy_box(struct sp_tui *tui) {
  for (int i = tui->box_count - 1; i >= 0; i--)
    if (tui->boxes[i].busy) return &tui->boxes[i];
  return NULL;
}

static void forget_pin(struct sp_tui_box *box) {
  for (int i = 0; i < box->field_count; i++) {
    if (box->fields[i].kind != SP_TUI_PIN) continue;
    explicit_bzero(box->fields[i].text, sizeof box->fields[i].text);
    box->at = i;
  }
}

static void say_wrong(struct sp_tui *tui, struct sp_tui_box *box, const char *text) {
  if (!box) {
    sp_tui_complain(tui, text);
    return;
  }
  box->busy = false;
  snprintf(box->wrong, sizeof box->wrong, "%.500s", text);
  forget_pin(box);
  tui->rings = true;
}

/* What is asked, line by line, above what the node says of it. */
static void approval_about(struct sp_tui_box *box, const struct problem *problem) {
  const cJSON *one = NULL;
  size_t used = 0;
  cJSON_ArrayForEach(one, problem->what) {
    int len = snprintf(box->about + used, sizeof box->about - used, "%.60s: %.120s\n", sp_tui_word(one, "label"),
                       sp_tui_word(one, "value"));
    if (len < 0 || used + (size_t)len >= sizeof box->about) break;
    used += (size_t)len;
  }
  snprintf(box->about + used, sizeof box->about - used, "%.500s", problem->detail);
}

/* An answer about a printout goes to the printout, everything else to the till. */
static void approval_path(const struct sp_tui *tui, const struct sp_tui_box *asking, char out[64]) {
  if (asking && asking->name == SP_TUI_BOX_DECIDE)
    snprintf(out, 64, "/v1/print-jobs/%.36s/decision", asking->key);
  else
    snprintf(out, 64, "/v1/tills/%.20s/commands", tui->till);
}

static void approval_open(struct sp_tui *tui, const struct sp_tui_reply *reply, const struct problem *problem) {
  char path[64];
  approval_path(tui, reply->tag == SP_TUI_TAG_BOX ? busy_box(tui) : NULL, path);
  struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_APPROVAL);
  if (!box) {
    say_wrong(tui, busy_box(tui), problem->detail);
    return;
  }
  approval_about(box, problem);
  memcpy(box->key, path, sizeof path);
  box->memo = strdup(reply->request);
  box->tag = reply->tag;
}

/* The command with a manager was refused: a wrong PIN asks once more, anything else ends it. */
static void approval_refused(struct sp_tui *tui, const struct problem *problem) {
  struct sp_tui_box *box = sp_tui_box_named(tui, SP_TUI_BOX_APPROVAL);
  bool again = box && strncmp(problem->field, "approval", 8) == 0;
  if (again) {
    say_wrong(tui, box, problem->detail);
    if (strcmp(problem->field, "approval.staff") == 0) box->at = 0;
    return;
  }
  sp_tui_box_close(tui, box);
  say_wrong(tui, busy_box(tui), problem->detail);
}

static void take_problem(struct sp_tui *tui, const struct sp_tui_reply *reply, const struct problem *problem) {
  bool asks = problem->status == 403 && strcmp(problem->field, "approval") == 0;
  switch (reply->tag) {
  case SP_TUI_TAG_APPROVAL:
    approval_refused(tui, problem);
    return;
  case SP_TUI_TAG_SIGN_IN:
    say_wrong(tui, sp_tui_box_named(tui, SP_TUI_BOX_SIGN_IN), problem->detail);
    return;
  case SP_TUI_TAG_COMMAND:
  case SP_TUI_TAG_BOX:
  case SP_TUI_TAG_RETURN:
    if (asks)
      approval_open(tui, reply, problem);
    else
      say_wrong(tui, reply->tag == SP_TUI_TAG_COMMAND ? NULL : busy_box(tui), problem->detail);
    return;
  default:
    sp_tui_complain(tui, problem->detail);
    return;
  }
}

/* What a command tells beside the till. */
static void take_extra(struct sp_tui *tui, const cJSON *answer) {
  enum sp_lang lang = tui->options.lang;
  const cJSON *part = sp_tui_part(answer, "found");
  const char *token = sp_tui_word(answer, "token");
  if (token[0] != '\0') tui->options.token(tui->options.ctx, token);
  if (part) sp_tui_open_return(tui, part);
  part = sp_tui_part(answer, "products");
  if (!part) part = sp_tui_part(answer, "product");
  if (part) sp_tui_open_found(tui, part);
  part = sp_tui_part(answer, "report");
  if (part) sp_tui_text_open(tui, sp_tr(lang, "Report"), sp_tui_word(part, "text"));
}

static void take_done(struct sp_tui *tui, cJSON *answer, int tag) {
  if (tag == SP_TUI_TAG_APPROVAL) {
    struct sp_tui_box *box = sp_tui_box_named(tui, SP_TUI_BOX_APPROVAL);
    tag = box ? box->tag : SP_TUI_TAG_COMMAND;
    sp_tui_box_close(tui, box);
  }
  if (tag == SP_TUI_TAG_BOX) sp_tui_box_close(tui, busy_box(tui));
  if (tag == SP_TUI_TAG_RETURN) sp_tui_return_next(tui);
  tui->complaint[0] = '\0';
  take_extra(tui, answer);
  cJSON *till = cJSON_DetachItemFromObjectCaseSensitive(answer, "till");
  if (till) sp_tui_section_take(tui, SP_TUI_TILL, till);
  sp_tui_follow(tui);
}

static void take_session(struct sp_tui *tui, const cJSON *answer) {
  tui->options.token(tui->options.ctx, sp_tui_word(answer, "token"));
  if (tui->till[0] == '\0') {
    sp_tui_ask(tui, SP_TUI_TAG_TILLS, "GET", "/v1/tills", NULL, false);
    return;
  }
  sp_tui_boxes_close(tui);
  tui->signed_in = true;
  tui->options.follow(tui->options.ctx, tui->till);
}

static void take_good(struct sp_tui *tui, const struct sp_tui_reply *reply, cJSON *answer) {
  switch (reply->tag) {
  case SP_TUI_TAG_SIGN_IN:
    take_session(tui, answer);
    return;
  case SP_TUI_TAG_TILLS:
    sp_tui_open_tills(tui, answer);
    if (sp_tui_box_named(tui, SP_TUI_BOX_SIGN_IN)) sp_tui_box_named(tui, SP_TUI_BOX_SIGN_IN)->busy = false;
    return;
  default:
    take_done(tui, answer, reply->tag);
    return;
  }
}

/* A node that is not well still knows where it is. */
static void take_health(struct sp_tui *tui, const struct sp_tui_reply *reply) {
  cJSON *answer = NULL;
  if (sp_json_parse(reply->body, reply->len, &answer, NULL) != 0) return;
  snprintf(tui->zone, sizeof tui->zone, "%.64s", sp_tui_word(answer, "zone"));
  sp_json_free(answer);
}

void sp_tui_reply(struct sp_tui *tui, const struct sp_tui_reply *reply) {
  cJSON *answer = NULL;
  char unknown[64];
  if (reply->tag == SP_TUI_TAG_SIGN_OUT) {
    sp_tui_begin(tui, NULL);
    return;
  }
  if (reply->tag == SP_TUI_TAG_HEALTH) {
    take_health(tui, reply);
    return;
  }
  if (reply->tag == SP_TUI_TAG_EXPLAIN && reply->status == 200) {
    sp_tui_text_open(tui, sp_tr(tui->options.lang, "Why this price"), reply->body);
    return;
  }
  (void)sp_json_parse(reply->body, reply->len, &answer, NULL);
  if (reply->status >= 200 && reply->status < 300) {
    take_good(tui, reply, answer);
    sp_json_free(answer);
    return;
  }
  snprintf(unknown, sizeof unknown, sp_tr(tui->options.lang, "The node answered %d"), reply->status);
  struct problem problem = {.status = reply->status,
                            .detail = sp_tui_word(answer, "detail"),
                            .field = sp_tui_word(answer, "field"),
                            .what = sp_tui_part(sp_tui_part(answer, "approval"), "what")};
  if (problem.detail[0] == '\0') problem.detail = unknown;
  bool ended = reply->status == 401 && problem.field[0] == '\0' && reply->tag != SP_TUI_TAG_SIGN_IN;
  if (ended)
    sp_tui_begin(tui, sp_tr(tui->options.lang, "The session has ended: sign in again"));
  else
    take_problem(tui, reply, &problem);
  sp_json_free(answer);
}

/* ---- Keys ---- */

void sp_tui_press(struct sp_tui *tui, const struct sp_tui_key *key) {
  if (key->kind == SP_TUI_KEY_NONE || key->kind == SP_TUI_KEY_REDRAW) return;
  if (key->kind == SP_TUI_KEY_LEAVE) { /* the second time it is meant */
    bool asked = sp_tui_box_named(tui, SP_TUI_BOX_LEAVE) != NULL;
    bool idle = !tui->signed_in || sp_tui_line_count(tui) == 0;
    if (asked || idle || !sp_tui_form(tui, SP_TUI_BOX_LEAVE)) tui->left = true;
    return;
  }
  if (tui->box_count > 0)
    sp_tui_box_press(tui, key);
  else if (sp_tui_step(tui)[0] != '\0')
    sp_tui_screen_press(tui, key);
}
