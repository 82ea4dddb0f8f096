/* Arenas: zeroed, aligned, bounded, and quiet once they are warm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include <stdalign.h>
#include <string.h>

static void gives_zeroed_and_aligned_memory(void **state) {
  (void)state;
  struct sp_arena arena;
  sp_arena_init(&arena, 1 << 20);
  for (int round = 0; round < 3; round++) {
    for (size_t len = 0; len < 300; len++) {
      unsigned char *at = sp_arena_alloc(&arena, len);
      assert_non_null(at);
      assert_int_equal((uintptr_t)at % alignof(max_align_t), 0);
      for (size_t i = 0; i < len; i++)
        assert_int_equal(at[i], 0);
      memset(at, 0xAB, len);
    }
    sp_arena_reset(&arena);
    assert_int_equal(arena.used, 0);
  }
  sp_arena_free(&arena);
}

static void never_gives_more_than_its_bound(void **state) {
  (void)state;
  struct sp_arena arena;
  sp_arena_init(&arena, 10000);
  size_t given = 0;
  while (sp_arena_alloc(&arena, 100))
    given += 100;
  assert_true(given <= 10000 && given >= 8000);
  assert_true(arena.used <= arena.max);
  assert_null(sp_arena_alloc(&arena, 10001));
  assert_null(sp_arena_alloc(&arena, SIZE_MAX));
  sp_arena_reset(&arena);
  assert_non_null(sp_arena_alloc(&arena, 10000));
  assert_null(sp_arena_alloc(&arena, 1));
  sp_arena_free(&arena);
  sp_arena_init(&arena, 0);
  assert_null(sp_arena_alloc(&arena, 0));
  sp_arena_free(&arena);
}

static void checks_products(void **state) {
  (void)state;
  struct sp_arena arena;
  sp_arena_init(&arena, 1 << 20);
  assert_null(sp_arena_array(&arena, SIZE_MAX / 2, 3));
  assert_null(sp_arena_array(&arena, (size_t)1 << 33, (size_t)1 << 33));
  assert_non_null(sp_arena_array(&arena, 10, 10));
  assert_non_null(sp_arena_array(&arena, 0, 10));
  assert_non_null(sp_arena_array(&arena, 10, 0));
  sp_arena_free(&arena);
}

static void copies_and_prints(void **state) {
  (void)state;
  struct sp_arena arena;
  sp_arena_init(&arena, 1 << 16);
  char source[] = "text";
  char *copy = sp_arena_text(&arena, source);
  source[0] = 'T';
  assert_string_equal(copy, "text");
  assert_null(sp_arena_text(&arena, NULL));
  assert_null(sp_arena_copy(&arena, NULL, 3));
  assert_memory_equal(sp_arena_copy(&arena, "a\0b", 3), "a\0b", 4);
  assert_string_equal(sp_arena_copy(&arena, "", 0), "");
  assert_string_equal(sp_arena_printf(&arena, "%s-%d", "a", 7), "a-7");
  assert_null(sp_arena_printf(&arena, "%*d", 1 << 17, 7));
  sp_arena_free(&arena);
}

/* After a few rounds of the same work one block holds it all: the address no longer moves. */
static void stops_allocating(void **state) {
  (void)state;
  struct sp_arena arena;
  sp_arena_init(&arena, 1 << 20);
  void *settled = NULL;
  for (int round = 0; round < 12; round++) {
    void *first = sp_arena_alloc(&arena, 64);
    for (int i = 0; i < 1000; i++)
      assert_non_null(sp_arena_alloc(&arena, 64));
    if (round >= 8 && settled) assert_ptr_equal(first, settled);
    settled = first;
    sp_arena_reset(&arena);
  }
  sp_arena_free(&arena);
  assert_null(arena.head);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_zeroed_and_aligned_memory),
      cmocka_unit_test(never_gives_more_than_its_bound),
      cmocka_unit_test(checks_products),
      cmocka_unit_test(copies_and_prints),
      cmocka_unit_test(stops_allocating),
  };
  return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
