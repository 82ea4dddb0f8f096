#include "devices/codec/scale_frame.h"

#include <string.h>

/* ---- NCI, ECR form (Avery, Weigh-Tronix, DIVA) ----
 * [M] DIVA service manual p. 34-36, Ohaus Aviator 7000 p. 49, Avery Weigh-Tronix 7821 p. 25: LF, six places of weight,
 * two of unit, CR; then, or alone when there is no good weight, LF, S on some makes, two to four status bytes, CR ETX.
 * Every status byte has bits 4 and 5 set, from the second on bit 6 says that another follows. Byte 1: 0 motion, 1 zero,
 * 2 and 3 memory errors. Byte 2: 0 under, 1 over, 2 memory error, 3 calibration lost. Byte 3: 2 net, 3 never zeroed. */
static void read_nci(const uint8_t *status, int count, struct sp_scale_reading *out) {
  out->motion = status[0] & 0x01 ? SP_SCALE_MOVING : SP_SCALE_STABLE;
  out->zero = status[0] & 0x02;
  out->under = status[1] & 0x01;
  out->over = status[1] & 0x02;
  out->fault = (status[0] & 0x0C) || (status[1] & 0x0C) || (count > 2 && (status[2] & 0x08));
  out->net = count > 2 && (status[2] & 0x04);
}

static int nci_status(const uint8_t *bytes, size_t len, struct sp_scale_reading *out) {
  uint8_t status[4] = {0};
  int count = 0;
  size_t at = 1;
  if (len == 0) return 0;
  if (bytes[0] != '\n') return SP_SCALE_NOISE;
  if (at < len && bytes[at] == 'S') at++;
  for (bool more = true; more; count++, at++) {
    if (at >= len) return 0;
    if ((bytes[at] & 0xB0) != 0x30 || count == 4) return SP_SCALE_NOISE;
    if (count == 0 && bytes[at] & 0x40) return SP_SCALE_NOISE;
    status[count] = bytes[at];
    more = count == 0 || (bytes[at] & 0x40);
  }
  int end = sp_scale_match("\r\x03", bytes + at, len - at);
  if (end <= 0) return end;
  read_nci(status, count, out);
  return (int)at + end;
}

static int scan_nci(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                    struct sp_scale_reading *out) {
  (void)codec;
  int status = nci_status(bytes, len, out);
  if (status > 0) return status;
  int weight = sp_scale_match("\n" PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT "\r", bytes, len);
  if (weight <= 0) return weight == 0 ? 0 : status;
  if (!sp_scale_number_read(bytes + 1, 6, '.', &out->weight) || out->weight.decimals == 0) return SP_SCALE_NOISE;
  out->unit = sp_scale_unit_read(bytes + 7, 2);
  status = nci_status(bytes + weight, len - (size_t)weight, out);
  return status > 0 ? weight + status : status;
}

const struct sp_scale_codec sp_scale_nci = {
    .id = "nci",
    .title = "NCI, ECR form (Avery, Weigh-Tronix)",
    .line = "9600,7,E,1",
    .asks = true,
    .tells_motion = true,
    .requests = {[SP_SCALE_WEIGH] = "W\r", [SP_SCALE_STATUS] = "S\r", [SP_SCALE_ZERO] = "Z\r"},
    .scan = scan_nci,
};

/* ---- Lines that begin with ST, US or OL ----
 * [M] CAS CI-600D p. 74, CI-400 appendix 1, NT-200 p. 48. CAS, 22 bytes: ST stable, US unstable or OL overload; GS
 * gross or NT net; device id and lamp byte; eight places of weight; space; two of unit; CR LF. Bit 4 of the lamp byte
 * means that the display is held: such a number is not what is on the pan. AND and many others, 18 bytes: the same
 * without id, lamp and space. */
enum { CAS_22, AND_18 };

static int scan_st(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len, struct sp_scale_reading *out) {
#define EIGHT PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT
  static const char *const patterns[] = {
      [CAS_22] = LETTER LETTER "," LETTER LETTER "," ANY ANY "," EIGHT " " PRINT PRINT "\r\n",
      [AND_18] = LETTER LETTER "," LETTER LETTER "," EIGHT PRINT PRINT "\r\n",
  };
  int used = sp_scale_match(patterns[codec->variant], bytes, len);
  if (used <= 0) return used;
  bool cas = codec->variant == CAS_22;
  const uint8_t *weight = bytes + (cas ? 9 : 6);
  bool stable = memcmp(bytes, "ST", 2) == 0;
  out->over = memcmp(bytes, "OL", 2) == 0;
  out->net = memcmp(bytes + 3, "NT", 2) == 0;
  if (!stable && !out->over && memcmp(bytes, "US", 2) != 0) return SP_SCALE_NOISE;
  if (!out->net && memcmp(bytes + 3, "GS", 2) != 0) return SP_SCALE_NOISE;
  out->motion = stable ? SP_SCALE_STABLE : SP_SCALE_MOVING;
  out->fault = cas && (bytes[7] & 0x10);
  out->unit = sp_scale_unit_read(bytes + (cas ? 18 : 14), 2);
  if (out->over) return used;
  return sp_scale_number_read(weight, 8, '.', &out->weight) ? used : SP_SCALE_NOISE;
}

const struct sp_scale_codec sp_scale_cas22 = {
    .id = "cas22",
    .title = "CAS indicators, 22 bytes",
    .line = "9600,8,N,1",
    .streams = true,
    .tells_motion = true,
    .variant = CAS_22,
    .scan = scan_st,
};

const struct sp_scale_codec sp_scale_and18 = {
    .id = "and18",
    .title = "AND and others, 18 bytes (ST,GS,+ 1.234kg)",
    .line = "9600,8,N,1",
    .streams = true,
    .tells_motion = true,
    .variant = AND_18,
    .scan = scan_st,
};

/* ---- Adam ----
 * [C] Odoo's driver: asked with P; a line that ends in a number and "kg". It stays silent when the weight is zero or
 * the one told last. Nothing marks the start of a line but the end of the one before: the first line after a reset is
 * given up, since it may be the end of a longer number. */
static int scan_adam(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                     struct sp_scale_reading *out) {
  enum { TEXT_MAX = 20 };
  size_t at = 2;
  (void)codec;
  int start = sp_scale_match("\r\n", bytes, len);
  if (start <= 0) return start;
  while (at < len && at < TEXT_MAX && bytes[at] != '\0' && memchr(" +-.0123456789", bytes[at], 14))
    at++;
  int end = sp_scale_match("kg\r\n", bytes + at, len - at);
  if (end <= 0) return end;
  if (!sp_scale_number_read(bytes + 2, at - 2, '.', &out->weight)) return SP_SCALE_NOISE;
  out->unit = SP_SCALE_KG;
  return (int)at + 2; /* its CR LF opens the next line */
}

const struct sp_scale_codec sp_scale_adam = {
    .id = "adam",
    .title = "Adam Equipment",
    .line = "4800,8,N,1",
    .asks = true,
    .requests = {[SP_SCALE_WEIGH] = "P\r\n", [SP_SCALE_ZERO] = "Z\r\n", [SP_SCALE_TARE] = "T\r\n"},
    .scan = scan_adam,
};
