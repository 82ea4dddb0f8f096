/* Alarms of devices in a serving node: the state machine, on disk first, then told.
 *
 *   feed, tick ──> domain/alarm ──changes──> disk ──> log line ──> `changed` (till pages) ──> webhook
 *
 * Changes wait in a bounded queue while the disk is busy; when it is full the state machine itself waits, so nothing is
 * lost: faults are remembered, alarms come later. The webhook is served by a job thread that lives while something is
 * due; a receiver that hangs holds up nobody but itself. What was written and not yet pushed is pushed after a restart.
 *
 * Everything here is called on the loop; only the making of it blocks.
 */
#ifndef SP_MAIN_ALARMS_H
#define SP_MAIN_ALARMS_H

#include "app/work.h"
#include "domain/alarm.h"
#include "loop/executor.h"

#define SP_NODE_ALARMS_TICK_MS 250
#define SP_NODE_ALARMS_QUEUE   64    /* changes waiting for the disk */
#define SP_NODE_ALARMS_PUSH_MS 10000 /* a receiver's time for one event */

struct sp_node_alarms;

struct sp_node_alarms_options {
  struct uv_loop_s *loop;
  struct sp_loop_executor *executor;
  struct sp_app *app;
  /* A new read connection, closed by whoever got it with sp_db_close. From the loop, and from the job's thread. */
  int (*read)(void *ctx, struct sp_db **out, struct sp_error *err);
  void *read_ctx;
  const char *webhook; /* a URL; "" or null: none */
  const char *secret;  /* "whsec_…" */
  const char *ca_file; /* PEM; "" or null: the system's authorities */
  /* Alarms have changed, and that is on disk. May be null. */
  void (*changed)(void *ctx);
  void *changed_ctx;
};

/* Takes up the alarms that were open when the node ended (this blocks for the disk: call it before serving), and ticks.
 * Options are copied, texts are not. SP_E_INVALID (webhook, secret), SP_E_NOMEM, SP_E_IO, errors of the storage port.
 */
int sp_node_alarms_new(const struct sp_node_alarms_options *options, struct sp_node_alarms **out, struct sp_error *err);
/* Before the executor stops: no tick, no push any more. Null is allowed. */
void sp_node_alarms_stop(struct sp_node_alarms *alarms);
/* After the executor stopped. Null is allowed. */
void sp_node_alarms_free(struct sp_node_alarms *alarms);

/* A fault is there, or is not (domain/alarm.h says what is kept of it). Null `alarms` is allowed and does nothing. */
void sp_node_alarms_feed(struct sp_node_alarms *alarms, const struct sp_alarm_fact *fact);
/* The device is no more. */
void sp_node_alarms_forget(struct sp_node_alarms *alarms, const char *till, const char *device);
/* Somebody has seen it, and that is on disk. */
void sp_node_alarms_acknowledged(struct sp_node_alarms *alarms, const struct sp_id *id);

/* The open ones of a till and of the whole store (till null: all) as a JSON array of events, worst first. One of the
 * whole store stands for those of its fault: they are its `members` [{id, till, dev, owner, state}], and not listed nor
 * counted as open. As they are in memory: what is told here is on disk or about to be. */
void sp_node_alarms_json(const struct sp_node_alarms *alarms, const char *till, struct sp_json_writer *w);
/* Prometheus text: suanpan_device_alarms_total{fault,severity}, suanpan_device_alarms_open{severity} and the outbox. */
void sp_node_alarms_metrics(const struct sp_node_alarms *alarms, struct sp_buf *out);

#endif
