/* Scanners as wedge, as HID reports and on a line: none lost, none cut in two, one device's codes in their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/keyboard.h"
#include "devices/sim/scale.h"
#include "tests/unit/driver/fake.h"
#include <linux/input.h>

#define WEDGE "{\"class\":\"scanner\",\"link\":\"evdev:vid=0c2e,pid=0b61\"}"
#define LINE  "{\"class\":\"scanner\",\"link\":\"serial:/dev/ttyACM0\"}"

static void open_fake(struct fake *fake, const char *json) {
  struct sp_error error = {.lang = SP_LANG_EN};
  fake_init(fake);
  if (fake_device(fake, NULL, json, &error) != 0) fail_msg("%s: %s", error.field, error.message);
  fake_start(fake);
  fake_run(fake, MS(10));
}

static void press(struct fake *fake, int code, int64_t *at_us) {
  for (int value = 1; value >= 0; value--) {
    struct input_event event = {.type = EV_KEY, .code = (uint16_t)code, .value = value};
    event.input_event_sec = *at_us / 1000000;
    event.input_event_usec = *at_us % 1000000;
    fake_say(fake, &event, sizeof event);
    *at_us += 500;
  }
}

static void type(struct fake *fake, const char *text, bool enter) {
  int64_t at = fake->now_us;
  for (; *text != '\0'; text++) {
    for (int code = 1; code < 100; code++) {
      if (sp_keyboard_character(code, false) != *text || code >= SP_KEY_KP_7) continue;
      press(fake, code, &at);
      break;
    }
  }
  if (enter) press(fake, SP_KEY_ENTER, &at);
}

static const struct fake_event *event_at(const struct fake *fake, enum sp_device_event_kind kind, size_t index) {
  for (size_t i = 0; i < fake->log_count; i++) {
    if (fake->log[i].kind == kind && index-- == 0) return &fake->log[i];
  }
  return NULL;
}

static void a_wedge_is_ready_and_types(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, WEDGE);
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_READY);
  fake.piece = 7; /* events cut anywhere */
  type(&fake, "6901234567892", true);
  fake_run(&fake, MS(5));
  assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN), 1);
  assert_string_equal(event_at(&fake, SP_DEVICE_SCAN, 0)->scan.text, "6901234567892");
  fake_free(&fake);
}

static void a_line_proves_itself_by_a_code(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, LINE);
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_PROVING);
  fake_say(&fake, "]E06901234567892\r\n", 18);
  fake_run(&fake, MS(5));
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_READY);
  const struct fake_event *scan = event_at(&fake, SP_DEVICE_SCAN, 0);
  assert_string_equal(scan->scan.text, "6901234567892");
  assert_string_equal(scan->scan.aim, "]E0");
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_device_selftest(fake.device, fake.now_us, &error), 0);
  fake_run(&fake, MS(2));
  assert_memory_equal(fake.sent.data, "\x07", 1);
  fake_free(&fake);
}

/* Nobody can ask it: a line that is open and brings no rubbish is a scanner that nobody has used yet. */
static void a_quiet_line_is_ready(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, LINE);
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_PROVING);
  fake_run(&fake, SECONDS(3));
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_READY);
  assert_int_equal(fake_status(&fake).faults, 0);
  fake_free(&fake);
}

static void the_same_code_at_once_is_one(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, LINE);
  for (int i = 0; i < 4; i++) {
    fake_say(&fake, "96385074\r", 9);
    fake_run(&fake, MS(i < 2 ? 50 : 200));
  }
  assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN), 2); /* at 0 (and again at 50 and 100), and at 300 */
  fake_free(&fake);
}

static void a_code_cut_by_the_cable_is_never_handed_out(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, WEDGE);
  type(&fake, "690123", false);
  fake_run(&fake, MS(5));
  fake_cut(&fake);
  fake_run(&fake, SECONDS(3));
  assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN_LOST), 1);
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_READY); /* it was plugged in again meanwhile */
  type(&fake, "4567892", true);
  fake_run(&fake, MS(5));
  assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN), 1);
  assert_string_equal(event_at(&fake, SP_DEVICE_SCAN, 0)->scan.text, "4567892");
  fake_free(&fake);
}

static void what_was_broken_off_takes_nothing_with_it(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, LINE);
  fake_run(&fake, MS(50));
  fake_say(&fake, "690123", 6);
  fake_run(&fake, MS(200));
  fake_say(&fake, "4567892\r", 8); /* a busy loop read its halves apart */
  fake_run(&fake, MS(50));
  assert_string_equal(event_at(&fake, SP_DEVICE_SCAN, 0)->scan.text, "6901234567892");
  fake_say(&fake, "690123", 6);
  fake_run(&fake, MS(300));
  fake_say(&fake, "96385074\r", 9); /* half a code before it, and nobody looked in between */
  fake_run(&fake, MS(50));
  assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN_LOST), 1);
  assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN), 2);
  assert_string_equal(event_at(&fake, SP_DEVICE_SCAN, 1)->scan.text, "96385074");
  fake_free(&fake);
}

static void unplugged_for_good_is_an_alarm_after_two_seconds(void **state) {
  (void)state;
  struct fake fake;
  open_fake(&fake, WEDGE);
  fake.refuse = true;
  fake_cut(&fake);
  fake_run(&fake, MS(1900));
  assert_int_equal(fake_status(&fake).faults, 0);
  fake_run(&fake, MS(200));
  assert_true((fake_status(&fake).faults & SP_FAULT_LINK) != 0);
  assert_int_equal(fake_status(&fake).state, SP_DEVICE_OFFLINE);
  fake_free(&fake);
}

/* Ten thousand codes, twenty a second, three scanners at a time. */
static void ten_thousand_codes(void **state) {
  (void)state;
  static struct fake fakes[3];
  size_t got[3] = {0};
  char code[16];
  for (int i = 0; i < 3; i++)
    open_fake(&fakes[i], i == 0 ? WEDGE : LINE);
  for (int n = 0; n < 10000; n++) {
    struct fake *fake = &fakes[n % 3];
    snprintf(code, sizeof code, "%013d", n);
    if (n % 3 == 0) {
      type(fake, code, true);
    } else {
      fake_say(fake, code, 13);
      fake_say(fake, "\r\n", 2);
    }
    for (int i = 0; i < 3; i++)
      fake_run(&fakes[i], MS(17));
    for (size_t i = 0; i < fake->log_count; i++) {
      if (fake->log[i].kind != SP_DEVICE_SCAN) continue;
      assert_string_equal(fake->log[i].scan.text, code);
      got[n % 3]++;
    }
    fake->log_count = 0;
  }
  assert_int_equal(got[0] + got[1] + got[2], 10000);
  for (int i = 0; i < 3; i++)
    fake_free(&fakes[i]);
}

static void configurations(void **state) {
  (void)state;
  static const char *const bad[][2] = {
      {"{\"class\":\"scanner\",\"link\":\"usb:/dev/usb/lp0\"}", "link"},
      {"{\"class\":\"scanner\",\"link\":\"serial:/dev/ttyS0\",\"gap_ms\":1}", "gap_ms"},
      {"{\"class\":\"scanner\",\"link\":\"serial:/dev/ttyS0\",\"prefix\":\"0123456789012345\"}", "prefix"},
      {"{\"class\":\"scanner\",\"link\":\"serial:/dev/ttyS0\",\"colour\":1}", "colour"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct fake fake;
    struct sp_error error = {.lang = SP_LANG_EN};
    fake_init(&fake);
    assert_int_equal(fake_device(&fake, NULL, bad[i][0], &error), SP_E_INVALID);
    assert_string_equal(error.field, bad[i][1]);
    fake_free(&fake);
  }
}

/* ---- A scale on the scanner's line ---- */

static void say_weight(struct fake *fake, const char *protocol, int32_t grams) {
  const struct sp_scale_sim sim = {.protocol = protocol, .capacity = 9999, .gross = grams};
  struct sp_buf frame;
  sp_buf_init(&frame, 256);
  assert_int_equal(sp_scale_sim_frame(&sim, &frame), 0);
  fake_say(fake, frame.data, frame.len);
  sp_buf_free(&frame);
}

static void weights_are_no_codes(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (size_t i = 0; i < 2 * count; i++) {
    const struct sp_scale_codec *codec = codecs[i / 2];
    size_t slip = strcmp(codec->id, "dahua_lines") == 0 ? 6 : 0; /* three numbers a frame, and nothing else */
    bool proved = i % 2;
    struct fake fake;
    if (!codec->streams || codec->packets) continue;
    open_fake(&fake, LINE);
    if (proved) fake_say(&fake, "6901234567892\r\n", 15); /* the cables were changed while nobody looked */
    fake_run(&fake, SECONDS(1));
    size_t before = fake_count(&fake, SP_DEVICE_SCAN);
    for (int n = 0; n < 100; n++) {
      say_weight(&fake, codec->id, 652 + n % 7);
      fake_run(&fake, MS(100));
    }
    size_t codes = fake_count(&fake, SP_DEVICE_SCAN) - before, lost = fake_count(&fake, SP_DEVICE_SCAN_LOST);
    if (codes > slip || lost > 0) fail_msg("%s: %zu codes, %zu lost", codec->id, codes, lost);
    assert_true(fake_status(&fake).faults & SP_FAULT_WRONG_DEVICE);
    assert_non_null(strstr(fake_status(&fake).detail, "scale"));
    assert_int_not_equal(fake_status(&fake).state, SP_DEVICE_READY);
    fake_run(&fake, SECONDS(3));
    fake_say(&fake, "6901234567892\r\n", 15); /* the scanner again */
    fake_run(&fake, SECONDS(1));
    assert_int_equal(fake_count(&fake, SP_DEVICE_SCAN), before + codes + 1);
    assert_int_equal(fake_status(&fake).faults & SP_FAULT_WRONG_DEVICE, 0);
    assert_true(fake_status(&fake).state == SP_DEVICE_READY || fake_status(&fake).state == SP_DEVICE_DEGRADED);
    fake_free(&fake);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_no_codes),
      cmocka_unit_test(a_wedge_is_ready_and_types),
      cmocka_unit_test(a_line_proves_itself_by_a_code),
      cmocka_unit_test(a_quiet_line_is_ready),
      cmocka_unit_test(the_same_code_at_once_is_one),
      cmocka_unit_test(a_code_cut_by_the_cable_is_never_handed_out),
      cmocka_unit_test(what_was_broken_off_takes_nothing_with_it),
      cmocka_unit_test(unplugged_for_good_is_an_alarm_after_two_seconds),
      cmocka_unit_test(ten_thousand_codes),
      cmocka_unit_test(configurations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
