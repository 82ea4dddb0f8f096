/* A node without a server: its database in a folder of ours, filled, with an open shift at till T01. */
#ifndef SP_TESTS_BENCH_LOCAL_H
#define SP_TESTS_BENCH_LOCAL_H

#include "tests/bench/fill.h"
#include "tests/support/node_fixture.h"

/* Go to `folder` (made when it is not there) and open "node.db" in it; a fresh one is filled with `products` and
 * `sales`. `campaigns` promotions are live: campaign i takes a few percent off, or a third piece free, for tag i. Ends
 * the program on an error. Close with sp_fixture_close. */
void sp_bench_local(struct sp_fixture *node, const char *folder, int64_t products, int64_t sales, int64_t campaigns);

#endif
