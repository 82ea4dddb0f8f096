/* What looks wrong in a pack, what a reason means to people, and the machines one thread keeps. */
#include "bundle_kit.h"

#define NOW 1795323600000 /* 2026-11-22 */

/* ---- Warnings ---- */

static void warn(struct kit *kit, const char *campaigns, enum sp_lang lang) {
  char json[4096];
  snprintf(json, sizeof json, "{\"campaigns\": [%s]}", campaigns);
  kit_add(kit, "campaigns.json", json);
  if (kit_build(kit)) fail_msg("[%s] %s", kit->err.field, kit->err.message);
  assert_int_equal(sp_bundle_warnings(kit->bundle, NOW, lang, &kit->text, &kit->err), 0);
  if (sp_json_parse(kit->text.data, kit->text.len, &kit->tree, &kit->err)) fail_msg("%s", kit->err.message);
}

/* "kind campaign by" of every warning, a line each; a missing name is "-". */
static const char *list(struct kit *kit) {
  static const char *const names[] = {"kind", "campaign", "by"};
  sp_buf_reset(&kit->text);
  for (const cJSON *item = kit->tree->child; item; item = item->next) {
    for (int i = 0; i < 3; i++) {
      const cJSON *member = sp_json_member(item, names[i]);
      sp_buf_printf(&kit->text, "%s%s", i > 0 ? " " : "", cJSON_IsString(member) ? member->valuestring : "-");
    }
    sp_buf_putc(&kit->text, '\n');
  }
  return sp_buf_text(&kit->text);
}

#define PERCENT_OFF "priority|500\nparam|tag|tag|1|40|-\nparam|percent|integer|1|1000000|-"

static void expect_warnings(const char *pack, const char *campaigns, const char *expected) {
  struct kit kit;
  kit_start(&kit);
  kit_add(&kit, "base/promotion/percent_off.lua", PERCENT_OFF);
  if (pack) kit_add(&kit, "pack.json", pack);
  warn(&kit, campaigns, SP_LANG_EN);
  const char *got = list(&kit);
  if (strcmp(got, expected) != 0) fail_msg("%s\ngives\n%snot\n%s", campaigns, got, expected);
  kit_stop(&kit);
}

#define ONE(code, params, more)                                                                                        \
  "{\"code\": \"" code "\", \"rule\": \"promotion.multibuy\", \"params\": {" params "}" more "}"
#define SODA  "\"tag\": \"soda\""
#define SODA9 "\"tag\": \"soda\", \"buy\": 9"

static void a_sound_pack_has_no_warnings(void **state) {
  (void)state;
  expect_warnings(NULL, ONE("A", SODA, "") "," ONE("B", "\"tag\": \"tea\"", ""), "");
  expect_warnings(NULL, "", ""); /* a built-in rule that nobody uses is no news */
}

static void ties_are_told(void **state) {
  (void)state;
  expect_warnings(NULL, ONE("A", SODA, "") "," ONE("B", SODA9, ""), "tie B A\n");
  expect_warnings(NULL, ONE("A", SODA, "") "," ONE("B", SODA9, ", \"priority\": 501"), "");
  expect_warnings(NULL, ONE("A", SODA, ", \"stores\": [\"S1\"]") "," ONE("B", SODA9, ", \"stores\": [\"S2\", \"S3\"]"),
                  "");
  expect_warnings(NULL, ONE("A", SODA, ", \"stores\": [\"S1\", \"S3\"]") "," ONE("B", SODA9, ", \"stores\": [\"S3\"]"),
                  "tie B A\n");
  expect_warnings(NULL, ONE("A", SODA, ", \"weekdays\": [1]") "," ONE("B", SODA9, ", \"weekdays\": [2]"), "");
  expect_warnings(NULL, ONE("A", SODA, ", \"month_days\": [1, 2]") "," ONE("B", SODA9, ", \"month_days\": [2]"),
                  "tie B A\n");
  expect_warnings(NULL,
                  ONE("A", SODA, ", \"hours\": [[\"22:00\", \"02:00\"]]") "," ONE(
                      "B", SODA9, ", \"hours\": [[\"02:00\", \"22:00\"]]"),
                  "");
  expect_warnings(NULL,
                  ONE("A", SODA, ", \"hours\": [[\"22:00\", \"02:00\"]]") "," ONE(
                      "B", SODA9, ", \"hours\": [[\"01:59\", \"03:00\"]]"),
                  "tie B A\n");
  expect_warnings(
      NULL,
      ONE("A", SODA, ", \"to\": \"2027-01-01T00:00:00Z\"") "," ONE("B", SODA9, ", \"from\": \"2027-01-01T00:00:00Z\""),
      "");
  expect_warnings(NULL, ONE("A", "", "") "," ONE("B", SODA9, ""), "tie B A\n"); /* A is for every basket */
  expect_warnings(NULL, ONE("A", SODA9, "") "," ONE("B", "", ""), "tie B A\n");
  expect_warnings("{\"groups\": {\"item\": {\"mode\": \"all\"}}}", ONE("A", SODA, "") "," ONE("B", SODA9, ""), "");
}

static void campaigns_that_get_nothing_are_told(void **state) {
  (void)state;
  expect_warnings(NULL, ONE("A", SODA, "") "," ONE("B", SODA, ""), "unreachable B A\n");
  expect_warnings(NULL, ONE("B", SODA, ", \"priority\": 600") "," ONE("A", SODA, ", \"stores\": [\"S1\"]"),
                  "unreachable A B\n");
  expect_warnings(NULL, ONE("B", SODA, ", \"priority\": 600, \"stores\": [\"S2\"]") "," ONE("A", SODA, ""), "");
  expect_warnings(NULL, ONE("B", SODA, ", \"priority\": 600, \"limits\": {\"uses\": 9}") "," ONE("A", SODA, ""), "");
  expect_warnings(NULL, ONE("B", SODA, ", \"priority\": 600, \"members\": true") "," ONE("A", SODA, ""), "");
  expect_warnings(NULL,
                  ONE("B", SODA, ", \"priority\": 600, \"weekdays\": [1, 2]") "," ONE("A", SODA, ", \"weekdays\": [2]"),
                  "unreachable A B\n");
  expect_warnings("{\"groups\": {\"item\": {\"mode\": \"best\"}}}", ONE("A", SODA, "") "," ONE("B", SODA, ""),
                  "unreachable B A\n");
}

#define OFF(code, params, more)                                                                                        \
  "{\"code\": \"" code "\", \"rule\": \"promotion.percent_off\", \"params\": {\"percent\": 100000" params "}" more "}"

/* A takes ten percent off everything, so nothing is left for B. */
static void campaigns_that_come_too_late_are_told(void **state) {
  (void)state;
  expect_warnings(NULL, OFF("A", "", ", \"priority\": 600") "," OFF("B", ", \"tag\": \"soda\"", ""),
                  "unreachable B A\n");
  expect_warnings(NULL, OFF("A", "", "") "," OFF("B", ", \"tag\": \"soda\"", ", \"priority\": 600"), "");
  expect_warnings(NULL, OFF("A", "", ", \"priority\": 600, \"weekdays\": [1]") "," OFF("B", ", \"tag\": \"soda\"", ""),
                  "");
  expect_warnings(NULL, OFF("A", ", \"tag\": \"tea\"", ", \"priority\": 600") "," OFF("B", ", \"tag\": \"soda\"", ""),
                  "");
  expect_warnings("{\"groups\": {\"item\": {\"mode\": \"best\"}}}",
                  OFF("A", "", ", \"priority\": 600") "," OFF("B", ", \"tag\": \"soda\"", ""), "");
}

static void without_a_price_rule_it_is_told(void **state) {
  (void)state;
  expect_warnings("{\"rules\": {\"price.list\": {\"enabled\": false}}}", ONE("A", SODA, ""), "no-price - -\n");
}

static void campaigns_that_are_never_live_are_told(void **state) {
  (void)state;
  /* By the clock they are written for: the 5th of December there begins when this one ends. */
  expect_warnings(NULL,
                  ONE("A", SODA,
                      ", \"month_days\": [5], \"from\": \"2026-12-01T00:00:00+08:00\", \"to\": "
                      "\"2026-12-05T00:00:00+08:00\""),
                  "unreachable A -\n");
  expect_warnings(NULL,
                  ONE("A", SODA,
                      ", \"month_days\": [4], \"hours\": [[\"22:00\", \"02:00\"]], \"from\": "
                      "\"2026-12-05T00:00:00+08:00\", \"to\": \"2026-12-06T00:00:00+08:00\""),
                  "");
  expect_warnings(NULL,
                  ONE("A", SODA,
                      ", \"month_days\": [5], \"from\": \"2026-12-01T00:00:00Z\", \"to\": "
                      "\"2026-12-05T00:00:00Z\""),
                  ""); /* nobody says whose clock */
  /* 2026-11-24 is a Tuesday */
  expect_warnings(NULL,
                  ONE("A", SODA,
                      ", \"weekdays\": [6], \"from\": \"2026-11-24T00:00:00+08:00\", \"to\": "
                      "\"2026-11-25T00:00:00+08:00\""),
                  "unreachable A -\n");
  expect_warnings(NULL,
                  ONE("A", SODA,
                      ", \"weekdays\": [2], \"from\": \"2026-11-24T00:00:00+08:00\", \"to\": "
                      "\"2026-11-25T00:00:00+08:00\""),
                  "");
  expect_warnings(NULL,
                  ONE("A", SODA,
                      ", \"month_days\": [31], \"from\": \"2027-02-02T00:00:00+08:00\", \"to\": "
                      "\"2027-03-30T00:00:00+08:00\""),
                  "unreachable A -\n");
}

static void campaigns_that_are_over_are_told(void **state) {
  (void)state;
  expect_warnings(NULL,
                  ONE("A", SODA, ", \"to\": \"2026-11-22T05:00:00Z\"") "," ONE("B", "\"tag\": \"tea\"",
                                                                               ", \"to\": \"2026-11-22T05:00:01Z\""),
                  "ended A -\n");
}

static void rules_of_the_chain_that_nobody_uses_are_told(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "rules/dead.lua", "phase|check");
  kit_add(&kit, "rules/draft.lua", "phase|check");
  kit_add(&kit, "rules/off.lua", "phase|check");
  kit_add(&kit, "pack.json", "{\"name\": \"acme\", \"rules\": {\"off\": {\"enabled\": false}}}");
  warn(&kit, "{\"code\": \"D\", \"rule\": \"draft\", \"enabled\": false}", SP_LANG_ZH);
  char *text = cJSON_PrintUnformatted(kit.tree);
  assert_string_equal(text, "[{\"kind\":\"dead-rule\",\"rule\":\"dead\",\"file\":\"acme/rules/dead.lua\",\"message\":"
                            "\"没有活动使用规则 dead\"}]");
  cJSON_free(text);
  kit_stop(&kit);
}

static void warnings_are_bounded(void **state) {
  struct kit kit;
  struct sp_buf json;
  (void)state;
  kit_start(&kit);
  sp_buf_init(&json, 1 << 20);
  sp_buf_puts(&json, "{\"campaigns\": [");
  for (int i = 0; i < 300; i++)
    sp_buf_printf(
        &json,
        "%s{\"code\": \"C%03d\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\", \"buy\": %d}}",
        i ? "," : "", i, 3 + i % 90);
  sp_buf_puts(&json, "]}");
  kit_add(&kit, "campaigns.json", sp_buf_text(&json));
  assert_int_equal(kit_build(&kit), 0);
  assert_int_equal(sp_bundle_warnings(kit.bundle, NOW, SP_LANG_EN, &kit.text, &kit.err), 0);
  assert_int_equal(sp_json_parse(kit.text.data, kit.text.len, &kit.tree, &kit.err), 0);
  assert_in_range(cJSON_GetArraySize(kit.tree), 101, 202);
  assert_non_null(strstr(sp_buf_text(&kit.text), "more warnings of this kind"));
  sp_buf_free(&json);
  kit_stop(&kit);
}

/* ---- Sentences ---- */

static void expect_sentence(const struct kit *kit, const char *reason, enum sp_lang lang, const char *expected) {
  struct sp_buf out;
  sp_buf_init(&out, 1024);
  bool found = sp_bundle_sentence(kit->bundle, "promotion.offers", reason, lang, &out);
  if (found != (expected != NULL) || (expected && strcmp(sp_buf_text(&out), expected) != 0))
    fail_msg("%s gives \"%s\", not \"%s\"", reason, sp_buf_text(&out), expected ? expected : "nothing");
  sp_buf_free(&out);
}

static void reasons_become_sentences(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "rules/promotion/offers.lua",
          "phrase|multibuy|买{buy}付{pay}|Buy {buy}, pay for {pay}\n"
          "phrase|off|减{off:money}元|{off:money} off\n"
          "phrase|rate|优惠{rate:percent}|{rate:percent} off {what}\n"
          "phrase|english||only {buy}\n"
          "phrase|odd|{buy|{} {:x} {buy:other} {buy");
  assert_int_equal(kit_build(&kit), 0);
  expect_sentence(&kit, "{\"code\":\"multibuy\",\"buy\":3,\"pay\":2}", SP_LANG_ZH, "买3付2");
  expect_sentence(&kit, "{\"code\":\"multibuy\",\"buy\":3,\"pay\":2}", SP_LANG_EN, "Buy 3, pay for 2");
  expect_sentence(&kit, "{\"code\":\"off\",\"off\":1050}", SP_LANG_ZH, "减10.50元");
  expect_sentence(&kit, "{\"code\":\"rate\",\"rate\":125000,\"what\":\"tea\"}", SP_LANG_EN, "12.5% off tea");
  expect_sentence(&kit, "{\"code\":\"rate\",\"rate\":200000}", SP_LANG_EN, "20% off ?");
  expect_sentence(&kit, "{\"code\":\"english\",\"buy\":1}", SP_LANG_ZH, "only 1");
  expect_sentence(&kit, "{\"code\":\"odd\",\"buy\":1}", SP_LANG_EN, "{} {:x} 1 {buy");
  expect_sentence(&kit, "{\"code\":\"unknown\"}", SP_LANG_EN, NULL);
  expect_sentence(&kit, "{\"buy\":1}", SP_LANG_EN, NULL);
  expect_sentence(&kit, "not json", SP_LANG_EN, NULL);
  kit_stop(&kit);
}

/* ---- Machines ---- */

static void machines_are_kept_and_make_room(void **state) {
  struct kit kits[SP_MACHINES_MAX + 1];
  struct sp_machines machines = {0};
  struct sp_rule_vm *first[SP_MACHINES_MAX + 1];
  struct sp_rule_vm *vm = NULL;
  (void)state;
  for (int i = 0; i <= SP_MACHINES_MAX; i++) {
    kit_start(&kits[i]);
    assert_int_equal(kit_build(&kits[i]), 0);
  }
  for (int i = 0; i < SP_MACHINES_MAX; i++)
    assert_int_equal(sp_machines_get(&machines, kits[i].bundle, &first[i], NULL), 0);
  assert_int_equal(sp_machines_get(&machines, kits[0].bundle, &vm, NULL), 0);
  assert_ptr_equal(vm, first[0]);
  kit_stop(&kits[1]); /* the cache still holds it */
  assert_int_equal(sp_machines_get(&machines, kits[SP_MACHINES_MAX].bundle, &vm, NULL), 0);
  for (int i = 0; i < SP_MACHINES_MAX; i++)
    assert_ptr_not_equal(machines.slots[i].bundle, kits[1].bundle); /* unused for longest: it made room */
  assert_int_equal(sp_machines_get(&machines, kits[0].bundle, &vm, NULL), 0);
  assert_ptr_equal(vm, first[0]);
  sp_machines_close(&machines);
  sp_machines_close(&machines);
  for (int i = 0; i <= SP_MACHINES_MAX; i++)
    if (i != 1) kit_stop(&kits[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sound_pack_has_no_warnings),
      cmocka_unit_test(ties_are_told),
      cmocka_unit_test(campaigns_that_get_nothing_are_told),
      cmocka_unit_test(campaigns_that_come_too_late_are_told),
      cmocka_unit_test(without_a_price_rule_it_is_told),
      cmocka_unit_test(campaigns_that_are_never_live_are_told),
      cmocka_unit_test(campaigns_that_are_over_are_told),
      cmocka_unit_test(rules_of_the_chain_that_nobody_uses_are_told),
      cmocka_unit_test(warnings_are_bounded),
      cmocka_unit_test(reasons_become_sentences),
      cmocka_unit_test(machines_are_kept_and_make_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
