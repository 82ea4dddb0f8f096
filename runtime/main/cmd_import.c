/* suanpan import products|sales FILE */
#include "base/json.h"
#include "base/text.h"
#include "main/command.h"
#include "main/errand.h"
#include "main/report.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STATUS_MAX (8u << 20)
#define REPORT_MAX (1u << 20)

static int show(const struct sp_buf *status, const struct sp_report_options *options) {
  struct sp_buf out;
  struct cJSON *job = NULL;
  struct sp_error error = {.lang = options->lang};
  bool good = false;
  int result = sp_json_parse(sp_buf_text(status), status->len, &job, &error);
  if (result) return sp_command_fail(&error);
  sp_buf_init(&out, REPORT_MAX);
  sp_report_import(job, options, &out, &good);
  fputs(sp_buf_text(&out), stdout);
  fflush(stdout);
  sp_buf_free(&out);
  sp_json_free(job);
  return good ? SP_EXIT_GOOD : SP_EXIT_BAD;
}

static int import(const struct sp_args *args, const struct sp_config *config, const char *path) {
  struct sp_error error = {.lang = args->lang};
  struct sp_buf status;
  const struct sp_report_options shown = {
      .sales = strcmp(args->words[0], "sales") == 0, .dry_run = args->dry_run, .lang = args->lang};
  const struct sp_errand errand = {
      .kind = args->words[0],
      .path = path,
      .dry_run = args->dry_run,
      .skip_bad = args->skip_bad,
      .holder = "suanpan import",
      .what = sp_tr(args->lang, "Import"),
      .lang = args->lang,
  };
  sp_buf_init(&status, STATUS_MAX);
  int result = sp_errand_run(config, &errand, &status, &error);
  int code = result ? sp_command_fail(&error) : show(&status, &shown);
  sp_buf_free(&status);
  return code;
}

int sp_command_import(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  bool known =
      args->word_count == 2 && (strcmp(args->words[0], "products") == 0 || strcmp(args->words[0], "sales") == 0);
  if (!known) {
    sp_fail(&error, SP_E_INVALID, NULL, "Write suanpan import products FILE or suanpan import sales FILE");
    return sp_command_misuse(args, &error);
  }
  int status = sp_command_config(args, true, &config);
  if (status) return status;
  char *path = realpath(args->words[1], NULL);
  struct stat info;
  if (path && stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0) {
    sp_fail(&error, SP_E_INVALID, NULL, "The file %s is empty", args->words[1]);
    status = sp_command_fail(&error);
  } else if (path) {
    status = import(args, &config, path);
  } else {
    sp_fail(&error, SP_E_NOT_FOUND, NULL, "There is no file %s", args->words[1]);
    status = sp_command_fail(&error);
  }
  free(path);
  sp_config_free(&config);
  return status;
}
