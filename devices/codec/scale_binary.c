#include "devices/codec/scale_frame.h"

/* ---- BCD, six bytes (友声 and others) ----
 * [M] Yousheng JCS-B p. 6: FF; flags: bits 0-2 decimals (0 to 5), 3-4 mode (0 weighing, 1 counting, 2 percent),
 * 5 negative, 6 stable, 7 overflow; three BCD bytes, the lowest first; unit, 0 kg, 1 lb. FF can stand nowhere but at
 * the start, so a lost byte is always seen; a frame counts when the next one has begun, so a doubled one is seen too.
 * Other makes are said to count the decimals from 1 and to leave the unit out; without the unit no frame is taken. */
static bool read_bcd(const uint8_t *bytes, int64_t *out) {
  int64_t value = 0;
  for (int i = 2; i >= 0; i--) {
    if ((bytes[i] >> 4) > 9 || (bytes[i] & 0x0F) > 9) return false;
    value = value * 100 + (bytes[i] >> 4) * 10 + (bytes[i] & 0x0F);
  }
  *out = value;
  return true;
}

static int scan_bcd6(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                     struct sp_scale_reading *out) {
  int64_t value = 0;
  (void)codec;
  if (bytes[0] != 0xFF || (len > 1 && (bytes[1] & 0x07) > 5)) return SP_SCALE_NOISE;
  if (len < 7) return 0;
  uint8_t flags = bytes[1];
  if (bytes[6] != 0xFF || bytes[5] > 1 || !read_bcd(bytes + 2, &value)) return SP_SCALE_NOISE;
  out->motion = flags & 0x40 ? SP_SCALE_STABLE : SP_SCALE_MOVING;
  out->over = flags & 0x80;
  out->negative = flags & 0x20;
  if (flags & 0x18) return 6; /* pieces or percent: no weight */
  out->unit = bytes[5] ? SP_SCALE_LB : SP_SCALE_KG;
  if (out->over) return 6;
  out->weight =
      (struct sp_scale_number){.value = out->negative ? -value : value, .decimals = flags & 0x07, .told = true};
  return 6;
}

const struct sp_scale_codec sp_scale_bcd6 = {
    .id = "bcd6",
    .title = "友声 JCS-B, BCD",
    .line = "9600,8,N,1",
    .streams = true,
    .tells_motion = true,
    .scan = scan_bcd6,
};

/* ---- USB scale, HID usage page 8Dh ----
 * [M] USB HID Point of Sale Usage Tables 1.02: report 3: status, unit (2 g, 3 kg, 0B oz, 0C lb), exponent of ten, and
 * the weight, 16 bits, low byte first. Status: 1 fault, 2 stable at zero, 3 in motion, 4 stable, 5 under zero, 6 over
 * the limit, 7 wants calibration, 8 wants zeroing. */
enum { HID_REPORT = 3, HID_LEN = 6 };

static enum sp_scale_unit hid_unit(uint8_t code) {
  switch (code) {
  case 0x02:
    return SP_SCALE_G;
  case 0x03:
    return SP_SCALE_KG;
  case 0x0B:
    return SP_SCALE_OZ;
  case 0x0C:
    return SP_SCALE_LB;
  default:
    return SP_SCALE_OTHER;
  }
}

static int scan_hid(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                    struct sp_scale_reading *out) {
  (void)codec;
  uint8_t status = bytes[1];
  int exponent = bytes[3] < 0x80 ? bytes[3] : bytes[3] - 0x100;
  if (len != HID_LEN || bytes[0] != HID_REPORT || status < 1 || status > 8) return SP_SCALE_NOISE;
  out->motion = status == 2 || status == 4 ? SP_SCALE_STABLE : SP_SCALE_MOVING;
  out->zero = status == 2;
  out->under = status == 5;
  out->over = status == 6;
  out->fault = status == 1 || status > 6;
  out->unit = hid_unit(bytes[2]);
  if (status < 2 || status > 4) return HID_LEN;
  if (exponent < -6 || exponent > 3) return SP_SCALE_NOISE;
  out->weight.value = bytes[4] | bytes[5] << 8;
  for (; exponent > 0; exponent--)
    out->weight.value *= 10;
  out->weight.decimals = (uint8_t)-exponent;
  out->weight.told = true;
  return HID_LEN;
}

const struct sp_scale_codec sp_scale_hid = {
    .id = "hid_scale",
    .title = "USB scale (HID)",
    .line = "",
    .streams = true,
    .tells_motion = true,
    .packets = true,
    .frame_len = HID_LEN,
    .scan = scan_hid,
};
