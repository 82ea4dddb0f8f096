/* suanpan.select: the matching lines or free units of a basket, chosen and sorted in C. */
#include "domain/money.h"
#include "lua/calls.h"
#include "lua/impl.h"

#include <stdlib.h>
#include <string.h>

#define RUNS_START   64
#define RANGES_MAX   256 /* runs of free units of one line */
#define RANGES_FIRST 16  /* room asked for at first */
#define GROUP_MAX    1000000

static bool is_found(const uint64_t *found, int32_t line) {
  return found[line / 64] >> (line % 64) & 1;
}

/* ---- Lines ---- */

int sp_lua_select_lines(lua_State *lua) {
  uint64_t found[SP_LUA_LINE_WORDS];
  int32_t count = sp_lua_find_lines(lua, found);
  struct sp_lines_handle *lines =
      sp_lua_new(lua, SP_KIND_LINES, sizeof *lines + (size_t)count * sizeof lines->lines[0]);
  for (int32_t i = 0; lines->count < count; i++)
    if (is_found(found, i)) lines->lines[lines->count++] = i;
  return 1;
}

int sp_lua_select_total(lua_State *lua) {
  uint64_t found[SP_LUA_LINE_WORDS];
  const struct sp_rule_view *view = &sp_lua_machine(lua)->view;
  enum sp_offer_base base = sp_lua_base(lua, 3, SP_BASE_GROSS);
  int64_t sum = 0;
  (void)sp_lua_find_lines(lua, found);
  for (int32_t i = 0; view->prices && i < view->basket->count; i++)
    if (is_found(found, i)) sum += base == SP_BASE_GROSS ? view->prices[i].gross : view->prices[i].net;
  lua_pushinteger(lua, sum);
  return 1;
}

int sp_lua_select_count(lua_State *lua) {
  uint64_t found[SP_LUA_LINE_WORDS];
  struct sp_machine *machine = sp_lua_machine(lua);
  int64_t sum = 0;
  (void)sp_lua_find_lines(lua, found);
  for (int32_t i = 0; i < machine->view.basket->count; i++)
    if (is_found(found, i)) sum += sp_lua_facts(machine)[i].units;
  lua_pushinteger(lua, sum);
  return 1;
}

int sp_lua_select_quantity(lua_State *lua) {
  uint64_t found[SP_LUA_LINE_WORDS];
  const struct sp_basket *basket = sp_lua_machine(lua)->view.basket;
  int64_t sum = 0;
  (void)sp_lua_find_lines(lua, found);
  for (int32_t i = 0; i < basket->count; i++)
    if (is_found(found, i)) sum += basket->lines[i].quantity;
  lua_pushinteger(lua, sum);
  return 1;
}

/* ---- The order of units: kept for the whole basket, as every selection is a part of it ---- */

/* Dearest first. The product code comes before the line, so that the order in which goods were scanned decides nothing
 * but which of two equal units is meant. */
static int by_amount(const void *a, const void *b, void *ctx) {
  const struct sp_machine *machine = ctx;
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  int64_t x_amount = machine->facts[x].ordered;
  int64_t y_amount = machine->facts[y].ordered;
  if (x_amount != y_amount) return x_amount > y_amount ? -1 : 1;
  int order = strcmp(machine->view.basket->lines[x].code, machine->view.basket->lines[y].code);
  return order ? order : (x > y) - (x < y);
}

/* Prices may change between two evaluations (in the price phase), so they are looked at before the order is used. */
static void make_order(struct sp_machine *machine) {
  const struct sp_line_price *prices = machine->view.prices;
  struct sp_lua_fact *facts = machine->facts;
  int32_t count = machine->view.basket->count;
  bool fresh = machine->order_fresh;
  (void)sp_lua_facts(machine);
  for (int32_t i = 0; i < count; i++) {
    int64_t amount = !prices ? 0 : facts[i].units == 1 ? prices[i].gross : prices[i].unit_price;
    fresh = fresh && facts[i].ordered == amount;
    facts[i].ordered = amount;
  }
  if (fresh) return;
  for (int32_t i = 0; i < count; i++)
    machine->order[i] = i;
  qsort_r(machine->order, (size_t)count, sizeof machine->order[0], by_amount, machine);
  machine->order_fresh = true;
}

/* ---- Units ---- */

static struct sp_unit_run *run_room(lua_State *lua, int32_t count) {
  struct sp_machine *machine = sp_lua_machine(lua);
  int32_t needed = machine->run_count + count;
  if (needed > SP_LUA_RUNS_MAX) luaL_error(lua, "more than %d runs of units", SP_LUA_RUNS_MAX);
  if (needed > machine->run_capacity) {
    int32_t capacity = machine->run_capacity ? machine->run_capacity : RUNS_START;
    while (capacity < needed)
      capacity *= 2;
    machine->runs = sp_lua_take(lua, realloc(machine->runs, (size_t)capacity * sizeof *machine->runs));
    machine->run_capacity = capacity;
  }
  return &machine->runs[machine->run_count];
}

static void add_run(lua_State *lua, struct sp_unit_run run) {
  if (run.count <= 0) return;
  *run_room(lua, 1) = run;
  sp_lua_machine(lua)->run_count++;
}

/* The free units of a line, as the engine tells them; all of them when there is no engine to ask. */
static void add_line(lua_State *lua, int32_t line) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_unit_source *source = machine->view.units;
  struct sp_unit_range ranges[RANGES_MAX];
  int64_t amount = sp_lua_unit_amount(machine, line);
  int64_t units = sp_lua_facts(machine)[line].units;
  if (!source) {
    add_run(lua, (struct sp_unit_run){.amount = amount, .remaining = amount, .count = units, .line = line});
    return;
  }
  int32_t count = source->ranges(source, line, ranges, RANGES_FIRST);
  if (count == RANGES_FIRST) count = source->ranges(source, line, ranges, RANGES_MAX);
  sp_lua_charge(lua, count * 4);
  for (int32_t i = 0; i < count; i++)
    add_run(lua, (struct sp_unit_run){.amount = amount,
                                      .remaining = ranges[i].remaining,
                                      .first = ranges[i].first,
                                      .count = ranges[i].count,
                                      .line = line});
}

/* The gathered runs from `from` on as a list. [+1, e] */
static void push_runs(lua_State *lua, int32_t from) {
  struct sp_machine *machine = sp_lua_machine(lua);
  int32_t count = machine->run_count - from;
  sp_lua_charge(lua, 2 * SP_LUA_CALL + count * 3);
  if (count == 0) { /* what most rules find in most baskets */
    lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->no_units);
    return;
  }
  struct sp_units_handle *units = sp_lua_new(lua, SP_KIND_UNITS, sizeof *units + (size_t)count * sizeof units->runs[0]);
  units->count = count;
  for (int32_t i = 0; i < count; i++) {
    units->runs[i] = machine->runs[from + i];
    units->runs[i].start = units->total;
    units->total += units->runs[i].count;
  }
}

int sp_lua_select_units(lua_State *lua) {
  uint64_t found[SP_LUA_LINE_WORDS];
  struct sp_machine *machine = sp_lua_machine(lua);
  int32_t left = sp_lua_find_lines(lua, found);
  const struct sp_basket *basket = machine->view.basket;
  machine->run_count = 0;
  sp_lua_charge(lua, basket->count * 2 + left * 4);
  if (left > 0) make_order(machine);
  for (int32_t i = 0; i < basket->count && left > 0; i++) {
    int32_t line = machine->order[i];
    if (!is_found(found, line)) continue;
    add_line(lua, line);
    left--;
  }
  push_runs(lua, 0);
  return 1;
}

/* ---- Units of each product ---- */

static int by_code(const void *a, const void *b, void *ctx) {
  const struct sp_machine *machine = ctx;
  int32_t x = *(const int32_t *)a;
  int32_t y = *(const int32_t *)b;
  const struct sp_line *lines = machine->view.basket->lines;
  int order = strcmp(lines[machine->order[x]].code, lines[machine->order[y]].code);
  return order ? order : (x > y) - (x < y);
}

/* Places of the order that hold found lines, ascending: `next` is the next place of the same product or −1, and
 * `later` is true for all but the first place of a product. */
static void link_products(struct sp_machine *machine, const uint64_t *found, int32_t *next, bool *later) {
  int32_t places[SP_BASKET_LINES_MAX];
  int32_t count = 0;
  for (int32_t i = 0; i < machine->view.basket->count; i++)
    if (is_found(found, machine->order[i])) places[count++] = i;
  qsort_r(places, (size_t)count, sizeof places[0], by_code, machine);
  const struct sp_line *lines = machine->view.basket->lines;
  for (int32_t i = 0; i < count; i++) {
    next[places[i]] = -1;
    later[places[i]] =
        i > 0 && strcmp(lines[machine->order[places[i - 1]]].code, lines[machine->order[places[i]]].code) == 0;
    if (later[places[i]]) next[places[i - 1]] = places[i];
  }
}

int sp_lua_select_by_product(lua_State *lua) {
  uint64_t found[SP_LUA_LINE_WORDS];
  int32_t next[SP_BASKET_LINES_MAX] = {0};
  bool later[SP_BASKET_LINES_MAX] = {false};
  struct sp_machine *machine = sp_lua_machine(lua);
  int32_t left = sp_lua_find_lines(lua, found);
  int32_t count = machine->view.basket->count;
  lua_Integer products = 0;
  sp_lua_charge(lua, count * 2 + left * 12);
  make_order(machine);
  link_products(machine, found, next, later);
  lua_newtable(lua);
  for (int32_t i = 0; i < count; i++) {
    if (!is_found(found, machine->order[i]) || later[i]) continue;
    machine->run_count = 0;
    for (int32_t place = i; place >= 0; place = next[place])
      add_line(lua, machine->order[place]);
    if (machine->run_count == 0) continue;
    push_runs(lua, 0);
    lua_rawseti(lua, -2, ++products);
  }
  return 1;
}

/* ---- Lists of units ---- */

int64_t sp_lua_units_len(const struct sp_handle *handle) {
  return ((const struct sp_units_handle *)handle)->total;
}

/* The run that holds unit `at` (from 0), which is there. */
static int32_t run_at(const struct sp_units_handle *units, int64_t at) {
  int32_t low = 0;
  for (int32_t high = units->count; high - low > 1;) {
    int32_t middle = low + (high - low) / 2;
    if (units->runs[middle].start <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void sp_lua_units_at(lua_State *lua, const struct sp_handle *handle, int64_t at) {
  const struct sp_units_handle *units = (const struct sp_units_handle *)handle;
  if (at > units->total) {
    lua_pushnil(lua);
    return;
  }
  sp_lua_charge(lua, 2 * SP_LUA_CALL);
  const struct sp_unit_run *run = &units->runs[run_at(units, at - 1)];
  struct sp_unit_handle *unit = sp_lua_new(lua, SP_KIND_UNIT, sizeof *unit);
  unit->handle.line = run->line;
  unit->unit = run->first + at - 1 - run->start;
  unit->amount = run->amount;
  unit->remaining = run->remaining;
}

void sp_lua_unit_read(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_unit_handle *unit = (const struct sp_unit_handle *)handle;
  switch (field) {
  case SP_UNIT_LINE:
    sp_lua_push_line(lua, handle->line);
    break;
  case SP_UNIT_PRICE:
    lua_pushinteger(lua, unit->amount);
    break;
  default:
    lua_pushinteger(lua, unit->remaining);
    break;
  }
}

/* Units `first` to `last`, counted from 0. [+1, e] */
static int push_part(lua_State *lua, int64_t first, int64_t last) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  sp_lua_machine(lua)->run_count = 0;
  sp_lua_charge(lua, SP_LUA_CALL);
  if (last >= units->total) last = units->total - 1;
  if (first < 0) first = 0;
  for (int32_t i = first <= last ? run_at(units, first) : units->count; i < units->count; i++) {
    struct sp_unit_run run = units->runs[i];
    if (run.start > last) break;
    int64_t skip = first > run.start ? first - run.start : 0;
    int64_t end = last - run.start + 1 < run.count ? last - run.start + 1 : run.count;
    run.first += skip;
    run.count = end - skip;
    add_run(lua, run);
  }
  push_runs(lua, 0);
  return 1;
}

int sp_lua_units_slice(lua_State *lua) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  int64_t first = sp_lua_integer(lua, 2, 1, INT64_MAX);
  int64_t last = lua_isnoneornil(lua, 3) ? units->total : sp_lua_integer(lua, 3, 0, INT64_MAX);
  return push_part(lua, first - 1, last - 1);
}

int sp_lua_units_first(lua_State *lua) {
  return push_part(lua, 0, sp_lua_integer(lua, 2, 0, INT64_MAX) - 1);
}

int sp_lua_units_last(lua_State *lua) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  int64_t count = sp_lua_integer(lua, 2, 0, INT64_MAX);
  return push_part(lua, count > units->total ? 0 : units->total - count, units->total - 1);
}

int sp_lua_units_groups(lua_State *lua) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  int64_t size = sp_lua_integer(lua, 2, 1, GROUP_MAX);
  int64_t grouped = units->total - units->total % size;
  lua_Integer lists = 0;
  lua_newtable(lua);
  for (int64_t at = 0; at < grouped;) {
    const struct sp_unit_run *run = &units->runs[run_at(units, at)];
    int64_t alike = run->start + run->count - at;
    int64_t count = alike < size ? size : alike - alike % size;
    push_part(lua, at, at + count - 1);
    lua_rawseti(lua, -2, ++lists);
    at += count;
  }
  return 1;
}

int sp_lua_units_sum(lua_State *lua) {
  const struct sp_units_handle *units = sp_lua_check(lua, 1, SP_KIND_UNITS);
  enum sp_offer_base base = sp_lua_base(lua, 2, SP_BASE_GROSS);
  int64_t sum = 0;
  sp_lua_charge(lua, SP_LUA_CALL + units->count);
  for (int32_t i = 0; i < units->count; i++) {
    int64_t each = base == SP_BASE_GROSS ? units->runs[i].amount : units->runs[i].remaining;
    int64_t all = 0;
    if (__builtin_mul_overflow(each, units->runs[i].count, &all) || all > SP_MONEY_MAX ||
        sp_money_accumulate(&sum, all))
      return luaL_error(lua, "the sum is out of range");
  }
  lua_pushinteger(lua, sum);
  return 1;
}

/* ---- Joining ---- */

/* What of `run` is not in the runs `at` and following of `units`. */
static void add_rest(lua_State *lua, const struct sp_units_handle *units, int32_t at, struct sp_unit_run run) {
  for (; at < units->count && run.count > 0; at++) {
    const struct sp_unit_run *other = &units->runs[at];
    int64_t end = run.first + run.count;
    int64_t other_end = other->first + other->count;
    if (other->line != run.line || other_end <= run.first || other->first >= end) continue;
    struct sp_unit_run before = run;
    before.count = other->first - run.first;
    if (before.count > 0) add_rest(lua, units, at + 1, before);
    run.first = other_end;
    run.count = end - other_end;
  }
  add_run(lua, run);
}

int sp_lua_select_join(lua_State *lua) {
  const struct sp_units_handle *a = sp_lua_check(lua, 1, SP_KIND_UNITS);
  const struct sp_units_handle *b = sp_lua_check(lua, 2, SP_KIND_UNITS);
  struct sp_machine *machine = sp_lua_machine(lua);
  machine->run_count = 0;
  sp_lua_charge(lua, 2 * SP_LUA_CALL + a->count + b->count + (int64_t)a->count * b->count);
  for (int32_t i = 0; i < a->count; i++)
    add_run(lua, a->runs[i]);
  for (int32_t i = 0; i < b->count; i++)
    add_rest(lua, a, 0, b->runs[i]);
  push_runs(lua, 0);
  return 1;
}
