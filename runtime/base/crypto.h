/* Secrets: randomness, slow hashes for PINs, constant-time comparison. */
#ifndef SP_BASE_CRYPTO_H
#define SP_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SP_PIN_SALT_LEN 16
#define SP_PIN_HASH_LEN 32
#define SP_TOKEN_TEXT   44 /* 32 random bytes in base64url without padding, and a NUL */

/* Random bytes from the kernel; SP_E_IO when there are none. */
int sp_random(void *out, size_t len);
/* scrypt (RFC 7914) with N = 2^14, r = 8, p = 1: 16 MiB and tens of milliseconds on purpose. Call it from a worker,
 * never on the loop. SP_E_NOMEM, SP_E_INTERNAL. */
int sp_pin_hash(const char *pin, const uint8_t salt[SP_PIN_SALT_LEN], uint8_t out[SP_PIN_HASH_LEN]);
bool sp_equal_secret(const void *a, const void *b, size_t len);
/* A new opaque 256-bit token for a session or a program. Only its SHA-256 is ever stored. */
int sp_token_new(char out[SP_TOKEN_TEXT]);

#endif
