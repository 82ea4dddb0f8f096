#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/hid_pos.h"
#include "tests/unit/random.h"
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { REPORT = 64, DATA = 56 };

/* The usual 64-byte report of HID POS 1.02, item by item: id 2, byte count, three of AIM, 56 of data, two of the
 * maker's, one byte with the flag "more follows"; before it a report with a trigger, after it one for output. */
static const uint8_t usual[] = {
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01,                                           /* scanner page, bar code scanner */
    0x09, 0x14, 0xA1, 0x02, 0x85, 0x04, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, /* id 4: eight bits, of which */
    0x01, 0x09, 0x60, 0x81, 0x02, 0x95, 0x07, 0x81, 0x03, 0xC0,                   /* one counts and seven pad */
    0x09, 0x12, 0xA1, 0x02, 0x85, 0x02, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x01, /* id 2: scanned data */
    0xA4, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, 0xB4,                               /* push, byte count, pop */
    0x95, 0x03, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81, 0x02,                   /* AIM 1, 2, 3 */
    0x95, 0x38, 0x09, 0xFE, 0x82, 0x02, 0x01,                                     /* 56 of decoded data, buffered */
    0x06, 0x66, 0xFF, 0x95, 0x02, 0x09, 0x04, 0x09, 0x00, 0x81, 0x02,             /* the maker's two */
    0x05, 0x8C, 0x75, 0x01, 0x95, 0x08, 0x09, 0xFF, 0x81, 0x02, 0xC0,             /* continued */
    0xFE, 0x02, 0xF0, 0x11, 0x22,                                                 /* a long item, skipped */
    0x85, 0x05, 0x75, 0x08, 0x95, 0x3F, 0x09, 0x30, 0x91, 0x02, 0xC0,             /* id 5: output */
};

/* A small one without ids, count, symbology and flag: sixteen bytes of data, usages given with their page. */
static const uint8_t small[] = {0x0B, 0xFE, 0x00, 0x8C, 0x00, 0x75, 0x08, 0x95, 0x10, 0x81, 0x02};

static void load(struct sp_hid_pos *scanner, const struct sp_scan_options *options) {
  struct sp_hid_pos_layout layout;
  assert_int_equal(sp_hid_pos_layout(usual, sizeof usual, &layout, NULL), 0);
  sp_hid_pos_start(scanner, &layout, options);
}

static void make(uint8_t report[REPORT], const char *aim, const char *data, size_t len, bool more) {
  memset(report, 0, REPORT);
  report[0] = 2;
  report[1] = (uint8_t)len;
  memcpy(report + 2, aim, 3);
  memcpy(report + 5, data, len < DATA ? len : DATA);
  report[63] = more;
}

static void test_layout(void **state) {
  (void)state;
  struct sp_hid_pos_layout layout;
  assert_int_equal(sp_hid_pos_layout(usual, sizeof usual, &layout, NULL), 0);
  assert_int_equal(layout.id, 2);
  assert_int_equal(layout.length, REPORT);
  assert_int_equal(layout.count, 1);
  assert_int_equal(layout.aim[0], 2);
  assert_int_equal(layout.aim[2], 4);
  assert_int_equal(layout.data, 5);
  assert_int_equal(layout.data_max, DATA);
  assert_int_equal(layout.more, 63 * 8);
  assert_int_equal(sp_hid_pos_layout(small, sizeof small, &layout, NULL), 0);
  assert_int_equal(layout.id, 0);
  assert_int_equal(layout.length, 16);
  assert_int_equal(layout.count, -1);
  assert_int_equal(layout.data, 0);
  assert_int_equal(layout.data_max, 16);
  assert_int_equal(layout.more, -1);
}

static void test_no_layout(void **state) {
  (void)state;
  static const uint8_t keyboard[] = {0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x08, 0x81, 0x02, 0xC0};
  static const uint8_t bits[] = {0x05, 0x8C, 0x09, 0xFE, 0x75, 0x07, 0x95, 0x08, 0x81, 0x02};
  static const uint8_t huge[] = {0x05, 0x8C, 0x09, 0xFE, 0x75, 0x08, 0x96, 0x01, 0x04, 0x81, 0x02};
  static const uint8_t pop[] = {0xB4};
  static const uint8_t zero[] = {0x85, 0x00};
  static const uint8_t cut[] = {0x05};
  static const uint8_t long_cut[] = {0xFE, 0x05, 0x00, 0x00};
  static const struct {
    const uint8_t *bytes;
    size_t len;
    int rc;
  } rows[] = {
      {keyboard, sizeof keyboard, SP_E_UNSUPPORTED},
      {bits, sizeof bits, SP_E_UNSUPPORTED},
      {usual, 0, SP_E_UNSUPPORTED},
      {huge, sizeof huge, SP_E_INVALID},
      {pop, sizeof pop, SP_E_INVALID},
      {zero, 2, SP_E_INVALID},
      {cut, sizeof cut, SP_E_INVALID},
      {long_cut, 4, SP_E_INVALID},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sp_hid_pos_layout layout;
    struct sp_error err = {0};
    assert_int_equal(sp_hid_pos_layout(rows[i].bytes, rows[i].len, &layout, &err), rows[i].rc);
    assert_string_equal(err.field, "descriptor");
  }
  uint8_t pushes[9];
  memset(pushes, 0xA4, sizeof pushes);
  struct sp_hid_pos_layout layout;
  assert_int_equal(sp_hid_pos_layout(pushes, sizeof pushes, &layout, NULL), SP_E_INVALID);
}

static void test_reports(void **state) {
  (void)state;
  struct sp_hid_pos scanner;
  struct sp_scan scan;
  uint8_t report[REPORT];
  load(&scanner, NULL);
  make(report, "]E0", "6901234567892", 13, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 7000, &scan), SP_SCAN_DONE);
  assert_string_equal(scan.text, "6901234567892");
  assert_string_equal(scan.aim, "]E0");
  assert_int_equal(scan.first_us, 7000);
  make(report, "]C1",
       "10A\x1D"
       "21B\r\n",
       9, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 8000, &scan), SP_SCAN_DONE);
  assert_string_equal(scan.text, "10A\x1D"
                                 "21B");
  assert_string_equal(scan.aim, "]C1");
  make(report, "\0\0\0", "690", 3, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 9000, &scan), SP_SCAN_DONE);
  assert_string_equal(scan.aim, "");
  report[0] = 4;
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 9000, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_hid_pos_report(&scanner, report, 0, 9000, &scan), SP_SCAN_NONE);
}

static void test_parts(void **state) {
  (void)state;
  struct sp_hid_pos scanner;
  struct sp_scan scan;
  uint8_t report[REPORT];
  char text[3 * DATA + 1];
  for (size_t i = 0; i < sizeof text; i++)
    text[i] = (char)('a' + i % 26);
  text[sizeof text - 1] = '\0';
  load(&scanner, NULL);
  make(report, "]Q1", text, DATA, true);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 1000, &scan), SP_SCAN_NONE);
  make(report, "]Q1", text + DATA, DATA, true);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 2000, &scan), SP_SCAN_NONE);
  make(report, "]Q1", text + 2 * DATA, DATA, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 3000, &scan), SP_SCAN_DONE);
  assert_string_equal(scan.text, text);
  assert_string_equal(scan.aim, "]Q1");
  assert_int_equal(scan.first_us, 1000);
  assert_int_equal(scan.last_us, 3000);
}

static void test_lost(void **state) {
  (void)state;
  struct sp_hid_pos scanner;
  struct sp_scan scan;
  uint8_t report[REPORT];
  struct sp_scan_options options = {.max = 60};
  load(&scanner, &options);
  make(report, "]E0", "690", 3, false);
  report[1] = DATA + 1; /* more than there is */
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 1000, &scan), SP_SCAN_LOST);
  make(report, "]E0", "690", 3, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT - 1, 1000, &scan), SP_SCAN_LOST);
  make(report, "]E0", "6\0000", 3, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 1000, &scan), SP_SCAN_LOST);
  make(report, "]E0", "", 0, true); /* an empty part, then one that never comes */
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 1000, &scan), SP_SCAN_NONE);
  make(report, "]Q1", "123", 3, true);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 1000, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_hid_pos_tick(&scanner, 1000 + SP_SCAN_GAP_US, &scan), SP_SCAN_NONE);
  assert_int_equal(sp_hid_pos_tick(&scanner, 1001 + SP_SCAN_GAP_US, &scan), SP_SCAN_LOST);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 1000000, &scan), SP_SCAN_NONE);
  make(report, "]E0", "690", 3, false); /* a whole one follows the broken one: it alone is told */
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 2000000, &scan), SP_SCAN_DONE);
  assert_string_equal(scan.text, "690");
  char longer[DATA];
  memset(longer, '1', sizeof longer);
  make(report, "]Q1", longer, DATA, true);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 3000000, &scan), SP_SCAN_NONE);
  make(report, "]Q1", longer, DATA, false);
  assert_int_equal(sp_hid_pos_report(&scanner, report, REPORT, 3000000, &scan), SP_SCAN_LOST);
}

static void test_small(void **state) {
  (void)state;
  struct sp_hid_pos_layout layout;
  struct sp_hid_pos scanner;
  struct sp_scan scan;
  assert_int_equal(sp_hid_pos_layout(small, sizeof small, &layout, NULL), 0);
  sp_hid_pos_start(&scanner, &layout, NULL);
  static const uint8_t report[16] = "]E0690";
  assert_int_equal(sp_hid_pos_report(&scanner, report, 16, 0, &scan), SP_SCAN_DONE);
  assert_string_equal(scan.text, "690");
  assert_string_equal(scan.aim, "]E0");
  static const uint8_t full[16] = {'1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '\n'};
  assert_int_equal(sp_hid_pos_report(&scanner, full, 16, 0, &scan), SP_SCAN_DONE);
  assert_int_equal(scan.len, 15);
}

/* Any descriptor, then any report under whatever layout came of it: nothing is read beyond the report. */
static void property_noise(void **state) {
  (void)state;
  struct random random = random_start("any descriptor, any report");
  int understood = 0;
  for (int i = 0; i < CASES; i++) {
    uint8_t descriptor[sizeof usual];
    memcpy(descriptor, usual, sizeof usual);
    for (uint64_t n = random_next(&random) % 6; n > 0; n--)
      descriptor[random_next(&random) % sizeof usual] = (uint8_t)random_next(&random);
    struct sp_hid_pos_layout layout;
    if (sp_hid_pos_layout(descriptor, sizeof descriptor, &layout, NULL) != 0) continue;
    understood++;
    assert_in_range(layout.length, 1, SP_HID_REPORT_MAX);
    struct sp_hid_pos scanner;
    sp_hid_pos_start(&scanner, &layout, NULL);
    for (int k = 0; k < 4; k++) {
      size_t len = random_next(&random) % 2 ? (size_t)layout.length : random_next(&random) % 80;
      uint8_t *report = malloc(len ? len : 1); /* its own block, so that reading past the end is seen */
      assert_non_null(report);
      for (size_t b = 0; b < len; b++)
        report[b] = (uint8_t)(random_next(&random) % 4 ? '1' : random_next(&random));
      if (len > 0 && layout.id) report[0] = (uint8_t)layout.id;
      struct sp_scan scan;
      enum sp_scan_status status = sp_hid_pos_report(&scanner, report, len, k * 1000, &scan);
      if (status == SP_SCAN_DONE) assert_in_range(scan.len, 1, SP_SCAN_MAX);
      free(report);
    }
  }
  assert_true(understood > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_layout),    cmocka_unit_test(test_no_layout), cmocka_unit_test(test_reports),
      cmocka_unit_test(test_parts),     cmocka_unit_test(test_lost),      cmocka_unit_test(test_small),
      cmocka_unit_test(property_noise),
  };
  return cmocka_run_group_tests_name("hid_pos", tests, NULL, NULL);
}
