/* What can be turned off to see what it costs, by the linker's --wrap: the program that is measured knows nothing of
 * it. A program that uses it is linked by sp_bench_switches(TARGET). For one thread.
 */
#ifndef SP_TESTS_BENCH_SWITCHES_H
#define SP_TESTS_BENCH_SWITCHES_H

#include <stdbool.h>

/* The trace: entries are not written. */
void sp_bench_trace(bool on);
/* The budget of rules: no hook is set, so instructions are not counted. */
void sp_bench_budget(bool on);

#endif
