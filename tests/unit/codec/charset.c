/* P1: every character of GBK and every four-byte code of the basic plane against the C library's tables, and the list
 * of what is sent in another way than they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "devices/codec/charset.h"
#include <iconv.h>
#include <string.h>

static int put(const struct sp_charset *set, const char *text, struct sp_buf *out) {
  struct sp_charset_writer writer;
  assert_int_equal(sp_charset_open(&writer, set, NULL), 0);
  sp_buf_reset(out);
  int columns = sp_charset_put(&writer, text, out);
  sp_charset_close(&writer);
  return columns;
}

static void expect(const struct sp_charset *set, const char *text, const char *bytes, size_t len, int columns) {
  struct sp_buf out;
  sp_buf_init(&out, 4096);
  int got = put(set, text, &out);
  if (got != columns || out.len != len || memcmp(sp_buf_text(&out), bytes, len) != 0)
    fail_msg("\"%s\": %zu bytes in %d columns, first %02X", text, out.len, got,
             out.len ? (unsigned)(unsigned char)out.data[0] : 0u);
  sp_buf_free(&out);
}

#define BYTES(text) text, sizeof(text) - 1

static const struct sp_charset gb18030 = {.kind = SP_CHARSET_GB18030};
static const struct sp_charset four = {.kind = SP_CHARSET_GB18030, .four_byte = true};
static const struct sp_charset gbk = {.kind = SP_CHARSET_GBK};
static const struct sp_charset gb2312 = {.kind = SP_CHARSET_GB2312};
static const struct sp_charset utf8 = {.kind = SP_CHARSET_UTF8};
static const struct sp_charset cp437 = {.kind = SP_CHARSET_PAGE, .page = "CP437"};
static const struct sp_charset cp866 = {.kind = SP_CHARSET_PAGE, .page = "CP866"};

static void test_policy(void **state) {
  (void)state;
  const struct sp_charset *const chinese[] = {&gb18030, &four, &gbk, &gb2312};
  for (size_t i = 0; i < 4; i++) {
    expect(chinese[i], "¥", BYTES("\xA3\xA4"), 2);
    expect(chinese[i], "￥", BYTES("\xA3\xA4"), 2);
    expect(chinese[i], "·", BYTES("\xA1\xA4"), 2);
    expect(chinese[i], "×", BYTES("\xA1\xC1"), 2);
    expect(chinese[i], "…", BYTES("\xA1\xAD"), 2);
    expect(chinese[i], "℃", BYTES("\xA1\xE6"), 2);
    expect(chinese[i], "①", BYTES("\xA2\xD9"), 2);
    expect(chinese[i], "é", BYTES("\xA8\xA6"), 2);
    expect(chinese[i], "中a",
           BYTES("\xD6\xD0"
                 "a"),
           3);
  }
  expect(&gbk, "龘", BYTES("\xFD\x93"), 2);
  expect(&gb18030, "龘", BYTES("\xFD\x93"), 2);
  expect(&gb2312, "龘", BYTES("\xA1\xFE"), 2); /* 〓 */
  expect(&gb18030, "€", BYTES("\xA2\xE3"), 2);
  expect(&gbk, "€", BYTES("\xA1\xFE"), 2);
  expect(&four, "㐂", BYTES("\x81\x39\xEF\x31"), 2);
  expect(&four, "𠀀", BYTES("\x95\x32\x82\x36"), 2);
  expect(&gb18030, "㐂", BYTES("\xA1\xFE"), 2);
  expect(&gbk, "ñ", BYTES("\xA1\xFE"), 2);
  expect(&utf8, "¥中é", BYTES("\xEF\xBF\xA5\xE4\xB8\xAD\xC3\xA9"), 5);
  expect(&cp437, "é¥€—…中",
         BYTES("\x82\x9D"
               "E-..?"),
         7);
  expect(&cp866, "Жук ￥５", BYTES("\x86\xE3\xAA Y5"), 6);
}

static void test_nothing_else_comes_out(void **state) {
  (void)state;
  const struct sp_charset *const sets[] = {&gb18030, &four, &gbk, &gb2312, &utf8, &cp437, &cp866};
  for (size_t i = 0; i < 7; i++) {
    expect(sets[i], "a\x10\x14\x01\x01\x01\x1Bp\x7F\n\t\xC2\x9B z", BYTES("ap z"), 4);
    expect(sets[i], "e\xCC\x81", BYTES("e"), 1); /* a mark on the character before */
    expect(sets[i], "\xFFz", BYTES("?z"), 2);
  }
}

static void test_replacements(void **state) {
  (void)state;
  const struct sp_charset_replace list[] = {{"•", "·"}, {"·", "-"}, {"国", ""}};
  struct sp_charset set = gbk;
  set.replace = list;
  set.replace_count = 3;
  expect(&set, "•·国a", BYTES("\xA1\xA4-a"), 4); /* what stands in is not replaced again */
}

/* What the C library says, to be held against ours. */
static size_t oracle(iconv_t converter, const char *text, size_t len, char to[8]) {
  char *in = (char *)(uintptr_t)text;
  char *out = to;
  size_t left = len;
  size_t room = 8;
  if (iconv(converter, &in, &left, &out, &room) == (size_t)-1) {
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    return 0;
  }
  return 8 - room;
}

static bool is_special(uint32_t code, const char *text, size_t len) {
  return code < 0xA0 || code == 0xA5 || (code >= 0xD800 && code < 0xE000) || sp_utf8_columns(text, len) == 0;
}

static void test_every_character(void **state) {
  (void)state;
  struct sp_buf text;
  struct sp_buf out;
  struct sp_charset_writer writer;
  int two = 0;
  int four_bytes = 0;
  iconv_t converter = iconv_open("GB18030", "UTF-8");
  sp_buf_init(&text, 16);
  sp_buf_init(&out, 64);
  assert_int_equal(sp_charset_open(&writer, &four, NULL), 0);
  for (uint32_t code = 0xA0; code < 0x10000; code++) {
    char want[8];
    sp_buf_reset(&text);
    sp_buf_reset(&out);
    sp_utf8_put(&text, code);
    if (is_special(code, text.data, text.len)) continue;
    size_t len = oracle(converter, text.data, text.len, want);
    int columns = sp_charset_put(&writer, sp_buf_text(&text), &out);
    if (len == 0) {
      assert_memory_equal(out.data, "?", 1);
      continue;
    }
    if (out.len != len || memcmp(out.data, want, len) != 0 || columns != 2) fail_msg("U+%04X", (unsigned)code);
    two += len == 2;
    four_bytes += len == 4;
  }
  print_message("# %d characters of two bytes, %d of four\n", two, four_bytes);
  assert_in_range(two, 21000, 24000);
  assert_in_range(four_bytes, 20000, 45000);
  sp_charset_close(&writer);
  (void)iconv_close(converter);
  sp_buf_free(&text);
  sp_buf_free(&out);
}

static void test_errors(void **state) {
  (void)state;
  const struct sp_charset none = {.kind = SP_CHARSET_PAGE, .page = "CP-NONE"};
  struct sp_charset_writer writer;
  assert_int_equal(sp_charset_open(&writer, &none, NULL), SP_E_UNSUPPORTED);
  sp_charset_close(&writer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_policy),       cmocka_unit_test(test_nothing_else_comes_out),
      cmocka_unit_test(test_replacements), cmocka_unit_test(test_every_character),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
