/* Reading members: exact integers, bounded text, and errors that name the field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include <cjson/cJSON.h>
#include <string.h>

static struct cJSON *parse(const char *text) {
  struct cJSON *tree = NULL;
  assert_int_equal(sp_json_parse(text, strlen(text), &tree, NULL), 0);
  assert_non_null(tree);
  return tree;
}

struct int_case {
  const char *text;
  int code;
  int64_t value;
};

static void reads_integers_exactly(void **state) {
  (void)state;
  static const struct int_case cases[] = {
      {"{\"n\":0}", 0, 0},
      {"{\"n\":-0}", 0, 0},
      {"{\"n\":42}", 0, 42},
      {"{\"n\":-42}", 0, -42},
      {"{\"n\":4503599627370497}", 0, 4503599627370497},
      {"{\"n\":9007199254740989}", 0, 9007199254740989},
      {"{\"n\":9007199254740990}", 0, 9007199254740990},
      {"{\"n\":9007199254740991}", 0, 9007199254740991},
      {"{\"n\":-9007199254740991}", 0, -9007199254740991},
      {"{\"n\":1.0}", SP_E_INVALID, 0},
      {"{\"n\":1.5}", SP_E_INVALID, 0},
      {"{\"n\":1e3}", SP_E_INVALID, 0},
      {"{\"n\":1E0}", SP_E_INVALID, 0},
      {"{\"n\":1e400}", SP_E_INVALID, 0},
      {"{\"n\":-1e400}", SP_E_INVALID, 0},
      {"{\"n\":9007199254740993.0}", SP_E_INVALID, 0},
      {"{\"n\":\"1\"}", SP_E_INVALID, 0},
      {"{\"n\":true}", SP_E_INVALID, 0},
      {"{\"n\":null}", SP_E_INVALID, 0},
      {"{\"n\":[1]}", SP_E_INVALID, 0},
      {"{\"N\":1}", SP_E_INVALID, 0},
      {"{}", SP_E_INVALID, 0},
      {"[1]", SP_E_INVALID, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_error err = {.lang = SP_LANG_EN};
    struct cJSON *tree = parse(cases[i].text);
    int64_t value = -1;
    int code = sp_json_get_int(tree, "n", SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &value, &err);
    if (code != cases[i].code) print_error("%s gave %d\n", cases[i].text, code);
    assert_int_equal(code, cases[i].code);
    assert_true(value == (code ? -1 : cases[i].value));
    assert_string_equal(err.field, code ? "n" : "");
    sp_json_free(tree);
  }
}

/* Fractions are told from integers by how they were written, wherever they stand. */
static void knows_fractions_in_any_place(void **state) {
  (void)state;
  struct cJSON *tree =
      parse("{\"a\":1,\"b 1.5 \\\" 2e1\":[2,{\"c\":3.0,\"d\":4},\"5.0\",[],{},6e0],\"e\":-7,\"f\":8.0}");
  int64_t value = 0;
  assert_int_equal(sp_json_get_int(tree, "a", SP_REQUIRED, 0, 9, &value, NULL), 0);
  assert_int_equal(sp_json_get_int(tree, "e", SP_REQUIRED, -9, 9, &value, NULL), 0);
  assert_int_equal(value, -7);
  assert_int_equal(sp_json_get_int(tree, "f", SP_REQUIRED, 0, 9, &value, NULL), SP_E_INVALID);
  const struct cJSON *list = sp_json_member(tree, "b 1.5 \" 2e1");
  assert_non_null(list);
  const struct cJSON *inner = cJSON_GetArrayItem(list, 1);
  assert_int_equal(sp_json_get_int(inner, "c", SP_REQUIRED, 0, 9, &value, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_int(inner, "d", SP_REQUIRED, 0, 9, &value, NULL), 0);
  assert_int_equal(value, 4);
  sp_json_free(tree);
}

static void bounds_integers(void **state) {
  (void)state;
  struct cJSON *tree = parse("{\"quantity\":1000}");
  struct sp_error err = {.lang = SP_LANG_EN};
  int64_t value = 0;
  assert_int_equal(sp_json_get_int(tree, "quantity", SP_REQUIRED, 1000, 1000, &value, &err), 0);
  assert_int_equal(sp_json_get_int(tree, "quantity", SP_REQUIRED, 1, 999, &value, &err), SP_E_INVALID);
  assert_string_equal(err.field, "quantity");
  assert_string_equal(err.message, "quantity must be from 1 to 999");
  assert_int_equal(sp_json_get_int(tree, "quantity", SP_REQUIRED, 1001, 2000, &value, &err), SP_E_INVALID);
  err.lang = SP_LANG_ZH;
  assert_int_equal(sp_json_get_int(tree, "price", SP_REQUIRED, 0, 1, &value, &err), SP_E_INVALID);
  assert_string_equal(err.message, "缺少 price");
  sp_json_free(tree);
}

static void leaves_absent_members_alone(void **state) {
  (void)state;
  struct cJSON *tree = parse("{}");
  int64_t number = 5;
  const char *text = "kept";
  bool flag = true;
  const struct cJSON *part = tree;
  int count = 7;
  assert_int_equal(sp_json_get_int(tree, "x", SP_OPTIONAL, 0, 1, &number, NULL), 0);
  assert_int_equal(sp_json_get_text(tree, "x", SP_OPTIONAL, 9, &text, NULL), 0);
  assert_int_equal(sp_json_get_bool(tree, "x", SP_OPTIONAL, &flag, NULL), 0);
  assert_int_equal(sp_json_get_object(tree, "x", SP_OPTIONAL, &part, NULL), 0);
  assert_int_equal(sp_json_get_array(tree, "x", SP_OPTIONAL, 9, &part, &count, NULL), 0);
  assert_true(number == 5 && strcmp(text, "kept") == 0 && flag && part == tree && count == 7);
  assert_int_equal(sp_json_get_text(tree, "x", SP_REQUIRED, 9, &text, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_bool(tree, "x", SP_REQUIRED, &flag, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_object(tree, "x", SP_REQUIRED, &part, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_array(tree, "x", SP_REQUIRED, 9, &part, &count, NULL), SP_E_INVALID);
  sp_json_free(tree);
}

struct text_case {
  const char *text;
  enum sp_need need;
  int code;
  const char *value;
};

static void reads_text(void **state) {
  (void)state;
  static const struct text_case cases[] = {
      {"{\"t\":\"abc\"}", SP_REQUIRED, 0, "abc"},
      {"{\"t\":\"可乐\"}", SP_REQUIRED, 0, "可乐"},
      {"{\"t\":\"\\ud83d\\ude00\"}", SP_REQUIRED, 0, "\xF0\x9F\x98\x80"},
      {"{\"t\":\"1234567\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"可乐a\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"\"}", SP_OPTIONAL, 0, ""},
      {"{\"t\":1}", SP_OPTIONAL, SP_E_INVALID, NULL},
      {"{\"t\":null}", SP_OPTIONAL, SP_E_INVALID, NULL},
      {"{\"t\":\"a\\nb\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"\\u0007\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"\\u007f\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"\\u0085\"}", SP_REQUIRED, SP_E_INVALID, NULL},
      {"{\"t\":\"\\u00a5\"}", SP_REQUIRED, 0, "¥"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_error err = {.lang = SP_LANG_EN};
    struct cJSON *tree = parse(cases[i].text);
    const char *value = NULL;
    int code = sp_json_get_text(tree, "t", cases[i].need, 6, &value, &err);
    if (code != cases[i].code) print_error("%s gave %d\n", cases[i].text, code);
    assert_int_equal(code, cases[i].code);
    if (code)
      assert_string_equal(err.field, "t");
    else
      assert_string_equal(value, cases[i].value);
    sp_json_free(tree);
  }
}

/* A code may hold GS, and nothing else that does not print. */
static void reads_scanned_codes(void **state) {
  (void)state;
  struct cJSON *tree = parse("{\"t\":\"\\u001d01\\u001d\",\"bell\":\"\\u0007\",\"end\":\"\\u001e\"}");
  const char *value = NULL;
  assert_int_equal(sp_json_get_scan(tree, "t", SP_REQUIRED, 4, &value, NULL), 0);
  assert_string_equal(value, "\03501\035");
  assert_int_equal(sp_json_get_scan(tree, "t", SP_REQUIRED, 3, &value, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_text(tree, "t", SP_REQUIRED, 4, &value, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_scan(tree, "bell", SP_REQUIRED, 4, &value, NULL), SP_E_INVALID);
  assert_int_equal(sp_json_get_scan(tree, "end", SP_REQUIRED, 4, &value, NULL), SP_E_INVALID);
  sp_json_free(tree);
}

static void reads_the_other_kinds(void **state) {
  (void)state;
  struct cJSON *tree = parse("{\"yes\":true,\"no\":false,\"o\":{\"a\":1},\"l\":[1,2,3],\"e\":[]}");
  struct sp_error err = {.lang = SP_LANG_EN};
  bool flag = false;
  const struct cJSON *part = NULL;
  int count = -1;
  assert_int_equal(sp_json_get_bool(tree, "yes", SP_REQUIRED, &flag, &err), 0);
  assert_true(flag);
  assert_int_equal(sp_json_get_bool(tree, "no", SP_REQUIRED, &flag, &err), 0);
  assert_false(flag);
  assert_int_equal(sp_json_get_bool(tree, "o", SP_REQUIRED, &flag, &err), SP_E_INVALID);
  assert_int_equal(sp_json_get_object(tree, "o", SP_REQUIRED, &part, &err), 0);
  assert_non_null(sp_json_member(part, "a"));
  assert_int_equal(sp_json_get_object(tree, "l", SP_REQUIRED, &part, &err), SP_E_INVALID);
  assert_int_equal(sp_json_get_array(tree, "l", SP_REQUIRED, 3, &part, &count, &err), 0);
  assert_int_equal(count, 3);
  assert_int_equal(sp_json_get_array(tree, "l", SP_REQUIRED, 2, &part, &count, &err), SP_E_INVALID);
  assert_string_equal(err.field, "l");
  assert_int_equal(sp_json_get_array(tree, "e", SP_REQUIRED, 2, &part, &count, &err), 0);
  assert_int_equal(count, 0);
  assert_int_equal(sp_json_get_array(tree, "o", SP_REQUIRED, 2, &part, &count, &err), SP_E_INVALID);
  sp_json_free(tree);
}

static void refuses_unknown_members(void **state) {
  (void)state;
  static const char *const names[] = {"a", "b", NULL};
  struct sp_error err = {.lang = SP_LANG_EN};
  struct cJSON *tree = parse("{\"b\":1,\"a\":2}");
  assert_int_equal(sp_json_only(tree, names, &err), 0);
  sp_json_free(tree);
  tree = parse("{\"a\":1,\"A\":2}");
  assert_int_equal(sp_json_only(tree, names, &err), SP_E_INVALID);
  assert_string_equal(err.field, "A");
  sp_json_free(tree);
  tree = parse("[\"a\"]");
  assert_int_equal(sp_json_only(tree, names, &err), SP_E_INVALID);
  assert_null(sp_json_member(tree, "a"));
  sp_json_free(tree);
}

static void gives_no_tree_on_error(void **state) {
  (void)state;
  struct cJSON *tree = NULL;
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_json_parse("{\"a\":-01}", 9, &tree, &err), SP_E_INVALID);
  assert_null(tree);
  assert_string_equal(err.field, "a");
  sp_json_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_integers_exactly),
      cmocka_unit_test(knows_fractions_in_any_place),
      cmocka_unit_test(bounds_integers),
      cmocka_unit_test(leaves_absent_members_alone),
      cmocka_unit_test(reads_text),
      cmocka_unit_test(reads_scanned_codes),
      cmocka_unit_test(reads_the_other_kinds),
      cmocka_unit_test(refuses_unknown_members),
      cmocka_unit_test(gives_no_tree_on_error),
  };
  return cmocka_run_group_tests_name("base/json_read", tests, NULL, NULL);
}
