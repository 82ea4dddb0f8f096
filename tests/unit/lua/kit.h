/* What the tests of real rules share: bundles from memory, baskets from a few words, a price. Header only, so that each
 * test stays one program. */
#ifndef SP_TEST_LUA_KIT_H
#define SP_TEST_LUA_KIT_H

#include "engine/engine.h"
#include "lua/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIT_LINES 64

struct kit {
  struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
  struct sp_arena arena;
  struct sp_error err;
  struct sp_context context;
  struct sp_line lines[KIT_LINES];
  struct sp_basket basket;
  struct sp_priced priced;
};

static inline int kit_build(struct kit *kit, const struct sp_bundle_options *options) {
  memset(kit, 0, sizeof *kit);
  sp_arena_init(&kit->arena, (size_t)64 << 20);
  kit->context = (struct sp_context){.now = 1795323600000,
                                     .business_date = 20261122,
                                     .weekday = 7,
                                     .minute = 780,
                                     .store = "S1",
                                     .channel = "till",
                                     .promotions = true};
  kit->basket = (struct sp_basket){.lines = kit->lines, .member.level = ""};
  int rc = sp_bundle_build(options, sp_lua_api(), &kit->bundle, &kit->err);
  return rc ? rc : sp_bundle_vm_open(kit->bundle, &kit->vm, &kit->err);
}

/* The built-in pack, one more rule (or null) and campaigns.json (or null). */
static inline int kit_open(struct kit *kit, const char *path, const char *rule, const char *campaigns) {
  struct sp_pack_file files[2];
  int32_t count = 0;
  if (rule) files[count++] = (struct sp_pack_file){.path = path, .text = rule, .len = strlen(rule)};
  if (campaigns)
    files[count++] = (struct sp_pack_file){.path = "campaigns.json", .text = campaigns, .len = strlen(campaigns)};
  return kit_build(kit, &(struct sp_bundle_options){.files = files, .file_count = count});
}

static inline void kit_close(struct kit *kit) {
  if (kit->vm) kit->vm->api->close(kit->vm);
  sp_bundle_release(kit->bundle);
  sp_arena_free(&kit->arena);
}

static inline struct sp_line *kit_line(struct kit *kit, const char *code, int64_t price, int64_t pieces,
                                       const char *const *tags) {
  struct sp_line *line = &kit->lines[kit->basket.count++];
  *line = (struct sp_line){.n = kit->basket.count,
                           .code = code,
                           .name = code,
                           .unit = "个",
                           .category = "",
                           .quantity = pieces * 1000,
                           .list_price = price,
                           .given_price = SP_NO_PRICE,
                           .note = ""};
  line->tags = tags;
  while (tags && tags[line->tag_count])
    line->tag_count++;
  return line;
}

static inline void kit_clear(struct kit *kit) {
  kit->basket.count = 0;
  sp_arena_reset(&kit->arena);
}

static inline int kit_price(struct kit *kit) {
  sp_arena_reset(&kit->arena);
  return sp_engine_price(kit->bundle, kit->vm, &kit->basket, &kit->context, &kit->arena, &kit->priced, &kit->err);
}

#endif
