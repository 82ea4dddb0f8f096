/* Bodies of settings: what is taken, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/setting_parts.h"
#include "base/json.h"
#include <cjson/cJSON.h>
#include <string.h>

static struct cJSON *parse(const char *text) {
  struct cJSON *tree = NULL;
  struct sp_error err = {.lang = SP_LANG_EN};
  if (sp_json_parse(text, strlen(text), &tree, &err) != 0) fail_msg("%s: %s", text, err.message);
  return tree;
}

static void refused(int rc, const struct sp_error *err, const char *body, const char *field) {
  if (rc != SP_E_INVALID || strcmp(err->field, field) != 0) fail_msg("%s: %d at %s", body, rc, err->field);
  assert_true(err->message[0] != '\0');
}

static void check_till(const char *body, const char *field) {
  struct sp_error err = {.lang = SP_LANG_EN};
  struct sp_till_setting out;
  struct cJSON *tree = parse(body);
  int rc = sp_setting_read_till(tree, &out, &err);
  sp_json_free(tree);
  if (field != NULL) refused(rc, &err, body, field);
  if (field == NULL && rc != 0) fail_msg("%s: %s", body, err.message);
}

static void the_till(void **state) {
  (void)state;
  check_till("{}", NULL);
  check_till("{\"cash_keys\":[100,500],\"lock_seconds\":0,\"print\":\"never\",\"beep\":false,\"tenders\":[\"card\"],"
             "\"weight_manual\":false,\"verification\":\"JJG 539\"}",
             NULL);
  check_till("{\"cash_keys\":[]}", NULL);
  check_till("{\"cash_keys\":[500,100]}", "cash_keys[1]");
  check_till("{\"cash_keys\":[5.5]}", "cash_keys[0]");
  check_till("{\"cash_keys\":[-1]}", "cash_keys[0]");
  check_till("{\"cash_keys\":[1,2,3,4,5,6,7,8,9]}", "cash_keys");
  check_till("{\"cash_keys\":[99999999]}", "cash_keys[0]");
  check_till("{\"cash_keys\":[\"5\"]}", "cash_keys[0]");
  check_till("{\"lock_seconds\":5}", "lock_seconds");
  check_till("{\"change_max\":0}", NULL);
  check_till("{\"change_max\":-1}", "change_max");
  check_till("{\"change_max\":10000001}", "change_max");
  check_till("{\"lock_seconds\":90000}", "lock_seconds");
  check_till("{\"print\":\"maybe\"}", "print");
  check_till("{\"tenders\":[]}", "tenders");
  check_till("{\"tenders\":[\"gold\"]}", "tenders[0]");
  check_till("{\"tenders\":[\"cash\",\"cash\"]}", "tenders[1]");
  check_till("{\"beeps\":true}", "beeps");
}

static void the_defaults(void **state) {
  (void)state;
  const struct sp_till_setting setting = sp_setting_till_default();
  struct sp_buf out;
  struct sp_json_writer w;
  sp_buf_init(&out, 4096);
  sp_json_start(&w, &out);
  sp_setting_till_json(&setting, &w);
  assert_string_equal(
      sp_buf_text(&out),
      "{\"cash_keys\":[500,1000,2000,5000,10000],\"lock_seconds\":300,\"print\":\"always\",\"beep\":true,"
      "\"tenders\":[\"cash\",\"wechat\",\"alipay\",\"card\"],\"change_max\":10000,\"weight_manual\":true,"
      "\"verification\":\"\"}");
  check_till(sp_buf_text(&out), NULL);
  sp_buf_free(&out);
}

static void check_hours(const char *body, const char *field) {
  struct sp_error err = {.lang = SP_LANG_EN};
  struct sp_hours out;
  struct cJSON *tree = parse(body);
  int rc = sp_setting_read_hours(tree, &out, &err);
  sp_json_free(tree);
  if (field != NULL) refused(rc, &err, body, field);
  if (field == NULL && rc != 0) fail_msg("%s: %s", body, err.message);
}

static void the_hours(void **state) {
  (void)state;
  check_hours("{}", NULL);
  check_hours("{\"mon\":[[\"08:00\",\"12:00\"],[\"14:00\",\"02:00\"]],\"sun\":[]}", NULL);
  check_hours("{\"monday\":[]}", "monday");
  check_hours("{\"mon\":[[\"08:00\"]]}", "mon[0]");
  check_hours("{\"mon\":[[\"8:00\",\"12:00\"]]}", "mon[0]");
  check_hours("{\"mon\":[[800,1200]]}", "mon[0]");
  check_hours("{\"mon\":[\"08:00\"]}", "mon[0]");
  check_hours("{\"mon\":[[\"08:00\",\"12:00\"],[\"11:00\",\"13:00\"]]}", "mon[1]");
  check_hours("{\"mon\":[[\"08:00\",\"08:00\"]]}", "mon[0]");
  check_hours("{\"mon\":{}}", "mon");
}

static void check_logo(const char *body, const char *field) {
  struct sp_error err = {.lang = SP_LANG_EN};
  struct cJSON *tree = parse(body);
  int rc = sp_setting_read_logo(tree, &err);
  sp_json_free(tree);
  if (field != NULL) refused(rc, &err, body, field);
  if (field == NULL && rc != 0) fail_msg("%s: %s", body, err.message);
}

static void the_logo(void **state) {
  (void)state;
  check_logo("{}", NULL);
  check_logo("{\"width\":9,\"height\":2,\"rows\":\"AAAAAA==\"}", NULL);
  check_logo("{\"width\":9,\"height\":3,\"rows\":\"AAAAAA==\"}", "rows");
  check_logo("{\"width\":9,\"height\":2,\"rows\":\"AAAAA\"}", "rows");
  check_logo("{\"width\":9,\"height\":2,\"rows\":\"AA=AAA==\"}", "rows");
  check_logo("{\"width\":9,\"height\":2,\"rows\":\"AAAA!A==\"}", "rows");
  check_logo("{\"width\":0,\"height\":2,\"rows\":\"AAAA\"}", "width");
  check_logo("{\"width\":9}", "height");
}

static int read_labels(const char *body, struct sp_buf *findings, struct sp_error *err) {
  static struct sp_label_table table;
  struct cJSON *tree = parse(body);
  int rc = sp_setting_read_labels(tree, &table, findings, err);
  sp_json_free(tree);
  return rc;
}

static void the_labels(void **state) {
  (void)state;
  struct sp_error err = {.lang = SP_LANG_EN};
  struct sp_buf findings;
  sp_buf_init(&findings, 65536);
  assert_int_equal(
      read_labels("{\"patterns\":[{\"name\":\"w\",\"pattern\":\"21WWWWWNNNNNC\",\"kind\":\"item\"}]}", &findings, &err),
      0);
  assert_string_equal(sp_buf_text(&findings), "[]");
  sp_buf_reset(&findings);
  static const char twice[] = "{\"patterns\":[{\"name\":\"a\",\"pattern\":\"21WWWWWNNNNNC\",\"kind\":\"item\"},"
                              "{\"name\":\"b\",\"pattern\":\"21WWWWWEEEEEC\",\"kind\":\"item\"}]}";
  refused(read_labels(twice, &findings, &err), &err, twice, "patterns");
  assert_non_null(
      strstr(sp_buf_text(&findings), "\"mistake\":true,\"verdict\":\"by-name\",\"winner\":\"a\",\"other\":\"b\""));
  sp_buf_free(&findings);
  static const char *const wrong[][2] = {
      {"{}", "patterns"},
      {"{\"patterns\":[{\"name\":\"a\",\"pattern\":\"x\",\"kind\":\"item\"}]}", "patterns[0].pattern"},
      {"{\"patterns\":[{\"name\":\"a\",\"pattern\":\"21WC\",\"kind\":\"thing\"}]}", "patterns[0].kind"},
      {"{\"patterns\":[{\"name\":\"a\",\"pattern\":\"21WC\"}]}", "patterns[0].kind"},
      {"{\"patterns\":[{\"name\":\"a\",\"pattern\":\"21WC\",\"kind\":\"item\",\"moments\":[\"noon\"]}]}",
       "patterns[0].moments"},
      {"{\"patterns\":[{\"name\":\"a\",\"pattern\":\"21WC\",\"kind\":\"item\",\"unit\":1}]}", "patterns[0].unit"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    refused(read_labels(wrong[i][0], NULL, &err), &err, wrong[i][0], wrong[i][1]);
}

static void names(void **state) {
  (void)state;
  assert_int_equal(sp_setting_parse("labels"), SP_SETTING_LABELS);
  assert_int_equal(sp_setting_parse("logo"), SP_SETTING_LOGO);
  assert_int_equal(sp_setting_parse("colour"), -1);
  assert_int_equal(sp_setting_parse(NULL), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_till), cmocka_unit_test(the_defaults), cmocka_unit_test(the_hours),
      cmocka_unit_test(the_logo), cmocka_unit_test(the_labels),   cmocka_unit_test(names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
