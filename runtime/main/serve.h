/* The node that serves: wiring of loop, executor, API, HTTP server, jobs and printers, from start to an orderly end. */
#ifndef SP_MAIN_SERVE_H
#define SP_MAIN_SERVE_H

#include "main/node.h"

#define SP_SERVE_DRAIN_MS 10000 /* how long requests that began may take after SIGTERM */

/* Serve on an open node until SIGTERM or SIGINT. Says its address on standard output when it is ready. 0 after an
 * orderly end; the node is closed in every case. */
int sp_serve(struct sp_node *node, struct sp_error *err);

#endif
