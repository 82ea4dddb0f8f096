/* Money is int64 minor units (fen), quantity int64 thousandths, rates parts per million. No float anywhere.
 *
 * Every sum is checked: a result outside ±SP_MONEY_MAX (2^53 − 1, exact in any JSON reader) is SP_E_RANGE, never a
 * wrap.
 */
#ifndef SP_DOMAIN_MONEY_H
#define SP_DOMAIN_MONEY_H

#include <stddef.h>
#include <stdint.h>

#define SP_MONEY_MAX    9007199254740991LL
#define SP_QUANTITY_ONE 1000 /* one piece, or one kilogram */
#define SP_PPM          1000000

#define SP_MONEY_TEXT       32 /* bytes of any amount, quantity or rate as text, NUL included */
#define SP_MONEY_DIGITS_MAX 4  /* most digits a currency has behind the point */

int sp_money_add(int64_t a, int64_t b, int64_t *out);
/* *sum += amount. */
int sp_money_accumulate(int64_t *sum, int64_t amount);
/* a · b / c in 128 bits, rounded half away from zero: the one place where money is rounded. SP_E_RANGE when c is 0. */
int sp_money_muldiv(int64_t a, int64_t b, int64_t c, int64_t *out);
/* floor(a · b / c) for a, b ≥ 0 and c > 0 (SP_E_RANGE otherwise): what has come back of a line after b of its c
 * units. */
int sp_money_share(int64_t a, int64_t b, int64_t c, int64_t *out);
/* Price of `quantity` at `unit_price` for one whole unit. */
int sp_money_amount(int64_t unit_price, int64_t quantity, int64_t *out);

/* Split `total` over `count` weights by the largest remainder: parts sum to `total` exactly, each within one of its
 * exact share, ties go to the earlier part. Weights ≥ 0; when all are 0 the whole goes to the first. `total` may be
 * negative. SP_E_RANGE, SP_E_INVALID (count 0 with a total), SP_E_NOMEM. */
int sp_money_split(int64_t total, const int64_t *weights, size_t count, int64_t *parts);

/* ---- Text for people, the same in every language ---- */

/* "-12.34" for −1234 with 2 minor digits; no point for 0 digits. */
void sp_money_text(int64_t amount, int digits, char out[SP_MONEY_TEXT]);
/* Thousandths without needless zeros: "2", "0.5", "1.235". */
void sp_quantity_text(int64_t quantity, char out[SP_MONEY_TEXT]);
/* "13%" for 130000, "6.5%" for 65000. */
void sp_rate_text(int32_t ppm, char out[SP_MONEY_TEXT]);

#endif
