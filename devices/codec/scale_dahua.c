#include "devices/codec/scale_frame.h"

/* Shanghai Dahua (上海大华) and its relatives. [C] read in the source of one Chinese till, [F] its field notes: neither
 * form has a stable flag or a checksum, so no reading is sellable by itself. Nobody has written down how they show a
 * negative weight, or 10 kg and more in the first form: such frames are refused.
 *
 * dahua_acs (ACS-A, ASC-A): asked with P; STX, two spaces, D.DDD, " KG". */
static int scan_acs(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                    struct sp_scale_reading *out) {
  (void)codec;
  int used = sp_scale_match("\x02  " DIGIT "." DIGIT DIGIT DIGIT " KG", bytes, len);
  if (used <= 0) return used;
  if (!sp_scale_number_read(bytes + 3, 5, '.', &out->weight)) return SP_SCALE_NOISE;
  out->unit = SP_SCALE_KG;
  return used;
}

const struct sp_scale_codec sp_scale_dahua_acs = {
    .id = "dahua_acs",
    .title = "Dahua ACS-A 大华",
    .line = "9600,8,N,1",
    .asks = true,
    .requests = {[SP_SCALE_WEIGH] = "P"},
    .scan = scan_acs,
};

/* dahua_lines (凯士 PR-PLUS, 建宇-DAHUA): LF CR weight in grams, LF CR unit price, LF CR total, five, five and six
 * places, without end. Only the widths tell the lines apart, so a weight counts only with both others behind it and the
 * next begun. */
static int scan_lines(const struct sp_scale_codec *codec, const uint8_t *bytes, size_t len,
                      struct sp_scale_reading *out) {
#define FIVE FILL FILL FILL FILL FILL
  (void)codec;
  int used = sp_scale_match("\n\r" FIVE "\n\r" FIVE "\n\r" FIVE DIGIT "\n", bytes, len);
  if (used <= 0) return used;
  if (!sp_scale_number_read(bytes + 9, 5, '.', &out->price)) return SP_SCALE_NOISE;
  if (!sp_scale_number_read(bytes + 16, 6, '.', &out->amount)) return SP_SCALE_NOISE;
  if (!sp_scale_number_read(bytes + 2, 5, '.', &out->weight)) return SP_SCALE_NOISE;
  out->unit = SP_SCALE_G;
  return used - 1; /* the LF opens the next */
}

const struct sp_scale_codec sp_scale_dahua_lines = {
    .id = "dahua_lines",
    .title = "凯士 PR-PLUS, 建宇-DAHUA",
    .line = "9600,8,N,1",
    .streams = true,
    .scan = scan_lines,
};
