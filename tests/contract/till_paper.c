/* What a till puts on paper: as wide as its printer, weights as they were weighed, and nothing that nobody weighed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"

#include <stdio.h>
#include <string.h>

/* As a node asks the drivers. */
static int columns_of(const char *config) {
  return strstr(config, "narrow") != NULL ? 32 : 42;
}

static int setup(void **state) {
  static struct desk desk;
  desk_open(&desk, NULL);
  desk.counter.node.app.printer = "tcp:printer:9100";
  desk.counter.node.app.columns_of = columns_of;
  *state = &desk;
  return 0;
}

static void sell_bread(struct desk *desk) {
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_pay(desk);
}

/* Does the newest printout hold this text? */
static bool says(struct desk *desk, const char *text) {
  char sql[256];
  snprintf(sql, sizeof sql,
           "SELECT instr(document, '%s') FROM print_job WHERE kind = 'receipt' ORDER BY mark DESC LIMIT 1", text);
  return desk_scalar(desk, sql) > 0;
}

static void as_wide_as_the_paper(void **state) {
  struct desk *desk = *state;
  desk_execute(desk, "UPDATE till SET columns = 0");
  sell_bread(desk);
  assert_true(says(desk, "\"columns\":48"));
  desk_execute(desk, "INSERT INTO device (id, till_id, class, config, updated_at) SELECT 'receipt1', id, 'printer', "
                     "'{\"profile\":\"narrow\"}', 1 FROM till WHERE code = 'T01'");
  sell_bread(desk);
  assert_true(says(desk, "\"columns\":32"));
  desk_execute(desk, "UPDATE till SET columns = 24");
  sell_bread(desk);
  assert_true(says(desk, "\"columns\":24")); /* the till says otherwise */
}

/* A copy at a printer of another width is laid out anew of what is stored. */
static void a_copy_on_other_paper(void **state) {
  struct desk *desk = *state;
  sell_bread(desk);
  desk_execute(desk, "UPDATE print_job SET state = 'done'");
  desk_execute(desk, "UPDATE till SET columns = 32");
  desk_ok(desk, "{\"do\":\"print\"}");
  assert_true(says(desk, "\"columns\":32"));
  assert_true(says(desk, "COPY no. 1"));
  assert_true(says(desk, "T01-000001"));
}

/* A label of 8.35 without a weight: what it weighs follows from today's price, and is said to. */
static void a_price_on_a_label_is_no_weight(void **state) {
  struct desk *desk = *state;
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"2000123008356\"}");
  assert_int_equal(desk_int(desk, "sale.lines[0].computed"), 1);
  assert_int_equal(desk_int(desk, "sale.lines[0].label_amount"), 835);
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"2100123006526\"}"); /* this one was weighed */
  assert_null(desk_find(desk->view, "sale.lines[1].computed"));
  desk_pay(desk);
  assert_true(says(desk, "label price (≈0.652 "));
  assert_false(says(desk, "\"apple  0.652 kg x 12.80\",\"r\":\"8.35\""));
  assert_true(says(desk, "0.652 kg x 12.80"));
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM sale WHERE inputs LIKE '%\"computed\":true%'"), 1);
}

static void tare_and_three_decimals(void **state) {
  struct desk *desk = *state;
  desk_scale(desk, 700, true);
  desk_ok(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":100}");
  desk_pay(desk);
  assert_true(says(desk, "0.600 kg x 12.80"));
  assert_true(says(desk, "Tare weight: 0.100 kg"));
}

/* A scale good for forty grams and more is so for the goods, not for their box. */
static void the_least_is_of_the_goods(void **state) {
  struct desk *desk = *state;
  static const char weigh[] = "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":679}";
  desk_scale(desk, 680, true);
  desk->facts.scale.least = 40;
  desk_refused(desk, weigh, SP_E_DENIED, "approval");
  desk_ok(desk, "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":640}");
  desk->signer = "2001";
  desk_ok(desk, weigh);
  assert_int_equal(desk_int(desk, "sale.lines[1].quantity"), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(as_wide_as_the_paper, setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_copy_on_other_paper, setup, desk_teardown),
      cmocka_unit_test_setup_teardown(a_price_on_a_label_is_no_weight, setup, desk_teardown),
      cmocka_unit_test_setup_teardown(tare_and_three_decimals, setup, desk_teardown),
      cmocka_unit_test_setup_teardown(the_least_is_of_the_goods, setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
