#include "api/call.h"
#include "app/shift.h"
#include "app/till.h"

#include <stdlib.h>
#include <string.h>

static void write_shift(struct sp_call *call, const struct sp_shift *shift) {
  struct sp_json_writer *w = &call->w;
  sp_json_open_object(w);
  sp_json_put_id(w, "id", shift->id.bytes);
  sp_json_put_id(w, "till", shift->till.bytes);
  sp_json_put_int(w, "number", shift->number);
  sp_json_put_int(w, "business_day", shift->business_day);
  sp_json_put_time(w, "opened_at", shift->opened_at);
  if (shift->closed_at != 0) sp_json_put_time(w, "closed_at", shift->closed_at);
  sp_json_put_int(w, "opening_float", shift->opening_float);
  sp_json_close_object(w);
}

int sp_route_shift_open(struct sp_call *call) {
  static const char *const known[] = {"opening_float", NULL};
  struct sp_shift shift;
  int64_t opening = 0;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0)
    rc = sp_json_get_int(call->body, "opening_float", SP_REQUIRED, 0, SP_JSON_INT_MAX, &opening, call->work.err);
  if (rc == 0) rc = sp_shift_open(&call->work, opening, &shift);
  if (rc != 0) return rc;
  call->status = 201;
  write_shift(call, &shift);
  return 0;
}

/* "current" is the open shift of the actor's till. */
int sp_call_shift(struct sp_call *call, struct sp_shift *out) {
  struct sp_id id;
  if (strcmp(call->params[0], "current") == 0) return sp_shift_current(&call->work, out);
  int rc = sp_call_id(call, 0, &id);
  return rc == 0 ? sp_shift_load(&call->work, &id, out) : rc;
}

int sp_route_shift_get(struct sp_call *call) {
  struct sp_shift shift;
  int rc = sp_call_shift(call, &shift);
  if (rc == 0) write_shift(call, &shift);
  return rc;
}

static int print_report(struct sp_call *call, const struct sp_shift_report *report) {
  struct sp_print print;
  int64_t columns = SP_PRINT_COLUMNS_80;
  int rc = sp_call_query_int(call, "columns", SP_PRINT_COLUMNS_MIN, SP_PRINT_COLUMNS_MAX, &columns);
  if (rc == 0) rc = sp_shift_report_print(&call->work, report, (int)columns, &print);
  if (rc != 0) return rc;
  sp_buf_reset(&call->out);
  call->content_type = "text/plain; charset=utf-8";
  return sp_print_text(&print, &call->out);
}

/* X while the shift is open, Z when it is closed. */
int sp_route_shift_report(struct sp_call *call) {
  struct sp_shift shift;
  struct sp_shift_report report;
  const char *format = sp_http_query(call->request, "format");
  bool text = format != NULL && strcmp(format, "text") == 0;
  if (format != NULL && !text && strcmp(format, "json") != 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "format", "A report comes as json or text");
  }
  int rc = sp_call_shift(call, &shift);
  if (rc == 0) rc = sp_shift_report_make(&call->work, &shift, &report);
  if (rc != 0) return rc;
  const char *copy = sp_http_query(call->request, "copy");
  report.copy = copy != NULL && strcmp(copy, "0") != 0;
  if (text) return print_report(call, &report);
  sp_shift_report_json(&report, &call->w);
  return 0;
}

int sp_route_shift_cash(struct sp_call *call) {
  static const char *const known[] = {"amount", "reason", "approval", NULL};
  const char *reason = NULL;
  int64_t amount = 0;
  struct sp_id id;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) {
    rc = sp_json_get_int(call->body, "amount", SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &amount, call->work.err);
  }
  if (rc == 0) rc = sp_json_get_text(call->body, "reason", SP_REQUIRED, 200, &reason, call->work.err);
  if (rc == 0) rc = sp_read_approval(call, call->body);
  if (rc == 0) rc = sp_shift_move_cash(&call->work, amount, sp_arena_text(&call->task.arena, reason), &id);
  if (rc != 0) return rc;
  call->status = 201;
  sp_json_open_object(&call->w);
  sp_json_put_id(&call->w, "id", id.bytes);
  sp_json_put_int(&call->w, "amount", amount);
  sp_json_close_object(&call->w);
  return 0;
}

/* The count is blind: the answer says what was counted, not what was expected; the Z report has both. */
int sp_route_shift_close(struct sp_call *call) {
  static const char *const known[] = {"counted", NULL};
  struct sp_shift shift;
  int64_t counted = 0;
  int rc = sp_json_only(call->body, known, call->work.err);
  if (rc == 0) rc = sp_json_get_int(call->body, "counted", SP_REQUIRED, 0, SP_JSON_INT_MAX, &counted, call->work.err);
  if (rc == 0 && !sp_id_is_nil(&call->work.actor.till)) rc = sp_till_finished(&call->work);
  if (rc == 0) rc = sp_shift_close(&call->work, counted, &shift);
  if (rc == 0) write_shift(call, &shift);
  return rc;
}

int sp_route_z_get(struct sp_call *call) {
  struct sp_id till;
  struct sp_z z;
  char *end = NULL;
  long long number = strtoll(call->params[1], &end, 10);
  if (*end != '\0' || number < 1) {
    return sp_fail(call->work.err, SP_E_NOT_FOUND, "number", "There is nothing under %s", call->params[1]);
  }
  int rc = sp_work_till(&call->work, call->params[0], &till);
  if (rc == 0) rc = sp_z_load(&call->work, &till, number, &z);
  if (rc != 0) return rc;
  char hash[SP_HASH_HEX], previous[SP_HASH_HEX];
  sp_hash_hex(z.hash, hash);
  sp_hash_hex(z.previous, previous);
  sp_json_open_object(&call->w);
  sp_json_put_int(&call->w, "number", z.number);
  sp_json_put_id(&call->w, "shift", z.shift.bytes);
  sp_json_put_time(&call->w, "at", z.at);
  sp_json_put_text(&call->w, "previous", previous);
  sp_json_put_text(&call->w, "hash", hash);
  sp_json_key(&call->w, "body");
  sp_json_raw(&call->w, z.body, strlen(z.body));
  sp_json_close_object(&call->w);
  return 0;
}
