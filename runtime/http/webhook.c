#include "http/webhook.h"
#include "base/buf.h"
#include "base/hash.h"
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define MESSAGE_MAX (1u << 20)

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int digit(char byte) {
  const char *at = byte != '\0' ? strchr(alphabet, byte) : NULL;
  return at ? (int)(at - alphabet) : -1;
}

/* Base64 (RFC 4648 §4), padded. The bytes, or −1. */
static int decode(const char *text, uint8_t *out, size_t room) {
  size_t len = strlen(text), count = 0;
  if (len == 0 || len % 4 != 0) return -1;
  size_t padding = (text[len - 1] == '=') + (size_t)(text[len - 2] == '=');
  for (size_t i = 0; i < len; i += 4) {
    uint32_t word = 0;
    for (size_t j = 0; j < 4; j++) {
      bool pad = i + j >= len - padding;
      int value = pad ? 0 : digit(text[i + j]);
      if (value < 0 || (pad && text[i + j] != '=')) return -1;
      word = word << 6 | (uint32_t)value;
    }
    for (size_t j = 0; j < 3 && (i + 4 < len || j < 3 - padding); j++) {
      if (count == room) return -1;
      out[count++] = (uint8_t)(word >> (16 - 8 * j));
    }
  }
  return (int)count;
}

static void encode(const uint8_t *bytes, size_t len, char *out) {
  for (size_t i = 0; i < len; i += 3) {
    uint32_t word = (uint32_t)bytes[i] << 16;
    if (i + 1 < len) word |= (uint32_t)bytes[i + 1] << 8;
    if (i + 2 < len) word |= bytes[i + 2];
    *out++ = alphabet[word >> 18];
    *out++ = alphabet[word >> 12 & 63];
    *out++ = i + 1 < len ? alphabet[word >> 6 & 63] : '=';
    *out++ = i + 2 < len ? alphabet[word & 63] : '=';
  }
  *out = '\0';
}

int sp_webhook_key_parse(const char *secret, struct sp_webhook_key *out, struct sp_error *err) {
  static const char prefix[] = "whsec_";
  *out = (struct sp_webhook_key){.len = 0};
  bool named = strncmp(secret, prefix, sizeof prefix - 1) == 0;
  int len = named ? decode(secret + sizeof prefix - 1, out->bytes, sizeof out->bytes) : -1;
  if (len < SP_WEBHOOK_KEY_MIN)
    return sp_fail(err, SP_E_INVALID, NULL, "A webhook's secret is whsec_ and base64 of %d to %d random bytes",
                   SP_WEBHOOK_KEY_MIN, SP_WEBHOOK_KEY_MAX);
  out->len = (size_t)len;
  return 0;
}

int sp_webhook_sign(const struct sp_webhook_key *key, const char *id, int64_t timestamp, const void *body, size_t len,
                    char out[SP_WEBHOOK_SIGNATURE]) {
  struct sp_buf message;
  uint8_t hash[SP_HASH_LEN];
  sp_buf_init(&message, MESSAGE_MAX);
  sp_buf_printf(&message, "%s.%" PRId64 ".", id, timestamp);
  sp_buf_add(&message, body, len);
  int result = message.failed;
  if (!result) result = sp_hmac(key->bytes, key->len, message.data, message.len, hash);
  sp_buf_free(&message);
  if (result) return result;
  memcpy(out, "v1,", 3);
  encode(hash, sizeof hash, out + 3);
  return 0;
}
