/* Alarms of devices by a clock of the test's own: every row of the table, and what must hold whatever devices say. */
#include "alarm_rig.h"
#include <stdio.h>

static struct sp_alarm_fact fact_of(const char *till, const char *device, enum sp_alarm_fault fault, bool present) {
  return (struct sp_alarm_fact){.till = till, .device = device, .fault = fault, .present = present};
}

static void feed(struct rig *rig, const char *till, enum sp_alarm_fault fault, bool present) {
  struct sp_alarm_fact fact = fact_of(till, "receipt1", fault, present);
  fact.printer = true;
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
}

static const struct sp_alarm_change *last(const struct rig *rig) {
  assert_true(rig->count > 0);
  return &rig->log[rig->count - 1];
}

static void expect(const struct rig *rig, int count, enum sp_alarm_change_kind kind, enum sp_alarm_severity severity,
                   enum sp_alarm_owner owner) {
  assert_int_equal(rig->count, count);
  assert_int_equal(last(rig)->kind, kind);
  assert_int_equal(last(rig)->alarm.severity, severity);
  assert_int_equal(last(rig)->alarm.owner, owner);
}

/* ---- The table ---- */

struct row {
  enum sp_alarm_fault fault;
  bool printer;
  int64_t raise;
  enum sp_alarm_severity severity;
  enum sp_alarm_owner owner;
  int64_t later; /* 0: it does not escalate */
  enum sp_alarm_severity later_severity;
  enum sp_alarm_owner later_owner;
  int64_t clear; /* gone for so long; 0: a second */
};

static const struct row rows[] = {
    {SP_ALARM_PAPER_LOW, true, 0, SP_ALARM_INFO, SP_ALARM_CASHIER, 0, 0, 0, SP_ALARM_ROLL_MS},
    {SP_ALARM_PAPER_OUT, true, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_MAJOR, SP_ALARM_MANAGER, 0},
    {SP_ALARM_COVER, true, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_MAJOR, SP_ALARM_MANAGER, 0},
    {SP_ALARM_CUTTER, true, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_MAJOR, SP_ALARM_MANAGER, 0},
    {SP_ALARM_HOT, true, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_MAJOR, SP_ALARM_MANAGER, 0},
    {SP_ALARM_UNRECOVERABLE, true, 0, SP_ALARM_MAJOR, SP_ALARM_IT, 0, 0, 0, 0},
    {SP_ALARM_DRAWER_OPEN, false, 30000, SP_ALARM_WARN, SP_ALARM_MANAGER, 0, 0, 0, 0},
    {SP_ALARM_DRAWER_FORCED, false, 0, SP_ALARM_MAJOR, SP_ALARM_MANAGER, 0, 0, 0, 0},
    {SP_ALARM_OVERLOAD, false, 10000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_WARN, SP_ALARM_IT, 0},
    {SP_ALARM_NOT_ZEROED, false, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_WARN, SP_ALARM_IT, 0},
    {SP_ALARM_GARBLED, false, 0, SP_ALARM_WARN, SP_ALARM_IT, 0, 0, 0, 0},
    {SP_ALARM_SILENT, true, 2000, SP_ALARM_WARN, SP_ALARM_CASHIER, 10000, SP_ALARM_MAJOR, SP_ALARM_IT,
     SP_ALARM_STAY_MS},
    {SP_ALARM_LINK, true, 2000, SP_ALARM_WARN, SP_ALARM_CASHIER, 10000, SP_ALARM_MAJOR, SP_ALARM_IT, SP_ALARM_STAY_MS},
    {SP_ALARM_SILENT, false, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_MAJOR, SP_ALARM_IT,
     SP_ALARM_STAY_MS},
    {SP_ALARM_LINK, false, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_WARN, SP_ALARM_IT, SP_ALARM_STAY_MS},
    {SP_ALARM_WRONG_DEVICE, false, 3000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_WARN, SP_ALARM_IT,
     SP_ALARM_STAY_MS},
    {SP_ALARM_UNCERTAIN_JOB, true, 0, SP_ALARM_WARN, SP_ALARM_CASHIER, 0, 0, 0, 0},
    {SP_ALARM_SCANNER_GONE, false, 2000, SP_ALARM_WARN, SP_ALARM_CASHIER, 60000, SP_ALARM_WARN, SP_ALARM_IT,
     SP_ALARM_STAY_MS},
    {SP_ALARM_UNACKNOWLEDGED, true, 0, SP_ALARM_WARN, SP_ALARM_IT, 0, 0, 0, 0},
    {SP_ALARM_RULE_FAILED, false, 0, SP_ALARM_WARN, SP_ALARM_IT, 0, 0, 0, 0},
    {SP_ALARM_VERIFICATION, false, 0, SP_ALARM_INFO, SP_ALARM_MANAGER, 23 * DAY, SP_ALARM_WARN, SP_ALARM_MANAGER, 0},
};

static void check_row(struct rig *rig, const struct row *row) {
  struct sp_alarm_fact fact = fact_of("T01", "thing1", row->fault, true);
  int64_t began = rig->now;
  rig->count = 0;
  fact.printer = row->printer;
  fact.detail = "asb 18 00 0C 00";
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  if (row->raise > 0) {
    pass(rig, row->raise - 1);
    assert_int_equal(rig->count, 0);
    pass(rig, 1);
  }
  expect(rig, 1, SP_ALARM_IS_RAISED, row->severity, row->owner);
  const struct sp_alarm *alarm = &last(rig)->alarm;
  assert_string_equal(alarm->detail, "asb 18 00 0C 00");
  assert_int_equal(alarm->raised_at, began + row->raise);
  assert_int_equal(alarm->n, 1);
  assert_int_equal(alarm->count, 1);
  for (int i = 0; i < 3; i++)
    assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0); /* told again: nothing new */
  if (row->later > 0) {
    sp_alarm_tick(rig->set, began + row->later - 1);
    assert_int_equal(rig->count, 1);
    sp_alarm_tick(rig->set, rig->now = began + row->later);
    expect(rig, 2, SP_ALARM_IS_ESCALATED, row->later_severity, row->later_owner);
  } else {
    sp_alarm_tick(rig->set, rig->now += DAY);
    assert_int_equal(rig->count, 1);
  }
  int told = rig->count;
  fact.present = false;
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  int64_t clear = row->clear ? row->clear : SP_ALARM_CLEAR_MS;
  sp_alarm_tick(rig->set, rig->now += clear - 1);
  assert_int_equal(rig->count, told);
  sp_alarm_tick(rig->set, rig->now += 1);
  assert_int_equal(rig->count, told + 1);
  assert_int_equal(last(rig)->kind, SP_ALARM_IS_CLEARED);
  assert_int_equal(last(rig)->alarm.state, SP_ALARM_CLEARED);
  assert_int_equal(last(rig)->alarm.cleared_at, rig->now);
  assert_int_equal(last(rig)->alarm.n, told + 1);
  assert_int_equal(sp_alarm_used(rig->set), 0);
  rig->now += SP_ALARM_FLAP_MS;
}

static void test_table(void **state) {
  bool known[SP_ALARM_FAULTS] = {false};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    check_row(*state, &rows[i]);
    known[rows[i].fault] = true;
  }
  for (int i = 0; i < SP_ALARM_FAULTS; i++)
    assert_true(known[i]);
}

static void test_names(void **state) {
  (void)state;
  for (int i = 0; i < SP_ALARM_FAULTS; i++)
    assert_int_equal(sp_alarm_fault_parse(sp_alarm_fault_name((enum sp_alarm_fault)i)), i);
  for (int i = 0; i < SP_ALARM_SEVERITIES; i++)
    assert_int_equal(sp_alarm_severity_parse(sp_alarm_severity_name((enum sp_alarm_severity)i)), i);
  for (int i = 0; i < SP_ALARM_OWNERS; i++)
    assert_int_equal(sp_alarm_owner_parse(sp_alarm_owner_name((enum sp_alarm_owner)i)), i);
  for (int i = 0; i < SP_ALARM_STATES; i++)
    assert_int_equal(sp_alarm_state_parse(sp_alarm_state_name((enum sp_alarm_state)i)), i);
  assert_int_equal(sp_alarm_fault_parse("paper"), -1);
  assert_int_equal(sp_alarm_fault_parse(NULL), -1);
  assert_string_equal(sp_alarm_fault_name(SP_ALARM_FAULTS), "");
}

/* ---- Debounce, repetition, acknowledgement ---- */

static void test_debounce(void **state) {
  struct rig *rig = *state;
  for (int i = 0; i < 10; i++) { /* never three seconds in one piece */
    feed(rig, "T01", SP_ALARM_PAPER_OUT, true);
    pass(rig, 2900);
    feed(rig, "T01", SP_ALARM_PAPER_OUT, false);
    pass(rig, 100);
  }
  assert_int_equal(rig->count, 0);
  assert_int_equal(sp_alarm_used(rig->set), 0);
}

static void test_job_hurries(void **state) {
  struct rig *rig = *state;
  struct sp_alarm_fact fact = fact_of("T01", "receipt1", SP_ALARM_PAPER_OUT, true);
  feed(rig, "T01", SP_ALARM_PAPER_OUT, true);
  pass(rig, 1000);
  assert_int_equal(rig->count, 0);
  fact.job_waits = true;
  fact.job = "S42";
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  expect(rig, 1, SP_ALARM_IS_RAISED, SP_ALARM_WARN, SP_ALARM_CASHIER);
  assert_string_equal(last(rig)->alarm.job, "S42");
}

static void test_repeated(void **state) {
  struct rig *rig = *state;
  feed(rig, "T01", SP_ALARM_COVER, true);
  pass(rig, 3000);
  struct sp_id id = last(rig)->alarm.id;
  for (int i = 0; i < 4; i++) {
    feed(rig, "T01", SP_ALARM_COVER, false);
    pass(rig, 500);
    feed(rig, "T01", SP_ALARM_COVER, true);
    pass(rig, 500);
  }
  assert_int_equal(rig->count, 1); /* held back for ten seconds */
  pass(rig, 6000);
  expect(rig, 2, SP_ALARM_IS_REPEATED, SP_ALARM_WARN, SP_ALARM_CASHIER);
  assert_int_equal(last(rig)->alarm.count, 5);
  assert_true(sp_id_equal(&last(rig)->alarm.id, &id));
}

static void test_jobs_count(void **state) {
  struct rig *rig = *state;
  struct sp_alarm_fact fact = fact_of("T01", "receipt1", SP_ALARM_UNCERTAIN_JOB, true);
  fact.job = "J1";
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0); /* the same job */
  fact.job = "J2";
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  pass(rig, 20000);
  expect(rig, 2, SP_ALARM_IS_REPEATED, SP_ALARM_WARN, SP_ALARM_CASHIER);
  assert_int_equal(last(rig)->alarm.count, 2);
  assert_string_equal(last(rig)->alarm.job, "J2");
}

static void test_acknowledge(void **state) {
  struct rig *rig = *state;
  struct sp_id stranger = {{1, 2, 3}};
  feed(rig, "T01", SP_ALARM_PAPER_OUT, true);
  pass(rig, 3000);
  struct sp_id id = last(rig)->alarm.id;
  assert_int_equal(sp_alarm_acknowledge(rig->set, &stranger, rig->now), SP_E_NOT_FOUND);
  rig->full = true; /* the disk is busy: it is told later */
  assert_int_equal(sp_alarm_acknowledge(rig->set, &id, rig->now), 0);
  assert_int_equal(rig->count, 1);
  rig->full = false;
  pass(rig, 250);
  expect(rig, 2, SP_ALARM_IS_ACKNOWLEDGED, SP_ALARM_WARN, SP_ALARM_CASHIER);
  assert_int_equal(sp_alarm_acknowledge(rig->set, &id, rig->now), 0);
  assert_int_equal(rig->count, 2);
  pass(rig, 60000); /* seen, but not mended */
  expect(rig, 3, SP_ALARM_IS_ESCALATED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
  assert_int_equal(last(rig)->alarm.state, SP_ALARM_ACKNOWLEDGED);
  pass(rig, DAY / 24);
  assert_int_equal(rig->count, 3);
  feed(rig, "T01", SP_ALARM_PAPER_OUT, false);
  pass(rig, 1000);
  expect(rig, 4, SP_ALARM_IS_CLEARED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
  assert_int_equal(sp_alarm_acknowledge(rig->set, &id, rig->now), SP_E_NOT_FOUND);
}

/* ---- Paper, verification ---- */

static void test_roll(void **state) {
  struct rig *rig = *state;
  for (int i = 0; i < 50; i++) { /* the sensor sees the core at each turn */
    feed(rig, "T01", SP_ALARM_PAPER_LOW, i % 2 == 0);
    pass(rig, 20000);
  }
  expect(rig, 1, SP_ALARM_IS_RAISED, SP_ALARM_INFO, SP_ALARM_CASHIER);
  feed(rig, "T01", SP_ALARM_PAPER_LOW, true);
  feed(rig, "T01", SP_ALARM_COVER, true);
  pass(rig, 1000);
  feed(rig, "T01", SP_ALARM_COVER, false); /* the same roll put back */
  pass(rig, 120000);
  feed(rig, "T01", SP_ALARM_PAPER_LOW, false);
  pass(rig, 120000);
  assert_int_equal(rig->count, 1);
  feed(rig, "T01", SP_ALARM_PAPER_LOW, true);
  feed(rig, "T01", SP_ALARM_COVER, true);
  pass(rig, 1000);
  feed(rig, "T01", SP_ALARM_PAPER_LOW, false); /* another roll */
  feed(rig, "T01", SP_ALARM_COVER, false);
  pass(rig, 2000);
  expect(rig, 2, SP_ALARM_IS_CLEARED, SP_ALARM_INFO, SP_ALARM_CASHIER);
  feed(rig, "T01", SP_ALARM_PAPER_LOW, true);
  expect(rig, 3, SP_ALARM_IS_RAISED, SP_ALARM_INFO, SP_ALARM_CASHIER);
}

static void test_verification(void **state) {
  struct rig *rig = *state;
  struct sp_alarm_fact fact = fact_of("T01", "scale1", SP_ALARM_VERIFICATION, true);
  fact.since = rig->now + 10 * DAY; /* it ends in forty days */
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  sp_alarm_tick(rig->set, fact.since - 1);
  assert_int_equal(rig->count, 0);
  sp_alarm_tick(rig->set, fact.since);
  expect(rig, 1, SP_ALARM_IS_RAISED, SP_ALARM_INFO, SP_ALARM_MANAGER);
  sp_alarm_tick(rig->set, fact.since + 23 * DAY);
  expect(rig, 2, SP_ALARM_IS_ESCALATED, SP_ALARM_WARN, SP_ALARM_MANAGER);
  sp_alarm_tick(rig->set, fact.since + 30 * DAY);
  expect(rig, 3, SP_ALARM_IS_ESCALATED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
  rig->now = fact.since + 31 * DAY;
  fact.device = "scale2"; /* a scale that comes into the shop when it has ended already */
  assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  expect(rig, 4, SP_ALARM_IS_RAISED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
}

/* ---- Flapping ---- */

static void lose(struct rig *rig, int64_t gone, int64_t back) {
  feed(rig, "T01", SP_ALARM_LINK, true);
  feed(rig, "T01", SP_ALARM_SILENT, true); /* one loss, told twice */
  pass(rig, gone);
  feed(rig, "T01", SP_ALARM_LINK, false);
  feed(rig, "T01", SP_ALARM_SILENT, false);
  pass(rig, back);
}

static void test_flapping(void **state) {
  struct rig *rig = *state;
  for (int i = 0; i < 5; i++)
    lose(rig, 1500, 30000);
  assert_int_equal(rig->count, 0);
  lose(rig, 5000, 10000); /* the sixth */
  expect(rig, 1, SP_ALARM_IS_RAISED, SP_ALARM_WARN, SP_ALARM_IT);
  assert_int_equal(last(rig)->alarm.key.fault, SP_ALARM_GARBLED);
  assert_string_equal(last(rig)->alarm.detail, "flapping");
  for (int i = 0; i < 20; i++)
    lose(rig, 15000, 20000);
  assert_int_equal(rig->count, 1); /* nothing of all that */
  feed(rig, "T01", SP_ALARM_LINK, true);
  pass(rig, SP_ALARM_STEADY_MS);
  expect(rig, 2, SP_ALARM_IS_RAISED, SP_ALARM_MAJOR, SP_ALARM_IT); /* gone for good */
  assert_int_equal(last(rig)->alarm.key.fault, SP_ALARM_LINK);
  feed(rig, "T01", SP_ALARM_LINK, false);
  pass(rig, SP_ALARM_STAY_MS);
  expect(rig, 3, SP_ALARM_IS_CLEARED, SP_ALARM_MAJOR, SP_ALARM_IT);
  pass(rig, SP_ALARM_FLAP_MS);
  expect(rig, 4, SP_ALARM_IS_CLEARED, SP_ALARM_WARN, SP_ALARM_IT);
  assert_int_equal(sp_alarm_used(rig->set), 0);
}

static void test_slow_reconnects(void **state) {
  struct rig *rig = *state;
  for (int i = 0; i < 30; i++)
    lose(rig, 1500, 130000); /* five in any ten minutes */
  assert_int_equal(rig->count, 0);
}

static void test_flapping_and_bad_frames(void **state) {
  struct rig *rig = *state;
  feed(rig, "T01", SP_ALARM_GARBLED, true);
  for (int i = 0; i < 6; i++)
    lose(rig, 1500, 2000);
  assert_int_equal(rig->count, 1); /* one key, one alarm */
  feed(rig, "T01", SP_ALARM_GARBLED, false);
  pass(rig, 10000);
  assert_int_equal(rig->count, 1);
  pass(rig, SP_ALARM_FLAP_MS);
  expect(rig, 2, SP_ALARM_IS_CLEARED, SP_ALARM_WARN, SP_ALARM_IT);
}

/* ---- Several tills ---- */

static const struct sp_alarm_change *find(const struct rig *rig, enum sp_alarm_change_kind kind, const char *till) {
  for (int i = 0; i < rig->count; i++)
    if (rig->log[i].kind == kind && strcmp(rig->log[i].alarm.key.till, till) == 0) return &rig->log[i];
  return NULL;
}

static void test_three_tills(void **state) {
  struct rig *rig = *state;
  feed(rig, "T01", SP_ALARM_LINK, true);
  feed(rig, "T02", SP_ALARM_LINK, true);
  pass(rig, 100000);
  assert_null(find(rig, SP_ALARM_IS_RAISED, ""));
  feed(rig, "T03", SP_ALARM_LINK, true);
  pass(rig, 2000);
  const struct sp_alarm_change *store = find(rig, SP_ALARM_IS_RAISED, "");
  assert_non_null(store);
  assert_int_equal(store->alarm.severity, SP_ALARM_CRITICAL);
  assert_int_equal(store->alarm.owner, SP_ALARM_HQ);
  assert_int_equal(store->alarm.key.fault, SP_ALARM_LINK);
  assert_string_equal(store->alarm.key.device, "");
  assert_false(store->quiet);
  feed(rig, "T04", SP_ALARM_LINK, true);
  pass(rig, 15000);
  assert_true(find(rig, SP_ALARM_IS_RAISED, "T04")->quiet); /* the store's alarm says it */
  assert_true(find(rig, SP_ALARM_IS_ESCALATED, "T04")->quiet);
  assert_false(find(rig, SP_ALARM_IS_RAISED, "T03")->quiet);
  feed(rig, "T01", SP_ALARM_LINK, false);
  pass(rig, SP_ALARM_STAY_MS + 2000);
  assert_null(find(rig, SP_ALARM_IS_CLEARED, "")); /* still three */
  feed(rig, "T02", SP_ALARM_LINK, false);
  pass(rig, SP_ALARM_STAY_MS + 2000);
  assert_non_null(find(rig, SP_ALARM_IS_CLEARED, ""));
  assert_false(find(rig, SP_ALARM_IS_CLEARED, "T02")->quiet); /* its beginning was told */
  feed(rig, "T04", SP_ALARM_LINK, false);
  pass(rig, 5000);
  assert_true(find(rig, SP_ALARM_IS_CLEARED, "T04")->quiet);
}

static void test_not_together(void **state) {
  struct rig *rig = *state;
  static const char *const tills[] = {"T01", "T02", "T03"};
  for (int i = 0; i < 3; i++) { /* five minutes apart */
    feed(rig, tills[i], SP_ALARM_COVER, true);
    pass(rig, SP_ALARM_GROUP_MS / 2 + 1000);
  }
  assert_null(find(rig, SP_ALARM_IS_RAISED, ""));
  for (int i = 0; i < 3; i++) { /* three drawers at closing time are no disaster, nor are two devices of one till */
    feed(rig, tills[i], SP_ALARM_DRAWER_OPEN, true);
    feed(rig, tills[i], SP_ALARM_PAPER_LOW, true);
    struct sp_alarm_fact fact = fact_of("T01", tills[i], SP_ALARM_LINK, true);
    assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  }
  pass(rig, 60000);
  assert_null(find(rig, SP_ALARM_IS_RAISED, ""));
}

/* ---- Restart, bounds, clock ---- */

static void test_restore(void **state) {
  struct rig *rig = *state;
  struct sp_alarm alarm = {
      .id = {{9}},
      .key = {.till = "T01", .device = "receipt1", .fault = SP_ALARM_PAPER_OUT},
      .severity = SP_ALARM_WARN,
      .raised_at = rig->now - DAY,
      .count = 2,
      .n = 5,
  };
  assert_int_equal(sp_alarm_restore(rig->set, &alarm, rig->now), 0);
  assert_int_equal(sp_alarm_restore(rig->set, &alarm, rig->now), SP_E_EXISTS);
  alarm.key.fault = SP_ALARM_COVER;
  alarm.id.bytes[0] = 10;
  assert_int_equal(sp_alarm_restore(rig->set, &alarm, rig->now), 0);
  pass(rig, 30000);
  assert_int_equal(rig->count, 0); /* nobody knows yet */
  assert_int_equal(sp_alarm_acknowledge(rig->set, &alarm.id, rig->now), 0);
  expect(rig, 1, SP_ALARM_IS_ACKNOWLEDGED, SP_ALARM_WARN, SP_ALARM_CASHIER);
  assert_int_equal(last(rig)->alarm.n, 6);
  feed(rig, "T01", SP_ALARM_PAPER_OUT, true); /* still so */
  expect(rig, 2, SP_ALARM_IS_ESCALATED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
  assert_int_equal(last(rig)->alarm.id.bytes[0], 9);
  assert_int_equal(last(rig)->alarm.count, 2);
  pass(rig, 40000); /* nobody spoke of the cover */
  expect(rig, 3, SP_ALARM_IS_CLEARED, SP_ALARM_WARN, SP_ALARM_CASHIER);
  assert_int_equal(last(rig)->alarm.key.fault, SP_ALARM_COVER);
  assert_int_equal(sp_alarm_used(rig->set), 1);
}

static void test_restore_group(void **state) {
  struct rig *rig = *state;
  static const char *const tills[] = {"", "T01", "T02", "T03"};
  for (int i = 0; i < 4; i++) {
    struct sp_alarm alarm = {.id = {{(uint8_t)(i + 1)}}, .key = {.fault = SP_ALARM_LINK}, .raised_at = START - 1};
    memcpy(alarm.key.till, tills[i], strlen(tills[i]));
    memcpy(alarm.key.device, "receipt1", i > 0 ? 8 : 0);
    alarm.severity = i > 0 ? SP_ALARM_MAJOR : SP_ALARM_CRITICAL;
    alarm.owner = i > 0 ? SP_ALARM_IT : SP_ALARM_HQ;
    assert_int_equal(sp_alarm_restore(rig->set, &alarm, rig->now), 0);
  }
  feed(rig, "T01", SP_ALARM_LINK, true);
  feed(rig, "T02", SP_ALARM_LINK, true);
  pass(rig, SP_ALARM_CONFIRM_MS + SP_ALARM_STAY_MS + 2000); /* T03 has not said anything */
  assert_non_null(find(rig, SP_ALARM_IS_CLEARED, "T03"));
  assert_non_null(find(rig, SP_ALARM_IS_CLEARED, ""));
  assert_int_equal(rig->count, 2);
}

static void test_forget(void **state) {
  struct rig *rig = *state;
  feed(rig, "T01", SP_ALARM_PAPER_LOW, true);
  feed(rig, "T01", SP_ALARM_COVER, true);
  pass(rig, 3000);
  assert_int_equal(rig->count, 2);
  sp_alarm_forget(rig->set, "T01", "receipt1", rig->now);
  assert_int_equal(rig->count, 4);
  assert_int_equal(sp_alarm_used(rig->set), 0);
}

static void test_bound(void **state) {
  struct rig *rig = *state;
  char device[32];
  for (int i = 0; i < SP_ALARM_KEYS; i++) {
    snprintf(device, sizeof device, "thing%d", i);
    struct sp_alarm_fact fact = fact_of("T01", device, SP_ALARM_NOT_ZEROED, true);
    assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  }
  struct sp_alarm_fact more = fact_of("T02", "thing", SP_ALARM_NOT_ZEROED, true);
  assert_int_equal(sp_alarm_feed(rig->set, &more, rig->now), SP_E_LIMIT);
  more.device = NULL;
  assert_int_equal(sp_alarm_feed(rig->set, &more, rig->now), SP_E_INVALID);
  pass(rig, 5000);
  assert_int_equal(rig->count, SP_ALARM_KEYS);
  size_t index = 0;
  int open = 0;
  while (sp_alarm_open_at(rig->set, &index))
    open++;
  assert_int_equal(open, SP_ALARM_KEYS);
}

static void test_clock_put_back(void **state) {
  struct rig *rig = *state;
  feed(rig, "T01", SP_ALARM_COVER, true);
  pass(rig, 2000);
  rig->now -= 3600000;
  sp_alarm_tick(rig->set, rig->now);
  pass(rig, 900);
  assert_int_equal(rig->count, 0);
  pass(rig, 200);
  assert_int_equal(rig->count, 1);
}

static void test_disk_busy(void **state) {
  struct rig *rig = *state;
  rig->full = true;
  feed(rig, "T01", SP_ALARM_DRAWER_FORCED, true);
  pass(rig, 60000);
  assert_int_equal(rig->count, 0);
  rig->full = false;
  pass(rig, 250);
  expect(rig, 1, SP_ALARM_IS_RAISED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
  rig->full = true;
  feed(rig, "T01", SP_ALARM_DRAWER_FORCED, false);
  pass(rig, 60000);
  rig->full = false;
  pass(rig, 250);
  expect(rig, 2, SP_ALARM_IS_CLEARED, SP_ALARM_MAJOR, SP_ALARM_MANAGER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_table, start, stop),
      cmocka_unit_test(test_names),
      cmocka_unit_test_setup_teardown(test_debounce, start, stop),
      cmocka_unit_test_setup_teardown(test_job_hurries, start, stop),
      cmocka_unit_test_setup_teardown(test_repeated, start, stop),
      cmocka_unit_test_setup_teardown(test_jobs_count, start, stop),
      cmocka_unit_test_setup_teardown(test_acknowledge, start, stop),
      cmocka_unit_test_setup_teardown(test_roll, start, stop),
      cmocka_unit_test_setup_teardown(test_verification, start, stop),
      cmocka_unit_test_setup_teardown(test_flapping, start, stop),
      cmocka_unit_test_setup_teardown(test_slow_reconnects, start, stop),
      cmocka_unit_test_setup_teardown(test_flapping_and_bad_frames, start, stop),
      cmocka_unit_test_setup_teardown(test_three_tills, start, stop),
      cmocka_unit_test_setup_teardown(test_not_together, start, stop),
      cmocka_unit_test_setup_teardown(test_restore, start, stop),
      cmocka_unit_test_setup_teardown(test_restore_group, start, stop),
      cmocka_unit_test_setup_teardown(test_forget, start, stop),
      cmocka_unit_test_setup_teardown(test_bound, start, stop),
      cmocka_unit_test_setup_teardown(test_clock_put_back, start, stop),
      cmocka_unit_test_setup_teardown(test_disk_busy, start, stop),
  };
  return cmocka_run_group_tests_name("alarm", tests, NULL, NULL);
}
