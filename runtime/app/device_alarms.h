/* Alarms of devices (domain/alarm.h) on disk, and the outbox of their webhook. Not app/alarms.h, which counts rules
 * that failed.
 *
 * A change is written before anybody is told of it: the alarm's row, and where a webhook is configured a row of the
 * outbox with the event as it will be sent. An event is pushed at least once, under the id "ALARM.n"; receivers drop
 * what they have seen. The outbox keeps the SP_ALARM_PUSHES youngest events, cleared alarms are kept SP_ALARM_KEPT_MS.
 */
#ifndef SP_APP_DEVICE_ALARMS_H
#define SP_APP_DEVICE_ALARMS_H

#include "app/work.h"
#include "base/json.h"
#include "domain/alarm.h"

#define SP_ALARM_PUSHES        1000
#define SP_ALARM_PUSH_TRIES    60 /* about two days; then an event is given up */
#define SP_ALARM_PUSH_BODY_MAX 1024
#define SP_ALARM_PUSH_ID       (SP_ID_TEXT + 20) /* "ALARM.n" and a NUL */
#define SP_ALARM_KEPT_MS       7776000000        /* 90 days */

/* ---- Alarms ---- */

struct sp_device_alarm {
  struct sp_alarm alarm;
  struct sp_id acknowledged_by; /* nil: nobody yet */
  int64_t acknowledged_at;
};

/* Write a change; `push`: put its event into the outbox too, unless it is quiet. SP_E_NOMEM, SP_E_LIMIT. */
int sp_device_alarm_write(struct sp_work *work, const struct sp_alarm_change *change, bool push);
/* The event as one JSON object: {"v":1,"id","t","store","till","dev","fault","sev","owner","state","change","n",
 * "count","first","detail","job"}. `t` is when it changed, `first` when it was raised. */
void sp_device_alarm_event(const char *store, const struct sp_alarm_change *change, struct sp_json_writer *w);
/* The same members into an object that is open. */
void sp_device_alarm_members(const char *store, const struct sp_alarm_change *change, struct sp_json_writer *w);

enum sp_alarm_listed {
  SP_ALARM_LIST_OPEN,    /* as people see them: those that the alarm of the whole store stands for are left out */
  SP_ALARM_LIST_MEMBERS, /* all that are open, with those */
  SP_ALARM_LIST_ALL,     /* and those that are over */
};
/* At most `max`, newest first, older than `before` (nil: the newest of all). */
int sp_device_alarm_list(struct sp_work *work, enum sp_alarm_listed which, const struct sp_id *before, int max,
                         struct sp_device_alarm *out, int *count);
/* SP_E_NOT_FOUND. */
int sp_device_alarm_load(struct sp_work *work, const struct sp_id *id, struct sp_device_alarm *out);
/* The actor has seen it. Twice is fine, the first one counts. A cashier may for alarms of the own till that are the
 * cashier's (domain/alarm.h: owner); all others take a manager, or a manager's approval: SP_E_DENIED "approval". So
 * does a customer at a till of mode "self". SP_E_NOT_FOUND; SP_E_STATE: it is over. Tell the state machine when the
 * plan is on disk (sp_alarm_acknowledge). */
int sp_device_alarm_acknowledge(struct sp_work *work, const struct sp_id *id, struct sp_device_alarm *out);
/* Forget alarms that have been over for SP_ALARM_KEPT_MS. */
void sp_device_alarm_prune(struct sp_work *work);

/* ---- The outbox ---- */

struct sp_alarm_push {
  struct sp_id alarm;
  int64_t n, tries;
  char id[SP_ALARM_PUSH_ID]; /* of the message: the same at every try */
  const char *body;          /* in the arena */
  size_t len;
};

enum sp_alarm_pushed {
  SP_ALARM_PUSHED, /* the receiver has it */
  SP_ALARM_FAILED, /* nobody there, or not well: 1 s, 2 s, 4 s … 1 h later, and as soon as another one gets through */
  SP_ALARM_REFUSED, /* it said that it does not want this one (4xx): only later */
};

/* What is due at `now`, oldest first, of each alarm only the first; at most `max`. */
int sp_alarm_push_due(struct sp_db *db, struct sp_arena *arena, int64_t now, int max, struct sp_alarm_push *out,
                      int *count, struct sp_error *err);
/* How many wait, and when the first is due (0: none waits). */
int sp_alarm_push_next(struct sp_db *db, int64_t *count, int64_t *at, struct sp_error *err);
/* How long to wait after so many tries: doubled from a second to an hour. */
int64_t sp_alarm_push_delay(int64_t tries);
/* Write down how it went. After SP_ALARM_PUSH_TRIES it is given up: false. */
bool sp_alarm_push_settle(struct sp_work *work, const struct sp_alarm_push *push, enum sp_alarm_pushed how);

#endif
