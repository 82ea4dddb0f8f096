/* The print ledger: every job for a printer from the moment it is wanted to its one outcome, so that no paper is
 * printed twice and none is forgotten.
 *
 *   queued ──> sending ──> sent ──> acked ──> done        held       nothing of it has left; tried again
 *     │  ^        │  │       │                  ^         uncertain  may be on paper: a person decides
 *     v  │        │  └───────┴──> uncertain ────┤         cancelled  will not be printed any more
 *    held<────────┘                             └──> cancelled
 *
 * A job is made by the plan of what causes it (the sale), has one id and one mark through every try, and stores the
 * printout as it was laid out then. `sending` is on disk before the first byte leaves. Whoever sends says what happened
 * (sp_print_step); nobody sends a job again that has been `sending` or further: after a crash it is `uncertain`, and a
 * person who looked at the paper says whether it is there (sp_print_decide). A reprint is a job of its own that says on
 * paper that it is a copy and which. At most one original of a document is ever queued.
 *
 * Drawer jobs are never uncertain: a drawer is opened now or not at all, and from wherever it is on its way it may be
 * cancelled.
 *
 * Nothing here blocks but for the database, and nothing prints: functions read and add to the work's plan. Whoever
 * commits a plan with jobs wakes the printers afterwards.
 */
#ifndef SP_APP_PRINT_LEDGER_H
#define SP_APP_PRINT_LEDGER_H

#include "app/sale.h"
#include "app/shift.h"
#include "base/json.h"

#define SP_PRINT_DEVICE_MAX 31         /* bytes of a device's id */
#define SP_PRINT_REASON_MAX 200        /* bytes of a reason */
#define SP_PRINT_TRAINING   "training" /* the printer of a node for training, which is the screen */
#define SP_PRINT_SHARED     "printer"  /* id of the printer that the node's configuration names, for all tills */

enum sp_paper {
  SP_PAPER_NONE, /* no job: the till has no printer, or nobody wanted paper */
  SP_PAPER_QUEUED,
  SP_PAPER_SENDING,
  SP_PAPER_SENT,
  SP_PAPER_ACKED,
  SP_PAPER_DONE,
  SP_PAPER_HELD,
  SP_PAPER_UNCERTAIN,
  SP_PAPER_CANCELLED,
};

/* "none", "queued" …; parsing gives −1 for a name that is none. Stored and on the wire. */
const char *sp_paper_name(enum sp_paper state);
int sp_paper_parse(const char *name);
/* May a job go from one to the other? The same state again only with another reason: a remark ("paper_out" while the
 * printer waits for paper and will go on by itself). */
bool sp_paper_follows(enum sp_paper from, enum sp_paper to);

struct sp_print_job {
  struct sp_id id;
  int64_t mark; /* number of the job at its printer, from 1, never used again; 0 while its plan is not committed */
  const char *device;
  struct sp_id till;
  const char *till_code; /* "" for a job of no till */
  const char *kind;      /* "receipt", "gift", "report", "test", "drawer" */
  struct sp_id document; /* the sale or the shift; or nil */
  const char *title;     /* "T01-000042" */
  const char *json;      /* the printout (domain/print.h), "" of a drawer, or when it was purged; null: not loaded */
  int64_t copy;          /* 0 the original, 1 the first reprint … */
  struct sp_id of;       /* the job that a copy repeats; or nil */
  enum sp_paper state;   /* NONE: there is no job */
  const char *reason;
  int64_t attempt; /* times it became `sending` */
  struct sp_id staff;
  int64_t created_at, changed_at;
};

/* ---- Where ---- */

/* The printer of a till: its device of class printer, else "CODE.printer" for the target in the till's `printer` (of
 * the first till with that target, so one target is one device), else SP_PRINT_SHARED when the node's configuration
 * names a printer (work->app->printer). For training always SP_PRINT_TRAINING, whose jobs are done as they are made.
 * `*device` is null when there is none. `*columns` is what the till says, else what that device has
 * (work->app->columns_of), else SP_PRINT_COLUMNS_80. Both in the arena. */
int sp_print_device_of(struct sp_work *work, const struct sp_id *till, const char **device, int *columns);

/* ---- Making jobs: each adds to the work's plan; out->state is SP_PAPER_NONE where there is no printer ---- */

struct sp_print_options {
  bool copy;          /* a reprint, marked with its number */
  bool gift;          /* without prices; a document of its own, with its own copies */
  bool drawer;        /* open the drawer too: its own job, and the first */
  const char *reason; /* of a reprint, where the till's policy asks for one; or null */
};

/* The receipt of a sale that is stored or in this very plan, at the printer of the actor's till (of the sale's, for an
 * actor without one). Without `copy`: the original, once; when it is on its way already, that job is `*out` and nothing
 * is added; when it has ended or is uncertain (which is settled by that: as in sp_print_decide, only where the paper is
 * seen), a copy is made. A copy is a right of its own
 * (app/policy.h, "reprint": its errors), is journaled, and repeats the stored printout or, when there is none or the
 * paper here has another width, is laid out anew from the stored sale. */
int sp_print_queue_sale(struct sp_work *work, const struct sp_sale *sale, const struct sp_print_options *options,
                        struct sp_print_job *out);
/* The X or Z report as it is now. A Z report's second printout is a copy. */
int sp_print_queue_report(struct sp_work *work, const struct sp_shift *shift, struct sp_print_job *out);
/* The drawer alone. `reason` is journaled with it; null: it belongs to a sale. Whether it may be opened without one is
 * the caller's to ask (app/policy.h, "open-drawer"). */
int sp_print_queue_drawer(struct sp_work *work, const char *reason, struct sp_print_job *out);
/* A page that shows what the printer can: sizes, Chinese, both kinds of code. Names the device. */
int sp_print_queue_test(struct sp_work *work, const char *device, int columns, struct sp_print_job *out);

/* ---- Sending ---- */

/* One job with its document. SP_E_NOT_FOUND. */
int sp_print_load(struct sp_work *work, const struct sp_id *id, struct sp_print_job *out);
/* What happened to a job, in attempt `attempt` (0: whichever it is): SP_E_STATE when that cannot follow what is stored,
 * with `*out` as stored; SP_E_CONFLICT from the plan when another was faster. `reason` may be null. `out` (or null) is
 * the job as it will be; with its document when it becomes `sending`. */
int sp_print_step(struct sp_work *work, const struct sp_id *id, enum sp_paper to, int64_t attempt, const char *reason,
                  struct sp_print_job *out);
/* After a start, before anything is sent: what was on its way is uncertain, what the printer acknowledged is done,
 * drawers of before stay shut. `*count`: jobs changed by this plan; run again until it is 0. */
int sp_print_recover(struct sp_work *work, int32_t *count);

/* ---- People ---- */

enum sp_print_answer {
  SP_PRINT_PRINTED, /* it is on paper: done */
  SP_PRINT_REPRINT, /* it is not, or not whole, or wanted again: a copy is queued, and the job is done with */
  SP_PRINT_CANCEL,  /* nobody wants it any more */
  SP_PRINT_RETRY,   /* a held one: to the queue of the printer that its till has now */
};

int sp_print_answer_parse(const char *name); /* "printed" …; −1 */
/* `*out` is the job; `*copy` the one that was made, or of state SP_PAPER_NONE. Journaled. Whoever answers has seen the
 * paper: people of the job's till (of its printer's, for a job of none); of others only a manager, or with a manager's
 * approval: SP_E_DENIED "approval". SP_E_NOT_FOUND, SP_E_STATE when the answer does not fit, SP_E_CONFLICT from the
 * plan, and of a reprint the errors of a copy; `reason` as in sp_print_options. */
int sp_print_decide(struct sp_work *work, const struct sp_id *id, enum sp_print_answer answer, const char *reason,
                    struct sp_print_job *out, struct sp_print_job *copy);

/* ---- Looking ---- */

/* What became of a sale's receipt: of its newest job, copies and gift receipts included. */
int sp_print_state_of(struct sp_work *work, const struct sp_id *document, enum sp_paper *out);
/* One object; `text`: with the document as plain text. */
int sp_print_job_json(struct sp_work *work, const struct sp_print_job *job, bool text, struct sp_json_writer *w);
/* An array of jobs without documents, newest first, at most `max`: all, or those that are not over; of one till, or of
 * all for nil. */
int sp_print_list_json(struct sp_work *work, bool open, const struct sp_id *till, int32_t max,
                       struct sp_json_writer *w);

/* What the page of one till is told: its `print` section. */
struct sp_print_share {
  const char *till; /* code; null: every till that is not named */
  const char *json; /* in the arena */
  size_t len;
};

#define SP_PRINT_SHARES_MAX  257 /* tills that wait for paper, and the others */
#define SP_PRINT_SHARE_JOBS  50  /* jobs of a till, */
#define SP_PRINT_NOBODYS_MAX 10  /* and of no till */

/* The jobs that are not over, each at the till that wants it: an array a till, newest first, and behind them those of
 * no till and no till's printer (a test page of the store's). The last share is the others'. `*out` is in the arena. */
int sp_print_shares(struct sp_work *work, struct sp_print_share **out, int32_t *count);

/* Drop the documents of jobs that have been over for policy.print_days; the jobs stay. At most 1,000 a run. `*count`:
 * how many. */
int sp_print_purge(struct sp_work *work, int32_t *count);

#endif
