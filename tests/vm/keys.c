/* Scanners that type, on a real kernel: found by their numbers, grabbed, unplugged in the middle of a code. */
#include "base/clock.h"
#include "devices/link/find.h"
#include "tests/vm/check.h"
#include "tests/vm/made.h"
#include "tests/vm/world.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define VID 0x0c2e
#define PID 0x0b61

/* The gap is wide: an emulator on a busy machine stops for longer than a scanner does. */
#define WEDGE "{\"class\":\"scanner\",\"link\":\"evdev:vid=0c2e,pid=0b61\",\"gap_ms\":800"

static const char wedge[] = WEDGE "}";
static const char wedge_shared[] = WEDGE ",\"grab\":false}";

struct shop {
  struct vm_world world;
  struct vm_keys keys, more;
  int other; /* somebody else who listens */
};

static int begin(void **state) {
  struct shop *shop = test_calloc(1, sizeof *shop);
  *state = shop;
  shop->keys.fd = shop->more.fd = shop->other = -1;
  vm_begin(&shop->world);
  return 0;
}

static int end(void **state) {
  struct shop *shop = *state;
  vm_end(&shop->world);
  vm_keys_unplug(&shop->keys);
  vm_keys_unplug(&shop->more);
  if (shop->other >= 0) close(shop->other);
  test_free(shop);
  return 0;
}

/* ---- Typing ---- */

static int key_of(char character) {
  static const char rows[][11] = {"1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"};
  static const int first[] = {KEY_1, KEY_Q, KEY_A, KEY_Z};
  for (int i = 0; i < 4; i++) {
    const char *at = strchr(rows[i], character | 0x20);
    if (!at) at = strchr(rows[i], character);
    if (at && *at) return first[i] + (int)(at - rows[i]);
  }
  fail_msg("no key for %c", character);
  return 0;
}

static void tap(struct vm_world *world, const struct vm_keys *keys, int code) {
  vm_key(keys, code, 1);
  vm_key(keys, code, 0);
  uv_run(&world->loop, UV_RUN_NOWAIT);
}

/* As a scanner does: Shift around each capital, no Enter. */
static void type(struct vm_world *world, const struct vm_keys *keys, const char *text) {
  for (; *text; text++) {
    bool capital = *text >= 'A' && *text <= 'Z';
    if (capital) vm_key(keys, KEY_LEFTSHIFT, 1);
    tap(world, keys, key_of(*text));
    if (capital) vm_key(keys, KEY_LEFTSHIFT, 0);
  }
}

/* Returns how many microseconds after its Enter the code was told. */
static int64_t scan(struct vm_device *seen, const struct vm_keys *keys, const char *text) {
  vm_forget(seen);
  type(seen->world, keys, text);
  int64_t begin = sp_clock_monotonic_us();
  tap(seen->world, keys, KEY_ENTER);
  assert_true(vm_until(seen, vm_has_scan, 1000));
  assert_string_equal(seen->text, text);
  assert_int_equal(seen->scans, 1);
  return seen->scan_us - begin;
}

static void listen_too(struct shop *shop) {
  shop->other = open(shop->keys.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (shop->other < 0) fail_msg("%s: %s", shop->keys.path, strerror(errno));
}

/* A scanner that is plugged in and ready. */
static struct vm_device *ready(struct shop *shop, const char *config) {
  vm_keys_plug(&shop->keys, VM_KEYS_TYPING, VID, PID);
  struct vm_device *seen = vm_device(&shop->world, config);
  assert_true(vm_until(seen, vm_is_ready, 1000));
  return seen;
}

/* How many keys went down for somebody else. */
static int heard(int fd) {
  struct input_event event;
  int count = 0;
  while (read(fd, &event, sizeof event) == (ssize_t)sizeof event)
    count += event.type == EV_KEY && event.value == 1;
  return count;
}

/* ---- Tests ---- */

static void a_code_comes_out_whole_and_to_nobody_else(void **state) {
  struct shop *shop = *state;
  struct vm_device *seen = ready(shop, wedge);
  listen_too(shop);
  int64_t best = INT64_MAX;
  for (int i = 0; i < 5; i++) {
    int64_t took = scan(seen, &shop->keys, i % 2 ? "6901234567892" : "0036000291452");
    print_message("# a code was told %d us after its Enter\n", (int)took);
    if (took < best) best = took;
  }
  assert_true(best < 10000); /* one slow one is the emulator's */
  assert_int_equal(heard(shop->other), 0);
}

static void shift_and_caps_lock_are_understood(void **state) {
  struct shop *shop = *state;
  struct vm_device *seen = ready(shop, wedge);
  scan(seen, &shop->keys, "aBc1Z");
  vm_forget(seen);
  tap(&shop->world, &shop->keys, KEY_CAPSLOCK);
  type(&shop->world, &shop->keys, "aBc1");
  tap(&shop->world, &shop->keys, KEY_CAPSLOCK);
  type(&shop->world, &shop->keys, "x");
  tap(&shop->world, &shop->keys, KEY_ENTER);
  assert_true(vm_until(seen, vm_has_scan, 1000));
  assert_string_equal(seen->text, "AbC1x");
}

static void without_a_grab_others_hear_it_too(void **state) {
  struct shop *shop = *state;
  struct vm_device *seen = ready(shop, wedge_shared);
  listen_too(shop);
  scan(seen, &shop->keys, "96385074");
  assert_int_equal(heard(shop->other), 9);
}

/* A grab ends with the link: who closes a till gets a keyboard back. */
static void closing_lets_the_keys_go(void **state) {
  struct shop *shop = *state;
  ready(shop, wedge);
  vm_end(&shop->world);
  vm_begin(&shop->world);
  listen_too(shop);
  tap(&shop->world, &shop->keys, KEY_5);
  assert_int_equal(heard(shop->other), 1);
}

static void unplugged_in_mid_code(void **state) {
  struct shop *shop = *state;
  struct vm_device *seen = ready(shop, wedge);
  vm_forget(seen);
  type(&shop->world, &shop->keys, "690123");
  vm_keys_unplug(&shop->keys);
  int64_t gone = sp_clock_monotonic_us();
  assert_true(vm_until(seen, vm_has_loss, 1000)); /* the cashier hears at once that the code is lost */
  assert_true(vm_until(seen, vm_is_offline, 4000));
  assert_true(seen->state_us - gone >= 2000000); /* a bumped cable is no alarm */
  assert_true((seen->faults & SP_FAULT_LINK) != 0);
  assert_int_equal(seen->scans, 0);
  vm_keys_plug(&shop->keys, VM_KEYS_TYPING, VID, PID);
  int64_t back = sp_clock_monotonic_us();
  assert_true(vm_until(seen, vm_is_ready, 800)); /* by the plug, not by a retry: the next of those is a second away */
  print_message("# plugged in again, ready after %d ms\n", (int)((seen->state_us - back) / 1000));
  assert_int_equal(seen->faults, 0);
  vm_forget(seen);
  scan(seen, &shop->keys, "4567892123456");
  assert_int_equal(seen->lost, 0);
}

/* Many scanners show a second interface of the same numbers that has no digits. */
static void the_interface_with_digits_is_taken(void **state) {
  struct shop *shop = *state;
  vm_keys_plug(&shop->more, VM_KEYS_MEDIA, VID, PID);
  scan(ready(shop, wedge), &shop->keys, "6901234567892");
}

static void two_of_one_model_are_two(void **state) {
  struct shop *shop = *state;
  vm_keys_plug(&shop->more, VM_KEYS_TYPING, VID, PID);
  struct vm_device *first = vm_device(&shop->world, wedge);
  assert_true(vm_until(first, vm_is_ready, 1000));
  struct vm_device *second = ready(shop, wedge);
  scan(first, &shop->more, "6901234567892");
  assert_int_equal(second->scans, 0);
  scan(second, &shop->keys, "96385074");
  assert_int_equal(first->scans, 1);
}

/* The kernel keeps some tens of events; a loop that was busy for longer finds a hole and must not make a code of it. */
static void what_the_kernel_dropped_is_no_code(void **state) {
  struct shop *shop = *state;
  struct vm_device *seen = ready(shop, wedge);
  vm_forget(seen);
  for (int i = 0; i <= 400; i++) {
    int code = i < 400 ? KEY_1 + i % 9 : KEY_ENTER;
    vm_key(&shop->keys, code, 1);
    vm_key(&shop->keys, code, 0);
  }
  assert_true(vm_until(seen, vm_has_loss, 2000));
  assert_int_equal(seen->scans, 0);
  scan(seen, &shop->keys, "6901234567892");
}

static void it_is_listed_where_devices_are_looked_for(void **state) {
  struct shop *shop = *state;
  struct sp_found found[SP_FOUND_MAX];
  int listed = 0, buttons = 0;
  vm_keys_plug(&shop->more, VM_KEYS_MEDIA, 0x1234, 0x5678);
  vm_keys_plug(&shop->keys, VM_KEYS_TYPING, VID, PID);
  int count = sp_link_find(found, SP_FOUND_MAX);
  for (int i = 0; i < count; i++) {
    print_message("# found %s \"%s\" %s\n", found[i].address, found[i].name, found[i].class);
    listed += strcmp(found[i].address, "evdev:vid=0c2e,pid=0b61") == 0 && strcmp(found[i].class, "scanner") == 0 &&
              strcmp(found[i].name, "VM Barcode Scanner") == 0;
    buttons += strstr(found[i].name, "Volume") || strstr(found[i].name, "Power Button");
  }
  assert_int_equal(listed, 1);
  assert_int_equal(buttons, 0); /* what has no digits is no scanner */
}

int vm_key_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_code_comes_out_whole_and_to_nobody_else, begin, end),
      cmocka_unit_test_setup_teardown(shift_and_caps_lock_are_understood, begin, end),
      cmocka_unit_test_setup_teardown(without_a_grab_others_hear_it_too, begin, end),
      cmocka_unit_test_setup_teardown(closing_lets_the_keys_go, begin, end),
      cmocka_unit_test_setup_teardown(unplugged_in_mid_code, begin, end),
      cmocka_unit_test_setup_teardown(the_interface_with_digits_is_taken, begin, end),
      cmocka_unit_test_setup_teardown(two_of_one_model_are_two, begin, end),
      cmocka_unit_test_setup_teardown(what_the_kernel_dropped_is_no_code, begin, end),
      cmocka_unit_test_setup_teardown(it_is_listed_where_devices_are_looked_for, begin, end),
  };
  return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
