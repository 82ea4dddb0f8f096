/* Lines of the basket as rules see them. */
#include "engine/stacking.h"
#include "lua/calls.h"
#include "lua/impl.h"

#include <string.h>

static const struct sp_line *line_of(const struct sp_machine *machine, const struct sp_handle *handle) {
  return &machine->view.basket->lines[handle->line];
}

/* ---- Facts ---- */

bool sp_lua_line_tagged(const struct sp_line *line, const char *tag) {
  for (int32_t i = 0; i < line->tag_count; i++)
    if (strcmp(line->tags[i], tag) == 0) return true;
  return false;
}

/* A category holds everything below it. */
bool sp_lua_line_within(const struct sp_line *line, const char *category, size_t len) {
  return strncmp(line->category, category, len) == 0 && (line->category[len] == '\0' || line->category[len] == '/');
}

bool sp_lua_line_expires_in(const struct sp_machine *machine, const struct sp_line *line, int64_t *days) {
  int64_t last = 0;
  int64_t today = 0;
  if (line->expires == 0 || !sp_lua_date_days(line->expires, &last)) return false;
  if (!sp_lua_date_days(machine->view.context->business_date, &today)) return false;
  *days = last - today;
  return true;
}

uint64_t sp_lua_bit(const char *text, size_t len) {
  uint32_t hash = 2166136261U; /* FNV-1a */
  for (size_t i = 0; i < len; i++)
    hash = (hash ^ (unsigned char)text[i]) * 16777619U;
  return (uint64_t)1 << (hash >> 26);
}

/* Of a category and of all it is in. */
static uint64_t category_mask(const char *category) {
  uint64_t mask = sp_lua_bit(category, strlen(category));
  for (size_t at = 0; category[at]; at++)
    if (category[at] == '/') mask |= sp_lua_bit(category, at);
  return mask;
}

static struct sp_lua_fact fact_of(const struct sp_line *line) {
  struct sp_lua_fact fact = {.units = sp_stack_units(line)};
  fact.masks[SP_LUA_MASK_CODE] = sp_lua_bit(line->code, strlen(line->code));
  fact.masks[SP_LUA_MASK_CATEGORY] = category_mask(line->category);
  for (int32_t i = 0; i < line->tag_count; i++)
    fact.masks[SP_LUA_MASK_TAG] |= sp_lua_bit(line->tags[i], strlen(line->tags[i]));
  return fact;
}

const struct sp_lua_fact *sp_lua_facts(struct sp_machine *machine) {
  const struct sp_basket *basket = machine->view.basket;
  if (machine->facts_fresh) return machine->facts;
  for (int32_t i = 0; i < basket->count && i < SP_BASKET_LINES_MAX; i++)
    machine->facts[i] = fact_of(&basket->lines[i]);
  machine->facts_fresh = true;
  return machine->facts;
}

int64_t sp_lua_unit_amount(struct sp_machine *machine, int32_t line) {
  const struct sp_line_price *price = machine->view.prices ? &machine->view.prices[line] : NULL;
  if (!price) return 0;
  return sp_lua_facts(machine)[line].units == 1 ? price->gross : price->unit_price;
}

/* ---- Handles: made once a basket and kept in a table of that basket ---- */

/* [+1, e] */
static void push_handles(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  if (!machine->handles_fresh) {
    bool metered = machine->metered;
    machine->metered = false; /* who comes first does not pay for all */
    lua_createtable(lua, machine->view.basket->count, 1);
    machine->metered = metered;
    lua_rawseti(lua, LUA_REGISTRYINDEX, machine->handles);
    machine->handles_fresh = true;
  }
  lua_rawgeti(lua, LUA_REGISTRYINDEX, machine->handles);
}

void sp_lua_push_line(lua_State *lua, int32_t line) {
  push_handles(lua);
  if (lua_rawgeti(lua, -1, line + 1) == LUA_TNIL) {
    lua_pop(lua, 1);
    struct sp_handle *handle = sp_lua_new(lua, SP_KIND_LINE, sizeof *handle);
    handle->line = line;
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, line + 1);
  }
  lua_remove(lua, -2);
}

void sp_lua_push_all_lines(lua_State *lua) {
  int32_t count = sp_lua_machine(lua)->view.basket->count;
  push_handles(lua);
  if (lua_rawgeti(lua, -1, 0) == LUA_TNIL) {
    lua_pop(lua, 1);
    struct sp_lines_handle *lines =
        sp_lua_new(lua, SP_KIND_LINES, sizeof *lines + (size_t)count * sizeof lines->lines[0]);
    lines->count = count;
    for (int32_t i = 0; i < count; i++)
      lines->lines[i] = i;
    lua_pushvalue(lua, -1);
    lua_rawseti(lua, -3, 0);
  }
  lua_remove(lua, -2);
}

void sp_lua_lines_at(lua_State *lua, const struct sp_handle *handle, int64_t at) {
  const struct sp_lines_handle *lines = (const struct sp_lines_handle *)handle;
  if (at <= lines->count)
    sp_lua_push_line(lua, lines->lines[at - 1]);
  else
    lua_pushnil(lua);
}

int64_t sp_lua_lines_len(const struct sp_handle *handle) {
  return ((const struct sp_lines_handle *)handle)->count;
}

/* ---- Fields ---- */

static void push_known(lua_State *lua, bool known, int64_t value) {
  if (known)
    lua_pushinteger(lua, value);
  else
    lua_pushnil(lua);
}

static void push_money(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_line_price *price = machine->view.prices ? &machine->view.prices[handle->line] : NULL;
  const struct sp_line *line = line_of(machine, handle);
  switch (field) {
  case SP_LINE_LIST_PRICE:
    lua_pushinteger(lua, line->list_price);
    break;
  case SP_LINE_GIVEN_PRICE:
    push_known(lua, line->given_price >= 0, line->given_price);
    break;
  case SP_LINE_PRICE:
    push_known(lua, price != NULL, price ? price->unit_price : 0);
    break;
  case SP_LINE_GROSS:
    push_known(lua, price != NULL, price ? price->gross : 0);
    break;
  default:
    push_known(lua, price != NULL, price ? price->net : 0);
    break;
  }
}

static void push_lot(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_line *line = line_of(machine, handle);
  int64_t days = 0;
  switch (field) {
  case SP_LINE_LOT:
    lua_pushstring(lua, line->lot && line->lot[0] ? line->lot : NULL);
    break;
  case SP_LINE_EXPIRES:
    push_known(lua, line->expires != 0, line->expires);
    break;
  default: {
    bool known = sp_lua_line_expires_in(machine, line, &days);
    push_known(lua, known, days);
  }
  }
}

void sp_lua_line_read(lua_State *lua, const struct sp_handle *handle, int field) {
  const struct sp_line *line = line_of(sp_lua_machine(lua), handle);
  switch (field) {
  case SP_LINE_N:
    lua_pushinteger(lua, line->n);
    break;
  case SP_LINE_CODE:
    lua_pushstring(lua, line->code);
    break;
  case SP_LINE_UNIT:
    lua_pushstring(lua, line->unit);
    break;
  case SP_LINE_CATEGORY:
    lua_pushstring(lua, line->category);
    break;
  case SP_LINE_QUANTITY:
    lua_pushinteger(lua, line->quantity);
    break;
  case SP_LINE_UNITS:
    lua_pushinteger(lua, sp_stack_units(line));
    break;
  case SP_LINE_WEIGHED:
    lua_pushboolean(lua, line->weighed);
    break;
  case SP_LINE_PARENT:
    push_known(lua, line->parent != 0, line->parent);
    break;
  case SP_LINE_MARKDOWN:
    sp_lua_push_markdown(lua, &line->markdown);
    break;
  case SP_LINE_LOT:
  case SP_LINE_EXPIRES:
  case SP_LINE_EXPIRES_IN:
    push_lot(lua, handle, field);
    break;
  default:
    push_money(lua, handle, field);
    break;
  }
}

/* ---- Methods ---- */

int sp_lua_line_has_tag(lua_State *lua) {
  const struct sp_handle *handle = sp_lua_check(lua, 1, SP_KIND_LINE);
  const struct sp_line *line = line_of(sp_lua_machine(lua), handle);
  const char *tag = sp_lua_text(lua, 2, NULL);
  sp_lua_charge(lua, SP_LUA_CALL + line->tag_count);
  lua_pushboolean(lua, sp_lua_line_tagged(line, tag));
  return 1;
}

int sp_lua_line_in_category(lua_State *lua) {
  const struct sp_handle *handle = sp_lua_check(lua, 1, SP_KIND_LINE);
  size_t len = 0;
  const char *category = sp_lua_text(lua, 2, &len);
  sp_lua_charge(lua, SP_LUA_CALL);
  lua_pushboolean(lua, sp_lua_line_within(line_of(sp_lua_machine(lua), handle), category, len));
  return 1;
}
