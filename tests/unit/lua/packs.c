/* Packs as they lie in the tree: the demo, and the rule that rules/README.md shows; and one bundle shared by threads.
 */
#include "kit.h"

#include <pthread.h>

#define ROOT SP_TEST_DATA "/../.."

static const char *const soda[] = {"soda", NULL};
static const char *const bakery[] = {"bakery", NULL};
static const char *const snack[] = {"snack", NULL};

static void the_demo_pack_sells(void **state) {
  struct kit kit;
  (void)state;
  if (kit_build(&kit, &(struct sp_bundle_options){.folder = ROOT "/rules/packs/demo"})) fail_msg("%s", kit.err.message);
  kit_line(&kit, "cola", 300, 3, soda);
  kit_line(&kit, "bun", 500, 1, bakery);
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.gross, 1400);
  assert_int_equal(kit.priced.net, 1000);
  assert_string_equal(sp_bundle_campaign_title(kit.bundle, "SODA32", SP_LANG_ZH), "汽水买三付二");
  kit_close(&kit);
}

static void a_missing_pack_is_named(void **state) {
  struct kit kit;
  (void)state;
  assert_int_equal(kit_build(&kit, &(struct sp_bundle_options){.folder = "/nowhere/pack"}), SP_E_IO);
  assert_non_null(strstr(kit.err.message, "/nowhere/pack"));
  kit_close(&kit);
}

static char *read_readme(void) {
  char *text = calloc(1, 65536);
  FILE *file = fopen(ROOT "/rules/README.md", "rb");
  assert_non_null(file);
  assert_true(fread(text, 1, 65535, file) > 0);
  fclose(file);
  return text;
}

/* The first text between `start` and `end` at or after `from`, copied out. */
static void cut(const char *from, const char *start, const char *end, char *out, size_t room) {
  const char *first = strstr(from, start);
  assert_non_null(first);
  first += strlen(start);
  const char *last = strstr(first, end);
  assert_non_null(last);
  assert_true((size_t)(last - first) < room);
  memcpy(out, first, (size_t)(last - first));
  out[last - first] = '\0';
}

/* The rule, the path to put it at and the campaign, all as the README says them. */
static void the_readme_rule_works(void **state) {
  char rule[16384], path[128], campaign[1024], json[1100];
  struct kit kit;
  char *readme = read_readme();
  (void)state;
  cut(readme, "```lua ", "\n", path, sizeof path);
  cut(strstr(readme, path), "\n", "```", rule, sizeof rule);
  cut(readme, "```json campaigns/HALF.json\n", "```", campaign, sizeof campaign);
  snprintf(json, sizeof json, "{\"campaigns\": [%s]}", campaign);
  free(readme);
  if (kit_open(&kit, path, rule, json)) fail_msg("%s", kit.err.message);
  kit_line(&kit, "chips", 300, 3, snack);
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.net, 750);
  kit_close(&kit);
}

/* ---- The chain's pack over the built-in one ---- */

static struct sp_pack_file pack_file(const char *path, const char *text) {
  return (struct sp_pack_file){.path = path, .text = text, .len = strlen(text)};
}

/* Verbs reach the rule that runs: three for two becomes four for two at one store. */
static void layers_change_what_is_paid(void **state) {
  const struct sp_pack_file files[] = {
      pack_file("pack.json", "{\"name\": \"acme\", \"version\": \"1\"}"),
      pack_file("campaigns/SODA32.json", "{\"code\": \"SODA32\", \"rule\": \"promotion.multibuy\", "
                                         "\"params\": {\"tag\": \"soda\", \"buy\": 3, \"pay\": 2}}"),
      pack_file("stores/S9.json", "{\"campaigns\": {\"SODA32\": {\"set\": {\"buy\": 4}}}}")};
  static const char *const stores[] = {"S1", "S9"};
  static const int64_t nets[] = {900, 600};
  uint8_t hashes[2][32];
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct kit kit;
    if (kit_build(&kit, &(struct sp_bundle_options){.files = files, .file_count = 3, .store = stores[i]}))
      fail_msg("[%s] %s", kit.err.field, kit.err.message);
    kit_line(&kit, "cola", 300, 4, soda);
    assert_int_equal(kit_price(&kit), 0);
    assert_int_equal(kit.priced.net, nets[i]);
    memcpy(hashes[i], sp_bundle_hash(kit.bundle), 32);
    kit_close(&kit);
  }
  assert_memory_not_equal(hashes[0], hashes[1], 32);
}

/* What is stored with a generation is enough to price by it later, whatever is built in then. */
static void a_generation_lives_without_the_program(void **state) {
  struct sp_pack_file files[512];
  struct kit kit, again;
  (void)state;
  if (kit_build(&kit, &(struct sp_bundle_options){.folder = ROOT "/rules/packs/demo"})) fail_msg("%s", kit.err.message);
  int32_t count = sp_bundle_file_count(kit.bundle);
  assert_in_range(count, 2, 512);
  for (int32_t i = 0; i < count; i++)
    files[i] = sp_bundle_file(kit.bundle, i);
  if (kit_build(&again, &(struct sp_bundle_options){.bare = true, .files = files, .file_count = count}))
    fail_msg("%s", again.err.message);
  assert_memory_equal(sp_bundle_hash(kit.bundle), sp_bundle_hash(again.bundle), 32);
  kit_line(&again, "cola", 300, 3, soda);
  assert_int_equal(kit_price(&again), 0);
  assert_int_equal(again.priced.net, 600);
  kit_close(&again);
  kit_close(&kit);
}

static void a_rule_that_says_no_names_the_campaign(void **state) {
  struct kit kit;
  (void)state;
  assert_int_equal(kit_open(&kit, NULL, NULL,
                            "{\"campaigns\": [{\"code\": \"X\", \"rule\": \"promotion.multibuy\", \"params\": "
                            "{\"tag\": \"soda\", \"buy\": 2, \"pay\": 2}}]}"),
                   SP_E_INVALID);
  assert_string_equal(kit.err.field, "campaigns[0].params");
  assert_non_null(strstr(kit.err.message, "campaigns.json: "));
  kit_close(&kit);
}

/* The check of multibuy answers with the code of a phrase. */
static void a_rule_says_no_in_the_language_of_who_asks(void **state) {
  static const char campaigns[] = "{\"campaigns\": [{\"code\": \"X\", \"rule\": \"promotion.multibuy\", "
                                  "\"params\": {\"tag\": \"soda\", \"buy\": 2, \"pay\": 2}}]}";
  struct sp_pack_file file = {.path = "campaigns.json", .text = campaigns, .len = sizeof campaigns - 1};
  const struct sp_bundle_options options = {.files = &file, .file_count = 1};
  struct sp_error english = {.lang = SP_LANG_EN};
  struct sp_error chinese = {.lang = SP_LANG_ZH};
  struct sp_bundle *bundle = NULL;
  (void)state;
  assert_int_equal(sp_bundle_build(&options, sp_lua_api(), &bundle, &english), SP_E_INVALID);
  assert_non_null(strstr(english.message, "pay must be lower than buy"));
  assert_int_equal(sp_bundle_build(&options, sp_lua_api(), &bundle, &chinese), SP_E_INVALID);
  assert_non_null(strstr(chinese.message, "实付件数必须少于购买件数"));
}

static void the_built_in_pack_has_no_warnings(void **state) {
  struct kit kit;
  struct sp_buf out;
  (void)state;
  if (kit_build(&kit, &(struct sp_bundle_options){0})) fail_msg("%s", kit.err.message);
  sp_buf_init(&out, 65536);
  assert_int_equal(sp_bundle_warnings(kit.bundle, 0, SP_LANG_EN, &out, &kit.err), 0);
  assert_string_equal(sp_buf_text(&out), "[]");
  sp_buf_free(&out);
  kit_close(&kit);
}

/* ---- Threads ---- */

static void *sell(void *argument) {
  struct sp_bundle *bundle = argument;
  struct kit kit = {.bundle = bundle};
  int64_t wrong = 0;
  sp_arena_init(&kit.arena, (size_t)4 << 20);
  kit.context = (struct sp_context){.now = 1795323600000, .promotions = true};
  kit.basket = (struct sp_basket){.lines = kit.lines, .member.level = ""};
  kit_line(&kit, "cola", 300, 3, soda);
  kit_line(&kit, "bun", 500, 1, bakery);
  if (sp_bundle_vm_open(bundle, &kit.vm, &kit.err)) wrong++;
  for (int i = 0; i < 300 && !wrong; i++)
    if (kit_price(&kit) || kit.priced.net != 1000) wrong++;
  kit_close(&kit); /* gives back this thread's reference */
  return (void *)(intptr_t)wrong;
}

static void threads_share_a_bundle(void **state) {
  struct kit kit;
  pthread_t threads[4];
  (void)state;
  if (kit_build(&kit, &(struct sp_bundle_options){.folder = ROOT "/rules/packs/demo"})) fail_msg("%s", kit.err.message);
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, sell, sp_bundle_retain(kit.bundle)), 0);
  kit_close(&kit); /* the last thread frees it */
  for (int i = 0; i < 4; i++) {
    void *wrong = NULL;
    assert_int_equal(pthread_join(threads[i], &wrong), 0);
    assert_null(wrong);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_demo_pack_sells),
      cmocka_unit_test(a_missing_pack_is_named),
      cmocka_unit_test(the_readme_rule_works),
      cmocka_unit_test(layers_change_what_is_paid),
      cmocka_unit_test(a_generation_lives_without_the_program),
      cmocka_unit_test(a_rule_that_says_no_names_the_campaign),
      cmocka_unit_test(a_rule_says_no_in_the_language_of_who_asks),
      cmocka_unit_test(the_built_in_pack_has_no_warnings),
      cmocka_unit_test(threads_share_a_bundle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
