/* Errors: codes, sentences in two languages, fields and their prefixes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"
#include <string.h>

static void fills_every_part(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_fail(&err, SP_E_INVALID, "quantity", "%s must be from %lld to %lld", "quantity", 1LL, 9LL),
                   SP_E_INVALID);
  assert_int_equal(err.code, SP_E_INVALID);
  assert_string_equal(err.field, "quantity");
  assert_string_equal(err.origin, "fills_every_part");
  assert_string_equal(err.message, "quantity must be from 1 to 9");
  assert_int_equal(sp_fail(&err, SP_E_IO, NULL, "100%% of nothing"), SP_E_IO);
  assert_string_equal(err.field, "");
  assert_string_equal(err.message, "100% of nothing");
}

static void speaks_chinese(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_ZH};
  sp_fail(&err, SP_E_INVALID, "price", "%s must be from %lld to %lld", "price", 1LL, 9LL);
  assert_string_equal(err.message, "price 必须在 1 到 9 之间");
  sp_fail(&err, SP_E_INVALID, "price", "no translation of %d", 5);
  assert_string_equal(err.message, "no translation of 5");
  assert_int_equal(sp_error_nomem(&err, "here"), SP_E_NOMEM);
  assert_string_equal(err.message, "内存不足");
  assert_string_equal(err.origin, "here");
  assert_int_equal(err.lang, SP_LANG_ZH);
}

static void allows_no_error(void **state) {
  (void)state;
  assert_int_equal(sp_fail(NULL, SP_E_BUSY, "x", "busy"), SP_E_BUSY);
  assert_int_equal(sp_error_nomem(NULL, "here"), SP_E_NOMEM);
  sp_error_prefix(NULL, "x");
}

/* Long sentences and fields end at a character, wherever the cut falls. */
static void cuts_at_characters(void **state) {
  (void)state;
  for (int shift = 0; shift < 4; shift++) {
    char text[900];
    memset(text, 'a', 4);
    size_t len = (size_t)shift;
    while (len + 3 < sizeof text) {
      memcpy(text + len, "\xE5\x8F\xAF", 3);
      len += 3;
    }
    text[len] = '\0';
    struct sp_error err = {.lang = SP_LANG_EN};
    sp_fail(&err, SP_E_INVALID, text, "%s", text);
    size_t message = strlen(err.message);
    size_t field = strlen(err.field);
    assert_true(message >= sizeof err.message - 4 && message < sizeof err.message);
    assert_true(field >= sizeof err.field - 4 && field < sizeof err.field);
    assert_true(sp_utf8_valid(err.message, message));
    assert_true(sp_utf8_valid(err.field, field));
    assert_memory_equal(err.message, text, message);
  }
}

static void may_be_given_its_own_parts(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_EN};
  sp_fail(&err, SP_E_INVALID, "field", "first");
  sp_fail(&err, SP_E_CONFLICT, err.field, "second after %s at %s", err.message, err.origin);
  assert_string_equal(err.field, "field");
  assert_string_equal(err.message, "second after first at may_be_given_its_own_parts");
}

struct prefix_case {
  const char *field;
  const char *prefix;
  const char *whole;
};

static void prefixes_fields(void **state) {
  (void)state;
  static const struct prefix_case cases[] = {
      {"quantity", "lines[3]", "lines[3].quantity"},
      {"quantity", "lines[3].", "lines[3].quantity"},
      {"", "lines[3]", "lines[3]"},
      {"", "lines[3].", "lines[3]"},
      {"[2]", "lines", "lines[2]"},
      {"a.b", "c", "c.a.b"},
      {"x", "", "x"},
      {"tail", "0123456789012345678901234567890123456789012345678901234567890123456789",
       "012345678901234567890123456789012345678901234567890123456789012"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_error err = {.lang = SP_LANG_EN};
    sp_fail(&err, SP_E_INVALID, cases[i].field, "wrong");
    sp_error_prefix(&err, cases[i].prefix);
    assert_string_equal(err.field, cases[i].whole);
  }
}

static void names_every_code(void **state) {
  (void)state;
  int seen = 0;
#define XX(name, value, wire)                                                                                          \
  assert_string_equal(sp_code_name(SP_E_##name), wire);                                                                \
  assert_int_equal(SP_E_##name, --seen);
  SP_ERROR_MAP(XX)
#undef XX
  assert_string_equal(sp_code_name(0), "ok");
  assert_string_equal(sp_code_name(seen - 1), "unknown");
  assert_string_equal(sp_code_name(1), "unknown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills_every_part),
      cmocka_unit_test(speaks_chinese),
      cmocka_unit_test(allows_no_error),
      cmocka_unit_test(cuts_at_characters),
      cmocka_unit_test(may_be_given_its_own_parts),
      cmocka_unit_test(prefixes_fields),
      cmocka_unit_test(names_every_code),
  };
  return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}
