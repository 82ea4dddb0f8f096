/* Any text as a kept printout: refused with a reason, or it is within its bounds, fits the paper and comes back the
 * same when it is written and read again. */
#include "domain/print.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
  if (!truth) abort();
}

static void check_line(const struct sp_print *print, const struct sp_print_line *line) {
  expect(line->text && line->kind <= SP_PRINT_CUT && sp_print_is_clean(line->text));
  expect((line->kind == SP_PRINT_PICTURE) == (line->picture != NULL));
  if (line->kind != SP_PRINT_TEXT) {
    expect(!line->right && (line->style & ~SP_PRINT_CENTRE) == 0);
    return;
  }
  int scale = line->style & SP_PRINT_WIDE ? 2 : 1;
  int width = sp_print_columns(line->text, strlen(line->text));
  if (line->right) width += sp_print_columns(line->right, strlen(line->right));
  expect(width * scale <= print->columns);
}

static void write_down(const struct sp_print *print, struct sp_buf *out) {
  struct sp_json_writer w;
  sp_buf_init(out, 4 * SP_PRINT_JSON_MAX);
  sp_json_start(&w, out);
  sp_print_json(print, &w);
  expect(out->failed == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sp_arena arena;
  struct sp_print print, again;
  struct sp_buf first, second, text;
  struct sp_error err = {.lang = SP_LANG_ZH};
  sp_arena_init(&arena, 16 << 20);
  int rc = sp_print_parse((const char *)data, size, &arena, &print, &err);
  if (rc) {
    expect((rc == SP_E_INVALID || rc == SP_E_LIMIT || rc == SP_E_NOMEM) && err.message[0] && print.count == 0);
    sp_arena_free(&arena);
    return 0;
  }
  expect(print.count <= SP_PRINT_LINES_MAX);
  for (int32_t i = 0; i < print.count; i++)
    check_line(&print, &print.lines[i]);
  write_down(&print, &first);
  expect(sp_print_parse(first.data, first.len, &arena, &again, &err) == 0);
  write_down(&again, &second);
  expect(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
  sp_buf_init(&text, 4 << 20);
  expect(sp_print_text(&print, &text) == 0);
  sp_buf_free(&first);
  sp_buf_free(&second);
  sp_buf_free(&text);
  sp_arena_free(&arena);
  return 0;
}
