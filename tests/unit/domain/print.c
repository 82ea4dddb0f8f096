/* Codes, pictures, cuts and marks of a printout, and a printout as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/print.h"

#include <stdio.h>
#include <string.h>

#define ARENA_MAX (8 * 1024 * 1024)

static int setup(void **state) {
  static struct sp_arena arena;
  sp_arena_init(&arena, ARENA_MAX);
  *state = &arena;
  return 0;
}

static int teardown(void **state) {
  sp_arena_free(*state);
  return 0;
}

static const uint8_t dots[] = {0x81, 0xFF, 0x7E, 0x80}; /* 9 × 2, with bits that belong to nothing */
static const struct sp_print_picture picture = {.width = 9, .height = 2, .rows = dots};

static void make(struct sp_print *print, struct sp_arena *arena) {
  assert_int_equal(sp_print_init(print, 32, SP_LANG_ZH, arena, NULL), 0);
  sp_print_picture(print, SP_PRINT_CENTRE, &picture);
  sp_print_heading(print, "算盘");
  sp_print_row(print, SP_PRINT_BOLD, 0, "合计", "¥12.00");
  sp_print_blank(print);
  sp_print_qr(print, SP_PRINT_CENTRE, "https://example.test/r/1", 6);
  sp_print_code128(print, 0, "R-T01-000042", 2, 64);
  sp_print_cut(print);
  sp_print_add(print, 0, 2, "二");
}

static char *json_of(const struct sp_print *print, struct sp_arena *arena) {
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, SP_PRINT_JSON_MAX);
  sp_json_start(&w, &out);
  sp_print_json(print, &w);
  assert_int_equal(out.failed, 0);
  char *copy = sp_arena_copy(arena, out.data, out.len);
  sp_buf_free(&out);
  return copy;
}

static char *text_of(const struct sp_print *print, struct sp_arena *arena) {
  struct sp_buf out;
  sp_buf_init(&out, 65536);
  assert_int_equal(sp_print_text(print, &out), 0);
  char *copy = sp_arena_copy(arena, sp_buf_text(&out), out.len);
  sp_buf_free(&out);
  return copy;
}

static const char expected[] =
    "{\"v\":1,\"columns\":32,\"lang\":\"zh\",\"lines\":["
    "{\"k\":\"picture\",\"s\":8,\"w\":9,\"h\":2,\"d\":\"gYB+gA==\"},"
    "{\"t\":\"算盘\",\"s\":15},{\"t\":\"合计\",\"r\":\"¥12.00\",\"s\":1},{\"t\":\"\"},"
    "{\"k\":\"qr\",\"t\":\"https://example.test/r/1\",\"s\":8,\"m\":6},"
    "{\"k\":\"code128\",\"t\":\"R-T01-000042\",\"m\":2,\"h\":64},{\"k\":\"cut\"},{\"t\":\"  二\"}]}";

static void test_json(void **state) {
  struct sp_print print, again;
  struct sp_error err = {.lang = SP_LANG_EN};
  make(&print, *state);
  assert_string_equal(json_of(&print, *state), expected);
  assert_int_equal(sp_print_parse(expected, strlen(expected), *state, &again, &err), 0);
  assert_string_equal(json_of(&again, *state), expected);
  assert_int_equal(again.count, print.count);
  assert_int_equal(again.columns, 32);
  assert_int_equal(again.lang, SP_LANG_ZH);
  assert_int_equal(again.lines[0].picture->rows[1], 0x80); /* bits past the width are off */
}

static void test_text(void **state) {
  struct sp_print print;
  make(&print, *state);
  assert_string_equal(text_of(&print, *state), "[picture 9x2]\n              算盘\n"
                                               "合计                      ¥12.00\n\n"
                                               "[QR] https://example.test/r/1\n[CODE128] R-T01-000042\n"
                                               "- - - - - - - - - - - - - - - -\n  二\n");
}

/* What cannot be a code or a picture is left out: the rest of the printout is not its hostage. */
static void test_left_out(void **state) {
  struct sp_print print;
  char endless[SP_PRINT_QR_MAX + 2];
  memset(endless, 'x', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  const struct sp_print_picture wide = {.width = SP_PRINT_PICTURE_WIDTH + 1, .height = 1, .rows = dots};
  assert_int_equal(sp_print_init(&print, 32, SP_LANG_EN, *state, NULL), 0);
  sp_print_qr(&print, 0, NULL, 4);
  sp_print_qr(&print, 0, "", 4);
  sp_print_qr(&print, 0, endless, 4);
  sp_print_qr(&print, 0, "a\x10\x14z", 4);
  sp_print_code128(&print, 0, "小票", 2, 60);
  sp_print_code128(&print, 0, "a\tb", 2, 60);
  sp_print_code128(&print, 0, endless, 2, 60);
  sp_print_picture(&print, 0, NULL);
  sp_print_picture(&print, 0, &wide);
  assert_int_equal(print.count, 0);
  sp_print_qr(&print, 0, "x", 99);
  sp_print_code128(&print, SP_PRINT_BOLD, "x", -1, 999);
  assert_int_equal(print.count, 2);
  assert_int_equal(print.lines[0].module, SP_PRINT_MODULE_MAX);
  assert_int_equal(print.lines[1].module, 0);
  assert_int_equal(print.lines[1].height, SP_PRINT_HEIGHT_MAX);
  assert_int_equal(print.lines[1].style, 0);
  assert_int_equal(sp_print_end(&print, NULL), 0);
}

static void test_mark(void **state) {
  struct sp_print print;
  assert_int_equal(sp_print_init(&print, 24, SP_LANG_EN, *state, NULL), 0);
  sp_print_add(&print, 0, 0, "one");
  sp_print_add(&print, 0, 0, "two");
  sp_print_mark(&print, "a mark that takes two lines, and says so");
  sp_print_mark(&print, NULL);
  assert_string_equal(text_of(&print, *state), " a mark that takes two\n   lines, and says so\none\ntwo\n"
                                               " a mark that takes two\n   lines, and says so\n");
}

static void test_refused(void **state) {
#define HEAD "{\"v\":1,\"columns\":32,\"lang\":\"zh\",\"lines\":["
  static const char *const cases[][2] = {
      {"[]", ""},
      {"{\"v\":2,\"columns\":32,\"lang\":\"zh\",\"lines\":[]}", "v"},
      {"{\"v\":1,\"columns\":23,\"lang\":\"zh\",\"lines\":[]}", "columns"},
      {"{\"v\":1,\"columns\":32,\"lang\":\"fr\",\"lines\":[]}", "lang"},
      {"{\"v\":1,\"columns\":32,\"lang\":\"zh\"}", "lines"},
      {"{\"v\":1,\"columns\":32,\"lang\":\"zh\",\"lines\":[],\"x\":1}", "x"},
      {HEAD "1]}", "lines[0]"},
      {HEAD "{}]}", "lines[0].t"},
      {HEAD "{\"t\":\"a\",\"x\":1}]}", "lines[0].x"},
      {HEAD "{\"t\":\"a\",\"s\":16}]}", "lines[0].s"},
      {HEAD "{\"t\":\"a\\u001bp\"}]}", "lines[0].t"},
      {HEAD "{\"t\":\"a\\u202e\"}]}", "lines[0].t"},
      {HEAD "{\"t\":\"a\",\"r\":\"\"}]}", "lines[0].r"},
      {HEAD "{\"t\":\"0123456789012345678901234567890123\"}]}", "lines[0].t"},
      {HEAD "{\"t\":\"01234567890123456\",\"s\":4}]}", "lines[0].t"},
      {HEAD "{\"t\":\"0123456789012345678901234567890\",\"r\":\"12\"}]}", "lines[0].r"},
      {HEAD "{\"t\":\"ok\"},{\"k\":\"banner\",\"t\":\"a\"}]}", "lines[1].k"},
      {HEAD "{\"k\":\"qr\",\"t\":\"\"}]}", "lines[0].t"},
      {HEAD "{\"k\":\"qr\",\"t\":\"a\",\"h\":9}]}", "lines[0].h"},
      {HEAD "{\"k\":\"qr\",\"t\":\"a\",\"s\":1}]}", "lines[0].s"},
      {HEAD "{\"k\":\"code128\",\"t\":\"小\"}]}", "lines[0].t"},
      {HEAD "{\"k\":\"code128\",\"t\":\"a\",\"m\":17}]}", "lines[0].m"},
      {HEAD "{\"k\":\"cut\",\"t\":\"a\"}]}", "lines[0].t"},
      {HEAD "{\"k\":\"picture\",\"w\":9,\"h\":2,\"d\":\"gYB+gA=\"}]}", "lines[0].d"},
      {HEAD "{\"k\":\"picture\",\"w\":9,\"h\":2,\"d\":\"gYB+gB==\"}]}", "lines[0].d"},
      {HEAD "{\"k\":\"picture\",\"w\":9,\"h\":2,\"d\":\"gYB+g*==\"}]}", "lines[0].d"},
      {HEAD "{\"k\":\"picture\",\"w\":833,\"h\":2,\"d\":\"\"}]}", "lines[0].w"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_print print;
    struct sp_error err = {.lang = SP_LANG_EN};
    int rc = sp_print_parse(cases[i][0], strlen(cases[i][0]), *state, &print, &err);
    if (rc != SP_E_INVALID || strcmp(err.field, cases[i][1]) != 0)
      fail_msg("%s: %d, field %s: %s", cases[i][0], rc, err.field, err.message);
    assert_int_equal(print.count, 0);
  }
}

/* Running out of memory at any point is an error, never a shorter printout. */
static void test_small_arena(void **state) {
  (void)state;
  for (size_t max = 0; max < 6000; max += 13) {
    struct sp_arena arena;
    struct sp_print print;
    struct sp_error err = {.lang = SP_LANG_EN};
    sp_arena_init(&arena, max);
    int rc = sp_print_parse(expected, strlen(expected), &arena, &print, &err);
    assert_true(rc == SP_E_NOMEM || (rc == 0 && print.count == 8));
    sp_arena_free(&arena);
  }
}

static void test_too_long(void **state) {
  struct sp_print print;
  struct sp_error err = {.lang = SP_LANG_EN};
  assert_int_equal(sp_print_parse("", SP_PRINT_JSON_MAX + 1, *state, &print, &err), SP_E_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_json, setup, teardown),
      cmocka_unit_test_setup_teardown(test_text, setup, teardown),
      cmocka_unit_test_setup_teardown(test_left_out, setup, teardown),
      cmocka_unit_test_setup_teardown(test_mark, setup, teardown),
      cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
      cmocka_unit_test(test_small_arena),
      cmocka_unit_test_setup_teardown(test_too_long, setup, teardown),
  };
  return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
