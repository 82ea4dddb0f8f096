/* For the scale_*.c files only: what their frames have in common.
 *
 * A frame is described by a pattern, a string in which a byte from 80h on stands for a class of bytes and any other for
 * itself. No protocol here has a byte above 7Fh at a fixed place, and none has a NUL.
 */
#ifndef SP_DEVICES_CODEC_SCALE_FRAME_H
#define SP_DEVICES_CODEC_SCALE_FRAME_H

#include "devices/codec/scale.h"

#define ANY    "\x80" /* any byte */
#define DIGIT  "\x81" /* 0-9 */
#define FILL   "\x82" /* a digit, or a space before the digits */
#define PRINT  "\x83" /* 20h-7Eh */
#define LETTER "\x84" /* A-Z a-z */

/* A pattern's length when `bytes` has all of it, 0 while it may still come to that, SP_SCALE_NOISE when it cannot. */
int sp_scale_match(const char *pattern, const uint8_t *bytes, size_t len);
/* The same over several; `which` says the one that matched whole. */
int sp_scale_match_any(const char *const *patterns, size_t count, const uint8_t *bytes, size_t len, size_t *which);

/* Spaces, a sign, spaces, then 1 to 9 digits with at most one point (`point`: the byte) between two of them, to the
 * very end. False leaves `out` alone. */
bool sp_scale_number_read(const uint8_t *text, size_t len, uint8_t point, struct sp_scale_number *out);

/* "kg", "KG", " g", "g " … : spaces do not count. */
enum sp_scale_unit sp_scale_unit_read(const uint8_t *text, size_t len);

uint8_t sp_scale_xor(const uint8_t *bytes, size_t len);

/* Append `value` as `width` digits. SP_E_RANGE when it does not fit. */
int sp_scale_put_digits(struct sp_scale_bytes *out, int32_t value, int width);
void sp_scale_put(struct sp_scale_bytes *out, const char *bytes);

extern const struct sp_scale_codec sp_scale_mt8217;
extern const struct sp_scale_codec sp_scale_mt_sics;
extern const struct sp_scale_codec sp_scale_toledo_cont;
extern const struct sp_scale_codec sp_scale_toledo_plain;
extern const struct sp_scale_codec sp_scale_cas_ap1;
extern const struct sp_scale_codec sp_scale_aclas_os2;
extern const struct sp_scale_codec sp_scale_aclas_os2_asked;
extern const struct sp_scale_codec sp_scale_aclas_ns1;
extern const struct sp_scale_codec sp_scale_dahua_acs;
extern const struct sp_scale_codec sp_scale_dahua_lines;
extern const struct sp_scale_codec sp_scale_dialog06;
extern const struct sp_scale_codec sp_scale_tisa;
extern const struct sp_scale_codec sp_scale_nci;
extern const struct sp_scale_codec sp_scale_cas22;
extern const struct sp_scale_codec sp_scale_and18;
extern const struct sp_scale_codec sp_scale_adam;
extern const struct sp_scale_codec sp_scale_bcd6;
extern const struct sp_scale_codec sp_scale_hid;

#endif
