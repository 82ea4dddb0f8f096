/* The commands, and what they share. Each returns the exit status: 0 good, 1 something is bad, 2 used wrongly (and for
 * check --strict: there are warnings). */
#ifndef SP_MAIN_COMMAND_H
#define SP_MAIN_COMMAND_H

#include "main/args.h"
#include "main/folder.h"

enum sp_exit { SP_EXIT_GOOD = 0, SP_EXIT_BAD = 1, SP_EXIT_USAGE = 2, SP_EXIT_WARNED = 2 };

int sp_command_serve(const struct sp_args *args);
int sp_command_import(const struct sp_args *args);
int sp_command_backup(const struct sp_args *args);
int sp_command_restore(const struct sp_args *args);
int sp_command_check(const struct sp_args *args);
int sp_command_replay(const struct sp_args *args);
int sp_command_explain(const struct sp_args *args);
int sp_command_test(const struct sp_args *args);
int sp_command_call(const struct sp_args *args);
int sp_command_publish(const struct sp_args *args);
int sp_command_rules(const struct sp_args *args);
int sp_command_rollback(const struct sp_args *args);
int sp_command_sdk(const struct sp_args *args);
int sp_command_version(const struct sp_args *args);
int sp_command_till(const struct sp_args *args);
int sp_command_device(const struct sp_args *args);
const char *sp_command_device_help(enum sp_lang lang);

/* Read the configuration as the options say; the file is --config, else SUANPAN_CONFIG, else suanpan.json in the data
 * folder of --data or SUANPAN_DATA when it is there, else suanpan.json here when it is there. Also sets the log's
 * level: `quiet` commands log errors only unless --log asks for more. Complains on standard error; 0 or an exit status.
 * Free the config after 0 only. */
int sp_command_config(const struct sp_args *args, bool quiet, struct sp_config *out);
/* The same without complaint: for `check`. */
int sp_command_config_load(const struct sp_args *args, struct sp_config *out, struct sp_problems *problems);
/* "suanpan: field: sentence" on standard error; returns SP_EXIT_BAD. */
int sp_command_fail(const struct sp_error *error);
/* "suanpan: sentence" and where help is; returns SP_EXIT_USAGE. */
int sp_command_misuse(const struct sp_args *args, const struct sp_error *error);
/* The value of an option as a whole number within bounds; `*out` stays when `text` is null. SP_E_INVALID. */
int sp_command_number(const char *option, const char *text, int64_t min, int64_t max, int64_t *out,
                      struct sp_error *err);
/* The socket of the node on the data folder. */
void sp_command_socket(const struct sp_config *config, char out[SP_FOLDER_PATH_MAX + 64]);

#endif
