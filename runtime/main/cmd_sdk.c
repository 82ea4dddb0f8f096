/* `suanpan sdk write DIR`: annotations for editors, the reference and the names luacheck knows, for rules in DIR. */
#include "base/text.h"
#include "lua/sdk_write.h"
#include "main/command.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int fail_io(const char *path, struct sp_error *err) {
  return sp_fail(err, SP_E_IO, NULL, "%s cannot be written: %s", path, strerror(errno));
}

/* The folders above a file. */
static int make_folders(char *path, struct sp_error *err) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    bool there = mkdir(path, 0755) == 0 || errno == EEXIST;
    if (!there) return fail_io(path, err);
    *slash = '/';
  }
  return 0;
}

static int write_file(const char *folder, int i, struct sp_error *err) {
  struct sp_buf text;
  char path[SP_FOLDER_PATH_MAX];
  int len = snprintf(path, sizeof path, "%s/%s", folder, sp_sdk_file_path(i));
  if (len < 0 || (size_t)len >= sizeof path)
    return sp_fail(err, SP_E_INVALID, NULL, "The path of the folder is too long");
  int rc = make_folders(path, err);
  if (rc) return rc;
  sp_buf_init(&text, SP_SDK_FILE_MAX);
  if (sp_sdk_file_write(i, &text)) {
    sp_buf_free(&text);
    return sp_error_nomem(err, __func__);
  }
  FILE *file = fopen(path, "wb");
  bool good = file && fwrite(text.data, 1, text.len, file) == text.len;
  if (file && fclose(file) != 0) good = false;
  sp_buf_free(&text);
  return good ? 0 : fail_io(path, err);
}

int sp_command_sdk(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  if (args->word_count != 2 || strcmp(args->words[0], "write") != 0) {
    sp_fail(&error, SP_E_INVALID, NULL, "Say: suanpan sdk write DIR");
    return sp_command_misuse(args, &error);
  }
  (void)umask(022); /* these are files of a source tree, not a shop's books */
  for (int i = 0; i < sp_sdk_file_count(); i++)
    if (write_file(args->words[1], i, &error)) return sp_command_fail(&error);
  printf(sp_tr(args->lang, "%d files written to %s\n"), sp_sdk_file_count(), args->words[1]);
  return SP_EXIT_GOOD;
}
