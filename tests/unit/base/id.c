/* Ids: the layout of UUIDv7 (RFC 9562 §5.7) and its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/id.h"
#include <string.h>

static void has_the_layout_of_version_7(void **state) {
  (void)state;
  static const int64_t times[] = {0, 1, 1795323600123, 0xFFFFFFFFFFFF};
  for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
    struct sp_id id;
    assert_int_equal(sp_id_new(times[i], &id), 0);
    uint64_t ms = 0;
    for (int k = 0; k < 6; k++)
      ms = ms << 8 | id.bytes[k];
    assert_true(ms == (uint64_t)times[i]);
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_int_equal(id.bytes[8] >> 6, 2);
    assert_false(sp_id_is_nil(&id));
  }
}

/* Every random bit takes both values within a few hundred ids, the fixed ones never change, and ids sort by time. */
static void is_random_and_sorts_by_time(void **state) {
  (void)state;
  struct sp_id ones = {{0}};
  struct sp_id zeros = {{0}};
  struct sp_id last = {{0}};
  for (int round = 0; round < 500; round++) {
    struct sp_id id;
    assert_int_equal(sp_id_new(1795323600000 + round, &id), 0);
    assert_true(memcmp(last.bytes, id.bytes, SP_ID_LEN) < 0);
    last = id;
    for (int i = 6; i < SP_ID_LEN; i++) {
      ones.bytes[i] |= id.bytes[i];
      zeros.bytes[i] = (uint8_t)(zeros.bytes[i] | ~id.bytes[i]);
    }
  }
  for (int i = 6; i < SP_ID_LEN; i++) {
    uint8_t fixed = i == 6 ? 0xF0 : i == 8 ? 0xC0 : 0;
    assert_int_equal((ones.bytes[i] & zeros.bytes[i]) | fixed, 0xFF);
    assert_int_equal(ones.bytes[i] & zeros.bytes[i] & fixed, 0);
  }
}

static void reads_what_it_writes(void **state) {
  (void)state;
  for (int round = 0; round < 1000; round++) {
    struct sp_id id;
    struct sp_id back;
    char text[SP_ID_TEXT];
    assert_int_equal(sp_id_new(1795323600000, &id), 0);
    sp_id_format(&id, text);
    assert_int_equal(strlen(text), 36);
    assert_int_equal(sp_id_parse(text, &back), 0);
    assert_true(sp_id_equal(&id, &back));
  }
  struct sp_id upper;
  char text[SP_ID_TEXT];
  assert_int_equal(sp_id_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &upper), 0);
  sp_id_format(&upper, text);
  assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  assert_int_equal(sp_id_parse("00000000-0000-0000-0000-000000000000", &upper), 0);
  assert_true(sp_id_is_nil(&upper));
}

static void refuses_other_forms(void **state) {
  (void)state;
  static const char *const forms[] = {
      "",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
      "017f22e279b07cc398c4dc0c0c07398f",
      "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
      "017f22e2_79b0-7cc3-98c4-dc0c0c07398f",
      "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
      " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
      "017f22e2-79b0-7cc3-98c4-dc0c0c0739 f",
      "------------------------------------",
  };
  struct sp_id id = {{1}};
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
    assert_int_equal(sp_id_parse(forms[i], &id), SP_E_INVALID);
  assert_int_equal(sp_id_parse(NULL, &id), SP_E_INVALID);
  assert_int_equal(id.bytes[0], 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_the_layout_of_version_7),
      cmocka_unit_test(is_random_and_sorts_by_time),
      cmocka_unit_test(reads_what_it_writes),
      cmocka_unit_test(refuses_other_forms),
  };
  return cmocka_run_group_tests_name("base/id", tests, NULL, NULL);
}
