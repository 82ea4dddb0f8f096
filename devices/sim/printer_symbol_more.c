/* UPC-E, CODABAR and CODE93; the other linear codes are in printer_symbol.c. */
#include "base/error.h"
#include "devices/sim/printer_symbol.h"
#include "devices/sim/printer_symbol_part.h"
#include <string.h>

/* ---- UPC-E (ISO/IEC 15420) ---- */

/* The six digits of a UPC-E as the eleven of the UPC-A they stand for. */
static void expand(char system, const char *six, char *eleven) {
  char last = six[5];
  memcpy(eleven, "00000000000", 11);
  eleven[0] = system;
  memcpy(eleven + 1, six, 2);
  if (last <= '2') {
    eleven[3] = last;
    memcpy(eleven + 8, six + 2, 3);
  } else if (last == '3') {
    eleven[3] = six[2];
    memcpy(eleven + 9, six + 3, 2);
  } else if (last == '4') {
    memcpy(eleven + 3, six + 2, 2);
    eleven[10] = six[4];
  } else {
    memcpy(eleven + 3, six + 2, 3);
    eleven[10] = last;
  }
}

/* The six digits that stand for a UPC-A, found by trying the four ways zeros can be left out. */
static bool compress(const char *eleven, char *six) {
  const char tries[4][6] = {
      {eleven[1], eleven[2], eleven[8], eleven[9], eleven[10], eleven[3]},
      {eleven[1], eleven[2], eleven[3], eleven[9], eleven[10], '3'},
      {eleven[1], eleven[2], eleven[3], eleven[4], eleven[10], '4'},
      {eleven[1], eleven[2], eleven[3], eleven[4], eleven[5], eleven[10]},
  };
  for (int i = 0; i < 4; i++) {
    char back[11];
    memcpy(six, tries[i], 6);
    expand(eleven[0], six, back);
    if (memcmp(back, eleven, 11) == 0) return true;
  }
  return false;
}

int sp_vp_symbol_upc_e(const unsigned char *data, size_t len, char digits[9]) {
  const char *text = (const char *)data;
  char eleven[11];
  if (!sp_vp_symbol_digits(data, len)) return SP_E_INVALID;
  digits[0] = len == 6 ? '0' : text[0];
  if (digits[0] > '1') return SP_E_INVALID;
  if (len == 11 || len == 12) {
    if (!compress(text, digits + 1)) return SP_E_INVALID;
  } else if (len >= 6 && len <= 8) {
    memcpy(digits + 1, len == 6 ? text : text + 1, 6);
  } else {
    return SP_E_INVALID;
  }
  expand(digits[0], digits + 1, eleven);
  digits[7] = sp_vp_symbol_check_digit(eleven, 11);
  digits[8] = '\0';
  return (len == 8 || len == 12) && text[len - 1] != digits[7] ? SP_E_INVALID : 0;
}

int sp_vp_symbol_upc_e_bars(const unsigned char *data, size_t len, struct sp_buf *out) {
  static const char *const parity[10] = {"eeeooo", "eeoeoo", "eeooeo", "eeoooe", "eoeeoo",
                                         "eooeeo", "eoooee", "eoeoeo", "eoeooe", "eooeoe"};
  char digits[9];
  int rc = sp_vp_symbol_upc_e(data, len, digits);
  if (rc) return rc;
  sp_vp_symbol_widths(out, "111", true);
  for (int i = 0; i < 6; i++)
    sp_vp_symbol_ean_digit(out, digits[i + 1], (parity[digits[7] - '0'][i] == 'e') == (digits[0] == '0'));
  sp_vp_symbol_widths(out, "111111", false);
  return out->failed;
}

/* ---- CODABAR (EN 798): narrow 1, wide 3 ---- */

int sp_vp_symbol_codabar_bars(const unsigned char *data, size_t len, struct sp_buf *out) {
  static const char signs[] = "0123456789-$:/.+ABCD";
  static const char *const widths[] = {"1111133", "1111331", "1113113", "3311111", "1131131", "3111131", "1311113",
                                       "1311311", "1331111", "3113111", "1113311", "1133111", "3111313", "3131113",
                                       "3131311", "1131313", "1133131", "1313113", "1113133", "1113331"};
  for (size_t i = 0; i < len; i++) {
    unsigned char sign = data[i] >= 'a' && data[i] <= 'd' ? (unsigned char)(data[i] - 'a' + 'A') : data[i];
    bool end = i == 0 || i + 1 == len;
    const char *at = sign ? strchr(signs, sign) : NULL;
    if (!at || end != (at - signs >= 16)) return SP_E_INVALID;
    if (i > 0) sp_buf_putc(out, '0');
    sp_vp_symbol_widths(out, widths[at - signs], true);
  }
  return len >= 3 ? out->failed : SP_E_INVALID;
}

/* ---- CODE93 (AIM USS-93) ---- */

enum { SHIFT_DOLLAR = 43, SHIFT_PERCENT, SHIFT_SLASH, SHIFT_PLUS, CODE93_STOP, CODE93_VALUES = 255 };

static const char code93_signs[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
static const char *const code93_widths[48] = {
    "131112", "111213", "111312", "111411", "121113", "121212", "121311", "111114", "131211", "141111",
    "211113", "211212", "211311", "221112", "221211", "231111", "112113", "112212", "112311", "122112",
    "132111", "111123", "111222", "111321", "121122", "131121", "212112", "212211", "211122", "211221",
    "221121", "222111", "112122", "112221", "122121", "123111", "121131", "311112", "311211", "321111",
    "112131", "113121", "211131", "121221", "312111", "311121", "122211", "111141"};

struct code93 {
  int values[CODE93_VALUES + 2]; /* and two check characters */
  int count;
};

static void add_value(struct code93 *code, int value) {
  if (code->count < CODE93_VALUES) code->values[code->count++] = value;
}

static void add_shifted(struct code93 *code, int shift, int letter) {
  add_value(code, shift);
  add_value(code, 10 + letter);
}

/* What is none of the 43 signs is a shift and a letter. */
static int add_ascii(struct code93 *code, unsigned char byte) {
  const char *at = byte ? strchr(code93_signs, byte) : NULL;
  if (byte > 127) return SP_E_INVALID;
  if (at)
    add_value(code, (int)(at - code93_signs));
  else if (byte >= 1 && byte <= 26)
    add_shifted(code, SHIFT_DOLLAR, byte - 1);
  else if (byte >= 'a' && byte <= 'z')
    add_shifted(code, SHIFT_PLUS, byte - 'a');
  else if (byte >= '!' && byte <= ',')
    add_shifted(code, SHIFT_SLASH, byte - '!');
  else if (byte == ':')
    add_shifted(code, SHIFT_SLASH, 25);
  else if (byte >= 27 && byte <= 31)
    add_shifted(code, SHIFT_PERCENT, byte - 27);
  else if (byte >= ';' && byte <= '?')
    add_shifted(code, SHIFT_PERCENT, 5 + byte - ';');
  else if (byte >= '[' && byte <= '_')
    add_shifted(code, SHIFT_PERCENT, 10 + byte - '[');
  else if (byte >= '{')
    add_shifted(code, SHIFT_PERCENT, 15 + byte - '{');
  else
    add_shifted(code, SHIFT_PERCENT, byte == 0 ? 20 : byte == '@' ? 21 : 22);
  return 0;
}

/* Weights 1, 2, 3 … from the right, beginning again after `turn`. */
static void add_check(struct code93 *code, int turn) {
  int sum = 0;
  for (int i = 0; i < code->count; i++)
    sum += code->values[code->count - 1 - i] * (i % turn + 1);
  code->values[code->count++] = sum % 47;
}

int sp_vp_symbol_code93_bars(const unsigned char *data, size_t len, struct sp_buf *out) {
  struct code93 code = {.count = 0};
  for (size_t i = 0; i < len; i++) {
    int rc = add_ascii(&code, data[i]);
    if (rc) return rc;
  }
  if (code.count == 0 || code.count == CODE93_VALUES) return SP_E_INVALID;
  add_check(&code, 20);
  add_check(&code, 15);
  sp_vp_symbol_widths(out, code93_widths[CODE93_STOP], true);
  for (int i = 0; i < code.count; i++)
    sp_vp_symbol_widths(out, code93_widths[code.values[i]], true);
  sp_vp_symbol_widths(out, code93_widths[CODE93_STOP], true);
  sp_buf_putc(out, '1'); /* the stop has one bar more */
  return out->failed;
}
