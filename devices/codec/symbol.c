#include "devices/codec/symbol.h"

#include <limits.h>
#include <qrencode.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define QR_QUIET       4
#define QR_MODULE_MOST 6
#define SYMBOLS_MAX    128 /* of one bar code */

void sp_symbol_free(struct sp_symbol *symbol) {
  free(symbol->rows);
  *symbol = (struct sp_symbol){0};
}

static int make(struct sp_symbol *out, int width, int height, struct sp_error *err) {
  *out = (struct sp_symbol){.width = width, .height = height};
  if (width < 1 || height < 1) return sp_fail(err, SP_E_INTERNAL, "", "A picture without dots");
  out->rows = calloc(((size_t)width + 7) / 8, (size_t)height);
  return out->rows ? 0 : sp_error_nomem(err, __func__);
}

static void blacken(struct sp_symbol *symbol, int x, int y, int width, int height) {
  size_t row_bytes = ((size_t)symbol->width + 7) / 8;
  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      symbol->rows[(size_t)row * row_bytes + (size_t)column / 8] |= (uint8_t)(0x80 >> (column % 8));
}

/* ---- QR ---- */

static int draw_qr(const QRcode *code, int module, int dots, struct sp_symbol *out, struct sp_error *err) {
  int modules = code->width + 2 * QR_QUIET;
  int most = dots / modules;
  if (most < 1) return sp_fail(err, SP_E_INVALID, "bytes", "The QR code is wider than the paper");
  if (module < 1) module = QR_MODULE_MOST;
  if (module > most) module = most;
  int rc = make(out, modules * module, modules * module, err);
  for (int y = 0; !rc && y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (code->data[y * code->width + x] & 1)
        blacken(out, (x + QR_QUIET) * module, (y + QR_QUIET) * module, module, module);
  return rc;
}

int sp_symbol_qr(const void *bytes, size_t len, int module, int dots, struct sp_symbol *out, struct sp_error *err) {
  *out = (struct sp_symbol){0};
  if (len == 0 || len > INT_MAX) return sp_fail(err, SP_E_INVALID, "bytes", "A QR code without content");
  QRcode *code = QRcode_encodeData((int)len, bytes, 0, QR_ECLEVEL_M);
  if (!code) return sp_fail(err, SP_E_INVALID, "bytes", "This is more than a QR code holds");
  int rc = draw_qr(code, module, dots, out, err);
  QRcode_free(code);
  return rc;
}

/* ---- CODE128 ---- */

enum { START_B = 104, START_C = 105, CODE_C = 99, CODE_B = 100, STOP = 106 };

/* Widths of bar, space, bar, space, bar, space of each symbol; the stop has a bar more, written apart. */
static const char widths[][7] = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "233111",
};

static size_t digits_at(const char *text) {
  return strspn(text, "0123456789");
}

/* Set C takes two digits in a symbol and pays from four on; an odd first digit stays in set B. 0 when it is too long.
 */
static size_t choose(const char *text, int to[SYMBOLS_MAX]) {
  size_t count = 0;
  bool pairs = false;
  while (*text && count < SYMBOLS_MAX - 6) {
    size_t digits = digits_at(text);
    if (digits >= 4 && digits % 2 == 0) {
      if (count == 0 || !pairs) to[count] = count == 0 ? START_C : CODE_C, count++;
      pairs = true;
      for (; digits > 0 && count < SYMBOLS_MAX - 6; digits -= 2, text += 2)
        to[count++] = (text[0] - '0') * 10 + text[1] - '0';
      continue;
    }
    if (count == 0 || pairs) to[count] = count == 0 ? START_B : CODE_B, count++;
    pairs = false;
    to[count++] = *text++ - 0x20;
  }
  if (*text) return 0;
  int sum = to[0];
  for (size_t i = 1; i < count; i++)
    sum += (int)i * to[i];
  to[count++] = sum % 103;
  to[count++] = STOP;
  return count;
}

static bool is_printable(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7E) return false;
  return true;
}

static int draw_bars(const int *symbols, size_t count, int module, struct sp_symbol *out) {
  int x = SP_SYMBOL_QUIET * module;
  for (size_t i = 0; i < count; i++)
    for (int bar = 0; bar < 6; bar++) {
      int width = (widths[symbols[i]][bar] - '0') * module;
      if (bar % 2 == 0) blacken(out, x, 0, width, out->height);
      x += width;
    }
  blacken(out, x, 0, 2 * module, out->height);
  return 0;
}

int sp_symbol_code128_modules(const char *text) {
  int symbols[SYMBOLS_MAX];
  if (!*text || !is_printable(text)) return 0;
  size_t count = choose(text, symbols);
  return count ? (int)count * 11 + 2 + 2 * SP_SYMBOL_QUIET : 0;
}

int sp_symbol_code128(const char *text, int module, int height, int dots, struct sp_symbol *out, struct sp_error *err) {
  int symbols[SYMBOLS_MAX];
  *out = (struct sp_symbol){0};
  if (!*text || !is_printable(text)) return sp_fail(err, SP_E_INVALID, "text", "A bar code holds printable ASCII only");
  size_t count = choose(text, symbols);
  int modules = sp_symbol_code128_modules(text);
  if (module < 1) module = 2;
  while (module > 1 && modules * module > dots)
    module--;
  if (count == 0 || modules * module > dots)
    return sp_fail(err, SP_E_INVALID, "text", "The bar code is wider than the paper");
  if (height < 1 || height > SP_SYMBOL_TALL_MAX) height = 64;
  int rc = make(out, modules * module, height, err);
  return rc ? rc : draw_bars(symbols, count, module, out);
}
