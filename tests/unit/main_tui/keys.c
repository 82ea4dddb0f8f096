/* Keys as terminals send them, and what a grid of cells sends back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "main/tui_grid.h"
#include "main/tui_key.h"
#include <string.h>

static struct sp_tui_key only(const char *bytes) {
  struct sp_tui_keys keys = {.len = 0};
  struct sp_tui_key key = {.kind = SP_TUI_KEY_NONE}, last = key;
  int count = 0;
  for (const char *at = bytes; *at != '\0'; at++) {
    if (!sp_tui_keys_feed(&keys, (unsigned char)*at, &key)) continue;
    last = key;
    count++;
  }
  assert_int_equal(count, 1);
  assert_false(sp_tui_keys_waits(&keys));
  return last;
}

static void test_sequences(void **state) {
  (void)state;
  static const char *const f[][3] = {
      {"\033OP", "\033[11~", "\033[[A"}, {"\033OQ", "\033[12~", "\033[[B"}, {"\033OR", "\033[13~", "\033[[C"},
      {"\033OS", "\033[14~", "\033[[D"}, {"\033[15~", "\0335", "\033[[E"},  {"\033[17~", "\0336", "\033[17;2~"},
      {"\033[18~", "\0337", "\033[18~"}, {"\033[19~", "\0338", "\033[19~"}, {"\033[20~", "\0339", "\033[20~"},
      {"\033[21~", "\0330", "\033[21~"}, {"\033[23~", "\033-", "\033[23~"}, {"\033[24~", "\033=", "\033[24~"}};
  for (uint32_t i = 0; i < 12; i++) {
    for (int way = 0; way < 3; way++) {
      struct sp_tui_key key = only(f[i][way]);
      assert_int_equal(key.kind, SP_TUI_KEY_F);
      assert_int_equal(key.code, i + 1);
    }
  }
  assert_int_equal(only("\033[A").kind, SP_TUI_KEY_UP);
  assert_int_equal(only("\033OB").kind, SP_TUI_KEY_DOWN);
  assert_int_equal(only("\033[3~").kind, SP_TUI_KEY_DELETE);
  assert_int_equal(only("\033[6~").kind, SP_TUI_KEY_PAGE_DOWN);
  assert_int_equal(only("\r").kind, SP_TUI_KEY_ENTER);
  assert_int_equal(only("\177").kind, SP_TUI_KEY_BACKSPACE);
  assert_int_equal(only("\035").code, 29);
  assert_int_equal(only("x").code, 'x');
  assert_int_equal(only("可").code, 0x53EF);
}

static void test_odd_bytes(void **state) {
  (void)state;
  assert_int_equal(only("\xE5\x8F"
                        "a")
                       .code,
                   'a');
  assert_int_equal(only("\033[?25;99z\033[999~q").code, 'q');
  assert_int_equal(only("\033[1111111111111111111111111111111111111111~q").code, 'q');
  struct sp_tui_keys keys = {.len = 0};
  struct sp_tui_key key;
  assert_false(sp_tui_keys_feed(&keys, 27, &key));
  assert_true(sp_tui_keys_waits(&keys));
  assert_true(sp_tui_keys_flush(&keys, &key));
  assert_int_equal(key.kind, SP_TUI_KEY_ESCAPE);
  assert_false(sp_tui_keys_feed(&keys, 27, &key));
  assert_true(sp_tui_keys_feed(&keys, 27, &key));
  assert_int_equal(key.kind, SP_TUI_KEY_ESCAPE);
  assert_true(sp_tui_keys_flush(&keys, &key));
  assert_false(sp_tui_keys_feed(&keys, 27, &key));
  assert_false(sp_tui_keys_feed(&keys, '[', &key));
  assert_false(sp_tui_keys_flush(&keys, &key));
}

/* ---- Cells ---- */

static void check_text(const struct sp_tui_grid *grid, const char *want) {
  struct sp_buf out;
  sp_buf_init(&out, 65536);
  sp_tui_grid_text(grid, &out);
  assert_memory_equal(sp_buf_text(&out), want, strlen(want));
  sp_buf_free(&out);
}

static void test_wide(void **state) {
  (void)state;
  struct sp_tui_grid grid = {.cells = NULL};
  assert_int_equal(sp_tui_grid_start(&grid, 20, 8, false), 0);
  assert_int_equal(sp_tui_grid_put(&grid, 0, 0, 20, 0, "可口可乐 500"), 12);
  assert_int_equal(sp_tui_grid_put(&grid, 1, 0, 6, 0, "可口可乐"), 5);
  assert_int_equal(sp_tui_grid_right(&grid, 2, 0, 20, 0, "9.99"), 16);
  sp_tui_grid_put(&grid, 3, 0, 20, 0, "可口");
  sp_tui_grid_put(&grid, 3, 1, 1, 0, "x");
  sp_tui_grid_put(&grid, 4, 19, 9, 0, "乐");
  sp_tui_grid_put(&grid, 99, -3, 9, 0, "outside");
  check_text(&grid, "可口可乐 500\n可口~\n                9.99\n x口\n");
  assert_int_equal(sp_tui_grid_start(&grid, 20, 8, true), 0);
  sp_tui_grid_put(&grid, 0, 0, 20, 0, "可口可乐 500ml × 2…");
  sp_tui_grid_frame(&grid, 1, 0, 4, 3);
  check_text(&grid, "KKKL 500ml x 2...\n+--+\n|  |\n+--+\n");
  sp_tui_grid_free(&grid);
}

static void test_only_what_changed_is_drawn(void **state) {
  (void)state;
  struct sp_tui_grid now = {.cells = NULL}, before = {.cells = NULL};
  struct sp_buf out;
  assert_int_equal(sp_tui_grid_start(&now, 20, 8, false), 0);
  sp_tui_grid_put(&now, 0, 0, 20, SP_TUI_BOLD, "total 5.50");
  sp_buf_init(&out, 65536);
  sp_tui_grid_draw(NULL, &now, &out);
  assert_non_null(strstr(sp_buf_text(&out), "\033[2J"));
  assert_non_null(strstr(sp_buf_text(&out), "\033[0;1mtotal 5.50"));
  assert_int_equal(sp_tui_grid_copy(&before, &now), 0);
  sp_buf_reset(&out);
  sp_tui_grid_draw(&before, &now, &out);
  assert_string_equal(sp_buf_text(&out), "\033[?25l\033[0m");
  sp_tui_grid_put(&now, 0, 6, 4, SP_TUI_BOLD, "6");
  sp_buf_reset(&out);
  sp_tui_grid_draw(&before, &now, &out);
  assert_string_equal(sp_buf_text(&out), "\033[?25l\033[1;7H\033[0;1m6\033[0m");
  sp_buf_free(&out);
  sp_tui_grid_free(&now);
  sp_tui_grid_free(&before);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sequences),
      cmocka_unit_test(test_odd_bytes),
      cmocka_unit_test(test_wide),
      cmocka_unit_test(test_only_what_changed_is_drawn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
