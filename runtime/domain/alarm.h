/* Alarms of devices: from faults that come and go to alarms that people act on. Pure; time comes in.
 *
 *   (fault) ──raise after──> RAISED ──seen──> ACKNOWLEDGED ──fault gone──> CLEARED
 *                               └──────────────fault gone──────────────────────┘
 *
 * One alarm a key (till, device, fault), however often it is told. A fault must last before it is raised, and be gone
 * for SP_ALARM_CLEAR_MS (or what the table says) before it is cleared; coming back before that counts as a repetition.
 * An alarm nobody mends escalates: a higher severity, or the next person. sp_alarm_rule_of has the table. Apart from
 * it:
 *
 * - Paper low is told once a roll: it stays until the cover was open or the paper out, and the sensor is content.
 * - More than SP_ALARM_FLAPS reconnects of a device in ten minutes are one alarm GARBLED ("flapping"); link, silent and
 *   scanner gone are then raised only when they last a minute. It ends after ten minutes without a reconnect.
 * - The same fault raised on SP_ALARM_TILLS tills within five minutes is one more alarm, CRITICAL and HQ's, of the
 *   whole store (till and device ""); while it is open, further alarms of that fault are `quiet`. It ends when fewer
 *   tills have it. Faults that are nobody's failure in common (paper low, drawers open, verification) never group.
 *
 * Bounded: SP_ALARM_KEYS keys and SP_ALARM_DEVICES devices that reconnect. Times are UTC milliseconds; when the clock
 * is put back, what waits goes on from there. One thread.
 *
 * The severities, delays and owners follow what a shop can do about a fault; they are ours, no standard's.
 */
#ifndef SP_DOMAIN_ALARM_H
#define SP_DOMAIN_ALARM_H

#include "base/error.h"
#include "base/id.h"
#include <stddef.h>

#define SP_ALARM_KEYS       256
#define SP_ALARM_DEVICES    128
#define SP_ALARM_TILL_MAX   20  /* bytes of a till's code */
#define SP_ALARM_DEVICE_MAX 31  /* "receipt1" */
#define SP_ALARM_DETAIL_MAX 159 /* "asb 18 00 0C 00" */
#define SP_ALARM_JOB_MAX    39  /* what a print job is called, "" when it is not about one */
#define SP_ALARM_STEPS      2   /* escalations of a fault */

#define SP_ALARM_CLEAR_MS   1000    /* gone for so long: cleared */
#define SP_ALARM_STAY_MS    5000    /* … of a device that was gone or another one: well for so long */
#define SP_ALARM_REPEAT_MS  10000   /* repetitions are told at most once in so long */
#define SP_ALARM_COVER_MS   30000   /* paper low that goes so soon after the cover was open is a new roll … */
#define SP_ALARM_ROLL_MS    3600000 /* … and so is one that is gone for so long */
#define SP_ALARM_CONFIRM_MS 60000   /* after a start: what no device confirms by then is cleared */
#define SP_ALARM_FLAPS      5
#define SP_ALARM_FLAP_MS    600000
#define SP_ALARM_STEADY_MS  60000 /* a device that flaps is gone when it is gone for so long */
#define SP_ALARM_TILLS      3
#define SP_ALARM_GROUP_MS   300000

enum sp_alarm_fault {
  SP_ALARM_PAPER_LOW,
  SP_ALARM_PAPER_OUT,
  SP_ALARM_COVER,
  SP_ALARM_CUTTER,
  SP_ALARM_HOT,
  SP_ALARM_UNRECOVERABLE,
  SP_ALARM_DRAWER_OPEN,
  SP_ALARM_DRAWER_FORCED,
  SP_ALARM_OVERLOAD,
  SP_ALARM_NOT_ZEROED,
  SP_ALARM_GARBLED, /* bad frames, or flapping */
  SP_ALARM_SILENT,
  SP_ALARM_LINK,
  SP_ALARM_WRONG_DEVICE,
  SP_ALARM_UNCERTAIN_JOB,
  SP_ALARM_SCANNER_GONE,
  SP_ALARM_VERIFICATION,
  SP_ALARM_UNACKNOWLEDGED,
  SP_ALARM_RULE_FAILED, /* `device` is the rule */
  SP_ALARM_FAULTS
};

enum sp_alarm_severity { SP_ALARM_INFO, SP_ALARM_WARN, SP_ALARM_MAJOR, SP_ALARM_CRITICAL, SP_ALARM_SEVERITIES };
enum sp_alarm_owner { SP_ALARM_CASHIER, SP_ALARM_MANAGER, SP_ALARM_IT, SP_ALARM_HQ, SP_ALARM_OWNERS };
enum sp_alarm_state { SP_ALARM_RAISED, SP_ALARM_ACKNOWLEDGED, SP_ALARM_CLEARED, SP_ALARM_STATES };

/* Stable names, on the wire and in the database: "paper_out", "major", "manager", "raised". The faults' are those of
 * the drivers. Parsing gives −1 for a name that is none. */
const char *sp_alarm_fault_name(enum sp_alarm_fault fault);
int sp_alarm_fault_parse(const char *name);
const char *sp_alarm_severity_name(enum sp_alarm_severity severity);
int sp_alarm_severity_parse(const char *name);
const char *sp_alarm_owner_name(enum sp_alarm_owner owner);
int sp_alarm_owner_parse(const char *name);
const char *sp_alarm_state_name(enum sp_alarm_state state);
int sp_alarm_state_parse(const char *name);

/* ---- The table ---- */

struct sp_alarm_step {
  int64_t after_ms; /* since the fault began */
  enum sp_alarm_severity severity;
  enum sp_alarm_owner owner;
};

struct sp_alarm_rule {
  int64_t clear_ms; /* it must be gone for so long; 0: SP_ALARM_CLEAR_MS */
  int64_t raise_ms; /* it must last so long … */
  bool job_hurries; /* … but not when a job waits for it */
  bool counts;      /* a report with another `job` is another one */
  bool roll;        /* once a roll of paper */
  bool groups;      /* several tills with it have one cause */
  bool reconnects;  /* coming and going of it is flapping */
  enum sp_alarm_severity severity;
  enum sp_alarm_owner owner;
  struct sp_alarm_step steps[SP_ALARM_STEPS]; /* after_ms 0: none */
};

/* `printer`: silent and link are told sooner of a printer, and get worse: without it nobody gets a receipt. */
const struct sp_alarm_rule *sp_alarm_rule_of(enum sp_alarm_fault fault, bool printer);

/* ---- What goes in ---- */

struct sp_alarm_key {
  char till[SP_ALARM_TILL_MAX + 1];
  char device[SP_ALARM_DEVICE_MAX + 1];
  enum sp_alarm_fault fault;
};

struct sp_alarm_fact {
  const char *till, *device; /* cut when too long */
  enum sp_alarm_fault fault;
  bool present;
  bool job_waits; /* a print job waits for it */
  bool printer;   /* the device is a printer */
  int64_t since;  /* when the fault began, where that is known and another time (a driver that waited itself; thirty
                     days before a verification ends, which may lie ahead); 0: now */
  const char *detail, *job; /* null: "" */
};

/* ---- What comes out ---- */

struct sp_alarm {
  struct sp_id id;
  struct sp_alarm_key key;
  enum sp_alarm_state state;
  enum sp_alarm_severity severity;
  enum sp_alarm_owner owner;
  int64_t raised_at, changed_at, cleared_at; /* cleared_at 0: open */
  int64_t count;                             /* how often the fault came while the alarm was open, from 1 */
  int64_t n;                                 /* of its change, from 1: with the id it names an event */
  bool quiet;                                /* raised while the store's alarm of this fault was open */
  char detail[SP_ALARM_DETAIL_MAX + 1];
  char job[SP_ALARM_JOB_MAX + 1];
};

enum sp_alarm_change_kind {
  SP_ALARM_IS_RAISED,
  SP_ALARM_IS_ESCALATED, /* severity or owner changed */
  SP_ALARM_IS_REPEATED,  /* count changed */
  SP_ALARM_IS_ACKNOWLEDGED,
  SP_ALARM_IS_CLEARED
};

const char *sp_alarm_change_name(enum sp_alarm_change_kind kind); /* "raised", "escalated" … */

struct sp_alarm_change {
  enum sp_alarm_change_kind kind;
  struct sp_alarm alarm; /* as it is after the change */
  bool quiet;            /* keep it, but tell nobody: the store's alarm says it */
};

struct sp_alarm_options {
  /* Takes a change, in order; must not call back. False: no room now; nothing has changed and it is tried again by the
   * next tick. */
  bool (*emit)(void *ctx, const struct sp_alarm_change *change);
  /* A new id; not 0: none to be had, tried again by the next tick. Null: sp_id_new. */
  int (*id)(void *ctx, int64_t now, struct sp_id *out);
  void *ctx;
};

struct sp_alarm_set;

/* SP_E_NOMEM. */
int sp_alarm_set_new(const struct sp_alarm_options *options, struct sp_alarm_set **out);
void sp_alarm_set_free(struct sp_alarm_set *set); /* null is allowed */

/* A fault is there, or is not; changes at once what can change at once. Tell it when it changes, or as often as you
 * like. A loss of the link that was too short to be told counts as flapping when it is fed as there and gone.
 * SP_E_INVALID: no device. SP_E_LIMIT: SP_ALARM_KEYS are in use; the fault was not taken. */
int sp_alarm_feed(struct sp_alarm_set *set, const struct sp_alarm_fact *fact, int64_t now);
/* The device is no more: everything of it is cleared. */
void sp_alarm_forget(struct sp_alarm_set *set, const char *till, const char *device, int64_t now);
/* Let time pass: raise, escalate, repeat, clear, group. Every quarter of a second will do. */
void sp_alarm_tick(struct sp_alarm_set *set, int64_t now);
/* Somebody has seen it; it stays until the fault is gone. SP_E_NOT_FOUND: it is not open. Twice is fine. */
int sp_alarm_acknowledge(struct sp_alarm_set *set, const struct sp_id *id, int64_t now);
/* An alarm that was open when the node ended. It neither escalates nor clears until a feed confirms or denies it, or
 * SP_ALARM_CONFIRM_MS have passed. SP_E_LIMIT; SP_E_EXISTS: its key is taken. Before the first feed. */
int sp_alarm_restore(struct sp_alarm_set *set, const struct sp_alarm *alarm, int64_t now);

/* The open alarm at `index` (0 and up, in no order), or null at the end. Dead after the next call of any function. */
const struct sp_alarm *sp_alarm_open_at(const struct sp_alarm_set *set, size_t *index);
/* Keys in use, open or waiting. */
size_t sp_alarm_used(const struct sp_alarm_set *set);

#endif
