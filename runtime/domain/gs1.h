/* GS1 element strings: what GS1-128, GS1 DataBar, GS1 DataMatrix and GS1 QR carry: product, lot, dates, weight, price.
 *
 * Pure functions. Source: GS1 General Specifications §3 (application identifiers), §5.10 (element strings), §7.8
 * (FNC1), §7.9 (check digits), §7.12 (centuries); lengths as in GS1's barcode syntax dictionary. Every application
 * identifier (AI) of that dictionary is known by its length, so that one a shop has no use for never spoils the rest.
 *
 * Three spellings are read, each with or without the AIM prefix of a GS1 symbol (]C1 ]e0 ]d2 ]Q3 ]J1):
 *   scanned:   0106901234567892 3922 000835 GS 10 A1     (without the blanks; GS is 1Dh, what scanners send for FNC1)
 *   the same   with FNC1 in front
 *   printed:   (01)06901234567892(3922)000835(10)A1      ("\(" is a bracket inside a value; blanks around are skipped)
 *
 * A lost separator is the danger: 3922 000835 10 77 then reads as one amount of eight million. Whatever runs over its
 * length is refused, and so is an amount above SP_GS1_AMOUNT_MAX.
 *
 * Errors name the AI: `field` is "3922", the sentence begins with "(3922)".
 */
#ifndef SP_DOMAIN_GS1_H
#define SP_DOMAIN_GS1_H

#include "base/buf.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_GS1_TEXT_MAX     512 /* bytes of one element string, AIM prefix included */
#define SP_GS1_ELEMENTS_MAX 24
#define SP_GS1_VALUE_MAX    90         /* bytes of the longest value any AI may have */
#define SP_GS1_AMOUNT_MAX   1000000    /* whole units of money: no label asks for more than a million */
#define SP_GS1_SEPARATOR    ((char)29) /* GS, 1Dh */

enum sp_gs1_kind {
  SP_GS1_TEXT,       /* characters or digits with no meaning here */
  SP_GS1_KEY,        /* a GS1 key; its check digit was right */
  SP_GS1_DATE,       /* yymmdd; day 00 means the month */
  SP_GS1_COUNT,      /* `number` */
  SP_GS1_MEASURE,    /* `number` with `decimals`; the unit is the AI's */
  SP_GS1_AMOUNT,     /* `number` with `decimals`, in the local currency or in `currency` */
  SP_GS1_PERCENT,    /* `number` with `decimals` */
  SP_GS1_UNIT_PRICE, /* `number` with `decimals`, for one unit of measure */
};

struct sp_gs1_element {
  char ai[5]; /* "01", "3103": with the digit that says the decimals */
  enum sp_gs1_kind kind;
  int8_t decimals;
  char currency[4];                 /* ISO 4217 number ("156" is CNY) of AI 391n and 393n, else "" */
  int64_t number;                   /* 0 where the kind has none */
  char value[SP_GS1_VALUE_MAX + 1]; /* as scanned, all of it, NUL-terminated */
};

struct sp_gs1 {
  int count;
  struct sp_gs1_element elements[SP_GS1_ELEMENTS_MAX]; /* in their order; an AI that stands twice alike is kept once */
};

/* Can these bytes be nothing but a GS1 element string: a GS1 AIM prefix, a leading GS, or "(dd"? A scanner that sends
 * neither prefix nor FNC1 in front gives no such sign: sp_gs1_bare. */
bool sp_gs1_is(const char *text, size_t len);

/* The same of bytes that begin with no such sign (no AIM prefix either, GS or not): their elements are right, begin
 * with AI 01, and nothing can have run into its neighbour: either a GS stands between them, or none of them is a text.
 * A product's own number of that many digits looks alike without a GS; ask the catalogue first then (`separated`
 * false).
 */
bool sp_gs1_bare(const char *text, size_t len, bool *separated);

/* Split and check. SP_E_INVALID: a value too short, too long, with a wrong character, check digit, date or amount, or
 * the same AI twice with different values. SP_E_UNSUPPORTED: no such AI, or a prefix of another symbology. SP_E_LIMIT:
 * more than SP_GS1_TEXT_MAX bytes or SP_GS1_ELEMENTS_MAX elements. `out` has no elements after an error. */
int sp_gs1_parse(const char *text, size_t len, struct sp_gs1 *out, struct sp_error *err);

/* The element of that AI or null. "310" finds any of 3100 to 3109. */
const struct sp_gs1_element *sp_gs1_find(const struct sp_gs1 *gs1, const char *ai);

/* Write it back: `printed` with brackets, else as scanned (no AIM prefix, GS after each value of open length but the
 * last). Parsing that gives the same elements. Returns the buffer's sticky code. */
int sp_gs1_write(const struct sp_gs1 *gs1, bool printed, struct sp_buf *out);

/* yymmdd to yyyymmdd. The century is the one that puts the year within 49 years before to 50 after `year` (§7.12). Day
 * 00 is the month's last day, or its first with `month_start`. SP_E_INVALID when there is no such day. */
int sp_gs1_date(const char *yymmdd, int32_t year, bool month_start, int32_t *yyyymmdd);

/* What a till wants of it. Dates are yyyymmdd, 0 for none; texts "" for none. */
struct sp_gs1_goods {
  char gtin[15];            /* 01: 14 digits */
  char content[15];         /* 02: what is inside a case, `content_count` (37) of it */
  char lot[21];             /* 10 */
  char serial[21];          /* 21 */
  int32_t produced, packed; /* 11, 13; day 00 counts from the first of the month: never fresher than it is */
  int32_t best_before, sell_by, expires; /* 15, 16, 17; day 00 is good to the end of the month */
  bool has_grams, has_amount, has_unit_price;
  int64_t grams;         /* 310n (kg) or 320n (lb), net, rounded half away from zero */
  int64_t amount;        /* 392n or 393n, minor units */
  int64_t unit_price;    /* 395n, minor units for one unit of measure */
  char currency[4];      /* of `amount`, ISO 4217 number, "" for the local one */
  int64_t count;         /* 30: pieces in it, 0 for not said */
  int64_t content_count; /* 37 */
};

/* `year` is the current one in the store, `digits` the minor digits of its currency (2 for CNY). SP_E_INVALID names the
 * AI: an amount finer than a minor unit (3923 with CNY), two net weights or two amounts that differ. */
int sp_gs1_goods(const struct sp_gs1 *gs1, int32_t year, int digits, struct sp_gs1_goods *out, struct sp_error *err);

#endif
