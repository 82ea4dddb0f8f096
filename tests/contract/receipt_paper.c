/* The receipt as the built-in rule lays it out: the same as the layout in C, with a code at the foot; and what stands
 * on the paper when a rule is missing, fails, forgets a mark or wants something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/alarms.h"
#include "app/receipt.h"
#include "base/text.h"
#include "domain/label.h"
#include "tests/support/node_fixture.h"
#include "tests/support/receipt_fixture.h"
#include "tests/unit/golden.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX (4u * 1024 * 1024)
#define ARENA    ((size_t)16 << 20)

static const int widths[] = {SP_PRINT_COLUMNS_58, SP_PRINT_COLUMNS_80};
static const char *const languages[] = {[SP_LANG_EN] = "en", [SP_LANG_ZH] = "zh"};

struct scene {
  struct sp_fixture node;
  struct sp_arena arena;
  struct sp_plan plan;
  struct sp_error error;
  struct sp_work work;
};

static void open_with(struct scene *scene, const struct sp_pack_file *files, int32_t count) {
  const struct sp_fixture_options options = {.files = files, .file_count = count};
  *scene = (struct scene){.error = {.lang = SP_LANG_EN}};
  if (sp_fixture_open(&scene->node, &options, &scene->error) != 0) fail_msg("%s", scene->error.message);
  assert_int_equal(sp_alarms_new(&scene->node.app.alarms), 0);
  sp_arena_init(&scene->arena, ARENA);
  sp_plan_init(&scene->plan, &scene->arena);
  scene->work = sp_fixture_work(&scene->node, &scene->arena, &scene->plan, &scene->error);
}

static void close_scene(struct scene *scene) {
  sp_arena_free(&scene->arena);
  sp_alarms_free(scene->node.app.alarms);
  sp_fixture_close(&scene->node);
}

static char *text_of(struct scene *scene, const struct sp_print *print) {
  struct sp_buf out;
  sp_buf_init(&out, TEXT_MAX);
  assert_int_equal(sp_print_text(print, &out), 0);
  char *copy = sp_arena_copy(&scene->arena, sp_buf_text(&out), out.len);
  sp_buf_free(&out);
  assert_non_null(copy);
  return copy;
}

static char *ruled(struct scene *scene, const struct sp_receipt *receipt, int columns, enum sp_lang lang) {
  struct sp_print print;
  scene->work.lang = lang;
  if (sp_receipt_print(&scene->work, receipt, columns, &print) != 0) fail_msg("%s", scene->error.message);
  return text_of(scene, &print);
}

static char *built_in(struct scene *scene, const struct sp_receipt *receipt, int columns, enum sp_lang lang) {
  struct sp_print print;
  assert_int_equal(sp_receipt_layout(receipt, columns, lang, &scene->arena, &print, NULL), 0);
  return text_of(scene, &print);
}

/* The line of the code comes off; what is left is the layout in C, byte for byte. */
static void same_but_code(struct scene *scene, const struct sp_receipt *receipt, int columns, enum sp_lang lang) {
  char *text = ruled(scene, receipt, columns, lang);
  char *code = strstr(text, "[CODE128] R-");
  if (!code) code = strstr(text, "[QR] R-");
  assert_non_null(code);
  struct sp_label label;
  struct sp_label_table table;
  size_t count = 0;
  const struct sp_label_pattern *patterns = sp_label_defaults(&count);
  char *data = strchr(code, ' ') + 1;
  char *end = strchr(data, '\n');
  assert_int_equal(end[1], '\0');
  *end = '\0';
  assert_int_equal(sp_label_table_make(&table, patterns, count, NULL), 0);
  assert_int_equal(sp_label_read(&table, data, strlen(data), SP_LABEL_AT_SALE, &label, NULL), 0);
  assert_int_equal(label.kind, SP_LABEL_RECEIPT);
  assert_string_equal(label.code, receipt->number);
  *code = '\0';
  assert_string_equal(text, built_in(scene, receipt, columns, lang));
}

static void the_rule_and_c_agree(void **state) {
  struct scene scene;
  (void)state;
  open_with(&scene, NULL, 0);
  struct sp_receipt receipts[] = {fixture_sale(), fixture_refund(), fixture_exchange()};
  for (int i = 0; i < 3 * 2 * 2 * 4; i++) {
    struct sp_receipt receipt = receipts[i % 3];
    receipt.copy = i / 12 > 0;
    receipt.copy_number = i / 12 == 2 ? 7 : 0;
    receipt.gift = i / 12 == 3;
    same_but_code(&scene, &receipt, widths[i / 3 % 2], i / 6 % 2 ? SP_LANG_ZH : SP_LANG_EN);
    sp_arena_reset(&scene.arena);
    sp_plan_init(&scene.plan, &scene.arena);
  }
  assert_int_equal(sp_alarms_count(scene.node.app.alarms, "receipt.receipt"), -1);
  close_scene(&scene);
}

static void golden(void **state) {
  struct scene scene;
  (void)state;
  open_with(&scene, NULL, 0);
  for (int i = 0; i < 4; i++) {
    enum sp_lang lang = i % 2 ? SP_LANG_ZH : SP_LANG_EN;
    struct sp_receipt receipt = fixture_sale();
    char name[64];
    receipt.copy = true;
    receipt.copy_number = 2;
    receipt.training = true;
    receipt.gift = i / 2 == 1;
    const char *text = ruled(&scene, &receipt, widths[i / 2], lang);
    snprintf(name, sizeof name, "paper_%s_%d_%s.txt", i / 2 ? "gift" : "sale", widths[i / 2], languages[lang]);
    check_golden(name, text, strlen(text));
  }
  close_scene(&scene);
}

/* A gift receipt tells no amount, whoever lays it out. */
static void a_gift_has_no_prices(void **state) {
  struct scene scene;
  static const char rule[] =
      "local r = { name = 'mine.paper', version = '1.0.0', api = 1, phase = 'hook', hook = 'receipt.layout',\n"
      "  priority = 500, campaign = 'paper', summary = 'Everything' }\n"
      "function r.evaluate(input)\n"
      "  local sum = input.total + input.gross + input.discount + #input.tenders + #input.taxes + #input.discounts\n"
      "  for _, line in ipairs(input.lines) do sum = sum + line.gross + line.unit_price + line.discount + line.net "
      "end\n"
      "  return { blocks = { { kind = 'text', text = 'sum ' .. sum } } }\n"
      "end\n"
      "return r\n";
  const struct sp_pack_file file = {.path = "rules/mine/paper.lua", .text = rule, .len = strlen(rule)};
  (void)state;
  open_with(&scene, &file, 1);
  struct sp_receipt receipt = fixture_sale();
  receipt.gift = true;
  assert_string_equal(ruled(&scene, &receipt, 48, SP_LANG_EN), "sum 0\n");
  receipt.gift = false;
  assert_string_not_equal(ruled(&scene, &receipt, 48, SP_LANG_EN), "sum 0\n");
  close_scene(&scene);
}

#define RULE(body)                                                                                                     \
  "local r = { name = 'mine.paper', version = '1.0.0', api = 1, phase = 'hook', hook = 'receipt.layout',\n"            \
  "  priority = 500, campaign = 'paper', summary = 'Mine' }\n"                                                         \
  "function r.evaluate(input)\n" body "end\nreturn r\n"

static char *print_with(struct scene *scene, const char *rule, const struct sp_receipt *receipt) {
  const struct sp_pack_file file = {.path = "rules/mine/paper.lua", .text = rule, .len = strlen(rule)};
  open_with(scene, &file, 1);
  return ruled(scene, receipt, 32, SP_LANG_EN);
}

static void a_chain_has_its_own(void **state) {
  struct scene scene;
  struct sp_receipt receipt = fixture_sale();
  (void)state;
  const char *text = print_with(&scene,
                                RULE("return { blocks = {\n"
                                     "  { kind = 'heading', text = 'Shop' }, { kind = 'blank' }, { kind = 'rule' },\n"
                                     "  { kind = 'row', text = 'a', right = 'b', indent = 2 },\n"
                                     "  { kind = 'qr', text = input.code, module = 4 }, { kind = 'cut' },\n"
                                     "  { kind = 'logo' }, { kind = 'text', text = 'end', centre = true } } }\n"),
                                &receipt);
  char expected[400];
  snprintf(expected, sizeof expected,
           "              Shop\n\n--------------------------------\n  a                            b\n[QR] R-%s\n"
           "- - - - - - - - - - - - - - - -\n              end\n",
           receipt.number);
  assert_string_equal(text, expected);
  close_scene(&scene);
}

/* A copy says so even when the rule forgets. */
static void marks_cannot_be_forgotten(void **state) {
  struct scene scene;
  struct sp_receipt receipt = fixture_sale();
  (void)state;
  receipt.copy = receipt.training = true;
  receipt.copy_number = 3;
  const char *text = print_with(&scene, RULE("return { blocks = { { kind = 'text', text = 'paper' } } }\n"), &receipt);
  assert_string_equal(text, "   *** TRAINING: NO SALE ***\n       *** COPY no. 3 ***\npaper\n"
                            "       *** COPY no. 3 ***\n   *** TRAINING: NO SALE ***\n");
  close_scene(&scene);
}

/* A rule that fails or gives nonsense is told, and the one below it lays the receipt out. */
static void falls_back(void **state) {
  static const char *const bodies[] = {
      RULE("error('broken')\n"),
      RULE("return { blocks = { { kind = 'banner', text = 'x' } } }\n"),
      RULE("return { blocks = 1 }\n"),
      RULE("while true do end\n"),
      RULE("return { blocks = { { kind = 'text', text = ('x'):rep(700) } } }\n"),
  };
  (void)state;
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    struct scene scene;
    struct sp_receipt receipt = fixture_sale();
    const char *text = print_with(&scene, bodies[i], &receipt);
    assert_non_null(strstr(text, "[QR] R-"));
    assert_int_equal(sp_alarms_count(scene.node.app.alarms, "mine.paper"), 1);
    struct sp_paper_rule rule; /* and people are shown its name */
    int index = 0;
    assert_true(sp_alarms_paper_at(scene.node.app.alarms, &index, &rule));
    assert_string_equal(rule.rule, "mine.paper");
    assert_true(rule.failing && rule.why[0] != '\0');
    close_scene(&scene);
  }
}

/* No rule at all, an empty answer, and a receipt beyond what rules are shown: the layout in C, with the code. */
static void without_rules(void **state) {
  struct scene scene;
  struct sp_receipt receipt = fixture_sale();
  (void)state;
  static const char off[] = "{\"name\":\"mine\",\"rules\":{\"receipt.receipt\":{\"enabled\":false}}}";
  const struct sp_pack_file file = {.path = "pack.json", .text = off, .len = sizeof off - 1};
  open_with(&scene, &file, 1);
  same_but_code(&scene, &receipt, 32, SP_LANG_ZH);
  close_scene(&scene);
  open_with(&scene, NULL, 0);
  static struct sp_receipt_line lines[501];
  for (int i = 0; i < 501; i++)
    lines[i] =
        (struct sp_receipt_line){.n = i + 1, .name = "x", .code = "1", .quantity = 1000, .unit_price = 1, .gross = 1};
  receipt.lines = lines;
  receipt.line_count = 501;
  same_but_code(&scene, &receipt, 48, SP_LANG_EN);
  close_scene(&scene);
  receipt = fixture_sale();
  assert_non_null(strstr(print_with(&scene, RULE("return { blocks = {} }\n"), &receipt), "[QR] R-"));
  close_scene(&scene);
}

/* The longest receipt that rules are shown is within what an evaluation may cost. */
static void five_hundred_lines(void **state) {
  struct scene scene;
  static struct sp_receipt_line lines[500];
  struct sp_receipt receipt = fixture_sale();
  (void)state;
  open_with(&scene, NULL, 0);
  for (int i = 0; i < 500; i++)
    lines[i] = (struct sp_receipt_line){.n = i + 1,
                                        .name = "可口可乐 零度 无糖 500 毫升 促销装",
                                        .code = "6901234567892",
                                        .unit = "瓶",
                                        .quantity = 12000,
                                        .unit_price = 350,
                                        .gross = 4200,
                                        .discount = 420,
                                        .net = 3780};
  receipt.lines = lines;
  receipt.line_count = 500;
  for (int i = 0; i < 2; i++) {
    const char *text = ruled(&scene, &receipt, widths[i], SP_LANG_ZH);
    if (!strstr(text, "] R-")) fail_msg("%d columns: the rule did not lay it out", widths[i]);
  }
  assert_int_equal(sp_alarms_count(scene.node.app.alarms, "receipt.receipt"), -1);
  close_scene(&scene);
}

/* Names with control characters, broken UTF-8, nothing at all. */
static void any_text(void **state) {
  struct scene scene;
  struct sp_receipt receipt = {.currency = {.digits = 2}, .number = "T01-000001", .time = "", .copy = true};
  static const struct sp_receipt_line lines[] = {
      {.n = 1, .name = "a\x1bp\x01\n\xff\xc2\x85 b\xe2\x80\xae", .quantity = 1000}, {.n = 2}};
  char endless[1000];
  memset(endless, 'x', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  (void)state;
  open_with(&scene, NULL, 0);
  receipt.lines = lines;
  receipt.line_count = 2;
  same_but_code(&scene, &receipt, 32, SP_LANG_EN);
  receipt.store_name = endless;
  assert_non_null(strstr(ruled(&scene, &receipt, 32, SP_LANG_EN), "[CODE128] R-T01-000001"));
  assert_int_equal(sp_alarms_count(scene.node.app.alarms, "receipt.layout"), -1);
  close_scene(&scene);
}

static void the_logo(void **state) {
  struct scene scene;
  struct sp_receipt receipt = fixture_sale();
  (void)state;
  open_with(&scene, NULL, 0);
  assert_int_equal(sp_fixture_exec(&scene.node,
                                   "INSERT INTO setting (name, body, revision, updated_at) VALUES ('logo', "
                                   "'{\"width\":9,\"height\":2,\"rows\":\"gYB+gA==\"}', 1, 1)",
                                   &scene.error),
                   0);
  const char *text = ruled(&scene, &receipt, 32, SP_LANG_EN);
  assert_int_equal(strncmp(text, "[picture 9x2]\n", 14), 0);
  assert_int_equal(sp_fixture_exec(&scene.node, "UPDATE setting SET body = '{\"width\":9}'", &scene.error), 0);
  assert_null(strstr(ruled(&scene, &receipt, 32, SP_LANG_EN), "[picture"));
  close_scene(&scene);
}

/* The customer's language chooses the name, where there is one in English; both layouts do. */
static void goods_in_english(void **state) {
  static const struct sp_receipt_line lines[] = {
      {.n = 1, .name = "面包", .name_en = "Loaf", .quantity = 1000, .unit_price = 850, .gross = 850, .net = 850},
      {.n = 2, .name = "可乐", .name_en = "", .quantity = 1000, .unit_price = 300, .gross = 300, .net = 300},
      {.n = 3, .name = "苹果", .quantity = 1000, .returned = true, .unit_price = 5, .gross = -5, .net = -5},
  };
  struct sp_receipt receipt = fixture_sale();
  struct scene scene;
  (void)state;
  open_with(&scene, NULL, 0);
  receipt.lines = lines;
  receipt.line_count = 3;
  same_but_code(&scene, &receipt, 32, SP_LANG_EN);
  same_but_code(&scene, &receipt, 32, SP_LANG_ZH);
  const char *english = ruled(&scene, &receipt, 48, SP_LANG_EN);
  assert_true(strstr(english, "Loaf") && !strstr(english, "面包") && strstr(english, "可乐") &&
              strstr(english, "苹果"));
  const char *chinese = ruled(&scene, &receipt, 48, SP_LANG_ZH);
  assert_true(strstr(chinese, "面包") && !strstr(chinese, "Loaf"));
  close_scene(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_rule_and_c_agree),
      cmocka_unit_test(golden),
      cmocka_unit_test(a_gift_has_no_prices),
      cmocka_unit_test(a_chain_has_its_own),
      cmocka_unit_test(marks_cannot_be_forgotten),
      cmocka_unit_test(falls_back),
      cmocka_unit_test(without_rules),
      cmocka_unit_test(five_hundred_lines),
      cmocka_unit_test(any_text),
      cmocka_unit_test(the_logo),
      cmocka_unit_test(goods_in_english),
  };
  return cmocka_run_group_tests_name("receipt paper", tests, NULL, NULL);
}
