#include "devices/codec/scale_frame.h"

/* Frames that open with SOH STX and close with ETX EOT: CAS AP-1 and PD-II type 6, Aclas OS2 and its kin.
 *
 * CAS: [M] AP-1 protocol sheet, PD-II manual p. 23: SOH STX, S stable or U unstable, sign (space, minus, or F for
 * overload, then the weight is all F), six places of weight, two of unit, BCC, ETX EOT. BCC is the exclusive or of
 * status to unit. Asked with ENQ, answered ACK or NAK, then DC1. Our frame 01 02 53 20 30 30 2E 36 35 32 6B 67 60 03
 * 04.
 *
 * Aclas (顶尖, Pinnacle OS2, OS2X, OS2CX, PBX): [M] OS2CX manual p. 15-20: the same, but the status may be F (over, or
 * not zeroed at power-up), the checksum is over SOH and STX too, and when the scale speaks by itself a second flag byte
 * follows EOT. Flag bits by the manual: 4 zero, 5 tare, 6 over; [C] one Chinese till tests 4, 3 and 2. Either reading
 * of "over" is believed, "tare" only says that the weight is net. NS1 [C] writes a comma for the point.
 *
 * Either scope of the checksum is taken from either make, and told apart by odd_checksum. */
enum { CAS_AP1, ACLAS_STREAM, ACLAS_ASKED, ACLAS_NS1 };
enum { AT_STATUS = 2, AT_SIGN = 3, AT_WEIGHT = 4, AT_UNIT = 10, AT_SUM = 12, AT_FLAG2 = 15 };
enum { ACK = 0x06, NAK = 0x15 };

#define FRAME "\x01\x02" LETTER PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT PRINT ANY "\x03\x04"

static int check_sum(const struct sp_scale_codec *codec, const uint8_t *bytes, struct sp_scale_reading *out) {
  uint8_t inner = sp_scale_xor(bytes + AT_STATUS, AT_SUM - AT_STATUS);
  uint8_t outer = sp_scale_xor(bytes, AT_SUM);
  if (bytes[AT_SUM] != inner && bytes[AT_SUM] != outer) return SP_SCALE_BAD;
  out->odd_checksum = bytes[AT_SUM] != (codec->variant == CAS_AP1 ? inner : outer);
  return 0;
}

static int read_flag2(uint8_t flags, struct sp_scale_reading *out) {
  if (flags & 0x83) return SP_SCALE_NOISE; /* the start of another frame, or of an answer */
  out->zero = flags & 0x10;
  out->net = flags & 0x28;
  out->over = out->over || (flags & 0x44);
  return 0;
}

static int scan_header(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                       struct sp_scale_reading *out) {
  if (bytes[0] == ACK || bytes[0] == NAK) {
    out->kind = bytes[0] == ACK ? SP_SCALE_ACK : SP_SCALE_NAK;
    return 1;
  }
  bool second = codec->variant == ACLAS_STREAM;
  int used = sp_scale_match(second ? FRAME ANY : FRAME, bytes, len);
  if (used <= 0) return used;
  uint8_t status = bytes[AT_STATUS];
  uint8_t sign = bytes[AT_SIGN];
  if (status != 'S' && status != 'U' && status != 'F') return SP_SCALE_NOISE;
  if (sign != ' ' && sign != '-' && sign != 'F') return SP_SCALE_NOISE;
  int rc = check_sum(codec, bytes, out);
  if (rc) return rc;
  out->motion = status == 'S' ? SP_SCALE_STABLE : SP_SCALE_MOVING;
  out->unit = sp_scale_unit_read(bytes + AT_UNIT, 2);
  out->over = status == 'F' || sign == 'F';
  if (second && read_flag2(bytes[AT_FLAG2], out)) return SP_SCALE_NOISE;
  if (out->over) return used;
  uint8_t point = codec->variant == ACLAS_NS1 ? ',' : '.';
  if (!sp_scale_number_read(bytes + AT_WEIGHT, 6, point, &out->weight)) return SP_SCALE_NOISE;
  out->negative = sign == '-';
  if (out->negative && out->weight.value > 0) out->weight.value = -out->weight.value;
  return used;
}

const struct sp_scale_codec sp_scale_cas_ap1 = {
    .id = "cas_ap1",
    .title = "CAS AP-1, PD-II type 6, ECR",
    .line = "9600,8,N,1",
    .asks = true,
    .tells_motion = true,
    .checked = true,
    .variant = CAS_AP1,
    .requests = {[SP_SCALE_ENQUIRE] = "\x05", [SP_SCALE_WEIGH] = "\x11"},
    .scan = scan_header,
};

const struct sp_scale_codec sp_scale_aclas_os2 = {
    .id = "aclas_os2",
    .title = "Aclas OS2, OS2X, OS2CX, PBX 顶尖, speaking by itself",
    .line = "9600,8,N,1",
    .streams = true,
    .tells_motion = true,
    .checked = true,
    .variant = ACLAS_STREAM,
    .requests = {[SP_SCALE_ZERO] = "<ZK>\t",
                 [SP_SCALE_TARE] = "<TK>\t",
                 [SP_SCALE_STREAM_ON] = "<PB>\t",
                 [SP_SCALE_STREAM_OFF] = "<AL>\t"},
    .scan = scan_header,
};

const struct sp_scale_codec sp_scale_aclas_os2_asked = {
    .id = "aclas_os2_asked",
    .title = "Aclas OS2, OS2X, OS2CX, PBX 顶尖, when asked",
    .line = "9600,8,N,1",
    .asks = true,
    .tells_motion = true,
    .checked = true,
    .variant = ACLAS_ASKED,
    .requests = {[SP_SCALE_ENQUIRE] = "\x05",
                 [SP_SCALE_WEIGH] = "\x11",
                 [SP_SCALE_ZERO] = "<ZK>\t",
                 [SP_SCALE_TARE] = "<TK>\t",
                 [SP_SCALE_STREAM_ON] = "<PB>\t",
                 [SP_SCALE_STREAM_OFF] = "<AL>\t"},
    .scan = scan_header,
};

const struct sp_scale_codec sp_scale_aclas_ns1 = {
    .id = "aclas_ns1",
    .title = "Aclas NS1 顶尖",
    .line = "9600,8,N,1",
    .streams = true,
    .tells_motion = true,
    .checked = true,
    .variant = ACLAS_NS1,
    .scan = scan_header,
};
