/* Problem documents: their members, their language, and a status for every code. */
#include "http/problem.h"
#include "base/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void expect(const struct sp_error *err, int status, bool origin, const char *wanted) {
  struct sp_buf out;
  sp_buf_init(&out, 4096);
  assert_int_equal(sp_http_problem_write(&out, err, status, "r-1", origin, NULL), 0);
  assert_string_equal(sp_buf_text(&out), wanted);
  assert_int_equal(sp_json_check(out.data, out.len, NULL), 0);
  sp_buf_free(&out);
}

static void members(void **state) {
  (void)state;
  struct sp_error err = {0};
  (void)sp_error_set(&err, SP_E_NOT_FOUND, "find", "id", "no \"%s\"", "x\n");
  expect(&err, 0, false,
         "{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":404,\"detail\":\"no \\\"x\\n\\\"\","
         "\"field\":\"id\",\"request_id\":\"r-1\"}");
  expect(&err, 410, true,
         "{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":410,\"detail\":\"no \\\"x\\n\\\"\","
         "\"field\":\"id\",\"origin\":\"find\",\"request_id\":\"r-1\"}");
  struct sp_error bare = {.code = SP_E_INTERNAL};
  expect(&bare, 0, true,
         "{\"type\":\"/problems/internal\",\"title\":\"Internal error\",\"status\":500,\"request_id\":\"r-1\"}");
}

static void chinese(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_ZH};
  (void)sp_error_set(&err, SP_E_INVALID, "f", NULL, "The request's head is malformed");
  expect(&err, 0, false,
         "{\"type\":\"/problems/invalid\",\"title\":\"请求无效\",\"status\":400,\"detail\":\"请求头格式错误\","
         "\"request_id\":\"r-1\"}");
}

static void every_code_has_a_status(void **state) {
  (void)state;
#define XX(name, value, wire) assert_in_range(sp_http_status_of(SP_E_##name), 400, 507);
  SP_ERROR_MAP(XX)
#undef XX
  assert_int_equal(sp_http_status_of(0), 200);
  assert_int_equal(sp_http_status_of(-9999), 500);
  assert_int_equal(sp_http_status_of(SP_E_TOTAL_CHANGED), 409);
#define XX(name, value, wire) assert_true(sp_http_reason(sp_http_status_of(SP_E_##name))[0] != '\0');
  SP_ERROR_MAP(XX)
#undef XX
  assert_string_equal(sp_http_reason(299), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(members),
      cmocka_unit_test(chinese),
      cmocka_unit_test(every_code_has_a_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
