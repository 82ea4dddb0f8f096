/* What a printer's font has: text in UTF-8 to the bytes of one character set, and how many columns they take.
 *
 * Chinese fonts come in steps, each a part of the next: GB2312 (6,763 characters), GBK (21,003), GB18030 with its
 * four-byte codes. What a font lacks prints as 〓, never as half a character. Code pages for the rest of the world are
 * one byte a character; what they lack is written with what they have (€ as E, — as -), else as "?".
 *
 * ¥ (U+00A5) becomes the full-width ￥ (A3 A4) in Chinese sets: its own code there has four bytes, which few printers
 * know. No byte below 20h and no 7Fh ever comes out; marks that would stand on the character before are left out.
 */
#ifndef SP_DEVICES_CODEC_CHARSET_H
#define SP_DEVICES_CODEC_CHARSET_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

#define SP_CHARSET_REPLACE_MAX 32

enum sp_charset_kind { SP_CHARSET_GB18030, SP_CHARSET_GBK, SP_CHARSET_GB2312, SP_CHARSET_UTF8, SP_CHARSET_PAGE };

/* A character (UTF-8) the font draws badly or not at all, and a text in its place. */
struct sp_charset_replace {
  const char *from, *to;
};

struct sp_charset {
  enum sp_charset_kind kind;
  bool four_byte;   /* of GB18030: the font has characters of four bytes */
  const char *page; /* of a code page: "CP437", as the C library calls it */
  const struct sp_charset_replace *replace;
  size_t replace_count;
};

/* A converter that is open. */
struct sp_charset_writer {
  const struct sp_charset *set;
  void *converter;
  void *member; /* of GB2312: from it, to see whether it has a character of GBK */
};

/* SP_E_UNSUPPORTED: the C library does not know the character set. Close it again. */
int sp_charset_open(struct sp_charset_writer *writer, const struct sp_charset *set, struct sp_error *err);
void sp_charset_close(struct sp_charset_writer *writer);
/* Append `text`; returns its columns on the printer: 1 for a byte that stands alone, else 2 (UTF-8: as a terminal
 * counts). A byte that is no UTF-8 is "?". Failure is sticky in `out`. */
int sp_charset_put(struct sp_charset_writer *writer, const char *text, struct sp_buf *out);

#endif
