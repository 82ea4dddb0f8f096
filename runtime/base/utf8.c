#include "base/text.h"
#include <string.h>

enum { REPLACEMENT = 0xFFFD };

static bool is_tail(const char *text, size_t len, size_t at) {
  return at < len && ((unsigned char)text[at] & 0xC0) == 0x80;
}

static uint32_t tail(const char *text, size_t at) {
  return (uint32_t)((unsigned char)text[at] & 0x3F);
}

int sp_utf8_next(const char *text, size_t len, uint32_t *code) {
  if (len == 0) return 0;
  uint32_t first = (unsigned char)text[0];
  if (first < 0x80) {
    *code = first;
    return 1;
  }
  if (first < 0xC2 || first > 0xF4 || !is_tail(text, len, 1)) return -1;
  if (first < 0xE0) {
    *code = (first & 0x1F) << 6 | tail(text, 1);
    return 2;
  }
  if (!is_tail(text, len, 2)) return -1;
  if (first < 0xF0) {
    uint32_t value = (first & 0x0F) << 12 | tail(text, 1) << 6 | tail(text, 2);
    if (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF)) return -1;
    *code = value;
    return 3;
  }
  if (!is_tail(text, len, 3)) return -1;
  uint32_t value = (first & 0x07) << 18 | tail(text, 1) << 12 | tail(text, 2) << 6 | tail(text, 3);
  if (value < 0x10000 || value > 0x10FFFF) return -1;
  *code = value;
  return 4;
}

bool sp_utf8_valid(const char *text, size_t len) {
  size_t at = 0;
  while (at < len) {
    uint32_t code = 0;
    int step = sp_utf8_next(text + at, len - at, &code);
    if (step < 0) return false;
    at += (size_t)step;
  }
  return true;
}

size_t sp_utf8_cut(const char *text, size_t len) {
  for (size_t back = 1; back <= 4 && back <= len; back++) {
    unsigned char byte = (unsigned char)text[len - back];
    if (byte < 0x80) return len;
    if (byte < 0xC0) continue; /* a tail: look further back for its head */
    size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return back < whole ? len - back : len;
  }
  return len;
}

void sp_text_copy(char *to, size_t room, const char *from) {
  if (from == NULL) {
    to[0] = '\0';
    return;
  }
  size_t len = strlen(from);
  if (len >= room) len = sp_utf8_cut(from, room - 1);
  memmove(to, from, len);
  to[len] = '\0';
}

int sp_utf8_put(struct sp_buf *out, uint32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = REPLACEMENT;
  char bytes[4];
  size_t len = 0;
  if (code < 0x80) {
    bytes[len++] = (char)code;
  } else if (code < 0x800) {
    bytes[len++] = (char)(0xC0 | code >> 6);
    bytes[len++] = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    bytes[len++] = (char)(0xE0 | code >> 12);
    bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
    bytes[len++] = (char)(0x80 | (code & 0x3F));
  } else {
    bytes[len++] = (char)(0xF0 | code >> 18);
    bytes[len++] = (char)(0x80 | (code >> 12 & 0x3F));
    bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
    bytes[len++] = (char)(0x80 | (code & 0x3F));
  }
  return sp_buf_add(out, bytes, len);
}

struct range {
  uint32_t first;
  uint32_t last;
};

/* Unicode's East Asian Width W and F (UAX #11), without the holes of unassigned code points. */
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x26BD, 0x26BE},   {0x2705, 0x2705},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F320}, {0x1F32D, 0x1F64F},
    {0x1F680, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Marks that sit on the character before them, and characters that show nothing. */
static const struct range narrowest[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x0300, 0x036F},   {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF},   {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

static bool within(const struct range *ranges, size_t count, uint32_t code) {
  size_t low = 0;
  size_t high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (code > ranges[middle].last)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && code >= ranges[low].first;
}

static int columns_of(uint32_t code) {
  if (code >= 0x20 && code < 0x7F) return 1;
  if (within(narrowest, sizeof narrowest / sizeof narrowest[0], code)) return 0;
  return within(wide, sizeof wide / sizeof wide[0], code) ? 2 : 1;
}

/* The bytes and columns of the character at the start of `text`; a bad byte is one of each. */
static size_t measure(const char *text, size_t len, int *columns) {
  uint32_t code = 0;
  int step = sp_utf8_next(text, len, &code);
  *columns = step > 0 ? columns_of(code) : 1;
  return step > 0 ? (size_t)step : 1;
}

int sp_utf8_columns(const char *text, size_t len) {
  int sum = 0;
  int columns = 0;
  for (size_t at = 0; at < len; sum += columns)
    at += measure(text + at, len - at, &columns);
  return sum;
}

size_t sp_utf8_fit(const char *text, size_t len, int columns) {
  size_t at = 0;
  while (at < len) {
    int one = 0;
    size_t step = measure(text + at, len - at, &one);
    if (one > columns) break;
    columns -= one;
    at += step;
  }
  return at;
}
