/* The filter of suanpan.select: which lines of the basket match, decided in C so that a rule loops over matches only.
 */
#include "lua/impl.h"

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
/* As errors name them. */
static const char *const titles[FILTER_LISTS] = {
    "the filter's tag",        "the filter's tags",     "the filter's category",
    "the filter's categories", "the filter's product",  "the filter's products",
    "the filter's not_tag",    "the filter's not_tags", "the filter's not_products"};

struct filter {
  uint32_t has; /* bits of fields */
  struct sp_lua_texts lists[FILTER_LISTS];
  const char *texts[FILTER_LISTS]; /* a list of one text */
  int64_t within;
  bool weighed, given, scanned;
};

static int field_of(const char *name) {
  for (int i = 0; i < FILTER_COUNT; i++)
    if (names[i][0] == name[0] && strcmp(names[i], name) == 0) return i;
  return -1;
}

/* One text stays where it is; most fields are that. */
static bool read_text(lua_State *lua, struct filter *filter, int field) {
  if (field >= FILTER_LISTS || lua_type(lua, -1) != LUA_TSTRING || lua_rawlen(lua, -1) == 0) return false;
  filter->texts[field] = lua_tostring(lua, -1);
  filter->lists[field] = (struct sp_lua_texts){.list = &filter->texts[field], .count = 1, .sorted = true};
  return true;
}

/* Which fields are there, and the texts among them; gives those that are still to be read. The first unknown one by
 * name raises, whatever order the table has. */
static uint32_t read_names(lua_State *lua, struct filter *filter) {
  const char *unknown = NULL;
  uint32_t left = 0;
  for (lua_pushnil(lua); lua_next(lua, 2); lua_pop(lua, 1)) {
    const char *name = lua_type(lua, -2) == LUA_TSTRING ? lua_tostring(lua, -2) : "[]";
    int field = field_of(name);
    sp_lua_charge(lua, 4);
    if (field >= 0) {
      filter->has |= 1u << field;
      if (!read_text(lua, filter, field)) left |= 1u << field;
    } else if (!unknown || strcmp(name, unknown) < 0) {
      unknown = name;
    }
  }
  if (unknown) luaL_error(lua, "a filter has no field '%s'", unknown);
  return left;
}

static bool read_flag(lua_State *lua, const char *name) {
  if (!lua_isboolean(lua, -1)) luaL_error(lua, "the filter's %s must be true or false", name);
  return lua_toboolean(lua, -1);
}

static void read_field(lua_State *lua, struct filter *filter, int field) {
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
    sp_lua_texts(lua, -1, titles[field], SP_RULE_LIST_MAX, &filter->lists[field]);
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
  if (lua_getmetatable(lua, 2)) luaL_error(lua, "a filter is a table of your own");
  for (uint32_t left = read_names(lua, filter); left; left &= left - 1)
    read_field(lua, filter, __builtin_ctz(left));
}

/* ---- Matching: field by field ---- */

#define FEW 8 /* texts of which the masks are looked at first */

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

/* Which mask of a line a field is about. */
static enum sp_lua_mask mask_of(int field) {
  switch (field) {
  case FILTER_TAG:
  case FILTER_TAGS:
  case FILTER_NOT_TAG:
  case FILTER_NOT_TAGS:
    return SP_LUA_MASK_TAG;
  case FILTER_CATEGORY:
  case FILTER_CATEGORIES:
    return SP_LUA_MASK_CATEGORY;
  default:
    return SP_LUA_MASK_CODE;
  }
}

static bool list_has(const struct sp_line *line, const struct sp_lua_texts *list, enum sp_lua_mask mask) {
  if (mask == SP_LUA_MASK_TAG) return any_tag(line, list);
  return mask == SP_LUA_MASK_CATEGORY ? any_category(line, list) : sp_lua_texts_have(list, line->code);
}

/* Bits of which a line needs one to have any text of the list. */
static uint64_t bits_of(const struct sp_lua_texts *list) {
  uint64_t bits = 0;
  if (list->count > FEW) return ~(uint64_t)0;
  for (int32_t i = 0; i < list->count; i++)
    bits |= sp_lua_bit(list->list[i], strlen(list->list[i]));
  return bits;
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

/* A bit for each of the `count` lines from `first` on for which a field holds. */
typedef uint64_t (*matcher)(struct sp_machine *machine, const struct filter *filter, int field, int32_t first,
                            int32_t count);

static uint64_t match_list(struct sp_machine *machine, const struct filter *filter, int field, int32_t first,
                           int32_t count) {
  const struct sp_line *lines = &machine->view.basket->lines[first];
  const struct sp_lua_fact *facts = sp_lua_facts(machine) + first;
  const struct sp_lua_texts *list = &filter->lists[field];
  enum sp_lua_mask mask = mask_of(field);
  uint64_t bits = bits_of(list);
  uint64_t found = 0;
  for (int32_t i = 0; i < count; i++)
    if ((facts[i].masks[mask] & bits) && list_has(&lines[i], list, mask)) found |= (uint64_t)1 << i;
  return field < FILTER_NOT_TAG ? found : ~found;
}

static uint64_t match_fact(struct sp_machine *machine, const struct filter *filter, int field, int32_t first,
                           int32_t count) {
  const struct sp_line *lines = &machine->view.basket->lines[first];
  uint64_t found = 0;
  for (int32_t i = 0; i < count; i++)
    if (fact_matches(machine, &lines[i], filter, field)) found |= (uint64_t)1 << i;
  return found;
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
  struct filter filter = {0};
  (void)sp_lua_check(lua, 1, SP_KIND_BASKET);
  struct sp_machine *machine = sp_lua_machine(lua);
  int32_t lines = machine->view.basket->count; /* at most SP_BASKET_LINES_MAX: the engine has looked */
  int32_t all = 0;
  read_filter(lua, &filter);
  sp_lua_charge(lua, 3 * SP_LUA_CALL + lines * line_charge(&filter));
  for (int32_t first = 0; first < lines; first += 64) {
    int32_t count = lines - first < 64 ? lines - first : 64;
    uint64_t word = ~(uint64_t)0 >> (64 - count);
    for (uint32_t left = filter.has; left && word; left &= left - 1) {
      int field = __builtin_ctz(left);
      matcher match = field < FILTER_LISTS ? match_list : match_fact;
      word &= match(machine, &filter, field, first, count);
    }
    found[first / 64] = word;
    all += __builtin_popcountll(word);
  }
  return all;
}
