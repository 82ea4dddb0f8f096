/* The files of a bundle: where they come from, what the generation's hash covers, and building it again from them. */
#include "bundle_kit.h"

#include "engine/bundle.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACK "{\"name\": \"acme\", \"version\": \"1\", \"groups\": {\"item\": {\"mode\": \"best\"}}}"

static void hash_of(struct kit *kit, uint8_t out[32]) {
  if (kit_build(kit)) fail_msg("[%s] %s", kit->err.field, kit->err.message);
  memcpy(out, sp_bundle_hash(kit->bundle), 32);
}

/* ---- The hash ---- */

static void hash_with(const char *path, const char *text, const char *store, uint8_t out[32]) {
  struct kit kit;
  kit_start(&kit);
  if (strcmp(path, "campaigns.json") != 0)
    kit_add(
        &kit, "campaigns.json",
        "{\"campaigns\": [{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}}]}");
  if (path[0]) kit_add(&kit, path, text);
  kit.store = store;
  hash_of(&kit, out);
  kit_stop(&kit);
}

static void the_hash_covers_everything_effective(void **state) {
  static const char *const extras[] = {"\"priority\": 501",
                                       "\"from\": \"2026-01-01T00:00:00Z\"",
                                       "\"to\": \"2026-01-01T00:00:00Z\"",
                                       "\"stores\": [\"S1\"]",
                                       "\"levels\": [\"gold\"]",
                                       "\"channels\": [\"till\"]",
                                       "\"weekdays\": [1]",
                                       "\"hours\": [[\"08:00\", \"09:00\"]]",
                                       "\"month_days\": [1]",
                                       "\"members\": true",
                                       "\"limits\": {\"uses\": 1}",
                                       "\"limits\": {\"coupon_uses\": 1}",
                                       "\"title\": {\"zh\": \"x\"}",
                                       "\"enabled\": false"};
  static const struct {
    const char *path, *text;
  } files[] = {
      {"pack.json", "{\"version\": \"2\"}"},
      {"pack.json", "{\"name\": \"acme\"}"},
      {"pack.json", "{\"groups\": {\"item\": {\"mode\": \"all\"}}}"},
      {"pack.json", "{\"groups\": {\"item\": {\"per\": \"basket\"}}}"},
      {"pack.json", "{\"groups\": {\"item\": {\"excludes\": [\"x\"]}, \"x\": {}}}"},
      {"pack.json", "{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 4}}}}"},
      {"pack.json", "{\"rules\": {\"price.list\": {\"enabled\": false}}}"},
      {"pack.json", "{\"campaigns\": {\"SODA\": {\"set\": {\"tag\": \"tea\"}}}}"},
      {"stores/S1.json", "{\"campaigns\": {\"SODA\": {\"from\": \"2026-01-02T00:00:00Z\"}}}"},
      {"rules/more.lua", "phase|check"},
  };
  uint8_t hashes[32][32];
  char json[512];
  size_t count = 0;
  (void)state;
  hash_with("", "", "S1", hashes[count++]);
  for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++) {
    snprintf(json, sizeof json,
             "{\"campaigns\": [{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}, "
             "%s}]}",
             extras[i]);
    hash_with("campaigns.json", json, "S1", hashes[count++]);
  }
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
    hash_with(files[i].path, files[i].text, "S1", hashes[count++]);
  for (size_t i = 0; i < count; i++)
    for (size_t k = i + 1; k < count; k++)
      if (memcmp(hashes[i], hashes[k], 32) == 0) fail_msg("%zu and %zu have the same hash", i, k);
}

static void the_hash_covers_nothing_else(void **state) {
  static const struct {
    const char *path, *text;
  } files[] = {
      {"pack.json", "{\"gate\": {\"specs\": false}}"},
      {"pack.json", "{\"rules\": {\"promotion.multibuy\": {\"set\": {\"buy\": 3}}}}"},
      {"pack.json", "{\"campaigns\": {\"SODA\": {\"lock\": [\"buy\"]}}}"},
      {"stores/S2.json", "{\"campaigns\": {\"SODA\": {\"enabled\": false}}}"},
      {"stores/S1.json", "{}"},
      {"cases/one.json", "anything"},
      {"campaigns.json",
       "{\"campaigns\":[{\"params\":{\"pay\":2,\"tag\":\"soda\"},\"rule\":\"promotion.multibuy\",\"code\":\"SODA\"}]}"},
  };
  uint8_t plain[32], other[32];
  (void)state;
  hash_with("", "", "S1", plain);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    hash_with(files[i].path, files[i].text, "S1", other);
    if (memcmp(plain, other, 32) != 0) fail_msg("%s %s changes the hash", files[i].path, files[i].text);
  }
}

static void the_hash_does_not_depend_on_the_order_of_files(void **state) {
  static const char *const paths[] = {"pack.json", "campaigns/A.json", "campaigns/B.json", "rules/x.lua",
                                      "rules/y.lua"};
  static const char *const texts[] = {PACK, "{\"code\": \"A\", \"rule\": \"x\"}", "{\"code\": \"B\", \"rule\": \"y\"}",
                                      "stacking|one", "stacking|two"};
  uint8_t hashes[2][32];
  (void)state;
  for (int turn = 0; turn < 2; turn++) {
    struct kit kit;
    kit_start(&kit);
    for (int i = 0; i < 5; i++)
      kit_add(&kit, paths[turn ? 4 - i : i], texts[turn ? 4 - i : i]);
    hash_of(&kit, hashes[turn]);
    kit_stop(&kit);
  }
  assert_memory_equal(hashes[0], hashes[1], 32);
}

/* One file for all campaigns or one for each: the same generation. */
static void the_hash_does_not_depend_on_how_campaigns_are_filed(void **state) {
  uint8_t one[32], many[32];
  struct kit kit;
  (void)state;
  hash_with("", "", NULL, one);
  kit_start(&kit);
  kit_add(&kit, "campaigns/SODA.json",
          "{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"soda\"}}");
  hash_of(&kit, many);
  kit_stop(&kit);
  assert_memory_equal(one, many, 32);
}

/* ---- Files ---- */

static void rebuild(const struct sp_bundle *bundle, const char *store, uint8_t out[32]) {
  struct sp_pack_file files[KIT_FILES];
  struct sp_bundle *again = NULL;
  struct sp_error err = {0};
  int32_t count = sp_bundle_file_count(bundle);
  assert_true(count <= KIT_FILES);
  for (int32_t i = 0; i < count; i++)
    files[count - 1 - i] = sp_bundle_file(bundle, i);
  const struct sp_bundle_options options = {.bare = true, .files = files, .file_count = count, .store = store};
  if (sp_bundle_build(&options, &kit_api, &again, &err)) fail_msg("[%s] %s", err.field, err.message);
  memcpy(out, sp_bundle_hash(again), 32);
  sp_bundle_release(again);
}

static void a_bundle_is_built_again_from_its_files(void **state) {
  static const char *const expected[] = {"base/price/list.lua", "base/promotion/multibuy.lua",
                                         "campaigns/SODA.json", "cases/one.json",
                                         "pack.json",           "rules/x.lua",
                                         "stores/S1.json"};
  struct kit kit;
  uint8_t again[32];
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "stores/S1.json", "{\"campaigns\": {\"SODA\": {\"set\": {\"tag\": \"cola\"}}}}");
  kit_add(&kit, "rules/x.lua", "stacking|x");
  kit_add(&kit, "pack.json", PACK);
  kit_add(&kit, "cases/one.json", "{}");
  kit_add(&kit, "campaigns/SODA.json", "{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\"}");
  kit.store = "S1";
  assert_int_equal(kit_build(&kit), 0);
  assert_int_equal(sp_bundle_file_count(kit.bundle), 7);
  for (int32_t i = 0; i < 7; i++)
    assert_string_equal(sp_bundle_file(kit.bundle, i).path, expected[i]);
  assert_null(sp_bundle_file(kit.bundle, 7).path);
  assert_null(sp_bundle_file(kit.bundle, -1).path);
  rebuild(kit.bundle, "S1", again);
  assert_memory_equal(again, sp_bundle_hash(kit.bundle), 32);
  rebuild(kit.bundle, NULL, again);
  assert_memory_not_equal(again, sp_bundle_hash(kit.bundle), 32);
  kit_stop(&kit);
}

static void strangers_and_doubles_are_refused(void **state) {
  static const char *const strangers[] = {"readme.json",      "campaign.json", "stores/a/b.json", "rules/x.json",
                                          "spec/x_spec.lua",  "x.lua",         "../pack.json",    "rules/../x.lua",
                                          "campaigns/x.yaml", "base/x.json",   "/pack.json",      ""};
  (void)state;
  for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
    struct kit kit;
    kit_start(&kit);
    kit_add(&kit, strangers[i], "{}");
    kit_refuses(&kit, strangers[i], strangers[i], "no file of a pack");
    kit_stop(&kit);
  }
  struct kit kit;
  kit_start(&kit);
  kit_add(&kit, "pack.json", "{}");
  kit_add(&kit, "pack.json", "{}");
  assert_int_equal(kit_build(&kit), SP_E_EXISTS);
  assert_string_equal(kit.err.field, "pack.json");
  kit_stop(&kit);
}

static void a_rule_is_named_like_its_file_and_once(void **state) {
  struct kit kit;
  (void)state;
  kit_start(&kit);
  kit_add(&kit, "rules/promotion/multibuy.lua", KIT_MULTIBUY);
  assert_int_equal(kit_build(&kit), SP_E_EXISTS);
  assert_non_null(strstr(kit.err.message, "base/promotion/multibuy.lua"));
  assert_non_null(strstr(kit.err.message, "rules/promotion/multibuy.lua: "));
  kit_stop(&kit);
}

/* ---- Size ---- */

#define MANY          10000
#define CAMPAIGN_MOST 2048 /* bytes, its share of the file's text included */

static void a_campaign_costs_little_memory(void **state) {
  struct kit kit;
  struct sp_buf json;
  (void)state;
  kit_start(&kit);
  sp_buf_init(&json, (size_t)8 << 20);
  sp_buf_puts(&json, "{\"campaigns\": [");
  for (int i = 0; i < MANY; i++)
    sp_buf_printf(
        &json,
        "%s{\"code\": \"C%05d\", \"rule\": \"promotion.multibuy\", \"params\": {\"tag\": \"t%d\", \"buy\": 5}, "
        "\"from\": \"2026-01-01T00:00:00Z\", \"stores\": [\"S1\", \"S2\"], \"weekdays\": [1, 2], \"title\": "
        "{\"zh\": \"第%d个活动\", \"en\": \"Campaign %d\"}}",
        i ? "," : "", i, i % 3000, i, i);
  sp_buf_puts(&json, "]}");
  kit_add(&kit, "campaigns.json", sp_buf_text(&json));
  if (kit_build(&kit)) fail_msg("[%s] %s", kit.err.field, kit.err.message);
  assert_int_equal(sp_bundle_campaign_count(kit.bundle), MANY + 1);
  assert_in_range(kit.bundle->arena.used / MANY, 1, CAMPAIGN_MOST);
  sp_buf_free(&json);
  kit_stop(&kit);
}

/* ---- A pack on the disk ---- */

static void write_file(const char *folder, const char *path, const char *text) {
  char full[512];
  snprintf(full, sizeof full, "%s/%s", folder, path);
  for (char *slash = strchr(full + strlen(folder) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    (void)mkdir(full, 0700);
    *slash = '/';
  }
  FILE *file = fopen(full, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

static int drop(const char *path, const struct stat *info, int kind, struct FTW *walk) {
  (void)info;
  (void)kind;
  (void)walk;
  return remove(path);
}

static void fill(char folder[64]) {
  snprintf(folder, 64, "%s", "/tmp/sp-pack-XXXXXX");
  assert_non_null(mkdtemp(folder));
  write_file(folder, "pack.json", PACK);
  write_file(folder, "campaigns/SODA.json", "{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\"}");
  write_file(folder, "rules/deep/er/x.lua", "stacking|x");
  write_file(folder, "rules/notes.txt", "notes");
  write_file(folder, "stores/S1.json", "{\"campaigns\": {\"SODA\": {\"set\": {\"tag\": \"cola\"}}}}");
  write_file(folder, "cases/one.json", "{}");
  write_file(folder, "spec/x_spec.lua", "error()");
  write_file(folder, "README.md", "a pack");
  write_file(folder, ".hidden.json", "x");
}

static int build_folder(struct kit *kit, const char *folder) {
  const struct sp_bundle_options options = {
      .bare = true, .folder = folder, .files = kit->files, .file_count = kit->count, .store = kit->store};
  return sp_bundle_build(&options, &kit_api, &kit->bundle, &kit->err);
}

static void a_folder_is_the_same_as_its_files(void **state) {
  char folder[64];
  struct kit kit;
  uint8_t again[32];
  (void)state;
  fill(folder);
  kit_start(&kit);
  kit.store = "S1";
  if (build_folder(&kit, folder)) fail_msg("[%s] %s", kit.err.field, kit.err.message);
  assert_int_equal(sp_bundle_file_count(kit.bundle), 7); /* not the spec, the notes and what is hidden */
  rebuild(kit.bundle, "S1", again);
  assert_memory_equal(again, sp_bundle_hash(kit.bundle), 32);
  kit_stop(&kit);
  assert_int_equal(nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void a_file_in_memory_takes_the_place_of_one_on_the_disk(void **state) {
  char folder[64];
  struct kit kit;
  (void)state;
  fill(folder);
  kit_start(&kit);
  kit_add(&kit, "campaigns/SODA.json",
          "{\"code\": \"SODA\", \"rule\": \"promotion.multibuy\", \"params\": {\"buy\": 9}}");
  if (build_folder(&kit, folder)) fail_msg("[%s] %s", kit.err.field, kit.err.message);
  assert_int_equal(sp_bundle_describe(kit.bundle, &kit.text, &kit.err), 0);
  assert_non_null(strstr(sp_buf_text(&kit.text), "\"params\":{\"buy\":9,"));
  kit_stop(&kit);
  assert_int_equal(nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void wrong_folders_are_named(void **state) {
  static const struct {
    const char *path, *said;
  } cases[] = {
      {"campaign.json", "campaign.json is no file of a pack"},
      {"promo.lua", "promo.lua is no file of a pack"},
      {"campaigns/more/X.json", "campaigns must not hold folders"},
      {"rules/a/b/c/d/e/f/x.lua", "must not hold folders"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char folder[64];
    struct kit kit;
    fill(folder);
    write_file(folder, cases[i].path, "{}");
    kit_start(&kit);
    assert_int_not_equal(build_folder(&kit, folder), 0);
    if (!strstr(kit.err.message, cases[i].said)) fail_msg("%s: %s", cases[i].path, kit.err.message);
    kit_stop(&kit);
    assert_int_equal(nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_hash_covers_everything_effective),
      cmocka_unit_test(the_hash_covers_nothing_else),
      cmocka_unit_test(the_hash_does_not_depend_on_the_order_of_files),
      cmocka_unit_test(the_hash_does_not_depend_on_how_campaigns_are_filed),
      cmocka_unit_test(a_bundle_is_built_again_from_its_files),
      cmocka_unit_test(strangers_and_doubles_are_refused),
      cmocka_unit_test(a_rule_is_named_like_its_file_and_once),
      cmocka_unit_test(a_campaign_costs_little_memory),
      cmocka_unit_test(a_folder_is_the_same_as_its_files),
      cmocka_unit_test(a_file_in_memory_takes_the_place_of_one_on_the_disk),
      cmocka_unit_test(wrong_folders_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
