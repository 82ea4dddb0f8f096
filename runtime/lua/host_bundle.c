#include "engine/cases.h"
#include "engine/engine.h"
#include "engine/hook.h"
#include "lua/host_parts.h"
#include "lua/machine.h"

#include <stdlib.h>
#include <string.h>

#define BUNDLE    "suanpan.bundle"
#define FILES_MAX 10000

struct bundle {
  struct sp_bundle *bundle;
  struct sp_rule_vm *vm;
};

static struct bundle *check(lua_State *lua) {
  struct bundle *self = luaL_checkudata(lua, 1, BUNDLE);
  if (!self->bundle) luaL_error(lua, "the bundle is closed");
  return self;
}

static int collect(lua_State *lua) {
  struct bundle *self = luaL_checkudata(lua, 1, BUNDLE);
  if (self->vm) self->vm->api->close(self->vm);
  sp_bundle_release(self->bundle);
  *self = (struct bundle){0};
  return 0;
}

/* ---- Building ---- */

static const char *text_field(lua_State *lua, const char *name) {
  const char *text = lua_getfield(lua, 1, name) == LUA_TSTRING ? lua_tostring(lua, -1) : NULL;
  lua_pop(lua, 1); /* the table keeps it */
  return text;
}

/* files = { { path = "campaigns.json", text = "…" }, … }; the texts stay in the table. */
static struct sp_pack_file *read_files(lua_State *lua, struct sp_host_job *job, int32_t *count) {
  if (lua_getfield(lua, 1, "files") != LUA_TTABLE) return NULL;
  lua_Integer total = (lua_Integer)lua_rawlen(lua, -1);
  if (total > FILES_MAX) luaL_error(lua, "too many files");
  struct sp_pack_file *files = sp_arena_array(&job->arena, (size_t)total + 1, sizeof *files);
  if (!files) {
    luaL_error(lua, "out of memory");
    return NULL;
  }
  for (lua_Integer i = 1; i <= total; i++) {
    lua_rawgeti(lua, -1, i);
    lua_getfield(lua, -1, "path");
    lua_getfield(lua, -2, "text");
    struct sp_pack_file *file = &files[(*count)++];
    file->path = luaL_checkstring(lua, -2);
    file->text = luaL_checklstring(lua, -1, &file->len);
    lua_pop(lua, 3);
  }
  return files;
}

/* build{ folder?, bare?, store?, files? } → bundle */
int sp_host_build(lua_State *lua) {
  struct sp_host *host = sp_host_of(lua);
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  struct sp_host_job *job = sp_host_job(lua);
  struct bundle *self = lua_newuserdatauv(lua, sizeof *self, 0);
  *self = (struct bundle){0};
  luaL_setmetatable(lua, BUNDLE);
  struct sp_bundle_options options = {
      .folder = text_field(lua, "folder"), .store = text_field(lua, "store"), .limits = sp_rule_limits_default()};
  lua_getfield(lua, 1, "bare");
  options.bare = lua_toboolean(lua, -1) != 0;
  options.files = read_files(lua, job, &options.file_count);
  if (host->watching) options.limits.watch = &host->watch;
  int rc = sp_bundle_build(&options, sp_lua_api(), &self->bundle, &job->err);
  if (!rc) rc = sp_bundle_vm_open(self->bundle, &self->vm, &job->err);
  if (rc) return sp_host_raise(lua, job);
  lua_settop(lua, 3);
  return 1;
}

/* ---- Asking ---- */

/* The JSON text at `arg`, parsed into the job. */
static const struct cJSON *parse(lua_State *lua, struct sp_host_job *job, int arg, struct cJSON **tree) {
  size_t len = 0;
  const char *text = luaL_checklstring(lua, arg, &len);
  if (sp_json_parse(text, len, tree, &job->err)) sp_host_raise(lua, job);
  return *tree;
}

static int give(lua_State *lua, struct sp_host_job *job) {
  if (job->text.failed) return luaL_error(lua, "the answer is too large");
  sp_host_push_json(lua, sp_buf_text(&job->text), job->text.len);
  return 1;
}

static struct sp_trial *trial_read(lua_State *lua, struct sp_host_job *job, int arg) {
  struct sp_trial *trial = sp_arena_alloc(&job->arena, sizeof *trial);
  const struct cJSON *json = parse(lua, job, arg, &job->tree);
  int rc = trial ? sp_json_only(json, sp_trial_fields, &job->err) : sp_error_nomem(&job->err, __func__);
  if (!rc) rc = sp_trial_read(json, &job->arena, trial, &job->err);
  if (rc) sp_host_raise(lua, job);
  return trial;
}

/* bundle:price(json) → result */
static int price(lua_State *lua) {
  struct bundle *self = check(lua);
  struct sp_host_job *job = sp_host_job(lua);
  struct sp_trial *trial = trial_read(lua, job, 2);
  struct sp_priced priced;
  int rc = sp_trial_price(self->bundle, self->vm, trial, &job->arena, &priced, &job->err);
  if (!rc) rc = sp_trial_result(self->bundle, self->vm, trial, &priced, &job->arena, &job->w, &job->err);
  return rc ? sp_host_raise(lua, job) : give(lua, job);
}

/* bundle:offers(campaign, json) → list of proposals */
static int offers(lua_State *lua) {
  struct bundle *self = check(lua);
  const char *campaign = luaL_checkstring(lua, 2);
  struct sp_host_job *job = sp_host_job(lua);
  struct sp_trial *trial = trial_read(lua, job, 3);
  int rc = sp_trial_offers(self->bundle, self->vm, campaign, trial, &job->arena, &job->w, &job->err);
  return rc ? sp_host_raise(lua, job) : give(lua, job);
}

static void answers_put(struct sp_json_writer *w, const struct sp_answers *answers) {
  sp_json_open_object(w);
  sp_json_key(w, "answers");
  sp_json_open_array(w);
  for (int32_t i = 0; i < answers->count; i++) {
    sp_json_open_object(w);
    sp_json_put_text(w, "campaign", answers->list[i].campaign);
    sp_json_put_text(w, "rule", answers->list[i].rule);
    sp_json_key(w, "answer");
    sp_json_raw(w, answers->list[i].json, answers->list[i].len);
    sp_json_close_object(w);
  }
  sp_json_close_array(w);
  sp_json_put_int(w, "alarms", answers->alarms);
  sp_json_key(w, "trace");
  if (answers->trace)
    sp_json_raw(w, answers->trace, answers->trace_len);
  else
    sp_json_raw(w, "[]", 2);
  sp_json_close_object(w);
}

/* bundle:ask(hook, input json, basket json for the moment) → { answers, alarms, trace } */
static int ask(lua_State *lua) {
  struct bundle *self = check(lua);
  const char *hook = luaL_checkstring(lua, 2);
  struct sp_host_job *job = sp_host_job(lua);
  const struct sp_trial *trial = trial_read(lua, job, 4);
  const struct cJSON *input = parse(lua, job, 3, &job->more);
  struct sp_answers answers = {0};
  int rc = sp_engine_ask(self->bundle, self->vm, hook, input, &trial->context, &job->arena, &answers, &job->err);
  if (rc) return sp_host_raise(lua, job);
  answers_put(&job->w, &answers);
  return give(lua, job);
}

/* bundle:describe() → what `suanpan check` shows */
static int describe(lua_State *lua) {
  struct bundle *self = check(lua);
  struct sp_host_job *job = sp_host_job(lua);
  if (sp_bundle_describe(self->bundle, &job->text, &job->err)) return sp_host_raise(lua, job);
  return give(lua, job);
}

/* bundle:cases(path, text) → list of reports */
static int cases(lua_State *lua) {
  struct bundle *self = check(lua);
  struct sp_pack_file file = {.path = luaL_checkstring(lua, 2)};
  file.text = luaL_checklstring(lua, 3, &file.len);
  struct sp_host_job *job = sp_host_job(lua);
  struct sp_cases run = {.bundle = self->bundle, .lang = job->err.lang};
  sp_json_open_array(&job->w);
  int rc = sp_cases_file_run(&run, &file, &job->w, &job->err);
  sp_json_close_array(&job->w);
  return rc ? sp_host_raise(lua, job) : give(lua, job);
}

/* bundle:sources() → { { file = "acme/rules/…", text = "…" }, … } */
static int sources(lua_State *lua) {
  struct bundle *self = check(lua);
  const struct sp_rule_program *program = self->vm->program;
  lua_createtable(lua, program->rule_count, 0);
  for (int32_t i = 0; i < program->rule_count; i++) {
    lua_createtable(lua, 0, 2);
    lua_pushstring(lua, program->rules[i].file);
    lua_setfield(lua, -2, "file");
    lua_pushlstring(lua, program->rules[i].text, program->rules[i].len);
    lua_setfield(lua, -2, "text");
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

static const luaL_Reg methods[] = {{"price", price},   {"offers", offers},     {"ask", ask},         {"cases", cases},
                                   {"close", collect}, {"describe", describe}, {"sources", sources}, {NULL, NULL}};

void sp_host_types(lua_State *lua) {
  luaL_newmetatable(lua, BUNDLE);
  lua_pushcfunction(lua, collect);
  lua_setfield(lua, -2, "__gc");
  luaL_newlib(lua, methods);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}
