/* The engine over a machine made of C functions: order, stacking, the index, and what is refused, without Lua. */
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 32

/* ---- A machine whose rule files are one line: "phase kind value stacking priority" ---- */

struct fake {
  struct sp_rule_vm base;
  const struct sp_rule_view *view;
  struct sp_offer offer;
  struct sp_offer_target targets[LINES_MAX];
};

struct wanted {
  char phase[16], kind[16], stacking[16];
  long long value;
  int priority;
};

/* The word at `*text`, which then stands behind it. */
static void take_word(const char **text, char out[16]) {
  size_t len = strcspn(*text, " ");
  assert_true(len > 0 && len < 16);
  memcpy(out, *text, len);
  out[len] = '\0';
  *text += len + ((*text)[len] == ' ' ? 1 : 0);
}

static struct wanted parse(const struct sp_rule_vm *vm, int32_t rule) {
  struct wanted wanted = {0};
  const char *text = vm->program->rules[rule].text;
  char number[16];
  take_word(&text, wanted.phase);
  take_word(&text, wanted.kind);
  take_word(&text, number);
  wanted.value = strtoll(number, NULL, 10);
  take_word(&text, wanted.stacking);
  take_word(&text, number);
  wanted.priority = (int)strtol(number, NULL, 10);
  return wanted;
}

static int fake_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                     struct sp_rule_vm **out, struct sp_error *err);

static void fake_close(struct sp_rule_vm *vm) {
  free(vm);
}

static int fake_describe(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena, struct sp_rule_info *out,
                         struct sp_error *err) {
  struct wanted wanted = parse(vm, rule);
  struct sp_param *params = sp_arena_array(arena, 2, sizeof *params);
  (void)err;
  params[0] = (struct sp_param){.name = "level", .type = SP_PARAM_INTEGER, .min = 1, .max = 9, .doc = "a number"};
  params[1] = (struct sp_param){.name = "tag", .type = SP_PARAM_TAG, .min = 1, .max = 24, .doc = "a tag"};
  const char *file = vm->program->rules[rule].file;
  char *name = sp_arena_copy(arena, file + strlen("rules/"), strlen(file) - strlen("rules/.lua"));
  *out =
      (struct sp_rule_info){.name = name,
                            .version = "1",
                            .summary = "fake",
                            .stacking = strcmp(wanted.phase, "promotion") ? "" : sp_arena_text(arena, wanted.stacking),
                            .phase = (enum sp_phase)sp_phase_parse(wanted.phase),
                            .priority = wanted.priority,
                            .has_check = true,
                            .has_applies = true,
                            .params = params,
                            .param_count = 2};
  return 0;
}

static int fake_check(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err) {
  const struct sp_rule_binding *binding = &vm->program->campaigns[campaign];
  for (int32_t i = 0; i < binding->param_count; i++)
    if (strcmp(binding->params[i].name, "level") == 0 && binding->params[i].integer == 9)
      return sp_fail(err, SP_E_INVALID, "params", "nine is too much");
  return 0;
}

static const char *tag_of(const struct sp_rule_vm *vm, int32_t campaign) {
  const struct sp_rule_binding *binding = &vm->program->campaigns[campaign];
  for (int32_t i = 0; i < binding->param_count; i++)
    if (strcmp(binding->params[i].name, "tag") == 0) return binding->params[i].text;
  return NULL;
}

/* Tags that begin with "c:" and "p:" stand for a category and a product. */
static int fake_applies(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_keys *out,
                        struct sp_error *err) {
  const char *tag = tag_of(vm, campaign);
  (void)err;
  *out = (struct sp_rule_keys){.always = !tag};
  if (!tag) return 0;
  struct sp_rule_key *key = sp_arena_alloc(arena, sizeof *key);
  bool typed = tag[1] == ':';
  *key = (struct sp_rule_key){.kind = typed ? tag[0] : 't', .text = sp_arena_text(arena, typed ? tag + 2 : tag)};
  out->keys = key;
  out->count = 1;
  return 0;
}

static void fake_begin(struct sp_rule_vm *vm, const struct sp_rule_view *view) {
  ((struct fake *)vm)->view = view;
}

static void fake_end(struct sp_rule_vm *vm) {
  ((struct fake *)vm)->view = NULL;
}

static enum sp_offer_kind kind_of(const char *name) {
  if (strncmp(name, "percent", 7) == 0) return SP_OFFER_PERCENT;
  if (strcmp(name, "amount") == 0) return SP_OFFER_AMOUNT;
  if (strcmp(name, "price") == 0) return SP_OFFER_PRICE;
  return strcmp(name, "block") == 0 ? SP_OFFER_BLOCK : SP_OFFER_FREE;
}

static int fake_evaluate(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena, struct sp_rule_result *out,
                         struct sp_error *err) {
  struct fake *fake = (struct fake *)vm;
  const struct sp_basket *basket = fake->view->basket;
  struct wanted wanted = parse(vm, vm->program->campaigns[campaign].rule);
  (void)arena;
  vm->evaluations++;
  *out = (struct sp_rule_result){0};
  if (strcmp(wanted.kind, "fail") == 0) return sp_fail(err, SP_E_RULE, "fake", "it broke");
  if (strcmp(wanted.kind, "nothing") == 0) return 0;
  for (int32_t i = 0; i < basket->count; i++)
    fake->targets[i] =
        (struct sp_offer_target){.line = i, .count = basket->lines[i].weighed ? 1 : basket->lines[i].quantity / 1000};
  fake->offer = (struct sp_offer){.kind = kind_of(wanted.kind),
                                  .base = strcmp(wanted.kind, "percent-gross") ? SP_BASE_REMAINING : SP_BASE_GROSS,
                                  .value = wanted.value,
                                  .targets = fake->targets,
                                  .target_count = basket->count,
                                  .reason = "{\"code\":\"fake\"}"};
  *out = (struct sp_rule_result){.offers = &fake->offer, .count = 1};
  return 0;
}

static const struct sp_rule_vm_api fake_api = {.name = "fake",
                                               .open = fake_open,
                                               .close = fake_close,
                                               .describe = fake_describe,
                                               .check = fake_check,
                                               .applies = fake_applies,
                                               .begin = fake_begin,
                                               .evaluate = fake_evaluate,
                                               .end = fake_end};

static int fake_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                     struct sp_rule_vm **out, struct sp_error *err) {
  struct fake *fake = calloc(1, sizeof *fake);
  (void)limits;
  (void)err;
  assert_non_null(fake);
  fake->base = (struct sp_rule_vm){.api = &fake_api, .program = program};
  *out = &fake->base;
  return 0;
}

/* ---- The shop ---- */

struct shop {
  struct sp_pack_file files[12];
  int32_t file_count;
  struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  struct sp_arena arena;
  struct sp_error err;
  struct sp_context context;
  struct sp_line lines[LINES_MAX];
  struct sp_basket basket;
  struct sp_priced priced;
};

static void start(struct shop *shop) {
  memset(shop, 0, sizeof *shop);
  sp_arena_init(&shop->arena, (size_t)16 << 20);
  shop->context = (struct sp_context){.now = 1795323600000, .store = "S1", .promotions = true};
  shop->basket = (struct sp_basket){.lines = shop->lines, .member.level = ""};
}

static void add_file(struct shop *shop, const char *path, const char *text) {
  shop->files[shop->file_count++] = (struct sp_pack_file){.path = path, .text = text, .len = strlen(text)};
}

static int build(struct shop *shop, const char *campaigns) {
  if (campaigns) add_file(shop, "campaigns.json", campaigns);
  struct sp_bundle_options options = {.bare = true, .files = shop->files, .file_count = shop->file_count};
  int rc = sp_bundle_build(&options, &fake_api, &shop->bundle, &shop->err);
  return rc ? rc : sp_bundle_vm_open(shop->bundle, &shop->vm, &shop->err);
}

static void stop(struct shop *shop) {
  fake_close(shop->vm);
  sp_bundle_release(shop->bundle);
  sp_arena_free(&shop->arena);
}

static struct sp_line *line(struct shop *shop, const char *code, int64_t price, int64_t pieces) {
  struct sp_line *made = &shop->lines[shop->basket.count++];
  *made = (struct sp_line){.n = shop->basket.count,
                           .code = code,
                           .name = code,
                           .unit = "",
                           .category = "",
                           .note = "",
                           .quantity = pieces * 1000,
                           .list_price = price,
                           .given_price = SP_NO_PRICE};
  return made;
}

static int price(struct shop *shop) {
  sp_arena_reset(&shop->arena);
  return sp_engine_price(shop->bundle, shop->vm, &shop->basket, &shop->context, &shop->arena, &shop->priced,
                         &shop->err);
}

static void expect_net(struct shop *shop, int64_t net) {
  assert_int_equal(price(shop), 0);
  if (shop->priced.net != net)
    fail_msg("net is %lld, not %lld: %s", (long long)shop->priced.net, (long long)net, shop->priced.trace);
}

#define CAMPAIGN(code, rule) "{\"code\": \"" code "\", \"rule\": \"" rule "\"}"

/* ---- Order and stacking ---- */

static void a_bare_bundle_sells_at_list_price(void **state) {
  struct shop shop;
  (void)state;
  start(&shop);
  assert_int_equal(build(&shop, NULL), 0);
  line(&shop, "a", 199, 3);
  line(&shop, "b", 500, 1)->given_price = 450;
  expect_net(&shop, 597 + 450);
  assert_string_equal(shop.priced.trace, "[]");
  stop(&shop);
}

static void one_offer_a_unit_and_group(void **state) {
  struct shop shop;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/low.lua", "promotion percent 500000 item 100");
  add_file(&shop, "rules/high.lua", "promotion percent 100000 item 900");
  add_file(&shop, "rules/other.lua", "promotion percent 100000 extra 50");
  assert_int_equal(
      build(&shop, "{\"campaigns\": [" CAMPAIGN("L", "low") "," CAMPAIGN("H", "high") "," CAMPAIGN("O", "other") "]}"),
      0);
  line(&shop, "a", 1000, 1);
  expect_net(&shop, 810); /* 10 % by H; L lost; 10 % of what remained by O */
  assert_int_equal(shop.priced.allocation_count, 2);
  assert_string_equal(shop.priced.allocations[0].campaign, "H");
  assert_string_equal(shop.priced.allocations[1].campaign, "O");
  assert_int_equal(shop.priced.allocations[1].amount, 90);
  assert_non_null(strstr(shop.priced.trace,
                         "\"campaign\":\"L\",\"rule\":\"low\",\"version\":\"1\",\"file\":\"rules/low.lua\","
                         "\"phase\":\"promotion\",\"outcome\":\"lost\",\"amount\":0,"
                         "\"why\":\"taken\",\"by\":\"H\""));
  stop(&shop);
}

static void order_is_priority_then_rule_then_code(void **state) {
  struct shop shop;
  struct sp_buf text;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/b.lua", "promotion nothing 0 item 500");
  add_file(&shop, "rules/a.lua", "promotion nothing 0 item 500");
  add_file(&shop, "rules/z.lua", "price nothing 0 item 1");
  assert_int_equal(
      build(&shop, "{\"campaigns\": [" CAMPAIGN("C2", "a") "," CAMPAIGN("C1", "b") "," CAMPAIGN(
                       "C0", "a") ",{\"code\": \"C9\", \"rule\": \"b\", \"priority\": 501}," CAMPAIGN("P", "z") "]}"),
      0);
  sp_buf_init(&text, 65536);
  assert_int_equal(sp_bundle_describe(shop.bundle, &text, &shop.err), 0);
  static const char *const order[] = {"\"code\":\"P\"", "\"code\":\"C9\"", "\"code\":\"C0\"", "\"code\":\"C2\"",
                                      "\"code\":\"C1\""};
  const char *at = sp_buf_text(&text);
  for (int i = 0; i < 5 && at; i++) {
    at = strstr(at, order[i]);
    if (!at) fail_msg("%s is out of order in %s", order[i], sp_buf_text(&text));
  }
  sp_buf_free(&text);
  stop(&shop);
}

static void nothing_goes_below_zero(void **state) {
  struct shop shop;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/a.lua", "promotion percent-gross 800000 one 900");
  add_file(&shop, "rules/b.lua", "promotion percent-gross 800000 two 800");
  add_file(&shop, "rules/c.lua", "promotion amount 5 three 700");
  assert_int_equal(
      build(&shop, "{\"campaigns\": [" CAMPAIGN("A", "a") "," CAMPAIGN("B", "b") "," CAMPAIGN("C", "c") "]}"), 0);
  line(&shop, "a", 100, 2);
  expect_net(&shop, 0);
  assert_int_equal(shop.priced.allocations[0].amount, 160);
  assert_int_equal(shop.priced.allocations[1].amount, 40);
  assert_int_equal(shop.priced.allocation_count, 2);
  assert_non_null(strstr(shop.priced.trace, "\"why\":\"no-effect\""));
  stop(&shop);
}

static void odd_fen_are_dealt_out_once(void **state) {
  struct shop shop;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/third.lua", "promotion percent 333333 item 500");
  assert_int_equal(build(&shop, "{\"campaigns\": [" CAMPAIGN("T", "third") "]}"), 0);
  line(&shop, "a", 1, 1000);
  line(&shop, "b", 100, 1);
  line(&shop, "c", 3, 7)->weighed = true; /* one unit of 21 fen */
  expect_net(&shop, 1121 - 374);
  for (int i = 0; i < 3; i++)
    assert_true(shop.priced.lines[i].net >= 0);
  stop(&shop);
}

static void a_wrong_rule_is_skipped_and_counted(void **state) {
  struct shop shop;
  bool blocked[1] = {true};
  struct sp_aside aside;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/broken.lua", "promotion fail 0 item 900");
  add_file(&shop, "rules/blocks.lua", "promotion block 0 item 800");
  add_file(&shop, "rules/free.lua", "price free 0 item 800");
  add_file(&shop, "rules/stock.lua", "stock fail 0 item 800");
  add_file(&shop, "rules/good.lua", "promotion percent 100000 item 100");
  assert_int_equal(build(&shop, "{\"campaigns\": [" CAMPAIGN("B", "broken") "," CAMPAIGN("K", "blocks") "," CAMPAIGN(
                                    "F", "free") "," CAMPAIGN("S", "stock") "," CAMPAIGN("G", "good") "]}"),
                   0);
  line(&shop, "a", 1000, 1);
  expect_net(&shop, 900);
  assert_int_equal(shop.priced.alarms, 3);
  assert_non_null(strstr(shop.priced.trace, "it broke"));
  assert_int_equal(sp_engine_stock_policy(shop.bundle, shop.vm, &shop.basket, &shop.context, &shop.arena, blocked,
                                          &aside, &shop.err),
                   0);
  assert_false(blocked[0]);
  assert_int_equal(aside.alarms, 1);
  assert_int_equal(sp_engine_join(&shop.priced, NULL, &aside, &shop.arena, &shop.err), 0);
  assert_int_equal(shop.priced.alarms, 4);
  assert_non_null(strstr(shop.priced.trace, "},{\"campaign\":\"S\""));
  const char *trace = shop.priced.trace;
  aside = (struct sp_aside){NULL, 0, 0};
  assert_int_equal(sp_engine_join(&shop.priced, &aside, &aside, &shop.arena, &shop.err), 0);
  assert_ptr_equal(shop.priced.trace, trace); /* nothing to add costs nothing */
  stop(&shop);
}

static void the_first_price_wins_and_a_given_one_is_kept(void **state) {
  struct shop shop;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/night.lua", "price price 80 item 900");
  add_file(&shop, "rules/day.lua", "price price 90 item 100");
  assert_int_equal(build(&shop, "{\"campaigns\": [" CAMPAIGN("D", "day") "," CAMPAIGN("N", "night") "]}"), 0);
  line(&shop, "a", 100, 2);
  line(&shop, "b", 100, 1)->given_price = 55;
  expect_net(&shop, 160 + 55);
  assert_non_null(strstr(shop.priced.trace,
                         "\"outcome\":\"lost\",\"amount\":0,\"reason\":{\"code\":\"fake\"},\"why\":\"given-price\""));
  stop(&shop);
}

/* ---- Which campaigns ---- */

static void only_campaigns_that_concern_the_basket_are_asked(void **state) {
  static const char *const tags[] = {"soda"};
  struct shop shop;
  (void)state;
  start(&shop);
  add_file(&shop, "rules/r.lua", "promotion nothing 0 item 500");
  assert_int_equal(build(&shop,
                         "{\"campaigns\": ["
                         "{\"code\": \"tag\", \"rule\": \"r\", \"params\": {\"tag\": \"soda\"}},"
                         "{\"code\": \"other-tag\", \"rule\": \"r\", \"params\": {\"tag\": \"sod\"}},"
                         "{\"code\": \"root\", \"rule\": \"r\", \"params\": {\"tag\": \"c:food\"}},"
                         "{\"code\": \"below\", \"rule\": \"r\", \"params\": {\"tag\": \"c:food/drink/cola\"}},"
                         "{\"code\": \"deeper\", \"rule\": \"r\", \"params\": {\"tag\": \"c:food/drink/cola/zero\"}},"
                         "{\"code\": \"prefix\", \"rule\": \"r\", \"params\": {\"tag\": \"c:foo\"}},"
                         "{\"code\": \"product\", \"rule\": \"r\", \"params\": {\"tag\": \"p:a\"}},"
                         "{\"code\": \"other-product\", \"rule\": \"r\", \"params\": {\"tag\": \"p:b\"}},"
                         "{\"code\": \"all\", \"rule\": \"r\"}]}"),
                   0);
  struct sp_line *cola = line(&shop, "a", 100, 1);
  cola->category = "food/drink/cola";
  cola->tags = tags;
  cola->tag_count = 1;
  expect_net(&shop, 100);
  assert_int_equal(shop.vm->evaluations, 5);
  static const char *const asked[] = {"tag", "root", "below", "product", "all"};
  for (int i = 0; i < 5; i++) {
    char text[64];
    snprintf(text, sizeof text, "{\"campaign\":\"%s\"", asked[i]);
    assert_non_null(strstr(shop.priced.trace, text));
  }
  stop(&shop);
}

static void windows_stores_and_levels_hold(void **state) {
  static const struct {
    const char *extra;
    bool live;
  } cases[] = {
      {"\"from\": \"2026-11-22T05:00:00Z\"", true},
      {"\"from\": \"2026-11-22T05:00:00.001Z\"", false},
      {"\"to\": \"2026-11-22T05:00:00Z\"", false},
      {"\"to\": \"2026-11-22T13:00:01+08:00\"", true},
      {"\"stores\": [\"S9\", \"S1\"]", true},
      {"\"stores\": [\"S2\"]", false},
      {"\"levels\": [\"gold\", \"silver\"]", true},
      {"\"levels\": [\"black\"]", false},
      {"\"stores\": [\"S1\"], \"levels\": [\"x\"]", false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct shop shop;
    char json[256];
    start(&shop);
    add_file(&shop, "rules/r.lua", "promotion free 0 item 500");
    snprintf(json, sizeof json, "{\"campaigns\": [{\"code\": \"C\", \"rule\": \"r\", %s}]}", cases[i].extra);
    if (build(&shop, json)) fail_msg("%s: %s", cases[i].extra, shop.err.message);
    shop.basket.member.level = "gold";
    line(&shop, "a", 100, 1);
    expect_net(&shop, cases[i].live ? 0 : 100);
    stop(&shop);
  }
}

/* ---- What is refused ---- */

static void wrong_campaigns_name_file_and_field(void **state) {
  static const struct {
    const char *json, *field, *said;
  } cases[] = {
      {"[]", "", "object"},
      {"{\"campaign\": []}", "campaign", "campaigns.json"},
      {"{\"campaigns\": [{\"rule\": \"r\"}]}", "campaigns[0].code", "campaigns.json"},
      {"{\"campaigns\": [{\"code\": \"A B\", \"rule\": \"r\"}]}", "campaigns[0].code", "without spaces"},
      {"{\"campaigns\": [{\"code\": \"A\"}]}", "campaigns[0].rule", "campaigns.json"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"q\"}]}", "campaigns[0].rule", "no rule q"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\"}, {\"code\": \"B\", \"rule\": \"r\", \"colour\": 1}]}",
       "campaigns[1].colour", "campaigns.json"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"lvl\": 1}}]}", "campaigns[0].params.lvl",
       "no parameter lvl"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"level\": 10}}]}",
       "campaigns[0].params.level", ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"level\": 1.5}}]}",
       "campaigns[0].params.level", ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"level\": \"1\"}}]}",
       "campaigns[0].params.level", ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"tag\": \"\"}}]}", "campaigns[0].params.tag",
       ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"tag\": \"1234567890123456789012345\"}}]}",
       "campaigns[0].params.tag", ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"params\": {\"level\": 9}}]}", "campaigns[0].params",
       "nine is too much"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"from\": \"tomorrow\"}]}", "campaigns[0].from",
       "a time like"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"from\": \"2026-02-01T00:00:00Z\", \"to\": "
       "\"2026-01-01T00:00:00Z\"}]}",
       "campaigns[0].to", "later than from"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"stores\": []}]}", "campaigns[0].stores",
       "must not be empty"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"stores\": [1]}]}", "campaigns[0].stores", "codes"},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"title\": {\"fr\": \"x\"}}]}", "campaigns[0].title.fr",
       ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"priority\": -1}]}", "campaigns[0].priority", ""},
      {"{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\"}, {\"code\": \"A\", \"rule\": \"r\"}]}", "code",
       "used twice"},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct shop shop;
    start(&shop);
    add_file(&shop, "rules/r.lua", "promotion nothing 0 item 500");
    bool right = build(&shop, cases[i].json) != 0 && strcmp(shop.err.field, cases[i].field) == 0 &&
                 strstr(shop.err.message, cases[i].said) && strstr(shop.err.message, "campaigns.json");
    if (!right) print_error("%s: [%s] %s\n", cases[i].json, shop.err.field, shop.err.message);
    wrong += !right;
    stop(&shop);
  }
  assert_int_equal(wrong, 0);
}

static void the_hash_names_the_content(void **state) {
  static const char *const jsons[] = {"{\"campaigns\": [" CAMPAIGN("A", "r") "]}",
                                      "{\"campaigns\":[" CAMPAIGN("A", "r") "]}",
                                      "{\"campaigns\": [" CAMPAIGN("B", "r") "]}",
                                      "{\"campaigns\": [{\"code\": \"A\", \"rule\": \"r\", \"priority\": 501}]}"};
  uint8_t hashes[5][32];
  (void)state;
  for (int i = 0; i < 5; i++) {
    struct shop shop;
    start(&shop);
    add_file(&shop, "rules/r.lua", i < 4 ? "promotion nothing 0 item 500" : "promotion nothing 1 item 500");
    assert_int_equal(build(&shop, jsons[i % 4]), 0);
    memcpy(hashes[i], sp_bundle_hash(shop.bundle), 32);
    stop(&shop);
  }
  assert_memory_equal(hashes[0], hashes[1], 32);
  for (int i = 2; i < 5; i++)
    assert_memory_not_equal(hashes[0], hashes[i], 32);
}

static void a_machine_of_another_bundle_is_refused(void **state) {
  struct shop one;
  struct shop two;
  (void)state;
  start(&one);
  start(&two);
  assert_int_equal(build(&one, NULL), 0);
  assert_int_equal(build(&two, NULL), 0);
  struct sp_rule_vm *own = one.vm;
  one.vm = two.vm;
  assert_int_equal(price(&one), SP_E_INTERNAL);
  one.vm = own;
  stop(&one);
  stop(&two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bare_bundle_sells_at_list_price),
      cmocka_unit_test(one_offer_a_unit_and_group),
      cmocka_unit_test(order_is_priority_then_rule_then_code),
      cmocka_unit_test(nothing_goes_below_zero),
      cmocka_unit_test(odd_fen_are_dealt_out_once),
      cmocka_unit_test(a_wrong_rule_is_skipped_and_counted),
      cmocka_unit_test(the_first_price_wins_and_a_given_one_is_kept),
      cmocka_unit_test(only_campaigns_that_concern_the_basket_are_asked),
      cmocka_unit_test(windows_stores_and_levels_hold),
      cmocka_unit_test(wrong_campaigns_name_file_and_field),
      cmocka_unit_test(the_hash_names_the_content),
      cmocka_unit_test(a_machine_of_another_bundle_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
