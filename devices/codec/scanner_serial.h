/* A scanner on a serial line or USB-CDC (/dev/ttyACM*): bytes to codes.
 *
 * Pure. A code ends with CR, LF, CR LF, ETX or silence (`gap_ends`); STX begins one. GS is kept (FNC1); any other
 * control byte spoils the code it stands in. Bytes of 80h and more pass as they are: a QR code may hold UTF-8 or
 * GB18030. Over a real serial line at 9600 baud a byte takes about 1 ms, so the default gap of 40 ms suits that too;
 * the gap is reckoned between two deliveries of bytes.
 */
#ifndef SP_DEVICES_CODEC_SCANNER_SERIAL_H
#define SP_DEVICES_CODEC_SCANNER_SERIAL_H

#include "devices/codec/scan.h"

struct sp_scanner_serial {
  struct sp_scan_frame frame;
};

void sp_scanner_serial_start(struct sp_scanner_serial *scanner, const struct sp_scan_options *options);

/* Take bytes up to the end of the first frame; `*used` says how many. Call again with the rest while it is less than
 * `len`. All of it came at `now_us`. However the bytes are cut, the codes are the same. */
enum sp_scan_status sp_scanner_serial_feed(struct sp_scanner_serial *scanner, const char *bytes, size_t len,
                                           int64_t now_us, size_t *used, struct sp_scan *out);

/* Time passes. */
enum sp_scan_status sp_scanner_serial_tick(struct sp_scanner_serial *scanner, int64_t now_us, struct sp_scan *out);

#endif
