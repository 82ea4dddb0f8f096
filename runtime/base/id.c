#include "base/id.h"
#include "base/crypto.h"
#include "base/error.h"
#include <string.h>

int sp_id_new(int64_t now_ms, struct sp_id *out) {
  if (sp_random(out->bytes + 6, SP_ID_LEN - 6)) return SP_E_IO;
  uint64_t ms = now_ms < 0 ? 0 : (uint64_t)now_ms;
  for (int i = 0; i < 6; i++)
    out->bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
  out->bytes[6] = (uint8_t)((out->bytes[6] & 0x0F) | 0x70); /* version 7 */
  out->bytes[8] = (uint8_t)((out->bytes[8] & 0x3F) | 0x80); /* variant 10 */
  return 0;
}

static bool is_hyphen(int at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

void sp_id_format(const struct sp_id *id, char out[SP_ID_TEXT]) {
  static const char digits[] = "0123456789abcdef";
  int at = 0;
  for (int i = 0; i < SP_ID_LEN; i++) {
    if (is_hyphen(at)) out[at++] = '-';
    out[at++] = digits[id->bytes[i] >> 4];
    out[at++] = digits[id->bytes[i] & 0x0F];
  }
  out[at] = '\0';
}

static int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

int sp_id_parse(const char *text, struct sp_id *out) {
  if (!text || strnlen(text, SP_ID_TEXT) != SP_ID_TEXT - 1) return SP_E_INVALID;
  struct sp_id id = {{0}};
  int nibble = 0;
  for (int at = 0; at < SP_ID_TEXT - 1; at++) {
    if (is_hyphen(at)) {
      if (text[at] != '-') return SP_E_INVALID;
      continue;
    }
    int value = hex_value(text[at]);
    if (value < 0) return SP_E_INVALID;
    id.bytes[nibble / 2] = (uint8_t)(id.bytes[nibble / 2] << 4 | value);
    nibble++;
  }
  *out = id;
  return 0;
}

bool sp_id_is_nil(const struct sp_id *id) {
  static const struct sp_id nil;
  return sp_id_equal(id, &nil);
}

bool sp_id_equal(const struct sp_id *a, const struct sp_id *b) {
  return memcmp(a->bytes, b->bytes, SP_ID_LEN) == 0;
}
