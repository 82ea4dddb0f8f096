#include "devices/codec/scale_frame.h"

#include <string.h>

#define NUMBER_DIGITS_MAX 9
#define DECIMALS_MAX      6

enum { CLASS_ANY = 0x80, CLASS_DIGIT, CLASS_FILL, CLASS_PRINT, CLASS_LETTER };

static bool is_digit(uint8_t byte) {
  return byte >= '0' && byte <= '9';
}

static bool fits(uint8_t wanted, uint8_t byte) {
  switch (wanted) {
  case CLASS_ANY:
    return true;
  case CLASS_DIGIT:
    return is_digit(byte);
  case CLASS_FILL:
    return is_digit(byte) || byte == ' ';
  case CLASS_PRINT:
    return byte >= 0x20 && byte < 0x7F;
  case CLASS_LETTER:
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
  default:
    return byte == wanted;
  }
}

int sp_scale_match(const char *pattern, const uint8_t *bytes, size_t len) {
  size_t at = 0;
  for (; pattern[at]; at++) {
    if (at == len) return 0;
    if (!fits((uint8_t)pattern[at], bytes[at])) return SP_SCALE_NOISE;
  }
  return (int)at;
}

int sp_scale_match_any(const char *const *patterns, size_t count, const uint8_t *bytes, size_t len, size_t *which) {
  int result = SP_SCALE_NOISE;
  for (size_t i = 0; i < count; i++) {
    int used = sp_scale_match(patterns[i], bytes, len);
    *which = i;
    if (used > 0) return used;
    if (used == 0) result = 0;
  }
  return result;
}

bool sp_scale_number_read(const uint8_t *text, size_t len, uint8_t point, struct sp_scale_number *out) {
  struct sp_scale_number number = {.told = true};
  bool negative = false;
  bool pointed = false;
  int digits = 0;
  size_t at = 0;
  while (at < len && text[at] == ' ')
    at++;
  if (at < len && (text[at] == '-' || text[at] == '+')) {
    negative = text[at++] == '-';
    while (at < len && text[at] == ' ')
      at++;
  }
  for (; at < len; at++) {
    if (text[at] == point && !pointed && digits > 0) {
      pointed = true;
      continue;
    }
    if (!is_digit(text[at]) || ++digits > NUMBER_DIGITS_MAX) return false;
    number.value = number.value * 10 + (text[at] - '0');
    if (pointed && ++number.decimals > DECIMALS_MAX) return false;
  }
  if (digits == 0 || (pointed && number.decimals == 0)) return false;
  if (negative) number.value = -number.value;
  *out = number;
  return true;
}

enum sp_scale_unit sp_scale_unit_read(const uint8_t *text, size_t len) {
  char name[3] = "";
  size_t used = 0;
  for (size_t i = 0; i < len; i++) {
    if (text[i] == ' ') continue;
    if (used == 2) return SP_SCALE_OTHER;
    name[used++] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
  }
  if (strcmp(name, "kg") == 0) return SP_SCALE_KG;
  if (strcmp(name, "g") == 0) return SP_SCALE_G;
  if (strcmp(name, "lb") == 0) return SP_SCALE_LB;
  return strcmp(name, "oz") == 0 ? SP_SCALE_OZ : SP_SCALE_OTHER;
}

uint8_t sp_scale_xor(const uint8_t *bytes, size_t len) {
  uint8_t sum = 0;
  for (size_t i = 0; i < len; i++)
    sum ^= bytes[i];
  return sum;
}

int sp_scale_put_digits(struct sp_scale_bytes *out, int32_t value, int width) {
  if (value < 0 || out->len + (size_t)width > sizeof out->bytes) return SP_E_RANGE;
  for (int i = width - 1; i >= 0; i--) {
    out->bytes[out->len + (size_t)i] = (uint8_t)('0' + value % 10);
    value /= 10;
  }
  out->len += (size_t)width;
  return value ? SP_E_RANGE : 0;
}

void sp_scale_put(struct sp_scale_bytes *out, const char *bytes) {
  size_t len = strlen(bytes);
  if (len > sizeof out->bytes - out->len) len = sizeof out->bytes - out->len;
  memcpy(out->bytes + out->len, bytes, len);
  out->len += len;
}
