#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/contract/counter/counter.h"
#include <stdio.h>
#include <string.h>

const struct goods counter_shelf[] = {
    {"cola", "可乐", "瓶", "drink soda", "active", 300, 130000, false, false},
    {"soda", "汽水", "瓶", "drink soda", "active", 250, 130000, false, false},
    {"water", "矿泉水", "瓶", "drink", "active", 199, 130000, false, false},
    {"bread", "面包", "个", "bakery", "active", 850, 90000, false, false},
    {"bun", "小餐包", "个", "bakery", "active", 333, 90000, false, false},
    {"gum", "口香糖", "条", "", "active", 15, 130000, false, false},
    {"apple", "苹果", "kg", "fruit", "active", 1280, 90000, true, false},
    {"book", "书", "本", "", "active", 4999, 0, false, false},
    {"trusted", "名酒", "瓶", "trusted", "active", 99900, 130000, false, false},
    {"old", "旧款", "个", "", "unlisted", 100, 130000, false, false},
    {"shirt", "衬衫", "件", "", "active", 12900, 130000, false, true},
    {"gift", "赠品", "个", "", "active", 0, 130000, false, false},
    {.code = NULL},
};

struct sp_id counter_goods(int place) {
  struct sp_id id;
  memset(id.bytes, 0xa0 + place, sizeof id.bytes);
  return id;
}

struct sp_id counter_product(const char *code) {
  for (int i = 0; counter_shelf[i].code != NULL; i++) {
    if (strcmp(counter_shelf[i].code, code) == 0) return counter_goods(i);
  }
  return (struct sp_id){{0}};
}

/* What every change of a product leaves behind: its card. */
#define CARDS                                                                                                          \
  "INSERT INTO product_card (product_id, revision, name, unit, tags) SELECT id, revision, name, unit, tags FROM "      \
  "product WHERE true ON CONFLICT DO NOTHING;"

static int stock_shelf(struct counter *counter) {
  static const char insert[] =
      "INSERT INTO product (id, code, name, unit, weighed, price, tax_ppm, tags, status, style, updated_at) VALUES "
      "(X'%s', '%s', '%s', '%s', %d, %lld, %lld, '%s', '%s', %d, 0);"
      "INSERT INTO barcode (barcode, product_id) VALUES ('69%02d', X'%s');";
  char sql[8192], hex[33] = "";
  size_t len = 0;
  for (int i = 0; counter_shelf[i].code != NULL; i++) {
    const struct goods *goods = &counter_shelf[i];
    const struct sp_id id = counter_goods(i);
    for (int byte = 0; byte < SP_ID_LEN; byte++)
      snprintf(hex + (size_t)(2 * byte), 3, "%02x", (unsigned)id.bytes[byte]);
    len += (size_t)snprintf(sql + len, sizeof sql - len, insert, hex, goods->code, goods->name, goods->unit,
                            goods->weighed, (long long)goods->price, (long long)goods->tax_ppm, goods->tags,
                            goods->status, goods->style, i, hex);
    if (len >= sizeof sql) return SP_E_LIMIT;
  }
  len += (size_t)snprintf(sql + len, sizeof sql - len,
                          "INSERT INTO barcode (barcode, product_id, pack, quantity) SELECT '6900024', id, '箱', 24000 "
                          "FROM product WHERE code = 'cola';" CARDS);
  return len < sizeof sql ? sp_fixture_exec(&counter->node, sql, &counter->error) : SP_E_LIMIT;
}

int counter_start_pack(struct counter *counter, const struct sp_pack_file *files, int32_t count, const char *vfs) {
  const struct sp_fixture_options options = {.vfs = vfs, .files = files, .file_count = count};
  *counter = (struct counter){.error = {.lang = SP_LANG_EN}};
  int rc = sp_fixture_open(&counter->node, &options, &counter->error);
  if (rc != 0) return rc;
  if (sp_fixture_scalar(&counter->node, "SELECT COUNT(*) FROM product") > 0) return 0;
  rc = stock_shelf(counter);
  if (rc == 0) rc = sp_fixture_shift(&counter->node, &counter->error);
  if (rc != 0) sp_fixture_close(&counter->node);
  return rc;
}

int counter_start(struct counter *counter, const char *campaigns, const char *vfs) {
  const struct sp_pack_file file = {
      .path = "campaigns.json", .text = campaigns, .len = campaigns != NULL ? strlen(campaigns) : 0};
  return counter_start_pack(counter, &file, campaigns != NULL ? 1 : 0, vfs);
}

void counter_open(struct counter *counter, const char *campaigns, const char *vfs) {
  if (counter_start(counter, campaigns, vfs) != 0) fail_msg("%s", counter->error.message);
}

void counter_close(struct counter *counter) {
  sp_fixture_close(&counter->node);
}

int counter_change_goods(struct counter *counter, const char *assignments) {
  char sql[512];
  snprintf(sql, sizeof sql,
           "UPDATE product SET %s, revision = revision + 1; UPDATE catalogue SET revision = revision + 1;" CARDS,
           assignments);
  return sp_fixture_exec(&counter->node, sql, &counter->error);
}

/* ---- Tickets ---- */

void ticket_new(struct ticket *ticket) {
  *ticket = (struct ticket){.cash = false};
  ticket->request = (struct sp_sale_request){
      .source = "till", .reference = "", .expected_total = SP_NO_TOTAL, .member = "", .promotions = true};
}

struct sp_sale_item *ticket_item(struct ticket *ticket, const char *code, int64_t quantity) {
  struct sp_sale_item *item = &ticket->items[ticket->request.item_count++];
  *item = (struct sp_sale_item){.code = code, .quantity = quantity, .given_price = SP_NO_PRICE};
  return item;
}

struct sp_sale_return *ticket_back(struct ticket *ticket, const struct sp_id *original, int32_t n, int64_t quantity) {
  struct sp_sale_return *back = &ticket->returns[ticket->request.return_count++];
  *back = (struct sp_sale_return){.original_n = n, .price = SP_NO_PRICE, .quantity = quantity};
  if (original != NULL) back->original = *original;
  if (ticket->request.reason == NULL) ticket->request.reason = "不要了";
  return back;
}

void ticket_pay(struct ticket *ticket, enum sp_method method, int64_t amount) {
  ticket->tenders[ticket->request.tender_count++] =
      (struct sp_tender){.method = method, .tendered = amount, .reference = ""};
}

static void aim(struct ticket *ticket) {
  ticket->request.items = ticket->items;
  ticket->request.returns = ticket->returns;
  ticket->request.tenders = ticket->tenders;
}

static int use_quote(struct sp_work *work, void *ctx) {
  struct ticket *ticket = ctx;
  return sp_sale_quote(work, &ticket->request, ticket->cash, &ticket->sale);
}

static int use_post(struct sp_work *work, void *ctx) {
  struct ticket *ticket = ctx;
  return sp_sale_post(work, &ticket->request, &ticket->sale);
}

int counter_quote(struct counter *counter, struct ticket *ticket) {
  aim(ticket);
  return sp_fixture_do(&counter->node, use_quote, ticket, &counter->error);
}

int counter_post(struct counter *counter, struct ticket *ticket) {
  aim(ticket);
  return sp_fixture_do(&counter->node, use_post, ticket, &counter->error);
}

int counter_sell(struct counter *counter, struct ticket *ticket, enum sp_method method) {
  ticket->cash = method == SP_METHOD_CASH;
  int rc = counter_quote(counter, ticket);
  if (rc != 0) return rc;
  ticket->request.tender_count = 0;
  if (ticket->sale.total != 0) ticket_pay(ticket, method, ticket->sale.total);
  ticket->request.expected_total = ticket->sale.total;
  return counter_post(counter, ticket);
}

/* ---- Baskets, stock, shifts ---- */

struct basket_use {
  struct sp_open_basket *basket;
  const struct sp_basket_command *command;
};

static int use_basket(struct sp_work *work, void *ctx) {
  return sp_basket_open(work, "", ctx);
}

static int use_apply(struct sp_work *work, void *ctx) {
  const struct basket_use *use = ctx;
  const struct sp_id id = use->basket->id;
  return sp_basket_apply(work, &id, use->command, use->basket);
}

int counter_basket(struct counter *counter, struct sp_open_basket *basket) {
  return sp_fixture_do(&counter->node, use_basket, basket, &counter->error);
}

int counter_apply(struct counter *counter, struct sp_open_basket *basket, const struct sp_basket_command *command) {
  struct basket_use use = {.basket = basket, .command = command};
  const struct sp_id id = basket->id;
  int rc = sp_fixture_do(&counter->node, use_apply, &use, &counter->error);
  basket->id = id;
  return rc;
}

struct stock_use {
  struct sp_stock_document document;
  struct sp_stock_line line;
  struct sp_id id;
  int64_t on_hand;
};

static int use_stock(struct sp_work *work, void *ctx) {
  struct stock_use *use = ctx;
  return sp_stock_post(work, &use->document, &use->id);
}

static int use_on_hand(struct sp_work *work, void *ctx) {
  struct stock_use *use = ctx;
  return sp_stock_on_hand(work, &use->line.product, &use->on_hand);
}

int counter_stock(struct counter *counter, enum sp_stock_kind kind, const char *code, int64_t quantity,
                  struct sp_id *id) {
  struct stock_use use = {.line = {.product = counter_product(code), .lot = "", .quantity = quantity}};
  use.document = (struct sp_stock_document){.kind = kind, .reason = "盘点", .lines = &use.line, .count = 1};
  int rc = sp_fixture_do(&counter->node, use_stock, &use, &counter->error);
  if (id != NULL) *id = use.id;
  return rc;
}

int64_t counter_on_hand(struct counter *counter, const char *code) {
  struct stock_use use = {.line = {.product = counter_product(code)}, .on_hand = INT64_MIN};
  sp_fixture_do(&counter->node, use_on_hand, &use, &counter->error);
  return use.on_hand;
}

static int use_close(struct sp_work *work, void *ctx) {
  const int64_t *missing = ctx;
  struct sp_shift shift;
  int rc = sp_shift_current(work, &shift);
  int64_t counted = rc == 0 && shift.cash > *missing ? shift.cash - *missing : 0;
  return rc == 0 ? sp_shift_close(work, counted, &shift) : rc;
}

int counter_shift_close(struct counter *counter, int64_t missing) {
  return sp_fixture_do(&counter->node, use_close, &missing, &counter->error);
}

static int use_open(struct sp_work *work, void *ctx) {
  const int64_t *opening = ctx;
  struct sp_shift shift;
  return sp_shift_open(work, *opening, &shift);
}

int counter_shift_open(struct counter *counter, int64_t opening_float) {
  return sp_fixture_do(&counter->node, use_open, &opening_float, &counter->error);
}

/* ---- What a test asks ---- */

int64_t counter_count(struct counter *counter, const char *sql) {
  return sp_fixture_scalar(&counter->node, sql);
}

void counter_went_well(struct counter *counter, int rc) {
  if (rc != 0) fail_msg("%s: %s", counter->error.field, counter->error.message);
}

void counter_refused(struct counter *counter, int rc, int code, const char *field) {
  if (rc != code) fail_msg("%s instead of %s: %s", sp_code_name(rc), sp_code_name(code), counter->error.message);
  assert_int_equal(counter->error.code, code);
  assert_true(counter->error.message[0] != '\0');
  if (field != NULL) assert_string_equal(counter->error.field, field);
}

/* The outer use case holds the node's arena, so what comes between gets its own. */
static int between(void *ctx) {
  struct counter *counter = ctx;
  struct sp_error kept = counter->error;
  counter->node.before_commit = NULL;
  sp_arena_init(&counter->node.arena, (size_t)16 << 20);
  counter->meanwhile(counter);
  sp_arena_free(&counter->node.arena);
  counter->error = kept;
  return 0;
}

void counter_meanwhile(struct counter *counter, void (*meanwhile)(struct counter *counter)) {
  counter->meanwhile = meanwhile;
  counter->node.before_commit = between;
  counter->node.ctx = counter;
}
