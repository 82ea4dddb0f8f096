/* The yardstick: a bare C loop over SQLite that writes what one cash sale of ours writes, with the pragmas of our
 * writer, prepared statements and nothing else: no prices, no rules, no JSON, no hashes, no checks, no threads.
 *
 *   bench_raw --folder DIR --count SALES [--warm SALES] [--group 1|8|32] [--products N] [--sales N] [--lines N]
 *             [--allocations N] [--trace BYTES] [--body BYTES] [--answer BYTES]
 *
 * `--group` sales go into one transaction; a sample is one transaction. Sizes of the texts are those of our own sales.
 */
#include "generated/queries.h"
#include "tests/bench/bench.h"
#include "tests/bench/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (1 << 20)

struct product {
  uint8_t id[16];
  int64_t revision;
};

struct sizes {
  int64_t lines, allocations, trace, body, answer;
};

struct raw {
  sqlite3 *handle;
  sqlite3_stmt *begin, *commit, *sale, *line, *movement, *stock, *allocation, *payment, *cash, *shift, *key, *journal;
  struct product *products;
  int64_t product_count;
  uint64_t random;
  uint8_t till[16], staff[16], shift_id[16], epoch[16], hash[32];
  int64_t number, seq, now;
  struct sizes sizes;
  char *filler;
};

/* For statements that name their parameters in order, as every INSERT does: SQLite counts them as they appear. */
static sqlite3_stmt *prepare(struct raw *raw, enum sp_query query) {
  return sp_bench_prepare(raw->handle, sp_query_texts[query].sql);
}

static void blob(sqlite3_stmt *stmt, int at, const void *bytes, int len) {
  sqlite3_bind_blob(stmt, at, bytes, len, SQLITE_STATIC);
}

static void text(sqlite3_stmt *stmt, int at, const char *value) {
  sqlite3_bind_text(stmt, at, value, -1, SQLITE_STATIC);
}

static void number(sqlite3_stmt *stmt, int at, int64_t value) {
  sqlite3_bind_int64(stmt, at, value);
}

static void filler(const struct raw *raw, sqlite3_stmt *stmt, int at, int64_t len) {
  sqlite3_bind_text(stmt, at, raw->filler, (int)len, SQLITE_STATIC);
}

/* ---- Before ---- */

static void read_products(struct raw *raw, int64_t room) {
  sqlite3_stmt *stmt = sp_bench_prepare(raw->handle, "SELECT id, revision FROM product LIMIT ?");
  raw->products = calloc((size_t)room + 1, sizeof *raw->products);
  if (raw->products == NULL) sp_bench_fail("out of memory");
  number(stmt, 1, room);
  while (raw->product_count < room && sqlite3_step(stmt) == SQLITE_ROW) {
    struct product *product = &raw->products[raw->product_count++];
    memcpy(product->id, sqlite3_column_blob(stmt, 0), 16);
    product->revision = sqlite3_column_int64(stmt, 1);
  }
  sqlite3_finalize(stmt);
  if (raw->product_count == 0) sp_bench_fail("there are no products");
}

static void read_shift(struct raw *raw) {
  sqlite3_stmt *stmt = sp_bench_prepare(
      raw->handle, "SELECT s.id, s.till_id, s.opened_by, (SELECT COALESCE(MAX(number), 0) FROM sale WHERE"
                   " till_id = s.till_id), (SELECT COALESCE(MAX(seq), 0) FROM journal), (SELECT epoch FROM node)"
                   " FROM shift s WHERE s.closed_at IS NULL");
  if (sqlite3_step(stmt) != SQLITE_ROW) sp_bench_fail("no shift is open");
  memcpy(raw->shift_id, sqlite3_column_blob(stmt, 0), 16);
  memcpy(raw->till, sqlite3_column_blob(stmt, 1), 16);
  memcpy(raw->staff, sqlite3_column_blob(stmt, 2), 16);
  raw->number = sqlite3_column_int64(stmt, 3);
  raw->seq = sqlite3_column_int64(stmt, 4);
  memcpy(raw->epoch, sqlite3_column_blob(stmt, 5), 16);
  sqlite3_finalize(stmt);
}

static void prepare_all(struct raw *raw) {
  raw->begin = sp_bench_prepare(raw->handle, "BEGIN IMMEDIATE");
  raw->commit = sp_bench_prepare(raw->handle, "COMMIT");
  raw->sale = prepare(raw, SP_Q_SALE_INSERT);
  raw->line = prepare(raw, SP_Q_SALE_LINE_INSERT);
  raw->movement = prepare(raw, SP_Q_STOCK_MOVEMENT_INSERT);
  raw->stock = prepare(raw, SP_Q_STOCK_ADD);
  raw->allocation = prepare(raw, SP_Q_SALE_ALLOCATION_INSERT);
  raw->payment = prepare(raw, SP_Q_PAYMENT_INSERT);
  raw->cash = prepare(raw, SP_Q_CASH_ENTRY_INSERT);
  raw->shift = sp_bench_prepare(raw->handle, "UPDATE shift SET cash = cash + ?2, entries = entries + 1"
                                             " WHERE id = ?1 AND closed_at IS NULL");
  raw->key = prepare(raw, SP_Q_IDEMPOTENCY_INSERT);
  raw->journal = prepare(raw, SP_Q_JOURNAL_INSERT);
}

/* As adapters/storage/sqlite/open.c sets its write connection; checkpoints come by themselves every 1,000 pages. */
static void open_like_the_writer(struct raw *raw) {
  raw->handle = sp_bench_open("node.db");
  sp_bench_exec(raw->handle, "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
                             "PRAGMA cell_size_check = ON; PRAGMA cache_size = -4096; PRAGMA journal_mode = WAL;"
                             "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
}

static void open_raw(struct raw *raw, const char *folder, int64_t products, int64_t sales) {
  struct sp_fixture node;
  sp_bench_local(&node, folder, products, sales, 0);
  sp_fixture_close(&node);
  open_like_the_writer(raw);
  raw->filler = malloc(TEXT_MAX);
  if (raw->filler == NULL) sp_bench_fail("out of memory");
  memset(raw->filler, 'x', TEXT_MAX);
  memset(raw->hash, 7, sizeof raw->hash);
  read_products(raw, products);
  read_shift(raw);
  prepare_all(raw);
}

/* ---- One sale ---- */

static void write_head(struct raw *raw, const uint8_t id[16]) {
  sqlite3_stmt *s = raw->sale;
  blob(s, 1, id, 16);
  blob(s, 2, raw->till, 16);
  number(s, 3, ++raw->number);
  blob(s, 4, raw->shift_id, 16);
  text(s, 5, "sale");
  text(s, 6, "api");
  text(s, 7, "");
  blob(s, 8, raw->staff, 16);
  text(s, 10, "");
  text(s, 11, "");
  number(s, 12, 20261122);
  number(s, 13, raw->now);
  number(s, 14, 10000);
  number(s, 15, 0);
  number(s, 16, 0);
  number(s, 17, 10000);
  number(s, 18, 1150);
  blob(s, 19, raw->hash, 32);
  filler(raw, s, 20, raw->sizes.trace);
  sp_bench_step(s);
}

static void write_line(struct raw *raw, const uint8_t id[16], int n) {
  const struct product *product = &raw->products[sp_bench_random(&raw->random) % (uint64_t)raw->product_count];
  sqlite3_stmt *s = raw->line;
  blob(s, 1, id, 16);
  number(s, 2, n);
  blob(s, 3, product->id, 16);
  number(s, 4, product->revision);
  number(s, 5, 0);
  for (int price = 7; price <= 9; price++)
    number(s, price, 1000);
  number(s, 6, 1000);
  number(s, 10, 0);
  number(s, 11, 0);
  number(s, 12, 1000);
  number(s, 13, 130000);
  number(s, 14, 115);
  text(s, 20, "");
  sp_bench_step(s);
  s = raw->movement;
  blob(s, 1, id, 16);
  number(s, 2, n);
  text(s, 3, "shop");
  blob(s, 4, product->id, 16);
  text(s, 5, "");
  text(s, 6, "sale");
  number(s, 7, -1000);
  number(s, 8, raw->now);
  sp_bench_step(s);
  s = raw->stock;
  blob(s, 1, product->id, 16);
  text(s, 2, "shop");
  text(s, 3, "");
  number(s, 4, -1000);
  sp_bench_step(s);
}

static void write_money(struct raw *raw, const uint8_t id[16]) {
  sqlite3_stmt *s = raw->payment;
  blob(s, 1, id, 16);
  number(s, 2, 1);
  text(s, 3, "cash");
  number(s, 4, 10000);
  number(s, 5, 20000);
  number(s, 6, 10000);
  text(s, 7, "");
  sp_bench_step(s);
  s = raw->cash;
  blob(s, 1, id, 16);
  number(s, 2, 1);
  blob(s, 3, raw->shift_id, 16);
  text(s, 4, "sale");
  number(s, 5, 10000);
  text(s, 6, "");
  blob(s, 7, raw->staff, 16);
  number(s, 8, raw->now);
  sp_bench_step(s);
  s = raw->shift;
  blob(s, 1, raw->shift_id, 16);
  number(s, 2, 10000);
  sp_bench_step(s);
}

static void write_records(struct raw *raw) {
  char key[40];
  sqlite3_stmt *s = raw->journal;
  number(s, 1, ++raw->seq);
  blob(s, 2, raw->epoch, 16);
  text(s, 3, "sale");
  number(s, 4, 1);
  number(s, 5, raw->now);
  blob(s, 6, raw->staff, 16);
  blob(s, 7, raw->hash, 32);
  blob(s, 8, raw->filler, (int)raw->sizes.body);
  blob(s, 9, raw->hash, 32);
  sp_bench_step(s);
  snprintf(key, sizeof key, "bench-%016llx", (unsigned long long)sp_bench_random(&raw->random));
  s = raw->key;
  blob(s, 1, raw->staff, 16);
  text(s, 2, key);
  blob(s, 3, raw->hash, 32);
  number(s, 4, 201);
  filler(raw, s, 5, raw->sizes.answer);
  number(s, 6, raw->now);
  sp_bench_step(s);
}

static void write_sale(struct raw *raw) {
  uint8_t id[16];
  raw->now++;
  sp_bench_id(&raw->random, raw->now, id);
  write_head(raw, id);
  for (int n = 1; n <= raw->sizes.lines; n++)
    write_line(raw, id, n);
  for (int n = 1; n <= raw->sizes.allocations; n++) {
    blob(raw->allocation, 1, id, 16);
    number(raw->allocation, 2, n);
    text(raw->allocation, 3, "percent-42");
    text(raw->allocation, 4, "promotion.percent_off");
    number(raw->allocation, 5, 100);
    number(raw->allocation, 6, n - 1);
    sp_bench_step(raw->allocation);
  }
  write_money(raw, id);
  write_records(raw);
}

static void run(struct raw *raw, int64_t count, int64_t group, struct sp_bench_samples *samples) {
  for (int64_t done = 0; done < count; done += group) {
    int64_t from = sp_bench_now_ns();
    sp_bench_step(raw->begin);
    for (int64_t i = 0; i < group; i++)
      write_sale(raw);
    sp_bench_step(raw->commit);
    if (samples != NULL) sp_bench_samples_add(samples, sp_bench_now_ns() - from);
  }
}

static void measure(struct raw *raw, int64_t warm, int64_t count, int64_t group) {
  struct sp_bench_samples samples;
  run(raw, warm, group, NULL);
  if (!sp_bench_samples_new(&samples, (size_t)(count / group + 1))) sp_bench_fail("out of memory");
  count = (count + group - 1) / group * group;
  int64_t start = sp_bench_now_ns();
  run(raw, count, group, &samples);
  sp_bench_print(&samples, count, sp_bench_now_ns() - start, "");
  sp_bench_samples_free(&samples);
}

int main(int argc, char **argv) {
  const char *folder = NULL;
  int64_t count = 1000, warm = 1000, group = 1, products = 10000, sales = 0;
  struct raw raw = {.random = 2463534242u, .now = 1795323600000LL};
  raw.sizes = (struct sizes){.lines = 10, .allocations = 2, .trace = 900, .body = 900, .answer = 250};
  const struct sp_bench_option options[] = {
      {"folder", NULL, &folder, 0},
      {"count", &count, NULL, 10000000},
      {"warm", &warm, NULL, 10000000},
      {"group", &group, NULL, 1000},
      {"products", &products, NULL, 5000000},
      {"sales", &sales, NULL, 5000000},
      {"lines", &raw.sizes.lines, NULL, 500},
      {"allocations", &raw.sizes.allocations, NULL, 500},
      {"trace", &raw.sizes.trace, NULL, TEXT_MAX},
      {"body", &raw.sizes.body, NULL, TEXT_MAX},
      {"answer", &raw.sizes.answer, NULL, TEXT_MAX},
      {NULL, NULL, NULL, 0},
  };
  if (!sp_bench_options(argc, argv, options)) return 2;
  if (group < 1 || products < 1) sp_bench_fail("--group and --products begin at 1");
  open_raw(&raw, folder, products, sales);
  measure(&raw, warm, count, group);
  free(raw.products);
  free(raw.filler);
  return 0;
}
