/* Golden baskets: what their files share. */
#ifndef SP_ENGINE_CASES_PARTS_H
#define SP_ENGINE_CASES_PARTS_H

#include "engine/cases.h"

/* Compare `expect` with a result (sp_trial_result parsed) and write the list of differences {at, expected, actual};
 * `count` gets how many. A misspelled expectation is SP_E_INVALID. */
int sp_case_compare(const struct cJSON *expect, const struct cJSON *result, struct sp_json_writer *w, int *count,
                    struct sp_error *err);
/* How a campaign came out, by the trace of a result: "applied", "lost", "silent", "error", or "absent". */
const char *sp_case_outcome(const struct cJSON *result, const char *campaign);
/* A parsed value, written again; numbers are integers. */
void sp_case_value(struct sp_json_writer *w, const struct cJSON *value);

#endif
