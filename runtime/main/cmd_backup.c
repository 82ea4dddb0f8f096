/* suanpan backup PATH */
#include "base/json.h"
#include "base/text.h"
#include "main/client.h"
#include "main/command.h"
#include "main/errand.h"
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_MAX 65536

/* The node writes the file, so it needs the whole path. */
static int path_resolve(const char *path, char out[SP_FOLDER_PATH_MAX], struct sp_error *err) {
  char copy[SP_FOLDER_PATH_MAX], again[SP_FOLDER_PATH_MAX];
  if (strlen(path) >= sizeof copy || path[0] == '\0')
    return sp_fail(err, SP_E_INVALID, NULL, "The file name is too long");
  memcpy(copy, path, strlen(path) + 1);
  memcpy(again, path, strlen(path) + 1);
  char *folder = realpath(dirname(copy), NULL);
  if (!folder) return sp_fail(err, SP_E_NOT_FOUND, NULL, "The folder of %s is not there: %s", path, strerror(errno));
  int len = snprintf(out, SP_FOLDER_PATH_MAX, "%s/%s", folder, basename(again));
  free(folder);
  if (len >= SP_FOLDER_PATH_MAX) return sp_fail(err, SP_E_LIMIT, NULL, "The file name is too long");
  if (access(out, F_OK) == 0) return sp_fail(err, SP_E_EXISTS, NULL, "%s is there already", out);
  return 0;
}

static int show(const struct sp_buf *status, enum sp_lang lang) {
  struct cJSON *job = NULL;
  const struct cJSON *report = NULL, *problem = NULL;
  struct sp_error error = {.lang = lang};
  const char *path = "", *detail = "";
  int64_t bytes = 0;
  int result = sp_json_parse(sp_buf_text(status), status->len, &job, &error);
  if (!result) result = sp_json_get_object(job, "problem", SP_OPTIONAL, &problem, &error);
  if (!result && problem) {
    sp_json_get_text(problem, "detail", SP_OPTIONAL, 1000, &detail, NULL);
    result = sp_fail(&error, SP_E_IO, NULL, "%s", detail);
  }
  if (!result) result = sp_json_get_object(job, "report", SP_REQUIRED, &report, &error);
  if (!result) result = sp_json_get_text(report, "path", SP_REQUIRED, SP_FOLDER_PATH_MAX, &path, &error);
  if (!result) result = sp_json_get_int(report, "bytes", SP_REQUIRED, 0, SP_JSON_INT_MAX, &bytes, &error);
  if (!result) printf(sp_tr(lang, "%s: %lld bytes, checked\n"), path, (long long)bytes);
  sp_json_free(job);
  return result ? sp_command_fail(&error) : SP_EXIT_GOOD;
}

int sp_command_backup(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct sp_buf status;
  char path[SP_FOLDER_PATH_MAX];
  if (args->word_count != 1) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan backup PATH");
    return sp_command_misuse(args, &error);
  }
  int code = sp_command_config(args, true, &config);
  if (code) return code;
  const struct sp_errand errand = {
      .kind = "backup",
      .path = path,
      .holder = "suanpan backup",
      .what = sp_tr(args->lang, "Backup"),
      .lang = args->lang,
  };
  sp_buf_init(&status, STATUS_MAX);
  int result = path_resolve(args->words[0], path, &error);
  if (!result && access(config.data, F_OK) != 0)
    result = sp_fail(&error, SP_E_NOT_FOUND, "data", "There is no data folder %s", config.data);
  if (!result) result = sp_errand_run(&config, &errand, &status, &error);
  code = result ? sp_command_fail(&error) : show(&status, args->lang);
  sp_buf_free(&status);
  sp_config_free(&config);
  return code;
}
