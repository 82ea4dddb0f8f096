#include "lua/host.h"

#include "base/text.h"
#include "generated/rules.h"
#include "generated/specs.h"
#include "lua/host_parts.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

#define ENTRY "suanpan.testing.run" /* rules/lib/suanpan/testing/run.lua */

struct sp_host *sp_host_of(lua_State *lua) {
  return *(struct sp_host **)lua_getextraspace(lua);
}

/* ---- The module suanpan.host ---- */

static int push_embedded(lua_State *lua, const char *path) {
  for (const struct sp_rule_text *text = sp_rule_texts; text->path; text++)
    if (strcmp(text->path, path) == 0) {
      lua_pushlstring(lua, text->text, text->len);
      return 1;
    }
  for (const struct sp_spec_text *text = sp_spec_texts; text->path; text++)
    if (strcmp(text->path, path) == 0) {
      lua_pushlstring(lua, text->text, text->len);
      return 1;
    }
  return 0;
}

/* text("base/promotion/multibuy.lua") → what this program carries under that path, or nil */
static int host_text(lua_State *lua) {
  return push_embedded(lua, luaL_checkstring(lua, 1));
}

/* specs() → paths of the built-in pack's specs and golden baskets */
static int host_specs(lua_State *lua) {
  lua_Integer at = 1;
  lua_newtable(lua);
  for (const struct sp_spec_text *text = sp_spec_texts; text->path; text++) {
    lua_pushstring(lua, text->path);
    lua_rawseti(lua, -2, at++);
  }
  return 1;
}

/* width(text) → columns on a terminal */
static int host_width(lua_State *lua) {
  size_t len = 0;
  const char *text = luaL_checklstring(lua, 1, &len);
  lua_pushinteger(lua, sp_utf8_columns(text, len));
  return 1;
}

/* watch(): from here on every bundle tells which lines run. */
static int host_watch(lua_State *lua) {
  sp_host_of(lua)->watching = true;
  return 0;
}

static const luaL_Reg functions[] = {
    {"text", host_text},        {"specs", host_specs},    {"width", host_width},
    {"watch", host_watch},      {"lines", sp_host_lines}, {"encode", sp_host_encode},
    {"decode", sp_host_decode}, {"build", sp_host_build}, {NULL, NULL},
};

static int open_host(lua_State *lua) {
  luaL_newlib(lua, functions);
  lua_pushstring(lua, sp_host_of(lua)->options->lang == SP_LANG_ZH ? "zh" : "en");
  lua_setfield(lua, -2, "lang");
  return 1;
}

/* A searcher for require: our own Lua is in the program, not on the disk. */
static int search(lua_State *lua) {
  const char *name = luaL_checkstring(lua, 1);
  lua_pushstring(lua, name);
  const char *slashed = luaL_gsub(lua, name, ".", "/");
  const char *path = lua_pushfstring(lua, "lib/%s.lua", slashed);
  if (strncmp(name, "suanpan.testing", 15) != 0 || !push_embedded(lua, path)) {
    lua_pushfstring(lua, "no module '%s' in the program", name);
    return 1;
  }
  size_t len = 0;
  const char *text = lua_tolstring(lua, -1, &len);
  const char *chunk = lua_pushfstring(lua, "@rules/%s", path);
  if (luaL_loadbufferx(lua, text, len, chunk, "t") != LUA_OK) return lua_error(lua);
  lua_pushstring(lua, path);
  return 2;
}

static void add_searcher(lua_State *lua) {
  lua_getglobal(lua, "package");
  lua_getfield(lua, -1, "searchers");
  for (lua_Integer at = (lua_Integer)lua_rawlen(lua, -1); at >= 2; at--) {
    lua_rawgeti(lua, -1, at);
    lua_rawseti(lua, -2, at + 1);
  }
  lua_pushcfunction(lua, search);
  lua_rawseti(lua, -2, 2); /* before the files: nothing of the same name may come between */
  lua_pop(lua, 2);
}

/* ---- Running ---- */

static int trace_back(lua_State *lua) {
  const char *text = lua_tostring(lua, 1);
  luaL_traceback(lua, lua, text ? text : luaL_typename(lua, 1), 1);
  return 1;
}

static int body(lua_State *lua) {
  const struct sp_host *host = sp_host_of(lua);
  luaL_openlibs(lua);
  sp_host_types(lua);
  luaL_requiref(lua, "suanpan.host", open_host, 0);
  add_searcher(lua);
  lua_getglobal(lua, "require");
  lua_pushstring(lua, ENTRY);
  lua_call(lua, 1, 1);
  lua_createtable(lua, host->options->word_count, 0);
  for (int i = 0; i < host->options->word_count; i++) {
    lua_pushstring(lua, host->options->words[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_call(lua, 1, 1);
  return 1;
}

int sp_host_run(const struct sp_host_options *options, int *status, struct sp_error *err) {
  struct sp_host host = {.options = options};
  lua_State *lua = luaL_newstate();
  if (!lua) return sp_error_nomem(err, __func__);
  host.watch = (struct sp_rule_watch){.line = sp_host_line, .ctx = &host};
  *(struct sp_host **)lua_getextraspace(lua) = &host;
  lua_pushcfunction(lua, trace_back);
  lua_pushcfunction(lua, body);
  int rc = lua_pcall(lua, 0, 1, 1);
  if (rc != LUA_OK) {
    const char *said = lua_tostring(lua, -1);
    fprintf(stderr, "%s\n", said ? said : "");
    rc = sp_fail(err, rc == LUA_ERRMEM ? SP_E_NOMEM : SP_E_INTERNAL, NULL, "The tests could not be run");
  }
  *status = rc ? 1 : (int)lua_tointeger(lua, -1);
  lua_close(lua);
  sp_host_lines_free(&host);
  return rc;
}
