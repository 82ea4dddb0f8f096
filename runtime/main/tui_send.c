/* What leaves the terminal: commands and other requests. */
#include "base/text.h"
#include "main/tui_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_MAX 4096

struct sp_json_writer *sp_tui_say(struct sp_tui_command *command, const char *name) {
  sp_buf_init(&command->out, COMMAND_MAX);
  sp_json_start(&command->w, &command->out);
  sp_json_open_object(&command->w);
  sp_json_put_text(&command->w, "do", name);
  return &command->w;
}

void sp_tui_complain(struct sp_tui *tui, const char *text) {
  snprintf(tui->complaint, sizeof tui->complaint, "%.500s", text);
  tui->rings = true;
}

void sp_tui_ask(struct sp_tui *tui, enum sp_tui_tag tag, const char *method, const char *path, const char *body,
                bool keyed) {
  if (tui->options.ask(tui->options.ctx, (int)tag, method, path, body, keyed) == 0) return;
  sp_tui_complain(tui, sp_tr(tui->options.lang, "Too much is waiting for the network"));
  struct sp_tui_box *box = sp_tui_top(tui);
  if (box) box->busy = false;
}

static void post(struct sp_tui *tui, const char *body, enum sp_tui_tag tag) {
  char path[64];
  snprintf(path, sizeof path, "/v1/tills/%.20s/commands", tui->till);
  sp_tui_ask(tui, tag, "POST", path, body, true);
}

void sp_tui_send(struct sp_tui *tui, struct sp_tui_command *command, enum sp_tui_tag tag) {
  sp_json_close_object(&command->w);
  if (command->out.failed)
    sp_tui_complain(tui, sp_tr(tui->options.lang, "That is too long"));
  else
    post(tui, sp_buf_text(&command->out), tag);
  if (command->out.data) explicit_bzero(command->out.data, command->out.len);
  sp_buf_free(&command->out);
}

void sp_tui_box_send(struct sp_tui *tui, struct sp_tui_box *box, struct sp_tui_command *command) {
  box->busy = true;
  box->wrong[0] = '\0';
  if (command->out.failed) box->busy = false;
  sp_tui_send(tui, command, SP_TUI_TAG_BOX);
}

void sp_tui_do(struct sp_tui *tui, const char *name) {
  struct sp_tui_command command;
  sp_tui_say(&command, name);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

void sp_tui_do_n(struct sp_tui *tui, const char *name, int64_t n) {
  struct sp_tui_command command;
  sp_json_put_int(sp_tui_say(&command, name), "n", n);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

void sp_tui_do_text(struct sp_tui *tui, const char *name, const char *member, const char *text) {
  struct sp_tui_command command;
  sp_json_put_text(sp_tui_say(&command, name), member, text);
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

/* With the total the customer saw: when the rules say otherwise now, the node says so. */
void sp_tui_tender(struct sp_tui *tui, const char *method, int64_t amount, const char *reference) {
  struct sp_tui_command command;
  struct sp_json_writer *w = sp_tui_say(&command, "tender");
  sp_json_put_text(w, "method", method);
  sp_json_put_int(w, "amount", amount);
  if (reference && reference[0] != '\0') sp_json_put_text(w, "reference", reference);
  sp_json_put_int(w, "total", sp_tui_total(tui, method));
  sp_tui_send(tui, &command, SP_TUI_TAG_COMMAND);
}

/* ---- Sessions ---- */

void sp_tui_begin(struct sp_tui *tui, const char *why) {
  int lost = tui->options.drop(tui->options.ctx);
  tui->options.follow(tui->options.ctx, NULL);
  tui->options.token(tui->options.ctx, "");
  tui->signed_in = false;
  sp_tui_sections_free(tui);
  sp_tui_boxes_close(tui);
  explicit_bzero(tui->typed, sizeof tui->typed);
  tui->complaint[0] = '\0';
  tui->picked = tui->notice_seen = 0;
  free(tui->asked);
  tui->asked = NULL;
  struct sp_tui_box *box = sp_tui_form(tui, SP_TUI_BOX_SIGN_IN);
  if (!box) return;
  box->locked = true;
  if (why) snprintf(box->wrong, sizeof box->wrong, "%.500s", why);
  if (lost > 1)
    snprintf(box->wrong, sizeof box->wrong, sp_tr(tui->options.lang, "%d commands were not sent: do them again"),
             lost - 1);
}

void sp_tui_sign_out(struct sp_tui *tui) {
  sp_tui_ask(tui, SP_TUI_TAG_SIGN_OUT, "DELETE", "/v1/sessions/current", NULL, false);
}
