/* Products on a real database: create, change, find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/product.h"
#include "tests/support/node_fixture.h"
#include <stdio.h>
#include <string.h>

struct bench {
  struct sp_fixture node;
  struct sp_resource *resource;
  struct sp_error error;
};

/* A product as the API gives it. */
struct request {
  struct bench *bench;
  const char *json;
  bool create_only, update_only;
  int64_t revision;
  struct sp_id id;
  bool changed;
};

static int use_put(struct sp_work *work, void *ctx) {
  struct request *request = ctx;
  const struct sp_resource *resource = request->bench->resource;
  struct sp_field_value values[SP_FIELDS_MAX];
  struct cJSON *object = NULL;
  int rc = sp_json_parse(request->json, strlen(request->json), &object, work->err);
  if (rc == 0) rc = sp_resource_read_json(resource, object, !request->create_only, work->arena, values, work->err);
  const struct sp_product_put put = {.resource = resource,
                                     .values = values,
                                     .create_only = request->create_only,
                                     .update_only = request->update_only,
                                     .expected_revision = request->revision};
  if (rc == 0) rc = sp_product_put(work, &put, &request->id, &request->changed);
  sp_json_free(object);
  return rc;
}

static int put(struct bench *bench, const char *json) {
  struct request request = {.bench = bench, .json = json};
  return sp_fixture_do(&bench->node, use_put, &request, &bench->error);
}

static void put_well(struct bench *bench, const char *json) {
  if (put(bench, json) != 0) fail_msg("%s: %s", json, bench->error.message);
}

static int set_up(void **state) {
  static struct bench bench;
  bench = (struct bench){.error = {.lang = SP_LANG_EN}};
  if (sp_fixture_open(&bench.node, NULL, &bench.error)) fail_msg("%s", bench.error.message);
  if (sp_resource_load("product", &bench.resource, &bench.error)) fail_msg("%s", bench.error.message);
  *state = &bench;
  return 0;
}

static int tear_down(void **state) {
  struct bench *bench = *state;
  sp_resource_free(bench->resource);
  sp_fixture_close(&bench->node);
  return 0;
}

/* ---- Create and change ---- */

static void test_create(void **state) {
  struct bench *bench = *state;
  struct request request = {.bench = bench,
                            .create_only = true,
                            .json = "{\"code\":\"007\",\"name\":\"可乐\",\"price\":300,\"category\":\"食品/饮料\"}"};
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), 0);
  assert_true(request.changed);
  assert_int_equal(sp_fixture_scalar(&bench->node,
                                     "SELECT COUNT(*) FROM product WHERE code = '007' AND tax_ppm = 130000 "
                                     "AND unit = '个' AND status = 'active' AND revision = 1"),
                   1);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM category"), 2);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM product p JOIN category c ON c.id = "
                                                   "p.category_id JOIN category o ON o.id = c.parent_id WHERE c.path = "
                                                   "'食品/饮料' AND c.name = '饮料' AND o.path = '食品'"),
                   1);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) FROM journal WHERE kind = 'product'"), 1);
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), SP_E_EXISTS);
  assert_string_equal(bench->error.field, "code");
}

static void test_change(void **state) {
  struct bench *bench = *state;
  put_well(bench, "{\"code\":\"1\",\"name\":\"Tea\",\"price\":300,\"barcode\":\"111 222\"}");
  struct request request = {.bench = bench, .update_only = true, .json = "{\"code\":\"1\",\"price\":300}"};
  int64_t commits = bench->node.commits;
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), 0);
  assert_false(request.changed);
  assert_int_equal(bench->node.commits, commits); /* nothing to write */
  request.json = "{\"code\":\"1\",\"price\":350,\"barcode\":\"222 333\"}";
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), 0);
  assert_true(request.changed);
  assert_int_equal(sp_fixture_scalar(&bench->node,
                                     "SELECT COUNT(*) FROM product WHERE price = 350 AND revision = 2 AND "
                                     "name = 'Tea'"),
                   1);
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT SUM(barcode) FROM barcode"), 555);
  request.json = "{\"code\":\"nobody\",\"price\":1}";
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), SP_E_NOT_FOUND);
}

static void test_revision(void **state) {
  struct bench *bench = *state;
  put_well(bench, "{\"code\":\"1\",\"name\":\"Tea\",\"price\":300}");
  struct request request = {.bench = bench, .json = "{\"code\":\"1\",\"price\":301}", .revision = 1};
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), 0);
  request.json = "{\"code\":\"1\",\"price\":302}";
  assert_int_equal(sp_fixture_do(&bench->node, use_put, &request, &bench->error), SP_E_STALE);
  assert_string_equal(bench->error.field, "If-Match");
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT price FROM product"), 301);
}

static void check_refused(struct bench *bench, const char *json, int code, const char *field) {
  int64_t before = sp_fixture_scalar(&bench->node, "SELECT COUNT(*) + SUM(revision) FROM product");
  int rc = put(bench, json);
  if (rc != code || strcmp(bench->error.field, field) != 0) {
    fail_msg("%s: %d at %s (%s)", json, rc, bench->error.field, bench->error.message);
  }
  assert_int_equal(sp_fixture_scalar(&bench->node, "SELECT COUNT(*) + SUM(revision) FROM product"), before);
}

static void test_refused(void **state) {
  struct bench *bench = *state;
  put_well(bench, "{\"code\":\"A\",\"name\":\"First\",\"price\":100,\"barcode\":\"6901\"}");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"Second\",\"price\":100,\"barcode\":\"6902 6901\"}", SP_E_EXISTS,
                "barcode");
  assert_non_null(strstr(bench->error.message, "6901"));
  assert_non_null(strstr(bench->error.message, "product A"));
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\"}", SP_E_INVALID, "price");
  check_refused(bench, "{\"name\":\"x\",\"price\":1}", SP_E_INVALID, "code");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":-1}", SP_E_INVALID, "price");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1.5}", SP_E_INVALID, "price");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1,\"colour\":\"red\"}", SP_E_INVALID, "colour");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1,\"status\":\"gone\"}", SP_E_INVALID, "status");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1,\"category\":\"a//b\"}", SP_E_INVALID, "category");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1,\"stock\":5}", SP_E_INVALID, "stock");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1,\"barcode\":\"1 1\"}", SP_E_INVALID, "barcode");
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1,\"barcode\":\"é\"}", SP_E_INVALID, "barcode");
  bench->node.actor.role = SP_ROLE_CASHIER;
  check_refused(bench, "{\"code\":\"B\",\"name\":\"x\",\"price\":1}", SP_E_DENIED, "");
}

static void test_packs(void **state) {
  struct bench *bench = *state;
  put_well(bench,
           "{\"code\":\"W\",\"name\":\"水\",\"price\":200,\"barcode\":\"691\",\"pack_barcode\":\"1691\",\"pack_name\":"
           "\"箱\",\"pack_quantity\":24000,\"inner_barcode\":\"2691\",\"inner_name\":\"包\",\"inner_quantity\":6000}");
  struct sp_fixture *node = &bench->node;
  assert_int_equal(sp_fixture_scalar(node, "SELECT quantity FROM barcode WHERE barcode = '1691' AND pack = '箱'"),
                   24000);
  assert_int_equal(sp_fixture_scalar(node, "SELECT quantity FROM barcode WHERE barcode = '2691' AND pack = '包'"),
                   6000);
  put_well(bench, "{\"code\":\"W\",\"pack_quantity\":12000}"); /* keeps what is not named */
  assert_int_equal(sp_fixture_scalar(node, "SELECT quantity FROM barcode WHERE barcode = '1691' AND pack = '箱'"),
                   12000);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM barcode"), 3);
  check_refused(bench, "{\"code\":\"W\",\"inner_quantity\":12000}", SP_E_INVALID, "inner_quantity");
  check_refused(bench, "{\"code\":\"W\",\"pack_quantity\":1000}", SP_E_INVALID, "pack_quantity");
  check_refused(bench, "{\"code\":\"V\",\"name\":\"x\",\"price\":1,\"pack_quantity\":2000}", SP_E_INVALID,
                "pack_barcode");
  put_well(bench, "{\"code\":\"W\",\"inner_barcode\":\"\"}");
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM barcode"), 2);
}

static void test_variants(void **state) {
  struct bench *bench = *state;
  struct sp_fixture *node = &bench->node;
  put_well(bench, "{\"code\":\"U\",\"name\":\"伞\",\"price\":3900}");
  put_well(bench, "{\"code\":\"U1\",\"name\":\"伞 红\",\"price\":3900,\"parent\":\"U\",\"variant\":\"红\"}");
  assert_int_equal(sp_fixture_scalar(node, "SELECT style FROM product WHERE code = 'U'"), 1);
  assert_int_equal(sp_fixture_scalar(node, "SELECT COUNT(*) FROM product c JOIN product p ON p.id = c.parent_id"), 1);
  check_refused(bench, "{\"code\":\"U2\",\"name\":\"x\",\"price\":1,\"parent\":\"U1\"}", SP_E_NOT_FOUND, "parent");
  check_refused(bench, "{\"code\":\"U2\",\"name\":\"x\",\"price\":1,\"parent\":\"none\"}", SP_E_NOT_FOUND, "parent");
  check_refused(bench, "{\"code\":\"U\",\"parent\":\"U1\"}", SP_E_INVALID, "parent");
  check_refused(bench, "{\"code\":\"U1\",\"parent\":\"U1\"}", SP_E_INVALID, "parent");
  put_well(bench, "{\"code\":\"U1\",\"parent\":\"\"}");
  assert_int_equal(sp_fixture_scalar(node, "SELECT style FROM product WHERE code = 'U'"), 0);
}

/* ---- Find ---- */

struct search {
  const char *text;
  int limit, count;
  struct sp_found found[SP_SEARCH_MAX];
};

static int use_search(struct sp_work *work, void *ctx) {
  struct search *search = ctx;
  return sp_product_search(work, search->text, search->limit, search->found, &search->count);
}

/* `expected`: codes in order, "A B". */
static void check_search(struct bench *bench, const char *text, const char *expected) {
  struct search search = {.text = text, .limit = 5};
  char got[256] = "";
  if (sp_fixture_do(&bench->node, use_search, &search, &bench->error)) fail_msg("%s: %s", text, bench->error.message);
  for (int i = 0; i < search.count; i++) {
    size_t len = strlen(got);
    snprintf(got + len, sizeof got - len, "%s%s", i > 0 ? " " : "", search.found[i].code);
  }
  if (strcmp(got, expected) != 0) fail_msg("%s: found '%s', not '%s'", text, got, expected);
}

static void test_search(void **state) {
  struct bench *bench = *state;
  put_well(
      bench,
      "{\"code\":\"C1\",\"name\":\"可口可乐 500ml\",\"name_en\":\"Coca-Cola\",\"price\":350,\"barcode\":\"69001\"}");
  put_well(bench, "{\"code\":\"C2\",\"name\":\"百事可乐 330ml\",\"price\":300,\"barcode\":\"69002\",\"pack_barcode\":"
                  "\"169002\",\"pack_quantity\":24000,\"pack_name\":\"箱\"}");
  put_well(bench, "{\"code\":\"AB-10\",\"name\":\"WHITE HANGING HEART T-LIGHT HOLDER\",\"price\":255}");
  put_well(bench, "{\"code\":\"AB-11\",\"name\":\"Crème brûlée heart\",\"price\":500}");
  put_well(bench, "{\"code\":\"KL\",\"name\":\"口琴\",\"price\":9900}");
  check_search(bench, "69001", "C1");
  check_search(bench, "169002", "C2");
  check_search(bench, "C2", "C2");
  check_search(bench, "AB-10", "AB-10");
  check_search(bench, "ab-1", "AB-10 AB-11"); /* a code's beginning */
  check_search(bench, "kkkl", "C1");          /* pinyin from the start */
  check_search(bench, "KKKL500", "C1");
  check_search(bench, "kl", "KL C1 C2"); /* the code first, then initials inside a name */
  check_search(bench, "可乐", "C1 C2");
  check_search(bench, "口可乐", "C1");
  check_search(bench, "乐", "C1 C2");
  check_search(bench, "可乐 330", "C2");
  check_search(bench, "hear", "AB-10 AB-11");
  check_search(bench, "Heart  white", "AB-10");
  check_search(bench, "t-light", "AB-10");
  check_search(bench, "creme", "AB-11");
  check_search(bench, "brulee HEART", "AB-11");
  check_search(bench, "cola", "C1");
  check_search(bench, "ｃｏｌａ", "C1"); /* full width */
  check_search(bench, "茶", "");
  check_search(bench, "  ", "");
  check_search(bench, "heart 可乐", "");
  check_search(bench, "%", "");
  check_search(bench, "' OR 1=1", "");
  put_well(bench, "{\"code\":\"C1\",\"name\":\"雪碧 500ml\"}"); /* the old name is forgotten */
  check_search(bench, "可乐", "C2");
  check_search(bench, "xb", "C1");
}

static void test_search_is_bounded(void **state) {
  struct bench *bench = *state;
  char json[128];
  for (int i = 0; i < 60; i++) {
    snprintf(json, sizeof json, "{\"code\":\"N%02d\",\"name\":\"Same name %d\",\"price\":1}", i, i);
    put_well(bench, json);
  }
  struct search search = {.text = "same", .limit = 1000};
  assert_int_equal(sp_fixture_do(&bench->node, use_search, &search, &bench->error), 0);
  assert_int_equal(search.count, SP_SEARCH_MAX);
  search.limit = 3;
  assert_int_equal(sp_fixture_do(&bench->node, use_search, &search, &bench->error), 0);
  assert_int_equal(search.count, 3);
}

static int use_json(struct sp_work *work, void *ctx) {
  struct sp_buf *buf = ctx;
  struct sp_found found;
  struct sp_json_writer w;
  int64_t revision = 0;
  sp_json_start(&w, buf);
  int rc = sp_product_find(work, "691", NULL, NULL, &found);
  return rc == 0 ? sp_product_json(work, &found, &w, &revision) : rc;
}

static void test_json(void **state) {
  struct bench *bench = *state;
  struct sp_buf buf;
  sp_buf_init(&buf, 4096);
  put_well(bench, "{\"code\":\"W\",\"name\":\"水\",\"price\":200,\"barcode\":\"691 692\",\"tags\":\" drink  cold \","
                  "\"pack_barcode\":\"1691\",\"pack_name\":\"箱\",\"pack_quantity\":24000}");
  assert_int_equal(sp_fixture_do(&bench->node, use_json, &buf, &bench->error), 0);
  const char *json = sp_buf_text(&buf);
  assert_int_equal(sp_json_check(json, buf.len, NULL), 0);
  assert_non_null(strstr(json, "\"barcode\":\"691 692\""));
  assert_non_null(strstr(json, "\"pack_barcode\":\"1691\",\"pack_name\":\"箱\",\"pack_quantity\":24000"));
  assert_non_null(strstr(json, "\"tags\":\"drink cold\""));
  assert_non_null(strstr(json, "\"on_hand\":0"));
  assert_non_null(strstr(json, "\"revision\":1"));
  sp_buf_free(&buf);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_create),   TEST(test_change), TEST(test_revision),          TEST(test_refused), TEST(test_packs),
      TEST(test_variants), TEST(test_search), TEST(test_search_is_bounded), TEST(test_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
