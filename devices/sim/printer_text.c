#include "base/text.h"
#include "devices/sim/printer_state.h"
#include <iconv.h>

#define NONE 0xFFFDu

/* n of ESC t as Epson counts, and the character set of that name in the C library. */
struct code_page {
  uint8_t number;
  const char *name;
};

static const struct code_page code_pages[] = {
    {0, "CP437"},       {2, "CP850"},        {3, "CP860"},   {4, "CP863"},   {5, "CP865"},   {13, "CP857"},
    {14, "CP737"},      {15, "ISO-8859-7"},  {16, "CP1252"}, {17, "CP866"},  {18, "CP852"},  {19, "CP858"},
    {33, "CP775"},      {34, "CP855"},       {35, "CP861"},  {36, "CP862"},  {37, "CP864"},  {38, "CP869"},
    {39, "ISO-8859-2"}, {40, "ISO-8859-15"}, {45, "CP1250"}, {46, "CP1251"}, {47, "CP1253"}, {48, "CP1254"},
    {49, "CP1255"},     {50, "CP1256"},      {51, "CP1257"}, {52, "CP1258"}, {42, "CP774"},  {43, "CP772"},
    {44, "CP1125"},     {11, "CP851"},       {53, "RK1048"},
};

enum { KATAKANA = 1, TURKISH = 13 };

/* Epson's page 1: lines for tables at 8Fh to 9Fh, half-width katakana as in JIS X 0201. */
static uint32_t katakana(unsigned char byte) {
  static const uint16_t lines[] = {0x253C, 0x2534, 0x252C, 0x2524, 0x251C, NONE,   0x2500, 0x2502, NONE,
                                   0x250C, 0x2510, 0x2514, 0x2518, 0x256D, 0x256E, 0x2570, 0x256F};
  if (byte >= 0x8F && byte <= 0x9F) return lines[byte - 0x8F];
  return byte >= 0xA1 && byte <= 0xDF ? 0xFF61u + byte - 0xA1u : NONE;
}

static const char *code_page_name(uint8_t number) {
  for (size_t i = 0; i < sizeof code_pages / sizeof code_pages[0]; i++)
    if (code_pages[i].number == number) return code_pages[i].name;
  return NULL;
}

/* One character by the C library, NONE when it has no place. */
static uint32_t convert(const char *set, const unsigned char *bytes, size_t len) {
  char utf8[16];
  char *in = (char *)(uintptr_t)bytes; /* iconv takes char ** but does not write through it */
  char *to = utf8;
  size_t in_left = len;
  size_t room = sizeof utf8;
  uint32_t code = NONE;
  iconv_t converter = iconv_open("UTF-8", set);
  if (converter == (iconv_t)-1) return NONE;
  if (iconv(converter, &in, &in_left, &to, &room) == (size_t)-1 || in_left > 0 ||
      iconv(converter, NULL, NULL, &to, &room) == (size_t)-1 || /* a letter that waits for its accent */
      sp_utf8_next(utf8, sizeof utf8 - room, &code) <= 0)
    code = NONE;
  (void)iconv_close(converter);
  return code;
}

static size_t utf8_length(const unsigned char *bytes, size_t len) {
  size_t want = bytes[0] < 0xC2 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : bytes[0] < 0xF5 ? 4 : 1;
  for (size_t i = 1; i < len && i < want; i++)
    if ((bytes[i] & 0xC0) != 0x80) return 1;
  return want;
}

/* A lead byte without a right second byte stands alone. */
static size_t gb18030_length(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  if (bytes[0] < 0x81 || bytes[0] == 0xFF) return 1;
  if (len < 2) return 2;
  if (bytes[1] >= 0x40 && bytes[1] != 0x7F && bytes[1] != 0xFF) return 2;
  if (bytes[1] < 0x30 || bytes[1] > 0x39 || printer->options.two_byte_only) return 1;
  if (len < 3) return 3;
  if (bytes[2] < 0x81 || bytes[2] == 0xFF) return 1;
  if (len < 4) return 4;
  return bytes[3] >= 0x30 && bytes[3] <= 0x39 ? 4 : 1;
}

size_t sp_vp_text_length(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len) {
  if (bytes[0] < 0x80) return 1;
  if (printer->modes.utf8) return utf8_length(bytes, len);
  if (printer->modes.chinese) return gb18030_length(printer, bytes, len);
  return 1;
}

uint32_t sp_vp_text_decode(const struct sp_vprinter *printer, const unsigned char *bytes, size_t len, bool *wide) {
  uint32_t code = NONE;
  *wide = len > 1;
  if (bytes[0] < 0x80) return bytes[0];
  if (printer->modes.utf8) {
    if (sp_utf8_next((const char *)bytes, len, &code) != (int)len) code = NONE;
    if (len > 1) *wide = sp_utf8_columns((const char *)bytes, len) == 2;
    return code;
  }
  if (printer->modes.chinese) return len > 1 ? convert("GB18030", bytes, len) : NONE;
  if (printer->modes.code_page == KATAKANA) return katakana(bytes[0]);
  if (printer->modes.code_page == TURKISH && bytes[0] == 0xD5) return 0x20AC; /* € came to it later */
  const char *name = code_page_name(printer->modes.code_page);
  return name ? convert(name, bytes, 1) : NONE;
}
