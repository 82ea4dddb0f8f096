/* A serial line that is plugged in and pulled out, with a scale, a scanner or nobody behind it. The machine around this
 * one plays them: see run.mjs. */
#include "base/clock.h"
#include "devices/link/find.h"
#include "tests/vm/check.h"
#include "tests/vm/world.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define LINE "/dev/ttyUSB0"

static const char scale[] = "{\"class\":\"scale\",\"link\":\"serial:" LINE "\",\"protocol\":\"mt8217\"}";
static const char scanner[] = "{\"class\":\"scanner\",\"link\":\"serial:" LINE "\",\"gap_ms\":800}";
static const char named[] = "{\"class\":\"scanner\",\"link\":\"serial:/dev/serial/by-id/usb-vm\",\"gap_ms\":800}";

static bool is_sellable(const struct vm_device *seen) {
  return seen->sellable;
}

static bool weighs_1234(const struct vm_device *seen) {
  return seen->sellable && seen->reading.weight.value == 1234;
}

static bool is_wrong(const struct vm_device *seen) {
  return (seen->faults & SP_FAULT_WRONG_DEVICE) != 0;
}

static bool is_silent(const struct vm_device *seen) {
  return (seen->faults & SP_FAULT_SILENT) != 0;
}

static bool keeps_a_weight(const struct vm_device *seen) {
  struct sp_scale_reading reading;
  bool sellable = false;
  return sp_scale_now(seen->device, sp_clock_monotonic_us(), &reading, &sellable, NULL) == 0;
}

static void check_line(tcflag_t bits, tcflag_t parity, speed_t speed) {
  struct termios line;
  int fd = open(LINE, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); /* root may, in spite of TIOCEXCL */
  if (fd < 0) fail_msg(LINE ": %s", strerror(errno));
  assert_int_equal(tcgetattr(fd, &line), 0);
  close(fd);
  assert_int_equal(line.c_cflag & CSIZE, bits);
  assert_int_equal(line.c_cflag & (PARENB | PARODD | CSTOPB | CRTSCTS), parity);
  assert_int_equal(cfgetospeed(&line), speed);
  assert_int_equal(line.c_lflag & (ICANON | ECHO | ISIG), 0);
  assert_int_equal(line.c_oflag & OPOST, 0);
}

static int begin(void **state) {
  struct vm_world *world = test_calloc(1, sizeof *world);
  *state = world;
  vm_begin(world);
  return 0;
}

static int end(void **state) {
  struct vm_world *world = *state;
  vm_end(world);
  vm_host("unplug");
  test_free(world);
  return vm_file(LINE, false, 3000) ? 0 : 1;
}

static void a_scale_is_plugged_in_pulled_out_and_plugged_in_again(void **state) {
  struct vm_world *world = *state;
  vm_host("play scale 00.652");
  struct vm_device *seen = vm_device(world, scale);
  vm_run(world, 800); /* the tries are slow by now: only the plug can be quick */
  assert_int_equal(seen->state, SP_DEVICE_ABSENT);
  int64_t begin_us = sp_clock_monotonic_us();
  vm_host("plug");
  assert_true(vm_until(seen, is_sellable, 5000));
  print_message("# plugged in, a weight to sell after %d ms\n", (int)((sp_clock_monotonic_us() - begin_us) / 1000));
  assert_true(vm_is_ready(seen));
  assert_int_equal(seen->reading.weight.value, 652);
  assert_int_equal(seen->reading.weight.decimals, 3);
  check_line(CS7, PARENB, B9600);
  vm_host("unplug");
  vm_forget(seen);
  assert_true(vm_until(seen, vm_is_offline, 5000));
  assert_true((seen->faults & SP_FAULT_LINK) != 0);
  assert_false(seen->sellable);
  assert_false(keeps_a_weight(seen));
  vm_host("play scale 01.234");
  vm_host("plug");
  assert_true(vm_until(seen, weighs_1234, 5000));
  assert_true(vm_is_ready(seen));
  assert_int_equal(seen->faults, 0);
}

/* Half an answer, then the cable: the rest of the next answer does not become a weight with it. */
static void an_answer_cut_in_two_is_no_weight(void **state) {
  struct vm_world *world = *state;
  vm_host("play half 09.999");
  struct vm_device *seen = vm_device(world, scale);
  vm_host("plug");
  vm_run(world, 1500);
  assert_int_equal(seen->state, SP_DEVICE_PROVING);
  vm_host("unplug");
  assert_true(vm_file(LINE, false, 3000));
  vm_host("play scale 00.652");
  vm_host("plug");
  assert_true(vm_until(seen, is_sellable, 5000));
  assert_int_equal(seen->reading.weight.value, 652);
}

static void a_scanner_on_the_scale_port_is_no_scale(void **state) {
  struct vm_world *world = *state;
  vm_host("play scanner 6901234567892");
  struct vm_device *seen = vm_device(world, scale);
  vm_host("plug");
  assert_true(vm_until(seen, is_wrong, 6000));
  vm_run(world, 2000);
  assert_false(seen->was_ready);
  assert_int_equal(seen->weights, 0);
  assert_false(keeps_a_weight(seen));
}

static void a_scale_that_is_off_is_silent(void **state) {
  struct vm_world *world = *state;
  vm_host("play silent");
  struct vm_device *seen = vm_device(world, scale);
  vm_host("plug");
  assert_true(vm_until(seen, is_silent, 6000));
  assert_false(seen->was_ready);
  vm_host("play scale 00.652"); /* somebody switches it on */
  assert_true(vm_until(seen, is_sellable, 6000));
}

static void the_same_port_with_a_scanner_configured(void **state) {
  struct vm_world *world = *state;
  struct sp_found found[SP_FOUND_MAX];
  int listed = 0;
  vm_host("play scanner 6901234567892");
  struct vm_device *seen = vm_device(world, scanner);
  vm_host("plug");
  assert_true(vm_until(seen, vm_has_scan, 5000));
  assert_string_equal(seen->text, "6901234567892");
  assert_true(vm_is_ready(seen));
  check_line(CS8, 0, B9600);
  int count = sp_link_find(found, SP_FOUND_MAX);
  for (int i = 0; i < count; i++)
    listed += strcmp(found[i].address, "serial:" LINE) == 0;
  assert_int_equal(listed, 1);
}

/* Where udev runs the lasting names come later than the device, in folders that were not there before. */
static void a_name_that_comes_late_is_seen(void **state) {
  struct vm_world *world = *state;
  vm_host("play scanner 96385074");
  struct vm_device *seen = vm_device(world, named);
  vm_host("plug");
  assert_true(vm_file(LINE, true, 3000));
  assert_int_equal(mkdir("/dev/serial", 0755), 0);
  vm_run(world, 50);
  assert_int_equal(mkdir("/dev/serial/by-id", 0755), 0);
  vm_run(world, 2500); /* tries are slow by now: at least a second apart */
  assert_int_equal(seen->state, SP_DEVICE_ABSENT);
  assert_int_equal(symlink("../../ttyUSB0", "/dev/serial/by-id/usb-vm"), 0);
  bool scanned = vm_until(seen, vm_has_scan, 1000);
  unlink("/dev/serial/by-id/usb-vm");
  rmdir("/dev/serial/by-id");
  rmdir("/dev/serial");
  assert_true(scanned);
}

int vm_line_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_scale_is_plugged_in_pulled_out_and_plugged_in_again, begin, end),
      cmocka_unit_test_setup_teardown(an_answer_cut_in_two_is_no_weight, begin, end),
      cmocka_unit_test_setup_teardown(a_scanner_on_the_scale_port_is_no_scale, begin, end),
      cmocka_unit_test_setup_teardown(a_scale_that_is_off_is_silent, begin, end),
      cmocka_unit_test_setup_teardown(the_same_port_with_a_scanner_configured, begin, end),
      cmocka_unit_test_setup_teardown(a_name_that_comes_late_is_seen, begin, end),
  };
  return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
