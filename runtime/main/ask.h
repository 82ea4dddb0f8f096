/* One question to the running node and its answer as JSON: what `suanpan publish`, `rules` and `rollback` are made of.
 */
#ifndef SP_MAIN_ASK_H
#define SP_MAIN_ASK_H

#include "base/buf.h"
#include "base/error.h"

struct cJSON;

struct sp_ask {
  const char *socket;
  const char *what; /* what the line calls it when it takes longer than a second; in `lang` */
  enum sp_lang lang;
};

/* `body` null: GET, else POST. The tree is freed with sp_json_free. What the node refuses is an error with its sentence
 * and field; SP_E_NOT_FOUND without a field also when no node runs. */
int sp_ask_node(const struct sp_ask *ask, const char *target, const struct sp_buf *body, struct cJSON **out,
                struct sp_error *err);
/* The same for an answer that is the id of a job: waits for it and gives the job. */
int sp_ask_job(const struct sp_ask *ask, const struct cJSON *answer, struct cJSON **out, struct sp_error *err);

#endif
