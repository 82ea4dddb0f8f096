/* What the simulators write the codecs read, over every protocol, and no damage on the line becomes a weight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/scale.h"
#include "devices/sim/scale.h"
#include "tests/unit/random.h"
#include <string.h>

#define BYTES_MAX 4096

struct seen {
  int readings;
  int weights;
  int sellable;
  int false_weights; /* another number than what lies on the pan */
  int false_sales;   /* the same, and sellable */
  int64_t truth;     /* thousandths of a kilogram */
  struct sp_scale_reading last;
};

static int64_t grams_of(const struct sp_scale_reading *reading) {
  int64_t thousandths = 0;
  if (sp_scale_thousandths(reading, &thousandths) != 0) return INT64_MIN; /* finer than any simulator shows */
  return reading->unit == SP_SCALE_G ? thousandths / 1000 : thousandths;
}

static void see(void *ctx, const struct sp_scale_reading *reading) {
  struct seen *seen = ctx;
  seen->readings++;
  seen->last = *reading;
  if (sp_scale_sellable(reading)) seen->sellable++;
  if (!reading->weight.told) return;
  seen->weights++;
  if (grams_of(reading) == seen->truth) return;
  seen->false_weights++;
  if (sp_scale_sellable(reading)) seen->false_sales++;
}

static struct sp_scale_sim random_scale(struct random *random, const struct sp_scale_codec *codec) {
  struct sp_scale_sim sim = {
      .protocol = codec->id, .capacity = 30000, .price = (int32_t)random_between(random, 1, 9999)};
  if (strcmp(codec->id, "dahua_acs") == 0) sim.capacity = 9999;
  sim.gross = (int32_t)random_between(random, 0, sim.capacity);
  if (random_between(random, 0, 3) == 0) sim.tare = (int32_t)random_between(random, 0, sim.gross);
  return sim;
}

/* Something is wrong with the load or the scale. */
static void disturb(struct random *random, struct sp_scale_sim *sim) {
  switch (random_between(random, 0, 3)) {
  case 0:
    sim->moving = true;
    break;
  case 1:
    sim->gross = sim->capacity + (int32_t)random_between(random, 1, 5000);
    break;
  case 2:
    sim->gross = -(int32_t)random_between(random, 1, 5000);
    break;
  default:
    sim->unzeroed = true;
    break;
  }
}

static void write(const struct sp_scale_sim *sim, struct sp_buf *out) {
  assert_int_equal(sp_scale_sim_frame(sim, out), 0);
}

static void feed_in_pieces(struct random *random, struct sp_scale *scale, const struct sp_buf *bytes,
                           struct seen *seen) {
  for (size_t at = 0; at < bytes->len;) {
    size_t step = scale->codec->packets ? bytes->len : (size_t)random_between(random, 1, 7);
    if (step > bytes->len - at) step = bytes->len - at;
    sp_scale_feed(scale, (const uint8_t *)bytes->data + at, step, see, seen);
    at += step;
  }
}

/* Protocols of which a frame counts only when the next has begun, or the one before has ended. */
static bool waits_for_next(const struct sp_scale_codec *codec) {
  return strcmp(codec->id, "adam") == 0 || strcmp(codec->id, "bcd6") == 0 || strcmp(codec->id, "dahua_lines") == 0;
}

/* Three frames of one state, whole and undamaged, in pieces. */
static struct seen weigh(struct random *random, const struct sp_scale_codec *codec, const struct sp_scale_sim *sim) {
  struct seen seen = {.truth = sp_scale_sim_net(sim)};
  struct sp_scale scale;
  struct sp_buf bytes;
  sp_buf_init(&bytes, BYTES_MAX);
  for (int i = 0; i < 3; i++)
    write(sim, &bytes);
  sp_scale_init(&scale, codec);
  feed_in_pieces(random, &scale, &bytes, &seen);
  sp_buf_free(&bytes);
  return seen;
}

static void test_round_trip(void **state) {
  (void)state;
  struct random random = random_start("round trip");
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (int i = 0; i < CASES; i++) {
    const struct sp_scale_codec *codec = codecs[(size_t)i % count];
    struct sp_scale_sim sim = random_scale(&random, codec);
    struct seen seen = weigh(&random, codec, &sim);
    bool silent = strcmp(codec->id, "dialog06") == 0 && sp_scale_sim_net(&sim) == 0; /* NAK: under its least weight */
    int want = silent ? 0 : waits_for_next(codec) ? 2 : 3;
    if (seen.weights != want || seen.false_weights)
      fail_msg("%s: %d weights for %d g, %d false", codec->id, seen.weights, (int)seen.truth, seen.false_weights);
    bool sale = codec->tells_motion && seen.truth > 0;
    if (seen.sellable != (sale ? want : 0))
      fail_msg("%s: %d sellable for %d g", codec->id, seen.sellable, (int)seen.truth);
  }
}

static void test_disturbed(void **state) {
  (void)state;
  struct random random = random_start("disturbed");
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (int i = 0; i < CASES; i++) {
    const struct sp_scale_codec *codec = codecs[(size_t)i % count];
    struct sp_scale_sim sim = random_scale(&random, codec);
    disturb(&random, &sim);
    struct seen seen = weigh(&random, codec, &sim);
    if (seen.sellable)
      fail_msg("%s sells %d g: moving %d, over %d, unzeroed %d", codec->id, (int)seen.truth, sim.moving,
               sp_scale_sim_is_over(&sim), sim.unzeroed);
    if (!codec->tells_motion || !seen.readings || seen.last.kind == SP_SCALE_NAK) continue;
    bool calm = seen.last.motion == SP_SCALE_STABLE && sp_scale_in_range(&seen.last);
    if (calm) fail_msg("%s does not say what is wrong with %d g", codec->id, (int)seen.truth);
  }
}

/* Random bytes, then frames: the frames are found and nothing else. Where a protocol has no checksum its first byte is
 * kept out of the noise, since noise that is a frame byte for byte is a frame; a stray minus before a line of those
 * that never say "stable" is one, and no sale. */
static void put_noise(struct random *random, const struct sp_scale_codec *codec, struct sp_buf *out) {
  int64_t len = random_between(random, 0, 24);
  if (codec->packets && len % codec->frame_len == 0) len++;
  for (int64_t i = 0; i < len; i++) {
    uint8_t byte = (uint8_t)random_next(random);
    sp_buf_putc(out, !codec->checked && byte == 0xFF ? 0 : (char)byte);
  }
}

static void test_noise(void **state) {
  (void)state;
  struct random random = random_start("noise");
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (int i = 0; i < CASES; i++) {
    const struct sp_scale_codec *codec = codecs[(size_t)i % count];
    struct sp_scale_sim sim = random_scale(&random, codec);
    struct seen seen = {.truth = sp_scale_sim_net(&sim)};
    struct sp_scale scale;
    struct sp_buf bytes;
    if (seen.truth == 0) continue;
    sp_scale_init(&scale, codec);
    sp_buf_init(&bytes, BYTES_MAX);
    for (int k = 0; k < 3; k++) {
      sp_buf_reset(&bytes);
      put_noise(&random, codec, &bytes);
      feed_in_pieces(&random, &scale, &bytes, &seen);
      sp_buf_reset(&bytes);
      write(&sim, &bytes);
      feed_in_pieces(&random, &scale, &bytes, &seen);
      if (waits_for_next(codec)) feed_in_pieces(&random, &scale, &bytes, &seen);
    }
    sp_buf_free(&bytes);
    if (seen.false_sales || (codec->tells_motion && seen.false_weights))
      fail_msg("%s: noise became a weight", codec->id);
    if (seen.weights < 3) fail_msg("%s: %d weights found in noise", codec->id, seen.weights);
  }
}

/* Frames of two weights, some damaged. A protocol with a checksum finds every wrong bit; one without leaves that to the
 * parity of its line, but no protocol makes a sale of a frame that is cut, or lost or doubled a byte. */
static void test_damage(void **state) {
  (void)state;
  struct random random = random_start("damage");
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (int i = 0; i < CASES; i++) {
    const struct sp_scale_codec *codec = codecs[(size_t)i % count];
    struct sp_scale_sim sim = random_scale(&random, codec);
    struct seen seen = {.truth = sp_scale_sim_net(&sim)};
    struct sp_scale scale;
    struct sp_buf whole;
    struct sp_buf bytes;
    if (codec->packets) continue;
    sp_scale_init(&scale, codec);
    sp_buf_init(&whole, BYTES_MAX);
    sp_buf_init(&bytes, BYTES_MAX);
    write(&sim, &whole);
    for (int k = 0; k < 6; k++) {
      enum sp_scale_spoil how =
          (enum sp_scale_spoil)random_between(&random, 0, codec->checked ? SP_SPOILS - 1 : SP_SPOIL_DOUBLE);
      if (k % 2 == 0)
        assert_int_equal(sp_scale_sim_spoil(how, random_next(&random), (const uint8_t *)whole.data, whole.len, &bytes),
                         0);
      else
        write(&sim, &bytes);
    }
    write(&sim, &bytes);
    feed_in_pieces(&random, &scale, &bytes, &seen);
    if (seen.false_sales) fail_msg("%s: damage became %d", codec->id, (int)seen.last.weight.value);
    if (seen.truth > 0 && codec->tells_motion && !seen.sellable) fail_msg("%s: did not find its feet again", codec->id);
    sp_buf_free(&bytes);
    sp_buf_free(&whole);
  }
}

/* Whole conversations: what a codec asks its simulator understands. */
static void ask(struct sp_scale *scale, struct sp_scale_sim *sim, enum sp_scale_ask what,
                const struct sp_scale_offer *offer, struct seen *seen) {
  struct sp_scale_bytes request;
  struct sp_buf answer;
  sp_buf_init(&answer, BYTES_MAX);
  assert_int_equal(sp_scale_request(scale->codec, what, offer, &request), 0);
  assert_int_equal(sp_scale_sim_hear(sim, request.bytes, request.len, &answer), 0);
  sp_scale_feed(scale, (const uint8_t *)sp_buf_text(&answer), answer.len, see, seen);
  sp_buf_free(&answer);
}

static void test_conversation(void **state) {
  (void)state;
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  for (size_t i = 0; i < count; i++) {
    const struct sp_scale_codec *codec = codecs[i];
    const struct sp_scale_offer offer = {.price = 1280};
    struct sp_scale_sim sim = {.protocol = codec->id, .gross = 652, .capacity = 9999};
    struct seen seen = {.truth = 652};
    struct sp_scale scale;
    if (!codec->asks) continue;
    sp_scale_init(&scale, codec);
    if (codec->requests[SP_SCALE_ENQUIRE]) {
      ask(&scale, &sim, SP_SCALE_ENQUIRE, NULL, &seen);
      assert_int_equal(seen.last.kind, SP_SCALE_ACK);
    }
    if (codec->offer) ask(&scale, &sim, SP_SCALE_PRICE, &offer, &seen);
    for (int k = 0; k < 2 && codec->requests[SP_SCALE_WEIGH]; k++)
      ask(&scale, &sim, SP_SCALE_WEIGH, NULL, &seen);
    if (seen.weights == 0 || seen.false_weights) fail_msg("%s: asked and got no weight", codec->id);
    if (codec->offer) assert_int_equal(seen.last.amount.value, 835);
  }
}

static void test_zero_and_tare(void **state) {
  (void)state;
  static const char *const protocols[] = {"mt_sics", "toledo_cont", "aclas_os2_asked", "adam"};
  for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
    struct sp_scale_sim sim = {.protocol = protocols[i], .gross = 20, .capacity = 9999, .moving = true};
    struct seen seen = {0};
    struct sp_scale scale;
    sp_scale_init(&scale, sp_scale_codec_find(protocols[i]));
    ask(&scale, &sim, SP_SCALE_TARE, NULL, &seen);
    assert_int_equal(sim.tare, 0); /* it moves */
    sim.moving = false;
    ask(&scale, &sim, SP_SCALE_TARE, NULL, &seen);
    assert_int_equal(sim.tare, 20);
    ask(&scale, &sim, SP_SCALE_ZERO, NULL, &seen);
    sim.gross = 672;
    assert_int_equal(sp_scale_sim_net(&sim), 652);
  }
}

/* Dialog 06 says no, then why. */
static void test_dialog06_why(void **state) {
  (void)state;
  struct sp_scale_sim sim = {.protocol = "dialog06", .gross = 652, .capacity = 9999, .moving = true, .price = 1280};
  struct seen seen = {.truth = 652};
  struct sp_scale scale;
  sp_scale_init(&scale, sp_scale_codec_find("dialog06"));
  ask(&scale, &sim, SP_SCALE_WEIGH, NULL, &seen);
  assert_int_equal(seen.last.kind, SP_SCALE_NAK);
  ask(&scale, &sim, SP_SCALE_STATUS, NULL, &seen);
  assert_int_equal(seen.last.motion, SP_SCALE_MOVING);
  sim.moving = false;
  sim.gross = 20000;
  ask(&scale, &sim, SP_SCALE_STATUS, NULL, &seen);
  assert_true(seen.last.over);
}

static void test_unknown(void **state) {
  (void)state;
  struct sp_scale_sim sim = {.protocol = "abacus", .gross = 1, .capacity = 2};
  struct sp_buf out;
  sp_buf_init(&out, 16);
  assert_int_equal(sp_scale_sim_frame(&sim, &out), SP_E_UNSUPPORTED);
  assert_int_equal(sp_scale_sim_hear(&sim, (const uint8_t *)"W", 1, &out), 0);
  assert_int_equal(out.len, 0);
  sp_buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_disturbed),    cmocka_unit_test(test_noise),
      cmocka_unit_test(test_damage),       cmocka_unit_test(test_conversation), cmocka_unit_test(test_zero_and_tare),
      cmocka_unit_test(test_dialog06_why), cmocka_unit_test(test_unknown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
