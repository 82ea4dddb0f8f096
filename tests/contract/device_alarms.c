/* Alarms of devices on disk: what is written survives, what somebody has seen stays seen, and the outbox loses nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/device_alarms.h"
#include "tests/support/node_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct write {
  struct sp_alarm_change change;
  bool push;
};

static int start(void **state) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_fixture *node = calloc(1, sizeof *node);
  if (!node || sp_fixture_open(node, NULL, &error) != 0) return -1;
  *state = node;
  return 0;
}

static int stop(void **state) {
  sp_fixture_close(*state);
  free(*state);
  return 0;
}

static int use_write(struct sp_work *work, void *ctx) {
  const struct write *write = ctx;
  return sp_device_alarm_write(work, &write->change, write->push);
}

static struct write raised(struct sp_fixture *node, const char *till) {
  struct write write = {.push = true, .change = {.kind = SP_ALARM_IS_RAISED}};
  struct sp_alarm *alarm = &write.change.alarm;
  *alarm = (struct sp_alarm){
      .key = {.device = "receipt1", .fault = SP_ALARM_PAPER_OUT},
      .severity = SP_ALARM_WARN,
      .owner = SP_ALARM_CASHIER,
      .raised_at = node->now,
      .changed_at = node->now,
      .count = 1,
      .n = 1,
      .detail = "asb 18 00 0C 00",
      .job = "S42",
  };
  memcpy(alarm->key.till, till, strlen(till));
  assert_int_equal(sp_id_new(node->now, &alarm->id), 0);
  return write;
}

static void do_write(struct sp_fixture *node, const struct write *write) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct write copy = *write;
  if (sp_fixture_do(node, use_write, &copy, &error)) fail_msg("%s", error.message);
}

static void step(struct write *write, enum sp_alarm_change_kind kind, int64_t at) {
  write->change.kind = kind;
  write->change.alarm.n++;
  write->change.alarm.changed_at = at;
  if (kind != SP_ALARM_IS_CLEARED) return;
  write->change.alarm.state = SP_ALARM_CLEARED;
  write->change.alarm.cleared_at = at;
}

struct list {
  enum sp_alarm_listed which;
  struct sp_id before;
  int max, count;
  struct sp_device_alarm rows[16];
};

static int use_list(struct sp_work *work, void *ctx) {
  struct list *list = ctx;
  return sp_device_alarm_list(work, list->which, &list->before, list->max, list->rows, &list->count);
}

static struct list list_of(struct sp_fixture *node, bool open) {
  struct list list = {.which = open ? SP_ALARM_LIST_OPEN : SP_ALARM_LIST_ALL, .max = 16};
  assert_int_equal(sp_fixture_do(node, use_list, &list, NULL), 0);
  return list;
}

struct seen {
  struct sp_id id;
  struct sp_device_alarm out;
};

static int use_acknowledge(struct sp_work *work, void *ctx) {
  struct seen *seen = ctx;
  return sp_device_alarm_acknowledge(work, &seen->id, &seen->out);
}

/* ---- Alarms ---- */

static void test_life(void **state) {
  struct sp_fixture *node = *state;
  struct sp_error error = {.lang = SP_LANG_EN};
  struct write write = raised(node, "T01");
  do_write(node, &write);
  struct list list = list_of(node, true);
  assert_int_equal(list.count, 1);
  struct sp_alarm expected = write.change.alarm;
  assert_memory_equal(&list.rows[0].alarm.id, &expected.id, sizeof expected.id);
  assert_string_equal(list.rows[0].alarm.key.till, "T01");
  assert_string_equal(list.rows[0].alarm.key.device, "receipt1");
  assert_int_equal(list.rows[0].alarm.key.fault, SP_ALARM_PAPER_OUT);
  assert_int_equal(list.rows[0].alarm.n, 1);
  assert_string_equal(list.rows[0].alarm.detail, "asb 18 00 0C 00");
  assert_string_equal(list.rows[0].alarm.job, "S42");

  struct seen seen = {.id = expected.id};
  node->actor.staff = node->cashier;
  assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), 0);
  node->actor.staff = node->manager;
  assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), 0); /* the first one counts */
  step(&write, SP_ALARM_IS_ESCALATED, node->now + 60000); /* by a machine that has not heard of it yet */
  write.change.alarm.severity = SP_ALARM_MAJOR;
  do_write(node, &write);
  list = list_of(node, true);
  assert_int_equal(list.rows[0].alarm.state, SP_ALARM_ACKNOWLEDGED);
  assert_int_equal(list.rows[0].alarm.severity, SP_ALARM_MAJOR);
  assert_true(sp_id_equal(&list.rows[0].acknowledged_by, &node->cashier));

  step(&write, SP_ALARM_IS_CLEARED, node->now + 70000);
  do_write(node, &write);
  assert_int_equal(list_of(node, true).count, 0);
  list = list_of(node, false);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.rows[0].alarm.cleared_at, node->now + 70000);
  write.change.alarm.state = SP_ALARM_RAISED; /* what is over stays over */
  write.change.alarm.cleared_at = 0;
  do_write(node, &write);
  assert_int_equal(list_of(node, true).count, 0);
  assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), SP_E_STATE);
  seen.id.bytes[15] ^= 1;
  assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), SP_E_NOT_FOUND);
}

static void test_pages(void **state) {
  struct sp_fixture *node = *state;
  for (int i = 0; i < 7; i++) {
    struct write write = raised(node, "T01");
    write.push = false;
    if (i % 2) step(&write, SP_ALARM_IS_CLEARED, node->now);
    do_write(node, &write);
    node->now += 10;
  }
  struct list list = {.which = SP_ALARM_LIST_ALL, .max = 3};
  int seen = 0;
  int64_t last = INT64_MAX;
  do {
    assert_int_equal(sp_fixture_do(node, use_list, &list, NULL), 0);
    for (int i = 0; i < list.count; i++) {
      assert_true(list.rows[i].alarm.raised_at < last);
      last = list.rows[i].alarm.raised_at;
    }
    seen += list.count;
    if (list.count > 0) list.before = list.rows[list.count - 1].alarm.id;
  } while (list.count == 3);
  assert_int_equal(seen, 7);
  assert_int_equal(list_of(node, true).count, 4);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM alarm_push"), 0);
}

static int use_prune(struct sp_work *work, void *ctx) {
  (void)ctx;
  sp_device_alarm_prune(work);
  return 0;
}

static void test_prune(void **state) {
  struct sp_fixture *node = *state;
  struct write open = raised(node, "T01"), over = raised(node, "T02"), waits = raised(node, "T03");
  over.push = false;
  step(&over, SP_ALARM_IS_CLEARED, node->now);
  step(&waits, SP_ALARM_IS_CLEARED, node->now); /* its event is still in the outbox */
  do_write(node, &open);
  do_write(node, &over);
  do_write(node, &waits);
  node->now += SP_ALARM_KEPT_MS - 1;
  assert_int_equal(sp_fixture_do(node, use_prune, NULL, NULL), 0);
  assert_int_equal(list_of(node, false).count, 3);
  node->now += 2;
  assert_int_equal(sp_fixture_do(node, use_prune, NULL, NULL), 0);
  assert_int_equal(list_of(node, false).count, 2);
}

/* ---- The outbox ---- */

struct due {
  int64_t now;
  struct sp_alarm_push list[16];
  int count;
};

static int use_due(struct sp_work *work, void *ctx) {
  struct due *due = ctx;
  return sp_alarm_push_due(work->db, work->arena, due->now, 16, due->list, &due->count, work->err);
}

static struct due due_at(struct sp_fixture *node, int64_t now) {
  struct due due = {.now = now};
  assert_int_equal(sp_fixture_do(node, use_due, &due, NULL), 0);
  return due;
}

struct settle {
  struct sp_alarm_push push;
  enum sp_alarm_pushed how;
  bool kept;
};

static int use_settle(struct sp_work *work, void *ctx) {
  struct settle *settle = ctx;
  settle->kept = sp_alarm_push_settle(work, &settle->push, settle->how);
  return 0;
}

static bool settle(struct sp_fixture *node, const struct sp_alarm_push *push, enum sp_alarm_pushed how) {
  struct settle settle = {.push = *push, .how = how};
  assert_int_equal(sp_fixture_do(node, use_settle, &settle, NULL), 0);
  return settle.kept;
}

static void test_outbox(void **state) {
  struct sp_fixture *node = *state;
  struct write write = raised(node, "T01");
  char id[SP_ID_TEXT], start_of_id[SP_ALARM_PUSH_ID];
  do_write(node, &write);
  step(&write, SP_ALARM_IS_CLEARED, node->now + 5000);
  do_write(node, &write);
  sp_id_format(&write.change.alarm.id, id);
  struct due due = due_at(node, node->now);
  assert_int_equal(due.count, 1); /* the end waits for the beginning */
  (void)snprintf(start_of_id, sizeof start_of_id, "%s.1", id);
  assert_string_equal(due.list[0].id, start_of_id);
  assert_non_null(strstr(due.list[0].body, "\"fault\":\"paper_out\",\"sev\":\"warn\""));
  assert_non_null(strstr(due.list[0].body, "\"store\":\"S1\",\"till\":\"T01\",\"dev\":\"receipt1\""));
  assert_non_null(strstr(due.list[0].body, "\"state\":\"raised\""));
  assert_true(settle(node, &due.list[0], SP_ALARM_FAILED));
  assert_int_equal(due_at(node, node->now + 999).count, 0);
  due = due_at(node, node->now + 1000);
  assert_int_equal(due.count, 1);
  assert_int_equal(due.list[0].tries, 1);
  assert_string_equal(due.list[0].id, start_of_id); /* the same at every try */
  assert_true(settle(node, &due.list[0], SP_ALARM_PUSHED));
  due = due_at(node, node->now);
  assert_int_equal(due.count, 1);
  assert_int_equal(due.list[0].n, 2);
  assert_true(settle(node, &due.list[0], SP_ALARM_PUSHED));
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM alarm_push"), 0);
}

static void test_back_off(void **state) {
  struct sp_fixture *node = *state;
  struct write one = raised(node, "T01"), other = raised(node, "T02"), unwanted = raised(node, "T03");
  do_write(node, &one);
  node->now++;
  do_write(node, &other);
  node->now++;
  do_write(node, &unwanted);
  struct due due = due_at(node, node->now);
  assert_int_equal(due.count, 3);
  for (int i = 0; i < 12; i++)
    assert_true(settle(node, &due.list[0], SP_ALARM_FAILED));
  due.list[0].tries = 30;
  assert_true(settle(node, &due.list[0], SP_ALARM_FAILED));
  due.list[2].tries = 30;
  assert_true(settle(node, &due.list[2], SP_ALARM_REFUSED));
  assert_int_equal(due_at(node, node->now + 3599999).count, 1);
  assert_true(settle(node, &due.list[1], SP_ALARM_PUSHED)); /* it is back: the first one is due, the unwanted is not */
  due = due_at(node, node->now);
  assert_int_equal(due.count, 1);
  assert_true(sp_id_equal(&due.list[0].alarm, &one.change.alarm.id));
  due.list[0].tries = SP_ALARM_PUSH_TRIES - 1;
  assert_false(settle(node, &due.list[0], SP_ALARM_FAILED)); /* given up */
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM alarm_push"), 1);
  assert_int_equal(sp_alarm_push_delay(1), 1000);
  assert_int_equal(sp_alarm_push_delay(2), 2000);
  assert_int_equal(sp_alarm_push_delay(12), 2048000);
  assert_int_equal(sp_alarm_push_delay(13), 3600000);
  assert_int_equal(sp_alarm_push_delay(1000), 3600000);
}

static void test_bound(void **state) {
  struct sp_fixture *node = *state;
  for (int i = 0; i < SP_ALARM_PUSHES + 20; i++) {
    struct write write = raised(node, "T01");
    do_write(node, &write);
    node->now++;
  }
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM alarm_push"), SP_ALARM_PUSHES);
  assert_int_equal(sp_fixture_scalar(node, "SELECT MAX(created_at) - MIN(created_at) FROM alarm_push"),
                   SP_ALARM_PUSHES - 1);
}

static int die(void *ctx) {
  (void)ctx;
  return SP_E_IO;
}

/* Alarm and event are written together or not at all; what is quiet is written and not pushed. */
static void test_together(void **state) {
  struct sp_fixture *node = *state;
  struct sp_error error = {.lang = SP_LANG_EN};
  struct write write = raised(node, "T01");
  node->before_commit = die;
  assert_int_equal(sp_fixture_do(node, use_write, &write, &error), SP_E_IO);
  node->before_commit = NULL;
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM device_alarm"), 0);
  write.change.quiet = true;
  do_write(node, &write);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM device_alarm"), 1);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM alarm_push"), 0);
}

/* A cashier has seen what a cashier can mend, where they stand; the rest takes a manager. */
static void test_whose(void **state) {
  struct sp_fixture *node = *state;
  struct sp_error error = {.lang = SP_LANG_EN};
  static const enum sp_alarm_owner others[] = {SP_ALARM_MANAGER, SP_ALARM_HQ};
  node->actor.role = SP_ROLE_CASHIER;
  node->actor.staff = node->cashier;
  struct write elsewhere = raised(node, "T02"), nowhere = raised(node, ""), own = raised(node, "T01");
  struct write list[4] = {elsewhere, nowhere};
  for (int i = 0; i < 2; i++) {
    list[2 + i] = raised(node, "T01");
    list[2 + i].change.alarm.key.fault = SP_ALARM_LINK;
    list[2 + i].change.alarm.owner = others[i];
  }
  do_write(node, &own);
  for (int i = 0; i < 4; i++) {
    struct seen seen = {.id = list[i].change.alarm.id};
    do_write(node, &list[i]);
    assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), SP_E_DENIED);
    assert_string_equal(error.field, "approval");
  }
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM device_alarm WHERE state = 'acknowledged'"), 0);
  struct seen seen = {.id = own.change.alarm.id};
  assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), 0);
  node->actor.role = SP_ROLE_MANAGER;
  for (int i = 0; i < 4; i++) {
    seen.id = list[i].change.alarm.id;
    assert_int_equal(sp_fixture_do(node, use_acknowledge, &seen, &error), 0);
  }
}

/* One alarm of the whole store stands for those of its fault. */
static void test_group(void **state) {
  struct sp_fixture *node = *state;
  struct write store = raised(node, ""), other = raised(node, "T01");
  memset(store.change.alarm.key.device, 0, sizeof store.change.alarm.key.device);
  other.change.alarm.key.fault = SP_ALARM_LINK;
  do_write(node, &store);
  do_write(node, &other);
  for (int i = 0; i < 3; i++) {
    struct write member = raised(node, i == 0 ? "T01" : i == 1 ? "T02" : "T03");
    do_write(node, &member);
  }
  assert_int_equal(list_of(node, true).count, 2);
  assert_int_equal(list_of(node, false).count, 5);
  struct list members = {.which = SP_ALARM_LIST_MEMBERS, .max = 16};
  assert_int_equal(sp_fixture_do(node, use_list, &members, NULL), 0);
  assert_int_equal(members.count, 5);
  step(&store, SP_ALARM_IS_CLEARED, node->now + 1000);
  do_write(node, &store);
  assert_int_equal(list_of(node, true).count, 4); /* each for itself again */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_life, start, stop),
      cmocka_unit_test_setup_teardown(test_pages, start, stop),
      cmocka_unit_test_setup_teardown(test_prune, start, stop),
      cmocka_unit_test_setup_teardown(test_outbox, start, stop),
      cmocka_unit_test_setup_teardown(test_back_off, start, stop),
      cmocka_unit_test_setup_teardown(test_bound, start, stop),
      cmocka_unit_test_setup_teardown(test_together, start, stop),
      cmocka_unit_test_setup_teardown(test_whose, start, stop),
      cmocka_unit_test_setup_teardown(test_group, start, stop),
  };
  return cmocka_run_group_tests_name("device_alarms", tests, NULL, NULL);
}
