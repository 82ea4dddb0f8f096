#include "devices/codec/escpos.h"

#include "devices/codec/encoder.h"
#include "devices/codec/symbol.h"
#include <string.h>

enum { ESC = 0x1B, FS = 0x1C, GS = 0x1D };

#define QR_SMALL_FROM 100 /* bytes from which a code is drawn in smaller modules */

/* ---- Texts ---- */

static void put_command(struct sp_encoder *encoder, int lead, char name, int value) {
  char bytes[] = {(char)lead, name, (char)value};
  sp_buf_add(encoder->out, bytes, sizeof bytes);
}

static void set_style(struct sp_encoder *encoder, uint8_t changed, uint8_t style) {
  if (changed & SP_PRINT_CENTRE) put_command(encoder, ESC, 'a', style & SP_PRINT_CENTRE ? 1 : 0);
  if (changed & SP_PRINT_BOLD) put_command(encoder, ESC, 'E', style & SP_PRINT_BOLD ? 1 : 0);
  if (changed & (SP_PRINT_TALL | SP_PRINT_WIDE))
    put_command(encoder, GS, '!', (style & SP_PRINT_WIDE ? 0x10 : 0) | (style & SP_PRINT_TALL ? 0x01 : 0));
}

static void set_position(struct sp_encoder *encoder, int x) {
  char bytes[] = {ESC, '$', (char)(x & 255), (char)(x >> 8)};
  sp_buf_add(encoder->out, bytes, sizeof bytes);
}

/* ---- Pictures ---- */

static int put_picture(struct sp_encoder *encoder, const struct sp_escpos_picture *placed) {
  const struct sp_escpos_options *options = encoder->options;
  if (options->pictures == SP_ESCPOS_GS_L) return sp_escpos_graphics(placed, options->slice, encoder->out, NULL);
  return sp_escpos_raster(placed, options->slice, encoder->out, NULL);
}

/* ---- Codes ---- */

static bool put_qr(struct sp_encoder *encoder, const struct sp_print_line *line) {
  size_t len = strlen(line->text);
  int module = line->module ? line->module : len >= QR_SMALL_FROM || encoder->dots < 500 ? 4 : 6;
  if (encoder->options->draw_qr || len == 0 || len > SP_ESCPOS_CODE_MAX) return false;
  if (sp_escpos_audit(line->text, len) < len || module > 16) return false;
  sp_encoder_style(encoder, line->style & SP_PRINT_CENTRE);
  (void)sp_escpos_qr(line->text, len, module, 'M', encoder->out, NULL);
  return true;
}

/* Printers leave a bar code out that is wider than the paper: such a one is drawn here, as narrow as it has to be. */
static bool put_code128(struct sp_encoder *encoder, const struct sp_print_line *line) {
  int module = line->module ? line->module : 2;
  int modules = sp_symbol_code128_modules(line->text);
  if (encoder->options->draw_code128 || module < 2 || module > 6) return false;
  if (modules == 0 || modules * module > encoder->dots) return false;
  sp_encoder_style(encoder, line->style & SP_PRINT_CENTRE);
  return sp_escpos_code128(line->text, line->height ? line->height : SP_ENCODER_BARS_TALL, module, encoder->out,
                           NULL) == 0;
}

static void put_cut(struct sp_encoder *encoder) {
  const struct sp_escpos_options *options = encoder->options;
  if (options->no_cutter) {
    put_command(encoder, ESC, 'd', SP_ENCODER_TEAR_OFF);
    return;
  }
  put_command(encoder, GS, 'V', options->full_cut ? 65 : 66); /* feed to the knife, then cut */
  sp_buf_putc(encoder->out, 0);
}

/* ---- The job ---- */

static void put_start(struct sp_encoder *encoder, const struct sp_charset *set) {
  const struct sp_escpos_options *options = encoder->options;
  const char reset[] = {ESC, '@'};
  sp_buf_add(encoder->out, reset, sizeof reset);
  const char chinese[] = {FS, set->kind == SP_CHARSET_PAGE ? '.' : '&'};
  sp_buf_add(encoder->out, chinese, sizeof chinese);
  if (set->kind == SP_CHARSET_UTF8) put_command(encoder, FS, 'C', 0xFF);
  if (set->kind == SP_CHARSET_PAGE) put_command(encoder, ESC, 't', options->page);
  int columns = options->columns ? options->columns : SP_PRINT_COLUMNS_80;
  if (encoder->columns > columns && encoder->columns <= options->columns_b) {
    put_command(encoder, ESC, 'M', 1);
    encoder->cell = encoder->dots / options->columns_b;
  }
}

static const struct sp_encoder_commands commands = {
    .position_bytes = 4,
    .start = put_start,
    .style = set_style,
    .position = set_position,
    .picture = put_picture,
    .qr = put_qr,
    .code128 = put_code128,
    .cut = put_cut,
};

int sp_escpos_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                     struct sp_error *err) {
  const struct sp_escpos_options plain = {.four_byte = false};
  if (!options) options = &plain;
  const struct sp_charset chinese = {.kind = SP_CHARSET_GB18030, .four_byte = options->four_byte};
  return sp_encoder_run(&commands, print, options, options->charset ? options->charset : &chinese,
                        options->pictures != SP_ESCPOS_NO_PICTURES, out, err);
}

int sp_escpos_kick(enum sp_escpos_pin pin, struct sp_buf *out) {
  const char bytes[] = {ESC, 'p', pin == SP_ESCPOS_PIN_5 ? 1 : 0, 0x19, (char)0xFA};
  return sp_buf_add(out, bytes, sizeof bytes);
}
