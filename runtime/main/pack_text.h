/* A pack on its way to a node, as people read it: what the node found in it, and what it would change. */
#ifndef SP_MAIN_PACK_TEXT_H
#define SP_MAIN_PACK_TEXT_H

#include "base/buf.h"
#include "base/error.h"

struct cJSON;

/* The report of a candidate: how much it holds, its warnings, the golden baskets that cost something else. Returns how
 * many of those there are. */
int sp_pack_report_text(const struct cJSON *report, enum sp_lang lang, struct sp_buf *out);

/* What differs between two generations by their own descriptions (GET /v1/rules): rules, parameters' defaults, stacking
 * groups, campaigns with each value before and after. Returns the number of differences. */
int sp_pack_changes_text(const struct cJSON *before, const struct cJSON *after, enum sp_lang lang, struct sp_buf *out);

#endif
