/* Alarms of devices: what is wrong, and that somebody has seen it. */
#include "api/call.h"
#include "app/device_alarms.h"

#include <string.h>

#define LIST_MAX 200

static void write_alarm(struct sp_json_writer *w, const struct sp_device_alarm *row) {
  const struct sp_alarm *alarm = &row->alarm;
  sp_json_open_object(w);
  sp_json_put_id(w, "id", alarm->id.bytes);
  sp_json_put_text(w, "till", alarm->key.till);
  sp_json_put_text(w, "device", alarm->key.device);
  sp_json_put_text(w, "fault", sp_alarm_fault_name(alarm->key.fault));
  sp_json_put_text(w, "severity", sp_alarm_severity_name(alarm->severity));
  sp_json_put_text(w, "owner", sp_alarm_owner_name(alarm->owner));
  sp_json_put_text(w, "state", sp_alarm_state_name(alarm->state));
  sp_json_put_time(w, "raised_at", alarm->raised_at);
  sp_json_put_time(w, "changed_at", alarm->changed_at);
  if (alarm->cleared_at != 0) sp_json_put_time(w, "cleared_at", alarm->cleared_at);
  sp_json_put_int(w, "count", alarm->count);
  sp_json_put_text(w, "detail", alarm->detail);
  if (alarm->job[0] != '\0') sp_json_put_text(w, "job", alarm->job);
  if (row->acknowledged_at != 0) sp_json_put_time(w, "acknowledged_at", row->acknowledged_at);
  if (!sp_id_is_nil(&row->acknowledged_by)) sp_json_put_id(w, "acknowledged_by", row->acknowledged_by.bytes);
  sp_json_close_object(w);
}

static int read_state(struct sp_call *call, enum sp_alarm_listed *out) {
  const char *state = sp_http_query(call->request, "state");
  bool open = state == NULL || strcmp(state, "open") == 0;
  *out = !open ? SP_ALARM_LIST_ALL : sp_call_flag(call, "members") ? SP_ALARM_LIST_MEMBERS : SP_ALARM_LIST_OPEN;
  if (open || strcmp(state, "all") == 0) return 0;
  return sp_fail(call->work.err, SP_E_INVALID, "state", "The state is open or all");
}

/* Newest first; the cursor is the id of the last one shown. */
int sp_route_alarm_list(struct sp_call *call) {
  struct sp_id before = {{0}};
  int64_t limit = 50;
  enum sp_alarm_listed which = SP_ALARM_LIST_OPEN;
  int count = 0;
  const char *cursor = sp_http_query(call->request, "cursor");
  int rc = read_state(call, &which);
  if (rc == 0) rc = sp_call_query_int(call, "limit", 1, LIST_MAX, &limit);
  if (rc != 0) return rc;
  if (cursor != NULL && sp_id_parse(cursor, &before) != 0) {
    return sp_fail(call->work.err, SP_E_INVALID, "cursor", "%s is not an id", cursor);
  }
  struct sp_device_alarm *rows = sp_arena_array(&call->task.arena, (size_t)limit, sizeof *rows);
  if (rows == NULL) return sp_error_nomem(call->work.err, __func__);
  rc = sp_device_alarm_list(&call->work, which, &before, (int)limit, rows, &count);
  if (rc != 0) return rc;
  sp_json_open_object(&call->w);
  sp_json_key(&call->w, "alarms");
  sp_json_open_array(&call->w);
  for (int i = 0; i < count; i++)
    write_alarm(&call->w, &rows[i]);
  sp_json_close_array(&call->w);
  if (count == limit) sp_json_put_id(&call->w, "cursor", rows[count - 1].alarm.id.bytes);
  sp_json_close_object(&call->w);
  return 0;
}

int sp_route_alarm_acknowledge(struct sp_call *call) {
  struct sp_device_alarm row;
  struct sp_id id;
  int rc = sp_call_id(call, 0, &id);
  if (rc == 0) rc = sp_device_alarm_acknowledge(&call->work, &id, &row);
  if (rc != 0) return rc;
  call->alarm_seen = id;
  write_alarm(&call->w, &row);
  return 0;
}
