/* The print ledger over HTTP: what was printed, what waits, what a person says of it; receipts and reports as jobs. */
#include "api/call.h"
#include "app/print_ledger.h"

#include <string.h>

#define LIST_MAX 200

/* On the loop, when the job is on disk. */
static int wake(struct sp_call *call) {
  const struct sp_api_devices *devices = call->options->devices;
  if (devices != NULL && devices->print_wake != NULL) devices->print_wake(devices->ctx);
  return 0;
}

/* 202 with the job: accepted, not yet on paper. */
static int answer(struct sp_call *call, const struct sp_print_job *job) {
  if (job->state == SP_PAPER_NONE) return sp_fail(call->work.err, SP_E_STATE, "printer", "This till has no printer");
  call->status = 202;
  call->after = wake;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "job", job->id.bytes);
  sp_json_put_text(&call->w, "state", sp_paper_name(job->state));
  sp_json_put_text(&call->w, "device", job->device);
  sp_json_put_int(&call->w, "copy", job->copy);
  sp_json_close_object(&call->w);
  return 0;
}

/* The text of a member, in the arena; null when it is absent. */
static int read_reason(struct sp_call *call, const char **out) {
  *out = NULL;
  int rc = sp_json_get_text(call->body, "reason", SP_OPTIONAL, SP_PRINT_REASON_MAX, out, call->work.err);
  if (rc == 0 && *out != NULL) *out = sp_arena_text(&call->task.arena, *out);
  return rc;
}

int sp_route_sale_print(struct sp_call *call) {
  static const char *const known[] = {"copy", "gift", "reason", "approval", NULL};
  struct sp_print_options options = {.copy = false};
  struct sp_print_job job;
  struct sp_sale sale;
  struct sp_error *err = call->work.err;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "copy", SP_OPTIONAL, &options.copy, err);
  if (rc == 0) rc = sp_json_get_bool(call->body, "gift", SP_OPTIONAL, &options.gift, err);
  if (rc == 0) rc = read_reason(call, &options.reason);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_call_sale(call, &sale);
  if (rc == 0) rc = sp_print_queue_sale(&call->work, &sale, &options, &job);
  return rc == 0 ? answer(call, &job) : rc;
}

int sp_route_shift_print(struct sp_call *call) {
  static const char *const known[] = {"approval", NULL};
  struct sp_print_job job;
  struct sp_shift shift;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_call_shift(call, &shift);
  if (rc == 0) rc = sp_print_queue_report(&call->work, &shift, &job);
  return rc == 0 ? answer(call, &job) : rc;
}

int sp_route_print_list(struct sp_call *call) {
  const char *state = sp_http_query(call->request, "state");
  struct sp_id till; /* nil: all */
  int64_t limit = 50;
  bool open = state == NULL || strcmp(state, "open") == 0;
  if (!open && strcmp(state, "all") != 0)
    return sp_fail(call->work.err, SP_E_INVALID, "state", "The state is open or all");
  int rc = sp_call_query_int(call, "limit", 1, LIST_MAX, &limit);
  if (rc == 0) rc = sp_work_till_or_none(&call->work, sp_http_query(call->request, "till"), &till);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  sp_json_key(&call->w, "jobs");
  rc = sp_print_list_json(&call->work, open, &till, (int32_t)limit, &call->w);
  sp_json_close_object(&call->w);
  return rc;
}

int sp_route_print_get(struct sp_call *call) {
  struct sp_print_job job;
  struct sp_id id;
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = sp_print_load(&call->work, &id, &job);
  if (rc != 0) return rc;
  bool manages = sp_role_rank(sp_work_till_role(&call->work)) >= sp_role_rank(SP_ROLE_MANAGER);
  bool blind = strcmp(job.kind, "report") == 0 && sp_id_is_nil(&job.document); /* X: may say what will be counted */
  return sp_print_job_json(&call->work, &job, manages || !blind, &call->w);
}

int sp_route_print_decide(struct sp_call *call) {
  static const char *const known[] = {"answer", "reason", "approval", NULL};
  struct sp_print_job job, copy;
  struct sp_error *err = call->work.err;
  const char *word = NULL, *reason = NULL;
  struct sp_id id;
  int rc = sp_json_only(call->body, known, err);
  if (rc == 0) rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = sp_json_get_text(call->body, "answer", SP_REQUIRED, 20, &word, err);
  if (rc == 0) rc = read_reason(call, &reason);
  int said = rc == 0 ? sp_print_answer_parse(word) : 0;
  if (said < 0) rc = sp_fail(err, SP_E_INVALID, "answer", "The answer is printed, reprint, cancel or retry");
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_print_decide(&call->work, &id, (enum sp_print_answer)said, reason, &job, &copy);
  if (rc != 0) return rc;
  call->after = wake;
  sp_json_open_object(&call->w);
  sp_json_key(&call->w, "job");
  rc = sp_print_job_json(&call->work, &job, false, &call->w);
  if (rc == 0 && copy.state != SP_PAPER_NONE) {
    sp_json_key(&call->w, "copy");
    rc = sp_print_job_json(&call->work, &copy, false, &call->w);
  }
  sp_json_close_object(&call->w);
  return rc;
}
