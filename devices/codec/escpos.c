#include "devices/codec/escpos.h"

#include "base/text.h"
#include <string.h>

enum { DEL = 0x7F, ESC = 0x1B, FS = 0x1C, GS = 0x1D, LF = 0x0A };

#define TEAR_OFF_LINES 5
#define SCRATCH_MAX    (64 * 1024) /* one line of text in UTF-8 or GB18030 */

struct encoder {
  struct sp_buf *out;
  struct sp_buf utf8;    /* scratch: what may be printed */
  struct sp_buf gb18030; /* scratch: the same, converted */
  bool four_byte;
  int columns;
  uint8_t style; /* what the printer is set to */
  int failed;    /* a text that could not be converted */
};

/* ---- Text ---- */

/* Control characters are gone from a printout already; the printer is not left to trust that. Marks that would stand on
 * the character before have no glyph of their own. */
static void keep_printable(const char *text, struct sp_buf *out) {
  size_t len = strlen(text);
  for (size_t at = 0; at < len;) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    size_t bytes = step > 0 ? (size_t)step : 1;
    if (step <= 0)
      sp_buf_putc(out, '?');
    else if (code == 0xA5)
      sp_utf8_put(out, 0xFFE5); /* ¥ as the full-width ￥, A3 A4 */
    else if (sp_utf8_columns(text + at, bytes) > 0)
      sp_buf_add(out, text + at, bytes);
    at += bytes;
  }
}

/* Bytes of the GB18030 character at `bytes`. */
static size_t gb18030_length(const unsigned char *bytes, size_t len) {
  if (bytes[0] < 0x80 || len < 2) return 1;
  if (bytes[1] >= 0x30 && bytes[1] <= 0x39 && len >= 4) return 4;
  return 2;
}

/* Convert `text` into encoder->gb18030 and return the columns it will take. */
static int prepare(struct encoder *encoder, const char *text) {
  struct sp_buf *bytes = &encoder->gb18030;
  sp_buf_reset(&encoder->utf8);
  sp_buf_reset(bytes);
  keep_printable(text, &encoder->utf8);
  int rc = encoder->utf8.failed;
  if (!rc) rc = sp_gb18030_from_utf8(sp_buf_text(&encoder->utf8), encoder->utf8.len, bytes);
  if (rc) encoder->failed = rc;
  int columns = 0;
  for (size_t at = 0; at < bytes->len;) {
    size_t step = gb18030_length((const unsigned char *)bytes->data + at, bytes->len - at);
    columns += step == 1 ? 1 : 2;
    at += step;
  }
  return columns;
}

/* The one door through which text reaches the printer. */
static void put_prepared(struct encoder *encoder) {
  const unsigned char *bytes = (const unsigned char *)sp_buf_text(&encoder->gb18030);
  size_t len = encoder->gb18030.len;
  for (size_t at = 0; at < len;) {
    size_t step = gb18030_length(bytes + at, len - at);
    if (step == 4 && !encoder->four_byte)
      sp_buf_add(encoder->out, "\xA1\xFE", 2); /* 〓, the sign for a missing glyph */
    else if (step > 1 || (bytes[at] >= 0x20 && bytes[at] < DEL))
      sp_buf_add(encoder->out, bytes + at, step);
    at += step;
  }
}

/* ---- Styles ---- */

static void put_command(struct encoder *encoder, int lead, char name, int value) {
  char bytes[] = {(char)lead, name, (char)value};
  sp_buf_add(encoder->out, bytes, sizeof bytes);
}

static void set_style(struct encoder *encoder, uint8_t style) {
  uint8_t changed = encoder->style ^ style;
  if (changed & SP_PRINT_CENTRE) put_command(encoder, ESC, 'a', style & SP_PRINT_CENTRE ? 1 : 0);
  if (changed & SP_PRINT_BOLD) put_command(encoder, ESC, 'E', style & SP_PRINT_BOLD ? 1 : 0);
  if (changed & (SP_PRINT_TALL | SP_PRINT_WIDE))
    put_command(encoder, GS, '!', (style & SP_PRINT_WIDE ? 0x10 : 0) | (style & SP_PRINT_TALL ? 0x01 : 0));
  encoder->style = style;
}

/* ---- Lines ---- */

static void put_line(struct encoder *encoder, const struct sp_print_line *line) {
  uint8_t style = line->style;
  if (line->right) style &= (uint8_t)~SP_PRINT_CENTRE;
  set_style(encoder, style);
  int columns = encoder->columns / (style & SP_PRINT_WIDE ? 2 : 1);
  int used = prepare(encoder, line->text);
  put_prepared(encoder);
  if (line->right) {
    used += prepare(encoder, line->right);
    for (int gap = columns - used; gap > 0; gap--)
      sp_buf_putc(encoder->out, ' ');
    put_prepared(encoder);
  }
  sp_buf_putc(encoder->out, LF);
}

static void put_end(struct encoder *encoder, const struct sp_escpos_options *options) {
  set_style(encoder, 0);
  if (options->no_cutter) {
    put_command(encoder, ESC, 'd', TEAR_OFF_LINES);
    return;
  }
  put_command(encoder, GS, 'V', 66); /* feed to the knife, leave one point uncut */
  sp_buf_putc(encoder->out, 0);
}

int sp_escpos_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                     struct sp_error *err) {
  const struct sp_escpos_options plain = {.four_byte = false};
  if (!options) options = &plain;
  struct encoder encoder = {.out = out, .four_byte = options->four_byte, .columns = print->columns};
  sp_buf_init(&encoder.utf8, SCRATCH_MAX);
  sp_buf_init(&encoder.gb18030, SCRATCH_MAX);
  const char start[] = {ESC, '@', FS, '&'};
  sp_buf_add(out, start, sizeof start);
  for (int32_t i = 0; i < print->count && !encoder.failed && !out->failed; i++)
    put_line(&encoder, &print->lines[i]);
  put_end(&encoder, options);
  sp_buf_free(&encoder.utf8);
  sp_buf_free(&encoder.gb18030);
  int rc = encoder.failed ? encoder.failed : out->failed;
  if (rc == SP_E_UNSUPPORTED) return sp_fail(err, SP_E_UNSUPPORTED, "", "This machine cannot write GB18030");
  if (rc == SP_E_LIMIT) return sp_fail(err, SP_E_LIMIT, "lines", "The printout is too long for one print job");
  return rc ? sp_error_nomem(err, __func__) : 0;
}

int sp_escpos_kick(enum sp_escpos_pin pin, struct sp_buf *out) {
  const char bytes[] = {ESC, 'p', pin == SP_ESCPOS_PIN_5 ? 1 : 0, 0x19, (char)0xFA};
  return sp_buf_add(out, bytes, sizeof bytes);
}
