/* Buffers: bounded, NUL-terminated, and failed for good once they failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void grows_up_to_its_bound(void **state) {
  (void)state;
  for (size_t max = 0; max < 300; max++) {
    struct sp_buf buf;
    sp_buf_init(&buf, max);
    for (size_t i = 0; i < max; i++)
      assert_int_equal(sp_buf_putc(&buf, (char)('a' + i % 26)), 0);
    assert_int_equal(buf.len, max);
    assert_int_equal(strlen(sp_buf_text(&buf)), max);
    assert_int_equal(sp_buf_putc(&buf, 'x'), SP_E_LIMIT);
    assert_int_equal(buf.len, max);
    assert_true(buf.cap <= max + 1);
    sp_buf_free(&buf);
  }
}

static void adds_all_or_nothing_and_stays_failed(void **state) {
  (void)state;
  struct sp_buf buf;
  sp_buf_init(&buf, 8);
  assert_int_equal(sp_buf_add(&buf, "abcde", 5), 0);
  assert_int_equal(sp_buf_add(&buf, "fghi", 4), SP_E_LIMIT);
  assert_string_equal(sp_buf_text(&buf), "abcde");
  assert_int_equal(sp_buf_add(&buf, "f", 1), SP_E_LIMIT);
  assert_int_equal(sp_buf_puts(&buf, ""), SP_E_LIMIT);
  assert_int_equal(sp_buf_printf(&buf, "x"), SP_E_LIMIT);
  assert_int_equal(sp_buf_int(&buf, 1), SP_E_LIMIT);
  assert_null(sp_buf_reserve(&buf, 0));
  assert_null(sp_buf_take(&buf, NULL));
  assert_string_equal(sp_buf_text(&buf), "abcde");
  sp_buf_reset(&buf);
  assert_int_equal(buf.failed, 0);
  assert_string_equal(sp_buf_text(&buf), "");
  assert_int_equal(sp_buf_add(&buf, "abcdefgh", 8), 0);
  sp_buf_free(&buf);
  assert_string_equal(sp_buf_text(&buf), "");
}

static void refuses_absurd_lengths(void **state) {
  (void)state;
  struct sp_buf buf;
  sp_buf_init(&buf, SIZE_MAX);
  assert_int_equal(sp_buf_puts(&buf, "a"), 0);
  assert_null(sp_buf_reserve(&buf, SIZE_MAX));
  assert_int_equal(buf.failed, SP_E_LIMIT);
  assert_string_equal(sp_buf_text(&buf), "a");
  sp_buf_free(&buf);
}

static void prints_within_the_bound(void **state) {
  (void)state;
  struct sp_buf buf;
  sp_buf_init(&buf, 200);
  char expected[201];
  for (int len = 0; len <= 200; len += 8) {
    sp_buf_reset(&buf);
    assert_int_equal(sp_buf_printf(&buf, "%*d", len, 7), 0);
    (void)snprintf(expected, sizeof expected, "%*d", len, 7);
    assert_string_equal(sp_buf_text(&buf), expected);
  }
  sp_buf_reset(&buf);
  sp_buf_puts(&buf, "kept");
  assert_int_equal(sp_buf_printf(&buf, "%*d", 197, 7), SP_E_LIMIT);
  assert_string_equal(sp_buf_text(&buf), "kept");
  sp_buf_free(&buf);
}

static void prints_integers(void **state) {
  (void)state;
  static const int64_t values[] = {
      0, 1, -1, 9, 10, -10, 99, 100, 1234567890, INT32_MIN, INT64_MAX, INT64_MIN + 1, INT64_MIN};
  struct sp_buf buf;
  sp_buf_init(&buf, 64);
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    char expected[32];
    (void)snprintf(expected, sizeof expected, "%" PRId64, values[i]);
    sp_buf_reset(&buf);
    assert_int_equal(sp_buf_int(&buf, values[i]), 0);
    assert_string_equal(sp_buf_text(&buf), expected);
  }
  sp_buf_free(&buf);
}

static void lends_room(void **state) {
  (void)state;
  struct sp_buf buf;
  sp_buf_init(&buf, 1000);
  sp_buf_puts(&buf, "ab");
  char *room = sp_buf_reserve(&buf, 500);
  assert_non_null(room);
  memset(room, 'x', 500);
  buf.len += 3;
  assert_string_equal(sp_buf_text(&buf), "abxxx");
  sp_buf_puts(&buf, "c");
  assert_string_equal(sp_buf_text(&buf), "abxxxc");
  sp_buf_free(&buf);
}

static void drops_from_the_front(void **state) {
  (void)state;
  struct sp_buf buf;
  sp_buf_init(&buf, 16);
  sp_buf_drop(&buf, 5);
  sp_buf_puts(&buf, "abcdef");
  sp_buf_drop(&buf, 2);
  assert_string_equal(sp_buf_text(&buf), "cdef");
  sp_buf_drop(&buf, 0);
  assert_int_equal(buf.len, 4);
  sp_buf_drop(&buf, 99);
  assert_string_equal(sp_buf_text(&buf), "");
  sp_buf_free(&buf);
}

static void hands_its_bytes_over(void **state) {
  (void)state;
  struct sp_buf buf;
  size_t len = 99;
  sp_buf_init(&buf, 16);
  char *taken = sp_buf_take(&buf, &len);
  assert_non_null(taken);
  assert_string_equal(taken, "");
  assert_int_equal(len, 0);
  free(taken);
  sp_buf_add(&buf, "a\0b", 3);
  taken = sp_buf_take(&buf, &len);
  assert_int_equal(len, 3);
  assert_memory_equal(taken, "a\0b", 4);
  free(taken);
  assert_int_equal(buf.len, 0);
  assert_null(buf.data);
  assert_int_equal(sp_buf_puts(&buf, "again"), 0);
  sp_buf_free(&buf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grows_up_to_its_bound),  cmocka_unit_test(adds_all_or_nothing_and_stays_failed),
      cmocka_unit_test(refuses_absurd_lengths), cmocka_unit_test(prints_within_the_bound),
      cmocka_unit_test(prints_integers),        cmocka_unit_test(lends_room),
      cmocka_unit_test(drops_from_the_front),   cmocka_unit_test(hands_its_bytes_over),
  };
  return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
