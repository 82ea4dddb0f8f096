/* Our engine on the workload of peers/workload.mjs: rules in Lua, budgets and trace on, the basket built from what was
 * scanned for every evaluation.
 *
 *   bench_rules --folder PACK --data FILE
 *
 * FILE is JSON: {"products":[[code, category, price], …], "baskets":[{"level":"gold","lines":[[product, pieces],
 * …]}, …]}. Commands come on standard input, a line each, and are answered with one line of JSON:
 *
 *   run MS [notrace] [nobudget]   basket after basket for so long: {"count", "us" (mean), "p99_us", "max_us"}
 *   discounts                     what was taken off each basket, in fen
 *   memory                        resident bytes of the process
 */
#include "engine/engine.h"
#include "lua/machine.h"
#include "tests/bench/bench.h"
#include "tests/bench/switches.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAX   ((size_t)64 << 20)
#define SAMPLES_MAX 2000000
#define NOON        1795320000000LL /* 2026-11-22T04:00:00Z */

struct product {
  const char *code, *category;
  int64_t price;
};

struct scan {
  int32_t product, pieces;
};

struct cart {
  const char *level;
  struct scan *scans;
  int32_t count;
};

struct bench {
  struct sp_arena facts, arena;
  struct product *products;
  struct cart *carts;
  int32_t product_count, cart_count, at;
  struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  struct sp_context context;
  struct sp_bench_samples samples; /* made once: their memory is in every figure alike */
};

/* ---- The workload ---- */

static char *read_file(struct bench *b, const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) sp_bench_fail("%s cannot be read", path);
  (void)fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *text = sp_arena_alloc(&b->facts, (size_t)size + 1);
  if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) sp_bench_fail("%s cannot be read", path);
  fclose(file);
  return text;
}

static const char *text_at(struct bench *b, const cJSON *list, int i) {
  return sp_arena_text(&b->facts, cJSON_GetStringValue(cJSON_GetArrayItem(list, i)));
}

static int64_t number_at(const cJSON *list, int i) {
  const cJSON *item = cJSON_GetArrayItem(list, i);
  return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;
}

static void read_products(struct bench *b, const cJSON *list) {
  const cJSON *item;
  b->products = sp_arena_array(&b->facts, (size_t)cJSON_GetArraySize(list) + 1, sizeof *b->products);
  if (b->products == NULL) sp_bench_fail("out of memory");
  cJSON_ArrayForEach(item, list) {
    b->products[b->product_count++] =
        (struct product){.code = text_at(b, item, 0), .category = text_at(b, item, 1), .price = number_at(item, 2)};
  }
}

static void read_carts(struct bench *b, const cJSON *list) {
  const cJSON *item, *line;
  b->carts = sp_arena_array(&b->facts, (size_t)cJSON_GetArraySize(list) + 1, sizeof *b->carts);
  if (b->carts == NULL) sp_bench_fail("out of memory");
  cJSON_ArrayForEach(item, list) {
    const cJSON *lines = cJSON_GetObjectItem(item, "lines");
    struct cart *cart = &b->carts[b->cart_count++];
    cart->level = sp_arena_text(&b->facts, cJSON_GetStringValue(cJSON_GetObjectItem(item, "level")));
    cart->scans = sp_arena_array(&b->facts, (size_t)cJSON_GetArraySize(lines) + 1, sizeof *cart->scans);
    if (cart->scans == NULL) sp_bench_fail("out of memory");
    cJSON_ArrayForEach(line, lines) {
      cart->scans[cart->count++] = (struct scan){(int32_t)number_at(line, 0), (int32_t)number_at(line, 1)};
    }
  }
}

static void read_data(struct bench *b, const char *path) {
  char *text = read_file(b, path);
  cJSON *data = cJSON_Parse(text);
  if (data == NULL) sp_bench_fail("%s is not JSON", path);
  read_products(b, cJSON_GetObjectItem(data, "products"));
  read_carts(b, cJSON_GetObjectItem(data, "baskets"));
  cJSON_Delete(data);
  if (b->cart_count == 0) sp_bench_fail("%s has no baskets", path);
}

/* ---- One evaluation ---- */

static struct sp_basket build(struct bench *b, const struct cart *cart) {
  struct sp_line *lines = sp_arena_array(&b->arena, (size_t)cart->count, sizeof *lines);
  if (lines == NULL) sp_bench_fail("out of memory");
  for (int32_t i = 0; i < cart->count; i++) {
    const struct product *product = &b->products[cart->scans[i].product];
    lines[i] = (struct sp_line){.n = i + 1,
                                .code = product->code,
                                .name = product->code,
                                .unit = "瓶",
                                .category = product->category,
                                .quantity = cart->scans[i].pieces * 1000LL,
                                .list_price = product->price,
                                .given_price = SP_NO_PRICE,
                                .tax_ppm = 130000,
                                .note = ""};
  }
  const struct sp_member member = {.level = cart->level,
                                   .points = SP_UNKNOWN,
                                   .purchases = SP_UNKNOWN,
                                   .joined_days = SP_UNKNOWN,
                                   .birthday_days = SP_UNKNOWN};
  return (struct sp_basket){.lines = lines, .count = cart->count, .member = member};
}

static int64_t evaluate(struct bench *b, const struct cart *cart) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_priced priced;
  sp_arena_reset(&b->arena);
  struct sp_basket basket = build(b, cart);
  if (sp_engine_price(b->bundle, b->vm, &basket, &b->context, &b->arena, &priced, &error) != 0) {
    sp_bench_fail("%s", error.message);
  }
  return priced.discount;
}

/* ---- Commands ---- */

static void run(struct bench *b, int64_t ms) {
  struct sp_bench_samples *samples = &b->samples;
  sp_bench_samples_restart(samples);
  int64_t from = sp_bench_now_ns(), now = from, until = from + ms * 1000000;
  int64_t count = 0;
  for (; now < until; count++) {
    (void)evaluate(b, &b->carts[b->at]);
    b->at = (b->at + 1) % b->cart_count;
    int64_t done = sp_bench_now_ns();
    sp_bench_samples_add(samples, done - now);
    now = done;
  }
  char more[64];
  int64_t max = 0;
  for (size_t i = 0; i < samples->count; i++)
    if (samples->ns[i] > max) max = samples->ns[i];
  snprintf(more, sizeof more, "\"us\":%.3f,\"max_us\":%.1f", (double)(now - from) / 1000.0 / (double)count,
           (double)max / 1000.0);
  sp_bench_print(samples, count, now - from, more);
}

static void print_discounts(struct bench *b) {
  fputs("{\"discounts\":[", stdout);
  for (int32_t i = 0; i < b->cart_count; i++)
    printf("%s%lld", i > 0 ? "," : "", (long long)evaluate(b, &b->carts[i]));
  fputs("]}\n", stdout);
}

static void print_memory(void) {
  char line[200] = "", *end = line;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) sp_bench_fail("/proc/self/statm cannot be read");
  fclose(file);
  (void)strtoll(line, &end, 10); /* the address space; resident pages come second */
  printf("{\"bytes\":%lld}\n", strtoll(end, NULL, 10) * sysconf(_SC_PAGESIZE));
}

static void serve(struct bench *b) {
  char line[80];
  while (fgets(line, sizeof line, stdin) != NULL && strncmp(line, "end", 3) != 0) {
    sp_bench_trace(strstr(line, "notrace") == NULL);
    sp_bench_budget(strstr(line, "nobudget") == NULL);
    if (strncmp(line, "run ", 4) == 0) {
      run(b, strtoll(line + 4, NULL, 10));
    } else if (strncmp(line, "memory", 6) == 0) {
      print_memory();
    } else {
      print_discounts(b);
    }
    fflush(stdout);
  }
}

int main(int argc, char **argv) {
  const char *folder = NULL, *data = NULL;
  struct sp_error error = {.lang = SP_LANG_EN};
  struct bench b = {
      .context = {.now = NOON, .business_date = 20261122, .weekday = 7, .minute = 720, .promotions = true}};
  const struct sp_bench_option options[] = {
      {"folder", NULL, &folder, 0}, {"data", NULL, &data, 0}, {NULL, NULL, NULL, 0}};
  if (!sp_bench_options(argc, argv, options) || folder == NULL || data == NULL) return 2;
  sp_arena_init(&b.facts, ARENA_MAX);
  sp_arena_init(&b.arena, ARENA_MAX);
  read_data(&b, data);
  const struct sp_bundle_options pack = {.folder = folder};
  if (sp_bundle_build(&pack, sp_lua_api(), &b.bundle, &error) != 0 || sp_bundle_vm_open(b.bundle, &b.vm, &error) != 0) {
    sp_bench_fail("%s", error.message);
  }
  if (!sp_bench_samples_new(&b.samples, SAMPLES_MAX)) sp_bench_fail("out of memory");
  memset(b.samples.ns, 0, SAMPLES_MAX * sizeof *b.samples.ns);
  serve(&b);
  sp_bench_samples_free(&b.samples);
  b.vm->api->close(b.vm);
  sp_bundle_release(b.bundle);
  sp_arena_free(&b.arena);
  sp_arena_free(&b.facts);
  return 0;
}
