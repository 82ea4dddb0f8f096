/* Bytes of a text file to UTF-8, piece by piece.
 *
 * An encoding is told by its byte-order mark (Unicode §23.8); without one a file that is UTF-8 from end to end is
 * UTF-8, and anything else is GB18030, which is what a Chinese spreadsheet saves as "CSV". UTF-16 needs its mark.
 */
#ifndef SP_ADAPTERS_TABLE_DECODE_H
#define SP_ADAPTERS_TABLE_DECODE_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum sp_encoding {
  SP_ENCODING_UTF8,
  SP_ENCODING_UTF8_BOM,
  SP_ENCODING_GB18030,
  SP_ENCODING_UTF16LE,
  SP_ENCODING_UTF16BE
};

const char *sp_encoding_name(enum sp_encoding encoding);

/* Reads the file once from where it stands, in pieces, and leaves it just after the byte-order mark. A file of UTF-8
 * with a few broken bytes is still called UTF-8, so that the reader names the row instead of showing nonsense. SP_E_IO;
 * SP_E_INVALID when the bytes are no text (NUL without a mark). */
int sp_encoding_detect(FILE *file, enum sp_encoding *out, struct sp_error *err);

/* Decode as many whole characters of `bytes` as there are and append them to `out`; `*used` gets the bytes consumed.
 * What is left (at most 3 bytes) is the beginning of a character: pass it again in front of the next piece. With
 * `last`, a beginning without an end is an error. SP_E_INVALID leaves everything before the bad bytes in `out`.
 * SP_E_NOMEM, SP_E_LIMIT from `out`. */
int sp_decode(enum sp_encoding encoding, const uint8_t *bytes, size_t len, bool last, struct sp_buf *out, size_t *used);

#endif
