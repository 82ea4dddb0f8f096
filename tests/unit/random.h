/* Random cases that can be had again: each test prints its seed, and SP_SEED=… sets it. */
#ifndef SP_TESTS_RANDOM_H
#define SP_TESTS_RANDOM_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CASES 10000

struct random {
  uint64_t state;
};

/* TAP readers skip lines that begin with '#'. */
static inline struct random random_start(const char *what) {
  const char *given = getenv("SP_SEED");
  struct timespec now = {0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
  printf("# %s: SP_SEED=%" PRIu64 "\n", what, seed);
  (void)fflush(stdout);
  return (struct random){.state = seed ? seed : 1};
}

/* xorshift64* (Marsaglia 2003, Vigna 2016) */
static inline uint64_t random_next(struct random *random) {
  random->state ^= random->state >> 12;
  random->state ^= random->state << 25;
  random->state ^= random->state >> 27;
  return random->state * 2685821657736338717u;
}

/* Uniform enough in low..high, both included. */
static inline int64_t random_between(struct random *random, int64_t low, int64_t high) {
  uint64_t span = (uint64_t)high - (uint64_t)low + 1;
  return (int64_t)((uint64_t)low + (span ? random_next(random) % span : random_next(random)));
}

/* 0..high, small values as likely as large ones: money is mostly small. */
static inline int64_t random_amount(struct random *random, int64_t high) {
  uint64_t bits = random_next(random) % 54;
  uint64_t value = random_next(random) & ((UINT64_C(1) << bits) - 1);
  return (int64_t)(value % ((uint64_t)high + 1));
}

#endif
