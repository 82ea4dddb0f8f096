/* What an alarm is called, and how soon, how bad and whose each fault is. */
#include "domain/alarm.h"
#include <string.h>

#define SECOND INT64_C(1000)
#define DAY    INT64_C(86400000)

static const char *const fault_names[SP_ALARM_FAULTS] = {
    [SP_ALARM_PAPER_LOW] = "paper_low",
    [SP_ALARM_PAPER_OUT] = "paper_out",
    [SP_ALARM_COVER] = "cover",
    [SP_ALARM_CUTTER] = "cutter",
    [SP_ALARM_HOT] = "hot",
    [SP_ALARM_UNRECOVERABLE] = "unrecoverable",
    [SP_ALARM_DRAWER_OPEN] = "drawer_open",
    [SP_ALARM_DRAWER_FORCED] = "drawer_forced",
    [SP_ALARM_OVERLOAD] = "overload",
    [SP_ALARM_NOT_ZEROED] = "not_zeroed",
    [SP_ALARM_GARBLED] = "garbled",
    [SP_ALARM_SILENT] = "silent",
    [SP_ALARM_LINK] = "link",
    [SP_ALARM_WRONG_DEVICE] = "wrong_device",
    [SP_ALARM_UNCERTAIN_JOB] = "uncertain_job",
    [SP_ALARM_SCANNER_GONE] = "scanner_gone",
    [SP_ALARM_VERIFICATION] = "verification",
    [SP_ALARM_UNACKNOWLEDGED] = "unacknowledged",
    [SP_ALARM_RULE_FAILED] = "rule_failed",
};

static const char *const severity_names[SP_ALARM_SEVERITIES] = {"info", "warn", "major", "critical"};
static const char *const owner_names[SP_ALARM_OWNERS] = {"cashier", "manager", "it", "hq"};
static const char *const state_names[SP_ALARM_STATES] = {"raised", "acknowledged", "cleared"};
static const char *const change_names[] = {"raised", "escalated", "repeated", "acknowledged", "cleared"};

static int find(const char *const *names, int count, const char *name) {
  for (int i = 0; name && i < count; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

const char *sp_alarm_fault_name(enum sp_alarm_fault fault) {
  return (unsigned)fault < SP_ALARM_FAULTS ? fault_names[fault] : "";
}

int sp_alarm_fault_parse(const char *name) {
  return find(fault_names, SP_ALARM_FAULTS, name);
}

const char *sp_alarm_severity_name(enum sp_alarm_severity severity) {
  return (unsigned)severity < SP_ALARM_SEVERITIES ? severity_names[severity] : "";
}

int sp_alarm_severity_parse(const char *name) {
  return find(severity_names, SP_ALARM_SEVERITIES, name);
}

const char *sp_alarm_owner_name(enum sp_alarm_owner owner) {
  return (unsigned)owner < SP_ALARM_OWNERS ? owner_names[owner] : "";
}

int sp_alarm_owner_parse(const char *name) {
  return find(owner_names, SP_ALARM_OWNERS, name);
}

const char *sp_alarm_state_name(enum sp_alarm_state state) {
  return (unsigned)state < SP_ALARM_STATES ? state_names[state] : "";
}

int sp_alarm_state_parse(const char *name) {
  return find(state_names, SP_ALARM_STATES, name);
}

const char *sp_alarm_change_name(enum sp_alarm_change_kind kind) {
  return (unsigned)kind < sizeof change_names / sizeof change_names[0] ? change_names[kind] : "";
}

/* ---- The table ---- */

/* Whoever stands at the till can mend it in a minute; if not, the manager hears of it. */
static const struct sp_alarm_rule at_the_till = {
    .raise_ms = 3 * SECOND,
    .job_hurries = true,
    .groups = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_MAJOR, SP_ALARM_MANAGER}},
};
/* The cashier looks at it; what is not well after a minute needs somebody who knows. */
static const struct sp_alarm_rule not_well = {
    .raise_ms = 3 * SECOND,
    .groups = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_WARN, SP_ALARM_IT}},
};
static const struct sp_alarm_rule another = {
    .clear_ms = SP_ALARM_STAY_MS,
    .raise_ms = 3 * SECOND,
    .groups = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_WARN, SP_ALARM_IT}},
};
static const struct sp_alarm_rule overload = {
    .raise_ms = 10 * SECOND,
    .groups = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_WARN, SP_ALARM_IT}},
};
static const struct sp_alarm_rule gone = {
    .clear_ms = SP_ALARM_STAY_MS,
    .raise_ms = 3 * SECOND,
    .groups = true,
    .reconnects = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_WARN, SP_ALARM_IT}},
};
/* A scale: goods by weight wait until it answers. */
static const struct sp_alarm_rule mute = {
    .clear_ms = SP_ALARM_STAY_MS,
    .raise_ms = 3 * SECOND,
    .groups = true,
    .reconnects = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_MAJOR, SP_ALARM_IT}},
};
static const struct sp_alarm_rule scanner_gone = {
    .clear_ms = SP_ALARM_STAY_MS,
    .raise_ms = 2 * SECOND,
    .groups = true,
    .reconnects = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{60 * SECOND, SP_ALARM_WARN, SP_ALARM_IT}},
};
static const struct sp_alarm_rule printer_gone = {
    .clear_ms = SP_ALARM_STAY_MS,
    .raise_ms = 2 * SECOND,
    .groups = true,
    .reconnects = true,
    .severity = SP_ALARM_WARN,
    .owner = SP_ALARM_CASHIER,
    .steps = {{10 * SECOND, SP_ALARM_MAJOR, SP_ALARM_IT}},
};
static const struct sp_alarm_rule paper_low = {.roll = true, .severity = SP_ALARM_INFO, .owner = SP_ALARM_CASHIER};
static const struct sp_alarm_rule broken = {.groups = true, .severity = SP_ALARM_MAJOR, .owner = SP_ALARM_IT};
/* The shop goes on; whoever set it up mends it. */
static const struct sp_alarm_rule set_wrongly = {.severity = SP_ALARM_WARN, .owner = SP_ALARM_IT};
static const struct sp_alarm_rule bad_frames = {.groups = true, .severity = SP_ALARM_WARN, .owner = SP_ALARM_IT};
static const struct sp_alarm_rule drawer_open = {
    .raise_ms = 30 * SECOND, .severity = SP_ALARM_WARN, .owner = SP_ALARM_MANAGER};
static const struct sp_alarm_rule drawer_forced = {.severity = SP_ALARM_MAJOR, .owner = SP_ALARM_MANAGER};
static const struct sp_alarm_rule uncertain_job = {
    .counts = true, .groups = true, .severity = SP_ALARM_WARN, .owner = SP_ALARM_CASHIER};
/* The fault begins thirty days before the verification ends. */
static const struct sp_alarm_rule verification = {
    .severity = SP_ALARM_INFO,
    .owner = SP_ALARM_MANAGER,
    .steps = {{23 * DAY, SP_ALARM_WARN, SP_ALARM_MANAGER}, {30 * DAY, SP_ALARM_MAJOR, SP_ALARM_MANAGER}},
};

static const struct sp_alarm_rule *const rules[SP_ALARM_FAULTS] = {
    [SP_ALARM_PAPER_LOW] = &paper_low,
    [SP_ALARM_PAPER_OUT] = &at_the_till,
    [SP_ALARM_COVER] = &at_the_till,
    [SP_ALARM_CUTTER] = &at_the_till,
    [SP_ALARM_HOT] = &at_the_till,
    [SP_ALARM_UNRECOVERABLE] = &broken,
    [SP_ALARM_DRAWER_OPEN] = &drawer_open,
    [SP_ALARM_DRAWER_FORCED] = &drawer_forced,
    [SP_ALARM_OVERLOAD] = &overload,
    [SP_ALARM_NOT_ZEROED] = &not_well,
    [SP_ALARM_GARBLED] = &bad_frames,
    [SP_ALARM_SILENT] = &mute,
    [SP_ALARM_LINK] = &gone,
    [SP_ALARM_WRONG_DEVICE] = &another,
    [SP_ALARM_UNCERTAIN_JOB] = &uncertain_job,
    [SP_ALARM_SCANNER_GONE] = &scanner_gone,
    [SP_ALARM_VERIFICATION] = &verification,
    [SP_ALARM_UNACKNOWLEDGED] = &set_wrongly,
    [SP_ALARM_RULE_FAILED] = &set_wrongly,
};

const struct sp_alarm_rule *sp_alarm_rule_of(enum sp_alarm_fault fault, bool printer) {
  if (printer && (fault == SP_ALARM_SILENT || fault == SP_ALARM_LINK)) return &printer_gone;
  return (unsigned)fault < SP_ALARM_FAULTS ? rules[fault] : &broken;
}
