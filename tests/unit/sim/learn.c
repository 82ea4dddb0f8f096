/* Learning from bytes: every simulated scale is named, whatever lies on it and however its bytes are cut; scanners'
 * frames are found; a recording is read back as it was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "devices/codec/capture.h"
#include "devices/codec/scale_learn.h"
#include "devices/codec/scan_learn.h"
#include "devices/sim/scale.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed_of(void) {
  const char *given = getenv("SP_SEED");
  uint64_t seed = given ? strtoull(given, NULL, 10) : 20261122;
  print_message("SP_SEED=%llu\n", (unsigned long long)seed);
  return seed;
}

static uint64_t next(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* Frames as this scale sends them, in pieces; reports of a HID device come whole. */
static void feed_frames(struct sp_scale_learner *learner, const struct sp_scale_codec *codec, uint64_t *dice) {
  struct sp_scale_sim sim = {.protocol = codec->id, .capacity = 9000, .price = 1000};
  struct sp_buf out;
  sp_buf_init(&out, 4096);
  sp_scale_learn_start(learner);
  for (int i = 0; i < 6; i++) {
    sim.gross = 100 + (int32_t)(next(dice) % 8000);
    assert_int_equal(sp_scale_sim_frame(&sim, &out), 0);
    if (codec->packets) {
      sp_scale_learn_feed(learner, (const uint8_t *)out.data, out.len);
      sp_buf_reset(&out);
    }
  }
  for (size_t at = 0; at < out.len;) {
    size_t part = 1 + (size_t)(next(dice) % 9);
    if (part > out.len - at) part = out.len - at;
    sp_scale_learn_feed(learner, (const uint8_t *)out.data + at, part);
    at += part;
  }
  sp_buf_free(&out);
}

static void test_every_scale_is_named(void **state) {
  (void)state;
  uint64_t dice = seed_of();
  size_t count = 0;
  const struct sp_scale_codec *const *codecs = sp_scale_codecs(&count);
  struct sp_scale_learner *learner = malloc(sizeof *learner);
  assert_non_null(learner);
  for (int round = 0; round < 50; round++) {
    for (size_t i = 0; i < count; i++) {
      struct sp_scale_guess guesses[4];
      feed_frames(learner, codecs[i], &dice);
      int found = sp_scale_learn_guess(learner, guesses, 4);
      assert_true(found > 0);
      if (guesses[0].codec != codecs[i]) print_message("%s taken for %s\n", codecs[i]->id, guesses[0].codec->id);
      assert_ptr_equal(guesses[0].codec, codecs[i]);
      assert_true(guesses[0].score >= SP_SCALE_LEARN_SURE);
      assert_true(guesses[0].last.weight.told);
      for (int at = 1; at < found; at++)
        assert_true(guesses[at].score <= guesses[at - 1].score);
    }
  }
  free(learner);
}

static void test_noise_is_nobody(void **state) {
  (void)state;
  uint64_t dice = seed_of();
  struct sp_scale_learner *learner = malloc(sizeof *learner);
  assert_non_null(learner);
  for (int round = 0; round < 20; round++) {
    struct sp_scale_guess guess;
    sp_scale_learn_start(learner);
    for (int i = 0; i < 2000; i++) {
      uint8_t byte = (uint8_t)next(&dice);
      sp_scale_learn_feed(learner, &byte, 1);
    }
    assert_true(sp_scale_learn_guess(learner, &guess, 1) == 0 || guess.score < SP_SCALE_LEARN_SURE);
  }
  sp_scale_learn_start(learner);
  struct sp_scale_guess none;
  assert_int_equal(sp_scale_learn_guess(learner, &none, 1), 0);
  sp_scale_learn_feed(learner, (const uint8_t *)"\x06\x06\x06", 3); /* an ACK may be anybody's */
  assert_int_equal(sp_scale_learn_guess(learner, &none, 1), 0);
  free(learner);
}

/* ---- Scanners ---- */

static void learn_codes(struct sp_scan_learner *learner, const char *const *codes, int64_t gap_us,
                        struct sp_scan_guess *guess) {
  int64_t now = 1000000;
  sp_scan_learn_start(learner);
  for (; *codes; codes++, now += gap_us) {
    for (const char *at = *codes; *at != '\0'; at++, now += 1000)
      sp_scan_learn_feed(learner, at, 1, now);
  }
  sp_scan_learn_guess(learner, guess);
}

static void expect_code(const struct sp_scan_learner *learner, const struct sp_scan_guess *guess, int index,
                        const char *want) {
  char text[SP_SCAN_MAX + 1];
  assert_int_equal(sp_scan_learn_code(learner, guess, index, text), strlen(want));
  assert_string_equal(text, want);
}

static void test_scanner_frames(void **state) {
  (void)state;
  static const char *const cr[] = {"6901234567892\r", "6909876543217\r", NULL};
  static const char *const crlf[] = {"\x02~]E06901234567892#\r\n", "\x02~]C1ABC#\r\n", NULL};
  static const char *const bare[] = {"6901234567892", "4006381333931", NULL};
  static const char *const mixed[] = {"1\r", "2\n", NULL};
  static const char *const around[] = {"XX6901234567892YY\r", "XXABC-1YY\r", "XX12345678YY\r",
                                       "XXhttp://a.b/cYY\r",  "XX0YY\r",     NULL};
  static const char *const alike[] = {"SKU1001\r", "SKU1002\r", "SKU1003\r", "SKU1004\r", NULL};
  static const char *const none[] = {NULL};
  struct sp_scan_learner *learner = malloc(sizeof *learner);
  struct sp_scan_guess guess;
  assert_non_null(learner);
  learn_codes(learner, cr, 0, &guess);
  assert_int_equal(guess.codes, 2);
  assert_string_equal(guess.terminator, "CR");
  assert_string_equal(guess.prefix, ""); /* digits that all codes share are no prefix */
  expect_code(learner, &guess, 1, "6909876543217");
  learn_codes(learner, crlf, 500000, &guess);
  assert_int_equal(guess.codes, 2);
  assert_string_equal(guess.terminator, "CR LF");
  assert_true(guess.stx && guess.aim);
  assert_string_equal(guess.prefix, "~");
  assert_string_equal(guess.suffix, "#");
  expect_code(learner, &guess, 0, "6901234567892");
  expect_code(learner, &guess, 1, "ABC");
  learn_codes(learner, around, 500000, &guess);
  assert_string_equal(guess.prefix, "XX"); /* around codes that have nothing else in common */
  assert_string_equal(guess.suffix, "YY");
  expect_code(learner, &guess, 4, "0");
  learn_codes(learner, alike, 500000, &guess);
  assert_string_equal(guess.prefix, ""); /* letters of the codes' own */
  expect_code(learner, &guess, 0, "SKU1001");
  learn_codes(learner, bare, 500000, &guess);
  assert_int_equal(guess.codes, 2);
  assert_string_equal(guess.terminator, "none");
  assert_int_equal(guess.widest_gap_us, 1000);
  learn_codes(learner, mixed, 0, &guess);
  assert_string_equal(guess.terminator, "mixed");
  learn_codes(learner, none, 0, &guess);
  assert_int_equal(guess.codes, 0);
  free(learner);
}

/* ---- Recordings ---- */

static void test_recording(void **state) {
  (void)state;
  struct sp_buf text;
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_capture_line *line = malloc(sizeof *line);
  assert_non_null(line);
  sp_buf_init(&text, 1 << 16);
  assert_int_equal(sp_capture_put(1200345, true,
                                  "\x02"
                                  "0\xFF",
                                  3, &text),
                   0);
  assert_string_equal(sp_buf_text(&text), "1200345 < 02 30 ff\n");
  assert_int_equal(sp_capture_parse(text.data, text.len - 1, line, &error), 0);
  assert_true(line->in);
  assert_int_equal(line->us, 1200345);
  assert_int_equal(line->len, 3);
  assert_memory_equal(line->bytes,
                      "\x02"
                      "0\xFF",
                      3);
  assert_int_equal(sp_capture_parse("7 > 1B40", 8, line, &error), 0); /* as a node writes it */
  assert_false(line->in);
  assert_memory_equal(line->bytes, "\x1B@", 2);
  assert_int_equal(sp_capture_parse("# anything", 10, line, &error), 0);
  assert_int_equal(line->len, 0);
  assert_int_equal(sp_capture_parse("", 0, line, &error), 0);
  static const char *const bad[] = {"x < 00", "5 = 00", "5 <", "5 < 0", "5 < 0g", "99999999999999999999 < 00", "5"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_int_equal(sp_capture_parse(bad[i], strlen(bad[i]), line, &error), SP_E_INVALID);
  sp_buf_free(&text);
  free(line);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_scale_is_named),
      cmocka_unit_test(test_noise_is_nobody),
      cmocka_unit_test(test_scanner_frames),
      cmocka_unit_test(test_recording),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
