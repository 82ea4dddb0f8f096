#include "devices/sim/printer_symbol.h"

#include "base/error.h"
#include "devices/sim/printer_symbol_part.h"
#include <errno.h>
#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

enum { UPC_A = 65, UPC_E, EAN13, EAN8, CODE39, ITF, CODABAR, CODE93, CODE128 };

const char *sp_vp_symbol_name(int symbol) {
  static const char *const names[] = {"UPC-A", "UPC-E",   "EAN13",  "EAN8",   "CODE39",
                                      "ITF",   "CODABAR", "CODE93", "CODE128"};
  return symbol >= UPC_A && symbol <= CODE128 ? names[symbol - UPC_A] : NULL;
}

void sp_vp_symbol_widths(struct sp_buf *out, const char *widths, bool bar) {
  for (; *widths; widths++, bar = !bar)
    for (int i = *widths - '0'; i > 0; i--)
      sp_buf_putc(out, bar ? '1' : '0');
}

bool sp_vp_symbol_digits(const unsigned char *data, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (data[i] < '0' || data[i] > '9') return false;
  return len > 0;
}

/* ---- EAN and UPC ---- */

static const char *const ean_digits[10] = {"3211", "2221", "2122", "1411", "1132",
                                           "1231", "1114", "1312", "1213", "3112"};
/* Which of the first six digits have even parity, by the digit that is not drawn. */
static const char *const ean_parity[10] = {"oooooo", "ooeoee", "ooeeoe", "ooeeeo", "oeooee",
                                           "oeeooe", "oeeeoo", "oeoeoe", "oeoeeo", "oeeoeo"};

char sp_vp_symbol_check_digit(const char *digits, size_t len) {
  int sum = 0;
  for (size_t i = 0; i < len; i++)
    sum += (digits[len - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
  return (char)('0' + (10 - sum % 10) % 10);
}

void sp_vp_symbol_ean_digit(struct sp_buf *out, char digit, bool even) {
  const char *widths = ean_digits[digit - '0'];
  char turned[5] = {widths[3], widths[2], widths[1], widths[0], '\0'};
  sp_vp_symbol_widths(out, even ? turned : widths, false);
}

/* `full` digits of an EAN with or without its last, as `digits` with it. */
static int complete_ean(const unsigned char *data, size_t len, size_t full, char *digits) {
  if (!sp_vp_symbol_digits(data, len) || (len != full && len + 1 != full)) return SP_E_INVALID;
  memcpy(digits, data, len);
  char check = sp_vp_symbol_check_digit(digits, full - 1);
  if (len == full && digits[len - 1] != check) return SP_E_INVALID;
  digits[full - 1] = check;
  digits[full] = '\0';
  return 0;
}

static int ean_bars(const unsigned char *data, size_t len, int symbol, struct sp_buf *out) {
  char digits[14] = "0";
  int rc = symbol == UPC_A ? complete_ean(data, len, 12, digits + 1)
                           : complete_ean(data, len, symbol == EAN13 ? 13 : 8, digits);
  if (rc) return rc;
  const char *parity = symbol == EAN8 ? "oooo" : ean_parity[digits[0] - '0'];
  const char *at = symbol == EAN8 ? digits : digits + 1;
  sp_vp_symbol_widths(out, "111", true);
  for (; *parity; parity++, at++)
    sp_vp_symbol_ean_digit(out, *at, *parity == 'e');
  sp_vp_symbol_widths(out, "11111", false);
  for (; *at; at++)
    sp_vp_symbol_widths(out, ean_digits[*at - '0'], true);
  sp_vp_symbol_widths(out, "111", true);
  return out->failed;
}

/* ---- CODE39 and ITF: narrow 1, wide 3 ---- */

static const char code39_signs[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. *$/+%";
static const char *const code39_widths[] = {
    "111331311", "311311113", "113311113", "313311111", "111331113", "311331111", "113331111", "111311313", "311311311",
    "113311311", "311113113", "113113113", "313113111", "111133113", "311133111", "113133111", "111113313", "311113311",
    "113113311", "111133311", "311111133", "113111133", "313111131", "111131133", "311131131", "113131131", "111111333",
    "311111331", "113111331", "111131331", "331111113", "133111113", "333111111", "131131113", "331131111", "133131111",
    "131111313", "331111311", "133111311", "131131311", "131313111", "131311131", "131113131", "111313131",
};

static int code39_bars(const unsigned char *data, size_t len, struct sp_buf *out) {
  if (len > 2 && data[0] == '*' && data[len - 1] == '*') { /* start and stop, sent or not, stand there once */
    data++;
    len -= 2;
  }
  sp_vp_symbol_widths(out, code39_widths[strchr(code39_signs, '*') - code39_signs], true);
  for (size_t i = 0; i < len; i++) {
    const char *sign = data[i] && data[i] != '*' ? strchr(code39_signs, data[i]) : NULL;
    if (!sign) return SP_E_INVALID;
    sp_buf_putc(out, '0');
    sp_vp_symbol_widths(out, code39_widths[sign - code39_signs], true);
  }
  sp_buf_putc(out, '0');
  sp_vp_symbol_widths(out, code39_widths[strchr(code39_signs, '*') - code39_signs], true);
  return len > 0 ? out->failed : SP_E_INVALID;
}

static int itf_bars(const unsigned char *data, size_t len, struct sp_buf *out) {
  static const char *const digits[10] = {"11331", "31113", "13113", "33111", "11313",
                                         "31311", "13311", "11133", "31131", "13131"};
  if (!sp_vp_symbol_digits(data, len) || len % 2) return SP_E_INVALID;
  sp_vp_symbol_widths(out, "1111", true);
  for (size_t i = 0; i < len; i += 2) {
    char pair[11] = "";
    for (int k = 0; k < 5; k++) {
      pair[2 * k] = digits[data[i] - '0'][k];
      pair[2 * k + 1] = digits[data[i + 1] - '0'][k];
    }
    sp_vp_symbol_widths(out, pair, true);
  }
  sp_vp_symbol_widths(out, "311", true);
  return out->failed;
}

/* ---- CODE128 ---- */

static const char *const code128_widths[107] = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312",  "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211",  "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",  "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113",  "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113",  "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",  "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112",  "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112",  "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",  "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
};

struct code128 {
  int values[256];
  int count;
  char set; /* 'A', 'B' or 'C' */
};

static void add_value(struct code128 *code, int value) {
  if (code->count < 255) code->values[code->count++] = value;
}

/* "{A", "{B", "{C" choose a set, "{S" shifts, "{1" to "{4" are functions, "{{" is the brace. */
static int add_marked(struct code128 *code, unsigned char mark) {
  static const char marks[] = "ABCS1234";
  static const int in_a[] = {103, 100, 99, 98, 102, 97, 96, 101};
  static const int in_b[] = {101, 104, 99, 98, 102, 97, 96, 100};
  static const int in_c[] = {101, 100, 105, -1, 102, -1, -1, -1};
  const char *at = mark ? strchr(marks, mark) : NULL;
  if (mark == '{' && code->set == 'B') {
    add_value(code, '{' - 32);
    return 0;
  }
  if (!at) return SP_E_INVALID;
  int n = (int)(at - marks);
  if (code->count == 0) {
    if (n > 2) return SP_E_INVALID;
    add_value(code, 103 + n);
    code->set = *at;
    return 0;
  }
  int value = code->set == 'A' ? in_a[n] : code->set == 'B' ? in_b[n] : in_c[n];
  if (value < 0 || *at == code->set) return SP_E_INVALID;
  add_value(code, value);
  if (n < 3) code->set = *at;
  return 0;
}

static int add_plain(struct code128 *code, unsigned char byte) {
  bool shifted = code->count > 1 && code->values[code->count - 1] == 98 && code->set != 'C';
  char set = shifted ? (char)('A' + 'B' - code->set) : code->set;
  if (code->count == 0) return SP_E_INVALID;
  if (set == 'C' && byte <= 99) {
    add_value(code, byte);
    return 0;
  }
  if (set == 'B' && byte >= 32 && byte <= 127) {
    add_value(code, byte - 32);
    return 0;
  }
  if (set == 'A' && byte <= 95) {
    add_value(code, byte < 32 ? byte + 64 : byte - 32);
    return 0;
  }
  return SP_E_INVALID;
}

static int code128_bars(const unsigned char *data, size_t len, struct sp_buf *out) {
  struct code128 code = {.count = 0};
  for (size_t i = 0; i < len; i++) {
    bool marked = data[i] == '{' && i + 1 < len;
    int rc = marked ? add_marked(&code, data[++i]) : add_plain(&code, data[i]);
    if (rc) return rc;
  }
  if (code.count < 2) return SP_E_INVALID;
  int sum = code.values[0];
  for (int i = 1; i < code.count; i++)
    sum += i * code.values[i];
  for (int i = 0; i < code.count; i++)
    sp_vp_symbol_widths(out, code128_widths[code.values[i]], true);
  sp_vp_symbol_widths(out, code128_widths[sum % 103], true);
  sp_vp_symbol_widths(out, code128_widths[106], true);
  return out->failed;
}

/* ---- All of them ---- */

int sp_vp_symbol_bars(int symbol, const unsigned char *data, size_t len, struct sp_buf *out) {
  switch (symbol) {
  case UPC_A:
  case EAN13:
  case EAN8:
    return ean_bars(data, len, symbol, out);
  case UPC_E:
    return sp_vp_symbol_upc_e_bars(data, len, out);
  case CODABAR:
    return sp_vp_symbol_codabar_bars(data, len, out);
  case CODE93:
    return sp_vp_symbol_code93_bars(data, len, out);
  case CODE39:
    return code39_bars(data, len, out);
  case ITF:
    return itf_bars(data, len, out);
  case CODE128:
    return code128_bars(data, len, out);
  default:
    return SP_E_UNSUPPORTED;
  }
}

int sp_vp_symbol_text(int symbol, const unsigned char *data, size_t len, struct sp_buf *out) {
  char set = 'B';
  char upc_e[9];
  if (symbol == UPC_E) {
    int rc = sp_vp_symbol_upc_e(data, len, upc_e);
    return rc ? rc : sp_buf_puts(out, upc_e);
  }
  for (size_t i = 0; i < len; i++) {
    if (symbol == CODE128 && data[i] == '{' && i + 1 < len) {
      i++;
      if (data[i] >= 'A' && data[i] <= 'C') set = (char)data[i];
      if (data[i] == '{') sp_buf_putc(out, '{');
    } else if (symbol == CODE128 && set == 'C') {
      sp_buf_printf(out, "%02d", data[i] % 100);
    } else {
      sp_buf_putc(out, data[i] >= 0x20 && data[i] < 0x7F ? (char)data[i] : ' ');
    }
  }
  return out->failed;
}

int sp_vp_symbol_qr(const unsigned char *data, size_t len, int level, struct sp_buf *out, int *side) {
  static const QRecLevel levels[] = {QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H};
  if (len == 0 || len > 7089) return SP_E_INVALID;
  QRcode *code = QRcode_encodeData((int)len, data, 0, levels[level & 3]);
  if (!code) return errno == ENOMEM ? SP_E_NOMEM : SP_E_INVALID;
  *side = code->width;
  for (int i = 0; i < code->width * code->width && !out->failed; i++)
    sp_buf_putc(out, (char)(code->data[i] & 1));
  QRcode_free(code);
  return out->failed;
}
