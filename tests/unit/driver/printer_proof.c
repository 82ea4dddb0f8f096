/* What is no printer: numbers, weights and codes on a printer's line never become a printer, nor its faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/driver/printer_fixture.h"

struct flood {
  const char *text;
  int64_t every_us;
};

static const struct flood floods[] = {
    {"0123456789", MS(20)},
    {"2", MS(5)},
    {"2", MS(90)},
    {"26", MS(100)},
    {"0\r\n  2\r\n", MS(100)},
    {"\x02"
     "00.652\r",
     MS(100)},
    {" 0.652kg\r\n", MS(100)},
    {"ST,GS,+  0.652kg\r\n", MS(200)},
    {"S S      0.652 kg\r\n", MS(100)},
    {"6901234567892\r\n", MS(700)},
    {"55555555", MS(50)},
    {"7:2?0;2 ", MS(33)},
};

static void expect_no_printer(const struct bench *bench, const char *text) {
  struct sp_device_status status = fake_status(&bench->fake);
  const uint32_t printers = SP_FAULT_PAPER_OUT | SP_FAULT_PAPER_LOW | SP_FAULT_COVER | SP_FAULT_CUTTER | SP_FAULT_HOT |
                            SP_FAULT_UNRECOVERABLE | SP_FAULT_DRAWER_OPEN | SP_FAULT_DRAWER_FORCED;
  if (status.faults & printers) fail_msg("%s was taken for a printer with faults %x", text, status.faults);
  bool works = status.state == SP_DEVICE_READY || status.state == SP_DEVICE_DEGRADED || status.state == SP_DEVICE_FAULT;
  if (works) fail_msg("%s was taken for a printer", text);
}

static void what_talks_by_itself_is_no_printer(void **state) {
  (void)state;
  static const char *const configs[] = {EPSON, XPRINT, GENERIC, SERIAL};
  for (size_t c = 0; c < sizeof configs / sizeof *configs; c++)
    for (size_t f = 0; f < sizeof floods / sizeof *floods; f++) {
      struct bench bench;
      bench_begin(&bench, &(struct sp_vprinter_options){0}, configs[c]);
      bench_power(&bench, false);
      for (int64_t t = 0; t < SECONDS(30); t += floods[f].every_us) {
        if (bench.fake.up) fake_say(&bench.fake, floods[f].text, strlen(floods[f].text));
        fake_run(&bench.fake, floods[f].every_us);
        expect_no_printer(&bench, floods[f].text);
      }
      if (!(fake_status(&bench.fake).faults & SP_FAULT_WRONG_DEVICE)) fail_msg("%s is not told", floods[f].text);
      bench_power(&bench, true); /* the right cable after all */
      fake_cut(&bench.fake);
      fake_run(&bench.fake, SECONDS(8));
      assert_int_equal(fake_status(&bench.fake).faults & ~(uint32_t)SP_FAULT_GARBLED, 0);
      fake_run(&bench.fake, SECONDS(120)); /* a clean minute */
      assert_int_equal(fake_status(&bench.fake).state, SP_DEVICE_READY);
      assert_int_equal(fake_status(&bench.fake).faults, 0);
      bench_free(&bench);
    }
}

/* It begins with a fault, or with news of its own: a printer all the same. */
static void a_printer_in_trouble_is_a_printer(void **state) {
  (void)state;
  static const enum sp_vprinter_knob knobs[] = {SP_VP_COVER, SP_VP_HEAT, SP_VP_PAPER, SP_VP_BROKEN, SP_VP_DRAWER};
  static const uint32_t faults[] = {SP_FAULT_COVER, SP_FAULT_HOT, SP_FAULT_PAPER_OUT, SP_FAULT_UNRECOVERABLE, 0};
  for (size_t i = 0; i < sizeof knobs / sizeof *knobs; i++) {
    struct bench bench;
    bench_begin(&bench, &(struct sp_vprinter_options){0}, i % 2 ? EPSON : GENERIC);
    sp_vprinter_set(bench.printer, knobs[i], knobs[i] == SP_VP_PAPER ? 0 : 1);
    fake_run(&bench.fake, SECONDS(2));
    assert_int_equal(fake_status(&bench.fake).faults, faults[i]);
    assert_int_equal(fake_status(&bench.fake).state, faults[i] ? SP_DEVICE_FAULT : SP_DEVICE_READY);
    bench_free(&bench);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_talks_by_itself_is_no_printer),
      cmocka_unit_test(a_printer_in_trouble_is_a_printer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
