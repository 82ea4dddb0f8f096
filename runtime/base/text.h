/* Text: UTF-8, GB18030, pinyin initials, and the catalogue of sentences in English and Chinese. */
#ifndef SP_BASE_TEXT_H
#define SP_BASE_TEXT_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- UTF-8 (RFC 3629) ---- */

bool sp_utf8_valid(const char *text, size_t len);
/* Decode one code point; returns its length in bytes, 0 at the end, −1 on an invalid sequence. */
int sp_utf8_next(const char *text, size_t len, uint32_t *code);
/* How much of `text` to keep so that it does not end inside a character: `len`, or up to three bytes less. */
size_t sp_utf8_cut(const char *text, size_t len);
/* Copy as many whole characters as fit into `room` > 0 bytes, ended by a zero; null is "". The two may overlap. */
void sp_text_copy(char *to, size_t room, const char *from);
/* Append one code point; one that does not exist becomes U+FFFD. Returns the buffer's sticky code. */
int sp_utf8_put(struct sp_buf *out, uint32_t code);
/* Columns on a printer or terminal: 2 for East Asian wide characters, 0 for control and combining characters, else 1.
 * A byte that is not UTF-8 counts 1. */
int sp_utf8_columns(const char *text, size_t len);
/* The longest prefix of `text` that fits `columns`, in bytes; never splits a character. */
size_t sp_utf8_fit(const char *text, size_t len, int columns);

/* ---- GB18030 ---- */

/* Convert and append; a character that has no place, or a byte that is not UTF-8, becomes '?'. SP_E_LIMIT or SP_E_NOMEM
 * from `out`, SP_E_UNSUPPORTED when the C library has no GB18030. Thread-safe. */
int sp_gb18030_from_utf8(const char *text, size_t len, struct sp_buf *out);
/* SP_E_INVALID on a byte sequence that is not GB18030. */
int sp_gb18030_to_utf8(const char *bytes, size_t len, struct sp_buf *out);

/* ---- Search keys ---- */

/* The lower-case initials a cashier types: the first pinyin letter of each Chinese character, the letters and digits of
 * everything else ("可口可乐 500ml" → "kkkl500ml"), accents taken off. The table is made at build time with ICU's
 * Han-Latin. */
int sp_pinyin_initials(const char *text, size_t len, struct sp_buf *out);
/* Fold for comparison: ASCII lower case, full-width to half-width, spaces collapsed and none at either end. */
int sp_text_fold(const char *text, size_t len, struct sp_buf *out);

/* ---- Catalogue ---- */

/* The sentence in `lang`, or `english` itself when there is no other. Static text. Sentences with printf conversions
 * have the same conversions in every language: tests/lint proves it. */
const char *sp_tr(enum sp_lang lang, const char *english) __attribute__((format_arg(2)));
/* "zh", "zh-CN", "zh-Hans;q=0.8, en" … → the language to answer in. Null gives English. */
enum sp_lang sp_lang_from(const char *accept_language);

#endif
