#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/barcode.h"
#include "tests/unit/random.h"
#include <string.h>

static void test_gtin(void **state) {
  (void)state;
  static const char *const good[] = {"6901234567892", "4006381333931", "96385074", "036000291452", "10614141000415"};
  static const char *const bad[] = {"6901234567893",       "", "690123456789", "69012345678921", "690123456789x",
                                    "12345678901234567890"};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
    assert_true(sp_barcode_is_gtin(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    assert_false(sp_barcode_is_gtin(bad[i]));
  assert_int_equal(sp_barcode_check_digit("690123456789", 12), '2');
  assert_int_equal(sp_barcode_check_digit("69012345678a", 12), 0);
  assert_int_equal(sp_barcode_check_digit("690", 12), 0); /* shorter than it says */
  assert_int_equal(sp_barcode_check_digit("", 0), 0);
}

/* One wrong digit is always noticed: that is what the digit is for. */
static void property_one_wrong_digit(void **state) {
  (void)state;
  struct random random = random_start("a single wrong digit is noticed");
  for (int i = 0; i < CASES; i++) {
    char text[14];
    for (int k = 0; k < 12; k++)
      text[k] = (char)('0' + random_next(&random) % 10);
    text[12] = sp_barcode_check_digit(text, 12);
    text[13] = '\0';
    assert_true(sp_barcode_is_gtin(text));
    size_t at = random_next(&random) % 13;
    text[at] = (char)('0' + ((unsigned)(text[at] - '0') + 1 + random_next(&random) % 9) % 10);
    assert_false(sp_barcode_is_gtin(text));
  }
}

static void test_valid(void **state) {
  (void)state;
  char text[SP_BARCODE_MAX + 2];
  memset(text, 'A', sizeof text);
  text[SP_BARCODE_MAX + 1] = '\0';
  assert_false(sp_barcode_valid(text));
  text[SP_BARCODE_MAX] = '\0';
  assert_true(sp_barcode_valid(text));
  assert_true(sp_barcode_valid("ABC-123/4"));
  assert_false(sp_barcode_valid(""));
  assert_false(sp_barcode_valid("12 34"));
  assert_false(sp_barcode_valid("12\n34"));
  assert_false(sp_barcode_valid("价格"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gtin),
      cmocka_unit_test(property_one_wrong_digit),
      cmocka_unit_test(test_valid),
  };
  return cmocka_run_group_tests_name("barcode", tests, NULL, NULL);
}
