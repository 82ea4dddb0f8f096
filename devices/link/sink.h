/* Where finished bytes go: a printer on the network, or a file or device node.
 *
 *   tcp:192.168.1.50:9100   a raw TCP port (what receipt printers call port 9100); "tcp:[fe80::1]:9100" for IPv6
 *   file:/path              appended to; also a device node such as /dev/usb/lp0 or a named pipe with a reader
 *
 * This is a best-effort sender: it says what it knows and keeps nothing. Retries, job ids and the ledger of outcomes
 * belong to whoever calls it.
 */
#ifndef SP_DEVICES_LINK_SINK_H
#define SP_DEVICES_LINK_SINK_H

#include "base/error.h"
#include <stddef.h>

#define SP_SINK_TARGET_MAX 255 /* bytes of a target */

/* Is `text` a target? Looks nothing up. SP_E_INVALID says what is wrong with it. For the check of a configuration. */
int sp_sink_target_check(const char *text, struct sp_error *err);

/* Send all bytes and close. Blocks, at most `timeout_ms` for connecting and writing together: a job thread's work,
 * never the loop's. A host name is looked up first, which the system's resolver may draw out beyond that; an address
 * keeps the deadline exactly.
 *
 * 0: every byte was taken. For TCP that means acknowledged by the peer's machine, not printed. What the peer sends is
 * read and dropped. Errors: SP_E_INVALID (the target), SP_E_TIMEOUT and SP_E_IO (the sentence says how many bytes got
 * out; more than none means that paper may have moved), SP_E_FULL (no room on the disk). */
int sp_sink_send(const char *target, const void *bytes, size_t len, int timeout_ms, struct sp_error *err);

#endif
