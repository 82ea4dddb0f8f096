/* suanpan.select: the matching lines or units of a basket, chosen and sorted in C so that a rule loops over matches
 * only. */
#include "engine/stacking.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

struct filter {
  const char *tag, *category, *product;
};

/* Argument 2: nil for everything, or { tag = …, category = …, product = … }, all of which must hold. */
static struct filter read_filter(lua_State *lua) {
  static const char *const names[] = {"tag", "category", "product"};
  struct filter filter = {0};
  const char **places[] = {&filter.tag, &filter.category, &filter.product};
  if (lua_isnoneornil(lua, 2)) return filter;
  if (!lua_istable(lua, 2)) luaL_error(lua, "argument 2 must be a table, not %s", luaL_typename(lua, 2));
  int fields = 0;
  for (int i = 0; i < 3; i++) {
    int type = lua_getfield(lua, 2, names[i]);
    if (type == LUA_TNIL) continue;
    if (type != LUA_TSTRING) luaL_error(lua, "the filter's %s must be text, not %s", names[i], luaL_typename(lua, -1));
    *places[i] = lua_tostring(lua, -1); /* stays on the stack */
    fields++;
  }
  for (lua_pushnil(lua); lua_next(lua, 2); lua_pop(lua, 1))
    if (--fields < 0) luaL_error(lua, "a filter knows tag, category and product only");
  return filter;
}

static bool has_tag(const struct sp_line *line, const char *tag) {
  for (int32_t i = 0; i < line->tag_count; i++)
    if (strcmp(line->tags[i], tag) == 0) return true;
  return false;
}

/* A category holds everything below it. */
static bool in_category(const struct sp_line *line, const char *category) {
  size_t len = strlen(category);
  return strncmp(line->category, category, len) == 0 && (line->category[len] == '\0' || line->category[len] == '/');
}

static bool matches(const struct sp_line *line, const struct filter *filter) {
  return (!filter->product || strcmp(line->code, filter->product) == 0) &&
         (!filter->tag || has_tag(line, filter->tag)) && (!filter->category || in_category(line, filter->category));
}

/* Arguments 1 and 2: the indices of the basket's lines that match. */
static int32_t find_lines(lua_State *lua, int32_t found[SP_BASKET_LINES_MAX]) {
  (void)sp_lua_check(lua, 1, SP_KIND_BASKET);
  const struct sp_basket *basket = sp_lua_machine(lua)->view.basket;
  sp_lua_charge(lua, basket->count * 2);
  struct filter filter = read_filter(lua);
  int32_t count = 0;
  for (int32_t i = 0; i < basket->count && count < SP_BASKET_LINES_MAX; i++)
    if (matches(&basket->lines[i], &filter)) found[count++] = i;
  return count;
}

static int select_lines(lua_State *lua) {
  int32_t found[SP_BASKET_LINES_MAX];
  int32_t count = find_lines(lua, found);
  struct sp_lines_handle *lines = sp_lua_new(lua, SP_KIND_LINES, sizeof *lines + (size_t)count * sizeof found[0]);
  lines->count = count;
  if (count > 0) memcpy(lines->lines, found, (size_t)count * sizeof found[0]);
  return 1;
}

/* Dearest first. The product code comes before the line, so that the order in which goods were scanned decides nothing
 * but which of two equal units is meant. */
static int by_amount(const void *a, const void *b, void *ctx) {
  const struct sp_unit_run *x = a;
  const struct sp_unit_run *y = b;
  const struct sp_basket *basket = ctx;
  if (x->amount != y->amount) return x->amount > y->amount ? -1 : 1;
  int order = strcmp(basket->lines[x->line].code, basket->lines[y->line].code);
  return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int select_units(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  int32_t found[SP_BASKET_LINES_MAX];
  int32_t count = find_lines(lua, found);
  const struct sp_basket *basket = machine->view.basket;
  sp_lua_charge(lua, count * 4);
  struct sp_units_handle *units = sp_lua_new(lua, SP_KIND_UNITS, sizeof *units + (size_t)count * sizeof units->runs[0]);
  units->count = count;
  for (int32_t i = 0; i < count; i++)
    units->runs[i] = (struct sp_unit_run){.amount = sp_lua_unit_amount(machine, found[i]),
                                          .count = sp_stack_units(&basket->lines[found[i]]),
                                          .line = found[i]};
  if (count > 1) qsort_r(units->runs, (size_t)count, sizeof units->runs[0], by_amount, (void *)basket);
  for (int32_t i = 0; i < count; i++) {
    units->runs[i].start = units->total;
    units->total += units->runs[i].count;
  }
  return 1;
}

/* ---- units and unit ---- */

static int units_index(lua_State *lua) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  if (!lua_isinteger(lua, 2)) return luaL_error(lua, "units are counted from 1; use ipairs");
  int64_t at = lua_tointeger(lua, 2) - 1;
  if (at < 0 || at >= units->total) return 0;
  int32_t low = 0;
  for (int32_t high = units->count; high - low > 1;) {
    int32_t middle = low + (high - low) / 2;
    if (units->runs[middle].start <= at)
      low = middle;
    else
      high = middle;
  }
  struct sp_unit_handle *unit = sp_lua_new(lua, SP_KIND_UNIT, sizeof *unit);
  unit->handle.line = units->runs[low].line;
  unit->unit = at - units->runs[low].start;
  return 1;
}

static int units_len(lua_State *lua) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  lua_pushinteger(lua, units->total);
  return 1;
}

static int unit_index(lua_State *lua) {
  const struct sp_unit_handle *unit = sp_lua_check(lua, 1, SP_KIND_UNIT);
  const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "";
  if (strcmp(name, "line") == 0)
    sp_lua_push_line(lua, unit->handle.line);
  else if (strcmp(name, "price") == 0)
    lua_pushinteger(lua, sp_lua_unit_amount(sp_lua_machine(lua), unit->handle.line));
  else
    return luaL_error(lua, "there is no field '%s' here", name);
  return 1;
}

void sp_lua_select(lua_State *lua) {
  static const luaL_Reg functions[] = {{"lines", select_lines}, {"units", select_units}, {NULL, NULL}};
  struct sp_machine *machine = sp_lua_machine(lua);
  sp_lua_type(machine, SP_KIND_UNITS, units_index, units_len, NULL, NULL);
  sp_lua_type(machine, SP_KIND_UNIT, unit_index, NULL, NULL, NULL);
  lua_newtable(lua);
  luaL_setfuncs(lua, functions, 0);
}
