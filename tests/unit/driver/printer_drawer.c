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
  bench_begin(&bench, &(struct sp_vprinter_options){0}, EPSON);
  bench_ready(&bench);
  sp_vprinter_set(bench.printer, SP_VP_COVER, 1);
  fake_run(&bench.fake, MS(50));
  bench_drawer(&bench, 3);
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_drawer_goes_first),          cmocka_unit_test(a_drawer_nobody_waits_for_is_dropped),
      cmocka_unit_test(the_drawer_opens_without_paper), cmocka_unit_test(a_drawer_does_not_open_late),
      cmocka_unit_test(the_drawer_is_watched),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
