/* A printout as a bounded list of styled lines: what a receipt looks like before a printer or a screen is chosen.
 *
 * A line has a left text, an optional right text that ends at the right edge, and a style. The gap between the two is
 * made by whoever renders the line, because a terminal and a receipt printer disagree about the width of characters
 * such as "¥" or "é": a printer gives every GB18030 character outside ASCII two columns. The layout counts with the
 * wider answer, so a line fits on both.
 *
 * Texts are clean: valid UTF-8 without control, zero-width or direction characters, whatever the data held.
 */
#ifndef SP_DOMAIN_PRINT_H
#define SP_DOMAIN_PRINT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_PRINT_LINES_MAX   8192
#define SP_PRINT_WRAP_MAX    8 /* lines one text may take; what is longer ends in "..." */
#define SP_PRINT_COLUMNS_58  32
#define SP_PRINT_COLUMNS_80  48
#define SP_PRINT_COLUMNS_MIN 24
#define SP_PRINT_COLUMNS_MAX 80

enum sp_print_style {
  SP_PRINT_BOLD = 1,
  SP_PRINT_TALL = 2,
  SP_PRINT_WIDE = 4, /* every character takes twice its columns */
  SP_PRINT_CENTRE = 8
};

struct sp_print_line {
  const char *text;  /* never null */
  const char *right; /* null when there is none */
  uint8_t style;     /* bits of enum sp_print_style */
};

struct sp_print {
  struct sp_arena *arena; /* owns lines and texts */
  struct sp_print_line *lines;
  int32_t count, capacity;
  int columns;
  enum sp_lang lang;
  int failed; /* sticky: SP_E_NOMEM or SP_E_LIMIT, as in base/buf.h */
};

/* ---- Making a printout (receipt.h and shift_report.h do) ---- */

/* An empty printout. SP_E_INVALID (field "columns") outside SP_PRINT_COLUMNS_MIN..MAX. */
int sp_print_init(struct sp_print *print, int columns, enum sp_lang lang, struct sp_arena *arena, struct sp_error *err);
/* A text of any length, wrapped (at a space where there is one near), `indent` columns in. Null and "" add nothing. */
void sp_print_add(struct sp_print *print, uint8_t style, int indent, const char *text);
/* `left` and `right` on one line when they fit with a space between them; otherwise `left` is wrapped and `right`
 * stands on the last line it fits on, or on its own. */
void sp_print_row(struct sp_print *print, uint8_t style, int indent, const char *left, const char *right);
/* "label: value", wrapped; nothing when `value` is null or "". `label` is an English key of the catalogue. */
void sp_print_field(struct sp_print *print, int indent, const char *label, const char *value);
/* Bold, tall and centred; wide as well when it then still fits on one line. */
void sp_print_heading(struct sp_print *print, const char *text);
void sp_print_rule(struct sp_print *print); /* a line of '-' */
/* The code for the caller: 0, or the sticky failure said as a sentence. */
int sp_print_end(const struct sp_print *print, struct sp_error *err);

/* ---- Measuring and rendering ---- */

/* Columns on the wider of terminal and printer: ASCII 1, marks 0, everything else 2. */
int sp_print_columns(const char *text, size_t len);
/* Every line as plain UTF-8 text with a newline, padded and centred for a terminal, no trailing spaces. SP_E_LIMIT or
 * SP_E_NOMEM from `out`. */
int sp_print_text(const struct sp_print *print, struct sp_buf *out);

#endif
