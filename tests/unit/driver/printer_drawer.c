/* The drawer behind a printer: its pulse goes first, at once or not at all, and what it says is watched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/driver/printer_fixture.h"

#define FAST 2000 /* dots a second: 250 mm */

static void the_drawer_goes_first(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, EPSON);
  bench_ready(&bench);
  int64_t begin = bench.fake.now_us;
  bench_submit(&bench, 1, "T01-000001", 5);
  bench_submit(&bench, 2, "T01-000002", 5);
  bench_drawer(&bench, 3);
  while (sp_vprinter_page(bench.printer)->pulses == 0)
    fake_step(&bench.fake);
  assert_in_range(bench.fake.now_us - begin, 0, MS(50)); /* the budget of a cashier */
  fake_run(&bench.fake, SECONDS(5));
  const struct sp_vp_page *page = sp_vprinter_page(bench.printer);
  assert_int_equal(page->items[0].kind, SP_VP_PULSE);
  assert_int_equal(page->items[0].pin, 2);
  assert_int_equal(page->items[0].on_ms, 100);
  assert_int_equal(page->pulses, 1);
  assert_int_equal(bench_outcome(&bench, 3).done, 1);
  assert_int_equal(bench_outcome(&bench, 2).done, 1);
  bench_free(&bench);
}

static void a_drawer_nobody_waits_for_is_dropped(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, XPRINT);
  bench_ready(&bench);
  sp_vprinter_set(bench.printer, SP_VP_COVER, 1);
  fake_run(&bench.fake, MS(50));
  bench_drawer(&bench, 3); /* to this one no pulse can be sent that would not wait in it for the cover */
  fake_run(&bench.fake, SECONDS(6));
  sp_vprinter_set(bench.printer, SP_VP_COVER, 0);
  fake_run(&bench.fake, SECONDS(30));
  struct outcome out = bench_outcome(&bench, 3);
  assert_int_equal(out.wanted, 0);
  assert_int_equal(out.held, 2); /* cover, and then for good */
  assert_string_equal(out.reason, "cover");
  assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 0);
  bench_free(&bench);
}

/* Change is given also when the paper has run out, and the receipt waits for the next roll. */
static void the_drawer_opens_without_paper(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench_ready(&bench);
  sp_vprinter_set(bench.printer, SP_VP_PAPER, 0);
  fake_run(&bench.fake, SECONDS(2));
  bench_submit(&bench, 1, "T01-000001", 5);
  bench_drawer(&bench, 3);
  fake_run(&bench.fake, SECONDS(2));
  assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 1);
  assert_int_equal(bench_outcome(&bench, 3).done, 1);
  assert_int_equal(bench_outcome(&bench, 1).done, 0);
  sp_vprinter_set(bench.printer, SP_VP_PAPER, -1);
  fake_run(&bench.fake, SECONDS(20));
  assert_int_equal(bench_outcome(&bench, 1).done, 1);
  assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 1);
  bench_free(&bench);
}

/* Nor does a drawer wait for whatever else keeps paper waiting: a printer that hears is told at once. */
static void the_drawer_opens_whatever_the_paper_says(void **state) {
  static const enum sp_vprinter_knob knobs[] = {SP_VP_COVER, SP_VP_HEAT};
  (void)state;
  for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
    bench_ready(&bench);
    sp_vprinter_set(bench.printer, knobs[i], 1);
    fake_run(&bench.fake, SECONDS(2));
    bench_submit(&bench, 1, "T01-000001", 5);
    bench_drawer(&bench, 3);
    fake_run(&bench.fake, MS(300));
    assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 1);
    fake_run(&bench.fake, SECONDS(2));
    assert_int_equal(bench_outcome(&bench, 3).done, 1);
    assert_int_equal(bench_outcome(&bench, 1).done, 0);
    bench_free(&bench);
  }
}

/* A printer that gives no pulse while its cover is open: the drawer is seen to be shut, and that is what is told. */
static void a_drawer_that_stays_shut_is_told(void **state) {
  static const char config[] =
      "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"epson-tm-t82iii-ch\","
      "\"drawer\":{\"pin\":2,\"open_level\":\"high\"}}";
  struct bench bench;
  (void)state;
  bench_begin(&bench, &(struct sp_vprinter_options){.no_open_kick = true}, config);
  bench_ready(&bench);
  sp_vprinter_set(bench.printer, SP_VP_COVER, 1);
  fake_run(&bench.fake, SECONDS(2));
  bench_drawer(&bench, 3);
  fake_run(&bench.fake, SECONDS(8));
  assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 0);
  assert_int_equal(bench_outcome(&bench, 3).done, 0);
  assert_int_equal(bench_outcome(&bench, 3).uncertain, 1);
  bench_free(&bench);
}

/* The cover opens in the moment before the pulse: it opens the drawer now or never, not when the cover is closed. */
static void a_drawer_does_not_open_late(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench_ready(&bench);
  bench.keep_going = false;
  bench_drawer(&bench, 3);
  fake_run(&bench.fake, MS(20));
  bench.stuck = true; /* the news of the cover is still on its way */
  sp_vprinter_set(bench.printer, SP_VP_COVER, 1);
  assert_int_equal(sp_printer_go(bench.fake.device, 3, bench.fake.now_us, NULL), 0);
  fake_step(&bench.fake);
  bench.stuck = false;
  fake_run(&bench.fake, SECONDS(10));
  int pulses = sp_vprinter_page(bench.printer)->pulses;
  assert_int_equal(pulses, 1);
  assert_int_equal(bench_outcome(&bench, 3).done, 1);
  sp_vprinter_set(bench.printer, SP_VP_COVER, 0);
  fake_run(&bench.fake, SECONDS(30));
  assert_int_equal(sp_vprinter_page(bench.printer)->pulses, pulses);
  bench_free(&bench);
}

static void the_drawer_is_watched(void **state) {
  (void)state;
  static const char config[] =
      "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"epson-tm-t82iii-ch\","
      "\"drawer\":{\"pin\":5,\"open_level\":\"high\"}}";
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){0}, config);
  bench_ready(&bench);
  assert_true(fake_status(&bench.fake).drawer_known);
  bench_drawer(&bench, 1);
  fake_run(&bench.fake, SECONDS(2));
  assert_true(fake_status(&bench.fake).drawer_open);
  assert_int_equal(sp_vprinter_page(bench.printer)->items[0].pin, 5);
  assert_int_equal(fake_status(&bench.fake).faults, 0);
  fake_run(&bench.fake, SECONDS(30));
  assert_int_equal(fake_status(&bench.fake).faults, SP_FAULT_DRAWER_OPEN);
  sp_vprinter_set(bench.printer, SP_VP_DRAWER, 0);
  fake_run(&bench.fake, SECONDS(10));
  assert_int_equal(fake_status(&bench.fake).faults, 0);
  sp_vprinter_set(bench.printer, SP_VP_DRAWER, 1);
  fake_run(&bench.fake, SECONDS(2));
  assert_int_equal(fake_status(&bench.fake).faults, SP_FAULT_DRAWER_FORCED);
  sp_vprinter_set(bench.printer, SP_VP_DRAWER, 0);
  fake_run(&bench.fake, SECONDS(2));
  assert_int_equal(fake_status(&bench.fake).faults, 0);
  bench_free(&bench);
}

/* ---- A word that never comes ---- */

enum loss { FIRST_ANSWERS, FIRST_BYTES, HALF_THE_PULSE };

struct lossy {
  struct bench bench; /* first */
  enum loss loss;
  bool losing;
};

/* What the printer answers to the drawer's job is lost, or the first bytes of the job itself. */
static void lose(struct fake *fake, const uint8_t *bytes, size_t len) {
  struct lossy *lossy = fake->ctx;
  if (!lossy->losing) {
    bench_peer(fake, bytes, len);
    return;
  }
  lossy->losing = false;
  if (lossy->loss == FIRST_BYTES) return;
  lossy->bench.stuck = lossy->loss == FIRST_ANSWERS;
  bench_peer(fake, bytes, lossy->loss == HALF_THE_PULSE ? len / 2 : len);
}

static const char *const lossy_configs[] = {EPSON, GENERIC, SERIAL};

static void begin_lossy(struct lossy *lossy, size_t config, int loss) {
  *lossy = (struct lossy){.loss = (enum loss)loss};
  bench_begin(&lossy->bench, &(struct sp_vprinter_options){.speed = FAST, .no_asb = config == 1},
              lossy_configs[config]);
  lossy->bench.fake.peer = lose;
  bench_ready(&lossy->bench);
  fake_run(&lossy->bench.fake, MS(700));
}

/* Its drawer ends while the customer stands there, the receipt follows, and the next one's drawer opens at once. */
static void a_lost_word_keeps_nobody_waiting(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof lossy_configs / sizeof *lossy_configs; c++)
    for (int loss = FIRST_ANSWERS; loss <= HALF_THE_PULSE; loss++) {
      struct lossy lossy;
      struct bench *bench = &lossy.bench;
      begin_lossy(&lossy, c, loss);
      int64_t begin = bench->fake.now_us;
      lossy.losing = true;
      bench_drawer(bench, 3);
      bench_submit(bench, 4, "T01-000004", 5);
      fake_run(&bench->fake, MS(50));
      if (bench->stuck) sp_buf_reset(sp_vprinter_replies(bench->printer));
      bench->stuck = false;
      fake_run(&bench->fake, MS(1950));
      struct outcome drawer = bench_outcome(bench, 3);
      assert_int_equal(drawer.done + drawer.uncertain, 1);
      assert_in_range(drawer.done_us - begin, 0, SECONDS(2));
      fake_run(&bench->fake, SECONDS(2));
      assert_int_equal(bench_outcome(bench, 4).done, 1);
      assert_int_equal(bench_on_paper(bench, "T01-000004"), 1);
      int pulses = sp_vprinter_page(bench->printer)->pulses;
      assert_in_range(pulses, loss == FIRST_ANSWERS ? 1 : 0, 1);
      bench_drawer(bench, 5);
      fake_run(&bench->fake, MS(100));
      assert_int_equal(bench_outcome(bench, 5).done, 1);
      assert_int_equal(sp_vprinter_page(bench->printer)->pulses, pulses + 1);
      fake_run(&bench->fake, SECONDS(60));
      assert_int_equal(sp_vprinter_page(bench->printer)->pulses, pulses + 1); /* never again */
      assert_int_equal(fake_status(&bench->fake).faults, 0);
      assert_int_equal(fake_status(&bench->fake).state, SP_DEVICE_READY);
      bench_free(bench);
    }
}

/* A drawer that can be seen to be open needs no word. */
static void an_open_drawer_was_opened(void **state) {
  (void)state;
  static const char config[] = "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"generic-80\","
                               "\"drawer\":{\"open_level\":\"high\"}}";
  for (int open = 0; open < 2; open++) { /* one that stood open before says nothing */
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST, .no_asb = true, .no_paper_reply = true}, config);
    sp_vprinter_set(bench.printer, SP_VP_DRAWER, open);
    bench_ready(&bench);
    bench_drawer(&bench, 3);
    fake_run(&bench.fake, SECONDS(2));
    assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 1);
    assert_int_equal(bench_outcome(&bench, 3).done, !open);
    assert_int_equal(bench_outcome(&bench, 3).uncertain, open);
    bench_free(&bench);
  }
}

/* A line that takes nothing: the pulse does not leave it when the customer is gone. */
static void a_pulse_stuck_in_the_line_is_given_up(void **state) {
  (void)state;
  struct bench bench;
  bench_begin(&bench, &(struct sp_vprinter_options){.speed = FAST}, EPSON);
  bench_ready(&bench);
  bench.fake.stall = true;
  int64_t begin = bench.fake.now_us;
  bench_drawer(&bench, 3);
  bench_submit(&bench, 4, "T01-000004", 5);
  fake_run(&bench.fake, SECONDS(7));
  bench.fake.stall = false;
  fake_run(&bench.fake, SECONDS(20));
  assert_int_equal(bench_outcome(&bench, 3).uncertain, 1);
  assert_in_range(bench_outcome(&bench, 3).done_us - begin, 0, SECONDS(6));
  assert_int_equal(sp_vprinter_page(bench.printer)->pulses, 0);
  assert_int_equal(bench_outcome(&bench, 4).done, 1);
  bench_free(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_drawer_goes_first),
      cmocka_unit_test(a_drawer_nobody_waits_for_is_dropped),
      cmocka_unit_test(the_drawer_opens_without_paper),
      cmocka_unit_test(a_drawer_does_not_open_late),
      cmocka_unit_test(the_drawer_opens_whatever_the_paper_says),
      cmocka_unit_test(a_drawer_that_stays_shut_is_told),
      cmocka_unit_test(the_drawer_is_watched),
      cmocka_unit_test(a_lost_word_keeps_nobody_waiting),
      cmocka_unit_test(an_open_drawer_was_opened),
      cmocka_unit_test(a_pulse_stuck_in_the_line_is_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
