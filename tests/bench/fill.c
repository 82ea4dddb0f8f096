#include "tests/bench/fill.h"

#include "base/crypto.h"
#include "base/hash.h"
#include "tests/bench/bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATEGORIES   50
#define SLICE        20000 /* rows in one transaction */
#define HISTORY_MS   1700000000000LL
#define HISTORY_STEP 20000 /* ms between two sales */
#define TILLS_MAX    64
#define TRACE_BYTES  900 /* of a stored sale of ten lines that met two promotions */
#define BODY_BYTES   900
#define YEAR_MS      31536000000LL

struct maker {
  sqlite3 *handle;
  const struct sp_bench_fill *fill;
  uint64_t random;
  uint8_t (*products)[16];
  uint8_t tills[TILLS_MAX][16];
  uint8_t shifts[TILLS_MAX][16]; /* closed ones, of the history */
  int64_t numbers[TILLS_MAX];
  int till_count;
  uint8_t staff[16], store[16];
  char location[64];
};

/* ---- SQLite ---- */

sqlite3 *sp_bench_open(const char *path) {
  sqlite3 *handle = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (sqlite3_open_v2(path, &handle, flags, NULL) != SQLITE_OK) {
    sp_bench_fail("%s: %s", path, handle != NULL ? sqlite3_errmsg(handle) : "out of memory");
  }
  return handle;
}

void sp_bench_exec(sqlite3 *handle, const char *sql) {
  if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) sp_bench_fail("%s: %s", sql, sqlite3_errmsg(handle));
}

sqlite3_stmt *sp_bench_prepare(sqlite3 *handle, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  if (sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
    sp_bench_fail("%s: %s", sql, sqlite3_errmsg(handle));
  }
  return stmt;
}

void sp_bench_step(sqlite3_stmt *stmt) {
  if (sqlite3_step(stmt) != SQLITE_DONE) {
    sp_bench_fail("%s: %s", sqlite3_sql(stmt), sqlite3_errmsg(sqlite3_db_handle(stmt)));
  }
  sqlite3_reset(stmt);
}

void sp_bench_id(uint64_t *random, int64_t ms, uint8_t out[16]) {
  uint64_t noise[2] = {sp_bench_random(random), sp_bench_random(random)};
  memcpy(out, noise, 16);
  for (int i = 0; i < 6; i++)
    out[i] = (uint8_t)((uint64_t)ms >> (40 - 8 * i));
}

static void blob(sqlite3_stmt *stmt, int at, const void *bytes, int len) {
  sqlite3_bind_blob(stmt, at, bytes, len, SQLITE_STATIC);
}

static void text(sqlite3_stmt *stmt, int at, const char *value) {
  sqlite3_bind_text(stmt, at, value, -1, SQLITE_STATIC);
}

static void slice(struct maker *m, int64_t i) {
  if (i % SLICE == SLICE - 1) sp_bench_exec(m->handle, "COMMIT; BEGIN");
}

/* ---- What the node has made ---- */

static void read_one(struct maker *m, const char *sql, uint8_t out[16]) {
  sqlite3_stmt *stmt = sp_bench_prepare(m->handle, sql);
  if (sqlite3_step(stmt) != SQLITE_ROW || sqlite3_column_bytes(stmt, 0) != 16) sp_bench_fail("%s: nothing", sql);
  memcpy(out, sqlite3_column_blob(stmt, 0), 16);
  sqlite3_finalize(stmt);
}

static void read_node(struct maker *m) {
  read_one(m, "SELECT id FROM store", m->store);
  read_one(m, "SELECT id FROM staff ORDER BY code LIMIT 1", m->staff);
  sqlite3_stmt *stmt = sp_bench_prepare(m->handle, "SELECT code FROM location");
  if (sqlite3_step(stmt) != SQLITE_ROW) sp_bench_fail("the store has no location");
  snprintf(m->location, sizeof m->location, "%s", (const char *)sqlite3_column_text(stmt, 0));
  sqlite3_finalize(stmt);
  stmt = sp_bench_prepare(m->handle, "SELECT id FROM till ORDER BY code");
  while (m->till_count < TILLS_MAX && sqlite3_step(stmt) == SQLITE_ROW) {
    memcpy(m->tills[m->till_count++], sqlite3_column_blob(stmt, 0), 16);
  }
  sqlite3_finalize(stmt);
  if (m->till_count == 0) sp_bench_fail("the store has no till");
}

/* ---- Products ---- */

static void make_categories(struct maker *m, uint8_t categories[CATEGORIES][16]) {
  sqlite3_stmt *stmt = sp_bench_prepare(m->handle, "INSERT INTO category (id, name, path) VALUES (?, ?, ?)");
  for (int i = 0; i < CATEGORIES; i++) {
    char name[32];
    snprintf(name, sizeof name, "类别%02d", i);
    sp_bench_id(&m->random, HISTORY_MS + i, categories[i]);
    blob(stmt, 1, categories[i], 16);
    text(stmt, 2, name);
    text(stmt, 3, name);
    sp_bench_step(stmt);
  }
  sqlite3_finalize(stmt);
}

struct product_statements {
  sqlite3_stmt *product, *barcode, *term, *stock;
};

static void make_product(struct maker *m, const struct product_statements *s, const uint8_t category[16], int64_t i) {
  char code[24], name[48], tag[16], barcode[24];
  const uint8_t *id = m->products[i];
  sp_bench_id(&m->random, HISTORY_MS + i, m->products[i]);
  snprintf(code, sizeof code, "P%07lld", (long long)i);
  snprintf(name, sizeof name, "商品%07lld 500ml", (long long)i);
  snprintf(tag, sizeof tag, "tag%lld", (long long)(i % SP_BENCH_TAGS));
  snprintf(barcode, sizeof barcode, "%lld", 6900000000000LL + (long long)i);
  blob(s->product, 1, id, 16);
  text(s->product, 2, code);
  text(s->product, 3, name);
  blob(s->product, 4, category, 16);
  sqlite3_bind_int64(s->product, 5, 100 + (int64_t)(sp_bench_random(&m->random) % 9900));
  text(s->product, 6, tag);
  sp_bench_step(s->product);
  text(s->barcode, 1, barcode);
  blob(s->barcode, 2, id, 16);
  sp_bench_step(s->barcode);
  text(s->term, 1, code);
  blob(s->term, 2, id, 16);
  sp_bench_step(s->term);
  blob(s->stock, 1, id, 16);
  text(s->stock, 2, m->location);
  sp_bench_step(s->stock);
}

static void make_products(struct maker *m) {
  uint8_t categories[CATEGORIES][16];
  struct product_statements s = {
      .product = sp_bench_prepare(m->handle, "INSERT INTO product (id, code, name, category_id, unit, price, tax_ppm,"
                                             " tags, updated_at) VALUES (?, ?, ?, ?, '瓶', ?, 130000, ?, 0)"),
      .barcode = sp_bench_prepare(m->handle, "INSERT INTO barcode (barcode, product_id) VALUES (?, ?)"),
      .term = sp_bench_prepare(m->handle, "INSERT INTO product_term (term, product_id) VALUES (?, ?)"),
      .stock = sp_bench_prepare(m->handle, "INSERT INTO stock (product_id, location, on_hand) VALUES (?, ?, 0)"),
  };
  make_categories(m, categories);
  for (int64_t i = 0; i < m->fill->products; i++) {
    make_product(m, &s, categories[i % CATEGORIES], i);
    slice(m, i);
  }
  sp_bench_exec(m->handle, "INSERT INTO product_card (product_id, revision, name, unit, category, tags)"
                           " SELECT p.id, p.revision, p.name, p.unit, COALESCE(c.path, ''), p.tags"
                           " FROM product p LEFT JOIN category c ON c.id = p.category_id WHERE true"
                           " ON CONFLICT DO NOTHING");
  sqlite3_finalize(s.product);
  sqlite3_finalize(s.barcode);
  sqlite3_finalize(s.term);
  sqlite3_finalize(s.stock);
}

/* ---- Tills: a shift of the past, one that is open, a token ---- */

static void make_shifts(struct maker *m) {
  sqlite3_stmt *stmt = sp_bench_prepare(
      m->handle, "INSERT INTO shift (id, till_id, number, opened_by, opened_at, business_day, opening_float, cash,"
                 " closed_by, closed_at, counted) VALUES (?1, ?2, ?3, ?4, ?5, 20260101, 0, 0, ?6, ?7, ?7)");
  for (int i = 0; i < m->till_count; i++) {
    uint8_t open[16];
    sp_bench_id(&m->random, HISTORY_MS + i, m->shifts[i]);
    sp_bench_id(&m->random, HISTORY_MS + i, open);
    blob(stmt, 1, m->shifts[i], 16);
    blob(stmt, 2, m->tills[i], 16);
    sqlite3_bind_int64(stmt, 3, 1);
    blob(stmt, 4, m->staff, 16);
    sqlite3_bind_int64(stmt, 5, HISTORY_MS);
    blob(stmt, 6, m->staff, 16);
    sqlite3_bind_int64(stmt, 7, 0);
    sp_bench_step(stmt);
    blob(stmt, 1, open, 16);
    sqlite3_bind_int64(stmt, 3, 2);
    sqlite3_bind_null(stmt, 6);
    sqlite3_bind_null(stmt, 7);
    if (m->fill->tokens != NULL) sp_bench_step(stmt);
  }
  sqlite3_finalize(stmt);
}

static void make_tokens(struct maker *m) {
  sqlite3_stmt *stmt =
      sp_bench_prepare(m->handle, "INSERT INTO credential (hash, id, kind, name, staff_id, till_id, scopes, created_at,"
                                  " expires_at) VALUES (?, ?, 'token', 'bench', ?, ?, ?, 0, ?)");
  FILE *file = fopen(m->fill->tokens, "w");
  if (file == NULL) sp_bench_fail("%s cannot be written", m->fill->tokens);
  for (int i = 0; i < m->till_count; i++) {
    char token[SP_TOKEN_TEXT];
    uint8_t hash[SP_HASH_LEN], id[16];
    if (sp_token_new(token) != 0) sp_bench_fail("no randomness");
    const struct sp_slice slices[] = {{token, strlen(token)}};
    if (sp_hash(slices, 1, hash) != 0) sp_bench_fail("no hash");
    sp_bench_id(&m->random, HISTORY_MS, id);
    blob(stmt, 1, hash, sizeof hash);
    blob(stmt, 2, id, 16);
    blob(stmt, 3, m->staff, 16);
    blob(stmt, 4, m->tills[i], 16);
    text(stmt, 5, "sales:write sales:read products:read shifts:write reports:read");
    sqlite3_bind_int64(stmt, 6, HISTORY_MS + 30 * YEAR_MS);
    sp_bench_step(stmt);
    fprintf(file, "%s\n", token);
  }
  fclose(file);
  sqlite3_finalize(stmt);
}

/* ---- History ---- */

struct sale_statements {
  sqlite3_stmt *sale, *line, *movement, *payment, *cash, *journal;
  char trace[TRACE_BYTES + 1], body[BODY_BYTES + 1];
  uint8_t hash[32];
};

static void prepare_sales(struct maker *m, struct sale_statements *s) {
  s->sale = sp_bench_prepare(
      m->handle, "INSERT INTO sale (id, till_id, number, shift_id, kind, source, staff_id, business_day, at, gross,"
                 " discount, rounding, total, tax, generation, trace)"
                 " VALUES (?1, ?2, ?3, ?4, 'sale', 'api', ?5, 20250101, ?6, 10000, 0, 0, 10000, 1150, ?7, ?8)");
  s->line = sp_bench_prepare(m->handle,
                             "INSERT INTO sale_line (sale_id, n, product_id, revision, weighed, quantity, list_price,"
                             " unit_price, gross, discount, rounding, paid, tax_ppm, tax)"
                             " VALUES (?, ?, ?, 1, 0, 1000, 1000, 1000, 1000, 0, 0, 1000, 130000, 115)");
  s->movement = sp_bench_prepare(m->handle,
                                 "INSERT INTO stock_movement (document_id, n, location, product_id, kind, quantity, at)"
                                 " VALUES (?, ?, ?, ?, 'sale', -1000, ?)");
  s->payment = sp_bench_prepare(m->handle, "INSERT INTO payment (sale_id, n, method, amount, tendered, change)"
                                           " VALUES (?, 1, 'cash', 10000, 10000, 0)");
  s->cash = sp_bench_prepare(m->handle, "INSERT INTO cash_entry (document_id, n, shift_id, kind, amount, staff_id, at)"
                                        " VALUES (?, 1, ?, 'sale', 10000, ?, ?)");
  s->journal = sp_bench_prepare(
      m->handle, "INSERT INTO journal (seq, epoch, kind, version, at, actor_id, generation, body, hash) VALUES"
                 " ((SELECT COALESCE(MAX(seq), 0) + 1 FROM journal), ?1, 'sale', 1, ?2, ?3, ?4, ?5, ?4)");
  memset(s->trace, 'x', TRACE_BYTES);
  memset(s->body, 'x', BODY_BYTES);
  s->trace[TRACE_BYTES] = s->body[BODY_BYTES] = '\0';
  memset(s->hash, 7, sizeof s->hash);
}

static void make_lines(struct maker *m, struct sale_statements *s, const uint8_t id[16], int64_t at) {
  for (int n = 1; n <= SP_BENCH_LINES; n++) {
    int64_t i = (int64_t)(sp_bench_random(&m->random) % (uint64_t)m->fill->products);
    blob(s->line, 1, id, 16);
    sqlite3_bind_int(s->line, 2, n);
    blob(s->line, 3, m->products[i], 16);
    sp_bench_step(s->line);
    blob(s->movement, 1, id, 16);
    sqlite3_bind_int(s->movement, 2, n);
    text(s->movement, 3, m->location);
    blob(s->movement, 4, m->products[i], 16);
    sqlite3_bind_int64(s->movement, 5, at);
    sp_bench_step(s->movement);
  }
}

static void make_sale(struct maker *m, struct sale_statements *s, int64_t i) {
  int till = (int)(i % m->till_count);
  int64_t at = HISTORY_MS + i * HISTORY_STEP / 32;
  uint8_t id[16];
  sp_bench_id(&m->random, at, id);
  blob(s->sale, 1, id, 16);
  blob(s->sale, 2, m->tills[till], 16);
  sqlite3_bind_int64(s->sale, 3, ++m->numbers[till]);
  blob(s->sale, 4, m->shifts[till], 16);
  blob(s->sale, 5, m->staff, 16);
  sqlite3_bind_int64(s->sale, 6, at);
  blob(s->sale, 7, s->hash, 32);
  text(s->sale, 8, s->trace);
  sp_bench_step(s->sale);
  make_lines(m, s, id, at);
  blob(s->payment, 1, id, 16);
  sp_bench_step(s->payment);
  blob(s->cash, 1, id, 16);
  blob(s->cash, 2, m->shifts[till], 16);
  blob(s->cash, 3, m->staff, 16);
  sqlite3_bind_int64(s->cash, 4, at);
  sp_bench_step(s->cash);
  blob(s->journal, 1, m->store, 16);
  sqlite3_bind_int64(s->journal, 2, at);
  blob(s->journal, 3, m->staff, 16);
  blob(s->journal, 4, s->hash, 32);
  blob(s->journal, 5, s->body, BODY_BYTES);
  sp_bench_step(s->journal);
}

static void make_sales(struct maker *m) {
  struct sale_statements s;
  prepare_sales(m, &s);
  for (int64_t i = 0; i < m->fill->sales; i++) {
    make_sale(m, &s, i);
    if (i % (SLICE / 20) == 0) sp_bench_exec(m->handle, "COMMIT; BEGIN");
  }
  sqlite3_stmt *all[] = {s.sale, s.line, s.movement, s.payment, s.cash, s.journal};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    sqlite3_finalize(all[i]);
}

void sp_bench_fill(sqlite3 *handle, const struct sp_bench_fill *fill) {
  struct maker m = {.handle = handle, .fill = fill, .random = 88172645463325252ULL};
  m.products = calloc((size_t)fill->products + 1, sizeof *m.products);
  if (m.products == NULL) sp_bench_fail("out of memory");
  if (fill->products == 0 && fill->sales > 0) sp_bench_fail("a history needs products");
  sp_bench_exec(handle, "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144;"
                        "PRAGMA wal_autocheckpoint = 20000; BEGIN");
  read_node(&m);
  make_products(&m);
  make_shifts(&m);
  if (fill->tokens != NULL) make_tokens(&m);
  if (fill->sales > 0) make_sales(&m);
  sp_bench_exec(handle, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  free(m.products);
}
