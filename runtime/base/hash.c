#include "base/hash.h"
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

int sp_hash(const struct sp_slice *parts, size_t count, uint8_t out[SP_HASH_LEN]) {
  if (count == 1)
    return EVP_Digest(parts[0].bytes, parts[0].len, out, NULL, EVP_sha256(), NULL) == 1 ? 0 : SP_E_INTERNAL;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  int ok = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
  for (size_t i = 0; ok && i < count; i++)
    ok = EVP_DigestUpdate(context, parts[i].bytes, parts[i].len) == 1;
  ok = ok && EVP_DigestFinal_ex(context, out, NULL) == 1;
  EVP_MD_CTX_free(context);
  return ok ? 0 : SP_E_INTERNAL;
}

int sp_hmac(const void *key, size_t key_len, const void *bytes, size_t len, uint8_t out[SP_HASH_LEN]) {
  if (key_len > INT_MAX) return SP_E_INTERNAL;
  return HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out, NULL) ? 0 : SP_E_INTERNAL;
}

void sp_hash_hex(const uint8_t hash[SP_HASH_LEN], char out[SP_HASH_HEX]) {
  static const char digits[] = "0123456789abcdef";
  for (int i = 0; i < SP_HASH_LEN; i++) {
    out[2 * i] = digits[hash[i] >> 4];
    out[2 * i + 1] = digits[hash[i] & 0x0F];
  }
  out[SP_HASH_HEX - 1] = '\0';
}
