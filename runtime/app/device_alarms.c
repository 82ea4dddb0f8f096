#include "app/device_alarms.h"

#include "app/approval.h"
#include "app/till.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_DELAY_MS INT64_C(1000)
#define LAST_DELAY_MS  INT64_C(3600000)

/* ---- The event ---- */

void sp_device_alarm_event(const char *store, const struct sp_alarm_change *change, struct sp_json_writer *w) {
  sp_json_open_object(w);
  sp_device_alarm_members(store, change, w);
  sp_json_close_object(w);
}

void sp_device_alarm_members(const char *store, const struct sp_alarm_change *change, struct sp_json_writer *w) {
  const struct sp_alarm *alarm = &change->alarm;
  sp_json_put_int(w, "v", 1);
  sp_json_put_id(w, "id", alarm->id.bytes);
  sp_json_put_time(w, "t", alarm->changed_at);
  sp_json_put_text(w, "store", store);
  sp_json_put_text(w, "till", alarm->key.till);
  sp_json_put_text(w, "dev", alarm->key.device);
  sp_json_put_text(w, "fault", sp_alarm_fault_name(alarm->key.fault));
  sp_json_put_text(w, "sev", sp_alarm_severity_name(alarm->severity));
  sp_json_put_text(w, "owner", sp_alarm_owner_name(alarm->owner));
  sp_json_put_text(w, "state", sp_alarm_state_name(alarm->state));
  sp_json_put_text(w, "change", sp_alarm_change_name(change->kind));
  sp_json_put_int(w, "n", alarm->n);
  sp_json_put_int(w, "count", alarm->count);
  sp_json_put_time(w, "first", alarm->raised_at);
  sp_json_put_text(w, "detail", alarm->detail);
  sp_json_put_text(w, "job", alarm->job);
}

static int plan_push(struct sp_work *work, const struct sp_alarm_change *change) {
  struct sp_buf body;
  struct sp_json_writer w;
  sp_buf_init(&body, SP_ALARM_PUSH_BODY_MAX);
  sp_json_start(&w, &body);
  sp_device_alarm_event(work->app->store.code, change, &w);
  int rc = body.failed;
  const char *copy = rc != 0 ? NULL : sp_arena_copy(work->arena, body.data, body.len);
  size_t len = body.len;
  sp_buf_free(&body);
  if (rc != 0) return sp_fail(work->err, rc, NULL, "The event of an alarm is too long");
  if (copy == NULL) return sp_error_nomem(work->err, __func__);
  const struct sp_value row[] = {
      sp_v_blob(change->alarm.id.bytes, SP_ID_LEN),
      sp_v_int(change->alarm.n),
      sp_v_text_n(copy, len),
      sp_v_int(work->now),
  };
  const struct sp_value keep[] = {sp_v_int(SP_ALARM_PUSHES)};
  sp_plan_add(work->plan, SP_Q_ALARM_PUSH_ADD, row, 4);
  sp_plan_add(work->plan, SP_Q_ALARM_PUSH_TRIM, keep, 1);
  return 0;
}

/* ---- Alarms ---- */

int sp_device_alarm_write(struct sp_work *work, const struct sp_alarm_change *change, bool push) {
  const struct sp_alarm *alarm = &change->alarm;
  const struct sp_value row[] = {
      sp_v_blob(alarm->id.bytes, SP_ID_LEN),
      sp_v_text(sp_arena_text(work->arena, alarm->key.till)),
      sp_v_text(sp_arena_text(work->arena, alarm->key.device)),
      sp_v_text(sp_alarm_fault_name(alarm->key.fault)),
      sp_v_text(sp_alarm_severity_name(alarm->severity)),
      sp_v_text(sp_alarm_owner_name(alarm->owner)),
      sp_v_text(sp_alarm_state_name(alarm->state)),
      sp_v_int(alarm->raised_at),
      sp_v_int(alarm->changed_at),
      alarm->cleared_at != 0 ? sp_v_int(alarm->cleared_at) : sp_v_null(),
      sp_v_int(alarm->count),
      sp_v_int(alarm->n),
      sp_v_int(alarm->quiet),
      sp_v_text(sp_arena_text(work->arena, alarm->detail)),
      sp_v_text(sp_arena_text(work->arena, alarm->job)),
  };
  if (row[14].bytes == NULL || row[13].bytes == NULL || row[2].bytes == NULL || row[1].bytes == NULL) {
    return sp_error_nomem(work->err, __func__);
  }
  sp_plan_add(work->plan, SP_Q_DEVICE_ALARM_WRITE, row, 15);
  return push && !change->quiet ? plan_push(work, change) : 0;
}

static void copy_text(char *to, size_t room, struct sp_rows *rows, int column) {
  snprintf(to, room, "%s", sp_rows_text(rows, column));
}

/* A name this build does not know was written by a newer one; it reads as the first of its kind, but never as open. */
static void read_row(struct sp_rows *rows, struct sp_device_alarm *out) {
  *out = (struct sp_device_alarm){.acknowledged_at = sp_rows_int(rows, 16)};
  struct sp_alarm *alarm = &out->alarm;
  int fault = sp_alarm_fault_parse(sp_rows_text(rows, 3));
  int severity = sp_alarm_severity_parse(sp_rows_text(rows, 4));
  int owner = sp_alarm_owner_parse(sp_rows_text(rows, 5));
  int state = sp_alarm_state_parse(sp_rows_text(rows, 6));
  sp_rows_id(rows, 0, &alarm->id);
  copy_text(alarm->key.till, sizeof alarm->key.till, rows, 1);
  copy_text(alarm->key.device, sizeof alarm->key.device, rows, 2);
  alarm->key.fault = fault < 0 ? SP_ALARM_FAULTS : (enum sp_alarm_fault)fault;
  alarm->severity = severity < 0 ? SP_ALARM_INFO : (enum sp_alarm_severity)severity;
  alarm->owner = owner < 0 ? SP_ALARM_CASHIER : (enum sp_alarm_owner)owner;
  alarm->state = state < 0 ? SP_ALARM_CLEARED : (enum sp_alarm_state)state;
  alarm->raised_at = sp_rows_int(rows, 7);
  alarm->changed_at = sp_rows_int(rows, 8);
  alarm->cleared_at = sp_rows_int(rows, 9);
  alarm->count = sp_rows_int(rows, 10);
  alarm->n = sp_rows_int(rows, 11);
  alarm->quiet = sp_rows_int(rows, 12) != 0;
  copy_text(alarm->detail, sizeof alarm->detail, rows, 13);
  copy_text(alarm->job, sizeof alarm->job, rows, 14);
  sp_rows_id(rows, 15, &out->acknowledged_by);
}

int sp_device_alarm_list(struct sp_work *work, enum sp_alarm_listed which, const struct sp_id *before, int max,
                         struct sp_device_alarm *out, int *count) {
  struct sp_id top;
  struct sp_rows *rows = NULL;
  memset(&top, 0xff, sizeof top);
  if (!sp_id_is_nil(before)) top = *before;
  const struct sp_value params[] = {sp_v_blob(top.bytes, SP_ID_LEN), sp_v_int(max)};
  static const enum sp_query queries[] = {[SP_ALARM_LIST_OPEN] = SP_Q_DEVICE_ALARM_TOP_LIST,
                                          [SP_ALARM_LIST_MEMBERS] = SP_Q_DEVICE_ALARM_OPEN_LIST,
                                          [SP_ALARM_LIST_ALL] = SP_Q_DEVICE_ALARM_LIST};
  *count = 0;
  int rc = sp_db_query(work->db, queries[which], params, 2, &rows, work->err);
  if (rc != 0) return rc;
  while (*count < max && (rc = sp_rows_next(rows, work->err)) > 0)
    read_row(rows, &out[(*count)++]);
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_device_alarm_load(struct sp_work *work, const struct sp_id *id, struct sp_device_alarm *out) {
  struct sp_rows *rows = NULL;
  const struct sp_value key[] = {sp_v_blob(id->bytes, SP_ID_LEN)};
  int got = sp_db_one(work->db, SP_Q_DEVICE_ALARM_GET, key, 1, &rows, work->err);
  if (got < 0) return got;
  if (got == 0) return sp_fail(work->err, SP_E_NOT_FOUND, "id", "There is no such alarm");
  read_row(rows, out);
  sp_rows_finish(rows);
  return 0;
}

static bool manages(enum sp_role role) {
  return sp_role_rank(role) >= sp_role_rank(SP_ROLE_MANAGER);
}

/* A cashier answers for what a cashier can mend, at the till where they stand. */
static int may_acknowledge(struct sp_work *work, const struct sp_alarm *alarm) {
  struct sp_id till = {{0}};
  if (manages(sp_work_till_role(work))) return 0;
  int rc = alarm->key.till[0] != '\0' ? sp_work_till(work, alarm->key.till, &till) : 0;
  if (rc != 0 && rc != SP_E_NOT_FOUND) return rc;
  bool own = rc == 0 && !sp_id_is_nil(&till) && sp_id_equal(&till, &work->actor.till);
  bool above = alarm->owner == SP_ALARM_MANAGER || alarm->owner == SP_ALARM_HQ;
  if (own && !above) return sp_till_attend(work, "ack_alarm");
  if (work->approval != NULL && manages(work->approval->role)) {
    sp_approval_journal(work, "ack_alarm", 0, own ? "not-cashiers" : "other-till");
    return 0;
  }
  if (own) return sp_fail(work->err, SP_E_DENIED, "approval", "A manager sees to this alarm");
  return sp_fail(work->err, SP_E_DENIED, "approval",
                 "This alarm is not of this till: somebody there or a manager sees to it");
}

int sp_device_alarm_acknowledge(struct sp_work *work, const struct sp_id *id, struct sp_device_alarm *out) {
  int rc = sp_device_alarm_load(work, id, out);
  if (rc == 0) rc = may_acknowledge(work, &out->alarm);
  if (rc != 0) return rc;
  if (out->alarm.state == SP_ALARM_CLEARED) {
    return sp_fail(work->err, SP_E_STATE, "id", "The alarm is over already");
  }
  if (out->alarm.state == SP_ALARM_ACKNOWLEDGED) return 0;
  out->alarm.state = SP_ALARM_ACKNOWLEDGED;
  out->acknowledged_by = work->actor.staff;
  out->acknowledged_at = work->now;
  const struct sp_value params[] = {
      sp_v_blob(id->bytes, SP_ID_LEN),
      sp_v_id(&work->actor.staff),
      sp_v_int(work->now),
  };
  sp_plan_expect(work->plan, SP_Q_DEVICE_ALARM_ACKNOWLEDGE, params, 3, SP_E_CONFLICT, "id",
                 "The alarm changed in this moment");
  return 0;
}

void sp_device_alarm_prune(struct sp_work *work) {
  const struct sp_value params[] = {sp_v_int(work->now - SP_ALARM_KEPT_MS)};
  sp_plan_add(work->plan, SP_Q_DEVICE_ALARM_PRUNE, params, 1);
}

/* ---- The outbox ---- */

static int read_push(struct sp_rows *rows, struct sp_arena *arena, struct sp_alarm_push *out) {
  char id[SP_ID_TEXT];
  *out = (struct sp_alarm_push){.n = sp_rows_int(rows, 1), .tries = sp_rows_int(rows, 3)};
  sp_rows_id(rows, 0, &out->alarm);
  sp_id_format(&out->alarm, id);
  snprintf(out->id, sizeof out->id, "%s.%" PRId64, id, out->n);
  out->body = sp_arena_text(arena, sp_rows_text(rows, 2));
  out->len = out->body != NULL ? strlen(out->body) : 0;
  return out->body != NULL ? 0 : SP_E_NOMEM;
}

int sp_alarm_push_due(struct sp_db *db, struct sp_arena *arena, int64_t now, int max, struct sp_alarm_push *out,
                      int *count, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_int(now), sp_v_int(max)};
  *count = 0;
  int rc = sp_db_query(db, SP_Q_ALARM_PUSH_DUE, params, 2, &rows, err);
  if (rc != 0) return rc;
  while (*count < max && (rc = sp_rows_next(rows, err)) > 0) {
    if (read_push(rows, arena, &out[*count]) != 0) {
      rc = sp_error_nomem(err, __func__);
      break;
    }
    (*count)++;
  }
  sp_rows_finish(rows);
  return rc < 0 ? rc : 0;
}

int sp_alarm_push_next(struct sp_db *db, int64_t *count, int64_t *at, struct sp_error *err) {
  struct sp_rows *rows = NULL;
  *count = 0;
  *at = 0;
  int got = sp_db_one(db, SP_Q_ALARM_PUSH_NEXT, NULL, 0, &rows, err);
  if (got <= 0) return got;
  *count = sp_rows_int(rows, 0);
  *at = sp_rows_int(rows, 1);
  sp_rows_finish(rows);
  return 0;
}

int64_t sp_alarm_push_delay(int64_t tries) {
  int64_t delay = FIRST_DELAY_MS;
  for (int64_t i = 1; i < tries && delay < LAST_DELAY_MS; i++)
    delay *= 2;
  return delay < LAST_DELAY_MS ? delay : LAST_DELAY_MS;
}

bool sp_alarm_push_settle(struct sp_work *work, const struct sp_alarm_push *push, enum sp_alarm_pushed how) {
  int64_t tries = push->tries + 1;
  bool over = how == SP_ALARM_PUSHED || tries >= SP_ALARM_PUSH_TRIES;
  const struct sp_value row[] = {
      sp_v_blob(push->alarm.bytes, SP_ID_LEN),
      sp_v_int(push->n),
      sp_v_text(how == SP_ALARM_REFUSED ? "refused" : "waiting"),
      sp_v_int(tries),
      sp_v_int(work->now + sp_alarm_push_delay(tries)),
  };
  const struct sp_value now[] = {sp_v_int(work->now)};
  if (over)
    sp_plan_add(work->plan, SP_Q_ALARM_PUSH_DONE, row, 2);
  else
    sp_plan_add(work->plan, SP_Q_ALARM_PUSH_LATER, row, 5);
  if (how == SP_ALARM_PUSHED) sp_plan_add(work->plan, SP_Q_ALARM_PUSH_REVIVE, now, 1);
  return how == SP_ALARM_PUSHED || !over;
}
