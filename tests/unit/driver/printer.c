/* The printer driver before the virtual printer: one outcome for every job, whatever happens to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/driver/printer_fixture.h"

#define FAST 2000 /* dots a second: 250 mm */

static const char *const configs[] = {EPSON, XPRINT, GENERIC, SERIAL};

static void prints_and_says_so(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST, .swallow = i == 2 ? 2 : 0}, configs[i]);
    bench_ready(&bench);
    bench_submit(&bench, 7, "T01-000007", 20);
    bench_submit(&bench, 8, "T01-000008", 3);
    fake_run(&bench.fake, SECONDS(10));
    for (uint64_t id = 7; id <= 8; id++) {
      struct outcome out = bench_outcome(&bench, id);
      assert_int_equal(out.wanted, 1);
      assert_int_equal(out.sent, 1);
      assert_int_equal(out.acked, 1);
      assert_int_equal(out.done, 1);
      assert_int_equal(out.held + out.uncertain, 0);
    }
    assert_true(bench_outcome(&bench, 7).done_us < bench_outcome(&bench, 8).done_us);
    assert_int_equal(bench_on_paper(&bench, "T01-000007"), 1);
    assert_int_equal(bench_on_paper(&bench, "T01-000008"), 1);
    assert_int_equal(bench_on_paper(&bench, "可口可乐"), 21);
    assert_int_equal(sp_vprinter_page(bench.printer)->cuts, 2);
    assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 0);
    assert_int_equal(sp_vprinter_page(bench.printer)->unknown, 0);
    assert_int_equal(fake_status(&bench.fake).jobs, 2);
    assert_int_equal(fake_status(&bench.fake).bad, 0);
    bench_free(&bench);
  }
}

static void nothing_leaves_before_go(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench.keep_going = false;
  bench_ready(&bench);
  bench_submit(&bench, 7, "T01-000007", 20);
  fake_run(&bench.fake, SECONDS(100));
  assert_int_equal(bench_outcome(&bench, 7).wanted, 1);
  assert_int_equal(bench_on_paper(&bench, "T01"), 0);
  assert_int_equal(sp_printer_go(bench.fake.device, 8, bench.fake.now_us, NULL), SP_E_STATE);
  assert_int_equal(bench_submit_wait(&bench, 7, "T01-000007", 2, true), SP_E_EXISTS);
  assert_int_equal(sp_printer_cancel(bench.fake.device, 7, NULL), 0);
  assert_int_equal(sp_printer_cancel(bench.fake.device, 7, NULL), SP_E_STATE);
  assert_int_equal(sp_printer_go(bench.fake.device, 7, bench.fake.now_us, NULL), SP_E_STATE);
  bench_submit(&bench, 9, "T01-000009", 2);
  fake_run(&bench.fake, MS(300));
  assert_int_equal(sp_printer_go(bench.fake.device, 9, bench.fake.now_us, NULL), 0);
  assert_int_equal(sp_printer_cancel(bench.fake.device, 9, NULL), SP_E_STATE);
  fake_run(&bench.fake, SECONDS(1));
  assert_int_equal(bench_outcome(&bench, 9).done, 1);
  bench_free(&bench);
}

/* ---- P8: what happens to paper and people ---- */

static const struct {
  enum sp_vprinter_knob knob;
  int bad, good;
  uint32_t fault;
  const char *reason;
} troubles[] = {
    {SP_VP_PAPER, 0, -1, SP_FAULT_PAPER_OUT, "paper_out"},
    {SP_VP_COVER, 1, 0, SP_FAULT_COVER, "cover"},
    {SP_VP_HEAT, 1, 0, SP_FAULT_HOT, "hot"},
    {SP_VP_MECHANICAL, 1, 0, SP_FAULT_CUTTER, "cutter"},
};

static void trouble_before_a_job_holds_it(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++)
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
      struct bench bench;
      bench_begin(&bench, &(struct sp_vprinter_options){.no_asb = c == 2}, configs[c]);
      bench_ready(&bench);
      sp_vprinter_set(bench.printer, troubles[i].knob, troubles[i].bad);
      assert_in_range(bench_until(&bench, troubles[i].fault, SECONDS(9)), 0, SECONDS(3));
      assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_FAULT);
      bench_submit(&bench, 7, "T01-000007", 20);
      fake_run(&bench.fake, SECONDS(100));
      struct outcome out = bench_outcome(&bench, 7);
      assert_int_equal(out.wanted, 0);
      assert_int_equal(out.held, 1); /* said once */
      assert_string_equal(out.reason, troubles[i].reason);
      sp_vprinter_set(bench.printer, troubles[i].knob, troubles[i].good);
      fake_run(&bench.fake, SECONDS(35));
      assert_int_equal(fake_status(&bench.fake).faults, 0);
      assert_int_equal(bench_outcome(&bench, 7).done, 1);
      assert_int_equal(bench_on_paper(&bench, "T01-000007"), 1);
      bench_free(&bench);
    }
}

/* Whatever happens in the middle: a printer that keeps its buffer ends the receipt, of another a person has to look. */
static void trouble_in_the_middle(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++)
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
      struct bench bench;
      bool resume = c == 0;
      bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST, .no_asb = c == 2}, configs[c]);
      bench_ready(&bench);
      bench_submit(&bench, 7, "T01-000007", 60);
      fake_run(&bench.fake, MS(500));
      sp_vprinter_set(bench.printer, troubles[i].knob, troubles[i].bad);
      assert_in_range(bench_until(&bench, troubles[i].fault, SECONDS(9)), 0, SECONDS(3));
      fake_run(&bench.fake, SECONDS(100));
      struct outcome out = bench_outcome(&bench, 7);
      assert_int_equal(out.done, 0);
      bool waits = resume || strcmp(troubles[i].reason, "hot") == 0;
      assert_int_equal(out.uncertain, waits ? 0 : 1);
      assert_string_equal(out.reason, troubles[i].reason);
      sp_vprinter_set(bench.printer, troubles[i].knob, troubles[i].good);
      fake_run(&bench.fake, SECONDS(60));
      out = bench_outcome(&bench, 7);
      assert_int_equal(out.done + out.uncertain, 1);
      assert_int_equal(out.done, waits ? 1 : 0);
      assert_int_equal(bench_on_paper(&bench, "T01-000007"), 1);
      bench_submit(&bench, 8, "T01-000008", 4);
      fake_run(&bench.fake, SECONDS(30));
      assert_int_equal(bench_outcome(&bench, 8).done, 1);
      assert_int_equal(bench_on_paper(&bench, "T01-000008"), 1);
      bench_free(&bench);
    }
}

static void a_jammed_knife(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, EPSON);
  bench_ready(&bench);
  sp_vprinter_set(bench.printer, SP_VP_CUTTER_JAM, 1);
  bench_submit(&bench, 7, "T01-000007", 10);
  assert_in_range(bench_until(&bench, SP_FAULT_CUTTER, SECONDS(9)), 0, SECONDS(3));
  fake_run(&bench.fake, SECONDS(40));
  assert_string_equal(bench_outcome(&bench, 7).reason, "cutter");
  assert_int_equal(bench_outcome(&bench, 7).done, 0);
  sp_vprinter_set(bench.printer, SP_VP_CUTTER_JAM, 0);
  fake_run(&bench.fake, SECONDS(40));
  assert_int_equal(bench_outcome(&bench, 7).done, 1);
  assert_int_equal(bench_outcome(&bench, 7).uncertain, 0);
  assert_int_equal(sp_vprinter_page(bench.printer)->cuts, 1);
  bench_free(&bench);
}

static void a_broken_printer_is_uncertain_and_then_works_again(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, EPSON);
  bench_ready(&bench);
  bench_submit(&bench, 7, "T01-000007", 60);
  fake_run(&bench.fake, MS(300));
  sp_vprinter_set(bench.printer, SP_VP_BROKEN, 1);
  assert_in_range(bench_until(&bench, SP_FAULT_UNRECOVERABLE, SECONDS(9)), 0, SECONDS(3));
  fake_run(&bench.fake, SECONDS(3));
  assert_int_equal(bench_outcome(&bench, 7).uncertain, 1);
  assert_true(fake_status(&bench.fake).faults & SP_FAULT_UNCERTAIN_JOB);
  sp_vprinter_set(bench.printer, SP_VP_BROKEN, 0);
  bench_power(&bench, false);
  fake_cut(&bench.fake);
  fake_run(&bench.fake, SECONDS(5));
  bench_power(&bench, true);
  bench_submit(&bench, 8, "T01-000008", 4);
  fake_run(&bench.fake, SECONDS(30));
  assert_int_equal(bench_outcome(&bench, 8).done, 1);
  assert_int_equal(fake_status(&bench.fake).faults, 0);
  bench_free(&bench);
}

/* The plug of the printer is pulled and the network says nothing about it. */
static void power_off_without_a_word(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++)
    for (int middle = 0; middle < 2; middle++) {
      struct bench bench;
      bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, configs[c]);
      bench_ready(&bench);
      if (middle) bench_submit(&bench, 7, "T01-000007", 60);
      fake_run(&bench.fake, MS(300));
      bench_power(&bench, false);
      int64_t most = middle ? SECONDS(80) : SECONDS(3); /* clones are not pressed while they print */
      if (!middle) assert_in_range(bench_until(&bench, SP_FAULT_SILENT, SECONDS(9)), 0, most);
      fake_run(&bench.fake, SECONDS(100));
      bench_power(&bench, true);
      bench_submit(&bench, 8, "T01-000008", 4);
      fake_run(&bench.fake, SECONDS(60));
      struct outcome out = bench_outcome(&bench, 7);
      assert_int_equal(out.uncertain, middle);
      assert_int_equal(out.done, 0);
      if (middle) assert_true(strcmp(out.reason, "silent") == 0 || strcmp(out.reason, "link") == 0);
      assert_int_equal(bench_outcome(&bench, 8).done, 1);
      assert_true(bench_on_paper(&bench, "T01-000007") <= 1);
      assert_int_equal(bench_on_paper(&bench, "T01-000008"), 1);
      bench_free(&bench);
    }
}

/* The cable is cut after every single byte of a job: one outcome, at most one original, and the next job is whole. */
static void cable_cut_at_every_byte(void **state) {
  (void)state;
  int outcomes[2] = {0};
  for (size_t c = 0; c < 2; c++) {
    bool over = false;
    for (int at = 0; !over; at++) {
      struct bench bench;
      bench_begin(&bench, &(struct sp_vprinter_options){0}, configs[c]);
      bench_ready(&bench);
      bench_drawer(&bench, 6);
      bench_submit(&bench, 7, "T01-000007", 3);
      bench.fake.cut_after = at;
      fake_run(&bench.fake, MS(400));
      over = bench.fake.cut_after >= 0; /* the job is shorter than that */
      fake_run(&bench.fake, SECONDS(20));
      for (uint64_t id = 6; id <= 7; id++) {
        struct outcome out = bench_outcome(&bench, id);
        if (out.done + out.uncertain != 1) fail_msg("cut after %d: %d done, %d uncertain", at, out.done, out.uncertain);
        outcomes[out.uncertain]++;
        assert_int_equal(out.wanted, out.done + out.uncertain + out.held);
      }
      assert_true(bench_on_paper(&bench, "T01-000007") <= 1);
      assert_true(sp_vprinter_page(bench.printer)->pulses <= 1);
      if (bench_outcome(&bench, 7).done) assert_int_equal(bench_on_paper(&bench, "T01-000007"), 1);
      bench.fake.cut_after = -1;
      bench_submit(&bench, 8, "T01-000008", 3);
      fake_run(&bench.fake, SECONDS(10));
      assert_int_equal(bench_outcome(&bench, 8).done, 1);
      assert_int_equal(bench_on_paper(&bench, "T01-000008"), 1);
      assert_int_equal(sp_vprinter_page(bench.printer)->pulses <= 1, 1);
      bench_free(&bench);
    }
  }
  assert_true(outcomes[0] > 100);
  assert_true(outcomes[1] > 100);
}

static void answers_may_come_in_any_pieces(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++)
    for (size_t piece = 1; piece <= 3; piece++) {
      struct bench bench;
      bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, configs[c]);
      bench.fake.piece = piece;
      bench_ready(&bench);
      bench_submit(&bench, 7, "T01-000007", 5);
      fake_run(&bench.fake, SECONDS(5));
      sp_vprinter_set(bench.printer, SP_VP_PAPER, 100);
      assert_in_range(bench_until(&bench, SP_FAULT_PAPER_LOW, SECONDS(5)), 0, SECONDS(3));
      assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_DEGRADED);
      assert_int_equal(bench_outcome(&bench, 7).done, 1);
      assert_int_equal(fake_status(&bench.fake).bad, 0);
      bench_free(&bench);
    }
}

/* An open drawer in the first answer has the bit of an open cover in the second: late ones must not move up. */
static void late_answers_are_not_mixed_up(void **state) {
  (void)state;
  for (int64_t late = MS(50); late < SECONDS(5); late += MS(50)) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, GENERIC);
    bench_ready(&bench);
    bench_drawer(&bench, 1);
    fake_run(&bench.fake, SECONDS(1));
    bench.stuck = true;
    fake_run(&bench.fake, late);
    bench.stuck = false;
    for (int64_t end = bench.fake.now_us + SECONDS(5); bench.fake.now_us < end;) {
      fake_step(&bench.fake);
      assert_int_equal(fake_status(&bench.fake).faults & ~(uint32_t)(SP_FAULT_SILENT | SP_FAULT_GARBLED), 0);
    }
    bench_drawer(&bench, 2);
    fake_run(&bench.fake, SECONDS(1));
    assert_int_equal(bench_outcome(&bench, 2).done, 1);
    assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 2);
    bench_free(&bench);
  }
}

/* ---- Links and manners ---- */

static void a_serial_line_gets_small_pieces(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, SERIAL);
  bench_ready(&bench);
  bench_submit(&bench, 7, "T01-000007", 100);
  size_t most = 0;
  for (int i = 0; i < 2000; i++) {
    if (bench.fake.out.len > most) most = bench.fake.out.len;
    fake_step(&bench.fake);
  }
  assert_in_range(most, 100, 1024);
  assert_int_equal(bench_outcome(&bench, 7).done, 1);
  bench_free(&bench);
}

static void a_mute_printer_is_done_when_all_has_left(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, MUTE);
  assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_ABSENT);
  bench_ready(&bench);
  assert_int_equal(bench.fake.sent.len, 0); /* it is not asked anything */
  bench_submit(&bench, 7, "T01-000007", 5);
  fake_run(&bench.fake, SECONDS(60));
  struct outcome out = bench_outcome(&bench, 7);
  assert_int_equal(out.done, 1);
  assert_int_equal(out.acked, 0);
  assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_READY);
  bench_free(&bench);
}

static void a_silent_printer_is_never_ready(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, GENERIC);
  bench_power(&bench, false);
  bench_submit(&bench, 7, "T01-000007", 5);
  fake_run(&bench.fake, SECONDS(120));
  assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_PROVING);
  assert_int_equal(fake_status(&bench.fake).faults, SP_FAULT_SILENT);
  assert_int_equal(bench.fake.opens, 1); /* some die of many connections */
  assert_int_equal(bench_outcome(&bench, 7).wanted, 0);
  bench_free(&bench);
}

/* A scanner on the printer's port: digits look like answers. */
static void another_device_is_not_taken_for_a_printer(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, GENERIC);
  bench_power(&bench, false);
  for (int i = 0; i < 20; i++) {
    fake_run(&bench.fake, MS(777));
    if (bench.fake.up) fake_say(&bench.fake, "6901234567892\r", 14);
  }
  fake_run(&bench.fake, SECONDS(1));
  assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_PROVING);
  assert_true(fake_status(&bench.fake).faults & SP_FAULT_WRONG_DEVICE);
  bench_free(&bench);
}

static void jobs_wait_for_a_printer_that_is_not_there(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench.fake.refuse = true;
  fake_down(&bench.fake, "refused");
  for (uint64_t id = 1; id <= SP_DEVICE_JOBS_MAX; id++)
    bench_submit(&bench, id, "T01", 2);
  assert_int_equal(bench_submit_wait(&bench, 100, "T01", 2, true), SP_E_BUSY);
  fake_run(&bench.fake, SECONDS(100));
  assert_int_equal(bench_outcome(&bench, 1).held, 1);
  assert_string_equal(bench_outcome(&bench, 1).reason, "link");
  bench.fake.refuse = false;
  fake_run(&bench.fake, SECONDS(60));
  for (uint64_t id = 1; id <= SP_DEVICE_JOBS_MAX; id++)
    assert_int_equal(bench_outcome(&bench, id).done, 1);
  assert_int_equal(bench_on_paper(&bench, "T01"), SP_DEVICE_JOBS_MAX);
  bench_free(&bench);
}

/* The link fails each time before the ledger has said yes: the waits between tries grow. */
static void tries_again_later_and_later(void **state) {
  (void)state;
  const int64_t waits[] = {1, 2, 4, 8, 15, 15};
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench.keep_going = false;
  bench_ready(&bench);
  bench_submit(&bench, 7, "T01-000007", 2);
  fake_run(&bench.fake, MS(200));
  for (int i = 0; i < 6; i++) {
    assert_int_equal(bench_outcome(&bench, 7).wanted, i + 1);
    fake_cut(&bench.fake);
    int64_t begin = bench.fake.now_us;
    while (bench_outcome(&bench, 7).wanted == i + 1 && bench.fake.now_us - begin < SECONDS(60))
      fake_step(&bench.fake);
    assert_in_range(bench.fake.now_us - begin, SECONDS(waits[i]), SECONDS(waits[i]) + MS(500));
    assert_int_equal(bench_outcome(&bench, 7).held, i + 1);
  }
  assert_int_equal(sp_printer_go(bench.fake.device, 7, bench.fake.now_us, NULL), 0);
  fake_run(&bench.fake, SECONDS(2));
  assert_int_equal(bench_outcome(&bench, 7).done, 1);
  assert_int_equal(bench_on_paper(&bench, "T01-000007"), 1);
  bench_free(&bench);
}

/* A printer that stops reading in the middle of a job, and says nothing wrong. */
static void the_watchdog(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, GENERIC);
  bench_ready(&bench);
  bench_submit(&bench, 7, "T01-000007", 20);
  bench.fake.stall = true;
  fake_run(&bench.fake, SECONDS(45));
  assert_int_equal(bench_outcome(&bench, 7).uncertain, 0);
  fake_run(&bench.fake, SECONDS(10));
  assert_int_equal(bench_outcome(&bench, 7).uncertain, 1);
  assert_int_equal(bench.fake.opens, 2);
  bench_free(&bench);
}

static void a_test_page_needs_nobody(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench_ready(&bench);
  size_t jobs = fake_count(&bench.fake, SP_DEVICE_JOB);
  assert_int_equal(sp_device_selftest(bench.fake.device, bench.fake.now_us, NULL), 0);
  fake_run(&bench.fake, SECONDS(2));
  assert_int_equal(bench_on_paper(&bench, "epson-tm-t82iii-ch"), 1);
  assert_int_equal(sp_vprinter_page(bench.printer)->cuts, 1);
  assert_int_equal(fake_count(&bench.fake, SP_DEVICE_JOB), jobs);
  assert_int_equal(sp_vprinter_page(bench.printer)->unknown, 0);
  bench_free(&bench);
}

/* P10: eight printers, one dead. */
static int64_t round_trip(struct bench *benches, int dead) {
  int64_t most = 0;
  for (int i = 0; i < 8; i++) {
    bench_begin(&benches[i], &(struct sp_vprinter_options){.speed = FAST}, EPSON);
    if (i == dead) bench_power(&benches[i], false);
  }
  for (int ms = 0; ms < 20000; ms++)
    for (int i = 0; i < 8; i++) {
      if (ms == 2000) bench_submit(&benches[i], 7, "T01-000007", 20);
      fake_step(&benches[i].fake);
    }
  for (int i = 0; i < 8; i++) {
    struct outcome out = bench_outcome(&benches[i], 7);
    assert_int_equal(out.done, i != dead);
    if (i != dead && out.done_us > most) most = out.done_us;
    bench_free(&benches[i]);
  }
  return most;
}

static void one_dead_of_eight(void **state) {
  (void)state;
  static struct bench benches[8];
  int64_t alone = round_trip(benches, -1);
  assert_int_equal(round_trip(benches, 3), alone);
}

static void other_classes_do_not_print(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, MUTE);
  assert_int_equal(sp_scale_zero(bench.fake.device, NULL), SP_E_UNSUPPORTED);
  bench_free(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(prints_and_says_so),
      cmocka_unit_test(nothing_leaves_before_go),
      cmocka_unit_test(trouble_before_a_job_holds_it),
      cmocka_unit_test(trouble_in_the_middle),
      cmocka_unit_test(a_jammed_knife),
      cmocka_unit_test(a_broken_printer_is_uncertain_and_then_works_again),
      cmocka_unit_test(power_off_without_a_word),
      cmocka_unit_test(cable_cut_at_every_byte),
      cmocka_unit_test(answers_may_come_in_any_pieces),
      cmocka_unit_test(late_answers_are_not_mixed_up),
      cmocka_unit_test(a_serial_line_gets_small_pieces),
      cmocka_unit_test(a_mute_printer_is_done_when_all_has_left),
      cmocka_unit_test(a_silent_printer_is_never_ready),
      cmocka_unit_test(another_device_is_not_taken_for_a_printer),
      cmocka_unit_test(jobs_wait_for_a_printer_that_is_not_there),
      cmocka_unit_test(tries_again_later_and_later),
      cmocka_unit_test(the_watchdog),
      cmocka_unit_test(a_test_page_needs_nobody),
      cmocka_unit_test(one_dead_of_eight),
      cmocka_unit_test(other_classes_do_not_print),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
