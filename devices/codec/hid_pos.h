/* A USB scanner in point-of-sale mode (HID usage page 8Ch, read through hidraw): reports to codes with their symbology.
 *
 * Pure. Where the fields lie is read from the device's own report descriptor, never assumed. Sources: USB HID 1.11
 * §6.2.2 (report descriptors) and HID Point of Sale Usage Tables 1.02: page 8Ch, usages FBh, FCh, FDh symbology
 * identifier 1 to 3 (the AIM characters "]C1"), FEh decoded data, FFh decoded data continued; generic desktop page,
 * usage 3Bh: byte count. The usual report has 64 bytes: id 2, count, three of AIM, 56 of data, two of the maker, and a
 * flag "more follows". Parts are put together until the flag is 0.
 */
#ifndef SP_DEVICES_CODEC_HID_POS_H
#define SP_DEVICES_CODEC_HID_POS_H

#include "base/error.h"
#include "devices/codec/scan.h"

#define SP_HID_DESCRIPTOR_MAX 4096 /* HIDRAW's own bound */
#define SP_HID_REPORT_MAX     1024 /* bytes of a report that is understood */

/* Where things lie in the report with decoded data, in bytes from its start (the id, if any, is byte 0); −1: absent. */
struct sp_hid_pos_layout {
  int16_t id;     /* report id, 0: the device has none and sends none */
  int16_t length; /* of the whole report, id included */
  int16_t count;
  int16_t aim[3];
  int16_t data, data_max;
  int32_t more; /* in bits from the report's start */
};

struct sp_hid_pos {
  struct sp_hid_pos_layout layout;
  struct sp_scan_frame frame;
  char aim[4];
};

/* Read a report descriptor. SP_E_UNSUPPORTED: no report has decoded data of whole bytes, or it is larger than
 * SP_HID_REPORT_MAX; SP_E_INVALID: the descriptor breaks off or contradicts itself. */
int sp_hid_pos_layout(const uint8_t *descriptor, size_t len, struct sp_hid_pos_layout *out, struct sp_error *err);

/* `options`: max, prefix, suffix and gap_us (between two parts); null: all 0. gap_ends has no meaning here. */
void sp_hid_pos_start(struct sp_hid_pos *scanner, const struct sp_hid_pos_layout *layout,
                      const struct sp_scan_options *options);

/* One report as read from hidraw. Reports of other ids are skipped; one too short for its fields, or with a count that
 * runs over them, loses the code. A CR or LF at the end of the data is not part of it. When a whole code
 * follows a part that was left alone, the code is told and the part is not. */
enum sp_scan_status sp_hid_pos_report(struct sp_hid_pos *scanner, const uint8_t *report, size_t len, int64_t now_us,
                                      struct sp_scan *out);

/* Time passes: a part whose next one never came is lost. */
enum sp_scan_status sp_hid_pos_tick(struct sp_hid_pos *scanner, int64_t now_us, struct sp_scan *out);

#endif
