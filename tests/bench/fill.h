/* Data for a measurement, written straight into a node's database that no process has open: products, tills with an
 * open shift and a token each, and a history of sales. Everything a program would have written is there, but for
 * the journal's hashes, which are noise: `reconcile` would refuse such a database, selling does not look back.
 */
#ifndef SP_TESTS_BENCH_FILL_H
#define SP_TESTS_BENCH_FILL_H

#include <sqlite3.h>
#include <stdint.h>

#define SP_BENCH_TAGS  500 /* a product carries one of so many tags */
#define SP_BENCH_LINES 10  /* lines of a sale of the history */

struct sp_bench_fill {
  int64_t products;   /* product i has code "P0000042" and barcode 6900000000000 + i */
  int64_t sales;      /* of the history */
  const char *tokens; /* file that gets a bearer token a line, one for each till; or null: no tokens, no shifts */
};

/* Fill `handle`, whose schema is there. Not synced: close the connection afterwards. Ends the program on an error. */
void sp_bench_fill(sqlite3 *handle, const struct sp_bench_fill *fill);

/* Open a file for filling or for a bare loop; ends the program on an error. */
sqlite3 *sp_bench_open(const char *path);
void sp_bench_exec(sqlite3 *handle, const char *sql);
sqlite3_stmt *sp_bench_prepare(sqlite3 *handle, const char *sql);
/* Run a prepared statement once and reset it. */
void sp_bench_step(sqlite3_stmt *stmt);

/* An id like a node's: the time, then noise. */
void sp_bench_id(uint64_t *random, int64_t ms, uint8_t out[16]);

#endif
