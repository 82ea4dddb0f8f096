/* A till of mode "self": every command there is, tried by a customer. One that nobody thought of fails here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/desk.h"
#include <stdio.h>
#include <string.h>

/* What stands for the sale that was before, and for a basket that somebody parked elsewhere. */
#define SALE   "SALESALESALESALESALESALESALESALESALE"
#define PARKED "PARKPARKPARKPARKPARKPARKPARKPARKPARK"

enum alone { REFUSED = 1, ALLOWED, ELSE /* refused for another reason than who asks */ };

struct trial {
  enum alone alone;
  const char *command;
};

/* At a sale of two lines, after one that somebody else made. */
static const struct trial trials[SP_TILL_DO_COUNT][4] = {
    [SP_TILL_SCAN] = {{ALLOWED, "{\"do\":\"scan\",\"code\":\"6900\"}"},
                      {REFUSED, "{\"do\":\"scan\",\"code\":\"R-T01-000001\"}"},
                      {ALLOWED, "{\"do\":\"scan\",\"code\":\"S-1002\"}"}},
    [SP_TILL_ADD] = {{ALLOWED, "{\"do\":\"add\",\"code\":\"cola\"}"}},
    [SP_TILL_QUANTITY] = {{ALLOWED, "{\"do\":\"quantity\",\"n\":1,\"quantity\":9000}"},
                          {REFUSED, "{\"do\":\"quantity\",\"n\":1,\"quantity\":1000}"}},
    [SP_TILL_VOID] = {{REFUSED, "{\"do\":\"void\",\"n\":1}"}},
    [SP_TILL_WEIGH] = {{REFUSED, "{\"do\":\"weigh\",\"code\":\"apple\",\"quantity\":1,\"text\":\"x\"}"},
                       {REFUSED, "{\"do\":\"weigh\",\"code\":\"apple\",\"tare\":10}"}},
    [SP_TILL_DISCOUNT] = {{REFUSED, "{\"do\":\"discount\",\"percent\":10000,\"reason\":\"x\"}"},
                          {REFUSED, "{\"do\":\"discount\",\"n\":1,\"amount\":1,\"reason\":\"x\"}"}},
    [SP_TILL_MEMBER] = {{ALLOWED, "{\"do\":\"member\",\"text\":\"13800005678\"}"}},
    [SP_TILL_COUPON] = {{ELSE, "{\"do\":\"coupon\",\"text\":\"NOSUCH\"}"}},
    [SP_TILL_CHOICE] = {{ALLOWED, "{\"do\":\"choice\",\"campaign\":\"NOSUCH\",\"code\":\"cola\"}"}},
    [SP_TILL_CONFIRM] = {{REFUSED, "{\"do\":\"confirm\",\"text\":\"age18\"}"}},
    [SP_TILL_NOTE] = {{REFUSED, "{\"do\":\"note\",\"n\":1,\"text\":\"x\"}"}},
    [SP_TILL_SELLER] = {{REFUSED, "{\"do\":\"seller\",\"n\":1,\"seller\":\"1002\"}"}},
    [SP_TILL_PARK] = {{REFUSED, "{\"do\":\"park\"}"}},
    [SP_TILL_RECALL] = {{REFUSED, "{\"do\":\"recall\",\"id\":\"" PARKED "\"}"}},
    [SP_TILL_CANCEL] = {{REFUSED, "{\"do\":\"cancel\"}"}},
    [SP_TILL_TOTAL] = {{ALLOWED, "{\"do\":\"total\"}"}},
    [SP_TILL_BACK] = {{ALLOWED, "{\"do\":\"back\"}"}},
    [SP_TILL_TENDER] = {{REFUSED, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":300}"},
                        {ELSE, "{\"do\":\"tender\",\"method\":\"cash\",\"amount\":300}"}},
    [SP_TILL_RELEASE] = {{ELSE, "{\"do\":\"release\"}"}},
    [SP_TILL_RETURN] = {{REFUSED,
                         "{\"do\":\"return\",\"sale\":\"" SALE "\",\"n\":1,\"quantity\":1000,\"reason\":\"x\"}"}},
    [SP_TILL_FIND_SALE] = {{REFUSED, "{\"do\":\"find_sale\",\"receipt\":\"T01-000001\"}"},
                           {REFUSED, "{\"do\":\"find_sale\",\"receipt\":\"T01-999999\"}"}},
    [SP_TILL_NEXT] = {{ALLOWED, "{\"do\":\"next\"}"}},
    [SP_TILL_PRICE] = {{ALLOWED, "{\"do\":\"price\",\"code\":\"6900\"}"}},
    [SP_TILL_SEARCH] = {{ALLOWED, "{\"do\":\"search\",\"q\":\"c\"}"}},
    [SP_TILL_SHIFT_OPEN] = {{REFUSED, "{\"do\":\"shift_open\",\"opening_float\":0}"}},
    [SP_TILL_SHIFT_CLOSE] = {{ELSE, "{\"do\":\"shift_close\",\"counted\":0}"}}, /* the sale is open: see below */
    [SP_TILL_CASH] = {{REFUSED, "{\"do\":\"cash\",\"amount\":100,\"reason\":\"x\"}"},
                      {ELSE, "{\"do\":\"cash\",\"amount\":-100,\"reason\":\"x\"}"}},
    [SP_TILL_REPORT] = {{REFUSED, "{\"do\":\"report\"}"}},
    [SP_TILL_PRINT] = {{REFUSED, "{\"do\":\"print\",\"sale\":\"" SALE "\"}"},
                       {REFUSED, "{\"do\":\"print\",\"sale\":\"" SALE "\",\"gift\":true}"},
                       {REFUSED, "{\"do\":\"print\",\"sale\":\"" SALE "\",\"copy\":true}"},
                       {REFUSED, "{\"do\":\"print\"}"}},
    [SP_TILL_DRAWER] = {{REFUSED, "{\"do\":\"drawer\",\"reason\":\"x\"}"}},
    [SP_TILL_LOCK] = {{REFUSED, "{\"do\":\"lock\"}"}},
    [SP_TILL_UNLOCK] = {{ELSE, "{\"do\":\"unlock\",\"pin\":\"0000\"}"}},
    [SP_TILL_CALL] = {{ALLOWED, "{\"do\":\"call\",\"on\":true}"}},
    [SP_TILL_TARE] = {{REFUSED, "{\"do\":\"tare\"}"}},
    [SP_TILL_ZERO] = {{REFUSED, "{\"do\":\"zero\"}"}},
    [SP_TILL_ACK_ALARM] = {{REFUSED, "{\"do\":\"ack_alarm\",\"id\":\"" SALE "\"}"}},
};

static void put(char *text, const char *mark, const char *id) {
  char *at = strstr(text, mark);
  if (at != NULL) memcpy(at, id, strlen(id));
}

static void try(struct desk *desk, const struct trial *trial, const char *sale, const char *parked) {
  char text[256];
  snprintf(text, sizeof text, "%s", trial->command);
  put(text, SALE, sale);
  put(text, PARKED, parked);
  int rc = desk_do(desk, text);
  const struct sp_error *error = &desk->counter.error;
  bool refused = rc == SP_E_DENIED && strcmp(error->field, "approval") == 0;
  enum alone found = rc == 0 ? ALLOWED : refused ? REFUSED : ELSE;
  if (found != trial->alone) fail_msg("%s: %d %s %s", text, rc, error->field, rc != 0 ? error->message : "");
}

/* A sale of before, a basket with somebody's name on it, and then the till is a self-checkout with two lines. */
static void prepare(struct desk *desk, char sale[SP_ID_TEXT], char parked[SP_ID_TEXT]) {
  desk_execute(desk, "UPDATE till SET printer = 'tcp:127.0.0.1:9100' WHERE code = 'T01'");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":300}");
  snprintf(sale, SP_ID_TEXT, "%s", desk_text(desk, "last.sale"));
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"park\",\"text\":\"Ms Wang 13800005678\"}");
  assert_string_equal(desk_text(desk, "parked[0].label"), "Ms Wang 13800005678");
  snprintf(parked, SP_ID_TEXT, "%s", desk_text(desk, "parked[0].id"));
  desk_execute(desk, "UPDATE till SET mode = 'self' WHERE code = 'T01'");
  desk_scale(desk, 500, true);
}

static void customers_alone(void **state) {
  struct desk *desk = *state;
  char sale[SP_ID_TEXT], parked[SP_ID_TEXT];
  prepare(desk, sale, parked);
  for (int kind = 0; kind < SP_TILL_DO_COUNT; kind++) {
    const char *name = sp_till_do_name((enum sp_till_do)kind);
    if (trials[kind][0].command == NULL) fail_msg("may a customer %s? Say it in runtime/app/till.c and here", name);
    for (int i = 0; i < 4 && trials[kind][i].command != NULL; i++) {
      desk_execute(desk, "UPDATE till_state SET step = 'sale', ask = '', locked = 0, basket_id = NULL; "
                         "UPDATE basket SET state = 'cancelled' WHERE state = 'open'");
      desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\",\"quantity\":2000}");
      desk_ok(desk, "{\"do\":\"add\",\"code\":\"bread\"}");
      if (kind == SP_TILL_TENDER) desk_ok(desk, "{\"do\":\"total\"}");
      try(desk, &trials[kind][i], sale, parked);
    }
  }
}

/* Whose basket it is stands in no customer's section; somebody of the staff may still go on with it. */
static void names_of_others(void **state) {
  struct desk *desk = *state;
  char sale[SP_ID_TEXT], parked[SP_ID_TEXT], command[128];
  prepare(desk, sale, parked);
  desk_look(desk);
  assert_string_equal(desk_text(desk, "parked[0].label"), "");
  desk->signer = "1002";
  snprintf(command, sizeof command, "{\"do\":\"recall\",\"id\":\"%s\"}", parked);
  desk_ok(desk, command);
  assert_int_equal(desk_int(desk, "sale.total"), 300);
}

/* The receipt of the sale on the screen is the customer's; the next one's is not. */
static void the_own_receipt(void **state) {
  struct desk *desk = *state;
  char sale[SP_ID_TEXT], parked[SP_ID_TEXT];
  prepare(desk, sale, parked);
  assert_int_equal(desk_setting(desk, "till", "{\"print\":\"ask\"}"), 0);
  desk_ok(desk, "{\"do\":\"add\",\"code\":\"cola\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk->signer = "1002";
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":300}");
  desk->signer = NULL;
  desk_ok(desk, "{\"do\":\"print\"}");
  desk_ok(desk, "{\"do\":\"next\"}");
  desk_refused(desk, "{\"do\":\"print\"}", SP_E_DENIED, "approval");
}

static void shifts_are_the_staffs(void **state) {
  struct desk *desk = *state;
  desk_execute(desk, "UPDATE till SET mode = 'self'");
  desk_refused(desk, "{\"do\":\"shift_close\",\"counted\":0}", SP_E_DENIED, "approval");
  desk_at(desk, true);
  desk_refused(desk, "{\"do\":\"shift_open\",\"opening_float\":0}", SP_E_DENIED, "approval");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(customers_alone),
      TEST(names_of_others),
      TEST(the_own_receipt),
      TEST(shifts_are_the_staffs),
  };
  return cmocka_run_group_tests_name("till, self", tests, NULL, NULL);
}
