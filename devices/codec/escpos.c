#include "devices/codec/escpos.h"

#include "devices/codec/symbol.h"
#include <stdlib.h>
#include <string.h>

enum { DEL = 0x7F, ESC = 0x1B, FS = 0x1C, GS = 0x1D, LF = 0x0A };

#define TEAR_OFF_LINES 5
#define SCRATCH_MAX    (64 * 1024) /* one text as the printer gets it */
#define SPACES_WORTH   5           /* a position costs four bytes */
#define BARS_TALL      80
#define QR_SMALL_FROM  100 /* bytes from which a code is drawn in smaller modules */

struct encoder {
  struct sp_buf *out;
  struct sp_buf scratch;
  const struct sp_escpos_options *options;
  struct sp_charset_writer writer;
  int columns; /* of the printout */
  int dots, cell;
  uint8_t style; /* what the printer is set to */
  int failed;
};

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

/* ---- Texts ---- */

/* Convert into the scratch and return the columns it will take. */
static int prepare(struct encoder *encoder, const char *text) {
  sp_buf_reset(&encoder->scratch);
  int columns = sp_charset_put(&encoder->writer, text, &encoder->scratch);
  if (encoder->scratch.failed) encoder->failed = encoder->scratch.failed;
  return columns;
}

static void put_prepared(struct encoder *encoder) {
  sp_buf_add(encoder->out, sp_buf_text(&encoder->scratch), encoder->scratch.len);
}

/* The right text ends at the right edge: by its position where the printer has that, else by spaces. */
static void put_gap(struct encoder *encoder, int from, int to, int scale) {
  if (encoder->options->positions && to - from >= SPACES_WORTH) {
    int x = to * scale * encoder->cell;
    char bytes[] = {ESC, '$', (char)(x & 255), (char)(x >> 8)};
    sp_buf_add(encoder->out, bytes, sizeof bytes);
    return;
  }
  for (int gap = to - from; gap > 0; gap--)
    sp_buf_putc(encoder->out, ' ');
}

static void put_text(struct encoder *encoder, const struct sp_print_line *line) {
  uint8_t style = line->style;
  if (line->right) style &= (uint8_t)~SP_PRINT_CENTRE;
  set_style(encoder, style);
  int scale = style & SP_PRINT_WIDE ? 2 : 1;
  int used = prepare(encoder, line->text);
  put_prepared(encoder);
  if (line->right) {
    int width = prepare(encoder, line->right);
    put_gap(encoder, used, encoder->columns / scale - width, scale);
    put_prepared(encoder);
  }
  sp_buf_putc(encoder->out, LF);
}

/* The data of a code that could not be drawn: a cashier can type it. */
static void put_as_text(struct encoder *encoder, const struct sp_print_line *line) {
  const struct sp_print_line plain = {.text = line->text, .style = line->style & SP_PRINT_CENTRE};
  put_text(encoder, &plain);
}

/* ---- Pictures ---- */

int sp_escpos_place(const uint8_t *rows, int width, int height, bool centre, int dots, struct sp_escpos_picture *out,
                    struct sp_error *err) {
  int shown = width < dots ? width : dots;
  int left = centre ? (dots - shown) / 2 : 0;
  size_t from_bytes = ((size_t)width + 7) / 8;
  size_t row_bytes = ((size_t)(left + shown) + 7) / 8;
  uint8_t *copy = calloc(row_bytes, (size_t)height);
  *out = (struct sp_escpos_picture){.rows = copy, .width = left + shown, .height = height};
  if (!copy) return sp_error_nomem(err, __func__);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < shown; x++)
      if (rows[(size_t)y * from_bytes + (size_t)x / 8] & (0x80 >> (x % 8)))
        copy[(size_t)y * row_bytes + (size_t)(left + x) / 8] |= (uint8_t)(0x80 >> ((left + x) % 8));
  return 0;
}

/* Printers disagree whether they centre pictures, so they get them with white on the left. */
static void put_picture(struct encoder *encoder, const uint8_t *rows, int width, int height, bool centre) {
  struct sp_escpos_picture placed;
  set_style(encoder, 0);
  int rc = sp_escpos_place(rows, width, height, centre, encoder->dots, &placed, NULL);
  if (!rc && encoder->options->pictures == SP_ESCPOS_GS_L)
    rc = sp_escpos_graphics(&placed, encoder->options->slice, encoder->out, NULL);
  else if (!rc)
    rc = sp_escpos_raster_slices(&placed, encoder->options->slice, encoder->out, NULL);
  if (rc) encoder->failed = rc;
  free((void *)(uintptr_t)placed.rows);
}

static bool draws(const struct encoder *encoder) {
  return encoder->options->pictures != SP_ESCPOS_NO_PICTURES;
}

static void draw_symbol(struct encoder *encoder, const struct sp_print_line *line) {
  struct sp_symbol symbol = {0};
  bool qr = line->kind == SP_PRINT_QR;
  int rc = SP_E_UNSUPPORTED;
  if (draws(encoder) && qr)
    rc = sp_symbol_qr(line->text, strlen(line->text), line->module, encoder->dots, &symbol, NULL);
  else if (draws(encoder))
    rc = sp_symbol_code128(line->text, line->module, line->height ? line->height : BARS_TALL, encoder->dots, &symbol,
                           NULL);
  if (!rc) put_picture(encoder, symbol.rows, symbol.width, symbol.height, line->style & SP_PRINT_CENTRE);
  sp_symbol_free(&symbol);
  if (rc == SP_E_NOMEM)
    encoder->failed = rc;
  else if (rc || !qr)
    put_as_text(encoder, line); /* people read it below the bars */
}

/* ---- Codes ---- */

static bool qr_native(struct encoder *encoder, const struct sp_print_line *line) {
  size_t len = strlen(line->text);
  int module = line->module ? line->module : len >= QR_SMALL_FROM || encoder->dots < 500 ? 4 : 6;
  if (encoder->options->draw_qr || len == 0 || len > SP_ESCPOS_CODE_MAX) return false;
  if (sp_escpos_audit(line->text, len) < len || module > 16) return false;
  set_style(encoder, line->style & SP_PRINT_CENTRE);
  (void)sp_escpos_qr(line->text, len, module, 'M', encoder->out, NULL);
  return true;
}

/* Printers leave a bar code out that is wider than the paper: such a one is drawn here, as narrow as it has to be. */
static bool code128_native(struct encoder *encoder, const struct sp_print_line *line) {
  int module = line->module ? line->module : 2;
  int modules = sp_symbol_code128_modules(line->text);
  if (encoder->options->draw_code128 || module < 2 || module > 6) return false;
  if (modules == 0 || modules * module > encoder->dots) return false;
  set_style(encoder, line->style & SP_PRINT_CENTRE);
  return sp_escpos_code128(line->text, line->height ? line->height : BARS_TALL, module, encoder->out, NULL) == 0;
}

static void put_cut(struct encoder *encoder) {
  const struct sp_escpos_options *options = encoder->options;
  set_style(encoder, 0);
  if (options->no_cutter) {
    put_command(encoder, ESC, 'd', TEAR_OFF_LINES);
    return;
  }
  put_command(encoder, GS, 'V', options->full_cut ? 65 : 66); /* feed to the knife, then cut */
  sp_buf_putc(encoder->out, 0);
}

static void put_line(struct encoder *encoder, const struct sp_print_line *line) {
  switch (line->kind) {
  case SP_PRINT_QR:
    if (!qr_native(encoder, line)) draw_symbol(encoder, line);
    return;
  case SP_PRINT_CODE128:
    if (!code128_native(encoder, line)) draw_symbol(encoder, line);
    return;
  case SP_PRINT_PICTURE:
    if (line->picture && draws(encoder))
      put_picture(encoder, line->picture->rows, line->picture->width, line->picture->height,
                  line->style & SP_PRINT_CENTRE);
    return;
  case SP_PRINT_CUT:
    put_cut(encoder);
    return;
  default:
    put_text(encoder, line);
  }
}

/* ---- The job ---- */

static void put_start(struct encoder *encoder) {
  const struct sp_escpos_options *options = encoder->options;
  enum sp_charset_kind kind = options->charset ? options->charset->kind : SP_CHARSET_GB18030;
  const char reset[] = {ESC, '@'};
  sp_buf_add(encoder->out, reset, sizeof reset);
  const char chinese[] = {FS, kind == SP_CHARSET_PAGE ? '.' : '&'};
  sp_buf_add(encoder->out, chinese, sizeof chinese);
  if (kind == SP_CHARSET_UTF8) put_command(encoder, FS, 'C', 0xFF);
  if (kind == SP_CHARSET_PAGE) put_command(encoder, ESC, 't', options->page);
  int columns = options->columns ? options->columns : SP_PRINT_COLUMNS_80;
  encoder->cell = encoder->dots / columns;
  if (encoder->columns > columns && encoder->columns <= options->columns_b) {
    put_command(encoder, ESC, 'M', 1);
    encoder->cell = encoder->dots / options->columns_b;
  }
}

int sp_escpos_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                     struct sp_error *err) {
  const struct sp_escpos_options plain = {.four_byte = false};
  if (!options) options = &plain;
  const struct sp_charset chinese = {.kind = SP_CHARSET_GB18030, .four_byte = options->four_byte};
  struct encoder encoder = {
      .out = out, .options = options, .columns = print->columns, .dots = options->dots ? options->dots : 576};
  int rc = sp_charset_open(&encoder.writer, options->charset ? options->charset : &chinese, err);
  if (rc) return rc;
  sp_buf_init(&encoder.scratch, SCRATCH_MAX);
  put_start(&encoder);
  for (int32_t i = 0; i < print->count && !encoder.failed && !out->failed; i++)
    put_line(&encoder, &print->lines[i]);
  put_cut(&encoder);
  sp_buf_free(&encoder.scratch);
  sp_charset_close(&encoder.writer);
  rc = encoder.failed ? encoder.failed : out->failed;
  if (rc == SP_E_LIMIT) return sp_fail(err, SP_E_LIMIT, "lines", "The printout is too long for one print job");
  return rc ? sp_error_nomem(err, __func__) : 0;
}

int sp_escpos_kick(enum sp_escpos_pin pin, struct sp_buf *out) {
  const char bytes[] = {ESC, 'p', pin == SP_ESCPOS_PIN_5 ? 1 : 0, 0x19, (char)0xFA};
  return sp_buf_add(out, bytes, sizeof bytes);
}
