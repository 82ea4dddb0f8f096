#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/scanner_serial.h"
#include "tests/unit/random.h"
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { HEARD_MAX = 4096 };

/* What came out, as text: "aim|code;" and "?;" for a lost one. */
struct heard {
  char text[HEARD_MAX];
  size_t len;
};

static void hear(struct heard *heard, enum sp_scan_status status, const struct sp_scan *scan) {
  if (status == SP_SCAN_NONE) return;
  int len = snprintf(heard->text + heard->len, HEARD_MAX - heard->len, status == SP_SCAN_LOST ? "?;" : "%s|%s;",
                     scan->aim, scan->text);
  heard->len += (size_t)len;
  assert_true(heard->len < HEARD_MAX);
}

static void feed(struct sp_scanner_serial *scanner, const char *bytes, size_t len, size_t step, struct heard *heard) {
  struct sp_scan scan;
  for (size_t at = 0; at < len;) {
    size_t part = len - at < step ? len - at : step;
    size_t used = 0;
    enum sp_scan_status status = sp_scanner_serial_feed(scanner, bytes + at, part, 1000, &used, &scan);
    assert_true(used <= part && (used > 0 || status != SP_SCAN_NONE));
    hear(heard, status, &scan);
    at += used;
  }
}

static void test_frames(void **state) {
  (void)state;
  static const struct {
    const char *bytes, *heard;
    struct sp_scan_options options;
  } rows[] = {
      {"6901234567892\r", "|6901234567892;", {0}},
      {"6901234567892\n", "|6901234567892;", {0}},
      {"6901234567892\r\n96385074\r\n", "|6901234567892;|96385074;", {0}},
      {"\x02"
       "690\x03",
       "|690;",
       {0}},
      {"\x02"
       "690\x03\r\n\x02"
       "691\x03\r\n",
       "|690;|691;",
       {0}},
      {"]E0690\r", "]E0|690;", {0}},
      {"]C110A\x1D"
       "21B\r",
       "]C1|10A\x1D"
       "21B;",
       {0}},
      {"\r\n\r\n", "", {0}},
      {"69\x02"
       "690\r",
       "?;|690;",
       {0}},
      {"69\x07"
       "0\r690\r",
       "?;|690;",
       {0}},
      {"69\x7F"
       "0\r",
       "?;",
       {0}},
      {"https://例.cn/?a=1\r", "|https://例.cn/?a=1;", {0}},
      {"12345\r123456\r123\r", "|12345;?;|123;", {.max = 5}},
      {"A690Z\r690Z\rA690\r", "|690;?;?;", {.prefix = "A", .suffix = "Z"}},
      {"]E0\r", "?;", {0}},
      {"690", "", {0}},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    for (size_t step = 1; step <= strlen(rows[i].bytes); step++) { /* cut at every byte */
      struct sp_scanner_serial scanner;
      struct heard heard = {0};
      sp_scanner_serial_start(&scanner, &rows[i].options);
      feed(&scanner, rows[i].bytes, strlen(rows[i].bytes), step, &heard);
      assert_string_equal(heard.text, rows[i].heard);
    }
  }
}

static void test_silence(void **state) {
  (void)state;
  struct sp_scanner_serial scanner;
  struct sp_scan scan;
  size_t used = 0;
  struct sp_scan_options silent = {.gap_ends = true};
  sp_scanner_serial_start(&scanner, &silent);
  assert_int_equal(sp_scanner_serial_feed(&scanner, "690", 3, 0, &used, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_scanner_serial_tick(&scanner, SP_SCAN_GAP_US, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_scanner_serial_feed(&scanner, "12", 2, SP_SCAN_GAP_US, &used, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_scanner_serial_feed(&scanner, "7", 1, 3 * SP_SCAN_GAP_US, &used, &scan), SP_SCAN_DONE);
  assert_int_equal(used, 0); /* the new byte is still to come */
  assert_string_equal(scan.text, "69012");
  assert_int_equal(scan.widest_gap_us, SP_SCAN_GAP_US);
  sp_scanner_serial_start(&scanner, NULL);
  assert_int_equal(sp_scanner_serial_feed(&scanner, "690", 3, 0, &used, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_scanner_serial_tick(&scanner, SP_SCAN_GAP_US + 1, &scan), SP_SCAN_LOST);
  assert_int_equal(sp_scanner_serial_tick(&scanner, 9 * SP_SCAN_GAP_US, &scan), SP_SCAN_NONE);
}

/* Any bytes, cut anywhere: the same codes. */
static void property_cuts(void **state) {
  (void)state;
  struct random random = random_start("however the bytes are cut");
  static const char bytes[] = "0123456789]C1AB\r\n\x02\x03\x1D\x07";
  for (int i = 0; i < 2000; i++) {
    char text[200];
    size_t len = random_next(&random) % sizeof text;
    for (size_t k = 0; k < len; k++)
      text[k] = bytes[random_next(&random) % (sizeof bytes - 1)];
    struct sp_scan_options options = {.max = 30};
    struct sp_scanner_serial scanner;
    struct heard whole = {0};
    struct heard cut = {0};
    sp_scanner_serial_start(&scanner, &options);
    feed(&scanner, text, len, len + 1, &whole);
    sp_scanner_serial_start(&scanner, &options);
    feed(&scanner, text, len, 1 + random_next(&random) % 9, &cut);
    assert_string_equal(whole.text, cut.text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frames),
      cmocka_unit_test(test_silence),
      cmocka_unit_test(property_cuts),
  };
  return cmocka_run_group_tests_name("scanner_serial", tests, NULL, NULL);
}
