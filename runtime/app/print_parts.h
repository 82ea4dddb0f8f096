/* Inside of the print ledger: print_ledger.c, print_queue.c, print_list.c. */
#ifndef SP_APP_PRINT_PARTS_H
#define SP_APP_PRINT_PARTS_H

#include "app/print_ledger.h"

#define SP_PRINT_JOB_DOCUMENT 16 /* column of the document, in the queries that have it */

/* The job of a row of print_get and its like; texts in the arena. SP_E_NOMEM, SP_E_CORRUPT (a state that is none). */
int sp_print_job_read(struct sp_work *work, struct sp_rows *rows, bool document, struct sp_print_job *out);
/* The one row of a query as a job; state NONE when there is none. */
int sp_print_one(struct sp_work *work, enum sp_query query, const struct sp_value *params, int count,
                 struct sp_print_job *out);
/* Plan a change of `job` to `to`, which must be legal, and change it; with the event. */
int sp_print_move(struct sp_work *work, struct sp_print_job *job, enum sp_paper to, const char *reason);
/* Plan a new job; fills in id, state and times. */
int sp_print_insert(struct sp_work *work, struct sp_print_job *job);
/* The next copy of `newest`'s document (same kind, same till), at `device`: the policy's word, the stored printout with
 * its mark or `anew`, the journal. `sale` lays it out anew when nothing is stored; null: SP_E_STATE then. */
int sp_print_copy(struct sp_work *work, const struct sp_print_job *newest, const struct sp_sale *sale,
                  const char *device, int columns, const char *reason, struct sp_print_job *out);
/* May the actor say what became of this job? SP_E_DENIED "approval": it is another till's, or a customer asks. */
int sp_print_may_answer(struct sp_work *work, const struct sp_print_job *job);
/* Journal what somebody did with a job: kind "print" {job, document?, kind, copy, did, reason?}. */
void sp_print_journal(struct sp_work *work, const struct sp_print_job *job, const char *did, const char *reason);

#endif
