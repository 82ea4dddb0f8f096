/* For devices/sim/printer_symbol*.c only: what the linear codes share. */
#ifndef SP_DEVICES_SIM_PRINTER_SYMBOL_PART_H
#define SP_DEVICES_SIM_PRINTER_SYMBOL_PART_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>

/* Widths as digits: "212" is, beginning with a bar, two bars, a space, two bars. */
void sp_vp_symbol_widths(struct sp_buf *out, const char *widths, bool bar);
/* A digit of an EAN's left half. */
void sp_vp_symbol_ean_digit(struct sp_buf *out, char digit, bool even);
/* At least one, and nothing but digits. */
bool sp_vp_symbol_digits(const unsigned char *data, size_t len);
/* Weights 3 and 1 from the right. */
char sp_vp_symbol_check_digit(const char *digits, size_t len);

/* As sp_vp_symbol_bars. */
int sp_vp_symbol_upc_e_bars(const unsigned char *data, size_t len, struct sp_buf *out);
int sp_vp_symbol_codabar_bars(const unsigned char *data, size_t len, struct sp_buf *out);
int sp_vp_symbol_code93_bars(const unsigned char *data, size_t len, struct sp_buf *out);

/* The eight digits of a UPC-E from its 6, 7 or 8, or from the 11 or 12 of a UPC-A that can be shortened. */
int sp_vp_symbol_upc_e(const unsigned char *data, size_t len, char digits[9]);

#endif
