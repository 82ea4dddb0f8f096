/* What the writer writes, the border accepts and reads back unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t random_next(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static uint64_t seed_of_run(void) {
  const char *given = getenv("SP_SEED");
  uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 2654435761u + 1;
  print_message("seed %llu\n", (unsigned long long)seed);
  return seed ? seed : 1;
}

static void writes_every_kind(void **state) {
  (void)state;
  static const uint8_t id[16] = {0x01, 0x90, 0xA1, 0xB2, 0xC3, 0xD4, 0x71, 0x23, 0x81, 0x23, 1, 2, 3, 4, 5, 6};
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  sp_json_open_object(&w);
  sp_json_put_int(&w, "a", -9007199254740991);
  sp_json_put_text(&w, "b", "x");
  sp_json_put_text(&w, "c", NULL);
  sp_json_put_bool(&w, "d", true);
  sp_json_put_id(&w, "e", id);
  sp_json_put_time(&w, "f", 1795323600123);
  sp_json_key(&w, "g");
  sp_json_open_array(&w);
  sp_json_int(&w, 0);
  sp_json_bool(&w, false);
  sp_json_null(&w);
  sp_json_open_array(&w);
  sp_json_close_array(&w);
  sp_json_open_object(&w);
  sp_json_close_object(&w);
  sp_json_raw(&w, "{\"r\":1}", 7);
  sp_json_text_n(&w, "abcdef", 3);
  sp_json_close_array(&w);
  sp_json_put_int(&w, "h\"", 1);
  sp_json_close_object(&w);
  assert_int_equal(out.failed, 0);
  assert_string_equal(sp_buf_text(&out), "{\"a\":-9007199254740991,\"b\":\"x\",\"c\":null,\"d\":true,"
                                         "\"e\":\"0190a1b2-c3d4-7123-8123-010203040506\","
                                         "\"f\":\"2026-11-22T05:00:00.123Z\","
                                         "\"g\":[0,false,null,[],{},{\"r\":1},\"abc\"],\"h\\\"\":1}");
  assert_int_equal(sp_json_check(out.data, out.len, NULL), 0);
  sp_buf_free(&out);
}

struct text_case {
  const char *text;
  size_t len;
  const char *json;
};

static void escapes_text(void **state) {
  (void)state;
  static const struct text_case cases[] = {
      {"", 0, "\"\""},
      {"plain", 5, "\"plain\""},
      {"a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\""},
      {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
      {"\x00\x01\x1F\x7F", 4, "\"\\u0000\\u0001\\u001f\x7F\""},
      {"可乐", 6, "\"可乐\""},
      {"\xF0\x9F\x98\x80", 4, "\"\xF0\x9F\x98\x80\""},
      {"a\xFF"
       "b",
       3,
       "\"a\xEF\xBF\xBD"
       "b\""},
      {"\xE5\x8F", 2, "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xED\xA0\x80", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"eight by\x01", 9, "\"eight by\\u0001\""},
      {"eight bytes\"", 12, "\"eight bytes\\\"\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_buf out;
    struct sp_json_writer w;
    sp_buf_init(&out, 256);
    sp_json_start(&w, &out);
    sp_json_text_n(&w, cases[i].text, cases[i].len);
    assert_string_equal(sp_buf_text(&out), cases[i].json);
    sp_buf_free(&out);
  }
}

/* Random bytes without a NUL; mostly ASCII so that runs of every length end in something to escape. */
static size_t random_text(uint64_t *seed, char *text, size_t max) {
  size_t len = random_next(seed) % max;
  for (size_t i = 0; i < len; i++) {
    uint64_t roll = random_next(seed);
    uint64_t byte = roll % 16 == 0 ? roll >> 8 & 0xFF : ' ' + (roll >> 8) % 95;
    text[i] = (char)(byte ? byte : 1);
  }
  return len;
}

static void reads_back_what_it_wrote(void **state) {
  (void)state;
  uint64_t seed = seed_of_run();
  struct sp_buf out;
  sp_buf_init(&out, 1 << 16);
  for (int round = 0; round < 10000; round++) {
    char text[64];
    size_t len = random_text(&seed, text, sizeof text);
    int64_t number = (int64_t)(random_next(&seed) >> (11 + random_next(&seed) % 52));
    number = random_next(&seed) & 1 ? number : -number;
    struct sp_json_writer w;
    sp_buf_reset(&out);
    sp_json_start(&w, &out);
    sp_json_open_object(&w);
    sp_json_put_int(&w, "n", number);
    sp_json_key(&w, "t");
    sp_json_text_n(&w, text, len);
    sp_json_close_object(&w);
    struct cJSON *tree = NULL;
    assert_int_equal(sp_json_parse(out.data, out.len, &tree, NULL), 0);
    int64_t back = 0;
    assert_int_equal(sp_json_get_int(tree, "n", SP_REQUIRED, -SP_JSON_INT_MAX, SP_JSON_INT_MAX, &back, NULL), 0);
    assert_true(back == number);
    const char *read = sp_json_member(tree, "t")->valuestring;
    if (sp_utf8_valid(text, len)) {
      assert_int_equal(strlen(read), len);
      assert_memory_equal(read, text, len);
    } else {
      assert_non_null(strstr(read, "\xEF\xBF\xBD"));
    }
    sp_json_free(tree);
  }
  sp_buf_free(&out);
}

static void fails_once_and_for_good(void **state) {
  (void)state;
  for (size_t max = 0; max < 24; max++) {
    struct sp_buf out;
    struct sp_json_writer w;
    sp_buf_init(&out, max);
    sp_json_start(&w, &out);
    sp_json_open_object(&w);
    sp_json_put_text(&w, "name", "quoted\"text");
    sp_json_close_object(&w);
    assert_int_equal(out.failed, max < 23 ? SP_E_LIMIT : 0);
    assert_true(out.len <= max);
    sp_buf_free(&out);
  }
}

static void bounds_the_depth(void **state) {
  (void)state;
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  for (int i = 0; i < 63; i++)
    sp_json_open_array(&w);
  for (int i = 0; i < 63; i++)
    sp_json_close_array(&w);
  assert_int_equal(out.failed, 0);
  assert_int_equal(sp_json_check(out.data, out.len, NULL), 0);
  sp_buf_reset(&out);
  sp_json_start(&w, &out);
  for (int i = 0; i < 100; i++)
    sp_json_open_array(&w);
  assert_int_equal(out.failed, SP_E_LIMIT);
  sp_buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_every_kind),        cmocka_unit_test(escapes_text),
      cmocka_unit_test(reads_back_what_it_wrote), cmocka_unit_test(fails_once_and_for_good),
      cmocka_unit_test(bounds_the_depth),
  };
  return cmocka_run_group_tests_name("base/json_write", tests, NULL, NULL);
}
