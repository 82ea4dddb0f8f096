/* Golden baskets without Lua: how they are read, what is compared, what fails, and trials as specs use them. */
#include "engine/cases.h"
#include "base/json.h"
#include "machine.h"

#include <cjson/cJSON.h>

static const char *const rules[][2] = {{"rules/list.lua", "price - 0"},
                                       {"rules/off.lua", "promotion item 500"},
                                       {"rules/note.lua", "observe - 10"},
                                       {"rules/confirm.lua", "check - 10"},
                                       {"rules/bottle.lua", "compose - 10"}};

/* HALF takes half of everything, BAD breaks, ASK asks for an age, DEPOSIT adds a bottle. */
static int say(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err) {
  const struct sp_basket *basket = machine->view->basket;
  if (strncmp(campaign, "BAD", 3) == 0) return sp_fail(err, SP_E_RULE, "rules/off.lua", "rules/off.lua:3: it broke");
  for (int32_t i = 0; i < basket->count; i++) {
    const struct sp_line *line = &basket->lines[i];
    int64_t units = line->weighed ? 1 : line->quantity / 1000;
    if (strcmp(campaign, "LIST") == 0) aim(answer, offer(answer, SP_OFFER_LISTED, 0), i, 0, units);
    if (strncmp(campaign, "HALF", 4) == 0) aim(answer, offer(answer, SP_OFFER_PERCENT, 500000), i, 0, units);
    if (strcmp(campaign, "DEPOSIT") == 0 && line->parent == 0) {
      struct sp_offer *made = offer(answer, SP_OFFER_ADD, line->quantity);
      made->text = "bottle";
      aim(answer, made, i, 0, units);
    }
  }
  if (strcmp(campaign, "HINT") == 0) offer(answer, SP_OFFER_NOTE, 0);
  if (strcmp(campaign, "ASK") == 0) offer(answer, SP_OFFER_CONFIRM, 0)->text = "age18";
  return 0;
}

/* Machines are opened inside: they get their voice at birth. */
static int voiced_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                       struct sp_rule_vm **out, struct sp_error *err);

static const struct sp_rule_vm_api *voiced_api(void) {
  static const struct sp_rule_vm_api api = {.name = "voiced",
                                            .open = voiced_open,
                                            .close = machine_close,
                                            .describe = machine_describe,
                                            .check = machine_check,
                                            .applies = machine_applies,
                                            .begin = machine_begin,
                                            .evaluate = machine_evaluate,
                                            .end = machine_end,
                                            .decide = machine_decide};
  return &api;
}

static int voiced_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                       struct sp_rule_vm **out, struct sp_error *err) {
  int rc = machine_open(program, limits, out, err);
  if (rc) return rc;
  (*out)->api = voiced_api();
  ((struct machine *)*out)->say = say;
  return 0;
}

struct bench {
  struct sp_pack_file files[16];
  int32_t count;
  struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  struct sp_arena arena;
  struct sp_buf text;
  struct cJSON *tree;
  struct sp_error err;
  int failed;
};

static void put_file(struct bench *bench, const char *path, const char *text) {
  bench->files[bench->count++] = (struct sp_pack_file){.path = path, .text = text, .len = strlen(text)};
}

static void start(struct bench *bench, const char *campaigns, const char *cases) {
  memset(bench, 0, sizeof *bench);
  sp_arena_init(&bench->arena, (size_t)16 << 20);
  sp_buf_init(&bench->text, (size_t)16 << 20);
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    put_file(bench, rules[i][0], rules[i][1]);
  put_file(bench, "campaigns.json", campaigns);
  if (cases) put_file(bench, "cases/a.json", cases);
  const struct sp_bundle_options options = {.bare = true, .files = bench->files, .file_count = bench->count};
  if (sp_bundle_build(&options, voiced_api(), &bench->bundle, &bench->err) ||
      sp_bundle_vm_open(bench->bundle, &bench->vm, &bench->err))
    fail_msg("[%s] %s", bench->err.field, bench->err.message);
}

static void stop(struct bench *bench) {
  sp_json_free(bench->tree);
  bench->vm->api->close(bench->vm);
  sp_bundle_release(bench->bundle);
  sp_buf_free(&bench->text);
  sp_arena_free(&bench->arena);
}

static void run(struct bench *bench) {
  assert_int_equal(sp_cases_run(bench->bundle, voiced_api(), &bench->text, &bench->failed, &bench->err), 0);
  if (sp_json_parse(bench->text.data, bench->text.len, &bench->tree, &bench->err)) fail_msg("%s", bench->text.data);
}

/* The report must hold this text. */
static void says(const struct bench *bench, const char *text) {
  if (!strstr(bench->text.data, text)) fail_msg("no %s in %s", text, bench->text.data);
}

#define LIST  "{\"code\":\"LIST\",\"rule\":\"list\"}"
#define HALF  "{\"code\":\"HALF\",\"rule\":\"off\"}"
#define PACK  "{\"campaigns\":[" LIST "," HALF "]}"
#define COLA3 "\"basket\":[{\"item\":\"可乐\",\"code\":\"cola\",\"price\":350,\"quantity\":3}]"

static void test_good(void **state) {
  struct bench bench;
  (void)state;
  start(&bench, PACK,
        "[{\"title\":{\"zh\":\"半价\",\"en\":\"Half\"},\"campaign\":\"HALF\"," COLA3 ",\"expect\":{\"total\":525,"
        "\"lines\":[{\"net\":525,\"price\":350,\"quantity\":3}],"
        "\"discounts\":[{\"campaign\":\"HALF\",\"line\":1,\"amount\":525}],\"why\":{\"HALF\":\"applied\","
        "\"NONE\":\"absent\"},\"notes\":[],\"requirements\":[],\"blocked\":[],\"added\":[]}},"
        "{\"basket\":[],\"expect\":{\"total\":0,\"discounts\":[]}}]");
  run(&bench);
  if (bench.failed != 0) fail_msg("%s", bench.text.data);
  assert_int_equal(cJSON_GetArraySize(bench.tree), 2);
  says(&bench, "\"title\":{\"zh\":\"半价\",\"en\":\"Half\"},\"good\":true");
  stop(&bench);
}

/* Each expectation alone must be able to fail, and say where. */
static void test_differences(void **state) {
  static const char *const wrong[][2] = {
      {"\"total\":526", "\"at\":\"total\",\"expected\":526,\"actual\":525"},
      {"\"gross\":1", "\"at\":\"gross\",\"expected\":1,\"actual\":1050"},
      {"\"discount\":0", "\"at\":\"discount\",\"expected\":0,\"actual\":525"},
      {"\"lines\":[]", "\"at\":\"lines[1]\",\"expected\":null"},
      {"\"lines\":[{\"net\":1}]", "\"at\":\"lines[1].net\",\"expected\":1,\"actual\":525"},
      {"\"lines\":[{\"colour\":1}]", "\"at\":\"lines[1].colour\",\"expected\":1,\"actual\":null"},
      {"\"lines\":[{},{}]", "\"at\":\"lines[2]\""},
      {"\"discounts\":[]", "\"at\":\"discounts\",\"expected\":null"},
      {"\"discounts\":[{\"campaign\":\"HALF\",\"amount\":525},{\"campaign\":\"HALF\",\"amount\":525}]",
       "\"at\":\"discounts[2]\""},
      {"\"discounts\":[{\"campaign\":\"HALF\",\"line\":2,\"amount\":525}]", "\"at\":\"discounts[1]\""},
      {"\"notes\":[\"x\"]", "\"at\":\"notes[1]\",\"expected\":\"x\""},
      {"\"requirements\":[\"age18\"]", "\"at\":\"requirements[1]\""},
      {"\"tender_caps\":[{\"method\":\"points\"}]", "\"at\":\"tender_caps[1]\""},
      {"\"blocked\":[1]", "\"at\":\"blocked[1]\",\"expected\":1"},
      {"\"why\":{\"HALF\":\"lost\"}", "\"at\":\"why.HALF\",\"expected\":\"lost\",\"actual\":\"applied\""},
  };
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    struct bench bench;
    char text[512];
    snprintf(text, sizeof text, "{" COLA3 ",\"expect\":{%s}}", wrong[i][0]);
    start(&bench, PACK, text);
    run(&bench);
    if (bench.failed != 1) fail_msg("%s is no difference: %s", wrong[i][0], bench.text.data);
    says(&bench, wrong[i][1]);
    says(&bench, "\"good\":false");
    stop(&bench);
  }
}

/* What cannot be read or does not hold together fails its case with a sentence, never the run. */
static void test_broken(void **state) {
  static const char *const broken[][2] = {
      {"{", "cases/a.json"},
      {"[1]", "A golden basket is written as an object"},
      {"{" COLA3 "}", "A golden basket says what it expects"},
      {"{" COLA3 ",\"expekt\":{}}", "A golden basket has no field expekt"},
      {"{" COLA3 ",\"expect\":{\"totall\":1}}", "totall"},
      {"{" COLA3 ",\"expect\":{\"lines\":1}}", "A list is needed in expect.lines"},
      {"{\"basket\":[{\"price\":1}],\"expect\":{}}", "A line needs a code or an item"},
      {"{\"basket\":[{\"code\":\"a\"}],\"expect\":{}}", "basket[0].price"},
      {"{\"basket\":[{\"code\":\"a\",\"price\":-1}],\"expect\":{}}", "basket[0].price"},
      {"{\"basket\":[{\"code\":\"a\",\"price\":1,\"quantity\":1,\"weight\":1}],\"expect\":{}}", "either a weight"},
      {"{\"basket\":[{\"code\":\"a\",\"price\":1,\"n\":2},{\"code\":\"b\",\"price\":1,\"n\":2}],\"expect\":{}}",
       "must ascend"},
      {"{" COLA3 ",\"when\":\"2026-02-30 10:00\",\"expect\":{}}", "must be a time like"},
      {"{" COLA3 ",\"date\":\"11.11.\",\"expect\":{}}", "must be a date like"},
      {"{" COLA3 ",\"time\":\"25:00\",\"expect\":{}}", "must be a time of day"},
      {"{" COLA3 ",\"member\":{\"age\":1},\"expect\":{}}", "member.age"},
      {"{" COLA3 ",\"campaign\":\"NONE\",\"expect\":{}}", "The campaign NONE did not apply: absent"},
      {"{" COLA3 ",\"campaigns\":[{\"code\":\"X\",\"rule\":\"none\"}],\"expect\":{}}", "none"},
      {"{" COLA3 ",\"campaigns\":[{\"code\":\"a/b\",\"rule\":\"off\"}],\"expect\":{}}", "cannot be a file"},
      {"{" COLA3 ",\"campaigns\":[{\"code\":\"BAD\",\"rule\":\"off\"}],\"expect\":{}}", "rules/off.lua:3: it broke"},
      {"{\"cases\":[{" COLA3 ",\"expect\":{}}],\"colour\":1}", "colour"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
    struct bench bench;
    start(&bench, PACK, broken[i][0]);
    run(&bench);
    if (bench.failed != 1) fail_msg("%s is fine: %s", broken[i][0], bench.text.data);
    says(&bench, broken[i][1]);
    stop(&bench);
  }
}

/* Campaigns of a case, of its file, and a case that tries another value of the pack's campaign. */
static void test_campaigns(void **state) {
  struct bench bench;
  (void)state;
  start(
      &bench, "{\"campaigns\":[" LIST "]}",
      "{\"title\":{\"en\":\"Both\"},\"campaigns\":[" HALF "],\"cases\":["
      "{" COLA3 ",\"expect\":{\"total\":525}},"
      "{" COLA3 ",\"campaigns\":[{\"code\":\"ASK\",\"rule\":\"confirm\"},{\"code\":\"HINT\",\"rule\":\"note\"}],"
      "\"expect\":{\"total\":525,\"requirements\":[\"age18\"],\"notes\":[{\"code\":\"test\",\"campaign\":\"HINT\"}]}},"
      "{" COLA3 ",\"confirmed\":[\"age18\"],\"campaigns\":[{\"code\":\"ASK\",\"rule\":\"confirm\"}],"
      "\"expect\":{\"requirements\":[{\"code\":\"age18\",\"kind\":\"confirm\",\"met\":true}]}}]}");
  run(&bench);
  if (bench.failed != 0) fail_msg("%s", bench.text.data);
  says(&bench, "\"campaigns\":[\"HALF\",\"ASK\",\"HINT\"]");
  says(&bench, "\"title\":{\"zh\":\"Both\",\"en\":\"Both\"}");
  stop(&bench);
}

static void test_added(void **state) {
  static const char campaigns[] = "{\"campaigns\":[" LIST ",{\"code\":\"DEPOSIT\",\"rule\":\"bottle\"}]}";
  struct bench bench;
  (void)state;
  start(&bench, campaigns,
        "[{" COLA3 ",\"goods\":[{\"code\":\"bottle\",\"item\":\"押金\",\"price\":50}],"
        "\"expect\":{\"total\":1200,\"added\":[{\"code\":\"bottle\",\"quantity\":3,\"net\":150,\"parent\":1}]}},"
        "{" COLA3 ",\"expect\":{}}]");
  run(&bench);
  assert_int_equal(bench.failed, 1);
  says(&bench, "The campaign DEPOSIT adds bottle, which is not among the goods");
  stop(&bench);
}

/* ---- Trials ---- */

static int read(struct bench *bench, const char *json, struct sp_trial *trial) {
  sp_json_free(bench->tree);
  bench->tree = NULL;
  if (sp_json_parse(json, strlen(json), &bench->tree, &bench->err)) fail_msg("%s", bench->err.message);
  return sp_trial_read(bench->tree, &bench->arena, trial, &bench->err);
}

static void test_moment(void **state) {
  struct bench bench;
  struct sp_trial trial;
  struct sp_usage usage;
  (void)state;
  start(&bench, PACK, NULL);
  assert_int_equal(read(&bench, "{}", &trial), 0);
  assert_int_equal(trial.context.business_date, 20260715);
  assert_int_equal(trial.context.weekday, 3);
  assert_int_equal(trial.context.minute, 600);
  assert_true(trial.context.now == 1784080800000); /* 02:00 UTC */
  assert_string_equal(trial.context.store, "S1");
  assert_true(trial.context.promotions);
  assert_int_equal(read(&bench, "{\"when\":\"2026-11-11 22:30\",\"store\":\"S2\",\"channel\":\"api\"}", &trial), 0);
  assert_int_equal(trial.context.business_date, 20261111);
  assert_int_equal(trial.context.minute, 1350);
  assert_true(trial.context.now == 1794407400000);
  assert_int_equal(read(&bench, "{\"when\":\"2026-11-11T22:30:00+00:00\"}", &trial), 0);
  assert_true(trial.context.now == 1794407400000 + 8 * 3600000);
  assert_int_equal(trial.context.minute, 1350);
  assert_int_equal(read(&bench, "{\"date\":20261122,\"minute\":780,\"weekday\":2}", &trial), 0);
  assert_int_equal(trial.context.business_date, 20261122);
  assert_int_equal(trial.context.weekday, 2);
  assert_int_equal(
      read(&bench, "{\"usage\":[{\"campaign\":\"HALF\",\"subject\":\"m:M1\",\"uses\":2,\"amount\":5,\"units\":7}]}",
           &trial),
      0);
  const struct sp_usage_source *source = trial.context.usage;
  assert_int_equal(source->read(source, "HALF", "m:M1", &usage, NULL), 0);
  assert_true(usage.uses == 2 && usage.amount == 5 && usage.units == 7);
  assert_int_equal(source->read(source, "HALF", "", &usage, NULL), 0);
  assert_true(usage.uses == 0);
  stop(&bench);
}

static void test_member_and_goods(void **state) {
  struct bench bench;
  struct sp_trial trial;
  (void)state;
  start(&bench, PACK, NULL);
  assert_int_equal(read(&bench, "{\"level\":\"gold\"}", &trial), 0);
  assert_string_equal(trial.basket.member.level, "gold");
  assert_false(sp_id_is_nil(&trial.basket.member.id));
  assert_true(trial.basket.member.points == SP_UNKNOWN);
  assert_int_equal(read(&bench, "{\"member\":\"M7\"}", &trial), 0);
  assert_string_equal(trial.basket.member.code, "M7");
  assert_int_equal(read(&bench, "{}", &trial), 0);
  assert_true(sp_id_is_nil(&trial.basket.member.id));
  assert_int_equal(read(&bench,
                        "{\"member\":{\"points\":0,\"tags\":[\"z\",\"a\"],\"staff\":true},\"coupons\":[\"b\",\"a\"],"
                        "\"confirmed\":[\"z\",\"a\"],\"choices\":[{\"campaign\":\"C\",\"product\":\"p\"}]}",
                        &trial),
                   0);
  assert_true(trial.basket.member.points == 0 && trial.basket.member.staff);
  assert_string_equal(trial.basket.member.tags[0], "a");
  assert_string_equal(trial.basket.confirmed[0], "a");
  assert_string_equal(trial.basket.coupons[0], "b");
  assert_string_equal(trial.basket.choices[0].product, "p");
  assert_int_equal(read(&bench,
                        "{\"goods\":[{\"code\":\"tea\",\"price\":500,\"tags\":[\"hot\"],\"category\":\"drink\"}],"
                        "\"basket\":[{\"code\":\"tea\"},{\"code\":\"nuts\",\"price\":4000,\"weight\":1250,"
                        "\"given_price\":3000,\"lot\":\"L1\",\"expires\":\"2026-12-01\"}]}",
                        &trial),
                   0);
  const struct sp_line *lines = trial.basket.lines;
  assert_true(lines[0].list_price == 500 && lines[0].quantity == 1000 && lines[0].tag_count == 1);
  assert_string_equal(lines[0].category, "drink");
  assert_true(lines[1].weighed && lines[1].quantity == 1250 && lines[1].given_price == 3000);
  assert_int_equal(lines[1].expires, 20261201);
  assert_int_equal(lines[1].n, 2);
  stop(&bench);
}

static void test_offers(void **state) {
  struct bench bench;
  struct sp_trial trial;
  struct sp_json_writer w;
  (void)state;
  start(&bench, "{\"campaigns\":[" LIST "," HALF ",{\"code\":\"BAD\",\"rule\":\"off\"}]}", NULL);
  sp_json_start(&w, &bench.text);
  assert_int_equal(read(&bench, "{" COLA3 "}", &trial), 0);
  assert_int_equal(sp_trial_offers(bench.bundle, bench.vm, "HALF", &trial, &bench.arena, &w, &bench.err), 0);
  assert_string_equal(sp_buf_text(&bench.text),
                      "[{\"kind\":\"percent\",\"value\":500000,\"base\":\"remaining\",\"targets\":[[1,1,3]],"
                      "\"units\":3,\"line\":7,\"reason\":{\"code\":\"test\"}}]");
  assert_int_equal(sp_trial_offers(bench.bundle, bench.vm, "NONE", &trial, &bench.arena, &w, &bench.err),
                   SP_E_NOT_FOUND);
  assert_int_equal(sp_trial_offers(bench.bundle, bench.vm, "BAD", &trial, &bench.arena, &w, &bench.err), SP_E_RULE);
  assert_string_equal(bench.err.message, "rules/off.lua:3: it broke");
  stop(&bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_good),   cmocka_unit_test(test_differences),
      cmocka_unit_test(test_broken), cmocka_unit_test(test_campaigns),
      cmocka_unit_test(test_added),  cmocka_unit_test(test_moment),
      cmocka_unit_test(test_offers), cmocka_unit_test(test_member_and_goods),
  };
  return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
