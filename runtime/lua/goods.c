/* suanpan.goods: what most campaigns let a shopkeeper say of the goods that take part. How a parameter of it is
 * declared, which baskets it concerns, and what it chooses of one. */
#include "lua/calls.h"
#include "lua/impl.h"

#define DECLARE_CHARGE 20 /* two or three small tables */

/* ---- Declarations: tables of the rule's own, as if it had written them ---- */

struct declaration {
  const char *type, *zh, *en, *doc;
};

static void set_text(lua_State *lua, const char *name, const char *text) {
  lua_pushstring(lua, text);
  lua_setfield(lua, -2, name);
}

static int declare(lua_State *lua, const struct declaration *what) {
  sp_lua_charge(lua, DECLARE_CHARGE);
  lua_createtable(lua, 0, 5);
  set_text(lua, "type", what->type);
  set_text(lua, "doc", what->doc);
  lua_createtable(lua, 0, 2);
  set_text(lua, "zh", what->zh);
  set_text(lua, "en", what->en);
  lua_setfield(lua, -2, "label");
  return 1;
}

int sp_lua_goods_tag(lua_State *lua) {
  return declare(lua,
                 &(struct declaration){.type = "tag", .zh = "标签", .en = "Tag", .doc = "Only items with this tag"});
}

int sp_lua_goods_category(lua_State *lua) {
  return declare(lua, &(struct declaration){
                          .type = "category", .zh = "分类", .en = "Category", .doc = "Only this category or below it"});
}

int sp_lua_goods_products(lua_State *lua) {
  return declare(
      lua, &(struct declaration){.type = "products", .zh = "商品", .en = "Products", .doc = "Only these products"});
}

int sp_lua_goods_not_tag(lua_State *lua) {
  return declare(lua, &(struct declaration){
                          .type = "tag", .zh = "不含标签", .en = "Without tag", .doc = "Never items with this tag"});
}

/* The first choice is what holds when a campaign does not say. */
int sp_lua_goods_base(lua_State *lua) {
  static const char *const options[] = {"remaining", "gross"};
  declare(lua, &(struct declaration){.type = "choice",
                                     .zh = "门槛口径",
                                     .en = "Threshold of",
                                     .doc = "What counts towards the threshold: what is left to pay after other "
                                            "offers, or the price before them"});
  set_text(lua, "default", options[0]);
  lua_createtable(lua, 2, 0);
  for (int i = 0; i < 2; i++) {
    lua_pushstring(lua, options[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, "options");
  return 1;
}

/* ---- What a campaign said ---- */

/* Copy a parameter into the table on top under the name that is asked for there. Was it said? */
static bool copy(lua_State *lua, const char *param, const char *name) {
  bool said = lua_getfield(lua, 1, param) != LUA_TNIL;
  lua_setfield(lua, -2, name);
  return said;
}

static void start(lua_State *lua, int fields) {
  if (!lua_istable(lua, 1)) luaL_error(lua, "argument 1 must be the parameters, not %s", luaL_typename(lua, 1));
  sp_lua_charge(lua, SP_LUA_CALL + 2 * fields);
  lua_createtable(lua, 0, fields);
}

/* Nothing said means every basket, which `applies` says with nil: an empty table would be a mistake. */
int sp_lua_goods_keys(lua_State *lua) {
  start(lua, 3);
  bool tag = copy(lua, "tag", "tag");
  bool category = copy(lua, "category", "category");
  bool products = copy(lua, "products", "product");
  if (!tag && !category && !products) lua_pushnil(lua);
  return 1;
}

int sp_lua_goods_filter(lua_State *lua) {
  static const char *const names[] = {"tag", "category", "products", "not_tag"};
  start(lua, 6);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    (void)copy(lua, names[i], names[i]);
  lua_pushboolean(lua, 1);
  lua_setfield(lua, -2, "scanned");
  return 1;
}

int sp_lua_goods_pieces(lua_State *lua) {
  (void)sp_lua_goods_filter(lua);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "weighed");
  return 1;
}
