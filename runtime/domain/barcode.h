/* EAN/UPC numbers: check digits and their forms (GS1 General Specifications §5.2, §7.9). */
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

/* Length of the AIM symbology identifier text begins with ("]E0": ISO/IEC 15424), 3 or 0. */
int sp_barcode_aim(const char *text);
/* UPC-E in its 6, 7 (number system in front) or 8 digits (check digit too) to the 12 of UPC-A. False when it is none,
 * or its check digit is wrong. Eight digits may as well be an EAN-8: only the symbology tells, so the caller must know.
 */
bool sp_barcode_expand_upce(const char *text, char out[13]);
/* A GTIN-14 as the till knows a product: 8 digits for an EAN-8, else 13, or all 14 of a case. UPC-A stays 13 (a leading
 * zero). False when it is no GTIN-14. */
bool sp_barcode_from_gtin14(const char *gtin, char out[15]);
/* GS1's price and weight check digit for 4 or 5 digits (§7.9): the inner digit of some in-store labels. 0
 * when text is not `count` digits or count is another. */
char sp_barcode_price_digit(const char *text, int count);

#endif
