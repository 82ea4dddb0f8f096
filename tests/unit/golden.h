/* Golden files: bytes reviewed by hand and compared ever after. SP_WRITE_GOLDEN=1 writes them anew. */
#ifndef SP_TESTS_GOLDEN_H
#define SP_TESTS_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN_MAX 65536

/* Include after cmocka.h. `name` is relative to tests/data/golden. */
static inline void check_golden(const char *name, const char *bytes, size_t len) {
  static char want[GOLDEN_MAX];
  char path[512];
  snprintf(path, sizeof path, "%s/golden/%s", SP_TEST_DATA, name);
  if (getenv("SP_WRITE_GOLDEN")) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return;
  }
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("no golden file %s", path);
  size_t got = fread(want, 1, sizeof want, file);
  (void)fclose(file);
  if (got != len || memcmp(want, bytes, len) != 0)
    fail_msg("%s differs; this is what came:\n%.*s", name, (int)len, bytes);
}

#endif
