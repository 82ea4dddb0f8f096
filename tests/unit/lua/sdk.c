/* The table of the SDK: everything in it is explained in both languages, everything a rule finds is in it, and the
 * files made from it are those in the tree. */
#include "lua/sdk.h"
#include "kit.h"
#include "lua/sdk_write.h"

#define ROOT SP_TEST_DATA "/../../rules/"

/* ---- The files ---- */

static char *read_file(const char *path, size_t *len) {
  char *text = calloc(1, SP_SDK_FILE_MAX);
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("%s is not there: run suanpan sdk write rules", path);
  *len = fread(text, 1, SP_SDK_FILE_MAX - 1, file);
  fclose(file);
  return text;
}

static void the_files_are_what_the_table_says(void **state) {
  (void)state;
  assert_true(sp_sdk_file_count() >= 12);
  for (int i = 0; i < sp_sdk_file_count(); i++) {
    char path[512];
    size_t len = 0;
    struct sp_buf made;
    snprintf(path, sizeof path, ROOT "%s", sp_sdk_file_path(i));
    char *there = read_file(path, &len);
    sp_buf_init(&made, SP_SDK_FILE_MAX);
    assert_int_equal(sp_sdk_file_write(i, &made), 0);
    assert_true(made.len > 100);
    if (made.len != len || memcmp(made.data, there, len) != 0)
      fail_msg("%s differs from the table: run suanpan sdk write rules", path);
    sp_buf_free(&made);
    free(there);
  }
  assert_null(sp_sdk_file_path(-1));
  assert_null(sp_sdk_file_path(sp_sdk_file_count()));
}

/* ---- The table ---- */

static void check_text(const char *where, const char *en, const char *zh) {
  if (!en || !en[0] || !zh || !zh[0]) fail_msg("%s is not explained in both languages", where);
}

static void check_functions(const char *where, const struct sp_sdk_function *functions) {
  for (; functions && functions->name; functions++) {
    char name[128];
    snprintf(name, sizeof name, "%s.%s", where, functions->name);
    check_text(name, functions->en, functions->zh);
    assert_non_null(functions->call);
    for (int i = 0; i < SP_SDK_TAKES_MAX && functions->takes[i].name; i++) {
      assert_non_null(functions->takes[i].type);
      assert_true(!functions->takes[i].en == !functions->takes[i].zh);
    }
    assert_null(functions->takes[SP_SDK_TAKES_MAX - 1].name);
    assert_null(functions->gives[SP_SDK_GIVES_MAX - 1].name);
  }
}

static void check_values(const char *where, const struct sp_sdk_value *values) {
  for (; values && values->name; values++) {
    assert_non_null(values->type);
    check_text(where, values->en, values->zh);
    if (values->need) assert_true(sp_rule_need_parse(values->need) != 0);
  }
}

static void everything_is_explained_in_both_languages(void **state) {
  (void)state;
  for (const struct sp_sdk_module *module = sp_sdk_modules; module->name; module++) {
    check_text(module->name, module->en, module->zh);
    check_functions(module->name, module->functions);
  }
  for (const struct sp_sdk_module *library = sp_sdk_libraries; library->name; library++) {
    check_text(library->name, library->en, library->zh);
    check_functions(library->name, library->functions);
    check_values(library->name, library->constants);
  }
  for (const struct sp_sdk_type *type = sp_sdk_types; type->name; type++) {
    check_text(type->name, type->en, type->zh);
    check_values(type->name, type->fields);
    check_functions(type->name, type->methods);
  }
  for (const struct sp_sdk_type *shape = sp_sdk_shapes; shape->name; shape++) {
    check_text(shape->name, shape->en, shape->zh);
    check_values(shape->name, shape->fields);
  }
}

/* The phases and types of parameters of the table are those of the port, in the same order. */
static void notes_follow_the_port(void **state) {
  int phases = 0;
  int types = 0;
  (void)state;
  for (; sp_sdk_phases[phases].name; phases++)
    assert_string_equal(sp_sdk_phases[phases].name, sp_phase_name((enum sp_phase)phases));
  assert_int_equal(phases, SP_PHASE_COUNT);
  for (; sp_sdk_param_types[types].name; types++)
    assert_string_equal(sp_sdk_param_types[types].name, sp_param_type_name((enum sp_param_type)types));
  assert_int_equal(types, SP_PARAM_TYPE_COUNT);
  struct sp_rule_limits limits = sp_rule_limits_default();
  assert_string_equal(sp_sdk_limits[0].value, "250,000");
  assert_int_equal(limits.call_budget, 250000);
  assert_string_equal(sp_sdk_limits[1].value, "1,000,000");
  assert_int_equal(limits.call_budget * SP_RULE_HOOK_BUDGETS, 1000000);
  assert_string_equal(sp_sdk_limits[2].value, "20,000");
  assert_int_equal(limits.load_budget, 20000);
  assert_string_equal(sp_sdk_limits[3].value, "32 MiB");
  assert_int_equal(limits.memory, 32 << 20);
}

/* ---- What a rule finds ---- */

static void run(const char *body) {
  struct kit kit;
  char text[4096];
  snprintf(
      text, sizeof text,
      "local offer, select = require 'suanpan.offer', require 'suanpan.select'\n"
      "local rule = { name = 'stock.finds', version = '1', api = 1, phase = 'stock', summary = 's', campaign = 'F',\n"
      "  needs = { 'member.tags', 'member.points', 'member.birthday', 'member.joined', 'member.purchases',\n"
      "    'member.used' },\n"
      "  params = { list = { type = 'texts', default = { 'a' }, doc = 'd' },\n"
      "    prices = { type = 'prices', default = { a = 1 }, doc = 'd' } } }\n"
      "function rule.evaluate(basket, params, context)\n"
      "  local offers, units, lines = offer.list(), select.units(basket), basket.lines\n"
      "  local line, member = lines[1], basket.member local unit, texts, prices = units[1], params.list, "
      "params.prices\n"
      "  %s\nend\nreturn rule\n",
      body);
  if (kit_open(&kit, "rules/stock/finds.lua", text, NULL)) fail_msg("%s: %s", body, kit.err.message);
  kit_line(&kit, "cola", 300, 2, NULL);
  kit.basket.member.code = "M1";
  struct sp_line_price price = {.unit_price = 300, .gross = 600, .net = 600};
  struct sp_rule_view view = {.basket = &kit.basket, .prices = &price, .context = &kit.context};
  struct sp_rule_result result;
  int32_t at = 0;
  while (strcmp(kit.vm->program->campaigns[at].code, "F") != 0)
    at++;
  kit.vm->api->begin(kit.vm, &view);
  if (kit.vm->api->evaluate(kit.vm, at, &kit.arena, &result, &kit.err)) fail_msg("%s: %s", body, kit.err.message);
  kit.vm->api->end(kit.vm);
  kit_close(&kit);
}

static const char *variable(enum sp_kind kind) {
  static const char *const names[SP_KIND_COUNT] = {
      [SP_KIND_BASKET] = "basket", [SP_KIND_CONTEXT] = "context", [SP_KIND_MEMBER] = "member",
      [SP_KIND_LINES] = "lines",   [SP_KIND_LINE] = "line",       [SP_KIND_UNITS] = "units",
      [SP_KIND_UNIT] = "unit",     [SP_KIND_OFFERS] = "offers",   [SP_KIND_TEXTS] = "texts",
      [SP_KIND_PRICES] = "prices"};
  return names[kind];
}

static void a_rule_finds_all_of_it(void **state) {
  static char body[65536];
  (void)state;
  for (const struct sp_sdk_type *type = sp_sdk_types; type->name; type++) {
    size_t len = 0;
    for (const struct sp_sdk_value *field = type->fields; field && field->name; field++)
      len += (size_t)snprintf(body + len, sizeof body - len, "local _ = %s.%s ", variable(type->kind), field->name);
    for (const struct sp_sdk_function *method = type->methods; method && method->name; method++)
      len += (size_t)snprintf(body + len, sizeof body - len, "assert(%s.%s, '%s') ", variable(type->kind), method->name,
                              method->name);
    if (type->len) len += (size_t)snprintf(body + len, sizeof body - len, "assert(#%s > 0) ", variable(type->kind));
    assert_true(len < 2600);
    body[len] = '\0';
    run(body);
  }
  for (const struct sp_sdk_module *module = sp_sdk_modules; module->name; module++)
    for (const struct sp_sdk_function *function = module->functions; function->name; function++) {
      snprintf(body, sizeof body, "assert(type(require('%s').%s) == 'function')", module->name, function->name);
      run(body);
    }
}

/* A rule that lies about what it needs is told so in one sentence. */
static void needs_are_declared(void **state) {
  (void)state;
  run("assert(member.points == 0 and member.birthday_days == 0 and member.joined_days == 0 and member.purchases == 0)");
  run("assert(not member:has_tag('vip') and context.used.uses == 0)");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_files_are_what_the_table_says),
      cmocka_unit_test(everything_is_explained_in_both_languages),
      cmocka_unit_test(notes_follow_the_port),
      cmocka_unit_test(a_rule_finds_all_of_it),
      cmocka_unit_test(needs_are_declared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
