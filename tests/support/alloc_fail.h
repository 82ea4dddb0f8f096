/* Memory that runs out at a chosen allocation.
 *
 * Covers our own code (the linker sends malloc, calloc, realloc and strdup of the program's objects here: link with
 * sp_test_alloc_fail(TARGET)), SQLite and cJSON (through their own hooks, see sp_alloc_fail_init). What other shared
 * libraries allocate is not counted. All threads share one counter.
 *
 *   for (long k = 1;; k++) {
 *     sp_alloc_fail_at(k, false);
 *     result = the_thing();
 *     if (!sp_alloc_fail_stop())
 *       break;                     // it got by with fewer than k allocations
 *     … result must be an error said clearly, or a success that lost nothing …
 *   }
 */
#ifndef SP_TESTS_SUPPORT_ALLOC_FAIL_H
#define SP_TESTS_SUPPORT_ALLOC_FAIL_H

#include <stdbool.h>

/* Hook SQLite and cJSON. Call first thing in main, before SQLite is used. Returns false when SQLite refuses (too late).
 */
bool sp_alloc_fail_init(void);
/* The nth allocation from now on fails; `forever`: so do all after it. */
void sp_alloc_fail_at(long nth, bool forever);
/* Allocate normally again. True when the failure was reached. */
bool sp_alloc_fail_stop(void);

#endif
