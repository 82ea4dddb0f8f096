/* A long job on behalf of a command: by the node that runs on the data folder when there is one, else by a node of our
 * own for as long as it takes. Same code, same report either way; progress is shown on standard error. */
#ifndef SP_MAIN_ERRAND_H
#define SP_MAIN_ERRAND_H

#include "main/config.h"

struct sp_errand {
  const char *kind; /* as struct sp_job_request has it */
  const char *path; /* absolute */
  bool dry_run, skip_bad;
  const char *holder; /* "suanpan import" */
  const char *what;   /* what the progress line calls it */
  enum sp_lang lang;
};

/* `status` gets the job as JSON when it ended, well or badly (then 0 is returned: read its state). An error when it did
 * not come to an end: SP_E_BUSY (another command holds the folder), SP_E_STATE (stopped by a signal), the port's and
 * the client's. */
int sp_errand_run(const struct sp_config *config, const struct sp_errand *errand, struct sp_buf *status,
                  struct sp_error *err);

/* The same for a job that the node behind `socket` has begun already: wait for its end. */
int sp_errand_wait(const char *socket, const char *id, enum sp_lang lang, const char *what, struct sp_buf *status,
                   struct sp_error *err);

#endif
