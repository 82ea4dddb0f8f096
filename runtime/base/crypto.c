#include "base/crypto.h"
#include "base/error.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

enum { SCRYPT_N = 1 << 14, SCRYPT_R = 8, SCRYPT_P = 1, SCRYPT_MEMORY = 32 << 20, TOKEN_BYTES = 32 };

int sp_random(void *out, size_t len) {
  unsigned char *at = out;
  while (len > 0) {
    ssize_t got = getrandom(at, len, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return SP_E_IO;
    at += got;
    len -= (size_t)got;
  }
  return 0;
}

int sp_pin_hash(const char *pin, const uint8_t salt[SP_PIN_SALT_LEN], uint8_t out[SP_PIN_HASH_LEN]) {
  if (EVP_PBE_scrypt(pin, strlen(pin), salt, SP_PIN_SALT_LEN, SCRYPT_N, SCRYPT_R, SCRYPT_P, SCRYPT_MEMORY, out,
                     SP_PIN_HASH_LEN) == 1)
    return 0;
  bool memory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
  ERR_clear_error();
  return memory ? SP_E_NOMEM : SP_E_INTERNAL;
}

bool sp_equal_secret(const void *a, const void *b, size_t len) {
  return CRYPTO_memcmp(a, b, len) == 0;
}

int sp_token_new(char out[SP_TOKEN_TEXT]) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  uint8_t bytes[TOKEN_BYTES];
  if (sp_random(bytes, sizeof bytes)) return SP_E_IO;
  uint32_t bits = 0;
  int held = 0;
  size_t at = 0;
  for (size_t i = 0; i < sizeof bytes; i++) {
    bits = bits << 8 | bytes[i];
    for (held += 8; held >= 6; held -= 6)
      out[at++] = digits[bits >> (held - 6) & 0x3F];
  }
  out[at++] = digits[bits << (6 - held) & 0x3F];
  out[at] = '\0';
  OPENSSL_cleanse(bytes, sizeof bytes);
  return 0;
}
