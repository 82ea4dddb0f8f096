/* Shared between the two files of the resource layer. */
#ifndef SP_APP_RESOURCE_PARTS_H
#define SP_APP_RESOURCE_PARTS_H

#include "app/resource.h"

/* Bring a text into its stored form and check it: blanks, format, length, choices. */
int sp_resource_check_text(const struct sp_field *field, const char *text, struct sp_arena *arena,
                           struct sp_field_value *out, struct sp_error *err);

#endif
