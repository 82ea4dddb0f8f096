#include "lua/host_parts.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define JOB       "suanpan.job"
#define DEPTH_MAX 32

/* ---- Jobs ---- */

static int job_collect(lua_State *lua) {
  struct sp_host_job *job = luaL_checkudata(lua, 1, JOB);
  sp_json_free(job->tree);
  sp_json_free(job->more);
  sp_buf_free(&job->text);
  sp_arena_free(&job->arena);
  job->tree = NULL;
  job->more = NULL;
  return 0;
}

struct sp_host_job *sp_host_job(lua_State *lua) {
  struct sp_host_job *job = lua_newuserdatauv(lua, sizeof *job, 0);
  *job = (struct sp_host_job){.err.lang = sp_host_of(lua)->options->lang};
  sp_arena_init(&job->arena, SP_HOST_JSON_MAX);
  sp_buf_init(&job->text, SP_HOST_JSON_MAX);
  sp_json_start(&job->w, &job->text);
  if (luaL_newmetatable(lua, JOB)) {
    lua_pushcfunction(lua, job_collect);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  return job;
}

int sp_host_raise(lua_State *lua, struct sp_host_job *job) {
  const struct sp_error *err = &job->err;
  bool named = err->field[0] != '\0' && !strstr(err->message, err->field);
  lua_pushfstring(lua, "%s%s%s", named ? err->field : "", named ? ": " : "", err->message);
  return lua_error(lua);
}

/* ---- Out of Lua ---- */

static void put(lua_State *lua, struct sp_host_job *job, int depth, const char *name);

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of the table on top, sorted; they stay alive in the table. */
static const char **sorted_keys(lua_State *lua, struct sp_host_job *job, const char *name, size_t *count) {
  size_t total = 0;
  for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING) luaL_error(lua, "%s has a key that is a %s", name, luaL_typename(lua, -2));
    total++;
  }
  const char **keys = sp_arena_array(&job->arena, total + 1, sizeof *keys);
  if (!keys) luaL_error(lua, "out of memory");
  *count = 0;
  for (lua_pushnil(lua); keys && lua_next(lua, -2); lua_pop(lua, 1))
    keys[(*count)++] = lua_tostring(lua, -2);
  if (keys && total > 1) qsort((void *)keys, total, sizeof *keys, by_bytes);
  return keys;
}

static bool is_list(lua_State *lua) {
  if (luaL_getmetafield(lua, -1, "__name") != LUA_TNIL) {
    bool marked = strcmp(lua_tostring(lua, -1) ? lua_tostring(lua, -1) : "", "suanpan.list") == 0;
    lua_pop(lua, 1);
    if (marked) return true;
  }
  return lua_rawlen(lua, -1) > 0;
}

static void put_list(lua_State *lua, struct sp_host_job *job, int depth, const char *name) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, -1);
  sp_json_open_array(&job->w);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, -1, i);
    put(lua, job, depth + 1, name);
    lua_pop(lua, 1);
  }
  sp_json_close_array(&job->w);
}

static void put_object(lua_State *lua, struct sp_host_job *job, int depth, const char *name) {
  size_t count = 0;
  const char **keys = sorted_keys(lua, job, name, &count);
  sp_json_open_object(&job->w);
  for (size_t i = 0; i < count; i++) {
    lua_pushstring(lua, keys[i]);
    lua_rawget(lua, -2);
    sp_json_key(&job->w, keys[i]);
    put(lua, job, depth + 1, keys[i]);
    lua_pop(lua, 1);
  }
  sp_json_close_object(&job->w);
}

/* A float with no fraction is an integer that took a detour (10 / 2). */
static void put_number(lua_State *lua, struct sp_host_job *job, const char *name) {
  int whole = 0;
  lua_Integer value = lua_tointegerx(lua, -1, &whole);
  if (!whole) luaL_error(lua, "%s is %s; numbers are integers", name, lua_tostring(lua, -1));
  sp_json_int(&job->w, value);
}

/* Write the value on top; `name` is what a complaint calls it. */
static void put(lua_State *lua, struct sp_host_job *job, int depth, const char *name) {
  size_t len = 0;
  const char *text;
  if (depth > DEPTH_MAX) luaL_error(lua, "%s is too deep", name);
  luaL_checkstack(lua, 8, "the value is too deep");
  switch (lua_type(lua, -1)) {
  case LUA_TNIL:
    sp_json_null(&job->w);
    return;
  case LUA_TBOOLEAN:
    sp_json_bool(&job->w, lua_toboolean(lua, -1) != 0);
    return;
  case LUA_TNUMBER:
    put_number(lua, job, name);
    return;
  case LUA_TSTRING:
    text = lua_tolstring(lua, -1, &len);
    sp_json_text_n(&job->w, text, len);
    return;
  case LUA_TTABLE:
    if (is_list(lua))
      put_list(lua, job, depth, name);
    else
      put_object(lua, job, depth, name);
    return;
  default:
    luaL_error(lua, "%s is a %s, which cannot leave the spec", name, luaL_typename(lua, -1));
  }
}

int sp_host_encode(lua_State *lua) {
  luaL_checkany(lua, 1);
  lua_settop(lua, 1);
  struct sp_host_job *job = sp_host_job(lua);
  lua_pushvalue(lua, 1);
  put(lua, job, 0, "the value");
  if (job->text.failed) return luaL_error(lua, "the value is too large");
  lua_pushlstring(lua, sp_buf_text(&job->text), job->text.len);
  return 1;
}

/* ---- Into Lua ---- */

static void push(lua_State *lua, const struct cJSON *value) {
  lua_Integer at = 1;
  luaL_checkstack(lua, 8, "the value is too deep");
  if (cJSON_IsBool(value)) {
    lua_pushboolean(lua, cJSON_IsTrue(value));
  } else if (cJSON_IsNumber(value)) {
    lua_pushinteger(lua, (lua_Integer)value->valuedouble);
  } else if (cJSON_IsString(value)) {
    lua_pushstring(lua, value->valuestring);
  } else if (cJSON_IsArray(value)) {
    lua_newtable(lua);
    for (const struct cJSON *item = value->child; item; item = item->next) {
      push(lua, item);
      lua_rawseti(lua, -2, at++);
    }
  } else if (cJSON_IsObject(value)) {
    lua_newtable(lua);
    for (const struct cJSON *item = value->child; item; item = item->next) {
      push(lua, item);
      lua_setfield(lua, -2, item->string);
    }
  } else {
    lua_pushnil(lua);
  }
}

void sp_host_push_json(lua_State *lua, const char *text, size_t len) {
  struct sp_host_job *job = sp_host_job(lua);
  if (sp_json_parse(text, len, &job->tree, &job->err)) sp_host_raise(lua, job);
  push(lua, job->tree);
  lua_remove(lua, -2);
}

int sp_host_decode(lua_State *lua) {
  size_t len = 0;
  const char *text = luaL_checklstring(lua, 1, &len);
  sp_host_push_json(lua, text, len);
  return 1;
}
