/* What the programs of this folder share: options, a generator of numbers that repeats itself, samples and their
 * percentiles. Each program measures one thing once and prints one JSON object; run.mjs puts them side by side.
 */
#ifndef SP_TESTS_BENCH_BENCH_H
#define SP_TESTS_BENCH_BENCH_H

#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An option "--name value"; `number` or `text` has the default and gets the value. */
struct sp_bench_option {
  const char *name;
  int64_t *number; /* one of the two */
  const char **text;
  int64_t max; /* of a number; the least is 0 */
};

/* Read argv. On a mistake says so on stderr and returns false. The list ends with a null name. */
bool sp_bench_options(int argc, char **argv, const struct sp_bench_option *options);

/* Nanoseconds of the monotonic clock. */
int64_t sp_bench_now_ns(void);

/* xorshift64*: the same numbers in every run. `state` must not be 0. */
uint64_t sp_bench_random(uint64_t *state);

/* Durations in nanoseconds. More than `capacity` are counted, not kept. */
struct sp_bench_samples {
  int64_t *ns;
  size_t count, capacity;
  int64_t cpu_ns; /* of the process when they were made */
};

bool sp_bench_samples_new(struct sp_bench_samples *samples, size_t capacity);
/* Empty again, to be filled anew. */
void sp_bench_samples_restart(struct sp_bench_samples *samples);
void sp_bench_samples_add(struct sp_bench_samples *samples, int64_t ns);
void sp_bench_samples_free(struct sp_bench_samples *samples);

/* Print {"count":…,"seconds":…,"rate":…,"p50_us":…,"p99_us":…,"cpu_us":…, MORE} on stdout: `count` things in `ns`, the
 * percentiles of the samples (sorted here), and the processor time of this process since the samples were made for each
 * of the things. `more` is JSON members, or "". */
void sp_bench_print(struct sp_bench_samples *samples, int64_t count, int64_t ns, const char *more);

/* Say what went wrong and end with status 1. */
_Noreturn void sp_bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
