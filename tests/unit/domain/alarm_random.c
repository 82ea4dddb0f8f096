/* Alarms of devices, whatever devices say: never two for a key, raised and cleared in turn, nothing left behind. */
#include "alarm_rig.h"
#include "tests/unit/random.h"

#define TILLS   4
#define THINGS  3
#define RECORDS 512

static const char *const tills[TILLS] = {"T01", "T02", "T03", "T04"};
static const char *const things[THINGS] = {"receipt1", "scale1", "scan1"};

struct record {
  bool used, open;
  struct sp_alarm alarm;
};

static struct record *record_of(struct record *records, const struct sp_alarm_key *key) {
  for (int i = 0; i < RECORDS; i++)
    if (records[i].used && records[i].alarm.key.fault == key->fault &&
        strcmp(records[i].alarm.key.till, key->till) == 0 && strcmp(records[i].alarm.key.device, key->device) == 0)
      return &records[i];
  for (int i = 0; i < RECORDS; i++) {
    if (records[i].used) continue;
    records[i] = (struct record){.used = true, .alarm = {.key = *key}};
    return &records[i];
  }
  fail_msg("more keys than there can be");
  return NULL;
}

/* Raise and clear alternate, an alarm keeps its id, its changes are numbered, it never gets better. */
static void check_change(struct record *records, const struct sp_alarm_change *change) {
  const struct sp_alarm *alarm = &change->alarm;
  struct record *record = record_of(records, &alarm->key);
  if (change->kind == SP_ALARM_IS_RAISED) {
    assert_false(record->open);
    assert_int_equal(alarm->n, 1);
  } else {
    assert_true(record->open);
    assert_true(sp_id_equal(&alarm->id, &record->alarm.id));
    assert_int_equal(alarm->n, record->alarm.n + 1);
    assert_true(alarm->severity >= record->alarm.severity);
    assert_true(alarm->count >= record->alarm.count);
  }
  assert_int_equal(alarm->state == SP_ALARM_CLEARED, change->kind == SP_ALARM_IS_CLEARED);
  record->open = change->kind != SP_ALARM_IS_CLEARED;
  record->alarm = *alarm;
}

static void act(struct rig *rig, struct random *random, struct record *records) {
  struct sp_alarm_fact fact = {
      .till = tills[random_between(random, 0, TILLS - 1)],
      .device = things[random_between(random, 0, THINGS - 1)],
      .fault = (enum sp_alarm_fault)random_between(random, 0, SP_ALARM_FAULTS - 1),
      .present = random_between(random, 0, 1) == 1,
      .job_waits = random_between(random, 0, 3) == 0,
      .job = random_between(random, 0, 1) ? "J1" : "J2",
  };
  fact.printer = fact.device == things[0];
  int64_t what = random_between(random, 0, 99);
  if (what < 70) assert_int_equal(sp_alarm_feed(rig->set, &fact, rig->now), 0);
  if (what == 70) sp_alarm_forget(rig->set, fact.till, fact.device, rig->now);
  if (what == 71) rig->now -= random_between(random, 0, 100000);
  if (what > 71 && what < 78) {
    const struct record *record = &records[random_between(random, 0, RECORDS - 1)];
    int rc = record->used ? sp_alarm_acknowledge(rig->set, &record->alarm.id, rig->now) : 0;
    assert_true(rc == 0 || !record->open);
  }
  rig->full = random_between(random, 0, 9) == 0;
  rig->now += random_amount(random, 30000);
  sp_alarm_tick(rig->set, rig->now);
}

static void check_open(struct rig *rig, struct record *records) {
  const struct sp_alarm *alarm = NULL;
  size_t index = 0;
  int open = 0, known = 0;
  while ((alarm = sp_alarm_open_at(rig->set, &index))) {
    assert_true(record_of(records, &alarm->key)->open);
    open++;
  }
  for (int i = 0; i < RECORDS; i++)
    known += records[i].open;
  assert_int_equal(open, known);
}

static void test_random(void **state) {
  struct rig *rig = *state;
  struct record *records = calloc(RECORDS, sizeof *records);
  struct random random = random_start("alarm");
  assert_non_null(records);
  int changes = 0;
  for (int i = 0; i < 4 * CASES; i++) {
    act(rig, &random, records);
    changes += rig->count;
    for (int j = 0; j < rig->count; j++)
      check_change(records, &rig->log[j]);
    rig->count = 0;
    check_open(rig, records);
  }
  assert_true(changes > CASES); /* or it proves nothing */
  rig->full = false;
  for (int till = 0; till < TILLS; till++)
    for (int thing = 0; thing < THINGS; thing++) {
      sp_alarm_forget(rig->set, tills[till], things[thing], rig->now);
    }
  pass(rig, SP_ALARM_FLAP_MS + 5000);
  assert_int_equal(sp_alarm_used(rig->set), 0); /* nothing is left behind */
  free(records);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_random, start, stop)};
  return cmocka_run_group_tests_name("alarm_random", tests, NULL, NULL);
}
