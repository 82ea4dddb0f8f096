/* UTF-8, GB18030, search keys and the catalogue of sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include <string.h>

struct utf8_case {
  const char *bytes;
  size_t len;
  int step;
  uint32_t code;
};

static void decodes_utf8(void **state) {
  (void)state;
  static const struct utf8_case cases[] = {
      {"", 0, 0, 0},
      {"\0", 1, 1, 0},
      {"a", 1, 1, 'a'},
      {"\x7F", 1, 1, 0x7F},
      {"\xC2\x80", 2, 2, 0x80},
      {"\xDF\xBF", 2, 2, 0x7FF},
      {"\xE0\xA0\x80", 3, 3, 0x800},
      {"\xED\x9F\xBF", 3, 3, 0xD7FF},
      {"\xEE\x80\x80", 3, 3, 0xE000},
      {"\xEF\xBF\xBF", 3, 3, 0xFFFF},
      {"\xF0\x90\x80\x80", 4, 4, 0x10000},
      {"\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF},
      {"\x80", 1, -1, 0},
      {"\xC1\xBF", 2, -1, 0},
      {"\xC2", 1, -1, 0},
      {"\xC2\xC2", 2, -1, 0},
      {"\xE0\x9F\xBF", 3, -1, 0},
      {"\xE4\xB8", 2, -1, 0},
      {"\xED\xA0\x80", 3, -1, 0},
      {"\xED\xBF\xBF", 3, -1, 0},
      {"\xF0\x8F\xBF\xBF", 4, -1, 0},
      {"\xF0\x9F\x98", 3, -1, 0},
      {"\xF4\x90\x80\x80", 4, -1, 0},
      {"\xF8\x88\x80\x80", 4, -1, 0},
      {"\xFF", 1, -1, 0},
  };
  struct sp_buf out;
  sp_buf_init(&out, 16);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint32_t code = 0;
    assert_int_equal(sp_utf8_next(cases[i].bytes, cases[i].len, &code), cases[i].step);
    assert_int_equal(code, cases[i].code);
    assert_int_equal(sp_utf8_valid(cases[i].bytes, cases[i].len), cases[i].step >= 0);
    if (cases[i].step <= 0) continue;
    sp_buf_reset(&out);
    assert_int_equal(sp_utf8_put(&out, code), 0);
    assert_int_equal(out.len, cases[i].len);
    assert_memory_equal(out.data, cases[i].bytes, out.len);
  }
  sp_buf_reset(&out);
  sp_utf8_put(&out, 0xD800);
  sp_utf8_put(&out, 0x110000);
  assert_string_equal(sp_buf_text(&out), "\xEF\xBF\xBD\xEF\xBF\xBD");
  sp_buf_free(&out);
}

static void cuts_between_characters(void **state) {
  (void)state;
  static const char text[] = "a\xC3\xA9\xE5\x8F\xAF\xF0\x9F\x98\x80";
  static const size_t keep[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
  for (size_t len = 0; len <= sizeof text - 1; len++)
    assert_int_equal(sp_utf8_cut(text, len), keep[len]);
  assert_int_equal(sp_utf8_cut("\x80\x80\x80\x80\x80", 5), 5);
}

static void copies_whole_characters(void **state) {
  (void)state;
  char kept[8];
  sp_text_copy(kept, sizeof kept, "1234567");
  assert_string_equal(kept, "1234567");
  sp_text_copy(kept, sizeof kept, "12345678");
  assert_string_equal(kept, "1234567");
  sp_text_copy(kept, sizeof kept, "算盘算盘");
  assert_string_equal(kept, "算盘");
  sp_text_copy(kept, sizeof kept, kept + 3);
  assert_string_equal(kept, "盘");
  sp_text_copy(kept, 1, "x");
  assert_string_equal(kept, "");
  sp_text_copy(kept, sizeof kept, NULL);
  assert_string_equal(kept, "");
}

struct width_case {
  const char *text;
  int columns;
};

static void counts_columns(void **state) {
  (void)state;
  static const struct width_case cases[] = {
      {"", 0},
      {"abc", 3},
      {"可口可乐", 8},
      {"可乐 500ml", 10},
      {"，。", 4},
      {"￥1.00", 6},
      {"¥1.00", 5},
      {"ＡＢ", 4},
      {"ｱｲ", 2},
      {"ひらがな", 8},
      {"한글", 4},
      {"e\xCC\x81", 1},
      {"\xF0\x9F\x98\x80", 2},
      {"\xF0\xA0\x80\x80", 2},
      {"a\xE2\x80\x8B"
       "b",
       2},
      {"a\tb\n", 2},
      {"\xFF\xFE", 2},
      {"é", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    if (sp_utf8_columns(cases[i].text, strlen(cases[i].text)) != cases[i].columns) print_error("%s\n", cases[i].text);
    assert_int_equal(sp_utf8_columns(cases[i].text, strlen(cases[i].text)), cases[i].columns);
  }
}

static void fits_columns(void **state) {
  (void)state;
  static const char text[] = "可a乐";
  static const size_t fit[] = {0, 0, 3, 4, 4, 7, 7};
  for (int columns = 0; columns <= 6; columns++)
    assert_int_equal(sp_utf8_fit(text, sizeof text - 1, columns), fit[columns]);
  assert_int_equal(sp_utf8_fit("e\xCC\x81x", 4, 1), 3);
  assert_int_equal(sp_utf8_fit("abc", 3, -1), 0);
}

struct bytes_case {
  const char *utf8;
  const char *gb18030;
};

static void converts_gb18030_both_ways(void **state) {
  (void)state;
  static const struct bytes_case cases[] = {
      {"", ""},
      {"abc 123", "abc 123"},
      {"可口可乐", "\xBF\xC9\xBF\xDA\xBF\xC9\xC0\xD6"},
      {"￥", "\xA3\xA4"},
      {"¥", "\x81\x30\x84\x36"},
      {"€", "\xA2\xE3"},
      {"㐀", "\x81\x39\xEE\x39"},
      {"\xF0\xA0\x80\x80", "\x95\x32\x82\x36"}, /* U+20000 */
      {"ü", "\xA8\xB9"},
  };
  struct sp_buf out;
  sp_buf_init(&out, 64);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sp_buf_reset(&out);
    assert_int_equal(sp_gb18030_from_utf8(cases[i].utf8, strlen(cases[i].utf8), &out), 0);
    assert_string_equal(sp_buf_text(&out), cases[i].gb18030);
    sp_buf_reset(&out);
    assert_int_equal(sp_gb18030_to_utf8(cases[i].gb18030, strlen(cases[i].gb18030), &out), 0);
    assert_string_equal(sp_buf_text(&out), cases[i].utf8);
  }
  sp_buf_free(&out);
}

static void replaces_what_has_no_place(void **state) {
  (void)state;
  struct sp_buf out;
  sp_buf_init(&out, 64);
  sp_buf_puts(&out, "> ");
  assert_int_equal(sp_gb18030_from_utf8("a\xFF可\xE5z", 7, &out), 0);
  assert_string_equal(sp_buf_text(&out), "> a?\xBF\xC9?z");
  sp_buf_reset(&out);
  assert_int_equal(sp_gb18030_from_utf8("可\xE5", 4, &out), 0);
  assert_string_equal(sp_buf_text(&out), "\xBF\xC9?");
  sp_buf_reset(&out);
  assert_int_equal(sp_gb18030_to_utf8("\xBF", 1, &out), SP_E_INVALID);
  assert_int_equal(sp_gb18030_to_utf8("a\xFF\xFF", 3, &out), SP_E_INVALID);
  assert_int_equal(sp_gb18030_to_utf8("\xBF\x20", 2, &out), SP_E_INVALID);
  assert_int_equal(out.failed, 0);
  sp_buf_free(&out);
}

static void bounds_conversions(void **state) {
  (void)state;
  static const char one[3] = {'\xE5', '\x8F', '\xAF'};
  char text[3000];
  for (size_t i = 0; i < sizeof text; i += 3)
    memcpy(text + i, one, sizeof one);
  for (size_t max = 0; max < 12; max++) {
    struct sp_buf out;
    sp_buf_init(&out, max);
    assert_int_equal(sp_gb18030_from_utf8(text, 15, &out), max < 10 ? SP_E_LIMIT : 0);
    assert_true(out.len <= max);
    sp_buf_free(&out);
  }
  struct sp_buf wide;
  struct sp_buf back;
  sp_buf_init(&wide, 2000);
  sp_buf_init(&back, sizeof text);
  assert_int_equal(sp_gb18030_from_utf8(text, sizeof text, &wide), 0);
  assert_int_equal(wide.len, 2000);
  assert_int_equal(sp_gb18030_to_utf8(wide.data, wide.len, &back), 0);
  assert_int_equal(back.len, sizeof text);
  assert_memory_equal(back.data, text, sizeof text);
  sp_buf_free(&back);
  sp_buf_init(&back, sizeof text - 1);
  assert_int_equal(sp_gb18030_to_utf8(wide.data, wide.len, &back), SP_E_LIMIT);
  sp_buf_free(&back);
  sp_buf_free(&wide);
}

struct key_case {
  const char *text;
  const char *key;
};

static void makes_pinyin_initials(void **state) {
  (void)state;
  static const struct key_case cases[] = {
      {"可口可乐", "kkkl"},
      {"可口可乐 500ml", "kkkl500ml"},
      {"农夫山泉-天然水", "nfsqtrs"},
      {"Coca-Cola", "cocacola"},
      {"ＡＢＣ１２", "abc12"},
      {"Häagen-Dazs 哈根达斯", "haagendazshgds"},
      {"康师傅(红烧牛肉面)", "ksfhsnrm"},
      {"", ""},
      {"！？ ——", ""},
      {"a\xFF\xE5"
       "b",
       "ab"},
  };
  struct sp_buf out;
  sp_buf_init(&out, 64);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sp_buf_reset(&out);
    assert_int_equal(sp_pinyin_initials(cases[i].text, strlen(cases[i].text), &out), 0);
    assert_string_equal(sp_buf_text(&out), cases[i].key);
  }
  sp_buf_free(&out);
  sp_buf_init(&out, 3);
  assert_int_equal(sp_pinyin_initials("可口可乐", 12, &out), SP_E_LIMIT);
  sp_buf_free(&out);
}

static void folds_for_comparison(void **state) {
  (void)state;
  static const struct key_case cases[] = {
      {"ABC def", "abc def"},
      {"  a   b \t c  ", "a b c"},
      {"ＡＢＣ　１２３！", "abc 123!"},
      {"可口  可乐", "可口 可乐"},
      {"ÄÖ", "ÄÖ"},
      {"", ""},
      {" \t ", ""},
      {"a\xFF", "a\xEF\xBF\xBD"},
  };
  struct sp_buf out;
  sp_buf_init(&out, 64);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    sp_buf_reset(&out);
    assert_int_equal(sp_text_fold(cases[i].text, strlen(cases[i].text), &out), 0);
    assert_string_equal(sp_buf_text(&out), cases[i].key);
  }
  sp_buf_free(&out);
}

static void translates(void **state) {
  (void)state;
  assert_string_equal(sp_tr(SP_LANG_ZH, "%s is required"), "缺少 %s");
  assert_string_equal(sp_tr(SP_LANG_EN, "%s is required"), "%s is required");
  static const char unknown[] = "nobody translated this";
  assert_ptr_equal(sp_tr(SP_LANG_ZH, unknown), unknown);
  assert_string_equal(sp_tr(SP_LANG_ZH, ""), "");
  assert_null(sp_tr(SP_LANG_ZH, NULL));
}

struct lang_case {
  const char *header;
  enum sp_lang lang;
};

static void chooses_the_language(void **state) {
  (void)state;
  static const struct lang_case cases[] = {
      {NULL, SP_LANG_EN},
      {"", SP_LANG_EN},
      {"zh", SP_LANG_ZH},
      {"zh-CN", SP_LANG_ZH},
      {"ZH-hans-CN", SP_LANG_ZH},
      {"zh_CN", SP_LANG_ZH},
      {"zhx", SP_LANG_EN},
      {"en", SP_LANG_EN},
      {"en-GB, zh", SP_LANG_EN},
      {"zh, en", SP_LANG_ZH},
      {"en;q=0.5, zh;q=0.8", SP_LANG_ZH},
      {"en;q=0.8,zh;q=0.5", SP_LANG_EN},
      {"zh-Hans;q=0.8, en", SP_LANG_EN},
      {"zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7", SP_LANG_ZH},
      {"fr, zh;q=0.1", SP_LANG_ZH},
      {"fr;q=1.0", SP_LANG_EN},
      {"zh;q=0", SP_LANG_EN},
      {"zh;q=0.001", SP_LANG_ZH},
      {"en;q=0.001, zh ; q=0.002", SP_LANG_ZH},
      {"zh;q=banana, en;q=0.1", SP_LANG_EN},
      {"*", SP_LANG_EN},
      {",,;,zh", SP_LANG_ZH},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    if (sp_lang_from(cases[i].header) != cases[i].lang) print_error("%s\n", cases[i].header);
    assert_int_equal(sp_lang_from(cases[i].header), cases[i].lang);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decodes_utf8),
      cmocka_unit_test(cuts_between_characters),
      cmocka_unit_test(copies_whole_characters),
      cmocka_unit_test(counts_columns),
      cmocka_unit_test(fits_columns),
      cmocka_unit_test(converts_gb18030_both_ways),
      cmocka_unit_test(replaces_what_has_no_place),
      cmocka_unit_test(bounds_conversions),
      cmocka_unit_test(makes_pinyin_initials),
      cmocka_unit_test(folds_for_comparison),
      cmocka_unit_test(translates),
      cmocka_unit_test(chooses_the_language),
  };
  return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
