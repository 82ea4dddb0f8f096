/* Why an offer is made: a small table of the rule as one JSON object, names sorted, the same on every till. */
#include "base/json.h"
#include "lua/calls.h"
#include "lua/impl.h"

#include <string.h>

#define REASON_FIELDS   16
#define REASON_NAME_MAX 32
#define REASON_CODE_MAX 23 /* what a phrase leaves for "-approved" */

struct field {
  const char *name;
  int type;
  int64_t number; /* or whether it is true */
  const char *text;
  size_t len;
};

/* What is at the top of the stack; its texts stay alive in their table. */
static struct field field_of(lua_State *lua, const char *name) {
  struct field field = {.name = name, .type = lua_type(lua, -1)};
  if (field.type == LUA_TSTRING)
    field.text = lua_tolstring(lua, -1, &field.len);
  else if (field.type == LUA_TBOOLEAN)
    field.number = lua_toboolean(lua, -1);
  else if (lua_isinteger(lua, -1))
    field.number = lua_tointeger(lua, -1);
  else
    field.type = LUA_TNONE;
  return field;
}

/* The fields of the table at `arg`, sorted: the order of a Lua table differs from process to process. */
static int read_fields(lua_State *lua, int arg, struct field fields[REASON_FIELDS]) {
  int count = 0;
  for (lua_pushnil(lua); lua_next(lua, arg); lua_pop(lua, 1)) {
    size_t len = 0;
    if (lua_type(lua, -2) != LUA_TSTRING) luaL_error(lua, "a reason has names, not positions");
    const char *name = lua_tolstring(lua, -2, &len);
    if (len == 0 || len > REASON_NAME_MAX) luaL_error(lua, "a name in a reason has 1 to %d bytes", REASON_NAME_MAX);
    if (count == REASON_FIELDS) luaL_error(lua, "a reason has at most %d fields", REASON_FIELDS);
    int at = count++;
    for (; at > 0 && strcmp(fields[at - 1].name, name) > 0; at--)
      fields[at] = fields[at - 1];
    fields[at] = field_of(lua, name);
  }
  return count;
}

static void put_field(lua_State *lua, struct sp_json_writer *w, const struct field *field) {
  sp_json_key(w, field->name);
  switch (field->type) {
  case LUA_TBOOLEAN:
    sp_json_bool(w, field->number != 0);
    break;
  case LUA_TNUMBER:
    if (field->number > SP_JSON_INT_MAX || field->number < -SP_JSON_INT_MAX)
      luaL_error(lua, "the reason's %s is too large", field->name);
    sp_json_int(w, field->number);
    break;
  case LUA_TSTRING:
    sp_json_text_n(w, field->text, field->len);
    break;
  default:
    luaL_error(lua, "the reason's %s must be text, an integer or a boolean", field->name);
  }
}

/* A rule often gives the same reason for many units. */
static const char *keep(lua_State *lua) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_buf *made = &machine->reason;
  if (machine->last_reason && machine->last_reason_len == made->len &&
      memcmp(machine->last_reason, made->data, made->len) == 0)
    return machine->last_reason;
  machine->last_reason = sp_lua_take(lua, sp_arena_copy(machine->arena, made->data, made->len));
  machine->last_reason_len = made->len;
  return machine->last_reason;
}

const char *sp_lua_reason(lua_State *lua, int arg) {
  struct sp_machine *machine = sp_lua_machine(lua);
  struct field fields[REASON_FIELDS];
  struct sp_json_writer w;
  if (lua_isnoneornil(lua, arg)) return NULL;
  if (!lua_istable(lua, arg))
    luaL_error(lua, "%s must be a reason: a table, not %s", sp_lua_argument(lua, arg), luaL_typename(lua, arg));
  sp_lua_unseal(lua, arg);
  int count = read_fields(lua, arg, fields);
  sp_lua_charge(lua, 2 * SP_LUA_CALL + count * 12);
  sp_buf_reset(&machine->reason);
  sp_json_start(&w, &machine->reason);
  sp_json_open_object(&w);
  for (int i = 0; i < count; i++)
    put_field(lua, &w, &fields[i]);
  sp_json_close_object(&w);
  if (machine->reason.failed == SP_E_NOMEM) (void)sp_lua_take(lua, NULL);
  if (machine->reason.failed) luaL_error(lua, "a reason has at most %d bytes", SP_RULE_REASON_MAX);
  sp_lua_charge(lua, (int64_t)(machine->reason.len / 8));
  return keep(lua);
}

/* ---- What a person took off by hand ---- */

/* The field of argument 1 that is a text, left on the stack so that it stays alive. [+1, e] */
static const char *said(lua_State *lua, const char *name) {
  if (lua_getfield(lua, 1, name) != LUA_TSTRING)
    luaL_error(lua, "argument 1 must be what the basket or a line has as its markdown");
  return lua_tostring(lua, -1);
}

static void set(lua_State *lua, const char *name, const char *text) {
  lua_pushstring(lua, text);
  lua_setfield(lua, -2, name);
}

int sp_lua_offer_by_hand(lua_State *lua) {
  sp_lua_charge(lua, 4 * SP_LUA_CALL);
  if (!lua_istable(lua, 1)) luaL_error(lua, "argument 1 must be a markdown, not %s", luaL_typename(lua, 1));
  const char *code = sp_lua_name(lua, 2, REASON_CODE_MAX);
  const char *kind = said(lua, "kind");
  const char *why = said(lua, "reason");
  const char *approver = said(lua, "approver");
  const char *told = approver[0] ? "-approved" : why[0] ? "-said" : "";
  lua_pushfstring(lua, "%s%s", code, told);
  lua_createtable(lua, 0, 4);
  lua_insert(lua, -2);
  lua_setfield(lua, -2, "code");
  lua_getfield(lua, 1, "value");
  lua_setfield(lua, -2, kind);
  if (told[0]) set(lua, "reason", why);
  if (approver[0]) set(lua, "approver", approver);
  return 1;
}
