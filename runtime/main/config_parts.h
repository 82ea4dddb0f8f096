/* The parts of reading a configuration; private to runtime/main/config*.c. */
#ifndef SP_MAIN_CONFIG_PARTS_H
#define SP_MAIN_CONFIG_PARTS_H

#include "main/config.h"

/* The embedded schema into config->settings with their defaults. (config_schema.c) */
int sp_config_declare(struct sp_config *config, struct sp_error *err);
/* The setting of that key, or null. */
struct sp_config_setting *sp_config_setting(struct sp_config *config, const char *key);

/* Set one value, checked against its declaration; on failure the old one stays. (config_value.c) */
int sp_config_setting_put_int(struct sp_config_setting *setting, int64_t value, struct sp_error *err);
int sp_config_setting_put_text(struct sp_config_setting *setting, const char *text, struct sp_error *err);
int sp_config_setting_put_list(struct sp_config_setting *setting, const char *const *list, int count,
                               struct sp_error *err);
/* The same from one text, as the environment and flags have it. */
int sp_config_setting_put(struct sp_config_setting *setting, struct sp_arena *arena, const char *text,
                          struct sp_error *err);
/* "127.0.0.1:7070", "[::1]:0" into host (in the arena) and port. */
int sp_address_split(const char *text, struct sp_arena *arena, const char **host, int *port, struct sp_error *err);
/* "04:00" into minutes of the day, or −1. */
int sp_clock_minutes(const char *text);

/* The file over what is there. (config_file.c) */
int sp_config_read_file(struct sp_config *config, const char *path, struct sp_problems *problems);

/* The line, from 1, on which a value's key (or, in an array, the value) begins. `path` has the position among its
 * siblings at each depth. `text` is valid JSON. (config_line.c) */
int sp_json_line_of(const char *text, const int *path, int depth);

/* Settings into the typed members, and what must hold between them. (config_check.c) */
void sp_config_settle(struct sp_config *config, struct sp_problems *problems);

#endif
