/* Devices that come and go, and devices that are another one: told once, and well again only when they proved it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/sim/scale.h"
#include "tests/unit/driver/fake.h"

#define SCANNER "{\"class\":\"scanner\",\"link\":\"tcp:127.0.0.1:9000\"}"
#define WEDGE   "{\"class\":\"scanner\",\"link\":\"evdev:vid=0c2e,pid=0b61\"}"
#define SCALE   "{\"class\":\"scale\",\"link\":\"tcp:127.0.0.1:9000\",\"protocol\":\"aclas_os2\"}"
#define PRINTER "{\"class\":\"printer\",\"link\":\"tcp:127.0.0.1:9100\",\"profile\":\"generic-80\"}"

struct world {
  struct fake fake; /* first */
  int64_t said_us, up_us, every_us;
  const char *rubbish;
  bool hangs_up; /* after a second */
  bool answers;  /* it is what it should be after all */
};

static void open_world(struct world *world, const char *json) {
  struct sp_error error = {.lang = SP_LANG_EN};
  *world = (struct world){.every_us = MS(300)};
  fake_init(&world->fake);
  if (fake_device(&world->fake, NULL, json, &error) != 0) fail_msg("%s: %s", error.field, error.message);
}

/* How often a fault was told to begin and to end. */
static void count_told(const struct fake *fake, uint32_t fault, int *begins, int *ends) {
  bool before = false;
  *begins = *ends = 0;
  for (size_t i = 0; i < fake->log_count; i++) {
    bool now = (fake->log[i].faults & fault) != 0;
    if (fake->log[i].kind != SP_DEVICE_STATUS) continue;
    *begins += now && !before;
    *ends += !now && before;
    before = now;
  }
}

static void expect_told(const struct fake *fake, uint32_t fault, int begins, int ends) {
  int begun = 0, ended = 0;
  count_told(fake, fault, &begun, &ended);
  if (begun != begins || ended != ends)
    fail_msg("%s began %d times and ended %d times", sp_device_fault_name((enum sp_device_fault)fault), begun, ended);
}

/* ---- Flapping ---- */

static void bump(struct fake *fake, bool proves) {
  fake_cut(fake);
  fake_run(fake, MS(700));
  if (proves) fake_say(fake, "6901234567892\r\n", 15);
  fake_run(fake, SECONDS(30));
}

static void begin_ready(struct world *world, const char *json) {
  open_world(world, json);
  fake_start(&world->fake);
  fake_run(&world->fake, MS(10));
  fake_say(&world->fake, "6901234567892\r\n", strcmp(json, SCANNER) == 0 ? 15 : 0);
  fake_run(&world->fake, MS(10));
  assert_int_equal(fake_status(&world->fake).state, SP_DEVICE_READY);
}

static void many_bumps_are_told_once(void **state) {
  (void)state;
  for (int wedge = 0; wedge < 2; wedge++) {
    struct world world;
    struct fake *fake = &world.fake;
    begin_ready(&world, wedge ? WEDGE : SCANNER);
    for (int i = 0; i < SP_FLAPS - 1; i++)
      bump(fake, !wedge);
    assert_int_equal(fake_status(fake).reconnects, SP_FLAPS - 1);
    assert_int_equal(fake_status(fake).faults, 0);
    assert_int_equal(fake_status(fake).state, SP_DEVICE_READY);
    bump(fake, !wedge);
    assert_true(fake_status(fake).flapping);
    assert_int_equal(fake_status(fake).state, SP_DEVICE_DEGRADED);
    assert_int_equal(fake_status(fake).faults, SP_FAULT_GARBLED);
    assert_non_null(strstr(fake_status(fake).detail, "reconnects"));
    for (int i = 0; i < 10; i++)
      bump(fake, !wedge);
    expect_told(fake, SP_FAULT_GARBLED, 1, 0);
    fake_run(fake, SP_FLAP_US - SECONDS(60));
    assert_true(fake_status(fake).flapping); /* not long enough */
    fake_run(fake, SECONDS(60));
    assert_false(fake_status(fake).flapping);
    assert_int_equal(fake_status(fake).state, SP_DEVICE_READY);
    expect_told(fake, SP_FAULT_GARBLED, 1, 1);
    bump(fake, !wedge);
    assert_int_equal(fake_status(fake).faults, 0); /* counted anew */
    fake_free(fake);
  }
}

static void a_bump_now_and_then_is_nothing(void **state) {
  (void)state;
  struct world world;
  begin_ready(&world, WEDGE);
  for (int i = 0; i < 20; i++) {
    bump(&world.fake, false);
    fake_run(&world.fake, SECONDS(120));
  }
  assert_int_equal(fake_status(&world.fake).reconnects, 20);
  expect_told(&world.fake, SP_FAULT_GARBLED, 0, 0);
  for (size_t i = 0; i < world.fake.log_count; i++)
    if (world.fake.log[i].state == SP_DEVICE_READY) assert_int_equal(world.fake.log[i].faults, 0);
  fake_free(&world.fake);
}

/* Unplugged while it flaps: that is told as well, and being back does not end the flapping. */
static void flapping_outlives_a_loss(void **state) {
  (void)state;
  struct world world;
  begin_ready(&world, WEDGE);
  for (int i = 0; i < SP_FLAPS; i++)
    bump(&world.fake, false);
  world.fake.refuse = true;
  fake_cut(&world.fake);
  fake_run(&world.fake, SECONDS(900));
  assert_int_equal(fake_status(&world.fake).faults, SP_FAULT_GARBLED | SP_FAULT_LINK);
  world.fake.refuse = false;
  fake_run(&world.fake, SECONDS(60));
  assert_int_equal(fake_status(&world.fake).faults, SP_FAULT_GARBLED);
  fake_run(&world.fake, SP_FLAP_US);
  assert_int_equal(fake_status(&world.fake).faults, 0);
  fake_free(&world.fake);
}

/* ---- Rubbish ---- */

static void say_weight(struct fake *fake) {
  const struct sp_scale_sim sim = {.protocol = "aclas_os2", .capacity = 9999, .gross = 500};
  struct sp_buf out;
  sp_buf_init(&out, 256);
  assert_int_equal(sp_scale_sim_frame(&sim, &out), 0);
  fake_say(fake, out.data, out.len);
  sp_buf_free(&out);
}

static void chatter(struct fake *fake, int64_t step_us) {
  struct world *world = (struct world *)(void *)fake;
  (void)step_us;
  if (!fake->up) {
    world->up_us = fake->now_us;
    return;
  }
  if (world->hangs_up && fake->now_us - world->up_us > SECONDS(1)) {
    fake_cut(fake);
    return;
  }
  if (fake->now_us - world->said_us < world->every_us) return;
  world->said_us = fake->now_us;
  if (world->answers)
    say_weight(fake);
  else
    fake_say(fake, world->rubbish, strlen(world->rubbish));
}

static void a_wrong_device_is_told_once_however_often_it_is_reopened(void **state) {
  (void)state;
  struct world world;
  struct fake *fake = &world.fake;
  open_world(&world, SCALE);
  world.rubbish = "6901234567892\r";
  fake->peer_tick = chatter;
  fake_start(fake);
  fake_run(fake, SECONDS(1200));
  assert_true(fake->opens > 30); /* reopening cures some */
  expect_told(fake, SP_FAULT_WRONG_DEVICE, 1, 0);
  expect_told(fake, SP_FAULT_LINK, 0, 0); /* we hung up, not they */
  expect_told(fake, SP_FAULT_SILENT, 0, 0);
  world.answers = true;
  fake_run(fake, SECONDS(60));
  assert_int_equal(fake_status(fake).state, SP_DEVICE_READY);
  expect_told(fake, SP_FAULT_WRONG_DEVICE, 1, 1);
  fake_free(fake);
}

static void a_silent_scale_is_told_once(void **state) {
  (void)state;
  struct world world;
  open_world(&world, SCALE);
  fake_start(&world.fake);
  fake_run(&world.fake, SECONDS(1200));
  expect_told(&world.fake, SP_FAULT_SILENT, 1, 0);
  expect_told(&world.fake, SP_FAULT_LINK, 0, 0);
  world.fake.refuse = true; /* now it is really gone */
  fake_cut(&world.fake);
  fake_run(&world.fake, SECONDS(60));
  assert_int_equal(fake_status(&world.fake).faults, SP_FAULT_SILENT | SP_FAULT_LINK);
  fake_free(&world.fake);
}

/* One that had been well: our own reopening is no news of it, neither that it is well nor that it comes and goes. */
static void a_scale_that_falls_silent_is_told_once(void **state) {
  (void)state;
  struct world world;
  struct fake *fake = &world.fake;
  open_world(&world, SCALE);
  world.answers = true;
  fake->peer_tick = chatter;
  fake_start(fake);
  fake_run(fake, SECONDS(60));
  assert_int_equal(fake_status(fake).state, SP_DEVICE_READY);
  world.every_us = SP_NEVER;
  fake_run(fake, SECONDS(1200));
  assert_true(fake->opens > 30);
  assert_int_equal(fake_status(fake).faults, SP_FAULT_SILENT);
  expect_told(fake, SP_FAULT_SILENT, 1, 0);
  expect_told(fake, SP_FAULT_GARBLED, 0, 0);
  expect_told(fake, SP_FAULT_LINK, 0, 0);
  assert_false(fake_status(fake).flapping);
  world.every_us = MS(300);
  fake_run(fake, SECONDS(30));
  assert_int_equal(fake_status(fake).state, SP_DEVICE_READY);
  expect_told(fake, SP_FAULT_SILENT, 1, 1);
  fake_free(fake);
}

static void who_hangs_up_again_and_again_is_gone_all_the_time(void **state) {
  (void)state;
  static const char *const configs[] = {SCALE, PRINTER, SCANNER};
  for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
    struct world world;
    struct fake *fake = &world.fake;
    open_world(&world, configs[i]);
    world.rubbish = i == 2 ? "\x01\x02" : "rubbish, rubbish";
    world.hangs_up = true;
    fake->peer_tick = chatter;
    fake_start(fake);
    fake_run(fake, SECONDS(1200));
    assert_true(fake->opens > 60);
    expect_told(fake, SP_FAULT_LINK, 1, 0);
    expect_told(fake, SP_FAULT_SILENT, 0, 0);
    int begins = 0, ends = 0;
    count_told(fake, SP_FAULT_WRONG_DEVICE, &begins, &ends);
    assert_in_range(begins, 0, 1);
    assert_int_equal(ends, 0);
    count_told(fake, SP_FAULT_GARBLED, &begins, &ends);
    assert_in_range(begins, 0, 1);
    assert_int_equal(ends, 0);
    fake_free(fake);
  }
}

/* A scanner proves itself only when somebody scans; that its cable is in again is seen before. */
static void a_link_that_stays_is_back(void **state) {
  (void)state;
  struct world world;
  open_world(&world, SCANNER);
  world.fake.refuse = true;
  fake_start(&world.fake);
  fake_run(&world.fake, SECONDS(30));
  assert_int_equal(fake_status(&world.fake).faults, SP_FAULT_LINK);
  world.fake.refuse = false;
  while (!world.fake.up)
    fake_step(&world.fake);
  fake_run(&world.fake, SECONDS(9));
  assert_int_equal(fake_status(&world.fake).faults, SP_FAULT_LINK);
  assert_int_equal(fake_status(&world.fake).state, SP_DEVICE_PROVING);
  fake_run(&world.fake, SECONDS(2));
  assert_int_equal(fake_status(&world.fake).faults, 0);
  assert_int_equal(fake_status(&world.fake).state, SP_DEVICE_READY);
  fake_free(&world.fake);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(many_bumps_are_told_once),
      cmocka_unit_test(a_bump_now_and_then_is_nothing),
      cmocka_unit_test(flapping_outlives_a_loss),
      cmocka_unit_test(a_wrong_device_is_told_once_however_often_it_is_reopened),
      cmocka_unit_test(a_silent_scale_is_told_once),
      cmocka_unit_test(a_scale_that_falls_silent_is_told_once),
      cmocka_unit_test(who_hangs_up_again_and_again_is_gone_all_the_time),
      cmocka_unit_test(a_link_that_stays_is_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
