/* Group commit on an engine made for the test: a list of numbers that fails on command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ports/plan.h"
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX 256

struct sp_db {
  const struct sp_db_api *api;
  int committed[NUMBERS_MAX], pending[NUMBERS_MAX];
  int committed_count, pending_count, mark;
  bool open;
  int begins, savepoints, rollbacks;
  int fail_begin, fail_savepoint, fail_release, fail_undo, fail_commit; /* how often these still fail */
  int poison;                                                           /* adding this number fails … */
  int poison_code;                                                      /* … with this code … */
  bool poison_drops; /* … and drops the transaction, as a full disk does */
  bool poison_once;
};

static int strike(int *times, int code, struct sp_error *err) {
  if (*times == 0) return 0;
  --*times;
  return sp_fail(err, code, NULL, "made to fail");
}

static int fake_begin(struct sp_db *db, struct sp_error *err) {
  int result = strike(&db->fail_begin, SP_E_BUSY, err);
  if (result) return result;
  assert_false(db->open);
  db->open = true;
  db->begins++;
  db->pending_count = 0;
  return 0;
}

static int fake_commit(struct sp_db *db, struct sp_error *err) {
  assert_true(db->open);
  int result = strike(&db->fail_commit, SP_E_IO, err);
  if (result) return result;
  memcpy(db->committed + db->committed_count, db->pending, (size_t)db->pending_count * sizeof db->pending[0]);
  db->committed_count += db->pending_count;
  db->open = false;
  return 0;
}

static void fake_rollback(struct sp_db *db) {
  db->rollbacks++;
  db->open = false;
  db->pending_count = 0;
}

static bool fake_in_transaction(struct sp_db *db) {
  return db->open;
}

static int fake_savepoint(struct sp_db *db, struct sp_error *err) {
  int result = strike(&db->fail_savepoint, SP_E_NOMEM, err);
  if (result) return result;
  db->mark = db->pending_count;
  db->savepoints++;
  return 0;
}

static int fake_release(struct sp_db *db, struct sp_error *err) {
  return strike(&db->fail_release, SP_E_NOMEM, err);
}

static int fake_rollback_to(struct sp_db *db, struct sp_error *err) {
  int result = strike(&db->fail_undo, SP_E_NOMEM, err);
  if (result) return result;
  db->pending_count = db->mark;
  return 0;
}

static const struct sp_db_api fake_api = {
    .name = "fake",
    .begin = fake_begin,
    .commit = fake_commit,
    .rollback = fake_rollback,
    .in_transaction = fake_in_transaction,
    .savepoint = fake_savepoint,
    .release = fake_release,
    .rollback_to = fake_rollback_to,
};

/* Adds a number unless it is there already. */
static int number_add(struct sp_db *db, void *argument, struct sp_error *err) {
  int number = *(const int *)argument;
  assert_true(db->open);
  if (number == db->poison) {
    if (db->poison_once) db->poison = 0;
    if (db->poison_drops) fake_rollback(db);
    return sp_fail(err, db->poison_code, NULL, "poison");
  }
  for (int i = 0; i < db->committed_count; i++)
    if (db->committed[i] == number) return sp_fail(err, SP_E_EXISTS, NULL, "twice");
  for (int i = 0; i < db->pending_count; i++)
    if (db->pending[i] == number) return sp_fail(err, SP_E_EXISTS, NULL, "twice");
  db->pending[db->pending_count++] = number;
  return 0;
}

struct group {
  struct sp_db db;
  struct sp_arena arena;
  struct sp_plan plans[8];
  struct sp_plan_entry entries[8];
  int numbers[8][2];
};

/* Plan i adds `firsts[i]` and then firsts[i] + 100. */
static void group_make(struct group *group, const int *firsts, int count) {
  memset(group, 0, sizeof *group);
  group->db.api = &fake_api;
  sp_arena_init(&group->arena, 1 << 16);
  for (int i = 0; i < count; i++) {
    sp_plan_init(&group->plans[i], &group->arena);
    for (int part = 0; part < 2; part++) {
      group->numbers[i][part] = firsts[i] + part * 100;
      sp_plan_call_add(&group->plans[i], number_add, &group->numbers[i][part]);
    }
    group->entries[i].plan = &group->plans[i];
    group->entries[i].result = 77;
  }
}

static void results_are(const struct group *group, const int *expected, int count) {
  for (int i = 0; i < count; i++)
    assert_int_equal(group->entries[i].result, expected[i]);
}

static void test_all_good_is_one_transaction(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 2, 3}, 3);
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){0, 0, 0}, 3);
  assert_int_equal(group.db.begins, 1);
  assert_int_equal(group.db.savepoints, 0);
  assert_int_equal(group.db.committed_count, 6);
  sp_arena_free(&group.arena);
}

static void test_one_alone_needs_no_savepoint(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1}, 1);
  sp_plan_commit(&group.db, group.entries, 1);
  results_are(&group, (const int[]){0}, 1);
  assert_int_equal(group.db.savepoints, 0);
  group.db.poison = 7; /* its second part fails: the first is undone with it */
  group.db.poison_code = SP_E_CONFLICT;
  group.numbers[0][0] = 6;
  group.numbers[0][1] = 7;
  sp_plan_commit(&group.db, group.entries, 1);
  results_are(&group, (const int[]){SP_E_CONFLICT}, 1);
  assert_int_equal(group.db.committed_count, 2);
  assert_false(group.db.open);
  sp_arena_free(&group.arena);
}

static void test_a_bad_plan_is_undone_alone(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.poison = 102;
  group.db.poison_code = SP_E_STOCK;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){0, SP_E_STOCK, 0}, 3);
  assert_int_equal(group.db.begins, 2); /* once in hope, once with savepoints */
  assert_int_equal(group.db.savepoints, 3);
  assert_int_equal(group.db.committed_count, 4);
  assert_string_equal(group.entries[1].error.message, "poison");
  sp_arena_free(&group.arena);
}

static void test_a_dropped_group_runs_again_singly(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.poison = 102;
  group.db.poison_code = SP_E_FULL;
  group.db.poison_drops = true;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){0, SP_E_FULL, 0}, 3);
  assert_int_equal(group.db.committed_count, 4);
  assert_int_equal(group.db.begins, 4);
  assert_int_equal(group.entries[0].error.message[0], '\0');
  sp_arena_free(&group.arena);
}

/* Plan 1 repeats plan 0 and fails; then the group is dropped and plan 0 cannot be written any more: plan 1 now can. */
static void test_a_refusal_by_an_undone_plan_is_undone(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 1, 3}, 3);
  group.db.poison = 103;
  group.db.poison_code = SP_E_IO;
  group.db.poison_drops = true;
  group.db.fail_begin = 0;
  struct sp_plan refused;
  sp_plan_init(&refused, &group.arena);
  refused.failed = SP_E_NOMEM;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){0, SP_E_EXISTS, SP_E_IO}, 3);
  assert_int_equal(group.db.committed_count, 2);
  group.entries[0].plan = &refused;
  group.db.committed_count = 0;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){SP_E_NOMEM, 0, SP_E_IO}, 3);
  sp_arena_free(&group.arena);
}

static void test_a_failed_commit_runs_again_singly(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.fail_commit = 1;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){0, 0, 0}, 3);
  assert_int_equal(group.db.committed_count, 6);
  sp_arena_free(&group.arena);
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.fail_commit = 3; /* the group, plan 0, plan 1 */
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){SP_E_IO, SP_E_IO, 0}, 3);
  assert_int_equal(group.db.committed_count, 2);
  assert_false(group.db.open);
  sp_arena_free(&group.arena);
}

static void test_no_transaction_no_results(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.fail_begin = 1;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){SP_E_BUSY, SP_E_BUSY, SP_E_BUSY}, 3);
  assert_int_equal(group.db.begins, 0);
  assert_non_null(strstr(group.entries[2].error.message, "made to fail"));
  sp_plan_commit(&group.db, group.entries, 0);
  assert_int_equal(group.db.begins, 0);
  sp_arena_free(&group.arena);
}

static void test_savepoints_that_fail(void **state) {
  (void)state;
  struct group group;
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.poison = 103; /* there are savepoints only where a plan failed */
  group.db.poison_code = SP_E_CONFLICT;
  group.db.fail_savepoint = 1; /* plan 0 never ran; the group goes on */
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){SP_E_NOMEM, 0, SP_E_CONFLICT}, 3);
  assert_int_equal(group.db.begins, 2);
  sp_arena_free(&group.arena);
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.poison = 103;
  group.db.poison_code = SP_E_CONFLICT;
  group.db.fail_release =
      1; /* what plan 0 wrote cannot be told from the group's: all is undone, the others run again */
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){SP_E_NOMEM, 0, SP_E_CONFLICT}, 3);
  assert_int_equal(group.db.committed_count, 2);
  sp_arena_free(&group.arena);
  group_make(&group, (const int[]){1, 2, 3}, 3);
  group.db.poison = 102;
  group.db.poison_code = SP_E_CONFLICT;
  group.db.fail_undo = 1;
  sp_plan_commit(&group.db, group.entries, 3);
  results_are(&group, (const int[]){0, SP_E_CONFLICT, 0}, 3);
  assert_int_equal(group.db.committed_count, 4);
  sp_arena_free(&group.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_good_is_one_transaction),
      cmocka_unit_test(test_one_alone_needs_no_savepoint),
      cmocka_unit_test(test_a_bad_plan_is_undone_alone),
      cmocka_unit_test(test_a_dropped_group_runs_again_singly),
      cmocka_unit_test(test_a_refusal_by_an_undone_plan_is_undone),
      cmocka_unit_test(test_a_failed_commit_runs_again_singly),
      cmocka_unit_test(test_no_transaction_no_results),
      cmocka_unit_test(test_savepoints_that_fail),
  };
  return cmocka_run_group_tests_name("group commit", tests, NULL, NULL);
}
