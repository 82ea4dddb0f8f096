/* A rule machine made of one C function, and a shop around it: what the tests of the engine share.
 *
 * A rule file is one line, "phase stacking priority [hook]" ("-" for no stacking group). The parameter `key` of a
 * campaign is its index key, "t:soda", "c:food", "p:a", "k:CODE", "l:gold"; without one it is always asked. What rules
 * say is up to the test: shop.say, called with the code of the campaign.
 */
#ifndef SP_TESTS_ENGINE_MACHINE_H
#define SP_TESTS_ENGINE_MACHINE_H

#include "engine/engine.h"
#include "engine/hook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOP_LINES 64

struct answer {
  struct sp_arena *arena;
  struct sp_offer *offers;
  int32_t count, capacity;
};

struct machine {
  struct sp_rule_vm base;
  const struct sp_rule_view *view;
  int (*say)(struct machine *machine, const char *campaign, struct answer *answer, struct sp_error *err);
  const char *(*decide)(struct machine *machine, const char *campaign, const struct cJSON *input);
  void *ctx;
};

/* ---- Offers ---- */

static inline struct sp_offer *offer(struct answer *answer, enum sp_offer_kind kind, int64_t value) {
  if (answer->count == answer->capacity) {
    int32_t capacity = answer->capacity > 0 ? answer->capacity * 2 : 8;
    struct sp_offer *grown = sp_arena_array(answer->arena, (size_t)capacity, sizeof *grown);
    assert_non_null(grown);
    if (answer->count > 0) memcpy(grown, answer->offers, (size_t)answer->count * sizeof *grown);
    answer->offers = grown;
    answer->capacity = capacity;
  }
  struct sp_offer *made = &answer->offers[answer->count++];
  *made = (struct sp_offer){
      .kind = kind, .base = SP_BASE_REMAINING, .value = value, .at = 7, .reason = "{\"code\":\"test\"}"};
  return made;
}

static inline struct sp_offer_target *target(struct answer *answer, int32_t line, int64_t first, int64_t count) {
  struct sp_offer_target *made = sp_arena_alloc(answer->arena, sizeof *made);
  assert_non_null(made);
  *made = (struct sp_offer_target){.line = line, .first = first, .count = count};
  return made;
}

static inline void aim(struct answer *answer, struct sp_offer *made, int32_t line, int64_t first, int64_t count) {
  made->targets = target(answer, line, first, count);
  made->target_count = 1;
}

static inline void aim_with(struct answer *answer, struct sp_offer *made, int32_t line, int64_t first, int64_t count) {
  made->with = target(answer, line, first, count);
  made->with_count = 1;
}

/* ---- The machine ---- */

static inline void machine_word(const char **text, char out[32]) {
  size_t len = strcspn(*text, " ");
  assert_true(len < 32);
  memcpy(out, *text, len);
  out[len] = '\0';
  *text += len + ((*text)[len] == ' ' ? 1 : 0);
}

static inline int machine_describe(struct sp_rule_vm *vm, int32_t rule, struct sp_arena *arena,
                                   struct sp_rule_info *out, struct sp_error *err) {
  const char *text = vm->program->rules[rule].text;
  const char *file = strstr(vm->program->rules[rule].file, "rules/"); /* behind the pack's name, when it has one */
  assert_non_null(file);
  char phase[32], stacking[32], priority[32], hook[32];
  struct sp_param *params = sp_arena_array(arena, 1, sizeof *params);
  (void)err;
  assert_non_null(params);
  machine_word(&text, phase);
  machine_word(&text, stacking);
  machine_word(&text, priority);
  machine_word(&text, hook);
  params[0] = (struct sp_param){.name = "key", .type = SP_PARAM_TEXT, .min = 1, .max = 64, .doc = "index key"};
  *out = (struct sp_rule_info){.name = sp_arena_copy(arena, file + 6, strlen(file) - strlen("rules/.lua")),
                               .version = "1",
                               .summary = "made by a test",
                               .stacking = sp_arena_text(arena, strcmp(stacking, "-") != 0 ? stacking : ""),
                               .phase = (enum sp_phase)sp_phase_parse(phase),
                               .priority = (int32_t)strtol(priority, NULL, 10),
                               .hook = hook[0] && strcmp(hook, "used") != 0 ? sp_arena_text(arena, hook) : NULL,
                               .needs = strcmp(hook, "used") != 0 ? 0 : SP_NEED_USED,
                               .has_applies = true,
                               .params = params,
                               .param_count = 1};
  return 0;
}

static inline int machine_check(struct sp_rule_vm *vm, int32_t campaign, struct sp_error *err) {
  (void)vm;
  (void)campaign;
  (void)err;
  return 0;
}

static inline int machine_applies(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena,
                                  struct sp_rule_keys *out, struct sp_error *err) {
  const struct sp_rule_binding *binding = &vm->program->campaigns[campaign];
  (void)err;
  *out = (struct sp_rule_keys){.always = binding->param_count == 0};
  if (out->always) return 0;
  struct sp_rule_key *key = sp_arena_alloc(arena, sizeof *key);
  assert_non_null(key);
  *key = (struct sp_rule_key){.kind = binding->params[0].text[0], .text = binding->params[0].text + 2};
  out->keys = key;
  out->count = 1;
  return 0;
}

static inline void machine_begin(struct sp_rule_vm *vm, const struct sp_rule_view *view) {
  ((struct machine *)vm)->view = view;
}

static inline void machine_end(struct sp_rule_vm *vm) {
  ((struct machine *)vm)->view = NULL;
}

static inline int machine_evaluate(struct sp_rule_vm *vm, int32_t campaign, struct sp_arena *arena,
                                   struct sp_rule_result *out, struct sp_error *err) {
  struct machine *machine = (struct machine *)vm;
  struct answer answer = {.arena = arena};
  vm->evaluations++;
  assert_non_null(machine->view);
  int rc = machine->say ? machine->say(machine, vm->program->campaigns[campaign].code, &answer, err) : 0;
  *out = (struct sp_rule_result){.offers = answer.offers, .count = answer.count};
  return rc;
}

static inline int machine_decide(struct sp_rule_vm *vm, int32_t campaign, const struct cJSON *input,
                                 const struct sp_context *context, struct sp_arena *arena, const char **json,
                                 size_t *len, struct sp_error *err) {
  struct machine *machine = (struct machine *)vm;
  (void)context;
  vm->evaluations++;
  const char *said = machine->decide(machine, vm->program->campaigns[campaign].code, input);
  if (!said) return sp_fail(err, SP_E_RULE, "rules/x.lua", "rules/x.lua:3: it broke");
  *json = sp_arena_text(arena, said);
  *len = strlen(said);
  return 0;
}

static inline void machine_close(struct sp_rule_vm *vm) {
  free(vm);
}

static inline int machine_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                               struct sp_rule_vm **out, struct sp_error *err);

static const struct sp_rule_vm_api machine_api = {.name = "test",
                                                  .open = machine_open,
                                                  .close = machine_close,
                                                  .describe = machine_describe,
                                                  .check = machine_check,
                                                  .applies = machine_applies,
                                                  .begin = machine_begin,
                                                  .evaluate = machine_evaluate,
                                                  .end = machine_end,
                                                  .decide = machine_decide};

static inline int machine_open(const struct sp_rule_program *program, const struct sp_rule_limits *limits,
                               struct sp_rule_vm **out, struct sp_error *err) {
  struct machine *machine = calloc(1, sizeof *machine);
  (void)limits;
  (void)err;
  assert_non_null(machine);
  machine->base = (struct sp_rule_vm){.api = &machine_api, .program = program};
  *out = &machine->base;
  return 0;
}

/* ---- The shop ---- */

struct shop {
  struct sp_pack_file files[24];
  int32_t file_count;
  struct sp_bundle *bundle;
  struct machine *machine;
  struct sp_arena arena;
  struct sp_error err;
  struct sp_context context;
  struct sp_line lines[SHOP_LINES];
  struct sp_basket basket;
  struct sp_priced priced;
};

static inline void shop_start(struct shop *shop) {
  memset(shop, 0, sizeof *shop);
  sp_arena_init(&shop->arena, (size_t)64 << 20);
  shop->context = (struct sp_context){.now = 1795323600000,
                                      .business_date = 20261122,
                                      .weekday = 7,
                                      .minute = 780,
                                      .store = "S1",
                                      .channel = "till",
                                      .role = "cashier",
                                      .promotions = true};
  shop->basket = (struct sp_basket){.lines = shop->lines};
}

static inline void shop_file(struct shop *shop, const char *path, const char *text) {
  assert_true(shop->file_count < 24);
  shop->files[shop->file_count++] = (struct sp_pack_file){.path = path, .text = text, .len = strlen(text)};
}

/* `campaigns`: the entries of campaigns.json, without the brackets. */
static inline void shop_build(struct shop *shop, const char *campaigns) {
  static char json[1 << 20];
  struct sp_rule_vm *vm = NULL;
  snprintf(json, sizeof json, "{\"campaigns\": [%s]}", campaigns);
  shop_file(shop, "campaigns.json", json);
  struct sp_bundle_options options = {.bare = true, .files = shop->files, .file_count = shop->file_count};
  if (sp_bundle_build(&options, &machine_api, &shop->bundle, &shop->err) ||
      sp_bundle_vm_open(shop->bundle, &vm, &shop->err))
    fail_msg("[%s] %s", shop->err.field, shop->err.message);
  if (!vm) abort(); /* fail_msg does not return, which analyzers do not know */
  shop->machine = (struct machine *)vm;
}

static inline void shop_stop(struct shop *shop) {
  if (shop->machine) machine_close(&shop->machine->base);
  sp_bundle_release(shop->bundle);
  sp_arena_free(&shop->arena);
}

static inline struct sp_line *shop_line(struct shop *shop, const char *code, int64_t price, int64_t pieces) {
  assert_true(shop->basket.count < SHOP_LINES);
  struct sp_line *made = &shop->lines[shop->basket.count++];
  *made = (struct sp_line){.n = shop->basket.count,
                           .code = code,
                           .name = code,
                           .unit = "",
                           .category = "",
                           .note = "",
                           .quantity = pieces * 1000,
                           .list_price = price,
                           .given_price = SP_NO_PRICE};
  return made;
}

static inline int shop_price(struct shop *shop) {
  sp_arena_reset(&shop->arena);
  return sp_engine_price(shop->bundle, &shop->machine->base, &shop->basket, &shop->context, &shop->arena, &shop->priced,
                         &shop->err);
}

static inline void shop_expect(struct shop *shop, int64_t net) {
  if (shop_price(shop)) fail_msg("[%s] %s", shop->err.field, shop->err.message);
  if (shop->priced.net != net)
    fail_msg("net is %lld, not %lld: %s", (long long)shop->priced.net, (long long)net, shop->priced.trace);
}

static inline void shop_traced(struct shop *shop, const char *text) {
  if (!strstr(shop->priced.trace, text)) fail_msg("no %s in %s", text, shop->priced.trace);
}

#endif
