/* What `suanpan sdk write` makes from the table of the SDK: annotations for editors, the reference in two languages,
 * the names luacheck knows. The files are in the tree, and a test compares them: a change of the table is a change of
 * them.
 */
#ifndef SP_LUA_SDK_WRITE_H
#define SP_LUA_SDK_WRITE_H

#include "base/buf.h"

#define SP_SDK_FILE_MAX (1 << 20)

int sp_sdk_file_count(void);
/* The path of a file within the folder of rules ("lib/suanpan/offer.lua"); static text. */
const char *sp_sdk_file_path(int i);
/* Its content, appended; returns the buffer's sticky code. */
int sp_sdk_file_write(int i, struct sp_buf *out);

#endif
