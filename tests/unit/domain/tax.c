#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "domain/money.h"
#include "domain/tax.h"
#include "tests/unit/random.h"

__extension__ typedef __int128 wide;

static void test_known(void **state) {
  (void)state;
  static const struct {
    int64_t paid;
    int32_t ppm;
    int64_t tax;
  } cases[] = {
      {11300, 130000, 1300},   {10900, 90000, 900}, {10600, 60000, 600}, {10300, 30000, 300},
      {10100, 10000, 100},     {100, 130000, 12},   {0, 130000, 0},      {999, 0, 0},
      {-11300, 130000, -1300}, {1, 1000000, 1}, /* half a fen, away from zero */
      {-1, 1000000, -1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t tax = 99;
    assert_int_equal(sp_tax_included(cases[i].paid, cases[i].ppm, &tax), 0);
    assert_int_equal(tax, cases[i].tax);
  }
  int64_t tax = 0;
  assert_int_equal(sp_tax_included(100, -1, &tax), SP_E_INVALID);
  assert_int_equal(sp_tax_included(100, SP_PPM + 1, &tax), SP_E_INVALID);
}

/* Each line within half a fen of the exact tax, a refund the mirror of its sale, and net + tax = paid in every sum. */
static void property_split_is_exact(void **state) {
  (void)state;
  struct random random = random_start("tax and net make what was paid");
  static const int32_t rates[] = {0, 10000, 30000, 60000, 90000, 130000, 200000, 175000};
  for (int i = 0; i < CASES; i++) {
    int64_t paid_sum = 0;
    int64_t net_sum = 0;
    int64_t tax_sum = 0;
    int lines = (int)random_between(&random, 1, 12);
    for (int line = 0; line < lines; line++) {
      int64_t paid = random_amount(&random, 100000000000);
      int32_t ppm =
          random_next(&random) & 1 ? rates[random_next(&random) % 8] : (int32_t)random_between(&random, 0, SP_PPM);
      int64_t tax = -1;
      int64_t mirrored = 1;
      assert_int_equal(sp_tax_included(paid, ppm, &tax), 0);
      assert_int_equal(sp_tax_included(-paid, ppm, &mirrored), 0);
      assert_int_equal(mirrored, -tax);
      assert_true(tax >= 0 && tax <= paid);
      wide off = ((wide)tax * (SP_PPM + ppm) - (wide)paid * ppm) * 2;
      assert_true(off <= SP_PPM + ppm && -off <= SP_PPM + ppm);
      paid_sum += paid;
      tax_sum += tax;
      net_sum += paid - tax;
    }
    assert_int_equal(net_sum + tax_sum, paid_sum);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known),
      cmocka_unit_test(property_split_is_exact),
  };
  return cmocka_run_group_tests_name("tax", tests, NULL, NULL);
}
