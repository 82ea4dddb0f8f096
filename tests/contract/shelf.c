/* The shelf answers what the database would: whoever changes a product, a pack or a category, the next lookup knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/product.h"
#include "app/shelf.h"
#include "tests/support/node_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char goods[] =
    "INSERT INTO category (id, name, path) VALUES (X'C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1', '饮料', '饮料');"
    "INSERT INTO product (id, code, name, category_id, unit, price, tax_ppm, tags, updated_at) VALUES"
    " (X'A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1', 'A1', '可乐', X'C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1', '瓶', 300, 130000,"
    "  'soda cold', 0);"
    "INSERT INTO barcode (barcode, product_id, pack, quantity) VALUES"
    " ('6900000000017', X'A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1', '箱', 24000);";

static struct sp_fixture node;

static int set_up(void **state) {
  struct sp_error error = {.lang = SP_LANG_EN};
  (void)state;
  int rc = sp_fixture_open(&node, NULL, &error);
  if (rc == 0) rc = sp_fixture_exec(&node, goods, &error);
  if (rc != 0) fprintf(stderr, "%s\n", error.message);
  return rc;
}

static int tear_down(void **state) {
  (void)state;
  sp_fixture_close(&node);
  return 0;
}

static int look(struct sp_work *work, void *ctx) {
  return sp_product_find(work, "6900000000017", NULL, NULL, ctx);
}

static struct sp_found found(void) {
  struct sp_found out = {.price = 0};
  struct sp_error error = {.lang = SP_LANG_EN};
  assert_int_equal(sp_fixture_do(&node, look, &out, &error), 0);
  return out;
}

static void test_same_twice(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    struct sp_found out = found();
    assert_string_equal(out.code, "A1");
    assert_string_equal(out.name, "可乐");
    assert_string_equal(out.unit, "瓶");
    assert_string_equal(out.category, "饮料");
    assert_string_equal(out.pack, "箱");
    assert_string_equal(out.name_en, "");
    assert_string_equal(out.variant, "");
    assert_int_equal(out.tag_count, 2);
    assert_string_equal(out.tags[0], "soda");
    assert_string_equal(out.tags[1], "cold");
    assert_int_equal(out.quantity, 24000);
    assert_int_equal(out.price, 300);
    assert_true(out.listed);
  }
}

static int use_change(struct sp_work *work, void *ctx) {
  struct sp_field_value values[SP_FIELDS_MAX];
  struct sp_resource *resource = NULL;
  struct cJSON *object = NULL;
  struct sp_id id;
  bool changed = false;
  const char *json = ctx;
  int rc = sp_resource_load("product", &resource, work->err);
  if (rc == 0) rc = sp_json_parse(json, strlen(json), &object, work->err);
  if (rc == 0) rc = sp_resource_read_json(resource, object, true, work->arena, values, work->err);
  const struct sp_product_put put = {.resource = resource, .values = values, .update_only = true};
  if (rc == 0) rc = sp_product_put(work, &put, &id, &changed);
  if (rc == 0 && !changed) rc = sp_fail(work->err, SP_E_INVALID, NULL, "nothing changed");
  sp_json_free(object);
  sp_resource_free(resource);
  return rc;
}

/* Change the one product as an office does. */
static void change(const char *json) {
  char text[256];
  struct sp_error error = {.lang = SP_LANG_EN};
  snprintf(text, sizeof text, "%s", json);
  if (sp_fixture_do(&node, use_change, text, &error) != 0) fail_msg("%s: %s", json, error.message);
}

static void test_changes_are_seen(void **state) {
  struct sp_error error = {.lang = SP_LANG_EN};
  (void)state;
  assert_int_equal(found().price, 300);
  change("{\"code\":\"A1\",\"price\":350}");
  assert_int_equal(found().price, 350);
  change("{\"code\":\"A1\",\"pack_barcode\":\"6900000000017\",\"pack_name\":\"箱\",\"pack_quantity\":12000}");
  assert_int_equal(found().quantity, 12000);
  change("{\"code\":\"A1\",\"category\":\"冷饮\"}");
  assert_string_equal(found().category, "冷饮");
  change("{\"code\":\"A1\",\"barcode\":\"6900000000024\",\"pack_barcode\":\"6900000000031\"}");
  struct sp_found out;
  assert_int_equal(sp_fixture_do(&node, look, &out, &error), SP_E_NOT_FOUND);
}

/* A snapshot from before the change keeps answering what it saw, whatever others put on the shelf meanwhile. */
static void test_old_snapshot(void **state) {
  struct sp_error error = {.lang = SP_LANG_EN};
  struct sp_arena arena;
  struct sp_plan plan;
  struct sp_found out;
  (void)state;
  sp_arena_init(&arena, (size_t)1 << 20);
  sp_plan_init(&plan, &arena);
  struct sp_work old = sp_fixture_work(&node, &arena, &plan, &error);
  assert_int_equal(sp_db_begin(node.worker.db, &error), 0);
  assert_int_equal(look(&old, &out), 0);
  assert_int_equal(out.price, 300);
  assert_int_equal(
      sp_fixture_exec(&node, "UPDATE product SET price = 400; UPDATE catalogue SET revision = revision + 1", &error),
      0);
  const struct sp_shelf_key key = {.kind = 'b', .bytes = "6900000000017", .len = 13};
  out.price = 400;
  sp_shelf_put(node.app.shelf, &key, old.catalogue + 1, &out);
  assert_int_equal(look(&old, &out), 0);
  assert_int_equal(out.price, 300);
  sp_db_rollback(node.worker.db);
  sp_arena_free(&arena);
  assert_int_equal(found().price, 400);
}

/* Ten times as many as fit: bounded, and whatever is still there is right. */
static void test_bounded(void **state) {
  struct sp_arena arena;
  struct sp_shelf *shelf = NULL;
  char text[2000];
  int here = 0;
  (void)state;
  assert_int_equal(sp_shelf_new(&shelf), 0);
  sp_arena_init(&arena, (size_t)64 << 20);
  for (int i = 0; i < 10 * SP_SHELF_SLOTS; i++) {
    int len = snprintf(text, sizeof text, "P%d", i);
    const struct sp_found product = {
        .code = text, .name = "", .name_en = "", .variant = "", .unit = "", .category = "", .pack = "", .price = i};
    const struct sp_shelf_key key = {.kind = 'c', .bytes = text, .len = (size_t)len};
    sp_shelf_put(shelf, &key, 1, &product);
  }
  for (int i = 0; i < 10 * SP_SHELF_SLOTS; i++) {
    struct sp_found out;
    int len = snprintf(text, sizeof text, "P%d", i);
    const struct sp_shelf_key key = {.kind = 'c', .bytes = text, .len = (size_t)len};
    if (sp_shelf_get(shelf, &key, 1, &arena, &out) == 0) continue;
    here++;
    assert_string_equal(out.code, text);
    assert_int_equal(out.price, i);
    assert_int_equal(sp_shelf_get(shelf, &key, 2, &arena, &out), 0);
  }
  assert_in_range(here, SP_SHELF_SLOTS / 2, SP_SHELF_SLOTS);
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct sp_found long_one = {
      .code = "L", .name = text, .name_en = "", .variant = "", .unit = "", .category = "", .pack = ""};
  const struct sp_shelf_key key = {.kind = 'c', .bytes = "L", .len = 1};
  sp_shelf_put(shelf, &key, 1, &long_one);
  assert_int_equal(sp_shelf_get(shelf, &key, 1, &arena, &long_one), 0);
  sp_arena_free(&arena);
  sp_shelf_free(shelf);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_same_twice, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_changes_are_seen, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_old_snapshot, set_up, tear_down),
      cmocka_unit_test(test_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
