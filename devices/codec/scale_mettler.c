#include "devices/codec/scale_frame.h"

#define STX "\x02"

/* ---- Mettler-Toledo 8217 ----
 * [M] Brecknell 67xx service manual p. 68-77, Mettler-Toledo DIVA service manual p. 35-45: STX, two digits, point,
 * three digits (pounds: three and two), N when net, CR; or STX ? status CR, bits 0 motion, 1 over capacity, 2 under
 * zero, 3 outside the zero range, 4 centre of zero, 5 net. A weight is sent only when there is a good one; otherwise
 * the status. The unit is not told: kilograms are written with three decimals, pounds with two. The high-resolution
 * weight (H) is a digit longer and not taken: it is not what the display shows. */
static int scan_8217(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                     struct sp_scale_reading *out) {
  static const char *const patterns[] = {
      STX DIGIT DIGIT "." DIGIT DIGIT DIGIT "\r",
      STX DIGIT DIGIT "." DIGIT DIGIT DIGIT "N\r",
      STX DIGIT DIGIT DIGIT "." DIGIT DIGIT "\r",
      STX DIGIT DIGIT DIGIT "." DIGIT DIGIT "N\r",
      STX "?" ANY "\r",
  };
  size_t which = 0;
  (void)codec;
  int used = sp_scale_match_any(patterns, sizeof patterns / sizeof patterns[0], bytes, len, &which);
  if (used <= 0) return used;
  if (which < 4) {
    if (!sp_scale_number_read(bytes + 1, 6, '.', &out->weight)) return SP_SCALE_NOISE;
    out->unit = which < 2 ? SP_SCALE_KG : SP_SCALE_LB;
    out->net = which % 2 == 1;
    out->motion = SP_SCALE_STABLE;
    return used;
  }
  uint8_t status = bytes[2];
  if (status & 0x80) return SP_SCALE_NOISE; /* parity is the line's business: the line is set wrong */
  out->motion = status & 0x01 ? SP_SCALE_MOVING : SP_SCALE_STABLE;
  out->over = status & 0x02;
  out->under = status & 0x04;
  out->fault = status & 0x08;
  out->zero = status & 0x10;
  out->net = status & 0x20;
  return used;
}

const struct sp_scale_codec sp_scale_mt8217 = {
    .id = "mt8217",
    .title = "Mettler-Toledo 8217 (Ariva, Viva, Diva), Brecknell 67xx",
    .line = "9600,7,E,1",
    .asks = true,
    .tells_motion = true,
    .requests = {[SP_SCALE_WEIGH] = "W", [SP_SCALE_ZERO] = "Z"},
    .scan = scan_8217,
};

/* ---- MT-SICS ----
 * [M] Mettler-Toledo Standard Interface Command Set, reference manual, responses with weight value: "S", space, S
 * stable or D dynamic, space, the weight right-aligned in ten places, space, unit, CR LF; without a value: "S I" not
 * executable now, "S +" overload, "S -" underload. ES, ET and EL are errors of what was sent.
 * The unit has no fixed width: a lost k would make grams of kilograms, but no shop's scale shows hundredths of a gram.
 */
static int scan_sics(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                     struct sp_scale_reading *out) {
#define WEIGHT PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT
  static const char *const patterns[] = {
      "S " LETTER " " WEIGHT " " LETTER "\r\n",
      "S " LETTER " " WEIGHT " " LETTER LETTER "\r\n",
      "S " LETTER " " WEIGHT " " LETTER LETTER LETTER "\r\n",
      "S " PRINT "\r\n",
      "E" LETTER "\r\n",
  };
  size_t which = 0;
  (void)codec;
  int used = sp_scale_match_any(patterns, sizeof patterns / sizeof patterns[0], bytes, len, &which);
  if (used <= 0) return used;
  if (which == 4) {
    out->kind = SP_SCALE_NAK;
    return bytes[1] == 'S' || bytes[1] == 'T' || bytes[1] == 'L' ? used : SP_SCALE_NOISE;
  }
  out->motion = bytes[2] == 'S' ? SP_SCALE_STABLE : SP_SCALE_MOVING;
  if (which == 3) {
    out->over = bytes[2] == '+';
    out->under = bytes[2] == '-';
    return out->over || out->under || bytes[2] == 'I' ? used : SP_SCALE_NOISE;
  }
  if (bytes[2] != 'S' && bytes[2] != 'D') return SP_SCALE_NOISE;
  if (!sp_scale_number_read(bytes + 4, 10, '.', &out->weight)) return SP_SCALE_NOISE;
  out->unit = sp_scale_unit_read(bytes + 15, which + 1);
  bool lost_k = out->unit == SP_SCALE_G && out->weight.decimals > 1;
  return lost_k ? SP_SCALE_NOISE : used;
}

const struct sp_scale_codec sp_scale_mt_sics = {
    .id = "mt_sics",
    .title = "Mettler-Toledo MT-SICS",
    .line = "9600,8,N,1",
    .asks = true,
    .streams = true,
    .tells_motion = true,
    .requests = {[SP_SCALE_WEIGH] = "SI\r\n",
                 [SP_SCALE_ZERO] = "Z\r\n",
                 [SP_SCALE_TARE] = "T\r\n",
                 [SP_SCALE_UNTARE] = "TAC\r\n",
                 [SP_SCALE_STREAM_ON] = "SIR\r\n",
                 [SP_SCALE_STREAM_OFF] = "@\r\n"},
    .scan = scan_sics,
};

/* ---- Toledo continuous ----
 * [M] Cardinal 225, IND445 p. 50, Fairbanks FB2550: STX, status bytes A B C, six digits of weight, six of tare, CR,
 * checksum. A: bits 0-2 decimals + 2, bit 5 one. B: 0 net, 1 negative, 2 out of range, 3 motion, 4 kg (else lb), 5 one,
 * 6 not zeroed since power-up. C: 4 expanded by ten, 5 one; bits 0-2 name another unit on some makes, so they must be
 * 0. Leading zeros are spaces. The sum of all low seven bits with the checksum is 0. Set-ups without a checksum are a
 * protocol of their own here, so that a lost byte cannot turn one into the other. */
enum { TOLEDO_CHECKED, TOLEDO_PLAIN };

static void read_toledo(const uint8_t *bytes, struct sp_scale_reading *out) {
  int decimals = (bytes[1] & 0x07) - 2;
  uint8_t b = bytes[2];
  uint8_t c = bytes[3];
  out->net = b & 0x01;
  out->negative = b & 0x02;
  out->over = (b & 0x04) && !out->negative;
  out->under = (b & 0x04) && out->negative;
  out->motion = b & 0x08 ? SP_SCALE_MOVING : SP_SCALE_STABLE;
  out->fault = b & 0x40;
  out->unit = b & 0x10 ? SP_SCALE_KG : SP_SCALE_LB;
  if (c & 0x07) out->unit = SP_SCALE_OTHER;
  if ((b & 0x04) || (c & 0x10) || decimals < 0) return;
  if (!sp_scale_number_read(bytes + 4, 6, '.', &out->weight)) return;
  out->weight.decimals = (uint8_t)decimals;
  if (out->negative) out->weight.value = -out->weight.value;
  if (sp_scale_number_read(bytes + 10, 6, '.', &out->tare)) out->tare.decimals = (uint8_t)decimals;
}

static int scan_toledo(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                       struct sp_scale_reading *out) {
#define TOLEDO STX ANY ANY ANY FILL FILL FILL FILL FILL FILL FILL FILL FILL FILL FILL FILL "\r"
  static const char *const patterns[] = {[TOLEDO_CHECKED] = TOLEDO ANY, [TOLEDO_PLAIN] = TOLEDO};
  for (size_t i = 1; i < 4 && i < len; i++)
    if ((bytes[i] & 0xA0) != 0x20 || (i == 1 && bytes[i] & 0x40)) return SP_SCALE_NOISE;
  int used = sp_scale_match(patterns[codec->variant], bytes, len);
  if (used <= 0) return used;
  if (codec->variant == TOLEDO_CHECKED) {
    unsigned sum = 0;
    for (int i = 0; i < used; i++)
      sum += bytes[i];
    if (sum & 0x7F) return SP_SCALE_BAD;
  }
  read_toledo(bytes, out);
  return used;
}

const struct sp_scale_codec sp_scale_toledo_cont = {
    .id = "toledo_cont",
    .title = "Toledo continuous (8142, 8530, IND), 托利多连续",
    .line = "9600,7,E,1",
    .streams = true,
    .tells_motion = true,
    .checked = true,
    .variant = TOLEDO_CHECKED,
    .requests = {[SP_SCALE_ZERO] = "Z", [SP_SCALE_TARE] = "T", [SP_SCALE_UNTARE] = "C"},
    .scan = scan_toledo,
};

const struct sp_scale_codec sp_scale_toledo_plain = {
    .id = "toledo_plain",
    .title = "Toledo continuous without checksum",
    .line = "9600,7,E,1",
    .streams = true,
    .tells_motion = true,
    .variant = TOLEDO_PLAIN,
    .requests = {[SP_SCALE_ZERO] = "Z", [SP_SCALE_TARE] = "T", [SP_SCALE_UNTARE] = "C"},
    .scan = scan_toledo,
};
