/* The table of application identifiers, private to gs1.c. Source: GS1's barcode syntax dictionary. */
#ifndef SP_DOMAIN_GS1_AI_H
#define SP_DOMAIN_GS1_AI_H

#include "domain/gs1.h"

/* A row speaks for the identifiers `first` to `last`. Where `decimals` is not −1 one more digit follows, 0 to
 * `decimals`, that says where the point is. */
struct sp_gs1_ai {
  char first[5], last[5];
  enum sp_gs1_kind kind;
  int8_t decimals;
  uint8_t min, max; /* bytes of the value */
  uint8_t digits;   /* how many of its first bytes must be digits */
  uint8_t check;    /* length of the key its check digit ends, 0 for none */
  bool predefined;  /* of known length: nothing marks its end (§7.8) */
};

/* The row of the identifier that `text` begins with and its length in bytes (with the digit for decimals), or null. */
const struct sp_gs1_ai *sp_gs1_ai_of(const char *text, size_t len, size_t *ai_len);

#endif
