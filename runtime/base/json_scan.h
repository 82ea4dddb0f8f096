/* What the checker, the reader and the writer of JSON share. Only base/json_*.c include it. */
#ifndef SP_BASE_JSON_SCAN_H
#define SP_BASE_JSON_SCAN_H

#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* sp_json_check, which also tells whether any number has a fraction or an exponent: cJSON forgets that 1.0 was not 1.
 */
int sp_json_scan(const char *text, size_t len, bool *fractions, struct sp_error *err);

/* How many of the bytes from `at` are ASCII, not a control character, a quote or a backslash: eight at a time, then one
 * by one. */
static inline size_t sp_json_plain(const char *at, size_t len) {
  const uint64_t ones = 0x0101010101010101u;
  const uint64_t tops = 0x8080808080808080u;
  size_t done = 0;
  for (; len - done >= 8; done += 8) {
    uint64_t word = 0;
    memcpy(&word, at + done, sizeof word);
    uint64_t quote = word ^ (ones * '"');
    uint64_t slash = word ^ (ones * '\\');
    uint64_t found = (quote - ones) & ~quote; /* the top bit of a byte that is zero */
    found |= (slash - ones) & ~slash;
    found |= (word - ones * 0x20) & ~word; /* the top bit of a byte below 0x20 */
    if ((found | word) & tops) break;
  }
  for (; done < len; done++) {
    unsigned char byte = (unsigned char)at[done];
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
  }
  return done;
}

#endif
