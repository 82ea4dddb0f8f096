#include "devices/codec/escpos_ask.h"

#include <stdbool.h>
#include <string.h>

enum { DLE = 0x10, ESC = 0x1B, GS = 0x1D };

#define SLICE_ROWS 255

static bool is_realtime(unsigned char first, unsigned char second) {
  return first == DLE && (second == 0x04 || second == 0x05 || second == 0x14);
}

size_t sp_escpos_audit(const void *bytes, size_t len) {
  const unsigned char *at = bytes;
  for (size_t i = 0; i + 1 < len; i++)
    if (is_realtime(at[i], at[i + 1])) return i;
  return len;
}

static int put(struct sp_buf *out, const unsigned char *bytes, size_t len) {
  return sp_buf_add(out, bytes, len);
}

/* ---- Questions ---- */

int sp_escpos_realtime_status(enum sp_escpos_status which, struct sp_buf *out) {
  return put(out, (unsigned char[]){DLE, 0x04, (unsigned char)which}, 3);
}

int sp_escpos_realtime_resume(struct sp_buf *out) {
  return put(out, (unsigned char[]){DLE, 0x05, 1}, 3);
}

int sp_escpos_realtime_forget(struct sp_buf *out) {
  return put(out, (unsigned char[]){DLE, 0x05, 2}, 3);
}

int sp_escpos_realtime_kick(int pin, struct sp_buf *out) {
  return put(out, (unsigned char[]){DLE, 0x14, 1, pin == 5 ? 1 : 0, 1}, 5);
}

int sp_escpos_auto_status(uint8_t changes, struct sp_buf *out) {
  return put(out, (unsigned char[]){GS, 'a', changes}, 3);
}

int sp_escpos_ask_paper(struct sp_buf *out) {
  return put(out, (unsigned char[]){GS, 'r', 1}, 3);
}

int sp_escpos_ask_done(const char mark[4], struct sp_buf *out, struct sp_error *err) {
  unsigned char bytes[] = {GS, '(', 'H', 6, 0, 48, 48, 0, 0, 0, 0};
  for (int i = 0; i < 4; i++) {
    bytes[7 + i] = (unsigned char)mark[i];
    if (bytes[7 + i] < 0x20 || bytes[7 + i] > 0x7E)
      return sp_fail(err, SP_E_INVALID, "mark", "A mark is four printable ASCII characters");
  }
  return put(out, bytes, sizeof bytes);
}

void sp_escpos_mark(uint32_t number, char mark[4]) {
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int i = 3; i >= 0; i--, number /= 62)
    mark[i] = digits[number % 62];
}

int sp_escpos_ask_identity(enum sp_escpos_identity which, struct sp_buf *out) {
  return put(out, (unsigned char[]){GS, 'I', (unsigned char)which}, 3);
}

/* ---- Codes ---- */

int sp_escpos_qr(const void *bytes, size_t len, int module, char level, struct sp_buf *out, struct sp_error *err) {
  static const char levels[] = "LMQH";
  const char *at = level ? strchr(levels, level) : NULL;
  if (len == 0 || len > SP_ESCPOS_CODE_MAX)
    return sp_fail(err, SP_E_INVALID, "bytes", "A QR code on a receipt holds 1 to %d bytes", SP_ESCPOS_CODE_MAX);
  if (module < 1 || module > 16 || !at)
    return sp_fail(err, SP_E_INVALID, "module", "A QR code has modules of 1 to 16 dots and level L, M, Q or H");
  if (sp_escpos_audit(bytes, len) < len)
    return sp_fail(err, SP_E_INVALID, "bytes", "These bytes would be a command to the printer");
  size_t count = len + 3;
  put(out, (unsigned char[]){GS, '(', 'k', 4, 0, 49, 65, 50, 0}, 9);
  put(out, (unsigned char[]){GS, '(', 'k', 3, 0, 49, 67, (unsigned char)module}, 8);
  put(out, (unsigned char[]){GS, '(', 'k', 3, 0, 49, 69, (unsigned char)('0' + (at - levels))}, 8);
  put(out, (unsigned char[]){GS, '(', 'k', (unsigned char)(count & 255), (unsigned char)(count >> 8), 49, 80, 48}, 8);
  sp_buf_add(out, bytes, len);
  return put(out, (unsigned char[]){GS, '(', 'k', 3, 0, 49, 81, 48}, 8);
}

/* How many digits stand at `text`. */
static size_t digits_at(const char *text) {
  return strspn(text, "0123456789");
}

static size_t choose_set(char set, unsigned char *to) {
  to[0] = '{';
  to[1] = (unsigned char)set;
  return 2;
}

/* Set C, a byte for two digits, pays from four digits on; an odd first one stays in set B. */
static size_t put_code128(const char *text, bool pairs, unsigned char *to) {
  size_t len = 0;
  char set = '\0';
  while (*text) {
    size_t digits = pairs ? digits_at(text) : 0;
    if (digits >= 4 && digits % 2 == 0) {
      if (set != 'C') len += choose_set('C', to + len);
      set = 'C';
      for (; digits > 0; digits -= 2, text += 2)
        to[len++] = (unsigned char)((text[0] - '0') * 10 + text[1] - '0');
      continue;
    }
    if (set != 'B') len += choose_set('B', to + len);
    set = 'B';
    if (*text == '{') to[len++] = '{';
    to[len++] = (unsigned char)*text++;
  }
  return len;
}

int sp_escpos_code128(const char *text, int height, int module, struct sp_buf *out, struct sp_error *err) {
  unsigned char data[4 * SP_ESCPOS_BARCODE_MAX + 4];
  size_t len = strlen(text);
  if (len == 0 || len > SP_ESCPOS_BARCODE_MAX)
    return sp_fail(err, SP_E_INVALID, "text", "A bar code on a receipt holds 1 to %d characters",
                   SP_ESCPOS_BARCODE_MAX);
  for (size_t i = 0; i < len; i++)
    if (text[i] < 0x20 || text[i] > 0x7E)
      return sp_fail(err, SP_E_INVALID, "text", "A bar code holds printable ASCII only");
  if (height < 1 || height > 255 || module < 2 || module > 6)
    return sp_fail(err, SP_E_INVALID, "height", "A bar code is 1 to 255 dots tall, of modules of 2 to 6");
  size_t count = put_code128(text, true, data);
  if (sp_escpos_audit(data, count) < count) count = put_code128(text, false, data); /* "1604" as a pair is 10 04 */
  put(out, (unsigned char[]){GS, 'h', (unsigned char)height, GS, 'w', (unsigned char)module}, 6);
  put(out, (unsigned char[]){GS, 'H', 2, GS, 'k', 73, (unsigned char)count}, 7);
  return put(out, data, count);
}

/* ---- Pictures ---- */

static void put_rows(const struct sp_escpos_picture *picture, int first, int count, struct sp_buf *out) {
  size_t row_bytes = ((size_t)picture->width + 7) / 8;
  const uint8_t *at = picture->rows + (size_t)first * row_bytes;
  size_t len = (size_t)count * row_bytes;
  for (size_t i = 0; i < len; i++) {
    bool command = i + 1 < len && is_realtime(at[i], at[i + 1]);
    sp_buf_putc(out, (char)(command ? at[i] | 0x01 : at[i]));
  }
}

static int put_raster(const struct sp_escpos_picture *picture, int first, int count, struct sp_buf *out) {
  size_t row_bytes = ((size_t)picture->width + 7) / 8;
  unsigned char head[] = {GS, 'v', '0', 0, (unsigned char)row_bytes, 0, (unsigned char)count, 0};
  put(out, head, sizeof head);
  put_rows(picture, first, count, out);
  return count;
}

/* A length may look like a command (1040 is 10 04): then there is a row less in it. Returns the rows that went out. */
static int put_graphics(const struct sp_escpos_picture *picture, int first, int count, struct sp_buf *out) {
  size_t row_bytes = ((size_t)picture->width + 7) / 8;
  for (; count > 0; count--) {
    size_t len = row_bytes * (size_t)count + 10;
    unsigned char head[] = {GS,
                            '8',
                            'L',
                            (unsigned char)len,
                            (unsigned char)(len >> 8),
                            (unsigned char)(len >> 16),
                            0,
                            48,
                            112,
                            48,
                            1,
                            1,
                            49,
                            (unsigned char)picture->width,
                            (unsigned char)(picture->width >> 8),
                            (unsigned char)count,
                            0};
    if (sp_escpos_audit(head, sizeof head) < sizeof head && count > 1) continue;
    put(out, head, sizeof head);
    put_rows(picture, first, count, out);
    put(out, (unsigned char[]){GS, '(', 'L', 2, 0, 48, 50}, 7);
    break;
  }
  return count;
}

static int put_slices(const struct sp_escpos_picture *picture, int slice,
                      int (*put_slice)(const struct sp_escpos_picture *, int, int, struct sp_buf *), struct sp_buf *out,
                      struct sp_error *err) {
  if (picture->width < 1 || picture->width > SP_ESCPOS_PICTURE_WIDE || picture->height < 1 ||
      picture->height > SP_ESCPOS_PICTURE_TALL)
    return sp_fail(err, SP_E_INVALID, "width", "A picture on a receipt is at most %d dots wide and %d tall",
                   SP_ESCPOS_PICTURE_WIDE, SP_ESCPOS_PICTURE_TALL);
  if (slice < 1 || slice > SLICE_ROWS) slice = SLICE_ROWS;
  for (int row = 0; row < picture->height;) {
    int left = picture->height - row;
    row += put_slice(picture, row, left < slice ? left : slice, out);
  }
  return put(out, (unsigned char[]){ESC, '2'}, 2);
}

int sp_escpos_raster(const struct sp_escpos_picture *picture, int slice, struct sp_buf *out, struct sp_error *err) {
  return put_slices(picture, slice, put_raster, out, err);
}

int sp_escpos_graphics(const struct sp_escpos_picture *picture, int slice, struct sp_buf *out, struct sp_error *err) {
  return put_slices(picture, slice, put_graphics, out, err);
}
