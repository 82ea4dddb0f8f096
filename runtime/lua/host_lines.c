#include "lua/host_parts.h"

#include <stdlib.h>
#include <string.h>

#define LINES_MAX 65536 /* a rule file has no more bytes */

static struct sp_host_file *file_add(struct sp_host *host, const struct sp_rule_source *source) {
  struct sp_host_file *grown = realloc(host->files, (size_t)(host->file_count + 1) * sizeof *grown);
  if (!grown) return NULL;
  host->files = grown;
  int32_t lines = 2;
  for (size_t i = 0; i < source->len; i++)
    lines += source->text[i] == '\n';
  struct sp_host_file file = {
      .name = strdup(source->file), .counts = calloc((size_t)lines, sizeof(int32_t)), .lines = lines};
  if (!file.name || !file.counts) {
    free(file.name);
    free(file.counts);
    return NULL;
  }
  host->files[host->file_count++] = file;
  return &host->files[host->file_count - 1];
}

static struct sp_host_file *file_find(struct sp_host *host, const struct sp_rule_program *program, int32_t rule) {
  const struct sp_rule_source *source = &program->rules[rule];
  bool same = host->last_program == program && host->last_rule == rule;
  if (same && strcmp(host->files[host->last_file].name, source->file) == 0) return &host->files[host->last_file];
  int32_t at = 0;
  while (at < host->file_count && strcmp(host->files[at].name, source->file) != 0)
    at++;
  struct sp_host_file *file = at < host->file_count ? &host->files[at] : file_add(host, source);
  if (!file) return NULL;
  host->last_program = program;
  host->last_rule = rule;
  host->last_file = at;
  return file;
}

void sp_host_line(const struct sp_rule_watch *self, const struct sp_rule_program *program, int32_t rule, int32_t line) {
  if (rule < 0 || rule >= program->rule_count || line < 1 || line > LINES_MAX) return;
  struct sp_host_file *file = file_find(self->ctx, program, rule);
  if (file && line < file->lines && file->counts[line] < INT32_MAX) file->counts[line]++;
}

int sp_host_lines(lua_State *lua) {
  const struct sp_host *host = sp_host_of(lua);
  lua_newtable(lua);
  for (int32_t i = 0; i < host->file_count; i++) {
    lua_newtable(lua);
    for (int32_t line = 1; line < host->files[i].lines; line++) {
      if (host->files[i].counts[line] == 0) continue;
      lua_pushinteger(lua, host->files[i].counts[line]);
      lua_rawseti(lua, -2, line);
    }
    lua_setfield(lua, -2, host->files[i].name);
  }
  return 1;
}

void sp_host_lines_free(struct sp_host *host) {
  for (int32_t i = 0; i < host->file_count; i++) {
    free(host->files[i].name);
    free(host->files[i].counts);
  }
  free(host->files);
}
