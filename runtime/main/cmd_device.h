/* For cmd_device*.c only: the commands behind `suanpan device`. Each returns the exit status. */
#ifndef SP_MAIN_CMD_DEVICE_H
#define SP_MAIN_CMD_DEVICE_H

#include "main/command.h"

int sp_command_device_scan(const struct sp_args *args);
int sp_command_device_learn(const struct sp_args *args);
int sp_command_device_test(const struct sp_args *args);
int sp_command_device_capture(const struct sp_args *args);
int sp_command_device_replay(const struct sp_args *args);
int sp_command_device_simulate(const struct sp_args *args);
int sp_command_device_tell(const struct sp_args *args);
int sp_command_device_list(const struct sp_args *args);
int sp_command_device_add(const struct sp_args *args);
int sp_command_device_remove(const struct sp_args *args);

/* Is every option of `device` that was given in one of the lists (" --seconds --line ", ended by null)? Options that
 * every command has are. SP_E_INVALID. */
int sp_command_device_options(const struct sp_args *args, const char *const *allowed, struct sp_error *err);
/* Are there at least and at most so many words behind the first? */
bool sp_command_device_words(const struct sp_args *args, int least, int most);
/* Is this word a link ("serial:/dev/ttyS0") and not a device's id? */
bool sp_command_device_is_link(const char *word);
/* The configuration that --class, --profile, --protocol and --line describe, as JSON; the class is told by the protocol
 * where that says it. SP_E_INVALID. */
int sp_command_device_config(const struct sp_args *args, const char *link, struct sp_buf *out, struct sp_error *err);
/* Complain: as a misuse when the words were wrong, else as a failure. */
int sp_command_device_complain(const struct sp_args *args, const struct sp_error *error);

#endif
