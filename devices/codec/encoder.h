/* What the encoders of printouts share: lines, their right texts, codes that have to be drawn, the order of a job. What
 * differs is a table of commands that a kind of printer (escpos.c, star.c) fills in. Only for those. */
#ifndef SP_DEVICES_CODEC_ENCODER_H
#define SP_DEVICES_CODEC_ENCODER_H

#include "devices/codec/charset.h"
#include "devices/codec/escpos.h"

#define SP_ENCODER_TEAR_OFF  5  /* lines fed where there is no knife */
#define SP_ENCODER_BARS_TALL 80 /* dots of bars whose line does not say */

struct sp_encoder;

/* Every command adds to `out` of the encoder, whose `failed` says when that was not possible. */
struct sp_encoder_commands {
  int position_bytes; /* what `position` costs: shorter gaps are spaces */
  void (*start)(struct sp_encoder *encoder, const struct sp_charset *set);
  /* From the style the printer is set to, to this one; `changed` are the bits that differ. */
  void (*style)(struct sp_encoder *encoder, uint8_t changed, uint8_t style);
  void (*position)(struct sp_encoder *encoder, int x);
  int (*picture)(struct sp_encoder *encoder, const struct sp_escpos_picture *placed);
  /* False: the printer cannot draw this one, and nothing was added. */
  bool (*qr)(struct sp_encoder *encoder, const struct sp_print_line *line);
  bool (*code128)(struct sp_encoder *encoder, const struct sp_print_line *line);
  void (*cut)(struct sp_encoder *encoder);
};

struct sp_encoder {
  const struct sp_encoder_commands *commands;
  const struct sp_escpos_options *options;
  struct sp_buf *out;
  struct sp_buf scratch; /* one text as the printer gets it */
  struct sp_charset_writer writer;
  int columns;    /* of the printout */
  int dots, cell; /* of the head, and of a column */
  bool pictures;  /* the printer takes any */
  uint8_t style;  /* what the printer is set to */
  int failed;
};

/* The whole job. Errors as sp_escpos_encode. */
int sp_encoder_run(const struct sp_encoder_commands *commands, const struct sp_print *print,
                   const struct sp_escpos_options *options, const struct sp_charset *set, bool pictures,
                   struct sp_buf *out, struct sp_error *err);
/* Set the printer to this style: only what changes is sent. For the commands of codes. */
void sp_encoder_style(struct sp_encoder *encoder, uint8_t style);

#endif
