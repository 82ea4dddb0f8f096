/* Inside of the generators (sdk_write.c, sdk_annotate.c, sdk_reference.c). */
#ifndef SP_LUA_SDK_PARTS_H
#define SP_LUA_SDK_PARTS_H

#include "base/text.h"
#include "lua/sdk.h"
#include "lua/sdk_write.h"

/* sdk_annotate.c: LuaCATS */
void sp_sdk_annotate_module(struct sp_buf *out, const struct sp_sdk_module *module);
void sp_sdk_annotate_types(struct sp_buf *out);
void sp_sdk_annotate_library(struct sp_buf *out);
void sp_sdk_annotate_hooks(struct sp_buf *out);

/* sdk_reference.c: the page */
void sp_sdk_reference(struct sp_buf *out, enum sp_lang lang);
/* sdk_reference_hooks.c: its chapter of hooks */
void sp_sdk_reference_hooks(struct sp_buf *out, enum sp_lang lang);

/* "filter?" → "filter", and whether it may be left out. */
int sp_sdk_name_len(const char *name);
bool sp_sdk_is_optional(const char *name);

#endif
