#include "devices/codec/scale_frame.h"

#define STX "\x02"
#define ETX "\x03"
#define EOT "\x04"
#define ESC "\x1B"

/* ---- Dialog 06 (Checkout-Dialogue) ----
 * [M] Ohaus Aviator 7000 service manual p. 36-45, Dibal DPOS400 p. 31-56, Cely PI100 p. 18: the till sends the unit
 * price (record 01, with a tare record 03), the scale says ACK or NAK; EOT ENQ asks for the result, record 02: unit (3
 * kg), five digits of weight in thousandths, six of price, six of amount. It answers NAK when it moves, is empty, under
 * or over; record 08 asks why, record 09 tells. The till closes every answer with EOT. Record 11 with 2 demands
 * checksums made with a polynomial only the scale's maker knows: until the till can, such a scale gives no weight,
 * which is shown as a fault. */
static int scan_answer(const uint8_t *bytes, int used, struct sp_scale_reading *out) {
  int code = (bytes[4] - '0') * 10 + (bytes[5] - '0');
  out->motion = code == 20 ? SP_SCALE_MOVING : SP_SCALE_STABLE;
  out->under = code == 30 || code == 31;
  out->negative = code == 31;
  out->over = code == 32;
  /* 21: nothing moved since the last weighing. The scale is well, and has no new weight. */
  out->fault = code != 0 && code != 20 && code != 21 && !out->under && !out->over;
  return used;
}

static int scan_dialog06(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                         struct sp_scale_reading *out) {
#define SIX DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT
  static const char *const patterns[] = {
      STX "02" ESC DIGIT ESC DIGIT DIGIT DIGIT DIGIT DIGIT ESC SIX ESC SIX ETX,
      STX "09" ESC DIGIT DIGIT ETX,
      STX "11" ESC DIGIT ETX,
      STX "11" ESC DIGIT DIGIT DIGIT ETX,
      STX "11" ESC DIGIT PRINT DIGIT ETX,
      "\x06",
      "\x15",
  };
  size_t which = 0;
  (void)codec;
  int used = sp_scale_match_any(patterns, sizeof patterns / sizeof patterns[0], bytes, len, &which);
  if (used <= 0) return used;
  if (which == 1) return scan_answer(bytes, used, out);
  if (which >= 5) {
    out->kind = which == 5 ? SP_SCALE_ACK : SP_SCALE_NAK;
    return used;
  }
  if (which > 1) {
    out->fault = bytes[4] != '1'; /* 1: the checksums were right */
    return used;
  }
  if (!sp_scale_number_read(bytes + 6, 5, '.', &out->weight)) return SP_SCALE_NOISE;
  if (!sp_scale_number_read(bytes + 12, 6, '.', &out->price)) return SP_SCALE_NOISE;
  if (!sp_scale_number_read(bytes + 19, 6, '.', &out->amount)) return SP_SCALE_NOISE;
  out->weight.decimals = 3;
  out->unit = bytes[4] == '3' ? SP_SCALE_KG : SP_SCALE_OTHER;
  out->motion = SP_SCALE_STABLE;
  return used;
}

static int offer_dialog06(const struct sp_scale_offer *offer, struct sp_scale_bytes *out) {
  sp_scale_put(out, offer->tare ? EOT STX "03" ESC : EOT STX "01" ESC);
  int rc = sp_scale_put_digits(out, offer->price, 6);
  sp_scale_put(out, ESC);
  if (!rc && offer->tare) rc = sp_scale_put_digits(out, offer->tare, 4);
  sp_scale_put(out, ETX);
  return rc;
}

const struct sp_scale_codec sp_scale_dialog06 = {
    .id = "dialog06",
    .title = "Dialog 06 (Checkout-Dialogue)",
    .line = "9600,7,O,1",
    .asks = true,
    .tells_motion = true,
    .requests = {[SP_SCALE_WEIGH] = EOT "\x05", [SP_SCALE_STATUS] = EOT STX "08" ETX, [SP_SCALE_END] = EOT},
    .offer = offer_dialog06,
    .scan = scan_dialog06,
};

/* ---- TISA ----
 * [M] Dibal DPOS400 manual 4.4: the till sends 98, five digits of unit price, checksum, CR LF; the scale answers 99,
 * S, five digits of weight (grams), E, six of amount, checksum, CR LF. S and E are 0 when right and 1 when not; an
 * unstable weight comes with S 1, a negative one too. The checksum is the exclusive or of everything before it. Frames
 * seen by another source: 98000001 and 9900031600000004 for 316 g. */
static int scan_tisa(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                     struct sp_scale_reading *out) {
  (void)codec;
  int used = sp_scale_match("99" DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT SIX PRINT "\r\n", bytes, len);
  if (used <= 0) return used;
  if (bytes[2] > '1' || bytes[8] > '1') return SP_SCALE_NOISE;
  if (sp_scale_xor(bytes, 15) != bytes[15]) return SP_SCALE_BAD;
  if (!sp_scale_number_read(bytes + 3, 5, '.', &out->weight)) return SP_SCALE_NOISE;
  if (bytes[8] == '0' && !sp_scale_number_read(bytes + 9, 6, '.', &out->amount)) return SP_SCALE_NOISE;
  out->unit = SP_SCALE_G;
  out->motion = bytes[2] == '0' ? SP_SCALE_STABLE : SP_SCALE_MOVING;
  return used;
}

static int offer_tisa(const struct sp_scale_offer *offer, struct sp_scale_bytes *out) {
  sp_scale_put(out, "98");
  int rc = sp_scale_put_digits(out, offer->price, 5);
  if (rc || offer->tare) return SP_E_RANGE; /* the tare is set at the scale */
  out->bytes[out->len] = sp_scale_xor(out->bytes, out->len);
  out->len++;
  sp_scale_put(out, "\r\n");
  return 0;
}

const struct sp_scale_codec sp_scale_tisa = {
    .id = "tisa",
    .title = "TISA (Dibal, Epelsa)",
    .line = "9600,8,N,1",
    .asks = true,
    .tells_motion = true,
    .checked = true,
    .offer = offer_tisa,
    .scan = scan_tisa,
};
