#include "devices/codec/scanner_serial.h"

void sp_scanner_serial_start(struct sp_scanner_serial *scanner, const struct sp_scan_options *options) {
  sp_scan_frame_start(&scanner->frame, options);
}

enum sp_scan_status sp_scanner_serial_tick(struct sp_scanner_serial *scanner, int64_t now_us, struct sp_scan *out) {
  return sp_scan_frame_tick(&scanner->frame, now_us, out);
}

/* STX in the middle of a frame: its end was lost, and a new one begins. */
static enum sp_scan_status begin(struct sp_scan_frame *frame, struct sp_scan *out) {
  if (!frame->open) return SP_SCAN_NONE;
  frame->lost = true;
  return sp_scan_frame_end(frame, out);
}

enum sp_scan_status sp_scanner_serial_feed(struct sp_scanner_serial *scanner, const char *bytes, size_t len,
                                           int64_t now_us, size_t *used, struct sp_scan *out) {
  enum { STX = 2, ETX = 3 };
  *used = 0;
  enum sp_scan_status status = sp_scan_frame_tick(&scanner->frame, now_us, out);
  while (status == SP_SCAN_NONE && *used < len) {
    char byte = bytes[(*used)++];
    if (byte == '\r' || byte == '\n' || byte == ETX)
      status = sp_scan_frame_end(&scanner->frame, out);
    else if (byte == STX)
      status = begin(&scanner->frame, out);
    else
      sp_scan_frame_add(&scanner->frame, byte, now_us);
  }
  return status;
}
