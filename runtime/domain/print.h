/* A printout as a bounded list of styled lines: what a receipt looks like before a printer or a screen is chosen.
 *
 * A line is a text, a code that a scanner reads, a picture, or the place where the knife cuts.
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
#include "base/json.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_PRINT_LINES_MAX   8192
#define SP_PRINT_WRAP_MAX    8 /* lines one text may take; what is longer ends in "..." */
#define SP_PRINT_COLUMNS_58  32
#define SP_PRINT_COLUMNS_80  48
#define SP_PRINT_COLUMNS_MIN 24
#define SP_PRINT_COLUMNS_MAX 80

#define SP_PRINT_QR_MAX         512 /* bytes of a QR code's data */
#define SP_PRINT_CODE128_MAX    48  /* characters of a barcode, printable ASCII */
#define SP_PRINT_HEIGHT_MAX     255 /* dots of a barcode's bars */
#define SP_PRINT_MODULE_MAX     16  /* dots of the smallest square or bar */
#define SP_PRINT_PICTURE_WIDTH  832 /* dots: 104 mm paper */
#define SP_PRINT_PICTURE_HEIGHT 1200
#define SP_PRINT_JSON_MAX       (1024 * 1024) /* bytes of a printout as JSON */

enum sp_print_style {
  SP_PRINT_BOLD = 1,
  SP_PRINT_TALL = 2,
  SP_PRINT_WIDE = 4, /* every character takes twice its columns */
  SP_PRINT_CENTRE = 8
};

enum sp_print_kind {
  SP_PRINT_TEXT,
  SP_PRINT_QR,      /* text: the data, UTF-8 */
  SP_PRINT_CODE128, /* text: the data, printable ASCII; people read it below the bars */
  SP_PRINT_PICTURE,
  SP_PRINT_CUT /* between two documents in one job; the end of a printout cuts by itself */
};

/* One bit a dot, 1 is black; each row begins at a byte, its leftmost dot is the highest bit. */
struct sp_print_picture {
  int32_t width, height; /* dots, both > 0 */
  const uint8_t *rows;   /* height × ⌈width / 8⌉ bytes, in the printout's arena; bits past the width are 0 */
};

/* Codes and pictures know of the style only SP_PRINT_CENTRE. */
struct sp_print_line {
  const char *text;  /* never null */
  const char *right; /* null when there is none; texts only */
  uint8_t style;     /* bits of enum sp_print_style */
  uint8_t kind;      /* enum sp_print_kind */
  uint8_t module;    /* dots of a QR code's square or a barcode's narrowest bar; 0: as the printer likes */
  uint8_t height;    /* dots of a barcode's bars; 0: as the printer likes */
  const struct sp_print_picture *picture; /* of a picture, else null */
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
void sp_print_rule(struct sp_print *print);  /* a line of '-' */
void sp_print_blank(struct sp_print *print); /* a line with nothing on it */
/* A code, centred or at the left edge by `style`. `module` and `height` in dots, 0 as the printer likes; above their
 * bounds they are the bound. Nothing when `data` is null, "" or too long, or when a barcode has a character that is not
 * printable ASCII: a printout never fails for the want of a code. */
void sp_print_qr(struct sp_print *print, uint8_t style, const char *data, int module);
void sp_print_code128(struct sp_print *print, uint8_t style, const char *data, int module, int height);
/* The picture is copied. Nothing when it is empty or larger than the bounds. */
void sp_print_picture(struct sp_print *print, uint8_t style, const struct sp_print_picture *picture);
void sp_print_cut(struct sp_print *print);
/* A line as it is: for what reads a printout back. The caller has checked it; texts live in the arena. */
void sp_print_put(struct sp_print *print, const struct sp_print_line *line);
/* A bold centred line before everything else, and the same at the foot: "*** COPY ***". Nothing for null or "". */
void sp_print_mark(struct sp_print *print, const char *text);
/* The code for the caller: 0, or the sticky failure said as a sentence. */
int sp_print_end(const struct sp_print *print, struct sp_error *err);

/* ---- Measuring and rendering ---- */

/* Columns on the wider of terminal and printer: ASCII 1, marks 0, everything else 2. */
int sp_print_columns(const char *text, size_t len);
/* May this stand in a printout as it is: valid UTF-8, nothing of what the adders take out? */
bool sp_print_is_clean(const char *text);
/* Every line as plain UTF-8 text with a newline, padded and centred for a terminal, no trailing spaces. Codes read
 * "[QR] data" and "[CODE128] data", pictures "[picture 384x120]", a cut "- - -". SP_E_LIMIT or SP_E_NOMEM from `out`.
 */
int sp_print_text(const struct sp_print *print, struct sp_buf *out);

/* ---- Keeping: what the print ledger stores ---- */

/* {"v":1,"columns":48,"lang":"zh","lines":[{"t":text,"r":right?,"s":style?,"k":"qr"|"code128"|"picture"|"cut"?,
 * "m":module?,"h":height?, and of pictures "w","h","d": base64 of the rows}]}. Failure is sticky in the writer's
 * buffer. */
void sp_print_json(const struct sp_print *print, struct sp_json_writer *w);
/* The printout back, in the arena: what was written and nothing else; unknown members, kinds and versions, texts that
 * are not clean and anything beyond the bounds above are SP_E_INVALID. SP_E_LIMIT (longer than SP_PRINT_JSON_MAX),
 * SP_E_NOMEM. */
int sp_print_parse(const char *json, size_t len, struct sp_arena *arena, struct sp_print *out, struct sp_error *err);
/* `len` bytes of a picture's rows from their base64, padding and all; false when it is not exactly that. */
bool sp_print_rows_read(const char *text, uint8_t *out, size_t len);

#endif
