/* Codes drawn as pictures, for printers that cannot draw them. Pure; QR codes come from libqrencode, CODE128 from our
 * own table (ISO/IEC 15417). Rows are as in escpos_ask.h: 1 is black, most significant bit left. */
#ifndef SP_DEVICES_CODEC_SYMBOL_H
#define SP_DEVICES_CODEC_SYMBOL_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_SYMBOL_TALL_MAX 255
#define SP_SYMBOL_QUIET    10 /* modules of white on either side of bars; 4 around a QR code */

struct sp_symbol {
  uint8_t *rows; /* owned; (width + 7) / 8 bytes a row */
  int width, height;
};

/* A QR code with its quiet zone. `module` dots a module; 0, or one that is too large for `dots`, is the largest up to
 * 6 that fits. SP_E_INVALID: empty, more than it can hold, or too large for `dots` even with modules of one dot.
 * SP_E_NOMEM. Free it. */
int sp_symbol_qr(const void *bytes, size_t len, int module, int dots, struct sp_symbol *out, struct sp_error *err);
/* A CODE128 of printable ASCII, `height` dots tall, with its quiet zones. `module` 0: 2. SP_E_INVALID: other
 * characters, or too wide for `dots`. SP_E_NOMEM. */
int sp_symbol_code128(const char *text, int module, int height, int dots, struct sp_symbol *out, struct sp_error *err);
/* How many modules wide it is with its quiet zones; 0: it holds other characters or is too long. */
int sp_symbol_code128_modules(const char *text);
void sp_symbol_free(struct sp_symbol *symbol);

#endif
