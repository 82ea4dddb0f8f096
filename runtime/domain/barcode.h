/* EAN/UPC check digits (GS1 General Specifications §7.9). */
#ifndef SP_DOMAIN_BARCODE_H
#define SP_DOMAIN_BARCODE_H

#include <stdbool.h>

#define SP_BARCODE_MAX 64 /* bytes of any barcode we store */

/* 1 to 64 printable ASCII characters without spaces. */
bool sp_barcode_valid(const char *text);
/* True for 8, 12, 13 or 14 digits whose last is the right check digit. */
bool sp_barcode_is_gtin(const char *text);
/* The check digit for `count` digits of text, '0'..'9', or 0 when text is not all digits. */
char sp_barcode_check_digit(const char *text, int count);

#endif
