/* Rules written from a grammar, by the bytes of the input: programs over everything of the SDK, mostly sensible, now
 * and then with a value of the wrong kind. Each runs on a basket made from the same bytes, under a small budget, in two
 * machines: whatever it does, both say the same, the budget holds, and what comes out is within its bounds. */
#include "base/json.h"
#include "domain/money.h"
#include "engine/stacking.h"
#include "lua/machine.h"
#include "ports/rule_vm.h"
#include "rule_grammar.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_MAX = 16384, LINES_MAX = 12 };
enum { LOAD_BUDGET = 5000, CALL_BUDGET = 20000, OVERRUN_MAX = 400000 };

static void expect(int truth, const char *what) {
  if (truth) return;
  fprintf(stderr, "fuzz rule: %s\n", what);
  abort();
}

/* ---- The basket ---- */

struct world {
  struct sp_line lines[LINES_MAX];
  struct sp_line_price prices[LINES_MAX];
  struct sp_basket basket;
  struct sp_context context;
};

static void make_world(struct maker *m, struct world *w) {
  static const char *const codes[] = {"P1", "P2", "P3", "Q"};
  static const char *const categories[] = {"", "food", "food/drink", "food/drink/cola"};
  static const char *const tags[] = {"soda", "vip"};
  static const char *const coupons[] = {"C-1", "D"};
  static const struct sp_choice choices[] = {{"X", "P1"}};
  int32_t count = (int32_t)((pick(m, LINES_MAX + 1) + 3) % (LINES_MAX + 1)); /* three when nothing is said */
  for (int32_t i = 0; i < count; i++) {
    int64_t pieces = 2 + pick(m, 200);
    bool weighed = pick(m, 4) == 3;
    int64_t price = pick(m, 250) * 100;
    w->lines[i] = (struct sp_line){.n = i + 1,
                                   .code = codes[pick(m, 4)],
                                   .name = "n",
                                   .unit = "u",
                                   .category = categories[pick(m, 4)],
                                   .tags = tags,
                                   .tag_count = (int32_t)pick(m, 3),
                                   .quantity = weighed ? pieces * 37 : pieces * 1000,
                                   .weighed = weighed,
                                   .list_price = price,
                                   .given_price = pick(m, 3) ? SP_NO_PRICE : 5,
                                   .note = "",
                                   .lot = "L",
                                   .expires = pick(m, 2) ? 20261125 : 0,
                                   .parent = pick(m, 5) == 4};
    int64_t gross = 0;
    expect(sp_money_amount(price, w->lines[i].quantity, &gross) == 0, "a price that is too large");
    w->prices[i] = (struct sp_line_price){.n = i + 1, .unit_price = price, .gross = gross, .net = gross};
  }
  w->basket = (struct sp_basket){.lines = w->lines,
                                 .count = count,
                                 .coupons = coupons,
                                 .coupon_count = (int32_t)pick(m, 3),
                                 .choices = choices,
                                 .choice_count = 1};
  w->basket.member = (struct sp_member){.code = pick(m, 2) ? "M" : "", .level = "gold", .tags = tags, .tag_count = 2};
  w->context = (struct sp_context){.business_date = 20261122, .weekday = 7, .minute = 700, .promotions = true};
}

/* Every second unit of a line is taken, when the line's number is even. */
static int32_t free_ranges(const struct sp_unit_source *self, int32_t line, struct sp_unit_range *out, int32_t max) {
  const struct world *w = self->ctx;
  int64_t units = sp_stack_units(&w->lines[line]);
  int32_t count = 0;
  for (int64_t at = 0; at < units && count < max; at += 2)
    out[count++] =
        (struct sp_unit_range){.first = at, .count = line % 2 ? 1 : 2, .remaining = w->prices[line].unit_price};
  if (count > 0 && out[count - 1].first + out[count - 1].count > units) out[count - 1].count = 1;
  return count;
}

/* ---- One run ---- */

struct run {
  struct sp_arena arena;
  struct sp_rule_program program;
  struct sp_rule_binding binding;
  struct sp_rule_value values[SP_RULE_PARAMS_MAX];
  struct sp_rule_vm *vm;
  struct sp_buf said; /* everything it said, to be compared */
};

static void say_targets(struct run *run, const struct world *w, const struct sp_offer_target *targets, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    const struct sp_offer_target *t = &targets[i];
    expect(t->line >= 0 && t->line < w->basket.count, "a target outside the basket");
    expect(t->first >= 0 && t->count > 0 && t->first + t->count <= sp_stack_units(&w->lines[t->line]),
           "a target outside its line");
    sp_buf_printf(&run->said, " %d:%lld+%lld", (int)t->line, (long long)t->first, (long long)t->count);
  }
}

static void say_offers(struct run *run, const struct world *w, const struct sp_rule_result *result) {
  expect(result->count >= 0 && result->count <= SP_RULE_OFFERS_MAX, "too many offers");
  for (int32_t i = 0; i < result->count; i++) {
    const struct sp_offer *offer = &result->offers[i];
    expect(offer->value >= 0 && offer->value <= SP_MONEY_MAX, "a value outside its bounds");
    expect(offer->kind != SP_OFFER_PERCENT || offer->value <= SP_PPM, "more than all");
    expect(!offer->reason || sp_json_check(offer->reason, strlen(offer->reason), NULL) == 0,
           "a reason that is no JSON");
    sp_buf_printf(&run->said, "%d %d %lld %s %s @%d", (int)offer->kind, (int)offer->base, (long long)offer->value,
                  offer->text ? offer->text : "-", offer->reason ? offer->reason : "-", (int)offer->at);
    say_targets(run, w, offer->targets, offer->target_count);
    sp_buf_puts(&run->said, " with");
    say_targets(run, w, offer->with, offer->with_count);
    sp_buf_putc(&run->said, '\n');
  }
}

static void ask(struct run *run, struct world *w, bool hook) {
  struct sp_error err = {.lang = SP_LANG_EN};
  struct sp_rule_result result = {0};
  const char *json = NULL;
  size_t len = 0;
  int rc;
  sp_buf_puts(&run->said, "asked\n");
  if (hook) {
    struct cJSON *input = cJSON_Parse("{\"n\":1,\"s\":\"x\",\"l\":[{\"a\":1},{\"a\":2}],\"o\":{\"p\":true}}");
    rc = run->vm->api->decide(run->vm, 0, input, &w->context, &run->arena, &json, &len, &err);
    cJSON_Delete(input);
    expect(rc || (len <= SP_RULE_VALUE_MAX && sp_json_check(json, len, NULL) == 0), "an answer that is no JSON");
    if (!rc) sp_buf_add(&run->said, json, len);
  } else {
    struct sp_unit_source source = {.ranges = free_ranges, .ctx = w};
    run->vm->api->begin(
        run->vm,
        &(struct sp_rule_view){.basket = &w->basket, .prices = w->prices, .context = &w->context, .units = &source});
    rc = run->vm->api->evaluate(run->vm, 0, &run->arena, &result, &err);
    run->vm->api->end(run->vm);
    say_offers(run, w, &result);
  }
  expect(rc == 0 || rc == SP_E_RULE, "an error that is not the rule's");
  expect(rc == 0 || err.message[0], "an error without a sentence");
  if (rc) sp_buf_puts(&run->said, err.message);
}

/* Open a machine, run the rule twice: the second time it knows nothing of the first. */
static void run_once(struct run *run, const struct sp_rule_source *source, struct world *w, bool hook) {
  struct sp_rule_limits limits = sp_rule_limits_default();
  struct sp_rule_info info;
  limits.load_budget = LOAD_BUDGET;
  limits.call_budget = CALL_BUDGET;
  memset(run, 0, sizeof *run);
  sp_arena_init(&run->arena, (size_t)64 << 20);
  sp_buf_init(&run->said, (size_t)32 << 20);
  run->program = (struct sp_rule_program){.rules = source, .rule_count = 1, .campaigns = &run->binding};
  struct sp_error err = {.lang = SP_LANG_EN};
  int rc = sp_lua_api()->open(&run->program, &limits, &run->vm, &err);
  if (!rc) rc = run->vm->api->describe(run->vm, 0, &run->arena, &info, &err);
  if (rc) { /* some programs are too large for their registers */
    expect(rc == SP_E_RULE, "a program that could not be opened");
    sp_buf_puts(&run->said, err.message);
    return;
  }
  for (int32_t i = 0; i < info.param_count; i++)
    run->values[i] = info.params[i].fallback;
  run->binding = (struct sp_rule_binding){.code = "X", .params = run->values, .param_count = info.param_count};
  run->program.campaign_count = 1;
  ask(run, w, hook);
  size_t first = run->said.len;
  ask(run, w, hook);
  expect(run->said.len == first * 2 && memcmp(run->said.data, run->said.data + first, first) == 0,
         "the second evaluation differs from the first");
  expect(run->vm->charged <= 2 * (LOAD_BUDGET + CALL_BUDGET) + OVERRUN_MAX, "the budget did not hold");
}

static void run_free(struct run *run) {
  if (run->vm) run->vm->api->close(run->vm);
  sp_buf_free(&run->said);
  sp_arena_free(&run->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct maker m = {.data = data, .size = size};
  struct world w = {0};
  struct run one;
  struct run two;
  sp_buf_init(&m.out, SOURCE_MAX);
  m.hook = pick(&m, 6) == 5;
  make_world(&m, &w);
  program(&m);
  if (!m.out.failed) {
    const struct sp_rule_source source = {.file = "a/b.lua", .text = m.out.data, .len = m.out.len};
    if (getenv("SP_FUZZ_SHOW")) fprintf(stderr, "%s", sp_buf_text(&m.out));
    run_once(&one, &source, &w, m.hook);
    run_once(&two, &source, &w, m.hook);
    if (getenv("SP_FUZZ_SHOW")) fprintf(stderr, "%s\n", sp_buf_text(&one.said));
    expect(one.said.len == two.said.len && memcmp(one.said.data, two.said.data, one.said.len) == 0,
           "two machines differ");
    run_free(&one);
    run_free(&two);
  }
  sp_buf_free(&m.out);
  return 0;
}
