/* The node's numbers in Prometheus' text format: loop, HTTP, database, process. */
#ifndef SP_MAIN_METRICS_H
#define SP_MAIN_METRICS_H

#include "base/buf.h"
#include "http/server.h"
#include "main/node.h"

/* On the loop. A few system calls, no SQL. `started` is the UTC time of the start in milliseconds. */
void sp_metrics_write(const struct sp_node *node, const struct sp_http_server *server, int64_t started,
                      struct sp_buf *out);

#endif
