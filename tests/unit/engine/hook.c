/* Hooks: contracts on both sides, who is asked, what is told. */
#include "tests/unit/engine/machine.h"

#include "base/json.h"

static struct cJSON *parse(const char *json) {
  struct cJSON *tree = NULL;
  struct sp_error err = {0};
  if (sp_json_parse(json, strlen(json), &tree, &err)) fail_msg("%s: %s", json, err.message);
  return tree;
}

static int ask(struct shop *shop, const char *hook, const char *json, struct sp_answers *answers) {
  struct cJSON *input = parse(json);
  int rc =
      sp_engine_ask(shop->bundle, &shop->machine->base, hook, input, &shop->context, &shop->arena, answers, &shop->err);
  sp_json_free(input);
  return rc;
}

/* ---- The table ---- */

static int look_at(const struct sp_field *fields, int depth, const char *hook) {
  int count = 0;
  if (depth > SP_HOOK_DEPTH_MAX) fail_msg("%s nests too deeply", hook);
  for (const struct sp_field *field = fields; field->name; field++, count++) {
    if (!field->en || !field->zh || !field->en[0] || !field->zh[0]) fail_msg("%s: %s says nothing", hook, field->name);
    if (field->min > field->max) fail_msg("%s: the bounds of %s", hook, field->name);
    if (field->options && field->type != SP_FIELD_TEXT) fail_msg("%s: the options of %s", hook, field->name);
    for (const struct sp_field *other = fields; other != field; other++)
      if (strcmp(other->name, field->name) == 0) fail_msg("%s: %s is there twice", hook, field->name);
    if (field->fields) assert_true(look_at(field->fields, depth + 1, hook) > 0);
  }
  return count;
}

static void every_contract_is_complete(void **state) {
  static const char *const names[] = {
      "commission",    "coupon.check",    "coupon.issue",  "followup",      "forecast",        "member.level",
      "points.earn",   "points.expire",   "points.redeem", "member.tags",   "member.segments", "message.route",
      "message.timer", "pay.run",         "recommend",     "reorder",       "sale.returned",   "store.alert",
      "till.policy",   "transfer.source", "value.topup",   "receipt.layout"};
  int count = 0;
  (void)state;
  for (const struct sp_hook *hook = sp_hooks; hook->name; hook++, count++) {
    assert_true(look_at(hook->input, 1, hook->name) > 0);
    assert_true(look_at(hook->output, 1, hook->name) > 0);
    assert_non_null(hook->en);
    assert_non_null(hook->zh);
    if (count > 0) assert_true(strcmp(hook[-1].name, hook->name) < 0);
  }
  assert_int_equal(count, sizeof names / sizeof names[0]);
  for (int i = 0; i < count; i++)
    if (!sp_hook_find(names[i])) fail_msg("there is no %s", names[i]);
  assert_null(sp_hook_find("points"));
  assert_null(sp_hook_find(NULL));
}

static void inputs_and_outputs_are_strict(void **state) {
  static const struct {
    const char *hook, *json, *field;
    bool output;
  } cases[] = {
      {"value.topup", "{\"date\":20261122,\"amount\":10000,\"principal\":0,\"bonus\":0}", NULL, false},
      {"value.topup", "{\"date\":20261322,\"amount\":10000,\"principal\":0,\"bonus\":0}", "date", false},
      {"value.topup", "{\"date\":20261122,\"amount\":0,\"principal\":0,\"bonus\":0}", "amount", false},
      {"value.topup", "{\"date\":20261122,\"amount\":1.5,\"principal\":0,\"bonus\":0}", "amount", false},
      {"value.topup", "{\"date\":20261122,\"amount\":1,\"principal\":0}", "bonus", false},
      {"value.topup", "{\"date\":20261122,\"amount\":1,\"principal\":0,\"bonus\":0,\"phone\":\"1\"}", "phone", false},
      {"value.topup", "{\"date\":20261122,\"amount\":1,\"principal\":0,\"bonus\":0,\"member\":{\"points\":\"many\"}}",
       "member.points", false},
      {"value.topup", "[]", "", false},
      {"value.topup", "{\"bonus\":2000,\"spend\":\"principal\",\"reason\":{\"code\":\"topup\",\"give\":2000}}", NULL,
       true},
      {"value.topup", "{\"bonus\":-1}", "bonus", true},
      {"value.topup", "{\"bonus\":1,\"spend\":\"princip\"}", "spend", true},
      {"value.topup", "{\"bonus\":1,\"reason\":{\"code\":[]}}", "reason", true},
      {"value.topup", "{\"bonus\":null}", "bonus", true},
      {"points.earn", "{\"lines\":[{\"n\":1,\"points\":2},{\"n\":2}]}", "lines[1].points", true},
      {"points.earn", "{\"lines\":[1]}", "lines[0]", true},
      {"points.earn", "{\"lines\":{}}", "lines", true},
      {"member.tags", "{\"add\":[\"vip\",\"\"]}", "add[1]", true},
      {"member.tags", "{\"add\":[\"vip\"],\"remove\":[\"new\"]}", NULL, true},
      {"coupon.issue", "{\"coupons\":[{\"template\":\"T\",\"valid_days\":30,\"key\":\"2026\"}]}", NULL, true},
      {"coupon.issue", "{\"coupons\":[{\"template\":\"\",\"valid_days\":30,\"key\":\"2026\"}]}", "coupons[0].template",
       true},
      {"coupon.issue", "{\"coupons\":[{\"template\":\"T\",\"valid_days\":30,\"key\":\"2026\",\"count\":99}]}",
       "coupons[0].count", true},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sp_error err = {0};
    const struct sp_hook *hook = sp_hook_find(cases[i].hook);
    struct cJSON *tree = parse(cases[i].json);
    int rc = sp_hook_check(cases[i].output ? hook->output : hook->input, tree, &err);
    bool right = cases[i].field ? rc == SP_E_INVALID && strcmp(err.field, cases[i].field) == 0 : rc == 0;
    if (!right) print_error("%s: %d [%s] %s\n", cases[i].json, rc, err.field, err.message);
    wrong += !right;
    sp_json_free(tree);
  }
  assert_int_equal(wrong, 0);
}

/* ---- Asking ---- */

static const char *say_by_code(struct machine *machine, const char *campaign, const struct cJSON *input) {
  (void)machine;
  (void)input;
  if (strcmp(campaign, "BROKEN") == 0) return NULL;
  if (strcmp(campaign, "NONSENSE") == 0) return "{\"points\":-5}";
  if (strcmp(campaign, "LIST") == 0) return "[1,2]";
  if (strcmp(campaign, "SILENT") == 0) return "null";
  if (strcmp(campaign, "EMPTY") == 0) return "{}";
  if (strcmp(campaign, "STEPS") == 0) return "{\"points\":100,\"fen\":100}";
  return "{\"points\":12}";
}

static const char sale[] = "{\"date\":20261122,\"member\":{\"level\":\"gold\"},"
                           "\"sale\":{\"gross\":1200,\"net\":1200,\"lines\":[]}}";

static void every_answer_counts_and_nonsense_does_not(void **state) {
  struct shop shop;
  struct sp_answers answers;
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "rules/earn.lua", "hook - 500 points.earn");
  shop_file(&shop, "rules/other.lua", "hook - 900 points.redeem");
  shop_build(&shop, "{\"code\":\"A\",\"rule\":\"earn\",\"priority\":1},{\"code\":\"BROKEN\",\"rule\":\"earn\"},"
                    "{\"code\":\"NONSENSE\",\"rule\":\"earn\"},{\"code\":\"LIST\",\"rule\":\"earn\"},"
                    "{\"code\":\"SILENT\",\"rule\":\"earn\"},{\"code\":\"EMPTY\",\"rule\":\"earn\"},"
                    "{\"code\":\"B\",\"rule\":\"earn\"},{\"code\":\"C\",\"rule\":\"other\"},"
                    "{\"code\":\"GOLD\",\"rule\":\"earn\",\"levels\":[\"gold\"]},"
                    "{\"code\":\"BLACK\",\"rule\":\"earn\",\"levels\":[\"black\"]},"
                    "{\"code\":\"OVER\",\"rule\":\"earn\",\"to\":\"2026-01-01T00:00:00Z\"}");
  shop.machine->decide = say_by_code;
  assert_int_equal(ask(&shop, "points.earn", sale, &answers), 0);
  assert_int_equal(answers.count, 3);
  assert_string_equal(answers.list[0].campaign, "B");
  assert_string_equal(answers.list[1].campaign, "GOLD");
  assert_string_equal(answers.list[2].campaign, "A");
  assert_string_equal(answers.list[2].rule, "earn");
  assert_string_equal(answers.list[2].json, "{\"points\":12}");
  assert_int_equal(answers.alarms, 3);
  assert_non_null(strstr(answers.trace, "\"campaign\":\"BROKEN\",\"rule\":\"earn\",\"version\":\"1\",\"file\":\"rules/"
                                        "earn.lua\",\"outcome\":\"error\",\"why\":\"rules/x.lua:3: it broke\""));
  assert_non_null(strstr(answers.trace, "\"why\":\"rules/earn.lua: points: "));
  assert_non_null(strstr(answers.trace, "\"campaign\":\"EMPTY\",\"rule\":\"earn\",\"version\":\"1\",\"file\":\"rules/"
                                        "earn.lua\",\"outcome\":\"silent\"}"));
  shop_stop(&shop);
}

static void the_first_answer_decides(void **state) {
  struct shop shop;
  struct sp_answers answers;
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "rules/redeem.lua", "hook - 500 points.redeem");
  shop_build(&shop, "{\"code\":\"SILENT\",\"rule\":\"redeem\",\"priority\":900},"
                    "{\"code\":\"STEPS\",\"rule\":\"redeem\",\"priority\":800},"
                    "{\"code\":\"BROKEN\",\"rule\":\"redeem\",\"priority\":700}");
  shop.machine->decide = say_by_code;
  assert_int_equal(ask(&shop, "points.redeem", sale, &answers), 0);
  if (answers.count != 1) fail_msg("%s", answers.trace);
  assert_string_equal(answers.list[0].campaign, "STEPS");
  assert_int_equal(answers.alarms, 0);
  assert_int_equal(shop.machine->base.evaluations, 2);
  shop_stop(&shop);
}

static void wrong_questions_are_refused(void **state) {
  struct shop shop;
  struct sp_answers answers;
  (void)state;
  shop_start(&shop);
  shop_file(&shop, "rules/redeem.lua", "hook - 500 points.redeem");
  shop_build(&shop, "{\"code\":\"STEPS\",\"rule\":\"redeem\"}");
  shop.machine->decide = say_by_code;
  assert_int_equal(ask(&shop, "points.burn", sale, &answers), SP_E_NOT_FOUND);
  assert_int_equal(ask(&shop, "points.redeem", "{\"date\":20261122,\"member\":{}}", &answers), SP_E_INVALID);
  assert_string_equal(shop.err.field, "sale");
  assert_int_equal(
      ask(&shop, "till.policy", "{\"action\":\"dance\",\"role\":\"cashier\",\"date\":20261122,\"minute\":1}", &answers),
      SP_E_INVALID);
  assert_string_equal(shop.err.field, "action");
  assert_int_equal(shop.machine->base.evaluations, 0);
  shop_stop(&shop);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_contract_is_complete),
      cmocka_unit_test(inputs_and_outputs_are_strict),
      cmocka_unit_test(every_answer_counts_and_nonsense_does_not),
      cmocka_unit_test(the_first_answer_decides),
      cmocka_unit_test(wrong_questions_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
