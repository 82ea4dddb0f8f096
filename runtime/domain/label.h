/* What a scanned code is in this shop: goods, a weight or price label, a coupon, a member, a badge, a payment, a
 * receipt.
 *
 * A table of patterns says so: data, at most SP_LABEL_PATTERNS_MAX, made by the chain. Pure functions, no allocation.
 *
 * A pattern is matched against the whole code, character by character:
 *
 *   digits and other signs  themselves: 22, -, /          W  a digit of the code the label names: item, member, staff
 *   'text'                  itself, for letters: 'M-'     X  any printable character of that code
 *   [10-15]                 one of these numbers; only    D  any digit, not kept
 *                           in front, 1 to 3 digits       E  a digit of the amount, in fen unless `amount_unit` says so
 *   W{6} X{4-20} D{14-22}   that many; one X, W or D      N  a digit of the weight, in grams unless `gram_unit` does
 *                           in a pattern may vary         Q  a digit of the number of pieces
 *   C  check digit as in EAN-13, over all digits before   V  GS1's price check digit of the 4 or 5 E
 *   O  a check digit made in a way nobody knows           (upper case only)
 *
 * Sources: the label layouts of Shanghai Dahua TM (FFWWWWWEEEEEC and fourteen more; F is written as the shop's digits)
 * and Aclas LS2CX; that 18-digit labels check like EAN-13 is the makers' word; GS1 General Specifications §2.1 (numbers
 * for use inside a company) and §7.9 (V). Payment codes as public checkout programs agree on them: WeChat 10…15 and 16
 * digits, Alipay 25…30 and 14 to 22, UnionPay 62 and 14 to 22; BestPay begins with 51 and Suning with 83, their lengths
 * are not written down anywhere.
 *
 * An 18-digit number from 25 to 29 is both a label and an Alipay code, so the till's moment is asked first: at a sale
 * only goods and labels are taken, at tender only payments. What fits but at another moment is handed out as `early`,
 * so that the till can hold it and say so. Among the patterns of the moment the most specific wins; the order is total:
 * more fixed characters (a range counts for what it leaves out), then more check digits, then a narrower choice of
 * lengths, then a longer one, then the name. Where check digits are wrong the next pattern is asked.
 */
#ifndef SP_DOMAIN_LABEL_H
#define SP_DOMAIN_LABEL_H

#include "base/error.h"
#include "domain/barcode.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_LABEL_PATTERNS_MAX 64
#define SP_LABEL_NAME_MAX     31                   /* bytes */
#define SP_LABEL_PATTERN_MAX  95                   /* bytes of a pattern as written */
#define SP_LABEL_TEXT_MAX     SP_BARCODE_MAX       /* bytes of a code */
#define SP_LABEL_TEXT         (SP_BARCODE_MAX + 1) /* and its NUL */

enum sp_label_kind {
  SP_LABEL_GOODS, /* a product's own barcode; what no pattern knows is this */
  SP_LABEL_ITEM,  /* an in-store label: item with amount, weight or pieces */
  SP_LABEL_COUPON,
  SP_LABEL_MEMBER,
  SP_LABEL_STAFF,
  SP_LABEL_PAYMENT,
  SP_LABEL_RECEIPT,
};

enum sp_label_moment { /* what the till is doing; a pattern may have several */
                       SP_LABEL_AT_SALE = 1,
                       SP_LABEL_AT_TENDER = 2,
                       SP_LABEL_AT_RETURN = 4,
                       SP_LABEL_AT_REST = 8, /* locked, nobody signed on, no sale open */
};

struct sp_label_pattern {
  const char *name; /* unique, for people and for errors: "scale price" */
  const char *pattern;
  enum sp_label_kind kind;
  unsigned moments;    /* SP_LABEL_AT_… or-ed; 0: what its kind is for (sp_label_moments) */
  int32_t amount_unit; /* minor units of one in E: 10 when labels are in jiao; 0 is 1 */
  int32_t gram_unit;   /* grams of one in N: 10 for two decimals of a kilogram; 0 is 1 */
  const char *sample;  /* a code it must win at its first moment, or null: sp_label_test makes one */
};

/* The table is the caller's memory (about 17 KB) and keeps no pointer of the caller's; read-only once made, so threads
 * may share it. The members are label.c's own. */
struct sp_label_rule {
  char name[SP_LABEL_NAME_MAX + 1];
  char sample[SP_LABEL_TEXT];
  char slots[SP_LABEL_TEXT_MAX];    /* the letter of a class, 'L' for a literal, 'R' for a range */
  char literals[SP_LABEL_TEXT_MAX]; /* of each 'L' */
  enum sp_label_kind kind;
  unsigned moments;
  int32_t amount_unit, gram_unit;
  int16_t min, max;  /* bytes of a code */
  int16_t stretch;   /* the slot that repeats, −1 for none */
  int16_t low, high; /* of the range in front */
  int8_t range;      /* its digits, 0 for none */
  int16_t fixed, checked;
};

struct sp_label_table {
  int count;
  struct sp_label_rule rules[SP_LABEL_PATTERNS_MAX]; /* the most specific first */
};

/* Compile. SP_E_INVALID names the pattern ("patterns[3].pattern") and what is wrong with it; SP_E_LIMIT: too many. */
int sp_label_table_make(struct sp_label_table *table, const struct sp_label_pattern *patterns, size_t count,
                        struct sp_error *err);

/* A table for a shop in China that has none of its own: labels of 20, 21 and 22, coupons of 99 and 'C-', members 'M-',
 * badges 'S-', receipts of 'R-' and 980, five payments. Static.
 * A receipt prints 'R-' and its number, R-T01-000042. A shop whose scanners read nothing but EAN-13 may print
 * 980TTTNNNNNNC instead: the number in the till's code, the number of the sale there. */
const struct sp_label_pattern *sp_label_defaults(size_t *count);

/* When codes of a kind are taken: goods and labels at a sale and a return; coupons and members also at tender; badges
 * always; payments at tender only; receipts at all but tender. */
unsigned sp_label_moments(enum sp_label_kind kind);

struct sp_label {
  enum sp_label_kind kind;
  const struct sp_label_rule *rule; /* of the table; null for goods that no pattern knows */
  bool early;                       /* not taken at this moment: hold it and say so */
  char code[SP_LABEL_TEXT];         /* the W and X of the pattern, or all of it when it has none */
  bool has_amount, has_grams, has_pieces;
  int64_t amount; /* minor units: the price on the label is the one to charge */
  int64_t grams;  /* thousandths of a kilogram, as quantities are */
  int64_t pieces;
  bool unchecked; /* an in-store label without any check digit that could be verified */
};

/* Read one code (no AIM prefix; GS1 element strings go to domain/gs1.h). `moments` is what the till is doing,
 * SP_LABEL_AT_… or-ed: one screen may sell and take back. SP_E_INVALID: empty, too long, a blank or
 * unprintable character; a label of this shop with a wrong check digit; one whose amount, weight or pieces are zero. */
int sp_label_read(const struct sp_label_table *table, const char *text, size_t len, unsigned moments,
                  struct sp_label *out, struct sp_error *err);

/* Does the label agree with itself: amount = grams × price of a kilogram, to one minor unit? True when it lacks either.
 * Where it is not, a person decides which of the two to believe. */
bool sp_label_adds_up(const struct sp_label *label, int64_t kilogram_price);

/* A payment code is money for a minute: only its first two and last four characters may be shown or logged. The rest
 * become '*'; a code of six or less is all stars. Cut at SP_LABEL_TEXT_MAX. */
void sp_label_mask(const char *text, char out[SP_LABEL_TEXT]);

/* What may be said of a code nobody knows: 16 to 24 digits may be a payment of a wallet we have not heard of, so they
 * are masked (into `out`); anything else is `text` itself. */
const char *sp_label_safe(const char *text, char out[SP_LABEL_TEXT]);

/* ---- Self-test ---- */

enum sp_label_verdict {
  SP_LABEL_BY_MOMENT,   /* both fit, but never at the same moment of the till: fine */
  SP_LABEL_BY_ORDER,    /* both fit at one moment; `winner` is more specific: fine if that is meant */
  SP_LABEL_BY_NAME,     /* nothing but their names decides: a mistake in the table */
  SP_LABEL_SAMPLE_LOST, /* `winner` takes the sample of `other` */
  SP_LABEL_SAMPLE_BAD,  /* the sample does not fit its own pattern (`winner` is null), or there can be none */
};

struct sp_label_finding {
  enum sp_label_verdict verdict;
  const struct sp_label_rule *winner, *other;
  char code[SP_LABEL_TEXT]; /* proof: a code that both match */
};

/* Run every sample through the table and look for codes that two patterns match. Each finding has its proof, in the
 * order of the table, one for each pair; `report` (may be null) is called with it. Returns how many are mistakes:
 * SP_LABEL_BY_NAME, SAMPLE_LOST, SAMPLE_BAD. For a table of 64 patterns a few milliseconds. */
int sp_label_test(const struct sp_label_table *table, void (*report)(void *ctx, const struct sp_label_finding *finding),
                  void *ctx);

#endif
