/* Who says what became of a printout: people who see the paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/print_ledger.h"
#include "tests/contract/counter/desk.h"
#include <stdio.h>
#include <string.h>

struct asked {
  struct sp_id job, sale;
  enum sp_print_answer answer;
  const struct sp_approval *approval;
  struct sp_print_job out, copy;
};

static int decide(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  work->approval = asked->approval;
  return sp_print_decide(work, &asked->job, asked->answer, NULL, &asked->out, &asked->copy);
}

static int print_again(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  const struct sp_print_options options = {.copy = false};
  struct sp_sale sale;
  work->approval = asked->approval;
  int rc = sp_sale_load(work, &asked->sale, &sale);
  return rc == 0 ? sp_print_queue_sale(work, &sale, &options, &asked->copy) : rc;
}

static int find(struct sp_work *work, void *ctx) {
  struct asked *asked = ctx;
  struct sp_rows *rows = NULL;
  const struct sp_value params[] = {sp_v_null(), sp_v_int(1)};
  int rc = sp_db_query(work->db, SP_Q_PRINT_LIST_ALL, params, 2, &rows, work->err);
  if (rc != 0) return rc;
  bool found = sp_rows_next(rows, work->err) > 0;
  if (found) sp_rows_id(rows, 0, &asked->job);
  if (found) sp_rows_id(rows, 5, &asked->sale);
  sp_rows_finish(rows);
  return found ? 0 : SP_E_NOT_FOUND;
}

/* A sale at T01 whose receipt may be on paper. */
static struct asked in_doubt(struct desk *desk) {
  struct asked asked = {.answer = SP_PRINT_PRINTED};
  desk_execute(desk, "UPDATE till SET printer = 'tcp:127.0.0.1:9100' WHERE code = 'T01';"
                     "UPDATE till SET printer = 'tcp:127.0.0.1:9101' WHERE code = 'T02'");
  desk_ok(desk, "{\"do\":\"scan\",\"code\":\"6900\"}");
  desk_ok(desk, "{\"do\":\"total\"}");
  desk_ok(desk, "{\"do\":\"tender\",\"method\":\"wechat\",\"amount\":300}");
  desk_execute(desk, "UPDATE print_job SET state = 'uncertain' WHERE kind = 'receipt'");
  assert_int_equal(sp_fixture_do(&desk->counter.node, find, &asked, &desk->counter.error), 0);
  return asked;
}

static int ask(struct desk *desk, sp_fixture_use *use, struct asked *asked) {
  return sp_fixture_do(&desk->counter.node, use, asked, &desk->counter.error);
}

static void refused(struct desk *desk, sp_fixture_use *use, struct asked *asked) {
  counter_refused(&desk->counter, ask(desk, use, asked), SP_E_DENIED, "approval");
  assert_non_null(strstr(desk->counter.error.message, "T01"));
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE state = 'uncertain'"), 1);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job"), 1);
}

static void another_till_does_not_know(void **state) {
  static const enum sp_print_answer answers[] = {SP_PRINT_PRINTED, SP_PRINT_REPRINT, SP_PRINT_CANCEL, SP_PRINT_RETRY};
  struct desk *desk = *state;
  struct asked asked = in_doubt(desk);
  desk_at(desk, true);
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    asked.answer = answers[i];
    refused(desk, decide, &asked);
  }
  refused(desk, print_again, &asked); /* printing the sale anew would settle it as well */
  char command[128], sale[SP_ID_TEXT];
  sp_id_format(&asked.sale, sale);
  snprintf(command, sizeof command, "{\"do\":\"print\",\"sale\":\"%s\",\"copy\":true}", sale);
  desk_refused(desk, command, SP_E_DENIED, "approval");
  desk->signer = "1002";
  desk_refused(desk, command, SP_E_DENIED, "approval");
  desk->signer = NULL;
  /* Nobody stands in an office either. */
  desk->counter.node.actor.till = (struct sp_id){{0}};
  refused(desk, decide, &asked);
  desk_at(desk, false);
  asked.answer = SP_PRINT_PRINTED;
  assert_int_equal(ask(desk, decide, &asked), 0);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM print_job WHERE state = 'done'"), 1);
}

static void managers_may(void **state) {
  struct desk *desk = *state;
  struct asked asked = in_doubt(desk);
  const struct sp_approval manager = {.role = SP_ROLE_MANAGER, .code = "2001"};
  const struct sp_approval cashier = {.role = SP_ROLE_CASHIER, .code = "1002"};
  desk_at(desk, true);
  asked.approval = &cashier;
  refused(desk, decide, &asked);
  asked.approval = &manager;
  asked.answer = SP_PRINT_REPRINT;
  assert_int_equal(ask(desk, decide, &asked), 0);
  assert_int_equal(desk_scalar(desk, "SELECT COUNT(*) FROM journal WHERE kind = 'approval' AND CAST(body AS TEXT) LIKE "
                                     "'%print-answer%other-till%'"),
                   1);
  desk_execute(desk, "UPDATE print_job SET state = 'uncertain' WHERE copy = 0");
  desk_actor(desk, SP_ROLE_MANAGER);
  desk_at(desk, true);
  asked.approval = NULL;
  asked.answer = SP_PRINT_PRINTED;
  assert_int_equal(ask(desk, decide, &asked), 0);
}

/* What no till asked for is answered where its printer stands, and by anybody where that is nowhere. */
static void paper_of_nobody(void **state) {
  struct desk *desk = *state;
  struct asked asked = in_doubt(desk);
  desk_execute(desk, "UPDATE print_job SET till_id = NULL, device = 'shared'");
  desk_at(desk, true);
  assert_int_equal(ask(desk, decide, &asked), 0);
  desk_execute(desk, "UPDATE print_job SET state = 'uncertain'; INSERT INTO device (id, till_id, class, config, "
                     "updated_at) SELECT 'shared', id, 'printer', '{}', 0 FROM till WHERE code = 'T01'");
  refused(desk, decide, &asked);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(another_till_does_not_know),
      TEST(managers_may),
      TEST(paper_of_nobody),
  };
  return cmocka_run_group_tests_name("print answer", tests, NULL, NULL);
}
