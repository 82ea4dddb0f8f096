#include "main/command.h"
#include "main/serve.h"
#include <malloc.h>

int sp_command_serve(const struct sp_args *args) {
  struct sp_error error = {.lang = args->lang};
  struct sp_config config;
  struct sp_node node;
  if (args->word_count > 0) {
    sp_fail(&error, SP_E_INVALID, NULL, "serve takes no words: %s", args->words[0]);
    return sp_command_misuse(args, &error);
  }
  int status = sp_command_config(args, false, &config);
  if (status) return status;
  (void)mallopt(M_ARENA_MAX, 2); /* an arena a thread would cost megabytes and save nothing here */
  int result = sp_node_open(&config, "suanpan serve", &node, &error);
  if (!result) result = sp_serve(&node, &error);
  status = result ? sp_command_fail(&error) : SP_EXIT_GOOD;
  sp_config_free(&config);
  return status;
}
