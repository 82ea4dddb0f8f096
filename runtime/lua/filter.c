/* The filter of suanpan.select: which lines of the basket match, decided in C so that a rule loops over matches only.
 */
#include "lua/impl.h"

#include <stdio.h>
#include <string.h>

enum filter_field {
  FILTER_TAG,
  FILTER_TAGS,
  FILTER_CATEGORY,
  FILTER_CATEGORIES,
  FILTER_PRODUCT,
  FILTER_PRODUCTS,
  FILTER_NOT_TAG,
  FILTER_NOT_TAGS,
  FILTER_NOT_PRODUCTS,
  FILTER_LISTS, /* those before this one are texts */
  FILTER_EXPIRES_WITHIN = FILTER_LISTS,
  FILTER_WEIGHED,
  FILTER_GIVEN,
  FILTER_SCANNED,
  FILTER_COUNT
};

static const char *const names[FILTER_COUNT] = {"tag",      "tags",    "category", "categories",   "product",
                                                "products", "not_tag", "not_tags", "not_products", "expires_within",
                                                "weighed",  "given",   "scanned"};

struct filter {
  uint32_t has; /* bits of fields */
  struct sp_lua_texts lists[FILTER_LISTS];
  int64_t within;
  bool weighed, given, scanned;
};

static int field_of(const char *name) {
  for (int i = 0; i < FILTER_COUNT; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

/* Which fields are there; the first unknown one by name raises, whatever order the table has. */
static uint32_t fields_of(lua_State *lua) {
  const char *unknown = NULL;
  uint32_t has = 0;
  for (lua_pushnil(lua); lua_next(lua, 2); lua_pop(lua, 1)) {
    const char *name = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : "[]";
    int field = field_of(name);
    sp_lua_charge(lua, 4);
    if (field >= 0)
      has |= 1u << field;
    else if (!unknown || strcmp(name, unknown) < 0)
      unknown = name;
  }
  if (unknown) luaL_error(lua, "a filter has no field '%s'", unknown);
  return has;
}

static bool read_flag(lua_State *lua, const char *name) {
  if (!lua_isboolean(lua, -1)) luaL_error(lua, "the filter's %s must be true or false", name);
  return lua_toboolean(lua, -1);
}

static void read_field(lua_State *lua, struct filter *filter, int field) {
  char what[40];
  lua_getfield(lua, 2, names[field]);
  switch (field) {
  case FILTER_EXPIRES_WITHIN:
    if (!lua_isinteger(lua, -1)) luaL_error(lua, "the filter's expires_within must be an integer");
    filter->within = lua_tointeger(lua, -1);
    break;
  case FILTER_WEIGHED:
    filter->weighed = read_flag(lua, names[field]);
    break;
  case FILTER_GIVEN:
    filter->given = read_flag(lua, names[field]);
    break;
  case FILTER_SCANNED:
    filter->scanned = read_flag(lua, names[field]);
    break;
  default:
    snprintf(what, sizeof what, "the filter's %s", names[field]);
    sp_lua_texts(lua, -1, what, SP_RULE_LIST_MAX, &filter->lists[field]);
    break;
  }
  lua_pop(lua, 1); /* texts stay alive in the filter */
}

/* Argument 2: nil for everything, or a table of fields, all of which must hold. */
static void read_filter(lua_State *lua, struct filter *filter) {
  filter->has = 0;
  sp_lua_machine(lua)->text_count = 0;
  if (lua_isnoneornil(lua, 2)) return;
  if (!lua_istable(lua, 2)) luaL_error(lua, "argument 2 must be a table, not %s", luaL_typename(lua, 2));
  sp_lua_unseal(lua, 2);
  if (luaL_getmetafield(lua, 2, "__metatable") != LUA_TNIL) luaL_error(lua, "a filter is a table of your own");
  filter->has = fields_of(lua);
  for (int field = 0; field < FILTER_COUNT; field++)
    if (filter->has >> field & 1) read_field(lua, filter, field);
}

/* ---- Matching ---- */

static bool any_tag(const struct sp_line *line, const struct sp_lua_texts *tags) {
  for (int32_t i = 0; i < tags->count; i++)
    if (sp_lua_line_tagged(line, tags->list[i])) return true;
  return false;
}

static bool any_category(const struct sp_line *line, const struct sp_lua_texts *categories) {
  for (int32_t i = 0; i < categories->count; i++)
    if (sp_lua_line_within(line, categories->list[i], strlen(categories->list[i]))) return true;
  return false;
}

static bool list_matches(const struct sp_line *line, const struct filter *filter, int field) {
  const struct sp_lua_texts *list = &filter->lists[field];
  switch (field) {
  case FILTER_TAG:
  case FILTER_TAGS:
    return any_tag(line, list);
  case FILTER_CATEGORY:
  case FILTER_CATEGORIES:
    return any_category(line, list);
  case FILTER_NOT_TAG:
  case FILTER_NOT_TAGS:
    return !any_tag(line, list);
  case FILTER_NOT_PRODUCTS:
    return !sp_lua_texts_have(list, line->code);
  default:
    return sp_lua_texts_have(list, line->code);
  }
}

static bool fact_matches(const struct sp_machine *machine, const struct sp_line *line, const struct filter *filter,
                         int field) {
  int64_t days = 0;
  switch (field) {
  case FILTER_EXPIRES_WITHIN:
    return sp_lua_line_expires_in(machine, line, &days) && days <= filter->within;
  case FILTER_WEIGHED:
    return line->weighed == filter->weighed;
  case FILTER_GIVEN:
    return (line->given_price >= 0) == filter->given;
  default:
    return (line->parent == 0) == filter->scanned;
  }
}

static bool matches(const struct sp_machine *machine, const struct sp_line *line, const struct filter *filter) {
  for (uint32_t left = filter->has; left; left &= left - 1) {
    int field = __builtin_ctz(left);
    bool holds = field < FILTER_LISTS ? list_matches(line, filter, field) : fact_matches(machine, line, filter, field);
    if (!holds) return false;
  }
  return true;
}

/* What looking at one line may cost: comparisons of texts, mostly. */
static int64_t line_charge(const struct filter *filter) {
  int64_t charge = 1;
  for (uint32_t left = filter->has; left; left &= left - 1) {
    int field = __builtin_ctz(left);
    const struct sp_lua_texts *list = field < FILTER_LISTS ? &filter->lists[field] : NULL;
    bool searched = list && list->sorted && list->count > 4 &&
                    (field == FILTER_PRODUCT || field == FILTER_PRODUCTS || field == FILTER_NOT_PRODUCTS);
    charge += !list || searched ? 10 : 2 * (int64_t)list->count;
  }
  return charge;
}

int32_t sp_lua_find_lines(lua_State *lua, uint64_t found[SP_LUA_LINE_WORDS]) {
  struct filter filter;
  (void)sp_lua_check(lua, 1, SP_KIND_BASKET);
  struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_basket *basket = machine->view.basket;
  read_filter(lua, &filter);
  sp_lua_charge(lua, 3 * SP_LUA_CALL + basket->count * line_charge(&filter));
  int32_t count = 0;
  memset(found, 0, SP_LUA_LINE_WORDS * sizeof *found);
  for (int32_t i = 0; i < basket->count && i < SP_BASKET_LINES_MAX; i++) {
    if (!matches(machine, &basket->lines[i], &filter)) continue;
    found[i / 64] |= UINT64_C(1) << (i % 64);
    count++;
  }
  return count;
}
