/* Built-in, chain, store: the verbs of pack.json and of a store's file, whose word counts, and what is refused. */
#include "bundle_kit.h"

#define CAMPAIGNS                                                                                                      \
  "{\"campaigns\": ["                                                                                                  \
  "{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\", \"pay\": 1}},"               \
  "{\"code\": \"TEA\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"tea\", \"buy\": 5}}]}"

static void start_chain(struct kit *kit, const char *pack) {
  kit_start(kit);
  kit_add(kit, "campaigns.json", CAMPAIGNS);
  if (pack) kit_add(kit, "pack.json", pack);
}

/* ---- Whose word counts ---- */

static void every_value_has_an_origin(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit,
              "{\"name\": \"acme\", \"version\": \"2.1\", \"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 4}}},"
              " \"campaigns\": {\"TEA\": {\"set\": {\"pay\": 3}}}}");
  kit_add(&kit, "stores/S1.json", "{\"campaigns\": {\"SODA\": {\"set\": {\"tag\": \"cola\"}}}}");
  kit.store = "S1";
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "params", "{\"buy\":4,\"pay\":1,\"tag\":\"cola\"}");
  kit_campaign(&kit, "SODA", "origins",
               "{\"buy\":\"acme/pack.json\",\"pay\":\"acme/campaigns.json\",\"tag\":\"acme/stores/S1.json\"}");
  kit_campaign(&kit, "TEA", "params", "{\"buy\":5,\"pay\":3,\"tag\":\"tea\"}");
  kit_campaign(&kit, "TEA", "origins",
               "{\"buy\":\"acme/campaigns.json\",\"pay\":\"acme/pack.json\",\"tag\":\"acme/campaigns.json\"}");
  kit_campaign(&kit, "TEA", "file", "\"acme/campaigns.json\"");
  assert_string_equal(kit_at(&kit, kit.tree, "name"), "\"acme\"");
  assert_string_equal(kit_at(&kit, kit.tree, "version"), "\"2.1\"");
  assert_string_equal(kit_at(&kit, kit.tree, "store"), "\"S1\"");
  assert_string_equal(sp_bundle_name(kit.bundle), "acme");
  kit_stop(&kit);
}

static void a_default_of_the_rule_is_its_own(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, NULL);
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "origins",
               "{\"buy\":\"base/promotion/multibuy.lua\",\"pay\":\"campaigns.json\",\"tag\":\"campaigns.json\"}");
  kit_stop(&kit);
}

static void the_store_has_the_last_word(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, "{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 4}}},"
                    " \"campaigns\": {\"SODA\": {\"set\": {\"pay\": 3}}}}");
  kit_add(&kit, "stores/S1.json",
          "{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 6}}},"
          " \"campaigns\": {\"SODA\": {\"set\": {\"pay\": 5}}}}");
  kit_add(&kit, "stores/S2.json", "{\"campaigns\": {\"SODA\": {\"set\": {\"pay\": 9}}}}");
  kit.store = "S1";
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "params", "{\"buy\":6,\"pay\":5,\"tag\":\"soda\"}");
  kit_campaign(&kit, "SODA", "origins.buy", "\"stores/S1.json\"");
  kit_stop(&kit);
}

static void a_store_without_a_file_has_the_chains(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, NULL);
  kit_add(&kit, "stores/S2.json", "{\"campaigns\": {\"SODA\": {\"set\": {\"pay\": 9}}}}");
  kit.store = "S1";
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "params.pay", "1");
  kit_stop(&kit);
}

static void a_default_fulfils_a_required_parameter(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "rules/gift.lua", "param|tag|tag|1|40|!");
  kit_add(&kit, "campaigns.json", "{\"campaigns\": [{\"code\": \"G\", \"rule\": \"gift\"}]}");
  kit_refuses(&kit, "campaigns.json", "campaigns[0].params.tag", "needs the parameter tag");
  kit_add(&kit, "pack.json", "{\"rules\": {\"gift\": {\"set\": {\"tag\": \"toy\"}}}}");
  kit_describe_all(&kit);
  kit_campaign(&kit, "G", "params.tag", "\"toy\"");
  kit_stop(&kit);
}

/* ---- On and off ---- */

static void campaigns_are_switched(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit,
              "{\"name\": \"acme\", \"campaigns\": {\"SODA\": {\"enabled\": false}, \"OFF\": {\"enabled\": true}}}");
  kit_add(&kit, "campaigns/OFF.json", "{\"code\": \"OFF\", \"rule\": \"promotion.multibuy\", \"enabled\": false}");
  kit_add(&kit, "campaigns/DRAFT.json", "{\"code\": \"DRAFT\", \"rule\": \"promotion.multibuy\", \"enabled\": false}");
  kit_add(&kit, "stores/S1.json", "{\"campaigns\": {\"SODA\": {\"enabled\": true}, \"TEA\": {\"enabled\": false}}}");
  kit.store = "S1";
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "enabled_origin", "\"acme/stores/S1.json\"");
  kit_campaign(&kit, "OFF", "enabled_origin", "\"acme/pack.json\"");
  assert_null(kit_entry(&kit, "campaigns", "code", "TEA"));
  assert_null(kit_entry(&kit, "campaigns", "code", "DRAFT"));
  kit_expect(&kit, "disabled", "code", "TEA", "enabled_origin", "\"acme/stores/S1.json\"");
  kit_expect(&kit, "disabled", "code", "DRAFT", "enabled_origin", "\"acme/campaigns/DRAFT.json\"");
  assert_int_equal(sp_bundle_campaign_count(kit.bundle), 3); /* and the list price */
  assert_null(sp_bundle_campaign_rule(kit.bundle, "TEA"));
  assert_string_equal(sp_bundle_campaign_rule(kit.bundle, "SODA"), "promotion.multibuy");
  kit_stop(&kit);
}

static void a_disabled_rule_takes_its_campaigns_along(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, "{\"rules\": {\"promotion.multibuy\": {\"enabled\": false}, \"price.list\": {\"enabled\": false}},"
                    " \"campaigns\": {\"SODA\": {\"enabled\": true}}}");
  kit_describe_all(&kit);
  assert_int_equal(sp_bundle_campaign_count(kit.bundle), 0);
  kit_expect(&kit, "disabled", "code", "SODA", "enabled_origin", "\"pack.json\"");
  kit_expect(&kit, "disabled", "code", "list-price", "enabled", "false");
  kit_expect(&kit, "rules", "name", "promotion.multibuy", "enabled", "false");
  kit_stop(&kit);
}

static void the_store_moves_the_dates(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, NULL);
  kit_add(
      &kit, "stores/S1.json",
      "{\"campaigns\": {\"SODA\": {\"from\": \"2026-10-01T00:00:00+08:00\", \"to\": \"2026-10-08T00:00:00+08:00\"}}}");
  kit.store = "S1";
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "from", "\"2026-09-30T16:00:00.000Z\"");
  kit_campaign(&kit, "SODA", "window_origin", "\"stores/S1.json\"");
  kit_campaign(&kit, "TEA", "window_origin", "");
  kit_stop(&kit);
}

/* ---- Replaces ---- */

static void a_rule_replaces_another(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, "{\"rules\": {\"acme.loyalty\": {\"replaces\": \"promotion.multibuy\"}}}");
  kit_add(&kit, "rules/acme/loyalty.lua", KIT_MULTIBUY "\npriority|700\nparam|bonus|integer|0|9|1");
  kit_describe_all(&kit);
  kit_campaign(&kit, "SODA", "rule", "\"acme.loyalty\"");
  kit_campaign(&kit, "SODA", "priority", "700");
  kit_campaign(&kit, "SODA", "params.bonus", "1");
  kit_expect(&kit, "rules", "name", "promotion.multibuy", "replaced_by", "\"acme.loyalty\"");
  kit_expect(&kit, "rules", "name", "acme.loyalty", "replaces", "\"promotion.multibuy\"");
  kit_stop(&kit);
}

static void a_replaced_rule_hands_its_own_campaign_over(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "rules/acme/price.lua", "phase|price");
  kit_add(&kit, "pack.json", "{\"rules\": {\"acme.price\": {\"replaces\": \"price.list\"}}}");
  kit_describe_all(&kit);
  kit_campaign(&kit, "list-price", "rule", "\"acme.price\"");
  kit_stop(&kit);
  kit_start(&kit);
  kit_add(&kit, "rules/acme/price.lua", "phase|price\ncampaign|acme-price");
  kit_add(&kit, "pack.json", "{\"rules\": {\"acme.price\": {\"replaces\": \"price.list\"}}}");
  kit_describe_all(&kit);
  kit_campaign(&kit, "acme-price", "rule", "\"acme.price\"");
  assert_null(kit_entry(&kit, "campaigns", "code", "list-price"));
  kit_stop(&kit);
}

static void wrong_replacements_are_refused(void **state) {
  static const struct {
    const char *pack, *field, *said;
  } cases[] = {
      {"{\"rules\": {\"a\": {\"replaces\": \"nobody\"}}}", "rules.a.replaces", "no rule nobody"},
      {"{\"rules\": {\"a\": {\"replaces\": \"a\"}}}", "rules.a.replaces", "itself"},
      {"{\"rules\": {\"a\": {\"replaces\": \"price.list\"}}}", "rules.a.replaces", "another phase"},
      {"{\"rules\": {\"a\": {\"replaces\": \"promotion.multibuy\"}, \"b\": {\"replaces\": \"promotion.multibuy\"}}}",
       "rules.b.replaces", "replaced twice"},
      {"{\"rules\": {\"a\": {\"replaces\": \"promotion.multibuy\"}, \"b\": {\"replaces\": \"a\"}}}", "rules.b.replaces",
       "cannot be replaced itself: a"},
      {"{\"rules\": {\"a\": {\"replaces\": \"b\"}, \"b\": {\"replaces\": \"promotion.multibuy\"}}}", "rules.b.replaces",
       "cannot be replaced itself: b"},
      {"{\"rules\": {\"a\": {\"enabled\": false, \"replaces\": \"b\"}}}", "rules.a.enabled", "disabled"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kit kit;
    kit_start(&kit);
    kit_add(&kit, "rules/a.lua", KIT_MULTIBUY);
    kit_add(&kit, "rules/b.lua", KIT_MULTIBUY);
    kit_add(&kit, "pack.json", cases[i].pack);
    kit_refuses(&kit, "pack.json", cases[i].field, cases[i].said);
    kit_stop(&kit);
  }
}

/* ---- Locks ---- */

static void locks_hold_against_later_layers(void **state) {
  static const struct {
    const char *pack, *store, *file, *field, *said;
  } cases[] = {
      {"{\"rules\": {\"promotion.multibuy\": {\"lock\": [\"buy\"]}}}", NULL, "campaigns.json",
       "campaigns[1].params.buy", "locks buy in pack.json"},
      {"{\"rules\": {\"promotion.multibuy\": {\"lock\": [\"tag\"]}}}", NULL, "campaigns.json",
       "campaigns[0].params.tag", "locks tag in pack.json"},
      {"{\"name\": \"acme\", \"rules\": {\"promotion.multibuy\": {\"lock\": [\"pay\"]}}, \"campaigns\": {\"TEA\": "
       "{\"set\": {\"pay\": 3}}}}",
       NULL, "acme/campaigns.json", "campaigns[0].params.pay", "locks pay in acme/pack.json"},
      {"{\"campaigns\": {\"SODA\": {\"lock\": [\"pay\"]}}}", "{\"campaigns\": {\"SODA\": {\"set\": {\"pay\": 2}}}}",
       "stores/S1.json", "campaigns.SODA.set.pay", "The campaign SODA locks pay in pack.json"},
      {"{\"name\": \"acme\", \"campaigns\": {\"SODA\": {\"lock\": [\"buy\"]}}}",
       "{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 7}}}}", "acme/stores/S1.json",
       "rules.promotion.multibuy.set.buy", "The campaign SODA locks buy in acme/pack.json"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kit kit;
    start_chain(&kit, cases[i].pack);
    if (cases[i].store) kit_add(&kit, "stores/S1.json", cases[i].store);
    kit.store = "S1";
    kit_refuses(&kit, cases[i].file, cases[i].field, cases[i].said);
    kit_stop(&kit);
  }
}

static void a_locked_rule_is_locked_for_the_store_too(void **state) {
  static const char *const stores[] = {"{\"rules\": {\"gift\": {\"set\": {\"units\": 2}}}}",
                                       "{\"campaigns\": {\"G\": {\"set\": {\"units\": 2}}}}"};
  static const char *const fields[] = {"rules.gift.set.units", "campaigns.G.set.units"};
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct kit kit;
    kit_start(&kit);
    kit_add(&kit, "rules/gift.lua", "param|units|integer|1|9|1");
    kit_add(&kit, "campaigns.json", "{\"campaigns\": [{\"code\": \"G\", \"rule\": \"gift\"}]}");
    kit_add(&kit, "pack.json",
            "{\"name\": \"acme\", \"rules\": {\"gift\": {\"set\": {\"units\": 3}, \"lock\": [\"units\"]}}}");
    kit_add(&kit, "stores/S9.json", stores[i]);
    kit.store = "S9";
    kit_refuses(&kit, "acme/stores/S9.json", fields[i], "The rule gift locks units in acme/pack.json");
    kit_stop(&kit);
  }
}

static void a_lock_may_set_what_it_locks(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, "{\"campaigns\": {\"SODA\": {\"set\": {\"buy\": 8}, \"lock\": [\"buy\"]}}}");
  kit_add(&kit, "stores/S1.json", "{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 7}}}}");
  kit.store = "S1";
  kit_describe_all(&kit); /* SODA has its own value: the store's default does not reach it */
  kit_campaign(&kit, "SODA", "params.buy", "8");
  kit_stop(&kit);
}

/* ---- Groups ---- */

static void groups_have_modes_and_exclude_each_other(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, "{\"groups\": {\"item\": {\"mode\": \"best\", \"excludes\": [\"staff\"], \"per\": \"basket\"},"
                    " \"staff\": {\"mode\": \"all\"}}}");
  kit_add(&kit, "rules/plain.lua", "stacking|other");
  kit_describe_all(&kit);
  assert_string_equal(kit_at(&kit, sp_json_member(kit.tree, "groups"), ""),
                      "[{\"name\":\"item\",\"mode\":\"best\",\"per\":\"basket\",\"excludes\":[\"staff\"],\"origin\":"
                      "\"pack.json\"},{\"name\":\"other\",\"mode\":\"first\",\"per\":\"unit\"},{\"name\":\"staff\","
                      "\"mode\":\"all\",\"per\":\"unit\",\"excludes\":[\"item\"],\"origin\":\"pack.json\"}]");
  kit_stop(&kit);
}

/* ---- What is refused ---- */

static void wrong_verbs_name_file_and_field(void **state) {
  static const struct {
    const char *pack, *field, *said;
  } cases[] = {
      {"[]", "", "object"},
      {"{", "", ""},
      {"{\"nme\": \"x\"}", "nme", "not a known field"},
      {"{\"name\": \"A/B\"}", "name", "a-z"},
      {"{\"name\": \"base\"}", "name", "cannot have the name"},
      {"{\"version\": 1}", "version", "text"},
      {"{\"groups\": []}", "groups", "object"},
      {"{\"groups\": {\"item\": {\"mode\": \"last\"}}}", "groups.item.mode", "first, best or all"},
      {"{\"groups\": {\"item\": {\"per\": \"line\"}}}", "groups.item.per", "unit or basket"},
      {"{\"groups\": {\"item\": {\"modes\": 1}}}", "groups.item.modes", "known field"},
      {"{\"groups\": {\"item\": {\"excludes\": [\"x\"]}}}", "groups.item.excludes", "no stacking group x"},
      {"{\"groups\": {\"item\": {\"excludes\": [\"item\"]}}}", "groups.item.excludes", "itself"},
      {"{\"rules\": {\"nobody\": {}}}", "rules.nobody", "no rule nobody"},
      {"{\"rules\": {\"promotion.multibuy\": {\"enable\": true}}}", "rules.promotion.multibuy.enable", "known field"},
      {"{\"rules\": {\"promotion.multibuy\": {\"enabled\": 1}}}", "rules.promotion.multibuy.enabled", "true or false"},
      {"{\"rules\": {\"promotion.multibuy\": {\"set\": {\"by\": 1}}}}", "rules.promotion.multibuy.set.by",
       "no parameter by"},
      {"{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 1}}}}", "rules.promotion.multibuy.set.buy",
       "from 2 to 99"},
      {"{\"rules\": {\"promotion.multibuy\": {\"lock\": [\"by\"]}}}", "rules.promotion.multibuy.lock.by",
       "no parameter by"},
      {"{\"rules\": {\"promotion.multibuy\": {\"lock\": [1]}}}", "rules.promotion.multibuy.lock", "names"},
      {"{\"campaigns\": {\"COLA\": {}}}", "campaigns.COLA", "no campaign COLA"},
      {"{\"campaigns\": {\"SODA\": {\"from\": \"2026-01-01T00:00:00Z\"}}}", "campaigns.SODA.from", "known field"},
      {"{\"campaigns\": {\"SODA\": {\"set\": {\"by\": 1}}}}", "campaigns.SODA.set.by", "no parameter by"},
      {"{\"campaigns\": {\"SODA\": {\"set\": {\"buy\": \"x\"}}}}", "campaigns.SODA.set.buy", "whole number"},
      {"{\"campaigns\": {\"SODA\": {\"lock\": [\"by\"]}}}", "campaigns.SODA.lock", "no parameter by"},
      {"{\"campaigns\": {\"SODA\": {\"set\": {\"buy\": 5, \"pay\": 5}}}}", "campaigns.SODA", "lower than buy"},
      {"{\"gate\": {\"spec\": true}}", "gate.spec", "known field"},
      {"{\"gate\": {\"days\": -1}}", "gate.days", "from 0"},
      {"{\"gate\": {\"max_difference_ppm\": 1000}}", "gate.days", "needs days"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kit kit;
    start_chain(&kit, cases[i].pack);
    kit_refuses(&kit, "pack.json", cases[i].field, cases[i].said);
    kit_stop(&kit);
  }
}

static void a_store_may_only_do_what_a_store_may(void **state) {
  static const struct {
    const char *store, *field, *said;
  } cases[] = {
      {"{\"name\": \"S1\"}", "name", "known field"},
      {"{\"rules\": {\"promotion.multibuy\": {\"enabled\": false}}}", "rules.promotion.multibuy.enabled",
       "known field"},
      {"{\"rules\": {\"promotion.multibuy\": {\"lock\": [\"buy\"]}}}", "rules.promotion.multibuy.lock", "known field"},
      {"{\"rules\": {\"nobody\": {\"set\": {}}}}", "rules.nobody", "no rule nobody"},
      {"{\"campaigns\": {\"NEW\": {\"enabled\": true}}}", "campaigns.NEW", "no campaign NEW"},
      {"{\"campaigns\": {\"SODA\": {\"priority\": 1}}}", "campaigns.SODA.priority", "known field"},
      {"{\"campaigns\": {\"SODA\": {\"from\": \"soon\"}}}", "campaigns.SODA.from", "a time like"},
      {"{\"campaigns\": {\"SODA\": {\"from\": \"2026-02-01T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}}}",
       "campaigns.SODA.to", "later than from"},
      {"{\"campaigns\": {\"SODA\": {\"set\": {\"buy\": 100}}}}", "campaigns.SODA.set.buy", "from 2 to 99"},
      {"{\"campaigns\": {\"SODA\": {\"set\": {\"pay\": 3}}}}", "campaigns.SODA", "lower than buy"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct kit kit;
    start_chain(&kit, "{\"name\": \"acme\"}");
    kit_add(&kit, "stores/S1.json", cases[i].store);
    kit.store = "S1";
    kit_refuses(&kit, "acme/stores/S1.json", cases[i].field, cases[i].said);
    kit_stop(&kit);
  }
}

static void the_gate_is_read(void **state) {
  struct kit kit;
  (void)state;
  start_chain(&kit, NULL);
  kit_describe_all(&kit);
  struct sp_gate gate = sp_bundle_gate(kit.bundle);
  assert_true(gate.specs && gate.cases && gate.max_difference_ppm == -1 && gate.days == 0);
  kit_stop(&kit);
  start_chain(&kit, "{\"gate\": {\"specs\": false, \"cases\": true, \"max_difference_ppm\": 20000, \"days\": 7}}");
  kit_describe_all(&kit);
  gate = sp_bundle_gate(kit.bundle);
  assert_true(!gate.specs && gate.cases && gate.max_difference_ppm == 20000 && gate.days == 7);
  kit_stop(&kit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_value_has_an_origin),
      cmocka_unit_test(a_default_of_the_rule_is_its_own),
      cmocka_unit_test(the_store_has_the_last_word),
      cmocka_unit_test(a_store_without_a_file_has_the_chains),
      cmocka_unit_test(a_default_fulfils_a_required_parameter),
      cmocka_unit_test(campaigns_are_switched),
      cmocka_unit_test(a_disabled_rule_takes_its_campaigns_along),
      cmocka_unit_test(the_store_moves_the_dates),
      cmocka_unit_test(a_rule_replaces_another),
      cmocka_unit_test(a_replaced_rule_hands_its_own_campaign_over),
      cmocka_unit_test(wrong_replacements_are_refused),
      cmocka_unit_test(locks_hold_against_later_layers),
      cmocka_unit_test(a_locked_rule_is_locked_for_the_store_too),
      cmocka_unit_test(a_lock_may_set_what_it_locks),
      cmocka_unit_test(groups_have_modes_and_exclude_each_other),
      cmocka_unit_test(wrong_verbs_name_file_and_field),
      cmocka_unit_test(a_store_may_only_do_what_a_store_may),
      cmocka_unit_test(the_gate_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
