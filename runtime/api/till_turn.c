/* What a worker does in a till's turn: find out who stands there, do the command, write down what the screens show. */
#include "api/till_turn.h"
#include "app/device_alarms.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct sp_till_turn *sp_till_turn_new(void) {
  struct sp_till_turn *turn = calloc(1, sizeof *turn);
  if (turn == NULL) return NULL;
  for (int lang = 0; lang < SP_LANG_COUNT; lang++) {
    sp_buf_init(&turn->section[lang], SP_TILL_SECTION_MAX);
    sp_buf_init(&turn->screen[lang], SP_TILL_SECTION_MAX);
  }
  return turn;
}

void sp_till_turn_reset(struct sp_till_turn *turn) {
  for (int lang = 0; lang < SP_LANG_COUNT; lang++) {
    sp_buf_reset(&turn->section[lang]);
    sp_buf_reset(&turn->screen[lang]);
  }
  turn->shown = turn->own = turn->locked = turn->self = turn->others = turn->customer = false;
  turn->lock_seconds = 0;
  turn->last_event[0] = '\0';
  turn->outcome = (struct sp_till_outcome){.extra = NULL};
}

void sp_till_turn_free(struct sp_till_turn *turn) {
  if (turn == NULL) return;
  for (int lang = 0; lang < SP_LANG_COUNT; lang++) {
    sp_buf_free(&turn->section[lang]);
    sp_buf_free(&turn->screen[lang]);
  }
  free(turn);
}

/* ---- Who stands where ---- */

/* The session must be of this till; `looks`: somebody of the office may look from anywhere. */
static int stand(struct sp_call *call, bool looks) {
  struct sp_actor *actor = &call->work.actor;
  struct sp_id till;
  int rc = sp_work_till(&call->work, call->params[0], &till);
  if (rc != 0) return rc;
  call->turn->own = sp_id_equal(&actor->till, &till);
  if (call->turn->own) return 0;
  bool manages = sp_role_rank(sp_work_till_role(&call->work)) >= sp_role_rank(SP_ROLE_MANAGER);
  bool local = sp_call_is_system(call);
  bool may = local || (looks && (manages || (actor->is_program && sp_id_is_nil(&actor->till))));
  if (!may) {
    return sp_fail(call->work.err, SP_E_DENIED, "till", "This session is not of the till %s: sign in there",
                   call->params[0]);
  }
  call->turn->own = local && !looks;
  actor->till = till;
  return 0;
}

/* ---- What is shown ---- */

/* Both screens in the language of the work. */
static int show_both(struct sp_call *call, struct sp_till *till) {
  struct sp_till_turn *turn = call->turn;
  struct sp_buf *section = &turn->section[call->work.lang], *screen = &turn->screen[call->work.lang];
  struct sp_json_writer w;
  sp_json_start(&w, section);
  int rc = sp_till_view_json(&call->work, till, &turn->facts, &w);
  if (rc != 0) return rc;
  sp_json_start(&w, screen);
  rc = sp_till_screen_json(&call->work, till, &w);
  bool cut = section->failed != 0 || screen->failed != 0;
  return rc == 0 && cut ? sp_fail(call->work.err, SP_E_LIMIT, NULL, "The answer is too large") : rc;
}

/* A cashier and a customer, or two cashiers, may read different languages: each gets the own. */
static int show(struct sp_call *call, struct sp_till *till) {
  struct sp_till_turn *turn = call->turn;
  enum sp_lang asked = call->work.lang;
  int rc = show_both(call, till);
  for (int lang = 0; rc == 0 && lang < SP_LANG_COUNT; lang++) {
    if (lang == (int)asked || (turn->langs & (1u << lang)) == 0) continue;
    call->work.lang = (enum sp_lang)lang;
    rc = show_both(call, till);
  }
  call->work.lang = asked;
  turn->shown = rc == 0;
  turn->locked = till->locked;
  turn->self = till->self;
  turn->lock_seconds = till->setting.lock_seconds;
  return rc;
}

static int look(struct sp_call *call, bool looks) {
  struct sp_till *till = sp_arena_alloc(&call->task.arena, sizeof *till);
  if (till == NULL) return sp_error_nomem(call->work.err, __func__);
  int rc = stand(call, looks);
  if (rc == 0) rc = sp_till_load(&call->work, till);
  return rc == 0 ? show(call, till) : rc;
}

int sp_till_turn_show(struct sp_call *call) {
  call->turn->kind = SP_TURN_COMMAND;
  return look(call, false);
}

/* ---- What is done ---- */

/* Does it change what other tills show: parked baskets, and self-checkouts that call somebody? */
static bool concerns_others(const struct sp_till_command *command, const struct sp_till *till) {
  enum sp_till_do kind = command->kind;
  bool parked = kind == SP_TILL_PARK || kind == SP_TILL_RECALL || kind == SP_TILL_CANCEL;
  return parked || kind == SP_TILL_CALL || (till->self && till->calling);
}

static int acknowledge(struct sp_call *call, const struct sp_id *id) {
  struct sp_device_alarm alarm;
  int rc = sp_device_alarm_acknowledge(&call->work, id, &alarm);
  if (rc == 0) call->alarm_seen = *id;
  return rc;
}

/* Whoever shall sign is told what for. That it cannot be said is no reason to ask nobody. */
static void tell_asked(struct sp_call *call, const struct sp_till_command *command) {
  struct sp_error own = {.lang = call->work.lang}, *err = call->work.err;
  struct sp_till *till = sp_arena_alloc(&call->task.arena, sizeof *till);
  call->work.err = &own;
  if (till != NULL && sp_till_load(&call->work, till) == 0) call->problem = sp_till_asked(&call->work, till, command);
  call->work.err = err;
}

static int apply(struct sp_call *call, const struct sp_till_command *command) {
  struct sp_till_turn *turn = call->turn;
  struct sp_till *till = sp_arena_alloc(&call->task.arena, sizeof *till);
  if (till == NULL) return sp_error_nomem(call->work.err, __func__);
  int rc = sp_till_load(&call->work, till);
  if (rc == 0) rc = sp_till_apply(&call->work, till, command, &turn->facts, &turn->outcome);
  if (rc != 0) {
    call->commit_anyway = call->commit_anyway || turn->outcome.commit_anyway;
    if (rc == SP_E_DENIED && strcmp(call->work.err->field, "approval") == 0) tell_asked(call, command);
    return rc;
  }
  if (!sp_id_is_nil(&turn->outcome.alarm)) rc = acknowledge(call, &turn->outcome.alarm);
  if (rc != 0) return rc;
  turn->others = concerns_others(command, till);
  (void)sp_buf_putc(&call->out, '{');
  if (turn->outcome.extra != NULL) (void)sp_buf_puts(&call->out, turn->outcome.extra);
  (void)sp_buf_putc(&call->out, '}');
  return show(call, till);
}

/* ---- Routes ---- */

int sp_route_till_view(struct sp_call *call) {
  call->turn->kind = SP_TURN_VIEW;
  return look(call, true);
}

int sp_route_till_events(struct sp_call *call) {
  struct sp_till_turn *turn = call->turn;
  const char *lang = sp_http_query(call->request, "lang");
  const char *screen = sp_http_query(call->request, "screen");
  const char *last = sp_http_header(call->request, "Last-Event-ID");
  turn->kind = SP_TURN_EVENTS;
  turn->customer = screen != NULL && strcmp(screen, "customer") == 0;
  if (last != NULL && strlen(last) <= SP_TILL_EVENT_MAX) memcpy(turn->last_event, last, strlen(last) + 1);
  if (lang != NULL) call->work.lang = call->work.err->lang = sp_lang_from(lang);
  return look(call, false);
}

int sp_route_till_command(struct sp_call *call) {
  struct sp_till_command command;
  call->turn->kind = SP_TURN_COMMAND;
  int rc = stand(call, false);
  if (rc == 0) rc = sp_till_command_read(&call->work, call->body, &command);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  return rc == 0 ? apply(call, &command) : rc;
}

/* A scan, a lock or a look of the node's own, by the person who was the last at this till. */
static int run_inner(struct sp_call *call) {
  const struct sp_till_turn *turn = call->turn;
  struct sp_till_command command = {.kind = turn->kind == SP_TURN_LOCK ? SP_TILL_LOCK : SP_TILL_SCAN,
                                    .code = turn->scan,
                                    .aim = turn->aim,
                                    .total = SP_NO_TOTAL};
  int rc = stand(call, false);
  if (rc != 0) return rc;
  if (turn->kind == SP_TURN_REFRESH) return look(call, false);
  return apply(call, &command);
}

const struct sp_route sp_till_inner_route = {
    .method = "POST",
    .path = "/v1/tills/{code}/commands",
    .run = run_inner,
    .role = SP_ROLE_CASHIER,
    .scope = "sales:write",
    .flags = SP_ROUTE_TILL,
};
