#include "adapters/table/decode.h"
#include "base/text.h"
#include <string.h>

#define PIECE 65536

const char *sp_encoding_name(enum sp_encoding encoding) {
  switch (encoding) {
  case SP_ENCODING_UTF8:
    return "utf-8";
  case SP_ENCODING_UTF8_BOM:
    return "utf-8-bom";
  case SP_ENCODING_GB18030:
    return "gb18030";
  case SP_ENCODING_UTF16LE:
    return "utf-16le";
  case SP_ENCODING_UTF16BE:
    return "utf-16be";
  }
  return "utf-8";
}

/* ---- Detection ---- */

struct mark {
  uint8_t bytes[4];
  size_t len;
  enum sp_encoding encoding;
};

static const struct mark marks[] = {
    {{0xEF, 0xBB, 0xBF}, 3, SP_ENCODING_UTF8_BOM},
    {{0xFF, 0xFE}, 2, SP_ENCODING_UTF16LE},
    {{0xFE, 0xFF}, 2, SP_ENCODING_UTF16BE},
    {{0x84, 0x31, 0x95, 0x33}, 4, SP_ENCODING_GB18030},
};

/* What a scan as UTF-8 found. */
struct scan {
  int64_t good; /* characters of two bytes and more */
  int64_t bad;  /* bytes that belong to no character */
  bool nul;
};

/* Bytes a UTF-8 lead byte announces; 1 for what cannot lead. */
static size_t utf8_announced(uint8_t lead) {
  if (lead >= 0xF0 && lead <= 0xF4) {
    return 4;
  }
  if (lead >= 0xE0) {
    return lead < 0xF0 ? 3 : 1;
  }
  return lead >= 0xC2 ? 2 : 1;
}

/* Is the tail of a piece the beginning of a character that the next piece may complete? */
static bool utf8_unfinished(const uint8_t *bytes, size_t len) {
  if (len == 0 || utf8_announced(bytes[0]) <= len) {
    return false;
  }
  for (size_t i = 1; i < len; i++) {
    if ((bytes[i] & 0xC0) != 0x80) {
      return false;
    }
  }
  return true;
}

/* Returns how many bytes at the end wait for the next piece. */
static size_t scan_piece(struct scan *scan, const uint8_t *bytes, size_t len) {
  size_t at = 0;
  scan->nul = scan->nul || memchr(bytes, 0, len) != NULL;
  while (at < len) {
    if (bytes[at] < 0x80) {
      at++;
      continue;
    }
    uint32_t code = 0;
    int step = sp_utf8_next((const char *)bytes + at, len - at, &code);
    if (step > 0) {
      scan->good++;
      at += (size_t)step;
      continue;
    }
    if (utf8_unfinished(bytes + at, len - at)) {
      return len - at;
    }
    scan->bad++;
    at++;
  }
  return 0;
}

static int scan_file(FILE *file, struct scan *scan, struct sp_error *err) {
  uint8_t piece[PIECE + 4];
  size_t held = 0;
  size_t got = 0;
  while ((got = fread(piece + held, 1, PIECE, file)) > 0) {
    size_t len = held + got;
    held = scan_piece(scan, piece, len);
    memmove(piece, piece + len - held, held);
  }
  scan->bad += (int64_t)held;
  return ferror(file) ? sp_fail(err, SP_E_IO, NULL, "The file cannot be read") : 0;
}

int sp_encoding_detect(FILE *file, enum sp_encoding *out, struct sp_error *err) {
  uint8_t head[4] = {0};
  size_t got = fread(head, 1, sizeof head, file);
  if (got == 4 && memcmp(head, "\xFF\xFE\0\0", 4) == 0) {
    return sp_fail(err, SP_E_UNSUPPORTED, NULL, "The file is in UTF-32; save it as UTF-8");
  }
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    if (got >= marks[i].len && memcmp(head, marks[i].bytes, marks[i].len) == 0) {
      *out = marks[i].encoding;
      return fseek(file, (long)marks[i].len, SEEK_SET) == 0 ? 0
                                                            : sp_fail(err, SP_E_IO, NULL, "The file cannot be read");
    }
  }
  rewind(file);
  struct scan scan = {0};
  int rc = scan_file(file, &scan, err);
  if (rc != 0) {
    return rc;
  }
  if (scan.nul) {
    return sp_fail(
        err, SP_E_INVALID, NULL,
        "The file is neither text nor a workbook (it contains zero bytes); save it as .xlsx or as CSV in UTF-8");
  }
  /* Chinese text in GB18030 read as UTF-8 is bad far more often than good. */
  *out = scan.bad == 0 || scan.good > 2 * scan.bad ? SP_ENCODING_UTF8 : SP_ENCODING_GB18030;
  rewind(file);
  return 0;
}

/* ---- Decoding ---- */

static int decode_utf8(const uint8_t *bytes, size_t len, bool last, struct sp_buf *out, size_t *used) {
  size_t tail = len;
  for (size_t back = 1; back <= 3 && back <= len; back++) {
    if (utf8_unfinished(bytes + len - back, back)) {
      tail = len - back;
    }
  }
  if (last) {
    tail = len;
  }
  const char *text = (const char *)bytes;
  if (sp_utf8_valid(text, tail)) {
    *used = tail;
    return sp_buf_add(out, text, tail);
  }
  size_t at = 0;
  uint32_t code = 0;
  int step = 0;
  while (at < tail && (step = sp_utf8_next(text + at, tail - at, &code)) > 0) {
    at += (size_t)step;
  }
  *used = at;
  int rc = sp_buf_add(out, text, at);
  return rc != 0 ? rc : SP_E_INVALID;
}

/* Bytes of the GB18030 character at `bytes` by its first two: one, two or four. 0 when more must be seen. */
static size_t gb_step(const uint8_t *bytes, size_t len) {
  if (bytes[0] < 0x81 || bytes[0] == 0xFF) {
    return 1;
  }
  if (len < 2) {
    return 0;
  }
  size_t need = bytes[1] >= 0x30 && bytes[1] <= 0x39 ? 4 : 2;
  return need <= len ? need : 0;
}

static int decode_gb18030(const uint8_t *bytes, size_t len, bool last, struct sp_buf *out, size_t *used) {
  size_t whole = 0;
  size_t step = 0;
  while (whole < len && (step = gb_step(bytes + whole, len - whole)) > 0) {
    whole += step;
  }
  size_t kept = out->len;
  int rc = sp_gb18030_to_utf8((const char *)bytes, whole, out);
  *used = whole;
  if (rc == 0) {
    return last && whole < len ? SP_E_INVALID : 0;
  }
  if (rc != SP_E_INVALID) {
    return rc;
  }
  out->len = kept; /* again, one by one, to keep what came before the bad bytes */
  for (*used = 0; *used < whole; *used += step) {
    step = gb_step(bytes + *used, whole - *used);
    rc = sp_gb18030_to_utf8((const char *)bytes + *used, step, out);
    if (rc != 0) {
      return rc;
    }
  }
  return 0;
}

static uint32_t unit16(const uint8_t *bytes, bool little) {
  return little ? (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 : (uint32_t)bytes[1] | (uint32_t)bytes[0] << 8;
}

static int decode_utf16(bool little, const uint8_t *bytes, size_t len, bool last, struct sp_buf *out, size_t *used) {
  size_t at = 0;
  int rc = 0;
  while (rc == 0 && len - at >= 2) {
    uint32_t code = unit16(bytes + at, little);
    size_t step = 2;
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (len - at < 4) {
        break;
      }
      uint32_t low = unit16(bytes + at + 2, little);
      if (low < 0xDC00 || low > 0xDFFF) {
        rc = SP_E_INVALID;
        break;
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      step = 4;
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
      rc = SP_E_INVALID;
      break;
    }
    rc = code < 0x80 ? sp_buf_putc(out, (char)code) : sp_utf8_put(out, code);
    at += step;
  }
  *used = at;
  return rc == 0 && last && at < len ? SP_E_INVALID : rc;
}

int sp_decode(enum sp_encoding encoding, const uint8_t *bytes, size_t len, bool last, struct sp_buf *out,
              size_t *used) {
  switch (encoding) {
  case SP_ENCODING_UTF8:
  case SP_ENCODING_UTF8_BOM:
    return decode_utf8(bytes, len, last, out, used);
  case SP_ENCODING_GB18030:
    return decode_gb18030(bytes, len, last, out, used);
  case SP_ENCODING_UTF16LE:
    return decode_utf16(true, bytes, len, last, out, used);
  case SP_ENCODING_UTF16BE:
    return decode_utf16(false, bytes, len, last, out, used);
  }
  return SP_E_INTERNAL;
}
