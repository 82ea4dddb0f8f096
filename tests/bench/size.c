/* bench_size --database FILE: bytes of the pages in use, and of those that hold answers kept for retries, which go
 * after the configured days and whose pages are used again. No process may have the database open. */
#include "tests/bench/bench.h"
#include "tests/bench/fill.h"

#include <stdio.h>

int main(int argc, char **argv) {
  const char *database = NULL;
  const struct sp_bench_option options[] = {{"database", NULL, &database, 0}, {NULL, NULL, NULL, 0}};
  if (!sp_bench_options(argc, argv, options)) return 2;
  if (database == NULL) sp_bench_fail("--database names the file to look at");
  sqlite3 *handle = sp_bench_open(database);
  sqlite3_stmt *stmt =
      sp_bench_prepare(handle, "SELECT SUM(pgsize), SUM(CASE WHEN name LIKE '%idempotency%' THEN pgsize"
                               " ELSE 0 END) FROM dbstat WHERE aggregate = 1");
  if (sqlite3_step(stmt) != SQLITE_ROW) sp_bench_fail("%s", sqlite3_errmsg(handle));
  printf("{\"total\":%lld,\"answers\":%lld}\n", (long long)sqlite3_column_int64(stmt, 0),
         (long long)sqlite3_column_int64(stmt, 1));
  sqlite3_finalize(stmt);
  sqlite3_close(handle);
  return 0;
}
