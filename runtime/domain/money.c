#include "domain/money.h"

#include "base/error.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ISO C has no 128-bit integer; gcc and clang do, and -Wpedantic wants it said. */
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

#define SPLIT_ON_STACK 64

static bool in_range(wide value) {
  return value >= -(wide)SP_MONEY_MAX && value <= (wide)SP_MONEY_MAX;
}

static int give(wide value, int64_t *out) {
  if (!in_range(value)) return SP_E_RANGE;
  *out = (int64_t)value;
  return 0;
}

int sp_money_add(int64_t a, int64_t b, int64_t *out) {
  return give((wide)a + b, out);
}

int sp_money_accumulate(int64_t *sum, int64_t amount) {
  return sp_money_add(*sum, amount, sum);
}

int sp_money_muldiv(int64_t a, int64_t b, int64_t c, int64_t *out) {
  int64_t small;
  if (c == 0) return SP_E_RANGE;
  if (c > 0 && !__builtin_mul_overflow(a, b, &small) && small >= 0) { /* nearly always: 128 bits divide slowly */
    int64_t over = small % c;
    return give((wide)(small / c) + (over >= c - over), out);
  }
  wide product = (wide)a * b;
  wide divisor = c;
  if (divisor < 0) {
    product = -product;
    divisor = -divisor;
  }
  wide quotient = product / divisor;
  wide rest = product % divisor;
  if (rest >= 0 && 2 * rest >= divisor) quotient++;
  if (rest < 0 && -2 * rest >= divisor) quotient--;
  return give(quotient, out);
}

int sp_money_share(int64_t a, int64_t b, int64_t c, int64_t *out) {
  if (a < 0 || b < 0 || c <= 0) return SP_E_RANGE;
  return give((wide)a * b / c, out);
}

int sp_money_amount(int64_t unit_price, int64_t quantity, int64_t *out) {
  return sp_money_muldiv(unit_price, quantity, SP_QUANTITY_ONE, out);
}

/* ---- Split ---- */

struct candidate {
  unsigned_wide rest; /* what the division left over */
  size_t index;
};

static bool goes_first(const struct candidate *a, const struct candidate *b) {
  return a->rest != b->rest ? a->rest > b->rest : a->index < b->index;
}

static void sift_down(struct candidate *heap, size_t count, size_t at) {
  for (;;) {
    size_t best = at;
    size_t left = 2 * at + 1;
    if (left < count && goes_first(&heap[left], &heap[best])) best = left;
    if (left + 1 < count && goes_first(&heap[left + 1], &heap[best])) best = left + 1;
    if (best == at) return;
    struct candidate swap = heap[at];
    heap[at] = heap[best];
    heap[best] = swap;
    at = best;
  }
}

/* One unit more for each of the `left` candidates with the largest remainders. A heap keeps the worst case at
 * n log n, which qsort() does not promise. */
static void hand_out(struct candidate *heap, size_t count, size_t left, int64_t *parts) {
  for (size_t at = count / 2; at-- > 0;)
    sift_down(heap, count, at);
  while (left > 0 && count > 0) {
    parts[heap[0].index]++;
    heap[0] = heap[--count];
    sift_down(heap, count, 0);
    left--;
  }
}

static void split_magnitude(uint64_t total, const int64_t *weights, unsigned_wide weight_sum, size_t count,
                            struct candidate *heap, int64_t *parts) {
  uint64_t given = 0;
  for (size_t i = 0; i < count; i++) {
    unsigned_wide product = (unsigned_wide)total * (uint64_t)weights[i];
    parts[i] = (int64_t)(product / weight_sum);
    heap[i] = (struct candidate){.rest = product % weight_sum, .index = i};
    given += (uint64_t)parts[i];
  }
  hand_out(heap, count, (size_t)(total - given), parts);
}

static int check_weights(const int64_t *weights, size_t count, unsigned_wide *sum) {
  *sum = 0;
  for (size_t i = 0; i < count; i++) {
    if (weights[i] < 0) return SP_E_INVALID;
    *sum += (uint64_t)weights[i];
  }
  return 0;
}

int sp_money_split(int64_t total, const int64_t *weights, size_t count, int64_t *parts) {
  unsigned_wide weight_sum;
  if (!in_range(total)) return SP_E_RANGE;
  if (count == 0) return total == 0 ? 0 : SP_E_INVALID;
  int rc = check_weights(weights, count, &weight_sum);
  if (rc) return rc;
  if (total == 0 || weight_sum == 0) {
    for (size_t i = 0; i < count; i++)
      parts[i] = 0;
    parts[0] = total;
    return 0;
  }
  struct candidate on_stack[SPLIT_ON_STACK];
  struct candidate *heap = on_stack;
  if (count > SPLIT_ON_STACK) heap = calloc(count, sizeof *heap);
  if (!heap) return SP_E_NOMEM;
  split_magnitude((uint64_t)(total < 0 ? -total : total), weights, weight_sum, count, heap, parts);
  for (size_t i = 0; total < 0 && i < count; i++)
    parts[i] = -parts[i];
  if (heap != on_stack) free(heap);
  return 0;
}

/* ---- Text ---- */

void sp_money_text(int64_t amount, int digits, char out[SP_MONEY_TEXT]) {
  uint64_t rest = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
  char reversed[SP_MONEY_TEXT];
  int len = 0;
  if (digits > SP_MONEY_DIGITS_MAX) digits = SP_MONEY_DIGITS_MAX;
  for (int place = 0; place <= digits || rest > 0; place++) {
    if (place == digits && digits > 0) reversed[len++] = '.';
    reversed[len++] = (char)('0' + rest % 10);
    rest /= 10;
  }
  if (amount < 0) reversed[len++] = '-';
  for (int i = 0; i < len; i++)
    out[i] = reversed[len - 1 - i];
  out[len] = '\0';
}

/* A decimal with `digits` digits behind the point, less the zeros that say nothing. */
static void short_decimal(int64_t value, int digits, char out[SP_MONEY_TEXT]) {
  sp_money_text(value, digits, out);
  size_t len = strlen(out);
  while (len > 0 && out[len - 1] == '0')
    len--;
  if (len > 0 && out[len - 1] == '.') len--;
  out[len] = '\0';
}

void sp_quantity_text(int64_t quantity, char out[SP_MONEY_TEXT]) {
  short_decimal(quantity, 3, out);
}

void sp_rate_text(int32_t ppm, char out[SP_MONEY_TEXT]) {
  short_decimal(ppm, 4, out);
  size_t len = strlen(out);
  if (len + 1 < SP_MONEY_TEXT) {
    out[len] = '%';
    out[len + 1] = '\0';
  }
}
