/* The ledgers behind a sale: stock documents and their opposites, the journal's chain, answers kept for retries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/idempotency.h"
#include "domain/money.h"
#include "tests/contract/counter/counter.h"
#include <stdio.h>
#include <string.h>

static int set_up(void **state) {
  static struct counter counter;
  *state = &counter;
  return counter_start(&counter, NULL, NULL);
}

/* ---- Stock ---- */

struct reversal {
  struct sp_id document, id;
};

static int use_reverse(struct sp_work *work, void *ctx) {
  struct reversal *reversal = ctx;
  return sp_stock_reverse(work, &reversal->document, "录错", &reversal->id);
}

static int reverse(struct counter *counter, const struct sp_id *document) {
  struct reversal reversal = {.document = *document};
  return sp_fixture_do(&counter->node, use_reverse, &reversal, &counter->error);
}

static void test_documents(void **state) {
  struct counter *counter = *state;
  struct sp_id received, lost, counted;
  counter_went_well(counter, counter_stock(counter, SP_STOCK_RECEIPT, "cola", 24000, &received));
  counter_went_well(counter, counter_stock(counter, SP_STOCK_LOSS, "cola", 2000, &lost));
  counter_went_well(counter, counter_stock(counter, SP_STOCK_ADJUSTMENT, "cola", -3000, &counted));
  assert_int_equal(counter_on_hand(counter, "cola"), 19000);
  counter_went_well(counter, reverse(counter, &lost));
  assert_int_equal(counter_on_hand(counter, "cola"), 21000);
  counter_went_well(counter, reverse(counter, &counted));
  counter_went_well(counter, reverse(counter, &received));
  assert_int_equal(counter_on_hand(counter, "cola"), 0);
  counter_refused(counter, reverse(counter, &lost), SP_E_EXISTS, "document");
  counter_refused(counter, reverse(counter, &counter->node.admin), SP_E_NOT_FOUND, "document");
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM stock_movement"), 6);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM stock_document WHERE reverses IS NOT NULL"), 3);
}

static struct sp_id receipt_of(struct counter *counter) {
  struct sp_id id;
  counter_went_well(counter, counter_stock(counter, SP_STOCK_RECEIPT, "cola", 1000, &id));
  return id;
}

static void reverse_it_first(struct counter *counter) {
  assert_int_equal(reverse(counter, &counter->marked), 0);
}

static void test_reversed_once(void **state) {
  struct counter *counter = *state;
  counter->marked = receipt_of(counter);
  struct sp_id document = counter->marked;
  counter_meanwhile(counter, reverse_it_first);
  counter_refused(counter, reverse(counter, &document), SP_E_EXISTS, NULL);
  assert_int_equal(counter_on_hand(counter, "cola"), 0);
}

static void test_documents_refused(void **state) {
  struct counter *counter = *state;
  counter_refused(counter, counter_stock(counter, SP_STOCK_RECEIPT, "cola", 0, NULL), SP_E_INVALID,
                  "lines[0].quantity");
  counter_refused(counter, counter_stock(counter, SP_STOCK_RECEIPT, "cola", -1000, NULL), SP_E_INVALID,
                  "lines[0].quantity");
  counter_refused(counter, counter_stock(counter, SP_STOCK_LOSS, "cola", -1000, NULL), SP_E_INVALID,
                  "lines[0].quantity");
  counter_refused(counter, counter_stock(counter, SP_STOCK_SALE, "cola", 1000, NULL), SP_E_INVALID, "kind");
  counter_refused(counter, counter_stock(counter, SP_STOCK_RECEIPT, "nothing", 1000, NULL), SP_E_NOT_FOUND,
                  "lines[0].product");
  struct sp_id document = receipt_of(counter);
  counter->node.actor.role = SP_ROLE_CASHIER;
  counter_refused(counter, counter_stock(counter, SP_STOCK_RECEIPT, "cola", 1000, NULL), SP_E_DENIED, NULL);
  counter_refused(counter, reverse(counter, &document), SP_E_DENIED, NULL);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM stock_movement"), 1);
}

static void test_same_goods_on_two_lines(void **state) {
  struct counter *counter = *state;
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  ticket_item(&ticket, "cola", 2000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  assert_int_equal(counter_on_hand(counter, "cola"), -3000);
}

static void test_difference_is_found(void **state) {
  struct counter *counter = *state;
  static const char *const touches[] = {
      "UPDATE stock SET on_hand = on_hand + 1",
      "DELETE FROM stock",
      "UPDATE stock_movement SET quantity = quantity + 1",
      "UPDATE shift SET cash = cash + 1",
      "DELETE FROM cash_entry WHERE kind = 'sale'",
      "UPDATE payment SET amount = amount - 1, change = change + 1",
      "UPDATE sale_line SET paid = paid + 1, gross = gross + 1",
      "DELETE FROM payment",
      "DELETE FROM sale_line",
  };
  struct ticket ticket;
  ticket_new(&ticket);
  ticket_item(&ticket, "cola", 1000);
  counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
  for (size_t i = 0; i < sizeof touches / sizeof touches[0]; i++) {
    struct sp_reconciliation result;
    counter_went_well(counter, sp_db_begin(counter->node.writer, &counter->error));
    counter_went_well(counter, sp_fixture_exec(&counter->node, touches[i], &counter->error));
    int rc = sp_reconcile(counter->node.writer, &result, &counter->error);
    sp_db_rollback(counter->node.writer);
    if (rc != 0 || result.agrees) fail_msg("not found: %s", touches[i]);
  }
}

/* ---- Journal ---- */

static void fill_journal(struct counter *counter) {
  for (int i = 0; i < 4; i++) {
    struct ticket ticket;
    ticket_new(&ticket);
    ticket_item(&ticket, "cola", 1000);
    counter_went_well(counter, counter_sell(counter, &ticket, SP_METHOD_CASH));
    counter_went_well(counter, counter_stock(counter, SP_STOCK_RECEIPT, "cola", 1000, NULL));
  }
}

static void expect_seen(struct counter *counter, const char *touch) {
  struct sp_journal_proof proof;
  struct sp_error error = {.lang = SP_LANG_EN};
  counter_went_well(counter, sp_db_begin(counter->node.writer, &counter->error));
  counter_went_well(counter, sp_fixture_exec(&counter->node, touch, &counter->error));
  int rc = sp_journal_verify(counter->node.writer, &proof, &error);
  sp_db_rollback(counter->node.writer);
  if (rc != SP_E_CORRUPT || strcmp(error.field, "journal") != 0) fail_msg("not seen: %s", touch);
  assert_non_null(strstr(error.message, "record"));
}

static void test_journal_shows_every_touch(void **state) {
  struct counter *counter = *state;
  static const char *const touches[] = {
      "UPDATE journal SET kind = 'sale ' WHERE seq = 4",
      "UPDATE journal SET version = 2 WHERE seq = 4",
      "UPDATE journal SET at = at + 1 WHERE seq = 4",
      "UPDATE journal SET actor_id = epoch WHERE seq = 4",
      "UPDATE journal SET epoch = actor_id WHERE seq = 4",
      "UPDATE journal SET generation = NULL WHERE seq = 4",
      "UPDATE journal SET hash = zeroblob(32) WHERE seq = 4",
      "UPDATE journal SET hash = X'01' WHERE seq = 9",
      "UPDATE journal SET seq = 99 WHERE seq = 9",
      "DELETE FROM journal WHERE seq = 1",
      "DELETE FROM journal WHERE seq = 5",
      "UPDATE journal SET epoch = X'' WHERE seq = 3",
      "UPDATE journal SET generation = hash WHERE seq = 3",
      "UPDATE journal SET body = X'' WHERE seq = 3",
  };
  fill_journal(counter);
  for (size_t i = 0; i < sizeof touches / sizeof touches[0]; i++)
    expect_seen(counter, touches[i]);
}

/* Any one bit of any body. */
static void test_journal_shows_every_bit(void **state) {
  struct counter *counter = *state;
  fill_journal(counter);
  int64_t records = counter_count(counter, "SELECT COUNT(*) FROM journal");
  assert_int_equal(records, 9);
  for (int64_t seq = 1; seq <= records; seq++) {
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT length(body) FROM journal WHERE seq = %lld", (long long)seq);
    int64_t len = counter_count(counter, sql);
    for (int64_t at = 1; at <= len; at += 7) { /* a letter becomes its neighbour */
      snprintf(sql, sizeof sql,
               "UPDATE journal SET body = CAST(substr(CAST(body AS TEXT), 1, %lld) || char(unicode(substr(CAST(body AS "
               "TEXT), %lld, 1)) + 1) || substr(CAST(body AS TEXT), %lld) AS BLOB) WHERE seq = %lld",
               (long long)(at - 1), (long long)at, (long long)(at + 1), (long long)seq);
      expect_seen(counter, sql);
    }
  }
}

static int use_verify(struct sp_work *work, void *ctx) {
  return sp_journal_verify(work->db, ctx, work->err);
}

static void test_journal_counts(void **state) {
  struct counter *counter = *state;
  struct sp_journal_proof proof;
  fill_journal(counter);
  counter_went_well(counter, sp_fixture_do(&counter->node, use_verify, &proof, &counter->error));
  assert_int_equal(proof.records, 9); /* with the shift's opening */
  assert_int_equal(proof.head, 9);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM journal WHERE generation IS NULL"), 5);
}

/* ---- Answers kept for retries ---- */

struct keyed {
  const char *key;
  uint8_t request[SP_HASH_LEN];
  struct ticket ticket;
  int found, status;
  char body[64];
};

/* As a route does it: the answer of before, or the sale and its answer in one plan. */
static int use_keyed(struct sp_work *work, void *ctx) {
  struct keyed *keyed = ctx;
  struct sp_stored_answer answer;
  keyed->found = sp_idempotency_find(work, keyed->key, keyed->request, &answer);
  if (keyed->found < 0) return keyed->found;
  if (keyed->found > 0) {
    keyed->status = answer.status;
    snprintf(keyed->body, sizeof keyed->body, "%s", answer.body);
    return 0;
  }
  int rc = sp_sale_post(work, &keyed->ticket.request, &keyed->ticket.sale);
  const char *body = sp_arena_printf(work->arena, "{\"total\":%lld}", (long long)keyed->ticket.sale.total);
  if (rc == 0) sp_idempotency_store(work, keyed->key, keyed->request, 201, body);
  return rc;
}

static void keyed_new(struct keyed *keyed, const char *key, uint8_t request, int64_t cash) {
  *keyed = (struct keyed){.key = key};
  memset(keyed->request, request, SP_HASH_LEN);
  ticket_new(&keyed->ticket);
  ticket_item(&keyed->ticket, "cola", 1000);
  ticket_pay(&keyed->ticket, SP_METHOD_CASH, cash);
  keyed->ticket.request.items = keyed->ticket.items;
  keyed->ticket.request.tenders = keyed->ticket.tenders;
}

static int keyed_do(struct counter *counter, struct keyed *keyed) {
  return sp_fixture_do(&counter->node, use_keyed, keyed, &counter->error);
}

static void test_retry_gets_the_first_answer(void **state) {
  struct counter *counter = *state;
  struct keyed keyed;
  keyed_new(&keyed, "k1", 1, 200);
  counter_refused(counter, keyed_do(counter, &keyed), SP_E_INVALID, "tenders"); /* nothing happened: not kept */
  keyed_new(&keyed, "k1", 1, 300);
  counter_went_well(counter, keyed_do(counter, &keyed));
  assert_int_equal(keyed.found, 0);
  for (int i = 0; i < 3; i++) {
    keyed_new(&keyed, "k1", 1, 300);
    counter_went_well(counter, keyed_do(counter, &keyed));
    assert_int_equal(keyed.found, 1);
    assert_int_equal(keyed.status, 201);
    assert_string_equal(keyed.body, "{\"total\":300}");
  }
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 1);
  keyed_new(&keyed, "k1", 2, 300);
  counter_refused(counter, keyed_do(counter, &keyed), SP_E_REUSED_KEY, "Idempotency-Key");
  keyed_new(&keyed, "k1", 1, 300);
  counter->node.actor.staff = counter->node.manager; /* somebody else's key is another key */
  counter_went_well(counter, keyed_do(counter, &keyed));
  assert_int_equal(keyed.found, 0);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 2);
}

static void post_it_first(struct counter *counter) {
  struct keyed keyed;
  keyed_new(&keyed, "k1", 1, 300);
  assert_int_equal(keyed_do(counter, &keyed), 0);
}

static void test_two_at_the_same_instant(void **state) {
  struct counter *counter = *state;
  struct keyed keyed;
  keyed_new(&keyed, "k1", 1, 300);
  counter_meanwhile(counter, post_it_first);
  counter_went_well(counter, keyed_do(counter, &keyed));
  assert_int_equal(keyed.found, 1);
  assert_int_equal(counter->node.reruns, 1);
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM sale"), 1);
}

static int use_purge(struct sp_work *work, void *ctx) {
  (void)ctx;
  sp_idempotency_purge(work);
  return 0;
}

static void test_old_answers_go(void **state) {
  struct counter *counter = *state;
  struct keyed keyed;
  keyed_new(&keyed, "k1", 1, 300);
  counter_went_well(counter, keyed_do(counter, &keyed));
  counter_went_well(counter, sp_fixture_do(&counter->node, use_purge, NULL, &counter->error));
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM idempotency"), 1);
  counter->node.now += counter->node.app.policy.idempotency_ms + 1;
  counter_went_well(counter, sp_fixture_do(&counter->node, use_purge, NULL, &counter->error));
  assert_int_equal(counter_count(counter, "SELECT COUNT(*) FROM idempotency"), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, counter_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(test_documents),
      CASE(test_reversed_once),
      CASE(test_documents_refused),
      CASE(test_same_goods_on_two_lines),
      CASE(test_difference_is_found),
      CASE(test_journal_shows_every_touch),
      CASE(test_journal_shows_every_bit),
      CASE(test_journal_counts),
      CASE(test_retry_gets_the_first_answer),
      CASE(test_two_at_the_same_instant),
      CASE(test_old_answers_go),
  };
  return cmocka_run_group_tests_name("ledgers", tests, NULL, NULL);
}
