/* A receipt as data: everything a printout, a screen or another program needs to know of one finished sale.
 *
 * app/sale fills it from what was stored at commit, so a reprint years later says the same as the first print. Times
 * come already formatted in the store's zone; texts are borrowed, may be null, and need not be clean.
 *
 * Signs: money has the sign it moves with. A sold line has gross, discount and net ≥ 0; a line that came back has
 * `returned` set, a positive quantity, and gross, discount and net ≤ 0. In both net = gross − discount, and
 * total = gross − discount + rounding, where rounding is 抹零: ≤ 0 of a sale, and of what comes back also the share of
 * its sale inverted. A refund has a negative total and negative tenders.
 */
#ifndef SP_DOMAIN_RECEIPT_H
#define SP_DOMAIN_RECEIPT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "domain/print.h"
#include "domain/tender.h"
#include <stdbool.h>
#include <stdint.h>

enum sp_receipt_kind { SP_RECEIPT_SALE, SP_RECEIPT_REFUND, SP_RECEIPT_EXCHANGE };

struct sp_currency {
  const char *code;   /* "CNY" */
  const char *symbol; /* "¥", printed before the total */
  int digits;         /* minor digits: 2 */
};

struct sp_receipt_line {
  int32_t n;
  const char *code;
  const char *name;
  const char *name_en; /* on printouts in English; null or "": `name` */
  const char *pack;    /* "1 箱 = 24 瓶" when a pack barcode was scanned */
  const char *unit;
  int64_t quantity; /* thousandths, > 0 */
  bool weighed;
  bool returned;
  bool computed; /* its label says what it costs, not what it weighs: `quantity` is only reckoned from that */
  int64_t tare;  /* of the container, thousandths of a kilogram; 0 none */
  int64_t unit_price;
  int64_t gross, discount, net;
  const char *seller;
  const char *note;
};

/* What one campaign took off the whole sale; the sum over all is the discount of the receipt. */
struct sp_receipt_discount {
  const char *campaign; /* code */
  const char *title;    /* what the customer reads */
  int64_t amount;
};

/* 价税分离: one row a rate, net + tax is what was paid at that rate. */
struct sp_tax_row {
  int32_t ppm;
  int64_t net;
  int64_t tax;
};

struct sp_receipt {
  enum sp_receipt_kind kind;
  bool copy;           /* a reprint: marked as such, so that it is not taken for a second sale */
  int64_t copy_number; /* which: 1 is the first; 0 not known */
  bool gift;           /* for who gets the goods as a present: no prices, no payments */
  bool training;       /* nothing was sold: somebody practised */
  struct sp_currency currency;
  const char *store_name, *address, *phone;
  const char *till;
  const char *number;
  const char *original; /* receipt number a refund or an exchange gives back from */
  const char *cashier;
  const char *seller;
  const char *time;     /* "2026-11-22 13:05:00", the store's clock */
  int32_t business_day; /* yyyymmdd, 0 when not known */
  const char *member;   /* masked name or number */
  const char *member_level;
  const struct sp_receipt_line *lines;
  int32_t line_count;
  const struct sp_receipt_discount *discounts;
  int32_t discount_count;
  int64_t gross, discount, rounding, total;
  const struct sp_tax_row *taxes;
  int32_t tax_count;
  const struct sp_tender *tenders; /* settled: amount and change are set */
  int32_t tender_count;
  const char *note;
  const char *const *footer;
  int32_t footer_count;
};

/* What a printout in `lang` calls the goods. */
const char *sp_receipt_line_name(const struct sp_receipt_line *line, enum sp_lang lang);

/* "receipt as data": one JSON object, amounts in minor units, rates in parts per million. Failure is sticky in the
 * writer's buffer. */
void sp_receipt_json(const struct sp_receipt *receipt, struct sp_json_writer *w);

/* The built-in printout, for where no rule lays it out (hook receipt.layout): in the arena, `columns` wide
 * (SP_PRINT_COLUMNS_58 or _80, or another within the bounds of print.h). SP_E_INVALID (columns), SP_E_LIMIT,
 * SP_E_NOMEM. */
int sp_receipt_layout(const struct sp_receipt *receipt, int columns, enum sp_lang lang, struct sp_arena *arena,
                      struct sp_print *out, struct sp_error *err);

/* What a copy says of itself: "*** COPY no. 2 ***", "*** COPY ***" for number 0. In the arena; null without memory. */
const char *sp_receipt_copy_mark(int64_t number, enum sp_lang lang, struct sp_arena *arena);

/* ---- Parts shared with other documents (shift_report.h) ---- */

void sp_currency_json(const struct sp_currency *currency, struct sp_json_writer *w);           /* an object */
void sp_tax_rows_json(const struct sp_tax_row *rows, int32_t count, struct sp_json_writer *w); /* an array */
void sp_tax_rows_layout(const struct sp_tax_row *rows, int32_t count, int digits, struct sp_print *print);
/* The English catalogue key of a way of paying: "Bank card". Static text. */
const char *sp_method_label(enum sp_method method);
/* A catalogue label with an amount at the right edge. */
void sp_print_amount(struct sp_print *print, uint8_t style, int indent, const char *label, int64_t amount, int digits);
/* "Business day: 2026-11-22" for 20261122; nothing for 0. */
void sp_print_day(struct sp_print *print, int32_t day);

#endif
