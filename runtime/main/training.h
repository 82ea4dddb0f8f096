/* Training: the same node a second time in the serving process, on a database of its own (DATA/training/suanpan.db), at
 * the addresses below SP_API_TRAINING ("/training/v1/…").
 *
 *            first request              made
 *   SHUT ──────────────────> MAKING ──────────> OPEN ── an hour without requests and pages ──> CLOSING ──> SHUT
 *                              ^                  └── POST /training/v1/reset ──> CLOSING ──┐
 *                              └────────────────────────────────────────────────────────────┘
 *
 * The database is a copy of the shop's goods, prices, people, tills, settings and rules, and of nothing that happened
 * (training_copy.h). One that is younger than SP_TRAINING_FRESH_MS is taken up as it is; an older one, or one that
 * cannot be opened, is made anew. So what was practised lasts for a day at most, and prices follow.
 *
 * It shares the loop, the HTTP server and the pages with the shop's node, and nothing else: its own executor with one
 * worker, its own rules, its own hub of tills. It has no printers, drawers, displays, alarms, webhooks or jobs, so
 * nothing of it can leave. While it is made the answer is 503 with Retry-After.
 *
 * Everything here belongs to the loop's thread and blocks for nothing; making runs on a thread of its own.
 */
#ifndef SP_MAIN_TRAINING_H
#define SP_MAIN_TRAINING_H

#include "api/api.h"
#include "main/devices.h"
#include "main/node.h"

#define SP_TRAINING_FRESH_MS (12 * INT64_C(3600000))
#define SP_TRAINING_IDLE_MS  INT64_C(3600000)

struct sp_training;

struct sp_training_options {
  struct sp_node *shop;
  struct sp_node_devices *devices;
  struct sp_api *shop_api; /* pages at /training/till are its pages */
  int (*encode)(const struct sp_print *print, struct sp_buf *out, struct sp_error *err);
};

/* Options are copied, what they point to outlives it. SP_E_NOMEM. */
int sp_training_new(const struct sp_training_options *options, struct sp_training **out, struct sp_error *err);
/* A request for training: answered, now or later. False: it is not for training and untouched. */
bool sp_training_handle(struct sp_training *training, struct sp_http_exchange *exchange);
/* The plan for such a request's body. False: it is not for training. */
bool sp_training_body_plan(struct sp_training *training, const struct sp_http_request *request,
                           struct sp_http_body_plan *plan);
/* Once a second. */
void sp_training_tick(struct sp_training *training);
/* Answer what was begun, close; then call `stopped`, once, perhaps at once. Requests get 503 from now on. */
void sp_training_stop(struct sp_training *training, void (*stopped)(void *ctx), void *ctx);
/* After it stopped, or was never used. Null is allowed. */
void sp_training_free(struct sp_training *training);

#endif
