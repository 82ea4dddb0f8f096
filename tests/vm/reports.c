/* Scanners in point-of-sale mode: reports through the kernel's HID layer and hidraw. */
#include "devices/link/find.h"
#include "tests/vm/check.h"
#include "tests/vm/made.h"
#include "tests/vm/world.h"
#include <stdio.h>
#include <string.h>

#define VID 0x05e0
#define PID 0x1300

enum { REPORT = 64, DATA = 56 };

static const char by_ids[] = "{\"class\":\"scanner\",\"link\":\"hidraw:vid=05e0,pid=1300\",\"gap_ms\":800}";
static const char by_serial[] =
    "{\"class\":\"scanner\",\"link\":\"hidraw:vid=05e0,pid=1300,serial=TWO\",\"gap_ms\":800}";

/* Report 2: count, three of AIM, 56 of decoded data, two that pad, eight bits of which the first is "continued". */
static const uint8_t scanner[] = {
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x09, 0x12, 0xA1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26,
    0xFF, 0x00, 0x75, 0x08, 0x95, 0x01, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, 0x05, 0x8C, 0x95,
    0x03, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81, 0x02, 0x95, 0x38, 0x09, 0xFE, 0x82, 0x02,
    0x01, 0x95, 0x02, 0x81, 0x03, 0x75, 0x01, 0x95, 0x08, 0x09, 0xFF, 0x81, 0x02, 0xC0, 0xC0,
};

/* Eight bytes of the maker's own, nothing a scanner would say. */
static const uint8_t other[] = {0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x09, 0x02, 0x15, 0x00,
                                0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x08, 0x81, 0x02, 0xC0};

struct shop {
  struct vm_world world;
  struct vm_reports one, two;
};

static int begin(void **state) {
  struct shop *shop = test_calloc(1, sizeof *shop);
  *state = shop;
  shop->one.fd = shop->two.fd = -1;
  vm_begin(&shop->world);
  return 0;
}

static int end(void **state) {
  struct shop *shop = *state;
  vm_end(&shop->world);
  vm_reports_unplug(&shop->one);
  vm_reports_unplug(&shop->two);
  test_free(shop);
  return vm_file("/dev/hidraw0", false, 1000) ? 0 : 1;
}

static void say(const struct vm_reports *reports, const char *aim, const char *data, bool more) {
  uint8_t report[REPORT] = {2};
  size_t len = strlen(data);
  assert_true(len <= DATA);
  report[1] = (uint8_t)len;
  memcpy(report + 2, aim, 3);
  memcpy(report + 5, data, len);
  report[63] = more;
  vm_report(reports, report, sizeof report);
}

/* Ready, and the kernel has finished making it: until then it drops reports without a word. */
static struct vm_device *settled(struct vm_device *seen) {
  assert_true(vm_until(seen, vm_is_ready, 1000));
  vm_run(seen->world, 200);
  return seen;
}

static void codes_come_with_their_symbology(void **state) {
  struct shop *shop = *state;
  struct vm_device *seen = vm_device(&shop->world, by_ids);
  vm_run(&shop->world, 800);
  assert_int_equal(seen->state, SP_DEVICE_ABSENT);
  vm_reports_plug(&shop->one, VID, PID, "ONE", scanner, sizeof scanner);
  settled(seen);
  say(&shop->one, "]E0", "6901234567892", false);
  assert_true(vm_until(seen, vm_has_scan, 1000));
  assert_string_equal(seen->text, "6901234567892");
  assert_string_equal(seen->aim, "]E0");
  vm_forget(seen);
  say(&shop->one, "]Q1", "https://example.com/a-long-address-that-goes-on-and-on-", true);
  say(&shop->one, "]Q1", "to-the-second-part", false);
  assert_true(vm_until(seen, vm_has_scan, 1000));
  assert_string_equal(seen->text, "https://example.com/a-long-address-that-goes-on-and-on-to-the-second-part");
}

static void unplugged_between_two_parts(void **state) {
  struct shop *shop = *state;
  vm_reports_plug(&shop->one, VID, PID, "ONE", scanner, sizeof scanner);
  struct vm_device *seen = settled(vm_device(&shop->world, by_ids));
  say(&shop->one, "]Q1", "half of a", true);
  vm_run(&shop->world, 100);
  vm_reports_unplug(&shop->one);
  assert_true(vm_until(seen, vm_is_offline, 4000));
  assert_int_equal(seen->scans, 0);
  assert_int_equal(seen->lost, 1);
  vm_reports_plug(&shop->one, VID, PID, "ONE", scanner, sizeof scanner);
  settled(seen);
  say(&shop->one, "]E0", "96385074", false);
  assert_true(vm_until(seen, vm_has_scan, 1000));
  assert_string_equal(seen->text, "96385074");
}

static void the_serial_number_tells_two_apart(void **state) {
  struct shop *shop = *state;
  vm_reports_plug(&shop->one, VID, PID, "ONE", scanner, sizeof scanner);
  assert_true(vm_file("/dev/hidraw0", true, 1000));
  struct vm_device *seen = vm_device(&shop->world, by_serial);
  vm_run(&shop->world, 500);
  assert_int_equal(seen->state, SP_DEVICE_ABSENT);
  vm_reports_plug(&shop->two, VID, PID, "TWO", scanner, sizeof scanner);
  settled(seen);
  say(&shop->one, "]E0", "6901234567892", false);
  say(&shop->two, "]E0", "96385074", false);
  assert_true(vm_until(seen, vm_has_scan, 1000));
  assert_string_equal(seen->text, "96385074");
  assert_int_equal(seen->scans, 1);
}

static bool is_wrong(const struct vm_device *seen) {
  struct sp_device_status status;
  sp_device_status(seen->device, &status);
  return strcmp(status.detail, "Its reports are not those of a scanner") == 0;
}

static void reports_of_something_else_are_refused(void **state) {
  struct shop *shop = *state;
  struct sp_found found[SP_FOUND_MAX];
  int listed = 0;
  vm_reports_plug(&shop->one, VID, PID, "ONE", other, sizeof other);
  assert_true(vm_file("/dev/hidraw0", true, 1000));
  struct vm_device *seen = vm_device(&shop->world, by_ids);
  assert_true(vm_until(seen, is_wrong, 1000));
  vm_run(&shop->world, 500);
  assert_false(seen->was_ready);
  int count = sp_link_find(found, SP_FOUND_MAX);
  for (int i = 0; i < count; i++)
    listed += strcmp(found[i].address, "hidraw:vid=05e0,pid=1300") == 0 && strcmp(found[i].name, "VM Scanner ONE") == 0;
  assert_int_equal(listed, 1);
}

int vm_report_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(codes_come_with_their_symbology, begin, end),
      cmocka_unit_test_setup_teardown(unplugged_between_two_parts, begin, end),
      cmocka_unit_test_setup_teardown(the_serial_number_tells_two_apart, begin, end),
      cmocka_unit_test_setup_teardown(reports_of_something_else_are_refused, begin, end),
  };
  return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
