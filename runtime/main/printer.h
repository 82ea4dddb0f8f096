/* A thread that carries finished print jobs to their printers, so that nobody else waits for paper.
 *
 * The queue is bounded; what does not fit, and what fails, is logged with its target and size, never with its text.
 */
#ifndef SP_MAIN_PRINTER_H
#define SP_MAIN_PRINTER_H

#include "base/error.h"
#include <stddef.h>

#define SP_PRINTER_QUEUE_MAX  64
#define SP_PRINTER_TIMEOUT_MS 5000

struct sp_printer;

/* SP_E_NOMEM, SP_E_IO (no more threads). */
int sp_printer_new(struct sp_printer **out, struct sp_error *err);
/* Take a copy of the bytes and return at once. */
void sp_printer_send(struct sp_printer *printer, const char *target, const void *bytes, size_t len);
/* Send what is queued, wait for the thread, free. Null is allowed. Blocks at most a few timeouts. */
void sp_printer_free(struct sp_printer *printer);

#endif
