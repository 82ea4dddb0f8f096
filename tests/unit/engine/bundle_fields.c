/* Every field of a campaign and every type of parameter: how it is written, how it comes out, what is refused. */
#include "bundle_kit.h"

#define RULE                                                                                                           \
  "param|yes|boolean|0|1|-\nparam|number|integer|-5|5|-\nparam|fen|money|0|1000000|-\nparam|rate|ppm|0|1000000|-\n"    \
  "param|time|minute|0|1440|-\nparam|day|date|20200101|20991231|-\nparam|words|text|2|12|-\n"                          \
  "param|size|choice|1|20|-\noptions|small,large\nparam|some|texts|1|3|-\nparam|goods|products|0|1000|-\n"             \
  "param|steps|tiers|0|500|-\nparam|each|prices|1|10000|-\nparam|tag|tag|1|40|-"

static void start_with(struct kit *kit, char *json, size_t room, const char *extra) {
  kit_start(kit);
  kit_add(kit, "rules/all.lua", RULE);
  snprintf(json, room, "{\"campaigns\": [{\"code\": \"C\", \"rule\": \"all\"%s%s}]}", extra[0] ? ", " : "", extra);
  kit_add(kit, "campaigns.json", json);
}

struct fit {
  const char *given, *path, *comes_out;
};

struct misfit {
  const char *given, *field, *said;
};

static void fits(const char *form, const struct fit *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct kit kit;
    char extra[512], json[768];
    snprintf(extra, sizeof extra, "%s%s%s", form, cases[i].given, form[0] ? "}" : "");
    start_with(&kit, json, sizeof json, extra);
    kit_describe_all(&kit);
    kit_campaign(&kit, "C", cases[i].path, cases[i].comes_out);
    kit_stop(&kit);
  }
}

static void misfits(const char *form, const struct misfit *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct kit kit;
    char extra[512], json[768];
    snprintf(extra, sizeof extra, "%s%s%s", form, cases[i].given, form[0] ? "}" : "");
    start_with(&kit, json, sizeof json, extra);
    kit_refuses(&kit, "campaigns.json", cases[i].field, cases[i].said);
    kit_stop(&kit);
  }
}

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define PARAMS      "\"params\": {"

/* ---- Parameters ---- */

static void parameters_come_out_as_they_went_in(void **state) {
  static const struct fit cases[] = {
      {"\"yes\": true", "params", "{\"yes\":true}"},
      {"\"yes\": false", "params", "{\"yes\":false}"},
      {"\"number\": -5", "params.number", "-5"},
      {"\"fen\": 1000000", "params.fen", "1000000"},
      {"\"rate\": 200000", "params.rate", "200000"},
      {"\"time\": \"08:30\"", "params.time", "\"08:30\""},
      {"\"time\": \"24:00\"", "params.time", "\"24:00\""},
      {"\"time\": \"00:00\"", "params.time", "\"00:00\""},
      {"\"day\": \"2028-02-29\"", "params.day", "\"2028-02-29\""},
      {"\"words\": \"你好\"", "params.words", "\"你好\""},
      {"\"size\": \"large\"", "params.size", "\"large\""},
      {"\"some\": [\"b\", \"a\", \"c\"]", "params.some", "[\"a\",\"b\",\"c\"]"},
      {"\"goods\": []", "params.goods", "[]"},
      {"\"steps\": [{\"at\": 0, \"value\": 0}, {\"value\": 500, \"at\": 100}]", "params.steps",
       "[{\"at\":0,\"value\":0},{\"at\":100,\"value\":500}]"},
      {"\"each\": {\"z\": 0, \"a\": 250, \"m\": 1}", "params.each", "{\"a\":250,\"m\":1,\"z\":0}"},
  };
  (void)state;
  fits(PARAMS, cases, COUNT(cases));
}

static void wrong_parameters_are_named(void **state) {
  static const struct misfit cases[] = {
      {"\"yes\": 1", "campaigns[0].params.yes", "true or false"},
      {"\"number\": 6", "campaigns[0].params.number", "from -5 to 5"},
      {"\"number\": 1.0", "campaigns[0].params.number", "whole number"},
      {"\"number\": null", "campaigns[0].params.number", "whole number"},
      {"\"fen\": -1", "campaigns[0].params.fen", "from 0"},
      {"\"fen\": \"1\"", "campaigns[0].params.fen", "whole number"},
      {"\"rate\": 1000001", "campaigns[0].params.rate", "to 1000000"},
      {"\"time\": 510", "campaigns[0].params.time", "text"},
      {"\"time\": \"8:30\"", "campaigns[0].params.time", "time of day"},
      {"\"time\": \"08:60\"", "campaigns[0].params.time", "time of day"},
      {"\"time\": \"24:01\"", "campaigns[0].params.time", "from 00:00 to 24:00"},
      {"\"time\": \"0830 \"", "campaigns[0].params.time", "time of day"},
      {"\"day\": \"2027-02-29\"", "campaigns[0].params.day", "date"},
      {"\"day\": \"2027-13-01\"", "campaigns[0].params.day", "date"},
      {"\"day\": \"2019-12-31\"", "campaigns[0].params.day", "from 2020-01-01 to 2099-12-31"},
      {"\"day\": 20270101", "campaigns[0].params.day", "text"},
      {"\"day\": \"27-01-01\"", "campaigns[0].params.day", "date"},
      {"\"words\": \"x\"", "campaigns[0].params.words", "at least 2"},
      {"\"words\": \"1234567890123\"", "campaigns[0].params.words", "longer than 12"},
      {"\"words\": \"a\\nb\"", "campaigns[0].params.words", "control"},
      {"\"size\": \"medium\"", "campaigns[0].params.size", "one of: small, large"},
      {"\"some\": \"a\"", "campaigns[0].params.some", "list"},
      {"\"some\": []", "campaigns[0].params.some", "from 1 to 3"},
      {"\"some\": [\"a\", \"b\", \"c\", \"d\"]", "campaigns[0].params.some", "from 1 to 3"},
      {"\"some\": [\"a\", \"\"]", "campaigns[0].params.some[1]", "texts"},
      {"\"some\": [\"a\", 1]", "campaigns[0].params.some[1]", "texts"},
      {"\"some\": [\"a\", \"b\", \"a\"]", "campaigns[0].params.some", "names a twice"},
      {"\"steps\": []", "campaigns[0].params.steps", "at least one"},
      {"\"steps\": [{\"at\": 1}]", "campaigns[0].params.steps[0].value", "required"},
      {"\"steps\": [{\"at\": 1, \"value\": 501}]", "campaigns[0].params.steps[0].value", "to 500"},
      {"\"steps\": [{\"at\": -1, \"value\": 1}]", "campaigns[0].params.steps[0].at", "from 0"},
      {"\"steps\": [{\"at\": 1, \"value\": 1, \"x\": 1}]", "campaigns[0].params.steps[0].x", "known field"},
      {"\"steps\": [{\"at\": 5, \"value\": 1}, {\"at\": 5, \"value\": 2}]", "campaigns[0].params.steps[1].at",
       "ascend"},
      {"\"steps\": [7]", "campaigns[0].params.steps[0]", "object"},
      {"\"each\": []", "campaigns[0].params.each", "object"},
      {"\"each\": {}", "campaigns[0].params.each", "from 1"},
      {"\"each\": {\"a\": -1}", "campaigns[0].params.each.a", "from 0"},
      {"\"each\": {\"a\": 1.5}", "campaigns[0].params.each.a", "whole number"},
      {"\"each\": {\"\": 1}", "campaigns[0].params.each", "codes"},
      {"\"each\": {\"a\": 1, \"a\": 2}", "campaigns[0].params.each.a", ""},
      {"\"other\": 1", "campaigns[0].params.other", "no parameter other"},
  };
  (void)state;
  misfits(PARAMS, cases, COUNT(cases));
}

/* ---- Fields ---- */

static void fields_come_out_as_they_went_in(void **state) {
  static const struct fit cases[] = {
      {"\"priority\": 0", "priority", "0"},
      {"\"from\": \"2026-10-01T08:00:00+08:00\"", "from", "\"2026-10-01T00:00:00.000Z\""},
      {"\"to\": \"2026-10-01T00:00:00Z\"", "to", "\"2026-10-01T00:00:00.000Z\""},
      {"\"stores\": [\"S2\", \"S1\"]", "stores", "[\"S1\",\"S2\"]"},
      {"\"levels\": [\"gold\"]", "levels", "[\"gold\"]"},
      {"\"channels\": [\"till\", \"api\"]", "channels", "[\"api\",\"till\"]"},
      {"\"weekdays\": [7, 1]", "weekdays", "[1,7]"},
      {"\"month_days\": [8, 18, 28, 31]", "month_days", "[8,18,28,31]"},
      {"\"hours\": [[\"08:00\", \"10:30\"], [\"22:00\", \"02:00\"], [\"23:00\", \"24:00\"]]", "hours",
       "[[\"08:00\",\"10:30\"],[\"22:00\",\"02:00\"],[\"23:00\",\"24:00\"]]"},
      {"\"members\": true", "members", "true"},
      {"\"members\": false", "members", ""},
      {"\"limits\": {\"uses\": 1, \"amount\": 2, \"units\": 3, \"member_uses\": 4, \"member_amount\": 5, "
       "\"member_units\": 6, \"coupon_uses\": 7}",
       "limits",
       "{\"uses\":1,\"amount\":2,\"units\":3,\"member_uses\":4,\"member_amount\":5,\"member_units\":6,"
       "\"coupon_uses\":7}"},
      {"\"title\": {\"zh\": \"汽水\", \"en\": \"Soda\"}", "title", "{\"zh\":\"汽水\",\"en\":\"Soda\"}"},
      {"\"enabled\": true", "enabled_origin", ""},
  };
  (void)state;
  fits("", cases, COUNT(cases));
}

static void wrong_fields_are_named(void **state) {
  static const struct misfit cases[] = {
      {"\"colour\": 1", "campaigns[0].colour", "known field"},
      {"\"priority\": 1000001", "campaigns[0].priority", "to 1000000"},
      {"\"from\": \"2026-10-01\"", "campaigns[0].from", "a time like"},
      {"\"from\": \"2026-10-01T00:00:00Z\", \"to\": \"2026-10-01T00:00:00Z\"", "campaigns[0].to", "later than from"},
      {"\"stores\": []", "campaigns[0].stores", "leave it out"},
      {"\"stores\": [\"S1\", \"S1\"]", "campaigns[0].stores", "S1 twice"},
      {"\"levels\": \"gold\"", "campaigns[0].levels", "list"},
      {"\"channels\": [\"fax\"]", "campaigns[0].channels", "no channel fax"},
      {"\"weekdays\": []", "campaigns[0].weekdays", "leave it out"},
      {"\"weekdays\": [0]", "campaigns[0].weekdays", "from 1 to 7"},
      {"\"weekdays\": [8]", "campaigns[0].weekdays", "from 1 to 7"},
      {"\"weekdays\": [1.0]", "campaigns[0].weekdays", "whole number"},
      {"\"weekdays\": [\"1\"]", "campaigns[0].weekdays", "whole number"},
      {"\"weekdays\": [3, 3]", "campaigns[0].weekdays", "3 twice"},
      {"\"month_days\": [32]", "campaigns[0].month_days", "from 1 to 31"},
      {"\"hours\": []", "campaigns[0].hours", "leave it out"},
      {"\"hours\": [\"08:00\", \"10:00\"]", "campaigns[0].hours[0]", "pairs"},
      {"\"hours\": [[\"08:00\", \"10:00\"], [\"08:00\"]]", "campaigns[0].hours[1]", "pairs"},
      {"\"hours\": [[\"08:00\", \"10:00\", \"11:00\"]]", "campaigns[0].hours[0]", "pairs"},
      {"\"hours\": [[\"08:00\", \"08:00\"]]", "campaigns[0].hours[0]", "pairs"},
      {"\"hours\": [[\"24:00\", \"08:00\"]]", "campaigns[0].hours[0]", "pairs"},
      {"\"hours\": [[\"8\", \"9\"]]", "campaigns[0].hours[0]", "pairs"},
      {"\"members\": 1", "campaigns[0].members", "true or false"},
      {"\"limits\": {}", "campaigns[0].limits", "at least one"},
      {"\"limits\": {\"uses\": 0}", "campaigns[0].limits.uses", "from 1"},
      {"\"limits\": {\"use\": 1}", "campaigns[0].limits.use", "known field"},
      {"\"limits\": {\"amount\": 1.5}", "campaigns[0].limits.amount", "whole number"},
      {"\"title\": \"Soda\"", "campaigns[0].title", "object"},
      {"\"title\": {\"fr\": \"x\"}", "campaigns[0].title.fr", "known field"},
      {"\"enabled\": \"no\"", "campaigns[0].enabled", "true or false"},
      {"\"params\": []", "campaigns[0].params", "object"},
  };
  (void)state;
  misfits("", cases, COUNT(cases));
}

/* ---- Files of one campaign ---- */

static void a_campaign_has_a_file_of_its_own(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "pack.json", "{\"name\": \"acme\"}");
  kit_add(&kit, "campaigns/SODA32.json", "{\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\"}");
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA32", "file", "\"acme/campaigns/SODA32.json\"");
  kit_campaign(&kit, "SODA32", "number", "");
  kit_stop(&kit);
}

static void wrong_files_of_one_campaign_are_named(void **state) {
  static const struct misfit cases[] = {
      {"[]", "", "object"},
      {"{\"campaigns\": []}", "campaigns", "known field"},
      {"{\"rule\": \"promotion.multibuy\"}", "code", "required"},
      {"{\"code\": \"X\"}", "rule", "required"},
      {"{\"code\": \"X\", \"rule\": \"nobody\"}", "rule", "no rule nobody"},
      {"{\"code\": \"Y\", \"rule\": \"promotion.multibuy\"}", "code", "the name of its file"},
      {"{\"code\": \"X\", \"rule\": \"promotion.multibuy\", \"params\": {\"buy\": 1}}", "params.buy", "from 2"},
      {"{\"code\": \"X\", \"rule\": \"promotion.multibuy\", \"params\": {\"buy\": 2}}", "params", "lower than buy"},
      {"{\"code\": \"X\", \"rule\": \"promotion.multibuy\",}", "rule", "Line 1"},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct kit kit;
    kit_start(&kit);
    kit_add(&kit, "campaigns/X.json", cases[i].given);
    kit_refuses(&kit, "campaigns/X.json", cases[i].field, cases[i].said);
    kit_stop(&kit);
  }
}

static void a_code_is_used_once(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "campaigns/X.json", "{\"code\": \"X\", \"rule\": \"promotion.multibuy\", \"enabled\": false}");
  kit_add(&kit, "campaigns.json", "{\"campaigns\": [{\"code\": \"X\", \"rule\": \"promotion.multibuy\"}]}");
  assert_int_equal(kit_build(&kit), SP_E_EXISTS);
  assert_string_equal(kit.err.field, "code");
  assert_non_null(strstr(kit.err.message, "campaigns.json"));
  assert_non_null(strstr(kit.err.message, "campaigns/X.json"));
  kit_stop(&kit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parameters_come_out_as_they_went_in),
      cmocka_unit_test(wrong_parameters_are_named),
      cmocka_unit_test(fields_come_out_as_they_went_in),
      cmocka_unit_test(wrong_fields_are_named),
      cmocka_unit_test(a_campaign_has_a_file_of_its_own),
      cmocka_unit_test(wrong_files_of_one_campaign_are_named),
      cmocka_unit_test(a_code_is_used_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
