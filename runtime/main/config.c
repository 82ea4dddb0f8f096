#include "main/config.h"
#include "main/config_parts.h"
#include <stdio.h>
#include <string.h>

#define ARENA_MAX (1u << 20)

struct sp_error *sp_problems_add(struct sp_problems *problems, const char *where) {
  int at = problems->count < SP_PROBLEMS_MAX ? problems->count : SP_PROBLEMS_MAX - 1;
  struct sp_problem *problem = &problems->list[at];
  problems->count++;
  *problem = (struct sp_problem){.error = {.lang = problems->lang}};
  snprintf(problem->where, sizeof problem->where, "%s", where);
  return &problem->error;
}

void sp_problems_print(const struct sp_problems *problems, struct sp_buf *out) {
  for (int i = 0; i < problems->count && i < SP_PROBLEMS_MAX; i++) {
    const struct sp_problem *problem = &problems->list[i];
    if (problem->where[0] != '\0') sp_buf_printf(out, "%s: ", problem->where);
    if (problem->error.field[0] != '\0') sp_buf_printf(out, "%s: ", problem->error.field);
    sp_buf_printf(out, "%s\n", problem->error.message);
  }
}

static void environment_apply(struct sp_config *config, const char *const *environment, struct sp_problems *problems) {
  for (int i = 0; i < config->setting_count; i++) {
    struct sp_config_setting *setting = &config->settings[i];
    size_t len = strlen(setting->name);
    for (const char *const *entry = environment; entry && *entry; entry++) {
      if (strncmp(*entry, setting->name, len) != 0 || (*entry)[len] != '=') continue;
      struct sp_error error = {.lang = problems->lang};
      int result = sp_config_setting_put(setting, &config->arena, *entry + len + 1, &error);
      if (!result) snprintf(setting->where, sizeof setting->where, "%s", setting->name);
      error.field[0] = '\0';
      if (result) *sp_problems_add(problems, setting->name) = error;
    }
  }
}

static void flags_apply(struct sp_config *config, const struct sp_config_source *source, struct sp_problems *problems) {
  for (int i = 0; i < source->flag_count; i++) {
    const struct sp_config_flag *flag = &source->flags[i];
    struct sp_config_setting *setting = sp_config_setting(config, flag->key);
    if (!setting) {
      sp_fail(sp_problems_add(problems, flag->flag), SP_E_INVALID, flag->key, "There is no such setting");
      continue;
    }
    struct sp_error error = {.lang = problems->lang};
    int result = sp_config_setting_put(setting, &config->arena, flag->value, &error);
    if (!result) {
      snprintf(setting->where, sizeof setting->where, "%s", flag->flag);
      continue;
    }
    error.field[0] = '\0';
    sp_error_prefix(&error, setting->key);
    *sp_problems_add(problems, flag->flag) = error;
  }
}

int sp_config_load(const struct sp_config_source *source, struct sp_config *out, struct sp_problems *problems) {
  memset(out, 0, sizeof *out);
  sp_arena_init(&out->arena, ARENA_MAX);
  out->file = "";
  struct sp_error error = {.lang = problems->lang};
  int result = sp_config_declare(out, &error);
  if (result) {
    *sp_problems_add(problems, "") = error;
    return result;
  }
  if (source->file) sp_config_read_file(out, source->file, problems);
  environment_apply(out, source->environment, problems);
  flags_apply(out, source, problems);
  sp_config_settle(out, problems);
  return problems->count == 0 ? 0 : problems->list[0].error.code;
}

void sp_config_free(struct sp_config *config) {
  sp_arena_free(&config->arena);
}

void sp_config_strangers(const struct sp_config *config, const char *const *environment, struct sp_problems *problems) {
  for (const char *const *entry = environment; entry && *entry; entry++) {
    size_t len = strcspn(*entry, "=");
    if (strncmp(*entry, "SUANPAN_", 8) != 0 || strncmp(*entry, "SUANPAN_CONFIG=", len + 1) == 0) continue;
    bool known = false;
    for (int i = 0; i < config->setting_count && !known; i++)
      known = strlen(config->settings[i].name) == len && strncmp(config->settings[i].name, *entry, len) == 0;
    char name[96];
    snprintf(name, sizeof name, "%.*s", (int)(len < 80 ? len : 80), *entry);
    if (!known) sp_fail(sp_problems_add(problems, name), SP_E_INVALID, NULL, "There is no such setting");
  }
}
