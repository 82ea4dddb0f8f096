/* Scales: proof, silence, wrong devices, and the gate that no false or second weight passes, for every protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/sim/scale.h"
#include "tests/unit/driver/fake.h"

struct world {
  struct fake fake; /* first */
  struct sp_scale_sim sim;
  const struct sp_scale_codec *codec;
  bool silent;
  int64_t said_us;
};

static void say_frame(struct world *world) {
  struct sp_buf frame;
  sp_buf_init(&frame, 256);
  assert_int_equal(sp_scale_sim_frame(&world->sim, &frame), 0);
  fake_say(&world->fake, frame.data, frame.len);
  sp_buf_free(&frame);
}

static void hear(struct fake *fake, const uint8_t *bytes, size_t len) {
  struct world *world = (struct world *)(void *)fake;
  struct sp_buf answer;
  if (world->silent) return;
  sp_buf_init(&answer, 256);
  assert_int_equal(sp_scale_sim_hear(&world->sim, bytes, len, &answer), 0);
  if (answer.len > 0) fake_say(fake, answer.data, answer.len);
  sp_buf_free(&answer);
}

static void stream(struct fake *fake, int64_t step_us) {
  struct world *world = (struct world *)(void *)fake;
  (void)step_us;
  if (!world->codec->streams || world->silent || fake->now_us - world->said_us < MS(100)) return;
  world->said_us = fake->now_us;
  say_frame(world);
}

static void open_world(struct world *world, const char *protocol) {
  struct sp_error error = {.lang = SP_LANG_EN};
  char json[160];
  *world = (struct world){.sim = {.protocol = protocol, .capacity = 9999}, .codec = sp_scale_codec_find(protocol)};
  fake_init(&world->fake);
  world->fake.peer = hear;
  world->fake.peer_tick = stream;
  snprintf(json, sizeof json, "{\"class\":\"scale\",\"link\":\"%s\",\"protocol\":\"%s\",\"min_g\":40,\"e_g\":2}",
           world->codec->packets ? "hidraw:vid=0922,pid=8003" : "serial:/dev/ttyS0", protocol);
  if (fake_device(&world->fake, NULL, json, &error) != 0) fail_msg("%s: %s", error.field, error.message);
  fake_start(&world->fake);
}

static bool now(struct world *world, int64_t *grams) {
  struct sp_scale_reading reading;
  struct sp_error error = {.lang = SP_LANG_EN};
  bool sellable = false;
  int rc = sp_scale_now(world->fake.device, world->fake.now_us, &reading, &sellable, &error);
  if (rc != 0) return false;
  if (sellable) {
    assert_int_equal(sp_scale_thousandths(&reading, grams), 0);
    if (reading.unit == SP_SCALE_G) *grams /= 1000;
    assert_true(reading.raw_len > 0);
  }
  return sellable;
}

static void put(struct world *world, int32_t grams, bool moving, int64_t us) {
  world->sim.gross = grams;
  world->sim.moving = moving;
  fake_run(&world->fake, us);
}

/* Place, ramp, settle, take, leave, change, remove: what is sold is what lies there, once. */
static void every_protocol_sells_once_and_only_when_still(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  assert_true(count >= 15);
  for (size_t i = 0; i < count; i++) {
    struct world world;
    struct sp_error error = {.lang = SP_LANG_EN};
    int64_t grams = 0;
    open_world(&world, codecs[i]->id);
    put(&world, 0, false, SECONDS(2));
    assert_false(now(&world, &grams));
    for (int32_t weight = 100; weight < 652; weight += 50) { /* it never says a moving weight, whatever the protocol */
      put(&world, weight, true, MS(150));
      if (now(&world, &grams)) fail_msg("%s sold a moving weight", codecs[i]->id);
    }
    put(&world, 652, false, SECONDS(2));
    if (!now(&world, &grams)) fail_msg("%s never gave the weight", codecs[i]->id);
    assert_int_equal(grams, 652);
    assert_int_equal(fake_status(&world.fake).state, SP_DEVICE_READY);
    assert_int_equal(sp_scale_taken(world.fake.device, &error), 0);
    fake_run(&world.fake, SECONDS(2));
    if (now(&world, &grams)) fail_msg("%s sold twice", codecs[i]->id);
    put(&world, 660, false, SECONDS(2));
    if (now(&world, &grams)) fail_msg("%s sold twice after a change of 8 g", codecs[i]->id);
    put(&world, 0, false, SECONDS(2));
    put(&world, 652, false, SECONDS(2));
    if (!now(&world, &grams)) fail_msg("%s did not sell to the next customer", codecs[i]->id);
    put(&world, 20, false, SECONDS(2));
    assert_false(now(&world, &grams)); /* below the least weight */
    fake_free(&world.fake);
  }
}

static void above_its_capacity_and_below_zero_nothing_is_sold(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (size_t i = 0; i < count; i++) {
    struct world world;
    int64_t grams = 0;
    open_world(&world, codecs[i]->id);
    put(&world, 12000, false, SECONDS(3));
    assert_false(now(&world, &grams));
    put(&world, -30, false, SECONDS(2));
    assert_false(now(&world, &grams));
    fake_free(&world.fake);
  }
}

static void a_silent_scale_is_a_fault_and_keeps_no_weight(void **state) {
  (void)state;
  struct world world;
  int64_t grams = 0;
  open_world(&world, "mt8217");
  put(&world, 500, false, SECONDS(2));
  assert_true(now(&world, &grams));
  world.silent = true;
  fake_run(&world.fake, MS(3300));
  assert_false(now(&world, &grams));
  assert_true((fake_status(&world.fake).faults & SP_FAULT_SILENT) != 0);
  assert_int_equal(fake_status(&world.fake).state, SP_DEVICE_FAULT);
  int opens = world.fake.opens;
  fake_run(&world.fake, SECONDS(8));
  assert_true(world.fake.opens > opens); /* reopening cures some */
  world.silent = false;
  fake_run(&world.fake, SECONDS(12));
  assert_int_equal(fake_status(&world.fake).state, SP_DEVICE_READY);
  fake_free(&world.fake);
}

/* The line falls silent with a weight on it: what lies there a second later nobody knows. */
static void an_old_weight_is_not_sold(void **state) {
  (void)state;
  static const char *const protocols[] = {"mt8217", "toledo_cont"};
  for (int i = 0; i < 2; i++) {
    struct world world;
    int64_t grams = 0;
    open_world(&world, protocols[i]);
    put(&world, 500, false, SECONDS(2));
    assert_true(now(&world, &grams));
    world.silent = true;
    fake_run(&world.fake, MS(1300));
    assert_false(now(&world, &grams));
    assert_false(world.fake.log[world.fake.log_count - 1].sellable); /* and the page was told */
    fake_free(&world.fake);
  }
}

/* Prices are for a kilogram: what a scale tells in pounds or ounces is shown and never sold. */
static void pounds_are_not_kilograms(void **state) {
  (void)state;
  struct world world;
  int64_t grams = 0;
  open_world(&world, "mt_sics");
  world.silent = true;
  for (int n = 0; n < 30; n++) {
    fake_say(&world.fake, n < 15 ? "S S       21.5 oz\r\n" : "S S      0.952 lb\r\n", 19);
    fake_run(&world.fake, MS(100));
    assert_false(now(&world, &grams));
  }
  assert_int_equal(fake_status(&world.fake).state, SP_DEVICE_READY);
  fake_free(&world.fake);
}

/* Parts of a gram are neither cut off nor rounded, in grams and in kilograms alike. */
static void parts_of_a_gram_are_not_sold(void **state) {
  (void)state;
  static const struct {
    const char *frame, *why;
    int64_t grams;
  } cases[] = {{"S S      999.9 g\r\n", "fine", 0},
               {"S S     0.8523 kg\r\n", "fine", 0},
               {"S S      999.0 g\r\n", "", 999},
               {"S S     0.8520 kg\r\n", "", 852}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct world world;
    int64_t grams = 0;
    open_world(&world, "mt_sics");
    world.silent = true;
    for (int n = 0; n < 10; n++) {
      fake_say(&world.fake, cases[i].frame, strlen(cases[i].frame));
      fake_run(&world.fake, MS(100));
    }
    assert_int_equal(now(&world, &grams), cases[i].grams > 0);
    assert_int_equal(grams, cases[i].grams);
    assert_string_equal(sp_scale_why(world.fake.device, world.fake.now_us), cases[i].why);
    fake_free(&world.fake);
  }
}

/* ---- Why not ---- */

static void expect_why(struct world *world, const char *why) {
  int64_t grams = 0;
  assert_string_equal(sp_scale_why(world->fake.device, world->fake.now_us), why);
  assert_int_equal(now(world, &grams), why[0] == '\0');
}

static void each_refusal_has_its_cause(void **state) {
  (void)state;
  struct world world;
  struct sp_error error = {.lang = SP_LANG_EN};
  open_world(&world, "mt_sics");
  expect_why(&world, "old");
  put(&world, 0, false, SECONDS(1));
  expect_why(&world, "empty");
  put(&world, 20, false, SECONDS(1));
  expect_why(&world, "light");
  put(&world, 652, true, SECONDS(1));
  expect_why(&world, "moving");
  put(&world, 652, false, SECONDS(1));
  expect_why(&world, "");
  assert_int_equal(sp_scale_taken(world.fake.device, &error), 0);
  expect_why(&world, "taken");
  put(&world, 12000, false, SECONDS(1));
  expect_why(&world, "over");
  put(&world, -30, false, SECONDS(1));
  expect_why(&world, "negative");
  world.silent = true;
  fake_run(&world.fake, MS(1300));
  expect_why(&world, "old");
  fake_say(&world.fake, "S S       21.5 oz\r\n", 19);
  fake_run(&world.fake, MS(100));
  expect_why(&world, "unit");
  fake_free(&world.fake);
  open_world(&world, "mt8217");
  world.sim.unzeroed = true;
  put(&world, 500, false, SECONDS(1));
  expect_why(&world, "fault");
  fake_free(&world.fake);
}

/* What lay there before we looked may have been sold before we looked. */
static void what_lay_there_from_the_start_is_known(void **state) {
  (void)state;
  struct world world;
  open_world(&world, "mt8217");
  put(&world, 540, false, SECONDS(2));
  expect_why(&world, "");
  assert_true(sp_scale_untouched(world.fake.device));
  put(&world, 548, false, SECONDS(2)); /* not another thing */
  fake_cut(&world.fake);
  fake_run(&world.fake, SECONDS(3));
  assert_true(sp_scale_untouched(world.fake.device));
  put(&world, 0, false, SECONDS(1));
  assert_false(sp_scale_untouched(world.fake.device));
  put(&world, 540, false, SECONDS(2));
  assert_false(sp_scale_untouched(world.fake.device));
  fake_free(&world.fake);
  open_world(&world, "mt8217");
  put(&world, 540, false, SECONDS(2));
  put(&world, 700, false, SECONDS(2));
  assert_false(sp_scale_untouched(world.fake.device));
  fake_free(&world.fake);
}

/* A weight that is not said again is told to be old at once, also one that was never to be sold. */
static void an_old_weight_is_told_at_once(void **state) {
  (void)state;
  static const char *const protocols[] = {"mt8217", "toledo_cont"};
  for (int i = 0; i < 4; i++) {
    struct world world;
    open_world(&world, protocols[i / 2]);
    put(&world, i % 2 ? 20 : 500, false, SECONDS(2));
    assert_false(world.fake.log[world.fake.log_count - 1].old);
    world.silent = true;
    fake_run(&world.fake, MS(1300));
    assert_int_equal(world.fake.log[world.fake.log_count - 1].kind, SP_DEVICE_WEIGHT);
    assert_true(world.fake.log[world.fake.log_count - 1].old);
    world.silent = false;
    fake_run(&world.fake, MS(400));
    assert_false(world.fake.log[world.fake.log_count - 1].old);
    fake_free(&world.fake);
  }
}

static void scan_codes(struct fake *fake, int64_t step_us) {
  struct world *world = (struct world *)(void *)fake;
  (void)step_us;
  if (fake->now_us - world->said_us < MS(700)) return;
  world->said_us = fake->now_us;
  fake_say(fake, "6901234567892\r\n", 15);
}

/* W3: a scanner on the scale's port. */
static void another_device_on_the_port_is_never_ready(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (size_t i = 0; i < count; i++) {
    struct world world;
    int64_t grams = 0;
    bool seen = false;
    open_world(&world, codecs[i]->id);
    world.silent = true;
    world.fake.peer_tick = scan_codes;
    for (int step = 0; step < 150; step++) {
      fake_run(&world.fake, MS(100));
      enum sp_device_state now_state = fake_status(&world.fake).state;
      assert_true(now_state != SP_DEVICE_READY && now_state != SP_DEVICE_DEGRADED);
      assert_false(now(&world, &grams));
      seen |= (fake_status(&world.fake).faults & SP_FAULT_WRONG_DEVICE) != 0;
    }
    assert_true(seen);
    fake_free(&world.fake);
  }
}

static void overload_and_no_zero_are_told(void **state) {
  (void)state;
  struct world world;
  open_world(&world, "cas_ap1");
  put(&world, 0, false, SECONDS(1));
  put(&world, 20000, false, SECONDS(8));
  assert_int_equal(fake_status(&world.fake).faults & SP_FAULT_OVERLOAD, 0);
  fake_run(&world.fake, SECONDS(3));
  assert_true((fake_status(&world.fake).faults & SP_FAULT_OVERLOAD) != 0);
  put(&world, 0, false, SECONDS(1));
  assert_int_equal(fake_status(&world.fake).faults & SP_FAULT_OVERLOAD, 0);
  fake_free(&world.fake);
}

static void zero_and_tare_reach_the_scale(void **state) {
  (void)state;
  struct world world;
  struct sp_error error = {.lang = SP_LANG_EN};
  int64_t grams = 0;
  open_world(&world, "mt_sics");
  put(&world, 30, false, SECONDS(1));
  assert_int_equal(sp_scale_tare(world.fake.device, &error), 0);
  fake_run(&world.fake, MS(10));
  put(&world, 530, false, SECONDS(2));
  assert_true(now(&world, &grams));
  assert_int_equal(grams, 500);
  fake_free(&world.fake);
  open_world(&world, "cas22");
  assert_int_equal(sp_scale_zero(world.fake.device, &error), SP_E_UNSUPPORTED);
  fake_free(&world.fake);
}

/* A line that cuts, drops, doubles and flips: whatever is sold is what lay there. */
static void a_bad_line_never_makes_a_false_weight(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  uint64_t dice = 88172645463325252u;
  for (size_t i = 0; i < count; i++) {
    struct world world;
    int64_t grams = 0;
    open_world(&world, codecs[i]->id);
    world.silent = true; /* only spoilt frames come */
    world.sim.gross = 652;
    for (int n = 0; n < 3000; n++) {
      struct sp_buf frame, spoilt;
      sp_buf_init(&frame, 256);
      sp_buf_init(&spoilt, 512);
      dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
      assert_int_equal(sp_scale_sim_frame(&world.sim, &frame), 0);
      if (dice % 3 == 0)
        sp_buf_add(&spoilt, frame.data, frame.len);
      else
        sp_scale_sim_spoil((enum sp_scale_spoil)(dice / 3 % SP_SPOILS), dice, (const uint8_t *)frame.data, frame.len,
                           &spoilt);
      fake_say(&world.fake, spoilt.data, spoilt.len);
      fake_run(&world.fake, MS(100));
      if (now(&world, &grams)) assert_int_equal(grams, 652);
      sp_buf_free(&frame);
      sp_buf_free(&spoilt);
    }
    fake_free(&world.fake);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_protocol_sells_once_and_only_when_still),
      cmocka_unit_test(above_its_capacity_and_below_zero_nothing_is_sold),
      cmocka_unit_test(a_silent_scale_is_a_fault_and_keeps_no_weight),
      cmocka_unit_test(an_old_weight_is_not_sold),
      cmocka_unit_test(pounds_are_not_kilograms),
      cmocka_unit_test(parts_of_a_gram_are_not_sold),
      cmocka_unit_test(each_refusal_has_its_cause),
      cmocka_unit_test(what_lay_there_from_the_start_is_known),
      cmocka_unit_test(an_old_weight_is_told_at_once),
      cmocka_unit_test(another_device_on_the_port_is_never_ready),
      cmocka_unit_test(overload_and_no_zero_are_told),
      cmocka_unit_test(zero_and_tare_reach_the_scale),
      cmocka_unit_test(a_bad_line_never_makes_a_false_weight),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
