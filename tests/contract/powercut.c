/* The power goes at any change of the disk, also while the next start recovers: what was acknowledged is there, whole
 * and once. And the disk is honest: with a weaker sync the same cuts do lose something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapters/storage/sqlite/sqlite.h"
#include "base/clock.h"
#include "base/log.h"
#include "tests/contract/ledger/ledger.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VFS    "powercut"
#define GROUPS 24

struct totals {
  int runs, dark, acknowledged, lost, broken, damaged, cut_again;
  int64_t syncs;
};

static uint64_t seed_of_run(void) {
  const char *text = getenv("SP_SEED");
  return text ? strtoull(text, NULL, 10) : 20250101;
}

static int runs_wanted(int usual) {
  const char *text = getenv("SP_POWERCUT_RUNS");
  long runs = text ? strtol(text, NULL, 10) : 0;
  return runs > 0 && runs < 1000000 ? (int)runs : usual;
}

static void work_until_dark(struct ledger *ledger, struct totals *totals) {
  for (int group = 0; group < GROUPS && !sp_crash_struck(ledger->disk); group++) {
    totals->acknowledged += ledger_commit(ledger, 1 + (int)(ledger->random % LEDGER_GROUP), NULL);
    sp_sqlite_api()->maintain(ledger->db, group * 1000);
  }
}

/* Start again; now and then the power goes while the start recovers. */
static int light_again(struct ledger *ledger, struct totals *totals, struct sp_error *err) {
  ledger_close(ledger);
  int result = sp_crash_restart(ledger->disk);
  if (!result && ledger->random % 4 == 0) {
    sp_crash_arm(ledger->disk, SP_CRASH_CUT, 1 + (int64_t)(ledger->random % 5), false);
    if (ledger_open(ledger, NULL) == 0) ledger_commit(ledger, 1, NULL);
    totals->cut_again += sp_crash_struck(ledger->disk);
    ledger_close(ledger);
    result = sp_crash_restart(ledger->disk);
  }
  return result ? result : ledger_open(ledger, err);
}

static void one_run(struct sp_crash *disk, const struct ledger_template *template, uint64_t seed, const char *weaker,
                    struct totals *totals) {
  struct ledger ledger;
  struct ledger_proof proof;
  struct sp_error error = {0};
  assert_int_equal(ledger_begin(&ledger, disk, VFS, template, seed), 0);
  assert_int_equal(ledger_open(&ledger, NULL), 0);
  if (weaker) assert_int_equal(sp_sqlite_api()->script(ledger.db, weaker, NULL), 0);
  uint64_t where = seed * 0x9E3779B97F4A7C15ULL >> 40;
  sp_crash_arm(disk, SP_CRASH_CUT, 1 + (int64_t)(where % (template->log ? 600 : 900)), false);
  work_until_dark(&ledger, totals);
  totals->dark += sp_crash_struck(disk);
  totals->syncs += sp_crash_counted(disk).syncs;
  int result = light_again(&ledger, totals, &error);
  if (!result) result = ledger_prove(&ledger, &proof, &error);
  if (!result) {
    totals->lost += proof.lost;
    totals->broken += proof.broken;
    if (!weaker && (proof.lost || proof.broken))
      print_error("seed %llu: %d lost, %d broken\n", (unsigned long long)seed, proof.lost, proof.broken);
  } else {
    totals->damaged++;
    if (!weaker) print_error("seed %llu: %s\n", (unsigned long long)seed, error.message);
  }
  totals->runs++;
  ledger_end(&ledger);
}

static struct totals many_runs(int runs, const char *weaker) {
  struct sp_crash *disk = sp_crash_new(VFS, 1);
  struct ledger_template templates[2];
  struct totals totals = {0};
  struct sp_error error = {0};
  uint64_t seed = seed_of_run();
  assert_non_null(disk);
  /* A short log, and one so long that the first commits checkpoint it. */
  if (ledger_template_make(disk, VFS, 0, &templates[0], &error) ||
      ledger_template_make(disk, VFS, 2980, &templates[1], &error))
    fail_msg("%s", error.message);
  int64_t start = sp_clock_monotonic_us();
  for (int i = 0; i < runs; i++)
    one_run(disk, &templates[i % 2], seed + (uint64_t)i, weaker, &totals);
  print_message("seed %llu, %s: %d runs, %d power cuts at work and %d while recovering, %d plans acknowledged, %d "
                "lost, %d broken, "
                "%d files damaged, %lld syncs, %.1f ms a run\n",
                (unsigned long long)seed, weaker ? weaker : "full sync", totals.runs, totals.dark, totals.cut_again,
                totals.acknowledged, totals.lost, totals.broken, totals.damaged, (long long)totals.syncs,
                (double)(sp_clock_monotonic_us() - start) / 1000.0 / totals.runs);
  ledger_template_free(&templates[0]);
  ledger_template_free(&templates[1]);
  sp_crash_free(disk);
  return totals;
}

static void test_nothing_acknowledged_is_lost(void **state) {
  (void)state;
  struct totals totals = many_runs(runs_wanted(400), NULL);
  assert_true(totals.acknowledged > totals.runs);
  assert_true(totals.dark > totals.runs / 2);
  assert_true(totals.cut_again > totals.runs / 10);
  assert_int_equal(totals.lost, 0);
  assert_int_equal(totals.broken, 0);
  assert_int_equal(totals.damaged, 0);
}

static void test_the_disk_is_honest(void **state) {
  (void)state;
  struct totals totals = many_runs(60, "PRAGMA synchronous = NORMAL");
  assert_true(totals.lost > 0);       /* commits without a sync do not last */
  assert_int_equal(totals.broken, 0); /* but stay whole */
  assert_int_equal(totals.damaged, 0);
}

static void test_the_disk_tears(void **state) {
  (void)state;
  struct totals totals = many_runs(60, "PRAGMA synchronous = OFF");
  assert_true(totals.lost > 0);
  assert_true(totals.damaged + totals.broken > 0); /* what nobody synced is in pieces */
}

int main(void) {
  sp_log_init(SP_LOG_ERROR, open("/dev/null", O_WRONLY)); /* a checkpoint in the dark complains, rightly */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nothing_acknowledged_is_lost),
      cmocka_unit_test(test_the_disk_is_honest),
      cmocka_unit_test(test_the_disk_tears),
  };
  return cmocka_run_group_tests_name("power cuts", tests, NULL, NULL);
}
