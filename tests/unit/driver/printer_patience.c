/* Slow printers, refilled printers, and printers that do not say what their profile promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/driver/printer_fixture.h"

#define FAST 2000 /* dots a second: 250 mm */

/* ---- Slow answers ---- */

/* Every answer takes `late_us`; the first `only` of them, or all when it is 0. */
static void run_late(struct bench *bench, int64_t late_us, int only, int64_t us) {
  int64_t since = -1, end = bench->fake.now_us + us;
  int answers = 0;
  while (bench->fake.now_us < end) {
    bool waits = sp_vprinter_replies(bench->printer)->len > 0;
    if (!waits) since = -1;
    if (waits && since < 0) since = bench->fake.now_us;
    bool due = waits && bench->fake.now_us - since >= late_us;
    bench->stuck = !due && (only == 0 || answers < only);
    answers += due;
    fake_step(&bench->fake);
  }
  bench->stuck = false;
}

static void a_slow_printer_becomes_ready(void **state) {
  (void)state;
  for (int64_t late = MS(500); late <= MS(4500); late += MS(500))
    for (int only = 0; only < 2; only++) {
      struct bench bench;
      bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST, .no_asb = true}, GENERIC);
      int64_t begin = bench.fake.now_us, ready = 0;
      run_late(&bench, late, only, 5 * late + SECONDS(60));
      for (size_t i = 0; i < bench.fake.log_count; i++) {
        assert_int_equal(bench.fake.log[i].faults, 0); /* and it is known to be slow by now */
        if (ready == 0 && bench.fake.log[i].state == SP_DEVICE_READY) ready = bench.fake.log[i].now_us - begin;
      }
      assert_in_range(ready, late, (only ? 1 : 4) * late + SECONDS(1));
      assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_READY);
      bench_free(&bench);
    }
}

static void a_mute_one_is_told_all_the_same(void **state) {
  (void)state;
  static const char *const configs[] = {EPSON, XPRINT, GENERIC, SERIAL};
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){0}, configs[c]);
    bench_power(&bench, false);
    assert_in_range(bench_until(&bench, SP_FAULT_SILENT, SECONDS(20)), SECONDS(4), SECONDS(6));
    assert_non_null(strstr(fake_status(&bench.fake).detail, "no answer within 5 s"));
    bench_power(&bench, true);
    fake_run(&bench.fake, SECONDS(8));
    assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_READY);
    bench_power(&bench, false); /* one that used to answer at once is missed as soon as ever */
    assert_in_range(bench_until(&bench, SP_FAULT_SILENT, SECONDS(9)), 0, SECONDS(3));
    bench_free(&bench);
  }
}

/* Between rubbish some letters look like answers. */
static void rubbish_is_no_printer(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, GENERIC);
  bench_power(&bench, false);
  for (int i = 0; i < 40; i++) {
    fake_run(&bench.fake, MS(333));
    if (bench.fake.up) fake_say(&bench.fake, "rubbish", 7);
    assert_int_not_equal(fake_status(&bench.fake).state, SP_DEVICE_READY);
  }
  assert_true(fake_status(&bench.fake).faults & SP_FAULT_WRONG_DEVICE);
  bench_free(&bench);
}

/* ---- Mended ---- */

static void what_is_held_goes_when_it_is_mended(void **state) {
  (void)state;
  for (int off = 0; off < 2; off++) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){.no_asb = true}, GENERIC);
    bench.keep_going = false;
    bench_ready(&bench);
    bench_submit(&bench, 7, "T01-000007", 4);
    for (int i = 0; i < 5; i++) { /* asked for again and again, and the cable is bumped each time: its waits grow */
      while (bench_outcome(&bench, 7).wanted == i)
        fake_step(&bench.fake);
      fake_cut(&bench.fake);
      fake_run(&bench.fake, MS(600));
    }
    bench.keep_going = true;
    sp_vprinter_set(bench.printer, SP_VP_PAPER, 0);
    fake_run(&bench.fake, SECONDS(2));
    if (off) { /* and switched off and on while the roll was changed */
      bench.fake.refuse = true;
      fake_cut(&bench.fake);
      fake_run(&bench.fake, SECONDS(5));
      bench.fake.refuse = false;
    }
    sp_vprinter_set(bench.printer, SP_VP_PAPER, -1);
    for (int i = 0; i < 12000 && fake_status(&bench.fake).state != SP_DEVICE_READY; i++)
      fake_step(&bench.fake);
    fake_run(&bench.fake, MS(300));
    assert_int_equal(bench_outcome(&bench, 7).done, 1);
    assert_int_equal(bench_on_paper(&bench, "T01-000007"), 1);
    bench_free(&bench);
  }
}

/* The node says yes too late: held by the printer's own word, not by its waits. */
static void a_refusal_ends_with_its_cause(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench.keep_going = false;
  bench_ready(&bench);
  bench_submit(&bench, 7, "T01-000007", 4);
  for (int i = 0; i < 6; i++) {
    fake_run(&bench.fake, MS(300));
    assert_int_equal(bench_outcome(&bench, 7).wanted, i + 1);
    sp_vprinter_set(bench.printer, SP_VP_PAPER, 0);
    fake_step(&bench.fake); /* told by itself */
    fake_step(&bench.fake);
    assert_int_equal(sp_printer_go(bench.fake.device, 7, bench.fake.now_us, NULL), SP_E_STATE);
    sp_vprinter_set(bench.printer, SP_VP_PAPER, -1);
    fake_run(&bench.fake, MS(5));
  }
  bench_free(&bench);
}

/* ---- Promises ---- */

#define FAULT SP_FAULT_UNACKNOWLEDGED

static void one_that_never_says_so_is_told(void **state) {
  (void)state;
  static const char *const configs[] = {XPRINT, GENERIC, SERIAL, EPSON};
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST, .no_paper_reply = true, .no_process_id = true},
                configs[c]);
    bench_ready(&bench);
    int64_t begin = bench.fake.now_us;
    for (uint64_t id = 1; id <= 4; id++)
      bench_submit(&bench, id, "T01-00000", 20);
    fake_run(&bench.fake, SECONDS(40));
    struct outcome first = bench_outcome(&bench, 1);
    assert_int_equal(first.uncertain, 1); /* nobody knew better then */
    assert_in_range(first.done_us - begin, SECONDS(5), SECONDS(15));
    for (uint64_t id = 2; id <= 4; id++) {
      struct outcome out = bench_outcome(&bench, id);
      assert_int_equal(out.done, 1);
      assert_int_equal(out.acked + out.uncertain, 0);
      assert_int_equal(out.wanted, 1);
    }
    assert_int_equal(bench_on_paper(&bench, "T01-00000"), 4);
    assert_true(fake_status(&bench.fake).faults & FAULT);
    assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_DEGRADED);
    assert_non_null(strstr(fake_status(&bench.fake).detail, "set \"completion\":\"none\""));
    int64_t next = bench.fake.now_us;
    bench_submit(&bench, 9, "T01-000009", 20);
    fake_run(&bench.fake, SECONDS(10));
    assert_int_equal(bench_outcome(&bench, 9).done, 1);
    assert_in_range(bench_outcome(&bench, 9).done_us - next, 0, SECONDS(5));
    bench_free(&bench);
  }
}

/* Told what to expect, it is as quick as any. */
static void completion_none_is_the_way_out(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(
      &bench, &(struct sp_vprinter_options){.speed = FAST, .no_paper_reply = true},
      "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"xprinter-80\",\"completion\":\"none\"}");
  bench_ready(&bench);
  bench_submit(&bench, 1, "T01-000001", 20);
  fake_run(&bench.fake, SECONDS(5));
  assert_int_equal(bench_outcome(&bench, 1).done, 1);
  assert_int_equal(fake_status(&bench.fake).faults, 0);
  struct fake other;
  struct sp_error error = {0};
  fake_init(&other);
  assert_int_equal(fake_device(&other, NULL,
                               "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"completion\":\"star_etb\"}",
                               &error),
                   SP_E_INVALID);
  assert_string_equal(error.field, "completion");
  fake_free(&other);
  bench_free(&bench);
}

/* The word got lost once: the job is uncertain, the printer keeps its good name. */
static void one_word_that_was_lost_breaks_no_promise(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST, .no_asb = true}, GENERIC);
  bench_ready(&bench);
  bench_submit(&bench, 1, "T01-000001", 20);
  bool lost = false;
  for (int ms = 0; ms < 30000 && bench_outcome(&bench, 1).uncertain == 0; ms++) {
    struct sp_buf *replies = sp_vprinter_replies(bench.printer);
    (void)replies;
    if (!lost && bench.fake.in.len > 0 && bench_outcome(&bench, 1).sent > 0)
      for (size_t i = 0; i < bench.fake.in.len; i++)
        if (((uint8_t)bench.fake.in.data[i] & 0x90) == 0) { /* an answer to GS r */
          sp_buf_reset(&bench.fake.in);
          lost = true;
          break;
        }
    fake_step(&bench.fake);
  }
  assert_true(lost);
  assert_int_equal(bench_outcome(&bench, 1).uncertain, 1);
  bench_submit(&bench, 2, "T01-000002", 20);
  fake_run(&bench.fake, SECONDS(20));
  assert_int_equal(bench_outcome(&bench, 2).acked, 1);
  assert_int_equal(bench_outcome(&bench, 2).done, 1);
  assert_int_equal(fake_status(&bench.fake).faults & FAULT, 0);
  bench_free(&bench);
}

/* A long receipt on a slow printer is given the time it needs. */
static void a_slow_one_is_not_given_up(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){.speed = 130, .buffer = 65536}, EPSON);
  bench_ready(&bench);
  bench_submit(&bench, 1, "T01-000001", 120);
  fake_run(&bench.fake, SECONDS(60));
  assert_int_equal(bench_outcome(&bench, 1).uncertain, 0);
  assert_int_equal(bench_outcome(&bench, 1).acked, 1);
  bench_free(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_slow_printer_becomes_ready),   cmocka_unit_test(a_mute_one_is_told_all_the_same),
      cmocka_unit_test(rubbish_is_no_printer),          cmocka_unit_test(what_is_held_goes_when_it_is_mended),
      cmocka_unit_test(a_refusal_ends_with_its_cause),  cmocka_unit_test(one_that_never_says_so_is_told),
      cmocka_unit_test(completion_none_is_the_way_out), cmocka_unit_test(one_word_that_was_lost_breaks_no_promise),
      cmocka_unit_test(a_slow_one_is_not_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
