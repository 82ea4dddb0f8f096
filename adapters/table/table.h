/* CSV and XLSX files as rows of text (ports/table.h). */
#ifndef SP_ADAPTERS_TABLE_H
#define SP_ADAPTERS_TABLE_H

#include "ports/table.h"

const struct sp_table_api *sp_table_files_api(void);

/* The same over bytes already in memory (an upload, a test, a fuzzer). The bytes are not changed and belong to the
 * caller. */
int sp_table_read_bytes(const void *bytes, size_t len, sp_table_row_fn *row, sp_table_progress_fn *progress, void *ctx,
                        struct sp_table_info *info, struct sp_error *err);

#endif
