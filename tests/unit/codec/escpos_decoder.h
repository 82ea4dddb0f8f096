/* Printer bytes back to text, for tests: it knows the commands our encoder may send and refuses every other. */
#ifndef SP_TESTS_ESCPOS_DECODER_H
#define SP_TESTS_ESCPOS_DECODER_H

#include "base/text.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct decoded {
  struct sp_buf text; /* UTF-8, a newline a line, centred lines without the spaces a printer would put */
  int columns;        /* of the widest line, as a printer counts: a byte one, double width two */
  int kicks;
  int cuts;
  int fed;
  bool refused; /* something else came */
};

/* Length of the command at `bytes`, 0 when it is none we know. */
static inline size_t decode_command(struct decoded *out, const unsigned char *bytes, size_t len, int *scale) {
  static const unsigned char kick[] = {0x1B, 'p', 0, 0x19, 0xFA};
  if (len >= 2 && bytes[0] == 0x1B && bytes[1] == '@') return 2;
  if (len >= 2 && bytes[0] == 0x1C && bytes[1] == '&') return 2;
  if (len >= 3 && bytes[0] == 0x1B && (bytes[1] == 'a' || bytes[1] == 'E') && bytes[2] <= 1) return 3;
  if (len >= 3 && bytes[0] == 0x1B && bytes[1] == 'd') return out->fed += bytes[2], 3;
  if (len >= 3 && bytes[0] == 0x1D && bytes[1] == '!' && (bytes[2] & ~0x11) == 0)
    return *scale = bytes[2] & 0x10 ? 2 : 1, 3;
  if (len >= 4 && bytes[0] == 0x1D && bytes[1] == 'V' && bytes[2] == 66) return out->cuts++, 4;
  if (len >= sizeof kick && memcmp(bytes, kick, sizeof kick) == 0) return out->kicks++, sizeof kick;
  return 0;
}

/* The line in `raw` is over: convert and keep it. */
static inline void decode_line(struct decoded *out, struct sp_buf *raw, int scale) {
  int columns = 0;
  for (size_t at = 0; at < raw->len;) {
    unsigned char first = (unsigned char)raw->data[at];
    bool four = first >= 0x80 && at + 1 < raw->len && raw->data[at + 1] >= 0x30 && raw->data[at + 1] <= 0x39;
    at += first < 0x80 ? 1 : four ? 4 : 2;
    columns += first < 0x80 ? scale : 2 * scale;
  }
  if (columns > out->columns) out->columns = columns;
  if (sp_gb18030_to_utf8(sp_buf_text(raw), raw->len, &out->text)) out->refused = true;
  sp_buf_putc(&out->text, '\n');
  sp_buf_reset(raw);
}

/* The caller frees out->text. */
static inline void decode(const struct sp_buf *bytes, struct decoded *out) {
  *out = (struct decoded){0};
  struct sp_buf raw;
  int scale = 1;
  sp_buf_init(&out->text, 1 << 20);
  sp_buf_init(&raw, 1 << 20);
  for (size_t at = 0; at < bytes->len && !out->refused;) {
    unsigned char byte = (unsigned char)bytes->data[at];
    if (byte == 0x0A) {
      decode_line(out, &raw, scale);
      at++;
    } else if (byte < 0x20 || byte == 0x7F) {
      size_t step = decode_command(out, (const unsigned char *)bytes->data + at, bytes->len - at, &scale);
      if (step == 0 || raw.len > 0) out->refused = true; /* our encoder changes styles between lines only */
      at += step;
    } else {
      sp_buf_putc(&raw, (char)byte);
      at++;
    }
  }
  if (raw.len > 0) out->refused = true;
  sp_buf_free(&raw);
}

#endif
