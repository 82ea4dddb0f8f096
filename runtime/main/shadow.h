/* The shadow: a thread of its own that prices every sale once more under the candidate, after it was committed and off
 * the tills' path, and counts what would have been different (app/rules_count.h).
 */
#ifndef SP_MAIN_SHADOW_H
#define SP_MAIN_SHADOW_H

#include "main/node.h"

#define SP_SHADOW_POLL_MS 100

/* A job: until there is no shadow any more or the executor stops. A shadow that changes is followed. */
int sp_shadow_run(struct sp_node *node, struct sp_loop_job *job, struct sp_error *err);

#endif
