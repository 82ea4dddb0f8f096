/* Every operation of the disk and every allocation of a commit fails once, one after the other, then forever: the error
 * is said, what was acknowledged stays, and the writer goes on as soon as the machine does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "base/log.h"
#include "tests/contract/ledger/ledger.h"
#include "tests/support/alloc_fail.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define VFS "faults"

struct scene {
  struct sp_crash *disk;
  struct ledger_template template;
};

static int scene_make(void **state) {
  static struct scene scene;
  scene.disk = sp_crash_new(VFS, 1);
  *state = &scene;
  return scene.disk ? ledger_template_make(scene.disk, VFS, 980, &scene.template, NULL) : -1;
}

static int scene_free(void **state) {
  struct scene *scene = *state;
  ledger_template_free(&scene->template);
  sp_crash_free(scene->disk);
  return 0;
}

/* Beyond the first operations comes a checkpoint of a thousand pages, each like the other: SP_LONG=1 takes every one.
 */
static long next_point(long k) {
  static const long dense = 200, stride = 13;
  return k < dense || getenv("SP_LONG") ? k + 1 : k + stride;
}

/* The machine is well again: the next commit works, and after a power cut everything acknowledged is there. */
static void prove(struct ledger *ledger, int64_t k) {
  struct ledger_proof proof = {0};
  struct sp_error error = {0};
  if (ledger->db && ledger_commit(ledger, 2, NULL) != 2)
    fail_msg("the writer is stuck after the fault at %lld", (long long)k);
  ledger_close(ledger);
  assert_int_equal(sp_crash_restart(ledger->disk), 0);
  if (ledger_open(ledger, &error) || ledger_prove(ledger, &proof, &error))
    fail_msg("after the fault at %lld: %s", (long long)k, error.message);
  if (proof.lost || proof.broken)
    fail_msg("after the fault at %lld: %d lost, %d broken", (long long)k, proof.lost, proof.broken);
}

/* A life with one fault at the kth operation. False when there were fewer. */
static bool life(struct scene *scene, enum sp_crash_fault fault, int64_t k, bool forever, int expected) {
  struct ledger ledger;
  int results[3];
  assert_int_equal(ledger_begin(&ledger, scene->disk, VFS, &scene->template, (uint64_t)k), 0);
  assert_int_equal(ledger_open(&ledger, NULL), 0);
  sp_crash_arm(scene->disk, fault, k, forever);
  for (int group = 0; group < 4; group++) {
    bool before = sp_crash_struck(scene->disk);
    ledger_commit(&ledger, 3, results);
    for (int i = 0; i < 3; i++)
      if (results[i] != 0 && results[i] != expected)
        fail_msg("the fault at %lld was called %d", (long long)k, results[i]);
    if (before && !forever && (results[0] || results[1] || results[2]))
      fail_msg("the fault at %lld came back", (long long)k);
    sp_sqlite_api()->maintain(ledger.db, group * 1000);
  }
  bool struck = sp_crash_struck(scene->disk);
  sp_crash_arm(scene->disk, SP_CRASH_NONE, 0, false);
  prove(&ledger, k);
  ledger_end(&ledger);
  return struck;
}

static void sweep(void **state, enum sp_crash_fault fault, int expected, const char *what) {
  for (int forever = 0; forever < 2; forever++) {
    long k = 1;
    while (life(*state, fault, k, forever, expected))
      k = next_point(k);
    assert_true(k > 20);
    print_message("%s, %s: %ld operations\n", what, forever ? "forever" : "once", k - 1);
  }
}

static void test_disk_errors(void **state) {
  sweep(state, SP_CRASH_EIO, SP_E_IO, "I/O error");
}

static void test_full_disk(void **state) {
  sweep(state, SP_CRASH_FULL, SP_E_FULL, "disk full");
}

/* A life in which the kth allocation fails: open, a group, a checkpoint. */
static bool poor_life(struct scene *scene, long k, bool forever) {
  struct ledger ledger;
  int results[3] = {0};
  struct sp_error error = {0};
  assert_int_equal(ledger_begin(&ledger, scene->disk, VFS, &scene->template, (uint64_t)k), 0);
  sp_alloc_fail_at(k, forever);
  int opened = ledger_open(&ledger, &error);
  if (!opened) {
    ledger_commit(&ledger, 3, results);
    sp_sqlite_api()->maintain(ledger.db, 0);
  }
  bool reached = sp_alloc_fail_stop();
  if (opened && (opened != SP_E_NOMEM || error.message[0] == '\0'))
    fail_msg("allocation %ld: open said %d (%s)", k, opened, error.message);
  for (int i = 0; i < 3; i++)
    if (results[i] != 0 && results[i] != SP_E_NOMEM) fail_msg("allocation %ld: commit said %d", k, results[i]);
  prove(&ledger, k);
  ledger_end(&ledger);
  return reached;
}

static void test_memory_runs_out(void **state) {
  for (int forever = 0; forever < 2; forever++) {
    long k = 1;
    while (poor_life(*state, k, forever))
      k = next_point(k);
    assert_true(k > 100);
    print_message("out of memory, %s: %ld allocations\n", forever ? "forever" : "once", k - 1);
  }
}

int main(void) {
  if (!sp_alloc_fail_init()) return 1;
  sp_log_init(SP_LOG_ERROR, open("/dev/null", O_WRONLY)); /* a checkpoint that fails complains, rightly */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_disk_errors),
      cmocka_unit_test(test_full_disk),
      cmocka_unit_test(test_memory_runs_out),
  };
  return cmocka_run_group_tests_name("faults", tests, scene_make, scene_free);
}
