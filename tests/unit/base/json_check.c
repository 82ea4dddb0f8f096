/* The JSON border lets in what RFC 8259 allows and nothing else, and says where it stopped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const valid[] = {
    "0",
    "-0",
    "7",
    "-7",
    "10",
    "9007199254740991",
    "-9007199254740991",
    "0.5",
    "-0.5",
    "1.0",
    "1.50",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "0e0",
    "-0e-0",
    "1.25e10",
    "1e400",
    "123456789012345678.5",
    "99999999999999999999e1",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "\"hello world, this text is longer than eight bytes\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0001\"",
    "\"\\u001f\"",
    "\"\\u0041\"",
    "\"\\u00e9\"",
    "\"\\uABcd\"",
    "\"\\uD83D\\uDE00\"",
    "\"\\ud800\\udc00\"",
    "\"\\uDBFF\\uDFFF\"",
    "\"\\uFFFF\"",
    "\"\\\\u0000\"",
    "\"\x7F\"",
    "\"\xC2\x80\"",
    "\"\xC3\xA9\"",
    "\"可口可乐\"",
    "\"\xF0\x9F\x98\x80\"",
    "\"\xEF\xBF\xBF\"",
    "\"\xED\x9F\xBF\"",
    "\"\xEE\x80\x80\"",
    "\"\xF4\x8F\xBF\xBF\"",
    "\"\xE2\x80\xA8\"",
    "[]",
    "[ ]",
    "[1]",
    "[1,2]",
    "[ 1 , 2 ]",
    "[[],[]]",
    "[[[[]]]]",
    "[{},{}]",
    "[true,false,null,1,\"a\"]",
    "{}",
    "{ }",
    "{\"a\":1}",
    "{ \"a\" : 1 , \"b\" : 2 }",
    "{\"\":0}",
    "{\"a\":{\"a\":{\"a\":1}}}",
    "{\"a\":1,\"A\":2}",
    "{\"a\":[{\"a\":1},{\"a\":1}]}",
    "{\"a\":1,\"b\":{\"a\":1,\"b\":2},\"c\":3}",
    "{\"\\u0061\":1,\"b\":2}",
    "{\"\\ud83d\\ude00\":1,\"\\ud83d\\ude01\":2}",
    " \t\r\n1 \t\r\n",
    "\n[\r\n1\t]\n",
    "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0}",
};

struct invalid {
  const char *text;
  size_t len;         /* 0: strlen */
  const char *field;  /* null: not looked at */
  const char *reason; /* a part of the sentence */
};

static const struct invalid invalid[] = {
    /* nothing, or not a value */
    {"", 0, "", "Line 1, column 1: a value"},
    {" ", 0, "", "column 2: a value"},
    {"\0", 1, "", "a value"},
    {"x", 0, "", "a value"},
    {"'a'", 0, "", "a value"},
    {"undefined", 0, "", "a value"},
    {"NaN", 0, "", "a value"},
    {"Infinity", 0, "", "a value"},
    {"tru", 0, "", "a value"},
    {"True", 0, "", "a value"},
    {"nul", 0, "", "a value"},
    {"falsey", 0, "", "nothing may follow"},
    {"\xEF\xBB\xBF{}", 0, "", "a value"},
    {"// no\n1", 0, "", "a value"},
    {"/* no */ 1", 0, "", "a value"},
    {"\v1", 0, "", "a value"},
    {"\f1", 0, "", "a value"},
    {"\xC2\xA0"
     "1",
     0, "", "a value"},
    /* after the end */
    {"1 2", 0, "", "column 3: nothing may follow"},
    {"{}{}", 0, "", "nothing may follow"},
    {"[] ,", 0, "", "nothing may follow"},
    {"1\0", 2, "", "nothing may follow"},
    {"{}]", 0, "", "nothing may follow"},
    {"\"a\"b", 0, "", "nothing may follow"},
    /* numbers */
    {"-", 0, "", "digit"},
    {"+1", 0, "", "a value"},
    {"--1", 0, "", "digit"},
    {"01", 0, "", "start with 0"},
    {"-01", 0, "", "start with 0"},
    {"00", 0, "", "start with 0"},
    {"0123.5", 0, "", "start with 0"},
    {"1.", 0, "", "digit"},
    {".5", 0, "", "a value"},
    {"1.e3", 0, "", "digit"},
    {"1e", 0, "", "digit"},
    {"1e+", 0, "", "digit"},
    {"1ee3", 0, "", "digit"},
    {"1.2.3", 0, "", "nothing may follow"},
    {"0x10", 0, "", "nothing may follow"},
    {"1_000", 0, "", "nothing may follow"},
    {"1,5", 0, "", "nothing may follow"},
    {"9007199254740992", 0, "", "whole number"},
    {"-9007199254740992", 0, "", "whole number"},
    {"9223372036854775808", 0, "", "whole number"},
    {"10000000000000000", 0, "", "whole number"},
    {"100000000000000000000000000000000000000000000000000000000000000000000000", 0, "", "whole number"},
    {"0.1234567890123456789012345678901234567890123456789012345678901234567890", 0, "", "too many digits"},
    /* strings */
    {"\"", 0, "", "not closed"},
    {"\"abc", 0, "", "not closed"},
    {"\"abcdefghijklmnop", 0, "", "not closed"},
    {"\"\\", 0, "", "not closed"},
    {"\"\\\"", 0, "", "not closed"},
    {"\"\\x41\"", 0, "", "escape"},
    {"\"\\a\"", 0, "", "escape"},
    {"\"\\'\"", 0, "", "escape"},
    {"\"\\U0041\"", 0, "", "escape"},
    {"\"\\\0\"", 4, "", "escape"},
    {"\"\\u\"", 0, "", "hexadecimal"},
    {"\"\\u12\"", 0, "", "hexadecimal"},
    {"\"\\u12g4\"", 0, "", "hexadecimal"},
    {"\"\\u 123\"", 0, "", "hexadecimal"},
    {"\"\\u-123\"", 0, "", "hexadecimal"},
    {"\"\\u0000\"", 0, "", "character zero"},
    {"\"a\\u0000b\"", 0, "", "character zero"},
    {"\"\\ud800\"", 0, "", "surrogate"},
    {"\"\\udc00\"", 0, "", "surrogate"},
    {"\"\\udfff\\ud800\"", 0, "", "surrogate"},
    {"\"\\ud800\\ud800\"", 0, "", "surrogate"},
    {"\"\\ud800\\u0041\"", 0, "", "surrogate"},
    {"\"\\ud800x\"", 0, "", "surrogate"},
    {"\"\\ud800\\n\"", 0, "", "surrogate"},
    {"\"\\ud83d\\ude0\"", 0, "", "surrogate"},
    {"\"\n\"", 0, "", "control"},
    {"\"\t\"", 0, "", "control"},
    {"\"\x01\"", 0, "", "control"},
    {"\"\x1F\"", 0, "", "control"},
    {"\"a\0b\"", 5, "", "control"},
    {"\"eight bytes and then \r\"", 0, "", "control"},
    /* UTF-8 */
    {"\"\x80\"", 0, "", "UTF-8"},
    {"\"\xBF\"", 0, "", "UTF-8"},
    {"\"\xC0\x80\"", 0, "", "UTF-8"},
    {"\"\xC1\xBF\"", 0, "", "UTF-8"},
    {"\"\xC3\"", 0, "", "UTF-8"},
    {"\"\xC3", 0, "", "UTF-8"},
    {"\"\xC3(\"", 0, "", "UTF-8"},
    {"\"\xE0\x80\x80\"", 0, "", "UTF-8"},
    {"\"\xE0\x9F\xBF\"", 0, "", "UTF-8"},
    {"\"\xE4\xB8\"", 0, "", "UTF-8"},
    {"\"\xED\xA0\x80\"", 0, "", "UTF-8"},
    {"\"\xED\xBF\xBF\"", 0, "", "UTF-8"},
    {"\"\xF0\x80\x80\x80\"", 0, "", "UTF-8"},
    {"\"\xF0\x8F\xBF\xBF\"", 0, "", "UTF-8"},
    {"\"\xF0\x9F\x98\"", 0, "", "UTF-8"},
    {"\"\xF4\x90\x80\x80\"", 0, "", "UTF-8"},
    {"\"\xF5\x80\x80\x80\"", 0, "", "UTF-8"},
    {"\"\xFE\"", 0, "", "UTF-8"},
    {"\"\xFF\"", 0, "", "UTF-8"},
    {"\"\xBF\xC9\xBF\xDA\"", 0, "", "UTF-8"}, /* GB18030 by mistake */
    {"{\"\xFF\":1}", 0, "", "UTF-8"},
    /* arrays */
    {"[", 0, "[0]", "a value"},
    {"]", 0, "", "a value"},
    {"[1", 0, "[0]", "comma or ]"},
    {"[1,", 0, "[1]", "a value"},
    {"[1,]", 0, "[1]", "a value"},
    {"[,1]", 0, "[0]", "a value"},
    {"[1,,2]", 0, "[1]", "a value"},
    {"[1 2]", 0, "[0]", "comma or ]"},
    {"[1}", 0, "[0]", "comma or ]"},
    {"[1:2]", 0, "[0]", "comma or ]"},
    {"[[]", 0, "[0]", "comma or ]"},
    /* objects */
    {"{", 0, "", "name"},
    {"}", 0, "", "a value"},
    {"{]", 0, "", "name"},
    {"{1:2}", 0, "", "name"},
    {"{a:1}", 0, "", "name"},
    {"{'a':1}", 0, "", "name"},
    {"{\"a\"}", 0, "a", "colon"},
    {"{\"a\" 1}", 0, "a", "colon"},
    {"{\"a\":}", 0, "a", "a value"},
    {"{\"a\":1", 0, "a", "comma or }"},
    {"{\"a\":1,", 0, "a", "name"},
    {"{\"a\":1,}", 0, "a", "name"},
    {"{,}", 0, "", "name"},
    {"{\"a\":1 \"b\":2}", 0, "a", "comma or }"},
    {"{\"a\":1]", 0, "a", "comma or }"},
    {"{\"a\"::1}", 0, "a", "a value"},
    {"{\"a\",1}", 0, "a", "colon"},
    {"{\"a\":1,,\"b\":2}", 0, "a", "name"},
    {"{null:1}", 0, "", "name"},
    /* names that stand twice */
    {"{\"a\":1,\"a\":1}", 0, "a", "column 8: this name stands twice"},
    {"{\"a\":1,\"b\":2,\"a\":3}", 0, "a", "column 14: this name"},
    {"{\"\":1,\"\":2}", 0, "", "twice"},
    {"{\"a\":1,\"\\u0061\":2}", 0, "a", "twice"},
    {"{\"\\u0061\":1,\"a\":2}", 0, "a", "twice"},
    {"{\"\\/\":1,\"/\":2}", 0, "/", "twice"},
    {"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}", 0, "\xF0\x9F\x98\x80", "twice"},
    {"{\"可\":1,\"\\u53ef\":2}", 0, "可", "twice"},
    {"[{\"x\":{\"a\":1,\"a\":2}}]", 0, "[0].x.a", "twice"},
    {"{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"c\":0,\"a\":0}", 0, "c", "column 56"},
    /* paths, lines and columns */
    {"{\"lines\":[{},{},{},{\"quantity\":01}]}", 0, "lines[3].quantity", "start with 0"},
    {"{\"a\":1,\n\"b\":[1,\n 2,\n  x]}", 0, "b[2]", "Line 4, column 3: a value"},
    {"{\"名\":\"可口可乐\",\"b\":x}", 0, "b", "Line 1, column 17: a value"},
    {"[1,[2,[3,[4,x]]]]", 0, "[1][1][1][1]", "a value"},
    {"{\"a\":{\"b\":{\"c\":tru}}}", 0, "a.b.c", "a value"},
    {"{\"line\\u0073\":[0,-]}", 0, "lines[1]", "digit"},
};

static void lets_in_what_is_valid(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
    struct sp_error err = {.lang = SP_LANG_EN};
    int code = sp_json_check(valid[i], strlen(valid[i]), &err);
    if (code) print_error("refused: %s (%s)\n", valid[i], err.message);
    assert_int_equal(code, 0);
  }
}

static void refuses_what_is_not(void **state) {
  (void)state;
  assert_true(sizeof valid / sizeof valid[0] + sizeof invalid / sizeof invalid[0] >= 200);
  for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
    const struct invalid *item = &invalid[i];
    struct sp_error err = {.lang = SP_LANG_EN};
    size_t len = item->len ? item->len : strlen(item->text);
    int code = sp_json_check(item->text, len, &err);
    if (code != SP_E_INVALID || !strstr(err.message, item->reason) || strcmp(err.field, item->field) != 0)
      print_error("%s: %d, field '%s', %s\n", item->text, code, err.field, err.message);
    assert_int_equal(code, SP_E_INVALID);
    assert_non_null(strstr(err.message, item->reason));
    assert_string_equal(err.field, item->field);
    assert_int_equal(sp_json_check(item->text, len, NULL), SP_E_INVALID);
  }
}

/* A valid document is valid nowhere before its end, except for numbers; each cut is its own allocation so that ASan
 * sees a read past it. */
static void reads_nothing_past_the_end(void **state) {
  (void)state;
  static const char whole[] =
      "{\"a\":[1.5e3,true,false,null,\"\\ud83d\\ude00 \xE5\x8F\xAF\"],\"\\u0062\":{\"c\":\"\"}}";
  for (size_t len = 0; len < sizeof whole - 1; len++) {
    char *cut = malloc(len + 1);
    assert_non_null(cut);
    char *exact = realloc(cut, len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, whole, len);
    assert_int_equal(sp_json_check(exact, len, NULL), SP_E_INVALID);
    free(exact);
  }
  assert_int_equal(sp_json_check(whole, sizeof whole - 1, NULL), 0);
}

static int check_nested(int depth, char open, char close, struct sp_error *err) {
  struct sp_buf text;
  sp_buf_init(&text, 4096);
  for (int i = 0; i < depth; i++)
    sp_buf_puts(&text, open == '{' && i > 0 ? "\"k\":{" : open == '{' ? "{" : "[");
  for (int i = 0; i < depth; i++)
    sp_buf_putc(&text, close);
  assert_int_equal(text.failed, 0);
  int code = sp_json_check(text.data, text.len, err);
  sp_buf_free(&text);
  return code;
}

static void bounds_the_depth(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(check_nested(SP_JSON_DEPTH_MAX, '[', ']', &err), 0);
  assert_int_equal(check_nested(SP_JSON_DEPTH_MAX, '{', '}', &err), 0);
  assert_int_equal(check_nested(SP_JSON_DEPTH_MAX + 1, '[', ']', &err), SP_E_INVALID);
  assert_non_null(strstr(err.message, "nested too deeply"));
  assert_int_equal(check_nested(SP_JSON_DEPTH_MAX + 1, '{', '}', &err), SP_E_INVALID);
  assert_int_equal(check_nested(1000, '[', ']', &err), SP_E_INVALID);
}

/* Many keys take the sorted path and outgrow the checker's own room, in nested objects too. */
static void finds_one_key_among_many(void **state) {
  (void)state;
  struct sp_buf text;
  sp_buf_init(&text, 1 << 22);
  for (int twin = -1; twin < 5000; twin = twin < 0 ? 0 : twin * 3 + 1) {
    sp_buf_reset(&text);
    sp_buf_puts(&text, "{\"outer\":0,\"x\":{");
    for (int i = 0; i < 5000; i++)
      sp_buf_printf(&text, "\"key%d\":{\"key%d\":%d},", i, i, i);
    sp_buf_printf(&text, "\"%s%d\":0},\"last\":0}", twin < 0 ? "other" : "k\\u0065y", twin);
    struct sp_error err = {.lang = SP_LANG_EN};
    int code = sp_json_check(text.data, text.len, &err);
    assert_int_equal(code, twin < 0 ? 0 : SP_E_INVALID);
    if (twin < 0) continue;
    char field[64];
    (void)snprintf(field, sizeof field, "x.key%d", twin);
    assert_string_equal(err.field, field);
  }
  sp_buf_free(&text);
}

static void tells_in_chinese(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_ZH};
  assert_int_equal(sp_json_check("[1,\n]", 5, &err), SP_E_INVALID);
  assert_string_equal(err.message, "第 2 行第 1 列：这里应该是一个值");
  assert_int_equal(err.lang, SP_LANG_ZH);
}

static void cuts_a_long_path(void **state) {
  (void)state;
  static const char text[] = "{\"可口可乐可口可乐可口可乐\":{\"可口可乐可口可乐可口可乐\":x}}";
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_json_check(text, sizeof text - 1, &err), SP_E_INVALID);
  assert_string_equal(err.field, "可口可乐可口可乐可口可乐.可口可乐可口可乐");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lets_in_what_is_valid),      cmocka_unit_test(refuses_what_is_not),
      cmocka_unit_test(reads_nothing_past_the_end), cmocka_unit_test(bounds_the_depth),
      cmocka_unit_test(finds_one_key_among_many),   cmocka_unit_test(tells_in_chinese),
      cmocka_unit_test(cuts_a_long_path),
  };
  return cmocka_run_group_tests_name("base/json_check", tests, NULL, NULL);
}
