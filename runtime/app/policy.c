#include "app/policy.h"

#include "app/alarms.h"
#include "app/approval.h"
#include "app/till.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/money.h"
#include "engine/hook.h"

#include <cjson/cJSON.h>
#include <string.h>

#define INPUT_MAX 2048

/* What the policy says of one action. */
struct verdict {
  bool refused;
  bool wants_reason;
  bool approve;
  enum sp_role approver;
  const char *why;      /* code, for the journal */
  const char *sentence; /* the chain's, or null */
};

/* The shift in which it is done; a nil id when none is open. */
struct done {
  struct sp_id shift;
  int64_t times, total;
};

static int read_done(struct sp_work *work, const char *action, struct done *out) {
  struct sp_rows *rows = NULL;
  *out = (struct done){.times = 0};
  if (sp_id_is_nil(&work->actor.till)) return 0;
  const struct sp_value key[] = {sp_v_blob(work->actor.till.bytes, SP_ID_LEN), sp_v_text(action)};
  int got = sp_db_one(work->db, SP_Q_SHIFT_ACTION_GET, key, 2, &rows, work->err);
  if (got <= 0) return got;
  sp_rows_id(rows, 0, &out->shift);
  out->times = sp_rows_int(rows, 1);
  out->total = sp_rows_int(rows, 2);
  sp_rows_finish(rows);
  return 0;
}

/* ---- Asking the chain ---- */

static int make_input(struct sp_work *work, const struct sp_policy_ask *ask, const struct done *done,
                      const struct sp_context *context, struct cJSON **out) {
  struct sp_buf text;
  struct sp_json_writer w;
  sp_buf_init(&text, INPUT_MAX);
  sp_json_start(&w, &text);
  sp_json_open_object(&w);
  sp_json_put_text(&w, "action", ask->action);
  sp_json_put_text(&w, "role", context->role);
  sp_json_put_int(&w, "date", context->business_date);
  sp_json_put_int(&w, "minute", context->minute);
  if (ask->amount > 0) sp_json_put_int(&w, "amount", ask->amount);
  if (ask->ppm > 0) sp_json_put_int(&w, "rate", ask->ppm < SP_PPM ? ask->ppm : SP_PPM);
  sp_json_put_int(&w, "times", done->times + ask->times < 100000 ? done->times + ask->times : 100000);
  sp_json_put_int(&w, "total", done->total);
  if (ask->days > 0) sp_json_put_int(&w, "days", ask->days < 36500 ? ask->days : 36500);
  sp_json_close_object(&w);
  int rc = text.failed != 0 ? sp_error_nomem(work->err, __func__) : sp_json_parse(text.data, text.len, out, work->err);
  sp_buf_free(&text);
  return rc;
}

static const char *sentence_of(struct sp_work *work, const struct sp_answer *answer, const struct cJSON *reason) {
  struct sp_buf text;
  const char *out = NULL;
  char *json = reason != NULL ? cJSON_PrintUnformatted(reason) : NULL;
  if (json == NULL) return NULL;
  sp_buf_init(&text, SP_RULE_REASON_MAX);
  if (sp_bundle_sentence(work->bundle, answer->rule, json, work->lang, &text) && text.failed == 0) {
    out = sp_arena_text(work->arena, sp_buf_text(&text));
  }
  sp_buf_free(&text);
  cJSON_free(json);
  return out;
}

static const char *text_of(const struct cJSON *object, const char *name) {
  const char *text = object != NULL ? cJSON_GetStringValue(sp_json_member(object, name)) : NULL;
  return text != NULL ? text : "";
}

/* The shape was checked by the engine. A role that nobody has is an admin's. */
static int read_answer(struct sp_work *work, const struct sp_answer *answer, struct verdict *out) {
  struct cJSON *tree = NULL;
  int rc = sp_json_parse(answer->json, answer->len, &tree, work->err);
  if (rc != 0) return rc;
  const struct cJSON *reason = sp_json_member(tree, "reason");
  const char *decision = text_of(tree, "decision"), *approver = text_of(tree, "approver"), *ask = text_of(tree, "ask");
  int role = approver[0] != '\0' ? sp_role_parse(approver) : SP_ROLE_MANAGER;
  *out = (struct verdict){.refused = strcmp(decision, "refuse") == 0,
                          .approve = strcmp(decision, "approve") == 0,
                          .wants_reason = strcmp(ask, "reason") == 0 || strcmp(ask, "text") == 0,
                          .approver = role >= 0 ? (enum sp_role)role : SP_ROLE_ADMIN,
                          .why = sp_arena_text(work->arena, text_of(reason, "code")),
                          .sentence = sentence_of(work, answer, reason)};
  sp_json_free(tree);
  return out->why != NULL ? 0 : sp_error_nomem(work->err, __func__);
}

/* 1: a campaign of the chain has answered; 0: none has. */
static int ask_chain(struct sp_work *work, const struct sp_policy_ask *ask, const struct done *done,
                     struct verdict *out) {
  struct sp_context context = sp_work_context(work, work->now, work->actor.is_program ? "api" : "till");
  struct sp_answers answers;
  struct cJSON *input = NULL;
  context.role = sp_role_name(sp_work_till_role(work));
  int rc = make_input(work, ask, done, &context, &input);
  if (rc == 0) {
    rc = sp_engine_ask(work->bundle, work->vm, "till.policy", input, &context, work->arena, &answers, work->err);
  }
  sp_json_free(input);
  if (rc != 0) return rc;
  if (answers.alarms > 0) sp_alarms_raise(work->app->alarms, answers.trace, answers.trace_len, work->now);
  if (answers.count == 0) return 0;
  rc = read_answer(work, &answers.list[0], out);
  return rc == 0 ? 1 : rc;
}

/* ---- Built in ---- */

static bool one_of(const char *action, const char *first, const char *second) {
  return strcmp(action, first) == 0 || strcmp(action, second) == 0;
}

static struct verdict built_in(const struct sp_work *work, const struct sp_policy_ask *ask) {
  struct verdict verdict = {.approver = SP_ROLE_MANAGER, .why = ""};
  bool cuts = one_of(ask->action, "discount", "override-price");
  if (cuts && ask->ppm > work->app->policy.discount_max_ppm) verdict.why = "discount-cap";
  if (one_of(ask->action, "open-drawer", "cash-out")) verdict.why = ask->action;
  if (strcmp(ask->action, "refund") == 0 && ask->blind) verdict.why = "blind-refund";
  if (ask->charged) verdict.why = "tender-released";
  verdict.approve = verdict.why[0] != '\0';
  return verdict;
}

/* ---- Deciding ---- */

static int refuse(struct sp_work *work, const struct verdict *verdict) {
  if (verdict->sentence != NULL) return sp_fail(work->err, SP_E_DENIED, "action", "%s", verdict->sentence);
  return sp_fail(work->err, SP_E_DENIED, "action", "The rules of the shop do not allow this");
}

static int need_approval(struct sp_work *work, const struct verdict *verdict) {
  const char *role = sp_tr(work->lang, sp_role_name(verdict->approver));
  if (verdict->sentence != NULL) return sp_fail(work->err, SP_E_DENIED, "approval", "%s", verdict->sentence);
  return sp_fail(work->err, SP_E_DENIED, "approval", "This needs the approval of somebody with the role %s", role);
}

/* 1: the approval is needed and there. */
static int decide(struct sp_work *work, const struct sp_policy_ask *ask, const struct verdict *verdict) {
  int least = sp_role_rank(verdict->approver);
  if (verdict->refused) return refuse(work, verdict);
  if (verdict->wants_reason && (ask->reason == NULL || ask->reason[0] == '\0')) {
    return sp_fail(work->err, SP_E_INVALID, "reason", "The rules of the shop want to be told why");
  }
  if (!verdict->approve || sp_role_rank(sp_work_till_role(work)) >= least) return 0;
  bool signs = work->approval != NULL && sp_role_rank(work->approval->role) >= least;
  return signs ? 1 : need_approval(work, verdict);
}

int sp_policy_check(struct sp_work *work, const struct sp_policy_ask *ask) {
  struct done done = {0};
  struct verdict verdict = {0};
  bool attended = strcmp(ask->action, "sell-below-zero") != 0;
  int rc = attended ? sp_till_attend(work, ask->action) : 0;
  if (rc == 0) rc = read_done(work, ask->action, &done);
  if (rc == 0) rc = ask_chain(work, ask, &done, &verdict);
  if (rc < 0) return rc;
  if (rc == 0) verdict = built_in(work, ask);
  rc = decide(work, ask, &verdict);
  if (rc < 0 || rc > 1) return rc;
  work->signed_for = work->signed_for || rc == 1;
  if (rc == 1) sp_approval_journal(work, ask->action, ask->amount, verdict.why);
  if (sp_id_is_nil(&done.shift)) return 0;
  const struct sp_value row[] = {sp_v_blob(done.shift.bytes, SP_ID_LEN), sp_v_text(ask->action), sp_v_int(ask->amount)};
  sp_plan_add(work->plan, SP_Q_SHIFT_ACTION_ADD, row, 3);
  return 0;
}
