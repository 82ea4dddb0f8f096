/* suanpan test [PACK] […]: a pack's specs and golden baskets, by busted. */
#include "lua/host.h"
#include "main/command.h"
#include <sys/stat.h>

int sp_command_test(const struct sp_args *args) {
  const struct sp_host_options options = {.words = args->rest, .word_count = args->rest_count, .lang = args->lang};
  struct sp_error error = {.lang = args->lang};
  int status = SP_EXIT_BAD;
  (void)umask(022); /* specs and reports are nobody's books */
  int result = sp_host_run(&options, &status, &error);
  return result ? sp_command_fail(&error) : status;
}
