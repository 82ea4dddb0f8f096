/* Any bytes as what a scanner sends, in three ways: key events, a report descriptor with its reports, a serial line. A
 * code that comes out is whole and within its bounds; bytes cut differently give the same codes. */
#include "devices/codec/hid_pos.h"
#include "devices/codec/keyboard.h"
#include "devices/codec/scanner_serial.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int truth) {
  if (!truth) abort();
}

static void check_scan(enum sp_scan_status status, const struct sp_scan *scan, size_t most) {
  if (status != SP_SCAN_DONE) return;
  expect(scan->len > 0 && scan->len <= most && strlen(scan->text) == scan->len && strlen(scan->aim) % 3 == 0);
  expect(scan->first_us <= scan->last_us && scan->widest_gap_us <= scan->last_us - scan->first_us);
  for (size_t i = 0; i < scan->len; i++) {
    unsigned char c = (unsigned char)scan->text[i];
    expect((c >= ' ' && c != 127) || c == 29);
  }
}

/* Two bytes an event: the key, then its value in two bits and the time since the last one in six. */
static void try_keyboard(const uint8_t *data, size_t size) {
  struct sp_scan_options options = {.max = MOST, .gap_ends = size % 2 != 0};
  struct sp_keyboard keyboard;
  struct sp_scan scan;
  int64_t now_us = 0;
  sp_keyboard_start(&keyboard, &options);
  for (size_t i = 0; i + 1 < size; i += 2) {
    now_us += (data[i + 1] >> 2) * 1000;
    int value = data[i + 1] & 3;
    if (value == 3)
      sp_keyboard_dropped(&keyboard, now_us);
    else
      check_scan(sp_keyboard_key(&keyboard, data[i], value, now_us, &scan), &scan, MOST);
  }
  check_scan(sp_keyboard_tick(&keyboard, now_us + 1000000, &scan), &scan, MOST);
  expect(sp_keyboard_tick(&keyboard, now_us + 2000000, &scan) == SP_SCAN_NONE);
}

/* The first byte is the descriptor's length; the rest are reports of the length it says. */
static void try_hid(const uint8_t *data, size_t size) {
  struct sp_hid_pos_layout layout;
  struct sp_hid_pos scanner;
  struct sp_scan scan;
  if (size == 0) return;
  size_t len = data[0] < size - 1 ? data[0] : size - 1;
  if (sp_hid_pos_layout(data + 1, len, &layout, NULL) != 0) return;
  expect(layout.length > 0 && layout.length <= SP_HID_REPORT_MAX && layout.data >= 0 && layout.data_max > 0);
  sp_hid_pos_start(&scanner, &layout, NULL);
  const uint8_t *at = data + 1 + len;
  size_t left = size - 1 - len;
  for (int64_t now_us = 0; left > 0; now_us += 1000) {
    size_t part = left < (size_t)layout.length ? left : (size_t)layout.length;
    uint8_t *report = malloc(part); /* its own block, so that reading past the end is seen */
    expect(report != NULL);
    memcpy(report, at, part);
    check_scan(sp_hid_pos_report(&scanner, report, part, now_us, &scan), &scan, SP_SCAN_MAX);
    free(report);
    at += part;
    left -= part;
  }
}

/* A number that depends on every code and every loss. */
static uint64_t try_serial(const char *bytes, size_t len, size_t step) {
  struct sp_scan_options options = {.max = MOST};
  struct sp_scanner_serial scanner;
  struct sp_scan scan;
  uint64_t sum = 0;
  sp_scanner_serial_start(&scanner, &options);
  for (size_t at = 0; at < len;) {
    size_t part = len - at < step ? len - at : step;
    size_t used = 0;
    enum sp_scan_status status = sp_scanner_serial_feed(&scanner, bytes + at, part, 5, &used, &scan);
    expect(used <= part && (used == part || status != SP_SCAN_NONE));
    check_scan(status, &scan, MOST);
    if (status != SP_SCAN_NONE) sum = sum * 31 + (uint64_t)status;
    for (size_t i = 0; status == SP_SCAN_DONE && i < scan.len; i++)
      sum = sum * 31 + (unsigned char)scan.text[i];
    at += used;
  }
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try_keyboard(data, size);
  try_hid(data, size);
  const char *bytes = size > 0 ? (const char *)data : "";
  uint64_t whole = try_serial(bytes, size, size + 1);
  expect(try_serial(bytes, size, 1) == whole);
  expect(try_serial(bytes, size, 7) == whole);
  return 0;
}
