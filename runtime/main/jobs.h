/* Long jobs: imports, backup, reconciliation, each on a thread of its own, the last SP_JOBS_KEPT of them remembered.
 *
 * One of a kind at a time. Everything here is called on the loop; nothing blocks but one rename().
 */
#ifndef SP_MAIN_JOBS_H
#define SP_MAIN_JOBS_H

#include "api/api.h"
#include "main/node.h"

#define SP_JOBS_KEPT       32
#define SP_JOB_REPORT_MAX  (4u << 20) /* bytes of a report's JSON */
#define SP_JOB_IMPORT_TILL "IMPORT"   /* where historical sales are rung up */

struct sp_jobs;

/* The node must be started and outlive the jobs; `scratch` is a folder for temporary files, kept by the caller.
 * SP_E_NOMEM. */
int sp_jobs_new(struct sp_node *node, const char *scratch, struct sp_jobs **out);
/* After the executor stopped: no job runs then. */
void sp_jobs_free(struct sp_jobs *jobs);

/* As struct sp_api_jobs has them. A file to be removed later is moved into the scratch folder at once. */
int sp_jobs_start(struct sp_jobs *jobs, const struct sp_job_request *request, struct sp_id *id, struct sp_error *err);
int sp_jobs_status(struct sp_jobs *jobs, const struct sp_id *id, struct sp_json_writer *w, struct sp_error *err);
#endif
