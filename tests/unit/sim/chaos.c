/* A bad line: what arrives, when, how much of it, and what its words do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "devices/sim/chaos.h"
#include "devices/sim/scanner.h"
#include <stdlib.h>
#include <string.h>

static void tell(struct sp_chaos *chaos, const char *line, int rc) {
  struct sp_buf answer;
  sp_buf_init(&answer, 4096);
  assert_int_equal(sp_chaos_control(chaos, line, &answer), rc);
  if (rc == 0) assert_string_equal(sp_buf_text(&answer), "ok\n");
  if (rc == SP_E_NOT_FOUND) assert_int_equal(answer.len, 0);
  if (rc == SP_E_INVALID || rc == SP_E_STATE) assert_memory_equal(answer.data, "error: ", 7);
  sp_buf_free(&answer);
}

/* What has arrived at `now`, taken. */
static void expect(struct sp_chaos *chaos, enum sp_chaos_way way, int64_t now, const char *want) {
  const uint8_t *bytes = NULL;
  size_t len = sp_chaos_ready(chaos, way, now, &bytes);
  assert_int_equal(len, strlen(want));
  if (len > 0) assert_memory_equal(bytes, want, len);
  sp_chaos_take(chaos, way, len);
}

static void put(struct sp_chaos *chaos, enum sp_chaos_way way, int64_t now, const char *text) {
  sp_chaos_put(chaos, way, text, strlen(text), now);
}

static void test_calm(void **state) {
  (void)state;
  struct sp_chaos chaos;
  sp_chaos_init(&chaos, SP_CHAOS_TO, true, 1);
  put(&chaos, SP_CHAOS_TO, 0, "abc");
  put(&chaos, SP_CHAOS_FROM, 0, "x");
  put(&chaos, SP_CHAOS_TO, 0, "de");
  expect(&chaos, SP_CHAOS_TO, 0, "abcde");
  expect(&chaos, SP_CHAOS_FROM, 0, "x");
  expect(&chaos, SP_CHAOS_TO, 0, "");
  assert_int_equal(sp_chaos_due(&chaos, SP_CHAOS_TO), SP_CHAOS_NEVER);
  assert_false(sp_chaos_cut(&chaos));
}

static void test_delay_and_stall(void **state) {
  (void)state;
  struct sp_chaos chaos;
  sp_chaos_init(&chaos, SP_CHAOS_TO, false, 1);
  tell(&chaos, "delay 5", 0);
  put(&chaos, SP_CHAOS_TO, 1000, "a");
  put(&chaos, SP_CHAOS_TO, 3000, "b");
  put(&chaos, SP_CHAOS_FROM, 2000, "c");
  assert_int_equal(sp_chaos_due(&chaos, SP_CHAOS_TO), 6000);
  expect(&chaos, SP_CHAOS_TO, 5999, "");
  expect(&chaos, SP_CHAOS_TO, 6000, "a");
  expect(&chaos, SP_CHAOS_FROM, 6999, "");
  expect(&chaos, SP_CHAOS_FROM, 7000, "c");
  tell(&chaos, "stall on to", 0);
  expect(&chaos, SP_CHAOS_TO, 90000, "");
  assert_int_equal(sp_chaos_due(&chaos, SP_CHAOS_TO), SP_CHAOS_NEVER);
  tell(&chaos, "stall off", 0);
  expect(&chaos, SP_CHAOS_TO, 90000, "b");
  tell(&chaos, "delay 0", 0);
  put(&chaos, SP_CHAOS_TO, 90000, "d");
  expect(&chaos, SP_CHAOS_TO, 90000, "d");
}

static void test_what_gets_lost(void **state) {
  (void)state;
  struct sp_chaos chaos;
  sp_chaos_init(&chaos, SP_CHAOS_FROM, false, 1);
  tell(&chaos, "half", 0);
  put(&chaos, SP_CHAOS_FROM, 0, "abcdef");
  put(&chaos, SP_CHAOS_FROM, 0, "ghi");
  expect(&chaos, SP_CHAOS_FROM, 0, "abcghi");
  tell(&chaos, "swallow 4", 0);
  put(&chaos, SP_CHAOS_FROM, 0, "abc");
  put(&chaos, SP_CHAOS_FROM, 0, "def");
  expect(&chaos, SP_CHAOS_FROM, 0, "ef");
  tell(&chaos, "duplicate on", 0);
  put(&chaos, SP_CHAOS_FROM, 0, "ab");
  put(&chaos, SP_CHAOS_TO, 0, "cd");
  expect(&chaos, SP_CHAOS_FROM, 0, "abab");
  expect(&chaos, SP_CHAOS_TO, 0, "cd");
  tell(&chaos, "calm", 0);
  put(&chaos, SP_CHAOS_FROM, 0, "ab");
  expect(&chaos, SP_CHAOS_FROM, 0, "ab");
}

static void test_cut(void **state) {
  (void)state;
  struct sp_chaos chaos;
  sp_chaos_init(&chaos, SP_CHAOS_TO, true, 1);
  tell(&chaos, "cut-after 4", 0);
  put(&chaos, SP_CHAOS_TO, 0, "abc");
  expect(&chaos, SP_CHAOS_TO, 0, "abc");
  assert_false(sp_chaos_cut(&chaos));
  put(&chaos, SP_CHAOS_TO, 0, "defg");
  expect(&chaos, SP_CHAOS_TO, 0, "d");
  assert_true(sp_chaos_cut(&chaos));
  expect(&chaos, SP_CHAOS_TO, 0, "");
  sp_chaos_reset(&chaos);
  assert_false(sp_chaos_cut(&chaos));
  put(&chaos, SP_CHAOS_TO, 0, "hij");
  expect(&chaos, SP_CHAOS_TO, 0, "hij");
  tell(&chaos, "cut", 0);
  assert_true(sp_chaos_cut(&chaos));
}

static void test_garble(void **state) {
  (void)state;
  struct sp_chaos chaos;
  uint8_t zeros[SP_CHAOS_ROOM] = {0};
  const uint8_t *bytes = NULL;
  size_t wrong = 0, total = 0;
  sp_chaos_init(&chaos, SP_CHAOS_FROM, false, 7);
  tell(&chaos, "garble 100000", 0);
  for (int round = 0; round < 20; round++) {
    sp_chaos_put(&chaos, SP_CHAOS_FROM, zeros, sizeof zeros, 0);
    size_t len = sp_chaos_ready(&chaos, SP_CHAOS_FROM, 0, &bytes);
    for (size_t i = 0; i < len; i++) {
      wrong += bytes[i] != 0;
      assert_int_equal(bytes[i] & (bytes[i] - 1), 0); /* one bit */
    }
    total += len;
    sp_chaos_take(&chaos, SP_CHAOS_FROM, len);
  }
  assert_int_equal(total, 20 * SP_CHAOS_ROOM);
  assert_in_range(wrong, total * 8 / 100, total * 12 / 100);
}

/* However much is put in, the queue is bounded, in order, and every byte of it has its time. */
static void test_room(void **state) {
  (void)state;
  struct sp_chaos chaos;
  const uint8_t *bytes = NULL;
  uint8_t next = 0, want = 0;
  sp_chaos_init(&chaos, SP_CHAOS_TO, true, 1);
  tell(&chaos, "delay 1000", 0);
  for (int i = 0; sp_chaos_room(&chaos, SP_CHAOS_TO) > 0; i++, next++)
    sp_chaos_put(&chaos, SP_CHAOS_TO, &next, 1, i);
  assert_int_equal(chaos.lanes[SP_CHAOS_TO].len, SP_CHAOS_ROOM);
  sp_chaos_put(&chaos, SP_CHAOS_TO, "lost", 4, 99999);
  assert_int_equal(chaos.lanes[SP_CHAOS_TO].len, SP_CHAOS_ROOM);
  size_t got = 0;
  for (int64_t now = 0; got < SP_CHAOS_ROOM; now += 1000) {
    size_t len = sp_chaos_ready(&chaos, SP_CHAOS_TO, now, &bytes);
    assert_true(len == 0 || now >= 1000000);
    for (size_t i = 0; i < len; i++)
      assert_int_equal(bytes[i], want++);
    sp_chaos_take(&chaos, SP_CHAOS_TO, len);
    got += len;
  }
  assert_int_equal(chaos.lanes[SP_CHAOS_TO].segment_count, 0);
}

static void test_words(void **state) {
  (void)state;
  struct sp_chaos chaos;
  sp_chaos_init(&chaos, SP_CHAOS_TO, true, 1);
  tell(&chaos, "weight 652", SP_E_NOT_FOUND);
  tell(&chaos, "cut 6901234567892", SP_E_NOT_FOUND);
  tell(&chaos, "", SP_E_NOT_FOUND);
  tell(&chaos, "delay", SP_E_INVALID);
  tell(&chaos, "delay -3", SP_E_INVALID);
  tell(&chaos, "delay 3 sideways", SP_E_INVALID);
  tell(&chaos, "garble 1000001", SP_E_INVALID);
  tell(&chaos, "refuse on to", SP_E_INVALID);
  tell(&chaos, "duplicate on", SP_E_STATE); /* a printer's jobs */
  tell(&chaos, "duplicate on both", 0);
  put(&chaos, SP_CHAOS_TO, 0, "job");
  put(&chaos, SP_CHAOS_FROM, 0, "a");
  expect(&chaos, SP_CHAOS_TO, 0, "job");
  expect(&chaos, SP_CHAOS_FROM, 0, "aa");
  tell(&chaos, "refuse on", 0);
  assert_true(chaos.refuse);
  tell(&chaos, "calm", 0);
  assert_false(chaos.refuse);
}

/* ---- The scanner that goes with it ---- */

static void expect_scan(struct sp_scanner_sim *sim, const char *line, int rc, const char *want, bool slow, bool cut) {
  struct sp_scanner_deed deed;
  struct sp_buf bytes, answer;
  sp_buf_init(&bytes, 4096);
  sp_buf_init(&answer, 4096);
  assert_int_equal(sp_vcontrol_scanner(sim, line, &deed, &bytes, &answer), rc);
  assert_int_equal(bytes.len, strlen(want));
  assert_string_equal(sp_buf_text(&bytes), want);
  assert_int_equal(deed.gap_ms > 0, slow);
  assert_int_equal(deed.cut, cut);
  sp_buf_free(&bytes);
  sp_buf_free(&answer);
}

static void test_scanner(void **state) {
  (void)state;
  struct sp_scanner_sim sim = {.terminator = "\r"};
  expect_scan(&sim, "scan 6901234567892", 0, "6901234567892\r", false, false);
  expect_scan(&sim, "scan  two words \n", 0, "two words \r", false, false);
  expect_scan(&sim, "scan-slowly 12", 0, "12\r", true, false);
  expect_scan(&sim, "cut 123456", 0, "1234", false, true);
  expect_scan(&sim, "cut", SP_E_NOT_FOUND, "", false, false);
  expect_scan(&sim, "scan", SP_E_INVALID, "", false, false);
  expect_scan(&sim, "scan a\\x1db\\\\", 0,
              "a\x1D"
              "b\\\r",
              false, false);
  expect_scan(&sim, "scan a\\q", SP_E_INVALID, "", false, false);
  expect_scan(&sim, "terminator crlf", 0, "", false, false);
  assert_true(sp_scanner_sim_fix("\\x02~", sim.prefix));
  assert_false(sp_scanner_sim_fix("0123456789abcdef", sim.suffix));
  assert_false(sp_scanner_sim_fix("\\x", sim.suffix));
  sim.suffix[0] = '\0';
  expect_scan(&sim, "scan 1", 0, "\x02~1\r\n", false, false);
  expect_scan(&sim, "terminator nothing", SP_E_INVALID, "", false, false);
  expect_scan(&sim, "weight 3", SP_E_NOT_FOUND, "", false, false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_calm),  cmocka_unit_test(test_delay_and_stall), cmocka_unit_test(test_what_gets_lost),
      cmocka_unit_test(test_cut),   cmocka_unit_test(test_garble),          cmocka_unit_test(test_room),
      cmocka_unit_test(test_words), cmocka_unit_test(test_scanner),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
