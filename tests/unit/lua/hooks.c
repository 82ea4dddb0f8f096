/* Rules that answer questions: JSON in as read-only tables, a plain table out as JSON, the same bytes every time. */
#include "base/json.h"
#include "engine/hook.h"
#include "kit.h"

#include <cjson/cJSON.h>

struct host {
  struct kit kit;
  int32_t campaign;
  const char *json;
  size_t len;
};

static void open_hook(struct host *host, const char *hook, const char *body) {
  char text[8192];
  snprintf(text, sizeof text,
           "local rule = { name = 'my.hook', version = '1', api = 1, phase = 'hook', hook = '%s', summary = 's',\n"
           "  campaign = 'H', params = { list = { type = 'texts', default = { 'b', 'a' }, doc = 'd' } } }\n"
           "function rule.evaluate(input, params, context)\n  %s\nend\nreturn rule\n",
           hook, body);
  if (kit_open(&host->kit, "rules/my/hook.lua", text, NULL)) fail_msg("%s: %s", body, host->kit.err.message);
  host->campaign = 0;
  while (strcmp(host->kit.vm->program->campaigns[host->campaign].code, "H") != 0)
    host->campaign++;
}

static int decide(struct host *host, const char *input) {
  struct cJSON *json = NULL;
  assert_int_equal(sp_json_parse(input, strlen(input), &json, NULL), 0);
  int rc = host->kit.vm->api->decide(host->kit.vm, host->campaign, json, &host->kit.context, &host->kit.arena,
                                     &host->json, &host->len, &host->kit.err);
  sp_json_free(json);
  return rc;
}

struct pair {
  const char *body, *said;
};

static const char *const input = "{\"date\":20261122,\"member\":{\"level\":\"gold\",\"tags\":[\"a\",\"b\"]},"
                                 "\"sale\":{\"net\":1250,\"lines\":[{\"n\":1,\"net\":1000},{\"n\":2,\"net\":250}]},"
                                 "\"many\":[],\"none\":null,\"yes\":true}";

static int answers(const char *hook, const struct pair *pairs, size_t count) {
  int wrong = 0;
  for (size_t i = 0; i < count; i++) {
    struct host host;
    open_hook(&host, hook, pairs[i].body);
    for (int round = 0; round < 2; round++) {
      int rc = decide(&host, input);
      bool right = !rc && strcmp(host.json, pairs[i].said) == 0 && host.len == strlen(pairs[i].said);
      if (!right)
        print_error("%s: %d %s %s\n", pairs[i].body, rc, rc ? host.kit.err.message : host.json, pairs[i].said);
      wrong += !right;
    }
    kit_close(&host.kit);
  }
  return wrong;
}

static void answers_are_sorted_json(void **state) {
  static const struct pair pairs[] = {
      {"return nil", "null"},
      {"return {}", "{}"},
      {"return { b = 1, a = 2, c = { z = true, y = 'x' } }", "{\"a\":2,\"b\":1,\"c\":{\"y\":\"x\",\"z\":true}}"},
      {"return { list = { 1, 'two', { three = 3 } } }", "{\"list\":[1,\"two\",{\"three\":3}]}"},
      {"return { n = input.sale.net, level = input.member.level }", "{\"level\":\"gold\",\"n\":1250}"},
      {"local sum = 0 for _, line in ipairs(input.sale.lines) do sum = sum + line.net end return { sum = sum }",
       "{\"sum\":1250}"},
      {"return { tags = #input.member.tags, first = input.member.tags[1], many = #input.many }",
       "{\"first\":\"a\",\"many\":0,\"tags\":2}"},
      {"return { yes = input.yes, behind = input.member.tags[3] == nil }", "{\"behind\":true,\"yes\":true}"},
      {"return { date = context.business_date, code = context.campaign, list = params.list[1] .. params.list[2] }",
       "{\"code\":\"H\",\"date\":20261122,\"list\":\"ab\"}"},
      {"return { text = '\\195\\169\"\\\\\\n' }", "{\"text\":\"é\\\"\\\\\\n\"}"},
      {"return { large = 9007199254740991, small = -9007199254740991 }",
       "{\"large\":9007199254740991,\"small\":-9007199254740991}"},
  };
  (void)state;
  assert_int_equal(answers("points.earn", pairs, sizeof pairs / sizeof pairs[0]), 0);
}

/* The contract of a known hook says what may be asked for although nobody told it, and what an empty table is. */
static void contracts_are_known(void **state) {
  static const struct pair pairs[] = {
      {"return { points = input.member.points == nil and 0 or 1 }", "{\"points\":0}"},
      {"return { points = 5, reason = { code = 'x' } }", "{\"points\":5,\"reason\":{\"code\":\"x\"}}"},
  };
  static const struct pair tags[] = {{"return { add = {}, remove = {} }", "{\"add\":[],\"remove\":[]}"}};
  (void)state;
  assert_non_null(sp_hook_find("points.earn"));
  assert_int_equal(answers("points.earn", pairs, sizeof pairs / sizeof pairs[0]), 0);
  assert_non_null(sp_hook_find("member.tags"));
  assert_int_equal(answers("member.tags", tags, 1), 0);
}

static void nonsense_is_refused(void **state) {
  static const struct pair pairs[] = {
      {"return 5", "must return a table"},
      {"return 'yes'", "must return a table"},
      {"return input", "make one of your own"},
      {"return { member = input.member }", "make one of your own"},
      {"return { list = params.list }", "userdata"},
      {"return { context }", "userdata"},
      {"return { f = function() end }", "function"},
      {"return { n = 1.5 }", "a float"},
      {"return { n = 0 / 0 }", "a float"},
      {"return { n = math.maxinteger }", "too large"},
      {"return { 1, nil, 3 }", "hole"},
      {"return { 1, a = 2 }", "not both"},
      {"return { [true] = 1 }", "names or positions"},
      {"return { [''] = 1 }", "1 to 64 bytes"},
      {"local t = {} t.t = t return t", "8 deep"},
      {"local t = {} for i = 1, 65 do t['n' .. i] = i end return t", "64 names"},
      {"local s, t = ('x'):rep(1000), {} for i = 1, 300 do t[i] = s end return { t = t }", "262144 bytes"},
      {"local t = {} for i = 1, 20000 do t[i] = i end return { t = t }", "10000 entries"},
      {"local t = {} local u = {} for i = 1, 60 do u['n' .. i] = u and 1 end for i = 1, 60 do t['n' .. i] = u end "
       "local v = {} for i = 1, 60 do v['n' .. i] = t end return v",
       ""},
      {"return { x = input.membr }", "no 'membr'"},
      {"return { x = input.member.lvel }", "no 'lvel'"},
      {"return { x = input.member.tags.n }", "counted from 1"},
      {"input.date = 1", "read-only"},
      {"input.member.tags[1] = 'c'", "read-only"},
      {"table.insert(input.member.tags, 'c')", "read-only"},
      {"require('suanpan.select').units(input)", "must be the basket"},
      {"while true do end", "more instructions"},
      {"return context.used", "member.used"},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    struct host host;
    open_hook(&host, "points.earn", pairs[i].body);
    int rc = decide(&host, input);
    bool right = rc == SP_E_RULE && strstr(host.kit.err.message, pairs[i].said) && !host.json &&
                 strncmp(host.kit.err.message, "rules/my/hook.lua:", 18) == 0;
    if (!right) print_error("%s: %d %s\n", pairs[i].body, rc, host.kit.err.message);
    wrong += !right;
    kit_close(&host.kit);
  }
  assert_int_equal(wrong, 0);
}

/* Numbers with fractions and texts without end are the caller's mistake, said in a sentence. */
static void input_is_checked(void **state) {
  struct host host;
  char large[8192] = "{\"text\":\"";
  (void)state;
  open_hook(&host, "points.earn", "return { ok = true }");
  assert_int_equal(decide(&host, "{\"n\":1.5}"), SP_E_RULE);
  assert_non_null(strstr(host.kit.err.message, "no integer"));
  memset(large + 9, 'x', 5000);
  snprintf(large + 5009, sizeof large - 5009, "\"}");
  assert_int_equal(decide(&host, large), SP_E_RULE);
  assert_non_null(strstr(host.kit.err.message, "4096 bytes"));
  assert_int_equal(decide(&host, "{}"), 0);
  assert_string_equal(host.json, "{\"ok\":true}");
  kit_close(&host.kit);
}

static void a_hook_has_no_basket(void **state) {
  struct host host;
  struct sp_rule_result result;
  (void)state;
  open_hook(&host, "points.earn", "return { ok = true }");
  kit_line(&host.kit, "cola", 300, 1, NULL);
  assert_int_equal(host.kit.vm->api->evaluate(host.kit.vm, host.campaign, &host.kit.arena, &result, &host.kit.err),
                   SP_E_INTERNAL);
  host.kit.vm->api->begin(host.kit.vm,
                          &(struct sp_rule_view){.basket = &host.kit.basket, .context = &host.kit.context});
  assert_int_equal(decide(&host, "{}"), SP_E_INTERNAL);
  host.kit.vm->api->end(host.kit.vm);
  assert_int_equal(decide(&host, "{}"), 0);
  kit_close(&host.kit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers_are_sorted_json), cmocka_unit_test(contracts_are_known),
      cmocka_unit_test(nonsense_is_refused),     cmocka_unit_test(input_is_checked),
      cmocka_unit_test(a_hook_has_no_basket),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
