/* Questions beyond a basket: JSON in as frozen tables, a plain table out as JSON.
 *
 * The input is strict: a name that neither stands there nor belongs to the hook's contract raises, so a misspelled
 * field never reads as nil. The answer is written with its names sorted, the same on every till. */
#include "base/json.h"
#include "lua/impl.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX      8 /* of an answer: a table in itself ends here too */
#define NAMES_MAX      64
#define NAME_MAX_BYTES 64

static const struct sp_field *field_named(const struct sp_field *fields, const char *name) {
  for (; fields && fields->name; fields++)
    if (strcmp(fields->name, name) == 0) return fields;
  return NULL;
}

/* ---- In ---- */

/* Upvalues: the names that are there, the fields of the contract. */
static int read_input(lua_State *lua) {
  lua_pushvalue(lua, 2);
  sp_lua_charge(lua, SP_LUA_CALL);
  if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : NULL;
  if (name && field_named(lua_touserdata(lua, lua_upvalueindex(2)), name)) return 1;
  return luaL_error(lua, "the input has no '%s'", name ? name : luaL_typename(lua, 2));
}

static int read_list(lua_State *lua) {
  if (!lua_isinteger(lua, 2)) return luaL_error(lua, "a list is counted from 1; use ipairs");
  lua_pushvalue(lua, 2);
  lua_rawget(lua, lua_upvalueindex(1));
  return 1;
}

static void push_number(lua_State *lua, const struct cJSON *json) {
  double value = json->valuedouble;
  if (!(value >= -(double)SP_JSON_INT_MAX && value <= (double)SP_JSON_INT_MAX) || value != (double)(int64_t)value)
    luaL_error(lua, "the input holds a number that is no integer");
  lua_pushinteger(lua, (int64_t)value);
}

static void push_text(lua_State *lua, const char *text) {
  if (strlen(text) > SP_LUA_INPUT_MAX)
    luaL_error(lua, "the input holds a text of more than %d bytes", SP_LUA_INPUT_MAX);
  lua_pushstring(lua, text);
}

static void push_object(lua_State *lua, const struct cJSON *json, const struct sp_field *fields) {
  lua_newtable(lua);
  for (const cJSON *item = json->child; item; item = item->next) {
    const struct sp_field *field = field_named(fields, item->string);
    sp_lua_push_json(lua, item, field ? field->fields : NULL);
    lua_setfield(lua, -2, item->string);
  }
  sp_lua_freeze_with(lua, read_input, fields, 0);
}

static void push_list(lua_State *lua, const struct cJSON *json, const struct sp_field *fields) {
  int count = cJSON_GetArraySize(json);
  int at = 0;
  if (count > SP_LUA_LIST_MAX) luaL_error(lua, "the input holds a list of more than %d entries", SP_LUA_LIST_MAX);
  lua_createtable(lua, count, 0);
  for (const cJSON *item = json->child; item; item = item->next) {
    sp_lua_push_json(lua, item, fields);
    lua_rawseti(lua, -2, ++at);
  }
  sp_lua_freeze_with(lua, read_list, NULL, count);
}

void sp_lua_push_json(lua_State *lua, const struct cJSON *json, const struct sp_field *fields) {
  luaL_checkstack(lua, 12, "the input is nested too deeply");
  if (cJSON_IsObject(json))
    push_object(lua, json, fields);
  else if (cJSON_IsArray(json))
    push_list(lua, json, fields);
  else if (cJSON_IsString(json))
    push_text(lua, json->valuestring);
  else if (cJSON_IsNumber(json))
    push_number(lua, json);
  else if (cJSON_IsBool(json))
    lua_pushboolean(lua, cJSON_IsTrue(json));
  else
    lua_pushnil(lua);
}

/* ---- Out ---- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_value(lua_State *lua, struct sp_json_writer *w, const struct sp_field *field, int depth);

/* Names of the table on top, sorted; −1 when it is a list. */
static int read_names(lua_State *lua, const char *names[NAMES_MAX], int64_t *entries) {
  int count = 0;
  *entries = 0;
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
    size_t len = 0;
    sp_lua_charge(lua, 4);
    if (lua_isinteger(lua, -2)) {
      ++*entries;
      continue;
    }
    if (lua_type(lua, -2) != LUA_TSTRING) luaL_error(lua, "an answer has names or positions only");
    const char *name = lua_tolstring(lua, -2, &len);
    if (len == 0 || len > NAME_MAX_BYTES) luaL_error(lua, "a name in an answer has 1 to %d bytes", NAME_MAX_BYTES);
    if (count == NAMES_MAX) luaL_error(lua, "an object of an answer has at most %d names", NAMES_MAX);
    names[count++] = name;
  }
  if (count > 0 && *entries > 0) luaL_error(lua, "a table of an answer is a list or has names, not both");
  qsort((void *)names, (size_t)count, sizeof *names, by_text);
  return count;
}

static void put_list(lua_State *lua, struct sp_json_writer *w, const struct sp_field *field, int64_t count, int depth) {
  const struct sp_field item = {.type = SP_FIELD_OBJECT, .fields = field ? field->fields : NULL};
  if (count > SP_LUA_LIST_MAX) luaL_error(lua, "a list of an answer has at most %d entries", SP_LUA_LIST_MAX);
  sp_json_open_array(w);
  for (int64_t i = 1; i <= count; i++) {
    if (lua_rawgeti(lua, -1, i) == LUA_TNIL) luaL_error(lua, "a list of an answer has a hole at %I", i);
    put_value(lua, w, &item, depth + 1);
    lua_pop(lua, 1);
  }
  sp_json_close_array(w);
}

static void put_table(lua_State *lua, struct sp_json_writer *w, const struct sp_field *field, int depth) {
  const char *names[NAMES_MAX];
  int64_t entries = 0;
  luaL_checkstack(lua, 8, "the answer is nested too deeply");
  if (depth > DEPTH_MAX) luaL_error(lua, "an answer is nested at most %d deep", DEPTH_MAX);
  sp_lua_unseal(lua, -1);
  if (luaL_getmetafield(lua, -1, "__metatable") != LUA_TNIL)
    luaL_error(lua, "a read-only table cannot be given back: make one of your own");
  int count = read_names(lua, names, &entries);
  if (entries > 0 || (field && field->type == SP_FIELD_LIST && count == 0)) {
    put_list(lua, w, field, entries, depth);
    return;
  }
  sp_json_open_object(w);
  for (int i = 0; i < count; i++) {
    sp_json_key(w, names[i]);
    lua_pushstring(lua, names[i]);
    lua_rawget(lua, -2);
    put_value(lua, w, field_named(field ? field->fields : NULL, names[i]), depth + 1);
    lua_pop(lua, 1);
  }
  sp_json_close_object(w);
}

static void put_value(lua_State *lua, struct sp_json_writer *w, const struct sp_field *field, int depth) {
  size_t len = 0;
  sp_lua_charge(lua, SP_LUA_CALL);
  switch (lua_type(lua, -1)) {
  case LUA_TTABLE:
    put_table(lua, w, field, depth);
    break;
  case LUA_TBOOLEAN:
    sp_json_bool(w, lua_toboolean(lua, -1));
    break;
  case LUA_TSTRING: {
    const char *text = lua_tolstring(lua, -1, &len);
    sp_lua_charge(lua, (int64_t)(len / 4));
    sp_json_text_n(w, text, len);
    break;
  }
  default: {
    lua_Integer value = lua_isinteger(lua, -1) ? lua_tointeger(lua, -1) : 0;
    if (!lua_isinteger(lua, -1))
      luaL_error(lua, "an answer holds %s, which is neither text, integer, boolean nor table",
                 lua_type(lua, -1) == LUA_TNUMBER ? "a float" : luaL_typename(lua, -1));
    if (value > SP_JSON_INT_MAX || value < -SP_JSON_INT_MAX)
      luaL_error(lua, "an answer holds a number that is too large");
    sp_json_int(w, value);
  }
  }
  if (w->out->failed == SP_E_NOMEM) (void)sp_lua_take(lua, NULL);
  if (w->out->failed) luaL_error(lua, "an answer has at most %d bytes", SP_RULE_VALUE_MAX);
}

const char *sp_lua_give_json(lua_State *lua, const struct sp_field *fields, size_t *len) {
  struct sp_machine *machine = sp_lua_machine(lua);
  const struct sp_field whole = {.type = SP_FIELD_OBJECT, .fields = fields};
  struct sp_json_writer w;
  sp_buf_reset(&machine->value);
  sp_json_start(&w, &machine->value);
  if (lua_isnil(lua, -1))
    sp_json_null(&w);
  else if (lua_istable(lua, -1))
    put_value(lua, &w, &whole, 1);
  else
    luaL_error(lua, "evaluate of a hook must return a table, or nothing");
  if (machine->value.failed) (void)sp_lua_take(lua, NULL);
  *len = machine->value.len;
  return sp_lua_take(lua, sp_arena_copy(machine->arena, machine->value.data, machine->value.len));
}
