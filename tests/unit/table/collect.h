/* What a reader said, as text: one line a row, "3<cell><cell>". */
#ifndef SP_TESTS_TABLE_COLLECT_H
#define SP_TESTS_TABLE_COLLECT_H

#include "adapters/table/table.h"
#include "base/buf.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct collected {
  struct sp_buf text;
  struct sp_table_info info;
  struct sp_error err;
  int rc;
  int reports; /* of progress */
  int64_t done;
  int64_t total;
};

static inline int collect_row(void *ctx, const struct sp_table_row *row, struct sp_error *err) {
  struct collected *out = ctx;
  (void)err;
  sp_buf_printf(&out->text, "%lld", (long long)row->number);
  for (int i = 0; i < row->count; i++) {
    assert_true(sp_utf8_valid(row->cells[i], strlen(row->cells[i])));
    sp_buf_putc(&out->text, '<');
    sp_buf_puts(&out->text, row->cells[i]);
    sp_buf_putc(&out->text, '>');
  }
  sp_buf_putc(&out->text, '\n');
  return 0;
}

static inline void collect_progress(void *ctx, int64_t done, int64_t total) {
  struct collected *out = ctx;
  assert_true(done >= out->done);
  assert_true(done <= total);
  out->reports++;
  out->done = done;
  out->total = total;
}

static inline void collect_bytes(struct collected *out, const void *bytes, size_t len) {
  *out = (struct collected){0};
  sp_buf_init(&out->text, (size_t)64 << 20);
  out->rc = sp_table_read_bytes(bytes, len, collect_row, collect_progress, out, &out->info, &out->err);
}

static inline void collect_file(struct collected *out, const char *path) {
  *out = (struct collected){0};
  sp_buf_init(&out->text, (size_t)64 << 20);
  out->rc = sp_table_files_api()->read(path, collect_row, collect_progress, out, &out->info, &out->err);
}

static inline void collect_free(struct collected *out) {
  sp_buf_free(&out->text);
}

/* The rows must be exactly `want`. */
static inline void expect_rows(const struct collected *out, const char *want) {
  if (out->rc != 0) {
    print_message("unexpected error: %s\n", out->err.message);
  }
  assert_int_equal(out->rc, 0);
  assert_string_equal(sp_buf_text(&out->text), want);
}

/* The read must end with `code`, name `field` and say `part` of a sentence. */
static inline void expect_failure(const struct collected *out, int code, const char *field, const char *part) {
  if (out->rc != code || strstr(out->err.message, part) == NULL) {
    print_message("got %d \"%s\" (rows: %s)\n", out->rc, out->err.message, sp_buf_text(&out->text));
  }
  assert_int_equal(out->rc, code);
  assert_int_equal(out->err.code, code);
  assert_string_equal(out->err.field, field);
  assert_non_null(strstr(out->err.message, part));
}

/* A small generator of the same numbers for the same seed. */
static inline uint64_t random_next(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static inline uint64_t random_seed(void) {
  const char *given = getenv("SP_SEED");
  uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20261122;
  print_message("seed %llu (SP_SEED overrides)\n", (unsigned long long)seed);
  return seed == 0 ? 1 : seed;
}

#endif
