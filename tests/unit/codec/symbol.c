/* Codes drawn by ourselves, read by somebody else (zbar). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "devices/codec/symbol.h"
#include "tests/unit/random.h"
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 12

/* What zbar reads from the symbol; false, said aloud, when it is not installed. */
static bool read_back(const struct sp_symbol *symbol, char *out, size_t max) {
  char path[] = "/tmp/suanpan-symbol-XXXXXX";
  char command[128];
  if (system("command -v zbarimg >/dev/null") != 0) {
    printf("# SKIPPED: zbarimg (package zbar-tools) is not here, nobody read the codes\n");
    return false;
  }
  FILE *file = fdopen(mkstemp(path), "wb");
  assert_non_null(file);
  fprintf(file, "P4\n%d %d\n", symbol->width, symbol->height); /* a portable bitmap: 1 is black */
  (void)fwrite(symbol->rows, ((size_t)symbol->width + 7) / 8, (size_t)symbol->height, file);
  (void)fclose(file);
  (void)snprintf(command, sizeof command, "zbarimg -q --raw --nodbus %s 2>/dev/null", path);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  size_t len = fread(out, 1, max - 1, pipe);
  out[len > 0 ? len - 1 : 0] = '\0'; /* without the newline at its end */
  (void)pclose(pipe);
  (void)unlink(path);
  return true;
}

static void expect_code128(const char *text) {
  struct sp_symbol symbol;
  struct sp_error err = {0};
  char read[256];
  if (sp_symbol_code128(text, 2, 60, 1024, &symbol, &err)) fail_msg("\"%s\": %s", text, err.message);
  assert_int_equal(symbol.width, sp_symbol_code128_modules(text) * 2);
  if (read_back(&symbol, read, sizeof read)) assert_string_equal(read, text);
  sp_symbol_free(&symbol);
}

/* Every symbol of the table is used: all of ASCII in set B, and every pair of digits in set C. */
static void test_code128(void **state) {
  (void)state;
  struct random random = random_start("code128");
  char text[64];
  expect_code128("T01-000001");
  expect_code128("6901234567892");
  expect_code128("12345");
  expect_code128("1604");
  expect_code128("a1604b");
  for (int first = 0x20; first < 0x7F; first += 24) {
    int len = first + 24 > 0x7F ? 0x7F - first : 24;
    text[0] = 'x'; /* readers leave blanks at the edges to taste */
    for (int i = 0; i < len; i++)
      text[1 + i] = (char)(first + i);
    text[1 + len] = 'x';
    text[2 + len] = '\0';
    expect_code128(text);
  }
  for (int first = 0; first < 100; first += 20) {
    for (int i = 0; i < 20; i++) {
      text[2 * i] = (char)('0' + (first + i) / 10);
      text[2 * i + 1] = (char)('0' + (first + i) % 10);
    }
    text[40] = '\0';
    expect_code128(text);
  }
  for (int round = 0; round < ROUNDS; round++) {
    int len = (int)random_between(&random, 4, 20);
    for (int i = 0; i < len; i++)
      text[i] =
          (char)(random_next(&random) % 2 ? random_between(&random, '0', '9') : random_between(&random, 'A', 'z'));
    text[len] = '\0';
    expect_code128(text);
  }
}

static void test_qr(void **state) {
  (void)state;
  static const char *const texts[] = {"https://example.cn/r/S01-T1-000042", "1", "S01:T1:000042 3.50"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct sp_symbol symbol;
    char read[256];
    assert_int_equal(sp_symbol_qr(texts[i], strlen(texts[i]), 0, 384, &symbol, NULL), 0);
    assert_in_range(symbol.width, 100, 384);
    assert_int_equal(symbol.width, symbol.height);
    if (read_back(&symbol, read, sizeof read)) assert_string_equal(read, texts[i]);
    sp_symbol_free(&symbol);
  }
}

static void test_bounds(void **state) {
  (void)state;
  struct sp_symbol symbol;
  char longest[200];
  memset(longest, 'a', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(sp_symbol_code128("", 2, 50, 576, &symbol, NULL), SP_E_INVALID);
  assert_int_equal(sp_symbol_code128("é", 2, 50, 576, &symbol, NULL), SP_E_INVALID);
  assert_int_equal(sp_symbol_code128(longest, 2, 50, 576, &symbol, NULL), SP_E_INVALID);
  assert_int_equal(sp_symbol_code128_modules(longest), 0);
  assert_int_equal(sp_symbol_code128("T01-000001-000002", 6, 300, 384, &symbol, NULL), 0); /* narrower than asked */
  assert_in_range(symbol.width, 100, 384);
  assert_in_range(symbol.height, 1, SP_SYMBOL_TALL_MAX);
  sp_symbol_free(&symbol);
  assert_int_equal(sp_symbol_qr("", 0, 4, 576, &symbol, NULL), SP_E_INVALID);
  assert_int_equal(sp_symbol_qr("a", 1, 4, 20, &symbol, NULL), SP_E_INVALID);
  assert_int_equal(sp_symbol_qr("a", 1, 200, 576, &symbol, NULL), 0);
  assert_in_range(symbol.width, 100, 576);
  sp_symbol_free(&symbol);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_code128),
      cmocka_unit_test(test_qr),
      cmocka_unit_test(test_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
