/* The devices of a serving node: makes drivers out of what is configured, and carries what they say to where it
 * belongs.
 *
 *   table device, till.printer ──> drivers ──scans──> till hub          ledger ──jobs──> printers
 *                                     │ └──weights, states──> sections     ^                │
 *                                     └──faults──> alarms                  └──what happened─┘
 *
 * One timer for all of them; whatever a driver wants written goes through a task of its own, in the order in which it
 * happened to that job. A job is `sending` on disk before its first byte leaves.
 *
 * Everything here is called on the loop and does not block.
 */
#ifndef SP_MAIN_DEVICES_H
#define SP_MAIN_DEVICES_H

#include "api/api.h"
#include "main/alarms.h"
#include "main/node.h"

#define SP_NODE_DEVICES_MAX  256
#define SP_NODE_JOBS_MAX     2048 /* print jobs in the hands of drivers */
#define SP_CAPTURE_MAX       (1u << 20)
#define SP_DEVICES_FINISH_MS 3000

struct sp_node_devices;
struct sp_till_hub;

/* Nothing is opened yet. `alarms` may be null. SP_E_NOMEM, SP_E_IO. */
int sp_node_devices_new(struct sp_node *node, struct sp_node_alarms *alarms, struct sp_node_devices **out,
                        struct sp_error *err);
/* What the api asks of devices; lives as long as they do. */
const struct sp_api_devices *sp_node_devices_api(struct sp_node_devices *devices);
/* Take up the ledger and connect: once, when the api and its hub are there. */
void sp_node_devices_start(struct sp_node_devices *devices, struct sp_till_hub *hub);
/* The hub of the training node, or null. While a till's page is open there and none in the shop's own hub, scans go
 * there instead; states and weights are shown in both. Nothing is printed for it, no drawer opens, poles show none of
 * it. */
void sp_node_devices_training(struct sp_node_devices *devices, struct sp_till_hub *hub);
/* What the training node may ask of devices: to read and to zero a scale. Lives as long as they do. */
const struct sp_api_devices *sp_node_devices_training_api(struct sp_node_devices *devices);
/* The alarms of the store have changed: pages are shown the new ones. */
void sp_node_devices_alarms(struct sp_node_devices *devices);
/* Nobody asks for anything any more: take up no new print job, and call `done` (later, once) when those that have begun
 * have ended, or after SP_DEVICES_FINISH_MS. */
void sp_node_devices_finish(struct sp_node_devices *devices, void (*done)(void *ctx), void *ctx);
/* Before the executor stops: links are closed, nothing new is written. Null is allowed. */
void sp_node_devices_stop(struct sp_node_devices *devices);
/* After the executor stopped. Null is allowed. */
void sp_node_devices_free(struct sp_node_devices *devices);
/* Prometheus text: suanpan_device_up, suanpan_device_faults, suanpan_print_jobs_total, … */
void sp_node_devices_metrics(const struct sp_node_devices *devices, struct sp_buf *out);

#endif
