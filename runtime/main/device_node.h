/* For cmd_device*.c only: asking the running node about its devices. */
#ifndef SP_MAIN_DEVICE_NODE_H
#define SP_MAIN_DEVICE_NODE_H

#include "main/args.h"

#define SP_DEVICE_PATH_MAX 96

struct cJSON;

/* One request to the node on the data folder; a POST has a key of its own. The answer, null when there is none, is the
 * caller's to free with sp_json_free. An answer of 400 and above is its error. */
int sp_command_device_ask(const struct sp_args *args, const char *method, const char *target, const char *json,
                          struct cJSON **out, struct sp_error *err);
/* "/v1/devices/ID" and `tail`. SP_E_INVALID: no id. */
int sp_command_device_path(const char *id, const char *tail, char out[SP_DEVICE_PATH_MAX], struct sp_error *err);

#endif
