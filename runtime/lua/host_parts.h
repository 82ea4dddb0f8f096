/* The test host: what its files share. Everything that can raise runs under the one lua_pcall of host.c. [e] */
#ifndef SP_LUA_HOST_PARTS_H
#define SP_LUA_HOST_PARTS_H

#include "base/arena.h"
#include "base/json.h"
#include "lua/host.h"
#include "ports/rule_vm.h"

#include <lauxlib.h>
#include <lua.h>

#define SP_HOST_JSON_MAX ((size_t)64 << 20)

struct cJSON;

/* How often each line of a rule file ran. */
struct sp_host_file {
  char *name;
  int32_t *counts; /* by line, from 1 */
  int32_t lines;
};

struct sp_host {
  const struct sp_host_options *options;
  struct sp_rule_watch watch;
  bool watching;
  struct sp_host_file *files;
  int32_t file_count;
  const struct sp_rule_program *last_program; /* where the last line ran … */
  int32_t last_rule, last_file;               /* … and its file */
};

struct sp_host *sp_host_of(lua_State *lua);

/* host_json.c: values as JSON. Lists are tables with [1]; an empty table is an object unless it carries the metatable
 * "suanpan.list". Numbers are integers, keys texts, written in byte order. [e] */
int sp_host_encode(lua_State *lua); /* (value) → text */
int sp_host_decode(lua_State *lua); /* (text) → value */
void sp_host_push_json(lua_State *lua, const char *text, size_t len);

/* Memory of one call, freed by the collector whatever is raised. [+1, e] */
struct sp_host_job {
  struct sp_arena arena;
  struct sp_buf text;
  struct sp_json_writer w;
  struct cJSON *tree, *more;
  struct sp_error err;
};
struct sp_host_job *sp_host_job(lua_State *lua);
/* Raise the job's error as "file:line: what". */
int sp_host_raise(lua_State *lua, struct sp_host_job *job);

/* host_bundle.c: bundles and their machines. [+1, e] */
int sp_host_build(lua_State *lua);
void sp_host_types(lua_State *lua);

/* host_lines.c: which lines ran. */
void sp_host_line(const struct sp_rule_watch *self, const struct sp_rule_program *program, int32_t rule, int32_t line);
int sp_host_lines(lua_State *lua); /* () → { [file] = { [line] = count } } */
void sp_host_lines_free(struct sp_host *host);

#endif
