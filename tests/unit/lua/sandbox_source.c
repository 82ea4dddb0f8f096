/* The look at a source before it is compiled: what is refused, and what the budget has to know. */
#include "kit.h"
#include "lua/impl.h"

static int look(const char *text, struct sp_lua_source *out, struct sp_error *err) {
  const struct sp_rule_source source = {.file = "a/b.lua", .text = text, .len = strlen(text)};
  return sp_lua_source_read(&source, out, err);
}

static void what_is_refused(void **state) {
  static const struct {
    const char *text, *said;
  } cases[] = {
      {"local a = ...", "a/b.lua:1: a rule has no '...'"},
      {"\n\nlocal function f(...) end", "a/b.lua:3: a rule has no '...'"},
      {"-- a\n--[[ b\n]] x = '\\0'", "a/b.lua:3: a text has no zero bytes"},
      {"x = 'a\\000b'", "zero bytes"},
      {"x = \"\\x00\"", "zero bytes"},
      {"x = '\\u{0}'", "zero bytes"},
      {"r.params = { a = '\\0' }", "zero bytes"},
  };
  static const char *const fine[] = {"-- ... \\0",
                                     "--[==[ ... ]] ]==] x = 1",
                                     "x = 'three ...'",
                                     "x = [[ \\0 ... ]]",
                                     "x = '\\\\0'",
                                     "x = '\\10\\x10\\u{10}'",
                                     "x = a .. b",
                                     "x = 1 ..2",
                                     "x = '\\'... \\'' ",
                                     "x = {} --",
                                     "",
                                     "x = '...",
                                     "x = [==[ ...",
                                     "--[[ ..."};
  struct sp_lua_source out;
  struct sp_error err = {.lang = SP_LANG_EN};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(look(cases[i].text, &out, &err), SP_E_RULE);
    if (!strstr(err.message, cases[i].said)) fail_msg("%s: %s", cases[i].text, err.message);
  }
  for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
    if (look(fine[i], &out, &err)) fail_msg("%s: %s", fine[i], err.message);
    sp_lua_source_free(&out);
  }
  const struct sp_rule_source zero = {.file = "a/b.lua", .text = "x\0y", .len = 3};
  assert_int_equal(sp_lua_source_read(&zero, &out, &err), SP_E_RULE);
}

static void where_texts_are_joined(void **state) {
  struct sp_lua_source out;
  (void)state;
  assert_int_equal(look("x = 1\ny = a .. b .. c\n-- ..\nz = '..' .. d\nfunction f()\n  return 1\nend\n", &out, NULL),
                   0);
  assert_int_equal(out.join_count, 2);
  assert_true(sp_lua_source_joins(&out, 1, 2));
  assert_true(sp_lua_source_joins(&out, 3, 4));
  assert_false(sp_lua_source_joins(&out, 5, 7));
  assert_true(sp_lua_source_joins(&out, 0, -1));
  sp_lua_source_free(&out);
}

static void what_makes_floats(void **state) {
  static const char *const floats[] = {"x = 1.5",   "x = .5",    "x = 1e3",
                                       "x = 0x1p4", "x = a / b", "x = a ^ 2",
                                       "x = 3.",    "x = 1e-3",  "x = 99999999999999999999"};
  static const char *const none[] = {"x = 15",      "x = 0xE3", "x = a // b",
                                     "x = 'a / b'", "x = a.b",  "x = 123456789012345678"};
  struct sp_lua_source out;
  (void)state;
  for (size_t i = 0; i < sizeof floats / sizeof floats[0]; i++) {
    assert_int_equal(look(floats[i], &out, NULL), 0);
    if (!out.floats) fail_msg("%s", floats[i]);
    sp_lua_source_free(&out);
  }
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    assert_int_equal(look(none[i], &out, NULL), 0);
    if (out.floats) fail_msg("%s", none[i]);
    sp_lua_source_free(&out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_refused),
      cmocka_unit_test(where_texts_are_joined),
      cmocka_unit_test(what_makes_floats),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
