/* What `applies` returned: the keys under which the index finds a campaign. */
#include "lua/impl.h"

#include <stdio.h>

static const struct {
  const char *name;
  char kind;
} kinds[] = {{"tag", 't'}, {"category", 'c'}, {"product", 'p'}, {"level", 'l'}, {"coupon", 'k'}, {"markdown", 'm'}};

#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

/* What the rule wrote itself is bounded; a parameter that is a list or a table of prices has its own bound, and its
 * texts live as long as the program. */
static bool is_param(lua_State *lua) {
  return sp_lua_test(lua, -1, SP_KIND_TEXTS) || sp_lua_test(lua, -1, SP_KIND_PRICES);
}

static void read_texts(lua_State *lua, size_t kind, struct sp_lua_texts *texts) {
  char what[32];
  snprintf(what, sizeof what, "applies: %s", kinds[kind].name);
  sp_lua_texts(lua, -1, what, SP_RULE_KEYS_MAX, texts);
}

static void add_keys(lua_State *lua, struct sp_arena *arena, struct sp_rule_key *keys, int32_t *count, size_t kind) {
  struct sp_lua_texts texts;
  bool borrowed = is_param(lua);
  read_texts(lua, kind, &texts);
  for (int32_t i = 0; i < texts.count; i++)
    keys[(*count)++] = (struct sp_rule_key){.kind = kinds[kind].kind,
                                            .text = borrowed ? texts.list[i] : sp_lua_copy(lua, arena, texts.list[i])};
}

/* How many keys there will be; raises for unknown fields and for too many. */
static int32_t count_keys(lua_State *lua) {
  struct sp_lua_texts texts;
  int32_t fields = 0;
  int32_t own = 0;
  int32_t all = 0;
  for (size_t k = 0; k < KIND_COUNT; k++) {
    if (lua_getfield(lua, -1, kinds[k].name) != LUA_TNIL) {
      fields++;
      bool borrowed = is_param(lua);
      read_texts(lua, k, &texts);
      own += borrowed ? 0 : texts.count;
      all += texts.count;
    }
    lua_pop(lua, 1);
  }
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
    fields--;
  if (fields != 0) luaL_error(lua, "applies may name tag, category, product, level, coupon and markdown only");
  if (own > SP_RULE_KEYS_MAX) luaL_error(lua, "applies gave more than %d keys", SP_RULE_KEYS_MAX);
  if (all == 0) luaL_error(lua, "applies must name a tag, a category, a product, a level, a coupon or a markdown");
  return all;
}

void sp_lua_read_keys(lua_State *lua, struct sp_arena *arena, struct sp_rule_keys *keys) {
  struct sp_machine *machine = sp_lua_machine(lua);
  machine->text_count = 0;
  sp_lua_unseal(lua, -1);
  int32_t count = count_keys(lua);
  struct sp_rule_key *list = sp_lua_take(lua, sp_arena_array(arena, (size_t)count, sizeof *list));
  machine->text_count = 0;
  keys->always = false;
  keys->keys = list;
  for (size_t k = 0; k < KIND_COUNT; k++) {
    if (lua_getfield(lua, -1, kinds[k].name) != LUA_TNIL) add_keys(lua, arena, list, &keys->count, k);
    lua_pop(lua, 1);
  }
}
