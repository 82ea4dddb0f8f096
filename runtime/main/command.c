#include "main/command.h"
#include "base/text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file name of our own making, or null when nothing is there. `room` keeps it. */
static const char *file_at(const char *folder, char room[SP_FOLDER_PATH_MAX]) {
  int len = snprintf(room, SP_FOLDER_PATH_MAX, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", SP_CONFIG_FILE_NAME);
  return len < SP_FOLDER_PATH_MAX && access(room, F_OK) == 0 ? room : NULL;
}

static const char *file_choose(const struct sp_args *args, char room[SP_FOLDER_PATH_MAX]) {
  const char *named = args->config_file ? args->config_file : getenv("SUANPAN_CONFIG");
  if (named) return named;
  const char *data = sp_args_flag(args, "data");
  if (!data) data = getenv("SUANPAN_DATA");
  return file_at(data ? data : "", room);
}

int sp_command_config_load(const struct sp_args *args, struct sp_config *out, struct sp_problems *problems) {
  char room[SP_FOLDER_PATH_MAX];
  const struct sp_config_source source = {
      .file = file_choose(args, room),
      .environment = (const char *const *)environ,
      .flags = args->flags,
      .flag_count = args->flag_count,
  };
  return sp_config_load(&source, out, problems);
}

int sp_command_config(const struct sp_args *args, bool quiet, struct sp_config *out) {
  struct sp_problems problems = {.lang = args->lang};
  struct sp_buf text;
  if (sp_command_config_load(args, out, &problems) == 0) {
    enum sp_log_level level = out->log_level;
    bool asked = sp_args_flag(args, "log.level") != NULL;
    if (quiet && !asked) level = SP_LOG_ERROR; /* what goes wrong is said in words */
    sp_log_init(level, STDERR_FILENO);
    return SP_EXIT_GOOD;
  }
  sp_buf_init(&text, 65536);
  sp_problems_print(&problems, &text);
  fputs(sp_buf_text(&text), stderr);
  sp_buf_free(&text);
  sp_config_free(out);
  return SP_EXIT_USAGE;
}

int sp_command_fail(const struct sp_error *error) {
  /* A field that is a file is said in the sentence already. */
  if (error->field[0] != '\0' && strncmp(error->message, error->field, strlen(error->field)) != 0)
    fprintf(stderr, "suanpan: %s: %s\n", error->field, error->message);
  else
    fprintf(stderr, "suanpan: %s\n", error->message);
  return SP_EXIT_BAD;
}

int sp_command_misuse(const struct sp_args *args, const struct sp_error *error) {
  sp_command_fail(error);
  bool named = args->command && args->command[0] != '\0';
  fprintf(stderr, sp_tr(args->lang, "suanpan%s%s --help tells more\n"), named ? " " : "", named ? args->command : "");
  return SP_EXIT_USAGE;
}

void sp_command_socket(const struct sp_config *config, char out[SP_FOLDER_PATH_MAX + 64]) {
  char *full = realpath(config->data, NULL);
  snprintf(out, SP_FOLDER_PATH_MAX + 64, "%s/node.sock", full ? full : config->data);
  free(full);
}

int sp_command_number(const char *option, const char *text, int64_t min, int64_t max, int64_t *out,
                      struct sp_error *err) {
  char *end = NULL;
  if (!text) return 0;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (*text == '\0' || *end != '\0' || errno != 0 || value < min || value > max)
    return sp_fail(err, SP_E_INVALID, option, "%s must be a whole number from %lld to %lld", option, (long long)min,
                   (long long)max);
  *out = value;
  return 0;
}
