#include "base/version.h"
#include "main/command.h"
#include "ports/migrate.h"
#include "ports/rule_vm.h"
#include <stdio.h>

int sp_command_version(const struct sp_args *args) {
  (void)args;
  printf("suanpan %s (schema %lld, rules %d)\n", SP_VERSION, (long long)sp_migrate_latest(), SP_RULE_API_VERSION);
  return SP_EXIT_GOOD;
}
