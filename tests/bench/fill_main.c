/* bench_fill --database FILE --products N [--sales N] [--tokens FILE]: see fill.h */
#include "tests/bench/bench.h"
#include "tests/bench/fill.h"

#include <stddef.h>

int main(int argc, char **argv) {
  const char *database = NULL;
  struct sp_bench_fill fill = {.products = 1000};
  const struct sp_bench_option options[] = {
      {"database", NULL, &database, 0},
      {"products", &fill.products, NULL, 5000000},
      {"sales", &fill.sales, NULL, 5000000},
      {"tokens", NULL, &fill.tokens, 0},
      {NULL, NULL, NULL, 0},
  };
  if (!sp_bench_options(argc, argv, options)) return 2;
  if (database == NULL) sp_bench_fail("--database names the file to fill");
  sqlite3 *handle = sp_bench_open(database);
  sp_bench_fill(handle, &fill);
  sqlite3_close(handle);
  return 0;
}
