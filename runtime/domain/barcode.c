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

int sp_barcode_aim(const char *text) {
  bool letter = text[0] == ']' && ((text[1] >= 'A' && text[1] <= 'Z') || (text[1] >= 'a' && text[1] <= 'z'));
  if (!letter) return 0;
  bool modifier =
      (text[2] >= '0' && text[2] <= '9') || (text[2] >= 'A' && text[2] <= 'Z') || (text[2] >= 'a' && text[2] <= 'z');
  return modifier ? 3 : 0;
}

/* The last of the six digits says where the zeros were taken out. */
static void fill_zeros(const char six[6], char out[13]) {
  memset(out + 1, '0', 10);
  out[1] = six[0];
  out[2] = six[1];
  switch (six[5]) {
  case '0':
  case '1':
  case '2':
    out[3] = six[5];
    memcpy(out + 8, six + 2, 3);
    break;
  case '3':
    out[3] = six[2];
    memcpy(out + 9, six + 3, 2);
    break;
  case '4':
    memcpy(out + 3, six + 2, 2);
    out[10] = six[4];
    break;
  default:
    memcpy(out + 3, six + 2, 3);
    out[10] = six[5];
  }
}

bool sp_barcode_expand_upce(const char *text, char out[13]) {
  size_t len = strspn(text, "0123456789");
  if (text[len] || len < 6 || len > 8) return false;
  const char *six = len == 6 ? text : text + 1;
  out[0] = len == 6 ? '0' : text[0];
  if (out[0] > '1') return false;
  fill_zeros(six, out);
  out[11] = sp_barcode_check_digit(out, 11);
  out[12] = '\0';
  return len < 8 || text[7] == out[11];
}

bool sp_barcode_from_gtin14(const char *gtin, char out[15]) {
  if (strnlen(gtin, 15) != 14 || !sp_barcode_is_gtin(gtin)) return false;
  size_t skip = gtin[0] == '0';
  if (strncmp(gtin, "000000", 6) == 0 && gtin[6] != '0') skip = 6;
  memcpy(out, gtin + skip, 15 - skip);
  return true;
}

/* The weighting factors 2−, 3, 5+ and 5− applied to 0 … 9: the tens digit of the product is added (+) or taken off. */
static const char two_minus[] = "0246891357";
static const char three[] = "0369258147";
static const char five_plus[] = "0516273849";
static const char five_minus[] = "0594837261";

char sp_barcode_price_digit(const char *text, int count) {
  static const char *const of_four[] = {two_minus, two_minus, three, five_minus};
  static const char *const of_five[] = {five_plus, two_minus, five_minus, five_plus, two_minus};
  if (count != 4 && count != 5) return 0;
  int sum = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    sum += (count == 4 ? of_four : of_five)[i][text[i] - '0'] - '0';
  }
  if (count == 4) return (char)('0' + sum * 3 % 10);
  char rest = (char)('0' + (10 - sum % 10) % 10);
  return (char)('0' + (strchr(five_minus, rest) - five_minus));
}
