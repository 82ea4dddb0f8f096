/* What a person takes off by hand, and who signs for a request. */
#include "api/call.h"
#include "app/approval.h"
#include "domain/money.h"

#include <cjson/cJSON.h>
#include <string.h>

#define REASON_MAX 200
#define CODE_MAX   20
#define PIN_MAX    64

int sp_read_markdown(struct sp_call *call, const struct cJSON *object, bool line, struct sp_markdown *out) {
  struct sp_error *err = call->work.err;
  int said = 0, rc = 0;
  *out = (struct sp_markdown){.reason = "", .approver = ""};
  for (int kind = SP_MARKDOWN_PERCENT; rc == 0 && kind <= (line ? SP_MARKDOWN_PRICE : SP_MARKDOWN_AMOUNT); kind++) {
    const char *name = sp_markdown_name((enum sp_markdown_kind)kind);
    int64_t most = kind == SP_MARKDOWN_PERCENT ? SP_PPM : SP_SALE_MAX;
    if (sp_json_member(object, name) == NULL) continue;
    rc = sp_json_get_int(object, name, SP_REQUIRED, 0, most, &out->value, err);
    out->kind = (enum sp_markdown_kind)kind;
    said++;
  }
  if (rc != 0 || said == 1) return rc;
  return sp_fail(err, SP_E_INVALID, "percent",
                 line ? "A discount is one of percent, amount and price"
                      : "A discount of everything is one of percent and amount");
}

int sp_read_discount(struct sp_call *call, const struct cJSON *object, bool line, struct sp_markdown *out) {
  static const char *const known[] = {"percent", "amount", "price", "reason", NULL};
  static const char *const of_all[] = {"percent", "amount", "reason", NULL};
  struct sp_error *err = call->work.err;
  const struct cJSON *given = NULL;
  const char *reason = "";
  int rc = sp_json_get_object(object, "discount", SP_OPTIONAL, &given, err);
  if (rc != 0 || given == NULL) return rc;
  rc = sp_json_only(given, line ? known : of_all, err);
  if (rc == 0) rc = sp_read_markdown(call, given, line, out);
  if (rc == 0) rc = sp_json_get_text(given, "reason", SP_OPTIONAL, REASON_MAX, &reason, err);
  if (rc != 0) {
    sp_error_prefix(err, "discount");
    return rc;
  }
  out->reason = sp_arena_text(&call->task.arena, reason);
  return out->reason != NULL ? 0 : sp_error_nomem(err, __func__);
}

int sp_read_approval(struct sp_call *call, const struct cJSON *body) {
  static const char *const known[] = {"staff", "pin", NULL};
  struct sp_error *err = call->work.err;
  const struct cJSON *given = NULL;
  const char *staff = NULL, *pin = NULL;
  int rc = sp_json_get_object(body, "approval", SP_OPTIONAL, &given, err);
  if (rc != 0 || given == NULL) return rc;
  rc = sp_json_only(given, known, err);
  if (rc == 0) rc = sp_json_get_text(given, "staff", SP_REQUIRED, CODE_MAX, &staff, err);
  if (rc == 0) rc = sp_json_get_text(given, "pin", SP_REQUIRED, PIN_MAX, &pin, err);
  if (rc != 0) {
    sp_error_prefix(err, "approval");
    return rc;
  }
  struct sp_approval *approval = sp_arena_alloc(&call->task.arena, sizeof *approval);
  if (approval == NULL) return sp_error_nomem(err, __func__);
  rc = sp_approval_open(&call->work, staff, pin, approval, &call->commit_anyway);
  if (rc == 0) call->work.approval = approval;
  return rc;
}
