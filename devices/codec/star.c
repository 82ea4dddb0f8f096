#include "devices/codec/star.h"

#include "devices/codec/symbol.h"
#include <stdlib.h>
#include <string.h>

enum { ACK = 0x06, BEL = 0x07, ETB = 0x17, SUB = 0x1A, ESC = 0x1B, GS = 0x1D, RS = 0x1E, LF = 0x0A };

#define SCRATCH_MAX    (64 * 1024)
#define TEAR_OFF_LINES 5
#define SPACES_WORTH   6
#define SLICE_ROWS     255
#define BARS_TALL      80
#define STATUS_LEAST   7 /* bytes of a status without a counter */

struct encoder {
  struct sp_buf *out;
  struct sp_buf scratch;
  const struct sp_escpos_options *options;
  struct sp_charset_writer writer;
  int columns, dots, cell;
  uint8_t style;
  int failed;
};

static int put(struct sp_buf *out, const unsigned char *bytes, size_t len) {
  return sp_buf_add(out, bytes, len);
}

static void set_style(struct encoder *encoder, uint8_t style) {
  uint8_t changed = encoder->style ^ style;
  struct sp_buf *out = encoder->out;
  if (changed & SP_PRINT_CENTRE) put(out, (unsigned char[]){ESC, GS, 'a', style & SP_PRINT_CENTRE ? 1 : 0}, 4);
  if (changed & SP_PRINT_BOLD) put(out, (unsigned char[]){ESC, style & SP_PRINT_BOLD ? 'E' : 'F'}, 2);
  if (changed & (SP_PRINT_TALL | SP_PRINT_WIDE))
    put(out, (unsigned char[]){ESC, 'i', style & SP_PRINT_TALL ? 1 : 0, style & SP_PRINT_WIDE ? 1 : 0}, 4);
  encoder->style = style;
}

/* ---- Texts ---- */

static int prepare(struct encoder *encoder, const char *text) {
  sp_buf_reset(&encoder->scratch);
  int columns = sp_charset_put(&encoder->writer, text, &encoder->scratch);
  if (encoder->scratch.failed) encoder->failed = encoder->scratch.failed;
  return columns;
}

static void put_prepared(struct encoder *encoder) {
  sp_buf_add(encoder->out, sp_buf_text(&encoder->scratch), encoder->scratch.len);
}

static void put_gap(struct encoder *encoder, int from, int to, int scale) {
  if (encoder->options->positions && to - from >= SPACES_WORTH) {
    int x = to * scale * encoder->cell;
    put(encoder->out, (unsigned char[]){ESC, GS, 'A', (unsigned char)x, (unsigned char)(x >> 8)}, 5);
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

static void put_as_text(struct encoder *encoder, const struct sp_print_line *line) {
  const struct sp_print_line plain = {.text = line->text, .style = line->style & SP_PRINT_CENTRE};
  put_text(encoder, &plain);
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

static void put_picture(struct encoder *encoder, const uint8_t *rows, int width, int height, bool centre) {
  struct sp_escpos_picture placed;
  set_style(encoder, 0);
  int rc = sp_escpos_place(rows, width, height, centre, encoder->dots, &placed, NULL);
  for (int row = 0; !rc && row < placed.height; row += SLICE_ROWS)
    put_slice(&placed, row, placed.height - row < SLICE_ROWS ? placed.height - row : SLICE_ROWS, encoder->out);
  if (rc) encoder->failed = rc;
  free((void *)(uintptr_t)placed.rows);
}

static void draw_symbol(struct encoder *encoder, const struct sp_print_line *line) {
  struct sp_symbol symbol = {0};
  bool qr = line->kind == SP_PRINT_QR;
  int rc = qr ? sp_symbol_qr(line->text, strlen(line->text), line->module, encoder->dots, &symbol, NULL)
              : sp_symbol_code128(line->text, line->module, line->height ? line->height : BARS_TALL, encoder->dots,
                                  &symbol, NULL);
  if (!rc) put_picture(encoder, symbol.rows, symbol.width, symbol.height, line->style & SP_PRINT_CENTRE);
  sp_symbol_free(&symbol);
  if (rc == SP_E_NOMEM)
    encoder->failed = rc;
  else if (rc || !qr)
    put_as_text(encoder, line);
}

/* ---- Codes ---- */

/* ESC GS y: model 2, level M, module of 1 to 8 dots, data, print. */
static bool qr_native(struct encoder *encoder, const struct sp_print_line *line) {
  size_t len = strlen(line->text);
  int module = line->module ? line->module : 6;
  if (encoder->options->draw_qr || len == 0 || len > SP_ESCPOS_CODE_MAX || module > 8) return false;
  if (memchr(line->text, ESC, len)) return false;
  struct sp_buf *out = encoder->out;
  set_style(encoder, line->style & SP_PRINT_CENTRE);
  put(out, (unsigned char[]){ESC, GS, 'y', 'S', '0', 2}, 6);
  put(out, (unsigned char[]){ESC, GS, 'y', 'S', '1', 1}, 6);
  put(out, (unsigned char[]){ESC, GS, 'y', 'S', '2', (unsigned char)module}, 6);
  put(out, (unsigned char[]){ESC, GS, 'y', 'D', '1', 0, (unsigned char)len, (unsigned char)(len >> 8)}, 8);
  sp_buf_add(out, line->text, len);
  put(out, (unsigned char[]){ESC, GS, 'y', 'P', LF}, 5);
  return true;
}

/* ESC b 6 (CODE128), with its text below; ended by RS. "%" begins an escape there. */
static bool code128_native(struct encoder *encoder, const struct sp_print_line *line) {
  int module = line->module ? line->module : 2;
  int modules = sp_symbol_code128_modules(line->text);
  if (encoder->options->draw_code128 || module < 2 || module > 4) return false;
  if (modules == 0 || modules * module > encoder->dots) return false;
  struct sp_buf *out = encoder->out;
  set_style(encoder, line->style & SP_PRINT_CENTRE);
  unsigned char height = line->height ? line->height : BARS_TALL;
  put(out, (unsigned char[]){ESC, 'b', '6', '2', (unsigned char)('1' + module - 2), height}, 6);
  for (const char *at = line->text; *at; at++) {
    sp_buf_putc(out, *at);
    if (*at == '%') sp_buf_putc(out, '0');
  }
  put(out, (unsigned char[]){RS, LF}, 2);
  return true;
}

static void put_cut(struct encoder *encoder) {
  set_style(encoder, 0);
  if (encoder->options->no_cutter)
    put(encoder->out, (unsigned char[]){ESC, 'a', TEAR_OFF_LINES}, 3); /* ESC a n feeds n lines here */
  else
    put(encoder->out, (unsigned char[]){ESC, 'd', encoder->options->full_cut ? 2 : 3}, 3);
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
    if (line->picture)
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

static void put_start(struct encoder *encoder, const struct sp_charset *set) {
  struct sp_buf *out = encoder->out;
  put(out, (unsigned char[]){ESC, '@'}, 2);
  if (set->kind == SP_CHARSET_PAGE) {
    put(out, (unsigned char[]){ESC, GS, 't', encoder->options->page}, 4);
    return;
  }
  put(out, (unsigned char[]){ESC, GS, ')', 'U', 2, 0, 0x30, 1}, 8); /* UTF-8 */
  put(out, (unsigned char[]){ESC, GS, ')', 'U', 2, 0, 0x40, 1}, 8); /* characters of unclear width are wide */
}

int sp_star_encode(const struct sp_print *print, const struct sp_escpos_options *options, struct sp_buf *out,
                   struct sp_error *err) {
  const struct sp_escpos_options plain = {.four_byte = false};
  const struct sp_charset utf8 = {.kind = SP_CHARSET_UTF8};
  if (!options) options = &plain;
  const struct sp_charset *set = options->charset ? options->charset : &utf8;
  if (set->kind != SP_CHARSET_UTF8 && set->kind != SP_CHARSET_PAGE)
    return sp_fail(err, SP_E_UNSUPPORTED, "charset", "A Star printer is sent UTF-8 or a code page");
  struct encoder encoder = {
      .out = out, .options = options, .columns = print->columns, .dots = options->dots ? options->dots : 576};
  encoder.cell = encoder.dots / (options->columns ? options->columns : SP_PRINT_COLUMNS_80);
  int rc = sp_charset_open(&encoder.writer, set, err);
  if (rc) return rc;
  sp_buf_init(&encoder.scratch, SCRATCH_MAX);
  put_start(&encoder, set);
  for (int32_t i = 0; i < print->count && !encoder.failed && !out->failed; i++)
    put_line(&encoder, &print->lines[i]);
  put_cut(&encoder);
  sp_buf_free(&encoder.scratch);
  sp_charset_close(&encoder.writer);
  rc = encoder.failed ? encoder.failed : out->failed;
  if (rc == SP_E_LIMIT) return sp_fail(err, SP_E_LIMIT, "lines", "The printout is too long for one print job");
  return rc ? sp_error_nomem(err, __func__) : 0;
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
