/* A machine that is watched tells every line of a rule that runs, and its rule costs what it does unwatched. */
#include "kit.h"

#define RULE                                                                                                           \
  "local offer = require \"suanpan.offer\"\n"                                                                          \
  "return { name = \"t.x\", version = \"1\", api = 1, phase = \"promotion\", summary = \"x\",\n"                       \
  "  check = function()\n"                                                                                             \
  "    return true\n"                                                                                                  \
  "  end,\n"                                                                                                           \
  "  evaluate = function(basket)\n"                                                                                    \
  "    local offers = offer.list()\n"                                                                                  \
  "    for _, line in ipairs(basket.lines) do\n"                                                                       \
  "      if line.code == \"cola\" then\n"                                                                              \
  "        offers:percent(line, 500000)\n"                                                                             \
  "      else\n"                                                                                                       \
  "        offers:free(line)\n"                                                                                        \
  "      end\n"                                                                                                        \
  "    end\n"                                                                                                          \
  "    return offers\n"                                                                                                \
  "  end }\n"

struct seen {
  int counts[32];
};

static void saw(const struct sp_rule_watch *self, const struct sp_rule_program *program, int32_t rule, int32_t line) {
  struct seen *seen = self->ctx;
  assert_in_range(rule, 0, program->rule_count - 1);
  if (strcmp(program->rules[rule].file, "rules/t/x.lua") != 0) return;
  assert_in_range(line, 1, 31);
  seen->counts[line]++;
}

/* Price two lines of cola; what the rule cost. */
static int64_t price(const struct sp_rule_watch *watch) {
  static const char campaigns[] = "{\"campaigns\":[{\"code\":\"X\",\"rule\":\"t.x\"}]}";
  const struct sp_pack_file files[] = {
      {.path = "rules/t/x.lua", .text = RULE, .len = strlen(RULE)},
      {.path = "campaigns.json", .text = campaigns, .len = strlen(campaigns)},
  };
  struct sp_bundle_options options = {.files = files, .file_count = 2, .limits = sp_rule_limits_default()};
  struct kit kit;
  options.limits.watch = watch;
  if (kit_build(&kit, &options)) fail_msg("%s", kit.err.message);
  kit_line(&kit, "cola", 100, 1, NULL);
  kit_line(&kit, "cola", 100, 2, NULL);
  if (kit_price(&kit)) fail_msg("%s", kit.err.message);
  assert_int_equal(kit.priced.net, 150);
  assert_int_equal(kit.priced.alarms, 0);
  int64_t charged = kit.vm->charged;
  kit_close(&kit);
  return charged;
}

static void test_lines(void **state) {
  struct seen seen = {0};
  const struct sp_rule_watch watch = {.line = saw, .ctx = &seen};
  (void)state;
  price(&watch);
  assert_true(seen.counts[4] > 0); /* the check, while building */
  assert_int_equal(seen.counts[7], 1);
  assert_int_equal(seen.counts[9], 2);
  assert_int_equal(seen.counts[10], 2);
  assert_int_equal(seen.counts[12], 0);
  assert_int_equal(seen.counts[15], 1);
}

static void test_cost(void **state) {
  struct seen seen = {0};
  const struct sp_rule_watch watch = {.line = saw, .ctx = &seen};
  (void)state;
  assert_true(price(NULL) == price(&watch));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_cost)};
  return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
