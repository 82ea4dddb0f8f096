#include "devices/codec/star.h"

#include "devices/codec/encoder.h"
#include "devices/codec/symbol.h"
#include <string.h>

enum { ACK = 0x06, BEL = 0x07, ETB = 0x17, SUB = 0x1A, ESC = 0x1B, GS = 0x1D, RS = 0x1E, LF = 0x0A };

#define SLICE_ROWS   255
#define STATUS_LEAST 7 /* bytes of a status without a counter */

static int put(struct sp_buf *out, const unsigned char *bytes, size_t len) {
  return sp_buf_add(out, bytes, len);
}

static void set_style(struct sp_encoder *encoder, uint8_t changed, uint8_t style) {
  struct sp_buf *out = encoder->out;
  if (changed & SP_PRINT_CENTRE) put(out, (unsigned char[]){ESC, GS, 'a', style & SP_PRINT_CENTRE ? 1 : 0}, 4);
  if (changed & SP_PRINT_BOLD) put(out, (unsigned char[]){ESC, style & SP_PRINT_BOLD ? 'E' : 'F'}, 2);
  if (changed & (SP_PRINT_TALL | SP_PRINT_WIDE))
    put(out, (unsigned char[]){ESC, 'i', style & SP_PRINT_TALL ? 1 : 0, style & SP_PRINT_WIDE ? 1 : 0}, 4);
}

static void set_position(struct sp_encoder *encoder, int x) {
  put(encoder->out, (unsigned char[]){ESC, GS, 'A', (unsigned char)x, (unsigned char)(x >> 8)}, 5);
}

/* ---- Pictures ---- */

static void put_slice(const struct sp_escpos_picture *picture, int first, int count, struct sp_buf *out) {
  size_t row_bytes = ((size_t)picture->width + 7) / 8;
  const uint8_t *at = picture->rows + (size_t)first * row_bytes;
  size_t len = (size_t)count * row_bytes;
  put(out, (unsigned char[]){ESC, GS, 'S', 1, (unsigned char)row_bytes, 0, (unsigned char)count, 0, 0}, 9);
  for (size_t i = 0; i < len; i++) {
    bool command = i + 1 < len && at[i] == ESC && at[i + 1] == ACK;
    sp_buf_putc(out, (char)(command ? at[i] | 0x04 : at[i])); /* 1B becomes 1F */
  }
}

static int put_picture(struct sp_encoder *encoder, const struct sp_escpos_picture *placed) {
  for (int row = 0; row < placed->height; row += SLICE_ROWS)
    put_slice(placed, row, placed->height - row < SLICE_ROWS ? placed->height - row : SLICE_ROWS, encoder->out);
  return 0;
}

/* ---- Codes ---- */

/* ESC GS y: model 2, level M, module of 1 to 8 dots, data, print. */
static bool put_qr(struct sp_encoder *encoder, const struct sp_print_line *line) {
  size_t len = strlen(line->text);
  int module = line->module ? line->module : 6;
  if (encoder->options->draw_qr || len == 0 || len > SP_ESCPOS_CODE_MAX || module > 8) return false;
  if (memchr(line->text, ESC, len)) return false;
  struct sp_buf *out = encoder->out;
  sp_encoder_style(encoder, line->style & SP_PRINT_CENTRE);
  put(out, (unsigned char[]){ESC, GS, 'y', 'S', '0', 2}, 6);
  put(out, (unsigned char[]){ESC, GS, 'y', 'S', '1', 1}, 6);
  put(out, (unsigned char[]){ESC, GS, 'y', 'S', '2', (unsigned char)module}, 6);
  put(out, (unsigned char[]){ESC, GS, 'y', 'D', '1', 0, (unsigned char)len, (unsigned char)(len >> 8)}, 8);
  sp_buf_add(out, line->text, len);
  put(out, (unsigned char[]){ESC, GS, 'y', 'P', LF}, 5);
  return true;
}

/* ESC b 6 (CODE128), with its text below; ended by RS. "%" begins an escape there. */
static bool put_code128(struct sp_encoder *encoder, const struct sp_print_line *line) {
  int module = line->module ? line->module : 2;
  int modules = sp_symbol_code128_modules(line->text);
  if (encoder->options->draw_code128 || module < 2 || module > 4) return false;
  if (modules == 0 || modules * module > encoder->dots) return false;
  struct sp_buf *out = encoder->out;
  sp_encoder_style(encoder, line->style & SP_PRINT_CENTRE);
  unsigned char height = line->height ? line->height : SP_ENCODER_BARS_TALL;
  put(out, (unsigned char[]){ESC, 'b', '6', '2', (unsigned char)('1' + module - 2), height}, 6);
  for (const char *at = line->text; *at; at++) {
    sp_buf_putc(out, *at);
    if (*at == '%') sp_buf_putc(out, '0');
  }
  put(out, (unsigned char[]){RS, LF}, 2);
  return true;
}

static void put_cut(struct sp_encoder *encoder) {
  if (encoder->options->no_cutter)
    put(encoder->out, (unsigned char[]){ESC, 'a', SP_ENCODER_TEAR_OFF}, 3); /* ESC a n feeds n lines here */
  else
    put(encoder->out, (unsigned char[]){ESC, 'd', encoder->options->full_cut ? 2 : 3}, 3);
}

/* ---- The job ---- */

static void put_start(struct sp_encoder *encoder, const struct sp_charset *set) {
  struct sp_buf *out = encoder->out;
  put(out, (unsigned char[]){ESC, '@'}, 2);
  if (set->kind == SP_CHARSET_PAGE) {
    put(out, (unsigned char[]){ESC, GS, 't', encoder->options->page}, 4);
    return;
  }
  put(out, (unsigned char[]){ESC, GS, ')', 'U', 2, 0, 0x30, 1}, 8); /* UTF-8 */
  put(out, (unsigned char[]){ESC, GS, ')', 'U', 2, 0, 0x40, 1}, 8); /* characters of unclear width are wide */
}

static const struct sp_encoder_commands commands = {
    .position_bytes = 5,
    .start = put_start,
    .style = set_style,
    .position = set_position,
    .picture = put_picture,
    .qr = put_qr,
    .code128 = put_code128,
    .cut = put_cut,
};

int sp_star_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                   struct sp_error *err) {
  const struct sp_escpos_options plain = {.four_byte = false};
  const struct sp_charset utf8 = {.kind = SP_CHARSET_UTF8};
  if (!options) options = &plain;
  const struct sp_charset *set = options->charset ? options->charset : &utf8;
  if (set->kind != SP_CHARSET_UTF8 && set->kind != SP_CHARSET_PAGE)
    return sp_fail(err, SP_E_UNSUPPORTED, "charset", "A Star printer is sent UTF-8 or a code page");
  return sp_encoder_run(&commands, print, options, set, true, out, err);
}

int sp_star_kick(int drawer, struct sp_buf *out) {
  return sp_buf_putc(out, drawer == 2 ? SUB : BEL);
}

int sp_star_ask_done(struct sp_buf *out) {
  return sp_buf_putc(out, ETB);
}

int sp_star_ask_status(struct sp_buf *out) {
  return put(out, (unsigned char[]){ESC, ACK, 1}, 3);
}

int sp_star_auto_status(struct sp_buf *out) {
  return put(out, (unsigned char[]){ESC, RS, 'a', 1}, 4);
}

/* ---- Status ---- */

static size_t status_length(const uint8_t *bytes) {
  size_t len = (size_t)((bytes[0] >> 2 & 0x18) | (bytes[0] >> 1 & 0x07));
  return len + (size_t)(bytes[1] >> 6 & 0x02);
}

static void read_status(const uint8_t *bytes, size_t len, struct sp_star_status *out) {
  *out = (struct sp_star_status){0};
  out->printer = (struct sp_printer_status){
      .drawer_high = bytes[2] & 0x04,
      .offline = bytes[2] & 0x08,
      .cover_open = bytes[2] & 0x20,
      .feed_button = bytes[2] & 0x40,
      .mechanical = bytes[3] & 0x04,
      .cutter = bytes[3] & 0x08,
      .broken = (bytes[3] & 0x20) || (bytes[4] & 0x0A),
      .recovers = bytes[3] & 0x40,
      .paper_end = bytes[5] & 0x08,
      .paper_near_end = bytes[5] & 0x06,
  };
  out->printer.error = out->printer.mechanical || out->printer.cutter || out->printer.broken || out->printer.recovers;
  if (len < 8) return;
  out->has_etb = true;
  out->etb = (bytes[7] >> 2 & 0x18) | (bytes[7] >> 1 & 0x07);
}

static enum sp_star_reply settle(struct sp_star_reader *reader, struct sp_star_status *status) {
  if (reader->len == 0) return SP_STAR_NONE;
  size_t used = 1;
  enum sp_star_reply reply = SP_STAR_NOISE;
  if ((reader->held[0] & 0x91) == 0x01) {
    if (reader->len < 2) return SP_STAR_NONE;
    size_t want = status_length(reader->held);
    bool good = (reader->held[1] & 0x11) == 0;
    if (good && want >= STATUS_LEAST && want <= SP_STAR_STATUS_MAX) {
      if (reader->len < want) return SP_STAR_NONE;
      for (size_t i = 2; i < want && good; i++)
        good = (reader->held[i] & 0x11) == 0; /* bits 0 and 4 are fixed in every byte but the first */
      if (good) {
        read_status(reader->held, want, status);
        used = want;
        reply = SP_STAR_STATUS;
      }
    }
  }
  reader->len -= used;
  memmove(reader->held, reader->held + used, reader->len);
  return reply;
}

size_t sp_star_read(struct sp_star_reader *reader, const void *bytes, size_t len, enum sp_star_reply *reply,
                    struct sp_star_status *status) {
  size_t at = 0;
  while ((*reply = settle(reader, status)) == SP_STAR_NONE && at < len)
    reader->held[reader->len++] = ((const uint8_t *)bytes)[at++];
  return at;
}
