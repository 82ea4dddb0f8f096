/* The core of all devices: state, back-off, grace, counters, configuration, with a driver that knows one frame: 'A'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/driver/fake.h"

struct toy {
  struct sp_device head;
  int ups, downs, bytes, drained;
  int64_t up_at;
};

static int toy_check(struct sp_device_config *config, struct sp_error *err) {
  int64_t size = 0;
  return sp_json_get_int(config->json, "size", SP_OPTIONAL, 1, 9, &size, err);
}

static int toy_open(struct sp_device *device, const struct sp_device_config *config, struct sp_error *err) {
  (void)device;
  (void)config;
  (void)err;
  return 0;
}

static void toy_up(struct sp_device *device) {
  struct toy *toy = (struct toy *)(void *)device;
  toy->ups++;
  toy->up_at = device->now_us;
  assert_int_equal(sp_device_send(device, "?", 1, NULL), 0);
}

static void toy_bytes(struct sp_device *device, const uint8_t *bytes, size_t len) {
  struct toy *toy = (struct toy *)(void *)device;
  for (size_t i = 0; i < len; i++) {
    toy->bytes++;
    sp_device_frames(device, bytes[i] != 'x', bytes[i] == 'x');
    if (bytes[i] == 'A') sp_device_proved(device);
    if (bytes[i] == 'P') sp_device_faults(device, SP_FAULT_PAPER_OUT, SP_FAULT_PAPER_OUT);
    if (bytes[i] == 'L') sp_device_faults(device, SP_FAULT_PAPER_LOW | SP_FAULT_PAPER_OUT, SP_FAULT_PAPER_LOW);
    if (bytes[i] == 'O') sp_device_faults(device, SP_FAULT_PAPER_LOW | SP_FAULT_PAPER_OUT, 0);
  }
}

static void toy_down(struct sp_device *device) {
  ((struct toy *)(void *)device)->downs++;
}

static void toy_drained(struct sp_device *device) {
  ((struct toy *)(void *)device)->drained++;
}

static int64_t toy_tick(struct sp_device *device) {
  (void)device;
  return SP_NEVER;
}

static const char *const toy_members[] = {"size", NULL};
static const struct sp_device_driver toy_driver = {
    .class = SP_DEVICE_PRINTER,
    .size = sizeof(struct toy),
    .blocking = SP_FAULT_PAPER_OUT,
    .members = toy_members,
    .check = toy_check,
    .open = toy_open,
    .link_up = toy_up,
    .bytes = toy_bytes,
    .drained = toy_drained,
    .link_down = toy_down,
    .tick = toy_tick,
};

#define PLAIN "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\"}"

static void begin(struct fake *fake) {
  fake_init(fake);
  assert_int_equal(fake_device(fake, &toy_driver, PLAIN, NULL), 0);
  fake_start(fake);
}

static const struct toy *toy_of(const struct fake *fake) {
  return (const struct toy *)(const void *)fake->device;
}

static void expect_state(const struct fake *fake, enum sp_device_state state, uint32_t faults) {
  struct sp_device_status status = fake_status(fake);
  assert_string_equal(sp_device_state_name(status.state), sp_device_state_name(state));
  assert_int_equal(status.faults, faults);
}

static void becomes_ready_by_a_frame_and_not_by_a_link(void **state) {
  (void)state;
  struct fake fake;
  begin(&fake);
  expect_state(&fake, SP_DEVICE_ABSENT, 0);
  fake_run(&fake, MS(10));
  expect_state(&fake, SP_DEVICE_PROVING, 0);
  fake_say(&fake, "zz", 2);
  fake_run(&fake, SECONDS(60));
  expect_state(&fake, SP_DEVICE_PROVING, 0);
  fake_say(&fake, "A", 1);
  fake_run(&fake, MS(2));
  expect_state(&fake, SP_DEVICE_READY, 0);
  assert_int_equal(toy_of(&fake)->ups, 1);
  assert_int_equal(toy_of(&fake)->drained, 1);
  assert_memory_equal(fake.sent.data, "?", 1);
  assert_int_equal(fake_status(&fake).received, 3);
  assert_int_equal(fake_status(&fake).sent, 1);
  fake_say(&fake, "P", 1);
  fake_run(&fake, MS(2));
  expect_state(&fake, SP_DEVICE_FAULT, SP_FAULT_PAPER_OUT);
  fake_say(&fake, "L", 1);
  fake_run(&fake, MS(2));
  expect_state(&fake, SP_DEVICE_DEGRADED, SP_FAULT_PAPER_LOW);
  fake_say(&fake, "O", 1);
  fake_run(&fake, MS(2));
  expect_state(&fake, SP_DEVICE_READY, 0);
  assert_int_equal(fake_count(&fake, SP_DEVICE_STATUS), 5); /* proving, ready, fault, degraded, ready */
  fake_free(&fake);
}

static void a_bumped_cable_is_told_to_nobody(void **state) {
  (void)state;
  struct fake fake;
  begin(&fake);
  fake_say(&fake, "A", 1);
  fake_run(&fake, MS(10));
  fake_say(&fake, "A", 1);
  fake_run(&fake, MS(10));
  expect_state(&fake, SP_DEVICE_READY, 0);
  size_t told = fake_count(&fake, SP_DEVICE_STATUS);
  fake_cut(&fake);
  fake_run(&fake, MS(500));
  assert_int_equal(fake.opens, 2);
  assert_int_equal(toy_of(&fake)->downs, 1);
  expect_state(&fake, SP_DEVICE_READY, 0);
  fake_say(&fake, "A", 1);
  fake_run(&fake, SECONDS(10));
  expect_state(&fake, SP_DEVICE_READY, 0);
  for (size_t i = told; i < fake.log_count; i++)
    assert_int_equal(fake.log[i].state, SP_DEVICE_READY);
  assert_int_equal(fake_status(&fake).reconnects, 1);
  assert_string_equal(fake_status(&fake).detail, ""); /* what the loss was does not stand beside "ready" */
  fake_free(&fake);
}

static void a_longer_loss_is_offline_and_then_proves_itself_again(void **state) {
  (void)state;
  struct fake fake;
  begin(&fake);
  fake_run(&fake, MS(10));
  fake_say(&fake, "AP", 2);
  fake_run(&fake, MS(10));
  expect_state(&fake, SP_DEVICE_FAULT, SP_FAULT_PAPER_OUT);
  fake.refuse = true;
  fake_cut(&fake);
  fake_run(&fake, MS(1990));
  expect_state(&fake, SP_DEVICE_FAULT, SP_FAULT_PAPER_OUT);
  fake_run(&fake, MS(20));
  expect_state(&fake, SP_DEVICE_OFFLINE, SP_FAULT_LINK);
  assert_string_equal(fake_status(&fake).detail, "Connection refused");
  fake.refuse = false;
  fake_run(&fake, SECONDS(11));
  expect_state(&fake, SP_DEVICE_PROVING, SP_FAULT_LINK); /* of the rest of before nothing is known to hold */
  fake_say(&fake, "A", 1);
  fake_run(&fake, MS(10));
  expect_state(&fake, SP_DEVICE_READY, 0);
  fake_free(&fake);
}

static void tries_for_ever_with_growing_waits(void **state) {
  (void)state;
  struct fake fake;
  fake_init(&fake);
  fake.refuse = true;
  assert_int_equal(fake_device(&fake, &toy_driver, PLAIN, NULL), 0);
  fake_start(&fake);
  const int64_t waits[] = {250, 500, 1000, 2000, 4000, 8000, 10000, 10000, 10000};
  int64_t last = fake.now_us;
  for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
    int opens = fake.opens;
    while (fake.opens == opens)
      fake_step(&fake);
    int64_t waited = (fake.now_us - last) / 1000;
    last = fake.now_us;
    assert_in_range(waited, waits[i] * 8 / 10 - 1, waits[i] * 12 / 10 + 3);
  }
  expect_state(&fake, SP_DEVICE_ABSENT, SP_FAULT_LINK);
  int opens = fake.opens;
  fake_run(&fake, SECONDS(3600));
  assert_in_range(fake.opens - opens, 300, 450);
  int before = fake.opens;
  fake.refuse = false;
  sp_device_hotplug(fake.device, fake.now_us);
  assert_int_equal(fake.opens, before + 1);
  fake_run(&fake, MS(5));
  expect_state(&fake, SP_DEVICE_PROVING, SP_FAULT_LINK);
  fake_run(&fake, SP_STAYED_US);
  expect_state(&fake, SP_DEVICE_PROVING, 0); /* there it is, whatever it may be */
  fake_free(&fake);
}

static void a_peer_that_accepts_and_hangs_up_does_not_reset_the_waits(void **state) {
  (void)state;
  struct fake fake;
  begin(&fake);
  for (int i = 0; i < 600; i++) {
    fake_run(&fake, MS(100));
    if (fake.up) fake_cut(&fake);
  }
  assert_in_range(fake.opens, 8, 14); /* a minute */
  fake_free(&fake);
}

static void a_link_that_neither_comes_nor_goes_is_made_anew(void **state) {
  (void)state;
  struct fake fake;
  fake_init(&fake);
  fake.up_after_us = SECONDS(1000);
  assert_int_equal(fake_device(&fake, &toy_driver, PLAIN, NULL), 0);
  fake_start(&fake);
  fake_run(&fake, SECONDS(14));
  assert_int_equal(fake.opens, 1);
  fake_run(&fake, SECONDS(3));
  assert_int_equal(fake.opens, 2);
  assert_int_equal(toy_of(&fake)->ups, 0);
  fake_free(&fake);
}

static void many_bad_frames_are_garbled_until_a_clean_minute(void **state) {
  (void)state;
  struct fake fake;
  begin(&fake);
  fake_run(&fake, MS(10));
  fake_say(&fake, "AAxx", 4);
  fake_run(&fake, MS(10));
  expect_state(&fake, SP_DEVICE_READY, 0); /* two may happen to anybody */
  fake_say(&fake, "x", 1);
  fake_run(&fake, MS(10));
  expect_state(&fake, SP_DEVICE_DEGRADED, SP_FAULT_GARBLED);
  assert_int_equal(fake_status(&fake).bad, 3);
  fake_run(&fake, SECONDS(60));
  expect_state(&fake, SP_DEVICE_DEGRADED, SP_FAULT_GARBLED); /* that minute was not clean */
  fake_run(&fake, SECONDS(61));
  expect_state(&fake, SP_DEVICE_READY, 0);
  fake_free(&fake);
}

static void works_without_a_wake_when_it_is_ticked(void **state) {
  (void)state;
  struct fake fake;
  fake_init(&fake);
  struct cJSON *tree = NULL;
  assert_int_equal(sp_json_parse(PLAIN, strlen(PLAIN), &tree, NULL), 0);
  struct sp_device_env env = fake_env(&fake);
  env.wake = NULL;
  assert_int_equal(sp_device_make(&toy_driver, "d1", tree, &env, &fake.device, NULL), 0);
  sp_json_free(tree);
  fake_start(&fake);
  fake_run(&fake, SECONDS(1));
  expect_state(&fake, SP_DEVICE_PROVING, 0);
  assert_in_range(fake.ticks, 9, 12);
  fake_free(&fake);
}

static void configurations_are_strict(void **state) {
  (void)state;
  const struct {
    const char *json, *field;
    int code;
  } cases[] = {
      {PLAIN, "", 0},
      {"{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"size\":3}", "", 0},
      {"{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"serial\":\"9600,7,E,1,rtscts\"}", "", 0},
      {"{\"class\":\"printer\",\"link\":\"usb:vid=04b8,pid=0e28,serial=X1\"}", "", 0},
      {"{\"class\":\"printer\",\"link\":\"evdev:vid=0c2e,pid=0b61\",\"grab\":false}", "", 0},
      {"[]", "", SP_E_INVALID},
      {"{\"class\":\"toaster\",\"link\":\"tcp:127.0.0.1:9100\"}", "class", SP_E_INVALID},
      {"{\"class\":\"scale\",\"link\":\"tcp:127.0.0.1:9100\"}", "class", SP_E_UNSUPPORTED},
      {"{\"link\":\"tcp:127.0.0.1:9100\"}", "class", SP_E_INVALID},
      {"{\"class\":\"printer\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"127.0.0.1:9100\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"serial:ttyS0\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"usb:lp0\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"evdev:vad=0c2e\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"evdev:vid=0c2x,pid=0b61\"}", "link", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"serial\":\"9601,8,N,1\"}", "serial", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"serial\":\"9600,8,N\"}", "serial", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"serial\":\"9600,8,X,1\"}", "serial", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"serial:/dev/ttyS0\",\"serial\":\"9600,8,N,1,dtr\"}", "serial", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"serial\":\"9600,8,N,1\"}", "serial", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"grab\":true}", "grab", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"sise\":3}", "sise", SP_E_INVALID},
      {"{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"size\":10}", "size", SP_E_INVALID},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fake fake;
    struct sp_error err = {0};
    fake_init(&fake);
    int rc = fake_device(&fake, &toy_driver, cases[i].json, &err);
    if (rc != cases[i].code || strcmp(err.field, cases[i].field) != 0)
      fail_msg("%s: %d in \"%s\": %s", cases[i].json, rc, err.field, err.message);
    fake_free(&fake);
  }
  struct cJSON *tree = NULL;
  struct sp_error err = {0};
  struct sp_device_config config;
  assert_int_equal(sp_json_parse(PLAIN, strlen(PLAIN), &tree, NULL), 0);
  assert_int_equal(sp_device_config_parse(&toy_driver, "a b", tree, &config, &err), SP_E_INVALID);
  assert_string_equal(err.field, "id");
  assert_int_equal(sp_device_config_parse(&toy_driver, "", tree, &config, &err), SP_E_INVALID);
  sp_json_free(tree);
}

static void names_are_those_of_alarms(void **state) {
  (void)state;
  for (int i = 0; i < SP_DEVICE_CLASSES; i++)
    assert_int_equal(sp_device_class_parse(sp_device_class_name((enum sp_device_class)i)), i);
  assert_int_equal(sp_device_class_parse("nothing"), -1);
  for (int i = 0; 1 << i < SP_FAULT_END; i++) {
    assert_string_not_equal(sp_device_fault_name((enum sp_device_fault)(1 << i)), "");
    for (int j = 0; j < i; j++)
      assert_string_not_equal(sp_device_fault_name((enum sp_device_fault)(1 << i)),
                              sp_device_fault_name((enum sp_device_fault)(1 << j)));
  }
  assert_string_equal(sp_device_fault_name(SP_FAULT_PAPER_OUT), "paper_out");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(becomes_ready_by_a_frame_and_not_by_a_link),
      cmocka_unit_test(a_bumped_cable_is_told_to_nobody),
      cmocka_unit_test(a_longer_loss_is_offline_and_then_proves_itself_again),
      cmocka_unit_test(tries_for_ever_with_growing_waits),
      cmocka_unit_test(a_peer_that_accepts_and_hangs_up_does_not_reset_the_waits),
      cmocka_unit_test(a_link_that_neither_comes_nor_goes_is_made_anew),
      cmocka_unit_test(many_bad_frames_are_garbled_until_a_clean_minute),
      cmocka_unit_test(works_without_a_wake_when_it_is_ticked),
      cmocka_unit_test(configurations_are_strict),
      cmocka_unit_test(names_are_those_of_alarms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
