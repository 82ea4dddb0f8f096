/* A day at a till with a printer, from the float to the count, and its paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static int open_desk(void **state) {
  int rc = desk_setup(state);
  if (rc) return rc;
  desk_execute(*state, "UPDATE till SET printer = 'tcp:127.0.0.1:9100' WHERE code = 'T02'");
  desk_at(*state, true);
  return 0;
}

static void scan(struct desk *desk, const char *code) {
  char command[128];
  snprintf(command, sizeof command, "{\"do\":\"scan\",\"code\":\"%s\"}", code);
  desk->counter.node.now += 700;
  desk_ok(desk, command);
}

static void tender(struct desk *desk, const char *method, int64_t amount) {
  char command[128];
  snprintf(command, sizeof command, "{\"do\":\"tender\",\"method\":\"%s\",\"amount\":%lld}", method, (long long)amount);
  desk->counter.node.now += 1500;
  desk_ok(desk, command);
}

/* Three goods for cash, one by a wallet: no cash, no drawer. */
static void two_sales(struct desk *desk, char sale[40]) {
  scan(desk, "6900");
  scan(desk, "6903");
  scan(desk, "2000123008356");
  desk_ok(desk, "{\"do\":\"total\"}");
  tender(desk, "cash", 2000);
  assert_true(desk->outcome.print);
  assert_string_equal(desk_text(desk, "last.print"), "queued");
  assert_int_equal(desk_int(desk, "last.change"), 15);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'receipt' AND state = 'queued'"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'drawer'"), 1);
  snprintf(sale, 40, "%s", desk_text(desk, "last.sale"));
  scan(desk, "6902");
  desk_ok(desk, "{\"do\":\"total\"}");
  scan(desk, "134567890123456789");
  tender(desk, "wechat", desk_int(desk, "ask.amount"));
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'drawer'"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'receipt'"), 2);
}

/* Parked, another served, recalled; 29.99 in two ways. */
static void a_parked_sale(struct desk *desk) {
  char command[256];
  scan(desk, "6907");
  desk_ok(desk, "{\"do\":\"park\",\"text\":\"purse\"}");
  scan(desk, "6900");
  desk_ok(desk, "{\"do\":\"total\"}");
  tender(desk, "cash", 300);
  snprintf(command, sizeof command, "{\"do\":\"recall\",\"id\":\"%s\"}", desk_text(desk, "parked[0].id"));
  desk_ok(desk, command);
  desk_refused(desk, "{\"do\":\"shift_close\",\"counted\":0}", SP_E_STATE, "basket");
  desk_ok(desk, "{\"do\":\"total\"}");
  tender(desk, "card", 2000);
  tender(desk, "cash", 3000);
  assert_int_equal(desk_int(desk, "last.change"), 1);
}

/* The bread of the first sale comes back, as it was paid. */
static void a_bread_back(struct desk *desk, const char *sale) {
  char command[256];
  snprintf(command, sizeof command, "{\"do\":\"return\",\"sale\":\"%s\",\"n\":2,\"quantity\":1000,\"reason\":\"hard\"}",
           sale);
  desk_ok(desk, command);
  desk_ok(desk, "{\"do\":\"total\"}");
  assert_string_equal(desk_text(desk, "sale.pay_back[0].method"), "cash");
  tender(desk, "cash", -850);
}

/* What is shown at the close carries what the writer then gives. */
static void shows_its_number(struct desk *desk) {
  char sql[256];
  const char *hash = cJSON_GetStringValue(desk_find(desk->extra, "report.data.hash"));
  assert_non_null(hash);
  assert_int_equal(desk_find(desk->extra, "report.data.number")->valueint, 1);
  char prefix[17]; /* as much as the paper shows */
  snprintf(prefix, sizeof prefix, "%.16s", hash);
  assert_non_null(strstr(cJSON_GetStringValue(desk_find(desk->extra, "report.text")), prefix));
  snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM z_report WHERE number = 1 AND lower(hex(hash)) = '%s'", hash);
  assert_int_equal(desk_scalar(desk, sql), 1);
}

static void the_end(struct desk *desk) {
  /* A second paper needs nobody here, and says that it is one. */
  desk_ok(desk, "{\"do\":\"print\"}");
  desk_ok(desk, "{\"do\":\"print\",\"gift\":true}");
  desk->signer = "2001"; /* the drawer opens for it */
  desk_ok(desk, "{\"do\":\"cash\",\"amount\":1000,\"reason\":\"coins\"}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"report\"}");
  assert_non_null(strstr(cJSON_GetStringValue(desk_find(desk->extra, "report.text")), "T02"));
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "report.print")), "none");
  desk_ok(desk, "{\"do\":\"report\",\"print\":true}");
  assert_true(desk->outcome.print);
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "report.print")), "queued");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'report' AND title = 'X 1'"), 1);
  /* 200.00 + 19.85 + 3.00 + 29.99 − 8.50 + 10.00 */
  desk->counter.node.now += 1000;
  desk_ok(desk, "{\"do\":\"shift_close\",\"counted\":25434}");
  assert_string_equal(desk_text(desk, "step"), "closed");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM z_report"), 1);
  assert_int_equal(
      desk_scalar(desk, "SELECT cash FROM shift WHERE number = 1 AND closed_at IS NOT NULL AND counted = 25434"),
      25434);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM sale"), 5);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'report' AND title = 'Z 1'"), 1);
  shows_its_number(desk);
  counter_agrees(&desk->counter);
}

static void a_day(void **state) {
  struct desk *desk = *state;
  char sale[40];
  desk_look(desk);
  assert_string_equal(desk_text(desk, "step"), "closed");
  desk_ok(desk, "{\"do\":\"shift_open\",\"opening_float\":20000}");
  two_sales(desk, sale);
  a_parked_sale(desk);
  a_bread_back(desk, sale);
  the_end(desk);
}

/* Paper as the setting says. */
static void paper_when_asked(void **state) {
  struct desk *desk = *state;
  assert_int_equal(desk_setting(desk, "till", "{\"print\":\"ask\",\"tenders\":[\"cash\"]}"), 0);
  desk_ok(desk, "{\"do\":\"shift_open\",\"opening_float\":0}");
  desk_refused(desk, "{\"do\":\"print\"}", SP_E_STATE, "sale");
  scan(desk, "6900");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_refused(desk, "{\"do\":\"tender\",\"method\":\"card\",\"amount\":300}", SP_E_INVALID, "method");
  tender(desk, "cash", 300);
  assert_string_equal(desk_text(desk, "last.print"), "none");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'drawer'"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'receipt'"), 0);
  desk_ok(desk, "{\"do\":\"print\"}");
  assert_string_equal(desk_text(desk, "last.print"), "queued");
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'receipt' AND copy = 0"), 1);
  desk->counter.node.now += 1;
  desk_refused(desk, "{\"do\":\"drawer\",\"reason\":\"change\"}", SP_E_DENIED, "approval");
  desk->signer = "2001";
  desk_ok(desk, "{\"do\":\"drawer\",\"reason\":\"change\"}");
  assert_true(desk->outcome.print);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'drawer'"), 2);
}

/* The report of a shift that is over, when somebody asks for it: once, and only by its own till. */
static void a_report_when_asked(void **state) {
  struct desk *desk = *state;
  char command[128];
  assert_int_equal(desk_setting(desk, "till", "{\"print\":\"ask\"}"), 0);
  desk_refused(desk, "{\"do\":\"report\"}", SP_E_STATE, "shift");
  desk_ok(desk, "{\"do\":\"shift_open\",\"opening_float\":0}");
  desk_ok(desk, "{\"do\":\"shift_close\",\"counted\":0}");
  assert_false(desk->outcome.print);
  shows_its_number(desk);
  assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "report.print")), "none");
  snprintf(command, sizeof command, "{\"do\":\"report\",\"print\":true,\"shift\":\"%s\"}",
           cJSON_GetStringValue(desk_find(desk->extra, "report.shift")));
  for (int i = 0; i < 2; i++) {
    desk_ok(desk, command);
    assert_string_equal(cJSON_GetStringValue(desk_find(desk->extra, "report.print")), "queued");
    shows_its_number(desk);
  }
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE kind = 'report'"), 1);
  desk_at(desk, false);
  desk_refused(desk, command, SP_E_NOT_FOUND, "shift");
  desk_refused(desk, "{\"do\":\"report\",\"print\":true}", SP_E_STATE, "printer"); /* T01 has none */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_day, open_desk, desk_teardown),
      cmocka_unit_test_setup_teardown(paper_when_asked, open_desk, desk_teardown),
      cmocka_unit_test_setup_teardown(a_report_when_asked, open_desk, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
