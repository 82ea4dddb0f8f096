/* Packs as they lie in the tree: the demo, and the rule that rules/README.md shows; and one bundle shared by threads.
 */
#include "kit.h"

#include <pthread.h>

#define ROOT SP_TEST_DATA "/../.."

static const char *const soda[] = {"soda", NULL};
static const char *const bakery[] = {"bakery", NULL};

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

/* The text between ```lua and ``` of the README. */
static char *readme_rule(void) {
  char *text = calloc(1, 65536);
  FILE *file = fopen(ROOT "/rules/README.md", "rb");
  assert_non_null(file);
  assert_true(fread(text, 1, 65535, file) > 0);
  fclose(file);
  char *start = strstr(text, "```lua\n");
  assert_non_null(start);
  char *end = strstr(start + 7, "```");
  assert_non_null(end);
  *end = '\0';
  memmove(text, start + 7, strlen(start + 7) + 1);
  return text;
}

static void the_readme_rule_works(void **state) {
  static const char *const json = "{\"campaigns\": [{ \"code\": \"HALF\", \"rule\": \"promotion.second_half\", "
                                  "\"params\": { \"tag\": \"soda\" }, \"title\": { \"zh\": \"第二件半价\" } }]}";
  struct kit kit;
  char *rule = readme_rule();
  (void)state;
  if (kit_open(&kit, "rules/promotion/second_half.lua", rule, json)) fail_msg("%s", kit.err.message);
  free(rule);
  kit_line(&kit, "cola", 300, 3, soda);
  assert_int_equal(kit_price(&kit), 0);
  assert_int_equal(kit.priced.net, 750);
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
      cmocka_unit_test(threads_share_a_bundle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
