/* The fixture of a node works: what other programs of this folder stand on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/shift.h"
#include "tests/support/crash_vfs.h"
#include "tests/support/node_fixture.h"

static int current(struct sp_work *work, void *ctx) {
  return sp_shift_current(work, ctx);
}

static void check_node(const struct sp_fixture_options *options) {
  struct sp_fixture node;
  struct sp_shift shift;
  struct sp_error error = {.lang = SP_LANG_EN};
  if (sp_fixture_open(&node, options, &error)) fail_msg("%s", error.message);
  assert_int_equal(sp_fixture_do(&node, current, &shift, &error), SP_E_STATE);
  if (sp_fixture_shift(&node, &error)) fail_msg("%s", error.message);
  assert_int_equal(node.commits, 1);
  assert_int_equal(sp_fixture_do(&node, current, &shift, &error), 0);
  assert_true(sp_id_equal(&shift.till, &node.till));
  assert_int_equal(sp_fixture_scalar(&node, "SELECT COUNT(*) FROM shift"), 1);
  assert_int_equal(sp_fixture_shift(&node, &error), SP_E_EXISTS);
  sp_fixture_close(&node);
}

static void test_folder(void **state) {
  (void)state;
  check_node(NULL);
}

static void test_vfs(void **state) {
  (void)state;
  struct sp_crash *disk = sp_crash_new("fixture-disk", 1);
  assert_non_null(disk);
  check_node(&(struct sp_fixture_options){.vfs = "fixture-disk"});
  sp_crash_free(disk);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_folder), cmocka_unit_test(test_vfs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
