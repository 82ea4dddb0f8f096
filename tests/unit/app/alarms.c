/* Rules of paper that fail: who, why, and until when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/alarms.h"
#include <string.h>

#define FAILS                                                                                                          \
  "[{\"campaign\":\"C1\",\"rule\":\"shop.paper\",\"outcome\":\"error\",\"why\":\"paper.lua:3: no such thing\"}]"
#define ANSWERS "[{\"campaign\":\"C1\",\"rule\":\"shop.paper\",\"outcome\":\"answered\"}]"
#define ONE_OF_2                                                                                                       \
  "[{\"campaign\":\"C1\",\"rule\":\"shop.paper\",\"outcome\":\"answered\"},"                                           \
  "{\"campaign\":\"C2\",\"rule\":\"shop.paper\",\"outcome\":\"error\",\"why\":\"again\"}]"
#define ANOTHER "[{\"campaign\":\"C3\",\"rule\":\"shop.other\",\"outcome\":\"answered\"}]"

static void told(struct sp_alarms *alarms, const char *trace, int failed, int64_t now) {
  sp_alarms_paper(alarms, trace, strlen(trace), failed, now);
}

static void expect(struct sp_alarms *alarms, const char *rule, bool failing, const char *why) {
  struct sp_paper_rule at;
  int index = 0, count = 0;
  while (sp_alarms_paper_at(alarms, &index, &at)) {
    if (strcmp(at.rule, rule) != 0) continue;
    assert_int_equal(at.failing, failing);
    if (why) assert_string_equal(at.why, why);
    count++;
  }
  assert_int_equal(count, 1);
}

static void a_rule_fails_until_it_answers(void **state) {
  (void)state;
  struct sp_alarms *alarms = NULL;
  struct sp_paper_rule at;
  int index = 0;
  assert_int_equal(sp_alarms_new(&alarms), 0);
  told(alarms, ANSWERS, 0, 1000);
  assert_false(sp_alarms_paper_at(alarms, &index, &at)); /* nothing to tell of */
  told(alarms, FAILS, 1, 2000);
  told(alarms, FAILS, 1, 3000);
  expect(alarms, "shop.paper", true, "paper.lua:3: no such thing");
  assert_int_equal(sp_alarms_count(alarms, "shop.paper"), 2);
  told(alarms, ANOTHER, 0, 4000); /* it was not asked: nobody knows */
  expect(alarms, "shop.paper", true, NULL);
  told(alarms, ONE_OF_2, 1, 5000);
  expect(alarms, "shop.paper", true, "again");
  told(alarms, ANSWERS, 0, 6000);
  expect(alarms, "shop.paper", false, NULL);
  told(alarms, FAILS, 1, 7000);
  expect(alarms, "shop.paper", true, NULL);
  told(alarms, ANOTHER, 0, 7000 + SP_ALARM_UNASKED_MS); /* it is no rule any more */
  expect(alarms, "shop.paper", false, NULL);
  sp_alarms_free(alarms);
}

static void the_hook_itself(void **state) {
  (void)state;
  struct sp_alarms *alarms = NULL;
  char why[400];
  memset(why, 'x', sizeof why);
  why[sizeof why - 1] = '\0';
  assert_int_equal(sp_alarms_new(&alarms), 0);
  sp_alarms_paper_lost(alarms, "receipt.layout", why, 1000);
  why[SP_ALARM_WHY_MAX] = '\0';
  expect(alarms, "receipt.layout", true, why);
  told(alarms, ANOTHER, 0, 2000); /* it came about */
  expect(alarms, "receipt.layout", false, NULL);
  sp_alarms_add(alarms, "shop.price", "C9", "not of paper", 3000);
  int index = 0, count = 0;
  struct sp_paper_rule at;
  while (sp_alarms_paper_at(alarms, &index, &at))
    count++;
  assert_int_equal(count, 1);
  sp_alarms_free(alarms);
  told(NULL, FAILS, 1, 1);
  assert_false(sp_alarms_paper_at(NULL, &index, &at));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_rule_fails_until_it_answers),
                                     cmocka_unit_test(the_hook_itself)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
