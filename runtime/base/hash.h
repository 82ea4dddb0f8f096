/* SHA-256 and HMAC; OpenSSL's EVP stays behind this header and crypto.h. */
#ifndef SP_BASE_HASH_H
#define SP_BASE_HASH_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

#define SP_HASH_LEN 32
#define SP_HASH_HEX 65 /* 64 characters and a NUL */

struct sp_slice {
  const void *bytes;
  size_t len;
};

/* SHA-256 over the slices one after another. SP_E_INTERNAL when the library refuses. */
int sp_hash(const struct sp_slice *parts, size_t count, uint8_t out[SP_HASH_LEN]);
/* HMAC-SHA-256 (RFC 2104). */
int sp_hmac(const void *key, size_t key_len, const void *bytes, size_t len, uint8_t out[SP_HASH_LEN]);
void sp_hash_hex(const uint8_t hash[SP_HASH_LEN], char out[SP_HASH_HEX]);

#endif
