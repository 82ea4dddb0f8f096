/* Shifts: the drawer, the blind count, X and Z reports, and a chain of Z reports that shows every touch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/money.h"
#include "tests/contract/counter/counter.h"
#include <stdlib.h>
#include <string.h>

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  return counter_start(&counter, NULL, NULL);
}

static void sell(struct counter *counter, const char *code, int64_t quantity, enum sp_method method) {
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, code, quantity);
  counter_went_well(counter, counter_sell(counter, &ticket, method));
}

struct move {
  int64_t amount;
  const char *reason;
  struct sp_id id;
};

static int use_move(struct sp_work *work, void *ctx) {
  struct move *move = ctx;
  return sp_shift_move_cash(work, move->amount, move->reason, &move->id);
}

static int move_cash(struct counter *counter, int64_t amount, const char *reason) {
  struct move move = {.amount = amount, .reason = reason};
  return sp_fixture_do(&counter->node, use_move, &move, &counter->error);
}

static int use_close(struct sp_work *work, void *ctx) {
  struct sp_shift shift;
  return sp_shift_close(work, *(int64_t *)ctx, &shift);
}

static int close_with(struct counter *counter, int64_t counted) {
  return sp_fixture_do(&counter->node, use_close, &counted, &counter->error);
}

/* A report with its printouts, copied out of the arena. */
struct seen {
  bool closed; /* in: the last closed shift, not the open one */
  struct sp_shift_report report;
  char json[8192], text[8192];
};

static int find(struct sp_work *work, bool closed, struct sp_shift *shift) {
  struct sp_id id;
  struct sp_z z;
  if (!closed) return sp_shift_current(work, shift);
  int rc = 0;
  for (int64_t number = 1; rc == 0; number++) {
    rc = sp_z_load(work, &work->actor.till, number, &z);
    if (rc == 0) id = z.shift;
  }
  return sp_shift_load(work, &id, shift);
}

static int use_report(struct sp_work *work, void *ctx) {
  struct seen *seen = ctx;
  struct sp_shift shift;
  struct sp_json_writer w;
  struct sp_print print;
  struct sp_buf out;
  int rc = find(work, seen->closed, &shift);
  if (rc == 0) rc = sp_shift_report_make(work, &shift, &seen->report);
  if (rc != 0) return rc;
  sp_buf_init(&out, sizeof seen->json - 1);
  sp_json_start(&w, &out);
  sp_shift_report_json(&seen->report, &w);
  memcpy(seen->json, out.data, out.len);
  seen->json[out.len] = '\0';
  sp_buf_reset(&out);
  rc = sp_shift_report_layout(&seen->report, 48, SP_LANG_EN, work->arena, &print, work->err);
  if (rc == 0) rc = sp_print_text(&print, &out);
  if (rc == 0) memcpy(seen->text, out.data, out.len);
  seen->text[out.len] = '\0';
  sp_buf_free(&out);
  return rc;
}

static void look(struct counter *counter, bool closed, struct seen *seen) {
  *seen = (struct seen){.closed = closed};
  counter_went_well(counter, sp_fixture_do(&counter->node, use_report, seen, &counter->error));
}

static void test_one_open_shift_a_till(void **state) {
  struct counter *counter = *state;
  counter_refused(counter, counter_shift_open(counter, 0), SP_E_EXISTS, "till");
  counter->node.actor.till = counter->node.other_till;
  counter_refused(counter, counter_shift_open(counter, -1), SP_E_INVALID, "opening_float");
  counter_refused(counter, close_with(counter, 0), SP_E_STATE, "shift");
  counter_went_well(counter, counter_shift_open(counter, 20000));
  counter->node.actor.till = (struct sp_id){{0}};
  counter_refused(counter, counter_shift_open(counter, 0), SP_E_STATE, "till");
  counter->node.actor.till = counter->node.admin;
  counter_refused(counter, counter_shift_open(counter, 0), SP_E_NOT_FOUND, "till");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM shift"), 2);
  assert_int_equal(counter_count(counter, "SELECT SUM(amount) FROM cash_entry WHERE kind = 'float'"), 20000);
}

static void test_cash_moves(void **state) {
  struct counter *counter = *state;
  counter_refused(counter, move_cash(counter, 0, "x"), SP_E_INVALID, "amount");
  counter_refused(counter, move_cash(counter, 100, ""), SP_E_INVALID, "reason");
  counter_refused(counter, move_cash(counter, 100, NULL), SP_E_INVALID, "reason");
  counter_refused(counter, move_cash(counter, -1, "外卖"), SP_E_INVALID, "amount");
  counter_went_well(counter, move_cash(counter, 5000, "零钱"));
  sell(counter, "cola", 1000, SP_METHOD_CASH);
  counter_went_well(counter, move_cash(counter, -5300, "存银行"));
  counter_refused(counter, move_cash(counter, -1, "外卖"), SP_E_INVALID, "amount");
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), 0);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM journal WHERE kind IN ('paid_in', 'paid_out')"), 2);
}

/* Cards paid back in cash may empty the drawer and more: what is put in is welcome, nothing more is taken out. */
static void test_drawer_below_zero(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_back(&ticket, NULL, 0, 2000)->code = "cola";
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), -600);
  counter_refused(counter, move_cash(counter, -1, "外卖"), SP_E_INVALID, "amount");
  counter_went_well(counter, move_cash(counter, 500, "零钱"));
  assert_int_equal(counter_count(counter, "SELECT cash FROM shift"), -100);
  counter_went_well(counter, close_with(counter, 0));
}

/* The largest amounts do not leave a drawer that can no longer be counted. */
static void test_cash_has_a_bound(void **state) {
  struct counter *counter = *state;
  struct seen seen;
  counter_went_well(counter, move_cash(counter, SP_MONEY_MAX, "手误"));
  counter_refused(counter, move_cash(counter, SP_MONEY_MAX, "手误"), SP_E_RANGE, "amount");
  look(counter, false, &seen);
  assert_int_equal(seen.report.expected, SP_MONEY_MAX);
  counter_went_well(counter, close_with(counter, 0));
}

/* An exchange is a sale and a return: both are counted where both are summed up, and cash that was rounded adds up. */
static void test_exchanges_are_counted(void **state) {
  struct counter *counter = *state;
  struct seen x;
  struct ticket ticket;
  counter->node.app.policy.rounding_step = 10;
  ticket_new(&ticket);
  ticket_item(&ticket, "water", 3000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_id sale = ticket.sale.id;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  look(counter, false, &x);
  assert_int_equal(x.report.sale_count, 2);
  assert_int_equal(x.report.refund_count, 2);
  assert_int_equal(x.report.refunds, -196 - 200);
  assert_int_equal(x.report.rounding, -7 - 4);
  assert_int_equal(x.report.net, x.report.gross - x.report.discounts + x.report.refunds + x.report.rounding);
  assert_int_equal(x.report.net, x.report.methods[0].amount);
  assert_int_equal(x.report.net % 10, 0);
}

static void test_report_adds_up(void **state) {
  struct counter *counter = *state;
  struct seen x, z;
  struct ticket ticket;
  counter_went_well(counter, move_cash(counter, 10000, "零钱"));
  sell(counter, "cola", 2000, SP_METHOD_CASH);
  sell(counter, "book", 1000, SP_METHOD_WECHAT);
  ticket_new(&ticket);
  ticket_item(&ticket, "bun", 3000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  struct sp_id sale = ticket.sale.id;
  ticket_new(&ticket);
  ticket_back(&ticket, &sale, 1, 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  look(counter, false, &x);
  assert_false(x.report.final);
  assert_int_equal(x.report.number, 0);
  assert_int_equal(x.report.sale_count, 3);
  assert_int_equal(x.report.refund_count, 1);
  assert_int_equal(x.report.gross, 600 + 4999 + 999);
  assert_int_equal(x.report.discounts, 0);
  assert_int_equal(x.report.refunds, -333);
  assert_int_equal(x.report.net, x.report.gross - x.report.discounts + x.report.refunds + x.report.rounding);
  assert_int_equal(x.report.expected, 10000 + 600 + 999 - 333);
  int64_t taken = 0, taxed = 0;
  for (int32_t i = 0; i < x.report.method_count; i++)
    taken += x.report.methods[i].amount;
  for (int32_t i = 0; i < x.report.tax_count; i++)
    taxed += x.report.taxes[i].net + x.report.taxes[i].tax;
  assert_int_equal(taken, x.report.net);
  assert_int_equal(taxed, x.report.net);
  counter_went_well(counter, close_with(counter, 11200));
  look(counter, true, &z);
  assert_true(z.report.final);
  assert_int_equal(z.report.number, 1);
  assert_int_equal(z.report.net, x.report.net);
  assert_int_equal(z.report.expected, 11266);
  assert_int_equal(z.report.counted, 11200);
  assert_int_equal(z.report.variance, -66);
  assert_non_null(strstr(z.text, "T01-000001"));
}

/* A cashier counts without knowing what should be there; a manager may look. */
static void test_blind_count(void **state) {
  struct counter *counter = *state;
  struct seen seen;
  counter_went_well(counter, move_cash(counter, 7700000, "零钱"));
  sell(counter, "cola", 1000, SP_METHOD_CASH);
  look(counter, false, &seen);
  assert_non_null(strstr(seen.json, "7700300"));
  assert_non_null(strstr(seen.text, "77003.00"));
  counter->node.actor.role = SP_ROLE_CASHIER;
  look(counter, false, &seen);
  assert_true(seen.report.cash_hidden);
  assert_null(strstr(seen.json, "7700300"));
  assert_null(strstr(seen.text, "77003.00"));
  assert_null(strstr(seen.json, "\"variance\""));
  counter_went_well(counter, close_with(counter, 7700000));
  look(counter, true, &seen);
  assert_int_equal(seen.report.variance, -300); /* afterwards everybody sees it */
}

static void sell_one_more(struct counter *counter) {
  sell(counter, "cola", 1000, SP_METHOD_CASH);
}

static void test_closing_takes_everything_in(void **state) {
  struct counter *counter = *state;
  struct seen seen;
  counter_meanwhile(counter, sell_one_more);
  counter_went_well(counter, close_with(counter, 300));
  assert_int_equal(counter->node.reruns, 1);
  look(counter, true, &seen);
  assert_int_equal(seen.report.net, 300);
  assert_int_equal(seen.report.variance, 0);
  counter_refused(counter, close_with(counter, 300), SP_E_STATE, "shift");
  counter_refused(counter, close_with(counter, -1), SP_E_INVALID, "counted");
}

/* Two tills, three shifts each: numbers without gaps, each chain its own. */
static void many_shifts(struct counter *counter) {
  for (int i = 0; i < 3; i++) {
    sell(counter, "cola", 1000 * (i + 1), SP_METHOD_CASH);
    counter_went_well(counter, counter_shift_close(counter, i));
    counter_went_well(counter, counter_shift_open(counter, 100));
  }
  counter->node.actor.till = counter->node.other_till;
  for (int i = 0; i < 3; i++) {
    counter_went_well(counter, counter_shift_open(counter, 0));
    counter_went_well(counter, counter_shift_close(counter, 0));
  }
  counter->node.actor.till = counter->node.till;
}

static int use_verify(struct sp_work *work, void *ctx) {
  return sp_z_verify(work->db, ctx, work->err);
}

static int use_z(struct sp_work *work, void *ctx) {
  struct sp_z *z = ctx;
  return sp_z_load(work, &work->actor.till, z->number, z);
}

static void test_numbers_and_chain(void **state) {
  struct counter *counter = *state;
  int64_t verified = 0;
  struct sp_z z = {.number = 1};
  uint8_t before[SP_HASH_LEN] = {0};
  many_shifts(counter);
  counter_went_well(counter, sp_fixture_do(&counter->node, use_verify, &verified, &counter->error));
  assert_int_equal(verified, 6);
  for (int64_t number = 1; number <= 3; number++) {
    z.number = number;
    counter_went_well(counter, sp_fixture_do(&counter->node, use_z, &z, &counter->error));
    assert_int_equal(z.number, number);
    assert_memory_equal(z.previous, before, SP_HASH_LEN);
    memcpy(before, z.hash, SP_HASH_LEN);
  }
  z.number = 4;
  counter_refused(counter, sp_fixture_do(&counter->node, use_z, &z, &counter->error), SP_E_NOT_FOUND, "number");
  assert_int_equal(counter_count(counter, "SELECT MAX(number) FROM shift"), 4);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM journal WHERE kind = 'z_report'"), 6);
}

/* Each change behind the program's back is seen, and named. */
static void test_tampering(void **state) {
  struct counter *counter = *state;
  static const char *const touches[] = {
      "UPDATE z_report SET body = replace(body, '600', '500') WHERE number = 2 AND instr(body, '600') > 0",
      "UPDATE z_report SET body = body || ' ' WHERE number = 3",
      "UPDATE z_report SET number = 7 WHERE number = 3",
      "UPDATE z_report SET previous = zeroblob(32) WHERE number = 2",
      "UPDATE z_report SET hash = zeroblob(32) WHERE number = 1",
      "UPDATE z_report SET hash = zeroblob(32) WHERE number = 3",
      "UPDATE z_report SET hash = X'00' WHERE number = 2",
      "DELETE FROM z_report WHERE number = 1",
      "DELETE FROM z_report WHERE number = 2",
      "UPDATE z_report SET till_id = X'32323232323232323232323232323232', number = 4 WHERE rowid = 3",
  };
  many_shifts(counter);
  for (size_t i = 0; i < sizeof touches / sizeof touches[0]; i++) {
    int64_t verified = 0;
    struct sp_error error = {.lang = SP_LANG_EN};
    counter_went_well(counter, sp_db_begin(counter->node.writer, &counter->error));
    counter_went_well(counter, sp_fixture_exec(&counter->node, touches[i], &counter->error));
    int rc = sp_z_verify(counter->node.writer, &verified, &error);
    sp_db_rollback(counter->node.writer);
    if (rc != SP_E_CORRUPT || strcmp(error.field, "z") != 0) fail_msg("not seen: %s", touches[i]);
  }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, counter_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_one_open_shift_a_till), CASE(test_cash_moves),
      CASE(test_drawer_below_zero),     CASE(test_cash_has_a_bound),
      CASE(test_exchanges_are_counted), CASE(test_report_adds_up),
      CASE(test_blind_count),           CASE(test_closing_takes_everything_in),
      CASE(test_numbers_and_chain),     CASE(test_tampering),
  };
  return cmocka_run_group_tests_name("shifts", tests, NULL, NULL);
}
