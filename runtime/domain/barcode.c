#include "domain/barcode.h"

#include <string.h>

bool sp_barcode_valid(const char *text) {
  size_t len = 0;
  while (text[len]) {
    if (text[len] <= ' ' || text[len] > '~' || len == SP_BARCODE_MAX) return false;
    len++;
  }
  return len > 0;
}

char sp_barcode_check_digit(const char *text, int count) {
  if (count <= 0) return 0;
  int sum = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    int weight = (count - i) % 2 == 1 ? 3 : 1; /* 3 for the digit next to the check digit */
    sum = (sum + (text[i] - '0') * weight) % 10;
  }
  return (char)('0' + (10 - sum) % 10);
}

bool sp_barcode_is_gtin(const char *text) {
  size_t len = strnlen(text, 15);
  if (len != 8 && len != 12 && len != 13 && len != 14) return false;
  char digit = sp_barcode_check_digit(text, (int)len - 1);
  return digit != 0 && digit == text[len - 1];
}
