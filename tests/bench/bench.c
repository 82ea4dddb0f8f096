#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct sp_bench_option *find(const struct sp_bench_option *options, const char *word) {
  if (strncmp(word, "--", 2) != 0) return NULL;
  for (; options->name != NULL; options++) {
    if (strcmp(options->name, word + 2) == 0) return options;
  }
  return NULL;
}

bool sp_bench_options(int argc, char **argv, const struct sp_bench_option *options) {
  for (int i = 1; i < argc; i += 2) {
    const struct sp_bench_option *option = find(options, argv[i]);
    if (option == NULL || i + 1 == argc) {
      fprintf(stderr, "%s: there is no option %s, or it has no value\n", argv[0], argv[i]);
      return false;
    }
    if (option->text != NULL) {
      *option->text = argv[i + 1];
      continue;
    }
    char *end = NULL;
    long long value = strtoll(argv[i + 1], &end, 10);
    if (*end != '\0' || value < 0 || value > option->max) {
      fprintf(stderr, "%s: %s takes a number from 0 to %lld\n", argv[0], argv[i], (long long)option->max);
      return false;
    }
    *option->number = value;
  }
  return true;
}

static int64_t clock_ns(clockid_t clock) {
  struct timespec now = {0};
  (void)clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000LL + now.tv_nsec;
}

int64_t sp_bench_now_ns(void) {
  return clock_ns(CLOCK_MONOTONIC);
}

uint64_t sp_bench_random(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 2685821657736338717u;
}

bool sp_bench_samples_new(struct sp_bench_samples *samples, size_t capacity) {
  *samples = (struct sp_bench_samples){.ns = calloc(capacity + 1, sizeof *samples->ns),
                                       .capacity = capacity,
                                       .cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID)};
  return samples->ns != NULL;
}

void sp_bench_samples_restart(struct sp_bench_samples *samples) {
  samples->count = 0;
  samples->cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void sp_bench_samples_add(struct sp_bench_samples *samples, int64_t ns) {
  if (samples->count < samples->capacity) samples->ns[samples->count++] = ns;
}

void sp_bench_samples_free(struct sp_bench_samples *samples) {
  free(samples->ns);
  *samples = (struct sp_bench_samples){.count = 0};
}

static int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double percentile_us(const struct sp_bench_samples *samples, size_t percent) {
  if (samples->count == 0) return 0;
  size_t at = (samples->count - 1) * percent / 100;
  return (double)samples->ns[at] / 1000.0;
}

void sp_bench_print(struct sp_bench_samples *samples, int64_t count, int64_t ns, const char *more) {
  double seconds = (double)ns / 1e9;
  double cpu_us = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - samples->cpu_ns) / 1000.0;
  if (samples->count > 0) qsort(samples->ns, samples->count, sizeof *samples->ns, by_value);
  printf("{\"count\":%lld,\"seconds\":%.6f,\"rate\":%.3f,\"p50_us\":%.3f,\"p99_us\":%.3f,\"cpu_us\":%.3f%s%s}\n",
         (long long)count, seconds, seconds > 0 ? (double)count / seconds : 0.0, percentile_us(samples, 50),
         percentile_us(samples, 99), count > 0 ? cpu_us / (double)count : 0.0, more[0] != '\0' ? "," : "", more);
}

void sp_bench_fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("bench: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}
