/* A whole checkout without HTTP: look up, price by the rules, settle, number, plan and commit, in one thread.
 *
 *   bench_checkout --folder DIR --count SALES [--warm SALES] [--group 1|8|32] [--products N] [--sales N] [--lines N]
 * [--campaigns N] [--budget 0|1]
 *
 * Each sale has its own Idempotency-Key, looked up before and stored with the answer, as over HTTP. `--group` plans go
 * into one transaction; a sample is from the first lookup of a group to its commit. Prints also what a sale of ours
 * stores, so that the yardstick can write as much. `--budget 0` lets rules run without counting their instructions.
 */
#include "app/idempotency.h"
#include "app/sale.h"
#include "base/json.h"
#include "tests/bench/bench.h"
#include "tests/bench/local.h"
#include "tests/bench/switches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_MAX 64
#define LINES_MAX 100
#define ARENA_MAX ((size_t)16 << 20)

struct checkout {
  struct sp_fixture node;
  int64_t products, lines;
  uint64_t random;
  struct sp_arena arenas[GROUP_MAX];
  struct sp_plan plans[GROUP_MAX];
  struct sp_plan_entry entries[GROUP_MAX];
};

static const char *write_answer(struct sp_work *work, const struct sp_sale *sale) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_id(&w, "id", sale->id.bytes);
  sp_json_put_int(&w, "number", sale->number);
  sp_json_put_text(&w, "kind", sale->kind);
  sp_json_put_time(&w, "at", sale->at);
  sp_json_put_int(&w, "business_day", sale->business_day);
  sp_json_put_int(&w, "gross", sale->gross);
  sp_json_put_int(&w, "discount", sale->discount);
  sp_json_put_int(&w, "rounding", sale->rounding);
  sp_json_put_int(&w, "total", sale->total);
  sp_json_put_int(&w, "tax", sale->tax);
  sp_json_put_int(&w, "change", sale->tenders[0].change);
  sp_json_close_object(&w);
  const char *copy = sp_arena_copy(work->arena, sp_buf_text(&out), out.len);
  sp_buf_free(&out);
  return copy;
}

static void fill_items(struct checkout *c, struct sp_arena *arena, struct sp_sale_item *items) {
  for (int64_t i = 0; i < c->lines; i++) {
    uint64_t product = sp_bench_random(&c->random) % (uint64_t)c->products;
    const char *barcode = sp_arena_printf(arena, "%llu", 6900000000000ULL + (unsigned long long)product);
    items[i] = (struct sp_sale_item){.barcode = barcode, .quantity = 1000, .given_price = SP_NO_PRICE};
  }
}

static int sell(struct checkout *c, struct sp_work *work) {
  struct sp_sale sale;
  struct sp_stored_answer before;
  struct sp_sale_item items[LINES_MAX];
  struct sp_tender tender = {.method = SP_METHOD_CASH, .tendered = 10000000, .reference = ""};
  uint8_t hash[SP_HASH_LEN];
  fill_items(c, work->arena, items);
  const char *key = sp_arena_printf(work->arena, "bench-%016llx", (unsigned long long)sp_bench_random(&c->random));
  const struct sp_sale_request request = {.source = "api",
                                          .items = items,
                                          .item_count = (int32_t)c->lines,
                                          .tenders = &tender,
                                          .tender_count = 1,
                                          .expected_total = SP_NO_TOTAL,
                                          .promotions = true};
  const struct sp_slice slice = {items, sizeof items[0] * (size_t)c->lines};
  int rc = sp_hash(&slice, 1, hash);
  if (rc == 0) rc = sp_idempotency_find(work, key, hash, &before);
  if (rc == 0) rc = sp_sale_post(work, &request, &sale);
  if (rc == 0) sp_idempotency_store(work, key, hash, 201, write_answer(work, &sale));
  return rc;
}

/* What a worker does: everything that is read in one snapshot. */
static void plan_one(struct checkout *c, int i) {
  struct sp_error error = {.lang = SP_LANG_EN};
  sp_arena_reset(&c->arenas[i]);
  sp_plan_init(&c->plans[i], &c->arenas[i]);
  c->entries[i] = (struct sp_plan_entry){.plan = &c->plans[i]};
  c->node.now++;
  struct sp_work work = sp_fixture_work(&c->node, &c->arenas[i], &c->plans[i], &error);
  int rc = sp_db_begin(c->node.worker.db, &error);
  if (rc == 0) rc = sell(c, &work);
  if (rc != 0) sp_bench_fail("%s", error.message);
  (void)sp_db_commit(c->node.worker.db, NULL);
}

static void commit_all(struct checkout *c, int group) {
  const struct sp_db_api *api = *(const struct sp_db_api *const *)(const void *)c->node.writer; /* by database.h */
  sp_plan_commit(c->node.writer, c->entries, group);
  for (int i = 0; i < group; i++) {
    if (c->entries[i].result != 0) sp_bench_fail("%s", c->entries[i].error.message);
  }
  api->maintain(c->node.writer, c->node.now);
}

static void print(struct checkout *c, struct sp_bench_samples *samples, int64_t count, int64_t ns) {
  char more[256];
  int64_t sales = sp_fixture_scalar(&c->node, "SELECT COUNT(*) FROM sale WHERE source = 'api' AND reference = ''");
  int64_t allocations = sp_fixture_scalar(&c->node, "SELECT COUNT(*) FROM sale_allocation");
  snprintf(more, sizeof more, "\"allocations\":%lld,\"trace\":%lld,\"body\":%lld,\"answer\":%lld",
           (long long)((allocations + sales / 2) / (sales > 0 ? sales : 1)),
           (long long)sp_fixture_scalar(&c->node, "SELECT AVG(LENGTH(trace)) FROM sale"),
           (long long)sp_fixture_scalar(&c->node, "SELECT AVG(LENGTH(body)) FROM journal WHERE kind = 'sale'"),
           (long long)sp_fixture_scalar(&c->node, "SELECT AVG(LENGTH(body)) FROM idempotency"));
  sp_bench_print(samples, count, ns, more);
}

static void run(struct checkout *c, int64_t count, int64_t group, struct sp_bench_samples *samples) {
  for (int64_t done = 0; done < count; done += group) {
    int64_t from = sp_bench_now_ns();
    for (int i = 0; i < group; i++)
      plan_one(c, i);
    commit_all(c, (int)group);
    if (samples != NULL) sp_bench_samples_add(samples, sp_bench_now_ns() - from);
  }
}

static void measure(struct checkout *c, int64_t warm, int64_t count, int64_t group) {
  struct sp_bench_samples samples;
  for (int i = 0; i < GROUP_MAX; i++)
    sp_arena_init(&c->arenas[i], ARENA_MAX);
  run(c, warm, group, NULL);
  if (!sp_bench_samples_new(&samples, (size_t)(count / group + 1))) sp_bench_fail("out of memory");
  count = (count + group - 1) / group * group;
  int64_t start = sp_bench_now_ns();
  run(c, count, group, &samples);
  print(c, &samples, count, sp_bench_now_ns() - start);
  for (int i = 0; i < GROUP_MAX; i++)
    sp_arena_free(&c->arenas[i]);
  sp_bench_samples_free(&samples);
}

int main(int argc, char **argv) {
  const char *folder = NULL;
  int64_t count = 1000, warm = 1000, group = 1, sales = 0, campaigns = 100, budget = 1;
  struct checkout *c = calloc(1, sizeof *c);
  if (c == NULL) sp_bench_fail("out of memory");
  c->random = 2463534242u;
  c->products = 10000;
  c->lines = 10;
  const struct sp_bench_option options[] = {
      {"folder", NULL, &folder, 0},
      {"count", &count, NULL, 10000000},
      {"warm", &warm, NULL, 10000000},
      {"group", &group, NULL, GROUP_MAX},
      {"products", &c->products, NULL, 5000000},
      {"sales", &sales, NULL, 5000000},
      {"lines", &c->lines, NULL, LINES_MAX},
      {"campaigns", &campaigns, NULL, 10000},
      {"budget", &budget, NULL, 1},
      {NULL, NULL, NULL, 0},
  };
  if (!sp_bench_options(argc, argv, options)) return 2;
  if (group < 1 || c->products < 1 || c->lines < 1) sp_bench_fail("--group, --products and --lines begin at 1");
  sp_bench_budget(budget == 1);
  sp_bench_local(&c->node, folder, c->products, sales, campaigns);
  measure(c, warm, count, group);
  sp_fixture_close(&c->node);
  free(c);
  return 0;
}
