#include "devices/codec/encoder.h"

#include "devices/codec/symbol.h"
#include <stdlib.h>
#include <string.h>

#define SCRATCH_MAX (64 * 1024)

void sp_encoder_style(struct sp_encoder *encoder, uint8_t style) {
  uint8_t changed = encoder->style ^ style;
  if (changed) encoder->commands->style(encoder, changed, style);
  encoder->style = style;
}

/* ---- Texts ---- */

/* Convert into the scratch and return the columns it will take. */
static int prepare(struct sp_encoder *encoder, const char *text) {
  sp_buf_reset(&encoder->scratch);
  int columns = sp_charset_put(&encoder->writer, text, &encoder->scratch);
  if (encoder->scratch.failed) encoder->failed = encoder->scratch.failed;
  return columns;
}

static void put_prepared(struct sp_encoder *encoder) {
  sp_buf_add(encoder->out, sp_buf_text(&encoder->scratch), encoder->scratch.len);
}

/* The right text ends at the right edge: by its position where the printer has that, else by spaces. */
static void put_gap(struct sp_encoder *encoder, int from, int to, int scale) {
  if (encoder->options->positions && to - from > encoder->commands->position_bytes) {
    encoder->commands->position(encoder, to * scale * encoder->cell);
    return;
  }
  for (int gap = to - from; gap > 0; gap--)
    sp_buf_putc(encoder->out, ' ');
}

static void put_text(struct sp_encoder *encoder, const struct sp_print_line *line) {
  uint8_t style = line->style;
  if (line->right) style &= (uint8_t)~SP_PRINT_CENTRE;
  sp_encoder_style(encoder, style);
  int scale = style & SP_PRINT_WIDE ? 2 : 1;
  int used = prepare(encoder, line->text);
  put_prepared(encoder);
  if (line->right) {
    int width = prepare(encoder, line->right);
    put_gap(encoder, used, encoder->columns / scale - width, scale);
    put_prepared(encoder);
  }
  sp_buf_putc(encoder->out, '\n');
}

/* The data of a code that could not be drawn: a cashier can type it. */
static void put_as_text(struct sp_encoder *encoder, const struct sp_print_line *line) {
  const struct sp_print_line plain = {.text = line->text, .style = line->style & SP_PRINT_CENTRE};
  put_text(encoder, &plain);
}

/* ---- Pictures ---- */

/* The picture as it stands on the paper: no wider than the head, moved to the middle. Its rows are the caller's. */
static int place(const uint8_t *rows, int width, int height, bool centre, int dots, struct sp_escpos_picture *out) {
  int shown = width < dots ? width : dots;
  int left = centre ? (dots - shown) / 2 : 0;
  size_t from_bytes = ((size_t)width + 7) / 8;
  size_t row_bytes = ((size_t)(left + shown) + 7) / 8;
  uint8_t *copy = calloc(row_bytes, (size_t)height);
  *out = (struct sp_escpos_picture){.rows = copy, .width = left + shown, .height = height};
  if (!copy) return SP_E_NOMEM;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < shown; x++)
      if (rows[(size_t)y * from_bytes + (size_t)x / 8] & (0x80 >> (x % 8)))
        copy[(size_t)y * row_bytes + (size_t)(left + x) / 8] |= (uint8_t)(0x80 >> ((left + x) % 8));
  return 0;
}

/* Printers disagree whether they centre pictures, so they get them with white on the left. */
static void put_picture(struct sp_encoder *encoder, const uint8_t *rows, int width, int height, bool centre) {
  struct sp_escpos_picture placed;
  sp_encoder_style(encoder, 0);
  int rc = place(rows, width, height, centre, encoder->dots, &placed);
  if (!rc) rc = encoder->commands->picture(encoder, &placed);
  if (rc) encoder->failed = rc;
  free((void *)(uintptr_t)placed.rows);
}

static void draw_symbol(struct sp_encoder *encoder, const struct sp_print_line *line) {
  struct sp_symbol symbol = {0};
  bool qr = line->kind == SP_PRINT_QR;
  int rc = SP_E_UNSUPPORTED;
  if (encoder->pictures && qr)
    rc = sp_symbol_qr(line->text, strlen(line->text), line->module, encoder->dots, &symbol, NULL);
  else if (encoder->pictures)
    rc = sp_symbol_code128(line->text, line->module, line->height ? line->height : SP_ENCODER_BARS_TALL, encoder->dots,
                           &symbol, NULL);
  if (!rc) put_picture(encoder, symbol.rows, symbol.width, symbol.height, line->style & SP_PRINT_CENTRE);
  sp_symbol_free(&symbol);
  if (rc == SP_E_NOMEM)
    encoder->failed = rc;
  else if (rc || !qr)
    put_as_text(encoder, line); /* people read it below the bars */
}

/* ---- The job ---- */

static void put_cut(struct sp_encoder *encoder) {
  sp_encoder_style(encoder, 0);
  encoder->commands->cut(encoder);
}

static void put_line(struct sp_encoder *encoder, const struct sp_print_line *line) {
  switch (line->kind) {
  case SP_PRINT_QR:
    if (!encoder->commands->qr(encoder, line)) draw_symbol(encoder, line);
    return;
  case SP_PRINT_CODE128:
    if (!encoder->commands->code128(encoder, line)) draw_symbol(encoder, line);
    return;
  case SP_PRINT_PICTURE:
    if (line->picture && encoder->pictures)
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

int sp_encoder_run(const struct sp_encoder_commands *commands, const struct sp_print *print,
                   const struct sp_escpos_options *options, const struct sp_charset *set, bool pictures,
                   struct sp_buf *out, struct sp_error *err) {
  struct sp_encoder encoder = {.commands = commands,
                               .options = options,
                               .out = out,
                               .columns = print->columns,
                               .dots = options->dots ? options->dots : 576,
                               .pictures = pictures};
  encoder.cell = encoder.dots / (options->columns ? options->columns : SP_PRINT_COLUMNS_80);
  int rc = sp_charset_open(&encoder.writer, set, err);
  if (rc) return rc;
  sp_buf_init(&encoder.scratch, SCRATCH_MAX);
  commands->start(&encoder, set);
  for (int32_t i = 0; i < print->count && !encoder.failed && !out->failed; i++)
    put_line(&encoder, &print->lines[i]);
  put_cut(&encoder);
  sp_buf_free(&encoder.scratch);
  sp_charset_close(&encoder.writer);
  rc = encoder.failed ? encoder.failed : out->failed;
  if (rc == SP_E_LIMIT) return sp_fail(err, SP_E_LIMIT, "lines", "The printout is too long for one print job");
  return rc ? sp_error_nomem(err, __func__) : 0;
}
